"""Attestations: the form that a person fills in, and the list of those that are due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy
from policycheck.reports import plain
from policycheck.reports.page import Page
from policycheck.reports.table import table

SCHEMA = "policycheck/attest-due/v1"
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Due:
    """A blind spot that somebody plans to attest. ``last`` and ``due`` are days, None where there is none yet."""

    vendor: str
    system: str
    every_days: int
    last: date | None
    due: date | None
    owner: str
    where: str


@dataclass(frozen=True, slots=True)
class Questions:
    """What to ask about one vendor: how to find keys and fields out, and the categories that may need a look."""

    keys: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    suspects: tuple[tuple[str, str], ...] = ()


def form(policy: Policy, system: str, asked: str, today: date, questions: Questions) -> str:
    """An attestation without answers: it counts only once ``on`` and ``states`` are filled in."""
    parts = (_head(policy, system, asked, today), _keys(policy, system, questions), _fields(policy, questions))
    return "\n".join(line for part in parts for line in part)


def _head(policy: Policy, system: str, asked: str, today: date) -> Iterator[str]:
    name = policy.name or policy.vendor
    yield f"# What {name} holds and may do at {system}, as a person saw it in the vendor's own pages."
    yield "# It counts once `on` has the day on which you looked and `states` has at least one answer."
    yield "# Never write a key itself here, only what it is called."
    yield f"vendor: {policy.vendor}"
    yield f"system: {system}"
    yield f"asked: {asked or '# who looked'}"
    yield f"on:  # the day, such as {today.isoformat()}"
    yield "states:"


def _keys(policy: Policy, system: str, questions: Questions) -> Iterator[str]:
    yield "  # Which keys, tokens or apps are there? All of them, those of others too; [] for none."
    yield from _wrapped("How to find out", questions.keys)
    declared = [scope for rule in policy.access if rule.system == system for scope in rule.scopes]
    if declared:
        yield from _wrapped("The policy declares these scopes", [", ".join(declared)])
    yield "  # keys: []"
    yield ""


def _fields(policy: Policy, questions: Questions) -> Iterator[str]:
    yield "  # Which data about people does it hold? Keys of the taxonomy; [] for none."
    yield from _wrapped("How to find out", questions.fields)
    if policy.fields:
        yield "  # The policy allows these: strike out what is not there, add what is."
    allowed = ", ".join(dict.fromkeys(field.category for field in policy.fields))
    yield f"  # fields: [{allowed}]"
    yield ""
    yield "  # Of which are you sure that it holds none?"
    for category, why in questions.suspects:
        yield from _wrapped(category, [why])
    never = ", ".join(dict.fromkeys(never.category for never in policy.never))
    yield f"  # none_of: [{never}]"
    yield ""


def _wrapped(what: str, texts: Sequence[str]) -> Iterator[str]:
    from textwrap import wrap

    for text in texts:
        yield from wrap(f"{what}: {text}", _WIDTH, initial_indent="  #   ", subsequent_indent="  #     ")


def lines(dues: Sequence[Due], today: date, page: Page) -> list[str]:
    """A table of what is due, the most urgent first."""
    head = ("vendor", "system", "every", "last", "due", "owner")
    rows = [
        (each.vendor, each.system, f"{each.every_days} days", _day(each.last, "never"), _state(each, today), each.owner)
        for each in dues
    ]
    return table(head, rows, page, fit=True, optional=("every",))


def _day(day: date | None, otherwise: str) -> str:
    return day.isoformat() if day else otherwise


def _state(each: Due, today: date) -> str:
    if each.due is None:
        return "now"
    days = (each.due - today).days
    if days < 0:
        return f"{-days} days ago"
    return "today" if days == 0 else f"in {days} days"


def document(dues: Sequence[Due], today: date) -> plain.Plain:
    """The JSON form."""
    return {"schema": SCHEMA, "today": today.isoformat(), "attestations": [_row(each, today) for each in dues]}


def _row(each: Due, today: date) -> plain.Plain:
    return {
        "vendor": each.vendor,
        "system": each.system,
        "every_days": each.every_days,
        "last": each.last.isoformat() if each.last else None,
        "due": each.due.isoformat() if each.due else None,
        "overdue": each.due is None or each.due < today,
        "owner": each.owner,
        "where": each.where,
    }

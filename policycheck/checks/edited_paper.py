"""What changed of a vendor's paper: contract, review, kind, limits, who is named; and what no finding depends on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from policycheck.checks.edited import later, told
from policycheck.model.declared import Contract, Integration, Policy, Review
from policycheck.model.drift import CHANGED, NARROWER, WIDER, Change

#: Keys without which PC505 finds the policy incomplete.
_WANTED = ("owner", "use")
#: Keys that no finding depends on.
_PLAIN = ("name", "legal_name", "security_contact", "role", "subjects", "extends")
_CONTRACT = (
    "breach_notice_hours", "clauses", "subprocessors", "regions", "transfer", "retention_days", "delete_after_end_days",
)  # fmt: skip
#: The review of one that was never reviewed.
_ALWAYS_DUE = date.min


def paper(was: Policy, now: Policy, today: date) -> Iterator[Change]:
    """What changed between two editions of a policy beside what it allows."""
    yield from _named(was, now)
    yield from _contract(was, now)
    yield from _review(was, now, today)
    yield from _limits(was, now)
    yield from _integrations(was, now)
    if was.kind != now.kind:
        yield Change(
            now.vendor, "paper", WIDER, f"kind {now.kind or 'none'}, was {was.kind or 'none'}", at=now.place("kind")
        )
    yield from _reasons(was, now)


def _named(was: Policy, now: Policy) -> Iterator[Change]:
    for key in _WANTED:
        yield from _asked(now, key, key, getattr(was, key), getattr(now, key))
    for key in _PLAIN:
        yield from _plain(now, key, key, getattr(was, key), getattr(now, key))


def _asked(policy: Policy, key: str, name: str, was: Any, now: Any) -> Iterator[Change]:
    """A value that PC505 asks for while there is none."""
    if was != now:
        sense = CHANGED if was and now else WIDER if now else NARROWER
        effect = {WIDER: ": PC505 no longer asks for it", NARROWER: ": PC505 asks for it"}.get(sense, "")
        what = f"{name} is {told(now)}, was {told(was)}{effect}"
        yield Change(policy.vendor, "paper", sense, what, at=policy.place(key))


def _plain(policy: Policy, key: str, name: str, was: Any, now: Any) -> Iterator[Change]:
    if was != now:
        what = f"{name} is {told(now)}, was {told(was)}"
        yield Change(policy.vendor, "paper", CHANGED, what, at=policy.place(key))


# Contract and review


def _contract(was: Policy, now: Policy) -> Iterator[Change]:
    if was.contract is None and now.contract is None:
        return
    old, new = was.contract or Contract(was.at), now.contract or Contract(now.at)
    yield from _asked(now, "contract", "contract.dpa", old.dpa, new.dpa)
    if old.ends != new.ends:
        sense = later(new.ends, old.ends)
        effect = "comes later" if new.ends else "never comes"
        effect = effect if sense == WIDER else "comes earlier" if old.ends else "comes then"
        what = f"{_ends(new.ends)}, {_ends(old.ends, 'was')}: PC501 {effect}"
        yield Change(now.vendor, "paper", sense, f"contract {what}", at=now.place("contract"))
    for key in _CONTRACT:
        yield from _plain(now, "contract", f"contract.{key}", _written(getattr(old, key)), _written(getattr(new, key)))


def _ends(day: date | None, verb: str = "ends") -> str:
    if verb == "was":
        return f"was {day}" if day else "had no end"
    return f"ends on {day}" if day else "has no end"


def _written(value: Any) -> Any:
    """Sub-processors by their names, places and purposes; everything else as it is."""
    if not isinstance(value, tuple):
        return value
    return tuple(
        each if isinstance(each, str) else " ".join(filter(None, (each.name, each.region, each.purpose)))
        for each in value
    )


def _review(was: Policy, now: Policy, today: date) -> Iterator[Change]:
    old, new = was.review, now.review
    every, before = (new.every_days if new else None), (old.every_days if old else None)
    if every != before:
        sense = WIDER if every is None or (before is not None and every > before) else NARROWER
        reviewed = f"reviewed every {every} days" if every else "reviewed never"
        what = f"{reviewed}, was {f'every {before}' if before else 'never'}"
        yield Change(now.vendor, "paper", sense, what, at=now.place("review"))
    if new is None or old is None:
        return
    if new.last != old.last:
        sense = later(_due(new, today), _due(old, today))
        due = f": due on {_due(new, today)}" if _due(new, today) != _ALWAYS_DUE else ""
        what = f"last reviewed on {told(new.last)}, was {told(old.last)}{due}"
        yield Change(now.vendor, "paper", sense, what, at=now.place("review"))
    yield from _plain(now, "review", "review.by", old.by, new.by)


def _due(review: Review, today: date) -> date:
    """The last day before PC502; a day in the future is no review."""
    if review.last is None or review.last > today:
        return _ALWAYS_DUE
    return review.last + timedelta(days=review.every_days)


# Limits, integrations


def _limits(was: Policy, now: Policy) -> Iterator[Change]:
    for name, words in (("key_max_age_days", "keys may be"), ("unused_after_days", "access may lie unused for")):
        mine, theirs = getattr(now.limits, name), getattr(was.limits, name)
        if mine != theirs:
            sense = WIDER if mine is None or (theirs is not None and mine > theirs) else NARROWER
            what = f"{words} {_days(mine)}, was {_days(theirs)}"
            yield Change(now.vendor, "requirement", sense, what, at=dict(now.limits.places).get(name, now.at))


def _days(number: int | None) -> str:
    return "without limit" if number is None else f"{number} days"


def _integrations(was: Policy, now: Policy) -> Iterator[Change]:
    """What an integration is decides what is needed and whose keys are judged, so that any change may be wider."""
    old, new = ({each.name: each for each in side.integrations} for side in (was, now))
    for name in sorted({*old, *new}):
        before, after = _integration(old.get(name)), _integration(new.get(name))
        if before != after:
            what = f"integration {name} is {after}, was {before}"
            at = new[name].at if name in new else now.place("integrations")
            yield Change(now.vendor, "paper", WIDER, what, at=at)


def _integration(each: Integration | None) -> str:
    if each is None:
        return "not there"
    told_of = [f"kind {each.kind}" if each.kind else "", f"tenant {each.tenant}" if each.tenant else ""]
    return " and ".join(filter(None, told_of)) or "without kind and tenant"


# What is said beside an allowed field


def _reasons(was: Policy, now: Policy) -> Iterator[Change]:
    before = {(each.category, each.forms, each.via): each for each in was.fields if each.source == "policy"}
    for each in now.fields:
        other = before.get((each.category, each.forms, each.via))
        if other is None or each.source != "policy":
            continue
        if each.why != other.why:
            sense = CHANGED if each.why and other.why else WIDER if each.why else NARROWER
            effect = {WIDER: ": PC109 no longer asks for one", NARROWER: ": PC109 asks for one"}.get(sense, "")
            what = f"{each.category}: the why is {told(each.why)}, was {told(other.why)}{effect}"
            yield Change(now.vendor, "paper", sense, what, at=each.at)
        if each.keep_days != other.keep_days:
            what = f"{each.category}: keep_days is {told(each.keep_days)}, was {told(other.keep_days)}"
            yield Change(now.vendor, "paper", CHANGED, what, at=each.at)

"""Who holds a category: the answer of ``who``, as text or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from policycheck.model.dataclass import dataclass
from policycheck.model.declared import FieldRule
from policycheck.model.facts import Attestation
from policycheck.model.findings import Finding, SnapshotInfo
from policycheck.model.grants import Exposure
from policycheck.model.places import Evidence
from policycheck.model.survey import StoppedRead
from policycheck.reports import plain
from policycheck.reports.clean import clean
from policycheck.reports.listings import stopped_lines
from policycheck.reports.page import Page
from policycheck.reports.text import sources
from policycheck.reports.words import count, short

SCHEMA = "policycheck/who/v1"
#: Places of one finding that are written out.
_PLACES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Holder:
    """One vendor that has a category, or may have it: what its policy allows and what was seen."""

    vendor: str
    owner: str
    declared: tuple[FieldRule, ...]
    observed: tuple[Exposure, ...]
    by_default: tuple[Exposure, ...] = ()
    denied: tuple[Attestation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Who holds ``category``. ``unjudged`` are fields without a category, ``not_seen`` is where nobody could look,
    ``stated`` where nobody had to, since a plan or a dated exception covers it (open and accepted PC6xx).
    ``stopped`` is what policies let vendors read and something else keeps from them: those are no holders."""

    category: str
    label: str
    holders: tuple[Holder, ...]
    unjudged: tuple[Exposure, ...]
    not_seen: tuple[Finding, ...]
    stated: tuple[Finding, ...]
    snapshot: SnapshotInfo
    stopped: tuple[StoppedRead, ...] = ()


def render(answer: Answer, page: Page) -> Iterator[str]:
    """The lines of the text form."""
    title = f"{answer.category} ({answer.label})" if answer.label else answer.category
    number = count(len(answer.holders), "vendor") if answer.holders else "no vendor"
    yield page.style(f"{title}: {number}, snapshot of {answer.snapshot.taken_at}", "strong")
    for holder in answer.holders:
        yield ""
        yield page.style(clean(holder.vendor), "strong") + _owner(holder)
        for exposure in holder.observed:
            yield from _observed(exposure, answer.snapshot.taken_at[:10], page)
        for rule in holder.declared:
            yield from page.wrap(_declared(rule, holder), "  ", "    ")
        yield from _hinted(holder, page)
    yield from _unknown(answer, page)


def _hinted(holder: Holder, page: Page) -> Iterator[str]:
    """What the product is known to collect, and what a person answered: neither was seen."""
    for exposure in holder.by_default:
        yield from page.wrap(f"may collect {exposure.category} by default: {exposure.place}", "  ", "    ")
        yield from sources(exposure.evidence, page, "    ")
    for each in holder.denied:
        words = f"has none of {', '.join(each.none_of or ())}, as {each.asked} stated on {each.on}"
        yield from page.wrap(words, "  ", "    ")
        yield from sources((Evidence(each.connector, each.where),), page, "    ")


def _owner(holder: Holder) -> str:
    if any(each.host == holder.vendor for each in holder.observed):
        return ", a host that no vendor claims"
    return f", owner {clean(holder.owner)}" if holder.owner else ""


def _observed(exposure: Exposure, seen: str, page: Page) -> Iterator[str]:
    verb = "can read" if exposure.origin == "readable" else "gets" if exposure.host else "has"
    people = "" if exposure.subjects is None else f", {exposure.subjects:,} people"
    via = f" via {short(exposure.party or exposure.via)}" if exposure.origin == "readable" else ""
    how = ", ".join(filter(None, (exposure.form, exposure.depth, exposure.origin))) + people
    # What was sent or stated has a day of its own beside its evidence.
    day = "" if exposure.host or not exposure.origin else f", seen on {seen}"
    yield from page.wrap(f"{verb} {exposure.category} ({how}): {exposure.place}{via}{day}", "  ", "    ")
    for limit in exposure.limits:
        yield from page.wrap(limit, "    ", "      ")
    yield from sources(exposure.evidence, page, "    ")


def _declared(rule: FieldRule, holder: Holder) -> str:
    limits = [", ".join(rule.forms) or "any form", rule.depth, ", ".join(rule.origins) or "any origin"]
    until = f" until {rule.until}" if rule.until else ""
    seen = "" if holder.observed else "; not seen"
    return f"may have {rule.category} ({', '.join(limits)}){until}: {rule.at}{seen}"


def _unknown(answer: Answer, page: Page) -> Iterator[str]:
    if answer.unjudged or answer.not_seen or answer.stated or answer.stopped:
        yield ""
    for stop in answer.stopped:
        for line in stopped_lines(stop):
            yield from page.wrap(line, "", "  ")
    if answer.unjudged:
        places = ", ".join(_places(answer.unjudged))
        yield from page.wrap(f"not classified, so perhaps also: {places}", "", "  ")
    for each in answer.not_seen:
        yield from page.wrap(f"could not look: {each.message} ({each.location})", "", "  ")
        yield from _where(each, page)
    for each in answer.stated:
        yield from page.wrap(f"stated, not seen: {each.message} ({each.accepted})", "", "  ")


def _where(finding: Finding, page: Page) -> Iterator[str]:
    """The bucket, table, file or system that the sentence of a finding does not name."""
    told = dict.fromkeys(each.observed for each in finding.instances if each.observed not in finding.message)
    for place in list(told)[:_PLACES_NAMED]:
        yield from page.wrap(place, "  ", "    ")
    if len(told) > _PLACES_NAMED:
        yield f"  and {len(told) - _PLACES_NAMED} more"


def _places(unjudged: tuple[Exposure, ...]) -> Iterator[str]:
    """Where fields without a category are; those of samples counted by host, for there may be many."""
    sent = Counter((each.vendor, each.host) for each in unjudged if each.host)
    held = {f"{each.vendor} {each.place}" for each in unjudged if not each.host}
    yield from sorted(held)
    for (vendor, host), number in sorted(sent.items()):
        of = "" if vendor == host else f"{vendor} "
        yield f"{of}{host} ({count(number, 'field')})"


def document(answer: Answer) -> plain.Plain:
    """The JSON form."""
    return {
        "schema": SCHEMA,
        "category": answer.category,
        "label": answer.label,
        "snapshot": plain.snapshot(answer.snapshot),
        "vendors": [
            {
                "vendor": holder.vendor,
                "owner": holder.owner,
                "observed": [plain.exposure(each) for each in holder.observed],
                "declared": [_rule(each) for each in holder.declared],
                "by_default": [plain.exposure(each) for each in holder.by_default],
                "denied": [_denial(each) for each in holder.denied],
            }
            for holder in answer.holders
        ],
        "stopped": [plain.stopped(each) for each in answer.stopped],
        "not_classified": [plain.exposure(each) for each in answer.unjudged],
        "not_seen": [plain.finding(each) for each in answer.not_seen],
        "stated": [plain.finding(each) for each in answer.stated],
    }


def _denial(each: Attestation) -> plain.Plain:
    evidence = plain.evidence(Evidence(each.connector, each.where))
    return {"none_of": list(each.none_of or ()), "asked": each.asked, "on": each.on, "evidence": [evidence]}


def _rule(rule: FieldRule) -> plain.Plain:
    return {
        "category": rule.category,
        "forms": list(rule.forms),
        "depth": rule.depth,
        "origins": list(rule.origins),
        "until": rule.until.isoformat() if rule.until else None,
        "location": plain.location(rule.at),
    }

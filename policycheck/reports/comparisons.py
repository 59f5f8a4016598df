"""Two policies side by side, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.model.dataclass import dataclass
from policycheck.model.verdict import (
    BROADER,
    EQUAL,
    INCOMPARABLE,
    INSIDE,
    NARROWER,
    OUTSIDE,
    Comparison,
    Verdict,
    Witness,
)
from policycheck.reports import plain
from policycheck.reports.page import Page
from policycheck.reports.text import witness_text

SCHEMA = "policycheck/iam-compare/v1"
_SENTENCES = {
    EQUAL: "ACTUAL grants the same as DECLARED",
    NARROWER: "ACTUAL grants less than DECLARED",
    BROADER: "ACTUAL grants more than DECLARED",
    INCOMPARABLE: "ACTUAL grants something that DECLARED does not, and the other way round",
}
_OPEN = {
    (INSIDE, False): "ACTUAL grants no more than DECLARED (proven); whether it grants less could not be decided",
    (OUTSIDE, False): "ACTUAL grants something that DECLARED does not; the other direction could not be decided",
    (OUTSIDE, True): "DECLARED grants something that ACTUAL does not; whether ACTUAL grants more could not be decided",
    (INSIDE, True): "ACTUAL grants all that DECLARED does (proven); whether it grants more could not be decided",
}


_FUTURE = " (no action of today's catalogue: one that AWS may add)"


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison; ``future`` are actions of its witnesses that AWS does not list today; ``today`` is the relation
    when only actions that it lists count, empty when there is nothing to tell."""

    comparison: Comparison
    future: frozenset[str] = frozenset()
    today: str = ""


def render(compared: Compared, page: Page) -> Iterator[str]:
    """One sentence, then requests that only one of the two allows, then what stayed open."""
    found = compared.comparison
    yield page.style(_sentence(found), "strong")
    if compared.today in _SENTENCES:
        yield from page.wrap(f"With the actions of today's catalogue only, {_SENTENCES[compared.today]}.", "", "  ")
    yield from _requests("allowed by ACTUAL, not by DECLARED:", found.excess, page, compared.future)
    back = found.declared_in_actual.witnesses
    yield from _requests("allowed by DECLARED, not by ACTUAL:", back, page, compared.future)
    for verdict in (found.actual_in_declared, found.declared_in_actual):
        if verdict.reason:
            which = "ACTUAL in DECLARED" if verdict is found.actual_in_declared else "DECLARED in ACTUAL"
            yield from ["", *page.wrap(f"{which}, not decided: {verdict.reason}", "", "  ")]


def _sentence(found: Comparison) -> str:
    if found.proven:
        return f"{_SENTENCES[found.relation]} (proven)"
    forward, back = found.actual_in_declared.status, found.declared_in_actual.status
    return _OPEN.get((forward, False)) or _OPEN.get((back, True)) or "how ACTUAL relates to DECLARED was not decided"


def _requests(title: str, witnesses: Sequence[Witness], page: Page, future: frozenset[str]) -> Iterator[str]:
    if witnesses:
        yield from ["", title]
        for witness in witnesses:
            note = _FUTURE if witness.action in future else ""
            yield from page.wrap(f"{witness_text(witness)}{note}", "  ", "    ")


def document(compared: Compared) -> plain.Plain:
    """The JSON form of one comparison."""
    return {"schema": SCHEMA, **content(compared)}


def content(compared: Compared) -> plain.Plain:
    """The JSON form without its schema: the answer of a line."""
    found, future = compared.comparison, compared.future
    return {
        "relation": found.relation,
        "proven": found.proven,
        "actual_in_declared": _verdict(found.actual_in_declared, future),
        "declared_in_actual": _verdict(found.declared_in_actual, future),
        "excess": [_request(each, future) for each in found.excess],
        **({"today": compared.today} if compared.today else {}),
    }


def _verdict(verdict: Verdict, future: frozenset[str]) -> plain.Plain:
    return {
        "status": verdict.status,
        "reason": verdict.reason,
        "witnesses": [_request(each, future) for each in verdict.witnesses],
        "assumes": list(verdict.assumes),
    }


def _request(witness: Witness, future: frozenset[str]) -> plain.Plain:
    """A request as ``iam simulate`` takes it: a single value stands alone, since a list makes a key multivalued."""
    unlisted: plain.Plain = {"known": False} if witness.action in future else {}
    context = {key: values[0] if len(values) == 1 else list(values) for key, values in witness.context}
    return {"action": witness.action, "resource": witness.resource, "context": context, **unlisted}

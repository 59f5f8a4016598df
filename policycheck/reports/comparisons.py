"""Two policies side by side, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def render(found: Comparison, page: Page) -> Iterator[str]:
    """One sentence, then requests that only one of the two allows, then what stayed open."""
    yield page.style(_sentence(found), "strong")
    yield from _requests("allowed by ACTUAL, not by DECLARED:", found.excess, page)
    yield from _requests("allowed by DECLARED, not by ACTUAL:", found.declared_in_actual.witnesses, page)
    for verdict in (found.actual_in_declared, found.declared_in_actual):
        if verdict.reason:
            which = "ACTUAL in DECLARED" if verdict is found.actual_in_declared else "DECLARED in ACTUAL"
            yield from ["", *page.wrap(f"{which}, not decided: {verdict.reason}", "", "  ")]


def _sentence(found: Comparison) -> str:
    if found.proven:
        return f"{_SENTENCES[found.relation]} (proven)"
    forward, back = found.actual_in_declared.status, found.declared_in_actual.status
    return _OPEN.get((forward, False)) or _OPEN.get((back, True)) or "how ACTUAL relates to DECLARED was not decided"


def _requests(title: str, witnesses: Sequence[Witness], page: Page) -> Iterator[str]:
    if witnesses:
        yield from ["", title]
        for witness in witnesses:
            yield from page.wrap(witness_text(witness), "  ", "    ")


def document(found: Comparison) -> plain.Plain:
    """The JSON form of one comparison."""
    return {"schema": SCHEMA, **content(found)}


def content(found: Comparison) -> plain.Plain:
    """The JSON form without its schema: the answer of a line."""
    return {
        "relation": found.relation,
        "proven": found.proven,
        "actual_in_declared": _verdict(found.actual_in_declared),
        "declared_in_actual": _verdict(found.declared_in_actual),
        "excess": [_request(each) for each in found.excess],
    }


def _verdict(verdict: Verdict) -> plain.Plain:
    return {
        "status": verdict.status,
        "reason": verdict.reason,
        "witnesses": [_request(each) for each in verdict.witnesses],
        "assumes": list(verdict.assumes),
    }


def _request(witness: Witness) -> plain.Plain:
    """A request as ``iam simulate`` takes it: a single value stands alone, since a list makes a key multivalued."""
    context = {key: values[0] if len(values) == 1 else list(values) for key, values in witness.context}
    return {"action": witness.action, "resource": witness.resource, "context": context}

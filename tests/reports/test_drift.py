"""Changes as text and as one Markdown table, whatever their words hold."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from policycheck.model.drift import NARROWER, OPEN, WIDER, Change, Drift
from policycheck.model.places import Location
from policycheck.reports import drift
from policycheck.reports.page import Page
from tests.reports import hostile

HOSTILE = Change("sendgrid", "access", WIDER, hostile.NAME, hostile.NAME, Location("policies/a|b.yaml", 3, 1))


def made(*changes: Change, unseen: tuple[str, ...] = ()) -> Drift:
    return Drift("policies", "main", "HEAD", changes, unseen)


def test_names_stay_text() -> None:
    text = drift.markdown(made(HOSTILE, unseen=(hostile.NAME,)))
    html = MarkdownIt("gfm-like").render(text)
    for tag in ("<a ", "<img", "<script", "<em>"):
        assert tag not in html
    assert html.count("<td>") == 5


@pytest.mark.parametrize("most", [2_000, 10_000])
def test_a_table_is_never_too_long(most: int) -> None:
    text = drift.markdown(made(*[HOSTILE] * 300, unseen=(hostile.NAME,) * 20), most=most)
    assert len(text) <= most
    assert "wider): `policycheck diff` lists them" in text
    assert "more not compared" in text


def test_what_touches_everybody_and_what_is_open() -> None:
    found = made(
        Change("", "project", NARROWER, "fail_on"),
        Change("acme", "access", OPEN, "may be wider"),
        unseen=("aws: denied",),
    )
    assert list(drift.lines(found, Page())) == [
        "narrower: every vendor", "  - fail_on", "", "not decided: acme", "  ? may be wider", "",
        "not compared: aws: denied",
    ]  # fmt: skip
    assert drift.headline(found) == "1 not decided, 1 narrower from main to HEAD, at 1 vendor and for every vendor"
    assert found.widened
    assert found.undecided


def test_nothing_is_said_only_as_far_as_it_was_seen() -> None:
    assert drift.headline(made()) == "nothing changed from main to HEAD"
    assert drift.headline(made(unseen=("x",))) == "nothing changed from main to HEAD, as far as it could be seen"

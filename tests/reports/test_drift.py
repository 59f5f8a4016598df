"""Changes as text and as one Markdown table, whatever their words hold."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from policycheck.model.drift import MILDER, NARROWER, OPEN, SENSES, WIDER, Change, Drift, ordered
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


def test_what_is_narrower_is_cut_first_and_counted() -> None:
    narrower = [Change("acme", "field", NARROWER, f"user.name.{n} " + "x" * 80) for n in range(900)]
    changes = ordered([*narrower, Change("zeta", "field", WIDER, "user.contact (raw)"),
                       Change("zeta", "paper", MILDER, "its policy is gone")])  # fmt: skip
    text = drift.markdown(made(*changes), most=10_000)
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert rows[0].startswith("| zeta | <code>+</code> | user.contact")
    assert rows[1].startswith("| zeta | <code>!</code> | its policy is gone")
    left = 902 - len(rows)
    assert f"{left} more changes ({left} narrower): `policycheck diff` lists them." in text
    assert text.endswith("<code>!</code> judged less severely\n")
    assert len(text) <= 10_000


def test_senses_are_counted_in_their_order() -> None:
    found = made(*ordered([Change("a", "paper", sense, "x") for sense in reversed(SENSES)]))
    assert drift.headline(found) == (
        "1 wider, 1 judged less severely, 1 not decided, 1 changed, 1 not seen, 1 narrower "
        "from main to HEAD, at 1 vendor"
    )
    assert [each["sense"] for each in drift.document(found)["changes"]] == [
        "wider", "judged-less", "undecided", "changed", "not-seen", "narrower"
    ]  # fmt: skip


def test_what_is_ours_is_no_vendor_that_is_recognised() -> None:
    found = made(Change("", "recognised", WIDER, "app b is ours", at=Location("policycheck.yaml", 3)))
    assert next(drift.lines(found, Page())) == "newly ours"
    assert "| **newly ours** | <code>+</code> | app b is ours |" in drift.markdown(found)
    assert "<code>sub/policycheck.yaml:3</code>" in drift.markdown(found, "sub/")

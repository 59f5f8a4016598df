"""The page as a text: what is in it, what may run in it, and that nothing in it is markup by accident."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from policycheck.model.findings import Severity, tallied
from policycheck.model.overview import Overview
from policycheck.reports.html import flows, report
from policycheck.reports.html.flows import picture
from policycheck.reports.html.listed import MOST
from policycheck.reports.interface import Options
from policycheck.reports.page import Page
from tests.reports import hostile
from tests.reports.html import sample

VOID = {"meta", "link", "br", "input"}


class Tree(HTMLParser):
    """Elements and attributes as the parser of the standard library sees them, and the text of each element by id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = dict(attrs).get("id") or tag

    def handle_data(self, data: str) -> None:
        self.raw[self._open] = self.raw.get(self._open, "") + data

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def unpacked(text: str, id: str) -> Any:
    """One of the packed documents of a page."""
    return json.loads(gzip.decompress(base64.b64decode(Tree(text).raw[id])))


def plain(text: str) -> str:
    """What a person reads, on one line."""
    body = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.S)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


@pytest.fixture(scope="module")
def page() -> str:
    return sample.written(sample.everything(), sample.overview())


def test_the_answer_comes_first_then_the_coverage(page: str) -> None:
    words = plain(page)
    answer = "3 findings at or above medium, 1 other finding below what fails a run, 1 thing could not be seen."
    coverage = "2 of 4 places were seen whole; 1 thing could not be seen, so that an empty cell is no proof; 1 thing"
    assert "snapshot of 2026-11-20T00:00:00Z, policies at abc1234" in words
    headings = ["Who has what", "Where it goes", "Findings", "What has changed", "What could not be seen", "Accepted"]
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", page) == headings
    places = [page.index(f"<h1>{answer}</h1>"), page.index(coverage), page.index("<h2")]
    assert places == sorted(places)


def test_the_style_and_the_script_are_the_only_ones_and_nothing_is_loaded(page: str) -> None:
    tree = Tree(page)
    (csp,) = [a["content"] for t, a in tree.elements if a.get("http-equiv") == "Content-Security-Policy"]
    style, script = (re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S) for tag in ("style", "script"))
    assert style
    assert script
    hashes = [base64.b64encode(hashlib.sha256(each.group(1).encode()).digest()).decode() for each in (script, style)]
    assert csp == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    links = [a.get("href") or a.get("src") for _, a in tree.elements if "href" in a or "src" in a]
    assert {each for each in links if each and not each.startswith("#")} == {"data:,"}
    assert not [a for _, a in tree.elements if any(name == "style" or name.startswith("on") for name in a)]
    assert len(script.group(1)) < 10_000


def test_the_matrix_is_a_table(page: str) -> None:
    table = re.search(r'<table id="grid".*?</table>', page, re.S)
    assert table
    rows = [re.findall(r">([DNOU?])</button>", row) for row in table.group().split("<tr>")[2:]]
    assert rows == [list(sample.LETTERS), ["N"]], "who has most to answer for comes first"
    assert table.group().count('<th scope="col"') == len(sample.COLUMNS) + 1
    assert table.group().count('<th scope="row"') == 2
    assert "transactional email, observe, <b>3 not seen</b>" in table.group()
    assert 'class="b undeclared accepted"' in table.group()
    legend = plain(page)
    for words in ("declared only (1)", "needed and used (2)", "over-shared (1)", "undeclared (1)", "unknown (1)"):
        assert words in legend


def test_the_details_of_a_cell(page: str) -> None:
    told = unpacked(page, "details")["cells"]
    assert [each["state"] for each in told[:5]] == [
        "declared only",
        "needed and used",
        "over-shared",
        "undeclared",
        "unknown",
    ]
    assert told[2] == {
        "vendor": "acme",
        "category": "user.contact.phone_number",
        "means": "a phone number",
        "state": "over-shared",
        "why": "why over-shared",
        "seen": [
            [
                "can read field2 via import (s3:GetObject): raw, latest, readable, 1,000 people",
                ["fields exports/field2.json#/0 (a note)"],
            ]
        ],
        "grants": [
            ["444455556666 as import in 111122223333, ExternalId none", ["iam exports/aws.json#/RoleDetailList/3"]]
        ],
        "more": "",
        "lines": [["allows user.contact.phone_number", "policies/acme.yaml:7", "line 7 of policies/acme.yaml"]],
        "need": "a vendor for e-mail needs it",
        "fix": "take it away",
        "findings": [0],
        "unlisted": [],
    }
    assert told[3]["why"] == "why undeclared; accepted"
    assert told[4]["category"] == "not classified"


def test_more_than_a_cell_has_room_for_is_counted() -> None:
    overview = sample.overview()
    first, *rest = overview.matrix.cells
    many = replace(first, exposures=rest[0].exposures * 15, grants=(sample.grant("acme"),) * 13)
    text = sample.written(sample.everything(), replace(overview, matrix=replace(overview.matrix, cells=(many, *rest))))
    told = unpacked(text, "details")["cells"][0]
    assert (len(told["seen"]), len(told["grants"])) == (12, 12)
    assert told["more"] == "3 more fields and 1 more grant: `policycheck show exposures` and `show grants` list all"


def test_the_evidence_is_the_json_report(page: str) -> None:
    told = unpacked(page, "evidence")
    assert told["schema"] == "policycheck/check/v1"
    assert [each["fingerprint"] for each in told["findings"]] == ["f1", "f4", "f5", "f3", "f2"]


def test_evidence_that_is_too_large_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_EVIDENCE", 10)
    text = sample.written(sample.everything())
    assert 'id="save"' not in text
    assert "is too large for this file" in text


def test_what_has_changed(page: str) -> None:
    words = plain(page)
    assert "Since the snapshot of 2026-11-19T00:00:00Z , both judged by the policies of today." in words
    assert "may only have come into sight" in words
    assert "Gained 2 no vendor 444455556666 acts in aws 111122223333 through stranger acme user.device.ip" in words
    assert "members.ip (custom) Lost 0 none Not decided 1 calm the access of import may be wider" in words
    assert "Findings that are new 1 critical finding 1 of acme" in words
    assert "Findings that are gone 1 low finding 8 of calm" in words


@pytest.mark.parametrize(
    ("overview", "words"),
    [
        (None, "There is no earlier snapshot to compare with."),
        (replace(sample.overview(), changes=None), "There is no earlier snapshot to compare with."),
        (replace(sample.overview(), changes=None, unread="it was altered"), "cannot be compared with: it was altered."),
    ],
)
def test_no_earlier_snapshot(overview: Overview | None, words: str) -> None:
    assert words in plain(sample.written(sample.everything(), overview))


def test_what_could_not_be_seen_and_what_was_accepted(page: str) -> None:
    words = plain(page)
    assert "nobody looked (acme)" in words
    assert "partial : trusts of 111122223333, 123456789012 (iam): page 2 is missing x.json export it again" in words
    assert "Not seen, as planned stated planned: x" in words
    assert "iam: no tags are read" in words
    assert "accepted exception until 2027-01-15 seen" in words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", "vendors 2 grants 14 fields 37 accepted 1"),
        ("vendor acme", "This page is about vendor acme only."),
        ("vendor acme", "vendors 1 grants 2 fields {fields} accepted 1"),
    ],
)
def test_the_numbers_are_those_of_the_page(asked: str, words: str) -> None:
    accepted = replace(hostile.finding(severity=Severity.CRITICAL), accepted="in the baseline", accepted_by="baseline")
    clean = replace(sample.result(accepted=(accepted,)), coverage=sample.result().coverage[:1])
    clean = replace(clean, tally=tallied(clean.tally, (), (accepted,)))
    matrix = sample.overview().matrix
    rows, cells = matrix.rows[:1], tuple(each for each in matrix.cells if each.vendor == matrix.rows[0].vendor)
    part = replace(sample.overview(), matrix=replace(matrix, rows=(replace(rows[0], grants=2),), cells=cells))
    held = sum(each.origin != "readable" for cell in cells for each in cell.exposures)
    said = plain(report.page(clean, Options(page=Page(), overview=part, asked=asked)))
    assert words.format(fields=held) in said
    assert "Nothing open; 1 finding is accepted, and it is critical." in said
    assert "nothing was found" not in said


def test_a_page_of_nothing() -> None:
    clean = replace(sample.result(), coverage=sample.result().coverage[:1])
    words = plain(sample.written(clean))
    assert "Everything was looked at, and nothing was found. 1 of 1 place was seen whole." in words
    for sentence in ("No finding is open.", "Nothing was seen to go to a vendor.", "of the findings alone"):
        assert sentence in words
    empty = replace(sample.overview(), matrix=replace(sample.overview().matrix, rows=(), columns=(), cells=()))
    assert "No vendor has a policy, and none was seen." in plain(sample.written(clean, empty))


def test_findings_without_room_are_counted() -> None:
    many = [replace(sample.finding(1, "acme", Severity.LOW), fingerprint=str(n)) for n in range(MOST + 7)]
    text = sample.written(sample.result(*many))
    assert text.count('<details class="finding"') == MOST
    assert f"{MOST} of {MOST + 7} findings are listed" in plain(text)
    assert text.index("findings are listed") < text.index('id="list"'), "said before the list"
    assert f"acme ({MOST + 7})" in plain(text)
    assert len(unpacked(text, "evidence")["findings"]) == MOST + 7


def test_every_vendor_keeps_its_worst_where_there_is_no_room() -> None:
    high = [replace(sample.finding(1, "acme", Severity.HIGH), fingerprint=f"h{n}") for n in range(MOST + 7)]
    others = [sample.finding(2, "calm", Severity.LOW), sample.finding(3, None, Severity.LOW)]
    overview = sample.overview()
    cell = replace(overview.matrix.cells[2], findings=("h99", "f2"))
    matrix = replace(overview.matrix, cells=(cell,))
    text = sample.written(sample.result(*high, *others), replace(overview, matrix=matrix))
    assert text.count('<details class="finding"') == MOST
    assert [f"finding {each}" in plain(text) for each in ("2 of calm", "3 of None")] == [True, True]
    for word in (f"acme ({MOST + 7})", "calm (1)", "no vendor (1)"):
        assert word in plain(text)
    told = unpacked(text, "details")["cells"][0]
    assert (told["findings"], told["unlisted"]) == ([MOST - 2], ["finding 1 of acme"])


def test_what_stands_between_backticks_is_code_and_nothing_else_is_markup() -> None:
    odd = replace(sample.finding(1, "acme", Severity.HIGH), help="take `<b>` out; or `x`", ask="a ` alone <i>")
    text = sample.written(sample.result(odd))
    assert "take <code>&lt;b&gt;</code> out; or <code>x</code>" in text
    assert "a ` alone &lt;i&gt;" in text


def test_only_what_is_severe_enough() -> None:
    text = sample.written(sample.everything(), sample.overview(), min_severity=Severity.HIGH)
    assert re.findall(r'class="msg">([^<]+)', text) == ["finding 1 of acme ", "finding 4 of None"]
    assert "3 findings below high not shown here; 1 of them fails the run (--min-severity)" in plain(text)


def test_hostile_names_are_text() -> None:
    kind = sample.written(sample.everything(), sample.overview())
    accepted = (replace(hostile.finding(), accepted=hostile.NAME, accepted_by="exception"),)
    name = hostile.NAME
    gap = replace(sample.result().coverage[1], connector=name, reason=name, account=name, note=name)
    evil = replace(sample.result(hostile.finding(), accepted=accepted), coverage=(gap,))
    text = sample.written(evil, sample.hostile_overview())
    assert "<script>alert" not in text
    assert Tree(text).tags() <= Tree(kind).tags()
    assert len([1 for tag, _ in Tree(text).elements if tag == "script"]) == 3
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", text)
    assert "{{ 7*7 }}" in text, "a template in a name is a name"
    for cell in unpacked(text, "details")["cells"]:
        assert json.dumps(cell, ensure_ascii=False).isprintable()


def test_the_same_result_is_the_same_page(page: str) -> None:
    assert sample.written(sample.everything(), sample.overview()) == page


def test_the_picture_is_laid_out_in_bounds() -> None:
    drawn = picture(sample.overview().matrix)
    assert drawn
    assert [(box.label, box.anchor) for box in drawn.boxes][:2] == [
        ("members", "end"),
        ("fields that we defined there", "end"),
    ]
    for box in drawn.boxes:
        assert 0 <= box.y <= box.y + box.height <= drawn.height
    assert {band.state for band in drawn.bands} == {"", "used", "over-shared", "undeclared", "unknown"}
    assert "phone number → acme: 1 field, over-shared" in {band.told for band in drawn.bands}
    assert drawn.left_out == ""


def test_the_picture_has_room_for_some() -> None:
    matrix = sample.overview().matrix
    cells = [
        replace(
            cell,
            vendor=f"vendor-{n:02}-with-a-name-that-goes-on-and-on",
            exposures=tuple(replace(e, dataset=f"set{n}") for e in cell.exposures),
        )
        for n in range(20)
        for cell in matrix.cells[: 2 + n % 2]
    ]
    drawn = picture(replace(matrix, cells=tuple(cells)))
    assert drawn
    assert drawn.left_out == "Shown are the vendors with most to answer for; 5 more vendors in the matrix"
    labels = [box.label for box in drawn.boxes]
    assert "other sources" in labels
    assert max(map(len, labels)) == 32
    assert sum(label.startswith("vendor-") for label in labels) == 15


def test_a_large_picture_shows_what_there_is_to_answer_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "MOST_PAIRS", 4)
    matrix = sample.overview().matrix
    drawn = picture(matrix)
    assert drawn
    assert drawn.left_out == "What is needed and used is left out, for it is much"
    assert {band.state for band in drawn.bands} == {"", "over-shared", "undeclared", "unknown"}
    calm = tuple(cell for cell in matrix.cells if cell.state == "used")
    monkeypatch.setattr(flows, "MOST_PAIRS", 1)
    drawn = picture(replace(matrix, cells=calm))
    assert drawn
    assert {band.state for band in drawn.bands} == {"", "used"}, "or all there is"


def test_options_without_lines_show_no_source() -> None:
    stream = report.page(sample.everything(), Options(Page()))
    assert '<code class="src">' not in stream

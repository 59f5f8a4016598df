"""The page as people have it: in a real browser, clicked, typed at, filtered, printed; without a network."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from policycheck.model.findings import Severity
from policycheck.reports.html.listed import MOST_UNPACKED
from tests.reports import hostile
from tests.reports.html import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page from disk; afterwards nothing may have been complained of, and nothing asked of a network."""
    told: list[str] = []
    asked: list[str] = []
    contexts = []

    def open(text: str, **settings: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(text, "utf-8")
        contexts.append(context := browser.new_context(**settings))
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open
    for context in contexts:
        context.close()
    assert told == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert len(asked) == len(contexts), "the page asks for nothing but itself"


@pytest.fixture(scope="module")
def text() -> str:
    return sample.written(sample.everything(), sample.overview())


def panel(page: Page) -> str:
    """What the open panel says, on one line; empty while it is closed."""
    opened = page.locator("dialog[open]")
    return " ".join(opened.inner_text().split()) if opened.count() else ""


def focused(page: Page) -> str:
    """The name of what has the focus, as a screen reader says it."""
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"))


def messages(page: Page) -> list[str]:
    """The findings that can be seen."""
    return [each.split(" new")[0] for each in page.locator("#list .finding:visible .msg").all_inner_texts()]


def test_a_cell_opens_what_stands_behind_it(opened: Open, text: str) -> None:
    page = opened(text)
    assert panel(page) == ""
    page.click("button.over-shared")
    page.wait_for_selector("dialog[open]")
    assert panel(page) == (
        "acme: user.contact.phone_number × a phone number over-shared (why over-shared) "
        "What would mend it take it away "
        "What was seen can read field2 via import (s3:GetObject): raw, latest, readable, 1,000 people "
        "fields exports/field2.json#/0 (a note) "
        "Who can read it 444455556666 as import in 111122223333, ExternalId none "
        "iam exports/aws.json#/RoleDetailList/3 "
        "What the policy says allows user.contact.phone_number "
        "policies/acme.yaml:7 line 7 of policies/acme.yaml "
        "What such a vendor needs a vendor for e-mail needs it Findings finding 1 of acme new"
    )
    page.click("#close")
    assert panel(page) == ""
    assert focused(page) == "acme, contact phone number: over-shared"


def test_a_cell_leads_to_its_finding(opened: Open, text: str) -> None:
    page = opened(text)
    page.select_option("#by-s", "3")
    page.click("button.over-shared")
    page.click("dialog a")
    assert panel(page) == ""
    assert page.locator("#f0").get_attribute("open") == ""
    assert focused(page).startswith("critical finding 1 of acme")


def test_keyboard_alone(opened: Open, text: str) -> None:
    page = opened(text)
    page.focus(".scroll")
    page.keyboard.press("Tab")
    names = [focused(page)]
    right, down, up = "ArrowRight", "ArrowDown", "ArrowUp"
    for key in (right, right, up, "End", "Home", right, down, down, up):
        page.keyboard.press(key)
        names.append(focused(page))
    assert names == [
        "acme, account tier: declared only",
        "acme, contact email: needed and used",
        "acme, contact phone number: over-shared",
        "acme, contact phone number: over-shared",
        "acme, not classified: unknown",
        "acme, account tier: declared only",
        "acme, contact email: needed and used",
        "calm, contact email: needed and used",
        "calm, contact email: needed and used",
        "acme, contact email: needed and used",
    ]
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert focused(page) == "Close"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    assert panel(page) == ""
    assert focused(page) == "acme, contact email: needed and used"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "acme, contact email: needed and used", "the table is one stop, where one was"
    page.keyboard.press("Control+End")
    assert focused(page) == "acme, contact email: needed and used", "what the browser does with keys stays its own"


def test_what_a_screen_reader_is_told(opened: Open, text: str) -> None:
    page = opened(text)
    table = page.get_by_role("table", name=None).first
    assert table.get_by_role("columnheader").count() == len(sample.COLUMNS) + 1
    assert table.get_by_role("rowheader").count() == 2
    assert page.get_by_role("button", name="acme, device IP address: undeclared, accepted").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("region").count() >= 2
    unnamed = "[...document.querySelectorAll('button, a, select, input')].filter(e => !(e.ariaLabel || e.textContent))"
    assert page.evaluate(f"{unnamed}.filter(e => !e.closest('label')).map(e => e.outerHTML)") == []
    page.click("button.used >> nth=0")
    page.wait_for_selector("dialog[open]")
    assert page.get_by_role("dialog", name="acme: user.contact.email").count() == 1


@pytest.fixture(scope="module")
def filtered(browser: Browser, text: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One page for all filters: a browser's page costs more than what is asked of it here."""
    file = tmp_path_factory.mktemp("filtered") / "report.html"
    file.write_text(text, "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    yield page
    page.close()


@pytest.mark.parametrize(
    ("choices", "shown"),
    [
        ({}, ["finding 1 of acme", "finding 4 of None", "nobody looked", "finding 3 of calm", "finding 2 of acme"]),
        ({"#by-v": "acme (3)"}, ["finding 1 of acme", "nobody looked", "finding 2 of acme"]),
        ({"#by-v": "no vendor (1)"}, ["finding 4 of None"]),
        ({"#by-o": "b@lumen.example (1)"}, ["finding 3 of calm"]),
        ({"#by-s": "high and above"}, ["finding 1 of acme", "finding 4 of None"]),
        ({"#by-a": "123456789012 (1)"}, ["finding 2 of acme"]),
        ({"#by-a": "no account (2)"}, ["finding 4 of None", "finding 3 of calm"]),
        ({"#by-v": "acme (3)", "#by-s": "critical"}, ["finding 1 of acme"]),
        ({"#by-v": "calm (1)", "#by-a": "111122223333 (1)"}, []),
    ],
)
def test_filters(filtered: Page, choices: dict[str, str], shown: list[str]) -> None:
    page = filtered
    for name, label in choices.items():
        page.select_option(name, label=label)
    assert messages(page) == shown
    assert page.locator("#shown").inner_text() == f"{len(shown)} of 5 shown"
    page.click("button[type=reset]")
    expect(page.locator("#shown")).to_have_text("5 of 5 shown")
    assert len(messages(page)) == 5


def test_what_was_seen_of_less_severe_findings_is_unpacked_on_use(opened: Open) -> None:
    low = replace(sample.finding(1, "acme", Severity.LOW), because=("raw",), assumes=("x",), ask="ask")
    many = [replace(low, fingerprint=str(number)) for number in range(MOST_UNPACKED + 2)]
    text = sample.written(sample.result(*many))
    assert text.count('class="later"') == 2
    page = opened(text)
    last = page.locator("#list .finding").last
    assert last.locator(".later li").count() == 0
    last.locator("summary").click()
    told = ["seen aiam x.json", "seen biam x.json", "low, as raw", "assumes x", "to accept it: ask"]
    expect(last.locator(".later li")).to_have_text(told)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".later:empty").count() == 0, "on paper too"


def test_only_what_is_new_and_all_open(opened: Open, text: str) -> None:
    page = opened(text)
    page.check("#by-new")
    assert messages(page) == ["finding 1 of acme"]
    page.click("#all")
    assert page.locator("#list .finding[open]").count() == 1
    page.uncheck("#by-new")
    page.click("#all")
    assert page.locator("#list .finding[open]").count() == 5
    page.click("#all")
    assert page.locator("#list .finding[open]").count() == 0


def test_the_evidence_can_be_saved(opened: Open, text: str) -> None:
    page = opened(text)
    with page.expect_download() as download:
        page.click("#save")
    assert download.value.suggested_filename == "policycheck.json"
    packed = re.search(r'id="evidence">([^<]+)<', text)
    assert packed
    assert Path(download.value.path()).read_bytes() == gzip.decompress(b64decode(packed.group(1)))
    assert json.loads(Path(download.value.path()).read_bytes())["schema"] == "policycheck/check/v1"


def test_hostile_names_run_nothing(opened: Open) -> None:
    accepted = (replace(hostile.finding(), accepted=hostile.NAME, accepted_by="exception"),)
    checked = sample.result(hostile.finding(vendor=hostile.NAME), hostile.finding("PC201"), accepted=accepted)
    page = opened(sample.written(checked, sample.hostile_overview()))
    page.click("#all")
    for index in range(page.locator("#grid button").count()):
        page.locator("#grid button").nth(index).click()
        page.wait_for_selector("dialog[open]")
        assert "<script>alert(1)</script>" in panel(page)
        assert page.locator("dialog").locator("script, img, a[href^=http]").count() == 0
        page.keyboard.press("Escape")
    page.select_option("#by-v", index=1)
    assert page.locator("#list .finding:visible").count() == 1
    assert page.locator("script").count() == 3
    assert page.locator("img, iframe, object, embed, a[href^=http]").count() == 0


def test_what_is_injected_anyway_does_not_run_and_loads_nothing(browser: Browser, tmp_path: Path, text: str) -> None:
    """The Content-Security-Policy alone, were the escaping to fail: it is seen in a page that was tampered with."""
    (tmp_path / "report.html").write_text(text, "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    blocked = page.evaluate(
        """async () => {
            const seen = [];
            document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.injected = 1';
            const image = new Image();
            image.src = 'https://evil.example/x.png';
            document.body.append(script, image);
            await new Promise((done) => setTimeout(done, 100));
            return [seen.sort().join(), 'injected' in window];
        }"""
    )
    page.close()
    assert blocked == ["img-src,script-src-elem", False]


def _luminance(color: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


#: Colour and background of each text that can be seen, the nearest background above it.
_COLORS = """() => [...document.querySelectorAll('body *')].filter((each) => each.checkVisibility() &&
  [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && !each.closest('svg')).map((each) => {
  let behind = each;
  const of = (node) => {
    const before = getComputedStyle(node, '::before');
    const own = before.position === 'absolute' ? before.backgroundColor : 'rgba(0, 0, 0, 0)';
    return own === 'rgba(0, 0, 0, 0)' ? getComputedStyle(node).backgroundColor : own;
  };
  while (behind && of(behind) === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
  return [each.textContent.trim().slice(0, 30), getComputedStyle(each).color, of(behind ?? document.documentElement)];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("toggled", [False, True])
def test_contrast_in_light_and_dark(opened: Open, text: str, scheme: str, toggled: bool) -> None:
    page = opened(text, color_scheme=scheme)
    if toggled:
        page.click("#theme")
    dark = (scheme == "dark") != toggled
    assert page.locator("#theme").get_attribute("aria-pressed") == str(dark).lower()
    page.click("#all")
    colors = page.evaluate(_COLORS)
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (_luminance(background) < 0.2) is dark
    assert len(colors) > 100
    weak = {}
    for words, color, behind in colors:
        high, low = sorted((_luminance(color), _luminance(behind)), reverse=True)
        ratio = (high + 0.05) / (low + 0.05)
        if ratio < 4.5:
            weak[words] = (color, behind, round(ratio, 2))
    assert weak == {}


def test_on_paper_everything_is_open_and_light(opened: Open, text: str) -> None:
    page = opened(text, color_scheme="dark")
    page.evaluate(
        "addEventListener('beforeprint', () => { window.open_ = document.querySelectorAll('.finding[open]').length })"
    )
    pages = page.pdf(prefer_css_page_size=True)
    assert page.evaluate("window.open_") == 7
    assert page.locator(".finding[open]").count() == 0, "afterwards as it was"
    assert b"/MediaBox [0 0 841" in pages, "landscape, for the matrix"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in ("#theme", "#save", "#filters", "nav"):
        assert not page.locator(hidden).is_visible()
    assert page.locator("#grid button.over-shared").is_visible()


@pytest.mark.parametrize("width", [360, 768, 1280, 2000])
def test_nothing_is_wider_than_the_window(opened: Open, text: str, width: int) -> None:
    page = opened(text, viewport={"width": width, "height": 800})
    page.click("#all")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_headings_of_the_matrix_stay_in_sight(opened: Open) -> None:
    overview = sample.overview()
    rows = [replace(overview.matrix.rows[0], vendor=f"v{n:03}") for n in range(80)]
    cells = [replace(overview.matrix.cells[0], vendor=row.vendor, category=column.category) for row in rows
             for column in sample.COLUMNS]  # fmt: skip
    matrix = replace(overview.matrix, rows=tuple(rows), cells=tuple(cells))
    page = opened(sample.written(sample.everything(), replace(overview, matrix=matrix)),
                  viewport={"width": 400, "height": 700})  # fmt: skip
    page.locator("#grid button").last.click()
    page.keyboard.press("Escape")
    box = page.locator(".scroll").first.bounding_box()
    heads = [page.locator(each).bounding_box() for each in ("#grid .corner", "#grid tbody tr:last-child th")]
    assert box
    for head in heads:
        assert head
        assert abs(head["x"] - box["x"]) <= 2
    assert heads[0]
    assert abs(heads[0]["y"] - box["y"]) <= 2


def test_without_javascript_all_but_the_cells_can_be_read(opened: Open, text: str) -> None:
    page = opened(text, java_script_enabled=False)
    assert not page.locator("#filters").is_visible()
    assert not page.locator("#save").is_visible()
    assert page.locator("#grid button").count() == 6
    page.locator("#f0 summary").click()
    assert page.locator("#f0 dl").is_visible()
    assert "Without JavaScript" in page.locator("body").inner_text()


def test_the_boxes_of_the_picture_do_not_overlap(opened: Open, text: str) -> None:
    page = opened(text)
    rectangles = "all => all.map(e => e.getBoundingClientRect()).map(r => [r.x, r.y, r.bottom])"
    boxes = page.locator(".boxes text").evaluate_all(rectangles)
    columns: dict[int, list[tuple[float, float]]] = {}
    for x, top, bottom in boxes:
        columns.setdefault(round(x / 300), []).append((top, bottom))
    for column in columns.values():
        for above, below in pairwise(sorted(column)):
            assert above[1] <= below[0] + 2

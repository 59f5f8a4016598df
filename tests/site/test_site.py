"""The site has every page, leads nowhere that is not there, and asks nobody else for anything."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from markdown_it import MarkdownIt
from playwright.sync_api import TimeoutError, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent.parent
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def hook(checkout: Path) -> dict[str, Any]:
    """The hook by which the site is built; it looks at files beside the pages too, so it is that of the checkout."""
    return runpy.run_path(str(checkout / "docs" / "_site.py"))


def _nav(entries: Any) -> Iterator[str]:
    for entry in entries:
        for target in entry.values():
            yield from [target] if isinstance(target, str) else _nav(target)


def test_every_page_is_in_the_navigation_once(hook: dict[str, Any]) -> None:
    pages = [path.name for path in (ROOT / "docs").glob("*.md")] + list(hook["ELSEWHERE"])
    assert sorted(_nav(CONFIG["nav"])) == sorted(pages)


def test_what_leads_nowhere_is_a_warning_and_so_an_error() -> None:
    levels = {level for group in CONFIG["validation"].values() for level in group.values()}
    assert levels == {"warn"}
    assert "--strict" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize(
    ("page", "link", "led"),
    [
        ("ci.md", "[a](../examples/ci/gitlab.yml)", "[a](files/examples/ci/gitlab.yml)"),
        ("ci.md", "[a](drift.md#two-snapshots)", "[a](drift.md#two-snapshots)"),
        ("ci.md", "[a](#github)", "[a](#github)"),
        ("security.md", "[a](../SECURITY.md)", "[a](reporting.md)"),
        ("writing-a-policy.md", "[a](../examples/photo-sharing)", "[a](example.md)"),
        ("json-output.md", "[a](../policies/schemas)", "a"),
        ("contributing.md", "[a](README.md) [b](docs/ci.md#github)", "[a](index.md) [b](ci.md#github)"),
        ("example.md", "[a](../../docs/ci.md)", "[a](ci.md)"),
        ("ci.md", "`[a](../b)` [c](https://vendor.example/)", "`[a](../b)` [c](https://vendor.example/)"),
        ("ci.md", "```\n[a](../b)\n```", "```\n[a](../b)\n```"),
    ],
)
def test_links_out_of_the_pages_lead_to_what_the_site_has(hook: dict[str, Any], page: str, link: str, led: str) -> None:
    assert hook["for_site"](link, page) == led


COUNTED = ("li", "table", "tr", "td", "pre", "h1", "h2", "h3", "h4", "ul", "ol", "details")


def _counts(html: str) -> dict[str, int]:
    return {tag: len(re.findall(rf"<{tag}[ >]", html)) for tag in COUNTED}


def test_the_site_shows_what_a_host_of_code_shows(site: Path, checkout: Path, hook: dict[str, Any]) -> None:
    """MkDocs reads other Markdown: a list without a blank line before it would be one paragraph."""
    render = MarkdownIt("commonmark").enable("table").render
    pages = {path.stem: path for path in (checkout / "docs").glob("*.md")}
    pages |= {name.removesuffix(".md"): checkout / path for name, path in hook["ELSEWHERE"].items()}
    differing = {}
    for name, path in pages.items():
        built = (site / f"{name}.html").read_text("utf-8")
        article = built[built.index("<article") : built.index("</article>")]
        there, here = _counts(render(path.read_text("utf-8"))), _counts(article)
        differing[name] = {tag: (there[tag], here[tag]) for tag in COUNTED if there[tag] != here[tag]}
    assert {name: tags for name, tags in differing.items() if tags} == {}


class _Loads(HTMLParser):
    """What a page loads by itself: links that a reader may follow are none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = ("src", "srcset", "data", "poster") if tag != "link" else ("href",)
        self.loaded += [value for name, value in attrs if name in names and value]


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    loads = {path.name: _Loads() for path in pages}
    for path in pages:
        loads[path.name].feed(path.read_text("utf-8"))
    assert all(each.loaded for each in loads.values())
    foreign = {name: [url for url in each.loaded if re.match(r"(\w+:)?//", url)] for name, each in loads.items()}
    assert {name: urls for name, urls in foreign.items() if urls} == {}
    styles = "\n".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert styles
    assert re.findall(r"url\(\s*['\"]?(?:https?:)?//[^)]*|@import[^;]*", styles) == []


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page of the browser, with what it is asked for and what it complains of."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page, asked, told
    context.close()


#: One of each sort: by hand, generated, large, with a wide table, from elsewhere in the checkout, in the place of none.
OPENED = ("index", "getting-started", "rules", "vendors", "aws", "file-formats", "changelog", "404")


def test_pages_open_without_asking_anybody_else(served: str, watched: tuple[Page, list[str], list[str]]) -> None:
    page, asked, told = watched
    page.set_viewport_size({"width": 390, "height": 844})
    for name in OPENED:
        page.goto(f"{served}/{name}.html", wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, f"{name} is wider than a telephone"
    assert len(asked) > 5 * len(OPENED)
    assert [url for url in asked if not url.startswith((f"{served}/", "data:", "blob:"))] == []
    assert told == []


def test_a_page_opens_from_disk(site: Path, watched: tuple[Page, list[str], list[str]]) -> None:
    page, asked, _ = watched
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="the developer and the hook").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The developer and the hook")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("PC101", "rules.html"),
        ("user.device.ip_address", "categories.html"),
        ("SendGrid", "vendors.html"),
        ("new-only", "commands.html"),
    ],
)
def test_the_search_finds(served: str, watched: tuple[Page, list[str], list[str]], words: str, found: str) -> None:
    page, _, _ = watched
    results = page.locator(".md-search-result__link")
    # What is typed before the page's script listens is lost, as it is for a person; and a page whose index did not come
    # on a busy machine finds nothing until it is loaded again.
    for _ in range(6):
        page.goto(f"{served}/index.html")
        page.get_by_role("textbox", name="Search").fill(words)
        with suppress(TimeoutError):
            results.first.wait_for(timeout=15_000)
            break
    expect(results.first).to_be_visible()
    targets = [link.get_attribute("href") or "" for link in results.all()]
    assert any(found in target for target in targets), targets

"""What the site has beside docs/: pages and files of the checkout that the documentation links to.

A link that leads out of docs/ works on a host of code as it is; here it gets the page, or the copy of the file, that
the site has instead. MkDocs calls the functions (``hooks`` in mkdocs.yml).
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent

#: Pages of the site that stand elsewhere in the checkout.
ELSEWHERE = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "reporting.md": "SECURITY.md",
    "example.md": "examples/photo-sharing/README.md",
    "example-aws.md": "examples/photo-sharing-aws/README.md",
    "example-saas.md": "examples/photo-sharing-saas/README.md",
}
#: Paths of the checkout that another page of the site speaks of.
_INSTEAD = {"README.md": "index.md", **{path: page for page, path in ELSEWHERE.items()}}

#: A link: its text, and where it leads to. Code is matched first, so that what looks like a link there stays.
_LINK = re.compile(r"(?P<code>^```.*?^```|`[^`\n]+`)|\[(?P<text>[^\[\]]+)\]\((?P<target>[^)\s]+)\)", re.M | re.S)
#: A rule's heading, its title and its name: on a host of code, an anchor can only be the whole heading.
_RULE = re.compile(r"^### (PC\d{3})\n\n\*\*(.+)\*\* \((`.+`)\)$", re.M)
#: What gives way: the first page is alone in its part, and five columns need the width of the contents.
_HIDDEN = {"index.md": "navigation", "aws.md": "toc"}
_ROW = re.compile(r"^\|.*\|$", re.M)
#: A list within a list: MkDocs wants four blanks before it.
_NESTED = re.compile(r"(?P<code>^```.*?^```)|^  (?=[-*] )", re.M | re.S)
#: Code in the cells of a table: such a line of HTML has nothing else.
_CELL_CODE = re.compile(r"(?<=<code>)[^<]+(?=</code>(?:(?!<td>).)*</td>)")
_ABSOLUTE = re.compile(r"[a-z]+:|#")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand elsewhere, and copies of the files that pages link to."""
    from mkdocs.structure.files import File

    for page, path in ELSEWHERE.items():
        files.append(File.generated(config, page, content=(ROOT / path).read_text("utf-8")))
    for path in sorted(linked_files()):
        files.append(File.generated(config, f"files/{path}", abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The text of a page with the links of the site, and rules with their titles in the table of contents."""
    page.meta["hide"] = [_HIDDEN[page.file.src_uri]] if page.file.src_uri in _HIDDEN else []
    if page.file.src_uri == "rules.md":
        markdown = _RULE.sub(lambda rule: f"### {rule[1]}: {rule[2]} {{ #{rule[1].lower()} }}\n\n{rule[3]}", markdown)
    return for_site(_read_alike(markdown), page.file.src_uri)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page with places where the names in its tables may be parted: a long one makes a column too wide."""
    return _CELL_CODE.sub(lambda code: re.sub(r"([./:])(?=\w)", r"\1<wbr>", code[0]), html)


def _read_alike(markdown: str) -> str:
    """The text in the words of MkDocs, where these are others than those of a host of code."""
    nested = _NESTED.sub(lambda found: found["code"] or "    ", markdown)
    return _ROW.sub(_bars, nested.replace("<details>", '<details markdown="1">'))


def _bars(row: re.Match[str]) -> str:
    """A row of a table whose code has bars: MkDocs knows by itself that these end no cell, and shows a backslash."""
    return re.sub(r"`[^`]*`", lambda code: code[0].replace("\\|", "|"), row[0])


def for_site(markdown: str, page: str) -> str:
    """The text of a page with each link that leads out of docs/ led to what the site has instead."""

    def led(match: re.Match[str]) -> str:
        if match["code"] or _ABSOLUTE.match(match["target"]):
            return match[0]
        path, mark, anchor = match["target"].partition("#")
        place = _on_site(_in_checkout(path, page))
        return f"[{match['text']}]({place}{mark}{anchor})" if place else match["text"]

    return _LINK.sub(led, markdown)


def linked_files() -> set[str]:
    """The files of the checkout, not pages, to which pages of the site link."""
    return {path for page in _pages() for path in _targets(page) if (ROOT / path).is_file() and not _is_page(path)}


def _pages() -> list[str]:
    return [path.name for path in (ROOT / "docs").glob("*.md")] + list(ELSEWHERE)


def _targets(page: str) -> set[str]:
    text = (ROOT / ELSEWHERE.get(page, f"docs/{page}")).read_text("utf-8")
    found = (match["target"] for match in _LINK.finditer(text) if match["target"])
    return {_in_checkout(target.partition("#")[0], page) for target in found if not _ABSOLUTE.match(target)}


def _in_checkout(path: str, page: str) -> str:
    """Where a link of a page leads to, from the root of the checkout."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(ELSEWHERE.get(page, f"docs/{page}")), path))


def _is_page(path: str) -> bool:
    return path in _INSTEAD or path.startswith("docs/")


def _on_site(path: str) -> str:
    """What the site has for a path of the checkout; nothing for a directory without a page."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if (ROOT / path).is_dir():
        return _INSTEAD.get(f"{path}/README.md", "")
    return _INSTEAD.get(path, f"files/{path}")

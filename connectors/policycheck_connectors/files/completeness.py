"""What an answer of an API says about its own completeness: totals, next pages, and answers that tell of an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policycheck.model.dataclass import dataclass

#: Objects beside the list that may hold such words.
AROUND = frozenset(
    {"_metadata", "metadata", "meta", "paging", "pagination", "pages", "page", "links", "_links", "result_info"}
)
_TOTAL = frozenset(
    {
        "total",
        "count",
        "total_items",
        "total_count",
        "totalresults",
        "totalsize",
        "total_results",
        "total_filtered_count",
    }
)
_MORE = frozenset({"has_more", "hasmore", "more", "istruncated", "is_truncated", "has_next_page", "hasnextpage"})
_NEXT = frozenset(
    {
        *("next", "next_page", "nextpage", "next_page_url", "next_page_uri", "next_url", "nextlink", "@odata.nextlink"),
        *("next_cursor", "nextcursor", "next_page_token", "nextpagetoken", "next_token", "nexttoken"),
    }
)
_DEPTH = 3


@dataclass(slots=True)
class Page:
    """One list of one file: the rows read and what the file says around it. ``total`` None: it says none."""

    name: str
    list: str
    rows: int = 0
    total: int | None = None
    more: bool = False
    failed: bool = False

    def tell(self, key: str, value: object, depth: int = 0) -> None:
        """Hear one word around the list; objects are looked into, everything unknown is passed over."""
        word = key.lower()
        if isinstance(value, Mapping):
            self._tell_inner(word, value, depth)
        elif word in _TOTAL:
            # The texts are those of YAML, whose scalars are all read as text.
            if str(value).isdecimal():
                self.total = max(int(str(value)), self.total or 0)
        elif word in _MORE:
            self.more |= value in (True, "true", "True")
        elif word in _NEXT or (depth and word == "after"):
            self.more |= value not in (None, "", False, "null", "~")
        elif word in ("success", "ok"):
            self.failed |= value in (False, "false")

    def _tell_inner(self, word: str, value: Mapping[str, object], depth: int) -> None:
        if word in _NEXT:
            self.more |= bool(value)
        elif depth < _DEPTH:
            number, last = str(value.get("page")), str(value.get("total_pages"))
            self.more |= number.isdecimal() and last.isdecimal() and int(number) < int(last)
            for key, inner in value.items():
                self.tell(str(key), inner, depth + 1)


def shortfalls(pages: list[Page]) -> Iterator[tuple[str, str]]:
    """(file, reason) of every page that is not all there is, nor followed by what is missing in another file."""
    for page in pages:
        others = [other for other in pages if other.list == page.list and other is not page]
        if page.failed:
            yield page.name, "the answer tells of an error"
        elif page.total is not None and page.rows < page.total:
            rows = page.rows + sum(
                other.rows for other in others if other.total == page.total and other.rows < page.total
            )
            if rows < page.total:
                yield page.name, f"has {rows} rows of {page.total}"
        elif page.more and all(other.more for other in others):
            yield page.name, "says that another page follows"

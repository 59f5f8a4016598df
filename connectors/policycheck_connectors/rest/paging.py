"""The next page of a list: eight ways in which vendors say it, and when there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from policycheck.model.dataclass import dataclass
from policycheck.model.definition_words import BODY_CURSOR, CURSOR, LAST_ID, LINK, NEXT_URL, NO_PAGING, OFFSET, PAGE
from policycheck.model.definitions import Paging
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.templates import plain, search
from policycheck_connectors.rest.transport import Answer, Ask, Json

#: The longest Link header that is read.
_MOST_LINKS = 16 << 10
#: Pages that one list may have: a vendor that says "more" without end is stopped here.
MOST_PAGES = 2000
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,]*))*)")
_PARAMETER = re.compile(r";\s*([\w-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,]*))")


@dataclass(slots=True)
class Pager:
    """Walks the pages of one list. ``total`` is how many records there are, where the vendor declares it."""

    paging: Paging
    total: int | None = None
    read: int = 0
    pages: int = 0
    _seen: set[str] = field(default_factory=set)
    _last: list[Json] | None = None

    def first(self, ask: Ask) -> Ask:
        """The first question, with the size of a page and where to begin."""
        paging, extra = self.paging, {}
        if paging.size_in and paging.size:
            extra[paging.size_in] = str(paging.size)
        if paging.kind == PAGE:
            extra[paging.at_in] = str(paging.first)
        return self._with(ask, extra)

    def next(self, ask: Ask, answer: Answer, records: list[Json]) -> Ask | None:
        """The question for the page after this one; None after the last. Failure when pages go round in a circle."""
        self.read += len(records)
        self.pages += 1
        if self.paging.kind == NO_PAGING or self._over(answer, records):
            return None
        following = self._following(ask, answer, records)
        if following is None:
            return None
        if records and records == self._last:
            raise Failure("the list gives the same page again and again", "report this to the vendor")
        self._last = records
        key = f"{following.url} {following.body}"
        if key in self._seen or following == ask:
            raise Failure("the pages of the list go round in a circle", "report this to the vendor")
        self._seen.add(key)
        if self.pages >= MOST_PAGES:
            raise Failure(f"the list has more than {MOST_PAGES} pages", "narrow what is asked for")
        return following

    def _over(self, answer: Answer, records: list[Json]) -> bool:
        """Whether a stop rule says that this was the last page. An empty page ends a list, but not one of links:
        vendors that filter send empty pages in between."""
        paging = self.paging
        if paging.more and search(paging.more, answer.body) in (False, None, "false", 0):
            return True
        if paging.kind in (OFFSET, PAGE):
            if self.total is not None:
                return self.read >= self.total or not records
            return not records or (not paging.more and bool(paging.size) and len(records) < paging.size)
        return not records and paging.kind == LAST_ID

    def _following(self, ask: Ask, answer: Answer, records: list[Json]) -> Ask | None:
        paging = self.paging
        if paging.kind == OFFSET:
            return self._with(ask, {paging.at_in: str(self.read)})
        if paging.kind == PAGE:
            return self._with(ask, {paging.at_in: str(paging.first + self.pages)})
        if paging.kind == LAST_ID:
            last = plain(search(paging.id, records[-1]))
            return self._with(ask, {paging.at_in: last}) if last else None
        if paging.kind == LINK:
            url = _link(answer.headers)
            return replace(ask, url=urljoin(ask.url, url)) if url else None
        token = plain(search(paging.next, answer.body))
        if not token:
            return None
        if paging.kind == NEXT_URL:
            return replace(ask, url=urljoin(ask.url, token))
        assert paging.kind in (CURSOR, BODY_CURSOR)
        return self._with(ask, {paging.at_in: token})

    def _with(self, ask: Ask, extra: Mapping[str, str]) -> Ask:
        """The question with parameters replaced: in the body for cursors that travel there."""
        if not extra:
            return ask
        if self.paging.kind == BODY_CURSOR:
            return replace(ask, body={**(ask.body or {}), **extra})
        return replace(ask, url=_set(ask.url, extra))


def _set(url: str, extra: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key not in extra]
    return parts._replace(query=urlencode([*kept, *extra.items()])).geturl()


def _link(headers: Mapping[str, str]) -> str:
    """The address with ``rel="next"`` of a Link header (RFC 8288); "" where ``results`` says that nothing is there."""
    header = headers.get("Link", "")
    if len(header) > _MOST_LINKS:
        raise Failure("the Link header is too long to be read", "report this to the vendor")
    for url, parameters in _LINK.findall(header):
        named = {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters)}
        if "next" in named.get("rel", "").lower().split() and named.get("results", "true").lower() != "false":
            return str(url)
    return ""

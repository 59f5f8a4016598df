"""What ``show`` prints: vendors, grants, fields and exposures, as tables or JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence
from policycheck.model.survey import StoppedRead, Survey, UnlistedRead, VendorRow
from policycheck.reports import plain
from policycheck.reports.page import Page
from policycheck.reports.table import table
from policycheck.reports.text import evidence_text
from policycheck.reports.words import count, short

#: Resources outside of the catalog that one line names.
PLACES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of listing: what it selects from a survey, its table, and its JSON items (under ``name``).

    ``order`` sorts the rows of one vendor; what no vendor claims comes last. Where a terminal is too narrow, the
    columns in ``headings`` stand above their rows and ``optional`` ones are left out, in that order. ``below`` gives
    sentences that stand under the table, each once.
    With ``stops``, what is not in the list because something stops it, or because no catalog describes it, is told as
    well.
    """

    name: str
    head: tuple[str, ...]
    select: Callable[[Survey], Sequence[Any]]
    row: Callable[[Any], tuple[str, ...]]
    item: Callable[[Any], plain.Plain]
    order: Callable[[Any], tuple[str, ...]]
    optional: tuple[str, ...] = ()
    below: Callable[[Any], tuple[str, ...]] = lambda each: ()
    stops: bool = False
    headings: tuple[str, ...] = ()

    @property
    def schema(self) -> str:
        """The name of the JSON form."""
        return f"policycheck/show-{self.name}/v1"

    def rows(self, survey: Survey, vendors: Sequence[str]) -> list[Any]:
        """The selected values, of these vendors only unless there are none."""
        rows = (each for each in self.select(survey) if not vendors or _whose(each) in vendors)
        return sorted(rows, key=lambda each: (not _whose(each), _whose(each), *self.order(each)))

    def stopped(self, survey: Survey, vendors: Sequence[str]) -> list[StoppedRead]:
        """What is not listed because something stops it, of these vendors only unless there are none."""
        found = [each for each in survey.stopped if not vendors or each.vendor in vendors] if self.stops else []
        return sorted(found, key=lambda each: (each.vendor, each.dataset, each.account, each.via))

    def unlisted(self, survey: Survey, vendors: Sequence[str]) -> list[UnlistedRead]:
        """What is not listed because no catalog describes it, of these vendors only unless there are none."""
        found = [each for each in survey.unlisted if not vendors or each.vendor in vendors] if self.stops else []
        return sorted(found, key=lambda each: (each.vendor, each.account, each.via, each.action))

    def text(
        self,
        rows: Sequence[Any],
        page: Page,
        fit: bool,
        stopped: Sequence[StoppedRead] = (),
        unlisted: Sequence[UnlistedRead] = (),
    ) -> str:
        """A table; one sentence when it is empty."""
        lines = [f"no {self.name}"]
        if rows:
            cells = [self.row(each) for each in rows]
            lines = table(self.head, cells, page, fit, self.optional, self.headings)
        told = dict.fromkeys(sentence for each in rows for sentence in self.below(each))
        told.update(dict.fromkeys(sentence for each in stopped for sentence in stopped_lines(each)))
        told.update(dict.fromkeys(unlisted_lines(unlisted)))
        more = [line for sentence in told for line in page.wrap(sentence, "", "  ")]
        return "\n".join([*lines, *(["", *more] if more else [])]) + "\n"

    def document(
        self,
        rows: Sequence[Any],
        survey: Survey,
        stopped: Sequence[StoppedRead] = (),
        unlisted: Sequence[UnlistedRead] = (),
    ) -> plain.Plain:
        """The JSON form."""
        return {
            "schema": self.schema,
            "snapshot": plain.snapshot(survey.snapshot),
            self.name: [self.item(each) for each in rows],
            **({"stopped": [plain.stopped(each) for each in stopped]} if self.stops else {}),
            **({"unlisted": [plain.unlisted(each) for each in unlisted]} if self.stops else {}),
            "coverage": [plain.coverage(each) for each in survey.coverage],
        }


def _whose(each: Any) -> str:
    """The vendor of a row, or the one that a grant looks like."""
    return str(each.vendor or getattr(each, "looks_like", ""))


def _vendor(each: VendorRow) -> tuple[str, ...]:
    return (
        each.vendor,
        each.kind,
        each.stage,
        each.owner,
        each.policy or "none",
        str(each.grants),
        str(len(each.categories)),
    )


def _grant(each: Grant) -> tuple[str, ...]:
    trust = each.direction == "inbound"
    scopes = "" if each.scopes is None else ", ".join(each.scopes) or "none"
    return (
        each.vendor or (f"{each.looks_like}?" if each.looks_like else "unclaimed" if each.external else "internal"),
        each.direction,
        each.system,
        each.account,
        each.name or each.principal,
        f"{_IAM.sub('', each.party)} ({each.party_kind})" if trust else each.party,
        each.external_id if trust else "",
        scopes,
        _first(each.evidence),
    )


def _exposure(each: Exposure) -> tuple[str, ...]:
    return (
        each.vendor,
        each.category or "not classified",
        each.form,
        each.depth,
        each.origin,
        each.place,
        short(each.party or each.via),
        "unknown" if each.subjects is None else f"{each.subjects:,}",
        _first(each.evidence),
    )


def _hinted(each: Grant) -> tuple[str, ...]:
    named = bool(each.looks_like) and each.vendor is None
    return ("?: so a name, a published account or issuer has it; no entry under `recognise` says it",) if named else ()


def _limits(each: Exposure) -> tuple[str, ...]:
    return tuple(f"{each.vendor} {each.dataset} via {short(each.party or each.via)}: {limit}" for limit in each.limits)


def stopped_lines(each: StoppedRead) -> Iterator[str]:
    """What is stopped by what, and what that rests on."""
    yield f"{each.vendor} {each.dataset} via {short(each.party or each.via)}: {each.action} is allowed, but {each.by}"
    yield from (f"taken for that: {sentence}" for sentence in each.assumes)


def unlisted_lines(found: Sequence[UnlistedRead]) -> Iterator[str]:
    """What can be read and is not in the catalog, by name, and how it gets there."""
    for each in found:
        named = ", ".join(each.places[:PLACES_NAMED])
        more = f" and {len(each.places) - PLACES_NAMED} more (--output json names all)"
        what = f"{count(len(each.places), 'resource') if each.places else 'data'} that no catalog entry describes"
        told = f": {named}{more if len(each.places) > PLACES_NAMED else ''}" if named else ": no such resource was seen"
        yield f"{each.vendor} can read {what} via {short(each.party or each.via)} ({each.action}){told}"
    if found:
        yield (
            "to tell what is there, give each a dataset under catalog/, with its `locations` and its `fields`, or with "
            "`fields: none` and a why; `policycheck catalog import` drafts one from a schema"
        )


def _place(each: Exposure) -> tuple[str, ...]:
    return (each.category or "~", each.place, each.account, each.via)


def _first(evidence: tuple[Evidence, ...]) -> str:
    more = f" and {len(evidence) - 1} more" if len(evidence) > 1 else ""
    return evidence_text(evidence[0]) + more if evidence else ""


#: What all ARNs of parties begin with.
_IAM = re.compile(r"^arn:[\w-]+:(?:iam|sts)::")

_LESS, _ABOVE = ("EVIDENCE", "PEOPLE", "VIA"), ("VENDOR", "CATEGORY")
_EXPOSURE = ("VENDOR", "CATEGORY", "FORM", "DEPTH", "ORIGIN", "PLACE", "VIA", "PEOPLE", "EVIDENCE")

LISTINGS = {
    listing.name: listing
    for listing in (
        Listing(
            "vendors",
            ("VENDOR", "KIND", "STAGE", "OWNER", "POLICY", "GRANTS", "CATEGORIES"),
            lambda survey: survey.vendors,
            _vendor,
            plain.vendor,
            lambda each: (),
            ("STAGE", "OWNER", "KIND"),
        ),
        Listing(
            "grants",
            ("VENDOR", "DIRECTION", "SYSTEM", "ACCOUNT", "PRINCIPAL", "PARTY", "EXTERNAL ID", "SCOPES", "EVIDENCE"),
            lambda survey: survey.grants,
            _grant,
            plain.grant,
            lambda each: ("" if each.external else "internal", each.system, each.account, each.principal, each.party),
            ("EVIDENCE", "ACCOUNT", "DIRECTION"),
            _hinted,
            headings=("VENDOR",),
        ),
        Listing(
            "fields",
            _EXPOSURE,
            lambda survey: survey.fields,
            _exposure,
            plain.exposure,
            _place,
            _LESS,
            headings=_ABOVE,
        ),
        Listing(
            "exposures",
            _EXPOSURE,
            lambda survey: survey.exposures,
            _exposure,
            plain.exposure,
            _place,
            _LESS,
            _limits,
            True,
            _ABOVE,
        ),
    )
}

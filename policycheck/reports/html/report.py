"""One HTML file: the page with its own style and script, the details of its cells, and the JSON document as evidence.

A Content-Security-Policy lets exactly this style and this script run and nothing be loaded. Every text goes through
autoescape, and before that through ``clean``.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from policycheck import __version__
from policycheck.library.rules import load_rules
from policycheck.model.dataclass import dataclass
from policycheck.model.findings import CheckResult
from policycheck.reports import json as evidence
from policycheck.reports import plain
from policycheck.reports.clean import clean
from policycheck.reports.html.details import details
from policycheck.reports.html.flows import Picture, picture
from policycheck.reports.html.grid import LETTERS, MEANINGS, Grid, grid
from policycheck.reports.html.listed import Listed, listed
from policycheck.reports.html.sights import Sights, sights
from policycheck.reports.interface import Options
from policycheck.reports.telling import counts, hidden, verdict
from policycheck.reports.words import count

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent

#: Bytes of the packed JSON document; what is larger is left out and said to be.
MOST_EVIDENCE = 6_000_000


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the template is filled with; None where the check was not asked for it."""

    grid: Grid | None
    picture: Picture | None
    findings: Listed
    accepted: Listed
    sights: Sights
    hidden: str


class HtmlReport:
    """The answer in one sentence, then all that stands behind it."""

    name = "html"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the whole page."""
        stream.write(page(result, options))


def page(result: CheckResult, options: Options) -> str:
    """The page as one text; the same for the same result."""
    overview = options.overview
    table = grid(overview.matrix) if overview else None
    script, style = _text("report.js"), _text("report.css")
    findings = listed(result.findings, options, overview.changes if overview else None)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            result=result,
            overview=overview,
            options=options,
            verdict=verdict(result),
            counts=counts(result),
            tiles=tiles(result, options),
            version=__version__,
            rules=load_rules(),
            letters=LETTERS,
            meanings=MEANINGS,
            script=script,
            style=style,
            csp=policy(script, style),
            details=packed(details(table, options, findings)),
            evidence=_evidence(result, options),
            parts=_Parts(
                grid=table,
                picture=picture(overview.matrix) if overview else None,
                findings=findings,
                accepted=listed(result.accepted, options),
                sights=sights(result),
                hidden=hidden(result, options)[0],
            ),
        )
    )


def tiles(result: CheckResult, options: Options) -> tuple[tuple[str, int], ...]:
    """How many vendors, grants and fields the page is about: where some were asked for, what it shows of them."""
    told, overview = result.tally, options.overview
    if not options.asked or overview is None:
        return ("vendors", told.vendors), ("grants", told.grants), ("fields", told.fields)
    matrix = overview.matrix
    fields = [each for cell in matrix.cells for each in cell.exposures if each.origin != "readable"]
    return ("vendors", len(matrix.rows)), ("grants", sum(row.grants for row in matrix.rows)), ("fields", len(fields))


def policy(script: str, style: str) -> str:
    """The Content-Security-Policy of a page with this script and this style and nothing else."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def packed(document: plain.Plain) -> str:
    """A document as JSON, packed by gzip, in base64: nothing in it can end the element that holds it."""
    stream = io.StringIO()
    plain.dump(document, stream)
    return base64.b64encode(gzip.compress(stream.getvalue().encode("ascii"), mtime=0)).decode("ascii")


def _evidence(result: CheckResult, options: Options) -> str:
    text = packed(evidence.document(result, options))
    return text if len(text) <= MOST_EVIDENCE else ""


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _text(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _cleaned(value: Any) -> Any:
    """Texts without what would hide or reorder them; what is markup already is ours."""
    return clean(value) if type(value) is str else value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # 54 ms, which no other format needs.
    from jinja2 import DictLoader, Environment, StrictUndefined

    environment = Environment(
        loader=DictLoader({"page.html.j2": _text("page.html.j2")}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = count
    environment.filters["capital"] = lambda words: words[:1].upper() + words[1:]
    return environment

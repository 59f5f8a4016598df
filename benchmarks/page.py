"""The HTML report of 200 vendors and 60 categories: its size, and how soon a browser answers to a click in it.

``python -m benchmarks.page FILE`` writes the page alone.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.jobs import Row as Measured
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding, Instance, Severity, SnapshotInfo, Tally
from policycheck.model.grants import Exposure
from policycheck.model.overview import STATES, Cell, Column, Matrix, Overview, PolicyLine, Row
from policycheck.model.places import Evidence, Location
from policycheck.reports import registry
from policycheck.reports.interface import Options
from policycheck.reports.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VENDORS, CATEGORIES, CELLS = 200, 60, 2_000
_REPEATS = 5

#: A bare table of that size took 0.098 s on a machine with nothing else to do, where half a second was promised.
MOST_TIMES = 5

#: How often each of the states occurs, in per cent.
_SHARES = (15, 55, 12, 12, 6)
_WORDS = ("billing", "members", "support", "analytics", "mail", "events", "orders", "profiles", "sessions", "exports")


def sample() -> tuple[CheckResult, Overview]:
    """A result with the overview of it, the same each time."""
    chance = random.Random(7)
    taxonomy = load_taxonomy()
    keys = [key for key in sorted(taxonomy.categories) if key.count(".") >= 1 and key.startswith("user")][:CATEGORIES]
    vendors = [f"vendor-{number:03}-{chance.choice(_WORDS)}" for number in range(VENDORS)]
    places = sorted(chance.sample([(v, k) for v in range(VENDORS) for k in range(CATEGORIES)], CELLS))
    cells: list[Cell] = []
    findings: list[Finding] = []
    for v, k in places:
        state = chance.choices(STATES, _SHARES)[0]
        exposures = () if state == "declared" else tuple(_exposures(chance, vendors[v], keys[k]))
        found = (_finding(len(findings), vendors[v], keys[k], exposures),) if state in STATES[2:4] else ()
        findings += found
        cells.append(_cell(vendors[v], keys[k], state, exposures, found))
    columns = (_column(key) for key in keys)
    lines = map(_row, vendors)
    return _result(tuple(findings), vendors), Overview(Matrix(tuple(columns), tuple(lines), tuple(cells)))


def _row(vendor: str) -> Row:
    owner, policy = f"{vendor}@lumen.example", f"policies/{vendor}.yaml"
    return Row(vendor, vendor.title(), "product_analytics", "enforce", owner, policy, 3)


def _column(key: str) -> Column:
    known = load_taxonomy().categories[key]
    return Column(key, known.short, ".".join(key.split(".")[:2]), known.sensitivity, known.label)


def _exposures(chance: random.Random, vendor: str, category: str) -> Iterator[Exposure]:
    for number in range(chance.choice((1, 1, 2, 3))):
        table, field = chance.choice(_WORDS), f"{category.rsplit('.', 1)[-1]}_{number}"
        where = f"exports/aws/account-{chance.randrange(10**12):012}.json#/RoleDetailList/{chance.randrange(400)}"
        yield Exposure(
            vendor, category, "raw", "latest", chance.choice(("readable", "custom", "sent", "collected")),
            f"{table}.{field}", f"arn:aws:iam::111122223333:role/{vendor}-import", "aws",
            (Evidence("prod-aws", where), Evidence("catalog", f"catalog/{table}.yaml:{chance.randrange(3, 90)}:3")),
            dataset=table, field=field, account="111122223333", action="s3:GetObject", subjects=30_000_000,
        )  # fmt: skip


def _finding(number: int, vendor: str, category: str, exposures: tuple[Exposure, ...]) -> Finding:
    instances = tuple(
        Instance(f"{number:08x}{place:08x}", (("account", each.account), ("category", category)),
                 f"{vendor}-import can read {each.place} (s3:GetObject on arn:aws:s3:::lumen-{each.dataset}/example)",
                 each.evidence)
        for place, each in enumerate(exposures)
    )  # fmt: skip
    return Finding(
        rule="PC101", severity=Severity(1 + number % 4), outcome="violation", vendor=vendor,
        message=f"{vendor} has {category} (raw), which its policy does not allow", fingerprint=f"{number:016x}",
        location=Location(f"policies/{vendor}.yaml", 16, 1), instances=instances,
        help=f"take {exposures[0].field} out of {exposures[0].dataset}, or take it out of reach of {vendor}-import; "
        f"or, if the vendor needs it, add `- {{category: {category}, forms: [raw]}}` under fields with a why",
        owner=f"{vendor}@lumen.example", ask=f"an exception in policies/{vendor}.yaml, approved by somebody else",
        because=("a sensitive category", "raw", "30,000,000 people"), label=f"no entry allows {category}",
    )  # fmt: skip


def _cell(vendor: str, category: str, state: str, exposures: tuple[Exposure, ...], found: tuple[Finding, ...]) -> Cell:
    line = PolicyLine(Location(f"policies/{vendor}.yaml", 16), f"allows {category} (any form, latest): a reason")
    return Cell(
        vendor, category, state, "seen, as the policy allows it", exposures, (), (line,),
        "a vendor for product analytics needs it: events are what is analysed", tuple(f.fingerprint for f in found),
        fix=found[0].help if found else "",
    )  # fmt: skip


def _result(findings: tuple[Finding, ...], vendors: list[str]) -> CheckResult:
    coverage = tuple(
        Coverage("prod-aws", "aws", "aws", f"{number:012}", kind, "complete", "", 40)
        for number in range(40)
        for kind in ("principals", "documents", "trusts")
    )
    levels = [each.severity for each in findings]
    severities = tuple((level.word, levels.count(level)) for level in reversed(Severity))
    return CheckResult(
        findings, (), Tally(VENDORS, 600, CELLS, severities, 0, 0, 0), coverage,
        SnapshotInfo("20261120T000000Z-0001", "2026-11-20T00:00:00Z", "abc1234"), "2026-11-20", "medium",
        vendors=tuple(vendors),
    )  # fmt: skip


def write(path: Path) -> int:
    """Write the page; the bytes of the JavaScript that is ours."""
    result, overview = sample()
    with path.open("w", encoding="utf-8") as stream:
        registry.build("html").write(result, stream, Options(Page(), overview=overview))
    return len(path.read_text("utf-8").rpartition("<script>")[2].encode())


def rows(directory: Path) -> Iterator[Measured]:
    """The size, our own JavaScript, and how soon the page answers."""
    path = directory / "report.html"
    script = write(path)
    size = path.stat().st_size
    job = f"HTML report, {VENDORS} vendors x {CATEGORIES} categories, {CELLS:,} filled cells"
    yield Measured(job, f"{size / 1e6:.2f} MB", "<= 1 MB", size <= 1_000_000)
    yield Measured("the same, JavaScript of our own", f"{script:,} bytes", "< 10,000 bytes", script < 10_000)
    bare = directory / "bare.html"
    bare.write_text(_bare(), "utf-8")
    took = interactive(path, bare)
    if took is None:
        yield Measured("the same in Chromium", "not measured: Chromium or Playwright is not installed")
        return
    busy, reference, opened = took
    job = "the same, main thread of Chromium until it is painted and answers, and for a bare table of that size"
    told = f"{busy:.2f} s and {reference:.2f} s CPU, {busy / reference:.1f} times"
    yield Measured(job, told, f"<= {MOST_TIMES} times", busy <= MOST_TIMES * reference)
    yield Measured("the same, from a click on a cell to its panel (wall time)", f"{opened:.2f} s")


def _bare() -> str:
    cells = "<td>O" * 10 + "<td>" * (CATEGORIES - 10)
    return f"<!DOCTYPE html><title>bare</title><table>{f'<tr><th>vendor{cells}' * VENDORS}</table>"


def interactive(path: Path, bare: Path) -> tuple[float, float, float] | None:
    """CPU seconds of the main thread until a page is painted and idle, a new tab's own start included; the same for the
    bare table; and seconds from a click to the open panel. The least of several; None without Chromium and Playwright.
    """
    program = shutil.which("chromium")
    if program is None or find_spec("playwright") is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        took = [(_one(browser, path.as_uri()), _one(browser, bare.as_uri())) for _ in range(_REPEATS)]
        browser.close()
    return min(page[0] for page, _ in took), min(bare[0] for _, bare in took), min(page[1] for page, _ in took)


def _one(browser: Browser, uri: str) -> tuple[float, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    protocol = page.context.new_cdp_session(page)
    protocol.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(uri)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done)))")
    metrics = {each["name"]: each["value"] for each in protocol.send("Performance.getMetrics")["metrics"]}
    opened = float(page.evaluate(_CLICK)) / 1000
    page.close()
    return float(metrics["TaskDuration"]), opened


_CLICK = """() => new Promise((done) => {
    const start = performance.now();
    const look = () => document.querySelector('dialog[open]') ? done(performance.now() - start) : setTimeout(look);
    const cell = document.querySelector('#grid button.over-shared');
    cell ? (cell.click(), look()) : done(0);
})"""

if __name__ == "__main__":
    print(write(Path(sys.argv[1])))

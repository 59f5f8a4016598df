"""The measured jobs, one function each, and the bars that they have to meet."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import answers, generate
from benchmarks.estate import ADMITTED as ESTATE_ADMITTED
from benchmarks.measure import ROOT, Usage, least, module, program, run

_DATE = {"POLICYCHECK_TODAY": generate.TODAY}
_REPEATS = 5

#: A check of generated projects may find things (1) or say what it could not see (3); it must not break.
_CHECKED = (0, 1, 3)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``ok`` is None for a figure without a bar."""

    job: str
    measured: str
    bar: str = ""
    ok: bool | None = None

    def line(self) -> str:
        """The row as Markdown."""
        return (
            f"| {self.job} | {self.bar} | {self.measured} | {'' if self.ok is None else 'yes' if self.ok else 'NO'} |"
        )


def _cpu(job: str, seconds: float, bar: float) -> Row:
    return Row(job, f"{seconds:.3f} s CPU", f"<= {bar:.2f} s CPU", seconds <= bar)


#: CPU seconds of REFERENCE where the bars were set: a two-core machine with nothing else to do.
REFERENCE_SECONDS = 0.082
REFERENCE = "import click, yaml, cerberus"


def reference(directory: Path) -> Iterator[Row]:
    """How fast this machine is now: a fixed piece of work that is not ours, to read the other rows by."""
    seconds = least(_REPEATS, [sys.executable, "-c", REFERENCE], directory).cpu
    factor = seconds / REFERENCE_SECONDS
    told = f"{seconds:.3f} s CPU, {factor:.1f} times the {REFERENCE_SECONDS} s where the bars were set"
    yield Row(f"`python -c '{REFERENCE}'`", told)


def _version(directory: Path) -> Usage:
    return least(_REPEATS, [*program(), "--version"], directory)


def version(directory: Path) -> Iterator[Row]:
    """Start-up."""
    yield _cpu("`policycheck --version`", _version(directory).cpu, 0.12)


def validate(directory: Path) -> Iterator[Row]:
    """200 policy files, and one of them as the pre-commit hook would give it."""
    project = directory / "project"
    lines = generate.write_policies_project(project, 200)
    all_files = least(_REPEATS, [*program(), "validate"], project, env=_DATE)
    yield _cpu(f"`validate`, 200 policy files ({lines:,} lines)", all_files.cpu, 0.30)
    one = [*program(), "validate", "policies/vendor-007.yaml"]
    yield _cpu("`validate` one file", least(_REPEATS, one, project, env=_DATE).cpu, 0.15)


def compare(directory: Path) -> Iterator[Row]:
    """Real AWS managed policies against one declared policy, by the engine alone."""
    documents = directory / "managed.jsonl"
    run([*module("managed"), str(documents), "1480"], ROOT)
    answers = [json.loads(run([*module("compare"), str(documents)], ROOT).stdout) for _ in range(3)]
    best = min(answers, key=lambda answer: float(answer["cpu"]))
    told = ", ".join(f"{count} {status}" for status, count in best["verdicts"].items())
    yield _cpu(f"compare {best['count']:,} AWS managed policies with one declared policy ({told})", best["cpu"], 1.5)
    peak = float(best["peak"])
    yield Row("the same, memory beyond start-up", f"{peak:.0f} MiB", "<= 80 MiB", peak <= 80)


def simulate(directory: Path) -> Iterator[Row]:
    """Requests in a batch: most with policies that stood in an earlier line, then none."""
    count = 20_000
    for policies in (200, count):
        lines = directory / f"{policies}.jsonl"
        lines.write_text("".join(f"{line}\n" for line in answers.requests(count, policies)), "utf-8")
        usage = least(_REPEATS, [*program(), "iam", "simulate", "--batch", str(lines)], directory)
        rate, told = count / usage.cpu, f"{usage.cpu:.2f} s CPU, {usage.peak:.0f} MiB"
        size, made = lines.stat().st_size // count, f"{policies:,} different policies"
        job = f"`iam simulate --batch`, {count:,} requests of {size} bytes, {made}, with start-up"
        barred = policies != count
        measured = f"{rate:,.0f} requests a second ({told})"
        yield Row(job, measured, ">= 10,000 a second" if barred else "", rate >= 10_000 if barred else None)


def pairs(directory: Path) -> Iterator[Row]:
    """Pairs in a batch, then one by one beside z3."""
    lines = directory / "pairs.jsonl"
    lines.write_text("".join(f"{line}\n" for line in answers.pairs(2_000)), "utf-8")
    usage = least(3, [*program(), "iam", "compare", "--batch", str(lines)], directory)
    undecided = sum(json.loads(line)["relation"] == "undecided" for line in usage.stdout.splitlines())
    job = f"`iam compare --batch`, 2,000 pairs ({undecided} undecided)"
    measured = f"{usage.cpu:.1f} s CPU, {usage.peak:.0f} MiB"
    yield Row(job, measured, "<= 30 s CPU", usage.cpu <= 30)
    found = json.loads(run([*module("answers"), "500"], ROOT).stdout)
    median, p95 = (1000 * found["engine"][name] for name in ("median", "p95"))
    ok = median <= 2 and p95 <= 20
    job = "a random pair, both directions: median and 95th percentile"
    yield Row(job, f"{median:.2f} ms, {p95:.1f} ms", "<= 2 ms, <= 20 ms", ok)
    z3 = found["z3"]
    told = f"{1000 * z3['median']:.1f} ms, {1000 * z3['p95']:.1f} ms" if z3 else "not measured: z3 is not installed"
    yield Row("the same pairs in z3", told)
    real = json.loads(run([*module("variations"), "1000"], ROOT).stdout)
    open_ = real.get("undecided", 0)
    yield Row("1,000 real policies and variations of them: not decided", f"{open_ / 10:.1f} %", "< 1 %", open_ < 10)


def account(directory: Path) -> Iterator[Row]:
    """One account's authorization details, from export to report."""
    project = directory / "project"
    size = generate.write_account_project(project)
    start = _version(directory).cpu
    usage = least(_REPEATS, [*program(), "check", "--output", "json"], project, _CHECKED, _DATE)
    found = len(json.loads(usage.stdout)["findings"])
    job = f"`check`, one account: {size / 1000:.0f} kB, {generate.ROLES} roles, {generate.DOCUMENTS} documents"
    yield _cpu(f"{job}, {found} findings (beyond `--version`)", usage.cpu - start, 0.5)
    yield Row("the same, whole process", f"{usage.cpu:.3f} s CPU, {usage.peak:.0f} MiB")


_SAMPLES = """\
version: 1
connectors:
  - {name: traffic, type: payload-samples, paths: [samples.jsonl]}
"""


def payloads(directory: Path) -> Iterator[Row]:
    """Recorded requests to a snapshot: the rate, and that memory does not grow with their number."""
    (directory / "policycheck.yaml").write_text(_SAMPLES, "utf-8")
    samples = directory / "samples.jsonl"
    peaks: dict[int, float] = {}
    for count in (100_000, 1_000_000):
        run([*module("requests"), str(samples), str(count)], ROOT)
        size = samples.stat().st_size // count
        usage = run([*program(), "pull"], directory, env=_DATE)
        peaks[count], rate = usage.peak, count / usage.cpu
        job = f"`pull` of {count:,} recorded requests of {size} bytes, with start-up"
        measured = f"{rate:,.0f} a second ({usage.cpu:.1f} s CPU, {usage.peak:.0f} MiB)"
        barred = count == 1_000_000
        yield Row(job, measured, ">= 10,000 a second" if barred else "", rate >= 10_000 if barred else None)
    grown = peaks[1_000_000] - peaks[100_000]
    yield Row("memory of 1,000,000 beyond that of 100,000", f"{grown:.1f} MiB", "<= 8 MiB", grown <= 8)


def estate(directory: Path) -> Iterator[Row]:
    """A million grants of 5,000 principals, as the bar says; then the heavier case of a million principals."""
    yield from _estate(directory, "shared")
    yield from _estate(directory, "single")


def _estate(directory: Path, shape: str) -> Iterator[Row]:
    """A million grants, and a quarter of them: the cost of one grant must not grow with their number."""
    costs: dict[int, float] = {}
    for grants in (250_000, 1_000_000):
        project = directory / f"{shape}-{grants}"
        written = run([*module("estate"), str(project), str(grants), shape], ROOT)
        checking = [*program(), "check", "--snapshot", written.stdout.strip(), "--output", "json"]
        usage = run(checking, project, _CHECKED, _DATE)
        costs[grants] = usage.cpu
        told = _told(grants, shape)
        yield Row(f"write a snapshot of {told}", f"{written.cpu:.1f} s CPU, {written.peak:,.0f} MiB")
        yield _estate_row(told, usage, barred=grants == 1_000_000 and shape == "shared")
    ratio = costs[1_000_000] / costs[250_000]
    job = f"1,000,000 grants against 250,000, {shape} roles"
    yield Row(job, f"{ratio:.2f} times the CPU", "<= 4.40 (linear)", ratio <= 4.4)


def _told(grants: int, shape: str) -> str:
    if shape == "single":
        return f"{grants:,} grants (20,000 permission documents; {grants:,} principals, one party each)"
    roles = grants // ESTATE_ADMITTED
    return f"{grants:,} grants ({4 * roles:,} documents; {roles:,} principals, {ESTATE_ADMITTED} parties each)"


def _estate_row(told: str, usage: Usage, *, barred: bool) -> Row:
    measured = f"{usage.cpu:.1f} s CPU, {usage.peak:,.0f} MiB"
    if not barred:
        return Row(f"`check` {told}", measured)
    return Row(f"`check` {told}", measured, "<= 60 s, <= 1,536 MiB", usage.cpu <= 60 and usage.peak <= 1536)

"""JUnit XML: one suite for each vendor, one case for each of its rules that found something.

A finding that fails the run is a failure, what could not be seen an error, what is reported only or accepted a skip
with the reason. A vendor with nothing of these has one case that passes, so that a suite is never empty. Elements and
attributes are those that Jenkins and the pytest project describe in their schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from policycheck.library.rules import load_rules
from policycheck.model.dataclass import dataclass
from policycheck.model.findings import CheckResult, Finding, Severity
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import ordered
from policycheck.reports.telling import counts, told

#: The suite of findings that belong to no vendor.
NOBODY = "no vendor"


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    failures: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> str:
        """What one reader of the report may count it as: the worst of it."""
        return "failure" if self.failures else "error" if self.errors else "skipped" if self.skipped else ""


class JunitReport:
    """Suites of vendors, cases of rules."""

    name = "junit"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the document."""
        suites = [(vendor, _cases(vendor, result, options)) for vendor in _vendors(result)]
        every = [case for _, cases in suites for case in cases]
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        stream.write(f"<testsuites {_numbers('policycheck', every)}>\n")
        for vendor, cases in suites:
            stream.write(f" <testsuite {_numbers(vendor, cases, skipped=True)}>\n")
            for case in cases:
                stream.writelines(_lines(vendor, case))
            stream.write(f"  <system-out>{text(counts(result))}</system-out>\n </testsuite>\n")
        stream.write("</testsuites>\n")


def _vendors(result: CheckResult) -> list[str]:
    found = {each.vendor or NOBODY for each in (*result.findings, *result.accepted)}
    return sorted({*result.vendors, *found}, key=lambda name: (name == NOBODY, name))


def _cases(vendor: str, result: CheckResult, options: Options) -> list[_Case]:
    rules: dict[str, list[Finding]] = {}
    for each in ordered((*result.findings, *result.accepted)):
        # What could not be seen is told whatever its severity: a suite without it would look clean.
        if (each.vendor or NOBODY) == vendor and (each.unseen or each.severity >= options.min_severity):
            rules.setdefault(each.rule, []).append(each)
    cases = [_case(rule, found, result.fail_on) for rule, found in sorted(rules.items())]
    above = f" at or above {options.min_severity.word}" if options.min_severity > Severity.INFO else ""
    return cases or [_Case(f"nothing found{above}")]


def _case(rule: str, found: list[Finding], fail_on: str) -> _Case:
    still = [each for each in found if not each.accepted]
    return _Case(
        name=f"{rule} {load_rules()[rule].title}",
        failures=tuple(each for each in still if each.fails(fail_on)),
        errors=tuple(each for each in still if each.unseen),
        skipped=tuple(each for each in found if each.accepted or not (each.unseen or each.fails(fail_on))),
    )


def _numbers(name: str, cases: list[_Case], skipped: bool = False) -> str:
    verdicts = [case.verdict for case in cases]
    numbers = {"tests": len(cases), "failures": verdicts.count("failure"), "errors": verdicts.count("error")}
    if skipped:
        numbers["skipped"] = verdicts.count("skipped")
    return f"name={_quoted(name)} " + " ".join(f'{key}="{value}"' for key, value in numbers.items()) + ' time="0"'


def _lines(vendor: str, case: _Case) -> Iterator[str]:
    head = f"  <testcase classname={_quoted(f'policycheck.{vendor}')} name={_quoted(case.name)}"
    if not case.verdict:
        yield f'{head} time="0"/>\n'
        return
    yield f'{head} time="0">\n'
    # A case has one verdict: what is less is told in the same text.
    told_of = case.failures + case.errors + case.skipped
    message = "; ".join(clean(each.message) for each in told_of)
    body = "\n\n".join(_told(each) for each in told_of)
    if case.verdict == "skipped":
        # An attribute would say the same, and the schema of Jenkins has none.
        yield f"   <skipped>{text(message)}</skipped>\n   <system-out>{text(body)}</system-out>\n"
    else:
        kind = _quoted(told_of[0].severity.word)
        yield f"   <{case.verdict} message={_quoted(message)} type={kind}>{text(body)}</{case.verdict}>\n"
    yield "  </testcase>\n"


def _told(finding: Finding) -> str:
    head = f"{finding.severity.word}[{finding.rule}]: {clean(finding.message)}\n--> {clean(str(finding.location))}"
    accepted = [clean(f"accepted: {finding.accepted}")] if finding.accepted else []
    return "\n".join([head, *accepted, *told(finding)])


def text(words: str) -> str:
    """Text of an element; characters that XML 1.0 cannot hold are left out."""
    return escape(_allowed(words))


def _quoted(words: str) -> str:
    return quoteattr(_allowed(words))


def _allowed(words: str) -> str:
    return "".join(each for each in words if each in "\t\n" or each.isprintable())

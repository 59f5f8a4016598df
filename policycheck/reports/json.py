"""The JSON report, for machines: everything that a check found, in the schema ``policycheck/check/v1``."""

from __future__ import annotations

from typing import TextIO

from policycheck.library.rules import load_rules
from policycheck.model.findings import CheckResult
from policycheck.reports import plain
from policycheck.reports.interface import Options
from policycheck.reports.order import shown
from policycheck.reports.rules import served

SCHEMA = "policycheck/check/v1"


class JsonReport:
    """One object; ``findings`` are open, ``accepted`` are those that an exception or a plan covers."""

    name = "json"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the object; ``exit_code`` is that of the whole check, whatever is left out here."""
        plain.dump(document(result, options), stream)


def document(result: CheckResult, options: Options) -> plain.Plain:
    """The object that is written."""
    return {
        "schema": SCHEMA,
        "exit_code": options.exit_code,
        "today": result.today,
        "fail_on": result.fail_on,
        "min_severity": options.min_severity.word,
        "taxonomy": result.taxonomy,
        "catalogue": result.catalogue,
        "snapshot": plain.snapshot(result.snapshot),
        "tally": plain.tally(result.tally),
        "findings": [plain.finding(each) for each in shown(result.findings, options.min_severity)],
        "accepted": [plain.finding(each) for each in shown(result.accepted, options.min_severity)],
        "rules": [_rule(id) for id in sorted({each.rule for each in (*result.findings, *result.accepted)})],
        "parties": [plain.party(each) for each in result.parties],
        "coverage": [plain.coverage(each) for each in result.coverage],
    }


def _rule(id: str) -> plain.Plain:
    rule = load_rules()[id]
    return {"id": id, "name": rule.name, "title": rule.title, **served(id)}

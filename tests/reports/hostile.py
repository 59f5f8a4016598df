"""Names that try to be more than text."""

from __future__ import annotations

from policycheck.model.findings import CheckResult, Finding, Instance, Severity, SnapshotInfo, Tally
from policycheck.model.places import Evidence, Location

NAME = (
    '=cmd|"/c calc"!A1 <script>alert(1)</script> </td> ]]> & %0A::error::x [a](https://evil.example) ![i](x) | `x`'
    " @lumen/owners #12 https://evil.example www.evil.example ada@lumen.example \x1b[31m\u202e\x00 {{ 7*7 }} "
)


def finding(rule: str = "PC101", severity: Severity = Severity.HIGH, vendor: str | None = "sendgrid") -> Finding:
    """A finding whose every text is hostile."""
    return Finding(
        rule=rule,
        severity=severity,
        outcome="violation",
        vendor=vendor,
        message=NAME,
        fingerprint=f"{rule}{severity}{vendor}",
        location=Location("policies/send grid#1,a:b.yaml", 14, 3),
        instances=(Instance("i", (("account", "=1+1"),), NAME, (Evidence("aws", NAME),)),),
        help=NAME,
        owner=NAME,
        ask=NAME,
        because=(NAME,),
        assumes=(NAME,),
    )


def result(*findings: Finding, accepted: tuple[Finding, ...] = (), vendors: tuple[str, ...] = ()) -> CheckResult:
    """A result with these findings."""
    return CheckResult(
        findings=findings,
        accepted=accepted,
        tally=Tally(1, 14, 37, (("high", len(findings)),), 0, 0, 0),
        coverage=(),
        snapshot=SnapshotInfo("s", "2026-11-20T00:00:00Z"),
        today="2026-11-20",
        fail_on="medium",
        vendors=vendors,
    )

"""Values that reports are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding, Instance, Severity, SnapshotInfo, Tally
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence, Location
from policycheck.model.verdict import Witness

MakeFinding = Callable[..., Finding]

POLICY = [""] * 13 + ["fields:"]


@pytest.fixture
def instance() -> Instance:
    return Instance(
        fingerprint="i1",
        subject=(("account", "111122223333"), ("category", "user.device.ip_address")),
        observed="role vendor-sendgrid-import can read ip_history in member-exports (s3:GetObject on"
        " arn:aws:s3:::lumen-exports/members/2026-11-19.csv)",
        evidence=(Evidence("iam-export", "exports/aws.json#/RoleDetailList/3"),),
    )


@pytest.fixture
def finding(instance: Instance) -> Finding:
    return Finding(
        rule="PC101",
        severity=Severity.HIGH,
        outcome="violation",
        vendor="sendgrid",
        message="sendgrid may not have user.device.ip_address (history, raw)",
        fingerprint="f1",
        location=Location("policies/sendgrid.yaml", 14, 1),
        instances=(instance,),
        help="take `s3:GetObject` on arn:aws:s3:::lumen-exports/members/* out of vendor-sendgrid-import",
        owner="growth-platform@lumen.example",
        ask="exceptions in policies/sendgrid.yaml",
        because=("user.device.ip_address is sensitive", "30,000,000 people"),
        assumes=("the service control policies were not seen",),
        label="no entry allows user.device.ip_address",
    )


@pytest.fixture
def lines() -> Callable[[str, int], str]:
    """Line 14 of the policy, nothing else."""
    return lambda path, line: POLICY[line - 1] if path == "policies/sendgrid.yaml" and line <= len(POLICY) else ""


@pytest.fixture
def witness() -> Witness:
    return Witness("s3:DeleteObject", "arn:aws:s3:::lumen-exports/a", (("aws:securetransport", ("true", "false")),))


@pytest.fixture
def gap() -> Coverage:
    return Coverage(
        connector="email-keys",
        type="key-inventory",
        system="sendgrid",
        account="main",
        resource="credentials",
        status="partial",
        where="keys.csv",
        seen=3,
        reason="line 9 is cut off",
        help="export it again",
    )


@pytest.fixture
def result(finding: Finding, gap: Coverage) -> CheckResult:
    blind = replace(finding, rule="PC601", severity=Severity.MEDIUM, vendor=None, fingerprint="f2", accepted="x")
    return CheckResult(
        findings=(finding,),
        accepted=(blind,),
        tally=Tally(1, 14, 37, (("critical", 0), ("high", 1), ("medium", 0)), 0, 1, 0),
        coverage=(gap,),
        snapshot=SnapshotInfo("20261120T000000Z", "2026-11-20T00:00:00Z", "abc1234"),
        today="2026-11-20",
        fail_on="medium",
        taxonomy="policycheck-fideslang 2026.11",
    )


@pytest.fixture
def grant() -> Grant:
    return Grant(
        system="aws",
        account="111122223333",
        principal="arn:aws:iam::111122223333:role/vendor-sendgrid-import",
        name="vendor-sendgrid-import",
        party="444455556666",
        party_kind="account",
        external=True,
        vendor="sendgrid",
        direction="inbound",
        held_by="vendor",
        external_id="none",
        conditions='{"Bool":{"aws:SecureTransport":"true"}}',
        evidence=(
            Evidence("iam-export", "aws.json#/RoleDetailList/3"),
            Evidence("iam-export", "b.json#/Trust", "page 2"),
        ),
        identified_by="aws_accounts",
    )


@pytest.fixture
def exposure() -> Exposure:
    return Exposure(
        vendor="sendgrid",
        category="user.device.ip_address",
        form="raw",
        depth="history",
        origin="readable",
        place="member-exports.ip_history",
        via="vendor-sendgrid-import",
        system="aws",
        evidence=(Evidence("iam-export", "aws.json#/RoleDetailList/3"),),
        dataset="member-exports",
        field="ip_history",
        account="111122223333",
        action="s3:GetObject",
        subjects=30_000_000,
        decided_by="catalog",
        at=Location("catalog/members.yaml", 6, 3),
    )

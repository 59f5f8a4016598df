"""Overviews for pages: a small one with every state, a hostile one, a large one."""

from __future__ import annotations

import io
from dataclasses import replace

from policycheck.model.drift import Change, Drift
from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding, Instance, Severity, SnapshotInfo, Tally
from policycheck.model.grants import Exposure, Grant
from policycheck.model.overview import Cell, Changes, Column, Matrix, Overview, PolicyLine, Row
from policycheck.model.places import Evidence, Location
from policycheck.reports import registry
from policycheck.reports.interface import Options
from policycheck.reports.page import Page
from tests.reports import hostile

STATES = ("declared", "used", "over-shared", "undeclared", "unknown")
LETTERS = ("D", "N", "O", "U", "?")
COLUMNS = (
    Column("user.account.tier", "tier", "user.account", "low", "which plan a person has"),
    Column("user.contact.email", "email", "user.contact", "medium", "an e-mail address"),
    Column("user.contact.phone_number", "phone number", "user.contact", "medium", "a phone number"),
    Column("user.device.ip_address", "IP address", "user.device", "high", "a network address"),
    Column("", "not classified", "", ""),
)


def exposure(vendor: str, category: str, place: str, origin: str = "custom") -> Exposure:
    """Something that a vendor has."""
    return Exposure(
        vendor=vendor,
        category=category or None,
        form="raw",
        depth="latest",
        origin=origin,
        place=place,
        via="arn:aws:iam::111122223333:role/import" if origin == "readable" else "fields",
        system="aws" if origin == "readable" else vendor,
        evidence=(Evidence("fields", f"exports/{place}.json#/0", "a note"),),
        dataset="members" if origin == "readable" else "",
        field=place,
        account="111122223333" if origin == "readable" else "",
        action="s3:GetObject" if origin == "readable" else "",
        subjects=1000,
    )


def grant(vendor: str | None, name: str = "import") -> Grant:
    """A way in."""
    return Grant(
        system="aws",
        account="111122223333",
        principal=f"arn:aws:iam::111122223333:role/{name}",
        name=name,
        party="444455556666",
        party_kind="account",
        external=True,
        vendor=vendor,
        direction="inbound",
        held_by="vendor",
        external_id="none",
        conditions="",
        evidence=(Evidence("iam", "exports/aws.json#/RoleDetailList/3"),),
    )


def finding(number: int, vendor: str | None, severity: Severity, account: str = "", owner: str = "") -> Finding:
    """A finding of ours."""
    subject = (("account", account),) if account else ()
    return Finding(
        rule="PC101",
        severity=severity,
        outcome="violation",
        vendor=vendor,
        message=f"finding {number} of {vendor}",
        fingerprint=f"f{number}",
        location=Location("policies/acme.yaml", 14, 3),
        instances=tuple(Instance(f"i{number}-{i}", subject, f"seen {i}", (Evidence("iam", "x.json"),)) for i in "ab"),
        help="take it out",
        owner=owner,
        label="no entry allows it",
    )


def overview(vendor: str = "acme") -> Overview:
    """One vendor with a cell in each state, one with nothing to answer for."""
    cells = [
        Cell(
            vendor=vendor,
            category=column.category,
            state=state,
            why=f"why {state}",
            exposures=() if state == "declared" else (exposure(vendor, column.category, f"field{n}", "readable"),),
            grants=(grant(vendor),) if state == "over-shared" else (),
            lines=(PolicyLine(Location("policies/acme.yaml", 7), f"allows {column.category}"),),
            need="a vendor for e-mail needs it",
            findings=("f1", "f9") if state == "over-shared" else (),
            accepted=state == "undeclared",
            fix="take it away" if state == "over-shared" else "",
        )
        for n, (column, state) in enumerate(zip(COLUMNS, STATES, strict=True))
    ]
    cells.append(Cell("calm", "user.contact.email", "used", "fine", (exposure("calm", "user.contact.email", "mail"),)))
    rows = (
        Row("calm", "Calm", "support_desk", "enforce", "b@lumen.example", "policies/calm.yaml", 1),
        Row(vendor, "Acme", "transactional_email", "observe", "a@lumen.example", "policies/acme.yaml", 2, 3),
    )
    changes = Changes(
        since="2026-11-19T00:00:00Z",
        new=("f1",),
        gone=(finding(8, "calm", Severity.LOW),),
        drift=Drift(
            "snapshots",
            "a",
            "b",
            (
                Change("", "grant", "+", "444455556666 acts in aws 111122223333 through stranger"),
                Change(vendor, "data", "+", "user.device.ip_address (raw): members.ip", "custom"),
                Change("calm", "access", "?", "the access of import may be wider"),
            ),
        ),
        blind=True,
    )
    return Overview(Matrix(COLUMNS, rows, tuple(cells)), changes)


def result(*findings: Finding, accepted: tuple[Finding, ...] = ()) -> CheckResult:
    """A result with these findings, and one place that was not seen whole."""
    seen = Coverage("iam", "aws-authorization-details", "aws", "111122223333", "principals", "complete", "x.json", 3)
    gap = replace(seen, resource="trusts", status="partial", reason="page 2 is missing", help="export it again")
    return CheckResult(
        findings=findings,
        accepted=accepted,
        tally=Tally(2, 14, 37, (("critical", 1), ("high", 0), ("medium", 1)), 0, 0, 0),
        coverage=(seen, gap, replace(gap, account="123456789012"), replace(seen, note="no tags are read")),
        snapshot=SnapshotInfo("s", "2026-11-20T00:00:00Z", "abc1234"),
        today="2026-11-20",
        fail_on="medium",
        taxonomy="words 1",
        catalogue="actions 2",
        vendors=("acme", "calm"),
    )


def everything() -> CheckResult:
    """Findings of two vendors, two owners, two accounts, and one without any."""
    blind = replace(hostile.finding("PC601", Severity.MEDIUM, "acme"), message="nobody looked", fingerprint="f5")
    return result(
        finding(1, "acme", Severity.CRITICAL, "111122223333", "a@lumen.example"),
        finding(2, "acme", Severity.LOW, "123456789012", "a@lumen.example"),
        finding(3, "calm", Severity.MEDIUM, "", "b@lumen.example"),
        finding(4, None, Severity.HIGH),
        blind,
        accepted=(
            replace(finding(6, "acme", Severity.LOW), accepted="exception until 2027-01-15", accepted_by="exception"),
            replace(blind, fingerprint="f7", message="stated", accepted="planned: x", accepted_by="plan"),
        ),
    )


def hostile_overview() -> Overview:
    """Every text is hostile."""
    evil = hostile.NAME
    clean = overview(evil)
    cells = tuple(
        replace(
            cell,
            why=evil,
            need=evil,
            fix=evil,
            exposures=tuple(replace(e, place=evil, dataset=evil, via=evil, action=evil) for e in cell.exposures),
            grants=(replace(grant(evil, evil), party=evil, account=evil, conditions=evil),),
            lines=(PolicyLine(Location(evil, 1), evil),),
        )
        for cell in clean.matrix.cells
    )
    columns = (*COLUMNS[:-1], Column("", evil, evil, evil, evil))
    rows = (*clean.matrix.rows, Row(evil + "2", evil, evil, evil, evil, evil, 1, 1))
    changes = Changes(
        since=evil,
        gone=(hostile.finding(),),
        drift=Drift(evil, evil, evil, (Change(evil, "data", "-", evil, evil),)),
    )
    return Overview(Matrix(columns, rows, cells), changes, evil)


def written(checked: CheckResult, overview: Overview | None = None, **options: object) -> str:
    """The page."""
    stream = io.StringIO()
    settings = Options(Page(), overview=overview, lines=lambda path, line: f"line {line} of {path}")
    registry.build("html").write(checked, stream, replace(settings, **options))  # type: ignore[arg-type]
    return stream.getvalue()

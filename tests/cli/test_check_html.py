"""``check --output html=...``: asked for, it looks again; what has changed comes from the snapshot before."""

from __future__ import annotations

from pathlib import Path

from policycheck.cli.selecting import Selection, overview
from tests.cli.sample import TODAY, VENDOR, export
from tests.conftest import Run
from tests.reports.html import sample


def page(project: Path, program: Run, *more: str, day: str = "2026-11-20") -> str:
    """The written page."""
    env = {**TODAY, "POLICYCHECK_TODAY": day}
    done = program("check", "--output=html=report.html", *more, cwd=project, env=env)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return (project / "report.html").read_text("utf-8")


def test_what_has_changed_since_the_snapshot_before(project: Path, program: Run) -> None:
    assert "There is no earlier snapshot" in page(project, program)
    aws = project / "aws.json"
    aws.write_text(export({**VENDOR, "RoleName": "second", "Arn": VENDOR["Arn"] + "-2"}, VENDOR))
    told = page(project, program, day="2026-11-21")
    assert "Since the snapshot of <b>2026-11-20T00:00:00Z</b>" in told
    assert "<li><b>sendgrid</b> 444455556666 acts in aws 111122223333 through vendor-sendgrid-import-2</li>" in told


def test_a_snapshot_before_that_cannot_be_read_is_said(project: Path, program: Run) -> None:
    page(project, program)
    (old,) = (project / ".policycheck" / "snapshots").glob("*/meta.json")
    old.write_text(old.read_text().replace('"format": 4', '"format": 99'))
    told = page(project, program, day="2026-11-21")
    reason = "2026-11-20T000000Z-0001 has a snapshot format that this version does not know"
    assert f"The snapshot before this one cannot be compared with: {reason}." in told
    assert str(project) not in told, "the report goes to others"


def test_the_page_has_the_vendor_that_was_asked_for(project: Path, program: Run) -> None:
    assert "sendgrid<small>" in page(project, program, "--vendor", "sendgrid")


def test_the_part_of_an_overview() -> None:
    everything = sample.overview()
    assert overview(everything, Selection()) == everything
    assert overview(everything, Selection(accounts=("111122223333",))).matrix == everything.matrix
    for selection in (Selection(vendors=("calm",)), Selection(owners=("b@lumen.example",))):
        part = overview(everything, selection)
        assert [row.vendor for row in part.matrix.rows] == ["calm"]
        assert [column.category for column in part.matrix.columns] == ["user.contact.email"]
        assert {cell.vendor for cell in part.matrix.cells} == {"calm"}
        assert part.changes
        assert [each.what for each in part.changes.drift.changes] == ["the access of import may be wider"]
    part = overview(everything, Selection(vendors=("acme",)))
    assert part.changes
    assert everything.changes
    assert part.changes.gone == ()
    assert part.changes.drift.changes == everything.changes.drift.changes[1:2]

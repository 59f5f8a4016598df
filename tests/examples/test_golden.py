"""The whole program on the photo-sharing example at a fixed date, pinned by what its README shows.

``REFRESH_GOLDEN=1 pytest tests/examples/test_golden.py`` writes the README anew; look at what changed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from policycheck.reports.registry import FORMATS
from tests.conftest import Run

pytestmark = pytest.mark.unmeasured

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "photo-sharing"
TODAY = {"POLICYCHECK_TODAY": "2026-11-20"}
OPENING = "```text\n"
CLOSING = "\n```\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy, so that the snapshot does not land in the checkout."""
    copy = tmp_path / "photo-sharing"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns(".policycheck"))
    return copy


def shown() -> tuple[str, str, str]:
    """The README: before its output block, the block, after it."""
    before, _, rest = (EXAMPLE / "README.md").read_text().partition(OPENING)
    block, _, after = rest.partition("```\n")
    return before, block, after


def test_the_readme_shows_the_real_output(project: Path, policycheck: Run) -> None:
    done = policycheck("check", cwd=project, env=TODAY)
    assert done.returncode == 1
    printed = f"{done.stdout}\n{done.stderr}"
    before, block, after = shown()
    if os.environ.get("REFRESH_GOLDEN"):
        (EXAMPLE / "README.md").write_text(f"{before}{OPENING}{printed}```\n{after}")
        return
    assert block == printed


#: Each format's file under golden/, beside the text in the README.
GOLDEN = {
    "json": "check.json",
    "sarif": "check.sarif",
    "junit": "check.junit.xml",
    "github": "check.github.txt",
    "gitlab": "check.gitlab.json",
    "markdown": "check.md",
    "csv": "check.csv",
}


def test_every_format_is_pinned(project: Path, policycheck: Run) -> None:
    asked = [f"--output={name}={project / file}" for name, file in GOLDEN.items()]
    assert policycheck("check", *asked, cwd=project, env=TODAY).returncode == 1
    for file in GOLDEN.values():
        kept, written = Path(__file__).parent / "golden" / file, (project / file).read_bytes()
        if os.environ.get("REFRESH_GOLDEN"):
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(written)
        assert kept.read_bytes() == written, f"REFRESH_GOLDEN=1 writes {file} anew; look at what changed"


def test_every_format_but_the_pictures_has_a_golden_file() -> None:
    # A page of 90 kB says nothing in a comparison: tests/reports/html pins what is in it.
    assert {*GOLDEN, "text", "html"} == set(FORMATS)


#: The matrix of the HTML report: the vendor with most to answer for first, a letter for each filled cell.
MATRIX = [
    ("sendgrid", "U U O N N O U U N N N"),
    ("collect.pixelcount.example", "U U"),
    ("amplitude", "N N N N N N"),
    ("zendesk", "N D N N N N N"),
    ("datadog", "N N N"),
    ("sentry", "N"),
]


def test_the_page_for_people(project: Path, policycheck: Run) -> None:
    file = project / "report.html"
    assert policycheck("check", f"--output=html={file}", cwd=project, env=TODAY).returncode == 1
    text = file.read_text("utf-8")
    rows = re.findall(r'<th scope="row">([^<]+)<(.*)', text)
    assert [(vendor, " ".join(re.findall(r">([DNOU?])</button>", cells))) for vendor, cells in rows] == MATRIX
    assert len(re.findall('<details class="finding" id="f', text)) == len(FINDINGS)
    assert len(text.encode()) < 120_000


FINDINGS = [
    ("PC101", "sendgrid", "critical", "violation", 1),
    ("PC101", "sendgrid", "critical", "violation", 1),
    ("PC101", "sendgrid", "medium", "violation", 1),
    ("PC102", "sendgrid", "critical", "violation", 2),
    ("PC102", "sendgrid", "critical", "violation", 4),
    ("PC104", "sendgrid", "high", "violation", 2),
    ("PC104", "sendgrid", "high", "violation", 2),
    ("PC105", "sendgrid", "low", "violation", 1),
    ("PC108", None, "high", "gap", 1),
    ("PC201", "sendgrid", "high", "violation", 1),
    ("PC203", None, "critical", "gap", 1),
    ("PC204", "sendgrid", "high", "violation", 1),
    ("PC208", "sendgrid", "high", "violation", 1),
    ("PC503", "datadog", "low", "violation", 1),
]


def check(project: Path, policycheck: Run, *more: str) -> tuple[int, Any]:
    """Exit code and JSON of a check."""
    done = policycheck("check", "--output", "json", *more, cwd=project, env=TODAY)
    return done.returncode, json.loads(done.stdout)


def test_the_findings(project: Path, policycheck: Run) -> None:
    code, told = check(project, policycheck)
    keys = ("rule", "vendor", "severity", "outcome")
    found = [(*(f[key] for key in keys), len(f["instances"])) for f in told["findings"]]
    assert (code, sorted(found, key=str)) == (1, sorted(FINDINGS, key=str))


def test_ip_has_four_kinds_of_evidence_and_four_origins(project: Path, policycheck: Run) -> None:
    _, told = check(project, policycheck)
    (finding,) = [f for f in told["findings"] if f["rule"] == "PC102" and "ip_address" in f["message"]]
    connectors = [{e["connector"] for e in instance["evidence"]} for instance in finding["instances"]]
    assert connectors == [{"prod-aws", "catalog"}, {"sendgrid-fields"}, {"sendgrid-events"}, {"sent"}]
    done = policycheck("show", "exposures", "--vendor", "sendgrid", "--output", "json", cwd=project, env=TODAY)
    exposures = [e for e in json.loads(done.stdout)["exposures"] if e["category"] == "user.device.ip_address"]
    assert {e["origin"] for e in exposures} == {"readable", "custom", "collected", "sent"}


def test_who_answers_across_grants_fields_samples_and_statements(project: Path, policycheck: Run) -> None:
    done = policycheck("who", "user.device.ip_address", "--output", "json", cwd=project, env=TODAY)
    vendors = {each["vendor"]: each for each in json.loads(done.stdout)["vendors"]}
    assert [each["origin"] for each in vendors["sendgrid"]["observed"]] == ["readable", "custom", "collected", "sent"]
    (sent,) = [each for each in vendors["sendgrid"]["observed"] if each["origin"] == "sent"]
    assert (sent["host"], sent["records"]) == ("api.sendgrid.com", 2)
    assert {name for name, each in vendors.items() if each["denied"]} == {"amplitude", "sentry", "zendesk"}
    assert not [value for value in ("203.0.113.24", "198.51.100.7", "ada@", "bo@") if value in done.stdout]


def test_the_combination_names_one_field_and_one_switch(project: Path, policycheck: Run) -> None:
    _, told = check(project, policycheck)
    (finding,) = [f for f in told["findings"] if f["rule"] == "PC104" and "ip_address" in f["message"]]
    assert finding["message"].endswith("the one field to take away is user.device.ip_address")
    assert finding["help"].startswith("take away user.device.ip_address: at sendgrid: turn off open and click tracking")
    assert {i["subject"]["combination"] for i in finding["instances"]} == {"email-ip", "ip-location"}


def test_the_witness_is_a_concrete_request(project: Path, policycheck: Run) -> None:
    _, told = check(project, policycheck)
    (finding,) = [f for f in told["findings"] if f["rule"] == "PC201"]
    (witness,) = finding["instances"][0]["witnesses"]
    assert (witness["action"], witness["resource"]) == ("s3:GetObject", "arn:aws:s3:::lumen-exports/members/example")


def test_one_vendor_is_clean_and_alone_the_run_is_clean(project: Path, policycheck: Run) -> None:
    code, told = check(project, policycheck, "--vendor", "sentry")
    assert (code, told["findings"]) == (0, [])


def test_the_same_snapshot_gives_the_same_answer(project: Path, policycheck: Run) -> None:
    _, fresh = check(project, policycheck)
    _, stored = check(project, policycheck, "--offline")
    assert stored["findings"] == fresh["findings"]


@pytest.mark.parametrize(
    "name", ["aws/account-111122223333.json", "sendgrid/api-keys.json", "zendesk/user-fields.json"]
)
def test_a_cut_export_is_said(project: Path, policycheck: Run, name: str) -> None:
    export = project / "exports" / name
    whole = export.read_bytes()
    export.write_bytes(whole[: len(whole) // 2])
    _, told = check(project, policycheck)
    assert "PC601" in {f["rule"] for f in told["findings"]}

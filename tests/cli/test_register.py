"""The register of vendors, on the example and on hostile names."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from policycheck.checks.register import allowing
from policycheck.model.register import Register, RegisterRow
from policycheck.reports import register
from tests.cli.sample import TODAY
from tests.reports import hostile
from tests.reports.lab import conforming

if TYPE_CHECKING:
    from tests.conftest import Run


@pytest.fixture
def lumen(program: Run, example: Path, tmp_path: Path) -> Path:
    """The example with one snapshot."""
    project = tmp_path / "lumen"
    shutil.copytree(example, project, ignore=shutil.ignore_patterns(".policycheck"))
    program("pull", cwd=project, env=TODAY)
    return project


def test_the_json_has_everything_that_auditors_ask_for(program: Run, lumen: Path) -> None:
    done = program("report", "register", "--output", "json", cwd=lumen, env=TODAY)
    told = conforming(done.stdout)
    assert (done.returncode, told["snapshot"], told["unseen"]) == (0, "2026-11-20T00:00:00Z", 0)
    rows = {row["vendor"]: row for row in told["vendors"]}
    row = rows["sendgrid"]
    assert row["role"] == "processor"
    assert row["people"] == 30_000_000
    assert "user.device.ip_address (raw; raw, history)" in row["held"]
    assert "user.contact.email" in row["declared"][0]
    assert any(": " in each for each in row["declared"]), "with the reason"
    assert "user.device.ip_address" in row["never"]
    (way,) = [each for each in row["access"] if each.startswith("vendor-sendgrid-import in aws 111122223333 (")]
    assert "s3:GetObject" in way
    assert "arn:aws:s3:::lumen-exports/members/*" in way
    assert any(each.startswith("our credential sendgrid-transactional at sendgrid (") for each in row["access"])
    host, stranger = rows["collect.pixelcount.example"], rows["arn:aws:iam::999999999999:root"]
    assert (host["claimed"], host["findings"]) == (False, 1)
    assert (stranger["claimed"], stranger["findings"]) == (False, 1)
    assert stranger["access"] == ["panorama-clickstream-sync in aws 111122223333"]
    assert row["dpa"].startswith("https://")
    assert row["review_due"] > row["reviewed"]
    assert row["owner"]
    assert row["findings"] > 5
    assert rows["sentry"]["findings"] == 0


def test_what_the_baseline_accepts_is_counted(program: Run, lumen: Path) -> None:
    def counted() -> dict[str, tuple[int, int, int]]:
        told = conforming(program("report", "register", "--output", "json", cwd=lumen, env=TODAY).stdout)
        return {row["vendor"]: (row["findings"], row["accepted"], row["exceptions"]) for row in told["vendors"]}

    before = counted()
    program("baseline", "write", "--offline", cwd=lumen, env=TODAY)
    after = counted()
    assert (before["sendgrid"], after["sendgrid"]) == ((11, 0, 0), (0, 11, 0))
    assert (before["datadog"], after["datadog"]) == ((1, 1, 1), (1, 1, 1))
    said = program("report", "register", cwd=lumen, env=TODAY).stdout
    text = said.split("\n## Twilio SendGrid")[1].split("\n## ")[0]
    assert text.endswith("\n* open findings: 0\n* accepted findings (exceptions, comments, baseline): 11\n")


def test_csv_has_a_row_for_each_vendor(program: Run, lumen: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(program("report", "register", "--output", "csv", cwd=lumen, env=TODAY).stdout))
    )
    names = [row["vendor"] for row in rows if not row["vendor"].startswith("arn:")]
    assert names == sorted(names)
    assert [row["vendor"] for row in rows][len(names) :] == sorted({row["vendor"] for row in rows} - set(names))
    assert {row["as_of"] for row in rows} == {"2026-11-20"}
    assert "; " in next(row["held"] for row in rows if row["vendor"] == "sendgrid")


def test_markdown_reads_well(program: Run, lumen: Path) -> None:
    text = program("report", "register", cwd=lumen, env=TODAY).stdout
    assert text.startswith("# Register of vendors\n\nAs of 2026-11-20; what was seen at 2026-11-20T00:00:00Z.\n")
    assert "\n## Twilio SendGrid\n\n<code>policies/sendgrid.yaml</code>" in text
    assert "\n* owner: growth-platform@<!-- -->lumen.example\n" in text


def test_declared_only(program: Run, lumen: Path) -> None:
    told = conforming(program("report", "register", "--declared", "--output", "json", cwd=lumen, env=TODAY).stdout)
    assert told["snapshot"] is None
    assert {row["findings"] for row in told["vendors"]} == {None}
    assert not [row for row in told["vendors"] if row["held"] or row["access"]]
    assert "declared only" in program("report", "register", "--declared", cwd=lumen, env=TODAY).stdout
    done = program("report", "register", "--declared", "--snapshot", "x", cwd=lumen, env=TODAY)
    assert (done.returncode, "exclude each other" in done.stderr) == (2, True)


def test_what_could_not_be_seen_is_no_clean_register(program: Run, lumen: Path) -> None:
    export = lumen / "exports/aws/account-111122223333.json"
    export.write_text(export.read_text()[:-500])
    program("pull", cwd=lumen, env=TODAY)
    done = program("report", "register", cwd=lumen, env=TODAY)
    assert done.returncode == 3
    assert "1 thing could not be seen**" in done.stdout
    assert "warning: not seen, which could concern sendgrid: connector prod-aws saw not all of " in done.stderr
    text = program("report", "register", "--output", "csv", cwd=lumen, env=TODAY).stdout
    unseen = {row["vendor"]: row["unseen"] for row in csv.DictReader(io.StringIO(text))}
    assert unseen["sendgrid"].startswith("connector prod-aws saw not all of")
    assert unseen["zendesk"] == "", "nothing of AWS could concern it"


def test_none_is_not_what_nobody_stated(program: Run, lumen: Path) -> None:
    policy = lumen / "policies/zendesk.yaml"
    text = policy.read_text()
    assert "subprocessors" not in text
    said = program("report", "register", "--declared", cwd=lumen, env=TODAY).stdout.split("## Zendesk")[1]
    assert "\n* sub-processors: not stated\n" in said
    policy.write_text(text.replace("contract:", "contract:\n  subprocessors: []", 1))
    said = program("report", "register", "--declared", cwd=lumen, env=TODAY).stdout.split("## Zendesk")[1]
    assert "\n* sub-processors: none\n" in said


def test_policies_of_every_shape_are_told_in_short() -> None:
    allow = {"Effect": "Allow", "Action": [f"s3:Get{n}" for n in range(8)], "Resource": "*"}
    other = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": ["a"], "Condition": {"Bool": {}}}
    assert list(allowing(json.dumps({"Statement": [allow, {**allow, "Effect": "Deny"}, other]}))) == [
        "s3:Get0, s3:Get1, s3:Get2, s3:Get3, s3:Get4, s3:Get5 and 2 more on *",
        "all but iam:* on all but a under conditions",
    ]
    assert list(allowing(json.dumps({"Statement": other}))) == ["all but iam:* on all but a under conditions"]


def test_a_vendor_that_was_only_seen_and_hostile_names() -> None:
    found = Register((RegisterRow("stranger"), _hostile()), "2026-11-20", unseen=2)
    html = MarkdownIt("gfm-like").render("".join(register.markdown(found)))
    assert "No policy declares this vendor." in html
    for tag in ("<a ", "<img", "<script", "<em>"):
        assert tag not in html
    out = io.StringIO(newline="")
    register.write_csv(found, out)
    for row in csv.reader(io.StringIO(out.getvalue(), newline="")):
        assert not [each for each in row if each[:1] in ("=", "+", "@", "\t")]


def _hostile() -> RegisterRow:
    names = dict.fromkeys(("name", "legal_name", "role", "dpa", "owner", "policy", "stage"), hostile.NAME)
    row = RegisterRow(hostile.NAME, held=(hostile.NAME,), access=(hostile.NAME,))
    return replace(row, **names)  # type: ignore[arg-type]

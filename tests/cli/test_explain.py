"""``explain FINGERPRINT``: everything about one finding, looked up by what the reports show of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from policycheck.reports import plain
from tests.cli.sample import TODAY, VENDOR, export, role, trusting
from tests.reports.lab import conforming

if TYPE_CHECKING:
    from tests.conftest import Run


@pytest.fixture
def fingerprint(program: Run, project: Path) -> str:
    """As the text report shows it, of the finding about IP addresses."""
    text = program("check", cwd=project, env=TODAY).stdout
    (paragraph,) = [each for each in text.split("\n\n") if "[PC101]" in each]
    match = re.search(r"= more: policycheck explain ([0-9a-f]+)$", paragraph, re.MULTILINE)
    assert match
    return match.group(1)


def test_a_finding_is_explained(program: Run, project: Path, fingerprint: str) -> None:
    done = program("explain", fingerprint, cwd=project, env=TODAY)
    assert done.returncode == 0
    assert done.stdout.startswith(
        ("critical[PC101]: sendgrid has user.device.ip_address", "high[PC101]: sendgrid has user.device.ip_address")
    )
    for part in (
        "\nWhat it means\n",
        "\nHow we know\n  vendor-sendgrid-import can read member-exports.ip_history",
        "[iam-export aws.json#/RoleDetailList/0/RolePolicyList/0] (aws-authorization-details)",
        "\nWhat decided\n  rule PC101 field-not-allowed; ",
        "\nWhat would make it go away\n  take ip_history out of member-exports",
        "\nWhat it serves\n  GDPR",
        "`policycheck explain PC101` tells the rest about the rule\n",
    ):
        assert part in done.stdout


def test_the_exception_that_is_offered_accepts_it(program: Run, project: Path, fingerprint: str) -> None:
    text = program("explain", fingerprint, cwd=project, env=TODAY).stdout
    offered = text[text.index("    exceptions:") :].split("\n\n")[0].replace("...", "x@lumen.example")
    entry = yaml.safe_load(offered)["exceptions"][0]
    assert str(entry["expires"]) == "2027-02-18"
    with (project / "policies/sendgrid.yaml").open("a") as file:
        file.write("\n".join(line[4:] for line in offered.splitlines()) + "\n")
    done = program("check", cwd=project, env=TODAY)
    assert "1 excepted" in done.stderr
    explained = program("explain", fingerprint, cwd=project, env=TODAY).stdout
    assert "\naccepted: exception until 2027-02-18: x@lumen.example (owner growth@lumen.example" in explained


def test_what_is_offered_for_several_places_accepts_all_of_them(program: Run, project: Path) -> None:
    second = {**VENDOR, "RoleName": "other", "Arn": VENDOR["Arn"] + "-2", "RoleId": "AROAEXAMPLEEXAMPLE002"}
    (project / "aws.json").write_text(export(VENDOR, second))
    told = json.loads(program("check", "--output", "json", cwd=project, env=TODAY).stdout)
    found = [each for each in told["findings"] if not each["rule"].startswith("PC6")]
    assert any(len(each["instances"]) > 1 for each in found)
    entries = []
    for each in found:
        text = program("explain", each["fingerprint"], cwd=project, env=TODAY).stdout
        offered = text[text.index("    exceptions:") :].split("\n\n")[0].replace("...", "x@lumen.example")
        if len(each["instances"]) > 1:
            number = len(each["instances"])
            assert (
                f"match: {{fingerprint: {plain.quoted(each['fingerprint'])}}}   # the whole finding: {number} places"
                in text
            )
        entries += yaml.safe_load(offered)["exceptions"]
    with (project / "policies/sendgrid.yaml").open("a") as file:
        file.write(yaml.safe_dump({"exceptions": [{**each, "owner": "y@lumen.example"} for each in entries]}))
    after = json.loads(program("check", "--output", "json", cwd=project, env=TODAY).stdout)
    assert [each["rule"] for each in after["findings"] if not each["rule"].startswith("PC6")] == []
    assert {each["fingerprint"] for each in after["accepted"]} >= {each["fingerprint"] for each in found}


def test_json_conforms(program: Run, project: Path, fingerprint: str) -> None:
    told = conforming(program("explain", fingerprint, "--output", "json", cwd=project, env=TODAY).stdout)
    assert told["finding"]["fingerprint"].startswith(fingerprint)
    assert told["rule"]["id"] == "PC101"
    # An instance has a fingerprint of its own.
    instance = told["finding"]["instances"][0]["fingerprint"]
    again = conforming(program("explain", instance, "--output", "json", cwd=project, env=TODAY).stdout)
    assert again == told
    rule = conforming(program("explain", "PC101", "--output", "json", cwd=project, env=TODAY).stdout)
    assert [each["id"] for each in rule["rules"]] == ["PC101"]


def test_a_fingerprint_that_nothing_has(program: Run, project: Path, fingerprint: str) -> None:
    other = "".join("0" if each != "0" else "1" for each in fingerprint)
    done = program("explain", other, cwd=project, env=TODAY)
    assert done.returncode == 2
    assert f"no finding of the snapshot of 2026-11-20T00:00:00Z has the fingerprint {other}" in done.stderr


@pytest.mark.parametrize("length", [4, 5, 16])
def test_a_beginning_in_any_case_will_do(program: Run, project: Path, fingerprint: str, length: int) -> None:
    whole = program("explain", fingerprint, "--output", "json", cwd=project, env=TODAY).stdout
    word = json.loads(whole)["finding"]["fingerprint"][:length]
    for each in (word, word.upper()):
        assert program("explain", each, "--output", "json", cwd=project, env=TODAY).stdout == whole


@pytest.mark.parametrize("word", ["abc", "0123456789abcdef0"])
def test_a_fingerprint_that_is_too_short_or_too_long(program: Run, project: Path, word: str) -> None:
    done = program("explain", word, cwd=project, env=TODAY)
    assert done.returncode == 2
    assert done.stderr == (
        f"error: a fingerprint has 16 characters, and {word} has {len(word)}\n"
        "help: name the whole, or its beginning from 4 characters on, as reports show it\n"
    )


def test_a_beginning_that_several_have(program: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strangers = [role(f"other{number}", trusting(f"99999999999{number}")) for number in range(9)]
    (project / "aws.json").write_text(export(VENDOR, *strangers))
    told = program("check", "--output", "json", cwd=project, env=TODAY).stdout
    names = sorted(each["fingerprint"] for each in json.loads(told)["findings"])
    shared = next(each[0] for each in names if [other[0] for other in names].count(each[0]) > 1)
    mine = [each for each in names if each.startswith(shared)]
    monkeypatch.setattr("policycheck.cli.explaining_findings.SHORTEST", 1)
    monkeypatch.setattr("policycheck.cli.explaining_findings.NAMED", 1)
    done = program("explain", shared, cwd=project, env=TODAY)
    assert done.returncode == 2
    assert f"error: {shared} is the beginning of several fingerprints\n" in done.stderr
    assert f"help: name one: {mine[0]} and " in done.stderr


def test_an_older_snapshot(program: Run, project: Path, fingerprint: str) -> None:
    first = next((project / ".policycheck/snapshots").iterdir()).name
    (project / "aws.json").write_text(export())
    program("pull", cwd=project, env=TODAY)
    assert program("explain", fingerprint, cwd=project, env=TODAY).returncode == 2
    assert program("explain", fingerprint, "--snapshot", first, cwd=project, env=TODAY).returncode == 0


def test_without_a_snapshot_there_is_nothing_to_explain(program: Run, project: Path) -> None:
    done = program("explain", "204d0e76b4341023", cwd=project, env=TODAY)
    assert (done.returncode, "run `policycheck pull` first" in done.stderr) == (2, True)

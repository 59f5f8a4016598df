"""Entries that ask a vendor's API, and definitions of a project's own: in ``validate`` and in listings."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from tests.connectors.rest.lab import HOST, TODAY, definition

Run = Callable[..., CompletedProcess[str]]

TOKEN = "credentials: {token: {env: T}}"
OWN = f"type: rest, definition: parcelpost.yaml, hosts: [{HOST}], {TOKEN}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A project with the entries of some connectors, and a definition of its own."""
    monkeypatch.setenv("POLICYCHECK_TODAY", TODAY.isoformat())

    def make(*entries: str, **top: Any) -> Path:
        lines = "".join(f"  - {{{entry}}}\n" for entry in entries)
        (tmp_path / "policycheck.yaml").write_text(f"version: 1\nconnectors:\n{lines}", "utf-8")
        (tmp_path / "parcelpost.yaml").write_text(yaml.safe_dump(definition(top, {})), "utf-8")
        (tmp_path / "policies").mkdir(exist_ok=True)
        return tmp_path

    return make


def _problems(done: CompletedProcess[str]) -> list[str]:
    """Rule, place, sentence and help of each problem."""
    return [
        f"{each['rule']} {each['location']['line']}:{each['location']['column']} {each['message']} | {each['help']}"
        for each in json.loads(done.stdout)["problems"]
    ]


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        (f"type: sendgrid, region: eu, {TOKEN}", []),
        (OWN, []),
        (f"type: mailchimp, {TOKEN}", []),
        (f"type: sendgrid, region: mars, {TOKEN}", ["PC003 3:39 option `region` is not one of its values | known: global, eu"]),
        (f"type: sendgrid, region: 7, {TOKEN}", ["PC003 3:39 option `region` must be a string | "]),
        (f"type: github, {TOKEN}", ["PC003 3:21 option `organization` is missing | the login of the organization"]),
        ("type: sendgrid", ["PC003 3:21 credential `token` is missing | write `credentials: {token: {env: NAME}}`; "]),
        (
            "type: sendgrid, credentials: {key: {env: T}}",
            [
                "PC003 3:44 credential `token` is missing | write `credentials: {token: {env: NAME}}`; ",
                "PC003 3:50 unknown credential `key` | known: `token`",
            ],
        ),
        ("type: sendgrid, credentials: hunter22", ["PC009 3:44 `credentials` must name where its secret is, not hold it | "]),
        (f"type: sendgrid, tenant: [a], {TOKEN}", ["PC003 3:39 option `tenant` must be a string | put it in quotes"]),
        (f"type: sendgrid, without: [x], {TOKEN}", ["PC003 3:40 option `without` must be a list of requests of the definition | "]),
        (OWN.replace(HOST, "api.other.example"), [f"PC003 3:63 the definition would ask {HOST}, which is not listed | "]),
        (OWN.replace(f"[{HOST}]", HOST), ["PC003 3:63 option `hosts` must be a list of host names | list every host "]),
        (f"{OWN}, tokn: x", ["PC002 3:121 the definition knows no option `tokn` | known: definition, hosts, system, "]),
        (f"type: rest, hosts: [a.example], {TOKEN}", ["PC003 3:21 option `definition` is missing | name its file: "]),
        (f"type: rest, definition: ../x.yaml, {TOKEN}", ["PC003 3:39 option `definition` leaves the project | keep "]),
        (f'type: rest, definition: "x\\0.yaml", {TOKEN}', ["PC003 3:39 option `definition` leaves the project | keep "]),
    ],
)  # fmt: skip
def test_validate_tells_what_a_pull_would_refuse(
    project: Callable[..., Path], program: Run, entry: str, problems: list[str]
) -> None:
    root = project(f"name: x, {entry}")
    found = _problems(program("validate", "--output", "json", cwd=root))
    assert len(found) == len(problems)
    assert all(one.startswith(other) for one, other in zip(found, problems, strict=True)), found


def test_a_host_that_only_the_credential_tells_is_left_to_a_pull(project: Callable[..., Path], program: Run) -> None:
    dc = {"help": "the end of the key", "pattern": "[a-z]{2}", "taken_from": {"credential": "token", "after": "-"}}
    root = project(f"name: x, {OWN}", options={"dc": dc}, base_url="https://{dc}.parcelpost.example")
    assert _problems(program("validate", "--output", "json", cwd=root)) == []


def test_a_credential_that_nobody_needs(project: Callable[..., Path], program: Run) -> None:
    root = project(f"name: x, {OWN}", auth={"kind": "none"})
    (problem,) = _problems(program("validate", "--output", "json", cwd=root))
    assert problem.endswith(" unknown credential `token` | it needs none: leave it out")


def test_single_files_are_judged_alike(project: Callable[..., Path], program: Run, tmp_path: Path) -> None:
    root = project("name: x, type: sendgrid", f"name: y, {OWN}, tokn: x")
    found = _problems(program("validate", "--output", "json", "policycheck.yaml", cwd=root))
    assert [each.split(" ")[0] for each in found] == ["PC003", "PC002"]
    (outside := tmp_path / "outside").mkdir()
    (outside / ".git").mkdir()
    (root / "policycheck.yaml").rename(outside / "other.yaml")
    found = _problems(program("validate", "--output", "json", "other.yaml", cwd=outside))
    assert [each.split(" ")[0] for each in found] == ["PC003"]


def test_a_definition_that_is_wrong_is_told_at_its_own_place_alone(project: Callable[..., Path], program: Run) -> None:
    found = json.loads(program("validate", "--output", "json", cwd=project(f"name: x, {OWN}", checked=None)).stdout)
    assert [each["location"]["path"] for each in found["problems"]] == ["parcelpost.yaml"]


def test_definitions_of_the_project_are_listed(project: Callable[..., Path], program: Run) -> None:
    root = project(f"name: parcels, {OWN}", "name: bad, type: rest", f"name: mail, type: sendgrid, {TOKEN}")
    text = program("connectors", "list", cwd=root).stdout
    assert text.splitlines()[-6:] == [
        "",
        "Defined by this project",
        f"  {'parcels':25}  Parcelpost: credentials, in parcelpost.yaml",
        f"  {'bad':25}  option `definition` is missing",
        "",
        "`policycheck connectors show NAME` tells more of each.",
    ]
    assert text.startswith(f"Files and live systems\n  {'aws':25}  live AWS: ")
    assert f"\n\nVendors' APIs\n  {'amplitude':25}  Amplitude: fields in part, no call tells credentials; " in text
    own = json.loads(program("connectors", "list", "--output", "json", cwd=root).stdout)["own"]
    assert own == [
        {"name": "parcels", "definition": "parcelpost.yaml", "direction": "ours", "checked": "2026-11-22",
         "unconfirmed": [], "unknown": []},
        {"name": "bad", "definition": "", "problem": "option `definition` is missing"},
    ]  # fmt: skip


@pytest.mark.parametrize("text", [None, "connectors: [{", "connectors: {rest: x}\n"])
def test_a_project_that_cannot_be_read_hides_no_listing(tmp_path: Path, program: Run, text: str | None) -> None:
    if text is not None:
        (tmp_path / "policycheck.yaml").write_text(text)
    (tmp_path / ".git").mkdir()
    done = program("connectors", "list", cwd=tmp_path)
    assert (done.returncode, "Defined by this project" in done.stdout) == (0, False)
    assert program("connectors", "show", "sendgrid", cwd=tmp_path).returncode == 0


def test_show_knows_the_connectors_of_the_project(project: Callable[..., Path], program: Run) -> None:
    root = project(
        f"name: parcels, {OWN}", "name: bad, type: rest", f"name: mail, type: sendgrid, {TOKEN}", "name: x, type: y"
    )
    text = program("connectors", "show", "parcels", cwd=root).stdout
    assert text.startswith("parcels: Parcelpost: credentials; type rest, defined by this project in parcelpost.yaml\n")
    assert "\n  keys: GET /keys\n" in text
    assert "\n    hosts (required): the hosts that the definition may ask\n" in text
    assert program("connectors", "show", "mail", cwd=root).stdout == program("connectors", "show", "sendgrid").stdout
    for name, problem in {
        "bad": "option `definition` is missing",
        "parcel": "did you mean `parcels`?",
        "x": "unknown type",
    }.items():
        done = program("connectors", "show", name, cwd=root)
        assert (done.returncode, problem in done.stderr) == (2, True), done.stderr


def test_what_the_credential_of_a_connector_of_the_project_needs(project: Callable[..., Path], program: Run) -> None:
    root = project(f"name: parcels, {OWN}", f"name: mail, type: sendgrid, {TOKEN}")
    assert program("connectors", "permissions", "mail", cwd=root).stdout.splitlines() == [
        "api_keys.read",
        "marketing.read",
    ]
    done = program("connectors", "permissions", "parcels", cwd=root)
    assert (done.returncode, done.stderr) == (
        2,
        "error: the definition of parcels names no scopes\nhelp: `token` is a key\n",
    )


def test_the_doctor_looks_for_files_too(project: Callable[..., Path], program: Run) -> None:
    root = project(
        "name: keys, type: key-inventory, system: brevo, paths: ['exports/*.csv', '*.yaml']",
        "name: none, type: attestation, paths: ['no/*.yaml']",
    )
    done = program("connectors", "doctor", cwd=root)
    assert (done.returncode, done.stdout.splitlines()) == (
        3,
        [
            "failed keys: files: exports/*.csv: no file matches",
            "       help: export the file, or correct `paths`",
            "ok     keys: files: 2 to read, and no credential is needed",
            "failed none: files: no/*.yaml: no file matches",
            "       help: export the file, or correct `paths`",
        ],
    )

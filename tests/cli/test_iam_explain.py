from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.reports.lab import conforming

if TYPE_CHECKING:
    from tests.cli.conftest import Here

MEMBERS = "arn:aws:s3:::lumen-exports/members/*"
DATE = "Access levels are those of the catalogue of 2026-10-27; AWS may know newer actions.\n"


def saved(tmp_path: Path, *statements: object) -> str:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), "utf-8")
    return str(path)


def allow(action: object, **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": MEMBERS, **more}


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


TOLD = [
    (
        allow(["s3:GetObject", "iam:PassRole", "s3:GetObejct", "foo:Bar"], Sid="Both"),
        f"1. (Both) Allows s3:GetObject, iam:PassRole, s3:GetObejct and foo:Bar on\n   {MEMBERS}.\n"
        "   Read: s3:GetObject\n   Write: iam:PassRole\n   reads data: s3:GetObject\n   passes roles: iam:PassRole\n"
        "   unknown to the catalogue: s3:GetObejct (did you mean s3:GetObject?), foo:Bar\n",
    ),
    (
        allow("codestar:CreateProject"),
        f"1. Allows codestar:CreateProject on {MEMBERS}.\n   no longer listed by AWS: codestar:CreateProject\n",
    ),
    (
        {
            "Effect": "Deny",
            "Principal": {"AWS": ["444455556666", "arn:aws:iam::111122223333:role/x"], "Service": "ec2.amazonaws.com"},
            "Action": "sts:TagSession",
        },
        "1. Denies account 444455556666, arn:aws:iam::111122223333:role/x and the service ec2.amazonaws.com\n"
        "   to do sts:TagSession.\n   Write: sts:TagSession\n   Tagging: sts:TagSession\n",
    ),
    (
        {"Effect": "Deny", "NotPrincipal": {"AWS": "*"}, "Action": "sts:TagSession", "NotResource": ["a", "b"]},
        "1. Denies everyone but everyone to do sts:TagSession on every resource but a and b.\n"
        "   Write: sts:TagSession\n   Tagging: sts:TagSession\n",
    ),
]


@pytest.mark.parametrize(("statement", "text"), TOLD)
def test_a_statement_is_told(here: Here, tmp_path: Path, statement: object, text: str) -> None:
    assert here("iam", "explain", saved(tmp_path, statement)) == (0, f"{text}\n{DATE}", "")


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"StringEquals": {"aws:PrincipalTag/team": ["a", "b"]}}, "aws:principaltag/team is a or b"),
        ({"StringNotLike": {"a:b": ["x*", "y*"]}}, "a:b does not match x* nor y*"),
        ({"BoolIfExists": {"aws:SecureTransport": "true"}}, "aws:securetransport is true, if it is there"),
        ({"Null": {"a:b": "true"}}, "a:b is missing"),
        ({"Null": {"a:b": False}}, "a:b is there"),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, "aws:sourceip is in 192.0.2.0/24"),
        ({"ForAnyValue:StringLike": {"a:b": ""}}, 'some value of a:b matches ""'),
        ({"ForAllValues:StringEquals": {"a:b": "x"}}, "every value of a:b (or there is none) is x"),
        (
            {"DateLessThan": {"a:b": "2027-01-01"}, "NumericLessThan": {"c:d": 5}},
            "a:b is before 2027-01-01, and c:d is",
        ),
    ],
)
def test_a_condition_is_told(here: Here, tmp_path: Path, condition: object, text: str) -> None:
    told = here("iam", "explain", saved(tmp_path, allow("s3:GetObject", Condition=condition))).out
    assert f", when {text}" in " ".join(told.split())


@pytest.mark.parametrize("statement", [allow("*"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}])
def test_much_is_told_shortly(here: Here, tmp_path: Path, statement: object) -> None:
    told = here("iam", "explain", saved(tmp_path, statement)).out
    assert told.count("\n") < 60
    assert "every action" in told
    assert ("iam:" in told.split("\n", 1)[1]) <= ("NotAction" not in str(statement))
    assert "no longer listed" not in told
    assert " more\n" in told


def test_what_aws_would_refuse_is_told_beside_the_rest(here: Here, tmp_path: Path) -> None:
    ended = here("iam", "explain", saved(tmp_path, allow("s3:GetObject"), {"Effect": "Permit"}))
    assert ended.code == 2
    assert ended.out.startswith("1. Allows s3:GetObject")
    assert "\nAWS would not take this policy:\n  statement 2: Effect must be Allow or Deny\n" in ended.out


def test_a_policy_without_resource_is_refused(here: Here, tmp_path: Path) -> None:
    ended = here("iam", "explain", saved(tmp_path, {"Effect": "Allow", "Action": "s3:GetObject"}))
    assert (ended.code, "has neither Resource nor NotResource" in ended.out) == (2, True)


def test_what_is_no_json_is_said(here: Here, tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text("{")
    ended = here("iam", "explain", "policy.json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: policy.json:1:2: not valid JSON")


EXPLAINED = [
    (allow("s3:Get*Acl", Sid="Acl"), 0, [],
     {"Read": ["s3:GetBucketAcl", "s3:GetObjectAcl", "s3:GetObjectVersionAcl"]}, []),
    ({**allow("s3:GetObejct"), "Condition": {"Bool": {"a:b": True}}}, 0, [], {},
     ["s3:GetObejct (did you mean s3:GetObject?)"]),
    (allow("sts:AssumeRole", Resource=None, Principal={"AWS": "444455556666"}), 0, [],
     {"Write": ["sts:AssumeRole"], "makes credentials": ["sts:AssumeRole"]}, []),
    (allow("s3:GetBucketTagging", Resource=None), 2, ["statement 1: has neither Resource nor NotResource"],
     {"Read": ["s3:GetBucketTagging"]}, []),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "code", "problems", "actions", "unknown"), EXPLAINED)
def test_json_keeps_the_contract(
    here: Here, tmp_path: Path, statement: dict[str, Any], code: int, problems: Any, actions: Any, unknown: Any
) -> None:
    statement = {key: value for key, value in statement.items() if value is not None}
    ended = here("iam", "explain", saved(tmp_path, statement), "--output", "json")
    found = conforming(ended.out)
    assert (ended.code, found["problems"], found["reads"]) == (code, problems, None)
    (told,) = found["statements"]
    assert (told["sid"], told["actions"], told["unknown"]) == (statement.get("Sid", ""), actions, unknown)
    assert told["sentence"].startswith("Allows ")


def test_json_names_the_datasets_that_are_read(here: Here, project: Path, tmp_path: Path) -> None:
    policy = saved(tmp_path, allow("s3:GetObject"))
    found = conforming(here("--project", str(project), "iam", "explain", policy, "--output", "json").out)
    (read,) = found["reads"]
    assert (read["dataset"], read["action"], read["reason"]) == ("member-exports", "s3:GetObject", "")
    assert read["categories"] == ["user.contact.email", "user.device.ip_address"]


READS = "It reads dataset member-exports, which holds user.contact.email, user.device.ip_address: s3:GetObject on"


@pytest.mark.parametrize(
    ("statement", "text"),
    [(allow("s3:GetObject"), READS), (allow("s3:PutObject"), "It reads no dataset of the project's catalog.")],
)
@pytest.mark.parametrize("named", [True, False])
def test_datasets_of_the_project_are_named(
    here: Here,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    statement: object,
    text: str,
    named: bool,
) -> None:
    path = saved(tmp_path, statement)
    if not named:
        monkeypatch.chdir(project)
    ended = here(*(["--project", str(project)] if named else []), "iam", "explain", path)
    assert ended.code == 0
    assert text in " ".join(ended.out.split())


def test_a_broken_project_only_matters_when_it_is_named(
    here: Here, project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (project / "catalog/members.yaml").write_text("dataset: [\n")
    path = saved(tmp_path, allow("s3:GetObject"))
    assert here("--project", str(project), "iam", "explain", path).code == 2
    monkeypatch.chdir(project)
    ended = here("iam", "explain", path)
    assert (ended.code, "dataset" in ended.out) == (0, False)

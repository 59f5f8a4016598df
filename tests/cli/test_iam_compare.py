from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from policycheck.aws.engine import Engine
from policycheck.cli import comparing
from policycheck.library.data import data_root
from tests.reports.lab import conforming

if TYPE_CHECKING:
    from tests.cli.conftest import Here
    from tests.conftest import Run

ROOT_USER = "arn:aws:iam::444455556666:root"
OBJECTS = "arn:aws:s3:::lumen-exports/*"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str = OBJECTS, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


GET = policy(allow("s3:GetObject"))
GET_AND_PUT = policy(allow(["s3:GetObject", "s3:PutObject"]))
PUT = policy(allow("s3:PutObject"))
SECURE = {"Bool": {"aws:SecureTransport": "true"}}
TRUST = policy({"Effect": "Allow", "Principal": {"AWS": ROOT_USER}, "Action": "sts:AssumeRole"})
CLOSED_TRUST = policy(
    {
        "Effect": "Allow",
        "Principal": {"AWS": ROOT_USER},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "7d1c2a"}},
    }
)
#: Whether a star crosses a colon is where the two readings differ, so this is not decided.
STARS = policy(allow("s3:GetObject", "arn:aws:s3:*:*:lumen-*"))
MORE_STARS = policy(allow("s3:GetObject", "arn:aws:s3:*:lumen-*"))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(declared: object, actual: object) -> tuple[str, str]:
    for name, document in (("declared.json", declared), ("actual.json", actual)):
        Path(name).write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return "declared.json", "actual.json"


TOLD = [
    (GET, GET, 0, "ACTUAL grants the same as DECLARED (proven)\n"),
    (
        GET_AND_PUT,
        GET,
        0,
        "ACTUAL grants less than DECLARED (proven)\n\nallowed by DECLARED, not by ACTUAL:\n"
        "  s3:PutObject on arn:aws:s3:::lumen-exports/example\n",
    ),
    (
        GET,
        GET_AND_PUT,
        1,
        "ACTUAL grants more than DECLARED (proven)\n\nallowed by ACTUAL, not by DECLARED:\n"
        "  s3:PutObject on arn:aws:s3:::lumen-exports/example\n",
    ),
    (
        policy(allow("s3:GetObject", Condition=SECURE)),
        PUT,
        1,
        "ACTUAL grants something that DECLARED does not, and the other way round (proven)\n\n"
        "allowed by ACTUAL, not by DECLARED:\n  s3:PutObject on arn:aws:s3:::lumen-exports/example\n\n"
        "allowed by DECLARED, not by ACTUAL:\n"
        "  s3:GetObject on arn:aws:s3:::lumen-exports/example, with aws:securetransport = true\n",
    ),
]


@pytest.mark.parametrize(("declared", "actual", "code", "text"), TOLD)
def test_what_is_told(here: Here, files: Path, declared: object, actual: object, code: int, text: str) -> None:
    assert here("iam", "compare", *write(declared, actual)) == (code, text, "")


@pytest.mark.parametrize(
    ("declared", "actual", "relation"),
    [
        (GET, GET, "equal"),
        (GET_AND_PUT, GET, "narrower"),
        (GET, GET_AND_PUT, "broader"),
        (GET, PUT, "incomparable"),
        (policy(), policy(), "equal"),
        (GET, policy(allow("S3:GETOBJECT")), "equal"),
        (MORE_STARS, STARS, "undecided"),
        (STARS, MORE_STARS, "undecided"),
    ],
)
def test_json_keeps_the_contract(here: Here, files: Path, declared: object, actual: object, relation: str) -> None:
    ended = here("iam", "compare", *write(declared, actual), "--output", "json")
    found = conforming(ended.out)
    assert found["relation"] == relation
    assert found["proven"] == (relation != "undecided")
    assert found["excess"] == found["actual_in_declared"]["witnesses"]
    assert ended.code == {"equal": 0, "narrower": 0, "undecided": 3}.get(relation, 1)


@pytest.mark.parametrize(("declared", "actual"), [(MORE_STARS, STARS), (STARS, MORE_STARS)])
def test_what_is_not_decided_is_said(here: Here, files: Path, declared: object, actual: object) -> None:
    ended = here("iam", "compare", *write(declared, actual))
    assert (ended.code, ended.err) == (3, "")
    assert "not be decided" in ended.out or "not decided" in ended.out
    assert ", not decided: " in ended.out


@pytest.mark.parametrize(
    ("actual", "message"),
    [
        ('{"Version": "2012-10-17",\n  oops}', "error: actual.json:2:3: not valid JSON (Expecting property name"),
        ("[]", "error: actual.json: the document is not an object"),
        ('{"Statement": [], "Statement": []}', "error: actual.json: the same key stands twice in one object"),
        ("[" * 100_000, "error: actual.json: nested too deeply"),
        ({"Statement": [{"Effect": "Permit"}]}, "error: actual.json: statement 1: Effect must be Allow or Deny"),
        (policy({"Effect": "Allow", "Action": "a:b"}), "error: actual.json: statement 1: has neither Resource nor Not"),
        (TRUST, "error: actual.json: it has a Principal, and policies with Principal are compared for one"),
    ],
)
def test_what_is_no_policy_is_said_with_its_place(here: Here, files: Path, actual: object, message: str) -> None:
    ended = here("iam", "compare", *write(GET, actual))
    assert (ended.code, ended.out) == (2, "")
    assert " ".join(ended.err.split()).startswith(message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "error: give two policies, or --batch"),
        (("one.json",), "error: give two policies, or --batch"),
        (("one.json", "two.json", "--batch", "-"), "error: --batch takes policies and principals from its lines"),
        (("one.json", "two.json"), "error: one.json cannot be read (No such file or directory)"),
        (("-", "-"), "error: both policies cannot come from standard input"),
        (("one.json", "two.json", "--principal", "arn:bad"), "error: --principal: the principal is neither an ARN"),
        (("--batch", "missing.jsonl"), "error: missing.jsonl cannot be read (No such file or directory)"),
    ],
)
def test_wrong_usage(here: Here, files: Path, words: tuple[str, ...], message: str) -> None:
    ended = here("iam", "compare", *words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(message)


def test_text_that_is_not_utf_8(here: Here, files: Path) -> None:
    declared, actual = write(GET, GET)
    Path(actual).write_bytes(b'{"Id": "\xff"}')
    assert here("iam", "compare", declared, actual).err.startswith("error: actual.json: not UTF-8")


@pytest.mark.parametrize(
    ("principal", "code", "relation"),
    [(ROOT_USER, 1, "broader"), ("arn:aws:iam::999999999999:user/other", 0, "equal")],
)
def test_policies_with_principal_are_compared_for_one(
    here: Here, files: Path, principal: str, code: int, relation: str
) -> None:
    ended = here("iam", "compare", *write(CLOSED_TRUST, TRUST), "--principal", principal, "--output", "json")
    assert (ended.code, conforming(ended.out)["relation"]) == (code, relation)


def test_a_statement_without_principal_beside_others_is_no_policy(here: Here, files: Path) -> None:
    mixed = policy(*TRUST["Statement"], allow("s3:GetObject"))
    ended = here("iam", "compare", *write(TRUST, mixed), "--principal", ROOT_USER)
    assert ended.err.startswith("error: actual.json: statement 2: has no Principal, unlike others")


TOKENS = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoot"]
TODAY = [
    (policy(allow(TOKENS)), policy(allow("sts:Assume*")), "broader", "equal"),
    (policy(allow(TOKENS[1:])), policy(allow("sts:Assume*")), "broader", None),
    (policy(allow("sts:Assume*")), policy(allow(TOKENS)), "narrower", "equal"),
    (policy(allow(TOKENS)), policy({**allow("x:y"), "Action": None, "NotAction": "s3:*"}), "broader", None),
    (policy(allow(TOKENS)), policy(allow(["sts:Assume*", "nothing:Real*"])), "broader", "equal"),
]


@pytest.mark.parametrize(("declared", "actual", "relation", "today"), TODAY)
def test_a_wildcard_is_equal_to_its_expansion_only_today(
    here: Here, files: Path, declared: Any, actual: Any, relation: str, today: str | None
) -> None:
    for document in (declared, actual):
        document["Statement"] = [{k: v for k, v in s.items() if v is not None} for s in document["Statement"]]
    found = conforming(here("iam", "compare", *write(declared, actual), "--output", "json").out)
    assert (found["relation"], found.get("today")) == (relation, today)
    told = here("iam", "compare", *write(declared, actual)).out
    assert ("With the actions of today's catalogue only, ACTUAL grants the same as DECLARED." in told) == bool(today)
    witnesses = found["excess"] + found["declared_in_actual"]["witnesses"]
    assert [w.get("known") for w in witnesses] == [False if today else None] * len(witnesses)
    assert ("AWS may add" in " ".join(told.split())) == bool(today)


def answers(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_batch_goes_on_after_bad_lines(here: Here, files: Path) -> None:
    pair = {"declared": GET, "actual": GET_AND_PUT}
    lines = [
        json.dumps({"id": "a", **pair}),
        "",
        "{",
        "[]",
        '{"id": 1, "id": 2}',
        '{"id": {}}',
        '{"id": NaN}',
        json.dumps({"id": 7, **pair, "more": 1}),
        json.dumps({"id": 8, "declared": GET}),
        json.dumps({"id": 9, "declared": GET, "actual": "s3:*"}),
        json.dumps({"id": 10, "declared": GET, "actual": TRUST}),
        json.dumps({"id": 11, "declared": CLOSED_TRUST, "actual": TRUST, "principal": ROOT_USER}),
        json.dumps({"id": 12, **pair, "principal": 5}),
        json.dumps({"id": 13, "declared": TRUST, "actual": TRUST, "principal": "somebody"}),
        '{"id": 14, "declared": ' + "[" * 100_000,
        json.dumps(pair),
    ]
    Path("pairs.jsonl").write_text("\n".join(lines), "utf-8")
    ended = here("iam", "compare", "--batch", "pairs.jsonl")
    assert (ended.code, ended.err) == (0, "")
    found = answers(ended.out)
    assert [(row["id"], row.get("relation")) for row in found if "error" not in row] == [
        ("a", "broader"), (11, "broader"), (None, "broader"),
    ]  # fmt: skip
    assert [(row["id"], row["error"]) for row in found if "error" in row] == [
        (None, "the line is not valid JSON"),
        (None, "the line is not a JSON object"),
        (None, "the same key stands twice in one object"),
        (None, "the id is neither a string nor a whole number"),
        (None, "the line is not valid JSON"),
        (7, "the line has a key that is none of actual, declared, id, principal"),
        (8, "the line has no actual"),
        (9, "actual: the document is not an object"),
        (10, "actual: it has a Principal, and policies with Principal are compared for one; name whom"),
        (12, "principal is not a string"),
        (13, "the principal is neither an ARN of an account, user, role or session, nor a service, nor *"),
        (None, "the line is nested too deeply"),
    ]  # fmt: skip


def test_a_line_says_the_same_as_two_files(here: Here, files: Path) -> None:
    single = json.loads(here("iam", "compare", *write(GET, GET_AND_PUT), "--output", "json").out)
    Path("pairs.jsonl").write_text(json.dumps({"id": 1, "declared": GET, "actual": GET_AND_PUT}), "utf-8")
    (line,) = answers(here("iam", "compare", "--batch", "pairs.jsonl").out)
    assert {**line, "schema": single["schema"]} == {**single, "id": 1}


def test_the_excess_can_be_simulated(here: Here, files: Path) -> None:
    """Every witness of the one command is decided the same way by the other."""
    several = {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}, **SECURE}
    declared, actual = GET, policy(allow("s3:Get*", Condition=several))
    found = json.loads(here("iam", "compare", *write(declared, actual), "--output", "json").out)
    requests = [
        {"id": name, "identity_policies": [document], "request": {"principal": ROOT_USER[:-4] + "user/x", **witness}}
        for witness in found["excess"]
        for name, document in (("actual", actual), ("declared", declared))
    ]
    Path("requests.jsonl").write_text("\n".join(map(json.dumps, requests)), "utf-8")
    decided = answers(here("iam", "simulate", "--batch", "requests.jsonl").out)
    assert len(decided) >= 2
    assert {(row["id"], row["decision"]) for row in decided} == {
        ("actual", "Allowed"), ("declared", "ImplicitlyDenied"),
    }  # fmt: skip


def test_two_thousand_pairs_through_the_command(policycheck: Run) -> None:
    schema = json.loads((data_root() / "schemas" / "iam-compare.json").read_text("utf-8"))
    pairs = [
        {
            "id": number,
            "declared": policy(allow(["s3:GetObject", "s3:List*"], f"arn:aws:s3:::lumen-{number % 700}-*")),
            "actual": policy(allow("s3:GetObject" if number % 2 else "s3:*", f"arn:aws:s3:::lumen-{number % 700}-a/*")),
        }
        for number in range(2_000)
    ]
    done = policycheck("iam", "compare", "--batch", "-", stdin="\n".join(map(json.dumps, pairs)))
    assert (done.returncode, done.stderr) == (0, "")
    found = answers(done.stdout)
    assert [row["id"] for row in found] == list(range(2_000))
    assert {row["relation"] for row in found[1::2]} == {"narrower"}
    assert {row["relation"] for row in found[::2]} == {"incomparable"}
    for row in found[:10]:
        del row["id"]
        jsonschema.Draft202012Validator(schema).validate({"schema": "policycheck/iam-compare/v1", **row})


def test_the_memory_of_a_batch_is_bounded(here: Here, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Engine] = []

    def engine(**more: Any) -> Engine:
        made.append(Engine(**more))
        return made[-1]

    monkeypatch.setattr(comparing, "Engine", engine)
    monkeypatch.setattr(comparing, "ENOUGH", 500)
    Path("pairs.jsonl").write_text("\n".join([json.dumps({"declared": GET, "actual": PUT})] * 10), "utf-8")
    assert here("iam", "compare", "--batch", "pairs.jsonl").out.count("incomparable") == 10
    assert 2 <= len(made) <= 5


def test_a_defect_is_told_and_the_rest_goes_on(here: Here, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("secret")

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "compare", fail)
        Path("pairs.jsonl").write_text(json.dumps({"id": 1, "declared": GET, "actual": PUT}) + "\n{}", "utf-8")
        ended = here("iam", "compare", "--batch", "pairs.jsonl")
    assert ended.code == 4
    assert answers(ended.out) == [
        {"id": 1, "error": "internal error (KeyError)"}, {"id": None, "error": "the line has no declared"},
    ]  # fmt: skip
    assert "secret" not in ended.out + ended.err

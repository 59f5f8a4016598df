from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from policycheck.cli import lines
from policycheck.library.data import data_root

if TYPE_CHECKING:
    from tests.cli.conftest import Here
    from tests.conftest import Run

USER = "arn:aws:iam::111122223333:user/app"
OTHER = "arn:aws:iam::444455556666:user/other"
OBJECT = "arn:aws:s3:::lumen-exports/members.csv"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(effect: str, action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": "*", **more}


ALLOW = policy(statement("Allow", "s3:Get*"))
DENY = policy(statement("Deny", "s3:GetObject"))
FULL = policy(statement("Allow", "*"))
OPEN = policy(statement("Allow", "s3:GetObject", Principal="*"))


def line(id: object = 1, request: object = None, **layers: object) -> dict[str, Any]:
    """A line as the contract has it, with all keys."""
    asked = {"principal": USER, "action": "s3:GetObject", "resource": OBJECT, "resource_account": "111122223333"}
    return {
        "id": id,
        "identity_policies": [],
        "resource_policy": None,
        "permission_boundaries": None,
        "scps": [],
        "rcps": [],
        "session_policy": None,
        **layers,
        "request": {**asked, "context": {}} if request is None else request,
    }


def asking(**changes: object) -> dict[str, Any]:
    return {**line()["request"], **changes}


@pytest.fixture
def ask(here: Here, tmp_path: Path) -> Any:
    def run(*rows: object, code: int = 0) -> list[dict[str, Any]]:
        texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (tmp_path / "requests.jsonl").write_text("\n".join(texts), "utf-8")
        ended = here("iam", "simulate", "--batch", str(tmp_path / "requests.jsonl"))
        assert (ended.code, ended.err) == (code, "")
        return [json.loads(text) for text in ended.out.splitlines()]

    return run


CONTRACT: list[tuple[dict[str, Any], str]] = [
    (line(), "ImplicitlyDenied"),
    (line(identity_policies=[ALLOW]), "Allowed"),
    (line(identity_policies=[ALLOW, DENY]), "ExplicitlyDenied"),
    (line(identity_policies=None), "ImplicitlyDenied"),
    (line(resource_policy=OPEN), "Allowed"),
    (line(resource_policy=[], identity_policies=[ALLOW]), "Allowed"),
    (line(resource_policy=OPEN, request=asking(principal="*")), "Allowed"),
    (line(resource_policy=OPEN, request=asking(principal="cloudtrail.amazonaws.com")), "Allowed"),
    (line(identity_policies=[ALLOW], request=asking(principal=OTHER)), "ImplicitlyDenied"),
    (line(identity_policies=[ALLOW], resource_policy=OPEN, request=asking(principal=OTHER)), "Allowed"),
    (line(identity_policies=[ALLOW], permission_boundaries=[DENY, FULL]), "ExplicitlyDenied"),
    (line(identity_policies=[ALLOW], permission_boundaries=[policy()]), "ImplicitlyDenied"),
    (line(identity_policies=[ALLOW], permission_boundaries=[]), "Allowed"),
    (line(identity_policies=[ALLOW], session_policy=policy()), "ImplicitlyDenied"),
    (line(identity_policies=[ALLOW], scps=[[FULL], [ALLOW]]), "Allowed"),
    (line(identity_policies=[ALLOW], scps=[[FULL], [DENY, FULL]]), "ExplicitlyDenied"),
    (line(identity_policies=[ALLOW], scps=[[]]), "ImplicitlyDenied"),
    (line(identity_policies=[ALLOW], scps=[[FULL], []]), "ImplicitlyDenied"),
    (line(identity_policies=[ALLOW], scps=None, rcps=None), "Allowed"),
    (line(identity_policies=[ALLOW], rcps=[[]]), "ImplicitlyDenied"),
    ({"id": 1, "identity_policies": [ALLOW], "request": asking(resource_account=None)}, "Allowed"),
]


@pytest.mark.parametrize(("row", "decision"), CONTRACT)
def test_the_contract(ask: Any, row: dict[str, Any], decision: str) -> None:
    (found,) = ask(row)
    assert found == {"id": 1, "decision": decision}
    schema = json.loads((data_root() / "schemas" / "iam-simulate.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)


def test_what_was_read_for_one_line_serves_no_other(ask: Any) -> None:
    """The memory of a batch changes no answer, in whatever order lines come and keys stand."""
    rows = [row for row, _ in CONTRACT]
    backwards = [dict(reversed(row.items())) for row in reversed(rows)]
    decisions = [found["decision"] for found in ask(*rows, *rows, *backwards)]
    wanted = [decision for _, decision in CONTRACT]
    assert decisions == [*wanted, *wanted, *reversed(wanted)]


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "decision"),
    [
        ("Bool", "true", True, "Allowed"),
        ("Bool", "false", False, "Allowed"),
        ("NumericEquals", "5", 5, "Allowed"),
        ("NumericLessThan", 2, 1.5, "Allowed"),
        ("StringEquals", "5", 5, "Allowed"),
        ("ForAnyValue:StringEquals", "a", ["b", "a"], "Allowed"),
        ("ForAllValues:StringEquals", ["a", "b"], ["b", "a"], "Allowed"),
        ("ForAllValues:NumericLessThan", "9", [5, 10], "ImplicitlyDenied"),
        ("Null", "true", [], "Allowed"),
    ],
)
def test_context_values_may_be_json(ask: Any, operator: str, wanted: object, value: object, decision: str) -> None:
    limited = policy(statement("Allow", "s3:*", Condition={operator: {"lumen:Key": wanted}}))
    asked = asking(context={"LUMEN:key": value})
    assert ask(line(identity_policies=[limited], request=asked)) == [{"id": 1, "decision": decision}]


UNKNOWN = "the line has a key that is none of id, identity_policies, permission_boundaries, rcps, request, "
BAD: list[tuple[object, object, str]] = [
    ("{", None, "the line is not valid JSON"),
    ("17", None, "the line is not a JSON object"),
    ('{"id": 1' + "0" * 5_000 + "}", None, "the line is not valid JSON"),
    ('{"id": "twice", "scps": [], "scps": []}', "twice", "the same key stands twice in one object"),
    ('{"id": 1, "id": 2, "request": {}}', None, "the same key stands twice in one object"),
    ('{"id": 1, "request": {"action": "a:b", "action": "a:c"}}', 1, "the same key stands twice in one object"),
    ('{"id": 1, "request": {"a": ' + "[" * 100_000, None, "the line is nested too deeply"),
    ({**line(), "scp": []}, 1, UNKNOWN + "resource_policy, scps, session_policy"),
    ({"id": 1}, 1, "the line has no request"),
    (line(request="s3:GetObject"), 1, "request is not an object"),
    (line(request=asking(extra=1)), 1, "request has a key that is none of action, context, principal, resource, res"),
    (line(request=asking(action=None)), 1, "request.action is not a string"),
    (line(request=asking(action="GetObject")), 1, "request.action is not of the form service:action"),
    (line(request={"action": "s3:GetObject", "principal": USER}), 1, "request has no resource"),
    (line(request=asking(principal="somebody")), 1, "request: the principal is neither an ARN"),
    (line(request=asking(resource_account="1234")), 1, "request.resource_account is not a string of 12 digits"),
    (line(request=asking(context=[])), 1, "request.context is not an object"),
    (line(request=asking(context={"a:b": None})), 1, "request.context has a value that is not a string, number, bool"),
    (line(request=asking(context={"a:b": [["x"]]})), 1, "request.context has a value that is not a string, number,"),
    (line(request=asking(context={"a:b": 1, "A:b": 2})), 1, "request.context has a key twice: letter case does not"),
    (line(identity_policies=ALLOW), 1, "identity_policies is not a list"),
    (line(identity_policies=[None]), 1, "identity policy: the document is not an object"),
    (line(identity_policies=[OPEN]), 1, "identity policy: statement 1: an identity policy has no Principal"),
    (line(permission_boundaries=[{}]), 1, "permissions boundary: the document has no Statement"),
    (line(scps=[FULL]), 1, "scps: each level is a list of policies"),
    (line(rcps=[[{"Statement": [{}]}]]), 1, "RCP: statement 1: has no Effect"),
    (line(session_policy="x"), 1, "session policy: the document is not an object"),
    (line(resource_policy=ALLOW), 1, "resource policy: a statement has no Principal"),
    (line(id=[1]), None, "the id is neither a string nor a whole number"),
]


@pytest.mark.parametrize(("row", "id", "error"), BAD)
def test_a_bad_line_is_told_and_the_rest_goes_on(ask: Any, row: object, id: object, error: str) -> None:
    good = line("good", identity_policies=[ALLOW])
    before, found, after = ask(good, row, good)
    assert before == after == {"id": "good", "decision": "Allowed"}
    assert (found["id"], sorted(found)) == (id, ["error", "id"])
    assert found["error"].startswith(error)


@pytest.mark.parametrize("id", ["x", "\u00fc", "\ud800", 'a"b\\', "", -3, 0, True, None, 12345678901234567890])
def test_an_id_comes_back_as_it_was(ask: Any, id: object) -> None:
    row = line(id, identity_policies=[ALLOW])
    spread = json.dumps(row, indent=1).replace("\n", " ")
    assert ask(row, spread) == [{"id": id, "decision": "Allowed"}] * 2


def test_a_line_without_an_id_is_answered(ask: Any) -> None:
    row = line(identity_policies=[ALLOW])
    del row["id"]
    assert ask(row) == [{"id": None, "decision": "Allowed"}]


def test_the_word_request_inside_a_policy(ask: Any) -> None:
    """The request is found by its place in the line, not by its name."""
    tricky = policy(statement("Allow", "s3:*", Sid='"request": ', Condition={"StringEquals": {"request": {}}}))
    keyed = policy(statement("Allow", "s3:*", Condition={"StringEquals": {"request": "x"}}))
    wrong, right = ask(
        line(identity_policies=[tricky]), line(identity_policies=[keyed], request=asking(context={"request": "x"}))
    )
    assert wrong["error"].startswith("identity policy: statement 1: ")
    assert right == {"id": 1, "decision": "Allowed"}


def test_the_memory_of_a_batch_is_bounded(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "ENOUGH", 1_000)
    rows = [line(number, identity_policies=[policy(statement("Allow", f"s3:{number}*"))]) for number in range(50)]
    assert len(ask(*rows)) == 50
    memory = lines.Memory[int]()
    for number in range(100):
        memory.keep(f"{number:100d}", number)
    kept = [number for number in range(100) if memory.get(f"{number:100d}") is not None]
    assert kept == list(range(kept[0], 100))
    assert len(kept) <= 12


def test_bytes_that_are_no_text(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": 1}\r\n \r\n{"id": "\xff"}\n')
    ended = here("iam", "simulate", "--batch", str(path))
    assert [json.loads(text) for text in ended.out.splitlines()] == [
        {"id": 1, "error": "the line has no request"},
        {"id": None, "error": "the line is not UTF-8"},
    ]


@pytest.mark.parametrize("name", ["missing.jsonl", ""])
def test_a_file_that_cannot_be_read(here: Here, tmp_path: Path, name: str) -> None:
    ended = here("iam", "simulate", "--batch", str(tmp_path / name))
    assert (ended.code, ended.out) == (2, "")
    assert " cannot be read (" in ended.err


def test_standard_input(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(line(identity_policies=[ALLOW])).encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    assert here("iam", "simulate", "--batch", "-").out == '{"id": 1, "decision": "Allowed"}\n'
    monkeypatch.setattr(sys, "stdin", None)
    ended = here("iam", "simulate", "--batch", "-")
    assert (ended.code, ended.err) == (2, "error: standard input cannot be read (it is closed)\n")


def test_twenty_thousand_requests_through_the_command(policycheck: Run) -> None:
    rows = [
        line(number, identity_policies=[policy(statement("Allow", f"s3:{'Get' if number % 2 else 'Put'}*"))])
        for number in range(20_000)
    ]
    done = policycheck("iam", "simulate", "--batch", "-", stdin="\n".join(map(json.dumps, rows)))
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(text) for text in done.stdout.splitlines()]
    assert [row["id"] for row in found] == list(range(20_000))
    assert {row["decision"] for row in found[1::2]} == {"Allowed"}
    assert {row["decision"] for row in found[::2]} == {"ImplicitlyDenied"}

"""A token planted in every text of an export that is not on the allow-list is in nothing that leaves a connector."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from policycheck.snapshots.engine import connect
from policycheck.snapshots.writer import Writer
from policycheck_connectors.registry import types
from tests.connectors.lab import DATA, Pulled, pull

TOKEN = re.compile(r"PLANTED\d+")
AWS_KEPT = re.compile(
    r"Arn|UserName|GroupName|RoleName|CreateDate|PolicyName|PolicyArn|PermissionsBoundaryArn|LastUsedDate|Key|Value"
    r"|VersionId|DefaultVersionId|GroupList|Version|Effect|Action|Resource|AWS|Service|Sid|sts:ExternalId"
)
RESOURCES_KEPT = re.compile(
    r"arn|account|policy|Policy|ResourcePolicy|TopicArn|ARN|Version|Effect|Action|Resource|AWS|Service|Sid"
)
ORGANIZATION_KEPT = re.compile(
    r"Id|Arn|Name|Type|Status|MasterAccountId|ParentId|ChildId|PolicyId|TargetId|Content|Description"
)
KEYS_KEPT = re.compile(r"id|name|created_at|last_used_at|scopes|created|last_used|holder|system")


class Planter:
    """Plants numbered tokens into all texts of a value except those whose key matches ``kept``."""

    def __init__(self, kept: re.Pattern[str]) -> None:
        self._kept = kept
        self.count = 0

    def token(self) -> str:
        self.count += 1
        return f"PLANTED{self.count}"

    def in_value(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            made = {name: self.in_value(item, name) for name, item in value.items()}
            return made | {self.token(): self.token(), "Description": self.token(), "Secret": [self.token()]}
        if isinstance(value, list):
            return [self.in_value(item, key) for item in value]
        return value if self._kept.fullmatch(key) or not isinstance(value, (str, type(None))) else self.token()


def planted_json(name: str, kept: re.Pattern[str]) -> tuple[str, int]:
    planter = Planter(kept)
    value = planter.in_value(json.loads((DATA / name).read_text()))
    return json.dumps(value, indent=1), planter.count


def planted_csv(name: str) -> tuple[str, int]:
    rows = list(csv.reader((DATA / name).read_text().splitlines()))
    made = io.StringIO()
    writer = csv.writer(made)
    for number, row in enumerate(rows):
        writer.writerow(
            ["Note" if number == 0 else f"PLANTED{number}", *row, "Secret" if number == 0 else f"PLANTED9{number}"]
        )
    return made.getvalue(), 2 * (len(rows) - 1)


def planted_yaml() -> tuple[str, int]:
    text = (DATA / "keys.yaml").read_text()
    text = text.replace("id: ", "note: PLANTED1, id: ", 1).replace(
        "    name: shop", "    secret: PLANTED2\n    name: shop"
    )
    return text + "extra: [PLANTED3]\n", 3


JSON_TYPE = {"Content-Type": "application/json"}


def planted_requests() -> tuple[str, int]:
    """Every place of a request that can hold a value: also keys that are data by themselves."""
    planter = Planter(re.compile("(?!)"))
    token = planter.token
    body = {
        "email": token(),
        "list": [token(), {"x": token()}],
        "inside": json.dumps({"y": token()}),
        f"{token()}@lumen.example": token(),
        f"sk_live_{token()}{'4fX' * 10}": 1,
        f"{token()}/path with = signs": 1,
    }
    records: list[dict[str, Any]] = [
        {
            "url": f"https://{token()}:{token()}@api.x.example/u/{token()}%40lumen.example/{token()}12345?q={token()}#{token()}",
            "method": token(),
            "time": token(),
            "headers": {"Authorization": token(), "Cookie": f"a={token()}", "X-Real-IP": token(), **JSON_TYPE},
            "body": json.dumps(body),
            "response": {"body": token()},
        },
        {"url": "https://api.x.example/", "headers": JSON_TYPE, "body": '{"' + token()},
        {"url": "https://api.x.example/", "headers": [["Content-Type", token()]], "body": token()},
        {"url": f"https://{token()} .example/", "body": token()},
        {"host": token() + "\x1b", "path": token()},
        {"url": f"data:{token()}"},
    ]  # fmt: skip
    return "".join(json.dumps(each) + "\n" for each in records), planter.count


def planted_archive() -> str:
    """The same as entries of an HTTP archive."""
    records = [json.loads(line) for line in planted_requests()[0].splitlines()]
    return json.dumps({"log": {"entries": [{"request": each, "response": each.get("response")} for each in records]}})


CASES: dict[str, tuple[str, dict[str, Any], Callable[[], tuple[str, int]]]] = {
    "a.json": ("aws-authorization-details", {}, lambda: planted_json("aws-account.json", AWS_KEPT)),
    "r.json": ("aws-resource-policies", {}, lambda: planted_json("aws-resource-policies.json", RESOURCES_KEPT)),
    "o.json": ("aws-organization", {}, lambda: planted_json("aws-organization.json", ORGANIZATION_KEPT)),
    "k.json": ("key-inventory", {"system": "x"}, lambda: planted_json("datadog-keys.json", KEYS_KEPT)),
    "k.csv": ("key-inventory", {"system": "x"}, lambda: planted_csv("keys.csv")),
    "k.yaml": ("key-inventory", {"system": "x"}, planted_yaml),
    "s.json": (
        "vendor-fields",
        {"system": "x"},
        lambda: planted_json("sendgrid-fields.json", re.compile("name|field_type")),
    ),
    "i.json": (
        "vendor-fields",
        {"system": "x"},
        lambda: planted_json("intercom-data-attributes.json", re.compile("name|full_name|label|data_type|model")),
    ),
    "h.json": (
        "vendor-fields",
        {"system": "x"},
        lambda: planted_json("hubspot-properties.json", re.compile("name|label|type")),
    ),
    "f.csv": ("vendor-fields", {"system": "x"}, lambda: planted_csv("reviewed-fields.csv")),
    "p.jsonl": ("payload-samples", {}, planted_requests),
    "p.har": (
        "payload-samples",
        {},
        lambda: (planted_archive(), 1),
    ),
    "t.yaml": (
        "attestation",
        {},
        lambda: (DATA.joinpath("attestation.yaml").read_text() + "- PLANTED1: PLANTED2\n", 2),
    ),
}


def test_every_type_that_reads_files_has_a_case() -> None:
    files = {info.type for info in types() if any(option.name == "paths" for option in info.options)}
    assert {type for type, _, _ in CASES.values()} == files


@pytest.fixture(params=CASES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def broken(text: str) -> Iterator[str]:
    """The export whole, cut in several places, and with nonsense in the middle."""
    yield text
    for part in range(1, 6):
        yield text[: len(text) * part // 6]
    middle = text.index("PLANTED") + 9
    yield text[:middle] + '"}]\x01{PLANTED0' + text[middle:]


def test_planted_tokens_stay_in_the_export(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    type, options, plant = CASES[name]
    text, count = plant()
    assert len(set(TOKEN.findall(text))) >= count > 0
    for content in broken(text):
        pulled = pull(tmp_path, type, {name: content}, **options)
        assert not TOKEN.search(repr(pulled))
        if content in (text, text[: len(text) // 2]):
            assert not TOKEN.search("".join(stored(tmp_path / "snapshots", pulled)))
    assert not TOKEN.search("".join(capfd.readouterr()))


def stored(directory: Path, pulled: Pulled) -> Iterator[str]:
    """Every value of every table of a snapshot, decoded."""
    with Writer(directory, "2026-11-20T00:00:00Z", "", "0") as writer:
        for fact in pulled.facts:
            writer.add(fact)
        path = writer.commit(pulled.coverage)
    with connect(directory / "spill") as con:
        for file in sorted(path.glob("*.parquet")):
            yield repr(con.execute(f"SELECT * FROM read_parquet('{file}')").fetchall())
    yield (path / "meta.json").read_text()


def test_the_cases_do_give_facts(tmp_path: Path, name: str) -> None:
    type, options, plant = CASES[name]
    pulled = pull(tmp_path, type, {name: plant()[0]}, **options)
    assert bool(pulled.facts) is (type != "attestation")

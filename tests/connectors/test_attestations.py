"""Statements of people: read whole, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.facts import Attestation
from policycheck_connectors.interface import ConnectorError
from tests.connectors.lab import DATA, pull

TYPE = "attestation"
ONE: dict[str, Any] = {
    "vendor": "brevo", "system": "brevo", "asked": "Ada", "on": "2026-10-01", "states": {"keys": ["k"]},
}  # fmt: skip


NO_KEY = "has something other than a key of the taxonomy such as user.contact.email"


def test_statements_of_a_file(tmp_path: Path) -> None:
    pulled = pull(tmp_path, TYPE, {"a.yaml": (DATA / "attestation.yaml").read_text()}, stale_after_days=180)
    assert pulled.facts == (
        Attestation("brevo", "brevo", "data-protection@brevo.example", "2026-10-01", "c", "a.yaml:2",
                    ("website", "shop plugin"), ("user.contact.email",), ("user.device.ip_address", "user.location"),
                    180),
        Attestation("brevo", "brevo-sms", "Ada", "2026-09-30", "c", "a.yaml:10", (), None, None, 180),
    )  # fmt: skip
    assert [(row.system, row.resource, row.status, row.seen) for row in pulled.coverage] == [
        ("brevo", "attestations", "complete", 1),
        ("brevo-sms", "attestations", "complete", 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ONE),
        json.dumps([ONE]),
        json.dumps(ONE, indent="\t"),
        "vendor: brevo\nsystem: brevo\nasked: Ada\non: 2026-10-01\nstates:\n  keys: [k]\n  fields:\n",
    ],
)
def test_one_statement_as_yaml_or_json(tmp_path: Path, text: str) -> None:
    pulled = pull(tmp_path, TYPE, {"a.json": text})
    assert pulled.facts == (Attestation("brevo", "brevo", "Ada", "2026-10-01", "c", "a.json:1", ("k",)),)
    assert pulled.whole()


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in ONE.items() if name != key}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (ONE | {"comment": "TOKEN"}, "has an unknown key in line 1"),
        (ONE | {"TOKEN": "x"}, "has an unknown key in line 1"),
        (ONE | {"states": {"keys": [], "TOKEN": []}}, "has an unknown key in line 1"),
        (without("vendor"), "lacks the key `vendor` in line 1"),
        (without("states"), "lacks the key `states` in line 1"),
        (ONE | {"asked": None}, "lacks the key `asked` in line 1"),
        (ONE | {"asked": ""}, "has no plain text in line 1"),
        (ONE | {"vendor": ["TOKEN"]}, "has no plain text in line 1"),
        (ONE | {"states": {}}, "states nothing in line 1"),
        (ONE | {"states": []}, "has something other than keys and values in line 1"),
        (ONE | {"states": {"keys": "TOKEN"}}, "has no list in line 1"),
        (ONE | {"states": {"keys": [["TOKEN"]]}}, "has no plain text in line 1"),
        (ONE | {"states": {"fields": ["TOKEN"]}}, f"{NO_KEY} in line 1"),
        (ONE | {"states": {"none_of": ["user.name", "user.Token"]}}, f"{NO_KEY} in line 1"),
        (ONE | {"states": {"fields": ["user." + "a" * 96]}}, f"{NO_KEY} in line 1"),
        (ONE | {"on": "TOKEN"}, "has no date such as 2026-10-01 in line 1"),
        (ONE | {"on": "2026-02-30"}, "has no date such as 2026-10-01 in line 1"),
        ([ONE, "TOKEN"], "has something other than keys and values in line 1"),
        ("vendor: a\nvendor: TOKEN\n", "has a key twice in line 2"),
        ("? [TOKEN]\n: b\n", "has an unknown key in line 1"),
        ("vendor: a\nsystem: {TOKEN\n", "is not valid YAML at line 3"),
        ("vendor: *TOKEN\n", "is not valid YAML at line 1"),
        ("[]", "states nothing"),
        ("# TOKEN\n", "states nothing"),
        ("[" * 9999 + "\n", "is nested too deeply"),
    ],
)
def test_what_is_not_understood_takes_nothing_from_its_file(tmp_path: Path, content: object, reason: str) -> None:
    pulled = pull(tmp_path, TYPE, {"a.yaml": content, "b.yaml": ONE})
    assert len(pulled.facts) == 1
    bad = next(row for row in pulled.coverage if row.where == "a.yaml")
    assert (bad.status, bad.seen) == ("unseen", 0)
    assert bad.reason.removesuffix(", so that nothing of it is taken") == reason
    assert "TOKEN" not in repr(pulled)


def test_a_secret_in_a_statement_leaves_a_fingerprint(tmp_path: Path) -> None:
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    told = {"vendor": secret, "system": secret, "asked": f"Ada {secret}", "states": {"keys": ["k", secret]}}
    pulled = pull(tmp_path, TYPE, {"a.yaml": ONE | told})
    assert secret not in repr(pulled)
    fact = pulled.of(Attestation)[0]
    assert fact.keys == ("k", fact.vendor)
    assert [row.resource.removeprefix("attestations") for row in pulled.coverage] == [
        *("", ".asked", ".keys", ".system", ".vendor")
    ]


def test_nothing_is_taken_of_a_file_whose_second_statement_is_bad(tmp_path: Path) -> None:
    assert pull(tmp_path, TYPE, {"a.yaml": [ONE, without("on")]}).facts == ()


@pytest.mark.parametrize("days", [0, -1, True, "90", 1.5])
def test_the_age_is_a_number_of_days(tmp_path: Path, days: object) -> None:
    with pytest.raises(ConnectorError, match="must be a whole number from 1 to 36500"):
        pull(tmp_path, TYPE, {"a.yaml": ONE}, stale_after_days=days)

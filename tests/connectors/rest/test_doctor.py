"""The doctor of every shipped definition: one question, whether the credential works, what is more than it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.cli.definitions import Definitions
from policycheck_connectors.rest.shelf import vendors as shipped
from tests.connectors.rest.lab import SECRET, TODAY, Case, case, connector, player
from tests.servers.vendors import Reply, Seen, Vendors


def _examined(vendors: Vendors, root: Path, played: Case, answer: Reply) -> list[tuple[str, str, str, str]]:
    """What the doctor says where the probe is answered so; tokens come as the data file has them."""
    token = player(played, played.answers)
    played.played(vendors, lambda seen: token(seen) if seen.path.endswith("/token") else answer)
    made = connector(vendors, root, played.vendor, played.options, played.credentials)
    return [(check.subject, check.status, check.text, check.help) for check in made.doctor()]


def _asked(vendors: Vendors) -> list[Seen]:
    return [seen for seen in vendors.seen if not seen.path.endswith("/token")]


@pytest.mark.parametrize("name", shipped())
def test_a_credential_that_works_and_one_that_does_not(vendors: Vendors, tmp_path: Path, name: str) -> None:
    definition, played = Definitions(TODAY).shipped(name), case(name)
    told = _examined(vendors, tmp_path, played, Reply({"ok": True, "success": True}))
    assert [row[:2] for row in told if row[0] == "credential"] == [
        ("credential", "warning" if definition.probe is None else "ok")
    ]
    assert len(_asked(vendors)) <= 1
    assert {(each.facts, "warning", each.attest) for each in definition.unknown} <= {(a, b, d) for a, b, _, d in told}
    refused = _examined(vendors, tmp_path, played, Reply({"ok": False, "error": SECRET}, 401))
    assert definition.probe is None or ("credential", "failed") in [row[:2] for row in refused]
    assert all(help for _, status, _, help in refused if status == "failed")
    assert SECRET not in repr((told, refused))


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        (
            ["api_keys.read", "marketing.read"],
            [("scopes", "ok", "no more than an audit needs: api_keys.read, marketing.read", "")],
        ),
        (
            ["api_keys.read", "mail.send", "marketing.read"],
            [
                (
                    "scopes",
                    "warning",
                    "the credential may do more than an audit needs: mail.send",
                    "api_keys.read, marketing.read suffices: make a credential with that alone",
                )
            ],
        ),
    ],
)
def test_an_audit_key_that_can_send_mail_is_told(
    vendors: Vendors, tmp_path: Path, scopes: list[str], told: list[tuple[str, str, str, str]]
) -> None:
    works = ("credential", "ok", "works at api.sendgrid.com", "")
    assert _examined(vendors, tmp_path, case("sendgrid"), Reply({"scopes": scopes})) == [works, *told]


def test_what_a_key_cannot_see_is_told(vendors: Vendors, tmp_path: Path) -> None:
    told = _examined(vendors, tmp_path, case("sendgrid"), Reply({"scopes": ["api_keys.read"]}))
    assert [row[0] for row in told if row[1] == "warning"] == ["custom-fields", "reserved-fields"]
    assert told[1][2] == "`custom-fields` cannot be seen without marketing.read"

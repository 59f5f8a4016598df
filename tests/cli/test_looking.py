"""What lies about: by content and bounded, names alone, never through a link."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from policycheck.cli import looking
from policycheck.cli.looking import DETAILS, FIELDS, KEYS, Export

ROLES = '{"UserDetailList": [], "RoleDetailList": []}'


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.json", ROLES, (DETAILS, "")),
        ("a.json", '{"111122223333": [{"GroupDetailList" : [', (DETAILS, "")),
        ("a.json", '{"RoleDetailList": {}}', None),
        ("sendgrid/a.json", '{"result": [{"api_key_id": "x", "name": "y"}]}', (KEYS, "sendgrid")),
        ("a.json", '{"result": [{"api_key_id": "x", "name": "y"}]}', (KEYS, "")),
        ("a.json", '{"data": [{"id": 1, "expires_at": null}]}', None),
        ("zendesk/a.json", '{"data": [{"id": 1, "expires_at": null}]}', (KEYS, "zendesk")),
        ("zendesk/a.json", '{"data": [{"id": 1, "color": null}]}', None),
        ("sendgrid-fields.json", '{"custom_fields": []}', (FIELDS, "sendgrid")),
        ("a.json", '{"custom_fields": []}', (FIELDS, "")),
        ("sentry keys.csv", '"Token ID";"Name"\n1;2\n', (KEYS, "sentry")),
        ("datadog.csv", "attribute,value\n1,2\n", None),
        ("package.json", '{"name": "x", "scripts": {}}', None),
        ("a.json", "", None),
        ("a.json", "\0\0RoleDetailList", None),
    ],
)
def test_a_file_is_known_by_its_content(tmp_path: Path, name: str, content: str, found: tuple[str, str] | None) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content, "utf-8")
    assert looking.exports(tmp_path) == ((Export(name, *found),) if found else ())


def test_what_is_packed_is_read_and_what_is_damaged_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(ROLES.encode()))
    (tmp_path / "b.json.gz").write_bytes(b"\x1f\x8b cut")
    assert looking.exports(tmp_path) == (Export("a.json.gz", DETAILS),)


def test_where_is_not_looked(tmp_path: Path) -> None:
    for name in (".hidden/a.json", "node_modules/a.json", "one/two/three/a.json", "a[1].json", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(ROLES)
    (tmp_path / "real.json").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "notes.txt")
    assert looking.exports(tmp_path) == ()
    (tmp_path / "one/two/b.json").write_text(ROLES)
    assert looking.exports(tmp_path) == (Export("one/two/b.json", DETAILS),)


def test_no_more_is_looked_at_than_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        (tmp_path / f"{number}.json").write_text(ROLES)
    monkeypatch.setattr(looking, "_FILES", 4)
    assert len(looking.exports(tmp_path)) == 4
    monkeypatch.setattr(looking, "_ENTRIES", 2)
    assert len(looking.exports(tmp_path)) == 2


def test_only_the_beginning_of_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"x": "' + "y" * (1 << 16) + '", "RoleDetailList": []}')
    assert looking.exports(tmp_path) == ()


def test_a_directory_that_is_gone_or_closed_has_nothing(tmp_path: Path) -> None:
    assert looking.exports(tmp_path / "gone") == ()


@pytest.mark.parametrize(
    ("variable", "vendor"),
    [
        ("SENDGRID_API_KEY", "sendgrid"),
        ("sentryDsn", "sentry"),
        ("NODE_SLACK_BOT_TOKEN", "slack"),
        ("SENDGRID_REGION", ""),
        ("SECRET_KEY", ""),
        ("AWS_DATADOG_KEY", ""),
        ("POLICYCHECK_STRIPE_KEY", ""),
        ("STRIPE KEY", ""),
    ],
)
def test_a_variable_names_a_key_or_none(variable: str, vendor: str) -> None:
    assert [each.vendor for each in looking.keys({variable: "s"})] == ([vendor] if vendor else [])


def test_credentials_of_aws_are_names(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id=x\n[a b]\n")
    (tmp_path / "config").write_text("[profile work]\n[default]\n# [no]\n[profile x\x1by]\n")
    files = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"), "AWS_CONFIG_FILE": str(tmp_path / "config")}
    found = looking.aws({**files, "AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": ""})
    assert (found.variables, found.profiles) == (("AWS_PROFILE",), ("default", "work"))
    assert not looking.aws({"HOME": str(tmp_path)})
    assert not looking.aws({})


def test_entries_of_one_vendor_have_names_of_their_own() -> None:
    found = looking.named([Export("a", KEYS, "sendgrid"), Export("b", KEYS, "sendgrid"), Export("c", FIELDS)])
    assert [(each.name, each.paths, bool(each.off)) for each in found] == [
        ("sendgrid-keys", ("a",), False),
        ("sendgrid-keys-2", ("b",), False),
        ("unknown-fields", ("c",), True),
    ]

"""Cut anywhere, an export is never taken for a whole one."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.lab import DATA, pull

pytestmark = pytest.mark.unmeasured

EXPORTS = {
    "aws-account.json": ("aws-authorization-details", {}),
    "aws-resource-policies.json": ("aws-resource-policies", {}),
    "aws-organization.json": ("aws-organization", {}),
    "keys.csv": ("key-inventory", {"system": "x"}),
    "datadog-keys.json": ("key-inventory", {"system": "x"}),
    "keys.yaml": ("key-inventory", {"system": "x"}),
    "sendgrid-fields.json": ("vendor-fields", {"system": "x"}),
    "mailchimp-merge-fields.json": ("vendor-fields", {"system": "x"}),
    "reviewed-fields.csv": ("vendor-fields", {"system": "x"}),
    "attestation.yaml": ("attestation", {}),
}


def cuts(name: str, content: bytes) -> Iterator[bytes]:
    """The export cut after some 150 of its bytes; CSV and YAML not at the end of a line, which leaves a whole file."""
    end = len(content.rstrip())
    for length in range(0, end, max(1, end // 150)):
        cut = content[:length]
        if not (name.endswith((".csv", ".yaml")) and (cut.endswith(b"\n") or content[length : length + 1] == b"\n")):
            yield cut


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_cut_export_is_partial_or_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr("policycheck_connectors.files.jsontree.AT_ONCE", 64)
    type, options = EXPORTS[name]
    content = (DATA / name).read_bytes()
    whole = pull(tmp_path, type, {name: content}, **options)
    assert whole.whole()
    for cut in cuts(name, content):
        pulled = pull(tmp_path, type, {name: cut}, **options)
        assert not pulled.whole(), cut[-80:]
        assert all(row.reason for row in pulled.coverage if row.status != "complete")
        assert not any("unexpected" in row.reason for row in pulled.coverage), cut[-80:]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_cut_gzip_export_is_partial_or_unseen(tmp_path: Path, name: str) -> None:
    type, options = EXPORTS[name]
    content = gzip.compress((DATA / name).read_bytes())
    for length in range(0, len(content), max(1, len(content) // 40)):
        assert not pull(tmp_path, type, {name: content[:length]}, **options).whole()


def test_what_was_before_the_cut_is_kept(tmp_path: Path) -> None:
    content = (DATA / "aws-account.json").read_bytes()
    whole = pull(tmp_path, "aws-authorization-details", {"a.json": content})
    cut = pull(tmp_path, "aws-authorization-details", {"a.json": content[: content.index(b'"Policies"')]})
    assert {fact for fact in cut.facts if hasattr(fact, "kind")} == {
        fact for fact in whole.facts if hasattr(fact, "kind")
    }
    assert cut.statuses() == [
        ("111122223333", "principals", "partial", 4),
        ("111122223333", "documents", "partial", 3),
        ("111122223333", "trusts", "partial", 2),
    ]
    assert len(cut.reasons()) == 1
    assert cut.reasons()[0].startswith("the file is cut off after 42")
    assert cut.reasons()[0].endswith("; the last entry is a.json#/RoleDetailList/1")


def test_a_cut_between_two_accounts_is_told(tmp_path: Path) -> None:
    content = "[" + (DATA / "aws-account.json").read_text() + ",\n"
    pulled = pull(tmp_path, "aws-authorization-details", {"a.json": content})
    assert {row.status for row in pulled.coverage} == {"partial"}

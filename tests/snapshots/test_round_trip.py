"""What goes into a snapshot comes out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.model.facts import (
    Attachment,
    Attestation,
    Coverage,
    Credential,
    DataGrant,
    Fact,
    PolicyDocument,
    Principal,
    Relation,
    Trust,
    VendorField,
)
from policycheck.model.findings import SnapshotInfo
from policycheck.model.partition import Partition
from policycheck.model.units import Control, Unit
from policycheck.snapshots.reader import latest, open_snapshot
from policycheck.snapshots.writer import Writer

MOMENT = "2026-11-20T00:00:00Z"
A, B = "111122223333", "444455556666"


def role(account: str, name: str) -> Principal:
    arn = f"arn:aws:iam::{account}:role/{name}"
    return Principal("aws", account, arn, "role", name, "c", "a.json#/RoleDetailList/0")


def attached(principal: Principal, name: str, document: str | None = "d1") -> Attachment:
    return Attachment(
        principal.system, principal.account, principal.id, "identity", name, "", document, "c", f"a.json#/{name}"
    )


def trust(principal: Principal) -> Trust:
    return Trust(principal.system, principal.account, principal.id, "role", "d2", "c", "a.json#/x")


def written(directory: Path, facts: list[Fact], coverage: list[Coverage] | None = None) -> Path:
    with Writer(directory, MOMENT, "abc123", "0.1.0") as writer:
        for fact in facts:
            writer.add(fact)
        return writer.commit(coverage or [])


def test_partitions_are_ordered_and_complete(tmp_path: Path) -> None:
    one, two, other = role(B, "one"), role(A, "two"), Principal("github", A, "app", "app", "app", "c", "x")
    path = written(
        tmp_path, [one, other, trust(one), two, attached(two, "p2"), attached(two, "p1"), attached(one, "q")]
    )
    with open_snapshot(path) as snapshot:
        assert list(snapshot.partitions()) == [
            Partition("aws", A, (two,), (attached(two, "p1"), attached(two, "p2")), ()),
            Partition("aws", B, (one,), (attached(one, "q"),), (trust(one),)),
            Partition("github", A, (other,), (), ()),
        ]
        assert snapshot.accounts() == frozenset({A, B})


def test_policies_of_resources_are_kept_apart_from_trusts_of_roles(tmp_path: Path) -> None:
    one = role(A, "one")
    bucket = Trust("aws", A, "arn:aws:s3:::lumen-exports", "resource", "", "c", "s3.json")
    topic = Trust("aws", B, f"arn:aws:sns:eu-west-1:{B}:t", "resource", "d3", "c", "sns.json")
    with open_snapshot(written(tmp_path, [bucket, topic, trust(one)])) as snapshot:
        assert list(snapshot.partitions()) == [
            Partition("aws", A, (), (), (trust(one),), (bucket,)),
            Partition("aws", B, (), (), (), (topic,)),
        ]


def test_what_a_database_holds_comes_with_its_roles(tmp_path: Path) -> None:
    table = "postgres:lumen.public.members"
    vendor = Principal("postgres", "lumen", "vendor_acme", "role", "vendor_acme", "c", "w", tags=(("superuser", ""),))
    members = Relation("postgres", "lumen", table, "s", "table", "lumen", ("id", "ip"), "c", "w", row_security=True)
    view = Relation("postgres", "lumen", f"{table}_v", "s", "view", "lumen", ("ip",), "c", "w", False, True, (table,))
    some = DataGrant("postgres", "lumen", "vendor_acme", table, ("last_ip",), "SELECT", "c", "w")
    use = DataGrant("postgres", "lumen", "PUBLIC", "postgres:lumen.public", None, "USAGE", "c", "w", "schema")
    with open_snapshot(written(tmp_path, [view, some, use, vendor, members])) as snapshot:
        assert list(snapshot.partitions()) == [
            Partition("postgres", "lumen", (vendor,), (), (), (), (members, view), (use, some)),
        ]
        assert snapshot.accounts() == frozenset()


def test_accounts_are_those_of_roles_only(tmp_path: Path) -> None:
    user = Principal("aws", A, f"arn:aws:iam::{A}:user/u", "user", "u", "c", "x")
    with open_snapshot(written(tmp_path, [user, role(B, "r")])) as snapshot:
        assert snapshot.accounts() == frozenset({B})


def test_every_kind_keeps_every_value(tmp_path: Path) -> None:
    full = Credential(
        "sendgrid", "main", "k1", "na\u0000me \U0001f511", "c", "keys.csv:2", "us", ("mail.send", ""), "2026-01-01",
        "2026-11-19T08:15:00Z", None, "active", ("created",),
    )  # fmt: skip
    bare = Credential("sendgrid", "main", "k2", 'quote " \\ \n', "c", "keys.csv:3", scopes=())
    field = VendorField("sendgrid", "", "contact", "e1_T", "c", "f.json#/0", "Last IP", "Text", form="hashed")
    said = Attestation("brevo", "brevo", "Ada", "2026-10-01", "c", "a.yaml:1", (), None, ("user.device",), 90)
    seen = Coverage("c", "key-inventory", "sendgrid", "main", "credentials", "complete", "keys.csv", 2)
    document = PolicyDocument("d1", '{"Statement":[]}', "c", "a.json#/x", "it is odd")
    tagged = Principal("aws", A, "arn", "role", "r", "c", "w", None, None, True, 3600, (("team", "data"), ("k", "")))
    root = Unit("aws", "r-ab12", "root", "Root", None, False, "c", "o.json", "o-a1b2c3d4e5", ("rcp", "scp"))
    account = Unit("aws", A, "account", "", "r-ab12", True, "c", "o.json")
    control = Control("aws", "scp", "p-12345678", "deny", "r-ab12", None, "c", "o.json")
    facts: list[Fact] = [full, bare, field, said, document, document, tagged, root, account, control]
    path = written(tmp_path, facts, [seen])
    with open_snapshot(path) as snapshot:
        assert snapshot.credentials() == (full, bare)
        assert snapshot.vendor_fields() == (field,)
        assert snapshot.attestations() == (said,)
        assert snapshot.units() == (root, account)
        assert snapshot.controls() == (control,)
        assert snapshot.coverage() == (seen,)
        assert snapshot.documents() == {"d1": document}
        assert [part.principals for part in snapshot.partitions()] == [(tagged,)]
        assert snapshot.info == SnapshotInfo("2026-11-20T000000Z-0001", MOMENT, "abc123")


def test_an_empty_snapshot(tmp_path: Path) -> None:
    with open_snapshot(written(tmp_path, [])) as snapshot:
        assert list(snapshot.partitions()) == []
        assert snapshot.documents() == {}
        assert snapshot.accounts() == frozenset()
        assert (snapshot.units(), snapshot.controls()) == ((), ())
        assert snapshot.coverage() == ()


@pytest.mark.parametrize("name", ["with space", "a=b", "x[1]*?", "it's"])
def test_odd_directory_names(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name / "snapshots", [role(A, "r")])
    assert latest(tmp_path / name / "snapshots") == path
    with open_snapshot(path) as snapshot:
        assert snapshot.accounts() == frozenset({A})

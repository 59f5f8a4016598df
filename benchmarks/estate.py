"""Large organisations with up to a million grants of 200 vendors and 20,000 distinct documents.

A grant is one role and one party. The ``shared`` estate has 200 grants a role, so at most 5,000 principals; the
``single`` estate has one grant a role, so a million principals let 5,000 parties in.

Run as a module it writes a project and its snapshot: ``python -m benchmarks.estate DIRECTORY GRANTS [SHAPE]``.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.generate import TODAY
from policycheck.model.facts import Attachment, Coverage, Fact, PolicyDocument, Principal, Trust

VENDORS = 200
PARTIES = 5_000
DOCUMENTS = 20_000
ROLES_PER_ACCOUNT = 1_000

#: The shapes of an estate.
SHAPES = ("shared", "single")

#: In the shared estate: how many accounts of its vendor each role lets in, and how many policies each role has.
ADMITTED = 200
POLICIES_EACH = 3

#: One document in this many of each vendor allows more than its policy does.
BEYOND_EVERY = 100

_CONNECTOR = "estate"
_TAKEN_AT = f"{TODAY}T03:00:00Z"
_ACTIONS = ("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetObjectTagging", "s3:GetObjectAcl")

_POLICY = """\
vendor: estate-{vendor:03d}
kind: product_analytics
owner: team-{team}@lumen.example
use: [analytics.reporting]
recognise:
  aws_accounts: [{accounts}]
fields:
  - category: user.unique_id
access:
  - system: aws
    principals: ["arn:aws:iam::*:role/estate-{vendor:03d}-*"]
    require: {{external_id: any}}
    allow:
      - actions: [{actions}]
        resources: ["arn:aws:s3:::lumen-estate-{vendor:03d}-*"]
contract: {{dpa: "https://contracts.lumen.example/estate-{vendor:03d}", ends: 2027-12-31}}
review: {{last: 2026-09-01, by: privacy@lumen.example, every_days: 180}}
"""

_CONFIG = """\
version: 1
policies: [policies/]
catalog: [catalog/]
fail_on: medium
connectors:
  - {name: estate, type: aws-authorization-details, paths: [estate.json]}
"""

_CATALOG = """\
dataset: estate-events
locations: ["arn:aws:s3:::lumen-estate-*"]
fields:
  member: {category: user.unique_id, form: tokenised}
"""


def _party(index: int) -> str:
    return f"{5_000_000 + index:012d}"


def write_project(root: Path, shape: str = "single") -> None:
    """Write policycheck.yaml, 200 policies that recognise 25 parties each (shared: 200), and a catalog."""
    parties = PARTIES if shape == "single" else ADMITTED * VENDORS
    (root / "policies").mkdir(parents=True)
    (root / "catalog").mkdir()
    (root / "policycheck.yaml").write_text(_CONFIG, "utf-8")
    (root / "catalog" / "estate-events.yaml").write_text(_CATALOG, "utf-8")
    for vendor in range(VENDORS):
        accounts = ", ".join(f'"{_party(index)}"' for index in range(vendor, parties, VENDORS))
        text = _POLICY.format(vendor=vendor, team=vendor % 9, accounts=accounts, actions=", ".join(_ACTIONS))
        (root / "policies" / f"estate-{vendor:03d}.yaml").write_text(text, "utf-8")


def _stored(value: dict[str, object]) -> PolicyDocument:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return PolicyDocument(hashlib.sha256(text.encode()).hexdigest(), text, _CONNECTOR, "estate")


def _permissions(index: int) -> PolicyDocument:
    """What roles of vendor ``index % VENDORS`` may do; all narrower than declared, but one in BEYOND_EVERY."""
    vendor, number = index % VENDORS, index // VENDORS
    actions = [action for bit, action in enumerate(_ACTIONS) if number >> bit & 1] or [_ACTIONS[0]]
    if number % BEYOND_EVERY == BEYOND_EVERY - 1:
        actions.append("s3:PutObject")
    resource = f"arn:aws:s3:::lumen-estate-{vendor:03d}-{index:05d}/*"
    statement = {"Action": actions, "Effect": "Allow", "Resource": [resource]}
    return _stored({"Statement": [statement], "Version": "2012-10-17"})


def _trust(parties: Sequence[str], external_id: str) -> PolicyDocument:
    condition = {"StringEquals": {"sts:ExternalId": external_id}}
    principal = {"AWS": list(parties)}
    statement = {"Action": "sts:AssumeRole", "Condition": condition, "Effect": "Allow", "Principal": principal}
    return _stored({"Statement": [statement], "Version": "2012-10-17"})


def facts(grants: int, shape: str = "single") -> Iterator[Fact]:
    """The facts of an estate: documents first, then account by account."""
    return _single(grants) if shape == "single" else _shared(grants)


def _single(grants: int) -> Iterator[Fact]:
    """As many roles as grants; a few roles share each document."""
    permissions = [_permissions(index) for index in range(DOCUMENTS)]
    trusts = [_trust([f"arn:aws:iam::{_party(party)}:root"], f"estate-{party:05d}-example") for party in range(PARTIES)]
    yield from permissions
    yield from trusts
    for number in range(grants):
        # Both counts are multiples of VENDORS, so a role's document and its party belong to the same vendor.
        yield from _role(number, [permissions[number % DOCUMENTS]], trusts[number % PARTIES])


def _shared(grants: int) -> Iterator[Fact]:
    """A role for each ADMITTED grants, with a trust and POLICIES_EACH policies of its own: four documents a role."""
    roles = grants // ADMITTED
    for number in range(roles):
        parties = [_party(index) for index in range(number % VENDORS, ADMITTED * VENDORS, VENDORS)]
        # Multiples of VENDORS apart, so that all policies of a role are of its vendor.
        permissions = [_permissions(number + turn * PARTIES) for turn in range(1, POLICIES_EACH + 1)]
        trust = _trust(parties, f"estate-role-{number:05d}")
        yield from (*permissions, trust)
        yield from _role(number, permissions, trust)


def _role(number: int, permissions: Sequence[PolicyDocument], trust: PolicyDocument) -> Iterator[Fact]:
    account = f"{1 + number // ROLES_PER_ACCOUNT:012d}"
    name = f"estate-{number % VENDORS:03d}-{number:07d}"
    arn = f"arn:aws:iam::{account}:role/{name}"
    where = f"estate.json#/RoleDetailList/{number}"
    used = "2026-11-19T22:00:00Z"
    yield Principal("aws", account, arn, "role", name, _CONNECTOR, where, "2025-01-01T00:00:00Z", used, True)
    for document in permissions:
        yield Attachment("aws", account, arn, "identity", "inline", "", document.hash, _CONNECTOR, where)
    yield Trust("aws", account, arn, "role", trust.hash, _CONNECTOR, where)


def write_snapshot(root: Path, grants: int, shape: str = "single") -> Path:
    """Write the snapshot of an estate under ``root`` and return its path."""
    from policycheck import __version__
    from policycheck.snapshots.writer import Writer

    coverage = tuple(
        Coverage(_CONNECTOR, "aws-authorization-details", "aws", "", resource, "complete", "estate.json", seen=grants)
        for resource in ("principals", "documents", "trusts")
    )
    with Writer(root / ".policycheck" / "snapshots", _TAKEN_AT, "benchmark", __version__) as writer:
        for fact in facts(grants, shape):
            writer.add(fact)
        return writer.commit(coverage)


if __name__ == "__main__":
    directory, count = Path(sys.argv[1]), int(sys.argv[2])
    chosen = sys.argv[3] if len(sys.argv) > 3 else SHAPES[0]
    write_project(directory, chosen)
    print(write_snapshot(directory, count, chosen))

"""A project of which two editions are compared, and how their changes are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from policycheck.checks.widening import widening
from policycheck.declared.project import load
from policycheck.model.declared import Project
from policycheck.model.drift import MILDER, NARROWER, WIDER, Change

TODAY = date(2026, 11, 20)

CONFIG = """\
version: 1
fail_on: medium
own_accounts: ["111122223333"]
own_hosts: [lumen.example]
groups: {prod: ["111122223333"], lab: ["123456789012"]}
defaults:
  never: [user.financial]
  limits: {key_max_age_days: 90, unused_after_days: 90}
profiles:
  eu: {never: [user.device.ip_address], review: {every_days: 180}}
connectors:
  - {name: iam, type: aws-authorization-details, paths: [aws.json]}
"""

POLICY = """\
vendor: VENDOR
kind: transactional_email
owner: growth@lumen.example
extends: [eu]
stage: enforce
recognise:
  aws_accounts: ["ACCOUNT"]
fields:
  - category: user.contact.email
  - {category: user.device, forms: [hashed]}
  - {category: user.name.first, until: 2026-12-31}
access:
  - system: aws
    in: [prod]
    principals: ["arn:aws:iam::111122223333:role/VENDOR"]
    require: {external_id: unique, max_session: 1h, source_ips: ["192.0.2.0/24"], key_expiry: 30d}
    until: 2027-03-31
    allow:
      - actions: [s3:GetObject]
        resources: ["arn:aws:s3:::lumen-templates/*"]
      - {aws_managed: SecurityAudit, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}
  - system: github
    held_by: vendor
    scopes: ["read:org"]
contract: {dpa: "https://contracts.lumen.example/VENDOR", ends: 2027-03-31}
review: {last: 2026-09-01, by: privacy@lumen.example, every_days: 90}
"""

CATALOG = """\
dataset: members
locations: ["arn:aws:s3:::lumen-exports/*", "arn:aws:s3:::lumen-old/*"]
fields:
  email: user.contact.email
  ip: user.device.ip_address
"""


def written(root: Path) -> Path:
    """The files of the project, in a directory."""
    for name, text in (
        ("policycheck.yaml", CONFIG),
        ("policies/acme.yaml", POLICY.replace("VENDOR", "acme").replace("ACCOUNT", "444455556666")),
        ("policies/beta.yaml", POLICY.replace("VENDOR", "beta").replace("ACCOUNT", "555566667777")),
        ("catalog/members.yaml", CATALOG),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def project(root: Path) -> Project:
    loaded = load(root, TODAY)
    assert loaded.project, loaded.problems
    return loaded.project


def changed(before: Path, file: str, old: str, new: str) -> tuple[Change, ...]:
    """The changes when a text in a file is replaced; and the other way round, each must be its opposite."""
    path = before / file
    was = project(before)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    now = project(before)
    changes = widening(was, now, TODAY)
    back = widening(now, was, TODAY)
    # What is wider one way is narrower the other way; what is judged less severely one way need not be.
    senses, opposite = ({each.sense for each in way} for way in (changes, back))
    assert NARROWER not in senses or opposite & {WIDER, MILDER}
    assert not opposite or senses
    return changes


def told(changes: tuple[Change, ...], sense: str = WIDER) -> list[str]:
    return [f"{c.vendor or '*'}: {c.what}" + (f" ({c.why})" if c.why else "") for c in changes if c.sense == sense]

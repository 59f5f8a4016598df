"""PC005: two policies for one vendor, and identities that two vendors claim."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Told = Callable[..., list[str]]


def _vendor(name: str, recognise: str) -> str:
    return f"vendor: {name}\nrecognise: {{{recognise}}}\n"


@pytest.mark.parametrize(
    ("first", "second", "claimed"),
    [
        ('aws_accounts: ["444455556666"]', 'aws_accounts: ["444455556666"]', "AWS account `444455556666`"),
        (
            'aws_principals: ["arn:aws:iam::444455556666:role/a"]',
            'aws_principals: ["arn:aws:iam::444455556666:role/a"]',
            "AWS principal `arn:aws:iam::444455556666:role/a`",
        ),
        ("issuers: [token.x.example]", 'issuers: ["https://Token.x.example/"]', "issuer `https://Token.x.example/`"),
        ("oauth_apps: [app]", "oauth_apps: [other, app]", "OAuth app `app`"),
        ("tenants: [t]", "tenants: [t]", "tenant `t`"),
        ("hosts: [api.x.example]", "hosts: [api.x.example]", "host `api.x.example`"),
        ("hosts: [api.x.example]", 'hosts: ["*.api.x.example"]', "host `*.api.x.example`"),
        ('keys: ["x-*"]', 'keys: ["x-*"]', "key pattern `x-*`"),
    ],
)
def test_an_identity_of_two_vendors(first: str, second: str, claimed: str, told: Told) -> None:
    rows = told({"policies/a.yaml": _vendor("a", first), "policies/b.yaml": _vendor("b", second)})
    assert [row.split(" ", 3)[1:] for row in rows] == [
        [
            "PC005",
            rows[0].split(" ")[2],
            f"{claimed} is claimed by `a` as well, at policies/a.yaml:2 | "
            "an identity belongs to one vendor: remove it from one of the two",
        ]
    ]
    assert rows[0].split(" ")[2].startswith("policies/b.yaml:2:")


def test_different_identities_and_repetition_by_one_vendor_are_fine(told: Told) -> None:
    one = 'aws_accounts: ["444455556666", "444455556666"], hosts: [a.x.example], keys: ["a-*"]'
    two = 'aws_accounts: ["555555555555"], tenants: [a.x.example], keys: ["a-b*"]'
    assert told({"policies/a.yaml": _vendor("a", one), "policies/b.yaml": _vendor("b", two)}) == []


def test_our_own_accounts_identify_no_vendor(told: Told) -> None:
    text = _vendor("a", 'aws_accounts: ["111122223333", "123456789012", "999999999999"]')
    help = "write the vendor's account, or take this one out of `own_accounts` and `groups`"
    assert told({"policies/a.yaml": text}) == [
        f"error PC005 policies/a.yaml:2:28-41 `111122223333` is one of our own accounts, so it cannot identify a vendor | {help}",
        f"error PC005 policies/a.yaml:2:44-57 `123456789012` is one of our own accounts, so it cannot identify a vendor | {help}",
    ]


def test_our_own_hosts_identify_no_vendor(told: Told) -> None:
    config = "version: 1\nown_hosts: [lumen.example]\n"
    text = _vendor("a", 'hosts: ["*.lumen.example", mail.lumen.example]')
    help = "name the vendor's own host, or take this one out of `own_hosts`"
    assert told({"policycheck.yaml": config, "policies/a.yaml": text}) == [
        f"error PC005 policies/a.yaml:2:21-37 `*.lumen.example` is one of our own hosts, so it cannot identify a vendor | {help}"
    ]


def test_a_vendor_or_dataset_that_is_described_twice(told: Told) -> None:
    dataset = "dataset: d\nlocations: [x]\nfields: {a: user.name}\n"
    files = {"policies/a.yaml": "vendor: v\n", "policies/sub/b.yaml": "name: V\nvendor: v\n"}
    assert told({**files, "catalog/a.yaml": dataset, "catalog/b.yml": dataset}) == [
        "error PC005 catalog/b.yml:1:10-10 dataset `d` is described twice, first at catalog/a.yaml:1 | "
        "a dataset is described once: join or rename",
        "error PC005 policies/sub/b.yaml:2:9-9 vendor `v` is described twice, first at policies/a.yaml:1 | "
        "a vendor has one policy file: join the two",
    ]


def test_files_without_a_name_are_no_duplicates(told: Told) -> None:
    rows = told({"policies/a.yaml": "name: A\n", "policies/b.yaml": "name: B\n"})
    assert [row.split(" ")[1] for row in rows] == ["PC003", "PC003"]


def test_two_connectors_of_one_name(config: Callable[[str], list[str]]) -> None:
    assert config("connectors: [{name: x, type: aws}, {name: x, type: aws}]\n") == [
        "error PC005 2:43-43 two connectors are called `x` | evidence names the connector: rename one"
    ]

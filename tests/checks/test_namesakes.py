"""Secrets, users, keys and database roles that are called like a vendor, and that no entry claims."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.facts import Credential, Principal
from policycheck.model.findings import Finding
from tests.checks.lab import OURS, Lab
from tests.checks.test_kept_keys import OLD, keeping, secret
from tests.checks.test_ways_out import Sending

__all__ = ["keeping"]

USER = f"arn:aws:iam::{OURS}:user/etl/acme-sync"


@pytest.fixture
def unnamed(keeping: Sending) -> Sending:
    """The vendor is known by its policy alone: no entry names keys, no profile knows it."""
    del keeping.acme["recognise"]["keys"]
    keeping.iam["UserDetailList"] = []
    return keeping


def user(lab: Lab, name: str, account: str = OURS) -> None:
    entry = {"Path": "/etl/", "UserName": name, "UserId": "AIDAEXAMPLE", "GroupList": [], "AttachedManagedPolicies": []}
    lab.iam["UserDetailList"].append({**entry, "Arn": f"arn:aws:iam::{account}:user/etl/{name}"})


def access_key(**keys: Any) -> Credential:
    told: dict[str, Any] = {"principal": USER, "created": "2026-11-01T00:00:00Z", "knows": ("created", "last_used")}
    return Credential("aws", OURS, "AKIAEXAMPLE", "acme-sync", "iam", "list keys", status="active", **{**told, **keys})


def named(lab: Lab) -> list[Finding]:
    return [f for f in lab.judge().findings if "called like" in f.message]


@pytest.mark.parametrize("name", ["acme", "prod/acme-token", "prod/AcmeMailKey", "ACME_API_KEY", "acmemail-key"])
def test_a_secret_that_is_called_like_a_vendor_of_a_policy(unnamed: Sending, name: str) -> None:
    unnamed.sent = (secret(name, **OLD),)
    (found,) = [f for f in unnamed.judge().findings if f.rule == "PC301"]
    assert (found.vendor, found.message) == (
        "acme",
        f"{name}, which looks like a key of acme, is older than 90 days",
    )


@pytest.mark.parametrize("name", ["pacmed-key", "acmes-token", "db-password", "ac-me"])
def test_a_part_of_a_word_is_no_name(unnamed: Sending, name: str) -> None:
    unnamed.sent = (secret(name, **OLD),)
    assert not [f for f in unnamed.judge().findings if f.rule == "PC301"]


def test_a_user_that_is_called_like_a_vendor_is_a_question(unnamed: Sending) -> None:
    user(unnamed, "acme-sync")
    (found,) = named(unnamed)
    assert (found.rule, found.vendor, found.severity.word, found.outcome) == ("PC203", "acme", "medium", "gap")
    assert found.message == (
        "IAM user acme-sync is called like Acme Mail, and no entry of its policy says whether it is"
    )
    assert found.help == (
        "if it is, add `recognise: {keys: [acme-sync]}` to policies/acme.yaml; "
        "if it is ours, accept this with the reason"
    )
    assert found.instances[0].subject == (("account", OURS), ("principal", USER), ("system", "aws"))


def test_its_keys_are_the_same_question(unnamed: Sending) -> None:
    user(unnamed, "acme-sync")
    unnamed.sent = (access_key(),)
    (found,) = named(unnamed)
    assert len(found.instances) == 1


def test_a_key_alone_betrays_its_user(unnamed: Sending) -> None:
    unnamed.sent = (access_key(),)
    (found,) = named(unnamed)
    assert found.instances[0].subject == (("account", OURS), ("principal", USER), ("system", "aws"))


def test_the_entry_that_the_help_names_settles_it(unnamed: Sending) -> None:
    user(unnamed, "acme-sync")
    unnamed.sent = (access_key(),)
    unnamed.acme["recognise"]["keys"] = ["acme-sync"]
    assert not named(unnamed)


def test_a_user_of_a_vendor_that_only_profiles_know(unnamed: Sending) -> None:
    user(unnamed, "fivetran-loader")
    (found,) = named(unnamed)
    assert (found.rule, found.vendor) == ("PC202", "fivetran")
    assert found.message == "IAM user fivetran-loader is called like Fivetran, which has no policy"


def test_keys_of_our_own_services(unnamed: Sending) -> None:
    unnamed.sent = (Credential("apigateway", OURS, "k1", "acme-partner", "iam", "list keys", status="active"),)
    (found,) = named(unnamed)
    assert found.message.startswith("apigateway key acme-partner is called like Acme Mail")


def test_a_role_of_a_database(unnamed: Sending) -> None:
    place = "postgres", "lumen"
    unnamed.sent = (
        Principal(*place, "acme_ro", "role", "acme_ro", "iam", "pg_roles acme_ro"),
        Principal(*place, "reporting", "role", "reporting", "iam", "pg_roles reporting"),
    )
    (found,) = named(unnamed)
    assert found.message.startswith("database role acme_ro is called like Acme Mail")
    rows = [grant for grant in unnamed.survey().grants if grant.looks_like]
    assert [(grant.name, grant.vendor, grant.looks_like) for grant in rows] == [("acme_ro", None, "acme")]


def test_everyday_words_need_what_makes_them_a_name(unnamed: Sending) -> None:
    unnamed.policies["segment"] = {**unnamed.acme, "vendor": "segment", "name": "Segment", "access": []}
    unnamed.policies["segment"]["recognise"] = {}
    user(unnamed, "market-segment-export")
    assert not named(unnamed)
    user(unnamed, "segment-write-key")
    assert [found.vendor for found in named(unnamed)] == ["segment"]

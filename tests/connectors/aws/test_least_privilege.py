"""The connector's own least privilege: what is printed is what is called, it only reads, and no secret is asked for."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore import session as core
from botocore import xform_name

from policycheck.library.catalogue import load_catalogue
from policycheck_connectors.aws import permissions
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.families.identity import FAMILY as IDENTITY
from policycheck_connectors.aws.family import ONCE
from policycheck_connectors.aws.names import FAMILIES
from tests.connectors.aws import watch
from tests.servers.aws import Aws

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conftest import Run
    from tests.connectors.aws.conftest import Live

EVERY = tuple(FAMILIES)
CORE = core.get_session()
CALLS = sorted(
    {(call, actions) for name in EVERY for call, actions in family(name).calls.items()} | set(IDENTITY.calls.items())
)


@cache
def operations(service: str) -> dict[str, str]:
    """The names that AWS gives to the operations of boto3."""
    # pyright takes botocore's cached property for something that cannot be walked through.
    names = cast("Iterable[str]", CORE.get_service_model(service).operation_names)
    return {xform_name(name): name for name in names}


@pytest.mark.parametrize(("call", "actions"), CALLS, ids=[call for call, _ in CALLS])
def test_a_call_is_one_of_boto3_and_needs_the_action_of_its_name(call: str, actions: tuple[str, ...]) -> None:
    service, _, operation = call.partition(".")
    names = operations(service)
    assert operation in names
    named = [f"{watch.facts()['prefixes'].get(service, service)}:{names[operation]}"]
    assert list(actions) == watch.facts()["calls"].get(call, named)


@pytest.mark.parametrize("action", sorted(watch.printed(EVERY)))
def test_a_printed_action_exists_and_only_reads(action: str) -> None:
    known = load_catalogue().action(action)
    assert known is not None, "no such action: wildcards and misspelt names are not least privilege"
    assert action in watch.facts()["writes"] or set(known.levels) <= {"List", "Read"}
    assert not watch.is_forbidden(action)


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_printed_that_no_call_needs(name: str) -> None:
    of_us = {action for actions in IDENTITY.calls.values() for action in actions}
    assert watch.printed((name,)) == {*family(name).actions(), *of_us}
    inside = set() if family(name).where == ONCE else set(family(name).actions())
    assert watch.printed((name,), member=True) == {*inside, "ec2:DescribeRegions"}


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ("iam.list_access_keys", []),
        ("iam.create_user", ["iam.create_user is in no table of the families", "iam.create_user is never made"]),
        (
            "lambda.get_function",
            ["lambda.get_function is in no table of the families", "lambda.get_function is never made"],
        ),
        ("iam.get_role", ["iam.get_role is in no table of the families"]),
        ("kms.get_key_policy", ["kms.get_key_policy is in no table of the families"]),
    ],
)
def test_the_watch_sees_what_is_not_permitted(call: str, wrong: list[str]) -> None:
    assert watch.wrongs([call], ("iam",)) == wrong


@pytest.mark.parametrize(
    ("call", "parameters", "right"),
    [
        ("glue.get_connections", {"HidePassword": True}, True),
        ("glue.get_connections", {}, False),
        ("apigateway.get_api_keys", {"limit": 100}, True),
        ("apigateway.get_api_keys", {"includeValues": True}, False),
    ],
)
def test_the_watch_sees_parameters_that_let_secrets_out(call: str, parameters: dict[str, Any], right: bool) -> None:
    assert (watch.loose([(call, parameters)]) == []) is right


@pytest.mark.parametrize(
    ("action", "forbidden"),
    [
        ("s3:GetObject", True),
        ("s3:GetObjectVersion", True),
        ("s3:Get*", True),
        ("*", True),
        ("s3:GetBucketPolicy", False),
        ("ssm:DescribeParameters", False),
        ("ssm:GetParametersByPath", True),
        ("secretsmanager:*", True),
    ],
)
def test_patterns_of_what_is_never_used(action: str, forbidden: bool) -> None:
    assert watch.is_forbidden(action) is forbidden


def test_the_watch_hears_the_program_in_this_process_and_in_others(
    aws: Aws, live: Live, policycheck: Run, tmp_path: Any
) -> None:
    aws.client("iam").create_user(UserName="sendgrid")
    live(services=["iam", "s3"])
    inside = {call for call, _ in watch.made}
    assert (
        inside
        == aws.wire.calls()
        == {
            "iam.get_account_authorization_details",
            "iam.list_access_keys",
            "s3.list_buckets",
            "s3control.get_public_access_block",
            "sts.get_caller_identity",
        }
    )
    aws.wire.heard.clear()
    watch.made.clear()
    (tmp_path / "policycheck.yaml").write_text(
        "version: 1\nconnectors: [{name: prod, type: aws, services: [s3]}]\n", encoding="utf-8"
    )
    assert policycheck("pull", cwd=tmp_path, env=aws.environ()).returncode == 0
    expected = {"s3.list_buckets", "s3control.get_public_access_block", "sts.get_caller_identity"}
    assert (aws.wire.calls(), watch.made) == (expected, [])


def test_a_name_of_no_family_is_an_error(policycheck: Run, tmp_path: Any) -> None:
    done = policycheck("connectors", "permissions", "aws", "--services", "iam,s4", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown service: s4" in done.stderr


def test_statements_are_told_apart_by_their_sid() -> None:
    document: Any = permissions.policy(EVERY)
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert len(sids) == len(set(sids))
    assert all(sid.isalnum() for sid in sids)
    assert json.loads(json.dumps(document)) == document

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.library import catalogue
from policycheck.library.catalogue import Catalogue, load_catalogue
from policycheck.library.shards import LEVELS, ActionResource, CatalogueAction, ResourceType


def test_the_shipped_catalogue_knows_its_edition() -> None:
    shipped = load_catalogue()
    assert (shipped.version, shipped.date) == ("0.1.202610271", "2026-10-27")
    assert len(shipped.services()) > 450
    assert sum(len(shipped.names(prefix)) for prefix in shipped.services()) > 22_000
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= set(shipped.rcp_services)
    assert shipped.carried == {"dependents": "0.1.202607081"}


def test_an_action_is_found_in_any_letter_case() -> None:
    found = load_catalogue().action("IAM:passrole")
    assert found == CatalogueAction(
        name="iam:PassRole",
        levels=("Write",),
        resources=(ActionResource("role", required=True),),
        condition_keys=("iam:AssociatedResourceArn", "iam:PassedToService"),
    )


def test_an_action_has_all_its_levels_and_what_it_needs_beside_it() -> None:
    tag = load_catalogue().action("s3:PutObjectTagging")
    assert tag is not None
    assert tag.levels == ("Write", "Tagging")
    create = load_catalogue().action("lambda:CreateFunction")
    assert create is not None
    assert "iam:PassRole" in create.dependents


@pytest.mark.parametrize("name", ["s3:GetObjec", "nothing:GetObject", "s3:", "s3", "", ":", "s3:GetObject ", "*"])
def test_what_no_service_has_is_none(name: str) -> None:
    assert load_catalogue().action(name) is None
    assert load_catalogue().resource_types(name) == ()
    assert not load_catalogue().knows(name)


def test_a_retired_action_says_who_knew_it_last() -> None:
    shipped = load_catalogue()
    found = shipped.action("codestar:createproject")
    assert found is not None
    assert (found.name, found.retired) == ("codestar:CreateProject", "0.1.202609011")
    assert shipped.known_service("CodeStar")
    assert shipped.names("codestar") == ()
    assert shipped.knows("codestar:CreateProject")


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("s3:Get*Acl", ("s3:GetBucketAcl", "s3:GetObjectAcl", "s3:GetObjectVersionAcl")),
        ("S3:GETOBJECT", ("s3:GetObject",)),
        ("s3:GetObjec?", ("s3:GetObject",)),
        ("s3:PutObjectVersionT*", ("s3:PutObjectVersionTagging",)),
        ("s3:Gett*", ()),
        ("s3:GetObject.", ()),
        ("nothing:*", ()),
        ("GetObject", ()),
        ("iam:?assRole", ("iam:PassRole",)),
        ("?am:PassRole", ("iam:PassRole",)),
        ("*:PassRole", ("iam:PassRole",)),
        ("iam*PassRole", ("iam:PassRole",)),
    ],
)
def test_a_pattern_is_expanded(pattern: str, names: tuple[str, ...]) -> None:
    shipped = load_catalogue()
    assert shipped.matching(pattern) == names
    assert tuple(each.name for each in shipped.expand(pattern)) == names


def test_a_lone_star_is_everything() -> None:
    shipped = load_catalogue()
    everything = shipped.matching("*")
    assert everything == shipped.matching("*:*")
    assert len(everything) == len(set(everything))
    current = [name for prefix in shipped.services() for name in shipped.names(prefix)]
    assert set(current) < set(everything)


_LETTERS = st.text("*?:aegto3s", max_size=8)


@pytest.mark.unmeasured
@given(_LETTERS | st.tuples(st.sampled_from(["s3", "sts", "ses", "s*", "?3"]), _LETTERS).map(":".join))
def test_matching_is_that_of_the_whole_name(pattern: str) -> None:
    shipped = load_catalogue()
    expression = re.compile(pattern.replace("*", ".*").replace("?", "."), re.IGNORECASE)
    expected = [name for name in shipped.matching("*") if expression.fullmatch(name)]
    assert list(shipped.matching(pattern)) == expected


def test_resource_types_come_with_their_arns() -> None:
    (role,) = load_catalogue().resource_types("iam:PassRole")
    assert role.arn == "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
    assert load_catalogue().resource_types("ec2:DescribeRegions") == ()


def test_condition_keys_have_types() -> None:
    keys = load_catalogue().condition_keys("S3")
    assert keys["aws:TagKeys"] == "ArrayOfString"
    assert keys["s3:TlsVersion"] == "Numeric"


@pytest.mark.parametrize("ask", ["service", "condition_keys", "names", "service_name"])
def test_an_unknown_service_is_a_key_error(ask: str) -> None:
    with pytest.raises(KeyError, match="nothing"):
        getattr(load_catalogue(), ask)("nothing")


def test_every_shard_holds_what_the_index_says() -> None:
    """Every action has a level, every resource type and condition key that is named is defined."""
    shipped = load_catalogue()
    for prefix in shipped.services():
        service = shipped.service(prefix)
        assert (service.prefix, service.name) == (prefix, shipped.service_name(prefix))
        assert tuple(each.name for each in service.actions.values()) == shipped.names(prefix)
        written = sorted([*service.actions, *service.retired], key=str.lower)
        assert shipped.matching(f"{prefix}:*") == tuple(f"{prefix}:{name}" for name in written)
        for each in (*service.actions.values(), *service.retired.values()):
            assert each.levels
            assert set(each.levels) <= set(LEVELS)
            assert {resource.type for resource in each.resources} <= set(service.resources)
        assert not any(each.retired for each in service.actions.values())
        assert all(each.retired for each in service.retired.values())


def test_only_what_is_named_is_read(small: Catalogue, place: Path) -> None:
    (place / "keys.json").unlink()
    assert small.knows("keys:encrypt")
    assert small.matching("*:*encrypt") == ("keys:Encrypt",)
    assert small.action("store:GETOBJECTACL") == CatalogueAction(
        name="store:getobjectacl",
        levels=("Read",),
        resources=(ActionResource("object", required=True, condition_keys=("store:Owner",)),),
    )
    with pytest.raises(FileNotFoundError):
        small.action("keys:Encrypt")


def test_a_small_catalogue_is_read_whole(small: Catalogue) -> None:
    assert small.services() == ("keys", "store")
    assert small.service_name("STORE") == "Example Store"
    assert small.names("store") == ("store:GetObject", "store:getobjectacl", "store:ListBuckets", "store:PutObject")
    assert small.resource_types("store:GetObject") == (
        ResourceType("bucket", "arn:${Partition}:store:::${Bucket}"),
        ResourceType("object", "arn:${Partition}:store:::${Bucket}/${Key}", ("store:Owner",)),
    )


def test_the_shipped_directory_is_that_of_the_data() -> None:
    assert (catalogue.directory() / catalogue.INDEX).is_file()

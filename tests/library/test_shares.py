"""The facts about shares, lists and grants: every action is one of AWS, every right is one of the service model."""

from __future__ import annotations

import botocore.session

from policycheck.library.catalogue import load_catalogue
from policycheck.library.shares import load_sharing


def enum(service: str, shape: str) -> set[str]:
    return set(botocore.session.get_session().get_service_model(service).shape_for(shape).enum)


def test_every_action_is_one_of_aws() -> None:
    facts = load_sharing()
    given = {action for kind in facts.kinds.values() for right in kind.rights for action, _ in kind.actions(right)}
    operations = {action for name in enum("kms", "GrantOperation") for action, _ in facts.kinds["grant"].actions(name)}
    unknown = {action for action in given | operations | facts.copying if not load_catalogue().knows(action)}
    # Newer than the catalogue.
    assert unknown <= {"kms:Encapsulate", "kms:Decapsulate"}


def test_every_right_is_one_of_the_service() -> None:
    facts = load_sharing()
    assert set(facts.kinds["acl"].rights) == enum("s3", "Permission")
    assert facts.lake == enum("lakeformation", "Permission")
    assert facts.lake_reads < facts.lake


def test_a_right_that_is_not_known_counts_as_all_of_its_kind() -> None:
    kind = load_sharing().kinds["acl"]
    assert set(kind.actions("NEW")) == set(kind.actions("FULL_CONTROL"))
    assert ("s3:PutObject", "/*") in kind.actions("WRITE")

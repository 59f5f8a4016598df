from __future__ import annotations

import pytest

from policycheck.library.kinds import KindField, kind_ids, load_kind
from policycheck.library.taxonomy import load_taxonomy


def test_a_kind_knows_what_it_needs_and_why() -> None:
    kind = load_kind("sms_voice")
    assert kind.label == "text messages and voice calls"
    source = "published OpenAPI: Twilio Messages and Calls (read 2026-11-21)"
    assert kind.needed == (
        KindField("user.contact.phone_number", "the number to which the message or call goes", source),
    )
    assert kind.optional == ()


def test_the_kinds_of_the_example_exist() -> None:
    example = {"transactional_email", "product_analytics", "support_desk", "log_management_apm", "error_tracking"}
    assert example <= set(kind_ids())


@pytest.mark.parametrize("id", kind_ids())
def test_every_field_of_every_kind_is_a_category_with_reason_and_dated_source(id: str) -> None:
    kind = load_kind(id)
    fields = (*kind.needed, *kind.optional, *kind.over_shared)
    assert fields
    for field in fields:
        assert field.category in load_taxonomy().categories
        assert field.why
        assert "(read 20" in field.source or "(20" in field.source


@pytest.mark.parametrize("id", kind_ids())
def test_nothing_needed_is_called_over_shared(id: str) -> None:
    kind = load_kind(id)
    wanted = {field.category for field in (*kind.needed, *kind.optional)}
    assert wanted.isdisjoint(field.category for field in kind.over_shared)


@pytest.mark.parametrize("id", ["nothing", "../taxonomy", ""])
def test_an_unknown_kind_is_a_key_error(id: str) -> None:
    with pytest.raises(KeyError):
        load_kind(id)


def test_only_who_watches_what_runs_needs_an_inventory_of_it() -> None:
    watching = {id: load_kind(id).inventory for id in kind_ids() if load_kind(id).inventory}
    assert watching == {
        "cloud_security": "posture is in the configuration of what runs",
        "log_management_apm": "it watches what runs",
    }

"""PC505: what a policy does not say about its vendor, in words; nothing of a draft that speaks of nobody yet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.lab import Lab


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (("owner",), "who owns it"),
        (("owner", "use"), "who owns it and what it is used for"),
        (("owner", "contract", "use"), "who owns it, where its DPA is and what it is used for"),
    ],
)
def test_it_says_what_is_missing(lab: Lab, gone: tuple[str, ...], told: str) -> None:
    for key in gone:
        del lab.acme[key]
    (found,) = [each for each in lab.judge().findings if each.rule == "PC505"]
    assert found.message == f"the policy of acme does not say {told}"


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({}, 0),
        ({"fields": [], "access": []}, 0),
        ({"recognise": {"hosts": ["later.example"]}}, 1),
        ({"fields": [{"category": "user.contact.email"}]}, 1),
        ({"access": [{"system": "later", "held_by": "us"}]}, 1),
    ],
)
def test_a_draft_without_entries_owes_no_paper(lab: Lab, more: dict[str, Any], count: int) -> None:
    lab.policies["later"] = {"vendor": "later", "stage": "observe", **more}
    assert [each.rule for each in lab.judge().findings if each.vendor == "later"].count("PC505") == count

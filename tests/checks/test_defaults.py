"""What a product collects only after somebody turned it on is no hint of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.checks.lab import Lab


@pytest.mark.parametrize(("vendor", "hinted"), [("sendgrid", True), ("postmark", False)])
def test_only_what_is_on_by_default_is_a_hint(lab: Lab, vendor: str, hinted: bool) -> None:
    access = [*lab.acme["access"], {"system": vendor, "held_by": "us"}]
    lab.policies = {vendor: {**lab.acme, "vendor": vendor, "access": access}}
    found = {instance.subject for each in lab.judge().findings if each.rule == "PC105" for instance in each.instances}
    assert (("system", vendor) in {pair for subject in found for pair in subject}) is hinted

"""Each kind of vendor, as the only thing that a policy says about fields, in a real project and a real check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policycheck.library.kinds import kind_ids, load_kind

if TYPE_CHECKING:
    from tests.checks.lab import Lab


def _held(lab: Lab, rows: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The rules about fields that fire when the vendor holds these categories in these forms."""
    lines = [f"contact,field{number},,text,{category},{form}" for number, (category, form) in enumerate(rows)]
    lab.config["connectors"] = [each for each in lab.config["connectors"] if each["name"] != "acme-fields"]
    lab.config["connectors"].append(
        {"name": "reviewed", "type": "vendor-fields", "system": "acme", "paths": ["fields.csv"]}
    )
    lab.root.mkdir(exist_ok=True)
    (lab.root / "fields.csv").write_text("\n".join(["object,field name,label,type,category,form", *lines]) + "\n")
    found = lab.judge().findings
    return {(each.rule, dict(instance.subject).get("category", "")) for each in found for instance in each.instances}


def _of_the_kind(lab: Lab, kind: str) -> None:
    del lab.acme["fields"]
    lab.acme["kind"] = kind


@pytest.mark.parametrize("kind", kind_ids())
def test_what_the_kind_needs_is_allowed_in_its_forms(lab: Lab, kind: str) -> None:
    _of_the_kind(lab, kind)
    needed = [(field.category, (field.forms or ("raw",))[0]) for field in load_kind(kind).needed]
    fired = {rule for rule, _ in _held(lab, needed)}
    assert fired.isdisjoint({"PC101", "PC102", "PC103", "PC106"})


@pytest.mark.parametrize("kind", kind_ids())
def test_what_the_kind_is_often_given_without_need_is_not_allowed(lab: Lab, kind: str) -> None:
    _of_the_kind(lab, kind)
    over = [field.category for field in load_kind(kind).over_shared]
    found = _held(lab, [(category, "raw") for category in over])
    covered = {each for each in over for field in load_kind(kind).needed if each.startswith(f"{field.category}.")}
    assert {category for rule, category in found if rule in ("PC101", "PC102")} == set(over) - covered


def test_a_wider_form_than_the_kind_needs_is_too_open(lab: Lab) -> None:
    _of_the_kind(lab, "ads_attribution")
    assert ("PC103", "user.contact.email") in _held(lab, [("user.contact.email", "raw")])

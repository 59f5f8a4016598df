"""Vendors by categories: each state, what stands behind it, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policycheck.checks.changes import changes
from policycheck.checks.check import check
from policycheck.checks.matrix import matrix
from policycheck.checks.show import survey
from policycheck.model.drift import Drift
from policycheck.model.findings import CheckResult
from policycheck.model.overview import Cell, Changes, Matrix
from policycheck.model.survey import Survey
from tests.checks.lab import ROLE, STRANGER, TEMPLATES, TODAY, Lab, allow, role, trust, with_external_id

MEMBERS = allow("s3:GetObject", "arn:aws:s3:::lumen-exports/members/*")


def looked(lab: Lab, taken_at: str = "2026-11-20T00:00:00Z") -> tuple[Matrix, CheckResult, Survey]:
    """The matrix of a lab, with what it is made of."""
    with lab.snapshot(TODAY, taken_at) as (project, snapshot):
        result, seen = check(project, snapshot, TODAY), survey(project, snapshot, TODAY)
        return matrix(project, seen, result), result, seen


def states(lab: Lab) -> dict[str, str]:
    """The state of each category at the vendor acme."""
    return {cell.category: cell.state for cell in looked(lab)[0].cells if cell.vendor == "acme"}


def cell(lab: Lab, category: str, vendor: str = "acme") -> Cell:
    """One cell."""
    (found,) = [each for each in looked(lab)[0].cells if (each.vendor, each.category) == (vendor, category)]
    return found


def fields(*names: str) -> Callable[[Lab], None]:
    """What acme says that it has, beside the address."""

    def spoil(lab: Lab) -> None:
        lab.fields = [{"name": "email", "type": "text"}, *({"name": name, "type": "text"} for name in names)]

    return spoil


def allowing(*entries: dict[str, Any]) -> Callable[[Lab], None]:
    """What the policy allows, beside the address."""

    def spoil(lab: Lab) -> None:
        lab.acme["fields"] = [{"category": "user.contact.email"}, *entries]

    return spoil


def reading(lab: Lab) -> None:
    """The role reads the members."""
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, MEMBERS)]


def never(lab: Lab) -> None:
    """The policy says never."""
    reading(lab)
    lab.acme["never"] = ["user.device.ip_address"]


def blind(lab: Lab) -> None:
    """What acme holds cannot be read."""
    allowing({"category": "user.name.first", "why": "greeting"})(lab)
    lab.config["connectors"] = [c for c in lab.config["connectors"] if c["name"] != "acme-fields"]


IP = "user.device.ip_address"


@pytest.mark.parametrize(
    ("spoil", "category", "state", "why"),
    [
        (fields(), "user.contact.email", "used", "seen, as the policy allows it"),
        (allowing({"category": "user.name.first"}), "user.name.first", "declared", "allowed, and not seen"),
        (fields("last_ip"), IP, "undeclared", "seen, and no line of the policy allows it"),
        (never, IP, "over-shared", "seen, and the policy says never"),
        (fields("zzqx"), "", "unknown", "seen, and nothing tells what it is"),
        (blind, "user.name.first", "unknown", "allowed, and not all places where it may be were seen"),
    ],
)
def test_each_state(lab: Lab, spoil: Callable[[Lab], None], category: str, state: str, why: str) -> None:
    spoil(lab)
    found = cell(lab, category)
    assert (found.state, found.why) == (state, why)


@pytest.mark.parametrize(
    ("entry", "state", "why"),
    [
        ({"category": IP, "forms": ["truncated"], "why": "x"}, "over-shared", "seen in a wider form or further back"),
        ({"category": IP, "depth": "history"}, "over-shared", "seen and allowed, not needed by such a vendor"),
        ({"category": IP, "depth": "history", "why": "fraud"}, "used", "seen, as the policy allows it"),
        ({"category": IP, "depth": "history", "origins": ["collected"], "why": "x"}, "over-shared", "seen, and the p"),
        ({"category": "user.device", "depth": "history", "why": "x"}, "used", "seen, as the policy allows it"),
    ],
)
def test_what_is_seen_against_what_is_allowed(lab: Lab, entry: dict[str, Any], state: str, why: str) -> None:
    reading(lab)
    allowing(entry)(lab)
    found = cell(lab, IP)
    assert found.state == state
    assert found.why.startswith(why)
    assert "user.device" not in states(lab), "what is above it has no cell of its own"


def test_only_a_part_is_allowed(lab: Lab) -> None:
    reading(lab)
    lab.catalog[0]["fields"]["contact"] = "user.contact"
    assert (states(lab)["user.contact"], states(lab)["user.contact.email"]) == ("unknown", "used")


def test_what_stands_behind_a_cell(lab: Lab) -> None:
    never(lab)
    found = cell(lab, IP)
    (exposure,), (grant,) = found.exposures, found.grants
    assert (exposure.place, exposure.origin, grant.principal) == ("member-exports.ip_history", "readable", ROLE)
    assert [(line.at.path, line.says) for line in found.lines] == [("policies/acme.yaml", f"never {IP}")]
    assert found.need == "a vendor for transactional e-mail does not need it: no message needs it"
    assert found.fix == "take ip_history out of member-exports, or take member-exports out of reach of vendor-acme"
    result = looked(lab)[1]
    known = {each.fingerprint: each.rule for each in result.findings}
    assert "PC102" in {known[each] for each in found.findings}
    assert not found.accepted


def test_a_line_says_what_it_allows(lab: Lab) -> None:
    entry = {"category": IP, "forms": ["truncated"], "origins": ["sent"], "until": date(2027, 1, 1), "why": "fraud"}
    allowing(entry)(lab)
    (line,) = cell(lab, IP).lines
    assert line.says == f"allows {IP} (truncated, latest, sent only, until 2027-01-01): fraud"


def test_an_accepted_cell_keeps_its_state(lab: Lab) -> None:
    fields("last_ip")(lab)
    accepted = {
        "rule": "PC101",
        "match": {"category": IP},
        "reason": "moves in Q1",
        "owner": "growth@lumen.example",
        "approved_by": "ciso@lumen.example",
        "expires": date(2027, 1, 15),
    }
    lab.acme["exceptions"] = [accepted, {**accepted, "rule": "PC104"}]
    found = cell(lab, IP)
    assert (found.state, found.accepted) == ("undeclared", True)


def test_a_product_that_collects_by_default_is_unknown(lab: Lab) -> None:
    lab.policies["amplitude"] = {
        "vendor": "amplitude",
        "kind": "product_analytics",
        "use": ["analytics"],
        "owner": "growth@lumen.example",
        "recognise": {"keys": ["amplitude-*"]},
        "fields": [{"category": "user.behavior"}],
        "access": [{"system": "amplitude", "held_by": "us", "scopes": []}],
        "contract": {"dpa": "https://contracts.lumen.example/amplitude", "ends": date(2027, 3, 31)},
    }
    table, result, _ = looked(lab)
    told = {f.rule for f in result.findings if f.vendor == "amplitude"}
    assert "PC105" in told
    found = [c for c in table.cells if c.vendor == "amplitude" and c.why.startswith("the product collects it")]
    assert {c.state for c in found} == {"unknown"}
    assert found[0].exposures == ()


def test_who_has_no_policy(lab: Lab) -> None:
    lab.config["connectors"].append(
        {"name": "other", "type": "vendor-fields", "system": "zendesk", "paths": ["exports/fields.json"]}
    )
    found = cell(lab, "user.contact.email", "zendesk")
    assert (found.state, found.lines, found.need) == ("undeclared", (), "")
    assert found.fix == "write policies/zendesk.yaml, or stop giving it user.contact.email"
    rows = {row.vendor: row for row in looked(lab)[0].rows}
    assert (rows["zendesk"].policy, rows["acme"].policy) == ("", "policies/acme.yaml")


def test_order_and_what_was_not_seen(lab: Lab) -> None:
    fields("zzqx", "last_ip")(lab)
    table, _, _ = looked(lab)
    assert [column.category for column in table.columns] == ["user.contact.email", IP, ""]
    assert [column.label for column in table.columns] == ["email", "IP address", "not classified"]
    assert table.rows[0].unseen == 0


def test_a_row_counts_what_was_not_seen_of_its_vendor(lab: Lab) -> None:
    lab.config["connectors"] = [c for c in lab.config["connectors"] if c["name"] != "keys"]
    table, result, _ = looked(lab)
    assert [(row.vendor, row.unseen) for row in table.rows] == [("acme", 1)]
    assert [f.vendor for f in result.findings if f.unseen] == ["acme"]


def checked(lab: Lab, taken_at: str) -> CheckResult:
    """The result alone."""
    return looked(lab, taken_at)[1]


DRIFT = Drift("snapshots", "a", "b", ())


def test_what_has_changed(lab: Lab) -> None:
    old = checked(lab, "2026-11-19T00:00:00Z")
    reading(lab)
    lab.roles.append(role("stranger", trust({"AWS": STRANGER}), TEMPLATES))
    new = checked(lab, "2026-11-20T00:00:00Z")
    told = changes(old, new, DRIFT)
    assert (told.since, told.drift, told.gone, told.blind) == ("2026-11-19T00:00:00Z", DRIFT, (), False)
    rules = {f.fingerprint: f.rule for f in new.findings}
    assert {"PC101", "PC203"} <= {rules[each] for each in told.new}
    back = changes(new, old, DRIFT)
    assert back.new == ()
    assert {f.fingerprint for f in back.gone} == set(told.new)


def test_nothing_has_changed(lab: Lab) -> None:
    old, new = checked(lab, "2026-11-19T00:00:00Z"), checked(lab, "2026-11-20T00:00:00Z")
    assert changes(old, new, DRIFT) == Changes("2026-11-19T00:00:00Z", DRIFT)
    assert changes(old, new, replace(DRIFT, unseen=("a: no",))).blind
    lab.config["connectors"] = [c for c in lab.config["connectors"] if c["name"] != "keys"]
    assert changes(old, checked(lab, "2026-11-21T00:00:00Z"), DRIFT).blind

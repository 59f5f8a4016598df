"""Which vendors hold a category: aliases, wider and narrower categories, declared and observed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policycheck.cli.holders import answer, related, resolve
from policycheck.model.declared import Config, FieldRule, Policy, Project
from policycheck.model.findings import CheckResult, Finding, SnapshotInfo
from policycheck.model.grants import Exposure
from policycheck.model.places import Location
from policycheck.model.problems import UsageProblem
from policycheck.model.survey import Survey

AT = Location("policies/a.yaml", 3, 5)
IP = "user.device.ip_address"


@pytest.mark.parametrize(
    ("word", "category"),
    [
        (IP, IP),
        ("User.Device.IP_Address", IP),
        ("ip_address", IP),
        ("ip-address", IP),
        ("E-Mail", "user.contact.email"),
        ("user", "user"),
    ],
)
def test_keys_last_parts_and_aliases(word: str, category: str) -> None:
    assert resolve(word) == category


@pytest.mark.parametrize(
    ("word", "help"),
    [
        ("user.device.ip_adress", f"did you mean {IP}?"),
        ("zzzzzz", "the categories are those of policycheck-fideslang, such as user.contact.email"),
    ],
)
def test_an_unknown_category_names_the_nearest(word: str, help: str) -> None:
    with pytest.raises(UsageProblem, match=f"no such category: {word}") as error:
        resolve(word)
    assert error.value.help == help


@pytest.mark.parametrize(
    ("category", "yes"),
    [(IP, True), ("user.device", True), ("user", True), ("user.contact.email", False), (None, False)],
)
def test_wider_and_narrower_categories_count(category: str | None, yes: bool) -> None:
    assert related(IP, category) is yes
    assert category is None or related(category, IP) is yes


def exposure(vendor: str, category: str | None) -> Exposure:
    return Exposure(vendor, category, "raw", "latest", "custom", f"{vendor} contact", "fields", vendor, ())


def policy(vendor: str, *categories: str) -> Policy:
    return Policy(vendor, AT, owner=f"{vendor}@lumen.example", fields=tuple(FieldRule(c, AT) for c in categories))


def test_declared_and_observed_are_joined(
    make_finding: Callable[..., Finding], make_result: Callable[..., CheckResult]
) -> None:
    blind, planned = make_finding(rule="PC601"), make_finding(rule="PC602")
    exposures = (exposure("b", IP), exposure("c", "user.device"), exposure("c", None), exposure("d", "user.name"))
    found = answer(
        IP,
        Project(Config("/", AT), (policy("b", "user.name"), policy("a", "user.device", "user.name"), policy("d")), ()),
        Survey((), (), exposures, exposures, (), SnapshotInfo("s", "2026-11-20T00:00:00Z")),
        make_result(make_finding(), blind, accepted=(make_finding(), planned)),
    )
    assert [(h.vendor, h.owner, len(h.declared), len(h.observed)) for h in found.holders] == [
        ("a", "a@lumen.example", 1, 0),
        ("b", "b@lumen.example", 0, 1),
        ("c", "", 0, 1),
    ]
    assert found.unjudged == (exposures[2],)
    assert (found.not_seen, found.stated) == ((blind,), (planned,))

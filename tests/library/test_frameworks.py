from __future__ import annotations

from datetime import date

import pytest

from policycheck.library.data import read_data
from policycheck.library.frameworks import build, load_frameworks
from policycheck.library.rules import load_rules

#: NIST SP 800-53 revision 5, titles as in usnistgov/oscal-content, catalog 5.1.1+u4.
NIST = {
    "AC-2": "Account Management",
    "AC-2(3)": "Disable Accounts",
    "AC-3": "Access Enforcement",
    "AC-4": "Information Flow Enforcement",
    "AC-6": "Least Privilege",
    "AC-6(7)": "Review of User Privileges",
    "AC-20": "Use of External Systems",
    "AC-20(1)": "Limits on Authorized Use",
    "AC-21": "Information Sharing",
    "CA-2": "Control Assessments",
    "CA-3": "Information Exchange",
    "CA-5": "Plan of Action and Milestones",
    "CA-7": "Continuous Monitoring",
    "CM-3": "Configuration Change Control",
    "CM-12": "Information Location",
    "IA-5": "Authenticator Management",
    "IA-8": "Identification and Authentication (Non-organizational Users)",
    "PL-2": "System Security and Privacy Plans",
    "PM-5(1)": "Inventory of Personally Identifiable Information",
    "PT-2": "Authority to Process Personally Identifiable Information",
    "PT-3": "Personally Identifiable Information Processing Purposes",
    "RA-3": "Risk Assessment",
    "SA-4": "Acquisition Process",
    "SA-8(33)": "Minimization",
    "SA-9": "External System Services",
    "SC-7": "Boundary Protection",
    "SC-7(24)": "Personally Identifiable Information",
    "SI-12(1)": "Limit Personally Identifiable Information Elements",
    "SI-19": "De-identification",
    "SR-6": "Supplier Assessments and Reviews",
}

#: Subcategories of the NIST CSF 2.0 core (NIST CSWP 29).
CSF = {
    *("DE.CM-06", "GV.PO-01", "GV.SC-04", "GV.SC-05", "GV.SC-07", "GV.SC-10", "ID.AM-03", "ID.AM-04", "ID.AM-07"),
    *("ID.RA-07", "PR.AA-01", "PR.AA-03", "PR.AA-05", "PR.DS-01"),
}

FRAMEWORKS = ["gdpr", "ccpa", "nist-800-53", "nist-csf", "iso-27001", "soc-2", "pci-dss", "dora", "nis2"]

#: Rules that find a field that is shared beyond need.
OVER_SHARING = ("PC101", "PC102", "PC103", "PC104", "PC105", "PC109")


def test_the_frameworks_are_those_that_were_asked_for() -> None:
    assert list(load_frameworks().frameworks) == FRAMEWORKS


def test_nist_controls_have_their_own_titles() -> None:
    entries = load_frameworks().frameworks["nist-800-53"].entries
    assert {number: NIST.get(number) for number in entries} == entries


def test_csf_subcategories_exist() -> None:
    assert set(load_frameworks().frameworks["nist-csf"].entries) <= CSF


@pytest.mark.parametrize("id", FRAMEWORKS)
def test_every_framework_was_confirmed_and_every_entry_is_used(id: str) -> None:
    known = load_frameworks()
    framework = known.frameworks[id]
    assert date.fromisoformat(framework.confirmed) <= date(2026, 11, 30)
    assert framework.source
    assert framework.url.startswith("https://")
    used = {each.number for references in known.references.values() for each in references if each.framework.id == id}
    assert used == set(framework.entries)


@pytest.mark.parametrize("rule", load_rules())
def test_every_rule_serves_something_or_says_why_not(rule: str) -> None:
    known = load_frameworks()
    assert bool(known.of(rule)) != bool(known.reasons.get(rule))


@pytest.mark.parametrize("rule", OVER_SHARING)
def test_over_sharing_cites_minimisation(rule: str) -> None:
    cited = {(each.framework.id, each.number) for each in load_frameworks().of(rule)}
    assert {("gdpr", "5(1)(c)"), ("gdpr", "25(2)"), ("nist-800-53", "SI-12(1)"), ("nist-800-53", "SA-8(33)")} <= cited


def test_a_number_that_its_framework_lacks_is_an_error() -> None:
    raw = read_data("frameworks.yaml")
    raw["rules"]["PC101"] = {"gdpr": ["5(1)(z)"]}
    with pytest.raises(KeyError):
        build(raw)

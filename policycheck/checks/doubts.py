"""About which vendors nothing firm may be said, because of what was not seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from policycheck.model.declared import Policy, Project
from policycheck.model.findings import Doubt, Finding, Instance
from policycheck.model.locations import OWN_SYSTEMS

#: Gaps in which a vendor's data or a way to it may be, as against those about the age of what is there.
_RULES = frozenset({"PC601", "PC604"})
#: What tells of keys: at a vendor's own system these are ours, and give the vendor nothing.
_KEYS = frozenset({"credentials", "access"})
#: What only takes access away, or tells of its use.
_HARMLESS = frozenset({"uses", "units", "controls", "encryption", "settings", "providers"})


def doubts(
    project: Project,
    findings: Iterable[Finding],
    planned: Callable[[Finding, Instance], str],
    aside: frozenset[str],
) -> tuple[Doubt, ...]:
    """For each gap, the vendors that it could concern.

    ``planned`` tells which gaps somebody has stated the content of. ``aside`` are the places of documents that let
    nobody in: what hangs on them is told with the principal that has them.
    """
    found: dict[Doubt, None] = {}
    for finding in findings:
        for instance in finding.instances if finding.rule in _RULES else ():
            subject = dict(instance.subject)
            if not planned(finding, instance) and subject.get("resource") not in aside:
                told = finding.message, _hides(subject)
                found.update((Doubt(vendor, *told), None) for vendor in _concerned(project, finding, subject))
    return tuple(sorted(found))


def hidden(doubted: Iterable[Doubt]) -> frozenset[str]:
    """The vendors that may have more than was seen."""
    return frozenset(each.vendor for each in doubted if each.hides)


def _concerned(project: Project, finding: Finding, subject: Mapping[str, str]) -> Iterator[str]:
    if finding.vendor:
        yield finding.vendor
        return
    system, resource = subject.get("system", ""), subject.get("resource", "")
    for policy in project.policies:
        if _could(policy, system, resource):
            yield policy.vendor


def _could(policy: Policy, system: str, resource: str) -> bool:
    """Whether something of a vendor may stand in a place of a system; in one that is not known, of any vendor."""
    known = policy.recognise
    if not system:
        return resource != "samples" or bool(known.hosts)
    if system == policy.vendor or any(rule.system == system for rule in policy.access):
        return True
    if system == "aws":
        # Without one of these no trust would be told to be this vendor's.
        return bool(known.aws_accounts or known.aws_principals or known.issuers)
    return system in OWN_SYSTEMS and bool(known.keys or known.oauth_apps)


def _hides(subject: Mapping[str, str]) -> bool:
    resource = subject.get("resource", "")
    if "key" in subject or resource in _HARMLESS or re.fullmatch(r"[a-z_]+\.[a-z_]+", resource):
        return False
    return resource not in _KEYS or subject.get("system") in OWN_SYSTEMS

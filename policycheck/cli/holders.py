"""Who holds a category: declared and observed, joined for ``who``."""

from __future__ import annotations

from policycheck.checks.tracking import defaults
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Policy, Project
from policycheck.model.facts import Attestation
from policycheck.model.findings import CheckResult
from policycheck.model.problems import UsageProblem
from policycheck.model.survey import Survey
from policycheck.reports.who import Answer, Holder

#: The rule about places that a vendor can read and nobody described: the category may lie there.
UNDESCRIBED = "PC107"


def resolve(word: str) -> str:
    """The category that a key, its last part or an alias names; raises UsageProblem with the nearest one."""
    taxonomy = load_taxonomy()
    near = taxonomy.nearest(word)
    if near is None:
        raise UsageProblem(
            f"no such category: {word}", f"the categories are those of {taxonomy.name}, such as user.contact.email"
        )
    names = {near, near.rpartition(".")[2], *taxonomy.categories[near].aliases}
    if word.strip().lower().replace("-", "_").replace(" ", "_") not in names:
        raise UsageProblem(f"no such category: {word}", f"did you mean {near}?")
    return near


def related(wanted: str, category: str | None) -> bool:
    """Whether a category is the wanted one, part of it, or wider, so that it may hold it."""
    covers = load_taxonomy().covers
    return category is not None and (covers(wanted, category) or covers(category, wanted))


def answer(
    wanted: str, project: Project, survey: Survey, result: CheckResult, statements: tuple[Attestation, ...] = ()
) -> Answer:
    """Every vendor that has or may have the category, and where nobody could look."""
    policies = {policy.vendor: policy for policy in project.policies}
    vendors = sorted({*policies, *(exposure.vendor for exposure in survey.exposures)})
    holders = (_holder(vendor, policies.get(vendor), wanted, survey, statements) for vendor in vendors)
    return Answer(
        category=wanted,
        label=load_taxonomy().categories[wanted].label,
        holders=tuple(holder for holder in holders if _told(holder)),
        unjudged=tuple(exposure for exposure in survey.exposures if exposure.category is None),
        not_seen=tuple(each for each in result.findings if each.unseen or each.rule == UNDESCRIBED),
        stated=tuple(each for each in result.accepted if each.unseen),
        snapshot=survey.snapshot,
        stopped=tuple(each for each in survey.stopped if any(related(wanted, name) for name in each.categories)),
    )


def _told(holder: Holder) -> bool:
    return bool(holder.declared or holder.observed or holder.by_default or holder.denied)


def _holder(
    vendor: str, policy: Policy | None, wanted: str, survey: Survey, statements: tuple[Attestation, ...]
) -> Holder:
    covers = load_taxonomy().covers
    mine = (each for each in statements if each.vendor == vendor)
    seen = {each.place for each in survey.exposures if each.vendor == vendor}
    hints = (each.exposure for each in defaults((policy,) if policy else ()) if each.exposure.place not in seen)
    return Holder(
        vendor=vendor,
        owner=policy.owner if policy else "",
        declared=tuple(rule for rule in (policy.fields if policy else ()) if related(wanted, rule.category)),
        observed=tuple(e for e in survey.exposures if e.vendor == vendor and related(wanted, e.category)),
        by_default=tuple(each for each in hints if related(wanted, each.category)),
        denied=tuple(each for each in mine if any(covers(none, wanted) for none in each.none_of or ())),
    )

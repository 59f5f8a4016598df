"""PC109: allowed fields that the vendor's kind does not need, where the policy does not say why."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.library.kinds import Kind, KindField, load_kind
from policycheck.library.taxonomy import Taxonomy
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import FieldRule, Policy
from policycheck.model.findings import Severity
from policycheck.model.places import Evidence


@dataclass(frozen=True, slots=True)
class Need:
    """What a kind says of a category. ``status``: ``needed``, ``optional``, ``over_shared``, ``wider`` (only a part of
    it is needed) or ``unknown``; ``field`` is the entry of the kind that says so."""

    status: str
    kind: str
    label: str
    field: KindField | None = None


#: From the least to the most doubtful; with several kinds the least doubtful counts.
_ORDER = ("needed", "optional", "wider", "over_shared", "unknown")

_SEVERITY = {"optional": Severity.LOW}


def needs_hits(context: Context, policy: Policy) -> Iterator[Hit]:
    """PC109 for every entry of a policy's own ``fields`` that has no ``why`` and is not needed."""
    for rule in policy.fields:
        found = need(context.taxonomy, policy, rule)
        if rule.source == "policy" and not rule.why and found is not None and found.status != "needed":
            yield _hit(policy, rule, found)


def need(taxonomy: Taxonomy, policy: Policy, rule: FieldRule) -> Need | None:
    """How much the vendor's kinds need what an entry allows; None for a vendor without a kind."""
    named = [i.kind for i in policy.integrations if i.kind and (not rule.via or i.name in rule.via)]
    kinds = named if named and rule.via else [policy.kind, *named]
    found = [_of_kind(taxonomy, load_kind(kind), rule) for kind in dict.fromkeys(kinds) if kind]
    return min(found, key=lambda each: _ORDER.index(each.status), default=None)


def _of_kind(taxonomy: Taxonomy, kind: Kind, rule: FieldRule) -> Need:
    """The nearest entry above the category decides; of two equally near the one that needs it."""
    covers = taxonomy.covers
    lists = (("needed", kind.needed), ("optional", kind.optional), ("over_shared", kind.over_shared))
    above = [(status, each) for status, entries in lists for each in entries if covers(each.category, rule.category)]
    if above:
        status, nearest = max(above, key=lambda pair: pair[1].category.count("."))
        return Need(_in_forms(taxonomy, status, nearest, rule), kind.id, kind.label, nearest)
    below = next((each for each in kind.needed if covers(rule.category, each.category)), None)
    return Need("wider" if below else "unknown", kind.id, kind.label, below)


def _in_forms(taxonomy: Taxonomy, status: str, field: KindField, rule: FieldRule) -> str:
    """What is needed in some forms only is not needed in wider ones."""
    within = all(taxonomy.form_within(field.forms, form) for form in rule.forms or ("raw",))
    return status if within or status == "over_shared" else "wider"


def _hit(policy: Policy, rule: FieldRule, found: Need) -> Hit:
    field = found.field
    return Hit(
        rule="PC109",
        vendor=policy.vendor,
        cause=rule.category,
        message=f"{policy.vendor} may have {rule.category}, and the policy does not say why",
        location=rule.at,
        subject=(("category", rule.category),),
        observed=_observed(rule, found),
        evidence=(Evidence(f"kind {found.kind}", field.source),) if field else (),
        help=_help(rule, found),
        label=_LABELS[found.status],
        extent=(*(rule.forms or ("any form",)), *(["history"] if rule.depth == "history" else [])),
        severity=_SEVERITY.get(found.status, Severity.MEDIUM),
    )


_LABELS = {
    "optional": "useful, not needed",
    "wider": "wider than what is needed",
    "over_shared": "often given, not needed",
    "unknown": "not known to be needed",
}


def _observed(rule: FieldRule, found: Need) -> str:
    kind = f"a vendor of kind {found.kind} ({found.label})"
    if found.status == "optional" and found.field:
        return f"{kind} can do without {rule.category}; it serves for: {found.field.why}"
    if found.status == "wider" and found.field:
        forms = f", {' or '.join(found.field.forms)}" if found.field.forms else ""
        return f"{kind} needs {found.field.category}{forms} only: {found.field.why}"
    if found.status == "over_shared" and found.field:
        return f"{kind} does not need {found.field.category}: {found.field.why}"
    return f"nothing tells what {kind} needs {rule.category} for"


def _help(rule: FieldRule, found: Need) -> str:
    if found.status == "wider" and found.field:
        forms = f" in the forms {', '.join(found.field.forms)}" if found.field.forms else ""
        return f"allow {found.field.category}{forms} only, or say `why` the vendor needs more"
    return f"take {rule.category} out of fields, or say `why` this vendor needs it"

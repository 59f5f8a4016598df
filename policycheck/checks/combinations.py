"""PC104, and the severity that toxic combinations add to the findings about their members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.checks.collector import REMEDIES_SHOWN, Collector, Hit
from policycheck.checks.context import Context
from policycheck.checks.fields import allowing, forbidding
from policycheck.checks.needs import need
from policycheck.checks.severity import clamped
from policycheck.checks.telling import ease, remedy
from policycheck.checks.wording import listed
from policycheck.fields.combinations import Break, Holding, Toxic, breaks, toxic
from policycheck.library.combinations import Combinations, load_combinations
from policycheck.library.taxonomy import SENSITIVITIES
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure
from policycheck.model.places import Evidence, Location

#: Rules whose findings are about one category, and become graver with a combination that it is part of.
RAISED = frozenset({"PC101", "PC102", "PC103", "PC105", "PC109"})

#: Combinations of this severity make no member graver, and are told only where a member is not allowed.
QUIET = "low"

#: How many places a finding names for one category, and pieces of evidence for one combination.
PLACES_SHOWN, EVIDENCE_KEPT = 3, 4


@dataclass(frozen=True, slots=True)
class _Vendor:
    policy: Policy
    exposures: tuple[Exposure, ...]
    found: tuple[Toxic, ...]

    def of(self, category: str) -> list[Exposure]:
        """Its exposures of one category, the easiest to take away first."""
        return sorted((e for e in self.exposures if e.category == category), key=ease)


def judge_combinations(context: Context, held: Sequence[Exposure], collector: Collector) -> None:
    """Add PC104 and raise the findings about members; after everything else was collected."""
    known = load_combinations()
    by_vendor: dict[str, list[Exposure]] = {}
    for exposure in held:
        by_vendor.setdefault(exposure.vendor, []).append(exposure)
    for vendor, exposures in by_vendor.items():
        policy = context.policies.get(vendor)
        if policy is None:
            continue
        holdings = [_holding(context, policy, each) for each in exposures if each.category]
        found = toxic(known, context.taxonomy, holdings)
        collector.raise_members(vendor, RAISED, _joined(context, found))
        collector.extend(_hits(context, known, _Vendor(policy, tuple(exposures), found)))


def _holding(context: Context, policy: Policy, exposure: Exposure) -> Holding:
    return Holding(
        category=exposure.category or "",
        form=exposure.form,
        depth=exposure.depth,
        place=f"dataset {exposure.dataset}" if exposure.dataset else "the vendor's own records",
        kind=exposure.subject_kind,
        justified=_justified(context, policy, exposure),
    )


def _justified(context: Context, policy: Policy, exposure: Exposure) -> bool:
    """Whether somebody decided on it: the policy allows it and says why, or the vendor's kind needs it."""
    rule = allowing(context, policy, exposure)
    if rule is None:
        return False
    found = need(context.taxonomy, policy, rule)
    return bool(rule.why) or rule.source != "policy" or (found is not None and found.status == "needed")


def _joined(context: Context, found: Sequence[Toxic]) -> dict[str, str]:
    """Category -> what it is joined with."""
    partners: dict[str, dict[str, None]] = {}
    for each in found:
        if each.combination.severity == QUIET:
            continue
        names = [_names(context, each, number) for number in range(len(each.parts))]
        for number, part in enumerate(each.parts):
            others = [name for index, other in enumerate(names) if index != number for name in other]
            for holding in part:
                partners.setdefault(holding.category, {}).update(dict.fromkeys(others))
    return {category: f"joined with {listed(list(names))}" for category, names in partners.items()}


def _names(context: Context, one: Toxic, number: int) -> list[str]:
    """What a member of a combination is called: its one category, or those that were found."""
    asked = one.combination.members[number].any_of
    found = dict.fromkeys(each.category for each in one.parts[number])
    return [context.taxonomy.short(each) for each in (asked if len(asked) == 1 else found)]


def _hits(context: Context, known: Combinations, vendor: _Vendor) -> Iterator[Hit]:
    told = [each for each in vendor.found if each.combination.severity != QUIET or _forbidden(context, vendor, each)]
    for each in breaks(told, lambda category: _cost(context, vendor, category)):
        yield from _broken(context, known, vendor, each)


def _forbidden(context: Context, vendor: _Vendor, one: Toxic) -> bool:
    return any(not _cost(context, vendor, category)[0] for category in one.categories)


def _cost(context: Context, vendor: _Vendor, category: str) -> tuple[int, ...]:
    """0 where the policy does not allow it, else 1; then the most sensitive first, then the easiest to change."""
    exposures = vendor.of(category)
    allowed = all(allowing(context, vendor.policy, each) for each in exposures)
    known = context.taxonomy.categories.get(category)
    sensitivity = SENSITIVITIES.index(known.sensitivity) if known else 0
    return int(allowed), -sensitivity, min(map(ease, exposures), default=0)


def _broken(context: Context, known: Combinations, vendor: _Vendor, each: Break) -> Iterator[Hit]:
    policy, name = vendor.policy, listed(each.categories)
    labels = ", ".join(t.combination.label for t in each.ends)
    one_field = "the one field to take away is" if len(each.categories) == 1 else "the fields to take away are"
    exposures = [e for category in each.categories for e in vendor.of(category)]
    remedies = dict.fromkeys(remedy(e) for e in exposures)
    for one in each.ends:
        yield Hit(
            rule="PC104",
            vendor=policy.vendor,
            cause=name,
            message=f"{policy.vendor} can join {labels}; {one_field} {name}",
            location=_place(context, policy, each.categories[0]),
            subject=(("category", each.categories[0]), ("combination", one.combination.id)),
            observed=f"{one.combination.label}: {_places(vendor, one)}",
            evidence=_evidence(vendor, one),
            help=f"take away {name}: {'; '.join(list(remedies)[:REMEDIES_SHOWN])}",
            label=f"take away {name}",
            severity=_severity(known, one),
            because=(one.combination.why,),
            extent=tuple(f"{each.category} ({each.form}, {each.depth})" for part in one.parts for each in part),
        )


def _severity(known: Combinations, one: Toxic) -> Severity:
    return clamped(Severity[one.combination.severity.upper()] - (one.weight < known.lowers_below))


def _place(context: Context, policy: Policy, category: str) -> Location:
    never = forbidding(context, policy, category)
    entry = next((r.at for r in policy.fields if context.taxonomy.covers(r.category, category)), None)
    return never.at if never else entry or policy.place("fields")


def _places(vendor: _Vendor, one: Toxic) -> str:
    told = []
    for part in one.parts:
        places = list(dict.fromkeys(e.place for h in part for e in vendor.of(h.category)))
        more = _more(len(places) - PLACES_SHOWN)
        names = listed(list(dict.fromkeys(h.category for h in part)))
        told.append(f"{names} ({', '.join(places[:PLACES_SHOWN])}{more})")
    return " with ".join(told)


def _more(number: int) -> str:
    """The places that are not named."""
    if number <= 0:
        return ""
    return f" and {number} more place{'s' if number > 1 else ''}"


def _evidence(vendor: _Vendor, one: Toxic) -> tuple[Evidence, ...]:
    firsts = (vendor.of(part[0].category)[0] for part in one.parts)
    seen = list(dict.fromkeys(e for exposure in firsts for e in exposure.evidence))
    return (*seen[:EVIDENCE_KEPT], Evidence(f"combination {one.combination.id}", one.combination.source))

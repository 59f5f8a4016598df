"""PC105 from profiles: what a product collects by default, where nobody saw it, allowed it or stated that it is off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.severity import exposure_severity
from policycheck.checks.wording import listed
from policycheck.library.profiles import Profile, ProfileField, profile, profile_of_system
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy
from policycheck.model.facts import Attestation
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure
from policycheck.model.places import Evidence

#: Origins of what a vendor gathers without our sending it.
OWN_TRACKING = ("collected", "derived")

#: How long a statement that something is off counts, where the policy plans no period.
STATED_DAYS = 90


def switch_of(exposure: Exposure) -> str:
    """How the product's own collection of a field is turned off, empty where its profile does not tell."""
    known = profile_of_system(exposure.system) or profile(exposure.vendor)
    fields = [each for each in known.builtin if each.origin in OWN_TRACKING] if known else []
    named = [each for each in fields if exposure.field in (f"{each.object}.{each.path}", each.path)]
    alike = [each for each in fields if each.category == exposure.category]
    return next((each.switch for each in (*named, *alike) if each.switch), "")


@dataclass(frozen=True, slots=True)
class Default:
    """A field that a product collects by default, by its profile: a hint, never an observation."""

    vendor: str
    profile: Profile
    field: ProfileField

    @property
    def evidence(self) -> Evidence:
        """The page that says so."""
        return Evidence("profile", self.field.source, "not observed")

    @property
    def exposure(self) -> Exposure:
        """What the vendor would have, were it so here."""
        field = f"{self.field.object}.{self.field.path}"
        return Exposure(
            vendor=self.vendor,
            category=self.field.category,
            form=self.field.form,
            depth=self.field.depth,
            origin=self.field.origin,
            place=f"{self.vendor} {field}",
            via="profile",
            system=self.vendor,
            evidence=(self.evidence,),
            field=field,
            decided_by=f"profile {self.vendor}",
        )


def defaults(policies: Iterable[Policy]) -> Iterator[Default]:
    """What the products of these vendors collect by default, by their profiles."""
    for policy in policies:
        known = profile(policy.vendor)
        if known is not None:
            fields = (each for each in known.builtin if each.by_default and each.origin in OWN_TRACKING)
            yield from (Default(policy.vendor, known, each) for each in fields)


def tracking_hits(context: Context, held: Sequence[Exposure], statements: Sequence[Attestation]) -> Iterator[Hit]:
    """PC105 for every switch whose default would give a vendor what its policy does not allow."""
    groups: dict[tuple[str, str], list[Default]] = {}
    for each in defaults(context.project.policies):
        if _open(context, each, held, statements):
            groups.setdefault((each.vendor, each.field.switch), []).append(each)
    for (vendor, cause), group in groups.items():
        yield from _hits(context, context.policies[vendor], cause, group)


def _open(context: Context, default: Default, held: Sequence[Exposure], statements: Sequence[Attestation]) -> bool:
    covers, category, policy = context.taxonomy.covers, default.field.category, context.policies[default.vendor]
    if not _used(policy, default.profile, held):
        return False
    if any(covers(rule.category, category) and _allows(rule.origins, default) for rule in policy.fields):
        return False
    seen = (e for e in held if e.vendor == default.vendor and e.origin in OWN_TRACKING and e.category)
    if any(covers(category, e.category or "") or covers(e.category or "", category) for e in seen):
        return False
    return not any(
        covers(none, category) for s in statements if s.vendor == policy.vendor for none in off(context, policy, s)
    )


def _used(policy: Policy, known: Profile, held: Sequence[Exposure]) -> bool:
    """Whether the product itself is in use: access to it is declared, or something was seen there."""
    systems = {*(rule.system for rule in policy.access), *(plan.system for plan in policy.observe)}
    systems |= {each.system for each in held if each.vendor == policy.vendor}
    return not systems.isdisjoint(known.systems)


def _allows(origins: tuple[str, ...], default: Default) -> bool:
    return not origins or default.field.origin in origins


def off(context: Context, policy: Policy, statement: Attestation) -> tuple[str, ...]:
    """The categories of which a statement still says that the vendor has none."""
    planned = [plan.every_days for plan in policy.observe if plan.system == statement.system]
    days = min(planned, default=statement.stale_after_days or STATED_DAYS)
    on = date.fromisoformat(statement.on[:10])
    current = on <= context.today <= on + timedelta(days=days)
    return statement.none_of or () if current else ()


def _widest(context: Context, categories: Sequence[str]) -> list[str]:
    """The categories without those that another one covers, in order."""
    covers = context.taxonomy.covers
    kept = dict.fromkeys(categories)
    return [each for each in kept if not any(covers(wide, each) for wide in kept if wide != each)]


def _hits(context: Context, policy: Policy, cause: str, group: list[Default]) -> Iterator[Hit]:
    categories = _widest(context, [each.field.category for each in group])
    forbidden = [n for n in policy.never if any(context.taxonomy.covers(n.category, c) for c in categories)]
    entries = ", ".join(f"`- {{category: {each}, origins: [collected]}}`" for each in categories)
    for each in group:
        _, because = exposure_severity(context.taxonomy, each.exposure)
        yield Hit(
            rule="PC105",
            vendor=policy.vendor,
            cause=f"by default {cause}",
            message=f"{policy.vendor} collects {listed(categories)} by default, and its policy does not allow it",
            location=forbidden[0].at if forbidden else policy.place("fields"),
            subject=(("category", each.field.category), ("field", each.exposure.field), ("system", policy.vendor)),
            observed=f"{each.exposure.place} is {each.field.origin} by the product unless that is off; not observed",
            evidence=(each.evidence,),
            help=each.field.switch or "find out how this is turned off, which the profile does not tell",
            otherwise=f"then have it attested (`none_of`); or, if the vendor may have it, add {entries} with a why",
            label=f"never: {forbidden[0].category}" if forbidden else "no entry allows it",
            severity=Severity.LOW,
            outcome="gap",
            because=(because[0], "known of the product, not seen here"),
            only_known=True,
        )

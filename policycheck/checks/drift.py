"""What vendors gained and lost between two snapshots, both judged by the policies of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from policycheck.analysis.opening import analyst_of
from policycheck.aws.engine import Engine
from policycheck.checks.show import survey
from policycheck.library.profiles import ScopeData, profile_of_system
from policycheck.model.declared import Project
from policycheck.model.drift import NARROWER, OPEN, WIDER, Change, Drift, ordered
from policycheck.model.facts import Coverage
from policycheck.model.grants import Exposure, Grant
from policycheck.model.partition import FactSource
from policycheck.model.survey import Survey
from policycheck.model.verdict import INSIDE, OUTSIDE, Access, Verdict
from policycheck.scopes.compare import beyond


@dataclass(slots=True)
class _Side:
    survey: Survey
    reaches: dict[tuple[str, str, str], Access] = field(default_factory=dict)

    @property
    def vendors(self) -> set[str]:
        return {row.vendor for row in self.survey.vendors if row.grants or row.categories}


def drift(project: Project, old: FactSource, new: FactSource, today: date) -> Drift:
    """All changes from the old to the new snapshot."""
    was, now = _side(project, old, today), _side(project, new, today)
    changes: list[Change] = []
    for sense, less, more in ((WIDER, was, now), (NARROWER, now, was)):
        for vendor in sorted(more.vendors - less.vendors):
            told = "seen for the first time" if sense == WIDER else "not seen any more"
            changes.append(Change(vendor, "vendor", sense, told))
        changes += _grants(sense, less.survey.grants, more.survey.grants)
        changes += _exposures(sense, less.survey.exposures, more.survey.exposures)
        changes += _reaches(sense, less.reaches, more.reaches)
    unseen = [
        f"{side.survey.snapshot.id}: {sentence}"
        for side in (was, now)
        for sentence in sorted(_gaps(side.survey.coverage))
    ]
    return Drift("snapshots", was.survey.snapshot.id, now.survey.snapshot.id, ordered(changes), tuple(unseen))


def _side(project: Project, source: FactSource, today: date) -> _Side:
    side = _Side(survey(project, source, today))
    analyst = analyst_of(project, source)
    for _, view in analyst.views(source.partitions):
        for inroad in view.inroads:
            side.reaches[inroad.vendor, inroad.account, inroad.label] = inroad.reach.access
    return side


def _gaps(coverage: Iterable[Coverage]) -> set[str]:
    return {f"{row.connector}: {row.reason}" for row in coverage if row.status != "complete"}


# Grants: ways in, and credentials


def _grants(sense: str, less: Iterable[Grant], more: Iterable[Grant]) -> Iterator[Change]:
    known = {_grant(each): each for each in less}
    for key, grant in {_grant(each): each for each in more}.items():
        other = known.get(key)
        if other is None:
            yield Change(grant.vendor or "", "grant", sense, _way(grant))
        elif sense == WIDER and grant.external_id != other.external_id:
            weaker = {"none": 0, "weak": 1, "required": 2, "": 3}
            loosened = weaker[grant.external_id] < weaker[other.external_id]
            what = f"{_way(grant)}: ExternalId {grant.external_id or 'not used'}, was {other.external_id or 'not used'}"
            yield Change(grant.vendor or "", "requirement", WIDER if loosened else NARROWER, what)
        if other is not None and grant.scopes != other.scopes:
            yield from _scopes(sense, other, grant)


def _grant(grant: Grant) -> tuple[str, ...]:
    return grant.vendor or "", grant.system, grant.account, grant.principal, grant.party, grant.direction


def _way(grant: Grant) -> str:
    place = f"{grant.system} {grant.account}".strip()
    if grant.direction == "outbound":
        return f"our key {grant.name} at {place}"
    return f"{grant.party} acts in {place} through {grant.name}"


def _scopes(sense: str, less: Grant, more: Grant) -> Iterator[Change]:
    known = profile_of_system(more.system)
    data = known.scopes if known else ScopeData()
    if less.scopes is None:
        # Nothing said what the earlier one could do: a list is narrower where none means everything.
        if sense == WIDER and data.null_means == "unknown":
            yield Change(more.vendor or "", "scope", OPEN, f"{_way(more)}: scopes are told that were not told before")
        return
    verdict = beyond(less.scopes, more.scopes, data)
    if verdict.unrestricted and more.scopes is None:
        yield Change(more.vendor or "", "scope", sense, f"{_way(more)}: everything, without a list of scopes")
    for scope in verdict.extra:
        yield Change(more.vendor or "", "scope", sense, f"{scope}: {_way(more)}")


# Data that vendors hold or can read


def _exposures(sense: str, less: Iterable[Exposure], more: Iterable[Exposure]) -> Iterator[Change]:
    known = {_exposure(each) for each in less}
    for each in more:
        if _exposure(each) not in known:
            what = f"{each.category or 'not judged'} ({each.form}{', history' if each.depth == 'history' else ''})"
            yield Change(each.vendor, "data", sense, f"{what}: {each.place}", each.origin, each.at)


def _exposure(each: Exposure) -> tuple[str | None, ...]:
    return each.vendor, each.category, each.form, each.depth, each.origin, each.place


# What a principal can do


def _reaches(
    sense: str, less: dict[tuple[str, str, str], Access], more: dict[tuple[str, str, str], Access]
) -> Iterator[Change]:
    engine = Engine()
    for key, access in more.items():
        other = less.get(key)
        # A principal that one side does not have is told as a grant.
        if other is None or other == access:
            continue
        vendor, account, label = key
        verdict = _beyond(engine, access, other)
        for witness in verdict.witnesses if verdict.status == OUTSIDE else ():
            yield Change(vendor, "access", sense, f"{witness.action} on {witness.resource} by {label} in {account}")
        if verdict.status not in (INSIDE, OUTSIDE) and sense == WIDER:
            yield Change(vendor, "access", OPEN, f"the access of {label} in {account} may be wider: {verdict.reason}")


def _beyond(engine: Engine, access: Access, other: Access) -> Verdict:
    """What an access allows beyond another: each of its parts must lie within one part of the other."""
    worst = Verdict(INSIDE)
    for part in access.parts:
        verdicts = [_part_beyond(engine, part, against) for against in other.parts]
        best = next((each for each in verdicts if each.status == INSIDE), verdicts[0])
        if best.status == OUTSIDE or worst.status == INSIDE:
            worst = best
    return worst


def _part_beyond(engine: Engine, part: Access, against: Access) -> Verdict:
    """A request is allowed when every layer allows it, so a part is within another when it is within all its layers."""
    layers = [against.identity, *([against.boundary] if against.boundary is not None else []), *against.limits]
    plain = replace(part, unseen=())
    verdicts = [engine.contained(plain, layer) for layer in layers]
    outside = [each for each in verdicts if each.status == OUTSIDE]
    return next((each for each in (*outside, *verdicts) if each.status != INSIDE), Verdict(INSIDE))

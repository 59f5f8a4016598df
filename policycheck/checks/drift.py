"""What vendors and unclaimed parties gained and lost between two snapshots, both judged by the policies of today.

What is not in the new one is lost only if somebody looked where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import date

from policycheck.analysis.opening import analyst_of
from policycheck.analysis.views import Inroad
from policycheck.aws.engine import Engine
from policycheck.checks.gained import gained
from policycheck.checks.show import survey
from policycheck.checks.sighted import Sight
from policycheck.checks.trusts import identity_center
from policycheck.library.profiles import ScopeData, profile_of_system
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Project
from policycheck.model.drift import NARROWER, OPEN, UNSEEN, WIDER, Change, Drift, ordered
from policycheck.model.facts import Coverage
from policycheck.model.grants import Exposure, Grant
from policycheck.model.partition import FactSource
from policycheck.model.places import Evidence
from policycheck.model.survey import Survey
from policycheck.model.verdict import INSIDE, OUTSIDE, Access
from policycheck.scopes.compare import beyond

#: What somebody can do who is not let in.
_NOTHING = Access(identity=())


@dataclass(frozen=True, slots=True)
class _Reach:
    """What can be done through a principal; ``party`` is who does it where that is no vendor."""

    access: Access
    party: str
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class _Side:
    survey: Survey
    sight: Sight
    reaches: dict[tuple[str, str, str, str], _Reach] = field(default_factory=dict)
    exposures: list[Exposure] = field(default_factory=list)

    @property
    def vendors(self) -> set[str]:
        return {row.vendor for row in self.survey.vendors if row.grants or row.categories}


@dataclass(frozen=True, slots=True)
class _Way:
    """One of the two ways to compare: what ``more`` has and ``less`` has not, which is told as ``sense``."""

    sense: str
    less: _Side
    more: _Side

    def change(
        self, vendor: str, area: str, what: str, evidence: Iterable[Evidence], account: str, why: str = ""
    ) -> Change:
        """The change for something that one side lacks, as far as that one looked for it."""
        connectors = {each.connector for each in evidence} & self.more.sight.looked
        missed = self.less.sight.missed(connectors, account)
        sense = UNSEEN if missed and self.sense == NARROWER else self.sense
        if missed and sense == WIDER:
            missed += " before"
        return Change(vendor, area, sense, what, "; ".join(filter(None, (why, missed))))


def drift(project: Project, old: FactSource, new: FactSource, today: date) -> Drift:
    """All changes from the old to the new snapshot."""
    was, now = _side(project, old, today), _side(project, new, today)
    engine = Engine()
    changes: list[Change] = []
    for way in (_Way(WIDER, was, now), _Way(NARROWER, now, was)):
        found = [*_grants(way), *_exposures(way), *_reaches(engine, way)]
        changes += found
        changes += _vendors(way, found)
    unseen = [
        f"{side.survey.snapshot.id}: {sentence}"
        for side in (was, now)
        for sentence in sorted(_gaps(side.survey.coverage))
    ]
    return Drift("snapshots", was.survey.snapshot.id, now.survey.snapshot.id, ordered(changes), tuple(unseen))


def _side(project: Project, source: FactSource, today: date) -> _Side:
    seen = survey(project, source, today)
    side = _Side(seen, Sight(seen.coverage), exposures=list(seen.exposures))
    analyst = analyst_of(project, source)
    for partition, view in analyst.views(source.partitions):
        unclaimed = tuple([each for each in analyst.unclaimed(partition, view) if not _ours(each.grant)])
        for inroad in unclaimed:
            who = f"readable by {inroad.grant.party}"
            side.exposures += [replace(each, origin=who) for each in inroad.exposures()]
        for inroad in (*view.inroads, *unclaimed):
            side.reaches[_key(inroad)] = _Reach(
                inroad.reach.access,
                "" if inroad.vendor else inroad.grant.party,
                (*inroad.grant.evidence, *inroad.evidence),
            )
    return side


def _key(inroad: Inroad) -> tuple[str, str, str, str]:
    return inroad.vendor, inroad.account, inroad.label, inroad.party


def _gaps(coverage: Iterable[Coverage]) -> set[str]:
    return {f"{row.connector}: {row.reason}" for row in coverage if row.status != "complete"}


def _vendors(way: _Way, found: list[Change]) -> Iterator[Change]:
    """The vendors of which one side has nothing; nobody is gone of whom something may be there unseen."""
    missed = {change.vendor for change in found if change.sense == UNSEEN}
    for vendor in sorted(way.more.vendors - way.less.vendors):
        sense = UNSEEN if vendor in missed else way.sense
        told = {WIDER: "seen for the first time", NARROWER: "not seen any more", UNSEEN: "nothing of it was seen"}
        yield Change(vendor, "vendor", sense, told[sense])


# Grants: ways in, and credentials


def _grants(way: _Way) -> Iterator[Change]:
    known = {_grant(each): each for each in way.less.survey.grants}
    for key, grant in {_grant(each): each for each in way.more.survey.grants}.items():
        other = known.get(key)
        if _ours(grant):
            continue
        if other is None:
            yield way.change(grant.vendor or "", "grant", _way(grant), grant.evidence, grant.account)
        elif way.sense == WIDER and grant.external_id != other.external_id:
            weaker = {"none": 0, "weak": 1, "required": 2, "": 3}
            loosened = weaker[grant.external_id] < weaker[other.external_id]
            what = f"{_way(grant)}: ExternalId {grant.external_id or 'not used'}, was {other.external_id or 'not used'}"
            yield Change(grant.vendor or "", "requirement", WIDER if loosened else NARROWER, what)
        if other is not None and grant.scopes != other.scopes:
            yield from _scopes(way.sense, other, grant)


def _ours(grant: Grant) -> bool:
    """Whether it is our own principals that are let in, or AWS's services: they are no party."""
    if grant.vendor or grant.direction != "inbound":
        return False
    return not grant.external or identity_center(grant.principal, grant.party)


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


def _exposures(way: _Way) -> Iterator[Change]:
    known = {_exposure(each) for each in way.less.exposures}
    for each in way.more.exposures:
        if _exposure(each) not in known:
            what = f"{each.category or 'not judged'} ({each.form}{', history' if each.depth == 'history' else ''})"
            change = way.change(each.vendor, "data", f"{what}: {each.place}", each.evidence, each.account, each.origin)
            yield replace(change, at=each.at)


def _exposure(each: Exposure) -> tuple[str | None, ...]:
    return each.vendor, each.category, each.form, each.depth, each.origin, each.place


# What a principal can do


def _reaches(engine: Engine, way: _Way) -> Iterator[Change]:
    """What was gained alike in several accounts is one row."""
    alike: dict[tuple[str, str, str, str, str], list[str]] = {}
    for key, reach in way.more.reaches.items():
        other = way.less.reaches.get(key)
        vendor, account, label, party = key
        # What somebody lost who is not let in any more is told as a grant.
        if (other is None and way.sense == NARROWER) or (other is not None and other.access == reach.access):
            continue
        verdict, phrases = gained(engine, reach.access, other.access if other else _NOTHING)
        why = f"{reach.party} acts through it" if reach.party and reach.party != party else ""
        by = f"{party} through {label}" if party else label
        for phrase in phrases:
            change = way.change(vendor, "access", phrase, reach.evidence, account, why)
            alike.setdefault((vendor, change.sense, phrase, by, change.why), []).append(account)
        if verdict.status not in (INSIDE, OUTSIDE) and way.sense == WIDER and other is not None:
            yield Change(vendor, "access", OPEN, f"the access of {by} in {account} may be wider: {verdict.reason}")
    for (vendor, sense, phrase, by, why), accounts in alike.items():
        yield Change(vendor, "access", sense, f"{phrase}, by {by} in {', '.join(accounts)}", why)

"""What each vendor without a policy has today, held against what its kind needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from policycheck.adoption.candidates import Candidate, candidates, with_stubs
from policycheck.adoption.needs import Need
from policycheck.adoption.permissions import Permissions, of_attachments, of_texts
from policycheck.analysis.analyst import Analyst
from policycheck.analysis.opening import analyst_of
from policycheck.analysis.views import Inroad, KeyView
from policycheck.library.kinds import Kind, KindField, kind_ids, load_kind
from policycheck.library.profiles import profile, profile_of_system
from policycheck.library.taxonomy import NONE, Taxonomy, load_taxonomy
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import DatasetField, Project
from policycheck.model.grants import Exposure
from policycheck.model.partition import FactSource

#: Origins of what a vendor gathers without our sending it.
OWN_TRACKING = ("collected", "derived")


@dataclass(frozen=True, slots=True)
class Way:
    """Principals through which the vendor acts, all with the same permissions. ``parties`` are let in by them;
    ``external_id``: an account is, so that each trust needs an ExternalId; ``where`` is the first trust."""

    principals: tuple[str, ...]
    parties: tuple[str, ...]
    external_id: bool
    permissions: Permissions
    where: str


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope of our keys in a system of the vendor. ``beyond`` is why it is not declared, empty when it is."""

    name: str
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """Our keys in one system of the vendor, with all of their scopes."""

    system: str
    number: int
    scopes: tuple[Scope, ...]
    unlimited: int


@dataclass(frozen=True, slots=True)
class Held:
    """A category that the vendor has today, in one form and depth, and how it has it, beyond what it needs.

    ``why`` is what its kind says of it, ``useful`` whether that is a reason in favour.
    """

    category: str
    form: str
    depth: str
    places: tuple[str, ...]
    why: str = ""
    useful: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One policy to be. ``needed`` are the fields that its kind needs, ``held`` what it has beyond them; ``unjudged``
    are places of fields that could not be classified. ``tracked`` are pairs of category and origin of what the product
    gathers by itself, unless that is off, where it was not seen."""

    candidate: Candidate
    label: str
    needed: tuple[KindField, ...]
    held: tuple[Held, ...]
    unjudged: tuple[str, ...]
    ways: tuple[Way, ...]
    keys: tuple[Keys, ...]
    tracked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Drafting:
    """The drafts, and sentences on whom a policy is about that does not recognise what was seen. ``unnamed`` are the
    AWS accounts that are let in and that nobody has named, with a draft from before as well."""

    drafts: tuple[Draft, ...]
    notes: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


def drafts(project: Project, source: FactSource) -> Drafting:
    """A draft for every vendor that was seen and has no policy, by name."""
    seen = candidates(project, source)
    found = [each for each in seen if not each.declared]
    strange = (each for each in seen if each.declared and not each.unnamed)
    unnamed = tuple(each.unnamed for each in seen if each.unnamed)
    return Drafting(_drafts(project, source, found), tuple(map(_strange, strange)), unnamed)


def _strange(declared: Candidate) -> str:
    entries = ", ".join(f"{kind}: {value}" for kind, value in declared.seen)
    return (
        f"the policy of {declared.vendor} does not recognise {entries or ', '.join(declared.systems)}, which was seen"
    )


def _drafts(project: Project, source: FactSource, found: list[Candidate]) -> tuple[Draft, ...]:
    if not found:
        return ()
    names = {each.vendor for each in found}
    analyst = analyst_of(with_stubs(project, found), source)
    inroads: dict[str, list[Inroad]] = defaultdict(list)
    exposures: dict[str, list[Exposure]] = defaultdict(list)
    for _, view in analyst.views(source.partitions):
        for inroad in view.inroads:
            if inroad.vendor in names:
                inroads[inroad.vendor].append(inroad)
                exposures[inroad.vendor] += inroad.exposures()
    keys = analyst.keys(source.credentials())
    _, stated = analyst.stated(source.attestations(), keys)
    for exposure in (*analyst.held(source.vendor_fields(), keys), *stated):
        exposures[exposure.vendor].append(exposure)
    return tuple(_draft(each, project, analyst, inroads[each.vendor], exposures[each.vendor], keys) for each in found)


def _draft(
    candidate: Candidate,
    project: Project,
    analyst: Analyst,
    inroads: Iterable[Inroad],
    exposures: list[Exposure],
    keys: Iterable[KeyView],
) -> Draft:
    kind = load_kind(candidate.kind) if candidate.kind in kind_ids() else None
    taxonomy = load_taxonomy()
    needed = kind.needed if kind else ()
    beyond = [each for each in exposures if each.category and not _needed(taxonomy, needed, each)]
    unjudged = dict.fromkeys(each.place for each in exposures if not each.category)
    need = Need(kind.id, bool(kind.inventory), tuple(_places(taxonomy, kind, project))) if kind else Need()
    mine = tuple(_keys(taxonomy, kind, candidate, keys))
    return Draft(
        candidate,
        kind.label if kind else "",
        needed,
        tuple(_held(taxonomy, kind, beyond)),
        tuple(unjudged),
        tuple(_ways(analyst, inroads, need)),
        mine,
        tuple(_tracked(taxonomy, candidate, needed, exposures, mine)),
    )


def _needed(taxonomy: Taxonomy, needed: Iterable[KindField], has: Exposure | DatasetField) -> bool:
    return has.depth == "latest" and any(
        taxonomy.covers(field.category, has.category or "") and taxonomy.form_within(field.forms, has.form)
        for field in needed
    )


def _places(taxonomy: Taxonomy, kind: Kind, project: Project) -> Iterator[str]:
    """Patterns of locations of which the catalog says that they hold nothing but what the kind needs."""
    for dataset in project.datasets:
        if dataset.fields and all(_needed(taxonomy, kind.needed, each) for each in dataset.fields):
            yield from (location for location in dataset.locations if "?" not in location)


def _tracked(
    taxonomy: Taxonomy,
    candidate: Candidate,
    needed: Iterable[KindField],
    exposures: Sequence[Exposure],
    keys: Iterable[Keys],
) -> Iterator[tuple[str, str]]:
    """What the product gathers by itself, by its profile, where it is in use and nobody saw that."""
    known = profile(candidate.vendor)
    used = {*(each.system for each in keys), *(each.system for each in exposures)}
    if known is None or used.isdisjoint(known.systems):
        return
    told = [each.category for each in exposures if each.category and each.origin in OWN_TRACKING]
    told += [field.category for field in needed]
    found: dict[tuple[str, str], None] = {}
    for each in known.builtin:
        near = (taxonomy.covers(each.category, one) or taxonomy.covers(one, each.category) for one in told)
        if each.by_default and each.origin in OWN_TRACKING and each.category != NONE and not any(near):
            found[each.category, each.origin] = None
    yield from sorted(found)


def _held(taxonomy: Taxonomy, kind: Kind | None, beyond: Iterable[Exposure]) -> Iterator[Held]:
    places: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for each in beyond:
        via = f" through {each.via}" if each.origin == "readable" else ""
        place = f"{each.origin}: {each.place}{via}" if each.origin else each.place
        places[each.category or "", each.form, each.depth][place] = None
    for (category, form, depth), where in sorted(places.items()):
        why, useful = _told(taxonomy, kind, category)
        yield Held(category, form, depth, tuple(where), why, useful)


def _told(taxonomy: Taxonomy, kind: Kind | None, category: str) -> tuple[str, bool]:
    """What the kind says of a category: the nearest entry above it; and whether that is in its favour."""
    listed = ((each, useful) for each, useful in _entries(kind) if taxonomy.covers(each.category, category))
    nearest = max(listed, key=lambda pair: pair[0].category.count("."), default=None)
    return (nearest[0].why, nearest[1]) if nearest else ("", False)


def _entries(kind: Kind | None) -> Iterator[tuple[KindField, bool]]:
    if kind:
        yield from ((each, True) for each in kind.optional)
        yield from ((each, False) for each in kind.over_shared)


def _ways(analyst: Analyst, inroads: Iterable[Inroad], need: Need) -> Iterator[Way]:
    """What the vendor enters directly; the same permissions in many accounts are one entry."""
    same: dict[tuple[Permissions, bool], list[Inroad]] = defaultdict(list)
    for each in inroads:
        if not each.path:
            permissions = (
                of_texts(each.reach.access.identity, need)
                if each.share
                else of_attachments(each.attached, analyst.documents, need)
            )
            asks = not each.share and each.grant.party_kind == "account" and ":role/" in each.principal
            same[permissions, asks].append(each)
    for (permissions, asks), those in same.items():
        named = dict.fromkeys(each.named[0] for each in those)
        parties = dict.fromkeys(each.grant.party for each in those)
        where = those[0].grant.evidence[0].where if those[0].grant.evidence else ""
        yield Way(tuple(sorted(named)), tuple(sorted(parties)), asks, permissions, where)


def _keys(taxonomy: Taxonomy, kind: Kind | None, candidate: Candidate, keys: Iterable[KeyView]) -> Iterator[Keys]:
    of: dict[str, list[KeyView]] = defaultdict(list)
    for view in keys:
        if view.claim.vendor == candidate.vendor and not view.key.kept_in and not view.key.app:
            of[view.key.system].append(view)
    for system, views in sorted(of.items()):
        names = dict.fromkeys(scope for view in views for scope in view.key.scopes or ())
        scopes = tuple(_scope(taxonomy, kind, system, name) for name in sorted(names))
        yield Keys(system, len(views), scopes, sum(view.key.scopes is None for view in views))


def _scope(taxonomy: Taxonomy, kind: Kind | None, system: str, name: str) -> Scope:
    """A scope is declared unless it allows everything, or opens data that the kind does not need."""
    known = profile_of_system(system)
    if not name.isprintable():
        return Scope(name, "it cannot be written into a policy file as it is")
    if known is None or kind is None:
        return Scope(name, "nobody has said what it needs")
    if name in known.scopes.unrestricted:
        return Scope(name, "it allows everything")
    useful = (*kind.needed, *kind.optional)
    opened = [
        category
        for category in known.scopes.reaches.get(name, ())
        if not any(taxonomy.covers(field.category, category) for field in useful)
    ]
    return Scope(name, f"it opens {', '.join(opened)}" if opened else "")

"""What one revision of a project's files allows and another did not: for every vendor that it touches.

All is judged on the merged policies, so that a profile, a default, a group or a wildcard shows up at each vendor that
it reaches; nothing is compared as text. What counts as wider: something that was a finding, or a more severe one, at
some vendor may be none any more. An edit of which that is not true is told as changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from policycheck.aws.engine import Engine
from policycheck.checks.allowed import field_changes, never_changes
from policycheck.checks.allowed_access import access_changes
from policycheck.checks.edited_acceptance import accepted, ignored, stated
from policycheck.checks.edited_catalog import catalog
from policycheck.checks.edited_config import config
from policycheck.checks.edited_paper import paper
from policycheck.checks.edited_recognition import named, recognition
from policycheck.checks.managed import Managed
from policycheck.checks.reach import Declared
from policycheck.library.taxonomy import Taxonomy, load_taxonomy
from policycheck.model.declared import Policy, Project
from policycheck.model.drift import CHANGED, MILDER, NARROWER, WIDER, Change, ordered
from policycheck.model.facts import Attestation
from policycheck.model.places import Location

#: By the keys of a file: the areas of the changes that an edit there is told in.
_AREAS = {
    "fields": ("field", "paper"),
    "access": ("access", "scope", "requirement", "window"),
}


def widening(
    old: Project,
    new: Project,
    today: date,
    statements: tuple[Iterable[Attestation], Iterable[Attestation]] = ((), ()),
) -> tuple[Change, ...]:
    """Every change of what is allowed, recognised, accepted or looked at. ``statements`` are those of people, of the
    old files and of the new."""
    engine, declared, taxonomy = Engine(), Declared(Managed({})), load_taxonomy()
    before = {policy.vendor: policy for policy in old.policies}
    after = {policy.vendor: policy for policy in new.policies}
    changes: list[Change] = []
    for vendor in sorted({*before, *after}):
        was, now = before.get(vendor), after.get(vendor)
        changes += _vendor(vendor, was, now)
        if was is None or now is None or (was.fields, was.never) != (now.fields, now.never):
            changes += field_changes(taxonomy, was, now, today)
        changes += access_changes(engine, declared, was, now)
        if now is not None:
            changes += recognition(vendor, was, now)
            changes += accepted(vendor, was, now)
        if was and now:
            changes += _both(taxonomy, was, now, new, today)
    changes += [*config(old.config, new.config), *ignored(old, new), *catalog(old, new), *stated(*statements)]
    changes += _rewritten(before, after, changes)
    return ordered(changes)


def _vendor(vendor: str, was: Policy | None, now: Policy | None) -> Iterator[Change]:
    if was is None and now is not None:
        yield Change(vendor, "vendor", WIDER, f"a policy for {now.name or vendor}, at stage {now.stage}", at=now.at)
    elif now is None and was is not None:
        entries = ", ".join(named(was.recognise))
        what = "its policy is gone: what it has is judged as that of a vendor without one (PC202), or of nobody"
        what += f"; no longer recognised: {entries}" if entries else ""
        yield Change(vendor, "vendor", MILDER, what, at=was.at)
    elif was and now and was.stage != now.stage:
        sense = WIDER if was.stage == "enforce" else NARROWER if now.stage == "enforce" else CHANGED
        effect = {WIDER: ": its findings no longer fail a run", NARROWER: ": its findings fail a run"}.get(sense, "")
        yield Change(vendor, "vendor", sense, f"stage {now.stage}, was {was.stage}{effect}", at=now.place("stage"))


def _both(taxonomy: Taxonomy, was: Policy, now: Policy, new: Project, today: date) -> Iterator[Change]:
    if was.never != now.never:
        yield from never_changes(taxonomy, was, now, new.config)
    yield from paper(was, now, today)


# What was edited without any effect


def _rewritten(before: dict[str, Policy], after: dict[str, Policy], changes: Iterable[Change]) -> Iterator[Change]:
    """The parts of a policy that are written in another way and of which nothing else was told."""
    known = {(change.vendor, change.area) for change in changes}
    for vendor in sorted(before.keys() & after.keys()):
        was, now = before[vendor], after[vendor]
        for key, areas in _AREAS.items():
            told = any((vendor, area) in known for area in areas)
            if not told and _bare(getattr(was, key)) != _bare(getattr(now, key)):
                what = f"{key} is written in another way, and allows the same"
                yield Change(vendor, areas[0], CHANGED, what, at=now.place(key))


def _bare(value: object) -> object:
    """A part of the model without its places."""
    if isinstance(value, tuple):
        return tuple([_bare(each) for each in value if not isinstance(each, Location)])
    if is_dataclass(value):
        kept = [getattr(value, each.name) for each in fields(value)]
        return tuple([_bare(each) for each in kept if not isinstance(each, Location)])
    return value

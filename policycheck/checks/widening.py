"""What one revision of a project's files allows and another did not: for every vendor that it touches.

All is judged on the merged policies, so that a profile, a default, a group or a wildcard shows up at each vendor that
it reaches; nothing is compared as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from policycheck.aws.engine import Engine
from policycheck.checks.allowed import field_changes
from policycheck.checks.allowed_access import access_changes
from policycheck.checks.managed import Managed
from policycheck.checks.reach import Declared
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Dataset, ExceptionRule, Policy, Project, Recognise
from policycheck.model.drift import NARROWER, WIDER, Change, ordered
from policycheck.model.findings import Severity
from policycheck.model.places import Location

_KINDS = tuple(each.name for each in fields(Recognise) if each.name != "places")


def widening(old: Project, new: Project, today: date) -> tuple[Change, ...]:
    """Every change of what is allowed, recognised, accepted or looked at."""
    engine, declared, taxonomy = Engine(), Declared(Managed({})), load_taxonomy()
    before = {policy.vendor: policy for policy in old.policies}
    after = {policy.vendor: policy for policy in new.policies}
    changes: list[Change] = []
    for vendor in sorted({*before, *after}):
        was, now = before.get(vendor), after.get(vendor)
        changes += _vendor(vendor, was, now)
        changes += _recognised(vendor, was, now)
        if was is None or now is None or (was.fields, was.never) != (now.fields, now.never):
            changes += field_changes(taxonomy, was, now, today)
        changes += access_changes(engine, declared, was, now)
        if was and now:
            changes += _limits(was, now)
            changes += _paper(was, now)
        changes += _accepted(vendor, was, now)
    changes += _project(old, new)
    changes += _catalog(old, new)
    return ordered(changes)


def _vendor(vendor: str, was: Policy | None, now: Policy | None) -> Iterator[Change]:
    if was is None and now is not None:
        yield Change(vendor, "vendor", WIDER, f"a policy for {now.name or vendor}, at stage {now.stage}", at=now.at)
    elif now is None and was is not None:
        yield Change(vendor, "vendor", NARROWER, "its policy is gone: whatever it has is a finding", at=was.at)
    elif was and now and was.stage != now.stage:
        sense = WIDER if was.stage == "enforce" else NARROWER if now.stage == "enforce" else ""
        effect = {WIDER: ": its findings no longer fail a run", NARROWER: ": its findings fail a run"}.get(sense, "")
        if sense:
            yield Change(vendor, "vendor", sense, f"stage {now.stage}, was {was.stage}{effect}", at=now.place("stage"))


def _recognised(vendor: str, was: Policy | None, now: Policy | None) -> Iterator[Change]:
    for sense, less, more in ((WIDER, was, now), (NARROWER, now, was)):
        if more is None:
            continue
        places = dict(more.recognise.places)
        for kind in _KINDS:
            known = getattr(less.recognise, kind) if less else ()
            for value in getattr(more.recognise, kind):
                if value not in known:
                    verb = "is now" if sense == WIDER else "is no longer"
                    what = f"{value} ({kind}) {verb} recognised as {vendor}"
                    yield Change(vendor, "recognised", sense, what, at=places.get(f"{kind}:{value}", more.at))


def _limits(was: Policy, now: Policy) -> Iterator[Change]:
    for name, words in (("key_max_age_days", "keys may be"), ("unused_after_days", "access may lie unused for")):
        mine, theirs = getattr(now.limits, name), getattr(was.limits, name)
        if mine != theirs:
            sense = WIDER if mine is None or (theirs is not None and mine > theirs) else NARROWER
            what = f"{words} {_days(mine)}, was {_days(theirs)}"
            yield Change(now.vendor, "requirement", sense, what, at=dict(now.limits.places).get(name, now.at))


def _days(number: int | None) -> str:
    return "without limit" if number is None else f"{number} days"


def _paper(was: Policy, now: Policy) -> Iterator[Change]:
    every, before = (now.review.every_days if now.review else None), (was.review.every_days if was.review else None)
    if every != before and (every is None or (before is not None and every > before)):
        told = f"every {every} days" if every else "never"
        yield Change(now.vendor, "paper", WIDER, f"reviewed {told}, was every {before}", at=now.place("review"))
    if was.contract and not now.contract:
        yield Change(now.vendor, "paper", WIDER, "its contract is gone from the file", at=now.at)
    if was.kind != now.kind:
        yield Change(now.vendor, "paper", WIDER, f"kind {now.kind or 'none'}, was {was.kind or 'none'}", at=now.at)


# What accepts findings


def _accepted(vendor: str, was: Policy | None, now: Policy | None) -> Iterator[Change]:
    for sense, less, more in ((WIDER, was, now), (NARROWER, now, was)):
        known = {_selects(each): each for each in (less.exceptions if less else ())}
        for each in more.exceptions if more else ():
            other = known.get(_selects(each))
            if other is None or other.expires < each.expires:
                since = f", not {other.expires}" if other else ""
                yield Change(
                    vendor, "acceptance", sense, f"exception for {_told(each)} until {each.expires}{since}",
                    each.reason, each.at,
                )  # fmt: skip
        plans = {each.system: each for each in (less.observe if less else ())}
        for plan in more.observe if more else ():
            before = plans.get(plan.system)
            if before is None or before.every_days < plan.every_days:
                what = f"nothing needs to look at {plan.system}; it is stated every {plan.every_days} days"
                yield Change(vendor, "acceptance", sense, what, plan.reason, plan.at)


def _selects(each: ExceptionRule) -> tuple[str, tuple[tuple[str, str], ...]]:
    return each.rule, each.match


def _told(each: ExceptionRule) -> str:
    return f"{each.rule} {' '.join(f'{key}={value}' for key, value in each.match)}"


# The project


def _project(old: Project, new: Project) -> Iterator[Change]:
    at = new.config.at
    if Severity[new.config.fail_on.upper()] != Severity[old.config.fail_on.upper()]:
        sense = WIDER if Severity[new.config.fail_on.upper()] > Severity[old.config.fail_on.upper()] else NARROWER
        what = f"findings fail a run from {new.config.fail_on} on, was {old.config.fail_on}"
        yield Change("", "project", sense, what, at=at)
    for key, words in (
        ("own_accounts", "account {} is ours: nobody there is a stranger"),
        ("own_organizations", "organization {} is ours: nobody there is a stranger"),
        ("own_hosts", "host {} is ours: what is sent there goes to no vendor"),
    ):
        yield from _sets(getattr(old.config, key), getattr(new.config, key), words, at)
    yield from _connectors(old, new)
    for sense, less, more in ((WIDER, old, new), (NARROWER, new, old)):
        for path, rule, reason in sorted(_comments(more) - _comments(less)):
            vendor = next((policy.vendor for policy in more.policies if policy.at.path == path), "")
            yield Change(vendor, "acceptance", sense, f"a comment ignores {rule} in {path}", reason, Location(path))
    for sense, known, entries in ((WIDER, old.baseline, new.baseline), (NARROWER, new.baseline, old.baseline)):
        there = {(each.finding, each.instance) for each in known}
        for entry in entries:
            if (entry.finding, entry.instance) not in there:
                what = f"{entry.rule} in the baseline: {entry.what or entry.finding}"
                yield Change(entry.vendor, "acceptance", sense, what, at=Location(new.config.baseline))


def _comments(project: Project) -> set[tuple[str, str, str]]:
    return {(i.at.path, rule, i.reason) for i in project.ignores if not i.fault for rule in i.rules}


def _sets(was: tuple[str, ...], now: tuple[str, ...], words: str, at: Location) -> Iterator[Change]:
    for sense, less, more in ((WIDER, was, now), (NARROWER, now, was)):
        for value in sorted(set(more) - set(less)):
            yield Change("", "recognised" if sense == WIDER else "project", sense, words.format(value), at=at)


def _connectors(old: Project, new: Project) -> Iterator[Change]:
    was = {each.name: each for each in old.config.connectors}
    now = {each.name: each for each in new.config.connectors}
    for name in sorted({*was, *now}):
        if name not in now:
            yield Change("", "project", WIDER, f"connector {name} ({was[name].type}) no longer looks", at=was[name].at)
        elif name not in was:
            yield Change("", "project", NARROWER, f"connector {name} ({now[name].type}) looks as well", at=now[name].at)
        elif (was[name].type, was[name].options) != (now[name].type, now[name].options):
            keys = sorted({*was[name].options, *now[name].options})
            changed = [key for key in keys if was[name].options.get(key) != now[name].options.get(key)] or ["type"]
            what = f"connector {name} may look at less: {', '.join(changed)} changed"
            yield Change("", "project", WIDER, what, at=now[name].at)


# The catalog: what a location holds decides what a read of it means.


def _catalog(old: Project, new: Project) -> Iterator[Change]:
    was, now = ({each.name: each for each in side.datasets} for side in (old, new))
    for name in sorted({*was, *now}):
        yield from _dataset(name, was.get(name), now.get(name))
    overridden: list[dict[tuple[str, str, str], str]] = [
        {(each.field, each.system, each.vendor): each.category for each in side.overrides} for side in (old, new)
    ]
    places = {(each.field, each.system, each.vendor): each.at for side in (old, new) for each in side.overrides}
    for key in sorted({*overridden[0], *overridden[1]}):
        before, after = overridden[0].get(key), overridden[1].get(key)
        if before != after:
            what = f"field {key[0]} is {after or 'judged by rules'}, was {before or 'judged by rules'}"
            yield Change(key[2], "project", WIDER if after else NARROWER, what, "by an override", places[key])


def _dataset(name: str, was: Dataset | None, now: Dataset | None) -> Iterator[Change]:
    at = (now or was).at if (now or was) else None  # type: ignore[union-attr]
    one, two = _held(was), _held(now)
    for field in sorted({*one, *two}):
        before, after = one.get(field, ""), two.get(field, "")
        if before != after:
            # What is not told to be personal is less to find.
            sense = NARROWER if not before else WIDER
            what = f"{name}.{field} counts as {after or 'nothing about people'}"
            yield Change("", "project", sense, f"{what}, was {before or 'not described'}", "in the catalog", at)
    for location in sorted(set(was.locations if was else ()) - set(now.locations if now else ())):
        yield Change("", "project", WIDER, f"{name} no longer describes {location}", "in the catalog", at)
    if now and now.none_why and not (was and was.none_why):
        yield Change("", "project", WIDER, f"{name} holds nothing about people", now.none_why, at)


def _held(dataset: Dataset | None) -> dict[str, str]:
    fields = dataset.fields if dataset else ()
    return {each.name: f"{each.category or 'not judged'} ({each.form}, {each.depth})" for each in fields}

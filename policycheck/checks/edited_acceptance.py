"""What accepts findings now and did not before: exceptions, planned blind spots, statements, comments, the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.checks.edited import place, some, told
from policycheck.model.declared import ExceptionRule, Policy, Project
from policycheck.model.drift import CHANGED, MILDER, NARROWER, WIDER, Change
from policycheck.model.facts import Attestation
from policycheck.model.findings import Known
from policycheck.model.people import address_of
from policycheck.model.places import Location


def accepted(vendor: str, was: Policy | None, now: Policy) -> Iterator[Change]:
    """The exceptions and the planned blind spots of a vendor."""
    yield from _exceptions(vendor, was.exceptions if was else (), now.exceptions)
    plans, planned = ({e.system: e for e in side.observe} for side in (was or Policy("", now.at), now))
    for system in sorted({*plans, *planned}):
        before, after = plans.get(system), planned.get(system)
        mine, theirs = (after.every_days if after else 0), (before.every_days if before else 0)
        one = after or before
        if one is not None and mine != theirs:
            plan = after if after and mine > theirs else before or one
            what = f"nothing needs to look at {system}; it is stated every {plan.every_days} days"
            sense = WIDER if mine > theirs else NARROWER
            yield Change(vendor, "acceptance", sense, what, plan.reason, one.at)
        elif before and after and before.reason != after.reason:
            yield Change(
                vendor, "acceptance", CHANGED, f"the reason for not looking at {system}: {after.reason}", at=after.at
            )


def _exceptions(vendor: str, was: Iterable[ExceptionRule], now: Iterable[ExceptionRule]) -> Iterator[Change]:
    old, new = ({_selects(each): each for each in side} for side in (was, now))
    for key in dict.fromkeys((*old, *new)):
        yield from _exception(vendor, old.get(key), new.get(key))


def _exception(vendor: str, was: ExceptionRule | None, now: ExceptionRule | None) -> Iterator[Change]:
    each = now or was
    if each is None:
        return
    if was is None or now is None or was.expires != now.expires:
        longer = now is not None and (was is None or was.expires < now.expires)
        one, other = (now, was) if longer else (was, now)
        expires = one.expires if one else each.expires
        since = f", not {other.expires}" if other else ""
        what = f"exception for {_told(each)} until {expires}{since}"
        yield Change(vendor, "acceptance", WIDER if longer else NARROWER, what, each.reason, each.at)
    elif _own(was) != _own(now):
        what = f"exception for {_told(now)}: {'approved by its owner' if _own(now) else 'approved by another (PC506)'}"
        yield Change(vendor, "acceptance", NARROWER if _own(now) else WIDER, what, now.reason, now.at)
    elif (was.reason, was.owner, was.approved_by) != (now.reason, now.owner, now.approved_by):
        what = f"exception for {_told(now)}: owner {now.owner}, approved by {now.approved_by}"
        yield Change(vendor, "acceptance", CHANGED, what, now.reason, now.at)


def _selects(each: ExceptionRule) -> tuple[str, tuple[tuple[str, str], ...]]:
    return each.rule, each.match


def _told(each: ExceptionRule) -> str:
    return f"{each.rule} {' '.join(f'{key}={value}' for key, value in each.match)}"


def _own(each: ExceptionRule) -> bool:
    return address_of(each.owner) == address_of(each.approved_by)


# Comments and the baseline


def ignored(old: Project, new: Project) -> Iterator[Change]:
    """The comments that accept findings, the exceptions of policycheck.yaml, and the entries of the baseline."""
    yield from _exceptions("", old.config.exceptions, new.config.exceptions)
    was, now = _comments(old), _comments(new)
    for sense, less, more in ((WIDER, was, now), (NARROWER, now, was)):
        side = new if sense == WIDER else old
        for key in sorted(more.keys() - less.keys()):
            path, rule, reason = key
            vendor = next((policy.vendor for policy in side.policies if policy.at.path == path), "")
            yield Change(vendor, "acceptance", sense, f"a comment ignores {rule} in {path}", reason, more[key])
    yield from _baseline(old, new)


def _comments(project: Project) -> dict[tuple[str, str, str], Location]:
    return {
        (i.at.path, f"{rule} {named}".strip(), i.reason): i.at
        for i in project.ignores
        if not i.fault
        for rule, named in zip(i.rules, i.findings, strict=True)
    }


def _baseline(old: Project, new: Project) -> Iterator[Change]:
    if old.config.baseline != new.config.baseline:
        what = f"findings in {new.config.baseline} are accepted as known, was {old.config.baseline}"
        yield Change("", "acceptance", WIDER, what, at=place(new.config, "baseline"))
    for sense, less, more in ((WIDER, old, new), (NARROWER, new, old)):
        # A line of the older form accepts nothing.
        there = {(each.finding, each.instance): each for each in less.baseline if each.severity is not None}
        for entry in more.baseline:
            other = there.get((entry.finding, entry.instance))
            if entry.severity is None or (other and not _more(entry, other)):
                continue
            where = "more of it in the baseline" if other else "in the baseline"
            what = f"{entry.rule} {where}: {entry.what or entry.finding}"
            at = Location(more.config.baseline, max(1, entry.line))
            yield Change(entry.vendor, "acceptance", sense, what, at=at)


def _more(entry: Known, other: Known) -> bool:
    """Whether a line accepts what another one of the same instance does not."""
    return (entry.severity or 0) > (other.severity or 0) or not set(entry.extent) <= set(other.extent)


# Statements of people


def stated(old: Iterable[Attestation], new: Iterable[Attestation]) -> Iterator[Change]:
    """What people state of vendors: a statement stands in for looking, and what it names is judged."""
    was, now = ({(each.vendor, each.system): each for each in side} for side in (old, new))
    for key in sorted({*was, *now}):
        before, after = was.get(key), now.get(key)
        if after is None and before is not None:
            what = f"the statement of {before.on} about {before.system} is gone, and with it {_states(before)}"
            yield Change(before.vendor, "acceptance", MILDER, what, at=_place(before))
        elif before is None and after is not None:
            what = f"a statement of {after.on} about {after.system} stands for looking: {_states(after)}"
            yield Change(after.vendor, "acceptance", WIDER, what, f"asked: {after.asked}", _place(after))
        elif before is not None and after is not None and before != after:
            yield from _restated(before, after)


def _restated(was: Attestation, now: Attestation) -> Iterator[Change]:
    if was.on != now.on:
        sense = WIDER if now.on > was.on else NARROWER
        what = f"the statement about {now.system} is of {now.on}, was {was.on}"
        yield Change(now.vendor, "acceptance", sense, what, f"asked: {now.asked}", _place(now))
    for key in ("keys", "fields", "none_of"):
        mine, theirs = getattr(now, key) or (), getattr(was, key) or ()
        for sense, verb, words in (
            (MILDER, "no longer names", sorted(set(theirs) - set(mine))),
            (NARROWER, "names", sorted(set(mine) - set(theirs))),
        ):
            if words:
                what = f"the statement about {now.system} {verb} {some(words)} under {key}"
                yield Change(now.vendor, "acceptance", sense, what, at=_place(now))
    if was.asked != now.asked:
        what = f"who was asked about {now.system} is {told(now.asked)}, was {told(was.asked)}"
        yield Change(now.vendor, "acceptance", CHANGED, what, at=_place(now))


def _states(each: Attestation) -> str:
    """``3 keys, 5 fields, none of 2``."""
    pairs = (("key", each.keys), ("field", each.fields))
    told_of = [f"{len(names)} {name}{'s' if len(names) > 1 else ''}" for name, names in pairs if names]
    none = [f"none of {some(each.none_of)}"] if each.none_of else []
    return ", ".join([*told_of, *none]) or "that there is nothing"


def _place(each: Attestation) -> Location:
    path, _, line = each.where.rpartition(":")
    return Location(path, int(line)) if path and line.isdigit() else Location(each.where)

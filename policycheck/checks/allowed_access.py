"""Which access two editions of a policy declare, compared by the engines: AWS policies, scopes, requirements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from ipaddress import ip_network

from policycheck.aws.engine import Engine
from policycheck.checks.entries import Entries
from policycheck.checks.reach import Declared
from policycheck.library.profiles import ScopeData, profile_of_system
from policycheck.model.declared import AccessRule, Policy, Require
from policycheck.model.drift import NARROWER, OPEN, WIDER, Change
from policycheck.model.verdict import INSIDE, OUTSIDE, Access
from policycheck.scopes.compare import beyond

#: An entry that names no accounts or no principals speaks of all of them.
EVERY = "*"

#: Actions, resources and entries that one change names.
SHOWN = 3

_STRENGTH = ("", "any", "unique")


def access_changes(engine: Engine, declared: Declared, old: Policy | None, new: Policy | None) -> Iterator[Change]:
    """What the new edition lets the vendor do and the old one did not, and the other way round."""
    for sense, before, after in ((WIDER, old, new), (NARROWER, new, old)):
        if after is not None:
            yield from _aws(engine, declared, sense, before, after)
            yield from _scopes(sense, before, after)
            yield from _windows(sense, before, after)
    if old is not None and new is not None:
        yield from _requirements(old, new)


# AWS


def _aws(engine: Engine, declared: Declared, sense: str, before: Policy | None, after: Policy) -> Iterator[Change]:
    told: dict[tuple[str, str, str], tuple[list[tuple[str, str]], AccessRule]] = {}
    for account, principal, rules in cells(after):
        others = covering(before, account, principal) if before else ()
        for what, mark in _beyond(engine, declared, tuple(rules), others):
            told.setdefault((what, mark, principal), ([], rules[0]))[0].append((account, _group(rules, account)))
    for (what, mark, principal), (places, rule) in told.items():
        yield Change(
            after.vendor, "access", OPEN if mark == OPEN else sense, f"{what}{_by(what, principal)}{_in(places)}",
            _through(places), rule.at,
        )  # fmt: skip


def cells(policy: Policy) -> Iterator[tuple[str, str, list[AccessRule]]]:
    """(account, principal pattern, entries that speak of them) for each pair that an AWS entry names."""
    pairs: dict[tuple[str, str], None] = {}
    ours = [rule for rule in policy.access if rule.system == "aws"]
    for rule in ours:
        for account in rule.accounts or (EVERY,):
            for principal in rule.principals or (EVERY,):
                pairs[account, principal] = None
    for account, principal in pairs:
        yield account, principal, list(covering(policy, account, principal))


def covering(policy: Policy, account: str, principal: str) -> tuple[AccessRule, ...]:
    """The AWS entries that speak of every account and principal that the two stand for."""
    return tuple(
        rule
        for rule in policy.access
        if rule.system == "aws"
        and (not rule.accounts or account in rule.accounts)
        and (not rule.principals or any(covers(p, principal) for p in rule.principals))
    )


def covers(wide: str, narrow: str) -> bool:
    """Whether a pattern of principals speaks of every one that another stands for; what is not plain is a no."""
    if wide == narrow or not any(each in narrow for each in "*?["):
        return wide == narrow or fnmatchcase(narrow, wide)
    start = wide.removesuffix("*")
    return start != wide and not any(each in start for each in "*?[") and narrow.startswith(start)


def _beyond(
    engine: Engine, declared: Declared, rules: tuple[AccessRule, ...], others: tuple[AccessRule, ...]
) -> Iterator[tuple[str, str]]:
    """(phrase, OPEN or "") for what the first entries declare beyond the others."""
    managed = {(allow.aws_managed, allow.sha256) for rule in rules for allow in rule.allow if allow.aws_managed}
    known = {(allow.aws_managed, allow.sha256) for rule in others for allow in rule.allow if allow.aws_managed}
    for name, sha256 in sorted(managed - known):
        loosened = not sha256 and any(name == other for other, _ in known)
        yield f"AWS managed policy {name}" + (", whatever it holds by then" if loosened else ""), ""
    # Texts of managed policies are in snapshots only; those named on both sides are the same on both.
    documents, _ = declared.documents(Entries(rules))
    against, _ = declared.documents(Entries(others))
    if not documents:
        return
    verdict = engine.contained(Access(identity=documents), against)
    if verdict.witnesses:
        witness = verdict.witnesses[0]
        example = f"{witness.action} on {witness.resource}{_when(witness.context)}"
        entry = _entries(rules, others)
        yield (f"{entry}, for example {example}" if entry and entry != example else example), ""
    if verdict.status not in (INSIDE, OUTSIDE):
        yield f"its AWS access may be wider ({verdict.reason})", OPEN


def _entries(rules: tuple[AccessRule, ...], others: tuple[AccessRule, ...]) -> str:
    """The allow entries that the others do not have, as written."""
    known = {(allow.actions, allow.resources, allow.conditions) for rule in others for allow in rule.allow}
    new = [allow for rule in rules for allow in rule.allow if allow.actions]
    new = [allow for allow in new if (allow.actions, allow.resources, allow.conditions) not in known]
    told = [f"{_some(allow.actions)} on {_some(allow.resources or (EVERY,))}" for allow in new]
    return "; ".join(told[:SHOWN]) + (f" and {len(told) - SHOWN} more" if len(told) > SHOWN else "")


def _some(words: tuple[str, ...]) -> str:
    return ", ".join(words[:SHOWN]) + (f" and {len(words) - SHOWN} more" if len(words) > SHOWN else "")


def _when(context: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return "".join(f", {key} = {' or '.join(values)}" for key, values in context)


def _group(rules: list[AccessRule], account: str) -> str:
    """The group through which the entries come to an account."""
    return next((" or ".join(rule.groups) for rule in rules if account in rule.accounts and rule.groups), "")


def _by(what: str, principal: str) -> str:
    after = "," if ", for example " in what else ""
    return after if principal == EVERY else f"{after} by {principal.rsplit(':', 1)[-1]}"


def _in(places: list[tuple[str, str]]) -> str:
    accounts = [account for account, _ in places]
    return " in every account" if EVERY in accounts else f" in {', '.join(accounts)}"


def _through(places: list[tuple[str, str]]) -> str:
    groups = sorted({group for _, group in places if group})
    return f"through the group {', '.join(groups)}" if groups else ""


# Scopes of other systems


def _scopes(sense: str, before: Policy | None, after: Policy) -> Iterator[Change]:
    for rule in after.access:
        if rule.system == "aws":
            continue
        others = [each for each in (before.access if before else ()) if _same(each, rule)]
        known = profile_of_system(rule.system)
        data = known.scopes if known else ScopeData()
        held = _held(rule.held_by)
        if not others:
            what = f"access to {rule.system}{held}" if not rule.scopes else ""
            yield from [Change(after.vendor, "scope", sense, what, at=rule.at)] if what else []
        verdict = beyond(tuple(scope for each in others for scope in each.scopes), rule.scopes, data)
        places = dict(zip(rule.scopes, rule.scopes_at, strict=False))
        for scope in verdict.extra:
            yield Change(after.vendor, "scope", sense, f"{scope} at {rule.system}{held}", at=places.get(scope, rule.at))


def _held(by: str) -> str:
    """Who holds the credential: we, the vendor, or another vendor."""
    if not by:
        return ""
    who = {"us": "we hold", "vendor": "the vendor holds"}.get(by, f"{by} holds")
    return f" ({who} the credential)"


def _same(one: AccessRule, other: AccessRule) -> bool:
    return (one.system, one.held_by, one.integration) == (other.system, other.held_by, other.integration)


# Requirements and windows


def _pairs(old: Policy, new: Policy) -> Iterator[tuple[AccessRule, AccessRule]]:
    """(new entry, old entry) that speak of the same system and of a same principal."""
    for rule in new.access:
        for other in old.access:
            mine, theirs = rule.principals or (EVERY,), other.principals or (EVERY,)
            if _same(rule, other) and any(covers(q, p) for p in mine for q in theirs):
                yield rule, other
                break


def _requirements(old: Policy, new: Policy) -> Iterator[Change]:
    for rule, other in _pairs(old, new):
        now, was = rule.require or Require(rule.at), other.require or Require(other.at)
        for sense, looser, stricter in ((WIDER, now, was), (NARROWER, was, now)):
            for what in _looser(looser, stricter):
                yield Change(new.vendor, "requirement", sense, f"{rule.system}: {what}", at=looser.at)


def _looser(now: Require, was: Require) -> Iterator[str]:
    """What the first asks for less than the second, as phrases."""
    if _STRENGTH.index(now.external_id) < _STRENGTH.index(was.external_id):
        yield f"ExternalId {now.external_id or 'not required'} instead of {was.external_id}"
    for name, mine, theirs, unit in (
        ("sessions up to", now.max_session, was.max_session, "seconds"),
        ("keys up to", now.key_expiry, was.key_expiry, "days"),
    ):
        if theirs is not None and (mine is None or mine > theirs):
            yield f"{name} {f'{mine} {unit}' if mine is not None else 'any length'} instead of {theirs} {unit}"
    if was.source_ips:
        if not now.source_ips:
            yield f"from any address instead of {', '.join(was.source_ips)}"
        for each in now.source_ips:
            if not any(_inside(each, other) for other in was.source_ips):
                yield f"from {each} too"


def _inside(one: str, other: str) -> bool:
    mine, theirs = ip_network(one, strict=False), ip_network(other, strict=False)
    return mine.version == theirs.version and mine.subnet_of(theirs)  # type: ignore[arg-type]


def _windows(sense: str, before: Policy | None, after: Policy) -> Iterator[Change]:
    if before is None:
        return
    for rule, other in _pairs(before, after):
        if other.until and (rule.until is None or rule.until > other.until):
            until = f"until {rule.until}" if rule.until else "without an end"
            yield Change(
                after.vendor, "window", sense, f"access to {rule.system} {until}, not {other.until}", at=rule.at
            )
        if other.start and (rule.start is None or rule.start < other.start):
            start = _day(rule.start)
            yield Change(
                after.vendor, "window", sense, f"access to {rule.system} {start}, not {other.start}", at=rule.at
            )


def _day(start: date | None) -> str:
    return f"from {start} on" if start else "from the beginning"

"""PC201, PC107, PC210 and PC601 for roles in databases: what they may do, against the access that a policy declares.

A declared permission is a product: privileges, and relations as patterns with the columns in parentheses. What a role
has is a finite set of (privilege, relation, column), so the comparison is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from policycheck.analysis.databases import Right, Way
from policycheck.analysis.tables import Beyond, TableInroad, joined
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, open_on
from policycheck.model.declared import AccessRule, Policy
from policycheck.model.locations import TABLE_SYSTEMS, split_columns, with_columns
from policycheck.model.places import Location
from policycheck.model.verdict import Witness

#: Privileges that can be granted on single columns.
ON_COLUMNS = frozenset({"SELECT", "INSERT", "UPDATE", "REFERENCES"})

#: How many requests beyond the policy one instance names.
SHOWN = 3


def table_hits(context: Context, inroad: TableInroad) -> Iterator[Hit]:
    """Judge one role through which a vendor acts."""
    policy = context.policies.get(inroad.vendor)
    if policy is None:
        return
    rules = table_rules(policy, inroad)
    timely = tuple(rule for rule in rules if open_on(rule, context.today))
    if rules and not timely and inroad.rights:
        yield _late(policy, inroad, rules[0])
        return
    excess = tuple(witness for right in inroad.rights for witness in _excess(right, timely))
    if excess:
        yield _beyond_policy(policy, inroad, timely, excess)
    for beyond in inroad.beyond:
        yield _unknown(policy, inroad, timely, beyond)


def table_rules(policy: Policy, inroad: TableInroad) -> tuple[AccessRule, ...]:
    """The access entries that speak of a role."""
    role = inroad.grant.name
    return tuple(
        rule
        for rule in policy.access
        if rule.system == inroad.grant.system
        and (not rule.principals or any(fnmatchcase(role, pattern) for pattern in rule.principals))
    )


def unseen_databases(policy: Policy, seen: frozenset[tuple[str, str]]) -> Iterator[Hit]:
    """PC601 for databases that a policy declares access to and no pull has looked at; ``seen``: (system, account)."""
    for rule in policy.access:
        if rule.system not in TABLE_SYSTEMS or not any(system == rule.system for system, _ in seen):
            continue
        names = {r.partition(":")[2].partition(".")[0] for allow in rule.allow for r in allow.resources}
        for name in sorted(n for n in names if n and "*" not in n and "?" not in n and (rule.system, n) not in seen):
            yield Hit(
                rule="PC601",
                vendor=policy.vendor,
                cause=f"database {name}",
                message=f"database {name}, where {policy.vendor} has declared access, was not looked at",
                location=rule.at,
                subject=(("system", rule.system), ("account", name), ("resource", "data_grants")),
                observed=f"no connector saw the database {name}",
                help="add a connector for it, or take it out of the policy",
                label="database not seen",
            )


def _excess(right: Right, rules: Iterable[AccessRule]) -> Iterator[Witness]:
    """The first thing that a right allows and no entry does: a column where columns can be granted, else the whole."""
    beyond, resource = _undeclared(right, rules), right.relation.resource
    if beyond == ():
        yield Witness(right.privilege, resource)
    elif beyond:
        # All or nothing reads better as the relation than as one of its columns.
        whole = len(beyond) == len(right.relation.columns)
        yield Witness(right.privilege, resource if whole else with_columns(resource, beyond[:1]))


def _members(right: Right, beyond: tuple[str, ...] | None) -> Iterator[str]:
    """A right, or what is left of it, column by column."""
    words = f"{right.privilege} on {right.relation.resource}"
    if beyond is not None:
        yield from (f"{words} ({column})" for column in beyond) if beyond else (words,)


def _undeclared(right: Right, rules: Iterable[AccessRule]) -> tuple[str, ...] | None:
    """The columns of a right that no entry allows; () for a right that goes by no columns, None where all is."""
    resource = right.relation.resource
    allowed: list[str] = []
    for allow in (allow for rule in rules for allow in rule.allow if _names(allow.actions, right.privilege)):
        for written in allow.resources:
            pattern, columns = split_columns(written)
            if _matches(resource, pattern):
                if columns is None:
                    return None
                allowed += columns
    if right.privilege not in ON_COLUMNS or not right.columns:
        return ()
    return tuple(c for c in right.columns if not any(_matches(c, pattern) for pattern in allowed)) or None


def _names(actions: Iterable[str], privilege: str) -> bool:
    return any(_matches(privilege, action.upper()) for action in actions)


def _matches(value: str, pattern: str) -> bool:
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _beyond_policy(
    policy: Policy, inroad: TableInroad, rules: tuple[AccessRule, ...], excess: tuple[Witness, ...]
) -> Hit:
    role, first = inroad.grant.name, min(excess, key=lambda w: (w.action != "SELECT", w.action, w.resource))
    shown = (first, *(w for w in excess if w is not first))
    more = f", and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    ways = tuple(way for witness in shown[:SHOWN] for way in _ways(inroad, witness))
    declared = "goes beyond what its policy declares" if rules else "is not declared in its policy"
    requests = "; ".join(f"{w.action} on {w.resource}" for w in shown[:SHOWN])
    return Hit(
        rule="PC201",
        vendor=policy.vendor,
        cause=role,
        message=f"the access of {policy.vendor} through {role} {declared}",
        location=_place(policy, rules),
        subject=_subject(inroad),
        observed=f"{role} may {requests}{more} (through {joined(ways)})",
        evidence=tuple(dict.fromkeys(way.evidence for way in ways))[:SHOWN],
        witnesses=shown[:SHOWN],
        help=f"revoke it; or, if the vendor needs it, allow `{first.action}` on `{first.resource}` here with a why",
        label="allows less than that" if rules else f"no entry names {role}",
        assumes=inroad.assumes,
        extent=tuple(each for right in inroad.rights for each in _members(right, _undeclared(right, rules))),
    )


def _ways(inroad: TableInroad, witness: Witness) -> Iterator[Way]:
    resource, columns = split_columns(witness.resource)
    for right in inroad.rights:
        if (right.privilege, right.relation.resource) == (witness.action, resource):
            yield from right.through(columns[0] if columns else "")


def _late(policy: Policy, inroad: TableInroad, rule: AccessRule) -> Hit:
    role = inroad.grant.name
    ends = (("from", rule.start), ("until", rule.until))
    window = " ".join(f"{word} {day}" for word, day in ends if day)
    return Hit(
        rule="PC210",
        vendor=policy.vendor,
        cause=role,
        message=f"{policy.vendor} has access through {role} outside its window",
        location=rule.at,
        subject=_subject(inroad),
        observed=f"{role} has privileges on {len({r.relation.resource for r in inroad.rights})} relations today",
        evidence=inroad.grant.evidence,
        help=f"revoke the privileges of {role}, or agree on a new window and write it here",
        label=window,
        extent=tuple(each for right in inroad.rights for each in _members(right, right.columns)),
    )


def _unknown(policy: Policy, inroad: TableInroad, rules: tuple[AccessRule, ...], beyond: Beyond) -> Hit:
    role, resource = inroad.grant.name, beyond.right.relation.resource
    columns = beyond.columns or beyond.right.columns
    what = with_columns(resource, columns) if columns else resource
    made = f", which shows {', '.join(beyond.shows)}" if beyond.shows else ""
    missing = "some columns" if beyond.described else "the relation"
    return Hit(
        rule="PC107",
        vendor=policy.vendor,
        cause=role,
        message=f"{policy.vendor} can read data through {role} that no catalog entry describes",
        location=_place(policy, rules),
        subject=(*_subject(inroad), ("resource", resource)),
        observed=f"{role} may SELECT on {what}{made}; the catalog does not know {missing}",
        evidence=tuple(dict.fromkeys(way.evidence for way in beyond.right.ways)),
        witnesses=(Witness("SELECT", what),),
        help="describe it in the catalog, which `policycheck catalog import` does for a whole database, or revoke it",
        label="reaches columns with unknown content",
        assumes=inroad.assumes,
        extent=tuple(columns),
    )


def _place(policy: Policy, rules: tuple[AccessRule, ...]) -> Location:
    return rules[0].at if rules else policy.place("access")


def _subject(inroad: TableInroad) -> tuple[tuple[str, str], ...]:
    grant = inroad.grant
    return (("account", grant.account), ("principal", grant.principal), ("system", grant.system))

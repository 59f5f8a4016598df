"""PC601 for what the settings of a connector leave out, or what it cannot look at, where a policy needs it.

What no policy needs is a planned omission: it is named with each pull and counted, and is no finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import AccessRule, Policy
from policycheck.model.facts import SERVICES, Coverage
from policycheck.model.places import Location

#: Kinds of resource whose rows answer who is let in by roles and users, and by what is neither.
_ROLES, _RESOURCES = frozenset({"principals", "trusts"}), frozenset({"resource_policies", "shares", "data_grants"})
#: The service that every access in AWS needs: it has the roles and users.
_IAM = "iam"


@dataclass(frozen=True, slots=True)
class _Need:
    """A policy with the entry that needs a service."""

    policy: Policy
    at: Location


def omitted(context: Context, coverage: Iterable[Coverage]) -> tuple[str, ...]:
    """The kinds of resources that settings leave out and that no policy needs."""
    rows = tuple(coverage)
    return tuple(
        name
        for row in rows
        if row.resource == SERVICES
        for name, service in row.left_out
        if not any(_needs(context, rows, row, name, service))
    )


def omitted_hits(context: Context, coverage: Iterable[Coverage]) -> Iterator[Hit]:
    """PC601 for each policy that needs something of what was not looked at."""
    rows = tuple(coverage)
    for row in rows:
        if row.resource == SERVICES:
            for name, service in row.left_out:
                mend = f"add `{name}` to `services` of connector {row.connector}, or take that option out"
                for need in _needs(context, rows, row, name, service):
                    yield _hit(need, row, name, service, f"`services` of {row.connector} leaves out {name}", mend)
            for name, service in row.beyond:
                mend = f"look at its policies in {name} yourself, and accept this gap with a dated exception"
                for need in _needs(context, rows, row, name, service):
                    yield _hit(need, row, name, service, f"no connector looks at {name}", mend)


def leaves_out(rows: Iterable[Coverage], system: str) -> bool:
    """Whether the settings of a connector leave out who can act in a system: then it is told here, and not as a system
    that no connector knows."""
    return any(
        name == system or (row.system == system and service == _IAM)
        for row in rows
        if row.resource == SERVICES
        for name, service in row.left_out
    )


def _needs(context: Context, rows: Iterable[Coverage], left: Coverage, name: str, service: str) -> Iterator[_Need]:
    """The policies that declare access in what is left out, unless another connector tells who is let in there."""
    kinds = _ROLES if service == _IAM else _RESOURCES
    others = [row for row in rows if row.connector != left.connector]
    if service and any(row.system == left.system and row.resource in kinds for row in others):
        return
    if any(row.system == name for row in others):
        return
    for policy in context.project.policies:
        at = next((at for rule in policy.access for at in _places(rule, left.system, name, service)), None)
        if at is not None:
            yield _Need(policy, at)


def _places(rule: AccessRule, system: str, name: str, service: str) -> Iterator[Location]:
    """Where an entry speaks of a service: as a system of its own, such as ``cognito``, or by a resource of it. An
    action on everything, such as a list, names none that could let somebody in."""
    if rule.system == name or (rule.system == system and service == _IAM):
        yield rule.at
    elif rule.system == system and service:
        for allow in rule.allow:
            if any(arn.startswith("arn:") and arn.split(":")[2:3] == [service] for arn in allow.resources):
                yield allow.at


def _hit(need: _Need, row: Coverage, name: str, service: str, observed: str, mend: str) -> Hit:
    vendor = need.policy.vendor
    where = service if service and service != _IAM else name if not service else row.system
    who = f"whom {service} resources let in" if where == service else "who can act there"
    subject = {"connector": row.connector, "resource": name, "system": row.system}
    return Hit(
        rule="PC601",
        vendor=vendor,
        cause=f"not looked at {name}",
        message=f"{vendor} has declared access to {where}, and nothing looks at {who}",
        location=need.at,
        subject=tuple(subject.items()),
        observed=observed,
        help=mend,
        label="not seen",
    )

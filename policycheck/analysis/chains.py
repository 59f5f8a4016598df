"""Which roles of ours a principal of ours can go on to assume: both sides must permit it.

Source: IAM User Guide, "Roles terms and concepts" (role chaining), "Policy evaluation logic"; STS API Reference,
AssumeRole: in one account a trust that names the role or user itself suffices, else its own policies must allow it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from policycheck.analysis.resources import ResourceSide, given
from policycheck.analysis.views import Inroad, RoleView
from policycheck.aws.documents import Document, parse
from policycheck.aws.engine import Engine
from policycheck.aws.narrowing import limit_of, text_of
from policycheck.aws.principals import EVERYONE, read_party
from policycheck.aws.sides import Sides, sides_of
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PolicyDocument
from policycheck.model.grants import Grant
from policycheck.model.verdict import INSIDE, UNDECIDED, Access, Verdict

_ASSUME = ("sts:AssumeRole",)
_ROLES = ("arn:*:iam::*:role/*",)


@dataclass(frozen=True, slots=True)
class Walker:
    """A principal through which a vendor acts, and the roles that it went through, itself at the end."""

    vendor: str
    principal: str
    account: str
    access: Access
    path: tuple[str, ...]
    grant: Grant
    assumes: tuple[str, ...] = ()


def walker_of(inroad: Inroad) -> Walker:
    """The one who goes on from a principal of ours."""
    path = inroad.path or (inroad.principal,)
    return Walker(
        inroad.vendor, inroad.principal, inroad.account, inroad.reach.access.parts[0], path, inroad.grant, inroad.onward
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A role that can be assumed next; ``assumes`` are sentences on what that takes."""

    role: RoleView
    assumes: tuple[str, ...]


class Doors:
    """The roles of one account that let principals of ours in, by whom they name."""

    def __init__(self, roles: Iterable[RoleView]) -> None:
        self._named: dict[str, list[RoleView]] = {}
        self._accounts: dict[str, list[RoleView]] = {}
        self._everyone: list[RoleView] = []
        for role in roles:
            for judged in role.admitted.inner:
                self._add(role, judged.path.party, judged.path.kind)

    def _add(self, role: RoleView, written: str, kind: str) -> None:
        party = read_party("AWS", written)
        if kind == EVERYONE:
            self._everyone.append(role)
        elif party.whole:
            self._accounts.setdefault(party.account, []).append(role)
        else:
            self._named.setdefault(_key(party.account, party.name), []).append(role)

    def __bool__(self) -> bool:
        return bool(self._named or self._accounts or self._everyone)

    def before(self, walker: Walker, able: bool) -> Iterator[RoleView]:
        """The roles that may let a principal in; those that leave it to its own policies when these are ``able``."""
        named = self._named.get(_key(walker.account, walker.principal.split(":", 5)[-1]), ())
        rest = (*self._accounts.get(walker.account, ()), *self._everyone) if able or self._everyone else ()
        yield from {role.trust.resource: role for role in (*named, *rest)}.values()


def _key(account: str, name: str) -> str:
    """Role names are unique in an account, and a session's ARN tells no path."""
    kind, _, rest = name.partition("/")
    short = rest.split("/")[0] if kind == "assumed-role" else rest.rsplit("/", 1)[-1]
    return f"{account} {'role' if kind == 'assumed-role' else kind} {short}"


class Chains:
    """Answers whether one role can be assumed from another principal."""

    def __init__(self, engine: Engine, documents: Mapping[str, PolicyDocument], resources: ResourceSide) -> None:
        self._engine = engine
        self._documents = documents
        self._resources = resources
        self._trusts: dict[str, Document] = {}
        self._able: dict[Access, bool] = {}

    def able(self, access: Access) -> bool:
        """Whether the access may assume any role."""
        known = self._able.get(access)
        if known is None:
            services = self._engine.services(access)
            named = services is None or "sts" in services
            known = named and self._engine.reads(access, _ASSUME, _ROLES).status != INSIDE
            self._able[access] = known
        return known

    def steps(self, walker: Walker, doors: Doors) -> Iterator[Step]:
        """The roles behind ``doors`` that the walker can assume."""
        for role in doors.before(walker, self.able(walker.access)):
            if role.trust.resource not in walker.path:
                verdict = self._verdict(walker, role)
                if verdict.status != INSIDE:
                    yield Step(role, tuple(_assumed(role, verdict)))

    def _verdict(self, walker: Walker, role: RoleView) -> Verdict:
        target = role.trust.resource
        sides = self._sides(walker, role)
        denied = limit_of(sides.denied)
        limits = walker.access.limits + (((denied,),) if denied else ())
        access = replace(walker.access, limits=limits)
        parts = [access.within((text_of(sides.allowed),))] if sides.allowed else []
        if walker.account == role.trust.account:
            parts += given(access, limits, sides)
        if not parts:
            return Verdict(INSIDE)
        return self._engine.reads(replace(parts[0], others=tuple(parts[1:])), _ASSUME, (target,))

    def _sides(self, walker: Walker, role: RoleView) -> Sides:
        known = self._resources.known(walker.principal, walker.account)
        party = read_party("AWS", walker.principal)
        return sides_of(self._trust(role.trust.document), party, known, (role.trust.resource,))

    def _trust(self, digest: str) -> Document:
        if digest not in self._trusts:
            self._trusts[digest] = parse(self._documents[digest].text)
        return self._trusts[digest]


def _assumed(role: RoleView, verdict: Verdict) -> Iterator[str]:
    name = role.trust.resource.rsplit(":", 1)[-1]
    if verdict.status == UNDECIDED:
        yield f"whether {name} can be assumed was not decided ({verdict.reason}): taken as allowed"
    elif verdict.witnesses[0].context:
        told = ", ".join(f"{key}={'/'.join(values)}" for key, values in verdict.witnesses[0].context)
        yield f"{name} is assumed with {told}"

"""PC207: whether a vendor's principal can raise its own privileges, along the ways that the library knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from policycheck.analysis.views import Inroad
from policycheck.aws.documents import NEW_VERSION, folded
from policycheck.aws.engine import Engine
from policycheck.aws.patterns import matches
from policycheck.checks.collector import Hit
from policycheck.checks.entries import Entries
from policycheck.checks.hits import inroad_hit, undecided_hit
from policycheck.library.escalation import EscalationPath, Step, load_escalation
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy
from policycheck.model.findings import Severity
from policycheck.model.places import Location
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access, Verdict, Witness

#: How many ways a finding names; the gravest are named first.
WAYS_SHOWN = 4

_USERNAME = re.compile(r"\$\{aws:username\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """A path that is open, with one request for each of its steps."""

    path: EscalationPath
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """What is open to a principal: the ways to be told, whether there may be more, all that are not refuted whatever
    the account (``open``), and what could not be decided."""

    told: tuple[Way, ...] = ()
    more: bool = False
    open: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class Escalations:
    """Answers which paths an access opens. Almost none opens any, so all are asked once for each access, and only the
    open ones again for the account and the principal."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: dict[Access, tuple[EscalationPath, ...]] = {}
        self._named: dict[str, frozenset[str]] = {}

    def paths(self, access: Access) -> tuple[EscalationPath, ...]:
        """The paths that are not refuted for an access, whatever the account; the gravest first."""
        known = self._open.get(access)
        if known is None:
            known = self._open[access] = tuple(self._candidates(access))
        return known

    def ways(self, inroad: Inroad) -> Ways:
        """The ways that are open to one principal."""
        known = self.paths(inroad.reach.access)
        if not known:
            return Ways()
        return replace(self._ways(known, inroad), open=tuple(path.name for path in known))

    def refused(self, access: Access, reason: str, declared: tuple[str, ...]) -> bool:
        """Whether the comparison with what is declared is undecided for the same reason, so that PC604 says it."""
        verdict = self._engine.contained(access, declared)
        return verdict.status == UNDECIDED and verdict.reason == reason

    def _candidates(self, access: Access) -> Iterator[EscalationPath]:
        """The paths that are not refuted, whatever the account."""
        named: frozenset[str] = frozenset()
        for part in access.parts:
            own = self._names(part.identity)
            named |= own if part.boundary is None else own & self._names(part.boundary)
        for path in load_escalation():
            if any(named.isdisjoint(step.actions) for step in path.steps):
                continue
            if all(self._possible(access, step) for step in path.steps):
                yield path

    def _names(self, texts: Iterable[str]) -> frozenset[str]:
        """The actions of the library that documents name in an Allow, before the engine is asked."""
        found: frozenset[str] = frozenset()
        for text in texts:
            known = self._named.get(text)
            if known is None:
                valid = not self._engine.problems(text)
                known = self._named[text] = frozenset(_allowed(text)) if valid else frozenset(_actions().values())
            found |= known
        return found

    def _possible(self, access: Access, step: Step) -> bool:
        return self._engine.may(access, step.actions, step.locations())

    def _ways(self, paths: Sequence[EscalationPath], inroad: Inroad) -> Ways:
        access = _as_principal(inroad.reach.access, inroad, self._engine)
        told: list[Way] = []
        reasons: dict[str, None] = {}
        for place, path in enumerate(paths):
            verdicts = self._verdicts(access, path, inroad)
            statuses = {verdict.status for verdict in verdicts}
            if statuses == {OUTSIDE}:
                told.append(Way(path, tuple(verdict.witnesses[0] for verdict in verdicts)))
            elif INSIDE not in statuses:
                reasons.update({verdict.reason: None for verdict in verdicts if verdict.status == UNDECIDED})
            if len(told) == WAYS_SHOWN:
                return Ways(tuple(told), place + 1 < len(paths))
        return Ways(tuple(told), reasons=tuple(reasons))

    def _verdicts(self, access: Access, path: EscalationPath, inroad: Inroad) -> list[Verdict]:
        """One verdict for each step, up to the first that is refuted."""
        verdicts: list[Verdict] = []
        for step in path.steps:
            limited = _passing(access, path) if "iam:PassRole" in step.actions else access
            verdicts.append(self._step(limited, path, step, inroad))
            if verdicts[-1].status == INSIDE:
                break
        return verdicts

    def _step(self, access: Access, path: EscalationPath, step: Step, inroad: Inroad) -> Verdict:
        partition = inroad.principal.split(":")[1]
        locations = step.locations(partition, inroad.account or "*")
        if path.kind.id == "key_creation" and _is_user(inroad):
            # A user who renews its own key or password gains nothing; names are unique in an account.
            anywhere = [each.replace("*", f"*/{inroad.actor}") for each in locations]
            itself = (inroad.principal, inroad.principal.partition("/")[0] + f"/{inroad.actor}", *anywhere)
            return self._engine.reads_beyond(access, step.actions, itself, locations)
        return self._engine.reads(access, step.actions, locations)


def escalation_hits(
    policy: Policy, entries: Entries, declared: tuple[str, ...], escalations: Escalations, inroad: Inroad
) -> Iterator[Hit]:
    """Judge one principal through which a vendor acts; whether its policy declares the access makes no difference."""
    ways = escalations.ways(inroad)
    at = entries.rules[0].at if entries.rules else policy.place("access")
    if ways.told:
        yield _raises(policy, at, inroad, ways)
        return
    reasons = [each for each in ways.reasons if not escalations.refused(inroad.reach.access, each, declared)]
    if reasons:
        yield undecided_hit(policy, inroad, at, "its own privileges", "can raise its own privileges", reasons)


def _raises(policy: Policy, at: Location, inroad: Inroad, ways: Ways) -> Hit:
    kinds = {way.path.kind.id: way.path.kind for way in ways.told}.values()
    actions = dict.fromkeys(f"`{way.witnesses[0].action}`" for way in ways.told)
    return inroad_hit(
        "PC207", policy, inroad, at,
        f"{policy.vendor} can raise its own privileges through {inroad.label}",
        f" can {'; '.join(map(_told, ways.told))}" + ("; and more" if ways.more else ""),
        witnesses=tuple(witness for way in ways.told for witness in way.witnesses),
        help=f"take {', '.join(actions)} away from the policies of {inroad.actor}, or refuse it with a Deny",
        label="its principal can give itself more than any entry says",
        severity=max(Severity[kind.severity.upper()] for kind in kinds),
        because=tuple(kind.label for kind in kinds),
        extent=ways.open,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _actions() -> dict[str, str]:
    """Every action of the library, by its folded name."""
    return {folded(each): each for path in load_escalation() for step in path.steps for each in step.actions}


def _allowed(text: str) -> Iterator[str]:
    """The library's actions that the Allow statements of a valid document name."""
    for statement in _listed(json.loads(text)["Statement"]):
        if statement["Effect"] != "Allow":
            continue
        if "Action" not in statement:
            refused = {folded(each) for each in _listed(statement["NotAction"])}
            yield from (written for action, written in _actions().items() if action not in refused)
            continue
        for pattern in map(folded, _listed(statement["Action"])):
            if pattern in _actions():
                yield _actions()[pattern]
            elif "*" in pattern or "?" in pattern:
                yield from (written for action, written in _actions().items() if matches(pattern, action))


def _told(way: Way) -> str:
    requests = " + ".join(f"{witness.action} on {witness.place}" for witness in way.witnesses)
    return f"{way.path.name} ({requests})"


def _passing(access: Access, path: EscalationPath) -> Access:
    """The access where a role is passed to a service of the path, if the request tells to which one."""
    patterns = [f"{service}*" for service in path.passed_to]
    return _under(access, {"StringLikeIfExists": {"iam:PassedToService": patterns}})


def _under(access: Access, condition: Mapping[str, object]) -> Access:
    statement: dict[str, object] = {"Action": "*", "Condition": condition, "Effect": "Allow", "Resource": "*"}
    return access.within((_text([statement]),))


def _as_principal(access: Access, inroad: Inroad, engine: Engine) -> Access:
    """The access with ``${aws:username}`` filled in as AWS does: with a user's name; for a role's session there is
    none, and what asks for it matches nothing.

    Source: IAM User Guide, "Where you can use policy variables" and "Request information available for use".
    """
    if not any(_USERNAME.search(text) for text in access.identity):
        return access
    name = inroad.actor if _is_user(inroad) else ""
    identity = [text if engine.problems(text) else _filled(text, name) for text in access.identity]
    return replace(access, identity=tuple(filter(None, identity)))


def _filled(text: str, name: str) -> str:
    """A valid document with the variable filled in where it allows; empty when it allows and denies nothing then."""
    document = json.loads(text)
    if document.get("Version") != NEW_VERSION:
        return text
    kept: list[dict[str, object]] = []
    for statement in _listed(document["Statement"]):
        if statement["Effect"] == "Allow" and "Resource" in statement:
            named = [each for each in _listed(statement["Resource"]) if name or not _USERNAME.search(each)]
            statement = {**statement, "Resource": [_USERNAME.sub(lambda _: name, each) for each in named]}
        if statement.get("Resource") != []:
            kept.append(statement)
    return _text(kept) if kept else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(statements: Sequence[Mapping[str, object]]) -> str:
    return json.dumps({"Statement": statements, "Version": NEW_VERSION}, sort_keys=True, separators=(",", ":"))


def _is_user(inroad: Inroad) -> bool:
    return ":user/" in inroad.principal

"""The policy of a resource, read as AWS reads it: which party it lets in, to do what, after its own Deny statements.

Source: IAM User Guide, "Principal", "NotPrincipal with Deny", "Policy evaluation logic", "Cross-account policy
evaluation logic"; Amazon S3 User Guide, "The meaning of public".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from policycheck.aws import confine
from policycheck.aws.documents import Clause, Document, Statement, parse
from policycheck.aws.narrowing import EVERYTHING, Known, bound, limit_of, remaining, text_of, written
from policycheck.aws.operators import network
from policycheck.aws.patterns import has_variable
from policycheck.aws.principals import EVERYONE, NOT_PRINCIPAL, Party, covers, overlaps, read_party
from policycheck.aws.trust import merged_paths
from policycheck.model.dataclass import dataclass
from policycheck.model.grants import TrustPath
from policycheck.model.verdict import Access

_ADDRESS = "aws:sourceip"
_INVALID = "the policy is not valid, so AWS may read it in another way"


@dataclass(frozen=True, slots=True)
class Confining:
    """Which fixed values confine a statement for everybody: condition keys, and the widest address ranges."""

    keys: AbstractSet[str]
    widest: Mapping[int, int]

    def fixed(self, clause: Clause) -> tuple[str, ...]:
        """The values of a clause that are fixed; () when its key does not confine."""
        if clause.key not in self.keys or clause.operator == "Null":
            return ()
        return tuple(value for value in clause.values if self._fixed(clause.key, value))

    def _fixed(self, key: str, value: str) -> bool:
        if has_variable(value):
            return False
        if key == _ADDRESS or key == "aws:vpcsourceip":
            found = network(value)
            return found is not None and (found.is_private or found.prefixlen >= self.widest[found.version])
        # The account, the id or the name is what counts; what follows the fifth colon of an ARN may be anything.
        head = ":".join(value.split(":")[:5]) if value.startswith("arn:") else value.split(":", 1)[0].split("/", 1)[0]
        return "*" not in head and "?" not in head


@dataclass(frozen=True, slots=True)
class Share:
    """One party that a resource policy lets in. ``access`` is what it gives to it; ``beyond`` is the part of that
    which no fixed value of a condition confines (for everybody and AWS services only, else None)."""

    party: Party
    path: TrustPath
    access: Access
    beyond: Access | None = None


@dataclass(frozen=True, slots=True)
class SharesReading:
    """Whom a resource policy lets in. ``problems`` says what could not be read; the paths are then unproved."""

    shares: tuple[Share, ...]
    problems: tuple[str, ...]


def read_shares(
    text: str, owned: Sequence[str], confining: Confining, known: Callable[[Party], Known]
) -> SharesReading:
    """Read the policy of the resource that ``owned`` stands for (its ARN and patterns). Never raises.

    ``known`` tells what is known of every request of a party. A statement that lets a party do nothing under that is
    passed over. Of an invalid document every party is named, as unproved.
    """
    document = parse(text)
    bare = [s.index + 1 for s in document.statements if s.principals is None]
    problems = (*document.problems, *(f"statement {number}: a resource policy needs a Principal" for number in bare))
    reader = _Reader(document, owned, confining, known, _INVALID if problems else "")
    return SharesReading(tuple(reader.shares()), problems)


@dataclass(slots=True)
class _Group:
    """The Allow statements for one party, with what confines it."""

    party: Party
    path: TrustPath
    statements: list[dict[str, object]]


class _Reader:
    def __init__(
        self,
        document: Document,
        owned: Sequence[str],
        confining: Confining,
        known: Callable[[Party], Known],
        doubt: str,
    ) -> None:
        self._document = document
        self._owned = owned
        self._confining = confining
        self._known = known
        self._doubt = doubt
        self._denies = [s for s in document.statements if not s.allow and s.principals is not None]

    def shares(self) -> Iterable[Share]:
        """One share for each party; for everybody, one for each confinement."""
        groups: dict[tuple[object, ...], _Group] = {}
        for statement in self._document.statements:
            for party in _parties(statement) if statement.allow else ():
                clauses = remaining(statement, self._known(party))
                if clauses is not None and not confine.contradicted(party, clauses):
                    self._add(groups, party, statement, clauses)
        for group in groups.values():
            yield self._share(group)

    def _add(
        self, groups: dict[tuple[object, ...], _Group], party: Party, statement: Statement, clauses: tuple[Clause, ...]
    ) -> None:
        path = _path(party, statement, self._doubt)
        name = (party.account,) if party.whole else (party.written,)
        key: tuple[object, ...] = (party.kind, *name)
        if party.kind in (EVERYONE, "service"):
            key += (path.organizations, path.principal_accounts, path.source_accounts)
        resources = bound(statement, self._owned)
        if not resources:
            return
        entry = written(statement, clauses, resources)
        if key in groups:
            groups[key].path = merged_paths(groups[key].path, path)
            groups[key].statements.append(entry)
        else:
            groups[key] = _Group(party, path, [entry])

    def _share(self, group: _Group) -> Share:
        version = self._document.version
        denied = limit_of(self._denied(group.party), version)
        access = Access((text_of(group.statements, version),), limits=((denied,),) if denied else ())
        beyond = None
        if group.party.kind == EVERYONE:
            free = self._beyond()
            beyond = replace(access, limits=(*access.limits, (free,))) if free else access
        return Share(group.party, group.path, access, beyond)

    def _denied(self, party: Party) -> list[dict[str, object]]:
        return _denied(self._denies, party, self._owned, self._known(party))

    def _beyond(self) -> str:
        """A layer of the requests in which no confining key has one of the fixed values of this policy."""
        fixed: dict[str, dict[str, None]] = {}
        for statement in self._document.statements:
            for clause in statement.clauses:
                values = self._confining.fixed(clause)
                fixed.setdefault(clause.key, {}).update(dict.fromkeys(values))
        condition: dict[str, dict[str, list[str]]] = {}
        for key, pinned in fixed.items():
            operator = "NotIpAddress" if "ip" in key.split(":")[-1] else "StringNotLike"
            if pinned:
                condition.setdefault(operator, {})[key] = list(pinned)
        return text_of([{**EVERYTHING, "Condition": condition}]) if condition else ""


def refused(text: str, party: Party, owned: Sequence[str], known: Known) -> str:
    """A layer with what the policy of a resource refuses to a party, however else it is let in; empty when nothing."""
    document = parse(text)
    denies = [s for s in document.statements if not s.allow and s.principals is not None]
    return limit_of(_denied(denies, party, owned, known), document.version)


def _denied(denies: Iterable[Statement], party: Party, owned: Sequence[str], known: Known) -> list[dict[str, object]]:
    """The Deny statements that certainly hit every request of the party, where their conditions hold."""
    found: list[dict[str, object]] = []
    for deny in denies:
        clauses = remaining(deny, known) if hits(deny, party) else None
        resources = bound(deny, owned)
        if clauses is not None and resources:
            found.append(written(deny, clauses, resources))
    return found


def _parties(statement: Statement) -> Iterable[Party]:
    if statement.principals is None:
        return ()
    if statement.not_principal:
        return (Party(NOT_PRINCIPAL, EVERYONE),)
    return dict.fromkeys(read_party(kind, value) for kind, value in statement.principals)


def hits(deny: Statement, party: Party) -> bool:
    """Whether the Principal or NotPrincipal of a Deny certainly takes in every request of a party.

    One with NotPrincipal that lists a role, or its account, and no session of the role is taken to hit nothing. AWS
    says that it may look at the account, the role and the session one after the other, depending on the service ("AWS
    JSON policy elements: NotPrincipal"): who would believe that the session is refused could call an open way closed.
    """
    listed = [read_party(kind, value) for kind, value in deny.principals or ()]
    if deny.not_principal:
        return not any(each.kind == EVERYONE or overlaps(each, party) for each in listed)
    return any(covers(each, party) for each in listed)


def _path(party: Party, statement: Statement, doubt: str) -> TrustPath:
    confined = confine.confinement(statement.clauses)
    return TrustPath(
        party=party.written,
        kind=party.kind,
        account=party.account,
        external_id="none",
        organizations=confined.organizations,
        principal_accounts=confined.principal_accounts,
        source_accounts=confined.source_accounts,
        source_ips=confined.source_ips,
        conditions=statement.condition,
        unproved="; ".join(filter(None, (party.doubt, doubt))),
    )

"""A role's trust policy, read as AWS reads it: which party gets in, after Deny, and under which conditions.

Source: IAM User Guide, "Principal", "NotPrincipal with Deny", "Policy evaluation logic"; STS API reference for the
three actions that hand out a role's credentials.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from policycheck.aws import claims, confine
from policycheck.aws.documents import Clause, Document, Statement, parse
from policycheck.aws.patterns import matches
from policycheck.aws.principals import EVERYONE, NOT_PRINCIPAL, Party, covers, overlaps, read_party
from policycheck.model.dataclass import dataclass
from policycheck.model.grants import TrustPath

_ASSUME = "sts:assumerole"
_FEDERATED = ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
_STRENGTH = ("none", "weak", "required")
_JUDGED = frozenset(
    {
        confine.EXTERNAL_ID,
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:securetransport",
        "aws:multifactorauthpresent",
    }
)
_HALF_LISTED = "a Deny with NotPrincipal does not list both this principal and its account"
_BY_SERVICE = "aws:principalisawsservice"


@dataclass(frozen=True, slots=True)
class TrustReading:
    """Who a trust lets in. ``problems`` says what could not be read; the paths are then unproved."""

    paths: tuple[TrustPath, ...]
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Entry:
    """One Allow for one party while Deny statements are applied. ``ways`` are the entering actions left."""

    party: Party
    statement: Statement
    ways: set[str]
    clauses: list[Clause]
    doubts: list[str] = field(default_factory=list)


def read_trust(text: str) -> TrustReading:
    """Read a trust policy. Never raises; of an invalid document every party is named, as unproved."""
    document = parse(text)
    problems = [
        *document.problems,
        *(
            f"statement {s.index + 1}: a trust policy needs a Principal"
            for s in document.statements
            if s.principals is None
        ),
    ]
    entries = [entry for s in document.statements if s.allow for entry in _entries(s)]
    if problems:
        for entry in entries:
            entry.doubts.append("the trust policy is not valid, so AWS may read it in another way")
    else:
        denies = [statement for statement in document.statements if not statement.allow]
        for statement in sorted(denies, key=lambda deny: not deny.not_principal):
            entries = [kept for entry in entries for kept in _after(statement, entry)]
    return TrustReading(_paths(entries, document), tuple(problems))


def _ways(statement: Statement, party: Party) -> set[str]:
    """The entering actions that a statement names and that this kind of party can call."""
    possible: tuple[str, ...] = (_ASSUME,)
    if party.kind == "federated":
        possible = _FEDERATED
    elif party.kind == EVERYONE:
        possible = (_ASSUME, *_FEDERATED)
    return {
        way for way in possible if any(matches(action, way) for action in statement.actions) != statement.not_action
    }


def _entries(statement: Statement) -> Iterable[_Entry]:
    principals = statement.principals or ()
    if statement.not_principal:
        parties = [Party(NOT_PRINCIPAL, EVERYONE)]
    else:
        parties = list(dict.fromkeys(read_party(kind, value) for kind, value in principals))
    by_kind: dict[str, set[str]] = {}
    for party in parties:
        if party.kind not in by_kind:
            by_kind[party.kind] = _ways(statement, party)
        ways = by_kind[party.kind]
        if ways and not confine.contradicted(party, statement.clauses):
            doubts = [party.doubt] if party.doubt else []
            yield _Entry(party, statement, set(ways), list(statement.clauses), doubts)


def _after(deny: Statement, entry: _Entry) -> list[_Entry]:
    """What is left of an entry after one Deny statement."""
    denied = entry.ways & _ways(deny, entry.party)
    if not denied:
        return [entry]
    if deny.not_principal:
        return _after_all_but(deny, entry, denied)
    parties = [read_party(kind, value) for kind, value in deny.principals or ()]
    if any(covers(party, entry.party) for party in parties):
        return _hit(deny, entry, denied)
    if any(party.doubt and overlaps(party, entry.party) for party in parties):
        entry.doubts.append("a Deny names this party in a form that could not be read")
    return [entry]


def _after_all_but(deny: Statement, entry: _Entry, denied: set[str]) -> list[_Entry]:
    """Deny with NotPrincipal: everybody is denied but those listed; a listed role needs its account listed too."""
    listed = [read_party(kind, value) for kind, value in deny.principals or ()]
    if any(party.kind == EVERYONE for party in listed):
        return [entry]
    if entry.party.kind == EVERYONE:
        if deny.clauses or denied != entry.ways or entry.party.written == NOT_PRINCIPAL:
            entry.doubts.append("a Deny with NotPrincipal narrows this in a way that could not be judged")
            return [entry]
        return _narrowed(entry, listed)
    exempt = [party for party in listed if overlaps(party, entry.party)]
    if not exempt:
        return _hit(deny, entry, denied)
    if not _exempted(entry.party, exempt):
        entry.doubts.append(_HALF_LISTED)
    return [entry]


def _narrowed(entry: _Entry, listed: Sequence[Party]) -> list[_Entry]:
    """Everyone, less all but the listed: these get in, each as a party of its own."""
    found: list[_Entry] = []
    for party in dict.fromkeys(listed):
        ways = entry.ways & _ways(entry.statement, party)
        if ways and not confine.contradicted(party, entry.clauses):
            doubts = [*entry.doubts, *([party.doubt] if party.doubt else [])]
            if not _exempted(party, listed):
                doubts.append(_HALF_LISTED)
            found.append(_Entry(party, entry.statement, ways, list(entry.clauses), doubts))
    return found


def _exempted(party: Party, listed: Sequence[Party]) -> bool:
    """Whether a NotPrincipal list names the party and, for one inside an account, the account as well."""
    if party.kind != "account":
        return party in listed
    account = any(other.whole and covers(other, party) for other in listed)
    return account and (party.whole or party in listed)


def _hit(deny: Statement, entry: _Entry, denied: set[str]) -> list[_Entry]:
    """Apply a Deny whose principals cover the party."""
    clauses = [clause for clause in deny.clauses if not _certain(clause, entry.party)]
    if any(_never(clause, entry.party) for clause in clauses):
        return [entry]
    if not clauses:
        entry.ways -= denied
        return [entry] if entry.ways else []
    if len(clauses) > 1 or denied != entry.ways or clauses[0].key not in _JUDGED:
        keys = ", ".join(sorted({clause.key for clause in clauses}))
        entry.doubts.append(f"a conditional Deny on {keys} could not be judged")
        return [entry]
    demanded = _demanded(clauses[0])
    if demanded is None:
        entry.doubts.append(f"a conditional Deny on {clauses[0].key} could not be judged")
        return [entry]
    entry.clauses += demanded
    return [] if confine.contradicted(entry.party, entry.clauses) or _none_left(entry.clauses) else [entry]


def _demanded(clause: Clause) -> tuple[Clause, ...] | None:
    """What a caller must satisfy to escape a Deny with this one clause."""
    if clause.quantifier == "ForAllValues":
        return confine.negated(replace(clause, quantifier="", if_exists=True))
    if clause.quantifier == "ForAnyValue":
        if clause.if_exists:
            return None
        plain = replace(clause, quantifier="")
        if clause.operator in confine.NEGATED:
            return (replace(plain, operator=confine.OPPOSITES[clause.operator], if_exists=True),)
        return confine.negated(plain)
    return confine.negated(clause)


def _none_left(clauses: Sequence[Clause]) -> bool:
    found = confine.external_id(clauses, frozenset())
    return found.level == "required" and not found.values


def _certain(clause: Clause, party: Party) -> bool:
    """Whether the clause holds for every request of the party: it is no AWS service."""
    return clause.key == _BY_SERVICE and party.kind in ("account", "federated") and _is_bool(clause, "false")


def _never(clause: Clause, party: Party) -> bool:
    if clause.key == "aws:securetransport" and _is_bool(clause, "false"):
        return True
    return clause.key == _BY_SERVICE and (
        (party.kind == "service" and _is_bool(clause, "false"))
        or (party.kind in ("account", "federated") and _is_bool(clause, "true") and not clause.if_exists)
    )


def _is_bool(clause: Clause, wanted: str) -> bool:
    return clause.operator in ("Bool", "StringEquals") and {value.lower() for value in clause.values} == {wanted}


def _paths(entries: Sequence[_Entry], document: Document) -> tuple[TrustPath, ...]:
    principals = [pair for s in document.statements for pair in s.principals or ()]
    accounts = frozenset(read_party(kind, value).account for kind, value in principals) - {""}
    merged: dict[tuple[str, str], TrustPath] = {}
    # A statement may list hundreds of parties; what its clauses demand of them is read once.
    judged: dict[tuple[int, ...], tuple[confine.ExternalId, confine.Confinement]] = {}
    for entry in entries:
        clauses = tuple([id(clause) for clause in entry.clauses])
        if clauses not in judged:
            judged[clauses] = (confine.external_id(entry.clauses, accounts), confine.confinement(entry.clauses))
        path = _path(entry, *judged[clauses])
        key = (path.party, path.kind)
        merged[key] = merged_paths(merged[key], path) if key in merged else path
    return tuple(merged.values())


def _path(entry: _Entry, external: confine.ExternalId, confined: confine.Confinement) -> TrustPath:
    return TrustPath(
        party=entry.party.written,
        kind=entry.party.kind,
        account=entry.party.account,
        external_id=external.level,
        external_ids=external.values,
        weakness=external.weakness,
        organizations=confined.organizations,
        principal_accounts=confined.principal_accounts,
        source_accounts=confined.source_accounts,
        source_ips=confined.source_ips,
        conditions=entry.statement.condition,
        unproved="; ".join(dict.fromkeys(entry.doubts)),
        demands=claims.demands(entry.party.written, entry.clauses) if entry.party.kind == "federated" else (),
    )


def merged_paths(one: TrustPath, other: TrustPath) -> TrustPath:
    """Two ways in for one party: the weakest of each protection counts."""
    weaker = min(one, other, key=lambda path: (_STRENGTH.index(path.external_id), not path.weakness))
    return replace(
        weaker,
        external_ids=_union(one.external_ids, other.external_ids),
        organizations=_common(one.organizations, other.organizations),
        principal_accounts=_common(one.principal_accounts, other.principal_accounts),
        source_accounts=_common(one.source_accounts, other.source_accounts),
        source_ips=_common(one.source_ips, other.source_ips),
        conditions=_conditions(one.conditions, other.conditions),
        unproved="; ".join(dict.fromkeys([part for part in (one.unproved, other.unproved) if part])),
        demands=claims.weaker(one.demands, other.demands),
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one + other))


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return _union(one, other) if one and other else ()


def _conditions(one: str, other: str) -> str:
    """Canonical JSON: one object, or a list of objects when several ways in differ; ``{}`` stands for none."""
    parts: list[object] = []
    for text in (one, other):
        value = json.loads(text) if text else {}
        parts += value if isinstance(value, list) else [value]
    unique = {json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False): part for part in parts}
    if len(unique) == 1:
        return one if one else other
    return "[" + ",".join(unique) + "]"

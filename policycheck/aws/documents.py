"""Policy documents as AWS reads them: JSON text to frozen statements, with what is wrong told in sentences.

Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference". An invalid
document keeps its problems; who compares must then answer "undecided", since AWS would not have accepted it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import TypeVar

from policycheck.aws.patterns import unresolvable
from policycheck.model.dataclass import dataclass

_T = TypeVar("_T")
OLD_VERSION = "2008-10-17"
NEW_VERSION = "2012-10-17"
PRINCIPAL_TYPES = ("AWS", "Federated", "Service", "CanonicalUser")
_TOP = frozenset({"Version", "Id", "Statement"})
_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_NEGATABLE = (
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike "
    "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals "
    "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals "
    "Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnNotEquals ArnLike ArnNotLike"
)
OPERATORS: Mapping[str, str] = {name.lower(): name for name in [*_NEGATABLE.split(), "Null"]}
QUANTIFIERS: Mapping[str, str] = {"forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One operator on one context key. ``key`` is lower case; ``quantifier`` is empty, ForAllValues or ForAnyValue;
    ``values`` are ORed (for a negated operator: none of them)."""

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    if_exists: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement.

    ``actions`` are lower case (a bare star is ``*:*``): ``exact`` those without a wildcard, ``wild`` the others, of
    these ``starts`` what stands before a single star at the end and ``odd`` the rest; ``spelled`` as written.
    ``resources`` is None when the element is absent; ``principals`` holds (type, value), type ``*`` for a bare star;
    ``variables`` tells whether ``${...}`` is replaced (only in version 2012-10-17). ``condition`` is the canonical JSON
    of the Condition, kept beside a Principal only; ``conjuncts`` the clauses in a form that can be compared between
    statements, with the presence that the variables of a NotResource ask for. Statements compare by identity.
    """

    index: int
    sid: str
    allow: bool
    actions: tuple[str, ...]
    exact: frozenset[str]
    wild: tuple[str, ...]
    starts: tuple[str, ...]
    odd: tuple[str, ...]
    spelled: tuple[str, ...]
    not_action: bool
    resources: tuple[str, ...] | None
    not_resource: bool
    principals: tuple[tuple[str, str], ...] | None
    not_principal: bool
    clauses: tuple[Clause, ...]
    condition: str
    variables: bool
    conjuncts: frozenset[tuple[Clause, bool]]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed policy. ``statements`` holds those that could be read; use them only when ``problems`` is empty,
    unless every answer drawn from them is marked as unproved."""

    version: str
    statements: tuple[Statement, ...]
    problems: tuple[str, ...]


class _Invalid(Exception):
    """A statement that cannot be read; the message is the problem."""


@dataclass(slots=True)
class _Reader:
    """Collects the problems of one document."""

    version: str = OLD_VERSION
    problems: list[str] = field(default_factory=list)

    def statement(self, index: int, raw: object) -> Statement | None:
        try:
            return self._statement(index, raw)
        except _Invalid as error:
            self.problems.append(f"statement {index + 1}: {error}")
            return None

    def _statement(self, index: int, raw: object) -> Statement:
        if not isinstance(raw, dict):
            raise _Invalid("is not an object")
        for name in raw:
            if name not in _ELEMENTS:
                raise _Invalid("has an element that is not part of the policy language")
        effect = raw.get("Effect")
        if effect not in ("Allow", "Deny"):
            raise _Invalid("Effect must be Allow or Deny" if "Effect" in raw else "has no Effect")
        sid = raw.get("Sid", "")
        if not isinstance(sid, str):
            raise _Invalid("Sid is not a string")
        spelled, not_action = _one_of(raw, "Action", "NotAction", _actions)
        if spelled is None:
            raise _Invalid("has neither Action nor NotAction")
        resources, not_resource = _one_of(raw, "Resource", "NotResource", _strings)
        principals, not_principal = _one_of(raw, "Principal", "NotPrincipal", _principals)
        clauses = _clauses(raw["Condition"]) if "Condition" in raw else ()
        actions = tuple([folded(action) for action in spelled])
        wild, starts, odd = split(actions)
        return Statement(
            index=index,
            sid=sid,
            allow=effect == "Allow",
            actions=actions,
            exact=frozenset(actions).difference(wild),
            wild=wild,
            starts=starts,
            odd=odd,
            spelled=spelled,
            not_action=not_action,
            resources=resources,
            not_resource=not_resource,
            principals=principals,
            not_principal=not_principal,
            clauses=clauses,
            condition=_canonical(raw["Condition"]) if clauses and principals is not None else "",
            variables=self.version == NEW_VERSION,
            conjuncts=conjuncts(clauses, resources or () if not_resource else (), self.version == NEW_VERSION),
        )


def conjuncts(
    clauses: tuple[Clause, ...], excepted: tuple[str, ...], variables: bool
) -> frozenset[tuple[Clause, bool]]:
    """The clauses in a form that can be compared between statements, each with whether variables are replaced in it.

    The variables of a NotResource (``excepted``) must have values for the statement to apply.
    """
    names = [name for text in excepted if variables and "${" in text for name in unresolvable(text)]
    stated = [(_sorted(each), variables and any("${" in value for value in each.values)) for each in clauses]
    return frozenset([*stated, *[(Clause("Null", name, ("false",)), False) for name in names]])


def _sorted(clause: Clause) -> Clause:
    values = tuple(sorted(set(clause.values)))
    return clause if values == clause.values else replace(clause, values=values)


def folded(action: str) -> str:
    """An action or action pattern in lower case, a bare star as ``*:*``."""
    return action.lower() if ":" in action else "*:*"


def split(actions: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(patterns, the starts of those whose only wildcard is a star at the end, the other patterns)."""
    wild = tuple([action for action in actions if "*" in action or "?" in action])
    starts: list[str] = []
    odd: list[str] = []
    for pattern in wild:
        start = "" if pattern == "*:*" else pattern[:-1]
        if pattern[-1] == "*" and "*" not in start and "?" not in start:
            starts.append(start)
        else:
            odd.append(pattern)
    return wild, tuple(starts), tuple(odd)


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _one_of(
    raw: dict[str, object], plain: str, negated: str, read: Callable[[str, object], _T]
) -> tuple[_T | None, bool]:
    if plain in raw:
        if negated in raw:
            raise _Invalid(f"has both {plain} and {negated}")
        return read(plain, raw[plain]), False
    if negated in raw:
        return read(negated, raw[negated]), True
    return None, False


def _strings(name: str, raw: object) -> tuple[str, ...]:
    items = raw if isinstance(raw, list) else [raw]
    if not items:
        raise _Invalid(f"{name} is an empty list")
    found: list[str] = []
    for item in items:
        if not isinstance(item, str):
            raise _Invalid(f"{name} holds a value that is not a string")
        if not item:
            raise _Invalid(f"{name} holds an empty string")
        found.append(item)
    return tuple(found)


def _actions(name: str, raw: object) -> tuple[str, ...]:
    items = _strings(name, raw)
    for item in items:
        service, colon, verb = item.partition(":")
        if (not colon and item.strip("*")) or (colon and not (service and verb)) or ":" in verb:
            raise _Invalid(f"{name} holds an entry that is not of the form service:action")
    return items


def _principals(name: str, raw: object) -> tuple[tuple[str, str], ...]:
    if raw == "*":
        return (("*", "*"),)
    if not isinstance(raw, dict) or not raw:
        raise _Invalid(f'{name} must be "*" or an object')
    found: list[tuple[str, str]] = []
    for kind, values in raw.items():
        if kind not in PRINCIPAL_TYPES:
            raise _Invalid(f"{name} has a type that is none of {', '.join(PRINCIPAL_TYPES)}")
        found += [(kind, value) for value in _strings(name, values)]
    return tuple(found)


def _clauses(raw: object) -> tuple[Clause, ...]:
    if not isinstance(raw, dict):
        raise _Invalid("Condition is not an object")
    found: list[Clause] = []
    for spelled, block in raw.items():
        quantifier, operator, if_exists = _operator(spelled)
        if not isinstance(block, dict):
            raise _Invalid(f"condition operator {operator} does not hold an object")
        if len({key.lower() for key in block}) < len(block):
            raise _Invalid(f"condition operator {operator} has a key twice: letter case does not count")
        for key, values in block.items():
            if not key:
                raise _Invalid(f"condition operator {operator} has an empty key")
            found.append(Clause(operator, key.lower(), _values(operator, values), quantifier, if_exists))
    return tuple(found)


def _operator(spelled: str) -> tuple[str, str, bool]:
    """Split ``ForAnyValue:StringLikeIfExists`` into its parts. Letter case is ignored, as AWS does."""
    prefix, colon, rest = spelled.lower().rpartition(":")
    quantifier = QUANTIFIERS.get(prefix, "")
    if_exists = rest.endswith("ifexists")
    operator = OPERATORS.get(rest.removesuffix("ifexists"))
    if operator is None or (colon and not quantifier) or (operator == "Null" and (if_exists or quantifier)):
        raise _Invalid("has a condition operator that AWS does not know")
    return quantifier, operator, if_exists


def _values(operator: str, raw: object) -> tuple[str, ...]:
    """The values as strings; numbers and booleans are taken in their JSON spelling, as AWS tolerates them."""
    items = raw if isinstance(raw, list) else [raw]
    found: list[str] = []
    for item in items:
        if isinstance(item, bool):
            found.append("true" if item else "false")
        elif isinstance(item, (str, int, float)):
            found.append(str(item))
        else:
            raise _Invalid(f"condition operator {operator} has a value that is not a string, number or boolean")
    if operator == "Null" and any(value.lower() not in ("true", "false") for value in found):
        raise _Invalid("condition operator Null takes true or false")
    return tuple(found)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Invalid("the same key stands twice in one object")
    return found


def _decoded(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except _Invalid:
        raise
    except (ValueError, RecursionError):
        raise _Invalid("the document is not valid JSON") from None


def parse(text: str) -> Document:
    """Read a policy text. Never raises: what is wrong stands in ``problems``, which quote no value."""
    try:
        raw = _decoded(text)
        if not isinstance(raw, dict):
            raise _Invalid("the document is not an object")
    except _Invalid as error:
        return Document(OLD_VERSION, (), (str(error),))
    return _document(raw)


def read(raw: object) -> Document:
    """Read a policy that is JSON already. Never raises."""
    if isinstance(raw, dict):
        return _document(raw)
    return Document(OLD_VERSION, (), ("the document is not an object",))


def _document(raw: dict[str, object]) -> Document:
    reader = _Reader()
    if any(name not in _TOP for name in raw):
        reader.problems.append("the document has an element that is not part of the policy language")
    version = raw.get("Version", OLD_VERSION)
    if version not in (OLD_VERSION, NEW_VERSION):
        reader.problems.append(f"Version must be {NEW_VERSION} or {OLD_VERSION}")
    elif version == NEW_VERSION:
        reader.version = NEW_VERSION
    if not isinstance(raw.get("Id", ""), str):
        reader.problems.append("Id is not a string")
    if "Statement" not in raw:
        reader.problems.append("the document has no Statement")
    entries = raw.get("Statement", [])
    items = entries if isinstance(entries, list) else [entries]
    found = [reader.statement(index, item) for index, item in enumerate(items)]
    return Document(reader.version, tuple([s for s in found if s is not None]), tuple(reader.problems))


def identity_problems(document: Document) -> tuple[str, ...]:
    """Why a document cannot be an identity policy or boundary: its problems, a Principal, a missing Resource."""
    found = list(document.problems)
    for statement in document.statements:
        if statement.principals is not None:
            found.append(f"statement {statement.index + 1}: an identity policy has no Principal")
        if statement.resources is None:
            found.append(f"statement {statement.index + 1}: has neither Resource nor NotResource")
    return tuple(found)

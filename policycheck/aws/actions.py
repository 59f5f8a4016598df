"""Which of many statements take in an action: an index from actions to bit masks, exact for NotAction and wildcards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from policycheck.aws import telling
from policycheck.aws.documents import Statement
from policycheck.aws.evaluate import action_matches
from policycheck.aws.globs import ACTIONS, Budget, Globs, Question
from policycheck.aws.patterns import matches
from policycheck.aws.vocabulary import Vocabulary, is_real, real_actions

_UNIVERSE = ("?*:?*",)


class ActionIndex:
    """Bit j of a mask stands for statement j."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = tuple(statements)
        self._exact: dict[str, int] = {}
        self._wild: dict[str, list[tuple[str, int]]] = {}
        self._everywhere: list[tuple[str, int]] = []
        self._negated: list[tuple[Statement, int]] = []
        for index, statement in enumerate(statements):
            self._add(statement, 1 << index)

    def _add(self, statement: Statement, bit: int) -> None:
        if statement.not_action:
            self._negated.append((statement, bit))
            return
        for action in statement.exact:
            self._exact[action] = self._exact.get(action, 0) | bit
        for pattern in statement.wild:
            service = pattern.partition(":")[0]
            if "*" in service or "?" in service:
                self._everywhere.append((pattern, bit))
            else:
                self._wild.setdefault(service, []).append((pattern, bit))

    def mask(self, action: str) -> int:
        """The statements that take in a lower-case action."""
        found = self._exact.get(action, 0)
        for pattern, bit in self._wild.get(action.partition(":")[0], ()):
            if not found & bit and matches(pattern, action):
                found |= bit
        for pattern, bit in self._everywhere:
            if not found & bit and matches(pattern, action):
                found |= bit
        for statement, bit in self._negated:
            if action_matches(statement, action):
                found |= bit
        return found


def bits(mask: int) -> Iterator[int]:
    """The positions of the set bits."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def head(pattern: str) -> str:
    """What stands before the first wildcard."""
    return pattern.partition("*")[0].partition("?")[0]


def may_meet(one: str, other: str) -> bool:
    """False only when no string matches both patterns, judged by what stands before the first wildcard."""
    first, second = head(one), head(other)
    return first.startswith(second) or second.startswith(first)


def entries(positives: Sequence[Statement]) -> tuple[AbstractSet[str], tuple[str, ...], tuple[Statement, ...]]:
    """(exact actions that all statements take in, patterns, the statements that a pattern must still meet)."""
    plain = [statement for statement in positives if not statement.not_action]
    if not plain:
        return set(), ("*:*",), tuple(positives)
    first = min(plain, key=lambda statement: (len(statement.wild), len(statement.exact)))
    rest = tuple([statement for statement in positives if statement is not first])
    exact = {a for a in first.exact if all(action_matches(s, a) for s in rest)} if rest else first.exact
    return exact, first.wild, rest


class ActionPicker:
    """Finds actions that some statements take in and others do not."""

    def __init__(self, known: Vocabulary | None = None) -> None:
        self._globs = Globs(ACTIONS)
        self._known = known
        self._services: dict[Statement, dict[str, tuple[str, ...]]] = {}

    def pick(
        self, pattern: str, positives: Sequence[Statement], excluded: Sequence[Statement], budget: Budget
    ) -> str | None:
        """An action of ``pattern`` that all ``positives`` and none of ``excluded`` take in, the most telling one."""
        inside: list[tuple[str, ...]] = [(pattern,), _UNIVERSE]
        outside: list[str] = []
        for statement, wanted in [(s, True) for s in positives] + [(s, False) for s in excluded]:
            meeting = self._meeting(statement, pattern)
            if statement.not_action != wanted:
                inside.append(meeting)
            else:
                outside.extend(meeting)
        question = Question(tuple(dict.fromkeys(inside)), tuple(dict.fromkeys(outside)))
        found = self._globs.find(question, budget, telling.actions_for(pattern))
        return found if found is None or found in telling.RANK else self._real(pattern, question, found)

    def _real(self, pattern: str, question: Question, found: str) -> str:
        """An action of today's catalogue in the place of one that was made up, where there is one."""
        if self._known is None or is_real(self._known, found):
            return found
        lower = (name.lower() for name in real_actions(self._known, pattern))
        return next((name for name in lower if self._globs.accepts(question, name)), found)

    def _meeting(self, statement: Statement, pattern: str) -> tuple[str, ...]:
        """The statement's entries that could meet the pattern."""
        start = head(pattern)
        service, colon, _ = start.partition(":")
        known = statement.actions
        if colon:
            services = self._services.get(statement)
            if services is None:
                services = self._services[statement] = _by_service(statement.actions)
            known = services.get(service, ()) + services.get("*", ())
        return tuple([other for other in known if start.startswith(own := head(other)) or own.startswith(start)])


def _by_service(actions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Entries by service; those with a wildcard in the service under ``*``."""
    found: dict[str, list[str]] = {}
    for action in actions:
        service = action.partition(":")[0]
        found.setdefault("*" if "*" in service or "?" in service else service, []).append(action)
    return {service: tuple(own) for service, own in found.items()}

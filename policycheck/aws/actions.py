"""Which of many statements take in an action: an index from actions to bit masks, exact for NotAction and wildcards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.aws import telling
from policycheck.aws.documents import Statement
from policycheck.aws.evaluate import action_matches
from policycheck.aws.globs import Budget, Globs, Question
from policycheck.aws.patterns import matches

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
    star, mark = pattern.find("*"), pattern.find("?")
    ends = [at for at in (star, mark) if at >= 0]
    return pattern[: min(ends)] if ends else pattern


def may_meet(one: str, other: str) -> bool:
    """False only when no string matches both patterns, judged by what stands before the first wildcard."""
    first, second = head(one), head(other)
    return first.startswith(second) or second.startswith(first)


def entries(positives: Sequence[Statement]) -> tuple[set[str], tuple[str, ...], tuple[Statement, ...]]:
    """(exact actions that all statements take in, patterns, the statements that a pattern must still meet)."""
    plain = [statement for statement in positives if not statement.not_action]
    if not plain:
        return set(), ("*:*",), tuple(positives)
    first = min(plain, key=lambda statement: (len(statement.wild), len(statement.exact)))
    rest = tuple([statement for statement in positives if statement is not first])
    return {a for a in first.exact if all(action_matches(s, a) for s in rest)}, first.wild, rest


def pick(
    pattern: str, positives: Sequence[Statement], excluded: Sequence[Statement], globs: Globs, budget: Budget
) -> str | None:
    """An action of ``pattern`` that all ``positives`` and none of ``excluded`` take in; the most telling one."""
    inside: list[tuple[str, ...]] = [(pattern,), _UNIVERSE]
    outside: list[str] = []
    for statement, wanted in [(s, True) for s in positives] + [(s, False) for s in excluded]:
        meeting = tuple([action for action in statement.actions if may_meet(action, pattern)])
        if statement.not_action != wanted:
            inside.append(meeting)
        else:
            outside.extend(meeting)
    question = Question(tuple(dict.fromkeys(inside)), tuple(dict.fromkeys(outside)))
    return globs.find(question, budget, telling.actions_for(pattern))

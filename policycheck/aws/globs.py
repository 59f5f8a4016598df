"""Languages of AWS glob patterns: is there a string in all of these and in none of those, and which is the shortest?

Patterns are encoded (see ``patterns``). All patterns of one question run side by side as one bit-parallel
non-deterministic automaton in a single integer; sets of states are made on the fly, breadth first, so the first answer
is a shortest one. The alphabet is reduced to the characters that some pattern names plus one fresh character. Worst
cases are exponential (the problem is PSPACE-complete), hence the budget: it raises OverBudget, never a wrong answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from policycheck.aws.patterns import ARN_COLONS, matches_opaque, matches_segments, readings_differ
from policycheck.model.dataclass import dataclass

PLAIN = "plain"
SEGMENTS = "segments"
DOCUMENTED = "documented"
FOLDED = "folded"
ACTIONS = "actions"
MIXED = "mixed"
AS_FOLDED, AS_SEGMENTS = "\ue010", "\ue011"
"""First characters of a pattern in MIXED mode that make it FOLDED or SEGMENTS; PLAIN without."""
_TAGS = {AS_FOLDED: FOLDED, AS_SEGMENTS: SEGMENTS}
_FRESH = "xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW_-.=+@,"
_OPAQUE = ("\ue100", "\uf8ff")


class OverBudget(Exception):
    """The bound on work was reached before an answer was found."""


@dataclass(slots=True)
class Budget:
    """Steps left for one comparison; a step is one transition of a set of states."""

    steps: int

    def spend(self, count: int) -> None:
        """Take some steps away; raises OverBudget when there are not so many."""
        self.steps -= count
        if self.steps < 0:
            raise OverBudget


@dataclass(frozen=True, slots=True)
class Automaton:
    """One pattern. State i waits for the i-th single-character token, state ``size`` accepts; bit i is state i.

    ``literals`` maps a character to the states it leaves; ``anything`` and ``no_colon`` are the states left by a
    question mark (on any character; on any but a colon); ``loops`` and ``segment_loops`` the states with a star.
    """

    size: int
    literals: tuple[tuple[str, int], ...]
    anything: int
    no_colon: int
    loops: int
    segment_loops: int


def opaque(index: int) -> str:
    """A private character that stands for the unknown value of a policy variable: matched by itself and by stars."""
    return chr(ord(_OPAQUE[0]) + index)


def is_opaque(character: str) -> bool:
    """Whether a character stands for a policy variable, whose value is not known."""
    return _OPAQUE[0] <= character <= _OPAQUE[1]


def compile_pattern(pattern: str, mode: str) -> Automaton:
    """Build the automaton of an encoded pattern.

    ``mode``: PLAIN, SEGMENTS or DOCUMENTED (ARN parts), FOLDED (letter case) or ACTIONS (no wildcard matches a colon).
    """
    literals: dict[str, int] = {}
    anything = no_colon = loops = segment_loops = 0
    bit, colons, last = 1, 0, len(pattern) - 1
    for index, token in enumerate(pattern):
        inside = mode == ACTIONS or (mode in (SEGMENTS, DOCUMENTED) and colons < ARN_COLONS)
        if token == "*":
            reaches = index == last or (mode == DOCUMENTED and pattern[index + 1] == ":")
            if inside and (mode == ACTIONS or not reaches):
                segment_loops |= bit
            else:
                loops |= bit
            continue
        if token == "?":
            if inside:
                no_colon |= bit
            else:
                anything |= bit
        else:
            colons += token == ":"
            for spelling in {token.lower(), token.upper()} if mode == FOLDED else (token,):
                literals[spelling] = literals.get(spelling, 0) | bit
        bit <<= 1
    return Automaton(bit.bit_length() - 1, tuple(literals.items()), anything, no_colon, loops, segment_loops & ~loops)


def matches_documented(pattern: str, text: str, opaque: tuple[str, str] = _OPAQUE) -> bool:
    """Whether an encoded ARN pattern matches in the documented reading."""
    if not matches_opaque(pattern, text, opaque):
        return False
    if not readings_differ(pattern) or matches_segments(pattern, text, opaque):
        return True
    automaton = compile_pattern(pattern, DOCUMENTED)
    literals = dict(automaton.literals)
    state, inside = 1, automaton.loops | automaton.segment_loops
    for character in text:
        advance, keep = literals.get(character, 0), inside
        if character == ":":
            advance, keep = advance | automaton.anything, automaton.loops
        elif opaque[0] <= character <= opaque[1]:
            keep = automaton.loops
        else:
            advance |= automaton.anything | automaton.no_colon
        state = ((state & advance) << 1) | (state & keep)
    return bool(state >> automaton.size)


@dataclass(slots=True)
class _Machine:
    """All automata of one question side by side."""

    start: int = 0
    width: int = 0
    any_all: int = 0
    any_no_colon: int = 0
    loops: int = 0
    segment_loops: int = 0
    absorbing: int = 0
    literals: dict[str, int] = field(default_factory=dict)

    def add(self, automaton: Automaton, *, negative: bool = False) -> tuple[int, int]:
        """Place one automaton; returns (all its bits, its accepting bit)."""
        at = self.width
        final = 1 << (at + automaton.size)
        for character, mask in automaton.literals:
            self.literals[character] = self.literals.get(character, 0) | (mask << at)
        self.start |= 1 << at
        self.any_all |= automaton.anything << at
        self.any_no_colon |= automaton.no_colon << at
        self.loops |= automaton.loops << at
        self.segment_loops |= automaton.segment_loops << at
        if negative:
            self.absorbing |= final & self.loops
        self.width = at + automaton.size + 1
        return ((2 << automaton.size) - 1) << at, final

    def alphabet(self) -> list[tuple[str, int, int]]:
        """(character, states it advances, states it keeps), the fresh character first."""
        fresh = next((c for c in _FRESH if c not in self.literals), "\u00e9")
        number = 0x4E00
        while fresh in self.literals:
            fresh = chr(number)
            number += 1
        any_plain = self.any_all | self.any_no_colon
        rows = [(fresh, any_plain, self.loops | self.segment_loops)]
        for character, mask in self.literals.items():
            if character == ":":
                rows.append((character, mask | self.any_all, self.loops))
            elif is_opaque(character):
                rows.append((character, mask, self.loops))
            else:
                rows.append((character, mask | any_plain, self.loops | self.segment_loops))
        if ":" not in self.literals and (self.any_no_colon or self.segment_loops):
            rows.append((":", self.any_all, self.loops))
        return rows


@dataclass(frozen=True, slots=True)
class Question:
    """A string in every group of ``inside`` (in one of its patterns) and in none of ``outside``; encoded patterns."""

    inside: tuple[tuple[str, ...], ...]
    outside: tuple[str, ...]


class Globs:
    """Answers questions about pattern languages in one mode, with memory. Holds no state outside itself."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self._automata: dict[str, Automaton] = {}
        self._answers: dict[Question, str | None] = {}

    def matches(self, pattern: str, text: str) -> bool:
        """Whether an encoded pattern matches an encoded string."""
        mode, pattern = self._tagged(pattern)
        if mode == SEGMENTS:
            return matches_segments(pattern, text, _OPAQUE)
        if mode == DOCUMENTED:
            return matches_documented(pattern, text)
        if mode == FOLDED:
            return matches_opaque(pattern.lower(), text.lower(), _OPAQUE)
        return matches_opaque(pattern, text, _OPAQUE)

    def _tagged(self, pattern: str) -> tuple[str, str]:
        if self.mode != MIXED:
            return self.mode, pattern
        mode = _TAGS.get(pattern[:1], PLAIN)
        return mode, pattern if mode == PLAIN else pattern[1:]

    def accepts(self, question: Question, text: str) -> bool:
        """Whether a string answers the question."""
        hit = self.matches
        return all(any(hit(p, text) for p in group) for group in question.inside) and not any(
            hit(p, text) for p in question.outside
        )

    def find(self, question: Question, budget: Budget, guesses: Iterable[str] = ()) -> str | None:
        """A string that answers the question, a guess if one does, else a shortest; None when there is none.

        Raises OverBudget.
        """
        for guess in guesses:
            if self.accepts(question, guess):
                return guess
        if self._covered(question):
            return None
        if question not in self._answers:
            self._answers[question] = self._search(question, budget)
        return self._answers[question]

    def _covered(self, question: Question) -> bool:
        """Quick and certain "no string": one group is covered by the outside patterns one by one."""
        if not question.outside:
            return False
        return any(all(self._within(p, question.outside) for p in group) for group in question.inside)

    def _within(self, pattern: str, union: Sequence[str]) -> bool:
        if pattern in union or "*" in union:
            return True
        if self.mode in (FOLDED, MIXED):
            return False
        if "*" not in pattern and "?" not in pattern:
            return any(self.matches(other, pattern) for other in union)
        return any(
            other[-1:] == "*" and "*" not in other[:-1] and "?" not in other and pattern.startswith(other[:-1])
            for other in union
        )

    def _automaton(self, pattern: str) -> Automaton:
        found = self._automata.get(pattern)
        if found is None:
            mode, bare = self._tagged(pattern)
            found = self._automata[pattern] = compile_pattern(bare, mode)
        return found

    def _search(self, question: Question, budget: Budget) -> str | None:
        machine = _Machine()
        groups = []
        for patterns in question.inside:
            bits = finals = 0
            for pattern in patterns:
                own, final = machine.add(self._automaton(pattern))
                bits |= own
                finals |= final
            groups.append((bits, finals))
        refused = 0
        for pattern in question.outside:
            refused |= machine.add(self._automaton(pattern), negative=True)[1]
        return _breadth_first(machine, groups, refused, budget)


def _breadth_first(machine: _Machine, groups: list[tuple[int, int]], refused: int, budget: Budget) -> str | None:
    start = machine.start
    if _dead(start, groups, machine.absorbing):
        return None
    alphabet = machine.alphabet()
    came: dict[int, tuple[int, str]] = {start: (start, "")}
    frontier = [start]
    while frontier:
        following: list[int] = []
        for state in frontier:
            if not state & refused and all(state & finals for _, finals in groups):
                return _spell(came, state)
            budget.spend(len(alphabet))
            for character, advance, keep in alphabet:
                reached = ((state & advance) << 1) | (state & keep)
                if reached not in came and not _dead(reached, groups, machine.absorbing):
                    came[reached] = (state, character)
                    following.append(reached)
        frontier = following
    return None


def _dead(state: int, groups: list[tuple[int, int]], absorbing: int) -> bool:
    """No continuation can answer: a group has no state left, or an outside pattern accepts everything from here."""
    if state & absorbing:
        return True
    for bits, _ in groups:  # noqa: SIM110 - asked for each step of an automaton; a generator takes twice the time
        if not state & bits:
            return True
    return False


def _spell(came: dict[int, tuple[int, str]], state: int) -> str:
    letters: list[str] = []
    while True:
        before, character = came[state]
        if not character:
            return "".join(reversed(letters))
        letters.append(character)
        state = before

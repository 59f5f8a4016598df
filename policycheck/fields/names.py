"""What a name says: the longest known term at its end decides, whose it is depends on the words before it.

English puts the noun last, so ``email_verified`` is about being verified and ``ip_pool_name`` about a name; names of
other languages are turned round while they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Generic, TypeVar

from policycheck.fields.tokens import Name, Tokenizer
from policycheck.library.classification import NameRule, RuleBook, Term
from policycheck.library.taxonomy import NONE
from policycheck.model.dataclass import dataclass

NOBODY = "nobody"

#: The term for names that no rule knows.
ANY = ("*",)

#: What each word between a name and its owner that nobody knows leaves of the confidence.
STRANGE = 0.9
_STRANGE_COUNTED = 3

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds for a name. ``term`` is what it matched, ``owner`` the word before it that says whose it is,
    ``confidence`` that of the rule, less for strange words."""

    rule: NameRule
    term: Term
    owner: Term
    confidence: float


class _Compiled:
    """A rule with its terms read as names are. Few rules are ever asked, so each is read when it is."""

    def __init__(self, rule: NameRule, tokens: Tokenizer) -> None:
        self.rule = rule
        self._tokens = tokens
        self.around = bool(rule.within or rule.without)
        self.beside = bool(rule.near or rule.far)

    @cached_property
    def within(self) -> _Around:
        """What must stand before the name."""
        return _Around.of(self.rule.within, self._tokens)

    @cached_property
    def without(self) -> _Around:
        """What must not stand before the name."""
        return _Around.of(self.rule.without, self._tokens)

    @cached_property
    def near(self) -> frozenset[str]:
        """Words of which the last part must have one."""
        return self._words(self.rule.near)

    @cached_property
    def far(self) -> frozenset[str]:
        """Words of which the last part must have none."""
        return self._words(self.rule.far)

    def _words(self, words: frozenset[str]) -> frozenset[str]:
        return frozenset(self._tokens.term((each,))[0] for each in words)


@dataclass(frozen=True, slots=True)
class _Around:
    """Terms as texts to find in others, and kinds of owner."""

    texts: tuple[str, ...]
    kinds: frozenset[str]

    @classmethod
    def of(cls, terms: tuple[Term, ...], tokens: Tokenizer) -> _Around:
        """``@kind`` stands for all words of that kind of owner."""
        texts = tuple(f" {' '.join(tokens.term(term))} " for term in terms if not term[0].startswith("@"))
        return cls(texts, frozenset(term[0][1:] for term in terms if term[0].startswith("@")))

    def found(self, before: _Before) -> bool:
        """Whether one of them stands in the words before a name."""
        if self.kinds and not self.kinds.isdisjoint(before.kinds):
            return True
        text = before.text
        return any(each in text for each in self.texts)


class _Before:
    """The words before a name, worked out when the first rule asks."""

    __slots__ = ("_kinds", "_names", "_text", "_words")

    def __init__(self, names: Names, words: Term) -> None:
        self._names = names
        self._words = words
        self._text = ""
        self._kinds: frozenset[str] | None = None

    @property
    def text(self) -> str:
        """In one, with a space at either end."""
        if not self._text:
            self._text = f" {' '.join(self._words)} "
        return self._text

    @property
    def kinds(self) -> frozenset[str]:
        """All kinds of owner that they speak of."""
        if self._kinds is None:
            self._kinds = self._names.kinds(self._words)
        return self._kinds


class Endings(Generic[_T]):
    """Terms of a book with what each stands for, found by where they end, the longest first.

    Few of them are ever asked for, so they are sorted when their last two words are met.
    """

    def __init__(self, pairs: Iterable[tuple[Term, _T]], tokens: Tokenizer) -> None:
        self._tokens = tokens
        self._by_tail: dict[Term, list[tuple[Term, _T]]] = {}
        for pair in pairs:
            tail = tokens.term(pair[0])[-2:]
            if tail in self._by_tail:
                self._by_tail[tail].append(pair)
            else:
                self._by_tail[tail] = [pair]
        self._lasts = {tail[-1] for tail in self._by_tail}
        self._read: dict[Term, list[tuple[int, dict[Term, list[_T]]]]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._lasts

    def at(self, words: Term, end: int) -> Iterator[tuple[Term, list[_T]]]:
        """Every term that ends before position ``end``."""
        if words[end - 1] not in self._lasts:
            return
        for tail in (words[end - 2 : end], words[end - 1 : end]) if end > 1 else (words[:1],):
            if tail in self._by_tail:
                for size, known in self._read.get(tail) or self._reading(tail):
                    term = words[end - size : end] if size <= end else ()
                    values = known.get(term)
                    if values:
                        yield term, values

    def _reading(self, tail: Term) -> list[tuple[int, dict[Term, list[_T]]]]:
        sizes: dict[int, dict[Term, list[_T]]] = {}
        for written, value in self._by_tail[tail]:
            term = self._tokens.term(written)
            sizes.setdefault(len(term), {}).setdefault(term, []).append(value)
        found = self._read[tail] = sorted(sizes.items(), key=lambda each: -each[0])
        return found


class Names:
    """The name rules of a book, compiled."""

    def __init__(self, book: RuleBook, tokens: Tokenizer) -> None:
        self._neutral = book.neutral
        self._carriers = book.carriers
        rules = [_Compiled(rule, tokens) for rule in book.rules]
        self._rules = Endings(_terms((each for each in rules if ANY not in each.rule.names), book), tokens)
        self._any = [each for each in rules if ANY in each.rule.names]
        self._loose = Endings(_terms((each for each in rules if each.rule.loose), book), tokens)
        self._owners = Endings(((term, kind) for kind, terms in book.owners.items() for term in terms), tokens)
        markers = (term for marker in (*book.forms, *book.depths) for term in marker.words)
        self._markers = Endings(((term, True) for term in markers), tokens)

    def match(self, name: Name, kinds: frozenset[str]) -> Match | None:
        """The rule for a name whose values are declared or seen to be of ``kinds``; None when no rule holds."""
        if not name.words:
            return None
        return (
            self._ending(name, kinds)
            or self._ending_unmarked(name, kinds)
            or self._loosely(name, kinds)
            or self._whatever(name, kinds)
        )

    def owner(self, name: Name) -> frozenset[str]:
        """The kinds of owner that a name as a whole speaks of; ``nobody`` alone when none."""
        return self._owner(name.words, len(name.words))[1]

    def telling(self, name: Name) -> Term:
        """The words of the last part of a name without those that say nothing."""
        return tuple(word for word in name.words[name.leaf :] if word not in self._neutral)

    def owners_of(self, name: Name) -> tuple[frozenset[str], frozenset[str]]:
        """The kinds of the nearest owner before the last word of a name, and all kinds before its last part."""
        return self._owner(name.words, max(len(name.words) - 1, 0))[1], self.kinds(name.words[: name.leaf])

    def _ending_unmarked(self, name: Name, kinds: frozenset[str]) -> Match | None:
        plain = self._unmarked(name)
        return self._ending(plain, kinds) if plain.words and plain != name else None

    def _ending(self, name: Name, kinds: frozenset[str]) -> Match | None:
        """By the end of the name; words that say nothing are taken off until a rule holds. A last part that has no
        other words is passed over only where they carry what the part before it names: ``email.value``."""
        last = name.words[name.leaf :]
        end = len(name.words)
        while end:
            found = self._at(self._rules, name, end, kinds)
            if found or name.words[end - 1] not in self._neutral:
                return found
            end -= 1
            if end == name.leaf and not self._carriers.issuperset(last):
                return None
        return None

    def _at(self, rules: Endings[_Compiled], name: Name, end: int, kinds: frozenset[str]) -> Match | None:
        for term, candidates in rules.at(name.words, end):
            start = end - len(term)
            owner, owned_by, strange = self._owner(name.words, start)
            before = _Before(self, name.words[:start])
            for each in candidates:
                rule = each.rule
                if _fits(rule, owned_by, kinds) and self._stands(each, name, start, end, before):
                    return Match(
                        rule, term, owner, rule.confidence * (STRANGE**strange if rule.category != NONE else 1)
                    )
        return None

    def _stands(self, each: _Compiled, name: Name, start: int, end: int, before: _Before) -> bool:
        """Whether the words around a term are as its rule wants them."""
        if each.rule.whole and not (end == len(name.words) and self._whole(name, start)):
            return False
        if each.rule.together and start < name.body:
            return False
        if each.beside:
            last = name.words[name.body :]
            if (each.rule.near and each.near.isdisjoint(last)) or not each.far.isdisjoint(last):
                return False
        if not each.around:
            return True
        return (not each.rule.within or each.within.found(before)) and not each.without.found(before)

    def kinds(self, words: Term) -> frozenset[str]:
        """All kinds of owner that some words speak of."""
        found: set[str] = set()
        for end in range(len(words), 0, -1):
            if words[end - 1] in self._owners:
                for _, kinds in self._owners.at(words, end):
                    found.update(kinds)
        return frozenset(found)

    def _loosely(self, name: Name, kinds: frozenset[str]) -> Match | None:
        """A strong term in the last part, whatever follows it: ``email_work_old``."""
        for end in range(len(name.words), name.leaf, -1):
            found = self._at(self._loose, name, end, kinds)
            if found:
                return Match(found.rule, found.term, found.owner, min(found.confidence, found.rule.loose))
        return None

    def _whatever(self, name: Name, kinds: frozenset[str]) -> Match | None:
        """Any name, by whose it is and where it stands."""
        end = len(name.words)
        owner, owned_by, _ = self._owner(name.words, end)
        before = _Before(self, name.words)
        for each in self._any:
            if _fits(each.rule, owned_by, kinds) and self._stands(each, name, end, end, before):
                return Match(each.rule, name.words[name.leaf :], owner, each.rule.confidence)
        return None

    def _owner(self, words: Term, start: int) -> tuple[Term, frozenset[str], int]:
        """The nearest owner before a position, its kinds, and how many words stand between that nobody knows."""
        strange = 0
        for end in range(start, 0, -1):
            if words[end - 1] not in self._owners:
                strange += words[end - 1] not in self._neutral
                continue
            kinds: set[str] = set()
            longest: Term = ()
            for term, found in self._owners.at(words, end):
                longest = longest or term
                if len(term) == len(longest):
                    kinds.update(found)
            if kinds:
                return longest, frozenset(kinds), min(strange, _STRANGE_COUNTED)
            strange += words[end - 1] not in self._neutral
        return (), frozenset((NOBODY,)), min(strange, _STRANGE_COUNTED)

    def _whole(self, name: Name, start: int) -> bool:
        """Whether nothing but words that say nothing stands before a position in the last part of a name."""
        return all(word in self._neutral for word in name.words[name.leaf : start])

    def _unmarked(self, name: Name) -> Name:
        """Without the words that tell a form or depth."""
        kept: list[str] = []
        leaf, body, at = name.leaf, name.body, len(name.words)
        while at:
            term = next((term for term, _ in self._markers.at(name.words, at)), ())
            if term:
                leaf -= max(0, min(len(term), name.leaf - (at - len(term))))
                body -= max(0, min(len(term), name.body - (at - len(term))))
            if not term:
                kept.append(name.words[at - 1])
            at -= len(term) or 1
        kept.reverse()
        most = max(len(kept) - 1, 0)
        return Name(tuple(kept), min(leaf, most), name.plural, name.listed, min(body, most))


def _terms(rules: Iterable[_Compiled], book: RuleBook) -> Iterator[tuple[Term, _Compiled]]:
    """The names of rules; ``@kind`` among them stands for all words of that kind of owner."""
    for each in rules:
        for term in each.rule.names:
            if term[0].startswith("@"):
                yield from ((word, each) for word in book.owners.get(term[0][1:], ()))
            else:
                yield term, each


def _fits(rule: NameRule, owner: frozenset[str], kinds: frozenset[str]) -> bool:
    """Whether a rule is for such an owner and such values."""
    if (rule.of and not rule.of & owner) or rule.not_of & owner:
        return False
    return not (rule.types and kinds) or bool(rule.types & kinds)

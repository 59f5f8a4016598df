"""What a name says: the longest known term at its end decides, whose it is depends on the words before it.

English puts the noun last, so ``email_verified`` is about being verified and ``ip_pool_name`` about a name; names of
other languages are turned round while they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from policycheck.fields.tokens import Name, Tokenizer
from policycheck.library.classification import NameRule, RuleBook, Term
from policycheck.library.taxonomy import NONE

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


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule with its terms read as names are; ``within`` and ``without`` as texts to find, and as kinds of owner."""

    rule: NameRule
    names: tuple[Term, ...]
    within: tuple[str, ...]
    within_kinds: frozenset[str]
    without: tuple[str, ...]
    without_kinds: frozenset[str]
    near: frozenset[str]
    far: frozenset[str]

    @classmethod
    def of(cls, rule: NameRule, tokens: Tokenizer, owners: Mapping[str, tuple[Term, ...]]) -> _Compiled:
        """``@kind`` among the names stands for all words of that kind of owner."""
        names: list[Term] = []
        for term in rule.names:
            names += owners.get(term[0][1:], ()) if term[0].startswith("@") else (tokens.term(term),)
        within, within_kinds = _around(rule.within, tokens)
        without, without_kinds = _around(rule.without, tokens)
        near, far = (frozenset(tokens.term((each,))[0] for each in words) for words in (rule.near, rule.far))
        return cls(rule, tuple(dict.fromkeys(names)), within, within_kinds, without, without_kinds, near, far)


def _around(terms: tuple[Term, ...], tokens: Tokenizer) -> tuple[tuple[str, ...], frozenset[str]]:
    texts = tuple(f" {' '.join(tokens.term(term))} " for term in terms if not term[0].startswith("@"))
    return texts, frozenset(term[0][1:] for term in terms if term[0].startswith("@"))


class Endings(Generic[_T]):
    """Terms with what each stands for, found by where they end, the longest first."""

    def __init__(self, pairs: Iterable[tuple[Term, _T]]) -> None:
        self._by_term: dict[Term, list[_T]] = {}
        sizes: dict[str, set[int]] = {}
        for term, value in pairs:
            known = self._by_term.get(term)
            if known is None:
                self._by_term[term] = [value]
                sizes.setdefault(term[-1], set()).add(len(term))
            else:
                known.append(value)
        self._sizes = {last: tuple(sorted(found, reverse=True)) for last, found in sizes.items()}

    def at(self, words: Term, end: int) -> Iterator[tuple[Term, list[_T]]]:
        """Every term that ends before position ``end``."""
        for size in self._sizes.get(words[end - 1], ()):
            if size <= end:
                term = words[end - size : end]
                values = self._by_term.get(term)
                if values:
                    yield term, values


class Names:
    """The name rules of a book, compiled."""

    def __init__(self, book: RuleBook, tokens: Tokenizer) -> None:
        self._neutral = book.neutral
        self._carriers = book.carriers
        owners = {kind: tuple(map(tokens.term, terms)) for kind, terms in book.owners.items()}
        rules = [_Compiled.of(rule, tokens, owners) for rule in book.rules]
        self._rules = Endings((name, each) for each in rules for name in each.names if name != ANY)
        self._any = [each for each in rules if ANY in each.names]
        self._loose = Endings((name, each) for each in rules if each.rule.loose for name in each.names)
        self._owners = Endings((term, kind) for kind, terms in owners.items() for term in terms)
        self._markers = Endings(
            (tokens.term(term), True) for marker in (*book.forms, *book.depths) for term in marker.words
        )

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
            for each in candidates:
                rule = each.rule
                if _fits(rule, owned_by, kinds) and self._stands(each, name, start, end):
                    return Match(
                        rule, term, owner, rule.confidence * (STRANGE**strange if rule.category != NONE else 1)
                    )
        return None

    def _stands(self, each: _Compiled, name: Name, start: int, end: int) -> bool:
        """Whether the words around a term are as its rule wants them."""
        if each.rule.whole and not (end == len(name.words) and self._whole(name, start)):
            return False
        if each.rule.together and start < name.body:
            return False
        if each.near or each.far:
            last = name.words[name.body :]
            if (each.near and each.near.isdisjoint(last)) or not each.far.isdisjoint(last):
                return False
        if not (each.within or each.without or each.rule.within or each.rule.without):
            return True
        before = f" {' '.join(name.words[:start])} "
        kinds = self._kinds(name.words[:start]) if each.rule.within or each.rule.without else frozenset[str]()
        wanted = each.rule.within and not (each.within_kinds & kinds or any(word in before for word in each.within))
        return not (wanted or each.without_kinds & kinds or any(word in before for word in each.without))

    def _kinds(self, words: Term) -> frozenset[str]:
        """All kinds of owner that some words speak of."""
        found: set[str] = set()
        for end in range(len(words), 0, -1):
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
        for each in self._any:
            if _fits(each.rule, owned_by, kinds) and self._stands(each, name, end, end):
                return Match(each.rule, name.words[name.leaf :], owner, each.rule.confidence)
        return None

    def _owner(self, words: Term, start: int) -> tuple[Term, frozenset[str], int]:
        """The nearest owner before a position, its kinds, and how many words stand between that nobody knows."""
        strange = 0
        for end in range(start, 0, -1):
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


def _fits(rule: NameRule, owner: frozenset[str], kinds: frozenset[str]) -> bool:
    """Whether a rule is for such an owner and such values."""
    if (rule.of and not rule.of & owner) or rule.not_of & owner:
        return False
    return not (rule.types and kinds) or bool(rule.types & kinds)

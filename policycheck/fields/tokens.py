"""The words of a field's name, evened out: letter case, separators, accents, plurals, other languages, glued words.

``clientIPv4``, ``adresse_ip_client``, ``CLIENT-IP`` and ``clientip`` all end up as words that the same rule knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from policycheck.library.classification import RuleBook, Term
from policycheck.model.dataclass import dataclass

# IPv4 and IPs are words of their own, as are IDs and URLs
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]Pv\d|Pv\d|[A-Z]s(?![a-z]))")
_SEGMENTS = re.compile(r"[^\w\s()'’&+-]+")
_WORDS = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_AND = re.compile(r"\s*(?:[,;/&()]|\band\b|\bor\b)\s*")
_SIZE = re.compile(r"\d+x\d*")
_LATIN = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})

# Glued words: a piece of fewer letters is found in many words by chance, so only these may be short, and last.
_SHORTEST = 3
_SHORT_ENDS = frozenset({"id", "ip", "os", "ua", "by", "at", "nr", "ts"})
_SHORT_PLURAL = 4

# Parts of paths that are kept as words: lists of millions must not fill the memory.
_REMEMBERED = 20_000
_PLURALS = (("ies", "y"), ("s", ""), ("es", ""))


@dataclass(frozen=True, slots=True)
class Name:
    """A path as words, all in a row. ``leaf`` is where its last part that has words begins; ``plural``: the last word
    was written in the plural; ``listed``: the path says that it is a list. ``body`` is where the last part begins that
    is more than a carrier (``value``)."""

    words: Term
    leaf: int
    plural: bool = False
    listed: bool = False
    body: int = 0


class Tokenizer:
    """Reads names by the words that a rule book knows. Parts of paths repeat, so each is worked out once."""

    def __init__(self, book: RuleBook) -> None:
        self._small = book.small
        self._leading = book.leading
        self._neutral = book.neutral
        self._frames = book.frames
        self._carried = book.carried
        self._carriers = book.carriers
        self._known = _vocabulary(book)
        self._single = {term[0]: value for term, value in book.phrases if len(term) == 1}
        self._several = _by_first((term, value) for term, value in book.phrases if len(term) > 1)
        # Words of terms that reading may change, alone or together; the others stand as they are written.
        self._touched = {*self._small, *self._leading, *self._single}
        self._touched.update(word for word in self._known if word[-1] == "s" and self._single_of(word) != word)
        self._touched.update(word for word in self._known if word.isdecimal())
        self._paired = {term[:2] for term, _ in book.phrases if len(term) > 1}
        self._terms: dict[Term, Term] = {}
        self._parts: dict[str, tuple[Term, bool]] = {}
        self._seen: dict[str, Term] = {}

    def read(self, path: str, object: str = "") -> Name:
        """The words of ``path`` within ``object``; parts without words (numbers, brackets) are passed over,
        and a path of nothing else has no words."""
        words: list[str] = []
        leaf, before_leaf, plural = 0, 0, False
        for part in _SEGMENTS.split(object):
            words += self._part(part)[0]
        before = len(words)
        for part in _SEGMENTS.split(path):
            found, many = self._part(part)
            if found:
                before_leaf, leaf, plural = leaf, len(words), many
                words += found
        if leaf > before and (tuple(words[leaf - 1 :]) in self._carried or tuple(words[leaf - 2 :]) in self._carried):
            del words[leaf:]
            leaf = before_leaf
        body = before_leaf if self._carriers.issuperset(words[leaf:]) else leaf
        return Name(tuple(words), leaf, plural, path.endswith("]"), body) if len(words) > before else Name((), 0)

    def frame(self, object: str) -> tuple[str, bool]:
        """An object's name without what only says how it comes (webhook, API), and whether it names one thing only;
        of several it is the first."""
        parts = [
            " ".join(word for word in part.split() if word.lower() not in self._frames) for part in _AND.split(object)
        ]
        told = [part for part in parts if part]
        return (told[0], len(told) == 1) if told else ("", True)

    def term(self, term: Term) -> Term:
        """A term of the book, read as names are; it is in lower case, without accents and separators."""
        if self._plain(term):
            return term
        found = self._terms.get(term)
        if found is None:
            found = self._terms[term] = tuple(self._words(self._undigited(list(term)))) or term
        return found

    def _plain(self, term: Term) -> bool:
        return self._touched.isdisjoint(term) and self._paired.isdisjoint(pairwise(term))

    def _part(self, part: str) -> tuple[Term, bool]:
        known = self._parts.get(part)
        if known is None:
            if len(self._parts) > _REMEMBERED:
                self._parts.clear()
                self._seen.clear()
            known = self._parts[part] = self._worked_out(part)
        return known

    def _worked_out(self, part: str) -> tuple[Term, bool]:
        written = self._undigited(_WORDS.findall(folded(_HUMP.sub(" ", part))))
        plural = bool(written) and self._single_of(written[-1]) != written[-1]
        return tuple(self._words(written)), plural

    def _words(self, written: list[str]) -> list[str]:
        words = [piece for word in written if word not in self._small for piece in self._evened(word)]
        if len(words) > 1:
            words = self._joined(words)
            if words[0] in self._leading and len(words) > 1:
                words = [*words[1:], words[0]]
        replaced = [piece for word in words for piece in self._single.get(word, (word,))]
        return self._joined(replaced) if len(replaced) > 1 and replaced != words else replaced

    def _undigited(self, words: list[str]) -> list[str]:
        """``address1`` -> address; ``ipv4``, ``last_4`` are known and stay; a number alone says nothing."""
        found: list[str] = []
        for word in words:
            if word.isdecimal():
                if found and found[-1] + word in self._known:
                    found[-1] += word
            elif word.isalpha() or word in self._known:
                found.append(word)
            elif not _SIZE.fullmatch(word):
                found += _LETTERS.findall(word)
        return found

    def _evened(self, word: str) -> Sequence[str]:
        found = self._seen.get(word)
        if found is None:
            single = self._single_of(word)
            found = self._seen[word] = (single,) if single in self._known else self._pieces(word) or (word,)
        return found

    def _single_of(self, word: str) -> str:
        """A known word in the singular; of short words that end in s few are plurals."""
        if word.endswith("s"):
            for end, instead in _PLURALS:
                single = word[: -len(end)] + instead
                if word.endswith(end) and single in self._known and self._may_be(word, single):
                    return single
        return word

    def _may_be(self, word: str, single: str) -> bool:
        if len(word) > _SHORT_PLURAL or word in ("ids", "ips"):
            return True
        return len(single) > 1 and word not in self._known and single not in self._neutral

    def _pieces(self, word: str) -> Term:
        """A glued word as two or three known ones, the longest first piece first; () when it is none."""
        for cut in range(len(word) - 2, _SHORTEST - 1, -1):
            head, tail = word[:cut], word[cut:]
            if head not in self._known:
                continue
            if tail in self._known and (len(tail) >= _SHORTEST or tail in _SHORT_ENDS):
                return (head, tail)
            if (rest := self._two(tail)) != ():
                return (head, *rest)
        return ()

    def _two(self, word: str) -> Term:
        for cut in range(len(word) - 2, _SHORTEST - 1, -1):
            head, tail = word[:cut], word[cut:]
            if head in self._known and tail in self._known and (len(tail) >= _SHORTEST or tail in _SHORT_ENDS):
                return (head, tail)
        return ()

    def _joined(self, words: list[str]) -> list[str]:
        """With every phrase of several words replaced, the longest first."""
        found: list[str] = []
        at = 0
        while at < len(words):
            for term, value in self._several.get(words[at], ()):
                if tuple(words[at : at + len(term)]) == term:
                    found += value
                    at += len(term)
                    break
            else:
                found.append(words[at])
                at += 1
        return found


def folded(text: str) -> str:
    """In lower case and without accents: ``Straße`` -> strasse, ``prénom`` -> prenom."""
    text = text.lower().translate(_LATIN)
    if text.isascii():
        return text
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


def _vocabulary(book: RuleBook) -> frozenset[str]:
    """Every word that the book has anywhere."""
    words = {*book.small, *book.neutral, *book.leading, *book.flags}
    for terms in _terms(book):
        words.update(*terms)
    return frozenset(words)


def _terms(book: RuleBook) -> Iterator[Iterable[Iterable[str]]]:
    yield from book.phrases
    yield from book.owners.values()
    for marker in (*book.forms, *book.depths):
        yield marker.words
    for rule in book.rules:
        yield from (rule.names, rule.within, rule.without, (rule.near, rule.far))


def _by_first(phrases: Iterable[tuple[Term, Term]]) -> dict[str, list[tuple[Term, Term]]]:
    found: dict[str, list[tuple[Term, Term]]] = {}
    for term, value in sorted(phrases, key=lambda pair: -len(pair[0])):
        found.setdefault(term[0], []).append((term, value))
    return found

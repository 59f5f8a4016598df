"""What a field holds, by the generic rules alone: its name, its place, the type and shape of its values."""

from __future__ import annotations

from dataclasses import replace

from policycheck.fields.names import NOBODY, Match, Names
from policycheck.fields.tokens import Name, Tokenizer
from policycheck.fields.values import Values
from policycheck.fields.weighing import LEARNED, Scales
from policycheck.library.classification import RuleBook
from policycheck.library.data import lasting
from policycheck.library.taxonomy import NONE
from policycheck.library.weights import Weights
from policycheck.model.dataclass import dataclass

#: Below this, what a rule says is only what a field may be.
DOUBTFUL = 0.5

# A rule as sure as this is not doubted for other words.
_SURE = 0.9
_MISFIT = 0.7

# Kinds of value that say nothing of their own about a person.
_PLAIN = frozenset({"boolean", "integer", "number", "date", "datetime"})

# A number under a name in the plural counts these.
_COUNTS = frozenset({"integer", "number"})
_COUNTED = frozenset({"user.unique_id", "user.device.device_id", "user.contact.phone_number"})
_MOST_LABEL_WORDS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """``category`` is a taxonomy key, ``none``, or None when no rule is sure enough; then ``perhaps`` is what it may
    be. ``form`` and ``depth`` are empty when nothing tells them. ``confidence`` runs from 0 to 1 in steps of 0.01,
    ``rule`` is the id of what decided, ``why`` a few words that show it."""

    category: str | None
    form: str = ""
    depth: str = ""
    confidence: float = 0.0
    rule: str = ""
    why: str = ""
    perhaps: str = ""


NOTHING = Judged(None)


class Judge:
    """Judges fields by one rule book, and by what words weigh where ``weights`` are given; compiled once, for any
    number of names."""

    def __init__(self, book: RuleBook, weights: Weights | None = None) -> None:
        with lasting():
            self._tokens = Tokenizer(book)
            self._names = Names(book, self._tokens)
            self._values = Values(book, self._tokens)
        self._flags = book.flags
        self._scales = Scales(weights, self._names) if weights else None

    def judge(self, path: str, object: str = "", label: str = "", type: str = "", shape: str = "") -> Judged:
        """By the path within ``object``; by the label, a display name, where the path tells nothing.

        ``type`` as a source declares it, ``shape`` a word of ``model.shapes.SHAPES``.
        """
        kinds = self._values.kinds(type, shape)
        object, alone = self._tokens.frame(object) if object else ("", True)
        name = self._tokens.read(path)
        judged = self._judged(name, kinds)
        if object and (alone or NOBODY in self._names.owner(name)):
            name = self._tokens.read(path, object)
            framed = self._judged(name, kinds)
            judged = framed if framed.category is not None else judged
        if judged.category is None and label:
            shown = self._tokens.read(label, object)
            if len(shown.words) - shown.leaf <= _MOST_LABEL_WORDS:
                judged = max(self._judged(shown, kinds), judged, key=lambda each: each.confidence)
        if judged.category is not None and judged.confidence < DOUBTFUL:
            judged = replace(judged, category=None, perhaps=judged.category)
        return self._weighed(name, kinds, judged, self._scales) if self._scales else judged

    @property
    def names(self) -> Names:
        """The name rules, compiled."""
        return self._names

    def read(self, path: str, type: str = "", shape: str = "") -> tuple[Name, frozenset[str]]:
        """The words of a path, and what kinds of value it is declared or seen to have."""
        return self._tokens.read(path), self._values.kinds(type, shape)

    def knows_type(self, written: str) -> bool:
        """Whether a declared type or format says something about values."""
        return bool(self._values.kinds(written))

    def form(self, path: str, object: str, category: str, type: str = "", shape: str = "") -> str:
        """The form of a field whose category is known from elsewhere; "" when nothing tells it."""
        return self._values.form(self._tokens.read(path, object), category, self._values.kinds(type, shape))

    def _judged(self, name: Name, kinds: frozenset[str]) -> Judged:
        if len(name.words) - name.leaf > 1 and name.words[name.leaf] in self._flags:
            kinds |= {"boolean"}
        match = self._names.match(name, kinds)
        if match is None:
            return self._shaped(name, kinds)
        if match.rule.category == NONE:
            shaped = self._shaped(name, kinds, over=match.rule.id)
            if shaped.category is not None:
                return shaped
            return Judged(NONE, confidence=round(match.confidence, 2), rule=match.rule.id, why=_why(match))
        if not match.rule.types and (unfit := self._values.unfit(match.rule.category, kinds)):
            shaped = NOTHING if unfit in _PLAIN else self._shaped(name, kinds)
            if shaped.category is not None:
                return shaped
            why = f"{_why(match)}, but a value of kind {unfit}"
            return Judged(NONE, confidence=0.7, rule=f"fits:{match.rule.category}", why=why)
        if name.plural and not name.listed and kinds & _COUNTS and match.rule.category in _COUNTED:
            why = f"{_why(match)}, but how many there are"
            return Judged(NONE, confidence=0.7, rule=f"fits:{match.rule.category}", why=why)
        return self._named(name, match, kinds)

    def _weighed(self, name: Name, kinds: frozenset[str], judged: Judged, scales: Scales) -> Judged:
        """What the words weigh: they overrule a rule that says ``none`` where they speak for a person, and make one
        doubtful that speaks for a person where they say the opposite. They never say that nothing is personal."""
        if judged.category not in (None, NONE):
            doubtful = judged.confidence < _SURE and scales.doubts(name, kinds, judged.category)
            return replace(judged, category=None, perhaps=judged.category) if doubtful else judged
        found = scales.weigh(name, kinds)
        if found is None:
            return judged
        category = judged.perhaps or found.category
        if not category or self._values.unfit(category, kinds):
            return judged
        form, depth = self._values.form(name, category, kinds), self._values.depth(name, category)
        return Judged(category, form, depth, found.confidence, LEARNED, found.why)

    def _named(self, name: Name, match: Match, kinds: frozenset[str]) -> Judged:
        rule = match.rule
        form = rule.form or self._values.form(name, rule.category, kinds)
        confidence = match.confidence
        fit = self._values.fit(rule.category, kinds)
        if fit:
            confidence += (1 - confidence) / 2
        elif fit is False and form in ("", "raw"):
            confidence *= _MISFIT
        depth = rule.depth or self._values.depth(name, rule.category)
        return Judged(rule.category, form, depth, round(confidence, 2), rule.id, _why(match))

    def _shaped(self, name: Name, kinds: frozenset[str], over: str = "") -> Judged:
        if not kinds:
            return NOTHING
        rule = self._values.shaped(kinds, self._names.owner(name), over)
        if rule is None:
            return NOTHING
        form = rule.form or self._values.form(name, rule.category, kinds)
        if rule.category == NONE:
            form = ""
        return Judged(rule.category, form, "", rule.confidence, rule.id, rule.why)


def _why(match: Match) -> str:
    """``name of campaign``, and the rule's own words where it has some."""
    term, owner = " ".join(match.term), " ".join(match.owner)
    told = f"`{term}` of `{owner}`" if owner and owner != NOBODY else f"`{term}`"
    return f"{told}: {match.rule.why}" if match.rule.why else told

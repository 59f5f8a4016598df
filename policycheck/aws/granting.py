"""Which words of a policy grant a request, and whether its resource is one that its action takes: for readers only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from policycheck.aws.documents import Document, Statement
from policycheck.aws.patterns import literal, matches, with_stars
from policycheck.aws.vocabulary import Vocabulary, taken
from policycheck.model.verdict import Witness

_WILD = "*?"


def granting(documents: Iterable[Document], witness: Witness) -> Witness:
    """The witness with the widest pattern by which a statement allows it, as written; it stays as it is when none
    does by the plain reading of wildcards."""
    patterns = {text for document in documents for s in document.statements for text in _by(s, witness)}
    widest = min(patterns, key=lambda text: (_letters(text), text), default="")
    return replace(witness, granted=widest) if widest else witness


def fitting_first(known: Vocabulary | None, witnesses: Sequence[Witness]) -> tuple[Witness, ...]:
    """Without those that ask for a resource which their action does not take, unless there are no others."""
    fit = tuple(each for each in witnesses if fits(known, each))
    return fit or tuple(witnesses)


def fits(known: Vocabulary | None, witness: Witness) -> bool:
    """Whether the resource is such as the catalogue lists for the action; True where that is not known."""
    return taken(known.formats(witness.action) if known else None, witness.resource)


def _by(statement: Statement, witness: Witness) -> Iterator[str]:
    action = witness.action.lower()
    named = any(matches(pattern, action) for pattern in statement.actions) != statement.not_action
    if statement.allow and named:
        if statement.not_resource or statement.resources is None:
            yield "*"
            return
        for text in statement.resources:
            if matches(with_stars(text) if statement.variables else text, literal(witness.resource)):
                yield text


def _letters(pattern: str) -> int:
    return sum(character not in _WILD for character in pattern)

"""What AWS calls things today, for witnesses that read like real requests. It never decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from policycheck.aws import telling
from policycheck.aws.documents import Statement
from policycheck.aws.patterns import ARN_COLONS, encode, matches
from policycheck.model.verdict import Witness

_TRIED = 8
"""How many patterns of a statement are made into likelier resources."""


class Vocabulary(Protocol):
    """A catalogue of actions, as far as witnesses need it."""

    def names(self, prefix: str) -> tuple[str, ...]:
        """Full names of the actions of a service, as AWS writes them; empty when the service is unknown."""
        ...

    def formats(self, action: str) -> tuple[str, ...] | None:
        """ARNs such as the action takes, the most fitting first; empty when it takes none, None when unknown."""
        ...


def real_actions(known: Vocabulary, pattern: str) -> Iterator[str]:
    """The actions that a lower-case pattern of one service matches, as AWS writes them."""
    service = pattern.partition(":")[0]
    if "*" not in service and "?" not in service:
        yield from (name for name in known.names(service) if matches(pattern, name.lower()))


def is_real(known: Vocabulary, action: str) -> bool:
    """Whether a lower-case action is in the catalogue."""
    return action in {name.lower() for name in known.names(action.partition(":")[0])}


def spelled(known: Vocabulary, witness: Witness) -> str:
    """The action of a witness in the letters of the catalogue; as it is when that does not know it."""
    lower = witness.action.lower()
    return next((name for name in known.names(lower.partition(":")[0]) if name.lower() == lower), witness.action)


def likelier(known: Vocabulary, witness: Witness, positives: Iterable[Statement]) -> Iterator[str]:
    """Resources that the action of a witness really takes, in the languages of statements that allow it; each once."""
    formats = known.formats(witness.action)
    if telling.has_model(witness.action) and taken(formats, witness.resource):
        return
    if formats is None:
        return
    met: set[str] = set()
    for statement in positives:
        if statement.not_resource or statement.allow is False:
            continue
        for written in (statement.resources or ())[:_TRIED]:
            pattern = encode(written, statement.variables, lambda name, default: None)
            for model in formats or ("*",) if pattern else ():
                found = [each for each in dict.fromkeys(telling.fitting(str(pattern), model)) if each not in met]
                met.update(found)
                yield from (each for each in found if taken(formats, each))


def taken(formats: tuple[str, ...] | None, resource: str) -> bool:
    """Whether a resource looks like one of those that an action takes; True where these are not known."""
    return not formats or any(_alike(each, resource) for each in formats)


def _alike(model: str, resource: str) -> bool:
    """Whether an ARN is of the same type as a model of it. Names of buckets have no slash, all other names may."""
    one, other = model.split(":", ARN_COLONS), resource.split(":", ARN_COLONS)
    if len(one) != len(other) or len(one) <= ARN_COLONS:
        return True
    if one[2] == "s3" and not one[4]:
        return ("/" in one[ARN_COLONS]) == ("/" in other[ARN_COLONS])
    kind, own = (parts[ARN_COLONS].partition("/")[0].partition(":")[0] for parts in (one, other))
    return kind in ("", "example", own)

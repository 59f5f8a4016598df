"""Resources of ours that were seen: what a wide grant reaches of them, and which of these the catalog leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from policycheck.analysis.reader import Reader, container, service_of
from policycheck.aws.engine import Engine
from policycheck.aws.vocabulary import Vocabulary, taken
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset
from policycheck.model.facts import Trust
from policycheck.model.verdict import OUTSIDE, Access, Verdict, Witness

#: Resources that a request names beside the pattern that grants it.
NAMED = 3
#: So many resources are tried before a finding goes without: one grant must not cost a search of the whole company.
_TRIED = 200
_WILDCARD = re.compile(r"[*?$]")


@dataclass(frozen=True, slots=True)
class _Place:
    """A resource, or what the catalog locates; ``account`` is empty where that is not known."""

    arn: str
    account: str


class OwnPlaces:
    """Knows the resources of one snapshot, and where the datasets of the catalog lie."""

    def __init__(
        self, engine: Engine, reader: Reader, known: Vocabulary, datasets: Iterable[Dataset], seen: Iterable[Trust]
    ) -> None:
        self._engine = engine
        self._reader = reader
        self._known = known
        owners = {trust.resource: trust.account for trust in seen}
        self._seen = _by_service(_Place(arn, account) for arn, account in sorted(owners.items()))
        # What holds something about people tells more.
        ordered = sorted(datasets, key=lambda dataset: bool(dataset.none_why))
        located = (where for dataset in ordered for where in dataset.locations)
        self._located = _by_service(_Place(where, owners.get(container(where), "")) for where in located)

    def named(self, access: Access, account: str, witness: Witness, declared: tuple[str, ...]) -> Witness:
        """A request that a wide pattern grants, with something of ours that it reaches and ``declared`` does not."""
        if not vague(witness):
            return witness
        service, allowed = witness.action.partition(":")[0], Access(declared)
        near = (arn for arn in self._of(service, account, witness.action) if _may_meet(witness.granted, arn))
        places = islice(near, _TRIED)
        found = (arn for arn in places if self._reaches(access, witness.action, arn))
        ours = next((arn for arn in found if not self._reaches(allowed, witness.action, arn)), "")
        return replace(witness, ours=ours)

    def unlisted(self, access: Access, account: str, verdict: Verdict) -> Iterator[str]:
        """The resources of ours of which an access reads something that no dataset describes."""
        for witness in verdict.witnesses[:1]:
            for place in self._seen.get(witness.action.partition(":")[0], ()):
                if place.account == account and self._reader.unlisted(access, place.arn):
                    yield place.arn

    def beyond(self, access: Access, account: str, verdict: Verdict) -> Witness:
        """A read beyond the catalog, with the first resources of ours that it reaches."""
        witness = verdict.witnesses[0]
        names = [*islice(self.unlisted(access, account, verdict), NAMED)] if vague(witness) else []
        return replace(witness, ours=", ".join(names))

    def _reaches(self, access: Access, action: str, arn: str) -> bool:
        return self._engine.reads(access, (action,), (arn,)).status == OUTSIDE

    def _of(self, service: str, account: str, action: str) -> Iterator[str]:
        """The places of a service that an action takes, those of the catalog first."""
        formats = self._known.formats(action)
        for place in (*self._located.get(service, ()), *self._seen.get(service, ())):
            if place.account in ("", account):
                forms = (place.arn, container(place.arn), f"{container(place.arn)}/*")
                yield from islice((form for form in forms if taken(formats, form)), 1)


def vague(witness: Witness) -> bool:
    """Whether the pattern that grants a request leaves open which bucket, table or key is meant."""
    where = container(witness.granted)
    return "*" in where or "?" in where


def _may_meet(pattern: str, arn: str) -> bool:
    """Whether both begin alike up to the first wildcard of either: a cheap question before the exact one."""
    one, other = (_WILDCARD.split(text, maxsplit=1)[0] for text in (pattern, arn))
    return one.startswith(other) or other.startswith(one)


def _by_service(places: Iterable[_Place]) -> dict[str, tuple[_Place, ...]]:
    found: dict[str, dict[_Place, None]] = {}
    for place in places:
        found.setdefault(service_of(place.arn), {})[place] = None
    return {service: tuple(each) for service, each in found.items()}

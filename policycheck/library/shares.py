"""What is known of shares, lists and grants: what their rights let somebody do, in the words of IAM."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of ``model.shares.Share``, or ``lake`` for grants of Lake Formation.

    ``how`` tells what lets somebody in, ``label`` names it (with ``{name}``), ``mend`` says how to take it back.
    ``rights`` maps a right to (action, what follows the ARN); with ``service``, a right is the action of that name.
    ``copies``: what is given is a copy of something.
    """

    how: str
    label: str
    mend: str
    rights: Mapping[str, tuple[tuple[str, str], ...]]
    service: str = ""
    copies: bool = False

    def actions(self, right: str) -> tuple[tuple[str, str], ...]:
        """What a right lets somebody do; a right that is not known may be everything that others of the kind are."""
        if self.service:
            return ((f"{self.service}:{right}", ""),)
        every = dict.fromkeys(action for actions in self.rights.values() for action in actions)
        return self.rights.get(right, tuple(every))


@dataclass(frozen=True, slots=True)
class Sharing:
    """The shipped facts. ``copying`` are actions that make a copy, ``lake`` the permissions of Lake Formation and
    ``lake_reads`` those that read, ``canonical_ids`` those of AWS itself."""

    kinds: Mapping[str, Kind]
    copying: frozenset[str]
    lake: frozenset[str]
    lake_reads: frozenset[str]
    canonical_ids: frozenset[str]


@lru_cache(maxsize=1)
def load_sharing() -> Sharing:
    """The facts of ``policies/aws/shares.yaml``."""
    raw = read_data("aws", "shares.yaml")
    return Sharing(
        kinds={
            name: Kind(
                how=entry["how"],
                label=entry["label"],
                mend=entry["mend"],
                rights={right: tuple(map(_action, listed)) for right, listed in entry.get("rights", {}).items()},
                service=entry.get("service", ""),
                copies=entry.get("copies", False),
            )
            for name, entry in raw["kinds"].items()
        },
        copying=frozenset(raw["copying"]),
        lake=frozenset(raw["lake"]["permissions"]),
        lake_reads=frozenset(raw["lake"]["reads"]),
        canonical_ids=frozenset(raw["canonical_ids"]),
    )


def _action(written: str) -> tuple[str, str]:
    """``s3:PutObject (/*)`` as the action and what follows the ARN."""
    action, _, suffix = written.partition(" (")
    return action, suffix.removesuffix(")")

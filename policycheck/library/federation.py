"""What is known of OIDC issuers that sign for many customers: which claim tells whose a token is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass

_WILD = ("*", "?")


@dataclass(frozen=True, slots=True)
class Issuer:
    """One issuer. ``everybody`` are those for whom it signs, ``example`` how a value of ``sub`` begins that names one
    of them. ``claims`` has, for each claim that tells an owner, what stands before and after the owner's name. ``own``:
    it is AWS's, and where a claim is asked for, the tokens are those of our own users."""

    issuer: str
    everybody: str
    example: str
    claims: Mapping[str, tuple[str, str]] = field(hash=False)
    own: bool = False

    def names_owner(self, claim: str, value: str) -> bool:
        """Whether a pattern for a claim (``*`` and ``?``) leaves open no part of the owner's name."""
        if claim not in self.claims or not value:
            return False
        before, end = self.claims[claim]
        literal = value[: min((place for wild in _WILD if (place := value.find(wild)) >= 0), default=len(value))]
        if literal == value:
            return True
        if not literal.startswith(before):
            # Owners may choose how the subject is written; only what stops within the known beginning names nobody.
            return not before.startswith(literal)
        name, found, _ = literal[len(before) :].partition(end) if end else ("", "", "")
        return bool(name and found)


@lru_cache(maxsize=1)
def shared_issuers() -> dict[str, Issuer]:
    """Every known issuer of this sort, by its host and path."""
    found = (
        Issuer(
            raw["issuer"],
            raw["everybody"],
            raw["example"],
            {claim: (before, end) for claim, (before, end) in raw["claims"].items()},
            raw.get("own", False),
        )
        for raw in read_data("aws", "federation.yaml")["issuers"]
    )
    return {each.issuer: each for each in found}

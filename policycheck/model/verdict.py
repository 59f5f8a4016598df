"""Answers of a comparison: inside when proved, outside with a concrete request, else undecided with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace

from policycheck.model.dataclass import dataclass

INSIDE = "inside"
OUTSIDE = "outside"
UNDECIDED = "undecided"
#: What stands for a value that only has to exist.
MADE_UP = "example"
_ENCRYPTION = "kms:encryptioncontext:"
EQUAL, NARROWER, BROADER, INCOMPARABLE = "equal", "narrower", "broader", "incomparable"


@dataclass(frozen=True, slots=True, order=True)
class Witness:
    """One concrete request that is allowed and was not declared.

    ``context`` has (key, values); a key that is not listed is missing from the request. ``granted`` is the pattern of
    a policy that takes in the resource, as written there, empty where that is not known; ``ours`` is something of ours
    that was seen and that it takes in. Neither is part of the request.
    """

    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()
    granted: str = field(default="", compare=False)
    ours: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """Where, for a reader: as granted, with something of ours behind it; the resource may be made up."""
        where = self.granted or self.resource
        return f"{where}, such as {self.ours}" if self.ours else where

    @property
    def said(self) -> str:
        """The request in one line: ``s3:GetObject on *, such as ARN with aws:securetransport=true``."""
        terms = ", ".join(_made_up(key, values) or f"{key}={'/'.join(values)}" for key, values in self.context)
        return f"{self.action} on {self.place}" + (f" with {terms}" if terms else "")

    def terms(self) -> Iterator[str]:
        """The context, a sentence for each key: ``aws:securetransport = true or false``."""
        for key, values in self.context:
            yield _made_up(key, values) or f"{key} = {' or '.join(values)}"


def _made_up(key: str, values: tuple[str, ...]) -> str:
    """Words for an encryption context whose value nobody wrote: it stands for those that the policy lets pass."""
    name = key[len(_ENCRYPTION) :] if key.lower().startswith(_ENCRYPTION) else ""
    return f"some value of the encryption context {name}" if name and values == (MADE_UP,) else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``status`` is INSIDE, OUTSIDE or UNDECIDED.

    OUTSIDE has at least one verified witness; UNDECIDED has a reason. OUTSIDE may carry a reason as well, when a part
    of the comparison stayed undecided. ``assumes`` lists the layers that were not seen and taken as allowing.
    """

    status: str
    witnesses: tuple[Witness, ...] = ()
    reason: str = ""
    assumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """The effective access of a principal as documents (canonical JSON texts): the union of ``identity``, limited by
    ``boundary`` when it is not None and by every layer of ``limits`` (session policies, levels of SCPs and RCPs; each a
    union of documents). ``unseen`` names layers that were not seen; they count as allowing and end in
    ``Verdict.assumes``. ``others`` are allowed beside all that: what resource policies give, each with its own limits;
    they have no others themselves."""

    identity: tuple[str, ...]
    boundary: tuple[str, ...] | None = None
    limits: tuple[tuple[str, ...], ...] = ()
    unseen: tuple[str, ...] = ()
    others: tuple[Access, ...] = ()

    @property
    def parts(self) -> tuple[Access, ...]:
        """The accesses whose union this is."""
        return (replace(self, others=()), *self.others) if self.others else (self,)

    def within(self, layer: tuple[str, ...]) -> Access:
        """The access where one more layer must allow."""
        others = tuple([each.within(layer) for each in self.others])
        return replace(self, limits=(*self.limits, layer), others=others)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``relation`` of ACTUAL to DECLARED: narrower means that it grants strictly less. ``proven`` is false exactly
    when the relation is undecided. ``excess`` are verified requests that ACTUAL allows and DECLARED does not."""

    relation: str
    actual_in_declared: Verdict
    declared_in_actual: Verdict

    @property
    def proven(self) -> bool:
        """Whether both directions were decided."""
        return self.relation != UNDECIDED

    @property
    def excess(self) -> tuple[Witness, ...]:
        """The witnesses of the one direction."""
        return self.actual_in_declared.witnesses

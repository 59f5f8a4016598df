"""Findings: one root cause each, with its instances; and the result of a whole check."""

from __future__ import annotations

from dataclasses import field, replace
from enum import IntEnum

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage
from policycheck.model.places import Evidence, Location
from policycheck.model.verdict import Witness

OUTCOMES = ("violation", "gap", "unused")

#: What can accept a finding: a dated exception, a planned blind spot, a comment in a file, the baseline of the project,
#: or that the snapshot before had it too (``--new-only``).
ACCEPTED_BY = ("exception", "plan", "ignore", "baseline", "known")

#: Rules about acceptance itself: nothing accepts them.
UNACCEPTABLE = frozenset({"PC503", "PC504", "PC506"})


class Severity(IntEnum):
    """How bad, in order."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The word used in files and output: ``high``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Instance:
    """One place where a finding holds.

    ``subject`` has (selector, value) pairs, sorted: what exceptions match on (``principal``, ``account``, ``key``,
    ``party``, ``system``, ``category``, ``dataset``, ``field``, ``resource``, ``connector``, ``scope``,
    ``combination``, ``path``, ``place``, ``snapshot``, ``vendor``), beside its own ``fingerprint`` and the finding's.
    ``observed`` is one sentence without the evidence. ``fingerprint`` is stable over runs. ``reason``, where there is
    one, is what ``observed`` says of every account and place that it holds for alike.

    ``extent`` is the sorted set of what is too much there, each a few words: scopes, permissions as a policy writes
    them, categories with their forms. The fingerprint does not depend on it; what was accepted as it was then is
    accepted only while it has not grown. None: not looked at, so never known to be as it was.
    """

    fingerprint: str
    subject: tuple[tuple[str, str], ...]
    observed: str
    evidence: tuple[Evidence, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    reason: str = ""
    extent: tuple[str, ...] | None = ()
    severity: Severity = Severity.INFO


@dataclass(frozen=True, slots=True)
class Finding:
    """One root cause. ``enforced`` is False for policies at stage draft or observe: reported, never failing a run.

    ``accepted`` is empty for an open finding, else how it was accepted: ``exception until 2027-01-15`` or
    ``planned: attestation of 2026-10-01``; ``accepted_by`` is then one of ``ACCEPTED_BY``. ``because`` are the reasons
    for the severity; ``label`` the caret's text.
    """

    rule: str
    severity: Severity
    outcome: str
    vendor: str | None
    message: str
    fingerprint: str
    location: Location
    instances: tuple[Instance, ...]
    help: str = ""
    owner: str = ""
    ask: str = ""
    enforced: bool = True
    because: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    accepted: str = ""
    accepted_by: str = ""
    label: str = ""

    @property
    def unseen(self) -> bool:
        """Whether the finding is about coverage: what could not be seen (PC6xx). It never counts toward ``fail_on``."""
        return self.rule.startswith("PC6")

    @property
    def dateless(self) -> bool:
        """Whether what has no date, a comment or the baseline, may accept it. What could not be seen needs a date."""
        return not self.unseen and self.rule not in UNACCEPTABLE

    def fails(self, fail_on: str) -> bool:
        """Whether the finding alone ends a run with 1; ``fail_on`` is the word of a severity."""
        return self.enforced and not self.unseen and self.severity >= Severity[fail_on.upper()]


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One instance of a finding that was there when the project adopted the tool: fingerprints of both.

    ``vendor`` is empty for a finding that belongs to none. ``severity`` and ``extent`` are how grave it was and
    digests of what was too much; None for a line of an older form, which accepts nothing. ``what`` is for people alone,
    ``line`` where it stands in its file, 0 for one that is in none yet.
    """

    rule: str
    vendor: str
    finding: str
    instance: str
    what: str = ""
    severity: Severity | None = field(default=None, compare=False)
    extent: tuple[str, ...] = field(default=(), compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """The one line at the end. ``stated`` are blind spots with a fresh attestation or a dated exception, ``left_out``
    kinds of resources that a connector's own settings leave out and that no policy needs; ``ignored`` findings that a
    comment accepts, ``baselined`` those that existed at adoption, ``known`` those that are not new."""

    vendors: int
    grants: int
    fields: int
    severities: tuple[tuple[str, int], ...]
    excepted: int
    stated: int
    not_seen: int
    ignored: int = 0
    baselined: int = 0
    known: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class BlindPull:
    """A pull that saw nothing: its moment, and why, a sentence for each connector."""

    taken_at: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """Which snapshot was judged: its id, the moment it was taken (ISO 8601, UTC), the policies' revision then.

    ``blind_since`` are later pulls that saw nothing, so that it stands for the newest.
    """

    id: str
    taken_at: str
    policies_revision: str = ""
    blind_since: tuple[BlindPull, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class PartyRow:
    """Somebody whom policies and shares let in, as they name it: outside parties and AWS services.

    ``kind`` is one of ``model.grants.PARTY_KINDS``; ``vendor`` is empty when nobody claims the party.
    """

    kind: str
    party: str
    external: bool
    vendor: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """Something that was not seen and could concern a vendor; ``hides``: it may have more than was seen because of it,
    so that nobody can say what it does not have."""

    vendor: str
    message: str
    hides: bool


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything a report needs. ``findings`` are open, ``accepted`` are those an exception or a plan covers.

    ``parties`` are all whom trusts let in, but for our own accounts; ``vendors`` all that have a policy. Of the
    baseline, ``gone`` are entries that no longer occur, ``doubled`` lines that say again what another one does,
    ``kept`` the entries that do occur, with no more than what is there now. ``taxonomy`` and ``catalogue`` name the
    versions of the words and of the AWS actions that decided. ``doubts`` are what was not seen, by the vendors
    that it could concern; what a statement stands for is not among them, what an exception accepts is.
    """

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    tally: Tally
    coverage: tuple[Coverage, ...]
    snapshot: SnapshotInfo
    today: str
    fail_on: str
    taxonomy: str = ""
    catalogue: str = ""
    parties: tuple[PartyRow, ...] = ()
    vendors: tuple[str, ...] = ()
    gone: tuple[Known, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    doubled: tuple[Known, ...] = ()
    kept: tuple[Known, ...] = ()


def tallied(tally: Tally, findings: tuple[Finding, ...], accepted: tuple[Finding, ...]) -> Tally:
    """A tally with the counts of these findings: severities worst first, what was not seen apart from them."""
    seen = [each.severity for each in findings if not each.unseen]
    by = [each.accepted_by for each in accepted if not each.unseen]
    return replace(
        tally,
        severities=tuple((level.word, seen.count(level)) for level in reversed(Severity)),
        excepted=by.count("exception"),
        stated=len(accepted) - len(by),
        not_seen=len(findings) - len(seen),
        ignored=by.count("ignore"),
        baselined=by.count("baseline"),
        known=by.count("known"),
    )

"""What analysis finds in one account: ways in, the principals behind them, what these can do and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from policycheck.analysis.effective import Readable
from policycheck.analysis.exposures import limited_exposure
from policycheck.analysis.given import NOTHING_GIVEN, Given
from policycheck.analysis.grants import Admitted, JudgedPath, trust_grant
from policycheck.analysis.identify import Claim
from policycheck.analysis.principals import Reach, policy_evidence
from policycheck.analysis.readings import Reading
from policycheck.analysis.shares import Shared, ShareView
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import DatasetField
from policycheck.model.facts import Attachment, Credential, Principal, Trust
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence
from policycheck.model.survey import StoppedRead


def template(arn: str) -> str:
    """What is left of an ARN without its account: the same role in 40 accounts is one root cause."""
    return arn.rsplit(":", 1)[-1]


@dataclass(frozen=True, slots=True)
class TrustView:
    """One way into a role. Its grant is made when somebody asks, for most of a million ways nobody does."""

    trust: Trust
    judged: JudgedPath

    @property
    def grant(self) -> Grant:
        """The way as a grant."""
        return trust_grant(self.trust, self.judged)


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with everybody whom its trust admits."""

    trust: Trust
    admitted: Admitted

    def views(self) -> Iterator[TrustView]:
        """Every way in."""
        return (TrustView(self.trust, judged) for judged in self.admitted.paths)


@dataclass(frozen=True, slots=True)
class Inroad:
    """Through what one vendor acts: a principal of ours, or (``way`` is a ShareView) the policy of a resource.

    ``principal`` is the ARN of either. ``way`` is the vendor's first way in, ``attached`` are the policies of the
    principal. ``path`` has the roles that are assumed one after the other, ``principal`` at its end, when the vendor
    does not enter it directly; ``onward`` are sentences on what that takes.
    """

    vendor: str
    principal: str
    account: str
    way: TrustView | ShareView | Grant
    attached: Sequence[Attachment]
    reach: Reach
    readable: Readable
    fact: Principal | None
    path: tuple[str, ...] = ()
    onward: tuple[str, ...] = ()

    @property
    def grant(self) -> Grant:
        """The vendor's first way in."""
        return self.way if isinstance(self.way, Grant) else self.way.grant

    @property
    def share(self) -> ShareView | None:
        """The resource policy that lets the vendor act by its own principal."""
        return self.way if isinstance(self.way, ShareView) else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where the policies that grant are written."""
        return policy_evidence(self.attached) or self.grant.evidence

    @property
    def label(self) -> str:
        """Through what the vendor acts, without the account."""
        if self.share:
            return self.share.words.label
        return " -> ".join(template(arn) for arn in self.path or (self.principal,))

    @property
    def actor(self) -> str:
        """Who acts, in short: the principal, or the party that a resource policy names."""
        return self.grant.party if self.share else self.principal.rsplit("/", 1)[-1]

    @property
    def party(self) -> str:
        """Who acts where the principal is a resource that lets it in; else empty."""
        return self.grant.party if self.share else ""

    @property
    def named(self) -> tuple[str, ...]:
        """The ARNs by which an access entry may name who acts."""
        if not self.share:
            return self.path or (self.principal,)
        path = self.share.judged.path
        accounts = (path.account,) if path.account else path.principal_accounts or path.source_accounts
        partition = self.principal.split(":")[1]
        return (path.party, *(f"arn:{partition}:iam::{account}:root" for account in accounts))

    @property
    def subject(self) -> tuple[tuple[str, str], ...]:
        """What identifies an instance of a finding about this."""
        party = (("party", self.grant.party),) if self.share else ()
        path = (("path", " -> ".join(self.path)),) if self.path else ()
        system = self.grant.system
        return (("account", self.account), *party, *path, ("principal", self.principal), ("system", system))

    def exposures(self) -> Iterator[Exposure]:
        """Every field that can be read."""
        return (self.exposure(reading, field) for reading in self.readable.datasets for field in reading.fields)

    def stopped(self) -> Iterator[StoppedRead]:
        """What policies let be read and something else does not."""
        for stop in self.readable.stopped:
            named = tuple(dict.fromkeys(field.category for field in stop.dataset.fields if field.category))
            action = f"{stop.witness.action} on {stop.witness.place}"
            yield StoppedRead(
                self.vendor,
                self.account,
                self.principal,
                stop.dataset.name,
                action,
                stop.by,
                named,
                stop.assumes,
                self.party,
            )

    def exposure(self, reading: Reading, field: DatasetField) -> Exposure:
        """One field that can be read."""
        exposure = limited_exposure(self.grant, self.evidence, reading, field)
        return replace(exposure, party=self.party) if self.party else exposure


@dataclass(frozen=True, slots=True)
class PartitionView:
    """The analysis of one partition; what it yields is made on the way, so that a large account needs little memory.

    ``named`` are the users that nothing claims and that are called like a vendor. ``inside`` tells what a principal may
    do that no vendor acts through, to whom comes in there.
    """

    roles: tuple[RoleView, ...]
    users: tuple[Grant, ...]
    inroads: tuple[Inroad, ...]
    shared: tuple[Shared, ...] = ()
    given: Given = NOTHING_GIVEN
    named: tuple[Grant, ...] = ()
    inside: Callable[[str, TrustView | Grant], Inroad] | None = None

    def grants(self) -> Iterator[Grant]:
        """Every grant of the partition."""
        yield from (view.grant for role in self.roles for view in role.views())
        yield from (*self.users, *self.named)
        yield from (view.grant for shared in self.shared for view in shared.views)
        yield from (way.view.grant for way in self.given.ways)
        yield from (inroad.grant for inroad in self.inroads if inroad.path)

    def exposures(self) -> Iterator[Exposure]:
        """Everything that vendors can read through the partition's principals."""
        return (exposure for inroad in self.inroads for exposure in inroad.exposures())

    def stopped(self) -> Iterator[StoppedRead]:
        """What vendors cannot read although policies let them."""
        return (each for inroad in self.inroads for each in inroad.stopped())


@dataclass(frozen=True, slots=True)
class KeyView:
    """A credential with its grant, and all vendors whose entries claim it.

    ``strangers`` are the hosts of an unclaimed app client that nobody claims either. ``looks_like`` is the vendor that
    the name of an unclaimed copy of a key speaks of: a hint, no claim.
    """

    grant: Grant
    key: Credential
    claim: Claim
    strangers: tuple[str, ...] = ()
    looks_like: str = ""

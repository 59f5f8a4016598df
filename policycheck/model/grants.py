"""What analysis derives from facts: grants and exposures."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass
from policycheck.model.places import Evidence, Location

PARTY_KINDS = ("account", "federated", "service", "everyone", "canonical", "unresolvable")


@dataclass(frozen=True, slots=True)
class Demand:
    """One claim of a token that a condition of a trust asks for: ``sub``, ``aud``. Any of ``values`` will do; with
    ``patterns`` they may have wildcards."""

    claim: str
    values: tuple[str, ...]
    patterns: bool = False


@dataclass(frozen=True, slots=True)
class TrustPath:
    """One way in through a trust, after Deny: who, and under which conditions.

    ``party`` as written in the trust; ``NotPrincipal`` for an Allow with NotPrincipal. ``kind`` is one of PARTY_KINDS.
    ``account`` is the account id inside the party, if it has one. ``external_id``: ``none``, ``required``, ``weak``,
    the weakest path counting; ``external_ids`` the values accepted; ``weakness`` a sentence when weak.
    ``organizations`` are the ids to which an ``aws:PrincipalOrgID`` condition confines the party;
    ``principal_accounts`` and ``source_accounts`` likewise for ``aws:PrincipalAccount`` and ``aws:SourceAccount``;
    empty: not confined.
    ``demands`` are the claims that a federated identity's token must have.
    ``conditions`` is canonical JSON of the statement's condition (a list of them when several paths merge),
    empty without. ``unproved`` is a sentence when a conditional Deny or an unreadable condition could not be judged.
    """

    party: str
    kind: str
    account: str
    external_id: str
    external_ids: tuple[str, ...] = ()
    weakness: str = ""
    organizations: tuple[str, ...] = ()
    principal_accounts: tuple[str, ...] = ()
    source_accounts: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()
    conditions: str = ""
    unproved: str = ""
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """One way in which a party can act in a system or holds a credential.

    ``account`` is whose resource it is (the tenant for a SaaS system); ``principal`` the role's ARN or the key's id;
    ``name`` its short name; ``party`` who is let in or holds the key. ``vendor`` is None when nobody claims the party.
    ``direction``: ``inbound`` or ``outbound``. ``scopes`` None where the system has none or none were told.
    ``identified_by`` names the recognise entry that decided. ``looks_like`` is the vendor of which names speak where no
    entry decides: a hint, no claim.
    """

    system: str
    account: str
    principal: str
    name: str
    party: str
    party_kind: str
    external: bool
    vendor: str | None
    direction: str
    held_by: str
    external_id: str
    conditions: str
    evidence: tuple[Evidence, ...]
    scopes: tuple[str, ...] | None = None
    identified_by: str = ""
    looks_like: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A vendor has, or can read, a category in a form.

    ``place`` names where: ``member-exports.ip_history`` or ``sendgrid contact.last_ip``; ``via`` the principal or
    connector; ``dataset`` and ``field`` set for readable data; ``category`` None when the field could not be judged.
    ``decided_by`` tells which map or rule gave the category. ``subjects`` is the number of people, None when unknown.
    ``integration`` is the vendor's integration through which a readable field is reached, empty when not declared.
    ``action`` is the data-reading action for a readable exposure, e.g. ``s3:GetObject``. ``subject_kind`` is whom it is
    about (``customer``), empty when not known. ``host`` is where it was seen being sent, in ``records`` samples;
    ``vendor`` is the host itself where no vendor claims it. ``limits`` are sentences on what limits a read, and on
    what seems to and does not; ``mend`` is what would take it away, where that is not a statement of a policy.
    ``perhaps`` is the category that a rule which is not sure enough would give. ``party`` is who reads where ``via`` is
    what it is let into by a policy, a list or a grant on the thing itself.
    """

    vendor: str
    category: str | None
    form: str
    depth: str
    origin: str
    place: str
    via: str
    system: str
    evidence: tuple[Evidence, ...]
    dataset: str = ""
    field: str = ""
    account: str = ""
    action: str = ""
    tenant: str = ""
    integration: str = ""
    subjects: int | None = None
    decided_by: str = ""
    at: Location | None = None
    subject_kind: str = ""
    host: str = ""
    records: int = 0
    limits: tuple[str, ...] = ()
    mend: str = ""
    perhaps: str = ""
    party: str = ""

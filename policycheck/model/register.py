"""The register of vendors: what an auditor asks for."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One vendor; or, where not ``claimed``, a party or host that nobody claims.

    ``declared`` and ``held`` are categories with their forms (``user.contact.email (raw)``); ``access`` are sentences
    on how it acts or on our credentials there, with what they allow in short; dates are ISO 8601, empty where there is
    none. ``unstated`` are parts of the contract that the policy does not speak of, which is not the same as none.
    ``findings`` are open ones, ``accepted`` those that an exception, a comment or the baseline accepts; None where no
    snapshot was looked at. ``unseen`` is what was not seen and could concern it.

    Asked for by GDPR Art. 28 and 30, SOC 2 CC9.2, ISO/IEC 27001:2022 A.5.19.
    """

    vendor: str
    name: str = ""
    legal_name: str = ""
    kind: str = ""
    stage: str = ""
    role: str = ""
    use: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    people: int | None = None
    declared: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    transfer: str = ""
    subprocessors: tuple[str, ...] = ()
    dpa: str = ""
    ends: str = ""
    clauses: tuple[str, ...] = ()
    breach_notice_hours: int | None = None
    retention_days: int | None = None
    delete_after_end_days: int | None = None
    owner: str = ""
    security_contact: str = ""
    reviewed: str = ""
    reviewed_by: str = ""
    review_due: str = ""
    exceptions: int = 0
    findings: int | None = None
    accepted: int | None = None
    policy: str = ""
    claimed: bool = True
    unstated: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """All vendors, by name. ``taken_at`` is the snapshot's moment, empty when only what is declared is told; ``unseen``
    is the number of things that could not be seen."""

    rows: tuple[RegisterRow, ...]
    today: str
    taken_at: str = ""
    unseen: int = 0

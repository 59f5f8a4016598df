"""What the policy of a resource (or the trust of a role) says about one principal of ours.

Source: IAM User Guide, "Policy evaluation logic" (single account), "Permissions boundaries for IAM entities",
"NotPrincipal with Deny".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from policycheck.aws.documents import Document, Statement
from policycheck.aws.narrowing import Known, bound, remaining, written
from policycheck.aws.principals import EVERYONE, Party, covers, overlaps, read_party
from policycheck.aws.shares import hits
from policycheck.model.dataclass import dataclass

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sides:
    """The statements that concern a principal, without Principal and bound to the resource.

    ``direct`` names the user or a session of the role itself: no implicit deny of a boundary or session policy limits
    it. ``limited`` names the role, or everybody. ``delegated`` names the account, which leaves the decision to identity
    policies. ``denied`` hits every request of the principal under which its condition holds.
    """

    direct: list[Json] = field(default_factory=list)
    limited: list[Json] = field(default_factory=list)
    delegated: list[Json] = field(default_factory=list)
    denied: list[Json] = field(default_factory=list)

    @property
    def allowed(self) -> list[Json]:
        """Every statement that lets the principal in, if its own policies do."""
        return [*self.direct, *self.limited, *self.delegated]

    def add(self, other: Sides) -> None:
        """Take in what another policy says."""
        self.direct.extend(other.direct)
        self.limited.extend(other.limited)
        self.delegated.extend(other.delegated)
        self.denied.extend(other.denied)


def sides_of(document: Document, principal: Party, known: Known, owned: Sequence[str]) -> Sides:
    """What a valid policy of the resource that ``owned`` stands for says about a role or user.

    Of a Deny that names a single session nothing is kept: who may take the role chooses the session's name.
    """
    found = Sides()
    for statement in document.statements:
        place = _place(statement, principal, found)
        clauses = remaining(statement, known) if place is not None else None
        resources = bound(statement, owned) if clauses is not None else ()
        if place is not None and clauses is not None and resources:
            place.append(written(statement, clauses, resources))
    return found


def _place(statement: Statement, principal: Party, found: Sides) -> list[Json] | None:
    if statement.principals is None:
        return None
    if not statement.allow:
        return found.denied if hits(statement, principal) else None
    listed = [read_party(kind, value) for kind, value in statement.principals]
    if statement.not_principal:
        return None if any(covers(each, principal) for each in listed) else found.limited
    if any(_is_session(each, principal) for each in listed):
        return found.direct
    if any(_is_itself(each, principal) for each in listed):
        return found.direct if principal.name.startswith("user/") else found.limited
    if any(each.kind == EVERYONE for each in listed):
        return found.limited
    return found.delegated if any(each.whole and covers(each, principal) for each in listed) else None


def _is_itself(listed: Party, principal: Party) -> bool:
    return not listed.whole and listed.kind == "account" and listed.name == principal.name and covers(listed, principal)


def _is_session(listed: Party, principal: Party) -> bool:
    """Whether it is a session of the principal."""
    session = listed.name.startswith(("assumed-role/", "federated-user/"))
    return session and principal.name.startswith("role/") and overlaps(principal, listed)

"""Whether somebody can open an encrypted copy: the KMS key has to let it in as well.

Source: Amazon EBS User Guide, "Share the KMS key used to encrypt a shared Amazon EBS snapshot"; Amazon RDS User Guide,
"Sharing encrypted snapshots for Amazon RDS".
"""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.analysis import parties
from policycheck.analysis.shares import Shared
from policycheck.model.grants import TrustPath
from policycheck.model.shares import Share

_OPENS = frozenset({"Decrypt", "CreateGrant"})


def barred(copy: Share, path: TrustPath, shared: Iterable[Shared], shares: Iterable[Share]) -> bool | None:
    """Whether the key of a copy lets the party in neither by its policy nor by a grant; None when that is not known,
    or the copy is not encrypted."""
    policy = next((each for each in shared if each.trust.resource == copy.key), None) if copy.key else None
    if policy is None or policy.problems:
        return None
    by_policy = (view.judged.path for view in policy.views)
    grants = (each for each in shares if each.kind == "grant" and each.resource == copy.key)
    by_grant = (parties.read(each.party)[1] for each in grants if _OPENS & set(each.rights))
    return not any(_same(each, path) for each in (*by_policy, *by_grant))


def _same(one: TrustPath, other: TrustPath) -> bool:
    """Whether both may be the same somebody; what is let in wider than by account may be anybody."""
    return one.kind == "everyone" or not other.account or one.account == other.account

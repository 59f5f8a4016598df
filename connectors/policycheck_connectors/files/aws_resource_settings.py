"""What an entry about a resource tells beside its policy: its key, the grants of a key, the public access block.

Grants have the shape of the call kms ListGrants, the block that of s3 GetPublicAccessBlock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policycheck.model.facts import Fact
from policycheck.model.shares import Encryption, Setting, Share
from policycheck_connectors.files.values import entry_of, items_of, text_of

ENCRYPTION, GRANTS = "encryption", "grants"
BLOCK, BLOCK_OF_ACCOUNT = "public_access_block", "account_public_access_block"
#: The keys of an entry that are read here.
KEYS = (ENCRYPTION, GRANTS, BLOCK, BLOCK_OF_ACCOUNT)
_MANAGERS = ("", "customer", "aws")


def beside(value: Mapping[str, object], arn: str, account: str, connector: str, where: str) -> Iterator[Fact]:
    """The facts of one entry; ValueError when a part of it has another shape."""
    if ENCRYPTION in value:
        yield _encryption(entry_of(value[ENCRYPTION]), arn, account, connector, where)
    for raw in items_of(value.get(GRANTS)):
        yield _grant(entry_of(raw), arn, account, connector, where)
    everything = f"arn:{arn.split(':')[1]}:s3:::*"
    for key, resource in ((BLOCK, arn), (BLOCK_OF_ACCOUNT, everything)):
        for name, on in entry_of(value.get(key) or {}).items():
            if not isinstance(on, bool):
                raise ValueError("not a truth value")
            if on:
                yield Setting("aws", account, resource, name, "true", connector, where)


def _encryption(raw: Mapping[str, object], arn: str, account: str, connector: str, where: str) -> Encryption:
    key, manager = raw.get("key"), raw.get("manager") or ""
    if key is not None and not (text_of(key) or "").startswith("arn:"):
        raise ValueError("not the ARN of a key")
    if manager not in _MANAGERS:
        raise ValueError("not a manager of keys")
    default = arn.split(":")[2] == "s3"
    return Encryption("aws", account, arn, str(key or ""), connector, where, str(manager), default)


def _grant(raw: Mapping[str, object], arn: str, account: str, connector: str, where: str) -> Share:
    constraints = entry_of(raw.get("Constraints") or {})
    context = [entry_of(constraints.get(f"EncryptionContext{kind}") or {}) for kind in ("Subset", "Equals")]
    party = text_of(raw.get("GranteePrincipal")) or text_of(raw.get("GranteeServicePrincipal"))
    if party is None:
        raise ValueError("a grant without a grantee")
    return Share(
        system="aws",
        account=account,
        resource=arn,
        kind="grant",
        party=party,
        rights=tuple(str(text_of(each)) for each in items_of(raw.get("Operations"))),
        connector=connector,
        where=where,
        name=text_of(raw.get("GrantId")) or "",
        context=tuple(sorted({name for each in context for name in each})),
        source=text_of(constraints.get("SourceArn")) or "",
    )

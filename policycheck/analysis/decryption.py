"""Whether who may read encrypted data may decrypt it: key policies, identity policies, grants of keys.

Source: AWS KMS Developer Guide, "Determining access to AWS KMS keys", "kms:ViaService", "AWS managed keys", "Grants".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policycheck.aws.documents import Clause
from policycheck.aws.engine import Engine
from policycheck.library.effective import load_effective
from policycheck.model.dataclass import dataclass
from policycheck.model.shares import Encryption, Share
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access, Verdict

_DECRYPT = ("kms:Decrypt",)


@dataclass(frozen=True, slots=True)
class Who:
    """Who reads. ``principal`` is the ARN of a role or user of ours, empty when ``vendor`` reads by a principal of its
    own; ``account`` is the account of the principal, empty when that is not told."""

    principal: str
    account: str
    vendor: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a key keeps somebody from decrypting; ``stops`` only where that is certain, ``note`` says why it is not.

    ``assumes`` is what a stop rests on.
    """

    stops: bool
    note: str = ""
    assumes: tuple[str, ...] = ()


READABLE = Answer(False)


@dataclass(frozen=True, slots=True)
class Doors:
    """What is known of keys. ``known`` tells whether the policy of a key was seen, ``granted`` whether its grants were;
    ``outside`` gives what the policy of a key lets a vendor's own principals do."""

    known: Callable[[str], bool]
    granted: Callable[[str], bool]
    outside: Callable[[str, str], tuple[Access, ...]]


class Keys:
    """The keys of one snapshot, and what they encrypt."""

    def __init__(
        self,
        engine: Engine,
        encryption: Iterable[Encryption],
        grants: Iterable[Share],
        ours: frozenset[str],
        doors: Doors,
    ) -> None:
        self._engine = engine
        self._ours = ours
        self._doors = doors
        self._services = load_effective().keys
        self._of = {
            each.resource: each for each in encryption if each.key and _service(each.resource) in self._services
        }
        self._grants: dict[str, list[Share]] = {}
        for grant in grants:
            if "Decrypt" in grant.rights:
                self._grants.setdefault(grant.resource, []).append(grant)

    def __bool__(self) -> bool:
        return bool(self._of)

    def of(self, container: str) -> Encryption | None:
        """The key that encrypts what a resource holds; None when there is none, or none is known."""
        return self._of.get(container)

    def answer(self, access: Access, who: Who, encryption: Encryption) -> Answer:
        """Whether somebody with an access can decrypt what a resource holds."""
        key = encryption.key
        if encryption.manager == "aws":
            # Everybody in the account may use it through the service, nobody else ever.
            return READABLE if who.account == _account(key) and who.principal else Answer(True, "", _stored(encryption))
        verdict = self._verdict(access, who, encryption)
        if verdict.status == OUTSIDE or self._by_grant(key, who):
            return READABLE
        if verdict.status == UNDECIDED:
            return Answer(False, f"whether {key} lets it decrypt was not decided ({verdict.reason}): taken as readable")
        if not self._doors.known(key):
            return Answer(False, f"the policy of KMS key {key} was not seen: taken as letting it decrypt")
        if not self._doors.granted(key):
            return Answer(False, f"the grants of KMS key {key} were not all seen: taken as letting it decrypt")
        return Answer(True, "", _stored(encryption))

    def _verdict(self, access: Access, who: Who, encryption: Encryption) -> Verdict:
        clauses = self._clauses(who, encryption)
        accesses = (access,) if who.principal else self._doors.outside(encryption.key, who.vendor)
        found = [self._engine.reads(each, _DECRYPT, (encryption.key,), clauses) for each in accesses]
        open_ = [verdict for verdict in found if verdict.status != INSIDE]
        return next((v for v in open_ if v.status == OUTSIDE), open_[0] if open_ else Verdict(INSIDE))

    def _clauses(self, who: Who, encryption: Encryption) -> tuple[Clause, ...]:
        """What is so of each request that the service makes for who reads."""
        _, cloud, _, region, *_ = encryption.key.split(":")
        service = self._services[_service(encryption.resource)]
        domain = "amazonaws.com.cn" if cloud == "aws-cn" else "amazonaws.com"
        found = [Clause("StringEquals", "kms:viaservice", (f"{service.via}.{region}.{domain}",))]
        if who.account:
            found.append(Clause("StringEquals", "kms:calleraccount", (who.account,)))
        if service.context:
            resource = encryption.resource
            found.append(Clause("StringLike", service.context, (resource, f"{resource}/*")))
        return tuple(found)

    def _by_grant(self, key: str, who: Who) -> bool:
        """Whether a grant lets somebody decrypt; what it asks of the encryption context is taken as met."""
        for grant in self._grants.get(key, ()):
            account = _account(grant.party)
            if who.principal and account == who.account and _short(grant.party) == _short(who.principal):
                return True
            if not who.principal and account and account not in self._ours:
                return True
        return False


def _stored(encryption: Encryption) -> tuple[str, ...]:
    if not encryption.default:
        return ()
    place, key = encryption.resource, encryption.key
    return (f"what was stored in {place} before its default key was set, or with another one, is under {key} too",)


def _service(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[2] if len(parts) == 6 else ""


def _account(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else arn if arn.isdigit() else ""


def _short(arn: str) -> str:
    """``role/NAME`` of a role or a session of it, ``user/NAME``: names are unique whatever the path."""
    kind, _, rest = arn.split(":", 5)[-1].partition("/")
    name = rest.split("/")[0] if kind == "assumed-role" else rest.rsplit("/", 1)[-1]
    return f"{kind.removeprefix('assumed-')}/{name}"

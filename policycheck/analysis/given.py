"""What is given to others without a policy document, as ways in: grants of keys, lists, URLs, shares, copies.

Each is put in the words of IAM, so that it is compared with the declared access as a policy is. What each right means
is data: ``policies/aws/shares.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from policycheck.analysis import parties
from policycheck.analysis.decryption import Who
from policycheck.analysis.effective import Effective, Readable
from policycheck.analysis.encrypted import barred
from policycheck.analysis.lake import LakeWays, Unfollowed
from policycheck.analysis.located import Located
from policycheck.analysis.readings import Stop
from policycheck.analysis.shares import Shared, Shares, ShareView, Told
from policycheck.aws.engine import Engine
from policycheck.aws.narrowing import text_of
from policycheck.aws.patterns import matches
from policycheck.library.shares import Kind, load_sharing
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset
from policycheck.model.facts import DataGrant, Trust
from policycheck.model.partition import Partition
from policycheck.model.shares import Setting, Share
from policycheck.model.verdict import INSIDE, Access, Witness

_ANYTHING = ("*",)
#: How Lake Formation names the resource shares through which its grants reach other accounts. Source: Lake Formation
#: Developer Guide, "Accessing and viewing shared Data Catalog tables and databases".
_OF_LAKE = "LakeFormation-"


@dataclass(frozen=True, slots=True)
class GivenWay:
    """One way in, with what can be read through it."""

    view: ShareView
    readable: Readable


@dataclass(frozen=True, slots=True)
class Given:
    """Everything that one account gives to others; ``unfollowed`` are grants of which nobody can tell on what they
    are."""

    ways: tuple[GivenWay, ...] = ()
    unfollowed: tuple[Unfollowed, ...] = ()

    @property
    def claimed(self) -> tuple[GivenWay, ...]:
        """The ways of known vendors."""
        return tuple(way for way in self.ways if way.view.judged.claim.vendor)


NOTHING_GIVEN = Given()
_KEY = {
    True: "{key}, which encrypts the copy, does not let the party in today: nothing can be read of it",
    False: "{key}, which encrypts the copy, lets the party in",
    None: "{key}, which encrypts the copy, was not seen: taken as letting the party in",
}


class GivenWays:
    """Reads what is given, for one project."""

    def __init__(self, engine: Engine, shares: Shares, effective: Effective, datasets: Iterable[Dataset]) -> None:
        self._engine = engine
        self._shares = shares
        self._effective = effective
        self._located = Located(datasets)
        self._lake = LakeWays(shares, self._located)
        self._facts = load_sharing()

    def of(self, partition: Partition, shared: Sequence[Shared]) -> Given:
        """Everything that an account gives to parties from outside."""
        if not partition.shares and not partition.data_grants:
            return NOTHING_GIVEN
        ways = [*self._ways(partition, shared)]
        lake, unfollowed = self._lake.of(partition)
        ways += [GivenWay(view, readable) for view, readable in lake]
        return Given(tuple(ways), tuple(unfollowed))

    def _ways(self, partition: Partition, shared: Sequence[Shared]) -> Iterator[GivenWay]:
        policies = {each.trust.resource: each.trust.document for each in shared}
        for group in _grouped(partition.shares):
            first = group[0]
            if first.kind == "url" and first.resource in policies:
                # Who may call it is what the policy of the function says, which is judged by itself.
                continue
            if stopped(first, partition.settings) or _carries(first, partition.data_grants):
                continue
            way = self._way(group, partition, shared, policies)
            if way is not None:
                yield way

    def _way(
        self, group: Sequence[Share], partition: Partition, shared: Sequence[Shared], policies: Mapping[str, str]
    ) -> GivenWay | None:
        first, kind = group[0], self._facts.kinds[group[0].kind]
        party, path = parties.read(first.party)
        judged = self._shares.judged(path)
        if not judged.external:
            return None
        limits = self._shares.limits(party, first.resource, first.account, policies.get(first.resource, ""))
        access = Access((text_of([*_statements(group, kind)]),), limits=tuple((layer,) for layer in limits))
        verdict = self._engine.reads(access, _ANYTHING, _ANYTHING)
        if verdict.status == INSIDE:
            return None
        trust = Trust(first.system, first.account, first.resource, "resource", "", first.connector, first.where)
        who = Who("", path.account, judged.claim.vendor or "")
        readable, assumes = self._readable(group, kind, access, who), tuple(_assumes(group))
        shut = barred(first, path, shared, partition.shares)
        if shut:
            readable = _shut(readable, first.key)
        if first.key:
            assumes = (*assumes, _KEY[shut].format(key=first.key.rsplit(":", 1)[-1]))
        told = Told(kind.how, _label(first, kind), kind.mend, _gives(readable), _thing(first) if kind.copies else "")
        public = verdict if parties.is_public(path) else None
        return GivenWay(ShareView(trust, judged, access, public, assumes, told), readable)

    def _readable(self, group: Sequence[Share], kind: Kind, access: Access, who: Who) -> Readable:
        first = group[0]
        actions = [action for each in group for right in each.rights for action, _ in kind.actions(right)]
        copying = next((each for each in actions if each in self._facts.copying), "")
        if first.kind == "ram":
            copying = next((right for each in group for right in each.rights if right in self._facts.copying), "")
            if not all(each.told for each in group):
                return self._located.readable((first.resource,), Witness(_all_of(first), first.resource), kind.mend)
        if not copying:
            return self._effective.readable(access, who)
        return self._located.copied((first.resource, *first.copies), Witness(copying, first.resource), kind.mend)


def stopped(share: Share, settings: Sequence[Setting]) -> bool:
    """Whether a setting takes away what a list gives.

    Source: Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs", "Blocking public access"
    (IgnorePublicAcls); Amazon EBS User Guide, "Block public access for Amazon EBS snapshots" (block-all-sharing).
    """
    mine = {(each.name, each.value) for each in settings if matches(each.resource, share.resource)}
    if share.kind == "acl" and ("ObjectOwnership", "BucketOwnerEnforced") in mine:
        return True
    if not parties.is_public(parties.read(share.party)[1]):
        return False
    blocks = {"acl": ("IgnorePublicAcls", "true"), "snapshot": ("SnapshotBlockPublicAccess", "block-all-sharing")}
    return blocks.get(share.kind, ("", "")) in mine


def _carries(share: Share, grants: Sequence[DataGrant]) -> bool:
    """Whether a resource share only carries grants of Lake Formation, which are judged by themselves."""
    of_lake = share.kind == "ram" and share.name.startswith(_OF_LAKE)
    return of_lake and any(grant.principal == share.party for grant in grants)


def _grouped(shares: Iterable[Share]) -> Iterable[tuple[Share, ...]]:
    """What is given to the same party on the same thing in the same way."""
    found: dict[tuple[str, ...], list[Share]] = {}
    for each in shares:
        through = each.name if each.kind == "ram" else ""
        found.setdefault((each.kind, each.resource, each.party, through), []).append(each)
    return [tuple(group) for group in found.values()]


def _statements(group: Iterable[Share], kind: Kind) -> Iterator[dict[str, object]]:
    copying = load_sharing().copying
    for share in group:
        by_suffix: dict[str, dict[str, None]] = {}
        # What copies comes first, so that a finding shows it.
        for right in sorted(share.rights, key=lambda right: right not in copying):
            given = kind.actions(right) if share.kind != "ram" else ((right, ""),)
            for action, suffix in given:
                by_suffix.setdefault(suffix, {})[action] = None
        if not share.told:
            by_suffix = {"": {_all_of(share): None}}
        condition = _condition(share)
        for suffix, actions in by_suffix.items():
            entry: dict[str, object] = {"Effect": "Allow", "Action": list(actions), "Resource": share.resource + suffix}
            yield {**entry, "Condition": condition} if condition else entry


def _all_of(share: Share) -> str:
    return f"{share.resource.split(':')[2]}:*"


def _condition(share: Share) -> dict[str, dict[str, str]]:
    """Of an encryption context only the names are known, so a request has to have them with any value."""
    found: dict[str, dict[str, str]] = {}
    if share.context:
        found["Null"] = {f"kms:EncryptionContext:{name}": "false" for name in share.context}
    if share.source:
        found["ArnLike"] = {"aws:SourceArn": share.source}
    return found


def _label(share: Share, kind: Kind) -> str:
    """How the way is called without account and Region; snapshots by what they are of, so that all of them are one."""
    if share.kind == "ram":
        return kind.label.format(name=share.name)
    if "snapshot" in share.kind and not share.copies:
        return _short(share.resource)
    return kind.label.format(name=_thing(share) if "snapshot" in share.kind else _short(share.resource))


def _thing(share: Share) -> str:
    return _short(next(iter(share.copies), share.resource))


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1].replace(":", " ", 1)


def _shut(readable: Readable, key: str) -> Readable:
    """Nothing can be read of a copy whose key lets the party in by no way."""
    by = f"{key.rsplit(':', 1)[-1]} encrypts the copy and does not let it in"
    stops = [Stop(each.dataset, each.witness, by) for each in readable.datasets]
    return Readable((), (), (), tuple(stops))


def _gives(readable: Readable) -> str:
    names = [reading.dataset.name for reading in readable.datasets if reading.fields]
    return f"it gives {', '.join(dict.fromkeys(names))}" if names else ""


def _assumes(group: Iterable[Share]) -> Iterator[str]:
    for share in group:
        if share.context:
            yield f"values of the encryption context ({', '.join(share.context)}) are not kept: taken as any"
        if share.pending:
            yield "the party has still to accept the resource share"
        if not share.told:
            listed = ", ".join(right.rsplit("/", 1)[-1] for right in share.rights) or "of the share"
            yield f"what the permission {listed} lets somebody do is not told: taken as everything"

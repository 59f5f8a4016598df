"""Everything that analysis needs of a project, and the evaluation of one partition as a pure function of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policycheck.analysis.exposures import (
    Readable,
    Reader,
    attested_exposures,
    held_exposure,
    readable_exposures,
)
from policycheck.analysis.grants import (
    JudgedPath,
    Ours,
    attested_grants,
    credential_grant,
    judge_path,
    trust_grant,
    user_grant,
)
from policycheck.analysis.identify import Claim, Identifier
from policycheck.analysis.principals import Attachments, Reach
from policycheck.aws.engine import Engine
from policycheck.fields.classify import Classifier
from policycheck.library.data_actions import load_data_actions
from policycheck.library.profiles import profile, profile_of_system, system_vendors
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Policy, Project
from policycheck.model.facts import Attestation, Credential, PolicyDocument, Principal, VendorField
from policycheck.model.grants import Exposure, Grant
from policycheck.model.partition import Partition


@dataclass(frozen=True, slots=True)
class TrustView:
    """One grant of a role with what the rules need beside it."""

    grant: Grant
    judged: JudgedPath


@dataclass(frozen=True, slots=True)
class Inroad:
    """A principal of ours through which one vendor acts: its access, and what that can read."""

    vendor: str
    principal: str
    account: str
    grant: Grant
    reach: Reach
    readable: Readable
    fact: Principal | None


@dataclass(frozen=True, slots=True)
class PartitionView:
    """The analysis of one partition.

    ``problems`` has (resource ARN, where, connector, sentence) for trusts that could not be read whole.
    """

    trusts: tuple[TrustView, ...]
    users: tuple[Grant, ...]
    inroads: tuple[Inroad, ...]
    exposures: tuple[Exposure, ...]
    problems: tuple[tuple[str, str, str, str], ...]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Every grant of the partition."""
        return (*(view.grant for view in self.trusts), *self.users)


@dataclass(frozen=True, slots=True)
class KeyView:
    """A credential with its grant, and all vendors whose entries claim it."""

    grant: Grant
    key: Credential
    claim: Claim


class Analyst:
    """Holds the memo tables of one run; no process-global state, so that partitions can run in any process."""

    def __init__(self, project: Project, documents: Mapping[str, PolicyDocument], accounts: Iterable[str]) -> None:
        self.project = project
        self.engine = Engine()
        self.documents = documents
        self.policies: dict[str, Policy] = {p.vendor: p for p in project.policies}
        config = project.config
        self.ours = Ours(frozenset(config.own_accounts) | frozenset(accounts), frozenset(config.own_organizations))
        self.identifier = Identifier(project.policies, system_vendors())
        self._classifier = Classifier(load_taxonomy(), project.datasets)
        self._reader = Reader(self.engine, project.datasets, load_data_actions())
        self._paths: dict[str, tuple[tuple[JudgedPath, ...], tuple[str, ...]]] = {}

    def partition(self, partition: Partition) -> PartitionView:
        """Evaluate one account."""
        trusts: list[TrustView] = []
        problems: list[tuple[str, str, str, str]] = []
        for trust in partition.trusts:
            paths, sentences = self._trust(trust.document)
            trusts += [TrustView(trust_grant(trust, judged), judged) for judged in paths]
            problems += [(trust.resource, trust.where, trust.connector, sentence) for sentence in sentences]
        users = self._users(partition)
        inroads = self._inroads(partition, [*(v.grant for v in trusts if v.grant.vendor), *users])
        exposures = tuple(e for i in inroads for e in readable_exposures(i.grant, i.reach, i.readable))
        return PartitionView(tuple(trusts), users, inroads, exposures, tuple(problems))

    def keys(self, credentials: Iterable[Credential]) -> tuple[KeyView, ...]:
        """Every credential with its grant."""
        views = []
        for key in credentials:
            claim = self.identifier.credential(key)
            owner = self.identifier.system(key.system, key.tenant).vendor
            views.append(KeyView(credential_grant(key, claim, owner), key, claim))
        return tuple(views)

    def held(self, fields: Iterable[VendorField]) -> tuple[Exposure, ...]:
        """What vendors hold by their own field definitions; a system that nobody claims keeps its own name."""
        exposures = []
        for field in fields:
            vendor = self.identifier.system(field.system, field.tenant).vendor or field.system
            known = profile_of_system(field.system) or profile(vendor)
            exposure = held_exposure(field, vendor, self._classifier, known)
            if exposure is not None:
                exposures.append(exposure)
        return tuple(exposures)

    def stated(self, statements: Iterable[Attestation]) -> tuple[tuple[Grant, ...], tuple[Exposure, ...]]:
        """Grants and exposures that people stated."""
        kept = tuple(statements)
        grants = tuple(g for s in kept for g in attested_grants(s))
        return grants, tuple(e for s in kept for e in attested_exposures(s))

    def _trust(self, digest: str) -> tuple[tuple[JudgedPath, ...], tuple[str, ...]]:
        known = self._paths.get(digest)
        if known is None:
            known = self._paths[digest] = self._read_trust(digest)
        return known

    def _read_trust(self, digest: str) -> tuple[tuple[JudgedPath, ...], tuple[str, ...]]:
        document = self.documents.get(digest)
        if document is None or not document.text:
            reason = document.problem if document else "the document is not in the snapshot"
            return (), (f"trust policy could not be read: {reason}",)
        reading = self.engine.trust(document.text)
        paths = tuple(judge_path(path, self.ours, self.identifier) for path in reading.paths)
        return paths, reading.problems

    def _users(self, partition: Partition) -> tuple[Grant, ...]:
        users = (p for p in partition.principals if p.kind == "user")
        claims = ((user, self.identifier.user(user.id)) for user in users)
        return tuple(user_grant(user, claim) for user, claim in claims if claim.vendor)

    def _inroads(self, partition: Partition, grants: list[Grant]) -> tuple[Inroad, ...]:
        if not grants:
            return ()
        attachments = Attachments(partition, self.documents)
        facts = {p.id: p for p in partition.principals}
        inroads: dict[tuple[str, str], Inroad] = {}
        for grant in grants:
            key = (grant.vendor or "", grant.principal)
            if key not in inroads:
                reach = attachments.reach(grant.principal)
                readable = self._reader.readable(reach)
                fact = facts.get(grant.principal)
                inroads[key] = Inroad(key[0], grant.principal, grant.account, grant, reach, readable, fact)
        return tuple(inroads.values())

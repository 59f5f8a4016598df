"""Resource policies to ways in: who from outside is let in by the policy of a bucket, key, queue ..., to do what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from policycheck.analysis.grants import JudgedPath, Ours, judge_path, trust_grant
from policycheck.analysis.identify import Identifier
from policycheck.analysis.organization import Organization
from policycheck.analysis.resources import rcp_denies
from policycheck.aws.confine import fixed_account
from policycheck.aws.engine import Engine
from policycheck.aws.narrowing import Known, limit_of
from policycheck.aws.patterns import matches
from policycheck.aws.principals import EVERYONE, Party
from policycheck.aws.shares import Confining, Share, SharesReading, read_shares, refused
from policycheck.library.resource_policies import load_resource_policies
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PolicyDocument, Trust
from policycheck.model.grants import Grant, TrustPath
from policycheck.model.shares import URL_ASKS, Setting
from policycheck.model.verdict import INSIDE, OUTSIDE, Access, Verdict

_ORGANIZATIONS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"})
_ACCOUNTS = frozenset(
    {
        "aws:principalaccount",
        "aws:sourceaccount",
        "aws:sourceowner",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
    }
)
_ARNS = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
_ANYTHING = ("*",)


@dataclass(frozen=True, slots=True)
class Told:
    """How a way in is spoken of: ``how`` lets somebody in, ``label`` names it without the account, ``mend`` takes it
    back; empty: as the policy of the resource is mended. ``gives`` tells what else it amounts to, ``copies`` of what
    the party gets a copy."""

    how: str
    label: str
    mend: str = ""
    gives: str = ""
    copies: str = ""


@dataclass(frozen=True, slots=True)
class ShareView:
    """One party from outside that a resource policy, a list or a grant lets in. ``access`` is what it may do by that.

    ``public`` is, for everybody, the verdict on whether a request that no fixed condition confines is allowed:
    OUTSIDE with a witness when it is. ``assumes`` are sentences on what was not told and is taken as allowing.
    ``told`` is None for a resource policy.
    """

    trust: Trust
    judged: JudgedPath
    access: Access
    public: Verdict | None = None
    assumes: tuple[str, ...] = ()
    told: Told | None = None

    @property
    def words(self) -> Told:
        """How it is spoken of."""
        return self.told or Told("its policy", f"the policy of {self.trust.resource.rsplit(':', 1)[-1]}")

    @property
    def grant(self) -> Grant:
        """The way as a grant."""
        return trust_grant(self.trust, self.judged)

    @property
    def open(self) -> bool:
        """Whether anybody at all is let in."""
        return self.public is not None and self.public.status == OUTSIDE


@dataclass(frozen=True, slots=True)
class Shared:
    """The ways in through one resource policy; ``problems`` says what could not be read."""

    trust: Trust
    views: tuple[ShareView, ...] = ()
    problems: tuple[str, ...] = ()


def _restricted(trust: Trust, settings: Iterable[Setting]) -> bool:
    """Whether a public policy lets in nobody but the bucket's own account and services of AWS.

    Source: Amazon S3 User Guide, "Blocking public access": RestrictPublicBuckets of the bucket or of the account
    blocks all access from other accounts, even that of accounts that the policy names. BlockPublicPolicy only refuses
    to store a public policy, so it says nothing of one that is there.
    """
    wanted = ("RestrictPublicBuckets", "true")
    return trust.resource.split(":")[2] == "s3" and any(
        (each.name, each.value) == wanted and matches(each.resource, trust.resource) for each in settings
    )


def _urls(trust: Trust, settings: Iterable[Setting]) -> frozenset[str] | None:
    """How the URLs of a function ask who calls, () when it has none; None when that was not seen.

    A policy of Lambda that is limited to calls by URL lets nobody in without such a URL; one that is not lets everybody
    whom it names call the function by the API of Lambda. Source: AWS Lambda Developer Guide, "Control access to Lambda
    function URLs"; Service Authorization Reference, Lambda (lambda:FunctionUrlAuthType, lambda:InvokedViaFunctionUrl).
    """
    told = [each.value for each in settings if each.name == URL_ASKS and each.resource == trust.resource]
    return frozenset(filter(None, told)) if told else None


#: What nobody can do to a function without a URL.
_NO_URL = {"Effect": "Deny", "Action": "lambda:InvokeFunctionUrl", "Resource": "*"}


def _never_through(urls: frozenset[str], others: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """Beside what else never matches: ways of asking that no URL of the function has."""

    def never(key: str, value: str) -> bool:
        if key == "lambda:functionurlauthtype":
            return not any(matches(value, way) for way in urls)
        if key == "lambda:invokedviafunctionurl":
            return not urls and value.lower() == "true"
        return others(key, value)

    return never


class Shares:
    """Reads resource policies for one project."""

    def __init__(
        self,
        engine: Engine,
        documents: Mapping[str, PolicyDocument],
        ours: Ours,
        identifier: Identifier,
        organization: Organization,
    ) -> None:
        self._engine = engine
        self._organization = organization
        self._documents = documents
        self._ours = ours
        self._identifier = identifier
        self._facts = load_resource_policies()
        self._confining = Confining(self._facts.confining, self._facts.widest)

    def of(self, trust: Trust, settings: Iterable[Setting] = ()) -> Shared:
        """Whom the policy of one resource lets in, under these settings of the resource and its account."""
        if not trust.document:
            return Shared(trust)
        document = self._documents.get(trust.document)
        if document is None or not document.text:
            # What cannot be read is told once for each document.
            return Shared(trust)
        urls = _urls(trust, settings)
        reading = self._read(document.text, trust, urls)
        views = tuple(self._views(trust, reading, urls))
        if any(view.open for view in views) and _restricted(trust, settings):
            views = tuple([view for view in views if view.judged.path.kind == "service"])
        return Shared(trust, views, reading.problems)

    def _read(self, text: str, trust: Trust, urls: frozenset[str] | None) -> SharesReading:
        def known(party: Party) -> Known:
            found = self.known(party, trust.account)
            return found if urls is None else replace(found, never=_never_through(urls, found.never))

        return read_shares(text, self._facts.speaks_of(trust.resource), self._confining, known)

    def _views(self, trust: Trust, reading: SharesReading, urls: frozenset[str] | None) -> Iterator[ShareView]:
        binding = self._organization.rcps(trust.account)
        texts = [text for level in binding.levels for text in level]
        for share in reading.shares:
            judged = judge_path(share.path, self._ours, self._identifier)
            if not judged.external:
                continue
            share = self._within(share, trust, texts, urls)
            if self._engine.reads(share.access, _ANYTHING, _ANYTHING).status != INSIDE:
                yield ShareView(trust, judged, share.access, self._public(share), binding.assumes)

    def judged(self, path: TrustPath) -> JudgedPath:
        """A path with whether it comes from outside, and who claims it."""
        return judge_path(path, self._ours, self._identifier)

    def limits(self, party: Party, resource: str, account: str, policy: str) -> tuple[str, ...]:
        """What refuses requests of a party to a resource however it is let in: its ``policy`` (a hash, empty for
        none) and the resource control policies of its account."""
        known, owned = self.known(party, account), self._facts.speaks_of(resource)
        document = self._documents.get(policy)
        rcps = [text for level in self._organization.rcps(account).levels for text in level]
        layers = (
            refused(document.text, party, owned, known) if document and document.text else "",
            limit_of([entry for text in rcps for entry in rcp_denies(text, known, owned)]),
        )
        return tuple(layer for layer in layers if layer)

    def _within(self, share: Share, trust: Trust, texts: Iterable[str], urls: frozenset[str] | None) -> Share:
        """The share within the resource control policies of the account that has the resource, and what is there."""
        known, owned = self.known(share.party, trust.account), self._facts.speaks_of(trust.resource)
        denied = [entry for text in texts for entry in rcp_denies(text, known, owned)]
        layer = limit_of([*denied, *([_NO_URL] if urls == frozenset() else [])])
        if not layer:
            return share
        beyond = share.beyond.within((layer,)) if share.beyond else None
        return replace(share, access=share.access.within((layer,)), beyond=beyond)

    def _public(self, share: Share) -> Verdict | None:
        path = share.path
        confined = path.organizations or path.principal_accounts or path.source_accounts
        return None if share.beyond is None or confined else self._engine.reads(share.beyond, _ANYTHING, _ANYTHING)

    def known(self, party: Party, owner: str) -> Known:
        """What is known of every request of a party to a resource of ``owner``."""
        values = {"aws:resourceaccount": owner, "aws:principalisawsservice": "false"}
        if party.kind == "service":
            values |= {"aws:principalisawsservice": "true", "aws:principalservicename": party.written}
            return Known(values)
        if party.kind == "account" and party.account and not party.doubt:
            values["aws:principalaccount"] = party.account
            if party.name.startswith(("role/", "user/")):
                values["aws:principalarn"] = party.written
        outside = party.kind == EVERYONE or party.account not in self._ours.accounts
        return Known(values, self._ours_only) if outside else Known(values)

    def _ours_only(self, key: str, value: str) -> bool:
        """Whether only requests of ours have such a value."""
        if key in _ORGANIZATIONS:
            return value.split("/")[0] in self._ours.organizations
        if key in _ACCOUNTS:
            return value in self._ours.accounts
        return key in _ARNS and fixed_account(value) in self._ours.accounts

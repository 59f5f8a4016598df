"""PC202, PC203, PC206, PC601 and PC604: whom the policies of resources let in from outside."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.analysis.given import Given
from policycheck.analysis.lake import Unfollowed
from policycheck.analysis.shares import Shared, ShareView
from policycheck.analysis.views import template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.extents import admitting
from policycheck.checks.hits import requests
from policycheck.library.profiles import account_vendors
from policycheck.model.findings import Severity
from policycheck.model.grants import TrustPath
from policycheck.model.places import Evidence, Location
from policycheck.model.verdict import UNDECIDED, Witness


def shared_hits(context: Context, shared: Shared) -> Iterator[Hit]:
    """Judge the policy of one resource, apart from what it lets vendors do."""
    for sentence in shared.problems:
        yield _problem(context, shared, sentence)
    for view in shared.views:
        yield from _view_hits(context, view)


def given_hits(context: Context, given: Given) -> Iterator[Hit]:
    """Judge what an account gives to others, apart from what it lets vendors do."""
    for way in given.ways:
        yield from _view_hits(context, way.view)
    for each in given.unfollowed:
        yield _unfollowed(context, each)


def _view_hits(context: Context, view: ShareView) -> Iterator[Hit]:
    path, vendor = view.judged.path, view.judged.claim.vendor
    unproved = path.unproved
    if view.public is not None and view.public.status == UNDECIDED:
        unproved = "; ".join(filter(None, (unproved, view.public.reason)))
    if unproved:
        yield _unproved(context, view, unproved)
    if view.open:
        yield _public(context, view)
    elif vendor is None or vendor not in context.policies:
        yield _stranger(context, view)


def _public(context: Context, view: ShareView) -> Hit:
    name = template(view.trust.resource)
    witnesses = view.public.witnesses[:1] if view.public else ()
    words = view.words
    observed = f"{words.how} lets {_who(view.judged.path)} {requests(witnesses)}"
    return _hit(
        context, view, "PC206", words.label if view.told else name,
        f"anybody can have a copy of {words.copies}" if words.copies else f"anybody can use {name}",
        "; ".join(filter(None, (observed, words.gives))),
        words.mend or "name the account or role to be let in as Principal, or confine it with aws:PrincipalOrgID or "
        "aws:SourceVpce",
        witnesses=witnesses,
        extent=_extent(context, view),
    )  # fmt: skip


def _stranger(context: Context, view: ShareView) -> Hit:
    path, resource = view.judged.path, view.trust.resource
    known = account_vendors().get(path.account) if path.account else None
    way = f"the policy of {resource}" if view.told is None else f"{view.words.label} ({resource})"
    observed = "; ".join(filter(None, (f"{way} lets in {_who(path)}", view.words.gives)))
    back = view.words.mend or "take the statement out"
    if known and known not in context.policies:
        return _hit(
            context, view, "PC202", known, f"{known} can act in our accounts and has no policy",
            f"{observed}; {known} publishes this account as its own",
            f'write policies/{known}.yaml with `recognise: {{aws_accounts: ["{path.account}"]}}`, or {back}',
            vendor=known,
            extent=_extent(context, view),
        )  # fmt: skip
    who = _who(path)
    somebody = path.kind == "everyone" and not _confined(path)
    return _hit(
        context, view, "PC203", _cause(path, template(resource)), f"{who} is let in, and no vendor claims it", observed,
        "name the account or role to be let in as Principal"
        if somebody
        else f"find out whose it is; then add it under `recognise: {{{_recognise(path)}}}` in that vendor's policy"
        f"{', or under own_accounts' if _accounts(path) else ''}, or {back}",
        severity=Severity.LOW if somebody or path.kind == "unresolvable" else None,
        extent=_extent(context, view),
    )  # fmt: skip


def _confined(path: TrustPath) -> tuple[str, ...]:
    return path.organizations or path.principal_accounts or path.source_accounts


def _cause(path: TrustPath, name: str) -> str:
    """What makes strangers one: the account or organization, else the party at this resource."""
    if path.account or path.kind != "everyone":
        return path.account or ",".join(path.source_accounts) or path.party
    return ",".join(_confined(path)) or name


def _accounts(path: TrustPath) -> tuple[str, ...]:
    return (path.account,) if path.account else path.principal_accounts or path.source_accounts


def _recognise(path: TrustPath) -> str:
    if path.kind == "federated":
        return "issuers: [...]"
    if path.kind == "canonical":
        return f'aws_principals: ["{path.party}"]'
    accounts = ", ".join(f'"{account}"' for account in _accounts(path))
    return f"aws_accounts: [{accounts}]" if accounts else "aws_principals: [...]"


def _who(path: TrustPath) -> str:
    if path.kind == "service":
        acting = f" acting for AWS account {', '.join(path.source_accounts)}" if path.source_accounts else ""
        return f"service {path.party}{acting}"
    if path.kind != "everyone":
        words = {"account": "AWS account ", "canonical": "canonical user ", "federated": "federated identity "}
        return path.party if path.party.startswith("arn:") else words.get(path.kind, "") + path.party
    if path.organizations:
        return f"organization {', '.join(path.organizations)}"
    if accounts := path.principal_accounts or path.source_accounts:
        return f"AWS account {', '.join(accounts)}"
    if path.source_ips:
        return f"anybody at {', '.join(path.source_ips)}"
    return {"NotPrincipal": "everyone outside its NotPrincipal list", "*": "everyone (*)"}.get(path.party, path.party)


def _unproved(context: Context, view: ShareView, why: str) -> Hit:
    name = template(view.trust.resource)
    return _hit(
        context, view, "PC604", f"resource policy {name}",
        f"could not decide who exactly {view.words.label} lets in",
        f"{_who(view.judged.path)}: {why}; taken as let in",
        "write the condition so that it names the party directly",
        vendor=view.judged.claim.vendor,
    )  # fmt: skip


def _hit(
    context: Context,
    view: ShareView,
    rule: str,
    cause: str,
    message: str,
    observed: str,
    help: str,
    *,
    vendor: str | None = None,
    witnesses: tuple[Witness, ...] = (),
    severity: Severity | None = None,
    extent: tuple[str, ...] | None = (),
) -> Hit:
    trust, path = view.trust, view.judged.path
    at: Location = context.connector_place(trust.connector)
    subject = (
        ("account", trust.account),
        ("party", path.party),
        ("principal", trust.resource),
        ("system", trust.system),
    )
    return Hit(
        rule=rule,
        vendor=vendor,
        cause=cause,
        message=message,
        location=at,
        subject=subject,
        observed=observed,
        evidence=(Evidence(trust.connector, trust.where),),
        witnesses=witnesses,
        help=help,
        severity=severity,
        extent=extent,
    )


def _extent(context: Context, view: ShareView) -> tuple[str, ...] | None:
    return context.extent(view.access, (), *admitting(view.judged.path))


def _unfollowed(context: Context, each: Unfollowed) -> Hit:
    grant, who = each.grant, _who(each.judged.path)
    what = f"to what has the tags {grant.resource}" if grant.kind == "tags" else f"on {grant.resource}"
    return Hit(
        rule="PC601",
        vendor=each.judged.claim.vendor,
        cause=f"lake formation {grant.kind} {grant.principal}",
        message=f"what Lake Formation grants to {who} could not be followed: it goes by {grant.kind}",
        location=context.connector_place(grant.connector),
        subject=(
            ("account", grant.account),
            ("connector", grant.connector),
            ("party", grant.principal),
            ("resource", "data_grants"),
            ("system", grant.system),
        ),
        observed=f"{grant.privilege} {what} is granted to {who}",
        evidence=(Evidence(grant.connector, grant.where),),
        help="grant on named tables and columns, or look up in Lake Formation what has these tags",
        label="not followed",
    )


def _problem(context: Context, shared: Shared, sentence: str) -> Hit:
    trust = shared.trust
    name = template(trust.resource)
    return Hit(
        rule="PC601",
        vendor=None,
        cause=f"resource policy {name} {sentence}",
        message=f"the policy of {name} could not be read whole: {sentence}",
        location=context.connector_place(trust.connector),
        subject=(("connector", trust.connector), ("principal", trust.resource), ("system", trust.system)),
        observed=f"{trust.resource}: {sentence}",
        evidence=(Evidence(trust.connector, trust.where),),
        help="look at the policy in AWS; who it lets in is not known",
        label="not read whole",
    )

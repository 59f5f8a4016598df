"""PC201, PC604, PC107 and PC601: what a vendor's principal can do, against the access that its policy declares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from policycheck.analysis.own_places import vague
from policycheck.analysis.views import Inroad
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.entries import Entries
from policycheck.checks.hits import inroad_hit, requests, undecided_hit
from policycheck.checks.managed import Managed
from policycheck.model.declared import AccessRule, AllowRule, Policy
from policycheck.model.locations import split_columns, with_columns
from policycheck.model.places import Location
from policycheck.model.verdict import OUTSIDE, UNDECIDED, Verdict, Witness


class Declared:
    """Declared access as documents; kept for each set of entries, so that one comparison serves many accounts."""

    def __init__(self, managed: Managed) -> None:
        self._managed = managed
        self._memo: dict[Entries, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def documents(self, entries: Entries) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The declared documents, and sentences for what could not be resolved."""
        known = self._memo.get(entries)
        if known is None:
            known = self._memo[entries] = self._build(entries.rules)
        return known

    def _build(self, rules: tuple[AccessRule, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        statements: list[dict[str, object]] = []
        texts: list[str] = []
        problems: list[str] = []
        for allow in (allow for rule in rules for allow in rule.allow):
            if allow.aws_managed:
                text, problem = self._managed.find(allow.aws_managed, allow.sha256)
                texts += [text] if text else []
                problems += [problem] if problem else []
                continue
            statement: dict[str, object] = {"Effect": "Allow", "Action": list(allow.actions)}
            statement["Resource"] = list(_resources(allow)) or "*"
            if allow.conditions:
                statement["Condition"] = json.loads(allow.conditions)
            statements.append(statement)
        if statements:
            document = {"Statement": statements, "Version": "2012-10-17"}
            texts.append(json.dumps(document, sort_keys=True, separators=(",", ":")))
        return tuple(texts), tuple(problems)


def reach_hits(context: Context, policy: Policy, entries: Entries, declared: Declared, inroad: Inroad) -> Iterator[Hit]:
    """Judge one principal through which a vendor acts, against the entries that speak of it."""
    rules = entries.rules
    documents, unresolved = declared.documents(entries)
    verdict = context.analyst.engine.contained(inroad.reach.access, documents)
    named = [
        context.analyst.places.named(inroad.reach.access, inroad.account, each, documents) for each in verdict.witnesses
    ]
    extent = context.extent(inroad.reach.access, documents, *inroad.reach.unseen) if verdict.status == OUTSIDE else ()
    yield from _compared(policy, inroad, rules, replace(verdict, witnesses=tuple(named)), unresolved, extent)
    yield from _unseen(context, policy, inroad)
    yield from _unknown_data(context, policy, inroad, rules)


def _compared(
    policy: Policy, inroad: Inroad, rules: tuple[AccessRule, ...], verdict: Verdict, unresolved: tuple[str, ...],
    extent: tuple[str, ...] | None,
) -> Iterator[Hit]:  # fmt: skip
    at = _place(policy, rules)
    if verdict.status == OUTSIDE and not unresolved:
        yield replace(_beyond(policy, inroad, rules, verdict), extent=extent)
    reasons = [*unresolved, *inroad.reach.unreadable]
    if verdict.status == UNDECIDED or (verdict.reason and verdict.status == OUTSIDE):
        reasons.append(verdict.reason)
    if reasons:
        yield undecided_hit(policy, inroad, at, "the declared access", "stays inside the declared access", reasons)
    for open_question in inroad.readable.undecided:
        place = open_question.place
        yield undecided_hit(policy, inroad, at, place, f"stays inside {place}", [open_question.reason])


def _beyond(policy: Policy, inroad: Inroad, rules: tuple[AccessRule, ...], verdict: Verdict) -> Hit:
    witness = verdict.witnesses[0]
    declared = "goes beyond what its policy declares" if rules else "is not declared in its policy"
    narrow = f"narrow {inroad.label} until the request is refused"
    if inroad.share and inroad.share.words.mend:
        narrow = inroad.share.words.mend
    elif not inroad.share:
        narrow = f"narrow the policies of {inroad.actor} until the request is refused"
    return inroad_hit(
        "PC201", policy, inroad, _place(policy, rules),
        f"the access of {policy.vendor} through {inroad.label} {declared}",
        "; ".join([f" may {requests(verdict.witnesses)}", *map(str, inroad.readable.stopped)]),
        witnesses=verdict.witnesses,
        assumes=tuple(sentence for stop in inroad.readable.stopped for sentence in stop.assumes),
        help=f"{narrow}; or, if the vendor needs it, allow `{witness.action}` on {_edit(witness)} here with a why",
        label="allows less than that" if rules else f"no entry names {inroad.actor}",
    )  # fmt: skip


def _edit(witness: Witness) -> str:
    """The resource to allow: as granted, or what was seen of it; never one that was made up, nor a star."""
    if not vague(witness):
        return f"`{witness.granted or witness.resource}`"
    return f"what it needs of it, such as `{witness.ours}`," if witness.ours else "the resources that it needs"


def _unseen(context: Context, policy: Policy, inroad: Inroad) -> Iterator[Hit]:
    connector = inroad.grant.evidence[0].connector
    for name in inroad.reach.unseen:
        yield Hit(
            rule="PC601",
            vendor=policy.vendor,
            cause=f"{inroad.label} {name}",
            message=f"a policy attached to {inroad.label} is not in the export: it may grant more",
            location=context.connector_place(connector),
            subject=(*inroad.subject, ("connector", connector)),
            observed=f"{inroad.actor} has {name}, whose text was not exported",
            evidence=inroad.grant.evidence,
            help="export with AWS managed policies: do not pass --filter, or add LocalManagedPolicy AWSManagedPolicy",
        )


def _unknown_data(context: Context, policy: Policy, inroad: Inroad, rules: tuple[AccessRule, ...]) -> Iterator[Hit]:
    beyond, places = inroad.readable.beyond, context.analyst.places
    found = [verdict for verdict in beyond if verdict.status == OUTSIDE]
    witnesses = tuple(places.beyond(inroad.reach.access, inroad.account, verdict) for verdict in found)
    reasons = [verdict.reason for verdict in beyond if verdict.status == UNDECIDED]
    if witnesses:
        yield inroad_hit(
            "PC107", policy, inroad, _place(policy, rules),
            f"{policy.vendor} can read data through {inroad.label} that no catalog entry describes",
            f" may {requests(witnesses)}",
            witnesses=witnesses,
            help="describe the location in the catalog (`fields: none` with a why where nothing is about people), "
            "or narrow the access to locations that are described",
            label="reaches locations with unknown content",
            extent=_strays(context, inroad),
        )  # fmt: skip
    elif reasons:
        what = "the locations that the catalog describes"
        yield undecided_hit(policy, inroad, _place(policy, rules), what, f"stays inside {what}", reasons)


def _strays(context: Context, inroad: Inroad) -> tuple[str, ...] | None:
    """The permissions that lead beyond the catalog."""
    return context.extents.where(inroad.reach.access, context.analyst.strays) if context.extents else None


def _resources(allow: AllowRule) -> Iterator[str]:
    """The resources of an entry. Columns stand for one each in Lake Formation, and a table for all of its own."""
    of_lake = any(action.lower().startswith("lakeformation:") for action in allow.actions)
    for resource in allow.resources:
        location, columns = split_columns(resource) if of_lake else (resource, None)
        if columns is not None:
            yield from (with_columns(location, [column]) for column in columns)
        else:
            yield resource
            if of_lake and ":table/" in resource:
                yield with_columns(resource, ["*"])


def _place(policy: Policy, rules: tuple[AccessRule, ...]) -> Location:
    return rules[0].at if rules else policy.place("access")

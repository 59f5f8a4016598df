"""PC201, PC604, PC107 and PC601: what a vendor's principal can do, against the access that its policy declares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from policycheck.analysis.analyst import Inroad
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.entries import Entries
from policycheck.checks.managed import Managed
from policycheck.model.declared import AccessRule, Policy
from policycheck.model.places import Location
from policycheck.model.verdict import OUTSIDE, UNDECIDED, Verdict, Witness


def template(arn: str) -> str:
    """What is left of a principal's ARN without its account: the same role in 40 accounts is one root cause."""
    return arn.rsplit(":", 1)[-1]


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
            statement["Resource"] = list(allow.resources) or "*"
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
    yield from _compared(policy, inroad, rules, verdict, unresolved)
    yield from _unseen(context, policy, inroad)
    yield from _unknown_data(policy, inroad, rules)


def _compared(
    policy: Policy, inroad: Inroad, rules: tuple[AccessRule, ...], verdict: Verdict, unresolved: tuple[str, ...]
) -> Iterator[Hit]:
    if verdict.status == OUTSIDE and not unresolved:
        yield _beyond(policy, inroad, rules, verdict)
    reasons = [*unresolved, *inroad.reach.unreadable]
    if verdict.status == UNDECIDED or (verdict.reason and verdict.status == OUTSIDE):
        reasons.append(verdict.reason)
    if reasons:
        yield _undecided(policy, inroad, _place(policy, rules), "the declared access", reasons)
    for open_question in inroad.readable.undecided:
        yield _undecided(policy, inroad, _place(policy, rules), open_question.place, [open_question.reason])


def _beyond(policy: Policy, inroad: Inroad, rules: tuple[AccessRule, ...], verdict: Verdict) -> Hit:
    name = template(inroad.principal)
    witness = verdict.witnesses[0]
    declared = "goes beyond what its policy declares" if rules else "is not declared in its policy"
    return Hit(
        rule="PC201",
        vendor=policy.vendor,
        cause=name,
        message=f"the access of {policy.vendor} through {name} {declared}",
        location=_place(policy, rules),
        subject=_subject(inroad),
        observed=f"{_short(inroad)} may {_requests(verdict.witnesses)}",
        evidence=inroad.evidence or inroad.grant.evidence,
        witnesses=verdict.witnesses,
        help=(
            f"narrow the policies of {_short(inroad)} until the request is refused; or, if the vendor needs it, "
            f"allow `{witness.action}` on `{witness.resource}` here with a why"
        ),
        label="allows less than that" if rules else f"no entry names {_short(inroad)}",
        assumes=inroad.reach.assumes,
    )


def _requests(witnesses: Iterable[Witness]) -> str:
    return "; ".join(_request(w) for w in witnesses)


def _request(witness: Witness) -> str:
    context = ", ".join(f"{key}={'/'.join(values)}" for key, values in witness.context)
    return f"{witness.action} on {witness.resource}" + (f" with {context}" if context else "")


def _undecided(policy: Policy, inroad: Inroad, at: Location, subject: str, reasons: list[str]) -> Hit:
    name = template(inroad.principal)
    return Hit(
        rule="PC604",
        vendor=policy.vendor,
        cause=f"{name} {subject}",
        message=f"could not decide whether {name} stays inside {subject}",
        location=at,
        subject=_subject(inroad),
        observed=f"{_short(inroad)}: {'; '.join(dict.fromkeys(reasons))}",
        evidence=inroad.evidence or inroad.grant.evidence,
        help="write the declared condition exactly as the policy has it, or narrow the policy",
        label="not proved, not refuted",
        assumes=inroad.reach.assumes,
    )


def _unseen(context: Context, policy: Policy, inroad: Inroad) -> Iterator[Hit]:
    for name in inroad.reach.unseen:
        yield Hit(
            rule="PC601",
            vendor=policy.vendor,
            cause=f"{template(inroad.principal)} {name}",
            message=f"a policy attached to {template(inroad.principal)} is not in the export: it may grant more",
            location=context.connector_place(inroad.grant.evidence[0].connector),
            subject=(*_subject(inroad), ("connector", inroad.grant.evidence[0].connector)),
            observed=f"{_short(inroad)} has {name}, whose text was not exported",
            evidence=inroad.grant.evidence,
            help="export with AWS managed policies: do not pass --filter, or add LocalManagedPolicy AWSManagedPolicy",
        )


def _unknown_data(policy: Policy, inroad: Inroad, rules: tuple[AccessRule, ...]) -> Iterator[Hit]:
    beyond = inroad.readable.beyond
    witnesses = tuple(w for verdict in beyond if verdict.status == OUTSIDE for w in verdict.witnesses[:1])
    reasons = [verdict.reason for verdict in beyond if verdict.status == UNDECIDED]
    if witnesses:
        yield Hit(
            rule="PC107",
            vendor=policy.vendor,
            cause=template(inroad.principal),
            message=f"{policy.vendor} can read data that no catalog entry describes",
            location=_place(policy, rules),
            subject=_subject(inroad),
            observed=f"{_short(inroad)} may {_requests(witnesses)}",
            evidence=inroad.evidence or inroad.grant.evidence,
            witnesses=witnesses,
            help="describe the location in the catalog (`fields: none` with a why where nothing is about people), "
            "or narrow the role to locations that are described",
            label="reaches locations with unknown content",
            assumes=inroad.reach.assumes,
        )
    elif reasons:
        yield _undecided(policy, inroad, _place(policy, rules), "the locations that the catalog describes", reasons)


def _place(policy: Policy, rules: tuple[AccessRule, ...]) -> Location:
    return rules[0].at if rules else policy.place("access")


def _short(inroad: Inroad) -> str:
    return inroad.principal.rsplit("/", 1)[-1]


def _subject(inroad: Inroad) -> tuple[tuple[str, str], ...]:
    return (("account", inroad.account), ("principal", inroad.principal), ("system", inroad.grant.system))

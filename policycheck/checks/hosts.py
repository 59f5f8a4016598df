"""PC108, PC202 and PC203: data that is sent to a host or an AWS account which no vendor claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from policycheck.analysis.exposures import count_of
from policycheck.analysis.strangers import Sent, Stranger
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.severity import exposure_severity
from policycheck.checks.telling import what as told
from policycheck.model.facts import PHONES, WHOLE
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure
from policycheck.model.places import Evidence

#: Fields that an instance writes out, and those that it keeps as evidence.
_SHOWN, _KEPT = 3, 20


def host_hits(context: Context, strangers: Iterable[Stranger]) -> Iterator[Hit]:
    """One finding for each host or account, an instance for each endpoint or sender."""
    for stranger in strangers:
        for sent in stranger.sent:
            worst_first = sorted(sent.exposures, key=lambda each: -_level(context, each))
            yield _hit(context, stranger, replace(sent, exposures=tuple(worst_first)))


def _hit(context: Context, stranger: Stranger, sent: Sent) -> Hit:
    severity, because = _severity(context, sent)
    host, known = stranger.host, stranger.looks_like
    unlisted = known is not None and known.vendor not in context.policies
    called = "phones, by SMS" if host == PHONES else host
    own = f"own_accounts: [{_quoted(stranger.account)}]" if stranger.account else f"own_hosts: [{_quoted(host)}]"
    what = "account" if stranger.account else "host"
    yours = "phones are" if host == PHONES else f"{what} is"
    return Hit(
        rule=("PC202" if unlisted else "PC203") if stranger.account else "PC108",
        vendor=known.vendor if known and unlisted and stranger.account else None,
        cause=f"sent to {stranger.account}" if stranger.account else host,
        message=f"data is sent to {called}, which no vendor claims{_hint(context, stranger)}",
        location=context.connector_place(sent.connector),
        subject=(("connector", sent.connector), ("resource", sent.endpoint), ("system", host)),
        observed=_observed(sent),
        evidence=_evidence(sent),
        help=_claim(context, stranger),
        otherwise=f"or, if the {yours} yours, `{own}` in policycheck.yaml; or stop sending it",
        label=f"{'an' if stranger.account else 'a'} {what} that nobody claims",
        extent=tuple(_member(each) for each in sent.exposures),
        severity=severity,
        because=because,
    )


def _member(exposure: Exposure) -> str:
    return told(exposure) if exposure.category else f"{_path(exposure)}, which could not be classified"


def _severity(context: Context, sent: Sent) -> tuple[Severity, tuple[str, ...]]:
    """That of the worst field; medium for what could not be classified, as PC106; low where nothing is personal."""
    judged = [exposure_severity(context.taxonomy, each) for each in sent.exposures if each.category]
    if any(each.category is None for each in sent.exposures):
        judged.append((Severity.MEDIUM, ("fields that could not be classified",)))
    return max(judged, key=lambda pair: pair[0], default=(Severity.LOW, ("nothing personal was seen there",)))


def _level(context: Context, exposure: Exposure) -> int:
    return exposure_severity(context.taxonomy, exposure)[0] if exposure.category else -1


def _hint(context: Context, stranger: Stranger) -> str:
    known = stranger.looks_like
    if known is None:
        return ""
    policy = context.policies.get(known.vendor)
    why = "whose policy does not recognise it" if policy else "which has no policy"
    return f"; it looks like {known.name}, {why}"


def _claim(context: Context, stranger: Stranger) -> str:
    known = stranger.looks_like
    if stranger.host == PHONES:
        return "find out whose phones these are, and whether the messages may leave by SMS"
    named = ("aws_accounts", stranger.account) if stranger.account else ("hosts", stranger.host)
    entry = f"`recognise: {{{named[0]}: [{_quoted(named[1])}]}}`"
    if known is None:
        return f"find out whose it is; then add {entry} to that vendor's policy"
    policy = context.policies.get(known.vendor)
    if policy is None:
        return f"if it is, write policies/{known.vendor}.yaml with {entry}"
    return f"if it is, add {entry} to {policy.at.path}" + (f" (ask {policy.owner})" if policy.owner else "")


def _quoted(host: str) -> str:
    return host if host[0].isalnum() and ":" not in host and not host.isdigit() else f'"{host}"'


def _observed(sent: Sent) -> str:
    known = [each for each in sent.exposures if each.category]
    wholes = [_path(each) for each in sent.exposures if _path(each) in WHOLE]
    unknown = len(sent.exposures) - len(known) - len(wholes)
    parts = [f"{each.category} ({each.form}) in {_path(each)}" for each in known[:_SHOWN]]
    parts += [f"{len(known) - _SHOWN} more personal fields"] if len(known) > _SHOWN else []
    parts += [f"the {whole[1:-1]}, which no catalog entry describes" for whole in dict.fromkeys(wholes)]
    parts += [_fields(unknown, "that nothing tells what it is", "that nothing tells what they are")] if unknown else []
    parts += [_fields(sent.others, "without personal data", "without personal data")] if sent.others else []
    return f"{sent.endpoint} gets {', '.join(parts)}"


def _fields(count: int, one: str, many: str) -> str:
    return f"{count} field {one}" if count == 1 else f"{count} fields {many}"


def _path(exposure: Exposure) -> str:
    return exposure.field.partition(" of ")[0]


def _note(each: Exposure, evidence: Evidence) -> str:
    path = _path(each)
    told = f"{path[1:-1]}: not described" if path in WHOLE else f"{path}: {each.category or 'not classified'}"
    return f"{told}, {evidence.note}" if evidence.note else told


def _evidence(sent: Sent) -> tuple[Evidence, ...]:
    found = tuple(
        Evidence(e.connector, e.where, _note(each, e)) for each in sent.exposures[:_KEPT] for e in each.evidence
    )
    return found or (Evidence(sent.connector, sent.where, count_of(sent.records) if sent.records else ""),)

"""The register of vendors, joined from what is declared and what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from policycheck.library.profiles import profile
from policycheck.model.declared import Policy, Project
from policycheck.model.findings import CheckResult, Finding
from policycheck.model.grants import Exposure, Grant
from policycheck.model.register import Register, RegisterRow
from policycheck.model.survey import Survey

#: Parts of a contract of which an auditor asks whether there are none.
_CONTRACT = ("subprocessors", "regions", "transfer")

#: Actions, resources or scopes of one way in that are named.
_NAMED = 6


def register(
    project: Project, today: date, survey: Survey | None = None, result: CheckResult | None = None
) -> Register:
    """Every vendor that has a policy, or that was seen."""
    policies = {policy.vendor: policy for policy in project.policies}
    seen = {row.vendor for row in survey.vendors if row.grants or row.categories} if survey else set[str]()
    rows = [_row(vendor, policies.get(vendor), survey, result) for vendor in sorted({*policies, *seen})]
    rows += _unclaimed(survey, result) if survey else ()
    return Register(
        tuple(rows),
        today.isoformat(),
        survey.snapshot.taken_at if survey else "",
        sum(each.unseen for each in result.findings) if result else 0,
    )


def _row(vendor: str, policy: Policy | None, survey: Survey | None, result: CheckResult | None) -> RegisterRow:
    exposures = [each for each in survey.exposures if each.vendor == vendor] if survey else []
    grants = [each for each in survey.grants if each.vendor == vendor] if survey else []
    known = profile(vendor)
    people = [each.subjects for each in exposures if each.subjects is not None]
    kinds = {each.subject_kind for each in exposures if each.subject_kind}
    row = RegisterRow(
        vendor=vendor,
        name=known.name if known else "",
        subjects=tuple(sorted({*(policy.subjects if policy else ()), *kinds})),
        people=max(people, default=None),
        held=tuple(_held(exposures)),
        access=_ways(grants, survey),
        findings=_count(result.findings if result else None, vendor),
        accepted=_count(result.accepted if result else None, vendor),
        claimed=policy is not None or known is not None or bool(grants),
        unstated=_CONTRACT if policy and policy.contract is None else (),
        unseen=_unseen(vendor, result),
    )
    return _declared(row, policy) if policy else row


def _declared(row: RegisterRow, policy: Policy) -> RegisterRow:
    contract, review = policy.contract, policy.review
    due = review.last + timedelta(days=review.every_days) if review and review.last else None
    return RegisterRow(
        vendor=row.vendor,
        name=policy.name or row.name,
        legal_name=policy.legal_name,
        kind=policy.kind,
        stage=policy.stage,
        role=policy.role,
        use=policy.use,
        subjects=row.subjects,
        people=row.people,
        declared=tuple(dict.fromkeys(_allowed(policy))),
        never=tuple(dict.fromkeys(each.category for each in policy.never)),
        held=row.held,
        access=row.access,
        regions=contract.regions if contract else (),
        transfer=contract.transfer if contract else "",
        subprocessors=tuple(_behind(policy)),
        dpa=contract.dpa if contract else "",
        ends=contract.ends.isoformat() if contract and contract.ends else "",
        clauses=contract.clauses if contract else (),
        breach_notice_hours=contract.breach_notice_hours if contract else None,
        retention_days=contract.retention_days if contract else None,
        delete_after_end_days=contract.delete_after_end_days if contract else None,
        owner=policy.owner,
        security_contact=policy.security_contact,
        reviewed=review.last.isoformat() if review and review.last else "",
        reviewed_by=review.by if review else "",
        review_due=due.isoformat() if due else "",
        exceptions=len(policy.exceptions),
        findings=row.findings,
        accepted=row.accepted,
        policy=policy.at.path,
        unstated=row.unstated or tuple(_unstated(policy)),
        unseen=row.unseen,
    )


def _allowed(policy: Policy) -> Iterator[str]:
    for rule in policy.fields:
        words = [" or ".join(rule.forms) or "any form", *(["history"] if rule.depth == "history" else [])]
        words += [f"{' or '.join(rule.origins)} only"] if rule.origins else []
        words += [f"kept {rule.keep_days} days"] if rule.keep_days is not None else []
        words += [f"until {rule.until}"] if rule.until else []
        yield f"{rule.category} ({', '.join(words)})" + (f": {rule.why}" if rule.why else "")


def _held(exposures: Iterable[Exposure]) -> Iterator[str]:
    forms: dict[str, set[str]] = {}
    for each in exposures:
        form = f"{each.form}, history" if each.depth == "history" else each.form
        forms.setdefault(each.category or "not judged", set()).add(form)
    for category, told in sorted(forms.items()):
        yield f"{category} ({'; '.join(sorted(told))})"


def _about(finding: Finding, name: str) -> bool:
    """Whether a finding is about a vendor, or about a party or host that is no vendor's."""
    if finding.vendor is not None:
        return finding.vendor == name
    return any(value == name for each in finding.instances for key, value in each.subject if key in ("party", "system"))


def _count(findings: Iterable[Finding] | None, name: str) -> int | None:
    """How many findings are about a vendor, but for what was not seen; None where no snapshot was looked at."""
    return None if findings is None else sum(_about(each, name) and not each.unseen for each in findings)


def _unclaimed(survey: Survey, result: CheckResult | None) -> list[RegisterRow]:
    """The outside parties that act in our systems and that no policy recognises."""
    parties: dict[str, list[Grant]] = {}
    for each in survey.grants:
        if each.vendor is None and each.external and each.direction == "inbound" and each.party_kind != "service":
            parties.setdefault(each.party, []).append(each)
    return [
        RegisterRow(
            vendor=party,
            name=f"unclaimed: {party}",
            access=_ways(grants, None),
            findings=sum(_about(each, party) for each in result.findings) if result else None,
            accepted=_count(result.accepted if result else None, party),
            claimed=False,
            unseen=_unseen(party, result),
        )
        for party, grants in sorted(parties.items())
    ]


def _unseen(name: str, result: CheckResult | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.message for each in (result.doubts if result else ()) if each.vendor == name))


def _unstated(policy: Policy) -> Iterator[str]:
    """The parts of the contract that are empty, and that the policy does not say to be none."""
    told = {key.split(".")[1].partition("[")[0] for key, _, _ in policy.merged if key.startswith("contract.")}
    yield from (each for each in _CONTRACT if each not in told)


def _ways(grants: Iterable[Grant], survey: Survey | None) -> tuple[str, ...]:
    reached = {(r.vendor, r.account, r.principal): r.texts for r in survey.reached} if survey else {}
    return tuple(
        dict.fromkeys(
            _access(each, reached.get((each.vendor or "", each.account, each.principal), ())) for each in grants
        )
    )


def _access(grant: Grant, texts: Sequence[str]) -> str:
    scopes = "" if grant.scopes is None else f" ({_some(grant.scopes) or 'no scopes'})"
    if grant.direction == "outbound":
        return f"our credential {grant.name} at {grant.system}{scopes}"
    told = ", and ".join(dict.fromkeys(way for text in texts for way in allowing(text)))
    return f"{grant.name} in {grant.system} {grant.account}".rstrip() + scopes + (f" ({told})" if told else "")


def allowing(text: str) -> Iterator[str]:
    """``s3:GetObject on lumen-mail-templates/*`` for each statement that allows something."""
    written = json.loads(text).get("Statement", [])
    for each in written if isinstance(written, list) else [written]:
        if each.get("Effect") == "Allow":
            actions = _some(_listed(each, "Action")) or f"all but {_some(_listed(each, 'NotAction'))}"
            resources = _some(_listed(each, "Resource")) or f"all but {_some(_listed(each, 'NotResource'))}"
            yield f"{actions} on {resources}" + (" under conditions" if each.get("Condition") else "")


def _listed(statement: Mapping[str, Any], key: str) -> list[str]:
    value = statement.get(key, [])
    return [value] if isinstance(value, str) else list(value)


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return ", ".join(words[:_NAMED]) + more


def _behind(policy: Policy) -> Iterator[str]:
    for each in policy.contract.subprocessors if policy.contract else ():
        more = ", ".join(filter(None, (each.purpose, each.region)))
        yield f"{each.name} ({more})" if more else each.name

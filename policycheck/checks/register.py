"""The register of vendors, joined from what is declared and what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from policycheck.library.profiles import profile
from policycheck.model.declared import Policy, Project
from policycheck.model.findings import CheckResult
from policycheck.model.grants import Exposure, Grant
from policycheck.model.register import Register, RegisterRow
from policycheck.model.survey import Survey


def register(
    project: Project, today: date, survey: Survey | None = None, result: CheckResult | None = None
) -> Register:
    """Every vendor that has a policy, or that was seen."""
    policies = {policy.vendor: policy for policy in project.policies}
    seen = {row.vendor for row in survey.vendors if row.grants or row.categories} if survey else set[str]()
    rows = (_row(vendor, policies.get(vendor), survey, result) for vendor in sorted({*policies, *seen}))
    return Register(
        tuple(rows),
        today.isoformat(),
        survey.snapshot.taken_at if survey else "",
        sum(each.unseen for each in result.findings) if result else 0,
    )


def _row(vendor: str, policy: Policy | None, survey: Survey | None, result: CheckResult | None) -> RegisterRow:
    exposures = [each for each in survey.exposures if each.vendor == vendor] if survey else []
    grants = [each for each in survey.grants if each.vendor == vendor] if survey else []
    found = None
    if result:
        found = sum(each.vendor == vendor and not each.unseen for each in result.findings)
    known = profile(vendor)
    people = [each.subjects for each in exposures if each.subjects is not None]
    kinds = {each.subject_kind for each in exposures if each.subject_kind}
    row = RegisterRow(
        vendor=vendor,
        name=known.name if known else "",
        subjects=tuple(sorted({*(policy.subjects if policy else ()), *kinds})),
        people=max(people, default=None),
        held=tuple(_held(exposures)),
        access=tuple(dict.fromkeys(map(_access, grants))),
        findings=found,
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
        policy=policy.at.path,
    )


def _allowed(policy: Policy) -> Iterator[str]:
    for rule in policy.fields:
        words = [" or ".join(rule.forms) or "any form", *(["history"] if rule.depth == "history" else [])]
        yield f"{rule.category} ({', '.join(words)})"


def _held(exposures: Iterable[Exposure]) -> Iterator[str]:
    forms: dict[str, set[str]] = {}
    for each in exposures:
        form = f"{each.form}, history" if each.depth == "history" else each.form
        forms.setdefault(each.category or "not judged", set()).add(form)
    for category, told in sorted(forms.items()):
        yield f"{category} ({'; '.join(sorted(told))})"


def _access(grant: Grant) -> str:
    if grant.direction == "outbound":
        return f"our credential {grant.name} at {grant.system}"
    return f"{grant.name} in {grant.system} {grant.account}".rstrip()


def _behind(policy: Policy) -> Iterator[str]:
    for each in policy.contract.subprocessors if policy.contract else ():
        more = ", ".join(filter(None, (each.purpose, each.region)))
        yield f"{each.name} ({more})" if more else each.name

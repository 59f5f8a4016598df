"""PC501, PC502, PC505 and PC506: the paper behind the sharing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.wording import listed
from policycheck.model.declared import ExceptionRule, Policy, Recognise
from policycheck.model.people import address_of
from policycheck.model.places import Location

_ASKED = {"owner": "who owns it", "contract.dpa": "where its DPA is", "use": "what it is used for"}


def governance_hits(context: Context, policy: Policy, active: int) -> Iterator[Hit]:
    """Judge one policy's paper. ``active`` counts what the vendor still has: grants and exposures."""
    yield from _contract(context, policy, active)
    yield from _review(context, policy)
    if active or _declares(policy):
        yield from _missing(policy)
    yield from approval_hits(policy.exceptions, policy)


def approval_hits(exceptions: Iterable[ExceptionRule], policy: Policy | None = None) -> Iterator[Hit]:
    """PC506: exceptions that their own owner approved, of a policy or of policycheck.yaml."""
    for exception in exceptions:
        if address_of(exception.approved_by) == address_of(exception.owner):
            hit = _hit("PC506", policy, exception.at, f"{exception.rule} {exception.match}",
                       f"the exception for {exception.rule} was approved by its own owner",
                       f"owner and approver are both {address_of(exception.owner)}",
                       "have somebody else approve it", "owner and approver are the same")  # fmt: skip
            yield hit


def _contract(context: Context, policy: Policy, active: int) -> Iterator[Hit]:
    ends = policy.contract.ends if policy.contract else None
    if policy.contract and ends and ends < context.today and active:
        yield _hit("PC501", policy, policy.contract.at, "contract",
                   f"the contract with {policy.vendor} ended on {ends}, and it still has access or data",
                   f"{active} grants and fields remain",
                   "remove the access and have the data deleted, or renew the contract", "over")  # fmt: skip


def _review(context: Context, policy: Policy) -> Iterator[Hit]:
    review = policy.review
    if review is None:
        return
    if review.last is None:
        yield _hit("PC502", policy, review.at, "review", f"the policy of {policy.vendor} was never reviewed",
                   "no date under last", "review it and set `last` and `by`", "no last review")  # fmt: skip
        return
    if review.last > context.today:
        yield _hit("PC502", policy, review.at, "review", f"the last review of {policy.vendor} lies in the future",
                   f"last is {review.last}", "set `last` to the day of the review", "in the future")  # fmt: skip
    elif (context.today - review.last).days > review.every_days:
        late = (context.today - review.last).days - review.every_days
        yield _hit("PC502", policy, review.at, "review", f"the review of {policy.vendor} is overdue",
                   f"last on {review.last}, due every {review.every_days} days: {late} days late",
                   "review it and set `last` and `by`", "overdue")  # fmt: skip


def _declares(policy: Policy) -> bool:
    """Whether a policy speaks of anything yet: a draft whose entries are all comments does not."""
    return policy.recognise != Recognise() or bool(policy.access or policy.fields or policy.observe)


def _missing(policy: Policy) -> Iterator[Hit]:
    dpa = policy.contract.dpa if policy.contract else ""
    wanted = {"owner": policy.owner, "contract.dpa": dpa, "use": ",".join(policy.use)}
    missing = [key for key, value in wanted.items() if not value]
    if missing:
        words = listed(missing)
        yield _hit("PC505", policy, policy.at, "missing",
                   f"the policy of {policy.vendor} does not say {listed([_ASKED[key] for key in missing])}",
                   f"not set: {words}", f"set {words} in {policy.at.path}", "incomplete", tuple(missing))  # fmt: skip


def _hit(
    rule: str, policy: Policy | None, at: Location, cause: str, message: str, observed: str, help: str, label: str,
    extent: tuple[str, ...] = (),
) -> Hit:  # fmt: skip
    return Hit(
        rule=rule,
        vendor=policy.vendor if policy else None,
        cause=cause,
        message=message,
        location=at,
        subject=(("vendor", policy.vendor if policy else "none"),),
        observed=observed,
        help=help,
        label=label,
        extent=extent,
    )

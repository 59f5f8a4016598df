"""PC601 for the resource policies that nobody saw: each may let somebody in whom no role's trust names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.aws.patterns import matches
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.library.resource_policies import load_resource_policies
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset
from policycheck.model.facts import Coverage
from policycheck.model.places import Location

RESOURCE = "resource_policies"
_ACCESS = frozenset({"principals", "trusts"})
#: How many parts of the last piece of an ARN name the resource with the policy. Others: the whole piece.
_DEPTH = {"s3": 1, "dynamodb": 2, "kinesis": 2, "es": 2}


@dataclass(frozen=True, slots=True)
class _Needed:
    """A resource of the catalog whose policy could let somebody in; ``arn`` may be a pattern."""

    arn: str
    service: str
    account: str
    dataset: Dataset


def layer_hits(context: Context, coverage: Iterable[Coverage], seen: frozenset[str]) -> Iterator[Hit]:
    """Judge whether the policy of every resource in the catalog was seen. ``seen`` are the resources whose policy, or
    lack of one, is known. Nothing is said where nothing looks at AWS at all."""
    rows = [row for row in coverage if row.system == "aws"]
    if not any(row.resource in _ACCESS for row in rows):
        return
    connectors = [row.connector for row in rows if row.resource == RESOURCE]
    at = context.connector_place(connectors[0]) if connectors else context.project.config.at
    for needed in _needed(context.project.datasets):
        if needed.arn not in seen and not any(matches(needed.arn, arn) for arn in seen):
            yield _hit(needed, at, bool(connectors))


def _needed(datasets: Iterable[Dataset]) -> Iterator[_Needed]:
    exported = load_resource_policies().exported_by
    for dataset in datasets:
        for location in dataset.locations:
            parts = location.split(":", 5)
            if len(parts) == 6 and parts[0] == "arn" and parts[2] in exported:
                depth = _DEPTH.get(parts[2])
                name = "/".join(parts[5].split("/")[:depth]) if depth else parts[5]
                account = parts[4] if parts[4].isdigit() else ""
                yield _Needed(":".join([*parts[:5], name]), parts[2], account, dataset)


def _hit(needed: _Needed, at: Location, looked: bool) -> Hit:
    service = needed.service
    command = load_resource_policies().exported_by[service]
    pairs = {"account": needed.account, "dataset": needed.dataset.name, "principal": needed.arn, "resource": RESOURCE}
    unseen = f"the policies of {service} resources that the catalog names were not all seen"
    nobody = "no connector reads the policies of resources, so nobody knows whom they let in"
    mend = "put the answer of each resource there, also when it has none"
    add = "add a connector of type aws-resource-policies, for example `- {name: resource-policies, type: " \
          "aws-resource-policies, paths: [exports/policies/]}`, and " + mend  # fmt: skip
    return Hit(
        rule="PC601",
        vendor=None,
        cause=f"resource policies {service}" if looked else "resource policies",
        message=unseen if looked else nobody,
        location=at,
        subject=(*((key, value) for key, value in pairs.items() if value), ("system", "aws")),
        observed=f"the policy of {needed.arn} (dataset {needed.dataset.name}) was not seen",
        help=f"export with `{command}`" if looked else add,
        otherwise=mend if looked else "",
        label="who else is let in is not known",
    )

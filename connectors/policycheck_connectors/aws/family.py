"""What a service family is: the calls that it makes, the actions that they need, how answers become facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Fact

if TYPE_CHECKING:
    from policycheck_connectors.aws.room import Room

#: Where a family looks: once in the whole pull, once in each account, once in each account and Region.
ONCE, ACCOUNT, REGIONAL = "once", "account", "regional"


@dataclass(frozen=True, slots=True)
class Family:
    """One service family.

    ``calls`` maps each call that it may make, as ``service.operation`` of boto3, to the IAM actions that it needs.
    ``resources`` are the kinds of resource of its coverage. ``reads`` says in a few words what it tells.
    ``pull`` yields the facts of one room. ``system`` is that of its coverage, another than ``aws`` where
    policies speak of the service as a system of its own.
    """

    name: str
    where: str
    resources: tuple[str, ...]
    calls: Mapping[str, tuple[str, ...]]
    reads: str
    pull: Callable[[Room], Iterator[Fact]]
    system: str = "aws"

    def actions(self) -> tuple[str, ...]:
        """Every IAM action that the family needs, sorted."""
        return tuple(sorted({action for actions in self.calls.values() for action in actions}))

"""AWS Organizations: the tree of units and accounts, service and resource control policies with their targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policycheck.model.facts import Fact
from policycheck.model.units import Control
from policycheck_connectors.aws.answers import plain
from policycheck_connectors.aws.family import ONCE, Family
from policycheck_connectors.aws.room import ABSENT, Room
from policycheck_connectors.files.aws_controls import Controls
from policycheck_connectors.files.aws_org_answers import About, Answers
from policycheck_connectors.files.aws_units import Tree

UNITS, CONTROLS = "units", "controls"
_NONE = ("AWSOrganizationsNotInUseException",)
_OFF = ("PolicyTypeNotEnabledException", "UnsupportedAPIEndpointException")
_KINDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def _pull(room: Room) -> Iterator[Fact]:
    organization = room.ask(UNITS, "organizations.describe_organization", _NONE)
    if organization is ABSENT:
        return
    teller = _Teller(room)
    if organization is not None:
        yield from teller.tell("describe_organization", organization)
    yield from teller.units()
    yield from teller.policies()
    yield from teller.end()


class _Teller:
    """Tells the answers to the readers that the exports have, which know when something lacks."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._tree = Tree()
        self._controls = Controls(room.connector)
        self._answers = Answers(self._tree, self._controls, room.seen.gap)

    def tell(self, call: str, answer: Any, **about: str) -> Iterator[Fact]:
        told = plain({key: value for key, value in answer.items() if key != "NextToken"})
        assert isinstance(told, dict)
        where = " ".join([f"organizations.{call}", *about.values()])
        yield from self._answers.hear(told, where, About(**about))

    def units(self) -> Iterator[Fact]:
        """The roots, and below each unit the units and accounts."""
        below: list[str] = []
        for page in self._room.pages(UNITS, "organizations.list_roots"):
            yield from self.tell("list_roots", page)
            below += [str(root["Id"]) for root in page["Roots"]]
        while below:
            parent = below.pop()
            for page in self._room.pages(UNITS, "organizations.list_accounts_for_parent", ParentId=parent):
                yield from self.tell("list_accounts_for_parent", page, parent=parent, home=parent)
            for page in self._room.pages(UNITS, "organizations.list_organizational_units_for_parent", ParentId=parent):
                yield from self.tell("list_organizational_units_for_parent", page, parent=parent)
                below += [str(unit["Id"]) for unit in page["OrganizationalUnits"]]

    def policies(self) -> Iterator[Fact]:
        """Every policy with its text and its targets."""
        for kind in _KINDS:
            found: list[str] = []
            for page in self._room.pages(CONTROLS, "organizations.list_policies", _OFF, Filter=kind):
                yield from self.tell("list_policies", page)
                found += [str(policy["Id"]) for policy in page["Policies"]]
            for policy in found:
                answer = self._room.ask(CONTROLS, "organizations.describe_policy", PolicyId=policy)
                if answer is not None:
                    yield from self.tell("describe_policy", answer)
                for page in self._room.pages(CONTROLS, "organizations.list_targets_for_policy", PolicyId=policy):
                    yield from self.tell("list_targets_for_policy", page, policy=policy)

    def end(self) -> Iterator[Fact]:
        """What could be told only now."""
        self._answers.end()
        for gap in self._tree.gaps():
            self._room.seen.gap(UNITS, gap)
        for gap in self._controls.gaps(self._tree):
            self._room.seen.gap(CONTROLS, gap)
        for unit in self._tree.units(self._room.connector):
            self._room.count(UNITS)
            yield unit
        for fact in self._controls.facts(self._tree, whole=CONTROLS not in self._room.seen.gaps):
            self._room.count(CONTROLS, isinstance(fact, Control) and fact.id != "")
            yield fact


FAMILY = Family(
    "organizations",
    ONCE,
    (UNITS, CONTROLS),
    {
        f"organizations.{operation}": (f"organizations:{action}",)
        for operation, action in {
            "describe_organization": "DescribeOrganization",
            "list_roots": "ListRoots",
            "list_accounts_for_parent": "ListAccountsForParent",
            "list_organizational_units_for_parent": "ListOrganizationalUnitsForParent",
            "list_policies": "ListPolicies",
            "describe_policy": "DescribePolicy",
            "list_targets_for_policy": "ListTargetsForPolicy",
        }.items()
    },
    "the tree of the organization, service control policies and resource control policies with their targets",
    _pull,
)

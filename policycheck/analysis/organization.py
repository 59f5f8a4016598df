"""The organization policies that bind an account, level by level, and what is assumed where they are not told.

How levels combine: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage, PolicyDocument
from policycheck.model.units import Control, Unit

Levels: TypeAlias = tuple[tuple[str, ...], ...]

SCP, RCP = "scp", "rcp"
_LABELS = {SCP: "service control policies", RCP: "resource control policies"}
#: The type of the connector that asks AWS itself.
_LIVE = "aws"
#: A policy that is not told is taken to allow everything: what restricts is believed only when it is seen.
ALLOWS_ALL = {
    SCP: '{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
    RCP: '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2012-10-17"}',
}


@dataclass(frozen=True, slots=True)
class Binding:
    """What binds one account, of one kind.

    ``levels`` go from the root to the account, each with the texts of its policies: every level must allow, within a
    level one policy is enough, and a Deny anywhere counts. () binds nothing. ``assumes`` are sentences on what was not
    told and is taken to allow everything.
    """

    levels: Levels = ()
    assumes: tuple[str, ...] = ()


class Organization:
    """The organizations of one snapshot."""

    def __init__(
        self,
        units: Iterable[Unit],
        controls: Iterable[Control],
        documents: Mapping[str, PolicyDocument],
        coverage: Iterable[Coverage] = (),
    ) -> None:
        self._live = [row for row in coverage if row.type == _LIVE]
        self._asked = {row.account: row.status for row in self._live if row.resource == "units"}
        self._units: dict[str, list[Unit]] = {}
        self._controls: dict[tuple[str, str], list[Control]] = {}
        self._documents = documents
        for unit in units:
            self._units.setdefault(unit.id, []).append(unit)
        for control in controls:
            self._controls.setdefault((control.kind, control.target), []).append(control)
        self._managed = {u.organization for told in self._units.values() for u in told if u.management}

    def of(self, account: str) -> str:
        """The id of the organization that an account is in; empty when that is not told."""
        told = {unit.organization for unit in self._units.get(account, ())}
        return told.pop() if len(told) == 1 else ""

    def led(self) -> frozenset[str]:
        """The organizations that are ours: only who leads one, or is its delegated administrator, may list its roots.

        An account of ours in the organization of a reseller sees the id only: that one is not ours.
        """
        roots = (unit for told in self._units.values() for unit in told if unit.kind == "root")
        return frozenset(unit.organization for unit in roots if unit.organization)

    def members(self) -> frozenset[str]:
        """The accounts of the organizations that are ours."""
        led = self.led()
        accounts = ((id, told) for id, told in self._units.items() if any(u.kind == "account" for u in told))
        return frozenset(id for id, told in accounts if any(unit.organization in led for unit in told))

    def scps(self, account: str) -> Binding:
        """The service control policies that bind the principals of an account."""
        return self._binding(SCP, account)

    def rcps(self, account: str) -> Binding:
        """The resource control policies that bind the resources of an account."""
        return self._binding(RCP, account)

    def _binding(self, kind: str, account: str) -> Binding:
        told, label = self._units.get(account), _LABELS[kind]
        if told is None and self._asked.get(account) == "complete":
            # Asked itself, it said that it is in no organization: no such policy binds it.
            return Binding()
        if not self._units:
            return Binding(assumes=(f"{label} {self._why_untold()}: taken as allowing",))
        if told is None:
            where = "organization that was read" if self._live else "export of an organization"
            return Binding(assumes=(f"{label}: account {account} is in no {where}",))
        if any(unit.management for unit in told):
            return Binding()
        if not any(unit.organization in self._managed for unit in told):
            # It could be this one, which nothing binds.
            return Binding(assumes=(f"{label}: which account manages the organization is not told",))
        chain = self._chain(account)
        enabled = [unit.enabled for unit in self._units.get(chain[0], ()) if unit.enabled is not None]
        if enabled and not any(kind in kinds for kinds in enabled):
            return Binding()
        levels = tuple(texts for unit in chain if (texts := self._texts(kind, unit)))
        return Binding(levels, tuple(dict.fromkeys(f"{label}: {why}" for why in self._untold(kind, chain))))

    def _why_untold(self) -> str:
        """Why nothing is known of any organization."""
        if not self._live:
            return "were not exported"
        if not self._asked:
            return "were not asked for, as `services` leaves out organizations"
        accounts = ", ".join(account for account in self._asked if account) or "here"
        return f"could not be read from {accounts}: only a management account or a delegated administrator can"

    def _chain(self, account: str) -> list[str]:
        """The units from the highest that is told down to the account."""
        chain: list[str] = []
        at: str | None = account
        while at is not None and at not in chain:
            chain.append(at)
            parents = {unit.parent for unit in self._units.get(at, ()) if unit.parent}
            at = parents.pop() if len(parents) == 1 else None
        return chain[::-1]

    def _texts(self, kind: str, unit: str) -> tuple[str, ...]:
        controls = self._controls.get((kind, unit), ())
        return tuple(dict.fromkeys(self._text(control) or ALLOWS_ALL[kind] for control in controls))

    def _text(self, control: Control) -> str:
        document = self._documents.get(control.document or "")
        return "" if document is None or document.problem else document.text

    def _untold(self, kind: str, chain: list[str]) -> Iterator[str]:
        if not any(unit.kind == "root" for unit in self._units.get(chain[0], ())):
            yield f"what is above {chain[0]} is not told"
        for unit in chain:
            controls = self._controls.get((kind, unit), ())
            if not controls:
                # AWS keeps at least one attached to each root, unit and account where the kind is in use.
                yield f"none of {unit} is told"
            for control in controls:
                if not control.id:
                    yield f"not all of {unit} are told"
                elif not self._text(control):
                    yield f"the text of {control.id} is not told"

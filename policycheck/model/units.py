"""Facts about an AWS organization: its tree, and the policies that are attached to it.

Field types and conventions are those of ``model.facts``, which lists these kinds among its tables.
"""

from __future__ import annotations

from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A root, organizational unit or account of an AWS organization.

    ``kind``: ``root``, ``ou``, ``account``. ``parent`` is the id of the unit above it, None for a root and where the
    source does not tell. ``management``: the management account, which no control binds. ``organization`` is its id
    (``o-a1b2c3d4e5``), empty when not told. ``enabled``, of a root: the kinds of Control in use, None when not told.
    """

    system: str
    id: str
    kind: str
    name: str
    parent: str | None
    management: bool
    connector: str
    where: str
    organization: str = ""
    enabled: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One organization policy attached to one unit: a row for each target.

    ``kind``: ``scp`` (service control policy) or ``rcp`` (resource control policy). ``id`` is the policy's id,
    ``target`` the Unit's. ``document`` is a PolicyDocument hash; None means that its text was not in the source. With
    an empty ``id`` it stands for any that may be attached there without the source telling.
    """

    system: str
    kind: str
    id: str
    name: str
    target: str
    document: str | None
    connector: str
    where: str

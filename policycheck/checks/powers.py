"""What somebody whom no vendor claims may do once let in: in words, and as grave as that is."""

from __future__ import annotations

import json
from collections.abc import Callable

from policycheck.analysis.views import Inroad, TrustView
from policycheck.aws.engine import Engine
from policycheck.checks.context import Context
from policycheck.checks.escalation import Escalations
from policycheck.checks.extents import admitting
from policycheck.checks.severity import exposure_severity
from policycheck.checks.wording import listed
from policycheck.model.dataclass import dataclass
from policycheck.model.findings import Severity
from policycheck.model.grants import Grant
from policycheck.model.verdict import INSIDE, Access

#: Datasets, services and policies that a sentence names.
SHOWN = 3

#: Allows every action on every resource, whether its text was exported or not. Source: AWS Managed Policy Reference,
#: AdministratorAccess.
ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"

_EVERYTHING = json.dumps({"Statement": [{"Action": "*", "Effect": "Allow", "Resource": "*"}], "Version": "2012-10-17"})


@dataclass(frozen=True, slots=True)
class Power:
    """``words`` follow "it"; ``grave`` is what a message says of it as well, empty where nothing is. ``severity`` is at
    least that of the finding, INFO where the power adds nothing; ``because`` the reasons."""

    words: str
    grave: str = ""
    severity: Severity = Severity.INFO
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Powers:
    """Answers for the roles of one partition; ``inside`` is that of its ``PartitionView``."""

    context: Context
    escalations: Escalations
    inside: Callable[[str, TrustView | Grant], Inroad] | None

    def behind(self, view: TrustView) -> tuple[Power, tuple[str, ...] | None]:
        """What a role may do in the hands of who comes in by a trust, with its extent."""
        assert self.inside is not None  # there are roles
        inroad = self.inside(view.trust.resource, view)
        extent = self.context.extent(inroad.reach.access, (), *inroad.reach.unseen, *admitting(view.judged.path))
        return power_of(self.context, self.escalations, inroad), extent

    def extent_of(self, user: Grant) -> tuple[str, ...] | None:
        """The extent of what a user may do."""
        if self.inside is None or self.context.extents is None:
            return None
        reach = self.inside(user.principal, user).reach
        return self.context.extent(reach.access, (), *reach.unseen)


def power_of(context: Context, escalations: Escalations, inroad: Inroad) -> Power:
    """What the principal behind a way in may do."""
    reach, engine = inroad.reach, context.analyst.engine
    unseen = [name for name in reach.unseen if not name.endswith(ADMINISTRATOR)]
    if len(unseen) < len(reach.unseen) or _everything(engine, reach.access):
        return Power("is an administrator", "is an administrator", Severity.CRITICAL, ("an administrator's role",))
    ways = escalations.paths(reach.access)
    if ways:
        severity = max(Severity[way.kind.severity.upper()] for way in ways)
        return Power(
            f"can raise its own privileges: it can {ways[0].name}", "can raise its own privileges", severity,
            tuple(dict.fromkeys(way.kind.label for way in ways)),
        )  # fmt: skip
    return _reading(context, inroad, unseen)


def _reading(context: Context, inroad: Inroad, unseen: list[str]) -> Power:
    datasets = list(dict.fromkeys(reading.dataset.name for reading in inroad.readable.datasets if reading.fields))
    told = [f"can read {listed(_some(datasets))}"] if datasets else []
    services = context.analyst.engine.services(inroad.reach.access)
    if services is None:
        told.append("may use services that a wildcard names")
    elif services:
        told.append(f"may use {listed(_some(sorted(services)))}")
    elif not unseen:
        told.append("has no permissions")
    if unseen:
        told.append(f"has {listed(_some(unseen))}, whose text was not exported")
    judged = [exposure_severity(context.taxonomy, each) for each in inroad.exposures() if each.category]
    severity, because = max(judged, key=lambda pair: pair[0], default=(Severity.INFO, ()))
    return Power(", and ".join(told), "", severity, because)


def _everything(engine: Engine, access: Access) -> bool:
    """Whether policies give everything, be it within the limits of an organization."""
    whole = Access((_EVERYTHING,))
    for part in access.parts:
        boundary = part.boundary is None or engine.contained(whole, part.boundary).status == INSIDE
        if boundary and part.identity and engine.contained(whole, part.identity).status == INSIDE:
            return True
    return False


def _some(names: list[str]) -> list[str]:
    return names if len(names) <= SHOWN else [*names[:SHOWN], f"{len(names) - SHOWN} more"]

"""What changed of policycheck.yaml: who is ours, what looks, what fails a run."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.checks.edited import place, told
from policycheck.model.declared import Config, ConnectorEntry
from policycheck.model.drift import CHANGED, NARROWER, WIDER, Change
from policycheck.model.findings import Severity

_OURS = (
    ("own_accounts", "account {} is ours: nobody there is a stranger"),
    ("own_organizations", "organization {} is ours: nobody there is a stranger"),
    ("own_hosts", "host {} is ours: what is sent there goes to no vendor"),
    ("own_apps", "app {} is ours: nobody judges what it may do"),
)
#: Settings with rows of their own.
_TOLD = (
    "exceptions",
    "version",
    "fail_on",
    "baseline",
    "rules",
    "connectors",
    "snapshots.max_age_days",
    *(key for key, _ in _OURS),
)


def config(old: Config, new: Config) -> Iterator[Change]:
    """Every setting that differs."""
    was, now = Severity[old.fail_on.upper()], Severity[new.fail_on.upper()]
    if was != now:
        what = f"findings fail a run from {new.fail_on} on, was {old.fail_on}"
        yield Change("", "project", WIDER if now > was else NARROWER, what, at=place(new, "fail_on"))
    if old.max_age_days != new.max_age_days:
        what = f"a snapshot may be {new.max_age_days} days old, was {old.max_age_days}"
        sense = WIDER if new.max_age_days > old.max_age_days else NARROWER
        yield Change("", "project", sense, what, at=place(new, "snapshots.max_age_days"))
    if old.rules != new.rules and old.settings:
        # Rules that are newer than the pin give notices only; without one, all count.
        sense = WIDER if new.rules and (not old.rules or new.rules < old.rules) else NARROWER
        what = f"rules pinned to {told(new.rules)}, was {told(old.rules)}"
        yield Change("", "project", sense, what, at=place(new, "rules"))
    for key, words in _OURS:
        for sense, less, more in ((WIDER, old, new), (NARROWER, new, old)):
            for value in sorted({*getattr(more, key)} - {*getattr(less, key)}):
                area = "recognised" if sense == WIDER else "project"
                what = (
                    words.format(value) if sense == WIDER else f"{words.partition(' {}')[0]} {value} is no longer ours"
                )
                yield Change("", area, sense, what, at=place(new, key))
    yield from _connectors(old, new)
    yield from _others(old, new)


def _connectors(old: Config, new: Config) -> Iterator[Change]:
    was, now = ({each.name: each for each in side.connectors} for side in (old, new))
    for name in sorted({*was, *now}):
        before, after = was.get(name), now.get(name)
        if after is None and before is not None:
            what = f"connector {name} ({before.type}) no longer looks"
            yield Change("", "project", WIDER, what, at=place(new, "connectors"))
        elif before is None and after is not None:
            yield Change("", "project", NARROWER, f"connector {name} ({after.type}) looks as well", at=after.at)
        elif before is not None and after is not None and (before.type, before.options) != (after.type, after.options):
            what = f"connector {name} may look at less: {', '.join(_edited(before, after))} changed"
            yield Change("", "project", WIDER, what, at=after.at)


def _edited(was: ConnectorEntry, now: ConnectorEntry) -> list[str]:
    keys = sorted({*was.options, *now.options})
    return [key for key in keys if was.options.get(key) != now.options.get(key)] or ["type"]


def _others(old: Config, new: Config) -> Iterator[Change]:
    """Settings whose effect shows elsewhere, at each vendor, or that no finding depends on. Of a project that begins or
    ends, the effects are enough."""
    if not old.settings or not new.settings:
        return
    was, now = ({each.key: each.value for each in side.settings} for side in (old, new))
    for key in sorted({*was, *now}):
        before, after = was.get(key, ""), now.get(key, "")
        if before != after and not any(
            f"{key}.".startswith(f"{each}.") or key.startswith(f"{each}[") for each in _TOLD
        ):
            yield Change("", "project", CHANGED, f"{key} is {told(after)}, was {told(before)}", at=place(new, key))

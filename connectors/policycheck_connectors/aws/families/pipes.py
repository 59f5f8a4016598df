"""EventBridge Pipes: what pipes send to web addresses and other accounts, by the paths of their input templates.

Shapes: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html; variables: EventBridge
User Guide, "Amazon EventBridge Pipes input transformation".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.facts import WHOLE_MESSAGE, Fact
from policycheck_connectors.aws.families.events import FAMILY as EVENTS
from policycheck_connectors.aws.families.events import Address, addresses_of, dynamic, way_to
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, key_path
from policycheck_connectors.aws.room import Room

_LIST, _DESCRIBE = "pipes.list_pipes", "pipes.describe_pipe"
_VARIABLE = re.compile(r"<(\$[^<>]*|aws\.pipes\.[a-z.-]+)>")
_EVENT = frozenset({"aws.pipes.event", "aws.pipes.event.json"})
#: The record of a DynamoDB stream has the type of each value below its name.
_TYPED = re.compile(r"((?:NewImage|OldImage|Keys)\.[^.]+)\.(?:S|N|B|BOOL|SS|NS|BS|NULL)$")


def _pull(room: Room) -> Iterator[Fact]:
    pipes = [pipe for pipe in room.each(FLOWS, _LIST, "Pipes") if pipe.get("DesiredState") != "STOPPED"]
    addresses = addresses_of(room) if pipes else {}
    for pipe in pipes:
        answer = room.ask(FLOWS, _DESCRIBE, Name=str(pipe["Name"]))
        if answer is not None:
            yield from _pipe(room, addresses, answer)


def _pipe(room: Room, addresses: Mapping[str, Address], pipe: Mapping[str, Any]) -> Iterator[Fact]:
    """What the enrichment gets, and the target; what an enrichment makes of an event is not known."""
    arn, source = str(pipe["Arn"]), str(pipe.get("Source", ""))
    enrichment = str(pipe.get("Enrichment") or "")
    ends = ((enrichment, "EnrichmentParameters", (arn, source)), (str(pipe.get("Target", "")), "TargetParameters", ()))
    for target, kind, sources in ends:
        way = way_to(room, addresses, target, arn, _DESCRIBE)
        if way:
            known = sources or ((arn,) if enrichment else (arn, source))
            made = Way(room, arn, way.where, known, way.host, way.party, way.destination)
            yield from made.all(paths(pipe.get(kind) or {}))


def paths(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The key paths that one end of a pipe gets."""
    yield from dynamic(parameters.get("HttpParameters") or {})
    template = parameters.get("InputTemplate")
    if not template:
        yield WHOLE_MESSAGE
        return
    for name in _VARIABLE.findall(str(template)):
        if name in _EVENT:
            yield WHOLE_MESSAGE
        elif name.startswith("$"):
            yield _TYPED.sub(r"\1", key_path(name)) or WHOLE_MESSAGE


FAMILY = Family(
    "pipes",
    REGIONAL,
    (FLOWS,),
    {
        _LIST: ("pipes:ListPipes",),
        _DESCRIBE: ("pipes:DescribePipe",),
        **{call: EVENTS.calls[call] for call in ("events.list_connections", "events.list_api_destinations")},
    },
    "what pipes send to web addresses and other accounts, by the paths of their templates",
    _pull,
)

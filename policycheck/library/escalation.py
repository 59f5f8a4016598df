"""Ways to raise one's own privileges in AWS, as data: what each needs, gives and rests on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass

ANYTHING = ("*",)


@dataclass(frozen=True, slots=True)
class PathKind:
    """A family of paths. ``label`` says what it means for whoever has one; ``severity`` is that of the finding."""

    id: str
    severity: str
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done: one of ``actions`` on a resource that one of ``resources`` matches.

    ``resources`` are ARN patterns, in which ``{partition}`` and ``{account}`` stand for those of the one who acts.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ANYTHING

    def locations(self, partition: str = "*", account: str = "*") -> tuple[str, ...]:
        """The resources in one partition and account, or in all of them."""
        return tuple([each.format(partition=partition, account=account) for each in self.resources])


@dataclass(frozen=True, slots=True)
class EscalationPath:
    """One way. It is open to whoever can do all ``steps``.

    ``name`` follows "it can"; ``passed_to`` are the services of which one must get the role, ``lambda.amazonaws.com``,
    empty where no role is passed. ``source`` is a page of the AWS documentation or a row of a public list.
    """

    id: str
    name: str
    kind: PathKind
    steps: tuple[Step, ...]
    passed_to: tuple[str, ...]
    gives: str
    source: str


@lru_cache(maxsize=1)
def load_escalation() -> tuple[EscalationPath, ...]:
    """All paths, the gravest kinds first, else in the order of the file."""
    raw = read_data("aws", "escalation.yaml")
    kinds = {id: PathKind(id, **entry) for id, entry in raw["kinds"].items()}
    resources = {action: tuple(raw["resources"][name]) for action, name in raw["named"].items()}
    paths = [_path(entry, kinds, resources) for entry in raw["paths"]]
    order = list(kinds.values())
    return tuple(sorted(paths, key=lambda path: order.index(path.kind)))


def _path(
    entry: Mapping[str, Any], kinds: Mapping[str, PathKind], resources: Mapping[str, tuple[str, ...]]
) -> EscalationPath:
    steps = [tuple(need) if isinstance(need, list) else (need,) for need in entry["needs"]]
    return EscalationPath(
        id=entry["id"],
        name=entry["name"],
        kind=kinds[entry["kind"]],
        steps=tuple(Step(actions, resources.get(actions[0], ANYTHING)) for actions in steps),
        passed_to=tuple(entry.get("passed_to", ())),
        gives=entry["gives"],
        source=entry["source"],
    )

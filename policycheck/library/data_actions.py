"""AWS actions that hand out the content of a dataset."""

from __future__ import annotations

from functools import lru_cache

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class DataAction:
    """One action that reads content. ``level`` is AWS's access level, ``dataset_kind`` the service and resource type
    of the ARN that it is asked for (``s3:object``), ``source`` the page of the Service Authorization Reference."""

    action: str
    level: str
    dataset_kind: str
    source: str


@lru_cache(maxsize=1)
def load_data_actions() -> tuple[DataAction, ...]:
    """All of them, in the order of the file."""
    raw = read_data("aws", "data_actions.yaml")
    return tuple(
        DataAction(action, level, kind, group["source"])
        for group in raw["services"]
        for kind, actions in group["actions"].items()
        for action, level in actions.items()
    )

from __future__ import annotations

import re

from policycheck.library.data_actions import DataAction, load_data_actions

LEVELS = {"Read", "List", "Write", "Permissions management", "Tagging"}


def test_reading_an_object_reads_data() -> None:
    assert load_data_actions()[0] == DataAction("s3:GetObject", "Read", "s3:object", "Amazon S3")


def test_every_action_has_a_level_a_resource_type_of_its_service_and_a_source() -> None:
    for entry in load_data_actions():
        assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", entry.action)
        assert entry.level in LEVELS
        assert entry.dataset_kind.partition(":")[0] == entry.action.partition(":")[0]
        assert entry.source


def test_no_action_is_listed_twice() -> None:
    actions = [entry.action.lower() for entry in load_data_actions()]
    assert sorted(actions) == sorted(set(actions))

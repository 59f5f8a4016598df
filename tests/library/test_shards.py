from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.library.shards import LEVELS, ActionResource, CatalogueAction, ResourceType, Service, Shard, encode

_KEYS = ("aws:TagKeys", "store:Owner", "store:Zone/${TagKey}")
_TYPES = ("bucket", "object")
_names = st.text("abXY-9", min_size=1, max_size=6)
_keys = st.lists(st.sampled_from(_KEYS), unique=True).map(lambda keys: tuple(sorted(keys)))
_resources = st.lists(
    st.builds(ActionResource, st.sampled_from(_TYPES), st.booleans(), _keys), unique_by=lambda each: each.type
).map(tuple)


def _actions(retired: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, CatalogueAction]]:
    levels = st.lists(st.sampled_from(LEVELS), unique=True).map(tuple)
    dependents = st.lists(_names.map("keys:{}".format), max_size=2).map(tuple)
    action = st.builds(CatalogueAction, st.just(""), levels, _resources, _keys, dependents, retired)
    return st.dictionaries(_names, action)


def _named(actions: dict[str, CatalogueAction]) -> dict[str, CatalogueAction]:
    return {
        name: CatalogueAction(
            f"store:{name}", each.levels, each.resources, each.condition_keys, each.dependents, each.retired
        )
        for name, each in actions.items()
    }


@pytest.mark.unmeasured
@given(_actions(st.just("")), _actions(st.just("0.1.1")), st.sampled_from(["", "arn:x"]), _keys)
def test_a_service_comes_back_as_it_was(
    current: dict[str, CatalogueAction], former: dict[str, CatalogueAction], arn: str, keys: tuple[str, ...]
) -> None:
    service = Service(
        prefix="store",
        name="Example Store",
        actions=_named(current),
        resources={name: ResourceType(name, arn, keys) for name in _TYPES},
        keys=dict.fromkeys(_KEYS, "String"),
        retired=_named({name: each for name, each in former.items() if name not in current}),
    )
    assert Shard(json.loads(encode(service))).service() == service


def test_what_a_service_does_not_have_is_a_key_error() -> None:
    empty = Shard(json.loads(encode(Service("store", "Example Store", {}, {}, {}, {}))))
    with pytest.raises(KeyError):
        empty.action("Nothing")
    with pytest.raises(KeyError):
        empty.resource("Nothing")

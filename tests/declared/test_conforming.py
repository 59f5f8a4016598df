"""The short way around Cerberus never says yes where Cerberus would say no."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import cerberus
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policycheck.declared.checker import Checker, errors_of
from policycheck.declared.conforming import right
from policycheck.declared.schemas import NESTED, SCHEMAS
from policycheck.declared.settings import LISTED, SEVERITIES
from policycheck.declared.shapes import SELECTORS, SHAPES
from policycheck.model.declared import STAGES, Config
from policycheck.model.findings import Instance, Severity
from policycheck.model.places import Location

KEYS = [(name, key) for name, schema in SCHEMAS.items() for key in schema]

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.just(1.5)
    | st.text(max_size=3)
    | st.sampled_from(
        [
            "a",
            "111122223333",
            "2027-03-31",
            "2027-02-30",
            "1h",
            "30d",
            "medium",
            "enforce",
            "any",
            "none",
            "s3:GetObject",
            "*",
            "arn:aws:s3:::b/*",
            "us",
            "api.vendor.example",
            "192.0.2.0/24",
            "PC301",
            "2026.11",
            "o-a1b2c3d4e5",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "key", "Bool"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_for_cerberus(name: str) -> None:
    Checker(SCHEMAS[name])
    with pytest.raises(cerberus.SchemaError):
        Checker({"a": {"shapes": "x"}})


@pytest.mark.unmeasured
@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(KEYS), VALUES)
@example(("access", "allow"), None)
def test_plainly_right_is_right_for_cerberus_and_the_rest_is_not(place: tuple[str, str], value: Any) -> None:
    name, key = place
    assert right(SCHEMAS[name][key])(value) == (not errors_of(name, {key: value}, (), True))


def test_rules_that_the_short_way_does_not_know_are_left_to_cerberus() -> None:
    assert not right({"type": "string", "regex": "a"})("a")


def test_every_schema_has_shapes_examples_and_nested_schemas_that_exist() -> None:
    rules = [rule for schema in SCHEMAS.values() for rule in schema.values()]
    assert {rule["shape"] for rule in rules if "shape" in rule} == set(SHAPES)
    assert all(rule["meta"] for rule in rules)
    assert {inner for nested in NESTED.values() for _, inner in nested.values()} <= set(SCHEMAS)
    assert all(key in SCHEMAS[name] for name, nested in NESTED.items() for key in nested)


def test_words_that_are_repeated_to_keep_the_model_unloaded_are_those_of_the_model() -> None:
    default = Config(root="", at=Location(""))
    assert [severity.word for severity in Severity] == list(SEVERITIES)
    assert {"policies": default.policies, "catalog": default.catalog, "overrides": default.overrides} == LISTED
    assert tuple(SCHEMAS["policy"]["stage"]["allowed"]) == STAGES
    assert all(f"``{selector}``" in str(Instance.__doc__) for selector in SELECTORS)


def test_right_files_load_neither_cerberus_nor_the_model() -> None:
    code = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from policycheck.declared.project import load\n"
        "loaded = load(Path('examples/photo-sharing'), date(2026, 11, 20))\n"
        "print(loaded.checked, len(loaded.problems))\n"
        "heavy = ('cerberus', 'importlib.metadata', 'policycheck.model.declared', 'difflib');"
        "print([name for name in heavy if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    checked, loaded = done.stdout.splitlines()
    assert int(checked.split()[0]) > 5
    assert loaded == "[]"

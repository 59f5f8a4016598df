"""The table of types, and what is said of entries that cannot be used."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from policycheck.model.problems import UsageProblem
from policycheck_connectors.interface import ConnectorError
from policycheck_connectors.registry import build, types, wrongs
from tests.connectors.lab import entry

PATHS = {"paths": ["*.json"]}


@pytest.mark.parametrize("info", [each for each in types() if each.type != "rest"], ids=lambda info: str(info.type))
def test_every_type_can_be_built_and_is_described(info: object, tmp_path: Path) -> None:
    from policycheck_connectors.registry import TypeInfo

    assert isinstance(info, TypeInfo)
    required = [option.name for option in info.options if option.required]
    assert required in (["paths"], [])
    made = build(entry(info.type, **(PATHS if required else {})), tmp_path)
    module, _, name = info.target.partition(":")
    assert type(made) is getattr(import_module(module), name)
    assert (made.type, made.name, made.root) == (info.type, "c", tmp_path)
    assert made.resources
    assert all((info.summary, info.reads, *(option.help for option in info.options)))


@pytest.mark.parametrize(
    ("type", "options", "message", "help"),
    [
        ("key-inventroy", PATHS, "unknown type key-inventroy", "did you mean key-inventory?"),
        ("carrier-pigeon", PATHS, "unknown type carrier-pigeon", "known: aws, aws-authorization-details, "),
        ("attestation", {"path": ["x"]}, "unknown option `path`", "did you mean paths?"),
        ("attestation", {}, "option `paths` is missing", "file patterns relative to policycheck.yaml"),
        ("attestation", {"paths": []}, "option `paths` must be a list of file patterns", "for example"),
        ("attestation", {"paths": [1]}, "option `paths` must be a list of file patterns", "for example"),
        ("attestation", {"paths": None}, "option `paths` must be a list of file patterns", "for example"),
        ("attestation", {"paths": ["/etc/*"]}, "option `paths` has a pattern that leaves the project", "relative"),
        ("attestation", {"paths": ["a/../../b"]}, "option `paths` has a pattern that leaves the project", "relative"),
        ("attestation", {"paths": ["a\0b"]}, "option `paths` has a pattern that leaves the project", "relative"),
    ],
)
def test_an_entry_that_cannot_be_used(
    tmp_path: Path, type: str, options: dict[str, object], message: str, help: str
) -> None:
    with pytest.raises(ConnectorError) as error:
        build(entry(type, **options), tmp_path)
    assert error.value.message == f"policycheck.yaml:3:5: connector c: {message}"
    assert help in error.value.help
    assert isinstance(error.value, UsageProblem)


@pytest.mark.parametrize(
    ("type", "options", "told"),
    [
        ("attestation", {}, ("", "option `paths` is missing")),
        ("attestation", {"paths": []}, ("paths", "option `paths` must be a list of file patterns")),
        ("attestation", {**PATHS, "stale_after_days": 0}, ("stale_after_days", "option `stale_after_days` must be")),
        ("key-inventory", {**PATHS, "holder": 7}, ("holder", "option `holder` must be a string")),
        ("key-inventory", {**PATHS, "columns": {"id": "API Key ID"}}, None),
        ("postgres", {"credentials": {"dsn": {"env": "DSN"}}, "label": "eu"}, None),
        ("carrier-pigeon", {"paths": 7}, None),
        ("sendgrid", {"paths": 7}, None),
    ],
)
def test_what_is_wrong_is_told_without_the_connector(
    type: str, options: dict[str, object], told: tuple[str, str] | None
) -> None:
    found = list(wrongs(type, options))
    assert [each.option for each in found] == ([told[0]] if told else [])
    assert all(told and each.message.startswith(told[1]) and each.help for each in found)


def test_one_pattern_needs_no_list_and_credentials_are_nobodys_option(tmp_path: Path) -> None:
    assert build(entry("attestation", paths="*.yaml", credentials={"token": {"env": "X"}}), tmp_path)


def test_to_judge_options_imports_no_connector_and_no_facts() -> None:
    code = (
        "import sys; from policycheck_connectors.registry import wrongs; "
        "print(len(list(wrongs('aws', {'regions': [], 'jobs': 0}))), "
        "[n for n in sys.modules if n in ('policycheck.model.facts', 'boto3', 'botocore', 'difflib', "
        "'policycheck_connectors.interface')])"
    )
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "2 []"


def test_the_table_imports_no_connector_and_no_parser() -> None:
    code = (
        "import sys, policycheck_connectors.registry; "
        "print([n for n in sys.modules if n.startswith('policycheck_connectors.files') or n in ('ijson', 'yaml')])"
    )
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"

"""Reports of the example against the schemas that their readers publish: fetched with the tests, never kept here."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import xmlschema

from tests.servers import published

GOLDEN = Path(__file__).parent / "golden"


def schema(name: str) -> Path:
    file = published.other(name)
    if not file.exists():
        pytest.skip(f"the published schema {name} is not here: {published.INSTALL}")
    return file


def test_sarif_is_sarif() -> None:
    jsonschema.Draft7Validator(json.loads(schema("sarif").read_text("utf-8-sig"))).validate(
        json.loads((GOLDEN / "check.sarif").read_text())
    )


def test_junit_is_what_jenkins_reads() -> None:
    xmlschema.XMLSchema(str(schema("junit-jenkins"))).validate(str(GOLDEN / "check.junit.xml"))


#: Of GitLab's documentation of imported code quality reports, read 2026-11: what an issue must have.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def test_gitlab_reads_its_report() -> None:
    issues = json.loads((GOLDEN / "check.gitlab.json").read_text())
    jsonschema.Draft202012Validator(GITLAB).validate(issues)
    assert issues
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)

"""Nothing observed acts on a terminal or comes out where it was not asked for; widths and colours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.sample import TODAY, VENDOR, export, role, trusting

if TYPE_CHECKING:
    from tests.conftest import Run


HOSTILE = "evil\x1b]0;owned\x07\x1b[2J\u202e\u2066\rname"


def test_a_hostile_export_does_not_reach_the_terminal(project: Path, program: Run) -> None:
    stranger = role("stranger", trusting(f"arn:aws:iam::999999999999:role/{HOSTILE}"), "arn:aws:s3:::lumen-exports/*")
    named = role(f"vendor{HOSTILE}", trusting("444455556666"), "arn:aws:s3:::lumen-exports/members/*")
    (project / "aws.json").write_text(export(VENDOR, stranger, named))
    for args in (
        ("check",),
        ("check", "--group-by", "account"),
        ("show", "grants"),
        ("show", "exposures"),
        ("who", "user"),
    ):
        done = program(*args, cwd=project, env=TODAY)
        assert done.returncode in (0, 1, 3), done.stderr
        assert all(each.isprintable() or each == "\n" for each in done.stdout + done.stderr)
    for words in ("check --output json", "show grants --output json"):
        done = program(*words.split(), cwd=project, env=TODAY)
        assert done.stdout.isascii()
        assert all(each.isprintable() or each == "\n" for each in done.stdout + done.stderr)


@pytest.mark.parametrize("columns", [20, 60, 80, 100, 200, 1000])
def test_text_fits_the_terminal(project: Path, program: Run, columns: int) -> None:
    done = program("check", cwd=project, env={**TODAY, "COLUMNS": str(columns)})
    width = max(60, min(columns, 200))
    words = max((word for word in done.stdout.split()), key=len)
    assert all(len(line) <= max(width, len(words) + 16) for line in done.stdout.splitlines())
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("env", "options", "coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
    ],
)
def test_colour(project: Path, program: Run, env: dict[str, str], options: tuple[str, ...], coloured: bool) -> None:
    done = program("check", *options, cwd=project, env={**TODAY, **env})
    assert ("\x1b[" in done.stdout) is coloured


TOKEN = "tok-3b1f9c"


def planted(value: Any) -> Any:
    """The same with a token beside whatever a connector reads, in every object."""
    if isinstance(value, dict):
        return {**{key: planted(each) for key, each in value.items()}, "X": TOKEN, TOKEN: {"a": TOKEN}}
    return [planted(each) for each in value] if isinstance(value, list) else value


def test_no_output_holds_what_is_not_asked_for(project: Path, program: Run) -> None:
    (project / "aws.json").write_text(json.dumps(planted(json.loads(export(VENDOR)))))
    commands = ("pull", "check", "show vendors", "show grants", "show fields", "show exposures", "who user")
    for words in (*commands, *(f"{each} --output json" for each in commands[1:])):
        done = program(*words.split(), cwd=project, env=TODAY)
        assert done.returncode in (0, 1, 3), done.stderr
        assert TOKEN not in done.stdout + done.stderr
    for file in (project / ".policycheck").rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()

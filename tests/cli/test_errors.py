"""Every way to end a run early, with its exit code and its words."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policycheck.cli import errors
from policycheck.cli.app import App
from policycheck.model.problems import SnapshotProblem, UsageProblem

SECRET = "SG.token-of-a-customer"


def ended(error: BaseException, app: App | None = None, args: tuple[str, ...] = ()) -> int:
    def call() -> int:
        raise error

    return errors.guard(app or App({}), args, {"check"}, call)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageProblem("what is wrong", "how to mend it"), 2, "error: what is wrong\nhelp: how to mend it\n"),
        (SnapshotProblem("it is \x1b[2Jtruncated"), 2, "error: it is [2Jtruncated\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_expected_ends(error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(error) == code
    assert capsys.readouterr() == ("", words)


def test_colour_marks_error_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    ended(UsageProblem("m", "h"), App({"FORCE_COLOR": "1"}))
    assert capsys.readouterr().err == "\x1b[91m\x1b[1merror\x1b[0m: m\n\x1b[32m\x1b[1mhelp\x1b[0m: h\n"


def caused(depth: int = 1) -> BaseException:
    """An error with a cause, a token in its message, its locals and its arguments."""
    try:
        try:
            local = SECRET
            raise KeyError(local)
        except KeyError as error:
            raise ValueError(f"cannot use {SECRET}") from error
    except ValueError as error:
        return error


def test_a_defect_is_told_with_a_log_that_holds_no_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = App({})
    app.root = tmp_path
    args = ("check", SECRET, f"--output={SECRET}", "--vendor", SECRET, "-x")
    assert ended(caused(), app, args) == 4
    out, err = capsys.readouterr()
    assert (out, SECRET in err) == ("", False)
    kept = tmp_path / ".policycheck" / "crash.log"
    log = kept.read_text()
    assert log in err
    assert SECRET not in log
    assert "\ncommand: policycheck check ... --output=... --vendor ... ...\n" in log
    assert "\nbuiltins.ValueError at\n" in log
    assert "\ncaused by\nbuiltins.KeyError at\n" in log
    assert "cli/test_errors.py:" in log
    assert str(Path(__file__).parent.parent.parent) + "/" not in log.replace(sys.prefix, "")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert err.startswith("error: internal error (ValueError); this is a defect of policycheck, not of your files\n")
    assert err.endswith(
        "help: please report it with the log above (kept in .policycheck/crash.log); it holds no data of yours\n"
    )


def test_without_a_project_the_log_is_only_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(ValueError(SECRET)) == 4
    assert capsys.readouterr().err.endswith("help: please report it with the log above; it holds no data of yours\n")


def test_a_log_that_cannot_be_kept_is_still_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = App({})
    app.root = tmp_path / "absent" / "deeper"
    assert ended(ValueError(SECRET), app) == 4
    assert "builtins.ValueError at" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("chek",), "error: no such command: chek\nhelp: did you mean `check`?\n"),
        (("frobnicate",), "error: no such command: frobnicate\nhelp: `policycheck --help` lists the commands\n"),
        (("config", "shw"), "error: no such command: shw\nhelp: did you mean `show`?\n"),
        (
            ("check", "--fail-on", "bad"),
            "error: invalid value for '--fail-on': 'bad' is not one of 'info', 'low', 'medium', 'high', 'critical'\n"
            "help: `policycheck check --help` shows how it is used\n",
        ),
        (
            ("show", "people"),
            "error: invalid value for '{vendors|grants|fields|exposures}': 'people' is not one of 'vendors', 'grants',"
            " 'fields', 'exposures'\nhelp: `policycheck show --help` shows how it is used\n",
        ),
        (("who",), "error: missing argument 'CATEGORY'\nhelp: `policycheck who --help` shows how it is used\n"),
        (
            ("--project", "absent", "rules"),
            "error: invalid value for '--project': directory 'absent' does not exist\n"
            "help: `policycheck --help` shows how it is used\n",
        ),
        (
            ("check", "--output", "yaml"),
            "error: no such output format: yaml\n"
            "help: the formats are text, json, sarif, junit, github, gitlab, markdown, csv, html\n",
        ),
    ],
)
def test_wrong_usage(args: tuple[str, ...], words: str, here: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = here(*args)
    assert (code, out) == (2, "")
    assert err.replace("Invalid", "invalid").replace("Directory", "directory") == words


def test_an_unknown_option_names_a_near_one(here: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = here("check", "--fail-at", "high")
    assert (code, out) == (2, "")
    assert "--fail-on" in err


@pytest.mark.parametrize("args", [(), ("config",), ("connectors",)])
def test_without_a_command_help_goes_to_standard_error(
    args: tuple[str, ...], here: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, err = here(*args)
    assert (code, out) == (2, "")
    assert err.startswith(f"Usage: policycheck {' '.join([*args, '[OPTIONS] COMMAND [ARGS]...'])}\n")

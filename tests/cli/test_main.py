"""The program as a whole: version, help, completion, start-up."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from policycheck import __version__
from policycheck.cli import main as main_module
from policycheck.cli.main import COMMANDS, cli

if TYPE_CHECKING:
    from tests.conftest import Run

HEAVY = {
    "botocore",
    "boto3",
    "cerberus",
    "duckdb",
    "ijson",
    "jinja2",
    "requests",
    "rich",
    "urllib3",
    "yaml",
    "importlib.metadata",
    "http.client",
}


def test_version(here: Callable[..., tuple[int, str, str]]) -> None:
    assert here("--version") == (0, f"policycheck {__version__}\n", "")


@pytest.mark.parametrize("args", ["--version", "--help"])
def test_version_and_help_import_no_command_and_nothing_heavy(args: str) -> None:
    code = (
        "import sys; from policycheck.cli.main import run; run(sys.argv[1:]);"
        "print('modules:', *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, args], capture_output=True, text=True, check=True)
    modules = set(done.stderr.partition("modules: ")[2].split())
    commands = {entry.split(":")[0] for entry, _ in COMMANDS.values()}
    assert modules & (HEAVY | commands) == set()
    assert {name for name in modules if name.startswith(("policycheck.model", "policycheck.reports"))} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_the_table_says_about_it(name: str, here: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = here(name, "-h")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: policycheck {name} [OPTIONS]")
    assert "--project DIR" in out or "Commands:" in out
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.name == name


def test_an_environment_that_pins_the_version_is_no_request_for_it(
    here: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYCHECK_VERSION", "1")
    assert here("rules")[1].startswith("RULE ")


def test_options_can_be_set_by_the_environment(
    here: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYCHECK_RULES_OUTPUT", "json")
    assert here("rules")[1].startswith("{")


@pytest.mark.parametrize(
    ("words", "cword", "expected"),
    [
        ("policycheck v", "1", {"validate"}),
        ("policycheck co", "1", {"config", "connectors"}),
        ("policycheck --co", "1", {"--color"}),
        ("policycheck show g", "2", {"grants"}),
        ("policycheck config s", "2", {"show"}),
        ("policycheck unknown sh", "2", {"show"}),
        ("policycheck check --group-by v", "3", {"vendor"}),
        ("policycheck check --color n", "3", {"never"}),
    ],
)
def test_the_shell_completes(policycheck: Run, words: str, cword: str, expected: set[str]) -> None:
    env = {"_POLICYCHECK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": cword}
    done = policycheck(env=env)
    assert {line.split(",")[1] for line in done.stdout.splitlines()} == expected


def test_the_entry_point_exits_with_the_code(policycheck: Run) -> None:
    """In a process of its own: with another test's thread still alive, it would end this one."""
    done = policycheck("rules", "--oops")
    assert done.returncode == 2
    assert "--oops" in done.stderr


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policycheck", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"policycheck {__version__}\n"


def test_the_program_ends_though_a_thread_still_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of an interrupted pull is tried again for minutes."""
    left: list[int] = []
    waits = threading.Event()
    thread = threading.Thread(target=waits.wait)
    monkeypatch.setattr(main_module, "run", lambda args: 130)
    monkeypatch.setattr(os, "_exit", left.append)
    thread.start()
    try:
        with pytest.raises(SystemExit):
            main_module.main()
    finally:
        waits.set()
        thread.join()
    assert left == [130]

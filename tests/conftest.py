"""What every test may use: the installed program, the checkout, and the rule that CI skips nothing."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import hypothesis
import pytest

import policycheck

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.servers.postgres import Server

IN_CI = bool(os.environ.get("CI"))

# No deadline: a slow shared core is no defect. In CI the same examples on every run, so that a red run can be repeated.
hypothesis.settings.register_profile("house", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("house")

# Nothing of what is collected is garbage.
gc.disable()

# A shell starts background jobs with Ctrl-C ignored, and every process that a test starts would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_NOBODY = 65534

_START = "import sys; sys.argv[0] = 'policycheck'; from policycheck.cli.main import main; main()"


class Run(Protocol):
    """Runs the program as a user would, in a process of its own."""

    def __call__(
        self, *args: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run ``policycheck ARGS`` in ``cwd``; ``env`` is added to an environment without POLICYCHECK_* and colours."""
        ...


def import_path() -> str:
    """The directories from which this run imports our packages: site-packages, or those of the checkout."""
    import policycheck_connectors

    packages = (policycheck.__file__, policycheck_connectors.__file__)
    return os.pathsep.join(dict.fromkeys(str(Path(str(file)).resolve().parent.parent) for file in packages))


def clean_environment() -> dict[str, str]:
    """The environment without what would change the program's answers."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("POLICYCHECK_")}
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "CI", "COLUMNS", "LINES"):
        kept.pop(name, None)
    return {**kept, "PYTHONPATH": import_path(), "LANG": "C.UTF-8"}


def run_policycheck(
    *args: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """See :class:`Run`."""
    command: Sequence[str] = [sys.executable, "-c", _START, *map(str, args)]
    environment = {**clean_environment(), **(env or {})}
    return subprocess.run(command, cwd=cwd, env=environment, input=stdin, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session", autouse=True)
def _no_waits_for_the_disk() -> Iterator[None]:
    """Nothing that a test writes has to outlive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(name="policycheck")
def policycheck_program() -> Run:
    """The program: ``policycheck("check", cwd=project).returncode``."""
    return run_policycheck


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The source tree; CI runs the suite elsewhere, against the wheel, and says where the tree is."""
    return Path(os.environ.get("POLICYCHECK_CHECKOUT") or Path(__file__).parent.parent)


@pytest.fixture(scope="session")
def example() -> Path:
    """The example project, examples/photo-sharing; copy it before writing into it."""
    return Path(__file__).parent.parent / "examples" / "photo-sharing"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of this run's own; without one installed the test is skipped, which CI does not allow."""
    from tests.servers import postgres as servers

    if servers.programs() is None:
        pytest.skip(f"no PostgreSQL server is installed here: {servers.INSTALL}")
    with servers.running() as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run; without one installed the test is skipped, which CI does not allow."""
    from tests.servers import browser as browsers

    if browsers.program() is None:
        pytest.skip(f"no Chromium is installed here: {browsers.INSTALL}")
    with browsers.running() as running:
        yield running


@pytest.fixture
def ordinary_user() -> Generator[Path, None, None]:
    """The directory where we are, our own, in which this process may no more than any user may, root or not.

    Import what the test needs before: site-packages may be out of reach, and so may the directory of the run.
    """
    directory, run_in = Path(tempfile.mkdtemp()), Path.cwd()
    try:
        os.chdir(directory)
        if os.geteuid() == 0:
            os.chown(directory, _NOBODY, -1)
            os.seteuid(_NOBODY)
        yield directory
    finally:
        os.seteuid(os.getuid())
        os.chdir(run_in)
        # What an import could not reach as that user is remembered as not being there.
        importlib.invalidate_caches()
        shutil.rmtree(directory)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run what is marked ``unmeasured`` without coverage: a loop takes four times as long under it, a process twice."""
    if item.get_closest_marker("unmeasured") is None:
        return (yield)
    tracers = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
                patch.delenv(name)
            return (yield)
    finally:
        threading.settrace(tracers[1])
        sys.settrace(tracers[0])


def pytest_collection_finish() -> None:
    """What was collected stays until the end: to look through it for garbage again and again is a tenth of a run."""
    gc.freeze()
    gc.enable()
    atexit.register(gc.unfreeze)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped or expected-to-fail test is a failure: a green run has run everything."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that is skipped as a whole."""
    report = yield
    _refuse_skip(report)
    return report


class _Failures:
    """Names each failure when it happens, in the process that prints: a run that is stopped has said what failed."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._terminal.write_line("")
            self._terminal.write_line(f"FAILED {report.nodeid} ({report.when})")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Name failures at once, where there is a terminal reporter: in the controller, not in its workers."""
    terminal = config.pluginmanager.getplugin("terminalreporter")
    if isinstance(terminal, pytest.TerminalReporter) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Failures(terminal), "failures-at-once")

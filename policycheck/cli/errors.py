"""The ways in which a run ends early, each with its exit code: wrong usage, Ctrl-C, a defect of the program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path

import click

from policycheck import __version__
from policycheck.cli.app import App
from policycheck.cli.exits import ExitCode
from policycheck.cli.terminal import patient

LOG = "crash.log"


def guard(app: App, args: Sequence[str], words: Container[str], call: Callable[[], int | None]) -> int:
    """Call, and turn whatever it raises into words on standard error and an exit code.

    Of the arguments only ``words``, the names of commands, and the names of options appear in a crash log.
    """
    try:
        code = call()
        with patient(sys.stdout):
            return int(code or 0)
    except (click.Abort, KeyboardInterrupt):
        app.say("interrupted")
        return ExitCode.INTERRUPTED
    except Exception as error:
        return _expected(app, error) or _crash(app, redacted(args, words), error)


def _expected(app: App, error: Exception) -> int:
    """Say what is wrong and how to mend it, when that is not our fault; 0 when it is."""
    from policycheck.model.problems import PolicycheckError

    if isinstance(error, PolicycheckError):
        return _say(app, error.message, error.help)
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "policycheck"
        return _say(app, _sentence(error.format_message()), f"`{command} --help` shows how it is used")
    return _say(app, _sentence(error.format_message()), "") if isinstance(error, click.ClickException) else 0


def _say(app: App, message: str, help: str) -> int:
    app.tell(message, "error")
    if help:
        app.tell(help, "help")
    return ExitCode.USAGE


def _sentence(text: str) -> str:
    """Click's messages, as ours are written."""
    text = text.strip().removesuffix(".")
    return text[:1].lower() + text[1:]


def _crash(app: App, command: Sequence[str], error: BaseException) -> int:
    """Say that it is our fault, with a log that can be pasted into an issue, kept under .policycheck/ in a project."""
    log = "\n".join(crash_log(command, error)) + "\n"
    app.say(
        f"error: internal error ({type(error).__name__}); this is a defect of policycheck, not of your files\n\n{log}"
    )
    kept = _keep(app.root, log)
    app.say(
        f"help: please report it with the log above{f' (kept in {kept})' if kept else ''}; it holds no data of yours"
    )
    return ExitCode.INTERNAL


def _keep(root: Path | None, log: str) -> str:
    if root is None:
        return ""
    from policycheck.cli.files import write_private

    try:
        write_private(root / ".policycheck" / LOG, log)
    except OSError:
        return ""
    return f".policycheck/{LOG}"


def crash_log(command: Sequence[str], error: BaseException) -> Iterator[str]:
    """What a maintainer needs; no message of the error and no local value, since both may hold data."""
    import platform
    import traceback

    yield f"policycheck {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield f"command: policycheck {' '.join(command)}".rstrip()
    seen: BaseException | None = error
    while seen is not None:
        yield f"{type(seen).__module__}.{type(seen).__qualname__} at"
        for frame in traceback.extract_tb(seen.__traceback__):
            yield f"  {_short(frame.filename)}:{frame.lineno}:{frame.name}"
        seen = seen.__cause__ or seen.__context__
        if seen is not None:
            yield "caused by"


def redacted(args: Sequence[str], words: Container[str]) -> list[str]:
    """Names of commands and options as given; every value is left out, whatever it is."""
    return [each if each in words else _option(each) for each in args]


def _option(word: str) -> str:
    name, equals, _ = word.partition("=")
    return name + ("=..." if equals else "") if name.startswith("--") else "..."


def _short(path: str) -> str:
    """A frame's file without the directories of this machine."""
    roots = sorted((each for each in sys.path if each and path.startswith(each + "/")), key=len)
    return path[len(roots[-1]) + 1 :] if roots else Path(path).name

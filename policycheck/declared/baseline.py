"""The baseline: the findings that existed when the project adopted the tool, one instance a line, sorted.

A line holds the rule, the vendor (``-`` for none), the fingerprint of the finding, that of the instance, the severity,
digests of what was too much there (``-`` for nothing that can grow), and behind a number sign a sentence for people: no
date, no line number, so that two branches seldom touch the same line. A line that is not so is an error: a file that
cannot be read whole accepts nothing. Lines of the older form, which end with the instance, accept nothing either.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from policycheck.declared.files import within
from policycheck.model.findings import Known, Severity
from policycheck.model.places import Location
from policycheck.model.problems import Problem

HEAD = """\
# Findings that were there when this project adopted policycheck: reported as such, never failing a run.
# `policycheck baseline prune` takes out what is gone. New findings are mended, declared or excepted, not added here.
"""

#: The largest file that is read, in bytes: some 400,000 lines.
LARGEST = 64 << 20

_GRAVE = "|".join(each.word for each in Severity)
_LINE = re.compile(
    r"(PC\d{3}) (\S+) ([0-9a-f]{16}) ([0-9a-f]{16})"
    rf"(?: ({_GRAVE}) (-|[0-9a-f]{{8}}(?:,[0-9a-f]{{8}})*))?(?: +# (.*))?"
)
_HELP = "restore it from git; or delete it, and `policycheck baseline write` writes what is found now"


def read(root: str, name: str) -> tuple[tuple[Known, ...], tuple[Problem, ...]]:
    """The entries of a project's baseline and what is wrong with it; nothing of both when there is no such file."""
    path = os.path.normpath(Path(root, name))
    if not within(path, root) or not within(os.path.realpath(path), os.path.realpath(root)):
        return (), (_problem(name, 1, "the baseline lies outside of the project", "name a file in the project"),)
    try:
        if Path(path).stat().st_size > LARGEST:
            return (), (
                _problem(name, 1, "the baseline is larger than 64 MiB", "declare or mend some of its findings"),
            )
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return (), (_problem(name, 1, f"the baseline cannot be read: {reason}", "check its permissions"),)
    except UnicodeDecodeError:
        return (), (_problem(name, 1, "the baseline is not UTF-8", _HELP),)
    return _parsed(name, text)


def _parsed(name: str, text: str) -> tuple[tuple[Known, ...], tuple[Problem, ...]]:
    known: list[Known] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if not match:
            message = "this line of the baseline is not `RULE VENDOR FINDING INSTANCE SEVERITY EXTENT`"
            return (), (_problem(name, number, message, _HELP),)
        rule, vendor, finding, instance, severity, extent, what = match.groups()
        grave = Severity[severity.upper()] if severity else None
        marks = tuple(extent.split(",")) if extent and extent != "-" else ()
        who = "" if vendor == "-" else vendor
        known.append(Known(rule, who, finding, instance, what or "", grave, marks, number))
    return tuple(known), ()


def written(entries: Iterable[Known]) -> Iterator[str]:
    """The lines of a file with these entries, each once (the last of two), sorted; nothing of an older form."""
    yield HEAD
    by_instance = {(each.finding, each.instance): each for each in entries if each.severity is not None}
    for each in sorted(by_instance.values()):
        what = f"  # {each.what}" if each.what else ""
        grave = each.severity.word if each.severity is not None else ""
        extent = ",".join(sorted(each.extent)) or "-"
        yield f"{each.rule} {each.vendor or '-'} {each.finding} {each.instance} {grave} {extent}{what}\n"


def _problem(name: str, line: int, message: str, help: str) -> Problem:
    return Problem(Location(name, line), "PC003", "error", message, help)

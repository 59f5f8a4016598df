"""``--output FORMAT[=PATH]``: where a report goes, checked before anything slow is started."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from policycheck.cli.files import atomic, public_mode
from policycheck.cli.terminal import patient, unread
from policycheck.model.dataclass import dataclass
from policycheck.model.findings import CheckResult
from policycheck.model.problems import UsageProblem
from policycheck.reports import registry
from policycheck.reports.interface import Options

#: In place of a path.
STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Output:
    """A format and the file that it is written to; None: standard output."""

    format: str
    path: Path | None = None


def parse(words: Sequence[str]) -> tuple[Output, ...]:
    """The outputs that were asked for, text to standard output when none was; raises UsageProblem."""
    outputs = tuple(_one(word) for word in words) or (Output("text"),)
    targets = [each.path and each.path.resolve() for each in outputs]
    for target in targets:
        if targets.count(target) > 1:
            where = target or "standard output"
            raise UsageProblem(f"two outputs go to {where}", "give each its own file: --output json=result.json")
    return outputs


def _one(word: str) -> Output:
    name, equals, file = word.partition("=")
    if name not in registry.FORMATS:
        raise UsageProblem(f"no such output format: {name}", f"the formats are {', '.join(registry.FORMATS)}")
    if not equals or file == STANDARD_OUTPUT:
        return Output(name)
    path = Path(file)
    if not file or path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageProblem(f"cannot write {name} to {file!r}", "name a file in a directory that exists")
    return Output(name, path)


def write(outputs: Sequence[Output], result: CheckResult, screen: Options, plain: Options) -> bool:
    """Write every output, files first; ``screen`` are the options for standard output, ``plain`` those for files.

    False when the reader of standard output went away before its end.
    """
    reached = True
    for output in sorted(outputs, key=lambda each: each.path is None):
        report = registry.build(output.format)
        if output.path is None:
            reached = False
            with patient(sys.stdout) as stream:
                report.write(result, stream, screen)
                stream.flush()
                reached = not unread(stream)
            continue
        try:
            with atomic(output.path, public_mode()) as stream:
                report.write(result, stream, plain)
        except OSError as error:
            raise UsageProblem(
                f"cannot write {output.path}: {error.strerror}", "name a file that can be written"
            ) from None
    return reached


def summarise(path: str | None, result: CheckResult, options: Options) -> None:
    """Add the Markdown report to the summary of a workflow step, a file that the runner names; nothing without one."""
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as stream:
            registry.build("markdown").write(result, stream, options)
    except OSError as error:
        raise UsageProblem(
            f"cannot write the step's summary {path}: {error.strerror}", "unset GITHUB_STEP_SUMMARY, or mend the path"
        ) from None

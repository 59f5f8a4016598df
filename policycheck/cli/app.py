"""What every command is given: the project, the clock, and the two streams to write to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from policycheck.cli import clock, terminal

if TYPE_CHECKING:
    from policycheck.cli.definitions import OptionChecks
    from policycheck.model.declared import Project
    from policycheck.reports.page import Page


class App:
    """One run of the program. ``root`` is the project's directory once it was found: a crash log goes there.
    ``jobs``: how many calls a live connector may make at once, 0 for what its entry says."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.color = "auto"
        self.directory: Path | None = None
        self.root: Path | None = None
        self.jobs = 0

    @property
    def today(self) -> date:
        """The day to judge by."""
        return clock.today(self.environ)

    def page(self, stream: TextIO) -> Page:
        """Width and colour of a stream."""
        return terminal.page(stream, self.color, self.environ)

    def say(self, text: str) -> None:
        """A line on standard error: progress, tallies, errors."""
        with terminal.patient(sys.stderr) as stream:
            stream.write(text + "\n")

    def tell(self, text: str, word: str = "") -> None:
        """A sentence on standard error, behind a coloured ``word``; wrapped where somebody reads it in columns."""
        from policycheck.reports.clean import clean

        page, first = self.page(sys.stderr), f"{word}: " if word else ""
        fit = terminal.fitted(sys.stderr, self.environ)
        lines = page.wrap(text, first, "  ") if fit else [first + clean(text)]
        self.say("\n".join([page.style(word, word) + lines[0][len(word) :], *lines[1:]] if word else lines))

    def find_root(self) -> Path | None:
        """The directory with policycheck.yaml, from ``--project`` or from here upwards."""
        from policycheck.declared.project import find_root

        try:
            self.root = find_root(self.directory or Path.cwd())
        except FileNotFoundError:
            from policycheck.model.problems import UsageProblem

            raise UsageProblem("the current directory is gone", "go to one that exists") from None
        return self.root

    def project_root(self) -> Path:
        """The project's directory; raises UsageProblem when there is none."""
        from policycheck.model.problems import UsageProblem

        root = self.find_root()
        if root is None:
            where = f"in {self.directory}" if self.directory else "here"
            help = "go to the project or name it with --project DIR; a minimal file is the one line `version: 1`"
            raise UsageProblem(f"no policycheck.yaml {where} or in a directory above", help)
        return root

    def load(self) -> Project:
        """The project as declared; says what is wrong in its files and raises UsageProblem when there are errors."""
        from policycheck.cli.definitions import apis
        from policycheck.declared import project
        from policycheck.model.problems import UsageProblem
        from policycheck.reports import problems
        from policycheck.reports.words import count

        loaded = project.load(
            self.project_root(),
            self.today,
            self.environ,
            connector_types=connector_types(self.today),
            connector_options=connector_options(self.today, self.root),
        )
        warnings = sum(each.severity == "warning" for each in loaded.problems)
        if loaded.project is not None:
            if warnings:
                self.say(f"{count(warnings, 'warning')} in the project's files; `policycheck validate` shows them")
            return replace(loaded.project, apis=apis(loaded.project))
        errors = [each for each in loaded.problems if each.severity == "error"]
        with terminal.patient(sys.stderr) as stream:
            problems.write_text(errors, stream, self.page(stream))
        found = f"{count(len(errors), 'error')} in the project's files"
        raise UsageProblem(found, "mend them first; `policycheck validate` shows them again")


def connector_types(today: date) -> Mapping[str, frozenset[str]]:
    """The known types of connectors, each with the names of its options."""
    from policycheck.cli.definitions import Types

    return Types(today)


def connector_options(today: date, root: Path | None) -> OptionChecks:
    """What tells what is wrong with the options of connectors' entries, in the project in ``root``."""
    from policycheck.cli.definitions import OptionChecks

    return OptionChecks(today, root)


pass_app = click.make_pass_decorator(App)

"""Click classes of the program: groups that import a command when it is run, commands that take the global options."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from policycheck.cli.app import App

#: Name -> ("module:attribute", the line that help shows).
Table = dict[str, tuple[str, str]]


def _set_directory(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(App).directory = value


def _set_color(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(App).color = value


def global_options() -> list[click.Parameter]:
    """``--project`` and ``--color``, which are taken before and after the name of a command."""
    return [
        click.Option(
            ["--project"],
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_set_directory,
            help="Directory of the project [default: the nearest policycheck.yaml, up to the git root].",
        ),
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_set_color,
            help="When to colour text [default: auto].",
        ),
    ]


class _Helpful(click.Command):
    """Shows its help for ``-h`` too, whatever made its context: Click keeps the first option that it makes."""

    def get_help_option_names(self, ctx: click.Context) -> list[str]:
        """Both names."""
        return ["-h", "--help"]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, those that are too long in lines that a shell reads as one."""
        lines = [part for line in (self.epilog or "").splitlines() for part in _broken(line, formatter.width)]
        if lines:
            formatter.write_paragraph()
            formatter.write_text("\n".join(lines))


class Command(_Helpful):
    """A command that also takes the global options."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(global_options())


class Group(_Helpful, click.Group):
    """A group that shows its help when no command is given, and names the nearest command when one is unknown."""

    command_class = Command

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(global_options())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Help on standard error and exit code 2 when nothing was asked for."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's way for known names; UsageProblem for others."""
        names = self.list_commands(ctx)
        if args[0] in names or ctx.resilient_parsing or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        from policycheck.model.problems import UsageProblem

        near = get_close_matches(args[0], names, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"`{ctx.command_path} --help` lists the commands"
        raise UsageProblem(f"no such command: {args[0]}", hint)


class LazyGroup(Group):
    """A group whose commands are imported on use; help and completion come from the table alone."""

    def __init__(self, *args: Any, table: Table, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table, which is that of use."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in self._table:
            return None
        module, attribute = self._table[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table's names and lines."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names from the table, then the options."""
        names = [CompletionItem(n, help=line) for n, (_, line) in self._table.items() if n.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _broken(line: str, width: int) -> list[str]:
    """A line of an example, parted before its options where it is wider than that."""
    parts = [line]
    while len(parts[-1]) > width and (at := parts[-1].rfind(" --", 8, width - 1)) > 0:
        parts[-1:] = [parts[-1][:at] + " \\", "      " + parts[-1][at + 1 :]]
    return parts


def examples(*lines: str) -> str:
    """An epilog of examples that Click does not wrap."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)

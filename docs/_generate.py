"""Writes the pages that repeat what the program knows: commands, rules, connectors, the library, and tables of others.

``make docs`` writes them; tests/test_docs.py fails when they differ from what would be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import click
import yaml

from docs import _files, _library
from policycheck.cli.definitions import Definitions
from policycheck.cli.main import cli
from policycheck.library.frameworks import load_frameworks
from policycheck.library.rules import Rule, load_rules
from policycheck.reports.kinds import sights
from policycheck.reports.rules import by_framework
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.names import FAMILIES, OPT_IN
from policycheck_connectors.aws.uncovered import SERVICES
from policycheck_connectors.registry import TypeInfo, types

HERE = Path(__file__).resolve().parent

_SERIES = {
    "PC0": "Files: what is written",
    "PC1": "Fields: what the vendor has",
    "PC2": "Access: what it can do",
    "PC3": "Credentials: keys and tokens",
    "PC4": "Use: what could go",
    "PC5": "Governance: the paper",
    "PC6": "Coverage: what we could not see",
}

#: Pages by hand with tables of keys.
_KEYS = ("file-formats.md", "connector-definitions.md")

_COMMANDS_HEAD = """\
# Commands

<!-- Written by docs/_generate.py from the program itself: do not edit. -->

Findings and listings go to standard output; progress, tallies and errors to standard error.
[Exit codes](exit-codes.md) tell how a run ended. Every option can be set by the environment: `POLICYCHECK_`, the
command, the option, in capitals, as in `POLICYCHECK_CHECK_FAIL_ON=high`; one that repeats takes several, parted by
blanks: `POLICYCHECK_CHECK_OUTPUT="json sarif=policycheck.sarif"`. Every command takes `--project`,
`--color` and `--help`. `NO_COLOR` and `FORCE_COLOR` are obeyed.

The shell completes commands, options and their values after
`eval "$(_POLICYCHECK_COMPLETE=bash_source policycheck)"` in `~/.bashrc`; for zsh it is `zsh_source` in `~/.zshrc`,
for fish `_POLICYCHECK_COMPLETE=fish_source policycheck | source` in `~/.config/fish/config.fish`.
"""

_RULES_HEAD = """\
# Rules

<!-- Written by docs/_generate.py from policies/rules.yaml: do not edit. -->

`policycheck explain PC101` prints the same words. An identifier never changes its meaning. The severity is where a
finding starts; what moves it stands with each rule. The outcome is `violation` (the policy says no), `gap` (nothing
declared, unknown, or not provable), `unused` (declared but absent, or granted but not used) or `error` (a file is
written wrongly; exit code 2).
"""

_CONNECTORS_HEAD = """\
# Connectors

<!-- Written by docs/_generate.py from the connectors themselves: do not edit. -->

An entry under `connectors` in policycheck.yaml has a `name`, a `type` and the options of its type. A connector reads
exported files, keeps a fixed list of attributes and drops everything else while reading. A file that is missing, cut
off or may not be read is PC601 and exit code 3; all other files are still read.
"""


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    return {
        "commands.md": "\n".join(_commands()),
        "rules.md": "\n".join(_rules()),
        "connectors.md": "\n".join(_connectors()),
        "aws.md": _aws(),
        **_library.pages(),
        "library-files.md": _files.library(),
        **{name: _files.placed((HERE / name).read_text("utf-8")) for name in _KEYS},
    }


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, ``policycheck config show``, in the order of help."""
    yield from _walk("policycheck", cli, click.Context(cli, info_name="policycheck"))


def _walk(name: str, command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            child = command.get_command(context, each)
            assert child is not None
            yield from _walk(f"{name} {each}", child, click.Context(child, context, each))


def _commands() -> Iterator[str]:
    yield _COMMANDS_HEAD
    for name, command in commands():
        pieces = command.collect_usage_pieces(click.Context(command))
        yield f"## {name}\n"
        yield f"`{' '.join([name, *pieces])}`\n"
        yield f"{_paragraphs(command.help or '')}\n"
        rows = [_row(option) for option in command.params if _shown(option, name)]
        if rows:
            yield from ["| option | meaning |", "|---|---|", *rows, ""]
        if command.epilog and "Examples:" in command.epilog:
            lines = command.epilog.split("Examples:", 1)[1].strip("\n").splitlines()
            yield from ["```console", *(f"$ {line.strip()}" for line in lines), "```", ""]


def _paragraphs(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\b", "").strip().splitlines())


def _shown(option: click.Parameter, name: str) -> bool:
    """Options that every command takes are told once, with the program itself."""
    everywhere = option.name in ("project", "color", "help") and name != "policycheck"
    return isinstance(option, click.Option) and not option.hidden and not everywhere


def _row(parameter: click.Parameter) -> str:
    assert isinstance(parameter, click.Option)
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    value = "" if parameter.is_flag else f" `{_metavar(parameter)}`"
    text = " ".join((parameter.help or "").split()).replace("|", "\\|")
    return f"| {names}{value} | {text} |"


def _metavar(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return "\\|".join(str(choice) for choice in option.type.choices)
    return option.type.name.upper()


def _rules() -> Iterator[str]:
    yield _RULES_HEAD
    rules = load_rules()
    for series, title in _SERIES.items():
        members = [rule for rule in rules.values() if rule.id.startswith(series)]
        yield from [f"## {title}\n", "| rule | name | severity | outcome | since |", "|---|---|---|---|---|"]
        yield from map(_rule_row, members)
        yield ""
        for rule in members:
            yield from _rule(rule)


def _rule_row(rule: Rule) -> str:
    return f"| [{rule.id}](#{rule.id.lower()}) | {rule.title} | {rule.severity} | {rule.outcome} | {rule.since} |"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}\n"
    yield f"**{rule.title}** (`{rule.name}`)\n"
    yield f"{rule.means}\n"
    yield f"*Why it matters.* {rule.why}\n"
    yield f"*Evidence.* {rule.evidence}\n"
    yield f"*Severity.* {rule.severity}. {rule.severity_note}\n"
    yield f"*How to fix.* {rule.fix}\n"
    yield f"*Serves.* {_serves(rule.id)}\n"


def _serves(rule: str) -> str:
    known = load_frameworks()
    named = (
        f"[{framework.name.partition(',')[0].partition(' (')[0]}](frameworks.md#{_library.anchor(framework.name)}): "
        + ", ".join(each.number for each in references)
        for framework, references in by_framework(known.of(rule))
    )
    return ("; ".join(named) or known.reasons.get(rule, "")).rstrip(".") + "."


def _connectors() -> Iterator[str]:
    yield _CONNECTORS_HEAD
    for info in types():
        yield from _connector(info)
    yield from _vendors()


def _vendors() -> Iterator[str]:
    """The vendors' APIs, one row each."""
    definitions = Definitions(date.max).every()
    yield "## Vendors' APIs\n"
    yield "Asked as a [definition](connector-definitions.md) says; `policycheck connectors show` tells every call.\n"
    yield from ["| type | vendor | what is seen | credentials | options |", "|---|---|---|---|---|"]
    for each in definitions:
        held = ", ".join(f"`{name}`" for name in each.auth.credentials)
        options = ", ".join(f"`{spec.name}`" for spec in each.options)
        yield f"| `{each.id}` | {each.name} | {sights(each)} | {held} | {options} |"
    yield ""


def _connector(info: TypeInfo) -> Iterator[str]:
    yield f"## {info.type}\n"
    yield f"{_sentence(info.summary)} Reads {_sentence(info.reads, capital=False)}\n"
    yield from ["| option | meaning |", "|---|---|"]
    for option in info.options:
        needed = " Required." if option.required else ""
        yield f"| `{option.name}` | {_sentence(option.help)}{needed} |"
    yield ""
    if info.type == "rest":
        yield "[Connector definitions](connector-definitions.md) tells how the file is written.\n"
    module, _, name = info.target.partition(":")
    known: dict[str, tuple[str, ...]] = getattr(getattr(import_module(module), name), "known", {})
    if known:
        yield "Columns that are found without `columns`, in any letter case:\n"
        yield from ["| what | names |", "|---|---|"]
        yield from (f"| `{what}` | {', '.join(f'`{each}`' for each in names)} |" for what, names in known.items())
        yield ""


def _aws() -> str:
    """The page with its tables written anew; the text between them is by hand."""
    page = (HERE / "aws.md").read_text("utf-8")
    for name, rows in (("families", _families()), ("services", _uncovered())):
        head, mark, rest = page.partition(f"<!-- table of {name}: written by docs/_generate.py")
        first, _, rest = rest.partition("\n")
        _, end, tail = rest.partition("<!-- end of the table -->")
        page = "".join([head, mark, first, "\n\n", *(f"{row}\n" for row in rows), "\n", end, tail])
    return page


def _families() -> Iterator[str]:
    beside = yaml.safe_load((HERE / "_aws.yaml").read_text("utf-8"))
    yield "| family | what is read | calls, and the action where it is named otherwise | tested | not covered |"
    yield "|---|---|---|---|---|"
    for name in FAMILIES:
        one, more = family(name), beside[name]
        calls = "<br>".join(_call(call, actions) for call, actions in one.calls.items())
        asked = f"{one.reads} (only with `also: [{name}]`)" if name in OPT_IN else one.reads
        yield f"| `{name}` | {asked} | {calls} | {more['tested']} | {more['without']} |"


def _call(call: str, actions: tuple[str, ...]) -> str:
    """The call, with its actions unless they say the same in other words."""
    plain = [action.replace(":", ".").replace("-", "").lower() for action in actions]
    same = plain == [call.replace("_", "").replace("-", "")]
    return f"`{call}`" if same or not actions else f"`{call}` ({', '.join(f'`{action}`' for action in actions)})"


def _uncovered() -> Iterator[str]:
    yield "| service | what it could hold unseen |"
    yield "|---|---|"
    yield from (f"| {name} | {what} |" for name, what in SERVICES.items())


def _sentence(text: str, capital: bool = True) -> str:
    return (text[:1].upper() + text[1:] if capital else text).replace("|", "\\|").rstrip(".") + "."


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()

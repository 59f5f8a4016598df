"""``policycheck explain``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.terminal import patient
from policycheck.model.problems import UsageProblem


@click.command(
    cls=Command,
    epilog=examples(
        "policycheck explain PC101", "policycheck explain field-not-allowed", "policycheck explain 204d0e76b4341023"
    ),
)
@click.argument("what")
@click.option("--snapshot", metavar="NAME", help="Look a fingerprint up in this stored snapshot, not in the newest.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def explain(app: App, what: str, snapshot: str | None, output: str) -> int:
    """Tell what a rule means, or how one finding is known and what would make it go away.

    WHAT is the id or the name of a rule, or the fingerprint of a finding, which is looked up in the newest stored
    snapshot. Of a fingerprint's 16 characters the first four will do, or as many as tell it from others.
    """
    from policycheck.cli.explaining_findings import FINGERPRINT

    if FINGERPRINT.fullmatch(what):
        _finding(app, what, snapshot, output)
    else:
        _rule(app, what, output)
    return ExitCode.OK


def _finding(app: App, fingerprint: str, snapshot: str | None, output: str) -> None:
    from policycheck.cli.explaining_findings import found
    from policycheck.reports import explained, plain

    result, finding, source = found(app, fingerprint, snapshot)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(explained.document(result, finding), stream)
        else:
            text = explained.lines(result, finding, source, app.page(stream))
            stream.writelines(f"{line}\n" for line in text)


def _rule(app: App, word: str, output: str) -> None:
    from policycheck.library.rules import load_rules
    from policycheck.reports import plain
    from policycheck.reports.rules import document, page_of

    rules = load_rules()
    names = {each.name: each.id for each in rules.values()}
    found = rules.get(word.upper()) or rules.get(names.get(word.lower(), ""))
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(word.lower(), names, n=1)
        raise UsageProblem(
            f"no such rule: {word}", f"did you mean {near[0]}?" if near else "`policycheck rules` lists them"
        )
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(document([found]), stream)
        else:
            stream.writelines(f"{line}\n" for line in page_of(found, app.page(stream)))

"""``policycheck connectors``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import patient


@click.group(
    cls=Group,
    epilog=examples(
        "policycheck connectors list", "policycheck connectors show sendgrid", "policycheck connectors doctor"
    ),
)
def connectors() -> None:
    """Tell what connectors read and need, and whether their credentials work."""


@connectors.command("list", epilog=examples("policycheck connectors list"))
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def list_types(app: App, output: str) -> int:
    """List the types of connectors, and what each can tell.

    They are files, live systems and vendors' APIs; in a project, the APIs that it defines itself too.
    """
    from policycheck.cli.definitions import Definitions
    from policycheck.reports import kinds as report
    from policycheck.reports import plain
    from policycheck_connectors.registry import types

    definitions = Definitions(app.today)
    own = definitions.of_project(app.find_root())
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document([*types(), *definitions.infos()], definitions.every(), own), stream)
        else:
            lines = report.overview(types(), definitions.every(), own, app.page(stream))
            stream.writelines(f"{line}\n" for line in lines)
    return ExitCode.OK


@connectors.command(epilog=examples("policycheck connectors show sendgrid"))
@click.argument("type", type=str)
@pass_app
def show(app: App, type: str) -> int:
    """Show one type: its options, and every call that it makes.

    Of each call to a vendor's API it says what is kept, which permission it needs, and where the facts were read. In a
    project, TYPE may be the name of one of its connectors, such as one with a definition of its own.
    """
    from policycheck.cli.definitions import shown
    from policycheck.reports import kinds as report

    info, definition = shown(type, app.today, app.find_root())
    with patient(sys.stdout) as stream:
        page = app.page(stream)
        stream.writelines(f"{line}\n" for line in report.listing([info], page))
        if definition is not None:
            stream.writelines(f"{line}\n" for line in report.definition(definition, page))
    return ExitCode.OK


@connectors.command(
    epilog=examples(
        "policycheck connectors new parcelpost", "policycheck connectors new parcelpost --host api.parcelpost.example"
    )
)
@click.argument("name")
@click.option("--host", metavar="HOST", help="The host of the vendor's API [default: one to be replaced].")
@click.option("--into", metavar="DIR", default="definitions", show_default=True, help="Where to write.")
@pass_app
def new(app: App, name: str, host: str | None, into: str) -> int:
    """Write a definition to begin with, for another vendor's API.

    Prints the entry for policycheck.yaml. docs/connector-definitions.md tells every key. Nothing is overwritten.
    """
    from policycheck.cli.scaffolding import PLACEHOLDER, write

    path, entry = write(app, name, host or PLACEHOLDER, into)
    app.say(f"wrote {path}; add to policycheck.yaml:")
    with patient(sys.stdout) as stream:
        stream.write(entry)
    if host is None:
        app.say(f"write the host of the vendor's API for {PLACEHOLDER}, in both")
    return ExitCode.OK


@connectors.command(
    epilog=examples(
        "policycheck connectors permissions aws",
        "policycheck connectors permissions aws --format cloudformation > role.json",
        "policycheck connectors permissions sendgrid",
        "policycheck connectors permissions postgres --role auditor | psql lumen",
    )
)
@click.argument("type", type=str)
@click.option(
    "--format",
    "form",
    envvar="POLICYCHECK_CONNECTORS_PERMISSIONS_FORMAT",
    type=click.Choice(["json", "terraform", "cloudformation"]),
    default="json",
    help="An IAM policy, or the member-account role that policycheck assumes.",
)
@click.option("--services", metavar="A,B", help="Only these service families [default: all, no opt-in].")
@click.option("--role", default="PolicycheckReadOnly", show_default=True, help="Name of the role that is made.")
@pass_app
def permissions(app: App, type: str, form: str, services: str | None, role: str) -> int:
    """Print the least privilege that a connector needs itself.

    For `aws` it is a policy, for `postgres` SQL, for a vendor's API the scopes or roles of its credential, a line each.
    """
    from policycheck.cli.permissions import listed, text

    with patient(sys.stdout) as stream:
        stream.write(text(type, form, listed(services), role, app.today, app.find_root()))
    return ExitCode.OK


@connectors.command(epilog=examples("policycheck connectors doctor", "policycheck connectors doctor prod-aws"))
@click.argument("names", nargs=-1)
@pass_app
def doctor(app: App, names: tuple[str, ...]) -> int:
    """Look whether credentials work, and what they cannot see.

    NAMES are those in policycheck.yaml, or types; without any, all are looked at. `aws` needs no project.
    """
    from policycheck.cli.doctor import examine
    from policycheck.reports.doctor import lines

    worst = ExitCode.OK
    with patient(sys.stdout) as stream:
        for name, checks in examine(app, names):
            for check in checks:
                stream.writelines(f"{line}\n" for line in lines(name, check, app.page(stream)))
                worst = worst if check.status == "ok" else ExitCode.INCOMPLETE
    return worst

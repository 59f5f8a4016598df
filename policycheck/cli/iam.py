"""``policycheck iam``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import fitted, patient


@click.group(
    cls=Group,
    epilog=examples(
        "policycheck iam expand 's3:Get*Acl'",
        "policycheck iam explain policy.json",
        "policycheck iam compare declared.json actual.json",
    ),
)
def iam() -> None:
    """Answer questions about AWS policies, offline."""


@iam.command(
    epilog=examples("policycheck iam expand 's3:Get*Acl'", "policycheck iam expand iam:PassRole --output json")
)
@click.argument("pattern")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def expand(app: App, pattern: str, output: str) -> int:
    """List the actions that a PATTERN matches today, with their access levels and resource types.

    A pattern is what stands under Action in a policy: SERVICE:NAME with `*` and `?`, in any letter case. The list is
    that of the catalogue, whose date is told; AWS may know newer actions, and a wildcard grants them too.
    """
    from policycheck.cli.expanding import expansion
    from policycheck.reports import expansions as report
    from policycheck.reports import plain

    found = expansion(pattern)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(found), stream)
        else:
            stream.writelines(
                f"{line}\n" for line in report.listing(found, app.page(stream), fitted(stream, app.environ))
            )
    return ExitCode.OK


@iam.command(
    epilog=examples(
        "policycheck iam compare declared.json actual.json",
        "policycheck iam compare old-trust.json new-trust.json --principal arn:aws:iam::444455556666:root",
        "policycheck iam compare --batch pairs.jsonl > answers.jsonl",
    )
)
@click.argument("declared", required=False)
@click.argument("actual", required=False)
@click.option("--principal", default="", metavar="ARN", help="Whom to compare for, when a policy has a Principal.")
@click.option("--batch", metavar="PAIRS", help="Compare the pairs of a JSON Lines file, or of `-`.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def compare(app: App, declared: str | None, actual: str | None, principal: str, batch: str | None, output: str) -> int:
    """Tell whether the policy ACTUAL grants more or less than the policy DECLARED, with requests that prove it.

    Both are files with a JSON policy; `-` is standard input. Exits with 0 when ACTUAL grants the same or less, with 1
    when it grants something that DECLARED does not, and with 3 when that was not decided.

    With --batch each line is {"id", "declared", "actual"}, with "principal" where policies have one. Each is answered
    by one JSON line with its "id": the comparison, or "error". Exits with 0 once all lines are answered.
    """
    if batch is not None and (declared or principal):
        raise click.UsageError("--batch takes policies and principals from its lines")
    if batch is None and actual is None:
        raise click.UsageError("give two policies, or --batch")
    from policycheck.cli import comparing
    from policycheck.cli.lines import answer_lines
    from policycheck.reports import comparisons as report
    from policycheck.reports import plain

    if declared is None or actual is None:
        with patient(sys.stdout) as stream:
            answer_lines(str(batch), comparing.Comparer(), stream)
        return ExitCode.OK
    found = comparing.compare_files(declared, actual, principal)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(found), stream)
        else:
            stream.writelines(f"{line}\n" for line in report.render(found, app.page(stream)))
    return comparing.EXITS[found.comparison.relation]


@iam.command(
    epilog=examples(
        "policycheck iam simulate --batch requests.jsonl", "policycheck iam simulate --batch - < requests.jsonl"
    )
)
@click.option("--batch", required=True, metavar="REQUESTS", help="The requests: a JSON Lines file, or `-`.")
def simulate(batch: str) -> int:
    """Decide requests as AWS would, each against the policies that stand beside it.

    Each line is {"id", "identity_policies", "resource_policy", "permission_boundaries", "scps", "rcps",
    "session_policy", "request"}. A layer that is null or [] is absent; "scps" and "rcps" hold one list of policies for
    each level of the organisation, and an empty one allows nothing. "request" has "principal" (an ARN, a service or
    "*" for anonymous), "action", "resource", "resource_account" and "context".

    Each line is answered by one JSON line with its "id": "decision" is Allowed, ExplicitlyDenied or ImplicitlyDenied;
    a line that is wrong gets "error". Exits with 0 once all lines are answered.
    """
    from policycheck.cli.lines import answer_lines
    from policycheck.cli.simulating import Simulator

    with patient(sys.stdout) as stream:
        answer_lines(batch, Simulator(), stream)
    return ExitCode.OK


@iam.command(
    epilog=examples("policycheck iam explain policy.json", "policycheck --project lumen iam explain policy.json")
)
@click.argument("file")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def explain(app: App, file: str, output: str) -> int:
    """Tell what the policy in FILE says, a sentence for each statement, with its actions by access level.

    `-` is standard input. In a project, or with --project, the datasets of the catalog that an identity policy reads
    are named too. Exits with 2 when AWS would not take the policy.
    """
    from policycheck.cli.comparing import text_of
    from policycheck.cli.explaining import explained
    from policycheck.reports import explanations as report
    from policycheck.reports import plain

    found = explained(app, text_of(file))
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(found), stream)
        else:
            stream.writelines(f"{line}\n" for line in report.render(found, app.page(stream)))
    return ExitCode.USAGE if found.problems else ExitCode.OK

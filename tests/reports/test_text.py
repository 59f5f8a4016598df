from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from policycheck.model.findings import CheckResult, Finding, Instance, Severity
from policycheck.model.places import Evidence, Location
from policycheck.model.verdict import Witness
from policycheck.reports.interface import Options
from policycheck.reports.page import Page
from policycheck.reports.text import TextReport

Lines = Callable[[str, int], str]


def written(result: CheckResult, options: Options) -> str:
    stream = io.StringIO()
    TextReport().write(result, stream, options)
    return stream.getvalue()


def test_a_finding_reads_like_a_compilers_message(result: CheckResult, lines: Lines) -> None:
    assert written(result, Options(Page(100), lines)) == (
        """\
high[PC101]: sendgrid may not have user.device.ip_address (history, raw)
  --> policies/sendgrid.yaml:14:1
   |
14 | fields:
   | ^^^^^^ no entry allows user.device.ip_address
   = observed: role vendor-sendgrid-import can read ip_history in member-exports (s3:GetObject on
               arn:aws:s3:::lumen-exports/members/2026-11-19.csv)
     [iam-export exports/aws.json#/RoleDetailList/3]
   = high because: user.device.ip_address is sensitive, 30,000,000 people
   = assumes: the service control policies were not seen
   = help: take `s3:GetObject` on arn:aws:s3:::lumen-exports/members/* out of vendor-sendgrid-import
   = owner: growth-platform@lumen.example; to accept it: exceptions in policies/sendgrid.yaml
   = more: policycheck explain f1

"""
    )


def test_it_fits_a_narrow_terminal(result: CheckResult, lines: Lines) -> None:
    text = written(result, Options(Page(60), lines))
    assert text.startswith(
        """\
high[PC101]: sendgrid may not have user.device.ip_address
    (history, raw)
  --> policies/sendgrid.yaml:14:1
   |
14 | fields:
   | ^^^^^^ no entry allows user.device.ip_address
   = observed: role vendor-sendgrid-import can read
               ip_history in member-exports (s3:GetObject on
               arn:aws:s3:::lumen-exports/members/2026-11-19.csv)
"""
    )
    longest = max(text.split(), key=len)
    assert all(len(line) <= 60 for line in text.splitlines() if longest not in line)


def test_many_instances_are_counted_not_listed(result: CheckResult, finding: Finding, instance: Instance) -> None:
    many = replace(finding, instances=tuple(replace(instance, observed=f"place {n}") for n in range(41)))
    text = written(replace(result, findings=(many,)), Options(Page()))
    assert [line for line in text.splitlines() if "place" in line] == [f"   = observed: place {n}" for n in range(5)]
    assert "   = observed: and 36 more (--output json lists all)\n" in text


def test_a_witness_in_the_sentence_is_not_repeated(result: CheckResult, finding: Finding, instance: Instance) -> None:
    own = replace(instance, observed="it may iam:PassRole on *", witnesses=(Witness("iam:PassRole", "*"),))
    text = written(replace(result, findings=(replace(finding, instances=(own,)),)), Options(Page()))
    assert text.count("iam:PassRole") == 1


def test_much_evidence_is_counted(result: CheckResult, finding: Finding, instance: Instance) -> None:
    own = replace(instance, evidence=tuple(Evidence("a", f"x.json#/{n}") for n in range(8)))
    text = written(replace(result, findings=(replace(finding, instances=(own,)),)), Options(Page()))
    shown = [line.strip() for line in text.splitlines() if line.strip().startswith("[")]
    assert shown == [*(f"[a x.json#/{n}]" for n in range(5)), "[and 3 more]"]


def test_witnesses_several_sources_and_a_stage(
    result: CheckResult, finding: Finding, instance: Instance, witness: Witness
) -> None:
    sources = (Evidence("a", "x.json"), Evidence("b", "y.csv:4", "by hand"))
    own = replace(instance, witnesses=(witness, Witness("iam:PassRole", "*")), evidence=sources)
    bare = replace(finding, instances=(own,), enforced=False, because=(), assumes=(), help="", owner="", ask="")
    text = written(replace(result, findings=(bare,)), Options(Page(120)))
    assert text.splitlines()[4:] == [
        "     for example s3:DeleteObject on arn:aws:s3:::lumen-exports/a, with aws:securetransport = true or false",
        "     for example iam:PassRole on *",
        "     [a x.json]",
        "     [b y.csv:4 (by hand)]",
        "   = note: the policy is not at stage enforce: reported, never failing a run",
        "   = more: policycheck explain f1",
        "",
    ]


@pytest.fixture
def three(result: CheckResult, finding: Finding, instance: Instance) -> CheckResult:
    """One finding in two accounts, one without a vendor, and a low one."""
    elsewhere = replace(instance, subject=(("account", "123456789012"),))
    return replace(
        result,
        findings=(
            replace(finding, rule="PC203", vendor=None, owner="", message="nobody", instances=(elsewhere,)),
            replace(finding, message="both", instances=(instance, elsewhere)),
            replace(finding, rule="PC401", severity=Severity.LOW, message="minor", instances=()),
            replace(finding, rule="PC402", severity=Severity.LOW, message="free", location=Location("a"), instances=()),
        ),
    )


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ("finding", ["both", "nobody", "minor", "free"]),
        ("vendor", ["sendgrid: 3 findings", "both", "minor", "free", "no vendor: 1 finding", "nobody"]),
        (
            "owner",
            ["growth-platform@lumen.example: 3 findings", "both", "minor", "free", "no owner: 1 finding", "nobody"],
        ),
        (
            "account",
            [
                "111122223333: 1 finding",
                "both",
                "123456789012: 2 findings",
                "both",
                "nobody",
                "no account: 2 findings",
                "minor",
                "free",
            ],
        ),
    ],
)
def test_findings_can_be_grouped(three: CheckResult, by: str, titles: list[str]) -> None:
    text = written(three, Options(Page(), group_by=by))
    heads = [line for line in text.splitlines() if line.rstrip("s").endswith(" finding") or "[PC" in line]
    assert [head.split("]: ")[-1] for head in heads] == titles


def test_findings_below_a_severity_are_left_out(three: CheckResult) -> None:
    assert "minor" not in written(three, Options(Page(), min_severity=Severity.MEDIUM))


@pytest.mark.parametrize("attribute", ["message", "help", "owner", "ask", "label"])
def test_nothing_observed_acts_on_the_terminal(
    result: CheckResult, finding: Finding, lines: Lines, attribute: str
) -> None:
    changes = {attribute: "evil\x1b]8;;http://x.example\x07\r\u202e\ntext"}
    hostile = replace(finding, **changes)  # type: ignore[arg-type]
    text = written(replace(result, findings=(hostile,)), Options(Page(200), lines))
    assert all(each.isprintable() or each == "\n" for each in text)
    assert "evil]8;;http://x.example text" in text


def test_hostile_instances_vendors_and_evidence(result: CheckResult, finding: Finding, witness: Witness) -> None:
    bad = "\x1b[2J\u202e\x00\n"
    instance = Instance(
        bad, (("account", bad),), bad, (Evidence(bad, bad, bad),), (Witness(bad, bad, ((bad, (bad,)),)),)
    )
    hostile = replace(finding, vendor=bad, instances=(instance,), because=(bad,), assumes=(bad,))
    for by in ("vendor", "account"):
        text = written(replace(result, findings=(hostile,)), Options(Page(), group_by=by))
        assert all(each.isprintable() or each == "\n" for each in text)


def test_colour_changes_no_word(result: CheckResult, lines: Lines) -> None:
    import click

    plain = written(result, Options(Page(), lines))
    assert click.unstyle(written(result, Options(Page(color=True), lines))) == plain

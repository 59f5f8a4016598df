"""``connectors doctor aws`` in trouble, and ``connectors permissions aws`` in each of its forms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.api import lint_all

from policycheck.cli.permissions import listed, text
from policycheck.model.declared import ConnectorEntry
from policycheck.model.facts import Coverage
from policycheck.model.places import Location
from policycheck.model.problems import UsageProblem
from policycheck_connectors.aws.diagnosis import diagnosed
from policycheck_connectors.aws.errors import NO_ACTION
from policycheck_connectors.aws.names import FAMILIES
from policycheck_connectors.interface import Check, ConnectorError, PullContext
from policycheck_connectors.registry import build
from tests.connectors.aws.estate import quick
from tests.servers import faults
from tests.servers.aws import HOME, REGION, Aws
from tests.servers.wire import App, Body, Environ, Heard

if TYPE_CHECKING:
    from tests.conftest import Run


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick():
        yield


def examined(environ: Mapping[str, str] | None = None, **options: object) -> list[tuple[str, str, str, str]]:
    """What a doctor tells."""
    entry = ConnectorEntry("prod", "aws", Location("policycheck.yaml", 1, 1), {"services": ["kms"], **options})
    made = build(entry, Path())
    made.context = PullContext("2026-11-20T00:00:00Z", None, environ or {})
    return [(check.subject, check.status, check.text, check.help) for check in made.doctor()]


def test_all_is_well(aws: Aws) -> None:
    us = f"act as arn:aws:sts::{HOME}:user/moto, asked at {aws.url}"
    assert examined() == [
        ("credentials", "ok", us, ""),
        ("accounts", "ok", "1 let us in", ""),
        ("calls", "ok", "all kinds of call were answered (1 made)", ""),
    ]


def test_denied_calls_are_told_with_what_they_hide(aws: Aws) -> None:
    aws.wire.disturb = faults.on("kms.list_keys", faults.refused("AccessDeniedException", 403))
    (_, _, denied) = examined()
    needed = "kms.list_keys was denied: it needs kms:ListKeys"
    hidden = f"{needed} (in {HOME}); this hides resource policies, shares"
    assert denied == (f"kms {REGION}", "warning", hidden, "allow kms:ListKeys")


@pytest.mark.parametrize(
    ("code", "text", "help"),
    [
        (
            "ExpiredToken",
            "was refused, as the credentials have expired",
            "sign in again; the pull goes on where it stood",
        ),
        (
            "InvalidClientTokenId",
            "was refused (InvalidClientTokenId)",
            "the credentials are not valid here; is the Region enabled?",
        ),
        ("AccessDenied", "was denied", NO_ACTION),
    ],
)
def test_credentials_that_are_not_taken(aws: Aws, code: str, text: str, help: str) -> None:
    aws.wire.disturb = faults.refused(code, 403)
    assert examined() == [("credentials", "failed", f"sts.get_caller_identity {text}, asked at {aws.url}", help)]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (
            "AWS_ENDPOINT_URL",
            "http://127.0.0.1:9",
            "got no answer (EndpointConnectionError), asked at http://127.0.0.1:9",
        ),
        ("AWS_DEFAULT_REGION", "eu west 1", "failed with InvalidRegionError"),
        ("AWS_PROFILE", "nobody", "found no profile nobody"),
        ("AWS_ACCESS_KEY_ID", "", "found no credentials"),
    ],
)
def test_surroundings_that_are_wrong(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, name: str, value: str, text: str
) -> None:
    monkeypatch.setenv(name, value)
    if not value:
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        monkeypatch.delenv(name)
    ((subject, status, told, help),) = examined()
    assert (subject, status, told) == ("credentials", "failed", f"sts.get_caller_identity {text}")
    assert help


def test_accounts_and_hubs_that_refuse(aws: Aws) -> None:
    (_, member) = aws.organization(1)

    def refusing(heard: Heard, environ: Environ, start: Any, app: App) -> Body | None:
        asked = environ["wsgi.input"].getvalue() if heard.call == "sts.assume_role" else b""
        return faults.refused("AccessDenied", 403)(heard, environ, start, app) if member.encode() in asked else None

    aws.wire.disturb = refusing
    told = examined(accounts="organization", role="audit")
    assert told[1:3] == [
        ("accounts", "warning", "1 let us in", ""),
        (
            f"account {member}",
            "failed",
            "the role audit could not be assumed: sts.assume_role was denied",
            f"let the role's trust admit arn:aws:sts::{HOME}:user/moto",
        ),
    ]
    aws.wire.disturb = faults.on("sts.assume_role", faults.refused("AccessDenied", 403))
    hub = examined(via=[f"arn:aws:iam::{HOME}:role/hub"])
    help = "let the trust of the first role in `via` admit these credentials, which need sts:AssumeRole"
    assert hub == [("credentials", "failed", f"sts.assume_role was denied, asked at {aws.url}", help)]


def test_an_external_id_that_is_not_set(aws: Aws) -> None:
    options: dict[str, Any] = {"external_id": {"env": "AUDIT_ID"}, "role": "audit", "accounts": [HOME]}
    with pytest.raises(ConnectorError, match="the environment variable AUDIT_ID is not set"):
        examined(**options)
    assert examined({"AUDIT_ID": "x" * 20}, **options)[0][1] == "ok"


def test_regions_that_cannot_be_listed(aws: Aws) -> None:
    aws.wire.disturb = faults.on("ec2.describe_regions", faults.refused("UnauthorizedOperation", 403))
    told = examined(regions="enabled")
    reason = "ec2.describe_regions was denied: it needs ec2:DescribeRegions"
    assert (f"account {HOME}", "failed", reason, "allow ec2:DescribeRegions") in told


def test_a_doctor_ends_with_three_when_something_is_wrong(aws: Aws, policycheck: Run, tmp_path: Path) -> None:
    config = "version: 1\nconnectors: [{name: prod, type: aws, services: [kms]}]\n"
    (tmp_path / "policycheck.yaml").write_text(config, encoding="utf-8")
    environ = aws.environ()
    assert policycheck("connectors", "doctor", "prod", cwd=tmp_path, env=environ).returncode == 0
    aws.wire.disturb = faults.refused("ExpiredToken", 403)
    done = policycheck("connectors", "doctor", cwd=tmp_path, env=environ)
    assert done.returncode == 3
    assert " ".join(done.stdout.split()) == (
        "failed prod: credentials: sts.get_caller_identity was refused, as the credentials have expired, "
        f"asked at {aws.url} help: sign in again; the pull goes on where it stood"
    )
    unknown = policycheck("connectors", "doctor", "staging", cwd=tmp_path, env=environ)
    assert unknown.returncode == 2
    assert "no connector is called staging" in unknown.stderr


def test_the_same_gap_of_many_accounts_is_one_line() -> None:
    accounts = [f"11112222333{number}" for number in range(5)]
    rows = [
        Coverage("prod", "aws", "aws", account, kind, "unseen", "kms eu-west-1", 0, "kms.list_keys was denied", "allow")
        for account in accounts
        for kind in ("resource_policies", "shares")
    ]
    (told,) = diagnosed(rows, 9)
    several = f"{', '.join(accounts[:3])} and 2 more"
    assert told == Check(
        "kms eu-west-1",
        "warning",
        f"kms.list_keys was denied (in {several}); this hides resource policies, shares",
        "allow",
    )


@pytest.mark.parametrize("services", [(), ("kms",), ("iam", "s3", "organizations")])
def test_the_template_is_one_of_cloudformation(services: tuple[str, ...]) -> None:
    found = lint_all(text("aws", "cloudformation", services, "PolicycheckReadOnly"))
    assert [match for match in found if not match.rule.id.startswith("I")] == [], "errors and warnings"


def test_terraform_has_the_same_policy_and_trust() -> None:
    document = json.loads(text("aws", "terraform", (), "audit"))
    template = json.loads(text("aws", "cloudformation", (), "audit"))["Resources"]["Role"]["Properties"]
    role = document["resource"]["aws_iam_role"]["policycheck"]
    policy = document["resource"]["aws_iam_role_policy"]["policycheck"]
    assert set(document["variable"]) == {"audit_principal_arn", "external_id"}
    assert role["name"] == template["RoleName"] == "audit"
    assert json.loads(policy["policy"]) == template["Policies"][0]["PolicyDocument"]
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "${var.external_id}"}}
    assert statement["Principal"] == {"AWS": "${var.audit_principal_arn}"}


@pytest.mark.parametrize("services", [(), ("kms",), tuple(FAMILIES)])
def test_our_own_engine_reads_the_printed_policy(policycheck: Run, tmp_path: Path, services: tuple[str, ...]) -> None:
    printed = tmp_path / "printed.json"
    printed.write_text(text("aws", "json", services, "PolicycheckReadOnly"), encoding="utf-8")
    done = policycheck("iam", "compare", printed, printed, "--output", "json", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["relation"]) == (0, "equal"), done.stderr


@pytest.mark.parametrize(
    ("kind", "form", "message"),
    [
        ("aws2", "json", "unknown type of connector: aws2"),
        ("attestation", "json", "attestation has no permissions of its own"),
    ],
)
def test_what_has_no_permissions(kind: str, form: str, message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        text(kind, form, (), "audit")


@pytest.mark.parametrize("kind", ["aws", "postgres"])
@pytest.mark.parametrize("role", ["", '${file("/etc/passwd")}', "%{ if true }x", "a\nb", "x$$; DROP", "é" * 64])
def test_what_is_no_name_of_a_role_is_not_printed(kind: str, role: str) -> None:
    if (kind, role) == ("postgres", "%{ if true }x"):
        assert f'CREATE ROLE "{role}"' in text(kind, "json", (), role)
        return
    for form in ("json", "terraform", "cloudformation"):
        with pytest.raises(UsageProblem, match="--role is not the name of a role"):
            text(kind, form, (), role)


@pytest.mark.parametrize("role", ["audit+x=1,2.3@a_b-c", "x" * 64])
def test_what_is_a_name_of_a_role_is_printed(role: str) -> None:
    assert f"role/{role}" in text("aws", "json", ("iam",), role)


@pytest.mark.parametrize(
    ("given", "named"), [(None, ()), ("iam", ("iam",)), (" iam, s3,", ("iam", "s3")), ("", None), (" , ", None)]
)
def test_services_that_are_given_name_something(given: str | None, named: tuple[str, ...] | None) -> None:
    if named is None:
        with pytest.raises(UsageProblem, match="--services names no service"):
            listed(given)
    else:
        assert listed(given) == named


def test_no_services_are_not_all_of_them(policycheck: Run, tmp_path: Path) -> None:
    done = policycheck("connectors", "permissions", "aws", "--services", "", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--services names no service" in done.stderr

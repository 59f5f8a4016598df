"""Forms for statements, the list of those that are due, and definitions to begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

TODAY = {"POLICYCHECK_TODAY": "2026-11-20"}
POLICY = """\
vendor: {vendor}
kind: transactional_email
owner: mail@lumen.example
use: [essential.service]
contract: {{dpa: "https://contracts.lumen.example/dpa", ends: 2027-12-31}}
review: {{last: 2026-11-02, by: privacy@lumen.example, every_days: 180}}
access: [{{system: {vendor}, held_by: us, scopes: [{scope}]}}]
never: [user.device.ip_address]
observe: [{{system: {vendor}, by: attestation, every_days: 30, reason: "no call lists keys"}}]
"""
CONFIG = """\
version: 1
connectors: [{name: people, type: attestation, paths: ["said/*.yaml"]}]
"""
SAID = "{{vendor: {vendor}, system: {vendor}, asked: a@lumen.example, on: {on}, states: {{keys: []}}}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "policycheck.yaml").write_text(CONFIG)
    (tmp_path / "policies").mkdir()
    (tmp_path / "catalog").mkdir()
    (tmp_path / "said").mkdir()
    for vendor, scope in {"brevo": "mail.send", "mailgun": "sending", "postmark": "mail.send"}.items():
        (tmp_path / "policies" / f"{vendor}.yaml").write_text(POLICY.format(vendor=vendor, scope=scope))
    (tmp_path / "said" / "brevo.yaml").write_text(SAID.format(vendor="brevo", on="2026-10-10"))
    (tmp_path / "said" / "mailgun.yaml").write_text(SAID.format(vendor="mailgun", on="2026-11-01"))
    return tmp_path


def test_what_is_due_the_most_urgent_first(policycheck: Run, project: Path) -> None:
    done = policycheck("attest", "due", cwd=project, env=TODAY)
    assert done.stdout == (
        "vendor    system    every    last        due          owner\n"
        "postmark  postmark  30 days  never       now          mail@lumen.example\n"
        "brevo     brevo     30 days  2026-10-10  10 days ago  mail@lumen.example\n"
        "mailgun   mailgun   30 days  2026-11-01  in 12 days   mail@lumen.example\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_how_far_to_look(policycheck: Run, project: Path) -> None:
    done = policycheck("attest", "due", "--within", "11", "--output", "json", cwd=project, env=TODAY)
    rows = json.loads(done.stdout)["attestations"]
    assert [(row["vendor"], row["last"], row["due"], row["overdue"]) for row in rows] == [
        ("postmark", None, None, True),
        ("brevo", "2026-10-10", "2026-11-10", True),
    ]
    (project / "policies" / "postmark.yaml").unlink()
    (project / "policies" / "brevo.yaml").unlink()
    done = policycheck("attest", "due", "--within", "11", cwd=project, env=TODAY)
    assert (done.stdout, done.stderr) == ("", "no attestation is due within 11 days\n")


def test_a_form_counts_only_when_it_is_filled_in(policycheck: Run, project: Path) -> None:
    done = policycheck("attest", "new", "postmark", cwd=project, env=TODAY)
    path = project / "said" / "postmark.yaml"
    assert (done.returncode, done.stdout) == (0, f"{path}\n")
    text = path.read_text()
    assert "asked: mail@lumen.example" in text
    assert "The policy declares these scopes: mail.send" in text
    assert "# none_of: [user.device.ip_address]" in text
    unfilled = policycheck("attest", "due", cwd=project, env=TODAY)
    assert "said/postmark.yaml" in unfilled.stderr
    assert "postmark  30 days  never" in unfilled.stdout
    path.write_text(text.replace("on:  #", "on: 2026-11-20  #").replace("# keys: []", "keys: []"))
    filled = policycheck("attest", "due", cwd=project, env=TODAY)
    assert (filled.stderr, "postmark" in filled.stdout) == ("", False)


def test_nothing_is_overwritten(policycheck: Run, project: Path) -> None:
    before = (project / "said" / "brevo.yaml").read_text()
    assert policycheck("attest", "new", "brevo", cwd=project, env=TODAY).returncode == 0
    assert (project / "said" / "brevo-2026-11-20.yaml").exists()
    again = policycheck("attest", "new", "brevo", cwd=project, env=TODAY)
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert (project / "said" / "brevo.yaml").read_text() == before


@pytest.mark.parametrize(
    ("words", "problem", "help"),
    [
        (("brvo",), "no policy is about a vendor brvo", "did you mean brevo?"),
        (("zzz",), "no policy is about a vendor zzz", "write policies/zzz.yaml first; `vendor: zzz`"),
        (("brevo", "--into", "../elsewhere"), "../elsewhere lies outside of the project", "--into"),
        (("brevo", "--into", "policycheck.yaml"), "cannot be written", "--into"),
    ],
)
def test_a_form_that_cannot_be_written(
    policycheck: Run, project: Path, words: tuple[str, ...], problem: str, help: str
) -> None:
    done = policycheck("attest", "new", *words, cwd=project, env=TODAY)
    assert done.returncode == 2
    assert problem in done.stderr
    assert help in done.stderr


def test_a_project_that_reads_no_attestations_is_told(policycheck: Run, project: Path) -> None:
    (project / "policycheck.yaml").write_text("version: 1\n")
    done = policycheck("attest", "new", "brevo", cwd=project, env=TODAY)
    assert (project / "attestations" / "brevo.yaml").exists()
    assert done.stderr.startswith("nothing reads it yet: add ")


def test_a_definition_to_begin_with_is_right_as_it_is(policycheck: Run, project: Path) -> None:
    words = ("connectors", "new", "parcel-post", "--host", "api.parcelpost.example")
    done = policycheck(*words, cwd=project, env=TODAY)
    assert done.returncode == 0
    assert done.stderr == "wrote definitions/parcel-post.yaml; add to policycheck.yaml:\n"
    assert "env: PARCEL_POST_TOKEN" in done.stdout
    entry = done.stdout.partition("\n")[2]
    (project / "policycheck.yaml").write_text(f"version: 1\nconnectors:\n{entry}")
    checked = policycheck("validate", cwd=project, env=TODAY)
    assert (checked.returncode, checked.stdout) == (0, "")
    doctor = policycheck("connectors", "doctor", cwd=project, env=TODAY)
    assert "the environment variable PARCEL_POST_TOKEN is not set" in doctor.stdout
    spoilt = project / "definitions" / "parcel-post.yaml"
    spoilt.write_text(spoilt.read_text().replace("records: data", "records: 'data['"))
    wrong = policycheck("validate", cwd=project, env=TODAY)
    assert (wrong.returncode, "is no JMESPath expression" in wrong.stdout) == (2, True)
    assert policycheck(*words, cwd=project, env=TODAY).returncode == 2


def test_a_definition_to_begin_with_whose_host_is_not_known_yet(policycheck: Run, project: Path) -> None:
    done = policycheck("connectors", "new", "parcelpost", cwd=project, env=TODAY)
    assert done.stderr.splitlines() == [
        "wrote definitions/parcelpost.yaml; add to policycheck.yaml:",
        "write the host of the vendor's API for api.vendor.example, in both",
    ]
    assert "    hosts: [api.vendor.example]\n" in done.stdout
    assert 'base_url: "https://api.vendor.example"\n' in (project / "definitions" / "parcelpost.yaml").read_text()


@pytest.mark.parametrize(
    ("type", "line"),
    [
        ("amplitude", "asks https://{region}/api/2, with the credential as user and password in Authorization"),
        ("mailchimp-transactional", "asks https://mandrillapp.com/api/1.4, with the credential in the body"),
        (
            "auth0",
            "asks https://{tenant}/api/v2, with a token that the credential gets at https://{tenant}/oauth/token",
        ),
        ("customerio", ""),
    ],
)
def test_where_a_credential_goes_is_shown(policycheck: Run, type: str, line: str) -> None:
    shown = policycheck("connectors", "show", type, env={**TODAY, "COLUMNS": "200"}).stdout
    assert [each.strip() for each in shown.splitlines() if "asks " in each] == ([line] if line else [])
    # Auth0 has an option `tenant` of its own.
    assert sum(each.startswith("    tenant") for each in shown.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("Parcel", "--host", "api.parcelpost.example"), "cannot name a system"),
        (("parcel", "--host", "https://api.parcelpost.example"), "is not a host name"),
        (("parcel", "--host", "api.parcelpost.example", "--into", "../x"), "leaves the project"),
        (("parcel", "--host", "api.parcelpost.example", "--into", "policycheck.yaml"), "cannot be written"),
    ],
)
def test_a_definition_that_cannot_be_written(
    policycheck: Run, project: Path, words: tuple[str, ...], problem: str
) -> None:
    done = policycheck("connectors", "new", *words, cwd=project, env=TODAY)
    assert (done.returncode, problem in done.stderr) == (2, True)


def test_connectors_show(policycheck: Run, project: Path) -> None:
    shown = policycheck("connectors", "show", "sendgrid", cwd=project, env=TODAY)
    assert "details of each record: GET /api_keys/{id}" in shown.stdout
    assert "\n    region: where the account is: global, eu [global]\n" in shown.stdout
    assert "\n  asks https://{region}/v3, with the credential in Authorization\n" in shown.stdout
    assert "\n    {region}: api.sendgrid.com for global, api.eu.sendgrid.com for eu\n" in shown.stdout
    plain = policycheck("connectors", "show", "attestation", cwd=project, env=TODAY)
    assert plain.stdout.startswith("attestation: dated statements")
    unknown = policycheck("connectors", "show", "sendgird", cwd=project, env=TODAY)
    assert (unknown.returncode, "unknown type of connector: sendgird" in unknown.stderr) == (2, True)

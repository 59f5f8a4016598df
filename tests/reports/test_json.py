"""Every JSON output against its published schema, closed so that no key goes undocumented."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from policycheck.library.rules import load_rules
from policycheck.model.declared import FieldRule, Setting
from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding, Instance, Severity
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Location
from policycheck.model.problems import Problem
from policycheck.model.survey import Survey, VendorRow
from policycheck.model.verdict import Witness
from policycheck.reports import kinds, plain, problems, registry, rules, settings, who
from policycheck.reports.interface import Options
from policycheck.reports.listings import LISTINGS
from policycheck.reports.page import Page
from tests.reports.lab import SCHEMAS, conforms


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_schemas_are_schemas(path: Path) -> None:
    schema = json.loads(path.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    # A line of a batch is known by its id; everything else says which schema it has.
    expected = None if path.stem == "iam-simulate" else {"const": f"policycheck/{path.stem}/v1"}
    assert schema["properties"].get("schema") == expected


def test_check(result: CheckResult, finding: Finding, instance: Instance, witness: Witness) -> None:
    proved = replace(finding, instances=(replace(instance, witnesses=(witness,)),))
    stream = io.StringIO()
    options = Options(Page(), exit_code=1)
    registry.build("json").write(replace(result, findings=(proved,)), stream, options)
    parsed = conforms(json.loads(stream.getvalue()))
    assert parsed["exit_code"] == 1
    assert parsed["tally"]["severities"] == {"critical": 0, "high": 1, "medium": 0}
    assert parsed["findings"][0]["location"] == {"path": "policies/sendgrid.yaml", "line": 14, "column": 1}
    assert parsed["findings"][0]["accepted"] is None
    assert parsed["findings"][0]["instances"][0]["subject"]["account"] == "111122223333"
    assert parsed["findings"][0]["instances"][0]["witnesses"] == [
        {
            "action": "s3:DeleteObject",
            "resource": "arn:aws:s3:::lumen-exports/a",
            "context": {"aws:securetransport": ["true", "false"]},
            "granted": None,
            "ours": None,
        }
    ]
    assert parsed["accepted"][0]["accepted"] == "x"


def test_check_leaves_out_what_is_below_a_severity(result: CheckResult) -> None:
    stream = io.StringIO()
    registry.build("json").write(result, stream, Options(Page(), min_severity=Severity.CRITICAL))
    parsed = json.loads(stream.getvalue())
    assert (parsed["findings"], parsed["accepted"], parsed["tally"]["severities"]["high"]) == ([], [], 1)


@pytest.fixture
def survey(grant: Grant, exposure: Exposure, gap: Coverage, result: CheckResult) -> Survey:
    own = replace(exposure, origin="custom", category=None, dataset="", field="", action="", subjects=None, at=None)
    row = VendorRow(
        "sendgrid", "Twilio SendGrid", "transactional_email", "enforce", "a@lumen.example", "policies/a.yaml", 1, ()
    )
    return Survey(
        vendors=(row, VendorRow("newcomer", "", "", "", "", "", 0, ("user.contact.email",))),
        grants=(grant, replace(grant, vendor=None, conditions="", scopes=("mail.send",), external_id="")),
        fields=(own,),
        exposures=(own, exposure),
        coverage=(gap,),
        snapshot=result.snapshot,
    )


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_show(survey: Survey, name: str) -> None:
    listing = LISTINGS[name]
    parsed = conforms(listing.document(listing.rows(survey, ()), survey))
    assert len(parsed[name]) == len(listing.select(survey))


def test_show_grants_parses_conditions(survey: Survey) -> None:
    listing = LISTINGS["grants"]
    first, second = conforms(listing.document(survey.grants, survey))["grants"]
    assert first["conditions"] == {"Bool": {"aws:SecureTransport": "true"}}
    assert (second["conditions"], second["scopes"], second["vendor"]) == (None, ["mail.send"], None)


def test_who(exposure: Exposure, result: CheckResult, finding: Finding) -> None:
    from datetime import date

    rule = FieldRule("user.device", Location("policies/a.yaml", 3, 5), ("hashed",), until=date(2027, 1, 15))
    open_ended = FieldRule("user.device", Location("policies/a.yaml", 4, 5))
    answer = who.Answer(
        "user.device.ip_address",
        "an IP address",
        (who.Holder("sendgrid", "a@lumen.example", (rule, open_ended), (exposure,)),),
        (replace(exposure, category=None),),
        (finding,),
        result.accepted,
        result.snapshot,
    )
    parsed = conforms(who.document(answer))
    assert [each["until"] for each in parsed["vendors"][0]["declared"]] == ["2027-01-15", None]


def test_validate() -> None:
    found = [Problem(Location("a.yaml", 2, 3), "PC002", "error", "unknown key nevr", "did you mean `never`?")]
    parsed = conforms(problems.document(found, 4))
    assert (parsed["checked"], parsed["errors"], parsed["warnings"], parsed["notices"]) == (4, 1, 0, 0)
    assert conforms(problems.document([], 0))["problems"] == []


def test_rules() -> None:
    assert [each["id"] for each in conforms(rules.document(load_rules().values()))["rules"]] == list(load_rules())


def test_config() -> None:
    parsed = conforms(settings.document([Setting("fail_on", "medium", "policycheck.yaml:7")], "sendgrid"))
    assert parsed["settings"] == [{"key": "fail_on", "value": "medium", "origin": "policycheck.yaml:7"}]


def test_connectors() -> None:
    from policycheck_connectors.registry import types

    assert conforms(kinds.document(types()))["connectors"]


def test_text_is_escaped_to_ascii() -> None:
    stream = io.StringIO()
    plain.dump({"a": "\x1b\u202e\n", "b": [{"c": "\u2028"}], "d": []}, stream)
    assert stream.getvalue() == '{\n "a": "\\u001b\\u202e\\n",\n "b": [\n  {"c": "\\u2028"}\n ],\n "d": []\n}\n'

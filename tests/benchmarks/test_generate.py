"""The generated inputs are what the benchmark table says they are, and the same on every run."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
import yaml

from benchmarks import answers, estate, generate, managed, page, requests
from benchmarks.jobs import Row
from policycheck.cli.comparing import Comparer
from policycheck.cli.simulating import Simulator
from policycheck.model.facts import Attachment, PolicyDocument, Principal, Trust, VendorField
from tests.connectors.lab import pull

pytestmark = pytest.mark.unmeasured


def test_policy_files_have_the_promised_size(tmp_path: Path) -> None:
    assert generate.write_policies_project(tmp_path / "project", 200) == 8_600
    assert len(list((tmp_path / "project" / "policies").iterdir())) == 200


def test_the_page_is_as_large_as_promised() -> None:
    result, overview = page.sample()
    matrix = overview.matrix
    assert (len(matrix.rows), len(matrix.columns), len(matrix.cells)) == (200, 60, 2_000)
    assert len(result.findings) == 472
    assert page.sample() == (result, overview)


def test_policy_files_differ_in_what_identifies_a_vendor() -> None:
    policies = [yaml.safe_load(generate.policy_file(index)) for index in range(200)]
    identities = [value for policy in policies for values in policy["recognise"].values() for value in values]
    assert len(set(identities)) == len(identities)
    assert len({policy["vendor"] for policy in policies}) == 200


def test_export_has_the_promised_shape() -> None:
    text = generate.authorization_details()
    export = json.loads(text)
    assert round(len(text) / 1000) == 824
    assert (len(export["RoleDetailList"]), len(export["Policies"])) == (78, 124)
    assert text == generate.authorization_details()


def test_estate_counts_grants_documents_and_parties() -> None:
    facts = list(estate.facts(40_000))
    counts = [sum(isinstance(fact, kind) for fact in facts) for kind in (Principal, Trust, Attachment)]
    documents = {fact.hash: fact.text for fact in facts if isinstance(fact, PolicyDocument)}
    trusts = {fact.document for fact in facts if isinstance(fact, Trust)}
    attached = {fact.document for fact in facts if isinstance(fact, Attachment)}
    assert counts == [40_000] * 3
    assert (len(attached), len(trusts)) == (20_000, 5_000)
    assert attached | trusts == documents.keys()
    assert sum("s3:PutObject" in text for text in documents.values()) == 200


def test_estate_gives_each_role_to_the_vendor_in_its_name() -> None:
    facts = list(estate.facts(6_000))
    documents = {fact.hash: fact.text for fact in facts if isinstance(fact, PolicyDocument)}
    attachments = (fact for fact in facts if isinstance(fact, Attachment) and fact.document is not None)
    for fact in islice(attachments, 0, None, 501):
        vendor = fact.principal.split("/estate-")[1][:3]
        assert f"lumen-estate-{vendor}-" in documents[str(fact.document)]


def test_managed_policies_are_enough_for_the_comparison() -> None:
    texts = managed.documents()
    assert len(texts) >= 1_480
    assert all("Statement" in json.loads(text) for text in texts)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (Row("start", "0.1 s", "<= 0.2 s", True), "| start | <= 0.2 s | 0.1 s | yes |"),
        (Row("start", "0.3 s", "<= 0.2 s", False), "| start | <= 0.2 s | 0.3 s | NO |"),
        (Row("start", "0.3 s"), "| start |  | 0.3 s |  |"),
    ],
)
def test_row_is_a_line_of_the_table(row: Row, line: str) -> None:
    assert row.line() == line


def test_lines_of_the_batches_are_answered_without_an_error() -> None:
    decisions = [json.loads(line) for line in map(json.dumps, map(Simulator(), answers.requests(300, 50)))]
    relations = [Comparer()(line)["relation"] for line in answers.pairs(60)]
    assert {row["decision"] for row in decisions} >= {"Allowed", "ImplicitlyDenied"}
    assert {"broader", "incomparable"} <= set(relations)
    assert "undecided" not in relations
    assert list(answers.requests(5, 5)) == list(answers.requests(5, 5))


def test_requests_are_of_the_promised_size_and_go_to_four_hosts(tmp_path: Path) -> None:
    lines = list(requests.lines(4_000))
    assert lines == list(requests.lines(4_000))
    assert 420 <= sum(map(len, lines)) / len(lines) <= 450
    pulled = pull(tmp_path, "payload-samples", {"samples.jsonl": "".join(lines)})
    fields = pulled.of(VendorField)
    hosts = ("api.mail.example", "events.analytics.example", "px.tracker.example", "api.crm.example")
    assert {field.host for field in fields} == set(hosts)
    assert {field.records for field in fields} == {1_000}
    assert pulled.whole()

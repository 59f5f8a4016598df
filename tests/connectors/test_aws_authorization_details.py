"""Exports of AWS accounts: every shape that tools write, and what each says of its own completeness."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from policycheck.model.facts import Attachment, Fact, PolicyDocument, Principal, Trust
from tests.connectors.lab import DATA, Pulled, pull

TYPE = "aws-authorization-details"
A, B, C = "111122223333", "444455556666", "123456789012"
RESOURCES = ("principals", "documents", "trusts")
LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


@pytest.fixture
def account() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "aws-account.json").read_text())
    return data


def moved(export: Any, account: str) -> Any:
    """The same export of another account."""
    return json.loads(json.dumps(export).replace(A, account))


def documents_as(export: Any, write: Callable[[Any], Any]) -> Any:
    """The export with every policy document written in another way."""
    if isinstance(export, list):
        return [documents_as(item, write) for item in export]
    if isinstance(export, dict):
        names = ("AssumeRolePolicyDocument", "PolicyDocument", "Document")
        return {key: write(value) if key in names else documents_as(value, write) for key, value in export.items()}
    return export


def encoded(document: Any) -> str:
    return quote(json.dumps(document, indent=4), safe="-._~")


def page(export: dict[str, Any], *lists: str, **more: object) -> dict[str, Any]:
    """A page of an export that has entries in some of the lists only, as the API pages."""
    return {key: export[key] if key in lists else [] for key in LISTS} | more


def told(pulled: Pulled) -> set[Fact]:
    """The facts without their places, which differ with the shape of the file."""
    return {replace(fact, where="") for fact in pulled.facts}


def complete(pulled: Pulled, *accounts: str) -> bool:
    return [(row.account, row.resource, row.status) for row in pulled.coverage] == [
        (account, resource, "complete") for account in sorted(accounts) for resource in RESOURCES
    ]


def test_everything_that_an_account_tells(tmp_path: Path, account: dict[str, Any]) -> None:
    pulled = pull(tmp_path, TYPE, {"exports/a.json": account})
    role, other = f"arn:aws:iam::{A}:role/vendor-mail", f"arn:aws:iam::{A}:role/service-role/thumbnailer"
    user, group = f"arn:aws:iam::{A}:user/automation/deploy-bot", f"arn:aws:iam::{A}:group/teams/deployers"
    at = "exports/a.json#/"
    assert pulled.of(Principal) == [
        Principal("aws", A, user, "user", "deploy-bot", "c", at + "UserDetailList/0", "2022-03-03T14:11:28Z",
                  tags=(("team", "platform"),)),
        Principal("aws", A, group, "group", "deployers", "c", at + "GroupDetailList/0", "2022-03-03T14:10:02Z"),
        Principal("aws", A, role, "role", "vendor-mail", "c", at + "RoleDetailList/0", "2024-05-06T07:08:09Z",
                  "2026-11-19T22:15:40Z", True),
        Principal("aws", A, other, "role", "thumbnailer", "c", at + "RoleDetailList/1", "2023-01-02T03:04:05Z",
                  None, True),
    ]  # fmt: skip
    texts = {document.hash: document for document in pulled.of(PolicyDocument)}
    assert {document.where: document.text for document in texts.values() if document.where.endswith("Document")} == {
        at + "RoleDetailList/0/RolePolicyList/0/PolicyDocument": '{"Statement":[{"Action":["s3:GetObject"],"Effect":'
        '"Allow","Resource":"arn:aws:s3:::lumen-mail-templates/*","Sid":"Templates"}],"Version":"2012-10-17"}',
        at + "RoleDetailList/0/AssumeRolePolicyDocument": '{"Statement":[{"Action":"sts:AssumeRole","Condition":'
        '{"StringEquals":{"sts:ExternalId":"lumen-7f3a"}},"Effect":"Allow","Principal":'
        '{"AWS":"arn:aws:iam::444455556666:root"}}],"Version":"2012-10-17"}',
        at + "RoleDetailList/1/AssumeRolePolicyDocument": '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow",'
        '"Principal":{"Service":"lambda.amazonaws.com"}}],"Version":"2012-10-17"}',
        at + "Policies/0/PolicyVersionList/0/Document": '{"Statement":[{"Action":"cloudwatch:GetMetricData",'
        '"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
        at + "Policies/1/PolicyVersionList/0/Document": '{"Statement":[{"Action":"s3:Get*","Effect":"Allow",'
        '"Resource":"*"}],"Version":"2012-10-17"}',
    }
    by_place = {document.where: hash for hash, document in texts.items()}
    metrics = by_place[at + "Policies/0/PolicyVersionList/0/Document"]
    read_only = by_place[at + "Policies/1/PolicyVersionList/0/Document"]
    inline = by_place[at + "RoleDetailList/0/RolePolicyList/0/PolicyDocument"]
    base = f"arn:aws:iam::{A}:policy/"
    assert pulled.of(Attachment) == [
        Attachment("aws", A, role, "identity", "templates", "", inline, "c", at + "RoleDetailList/0/RolePolicyList/0"),
        Attachment("aws", A, user, "member", "deployers", group, None, "c", at + "UserDetailList/0/GroupList/0"),
        Attachment("aws", A, group, "identity", "ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess", read_only,
                   "c", at + "GroupDetailList/0/AttachedManagedPolicies/0"),
        Attachment("aws", A, role, "identity", "metrics", base + "shared/metrics", metrics, "c",
                   at + "RoleDetailList/0/AttachedManagedPolicies/0"),
        Attachment("aws", A, role, "identity", "SecurityAudit", "arn:aws:iam::aws:policy/SecurityAudit", None, "c",
                   at + "RoleDetailList/0/AttachedManagedPolicies/1"),
        Attachment("aws", A, role, "boundary", "vendor-boundary", base + "vendor-boundary", None, "c",
                   at + "RoleDetailList/0/PermissionsBoundary"),
    ]  # fmt: skip
    assert [(trust.resource, trust.kind, trust.account) for trust in pulled.of(Trust)] == [
        (role, "role", A),
        (other, "role", A),
    ]
    assert all(trust.document in texts for trust in pulled.of(Trust))
    assert pulled.statuses() == [
        (A, "principals", "complete", 4),
        (A, "documents", "complete", 4),
        (A, "trusts", "complete", 2),
    ]
    assert {row.where for row in pulled.coverage} == {"exports/a.json"}


@pytest.mark.parametrize(
    "write", [encoded, json.dumps, lambda d: json.dumps(d, indent=2), lambda d: "\n " + encoded(d)]
)
def test_documents_are_the_same_however_written(
    tmp_path: Path, account: dict[str, Any], write: Callable[[Any], Any]
) -> None:
    plain = pull(tmp_path, TYPE, {"a.json": account})
    other = pull(tmp_path, TYPE, {"b.json": documents_as(account, write)})
    assert told(other) == told(plain)
    assert complete(other, A)


def shapes(one: dict[str, Any], two: dict[str, Any]) -> dict[str, dict[str, Any]]:
    users, rest = page(one, "UserDetailList", "GroupDetailList", IsTruncated=True, Marker="m1"), page(one, *LISTS[2:])
    lines = "\n".join(map(json.dumps, (one, two))) + "\n"
    return {
        "two files": {"a.json": one, "b.json": two},
        "a list of accounts": {"a.json": [one, two]},
        "values one after the other": {"a.json": json.dumps(one, indent=2) + json.dumps(two)},
        "a line each": {"a.ndjson": lines},
        "by account id": {"a.json": {A: one, B: two}},
        "pages by account id": {"a.json": {A: [users, rest], B: [two]}},
        "accounts in a list": {"a.json": [{A: one}, {B: two}]},
        "gzip": {"a.json.gz": gzip.compress(lines.encode())},
        "gzip without its ending": {"a.json": gzip.compress(json.dumps([one, two]).encode())},
        "pages in files": {"1.json": users, "2.json": rest, "3.json": two},
        "pages in files, shuffled": {"1.json": rest, "2.json": two, "3.json": users},
        "pages in a list": {"a.json": [users, rest, two]},
        "byte order mark": {"a.json": b"\xef\xbb\xbf" + json.dumps([one, two]).encode()},
        "with what an SDK adds": {"a.json": [{**one, "ResponseMetadata": {"RequestId": "r", "HTTPHeaders": {}}}, two]},
    }


@pytest.mark.parametrize("shape", shapes({key: [] for key in LISTS}, {}))
def test_shapes_of_two_accounts(tmp_path: Path, account: dict[str, Any], shape: str) -> None:
    plain = pull(tmp_path / "plain", TYPE, {"a.json": account, "b.json": moved(account, B)})
    files = shapes(account, moved(account, B))[shape]
    pulled = pull(tmp_path / "other", TYPE, files)
    assert told(pulled) == told(plain)
    assert complete(pulled, A, B)


def test_large_files_are_streamed_to_the_same_result(
    tmp_path: Path, account: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = pull(tmp_path, TYPE, {"a.json": account})
    monkeypatch.setattr("policycheck_connectors.files.jsontree.AT_ONCE", 100)
    streamed = pull(tmp_path, TYPE, {"a.json": account})
    assert streamed == at_once


def test_nulls_where_aws_or_a_tool_writes_them(tmp_path: Path, account: dict[str, Any]) -> None:
    role, user = account["RoleDetailList"][0], account["UserDetailList"][0]
    for key in ("RolePolicyList", "AttachedManagedPolicies", "PermissionsBoundary", "Tags", "RoleLastUsed"):
        role[key] = None
    for key in ("GroupList", "AttachedManagedPolicies", "CreateDate"):
        user[key] = None
    del user["Tags"]
    pulled = pull(tmp_path, TYPE, {"a.json": account | {"Marker": None, "IsTruncated": False}})
    assert complete(pulled, A)
    by_name = {principal.name: principal for principal in pulled.of(Principal)}
    assert (by_name["vendor-mail"].use_known, by_name["deploy-bot"].created) == (False, None)
    assert not [attachment for attachment in pulled.of(Attachment) if attachment.principal == role["Arn"]]


def test_an_inline_policy_without_text_is_attached_unseen(tmp_path: Path, account: dict[str, Any]) -> None:
    account["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"] = None
    first = pull(tmp_path, TYPE, {"a.json": account}).of(Attachment)[0]
    assert (first.name, first.document) == ("templates", None)


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("missing", ["absent", "null", "object"])
def test_a_list_that_is_not_there_was_not_seen(tmp_path: Path, account: dict[str, Any], key: str, missing: str) -> None:
    if missing == "absent":
        del account[key]
    else:
        account[key] = None if missing == "null" else {}
    pulled = pull(tmp_path, TYPE, {"a.json": account})
    affected = {"RoleDetailList": {"principals", "trusts"}, "Policies": {"documents"}}.get(key, {"principals"})
    assert {row.resource for row in pulled.coverage if row.status != "complete"} == affected
    assert pulled.reasons() == [f"the export has no {key}"]
    assert {row.help for row in pulled.coverage if row.reason} == {"export without --filter and without --query"}


def test_empty_lists_are_a_whole_account(tmp_path: Path) -> None:
    pulled = pull(tmp_path, TYPE, {"a.json": {A: {key: [] for key in LISTS}}})
    assert pulled.facts == ()
    assert complete(pulled, A)


def test_an_export_that_names_no_account(tmp_path: Path) -> None:
    assert complete(pull(tmp_path, TYPE, {"a.json": {key: [] for key in LISTS}}), "")


@pytest.mark.parametrize("more", [{"IsTruncated": True, "Marker": "m"}, {"NextToken": "t"}, {"IsTruncated": "true"}])
def test_a_last_page_that_promises_another(tmp_path: Path, account: dict[str, Any], more: dict[str, Any]) -> None:
    pulled = pull(tmp_path, TYPE, {"a.json": account | more})
    assert pulled.statuses() == [
        (A, "principals", "partial", 4),
        (A, "documents", "partial", 4),
        (A, "trusts", "partial", 2),
    ]
    assert pulled.reasons() == ["the last page says that more pages follow"]
    assert "fetch all pages" in pulled.coverage[0].help


def test_only_the_account_whose_pages_lack_is_partial(tmp_path: Path, account: dict[str, Any]) -> None:
    files = {"a.json": account | {"IsTruncated": True}, "b.json": moved(account, B)}
    pulled = pull(tmp_path, TYPE, files)
    assert {row.account for row in pulled.coverage if row.status != "complete"} == {A}


def test_a_last_page_with_policies_of_aws_only_ends_an_account(tmp_path: Path, account: dict[str, Any]) -> None:
    aws_only = page({**account, "Policies": account["Policies"][1:]}, "Policies")
    files = {"1.json": account | {"IsTruncated": True}, "2.json": moved(account, B), "3.json": aws_only}
    assert complete(pull(tmp_path, TYPE, files), A, B)


def test_one_such_page_does_not_end_two_accounts(tmp_path: Path, account: dict[str, Any]) -> None:
    aws_only = page({**account, "Policies": account["Policies"][1:]}, "Policies")
    files = {
        "1.json": account | {"IsTruncated": True},
        "2.json": moved(account, B) | {"IsTruncated": True},
        "3.json": aws_only,
    }
    pulled = pull(tmp_path, TYPE, files)
    assert {row.account for row in pulled.coverage if row.status == "partial"} == {A, B}


def test_a_page_without_account_follows_the_page_before_it(tmp_path: Path, account: dict[str, Any]) -> None:
    aws_only = page({**account, "Policies": account["Policies"][1:]}, "Policies", IsTruncated=True)
    pulled = pull(tmp_path, TYPE, {"a.json": [account | {"IsTruncated": True}, aws_only], "b.json": moved(account, B)})
    assert {row.account for row in pulled.coverage if row.status != "complete"} == {A}


@pytest.mark.parametrize(
    "bad",
    [
        "text",
        None,
        7,
        [],
        {},
        {"Arn": "arn:aws:s3:::x"},
        {"Arn": None},
        {"Arn": 1},
        {"Arn": f"arn:aws:iam::{A}:user/u"},
    ],
)
def test_a_bad_entry_does_not_hide_the_others(tmp_path: Path, account: dict[str, Any], bad: object) -> None:
    whole = pull(tmp_path, TYPE, {"a.json": account})
    account["RoleDetailList"].append(bad)
    pulled = pull(tmp_path, TYPE, {"a.json": account})
    assert pulled.facts == whole.facts
    assert pulled.reasons() == ["entries that cannot be read: 1, the first at a.json#/RoleDetailList/2"]


@pytest.mark.parametrize(
    ("key", "value", "resource"),
    [
        ("RolePolicyList", "x", "documents"),
        ("RolePolicyList", ["x"], "documents"),
        ("AttachedManagedPolicies", [{"PolicyName": "x"}], "documents"),
        ("PermissionsBoundary", "x", "documents"),
        ("AssumeRolePolicyDocument", None, "trusts"),
    ],
)
def test_a_bad_part_does_not_hide_its_entry(
    tmp_path: Path, account: dict[str, Any], key: str, value: object, resource: str
) -> None:
    account["RoleDetailList"][0][key] = value
    pulled = pull(tmp_path, TYPE, {"a.json": account})
    assert len(pulled.of(Principal)) == 4
    assert [row.resource for row in pulled.coverage if row.status == "partial"] == [resource]
    assert pulled.reasons() == ["entries with a part that cannot be read: 1, the first at a.json#/RoleDetailList/0"]


@pytest.mark.parametrize("groups", [[""], [None], "x"])
def test_a_bad_membership(tmp_path: Path, account: dict[str, Any], groups: object) -> None:
    account["UserDetailList"][0]["GroupList"] = groups
    pulled = pull(tmp_path, TYPE, {"a.json": account})
    assert [row.resource for row in pulled.coverage if row.status == "partial"] == ["principals"]


def test_a_group_that_the_export_lacks_has_its_plain_arn(tmp_path: Path, account: dict[str, Any]) -> None:
    account["GroupDetailList"] = []
    pulled = pull(tmp_path, TYPE, {"a.json": moved(account, A)})
    member = next(attachment for attachment in pulled.of(Attachment) if attachment.layer == "member")
    assert member.arn == f"arn:aws:iam::{A}:group/deployers"


@pytest.mark.parametrize("versions", [None, "x", [None], [{"VersionId": "v1"}], []])
def test_a_managed_policy_without_default_version(tmp_path: Path, account: dict[str, Any], versions: object) -> None:
    account["Policies"][0]["PolicyVersionList"] = versions
    pulled = pull(tmp_path, TYPE, {"a.json": account})
    assert [row.resource for row in pulled.coverage if row.status == "partial"] == ["documents"]
    assert next(a for a in pulled.of(Attachment) if a.name == "metrics").document is None


def test_a_bad_document_is_a_fact_with_a_problem(tmp_path: Path, account: dict[str, Any]) -> None:
    account["RoleDetailList"][0]["AssumeRolePolicyDocument"] = "{not json"
    pulled = pull(tmp_path, TYPE, {"a.json": account})
    bad = next(document for document in pulled.of(PolicyDocument) if document.problem)
    assert (bad.text, bad.problem) == ("", "it is not valid JSON")
    assert bad.hash in {trust.document for trust in pulled.of(Trust)}
    assert complete(pulled, A)


def test_the_same_account_twice_is_told_once(tmp_path: Path, account: dict[str, Any]) -> None:
    once = pull(tmp_path / "1", TYPE, {"a.json": account})
    twice = pull(tmp_path / "2", TYPE, {"a.json": account, "b.json": account})
    assert twice.facts == once.facts
    assert complete(twice, A)


def test_exports_that_contradict_each_other_give_both_and_say_so(tmp_path: Path, account: dict[str, Any]) -> None:
    later = moved(account, A)
    later["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] = C
    later["Policies"][0]["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] = "*"
    pulled = pull(tmp_path, TYPE, {"a.json": account, "b.json": later})
    assert len(pulled.of(Principal)) == 4
    assert len([trust for trust in pulled.of(Trust) if trust.resource.endswith("vendor-mail")]) == 2
    assert [row.status for row in pulled.coverage] == ["partial"] * 3
    assert any(
        "describe in two ways: 1, the first at b.json#/RoleDetailList/0" in reason for reason in pulled.reasons()
    )


@pytest.mark.parametrize(
    "content", [{}, [], [1], "null", '"x"', {"Roles": []}, {A: None}, {A: {}}, {"UserDetail": [{}]}, "[[[[[[]]]]]]"]
)
def test_what_is_no_export(tmp_path: Path, content: object) -> None:
    pulled = pull(tmp_path, TYPE, {"a.json": content})
    assert pulled.statuses() == [("", resource, "unseen", 0) for resource in RESOURCES]
    assert pulled.reasons() == ["is no authorization-details export"]


@pytest.mark.parametrize("stray", [None, 7, {}, {"Message": "Rate exceeded"}])
def test_a_value_that_is_no_page_among_pages(tmp_path: Path, account: dict[str, Any], stray: object) -> None:
    pulled = pull(tmp_path, TYPE, {"a.json": [account, stray]})
    assert not pulled.whole()
    by_account = pull(tmp_path, TYPE, {"b.json": {A: account, B: stray}})
    assert {row.account: row.status for row in by_account.coverage} == {A: "complete", B: "unseen"}
    assert by_account.reasons()[0].startswith("the file has a value that is no page")


def test_other_files_are_read_when_one_is_not(tmp_path: Path, account: dict[str, Any]) -> None:
    files = {"a.json": account, "b.json": "", "c.json": "{", "d.json": moved(account, B), "e.json": b"PK\x03\x04\0\0"}
    pulled = pull(tmp_path, TYPE, files)
    assert {row.where: (row.status, row.reason) for row in pulled.coverage} == {
        "a.json": ("complete", ""),
        "d.json": ("complete", ""),
        "b.json": ("unseen", "is empty"),
        "c.json": ("unseen", "is cut off after 1 bytes"),
        "e.json": ("unseen", "is not UTF-8 text"),
    }


def test_repeated_keys_in_a_document_are_a_problem_even_as_an_object(tmp_path: Path, account: dict[str, Any]) -> None:
    text = json.dumps(account).replace(
        '"Effect": "Allow", "Principal"', '"Effect": "Deny", "Effect": "Allow", "Principal"'
    )
    pulled = pull(tmp_path, TYPE, {"a.json": text})
    problems = {document.problem for document in pulled.of(PolicyDocument)}
    assert problems == {"", "a key occurs twice in one object"}
    assert complete(pulled, A)


@pytest.mark.parametrize("tags", ["x", [None], [{"Key": 1, "Value": "v"}], [{"Value": "v"}]])
def test_what_is_no_tag_is_left_out(tmp_path: Path, account: dict[str, Any], tags: object) -> None:
    account["UserDetailList"][0]["Tags"] = tags
    assert pull(tmp_path, TYPE, {"a.json": account}).of(Principal)[0].tags == ()


@pytest.mark.parametrize(
    ("key", "value", "attribute", "expected"),
    [
        ("MaxSessionDuration", 3600, "max_session", 3600),
        ("MaxSessionDuration", True, "max_session", None),
        ("MaxSessionDuration", "3600", "max_session", None),
        ("CreateDate", "yesterday", "created", None),
        ("CreateDate", 1767225600, "created", "2026-01-01T00:00:00Z"),
        ("RoleLastUsed", {"LastUsedDate": None}, "last_used", None),
        ("RoleLastUsed", "never", "use_known", False),
    ],
)
def test_attributes_of_a_role(
    tmp_path: Path, account: dict[str, Any], key: str, value: object, attribute: str, expected: object
) -> None:
    account["RoleDetailList"][0][key] = value
    assert getattr(pull(tmp_path, TYPE, {"a.json": account}).of(Principal)[2], attribute) == expected


def test_other_partitions(tmp_path: Path, account: dict[str, Any]) -> None:
    text = json.dumps(account).replace("arn:aws:", "arn:aws-cn:")
    pulled = pull(tmp_path, TYPE, {"a.json": text})
    assert complete(pulled, A)
    assert pulled.of(Principal)[0].id == f"arn:aws-cn:iam::{A}:user/automation/deploy-bot"

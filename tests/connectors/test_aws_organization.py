"""Organizations: answers in any shape and order, and what is said of the parts that are missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.facts import Fact, PolicyDocument
from policycheck.model.units import Control, Unit
from tests.connectors.lab import DATA, Pulled, pull

TYPE = "aws-organization"
ORG, ROOT, OUTER, INNER = "o-a1b2c3d4e5", "r-ab12", "ou-ab12-11111111", "ou-ab12-22222222"
PROD, SANDBOX, PAYER = "111122223333", "123456789012", "999999999999"
FULL, RCP_FULL, REGIONS, TLS = "p-FullAWSAccess", "p-RCPFullAWSAccess", "p-regions1", "p-tls12345"
SCP_TYPE, RCP_TYPE = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
ALLOW = '{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}'


@pytest.fixture
def whole() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "aws-organization.json").read_text())
    return data


def files(whole: dict[str, Any]) -> dict[str, Any]:
    """The same organization as one file for each call, named by the id that the call was given."""
    made: dict[str, Any] = {f"org/describe-{key}.json": {key: whole[key]} for key in ("Organization",)}
    made |= {f"org/list-{key}.json": {key: whole[key]} for key in ("Roots", "Accounts")}
    for part in whole["OrganizationalUnits"]:
        answer = {"OrganizationalUnits": part["OrganizationalUnits"]}
        made[f"org/list-organizational-units-for-parent-{part['ParentId']}.json"] = answer
    for part in whole["Parents"]:
        made[f"org/list-parents-{part['ChildId']}.json"] = {"Parents": part["Parents"]}
    summaries = [policy.get("PolicySummary", policy) for policy in whole["Policies"]]
    for type in (SCP_TYPE, RCP_TYPE):
        made[f"org/list-policies-{type}.json"] = {"Policies": [s for s in summaries if s["Type"] == type]}
    for policy in whole["Policies"][2:]:
        made[f"org/describe-policy-{policy['PolicySummary']['Id']}.json"] = {"Policy": policy}
    for part in whole["Targets"]:
        made[f"org/list-targets-for-policy-{part['PolicyId']}.json"] = {"Targets": part["Targets"]}
    return made


def told(pulled: Pulled) -> set[Fact]:
    """The facts without their places, which differ with the shape of the files."""
    return {replace(fact, where="") for fact in pulled.facts}


def reasons(pulled: Pulled, resource: str) -> list[str]:
    """The reasons of one resource, without places."""
    rows = [row for row in pulled.coverage if row.resource == resource]
    return [part.split(": ")[0] for row in rows for part in row.reason.split("; ") if part]


def untold(pulled: Pulled) -> set[tuple[str, str]]:
    """(kind, unit) of what may be attached without the files telling."""
    return {(fact.kind, fact.target) for fact in pulled.of(Control) if not fact.id}


def test_everything_that_an_organization_tells(tmp_path: Path, whole: dict[str, Any]) -> None:
    pulled = pull(tmp_path, TYPE, {"o.json": whole})
    at = "o.json#/"
    assert pulled.of(Unit) == [
        Unit("aws", PROD, "account", "prod", INNER, False, "c", at + "Accounts/0", ORG),
        Unit("aws", SANDBOX, "account", "sandbox", ROOT, False, "c", at + "Accounts/1", ORG),
        Unit("aws", PAYER, "account", "payer", ROOT, True, "c", at + "Organization", ORG),
        Unit(
            "aws", OUTER, "ou", "Workloads", ROOT, False, "c", at + "OrganizationalUnits/0/OrganizationalUnits/0", ORG
        ),
        Unit(
            "aws", INNER, "ou", "Production", OUTER, False, "c", at + "OrganizationalUnits/1/OrganizationalUnits/0", ORG
        ),
        Unit("aws", ROOT, "root", "Root", None, False, "c", at + "Roots/0", ORG, ("rcp", "scp")),
    ]
    texts = {document.where: document for document in pulled.of(PolicyDocument)}
    assert {place: document.text for place, document in texts.items()} == {
        at
        + "Policies/2/Content": '{"Statement":[{"Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}'
        ',"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Sid":"Regions"}],"Version":"2012-10-17"}',
        at + "Policies/3/Content": '{"Statement":[{"Action":"s3:*","Condition":{"BoolIfExists":{"aws:SecureTransport":'
        '"false"}},"Effect":"Deny","Principal":"*","Resource":"*"}],"Version":"2012-10-17"}',
        at + "Policies/0": ALLOW,
        at + "Policies/1": ALLOW.replace('"Allow",', '"Allow","Principal":"*",'),
    }
    assert all(not document.problem for document in texts.values())
    everywhere = (PROD, SANDBOX, PAYER, OUTER, INNER, ROOT)
    regions = texts[at + "Policies/2/Content"].hash
    assert pulled.of(Control)[-2] == Control(
        "aws", "scp", REGIONS, "regions", OUTER, regions, "c", at + "Targets/2/Targets/0"
    )
    assert [(control.kind, control.id, control.target, control.document) for control in pulled.of(Control)] == [
        *(("scp", FULL, unit, texts[at + "Policies/0"].hash) for unit in everywhere),
        *(("rcp", RCP_FULL, unit, texts[at + "Policies/1"].hash) for unit in everywhere),
        ("scp", REGIONS, OUTER, regions),
        ("rcp", TLS, ROOT, texts[at + "Policies/3/Content"].hash),
    ]
    assert pulled.statuses() == [(ORG, "units", "complete", 6), (ORG, "controls", "complete", 14)]


def shapes(whole: dict[str, Any]) -> dict[str, Mapping[str, object]]:
    split = files(whole)
    described = [
        {"Policy": {**policy, "Targets": targets["Targets"]}} if "Content" in policy else {**policy, **targets}
        for policy, targets in zip(whole["Policies"], sorted(whole["Targets"], key=order), strict=True)
    ]
    joined = {key: value for key, value in whole.items() if key != "Targets"}
    units = {part["ParentId"]: part["OrganizationalUnits"] for part in whole["OrganizationalUnits"]}
    flat = [{**unit, "ParentId": parent} for parent, found in units.items() for unit in found]
    paths = [
        {**account, "Paths": [f"{ORG}/{path}/{account['Id']}/"]}
        for account, path in zip(whole["Accounts"], (f"{ROOT}/{OUTER}/{INNER}", ROOT, ROOT), strict=True)
    ]
    children = [
        {"ParentId": INNER, "Children": [{"Id": PROD, "Type": "ACCOUNT"}]},
        {"ParentId": ROOT, "Children": [{"Id": PAYER, "Type": "ACCOUNT"}, {"Id": SANDBOX, "Type": "ACCOUNT"}]},
    ]
    named = {name: answer for name, answer in split.items() if "list-parents" not in name}
    homes = {
        f"org/list-accounts-for-parent-{INNER}.json": {"Accounts": whole["Accounts"][:1]},
        f"org/list-accounts-for-parent-{ROOT}.json": {"Accounts": whole["Accounts"][1:]},
    }
    return {
        "a file for each call": split,
        "a list": {"o.json": [{key: value} for key, value in whole.items()]},
        "one after the other": {"a.json": "\n".join(json.dumps({key: value}) for key, value in whole.items())},
        "joined policies": {"o.json": {**joined, "Policies": described}},
        "parents in the entries": {"o.json": {**whole, "OrganizationalUnits": flat}},
        "paths of accounts": {"o.json": {**whole, "Accounts": paths, "Parents": None}},
        "children": {"o.json": {**whole, "Parents": [], "Children": children}},
        "accounts by parent": {**named, **homes},
    }


def order(part: dict[str, Any]) -> int:
    return [FULL, RCP_FULL, REGIONS, TLS].index(part["PolicyId"])


SHAPES = tuple(shapes(json.loads((DATA / "aws-organization.json").read_text())))


@pytest.mark.parametrize("shape", SHAPES)
def test_an_organization_is_the_same_however_written(tmp_path: Path, whole: dict[str, Any], shape: str) -> None:
    plain = pull(tmp_path / "plain", TYPE, {"o.json": whole})
    other = pull(tmp_path / "other", TYPE, shapes(whole)[shape])
    assert told(other) == told(plain)
    assert other.statuses() == plain.statuses()


def test_policies_for_every_target_tell_as_much(tmp_path: Path, whole: dict[str, Any]) -> None:
    attached: dict[str, list[Any]] = {}
    summaries = {p.get("PolicySummary", p)["Id"]: p.get("PolicySummary", p) for p in whole["Policies"]}
    for part in whole["Targets"]:
        for target in part["Targets"]:
            attached.setdefault(target["TargetId"], []).append(summaries[part["PolicyId"]])
    answers = {f"list-policies-for-target-{target}.json": {"Policies": found} for target, found in attached.items()}
    base = {name: answer for name, answer in files(whole).items() if "list-targets" not in name}
    plain = pull(tmp_path / "plain", TYPE, {"o.json": whole})
    for texts in (base, {name: answer for name, answer in base.items() if "list-policies" not in name}):
        pulled = pull(tmp_path / "other", TYPE, {**texts, **answers})
        assert told(pulled) == told(plain)
        assert pulled.whole()
        wrapped = {"x.json": [{"TargetId": name[25:-5], **answer} for name, answer in answers.items()]}
        assert told(pull(tmp_path / "wrapped", TYPE, {**texts, **wrapped})) == told(plain)


def test_a_list_of_policies_named_by_an_account_attaches_nothing(tmp_path: Path, whole: dict[str, Any]) -> None:
    listed = {
        f"list-policies-{PROD}.json": {"Policies": whole["Policies"]},
        f"accounts-{ROOT}.json": {"Accounts": whole["Accounts"]},
    }
    pulled = pull(tmp_path, TYPE, listed)
    assert {control.id for control in pulled.of(Control)} == {""}
    assert {unit.parent for unit in pulled.of(Unit)} == {None}


def missing(part: str, whole: dict[str, Any]) -> dict[str, Any]:
    return {name: answer for name, answer in files(whole).items() if part not in name}


@pytest.mark.parametrize(
    ("part", "units", "controls"),
    [
        (f"list-parents-{PROD}", ["units whose place in the organization is not told"], []),
        (f"list-organizational-units-for-parent-{ROOT}", ["units whose place in the organization is not told"], []),
        ("describe-Organization", [], []),
        ("list-Roots", [], []),
        ("describe-policy", [], ["policies whose text is not told"]),
        (f"list-targets-for-policy-{REGIONS}", [], ["not all targets of service control policies are told"]),
        (f"list-targets-for-policy-{RCP_FULL}", [], ["not all targets of resource control policies are told"]),
        (
            f"list-policies-{SCP_TYPE}",
            [],
            ["policies whose type is not told", "not all targets of service control policies are told"],
        ),
    ],
)
def test_a_missing_answer_is_told(
    tmp_path: Path, whole: dict[str, Any], part: str, units: list[str], controls: list[str]
) -> None:
    if "list-policies" in part:
        answers = {
            name: answer for name, answer in missing(part, whole).items() if f"describe-policy-{REGIONS}" not in name
        }
    else:
        answers = missing(part, whole)
    pulled = pull(tmp_path, TYPE, answers)
    assert reasons(pulled, "units") == units
    assert reasons(pulled, "controls") == controls
    assert all(row.help for row in pulled.coverage if row.status != "complete")
    everywhere = {(kind, unit) for kind in ("scp", "rcp") for unit in (PROD, SANDBOX, OUTER, INNER, ROOT)}
    assert untold(pulled) == (everywhere if controls else set())


def test_the_management_account_is_known_by_any_arn(tmp_path: Path, whole: dict[str, Any]) -> None:
    pulled = pull(tmp_path, TYPE, missing("describe-Organization", whole))
    assert [unit.id for unit in pulled.of(Unit) if unit.management] == [PAYER]
    bare = {"Roots": [{"Id": ROOT, "PolicyTypes": []}], "Accounts": [{"Id": PROD, "ParentId": ROOT}]}
    pulled = pull(tmp_path, TYPE, {"o.json": bare})
    assert reasons(pulled, "units") == ["the management account is not told"]
    assert pulled.statuses() == [("", "units", "partial", 2), ("", "controls", "complete", 0)]
    assert untold(pulled) == set()


def test_which_kinds_are_in_use(tmp_path: Path, whole: dict[str, Any]) -> None:
    no_policies = {key: whole[key] for key in ("Organization", "OrganizationalUnits", "Accounts", "Parents")}
    pulled = pull(tmp_path, TYPE, {"o.json": no_policies})
    assert reasons(pulled, "controls") == [
        "whether service control policies are in use is not told",
        "whether resource control policies are in use is not told",
    ]
    roots = {"Roots": [{**whole["Roots"][0], "PolicyTypes": [{"Type": SCP_TYPE, "Status": "ENABLED"}]}]}
    pulled = pull(tmp_path, TYPE, {"o.json": {**no_policies, **roots}})
    assert reasons(pulled, "controls") == ["service control policies are in use, and none is told"]
    assert {kind for kind, _ in untold(pulled)} == {"scp"}
    asked = [
        {"TargetId": unit, "Filter": type, "Policies": []}
        for unit in (ROOT, OUTER, INNER, PROD, SANDBOX)
        for type in (SCP_TYPE, RCP_TYPE)
    ]
    bare = {"Roots": [{"Id": ROOT}], "Policies": asked}
    pulled = pull(tmp_path, TYPE, {"o.json": {**no_policies, **bare}})
    assert pulled.whole()


def test_other_types_of_policy_are_passed_over(tmp_path: Path, whole: dict[str, Any]) -> None:
    tags = {"Id": "p-tags1234", "Type": "TAG_POLICY", "Name": "tags", "Content": '{"tags":{}}'}
    answers = {
        "o.json": whole,
        "p.json": {"Policies": [tags]},
        "t.json": {"PolicyId": "p-tags1234", "Targets": [{"TargetId": ROOT}]},
    }
    pulled = pull(tmp_path, TYPE, answers)
    assert pulled.whole()
    assert "p-tags1234" not in {control.id for control in pulled.of(Control)}
    assert len(pulled.of(PolicyDocument)) == 4


def test_contradictions_are_told_and_believed_by_nobody(tmp_path: Path, whole: dict[str, Any]) -> None:
    changed = {**whole["Policies"][2], "Content": ALLOW}
    moved = {"ChildId": PROD, "Parents": [{"Id": ROOT, "Type": "ROOT"}]}
    pulled = pull(tmp_path, TYPE, {"o.json": whole, "p.json": {"Policy": changed}, "m.json": moved})
    assert reasons(pulled, "units") == ["units that two answers put in two places"]
    assert reasons(pulled, "controls") == ["policies that two answers describe in two ways"]
    assert [unit.parent for unit in pulled.of(Unit) if unit.id == PROD] == [None]
    assert [control.document for control in pulled.of(Control) if control.id == REGIONS] == [None]


def test_a_circle_has_no_root(tmp_path: Path) -> None:
    around = [{"Id": OUTER, "ParentId": INNER}, {"Id": INNER, "ParentId": OUTER}]
    pulled = pull(tmp_path, TYPE, {"o.json": {"OrganizationalUnits": around}})
    assert reasons(pulled, "units") == [
        "the management account is not told",
        "no accounts are told",
        "units whose place in the organization is not told",
    ]


@pytest.mark.parametrize(
    ("key", "resource"), [("Accounts", "units"), ("Targets", "controls"), ("OrganizationalUnits", "units")]
)
def test_a_last_page_that_is_missing(tmp_path: Path, whole: dict[str, Any], key: str, resource: str) -> None:
    name = next(name for name, answer in files(whole).items() if key in answer)
    first = {**files(whole), name: {**files(whole)[name], "NextToken": "eyJPLANTED"}}
    pulled = pull(tmp_path / "one", TYPE, first)
    assert reasons(pulled, resource) == ["lists that end before their last page"]
    assert bool(untold(pulled)) is (resource == "controls")
    assert "PLANTED" not in repr(pulled)
    second: dict[str, object] = {name.replace(".json", ".2.json"): {key: []}}
    assert pull(tmp_path / "two", TYPE, {**first, **second}).whole()


@pytest.mark.parametrize(
    ("answer", "resource", "reason"),
    [
        ({"Parents": [{"Id": ROOT}]}, "units", "entries of answers that do not say of what they are"),
        ({"Children": [{"Id": PROD}]}, "units", "entries of answers that do not say of what they are"),
        ({"Targets": [{"TargetId": ROOT}]}, "controls", "entries of answers that do not say of what they are"),
        ({"Accounts": "PLANTED"}, "units", "entries that cannot be read"),
        ({"Accounts": [7]}, "units", "entries that cannot be read"),
        ({"Accounts": [{"Id": 7}]}, "units", "entries that cannot be read"),
        ({"Accounts": [{"Id": "PLANTED"}]}, "units", "entries that cannot be read"),
        ({"Accounts": [{"Id": PROD, "ParentId": SANDBOX}]}, "units", "entries that cannot be read"),
        ({"OrganizationalUnits": [{"Id": OUTER, "ParentId": OUTER}]}, "units", "entries that cannot be read"),
        ({"ChildId": ROOT, "Parents": [{"Id": OUTER}]}, "units", "entries that cannot be read"),
        ({"Accounts": [{"Id": PROD, "Paths": ["PLANTED/PLANTED/x"]}]}, "units", "entries that cannot be read"),
        ({"Organization": {"Id": "PLANTED", "MasterAccountId": PAYER}}, "units", "entries that cannot be read"),
        ({"Organization": {"Id": ORG, "MasterAccountId": ROOT}}, "units", "entries that cannot be read"),
        ({"Roots": [{"Id": PROD}]}, "units", "entries that cannot be read"),
        ({"Roots": [{"Id": ROOT, "PolicyTypes": "PLANTED"}]}, "units", "entries that cannot be read"),
        ({"Roots": [{"Id": ROOT, "PolicyTypes": ["PLANTED"]}]}, "units", "entries that cannot be read"),
        ({"Policies": [{"Id": "PLANTED"}]}, "controls", "entries that cannot be read"),
        ({"Policies": [{"Id": 7}]}, "controls", "entries that cannot be read"),
        ({"Policies": [{"Policy": 7}]}, "controls", "entries that cannot be read"),
        ({"Policy": [7]}, "controls", "entries that cannot be read"),
        ({"PolicyId": REGIONS, "Targets": [{"TargetId": "PLANTED"}]}, "controls", "entries that cannot be read"),
        ({"PolicyId": "PLANTED", "Targets": [{"TargetId": ROOT}]}, "controls", "entries that cannot be read"),
        ({"PolicyId": "PLANTED", "Targets": []}, "controls", "entries that cannot be read"),
        ({"TargetId": "PLANTED", "Policies": []}, "controls", "entries that cannot be read"),
    ],
)
def test_an_entry_of_another_shape(
    tmp_path: Path, whole: dict[str, Any], answer: object, resource: str, reason: str
) -> None:
    pulled = pull(tmp_path, TYPE, {"o.json": whole, "x.json": answer})
    assert [(row.resource, row.status) for row in pulled.coverage if row.status != "complete"] == [
        (resource, "partial")
    ]
    assert reasons(pulled, resource)[0] == reason
    assert "x.json#" in pulled.reasons()[0]
    assert "PLANTED" not in repr(pulled)
    assert bool(untold(pulled)) is (resource == "controls")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            "An error occurred (AccessDeniedException) when calling the ListRoots operation: no",
            "tells of an error in place of an answer",
        ),
        ({"RoleDetailList": []}, "is no answer of AWS Organizations"),
        ([[{"Accounts": []}], 7], "is no answer of AWS Organizations"),
        ("7", "is no answer of AWS Organizations"),
        ("", "is empty"),
        ("PLANTED", "is not valid JSON (line 1"),
        ('{"Accounts"', "is cut off after"),
    ],
)
def test_a_file_that_is_no_answer(tmp_path: Path, content: object, reason: str) -> None:
    pulled = pull(tmp_path, TYPE, {"o.json": content})
    assert pulled.facts == ()
    assert pulled.statuses() == [("", "units", "unseen", 0), ("", "controls", "unseen", 0)]
    assert pulled.reasons()[0].startswith(reason)
    assert "PLANTED" not in repr(pulled)


def test_a_list_that_occurs_twice_is_read_twice(tmp_path: Path) -> None:
    text = f'{{"Accounts": [{{"Id": "{PROD}"}}], "Accounts": [{{"Id": "{SANDBOX}"}}]}}'
    assert [unit.id for unit in pull(tmp_path, TYPE, {"o.json": text}).of(Unit)] == [PROD, SANDBOX]


def test_what_is_before_the_cut_is_kept(tmp_path: Path, whole: dict[str, Any]) -> None:
    text = json.dumps(whole)
    pulled = pull(tmp_path, TYPE, {"o.json": text[: text.index('"Name": "payer"')]})
    assert {unit.id for unit in pulled.of(Unit)} == {PROD, SANDBOX, PAYER, OUTER, INNER, ROOT}
    assert [row.status for row in pulled.coverage] == ["partial", "unseen"]
    assert all("the file o.json is cut off after" in row.reason for row in pulled.coverage)
    assert untold(pulled)

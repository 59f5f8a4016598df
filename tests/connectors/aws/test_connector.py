"""Accounts, Regions, threads, refusals and resuming, against a real server."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore import __version__ as VERSION

from policycheck.model.facts import Attachment, Credential, Principal, Trust
from policycheck.model.units import Unit
from policycheck_connectors import registry
from policycheck_connectors.aws import connector as connector_module
from policycheck_connectors.aws import settings
from policycheck_connectors.aws.limits import Budget
from policycheck_connectors.aws.room import Place, Room
from policycheck_connectors.aws.sessions import Sessions
from policycheck_connectors.errors import Wrong
from policycheck_connectors.interface import ConnectorError, PullContext
from tests.connectors.lab import pull as pull_files
from tests.servers.aws import HOME, REGION, Aws, document

if TYPE_CHECKING:
    from tests.conftest import Run
    from tests.connectors.aws.conftest import Live

TRUST = document(Principal={"AWS": "444455556666"}, Action="sts:AssumeRole")
READ = document(Action="s3:GetObject", Resource="arn:aws:s3:::lumen-exports/*")


def vendor_role(aws: Aws, account: str, name: str = "vendor-import") -> None:
    iam = aws.client("iam", account)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "vendor", "Value": "sendgrid"}])
    iam.put_role_policy(RoleName=name, PolicyName="read", PolicyDocument=READ)


def test_our_own_account_needs_no_options(aws: Aws, live: Live) -> None:
    vendor_role(aws, HOME)
    pulled = live()
    assert pulled.whole(), pulled.reasons()
    assert [(p.account, p.id, p.tags) for p in pulled.of(Principal)] == [
        (HOME, f"arn:aws:iam::{HOME}:role/vendor-import", (("vendor", "sendgrid"),))
    ]


def test_a_live_account_gives_the_facts_of_its_export(aws: Aws, live: Live, tmp_path: Path) -> None:
    vendor_role(aws, HOME)
    iam = aws.client("iam")
    iam.create_group(GroupName="partners")
    iam.create_user(UserName="sendgrid")
    iam.add_user_to_group(GroupName="partners", UserName="sendgrid")
    iam.put_group_policy(GroupName="partners", PolicyName="read", PolicyDocument=READ)
    arn = iam.create_policy(PolicyName="shared", PolicyDocument=READ)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="vendor-import", PolicyArn=arn)
    details = iam.get_account_authorization_details()
    details.pop("ResponseMetadata")
    export = json.dumps(details, default=lambda moment: moment.isoformat())
    live_facts, file_facts = (
        live(services=["iam"]),
        pull_files(tmp_path, "aws-authorization-details", {"export.json": export}),
    )
    for cls in (Principal, Attachment, Trust):
        assert _unplaced(live_facts.of(cls)) == _unplaced(file_facts.of(cls))


def _unplaced(facts: list[Any]) -> list[dict[str, Any]]:
    rows = [{name: getattr(fact, name) for name in fact.__slots__} for fact in facts]
    told = [{name: value for name, value in row.items() if name not in ("where", "connector")} for row in rows]
    return sorted(told, key=repr)


def test_an_organization_is_entered_account_by_account(aws: Aws, live: Live) -> None:
    accounts = aws.organization(3)
    for account in accounts:
        vendor_role(aws, account)
    pulled = live(accounts="organization", role="audit")
    assert pulled.whole(), pulled.reasons()
    roles = {(p.account, p.name) for p in pulled.of(Principal) if p.name == "vendor-import"}
    assert roles == {(account, "vendor-import") for account in accounts}
    assert {u.id for u in pulled.of(Unit) if u.kind == "account"} == set(accounts)
    asked = [(row.callers, row.note) for row in pulled.coverage if row.resource == "accounts"]
    assert asked == [((HOME,), "")]


def test_who_asks_is_told_where_that_is_another_account(aws: Aws, live: Live) -> None:
    hub, member = "333344445555", "222233334444"
    pulled = live(accounts=[member], role="audit", via=[f"arn:aws:iam::{hub}:role/hub"], services=["iam"])
    (row,) = [row for row in pulled.coverage if row.resource == "accounts"]
    assert row.callers == (hub,)
    assert row.note == f"asks from account {hub}: ours, unless a policy recognises it or a vendor publishes it"


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"include": {"ids": [HOME]}}, lambda ids: ids[:1]),
        ({"exclude": {"ids": [HOME]}}, lambda ids: ids[1:]),
        ({"include": {"tags": {"stage": "prod"}}}, lambda ids: ids[1:2]),
        ({"include": {"units": ["prod"]}}, lambda ids: ids[2:3]),
    ],
)
def test_accounts_are_chosen(
    aws: Aws, live: Live, options: dict[str, Any], kept: Callable[[list[str]], list[str]]
) -> None:
    accounts = aws.organization(3)
    client = aws.client("organizations")
    client.tag_resource(ResourceId=accounts[1], Tags=[{"Key": "stage", "Value": "prod"}])
    root = client.list_roots()["Roots"][0]["Id"]
    unit = client.create_organizational_unit(ParentId=root, Name="prod")["OrganizationalUnit"]["Id"]
    client.move_account(AccountId=accounts[2], SourceParentId=root, DestinationParentId=unit)
    if "units" in options.get("include", {}):
        options = {"include": {"units": [unit]}}
    for account in accounts:
        vendor_role(aws, account)
    pulled = live(accounts="organization", role="audit", **options)
    assert {p.account for p in pulled.of(Principal) if p.name == "vendor-import"} == set(kept(accounts))


def test_access_keys_have_age_and_use_but_no_secret(aws: Aws, live: Live) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="sendgrid")
    made = iam.create_access_key(UserName="sendgrid")["AccessKey"]
    pulled = live()
    (key,) = pulled.of(Credential)
    assert (key.id, key.name, key.status, key.last_used) == (made["AccessKeyId"], "sendgrid", "active", None)
    assert "last_used" in key.knows
    assert made["SecretAccessKey"] not in repr(pulled)


def test_an_interrupted_pull_goes_on_where_it_stood(aws: Aws, live: Live, tmp_path: Path) -> None:
    vendor_role(aws, HOME)
    said: list[str] = []
    first = PullContext("2026-11-20T00:00:00Z", tmp_path / "pulls", dict(os.environ), say=said.append)
    before = live(first)
    vendor_role(aws, HOME, "vendor-later")
    second = PullContext("2026-11-20T01:00:00Z", tmp_path / "pulls", dict(os.environ), say=said.append)
    assert live(second).facts == before.facts
    assert said == ["prod goes on with the pull that began at 2026-11-20T00:00:00Z"]
    other = PullContext("2026-11-20T01:00:00Z", tmp_path / "pulls", dict(os.environ), say=said.append)
    assert len(live(other, jobs=2).of(Principal)) == 2


def test_an_old_state_is_not_gone_on_with(aws: Aws, live: Live, tmp_path: Path) -> None:
    first = PullContext("2026-11-20T00:00:00Z", tmp_path / "pulls", dict(os.environ))
    live(first, resume_within=30)
    vendor_role(aws, HOME)
    second = PullContext("2026-11-20T00:31:00Z", tmp_path / "pulls", dict(os.environ))
    assert len(live(second, resume_within=30).of(Principal)) == 1


def test_a_budget_that_is_spent_is_a_gap(aws: Aws, live: Live) -> None:
    vendor_role(aws, HOME)
    pulled = live(call_budget=1)
    assert not pulled.whole()
    assert any("the call budget of 1 calls is spent" in reason for reason in pulled.reasons())


WRONG_OPTIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"accounts": "all"}, "accounts", "option `accounts` must be a list of account ids"),
    ({"accounts": []}, "accounts", "option `accounts` must be a list of account ids"),
    ({"accounts": ["1111"], "role": "audit"}, "accounts", "option `accounts` must be a list of account ids"),
    (
        {"accounts": ["１１１１２２２２３３３３"], "role": "audit"},
        "accounts",
        "option `accounts` must be a list of account ids",
    ),
    ({"accounts": [111122223333], "role": "audit"}, "accounts", "option `accounts` must be a list of account ids"),
    ({"accounts": ["111122223333"]}, "accounts", "option `role` is missing"),
    ({"accounts": "organization"}, "accounts", "option `role` is missing"),
    ({"role": "audit"}, "role", "option `role` needs `accounts`"),
    ({"credentials": {"key": {"env": "A"}}}, "credentials", "type `aws` takes no `credentials`"),
    ({"role": "a b"}, "role", "option `role` must be the name of a role"),
    ({"role": "audit-é"}, "role", "option `role` must be the name of a role"),
    ({"role": "x" * 65}, "role", "option `role` must be the name of a role"),
    ({"regions": ["europe"]}, "regions", "option `regions` must be a list of AWS Regions"),
    ({"regions": ["EU-WEST-1"]}, "regions", "option `regions` must be a list of AWS Regions"),
    ({"regions": []}, "regions", "option `regions` must be a list of AWS Regions"),
    ({"services": ["s4"]}, "services", "option `services` has s4, which is no service family"),
    ({"services": "s3"}, "services", "option `services` must be a list of words"),
    ({"services": []}, "services", "option `services` chooses nothing"),
    ({"also": ["last"]}, "also", "option `also` has last, which is no service family"),
    ({"include": {"ids": [HOME]}}, "include", "option `include` needs `accounts: organization`"),
    (
        {"include": {"id": []}, "accounts": "organization"},
        "include",
        "option `include` takes `ids`, `units` and `tags`",
    ),
    (
        {"include": {"ids": "x"}, "accounts": "organization"},
        "include",
        "option `include` has a part of the wrong shape",
    ),
    (
        {"exclude": {"ids": ["12"]}, "accounts": "organization"},
        "exclude",
        "`ids` of option `exclude` must be a list of account ids",
    ),
    (
        {"exclude": {"units": ["prod"]}, "accounts": "organization"},
        "exclude",
        "`units` of option `exclude` must be a list of ids of organizational units",
    ),
    ({"via": ["audit"]}, "via", "option `via` must be a list of role ARNs"),
    ({"profile": 7}, "profile", "option `profile` must be a string"),
    ({"external_id": "abc"}, "external_id", "option `external_id` must be a reference"),
    ({"external_id": {"env": "A", "file": "id"}}, "external_id", "option `external_id` must be a reference"),
    ({"jobs": 0}, "jobs", "option `jobs` must be a whole number from 1 to 64"),
    ({"dataset_tag": "a,b"}, "dataset_tag", "option `dataset_tag` must be the key of a tag"),
]


@pytest.mark.parametrize(("options", "option", "message"), WRONG_OPTIONS)
def test_options_are_checked_before_anything_is_called(options: dict[str, Any], option: str, message: str) -> None:
    """By a pull, and in the same words by ``validate``."""
    with pytest.raises(ConnectorError) as error:
        settings.read(options)
    (wrong,) = registry.wrongs("aws", options)
    assert (wrong.option, wrong.message, wrong.help, wrong.severity) == (
        option,
        error.value.message,
        error.value.help,
        "error",
    )
    assert wrong.message == message


def test_all_wrong_options_are_told_at_once() -> None:
    options = {"regions": [], "jobs": "many", "services": ["bogus"], "external_id": "abc"}
    assert [each.option for each in registry.wrongs("aws", options)] == ["regions", "services", "external_id", "jobs"]


def test_options_that_are_right() -> None:
    include = {"ids": [HOME], "units": ["ou-ab12-34567890", "r-ab12"], "tags": {"stage": "prod"}}
    options = {
        "accounts": "organization",
        "include": include,
        "role": "audit/PolicycheckReadOnly",
        "also": ["last-accessed"],
    }
    regions = ["eu-west-1", "us-gov-east-1", "us-isob-east-1", "eusc-de-east-1", "cn-north-1"]
    assert list(registry.wrongs("aws", {**options, "regions": regions})) == []
    assert "last-accessed" in settings.read(options).families


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ({"services": ["last-accessed"]}, 1),
        ({"services": ["s3"], "also": ["last-accessed"]}, 1),
        ({"services": ["iam", "last-accessed"]}, 0),
        ({"also": ["last-accessed"]}, 0),
        ({"services": ["s3"]}, 0),
    ],
)
def test_use_of_principals_that_nobody_lists_is_a_warning(options: dict[str, Any], number: int) -> None:
    found = list(registry.wrongs("aws", options))
    assert len(found) == number
    for wrong in found:
        what = "`last-accessed` tells when the principals of `iam` used what, and `services` leaves that out"
        assert wrong == Wrong("services", what, "add `iam`, unless another connector tells who there is", "warning")


def test_a_misspelt_region_is_a_warning_and_never_silent(aws: Aws, live: Live) -> None:
    (wrong,) = registry.wrongs("aws", {"regions": ["eu-wset-1", "eu-west-1"]})
    message = "option `regions` has eu-wset-1, which is no Region that we know"
    assert wrong == ("regions", message, "did you mean eu-west-1?", "warning", "PC003")
    vendor_role(aws, HOME)
    pulled = live(regions=["eu-wset-1", "eu-west-1"], services=["iam", "sqs"])
    (row,) = [row for row in pulled.coverage if row.status != "complete"]
    assert (row.account, row.resource, row.reason, row.help) == (
        HOME,
        "regions",
        f"eu-wset-1 is no Region of the partition aws that botocore {VERSION} knows",
        "did you mean eu-west-1?; a Region that is newer needs a newer boto3",
    )
    assert "eu-wset-1" not in {each.region for each in aws.wire.heard}
    assert pulled.of(Principal)


def test_a_region_of_another_partition_is_never_silent(aws: Aws, live: Live) -> None:
    pulled = live(regions=["cn-north-1"], services=["sqs"])
    assert pulled.reasons() == [f"cn-north-1 is no Region of the partition aws that botocore {VERSION} knows"]


def test_every_region_of_the_list_looks_like_one() -> None:
    assert {"eu-west-1", "us-gov-west-1"} <= settings.known_regions()
    assert all(settings.REGION.fullmatch(region) for region in settings.known_regions())
    assert settings.known_regions("aws-cn") == {"cn-north-1", "cn-northwest-1"}


def test_a_region_that_botocore_does_not_know_offers_everything(aws: Aws) -> None:
    """Of a Region that is newer than the installed botocore, its data cannot tell what is missing there."""
    sessions = Sessions(settings.read({}))
    assert [sessions.offered("appflow", region, "aws") for region in ("eu-north-1", "eu-new-9", REGION)] == [
        False,
        True,
        True,
    ]


def test_a_call_that_an_old_botocore_lacks_is_a_gap_that_says_so(aws: Aws) -> None:
    calls = {"sqs.list_newer_things": ("sqs:ListNewerThings",), "newthing.list_all": ("newthing:ListAll",)}
    sessions = Sessions(settings.read({}))
    room = Room(Place(HOME, REGION, "aws", ""), calls, "c", sessions, Budget(10, 1))
    assert room.ask("a", "sqs.list_newer_things") is None
    assert list(room.each("b", "newthing.list_all", "Things")) == []
    (first, _), (second, _) = (next(iter(room.seen.gaps[kind].values())) for kind in "ab")
    end = f"is not known to botocore {VERSION}"
    assert (first.reason, second.reason) == (f"sqs.list_newer_things {end}", f"newthing.list_all {end}")
    assert first.help == "install a newer boto3"


def test_permissions_and_doctor(aws: Aws, policycheck: Run, tmp_path: Path) -> None:
    aws.organization(1)
    done = policycheck("connectors", "permissions", "aws", cwd=tmp_path)
    policy = json.loads(done.stdout)
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert {"iam:GetAccountAuthorizationDetails", "organizations:ListAccounts", "sts:AssumeRole"} <= actions
    looked = policycheck("connectors", "doctor", "aws", cwd=tmp_path, env=aws.environ())
    first, *rest = looked.stdout.splitlines()
    assert first == f"ok     aws: credentials: act as arn:aws:sts::{HOME}:user/moto, asked at {aws.url}"
    assert (looked.returncode, [line for line in rest if not line.startswith("ok")]) == (0, [])


def test_no_credentials_is_said(policycheck: Run, tmp_path: Path, aws: Aws) -> None:
    environ = {**aws.environ(), "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    done = policycheck("connectors", "doctor", "aws", cwd=tmp_path, env=environ)
    assert done.returncode == 3
    assert "found no credentials" in done.stdout


@pytest.mark.parametrize(("asked", "used"), [(0, 3), (2, 2)])
def test_the_command_line_says_how_many_calls_run_at_once(
    aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch, asked: int, used: int
) -> None:
    made: list[int] = []

    def pool(jobs: int, **more: Any) -> ThreadPoolExecutor:
        made.append(jobs)
        return ThreadPoolExecutor(jobs, **more)

    monkeypatch.setattr(connector_module, "ThreadPoolExecutor", pool)
    live(PullContext(taken_at="2026-11-20T00:00:00Z", jobs=asked), services=["iam"], jobs=3)
    assert made == [used]

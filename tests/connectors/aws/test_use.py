"""Who signs in and when something was last used; keys that we gave out; what our data is: as AWS tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from policycheck.model.facts import CatalogEntry, Credential, Provider, Use, VendorField
from policycheck_connectors.aws.families import last_accessed, report
from policycheck_connectors.aws.sessions import Sessions
from tests.servers.aws import HOME, REGION, Aws, document

if TYPE_CHECKING:
    from tests.connectors.aws.conftest import Live

SECRET = "planted-secret"
GITHUB = "token.actions.githubusercontent.com"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(last_accessed, "PAUSES", (0.0, 0.0))


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Stubber]]:
    """Plays answers of one service that are checked against its model; the others go to the server."""
    real, played = Sessions.client, dict[str, Any]()

    def client(self: Sessions, account: str, region: str, service: str) -> Any:
        return played.get(service) or real(self, account, region, service)

    monkeypatch.setattr(Sessions, "client", client)
    with ExitStack() as stack:

        def play(service: str, *answers: tuple[str, Any, dict[str, Any]]) -> Stubber:
            made = boto3.client(service, region_name=REGION)
            stub = stack.enter_context(Stubber(made))
            for operation, answer, expected in answers:
                if isinstance(answer, str):
                    stub.add_client_error(operation, answer, expected_params=expected)
                else:
                    stub.add_response(operation, answer, expected)
            played[service] = made
            return stub

        yield play


def test_a_console_password_has_age_use_and_second_factor(aws: Aws, live: Live) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="deploy")
    iam.create_user(UserName="sendgrid")
    iam.create_login_profile(UserName="sendgrid", Password=SECRET + "A1!")
    pulled = live(services=["credential-report"])
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)
    (password,) = pulled.of(Credential)
    arn = f"arn:aws:iam::{HOME}:user/sendgrid"
    told = (password.id, password.name, password.principal, password.last_used, password.status, password.mfa)
    assert told == (f"{arn} console password", "sendgrid console password", arn, None, "active", False)
    assert password.created is not None


HEAD = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,cert_1_active"
)
ROOT = (
    f"<root_account>,arn:aws:iam::{HOME}:root,2020-01-01T00:00:00+00:00,not_supported,2026-11-01T10:00:00+00:00,"
    "not_supported,true,true,2021-05-01T00:00:00+00:00,N/A,false,false"
)
READY: tuple[str, Any, dict[str, Any]] = ("generate_credential_report", {"State": "COMPLETE"}, {})
STARTED: tuple[str, Any, dict[str, Any]] = ("generate_credential_report", {"State": "STARTED"}, {})


def content(*lines: str) -> tuple[str, Any, dict[str, Any]]:
    return ("get_credential_report", {"Content": "\n".join(lines).encode(), "ReportFormat": "text/csv"}, {})


def test_keys_of_the_root_user(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    stubbed("iam", STARTED, READY, content(HEAD, ROOT))
    pulled = live(services=["credential-report"])
    assert pulled.whole(), pulled.reasons()
    root = f"arn:aws:iam::{HOME}:root"
    assert [(c.id, c.name, c.created, c.last_used, c.mfa) for c in pulled.of(Credential)] == [
        (f"{root} console password", "root user console password", None, "2026-11-01T10:00:00Z", True),
        (f"{root} access key 1", "root user access key 1", "2021-05-01T00:00:00Z", None, None),
    ]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([("generate_credential_report", "AccessDenied", {})], "was denied: it needs iam:GenerateCredentialReport"),
        ([STARTED] * 4, "the credential report was not ready in time"),
        (
            [READY, ("get_credential_report", "ReportExpired", {})],
            "iam.get_credential_report failed with ReportExpired",
        ),
        ([READY, content("user,arn", "a,b")], "the credential report lacks columns that it should have"),
    ],
)
def test_a_report_that_cannot_be_had_is_a_gap(
    aws: Aws, live: Live, stubbed: Callable[..., Stubber], answers: list[Any], reason: str
) -> None:
    stubbed("iam", *answers)
    pulled = live(services=["credential-report"])
    assert [(row.resource, row.status) for row in pulled.coverage if row.reason] == [("credentials", "unseen")]
    assert reason in " ".join(pulled.reasons())


METADATA = (
    '<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
    'entityID="http://www.okta.com/exk1example">' + f"<!-- {SECRET} -->" + " " * 1000 + "</md:EntityDescriptor>"
)


def test_identity_providers(aws: Aws, live: Live) -> None:
    iam = aws.client("iam")
    iam.create_open_id_connect_provider(
        Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument=METADATA)
    iam.create_saml_provider(Name="broken", SAMLMetadataDocument="x" * 1000)
    pulled = live(services=["identity-providers"])
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)
    found = {p.id.rsplit("/", 1)[-1]: p for p in pulled.of(Provider)}
    github = found[GITHUB]
    assert (github.kind, github.issuer, github.audiences, github.account) == (
        "oidc",
        GITHUB,
        ("sts.amazonaws.com",),
        HOME,
    )
    assert (found["okta"].kind, found["okta"].issuer) == ("saml", "http://www.okta.com/exk1example")
    assert found["okta"].expires is not None
    assert found["broken"].issuer == ""


def test_a_provider_that_is_denied_is_a_gap(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    saml, none = f"arn:aws:iam::{HOME}:saml-provider/okta", f"arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"
    stubbed(
        "iam",
        ("list_open_id_connect_providers", {"OpenIDConnectProviderList": [{"Arn": none}]}, {}),
        ("get_open_id_connect_provider", "AccessDenied", {"OpenIDConnectProviderArn": none}),
        ("list_saml_providers", {"SAMLProviderList": [{"Arn": saml}]}, {}),
        ("get_saml_provider", "AccessDenied", {"SAMLProviderArn": saml}),
    )
    pulled = live(services=["identity-providers"])
    assert pulled.of(Provider) == []
    (row,) = (row for row in pulled.coverage if row.reason)
    assert (row.status, row.help) == ("unseen", "allow iam:GetOpenIDConnectProvider; allow iam:GetSAMLProvider")


def test_tables_of_glue_with_columns_and_locations(aws: Aws, live: Live) -> None:
    glue = aws.client("glue")
    glue.create_database(DatabaseInput={"Name": "lake"})
    column = {"Name": "email", "Type": "string", "Parameters": {"connection": SECRET}}
    described = {
        "Columns": [column, {"Name": "ip_history", "Type": "array<string>"}],
        "Location": "s3://lumen-exports/members/",
        "SerdeInfo": {"Parameters": {"password": SECRET}},
    }
    keys = [{"Name": "day", "Type": "date"}]
    parameters = {"classification": SECRET}
    table = {"Name": "members", "StorageDescriptor": described, "PartitionKeys": keys, "Parameters": parameters}
    glue.create_table(DatabaseName="lake", TableInput=table)
    behind = {"Columns": [], "Location": "lumen.public.members"}
    glue.create_table(DatabaseName="lake", TableInput={"Name": "jdbc", "StorageDescriptor": behind})
    glue.create_table(
        DatabaseName="lake", TableInput={"Name": "whole", "StorageDescriptor": {"Location": "s3://lumen"}}
    )
    pulled = live(services=["glue-tables"], regions=[REGION])
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)
    assert {e.name: (e.resource, e.locations, e.columns, e.types) for e in pulled.of(CatalogEntry)} == {
        "lake.members": (
            f"arn:aws:glue:{REGION}:{HOME}:table/lake/members",
            ("arn:aws:s3:::lumen-exports/members/*",),
            ("email", "ip_history", "day"),
            ("string", "array<string>", "date"),
        ),
        "lake.jdbc": (f"arn:aws:glue:{REGION}:{HOME}:table/lake/jdbc", (), (), ()),
        "lake.whole": (f"arn:aws:glue:{REGION}:{HOME}:table/lake/whole", ("arn:aws:s3:::lumen/*",), (), ()),
    }


def test_links_to_others_catalogs_are_theirs_to_describe(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    theirs = {"CatalogId": "444455556666", "DatabaseName": "lake"}
    linked = {"Name": "linked", "TargetTable": {**theirs, "Name": "events"}}
    dynamo = f"arn:aws:dynamodb:{REGION}:{HOME}:table/members"
    crawled = {"Name": "crawled", "StorageDescriptor": {"Location": dynamo, "AdditionalLocations": ["s3://lumen-2/a"]}}
    stubbed(
        "glue",
        ("get_databases", {"DatabaseList": [{"Name": "theirs", "TargetDatabase": theirs}, {"Name": "lake"}]}, {}),
        ("get_tables", {"TableList": [linked, crawled]}, {"DatabaseName": "lake"}),
    )
    (entry,) = live(services=["glue-tables"], regions=[REGION]).of(CatalogEntry)
    assert (entry.name, entry.locations) == ("lake.crawled", (dynamo, "arn:aws:s3:::lumen-2/a/*"))


@pytest.mark.parametrize(
    ("options", "found"), [({}, {"members"}), ({"dataset_tag": "data"}, {"other"}), ({"dataset_tag": "none"}, set())]
)
def test_tags_name_datasets(aws: Aws, live: Live, options: dict[str, str], found: set[str]) -> None:
    sqs = aws.client("sqs")
    for name, tags in {"a": {"policycheck:dataset": "members"}, "b": {"data": "other"}, "c": {"data": ""}}.items():
        sqs.create_queue(QueueName=name, tags=tags)
    pulled = live(services=["dataset-tags"], regions=[REGION], **options)
    assert pulled.whole(), pulled.reasons()
    assert {e.dataset for e in pulled.of(CatalogEntry)} == found
    assert all(e.kind == "tagged" and e.resource.startswith("arn:aws:sqs:") for e in pulled.of(CatalogEntry))


def client(aws: Aws, **options: Any) -> tuple[str, str]:
    """An app client with a secret; its id and the secret."""
    cognito = aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="members")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="braze-sync", GenerateSecret=True, **options)
    return made["UserPoolClient"]["ClientId"], made["UserPoolClient"]["ClientSecret"]


def test_app_clients_with_scopes_and_readable_attributes(aws: Aws, live: Live) -> None:
    id, secret = client(
        aws,
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["profile", "email"],
        ReadAttributes=["email", "custom:tier"],
        CallbackURLs=["https://auth.braze.example/callback", "https://auth.braze.example/b", "app://x", "https://[bad"],
    )
    pulled = live(services=["cognito"], regions=[REGION])
    assert pulled.whole(), pulled.reasons()
    assert secret not in repr(pulled)
    (key,) = pulled.of(Credential)
    told = (key.system, key.tenant, key.id, key.name, key.scopes, key.hosts)
    assert told == ("cognito", HOME, id, "braze-sync", ("email", "profile"), ("auth.braze.example", "x"))
    fields = [(f.system, f.tenant, f.object, f.path, f.label, f.origin) for f in pulled.of(VendorField)]
    assert fields == [
        ("cognito", id, "braze-sync", "email", "email", "readable"),
        ("cognito", id, "braze-sync", "tier", "custom:tier", "readable"),
    ]
    assert {(row.system, row.resource) for row in pulled.coverage if row.where.startswith("cognito")} == {
        ("cognito", "credentials"),
        ("cognito", "fields"),
    }


def test_a_client_reads_all_standard_attributes_unless_told_otherwise(aws: Aws, live: Live) -> None:
    client(aws)
    fields = {f.path for f in live(services=["cognito"], regions=[REGION]).of(VendorField)}
    assert {"email", "birthdate", "address", "phone_number", "sub"} <= fields


def test_a_client_of_machines_reads_no_attributes(aws: Aws, live: Live) -> None:
    client(aws, AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["api/members.read"])
    pulled = live(services=["cognito"], regions=[REGION])
    assert pulled.of(VendorField) == []
    assert pulled.of(Credential)[0].scopes == ("api/members.read",)


def test_a_client_that_is_denied_hides_its_fields_too(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    stubbed(
        "cognito-idp",
        ("list_user_pools", {"UserPools": [{"Id": "eu-west-1_a"}, {"Id": "eu-west-1_gone"}]}, {"MaxResults": 60}),
        (
            "list_user_pool_clients",
            {"UserPoolClients": [{"ClientId": "c1"}, {"ClientId": "c2"}]},
            {"UserPoolId": "eu-west-1_a", "MaxResults": 60},
        ),
        ("describe_user_pool_client", "NotAuthorizedException", {"UserPoolId": "eu-west-1_a", "ClientId": "c1"}),
        ("describe_user_pool_client", "ResourceNotFoundException", {"UserPoolId": "eu-west-1_a", "ClientId": "c2"}),
        ("list_user_pool_clients", "ResourceNotFoundException", {"UserPoolId": "eu-west-1_gone", "MaxResults": 60}),
    )
    pulled = live(services=["cognito"], regions=[REGION])
    assert [(r.resource, r.status) for r in pulled.coverage if r.reason] == [
        ("credentials", "unseen"),
        ("fields", "unseen"),
    ]


def test_keys_of_apis_open_the_stages_of_their_plans(aws: Aws, live: Live) -> None:
    gateway = aws.client("apigateway")
    api = gateway.create_rest_api(name="members")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    gateway.create_deployment(restApiId=api, stageName="prod")
    keys = [
        gateway.create_api_key(name=name, enabled=name == "segment-prod", value=SECRET + name + "0123456789")["id"]
        for name in ("segment-prod", "old")
    ]
    plan = gateway.create_usage_plan(name="vendors", apiStages=[{"apiId": api, "stage": "prod"}])["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=keys[0], keyType="API_KEY")
    pulled = live(services=["apigateway"], regions=[REGION])
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)
    assert {k.name: (k.id, k.system, k.scopes, k.status) for k in pulled.of(Credential)} == {
        "segment-prod": (keys[0], "apigateway", (f"{api}/prod",), "active"),
        "old": (keys[1], "apigateway", (), "disabled"),
    }


def test_plans_that_are_denied_leave_the_stages_unknown(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    stubbed(
        "apigateway",
        ("get_usage_plans", "AccessDeniedException", {}),
        ("get_api_keys", {"items": [{"id": "k1", "name": "segment-prod", "enabled": True}]}, {}),
    )
    pulled = live(services=["apigateway"], regions=[REGION])
    (key,) = pulled.of(Credential)
    assert (key.scopes, "scopes" in key.knows) == (None, False)
    assert [(r.resource, r.status) for r in pulled.coverage if r.reason] == [("credentials", "partial")]


VENDOR_ROLE = f"arn:aws:iam::{HOME}:role/vendor-import"
USER = f"arn:aws:iam::{HOME}:user/sendgrid"
DONE = datetime(2026, 11, 20, tzinfo=UTC)


def role(name: str, trust: str, path: str = "/") -> dict[str, Any]:
    arn = f"arn:aws:iam::{HOME}:role{path}{name}"
    return {
        "Path": path,
        "RoleName": name,
        "RoleId": "AROAEXAMPLEEXAMPLE",
        "Arn": arn,
        "CreateDate": DONE,
        "AssumeRolePolicyDocument": trust,
    }


def user(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{HOME}:user/{name}"
    return {"Path": "/", "UserName": name, "UserId": "AIDAEXAMPLEEXAMPLE", "Arn": arn, "CreateDate": DONE}


def of_users(*names: str) -> list[Any]:
    """The calls that tell which users have keys: the first of them does."""
    calls: list[Any] = [("list_users", {"Users": [user(name) for name in names], "IsTruncated": False}, {})]
    for place, name in enumerate(names):
        keys = [] if place else [{"UserName": name, "AccessKeyId": "AKIAEXAMPLEEXAMPLE", "Status": "Active"}]
        calls.append(("list_access_keys", {"AccessKeyMetadata": keys, "IsTruncated": False}, {"UserName": name}))
    return calls


def trusting(*principals: Any) -> dict[str, Any]:
    trusts = [document(Principal=principal, Action="sts:AssumeRole") for principal in principals]
    roles = [role(f"r{place}", trust) for place, trust in enumerate(trusts)]
    return {"Roles": roles, "IsTruncated": False}


def asked(arn: str, job: str) -> tuple[str, Any, dict[str, Any]]:
    expected = {"Arn": arn, "Granularity": "ACTION_LEVEL"}
    return ("generate_service_last_accessed_details", {"JobId": job}, expected)


JOB = "examplea-1234-b567-cde8-90fg123abcd4"


def told(services: list[Any], status: str = "COMPLETED", **more: Any) -> dict[str, Any]:
    times = {"JobCreationDate": DONE, "JobCompletionDate": DONE}
    return {"JobStatus": status, "JobType": "ACTION_LEVEL", **times, "ServicesLastAccessed": services, **more}


S3 = {
    "ServiceName": "Amazon S3",
    "ServiceNamespace": "s3",
    "LastAuthenticated": datetime(2026, 11, 1, tzinfo=UTC),
    "TotalAuthenticatedEntities": 1,
    "TrackedActionsLastAccessed": [
        {"ActionName": "ListAllMyBuckets", "LastAccessedTime": datetime(2026, 11, 1, tzinfo=UTC)},
        {"ActionName": "DeleteBucket"},
    ],
}
SES = {"ServiceName": "Amazon SES", "ServiceNamespace": "ses", "TotalAuthenticatedEntities": 0}


def test_last_use_of_services_and_actions(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    get = "get_service_last_accessed_details"
    stubbed(
        "iam",
        ("list_roles", trusting({"AWS": "444455556666"}), {}),
        *of_users("sendgrid", "deploy"),
        asked(f"arn:aws:iam::{HOME}:role/r0", JOB),
        asked(USER, JOB),
        (get, told([], "IN_PROGRESS"), {"JobId": JOB}),
        (get, told([S3], IsTruncated=True, Marker="m"), {"JobId": JOB}),
        (get, told([S3], IsTruncated=True, Marker="m"), {"JobId": JOB}),
        (get, told([SES]), {"JobId": JOB, "Marker": "m"}),
        (get, told([SES]), {"JobId": JOB}),
    )
    pulled = live(services=["last-accessed"])
    assert pulled.whole(), pulled.reasons()
    uses = [(u.principal.rsplit("/", 1)[-1], u.service, u.action, u.last_used, u.by_action) for u in pulled.of(Use)]
    assert uses == [
        ("r0", "s3", "", "2026-11-01T00:00:00Z", True),
        ("r0", "s3", "ListAllMyBuckets", "2026-11-01T00:00:00Z", False),
        ("r0", "s3", "DeleteBucket", None, False),
        ("r0", "ses", "", None, False),
        ("sendgrid", "ses", "", None, False),
    ]
    assert {u.since for u in pulled.of(Use)} == {"2025-10-16"}


@pytest.mark.parametrize(
    ("principal", "asked_for"),
    [
        ({"AWS": f"arn:aws:iam::{HOME}:root"}, False),
        ({"Service": "lambda.amazonaws.com"}, False),
        ({"AWS": "*"}, True),
        ("*", True),
        ({"AWS": [HOME, "arn:aws:iam::444455556666:root"]}, True),
        ({"Federated": f"arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"}, True),
    ],
)
def test_only_roles_that_trust_somebody_outside(
    aws: Aws, live: Live, stubbed: Callable[..., Stubber], principal: Any, asked_for: bool
) -> None:
    calls = [
        asked(f"arn:aws:iam::{HOME}:role/r0", JOB),
        ("get_service_last_accessed_details", told([SES]), {"JobId": JOB}),
    ]
    stub = stubbed("iam", ("list_roles", trusting(principal), {}), *of_users(), *(calls if asked_for else ()))
    assert len(live(services=["last-accessed"]).of(Use)) == asked_for
    stub.assert_no_pending_responses()


def test_a_trust_that_cannot_be_read_may_let_anybody_in(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    roles = [
        role("r0", '{"Statement":"none"}'),
        role("denied", document(Principal="*", Action="sts:AssumeRole").replace("Allow", "Deny")),
        role("sso", document(Principal="*", Action="sts:AssumeRole"), "/aws-reserved/sso.amazonaws.com/"),
    ]
    get = ("get_service_last_accessed_details", told([SES]), {"JobId": JOB})
    listed: Any = ("list_roles", {"Roles": roles, "IsTruncated": False}, {})
    stubbed("iam", listed, *of_users(), asked(f"arn:aws:iam::{HOME}:role/r0", JOB), get)
    assert [u.principal for u in live(services=["last-accessed"]).of(Use)] == [f"arn:aws:iam::{HOME}:role/r0"]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([told([], "FAILED", Error={"Message": SECRET, "Code": "x"})], "reports that IAM could not make: 1"),
        ([told([], "IN_PROGRESS")] * 3, "reports that were not ready in time: 1"),
        (["NoSuchEntity"], "iam.get_service_last_accessed_details failed with NoSuchEntity"),
    ],
)
def test_a_report_of_use_that_cannot_be_had_is_a_gap(
    aws: Aws, live: Live, stubbed: Callable[..., Stubber], answers: list[Any], reason: str
) -> None:
    calls = [("get_service_last_accessed_details", answer, {"JobId": JOB}) for answer in answers]
    stubbed("iam", ("list_roles", trusting("*"), {}), *of_users(), asked(f"arn:aws:iam::{HOME}:role/r0", JOB), *calls)
    pulled = live(services=["last-accessed"])
    assert SECRET not in repr(pulled)
    assert reason in " ".join(pulled.reasons())
    assert [(r.resource, r.status) for r in pulled.coverage if r.reason] == [("uses", "unseen")]


def test_a_principal_that_is_gone_meanwhile_is_no_gap(aws: Aws, live: Live, stubbed: Callable[..., Stubber]) -> None:
    arn = f"arn:aws:iam::{HOME}:role/r0"
    gone = ("generate_service_last_accessed_details", "NoSuchEntity", {"Arn": arn, "Granularity": "ACTION_LEVEL"})
    stubbed("iam", ("list_roles", trusting("*"), {}), *of_users(), gone)
    assert live(services=["last-accessed"]).whole()


def test_last_use_is_asked_only_when_it_is_wanted(aws: Aws, live: Live) -> None:
    from policycheck_connectors.aws.settings import read

    assert "last-accessed" not in read({}).families
    assert "last-accessed" in read({"also": ["last-accessed"]}).families


def test_a_tag_that_cannot_be_one_is_refused(live: Live) -> None:
    from policycheck_connectors.interface import ConnectorError

    with pytest.raises(ConnectorError, match="option `dataset_tag` must be the key of a tag"):
        live(dataset_tag="a\nb")

"""The planted ways in and out, as data: what stands where, and the finding that must tell of it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.servers.aws import HOME
from tests.servers.company import exits as x
from tests.servers.company import given as g
from tests.servers.company import planting as p
from tests.servers.company import played as y
from tests.servers.company import shares as s
from tests.servers.company.planting import ACME, DATADOG, STRANGER, Plant, allow, deny, external_id, open_to, root
from tests.servers.company.site import EAST, EU, MANAGEMENT, US


@dataclass(frozen=True, slots=True)
class Way:
    """One way. ``kind`` is the word of the table in docs/aws.md; ``account`` a name of the company.

    An instance of a finding of ``rule`` in that account must hold all of ``words`` and none of ``never``.
    """

    id: str
    kind: str
    account: str
    region: str
    plant: Plant
    rule: str
    words: tuple[str, ...]
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoy:
    """Something that looks like a way and is none: ``word`` must be in no finding."""

    id: str
    account: str
    region: str
    plant: Plant
    word: str


_BOUND = external_id("5d0c8f7e-91b2-4c3a-a1d4-boreal")
_GITHUB = {"Federated": "arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"}
_SAML = {"Federated": "arn:aws:iam::{ACCOUNT}:saml-provider/partner-login"}
_SINGLE_SIGN_ON = {"Federated": "arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_1_DO_NOT_DELETE"}
_READ = allow("s3:GetObject", "arn:aws:s3:::lumen-member-exports/*")

IAM: tuple[Way, ...] = (
    Way("role-of-stranger", "role", "web", "", p.role("import-1", root(STRANGER)), "PC203", ("role/import-1",)),
    Way("role-of-their-user", "role", "web", "",
        p.role("import-2", {"AWS": f"arn:aws:iam::{STRANGER}:user/sync"}), "PC203", ("role/import-2",)),
    Way("role-in-management", "role", MANAGEMENT, "", p.role("import-3", root(STRANGER)), "PC203", ("role/import-3",)),
    Way("role-in-sandbox", "role", "sandbox-2", "", p.role("import-4", root(STRANGER)), "PC203", ("role/import-4",)),
    Way("role-of-published-account", "role", "network", "",
        p.role("DatadogIntegrationRole", root(DATADOG), external_id("9c11-datadog-lumen")), "PC202",
        ("role/DatadogIntegrationRole", "publishes this account")),
    Way("role-without-external-id", "role", "mail", "", p.role("acme-import", root(ACME)), "PC204",
        ("role/acme-import",)),
    Way("role-with-wild-external-id", "role", "mail-test", "",
        p.role("acme-wild", root(ACME), external_id("*", "StringLike")), "PC205", ("role/acme-wild",)),
    Way("role-with-guessable-external-id", "role", "mobile", "",
        p.role("acme-guess", root(ACME), external_id("acme")), "PC205", ("role/acme-guess", "guessed")),
    Way("role-for-everybody", "role", "lab", "", p.role("open-door", {"AWS": "*"}), "PC206", ("role/open-door",)),
    Way("role-beyond-policy", "role policy", "members", "",
        p.role("acme-members", root(ACME), external_id("1f6c2d90-acme-members"), inline=_READ), "PC201",
        ("role/acme-members", "s3:GetObject")),
    Way("role-beyond-policy-managed", "managed policy", "photos", "",
        p.role("acme-photos", root(ACME), external_id("1f6c2d90-acme-photos"), managed=allow("dynamodb:Scan")),
        "PC201", ("role/acme-photos", "dynamodb:Scan")),
    Way("role-that-raises-itself", "role policy", "analytics", "",
        p.role("acme-admin", root(ACME), external_id("1f6c2d90-acme-admin"),
               inline=allow(["iam:AttachRolePolicy", "iam:PutRolePolicy"])), "PC207", ("role/acme-admin",)),
    Way("role-of-pipelines", "OIDC provider", "shared-services", "",
        p.role("deploy", _GITHUB, None, "sts:AssumeRoleWithWebIdentity"), "PC206", ("role/deploy",)),
    Way("role-of-partner-login", "SAML provider", "resellers", "",
        p.role("partner", _SAML, None, "sts:AssumeRoleWithSAML"), "PC203", ("role/partner",)),
)  # fmt: skip


def _open(action: str, resource: str = "*") -> str:
    return open_to(root(STRANGER), action, resource)


POLICIES: tuple[Way, ...] = (
    Way("bucket-policy", "bucket policy", "exchange", EU,
        p.bucket("lumen-partner-drop", _open("s3:GetObject", "arn:aws:s3:::lumen-partner-drop/*")), "PC203",
        ("s3:::lumen-partner-drop",)),
    Way("bucket-policy-elsewhere", "bucket policy", "backup", US,
        p.bucket("lumen-old-backups", _open("s3:GetObject", "arn:aws:s3:::lumen-old-backups/*")), "PC203",
        ("s3:::lumen-old-backups",)),
    Way("bucket-for-everybody", "bucket policy", "lab", EAST,
        p.bucket("lumen-lab-files", open_to("*", "s3:GetObject", "arn:aws:s3:::lumen-lab-files/*")), "PC206",
        ("s3:::lumen-lab-files",)),
    Way("access-point-policy", "access point policy", "exchange", US,
        p.access_point("partner-point", "lumen-partner-drop", _open("s3:GetObject")), "PC203",
        ("accesspoint/partner-point",)),
    Way("bucket-of-vendor", "bucket policy", "members", EU,
        p.bucket("lumen-member-exports",
                 open_to(root(ACME), "s3:GetObject", "arn:aws:s3:::lumen-member-exports/*")), "PC201",
        ("lumen-member-exports",)),
    Way("key-policy", "key policy", "billing", EU, p.key(_open("kms:Decrypt")), "PC203", ("arn:aws:kms:",)),
    Way("topic-policy", "topic policy", "web", US, p.topic("orders", _open("sns:Subscribe")), "PC203", (":orders",)),
    Way("topic-for-everybody", "topic policy", "web-test", EU,
        p.topic("uploads", open_to("*", "sns:Publish")), "PC206", (":uploads",)),
    Way("queue-policy", "queue policy", "photos", EU, p.queue("thumbnails", _open("sqs:ReceiveMessage")), "PC203",
        (":thumbnails",)),
    Way("queue-for-everybody", "queue policy", "photos", EAST,
        p.queue("moderation", open_to("*", "sqs:SendMessage")), "PC206", (":moderation",)),
    Way("function-policy", "function policy", "search", EU, p.function("lookup", root(STRANGER)["AWS"]),
        "PC203", ("function:lookup",)),
    Way("secret-policy", "secret policy", "mail", EU,
        p.secret("mail/acme", _open("secretsmanager:GetSecretValue")), "PC203", ("secret:mail/acme",)),
    Way("repository-policy", "repository policy", "shared-services", US,
        p.repository("base-image", _open("ecr:BatchGetImage")), "PC203", ("repository/base-image",)),
    Way("registry-policy", "registry policy", "shared-services", EAST,
        p.registry(_open("ecr:ReplicateImage")), "PC203", ("arn:aws:ecr:",)),
    Way("domain-policy", "search domain policy", "search", EAST, p.domain("members", _open("es:ESHttpGet")), "PC203",
        ("domain/members",)),
    Way("domain-for-everybody", "search domain policy", "analytics-test", US,
        p.domain("clicks", open_to({"AWS": "*"}, "es:ESHttpGet")), "PC206", ("domain/clicks",)),
    Way("bus-policy", "event bus policy", "network", EU, p.bus("partners", STRANGER), "PC203",
        ("event-bus/partners",)),
    Way("stream-policy", "stream policy", "analytics", EU, p.stream("clicks", _open("kinesis:GetRecords")), "PC203",
        ("stream/clicks",)),
    Way("table-policy", "table policy", "members", EAST, p.table("sign-ins", _open("dynamodb:Query")), "PC203",
        ("table/sign-ins",)),
    Way("catalog-policy", "data catalog policy", "analytics", US, p.data_catalog(_open("glue:GetTable")), "PC203",
        (":catalog",)),
)  # fmt: skip

SHARES: tuple[Way, ...] = (
    Way("key-grant", "key grant", "billing", US, s.key_grant(f"arn:aws:iam::{STRANGER}:role/reader"), "PC203",
        ("arn:aws:kms:us-east-1", "role/reader")),
    Way("bucket-list", "bucket ACL", "support", EU, s.bucket_list("lumen-tickets"), "PC203",
        ("s3:::lumen-tickets",)),
    Way("bucket-list-for-everybody", "bucket ACL", "support", US, s.bucket_list("lumen-press", public=True), "PC206",
        ("s3:::lumen-press",)),
    Way("function-url", "function URL", "web", EAST, s.open_url("webhook"), "PC206", ("function:webhook",)),
    Way("resource-share", "RAM share", "network", EAST, s.resource_share("members-copy", STRANGER), "PC203",
        ("cluster:members-copy",)),
    Way("volume-snapshot", "EBS snapshot", "photos", US, s.volume_snapshot(UserIds=[STRANGER]), "PC203",
        ("snapshot/", STRANGER)),
    Way("volume-snapshot-for-everybody", "EBS snapshot", "web-test", EAST, s.volume_snapshot(GroupNames=["all"]),
        "PC206", ("snapshot/",)),
    Way("image", "AMI", "shared-services", EU, s.image("base", UserId=STRANGER), "PC203", ("image/", STRANGER)),
    Way("image-for-everybody", "AMI", "sandbox-1", US, s.image("trial", Group="all"), "PC206", ("image/",)),
    Way("database-snapshot", "RDS snapshot", "members", US, s.database_snapshot("members", STRANGER), "PC203",
        ("snapshot:members-1",)),
    Way("database-snapshot-for-everybody", "RDS snapshot", "members-test", EU,
        s.database_snapshot("members-test", "all"), "PC206", ("snapshot:members-test-1",)),
    Way("cluster-snapshot", "RDS cluster snapshot", "billing", EAST, s.cluster_snapshot("orders", STRANGER), "PC203",
        ("cluster-snapshot:orders-1",)),
    Way("lake-database", "Lake Formation database", "analytics", EAST,
        s.lake(STRANGER, {"Database": {"Name": "lumen"}}, "DESCRIBE"), "PC203", ("database/lumen",)),
    Way("lake-table", "Lake Formation table", "analytics-test", EU,
        s.lake(STRANGER, {"Table": {"DatabaseName": "lumen", "Name": "members"}}), "PC203", ("table/lumen/members",)),
    Way("lake-columns", "Lake Formation columns", "exchange", EAST,
        s.lake(STRANGER, {"TableWithColumns": {"DatabaseName": "lumen", "Name": "people", "ColumnNames": ["email"]}}),
        "PC203", ("table/lumen/people",)),
)  # fmt: skip

OUT: tuple[Way, ...] = (
    Way("subscription", "topic subscription", "mail", EU,
        p.topic("bounces", "", "https", f"https://hooks.panorama.example/in?token={p.SECRET}"), "PC108",
        ("hooks.panorama.example", ":bounces")),
    Way("subscription-of-stranger", "topic subscription", "mail", US,
        p.topic("opens", "", "sqs", f"arn:aws:sqs:us-east-1:{STRANGER}:theirs"), "PC203", (":opens",)),
    Way("subscription-by-mail", "topic subscription", "mail", US,
        p.topic("complaints", "", "email", f"{p.SECRET}@panorama-mail.example"), "PC108",
        ("panorama-mail.example", ":complaints")),
    Way("api-destination", "API destination", "members", EU,
        x.api_destination("joined", "https://in.panorama.example/join", {"ip": "$.detail.ip_address"}), "PC108",
        ("in.panorama.example", "ip_address")),
    Way("rule-to-stranger", "event rule", "photos", EU,
        x.rule_to("uploads", f"arn:aws:events:eu-west-1:{STRANGER}:event-bus/default"), "PC203", ("rule/uploads",)),
    Way("pipe", "pipe", "mobile", EU, x.pipe("taps", f"arn:aws:events:eu-west-1:{STRANGER}:event-bus/default"), "PC203",
        ("pipe/taps",)),
    Way("delivery-stream", "delivery stream", "log-archive", EU, x.delivery("logs", "https://logs.panorama.example/v1"),
        "PC108", ("logs.panorama.example",)),
    Way("delivery-to-foreign-bucket", "delivery stream", "analytics", EU,
        x.delivery_to_bucket("clicks", "panorama-clicks"), "PC108", ("panorama-clicks",)),
    Way("replication", "replication", "backup", EU, x.replication("lumen-copies", "panorama-copies", STRANGER), "PC203",
        ("s3:::lumen-copies",)),
    Way("log-destination", "log subscription", "audit", EU,
        x.log_destination("siem", f"arn:aws:kinesis:eu-west-1:{STRANGER}:stream/siem"), "PC203", ("destination:siem",)),
)  # fmt: skip

GIVEN: tuple[Way, ...] = (
    Way("user-key-of-vendor", "access key", "billing", "",
        g.user_with_key("acme-sync", allow("s3:GetObject", "arn:aws:s3:::lumen-invoices/*")), "PC201",
        ("user/acme-sync", "s3:GetObject")),
    Way("app-client-attributes", "app client", "mobile", EU,
        g.app_client("acme-web", "https://app.lumen.example/cb", "email", "birthdate"), "PC101",
        ("acme-web.birthdate",)),
    Way("app-client-scopes", "app client", "photos", US,
        g.app_client("acme-login", "https://api.acme.example/cb", "email", scopes=("email", "phone")), "PC208",
        ("acme-login", "phone")),
    Way("app-client-of-stranger", "app client", "web", EU,
        g.app_client("partner-login", "https://login.panorama.example/cb", "email"), "PC203",
        ("login.panorama.example",)),
    Way("api-key-of-vendor", "API key", "exchange", EU, g.api_key("acme-hooks"), "PC208", ("acme-hooks",)),
    Way("table-of-lake", "data catalog table", "analytics", EU,
        g.both(
            g.lake_table("lumen-lake", "lake", "sign_ins", email="string", last_login_ip="string"),
            p.role("acme-lake", root(ACME), external_id("1f6c2d90-acme-lake0"),
                   inline=allow("s3:GetObject", "arn:aws:s3:::lumen-lake/sign_ins/*"))),
        "PC101", ("lake.sign_ins.last_login_ip",)),
    Way("tag-of-unknown-dataset", "dataset tag", "backup", EU, g.tagged_bucket("lumen-tagged", "nowhere"), "PC106",
        ("lumen-tagged", "nowhere")),
    Way("provider-without-role", "SAML provider", "audit", "", g.saml_provider("old-login"), "PC402",
        ("saml-provider/old-login",)),
)  # fmt: skip

_EVENTS = "arn:aws:dynamodb:*:*:table/events"
_BOTH = ["dynamodb:Scan", "dynamodb:Query"]
_NO_SCAN = deny("dynamodb:Scan")
_NO_WRITE = deny("s3:PutObject", Principal="*")
_SOME = {
    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["last_login_ip"]},
    "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
}
_THROUGH_LAKE = allow(["glue:GetTable", "lakeformation:GetDataAccess"])

LAYERS: tuple[Way, ...] = (
    Way("service-control-policy", "service control policy", "resellers", "",
        g.both(p.control("no-scans", "partners", _NO_SCAN),
               p.role("acme-resold", root(ACME), external_id("1f6c2d90-acme-resold"), inline=allow(_BOTH, _EVENTS))),
        "PC201", ("role/acme-resold", "dynamodb:Query"), ("dynamodb:Scan",)),
    Way("resource-control-policy", "resource control policy", "resellers", EU,
        g.both(p.control("no-writes", "partners", _NO_WRITE, "RESOURCE_CONTROL_POLICY"),
               p.bucket("lumen-resold",
                        open_to(root(ACME), ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::lumen-resold/*"))),
        "PC201", ("lumen-resold", "s3:GetObject"), ("s3:PutObject",)),
    Way("permissions-boundary", "permissions boundary", "search", "",
        p.role("acme-bound", root(ACME), external_id("1f6c2d90-acme-bound0"), inline=allow(_BOTH, _EVENTS),
               boundary=allow("dynamodb:Query")),
        "PC201", ("role/acme-bound", "dynamodb:Query"), ("dynamodb:Scan",)),
    Way("key-that-stops-a-read", "KMS stops a read", "audit", EU,
        g.both(g.sealed_bucket("lumen-sealed"),
               p.role("acme-sealed", root(ACME), external_id("1f6c2d90-acme-sealed"),
                      inline=allow("s3:GetObject", "arn:aws:s3:::lumen-sealed/*"))),
        "PC201", ("role/acme-sealed", "does not let it decrypt")),
    Way("columns-of-the-lake", "columns of Lake Formation limit fields", "analytics", EU,
        g.both(g.lake_table("lumen-vault", "vault", "people", email="string", birthdate="date", last_login_ip="string"),
               p.role("acme-vault", root(ACME), external_id("1f6c2d90-acme-vault0"), inline=_THROUGH_LAKE),
               s.lake_of_role("acme-vault", "vault", "people", "email", "last_login_ip")),
        "PC101", ("vault.people.last_login_ip", "role/acme-vault", "Lake Formation grants only")),
    Way("attributes-of-items", "dynamodb:Attributes limits fields", "mobile", EU,
        g.both(p.table("albums"),
               p.role("acme-albums", root(ACME), external_id("1f6c2d90-acme-albums"),
                      inline=allow("dynamodb:Query", "arn:aws:dynamodb:*:*:table/albums", _SOME))),
        "PC101", ("role/acme-albums", "albums.last_login_ip", "dynamodb:Attributes leaves")),
)  # fmt: skip

PLAYED: tuple[Way, ...] = (
    Way("flow", "AppFlow", "mobile", US,
        y.flow("people", "https://crm.panorama.example", email="raw", last_login_ip="masked"), "PC108",
        ("crm.panorama.example", "flow/people")),
    Way("database-copy", "DMS", "members", EU, x.database_copy("members-copy", "pg.panorama.example", "password"),
        "PC108", ("pg.panorama.example",)),
    Way("log-policy", "log policy of the account", "audit", US,
        y.log_policy(f"arn:aws:logs:us-east-1:{STRANGER}:destination:siem"), "PC203", ("log-group:*",)),
    Way("delivery-to-partner", "delivery stream to a partner", "log-archive", US,
        x.delivery_to_partner("to-splunk", "https://splunk.panorama.example:8088"), "PC108",
        ("splunk.panorama.example",)),
    Way("service-never-used", "service last accessed", "billing", "",
        g.both(p.role("acme-idle", root(ACME), external_id("1f6c2d90-acme-idle00"),
                      inline=allow("ses:SendEmail", "arn:aws:ses:eu-west-1:*:identity/lumen.example")),
               y.last_use("acme-idle", "ses")), "PC402", ("role/acme-idle", "ses")),
    Way("console-password", "credential report", "support", "", g.console_user("acme-console"), "PC302",
        ("acme-console", "console password")),
    Way("oidc-provider-without-role", "OIDC provider", "audit", "", g.oidc_provider("https://id.panorama.example"),
        "PC402", ("oidc-provider/id.panorama.example",)),
)  # fmt: skip

KEYS: tuple[Way, ...] = (
    Way("kept-secret", "kept key", "web", EU, p.secret("datadog/api-key"), "PC202", ("datadog/api-key",)),
    Way("kept-parameter", "kept key", "search", EU, x.parameter("/prod/stripe/api-key"), "PC202",
        ("stripe/api-key",)),
    Way("unused-access-key", "access key", "mail", "", p.user("acme-unused"), "PC302", ("acme-unused",)),
    Way("old-access-key", "access key", "mobile", "", p.user("acme-fetch"), "PC301", ("acme-fetch",)),
)  # fmt: skip

WAYS: tuple[Way, ...] = (*IAM, *POLICIES, *SHARES, *OUT, *GIVEN, *LAYERS, *PLAYED, *KEYS)

DECOYS: tuple[Decoy, ...] = (
    Decoy("bucket-without-policy", "mail", EU, p.bucket("lumen-mail-templates"), ":::lumen-mail-templates was not"),
    Decoy("role-of-ours", "web", "", p.security_account("decoy-audit"), "decoy-audit"),
    Decoy("role-of-service", "web", "",
          p.role("decoy-task", {"Service": "ecs-tasks.amazonaws.com"}, inline=_READ), "decoy-task"),
    Decoy("role-of-organization", "mail", "",
          p.role("decoy-lookup", {"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "{ORGANIZATION}"}}),
          "decoy-lookup"),
    Decoy("role-of-single-sign-on", "audit", "",
          p.role("AWSReservedSSO_ReadOnly_decoy", _SINGLE_SIGN_ON, None, "sts:AssumeRoleWithSAML",
                 path="/aws-reserved/sso.amazonaws.com/"), "AWSReservedSSO"),
    Decoy("bucket-of-organization", "log-archive", EU,
          p.bucket("decoy-logs", open_to("*", "s3:PutObject", "arn:aws:s3:::decoy-logs/*",
                                         {"StringEquals": {"aws:PrincipalOrgID": "{ORGANIZATION}"}})), "decoy-logs"),
    Decoy("bucket-of-service", "log-archive", EU,
          p.bucket("decoy-trail", open_to({"Service": "cloudtrail.amazonaws.com"}, "s3:PutObject",
                                          "arn:aws:s3:::decoy-trail/*")), "decoy-trail"),
    Decoy("queue-of-service", "photos", EU,
          p.queue("decoy-events", open_to({"Service": "events.amazonaws.com"}, "sqs:SendMessage")), "decoy-events"),
    Decoy("function-of-service", "search", EU, p.function("decoy-cron", "events.amazonaws.com"), "decoy-cron"),
    Decoy("share-of-ours", "network", EU, s.resource_share("decoy-cluster", HOME), "decoy-cluster"),
    Decoy("list-that-is-blocked", "support", EAST, s.bucket_list("decoy-list", public=True, blocked=True),
          "decoy-list"),
    Decoy("snapshot-of-ours", "billing", EU, s.database_snapshot("decoy-orders", HOME), "decoy-orders"),
    Decoy("rule-to-ours", "photos", US,
          x.rule_to("decoy-rule", f"arn:aws:events:us-east-1:{HOME}:event-bus/default"), "decoy-rule"),
    Decoy("destination-of-ours", "members", US,
          x.api_destination("decoy-hook", "https://hooks.lumen.example/in", {"ip": "$.detail.ip"}), "decoy-hook"),
    Decoy("replication-to-ours", "backup", EAST, x.replication("decoy-copies", "decoy-logs", HOME), "decoy-copies"),
    Decoy("column-not-granted", "analytics", EU, p.nothing, "acme-vault can read vault.people.birthdate"),
    Decoy("attribute-not-granted", "mobile", EU, p.nothing, "acme-albums can read albums.birthdate"),
    Decoy("field-behind-a-key", "audit", EU, p.nothing, "sealed.ip_history"),
    Decoy("declared-role", "mail", "",
          p.role("boreal-templates", root(p.BOREAL), _BOUND,
                 inline=allow("s3:GetObject", "arn:aws:s3:::lumen-mail-templates/*")), "boreal-templates"),
)  # fmt: skip

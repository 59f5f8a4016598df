"""The catalog that people wrote, completed by what AWS tells of our data, never changed by it."""

from __future__ import annotations

import pytest

from policycheck.model.facts import CatalogEntry
from tests.checks.lab import OURS, Lab, allow, role, told, with_external_id

LAKE = "arn:aws:s3:::lumen-lake"
BUCKET = {"arn": LAKE, "account": OURS, "policy": None}


def table(name: str, location: str, **columns: str) -> CatalogEntry:
    """A table of Glue."""
    database, _, short = name.partition(".")
    arn = f"arn:aws:glue:eu-west-1:{OURS}:table/{database}/{short}"
    where, places = f"glue.get_tables {name}", (location,) if location else ()
    names, types = tuple(columns), tuple(columns.values())
    return CatalogEntry("aws", OURS, arn, "table", name, "iam", where, locations=places, columns=names, types=types)


def tag(resource: str, dataset: str) -> CatalogEntry:
    """A resource with a tag."""
    where = f"resourcegroupstaggingapi.get_resources {resource}"
    return CatalogEntry("aws", OURS, resource, "tagged", resource, "iam", where, dataset)


@pytest.fixture
def lake(lab: Lab) -> Lab:
    """A vendor that may read a bucket which no catalog file describes."""
    reads = allow("s3:GetObject", f"{LAKE}/*")
    lab.roles = [role("vendor-acme", with_external_id(), reads)]
    lab.acme["access"][0]["allow"] = [{"actions": ["s3:GetObject"], "resources": [f"{LAKE}/*"]}]
    lab.resources.append(BUCKET)
    return lab


def rows(lab: Lab) -> list[tuple[str, str, str | None, str]]:
    """(dataset, field, category, decided by) of everything that can be read."""
    return [(e.dataset, e.field, e.category, e.decided_by) for e in lab.survey().exposures if e.origin == "readable"]


def test_without_a_live_catalog_the_content_is_unknown(lake: Lab) -> None:
    assert told(lake.judge()) == [("PC107", "acme", "medium", "gap")]


def test_a_table_tells_what_lies_at_its_location(lake: Lab) -> None:
    lake.facts = [table("lake.events", f"{LAKE}/*", email="string", last_login_ip="string", currency="string")]
    result = lake.judge()
    finding, *_ = (f for f in result.findings if f.rule == "PC101")
    assert "PC107" not in [f.rule for f in result.findings]
    assert [(e.connector, e.where) for e in finding.instances[0].evidence[-1:]] == [
        ("iam", "glue.get_tables lake.events")
    ]
    found = rows(lake)
    assert [row[:3] for row in found] == [
        ("lake.events", "email", "user.contact.email"),
        ("lake.events", "last_login_ip", "user.device.ip_address"),
    ]
    assert [row[3] for row in found] == ["catalog member-exports.email", "rule sign-in-ip"]


def test_a_table_about_nobody(lake: Lab) -> None:
    lake.facts = [table("lake.prices", f"{LAKE}/*", price="bigint", currency="string")]
    assert (told(lake.judge()), rows(lake)) == ([], [])


def test_what_people_wrote_wins_and_aws_adds_the_rest(lake: Lab) -> None:
    lake.catalog[0]["locations"].append(f"{LAKE}/members/*")
    lake.acme["access"][0]["allow"][0]["resources"] = [f"{LAKE}/members/*"]
    lake.roles = [role("vendor-acme", with_external_id(), allow("s3:GetObject", f"{LAKE}/members/*"))]
    lake.facts = [
        table("lake.members", f"{LAKE}/members/2026/*", Email="string", ip_history="string", birthdate="date"),
    ]
    assert [row[:3] for row in rows(lake)] == [
        ("member-exports", "email", "user.contact.email"),
        ("member-exports", "ip_history", "user.device.ip_address"),
        ("member-exports", "email_sha256", "user.contact.email"),
        ("member-exports", "birthdate", "user.demographic.date_of_birth"),
    ]


def test_a_table_that_lies_elsewhere_than_its_dataset(lake: Lab) -> None:
    lake.catalog[0]["locations"] = [f"arn:aws:glue:eu-west-1:{OURS}:table/lake/members"]
    lake.facts = [table("lake.members", f"{LAKE}/*", email="string")]
    assert {row[0] for row in rows(lake)} == {"member-exports"}


@pytest.mark.parametrize("tagged", [LAKE, f"arn:aws:glue:eu-west-1:{OURS}:table/lake/members"])
def test_a_tag_names_the_dataset_of_a_table(lake: Lab, tagged: str) -> None:
    lake.facts = [table("lake.members", f"{LAKE}/*", birthdate="date"), tag(tagged, "member-exports")]
    assert [row[:2] for row in rows(lake)][-1] == ("member-exports", "birthdate")
    lake.facts = [table("lake.members", f"{LAKE}/*", birthdate="date"), tag(tagged, "birthdays")]
    assert [row[:2] for row in rows(lake)] == [("birthdays", "birthdate")]


def test_a_tag_adds_a_location_to_a_dataset(lake: Lab) -> None:
    lake.facts = [tag(LAKE, "member-exports")]
    assert {row[0] for row in rows(lake)} == {"member-exports"}


def test_a_tag_that_names_nothing_known_is_told_and_hides_nothing(lake: Lab) -> None:
    lake.facts = [tag(LAKE, "nowhere")]
    assert [(f.rule, f.severity.word) for f in lake.judge().findings] == [("PC107", "medium"), ("PC106", "info")]
    assert lake.judge().findings[1].message == "a tag names dataset nowhere, which nothing describes"


def test_a_table_without_columns_describes_nothing(lake: Lab) -> None:
    lake.facts = [table("lake.empty", f"{LAKE}/*")]
    assert [f.rule for f in lake.judge().findings] == ["PC107"]


def test_the_catalog_counts_where_a_tag_says_otherwise(lab: Lab) -> None:
    lab.facts = [
        tag("arn:aws:s3:::lumen-mail-templates", "other"),
        tag("arn:aws:s3:::lumen-exports/members/", "member-exports"),
        table("lake.members", "arn:aws:s3:::lumen-mail-templates/a/*"),
    ]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.severity.word, finding.location.path) == (
        "PC106",
        "info",
        "catalog/mail-templates.yaml",
    )
    assert [i.observed for i in finding.instances] == [
        "arn:aws:s3:::lumen-mail-templates is tagged other, and lies in mail-templates"
    ]


def test_fields_none_is_not_believed_blindly(lab: Lab) -> None:
    at = "arn:aws:s3:::lumen-mail-templates/a/*"
    lab.facts = [table("lake.mails", at, email="string", body="string"), table("lake.plain", at, currency="string")]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.severity.word) == ("PC106", "info")
    assert finding.message == "dataset mail-templates says `fields: none`, and AWS describes columns about people there"
    assert "email (user.contact.email)" in finding.instances[0].observed

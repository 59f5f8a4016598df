"""Which columns Lake Formation lets a vendor's role in our own account read, pulled from a live account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.checks.lab import Lab
from tests.connectors.aws.everything import played
from tests.servers.aws import HOME, REGION, Aws

ROLE = f"arn:aws:iam::{HOME}:role/vendor-acme"
TABLE = f"arn:aws:glue:{REGION}:{HOME}:table/lake/members"
FILES = "arn:aws:s3:::lumen-lake/members/*"
THROUGH = {"Effect": "Allow", "Action": ["glue:GetTable", "lakeformation:GetDataAccess"], "Resource": "*"}
DIRECT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": FILES}


@pytest.fixture
def lake(aws: Aws, tmp_path: Path) -> Lab:
    """A project with a table of the data lake, and a live account with a vendor's role."""
    lab = Lab(tmp_path)
    lab.config["own_accounts"] = [HOME]
    services = ["iam", "lakeformation"]
    lab.config["connectors"] = [{"name": "prod", "type": "aws", "services": services, "regions": [REGION]}]
    fields = {"email": "user.contact.email", "last_ip": "user.device.ip_address"}
    lab.catalog = [{"dataset": "members", "locations": [TABLE, FILES], "fields": fields}]
    trust = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.client("iam").create_role(RoleName="vendor-acme", AssumeRolePolicyDocument=document)
    return lab


def give(aws: Aws, *statements: dict[str, Any]) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    aws.client("iam").put_role_policy(RoleName="vendor-acme", PolicyName="lake", PolicyDocument=document)


def grant(aws: Aws, party: str, *columns: str, privilege: str = "SELECT") -> None:
    table: dict[str, Any] = {"DatabaseName": "lake", "Name": "members"}
    resource = {"TableWithColumns": {**table, "ColumnNames": list(columns)}} if columns else {"Table": table}
    aws.client("lakeformation").grant_permissions(
        Principal={"DataLakePrincipalIdentifier": party}, Resource=resource, Permissions=[privilege]
    )


def read(lab: Lab) -> tuple[set[str], set[str]]:
    """The fields that the vendor reads, and what is said of that."""
    survey = lab.survey()
    said = {limit for each in survey.exposures for limit in each.limits} | {each.by for each in survey.stopped}
    return {each.field for each in survey.exposures}, said


def test_granted_columns(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    grant(aws, ROLE, "email")
    assert read(lake) == ({"email"}, {"Lake Formation grants only email"})


def test_no_grant(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    grant(aws, f"{ROLE}-other", "email")
    assert read(lake) == (set(), {"Lake Formation grants it no column"})


def test_everybody_whom_iam_allows(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    grant(aws, "IAM_ALLOWED_PRINCIPALS", privilege="ALL")
    said = "Lake Formation does not limit this: IAMAllowedPrincipals has the table"
    assert read(lake) == ({"email", "last_ip"}, {said})


def test_the_files_are_read_past_it(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH, DIRECT)
    grant(aws, ROLE, "email")
    assert read(lake) == ({"email", "last_ip"}, {"this reads the files in S3 directly, past Lake Formation"})
    helps = [f.help for f in lake.judge().findings if f.rule == "PC101"]
    assert any(f"take s3:GetObject on {FILES} away from it" in each for each in helps)


def test_grants_that_nobody_pulled_count_as_given(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    grant(aws, ROLE, "email")
    lake.config["connectors"][0]["services"] = ["iam"]
    said = "the grants of Lake Formation were not all seen: taken as giving every column"
    assert read(lake) == ({"email", "last_ip"}, {said})


def test_without_credentials_for_the_data_the_table_is_not_read(aws: Aws, lake: Lab) -> None:
    give(aws, {**THROUGH, "Action": "glue:GetTable"})
    grant(aws, ROLE, "email")
    assert read(lake) == (set(), set())


def tell(aws: Aws, *resources: dict[str, Any], **cells: Any) -> None:
    """Let Lake Formation grant SELECT on these to the role, in shapes that the server lacks."""
    party = {"DataLakePrincipalIdentifier": ROLE}
    granted = [{"Principal": party, "Resource": each, "Permissions": ["SELECT"]} for each in resources]
    played(aws, "lakeformation.list_permissions", PrincipalResourcePermissions=granted)
    played(aws, "lakeformation.get_data_cells_filter", DataCellsFilter={**CELLS, **cells})


CELLS = {"TableCatalogId": HOME, "DatabaseName": "lake", "TableName": "members", "Name": "eu-only"}
OF_TABLE = {"DatabaseName": "lake", "Name": "members"}


def test_all_columns_but_some(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    tell(aws, {"TableWithColumns": {**OF_TABLE, "ColumnWildcard": {"ExcludedColumnNames": ["last_ip"]}}})
    fields, said = read(lake)
    assert fields == {"email"}
    assert any("Lake Formation" in each for each in said)


def test_rows_that_a_filter_hides(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    tell(aws, {"DataCellsFilter": CELLS}, ColumnNames=["last_ip"], RowFilter={"FilterExpression": "region='eu'"})
    fields, said = read(lake)
    assert fields == {"last_ip"}
    assert "rows limited by Lake Formation (eu-only)" in said


def test_a_filter_that_hides_columns_alone(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    columns = {"ColumnWildcard": {"ExcludedColumnNames": ["email"]}, "RowFilter": {"AllRowsWildcard": {}}}
    tell(aws, {"DataCellsFilter": CELLS}, **columns)
    fields, said = read(lake)
    assert fields == {"last_ip"}
    assert not any(each.startswith("rows limited") for each in said)


def test_a_grant_by_tags_may_be_one_of_any_column(aws: Aws, lake: Lab) -> None:
    give(aws, THROUGH)
    expression = [{"TagKey": "level", "TagValues": ["low"]}]
    tell(aws, {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": expression}})
    fields, said = read(lake)
    assert fields == {"email", "last_ip"}
    assert any("goes by tags" in each for each in said)

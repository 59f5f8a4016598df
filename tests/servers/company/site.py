"""The organization itself: units, accounts, the role that policycheck enters through, and clients to plant with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from tests.servers.aws import HOME, REGION, Aws, document

#: The Regions of the company; the second and third are where nobody looks by hand.
EU, US, EAST = REGION, "us-east-1", "eu-central-1"
REGIONS = (EU, US, EAST)
ROLE = "PolicycheckReadOnly"
EXTERNAL_ID = "b7e1f0c2-policycheck-lumen"

#: The accounts by unit; the management account stands at the root. The names are what the table of ways speaks of.
UNITS: dict[str, tuple[str, ...]] = {
    "security": ("audit", "log-archive", "identity"),
    "infrastructure": ("network", "shared-services", "backup"),
    "workloads/prod": ("web", "mail", "members", "photos", "search", "billing", "analytics", "mobile"),
    "workloads/test": ("web-test", "mail-test", "members-test", "analytics-test"),
    "partners": ("exchange", "resellers", "support"),
    "sandbox": ("sandbox-1", "sandbox-2", "lab"),
}
MANAGEMENT = "management"


@dataclass(slots=True)
class Site:
    """The company in one server. ``accounts`` maps names to ids, ``units`` paths of units to ids."""

    aws: Aws
    accounts: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    organization: str = ""
    _session: boto3.Session = field(default_factory=boto3.Session)
    _credentials: dict[str, dict[str, str]] = field(default_factory=dict)
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def client(self, service: str, account: str = MANAGEMENT, region: str = EU) -> Any:
        """A client in the account of that name; each is made once."""
        key = (service, account, region)
        if key not in self._clients:
            # One session for all: each would read the same service models again.
            keys = self._keys(account)
            # Calls of s3control go to a host of their own, which only the server as its own proxy can find.
            config = Config(proxies={"http": self.aws.url})
            made = self._session.client(  # pyright: ignore[reportCallIssue]
                service,
                region_name=region,
                endpoint_url=self.aws.url,
                config=config,
                **keys,  # pyright: ignore[reportArgumentType]
            )
            self._clients[key] = made
        return self._clients[key]

    def environ(self) -> dict[str, str]:
        """What a process needs to pull this company."""
        proxy = {"HTTP_PROXY": self.aws.url, "http_proxy": self.aws.url, "NO_PROXY": "", "no_proxy": ""}
        return {**self.aws.environ(), **proxy, "POLICYCHECK_EXTERNAL_ID": EXTERNAL_ID}

    def id(self, account: str) -> str:
        """The id of the account of that name."""
        return self.accounts[account]

    def arn(self, service: str, account: str, region: str, rest: str) -> str:
        """The ARN of something in the account of that name."""
        return f"arn:aws:{service}:{region}:{self.id(account)}:{rest}"

    def _keys(self, account: str) -> dict[str, str]:
        if account not in self._credentials:
            keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
            if account != MANAGEMENT:
                role = f"arn:aws:iam::{self.id(account)}:role/OrganizationAccountAccessRole"
                made = self.client("sts").assume_role(RoleArn=role, RoleSessionName="setup")["Credentials"]
                keys = {
                    "aws_access_key_id": made["AccessKeyId"],
                    "aws_secret_access_key": made["SecretAccessKey"],
                    "aws_session_token": made["SessionToken"],
                }
            self._credentials[account] = keys
        return self._credentials[account]


def found(aws: Aws) -> Site:
    """Found the company: 25 accounts in their units, each with the role that policycheck enters through."""
    site = Site(aws)
    client = site.client("organizations")
    site.organization = client.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = client.list_roots()["Roots"][0]["Id"]
    site.units[""] = root
    site.accounts[MANAGEMENT] = HOME
    for path, names in UNITS.items():
        unit = _unit(site, path)
        for name in names:
            made = client.create_account(Email=f"aws-{name}@lumen.example", AccountName=name)
            account = made["CreateAccountStatus"]["AccountId"]
            client.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
            site.accounts[name] = account
    for name in site.accounts:
        _member_role(site, name)
    return site


def _unit(site: Site, path: str) -> str:
    if path not in site.units:
        above, _, name = path.rpartition("/")
        made = site.client("organizations").create_organizational_unit(ParentId=_unit(site, above), Name=name)
        site.units[path] = made["OrganizationalUnit"]["Id"]
    return site.units[path]


def _member_role(site: Site, account: str) -> None:
    trust = document(
        Principal={"AWS": f"arn:aws:iam::{HOME}:root"},
        Action="sts:AssumeRole",
        Condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    )
    site.client("iam", account).create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)

"""A real moto server over HTTP, standing in for AWS: one for all tests of a process, emptied before each."""

from __future__ import annotations

import json
import logging
import os
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from tests.servers import botocore_once, moto_more
from tests.servers.unmeasured import unmeasured
from tests.servers.wire import Wire

REGION = "eu-west-1"
HOME = "123456789012"


@dataclass(frozen=True, slots=True)
class Aws:
    """The server's address, clients for setting accounts up, and what the program says over the wire."""

    url: str
    wire: Wire

    def environ(self) -> dict[str, str]:
        """What a process needs to talk to this server instead of AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nowhere",
            "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
        }

    def client(self, service: str, account: str = HOME, region: str = REGION) -> Any:
        """A client that acts in an account."""
        keys: dict[str, str] = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        if account != HOME:
            role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
            made = self.client("sts").assume_role(RoleArn=role, RoleSessionName="setup")["Credentials"]
            keys = {
                "aws_access_key_id": made["AccessKeyId"],
                "aws_secret_access_key": made["SecretAccessKey"],
                "aws_session_token": made["SessionToken"],
            }
        return boto3.client(service, endpoint_url=self.url, region_name=region, **keys)

    def reset(self) -> None:
        """Forget everything."""
        self.wire.heard.clear()
        self.wire.disturb = None
        self.wire.telling.clear()
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        with urllib.request.urlopen(request, timeout=30):
            pass

    def organization(self, members: int) -> list[str]:
        """Make an organization; the ids of its accounts, the management account first."""
        client = self.client("organizations")
        client.create_organization(FeatureSet="ALL")
        for number in range(members):
            client.create_account(Email=f"aws-{number}@lumen.example", AccountName=f"account-{number}")
        return [HOME, *sorted(a["Id"] for a in client.list_accounts()["Accounts"] if a["Id"] != HOME)]


def document(**statement: object) -> str:
    """A policy of one Allow statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def start() -> tuple[ThreadedMotoServer, Aws]:
    """A server on a free port of this machine."""
    # Its own images bring thousands of snapshots into every Region, each as if it were ours.
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    moto_more.install()
    # A line for each request, and pytest keeps them all: a fifth of the time of a large test.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    botocore_once.install()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    inner: Any = server._server
    inner.app = wire = Wire(inner.app)
    unmeasured(inner)
    return server, Aws(f"http://{host}:{port}", wire)

"""A live pull of 25 accounts with 200 roles and 50 buckets each, against a server that answers from memory.

The server runs in this process, the pull in one of its own, so that only the client's work is counted.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from benchmarks.jobs import Row
from benchmarks.measure import program, run

ACCOUNTS, ROLES, BUCKETS = 25, 200, 50
_PEAK = 500
_IDS = [f"{number:012d}" for number in range(100000000001, 100000000001 + ACCOUNTS)]
_CONFIG = """\
version: 1
connectors:
  - {name: aws, type: aws, accounts: [%s], role: audit, regions: [eu-west-1], services: [iam, s3]}
"""


def _policy(principal: str = "", **statement: str) -> str:
    told: dict[str, object] = {"Effect": "Allow", **statement}
    if principal:
        told["Principal"] = {"AWS": f"arn:aws:iam::{principal}:root"}
    return json.dumps({"Version": "2012-10-17", "Statement": [told]})


def _role(account: str, number: int) -> str:
    trust = quote(_policy("444455556666", Action="sts:AssumeRole"))
    inline = quote(_policy(Action="s3:GetObject", Resource=f"arn:aws:s3:::lumen-{account}-{number}/*"))
    return (
        f"<member><RoleName>r{number}</RoleName><Path>/</Path><RoleId>AROA{number}</RoleId>"
        f"<Arn>arn:aws:iam::{account}:role/r{number}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        f"<AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument><RolePolicyList><member>"
        f"<PolicyName>p</PolicyName><PolicyDocument>{inline}</PolicyDocument></member></RolePolicyList></member>"
    )


def _query(action: str, inner: str) -> str:
    return f"<{action}Response><{action}Result>{inner}</{action}Result></{action}Response>"


def _identity(account: str) -> str:
    return _query("GetCallerIdentity", f"<Arn>arn:aws:sts::{account}:user/b</Arn><Account>{account}</Account>")


def _assumed(account: str) -> str:
    keys = f"<AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    return _query("AssumeRole", f"<Credentials>{keys}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>")


def _details(account: str) -> str:
    roles = "".join(_role(account, number) for number in range(ROLES))
    return _query("GetAccountAuthorizationDetails", f"<RoleDetailList>{roles}</RoleDetailList>")


def _buckets(account: str) -> str:
    names = "".join(f"<Bucket><Name>lumen-{account}-{number}</Name></Bucket>" for number in range(BUCKETS))
    return f"<ListAllMyBucketsResult><Owner><ID>o</ID></Owner><Buckets>{names}</Buckets></ListAllMyBucketsResult>"


_ACL = "<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList></AccessControlList></AccessControlPolicy>"
_OWNED = "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"
_BLOCK = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>"


class Handler(BaseHTTPRequestHandler):
    """Answers what the two families ask; counts the calls."""

    protocol_version = "HTTP/1.1"
    calls = 0

    def _answer(self) -> None:
        Handler.calls += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        key = re.search(r"Credential=(?:ASIA(\d{12}))?", self.headers.get("Authorization", ""))
        text = self._text((key and key[1]) or "123456789012", body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _text(self, account: str, body: str) -> str:
        if "Action=AssumeRole" in body:
            found = re.search(r"iam%3A%3A(\d{12})", body)
            return _assumed(found[1] if found else account)
        if "Action=GetCallerIdentity" in body:
            return _identity(account)
        if "Action=GetAccountAuthorizationDetails" in body:
            return _details(account)
        for mark, text in (
            ("?policy", ""),
            ("?acl", _ACL),
            ("?ownershipControls", _OWNED),
            ("ublicAccessBlock", _BLOCK),
        ):
            if mark in self.path:
                return text or _policy("444455556666", Action="s3:GetObject", Resource="*")
        return _buckets(account)

    do_GET = do_POST = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def rows(directory: Path) -> Iterator[Row]:
    """Client CPU per call, calls per second, peak memory."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    accounts = ", ".join(f'"{account}"' for account in _IDS)
    (directory / "policycheck.yaml").write_text(_CONFIG % accounts)
    env = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_address[1]}",
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    began = time.monotonic()
    usage = run([*program(), "pull"], directory, (0, 3), env)
    wall = time.monotonic() - began
    server.shutdown()
    job = f"live pull, {ACCOUNTS} accounts x {ROLES} roles x {BUCKETS} buckets"
    each = usage.cpu / max(Handler.calls, 1) * 1000
    figures = f"{Handler.calls:,} calls, {Handler.calls / wall:.0f} a second, {each:.1f} ms client CPU each"
    yield Row(job, f"{usage.peak:.0f} MiB; {figures}; exit {usage.code}", f"<= {_PEAK} MiB", usage.peak <= _PEAK)

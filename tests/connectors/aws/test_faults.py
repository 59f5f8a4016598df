"""What goes wrong on the way: retried until it succeeds, or told with place, call and reason. Never a clean run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    ClientError,
    NoCredentialsError,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)

from policycheck_connectors.aws import limits
from policycheck_connectors.aws import room as rooms
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.errors import reason_of
from policycheck_connectors.aws.family import REGIONAL
from tests.connectors.aws.estate import CALLS, Estate, known, plant, quick
from tests.connectors.lab import Pulled
from tests.servers import faults
from tests.servers.aws import HOME, REGION, Aws
from tests.servers.wire import App, Body, Disturb, Environ, Heard

if TYPE_CHECKING:
    from tests.conftest import Run


@pytest.fixture(scope="module")
def _planted(_server: Aws, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    _server.reset()
    plant(_server)
    return Estate(_server, tmp_path_factory.mktemp("estate"))


@pytest.fixture
def estate(_planted: Estate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    for name, value in _planted.aws.environ().items():
        monkeypatch.setenv(name, value)
    with quick(_planted):
        yield _planted
    _planted.aws.wire.disturb = None
    _planted.aws.wire.heard.clear()


def disturbed(estate: Estate, fault: Disturb, *services: str, **options: object) -> Pulled:
    """What is seen while something goes wrong."""
    estate.aws.wire.heard.clear()
    estate.aws.wire.disturb = fault
    try:
        return estate.pull(*services, **options)
    finally:
        estate.aws.wire.disturb = None


def assert_told(pulled: Pulled, name: str, call: str, reason: str) -> None:
    """One call failed: a gap names place, call and reason, and what was seen is not more than there is."""
    rows = [row for row in pulled.coverage if row.status != "complete"]
    assert rows, f"{call} failed and the pull is clean"
    # boto3 gives a broken answer of S3 a status of its own.
    reasons = (reason, "failed at AWS (HTTP 500)") if name == "s3" else (reason,)
    assert any(f"{call} {text}" in row.reason for row in rows for text in reasons), pulled.reasons()
    where = f"{name} {REGION}" if family(name).where == REGIONAL else name
    assert {(row.account, row.where) for row in rows} == {(HOME, where)}
    assert all(row.help for row in rows)
    told = repr(pulled)
    assert "canary" not in told


#: What passes: the program tries again.
PASSING: dict[str, Disturb] = {
    "throttled": faults.refused("ThrottlingException", 400),
    "limit": faults.refused("RequestLimitExceeded", 503),
    "slow-down": faults.refused("SlowDown", 503),
    "too-many": faults.refused("TooManyRequestsException", 429),
    "internal": faults.refused("InternalFailure", 500),
    "unavailable": faults.page(503),
    "bad-gateway": faults.page(502),
    "reset": faults.reset,
    "cut": faults.cut,
}

#: A family of each protocol: query, XML, JSON, and JSON with paths.
PROTOCOLS = ("iam", "s3", "kms", "lambda")


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again(estate: Estate, fault: str) -> None:
    whole = estate.pull(*PROTOCOLS)
    assert whole.whole(), whole.reasons()
    estate.aws.wire.heard.clear()
    assert disturbed(estate, faults.times(2, PASSING[fault]), *PROTOCOLS) == whole
    calls = {call for name, call in CALLS if name in PROTOCOLS}
    assert {heard.call for heard in estate.aws.wire.heard if heard.number == 2} >= calls


def answers(*bodies: object) -> Disturb:
    """These answers one after the other, and then the first again, and so on."""

    def answer(heard: Heard, environ: Environ, start: Any, app: App) -> Body:
        body = json.dumps(bodies[heard.number % len(bodies)]).encode()
        start("200 OK", [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def keys(number: int, **more: object) -> dict[str, object]:
    """A page of one KMS key."""
    arn = f"arn:aws:kms:{REGION}:{HOME}:key/{number}"
    return {"Keys": [{"KeyId": str(number), "KeyArn": arn}], **more}


@pytest.mark.parametrize(
    ("pages", "reason", "asked"),
    [
        ([keys(1, Truncated=True, NextMarker="a")], "gave the same page twice", 2),
        (
            [keys(1, Truncated=True, NextMarker="a"), keys(2, Truncated=True, NextMarker="a")],
            "gave the same page twice",
            2,
        ),
        ([keys(n, Truncated=True, NextMarker=str(n)) for n in range(3)], "gave the same page twice", 4),
        ([keys(n, Truncated=True, NextMarker=str(n)) for n in range(99)], "did not end after 9 pages", 9),
        ([keys(1, Truncated=True)], "says that there is more and does not tell it", 1),
        ([{"Keys": "none"}], "gave an answer that could not be read", 1),
        ([{"Keys": None, "Truncated": True, "NextMarker": "a"}], "gave the same page twice", 2),
    ],
    ids=["same", "token", "circle", "endless", "more", "shape", "hollow"],
)
def test_pages_that_do_not_end_well(
    estate: Estate, monkeypatch: pytest.MonkeyPatch, pages: list[object], reason: str, asked: int
) -> None:
    monkeypatch.setattr(rooms, "_MOST_PAGES", 9)
    pulled = disturbed(estate, faults.on("kms.list_keys", answers(*pages)), "kms")
    assert_told(pulled, "kms", "kms.list_keys", reason)
    assert sum(heard.call == "kms.list_keys" for heard in estate.aws.wire.heard) == asked


def test_tokens_without_a_paginator_end_too(estate: Estate) -> None:
    bus = {"EventBuses": [{"Name": "a", "Arn": f"arn:aws:events:{REGION}:{HOME}:event-bus/a"}]}
    empty = {"EventBuses": [], "NextToken": "a"}
    for pages in ([{**bus, "NextToken": "a"}], [empty]):
        pulled = disturbed(estate, faults.on("events.list_event_buses", answers(*pages)), "eventbuses")
        assert_told(pulled, "eventbuses", "events.list_event_buses", "gave the same page twice")


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_credentials_that_expire_in_the_middle(estate: Estate, code: str) -> None:
    whole = estate.pull("iam", "sns", "kms", jobs=1)
    middle = faults.after(6, estate.aws.wire, faults.refused(code, 403))
    pulled = disturbed(estate, middle, "iam", "sns", "kms", jobs=1)
    states = [row.status for row in pulled.coverage]
    assert "complete" in states
    assert states != ["complete"] * len(states)
    gaps = [row for row in pulled.coverage if row.status != "complete"]
    assert all("was refused, as the credentials have expired" in row.reason for row in gaps)
    assert all(row.help == "sign in again; the pull goes on where it stood" for row in gaps)
    assert known(pulled) < known(whole)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("UnrecognizedClientException", 403),
        ("InvalidClientTokenId", 403),
        ("AuthFailure", 401),
        ("OptInRequired", 403),
    ],
)
def test_a_region_that_is_off(estate: Estate, code: str, status: int) -> None:
    refusal = faults.refused(code, status)
    pulled = disturbed(
        estate,
        lambda heard, *rest: refusal(heard, *rest) if heard.region == "ap-east-1" else None,
        "kms",
        "sns",
        regions=["ap-east-1", REGION],
    )
    off = [row for row in pulled.coverage if row.where.endswith("ap-east-1")]
    assert {row.status for row in off} == {"unseen"}
    assert all(f"was refused ({code})" in row.reason and "Region" in row.help for row in off)
    # A row without a place tells which services are not looked at.
    assert {row.where for row in pulled.coverage if row.where and row.status == "complete"} == {
        "accounts",
        f"kms {REGION}",
        f"sns {REGION}",
    }


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("RequestTimeTooSkewed", "", "was refused (RequestTimeTooSkewed)"),
        (
            "SignatureDoesNotMatch",
            "Signature expired: canary",
            "was refused (SignatureDoesNotMatch: the clock is wrong)",
        ),
        ("InvalidSignatureException", "Signature not yet current: canary", "the clock is wrong)"),
        ("SignatureDoesNotMatch", "canary", "was refused (SignatureDoesNotMatch)"),
    ],
)
def test_a_clock_that_is_wrong(estate: Estate, code: str, message: str, reason: str) -> None:
    pulled = disturbed(estate, faults.on("kms.list_keys", faults.refused(code, 403, message)), "kms")
    assert_told(pulled, "kms", "kms.list_keys", reason if reason.startswith("was") else "was refused")
    assert reason in pulled.reasons()[0]
    assert all("clock" in row.help for row in pulled.coverage if row.status != "complete")


def test_slow_answers_end_with_the_time_budget(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = estate.aws.wire
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 20.0 * len(wire.heard)))
    pulled = disturbed(estate, lambda *_: None, "sns", "kms", "sqs", time_budget=1, jobs=1)
    gaps = [row for row in pulled.coverage if row.status != "complete"]
    assert {row.reason for row in gaps} == {"the time budget of 1 minutes is spent"}
    assert len(wire.heard) <= 5
    assert gaps[-1].where == f"sqs {REGION}"


def test_an_account_that_refuses_leaves_the_others(aws: Aws, tmp_path: Path) -> None:
    accounts = aws.organization(2)

    def refusing(heard: Heard, environ: Environ, start: Any, app: App) -> Body | None:
        asked = environ["wsgi.input"].getvalue() if heard.call == "sts.assume_role" else b""
        return (
            faults.refused("AccessDenied", 403)(heard, environ, start, app) if accounts[1].encode() in asked else None
        )

    aws.wire.disturb = refusing
    with quick():
        pulled = Estate(aws, tmp_path).pull("iam", accounts="organization", role="audit")
    (refused,) = [row for row in pulled.coverage if row.status != "complete"]
    assert (refused.account, refused.resource, refused.status) == (accounts[1], "accounts", "unseen")
    assert refused.reason == "the role audit could not be assumed: sts.assume_role was denied"
    assert refused.help == f"let the role's trust admit arn:aws:sts::{HOME}:user/moto"
    assert {row.account for row in pulled.coverage if row.where == "iam"} == {accounts[0], accounts[2]}


def test_a_role_that_is_lost_in_the_middle_is_named(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 enters an account again before credentials end; what fails then is not the call that needed them."""
    (_, member) = aws.organization(1)
    patched = "botocore.credentials.DeferredRefreshableCredentials.refresh_needed"

    def refusing(heard: Heard, environ: Environ, start: Any, app: App) -> Body | None:
        entered = "sts.get_caller_identity" in {before.call for before in aws.wire.heard[1:-1]}
        if heard.call == "sts.assume_role" and entered:
            return faults.refused("AccessDenied", 403)(heard, environ, start, app)
        monkeypatch.setattr(patched, lambda self, refresh_in=None: refresh_in != 0)
        monkeypatch.setattr("botocore.credentials.CachedCredentialFetcher._is_expired", lambda *_: True)
        return None

    aws.wire.disturb = refusing
    with quick():
        pulled = Estate(aws, tmp_path).pull("kms", accounts=[member], role="audit")
    gaps = [row for row in pulled.coverage if row.status != "complete"]
    assert {row.where for row in gaps} == {f"kms {REGION}"}
    assert {row.reason for row in gaps} == {"sts.assume_role was denied: it needs sts:AssumeRole"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.refused("AccessDeniedException", 403), "kms.list_keys was denied: it needs kms:ListKeys"),
        (faults.refused("ExpiredTokenException", 403), "kms.list_keys was refused, as the credentials have expired"),
        (faults.short, "kms.list_keys gave an answer that could not be read"),
    ],
    ids=["denied", "expired", "half"],
)
def test_a_run_says_so_and_ends_with_three(
    estate: Estate, policycheck: Run, tmp_path: Path, fault: Disturb, reason: str
) -> None:
    config = "version: 1\nconnectors: [{name: prod, type: aws, services: [kms]}]\n"
    (tmp_path / "policycheck.yaml").write_text(config, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    estate.aws.wire.disturb = faults.on("kms.list_keys", fault)
    environ = estate.aws.environ()
    done = policycheck("check", "--output", "json", cwd=tmp_path, env=environ)
    (finding,) = [each for each in json.loads(done.stdout)["findings"] if each["rule"] == "PC601"]
    told = json.dumps(finding)
    assert done.returncode == 3, done.stderr
    assert all(part in told for part in (reason, HOME, f"kms {REGION}"))
    assert "canary" not in done.stdout + done.stderr
    pulled = policycheck("pull", cwd=tmp_path, env=environ)
    assert pulled.returncode == 3
    assert reason in " ".join(pulled.stderr.split())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NoCredentialsError(), "found no credentials"),
        (UnauthorizedSSOTokenError(), "found a sign-in that has expired"),
        (ReadTimeoutError(endpoint_url="https://canary.example"), "got no answer (ReadTimeoutError)"),
        (RuntimeError("canary"), "was refused, as fetched credentials have expired already"),
        (KeyError("canary"), "gave an answer that could not be read"),
        (ClientError({"Error": {"Code": "Odd"}}, "ListKeys"), "failed with Odd"),
        (ClientError({"Error": {"Code": "x y"}}, "ListKeys"), "failed without an error code (HTTP 0)"),
        (ClientError({}, "ListKeys"), "failed without an error code (HTTP 0)"),
    ],
)
def test_reasons_quote_nothing(error: Exception, reason: str) -> None:
    told = reason_of(error)
    assert told.text == reason
    assert told.help
    assert "canary" not in repr(told)


@pytest.mark.parametrize("told", ["abc", "", {"abc": 1}, {}, 0])
def test_a_list_that_is_none_is_a_gap(estate: Estate, told: object) -> None:
    pulled = disturbed(estate, faults.on("sqs.list_queues", answers({"QueueUrls": told})), "sqs")
    assert_told(pulled, "sqs", "sqs.list_queues", "gave an answer that could not be read")
    assert {heard.call for heard in estate.aws.wire.heard} == {"sts.get_caller_identity", "sqs.list_queues"}


def test_a_list_of_nothing_is_none(estate: Estate) -> None:
    assert disturbed(estate, faults.on("sqs.list_queues", answers({"QueueUrls": []})), "sqs").whole()

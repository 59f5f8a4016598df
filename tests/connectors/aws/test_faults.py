"""What goes wrong on the way: retried until it succeeds, or told with place, call and reason. Never a clean run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policycheck.model.facts import PolicyDocument
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.family import REGIONAL
from tests.connectors.aws.estate import CALLS, PLANTED, Estate, plant, quick
from tests.connectors.lab import Pulled
from tests.servers import faults
from tests.servers.aws import HOME, REGION, Aws
from tests.servers.wire import Disturb


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


def known(pulled: Pulled) -> set[str]:
    """The facts, but for those that say that a control is not known, and for where each stands."""
    told = ({name: getattr(fact, name) for name in fact.__slots__} for fact in pulled.facts)
    unplaced = ({**fact, "where": "", "parent": ""} for fact in told if fact.get("kind") != "scp" or fact["id"])
    return {repr(sorted(fact.items())) for fact in unplaced}


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

REASONS = {
    "internal": "failed at AWS (HTTP 500)",
    "bad-gateway": "failed at AWS (HTTP 502)",
    "reset": "got no answer (ConnectionClosedError)",
    "cut": "gave an answer that could not be read",
}


#: A family of each protocol: query, XML, JSON, and JSON with paths.
PROTOCOLS = ("iam", "s3", "kms", "lambda")


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again(estate: Estate, fault: str) -> None:
    whole = estate.pull(*PLANTED)
    assert whole.whole(), whole.reasons()
    estate.aws.wire.heard.clear()
    assert disturbed(estate, faults.times(2, PASSING[fault]), *PLANTED) == whole
    calls = {call for _, call in CALLS}
    assert {heard.call for heard in estate.aws.wire.heard if heard.number == 2} >= calls


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("name", PROTOCOLS)
def test_what_stays_is_told(estate: Estate, name: str, fault: str) -> None:
    first = next(iter(family(name).calls))
    pulled = disturbed(estate, faults.on(first, PASSING[fault]), name)
    assert_told(pulled, name, first, REASONS.get(fault, "was throttled until all retries were used"))
    assert known(pulled) < known(estate.whole(name))


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_any_one_call_may_be_denied(estate: Estate, name: str, call: str) -> None:
    pulled = disturbed(estate, faults.on(call, faults.refused("AccessDeniedException", 403)), name)
    (action,) = family(name).calls[call]
    assert_told(pulled, name, call, f"was denied: it needs {action}")
    # Without the roots, a root is known from its policies, without its name's place.
    if call not in ("iam.get_access_key_last_used", "organizations.list_roots"):
        assert known(pulled) <= known(estate.whole(name))


@pytest.mark.parametrize("fault", [faults.short, faults.empty], ids=["half", "empty"])
@pytest.mark.parametrize(("name", "call"), CALLS)
def test_half_an_answer_is_no_answer(estate: Estate, name: str, call: str, fault: Disturb) -> None:
    pulled = disturbed(estate, faults.on(call, fault), name)
    if call == "s3.get_bucket_policy" and fault is faults.short:
        # This answer is the policy itself: PC601 for the document.
        assert all(fact.problem for fact in pulled.of(PolicyDocument))
    else:
        assert_told(pulled, name, call, "")


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_page_of_something_in_between_is_no_answer(estate: Estate, name: str) -> None:
    first = next(iter(family(name).calls))
    assert_told(
        disturbed(estate, faults.on(first, faults.page(200)), name),
        name,
        first,
        "gave an answer that could not be read",
    )
    refused = disturbed(estate, faults.on(first, faults.page(403)), name)
    assert_told(refused, name, first, "was denied (HTTP 403): it needs")

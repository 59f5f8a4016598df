"""Every call of every family goes wrong once: each is a gap with its place, call and reason, and never a clean run."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import session as core
from botocore import xform_name

from policycheck.model.facts import PolicyDocument
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.families.identity import FAMILY as IDENTITY
from policycheck_connectors.aws.names import FAMILIES
from tests.connectors.aws import everything
from tests.connectors.aws.estate import Estate, known, quick
from tests.connectors.aws.everything import CALLS, where
from tests.connectors.aws.rounds import AGAIN, Checked, Project, hitting, install, rounds, tampered
from tests.connectors.lab import Pulled
from tests.servers import faults
from tests.servers.aws import HOME, REGION, Aws
from tests.servers.wire import Disturb

pytestmark = pytest.mark.unmeasured

install()

#: Calls without which a fact says less than it would: which stages a key opens, whose a server is. All others only add.
BLURS = frozenset(
    {
        "apigateway.get_usage_plans",
        "ec2.describe_snapshots",
        "apigateway.get_usage_plan_keys",
        "appflow.describe_connector_profiles",
        "events.list_connections",
        "iam.get_access_key_last_used",
        "kms.describe_key",
        "lakeformation.get_data_cells_filter",
        "organizations.list_roots",
        "ram.get_permission",
        "ram.list_resource_share_permissions",
        "ssm.list_tags_for_resource",
    }
)
ROUNDS = [
    *rounds(pair for pair in CALLS if pair[1] not in BLURS),
    *rounds(pair for pair in CALLS if pair[1] in BLURS),
]
ROUND_OF = {call: number for number, calls in enumerate(ROUNDS) for call in calls}
FIRST = {name: next(iter(family(name).calls)) for name in FAMILIES}
DENIED = faults.refused("AccessDeniedException", 403)


@pytest.fixture(scope="module")
def _planted(_server: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    _server.reset()
    everything.plant(_server)
    root = tmp_path_factory.mktemp("everything")
    project = Project(Estate(_server, root), root)
    project.write()
    yield project
    _server.reset()


@pytest.fixture
def project(_planted: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    for name, value in _planted.estate.aws.environ().items():
        monkeypatch.setenv(name, value)
    with quick(_planted.estate):
        yield _planted
    _planted.estate.aws.wire.heard.clear()


def test_undisturbed_everything_is_seen(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    whole = project.check(None, capsys)
    assert whole.code == 0, whole.said
    assert {row["status"] for row in whole.result["coverage"]} == {"complete"}
    made = project.estate.aws.wire.calls()
    assert {call for _, call in CALLS} <= made, "plant what leads to the new call in everything.py"


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_call_that_is_denied(project: Project, capsys: pytest.CaptureFixture[str], name: str, call: str) -> None:
    number = ROUND_OF[call]
    checked = project.once(number, hitting(ROUNDS[number], DENIED), capsys)
    assert checked.code == 3
    gaps = checked.gaps(name)
    actions = family(name).calls[call]
    reason = f"{call} was denied{': it needs ' if actions else ''}{' and '.join(actions)}"
    assert any(reason in row["reason"] for row in gaps), [row["reason"] for row in gaps]
    assert {row["account"] for row in gaps} == {HOME}
    assert all(row["help"] for row in gaps)
    findings = json.dumps([each for each in checked.result["findings"] if each["rule"] == "PC601"])
    assert all(part in findings for part in (reason, HOME, where(name)))
    assert "it needs ;" not in findings
    assert 'it needs "' not in findings
    assert "canary" not in checked.said


@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_a_denied_call_hides_nothing_unsaid(project: Project, capsys: pytest.CaptureFixture[str], number: int) -> None:
    """What is told to be seen whole is what there is, and only the families that were hit are missed."""
    whole = seen(project.once("whole", None, capsys))
    checked = project.once(number, hitting(ROUNDS[number], DENIED), capsys)
    hit = {where(name) for name, call in CALLS if call in ROUNDS[number]}
    assert {row["where"] for row in checked.result["coverage"] if row["status"] != "complete"} == hit
    told = {key: count for key, count in seen(checked).items() if count is not None}
    assert {key: (count, whole[key]) for key, count in told.items() if count != whole[key]} == {}


def seen(checked: Checked) -> dict[tuple[str, str], int | None]:
    """How much was seen of each kind of resource in each place; None where not all of it was."""
    rows = checked.result["coverage"]
    return {(row["where"], row["resource"]): row["seen"] if row["status"] == "complete" else None for row in rows}


@pytest.mark.parametrize("call", IDENTITY.calls)
def test_a_call_of_the_connector_itself_that_is_denied(project: Project, call: str) -> None:
    accounts: dict[str, Any] = {"accounts": "organization", "role": "audit", "regions": "enabled"}
    accounts["exclude"] = {"units": ["ou-ab12-11111111"], "tags": {"stage": "test"}}
    pulled = disturbed(project, faults.on(call, DENIED), "organizations", **accounts)
    assert call in project.estate.aws.wire.calls()
    told = [row for row in pulled.coverage if f"{call} was denied" in row.reason]
    assert told, pulled.reasons()
    assert all(row.status != "complete" and row.help for row in told)
    needed = IDENTITY.calls[call] if call not in ("sts.assume_role", "sts.get_caller_identity") else ()
    assert all(f"it needs {action}" in row.reason for row in told for action in needed)
    assert all("it needs " not in row.reason for row in told if not needed)


def disturbed(project: Project, fault: Disturb, *services: str, **options: object) -> Pulled:
    """What is seen while something goes wrong."""
    wire = project.estate.aws.wire
    wire.heard.clear()
    wire.disturb = fault
    try:
        return project.estate.pull(*services, **{"regions": [REGION], **options})
    finally:
        wire.disturb = None


def reasons(pulled: Pulled, name: str) -> list[str]:
    """Why something of a family was not seen."""
    return [row.reason for row in pulled.coverage if row.where == where(name) and row.status != "complete"]


@pytest.fixture(scope="module")
def halves() -> dict[int, Pulled]:
    """What is seen in each round of halved answers."""
    return {}


def halved(project: Project, kept: dict[int, Pulled], number: int) -> Pulled:
    if number not in kept:
        with quick(again=False):
            kept[number] = disturbed(project, hitting(ROUNDS[number], faults.short), *FAMILIES)
    return kept[number]


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_half_an_answer_is_no_answer(project: Project, halves: dict[int, Pulled], name: str, call: str) -> None:
    pulled = halved(project, halves, ROUND_OF[call])
    if call == "s3.get_bucket_policy":
        # This answer is the policy itself: PC601 for the document.
        assert [fact for fact in pulled.of(PolicyDocument) if fact.problem]
    else:
        assert any(reason.startswith(call) or f"; {call}" in reason for reason in reasons(pulled, name))


@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_half_an_answer_is_no_other_fact(project: Project, halves: dict[int, Pulled], number: int) -> None:
    if -1 not in halves:
        halves[-1] = project.estate.pull(*FAMILIES, regions=[REGION])
    whole = halves[-1]
    more = known(halved(project, halves, number)) - known(whole)
    assert not more or ROUNDS[number] & {*BLURS, "s3.get_bucket_policy"}


#: What stays wrong however often it is tried, and the reason that is told.
STAYING: dict[str, tuple[Disturb, str]] = {
    "throttled": (faults.refused("ThrottlingException", 400), "was throttled until all retries were used"),
    "slow-down": (faults.refused("SlowDown", 503), "was throttled until all retries were used"),
    "too-many": (faults.refused("TooManyRequestsException", 429), "was throttled until all retries were used"),
    "unavailable": (faults.page(503), "was throttled until all retries were used"),
    "internal": (faults.refused("InternalFailure", 500), "failed at AWS (HTTP 500)"),
    "bad-gateway": (faults.page(502), "failed at AWS (HTTP 502)"),
    "reset": (faults.reset, "got no answer (ConnectionClosedError)"),
    "cut": (faults.cut, "gave an answer that could not be read"),
    "empty": (faults.empty, "gave an answer that could not be read"),
    "page": (faults.page(200), "gave an answer that could not be read"),
    "refused": (faults.page(403), "was denied (HTTP 403), asked at http://127.0.0.1:"),
    "expired": (faults.refused("ExpiredTokenException", 403), "was refused, as the credentials have expired"),
}


@pytest.mark.parametrize("fault", STAYING)
def test_what_stays_wrong_in_the_first_call_of_each_family(project: Project, fault: str) -> None:
    disturb, reason = STAYING[fault]
    pulled = disturbed(project, hitting(FIRST.values(), disturb), *FAMILIES)
    # boto3 gives a broken answer of S3 a status of its own.
    known_as = (reason, "failed at AWS (HTTP 500)")
    silent = [
        (name, reasons(pulled, name))
        for name, call in FIRST.items()
        if not any(f"{call} {text}" in told for told in reasons(pulled, name) for text in known_as)
    ]
    assert silent == []
    assert "canary" not in repr(pulled)


def test_bursts_of_all_kinds_pass(project: Project) -> None:
    """Each call fails twice, each in another way, and then the pull is whole."""
    kinds = [faults.times(2, disturb) for name, (disturb, _) in STAYING.items() if name not in ("refused", "expired")]
    chosen = dict(zip(sorted({call for _, call in CALLS}), itertools.cycle(kinds)))
    pulled = disturbed(project, lambda heard, *rest: chosen.get(heard.call, kinds[0])(heard, *rest), *FAMILIES)
    assert pulled.whole(), pulled.reasons()
    heard = {each.call for each in project.estate.aws.wire.heard if each.number >= 2}
    assert heard >= set(chosen)


#: Keys of an answer by which the next page is asked for.
TOKENS = ("NextToken", "nextToken", "Marker", "NextMarker", "position", "ContinuationToken", "PaginationToken")
CORE = core.get_session()


def paged(call: str) -> dict[str, Any]:
    """What an answer that has another page says, empty for a call of one page."""
    service, _, operation = call.partition(".")
    model: Any = CORE.get_service_model(service)
    name = next(name for name in model.operation_names if xform_name(name) == operation)
    shape = model.operation_model(name).output_shape
    told = dict.fromkeys([token for token in TOKENS if shape and token in shape.members], AGAIN)
    pages: Any = CORE.get_paginator_model(service)._paginator_config.get(name, {})
    outputs = pages.get("output_token", [])
    outputs = outputs if isinstance(outputs, list) else [outputs]
    told |= {output: AGAIN for output in outputs if output.isidentifier()}
    more = pages.get("more_results", "")
    return told | {
        key: True for key in (more, "IsTruncated", "HasMoreDeliveryStreams") if shape and key in shape.members
    }


PAGED = {call: paged(call) for _, call in CALLS if paged(call)}


@pytest.fixture(scope="module")
def again() -> list[Pulled]:
    """What is seen when every list answers with the same page and the same token for ever."""
    return []


@pytest.mark.parametrize(("name", "call"), [(name, call) for name, call in CALLS if call in PAGED])
def test_the_same_page_for_ever(project: Project, again: list[Pulled], name: str, call: str) -> None:
    if not again:
        with tampered(lambda made, model, parsed: parsed.update(PAGED.get(made, {}))):
            again.append(disturbed(project, lambda *_: None, *FAMILIES))
        most = max(project.estate.aws.wire.heard, key=lambda heard: heard.number)
        assert most.number < 99, most
    told = "; ".join(reasons(again[0], name))
    assert f"{call} gave the same page twice" in told or f"{call} did not go on" in told

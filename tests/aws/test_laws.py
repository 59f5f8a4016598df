"""The laws of comparison, one test each, on random small policies.

``POLICYCHECK_LAW_CASES`` sets how many cases a law gets; the complete check of a release runs thousands. One engine
serves all cases, as in a real run, so what it remembers is put to the test as well.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.aws.documents import read
from policycheck.aws.engine import Engine
from policycheck.aws.simulate import Asked, Layers, simulate
from policycheck.library.catalogue import load_catalogue
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access, Verdict
from tests.aws import oracle
from tests.aws.strategies import CONTEXTS, REQUEST_ACTIONS, REQUEST_RESOURCES, documents, text

pytestmark = pytest.mark.unmeasured

CASES = int(os.environ.get("POLICYCHECK_LAW_CASES", "200"))
LAW = settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ENGINE = Engine()
ROLE = "arn:aws:iam::111122223333:role/app"


def inside(actual: Any, declared: Any, boundary: Any = None) -> Verdict:
    access = Access((text(actual),), None if boundary is None else (text(boundary),))
    return ENGINE.contained(access, (text(declared),))


def joined(*policies: Any) -> Any:
    return {"Version": "2012-10-17", "Statement": [s for policy in policies for s in policy["Statement"]]}


def relation(declared: Any, actual: Any) -> str:
    return ENGINE.compare(text(declared), text(actual)).relation


def same(one: Any, other: Any) -> None:
    assert relation(one, other) in ("equal", UNDECIDED), (one, other)


@LAW
@given(documents())
def test_a_policy_is_inside_itself(policy: Any) -> None:
    same(policy, policy)


@LAW
@given(documents(), documents(), documents())
def test_inside_is_transitive(one: Any, two: Any, three: Any) -> None:
    if inside(one, two).status == INSIDE == inside(two, three).status:
        assert inside(one, three).status != OUTSIDE
    wider, widest = joined(one, two), joined(one, two, three)
    if inside(one, wider).status == INSIDE == inside(wider, widest).status:
        assert inside(one, widest).status != OUTSIDE


@LAW
@given(documents(), documents(("Allow",)))
def test_adding_allow_never_narrows(policy: Any, more: Any) -> None:
    assert inside(policy, joined(policy, more)).status != OUTSIDE


@LAW
@given(documents(), documents(("Deny",)))
def test_adding_deny_never_widens(policy: Any, more: Any) -> None:
    assert inside(joined(policy, more), policy).status != OUTSIDE


@LAW
@given(documents(), st.randoms(use_true_random=False))
def test_reordering_changes_nothing(policy: Any, source: Any) -> None:
    statements = [_shuffled(statement, source) for statement in policy["Statement"]]
    source.shuffle(statements)
    same(policy, {**policy, "Statement": statements})


def _shuffled(statement: Any, source: Any) -> Any:
    keys = sorted(statement, key=lambda key: source.random())
    return {k: source.sample(v, len(v)) if isinstance(v := statement[k], list) else v for k in keys}


@LAW
@given(documents(), st.sampled_from(("Action", "Resource")))
def test_splitting_and_merging_change_nothing(policy: Any, element: str) -> None:
    split: list[Any] = []
    for statement in policy["Statement"]:
        values = statement.get(element)
        split += [{**statement, element: v} for v in values] if isinstance(values, list) else [statement]
    apart = {**policy, "Statement": split}
    same(policy, apart)
    same(apart, policy)


@LAW
@given(documents())
def test_letter_case_of_actions_and_keys_changes_nothing(policy: Any) -> None:
    same(policy, {**policy, "Statement": [_renamed(statement) for statement in policy["Statement"]]})


def _renamed(statement: Any) -> Any:
    found = dict(statement)
    for name in ("Action", "NotAction"):
        if name in found:
            values = found[name] if isinstance(found[name], list) else [found[name]]
            found[name] = [value.swapcase() for value in values]
    if "Condition" in found:
        found["Condition"] = {
            operator: {key.upper(): value for key, value in block.items()}
            for operator, block in found["Condition"].items()
        }
    return found


@LAW
@given(documents(), documents())
def test_the_two_directions_agree(one: Any, two: Any) -> None:
    found = {relation(one, two), relation(two, one)}
    assert found in ({"equal"}, {"narrower", "broader"}, {"incomparable"}, {UNDECIDED})


@LAW
@given(documents(), documents(), documents())
def test_a_boundary_limits(actual: Any, declared: Any, boundary: Any) -> None:
    _check_witnesses(inside(actual, declared, boundary), (actual, boundary), declared)
    assert inside(actual, boundary, boundary).status != OUTSIDE


@LAW
@given(documents(), documents(), st.data())
def test_simulate_and_a_second_evaluator_agree(actual: Any, declared: Any, data: st.DataObject) -> None:
    verdict = inside(actual, declared)
    _check_witnesses(verdict, (actual,), declared)
    if verdict.status != INSIDE:
        return
    for context in data.draw(st.lists(st.sampled_from(CONTEXTS), min_size=8, max_size=8)):
        for action in REQUEST_ACTIONS:
            for resource in REQUEST_RESOURCES:
                for reading in oracle.MATCHERS:
                    asked = (action, resource, context, reading)
                    assert not oracle.allowed([actual], *asked) or oracle.allowed([declared], *asked), asked
                assert not _simulated(actual, action, resource, context) or _simulated(
                    declared, action, resource, context
                )


def _check_witnesses(verdict: Verdict, actual: tuple[Any, ...], declared: Any) -> None:
    for witness in verdict.witnesses:
        context = {key: values[0] if len(values) == 1 else values for key, values in witness.context}
        for reading in oracle.MATCHERS:
            asked = (witness.action, witness.resource, context, reading)
            assert all(oracle.allowed([layer], *asked) for layer in actual), witness
            assert not oracle.allowed([declared], *asked), witness
        assert all(_simulated(layer, witness.action, witness.resource, context) for layer in actual), witness
        assert not _simulated(declared, witness.action, witness.resource, context), witness


def _simulated(policy: Any, action: str, resource: str, context: Any) -> bool:
    asked = Asked(ROLE, action, resource, "111122223333", context)
    return simulate(Layers((read(policy),)), asked) == "Allowed"


@settings(LAW, max_examples=min(CASES, 400))
@given(st.sampled_from(("s3", "sts", "sqs", "kms", "iam")), st.data())
def test_a_wildcard_is_more_than_its_expansion(service: str, data: st.DataObject) -> None:
    """And equal to it only when today's actions are all that count: see the command's ``today``."""
    name = data.draw(st.sampled_from(load_catalogue().names(service))).partition(":")[2]
    pattern = f"{service}:{name[: data.draw(st.integers(1, len(name)))]}*"
    expansion = list(load_catalogue().matching(pattern))
    wild, listed = [
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        for action in (pattern, expansion)
    ]
    assert relation(listed, wild) == "broader"
    assert relation(wild, listed) == "narrower"

"""Policy documents: what of them is kept, what is said of the rest."""

from __future__ import annotations

import json
import string
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.model.facts import PolicyDocument
from policycheck_connectors.files import aws_documents
from policycheck_connectors.files.aws_documents import Documents, decoded

GOOD: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def read(raw: object) -> PolicyDocument:
    digest, fact = Documents("c").take(raw, "a.json#/x")
    assert fact is not None
    assert fact.hash == digest
    return fact


def document(*statements: object, **more: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


KEPT = '"Action":"s3:GetObject","Effect":"Allow","Resource":"*"'
DENY = {
    "Effect": "Deny",
    "NotPrincipal": {"AWS": ["a", "b"], "Service": "s"},
    "NotAction": ["x"],
    "NotResource": "y",
    "Condition": {"Bool": {"k": [True, "x", 1, 1.5]}, "Null": {}},
}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (document(GOOD), f'{{"Statement":[{{{KEPT}}}],"Version":"2012-10-17"}}'),
        ({"Statement": GOOD}, f'{{"Statement":[{{{KEPT}}}]}}'),
        ({"Statement": [], "Id": "policy-1"}, '{"Statement":[]}'),
        (document({"Sid": "a b_1-", **GOOD}, Version=None), f'{{"Statement":[{{{KEPT},"Sid":"a b_1-"}}]}}'),
        ({"Statement": {**GOOD, "Sid": "mail@lumen.example"}}, f'{{"Statement":[{{{KEPT}}}]}}'),
        (
            {"Statement": DENY},
            '{"Statement":[{"Condition":{"Bool":{"k":[true,"x",1,1.5]},"Null":{}},"Effect":"Deny","NotAction":["x"],'
            '"NotPrincipal":{"AWS":["a","b"],"Service":"s"},"NotResource":"y"}]}',
        ),
        (
            {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "é\u2028"}},
            '{"Statement":[{"Action":"é\u2028","Effect":"Allow","Principal":"*"}]}',
        ),
    ],
)
def test_the_elements_of_a_policy_are_kept_in_canonical_order(raw: object, text: str) -> None:
    assert read(raw) == PolicyDocument(sha256(text.encode()).hexdigest(), text, "c", "a.json#/x")
    assert read(json.dumps(raw)).text == text


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("{", aws_documents.NOT_JSON),
        ("", aws_documents.NOT_JSON),
        ("%7B%2", aws_documents.NOT_JSON),
        ('{"Statement": NaN}', aws_documents.NOT_JSON),
        ("[" * 100_000, aws_documents.NOT_JSON),
        ("[]", aws_documents.NOT_OBJECT),
        ("null", aws_documents.NOT_OBJECT),
        (7, aws_documents.NOT_OBJECT),
        ([GOOD], aws_documents.NOT_OBJECT),
        ({}, aws_documents.NO_STATEMENT),
        ({"Statement": "Allow"}, aws_documents.NO_STATEMENT),
        ({"Statement": None}, aws_documents.NO_STATEMENT),
        ({"Statement": [None]}, aws_documents.NO_STATEMENT),
        (json.dumps({"Statement": {**GOOD, "Resource": "x" * (1 << 20)}}), aws_documents.TOO_LARGE),
        ({"Statement": {**GOOD, "Resource": "x" * (1 << 20)}}, aws_documents.TOO_LARGE),
        (" " * (1 << 23), aws_documents.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_has_a_problem_and_no_text(raw: object, problem: str) -> None:
    found = read(raw)
    assert (found.text, found.problem) == ("", problem)
    assert found.hash != read("something else").hash


@pytest.mark.unmeasured
def test_an_object_nested_too_deeply_has_a_hash_all_the_same() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert read(deep).problem == aws_documents.NOT_OBJECT
    assert read({"Statement": GOOD, "x": deep}).problem == aws_documents.UNKNOWN


@pytest.mark.parametrize(
    "bad",
    [
        "Allow",
        {**GOOD, "Effect": "allow"},
        {"Action": "*", "Resource": "*"},
        {**GOOD, "Action": None},
        {**GOOD, "Action": ["a", 1]},
        {**GOOD, "Resource": {"x": "y"}},
        {**GOOD, "Principal": None},
        {**GOOD, "Principal": {"AWS": {"x": "y"}}},
        {**GOOD, "Condition": "x"},
        {**GOOD, "Condition": {"StringEquals": "x"}},
        {**GOOD, "Condition": {"StringEquals": {"k": None}}},
        {**GOOD, "Condition": {"StringEquals": {"k": [{}]}}},
    ],
)
def test_a_statement_that_aws_would_refuse_does_not_hide_the_others(bad: object) -> None:
    found = read(document(GOOD, bad))
    assert found.text == read(document(GOOD)).text
    assert found.problem == aws_documents.BAD_STATEMENT
    assert found.hash != read(document(GOOD)).hash


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        (document(GOOD, Comment="x"), ": Comment"),
        (document({**GOOD, "Comment": "x"}), ": Comment"),
        (document({**GOOD, "FunctionUrlAuthType": "NONE", "Comment": "x"}), ": Comment, FunctionUrlAuthType"),
        (document({**GOOD, "Principal": {"AWS": "*", "User": "x"}}), ": User"),
        (document({**GOOD, "sk-live_0123456789": "x"}), ""),
        (document({**GOOD, "A" * 41: "x", "comment": "x"}), ""),
    ],
)
def test_elements_that_aws_does_not_know_are_dropped_and_told(odd: object, named: str) -> None:
    found = read(odd)
    assert "x" not in json.loads(found.text)["Statement"][0].values()
    assert (found.problem, "Comment" in found.text, "User" in found.text) == (
        aws_documents.UNKNOWN + named,
        False,
        False,
    )


@pytest.mark.parametrize(
    "raw",
    [
        '{"Version": "1", "Version": "2", "Statement": []}',
        '{"Statement": {"Effect": "Deny", "Effect": "Allow"}}',
        '{"Statement": {"Effect": "Allow", "Condition": {"Null": {}, "Null": {}}}}',
        '{"Statement": {"Effect": "Allow", "Condition": {"Null": {"a": "true", "a": "false"}}}}',
        '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "a", "AWS": "b"}}}',
    ],
)
def test_a_key_that_occurs_twice_is_told(raw: str) -> None:
    assert read(raw).problem == aws_documents.REPEATED
    assert read(raw).text


def test_several_problems_are_told_together() -> None:
    found = read(document(GOOD, "x", Comment="y"))
    assert found.problem == f"{aws_documents.BAD_STATEMENT}; {aws_documents.UNKNOWN}: Comment"


def test_a_lone_surrogate_becomes_valid_text() -> None:
    found = read('{"Statement": {"Effect": "Allow", "Action": "\\ud800"}}')
    assert found.problem == aws_documents.NOT_UNICODE
    assert found.text == '{"Statement":[{"Action":"?","Effect":"Allow"}]}'
    assert read("\ud800").problem == aws_documents.NOT_JSON


def test_equal_documents_are_told_once() -> None:
    documents = Documents("c")
    first, fact = documents.take(quote(json.dumps(document(GOOD))), "1")
    again = [
        documents.take(raw, "2")
        for raw in (quote(json.dumps(document(GOOD))), document(GOOD), json.dumps(document(GOOD)))
    ]
    assert fact is not None
    assert again == [(first, None)] * 3


@given(st.text(max_size=60))
def test_decoding_is_that_of_rfc_3986(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert decoded("%20" + quote(text, safe="")) == " " + text


@given(st.text(alphabet=string.hexdigits + "%=\r\nz _é", max_size=40))
def test_decoding_agrees_with_the_slow_way_on_anything(text: str) -> None:
    assert decoded("%" + text) == unquote("%" + text)
    assert decoded("{" + text) == "{" + text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["Statement", "Effect", "Action", "Condition", "Principal", "Version", "x"]), inner, max_size=4
    ),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.unmeasured
@given(JSON)
def test_no_shape_ends_the_run_and_reading_is_idempotent(value: object) -> None:
    found = read(value)
    assert bool(found.text) or bool(found.problem)
    if found.text:
        again = read(found.text)
        assert (again.text, again.problem) == (found.text, "")

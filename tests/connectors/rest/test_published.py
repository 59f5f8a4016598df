"""Definitions against the API documents that the vendors themselves published, with openapi-core as the judge.

Nobody here wrote a line of those documents: they come out of packages, when the tests are installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from openapi_core.templating.paths.exceptions import OperationNotFound, PathNotFound
from openapi_core.validation.request.exceptions import ParameterValidationError, SecurityValidationError
from openapi_core.validation.response.exceptions import DataValidationError

from policycheck.cli.definitions import Definitions
from policycheck.model.definition_words import BASIC
from policycheck.model.definitions import Request
from policycheck_connectors.rest.pauses import Pace
from tests.connectors.lab import Pulled
from tests.connectors.rest.contract import Contract, Operation, Question
from tests.connectors.rest.lab import TODAY, asked, case, found, player
from tests.connectors.rest.schemas import ANYTHING, Missing, Schema
from tests.connectors.rest.schemas import found as shaped
from tests.servers import published
from tests.servers.vendors import Reply, Seen, Vendors

#: What the packaged edition of a document lacks, and a later one has: the definition names the later one.
_KNOWN = {("sendgrid", "keys"): ["scopes of detail.scopes"]}


def test_eight_vendors_at_least() -> None:
    assert len(published.LIST["documents"]) >= 8


#: Documents that say nothing of credentials.
_SILENT = ("entra", "github")

every_document = pytest.mark.parametrize("name", sorted(published.LIST["documents"]))


@pytest.fixture
def contract(name: str, monkeypatch: pytest.MonkeyPatch) -> Contract:
    """A definition with its document; skipped where that was not fetched. Nothing waits for the vendor's pace."""
    monkeypatch.setattr(Pace, "wait", lambda self: None)
    if not published.where(name).exists():
        pytest.skip(f"the document that {name} publishes is not here: {published.INSTALL}")
    return _contract(name)


@lru_cache
def _contract(name: str) -> Contract:
    return Contract(Definitions(TODAY).shipped(name), case(name))


@every_document
def test_paths_methods_and_parameters_exist(contract: Contract, name: str) -> None:
    for question in contract.questions:
        operation = contract.operation(question)
        assert question.parameters <= operation.parameters["query"], question.name


@every_document
def test_the_credential_goes_where_the_document_says(contract: Contract, name: str) -> None:
    auth = contract.definition.auth
    sent = {header.lower() for header in auth.headers} | ({"authorization"} if auth.kind == BASIC else set())
    for question in contract.questions:
        operation = contract.operation(question)
        schemes = contract.schemes(operation)
        kinds = {_header(scheme) for scheme in schemes}
        named = {header.lower() for header in operation.parameters["header"]}
        assert sent <= kinds | named or (name in _SILENT and not schemes), question.name


def _header(scheme: Mapping[str, Any]) -> str:
    return str(scheme["name"]).lower() if scheme["type"] == "apiKey" else "authorization"


@every_document
def test_what_expressions_read_is_in_the_answers(contract: Contract, name: str) -> None:
    """Every name in ``records``, ``map``, ``take``, ``total`` and ``paging`` is in the published schema."""
    for question in contract.questions:
        assert sorted(_unfound(contract, question)) == _KNOWN.get((name, question.name), []), question.name


def _unfound(contract: Contract, question: Question) -> Iterator[str]:
    operation = contract.operation(question)
    request, answer = question.request, operation.answer
    if request is None or question.detail:
        return
    paging = request.paging
    over_answer = [request.records, request.total, paging.next, paging.more]
    for expression in filter(None, over_answer):
        yield from _missing(contract, expression, answer)
    lists = shaped(contract.schemas, request.records, answer)
    records = [item for each in lists for item in contract.schemas.items(each) or [each]]
    over_record = [paging.id, *(value.path for value in request.map.values()), *_taken(contract, request)]
    for record in records:
        for expression in filter(None, over_record):
            yield from _missing(contract, expression, _whole(contract, request, record))


def _taken(contract: Contract, request: Request) -> list[str]:
    """What is taken out of the records of a request, for itself and for those under it."""
    below = [each for each in contract.definition.requests if each.under == request.name]
    own = [] if request.under else [request]
    return [expression for each in (*own, *below) for expression in each.take.values()]


def _whole(contract: Contract, request: Request, record: Schema) -> Schema:
    """A record with what the walker adds: its places, and its details."""
    more: dict[str, Schema] = {"_": ANYTHING, "looked": ANYTHING}
    if request.detail:
        (question,) = (each for each in contract.questions if each.request == request and each.detail)
        (more["detail"], *_) = shaped(contract.schemas, request.detail_records, contract.operation(question).answer)
    if request.entries:
        values = shaped(contract.schemas, request.entries, record)
        items = [item for each in values for item in contract.schemas.items(each) or [each]]
        more |= {"value": {"anyOf": items}, "of": record}
    (plain, *_) = contract.schemas.alternatives(record)
    return {**plain, "properties": {**plain.get("properties", {}), **more}}


def _missing(contract: Contract, expression: str, schema: Schema) -> list[str]:
    try:
        shaped(contract.schemas, expression, schema)
    except Missing as error:
        return [f"{error} of {expression}"]
    return []


@every_document
def test_all_is_found_in_answers_of_full_size(contract: Contract, name: str, vendors: Vendors, tmp_path: Path) -> None:
    """Each question fits the document; each answer too, with all that the document demands beside what is mapped."""
    played = contract.case
    play = player(played, played.answers)
    pulled = _judged(contract, vendors, tmp_path, lambda operation, seen: contract.completed(operation, play(seen)))
    assert found(pulled) == played.facts


#: What an example makes the walker say: one names a next page, which is the same page here; one has a state "text".
_TOLD = {
    "stripe": ["states that are neither active nor disabled"],
    "twilio-connect": ["the list gives the same page again and again"],
}


@every_document
def test_the_document_alone_plays_the_vendor(contract: Contract, name: str, vendors: Vendors, tmp_path: Path) -> None:
    """Answers made of the document's own examples and schemas, first page after first page."""
    pulled = _judged(contract, vendors, tmp_path, lambda operation, seen: contract.example(operation))
    told = [row.reason for row in pulled.coverage if row.status != "complete" and row.where]
    assert pulled.facts
    assert told == _TOLD.get(name, [])


Play = Callable[[Operation, Seen], Reply]


def _judged(contract: Contract, vendors: Vendors, root: Path, play: Play) -> Pulled:
    """What is pulled while openapi-core judges every question and every answer."""
    errors: list[Exception] = []

    def judged(seen: Seen) -> Reply:
        if seen.host != contract.case.host:
            return player(contract.case, contract.case.answers)(seen)
        try:
            return contract.answered(seen, play(contract.asked(seen), seen))
        except Exception as error:
            errors.append(error)
            return Reply(None, 418)

    contract.case.played(vendors, judged)
    pulled = asked(vendors, root, contract.case)
    assert errors == []
    return pulled


@pytest.mark.parametrize("name", ["twilio"])
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"path": "/v1/Keyes"}, PathNotFound),
        ({"method": "PUT"}, OperationNotFound),
        ({"headers": {}}, SecurityValidationError),
        ({"query": {"PageSize": "many", "AccountSid": "AC" + "0" * 32}}, ParameterValidationError),
        ({"query": {}}, ParameterValidationError),
    ],
)
def test_what_does_not_fit_the_document_is_refused(
    contract: Contract, change: dict[str, Any], error: type[Exception]
) -> None:
    good = Seen("iam.twilio.com", "GET", "/v1/Keys", {"AccountSid": "AC" + "0" * 32}, {"authorization": "Basic eA=="})
    contract.asked(good)
    with pytest.raises(error):
        contract.asked(replace(good, **change))
    assert _missing(contract, "meta.nextt", contract.operation(next(contract.questions)).answer) == [
        "nextt of meta.nextt"
    ]
    with pytest.raises(DataValidationError):
        contract.answered(good, Reply({"keys": "none"}))

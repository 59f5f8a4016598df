"""A definition against the document that its vendor published, with openapi-core as the judge."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from policycheck.model.definition_words import BODY_CURSOR
from policycheck.model.definitions import Definition, Request
from tests.connectors.rest.lab import Case
from tests.connectors.rest.schemas import Schema, Schemas
from tests.servers import published
from tests.servers.vendors import Reply, Seen

_PLACE = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document: ``path`` as it is written there, ``parameters`` by place (query, header, path)."""

    method: str
    path: str
    parameters: Mapping[str, frozenset[str]]
    answer: Schema
    example: Any = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a definition asks: ``parameters`` are the names in its query, ``headers`` those of its headers."""

    name: str
    method: str
    path: str
    parameters: frozenset[str]
    request: Request | None = None
    detail: bool = False


class Contract:
    """A definition, its data file and the document; ``document`` has only the operations that are asked."""

    def __init__(self, definition: Definition, case: Case) -> None:
        self.definition = definition
        self.case = case
        self._prefix = urlsplit(definition.base_url.replace("{", "").replace("}", "")).path

    @cached_property
    def document(self) -> dict[str, Any]:
        """The published document, cut down to the paths that are asked, at the host that is played."""
        whole = published.read(self.definition.id)
        base = urlsplit(whole["servers"][0]["url"]).path.rstrip("/")
        asked = {_PLACE.sub("{}", self._prefix + question.path) for question in self.questions}
        paths = {path: item for path, item in whole["paths"].items() if _PLACE.sub("{}", base + path) in asked}
        for item in paths.values():
            _adapt(item)
        return {**whole, "paths": paths, "servers": [{"url": f"https://{self.case.host}{base}"}]}

    @cached_property
    def schemas(self) -> Schemas:
        """The schemas of the document."""
        return Schemas(self.document)

    @cached_property
    def _judge(self) -> OpenAPI:
        # That documents are themselves well-formed is their vendors' affair; some are not, in parts that nobody asks.
        return OpenAPI.from_dict(self.document, config=Config(spec_validator_cls=None))  # type: ignore[arg-type]

    @property
    def questions(self) -> Iterator[Question]:
        """Every question that the definition can ask."""
        probe = self.definition.probe
        if probe is not None:
            yield Question("probe", probe.method, probe.path, frozenset(probe.query))
        for each in self.definition.requests:
            paging = each.paging
            in_query = {paging.size_in, paging.at_in} - {""} if paging.kind != BODY_CURSOR else set()
            yield Question(each.name, each.method, each.path, frozenset({*each.query, *in_query}), each)
            if each.detail:
                yield Question(f"{each.name}, details", "GET", each.detail, frozenset(), each, detail=True)

    def operation(self, question: Question) -> Operation:
        """The operation that a question is; KeyError where the document has none."""
        base = urlsplit(self.document["servers"][0]["url"]).path
        wanted = _PLACE.sub("{}", self._prefix + question.path)
        for path, item in self.document["paths"].items():
            if _PLACE.sub("{}", base + path) == wanted:
                return self._operation(path, item, question.method.lower())
        raise KeyError(wanted)

    def _operation(self, path: str, item: Mapping[str, Any], method: str) -> Operation:
        operation = item[method]
        listed = [
            self.schemas.resolved(each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))
        ]
        names = {
            place: frozenset(each["name"] for each in listed if each["in"] == place)
            for place in ("query", "header", "path")
        }
        responses = operation["responses"]
        content = self.schemas.resolved(responses.get("200") or responses["2XX"])["content"]
        kind = content["application/json"]
        examples = [self.schemas.resolved(each).get("value") for each in kind.get("examples", {}).values()]
        # The fullest of several: some show an empty list first.
        example = kind.get("example", max(examples, key=lambda each: len(json.dumps(each)), default=None))
        return Operation(method, path, names, kind["schema"], example)

    def schemes(self, operation: Operation) -> list[Mapping[str, Any]]:
        """How the document says that an operation is authorised; none where it says nothing."""
        said = self.document["paths"][operation.path][operation.method].get("security", self.document.get("security"))
        known = self.document.get("components", {}).get("securitySchemes", {})
        return [known[name] for each in said or () for name in each]

    def asked(self, seen: Seen) -> Operation:
        """The operation of a question that arrived. openapi-core's error where path, method, a parameter, a header or
        the credential is not as the document says."""
        request = MockRequest(
            f"https://{seen.host}", seen.method.lower(), seen.path, args=seen.query, headers=seen.headers
        )
        self._judge.validate_request(request)
        path = self._judge.unmarshal_request(request).parameters.path
        filled = {f"{{{name}}}": str(value) for name, value in path.items()}
        for question in self.questions:
            operation = self.operation(question)
            base = urlsplit(self.document["servers"][0]["url"]).path
            whole = _PLACE.sub(lambda match: filled.get(match[0], match[0]), base + operation.path)
            if (operation.method, whole) == (seen.method.lower(), seen.path):
                return operation
        raise KeyError(seen.path)

    def answered(self, seen: Seen, reply: Reply) -> Reply:
        """An answer, after openapi-core compared it with the document."""
        request = MockRequest(
            f"https://{seen.host}", seen.method.lower(), seen.path, args=seen.query, headers=seen.headers
        )
        response = MockResponse(reply.data(), reply.status, dict(reply.headers), "application/json")
        self._judge.validate_response(request, response)
        return reply

    def completed(self, operation: Operation, reply: Reply) -> Reply:
        """An answer of a data file with all that the document demands beside it."""
        body = self.schemas.completed(json.loads(reply.data()), operation.answer)
        return Reply(body, reply.status, reply.headers)

    def example(self, operation: Operation) -> Reply:
        """The document's own example of an answer, or one made of its schema, as the only page."""
        if operation.example is not None:
            return Reply(operation.example)
        body = self.schemas.example(operation.answer)
        for request in self.definition.requests:
            if isinstance(body, dict):
                body.pop(request.paging.next.strip('"'), None)
        return Reply(body)


def _adapt(item: Mapping[str, Any]) -> None:
    """Take out lists in a style that OpenAPI defines for objects alone: no validator can read them."""
    for operation in (each for each in item.values() if isinstance(each, dict)):
        operation["parameters"] = [
            each
            for each in operation.get("parameters", [])
            if each.get("style") != "deepObject" or each.get("schema", {}).get("type") == "object"
        ]

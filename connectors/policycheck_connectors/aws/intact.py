"""Bodies that are cut or no answer at all: boto3 gives an empty answer for them, which would read as "there is none".

Handlers of botocore's events. It compares no body with the length that was announced, and takes text that is no JSON, a
web page where XML is due, and an empty body for an answer without members.
"""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.parsers import ResponseParserError

#: The error code that such an answer gets; AWS has none of that name.
UNREADABLE = "PolicycheckUnreadableAnswer"
_BAD_GATEWAY = 502
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html)", re.IGNORECASE)


def register(session: Any) -> None:
    """Let every client of a session of botocore look at its answers."""
    session.register("before-parse", _check_body)
    # The deepest name is heard first, so that those that decide about a retry see the status.
    session.register("needs-retry.*.*", _tell_status)
    session.register("after-call", _check_answer)


def _check_body(
    response_dict: dict[str, Any],
    operation_model: Any,
    customized_response_dict: dict[str, Any] | None = None,
    **_: Any,
) -> None:
    """Turn an answer that is cut, empty or a web page into an error that is tried again."""
    shape, body, status = operation_model.output_shape, response_dict["body"], response_dict["status_code"]
    if not isinstance(body, bytes) or operation_model.http.get("method") == "HEAD":
        return
    told_none = status < 300 and shape is not None and shape.members and (not body.strip() or _PAGE.match(body))
    if told_none or _announced(response_dict, len(body)) != len(body):
        response_dict.update(status_code=_BAD_GATEWAY, body=b"")
        if customized_response_dict is not None:
            customized_response_dict["Error"] = {"Code": UNREADABLE, "Message": ""}


def _announced(response_dict: dict[str, Any], came: int) -> int:
    """The length that the headers tell; what came when they tell none."""
    told = str(response_dict["headers"].get("content-length", ""))
    return int(told) if told.isdecimal() else came


def _tell_status(response: Any, **_: Any) -> None:
    """Let botocore retry by the status that the body has shown."""
    if response and response[1].get("ResponseMetadata", {}).get("HTTPStatusCode") == _BAD_GATEWAY:
        response[0].status_code = _BAD_GATEWAY


def _check_answer(http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
    """Raise ResponseParserError for a whole body that is no JSON where JSON is due, or holds no list where one is."""
    # An answer of botocore's Stubber comes without a body.
    if http_response.status_code >= 300 or http_response.raw is None or model.output_shape is None:
        return
    # Of the protocols that a service speaks, the one that boto3 chose; the model may name another first.
    protocol = getattr(model.service_model, "resolved_protocol", model.service_model.protocol)
    if "json" not in protocol:
        return
    hollow = not set(parsed) - {"ResponseMetadata"}
    lists = _doubtful(parsed, model.output_shape)
    if (hollow or lists) and not _is_object(http_response.content, lists):
        raise ResponseParserError("the body is not the answer of a service")


def _doubtful(parsed: dict[str, Any], shape: Any) -> list[str]:
    """The names in the body of lists that may come of something else: botocore takes a text apart into characters, an
    object into its keys, and both into nothing when they are empty. Of lists of objects, it refuses the rest itself."""
    return [
        str(member.serialization.get("name", name))
        for name, member in shape.members.items()
        if member.type_name == "list"
        and not member.serialization.get("location")
        and name != shape.serialization.get("payload")
        and name in parsed
        and all(isinstance(item, str) for item in parsed[name])
    ]


def _is_object(body: bytes, lists: list[str]) -> bool:
    """Whether a body is a JSON object with nothing but lists under these names."""
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        return False
    return isinstance(told, dict) and all(isinstance(told.get(name, []), list) for name in lists)

"""Reading the body of a request: JSON, lines of JSON, forms, multipart forms; plain, in Base64 or gzip.

Sources: RFC 8259 (JSON), RFC 7578 (multipart/form-data), https://url.spec.whatwg.org/#application/x-www-form-urlencoded.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from typing import NamedTuple

from policycheck_connectors.files.samples.text import parse

#: An unpacked body may be this long.
MAX_BODY = 16 << 20
_FORM = "application/x-www-form-urlencoded"
_LINES = frozenset(
    {
        *("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"),
        *("application/json-seq", "application/x-sentry-envelope", "application/vnd.elasticsearch+x-ndjson"),
    }
)
#: Types that are told by name when they cannot be read; others may be anything.
_TOLD = frozenset(
    {
        *("application/grpc", "application/grpc-web", "application/msgpack", "application/octet-stream"),
        *("application/protobuf", "application/soap+xml", "application/thrift", "application/x-amz-cbor"),
        *("application/x-msgpack", "application/x-protobuf", "application/x-thrift", "application/xml", "text/xml"),
        *("application/vnd.google.protobuf", "application/cbor", "application/zip", "text/csv", "text/html"),
    }
)  # fmt: skip
_LOOKS_FORM = re.compile(r"[^\s=&{}<>\"]{1,200}=[^\s<>\"{}]*")
_DISPOSITION = re.compile(r'(?i)content-disposition:[^\r\n]*?\bname="([^"\r\n]*)"')
_FILE = re.compile(r"(?i)content-disposition:[^\r\n]*?\bfilename")
_BOUNDARY = re.compile(r'(?i)\bboundary="?([^";,\s]{1,70})')


class BodyProblem(Exception):
    """Why a body could not be read: a plural without anything of the body, such as "bodies that are no JSON"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Body(NamedTuple):
    """What a body holds: values, the text of a form, or pairs. ``rest`` says why some of it could not be read."""

    values: tuple[object, ...] = ()
    form: str = ""
    pairs: tuple[tuple[str, object], ...] = ()
    rest: str = ""


NOTHING = Body()
_NO_JSON = "bodies that say they are JSON and are not"


def read_body(body: object, kind: str, *, base64: bool = False) -> Body:
    """What a body of the content type ``kind`` holds; BodyProblem when it cannot be told."""
    if isinstance(body, str):
        return _read_text(_unpacked(body) if base64 else body, kind)
    if body is None:
        return NOTHING
    return Body((body,) if isinstance(body, (dict, list)) else ({"body": body},))


def _read_text(text: str, kind: str) -> Body:
    main = kind.partition(";")[0].strip().lower()
    start = text[:256].lstrip()[:1]
    if not start and not text.strip():
        return NOTHING
    if main == _FORM:
        return Body(form=text.strip())
    if main.startswith("multipart/"):
        return _parts(text, kind)
    if main in _LINES:
        return _lines(text)
    if main.endswith(("/json", "+json")) or start in ("{", "["):
        return _json(text)
    if main.startswith(("image/", "audio/", "video/", "font/")) or main in _TOLD:
        raise BodyProblem(f"bodies of the type {main if main in _TOLD else main.partition('/')[0]}, which is not read")
    return _plain(text, main)


def _plain(text: str, main: str) -> Body:
    """A body that does not say what it is, or that is plain text."""
    if _LOOKS_FORM.fullmatch(text.strip()):
        return Body(form=text.strip())
    if text.startswith("--") and "content-disposition" in text[:400].lower():
        return _parts(text, "")
    if main in ("", "text/plain"):
        if "\ufffd" in text or "\0" in text:
            raise BodyProblem("bodies that are no text")
        return Body(({"body": text},))
    raise BodyProblem("bodies of a type that is not read")


def _json(text: str) -> Body:
    try:
        return Body((parse(text),))
    except ValueError:
        if "\n" not in text.strip():
            raise BodyProblem(_NO_JSON) from None
    return _lines(text)


def _lines(text: str) -> Body:
    values, bad = [], False
    for line in text.splitlines():
        plain = line.strip("\x1e \t")
        try:
            value = parse(plain) if plain else None
        except ValueError:
            bad = True
            continue
        if isinstance(value, (dict, list)):
            values.append(value)
    if bad and not values:
        raise BodyProblem(_NO_JSON)
    return Body(tuple(values), rest="lines of bodies that are no JSON" if bad else "")


def _parts(text: str, kind: str) -> Body:
    """The parts of a multipart form by their names; of files, that there was one."""
    told = _BOUNDARY.search(kind)
    mark = f"--{told[1]}" if told else text.lstrip().split("\n", 1)[0].strip()
    if not mark.startswith("--") or mark not in text:
        raise BodyProblem("multipart bodies without their boundary")
    pairs: list[tuple[str, object]] = []
    for part in text.split(mark)[1:]:
        head, _, value = part.replace("\r\n", "\n").lstrip("\n").partition("\n\n")
        name = _DISPOSITION.search(head)
        if name and name[1]:
            pairs.append((name[1], None if _FILE.search(head) else value.removesuffix("\n")))
    return Body(pairs=tuple(pairs))


def _unpacked(text: str) -> str:
    try:
        data = b64decode(text, validate=False)
        if data.startswith(b"\x1f\x8b"):
            data = _gunzipped(data)
        return data.decode()
    except (ValueError, zlib.error):
        raise BodyProblem("bodies that are no text") from None


def _gunzipped(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    made = unpacker.decompress(data, MAX_BODY)
    if unpacker.unconsumed_tail:
        raise BodyProblem("bodies that unpack to more than 16 MiB")
    return made

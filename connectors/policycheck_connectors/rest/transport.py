"""One origin asked over TLS: bounded answers, no redirect to anybody else, repetition where it helps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from policycheck.model.dataclass import dataclass
from policycheck_connectors.rest import pauses
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.proxies import Line, pool

Json: TypeAlias = Any

#: Bytes that one answer may have. The longest honest page is far below.
MOST_BYTES = 16 << 20
#: How deep an answer may be nested.
MOST_DEPTH = 64
_REDIRECTS = 3
_RAW: dict[str, Any] = {"redirect": False, "preload_content": False, "retries": False}
#: How many values one answer may have: an empty object costs some sixty times its two bytes.
MOST_VALUES = 1_000_000
#: Seconds that one answer may take, however slowly its bytes drip.
MOST_SECONDS = 300.0
#: A text that is not closed ends with the answer: looked for anew at each quote, it would take hours.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_ACCEPT = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "policycheck"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: ``url`` is whole, with its query. ``form``: the body is form-encoded instead of JSON."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: Mapping[str, Json] | None = None
    form: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``headers`` fold case; ``body`` is the JSON, None for an empty answer."""

    status: int
    headers: Mapping[str, str]
    body: Json


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port, as browsers compare origins. ValueError for what is no address."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def with_query(url: str, query: Mapping[str, str]) -> str:
    """The address with more parameters."""
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


class Transport:
    """Asks one origin. ``take`` is called before each call and raises Failure when a budget is spent."""

    def __init__(self, origin: str, environ: Mapping[str, str], pace: pauses.Pace, take: Callable[[], float]) -> None:
        self._origin = origin_of(origin)
        self._line = Line()
        self._pool = pool(environ, self._origin[1], self._line)
        self._pace = pace
        self._take = take

    @property
    def host(self) -> str:
        """The host that is asked."""
        return self._origin[1]

    def own(self, url: str) -> bool:
        """Whether an address is of the origin that this transport may ask."""
        try:
            return origin_of(url) == self._origin and "@" not in urlsplit(url).netloc
        except ValueError:
            return False

    def ask(self, ask: Ask) -> Answer:
        """The answer with a status below 300; Failure for every other. Repeats what may succeed later."""
        for attempt in range(pauses.REPEATS + 1):
            left = self._take()
            self._pace.wait()
            last = attempt == pauses.REPEATS
            try:
                answer = self._once(ask, left)
            except Failure as failure:
                if last or failure.status:
                    raise
                self._pause(pauses.FIRST * 2**attempt, left, "the host does not answer")
                continue
            if answer.status < 300:
                return answer
            if answer.status not in _AGAIN or last:
                raise refused(answer)
            wait = pauses.after_refusal(answer.headers, attempt)
            self._pause(wait, left, "the rate limit is reached" if answer.status == 429 else "the host is overloaded")
        raise AssertionError

    def _pause(self, seconds: float, left: float, why: str) -> None:
        if seconds > min(pauses.LONGEST, left):
            help = "run again later, or give the connector more time"
            raise Failure(f"{why} and the wait that it asks for, {seconds:.0f} seconds, is too long", help, status=429)
        self._pace.sleep(seconds)

    def _once(self, ask: Ask, left: float) -> Answer:
        for _ in range(_REDIRECTS + 1):
            answer = self._send(ask, left)
            if answer.status not in _MOVED:
                return answer
            url = urljoin(ask.url, answer.headers.get("Location", ""))
            if ask.method != "GET" or not self.own(url):
                help = "look at the region or host of this connector; a credential is never sent elsewhere"
                raise Failure("the answer leads to another address, which was not followed", help, status=answer.status)
            ask = Ask(url, "GET", ask.headers)
        raise Failure("the answers lead in a circle", "report this to the vendor", status=310)

    def _send(self, ask: Ask, left: float) -> Answer:
        if not self.own(ask.url):
            raise Failure("an address of another host was not asked", "report this to the vendor", status=310)
        headers = {**_ACCEPT, **(ask.headers or {})}
        body: bytes | None = None
        if ask.body is not None:
            kind = "application/x-www-form-urlencoded" if ask.form else "application/json"
            headers = {"Content-Type": kind, **headers}
            body = (urlencode(ask.body) if ask.form else json.dumps(ask.body)).encode()
        with self._line.until(min(left, MOST_SECONDS)) as cut:
            try:
                answer = self._pool.request(ask.method, ask.url, body=body, headers=headers, **_RAW)
                try:
                    told = Answer(answer.status, answer.headers, _body(answer))
                finally:
                    answer.close()
            except (Failure, urllib3.exceptions.HTTPError, ValueError, OSError) as error:
                raise _failed(error, cut.is_set()) from None
        if cut.is_set():
            raise _failed(TimeoutError(), True)
        return told


def _failed(error: Exception, cut: bool) -> Failure:
    """What went wrong between here and the host; messages of libraries are not quoted."""
    if cut:
        return Failure("the answer came too slowly", "run again later", status=408)
    if isinstance(error, Failure):
        return error
    if isinstance(error, urllib3.exceptions.SSLError) or _is_tls(error):
        return _untrusted()
    if isinstance(error, urllib3.exceptions.HTTPError):
        return Failure(f"the connection failed ({type(error).__name__})", "look at the network and proxy")
    return Failure(f"the question could not be sent ({type(error).__name__})", "look at the network")


def _is_tls(error: Exception) -> bool:
    """Whether a certificate was refused, perhaps behind a proxy."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _untrusted() -> Failure:
    help = "if a proxy of yours opens TLS, name its certificate in SSL_CERT_FILE; there is no way to turn this off"
    return Failure("the certificate of the host cannot be verified", help, status=495, final=True)


def _body(answer: urllib3.BaseHTTPResponse) -> Json:
    """The JSON of an answer, read in pieces so that its size is not the host's to choose."""
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
        raise Failure(
            "the answer is compressed although that was not asked for", "report this to the vendor", status=415
        )
    parts, size = [], 0
    while part := answer.read(1 << 16, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise Failure(f"the answer is longer than {MOST_BYTES >> 20} MiB", "ask for smaller pages", status=413)
    declared = answer.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) != size:
        raise Failure("the answer breaks off", "look at the network and proxy")
    return _parsed(b"".join(parts), answer.status)


def _parsed(data: bytes, status: int) -> Json:
    if status >= 300 or not data.strip():
        # An answer that was cut among its headers has no body either: it must not pass for an empty list.
        if status == 200 and not data.strip():
            raise Failure("the answer is empty", "look at the network and proxy")
        return None if not data.strip() else _lenient(data)
    if _deep(data):
        raise Failure(f"the answer is nested deeper than {MOST_DEPTH} levels", "report this to the vendor", status=422)
    if _many(data):
        raise Failure(f"the answer has more than {MOST_VALUES} values", "ask for smaller pages", status=413)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Failure("the answer is no JSON", "look at the host of this connector", status=422) from None


def _lenient(data: bytes) -> Json:
    try:
        return None if _deep(data) or _many(data) else json.loads(data)
    except (ValueError, RecursionError):
        return None


def _deep(data: bytes) -> bool:
    """Whether brackets outside of strings nest too deep. Few answers have that many brackets at all."""
    if data.count(b"[") + data.count(b"{") <= MOST_DEPTH:
        return False
    depth = 0
    for bracket in _STRING.sub(b"", data).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            return True
    return False


def _many(data: bytes) -> bool:
    """Whether there are more values than an answer may have; commas in texts are counted only if they must be."""
    return data.count(b",") >= MOST_VALUES and _STRING.sub(b"", data).count(b",") >= MOST_VALUES


def refused(answer: Answer) -> Failure:
    """What a status of 300 or more says."""
    said = {
        401: ("the credential was refused (401)", "look whether it is revoked, or of another region or account", True),
        402: ("the plan of this account does not include the call (402)", "attest what a person sees", False),
        403: ("the credential may not do this (403)", "give it the permission that the definition names", False),
        404: ("there is no such thing (404)", "look at the options of this connector, such as region", False),
        429: ("the rate limit was reached again and again (429)", "run again later", False),
    }
    known = said.get(answer.status)
    if known is not None:
        return Failure(known[0], known[1], status=answer.status, final=known[2])
    if answer.status < 400:
        return Failure(f"the host gave no answer ({answer.status})", "report this to the vendor", status=answer.status)
    kind = "failed" if answer.status >= 500 else "refused the question"
    return Failure(f"the host {kind} ({answer.status})", "run again; if it stays, report it", status=answer.status)

"""The credential of a connector, put where its definition says: a header, the body, or a token fetched with it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from policycheck.model.definition_words import BASIC, BODY, CLIENT_CREDENTIALS, HEADERS
from policycheck.model.definitions import Auth
from policycheck_connectors.errors import ConnectorError
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.settings import named
from policycheck_connectors.rest.templates import fill, filled, plain
from policycheck_connectors.rest.transport import Answer, Ask, Json

_LINE = re.compile(r"[\x00-\x1f\x7f]")
#: A credential that is shorter is no secret, and may be a part of any word.
_SHORT = 8
Asks = Callable[[Ask], Answer]


class Authoriser:
    """Signs questions. ``secrets`` has a value for each name; nothing of it is ever shown. ConnectorError for a
    credential that cannot be sent."""

    def __init__(self, auth: Auth, secrets: Mapping[str, str], options: Mapping[str, str]) -> None:
        for name, value in secrets.items():
            if _LINE.search(value) or not value.isascii():
                help = "it may hold the printable ASCII characters alone: look for a line end or a quote in it"
                raise ConnectorError(f"credential `{name}` cannot be sent in a header", help)
        self._auth = auth
        self._secrets = secrets
        self._options = options
        self._token = ""

    def sign(self, ask: Ask, asks: Asks) -> Ask:
        """The question with its credential. ``asks`` fetches a token, the first time that one is needed."""
        auth = self._auth
        if auth.kind == HEADERS:
            return _headed(ask, filled(auth.headers, self._secrets))
        if auth.kind == BASIC:
            pair = f"{fill(auth.user, self._secrets)}:{fill(auth.password, self._secrets)}"
            return _headed(ask, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"})
        if auth.kind == BODY:
            return replace(ask, body={**(ask.body or {}), **filled(auth.body, self._secrets)})
        if auth.kind == CLIENT_CREDENTIALS:
            self._token = self._token or self._fetched(asks)
            return _headed(ask, {"Authorization": f"Bearer {self._token}"})
        return ask

    def hidden(self, value: Json) -> Json:
        """A part of an answer with ``***`` where the vendor repeats a secret; names of users and clients stay."""
        secrets = [each for each in (*(self._secrets[name] for name in _secret(self._auth)), self._token) if each]
        return _without(value, sorted((each for each in secrets if len(each) >= _SHORT), key=len, reverse=True))

    def told(self, templates: Mapping[str, str]) -> dict[str, str]:
        """Templates over credentials, filled: for the body of a question about the credential itself."""
        return filled(templates, self._secrets)

    def _fetched(self, asks: Asks) -> str:
        auth = self._auth
        body = {"grant_type": "client_credentials", **filled(auth.extra, self._options)}
        id, secret = self._secrets["client_id"], self._secrets["client_secret"]
        ask = Ask(fill(auth.token_url, self._options), "POST", {}, body, auth.sends != "json")
        if auth.sends == "basic":
            ask = _headed(ask, {"Authorization": f"Basic {base64.b64encode(f'{id}:{secret}'.encode()).decode()}"})
        else:
            ask = replace(ask, body={**body, "client_id": id, "client_secret": secret})
        answer = _granted(asks, ask)
        token = plain(answer.body.get("access_token")) if isinstance(answer.body, dict) else ""
        if not token or _LINE.search(token) or not token.isascii():
            raise Failure(
                "no access token came for the client credentials", "look at client_id and its secret", final=True
            )
        return token


def _granted(asks: Asks, ask: Ask) -> Answer:
    # Without a status: what it means for a list says nothing of the token.
    try:
        return asks(ask)
    except Failure as failure:
        if failure.status not in (400, 403, 404):
            raise Failure(failure.reason, failure.help, final=failure.final) from None
        help = "look at client_id, its secret, and the options that stand in the address of the token"
        raise Failure(f"the token was refused ({failure.status})", help, final=True) from None


def _secret(auth: Auth) -> tuple[str, ...]:
    """The names of the credentials that nobody may see; with a password of its own, a user is none of them."""
    if auth.kind == CLIENT_CREDENTIALS:
        return ("client_secret",)
    if auth.kind == BASIC:
        in_password = tuple(name for name in auth.credentials if f"{{{name}}}" in auth.password)
        return in_password or tuple(auth.credentials)
    return named(auth)


def _without(value: Json, secrets: Sequence[str]) -> Json:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "***")
        return value
    if isinstance(value, dict):
        return {_without(key, secrets): _without(each, secrets) for key, each in value.items()}
    return [_without(each, secrets) for each in value] if isinstance(value, list) else value


def _headed(ask: Ask, headers: Mapping[str, str]) -> Ask:
    return replace(ask, headers={**(ask.headers or {}), **headers})

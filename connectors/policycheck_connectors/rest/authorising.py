"""The credential of a connector, put where its definition says: a header, the body, or a token fetched with it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from policycheck.model.definitions import BASIC, BODY, CLIENT_CREDENTIALS, HEADERS, Auth
from policycheck_connectors.interface import ConnectorError
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.templates import fill, filled, plain
from policycheck_connectors.rest.transport import Answer, Ask

_LINE = re.compile(r"[\x00-\x1f\x7f]")
Asks = Callable[[Ask], Answer]


def named(auth: Auth) -> tuple[str, ...]:
    """The credentials that an entry must have."""
    more = ("client_id", "client_secret") if auth.kind == CLIENT_CREDENTIALS else ()
    return tuple(dict.fromkeys((*auth.credentials, *more)))


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
        answer = asks(ask)
        token = plain(answer.body.get("access_token")) if isinstance(answer.body, dict) else ""
        if not token or _LINE.search(token) or not token.isascii():
            raise Failure(
                "no access token came for the client credentials", "look at client_id and its secret", final=True
            )
        return token


def _headed(ask: Ask, headers: Mapping[str, str]) -> Ask:
    return replace(ask, headers={**(ask.headers or {}), **headers})

"""One connector's talk with one vendor: its origin, its credential, its budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from policycheck.model.definitions import Definition
from policycheck_connectors.rest.authorising import Authoriser
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.pauses import Pace
from policycheck_connectors.rest.settings import asked
from policycheck_connectors.rest.templates import fill, plain, search
from policycheck_connectors.rest.transport import Answer, Ask, Json, Transport

#: What an error word of a vendor may be made of, to be shown.
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"


class Session:
    """Asks signed questions. ``options`` fill templates, ``secrets`` are the credentials by name."""

    def __init__(
        self,
        definition: Definition,
        options: Mapping[str, str],
        secrets: Mapping[str, str],
        environ: Mapping[str, str],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = fill(definition.base_url, options).rstrip("/")
        self.options = options
        self.calls = 0
        self._definition = definition
        self._environ = environ
        self._pace = Pace(definition.per_second, sleep)
        self._end = time.monotonic() + definition.minutes * 60
        self._authoriser = Authoriser(definition.auth, secrets, options)
        self._transport = Transport(self.base, environ, self._pace, self._take)

    @property
    def host(self) -> str:
        """The host that is asked."""
        return self._transport.host

    @property
    def hosts(self) -> set[str]:
        """Every host that may be asked: that of the API, and that of the tokens."""
        return asked(self._definition, self.options)

    def ask(self, ask: Ask) -> Answer:
        """The answer to a question; Failure where there is none, or where it says that it is an error."""
        answer = self._transport.ask(self._authoriser.sign(ask, self._token))
        ok = self._definition.ok
        if ok is not None and search(ok[0], answer.body) is not True:
            raise _said(plain(search(ok[1], answer.body)))
        return answer

    def hidden(self, value: Json) -> Json:
        """A part of an answer without the secrets of this connector."""
        return self._authoriser.hidden(value)

    def told(self, templates: Mapping[str, str]) -> dict[str, str]:
        """Templates over credentials, filled."""
        return self._authoriser.told(templates)

    def _token(self, ask: Ask) -> Answer:
        return Transport(ask.url, self._environ, self._pace, self._take).ask(ask)

    def _take(self) -> float:
        """Take one call out of the budget; answers with the seconds that are left."""
        self.calls += 1
        left = self._end - time.monotonic()
        if self.calls > self._definition.calls:
            raise _spent(f"the call budget of {self._definition.calls} calls is spent")
        if left <= 0:
            raise _spent(f"the time budget of {self._definition.minutes} minutes is spent")
        return left


def _spent(reason: str) -> Failure:
    return Failure(reason, "raise `limits` of the definition, or narrow what is asked for", status=598, final=True)


def _said(word: str) -> Failure:
    """An error that came with status 200."""
    shown = f" `{word}`" if word and len(word) <= 60 and all(each in _WORD for each in word) else ""
    final = word in ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired")
    return Failure(
        f"the vendor answered with the error{shown}", "look it up in the vendor's reference", status=499, final=final
    )

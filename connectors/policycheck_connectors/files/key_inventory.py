"""The type ``key-inventory``: exported lists of API keys, tokens and installed apps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from policycheck.model.facts import Credential
from policycheck_connectors import options as option
from policycheck_connectors.files.book import Gap, Seen
from policycheck_connectors.files.dates import moment
from policycheck_connectors.files.table import Row
from policycheck_connectors.files.tabular import TabularConnector
from policycheck_connectors.files.values import text_of, word_of

_TELLS = ("scopes", "created", "last_used", "expires", "holder", "status")
_ACTIVE = frozenset({"active", "enabled", "true", "1", "yes", "valid", "live", "ok"})
_DISABLED = frozenset(
    {"disabled", "inactive", "false", "0", "no", "revoked", "deleted", "expired", "suspended", "blocked", "archived"}
)
_MARKS = re.compile(r"[,;|\n]")
_SCOPE = re.compile(r"[\w*]+(?:[.:/_*-]+[\w*]+)+")


class KeyInventory(TabularConnector):
    """Reads credentials; never a secret, not even where a column that should hold ids does."""

    type: ClassVar[str] = "key-inventory"
    resources: ClassVar[tuple[str, ...]] = ("credentials",)
    identity: ClassVar[tuple[str, ...]] = ("id", "name")
    known: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "id": ("api_key_id", "key_id", "access_key_id", "token_id", "id", "sid", "uuid", "public_id", "client_id"),
        "name": ("name", "key_name", "api_key_name", "token_name", "friendly_name", "label", "title", "display_name"),
        "holder": ("holder", "held_by", "used_by"),
        "scopes": ("scopes", "scope", "permissions", "permission", "privileges", "roles", "role"),
        "created": (
            *("created", "created_at", "created_on", "creation_date", "date_created", "create_date", "created_date"),
            *("issued", "issued_at", "issued_on"),
        ),
        "last_used": (
            *("last_used", "last_used_at", "last_used_on", "date_last_used", "last_used_date", "last_use", "used_at"),
            *("last_access", "last_accessed", "last_accessed_at", "last_active", "last_seen", "last_activity"),
        ),
        "expires": (
            *("expires", "expires_at", "expires_on", "expiry", "expiry_date", "expiration", "expiration_date"),
            *("expiration_time", "valid_until"),
        ),
        "status": ("status", "state", "active", "enabled", "is_active"),
        "system": ("system", "vendor", "service", "provider"),
        "tenant": ("tenant", "workspace", "subaccount", "organization", "organisation", "account", "account_id"),
    }
    lists: ClassVar[frozenset[str]] = frozenset(
        {
            *("result", "results", "data", "items", "keys", "api_keys", "apiKeys", "tokens", "access_tokens"),
            *(
                "credentials",
                "records",
                "values",
                "entries",
                "rows",
                "apps",
                "api_key_list",
                "Keys",
                "AccessKeyMetadata",
            ),
        }
    )

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._separator = option.text(options, "scopes_separator")
        self._holder = option.text(options, "holder")
        self._form = option.text(options, "date_format")

    def _fact(self, row: Row, values: dict[str, Any], place: tuple[str, str], seen: Seen) -> Credential | None:
        name = self._shown("name", values, row, seen)
        id = self._shown("id", values, row, seen) or name
        if not id:
            return None
        told = {attribute for attribute in _TELLS if attribute in values}
        read = _Reader(row, values, seen, told)
        scopes = read.scopes(self._separator)
        if scopes is not None:
            scopes = tuple(self._safe("scopes", scope, row, seen) for scope in scopes)
        if self._holder:
            told.add("holder")
        return Credential(
            *place,
            id,
            name or id,
            self.name,
            row.where,
            holder=self._shown("holder", values, row, seen) or self._holder or None,
            scopes=scopes,
            created=read.moment("created", self._form),
            last_used=read.moment("last_used", self._form),
            expires=read.moment("expires", self._form),
            status=read.status(),
            knows=tuple(attribute for attribute in _TELLS if attribute in told),
        )

    def _shown(self, attribute: str, values: dict[str, Any], row: Row, seen: Seen) -> str:
        return self._safe(attribute, word_of(values.get(attribute)) or "", row, seen)


class _Reader:
    """Reads the attributes of one row; one that cannot be read is a gap, and leaves ``told``."""

    def __init__(self, row: Row, values: dict[str, Any], seen: Seen, told: set[str]) -> None:
        self._row = row
        self._values = values
        self._seen = seen
        self._told = told

    def moment(self, attribute: str, form: str) -> str | None:
        """A moment or day, None for never and for what is no date."""
        try:
            return moment(self._values.get(attribute), form)
        except (ValueError, OverflowError):
            self._unread(attribute, "dates that cannot be read", "say how they are written with `date_format`")
        return None

    def status(self) -> str | None:
        """``active``, ``disabled`` or None."""
        value = self._values.get("status")
        word = str(value).strip().lower()
        if value is None:
            return None
        if word in _ACTIVE or word in _DISABLED:
            return "active" if word in _ACTIVE else "disabled"
        self._unread("status", "states that are neither active nor disabled", "map another column to `status`")
        return None

    def scopes(self, separator: str) -> tuple[str, ...] | None:
        """The scopes of a list or a cell; None when the row gives none."""
        value = self._values.get("scopes")
        if isinstance(value, str):
            value = _split(value, separator)
        if value is None:
            return None
        if isinstance(value, list):
            found = [text_of(item) for item in value]
            if all(item is not None for item in found):
                return tuple(item for item in found if item is not None)
        self._unread("scopes", "scopes that are no list of words", "map a list, or one cell, to `scopes`")
        return None

    def _unread(self, attribute: str, reason: str, help: str) -> None:
        self._told.discard(attribute)
        self._seen.gap(f"credentials.{attribute}", Gap(reason, help, self._row.where))


def _split(cell: str, separator: str) -> list[str]:
    """The words of a cell, by the separator; else by ``, ; |`` and lines, else by spaces if all look like scopes."""
    text = cell.strip()
    if text.startswith("[") and text.endswith("]"):
        text = re.sub(r"[\"']", "", text[1:-1])
    if separator:
        parts = text.split(separator)
    elif _MARKS.search(text):
        parts = _MARKS.split(text)
    else:
        parts = text.split() if all(map(_SCOPE.fullmatch, text.split())) else [text]
    return [part.strip() for part in parts if part.strip()]

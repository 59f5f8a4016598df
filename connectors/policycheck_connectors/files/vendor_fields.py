"""The type ``vendor-fields``: exported field definitions of a vendor.

Shapes known without a mapping, from the vendors' API references: SendGrid marketing field definitions, Mailchimp
merge fields, Amplitude taxonomy, HubSpot properties, Intercom data attributes, Zendesk fields, Brevo attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from policycheck.model.facts import VendorField
from policycheck_connectors import options as option
from policycheck_connectors.files.book import Gap, Seen
from policycheck_connectors.files.table import Row
from policycheck_connectors.files.tabular import TabularConnector, one_of
from policycheck_connectors.files.values import word_of

ORIGINS = ("sent", "custom", "collected", "derived", "readable")
FORMS = ("raw", "hashed", "tokenised", "truncated", "masked", "encrypted", "aggregated")
DEPTHS = ("latest", "history")
_CATEGORY = re.compile(r"none|[a-z][a-z_]*(?:\.[a-z][a-z_]*)+")
#: The object that a list's name tells.
_OBJECTS = {
    "custom_fields": "contact",
    "reserved_fields": "contact",
    "merge_fields": "member",
    "user_fields": "user",
    "organization_fields": "organization",
    "ticket_fields": "ticket",
}


class VendorFields(TabularConnector):
    """Reads field definitions; names, labels and types, never values of fields."""

    type: ClassVar[str] = "vendor-fields"
    resources: ClassVar[tuple[str, ...]] = ("fields",)
    identity: ClassVar[tuple[str, ...]] = ("path",)
    known: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "path": (
            *("path", "full_name", "user_property", "event_property", "group_property", "key", "tag", "field"),
            *("field_name", "attribute", "attribute_name", "property", "property_name", "column", "column_name"),
            *("name", "title", "id"),
        ),
        "label": ("label", "title", "display_name", "name"),
        "type": ("data_type", "datatype", "value_type", "type", "field_type"),
        "object": ("object", "model", "object_type", "entity", "table", "event_type"),
        "origin": ("origin",),
        "form": ("form",),
        "depth": ("depth",),
        "category": ("category",),
        "system": ("system", "vendor"),
        "tenant": ("tenant", "workspace"),
    }
    lists: ClassVar[frozenset[str]] = frozenset(
        {*_OBJECTS, "data", "results", "result", "fields", "attributes", "properties", "columns", "items", "records"}
    )

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._object = option.text(options, "object")
        self._origin = one_of(option.text(options, "origin"), ORIGINS)

    def _fact(self, row: Row, values: dict[str, Any], place: tuple[str, str], seen: Seen) -> VendorField | None:
        path = word_of(values.get("path"))
        if path is None:
            return None
        label = self._plain("label", values, row, seen)
        return VendorField(
            *place,
            self._plain("object", values, row, seen) or self._object or _object(row),
            self._safe("path", path, row, seen, random=False),
            self.name,
            row.where,
            label="" if word_of(values.get("label")) == path else label,
            type=self._plain("type", values, row, seen),
            origin=_word(row, values, "origin", ORIGINS, seen) or self._origin or _origin(row),
            form=_word(row, values, "form", FORMS, seen),
            depth=_word(row, values, "depth", DEPTHS, seen),
            category=self._category(row, values, seen),
        )

    def _plain(self, attribute: str, values: dict[str, Any], row: Row, seen: Seen) -> str:
        return self._safe(attribute, word_of(values.get(attribute)) or "", row, seen, random=False)

    def _category(self, row: Row, values: dict[str, Any], seen: Seen) -> str | None:
        """A key of the taxonomy. A column that only happens to be called so (Brevo has one) is passed over."""
        value = word_of(values.get("category"))
        if value is None or _CATEGORY.fullmatch(value):
            return value
        if "category" in self._explicit:
            seen.gap(
                "fields.category", Gap("categories that are no taxonomy key", "use keys such as user.name", row.where)
            )
        return None


def _word(row: Row, values: dict[str, Any], attribute: str, allowed: tuple[str, ...], seen: Seen) -> str | None:
    value = word_of(values.get(attribute))
    if value is None or value in allowed:
        return value
    gap = Gap(f"{attribute}s that are no known word", f"known words: {', '.join(allowed)}", row.where)
    seen.gap(f"fields.{attribute}", gap)
    return None


def _object(row: Row) -> str:
    if row.list in _OBJECTS:
        return _OBJECTS[row.list]
    return "user" if "user_property" in row.values else "event" if "event_property" in row.values else ""


def _origin(row: Row) -> str:
    """What is built in at the vendor is filled by what we send; the rest is custom."""
    built_in = (
        row.list == "reserved_fields" or row.values.get("hubspotDefined") is True or row.values.get("custom") is False
    )
    return "sent" if built_in else "custom"

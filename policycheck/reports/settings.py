"""Values of the configuration with their origins, as text or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from policycheck.model.declared import Setting
from policycheck.reports import plain
from policycheck.reports.page import Page
from policycheck.reports.table import table

SCHEMA = "policycheck/config/v1"


def listing(settings: Sequence[Setting], page: Page, fit: bool) -> list[str]:
    """The table of keys, values and origins."""
    return table(("KEY", "VALUE", "FROM"), [(each.key, each.value, each.origin) for each in settings], page, fit)


def document(settings: Sequence[Setting], vendor: str | None) -> plain.Plain:
    """The JSON form."""
    return {"schema": SCHEMA, "vendor": vendor, "settings": [asdict(each) for each in settings]}

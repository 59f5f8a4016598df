"""The formats that ``check --output`` knows, imported on use."""

from __future__ import annotations

from importlib import import_module

from policycheck.reports.interface import Report

FORMATS = {
    "text": ("policycheck.reports.text", "TextReport"),
    "json": ("policycheck.reports.json", "JsonReport"),
}


def build(name: str) -> Report:
    """The report of that name; KeyError when there is none."""
    module, attribute = FORMATS[name]
    report: Report = getattr(import_module(module), attribute)()
    return report

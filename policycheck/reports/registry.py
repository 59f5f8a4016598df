"""The formats that ``check --output`` knows, imported on use."""

from __future__ import annotations

from importlib import import_module

from policycheck.reports.interface import Report

FORMATS = {
    "text": ("policycheck.reports.text", "TextReport"),
    "json": ("policycheck.reports.json", "JsonReport"),
    "sarif": ("policycheck.reports.sarif", "SarifReport"),
    "junit": ("policycheck.reports.junit", "JunitReport"),
    "github": ("policycheck.reports.github", "GithubReport"),
    "gitlab": ("policycheck.reports.gitlab", "GitlabReport"),
    "markdown": ("policycheck.reports.markdown", "MarkdownReport"),
    "csv": ("policycheck.reports.csv", "CsvReport"),
    "html": ("policycheck.reports.html.report", "HtmlReport"),
}

#: Formats that show more than the findings: ``Options.overview`` costs a second look at the snapshot.
OVERVIEWS = frozenset({"html"})


def build(name: str) -> Report:
    """The report of that name; KeyError when there is none."""
    module, attribute = FORMATS[name]
    report: Report = getattr(import_module(module), attribute)()
    return report

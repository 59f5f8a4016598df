"""Names and defaults that are needed before the model is: ``validate`` never builds one, so it never loads it."""

from __future__ import annotations

from policycheck.declared.view import View

#: The file that makes a directory a project.
FILE = "policycheck.yaml"

#: Where the findings that existed at adoption are kept when the configuration does not say.
BASELINE = "policycheck.baseline"

#: Settings that the environment may override.
FAIL_ON = "POLICYCHECK_FAIL_ON"
SNAPSHOTS = "POLICYCHECK_SNAPSHOTS"

#: What ``fail_on`` may be: the words of ``model.findings.Severity``.
SEVERITIES = ("info", "low", "medium", "high", "critical")

#: The month of the first rules, and of the newest that this version has.
FIRST_RULES, NEWEST_RULES = "2026.11", "2026.11"

#: Where files are looked for when the configuration does not say.
LISTED = {"policies": ("policies/",), "catalog": ("catalog/",), "overrides": ("overrides/",)}


def listed_paths(view: View | None, key: str) -> tuple[str, ...]:
    """The paths under ``policies``, ``catalog`` or ``overrides``, or the default."""
    return view.texts(key) if view is not None and view.has(key) else LISTED[key]

"""The names of the service families that a pull looks at, each with the ``module:attribute`` of its Family.

``OPT_IN`` are those that a pull takes only when they are asked for.
"""

from __future__ import annotations

_IN = "policycheck_connectors.aws.families"

FAMILIES: dict[str, str] = {
    "organizations": f"{_IN}.organizations:FAMILY",
    "iam": f"{_IN}.iam:FAMILY",
    "s3": f"{_IN}.s3:FAMILY",
}
OPT_IN: frozenset[str] = frozenset()

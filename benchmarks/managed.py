"""Writes the AWS managed policies that moto ships, one document a line: ``python -m benchmarks.managed FILE COUNT``.

A process of its own, since a process inherits the peak memory of the one that starts it, and moto is large.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def documents() -> list[str]:
    """Canonical JSON texts of the policies, by name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    data = json.loads(aws_managed_policies_data)
    return [json.dumps(data[name]["Document"], sort_keys=True, separators=(",", ":")) for name in sorted(data)]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text("".join(f"{text}\n" for text in documents()[: int(sys.argv[2])]), "utf-8")

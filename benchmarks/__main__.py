"""``python -m benchmarks [JOB ...]`` measures the rows that we promise and prints them as a Markdown table.

Exits 1 when a bar is missed. A job is named by the beginning of its name; without one, all are measured
but `fields-held-out`, which scores the labelled fields that nobody looked at.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import aws, jobs, labelled, page
from benchmarks.jobs import Row

JOBS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "reference": jobs.reference,
    "version": jobs.version,
    "validate": jobs.validate,
    "compare": jobs.compare,
    "simulate": jobs.simulate,
    "pairs": jobs.pairs,
    "account": jobs.account,
    "payloads": jobs.payloads,
    "estate": jobs.estate,
    "aws": aws.rows,
    "html": page.rows,
    "fields": labelled.rows,
    "fields-held-out": labelled.blind,
}

#: Only when named: what is scored too often is no longer blind.
ASKED = frozenset({"fields-held-out"})


def main(wanted: list[str]) -> int:
    """Measure the wanted jobs, each in a directory of its own."""
    unknown = [name for name in wanted if name not in JOBS]
    if unknown:
        print(f"unknown job: {', '.join(unknown)}; there are {', '.join(JOBS)}", file=sys.stderr)
        return 2
    print("| job | bar | measured | ok |\n|---|---|---|---|", flush=True)
    missed = 0
    for name in wanted or (name for name in JOBS if name not in ASKED):
        with tempfile.TemporaryDirectory() as directory:
            for row in JOBS[name](Path(directory)):
                missed += row.ok is False
                print(row.line(), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Refreshes the findings that README.md shows: each keeps its first line and gets the rest from a real run.

``make docs`` runs it; tests/test_transcripts.py fails when a shown paragraph is not what the program prints.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "photo-sharing"
_START = "import sys; sys.argv[0] = 'policycheck'; from policycheck.cli.main import main; main()"


def real_output() -> str:
    """What `policycheck check` prints on a copy of the example, on its day."""
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory) / "project"
        shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns(".policycheck"))
        environment = {**os.environ, "POLICYCHECK_TODAY": "2026-11-20", "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", _START, "check"]
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    return f"{done.stdout}\n\n{done.stderr}"


def refreshed(page: str, output: str) -> str:
    """The page with the paragraphs of its text blocks replaced by those of the output that begin alike."""
    real = {_head(paragraph): paragraph for paragraph in _paragraphs(output)}
    real["checked"] = output.strip().splitlines()[-1]

    def block(match: re.Match[str]) -> str:
        paragraphs = [real.get(_head(paragraph), paragraph) for paragraph in _paragraphs(match[1])]
        return "```text\n" + "\n\n".join(paragraphs) + "\n```"

    return re.sub(r"```text\n(.*?)\n```", block, page, flags=re.S)


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]


def _head(paragraph: str) -> str:
    """The first line, without its severity; one word for the tally, whose counts change."""
    first = paragraph.splitlines()[0]
    return "checked" if first.startswith("checked ") else first.partition("[")[2] or first


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(refreshed(readme.read_text("utf-8"), real_output()), "utf-8")

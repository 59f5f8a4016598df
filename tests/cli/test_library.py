from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run


def test_the_library_is_checked_without_a_project(policycheck: Run, tmp_path: Path) -> None:
    done = policycheck("validate", "--library", "--output", "json", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert (done.returncode, report["problems"]) == (0, [])
    assert report["checked"] > 25

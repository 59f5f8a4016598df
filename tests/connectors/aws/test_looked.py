"""Who only looks at live AWS gets the newest snapshot with its age, and asks again on demand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policycheck.snapshots.layout import snapshots_in
from tests.servers.aws import Aws

pytestmark = pytest.mark.unmeasured

if TYPE_CHECKING:
    from tests.conftest import Run

CONFIG = """\
version: 1
connectors:
  - {name: prod, type: aws, services: [iam]}
"""


@pytest.mark.parametrize("command", [("show", "grants"), ("who", "user.contact.email")])
def test_who_looks_does_not_ask_again(aws: Aws, policycheck: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "policycheck.yaml").write_text(CONFIG, encoding="utf-8")
    directory = tmp_path / ".policycheck" / "snapshots"

    def looks(*options: str, day: str = "2026-11-20") -> tuple[str, str, bool]:
        """Which snapshot is shown, what is said, and whether AWS was asked for it."""
        aws.wire.heard.clear()
        environ = {**aws.environ(), "POLICYCHECK_TODAY": day}
        done = policycheck(*command, "--output", "json", *options, cwd=tmp_path, env=environ)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["snapshot"]["taken_at"], " ".join(done.stderr.split()), bool(aws.wire.heard)

    first, later = "2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z"
    assert looks()[::2] == (first, True)
    told = f"snapshot of {first}, 2 days old; --pull asks the live systems anew"
    assert looks(day=later[:10]) == (first, told, False)
    assert looks("--pull", day=later[:10])[::2] == (later, True)
    assert looks("--offline", day="2026-12-22" if command[0] == "show" else later[:10])[::2] == (later, False)
    assert looks(day="2026-12-22")[::2] == ("2026-12-22T00:00:00Z", True)
    assert len(snapshots_in(directory)) == 3
    for other in (("--offline",), ("--snapshot", "x")):
        done = policycheck(*command, "--pull", *other, cwd=tmp_path, env=aws.environ())
        assert (done.returncode, f"--pull and {other[0]} exclude each other" in done.stderr) == (2, True)

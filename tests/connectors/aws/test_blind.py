"""A pull that sees nothing: it is told, it is never clean, and it does not stand for what was known before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policycheck.snapshots.layout import snapshots_in
from policycheck.snapshots.reader import is_blind
from tests.reports.lab import conforming
from tests.servers import faults
from tests.servers.aws import Aws, document

pytestmark = pytest.mark.unmeasured

if TYPE_CHECKING:
    from tests.conftest import Run

CONFIG = """\
version: 1
connectors:
  - {name: prod, type: aws, services: [iam, sqs], regions: [eu-west-1]}
"""


@pytest.mark.parametrize("first", ["refused", "denied"])
def test_what_saw_nothing_does_not_replace_what_was_seen(
    aws: Aws, policycheck: Run, tmp_path: Path, first: str
) -> None:
    (tmp_path / "policycheck.yaml").write_text(CONFIG, encoding="utf-8")
    open_to_all = document(Principal="*", Action="sqs:ReceiveMessage", Resource="*")
    aws.client("sqs").create_queue(QueueName="members", Attributes={"Policy": open_to_all})
    environ = aws.environ()
    assert policycheck("pull", cwd=tmp_path, env=environ).returncode == 0
    (good,) = snapshots_in(tmp_path / ".policycheck" / "snapshots")
    denied = faults.refused("AccessDenied", 403)
    aws.wire.disturb = (
        denied
        if first == "refused"
        else lambda heard, *rest: None if heard.call == "sts.get_caller_identity" else denied(heard, *rest)
    )

    pulled = policycheck("pull", cwd=tmp_path, env=environ)
    assert pulled.returncode == 3
    warning = (
        f"warning: nothing was seen, as everything was refused or failed; what is known is still that of {good.name}"
    )
    assert warning in " ".join(pulled.stderr.split())
    assert [is_blind(path) for path in snapshots_in(good.parent)] == [False, True]

    checked = policycheck("check", "--output", "json", cwd=tmp_path, env=environ)
    assert checked.returncode == 3
    assert {each["rule"] for each in json.loads(checked.stdout)["findings"]} == {"PC601"}
    assert warning in " ".join(checked.stderr.split())

    offline = policycheck("check", "--offline", "--output", "json", cwd=tmp_path, env=environ)
    assert offline.returncode == 1
    told = json.loads(offline.stdout)
    assert "PC206" in {each["rule"] for each in told["findings"]}
    newest = snapshots_in(good.parent)[-1].name
    assert f"the pull of {newest} saw nothing, so that of {good.name} is used" in " ".join(offline.stderr.split())
    (older,) = [each for each in told["findings"] if each["rule"] == "PC603"]
    (taken_at, since) = (told["snapshot"]["taken_at"], told["snapshot"]["blind_since"])
    assert older["message"] == f"the newest pull saw nothing: what was judged is the snapshot before it, of {taken_at}"
    # Two pulls within a second have numbers of their own.
    assert [pull["taken_at"].replace(":", "") for pull in since] == [
        each.name.rpartition("-")[0] for each in snapshots_in(good.parent)[1:]
    ]
    assert f"the pull of {since[-1]['taken_at']} saw nothing; so did 1 before it (prod: " in str(older["instances"])


def test_what_was_clean_before_is_not_clean_after_it(aws: Aws, policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "policycheck.yaml").write_text(CONFIG, encoding="utf-8")
    environ = aws.environ()
    assert policycheck("pull", cwd=tmp_path, env=environ).returncode == 0
    assert policycheck("check", "--offline", cwd=tmp_path, env=environ).returncode == 0
    aws.wire.disturb = faults.refused("ExpiredToken", 403)
    assert policycheck("pull", cwd=tmp_path, env=environ).returncode == 3
    offline = policycheck("check", "--offline", "--output", "json", cwd=tmp_path, env=environ)
    assert offline.returncode == 3
    why = "prod: sts.get_caller_identity was refused, as the credentials have expired"
    (pull,) = conforming(offline.stdout)["snapshot"]["blind_since"]
    assert [each.partition(", asked at")[0] for each in pull["reasons"]] == [why]
    (good, blind) = snapshots_in(tmp_path / ".policycheck" / "snapshots")
    chosen = policycheck("check", "--snapshot", good.name, cwd=tmp_path, env=environ)
    assert chosen.returncode == 0
    (blind / "coverage.parquet").write_bytes(b"")
    offline = policycheck("check", "--offline", cwd=tmp_path, env=environ)
    assert offline.returncode == 3
    assert "coverage.parquet is truncated or was altered" in " ".join(offline.stdout.split())

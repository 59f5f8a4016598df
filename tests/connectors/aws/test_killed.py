"""Killed at random moments: the newest whole snapshot stays whole, and the next pull goes on where it stood."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policycheck.snapshots.layout import snapshots_in
from policycheck.snapshots.reader import open_snapshot
from policycheck_connectors.aws.parts import Parts
from tests.conftest import clean_environment
from tests.servers import faults
from tests.servers.aws import Aws, document
from tests.servers.wire import Heard

pytestmark = pytest.mark.unmeasured

KILLS = 10
#: More runs than this are not needed for so many kills, as most are hit.
RUNS = 40
_START = "import sys; sys.argv[0] = 'policycheck'; from policycheck.cli.main import main; main()"
CONFIG = """\
version: 1
connectors:
  - {name: prod, type: aws, services: [iam, sqs], regions: [eu-west-1, eu-central-1, us-east-1], jobs: 2}
"""


@pytest.fixture
def project(aws: Aws, tmp_path: Path) -> Path:
    """A project over an account with queues in three Regions and users with keys."""
    (tmp_path / "policycheck.yaml").write_text(CONFIG, encoding="utf-8")
    iam = aws.client("iam")
    for number in range(3):
        iam.create_user(UserName=f"vendor-{number}")
        iam.create_access_key(UserName=f"vendor-{number}")
        for region in ("eu-west-1", "eu-central-1", "us-east-1"):
            policy = document(Principal={"AWS": "444455556666"}, Action="sqs:ReceiveMessage", Resource="*")
            aws.client("sqs", region=region).create_queue(QueueName=f"members-{number}", Attributes={"Policy": policy})
    return tmp_path


def told(path: Path) -> list[Any]:
    """Everything in a snapshot but when it was taken."""
    with open_snapshot(path) as snapshot:
        rows = [(row.account, row.resource, row.status, row.seen) for row in snapshot.coverage()]
        return [list(snapshot.partitions()), snapshot.documents(), snapshot.credentials(), rows]


def offline(project: Path) -> str:
    """What a check of the newest snapshot says, as one line."""
    command = [sys.executable, "-c", _START, "check", "--offline"]
    done = subprocess.run(command, cwd=project, env=clean_environment(), capture_output=True, text=True, check=False)
    return " ".join(done.stderr.split())


def snapshots(project: Path) -> tuple[Path, ...]:
    return snapshots_in(project / ".policycheck" / "snapshots")


def pull(aws: Aws, project: Path, moment: int, late: float) -> tuple[int, str]:
    """Pull, and kill the program at its request of that number, or so many seconds after the last one."""
    aws.wire.heard.clear()
    command = [sys.executable, "-c", _START, "pull"]
    environ = {**clean_environment(), **aws.environ()}
    with subprocess.Popen(
        command, cwd=project, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as running:

        def strike(heard: Heard, *_: Any) -> None:
            if len(aws.wire.heard) == moment:
                running.kill()

        aws.wire.disturb = strike
        if late:
            with contextlib.suppress(subprocess.TimeoutExpired):
                _written(project, running)
                running.wait(late)
            running.kill()
        _, said = running.communicate()
    aws.wire.disturb = None
    return running.returncode, said


def _written(project: Path, running: subprocess.Popen[str]) -> None:
    """Wait until the program writes its tables."""
    while running.poll() is None and not list(project.glob(".policycheck/snapshots/.writing-*/done")):
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(0.005)


def moments(total: int) -> Iterator[tuple[int, float]]:
    """Requests at which to kill, and now and then a moment while the snapshot is written."""
    chance = random.Random(20261120)
    for number in range(RUNS):
        yield (0, chance.random() / 20) if number % 4 == 3 else (chance.randint(1, total), 0)


def test_killed_at_ten_moments(aws: Aws, project: Path) -> None:
    assert pull(aws, project, 0, 0)[0] == 0
    total, whole = len(aws.wire.heard), told(snapshots(project)[-1])
    kills, going_on, finished = 0, 0, 1
    for moment, late in moments(total):
        before = snapshots(project)
        code, said = pull(aws, project, moment, late)
        going_on += "prod goes on with the pull that began at" in said
        kept = snapshots(project)
        assert told(kept[-1]) == whole
        assert kept[: len(before)] == before
        kills += code == -signal.SIGKILL
        finished += code == 0
        assert code in (0, -signal.SIGKILL), said
        assert len(kept) >= finished
        if kills >= KILLS and code == 0:
            break
    assert kills >= KILLS
    assert going_on >= 3
    assert not list(project.glob(".policycheck/snapshots/.writing-*")), "what killed pulls left is swept up"


def test_a_pull_of_its_own_time_is_told_with_both(aws: Aws, project: Path) -> None:
    """What an interrupted pull has seen is told to be of then; the parts of one that is stored are not gone on with."""
    assert interrupted(aws, project)[0] == 130
    code, said = pull(aws, project, 0, 0)
    assert code == 0
    with open_snapshot(snapshots(project)[-1]) as snapshot:
        (accounts,) = [row for row in snapshot.coverage() if row.resource == "accounts"]
        taken = snapshot.info.taken_at
        assert accounts.where == "accounts"
    told_times = re.fullmatch(
        r"not of one time: (\d+) of 4 parts are kept from the pull that began at (\S+), the rest at (\S+)",
        accounts.note,
    )
    assert told_times is not None, accounts.note
    number, began, rest = told_times.groups()
    assert 0 < int(number) < 4
    assert began <= rest == taken
    assert f"prod goes on with the pull that began at {began}" in said
    assert accounts.note in offline(project)
    _, said = pull(aws, project, 0, 0)
    assert "goes on" not in said
    assert aws.wire.calls() > {"iam.list_access_keys", "sqs.get_queue_attributes"}


def test_two_pulls_at_once_do_not_share(aws: Aws, project: Path) -> None:
    """The second keeps nothing, and says so; both are whole."""
    environ = {**clean_environment(), **aws.environ()}
    state = project / ".policycheck" / "pulls" / "prod"
    holder = Parts(state, "{}")
    assert holder.claim("2026-11-20T08:15:00Z") == ""
    done = subprocess.run(
        [sys.executable, "-c", _START, "pull"], cwd=project, env=environ, capture_output=True, text=True, check=False
    )
    holder.release()
    assert done.returncode == 0, done.stderr
    assert (
        f"prod: another pull of it is at work (process {os.getpid()}, since 2026-11-20T08:15:00Z): "
        "wait for that one and judge it with --offline, or go on with both; "
        "if this one is interrupted, there is nothing to go on with"
    ) in done.stderr
    assert [path.name for path in state.iterdir()] == ["lock"]


@pytest.mark.parametrize(
    "written", [b"", b"x", b"[]", b'{"process": "rm", "since": ""}', b'{"process": 1, "since": "\\u001b[2J"}']
)
def test_a_lock_of_which_nothing_is_told(tmp_path: Path, written: bytes) -> None:
    """Whatever is in the file, nothing of it but a number and a moment is repeated."""
    first = Parts(tmp_path, "{}")
    assert first.claim("2026-11-20T08:15:00Z") == ""
    (tmp_path / "lock").write_bytes(written)
    why = "another pull of it is at work: wait for that one and judge it with --offline, or go on with both"
    assert Parts(tmp_path, "{}").claim("2026-11-20T08:16:00Z") == why
    first.release()
    assert Parts(tmp_path, "{}").claim("2026-11-20T08:16:00Z") == ""


def test_a_directory_that_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert Parts(tmp_path / "file", "{}").claim("2026-11-20T08:15:00Z").endswith("cannot be written (File exists)")


def test_a_directory_that_knows_no_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    assert Parts(tmp_path, "{}").claim("2026-11-20T08:15:00Z") == f"{tmp_path} cannot be locked (No locks available)"


def interrupted(aws: Aws, project: Path) -> tuple[int, str, float]:
    """Pull, answer every request with a fault that is tried again once a part is kept, and press Ctrl-C then."""
    aws.wire.heard.clear()
    command = [sys.executable, "-c", _START, "pull", "--jobs", "1"]
    environ = {**clean_environment(), **aws.environ()}
    throttled = faults.refused("Throttling", 429)
    with subprocess.Popen(
        command, cwd=project, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as running:
        refusals, pressed = [], list[float]()

        def strike(heard: Heard, *rest: Any) -> Any:
            if not list(project.glob(".policycheck/pulls/prod/*.part")):
                return None
            refusals.append(heard.call)
            # The same call again: the first answer was tried again.
            if len(refusals) == 2:
                pressed.append(time.monotonic())
                running.send_signal(signal.SIGINT)
            return throttled(heard, *rest)

        aws.wire.disturb = strike
        _, said = running.communicate(timeout=60)
    aws.wire.disturb = None
    return running.returncode, said, time.monotonic() - pressed[0]


def test_ctrl_c_while_calls_are_tried_again(aws: Aws, project: Path) -> None:
    """It ends soon, not after the last retry; nothing is stored; what was seen is gone on with."""
    code, said, seconds = interrupted(aws, project)
    assert (code, said.splitlines()[-1]) == (130, "interrupted")
    assert seconds < 5
    assert "Traceback" not in said
    assert snapshots(project) == ()
    kept = project / ".policycheck" / "pulls" / "prod"
    assert list(kept.glob("*.part"))
    assert {stat.S_IMODE(each.stat().st_mode) for each in (project / ".policycheck", kept.parent, kept)} == {0o700}
    assert {stat.S_IMODE(each.stat().st_mode) for each in kept.iterdir()} == {0o600}
    time.sleep(1)  # pulls are told apart by the second in which they began
    code, said = pull(aws, project, 0, 0)
    assert code == 0
    assert "goes on with the pull that began at" in said
    (path,) = snapshots(project)
    assert all(status == "complete" for _, _, status, _ in told(path)[-1])

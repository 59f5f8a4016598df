"""The photo-sharing company as live resources: the same findings as from its files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import clean_environment

pytestmark = pytest.mark.unmeasured

LIVE = Path(__file__).resolve().parents[2] / "examples" / "photo-sharing-aws"
FILES = LIVE.parent / "photo-sharing"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The script of the demo."""
    monkeypatch.syspath_prepend(str(LIVE))
    yield import_module("demo")
    for name in ("demo", "company", "comparing"):
        sys.modules.pop(name)


def test_live_aws_and_the_exports_of_it_give_the_same_findings() -> None:
    before = sorted(LIVE.iterdir())
    done = subprocess.run(
        [sys.executable, "-B", str(LIVE / "demo.py")],
        env={**clean_environment(), "POLICYCHECK_CHECK_FAIL_ON": "critical", "AWS_PROFILE": "somebody-else"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "18 findings are the same in both runs" in done.stdout
    assert "Only " not in done.stdout
    assert "[prod-aws iam.get_account_authorization_details" in done.stdout
    assert "0 not seen" in done.stderr
    assert sorted(LIVE.iterdir()) == before


def test_only_the_connectors_of_aws_differ() -> None:
    live, files = (yaml.safe_load((root / "policycheck.yaml").read_text("utf-8")) for root in (LIVE, FILES))
    ((asked, *others), (_, _, *same)) = live.pop("connectors"), files.pop("connectors")
    assert (live, others) == (files, same)
    assert asked["type"] == "aws"


def finding(fingerprint: str) -> dict[str, Any]:
    return {"fingerprint": fingerprint, "rule": "PC203", "message": f"finding {fingerprint}"}


def test_what_differs_is_told_apart(demo: Any) -> None:
    files = {"findings": [finding("a"), finding("b")], "accepted": []}
    live = {"findings": [finding("c")], "accepted": [finding("a")]}
    compared = demo.compare(files, live)
    assert [list(each) for each in (compared.both, compared.files, compared.live)] == [["a"], ["b"], ["c"]]


def test_nothing_of_this_machines_own_account_reaches_the_demo(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("POLICYCHECK_PROJECT", "elsewhere")
    made = demo.environ("http://127.0.0.1:1")
    assert "AWS_SESSION_TOKEN" not in made
    assert "POLICYCHECK_PROJECT" not in made
    assert made["AWS_CONFIG_FILE"] == os.devnull

"""The photo-sharing company asked at its vendors' APIs: the same findings as from its files, and what must differ."""

from __future__ import annotations

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

LIVE = Path(__file__).resolve().parents[2] / "examples" / "photo-sharing-saas"
FILES = LIVE.parent / "photo-sharing"
REPLACED = {"sendgrid-keys", "zendesk-keys", "datadog-keys", "sendgrid-fields", "zendesk-fields", "amplitude-fields"}


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The script of the demo."""
    monkeypatch.syspath_prepend(str(LIVE.parent))
    monkeypatch.syspath_prepend(str(LIVE))
    yield import_module("demo")
    for name in ("demo", "comparing", "vendors"):
        sys.modules.pop(name)


def test_the_apis_and_their_exports_give_the_same_findings() -> None:
    before = sorted(LIVE.iterdir())
    done = subprocess.run(
        [sys.executable, "-B", str(LIVE / "demo.py")],
        env={**clean_environment(), "HTTPS_PROXY": "http://192.0.2.1:9", "SENDGRID_AUDIT_KEY": "somebody's own"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.splitlines()
    assert "17 findings are the same in both runs, by their fingerprints." in told
    assert [" ".join(line.split()[:4]) for line in told if line.startswith("Only ")] == [
        "Only the exported files:",
        *["Only the live vendors:"] * 5,
    ]
    assert "not expected" not in done.stdout
    assert "[sendgrid GET /marketing/field_definitions]" in done.stdout
    assert "demo-sendgrid" not in done.stdout + done.stderr
    assert "1 not seen" in done.stderr
    assert sorted(LIVE.iterdir()) == before


def test_only_the_connectors_of_four_vendors_differ() -> None:
    live, files = (yaml.safe_load((root / "policycheck.yaml").read_text("utf-8")) for root in (LIVE, FILES))
    asked, read = live.pop("connectors"), files.pop("connectors")
    assert live == files
    assert [each["type"] for each in asked[:4]] == ["sendgrid", "zendesk", "datadog", "amplitude"]
    assert asked[4:] == [each for each in read if each["name"] not in REPLACED]


def test_what_must_not_differ_fails_the_demo(demo: Any, capsys: pytest.CaptureFixture[str]) -> None:
    known = {"fingerprint": "a", "rule": "PC601", "message": "connector zendesk: API tokens are in no list"}
    other = {"fingerprint": "b", "rule": "PC101", "message": "sendgrid has something"}
    assert demo.told(demo.Compared({}, {}, {"a": known})) == 0
    assert demo.told(demo.Compared({}, {"b": other}, {})) == 1
    said = capsys.readouterr().out
    assert "Only the exported files: PC101 sendgrid has something\n    which was not expected" in said

"""What a hostile vendor answers, on a terminal: no control character, no turned text, no file but the snapshot's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run
from tests.connectors.rest.lab import HOST, SECRET, definition
from tests.servers.vendors import Reply, Seen, Vendors

pytestmark = pytest.mark.unmeasured

#: An escape sequence, a line of its own, a right-to-left override, an invisible character, a link, a path.
NAMES = [
    "\x1b[2J\x1b]8;;https://evil.example\x07click",
    "name\r\nerror: all is well",
    "\u202egpj.yek",
    "a\u200bb\u2066c\u2069",
    "\x9b31mred",
    "../../../../tmp/policycheck-was-here",
    "/etc/cron.d/policycheck",
    "\x00nul",
]
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one vendor of its own."""
    fields = {
        "facts": "fields",
        "source": "keys",
        "path": "/fields",
        "records": "data",
        "map": {"path": "name", "object": "name", "label": "name", "type": "name"},
    }
    keys = {
        "facts": "credentials",
        "source": "keys",
        "path": "/keys",
        "records": "data",
        "map": {"id": "name", "name": "name", "scopes": "[name]", "holder": "'us'"},
    }
    made = definition({"requests": {"keys": keys, "fields": fields}, "probe": {"path": "/me", "source": "keys"}}, {})
    made["probe"] |= {"who": "data[0].name", "scopes": "data[*].name", "enough": ["x"]}
    (tmp_path / "parcelpost.yaml").write_text(yaml.safe_dump(made), "utf-8")
    entry: dict[str, Any] = {"name": "api", "type": "rest", "definition": "parcelpost.yaml", "hosts": [HOST]}
    entry["credentials"] = {"token": {"env": "PARCELPOST_KEY"}}
    policy = {
        "vendor": "parcelpost",
        "name": "Parcelpost",
        "kind": "transactional_email",
        "use": ["essential.service.notifications.email"],
        "owner": "growth@lumen.example",
        "recognise": {"hosts": [HOST]},
        "fields": [{"category": "user.contact.email"}],
        "access": [{"system": "parcelpost", "held_by": "us", "scopes": ["x"]}],
    }
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/parcelpost.yaml").write_text(yaml.safe_dump(policy), "utf-8")
    config = {"version": 1, "policies": ["policies/"], "connectors": [entry]}
    (tmp_path / "policycheck.yaml").write_text(yaml.safe_dump(config), "utf-8")
    return tmp_path


@pytest.mark.parametrize("color", ["never", "always"])
def test_nothing_of_an_answer_steers_a_terminal_or_a_file(
    project: Path, vendors: Vendors, policycheck: Run, color: str
) -> None:
    def play(seen: Seen) -> Reply:
        return Reply({"data": [{"name": name} for name in NAMES]})

    vendors.plays[HOST] = play
    env = {**vendors.environ, "PARCELPOST_KEY": SECRET, "POLICYCHECK_TODAY": "2026-11-22"}
    before = {path.relative_to(project).as_posix() for path in project.rglob("*")}
    shown = {}
    for command in (
        ["check"],
        ["show", "grants", "--offline"],
        ["show", "fields", "--offline"],
        ["show", "vendors", "--offline"],
        ["connectors", "doctor"],
    ):
        done = policycheck("--color", color, *command, cwd=project, env=env)
        assert done.returncode in (0, 1, 3), done.stderr
        shown[" ".join(command)] = done.stdout + done.stderr
    assert "policycheck-was-here" in shown["check"]
    for told, text in shown.items():
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        assert _CONTROL.findall(plain) == [], told
        assert "\nerror: all is well" not in plain, told
        assert SECRET not in plain, told
    after = {path.relative_to(project).as_posix() for path in project.rglob("*")}
    assert {path for path in after - before if not path.startswith(".policycheck")} == set()
    assert not Path("/tmp/policycheck-was-here").exists()

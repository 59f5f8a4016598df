"""What the pages show as output is what the program prints: every shown paragraph is in the real output."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

pytestmark = pytest.mark.unmeasured

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parent.parent
TODAY = {"POLICYCHECK_TODAY": "2026-11-20"}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]


def _missing(shown: str, real: str) -> list[str]:
    return [paragraph for paragraph in _paragraphs(shown) if paragraph not in real]


def _output(policycheck: Run, command: str, cwd: Path) -> str:
    done = policycheck(*command.split(), cwd=cwd, env=TODAY)
    assert done.returncode in (0, 1, 3), done.stderr
    return f"{done.stdout}\n{done.stderr}"


def test_readme_shows_the_real_output_of_the_example(policycheck: Run, example: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(example, project, ignore=shutil.ignore_patterns(".policycheck"))
    real = _output(policycheck, "check", project)
    blocks = [text for kind, text in FENCE.findall((ROOT / "README.md").read_text("utf-8")) if kind == "text"]
    excerpt = max(blocks, key=lambda text: text.count("[PC"))
    assert excerpt.count("[PC") >= 2
    assert _missing(excerpt, real) == []


def _export() -> str:
    """The export that Getting started speaks of, as AWS answers it."""
    trusts = {
        "DatadogIntegration": {"AWS": "arn:aws:iam::464622532012:root"},
        "mail-import": {"AWS": "arn:aws:iam::444455556666:root"},
        "web": {"Service": "ec2.amazonaws.com"},
    }
    policies: dict[str, tuple[str, dict[str, object]]] = {
        "DatadogIntegration": ("monitoring", {"Action": ["ec2:Describe*", "s3:GetObject"], "Resource": "*"}),
        "mail-import": ("read", {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-*"}),
    }
    with mock_aws():
        iam = boto3.client("iam", region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
        for name, principal in trusts.items():
            iam.create_role(
                RoleName=name, AssumeRolePolicyDocument=_document(Principal=principal, Action="sts:AssumeRole")
            )
        for name, (policy, statement) in policies.items():
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=_document(**statement))
        answer = iam.get_account_authorization_details()
    del answer["ResponseMetadata"]
    return json.dumps(answer, indent=4, default=str)


def _document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _steps(page: str) -> Iterator[tuple[str, str, str]]:
    """In the order of the page: ("file", path, text), ("part", path, text) and ("run", command, shown output)."""
    for match in FENCE.finditer(page):
        kind, text = match.groups()
        named = re.findall(r"`([\w/.-]+\.yaml)`", page[: match.start()])
        if kind in ("yaml", "text"):
            yield ("file" if kind == "yaml" else "part"), named[-1], text
        else:
            for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
                command, _, shown = part.partition("\n")
                yield "run", command, shown


def _followed(policycheck: Run, cwd: Path, page: str) -> Iterator[tuple[str, str, str]]:
    """Every command with what the page shows of its output and the whole of it; of files, what is shown and is there.

    What installs is passed over: whoever runs this has the program already, in CI from its wheel.
    """
    for what, name, text in _steps(page):
        if what == "file":
            (cwd / name).parent.mkdir(exist_ok=True)
            (cwd / name).write_text(text, "utf-8")
        elif what == "part":
            yield name, text, (cwd / name).read_text("utf-8")
        elif name.startswith("policycheck "):
            yield name, text, _output(policycheck, name.removeprefix("policycheck "), cwd)
        elif name.startswith("mv "):
            _, old, new = name.split()
            (cwd / old).rename(cwd / new)


@pytest.fixture(name="beginner")
def with_an_export(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "aws.json").write_text(_export(), "utf-8")
    return tmp_path


def test_getting_started_can_be_followed(policycheck: Run, beginner: Path) -> None:
    page = (ROOT / "docs" / "getting-started.md").read_text("utf-8")
    missing = {name: _missing(shown, real) for name, shown, real in _followed(policycheck, beginner, page)}
    assert {name: parts for name, parts in missing.items() if parts} == {}


def test_four_commands_lead_to_the_first_finding_and_each_names_the_next(policycheck: Run, beginner: Path) -> None:
    page = (ROOT / "docs" / "getting-started.md").read_text("utf-8")
    commands = [name for what, name, _ in _steps(page) if what == "run"][:4]
    assert commands[0].startswith("pip install ")
    outputs = [_output(policycheck, name.removeprefix("policycheck "), beginner) for name in commands[1:]]
    assert [re.findall(r"^next: (.*)$", each, re.M) for each in outputs] == [[commands[2]], [commands[3]], []]
    assert "high[PC201]: the access of datadog through role/DatadogIntegration goes beyond" in outputs[-1]

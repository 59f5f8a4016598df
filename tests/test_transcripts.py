"""What the pages show as output is what the program prints: every shown paragraph is in the real output."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from moto import mock_aws

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
    trusts = {"mail-import": {"AWS": "arn:aws:iam::444455556666:root"}, "web": {"Service": "ec2.amazonaws.com"}}
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-*"}
    with mock_aws():
        iam = boto3.client("iam", region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
        for name, principal in trusts.items():
            iam.create_role(
                RoleName=name, AssumeRolePolicyDocument=_document(Principal=principal, Action="sts:AssumeRole")
            )
        iam.put_role_policy(RoleName="mail-import", PolicyName="read", PolicyDocument=_document(**reading))
        answer = iam.get_account_authorization_details()
    del answer["ResponseMetadata"]
    return json.dumps(answer, indent=4, default=str)


def _document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _steps(page: str) -> Iterator[tuple[str, str, str]]:
    """In the order of the page: ("file", path, text) and ("run", command, shown output)."""
    for match in FENCE.finditer(page):
        kind, text = match.groups()
        if kind == "yaml":
            named = re.findall(r"`([\w/.-]+\.yaml)`", page[: match.start()])
            yield "file", named[-1], text
        else:
            for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
                command, _, shown = part.partition("\n")
                if command.startswith("policycheck "):
                    yield "run", command.removeprefix("policycheck "), shown


def test_getting_started_can_be_followed(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "aws.json").write_text(_export(), "utf-8")
    missing = []
    for what, name, text in _steps((ROOT / "docs" / "getting-started.md").read_text("utf-8")):
        if what == "file":
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        else:
            missing += _missing(text, _output(policycheck, name, tmp_path))
    assert missing == []

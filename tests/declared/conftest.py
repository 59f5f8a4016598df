"""A project on disk in one line, and its problems as text that a person can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.project import Loaded, load
from policycheck.model.problems import Problem

TODAY = date(2026, 11, 20)

CONFIG = """\
version: 1
own_accounts: ["111122223333"]
groups: {prod: ["111122223333"], sandbox: ["123456789012"]}
defaults:
  never: [user.authorization, user.financial]
  limits: {key_max_age_days: 90, unused_after_days: 60}
profiles:
  eu-marketing: {never: [user.device.ip_address], limits: {key_max_age_days: 30}, review: {every_days: 180}}
"""

Judge = Callable[..., Loaded]
Told = Callable[..., list[str]]


def line(problem: Problem) -> str:
    """One problem on one line: severity, rule, place with the columns of the caret, sentence, help."""
    at, last = problem.location, problem.location.column + problem.span - 1
    place = f"{at.path}:{at.line}:{at.column}-{last}"
    return f"{problem.severity} {problem.rule} {place} {problem.message} | {problem.help}"


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Write files into a project and load it."""

    def run(files: Mapping[str, str | bytes], environ: Mapping[str, str] | None = None, **more: object) -> Loaded:
        for name, content in {"policycheck.yaml": CONFIG, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(tmp_path, TODAY, environ, **more)  # type: ignore[arg-type]

    return run


@pytest.fixture
def told(judge: Judge) -> Told:
    """Write files into a project and give its problems, one a line."""

    def run(files: Mapping[str, str | bytes], **more: object) -> list[str]:
        return [line(problem) for problem in judge(files, **more).problems]

    return run


def _of(told: Told, name: str, begin: str) -> Callable[[str], list[str]]:
    """Problems of a project with one more file; places in it are given without its path."""

    def run(text: str) -> list[str]:
        return [row.replace(f"{name}:", "", 1) for row in told({name: f"{begin}\n{text}"})]

    return run


@pytest.fixture
def policy(told: Told) -> Callable[[str], list[str]]:
    """The problems of one policy file that begins with ``vendor: v``."""
    return _of(told, "policies/v.yaml", "vendor: v")


@pytest.fixture
def catalog(told: Told) -> Callable[[str], list[str]]:
    """The problems of one catalog file that begins with ``dataset: d``."""
    return _of(told, "catalog/c.yaml", "dataset: d")


@pytest.fixture
def config(told: Told) -> Callable[[str], list[str]]:
    """The problems of a policycheck.yaml that begins with ``version: 1``."""
    return _of(told, "policycheck.yaml", "version: 1")

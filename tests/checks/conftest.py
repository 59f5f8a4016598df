"""Fixtures of the rules' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A clean project."""
    return Lab(tmp_path)

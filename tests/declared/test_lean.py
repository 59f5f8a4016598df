"""Cerberus is imported without what only tells its version, and nothing else notices."""

from __future__ import annotations

import subprocess
import sys

import pytest


def _printed(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_the_costly_packages_stay_out() -> None:
    code = "import sys; import policycheck.declared.lean; print('email' in sys.modules, 'zipfile' in sys.modules)"
    assert _printed(code) == "False False"


@pytest.mark.parametrize("before", ["", "import importlib.metadata; "])
def test_the_real_module_answers_afterwards(before: str) -> None:
    code = f"{before}import policycheck.declared.lean; import importlib.metadata as m; print(m.version('cerberus'))"
    assert _printed(code)[0].isdigit()

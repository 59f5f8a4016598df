from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.library import data


def test_data_lies_in_the_checkout_or_beside_the_code() -> None:
    assert (data.data_root() / "taxonomy.yaml").is_file()


def test_data_beside_the_code_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "policycheck" / "library" / "data.py"
    (tmp_path / "policycheck" / "policies").mkdir(parents=True)
    monkeypatch.setattr(data, "__file__", str(code))
    assert data.data_root() == tmp_path / "policycheck" / "policies"
    (tmp_path / "policycheck" / "policies").rmdir()
    assert data.data_root() == tmp_path / "policies"


def test_a_file_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        data.read_data("kinds", "nothing.yaml")

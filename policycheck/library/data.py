"""Where the shipped data lies, and how it is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Texts: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def data_root() -> Path:
    """The directory ``policies/``: beside the code in an installed wheel, in the checkout otherwise."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "policies"
    return installed if installed.is_dir() else package.parent / "policies"


def read_data(*parts: str) -> Any:
    """The YAML content of one shipped file, with libyaml where it is built in. OSError when there is none."""
    with data_root().joinpath(*parts).open("rb") as stream:
        return yaml.load(stream, Loader=_Loader)


def read_texts(*parts: str) -> Any:
    """As ``read_data``, every scalar a text: quicker where a file has little else."""
    with data_root().joinpath(*parts).open("rb") as stream:
        return yaml.load(stream, Loader=_Texts)


@contextmanager
def lasting() -> Iterator[None]:
    """While thousands of small things are made that stay: looking for waste among them would take long."""
    watched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if watched:
            gc.enable()


def source_line(entry: Any, date: str) -> str:
    """Where a fact was read and when: a source is a text, or ``what`` with a ``date`` of its own."""
    what, read = (entry, date) if isinstance(entry, str) else (entry["what"], entry.get("date", date))
    return f"{what} (read {read})"

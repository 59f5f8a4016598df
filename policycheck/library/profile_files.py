"""The files of vendor profiles as texts: what can be told of them without parsing."""

from __future__ import annotations

import re
from functools import lru_cache

from policycheck.library.data import data_root

_SYSTEMS = re.compile(r"^systems: \[(.*)\]", re.MULTILINE)


@lru_cache(maxsize=1)
def profile_texts() -> dict[str, str]:
    """Vendor -> the text of its file, in order of the vendors."""
    files = sorted((data_root() / "vendors").glob("*.yaml"), key=lambda path: path.stem)
    return {path.stem: path.read_text("utf-8") for path in files}


def profile_name(vendor: str) -> tuple[str, bool]:
    """The name of a vendor that has a profile, and whether the profile says by which names of secrets it is known.

    Read without parsing: a profile is worth that only where it matters.
    """
    text = profile_texts()[vendor]
    name = next((line[5:].strip().strip("\"'") for line in text.splitlines() if line.startswith("name:")), vendor)
    return name, "\nsecret_names:" in text


@lru_cache(maxsize=1)
def named_systems() -> dict[str, str]:
    """System -> vendor, for every system that a profile names; a profile that names none has one, called like it."""
    found = {vendor: _SYSTEMS.search(text) for vendor, text in profile_texts().items()}
    named = {vendor: match[1].split(",") if match else [vendor] for vendor, match in found.items()}
    return {system.strip(): vendor for vendor, systems in named.items() for system in systems}

"""Secrets by reference: ``{env: NAME}`` or ``{file: PATH}`` under ``credentials`` of a connector's entry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from policycheck_connectors.errors import ConnectorError

_HELP = "write `credentials: {%s: {env: NAME}}` or `credentials: {%s: {file: PATH}}`"
#: No secret is longer; a wrong path should not be read whole.
_LONGEST = 1 << 16


def secret(options: Mapping[str, object], name: str, environ: Mapping[str, str], root: Path) -> str:
    """The secret that ``credentials.NAME`` refers to, empty when the entry has none; never quoted in an error.

    A file is read relative to the project, without the line end. Raises ConnectorError.
    """
    held = options.get("credentials")
    reference = held.get(name) if isinstance(held, Mapping) else None
    if held is None or (isinstance(held, Mapping) and name not in held):
        return ""
    if not isinstance(reference, Mapping) or len(reference) != 1:
        raise ConnectorError(f"credential `{name}` must be a reference", _HELP % (name, name))
    (kind, target), *_ = reference.items()
    if kind == "env" and isinstance(target, str):
        return _from_environment(target, environ)
    if kind == "file" and isinstance(target, str):
        return _from_file(root / target, target)
    raise ConnectorError(f"credential `{name}` must be a reference", _HELP % (name, name))


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    if not environ.get(name):
        raise ConnectorError(f"the environment variable {name} is not set", "set it where policycheck runs")
    return environ[name]


def _from_file(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST).decode()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConnectorError(f"the credential file {shown} cannot be read ({why})", "check the path") from None
    if not text.strip():
        raise ConnectorError(f"the credential file {shown} is empty", "write the secret into it")
    return text.rstrip("\r\n")

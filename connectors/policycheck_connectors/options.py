"""Reading the options of a connector's entry; everything wrong becomes a ConnectorError."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from policycheck_connectors.errors import ConnectorError, Wrong

_DAYS = 36500


def text(options: Mapping[str, object], key: str, default: str = "") -> str:
    """A string option; ``default`` when it is absent."""
    value = options.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise ConnectorError(f"option `{key}` must be a string", "put it in quotes")
    return value


def number(options: Mapping[str, object], key: str) -> int | None:
    """A whole number of days, a century at most; None when it is absent."""
    value = options.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _DAYS:
        raise ConnectorError(f"option `{key}` must be a whole number from 1 to {_DAYS}", f"for example `{key}: 90`")
    return value


def mapping(options: Mapping[str, object], key: str, known: tuple[str, ...]) -> dict[str, str]:
    """A map from some of the ``known`` words to strings; empty when it is absent."""
    value = options.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
        raise ConnectorError(f"option `{key}` must map words to strings", f"known words: {', '.join(known)}")
    for word in value:
        if word not in known:
            raise ConnectorError(f"option `{key}` has the unknown word {word}", f"known words: {', '.join(known)}")
    return {str(word): str(item) for word, item in value.items()}


def patterns(options: Mapping[str, object], key: str = "paths") -> tuple[str, ...]:
    """File patterns relative to the project; ConnectorError for an absolute pattern or one that leaves the project."""
    value = options.get(key)
    found = (value,) if isinstance(value, str) else value
    if not isinstance(found, (list, tuple)) or not found or not all(isinstance(item, str) and item for item in found):
        example = f'for example `{key}: ["exports/*.json"]`'
        raise ConnectorError(f"option `{key}` must be a list of file patterns", example)
    for pattern in found:
        if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts or "\0" in pattern:
            raise ConnectorError(
                f"option `{key}` has a pattern that leaves the project", "write patterns relative to policycheck.yaml"
            )
    return tuple(str(pattern) for pattern in found)


def wrongs(options: Mapping[str, object], known: Iterable[tuple[str, str]]) -> Iterator[Wrong]:
    """What is wrong with options, by the same readers as a pull; ``known`` are their names and kinds (``READERS``)."""
    for name, kind in known:
        if name in options and kind in READERS:
            try:
                READERS[kind](options, name)
            except ConnectorError as error:
                yield Wrong(name, error.message, error.help)


#: How an option of each kind is read. Other kinds are left to the connector.
READERS: dict[str, Callable[[Mapping[str, object], str], object]] = {
    "text": text,
    "days": number,
    "paths": patterns,
}

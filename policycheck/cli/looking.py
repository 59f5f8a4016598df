"""What lies about on the first day: exports, credentials, keys named in the environment. Names only, no network."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from policycheck.adoption.starting import Entry
from policycheck.library.profiles import profile_name
from policycheck.library.secret_names import KEY_WORDS, secret_vendor, words_of
from policycheck.model.dataclass import dataclass

DETAILS, KEYS, FIELDS = "aws-authorization-details", "key-inventory", "vendor-fields"
WHAT = {
    DETAILS: "authorization details of AWS",
    KEYS: "an inventory of keys",
    FIELDS: "definitions of fields",
}

#: How deep, how many entries and files are looked at, and how much of each file.
_DEPTH, _ENTRIES, _FILES, _HEAD = 3, 5000, 400, 1 << 16
_SUFFIXES = (".json", ".json.gz", ".csv")
_ELSEWHERE = frozenset(
    {"node_modules", "venv", "site-packages", "__pycache__", "dist", "build", "policies", "catalog", "overrides"}
)
_AWS_LIST = re.compile(r'"(?:UserDetailList|GroupDetailList|RoleDetailList)"\s*:\s*\[')
_KEY = re.compile(r'"([A-Za-z][\w ]{0,40})"\s*:')
_PROFILE = re.compile(r"^\[(?:profile\s+)?([^\]\s]+)\]\s*$", re.MULTILINE)
_MARKS = re.compile(r"[^A-Za-z0-9]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_AWS_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)

#: Names of columns that only definitions of fields have, and that tell of the life of a key.
_FIELD_SIGNS = frozenset(
    {
        *("custom_fields", "reserved_fields", "merge_fields", "user_fields", "organization_fields", "ticket_fields"),
        *("user_property", "event_property", "group_property", "field_type", "data_type", "hubspotdefined"),
        *("merge_id", "field_name", "attribute_name", "property_name"),
    }
)
#: The same, where no other column tells that it is something else.
_FIELD_NAMES = frozenset({"field", "attribute", "property", "column", "column_name", "full_name"})
_KEY_SIGNS = frozenset({"api_key_id", "key_id", "token_id", "access_key_id", "key_name", "api_key_name", "token_name"})
_KEY_NAMES = frozenset({"id", "name", "label", "title", "uuid", "public_id", "client_id"}) | _KEY_SIGNS
_KEY_LIFE = frozenset(
    {
        *("scopes", "scope", "permissions", "last_used", "last_used_at", "last_used_on", "date_last_used"),
        *("expires", "expires_at", "expiry", "expiration", "expiry_date", "last_four", "last4"),
    }
)


@dataclass(frozen=True, slots=True)
class Export:
    """A file that a connector can read. ``path`` is relative to the directory looked at; ``system`` is whose it is, by
    the names in its path, empty when these tell nothing. ``bare``: its columns alone do not tell what it lists."""

    path: str
    type: str
    system: str = ""
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A variable of the environment that is called like a vendor's key."""

    variable: str
    vendor: str
    name: str


@dataclass(frozen=True, slots=True)
class Aws:
    """Credentials of AWS that boto3 would find: names of variables, and of profiles."""

    variables: tuple[str, ...]
    profiles: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.variables or self.profiles)


def exports(directory: Path) -> tuple[Export, ...]:
    """The exports in a directory and some levels below, by their content."""
    return tuple(each for each in looked_at(directory) if isinstance(each, Export))


def looked_at(directory: Path) -> Iterator[Export | str]:
    """Each file that may be an export, in a directory and some levels below: what it is, or its path alone."""
    for path in islice(_files(directory), _FILES):
        shown = path.relative_to(directory).as_posix()
        export = recognised(path, shown)
        # A bare list of names is as likely one of people: only a vendor's name in its path makes it one of fields.
        yield export if export and (export.system or not export.bare) else shown


def recognised(path: Path, shown: str) -> Export | None:
    """What a file is, from its beginning; None when it is no export that is known."""
    head = _head(path)
    if _AWS_LIST.search(head):
        return Export(shown, DETAILS)
    signs = _signs(head, path.name)
    if signs & _FIELD_SIGNS:
        type = FIELDS
    elif signs & _KEY_SIGNS or (signs & _KEY_NAMES and signs & _KEY_LIFE):
        type = KEYS
    elif path.name.endswith(".csv") and _only_fields(signs):
        return Export(shown, FIELDS, secret_vendor(shown) or "", bare=signs.isdisjoint(_FIELD_NAMES))
    else:
        return None
    system = secret_vendor(shown) or ""
    # Much has an id and an expiry: without a vendor in its path it takes more to be a list of keys.
    told = system or signs & _KEY_SIGNS or type == FIELDS
    return Export(shown, type, system) if told else None


def _only_fields(columns: frozenset[str]) -> bool:
    """Whether a table has no column but those of definitions of fields, one of which names the field."""
    from policycheck_connectors.files.vendor_fields import VendorFields

    known = VendorFields.known
    names = frozenset(known["path"]) - {"id", "title"}
    return bool(columns & names) and columns <= frozenset(name for each in known.values() for name in each) - {"id"}


def named(found: Iterable[Export]) -> Iterator[Entry]:
    """Entries for exports; those of AWS are one, which reads all their files."""
    several = tuple(found)
    details = tuple(each.path for each in several if each.type == DETAILS)
    if details:
        yield Entry("aws", DETAILS, details)
    used: dict[str, int] = {}
    for each in several:
        if each.type != DETAILS:
            name = f"{each.system or 'unknown'}-{'keys' if each.type == KEYS else 'fields'}"
            used[name] = used.get(name, 0) + 1
            name += f"-{used[name]}" if used[name] > 1 else ""
            off = "" if each.system else f"say with `system` whose these are ({WHAT[each.type]})"
            yield Entry(name, each.type, (each.path,), each.system, off=off)


def keys(environ: Mapping[str, str]) -> tuple[Key, ...]:
    """The variables that name a vendor's key; no value is looked at."""
    found = []
    for name in sorted(environ):
        vendor = secret_vendor(name) if _VARIABLE.fullmatch(name) and not KEY_WORDS.isdisjoint(words_of(name)) else None
        if vendor and not name.startswith(("AWS_", "POLICYCHECK_")):
            found.append(Key(name, vendor, profile_name(vendor)[0]))
    return tuple(found)


def fitting(vendor: str, credentials: Sequence[str], variables: Sequence[str]) -> dict[str, str]:
    """The variable for each of a vendor's credentials, by the words of their names; one that is to be set where none of
    them fits. No variable is for two."""
    left, found = list(variables), dict.fromkeys(credentials, "")
    pairs = [(_likeness(name, variable), name, variable) for name in credentials for variable in variables]
    for alike, name, variable in sorted(pairs, key=lambda pair: pair[0], reverse=True):
        if not found[name] and variable in left and (any(alike) or len(credentials) == 1):
            found[name] = variable
            left.remove(variable)
    return {name: variable or _MARKS.sub("_", f"{vendor}_{name}").upper() for name, variable in found.items()}


def _likeness(credential: str, variable: str) -> tuple[int, int, int]:
    """How many words of a credential's name a variable has, in full or short: those that say what for, then words for
    keys, then how far in front the first one stands."""
    words, wanted = words_of(variable), words_of(credential)
    found = [one for one in wanted if any(_short(word, one) or _short(one, word) for word in words)]
    own = sum(one not in KEY_WORDS for one in found)
    places = [number for number, word in enumerate(words) if any(_short(word, one) for one in found)]
    return own, len(found) - own, -min(places, default=0)


def _short(word: str, long: str) -> bool:
    return len(word) > 1 and long.startswith(word)


def aws(environ: Mapping[str, str]) -> Aws:
    """Where credentials of AWS would come from."""
    home = Path(environ.get("HOME") or "/nonexistent") / ".aws"
    files = (
        Path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials"),
        Path(environ.get("AWS_CONFIG_FILE") or home / "config"),
    )
    named = dict.fromkeys(name for file in files for name in _PROFILE.findall(_head(file)))
    variables = tuple(name for name in _AWS_VARIABLES if environ.get(name))
    return Aws(variables, tuple(name for name in named if name.isprintable()))


def _files(directory: Path) -> Iterator[Path]:
    """Files of the right kinds, those higher up first; never through a link."""
    level, seen = [directory], 0
    for _ in range(_DEPTH):
        below: list[Path] = []
        for each in level:
            for entry in _entries(each):
                seen += 1
                if seen > _ENTRIES:
                    return
                if entry.is_dir(follow_symlinks=False) and entry.name not in _ELSEWHERE:
                    below.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False) and entry.name.endswith(_SUFFIXES):
                    yield Path(entry.path)
        level = below


def _entries(directory: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".") and plain(entry.name)]
    except OSError:
        return []
    return sorted(shown, key=lambda entry: entry.name)


def plain(name: str) -> bool:
    """Whether a name can stand in ``paths``, where some characters are patterns."""
    return name.isprintable() and not set(name) & set("*?[]")


def _head(path: Path) -> str:
    """The beginning of a text file, gzip or plain; empty when it is neither."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            raw = stream.read(_HEAD)
        if raw.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                raw = packed.read(_HEAD)
        return "" if b"\0" in raw else raw.decode("utf-8-sig", "replace")
    except (OSError, EOFError):
        return ""


def _signs(head: str, name: str) -> frozenset[str]:
    """The names of columns, in lower case with underscores."""
    if name.endswith(".csv"):
        first = head.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        names = next(csv.reader([first], delimiter=separator), [])
    else:
        names = _KEY.findall(head)
    return frozenset(re.sub(r"[^a-z0-9]+", "_", each.strip().lower()).strip("_") for each in names)

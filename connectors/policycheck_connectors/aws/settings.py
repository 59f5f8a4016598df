"""The options of a connector of type ``aws``, checked before anything is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policycheck.model.dataclass import dataclass
from policycheck_connectors import options as option
from policycheck_connectors.aws.names import FAMILIES, OPT_IN
from policycheck_connectors.errors import ConnectorError, Wrong

ACCOUNT = re.compile(r"[0-9]{12}")
REGION = re.compile(r"[a-z]{2,5}(?:-[a-z]+)+-[0-9]{1,2}")
#: With the path before it, as AssumeRole needs both.
ROLE_NAME = re.compile(r"(?:[\w+=,.@-]{1,64}/)*[\w+=,.@-]{1,64}", re.ASCII)
_ROLE_ARN = re.compile(rf"arn:aws[a-z-]*:iam::[0-9]{{12}}:role/{ROLE_NAME.pattern}", re.ASCII)
_UNIT = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
_TAG = re.compile(r"[\w .:/=+@-]{1,128}")
_REGIONS = Path(__file__).with_name("regions.yaml")
IAM, LAST_ACCESSED = "iam", "last-accessed"
DATASET_TAG = "policycheck:dataset"
ORGANIZATION = "organization"
ENABLED = "enabled"
_AMBIENT = "they come from where boto3 finds them: the environment, `profile`, single sign-on, the role of a machine"
_JOBS, _MOST_JOBS = 8, 64
_CALLS, _MINUTES, _RESUME = 1_000_000, 120, 360


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts of an organization: by account id, by id of an organizational unit, by ``key=value`` tags."""

    ids: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    tags: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids or self.units or self.tags)


@dataclass(frozen=True, slots=True)
class Settings:
    """What to look at and how.

    ``accounts`` is empty for the account of the ambient credentials, ``("organization",)`` for all of them.
    ``regions`` is ``("enabled",)`` for all enabled ones, empty for the Region of the ambient credentials.
    ``call_budget`` is a number of calls, ``time_budget`` and ``resume_within`` are minutes. ``via`` are roles that are
    assumed first, one after the other. ``external_id`` is ``env`` or ``file`` with the name of that, empty without one.
    ``dataset_tag`` is the key of the tag whose value names a dataset.
    """

    accounts: tuple[str, ...]
    role: str
    regions: tuple[str, ...]
    families: tuple[str, ...]
    include: Selection
    exclude: Selection
    via: tuple[str, ...]
    profile: str
    external_id: tuple[str, str]
    jobs: int
    call_budget: int
    time_budget: int
    resume_within: int
    dataset_tag: str


def read(options: Mapping[str, object]) -> Settings:
    """The settings of an entry; ConnectorError for what cannot be used."""
    values, wrong = _read(options)
    for each in wrong:
        if each.severity == "error":
            raise ConnectorError(each.message, each.help)
    return Settings(**values)


def wrongs(options: Mapping[str, object]) -> Iterator[Wrong]:
    """Everything that is wrong with an entry; of a Region that we do not know, a pull decides whether there is one."""
    values, wrong = _read(options)
    yield from wrong
    families = values.get("families", ())
    if LAST_ACCESSED in families and IAM not in families:
        what = f"`{LAST_ACCESSED}` tells when the principals of `{IAM}` used what, and `services` leaves that out"
        help = f"add `{IAM}`, unless another connector tells who there is"
        yield Wrong("services", what, help, "warning")
    for region in values.get("regions", ()):
        if region != ENABLED and region not in known_regions():
            help = nearest(region, known_regions(), "a pull asks the botocore that is installed, which may be newer")
            yield Wrong("regions", f"option `regions` has {region}, which is no Region that we know", help, "warning")


def _read(options: Mapping[str, object]) -> tuple[dict[str, Any], list[Wrong]]:
    """The values by the names of Settings, and what is wrong; one that is wrong has no value."""
    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, (key, reader) in _READERS.items():
        try:
            values[name] = reader(options, key)
        except ConnectorError as error:
            wrong.append(Wrong(key, error.message, error.help))
    if not wrong:
        chosen = {*values.pop("services"), *values.pop("also")}
        values["families"] = tuple(name for name in FAMILIES if name in chosen)
        wrong += _together(values)
    if options.get("credentials") is not None:
        wrong.append(Wrong("credentials", "type `aws` takes no `credentials`", _AMBIENT))
    return values, wrong


def _together(values: Mapping[str, Any]) -> Iterator[Wrong]:
    whole = values["accounts"] == (ORGANIZATION,)
    if values["accounts"] and not values["role"]:
        yield Wrong("accounts", "option `role` is missing", "name the role to assume in each account")
    if values["role"] and not values["accounts"]:
        help = "list the accounts to enter, or `accounts: organization`; roles to assume before all else go into `via`"
        yield Wrong("role", "option `role` needs `accounts`", help)
    for key in ("include", "exclude"):
        if values[key] and not whole:
            yield Wrong(key, f"option `{key}` needs `accounts: organization`", "or list the account ids")
    if not values["families"]:
        yield Wrong("services", "option `services` chooses nothing", f"known: {', '.join(FAMILIES)}")


def known_regions(partition: str = "") -> frozenset[str]:
    """The Regions of a partition, of all without one, as they were when this version was made."""
    held = _held_regions()
    return frozenset(held.get(partition, ())) if partition else frozenset(r for each in held.values() for r in each)


@lru_cache(maxsize=1)
def _held_regions() -> dict[str, list[str]]:
    held: dict[str, list[str]] = yaml.load(_REGIONS.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return held


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """A question whether a similar known word was meant, else what else may be the case."""
    from difflib import get_close_matches

    close = get_close_matches(word.lower(), sorted(known), 1, 0.75)
    return f"did you mean {close[0]}?" if close else otherwise


def _role(options: Mapping[str, object], key: str) -> str:
    role = option.text(options, key)
    if role and not ROLE_NAME.fullmatch(role):
        raise ConnectorError(f"option `{key}` must be the name of a role", f"for example `{key}: PolicycheckReadOnly`")
    return role


def _accounts(options: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = options.get(key)
    if value is None:
        return ()
    if value == ORGANIZATION:
        return (ORGANIZATION,)
    found = strings(value)
    if not found or not all(ACCOUNT.fullmatch(item) for item in found):
        help = f'for example `{key}: ["111122223333"]`, with quotes, or `{key}: organization`'
        raise ConnectorError(f"option `{key}` must be a list of account ids", help)
    return tuple(dict.fromkeys(found))


def _regions(options: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = options.get(key)
    if value is None:
        return ()
    if value == ENABLED:
        return (ENABLED,)
    found = strings(value)
    if not found or not all(REGION.fullmatch(item) for item in found):
        help = f"for example `{key}: [eu-west-1, us-east-1]`, or `{key}: enabled` for all enabled ones"
        raise ConnectorError(f"option `{key}` must be a list of AWS Regions", help)
    return tuple(dict.fromkeys(found))


def _services(options: Mapping[str, object], key: str) -> list[str]:
    return _names(options, key, [name for name in FAMILIES if name not in OPT_IN])


def _also(options: Mapping[str, object], key: str) -> list[str]:
    return _names(options, key, [])


def _names(options: Mapping[str, object], key: str, default: list[str]) -> list[str]:
    found = strings(options[key]) if options.get(key) is not None else default
    if found is None:
        raise ConnectorError(f"option `{key}` must be a list of words", f"known: {', '.join(FAMILIES)}")
    unknown = [name for name in found if name not in FAMILIES]
    if unknown:
        help = nearest(unknown[0], FAMILIES, f"known: {', '.join(FAMILIES)}")
        raise ConnectorError(f"option `{key}` has {unknown[0]}, which is no service family", help)
    return found


def _selection(options: Mapping[str, object], key: str) -> Selection:
    value = options.get(key)
    if value is None:
        return Selection()
    help = f'for example `{key}: {{ids: ["111122223333"], units: [ou-ab12-34567890], tags: {{stage: prod}}}}`'
    if not isinstance(value, Mapping) or set(value) - {"ids", "units", "tags"}:
        raise ConnectorError(f"option `{key}` takes `ids`, `units` and `tags`", help)
    ids, units, tags = strings(value.get("ids", [])), strings(value.get("units", [])), value.get("tags", {})
    if ids is None or units is None or not isinstance(tags, Mapping):
        raise ConnectorError(f"option `{key}` has a part of the wrong shape", help)
    for part, pattern, listed in (("ids", ACCOUNT, ids), ("units", _UNIT, units)):
        if not all(pattern.fullmatch(item) for item in listed):
            what = "account ids" if part == "ids" else "ids of organizational units"
            raise ConnectorError(f"`{part}` of option `{key}` must be a list of {what}", help)
    return Selection(frozenset(ids), frozenset(units), frozenset((str(k), str(v)) for k, v in tags.items()))


def _via(options: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = strings(options.get(key, []))
    if found is None or not all(_ROLE_ARN.fullmatch(item) for item in found):
        help = f'for example `{key}: ["arn:aws:iam::111122223333:role/audit-hub"]`'
        raise ConnectorError(f"option `{key}` must be a list of role ARNs", help)
    return tuple(found)


def _external_id(options: Mapping[str, object], key: str) -> tuple[str, str]:
    value = options.get(key)
    if value is None:
        return ("", "")
    if isinstance(value, Mapping) and len(value) == 1:
        ((kind, target),) = value.items()
        if kind in ("env", "file") and isinstance(target, str) and target:
            return (str(kind), target)
    help = f"write `{key}: {{env: POLICYCHECK_EXTERNAL_ID}}`, or `{{file: PATH}}`"
    raise ConnectorError(f"option `{key}` must be a reference", help)


def _tag(options: Mapping[str, object], key: str) -> str:
    found = option.text(options, key) or DATASET_TAG
    if not _TAG.fullmatch(found):
        raise ConnectorError(f"option `{key}` must be the key of a tag", f"for example `{key}: {DATASET_TAG}`")
    return found


def _counted(default: int, most: int) -> Callable[[Mapping[str, object], str], int]:
    def read(options: Mapping[str, object], key: str) -> int:
        value = options.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            what = f"option `{key}` must be a whole number from 1 to {most}"
            raise ConnectorError(what, f"for example `{key}: {default}`")
        return value

    return read


def strings(value: object) -> list[str] | None:
    """A list of texts, None for anything else."""
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    return None


_Reader = Callable[[Mapping[str, object], str], object]
#: The fields of Settings, the option of each, and how it is read; two of them together make ``families``.
_READERS: dict[str, tuple[str, _Reader]] = {
    "accounts": ("accounts", _accounts),
    "role": ("role", _role),
    "regions": ("regions", _regions),
    "services": ("services", _services),
    "also": ("also", _also),
    "include": ("include", _selection),
    "exclude": ("exclude", _selection),
    "via": ("via", _via),
    "profile": ("profile", option.text),
    "external_id": ("external_id", _external_id),
    "jobs": ("jobs", _counted(_JOBS, _MOST_JOBS)),
    "call_budget": ("call_budget", _counted(_CALLS, 1_000_000_000)),
    "time_budget": ("time_budget", _counted(_MINUTES, 10_080)),
    "resume_within": ("resume_within", _counted(_RESUME, 10_080)),
    "dataset_tag": ("dataset_tag", _tag),
}

"""The options of a connector of type ``aws``, checked before anything is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policycheck_connectors import options as option
from policycheck_connectors.aws.names import FAMILIES, OPT_IN
from policycheck_connectors.interface import ConnectorError

ACCOUNT = re.compile(r"\d{12}")
REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,600}")
_ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,600}")
_TAG = re.compile(r"[\w .:/=+@-]{1,128}")
DATASET_TAG = "policycheck:dataset"
ORGANIZATION = "organization"
ENABLED = "enabled"
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
    assumed first, one after the other. ``external_id`` names the environment variable that holds it. ``dataset_tag`` is
    the key of the tag whose value names a dataset.
    """

    accounts: tuple[str, ...]
    role: str
    regions: tuple[str, ...]
    families: tuple[str, ...]
    include: Selection
    exclude: Selection
    via: tuple[str, ...]
    profile: str
    external_id: str
    jobs: int
    call_budget: int
    time_budget: int
    resume_within: int
    dataset_tag: str


def read(options: Mapping[str, object]) -> Settings:
    """The settings of an entry; ConnectorError for what cannot be used."""
    accounts = _accounts(options)
    role = option.text(options, "role")
    if role and not _ROLE_NAME.fullmatch(role):
        raise ConnectorError("option `role` must be the name of a role", "for example `role: PolicycheckReadOnly`")
    if accounts and accounts != (ORGANIZATION,) and not role:
        raise ConnectorError("option `role` is missing", "name the role to assume in each account")
    include, exclude = _selection(options, "include"), _selection(options, "exclude")
    if (include or exclude) and accounts != (ORGANIZATION,):
        raise ConnectorError("`include` and `exclude` need `accounts: organization`", "or list the account ids")
    return Settings(
        accounts,
        role,
        _regions(options),
        _families(options),
        include,
        exclude,
        _via(options),
        option.text(options, "profile"),
        _external_id(options),
        _count(options, "jobs", _JOBS, _MOST_JOBS),
        _count(options, "call_budget", _CALLS, 1_000_000_000),
        _count(options, "time_budget", _MINUTES, 10_080),
        _count(options, "resume_within", _RESUME, 10_080),
        _tag(options),
    )


def _accounts(options: Mapping[str, object]) -> tuple[str, ...]:
    value = options.get("accounts")
    if value is None:
        return ()
    if value == ORGANIZATION:
        return (ORGANIZATION,)
    found = _strings(value)
    if not found or not all(ACCOUNT.fullmatch(item) for item in found):
        help = 'for example `accounts: ["111122223333"]`, with quotes, or `accounts: organization`'
        raise ConnectorError("option `accounts` must be a list of account ids", help)
    return tuple(dict.fromkeys(found))


def _regions(options: Mapping[str, object]) -> tuple[str, ...]:
    value = options.get("regions")
    if value is None:
        return ()
    if value == ENABLED:
        return (ENABLED,)
    found = _strings(value)
    if not found or not all(REGION.fullmatch(item) for item in found):
        help = "for example `regions: [eu-west-1, us-east-1]`, or `regions: enabled` for all enabled ones"
        raise ConnectorError("option `regions` must be a list of AWS Regions", help)
    return tuple(dict.fromkeys(found))


def _families(options: Mapping[str, object]) -> tuple[str, ...]:
    """The chosen families in the order of the table; all but those that are only taken when asked for."""
    value = options.get("services")
    extra = _strings(options.get("also", []))
    found = _strings(value) if value is not None else [name for name in FAMILIES if name not in OPT_IN]
    chosen = {*(found or ()), *(extra or ())}
    unknown = sorted(chosen - set(FAMILIES))
    if found is None or extra is None or not chosen or unknown:
        known = f"known: {', '.join(FAMILIES)}"
        raise ConnectorError(f"option `services` has {unknown[0] if unknown else 'no list of words'}", known)
    return tuple(name for name in FAMILIES if name in chosen)


def _selection(options: Mapping[str, object], key: str) -> Selection:
    value = options.get(key)
    if value is None:
        return Selection()
    help = f"for example `{key}: {{ids: [...], units: [ou-...], tags: {{stage: prod}}}}`"
    if not isinstance(value, Mapping) or set(value) - {"ids", "units", "tags"}:
        raise ConnectorError(f"option `{key}` takes `ids`, `units` and `tags`", help)
    ids, units, tags = _strings(value.get("ids", [])), _strings(value.get("units", [])), value.get("tags", {})
    if ids is None or units is None or not isinstance(tags, Mapping):
        raise ConnectorError(f"option `{key}` has a part of the wrong shape", help)
    return Selection(frozenset(ids), frozenset(units), frozenset((str(k), str(v)) for k, v in tags.items()))


def _via(options: Mapping[str, object]) -> tuple[str, ...]:
    found = _strings(options.get("via", []))
    if found is None or not all(_ROLE_ARN.fullmatch(item) for item in found):
        help = 'for example `via: ["arn:aws:iam::111122223333:role/audit-hub"]`'
        raise ConnectorError("option `via` must be a list of role ARNs", help)
    return tuple(found)


def _external_id(options: Mapping[str, object]) -> str:
    value = options.get("external_id")
    if value is None:
        return ""
    name = value.get("env") if isinstance(value, Mapping) and set(value) == {"env"} else None
    if not isinstance(name, str) or not name:
        help = "write `external_id: {env: POLICYCHECK_EXTERNAL_ID}`"
        raise ConnectorError("option `external_id` must name an environment variable", help)
    return name


def _tag(options: Mapping[str, object]) -> str:
    found = option.text(options, "dataset_tag") or DATASET_TAG
    if not _TAG.fullmatch(found):
        raise ConnectorError(
            "option `dataset_tag` must be the key of a tag", f"for example `dataset_tag: {DATASET_TAG}`"
        )
    return found


def _count(options: Mapping[str, object], key: str, default: int, most: int) -> int:
    value = options.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ConnectorError(
            f"option `{key}` must be a whole number from 1 to {most}", f"for example `{key}: {default}`"
        )
    return value


def _strings(value: object) -> list[str] | None:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    return None

"""policycheck.yaml to the model, with defaults filled in and the origin of every value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.declared.settings import FAIL_ON, FILE, LISTED, SNAPSHOTS, listed_paths
from policycheck.declared.view import View
from policycheck.model.declared import Config, ConnectorEntry, ExceptionRule, Setting
from policycheck.model.places import Location

_DEFAULT = Config(root="", at=Location(FILE))


def build_config(view: View, root: str, environ: Mapping[str, str]) -> Config:
    """The configuration of a checked file."""
    snapshots = view.inside("snapshots") or View(view.document, ("snapshots",), {})
    return Config(
        root=root,
        at=Location(FILE),
        policies=listed_paths(view, "policies"),
        catalog=listed_paths(view, "catalog"),
        overrides=listed_paths(view, "overrides"),
        baseline=view.text("baseline") or _DEFAULT.baseline,
        snapshots_path=environ.get(SNAPSHOTS) or snapshots.text("path") or _DEFAULT.snapshots_path,
        keep_days=snapshots.number("keep_days") or _DEFAULT.keep_days,
        max_age_days=snapshots.number("max_age_days") or _DEFAULT.max_age_days,
        fail_on=environ.get(FAIL_ON) or view.text("fail_on") or _DEFAULT.fail_on,
        rules=view.text("rules"),
        own_accounts=view.texts("own_accounts"),
        own_organizations=view.texts("own_organizations"),
        own_hosts=view.texts("own_hosts"),
        own_apps=view.texts("own_apps"),
        groups=tuple((name, _strings(members)) for name, members in view.mapping("groups").items()),
        connectors=tuple(connector(entry) for entry in view.each("connectors")),
        exceptions=tuple(exception_of(entry) for entry in view.each("exceptions")),
        settings=tuple(_settings(view, environ)),
    )


def _strings(members: Any) -> tuple[str, ...]:
    return tuple(str(member) for member in members)


def connector(entry: View) -> ConnectorEntry:
    """One entry under ``connectors``."""
    options = {key: value for key, value in entry.values.items() if key not in ("name", "type")}
    return ConnectorEntry(entry.text("name"), entry.text("type"), entry.at(), options)


def exception_of(view: View) -> ExceptionRule:
    """One entry under ``exceptions``, of policycheck.yaml or a policy."""
    expires = view.day("expires")
    assert expires is not None  # the schema requires it
    return ExceptionRule(
        rule=view.text("rule"),
        match=tuple(sorted((key, str(value)) for key, value in view.mapping("match").items())),
        reason=view.text("reason"),
        owner=view.text("owner"),
        approved_by=view.text("approved_by"),
        expires=expires,
        at=view.at(),
    )


def _settings(view: View, environ: Mapping[str, str]) -> Iterator[Setting]:
    """Every value with its origin: those of the file, then the defaults of what it leaves out."""
    written = {key: (value, f"{FILE}:{line}") for key, value, line in flat(view)}
    defaults: dict[str, object] = {
        "policies": ", ".join(LISTED["policies"]),
        "catalog": ", ".join(LISTED["catalog"]),
        "overrides": ", ".join(LISTED["overrides"]),
        "snapshots.path": _DEFAULT.snapshots_path,
        "snapshots.keep_days": _DEFAULT.keep_days,
        "snapshots.max_age_days": _DEFAULT.max_age_days,
        "baseline": _DEFAULT.baseline,
        "fail_on": _DEFAULT.fail_on,
    }
    rows = {**written, **{key: (str(value), "default") for key, value in defaults.items() if key not in written}}
    for key, name in (("fail_on", FAIL_ON), ("snapshots.path", SNAPSHOTS)):
        if environ.get(name):
            rows[key] = (environ[name], f"environment {name}")
    for key, row in rows.items():
        yield Setting(key, *row)


def flat(view: View) -> Iterator[tuple[str, str, int]]:
    """Every value of a document: dotted key, value as text, line. Lists of plain values are one row."""
    return _flat(view, "", view.path, view.values)


def _flat(view: View, name: str, path: tuple[str | int, ...], value: object) -> Iterator[tuple[str, str, int]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(view, f"{name}.{key}" if name else key, (*path, key), item)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for index, item in enumerate(value):
            yield from _flat(view, f"{name}[{index}]", (*path, index), item)
    else:
        yield name, _shown(value), view.document.at(path).line


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return "{}" if isinstance(value, dict) else str(value)

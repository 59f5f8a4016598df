"""The options of an entry, by its definition: allowed values, patterns, credentials by reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from policycheck.model.definitions import Definition, OptionSpec
from policycheck_connectors.credentials import secret
from policycheck_connectors.interface import ConnectorError
from policycheck_connectors.rest.authorising import named

#: Options that every entry of a vendor's API has.
COMMON = {
    "tenant": "what to call the account or workspace, where the vendor has several of ours",
    "without": "names of requests of the definition that are not asked, such as [reserved-fields]",
}


def without(definition: Definition, options: Mapping[str, object]) -> frozenset[str]:
    """The requests that an entry leaves out, with those under them; ConnectorError for a name that is none."""
    given = options.get("without", [])
    known = [request.name for request in definition.requests]
    if not isinstance(given, list | tuple) or not all(each in known for each in given):
        raise ConnectorError(
            "option `without` must be a list of requests of the definition", f"known: {', '.join(known)}"
        )
    found = {str(each) for each in given}
    for request in definition.requests:
        if request.under in found:
            found.add(request.name)
    return frozenset(found)


def secrets(
    definition: Definition, options: Mapping[str, object], environ: Mapping[str, str], root: Path
) -> dict[str, str]:
    """The credentials that the definition names; ConnectorError for one that is missing or cannot be read."""
    found = {}
    for name in named(definition.auth):
        found[name] = secret(options, name, environ, root)
        if not found[name]:
            what = definition.auth.credentials.get(name, "")
            help = f"write `credentials: {{{name}: {{env: NAME}}}}`" + (f"; it is {what}" if what else "")
            raise ConnectorError(f"credential `{name}` is missing", help)
    return found


def resolve(
    definition: Definition, options: Mapping[str, object], held: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What each option stands for in templates. ``held``: the credentials, of which an option may be the end; without
    them, such options are left out. ConnectorError for what is missing or not allowed."""
    found = {}
    for spec in definition.options:
        given = options.get(spec.name)
        if given is None and spec.taken_from is not None:
            if held is not None:
                found[spec.name] = _taken(spec, held)
            continue
        found[spec.name] = _value(spec, spec.default if given is None else given)
    return found


def _value(spec: OptionSpec, given: object) -> str:
    if not isinstance(given, str) or (not given and spec.required):
        problem = "is missing" if given == "" else "must be a string"
        raise ConnectorError(f"option `{spec.name}` {problem}", spec.help)
    if spec.values:
        if given not in spec.values:
            raise ConnectorError(f"option `{spec.name}` is not one of its values", f"known: {', '.join(spec.values)}")
        return spec.values[given]
    return _fitting(spec, given)


def _fitting(spec: OptionSpec, given: str) -> str:
    if given and not re.fullmatch(spec.pattern, given):
        raise ConnectorError(f"option `{spec.name}` is not of the form {spec.pattern}", spec.help)
    return given


def _taken(spec: OptionSpec, held: Mapping[str, str]) -> str:
    assert spec.taken_from is not None
    name, separator = spec.taken_from
    _, found, end = held[name].rpartition(separator)
    if not found or not re.fullmatch(spec.pattern, end):
        raise ConnectorError(f"credential `{name}` does not end in what option `{spec.name}` needs", spec.help)
    return end

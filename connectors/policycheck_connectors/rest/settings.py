"""The options of an entry, by its definition: allowed values, patterns, credentials by reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from policycheck.model.definition_words import CLIENT_CREDENTIALS
from policycheck.model.definitions import Auth, Definition, OptionSpec
from policycheck_connectors import options as reading
from policycheck_connectors.credentials import secret
from policycheck_connectors.errors import ConnectorError, Wrong
from policycheck_connectors.rest.templates import fill

#: Options that every entry of a vendor's API has; ``{requests}`` are the names of its definition.
COMMON = {
    "tenant": "what to call the account or workspace, where the vendor has several of ours",
    "without": "a list of the requests that are not to be asked, out of {requests}",
}


def wrongs(definition: Definition, options: Mapping[str, object], own: bool = False) -> Iterator[Wrong]:
    """What a pull would refuse of the options of an entry, by the same readers; ``own``: the definition lies in the
    project, so that its hosts must be listed. Names of options are the caller's to check."""
    yield from _credentials(definition.auth, options)
    for name in ("system", "tenant"):
        yield from _refused(name, options, partial(reading.text, options, name))
    for spec in definition.options:
        yield from _refused(spec.name, options, partial(_told, spec, options))
    yield from _refused("without", options, partial(without, definition, options))
    if own:
        yield from _refused("hosts", options, partial(_listed, definition, options))


def _refused(name: str, options: Mapping[str, object], read: Callable[[], object]) -> Iterator[Wrong]:
    try:
        read()
    except ConnectorError as error:
        yield Wrong(name if name in options else "", error.message, error.help)


def _credentials(auth: Auth, options: Mapping[str, object]) -> Iterator[Wrong]:
    """Credentials of another name, and those that are missing; what is no reference is told as a literal secret."""
    held, names = options.get("credentials", {}), named(auth)
    if not isinstance(held, Mapping):
        return
    place = "credentials" if "credentials" in options else ""
    for name in names:
        if name not in held:
            yield Wrong(place, *_missing(auth, name))
    for name in held:
        if name not in names:
            known = f"known: {', '.join(f'`{each}`' for each in names)}" if names else "it needs none: leave it out"
            yield Wrong(f"credentials.{name}", f"unknown credential `{name}`", known)


def _missing(auth: Auth, name: str) -> tuple[str, str]:
    what = auth.credentials.get(name, "")
    help = f"write `credentials: {{{name}: {{env: NAME}}}}`" + (f"; it is {what}" if what else "")
    return f"credential `{name}` is missing", help


def _listed(definition: Definition, options: Mapping[str, object]) -> None:
    """Hosts that the definition would ask must be listed; where an option is the end of a credential, a pull tells."""
    hosts = listed(options)
    with suppress(KeyError):
        check_hosts(asked(definition, resolve(definition, options)), hosts)


def asked(definition: Definition, values: Mapping[str, str]) -> set[str]:
    """Every host that a definition asks with these options: that of the API, and that of the tokens."""
    urls = [definition.base_url, *([definition.auth.token_url] if definition.auth.token_url else [])]
    return {(urlsplit(fill(url, values)).hostname or "").lower() for url in urls}


def listed(options: Mapping[str, object]) -> frozenset[str]:
    """The option `hosts`; ConnectorError for what is no list of host names."""
    hosts = options.get("hosts")
    if not isinstance(hosts, list | tuple) or not all(isinstance(each, str) and each for each in hosts):
        help = "list every host that the definition may ask, such as `hosts: [api.vendor.example]`"
        raise ConnectorError("option `hosts` must be a list of host names", help)
    return frozenset(str(each).lower() for each in hosts)


def check_hosts(hosts: Iterable[str], allowed: frozenset[str]) -> None:
    """ConnectorError for hosts that policycheck.yaml does not list."""
    unlisted = sorted(set(hosts) - allowed)
    if unlisted:
        help = "add it to `hosts` of this connector, if it is the vendor's"
        raise ConnectorError(f"the definition would ask {', '.join(unlisted)}, which is not listed", help)


def named(auth: Auth) -> tuple[str, ...]:
    """The credentials that an entry must have."""
    more = ("client_id", "client_secret") if auth.kind == CLIENT_CREDENTIALS else ()
    return tuple(dict.fromkeys((*auth.credentials, *more)))


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
            raise ConnectorError(*_missing(definition.auth, name))
    return found


def resolve(
    definition: Definition, options: Mapping[str, object], held: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What each option stands for in templates. ``held``: the credentials, of which an option may be the end; without
    them, such options are left out. ConnectorError for what is missing or not allowed."""
    found = {}
    for spec in definition.options:
        value = _told(spec, options)
        if value is not None:
            found[spec.name] = value
        elif held is not None:
            found[spec.name] = _taken(spec, held)
    return found


def _told(spec: OptionSpec, options: Mapping[str, object]) -> str | None:
    """What an option stands for, None where it is the end of a credential."""
    given = options.get(spec.name)
    if given is None and spec.taken_from is not None:
        return None
    return _value(spec, spec.default if given is None else given)


def described(spec: OptionSpec) -> str:
    """What an option is, its words where it has only some, and what it is when nothing is said."""
    words = f": {', '.join(spec.values)}" if spec.values else ""
    return f"{spec.help}{words}" + (f" [{spec.default}]" if spec.default else "")


def _value(spec: OptionSpec, given: object) -> str:
    if not isinstance(given, str) or (not given and spec.required):
        problem = "is missing" if given == "" else "must be a string"
        raise ConnectorError(f"option `{spec.name}` {problem}", described(spec))
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

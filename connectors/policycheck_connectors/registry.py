"""The table of connector types; a module is imported when an entry of its type is built.

``validate`` asks for the table alone, so that it does not pay for the facts that connectors yield.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from policycheck.model.declared import ConnectorEntry
    from policycheck.model.definitions import Definition
    from policycheck_connectors.errors import ConnectorError, Wrong
    from policycheck_connectors.interface import Connector


class OptionInfo(NamedTuple):
    """One option of a type, with one line of help. ``kind`` tells how it is read: see ``options.READERS``."""

    name: str
    help: str
    required: bool = False
    kind: str = "text"


class TypeInfo(NamedTuple):
    """One type for listings: what it is, what it reads, its options. ``target`` is its ``module:Class``.

    ``check`` is the ``module:function`` that tells what is wrong with options that no reader of a kind knows; it
    imports nothing that a pull alone needs, as ``validate`` calls it.
    """

    type: str
    summary: str
    reads: str
    options: tuple[OptionInfo, ...]
    target: str
    check: str = ""


_PATHS = OptionInfo(
    "paths", "file patterns relative to policycheck.yaml, such as exports/*.json; gzip or plain", True, "paths"
)
_SYSTEM = OptionInfo("system", "the system that the file speaks of, such as sendgrid; a column of the file may tell it")
_TENANT = OptionInfo("tenant", "the tenant or workspace in that system; a column of the file may tell it")

#: Options of an entry whose definition lies in the project.
OWN_OPTIONS = {
    "definition": "the file that says how the API is asked, relative to policycheck.yaml",
    "hosts": "the hosts that the definition may ask",
    "system": "what to call the system; without it, the name of the definition's file",
}

#: Keys of every entry that no type lists.
_COMMON = ("name", "type", "credentials")

_TYPES = (
    TypeInfo(
        "aws",
        "live AWS: every account and Region, every way in and every way out, with read-only calls",
        "IAM, organizations, resource policies and more through boto3, with the ambient credentials",
        (
            OptionInfo("accounts", "account ids to enter through `role`, or organization; without it, our own account"),
            OptionInfo("role", "the name of the role to assume in each account, such as PolicycheckReadOnly"),
            OptionInfo("regions", "Regions, or enabled for all enabled ones; without it, the configured one"),
            OptionInfo("include", "with accounts: organization, only these: {ids: [...], units: [...], tags: {...}}"),
            OptionInfo("exclude", "with accounts: organization, not these: {ids: [...], units: [...], tags: {...}}"),
            OptionInfo("via", "ARNs of roles to assume first, one after the other"),
            OptionInfo("external_id", "our ExternalId: {env: POLICYCHECK_EXTERNAL_ID}, or {file: PATH}"),
            OptionInfo("profile", "the profile of the AWS configuration to start from"),
            OptionInfo("services", "the service families to look at; without it, all that are not opt-in"),
            OptionInfo("also", "opt-in families to look at as well"),
            OptionInfo("jobs", "how many calls may run at once [8]"),
            OptionInfo("call_budget", "how many calls one pull may make [1000000]"),
            OptionInfo("time_budget", "how many minutes one pull may take [120]"),
            OptionInfo("resume_within", "for how many minutes an interrupted pull may be continued [360]"),
            OptionInfo("dataset_tag", "key of the tag whose value names a dataset [policycheck:dataset]"),
        ),
        "policycheck_connectors.aws.connector:Aws",
        "policycheck_connectors.aws.settings:wrongs",
    ),
    TypeInfo(
        "aws-authorization-details",
        "roles, users, groups, policies and trusts of AWS accounts, from an export",
        "the JSON of `aws iam get-account-authorization-details`: pages and accounts in any number of files",
        (_PATHS,),
        "policycheck_connectors.files.aws_authorization_details:AwsAuthorizationDetails",
    ),
    TypeInfo(
        "aws-resource-policies",
        "policies of buckets, keys, topics, queues, functions, secrets, repositories and other AWS resources",
        "the JSON of `aws s3api get-bucket-policy`, `aws kms get-key-policy`, `aws sns get-topic-attributes` and the "
        "like, a file for each resource; or one JSON object from ARN to policy; or JSON Lines with `arn` and `policy`",
        (
            _PATHS,
            OptionInfo("account", "the account of resources whose ARN, answer and path tell none, such as buckets"),
            OptionInfo("region", "the AWS Region of resources whose ARN, answer and path tell none"),
        ),
        "policycheck_connectors.files.aws_resource_policies:AwsResourcePolicies",
    ),
    TypeInfo(
        "aws-organization",
        "units, accounts, service control policies and resource control policies of an AWS organization",
        "the JSON of `aws organizations describe-organization`, `list-roots`, `list-organizational-units-for-parent`, "
        "`list-accounts`, `list-parents`, `list-policies`, `describe-policy`, `list-targets-for-policy` and "
        "`list-policies-for-target`, in any number of files or all in one object",
        (_PATHS,),
        "policycheck_connectors.files.aws_organization:AwsOrganization",
    ),
    TypeInfo(
        "key-inventory",
        "API keys and tokens of a vendor, from an exported list",
        "CSV, JSON or YAML with one row for each key: id, name, holder, scopes, created, last used, expires, status",
        (
            _PATHS,
            _SYSTEM,
            _TENANT,
            OptionInfo(
                "columns", 'which column is which, for names that are not found alone: {id: "API Key ID"}', kind="words"
            ),
            OptionInfo("records", "where the list is in a JSON or YAML file, such as data.keys"),
            OptionInfo("scopes_separator", "what separates the scopes in one cell; without it , ; | and space do"),
            OptionInfo("holder", "who holds all of these keys: us, vendor, or a vendor's name"),
            OptionInfo("date_format", "how dates are written if not in ISO 8601, such as %b %d, %Y"),
        ),
        "policycheck_connectors.files.key_inventory:KeyInventory",
    ),
    TypeInfo(
        "vendor-fields",
        "the fields that a vendor holds, from its exported field definitions",
        "CSV, JSON or YAML of field definitions; the answers of SendGrid, Mailchimp, Amplitude, HubSpot, Intercom and "
        "Zendesk need no mapping",
        (
            _PATHS,
            _SYSTEM,
            _TENANT,
            OptionInfo("object", "the vendor's object that has these fields, such as contact"),
            OptionInfo("origin", "how the vendor got them: sent, custom, collected, derived or readable"),
            OptionInfo(
                "columns",
                'which column is which, for names that are not found alone: {path: "Field Name"}',
                kind="words",
            ),
            OptionInfo("records", "where the list is in a JSON or YAML file, such as data.fields"),
        ),
        "policycheck_connectors.files.vendor_fields:VendorFields",
    ),
    TypeInfo(
        "payload-samples",
        "what is sent to vendors' hosts, from recorded requests: key paths, shapes and counts, never values",
        "JSON Lines with one request on each line ({url, method, headers, body}), JSON lists of the same, and HTTP "
        "archives (HAR) of browsers and proxies; docs/payload-samples.md tells how to make them",
        (_PATHS,),
        "policycheck_connectors.files.payload_samples:PayloadSamples",
    ),
    TypeInfo(
        "attestation",
        "dated statements of a person about a vendor whose keys or fields no call can list",
        "YAML or JSON: {vendor, system, asked, on, states: {keys, fields, none_of}}, one or a list",
        (_PATHS, OptionInfo("stale_after_days", "after how many days a statement no longer counts", kind="days")),
        "policycheck_connectors.files.attestations:Attestations",
    ),
    TypeInfo(
        "postgres",
        "roles, memberships, tables with their columns, and the privileges on them, of one live PostgreSQL database",
        "pg_catalog, in one read-only transaction; the role needs no right but CONNECT. Needs the extra `postgres`",
        (
            OptionInfo(
                "credentials",
                "the connection string: {dsn: {env: NAME}} or {dsn: {file: PATH}}; without it "
                "libpq's own PGHOST, PGSERVICE and password file count",
                kind="reference",
            ),
            OptionInfo("service", "a service of libpq's connection service file"),
            OptionInfo("sslmode", "when the connection string has none: verify-full unless this says otherwise"),
            OptionInfo("label", "what to call the database in locations, when two servers have one of the same name"),
        ),
        "policycheck_connectors.postgres.connector:Postgres",
    ),
    TypeInfo(
        "rest",
        "any vendor's API, as a definition in the project says",
        "what the definition names; `policycheck connectors new` writes one to begin with",
        tuple(OptionInfo(name, help, name != "system") for name, help in OWN_OPTIONS.items()),
        "policycheck_connectors.rest.connector:Rest",
    ),
)


def types() -> tuple[TypeInfo, ...]:
    """Every type but the vendors' APIs, in the order of listings."""
    return _TYPES


def vendors() -> tuple[str, ...]:
    """The types that ask a vendor's API as a shipped definition says, sorted."""
    from policycheck_connectors.rest.shelf import vendors

    return vendors()


def info_of(definition: Definition) -> TypeInfo:
    """A vendor's API for listings."""
    from policycheck_connectors.rest.settings import COMMON, described

    held = ", ".join(f"`{name}`: {what}" for name, what in definition.auth.credentials.items())
    options = [OptionInfo("credentials", held, True)] if held else []
    options += [OptionInfo(spec.name, described(spec), spec.required) for spec in definition.options]
    own = {spec.name for spec in definition.options}
    requests = ", ".join(request.name for request in definition.requests)
    options += [OptionInfo(name, help.format(requests=requests)) for name, help in COMMON.items() if name not in own]
    # Two requests may read two lists of one answer.
    asked = dict.fromkeys(f"{request.method} {request.path}" for request in definition.requests)
    reads = "; ".join(asked) or "nothing: no call tells"
    return TypeInfo(definition.id, f"{definition.name}: {', '.join(definition.sights)}", reads, tuple(options), "")


def own_info(name: str, path: str, definition: Definition) -> TypeInfo:
    """A definition of the project's own, for listings: ``name`` is that of the entry which uses it."""
    info = info_of(definition)
    summary = f"{info.summary}; type rest, defined by this project in {path}"
    return info._replace(type=name, summary=summary, options=(*_own_options(), *info.options))


def _own_options() -> tuple[OptionInfo, ...]:
    return tuple(OptionInfo(name, help, name != "system") for name, help in OWN_OPTIONS.items())


def own_wrongs(definition: Definition, options: Mapping[str, object]) -> Iterator[Wrong]:
    """What is wrong with the options of an entry whose definition lies in the project."""
    from policycheck_connectors.errors import Wrong
    from policycheck_connectors.rest.settings import wrongs

    known = [option.name for option in own_info("", "", definition).options]
    for key in options:
        if key not in (*known, *_COMMON):
            yield Wrong(key, f"the definition knows no option `{key}`", _nearest(key, known), rule="PC002")
    yield from wrongs(definition, options, own=True)


def build(
    entry: ConnectorEntry, root: Path, define: Callable[[ConnectorEntry, Path], Definition] | None = None
) -> Connector:
    """The connector of one entry; ConnectorError when its type or an option is unknown or unusable.

    ``root`` is the project's directory. ``define`` reads the definition of an entry that asks a vendor's API. The
    message of an error begins with the entry's place.
    """
    from policycheck_connectors.interface import ConnectorError
    from policycheck_connectors.rest.shelf import OWN

    try:
        if define and (entry.type == OWN or entry.type in vendors()):
            return _asking(entry, root, define(entry, root))
        info = _info(entry.type)
        _check(info, entry)
        module, _, name = info.target.partition(":")
        made: Connector = getattr(import_module(module), name)(entry.name, entry.options, root)
    except ConnectorError as error:
        raise ConnectorError(f"{entry.at}: connector {entry.name}: {error.message}", error.help) from None
    return made


def _asking(entry: ConnectorEntry, root: Path, definition: Definition) -> Connector:
    from policycheck_connectors.rest.connector import Rest
    from policycheck_connectors.rest.shelf import OWN

    info = info_of(definition)
    own = _own_options() if entry.type == OWN else ()
    _check(info._replace(options=(*info.options, *own)), entry)
    return Rest(entry.name, entry.options, root, definition)


def wrongs(type: str, options: Mapping[str, object]) -> Iterator[Wrong]:
    """What is wrong with the options of an entry, as far as that can be told without its connector; nothing for a type
    that is not in the table. Names of options are the caller's to check."""
    from policycheck_connectors import options as reading
    from policycheck_connectors.errors import Wrong

    info = next((info for info in _TYPES if info.type == type), None)
    if info is None or not info.target:
        return
    for option in info.options:
        if option.required and option.name not in options:
            yield Wrong("", f"option `{option.name}` is missing", option.help)
    if info.check:
        module, _, name = info.check.partition(":")
        yield from getattr(import_module(module), name)(options)
    else:
        yield from reading.wrongs(options, [(option.name, option.kind) for option in info.options])


def _info(word: str) -> TypeInfo:
    for info in _TYPES:
        if info.type == word:
            return info
    raise _wrong(f"unknown type {word}", _nearest(word, [info.type for info in _TYPES]))


def _check(info: TypeInfo, entry: ConnectorEntry) -> None:
    names = [option.name for option in info.options]
    for key in entry.options:
        # Every entry may have credentials; files need none.
        if key not in names and key != "credentials":
            raise _wrong(f"unknown option `{key}`", _nearest(key, names))
    for option in info.options:
        if option.required and option.name not in entry.options:
            raise _wrong(f"option `{option.name}` is missing", option.help)


def _wrong(message: str, help: str) -> ConnectorError:
    from policycheck_connectors.errors import ConnectorError

    return ConnectorError(message, help)


def _nearest(word: str, known: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, known, 1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"

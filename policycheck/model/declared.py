"""The declared side: configuration, vendor policies, catalog. Built by ``declared``; every part knows its place."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from policycheck.model.dataclass import dataclass
from policycheck.model.findings import Known
from policycheck.model.places import Evidence, Location

#: Stages of a policy; only ``enforce`` can fail a run.
STAGES = ("draft", "observe", "enforce")


@dataclass(frozen=True, slots=True)
class Never:
    """A category that a vendor must not have; ``source`` is ``policy``, ``defaults`` or ``profile:NAME``."""

    category: str
    at: Location
    source: str = "policy"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """An allowed category. Empty ``forms`` or ``origins`` mean any; ``depth`` is the deepest allowed.

    ``source`` is ``policy`` or ``kind:NAME`` (a policy with a kind and no ``fields`` allows the kind's needed set).
    ``until`` is the last day on which the field is allowed.
    """

    category: str
    at: Location
    forms: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    depth: str = "latest"
    via: tuple[str, ...] = ()
    keep_days: int | None = None
    until: date | None = None
    why: str = ""
    source: str = "policy"


@dataclass(frozen=True, slots=True)
class AllowRule:
    """One declared permission, a product of actions, resources and conditions; or an AWS managed policy by name.

    ``conditions`` is canonical JSON text in AWS's own shape (operator -> key -> values), empty when there are none.
    """

    at: Location
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: str = ""
    aws_managed: str = ""
    sha256: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Require:
    """Requirements on an access.

    ``external_id``: "", ``any``, ``unique``; ``max_session`` in seconds; ``key_expiry`` in days.
    """

    at: Location
    external_id: str = ""
    max_session: int | None = None
    source_ips: tuple[str, ...] = ()
    key_expiry: int | None = None


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One declared access of a vendor in one system.

    ``accounts`` is ``in`` with the groups resolved to account ids (empty: every account); ``groups`` keeps the words
    as written. ``scopes_at`` has one place per scope, ``principals_at`` one per principal. ``start`` and ``until``
    are the window, both days included.
    """

    system: str
    at: Location
    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    principals_at: tuple[Location, ...] = ()
    require: Require | None = None
    allow: tuple[AllowRule, ...] = ()
    scopes: tuple[str, ...] = ()
    scopes_at: tuple[Location, ...] = ()
    held_by: str = ""
    integration: str = ""
    start: date | None = None
    until: date | None = None
    ticket: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Recognise:
    """How inventories know a vendor. ``places`` maps ``kind:value`` (``aws_accounts:444455556666``) to its place."""

    aws_accounts: tuple[str, ...] = ()
    aws_principals: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    oauth_apps: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    places: tuple[tuple[str, Location], ...] = ()


@dataclass(frozen=True, slots=True)
class Integration:
    """One of several ways in which a vendor is used."""

    name: str
    at: Location
    kind: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Observe:
    """A planned blind spot: ``system`` is covered by ``by`` (``attestation``) every ``every_days`` days."""

    system: str
    by: str
    every_days: int
    reason: str
    at: Location


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """An accepted finding. ``match`` is a sorted tuple of (selector, value); all must be equal to the instance's."""

    rule: str
    match: tuple[tuple[str, str], ...]
    reason: str
    owner: str
    approved_by: str
    expires: date
    at: Location
    source: str = "policy"


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment that accepts one finding of each of some rules at one line of its file.

    ``findings`` has, for each rule, the beginning of the fingerprint that it names, empty for none. With a ``fault`` it
    accepts nothing, and ``help`` says what to do.
    """

    at: Location
    line: int
    rules: tuple[str, ...] = ()
    reason: str = ""
    fault: str = ""
    findings: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Subprocessor:
    """A party behind the vendor."""

    name: str
    purpose: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """The paper behind the sharing; ``ends`` is its last day."""

    at: Location
    dpa: str = ""
    ends: date | None = None
    breach_notice_hours: int | None = None
    clauses: tuple[str, ...] = ()
    subprocessors: tuple[Subprocessor, ...] = ()
    regions: tuple[str, ...] = ()
    transfer: str = ""
    retention_days: int | None = None
    delete_after_end_days: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """When the policy was last reviewed and how often that is due; ``last`` None: never reviewed."""

    at: Location
    every_days: int
    last: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on credentials, in days; None: no limit. ``places`` maps a limit's name to where it was set."""

    key_max_age_days: int | None = None
    unused_after_days: int | None = None
    places: tuple[tuple[str, Location], ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The declared least privilege of one vendor, with defaults and profiles merged in.

    ``fields_declared`` is False when the file has no ``fields`` key; ``fields`` is then what the kind needs.
    ``merged`` has (dotted key, value as text, origin) for every value, origin being ``path:line``. ``places`` maps each
    top-level key that the file has (``fields``, ``access``, ``never``, ...) to the place of that key.
    """

    vendor: str
    at: Location
    name: str = ""
    legal_name: str = ""
    security_contact: str = ""
    kind: str = ""
    integrations: tuple[Integration, ...] = ()
    subjects: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    role: str = ""
    owner: str = ""
    extends: tuple[str, ...] = ()
    stage: str = "enforce"
    recognise: Recognise = Recognise()
    fields: tuple[FieldRule, ...] = ()
    fields_declared: bool = False
    never: tuple[Never, ...] = ()
    limits: Limits = Limits()
    access: tuple[AccessRule, ...] = ()
    contract: Contract | None = None
    review: Review | None = None
    exceptions: tuple[ExceptionRule, ...] = ()
    observe: tuple[Observe, ...] = ()
    merged: tuple[tuple[str, str, str], ...] = ()
    places: tuple[tuple[str, Location], ...] = ()

    def place(self, key: str) -> Location:
        """The place of a top-level key, or of the policy itself when the file has no such key."""
        return dict(self.places).get(key, self.at)


@dataclass(frozen=True, slots=True)
class DatasetField:
    """One field of a dataset: its name there, category, form and depth.

    ``category`` is None when nobody could judge it yet; ``review`` is what a person still has to look at. ``told``:
    where a live catalog tells it, with what decided its category as note; None for what people wrote.
    """

    name: str
    category: str | None
    at: Location
    form: str = "raw"
    depth: str = "latest"
    review: str = ""
    told: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """What a person decided that a field holds, against all rules.

    ``field`` is its path, or ``object.path``; ``*`` stands for any text, ``?`` for one character. ``system`` and
    ``vendor`` limit it, empty for all. ``category`` is a taxonomy key or ``none``; ``form`` is empty when not stated.
    """

    field: str
    category: str
    at: Location
    system: str = ""
    vendor: str = ""
    form: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Something of ours that holds fields. ``fields`` empty with ``none_why`` set: holds nothing about people.

    ``plain`` names the fields that hold nothing about people. ``locations`` are patterns (``*`` and ``?``) of ARNs, or
    of ``postgres:DATABASE.SCHEMA.TABLE``. ``count`` is the number of people, None when not stated. ``places`` maps each
    top-level key of the file to its place.
    """

    name: str
    at: Location
    locations: tuple[str, ...] = ()
    fields: tuple[DatasetField, ...] = ()
    none_why: str = ""
    subject_kind: str = ""
    count: int | None = None
    regions: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    places: tuple[tuple[str, Location], ...] = field(default=(), compare=False)

    def place(self, key: str) -> Location:
        """The place of a top-level key, or of the dataset itself when the file has no such key."""
        return dict(self.places).get(key, self.at)


@dataclass(frozen=True, slots=True)
class ConnectorEntry:
    """One entry under ``connectors`` in policycheck.yaml; ``options`` are its other keys, as plain YAML values."""

    name: str
    type: str
    at: Location
    options: dict[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of the configuration and where it came from (``policycheck.yaml:7``, ``default``, ``environment``)."""

    key: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    """policycheck.yaml, with defaults filled in. ``root`` is absolute; every other path is relative to it.

    ``exceptions`` are for what belongs to no vendor that has a policy.
    """

    root: str
    at: Location
    policies: tuple[str, ...] = ("policies/",)
    catalog: tuple[str, ...] = ("catalog/",)
    overrides: tuple[str, ...] = ("overrides/",)
    snapshots_path: str = ".policycheck/snapshots"
    baseline: str = "policycheck.baseline"
    keep_days: int = 800
    max_age_days: int = 7
    fail_on: str = "medium"
    rules: str = ""
    own_accounts: tuple[str, ...] = ()
    own_organizations: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    own_apps: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    connectors: tuple[ConnectorEntry, ...] = ()
    exceptions: tuple[ExceptionRule, ...] = ()
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A whole project as declared, without errors. ``baseline``: the findings that existed at adoption.

    ``apis`` are types of connectors that ask one vendor's API, of the systems that policies speak of, each with the
    facts that it tells (``credentials``, ``fields``).
    """

    config: Config
    policies: tuple[Policy, ...]
    datasets: tuple[Dataset, ...]
    overrides: tuple[Override, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    baseline: tuple[Known, ...] = ()
    apis: tuple[tuple[str, tuple[str, ...]], ...] = ()

"""Facts: what a connector saw, unjudged. One class per kind, one Parquet table per class.

Field types are limited to what a table column holds without loss: ``str``, ``int``, ``bool``, these or ``None``,
``tuple[str, ...]``, the same or ``None``, and ``tuple[tuple[str, str], ...]``. Moments are ISO 8601 strings in UTC
(``2026-11-20T08:15:00Z``) or dates (``2026-11-20``). ``connector`` is the name in policycheck.yaml, ``where`` a
pointer into its source (see ``Evidence``). No fact ever holds a secret.
"""

from __future__ import annotations

from typing import TypeAlias

from policycheck.model.dataclass import dataclass
from policycheck.model.shares import Encryption, Setting, Share
from policycheck.model.units import Control, Unit

#: The grantee of what everybody may.
PUBLIC = "PUBLIC"
#: The resource of the Coverage row whose ``note`` names what its connector cannot look at.
SERVICES = "services"
#: Rows whose number is of families and accounts that were looked at, not of facts.
LOOKED_AT = frozenset({SERVICES, "accounts"})

#: Paths of a VendorField that is sent: everything that there is, when no call tells of which fields it is made, and
#: what is the same each time and holds nothing of the data.
WHOLE_MESSAGE, WHOLE_OBJECT, WHOLE_ROW = "(whole message)", "(whole object)", "(whole row)"
WHOLE = frozenset({WHOLE_MESSAGE, WHOLE_OBJECT, WHOLE_ROW})
CONSTANT = "(constant)"
#: The host of what is sent to phone numbers as SMS: a number is told by none. ``own_hosts`` may name it.
PHONES = "sms"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts in a system. ``id`` is its ARN in AWS, else its name; ``account`` the account or database that has it.

    ``kind``: ``role``, ``user``, ``group``. ``tags`` of a database role name its attributes, such as ``superuser``.
    ``last_used`` is None when never used or not stated; ``use_known`` tells which. ``max_session`` in seconds, None
    when the source does not state it.
    """

    system: str
    account: str
    id: str
    kind: str
    name: str
    connector: str
    where: str
    created: str | None = None
    last_used: str | None = None
    use_known: bool = False
    max_session: int | None = None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy document, stored once by content.

    ``text`` is canonical JSON (sorted keys, no spaces) that holds the known policy elements only; ``hash`` is the
    SHA-256 hex of it. A document that could not be read has an empty ``text``, a ``problem`` sentence that quotes no
    value, and the hash of the raw text.
    """

    hash: str
    text: str
    connector: str
    where: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One document that applies to a principal, or its membership of a group.

    ``layer``: ``identity`` (inline or managed policy), ``boundary``, ``member`` (``arn`` is the group's ARN, no
    document). ``document`` is a PolicyDocument hash; None means that the policy is attached but its text was not in
    the source. ``arn`` is empty for an inline policy.
    """

    system: str
    account: str
    principal: str
    layer: str
    name: str
    arn: str
    document: str | None
    connector: str
    where: str


@dataclass(frozen=True, slots=True)
class Trust:
    """A document on a resource that lets parties in.

    ``kind``: ``role`` (an AssumeRolePolicyDocument) or ``resource`` (the policy of a bucket, key, topic, queue,
    function, secret, repository ...). ``resource`` is the ARN of what has the policy, ``account`` its owner.
    ``document`` is a PolicyDocument hash; empty, for kind ``resource`` only, when the resource is known to have none.
    """

    system: str
    account: str
    resource: str
    kind: str
    document: str
    connector: str
    where: str


@dataclass(frozen=True, slots=True)
class Relation:
    """Something of ours that holds columns: a table, a view.

    ``resource`` is its location as a catalog names it (``postgres:lumen.public.members``), ``within`` that of its
    schema, ``columns`` are the names of all its columns. ``kind``: ``table``, ``view``, ``materialized view``,
    ``foreign table``. ``owner`` is a Principal's id. ``row_security``: policies of the database may hide rows from
    some. Of a view or a partition, ``shows`` names the columns of other relations that it is made of
    (``postgres:lumen.public.members(last_ip)``). ``invoker``: whoever reads the view needs rights on these too;
    otherwise the rights of its owner count.
    """

    system: str
    account: str
    resource: str
    within: str
    kind: str
    owner: str
    columns: tuple[str, ...]
    connector: str
    where: str
    row_security: bool = False
    invoker: bool = False
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataGrant:
    """One privilege on something that holds data, as it was granted; memberships are Attachments.

    ``principal`` is a Principal's id, or PUBLIC for everybody. ``resource`` is a location as a catalog names it; what
    it is tells ``kind``: ``relation``, ``schema``, ``database``. ``privilege`` is the system's own word (``SELECT``).
    ``columns`` None: all columns, those that are added later too, but for ``excluded``.

    In AWS, of Lake Formation: ``principal`` is an account id, an ARN, or ``IAM_ALLOWED_PRINCIPALS``; ``resource`` the
    ARN of the table, database or catalog in Glue, with ``*`` for all tables of a database. Other kinds there:
    ``location`` (a place in S3), ``tags`` (by the tags in ``resource``, of which the grant does not tell what has
    them), ``other``. ``rows`` is the name of the filter that hides rows. ``passes_on``: may be given to others.
    """

    system: str
    account: str
    principal: str
    resource: str
    columns: tuple[str, ...] | None
    privilege: str
    connector: str
    where: str
    kind: str = "relation"
    excluded: tuple[str, ...] = ()
    rows: str = ""
    passes_on: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """A key, token or installed app in an inventory; never its secret.

    ``holder`` as the source names it: ``us``, ``vendor``, or a vendor's id; None when not stated. ``scopes`` None when
    the source gives none for this row. ``knows`` lists the attributes that this source can tell at all (``scopes``,
    ``created``, ``last_used``, ``expires``, ``holder``, ``status``): an absent value means "never"/"none" only when
    its attribute is in ``knows``. ``status``: ``active``, ``disabled`` or None. ``principal``: the Principal's id that
    the key lets its holder be, empty when it is none or not told; ``hosts``: where an app sends its users back to;
    ``mfa``: whether a password needs a second factor, None for what is no password. ``kept_in``: this is our copy of
    somebody's key, and where it lies (``Secrets Manager``); ``tags`` are those that may name whose it is, keys in lower
    case. A copy is made (``created``) when it was last changed, and used when it was last read. ``app``: an app or
    service of somebody else's in a system of ours: not the system's owner acts through it.
    """

    system: str
    tenant: str
    id: str
    name: str
    connector: str
    where: str
    holder: str | None = None
    scopes: tuple[str, ...] | None = None
    created: str | None = None
    last_used: str | None = None
    expires: str | None = None
    status: str | None = None
    knows: tuple[str, ...] = ()
    principal: str = ""
    hosts: tuple[str, ...] = ()
    mfa: bool | None = None
    kept_in: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    app: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """When a principal last used what it may use, as the system itself recorded it; attempts count, denied ones too.

    ``principal`` is a Principal's id, ``service`` the system's short name (``s3``), ``action`` a name without it
    (``ListBuckets``), empty for the service as a whole. ``last_used`` None: not since ``since``, where the record
    begins (a date). ``by_action``, of a service as a whole: some of its actions have rows of their own.
    """

    system: str
    account: str
    principal: str
    service: str
    action: str
    last_used: str | None
    since: str
    connector: str
    where: str
    by_action: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider that an account lets vouch for who signs in.

    ``id`` is its ARN, ``kind`` ``oidc`` or ``saml``. ``issuer`` is the address of an OIDC issuer or the entity id of a
    SAML one, empty when not told; ``audiences`` are the client ids of the former, ``expires`` the end of the latter's
    metadata.
    """

    system: str
    account: str
    id: str
    kind: str
    issuer: str
    connector: str
    where: str
    audiences: tuple[str, ...] = ()
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """Something of ours that holds data, as a catalog of the system or a tag tells it.

    ``resource`` is its ARN, ``kind`` ``table`` (described with ``columns``) or ``tagged`` (named only). ``dataset`` is
    the name that a tag gives it, empty when none does. ``locations`` are ARN patterns of where its data lies, the
    resource itself not counted; ``types`` are those of the columns, in the same order.
    """

    system: str
    account: str
    resource: str
    kind: str
    name: str
    connector: str
    where: str
    dataset: str = ""
    locations: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VendorField:
    """A field definition that a vendor holds.

    ``object`` is the vendor's object (``contact``, ``event``); ``path`` the field's name or dotted key path in it;
    ``origin`` one of the taxonomy's origins (``custom`` when the source does not tell); ``type`` as the vendor names
    it, empty when not told; ``label`` the display name, which may name an opaque id; ``form`` and ``depth`` only when
    the source states them; ``category`` only when the source (a reviewed export) states a taxonomy key. Of samples:
    ``shape`` is the commonest shape of the values (a word of ``model.shapes.SHAPES``), ``host`` where the field was
    seen being sent (then ``system`` is empty), ``records`` in how many records, ``last_seen`` the
    day of the latest record of its endpoint, empty when none tells.

    Of what our settings send (``records`` is 0, ``system`` empty): ``host`` or ``party``, the AWS account that gets it,
    and ``destination``, an ARN, say where it goes; ``tenant`` is our account and ``object`` the ARN of what sends.
    What goes to addresses of e-mail has the host of these, what goes to phones ``PHONES``.
    ``sources`` are locations that it comes from, as a catalog names them, the most precise first; each stands for all
    of it. ``path`` may be one of WHOLE or CONSTANT; ``without`` are locations, or columns of locations
    (``postgres:lumen.public.members(last_ip)``), that a whole leaves out.

    ``app`` is the app in that system that gets the field, empty where the system's own vendor does.
    """

    system: str
    tenant: str
    object: str
    path: str
    connector: str
    where: str
    label: str = ""
    type: str = ""
    origin: str = "custom"
    form: str | None = None
    depth: str | None = None
    category: str | None = None
    shape: str = ""
    host: str = ""
    records: int = 0
    last_seen: str = ""
    party: str = ""
    app: str = ""
    destination: str = ""
    sources: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's dated statement about a vendor; ``on`` is the date, the tuples are None where nothing is stated.

    ``keys`` name credentials, ``fields`` and ``none_of`` are taxonomy categories.
    """

    vendor: str
    system: str
    asked: str
    on: str
    connector: str
    where: str
    keys: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    stale_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a connector looked at, or could not see and why; one row per (account or tenant, resource kind, source).

    ``resource``: ``principals``, ``documents``, ``trusts``, ``resource_policies``, ``units``, ``controls``,
    ``relations``, ``data_grants``, ``shares``, ``encryption``, ``settings``, ``credentials``, ``uses``, ``providers``,
    ``catalog``, ``fields``, ``samples``, ``attestations``, ``services``, or the attribute of one
    (``credentials.last_used``). ``status``: ``complete``, ``partial`` (some seen, some not), ``unseen``. ``reason`` is
    a sentence for every status but ``complete``. ``help`` tells how to mend it. ``note`` says what to know of what was
    seen, and is no gap. Of ``services``, ``left_out`` are the kinds of resources that the connector's own settings
    leave out, ``beyond`` those that it cannot look at, each with the AWS service (``s3``) of which it would tell who
    is let in, empty when it tells other things. ``untold``: the vendor tells it to nobody who asks by API, so a
    planned blind spot with a statement, or another connector, stands for it. Of ``accounts``, ``callers`` are those
    whose credentials the connector itself acts with, as the system told it or its settings name them.
    """

    connector: str
    type: str
    system: str
    account: str
    resource: str
    status: str
    where: str
    seen: int = 0
    reason: str = ""
    help: str = ""
    note: str = ""
    left_out: tuple[tuple[str, str], ...] = ()
    beyond: tuple[tuple[str, str], ...] = ()
    untold: bool = False
    callers: tuple[str, ...] = ()


Fact: TypeAlias = (
    Principal
    | PolicyDocument
    | Attachment
    | Trust
    | Unit
    | Control
    | Relation
    | DataGrant
    | Share
    | Encryption
    | Setting
    | Credential
    | Use
    | Provider
    | CatalogEntry
    | VendorField
    | Attestation
)

#: Table name of each kind of fact, in a snapshot and in listings.
TABLES: dict[str, type[Fact] | type[Coverage]] = {
    "principals": Principal,
    "documents": PolicyDocument,
    "attachments": Attachment,
    "trusts": Trust,
    "units": Unit,
    "controls": Control,
    "relations": Relation,
    "data_grants": DataGrant,
    "shares": Share,
    "encryption": Encryption,
    "settings": Setting,
    "credentials": Credential,
    "uses": Use,
    "providers": Provider,
    "catalog": CatalogEntry,
    "vendor_fields": VendorField,
    "attestations": Attestation,
    "coverage": Coverage,
}

"""How one vendor's API is asked: what a connector definition says, read and checked.

Expressions are JMESPath. Templates hold ``{name}``: an option of the entry, a value of ``each``, or a name of ``take``.
"""

from __future__ import annotations

from dataclasses import field

from policycheck.model.dataclass import dataclass
from policycheck.model.definition_words import NO_PAGING


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option of an entry: one of ``values`` (word -> what stands in templates), or text that ``pattern`` matches
    whole. ``taken_from``: (credential, separator), where it is the end of a credential, such as ``us14``."""

    name: str
    help: str
    required: bool = False
    default: str = ""
    values: dict[str, str] = field(default_factory=dict, hash=False)
    pattern: str = ""
    taken_from: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Auth:
    """``headers``: header -> template over credentials. ``basic``: ``user`` and ``password`` are such templates.
    ``body``: JSON key -> template. ``client_credentials``: OAuth 2.0 (RFC 6749, 4.4) at ``token_url``, with ``extra``
    parameters; ``sends`` is ``json``, ``form`` or ``basic``. ``credentials`` are the names that templates use, each
    with a line of help."""

    kind: str
    credentials: dict[str, str] = field(default_factory=dict, hash=False)
    headers: dict[str, str] = field(default_factory=dict, hash=False)
    body: dict[str, str] = field(default_factory=dict, hash=False)
    user: str = ""
    password: str = ""
    token_url: str = ""
    extra: dict[str, str] = field(default_factory=dict, hash=False)
    sends: str = "json"


@dataclass(frozen=True, slots=True)
class Paging:
    """How the next page is asked for. ``size_in``, ``at_in`` name query parameters (keys of the body for
    ``body_cursor``); ``next``, ``more`` are expressions over the answer, ``id`` one over its last record; ``first`` is
    the number of the first page; ``size`` records make a full page."""

    kind: str = NO_PAGING
    size_in: str = ""
    size: int = 0
    at_in: str = ""
    first: int = 1
    next: str = ""
    more: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One attribute of a fact: ``path`` is an expression over the record. ``words`` translate what it gives (``*`` for
    all else); ``separator`` parts one text; ``mask`` keeps the last four characters only; ``detail``: it comes from the
    request for details. ``pairs``: (list, left, right): every left value with every right one of each item of a list,
    joined by ``joint``. ``prefix`` stands before each scope."""

    path: str
    words: dict[str, str] = field(default_factory=dict, hash=False)
    separator: str = ""
    mask: bool = False
    pairs: tuple[str, str, str] | None = None
    joint: str = " on "
    prefix: str = ""
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a status means: ``empty`` (there is nothing) or ``unseen``, with the ``reason`` and how to mend it."""

    empty: bool
    reason: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One question and what its records become.

    ``facts`` is CREDENTIALS, FIELDS, or empty for records that only other requests need. ``each``: name -> the values
    for which the same is asked. ``under``: the request for whose records this one is asked, ``take`` the template names
    that their expressions give, ``parents`` how many at most. ``detail``: path of the request that completes each
    record, with ``detail_records``. ``records`` is an expression over the answer, ``total`` one for how many there are;
    ``absent_is_empty``: this vendor leaves out lists that are empty, from all others they must come.
    ``entries``: an expression over each record for an object or a list, whose members are the records instead, each
    with ``key``, ``value`` and ``of``. ``names``: (expression for a text, what stands before a name in it); each name
    is a record, as ``word``. ``learns``: table -> (key, value), expressions over each record; ``look_up``: name ->
    (table, key), what the record of another request said of that, under ``looked`` in expressions. ``merge``: what the
    requests that say it tell of one id is one credential; ``latest``: an expression for a moment, the last of which
    counts for an id. ``count``: the query that gives the ``total`` instead, where no list tells it.
    ``map`` has the attributes of the fact; what is not in it never leaves the answer. ``confirmed``: compared with what
    the vendor publishes.
    """

    name: str
    source: str
    path: str
    facts: str = ""
    method: str = "GET"
    query: dict[str, str] = field(default_factory=dict, hash=False)
    headers: dict[str, str] = field(default_factory=dict, hash=False)
    body: dict[str, str] = field(default_factory=dict, hash=False)
    each: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    under: str = ""
    take: dict[str, str] = field(default_factory=dict, hash=False)
    parents: int = 1000
    sample: int = 0
    detail: str = ""
    detail_records: str = "@"
    records: str = "@"
    absent_is_empty: bool = False
    total: str = ""
    entries: str = ""
    names: tuple[str, str] | None = None
    learns: dict[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    look_up: dict[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    merge: bool = False
    latest: str = ""
    count: dict[str, str] = field(default_factory=dict, hash=False)
    paging: Paging = Paging()
    map: dict[str, Value] = field(default_factory=dict, hash=False)
    on: dict[int, Outcome] = field(default_factory=dict, hash=False)
    needs: tuple[str, ...] = ()
    partial: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Probe:
    """One cheap question that proves the credential. ``scopes``: expression for the credential's own scopes, ``who``
    for whose it is; ``enough`` are scopes that suffice, all else is more than an audit needs. ``body``: JSON key ->
    template over credentials, for vendors that tell about the token that stands there."""

    path: str
    source: str
    method: str = "GET"
    scopes: str = ""
    scopes_header: str = ""
    who: str = ""
    enough: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict, hash=False)
    body: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What no call of the vendor tells: ``credentials`` or ``fields``, why, and how to ask a person."""

    facts: str
    why: str
    attest: str
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A vendor's API. ``id`` is its type, and its ``system`` where that is empty. ``direction``: ``ours`` (our
    credentials at the vendor), ``theirs`` (their apps in our tenant). ``ok``: (expression that must be true, expression
    of the error word), for vendors that say errors with status 200. ``hosts``: where it may be asked at all, beside
    what ``base_url`` with its options gives; ``tenant`` is the expression over the probe's answer for the account.
    """

    id: str
    name: str
    checked: str
    direction: str
    base_url: str
    auth: Auth
    requests: tuple[Request, ...]
    sources: dict[str, str] = field(default_factory=dict, hash=False)
    options: tuple[OptionSpec, ...] = ()
    headers: dict[str, str] = field(default_factory=dict, hash=False)
    probe: Probe | None = None
    unknown: tuple[Unknown, ...] = ()
    per_second: float = 5.0
    calls: int = 20000
    minutes: int = 30
    ok: tuple[str, str] | None = None
    system: str = ""

    @property
    def sights(self) -> tuple[str, ...]:
        """What can be seen, what in part, and what no call tells, as phrases."""
        seen = dict.fromkeys(request.facts for request in self.requests if request.facts)
        missing = dict.fromkeys(each.facts for each in self.unknown)
        partial = {*missing, *(request.facts for request in self.requests if request.partial)}
        told = [f"{word} in part" if word in partial else word for word in seen]
        unseen = " or ".join(word for word in missing if word not in seen)
        return (*told, f"no call tells {unseen}") if unseen else tuple(told)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The names of requests that were not compared with what the vendor publishes."""
        return tuple(request.name for request in self.requests if not request.confirmed)

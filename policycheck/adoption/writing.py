"""Drafts as policy files that people read: what is needed is allowed, what there is beyond it stands in comments.

Behind a single ``#`` stands what is valid as it is; behind ``##`` words, and entries with a blank to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policycheck.adoption.access import access
from policycheck.adoption.drafting import Draft, Held
from policycheck.adoption.quoting import WORDS, Value, comment, commented, entry, quoted, remark
from policycheck.library.profiles import profile

#: How many places of one category a comment names.
_PLACES = 3
#: The longest item of a list on one line.
_WIDE = 110

_HEAD = """\
## Drafted by `policycheck init --adopt` on {today} from {source}, at stage observe.
## {allowed}
## For each of these: take the access away, or take out the # and say `why`. Then set `stage: enforce`.
## Behind ## stand explanations, and entries with a <blank> that only a person can fill in.
"""
_NEEDED = "What such a vendor needs is allowed; what it has today beyond that stands behind a #."
_NOTHING = "Nothing is allowed, as nobody has said what it needs; what it has today stands behind a #."
_UNKNOWN = """\
## Nobody has said yet who this is: AWS account {account} is let in, and our library knows no vendor that has it.
## A vendor: give the file and `vendor` its name, say which `kind` it is, and take out the # before `recognise`.
## Your own: delete this file, and add "{account}" to own_accounts in policycheck.yaml. Nobody's: remove the trust.
## Until then it stays a stranger, which `policycheck check` finds (PC203).
"""
_PAPER = """\
## Only a person knows these; `policycheck check` asks for the first three (PC505):
## owner: <a team or an address>
## use: [<what for, such as essential.service>]
## contract: {dpa: <where the agreement is>, ends: <its last day>}
## review: {last: <the day>, by: <who>, every_days: 180}
"""


def text(draft: Draft, source: str, today: date) -> str:
    """The policy file of a draft."""
    allowed = _NEEDED if draft.candidate.kind else _NOTHING
    parts = [
        _HEAD.format(today=today.isoformat(), source=comment(source), allowed=allowed),
        _identity(draft),
        "".join(f"{line}\n" for line in _recognise(draft)),
        "".join(f"{line}\n" for line in _fields(draft)),
        "".join(f"{line}\n" for line in access(draft)),
        _PAPER,
    ]
    whole = "\n".join(part for part in parts if part)
    return "".join(f"{line.rstrip()}\n" for line in whole.splitlines())


def _identity(draft: Draft) -> str:
    who = draft.candidate
    kinds = who.kinds[1:]
    other = f"   # or {', '.join(kinds)}" if kinds else ""
    lines = [
        f"vendor: {who.vendor}" + ("   # to be named by a person" if who.unnamed else ""),
        f"name: {quoted(who.name)}" if who.name else "## name: <its name>",
        f"kind: {who.kind}{other}" if who.kind else "## kind: <what sort of vendor: it decides which fields it needs>",
        "stage: observe   # reports, and fails no run",
    ]
    return (_UNKNOWN.format(account=who.unnamed) if who.unnamed else "") + "\n".join(lines) + "\n"


def _recognise(draft: Draft) -> Iterator[str]:
    """Entries for what was seen; what the vendor publishes beside them in comments, hosts apart."""
    who = draft.candidate
    known = profile(who.vendor) if who.known else None
    found: dict[str, list[str]] = {}
    for kind, value in who.seen:
        found.setdefault(kind, []).append(value)
    if who.hosts:
        found["hosts"] = list(dict.fromkeys([*found.get("hosts", ()), *who.hosts]))
    if who.unnamed:
        told = ", ".join(f"{kind}: [{', '.join(map(quoted, values))}]" for kind, values in sorted(found.items()))
        yield f"# recognise: {{{told}}}   # by the trust alone; nothing else identifies a vendor"
    elif found:
        yield "recognise:   # nothing else identifies it"
        for line in known.published(who.seen) if known else ():
            yield from remark(f"  {WORDS}", line)
        yield from (f"  {kind}: [{', '.join(map(quoted, values))}]" for kind, values in sorted(found.items()))


def _fields(draft: Draft) -> Iterator[str]:
    kind = draft.candidate.kind
    more = [*_beyond(draft)]
    if draft.needed:
        yield "fields:"
    elif kind:
        yield f"fields:{'' if more else ' []'}   # such a vendor needs no field about people"
    elif more:
        yield "fields:   # none, until somebody says what it needs"
    for field in draft.needed:
        form = f", forms: [{', '.join(field.forms)}]" if field.forms else ""
        item = f"{{category: {field.category}{form}}}" if form else f"category: {field.category}"
        yield f"  - {item}   # needed: {comment(field.why)}"
    yield from (f"  {line}" for line in more)


def _beyond(draft: Draft) -> Iterator[str]:
    kind = draft.candidate.kind
    if draft.held:
        yield f"{WORDS}has today, not needed for {kind}:" if kind else f"{WORDS}has today:"
    for held in draft.held:
        yield from commented(entry(_field(held), _WIDE), "")
        yield from remark(f"{WORDS}    ", ", ".join(held.places[:_PLACES]) + _more(held.places))
        if held.why:
            yield from remark(f"{WORDS}    ", f"useful: {held.why}" if held.useful else held.why)
    if draft.tracked:
        yield f"{WORDS}its product gathers these by itself unless that is turned off, by its profile; not seen here:"
    for category, origin in draft.tracked:
        yield from commented(entry({"category": category, "origins": [origin]}, _WIDE), "")
    for place in draft.unjudged:
        yield from remark(WORDS, f"has today, and its name does not tell what it is: {place}")


def _field(held: Held) -> dict[str, Value]:
    item: dict[str, Value] = {"category": held.category}
    if held.form != "raw":
        item["forms"] = [held.form]
    if held.depth != "latest":
        item["depth"] = held.depth
    return item


def _more(names: tuple[str, ...]) -> str:
    return f" and {len(names) - _PLACES} more" if len(names) > _PLACES else ""

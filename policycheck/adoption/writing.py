"""Drafts as policy files that people read: what is needed is allowed, what there is beyond it stands in comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from policycheck.adoption.drafting import Draft, Held, Keys, Way
from policycheck.adoption.permissions import Permission
from policycheck.adoption.quoting import comment, flow, quoted, remark
from policycheck.library.profiles import profile

#: How many places of one category a comment names.
_PLACES = 3
#: What a shell pattern would read as more than a name.
_PATTERN = re.compile(r"[*?\[\]]")

_HEAD = """\
# Drafted by `policycheck init --adopt` on {today} from {source}:
# what it needs is allowed; what it has today beyond that stands in comments, and in what `policycheck check` finds.
# For each of these: take the access away, or uncomment the line and say `why`. Then set `stage: enforce`.
"""
_UNKNOWN = """\
# Nobody has said yet who this is: AWS account {account} is let in, and no vendor publishes it as its own.
# A vendor: give the file and `vendor` its name, and say which `kind` it is.
# Your own: delete this file and add "{account}" to own_accounts in policycheck.yaml. Nobody's: remove the trust.
"""
_PAPER = """\
# use: [{use}]   # what for
# role: processor
# owner: team@your-company.example
"""
_CONTRACT = """\
# contract: {dpa: "https://...", ends: 2027-12-31, breach_notice_hours: 24}
# review: {last: 2026-01-31, by: privacy@your-company.example, every_days: 180}
"""
_USE = "essential.service"


def text(draft: Draft, source: str, today: date) -> str:
    """The policy file of a draft."""
    parts = [
        _HEAD.format(today=today.isoformat(), source=comment(source)),
        *_identity(draft),
        "".join(f"{line}\n" for line in _recognise(draft)),
        "".join(f"{line}\n" for line in _fields(draft)),
        "".join(f"{line}\n" for line in _access(draft)),
        _CONTRACT,
    ]
    whole = "\n".join(part for part in parts if part)
    return "".join(f"{line.rstrip()}\n" for line in whole.splitlines())


def _identity(draft: Draft) -> Iterator[str]:
    who = draft.candidate
    account = next((value for kind, value in who.seen if kind == "aws_accounts"), "")
    unknown = not who.known and bool(account)
    kinds = who.kinds[1:]
    other = f"   # or {', '.join(kinds)}" if kinds else ""
    lines = [
        f"vendor: {who.vendor}" + ("   # to be named by a person" if unknown else ""),
        f"name: {quoted(who.name)}" if who.name else '# name: "..."',
        f"kind: {who.kind}{other}" if who.kind else "# kind: ...   # decides which fields it needs",
    ]
    yield (
        (_UNKNOWN.format(account=account) if unknown else "")
        + "\n".join(lines)
        + "\n"
        + _PAPER.format(use=_USE)
        + "stage: observe   # reports, and fails no run\n"
    )


def _recognise(draft: Draft) -> Iterator[str]:
    """Entries for what was seen; what the vendor publishes beside them in comments, hosts apart."""
    who = draft.candidate
    known = profile(who.vendor) if who.known else None
    found: dict[str, list[str]] = {}
    for kind, value in who.seen:
        found.setdefault(kind, []).append(value)
    if who.hosts:
        found["hosts"] = list(dict.fromkeys([*found.get("hosts", ()), *who.hosts]))
    if not found:
        return
    yield "recognise:   # nothing else identifies it"
    if known:
        for line in known.published(who.seen):
            yield from remark("  # ", line)
    for kind, values in sorted(found.items()):
        if kind == "aws_accounts" and not known:
            yield "  # source: a trust of ours; nobody has published it"
        yield f"  {kind}: {flow(values, '  ')}"


def _fields(draft: Draft) -> Iterator[str]:
    kind = draft.candidate.kind
    if draft.needed or kind:
        yield "fields:" if draft.needed else "fields: []   # this kind of vendor needs no field about people"
    for field in draft.needed:
        form = f", forms: [{', '.join(field.forms)}]" if field.forms else ""
        entry = f"{{category: {field.category}{form}}}" if form else f"category: {field.category}"
        yield f"  - {entry}   # needed: {comment(field.why)}"
    start = "  # " if draft.needed or kind else "#   "
    if draft.held:
        said = f"has today, not needed for {kind}:" if kind else "has today, and nobody has said what it needs:"
        yield f"  # {said}" if kind else f"# fields:   # {said}"
    for held in draft.held:
        yield f"{start}- {_entry(held)}"
        yield from remark(f"{start}    # ", ", ".join(held.places[:_PLACES]) + _more(held.places))
        if held.why:
            yield from remark(f"{start}    # ", f"useful: {held.why}" if held.useful else held.why)
    for place in draft.unjudged:
        yield from remark(start, f"has today, and its name does not tell what it is: {place}")


def _entry(held: Held) -> str:
    form = f", forms: [{held.form}]" if held.form != "raw" else ""
    depth = f", depth: {held.depth}" if held.depth != "latest" else ""
    return f'{{category: {held.category}{form}{depth}, why: "..."}}'


def _more(names: tuple[str, ...]) -> str:
    return f" and {len(names) - _PLACES} more" if len(names) > _PLACES else ""


def _access(draft: Draft) -> list[str]:
    lines = [line for way in draft.ways for line in _way(way)]
    lines += [line for keys in draft.keys for line in _held_keys(keys)]
    told = {keys.system for keys in draft.keys}
    for system in (each for each in draft.candidate.systems if each not in told):
        lines += [f"  - system: {quoted(system)}   # its fields were exported, its keys were not", "    held_by: us"]
    if not lines:
        return []
    declared = any(not line.lstrip().startswith("#") for line in lines)
    return ["access:" if declared else "# access:", *lines]


def _way(way: Way) -> Iterator[str]:
    plain = [each for each in way.principals if each.isprintable() and not _PATTERN.search(each)]
    yield from remark("  # ", f"lets in {', '.join(way.parties[:_PLACES])}{_more(way.parties)}: {way.where}")
    for name in way.principals:
        if name not in plain:
            yield from remark("  # ", f"cannot be declared by its name: {name}")
    if not plain:
        return
    yield "  - system: aws"
    yield f"    principals: {flow(plain, '    ')}"
    if way.external_id:
        yield "    require: {external_id: unique}"
    declared = [each for each in way.permissions.allowed if not each.broad]
    if declared:
        yield "    allow:"
    for each in declared:
        yield from (f"      {line}" for line in _permission(each))
    for each in way.permissions.allowed:
        if each.broad:
            named = f" (policy {each.policy})" if each.policy else ""
            yield from remark("      # ", f"has today, too broad to be allowed: {each.broad}{named}")
            yield from (f"      # {line}" for line in _permission(each))
    for note in way.permissions.notes:
        yield from remark("      # ", note)


def _permission(each: Permission) -> Iterator[str]:
    why = f"why: {quoted(each.why)}" if each.why else 'why: "..."' if each.broad else ""
    if each.managed:
        yield f"- aws_managed: {quoted(each.managed)}"
        yield f'  sha256: "{each.sha256}"'
    else:
        if not each.actions:
            return
        yield from _guarded(f"- actions: {flow(each.actions, '  ')}", each)
        yield from _guarded(f"  resources: {flow(each.resources, '  ')}", each)
        if each.conditions:
            yield from _guarded(f"  conditions: {each.conditions}", each)
    if why:
        yield f"  {why}"


def _guarded(block: str, each: Permission) -> Iterator[str]:
    """The lines of a value; those that end up in a comment are made harmless."""
    return (comment(line, keep=True) if each.broad else line for line in block.split("\n"))


def _held_keys(keys: Keys) -> Iterator[str]:
    declared = [each.name for each in keys.scopes if not each.broad]
    number = f"{keys.number} key" + ("s" if keys.number != 1 else "")
    yield f"  - system: {quoted(keys.system)}   # {number} in its inventory"
    yield "    held_by: us"
    if declared:
        yield f"    scopes: {flow(declared, '    ')}"
    for each in keys.scopes:
        if each.broad:
            yield from remark("    # ", f"has today: {each.name}; {each.broad}")
    if keys.unlimited:
        yield f"    # {keys.unlimited} of them without a list of scopes"

"""The access of a draft: what is needed as entries, the rest behind one number sign, what no entry can say in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policycheck.adoption.drafting import Draft, Keys, Scope, Way
from policycheck.adoption.permissions import Permission
from policycheck.adoption.quoting import WORDS, Value, commented, entry, quoted, remark, words

#: How many parties a comment names.
_PARTIES = 3
#: The longest item of a list on one line.
_WIDE = 110
#: What a shell pattern would read as more than a name.
_PATTERN = re.compile(r"[*?\[\]]")
#: Stands where only a person has an answer; ``validate`` takes it for none.
_WHY = '"<why it must be this broad>"'


def access(draft: Draft) -> list[str]:
    """The lines of ``access``; none when nothing was seen."""
    kind = draft.candidate.kind
    lines = [line for way in draft.ways for line in (_way(way, kind) if kind else _stranger(way))]
    lines += [line for keys in draft.keys for line in _keys(keys)]
    told = {keys.system for keys in draft.keys}
    for system in (each for each in draft.candidate.systems if each not in told):
        lines += [f"- system: {quoted(system)}   # its fields were exported, its keys were not", "  held_by: us"]
    if not lines:
        return []
    none = "none that an entry can name" if kind else "none, until somebody says what it needs"
    bare = all(line.startswith("#") for line in lines)
    return [f"access:   # {none}" if bare else "access:", *(f"  {line}" for line in lines)]


def _way(way: Way, kind: str) -> Iterator[str]:
    """An entry with what is needed; below it, one by one, what is not."""
    plain, lines = _principals(way)
    yield from lines
    if not plain:
        return
    yield from entry(_head(way, plain), 0)
    allowed = way.permissions.allowed
    entries = any(not each.words for each in allowed)
    if entries:
        yield "  allow:"
    for each in allowed:
        if each.declared:
            yield from (f"    {line}" for line in entry(_permission(each), _WIDE))
    for title, those in _alike((each for each in allowed if not each.declared), f"not needed for {kind}"):
        yield from remark(f"    {WORDS}", f"{title}:")
        for each in those:
            yield from _refused(each, _permission(each), "    ")
    yield from (line for note in way.permissions.notes for line in remark(f"    {WORDS}", note))


def _stranger(way: Way) -> Iterator[str]:
    """Entries that each declare one permission, all in comments: nobody has said what is needed."""
    plain, lines = _principals(way)
    yield from lines
    if not plain:
        return
    head = _head(way, plain)
    if all(each.words or each.broad for each in way.permissions.allowed):
        yield from commented(entry(head, _WIDE), "")
    for title, those in _alike(way.permissions.allowed, ""):
        yield from remark(WORDS, f"{title}:")
        for each in those:
            yield from _refused(each, {**head, "allow": [_permission(each)]}, "")
    yield from (line for note in way.permissions.notes for line in remark(WORDS, note))


def _principals(way: Way) -> tuple[list[str], list[str]]:
    """The principals that an entry can name, and who is let in, in words."""
    plain = [each for each in way.principals if each.isprintable() and not _PATTERN.search(each)]
    more = f" and {len(way.parties) - _PARTIES} more" if len(way.parties) > _PARTIES else ""
    told = [f"lets in {', '.join(way.parties[:_PARTIES])}{more}: {way.where}"]
    told += [f"cannot be declared by its name: {name}" for name in way.principals if name not in plain]
    return plain, [line for each in told for line in remark(WORDS, each)]


def _head(way: Way, plain: Sequence[str]) -> dict[str, Value]:
    head: dict[str, Value] = {"system": "aws", "principals": [quoted(each) for each in plain]}
    return {**head, "require": {"external_id": "unique"}} if way.external_id else head


def _alike(permissions: Iterable[Permission], needless: str) -> Iterator[tuple[str, list[Permission]]]:
    """Permissions that are not declared, under words on where they are from and why; ``needless`` leads the reason why
    one is not needed, empty when that is the same for all."""
    groups: dict[str, list[Permission]] = {}
    for each in permissions:
        where = f"has today (policy {each.policy})" if each.policy else "has today"
        reason = f"{needless}: {each.beyond}" if needless and each.beyond else ""
        broad = f"too broad without a reason: {each.broad}" if each.broad else ""
        groups.setdefault("; ".join(filter(None, (where, reason, broad))), []).append(each)
    yield from groups.items()


def _refused(each: Permission, item: Mapping[str, Value], indent: str) -> Iterator[str]:
    """One permission that is not declared: valid behind one number sign, else with a blank, else in words."""
    if each.words:
        return remark(f"{indent}{WORDS}", f"{each.words}: no entry can say that, so name what is needed")
    return commented(entry(item, _WIDE), indent, WORDS if each.broad else "# ")


def _permission(each: Permission) -> dict[str, Value]:
    if each.managed:
        return {"aws_managed": quoted(each.managed), "sha256": quoted(each.sha256)}
    item: dict[str, Value] = {"actions": words(each.actions), "resources": [quoted(one) for one in each.resources]}
    if each.conditions:
        item["conditions"] = each.conditions
    why = quoted(each.why) if each.why else _WHY if each.broad else ""
    return {**item, "why": why} if why else item


def _keys(keys: Keys) -> Iterator[str]:
    number = f"{keys.number} key" + ("s" if keys.number != 1 else "")
    yield f"- system: {quoted(keys.system)}   # {number} in its inventory"
    yield "  held_by: us"
    if keys.scopes:
        yield "  scopes:"
    for each in sorted(keys.scopes, key=lambda scope: bool(scope.beyond)):
        yield from (f"    {line}" for line in _scope(each))
    if keys.unlimited:
        yield f"  {WORDS}{keys.unlimited} of them without a list of scopes"


def _scope(scope: Scope) -> Iterator[str]:
    (name,) = words([scope.name])
    if not scope.beyond:
        yield f"- {name}"
    elif scope.name.isprintable():
        yield from remark(WORDS, f"has today; {scope.beyond}:")
        yield from commented([f"- {name}"], "")
    else:
        yield from remark(WORDS, f"has today: {scope.name}; {scope.beyond}")

"""What an identity may do in AWS, as entries of a policy file: the actions and resources that its own policies name.

What its vendor does not need is told apart, with the reason, and so is what is too broad to be read as a decision: that
is for a person to narrow or to defend.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from policycheck.adoption.needs import LISTS, Need, changes, content
from policycheck.declared.conditions import wrong_conditions
from policycheck.declared.shapes import SHAPES
from policycheck.library.catalogue import load_catalogue
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Attachment, PolicyDocument

#: Of AWS's own managed policies; a customer's have an account in their place.
_MANAGED = ":iam::aws:policy/"
#: How many actions a reason names.
_NAMED = 3
#: An ARN that names a type of resource at most, and no resource.
_NAMELESS_ARN = re.compile(r"arn:[^:]*:(?:s3:[^:]*:[^:]*:|(?!s3:)[^:]*:[^:]*:[^:]*:(?:[a-z-]+[/:])?)[*?/:]+")

LISTING = "lists what there is, and gives no content"


@dataclass(frozen=True, slots=True)
class Permission:
    """One Allow of one policy, or a part of it. ``beyond`` is why its vendor does not need it, ``broad`` why nobody can
    take it for a decision without a reason; both are empty for what is declared. ``why`` is a reason to declare it
    although it names no resource. ``managed`` is the name of a policy of AWS, then there is no more than that;
    ``words`` tell what no entry can say. ``policy`` is where it is from; ``conditions`` are in AWS's own shape."""

    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: str = ""
    broad: str = ""
    why: str = ""
    managed: str = ""
    sha256: str = ""
    policy: str = ""
    beyond: str = ""
    words: str = ""

    @property
    def declared(self) -> bool:
        """Whether a draft allows it."""
        return not (self.broad or self.beyond or self.words)


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a principal has: ``allowed`` without duplicates, and sentences on what else decides (``notes``)."""

    allowed: tuple[Permission, ...] = ()
    notes: tuple[str, ...] = ()


def of_attachments(attached: Sequence[Attachment], documents: Mapping[str, PolicyDocument], need: Need) -> Permissions:
    """The permissions of a principal from its policies, in their order."""
    allowed: dict[Permission, None] = {}
    notes: dict[str, None] = {}
    for each in attached:
        document = documents.get(each.document or "")
        if each.layer == "boundary":
            notes["a permissions boundary takes some of this away"] = None
        elif document is None or not document.text:
            notes[f"the text of {each.name or each.arn} was not seen: what it allows is missing here"] = None
        elif _MANAGED in each.arn:
            allowed[_managed(each, document, need)] = None
        else:
            _add(document.text, each.name, need, allowed, notes)
    return Permissions(tuple(allowed), tuple(notes))


def of_texts(texts: Iterable[str], need: Need) -> Permissions:
    """The permissions in documents that are not attached: those of resource policies."""
    allowed: dict[Permission, None] = {}
    notes: dict[str, None] = {}
    for text in texts:
        _add(text, "", need, allowed, notes)
    return Permissions(tuple(allowed), tuple(notes))


def _add(text: str, policy: str, need: Need, allowed: dict[Permission, None], notes: dict[str, None]) -> None:
    for statement in _statements(text):
        if statement.get("Effect") == "Deny":
            notes["a Deny takes some of this away"] = None
        elif statement.get("Effect") == "Allow":
            allowed.update(dict.fromkeys(_permissions(statement, policy, need)))


def _statements(text: str) -> list[Mapping[str, Any]]:
    found = json.loads(text).get("Statement", [])
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def _permissions(statement: Mapping[str, Any], policy: str, need: Need) -> Iterator[Permission]:
    """One permission for what can be declared, others for what is not needed or too broad."""
    actions, resources = _texts(statement.get("Action")), _texts(statement.get("Resource"))
    if "NotAction" in statement or "NotResource" in statement:
        yield Permission(policy=policy, words=_all_but(statement))
    elif not _writable(actions, resources, statement.get("Condition")):
        yield Permission(policy=policy, words="something that cannot be written into a policy file as it is")
    else:
        condition = statement.get("Condition")
        conditions = json.dumps(condition, ensure_ascii=False) if condition else ""
        yield from _judged(actions, resources, conditions, policy, need)


def _all_but(statement: Mapping[str, Any]) -> str:
    """What a statement allows that names what it leaves out: no entry of a policy file can say that."""
    parts = []
    for name, but, what in (("Action", "NotAction", "action"), ("Resource", "NotResource", "resource")):
        if but in statement:
            parts.append(f"every {what} but {_few(_texts(statement[but]))}")
        else:
            parts.append(_few(_texts(statement.get(name))))
    return " on ".join(parts) + (", under conditions" if statement.get("Condition") else "")


def _judged(
    actions: tuple[str, ...], resources: tuple[str, ...], conditions: str, policy: str, need: Need
) -> Iterator[Permission]:
    named = not any(map(_nameless, resources))
    groups: dict[tuple[str, str, str], list[str]] = {}
    for action in actions:
        broad, why = _judgement(action, named)
        beyond = need.beyond(action, resources)
        groups.setdefault((broad, why, beyond), []).append(action)
    for (broad, why, beyond), those in groups.items():
        yield Permission(tuple(those), resources, conditions, broad, why, policy=policy, beyond=beyond)


@lru_cache(maxsize=4096)
def _judgement(action: str, named: bool) -> tuple[str, str]:
    """Why an action is too broad, and why it may stand although no resource is named; both empty for most."""
    service, _, name = action.rpartition(":")
    if not name.strip("*"):
        return "it is every action of a service, also those of tomorrow" if service else "it is every action", ""
    if named:
        return "", ""
    known = load_catalogue().expand(action)
    if known and not any(each.resources for each in known):
        return "", "AWS lets it name no resource"
    if known and all(set(each.levels) <= LISTS for each in known) and not content((action,)):
        return "", LISTING
    return "it could name its resources, and names none", ""


def _managed(each: Attachment, document: PolicyDocument, need: Need) -> Permission:
    """A policy of AWS by its name, unless it gives content away or lets anything be changed."""
    name = each.arn.rsplit("/", 1)[-1]
    beyond = need.unsaid or _managed_broad(document.text) or ("" if need.inventory else "it reads what there is")
    return Permission(managed=name, sha256=document.hash, policy=each.name, beyond=beyond)


@lru_cache(maxsize=256)
def _managed_broad(text: str) -> str:
    statements = [each for each in _statements(text) if each.get("Effect") == "Allow"]
    if any("NotAction" in each or "NotResource" in each for each in statements):
        return "it allows all but what it names"
    actions = [action for each in statements for action in _texts(each.get("Action"))]
    whole = [action for action in actions if not action.rpartition(":")[2].strip("*")]
    if whole:
        return f"it has every action of a service: {_few(whole)}"
    handed = content(actions)
    if handed:
        return f"it reads content: {_few(handed)}"
    changing = [action for action in actions if changes(action)]
    return f"it changes things: {_few(changing)}" if changing else ""


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _nameless(resource: str) -> bool:
    return not resource.strip("*") or bool(_NAMELESS_ARN.fullmatch(resource))


def _writable(actions: tuple[str, ...], resources: tuple[str, ...], condition: object) -> bool:
    """Whether a policy file takes these words: an export may hold anything."""
    if not actions or not resources or not all(each.isprintable() for each in (*actions, *resources)):
        return False
    if any(SHAPES["actions"](list(actions))) or any(SHAPES["resources"](list(resources))):
        return False
    if not condition:
        return True
    return json.dumps(condition, ensure_ascii=False).isprintable() and not any(wrong_conditions(condition))


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))

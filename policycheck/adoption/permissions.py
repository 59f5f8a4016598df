"""What an identity may do in AWS, as entries of a policy file: the actions and resources that its own policies name.

What is too broad to be read as a decision is told apart, with the reason: it is for a person to narrow or to defend.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from policycheck.declared.conditions import wrong_conditions
from policycheck.declared.shapes import SHAPES
from policycheck.library.catalogue import load_catalogue
from policycheck.library.data_actions import load_data_actions
from policycheck.model.facts import Attachment, PolicyDocument

#: Of AWS's own managed policies; a customer's have an account in their place.
_MANAGED = ":iam::aws:policy/"
#: How many actions a reason names.
_NAMED = 3
#: Access levels of the Service Authorization Reference that change nothing and give no content.
_LISTS = {"List"}
_READS = {"List", "Read"}
#: An ARN that names a type of resource at most, and no resource.
_NAMELESS_ARN = re.compile(r"arn:[^:]*:(?:s3:[^:]*:[^:]*:|(?!s3:)[^:]*:[^:]*:[^:]*:(?:[a-z-]+[/:])?)[*?/:]+")

LISTING = "lists what there is, and gives no content"


@dataclass(frozen=True, slots=True)
class Permission:
    """One Allow of one policy. ``broad`` is why it is not declared, empty when it is; ``why`` a reason to declare it
    although it names no resource. ``managed`` is the name of a policy of AWS, then there is no more than that.
    ``policy`` is where it is from; ``conditions`` are in AWS's own shape."""

    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: str = ""
    broad: str = ""
    why: str = ""
    managed: str = ""
    sha256: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a principal has: ``allowed`` without duplicates, and sentences on what else decides (``notes``)."""

    allowed: tuple[Permission, ...] = ()
    notes: tuple[str, ...] = ()


def of_attachments(attached: Sequence[Attachment], documents: Mapping[str, PolicyDocument]) -> Permissions:
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
            allowed[_managed(each, document)] = None
        else:
            _add(document.text, each.name, allowed, notes)
    return Permissions(tuple(allowed), tuple(notes))


def of_texts(texts: Iterable[str]) -> Permissions:
    """The permissions in documents that are not attached: those of resource policies."""
    allowed: dict[Permission, None] = {}
    notes: dict[str, None] = {}
    for text in texts:
        _add(text, "", allowed, notes)
    return Permissions(tuple(allowed), tuple(notes))


def _add(text: str, policy: str, allowed: dict[Permission, None], notes: dict[str, None]) -> None:
    for statement in _statements(text):
        if statement.get("Effect") == "Deny":
            notes["a Deny takes some of this away"] = None
        elif statement.get("Effect") == "Allow":
            allowed.update(dict.fromkeys(_permissions(statement, policy)))


def _statements(text: str) -> list[Mapping[str, Any]]:
    found = json.loads(text).get("Statement", [])
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def _permissions(statement: Mapping[str, Any], policy: str) -> Iterator[Permission]:
    """One permission for what can be declared, others for what is too broad."""
    actions, resources = _texts(statement.get("Action")), _texts(statement.get("Resource"))
    conditions = json.dumps(statement["Condition"], ensure_ascii=False) if statement.get("Condition") else ""
    if "NotAction" in statement:
        yield Permission(
            _texts(statement["NotAction"]), resources, conditions, "it allows all but these", policy=policy
        )
    elif "NotResource" in statement:
        others = _texts(statement["NotResource"])
        yield Permission(actions, others, conditions, "it allows all resources but these", policy=policy)
    elif not _writable(actions, resources, statement.get("Condition")):
        yield Permission((), (), "", "it cannot be written into a policy file as it is", policy=policy)
    else:
        yield from _judged(actions, resources, conditions, policy)


def _judged(actions: tuple[str, ...], resources: tuple[str, ...], conditions: str, policy: str) -> Iterator[Permission]:
    named = not any(map(_nameless, resources))
    groups: dict[tuple[str, str], list[str]] = {}
    for action in actions:
        groups.setdefault(_judgement(action, named), []).append(action)
    for (broad, why), those in groups.items():
        yield Permission(tuple(those), resources, conditions, broad, why, policy=policy)


@lru_cache(maxsize=4096)
def _judgement(action: str, named: bool) -> tuple[str, str]:
    """Why an action is too broad, and why it may stand although no resource is named; both empty for most."""
    service, _, name = action.rpartition(":")
    if not name.strip("*"):
        return f"it is every action of {service}, also those of tomorrow" if service else "it is every action", ""
    if named:
        return "", ""
    known = load_catalogue().expand(action)
    if known and not any(each.resources for each in known):
        return "", "AWS lets it name no resource"
    if known and all(set(each.levels) <= _LISTS for each in known) and not _content((action,)):
        return "", LISTING
    return "it could name its resources, and names none", ""


def _managed(each: Attachment, document: PolicyDocument) -> Permission:
    """A policy of AWS by its name, unless it gives content away or lets anything be changed."""
    name = each.arn.rsplit("/", 1)[-1]
    return Permission(managed=name, sha256=document.hash, broad=_managed_broad(document.text), policy=each.name)


@lru_cache(maxsize=256)
def _managed_broad(text: str) -> str:
    statements = [each for each in _statements(text) if each.get("Effect") == "Allow"]
    if any("NotAction" in each or "NotResource" in each for each in statements):
        return "it allows all but what it names"
    actions = [action for each in statements for action in _texts(each.get("Action"))]
    whole = [action for action in actions if not action.rpartition(":")[2].strip("*")]
    if whole:
        return f"it has every action of a service: {_few(whole)}"
    content = _content(actions)
    if content:
        return f"it reads content: {_few(content)}"
    changing = [action for action in actions if _changes(action)]
    return f"it changes things: {_few(changing)}" if changing else ""


def _changes(action: str) -> bool:
    return any(not set(each.levels) <= _READS for each in load_catalogue().expand(action))


def _content(actions: Iterable[str]) -> list[str]:
    """The actions that hand out the content of a dataset and that some patterns match."""
    patterns = [action.lower() for action in actions]
    names = (each.action for each in load_data_actions())
    return [name for name in names if any(fnmatchcase(name.lower(), pattern) for pattern in patterns)]


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

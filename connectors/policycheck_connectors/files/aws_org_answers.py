"""The answers of AWS Organizations as the AWS CLI prints them, told to the tree of units and to the policies.

Shapes: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
What is not read here (email addresses, dates, descriptions) is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PolicyDocument
from policycheck_connectors.files.aws_controls import KINDS, Controls
from policycheck_connectors.files.aws_units import Tree, kind_of
from policycheck_connectors.files.book import Gap
from policycheck_connectors.files.values import entry_of, items_of, text_of

LISTS = ("Roots", "OrganizationalUnits", "Accounts", "Children", "Parents", "Policies", "Targets")
SINGLE = ("Organization", "OrganizationalUnit", "Account", "Policy")
_NEEDY = ("Children", "Parents", "Targets")
CONTEXT = ("ParentId", "ChildId", "PolicyId", "TargetId", "Filter", "NextToken")
_IN_NAME = re.compile(
    r"(?<![0-9A-Za-z])(?:(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32}|\d{12})|(p-[0-9a-zA-Z_]{8,128}))"
    r"(?![0-9A-Za-z])"
)

_PAGES = ("lists that end before their last page", "fetch all pages: without --max-items and --no-paginate")
_UNREADABLE = ("entries that cannot be read", "look at that entry; what AWS itself prints is always readable")
_NAMELESS = (
    "entries of answers that do not say of what they are",
    "name the file by the id that was asked for, as in `list-parents-111122223333.json`, or write that id beside the "
    "list as ParentId, ChildId or PolicyId",
)


@dataclass(frozen=True, slots=True)
class About:
    """Of what an answer speaks: the ids that were given to the call, empty where it needs none.

    ``parent`` is that of units, ``home`` that of accounts.
    """

    parent: str = ""
    home: str = ""
    child: str = ""
    policy: str = ""
    target: str = ""

    @staticmethod
    def file(name: str) -> About:
        """What the name of a file tells, as in ``list-parents-111122223333.json``.

        The answers of list-accounts and list-policies look like those for one parent or target: there the name must
        say ``parent`` or ``target`` too.
        """
        stem = PurePosixPath(name).name
        found = _IN_NAME.findall(stem)
        units, policies = {unit for unit, _ in found if unit}, {policy for _, policy in found if policy}
        unit, policy = (next(iter(ids)) if len(ids) == 1 else "" for ids in (units, policies))
        parent = unit if unit[:1] in ("r", "o") else ""
        return About(parent, parent if "parent" in stem else "", unit, policy, unit if "target" in stem else "")

    def given(self, key: str) -> str:
        """The id that the call for the list ``key`` was given, empty when it is not told or not needed."""
        own = {"Accounts": self.home, "Parents": self.child, "Targets": self.policy, "Policies": self.target}
        return own.get(key, "" if key == "Roots" else self.parent)

    def of(self, value: Mapping[str, object]) -> About:
        """The same with what the answer itself tells."""
        parent, child, policy, target = (text_of(value.get(key)) or "" for key in CONTEXT[:4])
        return About(
            parent or self.parent,
            parent or self.home,
            child or self.child,
            policy or self.policy,
            target or self.target,
        )


class Answers:
    """Hears answers; ``gap`` is called with the kind of resource and what could not be read of it."""

    def __init__(self, tree: Tree, controls: Controls, gap: Callable[[str, Gap], None]) -> None:
        self._tree = tree
        self._controls = controls
        self._gap = gap
        self._more: dict[tuple[str, str], str] = {}
        self._ended: set[tuple[str, str]] = set()

    def hear(self, value: Mapping[str, object], where: str, about: About) -> Iterator[PolicyDocument]:
        """Take one answer, or an object of several; yields the policy documents that are new."""
        about = about.of(value)
        for key in SINGLE:
            if value.get(key) is not None:
                yield from self._entry(key, value[key], f"{where}/{key}", About())
        for key in LISTS:
            if key in value:
                yield from self._list(key, value, where, about)

    def end(self) -> None:
        """Hear that there are no more answers."""
        for page, where in self._more.items():
            if page not in self._ended:
                self._gap(_FEEDS[page[0]], Gap(*_PAGES, where))

    def _list(self, key: str, value: Mapping[str, object], where: str, about: About) -> Iterator[PolicyDocument]:
        page = (key, about.given(key))
        if value.get("NextToken"):
            self._more.setdefault(page, where)
        else:
            self._ended.add(page)
        try:
            items = items_of(value[key])
            for index, item in enumerate(items):
                yield from self._entry(key, item, f"{where}/{key}/{index}", about)
            self._whole(key, items, value, where, about)
        except ValueError:
            self._gap(_FEEDS[key], Gap(*_UNREADABLE, f"{where}/{key}"))

    def _whole(self, key: str, items: list[object], value: Mapping[str, object], where: str, about: About) -> None:
        """Note of which policy these are the targets, or of which unit these are the policies."""
        if key == "Targets" and about.policy:
            self._controls.targeted(self._controls.policy(about.policy, where))
        if key == "Policies" and about.target:
            ids = [str(item.get("Id")) for item in items if isinstance(item, Mapping)]
            unit = self._tree.unit(about.target, where)
            self._controls.asked(unit, [id for id in ids if self._controls.knows(id)], value.get("Filter"))

    def _entry(self, key: str, item: object, where: str, about: About) -> Iterator[PolicyDocument]:
        try:
            entry = entry_of(item)
            if key == "Policies" and "Policy" in entry:
                entry = entry_of(entry["Policy"])
            if any(inner in entry for inner in LISTS) and not any(own in entry for own in ("Id", "PolicySummary")):
                # A whole answer in a list of answers; it says itself of what it is.
                yield from self.hear(entry, where, About())
            elif key in ("Policies", "Policy"):
                yield from self._policy(entry, where, about, key)
            elif key in _NEEDY and not about.given(key):
                self._gap(_FEEDS[key], Gap(*_NAMELESS, where))
            else:
                _READERS[key](self, entry, where, about)
        except ValueError:
            self._gap(_FEEDS[key], Gap(*_UNREADABLE, where))

    def _organization(self, entry: Mapping[str, object], where: str, about: About) -> None:
        self._tree.organization(entry.get("Id"), entry.get("MasterAccountId"), where)

    def _root(self, entry: Mapping[str, object], where: str, about: About) -> None:
        if kind_of(entry.get("Id")) != "root":
            raise ValueError("not a root")
        root = self._tree.unit(entry.get("Id"), where, entry.get("Name"), entry.get("Arn"))
        if entry.get("PolicyTypes") is not None:
            types = [entry_of(item) for item in items_of(entry["PolicyTypes"])]
            found = {KINDS.get(str(item.get("Type"))) for item in types if item.get("Status") == "ENABLED"}
            self._tree.enabled(root, tuple(sorted(kind for kind in found if kind)))

    def _unit(self, entry: Mapping[str, object], where: str, about: About) -> None:
        unit = self._tree.unit(entry.get("Id"), where, entry.get("Name"), entry.get("Arn"))
        for path in (*items_of(entry.get("Paths")), *([entry["Path"]] if entry.get("Path") else [])):
            self._tree.path(path, where)
        parent = text_of(entry.get("ParentId")) or (about.home if kind_of(unit) == "account" else about.parent)
        if parent:
            self._tree.place(unit, parent, where)

    def _parent(self, entry: Mapping[str, object], where: str, about: About) -> None:
        self._tree.place(about.child, entry.get("Id"), where)

    def _child(self, entry: Mapping[str, object], where: str, about: About) -> None:
        self._tree.place(entry.get("Id"), about.parent, where)

    def _target(self, entry: Mapping[str, object], where: str, about: About) -> None:
        policy = self._controls.policy(about.policy, where)
        target = self._tree.unit(entry.get("TargetId"), where, entry.get("Name"), entry.get("Arn"))
        self._controls.attached(policy, target, where)

    def _policy(self, entry: Mapping[str, object], where: str, about: About, key: str) -> Iterator[PolicyDocument]:
        """A summary alone, or with its text beside or around it, and with targets where somebody joined them."""
        summary = entry_of(entry.get("PolicySummary", entry))
        policy = self._controls.policy(summary.get("Id"), where, summary.get("Type"), summary.get("Name"))
        if about.target:
            self._controls.attached(policy, self._tree.unit(about.target, where), where)
        elif key == "Policies":
            self._controls.listed(policy)
        yield from self._controls.text(policy, entry.get("Content"), f"{where}/Content")
        if "Targets" in entry:
            yield from self.hear({"PolicyId": policy, "Targets": entry["Targets"]}, where, About())


_FEEDS = {
    **dict.fromkeys(("Organization", "OrganizationalUnit", "Account", *LISTS[:5]), "units"),
    **dict.fromkeys(("Policy", "Policies", "Targets"), "controls"),
}
_Reader = Callable[[Answers, Mapping[str, object], str, About], None]
_READERS: dict[str, _Reader] = {
    "Organization": Answers._organization,
    "Roots": Answers._root,
    "OrganizationalUnits": Answers._unit,
    "OrganizationalUnit": Answers._unit,
    "Accounts": Answers._unit,
    "Account": Answers._unit,
    "Children": Answers._child,
    "Parents": Answers._parent,
    "Targets": Answers._target,
}

"""Service and resource control policies, put together from answers that each tell a part of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PolicyDocument
from policycheck.model.units import Control
from policycheck_connectors.files.aws_documents import Documents
from policycheck_connectors.files.aws_units import SYSTEM, Tree
from policycheck_connectors.files.book import Gap
from policycheck_connectors.files.values import text_of

KINDS = {"SERVICE_CONTROL_POLICY": "scp", "RESOURCE_CONTROL_POLICY": "rcp"}
_LABELS = {"scp": "service control policies", "rcp": "resource control policies"}
_OTHER = "other"
_ID = re.compile(r"p-[0-9a-zA-Z_]{8,128}")
# The two policies that AWS itself attaches; nobody can change their text.
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
_AWS_OWN = {
    "p-FullAWSAccess": ("scp", {"Effect": "Allow", "Action": "*", "Resource": "*"}),
    "p-RCPFullAWSAccess": ("rcp", {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}),
}
_TEXTLESS = ("policies whose text is not told", "export `aws organizations describe-policy` of each")
_KINDLESS = ("policies whose type is not told", "export `aws organizations list-policies` with --filter for both types")
_TWO_TEXTS = ("policies that two answers describe in two ways", "keep the answers of one day")
_TARGETS = (
    "export `aws organizations list-policies`, and `list-targets-for-policy` of every policy in it; or "
    "`list-policies-for-target` of the root, every unit and every account"
)
_LIST = "export `aws organizations list-policies --filter {}`, its policies and their targets"
_ROOTS = "export `aws organizations list-roots`"


@dataclass(slots=True)
class _Policy:
    """What was told of one policy so far. ``document`` is a hash; ``listed``, ``targeted``: by an answer of its own."""

    where: str
    kind: str = ""
    name: str = ""
    document: str | None = None
    doubtful: bool = False
    listed: bool = False
    targeted: bool = False


class Controls:
    """The policies of one run with their targets, told in any order."""

    def __init__(self, connector: str) -> None:
        self._connector = connector
        self._documents = Documents(connector)
        self._policies: dict[str, _Policy] = {}
        self._targets: dict[tuple[str, str], str] = {}
        self._asked: set[tuple[str, str]] = set()

    def policy(self, id: object, where: str, type: object = None, name: object = None) -> str:
        """Hear of a policy and answer its id; ValueError when that is none."""
        if not isinstance(id, str) or not _ID.fullmatch(id):
            raise ValueError("not the id of a policy")
        told = self._policies.setdefault(id, _Policy(where, *_AWS_OWN.get(id, ("",))[:1]))
        if isinstance(type, str):
            told.kind = KINDS.get(type, _OTHER)
        told.name = told.name or text_of(name) or ""
        return id

    def knows(self, policy: object) -> bool:
        """Whether a policy was told of."""
        return policy in self._policies

    def listed(self, policy: str) -> None:
        """Hear that a list of all policies of its type has it."""
        self._policies[policy].listed = True

    def targeted(self, policy: str) -> None:
        """Hear that the targets of a policy are told."""
        self._policies[policy].targeted = True

    def attached(self, policy: str, target: str, where: str) -> None:
        """Hear that a policy is attached to a unit."""
        self._targets.setdefault((policy, target), where)

    def asked(self, target: str, policies: list[str], filter: object) -> None:
        """Hear that these are all policies of a unit, of one type; every unit has one at least of each type in use."""
        kinds = {self._policies[policy].kind for policy in policies}
        kinds.add(KINDS.get(filter, "") if isinstance(filter, str) else "")
        self._asked |= {(target, kind) for kind in kinds}

    def text(self, policy: str, content: object, where: str) -> Iterator[PolicyDocument]:
        """Hear the text of a policy; yields it when it is new."""
        told = self._policies[policy]
        if not content or told.kind == _OTHER:
            return
        digest, document = self._documents.take(content, where)
        told.doubtful |= told.document not in (None, digest)
        told.document = digest
        if document:
            yield document

    def facts(self, tree: Tree, *, whole: bool) -> Iterator[PolicyDocument | Control]:
        """A fact for each policy and target, and the texts that AWS wrote; unless ``whole``, one for what is untold."""
        for id, told in self._policies.items():
            if id in _AWS_OWN and told.document is None:
                yield from self.text(id, {"Version": "2012-10-17", "Statement": [_AWS_OWN[id][1]]}, told.where)
        for (id, target), where in sorted(self._targets.items()):
            told = self._policies[id]
            if told.kind in _LABELS:
                document = None if told.doubtful else told.document
                yield Control(SYSTEM, told.kind, id, told.name, target, document, self._connector, where)
        for kind in _LABELS if not whole else ():
            for unit, where in tree.bound().items() if tree.uses(kind) is not False else ():
                yield Control(SYSTEM, kind, "", "", unit, None, self._connector, where)

    def gaps(self, tree: Tree) -> Iterator[Gap]:
        """Why not all that binds an account is told."""
        attached = {policy for policy, _ in self._targets}
        for id, told in self._policies.items():
            if not told.kind:
                yield Gap(*_KINDLESS, told.where)
            elif told.doubtful:
                yield Gap(*_TWO_TEXTS, told.where)
            elif told.kind != _OTHER and told.document is None and id in attached and id not in _AWS_OWN:
                yield Gap(*_TEXTLESS, told.where)
        for type, kind in KINDS.items():
            used = tree.uses(kind)
            if used is not False:
                yield from self._gaps(type, kind, tree, used)

    def _gaps(self, type: str, kind: str, tree: Tree, used: bool | None) -> Iterator[Gap]:
        own = [told for told in self._policies.values() if told.kind == kind]
        label = _LABELS[kind]
        if own:
            whole = all(told.targeted for told in own) and any(told.listed for told in own)
            if not whole and not self._all_asked(kind, tree):
                yield Gap(f"not all targets of {label} are told", _TARGETS)
        elif used:
            yield Gap(f"{label} are in use, and none is told", _LIST.format(type))
        elif not self._all_asked(kind, tree):
            yield Gap(f"whether {label} are in use is not told", _ROOTS)

    def _all_asked(self, kind: str, tree: Tree) -> bool:
        units = tree.bound()
        return bool(units) and all((unit, kind) in self._asked for unit in units)

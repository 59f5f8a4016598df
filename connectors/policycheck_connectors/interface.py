"""What a connector is: it yields facts and answers with what it could and could not see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import ClassVar

from policycheck.model.facts import Coverage, Fact
from policycheck.model.problems import UsageProblem


class ConnectorError(UsageProblem):
    """A connector whose entry in policycheck.yaml cannot be used: ``message`` says what, ``help`` how to mend it."""


class Connector(ABC):
    """One entry under ``connectors`` in policycheck.yaml.

    ``type`` is the entry's type, ``resources`` the kinds of resource that its coverage speaks of. ``system`` and
    ``account`` are what it looks at, empty when the source decides. Raises ConnectorError for unusable options.
    """

    type: ClassVar[str]
    resources: ClassVar[tuple[str, ...]]
    system: str = ""
    account: str = ""

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        self.name = name
        self.options = options
        self.root = root

    @abstractmethod
    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        """Yield what is seen; answer with one coverage row per (account or tenant, resource kind, source)."""

    def blind(self, where: str, reason: str, help: str = "") -> tuple[Coverage, ...]:
        """Rows that say that nothing of one source could be seen, one for each kind of resource."""
        return tuple(
            Coverage(self.name, self.type, self.system, self.account, resource, "unseen", where, 0, reason, help)
            for resource in self.resources
        )

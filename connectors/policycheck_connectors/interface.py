"""What a connector is: it yields facts and answers with what it could and could not see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import ClassVar

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage, Fact
from policycheck_connectors.errors import ConnectorError as ConnectorError


def _silent(line: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class PullContext:
    """What a pull gives to its connectors.

    ``taken_at`` is the moment of the pull (ISO 8601, UTC). ``state`` is a private directory in which an interrupted
    pull may leave what it has, None when nothing may be kept. ``newest``: when the newest stored snapshot was taken, ""
    without one: what was kept for that one is not gone on with. ``environ`` is where credentials are looked up.
    ``tell`` shows one line of progress that the next one replaces, ``say`` one that stays. ``resume``: whether to go on
    where an interrupted pull stood. ``jobs``: how many calls a connector may make at once, 0 for what its entry says.
    """

    taken_at: str = ""
    state: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[str], None] = _silent
    say: Callable[[str], None] = _silent
    resume: bool = True
    jobs: int = 0
    newest: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a doctor looked at. ``status``: ``ok``, ``warning`` (it works, with a gap), ``failed``.

    ``help`` tells how to mend it.
    """

    subject: str
    status: str
    text: str
    help: str = ""


class Connector(ABC):
    """One entry under ``connectors`` in policycheck.yaml.

    ``type`` is the entry's type, ``resources`` the kinds of resource that its coverage speaks of. ``system`` and
    ``account`` are what it looks at, empty when the source decides. ``waits``: it spends its time on answers of others,
    so that it runs beside other connectors. Raises ConnectorError for unusable options.
    """

    type: ClassVar[str]
    resources: ClassVar[tuple[str, ...]]
    waits: ClassVar[bool] = False
    system: str = ""
    account: str = ""

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        self.name = name
        self.options = options
        self.root = root
        self.context = PullContext()

    @abstractmethod
    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        """Yield what is seen; answer with one coverage row per (account or tenant, resource kind, source)."""

    def doctor(self) -> Iterator[Check]:
        """Look whether the credentials work and what they may see; a connector without credentials has no checks."""
        return iter(())

    def done(self) -> None:  # noqa: B027
        """Hear that the snapshot with everything that was pulled is stored."""

    def blind(self, where: str, reason: str, help: str = "") -> tuple[Coverage, ...]:
        """Rows that say that nothing of one source could be seen, one for each kind of resource."""
        return tuple(
            Coverage(self.name, self.type, self.system, self.account, resource, "unseen", where, 0, reason, help)
            for resource in self.resources
        )

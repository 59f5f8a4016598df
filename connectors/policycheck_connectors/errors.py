"""What is wrong with an entry of a connector; apart from the facts, so that ``validate`` does not pay for these."""

from __future__ import annotations

from typing import NamedTuple

from policycheck.model.problems import UsageProblem


class ConnectorError(UsageProblem):
    """A connector whose entry in policycheck.yaml cannot be used: ``message`` says what, ``help`` how to mend it."""


class Wrong(NamedTuple):
    """One option of an entry that is wrong, dotted where it is a part of one (``credentials.token``).

    ``severity``: ``error``, or ``warning`` for what a pull tells as a gap. ``rule`` is PC002 for an unknown option."""

    option: str
    message: str
    help: str
    severity: str = "error"
    rule: str = "PC003"

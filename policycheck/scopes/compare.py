"""Comparison of scope lists as plain sets."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.library.profiles import ScopeData
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED


@dataclass(frozen=True, slots=True)
class ScopeVerdict:
    """``status`` is INSIDE, OUTSIDE or UNDECIDED; the last has a ``reason``.

    ``extra`` are actual scopes that were not declared, ``missing`` declared ones that the credential does not have,
    both sorted. ``unrestricted``: the credential may do everything and the policy does not declare that.
    """

    status: str
    extra: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unrestricted: bool = False
    reason: str = ""


def beyond(declared: tuple[str, ...], actual: tuple[str, ...] | None, data: ScopeData) -> ScopeVerdict:
    """Whether a credential's scopes stay within the declared ones. Letter case counts.

    ``actual`` None (the system lists scopes and this credential has none) is read as ``data.null_means`` says.
    A declared scope that stands for everything covers every credential.
    """
    if any(scope in data.unrestricted for scope in declared):
        return ScopeVerdict(INSIDE)
    if actual is None:
        return _without_list(data)
    extra = tuple(sorted(set(actual) - set(declared)))
    missing = tuple(sorted(set(declared) - set(actual)))
    unrestricted = any(scope in data.unrestricted for scope in extra)
    return ScopeVerdict(OUTSIDE if extra else INSIDE, extra, () if unrestricted else missing, unrestricted)


def _without_list(data: ScopeData) -> ScopeVerdict:
    if data.null_means == "unrestricted":
        return ScopeVerdict(OUTSIDE, unrestricted=True, reason="no scope list means unrestricted in this system")
    return ScopeVerdict(UNDECIDED, reason="the source gives no scopes for this credential")

"""Comparison of the scopes of a credential with the declared ones."""

from __future__ import annotations

from policycheck.library.profiles import ScopeData
from policycheck.model.dataclass import dataclass
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED
from policycheck.scopes.inclusion import includes


@dataclass(frozen=True, slots=True)
class ScopeVerdict:
    """``status`` is INSIDE, OUTSIDE or UNDECIDED; the last has a ``reason``.

    ``extra`` are actual scopes that no declared one includes, ``missing`` declared ones that none of the credential's
    includes, both sorted. ``unrestricted``: the credential may do everything and the policy does not declare that.
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
        return _without_list(declared, data)
    extra = _uncovered(data, actual, declared)
    missing = _uncovered(data, declared, actual)
    unrestricted = any(scope in data.unrestricted for scope in extra)
    return ScopeVerdict(OUTSIDE if extra else INSIDE, extra, () if unrestricted else missing, unrestricted)


def _uncovered(data: ScopeData, scopes: tuple[str, ...], by: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes that none of some others includes, sorted."""
    return tuple(sorted({scope for scope in scopes if not any(includes(data, wide, scope) for wide in by)}))


def _without_list(declared: tuple[str, ...], data: ScopeData) -> ScopeVerdict:
    if data.null_means == "nothing":
        return ScopeVerdict(INSIDE, missing=tuple(sorted(set(declared))))
    if data.null_means == "unrestricted":
        return ScopeVerdict(OUTSIDE, unrestricted=True, reason="no scope list means unrestricted in this system")
    return ScopeVerdict(UNDECIDED, reason="the source gives no scopes for this credential")

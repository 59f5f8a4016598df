"""PC202 and PC203 for an app in a system of ours that no vendor claims, what it may do and which fields it gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from policycheck.analysis.apps import unclaimed
from policycheck.analysis.identify import NOBODY
from policycheck.analysis.views import KeyView
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.severity import exposure_severity
from policycheck.checks.telling import what
from policycheck.library.profiles import profile
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure

#: Scopes and fields that one line names.
_SHOWN = 4
_PLAIN = re.compile(r"[A-Za-z][\w .-]*")


def app_hits(context: Context, keys: Iterable[KeyView], held: Iterable[Exposure]) -> Iterator[Hit]:
    """One finding for each app that nobody claims, wherever it is installed; what is disabled is left alone."""
    gets: dict[str, list[Exposure]] = {}
    for exposure in held:
        if exposure.host and exposure.host == exposure.vendor:
            gets.setdefault(exposure.host, []).append(exposure)
    told: set[str] = set()
    for view in keys:
        if not view.key.app or view.claim != NOBODY:
            continue
        called = unclaimed(view.key.system, view.grant.name)
        told.add(called)
        if view.key.status != "disabled":
            yield _hit(context, view, gets.get(called, []))
    # An app may be in the list of mappings and in no list of apps.
    for called, exposures in gets.items():
        if called not in told and any(each.via == called for each in exposures):
            yield _unlisted(context, called, exposures)


def _hit(context: Context, view: KeyView, gets: list[Exposure]) -> Hit:
    name, system, known = view.grant.name, view.key.system, view.looks_like
    policy = context.policies.get(known)
    unlisted = bool(known) and policy is None
    product = profile(known)
    looks = product.name if product else known
    message = f"app {name} is in {system}, and no vendor claims it"
    if policy:
        message += f"; it looks like {looks}, whose policy does not recognise it"
    elif unlisted:
        message = f"app {name} is in {system}; it looks like {looks}, which has no policy"
    scopes = view.key.scopes
    subject = {"account": view.key.tenant, "key": view.key.id, "party": name, "system": system}
    return Hit(
        rule="PC202" if unlisted else "PC203",
        vendor=known if unlisted else None,
        cause=unclaimed(system, name),
        message=message,
        location=context.connector_place(view.key.connector),
        subject=tuple((key, value) for key, value in subject.items() if value),
        observed=_observed(view, gets),
        evidence=(*view.grant.evidence, *(each for exposure in gets[:_SHOWN] for each in exposure.evidence)),
        help=_claim(context, view),
        otherwise=f"or, if it is yours, `own_apps: [{_quoted(name)}]` in policycheck.yaml; or remove the app",
        label="an app that nobody claims",
        severity=_severity(context, gets),
        extent=("its scopes are not told",) * (scopes is None) + (*(scopes or ()), *_got(gets)),
    )


def _got(gets: list[Exposure]) -> tuple[str, ...]:
    return tuple(what(each) if each.category else each.field for each in gets)


def _severity(context: Context, gets: list[Exposure]) -> Severity | None:
    """What the rule has, or more where a field is graver."""
    worst = max((exposure_severity(context.taxonomy, each)[0] for each in gets if each.category), default=None)
    return Severity.CRITICAL if worst == Severity.CRITICAL else None


def _observed(view: KeyView, gets: list[Exposure]) -> str:
    scopes = view.key.scopes
    told = "its scopes are not told" if scopes is None else f"it has {_some(list(scopes), 'no scopes')}"
    fields = list(dict.fromkeys(each.category or each.field for each in gets))
    return f"app {view.grant.name}: {told}" + (f", and gets {_some(fields, '')}" if fields else "")


def _some(words: list[str], none: str) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{', '.join(words[:_SHOWN])}{more}" or none


def _claim(context: Context, view: KeyView) -> str:
    # Some systems number their installations, which tells nobody which app it is.
    word = view.grant.name if " " in view.key.id else view.key.id
    entry = f"`recognise: {{oauth_apps: [{_quoted(word)}]}}`"
    known, policy = view.looks_like, context.policies.get(view.looks_like)
    if policy:
        return f"if it is, add {entry} to {policy.at.path}" + (f" (ask {policy.owner})" if policy.owner else "")
    if known:
        return f"if it is, write policies/{known}.yaml with {entry}"
    return f"find out whose it is; then add {entry} to that vendor's policy"


def _quoted(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else f'"{word}"'


def _unlisted(context: Context, called: str, gets: list[Exposure]) -> Hit:
    first = gets[0]
    fields = list(dict.fromkeys(each.category or each.field for each in gets))
    return Hit(
        rule="PC203",
        vendor=None,
        cause=called,
        message=f"{called} gets fields, and no vendor claims it",
        location=context.connector_place(first.evidence[0].connector),
        subject=(("party", called.partition(" app ")[2]), ("system", first.system)),
        observed=f"{called} gets {_some(fields, '')}",
        evidence=tuple(each for exposure in gets[:_SHOWN] for each in exposure.evidence),
        help="find out whose it is; then name it under `recognise: {oauth_apps}` of that vendor's policy",
        extent=_got(gets),
        label="an app that nobody claims",
        severity=_severity(context, gets),
    )

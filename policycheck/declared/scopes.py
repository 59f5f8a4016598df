"""PC008: scopes that a system does not have, by what its profile lists."""

from __future__ import annotations

from policycheck.declared.context import Context
from policycheck.declared.view import View
from policycheck.declared.words import brief


def policy(context: Context, view: View) -> None:
    """Scopes that are in no list, where the list claims to have all; where it does not, those that look misspelt."""
    for access in view.each("access"):
        for scope, path in access.items("scopes"):
            problem = _unknown(access.text("system"), scope)
            if problem:
                context.notes.add("PC008", view.document, path, *problem, severity="warning")


def _unknown(system: str, scope: str) -> tuple[str, str] | None:
    """What to say of a scope, and the way out; None for one that is known or may well exist."""
    from policycheck.library.profile_files import named_systems

    if system not in named_systems():
        return None
    # what makes sense of a profile's scopes costs more than to see that there is none
    from policycheck.library.scope_names import scope_names

    names = scope_names(system)
    if names is None or names.has(scope):
        return None
    if names.claims(scope):
        near = names.nearest(scope)
        help = f"did you mean `{near}`?" if near else f"if {names.name} has added it since, leave it"
        return f"{names.name} has no scope `{brief(scope)}` (as of {names.date})", help
    near = names.nearest(scope, typing=True)
    message = f"`{brief(scope)}` is not among the scopes of {names.name} that are known"
    return (message, f"did you mean `{near}`? If {names.name} has both, leave it") if near else None

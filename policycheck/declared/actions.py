"""PC008: AWS actions that no service has; and which actions can name no resource.

The catalogue is imported when a policy names an AWS action, and of it only what the policy names is read.
"""

from __future__ import annotations

from policycheck.declared.context import Context
from policycheck.declared.view import View


def policy(context: Context, view: View) -> None:
    """Actions and services that are in no list of AWS, with the nearest that is."""
    for access in view.each("access"):
        for item in access.each("allow") if access.text("system") == "aws" else ():
            for action, path in item.items("actions"):
                problem = _unknown(action)
                if problem:
                    context.notes.add("PC008", view.document, path, *problem, severity="warning")


def nameless(actions: tuple[str, ...]) -> bool:
    """Whether AWS knows the actions and lets none of them name a resource, so that `*` is all that can be said."""
    from policycheck.library.catalogue import load_catalogue

    catalogue = load_catalogue()
    named = [catalogue.expand(action) if action.strip("*") else () for action in actions]
    return all(named) and not any(each.resources for expanded in named for each in expanded)


def _unknown(action: str) -> tuple[str, str] | None:
    """What to say of an action, and the way out; None for a known one."""
    from policycheck.library.catalogue import load_catalogue

    service, _, name = action.partition(":")
    if service.lower() == "lakeformation" and _of_lake(name):
        return None
    catalogue = load_catalogue()
    if not name or (catalogue.known_service(service) and (not name.strip("*") or catalogue.matching(action))):
        return None
    if not catalogue.known_service(service):
        message = f"AWS has no service `{service}`"
    elif "*" in name or "?" in name:
        message = f"no action of AWS matches `{action}`"
    else:
        message = f"AWS has no action `{action}`"
    near = catalogue.nearest(action)
    help = f"did you mean `{near}`?" if near else "if AWS has added it since, leave it"
    return f"{message} (as of {catalogue.date})", help


def _of_lake(name: str) -> bool:
    """Whether it is a permission of Lake Formation, which stands for the action that it allows."""
    from policycheck.library.shares import load_sharing

    return name.upper() in load_sharing().lake

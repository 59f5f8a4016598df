"""PC007: permissions that are too broad to be read as a decision."""

from __future__ import annotations

from policycheck.declared import actions
from policycheck.declared.context import Context
from policycheck.declared.view import View

_HELP = "name what the vendor needs, or say `why` it must be this broad"


def policy(context: Context, view: View) -> None:
    """Wildcards for a whole service or for every resource, with no reason given."""
    for access in view.each("access"):
        for item in access.each("allow") if not access.text("why") else ():
            if not item.text("why"):
                _permission(context, item, access.text("system") == "aws")


def _permission(context: Context, view: View, aws: bool) -> None:
    for action, path in view.items("actions"):
        service, _, name = action.rpartition(":")
        if not name.strip("*"):
            what = f"every action of `{service}`" if service else "every action"
            context.notes.add("PC007", view.document, path, f"`{action}` allows {what}, and no `why` is given", _HELP)
    for resource, path in view.items("resources"):
        if not resource.strip("*") and not (aws and actions.nameless(view.texts("actions"))):
            message = f"`{resource}` allows every resource, and no `why` is given"
            context.notes.add("PC007", view.document, path, message, _HELP)

"""PC005 between profiles: systems, hosts, AWS accounts and issuers belong to one product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.view import View

_WHAT = {"hosts": "host", "aws_accounts": "AWS account", "issuers": "issuer", "oauth_apps": "app"}


def across(context: Context, views: list[View]) -> None:
    """What two profiles claim, or one twice; a profile without ``systems`` claims the one called like its file."""
    claimed: dict[tuple[str, str], tuple[View, Path]] = {}
    for view in views:
        for what, value, path in _claims(view):
            other, where = claimed.setdefault((what, value.lower().rstrip("/")), (view, path))
            if (other, where) != (view, path):
                at = other.document.at(where)
                message = f"{what} `{value}` is claimed already, at {at.path}:{at.line}"
                help = "it names one product: remove it from one of the two"
                context.notes.add("PC005", view.document, path, message, help)


def _claims(view: View) -> Iterator[tuple[str, str, Path]]:
    if not view.has("systems"):
        yield "system", PurePosixPath(view.document.path).stem, ()
    for value, path in view.items("systems"):
        yield "system", value, path
    recognise = view.inside("recognise")
    for key, what in _WHAT.items() if recognise is not None else ():
        group = recognise.inside(key) if recognise is not None else None
        for source in group.values if group is not None else ():
            for value, path in group.items(source) if group is not None else ():
                yield what, value, path

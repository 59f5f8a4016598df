"""PC106 in the catalog: fields that wait for a person, and places that nobody has named yet."""

from __future__ import annotations

from policycheck.declared.context import Context
from policycheck.declared.view import View

#: The system of a location that the source of an import did not tell.
UNKNOWN = "unknown:"
_NAMED = 3


def catalog(context: Context, view: View) -> None:
    """One warning for all fields of a file that have a ``review``, and one for its locations."""
    open_fields = [(name, item) for name, item in view.named("fields") if item.has("review")]
    if open_fields:
        names = ", ".join(name for name, _ in open_fields[:_NAMED])
        more = f" and {len(open_fields) - _NAMED} more" if len(open_fields) > _NAMED else ""
        what = "fields wait" if len(open_fields) > 1 else "field waits"
        message = f"{len(open_fields)} {what} for a person: {names}{more}"
        help = "write the category, or `none` where it holds nothing about people, and take `review` away"
        first = open_fields[0][1]
        context.notes.add("PC106", view.document, first.below("review"), message, help, severity="warning")
    for location, path in view.items("locations"):
        if location.startswith(UNKNOWN):
            message = f"nobody has said where `{view.text('dataset')}` lies"
            help = 'write its ARN, or `"postgres:DATABASE.SCHEMA.TABLE"`: until then no access is found to reach it'
            context.notes.add("PC106", view.document, path, message, help, severity="warning")
            break

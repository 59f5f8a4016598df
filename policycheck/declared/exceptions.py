"""PC003 about exceptions that would never end, or accept more than they name."""

from __future__ import annotations

from datetime import timedelta

from policycheck.declared.context import Context
from policycheck.declared.view import View

#: The longest time from today that an exception may run, in days: two years.
LONGEST = 731

#: What names a gap more closely than its system and its connector do.
_NEAR = frozenset(
    {"account", "category", "field", "fingerprint", "key", "party", "path", "place", "principal", "resource"}
)


def policy(context: Context, view: View) -> None:
    """All exceptions of a policy."""
    for item in view.each("exceptions"):
        _exception(context, item)


#: Those of policycheck.yaml are written in the same way.
config = policy


def _exception(context: Context, view: View) -> None:
    rule, day = view.text("rule"), view.day("expires")
    last = context.today + timedelta(days=LONGEST)
    if day is not None and day > last:
        message = f"the exception for {rule} runs until {day}, more than two years from now"
        help = f"let it end by {last} at the latest; it can be approved anew then"
        context.notes.add("PC003", view.document, view.below("expires"), message, help)
    match = view.mapping("match")
    if rule == "PC601" and match and not _NEAR & match.keys():
        message = "an exception for PC601 must name the gap, not only where it is"
        help = "add what could not be seen to `match`, such as `resource: trusts` beside `connector: prod-aws`"
        context.notes.add("PC003", view.document, view.below("match"), message, help)

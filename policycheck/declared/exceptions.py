"""PC003 about exceptions that would never end, or accept more than they name."""

from __future__ import annotations

from datetime import timedelta

from policycheck.declared.context import Context
from policycheck.declared.ignores import NEVER
from policycheck.declared.view import View
from policycheck.model.selectors import names

#: The longest time from today that an exception may run, in days: two years.
LONGEST = 731


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
    if match and not names(rule, match) and not (rule in NEVER or rule.startswith("PC0")):
        message, help = _unnamed(rule, sorted(match))
        context.notes.add("PC003", view.document, view.below("match"), message, help)


def _unnamed(rule: str, places: list[str]) -> tuple[str, str]:
    """What is wrong with selectors that only name places, and how to mend it."""
    if rule == "PC601":
        return (
            "an exception for PC601 must name the gap, not only where it is",
            "add what could not be seen to `match`, such as `resource: trusts` beside `connector: prod-aws`",
        )
    told = " and ".join(f"`{each}`" for each in places)
    return (
        f"an exception for {rule} must name what was found: {told} alone would accept whatever comes later too",
        "add a closer selector to `match`, such as `party`, `principal`, `key`, `category`, `field` or `fingerprint`; "
        "`policycheck explain FINGERPRINT` prints an entry that does",
    )

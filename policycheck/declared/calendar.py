"""What lapses by calendar: notices, since a commit must never fail because a day has passed."""

from __future__ import annotations

from datetime import timedelta

from policycheck.declared.context import Context
from policycheck.declared.view import View

#: How many days before its end an exception is announced.
AHEAD = 14


def policy(context: Context, view: View) -> None:
    """Exceptions, contract, review, fields and access of one policy against today."""
    for item in view.each("exceptions"):
        _exception(context, item)
    _passed(
        context, view.inside("contract"), "ends", "PC501", "the contract ended on {day}", "renew it, or end the access"
    )
    _review(context, view)
    for item in view.each("fields"):
        message = f"`{item.text('category')}` was allowed until {{day}}"
        _passed(context, item, "until", "PC101", message, "remove it, or set a new date")
    for item in view.each("access"):
        message = f"the access to {item.text('system')} ended on {{day}}"
        _passed(context, item, "until", "PC210", message, "remove it, or set a new date")


def config(context: Context, view: View) -> None:
    """The exceptions of policycheck.yaml against today."""
    for item in view.each("exceptions"):
        _exception(context, item)


def _note(context: Context, view: View, key: str, rule: str, message: str, help: str) -> None:
    context.notes.add(rule, view.document, view.below(key), message, help, severity="notice")


def _passed(context: Context, view: View | None, key: str, rule: str, message: str, help: str) -> None:
    day = view.day(key) if view is not None else None
    if view is not None and day is not None and day < context.today:
        _note(context, view, key, rule, message.format(day=day), help)


def _exception(context: Context, view: View) -> None:
    day, rule = view.day("expires"), view.text("rule")
    if day is None:
        return
    if day < context.today:
        _note(
            context,
            view,
            "expires",
            "PC503",
            f"the exception for {rule} lapsed on {day}",
            "mend the finding, or have it approved anew",
        )
    elif day <= context.today + timedelta(days=AHEAD):
        left = (day - context.today).days
        when = "today" if not left else f"in {left} day{'s' * (left > 1)}"
        _note(
            context,
            view,
            "expires",
            "PC503",
            f"the exception for {rule} lapses {when}, on {day}",
            "mend the finding before that",
        )


def _review(context: Context, view: View) -> None:
    review, last = view.inside("review"), None
    if review is not None:
        last = review.day("last")
    if review is None or last is None:
        return
    every = min(
        (b.value for part in context.parts(view) for b in part.bounds if b.name == "review.every_days"), default=365
    )
    due = last + timedelta(days=every)
    if due < context.today:
        message = f"the review was due on {due}, {every} days after the last one"
        _note(context, review, "last", "PC502", message, "review the policy, then set `last`")

"""PC003 and PC008 for access in databases: privileges instead of actions, and locations that a catalog could have."""

from __future__ import annotations

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.view import View
from policycheck.declared.words import brief, meant
from policycheck.model.locations import TABLE_SYSTEMS, split_columns

#: Source: https://www.postgresql.org/docs/current/ddl-priv.html, the privileges on tables; MAINTAIN since version 17.
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")

#: Keys of an access, and of a permission in it, that say nothing about a database.
_FOREIGN = ("scopes", "require", "in")
_FOREIGN_BELOW = ("aws_managed", "conditions")


def policy(context: Context, view: View) -> None:
    """Access entries of databases speak of privileges and relations, all others of actions and ARNs."""
    for access in view.each("access"):
        system = access.text("system")
        if system in TABLE_SYSTEMS:
            _database(context, access, system)
        else:
            for item in access.each("allow"):
                _elsewhere(context, item)


def _database(context: Context, access: View, system: str) -> None:
    _absent(context, access, _FOREIGN, system)
    for item in access.each("allow"):
        _absent(context, item, _FOREIGN_BELOW, system)
        for action, path in item.items("actions"):
            if action.upper() not in PRIVILEGES and action != "*":
                help = meant(action.upper(), PRIVILEGES, "privileges")
                _wrong(context, access, path, f"`{brief(action)}` is not a privilege on a table", help)
        for resource, path in item.items("resources"):
            where, _ = split_columns(resource)
            if not (where == "*" or where.startswith(f"{system}:")) or "(" in where:
                help = f'write `"{system}:DATABASE.SCHEMA.TABLE"`, with columns `"{system}:DATABASE.SCHEMA.TABLE(a,b)"`'
                _wrong(context, access, path, f"`{brief(resource)}` is not a place in a database", help)


def _absent(context: Context, view: View, keys: tuple[str, ...], system: str) -> None:
    for key in keys:
        if view.has(key):
            help = "remove it: `allow` with `actions` and `resources` says what a role may"
            _wrong(context, view, view.below(key), f"`{key}` says nothing about access at {system}", help)


def _elsewhere(context: Context, item: View) -> None:
    for action, path in item.items("actions"):
        if action.upper() in PRIVILEGES:
            help = "write `service:Action`, such as `s3:GetObject`; privileges belong to `system: postgres`"
            _wrong(context, item, path, f"`{action}` is not an action", help)
    for resource, path in item.items("resources"):
        if resource.partition(":")[0] in TABLE_SYSTEMS:
            help = 'write an ARN, such as `"arn:aws:s3:::bucket/*"`; tables belong to `system: postgres`'
            _wrong(context, item, path, f"`{brief(resource)}` is not a resource", help)


def _wrong(context: Context, view: View, path: Path, message: str, help: str) -> None:
    context.notes.add("PC003", view.document, path, message, help)

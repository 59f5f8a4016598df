"""PC005: two policies for one vendor, and identities that two vendors claim."""

from __future__ import annotations

from collections.abc import Callable

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.view import View


def _issuer(value: str) -> str:
    return value.removeprefix("https://").rstrip("/").lower()


def _host(value: str) -> str:
    return value.lower().removeprefix("*.")


def _same(value: str) -> str:
    return value


#: The lists of ``recognise`` -> what one entry is called, and how two spellings of one are made equal.
_LISTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "aws_accounts": ("AWS account", _same),
    "aws_principals": ("AWS principal", _same),
    "issuers": ("issuer", _issuer),
    "oauth_apps": ("OAuth app", _same),
    "tenants": ("tenant", _same),
    "hosts": ("host", _host),
    "keys": ("key pattern", _same),
}


def across(context: Context) -> None:
    """Names and identities that must be unique among all files."""
    _unique(context, context.policies, "vendor", "a vendor has one policy file: join the two")
    _unique(context, context.catalogs, "dataset", "a dataset is described once: join or rename")
    _identities(context)


def _unique(context: Context, views: list[View], key: str, help: str) -> None:
    first: dict[str, View] = {}
    for view in views:
        name = view.text(key)
        other = first.setdefault(name, view)
        if name and other is not view:
            message = f"{key} `{name}` is described twice, first at {_line(other, (key,))}"
            context.notes.add("PC005", view.document, (key,), message, help)


def _line(view: View, path: Path) -> str:
    at = view.document.at(path)
    return f"{at.path}:{at.line}"


def _identities(context: Context) -> None:
    claimed: dict[tuple[str, str], tuple[View, Path]] = {}
    for view in context.policies:
        recognise = view.inside("recognise")
        for key, (what, plain) in _LISTS.items() if recognise is not None else ():
            for value, path in recognise.items(key) if recognise is not None else ():
                other, where = claimed.setdefault((key, plain(value)), (view, path))
                if other.text("vendor") != view.text("vendor"):
                    claimant = f"`{other.text('vendor')}` as well, at {_line(other, where)}"
                    help = "an identity belongs to one vendor: remove it from one of the two"
                    context.notes.add("PC005", view.document, path, f"{what} `{value}` is claimed by {claimant}", help)


def policy(context: Context, view: View) -> None:
    """A vendor that claims one of our own accounts or hosts."""
    recognise = view.inside("recognise")
    if recognise is not None and context.config is not None:
        _hosts(context, recognise, {_host(each) for each in context.config.texts("own_hosts")})
    own = context.own_accounts() if recognise is not None else frozenset()
    for value, path in recognise.items("aws_accounts") if recognise is not None else ():
        if value in own:
            message = f"`{value}` is one of our own accounts, so it cannot identify a vendor"
            help = "write the vendor's account, or take this one out of `own_accounts` and `groups`"
            context.notes.add("PC005", view.document, path, message, help)


def _hosts(context: Context, recognise: View, own: set[str]) -> None:
    for value, path in recognise.items("hosts"):
        if _host(value) in own:
            message = f"`{value}` is one of our own hosts, so it cannot identify a vendor"
            help = "name the vendor's own host, or take this one out of `own_hosts`"
            context.notes.add("PC005", recognise.document, path, message, help)


def config(context: Context, view: View) -> None:
    """Two connectors of one name."""
    seen: set[str] = set()
    for entry in view.each("connectors"):
        name = entry.text("name")
        if name and name in seen:
            message = f"two connectors are called `{name}`"
            context.notes.add(
                "PC005", entry.document, entry.below("name"), message, "evidence names the connector: rename one"
            )
        seen.add(name)

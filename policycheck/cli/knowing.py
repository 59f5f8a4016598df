"""The fields of products that are known by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import islice
from typing import TextIO

from policycheck.cli.app import App
from policycheck.cli.terminal import fitted
from policycheck.library.field_maps import known_fields, product_ids, products
from policycheck.library.profiles import Profile
from policycheck.library.taxonomy import NONE
from policycheck.model.problems import UsageProblem
from policycheck.reports import known as report

_NAMED = 5


def of_vendor(vendor: str, otherwise: str) -> Profile:
    """What is known of a vendor's fields. UsageProblem, with a near name or ``otherwise``, when that is nothing."""
    found = known_fields(vendor)
    if found is None or not found.keys:
        meant = near(vendor)
        help = f"did you mean `{meant}`?" if meant else otherwise
        raise UsageProblem(f"no fields of {vendor} are known by name", help)
    return found


def near(vendor: str) -> str:
    """The vendor that the writer of a name may have meant; "" where none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(vendor.lower(), product_ids(), n=1, cutoff=0.75)), "")


def strangers(app: App, vendors: Collection[str]) -> None:
    """Say of which vendors that a list names no fields are known by name."""
    told = [f"{each} (did you mean `{meant}`?)" if (meant := near(each)) else each for each in islice(vendors, _NAMED)]
    if told:
        more = f" and {len(vendors) - _NAMED} more" if len(vendors) > _NAMED else ""
        app.say(f"no fields known by name: {', '.join(told)}{more}; the generic rules judge theirs")


def fields_known(app: App, vendor: str, stream: TextIO, *, personal: bool, json: bool) -> None:
    """The fields of one product."""
    known = of_vendor(vendor, "`policycheck fields known` lists the products")
    shown = replace(known, keys={k: c for k, c in known.keys.items() if c != NONE}) if personal else known
    if json:
        report.fields_json(shown, stream)
    else:
        report.fields_text(shown, stream, app.page(stream), fitted(stream, app.environ))
    app.say(report.summary(known))


def products_known(app: App, stream: TextIO, *, json: bool) -> None:
    """The products of which fields are known."""
    found = [*products()]
    if json:
        report.products_json(found, stream)
    else:
        report.products_text(found, stream, app.page(stream), fitted(stream, app.environ))
    app.say(report.products_summary(found))

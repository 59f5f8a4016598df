"""The fields of products that are known by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TextIO

from policycheck.cli.app import App
from policycheck.cli.terminal import fitted
from policycheck.library.field_maps import known_fields, product_ids, products
from policycheck.library.profiles import Profile
from policycheck.library.taxonomy import NONE
from policycheck.model.problems import UsageProblem
from policycheck.reports import known as report


def of_vendor(vendor: str, otherwise: str) -> Profile:
    """What is known of a vendor's fields. UsageProblem, with a near name or ``otherwise``, when that is nothing."""
    found = known_fields(vendor)
    if found is None or not found.keys:
        from difflib import get_close_matches

        near = get_close_matches(vendor, product_ids(), n=1)
        help = f"did you mean `{near[0]}`?" if near else otherwise
        raise UsageProblem(f"no fields of {vendor} are known by name", help)
    return found


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

"""PC004 and PC005 for names.yaml: other names are of products that exist, and each means one."""

from __future__ import annotations

from collections.abc import Mapping

from policycheck.declared.context import Context
from policycheck.declared.references import reference
from policycheck.declared.view import View
from policycheck.declared.words import brief
from policycheck.library.field_maps import plain_name


def names(context: Context, view: View, products: Mapping[str, str]) -> None:
    """The file names.yaml; ``products`` are names by vendor."""
    meant = {plain_name(word): vendor for vendor, name in products.items() for word in (vendor, name)}
    also = View(view.document, view.below("also"), view.mapping("also"))
    for vendor in also.values:
        reference(context, view, also.below(vendor), vendor, products, "product", "products of the library")
        for name, path in also.items(vendor):
            plain = plain_name(name)
            if plain in meant:
                help = "a name means one product, and stands once: remove this one"
                message = f"`{brief(name)}` means `{meant[plain]}` already"
                context.notes.add("PC005", view.document, path, message, help)
            meant[plain] = vendor

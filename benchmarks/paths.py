"""Write ``policies/paths.tsv``, the paths that products agree on: ``python -m benchmarks.paths``.

To be done after new rules, weights or field maps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from benchmarks.measure import ROOT
from policycheck.fields.classify import normal
from policycheck.fields.judge import Judge
from policycheck.fields.keymap import parts
from policycheck.library.classification import load_rules
from policycheck.library.field_maps import known_fields, product_ids
from policycheck.library.known_paths import FILE, LEAST
from policycheck.library.weights import load_weights

#: Parts that say of no object what it is: anybody's payload may have them.
_ANYBODYS = (
    "argument attribute body content data detail edge entry event field hit info input item list meta metadata node "
    "object output param parameter payload property record request resource response result root row source value"
)

_WORDS = re.compile("[._]")
#: Two products have to agree on a path of so few words.
_FEW = 2


def lines() -> list[str]:
    """Path, category and vendor of each, sorted as bytes are."""
    judge = Judge(load_rules(), load_weights())
    told = (
        f"{path}\t{category}\t{vendor}\n"
        for path, (category, vendor) in _agreed().items()
        if judge.judge(path).category != category
    )
    return sorted(told, key=str.encode)


def _agreed() -> dict[str, tuple[str, str]]:
    """The paths that hold the same in each product which has them, raw and not a history; a path of two words must be
    that of two products, since anybody may call something so."""
    found: dict[str, dict[str, str]] = {}
    for path, category, vendor in _known():
        found.setdefault(path, {})[vendor] = category
    return {
        path: (category, vendor)
        for path, told in found.items()
        for vendor, category in islice(told.items(), 1)
        if category and len({*told.values()}) == 1 and (len(told) > 1 or len(_WORDS.split(path)) > _FEW)
    }


def _known() -> Iterator[tuple[str, str, str]]:
    anybodys = frozenset(_ANYBODYS.split())
    for vendor in product_ids():
        known = known_fields(vendor)
        for key, category in known.keys.items() if known else ():
            whole = parts(key, normal)
            if len(whole) >= LEAST and not anybodys.issuperset(whole[:-1]):
                plain = known is not None and key not in known.forms and key not in known.depths
                yield ".".join(whole), category if plain else "", vendor


if __name__ == "__main__":
    (ROOT / "policies" / FILE).write_text("".join(lines()), "utf-8")

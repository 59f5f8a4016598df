"""The tables of keys: what the schemas know, with the words of _keys.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policycheck.declared.schemas import SCHEMAS

_WORDS = Path(__file__).resolve().parent / "_keys.yaml"
_HEAD = ("| key | meaning | value |", "|---|---|---|")

#: Where a table stands in a page by hand: the mark before it, the schemas, the mark after it.
_PLACE = re.compile(r"(<!-- keys of ([^:]+): [^>]*-->).*?(<!-- end of the keys -->)", re.S)
#: The page of the library's files: the title of a file, and its schemas with a sentence for each part.
LIBRARY: dict[str, dict[str, str]] = {
    "A profile": {
        "profile": "`policies/vendors/NAME.yaml`, [how it is written](adding-a-vendor.md#a-profile-one-file-no-code).",
        "profile_source": "A source under `sources` that is a mapping; also in all files below that have `sources`:",
        "profile_recognise": "Under `recognise`:",
        "profile_key": "A field under `keys` that is a mapping:",
        "profile_field": "A field under `builtin` that is a mapping:",
        "profile_switch": "A switch under `switches`:",
        "profile_scopes": "Under `scopes`:",
    },
    "A field map": {
        "field_map": "`policies/fields/NAME.yaml`, [how it is written](adding-a-vendor.md#a-field-map).",
        "names": "`policies/names.yaml`, other names of products, so that `ga4` is Google Analytics.",
    },
    "A kind of vendor": {
        "kind": "`policies/kinds/NAME.yaml`, [how it is written](adding-a-vendor.md#a-kind-of-vendor).",
        "kind_row": "An entry under `needed`, `optional` or `over_shared`:",
        "kind_inventory": "Under `inventory`:",
    },
    "Combinations": {
        "combinations": "`policies/combinations.yaml`, [how it is written](adding-a-vendor.md#a-combination).",
        "combination": "A combination:",
        "member": "A member under `all_of` that is a mapping:",
    },
    "Frameworks": {
        "frameworks": "`policies/frameworks.yaml`, [how it is written](adding-a-vendor.md#a-framework).",
        "framework": "A framework:",
    },
    "Classification": {
        "classification": "`policies/classification.yaml`, [how it works](classification.md).",
        "name_rule": "A rule under `rules`:",
        "shape_rule": "A rule under `shapes`:",
        "form_words": "An entry under `forms`:",
        "depth_words": "An entry under `depths`:",
        "shape_form": "An entry under `shape_forms`:",
        "fit": "A category under `fits`:",
    },
}

_LIBRARY_HEAD = """\
# Files of the library

<!-- Written by docs/_generate.py from the schemas: do not edit. -->

Every key of the files that are shipped with policycheck. [Adding a vendor](adding-a-vendor.md) explains them with
examples; `policycheck validate --library` checks them. The files of your own project: [file formats](file-formats.md);
how a vendor's API is asked: [connector definitions](connector-definitions.md).
"""


@cache
def words() -> dict[str, dict[str, Any]]:
    """The meanings of keys by schema, and the words for shapes and types."""
    known: dict[str, dict[str, Any]] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return known


def library() -> str:
    """The page about the files of the library."""
    lines = [_LIBRARY_HEAD]
    for title, schemas in LIBRARY.items():
        lines.append(f"## {title}\n")
        for schema, sentence in schemas.items():
            lines += [f"{sentence}\n", *table(schema), ""]
    return "\n".join(lines)


def placed(page: str) -> str:
    """A page with the tables between its marks written anew: ``<!-- keys of contract=contract review=review: ...``."""
    return _PLACE.sub(lambda place: "\n".join([place[1], "", *table(*place[2].split()), "", place[3]]), page)


def told(page: str) -> set[str]:
    """The schemas of which a page has the keys."""
    return {name.rpartition("=")[2] for place in _PLACE.finditer(page) for name in place[2].split()}


def table(*names: str) -> Iterator[str]:
    """The keys of schemas; with ``limits=every`` those of ``every``, which stand under ``limits``."""
    yield from _HEAD
    inside = {name.rpartition("=")[0] for name in names}
    for name in names:
        prefix, _, schema = name.rpartition("=")
        for key, rules in SCHEMAS[schema].items():
            path = f"{prefix}.{key}" if prefix else key
            if path not in inside:
                yield _row(path, words()[schema][key], rules)


def _row(key: str, words: str | Mapping[str, str], rules: Mapping[str, Any]) -> str:
    more = {"means": words} if isinstance(words, str) else words
    default = more.get("default", "")
    if default:
        default = f" Default: {default}." if " " in default or default in ("all", "any") else f" Default: `{default}`."
    meaning = f"{'**Required.** ' if rules.get('required') else ''}{_sentence(more['means'])}{default}"
    example = "" if "allowed" in rules or rules["type"] == "boolean" else f": `{rules['meta']}`"
    return f"| `{key}` | {meaning} | {_value(rules)}{example} |"


def _value(rules: Mapping[str, Any]) -> str:
    if "allowed" in rules:
        return ", ".join(f"`{each}`" for each in rules["allowed"])
    if "shape" in rules:
        return str(words()["shapes"][rules["shape"]])
    word = str(words()["types"][rules["type"]])
    return f"{word}, {rules['min']:g} to {rules['max']:g}" if "min" in rules else word


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

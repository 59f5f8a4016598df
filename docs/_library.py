"""The pages about what the library knows: vendors.md, kinds.md, categories.md and frameworks.md."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from policycheck.cli.definitions import Definitions
from policycheck.library.combinations import Member, load_combinations
from policycheck.library.data import read_data
from policycheck.library.field_maps import products
from policycheck.library.frameworks import load_frameworks
from policycheck.library.kinds import kind_ids
from policycheck.library.profiles import profile_ids
from policycheck.library.rules import load_rules
from policycheck.library.taxonomy import load_taxonomy

_VENDORS_HEAD = """\
# Vendors

<!-- Written by docs/_generate.py from policies/vendors/: do not edit. -->

What is publicly known of a product, for everybody who uses it. It names and explains; it identifies no vendor of yours
and allows nothing, as only a [policy](writing-a-policy.md) does. *By itself* is what a product fills without being sent
it: *collected* by its pixel, SDK or connection, or *derived*, computed from what it has. What cannot be confirmed is
left out. Is one missing, or wrong? [Adding a vendor](adding-a-vendor.md) is one file. The words for data are
[categories](categories.md).
"""

_KINDS_HEAD = """\
# Kinds of vendors

<!-- Written by docs/_generate.py from policies/kinds/: do not edit. -->

What a service of a kind cannot do without (*needed*), may have with a reason (*optional*), and often gets for nothing
(*over-shared*). A policy with a `kind` and no `fields` allows exactly what is needed. What is over-shared is
[PC109](rules.md#pc109) when a policy allows it without a `why`. A category stands for all below it;
*forms* are the widest in which it is meant.
"""

_CATEGORIES_HEAD = """\
# Categories and combinations

<!-- Written by docs/_generate.py from policies/taxonomy.yaml and policies/combinations.yaml: do not edit. -->

The names that policies, the catalog and findings use for personal data. A category stands for all below it: to allow
`user.location` is to allow `user.location.imprecise`. The keys are those of {base}, with a few of our own; what
they mean here, and the sensitivity, with which the [severity](severity.md) of a finding begins, are ours.
`policycheck who CATEGORY` names who has one.
"""

_FRAMEWORKS_HEAD = """\
# Frameworks

<!-- Written by docs/_generate.py from policies/frameworks.yaml: do not edit. -->

Which articles and controls a rule serves, as a reviewer may cite them beside a finding. A finding is evidence about a
control; it never says that a law was broken. Titles of laws and of NIST are theirs; those of ISO, AICPA and PCI are in
our words.
"""

_FORMS = {
    "raw": "as it is",
    "hashed": "through a function without a way back, the same for everybody",
    "tokenised": "a stand-in that only its maker can turn back",
    "truncated": "a part of it",
    "masked": "with a part of it covered",
    "encrypted": "readable only with a key that the vendor does not have",
    "aggregated": "counted over many people",
}

_ORIGINS = {
    "sent": "we send it, in fields that the product has",
    "custom": "we send it, in fields that somebody defined at the vendor",
    "collected": "the vendor's own pixel, SDK or connection takes it",
    "derived": "the vendor computes it from what it has",
    "readable": "the vendor can read it where we keep it",
}


def pages() -> dict[str, str]:
    """File name -> text of every page about the library."""
    made = {"vendors.md": _vendors, "kinds.md": _kinds, "categories.md": _categories, "frameworks.md": _frameworks}
    return {name: "\n".join(write()) for name, write in made.items()}


def _vendors() -> Iterator[str]:
    yield _VENDORS_HEAD
    every = _profiles()
    yield from ["| vendor | in policies | kind | by itself |", "|---|---|---|---|"]
    for id, raw in every.items():
        alone = ", ".join(f"`{category}`" for category in _alone(raw))
        yield f"| [{raw['name']}](#{anchor(raw['name'])}) | `{id}` | {_kind_links(raw)} | {alone} |"
    yield ""
    yield from _mapped(every)
    for id, raw in every.items():
        yield from _vendor(id, raw)


def _mapped(described: Iterable[str]) -> Iterator[str]:
    """The products of which only names of fields are known."""
    known = [*products()]
    fields = sum(each.fields for each in known)
    every = [each for each in known if each.vendor not in described]
    yield f"""## Known by the names of their fields

Of {len(every)} further products a [field map](adding-a-vendor.md#a-field-map) tells what the fields of their public
schemas hold; `policycheck fields known "Freshdesk"` shows it, and a vendor of that name in your policies is read by it,
however it is spelled (`cal-com`, `Cal.com`). With those above, {fields:,} fields are known by name.
"""
    names = sorted((each.name for each in every), key=str.casefold)
    for first, found in groupby(names, lambda name: name[0].upper() if name[0].isalpha() else "0-9"):
        yield f"**{first}**  {', '.join(found)}"
        yield ""


def _profiles() -> dict[str, Any]:
    """Vendor -> its file, in the order of names."""
    every = {id: read_data("vendors", f"{id}.yaml") for id in profile_ids()}
    return dict(sorted(every.items(), key=lambda item: item[1]["name"].casefold()))


def _vendor(id: str, raw: Any) -> Iterator[str]:
    yield f"## {raw['name']}\n"
    yield from [f"* {line}" for line in _identity(id, raw)]
    yield ""
    if raw.get("builtin"):
        yield "Fields that it has of its own:\n"
        yield from [*_builtin(raw), ""]
    if raw.get("scopes", {}).get("reaches"):
        yield "What its scopes open:\n"
        yield from ["| scope | data |", "|---|---|"]
        for scope, data in raw["scopes"]["reaches"].items():
            yield f"| `{scope}` | {_codes(data)} |"
        yield ""
    yield from _sources(raw)


def _identity(id: str, raw: Any) -> Iterator[str]:
    yield f"in policies: `{id}`"
    yield f"kind: {_kind_links(raw)}"
    systems = raw.get("systems", [])
    if systems and systems != [id]:
        yield f"in inventories: {_codes(systems)}"
    words = {"hosts": "hosts", "aws_accounts": "AWS accounts", "issuers": "issuers", "oauth_apps": "apps"}
    for key, entries in raw.get("recognise", {}).items():
        yield f"{words[key]} that it publishes: {_codes(value for values in entries.values() for value in values)}"
    asked = [each.id for each in Definitions(date.max).every() if (each.system or each.id) in (systems or [id])]
    if asked:
        yield f"asked live by the [connector](connectors.md#vendors-apis) {_codes(asked)}"
    names = sum(map(len, raw.get("keys", {}).values()))
    if names:
        yield f"names of fields whose meaning is known: {names}"
    scopes = raw.get("scopes", {})
    if scopes.get("known"):
        without = {
            "unrestricted": "; a key without any may do everything",
            "nothing": "; a key without any may do nothing",
        }
        yield f"scopes that are known: {len(scopes['known'])}{without.get(scopes.get('null_means', ''), '')}"


def _builtin(raw: Any) -> Iterator[str]:
    """A table of the built-in fields, first what it takes by itself; one row for a category, way, switch and source."""
    rows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for source, group in raw["builtin"].items():
        for path, value in group.items():
            more = {"category": value} if isinstance(value, str) else value
            switch = raw["switches"][more["switch"]] if "switch" in more else {}
            off = "; off at first" if switch.get("initially") == "disabled" else ""
            kept = [more[key] for key in ("form", "depth") if key in more]
            how = ", ".join([more.get("origin", "sent"), *kept])
            rows[how, more["category"], f"{switch.get('how', '')}{off}", source].append(path)
    stopped = " stopped by |" if any(switch for _, _, switch, _ in rows) else ""
    yield from [f"| category | how | fields |{stopped} source |", f"|---|---|---|{'---|' if stopped else ''}---|"]
    for (how, category, switch, source), paths in sorted(rows.items(), key=_by_itself_first):
        yield f"| `{category}` | {how} | {_codes(paths)} |{f' {_cell(switch)} |' if stopped else ''} {source} |"


def _by_itself_first(row: tuple[tuple[str, ...], list[str]]) -> tuple[bool, tuple[str, ...]]:
    key, _ = row
    return key[0].startswith("sent"), key


def _alone(raw: Any) -> list[str]:
    facts = [value for group in raw.get("builtin", {}).values() for value in group.values()]
    alone = [each["category"] for each in facts if not isinstance(each, str) and each.get("origin") in _BY_ITSELF]
    return sorted(set(alone))


_BY_ITSELF = ("collected", "derived")


def _kind_links(raw: Any) -> str:
    labels = {id: read_data("kinds", f"{id}.yaml")["label"] for id in raw["kinds"]}
    return ", ".join(f"[{label}](kinds.md#{anchor(label)})" for label in labels.values())


def _kinds() -> Iterator[str]:
    yield _KINDS_HEAD
    every = {id: read_data("kinds", f"{id}.yaml") for id in kind_ids()}
    yield from ["| kind | in policies | needs |", "|---|---|---|"]
    for id, raw in every.items():
        needs = _codes(row["category"] for row in raw.get("needed", ())) or "nothing about people"
        yield f"| [{raw['label']}](#{anchor(raw['label'])}) | `{id}` | {needs} |"
    yield ""
    profiles = _profiles()
    for id, raw in every.items():
        yield f"## {raw['label'][:1].upper()}{raw['label'][1:]}\n"
        members = [each["name"] for each in profiles.values() if id in each["kinds"]]
        known = ", ".join(f"[{name}](vendors.md#{anchor(name)})" for name in members) or "none yet"
        yield f"`kind: {id}`. Vendors that are known: {known}.\n"
        yield from ["| category | is | why | source |", "|---|---|---|---|", *_kind_rows(raw), ""]
        if "inventory" in raw:
            yield f"`policycheck init --adopt` allows it access that only lists: {raw['inventory']['why']}.\n"
        yield from _sources(raw)


def _kind_rows(raw: Any) -> Iterator[str]:
    for key, word in (("needed", "needed"), ("optional", "optional"), ("over_shared", "over-shared")):
        for row in raw.get(key, ()):
            forms = f", {' or '.join(row['forms'])}" if "forms" in row else ""
            yield f"| `{row['category']}` | {word}{forms} | {_cell(row['why'])} | {row['source']} |"


def _sources(raw: Any) -> Iterator[str]:
    """The sources of a vendor or a kind, with the day on which each was read."""
    yield "Sources:\n"
    for id, entry in raw["sources"].items():
        what, day = (entry, raw["date"]) if isinstance(entry, str) else (entry["what"], entry.get("date", raw["date"]))
        yield f"* *{id}*: {_linked(what)}, read {day}"
    yield ""


def _categories() -> Iterator[str]:
    known = load_taxonomy()
    yield _CATEGORIES_HEAD.format(base=f"[{known.base}]({known.url})")
    yield from ["## Categories\n", "| category | is | sensitivity | other words |", "|---|---|---|---|"]
    for key, each in known.categories.items():
        yield f"| `{key}` | {_cell(each.label)} | {each.sensitivity} | {', '.join(each.aliases)} |"
    twice = "; ".join(f"`{left}` as `{right}`" for left, right in known.same.items())
    yield f"\nNames that {known.base.split()[0]} has twice are judged as one: {twice}."
    yield from ["", "## Forms\n", "| form | is | tells more than |", "|---|---|---|"]
    for form in known.forms:
        narrower = [each for each in known.forms if each in known.narrower.get(form, ())]
        yield f"| `{form}` | {_FORMS[form]} | {_codes(narrower)} |"
    yield "\nA policy that allows a form allows what tells less; what cannot be ordered is a violation.\n"
    yield from ["## Origins and depths\n", "| origin | is |", "|---|---|"]
    yield from (f"| `{origin}` | {_ORIGINS[origin]} |" for origin in known.origins)
    yield f"\nDepths, from narrow to wide: {_codes(known.depths)}.\n"
    yield from _combinations()
    yield from ["## Uses and subjects\n", f"Words for `use`: {_codes(sorted(known.uses))}.\n"]
    yield f"Words for `subjects`: {_codes(sorted(known.subjects))}.\n"


def _combinations() -> Iterator[str]:
    known = load_combinations()
    yield "## Combinations\n"
    yield "What one vendor has of the same people and does more harm together than apart: [PC104](rules.md#pc104).\n"
    yield from ["| combination | members | severity | why | shown by |", "|---|---|---|---|---|"]
    for each in known.all:
        members = "<br>".join(map(_member, each.members))
        yield f"| {_cell(each.label)} | {members} | {each.severity} | {_cell(each.why)} | {_cell(each.source)} |"
    weights = ", ".join(f"{form} {weight:g}" for form, weight in known.weights.items())
    yield f"\nThe severity is that of raw members. What a form leaves: {weights}. The weakest member weighs for all:"
    yield f"below {known.counts_from:g} there is no combination, below {known.lowers_below:g} it is less severe.\n"


def _member(member: Member) -> str:
    some = " or ".join(f"`{category}`" for category in member.any_of)
    return some + (", a history" if member.depth == "history" else "") + (" (joins)" if member.join else "")


def _frameworks() -> Iterator[str]:
    yield _FRAMEWORKS_HEAD
    known = load_frameworks()
    serves: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule, references in known.references.items():
        for each in references:
            serves[each.framework.id, each.number].append(rule)
    for id, framework in known.frameworks.items():
        yield f"## {framework.name}\n"
        yield f"<{framework.url}>, confirmed {framework.confirmed} from {framework.source}.\n"
        yield from ["| | title | rules |", "|---|---|---|"]
        for number, title in framework.entries.items():
            yield f"| `{number}` | {_cell(title)} | {_rules(serves[id, number])} |"
        yield ""
    titles = {id: rule.title for id, rule in load_rules().items()}
    yield from ["## Rules that no framework speaks of\n", "| rule | | why |", "|---|---|---|"]
    yield from (f"| {_rules([rule])} | {titles[rule]} | {why} |" for rule, why in known.reasons.items())
    yield ""


def _rules(ids: Iterable[str]) -> str:
    return ", ".join(f"[{id}](rules.md#{id.lower()})" for id in ids)


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _linked(text: str) -> str:
    """The text, with the addresses in it as links."""
    return re.sub(r"https?://[^\s,;]+", lambda match: f"<{match[0]}>", text)


def anchor(heading: str) -> str:
    """The anchor that a heading gets, on a host of code and on the site."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")

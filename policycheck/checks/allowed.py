"""Which fields two editions of a policy allow, compared point by point: categories, forms, depths, origins, ways.

A field is judged by the same entries, never lists and windows as ``checks.fields`` judges exposures by; what changed in
a profile, a default or a kind shows in the merged policy, so it shows here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from policycheck.checks.edited import place
from policycheck.library.taxonomy import Taxonomy
from policycheck.model.declared import Config, FieldRule, Never, Policy
from policycheck.model.drift import MILDER, NARROWER, WIDER, Change
from policycheck.model.places import Location

#: (form, depth, origin, integration; "" for none)
Point = tuple[str, str, str, str]


def field_changes(taxonomy: Taxonomy, old: Policy | None, new: Policy | None, today: date) -> Iterator[Change]:
    """What the new edition allows and the old one did not, and the other way round. None: there is no such policy."""
    vendor = (new or old).vendor if (new or old) else ""  # type: ignore[union-attr]
    integrations = {i.name for policy in (old, new) if policy for i in policy.integrations}
    for sense, before, after in ((WIDER, old, new), (NARROWER, new, old)):
        if after is None:
            continue
        told: dict[str, frozenset[Point]] = {}
        for day in _days(after, before, today):
            for category in _names(taxonomy):
                points = _points(taxonomy, after, category, day, integrations)
                points -= _points(taxonomy, before, category, day, integrations) if before else frozenset()
                parent = category.rpartition(".")[0]
                if points - told.get(category, frozenset()) - told.get(parent, frozenset()):
                    yield _change(taxonomy, vendor, sense, category, points, before, after, day, today)
                told[category] = told.get(category, frozenset()) | told.get(parent, frozenset()) | points


def never_changes(taxonomy: Taxonomy, old: Policy, new: Policy, config: Config) -> Iterator[Change]:
    """What is no longer forbidden, or is now: what is found of it is PC102 while it is, and less severe otherwise."""
    for sense, less, more in ((MILDER, new, old), (NARROWER, old, new)):
        alike: dict[tuple[str, ...], dict[str, Never]] = {}
        for category, nevers in _unmatched(taxonomy, less, more).items():
            alike.setdefault(tuple(sorted(map(_source, nevers))), {})[category] = nevers[0]
        for sources, categories in alike.items():
            one = next(iter(categories.values()))
            at = one.at if sense == NARROWER else _where(one, new, config)
            verb = "is" if len(categories) == 1 else "are"
            told = "no longer forbidden: where found, judged less severely than by PC102"
            what = f"{', '.join(categories)} {verb} {told if sense == MILDER else 'forbidden now'}"
            yield Change(new.vendor, "field", sense, what, f"through {' and '.join(sources)}", at)


def _unmatched(taxonomy: Taxonomy, less: Policy, more: Policy) -> dict[str, list[Never]]:
    """The entries of one policy of which no entry of the other forbids as much, by category."""
    found: dict[str, list[Never]] = {}
    for never in more.never:
        if not any(taxonomy.covers(each.category, never.category) for each in less.never):
            found.setdefault(never.category, []).append(never)
    return found


def _source(never: Never) -> str:
    return "its own list" if never.source == "policy" else never.source.replace(":", " ")


def _where(never: Never, new: Policy, config: Config) -> Location:
    """Where the entry that is gone would stand now."""
    kind, _, name = never.source.partition(":")
    if kind == "defaults":
        return place(config, "defaults.never")
    if kind == "profile" and name in new.extends:
        return place(config, f"profiles.{name}.never")
    return new.place("extends" if kind == "profile" else "never")


def _names(taxonomy: Taxonomy) -> list[str]:
    """The categories, each by one name only, parents before children."""
    twice = tuple(taxonomy.same)
    return [key for key in taxonomy.categories if not any(f"{key}.".startswith(f"{each}.") for each in twice)]


def _days(after: Policy, before: Policy | None, today: date) -> list[date]:
    """Today, and each later day from which on one of the two allows less."""
    ends = {rule.until for policy in (after, before) if policy for rule in policy.fields if rule.until}
    return [today, *sorted(end + timedelta(days=1) for end in ends if end >= today)]


def _points(taxonomy: Taxonomy, policy: Policy, category: str, day: date, integrations: set[str]) -> frozenset[Point]:
    if _forbidding(taxonomy, policy, category):
        return frozenset()
    points: set[Point] = set()
    for rule in _covering(taxonomy, policy, category):
        if rule.until is None or day <= rule.until:
            forms = [form for form in taxonomy.forms if taxonomy.form_within(rule.forms, form)]
            depths = [depth for depth in taxonomy.depths if taxonomy.depth_within(rule.depth, depth)]
            ways = rule.via or ("", *sorted(integrations))
            points.update(product(forms, depths, rule.origins or taxonomy.origins, ways))
    return frozenset(points)


def _covering(taxonomy: Taxonomy, policy: Policy, category: str) -> list[FieldRule]:
    return [rule for rule in policy.fields if taxonomy.covers(rule.category, category)]


def _forbidding(taxonomy: Taxonomy, policy: Policy | None, category: str) -> Never | None:
    nevers = policy.never if policy else ()
    return next((never for never in nevers if taxonomy.covers(never.category, category)), None)


def _change(
    taxonomy: Taxonomy, vendor: str, sense: str, category: str, points: frozenset[Point], before: Policy | None,
    after: Policy, day: date, today: date,
) -> Change:  # fmt: skip
    rules = _covering(taxonomy, after, category)
    rule = next((each for each in rules if each.until is None or day <= each.until), rules[0])
    lifted = _forbidding(taxonomy, before, category)
    why = ""
    if lifted:
        source = _source(lifted)
        verb = "no longer forbids" if sense == WIDER else "now forbids"
        why = f"{source} {verb} {lifted.category}"
    elif rule.source.startswith("kind:"):
        why = f"the kind {rule.source.partition(':')[2]} needs it"
    at: Location = lifted.at if lifted and sense == NARROWER else rule.at
    since = f" from {day} on" if day > today else ""
    return Change(vendor, "field", sense, f"{category} ({describe(taxonomy, points)}){since}", why, at)


def describe(taxonomy: Taxonomy, points: frozenset[Point]) -> str:
    """The widest forms of the points, then what is special about them: ``raw, history, collected``."""
    forms = {form for form, _, _, _ in points}
    widest = [form for form in taxonomy.forms if form in forms and not any(_wider(taxonomy, o, form) for o in forms)]
    words = [" or ".join(widest)]
    depths = {depth for _, depth, _, _ in points}
    words += [depth for depth in taxonomy.depths[1:] if depth in depths]
    origins = {origin for _, _, origin, _ in points}
    if origins != set(taxonomy.origins):
        words.append(" or ".join(each for each in taxonomy.origins if each in origins))
    ways = {way for _, _, _, way in points}
    words += [f"via {' or '.join(sorted(ways))}"] if "" not in ways else []
    return ", ".join(words)


def _wider(taxonomy: Taxonomy, one: str, other: str) -> bool:
    return one != other and other in taxonomy.narrower.get(one, ())

"""PC006: what cannot both hold; and limits that try to loosen."""

from __future__ import annotations

from functools import lru_cache

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.tightening import Never, Tightening, tightening, tightest, union
from policycheck.declared.view import View
from policycheck.library.kinds import kind_ids, load_kind
from policycheck.library.taxonomy import load_taxonomy


def policy(context: Context, view: View) -> None:
    """All contradictions of one policy."""
    parts = context.parts(view)
    _never(context, view, union(parts))
    _looser(context, view, parts)
    for item in view.each("access"):
        _window(context, item)


def allowed(view: View) -> list[tuple[str, Path]]:
    """The allowed categories with their places: the written ones, else those that the kind needs."""
    if "fields" in view.values:
        return [(item.text("category"), item.below("category")) for item in view.each("fields")]
    kind = view.text("kind")
    if kind not in kind_ids():
        return []
    return [(field.category, view.below("kind")) for field in load_kind(kind).needed]


def _never(context: Context, view: View, nevers: tuple[Never, ...]) -> None:
    known = load_taxonomy().categories
    nevers = tuple(never for never in nevers if never.category in known)
    for category, path in allowed(view):
        hit = (
            next((never for never in nevers if _covers(never.category, category)), None) if category in known else None
        )
        if hit is not None:
            _both(context, view, path, category, hit)


@lru_cache(maxsize=4096)
def _covers(declared: str, observed: str) -> bool:
    """Remembered, since the policies of one project repeat the same few pairs."""
    return load_taxonomy().covers(declared, observed)


def _both(context: Context, view: View, path: Path, category: str, never: Never) -> None:
    by_kind = path[-1] == "kind"
    what = f"`{category}`, which kind `{view.text('kind')}` needs," if by_kind else f"`{category}`"
    list_of = {"policy": "the never list", "defaults": "the never list of `defaults`"}.get(
        never.source, f"the never list of profile `{never.source.removeprefix('profile:')}`"
    )
    name = "" if never.category == category else f" (as `{never.category}`)"
    message = f"{what} is allowed and on {list_of}{name}"
    where = f"{never.at.path}:{never.at.line}"
    mend = "list `fields` without it" if by_kind else "remove it here"
    context.notes.add(
        "PC006", view.document, path, message, f"{mend}, or take `{never.category}` off the list at {where}"
    )


def _looser(context: Context, view: View, parts: list[Tightening]) -> None:
    best = tightest(parts)
    for bound in parts[0].bounds:
        kept = best[bound.name]
        if kept.value < bound.value:
            _, name = bound.name.split(".")
            held = f"{kept.value}, which {_holder(kept.source)} sets"
            message = f"`{name}: {bound.value}` is looser than {held}, so {kept.value} holds"
            path = (*view.path, *bound.name.split("."))
            help = f"write {kept.value} or less, or remove it; set at {kept.at.path}:{kept.at.line}"
            context.notes.add("PC006", view.document, path, message, help, severity="warning")


def _holder(source: str) -> str:
    return "`defaults`" if source == "defaults" else f"profile `{source.removeprefix('profile:')}`"


def _window(context: Context, view: View) -> None:
    start, until = view.day("from"), view.day("until")
    if start is not None and until is not None and start > until:
        message = f"the access ends on {until}, before it begins on {start}"
        context.notes.add("PC006", view.document, view.below("until"), message, "exchange the dates, or correct one")


def config(context: Context, view: View) -> None:
    """Profiles with a limit looser than the defaults."""
    defaults = view.inside("defaults")
    shared = [tightening(defaults, "defaults")] if defaults is not None else []
    for name, profile in view.named("profiles"):
        _looser(context, profile, [tightening(profile, f"profile:{name}"), *shared])

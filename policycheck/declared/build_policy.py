"""A checked policy file to the model, with what defaults and profiles add."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policycheck.declared import durations
from policycheck.declared.build_config import exception_of, flat
from policycheck.declared.conditions import canonical
from policycheck.declared.context import Context
from policycheck.declared.tightening import Bound, Never, tightest, union
from policycheck.declared.view import View
from policycheck.library.kinds import load_kind
from policycheck.model import declared as model

#: How often a policy is reviewed that does not say, in days.
YEARLY = 365


def build_policy(context: Context, view: View) -> model.Policy:
    """The policy of one vendor."""
    parts = context.parts(view)
    never, best = union(parts), tightest(parts)
    fields = _fields(view)
    return model.Policy(
        vendor=view.text("vendor"),
        at=view.value_at("vendor"),
        name=view.text("name"),
        legal_name=view.text("legal_name"),
        security_contact=view.text("security_contact"),
        kind=view.text("kind"),
        integrations=tuple(_integration(name, item) for name, item in view.named("integrations")),
        subjects=view.texts("subjects"),
        use=view.texts("use"),
        role=view.text("role"),
        owner=view.text("owner"),
        extends=view.texts("extends"),
        stage=view.text("stage") or "enforce",
        recognise=_recognise(view.inside("recognise")),
        fields=fields,
        fields_declared="fields" in view.values,
        never=tuple(model.Never(entry.category, entry.at, entry.source) for entry in never),
        limits=_limits(best),
        access=tuple(_access(context, item) for item in view.each("access")),
        contract=_contract(view.inside("contract")),
        review=_review(view.inside("review"), best.get("review.every_days")),
        exceptions=tuple(exception_of(item) for item in view.each("exceptions")),
        observe=tuple(_observe(item) for item in view.each("observe")),
        merged=tuple(_merged(view, fields, never, best)),
        places=tuple((key, view.at(key)) for key in view.values),
    )


def _integration(name: str, view: View) -> model.Integration:
    return model.Integration(name, view.at(), view.text("kind"), view.text("tenant"))


def _recognise(view: View | None) -> model.Recognise:
    if view is None:
        return model.Recognise()
    places = tuple((f"{key}:{value}", view.document.at(path)) for key in view.values for value, path in view.items(key))
    lists: dict[str, Any] = {key: view.texts(key) for key in view.values}
    return model.Recognise(**lists, places=places)


def _fields(view: View) -> tuple[model.FieldRule, ...]:
    if "fields" in view.values:
        return tuple(_field(item) for item in view.each("fields"))
    kind = view.text("kind")
    if not kind:
        return ()
    at = view.value_at("kind")
    needed = load_kind(kind).needed
    return tuple(
        model.FieldRule(item.category, at, forms=item.forms, why=item.why, source=f"kind:{kind}") for item in needed
    )


def _field(view: View) -> model.FieldRule:
    return model.FieldRule(
        category=view.text("category"),
        at=view.value_at("category"),
        forms=view.texts("forms"),
        origins=view.texts("origins"),
        depth=view.text("depth") or "latest",
        via=view.texts("via"),
        keep_days=view.number("keep_days"),
        until=view.day("until"),
        why=view.text("why"),
    )


def _access(context: Context, view: View) -> model.AccessRule:
    require = view.inside("require")
    groups = view.texts("in")
    accounts = [account for name in groups for account in context.group(name) or (name,)]
    principals, scopes = view.items("principals"), view.items("scopes")
    return model.AccessRule(
        system=view.text("system"),
        at=view.at(),
        accounts=tuple(dict.fromkeys(accounts)),
        groups=groups,
        principals=tuple(value for value, _ in principals),
        principals_at=tuple(view.document.at(path) for _, path in principals),
        require=_require(require) if require is not None else None,
        allow=tuple(_allow(item) for item in view.each("allow")),
        scopes=tuple(value for value, _ in scopes),
        scopes_at=tuple(view.document.at(path) for _, path in scopes),
        held_by=view.text("held_by"),
        integration=view.text("integration"),
        start=view.day("from"),
        until=view.day("until"),
        ticket=view.text("ticket"),
        why=view.text("why"),
    )


def _require(view: View) -> model.Require:
    return model.Require(
        at=view.at(),
        external_id=view.text("external_id"),
        max_session=durations.seconds(view.text("max_session")),
        source_ips=view.texts("source_ips"),
        key_expiry=durations.days(view.text("key_expiry")),
    )


def _allow(view: View) -> model.AllowRule:
    return model.AllowRule(
        at=view.at(),
        actions=view.texts("actions"),
        resources=view.texts("resources"),
        conditions=canonical(view.mapping("conditions")),
        aws_managed=view.text("aws_managed"),
        sha256=view.text("sha256"),
        why=view.text("why"),
    )


def _contract(view: View | None) -> model.Contract | None:
    if view is None:
        return None
    return model.Contract(
        at=view.at(),
        dpa=view.text("dpa"),
        ends=view.day("ends"),
        breach_notice_hours=view.number("breach_notice_hours"),
        clauses=view.texts("clauses"),
        subprocessors=tuple(
            model.Subprocessor(item.text("name"), item.text("for"), item.text("region"))
            for item in view.each("subprocessors")
        ),
        regions=view.texts("regions"),
        transfer=view.text("transfer"),
        retention_days=view.number("retention_days"),
        delete_after_end_days=view.number("delete_after_end_days"),
    )


def _review(view: View | None, every: Bound | None) -> model.Review | None:
    if view is not None:
        return model.Review(view.at(), every.value if every else YEARLY, view.day("last"), view.text("by"))
    return model.Review(every.at, every.value) if every else None


def _limits(best: dict[str, Bound]) -> model.Limits:
    bounds = {name.removeprefix("limits."): bound for name, bound in best.items() if name.startswith("limits.")}
    values = {name: bound.value for name, bound in bounds.items()}
    return model.Limits(**values, places=tuple((name, bound.at) for name, bound in bounds.items()))


def _observe(view: View) -> model.Observe:
    return model.Observe(
        view.text("system"), view.text("by"), view.number("every_days") or 0, view.text("reason"), view.at()
    )


def _merged(
    view: View, fields: tuple[model.FieldRule, ...], never: tuple[Never, ...], best: dict[str, Bound]
) -> Iterator[tuple[str, str, str]]:
    """Every value that holds for the vendor, with the place it comes from."""
    path = view.document.path
    for key, value, line in flat(view):
        if not key.startswith(("never", "limits.")) and key != "review.every_days":
            yield key, value, f"{path}:{line}"
    if "fields" not in view.values:
        for index, field in enumerate(fields):
            yield f"fields[{index}].category", field.category, field.source
    for index, entry in enumerate(never):
        yield f"never[{index}]", entry.category, f"{entry.at.path}:{entry.at.line}"
    for name, bound in best.items():
        yield name, str(bound.value), f"{bound.at.path}:{bound.at.line}"

"""Checked files of the catalog and of overrides to the model."""

from __future__ import annotations

from policycheck.declared.view import View
from policycheck.library.taxonomy import NONE
from policycheck.model.declared import Dataset, DatasetField, Override


def build_dataset(view: View) -> Dataset:
    """The dataset of one file."""
    subjects = view.inside("subjects") or View(view.document, ("subjects",), {})
    fields = _fields(view.inside("fields"))
    return Dataset(
        name=view.text("dataset"),
        at=view.value_at("dataset"),
        locations=view.texts("locations"),
        fields=tuple(field for field in fields if field.category != NONE),
        plain=tuple(field.name for field in fields if field.category == NONE),
        none_why=view.text("why") if view.text("fields") == "none" else "",
        subject_kind=subjects.text("kind"),
        count=subjects.number("count"),
        regions=subjects.texts("regions"),
        places=tuple((key, view.at(key)) for key in view.values),
    )


def _fields(view: View | None) -> tuple[DatasetField, ...]:
    if view is None:
        return ()
    return tuple(_field(view, name) for name in view.values)


def _field(view: View, name: str) -> DatasetField:
    item = view.inside(name)
    if item is None:
        return DatasetField(name, view.text(name), view.at(name))
    form, depth = item.text("form") or "raw", item.text("depth") or "latest"
    return DatasetField(name, item.text("category") or None, view.at(name), form, depth, item.text("review"))


def build_overrides(view: View) -> tuple[Override, ...]:
    """What the people of the project decided in one file."""
    return tuple(
        Override(
            field=item.text("field"),
            category=item.text("category"),
            at=item.value_at("field"),
            system=item.text("system"),
            vendor=item.text("vendor"),
            form=item.text("form"),
            why=item.text("why"),
        )
        for item in view.each("fields")
    )

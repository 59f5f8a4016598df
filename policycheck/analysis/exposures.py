"""Which vendor has, or can read, which category: the join of grants, datasets, vendor fields and attestations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from policycheck.analysis.readings import Reading
from policycheck.fields.classify import Classifier
from policycheck.library.profiles import Profile
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.facts import Attestation, VendorField
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence
from policycheck.model.verdict import Witness

#: The shape of a field that never had a value in any sample.
EMPTY = "empty"

#: A key that stands for others, whose names are not known: only the shape of the values tells what they are.
_STAND_IN = re.compile(r"(?:^|\.)\{(?:key|id|uuid|hash|date|secret|url)\}(?:\[\])*$")


def limited_exposure(grant: Grant, evidence: tuple[Evidence, ...], reading: Reading, field: DatasetField) -> Exposure:
    """A field of what one access can read of a dataset; of how many people is not known when rows are limited."""
    exposure = readable_exposure(grant, evidence, reading.dataset, field, reading.witness)
    limits = (*reading.limits, *reading.notes)
    if not limits:
        return exposure
    subjects = None if reading.rows else exposure.subjects
    return replace(exposure, limits=limits, mend=reading.mend, subjects=subjects)


def readable_exposure(
    grant: Grant, evidence: tuple[Evidence, ...], dataset: Dataset, field: DatasetField, witness: Witness
) -> Exposure:
    """A grant that can read a dataset's location gives every field of that dataset; ``evidence`` is of the access."""
    return Exposure(
        vendor=grant.vendor or "",
        category=field.category,
        form=field.form,
        depth=field.depth,
        origin="readable",
        place=f"{dataset.name}.{field.name}",
        via=grant.principal,
        system=grant.system,
        evidence=(*evidence, _told(field)),
        dataset=dataset.name,
        field=field.name,
        account=grant.account,
        action=f"{witness.action} on {witness.place}",
        subjects=dataset.count,
        decided_by=field.told.note if field.told else "catalog",
        at=field.at,
        subject_kind=dataset.subject_kind,
    )


def _told(field: DatasetField) -> Evidence:
    """Where the catalog says what a field is."""
    return field.told or Evidence("catalog", str(field.at))


def held_exposure(field: VendorField, vendor: str, classifier: Classifier, profile: Profile | None) -> Exposure | None:
    """A field that the vendor holds itself; None when it is known to hold nothing personal."""
    judged = classifier.classify(field, profile, vendor)
    if judged.category == "none":
        return None
    path = f"{field.object}.{field.path}" if field.object else field.path
    return Exposure(
        vendor=vendor,
        category=judged.category,
        form=judged.form,
        depth=judged.depth,
        origin=field.origin,
        place=f"{field.system} {path}",
        via=field.connector,
        system=field.system,
        evidence=(Evidence(field.connector, field.where),),
        field=path,
        account=field.tenant,
        tenant=field.tenant,
        decided_by=judged.decided_by,
        perhaps=judged.perhaps,
    )


def sent_exposure(field: VendorField, vendor: str, classifier: Classifier, profile: Profile | None) -> Exposure | None:
    """A field that samples show being sent; None when it holds nothing personal, or nothing was in it."""
    if field.shape == EMPTY:
        return None
    judged = classifier.classify(field, profile, vendor)
    if judged.decided_by.startswith("rule ") and _STAND_IN.search(field.path):
        judged = classifier.classify(replace(field, object="", path="value"), profile, vendor)
    if judged.category == "none":
        return None
    return Exposure(
        vendor=vendor,
        category=judged.category,
        form=judged.form,
        depth=judged.depth,
        origin=field.origin,
        place=f"{field.host} {field.object} {field.path}",
        via=field.connector,
        system=field.host,
        evidence=(Evidence(field.connector, field.where, _counted(field)),),
        field=f"{field.path} of {field.object}",
        decided_by=judged.decided_by,
        perhaps=judged.perhaps,
        host=field.host,
        records=field.records,
    )


def known_sent(field: VendorField, to: str, vendor: str, dataset: Dataset, each: DatasetField, path: str) -> Exposure:
    """A field of a dataset that is sent from there under this path, alone or as a part of a whole."""
    return Exposure(
        vendor=vendor,
        category=each.category,
        form=field.form if field.form and each.form == "raw" else each.form,
        depth=each.depth,
        origin=field.origin,
        place=f"{to} {field.object} {path}",
        via=field.connector,
        system=to,
        evidence=(
            Evidence(field.connector, field.where, _counted(field)),
            each.told or Evidence("catalog", str(each.at)),
        ),
        dataset=dataset.name,
        field=f"{path} of {field.object}",
        subjects=dataset.count,
        decided_by=f"catalog {dataset.name}.{each.name}",
        at=each.at,
        subject_kind=dataset.subject_kind,
        host=to,
        records=field.records,
    )


def unknown_sent(field: VendorField, to: str, vendor: str) -> Exposure:
    """Something that is sent and that nothing describes; its note says where it comes from, if that is elsewhere."""
    source = next(iter(field.sources), field.object)
    note = _counted(field) if source == field.object else f"from {source}"
    return Exposure(
        vendor=vendor,
        category=None,
        form="raw",
        depth="latest",
        origin=field.origin,
        place=f"{to} {field.object} {field.path}",
        via=field.connector,
        system=to,
        evidence=(Evidence(field.connector, field.where, note),),
        field=f"{field.path} of {field.object}",
        host=to,
        records=field.records,
    )


def _counted(field: VendorField) -> str:
    if not field.records:
        return ""
    return count_of(field.records) + (f", the latest of {field.last_seen}" if field.last_seen else "")


def count_of(records: int) -> str:
    """``1 record``, ``1,200 records``."""
    return f"{records:,} record{'' if records == 1 else 's'}"


def attested_exposures(statement: Attestation) -> Iterator[Exposure]:
    """The categories that a person stated the vendor to hold; how it got them was not asked."""
    for category in statement.fields or ():
        yield Exposure(
            vendor=statement.vendor,
            category=category,
            form="raw",
            depth="latest",
            origin="",
            place=f"{statement.system} (stated)",
            via=statement.connector,
            system=statement.system,
            evidence=(Evidence(statement.connector, statement.where, f"stated on {statement.on}"),),
            decided_by="attestation",
        )

"""The analysis of a snapshot, ready to be asked."""

from __future__ import annotations

from policycheck.analysis.analyst import Analyst
from policycheck.analysis.guards import guards_of
from policycheck.analysis.live_catalog import completed
from policycheck.analysis.organization import Organization
from policycheck.model.declared import Project
from policycheck.model.partition import FactSource


def analyst_of(project: Project, snapshot: FactSource) -> Analyst:
    """An analyst that knows everything that holds for more than one partition; its project has the live catalog."""
    documents = snapshot.documents()
    whole, conflicts = completed(project, snapshot.catalog())
    return Analyst(
        whole,
        documents,
        snapshot.accounts(),
        Organization(snapshot.units(), snapshot.controls(), documents, snapshot.coverage()),
        snapshot.resource_policies(),
        snapshot.clouds(),
        snapshot.canonical_ids(),
        snapshot.providers(),
        conflicts,
        guards_of(snapshot),
    )

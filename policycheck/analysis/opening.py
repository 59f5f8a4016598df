"""The analysis of a snapshot, ready to be asked."""

from __future__ import annotations

from policycheck.analysis.analyst import Analyst
from policycheck.analysis.organization import Organization
from policycheck.model.declared import Project
from policycheck.model.partition import FactSource


def analyst_of(project: Project, snapshot: FactSource) -> Analyst:
    """An analyst that knows everything that holds for more than one partition."""
    documents = snapshot.documents()
    return Analyst(
        project,
        documents,
        snapshot.accounts(),
        Organization(snapshot.units(), snapshot.controls(), documents),
        snapshot.resource_policies(),
        snapshot.clouds(),
        snapshot.canonical_ids(),
        snapshot.providers(),
    )

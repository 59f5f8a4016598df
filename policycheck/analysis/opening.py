"""The analysis of a snapshot, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.analysis.analyst import Analyst
from policycheck.analysis.guards import guards_of
from policycheck.analysis.live_catalog import completed
from policycheck.analysis.organization import Organization
from policycheck.library.profiles import account_vendors
from policycheck.model.declared import Project
from policycheck.model.facts import Coverage
from policycheck.model.partition import FactSource


def analyst_of(project: Project, snapshot: FactSource) -> Analyst:
    """An analyst that knows everything that holds for more than one partition; its project has the live catalog."""
    documents = snapshot.documents()
    whole, conflicts = completed(project, snapshot.catalog())
    coverage = snapshot.coverage()
    return Analyst(
        whole,
        documents,
        snapshot.accounts() | callers(project, coverage),
        Organization(snapshot.units(), snapshot.controls(), documents, coverage),
        snapshot.resource_policies(),
        snapshot.clouds(),
        snapshot.canonical_ids(),
        snapshot.providers(),
        conflicts,
        guards_of(snapshot),
    )


def callers(project: Project, coverage: Iterable[Coverage]) -> frozenset[str]:
    """The accounts from which connectors ask AWS: ours, since we hold credentials there, as no name of a role could
    show. Not so of an account that a policy recognises, or that a vendor publishes: it may look into ours for us."""
    vendors = {account for policy in project.policies for account in policy.recognise.aws_accounts}
    arns = [arn for policy in project.policies for arn in policy.recognise.aws_principals if arn.count(":") > 4]
    theirs = vendors | {arn.split(":")[4] for arn in arns} | set(account_vendors())
    return frozenset(account for row in coverage if row.system == "aws" for account in row.callers) - theirs

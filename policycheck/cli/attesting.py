"""Attestations: what to ask about a vendor, and which statements are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath

from policycheck.cli.app import App
from policycheck.cli.definitions import Definitions
from policycheck.cli.files import atomic, public_mode
from policycheck.model.declared import Config, Policy, Project
from policycheck.model.facts import Attestation
from policycheck.model.problems import UsageProblem
from policycheck.reports.attestations import Due, Questions, form

_TYPE = "attestation"
_DIRECTORY = "attestations"


def write(app: App, vendor: str, system: str | None, into: str | None) -> Path:
    """Write a form for one vendor; its path. UsageProblem for an unknown vendor, and where the file exists."""
    project = app.load()
    policy = _policy(project, vendor)
    chosen = system or _system(policy)
    text = form(policy, chosen, policy.owner, app.today, _questions(app, policy, chosen))
    root = Path(project.config.root).resolve()
    directory = (root / (into or _place(project.config))).resolve()
    if not directory.is_relative_to(root):
        raise UsageProblem(f"{into} lies outside of the project", "name a directory in it with --into")
    path = directory / f"{vendor}.yaml"
    if path.exists():
        path = directory / f"{vendor}-{app.today.isoformat()}.yaml"
    if path.exists():
        raise UsageProblem(f"{path} exists already", "fill it in, or move it away")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with atomic(path, public_mode()) as stream:
            stream.write(text)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written ({error.strerror})", "name another directory with --into"
        ) from None
    return path


def is_read(config: Config) -> bool:
    """Whether a connector of the project reads attestations at all."""
    return any(entry.type == _TYPE for entry in config.connectors)


def _policy(project: Project, vendor: str) -> Policy:
    from difflib import get_close_matches

    policies = {policy.vendor: policy for policy in project.policies}
    if vendor not in policies:
        near = get_close_matches(vendor, policies, 1)
        write = f"write policies/{vendor}.yaml first; `vendor: {vendor}` and its kind are enough to begin with"
        help = f"did you mean {near[0]}?" if near else write
        raise UsageProblem(f"no policy is about a vendor {vendor}", help)
    return policies[vendor]


def _system(policy: Policy) -> str:
    """Where it is to be attested: the planned blind spot, else the system named like the vendor."""
    return policy.observe[0].system if policy.observe else policy.vendor


def _place(config: Config) -> str:
    """The directory from which a connector reads attestations."""
    for entry in config.connectors:
        paths = entry.options.get("paths")
        pattern = paths[0] if isinstance(paths, list | tuple) and paths else paths
        if entry.type == _TYPE and isinstance(pattern, str):
            parts = PurePosixPath(pattern).parts[:-1]
            return "/".join(part for part in parts if not set(part) & set("*?[")) or "."
    return _DIRECTORY


def _questions(app: App, policy: Policy, system: str) -> Questions:
    from policycheck.library.kinds import kind_ids, load_kind
    from policycheck_connectors.registry import vendors

    told: dict[str, list[str]] = {"credentials": [], "fields": []}
    if system in vendors():
        for each in Definitions(app.today).shipped(system).unknown:
            told[each.facts].append(each.attest)
    kind = load_kind(policy.kind) if policy.kind in kind_ids() else None
    suspects = tuple((field.category, field.why) for field in kind.over_shared) if kind else ()
    return Questions(tuple(told["credentials"]), tuple(told["fields"]), suspects)


def due(app: App, within: int) -> list[Due]:
    """What is due within so many days, the most urgent first. UsageProblem where attestations cannot be read."""
    project = app.load()
    statements = _statements(app, project.config)
    found = [each for policy in project.policies for each in _planned(policy, statements)]
    last = app.today + timedelta(days=within)
    chosen = [each for each in found if each.due is None or each.due <= last]
    return sorted(chosen, key=lambda each: (each.due is not None, each.due or app.today, each.vendor, each.system))


def _planned(policy: Policy, statements: list[Attestation]) -> Iterator[Due]:
    from policycheck.checks.context import day_of
    from policycheck.checks.coverage import newest

    for plan in policy.observe:
        statement = newest(policy, plan, statements)
        last = day_of(statement.on) if statement is not None else None
        # One day more than the period: that is when it no longer counts.
        due = last + timedelta(days=plan.every_days + 1) if last else None
        yield Due(policy.vendor, plan.system, plan.every_days, last, due, policy.owner, str(plan.at))


def _statements(app: App, config: Config) -> list[Attestation]:
    """Every statement of the project's files, read now; what cannot be read is said."""
    from policycheck_connectors.registry import build
    from policycheck_connectors.runner import run

    found: list[Attestation] = []
    connectors = [build(entry, Path(config.root)) for entry in config.connectors if entry.type == _TYPE]
    rows = run(connectors, lambda fact: found.append(fact) if isinstance(fact, Attestation) else None)
    for row in rows:
        if row.status != "complete":
            app.say(f"{row.where or row.connector}: {row.reason}")
    return found

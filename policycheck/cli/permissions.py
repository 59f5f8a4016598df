"""What a type of connector needs to be allowed, as text."""

from __future__ import annotations

import json

from policycheck.declared.words import meant
from policycheck.model.problems import UsageProblem


def text(type: str, form: str, services: tuple[str, ...], role: str) -> str:
    """The permissions of a type in one of the forms; raises UsageProblem for an unknown type or service."""
    from policycheck_connectors.registry import types

    known = [info.type for info in types()]
    if type not in known:
        raise UsageProblem(f"unknown type of connector: {type}", meant(type, known, "known types"))
    if type == "postgres":
        from policycheck_connectors.postgres.permissions import sql

        return sql(role)
    if type != "aws":
        raise UsageProblem(f"{type} has no permissions of its own", "it reads what is given to it, such as files")
    from policycheck_connectors.aws import permissions
    from policycheck_connectors.aws.names import FAMILIES

    try:
        names = permissions.chosen(services)
    except ValueError as error:
        raise UsageProblem(f"unknown service: {error}", meant(str(error), FAMILIES, "known services")) from None
    if form == "terraform":
        return permissions.terraform(names, role)
    if form == "cloudformation":
        return permissions.cloudformation(names, role)
    return json.dumps(permissions.policy(names, role=role), indent=2) + "\n"

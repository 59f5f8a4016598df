"""What a type of connector needs to be allowed, as text."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.declared.words import meant
from policycheck.model.problems import UsageProblem

if TYPE_CHECKING:
    from policycheck.model.definitions import Definition

#: What IAM takes as the name of a role; anything else could say more than a name in what is printed.
_ROLE = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
#: The name stands in a comment and between dollar quotes too.
_POSTGRES_ROLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029$]{1,63}")


def listed(services: str | None) -> tuple[str, ...]:
    """The names in ``--services``, empty without it; raises UsageProblem when it names nothing."""
    names = tuple(filter(None, (name.strip() for name in (services or "").split(","))))
    if services is not None and not names:
        raise UsageProblem("--services names no service", "leave it out for all of them, or write `--services iam,s3`")
    return names


def text(
    name: str, form: str, services: tuple[str, ...], role: str, today: date = date.max, root: Path | None = None
) -> str:
    """The permissions of a type in one of the forms; or of a connector of that name in the project in ``root``. Raises
    UsageProblem for what is neither, and for no name of a role."""
    from policycheck.cli.definitions import shown

    info, definition = shown(name, today, root)
    type = info.type
    if definition is not None:
        return _asked(name, definition)
    if type == "postgres":
        from policycheck_connectors.postgres.permissions import sql

        _check_name(
            role, _POSTGRES_ROLE, "PostgreSQL takes at most 63 bytes, and psql would read a $ or the end of a line"
        )
        return sql(role)
    if type != "aws":
        raise UsageProblem(f"{type} has no permissions of its own", "it reads what is given to it, such as files")
    _check_name(role, _ROLE, "IAM takes 1 to 64 letters, digits and any of + = , . @ _ -")
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


def _asked(name: str, definition: Definition) -> str:
    """What a vendor's credential must be allowed, a line each; UsageProblem where its definition names nothing."""
    needs = [need for request in definition.requests for need in request.needs]
    if not needs:
        held = "; ".join(f"`{key}` is {what}" for key, what in definition.auth.credentials.items())
        raise UsageProblem(f"the definition of {name} names no scopes", held or "it needs no credential")
    return "".join(f"{need}\n" for need in dict.fromkeys(needs))


def _check_name(role: str, pattern: re.Pattern[str], help: str) -> None:
    if not pattern.fullmatch(role):
        raise UsageProblem("--role is not the name of a role", help)

"""What a type of connector needs to be allowed, as text."""

from __future__ import annotations

import json
import re
from datetime import date

from policycheck.declared.words import meant
from policycheck.model.problems import UsageProblem

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


def text(type: str, form: str, services: tuple[str, ...], role: str, today: date = date.max) -> str:
    """The permissions of a type in one of the forms; raises UsageProblem for an unknown one, or no name of a role."""
    from policycheck_connectors.registry import types, vendors

    known = [*(info.type for info in types()), *vendors()]
    if type not in known:
        raise UsageProblem(f"unknown type of connector: {type}", meant(type, known, "known types"))
    if type == "postgres":
        from policycheck_connectors.postgres.permissions import sql

        _check_name(
            role, _POSTGRES_ROLE, "PostgreSQL takes at most 63 bytes, and psql would read a $ or the end of a line"
        )
        return sql(role)
    if type in vendors():
        return _asked(type, today)
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


def _asked(vendor: str, today: date) -> str:
    """What a vendor's credential must be allowed, a line each; UsageProblem where its definition names nothing."""
    from policycheck.cli.definitions import Definitions

    needs = [need for request in Definitions(today).shipped(vendor).requests for need in request.needs]
    if not needs:
        help = (
            f"`policycheck connectors show {vendor}` tells what it asks; `connectors doctor` what a credential may see"
        )
        raise UsageProblem(f"the definition of {vendor} names no scopes that its credential needs", help)
    return "".join(f"{need}\n" for need in dict.fromkeys(needs))


def _check_name(role: str, pattern: re.Pattern[str], help: str) -> None:
    if not pattern.fullmatch(role):
        raise UsageProblem("--role is not the name of a role", help)

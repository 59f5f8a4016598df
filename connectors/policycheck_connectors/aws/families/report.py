"""The credential report of an account: console passwords with their age and use, second factors, and the keys of the
root user, which no other call tells.

The columns are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html; what is
not named here is never looked at. How it is planted: a user with a login profile, with or without an MFA device.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator, Mapping

from policycheck.model.facts import Credential, Fact
from policycheck_connectors.aws.family import ACCOUNT, Family
from policycheck_connectors.aws.room import Room

MAKE, GET = "iam.generate_credential_report", "iam.get_credential_report"
_CREDENTIALS = "credentials"
#: Seconds between two looks whether the report is there; the first is nearly always enough.
PAUSES = (0.2, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_ROOT = "<root_account>"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00|Z)")
_NEEDED = frozenset({"user", "arn", "password_enabled", "mfa_active", "access_key_1_active", "access_key_2_active"})
_KNOWS = ("created", "last_used", "status")


def _pull(room: Room) -> Iterator[Fact]:
    if not _made(room):
        return
    answer = room.ask(_CREDENTIALS, GET)
    if answer is None:
        return
    content = answer.get("Content", b"")
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
    rows = csv.DictReader(io.StringIO(text))
    if _NEEDED - set(rows.fieldnames or ()):
        room.gap(_CREDENTIALS, "the credential report lacks columns that it should have", "report this")
        return
    for row in rows:
        yield from _of_user(room, row)


def _made(room: Room) -> bool:
    """Whether the report is there; it is made when the last one is older than four hours."""
    for pause in (*PAUSES, None):
        answer = room.ask(_CREDENTIALS, MAKE)
        if answer is None:
            return False
        if answer.get("State") == "COMPLETE":
            return True
        if pause is not None:
            time.sleep(pause)
    room.gap(_CREDENTIALS, "the credential report was not ready in time", "pull again: it goes on being made")
    return False


def _of_user(room: Room, row: Mapping[str, str]) -> Iterator[Credential]:
    root = row["user"] == _ROOT
    if row["password_enabled"] == "true" or root:
        yield _credential(
            room,
            row,
            "console password",
            created=_moment(row.get("password_last_changed")),
            last_used=_moment(row.get("password_last_used")),
            mfa=row["mfa_active"] == "true",
        )
    # Those of users are told with their ids by iam.list_access_keys.
    for number in (1, 2) if root else ():
        key = f"access_key_{number}"
        if row[f"{key}_active"] == "true":
            yield _credential(
                room,
                row,
                f"access key {number}",
                created=_moment(row.get(f"{key}_last_rotated")),
                last_used=_moment(row.get(f"{key}_last_used_date")),
            )


def _credential(
    room: Room,
    row: Mapping[str, str],
    what: str,
    *,
    created: str | None,
    last_used: str | None,
    mfa: bool | None = None,
) -> Credential:
    room.count(_CREDENTIALS)
    name = "root user" if row["user"] == _ROOT else row["user"]
    return Credential(
        "aws",
        room.place.account,
        f"{row['arn']} {what}",
        f"{name} {what}",
        room.connector,
        f"{GET} {name}",
        created=created,
        last_used=last_used,
        status="active",
        knows=_KNOWS,
        principal=row["arn"],
        mfa=mfa,
    )


def _moment(text: str | None) -> str | None:
    """A moment of the report; None for its words such as ``N/A`` and ``no_information``."""
    return text.replace("+00:00", "Z") if text and _MOMENT.fullmatch(text) else None


FAMILY = Family(
    "credential-report",
    ACCOUNT,
    (_CREDENTIALS,),
    {MAKE: ("iam:GenerateCredentialReport",), GET: ("iam:GetCredentialReport",)},
    "console passwords with age, use and second factor; keys of the root user",
    _pull,
)

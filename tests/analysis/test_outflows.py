"""Whose the other end of a way out is."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.analysis.hosts import OURS, HostOwners
from policycheck.analysis.identify import Identifier
from policycheck.analysis.outflows import Ends
from policycheck.model.declared import Policy, Recognise
from policycheck.model.facts import VendorField
from policycheck.model.places import Location

QUEUE = "arn:aws:sqs:eu-west-1:999999999999:in"
POLICIES = (
    Policy("mail", Location("m"), recognise=Recognise(hosts=("mail.example",), aws_accounts=("444455556666",))),
    Policy("queue", Location("q"), recognise=Recognise(aws_principals=(QUEUE,))),
    Policy("zendesk", Location("z")),
)
ENDS = Ends(
    HostOwners(POLICIES, ("own.s3.amazonaws.com",)),
    Identifier(POLICIES, {"zendesk": "zendesk"}),
    frozenset({"111122223333"}),
    frozenset({"arn:aws:s3:::ours"}),
)


@pytest.mark.parametrize(
    ("keys", "name", "vendor"),
    [
        ({"host": "api.mail.example"}, "api.mail.example", "mail"),
        ({"host": "x.example"}, "x.example", None),
        ({"party": "444455556666"}, "AWS account 444455556666", "mail"),
        ({"party": "111122223333"}, "AWS account 111122223333", OURS),
        ({"party": "999999999999"}, "AWS account 999999999999", None),
        ({"party": "999999999999", "destination": QUEUE}, "AWS account 999999999999", "queue"),
        ({"party": "999999999999", "host": "b.s3.amazonaws.com"}, "AWS account 999999999999", None),
        ({"party": "999999999999", "host": "own.s3.amazonaws.com"}, "own.s3.amazonaws.com", OURS),
        ({"party": "111122223333", "host": "w.rds.amazonaws.com"}, "AWS account 111122223333", OURS),
        ({"host": "ours.s3.amazonaws.com", "destination": "arn:aws:s3:::ours"}, "ours.s3.amazonaws.com", OURS),
        ({"host": "theirs.s3.amazonaws.com", "destination": "arn:aws:s3:::theirs"}, "theirs.s3.amazonaws.com", None),
        ({"system": "zendesk"}, "the product zendesk", "zendesk"),
        ({"system": "zendesk", "host": "lumen.zendesk.com"}, "lumen.zendesk.com", "zendesk"),
        ({"system": "marketo"}, "the product marketo", None),
    ],
)
def test_receivers(keys: dict[str, Any], name: str, vendor: Any) -> None:
    field = VendorField(
        **{"system": "", "tenant": "1", "object": "x", "path": "p", "connector": "c", "where": "w", **keys}
    )
    found = ENDS.of(field)
    assert found.name == name
    assert found.claim is OURS if vendor is OURS else found.claim.vendor == vendor


@pytest.mark.parametrize(
    ("keys", "hint"),
    [
        ({"host": "api.sendgrid.com"}, "sendgrid"),
        ({"party": "464622532012"}, "datadog"),
        ({"system": "salesforce"}, "salesforce"),
        ({"host": "x.example"}, None),
    ],
)
def test_hints(keys: dict[str, Any], hint: str | None) -> None:
    field = VendorField(
        **{"system": "", "tenant": "1", "object": "x", "path": "p", "connector": "c", "where": "w", **keys}
    )
    assert ENDS.of(field).looks_like == hint

"""Whose a host is."""

from __future__ import annotations

import pytest

from policycheck.analysis.hosts import OURS, HostOwners
from policycheck.analysis.identify import NOBODY, Claim
from policycheck.model.declared import Policy, Recognise
from policycheck.model.places import Location


def policy(vendor: str, *hosts: str) -> Policy:
    """A policy that recognises these hosts."""
    return Policy(vendor, Location(f"policies/{vendor}.yaml"), recognise=Recognise(hosts=hosts))


OWNERS = HostOwners(
    (
        policy("mail", "api.mail.example", "*.mail.lumen.example"),
        policy("crm", "crm.example", "198.51.100.7"),
        policy("chat", "chat.crm.example"),
    ),
    ("lumen.example", "*.own.example", "lumen.crm.example", "192.0.2.7", "2001:db8::7", "intranet"),
)  # fmt: skip
MAIL = Claim("mail", "hosts: api.mail.example")
CRM = Claim("crm", "hosts: crm.example")


@pytest.mark.parametrize(
    ("host", "claim"),
    [
        ("api.mail.example", MAIL),
        ("API.mail.example.", MAIL),
        ("eu.api.mail.example", MAIL),
        ("*.api.mail.example", MAIL),
        ("mail.example", NOBODY),
        ("xapi.mail.example", NOBODY),
        ("crm.example", CRM),
        ("a.b.crm.example", CRM),
        ("chat.crm.example", Claim("chat", "hosts: chat.crm.example")),
        ("a.chat.crm.example", Claim("chat", "hosts: chat.crm.example")),
        ("lumen.crm.example", OURS),
        ("lumen.example", OURS),
        ("www.lumen.example", OURS),
        ("click.mail.lumen.example", Claim("mail", "hosts: *.mail.lumen.example")),
        ("own.example", OURS),
        ("a.own.example", OURS),
        ("intranet", OURS),
        ("a.intranet", OURS),
        ("198.51.100.7", Claim("crm", "hosts: 198.51.100.7")),
        ("198.51.100.8", NOBODY),
        ("192.0.2.7", OURS),
        ("2001:db8::7", OURS),
        ("2001:db8::8", NOBODY),
        ("localhost", OURS),
        ("app.localhost", OURS),
        ("127.8.0.1", OURS),
        ("::1", OURS),
        ("10.0.0.1", NOBODY),
        ("example", NOBODY),
    ],
)
def test_the_longest_entry_decides(host: str, claim: Claim) -> None:
    assert OWNERS.of(host) == claim

"""Whose a host is: the vendor's that recognises it, ours, or nobody's. The longest name that is claimed decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from policycheck.analysis.identify import NOBODY, Claim
from policycheck.model.declared import Policy

#: Ours: what is sent there is not judged.
OURS = Claim(None, "own_hosts")
_OURS_ALWAYS = "localhost"


class HostOwners:
    """Looks up hosts by ``recognise.hosts`` of the policies and ``own_hosts``; an entry claims its subdomains too."""

    def __init__(self, policies: Iterable[Policy], own: Iterable[str]) -> None:
        self._claims = {name(each): OURS for each in (_OURS_ALWAYS, *own)}
        for policy in policies:
            for host in policy.recognise.hosts:
                self._claims[name(host)] = Claim(policy.vendor, f"hosts: {host}")

    def of(self, host: str) -> Claim:
        """Who claims a host; OURS when we do, or when it is this machine, NOBODY when nobody does."""
        for each in _above(name(host)):
            if each in self._claims:
                return self._claims[each]
        return OURS if _loopback(host) else NOBODY


def name(host: str) -> str:
    """A host as it is compared: lower case, without ``*.`` and a final dot."""
    return host.lower().removeprefix("*.").rstrip(".")


def _above(host: str) -> Iterator[str]:
    """A host and the domains above it. An IP address has none."""
    yield host
    while "." in host and not _is_address(host):
        host = host.partition(".")[2]
        yield host


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

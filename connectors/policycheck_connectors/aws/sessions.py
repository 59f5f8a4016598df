"""Credentials and clients: the ambient ones, and those of roles that are assumed in other accounts.

Temporary credentials are fetched when they are needed and again before they end, so that a long pull outlives them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.credentials import AssumeRoleCredentialFetcher, Credentials, DeferredRefreshableCredentials
from botocore.exceptions import NoCredentialsError

from policycheck_connectors.aws import intact
from policycheck_connectors.aws.settings import Settings

#: The name under which our sessions stand in a customer's trail.
SESSION_NAME = "policycheck"
#: For calls about an account as a whole when no Region is configured; IAM and Organizations live there.
HOME_REGION = "us-east-1"
_POOL = 4
_OF_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class _Acting(Credentials):  # type: ignore[misc]
    """Those of the account in which the calling thread acts."""

    def __init__(self) -> None:
        super().__init__("", "", method="policycheck")
        self.here = threading.local()

    def get_frozen_credentials(self) -> Any:
        """Asked by a client for each call that it signs."""
        source = self.here.source
        if source is None:
            raise NoCredentialsError
        return source.get_frozen_credentials()


class Sessions:
    """Makes clients, each once for a Region and a service, and lets each thread act in an account. Thread-safe.

    To make a client costs more than several calls, and an organization has many accounts: so they share the clients,
    and what a call is signed with is that of the account in which its thread acts (``act``).
    """

    def __init__(self, settings: Settings, external_id: str = "") -> None:
        self._settings = settings
        self._external_id = external_id
        self._lock = threading.RLock()
        core = botocore.session.Session(profile=settings.profile or None)
        self._loader = core.get_component("data_loader")
        self._ambient = self._session(core)
        self._accounts: dict[str, boto3.Session] = {}
        self._clients: dict[tuple[str, str], Any] = {}
        self._acting = _Acting()
        self._shared = self._session(self._core(self._acting))
        self._config = Config(
            retries={"mode": "standard", "total_max_attempts": 8},
            connect_timeout=10,
            read_timeout=60,
            max_pool_connections=max(_POOL, settings.jobs),
            user_agent_extra="policycheck",
        )

    @property
    def region(self) -> str:
        """The Region of the ambient credentials."""
        return str(self._ambient.region_name or HOME_REGION)

    def client(self, account: str, region: str, service: str) -> Any:
        """A client for a Region; the calling thread acts in ``account`` (empty: that of the ambient credentials)."""
        self.act(account)
        key = (region or self.region, service)
        with self._lock:
            if key not in self._clients:
                made = self._shared.client(service, region_name=key[0], config=self._config)
                if _by_address(str(made.meta.endpoint_url)):
                    made.meta.events.register("before-sign.s3-control", _without_account)
                self._clients[key] = made
            return self._clients[key]

    def act(self, account: str) -> None:
        """Let all calls that this thread makes from now on be made in ``account``."""
        with self._lock:
            self._acting.here.source = self._accounts.get(account, self._ambient).get_credentials()

    def offered(self, service: str, region: str, partition: str) -> bool:
        """Whether a service may be offered in a Region; not so when the installed botocore has it elsewhere only.

        What it knows may be old: it tells only why an address does not answer, and nothing of a Region that is newer.
        """
        known = self._ambient.get_available_regions(service, partition)
        return not known or region in known or region not in self.regions(partition)

    def regions(self, partition: str) -> frozenset[str]:
        """The Regions of a partition that the installed botocore knows."""
        return frozenset(self._ambient.get_available_regions("ec2", partition))

    def asked_at(self, service: str) -> str:
        """What is asked in place of AWS, such as ``http://localhost:4566``, from ``AWS_ENDPOINT_URL`` or
        ``endpoint_url``; else empty."""
        core = self._ambient._session
        if core.get_config_variable("ignore_configured_endpoint_urls"):
            return ""
        url = ConfiguredEndpointProvider(core.full_config, core.get_scoped_config(), service).provide()
        try:
            return _address(urlsplit(str(url or "")))
        except ValueError:
            return "an address that cannot be read"

    def enter(self, account: str, partition: str) -> None:
        """Let calls for this account go through the configured role there. No call is made yet."""
        arn = f"arn:{partition}:iam::{account}:role/{self._settings.role}"
        with self._lock:
            if account not in self._accounts:
                self._accounts[account] = self._assumed(arn, self._hub())

    def use_hub(self) -> None:
        """Let the calls of the home account go through the chain of ``via``."""
        with self._lock:
            self._ambient = self._hub()

    def _hub(self) -> boto3.Session:
        session = self._ambient
        if "" in self._accounts:
            return self._accounts[""]
        for arn in self._settings.via:
            session = self._assumed(arn, session)
        self._accounts[""] = session
        return session

    def _assumed(self, arn: str, source: boto3.Session) -> boto3.Session:
        extra: dict[str, str] = {"RoleSessionName": SESSION_NAME}
        if self._external_id:
            extra["ExternalId"] = self._external_id
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=self._creator(source),
            source_credentials=source.get_credentials(),
            role_arn=arn,
            extra_args=extra,
        )
        return self._session(self._core(DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")))

    def _core(self, credentials: Credentials) -> Any:
        made = botocore.session.Session(profile=self._settings.profile or None)
        made.set_config_variable("region", self.region)
        made._credentials = credentials
        return made

    def _creator(self, source: boto3.Session) -> Any:
        def create(service: str, **keys: Any) -> Any:
            options: Mapping[str, Any] = {"region_name": self.region, "config": self._config, **keys}
            with self._lock:
                return source.client(service, **options)

        return create

    def _session(self, core: Any) -> boto3.Session:
        # One loader for all sessions: each would read the same service models again.
        core.register_component("data_loader", self._loader)
        intact.register(core)
        return boto3.Session(botocore_session=core)


def _address(url: SplitResult) -> str:
    """Scheme, host and port, as a user and a path may hold a secret; the name alone for a host of AWS itself."""
    host = url.hostname or ""
    if not host or host.endswith(_OF_AWS):
        return host
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}" + (f":{url.port}" if url.port else "")


def _by_address(endpoint: str) -> bool:
    """Whether an endpoint of one's own (``AWS_ENDPOINT_URL``) is named by an IP address."""
    try:
        ip_address(urlsplit(endpoint).hostname or "")
    except ValueError:
        return False
    return True


def _without_account(request: Any, **_: object) -> None:
    """S3 Control puts the account before the host name, which an address cannot bear; it is in a header as well."""
    parts = urlsplit(request.url)
    account, _, host = parts.netloc.partition(".")
    if account == request.headers.get("x-amz-account-id", "").strip():
        request.url = urlunsplit(parts._replace(netloc=host))

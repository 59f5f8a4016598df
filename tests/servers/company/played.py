"""What moto lacks, planted as answers of its own for one account and Region: flows, log policies, last use."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.servers.company.planting import SECRET, Plant
from tests.servers.company.site import Site
from tests.servers.played import LACKING
from tests.servers.wire import Heard

_MAKE, _GET = "iam.generate_service_last_accessed_details", "iam.get_service_last_accessed_details"
_DONE = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(slots=True)
class _Told:
    """The answers to one call, by account and Region; what AWS says where there is nothing otherwise."""

    call: str
    answers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def __call__(self, heard: Heard, asked: dict[str, Any]) -> dict[str, Any]:
        return self.answers.get((heard.account, heard.region)) or LACKING[self.call]


def _tell(site: Site, account: str, region: str, call: str, **told: Any) -> None:
    known = site.aws.wire.telling.setdefault(call, _Told(call))
    assert isinstance(known, _Told)
    known.answers[site.id(account), region] = told


def flow(name: str, address: str, **forms: str) -> Plant:
    """A flow of AppFlow that maps these fields to a product at this address; ``forms`` tells which it masks."""

    def plant(site: Site, account: str, region: str) -> None:
        custom = {"profileProperties": {"instanceUrl": address, "apiToken": SECRET}}
        profile = {
            "connectorType": "CustomConnector",
            "connectorProfileName": name,
            "connectorProfileProperties": {"CustomConnector": custom},
        }
        to = {"connectorType": "CustomConnector", "connectorProfileName": name}
        tasks = [_task("Map", each, each) for each in forms]
        tasks += [_task("Mask", each) for each, form in forms.items() if form == "masked"]
        described = {
            "flowArn": site.arn("appflow", account, region, f"flow/{name}"),
            "flowName": name,
            "destinationFlowConfigList": [
                {**to, "destinationConnectorProperties": {"CustomConnector": {"entityName": "People"}}}
            ],
            "tasks": tasks,
        }
        _tell(site, account, region, "appflow.list_flows", flows=[{"flowName": name, "flowStatus": "Active"}])
        _tell(site, account, region, "appflow.describe_connector_profiles", connectorProfileDetails=[profile])
        _tell(site, account, region, "appflow.describe_flow", **described)

    return plant


def _task(kind: str, field: str, to: str = "") -> dict[str, Any]:
    more = {"destinationField": to} if to else {}
    return {"sourceFields": [field], "taskType": kind, "taskProperties": {}, **more}


def log_policy(target: str) -> Plant:
    """A policy of an account that sends the events of all its log groups to this ARN."""

    def plant(site: Site, account: str, region: str) -> None:
        document = json.dumps({"DestinationArn": target, "FilterPattern": SECRET})
        policy = {"policyName": "all", "policyDocument": document}
        _tell(site, account, region, "logs.describe_account_policies", accountPolicies=[policy])

    return plant


@dataclass(slots=True)
class _Uses:
    """The reports of IAM: which services a principal may use, all of them never used."""

    services: dict[str, tuple[str, ...]] = field(default_factory=dict)
    jobs: list[str] = field(default_factory=list)

    def make(self, heard: Heard, asked: dict[str, Any]) -> dict[str, Any]:
        self.jobs.append(str(asked["Arn"]))
        return {"JobId": f"{len(self.jobs):036d}"}

    def get(self, heard: Heard, asked: dict[str, Any]) -> dict[str, Any]:
        arn = self.jobs[int(asked["JobId"]) - 1]
        told = [{"ServiceName": name, "ServiceNamespace": name} for name in self.services.get(arn, ())]
        times = {"JobCreationDate": _DONE, "JobCompletionDate": _DONE}
        return {"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "ServicesLastAccessed": told, **times}


def last_use(role: str, *services: str) -> Plant:
    """The record of a role that never used these services."""

    def plant(site: Site, account: str, region: str) -> None:
        uses(site).services[f"arn:aws:iam::{site.id(account)}:role/{role}"] = services

    return plant


def uses(site: Site) -> _Uses:
    """The reports of IAM in this company, empty ones from the first time on."""
    telling = site.aws.wire.telling
    if _MAKE not in telling:
        made = _Uses()
        telling[_MAKE], telling[_GET] = made.make, made.get
    found = telling[_MAKE].__self__  # type: ignore[attr-defined]
    assert isinstance(found, _Uses)
    return found

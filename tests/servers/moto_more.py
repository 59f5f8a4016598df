"""Calls that moto lacks and a pull makes: answered over the same HTTP server, from moto's own state where it has some.

Shapes: the service models of botocore, which the client checks the answers against.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto import backends
from moto.awslambda import urls as lambda_urls
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.ram import urls as ram_urls
from moto.ram.responses import ResourceAccessManagerResponse

#: What the permission of a resource type lets somebody do, as RAM tells it.
ACTIONS = {
    "rds:Cluster": ["rds:DescribeDBClusters", "rds:RestoreDBClusterToPointInTime"],
    "glue:Table": ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
    "glue:Database": ["glue:GetDatabase", "glue:GetTables"],
    "ec2:Subnet": ["ec2:DescribeSubnets", "ec2:RunInstances"],
}
#: For types that are not above.
OTHERS = ["ec2:DescribeTags"]


def install() -> None:
    """Teach moto these calls; a second time does nothing."""
    # moto lists its own directory for each request.
    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    lambda_urls.url_paths[r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/urls$"] = (
        LambdaResponse.dispatch
    )
    LambdaResponse.list_function_url_configs = _list_function_url_configs  # type: ignore[attr-defined]
    Policy.add_statement = _add_with_condition  # type: ignore[method-assign]
    EC2Response.get_snapshot_block_public_access_state = _block_state  # type: ignore[attr-defined]
    EC2Response.enable_snapshot_block_public_access = _enable_block  # type: ignore[attr-defined]
    for path in ("listresourcesharepermissions", "getpermission"):
        ram_urls.url_paths[f"{{0}}/{path}$"] = ResourceAccessManagerResponse.dispatch
    ResourceAccessManagerResponse.list_resource_share_permissions = _share_permissions  # type: ignore[attr-defined]
    ResourceAccessManagerResponse.get_permission = _permission  # type: ignore[attr-defined]


_add_statement = Policy.add_statement


def _add_with_condition(self: Policy, raw: str, qualifier: str | None = None) -> tuple[Any, str]:
    """The auth type of a function URL stands in a condition, not beside it."""
    statement, revision = _add_statement(self, raw, qualifier)
    auth = statement.pop("FunctionUrlAuthType", None)
    if auth:
        statement.setdefault("Condition", {}).setdefault("StringEquals", {})["lambda:FunctionUrlAuthType"] = auth
    return statement, revision


def _list_function_url_configs(self: LambdaResponse) -> Any:
    function = self.backend.get_function(unquote(self.path.split("/")[-2]), None)
    config = getattr(function, "url_config", None)
    return 200, {"status": 200}, json.dumps({"FunctionUrlConfigs": [config.to_dict()] if config else []})


def _block_state(self: EC2Response) -> Any:
    return ActionResult({"State": getattr(self.ec2_backend, "snapshot_block", "unblocked"), "ManagedBy": "account"})


def _enable_block(self: EC2Response) -> Any:
    self.ec2_backend.snapshot_block = self._get_param("State")
    return ActionResult({"State": self._get_param("State")})


def _share_permissions(self: ResourceAccessManagerResponse) -> str:
    wanted = self._get_param("resourceShareArn")
    share = next(each for each in self.ram_backend.resource_shares if each.arn == wanted)
    kinds = {_kind(arn) for arn in share.resource_arns}
    permissions = [_described(kind) for kind in sorted(kinds)]
    return json.dumps({"permissions": permissions})


def _kind(arn: str) -> str:
    service, rest = arn.split(":")[2], arn.split(":", 5)[5]
    return f"{service}:{''.join(part.capitalize() for part in rest.replace(':', '/').split('/')[0].split('-'))}"


def _described(kind: str) -> dict[str, object]:
    name = f"AWSRAMDefaultPermission{kind.replace(':', '').title()}"
    arn = f"arn:aws:ram::aws:permission/{name}/{kind}"
    return {"arn": arn, "name": name, "version": "1", "resourceType": kind, "permissionType": "AWS_MANAGED"}


def _permission(self: ResourceAccessManagerResponse) -> str:
    arn = self._get_param("permissionArn")
    kind = arn.rsplit("/", 1)[-1]
    actions = ACTIONS.get(kind, OTHERS)
    text = json.dumps({"Effect": "Allow", "Action": actions})
    return json.dumps({"permission": {**_described(kind), "permission": text}})

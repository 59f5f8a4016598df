"""Answers to calls that moto lacks, given in its place: held against the model of the service, in its own protocol, and
under the same enforcement of IAM as moto's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from botocore import xform_name
from botocore.validate import validate_parameters
from moto.core.request import Request
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

#: Calls that moto does not know, and what AWS says where there is nothing.
LACKING: dict[str, dict[str, Any]] = {
    "appflow.list_flows": {"flows": []},
    "appflow.describe_connector_profiles": {"connectorProfileDetails": []},
    "dms.describe_replication_configs": {"ReplicationConfigs": []},
    "logs.describe_account_policies": {"accountPolicies": []},
}


class _Response(BaseResponse):
    """One answer of a service."""

    def parsed(self, request: Request) -> dict[str, Any]:
        """The parameters of the request."""
        self._get_action()
        self.parse_parameters(self.normalized_request)
        return dict(self.params)


def play(
    call: str,
    tell: Callable[[dict[str, Any]], dict[str, Any]] | None,
    environ: dict[str, Any],
    start_response: Callable[..., Any],
) -> Iterable[bytes]:
    """Answer one request of WSGI; a ParamValidationError of botocore when the service could not answer like that."""
    service, _, operation = call.partition(".")
    response, request = _Response(service), Request(environ)
    response.setup_class(request, request.url, request.headers)
    try:
        response._authenticate_and_authorize_normal_action()
    except HTTPException as refused:
        return refused(environ, start_response)
    told = tell(response.parsed(request)) if tell else LACKING[call]
    model = get_service_model(service)
    names: Any = model.operation_names
    name = next(name for name in names if xform_name(name) == operation)
    validate_parameters(told, model.operation_model(name).output_shape)
    status, headers, body = response.serialized(ActionResult(told))
    start_response(f"{status} Played", [(key, str(value)) for key, value in headers.items()])
    return [body.encode() if isinstance(body, str) else body]

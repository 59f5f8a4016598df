"""Lambda: the policies of functions, and function URLs, which open them to the web.

Environment variables are never kept, not even their names. Shapes: https://docs.aws.amazon.com/lambda/latest/api/
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, SHARES, policy_of, share
from policycheck_connectors.aws.room import Room

_NONE = ("ResourceNotFoundException",)


def _pull(room: Room) -> Iterator[Fact]:
    for function in room.each(RESOURCE_POLICIES, "lambda.list_functions", "Functions"):
        arn, name = str(function["FunctionArn"]), str(function["FunctionName"])
        answer = room.ask(RESOURCE_POLICIES, "lambda.get_policy", _NONE, FunctionName=name)
        if answer is not None:
            yield from policy_of(room, arn, answer.get("Policy"), f"lambda.get_policy {name}")
        url = room.ask(SHARES, "lambda.get_function_url_config", _NONE, FunctionName=name)
        # With AWS_IAM, the policies decide; with NONE, anybody who has the address may call it.
        if url and url.get("AuthType") == "NONE":
            yield share(room, arn, "*", "lambda:InvokeFunctionUrl", f"lambda.get_function_url_config {name}")


FAMILY = Family(
    "lambda",
    REGIONAL,
    (RESOURCE_POLICIES, SHARES),
    {
        "lambda.list_functions": ("lambda:ListFunctions",),
        "lambda.get_policy": ("lambda:GetPolicy",),
        "lambda.get_function_url_config": ("lambda:GetFunctionUrlConfig",),
    },
    "policies and web addresses of functions",
    _pull,
)

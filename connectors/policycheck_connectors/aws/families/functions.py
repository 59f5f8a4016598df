"""Lambda: policies of functions, and function URLs that ask nobody who they are.

Shapes: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
Planted with ``lambda.create_function_url_config(FunctionName, AuthType="NONE")`` and, since both are needed,
``lambda.add_permission(Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")``.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck.model.shares import Share
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, SHARES, policy_of
from policycheck_connectors.aws.room import Room

OPEN = "NONE"
_GONE = ("ResourceNotFoundException", "PolicyNotFoundException")


def _pull(room: Room) -> Iterator[Fact]:
    """Environment variables are in the answer of the list; they are never kept, not even their names."""
    for function in room.each((RESOURCE_POLICIES, SHARES), "lambda.list_functions", "Functions"):
        name = str(function["FunctionName"])
        answer = room.ask(RESOURCE_POLICIES, "lambda.get_policy", _GONE, FunctionName=name)
        if answer is not None:
            yield from policy_of(room, str(function["FunctionArn"]), answer.get("Policy"), f"lambda.get_policy {name}")
        yield from _urls(room, name)


def _urls(room: Room, name: str) -> Iterator[Fact]:
    """The URLs of a function and its aliases that anybody may call, as far as the function's policy lets them."""
    call = "lambda.list_function_url_configs"
    for url in room.each(SHARES, call, "FunctionUrlConfigs", _GONE, FunctionName=name):
        if url.get("AuthType") == OPEN:
            arn = str(url["FunctionArn"])
            alias = arn.split(":", 7)[7] if arn.count(":") == 7 else ""
            room.count(SHARES)
            where = f"{call} {name}"
            if alias:
                yield from _policy_of_alias(room, arn, name, alias)
            yield Share(
                "aws", room.place.account, arn, "url", "PUBLIC", (OPEN,), room.connector, where, name=alias
            )  # fmt: skip


def _policy_of_alias(room: Room, arn: str, name: str, alias: str) -> Iterator[Fact]:
    """An alias has a policy of its own, which decides on its URL."""
    answer = room.ask(RESOURCE_POLICIES, "lambda.get_policy", _GONE, FunctionName=name, Qualifier=alias)
    if answer is not None:
        yield from policy_of(room, arn, answer.get("Policy"), f"lambda.get_policy {name}:{alias}")


FAMILY = Family(
    "lambda",
    REGIONAL,
    (RESOURCE_POLICIES, SHARES),
    {
        "lambda.list_functions": ("lambda:ListFunctions",),
        "lambda.get_policy": ("lambda:GetPolicy",),
        "lambda.list_function_url_configs": ("lambda:ListFunctionUrlConfigs",),
    },
    "policies of functions, and function URLs without authentication",
    _pull,
)

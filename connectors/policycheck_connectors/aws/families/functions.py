"""Lambda: policies of functions, and function URLs with how they ask who calls.

Shapes: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
Planted with ``lambda.create_function_url_config(FunctionName, AuthType="NONE")`` and, since both are needed,
``lambda.add_permission(Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")``.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck.model.shares import URL_ASKS, Setting, Share
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, SHARES, policy_of
from policycheck_connectors.aws.room import Room

OPEN = "NONE"
_LIST = "lambda.list_function_url_configs"
_GONE = ("ResourceNotFoundException", "PolicyNotFoundException")


def _pull(room: Room) -> Iterator[Fact]:
    """Environment variables are in the answer of the list; they are never kept, not even their names."""
    for function in room.each((RESOURCE_POLICIES, SHARES), "lambda.list_functions", "Functions"):
        name = str(function["FunctionName"])
        answer = room.ask(RESOURCE_POLICIES, "lambda.get_policy", _GONE, FunctionName=name)
        if answer is not None:
            yield from policy_of(room, str(function["FunctionArn"]), answer.get("Policy"), f"lambda.get_policy {name}")
        yield from _urls(room, name, str(function["FunctionArn"]))


def _urls(room: Room, name: str, function: str) -> Iterator[Fact]:
    """The URLs of a function and its aliases with how they ask who calls, and that there is none. Those that ask nobody
    may be called by anybody, as far as the policy of the function lets them."""
    before, bare = _gaps(room), True
    for url in room.each(SHARES, _LIST, "FunctionUrlConfigs", _GONE, FunctionName=name):
        arn, way = str(url["FunctionArn"]), str(url.get("AuthType", ""))
        alias = arn.split(":", 7)[7] if arn.count(":") == 7 else ""
        bare = bare and bool(alias)
        room.count(SHARES)
        if alias:
            yield from _policy_of_alias(room, arn, name, alias)
        yield _asks(room, arn, name, way)
        if way == OPEN:
            where = f"{_LIST} {name}"
            yield Share("aws", room.place.account, arn, "url", "PUBLIC", (OPEN,), room.connector, where, name=alias)
    if bare and _gaps(room) == before:
        yield _asks(room, function, name, "")


def _asks(room: Room, arn: str, name: str, way: str) -> Setting:
    return Setting("aws", room.place.account, arn, URL_ASKS, way, room.connector, f"{_LIST} {name}")


def _gaps(room: Room) -> dict[str, int]:
    return {reason: times for reason, (_, times) in room.seen.gaps.get(SHARES, {}).items()}


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
        _LIST: ("lambda:ListFunctionUrlConfigs",),
    },
    "policies of functions, and how their URLs ask who calls",
    _pull,
)

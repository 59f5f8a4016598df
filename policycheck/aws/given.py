"""What holds of every request, as clauses: the keys of a known caller, and the account that an ARN itself names.

Source: IAM User Guide, "AWS global condition context keys" (the table of principal keys by kind of caller;
``aws:ResourceAccount`` is the account that owns the resource: that of its ARN, where the ARN has one).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from policycheck.aws.callers import SESSION, Caller, derived
from policycheck.aws.contexts import Conditions
from policycheck.aws.documents import Clause, Document, Statement, conjuncts
from policycheck.aws.operators import NEGATED, TEXT
from policycheck.aws.patterns import ARN_COLONS, settled, variables_in
from policycheck.model.verdict import Witness

RESOURCE_ACCOUNT = "aws:resourceaccount"
_ACCOUNT_DIGITS = 12
#: An account that no policy is likely to name.
_NOBODY = "999999999999"
_OF_CALLERS = frozenset(
    {
        "aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:principalservicename",
        "aws:principaltype", "aws:username",
    }
)  # fmt: skip
"""Keys that follow from who calls, present or not."""
_OF_MEMBERS = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
"""Keys that no caller outside of an account has."""


def keys_of(documents: Iterable[Document]) -> frozenset[str]:
    """The lower-case context keys that the policies ask for, in conditions or as variables."""
    return frozenset(key for document in documents for s in document.statements for key in _keys(s))


def _keys(statement: Statement) -> Iterator[str]:
    for clause in statement.clauses:
        yield clause.key
        if statement.variables:
            yield from (name for value in clause.values if "${" in value for name in variables_in(value))
    if statement.variables:
        yield from (name for text in statement.resources or () if "${" in text for name in variables_in(text))


def of_caller(caller: Caller, used: frozenset[str]) -> tuple[Clause, ...]:
    """What is certain of the ``used`` keys when this caller asks."""
    known = derived(caller, "")
    found = [Clause("StringEquals", key, (value,)) for key, value in known.items() if key in used]
    if caller.kind == SESSION:
        found = [_any_path(clause) if clause.key == "aws:principalarn" else clause for clause in found]
    absent = _OF_CALLERS - known.keys() | (frozenset() if caller.account else _OF_MEMBERS)
    return (*found, *[Clause("Null", key, ("true",)) for key in sorted(absent & used)])


def settle(document: Document, known: Iterable[Clause]) -> Document:
    """The policy with its variables replaced where ``known`` tells their values, and without the statements that then
    apply to no request."""
    exact = {clause.key: clause.values[0] for clause in known if clause.operator == "StringEquals"}
    values = {**exact, **{clause.key: None for clause in known if clause.operator == "Null"}}
    settled_ = [_statement(statement, values) for statement in document.statements]
    return replace(document, statements=tuple([s for s in settled_ if s is not None]))


def _statement(statement: Statement, values: Mapping[str, str | None]) -> Statement | None:
    if not statement.variables:
        return statement
    written = statement.resources or ()
    kept = tuple([text for each in written if (text := settled(each, values)) is not None])
    if written and (not kept or (statement.not_resource and len(kept) < len(written))):
        return None
    clauses = tuple([_settled(clause, values) for clause in statement.clauses])
    resources = kept or statement.resources
    excepted = resources or () if statement.not_resource else ()
    return replace(statement, resources=resources, clauses=clauses, conjuncts=conjuncts(clauses, excepted, True))


def _settled(clause: Clause, values: Mapping[str, str | None]) -> Clause:
    """A negated clause with a variable that has no value stays as it is: whether it holds depends on its own key."""
    if clause.operator not in TEXT:
        return clause
    filled = [settled(value, values) for value in clause.values]
    if clause.operator in NEGATED and None in filled:
        return clause
    return replace(clause, values=tuple([value for value in filled if value is not None]))


def _any_path(clause: Clause) -> Clause:
    """The ARN of a session does not tell the path of its role."""
    head, _, name = clause.values[0].partition(":role/")
    return replace(clause, operator="StringLike", values=(clause.values[0], f"{head}:role/*/{name}"))


def of_resources(statements: Iterable[Statement]) -> Conditions:
    """The account of resources that are named by ARNs with an account in plain digits, as aws:ResourceAccount."""
    accounts = {account for s in statements if (account := _account(s))}
    return frozenset([(Clause("StringEquals", RESOURCE_ACCOUNT, (account,)), False) for account in accounts])


def with_account(resource: str, context: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]] | None:
    """The context with aws:ResourceAccount as the ARN of the resource tells it; None when the two contradict."""
    account = _written(resource)
    told = next((values for key, values in context.items() if key.lower() == RESOURCE_ACCOUNT), None)
    if not account or told == (account,):
        return dict(context)
    return {**context, RESOURCE_ACCOUNT: (account,)} if told is None else None


def fitted(witness: Witness) -> Iterator[Witness]:
    """The witness, then with one account in the ARN of its resource and in aws:ResourceAccount."""
    yield witness
    account = _written(witness.resource)
    told = next((values for key, values in witness.context if key.lower() == RESOURCE_ACCOUNT), None)
    if not account:
        return
    if told and len(told[0]) == _ACCOUNT_DIGITS and told[0].isdecimal():
        yield replace(witness, resource=witness.resource.replace(account, told[0], 1))
    context = [(key, (_NOBODY,) if key.lower() == RESOURCE_ACCOUNT else values) for key, values in witness.context]
    yield replace(witness, resource=witness.resource.replace(account, _NOBODY, 1), context=tuple(context))


def _account(statement: Statement) -> str:
    """The one account of all resources; empty when they are in several, or a wildcard leaves it open."""
    if statement.not_resource or not statement.resources:
        return ""
    accounts = {_written(text) for text in statement.resources}
    return accounts.pop() if len(accounts) == 1 else ""


def _written(text: str) -> str:
    *head, _ = text.split(":", ARN_COLONS)
    if len(head) < ARN_COLONS or any(mark in piece for piece in head for mark in "*?$"):
        return ""
    return head[-1] if len(head[-1]) == _ACCOUNT_DIGITS and head[-1].isdecimal() else ""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from policycheck.cli.selecting import Selection, known, select
from policycheck.model.declared import Config, Policy, Project
from policycheck.model.findings import CheckResult, Finding
from policycheck.model.places import Location
from policycheck.model.problems import UsageProblem

MakeFinding = Callable[..., Finding]
MakeResult = Callable[..., CheckResult]

ONE, TWO = "111122223333", "123456789012"


def test_nothing_selected_changes_nothing(make_finding: MakeFinding, make_result: MakeResult) -> None:
    result = make_result(make_finding())
    assert select(result, Selection()) is result


@pytest.mark.parametrize(
    ("selection", "kind", "kept"),
    [
        (Selection(vendors=("sendgrid",)), {}, True),
        (Selection(vendors=("mixpanel", "sendgrid")), {}, True),
        (Selection(vendors=("mixpanel",)), {}, False),
        (Selection(vendors=("sendgrid",)), {"vendor": None}, False),
        (Selection(owners=("growth@lumen.example",)), {}, True),
        (Selection(owners=("a@lumen.example",)), {}, False),
        (Selection(vendors=("sendgrid",), owners=("a@lumen.example",)), {}, False),
        (Selection(accounts=(ONE,)), {"accounts": (ONE, TWO)}, True),
        (Selection(accounts=(ONE,)), {"accounts": (TWO,)}, False),
        (Selection(accounts=(ONE,)), {}, False),
        (Selection(vendors=("sendgrid",)), {"rule": "PC601", "vendor": None}, True),
        (Selection(vendors=("sendgrid",)), {"rule": "PC602", "vendor": "mixpanel"}, False),
        (Selection(owners=("a@lumen.example",)), {"rule": "PC601", "owner": ""}, True),
        (Selection(accounts=(ONE,)), {"rule": "PC601"}, True),
        (Selection(accounts=(ONE,)), {"rule": "PC601", "accounts": (TWO,)}, False),
    ],
)
def test_what_was_asked_for_stays(
    selection: Selection, kind: dict[str, Any], kept: bool, make_finding: MakeFinding, make_result: MakeResult
) -> None:
    assert bool(select(make_result(make_finding(**kind)), selection).findings) is kept


def test_a_finding_keeps_the_selected_instances(make_finding: MakeFinding, make_result: MakeResult) -> None:
    result = select(make_result(make_finding(accounts=(ONE, TWO, ONE))), Selection(accounts=(ONE,)))
    assert [each.fingerprint for each in result.findings[0].instances] == ["i0", "i2"]


def test_the_tally_counts_what_is_left(make_finding: MakeFinding, make_result: MakeResult) -> None:
    blind = make_finding(rule="PC601", vendor=None)
    result = select(
        make_result(
            make_finding(),
            make_finding(vendor="mixpanel"),
            blind,
            accepted=(replace(make_finding(), accepted_by="exception"), blind, blind),
        ),
        Selection(vendors=("sendgrid",)),
    )
    tally = result.tally
    assert dict(tally.severities) == {"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0}
    assert (tally.excepted, tally.stated, tally.not_seen) == (1, 2, 1)
    assert (tally.vendors, tally.grants, tally.fields) == (5, 14, 37)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(vendors=("a", "b")), "vendor a or b"),
        (Selection(owners=("o",), accounts=(ONE,)), f"owner o, account {ONE}"),
    ],
)
def test_a_selection_has_words(selection: Selection, words: str) -> None:
    assert str(selection) == words


@pytest.mark.parametrize(
    ("selection", "message", "help"),
    [
        (Selection(vendors=("SendGrid",)), "no vendor is called 'SendGrid'", "did you mean sendgrid?"),
        (Selection(vendors=("",)), "no vendor is called ''", "known are sendgrid"),
        (Selection(owners=("zz",)), "no owner is called 'zz'", ""),
        (Selection(accounts=("999",)), "no account is called '999'", "known are 111122223333"),
    ],
)
def test_an_unknown_name_is_an_error(
    make_finding: MakeFinding, make_result: MakeResult, selection: Selection, message: str, help: str
) -> None:
    project = Project(Config("/", Location("policycheck.yaml")), (), ())
    result = make_result(make_finding(vendor="sendgrid"))
    result = replace(result, coverage=())
    with pytest.raises(UsageProblem) as caught:
        known(result, project, ["111122223333", ""], selection)
    assert (caught.value.message, caught.value.help) == (message, help)


def test_known_names_are_no_error(make_finding: MakeFinding, make_result: MakeResult) -> None:
    policy = Policy("sendgrid", Location("policies/sendgrid.yaml"), owner="a@lumen.example")
    project = Project(Config("/", Location("policycheck.yaml")), (policy,), ())
    wanted = Selection(("sendgrid", "mixpanel"), ("a@lumen.example",), ("111122223333",))
    known(make_result(make_finding(vendor="mixpanel")), project, ["111122223333"], wanted)

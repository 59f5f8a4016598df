"""What binds an account of an organization, and what is assumed where nobody told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policycheck.analysis.organization import ALLOWS_ALL, Binding, Organization
from policycheck.model.facts import Coverage, PolicyDocument
from policycheck.model.units import Control, Unit

ORG, ROOT, OUTER, INNER = "o-a1b2c3d4e5", "r-ab12", "ou-ab12-11111111", "ou-ab12-22222222"
PROD, PAYER = "111122223333", "999999999999"
BOTH = ("rcp", "scp")
CHAIN = (ROOT, OUTER, INNER, PROD)


def unit(id: str, parent: str | None = None, *, enabled: tuple[str, ...] | None = None) -> Unit:
    kind = {"r": "root", "o": "ou"}.get(id[0], "account")
    return Unit("aws", id, kind, "", parent, id == PAYER, "c", "o.json", ORG, enabled)


UNITS = (
    unit(ROOT, enabled=BOTH), unit(OUTER, ROOT), unit(INNER, OUTER), unit(PROD, INNER), unit(PAYER, ROOT)
)  # fmt: skip
DOCUMENTS = {name: PolicyDocument(name, f"text of {name}", "c", "o.json") for name in ("full", "deny", "rfull")}
DOCUMENTS["bad"] = PolicyDocument("bad", "half a text", "c", "o.json", "it has elements that AWS does not know")


def control(target: str, document: str | None, id: str = "", kind: str = "scp") -> Control:
    return Control("aws", kind, id or f"p-{document}", "", target, document, "c", "o.json")


FULL = tuple(control(target, "full") for target in (*CHAIN, PAYER))
RFULL = tuple(control(target, "rfull", kind="rcp") for target in (*CHAIN, PAYER))
CONTROLS = (*FULL, control(OUTER, "deny"), *RFULL)


def organization(units: tuple[Unit, ...] = UNITS, controls: tuple[Control, ...] = CONTROLS) -> Organization:
    return Organization(units, controls, DOCUMENTS)


def test_the_levels_go_from_the_root_to_the_account() -> None:
    full = ("text of full",)
    assert organization().scps(PROD) == Binding((full, ("text of full", "text of deny"), full, full))
    assert organization().rcps(PROD) == Binding((("text of rfull",),) * 4)


def test_the_order_of_the_facts_does_not_matter() -> None:
    assert organization(UNITS[::-1]).scps(PROD) == organization().scps(PROD)


def test_nothing_binds_the_management_account() -> None:
    assert organization().scps(PAYER) == organization().rcps(PAYER) == Binding()


def test_an_organization_whose_roots_we_may_list_is_ours() -> None:
    assert (organization().led(), organization().members()) == (frozenset({ORG}), frozenset({PROD, PAYER}))
    # An account of a reseller's organization sees no more of it than this.
    reseller = organization(units=(unit(PAYER),))
    assert (reseller.led(), reseller.members()) == (frozenset(), frozenset())


def test_an_account_that_no_export_has() -> None:
    assert organization().scps("444455556666") == Binding(
        assumes=("service control policies: account 444455556666 is in no export of an organization",)
    )
    assert Organization((), (), {}).rcps(PROD) == Binding(
        assumes=("resource control policies were not exported: taken as allowing",)
    )


def row(account: str, resource: str = "units", status: str = "complete") -> Coverage:
    return Coverage("prod", "aws", "aws", account, resource, status, "organizations")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), "were not exported"),
        ((replace(row(PROD), type="aws-organization"),), "were not exported"),
        ((row(PROD, "principals"),), "were not asked for, as `services` leaves out organizations"),
        (
            (row(PROD, status="unseen"),),
            f"could not be read from {PROD}: only a management account or a delegated administrator can",
        ),
        (
            (row("", status="unseen"),),
            "could not be read from here: only a management account or a delegated administrator can",
        ),
        # That of one account says nothing of another.
        (
            (row(PAYER),),
            f"could not be read from {PAYER}: only a management account or a delegated administrator can",
        ),
    ],
)
def test_why_nothing_is_known_of_an_organization(rows: tuple[Coverage, ...], why: str) -> None:
    found = Organization((), (), {}, rows).scps(PROD)
    assert found == Binding(assumes=(f"service control policies {why}: taken as allowing",))


def test_an_account_that_says_that_it_is_in_no_organization_is_bound_by_none() -> None:
    assert Organization((), (), {}, (row(PROD),)).scps(PROD) == Binding()
    assert Organization(UNITS, CONTROLS, DOCUMENTS, (row(PROD),)).scps(PROD) == organization().scps(PROD)
    assert Organization(UNITS, CONTROLS, DOCUMENTS, (row(PAYER),)).scps("444455556666") == Binding(
        assumes=("service control policies: account 444455556666 is in no organization that was read",)
    )


def test_without_a_management_account_any_could_be_it() -> None:
    units = tuple(u for u in UNITS if u.id != PAYER)
    expected = Binding(assumes=("service control policies: which account manages the organization is not told",))
    assert organization(units).scps(PROD) == expected
    stranger = replace(unit(PAYER, "r-zz99"), organization="o-z9y8x7w6v5")
    assert organization((*units, stranger)).scps(PROD) == expected


def test_a_kind_that_is_not_in_use_binds_nothing() -> None:
    units = (unit(ROOT, enabled=("scp",)), *UNITS[1:])
    assert organization(units).rcps(PROD) == Binding()
    assert organization(units).scps(PROD) == organization().scps(PROD)


def test_levels_that_are_told_bind_though_those_above_are_not() -> None:
    units = tuple(replace(u, parent=None) if u.id == OUTER else u for u in UNITS)
    full = ("text of full",)
    assert organization(units).scps(PROD) == Binding(
        (("text of full", "text of deny"), full, full),
        (f"service control policies: what is above {OUTER} is not told",),
    )


def test_a_parent_that_is_no_unit_of_the_export_still_binds() -> None:
    units = tuple(u for u in UNITS if u.id != ROOT)
    assert organization(units).scps(PROD) == Binding(
        organization().scps(PROD).levels, (f"service control policies: what is above {ROOT} is not told",)
    )


@pytest.mark.parametrize("parent", [PROD, INNER])
def test_a_circle_ends(parent: str) -> None:
    units = (*(u for u in UNITS if u.id != OUTER), unit(OUTER, parent))
    bound = organization(units).scps(PROD)
    assert len(bound.levels) == 3
    assert bound.assumes == (f"service control policies: what is above {OUTER} is not told",)


def test_two_exports_that_put_an_account_in_two_places() -> None:
    bound = organization((*UNITS, unit(PROD, ROOT))).scps(PROD)
    assert bound == Binding((("text of full",),), (f"service control policies: what is above {PROD} is not told",))
    assert organization((*UNITS, unit(PROD))).scps(PROD) == organization().scps(PROD)


def test_a_level_of_which_nothing_is_told_is_left_out() -> None:
    controls = tuple(c for c in CONTROLS if c.target != INNER)
    full = ("text of full",)
    assert organization(controls=controls).scps(PROD) == Binding(
        (full, ("text of full", "text of deny"), full), (f"service control policies: none of {INNER} is told",)
    )


@pytest.mark.parametrize("document", [None, "bad", "lost"])
@pytest.mark.parametrize("kind", ["scp", "rcp"])
def test_a_text_that_is_not_told_allows_everything_and_denies_stay(kind: str, document: str | None) -> None:
    controls = (*CONTROLS, control(OUTER, document, "p-12345678", kind))
    made = organization(controls=controls)
    bound = made.scps(PROD) if kind == "scp" else made.rcps(PROD)
    label = "service" if kind == "scp" else "resource"
    assert bound.levels[1][-1] == ALLOWS_ALL[kind]
    assert ("text of deny" in bound.levels[1]) is (kind == "scp")
    assert bound.assumes == (f"{label} control policies: the text of p-12345678 is not told",)


def test_what_may_be_attached_untold_allows_everything() -> None:
    untold = Control("aws", "scp", "", "", OUTER, None, "c", "o.json")
    bound = organization(controls=(control(OUTER, "deny"), untold, untold)).scps(PROD)
    assert bound.levels == (("text of deny", ALLOWS_ALL["scp"]),)
    assert bound.assumes == tuple(
        f"service control policies: {why}"
        for why in (f"none of {ROOT} is told", f"not all of {OUTER} are told", f"none of {INNER} is told",
                    f"none of {PROD} is told")
    )  # fmt: skip


def test_equal_texts_count_once() -> None:
    assert organization(controls=(*CONTROLS, *FULL)).scps(PROD) == organization().scps(PROD)

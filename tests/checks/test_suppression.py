"""What accepts a finding accepts that one and no other, and whatever accepts nothing is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from policycheck.model.findings import CheckResult, Finding
from tests.checks.lab import OURS, STRANGER, TEMPLATES, Lab, allow, role, trust, with_external_id
from tests.checks.test_growth import adopt, stranger

EXPORTS = "arn:aws:s3:::lumen-exports/members/*"


def exception(rule: str, match: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "match": match,
        "reason": "rotation in Q1",
        "owner": "growth@lumen.example",
        "approved_by": "ciso@lumen.example",
        "expires": date(2027, 1, 15),
        **more,
    }


def of(result: CheckResult, rule: str) -> list[Finding]:
    return [each for each in result.findings if each.rule == rule]


def late(result: CheckResult, rule: str = "PC504") -> list[tuple[str, str]]:
    return [(each.message, each.instances[0].observed) for each in of(result, rule)]


# Exceptions


def judged(lab: Lab, spoil: Callable[[Lab], None]) -> CheckResult:
    write = lab.write

    def spoiled() -> None:
        write()
        spoil(lab)

    lab.write = spoiled  # type: ignore[method-assign]
    return lab.judge()


def _unreadable(lab: Lab) -> None:
    (lab.root / "exports/fields.json").write_text("{")


@pytest.mark.parametrize("where", ["policy", "project"])
@pytest.mark.parametrize(
    "match", [{"system": "acme", "resource": "fields"}, {"connector": "acme-fields", "resource": "fields"}]
)
def test_nothing_accepts_a_connector_that_saw_nothing(lab: Lab, match: dict[str, str], where: str) -> None:
    holder = lab.acme if where == "policy" else lab.config
    holder["exceptions"] = [exception("PC601", match)]
    result = judged(lab, _unreadable)
    assert [each.instances[0].observed.partition(":")[0] for each in of(result, "PC601")]
    assert (result.accepted, result.tally.stated) == ((), 0)
    assert result.tally.not_seen >= 1
    assert len(late(result)) == 1


def _one_of_two(lab: Lab) -> None:
    (lab.root / "exports/iam-2.json").write_text("{")


@pytest.mark.parametrize(
    ("match", "accepted"),
    [
        ({"connector": "iam", "place": "exports/iam-2.json"}, True),
        ({"place": "exports/iam-2.json"}, False),
        ({"connector": "keys", "place": "exports/iam-2.json"}, False),
    ],
)
def test_a_gap_of_a_connector_is_accepted_by_the_name_of_both(lab: Lab, match: dict[str, str], accepted: bool) -> None:
    first = [each.instances for each in of(judged(lab, _one_of_two), "PC601")]
    places = {dict(each.subject)["place"] for instances in first for each in instances}
    lab.config["exceptions"] = [exception("PC601", match)]
    result = lab.judge()
    assert "exports/iam-2.json" in places, places
    open_places = {dict(i.subject).get("place") for f in of(result, "PC601") for i in f.instances}
    assert ("exports/iam-2.json" not in open_places) is accepted
    assert bool(late(result)) is not accepted


def test_a_policy_accepts_findings_of_its_vendor_only(lab: Lab) -> None:
    lab.roles.append(stranger())
    lab.acme["exceptions"] = [exception("PC203", {"party": f"arn:aws:iam::{STRANGER}:root"})]
    result = lab.judge()
    assert (len(of(result, "PC203")), result.accepted) == (1, ())
    assert late(result)[0][0] == "the exception for PC203 matches nothing"
    assert of(result, "PC203")[0].ask == "an entry under exceptions in policycheck.yaml"


def test_policycheck_yaml_accepts_nothing_of_a_vendor(lab: Lab) -> None:
    lab.acme["limits"] = {"unused_after_days": 30}
    lab.keys[1] = lab.keys[1].replace("2026-11-19", "2026-10-02")
    lab.config["exceptions"] = [exception("PC302", {"key": "acme-live"})]
    result = lab.judge()
    assert (len(of(result, "PC302")), result.accepted, len(late(result))) == (1, (), 1)


@pytest.mark.parametrize("vendor", [STRANGER, "517716713836"])
def test_what_belongs_to_no_policy_is_accepted_in_policycheck_yaml(lab: Lab, vendor: str) -> None:
    lab.roles.append(role("theirs", trust({"AWS": f"arn:aws:iam::{vendor}:root"})))
    (found,) = [each for each in lab.judge().findings if each.rule in ("PC202", "PC203")]
    lab.config["exceptions"] = [exception(found.rule, {"fingerprint": found.fingerprint})]
    result = lab.judge()
    assert [each.rule for each in result.accepted] == [found.rule]
    assert late(result) == []


def test_the_second_of_two_exceptions_is_told(lab: Lab) -> None:
    lab.acme["limits"] = {"unused_after_days": 30}
    lab.keys[1] = lab.keys[1].replace("2026-11-19", "2026-10-02")
    one = exception("PC302", {"key": "acme-live"})
    lab.acme["exceptions"] = [one, dict(one)]
    ((message, observed),) = late(lab.judge())
    assert message == "the exception for PC302 is there twice"
    assert "has the same selectors" in observed


LAPSED = {"expires": date(2026, 11, 19)}


@pytest.mark.parametrize(
    ("how", "observed"),
    [
        ("nothing", "its finding has returned"),
        ("gone", "nothing matches it"),
        ("another", "it accepts nothing any more; its finding is still accepted by another exception"),
        ("baseline", "it accepts nothing any more; its finding is still accepted by the baseline"),
    ],
)
def test_what_a_lapsed_exception_says_is_true(lab: Lab, how: str, observed: str) -> None:
    lab.acme["limits"] = {"unused_after_days": 30}
    if how != "gone":
        lab.keys[1] = lab.keys[1].replace("2026-11-19", "2026-10-02")
    if how == "baseline":
        adopt(lab)
    lab.acme["exceptions"] = [exception("PC302", {"key": "acme-live"}, **LAPSED)]
    if how == "another":
        lab.acme["exceptions"].append(exception("PC302", {"key": "acme-live", "system": "acme"}))
    ((_, told),) = late(lab.judge(), "PC503")
    assert told == f"key=acme-live: {observed}"


@pytest.mark.parametrize(
    ("owner", "approver", "same"),
    [
        ("growth@lumen.example", "Growth <growth@lumen.example>", True),
        ("Growth Team <GROWTH@lumen.example>", "growth@lumen.example ", True),
        ("growth@lumen.example", "<growth@lumen.example>", True),
        ("growth@lumen.example", "CISO <ciso@lumen.example>", False),
        ("Growth", "growth", True),
        ("growth@lumen.example", "\uff47rowth@lumen.example", True),
        ("growth@lumen.example", "Somebody <growth+ciso@lumen.example>", True),
        ("growth@lumen.example", "growth@lumen.example <>", True),
        ("growth@lumen.example", "growth@lumen.example.", True),
        ("growth+a@lumen.example", "growth+b@lumen.example", True),
        ("growth@lumen.example", "growth@other.example", False),
    ],
)
@pytest.mark.parametrize("where", ["policy", "project"])
def test_owner_and_approver_are_compared_by_address(
    lab: Lab, owner: str, approver: str, same: bool, where: str
) -> None:
    lab.roles.append(stranger())
    rule, match = (
        ("PC203", {"party": f"arn:aws:iam::{STRANGER}:root"}) if where == "project" else ("PC302", {"key": "k"})
    )
    holder = lab.acme if where == "policy" else lab.config
    holder["exceptions"] = [exception(rule, match, owner=owner, approved_by=approver)]
    assert bool(of(lab.judge(), "PC506")) is same


# Comments


def commented(lab: Lab, path: str, line: int, words: str) -> CheckResult:
    """Judge with a comment at the end of a line."""
    write = lab.write

    def spoiled() -> None:
        write()
        lines = (lab.root / path).read_text().splitlines()
        lines[line - 1] += f"  # policycheck: {words}"
        (lab.root / path).write_text("\n".join(lines) + "\n")

    lab.write = spoiled  # type: ignore[method-assign]
    try:
        return lab.judge()
    finally:
        lab.write = write  # type: ignore[method-assign]


def two_fields(lab: Lab) -> None:
    lab.fields += [
        {"name": "tier", "category": "user.account.tier"},
        {"name": "ip", "category": "user.device.ip_address"},
    ]


def test_a_comment_that_matches_several_accepts_none_of_them(lab: Lab) -> None:
    two_fields(lab)
    found = of(lab.judge(), "PC101")
    at = found[0].location
    result = commented(lab, at.path, at.line, "ignore[PC101] tier is fine")
    assert (len(of(result, "PC101")), result.accepted) == (2, ())
    ((message, observed),) = late(result)
    assert message == "the comment that ignores PC101 matches 2 findings, so it accepts none of them"
    assert all(each.fingerprint in observed and each.message in observed for each in found)
    assert f"ignore[PC101 {found[0].fingerprint}]" in of(result, "PC504")[0].help or found[1].fingerprint in observed


@pytest.mark.parametrize("digits", [16, 10])
def test_a_comment_names_the_one_finding_that_it_is_for(lab: Lab, digits: int) -> None:
    two_fields(lab)
    (tier,) = [each for each in of(lab.judge(), "PC101") if "tier" in each.message]
    at, words = tier.location, f"ignore[PC101 {tier.fingerprint[:digits]}] tier is fine"
    result = commented(lab, at.path, at.line, words)
    assert [each.fingerprint for each in result.accepted] == [tier.fingerprint]
    assert (len(of(result, "PC101")), late(result)) == (1, [])
    # The other one alone at that line is not silenced by it.
    lab.fields = [each for each in lab.fields if each["name"] != "tier"]
    result = commented(lab, at.path, at.line, words)
    assert (len(of(result, "PC101")), result.accepted, len(late(result))) == (1, (), 1)


def test_a_line_that_speaks_of_more_than_one_thing_needs_the_name(lab: Lab) -> None:
    lab.fields.append({"name": "tier", "category": "user.account.tier"})
    (found,) = of(lab.judge(), "PC101")
    result = commented(lab, found.location.path, found.location.line, "ignore[PC101] tier is fine")
    assert (len(of(result, "PC101")), result.accepted) == (1, ())
    ((message, _),) = late(result)
    assert message.startswith("the comment that ignores PC101 stands at a line that speaks of more than one thing")
    assert f"`# policycheck: ignore[PC101 {found.fingerprint}] reason`" in of(result, "PC504")[0].help


def test_a_line_that_says_one_thing_needs_no_name(lab: Lab) -> None:
    lab.acme["never"] = ["user.account.tier"]
    lab.fields.append({"name": "tier", "category": "user.account.tier"})
    (found,) = of(lab.judge(), "PC102")
    result = commented(lab, found.location.path, found.location.line, "ignore[PC102] ends in May")
    assert ([each.rule for each in result.accepted], late(result)) == (["PC102"], [])


def test_a_line_about_a_wider_category_needs_the_name(lab: Lab) -> None:
    lab.acme["never"] = ["user.account"]
    lab.fields.append({"name": "tier", "category": "user.account.tier"})
    (found,) = of(lab.judge(), "PC102")
    result = commented(lab, found.location.path, found.location.line, "ignore[PC102] ends in May")
    assert (len(of(result, "PC102")), len(late(result))) == (1, 1)


def test_comments_in_policycheck_yaml_accept_nothing(lab: Lab) -> None:
    lab.roles.append(stranger())
    (found,) = of(lab.judge(), "PC203")
    named = f"ignore[PC203 {found.fingerprint}] known"
    for words in ("ignore[PC203] known", named):
        result = commented(lab, "policycheck.yaml", found.location.line, words)
        assert (len(of(result, "PC203")), result.accepted) == (1, ())
        ((message, _),) = late(result)
        assert message == "a comment in policycheck.yaml accepts nothing: its lines concern every vendor"


def test_the_second_comment_for_one_finding_is_told(lab: Lab) -> None:
    lab.fields.append({"name": "tier", "category": "user.account.tier"})
    (found,) = of(lab.judge(), "PC101")
    words = f"ignore[PC101 {found.fingerprint}, PC101 {found.fingerprint[:12]}] tier is fine"
    result = commented(lab, found.location.path, found.location.line, words)
    assert [each.rule for each in result.accepted] == ["PC101"]
    assert [message for message, _ in late(result)] == ["the comment that ignores PC101 is there twice"]


# The baseline


def rewritten(lab: Lab, change: Callable[[list[str]], list[str]]) -> CheckResult:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:GetObject", EXPORTS)), stranger()]
    adopt(lab)
    path = lab.root / "policycheck.baseline"
    head: list[str] = []
    lines: list[str] = []
    for line in path.read_text().splitlines():
        (head if line.startswith("#") else lines).append(line)
    path.write_text("\n".join((*head, *change(lines))) + "\n")
    return lab.judge()


def test_a_baseline_as_it_was_written_accepts_everything(lab: Lab) -> None:
    result = rewritten(lab, lambda lines: lines)
    assert (result.findings, {each.accepted_by for each in result.accepted}) == ((), {"baseline"})
    assert (result.gone, result.doubled, len(result.kept)) == ((), (), sum(len(f.instances) for f in result.accepted))


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("PC201 acme", "PC402 acme", "it says PC402 of acme, and is PC201 of acme"),
        ("PC201 acme", "PC201 zendesk", "it says PC201 of zendesk, and is PC201 of acme"),
        ("PC201 acme", "PC201 -", "it says PC201 of no vendor, and is PC201 of acme"),
        ("PC201 acme", "PC601 acme", "PC601 never goes into a baseline"),
        ("PC201 acme", "PC504 acme", "PC504 never goes into a baseline"),
        ("PC201 acme", "PC999 acme", "there is no rule PC999"),
    ],
)
def test_a_line_that_is_not_what_it_says_accepts_nothing(lab: Lab, old: str, new: str, wrong: str) -> None:
    result = rewritten(lab, lambda lines: [line.replace(old, new) for line in lines])
    assert len(of(result, "PC201")) == 1
    ((message, observed),) = late(result)
    assert message == f"a line of the baseline accepts nothing: {wrong}"
    assert observed.endswith(wrong)
    assert of(result, "PC504")[0].location.path == "policycheck.baseline"


def test_lines_of_the_older_form_accept_nothing_and_say_so(lab: Lab) -> None:
    result = rewritten(lab, lambda lines: [" ".join(line.split()[:4]) for line in lines])
    assert result.accepted == ()
    ((message, observed),) = late(result)
    assert message == "the baseline is of an older form, which accepts nothing"
    assert observed.startswith(f"{_lines(lab)} lines without a severity")
    assert "`policycheck baseline write --force`" in of(result, "PC504")[0].help


def _lines(lab: Lab) -> int:
    return sum(not line.startswith("#") for line in (lab.root / "policycheck.baseline").read_text().splitlines())


def test_lines_that_stand_twice_or_match_nothing_are_told(lab: Lab) -> None:
    result = rewritten(lab, lambda lines: [*lines, lines[0], f"PC101 acme {'a' * 16} {'b' * 16} high -"])
    assert result.findings == ()
    assert ([each.instance for each in result.gone], len(result.doubled)) == (["b" * 16], 1)


def test_what_an_exception_accepts_first_is_still_there_for_the_baseline(lab: Lab) -> None:
    lab.roles.append(stranger())
    adopt(lab)
    lab.config["exceptions"] = [exception("PC203", {"party": f"arn:aws:iam::{STRANGER}:root", "account": OURS})]
    result = lab.judge()
    assert ({each.accepted_by for each in result.accepted}, result.gone) == ({"exception"}, ())

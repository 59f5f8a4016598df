"""Which file a draft goes to, and what is in the way."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from policycheck.catalog.drafts import Draft, DraftField
from policycheck.catalog.judging import Entry, judged
from policycheck.catalog.planning import Plan, Planner, Wishes, joined
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.places import Location

AT = "postgres:lumen.public.members"
FILE = "dataset: members\nlocations: [x]\nfields:\n  email: user.contact.email\n  id: none\n"
MEMBERS = Dataset(
    "members",
    Location("catalog/people.yaml"),
    (AT,),
    (DatasetField("email", "user.contact.email", Location("catalog/people.yaml")),),
    plain=("id",),
)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of a classifier."""

    category: str | None
    confidence: float = 1.0
    form: str = "raw"
    depth: str = "latest"
    rule: str = "r1"
    perhaps: str = ""


ANSWERS = {
    "ip": Said("user.device.ip_address", depth="history"),
    "hash": Said("user.contact.email", form="hashed"),
    "nick": Said("user.account.username", 0.55),
    "maybe": Said(None, perhaps="user.name"),
    "id": Said("none", form="hashed"),
}


class Fixed:
    """Answers from a table, so that planning is tried apart from the rules of classification."""

    def name(self, path: str, object: str = "", *, label: str = "", type: str = "", format: str = "") -> Said:
        return ANSWERS.get(path, Said(None))


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        (DraftField("ip"), Entry("ip", "user.device.ip_address", depth="history")),
        (DraftField("hash"), Entry("hash", "user.contact.email", form="hashed")),
        (DraftField("ip", hints=("pii",)), Entry("ip", "user.device.ip_address", depth="history", hint="pii")),
        (DraftField("nick"), Entry("nick", "user.account.username", review="0.55 by rule r1")),
        (DraftField("nick", hints=("a", "b")),
         Entry("nick", "user.account.username", review="0.55 by rule r1; the source says a, b")),
        (DraftField("maybe"), Entry("maybe", review="perhaps user.name")),
        (DraftField("blob"), Entry("blob", review="nothing tells what it holds")),
        (DraftField("id"), Entry("id", "none")),
        (DraftField("id", hints=("classification: Restricted",)),
         Entry("id", review="its name says nothing about people; the source says classification: Restricted")),
        (DraftField("id", hints=("pii",), stated="user.unique_id"),
         Entry("id", "user.unique_id", hint="stated by the source; pii")),
        (DraftField("ip", stated="none"), Entry("ip", "none", hint="stated by the source")),
    ],
)  # fmt: skip
def test_entries(field: DraftField, entry: Entry) -> None:
    assert judged(field, "members", Fixed()) == entry


def draft(*fields: str, name: str = "members", whole: str = "public.members", at: str = AT) -> Draft:
    return Draft(name, whole, (at,), tuple(map(DraftField, fields)))


def plan(
    *drafts: Draft, datasets: tuple[Dataset, ...] = (), files: dict[str, str] | None = None, **wishes: str
) -> Plan:
    known = {"catalog/people.yaml": FILE, **(files or {})}
    wish = Wishes(**{"into": "catalog", **wishes})
    return Planner(datasets, Fixed(), known.get).plan([(each, "test") for each in drafts], wish)


def test_a_new_file() -> None:
    (change,) = plan(draft("ip", "blob")).changes
    assert (change.path, change.old, change.waiting) == ("catalog/members.yaml", None, 1)
    assert change.new.splitlines()[3:] == [
        "dataset: members",
        f'locations: ["{AT}"]',
        "fields:",
        "  ip: {category: user.device.ip_address, depth: history}",
        '  blob: {review: "nothing tells what it holds"}',
    ]


@pytest.mark.parametrize("name", ["members", "another"])
def test_a_dataset_is_found_by_its_place_whatever_it_is_called(name: str) -> None:
    (change,) = plan(draft("ID", "email", "ip", name=name), datasets=(MEMBERS,)).changes
    assert (change.path, change.dataset, change.gone) == ("catalog/people.yaml", "members", ())
    assert change.new == FILE + "  ip: {category: user.device.ip_address, depth: history}\n"


@pytest.mark.parametrize("at", ["unknown:members", AT])
def test_a_place_that_is_not_told_is_no_conflict(at: str) -> None:
    (change,) = plan(draft("id", at=at), datasets=(MEMBERS,)).changes
    assert (change.new, change.gone, change.added) == (FILE, ("email",), ())


def test_a_place_that_the_file_does_not_tell_is_no_conflict_either() -> None:
    unplaced = Dataset("members", MEMBERS.at, ("unknown:x",), MEMBERS.fields)
    (change,) = plan(draft("email"), datasets=(unplaced,)).changes
    assert change.places == (AT,)


def test_another_place_of_the_same_name_is_a_conflict() -> None:
    found = plan(draft("id", at="postgres:lumen.crm.members"), datasets=(MEMBERS,))
    assert (found.changes, [each.message for each in found.conflicts]) == (
        (),
        [f"catalog/people.yaml: the dataset members lies in {AT}, the source's in postgres:lumen.crm.members"],
    )


def test_a_file_of_that_name_is_never_overwritten() -> None:
    found = plan(draft("id"), files={"catalog/members.yaml": "dataset: other\n"})
    assert [each.message for each in found.conflicts] == ["catalog/members.yaml exists, and is not the dataset members"]


def test_a_file_that_cannot_be_extended() -> None:
    found = plan(draft("ip"), datasets=(MEMBERS,), files={"catalog/people.yaml": "fields: {}"})
    assert [each.message for each in found.conflicts] == [
        "catalog/people.yaml: nothing can be added to its `fields` as they are written"
    ]
    assert "ip: {category" in found.conflicts[0].help


def test_two_tables_that_are_one_dataset() -> None:
    other = draft("id", name="members", whole="members", at="unknown:members")
    found = plan(draft("id"), other, datasets=(MEMBERS,))
    assert [each.message for each in found.conflicts] == [
        "catalog/people.yaml: public.members and members of the source are both the dataset members"
    ]


def test_none_stays_none() -> None:
    nothing = Dataset("members", MEMBERS.at, (AT,), none_why="tests only")
    (change,) = plan(draft("ip"), datasets=(nothing,), files={"catalog/people.yaml": "fields: none\n"}).changes
    assert (change.none, change.new, change.old) == (True, "fields: none\n", "fields: none\n")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("", ["members", "notes"]),
        ("notes", ["notes"]),
        ("public.*", ["members"]),
        ("*", ["members", "notes"]),
        ("nothing", []),
    ],
)
def test_choosing(wanted: str, names: list[str]) -> None:
    notes = draft("id", name="notes", whole="crm.notes", at="postgres:lumen.crm.notes")
    assert [c.dataset for c in plan(draft("id"), notes, dataset=wanted).changes] == names


def test_the_only_one_can_be_called_otherwise() -> None:
    (change,) = plan(draft("id"), dataset="Our People").changes
    assert (change.dataset, change.path) == ("our-people", "catalog/our-people.yaml")


def test_a_place_for_those_without() -> None:
    (change,) = plan(draft("id", at="unknown:public.members"), location="postgres:lumen.{name}").changes
    assert f'locations: ["{AT}"]' in change.new


def test_two_sources_of_one_table_are_one_draft() -> None:
    manifest = Draft("m", "a.m", ("postgres:l.a.m",), (DraftField("email", text="login"), DraftField("x")))
    warehouse = Draft(
        "M", "A.M", ("unknown:L.A.M",), (DraftField("EMAIL", "text"), DraftField("phone", "text")), "told"
    )
    for pair in ([(manifest, "1"), (warehouse, "2")], [(warehouse, "2"), (manifest, "1")]):
        ((found, source),) = joined(pair)
        assert found.locations == ("postgres:l.a.m",)
        assert {field.path.lower() for field in found.fields} == {"email", "phone", "x"}
        assert ("login", "text") in {(field.text, field.type) for field in found.fields}
        assert found.text == "told"
        assert source in ("1 and 2", "2 and 1")

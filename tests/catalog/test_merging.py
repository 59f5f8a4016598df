"""What people wrote stays to the byte: by example, and for files that hypothesis writes and edits."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policycheck.catalog.judging import Entry
from policycheck.catalog.merging import NotMergedError, merged
from policycheck.catalog.writing import comment, line, scalar, whole

PHONE = Entry("phone", "user.contact.phone_number")
DATA = Entry("data", review='perhaps "x"')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fields:\n  a: x\n", "fields:\n  a: x\n  phone: user.contact.phone_number\n"),
        ("fields:\n  a: x", "fields:\n  a: x\n  phone: user.contact.phone_number\n"),
        ("fields:\r\n  a: x\r\n", "fields:\r\n  a: x\r\n  phone: user.contact.phone_number\r\n"),
        ("fields:\n    a: x  # why\n", "fields:\n    a: x  # why\n    phone: user.contact.phone_number\n"),
        (
            "fields:\n  a: x\n  # about a\n# at the end\n",
            "fields:\n  a: x\n  # about a\n  phone: user.contact.phone_number\n# at the end\n",
        ),
        (
            "fields:\n  a:\n    category: x\n    review: |\n      long\n      text\nwhy: z\n",
            "fields:\n  a:\n    category: x\n    review: |\n      long\n      text\n"
            "  phone: user.contact.phone_number\nwhy: z\n",
        ),
        ("fields: {a: x, b: {category: y}}\n", "fields: {a: x, b: {category: y}, phone: user.contact.phone_number}\n"),
        (
            "fields: {\n  a: x,  # one\n  b: y,  # two\n}\nz: 1\n",
            "fields: {\n  a: x,  # one\n  b: y, phone: user.contact.phone_number,  # two\n}\nz: 1\n",
        ),
        ("fields:\n  a: {category: x,\n      form: raw}\n\n\nwhy: z\n",
         "fields:\n  a: {category: x,\n      form: raw}\n  phone: user.contact.phone_number\n\n\nwhy: z\n"),
        ('"fields":\n  "ä": x\n', '"fields":\n  "ä": x\n  phone: user.contact.phone_number\n'),
        ("--- # x\nfields:\n  a: x\n...\n", "--- # x\nfields:\n  a: x\n  phone: user.contact.phone_number\n...\n"),
    ],
)  # fmt: skip
def test_a_field_is_added_at_the_end(old: str, new: str) -> None:
    assert merged(old, [PHONE]) == new
    assert merged(old, []) == old


@pytest.mark.parametrize(
    "text", ["fields: none\n", "fields: {}\n", "dataset: x\n", "fields:\n  a: x\n  phone: y\n", "[]"]
)
def test_what_cannot_be_extended_is_left_alone(text: str) -> None:
    with pytest.raises(NotMergedError):
        merged(text, [PHONE])


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (PHONE, "phone: user.contact.phone_number"),
        (replace(PHONE, form="hashed", depth="history"),
         "phone: {category: user.contact.phone_number, form: hashed, depth: history}"),
        (DATA, 'data: {review: "perhaps \\"x\\""}'),
        (Entry("id", "none", hint="pii\nx"), "id: none  # pii x"),
        (Entry("no", "none"), '"no": none'),
        (Entry("a: b", "none"), '"a: b": none'),
        (Entry("", "none"), '"": none'),
        (Entry("1", "none"), '"1": none'),
        (Entry("\x85\u2028\t", "none"), '"\\U00000085\\U00002028\\U00000009": none'),
    ],
)  # fmt: skip
def test_lines(entry: Entry, text: str) -> None:
    assert line(entry) == text
    assert list(yaml.safe_load(text)) == [entry.name]


def test_long_comments_are_cut() -> None:
    assert comment("x" * 101) == "x" * 97 + "..."


@given(st.text(max_size=12))
def test_every_text_can_be_a_name(name: str) -> None:
    if not any(0xD800 <= ord(letter) < 0xE000 for letter in name):
        assert yaml.safe_load(f"{scalar(name)}: x") == {name: "x"}


NAMES = st.lists(
    st.text(alphabet="abcXYZ_.[]- :#'\"ä1", min_size=1, max_size=8), min_size=2, max_size=12, unique_by=str.casefold
)
KINDS = st.sampled_from([("user.contact.email", ""), ("none", ""), ("", "look"), ("user.name", "0.5")])


def _edited(text: str, edits: random.Random) -> str:
    """What people do: comments, other categories, other quotes, empty lines, another order, a key more."""
    lines = text.splitlines(keepends=True)
    first = lines.index("fields:\n") + 1
    for _ in range(edits.randrange(6)):
        at = edits.randrange(first, len(lines))
        what = edits.randrange(5)
        if what == 0:
            lines.insert(at, "  # a thought\n")
        elif what == 1:
            lines[at] = lines[at].replace("user.contact.email", "user.name.first").replace("none", "user.behavior")
        elif what == 2:
            lines[at] = lines[at].rstrip("\n") + "   # checked by hand\n"
        elif what == 3:
            lines.insert(at, "\n")
        else:
            other = edits.randrange(first, len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    if edits.random() < 0.3:
        lines.append("why: a person wrote this\n")
    return "".join(lines)


@given(NAMES, st.data(), st.randoms(use_true_random=False))
def test_imports_keep_every_edit(names: list[str], data: st.DataObject, edits: random.Random) -> None:
    entries = [Entry(name, kind, review=review) for name in names for kind, review in [data.draw(KINDS)]]
    known = data.draw(st.integers(1, len(entries)))
    first = whole("members", ["arn:x"], "", entries[:known], "test")
    edited = _edited(first, edits)
    again = merged(edited, entries[known:])
    kept = iter(again.splitlines())
    assert all(any(line == other for other in kept) for line in edited.splitlines())
    before, after = yaml.safe_load(edited), yaml.safe_load(again)
    assert {**after, "fields": dict(list(after["fields"].items())[: len(before["fields"])])} == before
    assert set(after["fields"]) == set(names)
    assert merged(again, []) == again

"""Sample documents: paths and shapes, no values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policycheck.fields.readers.named import Named
from policycheck.fields.readers.sample import read_samples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


def test_paths_and_shapes() -> None:
    documents = [
        {"user": {"email": "ann@lumen.example", "ips": ["192.0.2.7", "192.0.2.0"]}, "note": None, "tags": []},
        {"user": {"email": ""}, "items": [[{"sku": "A-1"}]], "meta": {}},
        {"user": {"ips": ["198.51.100.9"]}, "note": "hello"},
    ]
    assert read_samples(documents).fields == (
        Named("user.email", shape="email"),
        Named("user.ips[]", shape="ipv4"),
        Named("note", shape="text"),
        Named("tags", shape=""),
        Named("items[][].sku", shape="text"),
        Named("meta", shape=""),
    )


def test_a_list_of_documents_is_the_same_as_its_items() -> None:
    items = [{"a": 1}, {"b": True}]
    assert read_samples([items]) == read_samples(items)


@given(JSON)
def test_any_document(document: object) -> None:
    reading = read_samples([document])
    assert len({field.path for field in reading.fields}) == len(reading.fields)


def test_depth_is_bounded() -> None:
    inner: object = "x"
    for _ in range(500):
        inner = {"a": inner}
    reading = read_samples([inner])
    assert reading.fields == ()
    assert reading.bad[0].message.endswith(f"such as that below '{'.'.join(['a'] * 32)}'")

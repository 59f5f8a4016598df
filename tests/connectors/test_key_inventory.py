"""Lists of API keys in every format, and what is said of what they do not tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.facts import Credential
from policycheck_connectors.interface import ConnectorError
from tests.connectors.lab import DATA, Pulled, pull

TYPE = "key-inventory"
ALL = ("scopes", "created", "last_used", "expires", "status")


def keys(tmp_path: Path, content: object, name: str = "keys.csv", **options: object) -> Pulled:
    return pull(tmp_path, TYPE, {name: content}, **{"system": "sendgrid", **options})


def test_a_csv_file_with_usual_names(tmp_path: Path) -> None:
    pulled = keys(tmp_path, (DATA / "keys.csv").read_text(), tenant="main", holder="us")
    knows = ("scopes", "created", "last_used", "expires", "holder", "status")
    assert pulled.facts == (
        Credential("sendgrid", "main", "k-01", "production mail", "c", "keys.csv:2", "us",
                   ("mail.send", "templates.read"), "2026-01-05", "2026-11-19T08:15:00Z", None, "active", knows),
        Credential("sendgrid", "main", "k-02", "old import", "c", "keys.csv:3", "us",
                   ("user.profile.read", "user.profile.write"), "2024-02-29T10:00:00Z", None, "2026-12-31", "disabled",
                   knows),
        Credential("sendgrid", "main", "k-03", "full", "c", "keys.csv:4", "us", ("Full Access",),
                   "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", None, "active", knows),
    )  # fmt: skip
    assert pulled.statuses() == [("main", "credentials", "complete", 3)]


def test_json_api_with_null_scopes(tmp_path: Path) -> None:
    pulled = keys(tmp_path, (DATA / "datadog-keys.json").read_text(), "keys.json", system="datadog")
    assert pulled.facts == (
        Credential("datadog", "", "00000000-0000-4000-8000-000000000001", "terraform", "c", "keys.json#/data/0",
                   None, None, "2025-06-16T12:05:25Z", None, knows=("scopes", "created", "last_used")),
        Credential("datadog", "", "00000000-0000-4000-8000-000000000002", "slo", "c", "keys.json#/data/1",
                   None, (), "2026-09-08T06:44:02Z", None, knows=("scopes", "created")),
    )  # fmt: skip
    assert pulled.whole()


def test_yaml_keeps_ids_as_written(tmp_path: Path) -> None:
    pulled = keys(tmp_path, (DATA / "keys.yaml").read_text(), "keys.yaml", system="brevo")
    assert pulled.facts == (
        Credential("brevo", "", "0012", "website", "c", "keys.yaml#/keys/0", "us", ("contacts", "smtp"), "2026-03-01",
                   None, knows=("scopes", "created", "last_used", "holder")),
        Credential("brevo", "", "13", "shop plugin", "c", "keys.yaml#/keys/1", "vendor", None, "2025-12-24",
                   knows=("scopes", "created", "holder")),
    )  # fmt: skip
    assert pulled.whole()


def test_columns_as_the_entry_says(tmp_path: Path) -> None:
    content = {"answer": {"list": [{"ref": 7, "who": {"name": "n", "made": "Nov 3, 2025"}, "id": "not this"}]}}
    columns = {"id": "ref", "name": "who.name", "created": "who.made"}
    pulled = keys(
        tmp_path, content, "k.json", records="answer.list", columns=columns, date_format="%b %d, %Y", system="mailgun"
    )
    assert pulled.facts == (
        Credential("mailgun", "", "7", "n", "c", "k.json#/answer/list/0", created="2025-11-03", knows=("created",)),
    )
    assert pulled.whole()


def test_a_column_whose_name_has_dots(tmp_path: Path) -> None:
    pulled = keys(tmp_path, 'key.id,"made.at"\n1,2026-01-01\n', columns={"id": "key.id", "created": "made.at"})
    assert [(fact.id, fact.created) for fact in pulled.of(Credential)] == [("1", "2026-01-01")]


def test_a_mapped_column_that_no_row_has(tmp_path: Path) -> None:
    pulled = keys(tmp_path, "id,name\n1,a\n", columns={"created": "Made"})
    assert pulled.statuses() == [("", "credentials", "complete", 1), ("", "credentials.created", "partial", 0)]
    assert pulled.reasons() == ["no entry has the column that `columns` tells for created"]
    assert pulled.of(Credential)[0].knows == ()


def test_systems_and_tenants_from_columns(tmp_path: Path) -> None:
    content = "id,system,workspace\n1,mailgun,eu\n2,,us\n3,,\n"
    pulled = keys(tmp_path, content, tenant="main")
    assert [(fact.system, fact.tenant) for fact in pulled.of(Credential)] == [
        ("mailgun", "eu"), ("sendgrid", "us"), ("sendgrid", "main"),
    ]  # fmt: skip
    assert [(row.system, row.account, row.seen) for row in pulled.coverage] == [
        ("mailgun", "eu", 1), ("sendgrid", "main", 1), ("sendgrid", "us", 1),
    ]  # fmt: skip


def test_rows_without_a_system_are_not_seen(tmp_path: Path) -> None:
    pulled = keys(tmp_path, "id\n1\n2\n", system=None)
    assert pulled.facts == ()
    assert pulled.statuses() == [("", "credentials", "unseen", 0)]
    assert pulled.reasons() == ["rows that name no system: 2, the first at keys.csv:2"]


def test_an_empty_list_of_a_named_system_is_whole(tmp_path: Path) -> None:
    assert keys(tmp_path, {"result": []}, "k.json").statuses() == [("", "credentials", "complete", 0)]
    assert keys(tmp_path, "id,name\n").statuses() == [("", "credentials", "complete", 0)]


@pytest.mark.parametrize(
    ("cell", "separator", "expected"),
    [
        ("a", None, ("a",)),
        ("a;b", None, ("a", "b")),
        ("a | b", None, ("a", "b")),
        ('"a\nb"', None, ("a", "b")),
        ("Full Access", None, ("Full Access",)),
        ("org:read org:write", None, ("org:read", "org:write")),
        ('"[""a"", ""b""]"', None, ("a", "b")),
        ("[]", None, ()),
        ("", None, None),
        ("null", None, None),
        ("a b+c d", "+", ("a b", "c d")),
    ],
)
def test_scopes_in_one_cell(tmp_path: Path, cell: str, separator: str | None, expected: object) -> None:
    options = {"scopes_separator": separator} if separator else {}
    pulled = keys(tmp_path, f"id,scopes\n1,{cell}\n", **options)
    assert pulled.of(Credential)[0].scopes == expected
    assert pulled.whole()


@pytest.mark.parametrize("scopes", [{"mail": "full"}, [{"name": "x"}], [["x"]], 7, [1]])
def test_scopes_of_another_shape_are_not_seen(tmp_path: Path, scopes: object) -> None:
    pulled = keys(tmp_path, [{"id": "1", "scopes": scopes}], "k.json")
    assert (pulled.of(Credential)[0].scopes, pulled.of(Credential)[0].knows) == (None, ())
    assert pulled.statuses() == [("", "credentials", "complete", 1), ("", "credentials.scopes", "partial", 0)]
    assert pulled.reasons() == ["scopes that are no list of words: 1, the first at k.json#/0"]


@pytest.mark.parametrize("attribute", ["created", "last_used", "expires"])
@pytest.mark.parametrize("value", ["Nov 3, 2025", "03/11/2025", "2026-13-01", "12", "2026-01-01T", {"at": 1}, True])
def test_dates_are_not_guessed(tmp_path: Path, attribute: str, value: object) -> None:
    pulled = keys(tmp_path, [{"id": "0"}, {"id": "1", attribute: value}], "k.json")
    assert pulled.of(Credential)[1].knows == ()
    assert pulled.statuses()[1] == ("", f"credentials.{attribute}", "partial", 0)
    assert pulled.reasons() == ["dates that cannot be read: 1, the first at k.json#/1"]


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("Active", "active"),
        (True, "active"),
        ("1", "active"),
        (False, "disabled"),
        ("REVOKED", "disabled"),
        (None, None),
    ],
)
def test_states(tmp_path: Path, value: object, status: str | None) -> None:
    fact = keys(tmp_path, [{"id": "1", "status": value}], "k.json").of(Credential)[0]
    assert (fact.status, fact.knows) == (status, ("status",))


def test_a_state_that_is_neither(tmp_path: Path) -> None:
    pulled = keys(tmp_path, [{"id": "1", "status": "rotating"}], "k.json")
    assert (pulled.of(Credential)[0].status, pulled.of(Credential)[0].knows) == (None, ())
    assert pulled.reasons() == ["states that are neither active nor disabled: 1, the first at k.json#/0"]


@pytest.mark.parametrize("id", [None, "", "x" * 5000, {"a": 1}, True, 1 << 200])
def test_a_row_without_id_or_name(tmp_path: Path, id: Any) -> None:
    pulled = keys(tmp_path, [{"id": id}, {"id": "2"}], "k.json")
    assert [fact.id for fact in pulled.of(Credential)] == ["2"]
    assert pulled.reasons() == ["entries that cannot be read: 1, the first at k.json#/0"]


NAMELESS = "without a column that is known for id or name"


@pytest.mark.parametrize(
    ("content", "options", "reasons"),
    [
        ("Secret,Scope\n", {}, [f"a header {NAMELESS}"]),
        ("Secret,Scope\ns,all\nt,all\n", {}, [f"entries {NAMELESS}: 2, the first at keys.csv:2"]),
        ([{"Secret": "s"}], {}, [f"entries {NAMELESS}: 1, the first at keys#/0"]),
        ("Ref,Scope\n", {"columns": {"id": "Ref"}}, []),
        (
            "Ref,Scope\n",
            {"columns": {"id": "No"}},
            [f"a header {NAMELESS}", "no entry has the column that `columns` tells for id"],
        ),
        ("id\n", {}, []),
        ("Name;Rights\n", {}, []),
    ],
)
def test_columns_that_tell_no_key_from_another(
    tmp_path: Path, content: object, options: dict[str, object], reasons: list[str]
) -> None:
    pulled = keys(tmp_path, content, "keys.csv" if isinstance(content, str) else "keys", **options)
    assert pulled.facts == ()
    assert pulled.reasons() == reasons
    assert all("known are id: api_key_id, " in row.help for row in pulled.coverage if NAMELESS in row.reason)


def test_a_name_does_for_an_id(tmp_path: Path) -> None:
    fact = keys(tmp_path, [{"name": "n"}], "k.json").of(Credential)[0]
    assert (fact.id, fact.name) == ("n", "n")


def test_a_secret_where_an_id_should_be_leaves_a_fingerprint(tmp_path: Path) -> None:
    secret = "SG.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdefABCDEF0123456789"
    columns = ("id", "name", "scopes", "holder", "tenant", "system", "status")
    row = [secret, "sk_live_0123456789abcdefABCD", *[secret] * 5]
    pulled = keys(tmp_path, f"{','.join(columns)}\n{','.join(row)}\n")
    assert secret not in repr(pulled)
    assert "sk_live" not in repr(pulled)
    fact = pulled.of(Credential)[0]
    assert fact.id == (fact.scopes or ("",))[0] == fact.holder
    assert fact.id.startswith("sha256:")
    assert fact.id == fact.tenant == fact.system
    assert {row.resource for row in pulled.coverage} == {"credentials", *(f"credentials.{name}" for name in columns)}
    assert pulled.reasons() == [
        f"values that look like live secrets, of which only a fingerprint is kept: 1, the first at {fact.where}",
        f"states that are neither active nor disabled: 1, the first at {fact.where}",
    ]


@pytest.mark.parametrize("bad", ["x", 7, None, ["x"]])
def test_a_bad_entry_does_not_hide_the_others(tmp_path: Path, bad: object) -> None:
    pulled = keys(tmp_path, {"result": [{"id": "1"}, bad, {"id": "3"}]}, "k.json")
    assert [fact.id for fact in pulled.of(Credential)] == ["1", "3"]
    assert pulled.reasons() == ["entries that cannot be read: 1, the first at k.json#/result/1"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"result": [{"id": "1"}], "_metadata": {"count": 3}}, "the file has 1 rows of 3"),
        ({"data": [{"id": "1"}], "has_more": True}, "the file says that another page follows"),
        ({"data": [{"id": "1"}], "paging": {"next": {"after": "x"}}}, "the file says that another page follows"),
        ({"data": [{"id": "1"}], "ok": False}, "the file the answer tells of an error"),
    ],
)
def test_an_answer_that_is_not_all_there_is(tmp_path: Path, content: object, reason: str) -> None:
    pulled = keys(tmp_path, content, "k.json")
    assert pulled.statuses() == [("", "credentials", "partial", 1)]
    assert pulled.reasons() == [reason]


def test_pages_in_files_are_whole_together(tmp_path: Path) -> None:
    files = {
        "1.json": {"data": [{"id": "1"}, {"id": "2"}], "total": 3, "next": "/2"},
        "2.json": {"data": [{"id": "3"}], "total": 3, "next": None},
    }
    assert pull(tmp_path, TYPE, files, system="x").whole()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("k.json", {"things": [{"id": "1"}]}, "has no list of entries"),
        ("k.json", {"result": {"id": "1"}}, "has no list of entries"),
        ("k.json", {"result": None}, "has no list of entries"),
        ("k.json", '"x"', "has no list of entries"),
        ("k.yaml", "x\n", "has no list of entries"),
        ("k.yaml", "# nothing\n", "holds no YAML value"),
        ("k.yaml", "a: [1\n", "is not valid YAML at line 2"),
        ("k.yaml", "a: *x\n", "is not valid YAML at line 1"),
        ("k.yaml", "[" * 100_000 + "\n", "is nested too deeply"),
        ("k.yaml", "keys: [{id: 1}]\nlast", "ends without a line break, so that it may be cut"),
        ("k.yaml", b"keys: \xff\n", "is not UTF-8 text"),
        ("k.csv", "\n\n", "has no header"),
        ("k.csv", ",,\n1,2,3\n", "has no header"),
        ("k.csv", "id,na", "has a header without rows, which may be cut"),
        ("k.csv", 'id,"na\n', "has a header that is cut off or not valid CSV"),
        ("k.csv", b"id,name\n1,\xe9\n", "is not UTF-8 text"),
        ("k.csv", b"id,name\n1,\xc3", "is not UTF-8 text"),
        ("k.csv", 'id,name\n1,"a"b\n', "is cut off or not valid CSV in line 2"),
    ],
)
def test_what_is_no_list_of_keys(tmp_path: Path, name: str, content: object, reason: str) -> None:
    pulled = keys(tmp_path, content, name)
    assert pulled.facts == ()
    assert pulled.statuses() == [("", "credentials", "unseen", 0)]
    assert pulled.reasons() == [reason]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("keys", "id,name\n1,a\n"),
        ("keys", "id;name\n1;a\n"),
        ("keys.txt", "id\tname\n1\ta\n"),
        ("keys.tsv", "id\tname\r\n1\ta\r\n"),
        ("keys.csv", "sep=;\nid;name\n1;a\n"),
        ("keys.csv", 'id|"name"\n1|a\n'),
        ("keys.csv", '"id","the name, really",name\n1,x,a\n'),
        ("keys.csv", "\ufeffid,name\n\n1,a,\n\n"),
        ("keys", [{"id": 1, "name": "a"}]),
        ("keys", "- id: 1\n  name: a\n"),
        ("keys", '{"keys": [{"id": 1, "name": "a"}]}'),
        ("keys.yml", "tokens: [{id: 1, name: a}]"),
        ("keys.yaml", "---\ntokens: [{id: 1, name: a}]\n---\ntokens: []\n"),
        ("keys.yaml", '{"tokens": [\n\t{"id": 1, "name": "a"}\n]}\n'),
    ],
)
def test_formats_are_told_by_ending_or_content(tmp_path: Path, name: str, content: object) -> None:
    pulled = keys(tmp_path, content, name)
    assert [(fact.id, fact.name) for fact in pulled.of(Credential)] == [("1", "a")]
    assert pulled.whole()


def test_lines_count_as_an_editor_counts_them(tmp_path: Path) -> None:
    pulled = keys(tmp_path, 'sep=,\nid,name\n\n1,"a\nb"\n2,c\n')
    assert [fact.where for fact in pulled.of(Credential)] == ["keys.csv:4", "keys.csv:6"]


def test_rows_that_do_not_fit_the_header(tmp_path: Path) -> None:
    pulled = keys(tmp_path, "id,name\n1,a\n2\n3,c,d\n4,e\n")
    assert [fact.id for fact in pulled.of(Credential)] == ["1", "4"]
    assert pulled.reasons() == ["entries that cannot be read: 2, the first at keys.csv:3"]


@pytest.mark.parametrize(
    ("last", "whole"),
    [
        ("3,2026-01-03", True),
        ("3,2026-01-0", False),
        ("3,", False),
        ("3", False),
        ('3,"2026-01-03"', True),
        ("3,2026-01-03 ", False),
    ],
)
def test_a_last_line_without_line_break(tmp_path: Path, last: str, whole: bool) -> None:
    pulled = keys(tmp_path, f"id,created\n1,2026-01-01\n{last}")
    assert pulled.whole() is whole
    assert [fact.id for fact in pulled.of(Credential)] == (["1", "3"] if whole else ["1"])
    if not whole:
        assert pulled.reasons() == ["the file may be cut in line 3, which has no line break"]


def test_only_some_last_cells_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policycheck_connectors.files.csvrows._ENOUGH", 1)
    assert not keys(tmp_path, "id,status\n1,active\n2,disabled\n3,disabled").whole()


@pytest.mark.parametrize(("last", "whole"), [("active", True), ("acti", False)])
def test_a_last_word_without_line_break(tmp_path: Path, last: str, whole: bool) -> None:
    assert keys(tmp_path, f"id,status\n1,active\n2,{last}").whole() is whole


def test_a_long_file_streams(tmp_path: Path) -> None:
    rows = "".join(f"{number},name é {number}\n" for number in range(5_000))
    pulled = keys(tmp_path, "id,name\n" + rows)
    assert pulled.statuses() == [("", "credentials", "complete", 5_000)]
    assert pulled.of(Credential)[-1].name == "name é 4999"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"system": 7}, "option `system` must be a string"),
        ({"columns": "id"}, "option `columns` must map words to strings"),
        ({"columns": {"id": 1}}, "option `columns` must map words to strings"),
        ({"columns": {"secret": "x"}}, "option `columns` has the unknown word secret"),
    ],
)
def test_bad_options(tmp_path: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(ConnectorError) as error:
        pull(tmp_path, TYPE, {"k.csv": "id\n1\n"}, **options)
    assert error.value.message == f"policycheck.yaml:3:5: connector c: {message}"
    assert error.value.help


def test_nothing_of_a_row_but_the_mapped_columns_is_kept(tmp_path: Path) -> None:
    planted = json.loads((DATA / "datadog-keys.json").read_text())
    planted["data"][0]["attributes"]["last4"] = "PLANTED"
    assert "PLANTED" not in repr(keys(tmp_path, planted, "k.json"))

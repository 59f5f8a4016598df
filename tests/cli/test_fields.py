"""``policycheck fields``: any list of names in, one answer for each out; and what is known by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

CSV = """\
type,key_path,sample_value
string,customer.email,ann@lumen.example
string,os.name,
,flurb,
boolean,email_verified,true
string,user.email,5d41402abc4b2a76b9719d911017c592
"""

OPENAPI = """\
openapi: 3.0.0
components:
  schemas:
    Contact: {properties: {phone: {type: string}, home: {$ref: '#/components/schemas/Address'}}}
    Address: {properties: {city: {type: string}}}
"""


def lines(text: str) -> list[tuple[Any, ...]]:
    rows = [json.loads(line) for line in text.splitlines()]
    assert all(list(row)[:5] == ["path", "category", "form", "confidence", "rule"] for row in rows)
    return [(row["path"], row["category"], row["form"], row["rule"]) for row in rows]


def test_a_list(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text(CSV)
    done = policycheck("fields", "classify", "names.csv", "--output", "json", cwd=tmp_path)
    assert done.returncode == 0
    assert lines(done.stdout) == [
        ("customer.email", "user.contact.email", "raw", "email-words"),
        ("os.name", "none", None, "device-share"),
        ("flurb", None, None, None),
        ("email_verified", "none", None, "about-a-field"),
        ("user.email", "user.contact.email", "hashed", "email-words"),
    ]
    assert done.stderr == "5 fields: 2 about people, 2 not, 1 not judged\n"


def test_text_is_a_table(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("key_path\nuser.telefon\nflurb\nname\n")
    done = policycheck("fields", "classify", "names.csv", cwd=tmp_path)
    assert done.stdout == (
        "PATH          CATEGORY                   FORM  CONFIDENCE  WHY\n"
        "user.telefon  user.contact.phone_number  raw   0.96        `phone number` of `user`: a telephone number\n"
        "flurb         -                          -     -           no rule knows the name\n"
        "name          -                          -     0.45        perhaps user.name: `name`\n"
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("schema.yaml", OPENAPI, [("Contact.phone", "user.contact.phone_number"),
                                  ("Contact.home", None),
                                  ("Contact.home.city", "user.contact.address.city")]),
        ("members.sql", "CREATE TABLE members (last_ip inet);", [("members.last_ip", "user.device.ip_address")]),
        ("event.json", '{"user": {"ip": "192.0.2.0"}}', [("user.ip", "user.device.ip_address")]),
        ("events.jsonl", '{"usr": {"email": "a@b.example"}}\n\n{"os": {"name": "x"}}\n',
         [("usr.email", "user.contact.email"), ("os.name", "none")]),
        ("noname", '{"openapi": "3.0.0", "components": {"schemas": {"User": {"properties": {"login": {}}}}}}',
         [("User.login", "user.account.username")]),
    ],
)  # fmt: skip
def test_other_documents(
    policycheck: Run, tmp_path: Path, name: str, text: str, expected: list[tuple[str, str | None]]
) -> None:
    (tmp_path / name).write_text(text)
    done = policycheck("fields", "classify", name, "--output", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [row[:2] for row in lines(done.stdout)] == expected


def test_a_wrong_row_is_told_and_the_others_are_answered(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_bytes(b'key_path,type\n,string\nuser.\xff,\na,b,c\n"open,\nuser.email,string\n')
    done = policycheck("fields", "classify", "names.csv", "--output", "json", cwd=tmp_path)
    assert done.returncode == 2
    assert [row[:2] for row in lines(done.stdout)] == [
        ("", None),
        ("", None),
        ("a", None),
        ("", None),
        ("user.email", "user.contact.email"),
    ]
    assert done.stderr.splitlines() == [
        "names.csv:2: the key_path is empty",
        "names.csv:3: not UTF-8",
        "names.csv:4: 3 cells under 2 columns: put values with commas in quotes",
        "names.csv:5: a quote is never closed",
        "1 field: 1 about people, 0 not, 0 not judged; 4 parts could not be read",
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "path\nx\n", "a.csv:1: the first line has no column `key_path`"),
        ("a.csv", "", "a.csv:1: the first line has no column `key_path`"),
        ("a.csv", "key_path;vendor\nx;y\n", "no column `key_path`: columns are separated by commas, not by ';'"),
        ("a", "", "there is nothing in it"),
        ("a.json", "{", "a.json:1: not JSON"),
        ("a.json", "[1]", "no object with keys in it"),
        ("a.yaml", "a: [", "a.yaml:2: not YAML"),
        ("a.sql", "SELECT 1", "no CREATE TABLE in it"),
        ("a", "hello", "it is not clear what this is"),
        ("missing.csv", None, "cannot be read"),
    ],
)
def test_what_cannot_be_read(policycheck: Run, tmp_path: Path, name: str, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    done = policycheck("fields", "classify", name, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_what_lies_too_deep_is_told(policycheck: Run, tmp_path: Path) -> None:
    document: object = {"email": "a@b.example"}
    for _ in range(40):
        document = {"a": document}
    (tmp_path / "deep.json").write_text(json.dumps({"email": "x", "b": document}))
    done = policycheck("fields", "classify", "deep.json", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "deep.json: what lies more than 32 levels deep is not read, such as that below 'b.a.a"
    )
    assert done.stderr.endswith("1 field: 1 about people, 0 not, 0 not judged; 1 part could not be read\n")


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("patient.hiv_positive", "user.health_and_medical"),
        ("patient.has_diabetes", "user.health_and_medical"),
        ("user.is_gay", "user.demographic.sexual_orientation"),
        ("customer.is_refugee", "user.government_id.immigration"),
        ("user.on_parole", "user.criminal_history"),
        ("customer.pep", "user.demographic"),
        ("user.is_minor", "user.childrens"),
    ],
)
def test_flags_that_hurt(policycheck: Run, tmp_path: Path, path: str, category: str) -> None:
    (tmp_path / "a.csv").write_text(f"key_path,type\n{path},boolean\n")
    done = policycheck("fields", "classify", "a.csv", "--output", "json", cwd=tmp_path)
    assert lines(done.stdout)[0][1] == category


def test_a_vendors_key_map(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("key_path,vendor\nunique_name,\nunique_name,SendGrid\n")
    done = policycheck("fields", "classify", "names.csv", "--output", "json", cwd=tmp_path)
    assert [row[3] for row in lines(done.stdout)] == ["username", "profile:sendgrid:unique_name"]
    done = policycheck("fields", "classify", "names.csv", "--vendor", "sendgird", cwd=tmp_path)
    assert (done.returncode, "did you mean `sendgrid`?" in done.stderr) == (2, True)


def test_overrides_of_a_project(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "overrides").mkdir()
    (tmp_path / "policycheck.yaml").write_text("version: 1\npolicies: []\n")
    (tmp_path / "overrides/a.yaml").write_text("fields:\n  - {field: flurb, category: user.name, why: a name}\n")
    (tmp_path / "names.csv").write_text("key_path\nflurb\n")
    done = policycheck("--project", ".", "fields", "classify", "names.csv", "--output", "json", cwd=tmp_path)
    assert lines(done.stdout) == [("flurb", "user.name", "raw", "override:overrides/a.yaml:2")], done.stderr


def test_the_fields_of_a_product(policycheck: Run, tmp_path: Path) -> None:
    done = policycheck("fields", "known", "Freshdesk", "--output", "json", cwd=tmp_path)
    assert done.returncode == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    phone, by = "user.contact.phone_number", "field map"
    mobile = {"path": "contact.mobile", "category": phone, "form": "raw", "depth": "latest", "by": by}
    assert mobile in rows
    personal = [row for row in rows if row["category"] != "none"]
    assert [row["form"] for row in rows if row["category"] == "none"].count(None) == len(rows) - len(personal) > 0
    told = f"Freshdesk: {len(rows)} fields, {len(personal)} about people\nfields that are not here are left to"
    assert done.stderr.startswith(told)
    fewer = policycheck("fields", "known", "freshdesk", "--personal", "--output", "json", cwd=tmp_path)
    assert [json.loads(line) for line in fewer.stdout.splitlines()] == personal
    shown = policycheck("fields", "known", "freshdesk", cwd=tmp_path).stdout.splitlines()
    assert shown[0].split() == ["FIELD", "CATEGORY", "FORM", "DEPTH"]
    assert [line.split()[0] for line in shown[1:]] == [row["path"] for row in rows]


def test_the_products(policycheck: Run, tmp_path: Path) -> None:
    done = policycheck("fields", "known", "--output", "json", cwd=tmp_path)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["vendor"] for row in rows] == sorted(row["vendor"] for row in rows)
    assert done.stderr == f"{len(rows)} products, {sum(row['fields'] for row in rows)} fields known by name\n"
    (clicks,) = (row["sources"] for row in rows if row["vendor"] == "sendgrid")
    assert any("sendgrid" in each.lower() for each in clicks), clicks
    shown = policycheck("fields", "known", cwd=tmp_path).stdout.splitlines()
    assert shown[0].split() == ["VENDOR", "PRODUCT", "FIELDS", "ABOUT", "PEOPLE"]
    assert len(shown) == len(rows) + 1


@pytest.mark.parametrize(
    ("vendor", "help"),
    [("freshdesc", "did you mean `freshdesk`?"), ("qqqq", "`policycheck fields known` lists the products")],
)
def test_an_unknown_product(policycheck: Run, tmp_path: Path, vendor: str, help: str) -> None:
    done = policycheck("fields", "known", vendor, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: no fields of {vendor} are known by name\nhelp: {help}\n"


def test_a_product_without_a_profile_is_read_by_its_names(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("key_path\nContacts[].Mobile\nflurb\n")
    done = policycheck("fields", "classify", "names.csv", "--vendor", "Freshdesk", "--output", "json", cwd=tmp_path)
    assert lines(done.stdout) == [
        ("Contacts[].Mobile", "user.contact.phone_number", "raw", "profile:freshdesk:contact.mobile"),
        ("flurb", None, None, None),
    ]


def test_vendors_of_a_list_that_nobody_knows(policycheck: Run, tmp_path: Path) -> None:
    vendors = ["fresdesk", "Mandrill", *(f"zq{at}x" for at in range(6))]
    (tmp_path / "names.csv").write_text("key_path,vendor\n" + "".join(f"email,{each}\n" for each in vendors))
    done = policycheck("fields", "classify", "names.csv", cwd=tmp_path)
    others = ", ".join(vendors[2:6])
    told = (
        f"no fields known by name: fresdesk (did you mean `freshdesk`?), {others} and 2 more; the generic rules judge"
    )
    assert (done.returncode, done.stderr.splitlines()[0]) == (0, f"{told} theirs")


def test_personal_fields_of_nobody(policycheck: Run, tmp_path: Path) -> None:
    done = policycheck("fields", "known", "--personal", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--personal is about the fields of one VENDOR: name it" in done.stderr


def test_a_row_that_names_its_vendor_is_of_that_one(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("key_path,vendor\nunique_name,SendGrid\ncontact.mobile,\nunique_name,nobody\n")
    done = policycheck("fields", "classify", "names.csv", "--vendor", "freshdesk", "--output", "json", cwd=tmp_path)
    rules = [row[3] for row in lines(done.stdout)]
    assert rules == ["profile:sendgrid:unique_name", "profile:freshdesk:contact.mobile", "username"]

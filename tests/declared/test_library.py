"""The library's own check, on a small library made of the documented examples and on the shipped one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.library import load_library
from policycheck.declared.project import Loaded
from policycheck.library.data import data_root
from policycheck.library.rules import load_rules

PAGE = (Path(__file__).parents[2] / "docs" / "adding-a-vendor.md").read_text("utf-8")
TODAY = date(2026, 11, 22)
KIND, VENDOR, SETS = "kinds/parcel_tracking.yaml", "vendors/parcelpost.yaml", "combinations.yaml"
MAP, ALSO = "fields/parcelpost.yaml", "names.yaml"
ONCE = "a name means one product, and stands once: remove this one"


def _example(first: str) -> str:
    match = re.search(rf"```yaml\n({first}.*?)```", PAGE, re.S)
    assert match is not None
    return match[1]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library that holds the examples of the page."""
    root = tmp_path / "policies"
    for name, first in (
        (VENDOR, "name: Parcelpost  "),
        (KIND, "label: parcel"),
        (MAP, "name: Parcelpost\ndate: 2026-11-22\nsources"),
    ):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(_example(first), "utf-8")
    (root / SETS).write_bytes((data_root() / SETS).read_bytes())
    (root / ALSO).write_text(_example("also:\n"), "utf-8")
    return root


def told(loaded: Loaded) -> list[tuple[str, str, str]]:
    """Rule, message and help of each problem."""
    return [(each.rule, each.message, each.help) for each in loaded.problems]


def test_the_shipped_library_is_right() -> None:
    assert told(load_library(data_root(), TODAY)) == []


def test_the_documented_examples_are_right(library: Path) -> None:
    loaded = load_library(library, TODAY)
    assert told(loaded) == []
    assert loaded.checked == 5


@pytest.mark.parametrize(
    ("old", "new", "rule", "message", "help"),
    [
        ("user.unique_id", "user.unique", "PC004", "unknown category `user.unique`", "did you mean `user.unique_id`?"),
        ("  users:\n    user.id", "  user:\n    user.id", "PC004", "unknown source `user`", "did you mean `users`?"),
        ("depth: history", "depth: historic", "PC004", "unknown depth `historic`", "did you mean `history`?"),
        ("date: 2026-11-22", "date: 2026-11-22\nkinds: [x]", "PC002", "unknown key `kinds`", ""),
        ("date: 2026-11-22", "date: 2026-11-23", "PC003", "`2026-11-23` lies in the future", ""),
    ],
)
def test_a_field_map_is_checked_like_a_profile(
    library: Path, old: str, new: str, rule: str, message: str, help: str
) -> None:
    text = (library / MAP).read_text("utf-8")
    assert old in text
    (library / MAP).write_text(text.replace(old, new), "utf-8")
    errors = [each for each in load_library(library, TODAY).problems if each.severity == "error"]
    assert [(each.rule, each.message, each.location.path) for each in errors] == [(rule, message, "policies/" + MAP)]
    assert errors[0].help.startswith(help)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("parcelpots: [PP]", ("PC004", "unknown product `parcelpots`", "did you mean `parcelpost`?")),
        ("parcelpost: [PP, p.p.]", ("PC005", "`p.p.` means `parcelpost` already", ONCE)),
        ("parcelpost: [Parcel Post]", ("PC005", "`Parcel Post` means `parcelpost` already", ONCE)),
    ],
)
def test_other_names_mean_one_product_that_exists(library: Path, names: str, expected: tuple[str, str, str]) -> None:
    (library / ALSO).write_text(f"also:\n  {names}\n", "utf-8")
    assert told(load_library(library, TODAY)) == [expected]


def test_a_problem_has_its_place(library: Path) -> None:
    path = library / VENDOR
    path.write_text(path.read_text().replace("kinds: [transactional_email]", "kinds: [transactional_mail]"))
    (problem,) = load_library(library, TODAY).problems
    assert (problem.location.path, problem.location.line, problem.location.column) == ("policies/" + VENDOR, 3, 9)
    assert problem.source_line.startswith("kinds: [transactional_mail]")


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "message", "help"),
    [
        (VENDOR, "name: P", "nane: P", "PC002", "unknown key `nane`", "did you mean `name`?"),
        (VENDOR, "date: 2026-11-22", "", "PC003", "`date` is missing", "add `date: 2026-11-22`"),
        (
            VENDOR,
            "date: 2026-11-22",
            "date: 2026-11-23",
            "PC003",
            "`2026-11-23` lies in the future",
            "write the day on which you looked",
        ),
        (
            VENDOR,
            "date: 2026-10-30",
            "date: 2026-02-30",
            "PC003",
            "the date `2026-02-30` does not exist",
            "check the month and the day",
        ),
        (
            VENDOR,
            "hosts: {contacts:",
            "hosts: {contact:",
            "PC004",
            "unknown source `contact`",
            "did you mean `contacts`? Each fact stands under a name of `sources`",
        ),
        (
            VENDOR,
            "api.eu.parcelpost.example",
            "https://api.eu.parcelpost.example/v1",
            "PC003",
            "`https://api.eu.parcelpost.example/v1` is not a host name",
            "write `api.eu.parcelpost.example`",
        ),
        (
            VENDOR,
            '["444455556666"]',
            "[444455556666]",
            "PC003",
            "`444455556666` without quotes is a number, not text",
            'put it in quotes: "444455556666"',
        ),
        (
            VENDOR,
            "email: user.contact.email",
            "email: user.contact.mail",
            "PC004",
            "unknown category `user.contact.mail`",
            "did you mean `user.contact.email`?",
        ),
        (
            KIND,
            'runs", source: spec}',
            'runs", source: specs}',
            "PC004",
            "unknown source `specs`",
            "did you mean `spec`? Each fact stands under a name of `sources`",
        ),
        (
            VENDOR,
            "form: hashed",
            "form: hash",
            "PC004",
            "unknown form `hash`",
            "did you mean `hashed`?",
        ),
        (
            VENDOR,
            "depth: history",
            "depth: historic",
            "PC004",
            "unknown depth `historic`",
            "did you mean `history`?",
        ),
        (
            VENDOR,
            "origin: derived",
            "origin: derive",
            "PC004",
            "unknown origin `derive`",
            "did you mean `derived`?",
        ),
        (
            VENDOR,
            "origin: collected, switch: opens",
            "origin: collected, switch: open",
            "PC004",
            "unknown switch `open`",
            "did you mean `opens`?",
        ),
        (
            VENDOR,
            "contact.phone: user",
            "phone: user",
            "PC003",
            "`phone` is not of the form OBJECT.FIELD",
            "say whose field it is, such as `user.phone`",
        ),
        (
            VENDOR,
            "contact.phone: user",
            "contact.name: user",
            "PC005",
            "`contact.name` has a category already",
            "one line is enough: remove one of the two",
        ),
        (
            VENDOR,
            "null_means: unrestricted",
            "null_means: everything",
            "PC003",
            "`null_means` cannot be `everything`",
            "write one of `unrestricted`, `nothing`, `unknown`",
        ),
        (
            VENDOR,
            'activity: ["contacts:read"]',
            'activity: ["contact:read"]',
            "PC004",
            "unknown scope `contact:read`",
            "did you mean `contacts:read`? All scopes that are referred to stand in `known`",
        ),
        (
            VENDOR,
            '"contacts:*":',
            '"lists:*":',
            "PC004",
            "no known scope matches `lists:*`",
            "known scopes: `activity`, `contacts.export`, `contacts:read`, `contacts:write`, `full`, `mail:send` "
            "All scopes that are referred to stand in `known`",
        ),
        (
            VENDOR,
            '  keys: "parcelpost/openapi',
            '  spare: "parcelpost/openapi"\n  keys: "parcelpost/openapi',
            "PC004",
            "nothing here refers to `spare` of `sources`",
            "remove it, or name it",
        ),
        (
            VENDOR,
            "[parcelpost, parcelpost-eu]",
            "[parcelpost, parcelpost]",
            "PC005",
            "system `parcelpost` is claimed already, at policies/vendors/parcelpost.yaml:4",
            "it names one product: remove it from one of the two",
        ),
        (
            KIND,
            "source: spec}\n  - {category: user.name",
            "source: docs}\n  - {category: user.name",
            "PC004",
            "unknown source `docs`",
            "sources of this file: `spec` Each fact stands under a name of `sources`",
        ),
        (
            KIND,
            "user.demographic.date_of_birth",
            "user.name",
            "PC006",
            "`user.name` is in `needed` and in `over_shared`",
            "remove one of the two",
        ),
        (
            SETS,
            "all_of: [{category: user.contact.email, join: true}, user.name]",
            "all_of: [{category: user.contact.mail, join: true}, user.name]",
            "PC004",
            "unknown category `user.contact.mail`",
            "did you mean `user.contact.email`?",
        ),
        (
            SETS,
            "all_of: [{category: user.contact.email, join: true}, user.name]",
            "all_of: [user.name]",
            "PC003",
            "a combination has two members or more",
            "write `all_of: [user.name, user.behavior]`",
        ),
        (
            SETS,
            "all_of: [{category: user.contact.email, join: true}, user.name]",
            "all_of: [{join: true}, user.name]",
            "PC003",
            "a member names either `category` or `any_of`",
            "write one of the two",
        ),
        (
            SETS,
            "all_of: [{category: user.contact.email, join: true}, user.name]",
            "all_of: [{category: user.contact.email, join: 1}, user.name]",
            "PC003",
            "`join` must be true or false",
            "write `join: true`",
        ),
        (
            SETS,
            "all_of: [{category: user.contact.email, join: true}, user.name]",
            "all_of: [user.device.ip_address, {category: user.contact.email, join: true}]",
            "PC005",
            "`email-ip` has the members of `email-name`",
            "remove one of the two",
        ),
        (
            SETS,
            "severity: low",
            "severity: mild",
            "PC003",
            "`severity` cannot be `mild`",
            "write one of `info`, `low`, `medium`, `high`, `critical`",
        ),
        (
            SETS,
            "masked: 0.4",
            "masked: 4",
            "PC003",
            "`masked` must be a number from 0 to 1",
            "write `masked: 0.5`",
        ),
        (
            SETS,
            "masked: 0.4, ",
            "",
            "PC003",
            "the form `masked` has no weight",
            "say what is left of a member that is masked: `masked: 0.5`",
        ),
        (
            SETS,
            "counts_from: 0.5",
            "counts_from: half",
            "PC003",
            "`counts_from` must be a number",
            "write `counts_from: 0.5`",
        ),
        (
            SETS,
            "counts_from: 0.5",
            "counts_from: 5",
            "PC003",
            "`counts_from` must be at most 1",
            "write `counts_from: 0.5`",
        ),
        (KIND, "label: parcel tracking", "", "PC003", "`label` is missing", "add `label: transactional e-mail`"),
        (KIND, "forms: [hashed]", "forms: [hashd]", "PC004", "unknown form `hashd`", "did you mean `hashed`?"),
    ],
)
def test_what_is_wrong_is_told(
    library: Path, file: str, old: str, new: str, rule: str, message: str, help: str
) -> None:
    path = library / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    assert (rule, message, help) in told(load_library(library, TODAY))


@pytest.mark.parametrize(
    ("claim", "what"),
    [
        ("recognise: {hosts: {docs: [api.parcelpost.example]}}", "host `api.parcelpost.example`"),
        ('recognise: {aws_accounts: {docs: ["444455556666"]}}', "AWS account `444455556666`"),
        (
            'recognise: {issuers: {docs: ["https://oidc.parcelpost.example/"]}}',
            "issuer `https://oidc.parcelpost.example/`",
        ),
        ("systems: [parcelpost-eu]\nkeys: {docs: {id: none}}", "system `parcelpost-eu`"),
    ],
)
def test_two_profiles_cannot_claim_the_same(library: Path, claim: str, what: str) -> None:
    text = f"name: Zip\ndate: 2026-11-22\nkinds: [crm]\nsources: {{docs: page}}\n{claim}\n"
    (library / "vendors" / "zip.yaml").write_text(text, "utf-8")
    loaded = load_library(library, TODAY)
    assert [each.location.path for each in loaded.problems] == ["policies/vendors/zip.yaml"]
    assert loaded.problems[0].message.startswith(f"{what} is claimed already, at policies/vendors/parcelpost.yaml:")


def test_files_that_no_loader_would_find_are_told(library: Path) -> None:
    (library / "vendors" / "zip.yml").write_text("name: Zip\n", "utf-8")
    (library / "vendors" / "Zip Mail.yaml").write_text("name: Zip\n", "utf-8")
    assert [(rule, message) for rule, message, _ in told(load_library(library, TODAY))] == [
        ("PC003", "`Zip Mail` cannot be an id, and the file's name is one"),
        ("PC001", "files of the library end in .yaml"),
    ]


def test_with_files_only_their_problems_are_told(library: Path) -> None:
    for name in (VENDOR, KIND):
        (library / name).write_text("nane: x\n", "utf-8")
    loaded = load_library(library, TODAY, [library / KIND])
    assert {each.location.path for each in loaded.problems} == {"policies/" + KIND}
    assert loaded.checked == 1


NAMES = """\
version: "2026.11"
phrases: {courriel: email}
frames: webhook
carried: country name
classes: {when: "at, on"}
small: of
leading: nom
neutral: value
flags: is
owners: {person: user}
forms: [{form: hashed, words: sha256, of: user.contact}]
depths: [{depth: history, words: past}]
types: {boolean: bool}
fits: {user.contact.email: {shapes: email, never: boolean}}
shapes: [{id: shape-email, shapes: email, category: user.contact.email, confidence: 0.7}]
shape_forms: [{form: hashed, shapes: md5, of: user.contact}]
rules:
  - {id: email, category: user.contact.email, confidence: 0.9, names: "email, mail", of: person, whole: true}
  - {id: flag, category: none, confidence: 0.9, names: verified, not_of: nobody}
  - {id: act, category: user.behavior, confidence: 0.9, names: "@when", near: login, without: "@person"}
  - {id: rest, category: user.behavior, confidence: 0.5, names: "*", far: "@when"}
"""


def test_right_rules_of_classification_pass(library: Path) -> None:
    (library / "classification.yaml").write_text(NAMES, "utf-8")
    assert told(load_library(library, TODAY)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("of: person", "of: persons", ("PC004", "unknown kind of owner `persons`", "did you mean `person`?")),
        ("category: none", "category: nothing", ("PC004", "unknown category `nothing`", "categories look like")),
        ("id: flag", "id: email", ("PC005", "two rules are called `email`", "rename one")),
        ("0.9, names: verified", "9, names: verified", ("PC003", "`confidence` must be at most 1", "write `conf")),
        ("whole: true", "whole: yes please", ("PC003", "`whole` must be true or false", "write `whole: true`")),
        ("names: verified", "name: verified", ("PC002", "unknown key `name`", "did you mean `names`?")),
        ('names: "@when"', 'names: "@wen"', ("PC004", "unknown class of words `wen`", "did you mean `when`?")),
        ('far: "@when"', 'far: "@person"', ("PC004", "unknown class of words `person`", "known ones: `when`")),
        (
            "confidence: 0.7}]",
            "confidence: 0.7, over: surname}]",
            ("PC004", "unknown rule for nothing personal `surname`", "known ones: `flag`"),
        ),
        ("shapes: md5", "shapes: md6", ("PC004", "unknown shape of a value `md6`", "did you mean `md5`?")),
        ("of: user.contact}]\ndep", "of: user.kontact}]\ndep", ("PC004", "unknown category `user.kontact`", "did you")),
        (
            "fits: {user.contact.email",
            "fits: {user.contact.mail",
            ("PC004", "unknown category `user.contact.mail`", "did"),
        ),
        ("form: hashed, words", "form: hash, words", ("PC004", "unknown form `hash`", "did you mean `hashed`?")),
        (
            "{id: flag, category: none, confidence: 0.9, names: verified, not_of: nobody}",
            "{id: mail, category: user.contact.email, confidence: 0.9, names: mail, of: person, whole: true}",
            ("PC005", "the rule `email` above reads `mail` already, under the same conditions", "remove the name"),
        ),
    ],
)
def test_slips_in_classification_are_told(library: Path, old: str, new: str, expected: tuple[str, str, str]) -> None:
    assert NAMES.count(old) == 1
    (library / "classification.yaml").write_text(NAMES.replace(old, new), "utf-8")
    rule, message, help = expected
    found = told(load_library(library, TODAY))
    assert any(each[:2] == (rule, message) and each[2].startswith(help) for each in found), found


def _frameworks(first: str) -> str:
    served = "\n".join(f"  {rule}: {{why: none}}" for rule in [*load_rules()][1:])
    entry = 'house: {name: House, url: "https://x.example", confirmed: 2026-11-22, source: text, entries: {L-7: less}}'
    return f'version: "2026.11"\nframeworks:\n  {entry}\nrules:\n{first}{served}\n'


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("  PC001: {house: [L-7]}\n", []),
        ("", ["nothing is said of PC001", "no rule serves `L-7` of `house`"]),
        ("  PC001: {house: [L-8]}\n", ["unknown entry of `house` `L-8`", "no rule serves `L-7` of `house`"]),
        ("  PC001: {hose: [L-7]}\n", ["unknown framework `hose`", "no rule serves `L-7` of `house`"]),
        ("  PC001: {}\n", ["this rule serves nothing and does not say why", "no rule serves `L-7` of `house`"]),
        ("  PC001: {house: [L-7]}\n  PC999: {why: x}\n", ["unknown rule `PC999`"]),
    ],
)
def test_frameworks_and_rules_name_one_another(library: Path, first: str, expected: list[str]) -> None:
    (library / "frameworks.yaml").write_text(_frameworks(first), "utf-8")
    assert sorted(message for _, message, _ in told(load_library(library, TODAY))) == sorted(expected)


@pytest.mark.parametrize("name", ["vendors/nobody.yaml", "../elsewhere.yaml"])
def test_a_file_that_is_none_of_the_library_is_no_clean_file(library: Path, name: str) -> None:
    problems = load_library(library, TODAY, [library / name]).problems
    assert [(each.rule, each.message) for each in problems] == [("PC001", "this is no file of the library")]


TAXONOMY = """categories:
  user: [medium, "anything about a person"]
  user.contact.email: [medium, "an address", mail]
  user.name: [grave, "a name", mail]
same: {user.nom: user.name}
forms: {raw: [hashd], hashed: []}
"""


def test_the_words_of_the_taxonomy_are_checked(library: Path) -> None:
    (library / "taxonomy.yaml").write_text(TAXONOMY, "utf-8")
    assert told(load_library(library, TODAY)) == [
        ("PC004", "unknown parent category `user.contact`", "did you mean `user.contact.email`?"),
        ("PC004", "unknown sensitivity `grave`", "known ones: `critical`, `high`, `low`, `medium`"),
        ("PC005", "`mail` stands for `user.contact.email` already", "an alias has one meaning: remove one of the two"),
        ("PC004", "unknown category `user.nom`", "did you mean `user.name`?"),
        ("PC004", "unknown form `hashd`", "did you mean `hashed`?"),
    ]

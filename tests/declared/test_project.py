"""A whole project: found, loaded, and turned into the model."""
# ruff: noqa: E501 (a policy file is shown as people write it)

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.project import find_root, load, load_files
from policycheck.model.declared import (
    AccessRule,
    AllowRule,
    ConnectorEntry,
    Contract,
    Dataset,
    DatasetField,
    ExceptionRule,
    FieldRule,
    Integration,
    Limits,
    Never,
    Observe,
    Policy,
    Project,
    Recognise,
    Require,
    Review,
    Setting,
    Subprocessor,
)
from policycheck.model.places import Location
from policycheck.model.problems import Problem

TODAY = date(2026, 11, 20)

CONFIG = """\
version: 1
snapshots: {keep_days: 30}
fail_on: high
groups: {prod: ["111122223333", "555555555555"]}
defaults: {never: [user.financial], limits: {key_max_age_days: 90}}
profiles:
  eu: {never: [user.financial, user.location.precise], limits: {key_max_age_days: 60}, review: {every_days: 180}}
connectors:
  - {name: export, type: aws-authorization-details, paths: ["exports/*.json"], depth: 2}
"""

POLICY = """\
vendor: acme
name: Acme
legal_name: Acme Ltd
security_contact: security@acme.example
kind: transactional_email
integrations: {live: {kind: push, tenant: t1}, test: {}}
subjects: [customer]
use: [essential.service]
role: processor
owner: team@lumen.example
extends: [eu]
stage: observe
recognise:
  aws_accounts: ["444455556666"]
  aws_principals: ["arn:aws:iam::444455556666:role/r"]
  issuers: [token.acme.example]
  oauth_apps: [acme]
  tenants: [t1]
  hosts: [api.acme.example]
  keys: ["acme-*"]
fields:
  - category: user.contact.email
  - {category: user.name, forms: [hashed], origins: [sent], depth: history, via: [live], keep_days: 7, until: 2027-01-15, why: w}
never: [user.behavior]
limits: {unused_after_days: 45}
access:
  - system: aws
    in: [prod, "999999999999"]
    principals: ["arn:aws:iam::111122223333:role/acme"]
    require: {external_id: unique, max_session: 1h, source_ips: [192.0.2.0/24], key_expiry: 30d}
    allow:
      - actions: [s3:GetObject]
        resources: ["arn:aws:s3:::b/*"]
        conditions: {Bool: {"aws:SecureTransport": true}}
        why: w
      - {aws_managed: SecurityAudit, sha256: "%s"}
    from: 2026-01-01
    until: 2027-03-31
    ticket: T-1
    why: w
  - {system: acme, scopes: [mail.send, mail.read], held_by: us, integration: live}
contract:
  dpa: d
  ends: 2027-03-31
  breach_notice_hours: 24
  clauses: [audit]
  subprocessors: [{name: Sub, for: hosting, region: eu}]
  regions: [eu]
  transfer: SCC
  retention_days: 30
  delete_after_end_days: 0
review: {last: 2026-09-01, by: dpo@lumen.example}
exceptions:
  - {rule: PC301, match: {key: acme-1, account: "111122223333"}, reason: up, owner: me, approved_by: it, expires: 2027-01-15}
observe: [{system: acme, by: attestation, every_days: 90, reason: up}]
""" % ("0" * 64)

CATALOG = """\
dataset: members
subjects: {kind: customer, count: 35, regions: [eu]}
locations: ["arn:aws:s3:::b/*"]
fields:
  email: user.contact.email
  ip: {category: user.device.ip_address, form: truncated, depth: history}
"""

Judge = Callable[..., object]


@pytest.fixture
def project(judge: Judge) -> Project:
    files = {"policycheck.yaml": CONFIG, "policies/a.yaml": POLICY, "catalog/m.yaml": CATALOG}
    loaded = judge({**files, "catalog/n.yaml": "dataset: logs\nlocations: [x]\nfields: none\nwhy: build logs\n"})
    assert loaded.problems == ()  # type: ignore[attr-defined]
    assert loaded.checked == 4  # type: ignore[attr-defined]
    assert loaded.project is loaded.project  # type: ignore[attr-defined]
    return loaded.project  # type: ignore[attr-defined,no-any-return]


def _at(line: int, column: int, path: str = "policies/a.yaml") -> Location:
    return Location(path, line, column)


def test_every_key_of_a_policy_arrives(project: Project) -> None:
    (policy,) = project.policies
    expected = Policy(
        vendor="acme",
        at=_at(1, 9),
        name="Acme",
        legal_name="Acme Ltd",
        security_contact="security@acme.example",
        kind="transactional_email",
        integrations=(Integration("live", _at(6, 16), "push", "t1"), Integration("test", _at(6, 48))),
        subjects=("customer",),
        use=("essential.service",),
        role="processor",
        owner="team@lumen.example",
        extends=("eu",),
        stage="observe",
        recognise=Recognise(
            ("444455556666",),
            ("arn:aws:iam::444455556666:role/r",),
            ("token.acme.example",),
            ("acme",),
            ("t1",),
            ("api.acme.example",),
            ("acme-*",),
            (
                ("aws_accounts:444455556666", _at(14, 18)),
                ("aws_principals:arn:aws:iam::444455556666:role/r", _at(15, 20)),
                ("issuers:token.acme.example", _at(16, 13)),
                ("oauth_apps:acme", _at(17, 16)),
                ("tenants:t1", _at(18, 13)),
                ("hosts:api.acme.example", _at(19, 11)),
                ("keys:acme-*", _at(20, 10)),
            ),
        ),
        fields=(
            FieldRule("user.contact.email", _at(22, 15)),
            FieldRule(
                "user.name", _at(23, 16), ("hashed",), ("sent",), "history", ("live",), 7, date(2027, 1, 15), "w"
            ),
        ),
        fields_declared=True,
        never=(
            Never("user.behavior", _at(24, 9)),
            Never("user.financial", _at(7, 16, "policycheck.yaml"), "profile:eu"),
            Never("user.location.precise", _at(7, 32, "policycheck.yaml"), "profile:eu"),
        ),
        limits=Limits(
            60,
            45,
            (
                ("unused_after_days", _at(25, 29)),
                ("key_max_age_days", _at(7, 83, "policycheck.yaml")),
            ),
        ),
        access=(
            AccessRule(
                system="aws",
                at=_at(27, 5),
                accounts=("111122223333", "555555555555", "999999999999"),
                groups=("prod", "999999999999"),
                principals=("arn:aws:iam::111122223333:role/acme",),
                principals_at=(_at(29, 18),),
                require=Require(_at(30, 5), "unique", 3600, ("192.0.2.0/24",), 30),
                allow=(
                    AllowRule(
                        _at(32, 9),
                        ("s3:GetObject",),
                        ("arn:aws:s3:::b/*",),
                        '{"Bool":{"aws:SecureTransport":["true"]}}',
                        why="w",
                    ),
                    AllowRule(_at(36, 9), aws_managed="SecurityAudit", sha256="0" * 64),
                ),
                start=date(2026, 1, 1),
                until=date(2027, 3, 31),
                ticket="T-1",
                why="w",
            ),
            AccessRule(
                system="acme",
                at=_at(41, 5),
                scopes=("mail.send", "mail.read"),
                scopes_at=(_at(41, 29), _at(41, 40)),
                held_by="us",
                integration="live",
            ),
        ),
        contract=Contract(
            _at(42, 1),
            "d",
            date(2027, 3, 31),
            24,
            ("audit",),
            (Subprocessor("Sub", "hosting", "eu"),),
            ("eu",),
            "SCC",
            30,
            0,
        ),
        review=Review(_at(52, 1), 180, date(2026, 9, 1), "dpo@lumen.example"),
        exceptions=(
            ExceptionRule(
                "PC301",
                (("account", "111122223333"), ("key", "acme-1")),
                "up",
                "me",
                "it",
                date(2027, 1, 15),
                _at(54, 5),
            ),
        ),
        observe=(Observe("acme", "attestation", 90, "up", _at(55, 11)),),
        merged=policy.merged,
        places=policy.places,
    )
    assert policy == expected
    assert policy.place("contract") == _at(42, 1)
    assert policy.place("nothing") == _at(1, 9)


def test_every_key_of_a_catalog_arrives(project: Project) -> None:
    def at(line: int, column: int, path: str = "catalog/m.yaml") -> Location:
        return Location(path, line, column)

    assert project.datasets == (
        Dataset(
            "members",
            at(1, 10),
            ("arn:aws:s3:::b/*",),
            (
                DatasetField("email", "user.contact.email", at(5, 3)),
                DatasetField("ip", "user.device.ip_address", at(6, 3), "truncated", "history"),
            ),
            "",
            "customer",
            35,
            ("eu",),
        ),
        Dataset("logs", at(1, 10, "catalog/n.yaml"), ("x",), none_why="build logs"),
    )


def test_the_configuration_with_its_origins(project: Project, tmp_path: Path) -> None:
    config = project.config
    assert config.root == str(tmp_path)
    assert (config.keep_days, config.max_age_days, config.fail_on) == (30, 7, "high")
    assert config.groups == (("prod", ("111122223333", "555555555555")),)
    options: dict[str, object] = {"paths": ["exports/*.json"], "depth": 2}
    at = Location("policycheck.yaml", 9, 5)
    assert config.connectors == (ConnectorEntry("export", "aws-authorization-details", at, options),)
    assert config.settings == (
        Setting("version", "1", "policycheck.yaml:1"),
        Setting("snapshots.keep_days", "30", "policycheck.yaml:2"),
        Setting("fail_on", "high", "policycheck.yaml:3"),
        Setting("groups.prod", "111122223333, 555555555555", "policycheck.yaml:4"),
        Setting("defaults.never", "user.financial", "policycheck.yaml:5"),
        Setting("defaults.limits.key_max_age_days", "90", "policycheck.yaml:5"),
        Setting("profiles.eu.never", "user.financial, user.location.precise", "policycheck.yaml:7"),
        Setting("profiles.eu.limits.key_max_age_days", "60", "policycheck.yaml:7"),
        Setting("profiles.eu.review.every_days", "180", "policycheck.yaml:7"),
        Setting("connectors[0].name", "export", "policycheck.yaml:9"),
        Setting("connectors[0].type", "aws-authorization-details", "policycheck.yaml:9"),
        Setting("connectors[0].paths", "exports/*.json", "policycheck.yaml:9"),
        Setting("connectors[0].depth", "2", "policycheck.yaml:9"),
        Setting("policies", "policies/", "default"),
        Setting("catalog", "catalog/", "default"),
        Setting("overrides", "overrides/", "default"),
        Setting("snapshots.path", ".policycheck/snapshots", "default"),
        Setting("snapshots.max_age_days", "7", "default"),
        Setting("baseline", "policycheck.baseline", "default"),
    )


def test_the_environment_overrides_the_file(judge: Judge) -> None:
    environ = {"POLICYCHECK_FAIL_ON": "low", "POLICYCHECK_SNAPSHOTS": "/tmp/snapshots"}
    loaded = judge({"policycheck.yaml": "version: 1\nfail_on: high\n"}, environ)
    config = loaded.project.config  # type: ignore[attr-defined]
    assert (config.fail_on, config.snapshots_path) == ("low", "/tmp/snapshots")
    assert Setting("fail_on", "low", "environment POLICYCHECK_FAIL_ON") in config.settings
    assert Setting("snapshots.path", "/tmp/snapshots", "environment POLICYCHECK_SNAPSHOTS") in config.settings


def test_a_wrong_value_in_the_environment(judge: Judge) -> None:
    problems = judge({}, {"POLICYCHECK_FAIL_ON": "never"}).problems  # type: ignore[attr-defined]
    assert [(problem.rule, problem.message, problem.help) for problem in problems] == [
        (
            "PC003",
            "the environment variable POLICYCHECK_FAIL_ON cannot be `never`",
            "set it to one of `info`, `low`, `medium`, `high`, `critical`",
        )
    ]


def test_the_merged_policy_tells_where_each_value_is_from(judge: Judge) -> None:
    text = (
        "vendor: v\nkind: transactional_email\nextends: [eu]\nnever: [user.behavior]\nlimits: {key_max_age_days: 75}\n"
    )
    loaded = judge(
        {"policycheck.yaml": CONFIG, "policies/v.yaml": f"{text}access: [{{system: x, allow: []}}]\nuse: []\n"}
    )
    assert [problem.rule for problem in loaded.problems] == ["PC006"]  # type: ignore[attr-defined]
    (policy,) = loaded.project.policies  # type: ignore[attr-defined]
    assert policy.merged == (
        ("vendor", "v", "policies/v.yaml:1"),
        ("kind", "transactional_email", "policies/v.yaml:2"),
        ("extends", "eu", "policies/v.yaml:3"),
        ("access[0].system", "x", "policies/v.yaml:6"),
        ("access[0].allow", "", "policies/v.yaml:6"),
        ("use", "", "policies/v.yaml:7"),
        ("fields[0].category", "user.contact.email", "kind:transactional_email"),
        ("never[0]", "user.behavior", "policies/v.yaml:4"),
        ("never[1]", "user.financial", "policycheck.yaml:7"),
        ("never[2]", "user.location.precise", "policycheck.yaml:7"),
        ("limits.key_max_age_days", "60", "policycheck.yaml:7"),
        ("review.every_days", "180", "policycheck.yaml:7"),
    )
    assert policy.review == Review(Location("policycheck.yaml", 7, 109), 180)
    (field,) = policy.fields
    assert (field.source, field.at, policy.fields_declared) == (
        "kind:transactional_email",
        Location("policies/v.yaml", 2, 7),
        False,
    )


def test_a_bare_policy(judge: Judge) -> None:
    loaded = judge({"policycheck.yaml": "version: 1\n", "policies/v.yaml": "vendor: v\nreview: {}\ncontract: {}\n"})
    (policy,) = loaded.project.policies  # type: ignore[attr-defined]
    assert (policy.fields, policy.never, policy.limits) == ((), (), Limits())
    assert policy.review == Review(Location("policies/v.yaml", 2, 1), 365)
    assert policy.merged[1:] == (("review", "{}", "policies/v.yaml:2"), ("contract", "{}", "policies/v.yaml:3"))


def test_the_tighter_of_policy_profile_and_defaults_wins(judge: Judge) -> None:
    rows = {}
    for own in (10, 60, 90):
        text = f"vendor: v\nextends: [eu]\nlimits: {{key_max_age_days: {own}}}\n"
        loaded = judge({"policycheck.yaml": CONFIG, "policies/v.yaml": text})
        rows[own] = loaded.project.policies[0].limits.key_max_age_days  # type: ignore[attr-defined]
    assert rows == {10: 10, 60: 60, 90: 60}


def test_fifty_good_files_and_a_broken_one(judge: Judge) -> None:
    files: dict[str, str | bytes] = {f"policies/v{n}.yaml": f"vendor: v{n}\nstage: drafft\n" for n in range(50)}
    loaded = judge({**files, "policies/broken.yaml": b"vendor: \xff\n"})
    problems: tuple[Problem, ...] = loaded.problems  # type: ignore[attr-defined]
    assert loaded.checked == 52  # type: ignore[attr-defined]
    assert loaded.project is None  # type: ignore[attr-defined]
    assert [problem.rule for problem in problems].count("PC003") == 50
    assert [str(problem.location) for problem in problems if problem.rule == "PC001"] == ["policies/broken.yaml:1:9"]
    assert list(problems) == sorted(problems)


def test_a_broken_configuration_leaves_the_policies_checked(judge: Judge) -> None:
    loaded = judge({"policycheck.yaml": "version: [\n", "policies/v.yaml": "vendor: v\nextends: [a]\nkind: x\n"})
    assert [problem.rule for problem in loaded.problems] == ["PC004", "PC001"]  # type: ignore[attr-defined]
    assert loaded.project is None  # type: ignore[attr-defined]


def test_a_directory_without_a_project(tmp_path: Path) -> None:
    loaded = load(tmp_path, TODAY)
    assert [(problem.rule, problem.message) for problem in loaded.problems] == [
        ("PC001", "there is no policycheck.yaml here")
    ]
    assert loaded.project is None


def test_listed_paths(told: Callable[..., list[str]], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    inside = tmp_path / "project"
    text = "version: 1\npolicies: [a/, one.yaml, nowhere, ../elsewhere, out]\n"
    inside.mkdir()
    (inside / "policycheck.yaml").write_text(text)
    (inside / "a").mkdir()
    (inside / "a" / "v.yaml").write_text("vendor: v\n")
    (inside / "one.yaml").write_text("vendor: w\n")
    (inside / "out").symlink_to(tmp_path / "elsewhere")
    loaded = load(inside, TODAY)
    assert loaded.checked == 3
    assert [(problem.rule, problem.location.column, problem.message) for problem in loaded.problems] == [
        ("PC003", 26, "`nowhere` does not exist"),
        ("PC003", 35, "`../elsewhere` lies outside of the project"),
        ("PC003", 49, "`out` is a link that leaves the project"),
    ]


def test_a_file_listed_twice_is_read_once(judge: Judge) -> None:
    loaded = judge(
        {"policycheck.yaml": "version: 1\npolicies: [policies, policies/a.yaml]\n", "policies/a.yaml": "vendor: a\n"}
    )
    assert (loaded.checked, loaded.problems) == (2, ())  # type: ignore[attr-defined]


def test_what_cannot_be_entered_is_told(told: Callable[..., list[str]], tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "link").symlink_to(tmp_path)
    assert told({}) == [
        "error PC001 policies/link:1:1-1 this is a link to a directory | put the files themselves into the project"
    ]


def test_find_root(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "policycheck.yaml").write_text("version: 1\n")
    assert find_root(deep) == tmp_path
    (tmp_path / "a" / ".git").mkdir()
    assert find_root(deep) is None
    (tmp_path / "a" / "policycheck.yaml").write_text("version: 1\n")
    assert find_root(deep) == tmp_path / "a"
    assert find_root(Path("/")) is None


def _files(root: Path | None, *files: Path, dates: bool = False) -> list[tuple[str, str, str]]:
    loaded = load_files(root, files, TODAY, dates)
    assert loaded.project is None
    return [(problem.severity, problem.rule, str(problem.location)) for problem in loaded.problems]


def test_single_files_are_judged_by_the_project_around_them(judge: Judge, tmp_path: Path) -> None:
    text = "vendor: v\nextends: [eu]\nfields: [{category: user.financial}]\naccess: [{system: x, held_by: nobody}]\n"
    judge(
        {
            "policycheck.yaml": f"{CONFIG}fail_on: never\n",
            "policies/v.yaml": text,
            "policies/w.yaml": "vendor: v\nx: y\n",
        }
    )
    path = tmp_path / "policies" / "v.yaml"
    assert _files(tmp_path, path, path) == [("error", "PC006", "policies/v.yaml:3:21")]
    assert ("error", "PC001", "policycheck.yaml:10:1") in _files(tmp_path, path, tmp_path / "policycheck.yaml")
    assert _files(None, path) == []


def test_files_are_what_they_hold(tmp_path: Path) -> None:
    files = {
        "v.yaml": "vendor: V\n",
        "c.yaml": "dataset: D\n",
        "p.yaml": "version: 3\n",
        "a.yaml": "vendor: v\nsystem: s\nasked: A\non: 2026-01-01\nstates: {keys: []}\n",
        "x.yaml": "some: thing\n",
        "policies/y.yaml": "name: Y\n",
        "catalog/z.yaml": "why: z\n",
    }
    (tmp_path / "policycheck.yaml").write_text("version: 1\n")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    rows = _files(tmp_path, *(tmp_path / name for name in files))
    assert [(rule, place) for _, rule, place in rows] == [
        ("PC003", "c.yaml:1:1"),
        ("PC003", "c.yaml:1:1"),
        ("PC003", "c.yaml:1:10"),
        ("PC003", "catalog/z.yaml:1:1"),
        ("PC003", "catalog/z.yaml:1:1"),
        ("PC003", "catalog/z.yaml:1:1"),
        ("PC003", "p.yaml:1:10"),
        ("PC003", "policies/y.yaml:1:1"),
        ("PC003", "v.yaml:1:9"),
        ("PC003", "x.yaml:1:1"),
    ]


def test_directories_and_missing_files_among_single_files(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "v.yaml").write_text("vendor: V\n")
    assert _files(None, tmp_path / "d", Path("nowhere.yaml")) == [
        ("error", "PC001", "nowhere.yaml:1:1"),
        ("error", "PC003", "v.yaml:1:9"),
    ]


def test_dates_of_single_files(tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    path.write_text("vendor: v\ncontract: {ends: 2026-01-01}\n")
    assert [row[0] for row in _files(None, path)] == ["notice"]
    assert [row[0] for row in _files(None, path, dates=True)] == ["error"]

"""The documentation tells what the program does, since it is compared with it."""

from __future__ import annotations

import configparser
import json
import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml

from policycheck.declared.library_schemas import LIBRARY
from policycheck.declared.schemas import SCHEMAS
from policycheck.declared.shapes import SHAPES
from policycheck.library.rules import load_rules
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.names import FAMILIES
from policycheck_connectors.aws.uncovered import SERVICES

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GENERATOR: dict[str, Any] = runpy.run_path(str(DOCS / "_generate.py"))
FILES: dict[str, Any] = runpy.run_path(str(DOCS / "_files.py"))
TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PAGES = [*(ROOT / name for name in TOP), *sorted(DOCS.glob("*.md")), *sorted(ROOT.glob("examples/*/README.md"))]


def _setup(checkout: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(checkout / "setup.cfg", encoding="utf-8")
    return parser


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("name", "text"), sorted(GENERATOR["pages"]().items()))
def test_generated_page_is_up_to_date(name: str, text: str) -> None:
    assert (DOCS / name).read_text("utf-8") == text, "run `make docs`"


@pytest.mark.parametrize(("name", "command"), list(GENERATOR["commands"]()))
def test_every_command_and_option_explains_itself(name: str, command: click.Command) -> None:
    page = (DOCS / "commands.md").read_text("utf-8")
    assert f"## {name}\n" in page
    assert command.help
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [each.opts for each in options if not each.help] == []
    assert [spelling for each in options for spelling in each.opts if f"`{spelling}`" not in page] == []


@pytest.mark.parametrize(("name", "command"), list(GENERATOR["commands"]()))
def test_every_option_is_set_by_the_variable_of_its_own_name(name: str, command: click.Command) -> None:
    prefix = "_".join(name.split()).replace("-", "_").upper()
    options = [each for each in command.params if isinstance(each, click.Option) and each.allow_from_autoenv]
    read = {each.opts[-1]: each.envvar or f"{prefix}_{(each.name or '').upper()}" for each in options}
    assert read == {option: f"{prefix}_{option[2:].replace('-', '_').upper()}" for option in read}


def test_every_rule_has_its_row_and_section() -> None:
    page = (DOCS / "rules.md").read_text("utf-8")
    assert [id for id in load_rules() if f"\n### {id}\n" not in page or f"| [{id}](#{id.lower()}) |" not in page] == []


@pytest.mark.parametrize("schema", sorted(LIBRARY))
def test_the_examples_have_every_key_of_the_files_of_the_library(schema: str) -> None:
    page = (DOCS / "adding-a-vendor.md").read_text("utf-8")
    assert [key for key in SCHEMAS[schema] if not re.search(rf"\b{key}:", page)] == []


def test_every_key_of_every_file_has_a_meaning_and_a_place() -> None:
    words = dict(FILES["words"]())
    used = {str(rules["type"]) for each in SCHEMAS.values() for rules in each.values() if "shape" not in rules}
    assert (set(words.pop("shapes")), set(words.pop("types"))) == (set(SHAPES), used)
    assert {schema: set(keys) for schema, keys in words.items()} == {name: set(each) for name, each in SCHEMAS.items()}
    pages = [DOCS / "file-formats.md", DOCS / "connector-definitions.md"]
    placed = [schema for page in pages for schema in FILES["told"](page.read_text("utf-8"))]
    shown = [schema for schemas in FILES["LIBRARY"].values() for schema in schemas]
    assert sorted([*placed, *shown]) == sorted(SCHEMAS)


def test_defaults_of_the_configuration_are_those_of_the_program(policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "policycheck.yaml").write_text("version: 1\n", "utf-8")
    listed = json.loads(policycheck("config", "show", "--output", "json", cwd=tmp_path).stdout)["settings"]
    real = {row["key"]: row["value"].strip("[]") for row in listed}
    words = FILES["words"]()
    keys = {**words["config"], **{f"snapshots.{key}": each for key, each in words["snapshots"].items()}}
    told = {key: each["default"].strip("[]") for key, each in keys.items() if isinstance(each, dict)}
    assert told == {key: value for key, value in real.items() if key != "version"}


def test_every_family_of_aws_has_its_row_and_no_other_has() -> None:
    beside = yaml.safe_load((DOCS / "_aws.yaml").read_text("utf-8"))
    assert set(beside) == set(FAMILIES)
    page = (DOCS / "aws.md").read_text("utf-8")
    assert [call for name in FAMILIES for call in family(name).calls if f"`{call}`" not in page] == []
    assert [name for name in SERVICES if f"| {name} |" not in page] == []


def test_dependencies_are_told_with_their_reasons(checkout: Path) -> None:
    options = _setup(checkout)
    listed = [options["options"]["install_requires"], *options["options.extras_require"].values()]
    wanted = {}
    for line in filter(None, "\n".join(listed).splitlines()):
        name, _, bound = line.replace("==", ">=").partition(">=")
        wanted[re.sub(r"\[.*\]", "", name).strip()] = bound.strip()
    rows = re.findall(r"^\| ([\w-]+) \| ([\d.]*) *\| (\S.*) \|$", (DOCS / "dependencies.md").read_text("utf-8"), re.M)
    assert {name: bound for name, bound, _ in rows} == wanted


@pytest.mark.parametrize("page", ["proof.md", "security.md"])
def test_what_is_said_to_hold_a_claim_exists(page: str) -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", (DOCS / page).read_text("utf-8")))
    assert len(named) >= 8
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_readme_shows_the_help_of_the_program(policycheck: Run) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = policycheck("--help", env={"COLUMNS": "100"})
    assert (shown.returncode, shown.stderr) == (0, "")
    assert _words(shown.stdout) in _words(readme)


def test_make_targets_in_the_pages_exist(checkout: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (checkout / "Makefile").read_text("utf-8"), re.M))
    texts = [page.read_text("utf-8") for page in PAGES]
    named = {target for text in texts for target in re.findall(r"(?:`|^\$ )make ([a-z-]+)", text, re.M)}
    assert named <= targets
    assert {"demo", "demo-aws", "demo-saas", "test"} <= named


_BEHIND_MAKE = ("-m venv", "install .", "install '.[test]'", "-m pytest", "policycheck check", "POLICYCHECK_TODAY=")


@pytest.mark.parametrize("command", _BEHIND_MAKE)
def test_readme_gives_the_commands_behind_the_targets(command: str) -> None:
    """What a machine without make runs instead."""
    assert command in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path, checkout: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if target.startswith(("https://", "mailto:")):
            continue
        linked = (checkout / page.relative_to(ROOT)).parent / path if path else checkout / page.relative_to(ROOT)
        if not linked.exists() or (anchor and anchor not in _anchors(linked)):
            broken.append(target)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_the_pages_exist(page: Path) -> None:
    """Every ``policycheck WORD`` in code is a command, and every option beside it one of its options."""
    commands = dict(GENERATOR["commands"]())
    unknown = []
    for line in _code_lines(page.read_text("utf-8")):
        words = line.split()
        name, rest = "policycheck", words[1:]
        while rest and f"{name} {rest[0]}" in commands:
            name, rest = f"{name} {rest[0]}", rest[1:]
        command = commands[name]
        known = {spelling for option in command.params for spelling in option.opts} | {"--help", "-h"}
        unknown += [f"{name} {word}" for word in rest if word.startswith("--") and word.split("=")[0] not in known]
        if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            unknown.append(line)
    assert unknown == []


def _code_lines(text: str) -> list[str]:
    """Every run of the program in inline code or in a transcript, without what stands for something else."""
    spans = re.findall(r"(?<!`)`(policycheck [^`\n]+)`", text)
    transcripts = re.findall(r"^\$ (?:\w+=\S+ )*(?:\S*/)?(policycheck [^#\n]+)", text, re.M)
    runs = [run.strip() for line in [*spans, *transcripts] for run in re.split(r"&&|[|;>]", line)]
    return [re.sub(r" \[?[A-Z]{2,}\b.*", "", run) for run in runs if run.startswith("policycheck ")]

"""The house keeps its shape: who may import whom, what may touch a terminal, and how large things grow."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

#: Each room and the rooms that it may import; ``""`` is policycheck/__init__.py.
ROOMS: dict[str, frozenset[str]] = {
    "": frozenset(),
    "model": frozenset(),
    "library": frozenset({"model"}),
    "snapshots": frozenset({"", "model"}),
    "aws": frozenset({"model"}),
    "scopes": frozenset({"model", "library"}),
    "declared": frozenset({"model", "library"}),
    "fields": frozenset({"model", "library"}),
    "analysis": frozenset({"model", "aws", "scopes", "fields", "library"}),
    "checks": frozenset({"model", "library", "aws", "analysis", "declared", "scopes", "fields"}),
    "catalog": frozenset({"model", "library", "fields", "declared"}),
    "adoption": frozenset({"model", "library", "analysis", "declared"}),
    "reports": frozenset({"", "model", "library"}),
    "connectors": frozenset({"model"}),
}
ROOMS["cli"] = frozenset(ROOMS)
ROOMS["__main__"] = frozenset({"cli"})

#: Each third-party import and the rooms that may use it.
THIRD_PARTY: dict[str, frozenset[str]] = {
    "click": frozenset({"cli", "reports"}),
    "yaml": frozenset({"adoption", "library", "declared", "catalog", "fields", "connectors"}),
    "cerberus": frozenset({"declared"}),
    "duckdb": frozenset({"snapshots"}),
    "ijson": frozenset({"connectors"}),
    "boto3": frozenset({"connectors"}),
    "botocore": frozenset({"connectors"}),
    "psycopg": frozenset({"connectors"}),
    "sqlglot": frozenset({"fields"}),
    "jinja2": frozenset({"reports"}),
    "urllib3": frozenset({"connectors"}),
    "jmespath": frozenset({"connectors", "declared"}),
}

#: What reads the clock, the environment or the terminal, and the rooms that may; all else is a function of its input.
AMBIENT: dict[str, frozenset[str]] = {
    "print": frozenset({"cli", "reports"}),
    "input": frozenset({"cli"}),
    "sys.stdout": frozenset({"cli", "reports"}),
    "sys.stderr": frozenset({"cli", "reports"}),
    "sys.exit": frozenset({"cli", "__main__"}),
    "sys.argv": frozenset({"cli"}),
    "os.environ": frozenset({"cli"}),
    "os.getenv": frozenset({"cli"}),
    "Path.cwd": frozenset({"cli"}),
    "date.today": frozenset({"cli"}),
    "datetime.now": frozenset({"cli"}),
    "datetime.utcnow": frozenset({"cli"}),
    "time.time": frozenset({"cli"}),
}

LONGEST_FUNCTION = 60
LONGEST_MODULE = 400

_REFERENCE = re.compile(r"(policycheck(?:_connectors)?(?:\.\w+)+)(?::\w+)?")


@cache
def _package_dir(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


@cache
def _nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


@dataclass(frozen=True, slots=True)
class Module:
    """One of our modules, parsed."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        """``aws`` for policycheck.aws.engine, ``connectors`` for policycheck_connectors and all below it."""
        parts = self.name.split(".")
        return room_of(parts)

    def imports(self, within: ast.AST | None = None) -> Iterator[str]:
        """Dotted names of what the module imports anywhere, and of our modules that it names in a string."""
        for node in _nodes(within or self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}:{node.lineno} imports relatively"
                assert node.module is not None
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_module(node.value):
                yield node.value.replace(":", ".")


def room_of(parts: list[str]) -> str:
    """The room of a dotted name of ours."""
    if parts[0] == "policycheck_connectors":
        return "connectors"
    top = parts[1] if len(parts) > 1 else ""
    return top if (_package_dir("policycheck") / top).is_dir() or top == "__main__" else ""


@cache
def modules() -> tuple[Module, ...]:
    """All our modules, wherever this run imports them from."""
    found = []
    for package in ("policycheck", "policycheck_connectors"):
        top = _package_dir(package)
        for path in sorted(top.rglob("*.py")):
            parts = [package, *path.relative_to(top).with_suffix("").parts]
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path, ast.parse(path.read_text("utf-8"))))
    return tuple(found)


def _is_module(text: str) -> bool:
    """Whether a string names one of our modules, as the tables of what is imported on use do."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return False
    package, *parts = match[1].split(".")
    path = _package_dir(package).joinpath(*parts)
    return path.is_dir() or path.with_suffix(".py").is_file()


def _ours(name: str) -> bool:
    return name.split(".")[0] in ("policycheck", "policycheck_connectors")


def _names(items: tuple[Module, ...]) -> list[str]:
    return [module.name for module in items]


every_module = pytest.mark.parametrize("module", modules(), ids=_names(modules()))


@every_module
def test_a_room_imports_only_what_it_may(module: Module) -> None:
    assert module.room in ROOMS, f"{module.room} is a new room: say in ROOMS what it may import"
    allowed = ROOMS[module.room] | {module.room}
    reached = {name: room_of(name.split(".")) for name in module.imports() if _ours(name)}
    assert {name: room for name, room in reached.items() if room not in allowed} == {}


@every_module
def test_third_party_packages_stay_in_their_rooms(module: Module) -> None:
    used = {name.split(".")[0] for name in module.imports()}
    foreign = {name for name in used if not _ours(name) and name not in sys.stdlib_module_names}
    assert {name for name in foreign if module.room not in THIRD_PARTY.get(name, frozenset())} == set()


@every_module
def test_clock_environment_and_terminal_belong_to_the_command_line(module: Module) -> None:
    named = (node for node in _nodes(module.tree) if isinstance(node, (ast.Attribute, ast.Name)))
    used = {ast.unparse(node): node.lineno for node in named if isinstance(getattr(node, "value", node), ast.Name)}
    assert {name: used[name] for name in AMBIENT if name in used and module.room not in AMBIENT[name]} == {}


@every_module
def test_modules_and_functions_stay_small(module: Module) -> None:
    lines = module.path.read_text("utf-8").count("\n")
    assert lines <= LONGEST_MODULE
    functions = [node for node in _nodes(module.tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    sizes = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


@every_module
def test_public_names_have_docstrings(module: Module) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in module.tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    assert [node.name for node in public if ast.get_docstring(node) is None] == []
    assert ast.get_docstring(module.tree) is not None


@every_module
def test_data_classes_are_those_that_start_quickly(module: Module) -> None:
    """Those of the standard library compile all their methods when a module is imported."""
    assert "dataclasses.dataclass" not in set(module.imports()) or module.name == "policycheck.model.dataclass"


def test_no_cycles() -> None:
    """Counted over all imports, those inside functions too: laziness is for speed, not for hiding a circle."""
    known = {module.name for module in modules()}
    graph = {module.name: set(_targets(module, known)) - {module.name} for module in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


def _targets(module: Module, known: set[str]) -> Iterator[str]:
    for name in module.imports():
        parts = name.split(".")
        longest = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        target = next((candidate for candidate in longest if candidate in known), None)
        # ``policycheck`` alone is the version; importing it from below is no cycle, since it imports nothing.
        if target not in (None, "policycheck"):
            yield str(target)


def _setup(checkout: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(checkout / "setup.cfg", encoding="utf-8")
    return parser


def test_setup_cfg_lists_every_package(checkout: Path) -> None:
    """``packages`` is written by hand, since find: cannot map directories; so it is compared with them here."""
    listed = _setup(checkout)["options"]["packages"].split()
    found = {
        ".".join([name, *path.parent.relative_to(top).parts])
        for name, top, pattern in (
            ("policycheck", checkout / "policycheck", "*.py"),
            ("policycheck_connectors", checkout / "connectors" / "policycheck_connectors", "*.py"),
            ("policycheck.policies", checkout / "policies", "*.*"),
        )
        for path in top.rglob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(listed) == sorted(found)


def test_every_run_time_dependency_is_used_and_every_used_one_is_declared(checkout: Path) -> None:
    setup = _setup(checkout)
    extras = {
        name: text for name, text in setup["options.extras_require"].items() if name not in ("test", "dev", "docs")
    }
    lines = "\n".join([setup["options"]["install_requires"], *extras.values()]).split("\n")
    declared = {re.split(r"[\[ ]", line)[0] for line in lines if line}
    imported = {"pyyaml" if name == "yaml" else name for name in THIRD_PARTY}
    assert declared == imported

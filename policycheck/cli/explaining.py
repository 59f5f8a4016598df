"""What a policy says, in sentences, by access level, and by dataset where there is a catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.aws.compare import has_principal
from policycheck.aws.documents import Statement, identity_problems, parse
from policycheck.aws.sentences import sentence
from policycheck.cli.app import App, connector_options, connector_types
from policycheck.library.catalogue import Catalogue, load_catalogue
from policycheck.library.overlay import load_overlay
from policycheck.library.shards import LEVELS, CatalogueAction
from policycheck.model.declared import Dataset, DatasetField
from policycheck.reports.explanations import Explained, Explanation, Group, Read


def explained(app: App, text: str) -> Explanation:
    """What a policy text says, and what an identity policy reads of the project's catalog."""
    document, catalogue = parse(text), load_catalogue()
    problems = document.problems if document.problems or has_principal(document) else identity_problems(document)
    return Explanation(
        statements=tuple([_statement(each, catalogue) for each in document.statements]),
        problems=problems,
        reads=None if problems or has_principal(document) else _reads(app, text),
        date=catalogue.date,
    )


def _statement(statement: Statement, catalogue: Catalogue) -> Explained:
    named = {pattern: catalogue.matching(pattern if ":" in pattern else "*") for pattern in statement.spelled}
    names: Iterable[str] = dict.fromkeys(name for found in named.values() for name in found)
    if statement.not_action:
        left_out = frozenset(names)
        names = [name for name in catalogue.matching("*") if name not in left_out]
    actions = [action for name in names if (action := catalogue.action(name))]
    if statement.not_action or any(mark in pattern for pattern in named for mark in "*?"):
        actions = [action for action in actions if not action.retired]
    unknown = [_unknown(pattern, catalogue) for pattern, found in named.items() if not found]
    return Explained(statement.index + 1, statement.sid, sentence(statement), tuple(_groups(actions)), tuple(unknown))


def _unknown(pattern: str, catalogue: Catalogue) -> str:
    near = catalogue.nearest(pattern)
    return f"{pattern} (did you mean {near}?)" if near else pattern


def _groups(actions: list[CatalogueAction]) -> Iterator[Group]:
    """By access level, then by what our overlay knows of them, then those that AWS lists no longer."""
    current = [action for action in actions if not action.retired]
    for level in LEVELS:
        yield Group(level, tuple(action.name for action in current if level in action.levels))
    overlay = load_overlay()
    for tag in overlay.labels:
        yield Group(tag.replace("_", " "), tuple(a.name for a in current if tag in overlay.tags(a.name)))
    yield Group("no longer listed by AWS", tuple(action.name for action in actions if action.retired))


def _reads(app: App, text: str) -> tuple[Read, ...] | None:
    """What somebody with this policy alone reads; None without a catalog."""
    datasets = _catalog(app)
    if not datasets:
        return None
    from policycheck.analysis.effective import Effective
    from policycheck.analysis.reader import Reader
    from policycheck.aws.engine import Engine
    from policycheck.library.data_actions import load_data_actions
    from policycheck.model.verdict import Access

    engine = Engine()
    found = Effective(engine, Reader(engine, datasets, load_data_actions())).readable(Access((text,)))
    read = [Read(each.dataset.name, _categories(each.fields), each.witness) for each in found.datasets]
    unsure = [Read(each.place.removeprefix("dataset "), (), None, each.reason) for each in found.undecided]
    return (*read, *unsure)


def _categories(fields: tuple[DatasetField, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field.category for field in fields if field.category))


def _catalog(app: App) -> tuple[Dataset, ...]:
    """The datasets of the project that was named, or of the one around us when it has no errors."""
    if app.directory is not None:
        return app.load().datasets
    root = app.find_root()
    if root is None:
        return ()
    from policycheck.declared.project import load

    types = connector_types(app.today)
    checks = connector_options(app.today, root)
    project = load(root, app.today, app.environ, connector_types=types, connector_options=checks).project
    return project.datasets if project else ()

"""The fields of a file, classified one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.cli.app import App
from policycheck.cli.knowing import of_vendor, strangers
from policycheck.cli.lines import named, opened, unreadable
from policycheck.fields.classify import Classifier
from policycheck.fields.readers.any import read_any
from policycheck.fields.readers.named import Bad, Named, UnreadableError
from policycheck.library.field_maps import known_fields
from policycheck.library.profiles import Profile
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.problems import UsageProblem
from policycheck.reports.classified import Answer, Answers, summary

_HELP = "name what it is with --format csv, json, schema or sql; `policycheck fields classify --help` describes each"
_WITHOUT = "leave --vendor out: the generic rules need no names"


def answers(app: App, source: str, format: str, vendor: str) -> Answers:
    """What each field of a source holds; what cannot be read of it is said on the way, and counted.

    Raises UsageProblem for an unknown vendor, and while iterating when the source as a whole cannot be read.
    """
    known = of_vendor(vendor, _WITHOUT) if vendor else None
    strange: dict[str, None] = {}
    return Answers(_answers(app, source, format, known, _classifier(app), strange), strange)


def summarise(app: App, found: Answers) -> None:
    """Say what all answers come to, and which vendors of the file nobody knows fields of."""
    strangers(app, found.strangers)
    app.say(summary(found.tally))


def _classifier(app: App) -> Classifier:
    if app.directory is None:
        return Classifier(load_taxonomy(), unnamed=True)
    project = app.load()
    return Classifier(load_taxonomy(), project.datasets, project.overrides, unnamed=True)


def _answers(
    app: App, source: str, format: str, known: Profile | None, classifier: Classifier, strange: dict[str, None]
) -> Iterator[Answer | None]:
    """None stands for a part that could not be read, of which nobody knows what fields it has."""
    try:
        with opened(source) as stream:
            for field in read_any(stream, source, format):
                if isinstance(field, Bad):
                    app.say(f"{_place(source, field.line)}: {field.message}")
                    yield None if field.path is None else _unread(field.path)
                else:
                    its = known_fields(field.vendor) if field.vendor else known
                    if field.vendor and its is None:
                        strange[field.vendor] = None
                    yield _answer(field, its, classifier)
    except OSError as error:
        raise unreadable(source, error) from None
    except UnreadableError as error:
        raise UsageProblem(f"{_place(source, error.line)}: {error.message}", _HELP) from None


def _place(source: str, line: int) -> str:
    return f"{named(source)}:{line}" if line else named(source)


def _answer(field: Named, known: Profile | None, classifier: Classifier) -> Answer:
    found = classifier.name(
        field.path,
        field.object,
        label=field.text,
        type=field.type,
        format=field.format,
        shape=field.shape,
        profile=known,
    )
    return Answer(
        path=field.path if field.listed else field.key,
        category=found.category,
        form=found.form,
        depth=found.depth,
        confidence=found.confidence,
        rule=found.rule,
        why=found.why,
        perhaps=found.perhaps,
    )


def _unread(path: str) -> Answer:
    return Answer(path, None, "", "", 0.0, "", "this part could not be read", "", unread=True)

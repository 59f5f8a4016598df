"""Two policies from files, or pairs of them one a line, compared by the engine."""

from __future__ import annotations

import json
from typing import Any

from policycheck.aws.callers import read_caller
from policycheck.aws.compare import unfit
from policycheck.aws.documents import parse
from policycheck.aws.engine import Engine
from policycheck.cli.exits import ExitCode
from policycheck.cli.lines import (
    ENOUGH,
    STDIN,
    BadLine,
    check_keys,
    dumps,
    named,
    opened,
    parsed,
    read_id,
    unreadable,
)
from policycheck.cli.today import relation_today
from policycheck.library.vocabulary import CatalogueVocabulary
from policycheck.model.problems import UsageProblem
from policycheck.model.verdict import BROADER, EQUAL, INCOMPARABLE, NARROWER, UNDECIDED
from policycheck.reports.comparisons import Compared, content

KEYS = frozenset({"id", "declared", "actual", "principal"})

EXITS = {
    EQUAL: ExitCode.OK,
    NARROWER: ExitCode.OK,
    BROADER: ExitCode.FINDINGS,
    INCOMPARABLE: ExitCode.FINDINGS,
    UNDECIDED: ExitCode.INCOMPLETE,
}


def compare_files(declared: str, actual: str, principal: str) -> Compared:
    """Compare two files. Raises UsageProblem with everything that is wrong in either."""
    if declared == actual == STDIN:
        raise UsageProblem("both policies cannot come from standard input", "give one of them as a file")
    _check_principal(principal)
    texts = [text_of(declared), text_of(actual)]
    problems = [
        f"{named(source)}: {problem}"
        for source, text in zip((declared, actual), texts, strict=True)
        for problem in unfit(parse(text), principal)
    ]
    if problems:
        raise UsageProblem("; ".join(problems), "AWS takes only valid policies; --principal names one principal")
    return compared(Engine(known=CatalogueVocabulary()), (texts[0], texts[1]), principal)


def compared(engine: Engine, texts: tuple[str, str], principal: str) -> Compared:
    """The comparison of two policies, with what to tell beside it. Raises ValueError."""
    found = engine.compare(*texts, principal)
    witnesses = (*found.excess, *found.declared_in_actual.witnesses)
    if not witnesses:
        return Compared(found)
    known = CatalogueVocabulary()
    future = frozenset([w.action for w in witnesses if not known.listed(w.action)])
    return Compared(found, future, relation_today(engine, texts, principal, found) if future else "")


def _check_principal(principal: str) -> None:
    try:
        read_caller(principal or "*")
    except ValueError as error:
        raise UsageProblem(f"--principal: {error}") from None


def text_of(source: str) -> str:
    """The JSON text of a file or of standard input. Raises UsageProblem with the line where it is none."""
    try:
        with opened(source) as stream:
            text = stream.read().decode("utf-8-sig")
        json.loads(text)
    except OSError as error:
        raise unreadable(source, error) from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{named(source)}: not UTF-8") from None
    except RecursionError:
        raise UsageProblem(f"{named(source)}: nested too deeply") from None
    except json.JSONDecodeError as error:
        message = f"{named(source)}:{error.lineno}:{error.colno}: not valid JSON ({error.msg})"
        raise UsageProblem(message, "a policy is a JSON object with Version and Statement") from None
    return text


class Comparer:
    """Compares pairs, one a line. The engine's memory lasts for some thousands of policies."""

    def __init__(self) -> None:
        self._engine, self._size = Engine(known=CatalogueVocabulary()), 0

    def __call__(self, line: str) -> dict[str, Any]:
        """The id and the comparison of a line. Raises BadLine."""
        raw = parsed(line)
        id, principal = read_id(raw), raw.get("principal") or ""
        check_keys(raw, KEYS, "the line")
        if not isinstance(principal, str):
            raise BadLine("principal is not a string")
        declared, actual = [self._text(raw, name, principal) for name in ("declared", "actual")]
        if self._size > ENOUGH:
            self._engine, self._size = Engine(known=CatalogueVocabulary()), 0
        self._size += len(declared) + len(actual)
        try:
            return {"id": id, **content(compared(self._engine, (declared, actual), principal))}
        except ValueError as error:
            raise BadLine(str(error)) from None

    def _text(self, raw: dict[str, Any], name: str, principal: str) -> str:
        if name not in raw:
            raise BadLine(f"the line has no {name}")
        text = dumps(raw[name])
        problems = unfit(parse(text), principal)
        if problems:
            raise BadLine(f"{name}: {'; '.join(problems)}")
        return text

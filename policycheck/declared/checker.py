"""Our Cerberus validator. Each mapping has a schema of its own, so it never descends."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar

from policycheck.declared.document import Path
from policycheck.declared.lean import BaseErrorHandler, ErrorDefinition, TypeDefinition, cerberus
from policycheck.declared.notes import MOST
from policycheck.declared.schemas import OPEN, SCHEMAS
from policycheck.declared.shapes import SHAPES

_Validator: Any = cerberus.Validator

#: Error code of a value check: the info is a ``Wrong``.
VALUE = ErrorDefinition(0x201, None)


class Collector(BaseErrorHandler):  # type: ignore[misc]
    """Keeps the errors as they come; ``sentences`` turns them into problems."""

    def __init__(self) -> None:
        self.errors: list[Any] = []

    def emit(self, error: Any) -> None:
        """Called by Cerberus for each error."""
        self.errors.append(error)


class Checker(_Validator):  # type: ignore[misc]
    """Validates one mapping; ``shape`` is a rule of our own, a value check by name."""

    #: None is refused by ``type`` like every other wrong value
    mandatory_validations: ClassVar[tuple[str, ...]] = ()
    types_mapping: ClassVar[dict[str, TypeDefinition]] = {
        **_Validator.types_mapping,
        "whole": TypeDefinition("whole", (int,), (bool,)),
    }

    def _validate_shape(self, name: str, field: str, value: Any) -> None:
        """{'type': 'string'}"""
        # each error sorts all before it
        for wrong in islice(SHAPES[name](value), MOST + 1):
            self._error(field, VALUE, *wrong)


@lru_cache(maxsize=64)
def _checker(name: str) -> Any:
    return Checker(SCHEMAS[name], allow_unknown=name in OPEN)


def errors_of(name: str, values: dict[str, Any], path: Path, complete: bool) -> list[Any]:
    """The Cerberus errors of a mapping at a path of its document; ``complete``: no required key is missing."""
    checker, collector = _checker(name), Collector()
    checker.document_path = path
    checker.schema_path = (name,)
    checker.error_handler = collector
    checker.validate(values, update=complete, normalize=False)
    return collector.errors

"""Our Cerberus validator: nested mappings through named schemas, and value checks that types cannot tell.

One validator per schema is kept and used again, since building child validators is what costs most in Cerberus.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from cerberus import Validator
from cerberus.errors import BaseErrorHandler, ErrorDefinition
from cerberus.schema import UnvalidatedSchema
from cerberus.utils import TypeDefinition

from policycheck.declared.document import Path
from policycheck.declared.schemas import OPEN, SCHEMAS
from policycheck.declared.shapes import SHAPES

#: Error code of a value check: the info is a ``Wrong``.
VALUE = ErrorDefinition(0x201, None)

#: Error code of an item that is no mapping: the info holds the path below the field and the item's schema.
ITEM = ErrorDefinition(0x202, None)


class Collector(BaseErrorHandler):  # type: ignore[misc]
    """Keeps the errors of all validators as they come; ``sentences`` turns them into problems."""

    def __init__(self) -> None:
        self.errors: list[Any] = []

    def emit(self, error: Any) -> None:
        """Called by Cerberus for each error."""
        self.errors.append(error)


class Checker(Validator):  # type: ignore[misc]
    """Validates one mapping against one named schema, and what is nested in it against theirs."""

    #: None is refused by ``type`` like every other wrong value
    mandatory_validations: ClassVar[tuple[str, ...]] = ()
    types_mapping: ClassVar[dict[str, TypeDefinition]] = {
        **Validator.types_mapping,
        "whole": TypeDefinition("whole", (int,), (bool,)),
    }

    def _validate_inside(self, name: str, field: str, value: Any) -> None:
        """{'type': 'string'}"""
        check(name, value, (*self.document_path, field), self.error_handler)

    def _validate_each(self, name: str, field: str, value: Any) -> None:
        """{'type': 'string'}"""
        self._all(name, field, enumerate(value))

    def _validate_named(self, name: str, field: str, value: Any) -> None:
        """{'type': 'string'}"""
        self._all(name, field, value.items())

    def _all(self, name: str, field: str, items: Any) -> None:
        path = (*self.document_path, field)
        for key, item in items:
            if isinstance(item, dict):
                check(name, item, (*path, key), self.error_handler)
            else:
                self._error(field, ITEM, (key,), name)

    def _validate_detailed(self, name: str, field: str, value: Any) -> None:
        """{'type': 'string'}"""
        if isinstance(value, dict):
            self._all(name, field, ((key, item) for key, item in value.items() if isinstance(item, dict)))

    def _validate_shape(self, name: str, field: str, value: Any) -> None:
        """{'type': 'string'}"""
        for wrong in SHAPES[name](value):
            self._error(field, VALUE, *wrong)


@lru_cache(maxsize=64)
def _checker(name: str) -> Any:
    return Checker(UnvalidatedSchema(SCHEMAS[name]), allow_unknown=name in OPEN)


def check(name: str, values: dict[str, Any], path: Path, collector: Collector) -> None:
    """Check a mapping at a path of its document against a schema; errors go to the collector."""
    checker = _checker(name)
    checker.document_path = path
    checker.schema_path = (name,)
    checker.error_handler = collector
    checker.validate(values, normalize=False)

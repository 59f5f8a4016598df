"""The standard ``dataclass``, with methods that are compiled when they are first called.

Python compiles up to nine methods of each dataclass while its module is imported. That took two thirds of the time in
which a check imports ours, and most of these methods are never called. Type checkers see the standard decorator.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass

__all__ = ["dataclass"]

_Method = Callable[..., Any]
_Source = tuple[list[str], dict[str, Any]]
_Field = dataclasses.Field[Any]

_ORDERS = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def compiled_late(cls: type | None = None, /, **settings: bool) -> Any:
    """The decorator, as it is called at run time; for classes without keyword-only and init-only fields."""
    return _made(cls) if cls else lambda given: _made(given, **settings)


if not TYPE_CHECKING:
    dataclass = compiled_late


def _made(given: type, *, frozen: bool = False, eq: bool = True, order: bool = False, slots: bool = False) -> type:
    own = {name for name, value in vars(given).items() if value is not None}
    # Where there is no doc, the standard decorator asks for the signature, which costs more than all the rest.
    given.__doc__ = given.__doc__ or given.__name__
    cls: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(given)
    methods: dict[str, _Method | None] = {"__init__": _later(cls, "__init__", _init), "__repr__": _repr}
    if eq:
        methods["__eq__"] = _later(cls, "__eq__", _comparison)
        methods["__hash__"] = _later(cls, "__hash__", _hash) if frozen else None
    if order:
        methods |= {name: _later(cls, name, _comparison) for name in _ORDERS}
    if frozen:
        methods |= {"__setattr__": _set, "__delattr__": _delete, "__getstate__": _state, "__setstate__": _restore}
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cls


def _later(cls: type, name: str, source: Callable[[type, str], _Source]) -> _Method:
    """A method that puts the compiled one in its place when it is called."""

    def first(self: object, /, *args: Any, **settings: Any) -> Any:
        lines, names = source(cls, name)
        exec("\n ".join(lines), names)
        method: _Method = names[name]
        method.__qualname__, method.__module__ = f"{cls.__qualname__}.{name}", cls.__module__
        setattr(cls, name, method)
        return method(self, *args, **settings)

    return first


def _init(cls: type, name: str) -> _Source:
    names: dict[str, Any] = {"_set": object.__setattr__, "_MADE": object()}
    fields = dataclasses.fields(cls)
    parameters = ["self", *[_parameter(field, names) for field in fields if field.init]]
    assignment = "_set(self, {0!r}, {1})" if vars(cls).get("__setattr__") is _set else "self.{0} = {1}"
    body = [assignment.format(field.name, value) for field in fields if (value := _value(field, names))]
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    return [f"def {name}({', '.join(parameters)}):", *(body or ["pass"])], names


def _parameter(field: _Field, names: dict[str, Any]) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return f"{field.name}=_MADE"
    if field.default is dataclasses.MISSING:
        return field.name
    names[f"_default_{field.name}"] = field.default
    return f"{field.name}=_default_{field.name}"


def _value(field: _Field, names: dict[str, Any]) -> str:
    """What a new object gets for a field; empty when that is left to ``__post_init__``."""
    if field.default_factory is not dataclasses.MISSING:
        names[f"_make_{field.name}"] = field.default_factory
        made = f"_make_{field.name}()"
        return f"{made} if {field.name} is _MADE else {field.name}" if field.init else made
    if field.init:
        return field.name
    if field.default is dataclasses.MISSING:
        return ""
    names[f"_default_{field.name}"] = field.default
    return f"_default_{field.name}"


def _comparison(cls: type, name: str) -> _Source:
    fields = [field.name for field in dataclasses.fields(cls) if field.compare]
    sign = _ORDERS.get(name, "==")
    lines = [
        f"def {name}(self, other):",
        "if other.__class__ is self.__class__:",
        f" return {_tuple('self', fields)} {sign} {_tuple('other', fields)}",
        "return NotImplemented",
    ]
    return lines, {}


def _hash(cls: type, name: str) -> _Source:
    fields = [each.name for each in dataclasses.fields(cls) if (each.compare if each.hash is None else each.hash)]
    return [f"def {name}(self):", f"return hash({_tuple('self', fields)})"], {}


def _tuple(of: str, fields: list[str]) -> str:
    return f"({''.join(f'{of}.{name}, ' for name in fields)})"


@recursive_repr()
def _repr(self: Any) -> str:
    shown = [f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)

"""Our dataclass behaves as the standard one, method by method, on the same classes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import pytest

from policycheck.model import dataclass as late


class Plain:
    """A place."""

    name: str
    line: int = 0
    tags: tuple[str, ...] = ()


class Odd:
    first: str
    marks: list[str] = dataclasses.field(default_factory=list)
    unseen: dict[str, int] = dataclasses.field(default_factory=dict, compare=False)
    unhashed: int = dataclasses.field(default=3, hash=False)
    hidden: str = dataclasses.field(default="x", repr=False)
    made: str = dataclasses.field(init=False, default="m")
    later: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "later", self.first.upper())


class Own:
    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own | Plain)

    def __hash__(self) -> int:
        return 7


class Empty:
    pass


SETTINGS: list[dict[str, bool]] = [
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "order": True},
    {"frozen": True, "slots": True, "eq": False},
    {"frozen": True},
    {"slots": True},
    {},
]

#: Each class, and arguments that may make an object of it.
USES: list[tuple[type, list[tuple[Any, ...]]]] = [
    (Plain, [("a",), ("b", 1), ("a", 0, ("t",)), ("a", 2, ()), (), ("a", 1, (), "too many")]),
    (Odd, [("a",), ("a", ["x"]), ("a", ["x"], {"y": 1}), ("a", [], {}, 4), ("b", [], {}, 3, "z"), ()]),
    (Own, [("a",), ("b",), ()]),
    (Empty, [(), ("a",)]),
]


def outcome(question: Callable[..., object], *arguments: Any) -> object:
    """The answer, or the error in its words."""
    try:
        return question(*arguments)
    except Exception as error:
        return type(error).__name__, str(error)


def made(decorator: Any, shape: type, settings: dict[str, bool]) -> Any:
    """The class, decorated anew."""
    space = {name: value for name, value in vars(shape).items() if name not in ("__dict__", "__weakref__")}
    return decorator(**settings)(type(shape.__name__, (), space))


def behaviour(cls: Any, uses: list[tuple[Any, ...]]) -> list[object]:
    """What objects of a class do, in words and values that do not name the class itself."""
    built = [outcome(cls, *use) for use in uses]
    told: list[object] = [each for each in built if not isinstance(each, cls)]
    objects = [each for each in built if isinstance(each, cls)]
    for each in objects:
        told += [outcome(hash, each) if cls.__hash__ is not object.__hash__ else "by address"]
        told += [
            outcome(ask, each) for ask in (repr, dataclasses.asdict, _replaced, _copied, _with_a_new_name, _without)
        ]
    pairs = [(one, other) for one in objects for other in [*objects, "a"]]
    told += [outcome(ask, *pair) for pair in pairs for ask in (eq, ne, lt, le, gt, ge)]
    return [*told, [field.name for field in dataclasses.fields(cls)], cls.__match_args__]


def _replaced(given: Any) -> str:
    return repr(dataclasses.replace(given, **{dataclasses.fields(given)[0].name: "new"}))


def _copied(given: object) -> list[str]:
    return [repr(copy.copy(given)), repr(copy.deepcopy(given))]


def _with_a_new_name(given: Any) -> str:
    setattr(given, dataclasses.fields(given)[0].name, "new")
    return repr(given)


def _without(given: Any) -> None:
    delattr(given, dataclasses.fields(given)[0].name)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(settings) or "none")
@pytest.mark.parametrize(("shape", "uses"), USES, ids=lambda each: getattr(each, "__name__", ""))
def test_behaves_as_the_standard_one(shape: type, uses: list[tuple[Any, ...]], settings: dict[str, bool]) -> None:
    standard, own = (made(decorator, shape, settings) for decorator in (dataclasses.dataclass, late.compiled_late))

    assert behaviour(own, uses) == behaviour(standard, uses)


@late.dataclass(frozen=True, slots=True)
class Base:
    """At module level, as pickle needs it."""

    name: str
    line: int = 0


@late.dataclass(frozen=True, slots=True)
class Derived(Base):
    """With the fields of its base, and one of them with another default."""

    line: int = 5
    more: tuple[str, ...] = ()


@late.dataclass
class Node:
    """It can hold itself."""

    inner: object = None


def test_inherits_fields() -> None:
    assert (Derived("a"), Derived("a") == Base("a", 5)) == (Derived("a", 5, ()), False)
    assert repr(Derived("a", more=("x",))) == "Derived(name='a', line=5, more=('x',))"


def test_is_pickled_frozen() -> None:
    again = pickle.loads(pickle.dumps(Derived("a", 3)))

    assert again == Derived("a", 3)
    assert hash(again) == hash(Derived("a", 3))
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        again.name = "b"


def test_shows_an_object_that_holds_itself() -> None:
    node = Node()
    node.inner = node

    assert repr(node) == "Node(inner=...)"


def test_is_also_a_decorator_without_arguments_and_keeps_what_the_class_says_of_itself() -> None:
    assert (Node(1), Node.__doc__, Node.__init__.__qualname__) == (Node(1), "It can hold itself.", "Node.__init__")


def test_compiles_a_method_when_it_is_first_called() -> None:
    cls = late.compiled_late(frozen=True, slots=True)(type("Fresh", (), {"__annotations__": {"name": "str"}}))
    before = cls.__init__
    cls("a")

    assert (before.__name__, cls.__init__.__name__) == ("first", "__init__")

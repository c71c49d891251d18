"""Records: classes of named fields whose objects are compared, hashed and shown by them, and never changed.

They are what `dataclass(frozen=True, slots=True)` of the standard library makes, and all of its functions (`fields`,
`replace`, `is_dataclass`) know them. It writes and compiles six methods for each class, at 0.3 ms; a run has some two
hundred of these classes, makes objects of half of them, and of most of those no more than a few. So all but one of the
methods are written here, once, and the one that fills the fields is written and compiled for a class of which many
objects are made. That goes for `changing` objects too, which nobody compares.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import Field

T = TypeVar("T")

FEW = 8
"""Objects of a class that are filled without a function of its own, which costs as much as to fill twenty."""


@overload
def frozen(cls: type[T], /) -> type[T]: ...


@overload
def frozen(*, kw_only: bool = False, eq: bool = True) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(
    cls: type[T] | None = None, /, *, kw_only: bool = False, eq: bool = True
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a record of a class; with `kw_only` its fields are given by name, without `eq` it is equal to itself alone.

    >>> @frozen
    ... class Place:
    ...     row: int
    ...     column: int = 1
    >>> Place(3)
    Place(row=3, column=1)
    """

    def made(own: type[T]) -> type[T]:
        record = _with_fields(own, kw_only=kw_only)
        _given_methods(record, eq=eq)
        return cast("type[T]", record)

    return made if cls is None else made(cls)


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def changing(cls: type[T]) -> type[T]:
    """Make a class of named fields that change while its objects work; each object is equal to itself alone.

    >>> @changing
    ... class Account:
    ...     rows: int = 0
    >>> account = Account()
    >>> account.rows += 1
    >>> account.rows
    1
    """
    made = _with_fields(cls)
    made.__init__ = _first(made)
    return cast("type[T]", made)


def _with_fields(cls: Any, *, kw_only: bool = False) -> Any:  # noqa: ANN401 (a class, and one with its fields)
    """The class with its fields, and without methods for them.

    `dataclass` searches every annotation three times for words of `typing`, which takes longer than all else that it
    does; here the one that occurs is told it.
    """
    said: dict[str, str] = cls.__annotations__
    cls.__annotations__ = {name: ClassVar if text.startswith("ClassVar") else object for name, text in said.items()}
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
    made.__annotations__ = said
    for one in fields(made):
        one.type = said.get(one.name, one.type)
    return made


def _given_methods(cls: Any, *, eq: bool) -> None:  # noqa: ANN401 (a class, whose methods are set)
    own = vars(cls)
    cls.__init__ = _first(cls)
    cls.__setattr__, cls.__delattr__ = _unchanged, _undeleted
    cls.__getstate__, cls.__setstate__ = _state, _restored
    if "__repr__" not in own:
        cls.__repr__ = _shown
    if eq:
        cls.__eq__, cls.__hash__ = _compared([one.name for one in fields(cls) if one.compare])


def _first(cls: Any) -> Callable[..., None]:  # noqa: ANN401 (as above)
    """What fills the fields of the first objects: after a few it has the function for all later ones written."""
    made = 0
    declared: list[Field[Any]] = []

    def __init__(self: object, *given: object, **named: object) -> None:  # noqa: N807 (as `TypeError` names it)
        nonlocal made
        made += 1
        if made == 1:
            declared.extend(one for one in fields(cls) if one.init)  # others are filled by `__post_init__`
        if made > FEW or not _filled(self, declared, given, named):
            cls.__init__ = fill = _filling(cls)
            fill(self, *given, **named)  # which also says what is wrong with what was given

    return __init__


def _filled(
    record: Any,  # noqa: ANN401 (as above)
    declared: Sequence[Field[Any]],
    given: tuple[object, ...],
    named: dict[str, object],
) -> bool:
    """Fill the fields of one object; nothing is promised where what was given is not what the class declares."""
    names = (one.name for one in declared if not one.kw_only)
    values = dict(zip(names, given)) | named  # noqa: B905 (defaults follow)
    if len(values) != len(given) + len(named):
        return False
    for one in declared:
        if one.name in values:
            value = values.pop(one.name)
        elif one.default is not MISSING:
            value = one.default
        elif one.default_factory is not MISSING:
            value = one.default_factory()
        else:
            return False
        object.__setattr__(record, one.name, value)  # that of a record refuses
    if not values and hasattr(record, "__post_init__"):
        record.__post_init__()
    return not values


def _filling(cls: Any) -> Callable[..., None]:  # noqa: ANN401 (as above)
    """The function that fills the fields of an object, with the parameters that the class declares."""
    known: dict[str, Any] = {"_MISSING": MISSING}
    positional: list[str] = ["self"]
    by_name: list[str] = []
    lines: list[str] = []
    for one in fields(cls):
        name, parameter, value = one.name, one.name, one.name
        known[f"_set_{name}"] = getattr(cls, name).__set__  # `__setattr__` of a record refuses
        if one.default is not MISSING:
            known[f"_default_{name}"], parameter = one.default, f"{name}=_default_{name}"
        elif one.default_factory is not MISSING:
            known[f"_make_{name}"], parameter = one.default_factory, f"{name}=_MISSING"
            value = f"_make_{name}() if {name} is _MISSING else {name}"
        if one.init:  # others are filled by `__post_init__`
            (by_name if one.kw_only else positional).append(parameter)
            lines.append(f"    _set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("    self.__post_init__()")
    parameters = ", ".join([*positional, *(["*", *by_name] if by_name else [])])
    written = "\n".join([f"def __init__({parameters}):", *(lines or ["    pass"])])
    exec(written, known)  # noqa: S102 (the names of the fields of a class, as the standard library does)
    fill: Callable[..., None] = known["__init__"]
    fill.__qualname__ = f"{cls.__qualname__}.__init__"
    return fill


def _unchanged(self: object, name: str, value: object) -> None:  # noqa: ARG001 (as Python calls it)
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _undeleted(self: object, name: str) -> None:  # noqa: ARG001 (as Python calls it)
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:  # noqa: ANN401 (any record)
    return [getattr(self, one.name) for one in fields(self)]


def _restored(self: Any, state: list[Any]) -> None:  # noqa: ANN401 (any record)
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


def _shown(self: Any) -> str:  # noqa: ANN401 (any record)
    said = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({said})"


def _compared(names: list[str]) -> tuple[Callable[[object, object], bool], Callable[[object], int]]:
    """How objects of a class with these fields are compared, and their hash: as the tuples of what they hold."""
    values: Callable[[object], tuple[object, ...]]
    if len(names) > 1:
        values = attrgetter(*names)
    else:

        def values(record: object) -> tuple[object, ...]:
            return tuple(getattr(record, name) for name in names)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807 (as Python calls it)
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:  # noqa: N807 (as Python calls it)
        return hash(values(self))

    return __eq__, __hash__

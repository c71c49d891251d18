"""From mappings to records: each field's annotation has one way to be read, and every mistake is collected."""

from __future__ import annotations

import builtins
import dataclasses
import sys
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from nhsrate.core.cells import Level, Scale
from nhsrate.core.problems import CellLocation, LineLocation
from nhsrate.language.conditions import Test, When
from nhsrate.language.conditions_text import test_of_field, when
from nhsrate.language.edges import LevelEdge, Operand, edge, level_edge, operand
from nhsrate.language.numbers import Edge, Number, OfItem
from nhsrate.language.references import level, population, ref, refs, result, scale, terms
from nhsrate.language.values import (
    Address,
    Bad,
    Context,
    Decimals,
    Derived,
    Over,
    Ref,
    Refs,
    Result,
    SourceName,
    Terms,
    Words,
    address,
    boolean,
    choice,
    day,
    decimal,
    decimals,
    decode_each,
    listed,
    mapping,
    missing_key,
    number,
    pairs,
    places,
    source,
    text,
    text_lists,
    texts,
    unknown_key,
    whole,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nhsrate.language.tree import Mapping, Node

_READERS: dict[Any, Callable[[Node, Context], Any]] = {
    str: text,
    bool: boolean,
    int: whole,
    Decimal: decimal,
    Decimals: places,
    Number: number,
    Edge: edge,
    Operand: operand,
    Level: level,
    LevelEdge: level_edge,
    Scale: scale,
    Result: result,
    SourceName: source,
    Words: words,
    Address: address,
    date: day,
    Ref: ref,
    Refs: refs,
    Terms: terms,
    Over: population,
    Test: test_of_field,
    When: when,
    tuple[str, ...]: texts,
    tuple[tuple[str, str], ...]: pairs,
    tuple[tuple[str, tuple[str, ...]], ...]: text_lists,
    tuple[tuple[str, Decimal], ...]: decimals,
}
"""How each annotation is read; a record of its own form has a class method `from_node` instead."""

_PLACES = (LineLocation, Union[CellLocation, LineLocation])  # noqa: UP007 (as annotations are evaluated)
_ANNOTATIONS: dict[Any, dict[str, Any]] = {}


def decode(hint: Any, node: Node, context: Context) -> Any:  # noqa: ANN401 (annotations are not typed)
    """The value of a node for an annotation; problems go to the context, and `Bad` says there is no value."""
    reader = _READERS.get(hint) or getattr(hint, "from_node", None)
    if reader is not None:
        return reader(node, context)
    if get_origin(hint) is Literal:
        return choice(node, get_args(hint), context)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(decode_each(lambda part: decode(inner, part, context), listed(node, context)))
    return record(hint, mapping(node, context), context)


def record(cls: Any, node: Mapping, context: Context, *, known: Iterable[str] = (), **fixed: Any) -> Any:  # noqa: ANN401 (annotations are not typed)
    """A dataclass from a mapping: its fields are the keys; `known` keys are left alone; `fixed` fields are given.

    A field called `at` that is a place gets the place of the mapping. A field such as `from_` has the key `from`.
    """
    hints = hints_of(cls)
    keys = record_keys(cls, tuple(fixed))
    failed = False
    for key, at in node.keys.items():
        if key not in keys and key not in known:
            unknown_key(key, at, [*keys, *known], context)
            failed = True
    outer, context.fields = context.fields, {}
    for key, field in keys.items():
        if key in node.entries:
            try:
                context.fields[field.name] = decode(hints[field.name], node.entries[key], context)
            except Bad:
                failed = True
        elif field.default is dataclasses.MISSING:
            hint = hints[field.name]
            missing_key(key, node.at, context, get_args(hint) if get_origin(hint) is Literal else ())
            failed = True
        else:
            context.fields[field.name] = field.default  # so that later fields can tell it from one that failed
    values, context.fields = context.fields, outer
    if failed:
        raise Bad
    if "at" not in fixed and _is_placed(cls):
        values["at"] = node.at
    return cls(**values, **fixed)


@cache
def record_keys(cls: Any, fixed: tuple[str, ...] = ()) -> dict[str, dataclasses.Field[Any]]:  # noqa: ANN401 (annotations are not typed)
    """The keys of a record in a rule file, each with its field, save for the fixed ones and the place."""
    hints = hints_of(cls)
    return {
        field.name.rstrip("_"): field
        for field in dataclasses.fields(cls)
        if field.name not in fixed and hints[field.name] not in (*_PLACES, Derived)
    }


@cache
def _is_placed(cls: Any) -> bool:  # noqa: ANN401 (annotations are not typed)
    """Whether a record keeps where it stands."""
    return hints_of(cls).get("at") in _PLACES


def hints_of(cls: Any) -> dict[str, Any]:  # noqa: ANN401 (annotations are not typed)
    """The evaluated annotations of the fields of a record, without their `None`, found once."""
    if cls not in _ANNOTATIONS:
        said_in = {
            name: one.__module__ for one in reversed(cls.__mro__) for name in vars(one).get("__annotations__", ())
        }
        fields = dataclasses.fields(cls)
        _ANNOTATIONS[cls] = {one.name: _evaluated(said_in[one.name], str(one.type)) for one in fields}
    return _ANNOTATIONS[cls]


@cache
def _evaluated(module: str, annotation: str) -> Any:  # noqa: ANN401 (annotations are not typed)
    """An annotation as it is meant in a module, evaluated once, as many fields are of one type; most are names."""
    known, word = vars(sys.modules[module]), annotation.removesuffix(" | None")
    named = known.get(word, getattr(builtins, word, None))
    return _stated(eval(annotation, known) if named is None else named)  # noqa: S307 (it stands in the code)


def numbers_in(value: Any) -> Iterator[Number]:  # noqa: ANN401 (whatever a record holds)
    """Every number that a record states, however deep in its fields, in their order."""
    if isinstance(value, Number):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from numbers_in(part)
    else:
        cls: Any = type(value)
        for name in _stated_fields(cls):
            yield from numbers_in(getattr(value, name))


@cache
def _stated_fields(cls: Any) -> tuple[str, ...]:  # noqa: ANN401 (annotations are not typed)
    """The fields of a record that may hold numbers; a level's own number is of its scale, and stated there."""
    if cls in {Level, Scale} or not dataclasses.is_dataclass(cls):
        return ()
    return tuple(field.name for field in dataclasses.fields(cls))


def edges_in(value: Any) -> Iterator[Edge]:  # noqa: ANN401 (as above)
    """Every number and every item in place of one that a record states; not the numbers by which an item is shifted."""
    if isinstance(value, Number | OfItem):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from edges_in(part)
    else:
        cls: Any = type(value)
        for name in _stated_fields(cls):
            yield from edges_in(getattr(value, name))


def items_in(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (as above)
    """The items that a record has in place of numbers or levels, each once."""
    return tuple(dict.fromkeys(edge.item for edge in edges_in(value) if isinstance(edge, OfItem)))


def figures_in(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (as above)
    """The names of the figures among them, each once."""
    return tuple(dict.fromkeys(number.figure for number in numbers_in(value) if number.figure))


def _stated(hint: Any) -> Any:  # noqa: ANN401 (annotations are not typed)
    """What an annotation says where a value is stated at all."""
    if get_origin(hint) not in (UnionType, Union):
        return hint
    return Union[tuple(part for part in get_args(hint) if part is not type(None))]  # noqa: UP007 (made at run time)

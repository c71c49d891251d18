"""How rules state a bound that may be another item: `5`, a figure's name, an item's id, `{item: target, plus: 5}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType

from nhsrate.core.cells import Level
from nhsrate.core.numbers import Day, stated_number
from nhsrate.core.problems import nearest
from nhsrate.language.numbers import Edge, Number, OfItem
from nhsrate.language.references import level, ref
from nhsrate.language.tree import Mapping, Scalar
from nhsrate.language.values import Bad, Context, ItemType, mapping, number, number_of, only_keys, scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.language.tree import Node

if TYPE_CHECKING:
    Operand = Edge
else:
    Operand = NewType("Operand", object)
"""What is worked with: another item, or a number; read otherwise than a bound, and as such of a name of its own."""

LevelEdge = Level | OfItem
"""A level, or what level another item has for the same organisation."""

SELECTING = ("item", "each", "family", "column", "where")
KEYS = ("item", "times", "plus")


def edge(node: Node, context: Context) -> Edge:
    """A number, a figure's name, or another item whose value is the number; a name of both is the figure's."""
    if isinstance(node, Mapping):
        found = of_item(node, context)
        numeric(found, context)
        return found
    word = scalar(node, context)
    day = Day.of_text(word.text)
    if day is not None:
        return Number(day, at=word.at)
    if stated_number(word.text) is not None or word.text in context.figures:
        return number_of(word.text, word.at, context).mark()
    if not names_item(word, context):
        message = f'"{word.text}" is neither a number nor the name of a figure.'
        near = nearest(word.text, [*context.figures, *context.types, *context.made])
        remedy = near or "Write digits with a point, or define it under figures."
        raise context.bad(word.at, "wrong-type", message, remedy)
    found = OfItem(ref(word, context), at=word.at)
    numeric(found, context)
    return found


def operand(node: Node, context: Context) -> Edge:
    """The same where an item is what is usual: a name of both a figure and an item is the item's."""
    if isinstance(node, Scalar) and names_item(node, context):
        return edge(Mapping({"item": node}, node.at, {"item": node.at}), context)
    if isinstance(node, Scalar) and (stated_number(node.text) is not None or node.text in context.figures):
        return number_of(node.text, node.at, context)  # with every digit
    return edge(node, context)


def names_item(word: Scalar, context: Context) -> bool:
    """Whether a word is the id of an item, or of one that is made for each member."""
    return word.text in context.types or word.text in context.made


def of_item(node: Mapping, context: Context) -> OfItem:
    """`{item: target, times: 0.95, plus: 5}`."""
    selected = any(key in node.entries for key in SELECTING[1:])
    only_keys(node, (*SELECTING, *KEYS[1:]) if selected else KEYS, context, "in a bound")
    if "item" not in node.entries and "family" not in node.entries:
        raise context.bad(node.at, "missing-key", "A bound names an item.", "Write {item: target}, or a number alone.")
    id_ = ref(node.only(SELECTING), context)
    shifts = {key: number(node.entries[key], context) for key in ("times", "plus") if key in node.entries}
    if context.types[id_].date and "times" in shifts:
        message = f'"{id_}" is a date, and a date is not multiplied.'
        raise context.bad(node.at, "wrong-type", message, "Write plus: with a number of days.")
    return OfItem(id_, shifts.get("times"), shifts.get("plus"), node.at)


def is_date(found: Edge, date_of: Callable[[str], bool]) -> bool:
    """Whether a bound is a date; `date_of` says so of an item."""
    return isinstance(found.value, Day) if isinstance(found, Number) else date_of(found.item)


def numeric(found: OfItem, context: Context) -> None:
    """Collect that the item of a bound is not a number."""
    type_: ItemType = context.types[found.item]
    if type_.scale is not None and not type_.scale.levels:  # it could not be read, and its problems are collected
        raise Bad
    if type_.kind == "text" or (type_.scale and any(level.number is None for level in type_.scale.levels)):
        what = "a text" if type_.scale is None else f"a level of {type_.scale.name}, which has no numbers"
        at = found.at
        assert at is not None  # noqa: S101 (it was just read)
        message = f'A bound is a number, and "{found.item}" is {what}.'
        raise context.bad(at, "not-a-number-item", message, "Name an item of numbers, or turn it into one.")


def level_edge(node: Node, context: Context) -> LevelEdge:
    """A level of the item's scale, or another item of that scale, which may be `plus` so many."""
    if not isinstance(node, Mapping):
        word = scalar(node, context)
        known = context.scale.by_name if context.scale else {}
        if word.text not in known and word.text not in context.figures and names_item(word, context):
            message, remedy = f'"{word.text}" is an item, and no level.', f"Write {{item: {word.text}}}."
            raise context.bad(word.at, "unknown-name", message, remedy)
        return level(node, context)
    mapping(node, context)
    found = of_item(node, context)
    own, scale = context.scale, context.types[found.item].scale
    if own is None or (scale is not None and not scale.levels):
        raise context.bad(node.at, "missing-key", "A level is named here, and the item has no scale.", "Add scale:.")
    if scale is None or scale.name != own.name:
        message = f'"{found.item}" gives no level of {own.name}, so that it can be no end of one.'
        raise context.bad(node.at, "wrong-type", message, "Name an item of that scale, or make one with kind level.")
    if found.times is not None or (found.plus and any(one.number is None for one in own.levels)):
        message = "A level is moved by plus: alone, and only where the levels have numbers."
        raise context.bad(node.at, "wrong-type", message, "Write {item: other}, or {item: other, plus: 1}.")
    if found.plus and not found.plus.unset:
        numbers = [one.number for one in own.levels if one.number is not None]
        ends = [number + found.plus.value for number in numbers]
        if any(min(numbers) < end < max(numbers) and end not in numbers for end in ends):
            message = f"{found.plus} more than a level of {own.name} is not always a level of it."
            raise context.bad(node.at, "wrong-type", message, "Add so many that a level comes out.")
    return found

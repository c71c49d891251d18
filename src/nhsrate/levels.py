"""How rules name scales and their levels, and what a rule gives: a level, a text or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.decode import Bad, Context, Result, listing, number, number_of, scalar, text
from nhsrate.numbers import number_text
from nhsrate.problems import nearest

if TYPE_CHECKING:
    from nhsrate.cells import Level, Scale
    from nhsrate.yamltree import Node, Scalar


def scale(node: Node, context: Context) -> Scale:
    """The scale of that name."""
    word = scalar(node, context)
    if word.text not in context.scales:
        raise context.bad(
            word.at,
            "unknown-name",
            f'There is no scale "{word.text}".',
            nearest(word.text, context.scales) or "Define it under scales.",
        )
    context.used.add(("scales", word.text))
    return context.scales[word.text]


def level(node: Node, context: Context) -> Level:
    """A level of the item's scale: its name, or the name of a figure that is its number."""
    word = scalar(node, context)
    if context.scale is None:
        raise context.bad(word.at, "missing-key", "A level is named here, and the item has no scale.", "Add scale:.")
    if context.scale.levels and word.text in context.figures and word.text not in context.scale.by_name:
        return _level_of_figure(word, context.scale, context)
    return level_of(word, context.scale, context)


def _level_of_figure(word: Scalar, scale: Scale, context: Context) -> Level:
    """The first level whose number the figure is; while the figure has no value, the first of all."""
    number = number_of(word.text, word.at, context)
    found = next((level for level in scale.levels if number.unset or level.number == number.value), None)
    if found is None:
        numbers = [number_text(level.number) for level in scale.levels if level.number is not None]
        raise context.bad(
            word.at,
            "unknown-name",
            f"No level of {scale.name} has the number {number}.",
            f"Its numbers are {listing(numbers)}." if numbers else "Its levels have none: name one, or give number:.",
        )
    return found


def level_of(word: Scalar, scale: Scale, context: Context) -> Level:
    """The level of that name; a scale that could not be read has its problems already."""
    if not scale.levels:
        raise Bad
    found = scale.by_name.get(word.text)
    if found is None:
        raise context.bad(
            word.at,
            "unknown-name",
            f'"{word.text}" is not a level of {scale.name}.',
            nearest(word.text, scale.by_name) or f"Its levels are {listing(scale.by_name)}.",
        )
    return found


def result(node: Node, context: Context) -> Result:
    """What a rule gives: a level, a text or a number, as the item has it."""
    if context.scale is not None:
        return level(node, context)
    if context.text_result:
        return text(node, context)
    return number(node, context).value

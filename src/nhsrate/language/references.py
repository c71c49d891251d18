"""How rules name other items, one or several or those of a family; populations; scales and their levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.numbers import number_text, stated_number
from nhsrate.language.tree import Mapping, Node, Scalar, Sequence
from nhsrate.language.values import (
    Bad,
    Context,
    ItemType,
    Refs,
    Result,
    decode_each,
    listing,
    mapping,
    missing_key,
    number,
    number_of,
    only_keys,
    scalar,
    text,
    texts,
)

if TYPE_CHECKING:
    from nhsrate.core.cells import Level, Scale
    from nhsrate.core.problems import LineLocation
    from nhsrate.language.numbers import Number
    from nhsrate.language.tree import Node


NUMBER = ItemType("number")


def type_of_field(name: str, context: Context) -> ItemType:
    """The type of the items that an earlier field of this record names; where they differ, numbers."""
    if name not in context.fields:  # its own problem is collected already
        raise Bad
    named = context.fields[name]
    ids = named.items if isinstance(named, Refs) else [named]
    if any(id_ not in context.types for id_ in ids):  # made for each member, and with a problem of its own
        raise Bad
    types = [context.types[id_] for id_ in ids]
    return types[0] if all(type_ == types[0] for type_ in types) else NUMBER


def population(node: Node, context: Context) -> str:
    """`everyone`, or a population of the file."""
    word = scalar(node, context)
    if word.text != "everyone" and word.text not in context.populations:
        known, otherwise = ["everyone", *context.populations], "Use everyone, or define it under populations."
        raise context.unknown(word, f'There is no population "{word.text}".', known, otherwise)
    context.used.add(("populations", word.text))
    return word.text


def ref(node: Node, context: Context) -> str:
    """The id of one other item."""
    if isinstance(node, Mapping):
        found = refs(node, context)
        if len(found.items) != 1 or found.weights:
            raise context.bad(node.at, "wrong-type", "One item is wanted here, without a weight.", "Write its id.")
        return found.items[0]
    word = scalar(node, context)
    return reference(word.text, word.at, context)


def reference(word: str, at: LineLocation, context: Context) -> str:
    """The id that a word means: an item, or the same member's item of those made for each."""
    if word in context.types:
        return word
    if word in context.made:
        made = context.made[word]
        if context.binding is not None and context.binding.member in made:
            return made[context.binding.member]
        raise context.bad(
            at,
            "unknown-name",
            f'"{word}" is made for each member of a family; say which.',
            f"Write {{item: {word}, each: ...}}, or one of {listing(list(made.values())[:4])}.",
        )
    known, otherwise = [*context.types, *context.made], "Define it under inputs, measures or ratings."
    if stated_number(word) is not None or word in context.figures:
        otherwise = "Numbers stand among items in sum, product, lowest and highest; elsewhere use kind constant."
        raise context.bad(at, "unknown-name", f'"{word}" is a number, and no item.', otherwise)
    raise context.unknown(Scalar(word, at), f'There is no item "{word}".', known, otherwise)


def refs(node: Node, context: Context) -> Refs:
    """Several items: a list, a mapping with weights, or a selector over a family."""
    found = _refs(node, context)
    for n, id_ in enumerate(found.items):
        if id_ in found.items[:n]:
            raise context.bad(node.at, "duplicate-name", f'"{id_}" stands twice here.', "Name each item once.")
    return found


def terms(node: Node, context: Context) -> Refs:
    """Several items, among which numbers and names of figures may stand in a list."""
    if not isinstance(node, Sequence):
        return refs(node, context)
    numbers: list[Node] = [part for part in node.items if isinstance(part, Scalar) and _is_number(part, context)]
    items = tuple(part for part in node.items if part not in numbers)
    if not items:
        message = "There are but numbers here, and no item." if numbers else "An empty list of items."
        raise context.bad(node.at, "wrong-type", message, "Name at least one.")
    stated = tuple(decode_each(lambda part: number(part, context), numbers))
    found = refs(Sequence(items, node.at), context)
    return Refs(found.items, found.weights, stated)


def _is_number(word: Scalar, context: Context) -> bool:
    """Whether a word among items is a number, or the name of a figure; a name of both is the item's."""
    if stated_number(word.text) is not None:
        return True
    return word.text in context.figures and word.text not in context.types and word.text not in context.made


def _refs(node: Node, context: Context) -> Refs:
    if isinstance(node, Scalar):
        return Refs((ref(node, context),))
    if isinstance(node, Sequence):
        parts = decode_each(lambda part: _refs(part, context), node.items)
        if not parts:
            raise context.bad(node.at, "wrong-type", "An empty list of items.", "Name at least one.")
        if any(part.weights for part in parts):
            raise context.bad(node.at, "wrong-type", "Weights cannot stand inside a list.", "Use {item: weight}.")
        return Refs(tuple(id_ for part in parts for id_ in part.items))
    if "family" in node.entries or "item" in node.entries:
        return _selected(node, context)
    if list(node.entries) == ["column"]:
        raise context.bad(
            node.at, "wrong-type", "{column: ...} stands for a member's entry only in an item that is made for each."
        )
    if not node.entries:
        raise context.bad(node.at, "wrong-type", "An empty set of items.", "Name at least one.")
    items = decode_each(lambda key: reference(key, node.keys[key], context), node.entries)
    return Refs(tuple(items), tuple(decode_each(lambda part: number(part, context), node.entries.values())))


def _selected(node: Mapping, context: Context) -> Refs:
    """The items that `{family: f, column: c}` or `{item: i, each: f}` selects, with the weights of a column."""
    known = ("family", "column", "where", "weights") if "family" in node.entries else ("item", "each", "weights")
    only_keys(node, known, context, "in this reference")
    rows: dict[str, dict[str, Node]] | None = None
    if "family" in node.entries:
        word = scalar(node.entries["family"], context)
        rows = those_where(family_of(word, context), node.entries.get("where"), context)
        column = text(node.entries["column"], context) if "column" in node.entries else "member"
        words = [part for member in rows for part in column_words(rows, member, column, word.at, context)]
        ids = decode_each(lambda part: ref(part, context), words)
    else:
        item = scalar(node.entries["item"], context)
        if "each" not in node.entries:
            return Refs((reference(item.text, item.at, context),))
        each = node.entries["each"]
        if isinstance(each, Sequence):
            members = [scalar(part, context) for part in each.items]
        elif isinstance(each, Mapping) and "where" in each.entries:
            rows = family_where(each, context)
            members = [Scalar(member, each.at) for member in rows]
        elif isinstance(each, Mapping):
            members = _column_of(each, context)
        else:
            rows = family_of(scalar(each, context), context)
            members = [Scalar(member, each.at) for member in rows]
        made = made_for(item, context)
        ids = decode_each(lambda member: member_of(made, item, member, context), members)
    if not ids:
        raise context.bad(node.at, "wrong-type", "There is no item in this.", "Name a family with members.")
    weights = _weights(node, rows, len(ids), context) if "weights" in node.entries else None
    return Refs(tuple(ids), weights)


def _column_of(node: Mapping, context: Context) -> list[Scalar]:
    """Everything that is listed in a column of a family: `{family: f, column: c}`."""
    only_keys(node, ("family", "column"), context)
    for key in ("family", "column"):
        if key not in node.entries:
            raise missing_key(key, node.at, context)
    word, column = scalar(node.entries["family"], context), scalar(node.entries["column"], context)
    rows = family_of(word, context)
    words = [part for member in rows for part in column_words(rows, member, column.text, column.at, context)]
    return [scalar(part, context) for part in words]


def _weights(
    node: Mapping, rows: dict[str, dict[str, Node]] | None, count: int, context: Context
) -> tuple[Number, ...]:
    """The weights that stand in a column of a family, one for each item."""
    word = scalar(node.entries["weights"], context)
    if rows is None:
        raise context.bad(word.at, "wrong-type", "Weights stand in a column of a family.", "Use {item: weight}.")
    parts = [part for member in rows for part in column_words(rows, member, word.text, word.at, context)]
    if len(parts) != count:
        raise context.bad(word.at, "wrong-type", f'The column "{word.text}" does not give one weight for each item.')
    return tuple(decode_each(lambda part: number(part, context), parts))


def family_of(word: Scalar, context: Context) -> dict[str, dict[str, Node]]:
    """The table of that family: member, column, entry."""
    if word.text not in context.families:
        raise context.unknown(word, f'There is no family "{word.text}".', context.families, "Define it under families.")
    context.used.add(("families", word.text))
    return context.families[word.text]


def family_where(node: Mapping, context: Context) -> dict[str, dict[str, Node]]:
    """Some members of a family: `{family: f, where: {column: entry}}`."""
    only_keys(node, ("family", "where"), context)
    if "family" not in node.entries:
        raise missing_key("family", node.at, context)
    return those_where(family_of(scalar(node.entries["family"], context), context), node.entries["where"], context)


def those_where(rows: dict[str, dict[str, Node]], where: Node | None, context: Context) -> dict[str, dict[str, Node]]:
    """The members in whose columns one of the wanted entries stands; all of them where nothing is wanted."""
    if where is None:
        return rows
    wanted = mapping(where, context)
    kept = dict(rows)
    for column, part in wanted.entries.items():
        words = set(texts(part, context))
        kept = {
            member: row
            for member, row in kept.items()
            if words & set(texts(column_entry(row, column, wanted.keys[column], context), context))
        }
    if not kept:
        raise context.bad(wanted.at, "wrong-type", "No member of the family is so.", "Correct what is wanted.")
    return kept


def column_words(
    family: dict[str, dict[str, Node]], member: str, column: str, at: LineLocation, context: Context
) -> tuple[Node, ...]:
    """What stands in a member's column, a list taken apart."""
    entry = column_entry(family[member], column, at, context)
    return entry.items if isinstance(entry, Sequence) else (entry,)


def column_entry(row: dict[str, Node], column: str, at: LineLocation, context: Context) -> Node:
    """What stands in a column of one member's row."""
    if column not in row:
        message, columns = f'The family has no column "{column}".', f"Its columns are {listing(row)}."
        raise context.unknown(Scalar(column, at), message, row, columns)
    context.used_entries.add(id(row[column]))
    return row[column]


def made_for(item: Scalar, context: Context) -> dict[str, str]:
    """The ids of what was made for each member; where the item is not made so, a problem."""
    if item.text not in context.made:
        message = f'"{item.text}" is not made for each member.'
        raise context.unknown(item, message, context.made, "Give it each: in its definition.")
    return context.made[item.text]


def member_of(made: dict[str, str], item: Scalar, member: Scalar, context: Context) -> str:
    """The id of what was made for that member."""
    if member.text not in made:
        message = f'"{item.text}" is not made for "{member.text}".'
        raise context.unknown(member, message, made, f"It is for {listing(made)}.")
    return made[member.text]


def scale(node: Node, context: Context) -> Scale:
    """The scale of that name."""
    word = scalar(node, context)
    if word.text not in context.scales:
        raise context.unknown(word, f'There is no scale "{word.text}".', context.scales, "Define it under scales.")
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
        message, levels = f'"{word.text}" is not a level of {scale.name}.', f"Its levels are {listing(scale.by_name)}."
        raise context.unknown(word, message, scale.by_name, levels)
    return found


def result(node: Node, context: Context) -> Result:
    """What a rule gives: a level, a text or a number, as the item has it."""
    if context.scale is not None:
        return level(node, context)
    if context.text_result:
        return text(node, context)
    return number(node, context).value

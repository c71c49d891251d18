"""How rules state conditions: from texts such as `>= 2`, `not red` and `2..5` to tests that fit their item's type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.core.numbers import plain_number
from nhsrate.core.problems import LineLocation, nearest
from nhsrate.language.conditions import TEST_TEXT, Between, Compare, IsMissing, Negated, OneOf, Test, When
from nhsrate.language.references import reference, type_of_field
from nhsrate.language.tree import Node, Sequence
from nhsrate.language.values import Bad, Context, ItemType, compared, decode_each, listing, mapping, number_of, scalar

if TYPE_CHECKING:
    from decimal import Decimal

    from nhsrate.core.cells import Level


def when(node: Node, context: Context) -> When:
    """Tests of several items."""
    tests = mapping(node, context)

    def one(key: str) -> tuple[str, Test]:
        id_ = reference(key, tests.keys[key], context)
        return id_, test(tests.entries[key], context.types[id_], context)

    pairs = decode_each(one, tests.entries)
    if not pairs:
        raise context.bad(node.at, "bad-test", "A condition without a test.", "Name an item and what it must be.")
    return When(tuple(pairs), tests.at)


def test_of_field(node: Node, context: Context) -> Test:
    """A test of the items that the field `of` of this record names."""
    return test(node, type_of_field("of", context), context)


def test(node: Node, subject: ItemType, context: Context) -> Test:
    """A test of an item of this type."""
    if isinstance(node, Sequence):
        cells: list[Level | str | Decimal] = []
        for part in decode_each(lambda part: test(part, subject, context), node.items):
            if not isinstance(part, OneOf):
                raise context.bad(node.at, "bad-test", "A list of tests may only hold levels, texts or numbers.")
            cells += part.cells
        if not cells:
            raise context.bad(node.at, "bad-test", "An empty list can never hold.", "Name at least one value.")
        return OneOf(tuple(cells))
    word = scalar(node, context)
    return test_of(word.text.strip(), word.at, subject, context)


def test_of(word: str, at: LineLocation, subject: ItemType, context: Context) -> Test:
    """The test that a text means; a level's exact name wins over any other reading."""
    scale = subject.scale
    if scale is not None and not scale.levels:  # it could not be read, and its problems are collected already
        raise Bad
    if scale is not None and word in scale.by_name:
        return OneOf((scale.by_name[word],))
    if word == "missing":
        return IsMissing()
    if word.startswith("not "):
        inner = test_of(word[4:].strip(), at, subject, context)
        if isinstance(inner, Negated):
            raise context.bad(at, "bad-test", f'"{word}" says not twice.', "Say it without not.")
        return Negated(inner)
    if found := TEST_TEXT.fullmatch(word):
        sign: Any = found[1]
        _comparable(subject, word, at, context)
        return Compare(sign, number_of(found[2], at, context))
    if subject.kind == "text":
        return OneOf((compared(word, at, context),))
    if ".." in word:
        low, _, high = word.partition("..")
        _comparable(subject, word, at, context)
        bounds = Between(number_of(low.strip(), at, context), number_of(high.strip(), at, context))
        if bounds.low.value > bounds.high.value:
            raise context.bad(
                at, "bad-test", f'"{word}" can never hold: its lower end is above its upper end.', "Swap the ends."
            )
        return bounds
    if scale is not None:
        raise context.bad(
            at,
            "bad-test",
            f'"{word}" is neither a level of {scale.name} nor a test.',
            nearest(word, scale.by_name) or f"Its levels are {listing(scale.by_name)}.",
        )
    if plain_number(word) is None and word not in context.figures:
        raise context.bad(
            at,
            "bad-test",
            f'"{word}" is not a test of a number.',
            nearest(word, context.figures) or 'Write 2, ">= 2", 2..5, missing or a figure\'s name.',
        )
    return OneOf((number_of(word, at, context).value,))


def _comparable(subject: ItemType, word: str, at: LineLocation, context: Context) -> None:
    scale = subject.scale
    if subject.kind == "text":
        raise context.bad(at, "bad-test", f'"{word}" compares numbers, and the item is a text.')
    if scale is not None and any(level.number is None for level in scale.levels):
        raise context.bad(
            at,
            "bad-test",
            f'"{word}" compares numbers, and the levels of {scale.name} have none.',
            f"Name levels, or give them number:. They are {listing(level.name for level in scale.levels)}.",
        )

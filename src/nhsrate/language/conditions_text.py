"""How rules state conditions: from `>= 2`, `not red`, `2..5`, `{above: reds}` to tests that fit their item's type."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nhsrate.core.numbers import Day, stated_number
from nhsrate.core.problems import LineLocation, nearest
from nhsrate.language.conditions import TEST_TEXT, Between, Compare, IsMissing, Negated, OneOf, Test, When
from nhsrate.language.edges import edge, is_date, names_item
from nhsrate.language.numbers import Number
from nhsrate.language.references import reference, type_of_field
from nhsrate.language.tree import Mapping, Node, Scalar, Sequence
from nhsrate.language.values import (
    Bad,
    Context,
    ItemType,
    compared,
    decode_all,
    decode_each,
    listing,
    mapping,
    number_of,
    scalar,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from nhsrate.core.cells import Level


CONNECTIVES = ("any", "not")
"""What stands in a condition beside the items that it tests; no item is called so."""

TRIED = {
    "or": "Write any: [{item: test}, {other: test}].",
    "either": "Write any: [{item: test}, {other: test}].",
    "and": "All tests of a condition must hold: write them beside each other, without a word.",
    "all": "All tests of a condition must hold: write them beside each other, without a word.",
    "none": "Write not: {any: [{item: test}, {other: test}]}.",
    "neither": "Write not: {any: [{item: test}, {other: test}]}.",
    "unless": "Write not: {item: test}.",
}
"""What people try where a condition wants `any` or `not`, and what to write."""


def when(node: Node, context: Context) -> When:
    """Tests of several items, all of which must hold; beside them conditions under `any`, and one under `not`."""
    if isinstance(node, Sequence):
        message = "A condition is one mapping of tests, and this is a list."
        remedy = "Write tests that must all hold in one mapping, or {any: [{item: test}, ...]} where one is enough."
        raise context.bad(node.at, "bad-test", message, remedy)
    tests = mapping(node, context)

    def one(key: str) -> tuple[str, Test]:
        at = tests.keys[key]
        if key in TRIED and key not in context.types and key not in context.made:
            raise context.bad(at, "bad-test", f'"{key}" is no item and no word of a condition.', TRIED[key])
        id_ = reference(key, at, context)
        return id_, test(tests.entries[key], context.types[id_], context)

    def either() -> tuple[When, ...]:
        return _any(tests.entries["any"], context) if "any" in tests.entries else ()

    def never() -> When | None:
        return _not(tests.entries["not"], context) if "not" in tests.entries else None

    if not tests.entries:
        raise context.bad(node.at, "bad-test", "A condition without a test.", "Name an item and what it must be.")
    read: Any = [*(partial(one, key) for key in tests.entries if key not in CONNECTIVES), either, never]
    *pairs, any_, not_ = decode_all(read)
    return When(tuple(pairs), any_, not_, tests.at)


def _any(node: Node, context: Context) -> tuple[When, ...]:
    """The conditions of which one must hold."""
    if not isinstance(node, Sequence) or not node.items:
        message, remedy = "any: takes a list of conditions.", "Write any: [{item: test}, {other: test}]."
        raise context.bad(node.at, "bad-test", message, remedy)
    return tuple(decode_each(lambda part: when(part, context), node.items))


def _not(node: Node, context: Context) -> When:
    """The condition that must not hold."""
    if not isinstance(node, Mapping):
        message, remedy = (
            "not: takes one condition.",
            "Write not: {item: test}, or not: {any: [...]} where none may hold.",
        )
        raise context.bad(node.at, "bad-test", message, remedy)
    return when(node, context)


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
    if isinstance(node, Mapping):
        return sides(node, subject, context)
    word = scalar(node, context)
    return test_of(word.text.strip(), word.at, subject, context)


SIDES = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}
"""The keys of a test that names its bounds, and what they are as signs."""

SIDE_OF = {
    **{sign: key for key, sign in SIDES.items()},
    "=>": "at_least", "=<": "at_most", "\u2265": "at_least", "\u2264": "at_most",
    "min": "at_least", "max": "at_most", "gte": "at_least", "gt": "above", "lte": "at_most", "lt": "below",
}  # fmt: skip


def sides(node: Mapping, subject: ItemType, context: Context) -> Test:
    """`{above: reds}`, `{at_least: {item: target, plus: 5}, below: 90}`: one bound, or one from either side."""
    for key, at in node.keys.items():
        if key in SIDES:
            continue
        own = f"{key}: ..." if key.isidentifier() else f'"{key}": ...'
        remedy = f"Write {SIDE_OF[key]}: ... for {own}." if key in SIDE_OF else f"A bound is {listing(SIDES)}."
        if key in {"item", "=", "==", "equals", "is"}:
            remedy = "Say on which side: {at_least: other}; both at_least and at_most it where the two must be equal."
        elif key in CONNECTIVES:
            remedy = (
                f"Put {key}: about the whole test: {key}: {'{item: test}' if key == 'not' else '[{item: test}, ...]'}."
            )
        raise context.bad(at, "bad-test", f'"{key}" names no side of a bound.', remedy)
    lower = [key for key in ("at_least", "above") if key in node.entries]
    upper = [key for key in ("at_most", "below") if key in node.entries]
    if len(lower) > 1 or len(upper) > 1 or not node.entries:
        message = "A test names one bound, or one from either side."
        raise context.bad(node.at, "bad-test", message, "Write {at_least: 2}, or {at_least: 2, below: 5}.")
    _comparable(subject, ", ".join(node.entries), node.at, context)
    bounds: Any = dict(
        zip(node.entries, decode_each(lambda part: edge(part, context), node.entries.values()), strict=True)
    )
    for bound in bounds.values():
        if is_date(bound, lambda item: context.types[item].date) is not subject.date:
            what, other = ("no date", "one") if subject.date else ("a date", "none")
            message = f'"{bound}" is {what}, and what it is a bound of is {other}.'
            raise context.bad(node.at, "bad-test", message, DATE if subject.date else "Compare a date with dates.")
    if len(bounds) == 1:
        ((key, bound),) = bounds.items()
        sign: Any = SIDES[key]
        return Compare(sign, bound)
    found = Between(bounds[lower[0]], bounds[upper[0]], above=lower == ["above"], below=upper == ["below"])
    if (
        isinstance(found.low, Number)
        and isinstance(found.high, Number)
        and not found.low.unset
        and not found.high.unset
    ):
        ends = found.low.value, found.high.value
        if ends[0] > ends[1] or (ends[0] == ends[1] and (found.above or found.below)):
            raise context.bad(node.at, "bad-test", f'"{found}" can never hold.', "Swap the ends.")
    return found


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
        _no_item(found[1], found[2], at, context)
        return Compare(sign, _stated(found[2], at, subject, context))
    if subject.kind == "text":
        return OneOf((compared(word, at, context),))
    if ".." in word:
        low, _, high = word.partition("..")
        _comparable(subject, word, at, context)
        ends = _stated(low.strip(), at, subject, context), _stated(high.strip(), at, subject, context)
        if ends[0].value > ends[1].value:
            raise context.bad(
                at, "bad-test", f'"{word}" can never hold: its lower end is above its upper end.', "Swap the ends."
            )
        return Between(*ends)
    if scale is not None:
        raise context.bad(
            at,
            "bad-test",
            f'"{word}" is neither a level of {scale.name} nor a test.',
            nearest(word, scale.by_name) or f"Its levels are {listing(scale.by_name)}.",
        )
    if subject.date:
        return OneOf((_stated(word, at, subject, context).value,))
    if stated_number(word) is None and word not in context.figures:
        raise context.bad(
            at,
            "bad-test",
            f'"{word}" is not a test of a number.',
            nearest(word, context.figures) or 'Write 2, ">= 2", 2..5, missing or a figure\'s name.',
        )
    return OneOf((number_of(word, at, context).mark().value,))


DATE = "Write a date as 2026-03-31, or name an item of dates: {at_least: other}."
"""What to write where a date is wanted."""


def _stated(word: str, at: LineLocation, subject: ItemType, context: Context) -> Number:
    """The number that a text compares with; of an item of dates a date."""
    if not subject.date:
        return number_of(word, at, context).mark()
    day = Day.of_text(word)
    if day is None:
        raise context.bad(at, "bad-test", f'"{word}" is no date, and the item is one.', DATE)
    return Number(day, at=at)


def _no_item(sign: str, word: str, at: LineLocation, context: Context) -> None:
    """Collect that a text compares with an item, which has a form of its own."""
    if word not in context.figures and stated_number(word) is None and names_item(Scalar(word, at), context):
        message = f'"{sign} {word}" compares with an item.'
        raise context.bad(at, "bad-test", message, f"Write {{{SIDE_OF[sign]}: {word}}}.")


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

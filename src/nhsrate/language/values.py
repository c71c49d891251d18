"""From nodes to plain values: texts, numbers, words; every mistake is collected with its place."""

from __future__ import annotations

import re
from dataclasses import field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NewType, TypeVar

from nhsrate.core.cells import Level, Scale
from nhsrate.core.frozen import changing, frozen
from nhsrate.core.look_alikes import look_alike
from nhsrate.core.numbers import stated_number
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import day_of_text
from nhsrate.core.problems import LineLocation, Problem, nearest
from nhsrate.core.texts import tidy
from nhsrate.language.numbers import Number
from nhsrate.language.tree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date

S = TypeVar("S")
T = TypeVar("T")

Result = Level | Decimal | str
"""What a rule gives: a level where the item has a scale, else a number, or a text where the rule says so."""

SourceName = NewType("SourceName", str)
"""The name of an entry of `sources:`."""

Decimals = NewType("Decimals", int)
"""A number of decimal places."""

Ref = NewType("Ref", str)
"""The id of another item."""

Over = NewType("Over", str)
"""The population of a statistic."""

Words = NewType("Words", str)
"""A text that says something: not a blank one."""

Address = NewType("Address", str)
"""The address of a page, of http or https."""

Derived = NewType("Derived", str)
"""A field of a record that has no key of its own and follows from another."""

LARGEST = 30
"""The most digits before the point, or zeros behind it, of a number in a rule file."""

MOST_PLACES = 30
TAKEN = {"family", "item", "each", "column", "columns", "member", "everyone", "missing", "any", "not"}
ADDRESS = pattern(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?([/?#][!-~]*)?")
ID = pattern(r"[A-Za-z][A-Za-z0-9_.\-]*")


@frozen
class Refs:
    """Several items, with their weights where the rule gives any, and the `numbers` that stand among them."""

    items: tuple[str, ...]
    weights: tuple[Number, ...] | None = None
    numbers: tuple[Number, ...] = ()

    def pairs(self) -> tuple[tuple[str, Number | None], ...]:
        """Each item with its weight."""
        weights: tuple[Number | None, ...] = self.weights or (None,) * len(self.items)
        return tuple(zip(self.items, weights, strict=True))

    def stated(self) -> dict[str, Number]:
        """The weight of each item; empty where the rule gives none."""
        return dict(zip(self.items, self.weights, strict=True)) if self.weights else {}


Terms = NewType("Terms", Refs)
"""Several items, among which numbers may stand."""


class Bad(Exception):  # noqa: N818 (control flow: this node could not be read; its problem is already collected)
    """A node could not be read; its problem is already in the list."""


@frozen
class ItemType:
    """What the cells of an item are: numbers, levels of a scale, or texts; `date` where the numbers are days."""

    kind: Literal["number", "level", "text"]
    scale: Scale | None = None
    date: bool = False


@frozen
class Binding:
    """The family member that an item made for `each` is being made for."""

    family: str
    column: str | None
    member: str


@changing
class Context:
    """What is known while a file is being decoded, and the problems found so far: each stage makes one of its own.

    `fields` has the fields of the record being decoded that were read so far: a later one may depend on an earlier.
    `fractions` says that a number stands as one, `1/3`.
    `used` has the section and name of everything that was referred to, `used_entries` the ids of the family entries.
    """

    problems: list[Problem] = field(default_factory=list)
    scales: dict[str, Scale] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    types: dict[str, ItemType] = field(default_factory=dict)
    families: dict[str, dict[str, dict[str, Node]]] = field(default_factory=dict)
    made: dict[str, dict[str, str]] = field(default_factory=dict)
    populations: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    binding: Binding | None = None
    scale: Scale | None = None
    text_result: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    fractions: bool = False
    used_entries: set[int] = field(default_factory=set)

    def bad(self, at: LineLocation, code: str, message: str, remedy: str = "") -> Bad:
        """Collect a problem; raise what this returns where the value cannot be used at all."""
        self.problems.append(Problem(at, code, message, remedy))
        return Bad()

    def unknown(self, word: Scalar, message: str, known: Iterable[str], otherwise: str = "") -> Bad:
        """Collect that a name is not known, with the one that was meant; where none is near, what else to do."""
        return self.bad(word.at, "unknown-name", message, nearest(word.text, known) or otherwise)


def decode_each(read: Callable[[S], T], values: Iterable[S]) -> list[T]:
    """What each of these is read as; `Bad` where any cannot be, after all have been tried."""
    return decode_all(partial(read, value) for value in values)


def decode_all(reads: Iterable[Callable[[], T]]) -> list[T]:
    """Every one of these, so that several mistakes are found in one go; `Bad` where any is."""
    values: list[T] = []
    failed = False
    for read in reads:
        try:
            values.append(read())
        except Bad:
            failed = True
    if failed:
        raise Bad
    return values


def scalar(node: Node, context: Context) -> Scalar:
    """The node as a single text."""
    if isinstance(node, Scalar):
        return node
    what = "a list" if isinstance(node, Sequence) else "a mapping"
    raise context.bad(node.at, "wrong-type", f"A single value is wanted here, not {what}.")


def text(node: Node, context: Context) -> str:
    """A text as it stands."""
    return scalar(node, context).text


def mapping(node: Node, context: Context) -> Mapping:
    """The node as keys with values."""
    if isinstance(node, Mapping):
        return node
    raise context.bad(node.at, "wrong-type", "Keys with values are wanted here, such as {key: value}.")


def listed(node: Node, context: Context) -> tuple[Node, ...]:
    """The nodes of a list."""
    if isinstance(node, Sequence):
        return node.items
    raise context.bad(node.at, "wrong-type", "A list is wanted here, such as [a, b].")


def boolean(node: Node, context: Context) -> bool:
    """`true` or `false`."""
    word = scalar(node, context)
    if word.text in {"true", "false"}:
        return word.text == "true"
    raise context.bad(word.at, "wrong-type", f'"{word.text}" is neither true nor false.', "Write true or false.")


def whole(node: Node, context: Context) -> int:
    """A whole number from 0."""
    word = scalar(node, context)
    if re.fullmatch("[0-9]{1,6}", word.text, re.ASCII):
        return int(word.text)
    from_0 = " from 0 on" if re.fullmatch("-[0-9]+", word.text, re.ASCII) else ""
    raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a whole number{from_0}.')


def places(node: Node, context: Context) -> int:
    """A number of decimal places."""
    count = whole(node, context)
    if count > MOST_PLACES:
        raise context.bad(node.at, "wrong-type", f"At most {MOST_PLACES} decimal places can be asked for.")
    return count


def number(node: Node, context: Context) -> Number:
    """A number, or the name of a figure."""
    word = scalar(node, context)
    return number_of(word.text, word.at, context)


def number_of(word: str, at: LineLocation, context: Context) -> Number:
    """The number that a word means: itself, or the figure of that name."""
    value = stated_number(word)
    if value is not None:
        context.fractions = context.fractions or "/" in word
        return Number(_sized(value, at, context), at=at, text=word if "/" in word else "")
    if word in context.figures:
        context.used.add(("figures", word))
        return Number(context.figures[word].value, word, at)
    raise context.bad(
        at,
        "wrong-type",
        f'"{word}" is neither a number nor the name of a figure.',
        nearest(word, context.figures) or "Write digits with a point, or define it under figures.",
    )


def decimal(node: Node, context: Context) -> Decimal:
    """A plain number; no figure's name."""
    word = scalar(node, context)
    value = stated_number(word.text)
    if value is None:
        raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a number.', "Write digits with a point.")
    context.fractions = context.fractions or "/" in word.text
    return _sized(value, word.at, context)


def _sized(value: Decimal, at: LineLocation, context: Context) -> Decimal:
    """The number, where the arithmetic stays exact with it."""
    if abs(value.adjusted()) > LARGEST:
        raise context.bad(
            at,
            "wrong-type",
            f"{value} is too large or too small for exact arithmetic.",
            "Choose a unit that needs fewer digits.",
        )
    return value


def choice(node: Node, words: tuple[str, ...], context: Context) -> str:
    """One of a few words."""
    word = scalar(node, context)
    if word.text in words:
        return word.text
    raise context.bad(
        word.at,
        "wrong-type",
        f'"{word.text}" is not known here.',
        nearest(word.text, words) or f"Use {listing(words)}.",
    )


def listing(words: Iterable[str]) -> str:
    """Words as a list with `or`.

    >>> listing(["a", "b", "c"])
    'a, b or c'
    """
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def source(node: Node, context: Context) -> str:
    """The name of a source."""
    word = scalar(node, context)
    if word.text not in context.sources:
        raise context.unknown(word, f'There is no source "{word.text}".', context.sources, "Define it under sources.")
    return word.text


def words(node: Node, context: Context) -> str:
    """A text that is not blank."""
    word = scalar(node, context)
    if word.text.strip():
        return word.text
    raise context.bad(word.at, "wrong-type", "A text is wanted here, and this is blank.", "Say it in words.")


def address(node: Node, context: Context) -> str:
    """The address of a page."""
    word = scalar(node, context)
    if ADDRESS.fullmatch(word.text):
        return word.text
    message = f'"{word.text}" is not the address of a page.'
    raise context.bad(word.at, "wrong-type", message, "Write it whole, such as https://www.england.nhs.uk/.")


def day(node: Node, context: Context) -> date:
    """A day."""
    word = scalar(node, context)
    if (found := day_of_text(word.text)) is not None:
        return found
    raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a day.', "Write it as 2026-03-31.")


def texts(node: Node, context: Context) -> tuple[str, ...]:
    """Several texts; a single one is a list of one."""
    if isinstance(node, Scalar):
        return (node.text,)
    return tuple(text(part, context) for part in listed(node, context))


def compared(word: str, at: LineLocation, context: Context) -> str:
    """A text that those of a return are compared with, tidied as they are; raises `Bad` where none can be the same."""
    if strange := look_alike(word):
        raise context.bad(at, strange.code, strange.message, strange.remedy)
    return tidy(word)


def pairs(node: Node, context: Context) -> tuple[tuple[str, str], ...]:
    """Keys with a text each."""
    return tuple((key, text(part, context)) for key, part in mapping(node, context).entries.items())


def text_lists(node: Node, context: Context) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Keys with one text or several each."""
    return tuple((key, texts(part, context)) for key, part in mapping(node, context).entries.items())


def decimals(node: Node, context: Context) -> tuple[tuple[str, Decimal], ...]:
    """Keys with a plain number each."""
    return tuple((key, decimal(part, context)) for key, part in mapping(node, context).entries.items())


def check_name(name: str, at: LineLocation, context: Context) -> None:
    """Collect that a name cannot be one."""
    if not ID.fullmatch(name) or name in TAKEN:
        why = "a name is letters from a to z, digits, _, - and ., a letter first"
        why = "it means something already" if name in TAKEN else why
        context.bad(at, "wrong-type", f'"{name}" cannot be a name: {why}.', "Choose another.")


def only_keys(node: Mapping, known: Collection[str], context: Context, where: str = "here") -> Mapping:
    """The mapping, all of whose keys are among these."""
    for key, at in node.keys.items():
        if key not in known:
            raise unknown_key(key, at, known, context, where)
    return node


def unknown_key(key: str, at: LineLocation, known: Iterable[str], context: Context, where: str = "here") -> Bad:
    """Collect that a key is not known, with the one that was meant or all there are."""
    words = list(known)
    remedy = nearest(key, words) or f"Known: {', '.join(words)}."
    return context.bad(at, "unknown-key", f'"{key}" is not known {where}.', remedy)


def missing_key(key: str, at: LineLocation, context: Context, words: Iterable[str] = ()) -> Bad:
    """Collect that a key is absent, with the words it may have where they are few."""
    may = f" with {listing(words)}" if words else ""
    return context.bad(at, "missing-key", f'"{key}" must be given here.', f"Add {key}:{may}.")

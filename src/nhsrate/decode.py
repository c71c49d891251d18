"""From a located tree to typed records: each annotation has one way to be read, and every mistake is collected."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from nhsrate.cells import Level, Scale
from nhsrate.conditions import (
    TEST_TEXT,
    Between,
    Compare,
    IsMissing,
    Negated,
    Number,
    OneOf,
    Test,
    When,
)
from nhsrate.numbers import plain_number
from nhsrate.problems import LinePlace, Problem, nearest
from nhsrate.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Ref = NewType("Ref", str)
"""The id of another item."""

Result = Level | Decimal | str
"""What a rule gives: a level where the item has a scale, else a number, or a text where the rule says so."""


LARGEST = 30
"""The most digits before the point, or zeros behind it, of a number in a rule file."""


class Bad(Exception):  # noqa: N818 (control flow: this node could not be read; its problem is already collected)
    """A node could not be read; its problem is already in the list."""


@dataclass(frozen=True, slots=True)
class ItemType:
    """What the cells of an item are: numbers, levels of a scale, or texts; and whether they may be missing."""

    kind: Literal["number", "level", "text"]
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Refs:
    """Several items, with their weights where the rule gives any."""

    items: tuple[str, ...]
    weights: tuple[Number, ...] | None = None

    def pairs(self) -> tuple[tuple[str, Number | None], ...]:
        """Each item with its weight."""
        weights: tuple[Number | None, ...] = self.weights or (None,) * len(self.items)
        return tuple(zip(self.items, weights, strict=True))


@dataclass(frozen=True, slots=True)
class MissingRule:
    """What a kind that combines items does where one is missing."""

    does: Literal["refuse", "leave out", "missing", "count as"] = "refuse"
    count_as: Number | None = None
    at_least: int = 1
    share: Decimal | None = None

    def needed(self, parts: int) -> int:
        """How many of so many parts must be there."""
        if self.does != "leave out":
            return 1
        return self.at_least if self.share is None else max(1, int((self.share * parts).to_integral_value(ROUND_CEILING)))

    def __str__(self) -> str:
        match self.does:
            case "count as":
                return f"a missing one counts as {self.count_as}"
            case "leave out":
                needs = f", needs at least {self.at_least}" if self.at_least > 1 else ""
                needs = f", needs at least {self.share * 100:f} % of them" if self.share is not None else needs
                return f"missing ones are left out{needs}"
            case "missing":
                return "one missing makes it missing"
            case "refuse":
                return "a missing one is refused"


@dataclass(frozen=True, slots=True)
class Binding:
    """The family member that an item made for `each` is being made for."""

    family: str
    column: str | None
    member: str


@dataclass(slots=True)
class Context:
    """What is known while a file is being decoded, and the problems found so far."""

    problems: list[Problem]
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
    subject: ItemType | None = None

    def bad(self, at: LinePlace, code: str, message: str, remedy: str = "") -> Bad:
        """Collect a problem; raise what this returns where the value cannot be used at all."""
        self.problems.append(Problem(at, code, message, remedy))
        return Bad()


def decode(hint: Any, node: Node, context: Context) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912 (one dispatch over every annotation there is)
    """The value of a node for an annotation; problems go to the context, and `Bad` says there is no value."""
    if get_origin(hint) in (UnionType, Union) and type(None) in get_args(hint):
        rest = [part for part in get_args(hint) if part is not type(None)]
        return decode(rest[0] if len(rest) == 1 else _union(rest), node, context)
    if hint == Test:
        return test(node, context.subject, context)
    if hint == Result:
        return result(node, context)
    if get_origin(hint) is Literal:
        return choice(node, get_args(hint), context)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(decode_all((lambda part=part: decode(inner, part, context)) for part in listed(node, context)))
    special = _SPECIAL.get(hint) or getattr(hint, "from_node", None)
    if special is not None:
        return special(node, context)
    if dataclasses.is_dataclass(hint):
        return record(hint, mapping(node, context), context)
    raise TypeError(hint)


def _union(parts: list[Any]) -> Any:  # noqa: ANN401 (annotations are not typed)
    joined = parts[0]
    for part in parts[1:]:
        joined |= part
    return joined


def decode_all(reads: Iterable[Callable[[], Any]]) -> list[Any]:
    """Every one of these, so that several mistakes are found in one go; `Bad` where any is."""
    values = []
    failed = False
    for read in reads:
        try:
            values.append(read())
        except Bad:
            failed = True
    if failed:
        raise Bad
    return values


def record(cls: Any, node: Mapping, context: Context, *, known: Iterable[str] = (), **fixed: Any) -> Any:  # noqa: ANN401 (any record)
    """A dataclass from a mapping: its fields are the keys; `known` keys are left alone; `fixed` ones are given."""
    hints = annotations(cls)
    fields = {
        entry.name: entry
        for entry in dataclasses.fields(cls)
        if entry.name not in fixed and hints[entry.name] != _PLACE
    }
    names = {name.rstrip("_"): name for name in fields}
    failed = False
    for key, at in node.keys.items():
        if key not in names and key not in known:
            context.bad(at, "unknown-key", f'"{key}" is not known here.', nearest(key, [*names, *known]) or said(names))
            failed = True
    values: dict[str, Any] = dict(fixed)
    for key, name in names.items():
        if key in node.entries:
            try:
                values[name] = decode(hints[name], node.entries[key], context)
            except Bad:
                failed = True
            else:
                if key == "of":
                    context.subject = subject_of(values[name], context)
        elif fields[name].default is dataclasses.MISSING and fields[name].default_factory is dataclasses.MISSING:
            context.bad(node.at, "missing-key", f'"{key}" must be given here.', _wanted(key, hints[name]))
            failed = True
    if failed:
        raise Bad
    if hints.get("at") == _PLACE and "at" not in fixed:
        values["at"] = node.at
    return cls(**values)


def _wanted(key: str, hint: Any) -> str:  # noqa: ANN401 (annotations are not typed)
    """What to add where a key is absent: with the words it may have, where they are few."""
    return f"Add {key}: with {listing(get_args(hint))}." if get_origin(hint) is Literal else f"Add {key}:."


_PLACE = LinePlace | None
_ANNOTATIONS: dict[Any, dict[str, Any]] = {}


def annotations(cls: Any) -> dict[str, Any]:  # noqa: ANN401 (any record)
    """The evaluated annotations of a record, kept because evaluating them is slow."""
    if cls not in _ANNOTATIONS:
        _ANNOTATIONS[cls] = get_type_hints(cls)
    return _ANNOTATIONS[cls]


def said(names: Iterable[str]) -> str:
    """The keys there are, as a remedy."""
    return f"Known here: {', '.join(names)}."


def subject_of(value: Any, context: Context) -> ItemType | None:  # noqa: ANN401 (a Ref or Refs)
    """The type of the items that a rule works on; where they differ, what all can be tested as: numbers."""
    ids = value.items if isinstance(value, Refs) else (value,)
    types = {context.types[id_] for id_ in ids if id_ in context.types}
    return ItemType("number") if len(types) > 1 else next(iter(types), None)


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
    raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a whole number.')


def number(node: Node, context: Context) -> Number:
    """A number, or the name of a figure."""
    word = scalar(node, context)
    return number_of(word.text, word.at, context)


def number_of(word: str, at: LinePlace, context: Context) -> Number:
    """The number that a word means: itself, or the figure of that name."""
    value = plain_number(word)
    if value is not None:
        return Number(_sized(value, at, context))
    if word in context.figures:
        return Number(context.figures[word].value, word)
    raise context.bad(
        at,
        "wrong-type",
        f'"{word}" is neither a number nor the name of a figure.',
        nearest(word, context.figures) or "Write digits with a point, or define it under figures.",
    )


def decimal(node: Node, context: Context) -> Decimal:
    """A plain number; no figure's name."""
    word = scalar(node, context)
    value = plain_number(word.text)
    if value is None:
        raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a number.', "Write digits with a point.")
    return _sized(value, word.at, context)


def _sized(value: Decimal, at: LinePlace, context: Context) -> Decimal:
    """The number, where the arithmetic stays exact with it."""
    if abs(value.adjusted()) > LARGEST:
        raise context.bad(at, "wrong-type", f"{value} is too large or too small for exact arithmetic.", "Choose a unit that needs fewer digits.")
    return value


def choice(node: Node, words: tuple[str, ...], context: Context) -> str:
    """One of a few words."""
    word = scalar(node, context)
    if word.text in words:
        return word.text
    raise context.bad(
        word.at, "wrong-type", f'"{word.text}" is not known here.', nearest(word.text, words) or f"Use {listing(words)}."
    )


def listing(words: Iterable[str]) -> str:
    """Words as a list with `or`.

    >>> listing(["a", "b", "c"])
    'a, b or c'
    """
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def level(node: Node, context: Context) -> Level:
    """A level of the item's scale."""
    word = scalar(node, context)
    if context.scale is None:
        raise context.bad(word.at, "missing-key", "A level is named here, and the item has no scale.", "Add scale:.")
    return level_of(word, context.scale, context)


def level_of(word: Scalar, scale: Scale, context: Context) -> Level:
    """The level of that name."""
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


def population(node: Node, context: Context) -> str:
    """`everyone`, or a population of the file."""
    word = scalar(node, context)
    if word.text != "everyone" and word.text not in context.populations:
        raise context.bad(
            word.at,
            "unknown-name",
            f'There is no population "{word.text}".',
            nearest(word.text, ["everyone", *context.populations]) or "Use everyone, or define it under populations.",
        )
    return word.text


Over = NewType("Over", str)
"""The population of a statistic."""


def test(node: Node, subject: ItemType | None, context: Context) -> Test:
    """A test of an item of this type."""
    if isinstance(node, Sequence):
        cells: list[Level | str | Decimal] = []
        for part in decode_all((lambda part=part: test(part, subject, context)) for part in node.items):
            if not isinstance(part, OneOf):
                raise context.bad(node.at, "bad-test", "A list of tests may only hold levels, texts or numbers.")
            cells += part.cells
        return OneOf(tuple(cells))
    word = scalar(node, context)
    return test_of(word.text.strip(), word.at, subject, context)


def test_of(word: str, at: LinePlace, subject: ItemType | None, context: Context) -> Test:  # noqa: PLR0911 (one line for each form)
    """The test that a text means; a level's exact name wins over any other reading."""
    scale = subject.scale if subject else None
    if scale is not None and word in scale.by_name:
        return OneOf((scale.by_name[word],))
    if word == "missing":
        return IsMissing()
    if word.startswith("not "):
        inner = test_of(word[4:].strip(), at, subject, context)
        if isinstance(inner, Negated):
            raise context.bad(at, "bad-test", f'"{word}" says not twice.')
        return Negated(inner)
    if subject and subject.kind == "text":
        return OneOf((word,))
    if found := TEST_TEXT.fullmatch(word):
        sign: Any = found[1]
        _comparable(subject, word, at, context)
        return Compare(sign, number_of(found[2], at, context))
    if ".." in word:
        low, _, high = word.partition("..")
        _comparable(subject, word, at, context)
        bounds = Between(number_of(low.strip(), at, context), number_of(high.strip(), at, context))
        if bounds.low.value > bounds.high.value:
            raise context.bad(at, "bad-test", f'"{word}" can never hold: its lower end is above its upper end.')
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
            at, "bad-test", f'"{word}" is not a test of a number.', 'Write 2, ">= 2", 2..5, missing or a figure\'s name.'
        )
    return OneOf((number_of(word, at, context).value,))


def _comparable(subject: ItemType | None, word: str, at: LinePlace, context: Context) -> None:
    scale = subject.scale if subject else None
    if scale is not None and any(level.number is None for level in scale.levels):
        raise context.bad(at, "bad-test", f'"{word}" compares numbers, and the levels of {scale.name} have none.')


def when(node: Node, context: Context) -> When:
    """Tests of several items."""
    tests = mapping(node, context)

    def one(key: str, part: Node) -> tuple[str, Test]:
        id_ = reference(key, tests.keys[key], context)
        return id_, test(part, context.types.get(id_), context)

    pairs = decode_all((lambda key=key, part=part: one(key, part)) for key, part in tests.entries.items())
    if not pairs:
        raise context.bad(node.at, "bad-test", "A condition without a test.", "Name an item and what it must be.")
    return When(tuple(pairs), tests.at)


def ref(node: Node, context: Context) -> str:
    """The id of one other item."""
    if isinstance(node, Mapping):
        found = refs(node, context)
        if len(found.items) != 1:
            raise context.bad(node.at, "wrong-type", "One item is wanted here, not several.")
        return found.items[0]
    word = scalar(node, context)
    return reference(word.text, word.at, context)


def reference(word: str, at: LinePlace, context: Context) -> str:
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
    raise context.bad(
        at,
        "unknown-name",
        f'There is no item "{word}".',
        nearest(word, [*context.types, *context.made]) or "Define it under inputs, measures or ratings.",
    )


def refs(node: Node, context: Context) -> Refs:
    """Several items: a list, a mapping with weights, or a selector over a family."""
    if isinstance(node, Scalar):
        return Refs((ref(node, context),))
    if isinstance(node, Sequence):
        parts = decode_all((lambda part=part: refs(part, context)) for part in node.items)
        if not parts:
            raise context.bad(node.at, "wrong-type", "An empty list of items.")
        if any(part.weights for part in parts):
            raise context.bad(node.at, "wrong-type", "Weights cannot stand inside a list.", "Use {item: weight}.")
        return Refs(tuple(id_ for part in parts for id_ in part.items))
    if "family" in node.entries or "item" in node.entries:
        return _selected(node, context)
    pairs = decode_all(
        (lambda key=key, part=part: (reference(key, node.keys[key], context), number(part, context)))
        for key, part in node.entries.items()
    )
    if not pairs:
        raise context.bad(node.at, "wrong-type", "An empty set of items.")
    return Refs(tuple(id_ for id_, _ in pairs), tuple(weight for _, weight in pairs))


def _selected(node: Mapping, context: Context) -> Refs:
    for key, at in node.keys.items():
        if key not in {"family", "item", "column", "each", "weights"}:
            raise context.bad(at, "unknown-key", f'"{key}" is not known in a reference.', nearest(key, ["column", "each"]))
    members: tuple[Scalar, ...]
    if "family" in node.entries:
        family = family_of(scalar(node.entries["family"], context), context)
        column = text(node.entries["column"], context) if "column" in node.entries else "member"
        words = tuple(
            word for member in family for word in column_words(family, member, column, node.entries["family"].at, context)
        )
        ids = tuple(decode_all((lambda word=word: ref(word, context)) for word in words))
        members = tuple(Scalar(member, node.at) for member in family)
    else:
        item = scalar(node.entries["item"], context)
        if "each" not in node.entries:
            return Refs((reference(item.text, item.at, context),))
        each = node.entries["each"]
        family: dict[str, dict[str, Node]] = {}
        if isinstance(each, Mapping):
            name, listed_in = (scalar(_entry(each, key, context), context) for key in ("family", "column"))
            members = tuple(
                scalar(word, context)
                for table in [family_of(name, context)]
                for member in table
                for word in column_words(table, member, listed_in.text, listed_in.at, context)
            )
        elif isinstance(each, Sequence):
            members = tuple(scalar(part, context) for part in each.items)
        else:
            family = family_of(scalar(each, context), context)
            members = tuple(Scalar(member, each.at) for member in family)
        ids = tuple(decode_all((lambda member=member: made_for(item, member, context)) for member in members))
    if "weights" not in node.entries:
        return Refs(ids)
    column = text(node.entries["weights"], context)
    weights = [
        weight
        for member in members
        for weight in column_words(family, member.text, column, node.entries["weights"].at, context)
    ]
    if len(weights) != len(ids):
        raise context.bad(node.at, "wrong-type", f'The column "{column}" does not give one weight for each item.')
    return Refs(ids, tuple(decode_all((lambda weight=weight: number(weight, context)) for weight in weights)))


def _entry(node: Mapping, key: str, context: Context) -> Node:
    if key not in node.entries:
        raise context.bad(node.at, "missing-key", f'"{key}" must be given here.', f"Add {key}:.")
    return node.entries[key]


def family_of(word: Scalar, context: Context) -> dict[str, dict[str, Node]]:
    """The table of that family: member, column, entry."""
    if word.text not in context.families:
        raise context.bad(
            word.at, "unknown-name", f'There is no family "{word.text}".', nearest(word.text, context.families)
        )
    return context.families[word.text]


def column_words(
    family: dict[str, dict[str, Node]], member: str, column: str, at: LinePlace, context: Context
) -> tuple[Node, ...]:
    """What stands in a member's column, a list taken apart."""
    row = family.get(member, {})
    if column not in row:
        raise context.bad(at, "unknown-name", f'The family has no column "{column}".', nearest(column, row))
    entry = row[column]
    return entry.items if isinstance(entry, Sequence) else (entry,)


def made_for(item: Scalar, member: Scalar, context: Context) -> str:
    """The id of what was made for that member; where the item is not made for each, a problem."""
    made = context.made.get(item.text)
    if made is None:
        raise context.bad(
            item.at, "unknown-name", f'"{item.text}" is not made for each member.', nearest(item.text, context.made)
        )
    if member.text not in made:
        raise context.bad(member.at, "unknown-name", f'"{item.text}" is not made for "{member.text}".')
    return made[member.text]


def least(word: Scalar, context: Context) -> MissingRule:
    """How much must be there: so many parts, or such a share of them (`60%`)."""
    share = plain_number(word.text.removesuffix("%").strip())
    if word.text.endswith("%"):
        if share is None or not 0 < share <= 100:
            raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a share.', "Such as 60%.")
        return MissingRule("leave out", share=share / 100)
    return MissingRule("leave out", at_least=whole(word, context))


def missing_rule(node: Node, context: Context) -> MissingRule:
    """What to do about a missing item."""
    if isinstance(node, Mapping):
        if list(node.entries) == ["count as"]:
            return MissingRule("count as", count_as=number(node.entries["count as"], context))
        if list(node.entries) == ["leave out"]:
            return least(scalar(node.entries["leave out"], context), context)
        raise context.bad(node.at, "wrong-type", "Write {count as: 4} or {leave out: 3}.")
    word: Any = choice(node, ("refuse", "leave out", "missing"), context)
    return MissingRule(word)


_SPECIAL: dict[Any, Callable[[Node, Context], Any]] = {
    str: text,
    bool: boolean,
    int: whole,
    Decimal: decimal,
    Number: number,
    Level: level,
    Ref: ref,
    Refs: refs,
    Over: population,
    When: when,
    MissingRule: missing_rule,
}

"""The items that a combining kind works on: which there are, their weights, and what a missing one does."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, WORKING, ZERO, number_text, plain_number
from nhsrate.core.problems import Problem
from nhsrate.language.numbers import Number
from nhsrate.language.records import figures_in
from nhsrate.language.tree import Mapping, Node, Scalar
from nhsrate.language.values import Context, choice, number, scalar, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.language.values import Refs

    Kept = tuple[Sequence[Decimal], Sequence[Decimal]]
    """The numbers to combine for one organisation, and the weight of each."""


def gather(
    workings: Workings, of: Refs, rule: MissingRule, column: Callable[[str], Sequence[Decimal | Missing]] | None = None
) -> Iterator[Kept | Missing]:
    """For each organisation the numbers to combine and their weights (1 if none is stated), or why there are none.

    `column` gives an item's numbers where these are not what its cells count as.
    """
    columns = [*map(column or workings.exact, of.items)]
    needed = rule.needed(len(columns))
    weights = stated_weights(of)
    for n, row in enumerate(zip(*columns, strict=True)):
        kept = [value for value in row if type(value) is not Missing]
        if len(kept) == len(columns):
            yield kept, weights
        elif rule.does != "leave out":
            yield _with_gaps(workings, of, rule, n, row)
        elif len(kept) < needed:
            yield too_few(len(kept), needed)
        elif of.weights is None:
            yield kept, weights[: len(kept)]
        else:
            yield kept, [weight for weight, value in zip(weights, row, strict=True) if type(value) is not Missing]


def _with_gaps(
    workings: Workings, of: Refs, rule: MissingRule, n: int, row: Sequence[Decimal | Missing]
) -> Kept | Missing:
    """The same where at least one part is missing, and is not left out."""
    kept: list[Decimal] = []
    stop: Missing | None = None
    for item, value in zip(of.items, row, strict=True):
        if not isinstance(value, Missing):
            kept.append(value)
        elif rule.count_as is not None:
            kept.append(rule.count_as.value)
        elif rule.does == "refuse":
            stop = workings.refuse_missing(n, item, value)
        else:
            stop = stop or value.through(workings.name(item))
    return (kept, stated_weights(of)) if stop is None else stop


@cache
def too_few(kept: int, needed: int) -> Missing:
    """Why so few parts give no result."""
    said = f"only {kept} of its parts, {needed} are needed" if kept else "none of its parts is there"
    return Missing(said, "too few")


LOOKED_AT = 200
"""The first numbers of a column, which tell whether its numbers recur."""


def each_once(cells: list[Cell]) -> list[Cell]:
    """The same column; where its first numbers recur, all that are alike in every digit are one object.

    Scores of a few levels come to few different sums and means, and what is one object is brought to its digits and
    printed once. Numbers are told apart by their texts: to hash one of many digits takes five times as long.
    """
    first = [str(cell) for cell in cells[:LOOKED_AT] if type(cell) is not Missing]
    if len({*first}) * 4 >= len(first) * 3:
        return cells
    known: dict[str, Cell] = {}
    return [cell if type(cell) is Missing else known.setdefault(str(cell), cell) for cell in cells]


def part_texts(view: View, of: Refs, rule: MissingRule, n: int) -> tuple[list[tuple[int, str]], str]:
    """The numbers as printed, each with which item it is, and what was said about the missing ones."""
    kept: list[tuple[int, str]] = []
    left_out: list[str] = []
    for k, item in enumerate(of.items):
        value = view.number(item, n)
        if not isinstance(value, Missing):
            kept.append((k, f"{number_text(value)}{view.sign(item)}"))
        elif rule.count_as is not None:
            kept.append((k, str(rule.count_as)))
        else:
            left_out.append(f"{view.name(item)} ({value.reason})")
    return kept, f"; left out: {', '.join(left_out)}" if left_out else ""


def present_figures(view: View, of: Refs, rule: MissingRule, n: int) -> tuple[str, ...]:
    """The figures among the weights of what is there, and what a missing one counts as where one is counted."""
    there = [not isinstance(view.number(item, n), Missing) for item in of.items]
    counted = rule.count_as if rule.count_as is not None and not all(there) else None
    weights = [weight for (_, weight), is_there in zip(of.pairs(), there, strict=True) if is_there or counted]
    return figures_in((*weights, counted, *of.numbers))


def combined_may_miss(of: Refs, rule: MissingRule, misses: Callable[[str], bool]) -> bool:
    """Whether a combination may be missing: not when a missing part is refused or counted."""
    if rule.does == "leave out":
        return sum(not misses(item) for item in of.items) < rule.needed(len(of.items))
    return rule.does == "missing" and any(misses(item) for item in of.items)


def stated_weights(of: Refs) -> tuple[Decimal, ...]:
    """The weight of each item, 1 where none is stated."""
    return tuple(weight.value if weight else ONE for _, weight in of.pairs())


def weight_shares(of: Refs) -> dict[str, Decimal]:
    """Each item's part of all weights; equal parts where none are stated."""
    weights = [abs(weight) for weight in stated_weights(of)]
    total = sum(weights, ZERO) or ONE
    return {item: WORKING.divide(weight, total) for item, weight in zip(of.items, weights, strict=True)}


def name_list(of: Refs, name: Callable[[str], str]) -> str:
    """The items with their weights, in words."""
    parts = [name(item) + (f" (weight {weight})" if weight else "") for item, weight in of.pairs()]
    return ", ".join([*parts, *map(str, of.numbers)])


def no_weights(of: Refs, kind: str, at: LineLocation) -> list[Problem]:
    """That weights stand where they mean nothing."""
    message = f"Weights mean nothing to {kind}."
    return [Problem(at, "wrong-type", message, "Write a list: [a, b].")] if of.weights else []


@frozen
class MissingRule:
    """What a kind that combines items does where one is missing."""

    does: Literal["refuse", "leave out", "missing", "count as"] = "refuse"
    count_as: Number | None = None
    at_least: int = 1
    share: Decimal | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> MissingRule:
        """`refuse`, `leave out`, `missing`, `{count as: 4}`, `{leave out: 3}` or `{leave out: 60%}`."""
        if not isinstance(node, Mapping):
            does: Any = choice(node, ("refuse", "leave out", "missing"), context)
            return cls(does)
        match list(node.entries.items()):
            case [("count as", part)]:
                return cls("count as", count_as=number(part, context))
            case [("leave out", part)]:
                return _least(scalar(part, context), context)
        raise context.bad(
            node.at, "wrong-type", "What a missing one does is not clear.", "{count as: 4} or {leave out: 3}"
        )

    def needed(self, parts: int) -> int:
        """How many of so many parts must be there."""
        if self.does != "leave out":
            return 1
        return (
            self.at_least if self.share is None else max(1, int((self.share * parts).to_integral_value(ROUND_CEILING)))
        )

    def __str__(self) -> str:
        if self.does == "leave out":
            needs = f", needs at least {self.at_least}" if self.at_least > 1 else ""
            if self.share is not None:
                needs = f", needs at least {number_text(self.share * 100)} % of them"
            return f"missing ones are left out{needs}"
        if self.does == "count as":
            return f"a missing one counts as {self.count_as}"
        return "a missing one is refused" if self.does == "refuse" else "one missing makes it missing"


def _least(word: Scalar, context: Context) -> MissingRule:
    """How much must be there: so many parts, or such a share of them (`60%`)."""
    if word.text.endswith("%"):
        share = plain_number(word.text.removesuffix("%").strip())
        if share is None or not 0 < share <= 100:
            raise context.bad(word.at, "wrong-type", f'"{word.text}" is not a share.', "Such as 60%.")
        return MissingRule("leave out", share=share / 100)
    at_least = whole(word, context)
    if not at_least:
        raise context.bad(word.at, "wrong-type", "None at all is too few to combine.", "Write leave out, or 1 or more.")
    return MissingRule("leave out", at_least=at_least)

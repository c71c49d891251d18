"""The parts that a combining kind works on: which there are, their weights, and what a missing one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.board import as_number
from nhsrate.cells import Missing
from nhsrate.numbers import ONE, WORKING, ZERO, number_text
from nhsrate.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from nhsrate.board import Board
    from nhsrate.decode import Refs
    from nhsrate.missing_rule import MissingRule
    from nhsrate.problems import LinePlace

    Kept = tuple[Sequence[Decimal], Sequence[Decimal]]
    """The numbers to combine for one organisation, and the weight of each."""


def gather(board: Board, of: Refs, rule: MissingRule) -> Iterator[Kept | Missing]:
    """For each organisation the numbers to combine and their weights (1 if none is stated), or why there are none."""
    columns = [board.exact(item) for item in of.items]
    needed = rule.needed(len(columns))
    weights = stated_weights(of)
    for n, row in enumerate(zip(*columns, strict=True)):
        kept = [value for value in row if type(value) is not Missing]
        if len(kept) == len(columns):
            yield kept, weights
        elif rule.does != "leave out":
            yield _with_gaps(board, of, rule, n, row)
        elif len(kept) < needed:
            yield too_few(len(kept), needed)
        elif of.weights is None:
            yield kept, weights[: len(kept)]
        else:
            yield kept, [weight for weight, value in zip(weights, row, strict=True) if type(value) is not Missing]


def _with_gaps(board: Board, of: Refs, rule: MissingRule, n: int, row: Sequence[Decimal | Missing]) -> Kept | Missing:
    """The same where at least one part is missing, and is not left out."""
    kept: list[Decimal] = []
    stop: Missing | None = None
    for item, value in zip(of.items, row, strict=True):
        if not isinstance(value, Missing):
            kept.append(value)
        elif rule.count_as is not None:
            kept.append(rule.count_as.value)
        elif rule.does == "refuse":
            stop = board.refuse_missing(n, item, value)
        else:
            stop = stop or Missing(f"{item} is missing: {value.reason}")
    return (kept, stated_weights(of)) if stop is None else stop


def too_few(kept: int, needed: int) -> Missing:
    """Why so few parts give no result."""
    return Missing(f"only {kept} of its parts, {needed} are needed" if kept else "none of its parts is there")


def part_texts(board: Board, of: Refs, rule: MissingRule, n: int) -> tuple[list[tuple[int, str]], str]:
    """The numbers as printed, each with which item it is, and what was said about the missing ones."""
    kept: list[tuple[int, str]] = []
    left_out: list[str] = []
    for k, item in enumerate(of.items):
        value = as_number(board.cells[item][n])
        if not isinstance(value, Missing):
            kept.append((k, number_text(value)))
        elif rule.count_as is not None:
            kept.append((k, str(rule.count_as)))
        else:
            left_out.append(f"{item} ({value.reason})")
    return kept, f"; left out: {', '.join(left_out)}" if left_out else ""


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
    return ", ".join(name(item) + (f" (weight {weight})" if weight else "") for item, weight in of.pairs())


def no_weights(of: Refs, kind: str, at: LinePlace) -> list[Problem]:
    """That weights stand where they mean nothing."""
    message = f"Weights mean nothing to {kind}."
    return [Problem(at, "wrong-type", message, "Write a list: [a, b].")] if of.weights else []

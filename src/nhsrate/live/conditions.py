"""Conditions as formulas: tests of items, where a test of a missing value neither holds nor fails.

A test of a missing value is taken as what would keep the whole condition from holding, or, where the rule says that
what is missing fulfils it, as what would not; so a formula needs two values where a condition has three.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Level
from nhsrate.core.texts import comparable
from nhsrate.language.conditions import Between, Compare, IsMissing, Negated, OneOf, bounding
from nhsrate.live.formula import both, compared, either, numbers, said

if TYPE_CHECKING:
    from nhsrate.language.conditions import Test, When
    from nhsrate.live.board import Board


def met(board: Board, when: When, missing: Literal["holds", "fails"] | None, what: str) -> str:
    """That a condition holds; where it is not known, that is as `missing` says."""
    return _truth(board, when, what, unknown=missing == "holds", straight=True)


NAME = 60
"""Letters of a name that a cell says."""

NAMED = 4
"""Of so many items a cell names the one that is missing; of more it says that one is."""


def unsettled(
    board: Board,
    when: When,
    missing: Literal["holds", "fails"] | None,
    what: str,
    covered: frozenset[str] = frozenset(),
) -> tuple[str, str] | None:
    """That what is missing leaves open whether a condition holds, where it is known not to hold, and what a cell says.

    The tool refuses that, as an unmatched condition is a guess. Nothing where a rule says what is missing counts as, or
    where another row asks for the missing values (`covered`).
    """
    if missing is not None:
        return None
    possible = _truth(board, when, what, unknown=True, straight=True, covered=covered)
    if possible == _truth(board, when, what, unknown=False, straight=True):
        return None
    items = [item for item in dict.fromkeys(item for item, _ in when.leaves()) if item not in covered]
    told = said("refused: a value is missing")
    for item in reversed(items if len(items) <= NAMED else []):
        name = board.methodology.name_of(item)[:NAME]
        told = f"IF({board.there(item)},{told},{said(f'refused: {name} is missing')})"
    return possible, told


def _truth(
    board: Board, when: When, what: str, *, unknown: bool, straight: bool, covered: frozenset[str] = frozenset()
) -> str:
    """The condition with what is missing in it as it must be; `straight` where it is not negated.

    A test of an item that is `covered` fails where it is missing.
    """
    name = board.methodology.name_of
    parts = [
        leaf(
            board, item, test, f"{what}: {name(item)} {test}",
            unknown=(unknown and covered.isdisjoint((item, *bounding(test)))) is straight,
        )
        for item, test in when.tests
    ]  # fmt: skip
    if when.any_:
        parts.append(
            either(_truth(board, one, what, unknown=unknown, straight=straight, covered=covered) for one in when.any_)
        )
    if when.not_ is not None:
        inner = _truth(board, when.not_, what, unknown=unknown, straight=not straight, covered=covered)
        parts.append(f"NOT({inner})")
    return both(board.fit(part) for part in parts)


def leaf(board: Board, item: str, test: Test, what: str, *, unknown: bool = False) -> str:
    """That a test of an item holds; `unknown` is what it counts as where the item or a bound is missing."""
    inner = test.test if isinstance(test, Negated) else test
    if isinstance(inner, IsMissing):
        return board.there(item) if isinstance(test, Negated) else f"NOT({board.there(item)})"
    passes, bounds = passing(board, item, inner, what)
    holds = f"NOT({passes})" if isinstance(test, Negated) else passes
    there = both([board.there(item), *([numbers(bounds)] if bounds else [])])
    return f"IF({there},{holds},{'TRUE' if unknown else 'FALSE'})"


def passing(board: Board, item: str, test: Test, what: str) -> tuple[str, list[str]]:
    """That a test of an item that is not missing holds, and the bounds that must be numbers for it to be one."""
    if isinstance(test, OneOf):
        return one_of(board, item, test, what), []
    number = board.number(item)
    if isinstance(test, Compare):
        bound, guards = board.edge(test.bound, what)
        holds = compared(number, test.sign, bound, _places(board, item, guards))
    else:
        assert isinstance(test, Between)  # noqa: S101 (a negated test is taken apart by whoever calls)
        low, first = board.edge(test.low, f"{what}, lower")
        high, second = board.edge(test.high, f"{what}, upper")
        guards = [*first, *second]
        places = _places(board, item, guards)
        over = compared(number, ">" if test.above else ">=", low, places)
        holds = both([over, compared(number, "<" if test.below else "<=", high, places)])
    return holds, guards


def _places(board: Board, item: str, guards: list[str]) -> int:  # noqa: ARG001 (bounds are of the item's size)
    return board.places(item)


def one_of(board: Board, item: str, test: OneOf, what: str) -> str:
    """That an item is one of several levels, texts or numbers."""
    type_ = board.methodology.type_of(item)
    if type_.scale is not None:
        wanted = [
            level
            for level in type_.scale.levels
            if level in test.cells or (level.number is not None and level.number in test.cells)
        ]
        if len(wanted) == len(type_.scale.levels):
            return "TRUE"
        return either(f"{board.cell(item)}={board.place(level)}" for level in wanted)
    if type_.kind == "text":
        text = board.text(item)
        return either(f"{text}={said(comparable(cell))}" for cell in test.cells if isinstance(cell, str))
    return either(
        compared(board.number(item), "=", board.bare(cell, what), board.places(item))
        for cell in test.cells
        if isinstance(cell, Decimal) and not isinstance(cell, Level)
    )

"""The other scale of per cent, by its definition: what lies apart from the others, and among them a hundredfold."""

from __future__ import annotations

import statistics
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from nhsrate.core.cells import Cell, Missing, PackedCells
from nhsrate.core.numbers import exact_doubles
from nhsrate.core.problems import CellLocation
from nhsrate.rules.inputs import Input, Range
from nhsrate.values.percent_scale import _Sizes, outliers, scale_doubts, surely_usual

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARE = Input("share", "percent")
BELOW = Input("share", "percent", valid=Range(Decimal(0), Decimal(90)))


def by_definition(item: Input, numbers: list[Decimal]) -> dict[Decimal, Decimal]:
    """The sizes that are rather of the other scale, told plainly, with every size put in its order."""
    sizes = sorted(abs(number) for number in numbers if number)
    others = [size for size in sizes if 1 < size <= 150]
    odd = [size for size in sizes if not 1 < size <= 150]
    if not odd or len(others) <= len(odd) // 2:
        return {}
    middle = statistics.median(others)
    if middle < 20 and others[-1] > others[0] * 3:
        return {}
    found = {}
    for size in odd:
        meant = size * 100 if size <= 1 else size / 100
        apart = size * 10 <= middle and size * 3 < others[0] if size <= 1 else size >= middle * 10 > 0
        apart = apart and (size <= 1 or size > others[-1] * 3)
        there = others[0] <= meant * 2 and meant <= others[-1] * Decimal("1.25") and middle <= meant * 3
        if apart and there and (item.valid is None or meant <= (item.valid.high or 0)):
            found[size] = meant
    left = [size for size in sizes if size not in found]
    wide = sum(size * 2 < middle for size in left) > len(left) // 4
    between = sum(size * 4 < middle or size > 150 for size in left)
    return {} if wide or between * 50 > len(left) + 49 else found


usual = st.decimals(40, 100, places=2)
columns = st.tuples(
    st.lists(usual, min_size=3, max_size=60),
    st.lists(usual.map(lambda one: one / 100) | usual.map(lambda one: one * 100), max_size=4),
    st.lists(st.decimals(-100, 200, places=1), max_size=3),
).map(lambda parts: [number for part in parts for number in part])


wide = st.lists(st.decimals(0, 160, places=1), max_size=80)


@given(st.sampled_from([SHARE, BELOW]), columns | wide)
@example(SHARE, [Decimal(n) for n in range(1, 101)] + [Decimal("0.3")])
@example(SHARE, [Decimal(n) for n in range(60, 100)] + [Decimal("0.95"), Decimal(9500)])
def test_what_is_of_the_other_scale_is_what_its_definition_says(item: Input, numbers: list[Decimal]) -> None:
    """Though the sizes are counted, and never put in order."""
    assert outliers(item, numbers) == by_definition(item, numbers)


def test_both_ends_of_the_scale_are_met() -> None:
    numbers = [*map(Decimal, range(60, 100)), Decimal("0.95"), Decimal(-9500)]
    assert outliers(SHARE, numbers) == {Decimal("0.95"): 95, Decimal(9500): 95}
    assert outliers(SHARE, []) == {}


@given(st.sampled_from([SHARE, BELOW]), columns | wide, st.integers(2, 9))
@example(SHARE, [Decimal(n) for n in range(60, 100)] + [Decimal("0.95"), Decimal(9500)], 2)
@example(SHARE, [Decimal(50)] * 30 + [Decimal("-0.50"), Decimal("0.5")], 3)
def test_numbers_that_stand_many_times_tell_as_much_as_each_of_them(
    item: Input, numbers: list[Decimal], often: int
) -> None:
    """Equal ones that are one object are counted, and those that are several are each looked at."""
    same = numbers * often
    assert outliers(item, same) == by_definition(item, same)
    assert outliers(item, [Decimal(str(number)) for number in same]) == by_definition(item, same)


@given(st.lists(st.tuples(st.decimals("1.01", 150, places=2), st.integers(1, 5)), min_size=1, max_size=40))
def test_the_middle_is_the_median(counted: list[tuple[Decimal, int]]) -> None:
    sizes, times = zip(*counted, strict=True)
    each = [size for size, often in counted for _ in range(often)]
    assert _Sizes(sizes, times).middle() == statistics.median(each)


near_bounds = st.sampled_from([0.0, -0.0, 1.0, 150.0, 1 + 1e-15, 1 - 1e-15, 150 + 3e-14, 58 - 1e-14, 1e-320, 200.0])
doubles = st.lists(st.floats(-160, 160) | st.floats(0, 2) | st.floats(40, 100) | near_bounds, max_size=60)


def doubted(item: Input, cells: Sequence[Cell]) -> list[str]:
    """What is doubted of the scale of a column without signs of per cent."""
    found = scale_doubts(item, bytes(len(cells)), cells, lambda n: CellLocation("r.xlsx", None, n + 2, 2))
    return [str(problem) for problem in found]


@given(doubles, st.sampled_from([SHARE, BELOW, replace(SHARE, bare="fraction")]))
@example([*map(float, range(2, 102)), 0.5], SHARE)
def test_where_doubles_tell_that_nothing_is_doubtful_nothing_is_doubted_of_the_numbers(
    numbers: list[float], item: Input
) -> None:
    if surely_usual(numbers):
        assert doubted(item, exact_doubles(numbers)) == []


def test_doubles_tell_of_a_usual_column_and_of_a_doubtful_one_they_do_not() -> None:
    assert surely_usual([*map(float, range(2, 102)), 0.5])
    assert surely_usual([40.5, 0.0, 60.5])
    for numbers in ([0.94, 0.95], [1 + 1e-15, 50.5], [150.0, 50.5], [94.5, 95.5, 96.5, 0.955]):
        assert not surely_usual(numbers)


def test_a_packed_column_is_doubted_as_any_other() -> None:
    """The same warning of the same cell, where it is one, and where it is all of them."""
    gap = Missing("blank")
    for values in (["94.5", "95.5", "96.50", "0.955"], ["0.94", "0.95", "0.96", "0.97", "0.98"], ["50", "60"]):
        cells: list[Cell] = [gap, *map(Decimal, values)]
        assert doubted(SHARE, PackedCells(gap, cells)) == doubted(SHARE, cells)
        assert len(doubted(SHARE, cells)) == (0 if "50" in values else 1)

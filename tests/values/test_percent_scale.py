"""The other scale of per cent, by its definition: what lies apart from the others, and among them a hundredfold."""

from __future__ import annotations

import statistics
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from nhsrate.rules.inputs import Input, Range
from nhsrate.values.percent_scale import _Sizes, outliers

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


@given(st.lists(st.decimals("1.01", 150, places=2), min_size=1, max_size=40))
def test_the_middle_is_the_median(sizes: list[Decimal]) -> None:
    assert _Sizes(sizes).middle() == statistics.median(sizes)

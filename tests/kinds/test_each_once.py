"""Columns whose numbers recur: alike ones become one object, and every cell stays what it is, digit for digit."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from nhsrate.core.cells import Cell, Missing
from nhsrate.kinds.members import each_once

GAP = Missing("blank", "blank")
LIKE = Missing("blank", "marker", "waits")

few = st.sampled_from([Decimal(text) for text in ("1", "1.0", "2", "2.50", "-0", "0", "0E+3", "1E+2", "100")])
many = st.decimals(allow_nan=False, allow_infinity=False)
gaps = st.sampled_from([GAP, LIKE])


@given(st.lists(gaps | few, max_size=60) | st.lists(gaps | many, max_size=30))
@example([Decimal(2), Decimal("2.0"), GAP, LIKE] * 5)
def test_every_cell_is_what_it_was(cells: list[Cell]) -> None:
    """With its own digits, not with those of an equal one; and what is missing is handed on as it is."""
    for cell, after in zip(cells, each_once(cells), strict=True):
        assert str(after) == str(cell)
        assert after is cell or not isinstance(cell, Missing)


def test_numbers_that_recur_are_one_object() -> None:
    """Those of a column that hardly repeats itself stay as they are."""
    recurring: list[Cell] = [Decimal(n % 3) / 7 for n in range(30)]
    assert len(set(map(id, each_once(recurring)))) == 3
    different: list[Cell] = [Decimal(n) / 7 for n in range(30)]
    assert each_once(different) is different

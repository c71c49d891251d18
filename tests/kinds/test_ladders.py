"""Thresholds of a column: each different value is held against the bounds once, and all fare as each does alone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.cells import Missing
from nhsrate.kinds.bounds import Row
from nhsrate.kinds.thresholds import Ladder
from nhsrate.language.numbers import Number

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell

ROWS = (
    Row(score=Number(Decimal(1)), at_least=Number(Decimal(50))),
    Row(score=Number(Decimal(2)), above=Number(Decimal(20))),
    Row(score=Number(Decimal(3)), otherwise=True),
)
GAP = Missing("blank", "blank")
FEW = [Decimal(50), Decimal("49.9"), Decimal(20), Decimal("20.1"), GAP]


def score(value: Decimal | Missing) -> Cell:
    """The score by the rows above, told without them."""
    if isinstance(value, Missing):
        return value
    return Decimal(1) if value >= 50 else Decimal(2) if value > 20 else Decimal(3)


@given(st.lists(st.sampled_from(FEW), max_size=20) | st.lists(st.decimals(0, 60, places=1) | st.just(GAP), max_size=20))
def test_a_column_fares_as_each_of_its_values(values: list[Decimal | Missing]) -> None:
    """Whether its values are mostly one object or each an object of its own."""
    ladder = Ladder.of(ROWS)
    fares = ladder.all_by_numbers(values)
    assert [cell for _, cell in fares] == list(map(score, values))
    alone = [(None, value) if isinstance(value, Missing) else ladder.by_numbers(value) for value in values]
    assert fares == alone
    assert [held is None for held, _ in fares] == [value is GAP for value in values]

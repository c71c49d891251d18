"""Means as quotients: each is what its division gives, digit for digit, whether quotients recur or not."""

from __future__ import annotations

from decimal import Decimal, localcontext

from hypothesis import example, given
from hypothesis import strategies as st

from nhsrate.core.cells import Missing
from nhsrate.core.numbers import WORKING
from nhsrate.kinds.members import quotients

GAP = Missing("blank", "blank")
LIKE = Missing("blank", "marker", "waits")

scores = st.sampled_from([Decimal(text) for text in ("1", "1.0", "2", "2.50", "-0", "0E+3", "1E+2")])
weights = st.sampled_from([Decimal(text) for text in ("3", "3.0", "7", "1E+1", "0", "0.0")])
long = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
gaps = st.sampled_from([GAP, LIKE])


@given(
    st.lists(gaps | st.tuples(scores, weights), max_size=60) | st.lists(gaps | st.tuples(long, weights), max_size=30)
)
@example([(Decimal(2), Decimal(3)), (Decimal("2.0"), Decimal(3)), GAP, LIKE] * 5)
def test_a_quotient_is_what_its_division_gives(pairs: list[tuple[Decimal, Decimal] | Missing]) -> None:
    """With the digits of its own numbers, not of equal ones; and what is missing is handed on as it is."""
    with localcontext(WORKING):
        for pair, cell in zip(pairs, quotients(pairs), strict=True):
            if isinstance(pair, Missing):
                assert cell is pair
            elif not pair[1]:
                assert str(cell) == "missing (the weights of its parts sum to nothing)"
            else:
                assert str(cell) == str(pair[0] / pair[1])


def test_quotients_that_recur_are_one_object() -> None:
    """Also where the numbers that they are of are not."""
    few = quotients([(Decimal(n % 3), Decimal(7)) for n in range(30)])
    assert len(set(map(id, few))) == 3
    many = quotients([(Decimal(n), Decimal(7)) for n in range(30)])
    assert len(set(map(id, many))) == 30

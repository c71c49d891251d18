"""Columns whose numbers are made exact when they are asked for are rated and explained as any others."""

from __future__ import annotations

import doctest
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.support.edition_cases import cases_of, failing
from tests.support.rated import rated

import nhsrate
from nhsrate.core.cells import YES, Cell, Level, Missing, PackedCells, missing_in, owned
from nhsrate.core.numbers import Day
from nhsrate.engine import assess as engine
from nhsrate.kinds import KINDS
from nhsrate.reports.csv_json import long_csv, ratings_csv, ratings_json
from nhsrate.rules.editions import find_edition

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = Missing("blank", "blank", "x")
cells = st.lists(
    st.sampled_from([GAP, Missing("closed"), YES, "NaN", "12", Day(739706), Decimal("-0"), Decimal("12.50"), Decimal("1E+3")])
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.decimals(-100, 100, places=4),
    max_size=30,
)  # fmt: skip


def shown(column: Sequence[Cell]) -> list[tuple[type, str]]:
    """Every digit, and of what type it is."""
    return [(type(cell), str(cell)) for cell in column]


@given(cells, cells)
def test_a_packed_column_holds_what_was_put_into_it(first: list[Cell], second: list[Cell]) -> None:
    """Every cell in its place, to the last digit; levels as themselves."""
    packed = PackedCells(GAP, first)
    packed.extend(PackedCells(GAP, second))
    column = first + second
    assert shown(packed) == shown(column)
    assert shown([packed[n] for n in range(-len(column), len(column))]) == shown(column * 2)
    assert shown(packed[1:-1:2]) == shown(column[1:-1:2])
    assert [cell for cell in packed if isinstance(cell, Level)] == [cell for cell in column if isinstance(cell, Level)]
    assert missing_in(packed) == missing_in(column) == sum(isinstance(cell, Missing) for cell in column)
    assert sorted(packed.doubles) == sorted(float(cell) for cell in column if isinstance(cell, Decimal))
    whose = [cell.item for cell in owned(packed, "y") if isinstance(cell, Missing)]
    assert whose == [cell.item or "y" for cell in column if isinstance(cell, Missing)]
    with pytest.raises(IndexError):
        packed[len(column)]


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine has all its columns packed."""
    monkeypatch.setattr(engine, "owned", lambda column, item: PackedCells(GAP, owned(column, item)))


@pytest.mark.usefixtures("packed")
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_makes_of_packed_columns_what_its_manual_says(kind: str) -> None:
    """The example of every kind, once more."""
    example = doctest.DocTestParser().get_doctest(KINDS[kind].__doc__ or "", {"rated": rated}, kind, None, None)
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


@pytest.mark.usefixtures("packed")
@pytest.mark.parametrize(
    "edition",
    ["nof-2025-26-q4-mental-health-community", "nhs-star-ratings-2003-04-acute", "cms-hospital-stars-2025", "cms-part-cd-2026"],
)  # fmt: skip
def test_the_cases_of_an_edition_come_out_of_packed_columns(edition: str) -> None:
    assert cases_of(edition)
    assert failing(edition, find_edition(edition)) == []


@pytest.mark.parametrize("name", ["oversight-q4.csv", "acute-stars-2003-04.xlsx", "sha-2004.csv"])
def test_packed_columns_are_reported_and_explained_like_others(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reason of every organisation."""

    def told() -> list[str]:
        assessment = nhsrate.rate(ROOT / "examples" / name).assessment
        return [ratings_csv(assessment), long_csv(assessment), ratings_json(assessment)]

    plain = told()
    monkeypatch.setattr(engine, "owned", lambda column, item: PackedCells(GAP, owned(column, item)))
    assert told() == plain

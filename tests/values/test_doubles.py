"""Numbers of a workbook, made exact: a column at once is the same as cell by cell, and what repeats is made once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.cells import Missing, PackedCells, missing_in, owned
from nhsrate.core.numbers import from_double
from nhsrate.core.problems import CellLocation, errors
from nhsrate.core.tables import PercentCell, ShownCell
from nhsrate.rules.inputs import NUMBERS, Input, Range, TableReading
from nhsrate.values import doubles as module
from nhsrate.values.column import ColumnReader, parse_column
from nhsrate.values.doubles import Doubles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.core.cells import Cell

NUMBER = Input("x", "number")
PERCENT = Input("x", "percent", valid=Range(Decimal(0), Decimal(100)))
ITEMS = [
    NUMBER,
    PERCENT,
    replace(PERCENT, bare="fraction"),
    replace(NUMBER, valid=Range(Decimal("0.3"), None)),
    replace(NUMBER, required=True),
    Input("x", "count"),
    Input("x", "duration", unit="minutes"),
    Input("x", "text"),
]
PLAIN = TableReading()
SIGNED = TableReading(markers=(("-", "not published"), ("c", "closed")))
texts = st.sampled_from(["-", "c", "", "12.50", "1,234", "94%", "abc", PercentCell(0.945), ShownCell(77.96, 1)])
numbers = (
    st.floats(-150, 150) | st.floats() | st.integers(-(10**20), 10**20) | st.sampled_from([0.1 + 0.2, -0.0, 0, 1.0])
)


def at(n: int) -> CellLocation:
    return CellLocation("r.xlsx", None, n + 2, 2)


def told(cells: Iterable[Cell]) -> list[str]:
    """Every digit of the cells, and the reasons of those that are missing."""
    return [cell.reason if isinstance(cell, Missing) else str(cell) for cell in cells]


def one_by_one(item: Input, raws: list[object]) -> tuple[list[str], list[str]]:
    """The cells, and the problems of each alone, of blocks that a text makes go cell by cell."""
    cells, problems = parse_column(item, [*raws, "no number"], PLAIN, at)
    return told(cells[:-1]), [str(problem) for problem in problems if problem.at != at(len(raws))]


@given(st.sampled_from(ITEMS), st.lists(st.none() | numbers, max_size=8))
def test_a_column_of_numbers_at_once_is_the_same_as_cell_by_cell(item: Input, raws: list[object]) -> None:
    """The same digits, reasons and problems, whether every number is looked at alone or only the ends of all."""
    reader = ColumnReader(item, PLAIN)
    reader.add(raws, range(len(raws)), at)
    problems = [str(problem) for problem in reader.finish(range(len(raws)), at) if problem.code != "percent-scale"]
    cells, alone = one_by_one(item, raws)
    assert [text.removeprefix("-") if text == "-0" else text for text in told(reader.cells)] == [
        text.removeprefix("-") if text == "-0" else text for text in cells
    ]
    assert problems == [problem for problem in alone if "percent-scale" not in problem]


@given(st.sampled_from(ITEMS), st.lists(st.lists(st.none() | numbers | texts, max_size=6), max_size=4))
def test_a_column_whose_numbers_differ_is_packed_and_says_the_same(item: Input, blocks: list[list[object]]) -> None:
    """The same cells, flags and problems in the same places, from blocks of plain numbers and of anything else."""
    found = []
    for differ in (False, True):
        reader, row = ColumnReader(item, SIGNED, Doubles(differ=differ)), 0
        for raws in blocks:
            reader.add(raws, range(row, row + len(raws)), at)
            row += len(raws)
        problems = [str(problem) for problem in reader.finish(range(row), at)]
        found.append((*map(told, (reader.cells, owned(reader.cells, "y"))), reader.flags, reader.shown, problems))
        missing = [cell.item for cell in owned(reader.cells, "y") if isinstance(cell, Missing)]
        assert set(missing) <= {"x", "y"}
        assert missing_in(reader.cells) == len(missing)
    assert found[0] == found[1]


def test_only_columns_of_numbers_are_packed() -> None:
    """And from the first block on in which it is known that they differ."""
    for item in ITEMS:
        reader = ColumnReader(item, PLAIN)
        reader.add([0.5, 1], range(2), at)
        assert isinstance(reader.cells, list)
        reader.doubles.differ = True
        reader.add([2.5], range(2, 3), at)
        assert isinstance(reader.cells, PackedCells) == (item.type in NUMBERS)


@given(raws=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20), differ=st.booleans())
def test_every_double_is_taken_as_a_spreadsheet_takes_it(*, raws: list[float], differ: bool) -> None:
    """At 15 digits, also once nothing is remembered any longer."""
    doubles = Doubles(differ=differ)
    assert doubles.all(raws) == list(map(from_double, raws)) == list(map(doubles.one, raws))


def test_equal_numbers_of_a_table_are_one() -> None:
    doubles = Doubles()
    first, second = doubles.all([0.5, 0.5])
    assert first is second is doubles.one(0.5) is doubles.all([0.25, 0.5])[1]


@pytest.mark.parametrize(("raws", "kept"), [([n / 8 for n in range(9)], False), ([n / 8 for n in range(9)] * 2, True)])
def test_where_numbers_hardly_repeat_none_is_known_any_longer(
    *, raws: list[float], kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What repeats often enough is known again from where the memory was full."""
    monkeypatch.setattr(module, "KEPT", 8)
    doubles = Doubles()
    assert doubles.all(raws) == list(map(from_double, raws))
    first, second = doubles.all([0.5, 0.5])
    assert (first is second) == kept


def test_a_blank_among_numbers_is_missing_and_where_it_must_not_be_a_fault() -> None:
    cells, problems = parse_column(NUMBER, [0.5, None, 2], PLAIN, at)
    assert told(cells) == ["0.5", "blank", "2"]
    assert not problems
    assert [one.code for one in errors(parse_column(ITEMS[4], [0.5, None], PLAIN, at)[1])] == ["required-value"]

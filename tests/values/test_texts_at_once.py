"""Texts of a csv, read a block at a time: what is known already, and what is new, says what it says alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation
from nhsrate.rules.inputs import Input, Range, TableReading
from nhsrate.values import column as module
from nhsrate.values.column import ColumnReader, parse_column

NUMBER = Input("x", "number")
PERCENT = Input("x", "percent", valid=Range(Decimal(0), Decimal(100)))
ITEMS = [
    NUMBER,
    PERCENT,
    replace(PERCENT, bare="fraction"),
    replace(NUMBER, valid=Range(Decimal("0.3"), None)),
    replace(NUMBER, required=True),
    replace(PERCENT, required=True),
    Input("x", "count"),
]
plain = st.sampled_from([*"0123456789", "", None, "12.50", "12.5", "0.19899999999999998", "-0", "99.999999999999999"])
texts = plain | st.sampled_from(["1\n2", "1,234", "+5", "94%", "c", " ", "1e5", "200", 0.5, 7, True, "n/a"])
READING = TableReading(markers=(("c", "closed"),))


def at(n: int) -> CellLocation:
    return CellLocation("r.csv", None, n + 2, 2)


@given(st.sampled_from(ITEMS), st.lists(st.lists(plain, max_size=6) | st.lists(texts, max_size=4), max_size=6))
def test_blocks_of_texts_say_what_each_cell_says(item: Input, blocks: list[list[object]]) -> None:
    """The same digits, reasons, shown values and problems as where a word makes the reader look at every cell."""
    raws = [raw for block in blocks for raw in block]
    cells, found = parse_column(item, [*raws, "no number"], READING, at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "KNOWN", 4)
        reader, row = ColumnReader(item, READING), 0
        for block in blocks:
            reader.add(block, range(row, row + len(block)), at)
            row += len(block)
        problems = [str(one) for one in reader.finish(range(row), at) if one.code != "percent-scale"]
    assert [(type(cell), str(cell)) for cell in reader.cells] == [(type(cell), str(cell)) for cell in cells[:-1]]
    assert problems == [str(one) for one in found if one.at != at(row) and one.code != "percent-scale"]
    assert all(cell.item == "x" for cell in reader.cells if isinstance(cell, Missing) and cell.sort == "blank")


def test_equal_texts_of_a_column_are_one_number_in_every_block() -> None:
    for item in (NUMBER, replace(NUMBER, required=True)):
        reader = ColumnReader(item, READING)
        reader.add(["1.5", "2"], range(2), at)
        reader.add(["2", "1.5", "3"], range(2, 5), at)
        first, second, third, fourth, _ = reader.cells
        assert [first, second] == [Decimal("1.5"), 2]
        assert first is fourth
        assert second is third


def test_a_blank_that_must_not_be_is_found_in_any_block() -> None:
    """Also among texts that are known already."""
    reader = ColumnReader(replace(NUMBER, required=True), READING)
    for n, blank in enumerate(["1", "", "1", None]):
        reader.add(["1", blank], range(2 * n, 2 * n + 2), at)
    [problem] = reader.finish(range(8), at)
    assert problem.code == "required-value"
    assert problem.cells == (at(3), at(7))


def test_what_cannot_be_known_again_is_read_as_any_other_cell() -> None:
    """A cell of a data frame may hold anything."""
    cells, problems = parse_column(NUMBER, ["1", ["2"]], READING, at)
    assert cells[0] == 1
    assert [problem.at for problem in problems] == [at(1)]

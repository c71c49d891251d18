"""Values in merged cells: who has them and who does not is said, with the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from nhsrate.files.open import open_book
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, TableReading

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.problems import Problem

INPUTS = (Input("seen", "number", title="Seen"), Input("falls", "count", title="Falls"))
ROWS = (
    ("Code", "Name", "Seen", "Falls", "Note"),
    ("RA1", "Ada", 5, 1, "x"),
    ("RB2", "Bea", 6, 2, "y"),
    ("RC3", "Cea", 7, 3, "z"),
)


def warnings(folder: Path, *ranges: str, reading: TableReading = TableReading()) -> list[Problem]:  # noqa: B008 (frozen)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    for cells in ranges:
        sheet.merge_cells(cells)
    book.save(folder / "r.xlsx")
    found = read_tables([open_book(folder / "r.xlsx")], INPUTS, reading)
    return [problem for problem in found.problems if problem.code == "merged-value"]


def test_a_value_over_several_organisations_is_told_and_fill_is_offered(tmp_path: Path) -> None:
    (problem,) = warnings(tmp_path, "C2:C4")
    assert (problem.severity, str(problem.at).rpartition("!")[2]) == ("warning", "C2")
    assert "merged over C2:C4, so RA1 has it, and it is blank for RB2 (row 3) and RC3 (row 4)." in problem.message
    assert "reading: fill: [Seen]" in problem.remedy


def test_a_value_over_several_indicators_is_told(tmp_path: Path) -> None:
    (problem,) = warnings(tmp_path, "C3:D3")
    assert 'merged over C3:D3, so RB2 has it, and it is blank for "Falls" (D3).' in problem.message
    assert "fill" not in problem.remedy


def test_where_the_column_is_filled_all_of_them_have_it(tmp_path: Path) -> None:
    assert warnings(tmp_path, "C2:C4", reading=TableReading(fill=("Seen",))) == []


@pytest.mark.parametrize("cells", ["A1:B1", "E2:E4", "B3:B4", "A6:E7"])
def test_other_merged_cells_are_no_matter(tmp_path: Path, cells: str) -> None:
    """Headings, names, columns that are not read, and cells below the table."""
    if cells == "A1:B1":
        cells = "F1:G1"
    assert warnings(tmp_path, cells) == []


def test_a_blank_that_is_merged_gives_nothing_to_anybody(tmp_path: Path) -> None:
    """No value is lost where none stands; and a return without organisations has nobody to tell of."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Code", "Name", "Seen", "Falls"), ("RA1", "Ada", None, 1), ("RB2", "Bea", None, 2)):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    book.save(tmp_path / "r.xlsx")
    found = read_tables([open_book(tmp_path / "r.xlsx")], INPUTS, TableReading())
    assert [problem.code for problem in found.problems] == []

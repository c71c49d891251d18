"""The readers of workbooks held to a second reader, value by value: published files, and generated ones of each format.

python-calamine is written in Rust and shares no line with the readers here. It shows neither percent formats nor error
cells (those are blank to it), nor what is raised; for those openpyxl is asked where it can read the file.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from math import isclose
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from python_calamine import CalamineWorkbook
from tests.support.hostile import number, package, parts_of, sheet, text
from tests.support.oldfiles import (
    binary_cell,
    binary_row,
    binary_sheet,
    binary_words,
    compound,
    ods,
    old_number,
    old_text,
    old_truth,
    old_workbook,
    open_cell,
    open_number,
    open_row,
    open_sheet,
    open_text,
    xlsb_parts,
)

from nhsrate.core.tables import (
    DisguisedCell,
    ErrorCell,
    MarkedText,
    Merged,
    PercentCell,
    ShownCell,
    Uncalculated,
)
from nhsrate.files.open import open_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from nhsrate.core.tables import Book

WORKBOOKS = {
    "adult-inpatient-survey-2022.ods": 60_000,
    "ae-by-provider-2025-06.xlsx": 9_000,
    "ae-by-provider-2026-05.xls": 9_000,
    "cancer-waits-provider-2024-12.xlsx": 200_000,
    "indicator-upload-duplicate-rows.xlsx": 80,
    "rtt-time-series.xlsx": 3_000,
    "rtt-full-extract-2024-06.xlsb": 1_000_000,
}
"""The published workbooks, and the fewest values that each holds."""


def bare(raw: object) -> object:
    """A cell as a reader gives it that knows values alone."""
    match raw:
        case PercentCell():
            return raw.fraction
        case ShownCell():
            return raw.value
        case DisguisedCell():
            return bare(raw.value)
        case MarkedText():
            return raw.text + raw.marks
        case ErrorCell() | Uncalculated():
            return ""
        case None:
            return ""
    return raw


def alike(ours: object, theirs: object) -> bool:
    """Whether two readers say the same; what has no date is a day of 1899 to the other, and texts of dates are dates."""
    if isinstance(ours, time) and isinstance(theirs, datetime):
        return ours == theirs.time()
    if isinstance(ours, datetime) and isinstance(theirs, date) and not isinstance(theirs, datetime):
        return ours == datetime(theirs.year, theirs.month, theirs.day)  # noqa: DTZ001 (spreadsheets know no time zones)
    if isinstance(ours, timedelta) and isinstance(theirs, datetime):
        return ours == theirs - datetime(1899, 12, 30)  # noqa: DTZ001 (as above)
    if isinstance(ours, timedelta) and isinstance(theirs, time):
        return ours == timedelta(hours=theirs.hour, minutes=theirs.minute, seconds=theirs.second)
    return ours == theirs


def differences(path: Path) -> tuple[int, list[str]]:
    """How many values both readers give, and where they do not agree."""
    book, other = open_book(path), CalamineWorkbook.from_path(str(path))
    assert [known.name for known in book.sheets] == other.sheet_names
    compared, wrong = 0, []
    for known in book.sheets:
        theirs = other.get_sheet_by_name(str(known.name)).to_python(skip_empty_area=False)
        last = 0
        for number_of_row, row in book.stream(known.name):
            wrong += [
                f"{known.name} {n}: a row is lost" for n in range(last + 1, number_of_row) if any(_says(theirs, n))
            ]
            last = number_of_row
            values = list(_says(theirs, number_of_row))
            ours = list(map(bare, row)) + [""] * (len(values) - len(row))
            values += [""] * (len(ours) - len(values))
            for column, (one, two) in enumerate(zip(ours, values, strict=True), 1):
                compared += one != ""
                if one != two and not alike(one, two):
                    wrong.append(f"{known.name} {number_of_row} {column}: {row[column - 1 : column]!r} {two!r}")
        wrong += [f"{known.name} {n}: a row is lost" for n in range(last + 1, len(theirs) + 1) if any(_says(theirs, n))]
    return compared, wrong


def _says(rows: Sequence[Sequence[Any]], number_of_row: int) -> Iterator[object]:
    """The values of a row of the other reader, which gives nothing for rows behind the last."""
    return iter(rows[number_of_row - 1] if number_of_row <= len(rows) else ())


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKBOOKS)
def test_published_workbooks_are_read_as_another_reader_reads_them(backtest_data: Path, name: str) -> None:
    compared, wrong = differences(backtest_data / "messy" / name)
    assert wrong == []
    assert compared >= WORKBOOKS[name]


def test_a_workbook_of_every_row_that_an_old_sheet_holds_is_read_whole(backtest_data: Path) -> None:
    """65,536 rows that Excel saved as .xlsb; the last is cut within a provider."""
    book = open_book(backtest_data / "messy" / "rtt-full-extract-2024-06.xlsb")
    rows = list(book.stream(None))
    assert (rows[0][0], rows[-1][0], len(rows), rows[-1][1][3]) == (1, 65_536, 65_536, "RF4")


def test_a_published_csv_file_is_read_as_the_csv_module_and_pandas_read_it(backtest_data: Path) -> None:
    import pandas as pd

    path = backtest_data / "messy" / "ae-by-provider-2024-09.csv"
    ours = [list(row) for row in open_book(path).read(None).rows]
    with path.open(encoding="utf-8-sig", newline="") as stream:
        theirs = list(csv.reader(stream))
    assert ours == theirs[: len(ours)]
    assert not any(map(any, theirs[len(ours) :]))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, header=None)
    assert ours == frame.to_numpy().tolist()[: len(ours)]


NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.15g}"))
WORDS = st.text("abcÄβ 1/-'%", min_size=1, max_size=8).map(str.strip).filter(bool)
GRIDS = st.lists(
    st.lists(st.none() | NUMBERS | WORDS | st.booleans(), max_size=5), min_size=1, max_size=6
)  # fmt: skip


def as_xlsx(grid: list[list[Any]]) -> bytes:
    rows = ""
    for r, row in enumerate(grid, 1):
        cells = ""
        for c, value in enumerate(row):
            place = f"{chr(65 + c)}{r}"
            if isinstance(value, bool):
                cells += f'<c r="{place}" t="b"><v>{value:d}</v></c>'
            elif isinstance(value, str):
                cells += text(place, value)
            elif value is not None:
                cells += number(place, value)
        rows += f'<row r="{r}">{cells}</row>'
    return package(parts_of({"Return": sheet(rows)}))


def as_ods(grid: list[list[Any]]) -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, bool):
            said = {"office__value_type": "boolean", "office__boolean_value": str(value).lower()}
            return open_cell(f"<text:p>{str(value).upper()}</text:p>", **said)
        if value is None:
            return open_cell()
        return open_text(value.replace(" ", "<text:s/>")) if isinstance(value, str) else open_number(repr(value))

    return ods(open_sheet("".join(open_row(*map(cell, row)) for row in grid)))


def as_xls(grid: list[list[Any]]) -> bytes:
    cells = []
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            if isinstance(value, bool):
                cells.append(old_truth(r, c, value))
            elif isinstance(value, str):
                cells.append(old_text(r, c, value))
            elif value is not None:
                cells.append(old_number(r, c, value))
    return compound(old_workbook({"Return": b"".join(cells)}))


def as_xlsb(grid: list[list[Any]]) -> bytes:
    from struct import pack

    records = []
    for r, row in enumerate(grid):
        records.append(binary_row(r))
        for c, value in enumerate(row):
            if isinstance(value, bool):
                records.append(binary_cell(4, c, bytes([value])))
            elif isinstance(value, str):
                records.append(binary_cell(6, c, binary_words(value)))
            elif value is not None:
                records.append(binary_cell(5, c, pack("<d", value)))
    return package(xlsb_parts({"Return": binary_sheet(*records)}))


@pytest.mark.parametrize(
    ("ending", "written"), [("xlsx", as_xlsx), ("ods", as_ods), ("xls", as_xls), ("xlsb", as_xlsb)]
)
@given(grid=GRIDS)
@settings(deadline=None)
def test_generated_workbooks_of_each_format_are_read_as_another_reader_reads_them(
    tmp_path_factory: pytest.TempPathFactory,
    ending: str,
    written: Callable[[list[list[Any]]], bytes],
    grid: list[list[Any]],
) -> None:
    """And as they were written."""
    path = tmp_path_factory.getbasetemp() / f"generated.{ending}"
    path.write_bytes(written(grid))
    assert differences(path)[1] == []
    wanted = {(r, c): cell for r, row in enumerate(grid, 1) for c, cell in enumerate(row) if cell is not None}
    found = {(r, c): cell for r, row in open_book(path).stream(None) for c, cell in enumerate(row) if cell is not None}
    assert found == wanted


FORMATS = [
    "General",
    "0",
    "0.0",
    "0.0%",
    "#,##0",
    "0.00E+00",
    "dd/mm/yyyy",
    "[h]:mm:ss",
    "h:mm",
    ";;;",
    '"n/a"',
    "0.0,",
]
FEATURES = st.one_of(
    st.tuples(st.just("number"), st.integers(0, 40_000) | st.floats(0, 400).map(lambda v: float(f"{v:.15g}")),
              st.sampled_from(FORMATS)),
    st.tuples(st.just("text"), WORDS),
    st.tuples(st.just("raised"), WORDS, WORDS),
    st.tuples(st.just("raised cell"), WORDS),
    st.tuples(st.just("formula"), st.sampled_from(["=1+1", '="x"'])),
    st.tuples(st.just("error"), st.sampled_from(["#N/A", "#DIV/0!", "#REF!"])),
    st.tuples(st.just("truth"), st.booleans()),
    st.none(),
)  # fmt: skip
SHEETS = st.tuples(
    st.lists(st.lists(FEATURES, min_size=1, max_size=4), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(0, 2)), max_size=2),
    st.sets(st.integers(1, 5), max_size=2),
    st.sampled_from(["visible", "hidden", "veryHidden"]),
)  # fmt: skip


@given(SHEETS)
@settings(deadline=None)
def test_generated_workbooks_with_every_feature_are_read_as_openpyxl_reads_them(
    tmp_path_factory: pytest.TempPathFactory,
    made: Any,  # noqa: ANN401 (what openpyxl's stubs do not name)
) -> None:
    """Formats, raised runs and cells, merges, hidden rows and sheets, errors, formulas that nobody calculated."""
    grid, merges, hidden, state = made
    book = Workbook()
    page: Any = book.active
    other: Any = book.create_sheet("Return")
    other.sheet_state = state
    page.title = "Cover"
    for r, row in enumerate(grid, 1):
        for c, cell in enumerate(row, 1):
            write(other.cell(r, c), cell)
    for row, column, more_rows, more_columns in merges:
        if more_rows or more_columns:
            other.merge_cells(
                start_row=row, start_column=column, end_row=row + more_rows, end_column=column + more_columns
            )
    for row in hidden:
        other.row_dimensions[row].hidden = True
    path = tmp_path_factory.getbasetemp() / "features.xlsx"
    book.save(path)
    ours, theirs = open_book(path), load_workbook(path, rich_text=True)["Return"]
    assert [(known.name, known.hidden) for known in ours.sheets] == [("Cover", False), ("Return", state != "visible")]
    read = {(r, c): cell for r, row in ours.stream("Return") for c, cell in enumerate(row, 1) if cell is not None}
    for line in theirs.iter_rows():
        for cell in line:
            assert_same(read.pop((int(cell.row or 0), int(cell.column or 0)), None), cell)
    assert read == {}
    wanted = {Merged(one.min_row, one.min_col, one.max_row, one.max_col) for one in theirs.merged_cells.ranges}
    assert set(ours.merged("Return")) == wanted
    assert_hidden(ours, hidden)


def write(place: Any, cell: Any) -> None:  # noqa: ANN401 (as above)
    match cell:
        case "number", value, shown:
            place.value, place.number_format = value, shown
        case "raised", words, mark:
            place.value = CellRichText(words, TextBlock(InlineFont(vertAlign="superscript"), mark))
        case "raised cell", words:
            place.value, place.font = words, Font(vertAlign="superscript")
            place.data_type = "s"
        case "text", words:
            place.value = words
            place.data_type = "s"
        case None:
            return
        case _, value:
            place.value = value


def assert_same(ours: object, cell: Any) -> None:  # noqa: ANN401 (as above)
    """Hold a cell to what openpyxl says of it."""
    if cell.data_type == "f":
        assert ours == Uncalculated()
    elif cell.data_type == "e":
        assert ours == ErrorCell(cell.value)
    elif isinstance(cell.value, CellRichText):
        assert ours == MarkedText(str(cell.value[0]), str(cell.value[1]))
    elif cell.font.vertAlign == "superscript":
        assert ours == MarkedText("", cell.value)
    elif isinstance(cell.value, (datetime, time, timedelta)):
        assert near(ours, cell.value)
    else:
        assert bare(ours) == (cell.value if cell.value is not None else "")
        assert isinstance(ours, PercentCell) == (
            cell.number_format == "0.0%" and cell.data_type == "n" and ours is not None
        )
        if isinstance(ours, DisguisedCell):
            assert cell.number_format in {";;;", '"n/a"', "0.0,"}


def near(ours: object, theirs: Any) -> bool:  # noqa: ANN401 (as above)
    """Whether two moments are the same to the millisecond; openpyxl cuts where the reader rounds."""
    return isclose(seconds(ours), seconds(theirs), abs_tol=0.002)


def seconds(moment: Any) -> float:  # noqa: ANN401 (as above)
    match moment:
        case timedelta():
            return moment.total_seconds()
        case time():
            return timedelta(
                hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond
            ).total_seconds()
    return float((moment - datetime(1899, 12, 30)).total_seconds())  # noqa: DTZ001 (as above)


def assert_hidden(book: Book, hidden: set[int]) -> None:
    said = [problem.message for problem in book.problems if problem.code == "hidden-rows"]
    plural = "s" if len(hidden) > 1 else ""
    assert said == ([f"The sheet has {len(hidden)} hidden row{plural}, read like the others."] if hidden else [])

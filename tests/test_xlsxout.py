"""The workbook: read back, it holds what it should, plainly; and its bytes are the same every time."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest
from tests.outputs import assessed

from nhsrate import __version__, xlsxout
from nhsrate.problems import CellPlace, Problem
from nhsrate.xlsxout import ratings_xlsx, value_of
from nhsrate.xlsxwrite import LONGEST, Number, Sheet, clean, workbook_bytes

if TYPE_CHECKING:
    from tests.conftest import Golden

    from nhsrate.assessment import Assessment

GOLDEN = Path(__file__).parent / "golden" / "xlsx"


@pytest.fixture
def ratings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    monkeypatch.chdir(tmp_path)
    return assessed(tmp_path, settings={"cut": "2.6"})


def opened(content: bytes) -> Any:  # noqa: ANN401 (openpyxl's own types say too little of tables)
    return openpyxl.load_workbook(BytesIO(content))


def written(*sheets: Sheet) -> bytes:
    return workbook_bytes(sheets, title="T")


def dump(content: bytes) -> str:
    """A workbook as text: every sheet, its table, and every row; text in quotation marks."""
    lines = []
    for sheet in opened(content):
        lines.append(f"== {sheet.title}: tables {sheet.tables.items()}")
        for row in sheet.iter_rows():
            cells = [
                "" if cell.value is None
                else f"{cell.value!r} {cell.number_format}" if cell.data_type == "n"
                else f'"{cell.value}"'
                for cell in row
            ]  # fmt: skip
            lines.append(" | ".join(cells).rstrip(" |"))
    return "\n".join(lines) + "\n"


def test_what_the_workbook_holds(ratings: Assessment, golden: Golden) -> None:
    text = dump(ratings_xlsx(ratings))
    golden(GOLDEN / "ratings.txt", text.replace(f"nhsrate {__version__}", "nhsrate VERSION"))


def test_it_is_plain_and_accessible(ratings: Assessment) -> None:
    """One real table a sheet at the left edge with unique headings, nothing below, nothing merged, hidden or frozen."""
    book = opened(ratings_xlsx(ratings))
    assert book.sheetnames == ["Cover", "Ratings", "Reasons", "Set aside", "Notes"]
    names = [name for sheet in book for name in sheet.tables]
    assert names == ["Cover", "Ratings", "Reasons", "Set_aside", "Notes"]
    for sheet in book:
        (table,) = sheet.tables.values()
        first, last = table.ref.split(":")
        assert first.startswith("A")
        assert last == f"{openpyxl.utils.get_column_letter(sheet.max_column)}{sheet.max_row}"
        headings = [cell.value for cell in sheet[int(first[1:])]]
        assert headings == table.column_names
        assert len({heading.casefold() for heading in headings}) == len(headings)
        assert sheet["A1"].value
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert table.autoFilter is None
        assert sheet.sheet_state == "visible"
        assert all(cell.fill.fill_type is None for row in sheet.iter_rows() for cell in row)
    properties = book.properties
    assert (properties.title, properties.creator, properties.language) == ("Small stars", "nhsrate", "en-GB")
    assert book.active.title == "Cover"


def test_ratings_are_numbers_and_words(ratings: Assessment) -> None:
    """In the order of the league table: a number as a number with its places, and the word of a level beside it."""
    sheet = opened(ratings_xlsx(ratings))["Ratings"]
    head = [cell.value for cell in sheet[3]]
    assert head == [
        "Code", "Organisation", "Access score (access_score)", "Average (average), points", "said",
        "Stars (stars)", "Stars (stars), in words",
    ]  # fmt: skip
    first = list(sheet[4])
    assert [cell.value for cell in first] == ["RA1", "Aldermere <b>|*x*", 3, 3, "in time", 3, "three stars"]
    assert first[3].number_format == "0.00"
    brook = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == "RA2")
    assert (brook[4].value, brook[4].data_type) == ("=late", "s")
    assert [row[4].value for row in sheet.iter_rows(min_row=4) if row[0].value == "RA4"] == ["[x]"]


def test_a_missing_level_is_marked_in_both_columns(tmp_path: Path) -> None:
    sheet = opened(ratings_xlsx(assessed(tmp_path, decided=False)))["Ratings"]
    (gone,) = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0] == "RA4"]
    assert gone[-2:] == ("[x]", "[x]")


def test_the_same_assessment_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the clock nor the time zone is in it."""
    first = ratings_xlsx(assessed(tmp_path))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000.0))
    assert ratings_xlsx(assessed(tmp_path)) == first
    with ZipFile(BytesIO(first)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "+1", "-1", "@x", "{=1}", "TRUE", "12", "1/2", "2026-01-01"])
def test_text_stays_text(text: str) -> None:
    sheet = Sheet("S", "=title", ("=about",), ("=heading", "b"), [[text, Number(Decimal(1))]])
    page = opened(written(sheet))["S"]
    assert [(page[at].value, page[at].data_type) for at in ("A1", "A2", "A3", "A4")] == [
        ("=title", "s"), ("=about", "s"), ("=heading", "s"), (text, "s"),
    ]  # fmt: skip


def test_characters_that_a_workbook_cannot_hold_are_dropped() -> None:
    page = opened(written(Sheet("S", "t", (), ("h",), [["a\x00\x1b[31mb\ufffe\ud800\u202ec"]])))["S"]
    assert page["A3"].value == "a[31mbc"


def test_a_text_longer_than_a_cell_holds_is_cut_and_says_so() -> None:
    """The limit is counted in UTF-16, so a letter beyond the first plane counts twice and is not split."""
    assert clean("x" * LONGEST) == "x" * LONGEST
    for letter in ("x", "\U0001d4b3"):
        text = clean(letter * (LONGEST + 1))
        assert text.endswith(" [cut here: longer than a cell holds]")
        assert len(text.encode("utf-16-le")) // 2 in {LONGEST - 1, LONGEST}
        assert set(text.removesuffix(" [cut here: longer than a cell holds]")) == {letter}


def test_headings_that_are_alike_or_too_long_can_still_be_told_apart() -> None:
    page = opened(written(Sheet("S", "t", (), ("A", "a", "b" * 300), [["1", "2", "3"]])))["S"]
    (table,) = page.tables.values()
    assert table.column_names == ["A", "a [2]", "b" * 255]


def test_numbers_keep_their_places() -> None:
    rows = [[Number(Decimal(value), places)] for value, places in (("2.5", 2), ("3", 0), ("0.1", None), ("1e20", None))]
    page = opened(written(Sheet("S", "t", (), ("h",), rows)))["S"]
    cells = [page.cell(row, 1) for row in range(3, 7)]
    assert [cell.value for cell in cells] == [2.5, 3, 0.1, 1e20]
    assert [cell.number_format for cell in cells] == ["0.00", "0", "General", "General"]


def test_a_sheet_without_rows_has_no_table() -> None:
    page = opened(written(Sheet("S", "t", (), ("h",), [])))["S"]
    assert not page.tables
    assert page["A2"].value == "h"


def test_long_texts_are_wrapped_and_columns_not_too_wide() -> None:
    page = opened(written(Sheet("S", "t", (), ("h", "i"), [["word " * 50, "x"]])))["S"]
    assert page["A3"].alignment.wrap_text
    assert not page["B3"].alignment.wrap_text
    assert page.column_dimensions["A"].width == 60


def test_a_long_table_goes_on_in_a_further_sheet(ratings: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxout, "ROWS_TO_A_SHEET", 30)
    book = opened(ratings_xlsx(ratings))
    assert book.sheetnames[2:4] == ["Reasons", "Reasons 2"]
    assert book["Reasons"].max_row == 34
    assert book["Reasons"].max_row + book["Reasons 2"].max_row == 8 + 5 * 11
    assert book["Reasons"]["A4"].value == book["Reasons 2"]["A4"].value == "Code"


def test_nothing_set_aside_and_nothing_to_note_have_no_sheets(ratings: Assessment) -> None:
    """A warning is a note of its own."""
    bare = replace(ratings.methodology, caveats=(), figures={}, scales={})
    one = replace(ratings, methodology=bare, submitted=replace(ratings.submitted, set_aside=()))
    assert opened(ratings_xlsx(one)).sheetnames == ["Cover", "Ratings", "Reasons"]
    warned = replace(one, problems=(Problem(CellPlace("r.csv"), "not-used", "Look.", "Do.", "warning"),))
    notes = opened(ratings_xlsx(warned))["Notes"]
    assert [cell.value for cell in notes[5]] == ["Warning", "not-used", None, None, "r.csv", "Look. Do."]


def test_a_level_whose_name_is_no_number_is_text(ratings: Assessment) -> None:
    item = ratings.methodology.items["access_band"]
    assert value_of(ratings.columns["access_band"][0], item) == "high"
    assert value_of(ratings.columns["stars"][0], None) == Number(Decimal(3))

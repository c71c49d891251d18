"""The workbook: read back, it holds what it should, plainly; and its bytes are the same every time."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest
from tests.conftest import ROOT
from tests.support.outputs import RULES, assessed

from nhsrate import __version__
from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.workbooks import ratings as xlsxout
from nhsrate.workbooks.ratings import colour_sheet, column_of, ratings_sheet, ratings_xlsx, value_of
from nhsrate.workbooks.writing import LONGEST, Number, Shade, Sheet, clean, workbook_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.workbooks.writing import Value

GOLDEN = ROOT / "tests" / "golden" / "xlsx"


def table_of(sheet: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 (as `opened`)
    """The rows of the table of a sheet, its headings first."""
    (table,) = sheet.tables.values()
    return list(sheet[table.ref])


def lines_above(sheet: Any) -> list[str]:  # noqa: ANN401 (as `opened`)
    """The title and the lines above the table."""
    (table,) = sheet.tables.values()
    top = int(re.sub(r"\D", "", table.ref.split(":")[0]))
    return [sheet.cell(row, 1).value for row in range(1, top)]


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
    text = dump(ratings_xlsx(ratings, palette="default"))
    golden(GOLDEN / "ratings.txt", text.replace(f"nhsrate {__version__}", "nhsrate VERSION"))


def test_ratings_are_numbers_and_words(ratings: Assessment) -> None:
    """In the order of the league table: a number as a number with its places, and the word of a level beside it."""
    head, *rows = table_of(opened(ratings_xlsx(ratings))["Ratings"])
    assert [cell.value for cell in head] == [
        "Code", "Organisation", "Access score (access_score)", "Average (average), points", "said",
        "Stars (stars) [note 1]", "Stars (stars), in words",
    ]  # fmt: skip
    assert [cell.value for cell in rows[0]] == ["RA1", "Aldermere <b>|*x*", 3, 3, "in time", 3, "three stars"]
    assert rows[0][3].number_format == "0.00"
    by_code = {row[0].value: row for row in rows}
    assert (by_code["RA2"][4].value, by_code["RA2"][4].data_type) == ("=late", "s")
    assert by_code["RA4"][4].value == "[x]"


def test_a_note_on_an_item_is_numbered_behind_its_heading(ratings: Assessment) -> None:
    """The sheet Notes has it under that number; where no item has a note, no line speaks of numbers."""
    book = opened(ratings_xlsx(ratings))
    assert [cell.value for cell in table_of(book["Notes"])[1]] == [
        "[note 1]", "Item", "stars", None, None, "manual", "The number that is printed in the paper.",
    ]  # fmt: skip
    assert any("brackets behind a heading" in line for line in ratings_sheet(ratings, {"stars": "[note 1]"}).about)
    assert not any("behind a heading" in line for line in ratings_sheet(ratings, {}).about)


def test_percentages_are_fractions_with_their_sign(tmp_path: Path) -> None:
    """A column shares its decimal places; what it shows as 95.0% is 0.95, and a line above says so."""
    rules = RULES.replace("unit: points", 'unit: "%"').replace("    shown: 2\n    published", "    published")
    sheet = opened(ratings_xlsx(assessed(tmp_path, text=rules)))["Ratings"]
    _, *rows = table_of(sheet)
    assert [(row[0].value, row[3].value, row[3].number_format) for row in rows][3:] == [
        ("RA5", 0.0175, "0.00%"), ("RA3", 0.01, "0.00%"),
    ]  # fmt: skip
    assert any("0.95 as 95.0%" in line for line in lines_above(sheet))
    reasons = {
        (row[0].value, row[2].value): row for row in table_of(opened(ratings_xlsx(assessed(tmp_path)))["Reasons"])
    }
    access = reasons["RA1", "access"]
    assert (access[4].value, access[4].number_format, access[5].value) == (0.95, "0.0%", "%")
    missing = reasons["RA5", "access"]
    assert (missing[4].value, missing[7].value) == ("[x]", "suppressed")


def test_a_number_that_needs_an_exponent_has_one() -> None:
    cells: list[Cell] = [Decimal("1e20"), Decimal("0.5"), Missing("blank")]
    assert column_of(cells, None) == [Number(Decimal("1e20")), Number(Decimal("0.5")), "[x]"]
    assert column_of(cells[1:], None) == [Number(Decimal("0.5"), 1), "[x]"]


def test_a_missing_level_is_marked_in_both_columns(tmp_path: Path) -> None:
    _, *rows = table_of(opened(ratings_xlsx(assessed(tmp_path, decided=False)))["Ratings"])
    (gone,) = [row for row in rows if row[0].value == "RA4"]
    assert [cell.value for cell in gone[-2:]] == ["[x]", "[x]"]


def test_the_contents_lead_to_every_sheet(ratings: Assessment) -> None:
    book = opened(ratings_xlsx(ratings, palette="default"))
    _, *rows = table_of(book["Contents"])
    assert [row[0].value for row in rows] == [name for name in book.sheetnames if name != "Contents"]
    assert [row[0].hyperlink.location for row in rows] == [f"'{row[0].value}'!A1" for row in rows]
    assert [row[1].value for row in rows[1:]] == [book[row[0].value]["A1"].value for row in rows[1:]]


def test_the_sheet_in_colour_says_the_word_then_the_symbol(tmp_path: Path) -> None:
    """What is missing is white inside a dashed border, and says why; a level without a symbol gets a shape."""
    text = RULES.replace("coloured_by: access_band", "coloured_by: access_band\n    note: As published.")
    book = opened(ratings_xlsx(assessed(tmp_path, decided=False, text=text), palette="blue"))
    head, *rows = table_of(book["Ratings in colour"])
    assert [cell.value for cell in head] == [
        "Code", "Organisation", "Access score (access_score)", "Access band (access_band)", "Stars (stars)",
    ]  # fmt: skip
    by_code = {row[0].value: row for row in rows}
    assert [cell.value for cell in by_code["RA1"][2:]] == [3, "high ▲", "3, three stars ★★★"]
    assert [cell.value for cell in by_code["RA3"][2:4]] == [1, "low ■"]
    assert by_code["RA4"][4].value == "[x] the organisation handed in no plan"
    best, gone = by_code["RA1"][4], by_code["RA4"][4]
    assert (best.font.color.rgb, best.fill.start_color.rgb, best.border.left.style) == ("00FFFFFF", "00005EB8", "thin")
    assert (gone.font.color.rgb, gone.fill.start_color.rgb, gone.border.left.style) == (
        "00212B32",
        "00FFFFFF",
        "dashed",
    )
    assert any("dashed border" in line for line in lines_above(book["Ratings in colour"]))


def test_an_edition_without_colours_has_its_headlines_in_words(tmp_path: Path) -> None:
    """The levels stand on white; a headline that is a number stands as one, and an input may colour a domain."""
    plain = re.sub(r", colour: [a-z]+", "", RULES).replace("    unit: points", "    headline: true")
    sheet = colour_sheet(assessed(tmp_path, text=plain), "default")
    assert sheet.headings[2:] == (
        "Access score (access_score)",
        "Access band (access_band)",
        "Average (average)",
        "Stars (stars)",
    )
    assert sheet.rows[0][2:] == [
        Number(Decimal(3), 0), Shade("high ▲", ("#212b32", "#ffffff")), Number(Decimal(3), 2),
        Shade("3, three stars ★★★", ("#212b32", "#ffffff")),
    ]  # fmt: skip
    by_input = RULES.replace("coloured_by: access_band", "coloured_by: late")
    sheet = colour_sheet(assessed(tmp_path, text=by_input), "default")
    assert sheet.headings[3] == "Plan late (late)"
    assert [row[3].text for row in sheet.rows if isinstance(row[3], Shade)] == ["no", "[x] blank", "yes", "no", "no"]


def test_what_has_percentages_in_colour_says_how(tmp_path: Path) -> None:
    rules = RULES.replace("    domain: true\n    coloured_by", '    unit: "%"\n    domain: true\n    coloured_by')
    sheet = colour_sheet(assessed(tmp_path, text=rules), "default")
    assert any("0.95 as 95.0%" in line for line in sheet.about)


def test_two_items_of_one_colour_share_its_column(tmp_path: Path) -> None:
    rules = RULES.replace(
        "    shown: 2\n    domain: true", "    shown: 2\n    domain: true\n    coloured_by: access_band"
    )
    headings = colour_sheet(assessed(tmp_path, text=rules), "default").headings
    assert headings[2:5] == ("Access score (access_score)", "Access band (access_band)", "Waits score (waits_score)")
    assert len(set(headings)) == len(headings)


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
    headings = ("A", "a", "b" * 300, "b" * 301, " ", "A [2]")
    page = opened(written(Sheet("S", "t", (), headings, [["1", "2", "3", "4", "5", "6"]])))["S"]
    (table,) = page.tables.values()
    long = "b" * 240
    assert table.column_names == ["A", "a [2]", long, f"{long} [2]", "Column", "A [2] [2]"]
    assert [cell.value for cell in page[2]] == table.column_names


def test_numbers_keep_their_places() -> None:
    rows = [[Number(Decimal(value), places)] for value, places in (("2.5", 2), ("3", 0), ("0.1", None), ("1e20", None))]
    page = opened(written(Sheet("S", "t", (), ("h",), rows)))["S"]
    cells = [page.cell(row, 1) for row in range(3, 7)]
    assert [cell.value for cell in cells] == [2.5, 3, 0.1, 1e20]
    assert [cell.number_format for cell in cells] == ["0.00", "0", "0.0", "0.00E+00"]


def test_a_sheet_without_rows_has_no_table() -> None:
    page = opened(written(Sheet("S", "t", (), ("h",), [])))["S"]
    assert not page.tables
    assert page["A2"].value == "h"


def test_long_texts_are_wrapped_and_columns_not_too_wide() -> None:
    rows = [["word " * 50, "x"], ["short", "y"]]
    page = opened(written(Sheet("S", "t", (), ("h", "a heading of several words"), rows)))["S"]
    assert page["A3"].alignment.wrap_text
    assert page.column_dimensions["A"].width == 80
    assert page.column_dimensions["B"].width < 14
    assert [page.row_dimensions[row].height for row in (1, 2, 3, 4)] == [None, 60, 60, None]


def test_no_row_is_taller_than_a_spreadsheet_allows() -> None:
    page = opened(written(Sheet("S", "t", (), ("h",), [["word " * 5000]])))["S"]
    assert page.row_dimensions[3].height == 405


def test_numbers_stand_on_the_right_under_their_heading_and_leave_room() -> None:
    """Where a column is mostly numbers, what is missing stands under them; a number among texts stands with those."""
    rows: list[list[Value]] = [[Number(Decimal(1)), "text"], [Number(Decimal(2)), "text"], ["[x]", Number(Decimal(3))]]
    page = opened(written(Sheet("S", "t", (), ("n", "t"), rows)))["S"]
    assert {(page.cell(row, 1).alignment.horizontal, page.cell(row, 1).alignment.indent) for row in range(2, 6)} == {
        ("right", 1)
    }
    assert {page.cell(row, 2).alignment.horizontal for row in range(2, 6)} == {"left"}


def test_a_blank_cell_is_explained_above_the_table() -> None:
    blank = opened(written(Sheet("S", "t", (), ("h",), [["a"], ["\u200b"]])))["S"]
    assert blank["A2"].value == "A blank cell: there is nothing to say."
    full = opened(written(Sheet("S", "t", (), ("h",), [["a"]])))["S"]
    assert full["A2"].value == "h"


def test_a_text_that_looks_like_the_code_of_a_character_stays_as_it_is() -> None:
    """Excel reads `_x001B_` as an escape character; its first `_` is written as `_x005F_`, which it reads as `_`."""
    page = opened(written(Sheet("S", "t", (), ("h",), [["a_x001B_[31m_x_"]])))["S"]
    assert page["A3"].value == "a_x005F_x001B_[31m_x_"


def test_a_long_table_goes_on_in_a_further_sheet(ratings: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxout, "ROWS_TO_A_SHEET", 30)
    book = opened(ratings_xlsx(ratings))
    assert book.sheetnames[3:5] == ["Reasons", "Reasons 2"]
    first, second = table_of(book["Reasons"]), table_of(book["Reasons 2"])
    assert len(first) == 31
    assert len(first) + len(second) == 2 + 5 * 11
    assert first[0][0].value == second[0][0].value == "Code"


def test_nothing_set_aside_and_nothing_to_note_have_no_sheets(ratings: Assessment) -> None:
    """A warning is a note of its own."""
    items = {id_: replace(item, note="") for id_, item in ratings.methodology.items.items()}
    bare = replace(ratings.methodology, caveats=(), figures={}, scales={}, items=items)
    one = replace(ratings, methodology=bare, submitted=replace(ratings.submitted, set_aside=()))
    assert opened(ratings_xlsx(one)).sheetnames == ["Cover", "Contents", "Ratings", "Reasons"]
    warned = replace(one, problems=(Problem(CellLocation("r.csv"), "not-used", "Look.", "Do.", "warning"),))
    _, row = table_of(opened(ratings_xlsx(warned))["Notes"])
    assert [cell.value for cell in row] == ["[note 1]", "Warning", "not-used", None, None, "r.csv", "Look. Do."]


def test_a_level_whose_name_is_no_number_is_text(ratings: Assessment) -> None:
    assert value_of(ratings.columns["access_band"][0], 2) == "high"
    assert value_of(ratings.columns["stars"][0], None) == Number(Decimal(3))

"""The workbook: read back, it holds what it should, plainly; and its bytes are the same every time."""

from __future__ import annotations

import gc
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
from tests.support.live import sample
from tests.support.outputs import RULES, assessed

from nhsrate import __version__
from nhsrate.commands.rating import score
from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, LineLocation, Problem
from nhsrate.engine.explain import Explanation, explain_everything
from nhsrate.rules.editions import edition_files
from nhsrate.workbooks import ratings as xlsxout
from nhsrate.workbooks.new import new_workbook
from nhsrate.workbooks.rating_cells import column_of, value_of
from nhsrate.workbooks.rating_notes import REASONS_UP_TO
from nhsrate.workbooks.ratings import ShortPlaces, ratings_sheet, ratings_xlsx, results_sheet, write_ratings
from nhsrate.workbooks.tables import IN_SIGHT, write_table
from nhsrate.workbooks.writing import LONGEST, Number, Shade, Sheet, plain

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
    file = BytesIO()
    with new_workbook(file, title="T") as book:
        for sheet in sheets:
            write_table(book, sheet)
    return file.getvalue()


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


def test_ratings_are_numbers_and_words(ratings: Assessment) -> None:
    """In the order of the league table: a number as a number with its places, and the word of a level beside it."""
    head, *rows = table_of(opened(ratings_xlsx(ratings))["Results"])
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
    assert any(
        "brackets behind a heading" in line
        for line in results_sheet(ratings, {"stars": "[note 1]"}, reasons=True).about
    )
    assert not any("behind a heading" in line for line in results_sheet(ratings, {}, reasons=True).about)


def test_percentages_are_fractions_with_their_sign(tmp_path: Path) -> None:
    """A column shares its decimal places; what it shows as 95.0% is 0.95, and a line above says so."""
    rules = RULES.replace("unit: points", 'unit: "%"').replace("    shown: 2\n    published", "    published")
    sheet = opened(ratings_xlsx(assessed(tmp_path, text=rules)))["Results"]
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
    _, *rows = table_of(opened(ratings_xlsx(assessed(tmp_path, decided=False)))["Results"])
    (gone,) = [row for row in rows if row[0].value == "RA4"]
    assert [cell.value for cell in gone[-2:]] == ["[x]", "[x]"]


def test_the_contents_lead_to_every_sheet(ratings: Assessment) -> None:
    book = opened(ratings_xlsx(ratings))
    _, *rows = table_of(book["Contents"])
    assert [row[0].value for row in rows] == [name for name in book.sheetnames if name != "Contents"]
    assert [row[0].hyperlink.location for row in rows] == [f"'{row[0].value}'!A1" for row in rows]
    assert [row[1].value for row in rows[1:]] == [book[row[0].value]["A1"].value for row in rows[1:]]


def test_the_first_sheet_has_place_code_name_and_rating_first(tmp_path: Path) -> None:
    """A rating is a word, then a symbol, on its colour; a level without a symbol gets a shape.

    What is missing is white inside a dashed border, and says why.
    """
    text = RULES.replace("coloured_by: access_band", "coloured_by: access_band\n    note: As published.")
    book = opened(ratings_xlsx(assessed(tmp_path, decided=False, text=text), palette="blue"))
    head, *rows = table_of(book["Ratings"])
    assert [cell.value for cell in head] == ["Place", "Code", "Organisation", "Stars", "Access score", "Access band"]
    by_code = {row[1].value: row for row in rows}
    assert [cell.value for cell in by_code["RA1"]] == [
        1, "RA1", "Aldermere <b>|*x*", "3, three stars ★★★", 3, "high ▲",
    ]  # fmt: skip
    assert [cell.value for cell in by_code["RA3"][4:]] == [1, "low ■"]
    assert by_code["RA4"][3].value == "[x] the organisation handed in no plan"
    best, gone = by_code["RA1"][3], by_code["RA4"][3]
    assert (best.font.color.rgb, best.fill.start_color.rgb, best.border.left.style) == ("FFFFFFFF", "FF005EB8", "thin")
    assert (gone.font.color.rgb, gone.fill.start_color.rgb, gone.border.left.style) == (
        "FF212B32",
        "FFFFFFFF",
        "dashed",
    )
    assert any("dashed border" in line for line in lines_above(book["Ratings"]))


def test_an_edition_without_colours_has_its_headlines_in_words(tmp_path: Path) -> None:
    """The levels stand on white; a headline that is a number stands as one, and an input may colour a domain."""
    bare = re.sub(r", colour: [a-z]+", "", RULES).replace("    unit: points", "    headline: true")
    sheet = ratings_sheet(assessed(tmp_path, text=bare), "default", reasons=True)
    assert sheet.headings[3:] == ("Average", "Stars", "Access score", "Access band")
    assert sheet.rows[0][3:] == [
        Number(Decimal(3), 2), Shade("3, three stars ★★★", ("#212b32", "#ffffff")), Number(Decimal(3), 0),
        Shade("high ▲", ("#212b32", "#ffffff")),
    ]  # fmt: skip
    by_input = RULES.replace("coloured_by: access_band", "coloured_by: late")
    sheet = ratings_sheet(assessed(tmp_path, text=by_input), "default", reasons=True)
    assert sheet.headings[5] == "Plan late"
    assert [row[5].text for row in sheet.rows if isinstance(row[5], Shade)] == ["no", "[x] blank", "yes", "no", "no"]


def test_what_has_percentages_in_colour_says_how(tmp_path: Path) -> None:
    rules = RULES.replace("    domain: true\n    coloured_by", '    unit: "%"\n    domain: true\n    coloured_by')
    sheet = ratings_sheet(assessed(tmp_path, text=rules), "default", reasons=True)
    assert any("0.95 as 95.0%" in line for line in sheet.about)


def test_two_items_of_one_colour_share_its_column(tmp_path: Path) -> None:
    rules = RULES.replace(
        "    shown: 2\n    domain: true", "    shown: 2\n    domain: true\n    coloured_by: access_band"
    )
    headings = ratings_sheet(assessed(tmp_path, text=rules), "default", reasons=True).headings
    assert headings[4:7] == ("Access score", "Access band", "Waits score")
    assert len(set(headings)) == len(headings)


def test_the_same_assessment_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the clock nor the time zone is in it."""
    first = ratings_xlsx(assessed(tmp_path))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        assert ratings_xlsx(assessed(tmp_path)) == first
    finally:
        monkeypatch.undo()
        time.tzset()
    with ZipFile(BytesIO(first)) as archive:
        assert len({part.date_time for part in archive.infolist()}) == 1
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
    assert plain("x" * LONGEST) == "x" * LONGEST
    for letter in ("x", "\U0001d4b3"):
        text = plain(letter * (LONGEST + 1))
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
    assert 80 < page.column_dimensions["A"].width < 81  # with the room at its sides
    assert page.column_dimensions["B"].width < 14
    assert [page.row_dimensions[row].height for row in (1, 2, 3, 4)] == [27, 81, 60, None]


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
    assert book.sheetnames[4:6] == ["Reasons", "Reasons 2"]
    first, second = table_of(book["Reasons"]), table_of(book["Reasons 2"])
    assert len(first) == 31
    assert len(first) + len(second) == 2 + 5 * 11
    assert first[0][0].value == second[0][0].value == "Code"


def test_nothing_set_aside_and_nothing_to_note_have_no_sheets(ratings: Assessment) -> None:
    """A warning is a note of its own."""
    items = {id_: replace(item, note="") for id_, item in ratings.methodology.items.items()}
    bare = replace(ratings.methodology, caveats=(), figures={}, scales={}, items=items)
    one = replace(ratings, methodology=bare, submitted=replace(ratings.submitted, set_aside=()))
    assert opened(ratings_xlsx(one)).sheetnames == ["Ratings", "Cover", "Contents", "Results", "Reasons"]
    warned = replace(one, problems=(Problem(CellLocation("r.csv"), "not-used", "Look.", "Do.", "warning"),))
    _, row = table_of(opened(ratings_xlsx(warned))["Notes"])
    assert [cell.value for cell in row] == ["[note 1]", "Warning", "not-used", None, None, "r.csv", "Look. Do."]


def test_a_level_whose_name_is_no_number_is_text(ratings: Assessment) -> None:
    assert value_of(ratings.columns["access_band"][0], 2) == "high"
    assert value_of(ratings.columns["stars"][0], None) == Number(Decimal(3))


def test_of_many_organisations_the_reasons_are_left_out_and_that_is_said(
    ratings: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are in up to the limit, and beyond it where they are asked for; what speaks of them says where they are."""
    monkeypatch.setattr(xlsxout, "REASONS_UP_TO", 5)
    assert "Reasons" in opened(ratings_xlsx(ratings)).sheetnames
    monkeypatch.setattr(xlsxout, "REASONS_UP_TO", 4)
    assert "Reasons" in opened(ratings_xlsx(ratings, reasons=True)).sheetnames
    book = opened(ratings_xlsx(ratings))
    assert "Reasons" not in book.sheetnames
    said = {row[0].value: row[1].value for row in table_of(book["Cover"])}
    assert said["Reasons"] == (
        "Left out, because there are 5 organisations and not at most 300. "
        "score --reasons writes them; nhsrate explain gives those of one."
    )
    for name in ("Ratings", "Results"):
        assert not any("sheet Reasons" in line for line in lines_above(book[name]))
        assert any("nhsrate explain says why" in line for line in lines_above(book[name]))


def test_the_help_says_how_many_organisations_have_their_reasons() -> None:
    (option,) = [option for option in score.params if option.name == "reasons"]
    assert f" {REASONS_UP_TO} " in str(getattr(option, "help", ""))


def test_who_listens_is_told_how_far_the_reasons_are(ratings: Assessment) -> None:
    heard: list[tuple[str, int, int]] = []
    write_ratings(BytesIO(), ratings, say=lambda stage, done=0, of=0: heard.append((stage, done, of)))
    assert [one for one in heard if one[2]] == [("writing the reasons", done, 5) for done in range(5)]


def test_the_reasons_of_one_organisation_are_let_go_before_the_next(
    ratings: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are written as they are made: at any time one explanation is alive, and no more."""
    seen = []

    def explained(assessment: Assessment, n: int) -> Explanation:
        seen.append(sum(type(one) is Explanation for one in gc.get_objects()))
        return explain_everything(assessment, n)

    monkeypatch.setattr(xlsxout, "explain_everything", explained)
    write_ratings(BytesIO(), ratings)
    assert len(seen) == 5
    assert max(seen) == seen[0]


def test_files_of_one_name_in_two_folders_are_told_apart() -> None:
    short = ShortPlaces()
    assert short(CellLocation("a/return.xlsx", "S", 2, 3)) == "return.xlsx:S!C2"
    assert short(CellLocation("b/return.xlsx", "S", 2, 3)) == "b/return.xlsx:S!C2"
    assert short(LineLocation("c/rules.yaml", 4, 1)) == "rules.yaml:4:1"


def test_of_the_return_the_cell_alone_is_said_and_of_the_rule_file_the_line() -> None:
    short = ShortPlaces("return.xlsx", "rules.yaml")
    assert short(CellLocation("a/return.xlsx", "S", 2, 3)) == "S!C2"
    assert short(CellLocation("b/return.xlsx", "S", 2, 3)) == "b/return.xlsx:S!C2"
    assert short(LineLocation("c/rules.yaml", 4, 1)) == "line 4"
    assert short(LineLocation("c/base.yaml", 4, 1)) == "base.yaml:4:1"


def test_a_wide_table_is_printed_on_several_pages_across_with_the_names_on_each() -> None:
    """What is too small is not read; the columns that are kept are repeated."""
    headings = tuple(f"a rather long heading number {n}" for n in range(40))
    file = BytesIO()
    with new_workbook(file, title="T") as book:
        write_table(book, Sheet("S", "t", (), headings, [["x" * 12] * 40]), kept=2)
    page = opened(file.getvalue())["S"]
    assert page.page_setup.fitToWidth == 3
    assert (page.print_title_cols, page.print_title_rows) == ("$A:$B", "$2:$2")


@pytest.mark.slow
def test_every_edition_has_its_ratings_in_front_and_says_how_many_there_are() -> None:
    """Code, name and first headline stand side by side, after the place where there is one; the lines above are few."""
    seen = 0
    for edition in edition_files():
        if (assessment := sample(edition)) is None:
            continue
        book = opened(ratings_xlsx(assessment))
        head, *rows = table_of(book[book.sheetnames[0]])
        names = [cell.value for cell in head][:4]
        place = names[0] == "Place"
        wanted = ["Code", assessment.methodology.rates.title]
        assert names[place : place + 2] == wanted, edition
        if headlines := assessment.methodology.headlines:
            assert names[place + 2].startswith(headlines[0].name), edition
        assert [row[place].value for row in rows] == [assessment.organisations[n].code for n in assessment.league()]
        assert len(lines_above(book["Ratings"])) < IN_SIGHT, edition
        assert table_of(book["Cover"])[1][1].value == len(rows)
        seen += 1
    assert seen > 50

"""Workbooks as they are: every value with its place, whatever the sheet claims of itself."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from tests.files.test_formats import SMALL
from tests.support import hostile
from tests.support.hostile import number, sheet, text

from nhsrate.core.problems import Refused
from nhsrate.core.tables import ErrorCell, PercentCell, SheetName, Uncalculated
from nhsrate.files import xlsx
from nhsrate.files.limits import Limits
from nhsrate.files.open import open_book

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.tables import Book


def opened(folder: Path, data: bytes, name: str = "return.xlsx") -> Book:
    path = folder / name
    path.write_bytes(data)
    return open_book(path)


def rows_of(folder: Path, rows: str, **odd: str | bytes) -> list[list[object]]:
    return [list(row) for row in opened(folder, hostile.workbook(rows, **odd)).read("Return").rows]


def broken(folder: Path, data: bytes) -> str:
    """The code and place of the refusal of a damaged workbook, when it is opened or read."""
    with pytest.raises(Refused) as refused:
        opened(folder, data).read("Return")
    [problem] = refused.value.problems
    return f"{problem.code} {problem.at}".replace(f"{folder.as_posix()}/", "")


def test_values_keep_their_kind(tmp_path: Path) -> None:
    """A percentage, a date, an error, a logical value and a text stay what they are; an empty text is no value."""
    row = (
        number("A1", 0.945, 1) + number("B1", 46112, 2) + '<c r="C1" t="e"><v>#DIV/0!</v></c>'
        '<c r="D1" t="b"><v>1</v></c>' + text("E1", " RJ1 ") + text("F1", "") + number("G1", 94.5, 3) + number("H1", 3)
    )
    assert rows_of(tmp_path, f'<row r="1">{row}</row>') == [
        [PercentCell(0.945), datetime(2026, 3, 31), ErrorCell("#DIV/0!"), True, " RJ1 ", None, 94.5, 3],  # noqa: DTZ001
    ]


def test_cells_outside_a_wrong_extent_are_read(tmp_path: Path) -> None:
    """A real cancer waits workbook claims to hold A1 alone."""
    assert rows_of(tmp_path, hostile.HEADER + hostile.FIRST) == [["Code", "Rate"], ["RJ1", 12.5]]


def test_a_sheet_without_an_extent_is_read(tmp_path: Path) -> None:
    data = hostile.package(hostile.parts_of({"Return": sheet(hostile.HEADER, extent="")}))
    assert [list(row) for row in opened(tmp_path, data).read("Return").rows] == [["Code", "Rate"]]


def test_the_table_ends_at_its_last_value(tmp_path: Path) -> None:
    blank = "".join(f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in range(3, 60))
    assert len(rows_of(tmp_path, hostile.HEADER + hostile.FIRST + blank)) == 2


def test_endless_formatted_rows_are_never_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large sheet the last row with a value is found first; the damaged row below it does no harm."""
    monkeypatch.setattr(xlsx, "LARGE_PART", 100)
    spoilt = '<row r="3"><c r="A3" s="1"/></row><row r="oops"/>'
    assert len(rows_of(tmp_path, hostile.HEADER + hostile.FIRST + spoilt)) == 2


def test_a_stray_far_cell_is_read(tmp_path: Path) -> None:
    rows = (
        opened(tmp_path, hostile.workbook(hostile.HEADER + f'<row r="9000">{number("XFD9000", 5)}</row>'))
        .read(None)
        .rows
    )
    assert (len(rows), len(rows[8999]), rows[8999][16383], rows[5]) == (9000, 16384, 5, ())


def test_cells_spread_too_widely_are_refused_unless_the_limit_is_raised(tmp_path: Path) -> None:
    far = "".join(f'<row r="{r}">{number(f"XFD{r}", 5)}</row>' for r in (1, 2))
    path = tmp_path / "return.xlsx"
    path.write_bytes(hostile.workbook(far))
    for _ in range(2):
        with pytest.raises(Refused, match=r"spread, over 32,768 places.* --limit cells=50000") as refused:
            open_book(path, Limits(cells=20_000)).read("Return")
        assert [problem.code for problem in refused.value.problems] == ["unsafe-file"]
    assert len(open_book(path, Limits(cells=40_000)).read("Return").rows) == 2
    assert len(list(open_book(path, Limits(cells=40_000)).stream("Return"))) == 2


def test_a_row_beyond_the_last_of_excel_is_refused(tmp_path: Path) -> None:
    assert len(rows_of(tmp_path, f'<row r="1048576">{number("A1048576", 5)}</row>')) == 1_048_576
    for row in ("1048577", "99999999", "9" * 5000):
        data = hostile.workbook(f'<row r="{row}">{number("A1", 5)}</row>')
        assert broken(tmp_path, data) == "broken-file return.xlsx:Return"


def test_a_formula_without_a_result_is_no_blank(tmp_path: Path) -> None:
    """Neither openpyxl nor pandas tells it from an empty cell; a formula whose result is an empty text is empty."""
    row = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1" s="1"><f t="shared" si="0"/><v/></c>'
    row += '<c r="D1"><f>A1+1</f><v></v></c><c r="E1" t="str"><f>""</f><v></v></c><c r="F1"><v>1</v></c>'
    assert rows_of(tmp_path, f'<row r="1">{row}</row><row r="2"/>') == [
        [2, Uncalculated(), Uncalculated(), Uncalculated(), None, 1]
    ]


def test_hidden_rows_and_columns_are_read_and_said(tmp_path: Path) -> None:
    rows = hostile.HEADER + hostile.FIRST.replace('r="2"', 'r="2" hidden="1"')
    xml = sheet(rows, columns='<cols><col min="1" max="1" hidden="1"/></cols>')
    book = opened(tmp_path, hostile.package(hostile.parts_of({"Return": xml})))
    assert len(book.read("Return").rows) == 2
    assert len(book.read("Return").rows) == 2
    assert [(problem.code, problem.severity, problem.message) for problem in book.problems] == [
        ("hidden-rows", "note", "The sheet has 1 hidden row and hidden columns, read like the others.")
    ]


def test_only_the_rows_asked_for_are_parsed(tmp_path: Path) -> None:
    """A damaged row is met only when what stands far before it has been read, and then every time."""
    many = "".join(f'<row r="{r}">{text(f"A{r}", "RJ" + str(r))}</row>' for r in range(2, 3000))
    book = opened(tmp_path, hostile.workbook(f'{hostile.HEADER}{many}<row r="oops"/>'))
    assert len(book.read("Return", 1).rows) == 1
    assert len(book.read("Return", 20).rows) == 20
    assert [len(row) for row in book.read("Return", 2).rows] == [2, 1]
    for _ in range(2):
        with pytest.raises(Refused, match="is damaged"):
            book.read("Return")
        with pytest.raises(Refused, match="is damaged"):
            list(book.stream("Return"))
    assert len(book.read("Return", 1).rows) == 1


def test_rows_are_streamed_with_their_numbers_and_not_kept(tmp_path: Path) -> None:
    """What was looked at comes first, and whoever asks again gets all of it again."""
    rows = hostile.HEADER + hostile.FIRST + f'<row r="9">{number("A9", 5)}</row>'
    book = opened(tmp_path, hostile.workbook(rows))
    wanted = [(1, ["Code", "Rate"]), (2, ["RJ1", 12.5]), (9, [5])]
    for request in (None, 1, 2, None):
        if request is not None:
            book.read("Return", request)
        assert [(n, list(row)) for n, row in book.stream("Return")] == wanted
    book.read("Return")
    for _ in range(2):
        assert [(n, list(row)) for n, row in book.stream(None)] == wanted


def test_sheets_are_named_and_hidden_ones_told(tmp_path: Path) -> None:
    parts = hostile.parts_of({"Return": sheet(hostile.HEADER), "Old": sheet("")})
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace('name="Old"', 'name="Old" state="hidden"')
    book = opened(tmp_path, hostile.package(parts))
    assert book.sheets == [SheetName("Return"), SheetName("Old", hidden=True)]
    assert (book.read("Old").hidden, list(book.read("Old").rows)) == (True, [])


def test_macros_are_ignored_and_said(tmp_path: Path) -> None:
    book = opened(tmp_path, hostile.workbook(xl_s_vbaProject__bin=b"x"), "return.xlsm")
    assert [problem.message for problem in book.problems] == ["The workbook holds macros, which were not used."]


def damaged(part: str, old: str, new: str) -> bytes:
    parts = hostile.parts_of({"Return": sheet(hostile.HEADER + hostile.FIRST)})
    assert old in str(parts[part])
    parts[part] = str(parts[part]).replace(old, new)
    return hostile.package(parts)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        (SHEET, "</sheetData></worksheet>", "", "broken-file return.xlsx:Return"),
        (SHEET, "<v>12.5</v>", "<v>many</v>", "broken-file return.xlsx:Return"),
        (SHEET, '<c r="B2" s="0">', '<c r="B2" t="s">', "broken-file return.xlsx:Return"),
        ("xl/workbook.xml", "</sheets>", "", "broken-file return.xlsx"),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet7.xml", "no-table return.xlsx"),
    ],
)
def test_a_damaged_workbook_is_refused_in_one_sentence(
    tmp_path: Path, part: str, old: str, new: str, said: str
) -> None:
    assert broken(tmp_path, damaged(part, old, new)) == said


def test_a_workbook_without_sheets_is_refused(tmp_path: Path) -> None:
    parts = hostile.parts_of({"Return": sheet("")})
    parts["xl/workbook.xml"] = f'<workbook xmlns="{hostile.MAIN}"><sheets/></workbook>'
    assert broken(tmp_path, hostile.package(parts)) == "no-table return.xlsx"


def test_drop_downs_that_openpyxl_warns_of_do_no_harm(tmp_path: Path) -> None:
    extension = '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    data = damaged("xl/worksheets/sheet1.xml", "</worksheet>", extension)
    assert len(opened(tmp_path, data).read("Return").rows) == 2


def test_what_openpyxl_saves_is_read(tmp_path: Path) -> None:
    path = hostile.save_workbook(tmp_path / "return.xlsx", {"Return": [["Code", "Rate"], ["RJ1", "=1+1"]]})
    assert [list(row) for row in open_book(path).read("Return").rows] == [["Code", "Rate"], ["RJ1", Uncalculated()]]


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    from hashlib import sha256

    data = hostile.workbook()
    assert opened(tmp_path, data).digest == sha256(data).hexdigest()


def test_a_real_workbook_with_a_false_extent_loses_nothing(backtest_data: Path) -> None:
    """Its sheets claim to hold A1 alone; the library by itself reads 10 cells of 238,992."""
    book = open_book(backtest_data / "messy" / "cancer-waits-provider-2024-12.xlsx")
    rows = book.read("62-DAY (ALL CANCER)").rows
    assert len(rows) == 671
    assert rows[9][:6] == [None, "RCF", "AIREDALE NHS FOUNDATION TRUST", "ALL ROUTES", "ALL CANCERS", 80]
    assert rows[9][8] == PercentCell(0.86875, places=1)


@pytest.mark.parametrize(("_", "data"), SMALL, ids=["xls", "ods", "xlsb"])
def test_other_workbooks_are_told_by_what_they_hold(tmp_path: Path, _: object, data: bytes) -> None:
    """Whatever their name says."""
    book = opened(tmp_path, data)
    assert [list(row) for row in book.read(None).rows] == [[], [None, "Code"], [], [None, "RJ1", 12.5]]


def test_a_text_and_a_data_frame_in_a_file_are_tables_too(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    assert [list(row) for row in opened(tmp_path, b"Code,Rate\nRJ1,12.5\n", "return.csv").read(None).rows] == [
        ["Code", "Rate"],
        ["RJ1", "12.5"],
    ]
    stream = io.BytesIO()
    pandas.DataFrame({"Code": ["RJ1"], "Rate": [12.5]}).to_parquet(stream)
    assert [list(row) for row in opened(tmp_path, stream.getvalue(), "r.parquet").read(None).rows] == [["Code", "Rate"], ["RJ1", 12.5]]  # fmt: skip

"""The reader of Excel workbooks against another one, cell by cell, and against XML that no one expects."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.support import hostile
from tests.support.hostile import MAIN, OFFICE, number, sheet, text

from nhsrate.core.problems import Refused
from nhsrate.core.tables import DisguisedCell, ErrorCell, MarkedText, PercentCell, SheetName, ShownCell, Uncalculated
from nhsrate.files import xlsx
from nhsrate.files.number_formats import look_of, number_as_shown
from nhsrate.files.open import open_book
from nhsrate.files.xlsx_parts import unescaped
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, TableReading

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.core.tables import Book

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def book_of(folder: Path, parts: dict[str, str | bytes]) -> Book:
    path = folder / "return.xlsx"
    path.write_bytes(hostile.package(parts))
    return open_book(path)


def rows_of(folder: Path, parts: dict[str, str | bytes]) -> list[list[object]]:
    return [list(row) for row in book_of(folder, parts).read(None).rows]


def cells(folder: Path, rows: str, strings: str | None = None, styles: str | None = None) -> list[list[object]]:
    """The cells of a sheet of this XML; `strings` are shared texts, `styles` takes the place of the cell styles."""
    return rows_of(folder, parts(rows, strings, styles))


def parts(rows: str, strings: str | None = None, styles: str | None = None) -> dict[str, str | bytes]:
    found = hostile.parts_of({"Return": sheet(rows)})
    if strings is not None:
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    if styles is not None:
        found["xl/styles.xml"] = styles
    return found


def damage(folder: Path, rows: str, strings: str | None = None) -> str:
    """What is said of a damaged sheet."""
    with pytest.raises(Refused) as refused:
        cells(folder, rows, strings)
    [problem] = refused.value.problems
    assert (problem.code, str(problem.at)) == ("broken-file", f"{folder.as_posix()}/return.xlsx:Return")
    return problem.message.partition("(")[2].removesuffix(").")


# agreement with openpyxl


def bare(raw: object) -> object:
    """A cell as openpyxl gives it."""
    match raw:
        case PercentCell():
            return raw.fraction
        case ShownCell():
            return raw.value
        case DisguisedCell():
            return bare(raw.value)
        case MarkedText():
            return raw
        case ErrorCell():
            return raw.text
        case Uncalculated():
            return None
    return raw


def differences(path: Path) -> tuple[int, list[str]]:
    """How many cells both readers give, and where they do not agree."""
    from openpyxl import load_workbook

    book, other = open_book(path), load_workbook(path, read_only=True, data_only=True)
    assert [known.name for known in book.sheets] == [known.title for known in other.worksheets]
    compared, wrong = 0, []
    for known in book.sheets:
        theirs = other[str(known.name)]
        theirs.reset_dimensions()
        ours = {(r, c): raw for r, row in book.stream(known.name) for c, raw in enumerate(row, 1) if raw is not None}
        for r, row in enumerate(theirs.iter_rows(values_only=True), 1):
            for c, value in enumerate(row, 1):
                expected = unescaped(value) if isinstance(value, str) else value
                found = bare(ours.pop((r, c), None))
                compared += found is not None
                if (found != expected or type(found) is not type(expected)) and not (found is None and expected == ""):
                    wrong.append(f"{known.name} {r} {c}: {found!r} {expected!r}")
        wrong += [f"{known.name} {place}: {raw!r}" for place, raw in ours.items() if bare(raw) is not None]
    other.close()
    return compared, wrong


@pytest.mark.parametrize(
    ("folder", "least"), [("messy", 250_000), ("nof-2025-26", 500)], ids=["messy", "oversight framework"]
)
def test_published_workbooks_are_read_as_openpyxl_reads_them(backtest_data: Path, folder: str, least: int) -> None:
    """Every value of every sheet stands where the other reader has it, and is of the same kind."""
    found = [differences(path) for path in sorted((backtest_data / folder).glob("*.xlsx"))]
    assert [wrong for _, wrong in found] == [[]] * len(found)
    assert sum(compared for compared, _ in found) >= least


def test_the_examples_are_read_as_openpyxl_reads_them() -> None:
    found = [differences(path) for path in sorted((ROOT / "examples").glob("*.xlsx"))]
    assert found
    assert [wrong for _, wrong in found] == [[]] * len(found)


def test_a_real_percentage_is_known_by_its_format(backtest_data: Path) -> None:
    """Most percentages of this sheet have more decimals than the one that is shown."""
    book = open_book(backtest_data / "messy" / "ae-by-provider-2025-06.xlsx")
    found = [raw for _, row in book.stream("Provider Level Data") for raw in row if isinstance(raw, PercentCell)]
    rounded = [raw for raw in found if raw.places == 1]
    assert (len(found), len(rounded)) == (524, 445)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=8)
TEXTS = st.one_of(
    TEXTS, st.sampled_from([" padded ", "two\nlines", "\ttab", "<&>\"'", "=1+1", "-", "#", "1_000", "NaN"])
)
FORMATS = ["General", "0", "0.0", "0.0%", "0%", "#,##0.00", "0.00E+00", '0.0"%"', "[Red]0.0;-0.0"]
NUMBERS = st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e300, 1e300))
NUMBERS = st.one_of(NUMBERS, st.decimals(-1000, 1000, places=3).map(float))
NUMBERS = NUMBERS.map(lambda value: float(f"{value:.16g}") if isinstance(value, float) else value)
"""openpyxl writes 16 digits."""

MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001 (spreadsheets know no time zones)
ERRORS = st.sampled_from(["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
CELLS = st.one_of(
    st.none(),
    st.tuples(st.just("text"), TEXTS),
    st.tuples(st.just("number"), NUMBERS, st.sampled_from(FORMATS)),
    st.tuples(st.just("as it is"), MOMENTS | st.booleans()),
    st.tuples(st.just("time"), st.integers(0, 86_399).map(lambda s: (datetime.min + timedelta(seconds=s)).time())),  # noqa: DTZ901 (only its time is used)
    st.tuples(st.just("duration"), st.integers(0, 10**7).map(lambda s: timedelta(seconds=s))),
    st.tuples(st.just("error"), ERRORS),
    st.tuples(st.just("formula"), st.sampled_from(["=1+1", "=SUM(A1:A2)"])),
)
SHEETS = st.lists(
    st.tuples(st.booleans(), st.lists(st.tuples(st.booleans(), st.lists(CELLS, max_size=4)), max_size=5)),
    min_size=1, max_size=3,
)  # fmt: skip


@given(SHEETS)
@example([(False, [(True, []), (False, [("number", 0.95, "0%")])])])
def test_what_openpyxl_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, sheets: list[Any]) -> None:
    """Kinds, number formats, blank rows, hidden rows, hidden sheets; a formula has no result there."""
    from openpyxl import Workbook

    written = Workbook()
    written.remove(written.worksheets[0])
    expected: list[tuple[SheetName, list[list[object]], int]] = []
    for n, (hidden, rows) in enumerate([(False, []), *sheets]):
        place = written.create_sheet(f"Blatt Ω {n} & 'co'")
        place.sheet_state = "hidden" if hidden else "visible"
        wanted = [[wanted_cell(place.cell(r, c), cell) for c, cell in enumerate(row, 1)] for r, (_, row) in enumerate(rows, 1)]  # fmt: skip
        for r, (row_hidden, _) in enumerate(rows, 1):
            if row_hidden:
                place.row_dimensions[r].hidden = True
        expected.append((SheetName(place.title, hidden), trimmed(wanted), sum(row_hidden for row_hidden, _ in rows)))
    path = tmp_path_factory.getbasetemp() / "written.xlsx"
    written.save(path)
    book = open_book(path)
    assert list(book.sheets) == [name for name, _, _ in expected]
    for name, rows, hidden_rows in expected:
        book.problems.clear()
        assert trimmed([list(row) for row in book.read(name.name).rows]) == rows
        said = [problem.message for problem in book.problems]
        assert said == ([f"The sheet has {hidden_rows} hidden row{'s' * (hidden_rows > 1)}, read like the others."] * bool(hidden_rows))  # fmt: skip


def wanted_cell(place: Any, cell: Any) -> object:  # noqa: ANN401 (what openpyxl's stubs do not name)
    """Write a cell, and say what is to be read from it."""
    match cell:
        case "text", words:
            place.value = words
            place.data_type = "s"
            return words
        case "number", value, shown:
            place.value, place.number_format = value, shown
            return number_as_shown(value, look_of(shown))
        case "error", words:
            place.value = words
            return ErrorCell(words)
        case "formula", words:
            place.value = words
            return Uncalculated()
        case _, value:
            place.value = value
            return value
    return None


def trimmed(rows: list[list[object]]) -> list[list[object]]:
    """Rows without blank cells and blank rows at their ends."""
    found = [list(row) for row in rows]
    for row in found:
        while row and row[-1] is None:
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


# numbers


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.94999999999999996", "0.95"),
        ("0.95", "0.95"),
        ("0.10000000000000001", "0.1"),
        ("94.560000000000002", "94.56"),
        ("1E-3", "0.001"),
        ("1e-3", "0.001"),
        ("1.0E+5", "100000"),
        (" 5 ", "5"),
        ("\n5.5\n", "5.5"),
        ("-0.5", "-0.5"),
        ("870296.99999999988", "870297"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_number_has_the_digits_of_a_spreadsheet(tmp_path: Path, written: str, value: str) -> None:
    """Excel writes 17 digits, of which the last ones only say which double it was; it shows and compares 15."""
    rows = f'<row r="1">{text("A1", "Code")}{text("B1", "rate")}</row>'
    rows += f'<row r="2">{text("A2", "RJ1")}<c r="B2"><v>{written}</v></c></row>'
    found = read_tables([book_of(tmp_path, parts(rows))], [Input("rate", "number")], TableReading())
    assert found.values["rate"].cells[0] == Decimal(value)
    assert str(found.values["rate"].cells[0]) == value


@given(st.floats(-1e300, 1e300))
def test_every_double_comes_back(tmp_path_factory: pytest.TempPathFactory, value: float) -> None:
    rows = f'<row r="1"><c r="A1"><v>{value:.17g}</v></c><c r="B1"><v>{value!r}</v></c></row>'
    first, second = cells(tmp_path_factory.getbasetemp(), rows)[0]
    assert first == second == value


@pytest.mark.parametrize(
    "written", ["INF", "NaN", "-INF", "inf", "Infinity", "1e999", "-1E+999", "1_000", "1,5", "many", "&#160;"]
)
def test_a_number_that_is_none_is_damage(tmp_path: Path, written: str) -> None:
    said = damage(tmp_path, f'<row r="3"><c r="B3"><v>{written}</v></c></row>')
    assert said.endswith("in B3 is no number")


# odd XML


def test_names_may_have_a_prefix(tmp_path: Path) -> None:
    found = parts("")
    found["xl/workbook.xml"] = (
        f'<x:workbook xmlns:x="{MAIN}" xmlns:rel="{OFFICE}"><x:workbookPr date1904="0"/>'
        '<x:sheets><x:sheet name="Return" sheetId="1" rel:id="rId1"/></x:sheets></x:workbook>'
    )
    found["xl/sharedStrings.xml"] = f'<x:sst xmlns:x="{MAIN}"><x:si><x:t>Code</x:t></x:si></x:sst>'
    found["xl/styles.xml"] = (
        f'<x:styleSheet xmlns:x="{MAIN}"><x:cellXfs><x:xf numFmtId="0"/><x:xf numFmtId="9"/></x:cellXfs></x:styleSheet>'
    )
    found[SHEET] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c>'
        '<x:c r="B2" s="1"><x:v>0.5</x:v></x:c><x:c r="C2" t="inlineStr"><x:is><x:t>x</x:t></x:is></x:c>'
        '<x:c r="D2"><x:f>1+1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert rows_of(tmp_path, found) == [[], ["Code", PercentCell(0.5), "x", Uncalculated()]]


def test_the_strict_format_is_read(tmp_path: Path) -> None:
    """Its names have other namespaces, and its dates are written out."""
    strict = {
        name: str(xml).replace(MAIN, STRICT).replace(OFFICE, STRICT_OFFICE)
        for name, xml in parts(
            f'<row r="1">{text("A1", "Code")}<c r="B1" t="d" s="2"><v>2026-03-31T00:00:00.000</v></c>'
            '<c r="C1" t="d"><v> 10:30:00 </v></c><c r="D1" t="d"><v>soon</v></c></row>'
        ).items()
    }
    moment = datetime(2026, 3, 31)  # noqa: DTZ001 (spreadsheets know no time zones)
    assert rows_of(tmp_path, {**strict}) == [["Code", moment, time(10, 30), "soon"]]


def test_references_may_be_left_out(tmp_path: Path) -> None:
    """What has none follows what stands before it."""
    rows = '<row><c><v>1</v></c><c r="D1"><v>4</v></c><c><v>5</v></c></row><row r="3"><c/><c><v>2</v></c></row>'
    assert cells(tmp_path, rows + "<row><c><v>9</v></c></row>") == [[1, None, None, 4, 5], [], [None, 2], [9]]


def test_references_may_be_in_lower_case(tmp_path: Path) -> None:
    assert cells(tmp_path, f'<row r="1">{number("b1", 5)}{number("aa1", 6)}</row>')[0][1::25] == [5, 6]


def test_cells_may_come_out_of_order(tmp_path: Path) -> None:
    rows = f'<row r="1">{number("C1", 3)}{number("A1", 1)}<c r="B1"/>{number("B1", 2)}</row>'
    assert cells(tmp_path, rows) == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="3"/><row r="2"/>', "row 2 stands behind row 3"),
        ('<row r="3"/><row r="3"/>', "row 3 stands behind row 3"),
        ('<row r="0"/>', 'there is no row "0"'),
        ('<row r="-1"/>', 'there is no row "-1"'),
        ('<row r="oops"/>', 'there is no row "oops"'),
        ('<row r=""/>', 'there is no row ""'),
        ("<row r='999999999999999999999'/>", 'there is no row "999999999999999999999"'),
        ('<row r="1048576"/><row/>', 'there is no row "1048577"'),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "cell A1 stands twice"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"/><c r="B1"><f>1</f></c></row>', "cell B1 stands twice"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', 'there is no column "XFE"'),
        ('<row r="1"><c r="1"><v>1</v></c></row>', 'there is no column ""'),
        ('<row r="1"><c r="Ä1"><v>1</v></c></row>', 'there is no column "Ä"'),
        (f'<row r="1"><c r="{"A" * 5000}1"><v>1</v></c></row>', f'there is no column "{"A" * 60}'),
        ('<row r="7"><c r="XFD7"/><c/></row>', "more than 16,384 cells in row 7"),
        ('<row r="1"><c r="A1" t="s"><v>1</v></c></row>', "there is no shared text 1"),
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "there is no shared text -1"),
    ],
)
def test_what_leaves_a_place_in_doubt_is_damage(tmp_path: Path, rows: str, said: str) -> None:
    assert damage(tmp_path, rows, "<si><t>x</t></si>")[:80] == said[:80]


def test_the_last_column_is_read(tmp_path: Path) -> None:
    assert cells(tmp_path, f'<row r="1">{number("XFD1", 5)}</row>')[0][16_383] == 5


def test_rich_texts_are_joined_without_how_they_are_spoken(tmp_path: Path) -> None:
    rich = '<si><r><rPr><b/></rPr><t>Rate </t></r><r><t>of falls</t></r><rPh sb="0" eb="1"><t>RATE</t></rPh></si>'
    strings = f'{rich}<si><t xml:space="preserve"> padded </t><phoneticPr fontId="1"/></si><si/><si><t/></si>'
    inline = (
        '<c r="E1" t="inlineStr"><is><r><t>A</t></r><rPh sb="0" eb="1"><t>no</t></rPh><r><t>&amp;E</t></r></is></c>'
    )
    shared = "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCD"))
    assert cells(tmp_path, f'<row r="1">{shared}{inline}</row>', strings) == [
        ["Rate of falls", " padded ", None, None, "A&E"]
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Rate_x000D_\nof falls", "Rate\r\nof falls"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x005f_", "_"),
        ("a_x00zz_b", "a_x00zz_b"),
        ("_xD83D__xDE00_", "\U0001f600"),
        ("_xD83D_", "\ufffd"),
        ("_x0041_", "A"),
    ],
)
def test_characters_that_are_written_by_their_number_are_read(tmp_path: Path, written: str, said: str) -> None:
    """As Excel does; half a character, which could not be printed, is shown as a character that is not known."""
    row = f'<c r="A1" t="s"><v>0</v></c>{text("B1", written)}<c r="C1" t="str"><f>A1</f><v>{written}</v></c>'
    assert cells(tmp_path, f'<row r="1">{row}</row>', f"<si><t>{written}</t></si>") == [[said] * 3]


def test_formulas_give_their_stored_result(tmp_path: Path) -> None:
    """An empty text is a result; a formula with none is told from a blank cell."""
    row = (
        '<c r="A1" t="str"><f>B1&amp;""</f><v></v></c><c r="B1" t="str"><f>"x"</f><v>x</v></c>'
        '<c r="C1"><f t="shared" ref="C1:C2" si="0">1+1</f><v>2</v></c><c r="D1"><f t="shared" si="0"/><v>3</v></c>'
        '<c r="E1"><f t="shared" si="0"/></c><c r="F1" t="b"><f>TRUE()</f></c><c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="H1" t="b"><f>1=1</f><v>true</v></c><c r="I1" t="b"><v>0</v></c>'
    )
    assert cells(tmp_path, f'<row r="1">{row}</row>') == [
        [None, "x", 2, 3, Uncalculated(), Uncalculated(), ErrorCell("#DIV/0!"), True, False]
    ]


def test_comments_and_the_like_do_no_harm(tmp_path: Path) -> None:
    row = '<c r="A1"><!-- x --><v>1<!-- 2 -->3</v></c><?pi x?><c r="B1" t="inlineStr"><is><t><![CDATA[<b>]]>c</t></is></c>'
    found = parts("")
    found[SHEET] = ("\ufeff" + '<?xml version="1.0" encoding="UTF-8"?>\n' + sheet(f'<row r="1">{row}</row>')).encode()
    assert rows_of(tmp_path, found) == [[13, "<b>c"]]


def test_what_stands_behind_the_cells_is_not_read(tmp_path: Path) -> None:
    """The anchor of a drawn button has a row and a column of its own."""
    found = parts("")
    anchor = (
        '<controls><from><xdr:col>1</xdr:col><xdr:row>2</xdr:row></from></controls><row r="1"><c><v>8</v></c></row>'
    )
    found[SHEET] = sheet(f'<row r="1048576">{number("A1048576", 5)}</row>').replace(
        "</sheetData>", f'</sheetData><x xmlns:xdr="urn:x">{anchor}</x>'
    )
    assert [(n, list(row)) for n, row in book_of(tmp_path, found).stream("Return")] == [(1_048_576, [5])]


def test_parts_may_be_missing(tmp_path: Path) -> None:
    """No styles, no shared texts, no relations of the package: numbers are plain and texts stand in their cells."""
    found = parts(f'<row r="1">{text("A1", "x")}{number("B1", 0.5, 1)}</row>')
    del found["xl/styles.xml"], found["_rels/.rels"]
    assert rows_of(tmp_path, found) == [["x", 0.5]]


def test_a_drawing_that_is_missing_does_no_harm(tmp_path: Path) -> None:
    """A published workbook lacks one, and another reader stops there."""
    found = parts(hostile.HEADER)
    found[SHEET] = str(found[SHEET]).replace("</worksheet>", f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/></worksheet>')
    found["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships xmlns="{hostile.RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/drawing" '
        'Target="../drawings/drawing1.xml"/></Relationships>'
    )
    assert rows_of(tmp_path, found) == [["Code", "Rate"]]


def test_a_style_that_is_not_there_is_plain(tmp_path: Path) -> None:
    assert cells(tmp_path, f'<row r="1">{number("A1", 0.5, 99)}{number("B1", 0.5, -1)}</row>') == [[0.5, 0.5]]


def test_a_cell_without_a_style_has_the_first(tmp_path: Path) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs count="1"><xf numFmtId="10"/></cellXfs></styleSheet>'
    assert cells(tmp_path, '<row r="1"><c r="A1"><v>0.5</v></c></row>', styles=styles) == [[PercentCell(0.5)]]


def test_targets_may_be_absolute_and_chart_sheets_are_skipped(tmp_path: Path) -> None:
    found = parts(hostile.HEADER)
    found["xl/chartsheets/sheet1.xml"] = "<chartsheet/>"
    found["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Chart" sheetId="2" r:id="rId2"/>'
        '<sheet name="Gone" sheetId="3" r:id="rId3"/><sheet name="Away" sheetId="4" r:id="rId4"/><sheet name="?"/>'
        '<sheet name="A_x0026_E" sheetId="1" r:id="rId1" state="veryHidden"/></sheets></workbook>'
    )
    found["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{hostile.RELATIONS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/chartsheet" Target="chartsheets/sheet1.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/worksheet" Target="worksheets/gone.xml"/>'
        f'<Relationship Id="rId4" Type="{OFFICE}/worksheet" Target="http://example.org/" TargetMode="External"/>'
        "</Relationships>"
    )
    book = book_of(tmp_path, found)
    assert list(book.sheets) == [SheetName("A&E", hidden=True)]
    assert [list(row) for row in book.read("A&E").rows] == [["Code", "Rate"]]


def test_a_part_may_be_named_in_other_letters(tmp_path: Path) -> None:
    """Names of parts are the same in capitals, and some programs make use of that."""
    found = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    found["xl/SharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'
    found["xl/worksheets/Sheet1.xml"] = found.pop(SHEET)
    assert rows_of(tmp_path, found) == [["x"]]


def test_the_workbook_may_stand_elsewhere(tmp_path: Path) -> None:
    found = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', "<si><t>x</t></si>")
    found["book/main.xml"] = found.pop("xl/workbook.xml")
    found["book/_rels/main.xml.rels"] = (
        f'<Relationships xmlns="{hostile.RELATIONS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="../xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="../xl/sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="../xl/styles.xml"/></Relationships>'
    )
    found["_rels/.rels"] = str(found["_rels/.rels"]).replace("xl/workbook.xml", "/book/main.xml")
    found["xl/workbook.xml"] = "<other/>"
    assert rows_of(tmp_path, found) == [["x"]]


@pytest.mark.parametrize(
    ("said", "day"), [("0", date(2026, 3, 31)), ("1", date(2030, 4, 1)), ("true", date(2030, 4, 1))]
)
def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path, said: str, day: date) -> None:
    found = parts(f'<row r="1">{number("A1", 46112, 2)}{number("B1", 0.25, 2)}{number("C1", 1e9, 2)}</row>')
    workbook = str(found["xl/workbook.xml"])
    found["xl/workbook.xml"] = workbook.replace("<sheets>", f'<workbookPr date1904="{said}"/><sheets>')
    [[moment, quarter, odd]] = rows_of(tmp_path, found)
    assert isinstance(moment, datetime)
    assert (moment.date(), quarter, odd) == (day, time(6), ErrorCell("#VALUE!"))


def test_durations_and_days_before_march_1900_are_read(tmp_path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="[h]:mm"/></numFmts>'
        '<cellXfs><xf/><xf numFmtId="200"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    row = number("A1", 1.25, 1) + number("B1", 59, 2) + number("C1", 61, 2)
    assert cells(tmp_path, f'<row r="1">{row}</row>', styles=styles) == [
        [timedelta(hours=30), datetime(1900, 2, 28), datetime(1900, 3, 1)]  # noqa: DTZ001 (as above)
    ]


def test_a_damaged_list_of_styles_is_refused(tmp_path: Path) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="x"/></cellXfs></styleSheet>'
    with pytest.raises(Refused, match="The workbook is incomplete or damaged"):
        cells(tmp_path, "", styles=styles)


# large sheets


def test_rows_of_formulas_below_the_last_value_are_read_in_a_large_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written by a program that does not calculate is no endless blank."""
    monkeypatch.setattr(xlsx, "LARGE_PART", 100)
    formula = '<row r="3"><c r="A3"><f>A2</f></c></row><row r="4"><c r="A4"><f t="shared" si="0"/></c></row>'
    blank = '<row r="5"><c r="A5" s="1"/></row>'
    found = cells(tmp_path, hostile.HEADER + hostile.FIRST + formula + blank)
    assert found[2:] == [[Uncalculated()], [Uncalculated()]]


@pytest.mark.parametrize("end", ["</sheetData>", "</x:sheetData >"])
def test_the_last_value_is_looked_for_within_the_cells(end: str) -> None:
    rows = b"<row><c><v>1</v></c></row>"
    for blank in (b"", b"<row/>" * 400_000):
        data = rows + blank + end.encode() + b"<f>1</f><v>2</v>" + b" " * 2_000_000
        assert xlsx.last_value(io.BytesIO(data)) == rows.find(b"/v>")
    assert xlsx.last_value(io.BytesIO(b"<row/>")) == 0


def test_a_row_that_stands_across_two_pieces_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the XML is cut into pieces, the rows are the same."""
    from nhsrate.files import xlsx

    monkeypatch.setattr(xlsx, "LARGE_PART", 100)
    blank = "".join(f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in range(3, 40))
    for size in (1, 2, 3, 7, 64, 501):
        monkeypatch.setattr(xlsx, "PIECE", size)
        assert cells(tmp_path, hostile.HEADER + hostile.FIRST + blank) == [["Code", "Rate"], ["RJ1", 12.5]]


def test_the_parts_are_listed_once_however_many_sheets_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To list the parts again for each sheet takes time with the square of them: 20 s for 2,000."""
    import zipfile

    listed = 0
    read = zipfile.ZipFile._RealGetContents  # type: ignore[attr-defined]  # what is called once for each listing

    def counting(archive: zipfile.ZipFile) -> None:
        nonlocal listed
        listed += 1
        read(archive)

    sheets = {f"S{n}": sheet(hostile.HEADER) for n in range(30)}
    path = tmp_path / "return.xlsx"
    path.write_bytes(hostile.package(hostile.parts_of(sheets)))
    book = open_book(path)
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", counting)
    assert all(len(book.read(name, 60).rows) == 1 for name in sheets)
    assert listed == 0

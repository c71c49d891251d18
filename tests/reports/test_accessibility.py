"""Whom an output reaches: workbooks that a screen reader can walk through, and colours that nobody needs to see.

The points are those of the Analysis Function of the UK government for spreadsheets, and of WCAG 2.2 for colours.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.utils import get_column_letter
from tests.conftest import ROOT
from tests.support.outputs import assessed

import nhsrate
from nhsrate import __version__
from nhsrate.commands.main import main
from nhsrate.commands.rating import score
from nhsrate.engine.assess import assess
from nhsrate.reports.colours import PALETTES, SHAPES, UNRATED_PAINT
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return
from nhsrate.workbooks.ratings import ratings_xlsx

if TYPE_CHECKING:
    from click.testing import Result

Book = Any  # openpyxl's own types say too little of tables
Sheet = Any

# a workbook, point by point


@pytest.fixture(scope="module", params=["in colour", "in blue", "an edition that is shipped"])
def content(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook of a small return with missing values, notes and rows set aside, or of an example."""
    if request.param == "an edition that is shipped":
        methodology = load_methodology("monitor-financial-risk-2011-12")
        submitted = read_return(ROOT / "examples" / "financial-risk-2011-12.csv", methodology)
        return ratings_xlsx(assess(submitted, methodology), palette="blue")
    small = assessed(tmp_path_factory.mktemp("small"), settings={"cut": "2.6"})
    return ratings_xlsx(small, palette="blue" if request.param == "in blue" else "default")


@pytest.fixture(scope="module")
def book(content: bytes) -> Book:
    return openpyxl.load_workbook(BytesIO(content))


def table(sheet: Sheet) -> tuple[int, list[tuple[Any, ...]]]:
    """The row of the headings, and the rows of the one table, headings first."""
    (one,) = sheet.tables.values()
    return int(re.sub(r"\D", "", one.ref.split(":")[0])), list(sheet[one.ref])


def test_each_sheet_has_one_real_table_with_a_name_that_says_what_it_holds(book: Book) -> None:
    names = [name for sheet in book for name in sheet.tables]
    assert names == [sheet.title.replace(" ", "_") for sheet in book]
    assert all(len(sheet.tables) == 1 for sheet in book)


def test_each_table_has_one_row_of_headings_which_are_unique_and_not_empty(book: Book) -> None:
    for sheet in book:
        (one,) = sheet.tables.values()
        _, (head, *_rest) = table(sheet)
        headings = [cell.value for cell in head]
        assert one.headerRowCount == 1
        assert headings == one.column_names
        assert all(isinstance(heading, str) and heading.strip() for heading in headings)
        assert len({heading.casefold() for heading in headings}) == len(headings)


def test_each_table_stands_against_the_left_edge(book: Book) -> None:
    assert all(next(iter(sheet.tables.values())).ref.startswith("A") for sheet in book)


def test_the_title_stands_in_a1(book: Book) -> None:
    for sheet in book:
        assert sheet["A1"].value
        assert sheet["A1"].font.bold
    titles = [sheet["A1"].value for sheet in book]
    assert len(set(titles)) == len(titles)


def test_lines_on_contents_notes_and_source_stand_above_the_table(book: Book) -> None:
    """They stand in column A, one to a row, without a blank row between title and table."""
    for sheet in book:
        top, _ = table(sheet)
        above = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=top - 1)]
        assert len(above) >= 2
        assert all(row[0] and not any(row[1:]) for row in above)
    for name in ("Ratings", "Results", "Reasons"):
        said = " ".join(str(row[0].value) for row in book[name].iter_rows(max_row=table(book[name])[0] - 1))
        assert "This sheet holds one table" in said
        assert "Source: " in said


def test_nothing_stands_below_or_beside_the_table(book: Book) -> None:
    for sheet in book:
        (one,) = sheet.tables.values()
        assert one.ref.split(":")[1] == f"{get_column_letter(sheet.max_column)}{sheet.max_row}"


def test_no_cells_are_merged(book: Book) -> None:
    assert not any(sheet.merged_cells.ranges for sheet in book)


def test_there_are_no_blank_rows_or_columns_in_a_table(book: Book) -> None:
    for sheet in book:
        _, rows = table(sheet)
        assert all(any(cell.value is not None for cell in row) for row in rows)
        assert all(any(cell.value is not None for cell in column[1:]) for column in zip(*rows, strict=True))


def test_no_row_column_or_sheet_is_hidden(book: Book) -> None:
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())
        assert not any(dimension.hidden for dimension in sheet.row_dimensions.values())


def test_no_sheet_is_blank_and_their_names_are_unique(book: Book) -> None:
    assert all(len(table(sheet)[1]) >= 2 for sheet in book)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(re.fullmatch(r"[A-Z][a-z0-9 ]{1,30}", name) for name in book.sheetnames)


def test_an_empty_cell_is_explained_above_the_table_and_so_is_the_shorthand(book: Book) -> None:
    for sheet in book:
        top, rows = table(sheet)
        above = [sheet.cell(row, 1).value for row in range(1, top)]
        values = [cell.value for row in rows for cell in row]
        assert any(line.startswith("A blank cell: ") for line in above) == (None in values)
        used = any(str(value).startswith("[x]") for value in values)
        assert any(line.startswith("[x]: ") for line in above) or not used


def test_the_notes_are_numbered_on_a_sheet_of_their_own(book: Book) -> None:
    _, (_, *rows) = table(book["Notes"])
    assert [row[0].value for row in rows] == [f"[note {n}]" for n in range(1, len(rows) + 1)]
    known = {row[0].value: row[2].value for row in rows}
    for cell in table(book["Results"])[1][0]:
        if found := re.search(r"\[note \d+\]", cell.value):
            assert f"({known[found[0]]})" in cell.value


def test_text_is_wrapped(book: Book) -> None:
    for sheet in book:
        _, rows = table(sheet)
        assert all(cell.alignment.wrap_text for row in rows for cell in row if isinstance(cell.value, str))


def test_columns_are_as_wide_as_what_they_hold_within_reason(book: Book) -> None:
    """A text that is wider than its column has a row that is tall enough for its lines."""
    for sheet in book:
        _, rows = table(sheet)
        widths = [*sheet.column_dimensions.values()]
        for row in rows:
            for cell in row:
                width = next(one.width for one in widths if one.min <= cell.column <= one.max)
                assert 9 <= width < 81
                lines = (sheet.row_dimensions[cell.row].height or 15) / 15
                assert len(str(cell.value or "")) <= width * lines


def test_headings_stay_in_sight_and_so_do_the_names(book: Book) -> None:
    """On paper too: they are on every page, and every page is A4, landscape, with its number at the foot."""
    for sheet in book:
        top, (head, *_) = table(sheet)
        names = [cell.value for cell in head]
        kept = get_column_letter(names.index("Code") + 3) if "Code" in names else "A"
        assert sheet.freeze_panes == f"{kept}{top + 1}"
        assert sheet.print_title_rows == f"${top}:${top}"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
            "landscape", 9, 0,
        )  # fmt: skip
        assert sheet.oddFooter.right.text == f"{sheet.title}, page &P of &N"


def test_there_are_no_filters_images_or_macros(book: Book, content: bytes) -> None:
    for sheet in book:
        assert sheet.auto_filter.ref is None
        assert all(one.autoFilter is None for one in sheet.tables.values())
        assert not sheet.conditional_formatting
        assert not sheet.data_validations.dataValidation
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.namelist()
    assert not [part for part in parts if re.search("vba|macro|media|drawing|external|embed|comment|calcChain", part)]


def test_headings_and_levels_have_grounds_and_nothing_else(book: Book) -> None:
    """A ground stands behind words alone; the striped styles of tables are grounds too, and there are none."""
    for sheet in book:
        top, (head, *rows) = table(sheet)
        assert all(cell.fill.fill_type and cell.font.bold for cell in head)
        filled = [cell for row in rows for cell in row if cell.fill.fill_type]
        assert sheet.title in {"Ratings", "Cover"} or not filled
        assert all(isinstance(cell.value, str) and re.match(r"\w|\[x\] \w", cell.value) for cell in filled)
        assert all(cell.border.left.style in {"thin", "dashed"} for cell in filled)
        assert not any(cell.fill.fill_type for row in sheet.iter_rows(max_row=top - 1) for cell in row)
        assert not any(one.tableStyleInfo.showRowStripes for one in sheet.tables.values())


def test_the_sheets_are_those_that_the_order_names(tmp_path: Path) -> None:
    names = openpyxl.load_workbook(BytesIO(ratings_xlsx(assessed(tmp_path)))).sheetnames
    assert names == ["Ratings", "Cover", "Contents", "Results", "Reasons", "Set aside", "Notes"]


def test_the_properties_of_the_document_are_filled_in(book: Book) -> None:
    assert book.properties.title == book["Cover"]["A1"].value
    assert (book.properties.creator, book.properties.language) == ("nhsrate", "en-GB")


def test_the_first_sheet_is_seen_when_the_file_is_opened(book: Book) -> None:
    """Every sheet is seen from its top."""
    assert book.active.title == book.sheetnames[0] == "Ratings"
    for sheet in book:
        assert sheet.sheet_view.topLeftCell is None
        assert sheet.sheet_view.pane.topLeftCell == sheet.freeze_panes
        assert bool(sheet.sheet_view.tabSelected) == (sheet.title == "Ratings")


def test_the_sheets_stand_in_their_order(book: Book) -> None:
    """What a person wants stands in front."""
    order = ["Ratings", "Cover", "Contents", "Results", "Reasons", "Set aside", "Notes"]
    assert [name for name in order if name in book.sheetnames] == book.sheetnames
    assert {"Ratings", "Cover", "Contents", "Results", "Reasons", "Notes"} <= set(book.sheetnames)


def test_the_cover_says_the_result_first_and_the_digests_last(book: Book) -> None:
    _, (_, *rows) = table(book["Cover"])
    said = [row[0].value for row in rows]
    assert said[0].endswith(" rated")
    assert all(": " in label for label in said[1 : said.index("Methodology")])
    assert said[-2:] == ["SHA-256 of the rule files", "SHA-256 of the return"]


def test_the_cover_says_what_when_and_from_which_files(book: Book) -> None:
    _, (_, *rows) = table(book["Cover"])
    said = {row[0].value: row[1].value for row in rows}
    assert said["Made with"] == f"nhsrate {__version__}"
    assert {"Methodology", "Edition", "Period of the edition", "Status", "Rule files", "Return"} <= set(said)
    for what in ("SHA-256 of the rule files", "SHA-256 of the return"):
        assert re.fullmatch("[0-9a-f]{64}", said[what])


def test_reasons_has_a_row_for_each_organisation_and_item_with_the_cell_it_was_read_from(book: Book) -> None:
    """The marker for a value that is missing and the reason stand in two columns."""
    _, (head, *rows) = table(book["Reasons"])
    at = {cell.value: n for n, cell in enumerate(head)}
    pairs = [(row[at["Code"]].value, row[at["Item"]].value) for row in rows]
    assert len(set(pairs)) == len(pairs)
    for row in rows:
        assert row[at["Why"]].value
        assert row[at["Value"]].value is not None
    read = [row for row in rows if row[at["Why"]].value == "read from the return"]
    assert read
    assert all(re.fullmatch(r"(\w+!)?[A-Z]+\d+", row[at["Cell"]].value) for row in read)


def test_numbers_are_numbers_with_a_format_and_codes_are_text(book: Book) -> None:
    """A percentage is a fraction that is shown with its sign."""
    for sheet in book:
        _, (_, *rows) = table(sheet)
        cells = [cell for row in rows for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"n", "s"}
        assert all(
            re.fullmatch(r"0(\.0+)?%?|0\.00E\+00", cell.number_format) for cell in cells if cell.data_type == "n"
        )
    _, (head, *rows) = table(book["Reasons"])
    at = {cell.value: n for n, cell in enumerate(head)}
    assert all(row[at["Code"]].data_type == "s" for row in rows)
    shares = [row[at["Value"]] for row in rows if (row[at["Unit"]].value or "").startswith("%")]
    formats = {cell.number_format for cell in shares if cell.data_type == "n"}
    assert formats
    assert all(re.fullmatch(r"0\.0+%", form) for form in formats)


# the same bytes


ALL_FORMS = """
import sys
from pathlib import Path
from nhsrate.engine.assess import assess
from nhsrate.reports.csv_json import long_csv, ratings_csv, ratings_json
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return
from nhsrate.reports.league import markdown_table
from nhsrate.screen.league import league_text
from nhsrate.workbooks.ratings import ratings_xlsx

methodology = load_methodology("small.yaml")
assessment = assess(read_return(Path("returns.csv"), methodology), methodology)
forms = {
    "csv": ratings_csv(assessment), "long": long_csv(assessment), "json": ratings_json(assessment),
    "md": markdown_table(assessment), "txt": league_text(assessment),
}
out = Path(sys.argv[1])
out.mkdir()
for name, text in forms.items():
    (out / name).write_bytes(text.encode())
(out / "xlsx").write_bytes(ratings_xlsx(assessment))
(out / "colour").write_bytes(ratings_xlsx(assessment, palette="blue"))
"""


def test_two_processes_at_two_times_give_the_same_bytes(tmp_path: Path) -> None:
    """Neither the order of sets, which Python shuffles, nor clock and time zone get into an output."""
    assessed(tmp_path)
    for name, seed, zone in (("one", "1", "UTC-13"), ("two", "4021", "UTC+11")):
        paths = {"PYTHONPATH": str(Path(nhsrate.__file__).parents[1]), "PYTHONHASHSEED": seed, "TZ": zone}
        subprocess.run([sys.executable, "-c", ALL_FORMS, name], cwd=tmp_path, env=os.environ | paths, check=True)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


# colours


MACHADO = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""How the three kinds of colour blindness change linear RGB, in full: Machado, Oliveira and Fernandes, 2009."""
NORMAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE_POINT = (0.95047, 1.0, 1.08883)

Matrix = tuple[tuple[float, ...], ...]


def linear(colour: str) -> tuple[float, ...]:
    """A colour such as `#8a1538` as linear RGB, each part from 0 to 1."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def times(matrix: Matrix, vector: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix)


def lab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    """Linear RGB as CIE Lab."""
    parts = [value / white for value, white in zip(times(XYZ, rgb), WHITE_POINT, strict=True)]
    x, y, z = (part ** (1 / 3) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29 for part in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, kinds: tuple[str, ...] = tuple(MACHADO)) -> float:
    """How far apart two colours look (CIE76) to those who tell them apart worst."""
    found = []
    for kind in kinds:
        seen = [
            [min(1.0, max(0.0, part)) for part in times(MACHADO.get(kind, NORMAL), linear(c))] for c in (one, other)
        ]
        first, second = (lab(tuple(rgb)) for rgb in seen)
        found.append(math.dist(first, second))
    return min(found)


def smallest(colours: list[str]) -> float:
    return min(distance(*pair) for pair in combinations(colours, 2))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG."""
    dark, light = sorted(
        sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


TRAFFIC_LIGHTS = ("red", "amber", "green")


@pytest.mark.parametrize(("palette", "measured"), [("default", 35), ("blue", 51)])
def test_red_amber_and_green_stay_apart_under_every_colour_blindness(palette: str, measured: int) -> None:
    """Over 30 is safe at a glance."""
    found = smallest([PALETTES[palette][colour][1] for colour in TRAFFIC_LIGHTS])
    assert found > 30
    assert found == pytest.approx(measured, abs=1)


def test_the_stock_fills_of_excel_do_not() -> None:
    """Good, Neutral and Bad: under 10 reads as the same colour. The measure can tell the difference."""
    found = smallest(["#ffc7ce", "#ffeb9c", "#c6efce"])
    assert found < 10
    assert found == pytest.approx(5, abs=1)


@pytest.mark.parametrize("palette", PALETTES)
def test_no_two_colours_of_a_palette_look_alike(palette: str) -> None:
    """Not to those who see every colour, nor to others; and none looks like the white of what is missing."""
    grounds = [ground for _, ground in (*PALETTES[palette].values(), UNRATED_PAINT)]
    assert min(distance(*pair, ("normal", *MACHADO)) for pair in combinations(grounds, 2)) > 15


@pytest.mark.parametrize("palette", PALETTES)
def test_text_and_symbols_can_be_read_on_every_ground(palette: str) -> None:
    """WCAG asks for 4.5 to 1; a symbol stands in the text, in its colour."""
    for ink, ground in (*PALETTES[palette].values(), UNRATED_PAINT):
        assert contrast(ink, ground) >= 4.5


def test_what_wcag_says_of_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#8a1538", "#ffffff") == pytest.approx(9.4, abs=0.05)


def test_both_palettes_have_every_colour_and_every_colour_a_shape_of_its_own() -> None:
    assert list(PALETTES["blue"]) == list(PALETTES["default"]) == list(SHAPES)
    assert len(set(SHAPES.values())) == len(SHAPES)
    assert [SHAPES[colour] for colour in TRAFFIC_LIGHTS] == ["■", "▲", "●"]


def test_red_amber_and_green_are_those_that_were_measured() -> None:
    grounds = {name: [palette[colour][1] for colour in TRAFFIC_LIGHTS] for name, palette in PALETTES.items()}
    assert grounds == {"default": ["#8a1538", "#ffb81c", "#00a499"], "blue": ["#8a1538", "#ffb81c", "#005eb8"]}


# the options


def run(folder: Path, *arguments: str) -> Result:
    """The command `score` on the small return."""
    assessed(folder)
    given = ["score", str(folder / "returns.csv"), "-m", str(folder / "small.yaml"), *arguments]
    return CliRunner().invoke(main, given, prog_name="nhsrate")


def test_the_workbook_has_its_ratings_in_colour(tmp_path: Path) -> None:
    out = tmp_path / "ratings.xlsx"
    for palette, green in ((), "FF00A499"), (("--palette", "blue"), "FF005EB8"):
        assert run(tmp_path, "-o", str(out), *palette).exit_code == 0
        _, (_, first, *_rest) = table(openpyxl.load_workbook(out)["Ratings"])
        assert first[-1].fill.start_color.rgb == green


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--colour", "-f", "csv"], "The coloured sheet of a workbook, which it used to ask for, is always written"),
        (["--palette", "blue", "-f", "csv"], "--palette goes with the table, and with -f xlsx."),
        (["--reasons", "-f", "json"], "--reasons goes with -f xlsx; json holds the reasons of all anyway."),
        (["--bom"], "--long, --raw-csv and --bom go with -f csv"),
        (["--bom", "-f", "json"], "--long, --raw-csv and --bom go with -f csv"),
        (["--palette", "grey"], "is not one of"),
    ],
)
def test_an_option_that_does_nothing_is_wrong_usage(tmp_path: Path, arguments: list[str], says: str) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())


def test_every_palette_can_be_asked_for() -> None:
    (option,) = [param for param in score.params if param.name == "palette"]
    assert list(getattr(option.type, "choices", [])) == list(PALETTES)


def test_a_palette_changes_no_word_of_the_table(tmp_path: Path) -> None:
    assert run(tmp_path, "--palette", "blue").stdout == run(tmp_path).stdout


def test_the_palette_reaches_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "3")
    assert "48;2;0;164;153m★★★ 3" in run(tmp_path).stdout
    assert "48;2;0;94;184m★★★ 3" in run(tmp_path, "--palette", "blue").stdout


def test_a_byte_order_mark_tells_excel_that_the_csv_is_utf_8(tmp_path: Path) -> None:
    for form in ([], ["--long"]):
        plain = run(tmp_path, "-f", "csv", *form).stdout_bytes
        assert run(tmp_path, "-f", "csv", *form, "--bom").stdout_bytes == b"\xef\xbb\xbf" + plain
        assert not plain.startswith(b"\xef\xbb\xbf")

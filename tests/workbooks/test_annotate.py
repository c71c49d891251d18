"""The annotated copy of a return: a comment on each faulty cell, a list with links, and nothing else changed."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.datavalidation import DataValidation
from tests.conftest import ROOT
from tests.support import hostile
from tests.support.hostile import HEADER, MAIN, OFFICE, TYPE, package, parts_of, sheet
from tests.support.running import run

from nhsrate.commands.checked import check_return
from nhsrate.core.problems import CellLocation, LineLocation, Problem, Refused, Severity
from nhsrate.core.tables import (
    DisguisedCell,
    ErrorCell,
    MarkedText,
    MemoryBook,
    PercentCell,
    ShownCell,
    Table,
    Uncalculated,
)
from nhsrate.files.open import open_book
from nhsrate.files.xlsx_parts import unescaped
from nhsrate.runs.request import Request
from nhsrate.workbooks import annotate
from nhsrate.workbooks import plain as annotate_plain
from nhsrate.workbooks.annotate import annotated, ending
from nhsrate.workbooks.package import plain
from nhsrate.workbooks.plain import annotated_tables
from nhsrate.workbooks.sheets import cell_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = "folder/return.xlsx"
ROWS = HEADER + hostile.FIRST
TOUCHED = re.compile(r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels")
WHOLE = "the whole file"
LOOK = '<rPr><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'


def at(cell: str, name: str = "Return", file: str = FILE) -> CellLocation:
    row, column = cell_of(cell)
    return CellLocation(file, name, row, column)


def fault(
    cell: str,
    message: str = "It is wrong.",
    remedy: str = "Mend it.",
    severity: Severity = "error",
    name: str = "Return",
) -> Problem:
    return Problem(at(cell, name), "text-in-number", message, remedy, severity)


def opened(data: bytes) -> Any:  # noqa: ANN401 (openpyxl's own types say too little of cells)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Workbook contains no default style")  # ours may have few styles
        return openpyxl.load_workbook(BytesIO(data))


def comments(data: bytes, name: str = "Return") -> dict[str, str]:
    """The comments of a sheet by their cells."""
    cells = (cell for row in opened(data)[name].iter_rows() for cell in row)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def listing(data: bytes, name: str = "Problems") -> list[list[str]]:
    """The rows of the list of problems, the link of each behind it."""
    rows = list(opened(data)[name].iter_rows())
    [top] = [number for number, row in enumerate(rows) if row[0].value == "Place"]
    return [
        [*(cell.value or "" for cell in row), row[0].hyperlink.location if row[0].hyperlink else ""]
        for row in rows[top + 1 :]
    ]


def about(data: bytes) -> list[str]:
    """The lines above the list of problems."""
    lines = [row[0].value for row in opened(data)["Problems"].iter_rows()]
    return lines[: lines.index("Place")]


def part(data: bytes, name: str) -> str:
    with ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def names(data: bytes) -> list[str]:
    with ZipFile(BytesIO(data)) as archive:
        return archive.namelist()


def changed(before: bytes, after: bytes) -> set[str]:
    """The parts that are not the same to the byte; the others must be in their old order, with their old dates."""
    with ZipFile(BytesIO(before)) as old, ZipFile(BytesIO(after)) as new:
        assert new.namelist()[: len(old.namelist())] == old.namelist()
        for entry in old.infolist():
            assert new.getinfo(entry.filename).date_time == entry.date_time
        return {name for name in old.namelist() if old.read(name) != new.read(name)}


def one_sheet(xml: str, extra: Mapping[str, str | bytes] | None = None) -> bytes:
    return package({**parts_of({"Return": xml}), **(extra or {})})


def commented_workbook(comments_xml: str, drawing: str, sheet_xml: str | None = None) -> bytes:
    """A workbook whose sheet has these comments, and this drawing of them."""
    legacy = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rId1"/></worksheet>'
    xml = sheet_xml or sheet(ROWS).replace("</worksheet>", legacy)
    related = "".join(
        f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="../{target}"/>'
        for id_, kind, target in [
            ("rId1", "vmlDrawing", "drawings/vmlDrawing1.vml"),
            ("rId2", "comments", "comments1.xml"),
        ]
    )
    link = "https://example.org/a?b=1&amp;c=2"
    related += f'<Relationship Id="rId3" Type="{OFFICE}/hyperlink" Target="{link}" TargetMode="External"/>'
    return one_sheet(
        xml,
        {
            "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{hostile.RELATIONS}">{related}</Relationships>',
            "xl/comments1.xml": comments_xml,
            "xl/drawings/vmlDrawing1.vml": drawing,
        },
    )


def comments_xml(*inner: str, author: str = "Ann") -> str:
    listed = "".join(inner)
    return f'<comments xmlns="{MAIN}"><authors><author>{author}</author></authors><commentList>{listed}</commentList></comments>'


def note(cell: str, text: str) -> str:
    return f'<comment ref="{cell}" authorId="0"><text>{text}</text></comment>'


def drawing(*shapes: str, layout: str = '<o:idmap v:ext="edit" data="3"/>') -> str:
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"\n'
        f' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">{layout}</o:shapelayout>'
        f"{''.join(shapes)}</xml>\n"
    )


def shape(row: int, column: int, anchor: str = "<x:Anchor>\n 2, 15, 0, 2, 4, 15, 4, 16</x:Anchor>") -> str:
    data = f"{anchor}<x:Row>{row}</x:Row>\n<x:Column>{column}</x:Column>"
    return f'<v:shape id="_x0000_s5122"><br><x:ClientData ObjectType="Note">{data}</x:ClientData></v:shape>'


def refusal(data: bytes, problems: Sequence[Problem]) -> str:
    with pytest.raises(Refused) as refused:
        annotated(data, FILE, problems)
    return str(refused.value)


@pytest.fixture(scope="module")
def rich() -> bytes:
    """A workbook with much that openpyxl would lose or write anew, and two sheets of comments."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "Return"
    for row in [["Code", "Rate", "Note"], ["RJ1", 12.5, "=B2*2"], ["RJ2", "oops", None], [None, 3, None]]:
        page.append(row)
    page.merge_cells("C2:D4")
    page.column_dimensions["B"].width, page.column_dimensions["C"].hidden = 30, True
    page.conditional_formatting.add("B2:B4", Rule("duplicateValues"))
    page.conditional_formatting.add("B2:B4", Rule("cellIs", operator="greaterThan", formula=["10"]))
    check = DataValidation("list", formula1='"yes,no"')
    check.add("C2")
    page.add_data_validation(check)
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=1, max_row=4), titles_from_data=True)
    page.add_chart(chart, "F2")
    other: Any = book.create_sheet("Other")
    other["B2"] = "x"
    other["B2"].comment, other["A1"].comment = Comment("Old words", "Ann"), Comment("Of A1", "Ann")
    stream = BytesIO()
    book.save(stream)
    file = BytesIO()
    with ZipFile(BytesIO(stream.getvalue())) as old, ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, (2024, 2, 29, 12, 0, 2)), old.read(name))
        new.writestr(ZipInfo("xl/media/image1.png", (2024, 2, 29, 12, 0, 2)), b"\x89PNG\r\n")
        new.writestr(ZipInfo("xl/vbaProject.bin", (2024, 2, 29, 12, 0, 2)), bytes(range(256)))
    return file.getvalue()


def test_each_faulty_cell_has_a_comment_with_all_that_is_wrong_with_it() -> None:
    problems = [fault("B2"), fault("A2", "Odd."), fault("B2", "And odd.", "", "warning"), fault("B2")]
    done = annotated(one_sheet(sheet(ROWS)), FILE, problems)
    assert comments(done) == {"A2": "Error: Odd. Mend it.", "B2": "Error: It is wrong. Mend it.\nWarning: And odd."}
    assert opened(done)["Return"]["A2"].comment.author == "nhsrate check"
    assert re.findall(r'<comment ref="(\w+)"', part(done, "xl/comments1.xml")) == ["A2", "B2"]


def test_the_list_leads_to_each_cell_of_each_problem() -> None:
    several = Problem(at("B2"), "no-code", "Twice.", "Mend.", "note", (at("B2"), at("C9")))
    problems = [
        several,
        Problem(CellLocation(FILE, "Return"), "hidden-rows", "Hidden.", "", "note"),
        Problem(CellLocation(FILE, "Return", 2), "no-code", "No code."),
        Problem(CellLocation(FILE), "not-used", "Unused.", "", "note"),
        Problem(CellLocation(FILE, "Elsewhere", 3, 1), "no-code", "A sheet that is not there."),
        Problem(CellLocation("folder/b.xlsx", "S", 3, 1), "no-code", "Else.", "", "error", (at("A3", "S", "folder/b.xlsx"),) * 2),
        Problem(LineLocation("folder/rules.yaml", 3), "yaml", "No."),
    ]  # fmt: skip
    done = annotated(one_sheet(sheet(ROWS)), FILE, problems)
    assert listing(done) == [
        ["Return!B2", "Note", "no-code", "Twice.", "Mend.", "'Return'!B2"],
        ["Return!C9", "Note", "no-code", "Twice.", "Mend.", "'Return'!C9"],
        ["Return", "Note", "hidden-rows", "Hidden.", "", "'Return'!A1"],
        ["Return!row 2", "Error", "no-code", "No code.", "", "'Return'!A2"],
        [WHOLE, "Note", "not-used", "Unused.", "", ""],
        ["Elsewhere!A3", "Error", "no-code", "A sheet that is not there.", "", ""],
        ["b.xlsx:S!A3", "Error", "no-code", "Else. The same fault stands in 2 cells: A3 and A3.", "", ""],
        ["rules.yaml:3:0", "Error", "yaml", "No.", "", ""],
    ]
    assert about(done) == [
        "Problems found by nhsrate check",
        "7 problems of return.xlsx; each faulty cell has a row.",
        "Click a place to go to the cell; the comment there says the same when the mouse rests on it.",
    ]
    assert list(comments(done)) == ["A2", "B2", "C9"]


def test_a_workbook_without_a_fault_in_its_cells_gets_the_list_alone() -> None:
    data = one_sheet(sheet(ROWS))
    done = annotated(data, FILE, [Problem(CellLocation(FILE), "not-used", "Unused.", "", "note")])
    assert all(TOUCHED.fullmatch(name) for name in changed(data, done))
    assert names(done)[len(names(data)) :] == ["xl/worksheets/sheet2.xml"]
    assert "hyperlink" not in part(done, "xl/worksheets/sheet2.xml")


def test_nothing_else_is_changed(rich: bytes) -> None:
    """Charts, pictures, macros, conditional formats, checks of input and old comments stay as they were."""
    done = annotated(rich, FILE, [fault("B3"), fault("C3"), fault("B2", name="Other"), fault("D9", name="Other")])
    assert changed(rich, done) == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels", "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml",
    }  # fmt: skip
    assert re.sub(r"<legacyDrawing [^>]*/>", "", part(done, "xl/worksheets/sheet1.xml")) == part(
        rich, "xl/worksheets/sheet1.xml"
    )
    before, after = opened(rich), opened(done)
    assert after.sheetnames == ["Return", "Other", "Problems"]
    assert after.active.title == before.active.title
    for name in before.sheetnames:
        old, new = before[name], after[name]
        assert [[(c.value, c.number_format) for c in row] for row in new["A1:F9"]] == [
            [(c.value, c.number_format) for c in row] for row in old["A1:F9"]
        ]
        assert new.merged_cells.ranges == old.merged_cells.ranges
        assert {key: column.width for key, column in new.column_dimensions.items()} == {
            key: column.width for key, column in old.column_dimensions.items()
        }
        assert len(new.conditional_formatting) == len(old.conditional_formatting)
        assert len(new.data_validations.dataValidation) == len(old.data_validations.dataValidation)
        assert len(new._charts) == len(old._charts)


def test_a_comment_stands_on_the_first_of_merged_cells(rich: bytes) -> None:
    """Excel would not show it on the others; the link leads to the cell that is meant all the same."""
    done = annotated(rich, FILE, [fault("D4")])
    assert list(comments(done)) == ["C2"]
    assert listing(done)[0][5] == "'Return'!D4"


def test_old_comments_stay_and_come_first(rich: bytes) -> None:
    done = annotated(rich, FILE, [fault("B2", name="Other"), fault("A3", name="Other")])
    said = "Error: It is wrong. Mend it."
    assert comments(done, "Other") == {"A1": "Of A1", "B2": f"Old words\n\n{said}", "A3": said}
    assert opened(done)["Other"]["B2"].comment.author == "Ann"
    shapes = part(done, "xl/drawings/commentsDrawing1.vml")
    assert len(set(re.findall(r'id="_x0000_s(\d+)"', shapes))) == len(re.findall(r":Row>", shapes)) // 2 == 3
    assert len(re.findall(r'id="_x0000_t202"', shapes)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<t>Old</t>", "<t>Old\n\nError: Odd.</t>"),
        ("<t/>", "<t>\n\nError: Odd.</t>"),
        ("", "<t>Error: Odd.</t>"),
        (
            '<r><t>Old</t></r><rPh sb="0" eb="1"><t>p</t></rPh>',
            f'<r><t>Old</t></r><r>{LOOK}<t xml:space="preserve">\n\nError: Odd.</t></r><rPh sb="0" eb="1"><t>p</t></rPh>',
        ),
    ],
)
def test_the_text_of_an_old_comment_is_lengthened_as_it_is_written(text: str, expected: str) -> None:
    data = commented_workbook(comments_xml(note("B2", text)), drawing(shape(1, 1)))
    done = annotated(data, FILE, [fault("B2", "Odd.", "")])
    assert f"<text>{expected}</text>" in part(done, "xl/comments1.xml")


def test_new_comments_stand_between_old_ones_in_the_order_of_rows() -> None:
    data = commented_workbook(comments_xml(note("B2", "<t>b</t>"), note("A5", "<t>c</t>")), drawing(shape(1, 1)))
    done = annotated(data, FILE, [fault(cell) for cell in ("C9", "D2", "A3", "A1", "B2")])
    assert re.findall(r'<comment ref="(\w+)" authorId="(\d)"', part(done, "xl/comments1.xml")) == [
        ("A1", "1"), ("B2", "0"), ("D2", "1"), ("A3", "1"), ("A5", "0"), ("C9", "1"),
    ]  # fmt: skip


def test_annotating_twice_says_nothing_twice() -> None:
    once = annotated(one_sheet(sheet(ROWS)), FILE, [fault("B2", "£ & <b>.")])
    again = annotated(once, FILE, [fault("B2", "£ & <b>.")])
    assert comments(again) == comments(once) == {"B2": "Error: £ & <b>. Mend it."}
    assert changed(once, again) <= {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    more = annotated(once, FILE, [fault("B2", "£ & <b>."), fault("B2", "More."), fault("A2", "More.")])
    assert comments(more) == {"A2": "Error: More. Mend it.", "B2": "Error: £ & <b>. Mend it.\n\nError: More. Mend it."}
    assert part(more, "xl/comments1.xml").count("<author>") == 1


def test_the_boxes_are_hidden_beside_their_cells_and_large_enough() -> None:
    columns = (
        '<sheetFormatPr defaultColWidth="10" defaultRowHeight="15"/><cols><col min="3" max="3" width="20"/>'
        '<col min="4" max="5" hidden="1" width="9"/><col min="6" max="6"/></cols>'
    )
    data = one_sheet(sheet(ROWS, columns=columns))
    done = annotated(data, FILE, [fault("B1", "word " * 40), fault("XFD2"), fault("B9")])
    shapes = part(done, "xl/drawings/vmlDrawing1.vml")
    assert shapes.count("visibility:hidden") == 3
    # column C has 145 pixels, D and E none, F 64, and those behind 75 each
    assert re.findall(r"<x:Anchor>(.*?)</x:Anchor>", shapes) == [
        "2, 15, 0, 10, 7, 51, 5, 10",
        "16378, 15, 0, 10, 16382, 35, 2, 10",
        "2, 15, 7, 10, 7, 51, 9, 10",
    ]
    assert 'data="1"' in shapes


def test_a_box_that_is_there_grows_by_what_came_to_it() -> None:
    data = commented_workbook(
        comments_xml(note("B2", "<t>b</t>"), note("B3", "<t>c</t>"), note("A1", "<t>d</t>")),
        drawing(shape(1, 1), shape(2, 1, ""), shape(0, 0), '<x:ClientData ObjectType="Button"></x:ClientData>'),
    )
    done = annotated(data, FILE, [fault("B2"), fault("B3"), fault("C7")])
    grown = part(done, "xl/drawings/vmlDrawing1.vml")
    assert re.findall(r"<x:Anchor>\s*([^<]*)</", grown) == [
        "2, 15, 0, 2, 4, 15, 6, 16",
        "2, 15, 1, 10, 7, 15, 7, 10",
        "2, 15, 0, 2, 4, 15, 4, 16",
        "3, 15, 5, 10, 8, 15, 7, 10",
    ]
    assert '<o:idmap v:ext="edit" data="3,6"/>' in grown
    assert 'id="_x0000_s6145"' in grown
    assert grown.endswith("</v:shape></xml>\n")


def test_a_drawing_of_buttons_alone_gets_the_boxes_too() -> None:
    """Form controls use the same drawing; it is there before any comment is."""
    data = commented_workbook(comments_xml(), drawing(layout=""))
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/comments1.xml"}
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    parts[relations] = re.sub(rb'<Relationship Id="rId2"[^>]*/>', b"", parts[relations])
    done = annotated(package(parts), FILE, [fault("B2")])
    assert comments(done) == {"B2": "Error: It is wrong. Mend it."}
    assert "<x:Row>1</x:Row><x:Column>1</x:Column>" in part(done, "xl/drawings/vmlDrawing1.vml")
    assert '<o:shapelayout v:ext="edit"></o:shapelayout><v:shapetype' in part(done, "xl/drawings/vmlDrawing1.vml")
    assert part(done, "xl/worksheets/sheet1.xml") == part(data, "xl/worksheets/sheet1.xml")


def test_no_two_drawings_share_numbers_of_shapes() -> None:
    data = package(parts_of({"Return": sheet(ROWS), "Other": sheet(ROWS)}))
    problems = [fault(f"B{row}") for row in range(1, 1_500)] + [fault("A1", name="Other")]
    done = annotated(data, FILE, problems)
    first, second = (part(done, f"xl/drawings/vmlDrawing{n}.vml") for n in (1, 2))
    assert 'data="1,2"' in first
    assert 'data="3"' in second
    ids = re.findall(r'id="_x0000_s(\d+)"', first + second)
    assert len(set(ids)) == 1_500
    assert {int(id_) // 1_024 for id_ in ids} == {1, 2, 3}


@pytest.mark.parametrize("place", [2, 1_000_000])
def test_the_comment_on_a_row_stands_on_its_first_value(place: int) -> None:
    cells = f'<c r="A{place}" s="1"/><c r="B{place}"><v>1</v></c><c r="C{place}"><v>1</v></c>'
    data = one_sheet(sheet(f'{HEADER}<row r="{place}">{cells}</row>'))
    problem = Problem(CellLocation(FILE, "Return", place), "no-code", "No code.")
    done = annotated(data, FILE, [problem, fault("B1"), replace(problem, at=CellLocation(FILE, "Return", 5))])
    assert set(re.findall(r'ref="(\w+)"', part(done, "xl/comments1.xml"))) == {"B1", "A5", f"B{place}"}


def test_rows_and_cells_need_not_say_where_they_stand() -> None:
    data = one_sheet(sheet("<row><c><v>1</v></c></row><row><c/><c><v>1</v></c></row>"))
    done = annotated(data, FILE, [Problem(CellLocation(FILE, "Return", 2), "no-code", "No code.")])
    assert re.findall(r'ref="(\w+)"', part(done, "xl/comments1.xml")) == ["B2"]


def test_the_drawing_stands_where_the_order_of_a_sheet_wants_it() -> None:
    behind = '<picture/><mc:AlternateContent xmlns:mc="m"><x/></mc:AlternateContent><tableParts count="0"/><extLst/>'
    controls = "<a><row><col>3</col></row></a>"  # what an anchor of a control holds is neither a row nor a column
    for before in ("<sheetData/>", f"<sheetData></sheetData ><pageMargins/><drawing>{controls}</drawing>"):
        data = one_sheet(f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}{behind}</worksheet>')
        done = annotated(data, FILE, [fault("B2")])
        expected = f'{before}<legacyDrawing r:id="rId2"/>{behind}'
        assert expected in part(done, "xl/worksheets/sheet1.xml")


def test_prefixes_are_kept() -> None:
    """Some programs write `<x:worksheet>`, and name the namespace of relations as they like."""
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="B1"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    parts = parts_of({"Return": xml})
    parts["xl/workbook.xml"] = (
        f'<x:workbook xmlns:x="{MAIN}" xmlns:rel="{OFFICE}"><x:sheets><x:sheet name="Return" sheetId="7" rel:id="rId1"/>'
        "</x:sheets></x:workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<p:Relationships xmlns:p="{hostile.RELATIONS}"><p:Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        'Target="/xl/worksheets/sheet1.xml"/></p:Relationships>'
    )
    types = re.sub(r"<(/?)(\w)", r"<\1t:\2", str(parts["[Content_Types].xml"])).replace("xmlns=", "xmlns:t=")
    parts["[Content_Types].xml"] = types
    done = annotated(package(parts), FILE, [Problem(CellLocation(FILE, "Return", 1), "no-code", "No code.")])
    assert comments(done) == {"B1": "Error: No code."}
    assert listing(done)[0][5] == "'Return'!B1"
    assert '<x:sheet name="Problems" sheetId="8" rel:id="rId2"/></x:sheets>' in part(done, "xl/workbook.xml")
    assert f'<x:legacyDrawing xmlns:r="{OFFICE}" r:id="rId2"/>' in part(done, "xl/worksheets/sheet1.xml")
    assert '<t:Default Extension="vml"' in part(done, "[Content_Types].xml")
    prefixed = comments_xml(note("B2", "<t>b</t>")).replace("xmlns=", "xmlns:y=")
    prefixed = re.sub(r"<(/?)(\w)", r"<\1y:\2", prefixed)
    old = commented_workbook(prefixed, drawing(shape(1, 1)))
    assert comments(annotated(old, FILE, [fault("A1", "Odd.", "")])) == {"A1": "Error: Odd.", "B2": "b"}


def test_a_strict_workbook_stays_strict(tmp_path: Path) -> None:
    strict = {
        name: str(content).replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, content in parts_of({"Return": sheet(ROWS)}).items()
    }  # fmt: skip
    done = annotated(package(strict), FILE, [fault("B2")])
    for name in (
        "xl/comments1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
        "xl/worksheets/sheet2.xml",
        "xl/workbook.xml",
    ):
        assert "purl.oclc.org/ooxml" in part(done, name)
        assert "schemas.openxmlformats.org/spreadsheetml" not in part(done, name)
    (tmp_path / "out.xlsx").write_bytes(done)
    assert [sheet.name for sheet in open_book(tmp_path / "out.xlsx").sheets] == ["Return", "Problems"]


def test_parts_keep_their_encoding() -> None:
    """What is put in is written in ASCII, so that it fits in; a byte-order mark does no harm."""
    old = '<?xml version="1.0" encoding="windows-1252"?>' + comments_xml(
        note("B2", "<t>caf\u00e9</t>"), author="Zo\u00eb"
    )
    data = commented_workbook(comments_xml(), drawing(shape(1, 1)))
    with ZipFile(BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/comments1.xml"] = old.encode("cp1252")
    parts["xl/workbook.xml"] = b"\xef\xbb\xbf" + parts["xl/workbook.xml"]  # type: ignore[operator]  # bytes, as read
    done = annotated(
        package(parts), FILE, [fault("B2", "It costs \u00a35 \u2014 \U0001f600.", ""), fault("C3", "\u20ac", "")]
    )
    assert comments(done) == {"B2": "café\n\nError: It costs £5 — 😀.", "C3": "Error: €"}
    assert opened(done).sheetnames == ["Return", "Problems"]


def test_a_conversation_is_left_alone() -> None:
    data = commented_workbook(
        comments_xml(note("B2", "<t>[Threaded comment]</t>"), author="tc={1}"), drawing(shape(1, 1))
    )
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    related = (
        f'<Relationship Id="rId9" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    parts[relations] = parts[relations].replace(b"</Relationships>", related.encode())
    parts["xl/threadedComments/threadedComment1.xml"] = (
        b'<ThreadedComments><threadedComment ref="B2"/></ThreadedComments>'
    )
    done = annotated(package(parts), FILE, [fault("B2")])
    assert comments(done) == {"B2": "[Threaded comment]"}
    assert listing(done)[0][0] == "Return!B2"
    assert (
        about(done)[3]
        == "Return: 1 faulty cell without a comment, because people are discussing the cell; see the rows."
    )
    both = annotated(package(parts), FILE, [fault("B2"), fault("A2")])
    assert comments(both) == {"A2": "Error: It is wrong. Mend it.", "B2": "[Threaded comment]"}


def test_no_sheet_gets_endless_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotate, "MOST", 2)
    cells = tuple(at(f"B{row}") for row in range(2, 7))
    problems = [Problem(cells[0], "text-in-number", "Odd.", "Mend.", cells=cells), fault("B3", "Also."), fault("C9")]
    done = annotated(one_sheet(sheet(ROWS)), FILE, problems)
    assert list(comments(done)) == ["B2", "B3"]
    assert (
        about(done)[3] == "Return: only the first 2 faulty cells have a comment and a row; 4 more are named together."
    )
    assert [(row[0], row[3], row[5]) for row in listing(done)] == [
        ("Return!B2", "Odd.", "'Return'!B2"),
        ("Return!B3", "Odd.", "'Return'!B3"),
        ("Return!B4 and 2 more", "Odd.", "'Return'!B4"),
        ("Return!B3", "Also.", "'Return'!B3"),
        ("Return!C9", "It is wrong.", "'Return'!C9"),
    ]


def test_no_sheet_gets_more_links_than_excel_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotate, "MOST_LINKS", 1)
    done = annotated(one_sheet(sheet(ROWS)), FILE, [fault("B2"), fault("B3")])
    assert [row[5] for row in listing(done)] == ["'Return'!B2", ""]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [({}, "Problems"), ({"problems": ""}, "Problems (2)"), ({"Problems": "", "PROBLEMS (2)": ""}, "Problems (3)")],
)
def test_the_list_has_a_name_of_its_own(taken: dict[str, str], expected: str) -> None:
    data = package(parts_of(dict.fromkeys(["Return", *taken], sheet(ROWS))))
    done = annotated(data, FILE, [fault("B2")])
    assert opened(done).sheetnames == ["Return", *taken, expected]
    assert listing(done, expected)[0][5] == "'Return'!B2"


def test_a_sheet_of_a_chart_is_passed_over() -> None:
    parts = parts_of({"Return": sheet(ROWS), "Chart": "<chartsheet/>"})
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = f"{OFFICE}/chartsheet".join(relations.rsplit(f"{OFFICE}/worksheet", 1))
    done = annotated(package(parts), FILE, [fault("A1", name="Chart"), fault("A1")])
    assert '<sheet name="Problems" sheetId="3" r:id="rId3"/></sheets>' in part(done, "xl/workbook.xml")
    assert part(done, "xl/worksheets/sheet3.xml").count("<hyperlink ") == 1


def test_a_workbook_that_is_put_together_oddly_is_refused_and_not_spoilt() -> None:
    problems = [fault("B2")]
    remedy = "Open it in Excel, save it anew as an Excel workbook (.xlsx), and check that."
    start = f"{FILE}: The comments could not be put into the workbook, because it is put together oddly"
    no_drawing = one_sheet('<worksheet xmlns:r="r"><sheetData/><legacyDrawing r:id="rId5"/></worksheet>')
    reason = "the drawing of the comments is not there"
    assert refusal(no_drawing, problems) == f"{start} ({reason}). {remedy}"
    other_kind = commented_workbook(comments_xml(), "<xml></xml>")
    assert "(the drawing of the comments is of another kind)" in refusal(other_kind, problems)
    assert "(the sheet holds nothing)" in refusal(one_sheet(f'<worksheet xmlns="{MAIN}"/>'), problems)
    assert "(there is no commentList)" in refusal(commented_workbook("<comments/>", drawing()), problems)
    assert "(O_1 is no cell)" in refusal(commented_workbook(comments_xml(note("O_1", "")), drawing()), problems)
    assert start in refusal(one_sheet("<worksheet>"), problems)
    entity = f'<!DOCTYPE worksheet [<!ENTITY e "<sheetData/>">]><worksheet xmlns="{MAIN}">&e;</worksheet>'
    assert "(a tag cannot be found where it should be)" in refusal(one_sheet(entity), problems)
    assert "(no details)" in refusal(package({"_rels/.rels": "<Relationships/>"}), problems)
    assert start in refusal(b"PK\x03\x04", problems)
    assert start in refusal(package({"a": "b"}), problems)


@pytest.mark.parametrize("types", ["", "<Types", "<Types>", '<?xml version="1.0"?>'])
def test_a_damaged_list_of_contents_is_refused_with_a_sentence(tmp_path: Path, types: str) -> None:
    """The list says what every part is, and so how the copy has to be called."""
    parts = parts_of({"Return": sheet(ROWS)}) | {"[Content_Types].xml": types}
    (tmp_path / "return.xlsx").write_bytes(package(parts))
    rules = ROOT / "tests" / "gallery" / "stars.yaml"
    found = run("check", tmp_path / "return.xlsx", "-m", rules, "--annotate", tmp_path / "out.xlsx")
    assert found.code == 1
    assert "The comments could not be put into the workbook, because it is put together oddly" in found.err
    assert not (tmp_path / "out.xlsx").exists()


def test_the_same_problems_give_the_same_bytes(rich: bytes) -> None:
    problems = [fault("B3"), fault("B2", name="Other")]
    assert annotated(rich, FILE, problems) == annotated(rich, FILE, problems)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (f"{TYPE}.sheet.main+xml", ".xlsx"),
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", ".xlsm"),
        (f"{TYPE}.template.main+xml", ".xltx"),
        ("application/vnd.ms-excel.template.macroEnabled.main+xml", ".xltm"),
    ],
)
def test_a_workbook_stays_of_its_kind(kind: str, expected: str) -> None:
    parts = parts_of({"Return": sheet(ROWS)})
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(f"{TYPE}.sheet.main+xml", kind)
    data = package({**parts, "xl/vbaProject.bin": bytes(range(256))})
    assert ending(data) == expected
    done = annotated(data, FILE, [fault("B2")])
    assert ending(done) == expected
    assert "xl/vbaProject.bin" not in changed(data, done)


def test_any_other_return_becomes_a_workbook() -> None:
    assert ending(b"code,rate\n") == ending(hostile.OLE) == ending(hostile.open_document()) == ".xlsx"


SHEET_NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp"), exclude_characters="[]:*?/\\"),
    min_size=1,
    max_size=31,
) | st.sampled_from(["O'Neill's", "_x0041_", "A&E <1>", '"', "'", "Zoë £", "_x0001_"])


@settings(max_examples=60)
@given(name=SHEET_NAMES, message=st.text(), remedy=st.text(max_size=40))
def test_any_sheet_and_any_message_give_a_workbook_that_opens(name: str, message: str, remedy: str) -> None:
    data = package(parts_of({escape(name, {'"': "&quot;"}): sheet(ROWS)}))
    problem = Problem(at("B2", unescaped(name)), "text-in-number", message, remedy)
    done = annotated(data, FILE, [problem])
    first, last = opened(done).worksheets
    assert unescaped(first["B2"].comment.text) == plain(f"Error: {message} {remedy}")
    said = [unescaped(cell.value or "") for cell in list(last.iter_rows())[-1]]
    assert said == [plain(f"{unescaped(name)}!B2"), "Error", "text-in-number", plain(message), plain(remedy)]
    link = list(last.iter_rows())[-1][0].hyperlink.location
    assert unescaped(link) == "'" + unescaped(name).replace("'", "''") + "'!B2"


def test_the_example_of_a_faulty_return_can_be_annotated_and_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ROOT / "examples" / "faulty-return.xlsx"
    problems = check_return(Request(returns=path)).problems
    done = annotated(path.read_bytes(), path.as_posix(), problems)
    cells = {cell.split("!")[1] for cell, *_ in listing(done)}
    assert set(comments(done)) == cells
    assert len(cells) == len(problems)
    monkeypatch.chdir(tmp_path)
    Path("again.xlsx").write_bytes(done)
    again = check_return(Request(returns=Path("again.xlsx"))).problems
    assert [(one.code, one.message) for one in again] == [(one.code, one.message) for one in problems]


def test_published_workbooks_keep_all_that_is_theirs(backtest_data: Path) -> None:
    """This one has comments, merged cells, frozen rows and settings of a printer of its own."""
    path = backtest_data / "messy" / "rtt-time-series.xlsx"
    data, file = path.read_bytes(), path.as_posix()
    [name] = [str(sheet.name) for sheet in open_book(path).sheets]
    places = (CellLocation(file, name, 10, 4), CellLocation(file, name, 1, 14), CellLocation(file, name, 25))
    done = annotated(data, file, [Problem(place, "no-code", "Odd.", "Mend.") for place in places])
    ours = "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"
    assert {part for part in changed(data, done) if not TOUCHED.fullmatch(part)} == set(ours)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl would drop on saving is of no matter here
        before, after = opened(data)[name], opened(done)[name]
    old, new = comments(data, name), comments(done, name)
    assert old
    assert all(new[cell].startswith(text) for cell, text in old.items())
    assert {cell for cell, text in new.items() if "Error: Odd. Mend." in text} == {"D10", "N1", "C25"}
    assert [[cell.value for cell in row] for row in after.iter_rows()] == [
        [cell.value for cell in row] for row in before.iter_rows()
    ]


def test_a_csv_file_becomes_a_workbook_with_its_text_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a:b return.csv"
    path.write_text("code,rate\n\n007,=1+1\nRJ2,\n", encoding="utf-8")
    file = path.as_posix()
    problems = [
        Problem(CellLocation(file, None, 3, 2), "text-in-number", "Odd.", "Mend."),
        Problem(CellLocation(file), "encoding", "All.", "", "note"),
        Problem(LineLocation("rules.yaml"), "yaml", "No."),
    ]
    done = annotated_tables(open_book(path), problems)
    page = opened(done)["a b return"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["code", "rate"], [None, None], ["007", "=1+1"], ["RJ2", None],
    ]  # fmt: skip
    assert page["B3"].data_type == "s"
    assert comments(done, "a b return") == {"B3": "Error: Odd. Mend."}
    assert [(row[0], row[5]) for row in listing(done)] == [
        ("a b return!B3", "'a b return'!B3"), (WHOLE, ""), ("rules.yaml", ""),
    ]  # fmt: skip
    assert done == annotated_tables(open_book(path), problems)


def book_of(*tables: tuple[str | None, Sequence[Sequence[object]]], hidden: Sequence[bool] = ()) -> MemoryBook:
    kept = list(hidden) or [False] * len(tables)
    return MemoryBook("r.ods", "", [Table("r.ods", name, rows, kept[n]) for n, (name, rows) in enumerate(tables)])


def test_what_a_format_hides_and_what_it_raises_stand_in_the_copy() -> None:
    """A raised 3 beside 12 stays raised, and is none of its digits; lowered letters belong to the text."""
    row: list[object] = [
        DisguisedCell(95, "nothing"), DisguisedCell(PercentCell(0.95), "nothing"), MarkedText("12", "3"),
        MarkedText("PM10", "10", lowered=True),
    ]  # fmt: skip
    [cells] = opened(annotated_tables(book_of(("S", [row])), []))["S"].iter_rows()
    assert [cell.value for cell in cells] == [95, 0.95, "12\u00b3", "PM10"]


def test_values_stand_as_they_were_read() -> None:
    row: list[object] = [
        PercentCell(0.945), PercentCell(0.9456, 1), PercentCell(1), ShownCell(77.96, 1), ShownCell(7.96, 0),
        ErrorCell("#DIV/0!"), ErrorCell("Err:502"), Uncalculated(), None, "", True, 3, 0.48966141121736884, float("inf"),
        Decimal("1.50"),
        datetime(2026, 3, 31), datetime(2026, 3, 31, 10, 30), date(2026, 3, 31), date(1850, 1, 2),  # noqa: DTZ001
        datetime(1850, 1, 2), time(10, 30), timedelta(hours=30), "_x0041_\x01", "x" * 40_000,  # noqa: DTZ001
    ]  # fmt: skip
    [cells] = opened(annotated_tables(book_of(("S", [row])), []))["S"].iter_rows()
    assert [(cell.value, cell.number_format) for cell in cells[:5]] == [
        (0.945, "0.0%"), (0.9456, "0.0%"), (1, "0%"), (77.96, "0.0"), (7.96, "0"),
    ]  # fmt: skip
    assert [(cell.value, cell.data_type) for cell in cells[5:9]] == [
        ("#DIV/0!", "e"), ("Err:502", "s"), (None, "n"), (None, "n"),
    ]  # fmt: skip
    assert [cell.value for cell in cells[9:15]] == [None, True, 3, 0.48966141121736884, "inf", "1.5"]
    assert [str(cell.value) for cell in cells[15:22]] == [
        "2026-03-31 00:00:00", "2026-03-31 10:30:00", "2026-03-31 00:00:00", "1850-01-02", "1850-01-02", "10:30:00",
        "1 day, 6:00:00",
    ]  # fmt: skip
    assert cells[15].number_format == "yyyy-mm-dd"
    assert cells[22].value == "_x005F_x0041_"
    assert cells[23].value.endswith("xx [cut here: longer than a cell holds]")
    assert len(cells[23].value) == 32_767


def test_what_its_format_hid_stands_open_in_the_copy() -> None:
    """A number under `;;;` or behind a text is what the problem is about, so the copy shows it."""
    row = [DisguisedCell(3, "nothing"), DisguisedCell(PercentCell(0.5), '"n/a"')]
    [cells] = opened(annotated_tables(book_of(("S", [row])), []))["S"].iter_rows()
    assert [(cell.value, cell.number_format) for cell in cells] == [(3, "General"), (0.5, "0%")]


def test_sheets_get_names_that_excel_allows() -> None:
    long = "A name that is longer than Excel allows it to be"
    tables = [(name, [["x"]]) for name in ("a/b", "A b", long, long.upper(), "'")]
    problems = [Problem(CellLocation("r.ods", name, 1, 1), "no-code", f"In {name}.") for name, _ in tables]
    done = annotated_tables(book_of(*tables), problems)
    names = ["a b", "A b (2)", long[:31], f"{long.upper()[:25]} (2)", "Return"]
    assert opened(done).sheetnames == [*names, "Problems"]
    for (name, _), new in zip(tables, names, strict=True):
        assert comments(done, new) == {"A1": f"Error: In {name}."}


def test_hidden_sheets_stay_hidden_as_long_as_one_is_seen() -> None:
    done = annotated_tables(book_of(("A", [["x"]]), ("B", [["x"]]), hidden=[True, False]), [])
    assert [page.sheet_state for page in opened(done)] == ["hidden", "visible", "visible"]
    done = annotated_tables(book_of(("A", [["x"]]), ("B", [["x"]]), hidden=[True, True]), [])
    assert [page.sheet_state for page in opened(done)] == ["visible", "visible", "visible"]


def test_a_table_that_is_larger_than_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotate_plain, "ROWS_OF_A_SHEET", 2)
    with pytest.raises(Refused, match=r"^r\.ods:S: The table is larger than a sheet of Excel, so no annotated"):
        annotated_tables(book_of(("S", [["x"]] * 3)), [])

"""Raised and lowered letters, as each format makes them: `12` with a raised 3 is never 123."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support import hostile
from tests.support.hostile import MAIN, package, parts_of, sheet
from tests.support.oldfiles import (
    binary_cell,
    binary_rich,
    binary_row,
    binary_sheet,
    binary_words,
    compound,
    ods,
    old_font,
    old_number,
    old_shared,
    old_shared_text,
    old_style,
    old_text,
    old_workbook,
    open_cell,
    open_number,
    open_row,
    open_sheet,
    open_text,
    xlsb_parts,
)

from nhsrate.core.tables import ErrorCell, MarkedText
from nhsrate.files.ods import ods_book
from nhsrate.files.open import open_book
from nhsrate.files.xls import xls_book
from nhsrate.files.xlsb import xlsb_book

if TYPE_CHECKING:
    from pathlib import Path

THREE = MarkedText("12", "3")
RAISED, LOWERED = '<rPr><vertAlign val="superscript"/></rPr>', '<rPr><sz val="8"/><vertAlign val="subscript"/></rPr>'


def run(words: str, said: str = "") -> str:
    return f'<r>{said}<t xml:space="preserve">{words}</t></r>'


TEXTS = [
    (run("12") + run("3", RAISED), THREE),
    (run("12") + run("3", '<rPr><vertAlign val="baseline"/></rPr>'), "123"),
    (run("3", RAISED) + run(" of 4"), MarkedText(" of 4", "3")),
    (run("Un") + run("ion") + run("1, ", RAISED) + run("2", RAISED) + run(" a"), MarkedText("Union a", "1, 2")),
    (run("PM") + run("10", LOWERED), MarkedText("PM10", "10", lowered=True)),
    (run("_x0041_") + run("_x0042_", RAISED), MarkedText("A", "B")),
    (run("Falls") + run(" ", RAISED), "Falls"),
    (run("7", RAISED), MarkedText("", "7")),
    ("<t>12</t>" + run("3", RAISED), THREE),
    (run("12") + run("3", RAISED) + '<rPh sb="0" eb="1"><t>no</t></rPh>', THREE),
    (run("", RAISED), None),
]
"""Rich texts of Excel's XML, and what each says."""


@pytest.mark.parametrize(("rich", "said"), TEXTS)
def test_raised_runs_of_a_workbook_are_marks(tmp_path: Path, rich: str, said: object) -> None:
    """In shared texts and in those that stand in their cells, and also where the names have a prefix."""
    rows = f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is>{rich}</is></c><c r="C1"><v>1</v></c>'
    parts = parts_of({"Return": sheet(f"{rows}</row>")})
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si>{rich}</si></sst>'
    path = tmp_path / "return.xlsx"
    path.write_bytes(package(parts))
    assert list(open_book(path).read(None).rows[0]) == [said, said, 1]


def test_a_cell_whose_whole_font_is_raised_is_a_mark(tmp_path: Path) -> None:
    """Numbers and texts alike; runs that say otherwise are on the line, and what could not be calculated stays so."""
    fonts = '<fonts><font/><font><vertAlign val="superscript"/></font><font><vertAlign val="subscript"/></font></fonts>'
    styles = f'{fonts}<cellXfs><xf/><xf fontId="1"/><xf fontId="2"/><xf fontId="9"/><xf fontId="x"/></cellXfs>'
    cells = [
        '<c r="A1" s="1"><v>3</v></c>',
        '<c r="B1" s="1" t="inlineStr"><is><t>a</t></is></c>',
        f'<c r="C1" s="1" t="inlineStr"><is>{run("12")}{run("3", RAISED)}</is></c>',
        '<c r="D1" s="1" t="e"><v>#N/A</v></c>',
        '<c r="E1" s="2"><v>4</v></c>',
        '<c r="F1" s="3"><v>5</v></c>',
        '<c r="G1" s="4"><v>6</v></c>',
        '<c r="H1"><v>7</v></c>',
        '<c r="I1" s="1" t="inlineStr"><is><t/></is></c>',
    ]
    parts = parts_of({"Return": sheet(f'<row r="1">{"".join(cells)}</row>')})
    parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    path = tmp_path / "return.xlsx"
    path.write_bytes(package(parts))
    lowered = MarkedText("4", "4", lowered=True)
    marks = [MarkedText("", "3"), MarkedText("", "a"), THREE, ErrorCell("#N/A"), lowered]
    assert list(open_book(path).read(None).rows[0]) == [*marks, 5, 6, 7]


def position(name: str, said: str, family: str = "text", more: str = "") -> str:
    """A style that moves letters off the line."""
    properties = f'<style:text-properties style:text-position="{said}"/>' if said else ""
    return f'<style:style style:name="{name}" style:family="{family}" {more}>{properties}</style:style>'


def span(words: str, style: str) -> str:
    return f'<text:span text:style-name="{style}">{words}</text:span>'


def test_raised_spans_of_an_open_document_are_marks() -> None:
    styles = (
        position("T1", "super 58%") + position("T2", "33% 58%") + position("T3", "sub 58%") + position("T4", "0% 100%")
        + position("T5", "", more='style:parent-style-name="T1"') + position("ce1", "super 58%", "table-cell")
        + position("T6", "")
    )  # fmt: skip
    cells = [
        open_text(f"12{span('3', 'T1')}"),
        open_text(f"12{span('3', 'T2')}"),
        open_text(f"PM{span('10', 'T3')}"),
        open_text(f"12{span('3', 'T4')}"),
        open_text(f"{span('Falls', 'T6')}{span('a', 'T5')} seen"),
        open_text(f"12{span(span('3', 'T6'), 'T1')}"),
        open_number("3", table__style_name="ce1"),
        open_number("4"),
        open_text(f"{span('', 'T1')}12<text:s/>{span('4', 'unknown')}"),
        open_cell(f"<text:p>{span('12', 'T6')}</text:p>", office__value_type="float", office__value="12"),
        open_cell(f"<text:p>ab{span('c', 'T1')}</text:p><text:p>d</text:p>", office__value_type="string"),
    ]
    book = ods_book("return.ods", ods(open_sheet(open_row(*cells)), styles=styles), "")
    assert list(book.read(None).rows[0]) == [
        THREE, THREE, MarkedText("PM10", "10", lowered=True), "123", MarkedText("Falls seen", "a"), THREE,
        MarkedText("", "3"), 4, "12 4", 12, MarkedText("ab\nd", "c"),
    ]  # fmt: skip


def test_common_styles_of_an_open_document_raise_letters_too() -> None:
    """A circle of styles that follow each other ends."""
    common = f"<office:styles>{position('Up', 'super')}</office:styles>"
    own = position("A", "", more='style:parent-style-name="B"') + position("B", "", more='style:parent-style-name="A"')
    cells = open_row(open_text(f"12{span('3', 'Up')}"), open_text(f"12{span('3', 'A')}"))
    book = ods_book("return.ods", ods(open_sheet(cells), styles=own, common=common), "")
    assert list(book.read(None).rows[0]) == [THREE, "123"]


def test_raised_runs_of_an_old_workbook_are_marks() -> None:
    """Fonts are counted from 0 without the number 4; the letters before the first run have the font of the cell."""
    before = old_font(0) + old_font(1) + old_font(2) + old_style(1) + old_style(0) + old_style(2)
    before += old_shared(
        ("123", ((2, 1),)), ("PM10", ((2, 2),)), ("3 of 4", ((0, 1), (1, 0))), ("plain", ()), ("123", ((2, 0),)),
    )  # fmt: skip
    texts = [old_shared_text(0, n, n, 1) for n in range(5)]
    whole = [
        old_number(0, 5, 3.0, 0), old_text(0, 6, "a"), old_number(0, 7, 4.0, 2), old_number(0, 8, 5.0, 1),
        old_shared_text(0, 9, 2, 0),
    ]  # fmt: skip
    book = xls_book("return.xls", compound(old_workbook({"Return": b"".join([*texts, *whole])}, before=before)), "")
    assert list(book.read(None).rows[0]) == [
        THREE, MarkedText("PM10", "10", lowered=True), MarkedText(" of 4", "3"), "plain", "123",
        MarkedText("", "3"), MarkedText("", "a"), MarkedText("4", "4", lowered=True), 5, MarkedText(" of 4", "3"),
    ]  # fmt: skip


def test_raised_runs_of_a_binary_workbook_are_marks() -> None:
    texts = (binary_rich("123", (2, 1)), binary_rich("\U0001f60010", (2, 2)), binary_rich("123", (2, 0)), "plain")
    shared = [binary_cell(7, n, bytes([n, 0, 0, 0])) for n in range(4)]
    cells = [
        *shared,
        binary_cell(62, 4, binary_rich("123", (2, 1))),
        binary_cell(6, 5, binary_words("a"), 2),
        binary_cell(2, 6, bytes.fromhex("0e000000"), 3),
        binary_cell(62, 7, binary_rich("123", (2, 1)), 2),
        binary_cell(6, 8, binary_words("on"), 99),
        binary_cell(6, 9, binary_words("")),
    ]
    records = binary_sheet(binary_row(0), *cells)
    book = xlsb_book("return.xlsb", package(xlsb_parts({"Return": records}, texts=texts, fonts=(0, 1, 2))), "")
    assert list(book.read(None).rows[0]) == [
        THREE, MarkedText("\U0001f60010", "10", lowered=True), "123", "plain", THREE, MarkedText("", "a"),
        MarkedText("3", "3", lowered=True), THREE, "on",
    ]  # fmt: skip


def test_fonts_of_a_binary_workbook_that_are_all_on_the_line_are_not_looked_at() -> None:
    records = binary_sheet(binary_row(0), binary_cell(62, 0, binary_rich("123", (2, 1))))
    book = xlsb_book("return.xlsb", package(xlsb_parts({"Return": records}, fonts=(0, 0))), "")
    assert list(book.read(None).rows[0]) == ["123"]


def test_a_raised_mark_costs_a_plain_workbook_nothing(tmp_path: Path) -> None:
    """A cell without marks is a plain text."""
    path = tmp_path / "return.xlsx"
    path.write_bytes(hostile.workbook())
    assert [type(cell) for cell in open_book(path).read(None).rows[1]] == [str, float]

"""The sheet that lists the problems of a return, each with a link to its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from nhsrate.annotating.xml import XML, last_inside, plain, stored, tree
from nhsrate.problems import column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.annotating.parts import Package

TITLE = "Problems found by nhsrate check"
HEADINGS = ("Place", "Severity", "Code", "What is wrong", "What to do")
WIDTHS = (24, 10, 24, 90, 90)
MOST_LINKS = 65_530
"""As many links as Excel allows on a sheet."""

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list; `target` is the sheet, row and column that its place leads to."""

    place: str
    target: tuple[str, int, int] | None
    severity: str
    code: str
    message: str
    remedy: str


def add_listing(package: Package, name: str, about: Sequence[str], rows: Sequence[Row]) -> None:
    """Put the list into the workbook as its last sheet."""
    part = package.free("xl/worksheets/sheet{}.xml")
    package.add(part, listing_xml(package.main, about, rows).encode(), _WORKSHEET)
    id_ = package.relate(package.workbook, f"{package.office}/worksheet", part)
    root = tree(package.read(package.workbook))
    sheets = root.one("sheets")
    number = max((int(sheet.attribute("sheetId")) for sheet in sheets.children), default=0) + 1
    known = root.prefix_of(package.office)
    relation = f'{known}id="{id_}"' if known else f'xmlns:r="{package.office}" r:id="{id_}"'
    said = f'<{sheets.prefix}sheet name="{name}" sheetId="{number}" {relation}/>'
    package.edit(package.workbook, last_inside(sheets, said))


def listing_xml(main: str, about: Sequence[str], rows: Sequence[Row]) -> str:
    """The sheet: a title, lines about it, and one table; all text stands in the sheet itself."""
    top = len(about) + 2
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, 1)
    )
    lines = [(TITLE,), *((line,) for line in about), HEADINGS]
    lines += [(row.place, row.severity, row.code, row.message, row.remedy) for row in rows]
    cells = "".join(_row(number, texts) for number, texts in enumerate(lines, 1))
    links = "".join(_link(number, row) for number, row in enumerate(rows[:MOST_LINKS], top + 1) if row.target)
    return (
        f'{XML}<worksheet xmlns="{main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f"<cols>{columns}</cols><sheetData>{cells}</sheetData>"
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _row(number: int, texts: Sequence[str]) -> str:
    cells = "".join(
        f'<c r="{column_letters(column)}{number}" t="inlineStr"><is><t>{escape(stored(plain(said)))}</t></is></c>'
        for column, said in enumerate(texts, 1)
        if said
    )
    return f'<row r="{number}">{cells}</row>'


def _link(number: int, row: Row) -> str:
    """A link from the place of a row to its cell; an apostrophe in the name of a sheet is doubled, as Excel does."""
    sheet, line, column = row.target or ("", 1, 1)
    quoted = sheet.replace("'", "''")
    location = quoteattr(stored(f"'{quoted}'!{column_letters(column)}{line}"))
    return f'<hyperlink ref="A{number}" location={location} display={quoteattr(stored(plain(row.place)))}/>'

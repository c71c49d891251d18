"""Facts of a sheet that openpyxl's read-only mode does not tell, found in the sheet's XML without parsing it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*\bhidden=[\"'](?:1|true)[\"']")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\br=[\"'](\d{1,7})[\"']")
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*></(?:\w+:)?v>)?\s*</(?:\w+:)?c>",
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Formulas without a stored result (row and column, from 1), and how many rows and columns are hidden."""

    uncalculated: frozenset[tuple[int, int]]
    hidden_rows: int
    hidden_columns: bool


def sheet_facts(xml: bytes) -> SheetFacts:
    """The facts of one sheet.

    A formula whose result is an empty text is calculated, and its cell is simply empty.

    >>> sheet_facts(b'<row r="2" hidden="1"><c r="B2"><f>A1+1</f><v></v></c></row>')
    SheetFacts(uncalculated=frozenset({(2, 2)}), hidden_rows=1, hidden_columns=False)
    >>> sheet_facts(b'<c r="B2" t="str"><f>""</f><v></v></c>').uncalculated
    frozenset()
    """
    uncalculated = set()
    for cell in _FORMULA_CELL.finditer(xml):
        reference = _REFERENCE.search(cell[1])
        if reference is not None and not _TEXT_RESULT.search(cell[1]):
            uncalculated.add((int(reference[2]), column_number(reference[1].decode())))
    hidden_rows = sum(1 for row in _ROW.finditer(xml) if _HIDDEN.search(row[1])) if b"hidden=" in xml else 0
    return SheetFacts(frozenset(uncalculated), hidden_rows, _COLUMN.search(xml) is not None)


def column_number(letters: str) -> int:
    """The number of a column from its letters, from 1.

    >>> column_number("A"), column_number("aa"), column_number("XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def last_row_with_value(xml: bytes) -> int | None:
    """The number of the last row that holds a value, so that endless formatted rows below it are never parsed.

    Nothing when it cannot be told.

    >>> last_row_with_value(b'<row r="1"><c><v>5</v></c></row><row r="2"><c s="1"/></row>')
    1
    """
    value = max(xml.rfind(sign) for sign in (b"</v>", b":v>", b"</is>", b":is>"))
    row = max(xml.rfind(sign, 0, max(value, 0)) for sign in (b"<row ", b":row "))
    number = _NUMBER.search(xml, row, xml.find(b">", row)) if row >= 0 else None
    return int(number[1]) if number else None

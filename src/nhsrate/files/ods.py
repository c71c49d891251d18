"""OpenDocument spreadsheets (.ods), read with the standard library alone: their sheets, and the cells of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Refused
from nhsrate.core.tables import Merged, SheetName
from nhsrate.files.book import LAST_COLUMN, MOST_MERGED, ROWS_OF_A_SHEET, Results, SheetsBook, damaged, too_many_cells
from nhsrate.files.limits import STANDARD
from nhsrate.files.ods_values import (
    DRAWING,
    FORMULA,
    OFFICE,
    TABLE,
    TEXT,
    VALUE,
    VALUE_TYPE,
    Styles,
    cell_value,
    common_styles,
)
from nhsrate.files.raised import joined, shifted
from nhsrate.files.refusals import UNLOCK, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

    from nhsrate.files.book import NumberedRows, SheetFacts
    from nhsrate.files.limits import Limits
    from nhsrate.files.raised import Shift


BLANKS_LIMIT = 1_000_000
"""Blanks that are counted rather than written, in all cells of a file together."""

_SHEET, _ROW, _COLUMN = f"{TABLE}table", f"{TABLE}table-row", f"{TABLE}table-column"
_CELLS = frozenset({f"{TABLE}table-cell", f"{TABLE}covered-table-cell"})
_COLUMNS_REPEATED, _ROWS_REPEATED = f"{TABLE}number-columns-repeated", f"{TABLE}number-rows-repeated"
_COLUMNS_SPANNED, _ROWS_SPANNED = f"{TABLE}number-columns-spanned", f"{TABLE}number-rows-spanned"
_STYLE_NAME, _DEFAULT_STYLE = f"{TABLE}style-name", f"{TABLE}default-cell-style-name"
_TEXT_STYLE = f"{TEXT}style-name"
_VISIBILITY = f"{TABLE}visibility"
_PARAGRAPH, _SPAN = f"{TEXT}p", f"{TEXT}span"
_UNSEEN = frozenset({f"{OFFICE}annotation", f"{TEXT}note", f"{TEXT}ruby-text", f"{DRAWING}frame"})
"""What may stand within the text of a cell and is no part of it."""


@dataclass(slots=True)
class OpenSheet:
    """A sheet as it was read: rows with a value, each with its number, how often it stands, and if it is hidden."""

    name: str
    hidden: bool
    runs: list[tuple[int, int, bool, Sequence[object]]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    """The style of each column, for the cells that name none."""

    hidden_columns: list[int] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    results: dict[int, Results] = field(default_factory=dict)
    row: int = 0
    columns: int = 0

    def rows(self, facts: SheetFacts) -> NumberedRows:
        """The rows one by one."""
        widest = max((len(cells) for *_, cells in self.runs), default=0)
        facts.hidden_rows = sum(times for _, times, hidden, _ in self.runs if hidden)
        facts.hidden_columns = any(column <= widest for column in self.hidden_columns)
        facts.merged, facts.results = list(self.merged), dict(self.results)
        for first, times, _, cells in self.runs:
            for number in range(first, first + times):
                yield number, cells


def read_sheets(stream: IO[bytes], styles: Styles, at: CellLocation, limits: Limits) -> list[OpenSheet]:
    """The sheets of `content.xml`; raises `Refused`, `ValueError` or an error of expat's."""
    from xml.parsers import expat

    reader = _Reader(styles, at, limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.ParseFile(stream)
    return reader.sheets


@dataclass(slots=True)
class _Reader:
    """Takes in `content.xml` element by element.

    Elements of the same names stand in other places too (tables within cells, links to other files), so the depth
    tells which are meant. A few bytes can mean a million cells here, because cells and rows say how often they repeat:
    a run of equal rows is kept once with its number, blanks are counted and not written, and what is held is measured
    as if it were written out, so that a small file cannot fill the memory.
    """

    styles: Styles
    at: CellLocation
    limits: Limits
    sheets: list[OpenSheet] = field(default_factory=list)
    sheet: OpenSheet | None = None
    row: Mapping[str, str] = field(default_factory=dict)
    cells: list[object] = field(default_factory=list)
    column: int = 0
    cell: Mapping[str, str] | None = None
    pieces: list[str] = field(default_factory=list)
    runs: list[tuple[str, Shift]] = field(default_factory=list)
    spans: list[tuple[int, Shift]] = field(default_factory=list)
    """The spans that are open, each with its depth and where its letters stand."""

    paragraphs: int = 0
    listening: bool = False
    depth: int = 0
    cell_depth: int = 0
    unseen_depth: int = 0
    held: int = 0
    blanks: int = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """The beginning of an element."""
        self.depth += 1
        if self.cell is not None:
            self._within_cell(name, attributes)
        elif name in _CELLS and self.sheet is not None:
            self.cell, self.cell_depth = attributes, self.depth
            self.pieces.clear()
            self.runs.clear()
            self.paragraphs = 0
        elif name == _ROW and self.sheet is not None:
            self.row, self.cells, self.column = attributes, [], 0
        elif name == _COLUMN and self.sheet is not None:
            self._columns(self.sheet, attributes)
        elif name == _SHEET and self.depth == 4:
            called = attributes.get(f"{TABLE}name", "")
            if not called.startswith("'"):  # those are copies of what other files hold
                self.sheet = OpenSheet(called, attributes.get(_STYLE_NAME) in self.styles.hidden)
                self.sheets.append(self.sheet)
        elif self.sheet is None:
            self.styles.start(name, attributes)

    def end(self, name: str) -> None:
        """The end of an element."""
        if self.cell is not None and self.sheet is not None:
            if self.depth == self.cell_depth:
                self._finish_cell(self.sheet, self.cell)
                self.cell = None
            elif self.depth == self.unseen_depth:
                self.unseen_depth, self.listening = 0, True
            elif self.depth == self.cell_depth + 1:
                self.listening = False
            elif self.spans and self.depth == self.spans[-1][0]:
                self._close_run()
                self.spans.pop()
        elif name == _ROW and self.sheet is not None:
            self._finish_row(self.sheet)
        elif name == _SHEET and self.depth == 4:
            self.sheet = None
        else:
            self.styles.end(name)
        self.depth -= 1

    def text(self, text: str) -> None:
        """A piece of text."""
        if self.listening:
            self.pieces.append(text)

    def _within_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.depth == self.cell_depth + 1:
            if name == _PARAGRAPH:
                self.listening = True
                if self.paragraphs:
                    self.pieces.append("\n")
                self.paragraphs += 1
        elif self.listening:
            if name == f"{TEXT}s":
                blanks = _times(attributes, f"{TEXT}c", BLANKS_LIMIT)
                self.blanks += blanks
                if self.blanks > BLANKS_LIMIT:
                    raise ValueError("blanks repeat without end")
                self.pieces.append(" " * blanks)
            elif name == f"{TEXT}tab":
                self.pieces.append("\t")
            elif name == f"{TEXT}line-break":
                self.pieces.append("\n")
            elif name == _SPAN:
                self._close_run()
                said = self.styles.shift(attributes.get(_TEXT_STYLE, ""), "text")
                self.spans.append((self.depth, said or (self.spans[-1][1] if self.spans else 0)))
            elif name in _UNSEEN:
                self.unseen_depth, self.listening = self.depth, False

    def _close_run(self) -> None:
        """The letters since the last span began or ended are a run of their own."""
        if self.pieces:
            self.runs.append(("".join(self.pieces), self.spans[-1][1] if self.spans else 0))
            self.pieces.clear()

    def _columns(self, sheet: OpenSheet, attributes: Mapping[str, str]) -> None:
        times = _times(attributes, _COLUMNS_REPEATED, LAST_COLUMN)
        if attributes.get(_VISIBILITY, "visible") != "visible":
            sheet.hidden_columns.append(sheet.columns + 1)
        style = attributes.get(_DEFAULT_STYLE, "")
        sheet.styles.extend([style] * min(times, LAST_COLUMN - len(sheet.styles)))
        sheet.columns += times

    def _finish_cell(self, sheet: OpenSheet, cell: Mapping[str, str]) -> None:
        times = _times(cell, _COLUMNS_REPEATED, LAST_COLUMN)
        value = None
        if self.pieces or self.runs or VALUE_TYPE in cell or FORMULA in cell:
            style = self._style(sheet, cell)
            if self.runs:
                self._close_run()
            shown = "".join(text for text, _ in self.runs) if self.runs else "".join(self.pieces)
            value = cell_value(cell, shown, self.styles.look(style), empty=not self.paragraphs)
            if self.runs and value == shown:
                value = joined(self.runs) or None
            if self.styles.shifts:
                value = shifted(value, self.styles.shift(style, "table-cell"))
        if value is not None:
            if self.column + times > LAST_COLUMN:
                raise ValueError(f"a value stands behind column {LAST_COLUMN:,}")
            self.cells.extend([None] * (self.column - len(self.cells)))
            self.cells.extend([value] * times)
        if FORMULA in cell or _ROWS_SPANNED in cell or _COLUMNS_SPANNED in cell:
            self._account(sheet, cell, value)
        self.column += times

    def _account(self, sheet: OpenSheet, cell: Mapping[str, str], value: object) -> None:
        """Keep what is to be known of a cell beside its value."""
        row, column = sheet.row + 1, self.column + 1
        if len(sheet.merged) < MOST_MERGED:
            last_row = row - 1 + _times(cell, _ROWS_SPANNED, ROWS_OF_A_SHEET)
            last_column = column - 1 + _times(cell, _COLUMNS_SPANNED, LAST_COLUMN)
            if (last_row, last_column) != (row, column):
                sheet.merged.append(Merged(row, column, last_row, last_column))
        if FORMULA in cell and VALUE in cell and value is not None:
            zero = not cell[VALUE].strip("0.-+")
            sheet.results.setdefault(column, Results(row)).add(row, zero=zero)

    def _finish_row(self, sheet: OpenSheet) -> None:
        times = _times(self.row, _ROWS_REPEATED, ROWS_OF_A_SHEET)
        if self.cells:
            self.held += len(self.cells) * times
            if self.held > self.limits.cells:
                too_many_cells(self.at, self.held, self.limits)
            hidden = self.row.get(_VISIBILITY, "visible") != "visible"
            sheet.runs.append((sheet.row + 1, times, hidden, self.cells))
        sheet.row += times

    def _style(self, sheet: OpenSheet, cell: Mapping[str, str]) -> str:
        """The cell's style; where it has none, its row's, or else its column's."""
        style = cell.get(_STYLE_NAME) or self.row.get(_DEFAULT_STYLE)
        if not style and self.column < len(sheet.styles):
            style = sheet.styles[self.column]
        return style or "Default"


def _times(attributes: Mapping[str, str], name: str, most: int) -> int:
    """How often an element says that it stands, at least once and at most so often."""
    said = attributes.get(name)
    return 1 if said is None else max(1, min(int(said), most))


def ods_book(file: str, data: bytes, digest: str, limits: Limits = STANDARD) -> SheetsBook:
    """The sheets of an OpenDocument spreadsheet; they stand in one part, so that all are read at once.

    Raises `Refused` for files that are damaged or protected, and where few cells are said to repeat without end.
    """
    from io import BytesIO
    from zipfile import ZipFile

    at = CellLocation(file)
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                refuse(
                    file, "wrong-kind-of-file", "The workbook is protected by a password, so it cannot be read.", UNLOCK
                )
            styles = common_styles(archive.read("styles.xml")) if "styles.xml" in names else Styles()
            with archive.open("content.xml") as stream:
                sheets = read_sheets(stream, styles, at, limits)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 (damaged XML and damaged zips raise almost anything)
        damaged(at, "The workbook is incomplete or damaged", error)
    by_name = {sheet.name: sheet for sheet in sheets}

    def rows(name: str, facts: SheetFacts) -> NumberedRows:
        return by_name[name].rows(facts)

    return SheetsBook(file, digest, [SheetName(sheet.name, sheet.hidden) for sheet in sheets], limits, rows)

"""Choosing the sheet that holds the return, and what else a book says of itself: its methodology and period."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from nhsrate.core.frozen import changing, frozen
from nhsrate.core.periods import by_period
from nhsrate.core.problems import CellLocation, Problem, nearest
from nhsrate.core.special_sheets import NEVER_DATA
from nhsrate.core.texts import as_text, fold, is_text, listed, quoted
from nhsrate.returns.columns import GROUP_ROWS
from nhsrate.returns.header import SEARCHED
from nhsrate.returns.headings import find_layout
from nhsrate.returns.model import SaidPeriod
from nhsrate.returns.row_kinds import TOTALS
from nhsrate.returns.rows import ALL
from nhsrate.returns.several import match_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nhsrate.core.tables import Book, SheetName, Table
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.rows import FoundRow
    from nhsrate.rules.inputs import Input, TableReading

LABELS_SEARCHED = 30
LONGEST_PERIOD = 60
LONGEST_NAME = 100
"""A methodology's name, or a period, is no longer than this many characters."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""What tables are called in an example of what to declare."""

PERIOD_LABELS = ("period", "reporting period", "reporting_period", "quarter")


@frozen
class Chosen:
    """The sheet to read (nothing is its name in a csv file), its layout where it had to be found, and what is told."""

    name: str | None = None
    layout: Layout | None = None
    notes: tuple[Problem, ...] = ()


def choose_sheet(
    book: Book, inputs: Sequence[Input], reading: TableReading, sheet: str | None
) -> tuple[Chosen, list[Problem]]:
    """The sheet to read: the one asked for, else the methodology's, else the one whose headings fit.

    Problems instead when none or several do; then the sheet means nothing.
    """
    sheets = [known for known in book.sheets if fold(known.name or "") not in NEVER_DATA]
    at = CellLocation(book.file)
    if book.sheets[0].name is None:
        return Chosen(), []
    if sheet is not None:
        named = _named(book.sheets, sheet)
        return (Chosen(named.name), []) if named else (Chosen(), [_no_sheet(at, sheet, book.sheets)])
    if reading.sheet is not None and (named := _named(sheets, reading.sheet)):
        return Chosen(named.name), []
    visible = [known for known in sheets if not known.hidden]
    hidden = [known for known in sheets if known.hidden]
    if len(visible) == 1 and not hidden:
        return Chosen(visible[0].name), []
    searched = max(SEARCHED, reading.header_row or 0)
    layouts = {known.name: find_layout(book.read(known.name, searched), inputs, reading) for known in visible}
    fitting = [name for name, layout in layouts.items() if layout is not None and _fits(layout)]
    if len(fitting) == 1:
        unread = tuple(_unread(at, layouts, fitting[0], inputs))
        return Chosen(fitting[0], None if lower(reading) else layouts[fitting[0]], unread), []
    if fitting:
        names = listed([quoted(str(name)) for name in fitting], shown=5)
        message = f"{len(fitting)} sheets have the wanted headings: {names}."
        remedy = f"Say which to read, such as --sheet {quoted(str(fitting[0]))}."
        return Chosen(), [Problem(at, "several-sheets", message, remedy)]
    if problem := _hidden_alone(book, hidden, inputs, reading):
        return Chosen(), [problem]
    if len(visible) == 1:
        return Chosen(visible[0].name), []
    if problem := _spread(at, layouts, inputs):
        return Chosen(), [problem]
    found = {name: len(layout.columns) for name, layout in layouts.items() if layout is not None and layout.columns}
    best = [name for name, number in found.items() if number == max(found.values())]
    if len(best) == 1:
        return Chosen(best[0], None if lower(reading) else layouts[best[0]]), []
    names = listed([quoted(str(known.name)) for known in visible], shown=5) or "none that is visible"
    message = f"No sheet has a code column and all wanted headings. The sheets are: {names}."
    return Chosen(), [Problem(at, "no-table", message, "Name one with --sheet to see which headings it lacks.")]


def _unread(
    at: CellLocation, layouts: Mapping[str | None, Layout | None], chosen: str | None, inputs: Sequence[Input]
) -> Iterator[Problem]:
    """A warning of each other sheet with columns that are optional and absent from the one that is read."""
    read = layouts[chosen]
    for name, layout in layouts.items():
        if layout is None or name == chosen or (read is not None and read.form == "long"):
            continue
        more = [item for item in inputs if item.id in layout.columns and (not read or item.id not in read.columns)]
        if more:
            said = listed([quoted(item.title or item.id) for item in more], shown=3)
            them = "They are" if len(more) > 1 else "It is"
            message = f"The sheet {quoted(str(name))} has {said}, and only {quoted(str(chosen))} was read. "
            message += f"{them} missing for every organisation."
            yield Problem(CellLocation(at.file, name), "several-sheets", message, _as_tables([chosen, name]), "warning")


def _spread(at: CellLocation, layouts: Mapping[str | None, Layout | None], inputs: Sequence[Input]) -> Problem | None:
    """That the wanted headings stand in several sheets, of which each has some."""
    found = {str(name): set(layout.columns) for name, layout in layouts.items() if layout is not None}
    wanted = {item.id: item.title or item.id for item in inputs if not item.optional}
    if not wanted.keys() <= set().union(*found.values()):
        return None
    sheets, names, left = [], [], set(wanted)
    while left:
        best = max(found, key=lambda name: len(found[name] & left))
        here = [quoted(title) for id_, title in wanted.items() if id_ in found[best] & left]
        sheets.append(f"{quoted(best)} has {listed(here)}")
        names.append(best)
        left -= found[best]
    message = f"The wanted headings stand in {len(sheets)} sheets: {'; '.join(sheets)}."
    return Problem(at, "several-sheets", message, _as_tables(names))


def _as_tables(names: Sequence[str | None]) -> str:
    tables = ", ".join(f"{letter}: {{sheet: {name}}}" for letter, name in zip(LETTERS, names, strict=False))
    remedy = f"Copy the columns into one sheet; or say in the rule file reading: {{tables: {{{tables}}}}}, "
    return f"{remedy}and of each input in which table it stands, such as table: {LETTERS[len(names[:26]) - 1]}."


def _hidden_alone(
    book: Book, hidden: Sequence[SheetName], inputs: Sequence[Input], reading: TableReading
) -> Problem | None:
    """That no visible sheet has the wanted headings and hidden ones do, which are not read by a guess."""
    searched = max(SEARCHED, reading.header_row or 0)
    layouts = {known.name: find_layout(book.read(known.name, searched), inputs, reading) for known in hidden}
    fitting = [str(name) for name, layout in layouts.items() if layout is not None and _fits(layout)]
    if not fitting:
        return None
    names = listed([quoted(name) for name in fitting], shown=5)
    message = f"The wanted headings stand in no visible sheet, but in a hidden one: {names}."
    remedy = f"If that is the return, say so (--sheet {quoted(fitting[0])}), or unhide the sheet and save the workbook."
    return Problem(CellLocation(book.file, fitting[0]), "hidden-sheet", message, remedy)


def lower(reading: TableReading) -> bool:
    """Whether the table that is meant stands below others, where its headings are looked for once its row is known."""
    return reading.table is not None and reading.table.casefold() not in {ALL, "1"}


def _fits(layout: Layout) -> bool:
    return not layout.missing and bool(layout.columns or layout.form == "long")


def _named(sheets: Iterable[SheetName], name: str) -> SheetName | None:
    sheets = list(sheets)
    exact = [sheet for sheet in sheets if sheet.name == name]
    return next(iter(exact or [sheet for sheet in sheets if fold(sheet.name or "") == fold(name)]), None)


def _no_sheet(at: CellLocation, sheet: str, sheets: Sequence[SheetName]) -> Problem:
    names = [str(known.name) for known in sheets]
    message = (
        f"There is no sheet {quoted(sheet)}. The sheets are: {listed([quoted(name) for name in names], shown=10)}."
    )
    return Problem(at, "unknown-sheet", message, nearest(sheet, names) or "Name one of them.")


def fits(books: Sequence[Book], inputs: Sequence[Input], reading: TableReading) -> bool:
    """Whether every heading that is not optional stands in these books (no cell is read for its value)."""
    found = found_inputs(books, inputs, reading)
    return bool(found) and found >= {item.id for item in inputs if not item.optional}


def found_inputs(books: Sequence[Book], inputs: Sequence[Input], reading: TableReading) -> set[str]:
    """The ids of the inputs whose headings stand in these books; of several sheets the one that fits best counts."""
    wanted = {item.id for item in inputs if not item.optional}
    found: set[str] = set()
    for match in match_tables(books, reading):
        own = [item for item in inputs if item.table == match.name]
        layout = find_layout(match.book.read(match.sheet, SEARCHED), own, match.reading) if own else None
        found |= set(layout.columns) if layout else set()
    for book in books if reading.tables is None else ():
        best: set[str] = set()
        for sheet in book.sheets:
            if sheet.hidden or fold(sheet.name or "") in NEVER_DATA:
                continue
            layout = find_layout(book.read(sheet.name, SEARCHED), inputs, reading)
            if layout is None:
                continue
            here = set(layout.columns)
            if layout.form == "long" and not layout.missing:
                here = _indicators(book.read(sheet.name), layout, inputs)
            best = max(best, here, key=lambda ids: (len(ids & wanted), len(ids)))
        found |= best
    return found


def _indicators(table: Table, layout: Layout, inputs: Sequence[Input]) -> set[str]:
    """The inputs that a long table has rows for."""
    column = layout.indicator - 1
    cells = {row[column] for row in table.rows[layout.header_row :] if column < len(row)}
    names = {fold(as_text(cell)) for cell in cells}
    return {item.id for item in inputs if any(fold(heading) in names for heading in item.headings)}


def named_methodology(book: Book) -> tuple[str, CellLocation] | None:
    """The edition that the book itself names, and where: beside or below a cell that says `Methodology`, near the top.

    On a sheet called Methodology its first filled cell will do.
    """
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        table = book.read(sheet.name, LABELS_SEARCHED)
        found = _labelled(table, ("methodology",))
        if found is not None and len(found.text) <= LONGEST_NAME:  # else it is prose
            return found.text, found.at
        if fold(sheet.name or "") == "methodology":
            cells = ((r, c, as_text(raw)) for r, row in enumerate(table.rows, 1) for c, raw in enumerate(row, 1))
            return next(((text, CellLocation(table.file, table.sheet, r, c)) for r, c, text in cells if text), None)
    return None


@frozen
class _Labelled:
    """A label as it is written, the text that it is for, and the cell of that."""

    label: str
    text: str
    at: CellLocation


def _labelled(table: Table, labels: Iterable[str]) -> _Labelled | None:
    """The first of these labels, with the text to the right of it, or behind its colon, or below it."""
    folded = {fold(label) for label in labels}
    for r, row in enumerate(table.rows[:LABELS_SEARCHED]):
        for c, raw in enumerate(row):
            if not is_text(raw):
                continue
            text = as_text(raw)
            label, colon, rest = text.partition(":")
            if fold(label) not in folded and fold(text) not in folded:
                continue
            if colon and rest.strip():
                return _Labelled(label, rest.strip(), CellLocation(table.file, table.sheet, r + 1, c + 1))
            beside = as_text(row[c + 1]) if c + 1 < len(row) else ""
            below = table.rows[r + 1] if r + 1 < len(table.rows) else ()
            if beside and not _is_header(row):
                return _Labelled(text, beside, CellLocation(table.file, table.sheet, r + 1, c + 2))
            if c < len(below) and (under := as_text(below[c])):
                return _Labelled(text, under, CellLocation(table.file, table.sheet, r + 2, c + 1))
    return None


def _is_header(row: Sequence[object]) -> bool:
    """Whether a row with a label in it is rather a row of headings: three or more texts side by side."""
    return sum(1 for raw in row if raw is not None and raw != "") > 2


def period_of(books: Sequence[Book], reading: TableReading) -> str | None:
    """The period that the books say they are about: a label's text above the table, or a column with one text only."""
    for book in books:
        for sheet in book.sheets:
            if sheet.hidden:
                continue
            table = book.read(sheet.name, SEARCHED)
            if period_place(table, reading) is not None:
                table = book.read(sheet.name)
            if found := period_in(table, reading):
                return found
    return None


def period_in(table: Table, reading: TableReading) -> str | None:
    """The period of one table; nothing when none is said, or several are."""
    place = period_place(table, reading)
    if place is None:
        return _short(_beside(table, reading))
    row, column = place
    raws = dict.fromkeys(cells[column] for cells in table.rows[row:] if column < len(cells))
    return _short(_only_text(raws, reading))


def period_column(layout: Layout, reading: TableReading) -> int:
    """The column (from 1) that says of which period each row of a table is; 0 where none does."""
    place = period_place(layout.table, reading, layout)
    return 0 if place is None else place[1] + 1


@changing
class PeriodTexts:
    """The periods that a table says it is of, gathered while the rows of its organisations are read."""

    layout: Layout
    reading: TableReading
    _rows: dict[tuple[object, object], list[int]] = field(default_factory=dict)

    def noting(self, found: Iterable[FoundRow]) -> Iterator[FoundRow]:
        """The same rows."""
        layout = self.layout
        if not layout.period:
            yield from found
            return
        place, long = layout.wanted.index(layout.period), layout.form == "long"
        for row in found:
            self._rows.setdefault((row.cells[place], row.cells[0] if long else None), []).append(row.row)
            yield row

    def said(self, unused: Iterable[str] = ()) -> tuple[SaidPeriod, ...]:
        """Each of the periods, once they were noted: those of rows, or where no column has them that of a label.

        Rows of the indicators `unused` say nothing of the return.
        """
        unused = set(map(fold, unused))
        layout = self.layout
        if not layout.period:
            label = _labelled(layout.table, self.reading.period or PERIOD_LABELS)
            return (SaidPeriod(label.text, label.at),) if label and _short(label.text) else ()
        rows: dict[tuple[str, str], list[int]] = {}
        for (raw, indicator), numbers in self._rows.items():
            text, name = _period_text(raw, self.reading), fold(as_text(indicator))
            if text and name not in unused:
                rows.setdefault((text, name), []).extend(numbers)
        return tuple(
            SaidPeriod(text, layout.at(min(numbers), layout.period), tuple(sorted(numbers)), indicator)
            for (text, indicator), numbers in rows.items()
        )


def _beside(table: Table, reading: TableReading) -> str | None:
    found = _labelled(table, reading.period or PERIOD_LABELS)
    return found.text if found else None


def period_label(layout: Layout, reading: TableReading) -> str | None:
    """The heading or label, as it is written, under or beside which the period of a table stands."""
    table, place = layout.table, period_place(layout.table, reading, layout)
    if place is not None:
        row, column = place
        return as_text(table.rows[row - 1][column])
    found = _labelled(table, reading.period or PERIOD_LABELS)
    return found.label if found else None


def _only_text(raws: Iterable[object], reading: TableReading) -> str | None:
    texts = set(by_period(text for raw in raws if (text := _period_text(raw, reading))).values())
    return texts.pop() if len(texts) == 1 else None


def _period_text(raw: object, reading: TableReading) -> str:
    """What a cell says under the heading of the period; nothing where that is no period, as in a row of totals."""
    text = as_text(raw)
    again = reading.period or PERIOD_LABELS  # the heading may stand again on a later page
    others = TOTALS.union(map(fold, (*again, *(marker for marker, _ in reading.markers))))
    return "" if fold(text) in others or len(text) > LONGEST_PERIOD else text


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST_PERIOD else None


def period_place(table: Table, reading: TableReading, layout: Layout | None = None) -> tuple[int, int] | None:
    """The number of the header row and the index of the column that hold a period's heading; nothing without one.

    Where the table is known, its heading stands in the header or in the rows of groups above it.
    """
    folded = set(map(fold, reading.period or PERIOD_LABELS))
    first, last = (layout.code_row, layout.header_row) if layout else (1, SEARCHED)
    while layout and max(1, layout.code_row - GROUP_ROWS) < first and any(map(as_text, table.rows[first - 2])):
        first -= 1
    for number, row in enumerate(table.rows[:last], 1):
        if number >= first and _is_header(row):
            for column, raw in enumerate(row):
                if is_text(raw) and fold(as_text(raw)) in folded:
                    return number, column
    return None

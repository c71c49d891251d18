"""Reading a return: from opened books to the values of every organisation, or all problems together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from nhsrate.cells import Missing
from nhsrate.decisions import override_tables, read_overrides
from nhsrate.faults import Fault, Faults
from nhsrate.headings import find_layout, unused_headings
from nhsrate.longform import gather_long
from nhsrate.problems import CellPlace, Problem, Refused, errors
from nhsrate.returns import Organisation, Return, Source, Values
from nhsrate.rows import sort_rows
from nhsrate.several import match_problems, match_tables, without_row
from nhsrate.sheets import PERIOD_LABELS, choose_sheet, period_in
from nhsrate.texts import fold, quoted
from nhsrate.values import parse_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.cells import Cell
    from nhsrate.cutpoints import CutTable
    from nhsrate.headings import Layout
    from nhsrate.inputs import Input, Reading
    from nhsrate.returns import Override
    from nhsrate.rows import FoundRow
    from nhsrate.tables import Book, SetAside

ABSENT = Missing("column absent")


@dataclass(frozen=True, slots=True)
class Part:
    """What one book gives: its organisations, and the values of those inputs whose column (or rows) it has."""

    book: Book
    organisations: tuple[Organisation, ...]
    values: Mapping[str, Values]
    set_aside: tuple[SetAside, ...]
    unused: tuple[str, ...]
    form: str
    period: str | None
    lacking: Mapping[str, Problem]
    table: str = ""


def read_tables(
    books: Sequence[Book], inputs: Sequence[Input], reading: Reading, *, sheet: str | None = None
) -> Return:
    """The return that these books give together, each value keeping its file.

    Raises `Refused` with every error of every book; warnings and notes are kept in the return's `problems`.
    """
    problems: list[Problem] = []
    if sheet is not None and books and all(book.sheets[0].name is None for book in books):
        message = f"There is no sheet {quoted(sheet)}, because only a workbook has sheets."
        problems.append(Problem(CellPlace(books[0].file), "unknown-sheet", message, "Leave the name of the sheet out."))
    if sheet is not None and reading.tables is not None:
        message = "This edition reads several tables, each by what it says, so one sheet cannot be asked for."
        problems.append(Problem(CellPlace(books[0].file), "unknown-sheet", message, "Leave --sheet out."))
    parts: list[Part] = []
    several: list[Book] = []
    overrides: list[Override] = []
    for book in books:
        tables = override_tables(book)
        for table in tables:
            decided, faulty = read_overrides(table)
            overrides += decided
            problems += faulty
        if tables and book.sheets[0].name is None:
            problems += book.problems
            continue
        if reading.tables is not None:
            several.append(book)
        elif (part := _read_book(book, inputs, reading, sheet, problems)) is not None:
            parts.append(part)
    cuts = _read_several(several, inputs, reading, parts, problems) if reading.tables is not None else {}
    combined = _combined(parts, inputs, problems)
    if not parts and not problems:
        at = CellPlace(books[0].file if books else "return")
        problems.append(Problem(at, "no-table", "No table of organisations was given.", "Name the file of the return."))
    if errors(problems):
        raise Refused(problems)
    organisations, values = combined
    if reading.tables is not None:
        values = _with_absent_rows(parts, organisations, values, inputs, problems)
        if errors(problems):
            raise Refused(problems)
    return Return(
        name=", ".join(book.file for book in books),
        digest=_digest(books),
        organisations=organisations,
        values=values,
        overrides=tuple(overrides),
        set_aside=tuple(row for part in parts for row in part.set_aside),
        unused_headings=tuple(dict.fromkeys(text for part in parts for text in part.unused)),
        form=parts[0].form,
        period=_one_period(parts),
        cuts=cuts,
        problems=tuple(problems),
    )


def _digest(books: Sequence[Book]) -> str:
    """The digest of the one book, or of the digests of several."""
    if len(books) == 1:
        return books[0].digest
    from hashlib import sha256

    return sha256("\n".join(book.digest for book in books).encode()).hexdigest()


def _one_period(parts: Sequence[Part]) -> str | None:
    periods = {part.period for part in parts if part.period}
    return periods.pop() if len(periods) == 1 else None


def _read_book(
    book: Book, inputs: Sequence[Input], reading: Reading, sheet: str | None, problems: list[Problem]
) -> Part | None:
    """What one book gives, or nothing where its table cannot be found; its problems join the others."""
    chosen, faults = choose_sheet(book, inputs, reading, sheet)
    if faults:
        problems += [*_of_sheet(book, None), *faults]
        return None
    return _read_sheet(book, chosen, inputs, reading, problems)


def _read_several(
    books: Sequence[Book], inputs: Sequence[Input], reading: Reading, parts: list[Part], problems: list[Problem]
) -> dict[str, CutTable]:
    """The tables of cut points; what the tables of organisations give joins the parts."""
    from nhsrate.cutpoints import read_cut_table  # which brings the kinds, and few editions have such tables

    matches = match_tables(books, reading)
    wanted = {item.table for item in inputs if not item.optional}
    optional = [name for name in reading.of_organisations if name not in wanted]
    problems += match_problems(books, matches, reading, optional)
    cuts: dict[str, CutTable] = {}
    for match in matches:
        if match.reading.cut_points is None:
            own = [item for item in inputs if item.table in {None, match.name}]
            part = _read_sheet(match.book, match.sheet, own, match.reading, problems)
            if part is not None:
                parts.append(replace(part, table=match.name))
            continue
        table = match.book.read(match.sheet)
        problems += _of_sheet(match.book, match.sheet)
        found = read_cut_table(match.name, table, match.reading, problems)
        if found is not None:
            cuts[match.name] = found
    return cuts


def _with_absent_rows(
    parts: Sequence[Part],
    organisations: Sequence[Organisation],
    values: dict[str, Values],
    inputs: Sequence[Input],
    problems: list[Problem],
) -> dict[str, Values]:
    """The values, where each organisation that lacks a row in one of the tables has it said so."""
    present: dict[str, set[str]] = {}
    for part in parts:
        codes = (organisation.code.casefold() for organisation in part.organisations)
        present.setdefault(part.table, set()).update(codes)
    columns = without_row(values, inputs, organisations, present, problems)
    return values | {id_: replace(values[id_], cells=cells) for id_, cells in columns.items()}


def _read_sheet(
    book: Book, chosen: str | None, inputs: Sequence[Input], reading: Reading, problems: list[Problem]
) -> Part | None:
    """What one sheet gives, or nothing where its table cannot be found."""
    table = book.read(chosen)
    problems += _of_sheet(book, chosen)
    layout = find_layout(table, inputs, reading)
    if layout is None:
        message = f"No row has a heading for the organisation code, such as {quoted(reading.code[0])}."
        remedy = "Name the column of the organisations' codes so, in the row of the other headings."
        problems.append(Problem(CellPlace(book.file, chosen), "no-table", message, remedy))
        return None
    problems += layout.problems
    if layout.problems and not layout.columns:
        return None  # the rows of another table would only add to the noise
    rows = sort_rows(layout, reading)
    problems += rows.problems
    if layout.form == "long":
        gathered = gather_long(layout, rows.found, inputs, reading)
        problems += gathered.problems
        organisations, values, unused = gathered.organisations, gathered.values, gathered.unused
        lacking: Mapping[str, Problem] = gathered.lacking
    else:
        lacking = layout.lacking
        organisations = _organisations(layout, rows.found, problems)
        values = _wide_values(layout, rows.found, inputs, reading, problems)
        unused = unused_headings(layout, layout.columns.values())
    period = period_in(table, reading) or _where_period(layout, reading)
    if period is not None:
        said = set(map(fold, reading.period or PERIOD_LABELS))
        unused = tuple(heading for heading in unused if fold(heading) not in said)
    return Part(book, organisations, values, rows.set_aside, unused, layout.form, period, lacking)


def _of_sheet(book: Book, sheet: str | None) -> list[Problem]:
    """What was noted of the book as a whole and of one sheet, not of others that were only looked at."""
    return [known for known in book.problems if isinstance(known.at, CellPlace) and known.at.sheet in {None, sheet}]


def _where_period(layout: Layout, reading: Reading) -> str | None:
    """The period that the rows of a long table were chosen by."""
    labels = set(map(fold, reading.period or PERIOD_LABELS))
    return next((text for column, text in layout.where if fold(layout.headings[column]) in labels), None)


def _organisations(layout: Layout, found: Sequence[FoundRow], problems: list[Problem]) -> tuple[Organisation, ...]:
    """The organisations of a wide table; one that stands twice is a problem that names both rows."""
    first: dict[str, int] = {}
    faults = Faults()
    organisations = []
    for row in found:
        if (before := first.setdefault(row.code.casefold(), row.row)) != row.row:
            message = f"{quoted(row.code)} stands already in row {before}."
            remedy = (
                "Keep the row that is right. (A row for each indicator is read only where reading: long declares it.)"
            )
            faults.add(Fault("duplicate-organisation", "", message, remedy), layout.at(row.row, layout.code))
        organisations.append(Organisation(row.code, row.name or row.code))
    problems += faults.problems()
    return tuple(organisations)


def _wide_values(
    layout: Layout, found: Sequence[FoundRow], inputs: Sequence[Input], reading: Reading, problems: list[Problem]
) -> dict[str, Values]:
    """The values of every input whose column stands in the table."""
    rows = [row.row for row in found]
    sources = [Source(layout.table.file, layout.table.sheet)] * len(rows)
    width = max(layout.columns.values(), default=0)
    cells_of = [_padded(layout.table.rows[row - 1], width) for row in rows]
    values = {}
    for item in inputs:
        column = layout.columns.get(item.id)
        if column is None:
            continue
        raws = list(map(itemgetter(column - 1), cells_of))

        def at(n: int, column: int = column) -> CellPlace:
            return layout.at(rows[n], column)

        cells, faults = parse_column(item, raws, reading, at)
        problems += faults
        values[item.id] = Values(cells, layout.headings[column], sources, rows, [column] * len(rows))
    return values


def _padded(row: Sequence[object], width: int) -> Sequence[object]:
    """The row with empty cells up to that width, where it ends before."""
    return row if len(row) >= width else [*row, *[None] * (width - len(row))]


def _combined(
    parts: Sequence[Part], inputs: Sequence[Input], problems: list[Problem]
) -> tuple[tuple[Organisation, ...], dict[str, Values]]:
    """The organisations of all parts, each once, and a column of values for every input."""
    if len(parts) == 1:
        problems += parts[0].lacking.values()
        organisations = parts[0].organisations
        absent = Values([ABSENT] * len(organisations))
        return organisations, {item.id: parts[0].values.get(item.id, absent) for item in inputs}
    places: dict[str, int] = {}
    merged: list[Organisation] = []
    for part in parts:
        for organisation in part.organisations:
            if places.setdefault(organisation.code.casefold(), len(merged)) == len(merged):
                merged.append(organisation)
    values = {item.id: _merged(item, parts, places, len(merged), problems) for item in inputs}
    for part in parts:
        own = [places[organisation.code.casefold()] for organisation in part.organisations]
        problems += [
            problem
            for id_, problem in part.lacking.items()
            if not own or any(values[id_].cells[n] is ABSENT for n in own)  # else another book has the column for them
        ]
    return tuple(merged), values


def _merged(
    item: Input, parts: Sequence[Part], places: Mapping[str, int], size: int, problems: list[Problem]
) -> Values:
    """One input's values from all parts; two values for one organisation are a problem that names both cells."""
    cells: list[Cell] = [ABSENT] * size
    sources: list[Source | None] = [None] * size
    rows, columns = [0] * size, [0] * size
    heading = ""
    faults = Faults()
    for part in parts:
        given = part.values.get(item.id)
        if given is None:
            continue
        heading = heading or given.heading
        for n, organisation in enumerate(part.organisations):
            place, cell = places[organisation.code.casefold()], given.cells[n]
            if isinstance(cell, Missing) and cells[place] is not ABSENT:
                continue
            at = given.at(n)
            if not isinstance(cells[place], Missing) and at is not None:
                before = Values(cells, heading, sources, rows, columns).at(place)
                message = f'{quoted(organisation.code)} has a value for "{item.id}" here and at {before}.'
                faults.add(Fault("duplicate-value", "", message, "Keep one of them."), at)
                continue
            cells[place] = cell
            sources[place], rows[place], columns[place] = given.sources[n], given.rows[n], given.columns[n]
    problems += faults.problems()
    return Values(cells, heading, sources, rows, columns)

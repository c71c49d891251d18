"""Reading a return: from opened books to the values of every organisation, or all problems together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults, grouped
from nhsrate.core.periods import same_period
from nhsrate.core.problems import CellLocation, Problem, Refused, column_letters, errors
from nhsrate.core.tables import Table, dense
from nhsrate.core.texts import as_text, fold, quoted
from nhsrate.returns.codes import in_capitals
from nhsrate.returns.headings import SEARCHED, find_layout, taken_columns, unused_headings
from nhsrate.returns.long_form import gather_long
from nhsrate.returns.markers import with_own_markers
from nhsrate.returns.model import Account, Organisation, Repeated, Return, Source, Values
from nhsrate.returns.overrides import override_tables, read_overrides
from nhsrate.returns.rows import ALL, RowSorter
from nhsrate.returns.several import match_problems, match_tables, read_cut_table, without_row
from nhsrate.returns.sheets import LABELS_SEARCHED, PERIOD_LABELS, PeriodTexts, choose_sheet
from nhsrate.returns.values import ColumnReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from nhsrate.core.cells import Cell
    from nhsrate.core.tables import Book, SetAside
    from nhsrate.kinds.cut_points import CutTable
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.model import Override
    from nhsrate.returns.rows import FoundRow
    from nhsrate.rules.inputs import Input, TableReading

ABSENT = Missing("column absent")
BLOCK = 2_000
"""The rows that are held as they were read, before they become values."""

MOST_ABOVE = 8
"""The rows above a header of a lower table that may hold its group headings."""

TWICE = "Keep the row that is right. (A row for each indicator is read only where reading: long declares it.)"


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
    layout: Layout
    reading: TableReading
    account: Account
    table: str = ""


def read_tables(
    books: Sequence[Book], inputs: Sequence[Input], reading: TableReading, *, sheet: str | None = None
) -> Return:
    """The return that these books give together, each value keeping its file.

    Raises `Refused` with every error of every book; warnings and notes are kept in the return's `problems`.
    """
    problems: list[Problem] = []
    if sheet is not None and books and all(book.sheets[0].name is None for book in books):
        message = f"There is no sheet {quoted(sheet)}, because only a workbook has sheets."
        problems.append(
            Problem(CellLocation(books[0].file), "unknown-sheet", message, "Leave the name of the sheet out.")
        )
    if sheet is not None and reading.tables is not None:
        message = "This edition reads several tables, each by what it says, so one sheet cannot be asked for."
        problems.append(Problem(CellLocation(books[0].file), "unknown-sheet", message, "Leave --sheet out."))
    parts: list[Part] = []
    several: list[Book] = []
    overrides: list[Override] = []
    reading = with_own_markers(books, reading, problems)
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
        at = CellLocation(books[0].file if books else "return")
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
        accounts=tuple(part.account for part in parts),
        layouts=tuple((part.table, part.layout, part.reading) for part in parts),
        problems=tuple(problems),
    )


def _digest(books: Sequence[Book]) -> str:
    """The digest of the one book, or of the digests of several."""
    if len(books) == 1:
        return books[0].digest
    from hashlib import sha256

    return sha256("\n".join(book.digest for book in books).encode()).hexdigest()


def _one_period(parts: Sequence[Part]) -> str | None:
    periods = list(dict.fromkeys(part.period for part in parts if part.period))
    same = all(same_period(one, other) for one in periods for other in periods)
    return periods[0] if periods and same else None


def _read_book(
    book: Book, inputs: Sequence[Input], reading: TableReading, sheet: str | None, problems: list[Problem]
) -> Part | None:
    """What one book gives, or nothing where its table cannot be found; its problems join the others."""
    chosen, faults = choose_sheet(book, inputs, reading, sheet)
    if faults:
        problems += [*_of_sheet(book, None), *faults]
        return None
    return _read_sheet(book, chosen, inputs, reading, problems)


def _read_several(
    books: Sequence[Book], inputs: Sequence[Input], reading: TableReading, parts: list[Part], problems: list[Problem]
) -> dict[str, CutTable]:
    """The tables of cut points; what the tables of organisations give joins the parts."""
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
    book: Book, chosen: str | None, inputs: Sequence[Input], reading: TableReading, problems: list[Problem]
) -> Part | None:
    """What one sheet gives, or nothing where its table cannot be found."""
    layout = found_layout(book, chosen, inputs, reading)
    if layout is None:
        problems += _of_sheet(book, chosen)
        message = f"No row has a heading for the organisation code, such as {quoted(reading.code[0])}."
        remedy = "Name the column of the organisations' codes so, in the row of the other headings."
        if reading.table is not None and reading.table.casefold() != ALL:
            message = f"The sheet has no table {quoted(reading.table)}: no such header, or too few of them, were found."
            remedy = (
                "Say under reading: table which one is meant, by its number from the top or by how its title begins."
            )
        problems.append(Problem(CellLocation(book.file, chosen), "no-table", message, remedy))
        return None
    problems += layout.problems
    if layout.problems and not layout.columns:
        problems += _of_sheet(book, chosen)
        return None  # the rows of another table would only add to the noise
    sorter = RowSorter(layout, reading)
    periods = PeriodTexts(layout, reading)
    found = sorter.sort(periods.noting(book.stream(chosen)))
    of_values: list[Problem] = []
    if layout.form == "long":
        gathered = gather_long(layout, found, inputs, reading)
        of_values += gathered.problems
        organisations, values, unused = gathered.organisations, gathered.values, gathered.unused
        lacking: Mapping[str, Problem] = gathered.lacking
    else:
        lacking = layout.lacking
        organisations, values = _wide_values(layout, found, inputs, reading, of_values)
        unused = unused_headings(layout, layout.columns.values())
    organisations, of_codes = in_capitals(organisations, CellLocation(book.file, chosen))
    set_aside, of_rows = sorter.finish()
    problems += _of_sheet(book, chosen)
    problems += [*of_rows, *of_codes, *grouped(of_values)]
    period = periods.found() or _where_period(reading)
    if period is not None:
        said = set(map(fold, reading.period or PERIOD_LABELS))
        unused = tuple(heading for heading in unused if fold(heading) not in said)
    account = account_of(layout, sorter, set_aside, periods.column)
    return Part(
        book, organisations, values, set_aside, unused, layout.form, period, lacking, layout, reading, account
    )  # fmt: skip


def found_layout(book: Book, sheet: str | None, inputs: Sequence[Input], reading: TableReading) -> Layout | None:
    """The table of a sheet, or the one of several below each other that the reading names; nothing where it is not."""
    if reading.table is None or reading.table.casefold() in {ALL, "1"}:
        return find_layout(book.read(sheet, max(SEARCHED, reading.header_row or 0)), inputs, reading)
    return _lower_layout(book, sheet, inputs, reading, reading.table)


def _lower_layout(
    book: Book, sheet: str | None, inputs: Sequence[Input], reading: TableReading, wanted: str
) -> Layout | None:
    """The table below others: the one of that number, or the first below a row that begins with that text."""
    codes, title = set(map(fold, reading.code)), fold(wanted)
    near: list[tuple[int, Sequence[object]]] = []
    top: list[tuple[int, Sequence[object]]] = []  # where the period is said of all tables
    headers, said, first = 0, False, 0
    for number, row in book.stream(sheet):
        if number <= LABELS_SEARCHED:
            top.append((number, row))
        else:
            near = [*near[-MOST_ABOVE:], (number, row)]
        if first:
            if number >= first + 2:
                break
            continue
        texts = [fold(as_text(raw)) for raw in row]
        said = said or any(text.startswith(title) for text in texts if text)
        if codes.intersection(texts):
            headers += 1
            first = number if (headers == int(wanted) if wanted.isdecimal() else said) else 0
    if not first:
        return None
    return find_layout(Table(book.file, sheet, dense([*top, *near])), inputs, reading, first)


def account_of(layout: Layout, sorter: RowSorter, set_aside: Sequence[SetAside], period: int) -> Account:
    """Where every row and column of a table went; the column `period` was read for the period."""
    taken = taken_columns(layout, (*layout.columns.values(), period))
    unheaded = {column for column in sorter.unheaded if column not in taken}
    return Account(
        file=layout.table.file,
        sheet=layout.table.sheet,
        rows=sorter.rows,
        above=sorter.above,
        header=sorter.header,
        organisations=sorter.organisations,
        set_aside=sum(row.rows for row in set_aside),
        elsewhere=sorter.elsewhere,
        blank=sorter.blank,
        columns=max([layout.width, *unheaded, *taken]),
        used=tuple(column_letters(column) for column in sorted(taken)),
        unused=tuple(column_letters(column) for column in layout.headings if column not in taken),
        unheaded=tuple(column_letters(column) for column in sorted(unheaded)),
    )


def _of_sheet(book: Book, sheet: str | None) -> list[Problem]:
    """What was noted of the book as a whole and of one sheet, not of others that were only looked at."""
    return [known for known in book.problems if isinstance(known.at, CellLocation) and known.at.sheet in {None, sheet}]


def _where_period(reading: TableReading) -> str | None:
    """The period that the rows of a table were chosen by."""
    labels = set(map(fold, reading.period or PERIOD_LABELS))
    long = reading.long.where if reading.long else ()
    chosen = [*((heading, (text,)) for heading, text in long), *reading.where]
    return next((texts[0] for heading, texts in chosen if fold(heading) in labels and len(texts) == 1), None)


def _wide_values(
    layout: Layout, found: Iterable[FoundRow], inputs: Sequence[Input], reading: TableReading, problems: list[Problem]
) -> tuple[tuple[Organisation, ...], dict[str, Values]]:
    """The organisations of a wide table, and the values of every input whose column stands in it.

    An organisation that stands twice is a problem that names both rows.
    """
    place_of = {column: place for place, column in enumerate(layout.wanted)}
    decimals: dict[float, Decimal] = {}
    readers = {item.id: ColumnReader(item, reading, decimals) for item in inputs if item.id in layout.columns}
    places = {id_: partial(_at, layout, layout.columns[id_]) for id_ in readers}
    organisations: list[Organisation] = []
    rows: list[int] = []
    first: dict[str, int] = {}
    faults = Faults()
    for block in batched(found, BLOCK):
        numbers = [row.row for row in block]
        rows += numbers
        for row in block:
            if (before := first.setdefault(row.code.casefold(), row.row)) != row.row:
                message = f"{quoted(row.code)} stands already in row {before}."
                faults.add(Fault("duplicate-organisation", "", message, TWICE), layout.at(row.row, layout.code))
            organisations.append(Organisation(row.code, row.name or row.code))
        columns = list(zip(*(row.cells for row in block), strict=True))
        for id_, reader in readers.items():
            reader.add(columns[place_of[layout.columns[id_]]], numbers, places[id_])
    problems += faults.problems()
    sources = Repeated(Source(layout.table.file, layout.table.sheet), len(rows))
    values = {}
    for id_, reader in readers.items():
        problems += reader.finish(rows, places[id_])
        column = layout.columns[id_]
        letters = Repeated(column, len(rows))
        heading = layout.headings[column]
        values[id_] = Values(reader.cells, heading, sources, rows, letters, reader.flags, reader.shown)
    return tuple(organisations), values


def _at(layout: Layout, column: int, row: int) -> CellLocation:
    return layout.at(row, column)


def batched(found: Iterable[FoundRow], size: int) -> Iterator[tuple[FoundRow, ...]]:
    """The rows in blocks of that size, the last one shorter."""
    rows = iter(found)
    while block := tuple(islice(rows, size)):
        yield block


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
    flags: dict[int, str] = {}
    shown: dict[int, Decimal] = {}
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
            if n in given.flags:
                flags[place] = given.flags[n]
            if n in given.shown:
                shown[place] = given.shown[n]
    problems += faults.problems()
    return Values(cells, heading, sources, rows, columns, flags, shown)

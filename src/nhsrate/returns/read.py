"""Reading a return: from opened books to the values of every organisation, or all problems together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from nhsrate.core.faults import grouped
from nhsrate.core.periods import by_period
from nhsrate.core.problems import CellLocation, Problem, Refused, column_letters, errors
from nhsrate.core.special_sheets import MARKERS, OVERRIDES, is_named
from nhsrate.core.tables import Table, dense
from nhsrate.core.texts import as_text, fold, quoted
from nhsrate.returns.codes import in_capitals
from nhsrate.returns.header import SEARCHED, header_below, no_header
from nhsrate.returns.headings import find_layout, taken_columns, unused_headings
from nhsrate.returns.model import Account, Return
from nhsrate.returns.no_organisations import NOTHING_KNOWN
from nhsrate.returns.overrides import SEARCHED as ALMOST_SEARCHED
from nhsrate.returns.overrides import almost_overrides, nearly_overrides, override_tables, read_overrides
from nhsrate.returns.reasons import Beside, beside
from nhsrate.returns.rows import ALL, RowSorter
from nhsrate.returns.several import Part, combined, match_problems, match_tables, read_cut_table, with_absent_rows
from nhsrate.returns.sheets import LABELS_SEARCHED, PERIOD_LABELS, PeriodTexts, choose_sheet, lower, period_column
from nhsrate.returns.wide_form import merged_values, wide_values
from nhsrate.values.markers import nearly_markers, with_own_markers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from nhsrate.core.tables import Book, SetAside
    from nhsrate.kinds.cut_points import CutTable
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.model import Override
    from nhsrate.returns.no_organisations import Known
    from nhsrate.rules.inputs import Input, TableReading

MOST_ABOVE = 8
"""The rows above a header of a lower table that may hold its group headings."""


def read_tables(
    books: Sequence[Book],
    inputs: Sequence[Input],
    reading: TableReading,
    *,
    sheet: str | None = None,
    known: Known = NOTHING_KNOWN,
) -> Return:
    """The return that these books give together, each value keeping its file.

    Raises `Refused` with every error of every book; warnings and notes are kept in the return's `problems`.
    This is the one place of the reading that refuses: every stage before it returns what it found, and its problems.
    """
    wrongly_asked = _asked_sheet(books, reading, sheet)
    reading, of_markers = with_own_markers(books, reading)
    parts, overrides, cuts, of_books = _parts(books, inputs, reading, sheet, known)
    organisations, values, of_joining = combined(parts, inputs)
    problems = [*wrongly_asked, *of_markers, *of_books, *of_joining]
    if not parts and not problems:
        at = CellLocation(books[0].file if books else "return")
        problems.append(Problem(at, "no-table", "No table of organisations was given.", "Name the file of the return."))
    if reading.tables is not None and not errors(problems):
        values, of_rows = with_absent_rows(parts, organisations, values, inputs)
        problems += of_rows
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
        periods=tuple(one for part in parts for one in part.periods),
        cuts=cuts,
        accounts=tuple(part.account for part in parts),
        layouts=tuple((part.table, part.layout, part.reading) for part in parts),
        problems=tuple(problems),
    )


def _asked_sheet(books: Sequence[Book], reading: TableReading, sheet: str | None) -> list[Problem]:
    """Why no sheet can be asked for by its name, where one was."""
    if sheet is None or not books:
        return []
    at, problems = CellLocation(books[0].file), []
    if all(book.sheets[0].name is None for book in books):
        message = f"There is no sheet {quoted(sheet)}, because only a workbook has sheets."
        problems.append(Problem(at, "unknown-sheet", message, "Leave the name of the sheet out."))
    if reading.tables is not None:
        message = "This edition reads several tables, each by what it says, so one sheet cannot be asked for."
        problems.append(Problem(at, "unknown-sheet", message, "Leave --sheet out."))
    return problems


def _parts(
    books: Sequence[Book], inputs: Sequence[Input], reading: TableReading, sheet: str | None, known: Known
) -> tuple[list[Part], list[Override], dict[str, CutTable], list[Problem]]:
    """What each book gives: tables of organisations, decisions, tables of cut points; and the problems of all."""
    parts: list[Part] = []
    overrides: list[Override] = []
    several: list[Book] = []
    problems: list[Problem] = []
    for book in books:
        tables = override_tables(book)
        for table in tables:
            decided, faulty = read_overrides(table)
            overrides += decided
            problems += faulty
        text_file = book.sheets[0].name is None
        almost = almost_overrides(book.read(None, ALMOST_SEARCHED)) if text_file and not tables else None
        if tables and text_file:
            problems += book.problems
        elif reading.tables is not None:
            problems += [almost] if almost is not None else []
            several += [book] if almost is None else []
        else:
            part, faulty = _read_book(book, inputs, reading, sheet, known)
            if almost is not None and (part is None or not part.values):
                problems.append(almost)
                continue
            parts += [part] if part is not None else []
            problems += faulty
            problems += _of_special(book, {part.layout.table.sheet}) if part is not None else []
    if reading.tables is None:
        return parts, overrides, {}, problems
    parts, cuts, faulty = _read_several(several, inputs, reading, known)
    for book in several:
        sheets = {match.sheet for match in match_tables([book], reading)}
        problems += _of_special(book, sheets)
    return parts, overrides, cuts, [*problems, *faulty]


def _of_special(book: Book, read: Collection[str | None]) -> list[Problem]:
    """What was noted of the sheets of decisions and markers, and what may be meant as one; those `read` are others."""
    noted = [
        problem
        for sheet in book.sheets
        if is_named(sheet.name, OVERRIDES) or is_named(sheet.name, MARKERS)
        for problem in book.problems
        if isinstance(problem.at, CellLocation) and problem.at.sheet == sheet.name
    ]
    return [*noted, *nearly_overrides(book, read), *nearly_markers(book, read)]


def _digest(books: Sequence[Book]) -> str:
    """The digest of the one book, or of the digests of several."""
    if len(books) == 1:
        return books[0].digest
    from hashlib import sha256

    return sha256("\n".join(book.digest for book in books).encode()).hexdigest()


def _one_period(parts: Sequence[Part]) -> str | None:
    """The period that the parts say they are of, where it is one."""
    said = [[one.text for one in part.periods] or [part.period or ""] for part in parts]
    periods = list(dict.fromkeys(by_period(text for texts in said for text in texts if text).values()))
    return periods[0] if len(periods) == 1 else None


def _read_book(
    book: Book, inputs: Sequence[Input], reading: TableReading, sheet: str | None, known: Known
) -> tuple[Part | None, list[Problem]]:
    """What one book gives, or nothing where its table cannot be found; and its problems."""
    chosen, faults = choose_sheet(book, inputs, reading, sheet)
    if faults:
        return None, [*_of_sheet(book, None), *faults]
    layout = chosen.layout or found_layout(book, chosen.name, inputs, reading)
    part, problems = _read_sheet(book, chosen.name, layout, inputs, reading, known)
    return part, [*chosen.notes, *problems]


def _read_several(
    books: Sequence[Book], inputs: Sequence[Input], reading: TableReading, known: Known
) -> tuple[list[Part], dict[str, CutTable], list[Problem]]:
    """The tables of organisations and those of cut points, of a return that has several; and the problems of all."""
    matches = match_tables(books, reading)
    wanted = {item.table for item in inputs if not item.optional}
    optional = [name for name in reading.of_organisations if name not in wanted]
    problems = match_problems(books, matches, reading, optional)
    parts: list[Part] = []
    cuts: dict[str, CutTable] = {}
    for match in matches:
        if match.reading.cut_points is None:
            own = [item for item in inputs if item.table in {None, match.name}]
            layout = found_layout(match.book, match.sheet, own, match.reading)
            part, faulty = _read_sheet(match.book, match.sheet, layout, own, match.reading, known)
            parts += [replace(part, table=match.name)] if part is not None else []
            problems += faulty
            continue
        table = match.book.read(match.sheet)
        found, faulty = read_cut_table(match.name, table, match.reading)
        problems += [*_of_sheet(match.book, match.sheet), *faulty]
        if found is not None:
            cuts[match.name] = found
    return parts, cuts, problems


def _read_sheet(
    book: Book,
    chosen: str | None,
    layout: Layout | None,
    inputs: Sequence[Input],
    reading: TableReading,
    known: Known,
) -> tuple[Part | None, list[Problem]]:
    """What one sheet gives whose table stands there; nothing where it does not, or is another one."""
    if layout is None:
        return None, [*_of_sheet(book, chosen), _no_table(book, chosen, inputs, reading)]
    if layout.missing and not layout.columns and reading.header_row is None and not lower(reading):
        below = header_below(book.read(chosen), inputs, reading)
        layout = layout if below is None else replace(layout, problems=(below,))
    if layout.problems and not layout.columns:  # rows of another table would only be noise
        return None, [*layout.problems, *_of_sheet(book, chosen)]
    reasons = beside(layout, reading) if layout.form == "wide" else Beside({}, {})
    layout = replace(layout, beside=reasons.columns) if reasons.columns else layout
    layout = replace(layout, period=period_column(layout, reading))
    sorter = RowSorter(layout, reading, known=known)
    periods = PeriodTexts(layout, reading)
    found = periods.noting(sorter.sort(book.stream(chosen)))
    if layout.form == "long":
        from nhsrate.returns.long_form import gather_long

        gathered = gather_long(layout, found, inputs, reading)
        of_values: Sequence[Problem] = gathered.problems
        organisations, values, unused = gathered.organisations, gathered.values, gathered.unused
        lacking: Mapping[str, Problem] = gathered.lacking
    else:
        lacking = layout.lacking
        organisations, values, of_values = wide_values(
            layout, found, inputs, reading, reasons, partial(book.stream, chosen)
        )
        unused = unused_headings(layout, (*layout.columns.values(), *reasons.declared.values()))
    of_codes: list[Problem] = []
    if reading.codes != "name":
        organisations, of_codes = in_capitals(organisations, CellLocation(book.file, chosen))
    set_aside, of_rows = sorter.finish()
    of_merged = merged_values(layout, book.merged(chosen), organisations, values) if layout.form == "wide" else []
    of_table = [*layout.problems, *layout.notes, *_of_sheet(book, chosen), *of_rows, *of_codes]
    problems = [*of_table, *of_merged, *grouped(of_values)]
    of_periods = periods.said(unused if layout.form == "long" else ())
    period = of_periods[0].text if of_periods else _where_period(reading)
    if period is not None:
        said = set(map(fold, reading.period or PERIOD_LABELS))
        unused = tuple(heading for heading in unused if fold(heading) not in said)
    account = account_of(layout, sorter, set_aside, (layout.period, *reasons.declared.values()))
    part = Part(book, organisations, values, set_aside, unused, layout.form, period, lacking, layout, reading, account)
    return replace(part, periods=of_periods), problems


def _no_table(book: Book, sheet: str | None, inputs: Sequence[Input], reading: TableReading) -> Problem:
    """Why no table was found in a sheet."""
    if reading.table is None or reading.table.casefold() == ALL:
        return no_header(book.read(sheet), inputs, reading)
    message = f"The sheet has no table {quoted(reading.table)}: no such header, or too few of them, were found."
    remedy = "Say under reading: table which one is meant, by its number from the top or by how its title begins."
    return Problem(CellLocation(book.file, sheet), "no-table", message, remedy)


def found_layout(book: Book, sheet: str | None, inputs: Sequence[Input], reading: TableReading) -> Layout | None:
    """The table of a sheet, or the one of several below each other that the reading names; nothing where it is not."""
    if lower(reading):
        return _lower_layout(book, sheet, inputs, reading)
    return find_layout(book.read(sheet, max(SEARCHED, reading.header_row or 0)), inputs, reading)


def _lower_layout(book: Book, sheet: str | None, inputs: Sequence[Input], reading: TableReading) -> Layout | None:
    """The table below others: the one of that number, or the first below a row that begins with that text."""
    wanted = reading.table or ""
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


def account_of(layout: Layout, sorter: RowSorter, set_aside: Sequence[SetAside], also: Sequence[int]) -> Account:
    """Where every row and column of a table went; the columns `also` were read too, as that of the period."""
    taken = taken_columns(layout, (*layout.columns.values(), *also))
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

"""The columns of a return to fill in, and the organisations for whom it is prepared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault, Faults
from nhsrate.core.nouns import ORGANISATION, Noun
from nhsrate.core.numbers import plain_number
from nhsrate.core.problems import CellLocation, Problem, Refused, column_number, errors
from nhsrate.core.special_sheets import NEVER_DATA
from nhsrate.core.texts import fold, listed, quoted, tidy
from nhsrate.returns.header import SEARCHED
from nhsrate.returns.headings import find_layout
from nhsrate.returns.model import Organisation
from nhsrate.returns.rows import RowSorter
from nhsrate.returns.sheets import PERIOD_LABELS
from nhsrate.rules.inputs import CODE_HEADINGS, NAME_HEADINGS, TableReading
from nhsrate.runs.read import open_books
from nhsrate.values.markers import GOVERNMENT_MARKERS, signs_of
from nhsrate.workbooks.form_parts import Amount, Choice, Code, Column, Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from nhsrate.core.cells import Level
    from nhsrate.core.tables import Book, SetAside
    from nhsrate.returns.headings import Layout
    from nhsrate.rules.inputs import Input
    from nhsrate.workbooks.form_parts import Entry, Texts


LONGEST_HEADING = 240
"""A heading of a table in Excel holds 255 characters."""


def columns_of(
    reading: TableReading, inputs: Sequence[Input], wanted: Sequence[Input], markers: Texts, rates: Noun = ORGANISATION
) -> tuple[Column, ...]:
    """The columns of one table: code, name, those by which rows are chosen, the inputs; pinned ones where they are.

    `wanted` are all that the reader looks for, `markers` the texts that hold for every input of the return.
    """
    pinned = {item.id: column_number("".join(filter(str.isalpha, item.column))) for item in inputs if item.column}
    free = _free(set(pinned.values()))
    code, name = reading.code[0], reading.name[0]
    code = "Organisation code" if code == CODE_HEADINGS[0] else code
    name = "Organisation name" if name == NAME_HEADINGS[0] else name
    own = rates.one.casefold()
    code = f"{rates.title} code" if code == f"{own} code" else code
    name = rates.title if name == own else name
    named = reading.codes == "name"
    columns = [Column(next(free), code, Code(reading.codes in {"text", "name"}, named), required=True)]
    columns += [] if named else [Column(next(free), name, Words())]
    for heading, texts in reading.where:
        options = tuple((text, "rows that say so are read") for text in texts)
        filled = texts[0] if len(texts) == 1 else ""
        columns.append(Column(next(free), heading, Choice(options), filled=filled, required=True))
    reserved = {*map(fold, (*reading.code, *reading.name, *reading.period, *PERIOD_LABELS))}
    lax = bool(reading.flags or reading.shorthand or reading.stands_for)
    for item in inputs:
        others = {fold(heading) for other in wanted if other is not item for heading in other.headings}
        texts_here = texts_of(reading, item)
        column = Column(
            number=pinned[item.id] if item.id in pinned else next(free),
            heading=heading_of(item, dict(reading.headings).get(item.id, ()), reserved | others),
            entry=entry_of(item, texts_here),
            item=item,
            texts=texts_here,
            own=tuple(pair for pair in texts_here if pair not in markers),
            group=item.group or "",
            required=item.required,
            lax=lax,
        )
        columns.append(column)
    return tuple(sorted(columns, key=lambda column: column.number))


def _free(taken: Collection[int]) -> Iterator[int]:
    """The numbers of columns that nothing is pinned to."""
    number = 0
    while True:
        number += 1
        if number not in taken:
            yield number


def heading_of(item: Input, own: Sequence[str], taken: Collection[str]) -> str:
    """What an input's column is headed: its title, else its id or an alias, whichever means this input alone.

    `own` are the headings that the reading gives it, which then are the only ones; `taken` mean something else.
    """
    choices = own or (tidy(item.title), item.id, *item.aliases)
    fitting = (one for one in choices if one and len(one) <= LONGEST_HEADING and fold(one) not in taken)
    return next(fitting, item.id)


def texts_of(reading: TableReading, item: Input) -> Texts:
    """The texts that stand for a missing value of an input, each with its reason."""
    shorthand = GOVERNMENT_MARKERS.items() if reading.shorthand == "government" else ()
    said = {fold(text): (text, reason) for text, reason in (*shorthand, *reading.markers, *item.markers)}
    valid = signs_of(reading, item).markers
    return tuple(pair for text, pair in said.items() if text in valid)


def entry_of(item: Input, texts: Texts) -> Entry:
    """What a cell of an input may hold; a list also offers the texts that stand for a missing value."""
    if item.scale is not None:
        levels = tuple(map(meaning_of, item.scale.levels))
        return Choice((*levels, *texts), all(plain_number(name) is not None for name, _ in levels))
    if item.type in {"text", "date"}:
        return Words()
    percent = item.type == "percent"
    ends = (item.valid.low, item.valid.high) if item.valid else (None, None)
    low, high = (end.scaleb(-2) if end is not None and percent else end for end in ends)
    return Amount(low, high, item.type == "count", percent)


def meaning_of(level: Level) -> tuple[str, str]:
    """A level, and its word where that says more than its name."""
    return level.name, "" if level.word == level.name else level.word


def read_organisations(
    path: Path, reading: TableReading
) -> tuple[tuple[Organisation, ...], tuple[SetAside, ...], list[Problem]]:
    """The organisations of a file, the rows that are none, and warnings and notes.

    The headings of codes and names are those of the reading. Raises `Refused` with every fault of the file.
    """
    (book,) = open_books(path)
    readings = [reading, *reading.of_organisations.values()]
    wanted = TableReading(
        code=tuple(dict.fromkeys(heading for one in readings for heading in one.code)),
        name=tuple(dict.fromkeys(heading for one in readings for heading in one.name)),
        codes=reading.codes,
        set_aside=reading.set_aside,
    )
    layout = _layout(book, wanted)
    if layout.name:  # a row with a name is meant as an organisation, whatever its code looks like
        layout = replace(layout, columns={"name": layout.name})
    sorter = RowSorter(layout, wanted)
    faults, first = Faults(), dict[str, int]()
    organisations = []
    for row in sorter.sort(book.stream(layout.table.sheet)):
        if (before := first.setdefault(row.code.casefold(), row.row)) != row.row:
            message = f"{quoted(row.code)} stands already in row {before}."
            faults.add(
                Fault("duplicate-organisation", "", message, "Keep one of the rows."), layout.at(row.row, layout.code)
            )
        organisations.append(Organisation(row.code, row.name or row.code))
    set_aside, problems = sorter.finish()
    problems = [*book.problems, *layout.problems, *problems, *faults.problems()]
    if errors(problems):
        raise Refused(problems)
    return tuple(organisations), set_aside, problems


def _layout(book: Book, reading: TableReading) -> Layout:
    """The one table of the book that has a column of codes."""
    shown = [sheet for sheet in book.sheets if not sheet.hidden and fold(sheet.name or "") not in NEVER_DATA]
    found = [find_layout(book.read(sheet.name, SEARCHED), [], reading) for sheet in shown]
    layouts = [layout for layout in found if layout is not None]
    if len(layouts) == 1:
        return layouts[0]
    if layouts:
        names = listed([quoted(str(layout.table.sheet)) for layout in layouts], shown=5)
        message, remedy = f"{len(layouts)} sheets have a column of codes: {names}.", "Give a file with one of them."
        raise Refused([*book.problems, Problem(CellLocation(book.file), "several-sheets", message, remedy)])
    message = f"No row has a heading for the organisations' codes, such as {quoted(reading.code[0])}."
    remedy = "Head the column of codes so, and that of names Organisation name."
    raise Refused([*book.problems, Problem(CellLocation(book.file), "no-table", message, remedy)])

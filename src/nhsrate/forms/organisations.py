"""The organisations for whom a return is prepared, read from a list of codes and names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.faults import Fault, Faults
from nhsrate.headings import SEARCHED, find_layout
from nhsrate.inputs import Reading
from nhsrate.problems import CellPlace, Problem, Refused, errors
from nhsrate.reading import open_books
from nhsrate.returns import Organisation
from nhsrate.rows import RowSorter
from nhsrate.sheets import NEVER_DATA
from nhsrate.texts import fold, listed, quoted

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.headings import Layout
    from nhsrate.tables import Book, SetAside


def read_organisations(
    path: Path, reading: Reading
) -> tuple[tuple[Organisation, ...], tuple[SetAside, ...], list[Problem]]:
    """The organisations of a file, the rows that are none, and warnings and notes.

    The headings of codes and names are those of the reading. Raises `Refused` with every fault of the file.
    """
    (book,) = open_books(path)
    readings = [reading, *reading.of_organisations.values()]
    wanted = Reading(
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


def _layout(book: Book, reading: Reading) -> Layout:
    """The one table of the book that has a column of codes."""
    shown = [sheet for sheet in book.sheets if not sheet.hidden and fold(sheet.name or "") not in NEVER_DATA]
    found = [find_layout(book.read(sheet.name, SEARCHED), [], reading) for sheet in shown]
    layouts = [layout for layout in found if layout is not None]
    if len(layouts) == 1:
        return layouts[0]
    if layouts:
        names = listed([quoted(str(layout.table.sheet)) for layout in layouts], shown=5)
        message, remedy = f"{len(layouts)} sheets have a column of codes: {names}.", "Give a file with one of them."
        raise Refused([*book.problems, Problem(CellPlace(book.file), "several-sheets", message, remedy)])
    message = f"No row has a heading for the organisations' codes, such as {quoted(reading.code[0])}."
    remedy = "Head the column of codes so, and that of names Organisation name."
    raise Refused([*book.problems, Problem(CellPlace(book.file), "no-table", message, remedy)])

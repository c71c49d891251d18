"""A return to fill in, worked out from a methodology, and held against what the reader will make of it."""

from __future__ import annotations

import os.path
from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.core.texts import fold, quoted, tidy
from nhsrate.returns.read import found_layout
from nhsrate.returns.rows import ALL
from nhsrate.returns.several import match_tables
from nhsrate.rules.editions import edition_files, find_edition
from nhsrate.rules.load import load_methodology
from nhsrate.workbooks.form_columns import columns_of
from nhsrate.workbooks.form_parts import OWN_SHEETS, Form, Template
from nhsrate.workbooks.form_words import hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from nhsrate.core.tables import SetAside
    from nhsrate.returns.model import Organisation
    from nhsrate.rules.inputs import Input, TableReading
    from nhsrate.rules.model import Methodology
    from nhsrate.workbooks.form_parts import Texts

ROWS = 500
"""The rows that are made ready where no organisations are given."""

RETURN = "Return"
"""The sheet of the return, where the methodology pins no other name."""

ABOUT = "Fill in one row for each organisation, in any order. The sheet Guidance says how."

Lines = list[tuple[str, ...]]


def template_for(edition: str, organisations: Path | None) -> tuple[Template, tuple[SetAside, ...], list[Problem]]:
    """The return of an edition or a rule file, with the organisations of a file; the rows of it that are none.

    Raises `Refused` where the edition or the organisations cannot be read, or no such return can be made.
    """
    from nhsrate.workbooks.form_columns import read_organisations  # which is not wanted where there is no such file

    path = find_edition(edition)
    shipped = {os.path.realpath(file) for file in edition_files().values()}
    methodology, own_rules = load_methodology(path), os.path.realpath(path) not in shipped
    if organisations is None:
        return template_of(methodology, own_rules=own_rules), (), []
    found, set_aside, problems = read_organisations(organisations, methodology.reading)
    return template_of(methodology, found, own_rules=own_rules), set_aside, problems


def template_of(
    methodology: Methodology, organisations: Sequence[Organisation] = (), *, own_rules: bool = False
) -> Template:
    """The return of a methodology, with the codes and names of organisations where some are given.

    Raises `Refused` where the methodology's reading would not find again what is made.
    """
    tables: Mapping[str, TableReading] = methodology.reading.of_organisations or {"": methodology.reading}
    declared = [reading.markers for reading in tables.values()]
    markers = tuple(pair for pair in declared[0] if all(pair in one for one in declared))
    forms = []
    for name, reading in tables.items():
        wanted = [item for item in methodology.wanted() if not name or item.table in {None, name}]
        inputs = [item for item in wanted if item.id in methodology.inputs and (item.table or "") == name]
        if inputs:
            forms.append(_form(methodology, name, reading, (inputs, wanted), markers, organisations))
    _check(methodology, forms)
    return Template(methodology, tuple(forms), tuple(organisations), markers, own_rules)


def _form(
    methodology: Methodology,
    name: str,
    reading: TableReading,
    items: tuple[Sequence[Input], Sequence[Input]],
    markers: Texts,
    organisations: Sequence[Organisation],
) -> Form:
    """The sheet of one table."""
    columns = columns_of(reading, *items, markers, methodology.rates)
    grouped = any(column.group for column in columns)
    groups = [_spread((column.number, column.group) for column in columns)] if grouped else []
    above, hints = _above(methodology, reading, groups, _spread((column.number, hint(column)) for column in columns))
    first = max(len(above) + 2, reading.first_row or 1)
    rows = len(organisations) or ROWS
    if reading.last_row is not None:
        most = max(reading.last_row - first + 1, 0)
        if most < max(len(organisations), 1):
            raise _impossible(methodology, f"{most} rows are read, and more are needed")
        rows = min(rows, most)
    sheet = tidy("".join(" " if letter in "[]:*?/\\" else letter for letter in reading.sheet or name or RETURN))
    return Form(sheet[:31], name or None, above, hints, first, rows, columns)


def _above(
    methodology: Methodology, reading: TableReading, groups: Lines, hints: tuple[str, ...]
) -> tuple[tuple[tuple[str, ...], ...], int]:
    """The rows above the header, as many as a pinned header leaves room for, and which of them is that of hints.

    A blank row parts the labels from what stands over the headings, so that the reader takes neither for the other.
    """
    says, labels = _says(methodology, reading), _labels(methodology, reading)
    room, shown = len(labels) + 1, 1
    if reading.header_row is not None:
        room = reading.header_row - 1 - len(says) - len(groups)
        if room < 0:
            raise _impossible(methodology, f"row {reading.header_row} leaves no room above the headings")
        shown = min(room, 1)
        room -= shown
    kept = min(max(room - 1, 0), len(labels))
    blank: Lines = [()]
    lines = [*says, *labels[len(labels) - kept :], *blank * (room - kept), *groups, *[hints] * shown]
    return tuple(lines), len(lines) * shown


def _says(methodology: Methodology, reading: TableReading) -> Lines:
    """The first lines of a sheet: what it must say to be known, or its title."""
    table = reading.table or ALL
    stacked = () if table.casefold() == ALL or table.isdecimal() else (table,)
    return [(text,) for text in (*reading.says, *stacked)] or [(f"Return for {tidy(methodology.title)}",)]


def _labels(methodology: Methodology, reading: TableReading) -> Lines:
    """The lines below: what to do, the edition, and its period; blank where the edition has none."""
    labels = [label.removesuffix(":") for label in reading.period]
    period = "Period" if not labels or "period" in map(fold, labels) else labels[0]
    return [(methodology.rates.said(ABOUT),), ("Methodology", methodology.id), (period, methodology.period)]


def _spread(texts: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Texts with the numbers of their columns, as a row from column A on."""
    places = dict(texts)
    return tuple(places.get(number, "") for number in range(1, max(places) + 1))


def _check(methodology: Methodology, forms: Sequence[Form]) -> None:
    """Read the empty sheets as a return would be; refuse where the reader finds anything but what was meant."""
    names = {fold(name) for name in (*OWN_SHEETS, *(form.name for form in forms))}
    if len(names) < len(OWN_SHEETS) + len(forms):
        raise _impossible(methodology, "two of its sheets would have one name")
    headers = [_spread((column.number, column.heading) for column in form.columns) for form in forms]
    tables = [Table("return", form.name, [*form.above, row]) for form, row in zip(forms, headers, strict=True)]
    book = MemoryBook("return", "", tables)
    for form in forms:
        name = form.named.number if form.named else 0
        inputs = {column.item.id: column for column in form.columns if column.item is not None}
        own = [column.item for column in inputs.values() if column.item is not None]
        layout = found_layout(book, form.name, own, methodology.reading.of(form.table))
        meant = {id_: column.number for id_, column in inputs.items()}
        places = (layout.header_row, layout.code, layout.name, layout.columns) if layout else None
        if layout is None or layout.missing or places != (form.header, form.code.number, name, meant):
            raise _impossible(methodology, f"its headings would not be found again in the sheet {quoted(form.name)}")
    reading = methodology.reading
    if reading.tables is not None:
        named = tuple(reading.of_organisations.items())
        matches = match_tables([book], replace(reading, tables=replace(reading.tables, named=named)))
        if [(match.name, match.sheet) for match in matches] != [(form.table, form.name) for form in forms]:
            raise _impossible(methodology, "its tables could not be told apart")


def _impossible(methodology: Methodology, why: str) -> Refused:
    at = LineLocation(methodology.files[0] if methodology.files else methodology.id)
    message = f"No return to fill in can be made for {methodology.id}: {why}."
    remedy = "Look at what reading: pins, or fill in a csv file with a column of codes and one for each input."
    return Refused([Problem(at, "no-table", message, remedy)])

"""Finding a table in a sheet: its header row, and the column of everything that is wanted."""

from __future__ import annotations

from collections import Counter
from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.headings import bare_heading, loose_heading
from nhsrate.core.problems import CellLocation, Problem, column_letters, errors
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.columns import (
    GROUP_ROWS,
    Head,
    ambiguous_codes,
    by_date,
    centred_labels,
    code_columns,
    dated_headings,
    find_columns,
    name_columns,
    no_names,
)
from nhsrate.returns.header import find_header, upper_headings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from nhsrate.core.tables import Table
    from nhsrate.rules.inputs import Input, TableReading


@frozen
class Layout:
    """Where a table stands in its sheet; rows and columns count from 1, column 0 means there is none.

    `columns` gives the column of each input that was found, `headings` the text at the head of every column, `groups`
    the headings above it, the nearest last; `lacking` has the problem of each input whose column is absent and must
    not be. `where` has columns with the texts of the rows that are wanted, `fill` columns in which a blank cell means
    the value above, `beside` those with the reasons of missing values, `period` the one that says of which period each
    row is. The code heading stands in `code_row`, mostly
    the header row itself.
    """

    table: Table
    form: Literal["wide", "long"]
    header_row: int
    code: int
    name: int
    headings: Mapping[int, str]
    columns: Mapping[str, int]
    code_row: int = 0
    groups: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    indicator: int = 0
    value: int = 0
    where: tuple[tuple[int, tuple[str, ...]], ...] = ()
    fill: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    period: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    lacking: Mapping[str, Problem] = field(default_factory=dict)

    def at(self, row: int, column: int = 0) -> CellLocation:
        """A cell of the table's sheet, or a row of it."""
        return CellLocation(self.table.file, self.table.sheet, row, column)

    @property
    def width(self) -> int:
        """The last column that has a heading."""
        return max(self.headings, default=0)

    @property
    def wanted(self) -> tuple[int, ...]:
        """The columns whose cells are values, in a long table first the names of indicators, and that of the period."""
        period = (self.period,) if self.period else ()
        if self.form == "long":
            return (self.indicator, self.value, *period)
        return tuple(dict.fromkeys((*self.columns.values(), *self.beside, *period)))

    @property
    def missing(self) -> bool:
        """Whether some wanted heading is absent or ambiguous."""
        return bool(self.problems or self.lacking)


def find_layout(table: Table, inputs: Sequence[Input], reading: TableReading, first: int = 1) -> Layout | None:
    """The table of the sheet that has a code column and the most wanted headings; nothing without a code column.

    The header is looked for from row `first` on.
    """
    header = find_header(table, inputs, reading, first)
    if header is None:
        return None
    names = _headings(table, header.code_row, header.row)
    upper = upper_headings(table, header.code_row, names, inputs, reading)
    groups = groups_above(table, header.row, names)
    names |= upper
    if header.code:
        names.setdefault(header.code, f"{column_letters(header.code)}{header.row}")
    names = dict(sorted(names.items()))
    head = Head(table, header.code_row, header.row, names, groups, frozenset(upper))
    code = [header.code] if header.code else code_columns(head, reading)
    name = name_columns(head, reading)
    where, of_where = _where(head, reading.where)
    fill, of_fill = _fill(head, reading.fill)
    of_code = [] if len(code) == 1 else [ambiguous_codes(head, code)]
    problems = [*of_code, *of_where, *of_fill]
    layout = Layout(
        table, "wide", header.row, code[0], name[0] if name and name[0] != code[0] else 0, names, {}, header.code_row,
        head.groups, where=where, fill=fill,
    )  # fmt: skip
    own = dict(reading.headings)
    found, absent, of_inputs = find_columns(head, inputs, own)
    problems += errors(of_inputs)
    notes = tuple(problem for problem in of_inputs if problem.severity != "error")
    read = {*found.values(), code[0], *(column for column, _ in where), *fill}
    if not name and (told := no_names(head, reading, (column for column in names if column not in read))):
        notes = (*notes, told)
    absent = [item for item in absent if not item.optional]
    idle = upper.keys() - {*found.values()}  # a text above the table that nobody wants is no heading of it
    names = {column: text for column, text in names.items() if column not in idle} if reading.long is None else names
    layout = replace(layout, headings=names)
    if not problems and (long := _long(layout, head, reading)) and set(found.values()) <= {long.value}:
        return long
    if inputs and not found and not problems and all(item.optional and item.table is None for item in inputs):
        return replace(layout, problems=(_none_found(head, inputs, code[0]),))
    if len(absent) > 1 and not found and not problems:
        return replace(layout, problems=(_none_found(head, absent, code[0]),))
    unused = {column: text for column, text in names.items() if column not in {*found.values(), code[0]}}
    lacking = {item.id: _missing(head, item, unused, own.get(item.id, ())) for item in absent}
    return replace(layout, columns=found, problems=tuple(problems), notes=notes, lacking=lacking)


def _where(
    head: Head, wanted: Iterable[tuple[str, tuple[str, ...]]]
) -> tuple[tuple[tuple[int, tuple[str, ...]], ...], list[Problem]]:
    """The columns by which rows are chosen, each with the texts that are wanted there; an absent one is a problem."""
    where = []
    problems = []
    for heading, texts in wanted:
        if place := head.under((heading,)):
            where.append((place[0], texts))
        else:
            said = either(texts)
            message = f"The column {quoted(heading)} is missing; only rows where it says {said} are wanted."
            remedy = "Add the column, or correct its heading under reading: where."
            problems.append(Problem(head.at(), "missing-column", message, remedy))
    return tuple(where), problems


def either(texts: Sequence[str]) -> str:
    """The first few texts of which one is wanted.

    >>> either(["acute"]), either(["acute", "other"]), either(["a", "b", "c", "d", "e"])
    ('"acute"', '"acute" or "other"', '"a", "b", "c" or 2 more')
    """
    words = [quoted(text) for text in texts]
    if len(words) > 3:
        words = [*words[:3], f"{len(words) - 3:,} more"]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _fill(head: Head, wanted: Iterable[str]) -> tuple[tuple[int, ...], list[Problem]]:
    """The columns in which a blank cell means the value above it; an absent one is a problem."""
    fill = []
    problems = []
    for heading in wanted:
        if place := head.under((heading,)):
            fill.append(place[0])
        else:
            message = f"The column {quoted(heading)} is missing, in which a blank cell means the value above it."
            remedy = "Add the column, or correct its heading under reading: fill."
            problems.append(Problem(head.at(), "missing-column", message, remedy))
    return tuple(fill), problems


def _headings(table: Table, code_row: int, header_row: int) -> dict[int, str]:
    """The text at the head of each column; a heading merged downwards stands in a row above."""
    found: dict[int, str] = {}
    for row in range(code_row, header_row + 1):
        for column, raw in enumerate(table.rows[row - 1], 1):
            if text := as_text(raw):
                found[column] = text
    return dict(sorted(found.items()))


def groups_above(table: Table, header_row: int, names: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
    """For each column the group headings above it, filled rightwards up to a blank column, each alone and joined."""
    levels: list[dict[int, str]] = []
    for row in range(header_row - 1, max(header_row - 1 - GROUP_ROWS, 0), -1):
        cells = table.rows[row - 1]
        texts = [as_text(raw) for raw in cells]
        if not any(texts):
            break
        level: dict[int, str] = {}
        current = ""
        for column in range(1, max(names, default=0) + 1):
            text = texts[column - 1] if column <= len(texts) else ""
            current = text or (current if column in names else "")
            if current:
                level[column] = current
        levels.insert(0, level)
    result: dict[int, tuple[str, ...]] = {}
    for column in names:
        above = [level[column] for level in levels if column in level]
        joined = [" / ".join(above[start:]) for start in range(len(above))]
        result[column] = tuple(dict.fromkeys([*joined[:-1], *above]))  # the nearest stands last
    return result


def _long(layout: Layout, head: Head, reading: TableReading) -> Layout | None:
    """The layout of a table with a row per organisation and indicator, where it is one."""
    if reading.long is None:
        return None
    indicator, value = head.under((reading.long.indicator,)), head.under((reading.long.value,))
    if not indicator or not value:
        return None
    where, problems = _where(head, [(heading, (text,)) for heading, text in reading.long.where])
    where = (*layout.where, *where)
    return replace(
        layout, form="long", indicator=indicator[0], value=value[0], where=where, problems=tuple(problems)
    )  # fmt: skip


def _none_found(head: Head, absent: Sequence[Input], code: int) -> Problem:
    titles = listed([quoted(item.title or item.id) for item in absent], shown=4)
    message = f"The table has a code column and none of the {len(absent)} wanted headings: {titles}."
    others = [head.cell(column) for column in head.names if column != code]
    if others:
        message += f" Its headings are {listed(others, shown=6)}."
    remedy = "Check that this is the right file, sheet and edition"
    made = by_date(head, absent, (column for column in head.names if column != code))
    if made:
        cells = listed([head.cell(column) for column in made.values()])
        dates = {*made.values()} & {*dated_headings(head)}
        message += f" Of these, {cells} may be what a spreadsheet made of them."
        pairs = ", ".join(f"{id_}: {_cell(head, column)}" for id_, column in made.items())
        remedy = "Type the headings again in cells of text format, or say" if dates else "Say"
        return Problem(head.at(), "no-table", message, f"{remedy} under reading headings: {{{pairs}}}.")
    near = {item.id: column for item in absent if (column := _nearest_heading(item, head.names))}
    if near:
        id_, column = next(iter(near.items()))
        remedy += f"; or say under reading which heading is which, such as headings: {{{id_}: {_cell(head, column)}}}"
    return Problem(head.at(), "no-table", message, f"{remedy}.")


def _cell(head: Head, column: int) -> str:
    return f"{column_letters(column)}{head.row}"


def _missing(head: Head, item: Input, unused: Mapping[int, str], own: Sequence[str]) -> Problem:
    """The problem of an absent column, at the nearest heading where one is near; `own` are the reading's headings."""
    made = by_date(head, [item], unused).get(item.id, 0) if not own else 0
    column = 0 if made else _nearest_heading(item, unused, own)
    message = f'The column "{item.id}"{f" ({item.title})" if item.title else ""} is missing'
    if own:
        message += f": under reading: headings it is called {listed([quoted(text) for text in own])}"
    elif item.column is not None:
        message += f": it is looked for at {item.column}, where no heading stands"
    elif item.group is not None:
        message += f" under {quoted(item.group)}"
    remedy = "Add it; leave cells blank where there is no value."
    if column:
        remedy = f"Did you mean {head.cell(column)}? Then "
        remedy += "say so under reading: headings." if own else "rename that heading."
    elif made and made not in dated_headings(head):
        message += f"; the heading {head.cell(made)} may be the same, written otherwise"
        remedy = f"If that is the one, say under reading headings: {{{item.id}: {_cell(head, made)}}}."
    elif dates := ([made] if made else [one for one in dated_headings(head) if one in unused]):
        message += f"; the heading {head.cell(dates[0])} is a date, as spreadsheets make of texts such as Apr-26"
        remedy = "If that is the one, type it again in a cell of text format, or say under reading "
        remedy += f"headings: {{{item.id}: {_cell(head, dates[0])}}}."
    return Problem(head.at(column), "missing-column", f"{message}.", remedy)


def _nearest_heading(item: Input, unused: Mapping[int, str], own: Sequence[str] = ()) -> int:
    """The column whose heading is most like one of an input's, but for marks and words of counting; 0 where none is."""
    from difflib import get_close_matches  # only when something is already wrong

    known: dict[str, int] = {}
    for column, text in unused.items():
        for form in (fold, loose_heading):
            known.setdefault(form(text), column)
    for heading in own or item.headings:
        for form in (fold, loose_heading):
            if near := get_close_matches(form(heading), list(known), n=1, cutoff=0.75):
                return known[str(near[0])]
    return 0


def unused_headings(layout: Layout, used: Iterable[int]) -> tuple[str, ...]:
    """The headings of columns that nobody wanted, each once, in their order."""
    counted = Counter(text for column, text in layout.headings.items() if column not in taken_columns(layout, used))
    return tuple(counted)


def taken_columns(layout: Layout, used: Iterable[int]) -> set[int]:
    """The columns that were read for anything: values, codes, names, or to choose or complete rows."""
    chosen = (column for column, _ in layout.where)
    return {*used, layout.code, layout.name, layout.indicator, layout.value, *chosen, *layout.fill} - {0}


def headings_of(layout: Layout, columns: Mapping[str, int]) -> dict[str, str]:
    """What tells each column from all others: its heading, or that with the one above it, or its cell."""
    head = Head(layout.table, layout.code_row, layout.header_row, layout.headings, layout.groups)
    standing = _headings(layout.table, layout.code_row, layout.header_row)
    groups = {} if centred_labels(head) else layout.groups
    rows = layout.table.rows[max(0, layout.code_row - 1 - GROUP_ROWS) : layout.code_row - 1]
    above = {  # a wanted text over a column without a heading would be one too
        bare_heading(as_text(raw)) for row in rows for other, raw in enumerate(row, 1) if other not in standing
    }
    return {id_: _heading_of(head, column, standing, groups.get(column, ()), above) for id_, column in columns.items()}


def _heading_of(
    head: Head, column: int, standing: Collection[int], groups: Sequence[str], above: Collection[str]
) -> str:
    """What tells one column: one that is not `standing` in the row of the headings is told by its cell."""
    text = head.names[column]
    for said in (text, *(f"{group} / {text}" for group in reversed(groups))):
        if column in standing and head.exact[fold(said)] == [column] and bare_heading(said) not in above:
            return said
    letters, row = column_letters(column), str(head.row)
    while fold(f"{letters}{row}") in head.exact:  # a heading that looks like a cell; a zero before the row tells
        row = f"0{row}"
    return f"{letters}{row}"

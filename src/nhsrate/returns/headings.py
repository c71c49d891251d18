"""Finding a table in a sheet: its header row, and the column of everything that is wanted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from nhsrate.core.problems import CellLocation, Problem, column_letters, column_number
from nhsrate.core.texts import as_text, fold, is_text, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.core.tables import Table
    from nhsrate.rules.inputs import Input, TableReading

_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})", re.ASCII)
"""A cell of the header, such as `Q16`, in the place of a heading."""

SEARCHED = 60
"""The rows from the top in which a header is looked for."""

GROUP_ROWS = 5
"""The most rows of group headings above a header that were met in real files."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table stands in its sheet; rows and columns count from 1, column 0 means there is none.

    `columns` gives the column of each input that was found, `headings` the text at the head of every column, `groups`
    the headings above it, the nearest last; `lacking` has the problem of each input whose column is absent and must
    not be. `where` has columns with the texts of the rows that are wanted, `fill` columns in which a blank
    cell means the value above. The code heading stands in `code_row`, mostly the header row itself.
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
    problems: tuple[Problem, ...] = ()
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
        """The columns whose cells are values, and in a long table the names of indicators."""
        if self.form == "long":
            return (self.indicator, self.value)
        return tuple(dict.fromkeys(self.columns.values()))

    @property
    def missing(self) -> bool:
        """Whether some wanted heading is absent or ambiguous."""
        return bool(self.problems or self.lacking)


def find_layout(table: Table, inputs: Sequence[Input], reading: TableReading, first: int = 1) -> Layout | None:
    """The table of the sheet that has a code column and the most wanted headings; nothing without a code column.

    The header is looked for from row `first` on.
    """
    header = _find_header(table, inputs, reading, first)
    if header is None:
        return None
    code_row, header_row = header
    names = _headings(table, code_row, header_row)
    groups = _groups(table, header_row, names)
    columns: dict[str, list[int]] = {}
    for column, text in names.items():
        for variant in {fold(text), *(fold(f"{group} / {text}") for group in groups[column])}:
            columns.setdefault(variant, []).append(column)
    code = _first(columns, reading.code)
    name = _first(columns, reading.name)
    where, of_where = _where(table, header_row, columns, reading.where)
    fill, of_fill = _fill(table, header_row, columns, reading.fill)
    of_code = [] if len(code) == 1 else [_ambiguous(table, header_row, code, groups, names[code[0]], None)]
    problems = [*of_code, *of_where, *of_fill]
    layout = Layout(
        table, "wide", header_row, code[0], name[0] if name and name[0] != code[0] else 0, names, {}, code_row, groups,
        where=where, fill=fill,
    )  # fmt: skip
    own = dict(reading.headings)
    found: dict[str, int] = {}
    absent: list[Input] = []
    for item in inputs:
        fitting = _columns_of(item, own.get(item.id), columns, groups, names, range(code_row, header_row + 1))
        if len(fitting) > 1:
            problems.append(_ambiguous(table, header_row, fitting, groups, names[fitting[0]], item))
        elif fitting:
            found[item.id] = fitting[0]
        elif not item.optional:
            absent.append(item)
    if not problems and (long := _long(layout, columns, reading)) and set(found.values()) <= {long.value}:
        return long
    if inputs and not found and not problems and all(item.optional and item.table is None for item in inputs):
        return replace(layout, problems=(_none_found(table, header_row, inputs),))
    if len(absent) > 1 and not found and not problems:
        return replace(layout, problems=(_none_found(table, header_row, absent),))
    unused = {column: text for column, text in names.items() if column not in {*found.values(), code[0]}}
    lacking = {item.id: _missing(table, header_row, item, unused, own.get(item.id, ())) for item in absent}
    return replace(layout, columns=found, problems=tuple(problems), lacking=lacking)


def _where(
    table: Table,
    row: int,
    columns: Mapping[str, list[int]],
    wanted: Iterable[tuple[str, tuple[str, ...]]],
) -> tuple[tuple[tuple[int, tuple[str, ...]], ...], list[Problem]]:
    """The columns by which rows are chosen, each with the texts that are wanted there; an absent one is a problem."""
    where = []
    problems = []
    for heading, texts in wanted:
        if place := columns.get(fold(heading)):
            where.append((place[0], texts))
        else:
            said = either(texts)
            message = f"The column {quoted(heading)} is missing; only rows where it says {said} are wanted."
            remedy = "Add the column, or correct its heading under reading: where."
            problems.append(Problem(_at(table, row), "missing-column", message, remedy))
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


def _fill(
    table: Table, row: int, columns: Mapping[str, list[int]], wanted: Iterable[str]
) -> tuple[tuple[int, ...], list[Problem]]:
    """The columns in which a blank cell means the value above it; an absent one is a problem."""
    fill = []
    problems = []
    for heading in wanted:
        if place := columns.get(fold(heading)):
            fill.append(place[0])
        else:
            message = f"The column {quoted(heading)} is missing, in which a blank cell means the value above it."
            remedy = "Add the column, or correct its heading under reading: fill."
            problems.append(Problem(_at(table, row), "missing-column", message, remedy))
    return tuple(fill), problems


def _find_header(table: Table, inputs: Sequence[Input], reading: TableReading, first: int) -> tuple[int, int] | None:
    """The row with the code heading and the row with the other headings (from 1): mostly one and the same.

    Where headings are merged over several rows, the code heading stands in the first of them.

    No single sign tells a header. Titles, notes and lists above a table say "Code" or the name of an indicator too, and
    a heading that is merged over three rows stands in the first of them, while the others of its row stand in the last.
    So every row that has a code heading is tried, as the whole header and together with one or two rows below it in
    which the column of codes is blank (where a code stands, the header has ended), and the trial that finds the most
    wanted headings is taken. Of equals the first holds: a table stands above its own repetitions and lists of codes.
    """
    codes = {fold(code) for code in reading.code}
    wanted = {part for item in inputs for heading in item.headings for part in _parts(heading)}
    wanted.update(part for _, headings in reading.headings for heading in headings for part in _parts(heading))
    if reading.long is not None:
        columns = (reading.long.indicator, reading.long.value, *(heading for heading, _ in reading.long.where))
        wanted.update(map(fold, columns))
    named = [int(cell[2]) for _, headings in reading.headings for text in headings if (cell := _CELL.fullmatch(text))]
    pinned = reading.header_row
    best: tuple[int, int, int] | None = None
    last = min(len(table.rows), pinned or first + SEARCHED - 1)
    for row in range(max(first, (pinned or 1) - 2), last + 1):
        cells = table.rows[row - 1]
        code = next((c for c, raw in enumerate(cells) if is_text(raw) and fold(as_text(raw)) in codes), None)
        if code is None:
            continue
        seen: set[str] = set()
        for below in range(row, min(row + 3, last + 1)):
            cells = table.rows[below - 1]
            if below > row and code < len(cells) and as_text(cells[code]):
                break
            seen |= wanted.intersection(fold(as_text(raw)) for raw in cells)  # some are merged downwards
            score = len(seen) + sum(row <= number <= below for number in named)
            if (pinned is None or below == pinned) and (best is None or score > best[0]):
                best = (score, row, below)
    return best[1:] if best else None


def _parts(heading: str) -> Iterable[str]:
    """The heading folded, and what follows the last ` / ` of it (the group stands before)."""
    return fold(heading), fold(heading.rpartition(" / ")[2])


def _headings(table: Table, code_row: int, header_row: int) -> dict[int, str]:
    """The text at the head of each column; a heading merged downwards stands in a row above."""
    found: dict[int, str] = {}
    for row in range(code_row, header_row + 1):
        for column, raw in enumerate(table.rows[row - 1], 1):
            if text := as_text(raw):
                found[column] = text
    return dict(sorted(found.items()))


def _groups(table: Table, header_row: int, names: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
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


def _first(columns: Mapping[str, list[int]], headings: Iterable[str]) -> list[int]:
    """The columns under the first of these headings that stands in the table."""
    return next((columns[fold(heading)] for heading in headings if fold(heading) in columns), [])


def _columns_of(
    item: Input,
    own: tuple[str, ...] | None,
    columns: Mapping[str, list[int]],
    groups: Mapping[int, tuple[str, ...]],
    names: Mapping[int, str],
    header: range,
) -> list[int]:
    """The columns an input may be meant by: those of the reading's own heading; else pinned, by id, title, alias."""
    if own is None and item.column is not None:
        column = column_number("".join(letter for letter in item.column if letter.isalpha()))
        return [column] if column in names else []
    for heading in own or item.headings:
        fitting = columns.get(fold(heading), [])
        if own and not fitting and (pinned := _CELL.fullmatch(heading)) and int(pinned[2]) in header:
            fitting = [column for column in (column_number(pinned[1]),) if column in names]
        if own is None and item.group is not None:
            fitting = [column for column in fitting if fold(item.group) in map(fold, groups[column])]
        if fitting:
            return fitting
    return []


def _long(layout: Layout, columns: Mapping[str, list[int]], reading: TableReading) -> Layout | None:
    """The layout of a table with a row per organisation and indicator, where it is one."""
    if reading.long is None:
        return None
    indicator = columns.get(fold(reading.long.indicator))
    value = columns.get(fold(reading.long.value))
    if not indicator or not value:
        return None
    wanted = [(heading, (text,)) for heading, text in reading.long.where]
    where, problems = _where(layout.table, layout.header_row, columns, wanted)
    where = (*layout.where, *where)
    return replace(
        layout, form="long", indicator=indicator[0], value=value[0], where=where, problems=tuple(problems)
    )  # fmt: skip


def _at(table: Table, row: int, column: int = 0) -> CellLocation:
    return CellLocation(table.file, table.sheet, row, column)


def _ambiguous(
    table: Table, row: int, columns: list[int], groups: Mapping[int, tuple[str, ...]], heading: str, item: Input | None
) -> Problem:
    """The problem of one wanted heading over several columns."""
    cells = listed([f"{column_letters(column)}{row}" for column in columns], shown=5)
    message = f"{len(columns)} columns are called {quoted(heading)}: {cells}."
    above = [groups[column][-1] for column in columns if groups[column]]
    if item is None:
        remedy = "Rename the columns that do not hold the organisation's own code."
    elif len(set(map(fold, above))) == len(columns):
        choices = listed([quoted(group) for group in above], shown=5)
        remedy = f'Say which is meant for "{item.id}" by the heading above it, such as group: {choices}.'
    else:
        letters = column_letters(columns[0])
        remedy = f'Rename them, or say which is meant for "{item.id}" by its letters, such as column: {letters}.'
    return Problem(_at(table, row, columns[0]), "ambiguous-heading", message, remedy)


def _none_found(table: Table, row: int, absent: Sequence[Input]) -> Problem:
    titles = listed([quoted(item.title or item.id) for item in absent], shown=4)
    message = f"The table has a code column and none of the {len(absent)} wanted headings: {titles}."
    return Problem(_at(table, row), "no-table", message, "Check that this is the right file, sheet and edition.")


def _missing(table: Table, row: int, item: Input, unused: Mapping[int, str], own: Sequence[str]) -> Problem:
    """The problem of an absent column, at the nearest heading where one is near; `own` are the reading's headings."""
    known = {fold(text): column for column, text in unused.items()}
    column = next((known[near] for heading in own or item.headings if (near := _near(heading, known))), 0)
    message = f'The column "{item.id}"{f" ({item.title})" if item.title else ""} is missing'
    if own:
        message += f": under reading: headings it is called {listed([quoted(text) for text in own])}"
    elif item.column is not None:
        message += f": it is looked for at {item.column}, where no heading stands"
    elif item.group is not None:
        message += f" under {quoted(item.group)}"
    remedy = "Add it; leave cells blank where there is no value."
    if column:
        remedy = f"Did you mean {quoted(unused[column])} ({column_letters(column)}{row})? Then "
        remedy += "say so under reading: headings." if own else "rename that heading."
    return Problem(_at(table, row, column), "missing-column", f"{message}.", remedy)


def _near(heading: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only when something is already wrong

    return next(iter(get_close_matches(fold(heading), list(known), n=1, cutoff=0.75)), "")


def unused_headings(layout: Layout, used: Iterable[int]) -> tuple[str, ...]:
    """The headings of columns that nobody wanted, each once, in their order."""
    counted = Counter(text for column, text in layout.headings.items() if column not in taken_columns(layout, used))
    return tuple(counted)


def taken_columns(layout: Layout, used: Iterable[int]) -> set[int]:
    """The columns that were read for anything: values, codes, names, or to choose or complete rows."""
    chosen = (column for column, _ in layout.where)
    return {*used, layout.code, layout.name, layout.indicator, layout.value, *chosen, *layout.fill} - {0}


def heading_of(layout: Layout, column: int) -> str:
    """What tells a column from all others: its heading, with the heading above it or its cell where that is needed."""
    text = layout.headings[column]
    same = [other for other, known in layout.headings.items() if fold(known) == fold(text)]
    if len(same) == 1:
        return text
    for group in reversed(layout.groups.get(column, ())):
        if sum(fold(group) in map(fold, layout.groups.get(other, ())) for other in same) == 1:
            return f"{group} / {text}"
    return f"{column_letters(column)}{layout.header_row}"

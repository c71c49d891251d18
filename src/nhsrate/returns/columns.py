"""Which column of a header is meant by what: inputs, codes and names, by exact headings first and by bare ones then."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.headings import bare_heading, counted, loose_heading
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import MONTHS, surely_same_period
from nhsrate.core.problems import CellLocation, Problem, column_letters, column_number
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.codes import CODE
from nhsrate.rules.inputs import AREA_CODE_HEADINGS, CODE_HEADINGS, EITHER_HEADINGS, NAME_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nhsrate.core.tables import Table
    from nhsrate.rules.inputs import Input, TableReading

CELL = pattern(r"([A-Za-z]{1,3})([0-9]{1,7})", re.ASCII)
"""A cell of the header, such as `Q16`, in the place of a heading."""

LETTERS = pattern(r"[A-Z]{1,3}", re.ASCII)
"""The letters of a column, in the place of the heading of codes or names."""

GROUP_ROWS = 5
"""The most rows of group headings above a header that were met in real files."""

LOOKED_AT = 20
"""The cells below a heading that tell whether codes stand there."""


@frozen
class Head:
    """The header of a table: its rows (from 1), and the text at the head of each column with the groups above it.

    The headings of the columns `upper` stand in a row above it.
    """

    table: Table
    code_row: int
    row: int
    names: Mapping[int, str]
    groups: Mapping[int, tuple[str, ...]]
    upper: frozenset[int] = frozenset()
    exact: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column, text in self.names.items():
            for variant in {fold(text), *(fold(f"{group} / {text}") for group in self.groups.get(column, ()))}:
                self.exact.setdefault(variant, []).append(column)

    def at(self, column: int = 0) -> CellLocation:
        """The header, or the head of a column."""
        return CellLocation(self.table.file, self.table.sheet, self.row, column)

    def cell(self, column: int) -> str:
        """The head of a column with its text, as people name it: `"Falls" (D1)`."""
        return f"{quoted(self.names[column])} ({column_letters(column)}{self.row})"

    def under(self, headings: Iterable[str]) -> list[int]:
        """The columns under the first of these headings that stands in the table, as written or with marks."""
        headings = list(headings)
        found = next((self.exact[fold(heading)] for heading in headings if fold(heading) in self.exact), [])
        return found or next((same for heading in headings if (same := self.alike(heading, bare_heading))), [])

    def alike(self, heading: str, form: Callable[[str], str]) -> list[int]:
        """The columns whose headings are the same in this form, with the group before them where one is given."""
        group, parted, own = heading.rpartition(" / ")
        columns = [column for column, text in self.names.items() if form(text) == form(own)]
        if not parted:
            return columns
        return [one for one in columns if form(group) in map(form, self.groups.get(one, ()))]

    def pinned(self, headings: Iterable[str]) -> list[int]:
        """The column that one of these gives by a cell of the header, or by its letters."""
        for text in headings:
            if (cell := CELL.fullmatch(text)) and self.code_row <= int(cell[2]) <= self.row:
                return [column_number(cell[1])]
            if LETTERS.fullmatch(text):
                return [column_number(text)]
        return []

    def below(self, column: int, rows: int) -> list[str]:
        """The texts of the first cells below a heading."""
        return [
            as_text(cells[column - 1]) if column <= len(cells) else ""
            for cells in self.table.rows[self.row : self.row + rows]
        ]


# inputs


def find_columns(
    head: Head, inputs: Sequence[Input], own: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, int], list[Input], list[Problem]]:
    """The column of each input, the inputs that have none, and what is ambiguous or worth a note of them.

    Headings that are just the wanted ones are given out first; only then is one with marks or a unit behind it taken,
    and last one with words of counting, which is noted. So no column of one input is taken for another.
    """
    found: dict[str, int] = {}
    absent: list[Input] = []
    problems: list[Problem] = []
    for item in inputs:
        fitting = _exactly(head, item, own.get(item.id))
        if len(fitting) > 1:
            problems.append(ambiguous(head, fitting, item))
        elif fitting:
            found[item.id] = fitting[0]
        else:
            absent.append(item)
        if (doubt := _centred(head, item, own.get(item.id))) is not None and fitting:
            problems.append(doubt)
    for form in (bare_heading, loose_heading):
        for item in list(absent):
            fitting = _alike(head, item, own.get(item.id), inputs, set(found.values()), form)
            if not fitting:
                continue
            absent.remove(item)
            if len(fitting) > 1:
                problems.append(ambiguous(head, fitting, item))
                continue
            found[item.id] = fitting[0]
            if form is loose_heading:
                message = f'The heading {head.cell(fitting[0])} was read as that of "{item.id}" '
                message += f"({quoted(item.title or item.id)})."
                problems.append(Problem(head.at(fitting[0]), "near-heading", message, "", "note"))
    found = {item.id: found[item.id] for item in inputs if item.id in found}
    return found, absent, problems + _taken_twice(head, inputs, found)


def _exactly(head: Head, item: Input, own: tuple[str, ...] | None) -> list[int]:
    """The columns an input is meant by: those of the reading's own headings; else pinned, or by id, title and alias."""
    if own is None and item.column is not None:
        column = column_number("".join(letter for letter in item.column if letter.isalpha()))
        return [column] if column in head.names else []
    fitting: list[int] = []
    for heading in own or item.headings:
        columns = head.exact.get(fold(heading), [])
        if own and not columns and (cell := CELL.fullmatch(heading)):
            columns = [column for column in (column_number(cell[1]),) if _pins(head, column, int(cell[2]))]
        fitting += [column for column in columns if column not in fitting and _in_group(head, column, item, own)]
        if own and fitting:  # the reading says in which order
            break
    return fitting


def _pins(head: Head, column: int, row: int) -> bool:
    """Whether a cell is one of the header, or stands above it over or under a heading of an upper row."""
    first = head.code_row - GROUP_ROWS if column in head.upper else head.code_row
    return column in head.names and first <= row <= head.row


def _in_group(head: Head, column: int, item: Input, own: tuple[str, ...] | None) -> bool:
    """Whether a column stands in the group of an input, where it has one."""
    if own is not None or item.group is None:
        return True
    groups = head.groups.get(column, ())
    return fold(item.group) in map(fold, groups) or bare_heading(item.group) in map(bare_heading, groups)


def _alike(
    head: Head,
    item: Input,
    own: tuple[str, ...] | None,
    inputs: Sequence[Input],
    taken: set[int],
    form: Callable[[str], str],
) -> list[int]:
    """The columns whose headings are those of an input but for marks and units, where no other input is alike too."""
    if own is None and item.column is not None:
        return []
    fitting: list[int] = []
    for heading in own or item.headings:
        if any(form(heading) == form(text) for other in inputs if other is not item for text in other.headings):
            continue
        fitting += [
            column
            for column in head.alike(heading, form)
            if column not in fitting
            and column not in taken
            and _in_group(head, column, item, own)
            and {counted(head.names[column]), item.type} != {"count", "percent"}
        ]
    return fitting


def _taken_twice(head: Head, inputs: Sequence[Input], found: Mapping[str, int]) -> list[Problem]:
    """Two inputs of one type that one column would be read for."""
    first: dict[tuple[int, str], Input] = {}
    problems = []
    for item in inputs:
        column = found.get(item.id)
        if column is None or item.column is not None:
            continue
        other = first.setdefault((column, item.type), item)
        if other is not item:
            message = f'The heading {head.cell(column)} would be read for both "{other.id}" and "{item.id}".'
            remedy = f"Say under reading: headings which column is which, such as {item.id}: {column_letters(column)}"
            problems.append(Problem(head.at(column), "ambiguous-heading", message, f"{remedy}{head.row}."))
    return problems


def _centred(head: Head, item: Input, own: tuple[str, ...] | None) -> Problem | None:
    """That the labels above the headings stand in the middle of their columns, so that it is a guess which are theirs.

    A label stands over its first column, where it is merged too. One that is centred leaves the first column of its
    group without a label, though the heading of that column stands again under the labels.
    """
    texts = set(map(fold, head.names.values()))  # a heading may have a stroke of its own
    wanted = [heading for heading in own or () if " / " in heading and fold(heading) not in texts]
    wanted = wanted or ([item.group] if item.group and not own else [])
    if not wanted:
        return None
    found = centred_labels(head)
    if not found:
        return None
    column, label = found[0]
    message = f"The label {quoted(label)} stands over the middle of its columns, so it is not clear which are "
    message += f'its own; {head.cell(column)} has none. "{item.id}" is looked for under {quoted(wanted[0])}.'
    remedy = f"Say which column is meant by its cell, such as headings: {{{item.id}: "
    remedy += f"{column_letters(column)}{head.row}}}, under reading."
    return Problem(head.at(column), "ambiguous-heading", message, remedy)


def centred_labels(head: Head) -> list[tuple[int, str]]:
    """The columns without a label whose right neighbour begins one that seems to be theirs too, with that label."""
    labelled = {fold(name) for column, name in head.names.items() if head.groups.get(column)}
    bare = [column for column in head.names if not head.groups.get(column)]
    neighbours = ((column, head.groups.get(column + 1, ())) for column in bare)
    return [(column, right[-1]) for column, right in neighbours if right and fold(head.names[column]) in labelled]


def ambiguous(head: Head, columns: Sequence[int], item: Input) -> Problem:
    """The problem of one input that several columns fit."""
    if len({fold(head.names[column]) for column in columns}) > 1:
        cells = listed([head.cell(column) for column in columns], shown=5)
        message = f'{len(columns)} columns fit "{item.id}": {cells}.'
        remedy = f"Say which is meant under reading, such as headings: {{{item.id}: "
        remedy += f"{column_letters(columns[0])}{head.row}}}."
        return Problem(head.at(columns[0]), "ambiguous-heading", message, remedy)
    cells = listed([f"{column_letters(column)}{head.row}" for column in columns], shown=5)
    message = f"{len(columns)} columns are called {quoted(head.names[columns[0]])}: {cells}."
    above = [head.groups[column][-1] for column in columns if head.groups.get(column)]
    if len(set(map(fold, above))) == len(columns):
        choices = listed([quoted(group) for group in above], shown=5)
        remedy = f'Say which is meant for "{item.id}" by the heading above it, such as group: {choices}.'
    else:
        letters = column_letters(columns[0])
        remedy = f'Rename them, or say which is meant for "{item.id}" by its letters, such as column: {letters}.'
    return Problem(head.at(columns[0]), "ambiguous-heading", message, remedy)


# codes


def given_codes(reading: TableReading) -> tuple[str, ...]:
    """The headings of codes that a reading gives of its own, without the usual ones, which follow them."""
    return _given(reading.code, CODE_HEADINGS)


def _given(headings: tuple[str, ...], usual: Sequence[str]) -> tuple[str, ...]:
    """The headings before the usual ones, which follow them."""
    return next(
        headings[:n]
        for n in range(len(headings) + 1)
        if n == len(headings) or headings[n:] == tuple(one for one in usual if one not in headings[:n])
    )


def code_columns(head: Head, reading: TableReading) -> list[int]:
    """The columns that may be meant by the code of the organisation: one, unless that is in doubt."""
    given = given_codes(reading)
    if found := head.under(given):
        return found
    usual = [column for column, text in head.names.items() if is_usual(text, CODE_HEADINGS)]
    if usual:
        return _own_codes(head, usual)
    areas = [column for column, text in head.names.items() if is_usual(text, AREA_CODE_HEADINGS)]
    if areas:
        return _own_codes(head, areas)
    return [column for column, text in head.names.items() if is_usual(text, EITHER_HEADINGS)][:1]


def name_columns(head: Head, reading: TableReading) -> list[int]:
    """The columns that may hold the names: those that the reading gives before those of the usual headings."""
    given = _given(reading.name, NAME_HEADINGS)
    return head.under(given) or head.pinned(given) or head.under(reading.name)


def is_usual(text: str, headings: Sequence[str]) -> bool:
    """Whether a heading is one of the usual ones, as written or with marks."""
    known = _folded(headings)
    return fold(text) in known or bare_heading(text) in known


def _folded(headings: Sequence[str]) -> frozenset[str]:
    key = id(headings)
    if key not in _FOLDED:
        _FOLDED[key] = frozenset((*map(fold, headings), *map(bare_heading, headings)))
    return _FOLDED[key]


_FOLDED: dict[int, frozenset[str]] = {}


def _own_codes(head: Head, columns: Sequence[int]) -> list[int]:
    """Of several columns of codes those of the organisations themselves.

    The codes of groups to which organisations belong repeat where their own do not, and a column may stand twice; what
    is left after that is in doubt.
    """
    if len(columns) < 2 or len({fold(head.names[column]) for column in columns}) == 1:
        return list(columns)
    texts = {column: head.below(column, 60) for column in columns}
    filled = [column for column in columns if any(texts[column])] or list(columns)
    different = [one for n, one in enumerate(filled) if texts[one] not in (texts[other] for other in filled[:n])]
    single = [one for one in different if len(set(said := [*filter(None, texts[one])])) == len(said)]
    return single or different


def looks_like_codes(head: Head, column: int) -> bool:
    """Whether what stands below a heading are codes: with digits in them, or in a few capitals."""
    texts = [text for text in head.below(column, LOOKED_AT) if text]
    return bool(texts) and all(
        CODE.fullmatch(text) and (any(map(str.isdigit, text)) or (text.isupper() and len(text) <= 6)) for text in texts
    )


def ambiguous_codes(head: Head, columns: Sequence[int]) -> Problem:
    """The problem of several columns that may be the codes."""
    texts = {fold(head.names[column]) for column in columns}
    if len(texts) > 1:
        cells = listed([head.cell(column) for column in columns], shown=5)
        message = f"{len(columns)} columns may hold the codes of the organisations: {cells}."
        remedy = f"Say which under reading, such as code: [{head.names[columns[0]]}]."
        return Problem(head.at(columns[0]), "ambiguous-heading", message, remedy)
    cells = listed([f"{column_letters(column)}{head.row}" for column in columns], shown=5)
    message = f"{len(columns)} columns are called {quoted(head.names[columns[0]])}: {cells}."
    remedy = "Rename the columns that do not hold the organisation's own code."
    return Problem(head.at(columns[0]), "ambiguous-heading", message, remedy)


# names

_NAMING = pattern(
    r"\b(?:names?|titles?|called|organi[sz]ations?|trusts?|providers?|hospitals?|boards?|practices?|councils?|authorit(?:y|ies)"
    r"|institutions?|schools?|bod(?:y|ies)|sites?|centres?)\b"
)


def no_names(head: Head, reading: TableReading, unused: Iterable[int]) -> Problem | None:
    """What is said where no column has the names: that the one of the reading is absent, or which may be meant.

    A table of codes alone is nothing to speak of.
    """
    given = _given(reading.name, NAME_HEADINGS)
    named = [column for column in unused if _NAMING.search(fold(head.names[column]))]
    likely = [column for column in named if _looks_like_names(head, column)]
    instead = "so the codes stand in the place of the names"
    if given:
        message = f"The column {listed([quoted(text) for text in given])} of the names is missing, {instead}."
    elif likely:
        message = f"No heading is known as that of the names, {instead}."
    else:
        return None
    remedy = "Correct the heading under reading: name." if given else ""
    if likely:
        remedy = f"If {head.cell(likely[0])} has them, say under reading name: [{head.names[likely[0]]}]."
    return Problem(head.at(), "missing-column", message, remedy, "note")


def _looks_like_names(head: Head, column: int) -> bool:
    """Whether what stands below a heading are names: different texts with letters, which are no codes."""
    texts = [text for text in head.below(column, LOOKED_AT) if text]
    words = [text for text in texts if sum(map(str.isalpha, text)) > 2 and not text.isupper()]
    return bool(texts) and len(words) == len(texts) == len(set(texts)) and not looks_like_codes(head, column)


def dated_headings(head: Head) -> list[int]:
    """The columns whose heading is a date, as spreadsheets make of texts such as Apr-26."""
    cells = head.table.rows[head.row - 1]
    return [column for column, raw in enumerate(cells, 1) if isinstance(raw, date)]


def by_date(head: Head, inputs: Iterable[Input], unused: Iterable[int]) -> dict[str, int]:
    """The columns (among the unused) whose headings are what a spreadsheet made of those of inputs, or a date alike.

    `Apr-26` and `April 2026` become the first of the month, `3-4` and `1/2` the third of April and the first of
    February, `Mar-1` the first of March.
    """
    found: dict[str, int] = {}
    left = list(unused)
    for item in inputs:
        for column in left:
            raw = head.table.rows[head.row - 1][column - 1 : column]
            if any(_made(heading, head.names[column], raw[0] if raw else None) for heading in item.headings):
                found[item.id] = column
                left.remove(column)
                break
    return found


_TWO_NUMBERS = pattern(r"([0-9]{1,2})[-/]([0-9]{1,2})", re.ASCII)
_WORD_AND_NUMBER = pattern(r"([a-z]{3,9})[- ]?([0-9]{1,2})", re.ASCII)


def _made(heading: str, text: str, raw: object) -> bool:
    """Whether a spreadsheet may have made the heading of a column, a text or a date, of one that is wanted."""
    if surely_same_period(heading, text):
        return True
    if not isinstance(raw, date):
        return False
    if found := _TWO_NUMBERS.fullmatch(heading):
        return {int(found[1]), int(found[2])} == {raw.day, raw.month}
    named = _WORD_AND_NUMBER.fullmatch(fold(heading))
    return named is not None and MONTHS[raw.month - 1].startswith(named[1]) and int(named[2]) == raw.day

"""Sorting the rows below a header: organisations, totals, notes, blank rows, and the header again."""

from __future__ import annotations

from dataclasses import field
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from nhsrate.core.faults import Fault, Faults, dropped_characters, without_marks
from nhsrate.core.frozen import changing
from nhsrate.core.problems import Problem, column_letters, errors
from nhsrate.core.tables import MarkedText, SetAside
from nhsrate.core.texts import as_text, fold, has_unseen, listed, quoted, with_marks
from nhsrate.returns.codes import code_fault, tidied
from nhsrate.returns.headings import either
from nhsrate.returns.no_organisations import AREA, NOTHING_KNOWN, Held, Waiting, announces, doubtful
from nhsrate.returns.row_kinds import (
    BELOW,
    RowKinds,
    broken_row,
    cell_of,
    ended_early,
    first_text,
    holds,
    ragged,
    says,
    shown_row,
)
from nhsrate.values.left_out import LeftOut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nhsrate.returns.headings import Layout
    from nhsrate.returns.no_organisations import Kind, Known
    from nhsrate.rules.inputs import TableReading

ROW_LIMITS = frozenset({65_536, 1_048_576})
SAID = 4
"""The different texts of rows that are not wanted which are kept, one more than are told."""

FAR = 1_000
"""The blank rows from which a cell below them is said to stand far away."""

LINES = frozenset({"line", "perhaps line"})

ALL = "all"
"""What `table` says where several tables below each other are parts of one."""


class FoundRow(NamedTuple):
    """A row of an organisation: its number (from 1), its code and name, and the cells of the wanted columns."""

    row: int
    code: str
    name: str
    cells: tuple[object, ...] = ()


@changing
class RowSorter:
    """Sorts the rows of a table as they come: organisations are handed on, everything else is kept account of.

    `rows` is the last row that holds anything; the counts of the others add up to it. `stacked` has the rows of further
    headers, where the sheet holds several tables below each other; `unheaded` how many values each column without a
    heading has.
    """

    layout: Layout
    reading: TableReading
    rows: int = 0
    above: int = 0
    header: int = 0
    organisations: int = 0
    elsewhere: int = 0
    blank: int = 0
    stacked: list[int] = field(default_factory=list)
    unheaded: dict[int, int] = field(default_factory=dict)
    _set_aside: list[tuple[int, SetAside]] = field(default_factory=list)
    _left_out: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    _slips: LeftOut = field(default_factory=LeftOut)
    _faults: Faults = field(default_factory=Faults)
    _problems: list[Problem] = field(default_factory=list)
    _seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    _filled: dict[int, object] = field(default_factory=dict)
    _doubtful: list[tuple[int, Sequence[object], Fault]] = field(default_factory=list)
    known: Known = NOTHING_KNOWN
    _waiting: Waiting = field(init=False)
    _pick: Callable[[Sequence[object]], tuple[object, ...]] = field(init=False)
    _width: int = field(init=False)
    _reach: int = field(init=False)
    _bare: tuple[int, ...] = field(init=False)
    _parted: bool = False
    _header_until: int = 0
    _early: tuple[int, int, str] | None = None
    """The row before, how many fields it has, and the last of them, where it ends early."""

    def __post_init__(self) -> None:
        """What holds for every row."""
        layout = self.layout
        self._waiting = Waiting(self.known)
        self._pick = _picker(layout.wanted)
        self._width = layout.width
        self._reach = max(layout.width, *layout.wanted, layout.code, layout.name)
        self._bare = tuple(column for column in range(1, layout.width + 1) if column not in layout.headings)

    def sort(self, rows: Iterable[tuple[int, Sequence[object]]]) -> Iterator[FoundRow]:
        """The rows of organisations among these, which come with their numbers."""
        layout, kinds = self.layout, RowKinds.of(self.layout, self.reading)
        waiting = self._waiting
        for number, cells in rows:
            code = as_text(cell_of(cells, layout.code))
            if not (code or holds(cells)) or not self._within(number, cells, code, kinds.code_heading):
                continue
            row, raw, code = self._in_full(cells, code)
            name = as_text(cell_of(row, layout.name))
            if self._early is not None:
                self._row_behind(cells, begins=kinds.begins(code))
            if kinds.where and not self._chosen(number, cells, row, kinds, raw):
                continue
            verdict = waiting.judged(raw, code, name)
            valued = kinds.valued(row)
            top = not self.organisations and number <= layout.header_row + BELOW
            described = kinds.describes(row, code, name) if top else ""
            if self._other(number, row, described or kinds.reason(row, code, name, verdict)):
                waiting.noted = not valued and (waiting.noted or announces(first_text(row)))
                continue
            kind = waiting.kind(verdict, code, name, valued=valued)
            fault = code_fault(raw, code, self.reading.codes)
            if top and fault is not None and fault.code == "no-code":
                fault = kinds.without_code(row, number) or fault
            if kind in LINES:
                waiting.hold(Held(kind, number, row, raw, code, name, fault))
                continue
            if fault is not None:
                if fault.code == "no-code" and kinds.texts_alone(row):
                    self._doubtful.append((number, row, fault))
                else:
                    self._faults.add(fault, layout.at(number, layout.code))
                continue
            self._settle()
            if kind == "area" or waiting:
                waiting.hold(Held(kind, number, row, raw, code, name))
                yield from filter(None, map(self._decided, waiting.released()))
            else:
                yield self._found(kind, number, row, raw, code, name)
        yield from filter(None, map(self._decided, waiting.released(ended=True)))

    def _in_full(self, cells: Sequence[object], code: str) -> tuple[Sequence[object], object, str]:
        """A row with what it has from above, the cell of its code with marks as such, and the text of that."""
        column = self.layout.code
        if code.isascii() and not self.layout.fill:  # as nearly all are
            return cells, cell_of(cells, column), code
        row = _with_fill(cells, self.layout.fill, self._filled) if self.layout.fill else cells
        raw = cell_of(row, column)
        raw = (with_marks(raw) or raw) if isinstance(raw, str) else raw
        return row, raw, as_text(raw)

    def _chosen(
        self, number: int, cells: Sequence[object], row: Sequence[object], kinds: RowKinds, raw: object
    ) -> bool:
        """Whether a row is among those that are wanted by what it says; the others are counted."""
        left_out, column = kinds.left_out(row)
        if left_out:
            self._leave_out(number, cells, left_out, as_text(cell_of(row, column)))
            code = as_text(raw)
            if (found := kinds.meant(row)) and kinds.valued(row) and not code_fault(raw, code, self.reading.codes):
                self._slips.add(found, number, code)
            return False
        for column, told in kinds.written_otherwise(row):
            self._faults.add(told, self.layout.at(number, column))
        return True

    def _leave_out(self, number: int, cells: Sequence[object], reason: str, said: str) -> None:
        """Count a row that is not wanted because of what it says."""
        if self.layout.table.sheet is None and len(cells) < self._width:
            self._early = (number, len(cells), as_text(cells[-1]))
        n, texts = self._left_out.get(reason, (0, ()))
        if len(texts) < SAID and said not in texts:
            texts = (*texts, said)
        self._left_out[reason] = (n + 1, texts)

    def _decided(self, held: Held) -> FoundRow | None:
        """A row that waited, now that what it is is known: an organisation's, or set aside."""
        if held.kind in {"area", "note"}:
            self._put_aside(held.number, held.row, "a note" if held.kind == "note" else AREA.reason)
            return None
        if held.fault is not None:
            self._faults.add(held.fault, self.layout.at(held.number, self.layout.code))
            return None
        found = self._found(held.kind, held.number, held.row, held.raw, held.code, held.name)
        if self._early is not None and self._early[0] == held.number:  # the rows below it were seen
            self._faults.add(ended_early(self._early[1], self._width), self.layout.at(held.number))
            self._early = None
        return found

    def _found(self, kind: Kind, number: int, row: Sequence[object], raw: object, code: str, name: str) -> FoundRow:
        """The row of an organisation, and what is to be said of it."""
        layout = self.layout
        self._notice(number, row, raw, code)
        if kind == "doubtful":
            self._faults.add(doubtful(code, name), layout.at(number, layout.code))
        beyond = range(self._width + 1, len(row) + 1)
        for column in (*self._bare, *beyond) if beyond else self._bare:
            if as_text(cell_of(row, column)):
                self.unheaded[column] = self.unheaded.get(column, 0) + 1
        self.organisations += 1
        if layout.where:
            self._slips.read.add((code.casefold(),))
        self._parted = False
        short = self._reach - len(row)
        return FoundRow(number, code, name, self._pick([*row, *[None] * short] if short > 0 else row))

    def _put_aside(self, number: int, row: Sequence[object], reason: str) -> None:
        self._set_aside.append((number, SetAside(str(self.layout.at(number)), shown_row(row), reason)))

    def _within(self, number: int, row: Sequence[object], code: str, code_heading: str) -> bool:
        """Whether a row is below the header and within what is read; the others are counted.

        Rows come once and in order, so each must be told by what stood above it, and every one is counted in just one
        place, because the account of a return is a sum that has to come out. Blank rows do not come at all and are
        told by the gap in the numbers. What a code heading below the header means depends on what lay between: on a
        further page of the same table it follows upon organisations, and where totals or notes parted them, another
        table begins, which nobody may read as more of the first unless the reading says so.
        """
        layout, reading = self.layout, self.reading
        gap, self.rows = number - self.rows - 1, number
        self.blank += gap
        if number < layout.code_row:
            self.above += 1
        elif number <= layout.header_row:
            self.header += 1
        elif number < (reading.first_row or 0) or (reading.last_row is not None and number > reading.last_row):
            self.elsewhere += 1
        elif code.casefold() == code_heading:
            self._header_again(number, row)
        elif number <= self._header_until and not code:
            self._put_aside(number, row, "the header again")
        elif self.stacked:
            self.elsewhere += 1
        else:
            self._waiting.parted = self._waiting.parted or gap > 0
            if gap > FAR:
                self._problems.append(_far_row(layout, number, row, gap))
            return True
        return False

    def _header_again(self, number: int, row: Sequence[object]) -> None:
        """A header among the rows: of another table below the first, or of a further page of the same."""
        table = self.reading.table
        self._parted = self._parted or self._waiting.part
        self._waiting.close()
        if self.stacked or (table is None and self._parted) or (table is not None and table.casefold() != ALL):
            self._settle(above_header=True)
            self.stacked.append(number)
            self.elsewhere += 1
            return
        self._settle(above_header=True)
        self._header_until = number + self.layout.header_row - self.layout.code_row
        self._put_aside(number, row, "the header again")
        if table is not None:
            self._check_headings(number, row)

    def _settle(self, *, above_header: bool = False) -> None:
        """Rows of texts without a code: headings above a header that stands again, else rows that lack their code."""
        for number, row, fault in self._doubtful:
            if above_header:
                self._put_aside(number, row, "a heading above a header")
            else:
                self._faults.add(fault, self.layout.at(number, self.layout.code))
        self._doubtful.clear()

    def _check_headings(self, number: int, row: Sequence[object]) -> None:
        """Tables that are parts of one must have the same headings."""
        layout = self.layout
        for column in layout.wanted if layout.code_row == layout.header_row else ():
            heading, text = layout.headings.get(column, ""), as_text(cell_of(row, column))
            if fold(heading) != fold(text):
                message = f"The heading here is {quoted(text)}, and {quoted(heading)} in row {layout.header_row}."
                remedy = "Say which is meant under reading, or in a profile (--reading FILE), such as table: 2."
                self._faults.add(Fault("stacked-tables", "headings", message, remedy), layout.at(number, column))

    def _other(self, number: int, row: Sequence[object], reason: str) -> bool:
        """Whether a row is no organisation's, or said before; it is set aside then."""
        reason = reason or self._same(number, row)
        if not reason:
            return False
        self._put_aside(number, row, reason)
        self._parted = True
        return True

    def _same(self, number: int, row: Sequence[object]) -> str:
        """Where the reading sets such rows aside, that a row says cell for cell what one before it said."""
        if self.reading.identical_rows == "refuse":
            return ""
        texts = list(map(as_text, row))
        while texts and not texts[-1]:
            texts.pop()
        before = self._seen.setdefault(tuple(texts), number)
        return "" if before == number else f"the same as row {before}, cell for cell"

    def _notice(self, number: int, row: Sequence[object], raw: object, code: str) -> None:
        """What is worth a word about the row of an organisation."""
        layout = self.layout
        if isinstance(raw, MarkedText):
            self._faults.add(without_marks(raw), layout.at(number, layout.code))
        elif code != raw and isinstance(raw, str):
            self._faults.add(tidied(raw, code), layout.at(number, layout.code))
        if isinstance(name := cell_of(row, layout.name), str) and has_unseen(name):
            self._faults.add(dropped_characters(name), layout.at(number, layout.name))
        if layout.table.sheet is None and (uneven := ragged(row, self._width)):
            if uneven.shape == "short":
                self._early = (number, len(row), as_text(row[-1]))
            else:
                self._faults.add(uneven, layout.at(number))

    def _row_behind(self, row: Sequence[object], *, begins: bool) -> None:
        """Whether the row before this one, where it ends early, was cut by its program or broken over two lines.

        A line with a code of its own, or as long as the header, is a row of its own, unless the two together have just
        the fields of one row and the first ends in a word.
        """
        if self._early is None:
            return
        number, fields, last = self._early
        width = self._width
        halves = fields + len(row) - 1 == width and any(letter.isalpha() for letter in last)
        own = (len(row) >= width and fields > 1) or (begins and (fields == 1 or not halves))
        self._faults.add(ended_early(fields, width) if own else broken_row(fields, width), self.layout.at(number))
        self._early = None

    def finish(self) -> tuple[tuple[SetAside, ...], list[Problem]]:
        """The rows set aside, those that are not wanted counted, and what was wrong or worth a note."""
        layout = self.layout
        self._settle()
        self._row_behind([None] * self._width, begins=True)
        left_out = (SetAside(str(layout.at(0)), _counted(n), reason, n) for reason, (n, _) in self._left_out.items())
        of_slips = self._slips.problems(layout.at, layout.headings.__getitem__, "where")
        problems = [*self._faults.problems(), *self._problems, *of_slips]
        if self.stacked and self.reading.table is None:
            problems.append(_stacked(layout, self.stacked))
        if not self.organisations and not errors(problems):
            problems.append(self._no_organisations())
        if self.rows in ROW_LIMITS:
            message = f"The table ends at row {self.rows:,}, a limit of spreadsheet programs, "
            message += "so rows may have been cut off."
            remedy = "Compare the last rows with the source."
            problems.append(Problem(layout.at(self.rows), "row-limit", message, remedy, "warning"))
        set_aside = (row for _, row in sorted(self._set_aside, key=itemgetter(0)))
        return (*set_aside, *left_out), problems

    def _no_organisations(self) -> Problem:
        """Why the table has no organisation, as far as its rows tell."""
        layout = self.layout
        cell = f"{column_letters(layout.code)}{layout.header_row}"
        message = f"No organisation stands under the code heading {quoted(layout.headings[layout.code])} ({cell})."
        remedy = "Enter a row for each organisation, or check that this is the right file and sheet."
        if self._left_out:
            # each row is counted under the first filter that it fails, so the last of them left nothing
            tried = [reason for *_, reason in RowKinds.of(layout, self.reading).where]
            reason, (n, texts) = max(self._left_out.items(), key=lambda entry: tried.index(entry[0]))
            others = " and others" if len(texts) == SAID else ""
            message += f" {_counted(n)} {'were' if n > 1 else 'was'} left out: {reason}, "
            message += f"but {either(texts[: SAID - 1])}{others}."
            remedy = "Check the texts under reading: where."
        elif self.elsewhere:
            message += f" {_counted(self.elsewhere)} {'lie' if self.elsewhere > 1 else 'lies'} outside what is read."
            remedy = "Check first_row, last_row and table under reading."
        return Problem(layout.at(layout.header_row), "no-organisations", message, remedy)


def _picker(columns: Sequence[int]) -> Callable[[Sequence[object]], tuple[object, ...]]:
    """A function that takes the cells of these columns from a row that is long enough."""
    if len(columns) > 1:
        return itemgetter(*(column - 1 for column in columns))
    return lambda row: tuple(row[column - 1] for column in columns)


def _with_fill(row: Sequence[object], columns: Iterable[int], filled: dict[int, object]) -> Sequence[object]:
    """The row, a blank cell of these columns holding what was last seen above it."""
    cells = [*row, *[None] * (max(columns) - len(row))]
    for column in columns:
        if as_text(cells[column - 1]):
            filled[column] = cells[column - 1]
        else:
            cells[column - 1] = filled.get(column)
    return cells


def _stacked(layout: Layout, others: Sequence[int]) -> Problem:
    rows = [str(layout.header_row), *map(str, others)]
    message = f"{len(rows)} tables stand below each other in the sheet; their headings are in rows {listed(rows)}."
    remedy = "Say which is meant under reading, or in a profile (--reading FILE), such as table: 2, "
    remedy += "or table: all where they are parts of one."
    return Problem(layout.at(others[0], layout.code), "stacked-tables", message, remedy)


def _far_row(layout: Layout, number: int, row: Sequence[object], gap: int) -> Problem:
    column = next(column for column, cell in enumerate(row, 1) if says(cell))
    message = f"This cell stands far away: {gap:,} rows above it are blank."
    remedy = "If nothing is meant there, delete the row."
    return Problem(layout.at(number, column), "far-cell", message, remedy, "warning")


def _counted(n: int) -> str:
    return f"{n:,} row{'s' if n > 1 else ''}"

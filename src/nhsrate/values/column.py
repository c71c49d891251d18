"""What a column of cells says under the input that wants it: exact values, missing ones with a reason, or problems."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import field, replace
from decimal import Decimal
from math import isfinite
from types import NoneType
from typing import TYPE_CHECKING, TypeVar, cast

from nhsrate.core.cells import Missing, PackedCells
from nhsrate.core.faults import Fault, Faults, dropped_characters
from nhsrate.core.frozen import changing
from nhsrate.core.numbers import WORKING, from_double, without_tail
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import errors
from nhsrate.core.tables import PercentCell
from nhsrate.core.texts import has_unseen, is_text
from nhsrate.rules.inputs import NUMBERS
from nhsrate.values.cell import BLANK, TAIL, TAILED, Wanted, from_exact, from_text, from_value, tail_note
from nhsrate.values.checks import Qualified, inside
from nhsrate.values.doubles import Doubles
from nhsrate.values.markers import signs_of
from nhsrate.values.number_texts import NumberSigns, PartedNumbers
from nhsrate.values.percent_scale import scale_doubts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.rules.inputs import Input, TableReading
    from nhsrate.values.checks import Found


N = TypeVar("N", float, Decimal)

KNOWN = 20_000
"""How many different texts of a column are remembered with what they say."""

WHOLE = 10**15
"""Below this, a double that is whole is read as the whole number is."""

_SIMPLE_LINES = pattern(r"(?:(?:-?[0-9]{1,12}(?:\.[0-9]{1,25})?)?\n)*", re.ASCII)


@changing
class ColumnReader:
    """Reads the cells of one input, a block of rows at a time, so that no column is held as it was read.

    `flags[n]` says what qualifies cell `n`, `shown[n]` what it shows where that is rounded. `doubles` are those of the
    whole table, whose columns share their numbers.
    """

    item: Input
    reading: TableReading
    doubles: Doubles = field(default_factory=Doubles)
    separator: str | None = None
    cells: list[Cell] | PackedCells = field(default_factory=list)
    flags: dict[int, str] = field(default_factory=dict)
    shown: dict[int, Decimal] = field(default_factory=dict)
    _column: Wanted = field(init=False)
    _signs: bytearray = field(default_factory=bytearray)
    _blank: Missing = field(init=False)
    _plain: dict[object, Cell] = field(default_factory=dict)
    _tails: dict[object, Decimal] = field(default_factory=dict)
    _noted: set[object] = field(default_factory=set)
    _known: dict[str, Found] = field(default_factory=dict)
    _unseen: set[str] = field(default_factory=set)
    _faults: Faults = field(default_factory=Faults)
    _parted: PartedNumbers = field(init=False)

    def __post_init__(self) -> None:
        item, signs = self.item, signs_of(self.reading, self.item)
        fractions = item.type == "percent" and item.bare == "fraction"
        numbers = NumberSigns.of(self.reading, item, self.separator)
        plain = item.type in NUMBERS and not signs.numeric and numbers.usual
        unbounded = item.valid is None and item.type != "count"
        self._column = Wanted(item, signs, fractions=fractions, plain=plain, unbounded=unbounded, numbers=numbers)
        self._parted = PartedNumbers(item, numbers)
        self._blank = replace(BLANK, item=item.id)

    def add(self, raws: Sequence[object], rows: Sequence[int], at: Callable[[int], CellLocation]) -> None:
        """Read these cells, which stand in these rows; `at(row)` is the place of the cell in a row.

        A cell with a fault is `Missing` in the result; its problem is an error, so nothing is rated on it.
        """
        self._pack()
        at_once = self._at_once(raws)
        if at_once is not None:
            self._note_tails(raws, rows, at)
            self.cells.extend(at_once)
            self._signs.extend(bytes(len(raws)))
            return
        if len(self._known) > KNOWN:
            self._known.clear()
        start, percent = len(self.cells), self.item.type == "percent"
        cells: list[Cell] = []
        for n, raw in enumerate(raws):
            cell: Found
            if raw is None:
                cell = BLANK
            elif isinstance(raw, str):
                cell = self._text(raw, at, rows[n])
            elif type(raw) is float:
                cell = self._float(raw)
            else:
                cell = from_value(self._column, raw)
            if isinstance(cell, Qualified):
                if cell.note is not None:
                    self._faults.add(cell.note, at(rows[n]))
                cell = self._bare(cell, start + n)
            if isinstance(cell, Fault):
                self._faults.add(cell, at(rows[n]))
                cell = Missing(f"faulty: {cell.shape}", "refused")
            elif cell is BLANK:
                cell = self._gap(rows[n], at)
            cells.append(cell)
            if percent:
                self._signs.append(isinstance(raw, PercentCell) or (is_text(raw) and "%" in str(raw)))
        self.cells.extend(cells)

    def _pack(self) -> None:
        """Hold the numbers as doubles from where the table is known not to repeat itself."""
        if self.doubles.differ and self._column.plain and isinstance(self.cells, list):
            self.cells = PackedCells(self._blank, self.cells)

    def _at_once(self, raws: Sequence[object]) -> Sequence[Cell] | None:
        """All cells at once where every one is a plain number or blank, as texts or as numbers of a workbook.

        Whatever needs a word (a marker, a flag, a count, a value out of its range) makes the whole block go the slow
        way, where each cell is looked at; nothing is decided here but that there is nothing to decide.
        """
        if not self._column.plain or self.item.type == "count":
            return None
        with suppress(KeyError, TypeError):  # one of them is new, or is no text
            return list(map(self._plain.__getitem__, raws))
        types = {*map(type, raws)}
        if types <= {str, NoneType}:
            return None if self._column.fractions else self._plain_texts(cast("Sequence[str | None]", raws))
        if types <= ({float, int} if self.item.required else {float, int, NoneType}):
            return self._plain_numbers(cast("Sequence[float | None]", raws))
        return None

    def _plain_texts(self, raws: Sequence[str | None]) -> list[Cell] | None:
        """All cells at once where every text is a plain number, as one look at the different ones tells.

        Millions of cells of a csv file are digits and nothing else, and to look at each of them takes longer than to
        rate them. Columns repeat themselves, so the texts that are new are few: these are joined by line breaks, and
        one regular expression, which runs in C, says of all of them whether they are plain. A text that holds a line
        break itself would pass as two, so the breaks are counted. A range holds all where it holds their ends.
        """
        if len(self._plain) > KNOWN:
            self._plain, self._tails, self._noted = {}, {}, set()
        if not self.item.required:
            self._plain |= {None: self._blank, "": self._blank}
        found = {*raws}.difference(self._plain)
        if not found.isdisjoint({None, ""}):
            return None
        texts = cast("set[str]", found)
        whole = "\n".join(texts)
        if whole.count("\n") != max(len(texts) - 1, 0) or not _SIMPLE_LINES.fullmatch(f"{whole}\n"):
            return None
        numbers = dict(zip(texts, map(Decimal, texts), strict=True))
        if self.item.valid and not all(inside(self.item.valid, end) for end in _ends(numbers.values())):
            return None
        self._plain.update(numbers)
        long = ((text, without_tail(number)) for text, number in numbers.items() if len(text) > TAILED)
        tails = {text: short for text, short in long if short is not None}
        self._tails.update(tails)
        self._noted.update(text for text, short in tails.items() if tail_note(short))
        return list(map(self._plain.__getitem__, raws))

    def _plain_numbers(self, raws: Sequence[float | None]) -> Sequence[Cell] | None:
        """All cells at once where every number has no more digits than a double, and may be a value.

        Both hold of all where they hold of the lowest and the highest.
        """
        there = [raw for raw in raws if raw is not None]
        ends = _ends(there)
        if not -WHOLE < ends[0] <= ends[-1] < WHOLE or not all(map(isfinite, there)):
            return None
        if self.item.valid and not all(inside(self.item.valid, self._read(from_double(end))) for end in ends):
            return None
        if isinstance(self.cells, PackedCells) and not self._column.fractions:
            return PackedCells.of_doubles(raws, self._blank)
        numbers = self.doubles.all(there)
        if self._column.fractions:
            numbers = list(map(self._read, numbers))
        if len(numbers) == len(raws):
            return cast("list[Cell]", numbers)
        following = iter(numbers)
        return [self._blank if raw is None else next(following) for raw in raws]

    def _read(self, number: Decimal) -> Decimal:
        """What a bare number is read as: per cent are made of fractions."""
        return WORKING.scaleb(number, 2) if self._column.fractions else number

    def _note_tails(self, raws: Sequence[object], rows: Sequence[int], at: Callable[[int], CellLocation]) -> None:
        """Keep of texts with more digits than a spreadsheet has what they are with its digits."""
        if not self._tails or self._tails.keys().isdisjoint(raws):
            return
        start = len(self.cells)
        places = [n for n, raw in enumerate(raws) if raw in self._tails]
        self.shown.update({start + n: self._tails[raws[n]] for n in places})
        if tails := [at(rows[n]) for n in places if raws[n] in self._noted]:
            self._faults.add_all(TAIL, tails)

    def _gap(self, row: int, at: Callable[[int], CellLocation]) -> Missing:
        """What a blank cell says."""
        if self.item.required:
            self._faults.add(_required(self.item, self._column.signs.declared), at(row))
        return self._blank

    def _bare(self, qualified: Qualified, n: int) -> Cell:
        """The cell alone; what is said beside it is kept."""
        if qualified.flags:
            self.flags[n] = " and ".join(qualified.flags)
        if qualified.shown is not None:
            self.shown[n] = qualified.shown
        return qualified.cell

    def _text(self, raw: str, at: Callable[[int], CellLocation], row: int) -> Found:
        """What a text says; equal ones are read once."""
        found = self._known.get(raw)
        if found is None:
            found = self._known[raw] = from_text(self._column, raw)
            is_number = isinstance(found, Decimal) and self.item.type != "date"
            if is_number and ("," in raw or " " in raw.strip() or not raw.isascii()):
                self._parted.see(raw, row)
            if has_unseen(raw):
                self._unseen.add(raw)
        if raw in self._unseen:
            self._faults.add(dropped_characters(raw), at(row))
        return found

    def _float(self, raw: float) -> Found:
        """What a number says."""
        return from_exact(self._column, self.doubles.one(raw), raw)

    def finish(self, rows: Sequence[int], at: Callable[[int], CellLocation]) -> list[Problem]:
        """Every problem of the column, those that only the whole of it shows too; `rows` are those of its cells."""
        problems = [*self._faults.problems(), *self._parted.problems(self.cells, at)]
        if self.item.type == "percent" and not errors(problems):
            problems += scale_doubts(self.item, self._signs, self.cells, lambda n: at(rows[n]))
        return problems


def parse_column(
    item: Input, raws: Sequence[object], reading: TableReading, at: Callable[[int], CellLocation]
) -> tuple[list[Cell], list[Problem]]:
    """The cells of one input, one for each raw cell, and its problems; `at(n)` is the place of raw cell `n`."""
    reader = ColumnReader(item, reading)
    reader.add(raws, range(len(raws)), at)
    return [*reader.cells], reader.finish(range(len(raws)), at)


def _ends(numbers: Collection[N]) -> tuple[N, ...]:
    """The lowest and the highest number, if there is any."""
    return (min(numbers), max(numbers)) if numbers else ()


def _required(item: Input, declared: str) -> Fault:
    message = f'Every organisation must have a value for "{item.title or item.id}", and this cell is blank.'
    remedy = f"Enter the value, or a declared marker that says why there is none{declared and f': {declared}'}."
    return Fault("required-value", "", message, remedy)

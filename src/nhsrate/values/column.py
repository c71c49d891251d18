"""What a column of cells says under the input that wants it: exact values, missing ones with a reason, or problems."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from nhsrate.core.cells import NO, YES, Missing
from nhsrate.core.faults import Fault, Faults, dropped_characters, without_marks
from nhsrate.core.frozen import frozen
from nhsrate.core.look_alikes import look_alike
from nhsrate.core.numbers import WORKING, from_double, number_text, rounded, without_tail
from nhsrate.core.problems import errors
from nhsrate.core.tables import DisguisedCell, ErrorCell, MarkedText, PercentCell, ShownCell, Uncalculated
from nhsrate.core.texts import as_text, fold, has_unseen, is_text, percent_of, quoted, tidy, with_marks
from nhsrate.rules.inputs import NUMBERS
from nhsrate.values.markers import NO_VALUE, signs_of, unread_number
from nhsrate.values.number_texts import NumberSigns, PartedNumbers, duration, duration_of_text
from nhsrate.values.percent_scale import scale_doubts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation, Problem
    from nhsrate.rules.inputs import Input, Range, TableReading
    from nhsrate.values.markers import Signs


BLANK = Missing("blank", "blank")
LARGEST = 30
LONGEST = 40
"""A value has at most this many digits before the point, and this many characters: sums of it stay exact."""

KNOWN = 20_000
"""How many different texts of a column are remembered with what they say."""

DECIMALS = 250_000
"""How many different numbers of a table are held once, however often they stand in it."""

SHORTENED = 12
"""A number of more than 15 digits that has no more than these when it is cut to 15 has the tail of a binary one."""

TAILED = 15
"""A text of more characters than this may have more digits than a spreadsheet."""

_SIMPLE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SIMPLE_LINES = re.compile(r"(?:(?:-?[0-9]{1,12}(?:\.[0-9]{1,25})?)?\n)*", re.ASCII)
ALMOST = Decimal("1e-9")
"""A count this near to a whole number is that number: no count is off by less."""

_ERRORS = frozenset({"#div/0!", "#n/a", "#name?", "#null!", "#num!", "#ref!", "#value!", "#spill!", "#calc!", "#####"})
_YES = frozenset({"yes", "y", "true", "1", "1.0"})
_NO = frozenset({"no", "n", "false", "0", "0.0"})


@frozen
class _Column:
    """What parsing the cells of one column needs to know.

    `fractions`: bare numbers are fractions, of which per cent are made. `plain`: digits can only be a number,
    and where the column is `unbounded`, any number.
    """

    item: Input
    signs: Signs
    fractions: bool
    plain: bool
    unbounded: bool
    numbers: NumberSigns


@frozen
class _Qualified:
    """A cell with what it says beside its value: the meaning of its flags, the number that it shows, a note."""

    cell: Cell
    flags: tuple[str, ...] = ()
    shown: Decimal | None = None
    note: Fault | None = None


Found: TypeAlias = "Cell | Fault | _Qualified"
"""What a cell may say."""


@dataclass(slots=True)
class ColumnReader:
    """Reads the cells of one input, a block of rows at a time, so that no column is held as it was read.

    `flags[n]` says what qualifies cell `n`, `shown[n]` what it shows where that is rounded. `decimals` are numbers that
    the columns of a table share.
    """

    item: Input
    reading: TableReading
    decimals: dict[float, Decimal] = field(default_factory=dict)
    separator: str | None = None
    cells: list[Cell] = field(default_factory=list)
    flags: dict[int, str] = field(default_factory=dict)
    shown: dict[int, Decimal] = field(default_factory=dict)
    _column: _Column = field(init=False)
    _signs: bytearray = field(default_factory=bytearray)
    _blank: Missing = field(init=False)
    _plain: dict[object, Cell] = field(default_factory=dict)
    _tails: dict[object, Decimal] = field(default_factory=dict)
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
        self._column = _Column(item, signs, fractions=fractions, plain=plain, unbounded=unbounded, numbers=numbers)
        self._parted = PartedNumbers(item, numbers)
        self._blank = replace(BLANK, item=item.id)

    def add(self, raws: Sequence[object], rows: Sequence[int], at: Callable[[int], CellLocation]) -> None:
        """Read these cells, which stand in these rows; `at(row)` is the place of the cell in a row.

        A cell with a fault is `Missing` in the result; its problem is an error, so nothing is rated on it.
        """
        at_once = self._all_plain(raws)
        if at_once is not None:
            self._note_tails(raws, rows, at)
            self.cells.extend(at_once)
            self._signs.extend(bytes(len(raws)))
            return
        if len(self._known) > KNOWN:
            self._known.clear()
        start, percent = len(self.cells), self.item.type == "percent"
        for n, raw in enumerate(raws):
            cell: Found
            if raw is None:
                cell = BLANK
            elif isinstance(raw, str):
                cell = self._text(raw, at, rows[n])
            elif type(raw) is float:
                cell = self._float(raw)
            else:
                cell = _from_value(self._column, raw)
            if isinstance(cell, _Qualified):
                if cell.note is not None:
                    self._faults.add(cell.note, at(rows[n]))
                cell = self._bare(cell, start + n)
            if isinstance(cell, Fault):
                self._faults.add(cell, at(rows[n]))
                cell = Missing(f"faulty: {cell.shape}", "refused")
            elif cell is BLANK:
                cell = self._gap(rows[n], at)
            self.cells.append(cell)
            if percent:
                self._signs.append(isinstance(raw, PercentCell) or (is_text(raw) and "%" in str(raw)))

    def _all_plain(self, raws: Sequence[object]) -> list[Cell] | None:
        """All cells at once where every one is a plain number or blank, as one look at the different texts tells.

        Millions of cells of a csv file are digits and nothing else, and to look at each of them takes longer than to
        rate them. Columns repeat themselves, so the texts that are new are few: these are joined by line breaks, and
        one regular expression, which runs in C, says of all of them whether they are plain. A text that holds a line
        break itself would pass as two, so the breaks are counted. Whatever needs a word (a marker, a flag, a count, a
        value out of its range) makes the whole block go the slow way, where each cell is looked at; nothing is decided
        here but that there is nothing to decide.
        """
        if not self._column.plain or self._column.fractions or self.item.required or self.item.type == "count":
            return None
        if len(self._plain) > KNOWN:
            self._plain, self._tails = {}, {}
        self._plain.setdefault(None, self._blank)
        self._plain.setdefault("", self._blank)
        try:
            texts = {*raws} - self._plain.keys()
            whole = "\n".join(texts)  # type: ignore[arg-type]  # what is no text, or a list in a data frame, is refused
        except TypeError:
            return None
        if whole.count("\n") != max(len(texts) - 1, 0) or not _SIMPLE_LINES.fullmatch(f"{whole}\n"):
            return None
        numbers = {text: Decimal(text) for text in map(str, texts)}
        if self.item.valid and not all(map(partial(_inside, self.item.valid), numbers.values())):
            return None
        self._plain.update(numbers)
        long = ((text, without_tail(number)) for text, number in numbers.items() if len(text) > TAILED)
        self._tails.update((text, short) for text, short in long if short is not None)
        return list(map(self._plain.__getitem__, raws))

    def _note_tails(self, raws: Sequence[object], rows: Sequence[int], at: Callable[[int], CellLocation]) -> None:
        """Keep of texts with more digits than a spreadsheet has what they are with its digits."""
        if not self._tails or self._tails.keys().isdisjoint(raws):
            return
        start = len(self.cells)
        places = [n for n, raw in enumerate(raws) if raw in self._tails]
        self.shown.update({start + n: self._tails[raws[n]] for n in places})
        noted = {raw for raw, short in self._tails.items() if _tail(short)}
        for n in places:
            if raws[n] in noted:
                self._faults.add(TAIL, at(rows[n]))

    def _gap(self, row: int, at: Callable[[int], CellLocation]) -> Missing:
        """What a blank cell says."""
        if self.item.required:
            self._faults.add(_required(self.item), at(row))
        return self._blank

    def _bare(self, qualified: _Qualified, n: int) -> Cell:
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
            found = self._known[raw] = _from_text(self._column, raw)
            if isinstance(found, Decimal) and ("," in raw or " " in raw.strip() or not raw.isascii()):
                self._parted.see(raw, row)
            if has_unseen(raw):
                self._unseen.add(raw)
        if raw in self._unseen:
            self._faults.add(dropped_characters(raw), at(row))
        return found

    def _float(self, raw: float) -> Found:
        """What a number says."""
        number = self.decimals.get(raw)
        if number is None:
            number = from_double(raw)
            if len(self.decimals) < DECIMALS:
                self.decimals[raw] = number
        return _from_exact(self._column, number, raw)

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
    return reader.cells, reader.finish(range(len(raws)), at)


def _required(item: Input) -> Fault:
    message = f'Every organisation must have a value for "{item.title or item.id}", and this cell is blank.'
    remedy = "Enter the value, or a declared marker that says why there is none."
    return Fault("required-value", "", message, remedy)


def _from_text(column: _Column, raw: str) -> Found:
    """A text cell's meaning."""
    if column.plain and len(raw) <= LARGEST and _SIMPLE.fullmatch(raw):
        number = Decimal(raw)
        if column.fractions:
            number = WORKING.scaleb(number, 2)
        found = number if column.unbounded else _checked(column.item, number, raw)
        return _tailed(found) if len(raw) > TAILED else found
    text = tidy(raw)
    if not text:
        return BLANK
    if (meant := _sign(column, text)) is not None:
        return meant
    if fold(text) in _ERRORS:
        return _error_cell(text)
    bare, flags = column.signs.without_flags(text, partial(_says_all, column))
    if flags and bare:
        return _with(meant if (meant := _sign(column, bare)) is not None else _said(column, bare), flags=flags)
    cell = _said(column, text)
    if isinstance(cell, Fault) and (marked := with_marks(text)) is not None:
        return _without_marks(column, marked)
    return cell


def _without_marks(column: _Column, raw: MarkedText) -> Found:
    """What a text with raised marks says; beside a number a mark is refused, unless its meaning is declared."""
    text, marks = tidy(raw.text), re.split(r"[\s,;]+", tidy(raw.marks))
    if column.item.type not in {"number", "percent", "count"} or (text and _sign(column, text) is not None):
        cell = _from_text(column, raw.text)
        return _with(cell, note=without_marks(raw))
    flags = tuple(column.signs.flags.get(fold(mark), "") for mark in marks)
    cell = _said(column, text) if text else BLANK
    if isinstance(cell, Fault) or (text and not raw.lowered and all(flags)):
        return _with(cell, flags=flags)
    message = f"The cell holds {quoted(raw.marks)} alone, off the line, which is a mark and no number."
    if text:
        message = f"{quoted(raw.marks)} stands off the line in this cell, beside {quoted(text)}: a mark, and no digits."
    remedy = "Put the number alone into the cell, or declare the mark under reading: flags with what it says."
    return Fault("raised-mark", "number", message, remedy)


def _with(
    cell: Found, *, flags: tuple[str, ...] = (), shown: Decimal | None = None, note: Fault | None = None
) -> Found:
    """The cell with what else is said of it."""
    match cell:
        case Fault():
            return cell
        case _Qualified():
            return _Qualified(cell.cell, flags or cell.flags, shown or cell.shown, note or cell.note)
    return _Qualified(cell, flags, shown, note)


def _tailed(cell: Found) -> Found:
    """The cell with what it is at the digits of a spreadsheet, where it has more of them."""
    short = without_tail(cell) if isinstance(cell, Decimal) else None
    if short is None:
        return cell
    return _with(cell, shown=short, note=_tail(short))


TAIL = Fault(
    "shown-value",
    "tail",
    "The figure ends in the tail of a binary number (...999999 or ...000001); it was read as it is written.",
    "If the rounder one is meant, round the figures where the file is written.",
    "note",
)
"""The note on figures that look like the results of a program; it names none, so that those of all columns are one."""


def _tail(short: Decimal) -> Fault | None:
    """The note on a number with the tail of a binary one, which is told by the zeros before it; else nothing."""
    return TAIL if len(short.normalize().as_tuple().digits) <= SHORTENED else None


def _says_all(column: _Column, text: str) -> bool:
    """Whether a text is a value as it stands, so that its end is no flag: the level `3*`, the number 12."""
    item = column.item
    if _sign(column, text) is not None:
        return True
    match item.type:
        case "text":
            return True
        case "level":
            return item.scale is not None and item.scale.find(text) is not None
        case "yes/no":
            return fold(text) in _YES | _NO
    return column.numbers.read(text.removesuffix("%").rstrip()) is not None


def _sign(column: _Column, text: str) -> Found | None:
    """What a declared text stands for, if it is one: a reason why there is no value, or a number."""
    folded = fold(text)
    if folded in column.signs.markers:
        return column.signs.markers[folded]
    if folded in column.signs.stands_for and column.item.type in NUMBERS:
        return _checked(column.item, column.signs.stands_for[folded], text)
    return None


def _said(column: _Column, text: str) -> Found:
    """The text, level or number that a text says."""
    if column.item.type == "text":
        return look_alike(text) or text
    if column.item.type in {"level", "yes/no"}:
        return _named(column.item, text)
    return _number_from_text(column, text)


def _number_from_text(column: _Column, text: str) -> Found:
    item = column.item
    sign = text.endswith("%") and item.type == "percent"
    number = column.numbers.read(text.removesuffix("%").rstrip() if sign else text)
    if number is None and item.type == "duration":
        number = duration_of_text(text, item.unit)
        if number is None:
            return _no_duration(text, item)
        return number if isinstance(number, Fault) else _checked(item, number, text)
    if number is None:
        return unread_number(text, column.item)
    if isinstance(number, Fault):
        return number
    if number in column.signs.numeric:
        return _instead(column, number)
    if column.fractions and not sign:
        number = WORKING.scaleb(number, 2)
    found = _checked(item, number, text)
    return _tailed(found) if len(text) > TAILED else found


def _from_value(column: _Column, raw: object) -> Found:
    """The meaning of a cell that is not text: number, percentage, date, logical value or error."""
    item = column.item
    match raw:
        case ErrorCell():
            return _error_cell(raw.text)
        case Uncalculated():
            message = "The cell holds a formula without a stored result."
            return Fault("uncalculated-formula", "", message, "Open the workbook in Excel, and save it.")
        case MarkedText():
            return _without_marks(column, raw)
        case time() | timedelta() if item.type == "duration":
            return _checked(item, duration(raw, item.unit), raw)
        case bool() | date() | time() | timedelta():
            return _odd_value(item, raw)
        case float() | int() | Decimal():
            return _from_number(column, raw)
        case PercentCell():
            return _shown(_from_percent(column, raw), raw.places)
        case ShownCell():
            cell = _from_number(column, raw.value)
            return _shown(cell, raw.places - 2 if column.fractions else raw.places)
        case DisguisedCell():
            return _with(_from_value(column, raw.value), note=_disguised(raw))
    return unread_number(as_text(raw), item)


def _disguised(raw: DisguisedCell) -> Fault:
    message = f"The cell holds {as_text(raw.value)}, and its number format shows {raw.said}. The number was read."
    remedy = "If there is no value, clear the cell; else give it a format that shows it."
    return Fault("shown-value", f"format {raw.said}", message, remedy, "note")


def _shown(cell: Found, places: int | None) -> Found:
    """The cell, with the number that it shows where that is rounded."""
    if places is None or not isinstance(cell, Decimal):
        return cell
    step = Decimal(1).scaleb(-places)
    return _with(cell, shown=rounded(cell, step=step, halves="away from zero"))


def _from_number(column: _Column, raw: float | Decimal) -> Found:
    return _from_exact(column, from_double(raw) if isinstance(raw, float) else Decimal(raw), raw)


def _from_exact(column: _Column, number: Decimal, raw: float | Decimal) -> Found:
    """What a number says, given also as it stood in its cell."""
    item = column.item
    if not number.is_finite():
        return Fault("text-in-number", "infinite", f"{number} is not a number that can be rated.", "Correct the value.")
    if number in column.signs.numeric:
        return _instead(column, number)
    if item.type == "text":
        return number_text(number)
    if item.type in {"level", "yes/no"}:
        return _named(item, number_text(number))
    return _checked(item, WORKING.scaleb(number, 2) if column.fractions else number, raw)


def _instead(column: _Column, number: Decimal) -> Found:
    """What a number that is declared to stand for something else means."""
    meant = column.signs.numeric[number]
    return _checked(column.item, meant, meant) if isinstance(meant, Decimal) else meant


def _from_percent(column: _Column, raw: PercentCell) -> Found:
    item = column.item
    if item.type == "percent":
        return _checked(item, percent_of(raw), raw)
    if item.type == "text":
        return as_text(raw)
    if item.type in {"level", "yes/no"}:
        return _named(item, as_text(raw))
    number = as_text(raw.fraction)
    message = f"A plain number is expected, and the cell shows a percentage: {as_text(raw)}, stored as {number}."
    return Fault(
        "percent-scale", "shown", message, "Format the cell as a number, or declare the input as a percentage."
    )


def _odd_value(item: Input, raw: object) -> Cell | Fault:
    text = as_text(raw)
    if item.type == "text":
        return text
    if item.type == "yes/no" and isinstance(raw, bool):
        return YES if raw else NO
    if item.type in {"yes/no", "level"}:
        return _named(item, text)
    if isinstance(raw, bool):
        message = f"A number is expected, and the cell holds the logical value {text}."
        return Fault("text-in-number", "bool", message, "Enter the number.")
    if isinstance(raw, timedelta | time):
        message = f"A number is expected, and the cell holds a duration or a time of day: {text}."
        remedy = "If durations are meant, declare the input as one (type: duration) with its unit, such as minutes."
        return Fault("text-in-number", "duration", message, remedy)
    message = (
        f"A number is expected, and the cell holds a date or time: {text}. Excel makes dates of texts such as 3-4."
    )
    return Fault("text-in-number", "date", message, "Format the cell as a number, and enter the value again.")


def _no_duration(text: str, item: Input) -> Fault:
    """Why a text is no duration; markers and the like are told as they are of any number."""
    fault = unread_number(text, item)
    if fault.shape != "text":
        return fault
    message = f"A duration in {item.unit} is expected, and the cell says {quoted(text)}."
    return replace(fault, message=message, remedy=f"Write it as 00:07:30, or as a number of {item.unit}.")


def _named(item: Input, text: str) -> Cell | Fault:
    """A level of the input's scale, or yes or no."""
    if item.type == "yes/no":
        folded = fold(text)
        if folded in _YES:
            return YES
        if folded in _NO:
            return NO
        if strange := look_alike(text):
            return strange
        remedy = "Write yes or no." if item.required else f"Write yes or no; {NO_VALUE}"
        return Fault("not-yes-or-no", text, f"Yes or no is expected, and the cell says {quoted(text)}.", remedy)
    levels = item.scale.levels if item.scale else ()
    level = item.scale.find(text) if item.scale else None
    if level is not None:
        return level
    if strange := look_alike(text):
        return strange
    names = ", ".join(level.name for level in levels)
    message = f"{quoted(text)} is not a level of the scale; the levels are {names}."
    remedy = "Write one of them." if item.required else f"Write one of them; {NO_VALUE}"
    return Fault("not-a-level", fold(text), message, remedy)


def _checked(item: Input, number: Decimal, raw: object) -> Found:
    """The number, if the input may have it."""
    if number.adjusted() > LARGEST or (isinstance(raw, str) and len(raw) > LONGEST):
        message = f"{quoted(as_text(raw))} is too large or too long for a value that can be rated."
        return Fault("text-in-number", "size", message, "Correct the value.")
    if item.type == "count" and number != (whole := number.to_integral_value()) and abs(number - whole) <= ALMOST:
        message = f"A count is expected, and the cell says {number:f}, which was read as {whole:f}."
        note = Fault("almost-whole", "", message, "Round the figure where it is worked out.", "note")
        return _with(_checked(item, whole or abs(whole), whole), note=note)
    if item.type == "count" and (number < 0 or number != number.to_integral_value()):
        message = f"A count is expected, a whole number that is not negative, and the cell says {as_text(raw)}."
        return Fault("out-of-range", "count", message, "Correct the value, or declare the input as a number.")
    valid = item.valid
    if valid is not None and not _inside(valid, number):
        unit, shown = " per cent" if item.type == "percent" else "", as_text(raw)
        said = f", which is {number_text(number)} per cent" if unit and shown.rstrip("%") != number_text(number) else ""
        message = f"{shown}{said} lies outside the valid range, {valid}{unit}."
        if isinstance(raw, PercentCell) and _inside(valid, number / 100):
            meant = as_text(raw.fraction)
            message += f" In a cell of percent format {meant} per cent is written {meant}%."
        return Fault("out-of-range", "range", message, "Correct the value, or check its unit.")
    return number


def _inside(valid: Range, number: Decimal) -> bool:
    return (valid.low is None or number >= valid.low) and (valid.high is None or number <= valid.high)


def _error_cell(text: str) -> Fault:
    message = f"The spreadsheet could not calculate this cell: {text}."
    return Fault("error-cell", text, message, "Correct the formula; if there is no value, leave the cell blank.")

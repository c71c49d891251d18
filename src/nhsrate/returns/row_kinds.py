"""What a row of a table tells by itself: whether it is wanted, what shows that it is no organisation's, how it ends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from nhsrate.core.faults import Fault
from nhsrate.core.frozen import frozen
from nhsrate.core.headings import is_unit
from nhsrate.core.numbers import typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import day_and_month_tell, period_of_text, surely_same_period
from nhsrate.core.tables import Uncalculated
from nhsrate.core.texts import as_text, fold, is_text, quoted, tidy
from nhsrate.returns.codes import CODE
from nhsrate.returns.headings import either
from nhsrate.returns.no_organisations import AREA, KNOWN, is_line
from nhsrate.values.left_out import meant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.returns.headings import Layout
    from nhsrate.returns.no_organisations import Verdict
    from nhsrate.rules.inputs import TableReading
    from nhsrate.values.left_out import Meant

TOTALS = frozenset(map(fold, (
    "total", "totals", "grand total", "sub total", "sub-total", "subtotal", "england total", "total england",
    "england average", "national", "national total", "national average", "all", "all providers", "all trusts",
    "all organisations", "average", "mean", "median", "sum",
)))  # fmt: skip
"""Names of rows that sum up others and are no organisations."""

DASHES = frozenset({"-", "\u2013", "\u2014", "\u2212"})

UNIT_NAMES = frozenset((
    "unit", "units", "unit of measure", "units of measure", "measure", "measured in", "format", "data type",
    "type", "value type", "scale", "description", "definition", "label", "labels",
))  # fmt: skip
"""What stands in the place of a code in a row that says what is below each heading."""

BELOW = 3
"""The rows below a header among which such a row stands."""

_WORD = pattern(r"[A-Z]?[a-z]+|[A-Z]{6,}", re.ASCII)


@frozen
class RowKinds:
    """What tells rows of organisations from others.

    `declared` are codes and names (folded) of rows that are set aside, `wanted` the columns of values, and `where` has
    columns with the texts (folded, and as written) of the rows that are wanted, and what is said of the others; `dated`
    has those texts that name a period, by their column.
    """

    code_heading: str
    declared: frozenset[str]
    wanted: tuple[int, ...]
    where: tuple[tuple[int, frozenset[str], tuple[str, ...], str], ...]
    dated: Mapping[int, tuple[str, ...]]

    @classmethod
    def of(cls, layout: Layout, reading: TableReading) -> RowKinds:
        """The kinds of rows of a table."""
        wanted = {*layout.columns.values(), layout.value} - {0, layout.code}
        declared = frozenset(map(fold, reading.set_aside))
        where = (
            (column, frozenset(map(fold, texts)), texts, f"{layout.headings[column]} is not {either(texts)}")
            for column, texts in layout.where
        )
        named = ((column, tuple(filter(period_of_text, texts))) for column, texts in layout.where)
        dated = {column: texts for column, texts in named if texts}
        return cls(fold(layout.headings[layout.code]), declared, tuple(sorted(wanted)), tuple(where), dated)

    def left_out(self, row: Sequence[object]) -> tuple[str, int]:
        """Why a row is not among those that are wanted, and the column that says so; else nothing, and 0.

        A date or period is the same however it is written, where it can be only one.
        """
        for column, texts, _, reason in self.where:
            text = as_text(cell_of(row, column))
            if fold(text) not in texts and not self.same_date(column, text):
                return reason, column
        return "", 0

    def written_otherwise(self, row: Sequence[object]) -> list[tuple[int, Fault]]:
        """The columns in which a row that is wanted names the wanted period in another way, with what is said of it."""
        return [
            (column, _same_period(wanted, text))
            for column, texts, *_ in self.where
            if column in self.dated and fold(text := as_text(cell_of(row, column))) not in texts
            for wanted in [self.same_date(column, text)]
        ]

    def meant(self, row: Sequence[object]) -> Meant | None:
        """What a slip probably made of a row that is left out; nothing where it is another one by any of its texts."""
        found = []
        for column, texts, wanted, _ in self.where:
            text = as_text(cell_of(row, column))
            if fold(text) not in texts and not self.same_date(column, text):
                found.append(meant(column, text, wanted))
        sure = [one for one in found if one is not None]
        return max(sure, key=_doubt) if len(sure) == len(found) else None

    def same_date(self, column: int, text: str) -> str:
        """The wanted text of a column that names the same date or period as this one, or nothing."""
        return _the_same(self.dated[column], text) if column in self.dated else ""

    def reason(self, row: Sequence[object], code: str, name: str, verdict: Verdict) -> str:
        """Why a row is no organisation whatever stands around it, or nothing."""
        folded_code, folded_name = code.casefold(), name.casefold()  # both are tidy
        if folded_code in self.declared or folded_name in self.declared:
            return "declared as no organisation"
        plain = CODE.fullmatch(code)
        if verdict is KNOWN or (verdict is AREA and plain):
            return ""
        if verdict is AREA:
            return "a total"
        if folded_code in TOTALS or folded_name in TOTALS or code in DASHES:
            return "a total"
        if not code and _total_like(name or first_text(row)):
            return "a total, without a code"
        if verdict.kind == "other":
            return verdict.reason
        if is_line(code) and all(is_text(cell) for cell in self.said(row)):
            return "a note"
        if plain and not _WORD.fullmatch(code):
            return ""
        if self.valued(row):
            return ""
        return "a note" if not plain or sum(1 for cell in row if as_text(cell)) == 1 else ""

    def describes(self, row: Sequence[object], code: str, name: str) -> str:
        """What a row just below the header says of the columns, where it is of no organisation: units, or numbers."""
        texts = [text for cell in row if (text := as_text(cell))]
        count = [str(n) for n in range(1, len(texts) + 1)]
        if len(texts) > 2 and texts == count and (not is_text(row[0]) or name.isdecimal()):
            return "the numbers of the columns"
        said = self.said(row)
        words = all(is_text(cell) and not plain_figure(as_text(cell)) for cell in said)
        if not said or not words:
            return ""
        named = fold(code or name) in UNIT_NAMES
        units = all(is_unit(as_text(cell)) for cell in said) and (not code or (is_unit(code) and not code.isupper()))
        return "units of the columns" if named or units else ""

    def without_code(self, row: Sequence[object], number: int) -> Fault | None:
        """Why a row just below the header is refused that has texts and no code, and may say what the columns are."""
        if any(plain_figure(as_text(cell)) for cell in self.said(row)):
            return None
        message = "The row has texts below the headings and no organisation code."
        remedy = f"If it says what the columns are, say under reading first_row: {number + 1}; else add the code."
        return Fault("no-code", "below the header", message, remedy)

    def said(self, row: Sequence[object]) -> list[object]:
        """What the wanted columns of a row hold."""
        return [cell for column in self.wanted if says(cell := cell_of(row, column))]

    def valued(self, row: Sequence[object]) -> bool:
        """Whether any wanted column of a row holds something."""
        width = len(row)
        for column in self.wanted:
            if column <= width and (cell := row[column - 1]) is not None and cell != "" and says(cell):
                return True
        return not self.wanted

    def begins(self, code: str) -> bool:
        """Whether a row begins as one of an organisation does, and not as the second half of a text."""
        return bool(CODE.fullmatch(code)) and not _WORD.fullmatch(code) and any(map(str.isdigit, code))

    def texts_alone(self, row: Sequence[object]) -> bool:
        """Whether the wanted columns of a row hold texts that are no numbers, as a row of headings does."""
        return all(is_text(cell) and not any(map(str.isdigit, as_text(cell))) for cell in self.said(row))


def _doubt(found: Meant) -> int:
    return ("alike", "near", "blank").index(found.likeness)


@lru_cache(maxsize=8192)
def _the_same(wanted: tuple[str, ...], text: str) -> str:
    return next((one for one in wanted if surely_same_period(one, text)), "")


def _same_period(wanted: str, text: str) -> Fault:
    """What is said of a text that is taken for a date or period that is wanted."""
    message = f"{quoted(text)} was taken for {quoted(wanted)}, which is wanted"
    if day_and_month_tell(wanted, text):
        return Fault("same-period", fold(text), f"{message}.", "", "note")
    remedy = "If the month stands first there, say under reading: where what the file says."
    return Fault("same-period", fold(text), f"{message}: the day first, then the month.", remedy, "warning")


def holds(row: Sequence[object]) -> bool:
    """Whether a row holds anything but white space."""
    return any(cell is not None and (not isinstance(cell, str) or tidy(cell)) for cell in row)


def plain_figure(text: str) -> bool:
    """Whether a text is a number as it stands, with a sign of per cent or without."""
    return typed_number(text.removesuffix("%")) is not None


def says(cell: object) -> bool:
    """Whether a cell holds a value, or would if the spreadsheet had calculated it."""
    return bool(as_text(cell)) or isinstance(cell, Uncalculated)


def first_text(row: Sequence[object]) -> str:
    """The first text of a row."""
    return next((text for cell in row if (text := as_text(cell))), "")


def cell_of(row: Sequence[object], column: int) -> object:
    """The cell of a row in a column (from 1); nothing where there is none, as in column 0."""
    return row[column - 1] if 0 < column <= len(row) else None


def shown_row(row: Sequence[object]) -> str:
    """The first texts of a row, enough to know it by."""
    texts = dict.fromkeys(text for cell in row if (text := as_text(cell)))
    return quoted(", ".join(list(texts)[:3]))[1:-1]


def _total_like(text: str) -> bool:
    """Whether the name of a row without a code says that it sums up others."""
    words = fold(text).split() or [""]
    all_of = words[0] == "all" and len(words) > 1 and words[1] in {"english", "nhs", "providers", "trusts"}
    return fold(text) in TOTALS or all_of or words[0] in {"total", "england"} or words[-1] in {"total", "totals"}


# the ends of csv rows


def ragged(row: Sequence[object], width: int) -> Fault | None:
    """Why a record of a csv file does not fit its header, or nothing; empty fields at the end do no harm."""
    filled = len(row)
    while filled > width and not as_text(row[filled - 1]):
        filled -= 1
    if filled > width:
        message = f"The row has {filled} fields, and the header has {width}."
        remedy = "Look for a comma in a text or number that is not in quotation marks, or a missing heading."
        return Fault("ragged-row", "long", message, remedy)
    if len(row) < width:
        return broken_row(len(row), width)
    return None


def broken_row(fields: int, width: int) -> Fault:
    """Why a row that ends early is refused."""
    message = f"The row has only {fields} of the header's {width} fields, so it may be cut short."
    remedy = "Look for a line break in a text that is not in quotation marks; leave empty fields in place."
    return Fault("ragged-row", "short", message, remedy)


def ended_early(fields: int, width: int) -> Fault:
    """The note on a row that ends early, where the line behind it is a row of its own."""
    message = f"The row has {fields} of the header's {width} fields, and those behind them were read as blank."
    return Fault("ragged-row", "early", message, "Some programs leave out blank fields at the end of a row.", "note")

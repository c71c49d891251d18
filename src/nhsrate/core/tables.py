"""Tables as they were read: cells that keep their place, before anything is known of their meaning."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol

from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nhsrate.core.problems import Problem


@frozen
class ErrorCell:
    """A cell the spreadsheet could not calculate, such as `#DIV/0!`."""

    text: str


@frozen
class Uncalculated:
    """A formula without a stored result."""


@frozen
class PercentCell:
    """A number shown as a percentage: 0.945 with the format `0.0%`.

    `places` are the decimals that are shown of the percentage, where the number has more of them: 94.56 as 94.6%.
    """

    fraction: float | int
    places: int | None = None


@frozen
class ShownCell:
    """A number that has more decimals than its format shows: 77.96 with the format `0.0`, shown as 78.0."""

    value: float
    places: int


@frozen
class DisguisedCell:
    """A number whose format shows something else: nothing, a word, thousands. `said` is that, in words."""

    value: float | int | PercentCell
    said: str


@frozen
class MarkedText:
    """A text with raised or lowered letters, such as 12 with a raised 3, which is not 123.

    `text` is what is read and matched: the letters on the line, and the lowered ones, which belong to a name such as
    PM10. `marks` are the letters off the line. Raised letters in a plain text (`12\u00b3`) stay in it;
    `texts.with_marks` parts them.
    """

    text: str
    marks: str
    lowered: bool = False

    def __str__(self) -> str:
        """What is read and matched."""
        return self.text


@frozen
class Merged:
    """Cells that a sheet shows as one; only the first of them holds a value. Rows and columns count from 1."""

    row: int
    column: int
    last_row: int
    last_column: int


@frozen
class Table:
    """The cells of one sheet: `rows[r][c]` is row `r + 1`, column `c + 1` of it; rows may be of unequal length.

    `separator` is what parts the values of a text file.
    """

    file: str
    sheet: str | None
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    separator: str | None = None


class Book(Protocol):
    """An opened file of one or more tables. Reading a sheet is put off until it is asked for."""

    @property
    def file(self) -> str:
        """The file as the user named it."""
        ...

    @property
    def digest(self) -> str:
        """The SHA-256 of the file's bytes, in hexadecimal."""
        ...

    @property
    def sheets(self) -> Sequence[SheetName]:
        """The sheets in their order."""
        ...

    @property
    def problems(self) -> list[Problem]:
        """Warnings and notes met so far while opening and reading."""
        ...

    def read(self, sheet: str | None, rows: int | None = None) -> Table:
        """The table of that sheet (its first `rows` rows only, where given)."""
        ...

    def stream(self, sheet: str | None) -> Iterator[tuple[int, Sequence[object]]]:
        """The number (from 1) and the cells of each row of that sheet that is not empty, in their order."""
        ...

    def merged(self, sheet: str | None) -> Sequence[Merged]:
        """The merged cells of that sheet, which are known once its rows were read to their end."""
        ...


def dense(rows: Sequence[tuple[int, Sequence[object]]], wanted: int | None = None) -> list[Sequence[object]]:
    """Numbered rows as a list in which row `n` stands at `n - 1` and rows that hold nothing are empty.

    >>> dense([(2, ["a"]), (4, ["b"])]), dense([(2, ["a"]), (4, ["b"])], 3)
    ([(), ['a'], (), ['b']], [(), ['a']])
    """
    table: list[Sequence[object]] = []
    for number, cells in rows:
        if wanted is not None and number > wanted:
            break
        table.extend([()] * (number - len(table) - 1))
        table.append(cells)
    return table


def numbered(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows that hold anything, each with its number from 1."""
    return ((number, cells) for number, cells in enumerate(rows, 1) if len(cells))


@frozen
class SheetName:
    """A sheet of a workbook; a csv file has one, without a name."""

    name: str | None
    hidden: bool = False


@frozen
class SetAside:
    """A row that was read and not rated, and why; of many of one kind, how many there are."""

    at: str
    text: str
    reason: str
    rows: int = 1


@frozen
class MemoryBook:
    """Tables that are already in memory, such as a data frame."""

    file: str
    digest: str
    tables: Sequence[Table]
    problems: list[Problem] = field(default_factory=list)

    @property
    def sheets(self) -> Sequence[SheetName]:
        """The sheets in their order."""
        return [SheetName(table.sheet, table.hidden) for table in self.tables]

    def read(self, sheet: str | None, rows: int | None = None) -> Table:
        """The table of that sheet (its first `rows` rows only, where given)."""
        table = next(table for table in self.tables if table.sheet == sheet)
        return table if rows is None else replace(table, rows=table.rows[:rows])

    def stream(self, sheet: str | None) -> Iterator[tuple[int, Sequence[object]]]:
        """The number (from 1) and the cells of each row of that sheet that is not empty."""
        return numbered(self.read(sheet).rows)

    def merged(self, sheet: str | None) -> Sequence[Merged]:  # noqa: ARG002 (no table in memory has any)
        """No cells, as nothing is merged here."""
        return ()

"""Tables as they were read: cells that keep their place, before anything is known of their meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.problems import Problem


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell the spreadsheet could not calculate, such as `#DIV/0!`."""

    text: str


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula without a stored result."""


@dataclass(frozen=True, slots=True)
class PercentCell:
    """A number shown as a percentage: 0.945 with the format `0.0%`."""

    fraction: float | int


Raw = "str | int | float | bool | date | ErrorCell | Uncalculated | PercentCell | None"
"""A cell as read. An empty cell is `None`, or an empty string."""


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one sheet: `rows[r][c]` is row `r + 1`, column `c + 1` of it; rows may be of unequal length."""

    file: str
    sheet: str | None
    rows: Sequence[Sequence[object]]
    hidden: bool = False


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


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of a workbook; a csv file has one, without a name."""

    name: str | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that was read and not rated, and why."""

    at: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
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
        return table if rows is None else Table(table.file, table.sheet, table.rows[:rows], table.hidden)

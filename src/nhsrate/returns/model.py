"""A return: the values of every organisation, each with its cell, read under one methodology's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeVar, overload

from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import ORGANISATION, Noun
from nhsrate.core.problems import CellLocation
from nhsrate.core.texts import listed, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

    import pandas as pd

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import Problem
    from nhsrate.core.tables import SetAside
    from nhsrate.groups.model import Grouping
    from nhsrate.kinds.cut_points import CutTable
    from nhsrate.kinds.workings import EarlierPeriod
    from nhsrate.returns.headings import Layout
    from nhsrate.rules.inputs import TableReading
    from nhsrate.rules.model import Methodology

T = TypeVar("T")


@frozen
class Organisation:
    """A rated body: its code (always text) and its name."""

    code: str
    name: str


@frozen
class Source:
    """The file and sheet some values were read from."""

    file: str
    sheet: str | None


@frozen
class Supposed:
    """A value that a run supposes in the place of what the return says: asked as `text`, which means `cell`.

    `was` is what the return says, and `was_at` its cell, where it has one.
    """

    code: str
    item: str
    text: str
    cell: Cell
    was: Cell
    was_at: CellLocation | None = None

    def __str__(self) -> str:
        return f"supposed {self.code}.{self.item}={self.text}"


class Repeated(Sequence[T]):
    """One thing as often as there are organisations, in the room of one."""

    __slots__ = ("size", "thing")

    def __init__(self, thing: T, size: int) -> None:
        """That thing, so many times."""
        self.thing, self.size = thing, size

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...

    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if isinstance(at, slice):
            return Repeated(self.thing, len(range(self.size)[at]))
        range(self.size)[at]  # raises where there is no such place
        return self.thing


@frozen
class Values:
    """The values of one input, one per organisation, with where each was read.

    `rows[n]`, `columns[n]` (both from 1; 0 where nothing was read) and `sources[n]` give the cell of organisation `n`;
    the lists are shared between inputs where they can be, because a return may have millions of cells. `flags[n]` says
    what qualifies a value (`revised`), `shown[n]` what its cell shows where that is rounded, `supposed[n]` that the run
    supposes the value, which then stands in no cell.
    """

    cells: Sequence[Cell]
    heading: str = ""
    sources: Sequence[Source | None] = ()
    rows: Sequence[int] = ()
    columns: Sequence[int] = ()
    flags: Mapping[int, str] = field(default_factory=dict)
    shown: Mapping[int, Decimal] = field(default_factory=dict)
    supposed: Mapping[int, Supposed] = field(default_factory=dict)

    def at(self, n: int) -> CellLocation | None:
        """The cell that organisation `n`'s value was read from; of one that is supposed, the words that suppose it."""
        if n in self.supposed:
            return CellLocation(str(self.supposed[n]))
        if not self.sources or (source := self.sources[n]) is None or not self.rows[n]:
            return None
        return CellLocation(source.file, source.sheet, self.rows[n], self.columns[n])


@frozen
class Account:
    """Where every row and column of one table went; the parts add up to the whole.

    `rows` is the last row with a value: rows `above` the header, of the `header`, of `organisations`, set aside, of
    other tables or outside what is read (`elsewhere`), and `blank`. Of the `columns` some were `used`, some have
    headings and were `unused`, some have values and no heading (`unheaded`), and the others are blank.
    """

    file: str
    sheet: str | None
    rows: int
    above: int
    header: int
    organisations: int
    set_aside: int
    elsewhere: int
    blank: int
    columns: int
    used: tuple[str, ...]
    unused: tuple[str, ...]
    unheaded: tuple[str, ...]

    @property
    def blank_columns(self) -> int:
        """The columns up to the last heading or value in which nothing stands."""
        return self.columns - len(self.used) - len(self.unused) - len(self.unheaded)


@frozen
class SaidPeriod:
    """A period that a return says it is of: in these rows of a column, or (where there are none) beside a label.

    `at` is the first of these cells, or that with the text of the label; `indicator` is whose rows they are in a long
    table.
    """

    text: str
    at: CellLocation
    rows: tuple[int, ...] = ()
    indicator: str = ""

    @property
    def cells(self) -> tuple[CellLocation, ...]:
        """The cells that say it."""
        return tuple(replace(self.at, row=row) for row in self.rows) or (self.at,)


@frozen
class Override:
    """A recorded human decision on one organisation's rating: who decided what, when and why."""

    code: str
    item: str
    level: str
    who: str
    when: str
    why: str
    at: CellLocation


@frozen
class Return:
    """What was read: organisations, the values of each input (and of each item that came as published), the rest.

    `values` has a column for every input of the methodology, all missing where an optional column was absent, and one
    for every item that the return gives as already published. `set_aside` lists the rows that are not organisations;
    `period` is the one that the return says it is of, where that is one; `periods` has every one that it says.
    `cuts` has the tables of published thresholds that came with it; `accounts` says where each row and column went,
    and `layouts` where each table (by its name, where there are several) was found and how it was read. `supposed` are
    the values that the run put in the place of what was read; `earlier` has, by how many periods back, what items were.
    `grouping` says, where the organisations are groups, who their members are and what was read of these.
    """

    name: str
    digest: str
    organisations: tuple[Organisation, ...]
    values: Mapping[str, Values]
    overrides: tuple[Override, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    unused_headings: tuple[str, ...] = ()
    form: str = "wide"
    period: str | None = None
    periods: tuple[SaidPeriod, ...] = ()
    cuts: Mapping[str, CutTable] = field(default_factory=dict)
    accounts: tuple[Account, ...] = ()
    layouts: tuple[tuple[str, Layout, TableReading], ...] = ()
    supposed: tuple[Supposed, ...] = ()
    earlier: Mapping[int, EarlierPeriod] = field(default_factory=dict)
    grouping: Grouping | None = None
    problems: tuple[Problem, ...] = ()

    if TYPE_CHECKING:  # bound in `runs.read`, because reading comes after what it reads

        @classmethod
        def from_frame(
            cls, frame: pd.DataFrame, methodology: Methodology, *, reading: str | Path | None = None
        ) -> Return:
            """The return that a data frame holds."""
            ...


def account_lines(submitted: Return, rates: Noun = ORGANISATION) -> list[str]:
    """Where every row and column of each table went, as sums that add up."""
    rates = submitted.grouping.rates if submitted.grouping is not None else rates
    lines = []
    for account in submitted.accounts:
        name = f"{PurePath(account.file).name}{'!' * bool(account.sheet)}{account.sheet or ''}:"
        where = f"{tidy(name)} " if len(submitted.accounts) > 1 else ""
        rows = {
            "above the table": account.above,
            "of headings": account.header,
            f"of {rates.many}": account.organisations,
            "set aside": account.set_aside,
            "outside what is read": account.elsewhere,
            "blank": account.blank,
        }
        columns = {
            "read": len(account.used),
            "not used": len(account.unused),
            f"without a heading ({listed(list(account.unheaded))})": len(account.unheaded),
            "blank": account.blank_columns,
        }
        lines += [f"{where}rows: {_sum(account.rows, rows)}.", f"{where}columns: {_sum(account.columns, columns)}."]
    return lines


def _sum(whole: int, parts: Mapping[str, int]) -> str:
    return f"{whole:,} = {' + '.join(f'{number:,} {what}' for what, number in parts.items() if number)}"

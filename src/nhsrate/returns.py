"""A return: the values of every organisation, each with its cell, read under one methodology's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, overload

from nhsrate.problems import CellPlace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

    import pandas as pd

    from nhsrate.cells import Cell
    from nhsrate.cutpoints import CutTable
    from nhsrate.headings import Layout
    from nhsrate.inputs import Reading
    from nhsrate.methodology import Methodology
    from nhsrate.problems import Problem
    from nhsrate.tables import SetAside

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A rated body: its code (always text) and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """The file and sheet some values were read from."""

    file: str
    sheet: str | None


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


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one input, one per organisation, with where each was read.

    `rows[n]`, `columns[n]` (both from 1; 0 where nothing was read) and `sources[n]` give the cell of organisation `n`;
    the lists are shared between inputs where they can be, because a return may have millions of cells. `flags[n]` says
    what qualifies a value (`revised`), `shown[n]` what its cell shows where that is rounded.
    """

    cells: Sequence[Cell]
    heading: str = ""
    sources: Sequence[Source | None] = ()
    rows: Sequence[int] = ()
    columns: Sequence[int] = ()
    flags: Mapping[int, str] = field(default_factory=dict)
    shown: Mapping[int, Decimal] = field(default_factory=dict)

    def at(self, n: int) -> CellPlace | None:
        """The cell that organisation `n`'s value was read from."""
        if not self.sources or (source := self.sources[n]) is None or not self.rows[n]:
            return None
        return CellPlace(source.file, source.sheet, self.rows[n], self.columns[n])


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Override:
    """A recorded human decision on one organisation's rating: who decided what, when and why."""

    code: str
    item: str
    level: str
    who: str
    when: str
    why: str
    at: CellPlace


@dataclass(frozen=True, slots=True)
class Return:
    """What was read: organisations, the values of each input (and of each item that came as published), the rest.

    `values` has a column for every input of the methodology, all missing where an optional column was absent, and one
    for every item that the return gives as already published. `set_aside` lists the rows that are not organisations;
    `cuts` has the tables of published thresholds that came with it; `accounts` says where each row and column went,
    and `layouts` where each table (by its name, where there are several) was found and how it was read.
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
    cuts: Mapping[str, CutTable] = field(default_factory=dict)
    accounts: tuple[Account, ...] = ()
    layouts: tuple[tuple[str, Layout, Reading], ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, methodology: Methodology, *, reading: str | Path | None = None) -> Return:
        """The return that a pandas data frame holds: a row per organisation, a column per input, and one of codes.

        `reading` is the path of a reading profile. Raises `Refused` with every problem of the frame.
        """
        from nhsrate.reading import read_return  # which reads returns, and so comes after them

        return read_return(frame, methodology, reading=reading)

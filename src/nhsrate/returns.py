"""A return: the values of every organisation, each with its cell, read under one methodology's inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nhsrate.problems import CellPlace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.cells import Cell
    from nhsrate.cutpoints import CutTable
    from nhsrate.problems import Problem
    from nhsrate.tables import SetAside


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


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one input, one per organisation, with where each was read.

    `rows[n]`, `columns[n]` (both from 1; 0 where nothing was read) and `sources[n]` give the cell of organisation `n`;
    the lists are shared between inputs where they can be, because a return may have millions of cells.
    """

    cells: Sequence[Cell]
    heading: str = ""
    sources: Sequence[Source | None] = ()
    rows: Sequence[int] = ()
    columns: Sequence[int] = ()

    def at(self, n: int) -> CellPlace | None:
        """The cell that organisation `n`'s value was read from."""
        if not self.sources or (source := self.sources[n]) is None or not self.rows[n]:
            return None
        return CellPlace(source.file, source.sheet, self.rows[n], self.columns[n])


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
    `cuts` has the tables of published thresholds that came with it.
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
    problems: tuple[Problem, ...] = ()

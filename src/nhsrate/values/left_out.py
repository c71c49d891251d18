"""Rows that are left out by what they say, where that may be a slip: whose they are, and what was probably meant."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from nhsrate.core.faults import places_of
from nhsrate.core.frozen import changing, frozen
from nhsrate.core.look_alikes import look_alike
from nhsrate.core.problems import Problem
from nhsrate.core.slips import slip_of
from nhsrate.core.texts import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.core.problems import CellLocation

Likeness = Literal["alike", "near", "blank"]


@frozen
class Meant:
    """What a row says in a column, what was probably meant, and how much alike the two are."""

    column: int
    said: str
    wanted: str
    likeness: Likeness


@lru_cache(maxsize=8192)
def meant(column: int, said: str, wanted: tuple[str, ...], *, dates: bool = True) -> Meant | None:
    """What was probably meant by a text that is none of the wanted ones; nothing where it is simply another."""
    if not said:
        return Meant(column, said, wanted[0], "blank")
    found = slip_of(said, wanted, dates=dates)
    return found and Meant(column, said, *found)


@frozen
class _Row:
    """A row that was left out, the code in it, and for whom (and what) it may be the only one."""

    number: int
    code: str
    owner: tuple[str, ...]


@changing
class LeftOut:
    """The rows of a table that a slip may have left out, gathered while it is read.

    `read` are the owners that have a row that is read: a folded code, or in the long form one with an indicator.
    """

    read: set[tuple[str, ...]] = field(default_factory=set)
    _rows: dict[Meant, list[_Row]] = field(default_factory=dict)

    def add(self, found: Meant, number: int, code: str, *owner: str) -> None:
        """Keep a row that was left out."""
        self._rows.setdefault(found, []).append(_Row(number, code, owner or (code.casefold(),)))

    def problems(
        self, at: Callable[[int, int], CellLocation], heading: Callable[[int], str], key: str
    ) -> list[Problem]:
        """A warning for each text, with its rows; `key` is that of the reading under which it can be named.

        Texts that a reader takes for one are told of in every row. One wrong letter may make another word, and a blank
        may be meant, so these only where nothing else is read of an organisation, and of most something is.
        """
        told = []
        for found, rows in self._rows.items():
            lost = [row for row in rows if row.owner not in self.read]
            shown = rows if found.likeness == "alike" else lost
            if not shown or (found.likeness != "alike" and len({row.owner for row in lost}) > len(self.read)):
                continue
            cells = tuple(at(row.number, found.column) for row in shown)
            said = f"says {quoted(found.said)}" if found.said else "says nothing"
            message = f"The row {said} under {quoted(heading(found.column))}, and {quoted(found.wanted)} is wanted, "
            message += "so it was left out."
            if codes := list(dict.fromkeys(row.code for row in lost)):
                of_it = f" for {quoted(found.wanted)}" if len(lost[0].owner) > 1 else ""
                message += f" {listed(codes)} {'have' if len(codes) > 1 else 'has'} no other row{of_it}."
            if strange := look_alike(found.said):
                message += f" {strange.message}"
            remedy = f"If the same is meant, write it alike, or name it too under reading: {key}."
            told.append(Problem(cells[0], "left-out", message, remedy, "warning", places_of(cells)))
        return told

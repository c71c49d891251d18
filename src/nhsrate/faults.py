"""Faults of many cells, gathered so that one cause is one problem with its first three cells and a count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nhsrate.problems import CellPlace, Problem, column_letters
from nhsrate.texts import listed

if TYPE_CHECKING:
    from nhsrate.problems import Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell; faults of one code and shape have one cause."""

    code: str
    shape: str
    message: str
    remedy: str = ""
    severity: Severity = "error"


@dataclass(slots=True)
class Faults:
    """The faults of one column (or one file), by cause, in the order in which they were met."""

    _causes: dict[tuple[str, str], tuple[Fault, list[CellPlace]]] = field(default_factory=dict)

    def add(self, fault: Fault, at: CellPlace) -> None:
        """Note a fault of the cell at this place; the first of its cause gives the words."""
        self._causes.setdefault((fault.code, fault.shape), (fault, []))[1].append(at)

    def problems(self) -> list[Problem]:
        """One problem for every cause, at its first cell."""
        return [
            Problem(places[0], fault.code, fault.message + _others(fault, places), fault.remedy, fault.severity)
            for fault, places in self._causes.values()
        ]


def _others(fault: Fault, places: list[CellPlace]) -> str:
    if len(places) == 1:
        return ""
    kind = "cells" if places[0].column else "rows"
    same = "The same was done in" if fault.severity == "note" else "The same fault stands in"
    return f" {same} {len(places):,} {kind}: {listed([short(place) for place in places])}."


def short(place: CellPlace) -> str:
    """A place as it is named beside its file and sheet: `F12`, or `row 12`.

    >>> short(CellPlace("returns.xlsx", "Return", 12, 6)), short(CellPlace("returns.xlsx", "Return", 12))
    ('F12', 'row 12')
    """
    return f"{column_letters(place.column)}{place.row}" if place.column else f"row {place.row}"

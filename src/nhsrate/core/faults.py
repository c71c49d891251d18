"""Faults of many cells, gathered so that one cause is one problem with its first three cells and a count."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from nhsrate.core.frozen import changing, frozen
from nhsrate.core.problems import CellLocation, Problem
from nhsrate.core.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.core.problems import Severity
    from nhsrate.core.tables import MarkedText


@frozen
class Fault:
    """What is wrong with one cell; faults of one code and shape have one cause."""

    code: str
    shape: str
    message: str
    remedy: str = ""
    severity: Severity = "error"


def dropped_characters(text: str) -> Fault:
    """The note on a cell that holds characters that nobody sees."""
    message = f"The cell holds characters that nobody sees; it was read as {quoted(text)}."
    return Fault("dropped-characters", "", message, "", "note")


def without_marks(raw: MarkedText) -> Fault:
    """The note on a cell that was read without the raised letters beside its text."""
    message = f"The cell was read as {quoted(raw.text)}, without the raised {quoted(raw.marks)}, which is a mark."
    return Fault("raised-mark", "", message, "", "note")


@changing
class Faults:
    """The faults of one column (or one file), by cause, in the order in which they were met."""

    _causes: dict[tuple[str, str], tuple[Fault, list[CellLocation]]] = field(default_factory=dict)

    def add(self, fault: Fault, at: CellLocation) -> None:
        """Note a fault of the cell at this place; the first of its cause gives the words."""
        self._causes.setdefault((fault.code, fault.shape), (fault, []))[1].append(at)

    def add_all(self, fault: Fault, places: Iterable[CellLocation]) -> None:
        """Note a fault of the cells at these places, of which there is one at least."""
        self._causes.setdefault((fault.code, fault.shape), (fault, []))[1].extend(places)

    def problems(self) -> list[Problem]:
        """One problem for every cause, at its first cell."""
        return [
            Problem(places[0], fault.code, fault.message, fault.remedy, fault.severity, places_of(places))
            for fault, places in self._causes.values()
        ]


def places_of(places: Sequence[CellLocation]) -> tuple[CellLocation, ...]:
    """The cells of a cause, where there are several."""
    return tuple(places) if len(places) > 1 else ()


def grouped(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, those of one cause in several columns made one, in the order in which the causes were met."""
    causes: dict[tuple[str, str, str, str, object], list[Problem]] = {}
    for problem in problems:
        sheet = getattr(problem.at, "sheet", None)
        key = (problem.code, problem.message, problem.remedy, problem.severity, (problem.at.file, sheet))
        causes.setdefault(key, []).append(problem)
    return [same[0] if len(same) == 1 else _one(same) for same in causes.values()]


def _one(same: Sequence[Problem]) -> Problem:
    places = [place for problem in same for place in (problem.cells or (problem.at,))]
    return replace(same[0], cells=places_of([place for place in places if isinstance(place, CellLocation)]))

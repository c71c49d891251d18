"""A return as another edition would read it: what both ask for, and what only the other one asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.problems import Refused
from nhsrate.returns.model import Values
from nhsrate.returns.read import read_tables
from nhsrate.runs.joining import joined, known
from nhsrate.runs.read import open_books

if TYPE_CHECKING:
    from nhsrate.core.cells import Scale
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request
    from nhsrate.runs.run import Run

NOT_ASKED = Missing("not in the return of that period", "absent")
"""What stands for an input that a return has no column for, as its edition does not ask for it."""


def crossed(request: Request, own: Run, other: Methodology) -> Return:
    """The return of a run with the inputs of another methodology, found by their ids.

    What its own edition does not ask for is looked for in the same files under the other's headings; where it is not
    there, it is missing. Levels are those of the other's scales, by their names, also where it is the same edition
    that was loaded again.
    """
    submitted = own.submitted
    if other is own.methodology:
        return submitted
    wanted = other.wanted()
    new = [one for one in wanted if one.id not in submitted.values]
    found = dict(submitted.values) | (looked_for(request, own, other) if new else {})
    size = len(submitted.organisations)
    values = {}
    for one in wanted:
        column = found.get(one.id)
        if column is not None:
            cells = tuple(as_other(cell, one.scale) for cell in column.cells)
            values[one.id] = replace(column, cells=cells)
        elif one.id in other.inputs:
            values[one.id] = Values((NOT_ASKED,) * size)
    overrides = tuple(one for one in submitted.overrides if one.item in other.items)
    return replace(submitted, values=values, overrides=overrides)


def looked_for(request: Request, own: Run, other: Methodology) -> dict[str, Values]:
    """The columns of the same files that only the other edition asks for; none where they cannot be read so."""
    asked = own.methodology.wanted()
    known_ids = {one.id for one in asked}
    more = [replace(one, optional=True, required=False) for one in other.wanted() if one.id not in known_ids]
    try:
        books = open_books(request.returns, request.limit)
        rows = known(request, own.methodology)
        read = read_tables(books, (*asked, *more), own.methodology.reading, sheet=request.sheet, known=rows)
        read = joined(read, own.methodology, request)
    except Refused:
        return {}
    places = {one.code: n for n, one in enumerate(read.organisations)}
    order = [places.get(one.code) for one in own.submitted.organisations]
    return {
        one.id: Values(tuple(NOT_ASKED if n is None else read.values[one.id].cells[n] for n in order))
        for one in more
        if one.id in read.values and read.values[one.id].heading
    }


def as_other(cell: Cell, scale: Scale | None) -> Cell:
    """A cell in the terms of another edition: a level by its name on the other's scale, missing where it has none."""
    if not isinstance(cell, Level) or scale is None:
        return cell
    return scale.find(cell.name) or Missing(f"{cell} is no level of that edition", "absent")

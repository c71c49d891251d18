"""Values whose cells are merged over several organisations or indicators: only the first of them has the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.problems import column_letters
from nhsrate.core.texts import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.core.problems import Problem
    from nhsrate.core.tables import Merged
    from nhsrate.returns.headings import Layout
    from nhsrate.returns.model import Organisation, Values


def merged_values(
    layout: Layout, merged: Iterable[Merged], organisations: Sequence[Organisation], values: Mapping[str, Values]
) -> list[Problem]:
    """A warning of each value that a sheet shows for several organisations or indicators, and that one of them gets.

    Rows are no matter where the reading fills the column from above.
    """
    merged = list(merged)
    if not merged or not organisations or layout.form == "long":
        return []
    inputs = {layout.columns[id_]: id_ for id_ in values if id_ in layout.columns}
    read = next(iter(values.values())).rows if values else ()
    rows = {row: one.code for row, one in zip(read, organisations, strict=False)}
    places = {row: n for n, row in enumerate(read)}
    wanted = {column: layout.headings[column] for column in layout.columns.values()}
    faults = Faults()
    for one in merged:
        if one.column not in inputs or one.row not in rows:
            continue
        if isinstance(values[inputs[one.column]].cells[places[one.row]], Missing):
            continue
        below = [row for row in range(one.row + 1, min(one.last_row, max(rows)) + 1) if row in rows]
        beside = [column for column in range(one.column + 1, one.last_column + 1) if column in wanted]
        below = [] if one.column in layout.fill else below
        if not below and not beside:
            continue
        place = f"{_cell(one.row, one.column)}:{_cell(one.last_row, one.last_column)}"
        blank = [f"{rows[row]} (row {row})" for row in below]
        blank += [f"{quoted(wanted[column])} ({column_letters(column)}{one.row})" for column in beside]
        message = f"The value stands in cells that are merged over {place}, so {rows[one.row]} has it, and it is blank "
        message += f"for {listed(blank)}."
        remedy = "Split the cells and enter each value"
        remedy += f"; or, if it is meant for all of them, say reading: fill: [{wanted[one.column]}]." if below else "."
        faults.add(Fault("merged-value", place, message, remedy, "warning"), layout.at(one.row, one.column))
    return faults.problems()


def _cell(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"

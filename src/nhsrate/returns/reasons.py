"""Reasons that stand in a column beside the values: what a blank means is said there, as in `Falls` and `FallsQF`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import Problem, nearest, short
from nhsrate.core.texts import as_text, fold, quoted
from nhsrate.values.markers import signs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import CellLocation
    from nhsrate.returns.headings import Layout
    from nhsrate.rules.inputs import Input, TableReading

BESIDE = pattern(
    r"(?:qf|qual|quality flag|qualifier|note|notes|value note|note id|reason|marker|flag|flags|status|symbol)s?"
)
"""What a column beside a value is headed, behind the heading of the value or alone."""


@frozen
class Beside:
    """The columns that say why a value is missing: those that the reading declares, and those that only look so."""

    declared: Mapping[str, int]
    likely: Mapping[str, int]
    problems: tuple[Problem, ...] = ()

    @property
    def columns(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(dict.fromkeys((*self.declared.values(), *self.likely.values())))


def beside(layout: Layout, reading: TableReading) -> Beside:
    """The columns of reasons of a wide table; one that is declared and is not there is a problem."""
    by_heading = {fold(text): column for column, text in layout.headings.items()}
    declared: dict[str, int] = {}
    problems = []
    for id_, heading in reading.reasons:
        column = by_heading.get(fold(heading), 0)
        if id_ in layout.columns and column:
            declared[id_] = column
            continue
        what = f"The column {quoted(heading)}, with the reasons of {id_}, is missing."
        if column:
            what = f"There is no input {quoted(id_)} with a column, whose reasons would stand under {quoted(heading)}."
        known = [*layout.headings.values()] if not column else [*layout.columns]
        message, remedy = what, nearest(id_ if column else heading, known) or "Correct it under reading: reasons."
        problems.append(Problem(layout.at(layout.header_row), "missing-column", message, remedy))
    read = {layout.code, layout.name, *layout.columns.values(), *declared.values()}
    likely = {
        id_: found
        for id_, column in layout.columns.items()
        if id_ not in declared and (found := _likely(layout, column, read))
    }
    return Beside(declared, likely, tuple(problems))


def _likely(layout: Layout, column: int, read: set[int]) -> int:
    """The column that is headed as that of the reasons of a value is, or 0."""
    own = fold(layout.headings.get(column, ""))
    for other, heading in layout.headings.items():
        folded = fold(heading)
        behind = folded.removeprefix(own).strip(" _-(:)[]/.") if own and folded.startswith(own) else ""
        alone = folded if other == column + 1 else ""
        if other not in read and (BESIDE.fullmatch(behind) or BESIDE.fullmatch(alone)):
            return other
    return 0


def texts_of_blanks(rows: Sequence[int], values: Sequence[object], texts: Sequence[object]) -> dict[int, str]:
    """The texts that stand beside blank values, by their rows."""
    beside_each = zip(rows, values, texts, strict=True)
    return {row: as_text(text) for row, value, text in beside_each if as_text(text) and not as_text(value)}


def with_reasons(item: Input, cells: Sequence[Cell], texts: Sequence[object], reading: TableReading) -> list[Cell]:
    """The values of an input, each blank one missing for the reason that stands beside it, where one does.

    A text that is a declared marker stands for its reason, and any other for itself.
    """
    markers = signs_of(reading, item).markers
    found: list[Cell] = []
    for cell, raw in zip(cells, texts, strict=True):
        text = as_text(raw)
        if text and isinstance(cell, Missing) and cell.sort == "blank":
            found.append(markers.get(fold(text)) or Missing(text, "marker"))
        else:
            found.append(cell)
    return found


def unanswered(item: Input, cells: Sequence[Cell], at: Callable[[int], CellLocation]) -> list[Problem]:
    """A required value that is blank and has no reason beside it either."""
    blank = [n for n, cell in enumerate(cells) if isinstance(cell, Missing) and cell.sort == "blank"]
    if not (item.required and blank):
        return []
    message = f'Every organisation must have a value for "{item.title or item.id}", '
    message += "and this cell is blank, without a reason beside it."
    problem = Problem(at(blank[0]), "required-value", message, "Enter the value, or the reason why there is none.")
    return [replace(problem, cells=tuple(map(at, blank)) if len(blank) > 1 else ())]


def unread_reasons(
    layout: Layout, item: Input, column: int, texts: Mapping[int, str], at: Callable[[int], CellLocation]
) -> list[Problem]:
    """The note that blanks of a column have texts beside them which were not read; `texts` has them by row."""
    if not texts:
        return []
    first = next(iter(texts))
    heading = layout.headings[column]
    message = f"The value is blank, and {quoted(heading)} beside it ({short(layout.at(first, column))}) says "
    message += f"{quoted(texts[first])}, which was not read as its reason."
    remedy = f"If it is why the value is missing, say so: reading: reasons: {{{item.id}: {heading}}}."
    cells = tuple(map(at, texts)) if len(texts) > 1 else ()
    return [Problem(at(first), "unread-reason", message, remedy, "note", cells)]

"""Where everything of a live workbook stands: the columns and rows of its sheets, and what its references become."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.texts import fold
from nhsrate.live.formula import MOST, resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.core.cells import Level, Scale
    from nhsrate.live.board import Board, Column, Line

FIRST_VALUE = 5
"""The row of the first organisation, in Values, Scores and Check; counted from 1, as everywhere here."""

FIRST_FIGURE = 4
"""The row of the first figure."""

FIRST_LEVEL = 4
"""The row of the first level of the first scale."""

FIRST_COLUMN = 3
"""The column of the first value or formula, behind code and name."""

FIGURE = "C"
"""The column of the values of figures."""


def letters(column: int) -> str:
    """The name of a column, counted from 1.

    >>> letters(1), letters(26), letters(27), letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@frozen
class ScaleRows:
    """The rows of a scale: first its levels, then the other names that they may be typed by."""

    scale: Scale
    first: int
    rows: tuple[tuple[str, Level], ...]

    def span(self, column: str, *, levels: bool) -> str:
        """The cells of a column; of its levels alone, or of every name."""
        last = self.first + (len(self.scale.levels) if levels else len(self.rows)) - 1
        return f"Scales!${column}${self.first}:${column}${last}"


@frozen
class Layout:
    """The sheets of a live workbook: what stands in which column and row."""

    values: tuple[Column, ...]
    scores: tuple[Column, ...]
    figures: tuple[Line, ...]
    scales: tuple[ScaleRows, ...]
    size: int
    at: Mapping[str, str]
    value_at: Mapping[str, str]
    figure_at: Mapping[str, int]
    scale_at: Mapping[str, ScaleRows]

    def formula(self, formula: str, n: int) -> str:
        """A formula as it stands in the row of organisation `n` (counted from 0) of Scores."""
        made = "=" + resolved(formula, partial(self.place, FIRST_VALUE + n))
        assert len(made) <= MOST, made  # noqa: S101 (whoever writes one moves what is too long into steps)
        return made

    def place(self, row: int, sort: str, key: str) -> str:
        """What a reference becomes in a row."""
        last = FIRST_VALUE + self.size - 1
        match sort:
            case "c":
                return f"{self.at[key]}{row}"
            case "v":
                return f"Values!{self.value_at[key]}{row}"
            case "r":
                return f"${self.at[key]}${FIRST_VALUE}:${self.at[key]}${last}"
            case "w":
                return f"Values!${self.value_at[key]}${FIRST_VALUE}:${self.value_at[key]}${last}"
            case "f":
                return f"Figures!${FIGURE}${self.figure_at[key]}"
        column, levels = {"t": ("B", False), "p": ("C", False), "n": ("D", True), "l": ("B", True)}[sort]
        return self.scale_at[key].span(column, levels=levels)


def laid_out(board: Board) -> Layout:
    """The layout: inputs and items in the order of the rules, each with its steps before it."""
    methodology = board.methodology
    order = {id_: n for n, id_ in enumerate(["", *methodology.inputs, *methodology.items])}
    ends = {"step": 0, "item": 1, "level": 2, "value": 0}
    scores = sorted(board.columns.values(), key=lambda one: (order[one.item], ends[one.sort]))
    values = sorted(board.values.values(), key=lambda one: order[one.item])
    named = [one for one in board.lines.values() if one.name]
    bare = [one for one in board.lines.values() if not one.name]
    figures = [*named, *sorted(bare, key=lambda one: order[one.item])]
    scales = []
    row = FIRST_LEVEL
    for scale in board.scales.values():
        scales.append(ScaleRows(scale, row, names_of(scale)))
        row += len(scales[-1].rows) + 1
    return Layout(
        values=tuple(values),
        scores=tuple(scores),
        figures=tuple(figures),
        scales=tuple(scales),
        size=board.size,
        at={one.key: letters(n) for n, one in enumerate(scores, FIRST_COLUMN)},
        value_at={one.key: letters(n) for n, one in enumerate(values, FIRST_COLUMN)},
        figure_at={one.key: n for n, one in enumerate(figures, FIRST_FIGURE)},
        scale_at={one.scale.name: one for one in scales},
    )


def names_of(scale: Scale) -> tuple[tuple[str, Level], ...]:
    """The names of a scale's levels, then those others by which they may be typed, each text once."""
    rows = [(level.name, level) for level in scale.levels]
    seen = {fold(name) for name, _ in rows}
    for name, level in scale.by_name.items():
        if fold(name) not in seen:
            seen.add(fold(name))
            rows.append((name, level))
    return tuple(rows)

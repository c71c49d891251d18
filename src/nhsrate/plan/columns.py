"""Columns as arrays, draws by organisations: numbers as they are, levels and texts as codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.cells import Scale
    from nhsrate.language.values import ItemType

Floats = NDArray[Any]
"""Numbers: doubles, draws by organisations; a missing one is NaN."""

Codes = NDArray[Any]
"""Levels by their positions, texts by their codes: whole numbers, draws by organisations."""

Mask = NDArray[Any]
"""Yes or no, draws by organisations."""

Array = NDArray[Any]
"""Any of these."""

NEAR = 1e-9
"""How near to a bound a number made by floating arithmetic is too near to say on which side it lies."""

GONE = -1
"""The code of a level or text that is missing; a missing number is NaN."""

EXACT_KINDS = frozenset({"constant", "count", "earlier", "lookup", "matrix", "place", "thresholds", "tiles"})
"""Kinds whose numbers are stated in the rules or counted, so that their doubles are the nearest to them."""


def keep_memory() -> None:
    """Have the C library keep what arrays give back, instead of asking the system for it anew for each of them.

    The GNU library maps every block above a threshold by itself, and raises that to the size of the largest one that
    was ever given back, up to 32 MiB. One such block, which nobody writes to and which so needs no memory, spares a
    run over columns of some hundred kilobytes a quarter of its time; elsewhere it does nothing.
    """
    np.empty(31 << 20, np.uint8)


@dataclass(slots=True)
class Texts:
    """Every text that stands in a column or a rule, by a code; `folds` gives the code of a text as rules compare it."""

    codes: dict[str, int] = field(default_factory=dict)

    def code(self, text: str) -> int:
        """The code of a text; a new one where it was not met before."""
        return self.codes.setdefault(text, len(self.codes))

    def folds(self) -> Codes:
        """For each code the code of the same text as rules compare it; the last is of the missing one."""
        for text in [*self.codes]:
            self.code(comparable(text))
        return np.array([*(self.codes[comparable(text)] for text in self.codes), GONE], np.int32)

    def of(self, code: int) -> str:
        """The text of a code."""
        return [*self.codes][code]


@frozen
class Column:
    """The cells of one input or item: an array of one row, where no draw differs, or of a row for each draw.

    `exact` says that each number is the double nearest to a short decimal number, so that it can be compared as it is.
    `sure` are the organisations whose cell is in every draw what the engine gave; nothing where that is all or none,
    told apart by `fixed`.
    """

    cells: Array
    exact: bool = False
    fixed: bool = False
    sure: Mask | None = None


def encoded(cells: Sequence[Cell], type_: ItemType, texts: Texts) -> Array:
    """Cells as one row of an array, by what they are: numbers, positions on a scale, or codes of texts."""
    if type_.kind == "number":
        row = [float(cell) if type(cell) is Decimal else as_float(cell) for cell in cells]
        return np.array(row, np.float64)[None, :]
    return np.array([code_of(cell, texts) for cell in cells], np.int32)[None, :]


def as_float(cell: Cell) -> float:
    """What a cell of a column of numbers counts as."""
    number = cell.number if isinstance(cell, Level) else cell
    return float(number) if isinstance(number, Decimal) else float("nan")


def code_of(cell: Cell, texts: Texts) -> int:
    """The code of a level or a text."""
    if isinstance(cell, Level):
        return cell.position
    return texts.code(cell) if isinstance(cell, str) else GONE


def decoded(column: Array, n: int, type_: ItemType, texts: Texts, row: int = 0) -> Cell:
    """The cell of organisation `n` in a draw; a number has the digits of its double."""
    value = column[row if column.shape[0] > 1 else 0, n]
    if column.dtype == np.float64:
        return Missing("missing in the draw", "blank") if np.isnan(value) else Decimal(float(value))
    if value == GONE:
        return Missing("missing in the draw", "blank")
    return type_.scale.levels[int(value)] if type_.scale else texts.of(int(value))


def level_numbers(scale: Scale) -> Floats:
    """What each level of a scale counts as, by position; the last is of the missing one."""
    numbers = [np.nan if level.number is None else float(level.number) for level in scale.levels]
    return np.array([*numbers, np.nan], np.float64)


def missing(cells: Array) -> Mask:
    """Which cells are missing."""
    return np.isnan(cells) if cells.dtype == np.float64 else cells == GONE


def blank(like: Array) -> float | int:
    """What a missing cell is in an array."""
    return np.nan if like.dtype == np.float64 else GONE

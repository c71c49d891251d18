"""What was handed in, as cells of Values, and what the rules make of levels and texts that are typed there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.live.board import EARLIEST, ORDINAL, Board, Cached, Column, cached
from nhsrate.live.formula import MISSING, ROOM, said, token
from nhsrate.values.markers import signs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.cells import Cell, Scale


def typed(cell: Cell) -> Cached:
    """What stands in a cell of Values: the number, the level by its name, the text, and nothing where it is blank."""
    if isinstance(cell, Missing):
        return None if cell.sort in {"blank", "absent"} else f"missing: {cell.reason}"
    return cell.name if isinstance(cell, Level) else cached(cell)


def add_input(board: Board, id_: str) -> None:
    """The column of an input in Values, and, of levels and texts, what rules make of it in Scores."""
    entry, cells = board.methodology.inputs[id_], board.assessment.columns[id_]
    days = [int(cell) - ORDINAL for cell in cells if entry.type == "date" and isinstance(cell, Decimal)]
    if min(days, default=EARLIEST) < EARLIEST:
        board.unlive[id_] = "it has days before March 1900, which a spreadsheet does not have"
    board.values[id_] = Column(id_, id_, entry.title or id_, "value", "", [*map(typed, cells)])
    type_ = board.methodology.type_of(id_)
    own = token("v", id_)
    if type_.scale is not None:
        formula = placed(board, own, type_.scale)
    elif type_.kind == "text":
        marks = ",".join(said(text) for text in signs_of(board.methodology.reading, entry).markers)
        marked = f",SUMPRODUCT(--(TRIM({own})={{{marks}}}))>0" if marks and len(marks) < ROOM // 2 else ""
        formula = f'IF(OR(TRIM({own})="",LEFT({own},8)="missing:"{marked}),{MISSING},TRIM({own}))'
    else:
        return
    board.columns[id_] = Column(id_, id_, entry.title or id_, "item", formula, [*map(cached, cells)])
    if type_.scale is not None:
        add_level(board, id_, type_.scale)


def placed(board: Board, own: str, scale: Scale, otherwise: str = MISSING) -> str:
    """The place on its scale of a level that is typed; the same name twice would be no name."""
    board.scale(scale)
    found = f"SUMPRODUCT((TRIM({own})={token('t', scale.name)})*{token('p', scale.name)})"
    return f"IF({found}>0,{found},{otherwise})"


def add_level(board: Board, id_: str, scale: Scale) -> None:
    """The level of an input or item by its name, beside its place."""
    cell, names = token("c", id_), token("l", board.scale(scale))
    cells: list[Cached] = [
        MISSING[1:-1] if isinstance(one, Missing) else str(one) for one in board.assessment.columns[id_]
    ]
    key = f"{id_}!level"
    formula = f"IF(ISNUMBER({cell}),INDEX({names},{cell}),{cell})"
    board.columns[key] = Column(key, id_, board.methodology.name_of(id_), "level", formula, cells)


def handed_in(board: Board, key: str, what: str, cells: Sequence[Cell]) -> str:
    """A further column of Values for the item that is being made, and the cell of it."""
    board.values[key] = Column(key, board.owner, what, "value", "", [*map(typed, cells)])
    return token("v", key)


def read_typed(board: Board, own: str, scale: Scale | None, *, text: bool, otherwise: str = MISSING) -> str:
    """What rules take a typed cell for: a place on a scale, a text, or a number; else something else."""
    if scale is not None:
        return placed(board, own, scale, otherwise)
    if text:
        return f'IF(OR({own}="",LEFT({own},8)="missing:"),{otherwise},{own})'
    return f"IF(ISNUMBER({own}),{own},{otherwise})"

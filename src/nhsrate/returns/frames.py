"""Returns from pandas data frames, for people who work in notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.core.texts import fold
from nhsrate.files.parquet import frame_rows, index_as_columns
from nhsrate.rules.inputs import CODE_HEADINGS

if TYPE_CHECKING:
    import pandas as pd


def book_from_frame(frame: pd.DataFrame, name: str = "data frame") -> MemoryBook:
    """The one table of a data frame: its column names are row 1, its first row of data is row 2.

    An index that bears the heading of an organisation code becomes the first column.
    The digest is of the cells, so it is the same for equal frames.
    """
    from hashlib import sha256

    codes = set(map(fold, CODE_HEADINGS))
    named = [level for level in frame.index.names if level is not None and fold(str(level)) in codes]
    whole = index_as_columns(frame, named)
    try:
        rows = frame_rows(whole)
        digest = sha256("\n".join(map(repr, rows)).encode("utf-8", "backslashreplace")).hexdigest()
    except Exception:  # noqa: BLE001 (a frame may hold anything, also what raises when it is only looked at)
        raise Refused([_unreadable(whole, name)]) from None
    return MemoryBook(name, digest, [Table(name, None, rows)])


def _unreadable(frame: pd.DataFrame, name: str) -> Problem:
    """The first heading or cell of a frame that cannot be read, such as a decimal that signals that it is no number."""
    remedy = "Put a number or a text in its place, or nothing."
    for column, heading in enumerate(frame.columns, 1):
        for row, cell in enumerate([heading, *frame.to_numpy(object)[:, column - 1]], 1):
            try:
                repr(frame_rows(type(frame)({str(cell): [cell]}, dtype=object)))
            except Exception:  # noqa: BLE001 (as above)
                message = f"The value, a {type(cell).__name__}, cannot be read as a number or a text."
                return Problem(CellLocation(name, None, row, column), "error-cell", message, remedy)
    message = "The data frame holds something that cannot be read as a number or a text."
    return Problem(CellLocation(name), "error-cell", message, remedy)

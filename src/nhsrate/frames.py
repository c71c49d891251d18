"""Returns from pandas data frames, for people who work in notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.inputs import CODE_HEADINGS
from nhsrate.tables import MemoryBook, Table
from nhsrate.texts import fold

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import pandas as pd


def book_from_frame(frame: pd.DataFrame, name: str = "data frame") -> MemoryBook:
    """The one table of a data frame: its column names are row 1, its first row of data is row 2.

    An index that bears the heading of an organisation code becomes the first column. `NaN`, `NaT` and `None` are empty
    cells. The digest is of the cells, so it is the same for equal frames.
    """
    from hashlib import sha256

    codes = set(map(fold, CODE_HEADINGS))
    indexed = [level for level in frame.index.names if level is not None and fold(str(level)) in codes]
    frame = frame.reset_index() if indexed else frame
    header: list[object] = [_heading(column) or None for column in frame.columns]
    columns: list[list[object]] = []
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        empty = column.isna().tolist()
        cells = column.astype(object).tolist()
        columns.append([None if no else _plain(cell) for no, cell in zip(empty, cells, strict=True)])
    rows: list[Sequence[object]] = [header, *map(list, zip(*columns, strict=True))]
    digest = sha256("\n".join(map(repr, rows)).encode("utf-8", "backslashreplace")).hexdigest()
    return MemoryBook(name, digest, [Table(name, None, rows)])


def _heading(column: Hashable) -> str:
    """A column's name; of several levels the first are the group headings."""
    return " / ".join(str(level) for level in column if str(level)) if isinstance(column, tuple) else str(column)


def _plain(cell: object) -> object:
    """A cell as Python's own kind of value; an empty text is an empty cell."""
    item = getattr(cell, "item", None)
    if item is not None and not isinstance(cell, str):
        cell = item()
    to_pydatetime = getattr(cell, "to_pydatetime", None)
    if to_pydatetime is not None:
        cell = to_pydatetime()
    return None if cell == "" else cell

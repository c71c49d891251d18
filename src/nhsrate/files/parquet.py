"""Parquet files, and the cells of a data frame as the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.files.refusals import AGAIN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    import pandas as pd


def book_from_parquet(file: str, data: bytes, digest: str) -> MemoryBook:
    """The one table of a Parquet file, its digest that of the file; a named index becomes its first columns.

    Raises `Refused` where the package that reads it is not installed, and for a damaged file.
    """
    from importlib.util import find_spec
    from io import BytesIO

    if find_spec("pyarrow") is None:
        message = "The file is in the Parquet format, and the package that reads it is not installed."
        remedy = 'Install what reads it: pip install "nhsrate[parquet]"; or save the table as csv.'
        raise Refused([Problem(CellLocation(file), "needs-package", message, remedy)])
    import pandas as pd

    try:
        frame = pd.read_parquet(BytesIO(data), engine="pyarrow")
        rows = frame_rows(index_as_columns(frame, [level for level in frame.index.names if level is not None]))
    except Exception as error:  # noqa: BLE001 (the libraries raise almost anything for a damaged file)
        details = " ".join(str(error).split())[:80] or "no details"
        message = f"The Parquet file is damaged, so it cannot be read ({details})."
        raise Refused([Problem(CellLocation(file), "broken-file", message, AGAIN)]) from None
    return MemoryBook(file, digest, [Table(file, None, rows)])


def frame_rows(frame: pd.DataFrame) -> list[Sequence[object]]:
    """The cells of a data frame: its column names are row 1; `NaN`, `NaT` and `None` are empty cells."""
    header: list[object] = [_heading(column) or None for column in frame.columns]
    columns: list[list[object]] = []
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        empty = column.isna().tolist()
        cells = column.astype(object).tolist()
        plain = _short if str(column.dtype) in SHORT else _plain
        columns.append([None if no else plain(cell) for no, cell in zip(empty, cells, strict=True)])
    return [header, *map(list, zip(*columns, strict=True))]


def index_as_columns(frame: pd.DataFrame, levels: Iterable[Hashable]) -> pd.DataFrame:
    """The frame with its index as its first columns where these levels of it say what no column says already."""
    unsaid = [
        level for level in levels
        if level not in frame.columns or list(frame.index.get_level_values(str(level))) != list(frame[level])
    ]  # fmt: skip
    return frame.reset_index(allow_duplicates=True) if unsaid else frame


SHORT = frozenset({"float32", "Float32", "float[pyarrow]"})
"""Kinds of numbers with about seven digits."""


def _short(cell: object) -> float:
    """A number of seven digits as it is written: 94.6, and not the 94.5999985 that it is stored as."""
    from numpy import float32

    return float(str(float32(str(cell))))


def _heading(column: Hashable) -> str:
    """A column's name; of several levels the first are the group headings."""
    return " / ".join(str(level) for level in column if str(level)) if isinstance(column, tuple) else str(column)


def _plain(cell: object) -> object:
    """A cell as Python's own kind of value; an empty text is an empty cell."""
    if type(cell).__name__ in {"ndarray", "list", "dict", "tuple", "set"}:
        return str(cell)  # several values in a cell, which no reader of it takes for one
    if type(cell).__name__ == "float32":
        return _short(cell)
    item = getattr(cell, "item", None)
    if item is not None and not isinstance(cell, str):
        cell = item()
    to_pydatetime = getattr(cell, "to_pydatetime", None)
    if to_pydatetime is not None:
        cell = to_pydatetime()
    return None if cell == "" else cell

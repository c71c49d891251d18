"""Returns from pandas data frames, for people who work in notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.files.guard import AGAIN
from nhsrate.inputs import CODE_HEADINGS
from nhsrate.lean import numpy_wanted
from nhsrate.problems import CellPlace, Problem, Refused
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

    frame = _with_codes(frame)
    header: list[object] = [_heading(column) or None for column in frame.columns]
    columns: list[list[object]] = []
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        empty = column.isna().tolist()
        cells = column.astype(object).tolist()
        plain = _short if str(column.dtype) in SHORT else _plain
        columns.append([None if no else plain(cell) for no, cell in zip(empty, cells, strict=True)])
    rows: list[Sequence[object]] = [header, *map(list, zip(*columns, strict=True))]
    digest = sha256("\n".join(map(repr, rows)).encode("utf-8", "backslashreplace")).hexdigest()
    return MemoryBook(name, digest, [Table(name, None, rows)])


def book_from_parquet(file: str, data: bytes, digest: str) -> MemoryBook:
    """The one table of a Parquet file, its digest that of the file.

    Raises `Refused` where the package that reads it is not installed, and for a damaged file.
    """
    from importlib.util import find_spec
    from io import BytesIO

    if find_spec("pyarrow") is None:
        message = "The file is in the Parquet format, and the package that reads it is not installed."
        remedy = 'Install what reads it: pip install "nhsrate[parquet]"; or save the table as csv.'
        raise Refused([Problem(CellPlace(file), "needs-package", message, remedy)])
    numpy_wanted()
    import pandas as pd

    try:
        frame = pd.read_parquet(BytesIO(data), engine="pyarrow")
        [table] = book_from_frame(frame, file).tables
    except Exception as error:  # noqa: BLE001 (the libraries raise almost anything for a damaged file)
        details = " ".join(str(error).split())[:80] or "no details"
        message = f"The Parquet file is damaged, so it cannot be read ({details})."
        raise Refused([Problem(CellPlace(file), "broken-file", message, AGAIN)]) from None
    return MemoryBook(file, digest, [Table(file, None, table.rows)])


def _with_codes(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an index of codes as its first columns, but where a column says the same already."""
    codes = set(map(fold, CODE_HEADINGS))
    named = [level for level in frame.index.names if level is not None and fold(str(level)) in codes]
    said = [
        level for level in named
        if level in frame.columns and list(frame.index.get_level_values(str(level))) == list(frame[level])
    ]  # fmt: skip
    return frame if len(said) == len(named) else frame.reset_index(allow_duplicates=True)


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

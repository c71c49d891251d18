"""Returns from pandas data frames, for people who work in notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    rows = frame_rows(index_as_columns(frame, named))
    digest = sha256("\n".join(map(repr, rows)).encode("utf-8", "backslashreplace")).hexdigest()
    return MemoryBook(name, digest, [Table(name, None, rows)])

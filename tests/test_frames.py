"""Returns from data frames."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import numpy as np
import pandas as pd

from nhsrate.cells import Missing
from nhsrate.frames import book_from_frame
from nhsrate.inputs import Input, Reading
from nhsrate.returns_reading import read_tables


def rows(frame: pd.DataFrame) -> list[list[object]]:
    return [list(row) for row in book_from_frame(frame).read(None).rows]


def test_cells_are_plain_values_and_gaps_are_empty() -> None:
    frame = pd.DataFrame(
        {
            "Code": ["RJ1", "RJ2"],
            "rate": [0.1, np.nan],
            "count": pd.array([5, None], dtype="Int64"),
            "whole": np.array([1, 2]),
            "when": [pd.Timestamp(2026, 3, 31), pd.NaT],
            "flag": [True, False],
            "kind": pd.Categorical(["acute", None]),
            "text": ["", None],
        }
    )
    found = rows(frame)
    assert found == [
        ["Code", "rate", "count", "whole", "when", "flag", "kind", "text"],
        ["RJ1", 0.1, 5, 1, datetime(2026, 3, 31), True, "acute", None],  # noqa: DTZ001 (frames know no zones)
        ["RJ2", None, None, 2, None, False, None, None],
    ]
    kinds = [type(cell) for cell in found[1]]
    assert kinds == [str, float, int, int, datetime, bool, str, type(None)]


def test_an_index_of_codes_is_the_first_column() -> None:
    frame = pd.DataFrame({"rate": [1.5]}, index=pd.Index(["RJ1"], name="Trust_code"))
    assert rows(frame) == [["Trust_code", "rate"], ["RJ1", 1.5]]
    assert rows(pd.DataFrame({"rate": [1.5]}, index=pd.Index(["x"], name="other"))) == [["rate"], [1.5]]


def test_headings_of_several_levels_are_joined() -> None:
    frame = pd.DataFrame([["RJ1", 5]], columns=pd.MultiIndex.from_tuples([("Code", ""), ("Falls", "rate")]))
    assert rows(frame)[0] == ["Code", "Falls / rate"]


def test_numpy_scalars_among_objects_are_plain_values() -> None:
    frame = pd.DataFrame({"Code": ["RJ1"], "rate": pd.Series([np.float64(2.5)], dtype=object)})
    assert type(rows(frame)[1][1]) is float


def test_the_digest_is_of_the_cells() -> None:
    frame = pd.DataFrame({"Code": ["RJ1"], "rate": [0.1]})
    assert book_from_frame(frame).digest == book_from_frame(frame.copy()).digest
    assert book_from_frame(frame).digest != book_from_frame(frame.assign(rate=0.2)).digest
    assert len(book_from_frame(pd.DataFrame()).digest) == 64


def test_a_return_is_read_from_a_frame() -> None:
    frame = pd.DataFrame({"Code": ["RJ1", "RJ2"], "rate": [0.1, np.nan]})
    found = read_tables([book_from_frame(frame, "march")], [Input("rate", "number")], Reading())
    values = found.values["rate"]
    assert list(values.cells) == [Decimal("0.1"), Missing("blank")]
    assert str(values.at(0)) == "march:B2"

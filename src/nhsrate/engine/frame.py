"""Assessments as pandas data frames, for people who work in notebooks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.engine.explain import deciding_cell, deciding_rule

if TYPE_CHECKING:
    import pandas as pd

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment


def assessment_frame(assessment: Assessment, *, long: bool = False) -> pd.DataFrame:
    """The ratings as a data frame: a row per organisation, or with `long` one per organisation and item.

    Wide: the index is the code; the columns are the name and the published items. Long: code, item, value (of numbers),
    level (of levels and texts), missing (the reason), cell and rule (their places).
    Numbers are floats, levels their names; a missing number is NaN and a missing level `None`.
    """
    return long_frame(assessment) if long else wide_frame(assessment)


def wide_frame(assessment: Assessment) -> pd.DataFrame:
    """A row per organisation, in the order of the return."""
    import pandas as pd  # takes half a second

    codes = pd.Index([one.code for one in assessment.organisations], name="code", dtype=object)
    columns = {"name": pd.Series([one.name for one in assessment.organisations], index=codes, dtype=object)}
    for item in assessment.methodology.published:
        cells = assessment.columns[item.id]
        numbers = item.scale is None and all(isinstance(cell, Decimal | Missing) for cell in cells)
        if numbers:
            columns[item.id] = pd.Series(list(map(as_float, cells)), index=codes, dtype=float)
        else:
            columns[item.id] = pd.Series(list(map(as_name, cells)), index=codes, dtype=object)
    return pd.DataFrame(columns)


def long_frame(assessment: Assessment) -> pd.DataFrame:
    """A row per organisation and input, measure or rating."""
    import pandas as pd  # takes half a second

    methodology = assessment.methodology
    ids = [id_ for id_ in (*methodology.inputs, *methodology.items) if id_ in assessment.columns]
    places = [(n, id_) for n in range(len(assessment.organisations)) for id_ in ids]
    cells = [assessment.columns[id_][n] for n, id_ in places]
    texts = {
        "code": [assessment.organisations[n].code for n, _ in places],
        "item": [id_ for _, id_ in places],
        "level": list(map(as_name, cells)),
        "missing": [cell.reason if isinstance(cell, Missing) else None for cell in cells],
        "cell": [str(at) if (at := deciding_cell(assessment, id_, n)) else None for n, id_ in places],
        "rule": [str(at) if (at := deciding_rule(assessment, id_, n)) else None for n, id_ in places],
    }
    columns = {name: pd.Series(column, dtype=object) for name, column in texts.items()}
    columns["value"] = pd.Series(list(map(as_float, cells)), dtype=float)
    return pd.DataFrame(columns)[["code", "item", "value", "level", "missing", "cell", "rule"]]


def as_float(cell: Cell) -> float:
    """A number as a float; anything else is NaN."""
    return float(cell) if isinstance(cell, Decimal) else float("nan")


def as_name(cell: Cell) -> str | None:
    """The name of a level, or a text; `None` for what is missing or a number."""
    return None if isinstance(cell, Missing | Decimal) else str(cell)

"""The results of an assessment as data frames: what is published of everyone, or every result with its places."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.numbers import Day
from nhsrate.core.texts import tidy
from nhsrate.engine.explain import deciding_cell, deciding_rule
from nhsrate.notebook.columns import Column, column_of, framed, numbers, said_of, texts

if TYPE_CHECKING:
    import pandas as pd

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment


def to_frame(assessment: Assessment, *, long: bool = False, exact: bool = False) -> pd.DataFrame:
    """The results as a data frame: a row for each organisation, or with `long` one for each organisation and item.

    Its index is the code, its columns the name and what is published, in the order of the return and typed as in
    `league_table`: a level is of an ordered categorical, worst first, places and counts are whole numbers, other
    numbers floats, or with `exact` the decimals that the engine has; what is missing is `pd.NA`.
    With `long` the columns are code, item, value (of numbers), level (the name of a level, a text or a day), missing
    (the reason), and cell and rule (their places).

    >>> import nhsrate
    >>> frame = nhsrate.rate("examples/sha-2004.csv").assessment.to_frame()
    >>> frame.loc["XJ5", "stars"] == frame["stars"].max()
    True
    """
    return long_frame(assessment, exact=exact) if long else wide_frame(assessment, exact=exact)


def wide_frame(assessment: Assessment, *, exact: bool) -> pd.DataFrame:
    """A row for each organisation, in the order of the return."""
    import pandas as pd  # takes half a second

    everyone = range(len(assessment.organisations))
    columns = [
        Column("name", texts(one.name for one in assessment.organisations), assessment.methodology.rates.title),
        *(column_of(assessment, item.id, everyone, exact=exact) for item in assessment.methodology.published),
    ]
    frame = framed(columns, title=tidy(assessment.methodology.title), **said_of(assessment))
    frame.index = pd.Index([one.code for one in assessment.organisations], name="code", dtype=object)
    return frame


def long_frame(assessment: Assessment, *, exact: bool) -> pd.DataFrame:
    """A row for each organisation and input, measure or rating."""
    methodology = assessment.methodology
    ids = [id_ for id_ in (*methodology.inputs, *methodology.items) if id_ in assessment.columns]
    places = [(n, id_) for n in range(len(assessment.organisations)) for id_ in ids]
    cells = [assessment.columns[id_][n] for n, id_ in places]
    found = [(deciding_cell(assessment, id_, n), deciding_rule(assessment, id_, n)) for n, id_ in places]
    columns = [
        Column("code", texts(assessment.organisations[n].code for n, _ in places), "Code"),
        Column("item", texts(id_ for _, id_ in places), "Item"),
        Column("value", numbers(map(number_of, cells), exact=exact), "Value"),
        Column("level", texts(map(name_of, cells)), "Level"),
        Column("missing", texts(cell.reason if isinstance(cell, Missing) else None for cell in cells), "Missing"),
        Column("cell", texts(str(at) if at else None for at, _ in found), "Cell"),
        Column("rule", texts(str(at) if at else None for _, at in found), "Rule"),
    ]
    return framed(columns, title=tidy(methodology.title), **said_of(assessment))


def number_of(cell: Cell) -> Decimal | None:
    """A number; nothing else, and no day."""
    return cell if isinstance(cell, Decimal) and not isinstance(cell, Day) else None


def name_of(cell: Cell) -> str | None:
    """The name of a level, a text or a day; nothing for what is missing or a number."""
    return str(cell) if isinstance(cell, Level | str | Day) else None

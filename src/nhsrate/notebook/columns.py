"""Columns of data frames: levels in their order, whole numbers, exact ones where they are asked for, and their titles.

What is missing is `pd.NA` and never 0; in a column of levels and in one of days pandas itself has NaN and NaT for it.
What a column means stands in `attrs` of the frame, which pandas hands on when rows are chosen:

- `title` and `text`: what the frame is, and, of an answer, all that the command says;
- `titles`, `units`, `decimals`: by column, what it is called, the unit, and the decimal places that are shown;
- `labels`, `symbols`, `colours`: by column, the symbol and word, the symbol alone, and the colour, of each level;
- `coloured_by`: by column, the column of levels that colours it;
- `notes`: what is vouched for, what the run set or supposes, and the caveats, a sentence each;
- `problems`: the warnings and notes of the run, a line each.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import YES_NO, Level
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import Day
from nhsrate.core.texts import tidy
from nhsrate.reports.league import symbol_first, symbol_of
from nhsrate.reports.summary import done_lines, printed_lines, problem_lines, vouched_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from fractions import Fraction

    import pandas as pd

    from nhsrate.core.cells import Cell, Scale
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

WHOLE = frozenset({"place", "count"})
"""The kinds whose results are whole numbers."""


@frozen
class Column:
    """A column before it is one of pandas: its values, and what `attrs` says of it."""

    name: str
    values: pd.Series[Any]
    title: str = ""
    unit: str = ""
    decimals: int | None = None
    scale: Scale | None = None
    coloured_by: str = ""


def texts(values: Iterable[str | None]) -> pd.Series[Any]:
    """A column of texts; an empty one is missing."""
    import pandas as pd

    return pd.Series([value or None for value in values], dtype="string")


def wholes(values: Iterable[int | Decimal | None]) -> pd.Series[Any]:
    """A column of whole numbers."""
    import pandas as pd

    return pd.Series([None if value is None else int(value) for value in values], dtype="Int64")


def numbers(values: Iterable[Decimal | Fraction | float | None], *, exact: bool = False) -> pd.Series[Any]:
    """A column of numbers: floats, or with `exact` the very decimals and fractions."""
    import pandas as pd

    if exact:
        return pd.Series([pd.NA if value is None else value for value in values], dtype=object)
    return pd.Series([None if value is None else float(value) for value in values], dtype="Float64")


def truths(values: Iterable[bool | None]) -> pd.Series[Any]:
    """A column of yes or no."""
    import pandas as pd

    return pd.Series(list(values), dtype="boolean")


def days(values: Iterable[Decimal | None]) -> pd.Series[Any]:
    """A column of days."""
    import pandas as pd

    dates = [None if value is None else date.fromordinal(int(value)) for value in values]
    return pd.Series(dates, dtype="datetime64[s]")


def levels(values: Iterable[Cell | str | None], scale: Scale) -> pd.Series[Any]:
    """A column of levels, as an ordered categorical of every level of the scale, worst first.

    So what is better is greater, and `max` is the best. The levels of yes and no are in no order.
    """
    import pandas as pd

    names = [level.name for level in reversed(scale.levels)]
    given = [value.name if isinstance(value, Level) else value if isinstance(value, str) else None for value in values]
    return pd.Series(pd.Categorical(given, categories=names, ordered=scale is not YES_NO))


def mixed(values: Iterable[Cell | None], *, exact: bool = False) -> pd.Series[Any]:
    """A column in which numbers, levels by their names and texts stand together."""
    return things(plain(value, exact=exact) for value in values)


def things(values: Iterable[object]) -> pd.Series[Any]:
    """A column of whatever there is, as it is."""
    import pandas as pd

    return pd.Series(list(values), dtype=object)


def plain(value: Cell | None, *, exact: bool = False) -> object:
    """A cell as a value of Python: a float or decimal, the name of a level, a text, a date, or `pd.NA`."""
    import pandas as pd

    match value:
        case Day():
            return date.fromordinal(int(value))
        case Decimal():
            return value if exact else float(value)
        case Level():
            return value.name
        case str():
            return value
    return pd.NA


def column_of(assessment: Assessment, id_: str, order: Sequence[int], *, exact: bool = False) -> Column:
    """The results of one input or item, in an order of organisations."""
    methodology = assessment.methodology
    kind = methodology.type_of(id_)
    column = assessment.columns[id_]
    cells = [column[n] for n in order]
    found = [cell if isinstance(cell, Decimal) else None for cell in cells]
    item = methodology.items.get(id_)
    if kind.scale is not None:
        values = levels(cells, kind.scale)
    elif kind.kind == "text":
        values = texts(cell if isinstance(cell, str) else None for cell in cells)
    elif any(isinstance(cell, Day) for cell in found):
        values = days(found)
    elif item is not None and item.rule.kind in WHOLE and all(cell is None or cell == int(cell) for cell in found):
        values = wholes(found)
    else:
        values = numbers(found, exact=exact)
    shown = item.shown if item is not None else None
    return Column(
        id_, values, tidy(methodology.name_of(id_)), methodology.unit_of(id_), None if shown is None else int(shown),
        kind.scale, (item.coloured_by if item is not None else None) or "",
    )  # fmt: skip


def framed(columns: Iterable[Column], **said: object) -> pd.DataFrame:
    """The data frame of these columns, with what `attrs` says of them and what else is said; of two alike the first."""
    import pandas as pd

    made: dict[str, Column] = {}
    for column in columns:
        made.setdefault(column.name, column)
    frame = pd.DataFrame({name: column.values for name, column in made.items()})
    scales = {name: column.scale.levels for name, column in made.items() if column.scale is not None}
    told: dict[Hashable, Any] = {
        "titles": {name: column.title or name for name, column in made.items()},
        "units": {name: column.unit for name, column in made.items() if column.unit},
        "decimals": {name: column.decimals for name, column in made.items() if column.decimals is not None},
        "labels": {name: {one.name: symbol_first(one) for one in scale} for name, scale in scales.items()},
        "symbols": {name: {one.name: symbol_of(one) or one.name for one in scale} for name, scale in scales.items()},
        "colours": {name: {one.name: one.colour for one in scale if one.colour} for name, scale in scales.items()},
        "coloured_by": {name: column.coloured_by for name, column in made.items() if column.coloured_by in made},
    }
    frame.attrs = told | said
    return frame


def said_of(assessment: Assessment) -> dict[str, list[str]]:
    """What every frame of an assessment says beside its columns."""
    return {"notes": notes_of(assessment), "problems": problem_lines(assessment)}


def notes_of(assessment: Assessment) -> list[str]:
    """What is vouched for, what the run set or supposes, who is printed, and the caveats."""
    methodology = assessment.methodology
    return [
        vouched_text(methodology), *printed_lines(assessment), *done_lines(assessment), *caveats(methodology),
    ]  # fmt: skip


def caveats(methodology: Methodology) -> list[str]:
    """The caveats of an edition."""
    return [tidy(caveat) for caveat in methodology.caveats]

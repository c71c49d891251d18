"""The league table as a data frame, in the order in which it is published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.texts import tidy
from nhsrate.engine.explain import mark_text
from nhsrate.notebook.columns import Column, column_of, framed, said_of, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nhsrate.engine.assessment import Assessment

FIXED = ("place", "code", "name", "note")
"""The columns of every league table; an item of such an id stands under its id and `_item`."""


def league_table(
    assessment: Assessment, items: str | Sequence[str] | None = None, *, exact: bool = False
) -> pd.DataFrame:
    """The league table as a data frame: a row for each organisation, in the order of the table.

    Its columns are `place` (where the method gives places), `code`, `name`, the headline ratings, the scores of domains
    each with the level that colours it, and `note`: why there is no rating, and what limits and decisions changed.
    `items` are the ids of inputs, measures or ratings to have in the place of the ratings and domains.

    A level is of an ordered categorical of all levels of its scale, worst first, so that what is better is greater.
    Places are whole numbers (`Int64`), other numbers floats (`Float64`), or with `exact` the decimals that the engine
    has. What is missing is `pd.NA`, and never 0. `attrs` has titles, units and colours by column, and what to bear in
    mind. Raises `Refused` where there is no such item.

    >>> import nhsrate
    >>> table = nhsrate.rate("examples/sha-2004.csv").assessment.league_table()
    >>> table.loc[table["stars"] >= "3", ["code", "stars"]]
      code stars
    0  XJ5     3
    1  XNM     3
    >>> table.attrs["titles"]["stars"]
    'Stars'
    """
    methodology = assessment.methodology
    order = assessment.league()
    organisations = [assessment.organisations[n] for n in order]
    place = methodology.place
    ids = chosen(assessment, items)
    columns = [
        *([replace(column_of(assessment, place.id, order, exact=exact), name="place", title="Place")] if place else []),
        Column("code", texts(one.code for one in organisations), "Code"),
        Column("name", texts(one.name for one in organisations), methodology.rates.title),
        *(own(column_of(assessment, id_, order, exact=exact)) for id_ in ids if not place or id_ != place.id),
        Column("note", texts(note(assessment, n) for n in order), "Note"),
    ]
    return framed(columns, title=tidy(methodology.title), **said_of(assessment))


def chosen(assessment: Assessment, items: str | Sequence[str] | None) -> list[str]:
    """The ids of the columns: those that are asked for, or the headline ratings and the domains with their levels."""
    methodology = assessment.methodology
    if items is not None:
        asked = [items] if isinstance(items, str) else items
        return [id_ if id_ in methodology.inputs else assessment.item(id_).id for id_ in asked]
    headlines = methodology.headlines
    domains = [item for item in methodology.items.values() if item.domain and item not in headlines]
    pairs = [(item.id, item.coloured_by) for item in (*headlines, *domains)]
    return list(dict.fromkeys(id_ for pair in pairs for id_ in pair if id_))


def own(column: Column) -> Column:
    """A column of an item, under a name that is none of the fixed ones."""
    return replace(column, name=f"{column.name}_item") if column.name in FIXED else column


def note(assessment: Assessment, n: int) -> str:
    """Why an organisation has no rating, and what limits and decisions changed of one."""
    headlines = assessment.methodology.headlines
    said = []
    for item in headlines:
        cell = assessment.columns[item.id][n]
        name = f"{item.name}: " if len(headlines) > 1 else ""
        said += [f"{name}{mark_text(mark)}" for mark in assessment.marks_of(item.id, n)]
        said += [f"{name}no rating: {cell.reason}"] if isinstance(cell, Missing) else []
    return "; ".join(map(tidy, said))

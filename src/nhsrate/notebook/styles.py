"""A data frame in the colours of its levels, as a Styler of pandas, of which every text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.pages.indicators import NOTHING
from nhsrate.reports.colours import paint_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from pandas.io.formats.style import Styler


def style(frame: pd.DataFrame, palette: Literal["default", "blue"] = "default") -> Styler:
    """A frame of this package as a Styler: levels in the colours of their scale, with symbol and word; titles as heads.

    Rows may have been left out or put in another order since; a column that is not known of, or has lost what `attrs`
    says of it, is left as it is. In the palette `blue`, what is green is blue. Every text is escaped, so that a name
    that holds markup is shown as it stands.

    >>> import nhsrate
    >>> table = nhsrate.rate("examples/sha-2004.csv").assessment.league_table()
    >>> print(nhsrate.style(table[table["code"] == "XJ5"]).to_html().count("background-color: #00a499"))
    1
    """
    known = Known(frame.attrs, frame)
    frame = frame if frame.index.is_unique else frame.reset_index(drop=True)
    styler = frame.style.format(na_rep="", escape="html").set_table_styles(TABLE)
    styler = styler.format_index(lambda name: escape(known.titles.get(str(name), str(name))), axis="columns")
    if frame.index.nlevels == 1 and frame.index.name is None:
        styler = styler.hide(axis="index")
    else:
        styler = styler.format_index(escape="html", axis="index")
    for name in known.columns:
        styler = written(styler, frame, known, name)
        if paints := known.colours.get(known.by.get(name, name)):
            levels = frame[known.by.get(name, name)]
            styler = styler.apply(painted, subset=[name], levels=levels, colours=paints, palette=palette)
    styler = styler.hide([*known.by.values(), *nothing_in(frame, "note")], axis="columns")
    return styler.set_caption(escape(known.title)) if known.title else styler


TABLE: list[Any] = [
    {"selector": "caption", "props": "text-align: left; font-weight: 600; padding: 0 0 0.5em"},
    {"selector": "th, td", "props": "text-align: left; white-space: normal"},
    {"selector": "thead th", "props": "vertical-align: bottom"},
]
"""What holds of every cell, whatever the notebook does with tables."""

ONE_LINE: list[Any] = [{"selector": "td", "props": "white-space: nowrap"}]
"""What holds of levels and numbers."""


class Known:
    """What `attrs` of a frame says of the columns that are still there."""

    def __init__(self, told: Mapping[Any, Any], frame: pd.DataFrame) -> None:
        """What these say, as far as it is of this frame."""
        self.columns = [str(name) for name in frame.columns if str(name) == name]
        self.title = str(told.get("title", ""))
        self.titles: Mapping[str, str] = told.get("titles", {})
        self.labels: Mapping[str, Mapping[str, str]] = told.get("labels", {})
        self.symbols: Mapping[str, Mapping[str, str]] = told.get("symbols", {})
        self.colours: Mapping[str, Mapping[str, str]] = told.get("colours", {})
        self.decimals: Mapping[str, int] = told.get("decimals", {})
        by: Mapping[str, str] = told.get("coloured_by", {})
        self.by = {name: other for name, other in by.items() if {name, other} <= {*self.columns}}


def written(styler: Styler, frame: pd.DataFrame, known: Known, name: str) -> Styler:
    """The values of a column as they are read: a level with symbol and word, a number led by its level's symbol."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if name in known.labels:
        labels = known.labels[name]
        styler = styler.format(lambda value: escape(labels.get(str(value), str(value))), subset=[name], na_rep=NOTHING)
        return styler.set_table_styles({name: ONE_LINE}, overwrite=False)
    if not is_numeric_dtype(frame[name].dtype) or is_bool_dtype(frame[name].dtype):
        return styler
    number = f"{{:.{known.decimals[name]}f}}" if name in known.decimals else "{:,g}"
    styler = styler.format(number, subset=[name], na_rep=NOTHING).set_table_styles({name: ONE_LINE}, overwrite=False)
    if (other := known.by.get(name)) is not None:
        for level, symbol in known.symbols.get(other, {}).items():
            rows = frame.index[(frame[other] == level) & frame[name].notna()]
            led = f"{escape(symbol).replace('{', '{{').replace('}', '}}')} {number}"
            styler = styler.format(led, subset=(rows, [name]))
    return styler


def nothing_in(frame: pd.DataFrame, name: str) -> list[str]:
    """The column, where nothing stands in it."""
    return [name] if name in frame and bool(frame[name].isna().all()) else []


def painted(column: pd.Series[Any], levels: pd.Series[Any], colours: Mapping[str, str], palette: str) -> list[str]:
    """The style of each cell of a column, by its level."""
    found = [paint_of(colours.get(level, ""), palette) if isinstance(level, str) else None for level in levels]
    assert len(found) == len(column)  # noqa: S101 (both are of one frame)
    return ["" if paint is None else f"color: {paint[0]}; background-color: {paint[1]}" for paint in found]

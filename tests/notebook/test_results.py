"""The results of an assessment as data frames."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
from tests.support.outputs import RULES, assessed

from nhsrate.notebook import bound  # noqa: F401 (gives the records what they can do in Python)

if TYPE_CHECKING:
    from pathlib import Path


def test_wide_has_a_row_for_each_organisation(tmp_path: Path) -> None:
    """Levels are in order, worst first, numbers floats, and what is missing is missing, as in the league table."""
    rules = RULES.replace("title: Access band", "title: Access band\n    published: true").replace(
        "missing: leave out", "missing: missing"
    )
    frame = assessed(tmp_path, text=rules, decided=False).to_frame()
    assert frame.index.tolist() == ["RA1", "RA2", "RA3", "RA4", "RA5"]
    assert frame.index.name == "code"
    assert frame.columns.tolist() == ["name", "access_score", "average", "said", "access_band", "stars"]
    assert frame["average"].dtype == "Float64"
    assert frame.loc["RA1", "average"] == 3
    assert frame["average"].isna().tolist()[2]
    assert frame["stars"].dropna().tolist() == ["3", "2", "2"]
    assert frame["stars"].cat.ordered
    assert frame["stars"].max() == "3"
    assert frame["said"].fillna("-").tolist() == ["in time", "=late", "in time", "-", "in time"]
    assert frame.attrs["titles"]["stars"] == "Stars"


def test_long_has_a_row_for_each_organisation_and_item(tmp_path: Path) -> None:
    assessment = assessed(tmp_path)
    frame = assessment.to_frame(long=True)
    assert frame.columns.tolist() == ["code", "item", "value", "level", "missing", "cell", "rule"]
    assert len(frame) == 5 * len(assessment.columns)
    rows = {(row["code"], row["item"]): row for row in frame.to_dict("records")}
    one, stars, gap = rows["RA1", "waits"], rows["RA1", "stars"], rows["RA3", "waits"]
    assert one["value"] == 2
    assert one["cell"].endswith("returns.csv:D2")
    assert one["rule"].endswith("small.yaml:27:10")
    assert stars["level"] == "3"
    assert [pd.isna(stars[name]) for name in ("missing", "cell", "value")] == [True] * 3
    assert pd.isna(gap["level"])
    assert gap["missing"] == "no list"


def test_it_fits_the_league_table(tmp_path: Path) -> None:
    """A column that both have is of one type, also where exact decimals are asked for."""
    assessment = assessed(tmp_path)
    for exact in (False, True):
        frame, table = assessment.to_frame(exact=exact), assessment.league_table(exact=exact)
        shared = set(frame.columns) & set(table.columns)
        assert {"name", "stars"} <= shared
        assert {name: frame[name].dtype for name in shared} == {name: table[name].dtype for name in shared}
    assert isinstance(assessment.to_frame(exact=True).loc["RA1", "average"], Decimal)
    values = assessment.to_frame(long=True, exact=True)["value"].dropna()
    assert {type(value) for value in values} == {Decimal}

"""Assessments as data frames."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.support.outputs import RULES, assessed

if TYPE_CHECKING:
    from pathlib import Path


def test_wide_has_a_row_for_each_organisation(tmp_path: Path) -> None:
    """Numbers are floats, levels their names, missing ones NaN or None."""
    rules = RULES.replace("title: Access band", "title: Access band\n    published: true").replace(
        "missing: leave out", "missing: missing"
    )
    frame = assessed(tmp_path, text=rules, decided=False).to_frame()
    assert frame.index.tolist() == ["RA1", "RA2", "RA3", "RA4", "RA5"]
    assert frame.index.name == "code"
    assert frame.columns.tolist() == ["name", "access_score", "average", "said", "access_band", "stars"]
    assert frame["average"].dtype == float
    assert frame.loc["RA1", "average"] == 3
    assert math.isnan(frame["average"].tolist()[2])
    assert frame["stars"].tolist() == ["3", "2", None, None, "2"]
    assert frame["said"].tolist() == ["in time", "=late", "in time", None, "in time"]


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
    assert (stars["level"], stars["missing"], stars["cell"]) == ("3", None, None)
    assert math.isnan(stars["value"])
    assert (gap["level"], gap["missing"]) == (None, "no list")

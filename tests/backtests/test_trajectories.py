"""Published series: four quarters of the NHS Oversight Framework, and 15 years of waiting times month by month."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tests.conftest import ROOT

from nhsrate.core.cells import Missing
from nhsrate.runs.request import requested
from nhsrate.trajectories.asked import Asked, trajectories

if TYPE_CHECKING:
    from pathlib import Path

QUARTERS = (1, 2, 3, 4)
READING = ROOT / "indicators" / "rtt-time-series" / "reading-2022-11.yaml"


def test_the_level_of_each_quarter_is_the_one_that_was_published(backtest_data: Path) -> None:
    """Each of the four returns, rated by its own edition, gives the published segment of every trust."""
    folder = backtest_data / "nof-2025-26"
    returns = [(folder / f"return-q{quarter}.xlsx",) for quarter in reversed(QUARTERS)]
    rules = tuple(f"nof-2025-26-q{quarter}-mental-health-community" for quarter in reversed(QUARTERS))
    found = trajectories(returns, Asked(rules), requested(()))
    assert [stage.text for stage in found.series.stages.values()] == [f"Q{quarter} 2025/26" for quarter in QUARTERS]
    assert found.series.gaps == []
    assert len(found.organisations) == 61
    for place, quarter in enumerate(QUARTERS):
        with (folder / f"published-q{quarter}.csv").open(encoding="utf-8-sig", newline="") as stream:
            published = {row["Trust_code"]: row["OF5000"] for row in csv.DictReader(stream)}
        given = {code: float(level) for code, level in published.items() if level}
        levels = {code: levels.get(place) for code, levels in found.levels.items()}
        told = {code: float(str(level)) for code, level in levels.items() if level and not isinstance(level, Missing)}
        assert told == given
    oxford = {one.item: one for one in found.each["RNU"]}
    assert all(point.limits is None for one in oxford.values() for point in one.points)
    assert str(oxford["OF0079"].target) == "at least 0"


def test_fifteen_years_of_months_lie_within_one_return(backtest_data: Path) -> None:
    """Months are rows; the standard of 92 % was met for the last time in February 2016, as is well known."""
    request = requested((), reading=READING)
    found = trajectories([(backtest_data / "messy" / "rtt-time-series.xlsx",)], Asked(("rtt-time-series",)), request)
    assert [found.series.calendar.name(place) for place in (0, max(found.series.stages))] == [
        "August 2007",
        "November 2022",
    ]
    share = next(one for one in found.each["all"] if one.item == "within_18_weeks")
    assert len(share.values) == 184
    met = [point.place for point in share.points if point.target and point.value and point.target.met(point.value)]
    names = [found.series.calendar.name(place) for place in (met[0], met[-1])]
    assert (names, len(met)) == (["January 2012", "February 2016"], 48)
    last = share.points[-1]
    assert last.assurance == "fails"
    assert "outside limits" in last.flags
    assert {point.target.side for point in share.points if point.target} == {"at_least"}

"""The monthly cancer waits of England, pooled from those of its providers, as NHS England publishes them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT

from nhsrate.groups.belonging import as_decimal
from nhsrate.runs.rate import rate

if TYPE_CHECKING:
    from pathlib import Path

EDITION = ROOT / "indicators" / "cancer-waits-2024"

PUBLISHED = {
    "28-day": ("told", 246449, 192325, "0.780384582611413"),
    "31-day-first-treatments": ("treated_31", 29078, 26857, "0.923619231033771"),
    "62-day-screening": ("treated_62", 2144, 1448, "0.675373134328358"),
}
"""The row of all English providers below each table: the number of people, those in time, and their share."""


@pytest.mark.parametrize("table", PUBLISHED)
def test_england_is_what_is_published_of_it(backtest_data: Path, table: str) -> None:
    """Pooled from the numbers, also those that end in .5, and not averaged over providers."""
    file = backtest_data / "messy" / "cancer-waits-provider-2024-12.xlsx"
    found = rate(file, "cancer-waits-2024", reading=EDITION / f"reading-{table}.yaml", as_="country").assessment
    item, people, within, share = PUBLISHED[table]
    assert found.columns["people_waiting"] == [Decimal(people)]
    [pooled] = found.columns[item]
    assert isinstance(pooled, Decimal)
    assert round(pooled / 100, 15) == Decimal(share)
    assert pooled == as_decimal(100 * Fraction(within, people))

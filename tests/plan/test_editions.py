"""The plan is the engine on every edition that is shipped: real data where there is some, else a sample return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT

from nhsrate.beginnings.sample import sample_return
from nhsrate.engine.assess import assess
from nhsrate.plan.plan import Plan
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REAL: dict[str, Sequence[str]] = {
    "adult-inpatient-survey-2022": ["messy/adult-inpatient-survey-2022.ods"],
    "ae-four-hour": ["messy/ae-by-provider-2025-06.xlsx"],
    "asem-connectivity": ["asem/iData.csv"],
    "cms-hospital-stars-2023": ["cms-stars/input-2023.csv"],
    "cms-hospital-stars-2025": ["cms-stars/input-2025.csv"],
    "nof-2025-26-q1-mental-health-community": ["nof-2025-26/return-q1.xlsx"],
    "nof-2025-26-q2-mental-health-community": ["nof-2025-26/return-q2.xlsx"],
    "nof-2025-26-q3-mental-health-community": ["nof-2025-26/return-q3.xlsx"],
    "nof-2025-26-q4-mental-health-community": ["nof-2025-26/return-q4.xlsx"],
}
"""The published data of each edition of which some is held as a return."""


@pytest.mark.parametrize("edition", REAL)
def test_it_is_the_engine_on_published_data(edition: str, backtest_data: Path) -> None:
    """Every level is the same and every number within 1e-9, over all organisations that were published."""
    methodology = load_methodology(edition)
    submitted = read_return([backtest_data / file for file in REAL[edition]], methodology)
    assert Plan(assess(submitted, methodology)).differences() == []


@pytest.mark.parametrize("edition", sorted(edition_files()))
def test_it_is_the_engine_on_a_sample_return(edition: str, tmp_path: Path) -> None:
    """So it is on six invented organisations, for every edition that can rate such a return."""
    methodology = load_methodology(edition)
    text = sample_return(methodology, edition)
    assert (text is None) == (edition in {"cms-part-cd-2026", "nof-2026-27", "rtt-time-series"})
    if text is not None:
        path = tmp_path / "return.csv"
        path.write_text(text, encoding="utf-8")
        assert Plan(assess(read_return(path, methodology), methodology)).differences() == []


EXAMPLES = {
    "acute-stars-2003-04.xlsx": "nhs-star-ratings-2003-04-acute",
    "financial-risk-2011-12.csv": "monitor-financial-risk-2011-12",
    "oversight-q4.csv": "nof-2025-26-q4-mental-health-community",
    "sha-2004.csv": "sha-mental-health-stars-2004",
    "traffic-lights-2000.csv": "nhs-plan-traffic-lights-2000",
}
"""The example returns that can be rated, each with its edition."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_is_the_engine_on_the_examples(example: str) -> None:
    """And on the example returns."""
    methodology = load_methodology(EXAMPLES[example])
    assert Plan(assess(read_return(ROOT / "examples" / example, methodology), methodology)).differences() == []

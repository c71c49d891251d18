"""The editions of composite indices and significance bands: what their cases cannot say by themselves."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate.engine.assess import assess
from nhsrate.engine.weights import effective_weights
from nhsrate.returns.model import Organisation, Return, Values
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell

AREAS = ("health_improvement", "fair_access", "effective_delivery", "efficiency", "experience", "outcomes")


def authorities(number: int) -> Return:
    organisations = tuple(Organisation(f"H{n:03}", f"Authority {n}") for n in range(number))
    return Return("return.csv", "", organisations, {area: Values(scores(number)) for area in AREAS})


def scores(number: int) -> list[Cell]:
    """Different for each authority, in no order."""
    return [Decimal(n * 37 % 101) for n in range(number)]


@pytest.mark.parametrize("number", [96, 97, 98, 99])
def test_a_quarter_of_the_health_authorities_is_24_red_ones(number: int) -> None:
    """As published; with 99 of them a quarter is 24.75, and how it is cut decides."""
    rated = assess(authorities(number), load_methodology("kings-fund-health-authorities-2001"))
    lights = Counter(str(light) for light in rated.columns["light"])
    assert lights["red"] == 24
    assert lights["green"] == (25 if number == 99 else 24)
    assert sorted(rated.columns["rank"], key=str) == sorted((Decimal(n + 1) for n in range(number)), key=str)


def test_the_five_parts_of_the_scorecard_decide_alike_how_its_score_comes_about() -> None:
    methodology = load_methodology("confederation-model")
    assert set(methodology.items["score"].rule.shares().values()) == {Decimal("0.2")}
    assert methodology.status == "illustrative"


def test_the_lowest_level_of_the_scorecard_is_not_called_failing_and_brings_help() -> None:
    lowest = load_methodology("confederation-model").scales["standing"].levels[-1]
    assert (lowest.name, lowest.colour, len(lowest.consequences)) == ("challenged", "blue", 3)


def test_the_eight_indicators_of_technology_weigh_what_their_table_says() -> None:
    methodology = load_methodology("oecd-technology-achievement-2001")
    weights = effective_weights(methodology)["index"]
    assert {weights[indicator] for indicator in methodology.inputs} == {Decimal("0.125")}
    shares = methodology.items["budget_index"].rule.shares()
    assert sum(shares.values()) == 1
    assert shares["schooling_score"] == Decimal("0.15")

"""The example of two pathways and a health economy: its committed ratings, and every figure worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.running import run
from tests.support.together import values

import nhsrate

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

FOLDER = ROOT / "examples" / "pathways"


def rated(**groups: object) -> Assessment:
    return nhsrate.rate(FOLDER / "stroke-q1.csv", FOLDER / "stroke.yaml", **groups).assessment  # type: ignore[arg-type]  # options by name


def test_pathways_are_rated_from_the_figures_of_their_organisations() -> None:
    """Calls west are 0.4 x 500 and 300: (200 x 41 + 300 x 29) / 500 = 33.8. Home east: (110 / 2 + 20) / (200 / 2 + 80)."""
    pathways = rated(as_="pathways")
    assert values(pathways, "call_to_door") == {"east": "41", "west": "33.8"}
    assert values(pathways, "unit_share") == {"east": "90", "west": "50"}
    assert values(pathways, "support_share")["west"] == "55"
    assert pathways.columns["support_share"][0] == Decimal("41." + "6" * 37 + "7")
    assert values(pathways, "incidents") == {"east": "0.6", "west": "2.4"}
    assert values(pathways, "quality") == {"east": "good", "west": "requires improvement"}
    assert values(pathways, "way") == {"east": "amber", "west": "red"}


def test_an_economy_is_pooled_where_its_members_look_one_by_one_like_anything() -> None:
    """240 of 400 are 60 %, amber; the mean of the hospitals' 90 % and 50 % would be 70 %."""
    economy = rated(as_="economies", groups=FOLDER / "economies.csv")
    assert values(economy, "unit_share") == {"MERROW": "60"}
    assert values(economy, "call_to_door") == {"MERROW": "36.5"}
    assert values(economy, "way") == {"MERROW": "amber"}
    assert values(rated(), "way") == {
        "XAM": "amber", "XAN": "green", "XEH": "green", "XWG": "red", "XTR": "red", "XMC": "green",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "groups"), [("pathways", []), ("economies", ["--groups", FOLDER / "economies.csv"])])
def test_the_committed_ratings_are_these(name: str, groups: list[str | Path]) -> None:
    asked = (FOLDER / "stroke-q1.csv", "-m", FOLDER / "stroke.yaml", "--as", name, *groups)
    done = run("score", *asked, "--check", FOLDER / f"{name}-ratings.csv")
    assert done.code == 0, done.out


def test_what_its_members_lack_is_named() -> None:
    [said] = [one.message for one in rated(as_="pathways").submitted.problems if one.severity == "warning"]
    assert said.startswith("Serious incidents (incidents) comes from the members that have a figure: ")
    assert said.endswith(": Merrow East without XMC (blank); Merrow West without XMC (blank).")

"""Numbers with fewer places, where a table of all their digits would not fit on the screen."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.numbers import ZERO, rounded
from nhsrate.engine.assess import assess
from nhsrate.reports.league import Choice
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return
from nhsrate.screen.league import Asked, league_screen, league_text
from nhsrate.screen.screen import Screen
from nhsrate.screen.shorter import fewer_places, places_needed, places_of
from nhsrate.screen.widths import display_width

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

RULES = """
id: long
title: Long numbers
scales: {rag: [{level: green, colour: green}, {level: red, colour: red}]}
inputs:
  a: {type: number, title: Alpha share of the total}
  b: {type: number, title: Beta share of the total}
  seen: {title: Last seen, type: date, optional: true}
measures:
  alpha: {title: Alpha of everybody here, kind: thresholds, of: a, scores: [{score: 1, at_least: 0.8}, {score: 2,
    otherwise: true}], domain: true}
  first: {title: First score of them, kind: mean, of: [a], domain: true, shown: 9}
  second: {title: Second score of them, kind: mean, of: [b], domain: true}
  third: {title: Third score of them, kind: mean, of: [a, b], domain: true, round: 8}
  fourth: {title: Fourth score of them, kind: mean, of: [a, b], domain: true, shown: 10}
ratings:
  light: {title: Light, kind: thresholds, scale: rag, headline: true, of: second, levels: [{level: green, at_least: 0.8},
    {level: red, otherwise: true}]}
"""

ROWS = ["0.123456789,0.79996,2026-03-31", "0.323456789,0.5,2026-04-30", "0.723456789,0.333333333333333,2026-05-31"]


def assessed(folder: Path, rows: list[str] = ROWS, rules: str = RULES) -> Assessment:
    (folder / "long.yaml").write_text(rules, "utf-8")
    lines = [f"RA{n},Trust {n},{row}" for n, row in enumerate(rows)]
    path = folder / "long.csv"
    path.write_text("\n".join(["code,name,a,b,seen", *lines]) + "\n", "utf-8")
    methodology = load_methodology(folder / "long.yaml")
    return assess(read_return(path, methodology), methodology)


def test_a_table_that_would_be_parted_is_shortened_and_says_so(tmp_path: Path) -> None:
    """What a rule rounds keeps its places, and so does what would read as if it met its threshold of 0.8."""
    assessment = assessed(tmp_path)
    assert fewer_places(assessment, Choice()) == {"first": 3, "second": 5, "fourth": 3}
    text = league_screen(assessment, Screen(80), Asked())
    assert max(map(display_width, text.splitlines())) <= 80
    assert text.count("Trust 0") == 1
    row = next(line for line in text.splitlines() if "Trust 0" in line)
    assert row.split()[2:] == ["RA0", "■", "red", "2", "0.123", "0.79996", "0.46170839", "0.462"]
    assert "Shortened to fit: First score of them and 2 more; -o ratings.csv has every digit." in " ".join(text.split())
    assert "0.123456789" in league_text(assessment)


def test_where_it_fits_or_where_it_does_not_help_every_digit_is_there(tmp_path: Path) -> None:
    assessment = assessed(tmp_path)
    for width in (60, 120):
        text = league_screen(assessment, Screen(width), Asked())
        assert "0.123456789" in text, width
        assert "Shortened" not in text


def test_what_the_table_is_ordered_by_is_told_apart_and_the_rest_up_to_four_places(tmp_path: Path) -> None:
    """Nothing is ordered by the others, so that two of them may read alike."""
    close = ["1.12345678,2.12345671", "1.12345679,2.12345672", "1.2,2.2"]
    assessment = assessed(tmp_path, close)
    columns = ("a", "b", "first")
    assert fewer_places(assessment, Choice(sort="a", columns=columns)) == {"b": 4, "first": 4}
    assert fewer_places(assessment, Choice(sort="-b", columns=columns)) == {"a": 4, "first": 4}
    assert fewer_places(assessment, Choice(columns=columns)) == {"a": 4, "b": 4, "first": 4}
    assert fewer_places(assessment, Choice(columns=columns, top=2)) == {"a": 4, "b": 4, "first": 4}


def test_places_of_the_league_are_told_apart(tmp_path: Path) -> None:
    """Where a rule gives places, what it reads is what the order stands on."""
    rules = RULES.replace(
        "ratings:", "  place: {title: Place, kind: place, by: [{item: fourth, first: highest}]}\nratings:"
    )
    assessment = assessed(tmp_path, ["1.12345678,2", "1.12345679,2", "3,3"], rules)
    assert fewer_places(assessment, Choice())["first"] == 4
    assert "fourth" not in fewer_places(assessment, Choice()) or fewer_places(assessment, Choice())["fourth"] >= 8


def test_days_and_whole_numbers_are_as_they_are(tmp_path: Path) -> None:
    assessment = assessed(tmp_path, ["1,20,2026-03-31", "2,30,2026-04-30"])
    assert fewer_places(assessment, Choice(columns=("a", "b", "seen", "light"))) == {}


numbers = st.decimals(-3, 3, allow_nan=False, places=7)


@given(st.sets(numbers, min_size=1, max_size=30), st.lists(numbers, max_size=3), st.booleans())
def test_shortened_numbers_keep_their_order_their_sides_and_zero(
    found: set[Decimal],
    cuts: list[Decimal],
    strictly: bool,  # noqa: FBT001 (a property)
) -> None:
    """Whatever the numbers are, by the plain definition over all of them."""
    whole = max(map(places_of, found))
    marks = [ZERO, *cuts]
    places = places_needed(found, whole, marks, apart=whole if strictly else 4)
    short = {number: rounded(number, places=places, halves="away from zero") for number in found}
    for number, said in short.items():
        assert all(number.compare(mark) == said.compare(mark) for mark in marks)
    if strictly:
        assert all(short[one] < short[other] for one, other in pairwise(sorted(found)))
    assert places <= max(whole, 3)

"""The place that an own value takes among published ranks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from nhsrate.core.cells import Missing
from nhsrate.engine.assess import assess
from nhsrate.rules.load import load_methodology
from nhsrate.runs.places import place_of, with_ranks
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology

RULES = """\
id: spread
title: A spread by published ranks
scales: {bands: [{level: 1}, {level: 2}, {level: 3}, {level: 4}]}
figures: {everyone_ranked: {value: 100, basis: assumed}}
inputs:
  wait: {type: number, polarity: lower}
  wait_rank: {type: count, optional: true}
  beds: {type: number, polarity: higher, optional: true}
measures:
  score: {kind: rank-spread, of: wait, rank: wait_rank, ranked: everyone_ranked, best: 1, worst: 4,
          standard: {at_most: 2, meets: 1, best: 1}}
  double: {kind: sum, of: [score, wait], polarity: lower}
  again: {kind: rank-spread, of: double, rank: wait_rank, ranked: everyone_ranked, best: 1, worst: 4}
  beds_score: {kind: rank-spread, of: beds, best: 1, worst: 4}
ratings:
  band: {kind: level, scale: bands, of: score, halves: up, headline: true}
"""


@pytest.fixture
def methodology(tmp_path: Path) -> Methodology:
    (tmp_path / "spread.yaml").write_text(RULES, "utf-8")
    return load_methodology(tmp_path / "spread.yaml")


def returned(folder: Path, methodology: Methodology, *rows: str) -> Return:
    (folder / "return.csv").write_text("Code,wait,wait_rank\n" + "\n".join(rows) + "\n", "utf-8")
    return read_return(folder / "return.csv", methodology)


def test_a_value_takes_the_worst_place_between_its_neighbours(tmp_path: Path, methodology: Methodology) -> None:
    submitted = returned(tmp_path, methodology, "RA1,3,10", "RA2,5,40", "RA3,9,90", "RA4,4,")
    found, [told] = with_ranks(submitted, methodology, [3])
    assert found.values["wait_rank"].cells[3] == Decimal(40)
    assert (
        told.message == '"wait" is 4, which takes one of the places 11 to 40 of 100; 40 was taken, the worst of them.'
    )
    assert str(told.at).endswith("return.csv:B5")
    assert str(assess(found, methodology).columns["band"][3]) == "2"


def test_a_value_that_several_others_have_shares_their_place(tmp_path: Path, methodology: Methodology) -> None:
    submitted = returned(tmp_path, methodology, "RA1,3,10", "RA2,5,40", "RA3,5,40", "RA4,7,60", "RA5,5,")
    found, [told] = with_ranks(submitted, methodology, [4])
    assert found.values["wait_rank"].cells[4] == Decimal(40)
    assert told.message.endswith("which takes place 40 of 100.")


def test_a_value_that_one_other_has_may_be_better_or_worse(tmp_path: Path, methodology: Methodology) -> None:
    """Published values are rounded: two that look equal may have different places."""
    submitted = returned(tmp_path, methodology, "RA1,3,10", "RA2,5,40", "RA4,7,60", "RA5,5,")
    found, [told] = with_ranks(submitted, methodology, [3])
    assert found.values["wait_rank"].cells[3] == Decimal(60)
    assert told.message.endswith("which takes one of the places 11 to 60 of 100; 60 was taken, the worst of them.")


@pytest.mark.parametrize(
    "rows",
    [
        ("RA1,3,10", "RA2,5,40", "RA3,4,25"),  # its own rank is known
        ("RA1,3,10", "RA2,5,40", "RA3,1.5,"),  # it meets the standard, and needs none
        ("RA1,3,10", "RA2,5,40", "RA3,,"),  # it has no value
        ("RA1,3,", "RA2,5,", "RA3,4,"),  # nobody has a rank, so ranks are worked out within the return
    ],
)
def test_nothing_is_done_where_no_place_is_wanted(
    tmp_path: Path, methodology: Methodology, rows: tuple[str, ...]
) -> None:
    submitted = returned(tmp_path, methodology, *rows)
    assert with_ranks(submitted, methodology, [2]) == (submitted, [])


def test_the_best_and_the_worst_value_end_at_the_ends() -> None:
    known = [(Decimal(1), 3), (Decimal(2), 7)]
    assert str(place_of(Decimal(0), known, 9, higher=False)) == "one of the places 1 to 3 of 9"
    assert str(place_of(Decimal(0), known, 9, higher=True)) == "one of the places 8 to 9 of 9"
    assert str(place_of(Decimal(5), [(Decimal(1), 9)], 9, higher=False)) == "place 9 of 9"


def test_the_true_rank_of_each_published_trust_lies_among_the_places_open_to_it(backtest_data: Path) -> None:
    """Each trust in turn loses its ranks, and the places that the other sixty leave open hold the true ones."""
    methodology = load_methodology("nof-2025-26-q4-mental-health-community")
    submitted = read_return(backtest_data / "nof-2025-26" / "return-q4.xlsx", methodology)
    inside, outside = 0, 0
    for n in range(len(submitted.organisations)):
        bare = {
            name: replace(column, cells=[*column.cells[:n], Missing("not known"), *column.cells[n + 1 :]])
            if name.endswith("_rank")
            else column
            for name, column in submitted.values.items()
        }
        _, told = with_ranks(replace(submitted, values=bare), methodology, [n])
        for problem in told:
            name = problem.remedy.split()[4]
            rank = submitted.values[name].cells[n]
            if not isinstance(rank, Decimal):
                continue
            words = problem.message.split(" which takes ")[1].replace(";", " ").split()
            best, worst = (int(words[4]), int(words[6])) if words[0] == "one" else (int(words[1]),) * 2
            inside += best <= rank <= worst
            outside += not best <= rank <= worst
    assert inside > 450
    assert outside == 0


def test_a_floor_that_is_another_item_settles_who_has_no_rank() -> None:
    """Before everything is rated: by the value that stands in the return, or nothing where that is made later."""
    from decimal import Decimal

    from tests.support.rules import rate

    from nhsrate.core.cells import Missing
    from nhsrate.kinds.places import RankSpread
    from nhsrate.runs.places import settled

    rules = """
        inputs: {a: {type: number, polarity: higher}, least: {type: number}, rank: {type: number, optional: true}}
        measures:
          made: {kind: sum, of: [least]}
          by_input: {kind: rank-spread, of: a, rank: rank, ranked: 3, best: 1, worst: 4, floor: {at_least: least, fails: 4, worst: 3}}
          by_measure: {kind: rank-spread, of: a, rank: rank, ranked: 3, best: 1, worst: 4, floor: {at_least: made, fails: 4, worst: 3}}
        ratings: {r: {kind: mean, of: [by_input, by_measure], missing: leave out, headline: true}}
        """
    rated = rate(rules, a="1 5", least="2 2", rank="- 1")
    values = rated.submitted.values
    rule = rated.methodology.items["by_input"].rule
    assert isinstance(rule, RankSpread)
    assert settled(rule, values, 0) is rule.floor
    later = rated.methodology.items["by_measure"].rule
    assert isinstance(later, RankSpread)
    assert isinstance(settled(later, values, 0), Missing)
    assert rated.columns["by_input"][0] == Decimal(4)

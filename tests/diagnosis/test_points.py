"""Which figures can be weak: those that compare, each once, in the order of the methodology."""

from __future__ import annotations

from decimal import Decimal

from tests.support.rules import rate

from nhsrate.diagnosis.points import points

COUNTS = """
scales: {band: [{level: better}, {level: as expected}, {level: worse}]}
inputs:
  deaths: {type: count, polarity: lower}
  expected: {type: number}
  balance: {type: number, polarity: higher}
  seen: {type: count, polarity: higher}
  came: {type: count}
measures:
  dead: {kind: significance, scale: band, of: deaths, expected: expected, against: 1, method: byar, under_10: exact poisson, confidence: [95]}
  late: {kind: significance, scale: band, of: seen, out_of: came, against: 0.9, method: wilson, confidence: [95]}
  money: {kind: thresholds, scale: band, of: balance, levels: [{level: better, above: 1}, {level: as expected, at_least: -1}, {level: worse, otherwise: true}]}
  bad: {kind: count, of: [dead, late, money], at: worse}
ratings:
  rating: {kind: thresholds, scale: band, headline: true, of: bad, levels: [{level: better, at_most: 0}, {level: as expected, at_most: 1}, {level: worse, otherwise: true}]}
"""


def test_counts_that_a_rule_judges_by_their_size_are_points_as_shares_and_rates() -> None:
    """24 deaths of 20 expected are 1.2 for each, and 90 of 120 seen are 75 in 100; neither count compares by itself."""
    assessment = rate(COUNTS, deaths="24", expected="20", balance="0", seen="90", came="120")
    found = points(assessment, assessment.methodology.items["rating"], 0)
    assert [point.id for point in found] == ["deaths", "balance", "seen"]
    assert [point.over for point in found] == ["expected", None, "came"]
    assert [point.figure(assessment.columns, 0) for point in found] == [Decimal("1.2"), 0, Decimal("0.75")]
    assert [point.better for point in found] == [-1, 1, 1]

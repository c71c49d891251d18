"""What is left over elsewhere: mistakes in a few rules, and a folder that cannot be looked into."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.support.rules import method, problems_of

from nhsrate.files.guard import _like

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shares_of_bands_rise() -> None:
    (problem,) = problems_of(
        """
        scales: {rag: [{level: green}, {level: amber}, {level: red}]}
        inputs: {score: {type: number, polarity: higher}}
        ratings:
          colour:
            kind: quantile-bands
            scale: rag
            headline: true
            of: score
            over: everyone
            definition: linear
            levels: [{level: green, best: 0.5}, {level: amber, best: 0.25}, {level: red, otherwise: true}]
        """
    )
    assert "The shares must rise between 0 and 1." in problem


def test_one_tile_is_none() -> None:
    (problem,) = problems_of(
        """
        inputs: {score: {type: number}}
        ratings: {tile: {kind: tiles, of: score, over: everyone, tiles: 1, first: lowest, headline: true}}
        """
    )
    assert "There must be at least two tiles." in problem


def test_the_lowest_that_a_level_can_be_is_its_lowest_number() -> None:
    methodology = method(
        """
        scales: {stars: [{level: 2}, {level: 1}], words: [{level: good}]}
        inputs: {score: {type: number}}
        measures:
          star: {kind: thresholds, scale: stars, of: score, levels: [{level: 2, at_least: 5}, {level: 1, otherwise: true}]}
          word: {kind: thresholds, scale: words, of: score, levels: [{level: good, otherwise: true}]}
        """
    )
    assert methodology.lowest_possible("star") == Decimal(1)
    assert methodology.lowest_possible("word") is None


def test_a_folder_that_cannot_be_looked_into_has_no_file_of_nearly_that_name(tmp_path: Path) -> None:
    assert not _like(tmp_path / "nowhere" / "returns.xlsx")

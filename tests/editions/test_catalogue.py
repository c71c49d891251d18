"""`nhsrate methodologies`: the list, one edition in full, and effective weights."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.outputs import RULES, small

from nhsrate.editions.catalogue import effective_weights, list_json, list_text, methodology_json, methodology_text
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

GOLDEN = ROOT / "tests" / "golden" / "catalogue"

BARE = """
id: small
title: Bare
inputs: {points: {type: number}, share: {type: percent, bare: fraction}}
ratings: {rating: {kind: constant, value: 1, headline: true}}
"""

WEIGHTS = """
id: small
title: Weights
scales: {stars: [{level: 1}, {level: 0}]}
inputs: {a: {type: number}, b: {type: number}, c: {type: number}, flag: {type: yes/no, required: true}}
measures:
  one: {kind: mean, of: [a, b], missing: leave out}
  two: {kind: weighted-mean, of: {c: 1, one: 3}, missing: leave out}
  three: {kind: decide, rows: [{when: {flag: yes}, then: 1}], otherwise: 0}
  all: {kind: sum, of: {two: 2, three: 1, a: 1}, missing: leave out}
ratings:
  stars: {kind: level, scale: stars, of: all, headline: true, halves: up}
  other: {kind: lookup, scale: stars, of: flag, table: {yes: 1, no: 0}, headline: true}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_one_edition_in_full(tmp_path: Path, golden: Golden) -> None:
    golden(GOLDEN / "small.txt", methodology_text(small(tmp_path, {"cut": "2.6"})))


def test_one_edition_in_full_as_json(tmp_path: Path, golden: Golden) -> None:
    text = methodology_json(small(tmp_path, {"cut": "2.6"}))
    golden(GOLDEN / "small.json", text)
    said = json.loads(text)
    assert said["effective_weights"] == {
        "stars": {"access": "0.75", "waits": "0.25", "access_score": "0.75", "waits_score": "0.25", "average": "1"}
    }


def test_an_edition_with_hardly_anything(tmp_path: Path) -> None:
    text = methodology_text(small(tmp_path, text=BARE))
    assert "  It decides by rule, so nothing in it has a weight.\n" in text
    assert "share: percent, a bare number is a fraction" in text
    for absent in ("What is measured", "Scale", "Figures", "Populations", "Sources", "Caveats"):
        assert absent not in text


def test_effective_weights_are_multiplied_down(tmp_path: Path) -> None:
    """What several parts rest on is added up: `a` has 1/2 x 3/4 x 3/8 by way of `one`, and 1/4 of its own."""
    weights = effective_weights(small(tmp_path, text=WEIGHTS))
    half = Decimal("0.5")
    assert weights["stars"] == {
        "a": half * Decimal("0.75") * half + Decimal("0.25"),
        "b": half * Decimal("0.75") * half,
        "c": half * Decimal("0.25"),
        "one": half * Decimal("0.75"),
        "two": half,
        "three": Decimal("0.25"),
        "all": Decimal(1),
    }
    assert weights["other"] == {"flag": Decimal(1)}


def test_effective_weights_in_words(tmp_path: Path) -> None:
    """What is weighed against something is listed; what decides by rule says so; a chain shows its end."""
    text = methodology_text(small(tmp_path, text=WEIGHTS))
    start = text.index("Effective weights")
    assert text[start : text.index("Scale")] == (
        "Effective weights in stars\n"
        "   43.8 %  a\n"
        "   18.8 %  b\n"
        "   12.5 %  c\n"
        "   37.5 %  one\n"
        "     50 %  two\n"
        "     25 %  three, which decides by rule\n"
        "\n"
        "Effective weights in other\n"
        "    100 %  flag\n"
        "\n"
    )


def test_a_long_title_goes_on_below(tmp_path: Path) -> None:
    rules = WEIGHTS.replace("c: {type", "c: {title: " + "very " * 30 + "long, type")
    text = methodology_text(small(tmp_path, text=rules))
    assert "  12.5 %  very very" in text
    assert "\n           very" in text


def test_a_population_may_have_no_reason(tmp_path: Path) -> None:
    text = methodology_text(small(tmp_path, text=RULES.replace(", because: no plan", "")))
    assert "  answering: where Plan late is not missing\n" in text


def test_the_list_of_editions(tmp_path: Path, golden: Golden) -> None:
    entries = [small(tmp_path), small(tmp_path, text=BARE)]
    golden(GOLDEN / "list.txt", list_text(entries))
    golden(GOLDEN / "list.json", list_json(entries))
    assert [one["indicators"] for one in json.loads(list_json(entries))] == [4, 2]


def test_an_empty_list() -> None:
    assert list_text([]) == "There are no editions here.\n"
    assert list_json([]) == "[]\n"


@pytest.mark.parametrize("edition", edition_files())
def test_every_edition_can_be_shown(edition: str) -> None:
    """In text every line of prose fits; in json the shares of what the headline reads make a whole."""
    methodology = load_methodology(edition)
    text = methodology_text(methodology)
    assert all(item.id in text for item in methodology.items.values())
    assert all(entry.id in text for entry in methodology.inputs.values())
    for line in text.splitlines():
        assert len(line) <= 100 or len(max(line.split(), key=len)) > 90 or line.startswith(methodology.title)
    json.loads(methodology_json(methodology))
    for parts in effective_weights(methodology).values():
        ends = [
            part for id_, part in parts.items() if id_ in methodology.inputs or not methodology.items[id_].rule.shares()
        ]
        assert not parts or sum(ends) == pytest.approx(1)

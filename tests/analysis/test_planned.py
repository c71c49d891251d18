"""Mixtures of everyone at once: the plan's are those of the engine, and where it cannot tell them it says so."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.analysis.test_change import ends, refusing
from tests.plan.test_one_row import HOSPITALS, NOT_TOLD, starred
from tests.support.rules import method, rate

from nhsrate.analysis import change as change_module
from nhsrate.analysis import planned
from nhsrate.analysis.change import changed
from nhsrate.core.cells import Level
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.plan.plan import Plan
from nhsrate.reports.change import change_json, change_text
from nhsrate.returns.model import Override

if TYPE_CHECKING:
    from nhsrate.analysis.change import Changed
    from nhsrate.analysis.corners import Corners, Side
    from nhsrate.engine.assessment import Assessment

SIZE = 14
PLACES = starred("share: {kind: percentile-rank, of: sum_up, over: counted, form: low / n}", "share")


def hospitals(text: str, seed: int, old: Assessment | None = None) -> Assessment:
    """Hospitals of seeded values; some of those of `old` are as they were, and most report the same."""
    rng = np.random.default_rng(seed)
    columns = {}
    for id_ in ("a", "b", "c", "size"):
        before = [str(cell) for cell in old.columns[id_]] if old else None
        drawn = [f"{value:.2f}" if rng.random() > 0.12 else "-" for value in rng.normal(6, 3, SIZE)]
        kept = [before[n] if before and rng.random() < 0.4 else drawn[n] for n in range(SIZE)]
        columns[id_] = " ".join("-" if word.startswith("missing") else word for word in kept)
    columns["size"] = columns["size"].replace("-", "4")
    return rate(text, **columns)  # type: ignore[arg-type]


def pair(text: str, after: str = "", seed: int = 1) -> tuple[Side, Side]:
    """Two ends under the same rules, or under others."""
    old = hospitals(text, seed)
    new = hospitals(after or text, seed + 100, old)
    new = replace(new, methodology=replace(new.methodology, digest="after" if after else old.methodology.digest))
    return ends(old, new)


def alike(one: Changed, other: Changed) -> int:
    """That both say the same of everyone; for how many there are causes."""
    for first, second in zip(one.organisations, other.organisations, strict=True):
        assert (first.code, first.before, first.after) == (second.code, second.before, second.after)
        assert first.causes == second.causes, (first.code, first.why_not, second.why_not)
        assert first.score == second.score
        if first.score_causes is not None and second.score_causes is not None:
            apart = (abs(first.score_causes[cause] - second.score_causes[cause]) for cause in first.score_causes)
            assert max(apart) < 1e-9
    return sum(first.causes is not None for first in one.organisations)


HARDER = HOSPITALS.replace("{one_z: 3, c_z: 1}", "{one_z: 1, c_z: 1}")
WAYS = {
    "the same rules": (HOSPITALS, ""),
    "other rules": (HOSPITALS, HARDER),
    "places": (PLACES, ""),
    "everyone's columns": (NOT_TOLD["a place in a mean"], ""),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_plan_has_the_causes_that_the_engine_has(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of everyone, each among all others as they were or are, with own weight in every statistic."""
    both = pair(*WAYS[way])
    by_plan = changed(*both)
    assert by_plan.planned > 10
    assert "mixtures of before and after are the plan's" in " ".join(change_text(by_plan).split())
    assert '"mixtures": "plan"' in change_json(by_plan)
    refusing(monkeypatch, "not now")
    by_engine = changed(*both)
    assert by_engine.planned == 0
    assert "Every rating and mixture of before and after is the engine's" in " ".join(change_text(by_engine).split())
    assert alike(by_plan, by_engine) > 5
    for one in by_plan.organisations:
        assert one.causes is None or sum(one.causes.values()) == one.levels


def test_in_chunks_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many mixtures are worked on at once."""
    both = pair(NOT_TOLD["a place in a mean"])
    whole = changed(*both)
    monkeypatch.setattr(planned, "CELLS", 40)
    assert alike(changed(*both), whole) > 5


def test_decisions_on_others_go_with_the_others() -> None:
    """Whose rating was decided is of the end at which all others are, and the parts add up for everyone."""
    taken = tuple(
        Override(code, "star", "1", "the board", "2026-11-28", "a visit", CellLocation("r.csv")) for code in "AB"
    )
    old, new = hospitals(HOSPITALS, 1), hospitals(HOSPITALS, 101, hospitals(HOSPITALS, 1))
    new = rate(HOSPITALS, overrides=taken, **{id_: words(new, id_) for id_ in ("a", "b", "c", "size")})
    found = changed(*ends(old, new, decided=((), taken)))
    for one in found.organisations:
        assert one.causes is None or sum(one.causes.values()) == one.levels
        assert one.causes is None or one.code in "AB" or one.causes["decisions"] == 0
    decided = [one.causes for one in found.organisations if one.code in "AB" and one.causes]
    assert any(causes["decisions"] < 0 for causes in decided)


def words(assessment: Assessment, id_: str) -> str:
    """A column as words."""
    return " ".join("-" if str(cell).startswith("missing") else str(cell) for cell in assessment.columns[id_])


def why_not(monkeypatch: pytest.MonkeyPatch, both: tuple[Side, Side]) -> str:
    """Why the plan does not tell, where the engine may not either."""
    monkeypatch.setattr(change_module, "MOST_RATINGS", 1)
    return changed(*both).not_split


def test_what_arrays_cannot_tell_is_told_by_the_engine_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reason in a sentence, with what does help."""
    by_hand = HOSPITALS.replace("algorithm: lloyd", "algorithm: hartigan-wong").replace("{trim: reach}", "{}")
    both = pair(by_hand)
    assert changed(*both).not_split == ""
    assert "star is not in the plan (each value is moved in its turn" in why_not(monkeypatch, both)
    assert "ratings of all would have to be made by the engine" in why_not(monkeypatch, both)
    everyone = pair(NOT_TOLD["a place in a mean"])
    monkeypatch.setattr(planned, "MOST_CELLS", 10)
    assert why_not(monkeypatch, everyone).startswith("everyone's columns would be worked out ")
    monkeypatch.setattr(Plan, "differences", lambda _: ["star"])
    assert why_not(monkeypatch, everyone).startswith("arrays cannot tell star, and ")


RANKED = """\
scales: {lights: [{level: green}, {level: red}]}
inputs: {a: {type: number, polarity: higher}, rank: {type: number, optional: true}}
measures:
  spread: {kind: rank-spread, of: a, rank: rank, ranked: 9, best: 4, worst: 1}
  share: {kind: percentile-rank, of: spread, over: everyone, form: low / n}
ratings: {light: {kind: thresholds, of: share, scale: lights, headline: true, levels: [{level: green, above: 0.5}, {level: red, otherwise: true}]}}
"""


def test_published_ranks_and_published_results_are_not_laid_out_in_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A published rank goes with the number ranked of its end, and a published result with nobody's rules."""
    ranked = ends(rate(RANKED, a="1 2 3", rank="9 5 1"), rate(RANKED, a="3 2 1", rank="1 5 9"))
    assert all(one.causes for one in changed(*ranked).organisations)
    assert why_not(monkeypatch, ranked).startswith("a may be scored by a published rank")
    monkeypatch.undo()
    given = {"a": "1 2 3 4", "b": "1 2 2 1", "c": "1 2 3 4", "size": "1 2 3 9"}
    published = ends(
        rate(PLACES, **given, one_z="1 - - -"),  # type: ignore[arg-type]
        rate(PLACES, **given, one_z="- - 1 -"),  # type: ignore[arg-type]
    )
    assert why_not(monkeypatch, published).startswith("some results come as published")


def test_a_mixture_of_all_that_is_refused_leaves_each_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which then says of each what is refused."""
    both = pair(HOSPITALS, HARDER)

    def base(self: Corners, state: object) -> Assessment:
        raise Refused([Problem(CellLocation("x"), "y", "It cannot be.", "")])

    monkeypatch.setattr("nhsrate.analysis.corners.Corners.base", base)
    assert why_not(monkeypatch, both).startswith("a mixture of all is refused (It cannot be.), and ")


def test_what_is_in_doubt_is_rated_by_the_engine_until_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is said of those who are not told, and of nobody else."""
    both = pair(HOSPITALS)
    whole = changed(*both)
    rated = planned.Mixtures.rated
    monkeypatch.setattr(planned.Mixtures, "rated", lambda self: (rated(self)[0], [True] * len(self.wanted)))
    assert alike(changed(*both), whole) > 5
    monkeypatch.setattr(planned, "MOST_DOUBTS", 3)
    some = changed(*both)
    untold = [one for one in some.organisations if "lie too near to a bound" in one.why_not]
    assert len(untold) > 3
    assert all(f"--only {one.code} has the engine rate" in one.why_not for one in untold)
    assert any(one.causes for one in some.organisations)


POSTS = """\
scales: {lights: [{level: green}, {level: red}]}
inputs: {a: {type: number, polarity: higher}, b: {type: number}, low: {type: number}}
measures:
  half: {kind: min-max, of: a, over: everyone, low: low}
  mean: {kind: mean, of: [half, b], missing: leave out}
  z: {kind: standardise, of: mean, over: everyone, sd: n-1}
ratings: {light: {kind: thresholds, of: z, scale: lights, headline: true, levels: [{level: green, above: 0}, {level: red, otherwise: true}]}}
"""


def test_a_mixture_that_the_method_refuses_is_told_in_the_words_of_the_engine() -> None:
    """The value of before with the goalpost of after, which lies beyond everyone."""
    old = rate(POSTS, a="1 2 3", b="1 2 3", low="0 0 0")
    new = rate(POSTS, a="- 2 3", b="2 2 2.5", low="5 0 0")
    one, *others = changed(*ends(old, new)).organisations
    assert one.why_not.startswith("a mixture of before and after cannot be rated: ")
    assert all(other.causes for other in others)


DIRECT = """\
scales: {lights: [{level: green}, {level: red}], sizes: [{level: big}, {level: little}]}
inputs:
  a: {type: number, polarity: higher}
  size: {type: level, scale: sizes}
  kind: {type: text}
  spare: {type: number}
ratings:
  light: {kind: quantile-bands, of: a, over: everyone, within: size, scale: lights, headline: true, definition: linear, at_cut: better, levels: [{level: green, best: 0.5}, {level: red, otherwise: true}]}
"""


def test_a_rating_without_a_score_and_inputs_that_are_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not count is no cause, and a level is laid out as one."""
    rules = method(DIRECT)
    both = ends(
        rate(rules, a="1 2 3 4", size="big big little little", kind="x y z -", spare="1 2 3 4"),
        rate(rules, a="4 2 3 1", size="big big big little", kind="y y z x", spare="1 2 3 5"),
    )
    found = changed(*both)
    assert found.planned
    assert all(one.score is None for one in found.organisations)
    refusing(monkeypatch, "not now")
    assert alike(found, changed(*both)) == 4


def test_who_is_not_rated_in_a_mixture_is_said() -> None:
    """Though rated at both ends: of the values of one end and the coverage of the other nothing is left."""
    text = PLACES.replace("of: [a_z, b_z], missing: leave out}", "of: [a_z, b_z], missing: {leave out: 2}}").replace(
        "{one_z: 3, c_z: 1}, missing: leave out", "{one_z: 3}, missing: missing"
    )
    old = {"a": "1 2 3 4 5", "b": "2 4 2 1 2", "c": "1 1 1 1 1", "size": "1 1 1 1 1"}
    found = changed(*ends(rate(text, **old), rate(text, **{**old, "a": "5 4 3 2 -"})))  # type: ignore[arg-type]
    assert [one.code for one in found.organisations if one.causes] == ["A", "B", "C", "D"]
    assert "no level at one end" in found.organisations[4].why_not


@pytest.mark.slow
def test_every_hospital_has_its_causes(backtest_data: object) -> None:
    """Hospital stars 2023 to 2025: all that are rated at both ends, and three whose corners were worked out elsewhere."""
    from nhsrate.analysis.change import between
    from nhsrate.runs.request import requested

    folder = f"{backtest_data}/cms-stars"
    years = ("2023", "2025")
    old, new, _ = between(*(requested(f"{folder}/input-{year}.csv", f"cms-hospital-stars-{year}") for year in years))
    found = changed(old, new)
    told = {one.code: one for one in found.organisations if one.causes is not None}
    rated = [one for one in found.organisations if isinstance(one.before, Level) and isinstance(one.after, Level)]
    assert len(told) >= len(rated) - 5
    assert len(told) > 2_700
    assert all(sum(one.causes.values()) == one.levels for one in told.values() if one.causes)
    wanted = {
        "010016": (Fraction(-3, 2), Fraction(-1, 2), Fraction(0)),
        "010045": (Fraction(-5, 6), Fraction(-5, 6), Fraction(-1, 3)),
        "010061": (Fraction(3, 2), Fraction(1, 2), Fraction(0)),
    }
    for code, (own, others, rules) in wanted.items():
        causes = told[code].causes
        assert causes is not None
        assert (causes["own_values"] + causes["own_coverage"], causes["others"], causes["rules"]) == (
            own,
            others,
            rules,
        )

"""One row changed in each draw: what its organisation gets is what the engine gives, or is left to it."""

from __future__ import annotations

import gc
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from weakref import ref

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.generated import Generated, methodologies
from tests.support.rules import method, rate, read

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, Refused, errors
from nhsrate.engine.assess import assess
from nhsrate.plan import one_row as module
from nhsrate.plan.columns import decoded, encoded
from nhsrate.plan.one_row import NotByRow, OneRow
from nhsrate.plan.plan import Plan
from nhsrate.returns.model import Override

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.one_row import RowBoard

Changes = list[tuple[int, int]]
"""Draws: the row of which organisation becomes that of which other."""


def drawn(assessment: Assessment, changes: Changes, wanted: list[str], plan: Plan | None = None) -> RowBoard:
    """The draws by one changed row each; what is missing in every input is no input."""
    plan = plan or Plan(assessment)
    rows, other = (np.array(column) for column in zip(*changes, strict=True))
    inputs = {
        id_: encoded(assessment.columns[id_], assessment.methodology.type_of(id_), plan.texts)[0][other]
        for id_ in assessment.methodology.inputs
    }
    return OneRow(plan, rows, inputs).run(wanted)


def by_engine(assessment: Assessment, row: int, other: int, only: list[str]) -> Assessment:
    """The same draw by the engine."""
    submitted = assessment.submitted
    values = {
        id_: replace(one, cells=[one.cells[other if n == row else n] for n in range(len(one.cells))])
        for id_, one in submitted.values.items()
    }
    return assess(replace(submitted, values=values), assessment.methodology, only=only)


def check(assessment: Assessment, changes: Changes, wanted: list[str]) -> int:
    """That each draw is the engine's, or is in doubt; how many are not in doubt."""
    plan = Plan(assessment)
    board = drawn(assessment, changes, wanted, plan)
    sure = 0
    for draw, (row, other) in enumerate(changes):
        try:
            engine = by_engine(assessment, row, other, wanted)
        except Refused:
            assert board.doubted[draw], "the engine refuses what is not in doubt"
            continue
        if board.doubted[draw]:
            continue
        sure += 1
        for id_ in wanted:
            column = np.broadcast_to(board.cells(id_), (1, len(changes)))
            made = decoded(column, draw, assessment.methodology.type_of(id_), plan.texts)
            assert same(engine.columns[id_][row], made), (id_, row, other, engine.columns[id_][row], made)
    return sure


def same(engine: Cell, plan: Cell) -> bool:
    """A level or text is the same, a number within 1e-9."""
    if isinstance(engine, Missing) or isinstance(plan, Missing):
        return isinstance(engine, Missing) and isinstance(plan, Missing)
    if isinstance(engine, Decimal) and isinstance(plan, Decimal):
        return abs(float(engine) - float(plan)) <= 1e-9 * max(1.0, abs(float(engine)))
    return str(engine) == str(plan)


@settings(max_examples=40)
@given(methodologies(), st.data())
def test_over_all_kinds_it_is_the_engine(generated: Generated, data: st.DataObject) -> None:
    """Whatever the methodology and whoever takes whose row, or it says that it cannot."""
    methodology, problems = read(generated.text)
    assume(methodology is not None and not errors(problems))
    try:
        assessment = rate(methodology, only=None, overrides=(), names=(), **generated.columns)
    except Refused:
        return
    size = len(assessment.organisations)
    one = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    changes = data.draw(st.lists(one, min_size=1, max_size=4))
    try:
        check(assessment, changes, ["stars"])
    except NotByRow:
        return


HOSPITALS = """\
figures: {few: {value: 3, basis: assumed}, reach: {value: 1.5, basis: assumed}}
scales:
  stars: [{level: 3}, {level: 2}, {level: 1}]
  groups: [{level: small}, {level: large}]
populations:
  counted: {when: {held: ">= 1"}, because: nothing is held}
inputs:
  a: {type: number, polarity: higher}
  b: {type: number, polarity: lower}
  c: {type: number, polarity: higher}
  size: {type: number}
measures:
  a_kept: {kind: reported, of: a, over: everyone, above: few}
  b_kept: {kind: reported, of: b, over: everyone, at_least: few}
  held: {kind: count, of: [a_kept, b_kept, c], at: not missing}
  a_z: {kind: standardise, of: a_kept, over: counted, sd: n-1}
  b_z: {kind: standardise, of: b_kept, over: counted, sd: n-1, reverse: by polarity}
  c_z: {kind: standardise, of: c, over: everyone, sd: n}
  one: {kind: mean, of: [a_z, b_z], missing: leave out}
  one_z: {kind: standardise, of: one, over: counted, sd: n-1}
  sum_up: {kind: weighted-mean, of: {one_z: 3, c_z: 1}, missing: leave out}
  group: {kind: thresholds, of: size, scale: groups, levels: [{level: large, at_least: 5}, {level: small, otherwise: true}]}
ratings:
  star:
    headline: true
    kind: clusters
    scale: stars
    of: sum_up
    over: counted
    within: group
    algorithm: lloyd
    quantile: averaged inverted cdf
    second_run: {trim: reach}
    best: highest
"""


def hospitals(text: str = HOSPITALS, size: int = 40, seed: int = 1, gaps: float = 0.15) -> Assessment:
    """Hospitals of seeded values with two places, some missing."""
    rng = np.random.default_rng(seed)
    columns = {
        id_: " ".join("-" if rng.random() < gaps else f"{value:.2f}" for value in rng.normal(10, 3, size))
        for id_ in ("a", "b", "c")
    }
    columns["size"] = " ".join(str(n) for n in rng.integers(1, 10, size))
    return rate(text, **columns)  # type: ignore[arg-type]


SOME = [(row, (row * 7 + 3) % 40) for row in range(0, 40, 3)]
STAR = HOSPITALS[HOSPITALS.index("    kind: clusters") :]
THRESHOLDS = "    kind: thresholds\n    scale: stars\n    of: {}\n    levels: [{{level: 3, above: 0.6}}, {{level: 2, above: 0.2}}, {{level: 1, otherwise: true}}]\n"


def starred(measure: str, of: str) -> str:
    """The same rules with one measure more, which the stars are cut from."""
    return HOSPITALS.replace("ratings:\n", f"  {measure}\nratings:\n").replace(STAR, THRESHOLDS.format(of))


TOLD = {
    "as it is": HOSPITALS,
    "of everyone": HOSPITALS.replace("    within: group\n", ""),
    "lowest best, one run": HOSPITALS.replace("best: highest", "best: lowest").replace(
        "    second_run: {trim: reach}\n", ""
    ),
    "a second run of all": HOSPITALS.replace("{trim: reach}", "{}"),
    "two rounds": HOSPITALS.replace("    best: highest", "    rounds: 2\n    best: highest"),
    "a place among blends": starred(
        "share: {kind: percentile-rank, of: sum_up, over: counted, form: low / n}", "share"
    ),
    "shares of ranks": starred(
        "up: {kind: percentile-rank, of: a_kept, over: counted, form: high / n}\n"
        "  down: {kind: percentile-rank, of: b_kept, over: everyone, form: middle / n, reverse: by polarity}\n"
        "  spread: {kind: rank-spread, of: c, over: counted, best: 1, worst: 0}\n"
        "  least: {kind: rank-spread, of: b, over: everyone, best: 1, worst: 0}\n"
        "  zero: {kind: percentile-rank, of: c, over: everyone, form: from zero, to: 1}\n"
        "  shares: {kind: mean, of: [up, down, spread, least, zero], missing: leave out}",
        "shares",
    ),
    "a rank with a bound": starred(
        "share: {kind: rank-spread, of: a, over: everyone, best: 1, worst: 0, standard: {at_least: 12, meets: 1, best: 0.9}}",
        "share",
    ),
    "a place in a cohort": starred(
        "share: {kind: percentile-rank, of: a_kept, over: everyone, within: group, form: low / n}", "share"
    ),
    "a blend that is reported": starred(
        "told: {kind: reported, of: one, over: everyone, above: 4}\n"
        "  told_z: {kind: standardise, of: told, over: counted, sd: n-1}",
        "told_z",
    ),
    "a blend that few report": starred(
        "told: {kind: reported, of: one, over: everyone, above: 400}\n"
        "  told_mean: {kind: mean, of: [told, c_z], missing: leave out}\n"
        "  told_z: {kind: standardise, of: told_mean, over: counted, sd: n-1}",
        "told_z",
    ),
    "blends that mix with what stays": starred(
        "mixed: {kind: mean, of: [one_z, c], missing: leave out}\n"
        "  mixed_z: {kind: standardise, of: mixed, over: counted, sd: n-1}",
        "mixed_z",
    ),
    "what is reported": starred("told: {kind: reported, of: a, over: everyone, above: few}", "told"),
    "clusters of what is in a blend": HOSPITALS.replace(
        'held: ">= 1"}, because: nothing is held}',
        'held: ">= 1"}, because: nothing is held}\n  good: {when: {one_z: "> -1"}, missing: fails, because: it is not}',
    ).replace("    over: counted\n    within", "    over: good\n    within"),
}


@pytest.mark.parametrize("rules", TOLD)
def test_statistics_of_statistics_are_the_engine_with_own_weight_in_them(rules: str) -> None:
    """A changed row of every third of forty; hardly any is left to the engine."""
    assert check(hospitals(TOLD[rules]), SOME, ["star", "sum_up"]) >= len(SOME) - 1


def test_the_whole_star_is_not_the_frozen_one() -> None:
    """Own weight in the statistics counts: with the others' mean and spread left as they were, the score is another."""
    assessment = hospitals()
    engine = by_engine(assessment, 3, 17, ["sum_up"]).columns["sum_up"][3]
    frozen = assessment.columns["sum_up"][17]
    assert abs(float(str(engine)) - float(str(frozen))) > 1e-6


NOT_TOLD = {
    "a rounded mean": HOSPITALS.replace(
        "of: [a_z, b_z], missing: leave out}", "of: [a_z, b_z], missing: leave out, round: 2}"
    ),
    "a mean that is missing": HOSPITALS.replace(
        "of: [a_z, b_z], missing: leave out}", "of: [a_z, b_z], missing: missing}"
    ),
    "a place in a mean": starred(
        "share: {kind: percentile-rank, of: a_kept, over: everyone, form: low / n}\n"
        "  shared: {kind: mean, of: [share, one], missing: leave out}\n"
        "  share_z: {kind: standardise, of: shared, over: everyone, sd: n-1}",
        "share_z",
    ),
    "reported by a population of blends": HOSPITALS.replace(
        'held: ">= 1"}, because: nothing is held}',
        'held: ">= 1"}, because: nothing is held}\n  good: {when: {one: "> 0"}, missing: fails, because: it is not}',
    )
    .replace("ratings:\n", "  told: {kind: reported, of: c, over: good, above: 4}\nratings:\n")
    .replace("one_z: 3, c_z: 1", "one_z: 3, told: 1"),
}


@pytest.mark.parametrize("rules", NOT_TOLD)
def test_what_cannot_be_told_by_one_row_says_so(rules: str) -> None:
    """Others' results that are no blend."""
    with pytest.raises(NotByRow):
        drawn(hospitals(NOT_TOLD[rules]), SOME, ["star"])


def test_an_indicator_that_one_row_brings_over_the_bound_is_left_to_the_engine() -> None:
    """Everyone else's results change with it, and no blend says how."""
    values = {"a": "1 2 3 - 5 6", "b": "1 - - - 2 3", "c": "1 5 2 4 3 6", "size": "1 2 3 4 5 6"}
    assessment = rate(HOSPITALS, **values)  # type: ignore[arg-type]
    assert not isinstance(assessment.columns["b_kept"][0], Missing)
    board = drawn(assessment, [(0, 1), (1, 0), (0, 4)], ["star"])
    assert board.doubted.tolist()[0], "three are enough, and one leaves"
    assert check(assessment, [(row, other) for row in range(6) for other in range(6)], ["star"]) > 5


def test_values_without_spread_and_ties_are_the_engine() -> None:
    """Clusters of few different values are fewer than levels, and a statistic of equal ones has no spread."""
    few = {"a": "1 1 1 1 1 2 2 1", "b": "1 1 1 1 1 1 1 1", "c": "3 3 3 3 3 3 3 3", "size": "1 1 1 1 9 9 9 9"}
    assessment = rate(HOSPITALS, **few)  # type: ignore[arg-type]
    check(assessment, [(row, other) for row in range(8) for other in range(8)], ["star"])
    plain = HOSPITALS.replace("of: sum_up", "of: a").replace("    within: group\n", "")
    for text in (plain, plain.replace("    second_run: {trim: reach}\n", "")):
        assessment = rate(text, **few)  # type: ignore[arg-type]
        assert check(assessment, [(row, other) for row in range(8) for other in (0, 5)], ["star"]) > 0
    for gone in ("- - - - - - - -", "- - - 4 - - - -", "- - 5 4 - - - -"):
        assessment = rate(HOSPITALS, **{**few, "a": gone, "c": "1 2 3 4 5 6 7 9"})  # type: ignore[arg-type]
        check(assessment, [(row, other) for row in range(8) for other in range(8)], ["star"])


def test_what_people_decided_and_what_came_as_published_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision on the rating, whatever the row; a published statistic is no blend."""
    monkeypatch.setattr(module, "CELLS", 100)  # in several chunks
    decision = Override("D", "star", "1", "the board", "2026-11-28", "a visit", CellLocation("return.csv"))
    values = {"a": "1 2 3 5 5 6 9 7", "b": "1 3 2 6 2 3 1 1", "c": "1 5 2 4 3 6 2 8", "size": "1 2 3 4 5 6 7 8"}
    decided = rate(HOSPITALS, overrides=[decision], **values)
    changes = [(row, other) for row in (0, 3, 5) for other in range(8)]
    assert check(decided, changes, ["star"]) > 10
    assert set(np.broadcast_to(drawn(decided, changes, ["star"]).cells("star"), (1, 24))[0, 8:16].tolist()) == {2}
    published = rate(HOSPITALS, one_z="1 - - - - - - -", **values)  # type: ignore[arg-type]
    with pytest.raises(NotByRow):
        drawn(published, changes, ["star"])


def test_a_method_that_refuses_a_row_is_left_to_the_engine() -> None:
    """In the words of the engine."""
    text = """\
        scales: {lights: [{level: green}, {level: red}]}
        inputs: {a: {type: number, polarity: higher}, b: {type: number}, c: {type: number}}
        measures:
          share: {kind: ratio, of: a, to: b, zero: refuse}
          place: {kind: percentile-rank, of: share, over: everyone, form: low / n}
          off: {kind: min-max, of: share, over: everyone, low: c, high: 100}
          half: {kind: min-max, of: share, over: everyone, low: c}
        ratings: {light: {kind: thresholds, of: place, scale: lights, headline: true, levels: [{level: green, above: 0.5}, {level: red, otherwise: true}]}}
    """
    assessment = rate(text, a="1 2 - 4", b="1 1 0 1", c="1 2 3 4")
    board = drawn(assessment, [(0, 1), (3, 2), (1, 0)], ["light"])
    assert not board.doubted.any()
    mixed = OneRow(Plan(assessment), np.array([0, 1]), {"a": np.array([5.0, 5.0]), "b": np.array([0.0, 2.0])})
    assert mixed.run(["light"]).doubted.tolist() == [True, False]
    posts = OneRow(Plan(assessment), np.array([0, 1]), {"c": np.array([500.0, 2.0])})
    assert posts.run(["off"]).doubted.tolist() == [True, False]
    posts = OneRow(Plan(assessment), np.array([0, 1]), {"c": np.array([500.0, 0.5])})
    assert posts.run(["half"]).doubted.tolist() == [True, False]


def test_a_bound_of_the_method_that_is_refused_ends_all() -> None:
    """Goalposts that cross are wrong in every draw."""
    board = module.RowBoard(method(HOSPITALS), 1, lambda _: None, None, ("A", "B"))  # type: ignore[arg-type, return-value]
    board.doubted = np.zeros(2, np.bool_)
    board.end(np.array([False]), "x")
    assert not board.doubted.any()
    board.settled = np.array([[True, False]])
    board.refuse(np.array([[True, False]]), "x")
    assert not board.doubted.any()
    board.doubt(np.array([[False, True]]))
    assert board.doubted.tolist() == [False, True]
    board.end(np.array([True]), "x")
    assert board.doubted.all()


def test_too_many_cells_of_everyone_are_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that it cannot, before it takes minutes."""
    monkeypatch.setattr(module, "MOST_CELLS", 100)
    with pytest.raises(NotByRow):
        drawn(hospitals(TOLD["a place in a cohort"]), SOME, ["star"])
    assert check(hospitals(TOLD["shares of ranks"]), SOME[:3], ["star"]) > 1, "by the own rank alone"


def test_what_was_worked_out_is_let_go_at_once() -> None:
    """Nothing of it holds itself: of thousands of mixtures the columns would stay until circles are looked for."""
    text = """\
        inputs: {a: {type: number, polarity: higher}}
        measures: {z: {kind: standardise, of: a, sd: n, over: everyone}}
        ratings: {place: {kind: percentile-rank, of: z, over: everyone, form: low / n, headline: true}}
    """
    plan = Plan(rate(text, a="1 2 4"))
    gc.disable()
    try:
        one = OneRow(plan, np.array([0, 1]), {"a": np.array([5.0, 5.0])})
        board = one.run(["z"])
        gone = ref(one)
        del one
        assert board.cells("z").shape == (1, 2)
        assert gone() is None
    finally:
        gc.enable()

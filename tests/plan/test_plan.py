"""The plan is held to the engine: unperturbed in every cell, and under changes in every draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.generated import Generated, methodologies
from tests.support.rules import rate, read

from nhsrate.core.problems import Refused, errors
from nhsrate.kinds import KINDS
from nhsrate.plan.by_engine import rated_draw
from nhsrate.plan.columns import encoded
from nhsrate.plan.kinds import ARITHMETIC
from nhsrate.plan.plan import Change, Plan, agree

if TYPE_CHECKING:
    from nhsrate.engine.assessment import Assessment
    from nhsrate.plan.columns import Floats


def test_every_kind_is_in_the_plan() -> None:
    """A kind that is added without its array arithmetic fails here."""
    assert ARITHMETIC.keys() == KINDS.keys()


def rated(generated: Generated) -> Assessment:
    """The engine's assessment of what was generated; what it refuses is no example."""
    methodology, problems = read(generated.text)
    assume(methodology is not None and not errors(problems))
    try:
        return rate(methodology, only=None, overrides=(), names=(), **generated.columns)
    except Refused:
        assume(False)  # noqa: FBT003
        raise


@settings(max_examples=100)
@given(methodologies())
def test_unperturbed_it_is_the_engine(generated: Generated) -> None:
    """Every level is the same and every number within 1e-9, over all kinds."""
    assert Plan(rated(generated)).differences() == []


def weights_in(assessment: Assessment, rng: np.random.Generator, draws: int) -> dict[str, np.ndarray]:
    """New weights for every item that has or implies some."""
    found = {}
    for id_, item in assessment.methodology.items.items():
        of: Any = getattr(item.rule, "of", None)
        averages = item.rule.kind in {"mean", "weighted-mean", "geometric-mean", "weighted-variance"}
        if averages or (item.rule.kind == "sum" and of.weights):
            stated = [float(weight.value) for weight in of.weights or ()] or [1.0] * len(of.items)
            found[id_] = np.array(stated) * rng.uniform(0.5, 1.5, (draws, len(stated)))
    return found


@settings(max_examples=100)
@given(
    methodologies(), st.integers(0, 2**32), st.sets(st.sampled_from(("figures", "weights", "a", "rank")), min_size=1)
)
def test_under_changes_it_is_the_engine(generated: Generated, seed: int, what: set[str]) -> None:
    """Every draw is what the engine makes of the same numbers, or is refused as it refuses, or is left to it."""
    assessment = rated(generated)
    rng, draws = np.random.default_rng(seed), 3
    plan = Plan(assessment)
    figures = {}
    if "figures" in what:
        figures = {name: rng.normal(value, 2, (draws, 1)) for name, value in (("low_mark", 0), ("high_mark", 5))}
        figures["share"] = rng.uniform(0.1, 0.9, (draws, 1))
    inputs: dict[str, Floats] = {
        id_: plan.base(id_).cells + rng.normal(0, 2, (draws, plan.base(id_).cells.shape[1]))
        for id_ in ("a", "rank")
        if id_ in what
    }
    if "rank" in inputs:
        inputs["rank"] = np.clip(inputs["rank"], 1, 12)
    change = Change(draws, figures, weights_in(assessment, rng, draws) if "weights" in what else {}, inputs)
    board = plan.run(change)
    assert not plan.unplanned(change)
    for row in range(draws):
        refused = [cause for cause, rows in board.refused.items() if rows[row]]
        if board.near[row]:
            continue
        try:
            engine = rated_draw(assessment, change, row, plan.texts)
        except Refused:
            assert refused, "the engine refuses what the plan does not"
            continue
        if refused:
            assert all("cross" in cause or "do not rise" in cause for cause in refused)
            continue
        for id_ in plan.asked & set(plan.order):
            wanted = encoded(engine.columns[id_], engine.methodology.type_of(id_), plan.texts)
            cells = board.cells(id_)
            assert agree(wanted, cells[row if cells.shape[0] > 1 else 0][None, :]), id_

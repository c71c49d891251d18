"""What kinds say of themselves: on whose values a result rests, and what moves it one way only."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.generated import Generated, methodologies
from tests.support.rules import rate, read

from nhsrate.commands.main import main
from nhsrate.core.cells import Missing
from nhsrate.core.problems import Refused, errors
from nhsrate.kinds import KINDS
from nhsrate.plan.kinds import OVER_ORGANISATIONS, ROW_WISE

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell

MONOTONE = {
    "clip": "kind: clip, of: a, low: -2, high: 4",
    "difference": "kind: difference, of: a, from: b",
    "first-available": "kind: first-available, of: [c, a, b]",
    "geometric-mean": "kind: geometric-mean, of: {a: 2, b: 1}, missing: leave out",
    "harmonic-mean": "kind: harmonic-mean, of: [a, b], missing: leave out",
    "highest": "kind: highest, of: [a, b, c], missing: leave out",
    "logarithm": "kind: logarithm, of: a, base: e",
    "lowest": "kind: lowest, of: [a, b, c], missing: leave out",
    "mean": "kind: mean, of: [a, b, c], missing: leave out",
    "median": "kind: median, of: [a, b, c], missing: leave out",
    "percentile-rank": "kind: percentile-rank, of: a, over: everyone, reverse: never, form: low / n",
    "product": "kind: product, of: [a, b], missing: leave out",
    "ratio": "kind: ratio, of: a, to: b, zero: missing",
    "sum": "kind: sum, of: {a: -2, b: 1}, missing: leave out",
    "weighted-mean": "kind: weighted-mean, of: {a: 2, b: 5}, missing: leave out",
}
"""A rule of every kind that says so, with the value that moves in `a`."""


def test_every_kind_that_says_so_is_held_to_it() -> None:
    assert {kind for kind in KINDS if KINDS[kind].monotone} == MONOTONE.keys()
    assert {KINDS[kind].monotone for kind in MONOTONE} == {("of",)}


def test_a_kind_is_alone_where_its_arithmetic_is() -> None:
    """As the arrays part them, which are held to the engine."""
    assert {kind for kind in KINDS if KINDS[kind].alone} == ROW_WISE.keys()
    assert {kind for kind in KINDS if not KINDS[kind].alone} == OVER_ORGANISATIONS.keys()


def results(rule: str, values: list[int], b: int | None, c: int | None) -> list[Cell] | None:
    """The result of the first organisation for each of its values; nothing where the method refuses one."""
    text = f"""
    inputs: {{a: {{type: number, polarity: higher}}, b: {{type: number}}, c: {{type: number}}}}
    ratings: {{r: {{{rule}, headline: true}}}}
    """
    first, second = ("-" if one is None else str(one) for one in (b, c))
    found = []
    for value in values:
        try:
            rated = rate(text, a=f"{value} 2 5 -", b=f"{first} 3 1 2", c=f"{second} 1 - 2")
        except Refused:
            return None
        found.append(rated.columns["r"][0])
    return found


@pytest.mark.parametrize("kind", MONOTONE)
@settings(max_examples=10, deadline=None)
@given(
    values=st.lists(st.integers(-9, 9), min_size=3, max_size=6, unique=True),
    b=st.one_of(st.none(), st.integers(-4, 9)),
    c=st.one_of(st.none(), st.integers(-4, 9)),
)
def test_as_one_value_rises_the_result_never_turns_back(
    kind: str, values: list[int], b: int | None, c: int | None
) -> None:
    found = results(MONOTONE[kind], sorted(values), b, c)
    if kind in {"geometric-mean", "harmonic-mean", "logarithm"} and found is None:
        above = (max(1, one) if one is not None else None for one in (b, c))
        found = results(MONOTONE[kind], sorted({abs(value) + 1 for value in values}), *above)
    assert found is not None
    if any(isinstance(cell, Missing) for cell in found):
        assert all(isinstance(cell, Missing) for cell in found)
        return
    numbers = [cell for cell in found if isinstance(cell, Decimal)]
    assert len(numbers) == len(found)
    assert numbers in (sorted(numbers), sorted(numbers, reverse=True))


@settings(max_examples=20, deadline=None)
@given(methodologies(row_wise=True))
def test_what_is_alone_is_the_same_among_others(generated: Generated) -> None:
    """An organisation rated with its like, and rated by itself."""
    methodology, problems = read(generated.text)
    assume(methodology is not None and not errors(problems))
    assert methodology is not None
    try:
        together = rate(methodology, only=None, overrides=(), names=(), **generated.columns)
    except Refused:
        assume(False)  # noqa: FBT003
        raise
    single = rate(
        methodology,
        only=None,
        overrides=(),
        names=(),
        **{id_: text.split()[0] for id_, text in generated.columns.items()},
    )
    alone: set[str] = set(methodology.inputs)
    for id_ in methodology.order:
        item = methodology.items[id_]
        if item.rule.alone and set(item.reads()) <= alone:
            alone.add(id_)
            assert single.columns[id_][0] == together.columns[id_][0], id_


def test_the_manual_of_a_kind_says_so() -> None:
    """In words, and as json."""
    said = CliRunner().invoke(main, ["kinds", "mean"]).stdout
    assert "On the organisation's own values alone; as a value of `of` rises" in " ".join(said.split())
    assert "On those of other organisations too." in " ".join(
        CliRunner().invoke(main, ["kinds", "place"]).stdout.split()
    )
    assert '"alone": false' in CliRunner().invoke(main, ["kinds", "place", "-f", "json"]).stdout

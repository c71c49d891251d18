"""Kinds that combine, with one part to seven: each result is that of the statistics module or of a fraction."""

from __future__ import annotations

import statistics
from fractions import Fraction
from math import isclose, prod
from typing import TYPE_CHECKING

import pytest
from tests.support.rules import rate

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = (7, 2, 11, 3, 2, 5, 13)
BY: dict[str, Callable[[list[Fraction]], float | Fraction]] = {
    "sum": sum,
    "product": prod,
    "mean": statistics.mean,
    "median": statistics.median,
    "lowest": min,
    "highest": max,
    "geometric-mean": statistics.geometric_mean,
    "harmonic-mean": statistics.harmonic_mean,
    "weighted-variance": statistics.variance,
}
WEIGHED: dict[str, Callable[[list[Fraction], list[int]], float | Fraction]] = {
    "sum": lambda values, weights: sum(value * weight for value, weight in zip(values, weights, strict=True)),
    "weighted-mean": lambda values, weights: sum(map(Fraction.__mul__, values, map(Fraction, weights))) / sum(weights),
    "geometric-mean": lambda values, weights: statistics.geometric_mean(repeated(values, weights)),
    "harmonic-mean": lambda values, weights: statistics.harmonic_mean(repeated(values, weights)),
    "weighted-variance": lambda values, weights: (
        statistics.pvariance(repeated(values, weights)) * Fraction(len(values), len(values) - 1)
    ),
}


def repeated(values: list[Fraction], weights: list[int]) -> list[Fraction]:
    """Each value as many times as its weight says."""
    return [value for value, weight in zip(values, weights, strict=True) for _ in range(weight)]


def worked(kind: str, of: str, values: list[int]) -> float:
    """What a kind makes of these values."""
    inputs = ", ".join(f"p{k}: {{type: number, valid: 1..20}}" for k in range(len(values)))
    rules = f"inputs: {{{inputs}}}\nmeasures: {{x: {{kind: {kind}, of: {of}, missing: refuse}}}}"
    assessment = rate(rules, only=["x"], **{f"p{k}": str(value) for k, value in enumerate(values)})  # type: ignore[arg-type]  # columns alone
    (cell,) = assessment.columns["x"]
    return float(str(cell))


@pytest.mark.parametrize("kind", BY)
def test_of_one_part_to_seven(kind: str) -> None:
    for size in range(2 if kind == "weighted-variance" else 1, len(PARTS) + 1):
        values = [*PARTS[:size]]
        wanted = BY[kind]([*map(Fraction, values)])
        assert isclose(worked(kind, f"[{', '.join(f'p{k}' for k in range(size))}]", values), wanted, rel_tol=1e-12)


@pytest.mark.parametrize("kind", WEIGHED)
def test_of_one_weighed_part_to_seven(kind: str) -> None:
    for size in range(2 if kind == "weighted-variance" else 1, len(PARTS) + 1):
        values, weights = [*PARTS[:size]], [*range(1, size + 1)]
        of = ", ".join(f"p{k}: {weight}" for k, weight in enumerate(weights))
        wanted = WEIGHED[kind]([*map(Fraction, values)], weights)
        assert isclose(worked(kind, f"{{{of}}}", values), wanted, rel_tol=1e-12)

"""Numbers among items, levels that are combined, fixed ends, goalposts of their own, statistics as columns, peers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.core.cells import Missing
from nhsrate.core.problems import Refused

HEAD = """
figures: {f: {value: 4, basis: assumed}, a: {value: 100, basis: assumed}}
scales:
  rag: [{level: green}, {level: amber}, {level: red}]
  segments: [{level: 1}, {level: 2}, {level: 3}, {level: x, number: 9}]
inputs:
  a: {type: number}
  b: {type: number, polarity: lower}
  c: {type: number, polarity: higher}
  l: {type: level, scale: rag}
  m: {type: level, scale: rag}
  s: {type: level, scale: segments}
  t: {type: level, scale: segments}
  k: {type: text}
measures:
  x: {%s}
"""


def told(rule: str, **columns: str) -> list[str]:
    """What is refused, without the remedy."""
    with pytest.raises(Refused) as refused:
        rate(HEAD % rule, **columns)  # type: ignore[arg-type]
    return [f"{problem.code}: {problem.message}" for problem in refused.value.problems]


def test_numbers_stand_among_items_and_are_always_there() -> None:
    """An item's name wins over a figure's in a list of items."""
    found = rate(HEAD % "kind: sum, of: [a, 5, f, b], missing: leave out", a="1 2 -", b="10 - -")
    assert results(found, "x") == ["20", "11", "missing (none of its parts is there)"]
    assert why(found, "x") == "1 + 10 + 5 + 4 (f)"
    assert plain(found.methodology, "x") == "the sum of a, b, 5, 4 (f); missing ones are left out"
    found = rate(HEAD % "kind: lowest, of: [a, f], missing: leave out", a="1 9 -")
    assert results(found, "x") == ["1", "4", "missing (none of its parts is there)"]
    assert why(found, "x", 1) == "the lowest of 9, 4 (f)"
    found = rate(HEAD % "kind: product, of: [a, b, -2], missing: {count as: 3}", a="1 9 -", b="2 0 4")
    assert results(found, "x") == ["-4", "0", "-24"]
    assert why(found, "x", 2) == "3 x 4 x -2"
    found = rate(HEAD % "kind: difference, of: {item: a, times: 2}, from: 3", a="1 9 -")
    assert results(found, "x") == ["-1", "15", "missing (blank)"]
    assert why(found, "x") == "(1 x 2) - 3"
    assert plain(found.methodology, "x") == "a x 2 less 3"


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("kind: sum, of: [1, f]", "wrong-type: There are but numbers here, and no item. Name at least one."),
        ("kind: mean, of: [a, 5]", 'unknown-name: "5" is a number, and no item. Numbers stand among items in sum, product, lowest and highest; elsewhere use kind constant.'),
        ("kind: mean, of: [a, f]", 'unknown-name: "f" is a number, and no item.'),
        ("kind: difference, of: 5, from: f", "wrong-type: A difference of two numbers is a number. Name an item, or use constant."),
        ("kind: product, of: {a: 2, b: 1}", "wrong-type: Weights mean nothing to product. Write a list: [a, b]."),
        ("kind: lowest, of: [l, m]", '"x" works on numbers, and the levels of "l" (rag) have none.'),
        ("kind: lowest, of: [l, s], scale: rag", '"x" hands "s" on, and the two are not of one scale or type.'),
        ("kind: lowest, of: [l, 3], scale: rag", "The lowest of levels is a level, and a number is none. Leave the number out, or leave out scale:."),
        ("kind: highest, of: [l, m], scale: rag, missing: {count as: 1}", "The highest of levels is a level, and a number is none."),
        ("kind: clip, of: a", "missing-key: Values are clipped at one end or both. Add low:, high:, or both."),
        ("kind: clip, of: a, low: 5, high: f", "thresholds: The low end is above the high one. Swap them."),
        ("kind: clip, of: a, low: {item: b, plus: 1}, high: b", "thresholds: The low end is above the high one."),
        ("kind: clip, of: k, low: 1", '"x" works on numbers, and "k" is text.'),
        ("kind: statistic, of: b, over: everyone, take: quantile", "A quantile has a share: and a definition:, and nothing else has."),
        ("kind: statistic, of: b, over: everyone, take: mean, share: 0.5", "A quantile has a share: and a definition:, and nothing else has."),
        ("kind: statistic, of: b, over: everyone, take: quantile, share: 25, definition: linear", "A share of 25 is not from 0 to 1. Such as 0.25."),
        ("kind: relative, of: b, over: everyone, to: organisation", "to: organisation and the code of one under organisation: go together."),
        ("kind: relative, of: b, over: everyone, to: mean, organisation: A", "to: organisation and the code of one under organisation: go together."),
        ("kind: min-max, of: b, over: everyone, worst: 5", "worst: and best: go together, and without low:, high: and reverse:."),
        ("kind: min-max, of: b, over: everyone, worst: 5, best: 1, low: 1", "worst: and best: go together, and without low:, high: and reverse:."),
        ("kind: min-max, of: b, over: everyone, worst: 5, best: 1, reverse: always", "worst: and best: go together, and without low:, high: and reverse:."),
        ("kind: min-max, of: b, over: everyone, worst: 5, best: 5", "The worst goalpost is the best one. Set them apart."),
        ("kind: min-max, of: b, over: everyone, worst: 1, best: 5", 'upside-down: Lower is better for "b", and here it is the other way round. Swap worst: and best:, or mend polarity:.'),
        ("kind: min-max, of: c, over: everyone, worst: 5, best: 1", 'upside-down: Higher is better for "c"'),
        ("kind: min-max, of: c, over: everyone, low: 5, high: 1", "The low goalpost is not below the high one. Swap them; where lower is better, write worst: and best: in their place."),
        ("kind: formula, of: a", 'There is no kind "formula". There are no formulas: make each step a measure, by sum, difference, product, ratio and their like.'),
        ("kind: MAX, of: [a, b]", 'There is no kind "MAX". Write kind: highest.'),
        ("kind: if, of: a", 'There is no kind "if". Write kind: decide, with rows: of when: and then:, and otherwise:.'),
        ("kind: mean, of: [a, b], weights: [1, 2]", '"weights" is not known in mean. Write kind: weighted-mean, with of: {a: 2, b: 1}.'),
        ("kind: lowset, of: [a, b]", 'There is no kind "lowset". Did you mean "lowest"?'),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_with_what_to_write(rule: str, problem: str) -> None:
    assert any(problem in said for said in problems_of(HEAD % rule)), problems_of(HEAD % rule)


def test_levels_of_one_scale_give_one_of_it() -> None:
    """Without numbers the best is the highest; with numbers these say it."""
    found = rate(
        HEAD % "kind: lowest, of: [l, m], scale: rag, missing: leave out", l="green amber - -", m="red amber green -"
    )
    assert results(found, "x") == ["red", "amber", "green", "missing (none of its parts is there)"]
    assert why(found, "x", 2) == "the lowest of green; left out: l (blank)"
    assert plain(found.methodology, "x") == "the lowest of l, m, on the scale rag; missing ones are left out"
    found = rate(
        HEAD % "kind: highest, of: [l, m], scale: rag, missing: missing", l="green amber -", m="red amber green"
    )
    assert results(found, "x") == ["green", "amber", "missing (l is missing: blank)"]
    found = rate(HEAD % "kind: highest, of: [s, t], scale: segments, missing: leave out", s="1 3 x", t="2 1 -")
    assert results(found, "x") == ["2", "3", "x"]
    found = rate(HEAD % "kind: lowest, of: [s, t], missing: leave out", s="1 3 x", t="2 2 -")
    assert results(found, "x") == ["1", "2", "9"]
    assert "cannot do without it" in told("kind: lowest, of: [l, m], scale: rag", l="green", m="-")[0]


def test_values_are_kept_between_ends() -> None:
    found = rate(HEAD % "kind: clip, of: a, low: 0, high: {item: c, times: 2}", a="9 -3 5 - 5", c="4 4 4 4 -")
    assert results(found, "x") == ["8", "0", "5", "missing (blank)", "missing (c is missing: blank)"]
    assert why(found, "x") == "a is 9, kept from 0 to c (4) x 2 = 8"
    assert plain(found.methodology, "x") == "a, kept from 0 to c x 2"
    found = rate(HEAD % "kind: clip, of: a, low: c", a="9 -3 5", c="4 4 -")
    assert results(found, "x") == ["9", "4", "missing (c is missing: blank)"]
    assert plain(found.methodology, "x") == "a, kept at least c"
    found = rate(HEAD % "kind: clip, of: a, high: f", a="9")
    assert [*results(found, "x"), why(found, "x")] == ["4", "a is 9, kept at most 4 (f)"]
    said = told("kind: clip, of: a, low: 5, high: c", a="1 1", c="6 4")
    assert said == ["crossed-bounds: The lower end, 5, is above the upper one, c (4). Organisations: B."]


def test_the_lowest_that_a_clipped_value_can_be_is_its_lower_end() -> None:
    """So a geometric mean may be made of what is kept above zero."""
    text = HEAD % "kind: clip, of: %s, low: %s, high: 9}\n  y: {kind: geometric-mean, of: [x]"
    limited = text.replace("b: {type: number,", 'b: {type: number, valid: ">= -1",')
    assert "can be -1" in problems_of(limited % ("b", "-5"))[0]
    assert "can be 0" in problems_of(limited % ("b", "0"))[0]
    assert problems_of(limited % ("b", "1")) == []
    assert problems_of(limited % ("a", "-1")) != []


def test_goalposts_may_descend_and_be_each_organisations_own() -> None:
    found = rate(
        HEAD % "kind: min-max, of: b, over: everyone, worst: 60, best: 20, to: 100, clip: true", b="60 20 30 70 10 -"
    )
    assert results(found, "x") == ["0", "100", "75", "0", "100", "missing (blank)"]
    assert why(found, "x", 2) == "100 x (30 - 60) / (20 - 60), clipped to the goalposts"
    assert plain(found.methodology, "x") == "b scaled from 60 (worst) to 20 (best) over everyone to 0 to 100, clipped"
    assert found.methodology.polarity_of("x") == "higher"
    found = rate(
        HEAD % "kind: min-max, of: c, over: everyone, worst: {item: a}, best: {item: a, plus: f}",
        c="2 3 3 3",
        a="1 1 - 3",
    )
    assert results(found, "x") == ["0.25", "0.5", "missing (a is missing: blank)", "0"]
    assert why(found, "x") == "1 x (2 - 1) / (5 - 1); goalposts from a (1) and a (1) + 4 (f) = 5"
    found = rate(HEAD % "kind: min-max, of: c, over: everyone, low: {item: a}", c="2 3 4 4", a="1 1 4 -")
    assert results(found, "x") == [
        "0.333333333333",
        "0.666666666667",
        "missing (the goalposts are both 4)",
        "missing (a is missing: blank)",
    ]
    assert (
        "wrong way round: a (5) and 4. Organisations: B"
        in told("kind: min-max, of: c, over: everyone, low: {item: a}", c="2 3 4", a="1 5 1")[0]
    )
    said = told("kind: min-max, of: b, over: everyone, worst: {item: a}, best: c", b="2 3", a="9 1", c="1 9")
    assert said == ["crossed-bounds: The goalposts lie the wrong way round: a (1) and c (9). Organisations: B."]
    unsaid = HEAD % "kind: min-max, of: a, over: everyone, worst: b, best: c"
    assert results(rate(unsaid, a="2 3", b="1 4", c="3 2"), "x") == ["0.5", "0.5"]


def test_a_statistic_is_the_same_for_all_of_its_cohort() -> None:
    rule = "kind: statistic, of: b, over: everyone, within: k, take: "
    found = rate(HEAD % f"{rule}mean", b="1 3 - 9 - 4", k="p p p q r -")
    assert results(found, "x") == ["2", "2", "2", "9", "missing (nobody has a value of b)", "missing (blank)"]
    assert why(found, "x", 2) == "the mean of b, 2 over everyone, k p"
    assert found.methodology.polarity_of("x") == "lower"
    found = rate(HEAD % f"{rule}count", b="1 3 - 9 - 4", k="p p p q r -")
    assert results(found, "x") == ["2", "2", "2", "1", "0", "missing (blank)"]
    assert why(found, "x", 4) == "how many have a value of b, 0 over everyone, k r"
    assert found.methodology.polarity_of("x") is None
    for take, wanted in (("sum", "10"), ("lowest", "1"), ("highest", "6"), ("median", "3")):
        assert (
            results(rate(HEAD % f"kind: statistic, of: b, over: everyone, take: {take}", b="1 3 6 -"), "x")
            == [wanted] * 4
        )
    found = rate(
        HEAD % "kind: statistic, of: b, over: everyone, take: quantile, share: 0.25, definition: weibull", b="1 3 6"
    )
    assert results(found, "x") == ["1"] * 3
    assert plain(found.methodology, "x") == "the 0.25 quantile (weibull) of b over everyone"


def test_a_statistic_over_a_population_is_none_outside_it() -> None:
    text = (HEAD % "kind: statistic, of: b, over: small, take: highest").replace(
        "measures:", "populations: {small: {when: {k: small}, missing: fails}}\nmeasures:"
    )
    found = rate(text, b="1 2 9", k="small small large")
    assert results(found, "x") == ["2", "2", "missing (not in the population small)"]


def test_values_are_set_against_a_named_organisation() -> None:
    rule = "kind: relative, of: b, over: everyone, to: organisation, organisation: b"
    found = rate(HEAD % f"{rule}, as: difference", b="1 3 -")
    assert results(found, "x") == ["-2", "0", "missing (blank)"]
    assert why(found, "x") == "1 - 3, that of b"
    assert plain(found.methodology, "x") == "b as a difference to that of b over everyone"
    assert results(rate(HEAD % rule, b="1 -3 4"), "x") == ["missing (that of b is not above zero)"] * 3
    assert results(rate(HEAD % rule, b="1 - 4"), "x") == [
        "missing (b is missing: blank)",
        "missing (blank)",
        "missing (b is missing: blank)",
    ]
    said = told(rule.replace("organisation: b", "organisation: RJ1"), b="1 2")
    assert said == [
        'cannot-compute: "b" is set against that of RJ1, which does not stand in the return. Organisations: A, B.'
    ]


@given(
    values=st.lists(st.decimals("0.1", 99, places=1), min_size=1, max_size=4),
    weights=st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
def test_products_and_harmonic_means_are_exact(values: list[Decimal], weights: list[int]) -> None:
    """Held to fractions: a product has every digit, a harmonic mean is right to 40."""
    names = [f"v{n}" for n in range(len(values))]
    inputs = ", ".join(f"{name}: {{type: number}}" for name in names)
    weighted = ", ".join(f"{name}: {weight}" for name, weight in zip(names, weights, strict=False))
    text = f"inputs: {{{inputs}}}\nmeasures:\n  p: {{kind: product, of: [{', '.join(names)}, 3]}}\n  h: {{kind: harmonic-mean, of: {{{weighted}}}}}"
    found = rate(text, **dict(zip(names, map(str, values), strict=True)))  # type: ignore[arg-type]
    product, harmonic = found.columns["p"][0], found.columns["h"][0]
    assert isinstance(product, Decimal)
    assert isinstance(harmonic, Decimal)
    exact, inverse = Fraction(3), Fraction(0)
    for value, weight in zip(values, weights, strict=False):
        exact *= Fraction(value)
        inverse += Fraction(weight) / Fraction(value)
    assert Fraction(product) == exact
    assert abs(Fraction(harmonic) * inverse / sum(weights[: len(values)]) - 1) < Fraction(1, 10**39)


def test_a_harmonic_mean_is_of_what_is_above_zero() -> None:
    assert results(rate(HEAD % "kind: harmonic-mean, of: [a, b], missing: leave out", a="2 -", b="6 5"), "x") == [
        "3",
        "5",
    ]
    found = rate(HEAD % "kind: harmonic-mean, of: {a: 1, b: f}", a="2", b="4")
    assert why(found, "x") == "5 / (1 / 2 + 4 (f) / 4)"
    said = told("kind: harmonic-mean, of: [a, b]", a="1 0", b="1 1")
    assert said == ['cannot-compute: "a" is not above zero, and a harmonic mean needs that. Organisations: B.']


def test_a_per_cent_of_a_number_that_is_zero_is_refused() -> None:
    assert told("kind: difference, of: a, from: 0, as: percent", a="1") == [
        "cannot-compute: 0 is zero, and a per cent of it has no value. Organisations: A."
    ]
    assert isinstance(rate(HEAD % "kind: difference, of: a, from: 0", a="-").columns["x"][0], Missing)
    assert method(HEAD % "kind: difference, of: a, from: 0").items["x"].rule.reads() == ("a",)

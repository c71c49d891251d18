"""What holds for every input: exactness against fractions, and that better is never worse."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.rules import method, rate

from nhsrate.core.cells import Level
from nhsrate.core.numbers import Halves, plain_number, rounded
from nhsrate.core.problems import Problem
from nhsrate.core.quantiles import Definition, quantile
from nhsrate.language.tree import Mapping, read_tree
from nhsrate.rules.load import RuleText, methodology_of, read_methodology

if TYPE_CHECKING:
    import pytest

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

decimals = st.decimals(-1000, 1000, places=3)
whole = st.integers(-20, 20)
weights = st.integers(1, 100)
halves_words = st.sampled_from(get_args(Halves))


def words(values: list[Decimal] | list[int]) -> str:
    return " ".join(format(value, "f") if isinstance(value, Decimal) else str(value) for value in values)


def numbers(rated: Assessment, item: str) -> list[Decimal]:
    column = rated.columns[item]
    assert all(isinstance(cell, Decimal) for cell in column)
    return [cell for cell in column if isinstance(cell, Decimal)]


def scores(rated: Assessment, item: str) -> list[Decimal]:
    """Numbers, or levels by how far from the best they are, lower is better."""
    return [Decimal(cell.position) if isinstance(cell, Level) else cell for cell in rated.columns[item]]  # type: ignore[misc]


def close(found: Decimal, exact: Fraction) -> bool:
    """Equal to the 40 digits that are compared; a whole number is met exactly."""
    if exact.denominator == 1:
        return found == exact.numerator
    return abs(Fraction(found) - exact) <= abs(exact) * Fraction(1, 10**39)


def reference_round(value: Fraction, places: int, halves: str) -> Fraction:
    """Rounding by its words, on fractions."""
    scaled = value * 10**places
    low = math.floor(scaled)
    part = scaled - low
    if part != Fraction(1, 2):
        return Fraction(low + (part > Fraction(1, 2)), 10**places)
    up = {
        "up": True,
        "down": False,
        "even": low % 2 == 1,
        "towards zero": scaled < 0,
        "away from zero": scaled > 0,
    }[halves]
    return Fraction(low + up, 10**places)


@given(decimals, st.integers(0, 5), halves_words)
@example(Decimal("2.345"), 2, "up")
@example(Decimal("-2.345"), 2, "up")
@example(Decimal("-0.5"), 0, "towards zero")
def test_rounding_is_exact(value: Decimal, places: int, halves: Halves) -> None:
    assert Fraction(rounded(value, places=places, halves=halves)) == reference_round(Fraction(value), places, halves)


@given(st.integers(-10_000, 10_000), st.integers(0, 3), halves_words, st.sampled_from([3, 7, 9, 11, 13, 17]))
def test_a_half_that_came_through_thirds_is_a_half(n: int, places: int, halves: Halves, parts: int) -> None:
    """(2n + 1) / 2 in units of the last place, made as the mean of parts that each do not end."""
    half = Fraction(2 * n + 1, 2 * 10**places)
    item = f"{{places: {places}, halves: {halves}}}"
    rules = f"""
    inputs: {{a: {{type: number}}, n: {{type: number}}}}
    measures:
      part: {{kind: ratio, of: a, to: n}}
      whole: {{kind: sum, of: {{part: {parts}}}, round: {item}}}
    """
    rated = rate(rules, only=["whole"], a=format(Decimal(half.numerator) / half.denominator, "f"), n=str(parts))
    assert Fraction(numbers(rated, "whole")[0]) == reference_round(half, places, halves)


@given(decimals, st.sampled_from(["0.5", "0.25", "2", "5", "0.1"]), halves_words)
def test_rounding_to_a_step_is_rounding_of_the_steps(value: Decimal, step: str, halves: Halves) -> None:
    found = Fraction(rounded(value, step=Decimal(step), halves=halves))
    assert found == reference_round(Fraction(value) / Fraction(step), 0, halves) * Fraction(step)


@given(st.integers(-999, 999), st.integers(-300, 300), st.integers(0, 30))
def test_rounding_never_fails_however_large_or_small_the_number(digits: int, exponent: int, places: int) -> None:
    value = Decimal(digits).scaleb(exponent)
    assert abs(rounded(value, places=places) - value) <= Decimal(1).scaleb(-places)


@given(st.text(max_size=12))
def test_a_plain_number_is_what_decimal_reads(text: str) -> None:
    number = plain_number(text)
    assert number is None or (number.is_finite() and number == Decimal(text))


COMBINED: dict[str, Methodology] = {}


def combined(kind: str, of: str) -> Methodology:
    text = f"inputs: {{a: {{type: number}}, b: {{type: number}}, c: {{type: number}}}}\nmeasures: {{x: {{kind: {kind}, of: {of}, missing: leave out}}}}"
    if text not in COMBINED:
        COMBINED[text] = method(text)
    return COMBINED[text]


@given(decimals, decimals, decimals)
def test_means_are_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
    mean = (Fraction(a) + Fraction(b) + Fraction(c)) / 3
    columns = {"a": words([a]), "b": words([b]), "c": words([c])}
    assert close(
        numbers(rate(combined("mean", "[a, b, c]"), only=["x"], overrides=(), names=(), **columns), "x")[0],
        mean,
    )
    assert numbers(rate(combined("sum", "[a, b, c]"), only=["x"], overrides=(), names=(), **columns), "x") == [
        a + b + c
    ]
    assert numbers(rate(combined("median", "[a, b, c]"), only=["x"], overrides=(), names=(), **columns), "x") == [
        sorted([a, b, c])[1]
    ]
    assert numbers(rate(combined("lowest", "[a, b, c]"), only=["x"], overrides=(), names=(), **columns), "x") == [
        min(a, b, c)
    ]
    assert numbers(rate(combined("highest", "[a, b, c]"), only=["x"], overrides=(), names=(), **columns), "x") == [
        max(a, b, c)
    ]


@given(
    st.lists(decimals, min_size=3, max_size=3),
    st.lists(weights, min_size=3, max_size=3),
    st.integers(1, 9),
    st.integers(0, 2),
)
def test_weighted_means_are_exact_and_scaling_all_weights_changes_nothing(
    values: list[Decimal], own: list[int], factor: int, gone: int
) -> None:
    """Also where one of the three is missing, and its weight is shared out."""
    given_words = [words([value]) for value in values]
    given_words[gone] = "-"
    columns = dict(zip("abc", given_words, strict=True))
    kept = [k for k in range(3) if k != gone]
    exact = sum((own[k] * Fraction(values[k]) for k in kept), Fraction(0)) / sum(own[k] for k in kept)

    def mean(times: int) -> Decimal:
        of = ", ".join(f"{name}: {weight * times}" for name, weight in zip("abc", own, strict=True))
        return numbers(
            rate(combined("weighted-mean", f"{{{of}}}"), only=["x"], overrides=(), names=(), **columns), "x"
        )[0]

    assert close(mean(1), exact)
    assert mean(factor) == mean(1)


def threshold_rules(bounds: list[Decimal], sides: list[bool]) -> str:
    rows = [
        f"{{score: {len(bounds) - k}, {'at_least' if side else 'above'}: {format(bound, 'f')}}}"
        for k, (bound, side) in enumerate(zip(bounds, sides, strict=True))
    ]
    return f"inputs: {{a: {{type: number}}}}\nmeasures: {{x: {{kind: thresholds, of: a, scores: [{', '.join(rows)}, {{score: 0, otherwise: true}}]}}}}"


@given(st.lists(decimals, min_size=1, max_size=4, unique=True), st.lists(st.booleans(), min_size=4, max_size=4), st.lists(decimals, min_size=1, max_size=6), st.data())  # fmt: skip
def test_thresholds_are_exact_and_a_better_value_never_lowers_a_score(
    bounds: list[Decimal], sides: list[bool], values: list[Decimal], data: st.DataObject
) -> None:
    """Some of the values stand exactly on a threshold."""
    bounds = sorted(bounds, reverse=True)
    sides = sides[: len(bounds)]
    values = sorted([*values, *data.draw(st.lists(st.sampled_from(bounds), max_size=3))])
    found = numbers(rate(threshold_rules(bounds, sides), only=["x"], a=words(values)), "x")
    for value, score in zip(values, found, strict=True):
        met = [
            Fraction(value) >= Fraction(b) if side else Fraction(value) > Fraction(b)
            for b, side in zip(bounds, sides, strict=True)
        ]
        assert score == (len(bounds) - met.index(True) if True in met else 0)
    assert found == sorted(found)


RANKED = """
inputs: {a: {type: number, polarity: POLARITY}, b: {type: number}}
measures:
  x: {kind: rank-spread, of: a, best: 1, worst: 4}
  held: {kind: rank-spread, of: a, best: 1, worst: 4, standard: {SIDE: 5, meets: 1, best: 1.5}, floor: {SIDE: -5, fails: 4, worst: 3.5}}
  place: {kind: place, by: [{item: x, first: lowest}, {item: b, first: highest}]}
  light: {kind: quantile-bands, scale: rag, of: a, over: everyone, definition: hazen, levels: [{level: green, best: 0.25}, {level: amber, best: 0.6}, {level: red, otherwise: true}]}
scales: {rag: [{level: green}, {level: amber}, {level: red}]}
"""
HIGHER = method(RANKED.replace("POLARITY", "higher").replace("SIDE", "at_least"))
LOWER = method(RANKED.replace("POLARITY", "lower").replace("SIDE: 5", "at_most: -5").replace("SIDE: -5", "at_most: 5"))


@given(st.lists(whole, min_size=1, max_size=9), st.booleans())
def test_ranks_spread_exactly(values: list[int], higher: bool) -> None:  # noqa: FBT001 (drawn)
    found = numbers(rate(HIGHER if higher else LOWER, only=["x"], a=words(values)), "x")
    n = len(values)
    for value, score in zip(values, found, strict=True):
        better = sum(other > value if higher else other < value for other in values)
        assert close(score, 1 + Fraction(3 * better, n - 1) if n > 1 else Fraction(1))


@given(st.lists(whole, min_size=1, max_size=9), st.data(), st.booleans(), st.sampled_from(["x", "held", "light"]))
def test_a_better_value_never_makes_its_own_score_worse(
    values: list[int],
    data: st.DataObject,
    higher: bool,  # noqa: FBT001 (drawn)
    item: str,
) -> None:
    n = data.draw(st.integers(0, len(values) - 1))
    gain = data.draw(st.integers(0, 15))
    better = [value + (gain if higher else -gain) if k == n else value for k, value in enumerate(values)]
    rules = HIGHER if higher else LOWER
    before, after = (scores(rate(rules, only=[item], a=words(column)), item)[n] for column in (values, better))
    assert after <= before


@given(st.lists(st.tuples(whole, whole), min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[int, int]], random: object) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = [rows[k] for k in order]
    one = rate(HIGHER, a=words([a for a, _ in rows]), b=words([b for _, b in rows]))
    other = rate(HIGHER, a=words([a for a, _ in mixed]), b=words([b for _, b in mixed]))
    for item in ("x", "held", "place", "light"):
        assert [one.columns[item][k] for k in order] == list(other.columns[item])


def reference_quantile(values: list[Fraction], share: Fraction, definition: str) -> Fraction:
    """Hyndman and Fan's definitions by their formulas: position with its fraction, from 1."""
    n = len(values)
    position = {
        "linear": (n - 1) * share + 1,
        "hazen": n * share + Fraction(1, 2),
        "weibull": (n + 1) * share,
        "median unbiased": (n + Fraction(1, 3)) * share + Fraction(1, 3),
        "inverted cdf": Fraction(math.ceil(n * share)),
        "averaged inverted cdf": n * share + Fraction(1, 2)
        if (n * share).denominator == 1
        else Fraction(math.ceil(n * share)),
    }[definition]
    position = min(max(position, Fraction(1)), Fraction(n))
    low = math.floor(position)
    high = min(low + 1, n)
    return values[low - 1] + (position - low) * (values[high - 1] - values[low - 1])


@given(st.lists(decimals, min_size=1, max_size=12), st.integers(0, 200), st.sampled_from(get_args(Definition)))
def test_quantiles_are_exact(values: list[Decimal], share: int, definition: Definition) -> None:
    values = sorted(values)
    found = quantile(values, Decimal(share) / 200, definition)
    exact = reference_quantile([Fraction(value) for value in values], Fraction(share, 200), definition)
    assert abs(Fraction(found) - exact) <= abs(exact) * Fraction(1, 10**20) + Fraction(1, 10**20)


LIMITED = """
scales: {risk: [{level: 5}, {level: 4}, {level: 3}, {level: 2}, {level: 1}]}
inputs: {a: {type: level, scale: risk}, yes: {type: yes/no, required: true}}
ratings:
  free: {kind: level, scale: risk, of: a, headline: true}
  capped: {kind: level, scale: risk, of: a, limits: [{at_best: CAP, when: {yes: yes}, because: so}]}
  floored: {kind: level, scale: risk, of: a, limits: [{at_worst: CAP, when: {yes: yes}, because: so}]}
  down: {kind: level, scale: risk, of: a, limits: [{step: down, by: CAP, when: {yes: yes}, because: so}]}
"""


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(1, 5), st.data())
def test_a_cap_never_raises_and_a_floor_never_lowers(levels: list[int], cap: int, data: st.DataObject) -> None:
    on = data.draw(st.lists(st.sampled_from(["yes", "no"]), min_size=len(levels), max_size=len(levels)))
    rated = rate(LIMITED.replace("CAP", str(cap)), a=words(levels), yes=" ".join(on))
    free, capped, floored, down = (scores(rated, item) for item in ("free", "capped", "floored", "down"))
    for n, word in enumerate(on):
        assert capped[n] == (max(free[n], 5 - cap) if word == "yes" else free[n])
        assert floored[n] == (min(free[n], 5 - cap) if word == "yes" else free[n])
        assert down[n] == (min(free[n] + cap, 4) if word == "yes" else free[n])


# any text is problems, never another exception

PIECES = st.sampled_from(
    [
        "id",
        "title",
        "inputs",
        "measures",
        "ratings",
        "scales",
        "figures",
        "families",
        "populations",
        "reading",
        "sources",
        "caveats",
        "extends",
        "change\n",
        "",
        "",
        "",
        "kind",
        "sum",
        "mean",
        "thresholds",
        "decide",
        "level",
        "lookup",
        "matrix",
        "count",
        "rank-spread",
        "place",
        "quantile-bands",
        "ratio",
        "of",
        "to",
        "from",
        "over\n",
        "",
        "",
        "",
        "everyone",
        "missing",
        "each",
        "family",
        "column",
        "item",
        "weights",
        "rows",
        "when",
        "then",
        "otherwise",
        "because",
        "levels",
        "scores",
        "level",
        "score",
        "at_least\n",
        "",
        "",
        "",
        "otherwise",
        "table",
        "across",
        "round",
        "places",
        "step",
        "halves",
        "limits",
        "at_best",
        "only_when",
        "type",
        "number",
        "text",
        "scale",
        "headline",
        "true",
        "a",
        "b",
        "c\n",
        "",
        "",
        "",
        "[]",
        "{}",
        "[a]",
        "{a:1}",
        "1",
        "-1",
        "0.5",
        "1e99",
        '">',
        '2"',
        "2..5",
        "not",
        "nan",
        "&",
        "*",
        "!",
        "|",
        ">",
        "#",
        "?",
        "-",
        ":",
        ",",
        "'",
        '"',
        "%",
        "@",
        "`",
        "\t",
        "\\",
    ]
)
rule_texts = st.recursive(
    st.one_of(PIECES, st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"),
        st.lists(st.tuples(PIECES, inner), max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
        ),
    ),
    max_leaves=25,
)
SOUND = """id: sound
title: Sound
scales: {rag: [{level: green, number: 2}, {level: red, number: 1}]}
figures: {cut: {value: 2, basis: stated}}
families: {f: {columns: [x, w], m: [a, 1], n: [b, 2]}}
populations: {kept: {when: {a: ">= 1"}, missing: fails}}
inputs: {a: {type: number, polarity: higher}, b: {type: number}, l: {type: level, scale: rag}, t: {type: text}}
measures:
  made: {each: f, kind: constant, value: {column: w}}
  s: {kind: weighted-mean, of: {family: f, column: x, weights: w}, missing: {leave out: 1}, round: {step: 0.5}}
  d: {kind: decide, rows: [{when: {l: green, a: "> cut"}, then: {item: a}, missing: fails}], otherwise: 3}
  r: {kind: rank-spread, of: a, best: 1, worst: 4, over: kept, floor: {below: 9, fails: 4, worst: 3}}
  k: {kind: lookup, of: t, result: text, table: {x: y}, otherwise: z}
ratings:
  g: {kind: thresholds, scale: rag, of: s, headline: true, levels: [{level: green, at_least: cut}, {level: red, otherwise: true}]}
"""


def read_any(text: str) -> list[Problem]:
    tree, problems = read_tree(text, "any.yaml")
    if isinstance(tree, Mapping):
        found, problems = methodology_of(RuleText(tree, tuple(problems)))
        assert found is not None or problems
    return problems


@settings(max_examples=300)
@given(st.one_of(st.text(), rule_texts, st.lists(st.tuples(PIECES, rule_texts), max_size=6).map(lambda pairs: "\n".join(f"{k}: {v}" for k, v in pairs))))  # fmt: skip
def test_any_text_as_a_rule_file_gives_problems_and_no_other_exception(text: str) -> None:
    assert all(isinstance(problem, Problem) for problem in read_any(text))


@settings(max_examples=300)
@given(st.data(), rule_texts)
def test_a_sound_file_with_any_one_part_replaced_gives_problems_or_rates(data: st.DataObject, part: str) -> None:
    pieces = [piece for piece in SOUND.replace("{", " ").replace("}", " ").replace(",", " ").split() if len(piece) > 1]
    piece = data.draw(st.sampled_from(pieces))
    text = SOUND.replace(piece, part, 1)
    assert all(isinstance(problem, Problem) for problem in read_any(text))


@settings(max_examples=200)
@given(st.binary(max_size=60))
def test_any_bytes_as_a_rule_file_give_problems(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "any.yaml"
    file.write_bytes(data)
    methodology, problems = read_methodology(file)
    assert methodology is None
    assert problems

"""Methodologies over all kinds, and returns for them, as hypothesis draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = """\
figures:
  low_mark: {value: %s, basis: assumed}
  high_mark: {value: %s, basis: assumed}
  share: {value: 0.3, basis: assumed}
scales:
  stars: [{level: 3}, {level: 2}, {level: 1}]
  rag: [{level: green, number: 1}, {level: amber, number: 2}, {level: red, number: 4}]
  ways: [{level: higher}, {level: lower}]
populations:
  acutes: {when: {type: acute}, missing: fails}
  high: {when: {a: ">= low_mark"}, missing: fails}
inputs:
  a: {type: number, polarity: higher, valid: -10..15, places: 1}
  b: {type: number, polarity: lower, valid: -10..15, places: 1}
  c: {type: number, polarity: higher, valid: 0.5..5, step: 0.5}
  events: {type: count, polarity: lower}
  size: {type: count}
  rank: {type: count}
  light: {type: level, scale: rag}
  late: {type: yes/no}
  way: {type: level, scale: ways}
  type: {type: text}
measures:
"""
OVER = st.sampled_from(("everyone", "everyone", "acutes", "high"))
WITHIN = st.sampled_from(("", "", ", within: type", ", within: light"))
MISSING = st.sampled_from(("leave out", "missing", "{count as: 2}", "{leave out: 2}", "{leave out: 60%}", "refuse"))
QUANTILE = st.sampled_from(("linear", "inverted cdf", "averaged inverted cdf", "hazen", "weibull", "median unbiased"))


@dataclass(frozen=True)
class Generated:
    """A rule text, the columns of a return for it as words, and the items with weights."""

    text: str
    columns: dict[str, str]


@st.composite
def methodologies(draw: Callable[..., object], *, row_wise: bool = False) -> Generated:
    """A methodology of six measures and a rating with limits, and a return of two to nine organisations."""
    marks = sorted(draw(st.tuples(st.integers(-6, 2), st.integers(3, 9))))  # type: ignore[call-overload]
    lines, numbers, levels = [], ["a", "b", "c"], ["light"]
    weighted: list[str] = []
    kinds = st.sampled_from(ROW_WISE if row_wise else (*ROW_WISE, *OVER_ORGANISATIONS))
    for n in range(6):
        id_ = f"m{n}"
        text, gives = one(draw, draw(kinds), numbers, levels, weighted)  # type: ignore[arg-type]
        if gives == "numbers":
            text += draw(
                st.sampled_from(("", "", ", round: 1", ", round: {places: 0, halves: even}", ", round: {step: 0.5}"))
            )  # type: ignore[operator]
        if draw(st.integers(0, 4)) == 0:
            text += ", only_when: {when: {late: no}, because: it was late, missing: holds}"
        lines.append(f"  {id_}: {{{text}}}")
        if gives == "numbers":
            numbers.append(id_)
            if text.startswith("kind: weighted-mean"):
                weighted.append(id_)
        else:
            levels.append(id_)
    of = draw(st.sampled_from(numbers[3:] or numbers))
    limits = draw(
        st.sampled_from(
            (
                "",
                ", limits: [{at_best: 2, when: {late: yes}, because: it was late, missing: fails}]",
                ", limits: [{step: down, when: {a: '< low_mark'}, because: a is low, missing: holds}, {at_worst: 2, when: {light: [green, amber]}, because: the light, missing: fails}]",
            )
        )
    )
    rating = (
        f"  stars: {{kind: thresholds, of: {of}, scale: stars, headline: true, polarity: higher, levels: [{{level: 3, at_least: "
        f"high_mark}}, {{level: 2, at_least: low_mark}}, {{level: 1, otherwise: true}}]{limits}}}"
    )
    text = HEAD % tuple(marks) + "\n".join(lines) + "\nratings:\n" + rating + "\n"
    return Generated(text, returns(draw))


def returns(draw: Callable[..., object]) -> dict[str, str]:
    """The columns of a return, with equal values and missing ones among them."""
    size = draw(st.integers(2, 9))

    def column(words: st.SearchStrategy[str], *, gaps: bool = True) -> str:
        one = st.one_of(words, words, words, st.just("-")) if gaps else words
        return " ".join(draw(st.lists(one, min_size=size, max_size=size)))  # type: ignore[arg-type]

    number = st.integers(-80, 120).map(lambda n: f"{n / 10:g}")
    few = st.sampled_from(("1", "2", "2.5", "4"))
    return {
        "a": column(number),
        "b": column(st.one_of(number, few)),
        "c": column(few),
        "events": column(st.integers(0, 14).map(str), gaps=False),
        "size": column(st.integers(15, 90).map(str), gaps=False),
        "rank": column(st.integers(1, 12).map(str), gaps=False),
        "light": column(st.sampled_from(("green", "amber", "red"))),
        "late": column(st.sampled_from(("yes", "no"))),
        "type": column(st.sampled_from(("acute", "Community")), gaps=False),
    }


def one(
    draw: Callable[..., object], kind: str, numbers: list[str], levels: list[str], weighted: list[str]
) -> tuple[str, str]:
    """The fields of a measure of that kind, and whether it gives numbers or levels."""
    pick = st.sampled_from(numbers)
    of, other = draw(pick), draw(pick)
    some: list[str] = draw(st.lists(pick, min_size=2, max_size=4, unique=True))  # type: ignore[assignment]
    weights = draw(st.lists(st.sampled_from((1, 2, 2.5, 10)), min_size=len(some), max_size=len(some)))
    parts = "{" + ", ".join(f"{id_}: {weight}" for id_, weight in zip(some, weights, strict=True)) + "}"  # type: ignore[call-overload]
    listed = f"[{', '.join(some)}]"
    gone, over, within, cut = draw(MISSING), draw(OVER), draw(WITHIN), draw(QUANTILE)
    population = f"over: {over}{within}"
    polarity = "polarity: higher"
    if kind == "weight-used":
        return (
            (f"kind: weighted-mean, of: {parts}, missing: leave out", "numbers")
            if not weighted
            else (f"kind: constant, value: {len(weighted)}", "numbers")
        )
    texts = {
        "constant": "kind: constant, value: low_mark",
        "ratio": f"kind: ratio, of: {of}, to: {other}, times: 10, zero: missing",
        "difference": f"kind: difference, of: {of}, from: {other}",
        "first-available": f"kind: first-available, of: {listed}",
        "sum": f"kind: sum, of: {draw(st.sampled_from((parts, listed)))}, missing: {gone}",
        "mean": f"kind: mean, of: {listed}, missing: {gone}",
        "weighted-mean": f"kind: weighted-mean, of: {parts}, missing: {gone}",
        "median": f"kind: median, of: {listed}, missing: {gone}",
        "lowest": f"kind: lowest, of: {listed}, missing: {gone}",
        "highest": f"kind: highest, of: {listed}, missing: {gone}",
        "geometric-mean": f"kind: geometric-mean, of: {draw(st.sampled_from(('[c, size]', '{c: 2, size: 1}')))}, "
        f"missing: {draw(st.sampled_from(('leave out', 'missing')))}",
        "weighted-variance": f"kind: weighted-variance, of: {parts}, missing: leave out",
        "count": f"kind: count, of: {listed}, at: '{draw(st.sampled_from(('>= low_mark', 'missing', 'not missing', '1..4', '2', 'not < 3')))}', "
        f"missing: {draw(st.sampled_from(('leave out', 'missing', '{leave out: 2}')))}",
        "scores": f"kind: thresholds, of: {of}, scores: [{{score: 5, above: high_mark}}, {{score: 3.5, at_least: 2}}, "
        "{score: 1, otherwise: true}]",
        "scores by": f"kind: thresholds, of: {of}, by: type, sets: {{acute: [{{score: 2, at_most: 2}}, {{score: 1, "
        "otherwise: true}], community: [{score: 4, below: high_mark}, {score: 0, otherwise: true}]}",
        "lookup": f"kind: lookup, of: {draw(st.sampled_from(levels[:1]))}, table: {{green: 4, amber: 2.5, red: 0}}",
        "lookup text": "kind: lookup, of: type, table: {ACUTE: 1.5}, otherwise: -2",
        "matrix": "kind: matrix, rows: light, columns: type, across: [acute, community], "
        "table: {green: [1, 2], amber: [2.5, 3], red: [4, 7]}",
        "decide": f"kind: decide, rows: [{{when: {{{of}: '> low_mark', late: no}}, then: 3, missing: fails}}, "
        f"{{when: {{light: missing}}, then: {{item: {other}}}}}, {{when: {{light: [green, amber]}}, then: 2.5}}], "
        "otherwise: 1",
        "rank-spread": f"kind: rank-spread, of: {of}, best: 1, worst: 4, over: {over}, {polarity}"
        + str(
            draw(
                st.sampled_from(
                    (
                        "",
                        ", standard: {at_least: 4, meets: 0.5, best: 2}",
                        ", floor: {at_least: low_mark, fails: 5, worst: 3.5}",
                    )
                )
            )
        ),
        "rank-spread by rank": f"kind: rank-spread, of: {of}, rank: rank, ranked: 12, best: 1, worst: 4, {polarity}",
        "min-max": f"kind: min-max, of: {of}, {population}, reverse: {draw(st.sampled_from(('always', 'never')))}"
        + str(
            draw(st.sampled_from(("", ", low: low_mark, high: high_mark", ", low: -5, high: 8, clip: true, to: 10")))
        ),
        "standardise": f"kind: standardise, of: {of}, {population}, sd: {draw(st.sampled_from(('n-1', 'n')))}",
        "percentile-rank": f"kind: percentile-rank, of: {of}, {population}, reverse: "
        f"{draw(st.sampled_from(('always', 'never')))}, form: {draw(st.sampled_from(('low / n', 'high / n', 'middle / n', 'from zero')))}",
        "winsorise": f"kind: winsorise, of: {of}, {population}, low: 0.1, high: 0.8, definition: {cut}",
        "relative": f"kind: relative, of: {of}, {population}, to: {draw(st.sampled_from(('best', 'mean', 'median')))}, "
        f"as: {draw(st.sampled_from(('ratio', 'difference')))}, {polarity}",
        "reported": f"kind: reported, of: {of}, over: {over}, above: {draw(st.integers(0, 4))}",
        "tiles": f"kind: tiles, of: {of}, {population}, tiles: 3, first: {draw(st.sampled_from(('lowest', 'highest')))}",
        "place": f"kind: place, by: [{{item: {of}, first: highest}}, {{item: {draw(st.sampled_from(('light', 'late')))}, first: best}}], "
        f"{population}, ties: {draw(st.sampled_from(('share best', 'dense')))}",
        "quantile-bands": f"kind: quantile-bands, of: {of}, {population}, scale: stars, definition: {cut}, {polarity}, "
        f"at_cut: {draw(st.sampled_from(('better', 'worse')))}, levels: [{{level: 3, best: share}}, {{level: 2, best: 0.75}}, {{level: 1, otherwise: true}}]",
        "clusters": f"kind: clusters, of: {of}, {population}, scale: stars, algorithm: lloyd, quantile: {cut}, "
        f"best: {draw(st.sampled_from(('highest', 'lowest')))}"
        + str(draw(st.sampled_from(("", ", second_run: {trim: 3}", ", second_run: {}", ", rounds: 2")))),
        "significance": "kind: significance, of: events, scale: rag, confidence: [95], "
        + str(
            draw(
                st.sampled_from(
                    (
                        "out_of: size, against: 0.12, method: wilson",
                        f"out_of: size, against: average, over: {over}, method: normal",
                        "per: size, against: 10, times: 100, method: byar, under_10: exact poisson",
                        "per: size, against: average, over: everyone, within: type, method: byar, under_10: missing",
                        "expected: size, against: 0.3, method: exact poisson",
                        "out_of: size, against: average, over: everyone, method: normal, overdispersion: {form: additive, trim: 0.2}",
                        "per: size, against: 0.2, over: everyone, method: normal, overdispersion: {form: multiplicative}",
                    )
                )
            )
        ),
        "level": "kind: level, of: light, scale: rag",
        "levels": f"kind: thresholds, of: {of}, scale: rag, {polarity}, levels: [{{level: green, at_least: high_mark}}, "
        "{level: amber, above: 1}, {level: red, otherwise: true}]",
    }
    levels_given = {"quantile-bands", "clusters", "significance", "level", "levels"}
    return texts[kind], "levels" if kind in levels_given else "numbers"


ROW_WISE = (
    "constant", "ratio", "difference", "first-available", "sum", "mean", "weighted-mean", "median", "lowest", "highest",
    "geometric-mean", "weighted-variance", "count", "scores", "scores by", "lookup", "lookup text", "matrix", "decide",
    "level", "levels", "weight-used", "rank-spread by rank",
)  # fmt: skip
OVER_ORGANISATIONS = (
    "rank-spread", "min-max", "standardise", "percentile-rank", "winsorise", "relative", "reported", "tiles", "place",
    "quantile-bands", "clusters", "significance",
)  # fmt: skip

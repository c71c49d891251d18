"""Every kind's reasons are held to its results: what a reason names can change the result, and nothing else can."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.rules import rate, read, results

from nhsrate.core.problems import Refused, errors
from nhsrate.engine.explain import how_of, reason_for
from nhsrate.kinds import KINDS
from nhsrate.kinds.combining import Combination
from nhsrate.kinds.counting import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

HEAD = """
scales:
  three: [{level: green}, {level: amber}, {level: red}]
  numbers: [{level: 3, number: 3}, {level: 2, number: 2}, {level: 1, number: 1}]
  lights: [{level: go}, {level: stop}]
inputs:
  a: {type: number, polarity: higher}
  b: {type: number, polarity: higher}
  c: {type: number, polarity: higher}
  k: {type: text}
  l: {type: level, scale: lights}
populations:
  large: {when: {c: ">= size"}, missing: fails}
"""
COLUMNS = {"a": "7 3 5 2 6", "b": "4 2 8 1 3", "c": "1 9 2 6 5", "k": "p q p q p", "l": "go stop go stop go"}
NUMBERS = [
    "-2",
    "0",
    "0.1",
    "0.3",
    "0.4",
    "0.5",
    "0.7",
    "0.9",
    "1",
    "2",
    "2.5",
    "3",
    "4",
    "5",
    "6",
    "7.5",
    "9",
    "11",
    "99",
]
TRIED = {"a": NUMBERS, "b": NUMBERS, "c": NUMBERS, "k": ["p", "q", "r"], "l": ["go", "stop"]}


@cache
def method_of(text: str, set_to: tuple[tuple[str, str], ...]) -> Methodology | None:
    """The methodology of a rule text with some figures set; nothing where it is not sound then."""
    methodology, problems = read(text, dict(set_to))
    return None if errors(problems) else methodology


@dataclass(frozen=True)
class Example:
    """A rule, the columns it is given where these are not the usual, and what the reason of organisation `n` names.

    `figures` are the figures with their values, and the names of those that the reason is to name stand in `named`.
    `items` are the inputs that it is to name; `told` those that it names beside them though others decide, as the value
    of which the rank was published; `below` has further items that the rule needs.
    """

    rule: str
    items: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    named: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    n: int = 0
    below: str = ""
    gaps: bool = False
    told: str = ""

    def text(self) -> str:
        """The whole rule file."""
        stated = "".join(
            f"  {name}: {{value: {value}, basis: assumed}}\n" for name, value in {"size": "2", **self.figures}.items()
        )
        return f"{HEAD}figures:\n{stated}measures:\n  x: {{{self.rule}}}\n{self.below}"

    def rated(self, changes: Mapping[str, str] | None = None, **set_to: str) -> Assessment | None:
        """The assessment with other columns or figures; nothing where the rules or the values are refused."""
        methodology = method_of(self.text(), tuple(set_to.items()))
        if methodology is None:
            return None
        try:
            return rate(
                methodology, only=["x"], overrides=(), names=(), **{**COLUMNS, **self.columns, **(changes or {})}
            )
        except Refused:
            return None

    def result(self, changes: Mapping[str, str] | None = None, **set_to: str) -> str | None:
        """What organisation `n` gets; nothing where that is refused."""
        rated = self.rated(changes, **set_to)
        return results(rated, "x")[self.n] if rated else None

    def other_columns(self, item: str) -> Iterator[dict[str, str]]:
        """Other values of an item: of the organisation alone, and of all."""
        words = {**COLUMNS, **self.columns}[item].split()
        for value in [*TRIED[item], *(["-"] if self.gaps else [])]:
            yield {item: " ".join(value if n == self.n else word for n, word in enumerate(words))}
            yield {item: " ".join([value] * len(words))}

    def settings_beside(self, name: str) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
        """As it is, and with other values of what else is named: columns, and figures."""
        yield {}, {}
        for figure in self.named.split():
            yield from (({}, {figure: value}) for value in NUMBERS if figure != name)
        for item in self.items.split():
            yield from ((columns, {}) for columns in self.other_columns(item) if item != name)

    def turns(self, name: str) -> bool:
        """Whether a figure or an item can change the result, if need be beside another that is named."""
        for columns, figures in self.settings_beside(name):
            before = self.result(columns, **figures)
            if name in TRIED:
                after = (self.result({**columns, **other}, **figures) for other in self.other_columns(name))
            else:
                after = (self.result(columns, **{**figures, name: value}) for value in NUMBERS)
            if before is not None and any(cell not in {None, before} for cell in after):
                return True
        return False


GAP = {"b": "- 2 8 1 3"}
DECISION = (
    'kind: decide, rows: [{when: {a: ">= f"}, missing: fails, then: 1}, {when: {b: ">= g", k: p}, missing: fails, then: 2},'
    ' {when: {c: ">= h"}, missing: fails, then: 3}], otherwise: 4'
)
DECIDED = {"f": "9", "g": "3", "h": "5"}
LEVELS = (
    "kind: thresholds, of: a, scale: three,"
    " levels: [{level: green, at_least: f}, {level: amber, at_least: g}, {level: red, otherwise: true}]"
)
OWN_BOUNDS = (
    "kind: thresholds, of: a, scale: three, levels: [{level: green, at_least: {item: b, plus: f}},"
    " {level: amber, at_least: {item: c, times: g}}, {level: red, otherwise: true}]"
)
LOW = {"c": "1 1 2 0 1"}
SETS = (
    "kind: thresholds, of: a, by: k, sets: {p: [{score: 2, at_least: f}, {score: 1, otherwise: true}],"
    " q: [{score: 4, at_least: g}, {score: 3, otherwise: true}]}"
)
SCORES = (
    "kind: thresholds, of: a, scores: [{score: h, at_least: f}, {score: i, at_least: g}, {score: j, otherwise: true}]"
)
SCORED = {"f": "8", "g": "6.5", "h": "3", "i": "2", "j": "1"}
SPREAD = "kind: rank-spread, of: a, best: f, worst: g"
STANDARD = f"{SPREAD}, standard: {{at_least: h, meets: i, best: j}}"
FLOOR = f"{SPREAD}, floor: {{at_least: h, fails: i, worst: j}}"
SPREADING = {"f": "1", "g": "4", "h": "6.5", "i": "0", "j": "2"}
BANDS = (
    "kind: quantile-bands, of: a, over: everyone, definition: linear, scale: three,"
    " levels: [{level: green, best: f}, {level: amber, best: g}, {level: red, otherwise: true}]"
)
SIGNIFICANCE = "kind: significance, scale: three, of: a, out_of: b, method: wilson, confidence: [g]"
EVENTS = {"a": "9 3 5 2 6", "b": "11 99 8 11 9"}
EXAMPLES = [
    Example("kind: ratio, of: a, to: b, times: f", "a b", {"f": "3"}, "f"),
    Example("kind: ratio, of: a, to: b, times: f, zero: missing", "b", {"f": "3"}, "", {"b": "0 2 8 1 3"}),
    Example("kind: difference, of: a, from: b", "a b"),
    Example("kind: difference, of: f, from: {item: b, times: g, plus: h}, as: percent", "b", {"f": "3", "g": "2", "h": "1"}, "f g h"),
    Example("kind: clip, of: a, low: f, high: {item: b, plus: g}", "a b", {"f": "3", "g": "2"}, "f g"),
    Example("kind: clip, of: a, high: b", "b", {}, "", GAP),
    Example("kind: product, of: [a, b, f], missing: leave out", "a b", {"f": "3"}, "f"),
    Example("kind: product, of: [a, b, f], missing: missing", "b", {"f": "3"}, "", GAP),
    Example("kind: harmonic-mean, of: {a: f, b: g}", "a b", {"f": "1", "g": "2"}, "f g"),
    Example("kind: sum, of: [a, f]", "a", {"f": "3"}, "f"),
    Example("kind: highest, of: [a, f, b]", "a b", {"f": "3"}, "f"),
    Example("kind: lowest, of: [l], scale: lights, missing: leave out", "l"),
    Example("kind: statistic, of: a, over: everyone, take: quantile, share: f, definition: linear, within: k", "a k", {"f": "0.3"}, "f"),
    Example("kind: statistic, of: a, over: everyone, take: count", "a", gaps=True),
    Example("kind: relative, of: a, over: everyone, to: organisation, organisation: b, as: difference", "a"),
    Example("kind: min-max, of: a, over: everyone, worst: {item: b, plus: f}, best: g, clip: true, to: h", "a b", {"f": "0", "g": "9", "h": "1"}, "f g h"),
    Example("kind: min-max, of: a, over: everyone, low: b", "b", {}, "", {"b": "- 2 3 1 3"}),
    Example("kind: logarithm, of: a, base: 10", "a"),
    Example("kind: constant, value: f", "", {"f": "3"}, "f"),
    Example("kind: first-available, of: [a, b, c]", "a b", columns={"a": "- 3 5 2 6"}),
    Example("kind: first-available, of: [a, b]", "a b", columns={"a": "- 3 1 1 1", "b": "- 2 1 1 1"}),
    Example("kind: earlier, of: a, period: previous", gaps=True),
    Example("kind: margin, of: a, target: {item: b, times: f}", "a b", {"f": "2"}, "f"),
    Example("kind: margin, of: a, target: f, better: lower", "a", {"f": "2"}, "f"),
    Example("kind: margin, of: a, target: f, as: percent", "a", {"f": "2"}, "f"),
    Example("kind: geometric-mean, of: {a: f, b: g}", "a b", {"f": "1", "g": "2"}, "f g"),
    Example("kind: weighted-variance, of: {a: f, b: g, c: 1}", "a b c", {"f": "1", "g": "2"}, "f g"),
    Example("kind: sum, of: {a: f, b: g}, missing: leave out", "a b", {"f": "3", "g": "2"}, "f g"),
    Example("kind: sum, of: {a: f, b: g}, missing: leave out", "a b", {"f": "3", "g": "2"}, "f", GAP),
    Example("kind: sum, of: {a: f, b: g}, missing: missing", "b", {"f": "3", "g": "2"}, "", GAP),
    Example("kind: sum, of: {a: f, b: g}, missing: {leave out: 2}", "b", {"f": "3", "g": "2"}, "", GAP),
    Example("kind: mean, of: [a, b], missing: {count as: f}", "a b", {"f": "3"}),
    Example("kind: mean, of: [a, b], missing: {count as: f}", "a b", {"f": "3"}, "f", GAP),
    Example("kind: weighted-mean, of: {a: f, b: g}", "a b", {"f": "1", "g": "2"}, "f g"),
    Example(
        "kind: weighted-mean, of: {a: f, b: g}, missing: {count as: h}", "a b", {"f": "1", "g": "2", "h": "3"},
        "f g h", GAP,
    ),
    Example("kind: weighted-mean, of: {a: f, b: 1}, missing: leave out", "b", {"f": "0"}, "f", GAP),
    Example("kind: median, of: [a, b, c]", "a b c"),
    Example("kind: lowest, of: [a, b, c]", "a b c"),
    Example("kind: highest, of: [a, b, c]", "a b c"),
    Example('kind: count, of: [a, b], at: ">= f"', "a b", {"f": "3"}, "f"),
    Example('kind: count, of: [b], at: ">= f", missing: leave out', "b", {"f": "3"}, "", GAP),
    Example("kind: count, of: [a, b], at: {at_least: {item: c, plus: f}}", "a b c", {"f": "1"}, "f"),
    Example("kind: count, of: [a], at: {above: b, below: f}, missing: leave out", "a b", {"f": "9"}, "f"),
    Example(DECISION, "a b k", DECIDED, "f g"),
    Example(
        "kind: decide, rows: [{when: {any: [{a: {above: b}}, {c: {at_least: f}}]}, missing: fails, then: 1}], otherwise: 2",
        "a b c", {"f": "0.5"}, "", columns={"b": "4 2 8 1 3"},
    ),
    Example(
        "kind: decide, rows: [{when: {any: [{a: {above: g}}, {c: {at_least: f}}]}, missing: fails, then: 1}], otherwise: 2",
        "a c", {"f": "3", "g": "8"}, "f g",
    ),
    Example(
        "kind: decide, rows: [{when: {not: {a: {above: g}, c: {at_least: f}}}, missing: fails, then: 1}], otherwise: 2",
        "a c", {"f": "3", "g": "5"}, "f",
    ),
    Example(
        "kind: decide, rows: [{when: {not: {a: {above: {item: b, times: g}}, k: p}}, missing: fails, then: 1}], otherwise: 2",
        "a b k", {"g": "0.5"}, "g",
    ),
    Example(DECISION, "a b c k", DECIDED, "f h", n=2, columns={"b": "4 2 1 1 3", "k": "p q q q p"}),
    Example(DECISION, "a", DECIDED, "f", columns={"a": "11 3 1 1 1"}),
    Example("kind: decide, rows: [{when: {k: p}, missing: fails, then: {item: a}}], otherwise: {item: b}", "a k"),
    Example("kind: decide, rows: [{when: {k: p}, missing: fails, then: {item: a}}], otherwise: {item: b}", "b k", n=1),
    Example("kind: level, scale: numbers, of: a, halves: up", "a", columns={"a": "1.2 2 3 1 2"}),
    Example("kind: lookup, of: k, result: text, table: {p: one, q: two}, otherwise: three", "k"),
    Example("kind: matrix, rows: l, columns: k, across: [p, q], table: {go: [1, 2], stop: [3, 4]}", "k l"),
    Example(SPREAD, "a", {"f": "1", "g": "4"}, "f g", {"a": "4 3 5 2 6"}),
    Example(f"{SPREAD}, rank: b, ranked: h", "b", {"f": "1", "g": "4", "h": "9"}, "f g h", told="a"),
    Example(f"{SPREAD}, rank: b, ranked: h", "a", {"f": "1", "g": "4", "h": "9"}, "f g", {"a": "4 3 5 2 6", "b": "- - - - -"}),
    Example(STANDARD, "a", SPREADING, "h i"),
    Example(STANDARD, "a", SPREADING, "g h j", {"a": "4 3 5 2 7"}),
    Example(f"{SPREAD}, standard: {{at_least: {{item: b, plus: h}}, meets: i, best: j}}", "a b", {**SPREADING, "h": "1"}, "h i"),
    Example(FLOOR, "a", SPREADING, "h i", {"a": "4 3 5 2 7"}),
    Example(FLOOR, "a", {**SPREADING, "h": "2.5"}, "f h j", {"a": "4 3 5 2 7"}),
    Example("kind: place, by: [{item: a, first: lowest}, {item: b, first: highest}], within: k", "a b k", columns={"a": "5 3 5 2 6"}),
    Example(f"{SIGNIFICANCE}, against: f", "a b", {"f": "0.5", "g": "95"}, "f g", EVENTS),
    Example(f"{SIGNIFICANCE}, against: c, times: f", "a b c", {"f": "1", "g": "95"}, "f g", {**EVENTS, "c": "0.5 0.5 0.5 0.5 0.5"}),
    Example(f"{SIGNIFICANCE}, against: average, over: everyone, times: f", "a b", {"f": "1", "g": "95"}, "g", {**EVENTS, "a": "5 30 3 2 6"}),
    Example("kind: standardise, of: a, over: everyone, sd: n, within: k", "a k"),
    Example("kind: min-max, of: a, over: everyone, low: f, high: g, to: h", "a", {"f": "1", "g": "9", "h": "1"}, "f g h"),
    Example("kind: min-max, of: a, over: everyone, low: f", "a", {"f": "7"}, "f", {"a": "7 7 7 7 7"}),
    Example("kind: percentile-rank, of: a, over: everyone, form: middle / n, to: f", "a", {"f": "1"}, "f"),
    Example("kind: winsorise, of: a, over: everyone, low: f, high: g, definition: linear", "a", {"f": "0.1", "g": "0.9"}, "f g", {"a": "5 3 4 2 6"}, 2),
    Example("kind: relative, of: a, over: everyone, to: mean, within: k", "a k"),
    Example(LEVELS, "a", {"f": "9", "g": "3"}, "f g"),
    Example(LEVELS, "a", {"f": "6", "g": "3"}, "f"),
    Example(LEVELS, "a", {"f": "9", "g": "8"}, "f g"),
    Example(OWN_BOUNDS, "a b", {"f": "2", "g": "1"}, "f", LOW),
    Example(OWN_BOUNDS, "a b c", {"f": "4", "g": "1"}, "f g", LOW),
    Example(OWN_BOUNDS, "b", {"f": "4", "g": "1"}, "", {**GAP, **LOW}),
    Example(SETS, "a k", {"f": "6", "g": "4"}, "f"),
    Example(SETS, "a k", {"f": "6", "g": "4"}, "g", n=1),
    Example(SCORES, "a", SCORED, "f g i"),
    Example(BANDS, "a", {"f": "0.3", "g": "0.6"}, "f", n=4),
    Example(BANDS, "a", {"f": "0.3", "g": "0.6"}, "f g", n=2),
    Example("kind: tiles, of: a, over: everyone, tiles: 2, first: lowest", "a"),
    Example("kind: clusters, of: a, over: everyone, scale: three, algorithm: lloyd, quantile: linear, best: highest", "a"),
    Example("kind: reported, of: a, over: everyone, at_least: f", "a", {"f": "3"}, "f"),
    Example("kind: reported, of: a, over: everyone, above: f", "a", {"f": "3"}, "f", {"a": "- - - - 6"}, 4, gaps=True),
    Example(
        "kind: weight-used, of: a, in: m", "a", {"f": "1", "g": "2", "h": "3"}, "f h", GAP, gaps=True,
        below="  m: {kind: weighted-mean, of: {a: f, b: g, c: h}, missing: leave out}\n",
    ),
    # what stands about the rule: gates, populations, rounding, limits
    Example('kind: sum, of: [a], only_when: {when: {b: ">= f"}, missing: fails, because: small}', "a b", {"f": "3"}, "f"),
    Example('kind: sum, of: [a], only_when: {when: {b: ">= f"}, missing: fails, because: small}', "b", {"f": "5"}, "f"),
    Example("kind: standardise, of: a, over: large, sd: n", "c", {"size": "5"}, "size"),
    Example("kind: standardise, of: a, over: large, sd: n", "a", {"size": "5"}, "size", n=1),
    Example("kind: sum, of: [a], round: {step: f}", "a", {"f": "2"}, "f"),
    Example("kind: sum, of: [c], missing: missing, round: {step: f}", "c", {"f": "2"}, "", {"c": "- 2 1 1 1"}),
    Example(
        f'{LEVELS}, limits: [{{at_best: amber, when: {{b: ">= h"}}, missing: fails, because: big}},'
        ' {at_best: amber, when: {c: ">= i"}, missing: fails, because: far}]',
        "a b c", {"f": "6", "g": "3", "h": "5", "i": "3"}, "f h i",
    ),
    Example(
        f'{LEVELS}, limits: [{{at_best: amber, when: {{b: ">= h"}}, missing: fails, because: big}},'
        ' {at_best: amber, when: {k: q}, missing: fails, because: far}]',
        "a b k", {"f": "9", "g": "3", "h": "5"}, "f g",
    ),
    Example(
        "kind: thresholds, of: a, scale: numbers, levels: [{level: 3, at_least: f}, {level: 1, otherwise: true}],"
        " limits: [{at_best: {item: y, plus: g}, because: as y}]",
        "a", {"f": "6", "g": "1"}, "f g",
        below="  y: {kind: thresholds, of: b, scale: numbers, levels: [{level: 2, at_least: 9}, {level: 1, otherwise: true}]}\n",
    ),
]  # fmt: skip
NAMES = [f"{number}: {example.rule.split(',', 1)[0]}" for number, example in enumerate(EXAMPLES)]


def kind_of(example: Example) -> str:
    """The kind of an example's rule."""
    return example.rule.removeprefix("kind: ").split(",", 1)[0]


def test_every_kind_is_held() -> None:
    """A new kind joins the table of examples."""
    assert {kind_of(example) for example in EXAMPLES} == {*KINDS}


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_reason_names_what_can_change_the_result_and_nothing_else(example: Example) -> None:
    rated = example.rated()
    assert rated is not None
    reason = reason_for(rated, "x", example.n)
    inputs = {id_ for id_ in reason.parts if id_ in rated.methodology.inputs}
    assert inputs == {*example.items.split(), *example.told.split()}
    assert {figure.name for figure in reason.figures} == {*example.named.split()}
    for name in (*example.named.split(), *example.items.split()):
        assert example.turns(name), name


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_what_a_reason_leaves_out_changes_nothing(example: Example) -> None:
    """Save where it cuts the organisation's own comparison: whom a population and a cohort let in is theirs to say."""
    rated = example.rated()
    assert rated is not None
    reason = reason_for(rated, "x", example.n)
    for name in {"size", *example.figures} - {figure.name for figure in reason.figures}:
        assert {example.result(None, **{name: value}) for value in NUMBERS} <= {None, reason.text}, name
    read_by = {*rated.methodology.items["x"].rule.reads()} & {*TRIED}
    for item in read_by - {*reason.parts}:
        own = list(example.other_columns(item))[::2]
        assert {example.result(columns) for columns in own} <= {None, reason.text}, item


rows = st.lists(
    st.tuples(*[st.sampled_from([*NUMBERS, "-"])] * 3, st.sampled_from("pq"), st.sampled_from(["go", "stop"])),
    min_size=2,
    max_size=7,
    unique_by=lambda row: row[0],  # the tiles part equal values by the codes of their organisations
)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
@given(rows=rows)
@settings(max_examples=15, deadline=None)
def test_a_reason_is_that_of_its_own_result(example: Example, rows: list[tuple[str, ...]]) -> None:
    """Whatever the order of the return is, each organisation has the same reason; and the same reason, one result."""
    forth, back = (
        example.rated({item: " ".join(column) for item, column in zip(COLUMNS, zip(*order, strict=True), strict=True)})
        for order in (rows, rows[::-1])
    )
    if forth is None or back is None or "to: organisation" in example.rule:  # whose codes are their places here
        return
    item = forth.methodology.items["x"]
    told = [how_of(forth, item, n) for n in range(len(rows))]
    assert told == [how_of(back, item, n) for n in reversed(range(len(rows)))]
    found: dict[str, str] = {}
    for how, result in zip(told, results(forth, "x"), strict=True):
        if not item.limits:
            assert found.setdefault(how, result) == result


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_rule_answers_as_it_is_written(example: Example) -> None:
    """Over whom, within what, by which sets, with which weights and what missing does: asked, not looked for."""
    methodology = method_of(example.text(), ())
    assert methodology is not None
    rule = methodology.items["x"].rule
    written = dict(re.findall(r"(over|within|by): (\w+)", example.rule))
    assert rule.population() == written.get("over", "everyone")
    assert rule.cohort() == written.get("within")
    assert rule.chosen_by() == written.get("by")
    weighed = re.search(r"of: \{(.*?)\}", example.rule)
    assert ", ".join(f"{item}: {weight.figure or weight}" for item, weight in rule.stated_weights().items()) == (
        weighed[1] if weighed else ""
    )
    combines = isinstance(rule, Combination | Count)
    assert (rule.where_missing() is not None) == combines
    assert rule.gives_text() == ("result: text" in example.rule)

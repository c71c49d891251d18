"""What would be passed over in silence, or taken for something else than is written, is refused when a file is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.rules import method, problems_of, rate, read, results, warnings_of

from nhsrate.core.problems import Refused
from nhsrate.reports.summary import status_text, vouched_text

if TYPE_CHECKING:
    from pathlib import Path

SCALES = "scales: {s: [{level: 3}, {level: 2}, {level: 1}], w: [{level: good}, {level: poor}]}\n"
INPUTS = (
    "inputs: {a: {type: number, polarity: higher}, b: {type: number}, v: {type: level, scale: w}, t: {type: text}, "
    "l: {type: level, scale: s}, y: {type: yes/no, required: true}}\n"
)
CLUSTERS = "kind: clusters, of: a, over: everyone, scale: s, algorithm: lloyd, quantile: linear, best: highest"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("type: number, bare: fraction", "A number has no bare:."),
        ("type: text, valid: 0..1", "A text has no valid:."),
        ("type: yes/no, places: 1", "A yes/no has no places:."),
        ("type: level, scale: w, error: 1", "A level has no error:."),
        ("type: text, decimal: ','", "A text has no decimal:."),
        ("type: date, thousands: ','", "A date has no thousands:."),
        ("type: percent, merge: sum", "A percent has no merge:."),
        ("type: text, merge: sum", "A text has no merge:."),
        ("type: number, places: 1, step: 0.5", "A grain is decimal places, or a step above zero."),
        ("type: number, step: 0", "A grain is decimal places, or a step above zero."),
        ("type: number, step: -1", "A grain is decimal places, or a step above zero."),
    ],
)
def test_a_key_that_says_nothing_of_the_type_of_an_input_is_refused(keys: str, said: str) -> None:
    found = problems_of(f"{SCALES}inputs: {{x: {{{keys}}}}}")
    assert [one for one in found if said in one], found


@pytest.mark.parametrize("keys", ["type: count, merge: sum, step: 5", "type: duration, unit: days, valid: 0..7"])
def test_a_key_that_says_something_of_it_is_not(keys: str) -> None:
    assert problems_of(f"inputs: {{x: {{{keys}}}}}") == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("kind: level, of: l, scale: s, shown: 1", "A level has no decimal places that could be shown."),
        ("kind: lookup, of: v, result: text, table: {good: a, poor: b}, shown: 1", "A text has no decimal places"),
        ("kind: sum, of: [a], domain: true, coloured_by: b", '"b" has no levels, so that it colours nothing.'),
        ("kind: sum, of: [a], given_as: b", '"b" and "x" stand under one heading, "b"'),
        (
            "kind: level, of: l, scale: s, limits: [{at_best: 2, by: 2, when: {y: yes}, because: so}]",
            "by: says how far a step goes, and this limit is none.",
        ),
        ("kind: decide, rows: [{when: {y: yes}, then: {item: t}}], otherwise: {item: t}", 'hands "t" on'),
        ("kind: count, of: [a, t], at: 3, missing: leave out", '"x" works on numbers, and "t" is text.'),
        ("kind: count, of: [a, v], at: '>= 3', missing: leave out", 'the levels of "v" (w) have none'),
        ("kind: min-max, of: a, over: everyone, to: 0", "to: is the size of the scale, and above zero."),
        ("kind: percentile-rank, of: a, over: everyone, form: low / n, to: -1", "to: is the size of the scale"),
        (
            "kind: rank-spread, of: a, best: 1, worst: 4, standard: {at_most: 2, meets: 1, best: 2}",
            'Higher is better for "a", and this bound is met by what is worse.',
        ),
        (
            "kind: rank-spread, of: a, best: 1, worst: 4, floor: {below: 2, fails: 4, worst: 3}",
            'Higher is better for "a", and this bound is met by what is worse.',
        ),
        (
            f"{CLUSTERS}, rounds: 0",
            "rounds: and trim: are above zero.",
        ),
        (
            f"{CLUSTERS}, second_run: {{trim: -1}}",
            "rounds: and trim: are above zero.",
        ),
        (
            "kind: significance, scale: s, of: a, out_of: b, against: 0.5, method: wilson, confidence: [0.95]",
            "A confidence of 0.95 is less than one per cent.",
        ),
    ],
)
def test_a_key_of_a_rule_that_could_not_do_what_it_says_is_refused(rule: str, said: str) -> None:
    found = problems_of(f"{SCALES}{INPUTS}measures: {{x: {{{rule}}}}}")
    assert [one for one in found if said in one], found
    assert not [one for one in found if "member of the family" in one], "nothing here is made for each member"


def test_rows_over_what_is_no_number_are_not_said_to_be_idle_as_well() -> None:
    rule = "kind: thresholds, of: t, published: true, scores: [{score: 2, at_least: 2}, {score: 0, otherwise: true}]"
    _, found = read(f"inputs: {{t: {{type: text}}}}\nmeasures: {{x: {{{rule}}}}}")
    assert [problem.code for problem in found] == ["not-a-number-item"]


def test_a_measure_that_is_the_headline_is_not_said_to_be_read_by_nobody() -> None:
    assert warnings_of("inputs: {a: {type: number}}\nmeasures: {x: {kind: sum, of: [a], headline: true}}") == []


@pytest.mark.parametrize(
    "rule",
    [
        "kind: count, of: [a, t], at: not missing",
        "kind: count, of: [a, l], at: 3, missing: leave out",
        "kind: rank-spread, of: a, best: 1, worst: 4, standard: {above: 2, meets: 1, best: 2}",
    ],
)
def test_what_can_be_meant_is_not(rule: str) -> None:
    assert problems_of(f"{SCALES}{INPUTS}measures: {{x: {{{rule}}}}}") == []


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ("{level: x}, {level: X}", '"X" stands for two levels of u.'),
        ("{level: x, aliases: [Y]}, {level: y}", '"y" stands for two levels of u.'),
    ],
)
def test_levels_that_differ_in_case_alone_are_one_to_a_return(levels: str, said: str) -> None:
    found = problems_of(f"scales: {{u: [{levels}]}}\ninputs: {{a: {{type: level, scale: u}}}}")
    assert [one for one in found if said in one], found
    assert (
        problems_of("scales: {u: [{level: x, aliases: [X]}, {level: y}]}\ninputs: {a: {type: level, scale: u}}") == []
    )


def test_halves_go_with_levels_of_whole_numbers() -> None:
    """Between 1 and 1.5 halves would go to whole numbers, so that 1.25 became the level 1 and 1.3 as well."""
    rules = "scales: {stars: [{level: 2}, {level: 1.5}, {level: 1}]}\ninputs: {a: {type: number}}\n"
    level = "measures: {x: {kind: level, scale: stars, of: %s}}"
    (found,) = problems_of(rules + level % "a, halves: up")
    assert "halves: rounds to whole numbers, and 1.5 of stars counts as 1.5." in found
    stepped = level.replace("{x:", "{half: {kind: sum, of: [a], round: {step: 0.5}}, x:")
    assert results(rate(rules + stepped % "half", a="1.25 1.24 1.76"), "x") == ["1.5", "1", "2"]


def test_a_value_beyond_the_levels_is_not_told_to_say_what_it_says() -> None:
    rules = f"{SCALES}inputs: {{a: {{type: number}}}}\nmeasures: {{x: {{kind: level, scale: s, of: a, halves: up}}}}"
    with pytest.raises(Refused, match="has no such level") as refused:
        rate(rules, a="3.5")
    assert refused.value.problems[0].remedy == "Mend the value, or the rule."


@pytest.mark.parametrize("post", ["low: 9", "high: 0"])
def test_a_goalpost_beyond_all_values_turns_no_scale_round(post: str) -> None:
    """From 9 as the lower end to 5 as the highest value, the worst organisation would have had the best score."""
    rules = f"inputs: {{a: {{type: number}}}}\nmeasures: {{x: {{kind: min-max, of: a, over: everyone, {post}}}}}"
    with pytest.raises(Refused, match="the wrong way round"):
        rate(rules, a="1 3 5")


def test_a_goalpost_at_the_end_of_all_values_leaves_no_way() -> None:
    rules = "inputs: {a: {type: number}}\nmeasures: {x: {kind: min-max, of: a, over: everyone, low: 5}}"
    assert results(rate(rules, a="1 5"), "x") == ["missing (the goalposts are both 5)"] * 2


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("headings: {z: Beta}", '1:22 unknown-name: There is no input "z".'),
        ("headings: {aa: Beta}", 'Did you mean "a"?'),
        ("reasons: {z: Why}", '1:21 unknown-name: There is no input "z".'),
        ("says: [Data]", "says: is said of one of several tables, and none are named here."),
        ("cut_points: {level: Stars}", "cut_points: is said of one of several tables, and none are named here."),
        ("markers: {nil: none}, stands_for: {Nil: 0}", '"nil" cannot stand both for a number and for a missing value.'),
        ("tables: {one: {sheet: A, headings: {z: Beta}}}", 'There is no input "z".'),
    ],
)
def test_what_a_reading_says_of_nothing_is_refused(reading: str, said: str) -> None:
    table = ", table: one" if "tables" in reading else ""
    found = problems_of(f"reading: {{{reading}}}\ninputs: {{a: {{type: number{table}}}}}")
    assert [one for one in found if said in one], found


def test_a_reading_may_speak_of_an_item_that_comes_as_published() -> None:
    rules = "reading: {headings: {x: Score}}\ninputs: {a: {type: number}}\n"
    assert problems_of(rules + "measures: {x: {kind: sum, of: [a], given_as: Published}}") == []


def test_a_figure_that_is_stated_by_no_source_is_not_published() -> None:
    """Who says that a source states it and names none is not believed."""
    rules = (
        f"{SCALES}figures: {{cut: {{value: 5, basis: stated%s}}}}\nsources: {{q: {{title: Q}}}}\n"
        "inputs: {a: {type: number, source: q}}\nmeasures: {x: {kind: constant, value: cut}}\n"
        "ratings: {r: {kind: thresholds, scale: s, headline: true, of: a, source: q, "
        "levels: [{level: 2, at_least: cut}, {level: 1, otherwise: true}]}}"
    )
    found = method(rules % "")
    assert found.status == "unsourced"
    assert status_text(found) == "unsourced: 1 figure said to be stated, without the source (cut)"
    assert vouched_text(found) == "Rules as far as published; 1 figure without a source. Ratings of this run."
    assert method(rules % ", source: q").status == "published"


def test_numbers_are_vouched_for_by_a_source_that_the_child_says_again(tmp_path: Path) -> None:
    """A list that an edition gives again, with its source, is as well sourced as it was in the parent."""
    from nhsrate.rules.load import read_methodology

    parent = f"id: par\ntitle: Parent\nsources: {{q: {{title: Q}}}}\n{SCALES}inputs: {{a: {{type: number}}}}\n"
    parent += "ratings: {r: {kind: thresholds, scale: s, headline: true, of: a, source: q, "
    parent += "levels: [{level: 2, at_least: 5}, {level: 1, otherwise: true}]}}\n"
    (tmp_path / "par.yaml").write_text(parent)
    rows = "levels: [{level: 2, at_least: 6}, {level: 1, otherwise: true}]"
    status = {}
    for source in ("", ", source: q"):
        kid = f"id: kid\ntitle: Kid\nextends: par\nchange: {{ratings: {{r: {{{rows}{source}}}}}}}\n"
        (tmp_path / "kid.yaml").write_text(kid)
        found, problems = read_methodology(tmp_path / "kid.yaml")
        assert found is not None, problems
        status[source] = found.status
    assert status == {"": "reconstruction", ", source: q": "published"}

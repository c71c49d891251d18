"""What rules ask of inputs: two of one heading, bounds that nothing meets or misses, percentages on the other scale."""

from __future__ import annotations

import pytest
from tests.support.rules import method, problems_of, warnings_of


def rules(valid: str, levels: str, *, kind: str = "percent") -> str:
    """A rule file of thresholds on one input."""
    return f"""
    scales: {{rag: [{{level: green}}, {{level: red}}]}}
    inputs:
      seen: {{type: {kind}, polarity: higher{valid}}}
    ratings:
      colour: {{kind: thresholds, scale: rag, headline: true, of: seen, levels: [{levels}, {{level: red, otherwise: true}}]}}
    """


@pytest.mark.parametrize(
    ("second", "shared"),
    [
        ("{title: Falls, type: count}", "falls"),
        ("{title: Injuries, aliases: [FALLS ], type: count}", "falls"),
        ("{title: first, type: count}", "first"),
    ],
)
def test_two_inputs_under_one_heading_are_refused(second: str, shared: str) -> None:
    (problem,) = problems_of(
        f"""
        inputs:
          first: {{title: Falls, type: count}}
          second: {second}
        ratings: {{sum: {{kind: sum, of: [first, second], headline: true}}}}
        """
    )
    assert f'"first" and "second" stand under one heading, "{shared}"' in problem


def test_inputs_of_one_heading_are_told_apart_by_group_column_table_or_other_headings() -> None:
    for ways in (("group: A&E", "group: Other"), ("column: C", "column: D")):
        method(
            f"""
            inputs:
              first: {{title: Falls, type: count, {ways[0]}}}
              second: {{title: Falls, type: count, {ways[1]}}}
            ratings: {{sum: {{kind: sum, of: [first, second], headline: true}}}}
            """
        )
    method(
        """
        reading: {headings: {second: Injuries}}
        inputs:
          first: {title: Falls, type: count}
          second: {title: Falls, type: count}
        ratings: {sum: {kind: sum, of: [first, second], headline: true}}
        """
    )


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ("{level: green, at_least: 101}", 'No valid value of "seen" is at least 101: it may be 0 to 100.'),
        ("{level: green, above: -1}", 'Every valid value of "seen" is above -1: it may be 0 to 100.'),
        ("{level: green, above: 100}", 'No valid value of "seen" is above 100: it may be 0 to 100.'),
    ],
)
def test_bounds_outside_of_what_is_valid_are_refused(levels: str, said: str) -> None:
    (problem,) = problems_of(rules(", valid: 0..100", levels))
    assert said in problem


def test_bounds_of_conditions_and_gates_are_held_to_what_is_valid_too() -> None:
    found = problems_of(
        """
        scales: {rag: [{level: green}, {level: red}]}
        inputs:
          seen: {type: number, valid: "0..100", required: true}
          late: {type: number, valid: "<= 10", required: true}
        ratings:
          colour:
            kind: decide
            scale: rag
            headline: true
            only_when: {when: {seen: "< 500"}, because: too many}
            rows: [{when: {late: 3..12, seen: "not >= 50"}, then: red}]
            otherwise: green
        """
    )
    assert len(found) == 2
    assert any('Every valid value of "seen" is below 500' in problem for problem in found)
    assert any('Every valid value of "late" is at most 12' in problem for problem in found)


def test_bounds_of_limits_and_populations_are_held_to_what_is_valid_too() -> None:
    found = problems_of(
        """
        scales: {rag: [{level: green}, {level: amber}, {level: red}]}
        inputs: {seen: {type: number, valid: "0..100", required: true, polarity: higher}}
        populations: {busy: {when: {seen: "> 100"}}, idle: {when: {seen: "< 0"}}}
        measures: {z: {kind: standardise, of: seen, over: busy, sd: n}, y: {kind: standardise, of: seen, over: idle, sd: n}}
        ratings:
          colour:
            kind: thresholds
            of: seen
            scale: rag
            headline: true
            levels: [{level: green, at_least: 100}, {level: red, otherwise: true}]
            limits: [{at_best: amber, when: {seen: "> 300"}, because: it is}]
        """
    )
    assert [problem.split(":")[0] for problem in found] == ["13", "4", "4"]
    assert [problem.split("is ")[-1].split(":")[0] for problem in found] == ["above 300", "above 100", "below 0"]


def test_a_bound_at_the_very_end_that_some_values_meet_is_sound() -> None:
    for bound in ("at_least: 100", "at_least: 0", "above: 0"):
        assert problems_of(rules(", valid: 0..100", f"{{level: green, {bound}}}")) == []


def test_a_percentage_whose_bounds_are_all_fractions_is_warned_of() -> None:
    (problem,) = warnings_of(rules(", valid: 0..100", "{level: green, at_least: 0.93}"))
    assert "0.93 means 0.93 %, not 93 %. If 93 % is meant, write 93; else say what is valid" in problem


@pytest.mark.parametrize(
    "text",
    [
        rules(", valid: 0..5", "{level: green, at_least: 0.93}"),
        rules("", "{level: green, at_least: 93}"),
        rules("", "{level: green, at_least: 0}"),
        rules("", "{level: green, at_least: 0.93}", kind="number"),
    ],
)
def test_bounds_that_are_meant_so_are_not_doubted(text: str) -> None:
    assert method(text).id


def test_a_duration_needs_a_unit_and_signs_must_differ() -> None:
    (problem,) = problems_of("inputs: {wait: {type: duration}}")
    assert "A duration has a unit, and none is given." in problem
    (problem,) = problems_of("inputs: {wait: {type: duration, unit: fortnights}}")
    assert '"fortnights" is none' in problem
    (problem,) = problems_of('inputs: {rate: {type: number, thousands: "."}}')
    assert '"." cannot part both thousands and decimals.' in problem
    (problem,) = problems_of('reading: {decimal: ",", thousands: ","}')
    assert '"," cannot part both thousands and decimals.' in problem
    (problem,) = problems_of('reading: {tables: {a: {sheet: A, thousands: "."}}}')
    assert '"." cannot part both thousands and decimals.' in problem

"""What happens to results: gates, rounding, limits, decisions, what is given, what is refused, and the league table."""

from __future__ import annotations

import pytest
from tests.support.rules import method, rate, results, why

from nhsrate.core.cells import Missing
from nhsrate.core.problems import CellLocation, Refused
from nhsrate.engine.assess import assess
from nhsrate.engine.assessment import Mark
from nhsrate.kinds.workings import as_number
from nhsrate.returns.model import Organisation, Override, Return, Source, Values

CHAIN = """
inputs: {a: {type: number}, b: {type: number}}
measures:
  total: {kind: sum, of: [a, b]}
  half: {kind: ratio, of: total, to: two, round: 1}
  two: {kind: constant, value: 2}
  other: {kind: ratio, of: a, to: b}
"""
RISK = """
scales: {risk: [{level: 5}, {level: 4}, {level: 3}, {level: 2}, {level: 1}]}
inputs:
  mean: {type: number}
  late: {type: yes/no}
  weak: {type: yes/no}
ratings:
  risk:
    kind: level
    scale: risk
    headline: true
    of: mean
    halves: up
    limits:
      - {at_best: 3, when: {late: yes}, because: it came late, missing: fails}
      - {step: down, by: 2, when: {weak: yes}, because: weak, missing: holds}
      - {at_worst: 4, when: {mean: 2}, because: never so low, missing: fails}
      - {step: up, when: {mean: 1}, because: one up, missing: fails}
measures:
  after: {kind: sum, of: [risk]}
"""


def override(code: str, item: str = "risk", level: str = "5", row: int = 2) -> Override:
    return Override(code, item, level, "A. Person", "2026-01-02", "it was mended", CellLocation("o.csv", None, row, 1))


def codes(error: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str, str]]:
    return [(str(problem.at), problem.code, problem.message) for problem in error.value.problems]


def test_only_what_is_wanted_and_what_it_rests_on_is_worked_out() -> None:
    rated = rate(CHAIN, only=["half"], a="1", b="0")
    assert set(rated.columns) == {"a", "b", "total", "two", "half"}
    with pytest.raises(Refused, match="a share of nothing"):
        rate(CHAIN, a="1", b="0")


def test_what_is_given_is_taken_and_what_it_rests_on_is_not_asked_for() -> None:
    rated = rate(CHAIN, only=["half", "nothing"], total="3.25 4")
    assert results(rated, "half") == ["1.6", "2"]
    assert "a" in rated.columns
    assert rated.given("total", 0)
    assert not rated.given("half", 0)
    assert not rated.given("a", 0)


def test_what_is_given_for_some_is_worked_out_for_the_others() -> None:
    rated = rate(CHAIN, only=["half"], a="- 1", b="- 2", total="7 -")
    assert results(rated, "total") == ["7", "3"]
    assert (rated.given("total", 0), rated.given("total", 1)) == (True, False)


def test_what_is_given_is_neither_rounded_nor_limited() -> None:
    assert results(rate(CHAIN, only=["half"], half="1.23"), "half") == ["1.23"]
    assert results(rate(CHAIN, only=["half"], half="1.23 -", a="1 1", b="1 1.3"), "half") == ["1.23", "1.2"]
    rated = rate(RISK, only=["risk"], mean="5 5", late="yes yes", weak="no no", risk="5 -")
    assert results(rated, "risk") == ["5", "3"]
    assert rated.marks_of("risk", 0) == ()


def test_a_declared_marker_for_what_is_given_says_that_there_is_none() -> None:
    methodology = method("""
    inputs: {a: {type: number}}
    measures: {x: {kind: sum, of: [a], given_as: [X], markers: {"z": not rated}}}
    """)
    submitted = Return(
        "r.csv", "", (Organisation("A", "A"), Organisation("B", "B")),
        {"a": Values([Missing("blank")] * 2), "x": Values([Missing("not rated", "own marker")] * 2)},
    )  # fmt: skip
    assert results(assess(submitted, methodology), "x") == ["missing (not rated)", "missing (not rated)"]


def test_rounding_is_carried_onward_and_what_was_before_is_kept() -> None:
    rated = rate("""
    inputs: {a: {type: number}}
    measures:
      third: {kind: ratio, of: a, to: three, round: {places: 2, halves: down}}
      three: {kind: constant, value: 3}
      stepped: {kind: sum, of: [a], round: {step: 0.5}, shown: 2}
      sum: {kind: sum, of: [third, stepped]}
    """, a="1 2.25 0.015")  # fmt: skip
    assert results(rated, "third") == ["0.33", "0.75", "0"]
    assert results(rated, "stepped") == ["1", "2.5", "0"]
    assert results(rated, "sum") == ["1.33", "3.25", "0"]
    assert str(rated.unrounded["third"][0]).startswith("0.3333333333")
    assert why(rated, "sum") == "0.33 + 1"


def test_a_gate_withholds_a_result_and_nothing_is_refused_behind_it() -> None:
    rules = """
    inputs: {a: {type: number}, type: {type: text, required: true}}
    measures:
      x: {kind: sum, of: [a], only_when: {when: {type: acute}, because: only acute trusts are rated}}
    """
    rated = rate(rules, a="1 -", type="acute care")
    assert results(rated, "x") == ["1", "missing (only acute trusts are rated)"]
    with pytest.raises(Refused, match='"a" is missing'):
        rate(rules, a="1 -", type="acute acute")


def test_behind_a_gate_an_organisation_still_takes_part_in_ranks() -> None:
    rules = """
    inputs: {a: {type: number, polarity: higher}, rated: {type: yes/no, required: true}}
    measures: {x: {kind: rank-spread, of: a, best: 1, worst: 3, only_when: {when: {rated: yes}, because: out}}}
    """
    assert results(rate(rules, a="3 2 1", rated="no yes yes"), "x") == ["missing (out)", "2", "3"]


def test_a_gate_on_what_is_given_is_open() -> None:
    rules = """
    inputs: {a: {type: number}, b: {type: number}}
    measures: {x: {kind: sum, of: [a], only_when: {when: {b: 1}, because: so, missing: fails}}}
    """
    assert results(rate(rules, a="1 1 1", b="1 0 -", x="- - 9"), "x") == ["1", "missing (so)", "9"]


def test_a_population_is_found_once_and_refuses_what_it_cannot_tell() -> None:
    rules = """
    inputs: {a: {type: number, polarity: higher}, n: {type: number, required: true}}
    populations: {kept: {when: {n: ">= 1"}}}
    measures:
      x: {kind: rank-spread, of: a, best: 1, worst: 2, over: kept}
      y: {kind: place, by: [{item: a, first: lowest}], over: kept}
    """
    rated = rate(rules, a="1 2 3", n="0 1 1")
    assert results(rated, "x") == ["missing (not in the population kept)", "2", "1"]
    assert results(rated, "y") == ["missing (not in the population kept)", "1", "2"]
    with pytest.raises(Refused) as refused:
        rate(rules, a="1 2", n="1 -")
    assert [code for _, code, _ in codes(refused)] == ["refused-missing"]


def test_limits_apply_in_order_each_to_what_the_one_before_left() -> None:
    rated = rate(
        RISK, only=["risk", "after"], mean="5 5 5 2 1 3 4", late="yes yes no no no - yes", weak="no yes yes yes no no -"
    )
    assert results(rated, "risk") == ["3", "1", "3", "4", "2", "3", "1"]
    assert results(rated, "after") == ["3", "1", "3", "4", "2", "3", "1"]
    first, second = rated.marks_of("risk", 1)
    assert (str(first.before), str(first.after), first.because) == ("5", "3", "it came late")
    assert (str(second.before), str(second.after), second.because) == ("3", "1", "weak")
    assert str(first.at) == "rules.yaml:15:9"
    assert [str(limit) for limit in rated.item("risk").limits] == [
        "at best 3 where late is yes: it came late",
        "2 levels down where weak is yes: weak",
        "at worst 4 where mean is 2: never so low",
        "1 level up where mean is 1: one up",
    ]


def test_a_step_stops_at_the_ends() -> None:
    rated = rate(RISK.replace("mean: 1}", "mean: 5}"), only=["risk"], mean="1 5", late="no no", weak="yes no")
    assert results(rated, "risk") == ["1", "5"]
    assert (rated.marks_of("risk", 0), rated.marks_of("risk", 1)) == ((), ())


def test_a_missing_rating_is_not_limited() -> None:
    rated = rate(RISK, only=["risk"], mean="-", late="yes", weak="yes")
    assert results(rated, "risk") == ["missing (blank)"]


@pytest.mark.parametrize(
    ("tests", "a", "b", "result"),
    [
        ("{a: 1, b: 1}", "1", "1", "1"),
        ("{a: 1, b: 1}", "1", "2", "2"),
        ("{a: 1, b: 1}", "2", "-", "2"),
        ("{a: 1, b: 1}", "-", "2", "2"),
        ("{a: 1, b: 1}", "-", "1", "refused"),
        ("{a: 1, b: 1}", "-", "-", "refused"),
        ("{a: not 1}", "-", "1", "refused"),
        ("{a: not missing}", "-", "1", "2"),
        ("{a: missing}", "-", "1", "1"),
    ],
)
def test_a_condition_with_a_missing_value_is_false_where_another_test_fails_and_else_refused(
    tests: str, a: str, b: str, result: str
) -> None:
    """The inputs are required, so that nothing need be said; a return made in a program may lack them all the same."""
    rules = f"""
    inputs: {{a: {{type: number, required: true}}, b: {{type: number, required: true}}}}
    measures: {{x: {{kind: decide, rows: [{{when: {tests}, then: 1}}], otherwise: 2}}}}
    """
    if result == "refused":
        with pytest.raises(Refused):
            rate(rules, a=a, b=b)
    else:
        assert results(rate(rules, a=a, b=b), "x") == [result]


def test_a_refused_value_is_not_refused_again_by_what_rests_on_it() -> None:
    rules = "inputs: {a: {type: number}}\nmeasures: {x: {kind: sum, of: [a]}, y: {kind: sum, of: [x]}}"
    with pytest.raises(Refused) as refused:
        rate(rules, a="-")
    assert codes(refused) == [
        ("rules.yaml:2:15", "refused-missing", '"a" is missing (blank), and the method cannot do without it. Organisations: A.')
    ]  # fmt: skip


def test_a_refusal_stands_at_the_cell_or_at_that_of_what_the_item_rests_on() -> None:
    methodology = method("""
    inputs: {a: {type: number}, b: {type: number}}
    measures:
      x: {kind: sum, of: [a, b], missing: missing}
      y: {kind: sum, of: [x]}
    """)
    source = Source("r.xlsx", "Return")
    submitted = Return(
        "r.xlsx", "", (Organisation("A", "A"),),
        {"a": Values([Missing("blank")]), "b": Values([Missing("blank")], "b", [source], [7], [3])},
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        assess(submitted, methodology)
    assert [str(problem.at) for problem in refused.value.problems] == ["r.xlsx:Return!C7"]


def test_decisions_replace_the_rule_for_everything_after_and_both_are_kept() -> None:
    rated = rate(RISK, mean="3 -", late="no no", weak="no no", overrides=[override("a", level=" 2.0 "), override("B")])
    assert results(rated, "risk") == ["2", "5"]
    assert results(rated, "after") == ["2", "5"]
    (mark,) = rated.marks_of("risk", 0)
    assert isinstance(mark, Mark)
    assert (mark.what, str(mark.before), str(mark.after), mark.who, mark.when, mark.because) == (
        "override", "3", "2", "A. Person", "2026-01-02", "it was mended",
    )  # fmt: skip
    assert str(rated.marks_of("risk", 1)[0].before) == "missing (blank)"


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (override("C"), '"C" is not an organisation of this return.'),
        (override("A", "rsk"), '"rsk" is not a rating that can be decided.'),
        (override("A", "after"), '"after" is not a rating that can be decided.'),
        (override("A", level="6"), '"6" is not a level of risk.'),
    ],
)
def test_a_decision_that_does_not_fit(decision: Override, message: str) -> None:
    with pytest.raises(Refused) as refused:
        rate(RISK, mean="3", late="no", weak="no", overrides=[decision])
    assert codes(refused) == [("o.csv:A2", "override", message)]


def test_one_rating_is_decided_once() -> None:
    with pytest.raises(Refused) as refused:
        rate(RISK, mean="3", late="no", weak="no", overrides=[override("A"), override("A", row=3)])
    assert codes(refused) == [("o.csv:A3", "override", '"risk" of A is decided twice, first at o.csv:A2.')]


def test_the_league_is_in_the_order_of_the_first_place() -> None:
    rules = """
    inputs: {a: {type: number}}
    measures: {p: {kind: place, by: [{item: a, first: lowest}]}}
    """
    assert rate(rules, a="3 1 - 2").league() == [1, 3, 0, 2]
    assert rate(rules, a="1 1 1", names=["Zed", "amy", "Bob"]).league() == [1, 2, 0]


@pytest.mark.parametrize(("polarity", "order"), [("higher", [0, 2, 1, 3]), ("lower", [1, 2, 0, 3])])
def test_without_a_place_the_headline_orders_the_league(polarity: str, order: list[int]) -> None:
    rules = f"""
    inputs: {{a: {{type: number}}}}
    ratings: {{r: {{kind: first-available, of: a, headline: true, polarity: {polarity}}}}}
    """
    assert rate(rules, a="9 -1 2.5 -").league() == order


def test_levels_order_the_league_best_first() -> None:
    assert rate(RISK, mean="3 5 - 1", late="no no no no", weak="no no no no", only=["risk"]).league() == [1, 0, 3, 2]


def test_of_several_headlines_the_first_orders_the_league_table() -> None:
    rules = """
    inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher}}
    ratings: {first: {kind: sum, of: [a], headline: true}, second: {kind: sum, of: [b], headline: true}}
    """
    assert rate(rules, a="2 1 3", b="1 2 3").league() == [1, 0, 2]


def test_what_was_divided_is_compared_at_the_digits_that_count() -> None:
    """Two thirds over a third is 2; of numbers with 50 digits it is a little more than that."""
    rules = """
    inputs: {a: {type: number}, b: {type: number}, c: {type: number}}
    measures:
      third: {kind: ratio, of: a, to: c}
      rest: {kind: ratio, of: b, to: c}
      times: {kind: ratio, of: rest, to: third}
    ratings: {r: {kind: decide, rows: [{when: {times: "<= 2"}, then: 1}], otherwise: 0, headline: true}}
    """
    rules = rules.replace("then: 1}", "then: 1, missing: fails}")
    assert results(rate(rules, a="1", b="2", c="3"), "r") == ["1"]


def test_an_organisation_is_found_by_code_or_by_a_part_of_its_name() -> None:
    rated = rate(RISK, mean="3 3 3", late="no no no", weak="no no no", names=["Airedale", "Bedford", "Bedford North"])
    assert [rated.find(text) for text in ("b", " AIRE  ", "bedford", "north")] == [1, 0, 1, 2]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ford", '"ford" fits 2 organisations: B Bedford; C Bedford North. Give the code.'),
        ("Bedfrod", 'No organisation has the code "Bedfrod" or a name with that in it. Did you mean "Bedford"?'),
        ("", 'No organisation has the code "" or a name with that in it. It has 3, such as A.'),
    ],
)
def test_an_organisation_that_is_not_found(text: str, problem: str) -> None:
    rated = rate(RISK, mean="3 3 3", late="no no no", weak="no no no", names=["Airedale", "Bedford", "Bedford North"])
    with pytest.raises(Refused) as refused:
        rated.find(text)
    assert str(refused.value) == f"return.csv: {problem}"


def test_many_organisations_that_fit_are_not_all_listed() -> None:
    no = " ".join(["no"] * 12)
    rated = rate(RISK, mean=" ".join(["3"] * 12), late=no, weak=no, names=[f"Trust {n}" for n in range(12)])
    with pytest.raises(Refused, match=r"fits 12 organisations: .*; and 2 more") as refused:
        rated.find("trust")
    assert str(refused.value).count("Trust ") == 10


def test_an_item_is_found_by_its_id() -> None:
    rated = rate(RISK, mean="3", late="no", weak="no")
    assert rated.item("risk").id == "risk"
    with pytest.raises(Refused, match='has no input, measure or rating "rsk"'):
        rated.item("rsk")
    with pytest.raises(Refused, match="lists them"):
        rated.item("zzzz")


def test_an_empty_return_gives_empty_columns() -> None:
    methodology = method(CHAIN)
    submitted = Return("r.csv", "", (), {"a": Values([]), "b": Values([])})
    assert {item: list(column) for item, column in assess(submitted, methodology).columns.items()}["half"] == []


def test_the_frames_of_an_assessment() -> None:
    assert rate(CHAIN, only=["total", "spare_rating"], a="1", b="2").league() == [0]


def test_a_text_counts_as_no_number() -> None:
    assert as_number("much") == Missing("much is not a number")

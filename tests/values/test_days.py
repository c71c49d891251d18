"""Dates: read from cells of any form, held against dates, subtracted to days, and printed as dates."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tests.support.rules import method, plain, problems_of, rate, results, why

from nhsrate.commands.main import main
from nhsrate.core.faults import Fault
from nhsrate.core.numbers import Day, number_text
from nhsrate.engine.explain import explain, explanation_json, reason_for
from nhsrate.plan.plan import Plan
from nhsrate.values.days import day_from_text, day_of_cell

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.rules.inputs import Input

HEAD = """
scales: {rag: [{level: green}, {level: amber}, {level: red}]}
inputs:
  admitted: {type: date, title: Admitted on}
  left: {type: date, title: Left on}
  due: {type: date}
  allowed: {type: number}
  word: {type: text}
measures:
  x: {%s}
"""


def entry() -> Input:
    """An input of dates."""
    return method(HEAD % "kind: difference, of: left, from: admitted").inputs["admitted"]


@given(one=st.dates(), other=st.dates())
def test_a_difference_of_days_is_what_the_calendar_says(one: date, other: date) -> None:
    """The standard library's count of days is the measure; the order of dates is that of days."""
    assert Day.of(one) - Day.of(other) == Decimal((one - other).days)
    assert (Day.of(one) < Day.of(other)) is (one < other)
    assert number_text(Day.of(one)) == f"{Day.of(one)}" == f"{Day.of(one):f}" == one.isoformat()
    assert Day.of_text(one.isoformat()) == Day.of(one)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-03-31", "2026-03-31"), ("31/03/2026", "2026-03-31"), ("31.3.26", "2026-03-31"),
        ("31 March 2026", "2026-03-31"), ("31st Mar 2026", "2026-03-31"), ("31-Mar-26", "2026-03-31"),
        ("20260331", "2026-03-31"), ("2026-03-31 00:00:00", "2026-03-31"), ("03/04/2026", "2026-04-03"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_type_them(text: str, wanted: str) -> None:
    assert str(day_from_text(text, entry())) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/31/2026", "text-in-number"), ("31/02/2026", "text-in-number"), ("March 2026", "text-in-number"),
        ("46112", "text-in-number"), ("tomorrow", "text-in-number"), ("31", "text-in-number"),
        ("-", "undeclared-marker"), ("n/a", "undeclared-marker"), ("12%", "percent-scale"),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str, code: str) -> None:
    found = day_from_text(text, entry())
    assert isinstance(found, Fault)
    assert found.code == code
    assert code != "text-in-number" or found.message.startswith("A date is expected, and the cell says ")


def test_cells_of_dates_are_read_and_a_time_of_day_is_refused() -> None:
    assert str(day_of_cell(date(2026, 3, 31))) == "2026-03-31"
    assert str(day_of_cell(datetime(2026, 3, 31))) == "2026-03-31"  # noqa: DTZ001 (cells know no time zone)
    found = day_of_cell(datetime.combine(date(2026, 3, 31), time(14, 30)))
    assert isinstance(found, Fault)
    assert found.message == "A date is expected, and the cell holds a time of day as well: 2026-03-31 14:30:00."


@pytest.mark.parametrize("text", ["2026-03-31 14:30", "2026-03-31T14:30:00", "2026-03-31 00:00:01"])
def test_a_text_with_a_time_of_day_is_refused_likewise(text: str) -> None:
    """Midnight alone says no more than the day, as programs write it behind every date."""
    found = day_from_text(text, entry())
    assert isinstance(found, Fault)
    assert found.message == f"A date is expected, and the cell holds a time of day as well: {text}."
    assert str(day_from_text("2026-03-31 00:00:00", entry())) == "2026-03-31"


def test_a_difference_of_two_dates_is_in_days() -> None:
    found = rate(
        HEAD % "kind: difference, of: left, from: admitted",
        admitted="2026-02-27 2026-03-31 -",
        left="2026-03-02 2026-03-31 2026-01-01",
    )
    assert results(found, "x") == ["3", "0", "missing (blank)"]
    assert why(found, "x") == "2026-03-02 - 2026-02-27"
    assert reason_for(found, "admitted", 0).text == "2026-02-27"
    said = explanation_json(found, explain(found, 0, ("x",)))
    assert isinstance(said["items"], dict)
    assert said["items"]["admitted"]["value"] == "2026-02-27"
    assert Plan(found).differences() == []
    found = rate(HEAD % "kind: difference, of: 2026-03-31, from: {item: admitted, plus: 30}", admitted="2026-02-28")
    assert [*results(found, "x"), why(found, "x")] == ["1", "2026-03-31 - (2026-02-28 + 30)"]


def test_dates_are_bounds_and_are_held_against_bounds() -> None:
    rule = "kind: thresholds, of: left, scale: rag, levels: [{level: green, at_most: due}, {level: amber, at_most: {item: due, plus: 7}}, {level: red, otherwise: true}]"
    found = rate(HEAD % rule, left="2026-03-31 2026-04-07 2026-04-08", due="2026-03-31 2026-03-31 2026-03-31")
    assert results(found, "x") == ["green", "amber", "red"]
    assert why(found, "x", 1) == "Left on is 2026-04-07, at most due (2026-03-31) + 7 = 2026-04-07 (line 10)"
    rule = "kind: thresholds, of: left, scores: [{score: 1, below: 2026-04-01}, {score: 0, otherwise: true}]"
    found = rate(HEAD % rule, left="2026-03-31 2026-04-01")
    assert results(found, "x") == ["1", "0"]
    assert plain(found.methodology, "x") == "Left on: 1 below 2026-04-01, 0 otherwise"


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ('{left: "> 2026-03-31"}', "0 1 0"),
        ('{left: ">= 2026-03-31"}', "1 1 0"),
        ("{left: 2026-03-31}", "1 0 0"),
        ("{left: not 2026-03-31}", "0 1 0"),
        ("{left: 2026-03-01..2026-03-31}", "1 0 0"),
        ("{left: {above: admitted, at_most: {item: admitted, plus: 30}}}", "1 0 0"),
        ("{left: {at_least: 2026-04-01}}", "0 1 0"),
        ("{left: missing}", "0 0 1"),
    ],
)  # fmt: skip
def test_conditions_test_dates(when: str, wanted: str) -> None:
    text = HEAD % f"kind: decide, rows: [{{when: {when}, then: 1, missing: fails}}], otherwise: 0"
    found = rate(text, left="2026-03-31 2026-05-31 -", admitted="2026-03-01 2026-03-01 2026-03-01")
    assert results(found, "x") == wanted.split()
    assert Plan(found).differences() == []


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("kind: mean, of: [admitted, left]", '"x" works on numbers, and "admitted" is a date. Take the difference of two dates, or hold it against one.'),
        ("kind: sum, of: [admitted, 30]", '"x" works on numbers, and "admitted" is a date.'),
        ("kind: rank-spread, of: left, best: 1, worst: 4, polarity: lower", '"x" works on numbers, and "left" is a date.'),
        ("kind: clip, of: allowed, low: 2026-03-31", '"x" works on numbers, and a date stands here.'),
        ("kind: first-available, of: [admitted, left]", '"x" hands "admitted" on, and the two are not of one scale or type.'),
        ("kind: difference, of: left, from: allowed", '"x" holds left against allowed, of which only one is a date. Hold dates against dates, such as 2026-03-31.'),
        ("kind: difference, of: left, from: 30", '"x" holds left against 30, of which only one is a date.'),
        ("kind: difference, of: left, from: admitted, as: percent", '"x" takes a per cent of a date. Take the absolute difference, which is in days.'),
        ("kind: difference, of: {item: left, times: 2}, from: admitted", '"left" is a date, and a date is not multiplied. Write plus: with a number of days.'),
        ("kind: thresholds, of: left, scores: [{score: 1, below: 5}, {score: 0, otherwise: true}]", '"x" holds left against 5, of which only one is a date.'),
        ("kind: thresholds, of: allowed, scores: [{score: 1, below: due}, {score: 0, otherwise: true}]", '"x" holds allowed against due, of which only one is a date.'),
        ("kind: count, of: [left], at: '> 5'", '"5" is no date, and the item is one. Write a date as 2026-03-31, or name an item of dates: {at_least: other}.'),
        ("kind: count, of: [left], at: 2026-02-30", '"2026-02-30" is no date, and the item is one.'),
        ("kind: count, of: [left], at: {above: allowed}", '"allowed" is no date, and what it is a bound of is one.'),
        ("kind: count, of: [allowed], at: {above: due}", '"due" is a date, and what it is a bound of is none. Compare a date with dates.'),
        ("kind: count, of: [allowed], at: {above: 2026-03-31}", '"2026-03-31" is a date, and what it is a bound of is none.'),
        ("kind: constant, value: 2026-03-31", '"2026-03-31" is neither a number nor the name of a figure.'),
    ],
)  # fmt: skip
def test_a_date_is_no_number(rule: str, problem: str) -> None:
    assert any(problem in said for said in problems_of(HEAD % rule)), problems_of(HEAD % rule)


@pytest.mark.parametrize("key", ["valid: 0..5", "places: 1", "step: 1", "error: 1", "merge: sum", "decimal: '.'"])
def test_an_input_of_dates_has_nothing_that_is_of_numbers(key: str) -> None:
    said = problems_of(f"inputs: {{a: {{type: date, {key}}}}}")
    assert any(f"unknown-key: A date has no {key.partition(':')[0]}:. Remove it." in one for one in said)


def test_a_column_of_dates_in_words_is_no_column_of_parted_numbers(tmp_path: Path) -> None:
    """Read from a file, a date with spaces is a date, and nothing is said of thousands."""
    rules = "id: m\ntitle: M\ninputs: {left: {type: date}, due: {type: date}}\nratings: {x: {kind: difference, of: left, from: due, headline: true}}\n"
    (tmp_path / "m.yaml").write_text(rules)
    (tmp_path / "r.csv").write_text(
        'Org code,Left,Due\nRA1,5 May 2026,02/05/2026\nRA2,"May 5, 2026",2026-05-05 00:00:00\n'
    )
    said = CliRunner().invoke(main, ["score", str(tmp_path / "r.csv"), "-m", str(tmp_path / "m.yaml"), "-f", "csv"])
    assert "A date is expected, and the cell says" in said.stderr
    assert "thousands" not in said.stderr
    (tmp_path / "r.csv").write_text("Org code,Left,Due\nRA1,5 May 2026,02/05/2026\nRA2,,2026-05-05 00:00:00\n")
    said = CliRunner().invoke(main, ["score", str(tmp_path / "r.csv"), "-m", str(tmp_path / "m.yaml"), "-f", "csv"])
    assert said.stdout.splitlines() == ["code,name,x", "RA1,RA1,3", "RA2,RA2,"]
    assert said.stderr == ""


def test_dates_of_a_workbook_are_read_and_written_as_dates(tmp_path: Path) -> None:
    rules = "id: m\ntitle: M\ninputs: {left: {type: date}, due: {type: date}}\nratings: {x: {kind: difference, of: left, from: due, headline: true}}\n"
    (tmp_path / "m.yaml").write_text(rules)
    book = Workbook()
    for row in (
        ["Org code", "Left", "Due"],
        ["RA1", date(2026, 5, 5), date(2026, 5, 2)],
        ["RA2", date(2026, 5, 5), 46114],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "r.xlsx")
    said = CliRunner().invoke(main, ["check", str(tmp_path / "r.xlsx"), "-m", str(tmp_path / "m.yaml")])
    assert "C3: error: A date is expected, and the cell says" in said.stderr
    book.worksheets[0].delete_rows(3)
    book.save(tmp_path / "r.xlsx")
    out = tmp_path / "out.xlsx"
    said = CliRunner().invoke(main, ["score", str(tmp_path / "r.xlsx"), "-m", str(tmp_path / "m.yaml"), "-o", str(out)])
    assert said.exit_code == 0, said.stderr
    texts = {cell.value for sheet in load_workbook(out) for row in sheet.iter_rows() for cell in row}
    assert "2026-05-05" in texts
    said = CliRunner().invoke(main, ["template", str(tmp_path / "m.yaml"), "-o", str(tmp_path / "form.xlsx")])
    assert said.exit_code == 0, said.stderr

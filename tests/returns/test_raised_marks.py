"""What a return says where letters are raised: values, codes, names and headings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.returns.test_reading import book, read

from nhsrate.core.cells import YES, Level, Missing, make_scale
from nhsrate.core.problems import CellLocation
from nhsrate.core.tables import MarkedText
from nhsrate.core.texts import as_text, with_marks
from nhsrate.rules.inputs import Input, TableReading
from nhsrate.values.column import parse_column

NUMBER, PERCENT, COUNT = Input("x", "number"), Input("x", "percent"), Input("x", "count")
SCALE = make_scale("rag", [Level("rag", "good", 0), Level("rag", "poor", 1)])
FLAGS = TableReading(flags=(("3", "provisional"), ("r", "revised")), markers=(("-", "not run"), ("3", "never")))


def said(item: Input, raw: object, reading: TableReading = FLAGS) -> tuple[object, list[str]]:
    """The cell, and the code and severity of what is said of it."""
    [cell], problems = parse_column(item, [raw], reading, lambda _: CellLocation("r.csv", None, 2, 2))
    return cell, [f"{problem.severity} {problem.code}" for problem in problems]


REFUSED = (Missing("faulty: number"), ["error raised-mark"])


@pytest.mark.parametrize("item", [NUMBER, PERCENT, COUNT])
@pytest.mark.parametrize(
    ("raw", "result"),
    [
        (MarkedText("12", "4"), REFUSED),
        (MarkedText("12", "a"), REFUSED),
        ("12\u2074", REFUSED),
        ("\u00b9", REFUSED),
        (MarkedText("", "4"), REFUSED),
        (MarkedText("123", "3", lowered=True), REFUSED),
        (MarkedText("12", "3"), (Decimal(12), [])),
        (MarkedText("12", "3, r"), (Decimal(12), [])),
        ("12\u00b3", (Decimal(12), [])),
        (MarkedText("-", "4"), (Missing("not run"), ["note raised-mark"])),
        (MarkedText("12,5", "4"), (Missing("faulty: decimal comma"), ["error text-in-number"])),
    ],
)
def test_a_raised_mark_beside_a_number_is_refused_unless_it_is_declared(
    item: Input, raw: object, result: tuple[object, list[str]]
) -> None:
    assert said(item, raw) == result


def test_what_a_declared_mark_says_stands_beside_the_value() -> None:
    from nhsrate.values.column import ColumnReader

    reader = ColumnReader(NUMBER, FLAGS)
    reader.add([MarkedText("12", "3,r"), 5], [2, 3], lambda row: CellLocation("r.csv", None, row, 2))
    assert (reader.cells, reader.flags) == ([Decimal(12), Decimal(5)], {0: "provisional and revised"})


def test_a_mark_beside_a_percent_sign_leaves_the_sign() -> None:
    assert said(PERCENT, MarkedText("94.5%", "3")) == (Decimal("94.5"), [])


@pytest.mark.parametrize(
    ("item", "raw", "cell"),
    [
        (Input("x", "text"), MarkedText("Acute", "2"), "Acute"),
        (Input("x", "level", scale=SCALE), MarkedText("good", "2"), "good"),
        (Input("x", "level", scale=SCALE), "good\u00b2", "good"),
        (Input("x", "yes/no"), MarkedText("Yes", "2"), str(YES)),
    ],
)
def test_a_raised_mark_beside_a_word_is_noted(item: Input, raw: object, cell: str) -> None:
    found, problems = said(item, raw)
    assert (str(found), problems) == (cell, ["note raised-mark"])


def test_raised_letters_of_a_text_that_is_wanted_as_it_stands_stay() -> None:
    assert said(Input("x", "text"), "per m\u00b2") == ("per m\u00b2", [])


def test_a_word_that_is_no_level_stays_none_without_its_mark() -> None:
    level = Input("x", "level", scale=SCALE)
    assert said(level, MarkedText("fair", "2"))[1] == ["error not-a-level"]


def test_a_flag_of_a_text_with_a_mark_is_still_read() -> None:
    reading = TableReading(flags=(("*", "estimated"),))
    assert said(Input("x", "level", scale=SCALE), MarkedText("good*", "2"), reading)[1] == ["note raised-mark"]


@pytest.mark.parametrize("code", [MarkedText("RJ1", "2"), "RJ1\u00b2"])
def test_a_code_is_read_without_its_mark_which_is_noted(code: object) -> None:
    found = read(book(("Code", "Name", "rate"), (code, MarkedText("Alder", "1"), 5), file="r.xlsx", sheet="S"))
    assert [(one.code, one.name) for one in found.organisations] == [("RJ1", "Alder")]
    message = 'r.xlsx:S!A2: The cell was read as "RJ1", without the raised "2", which is a mark.'
    assert [str(problem) for problem in found.problems] == [message]


def test_a_code_with_letters_below_the_line_or_none_on_it_is_refused() -> None:
    from tests.returns.test_reading import problem

    lowered = MarkedText("RJ12", "2", lowered=True)
    assert problem(book(("Code", "rate"), (lowered, 5))).startswith("raised-mark r.csv:A2: The organisation code")
    assert problem(book(("Code", "rate"), (MarkedText("", "2"), 5))).startswith("no-code r.csv:A2")


def test_headings_and_labels_are_matched_without_their_marks() -> None:
    rows = [
        (MarkedText("Period", "1"), "2026-05"),
        (),
        (MarkedText("Code", "2"), "Name", MarkedText("Rate of falls", "3")),
        ("RJ1", "A", 5),
    ]
    found = read(book(*rows, file="r.xlsx", sheet="S"))
    assert (found.period, found.values["rate"].cells) == ("2026-05", [Decimal(5)])


def test_a_column_of_periods_may_have_a_mark_at_its_head() -> None:
    rows = [("Code", MarkedText("Period", "1"), "rate"), ("RJ1", "2026-05", 5)]
    assert read(book(*rows, file="r.xlsx", sheet="S")).period == "2026-05"


def test_raised_letters_are_told_from_those_on_the_line() -> None:
    """As Unicode has them: digits, letters and signs; a text without any has none."""
    assert with_marks("Union\u00b9\u207b\u1d43 a") == MarkedText("Union a", "1\u2212a")
    assert with_marks("caf\u00e9") is None
    assert as_text(MarkedText(" Union\u00a0a ", "1")) == "Union a"

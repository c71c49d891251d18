"""Texts that stand in the place of a number, or beside one: markers, flags, shorthand, and what is only suspected."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.cells import YES, Level, Missing, make_scale
from nhsrate.core.problems import CellLocation, errors
from nhsrate.core.tables import PercentCell, ShownCell
from nhsrate.rules.inputs import Input, Range, TableReading
from nhsrate.values.column import KNOWN, ColumnReader, parse_column
from nhsrate.values.markers import GOVERNMENT_FLAGS, GOVERNMENT_MARKERS, SUSPECTS, signs_of

if TYPE_CHECKING:
    from nhsrate.core.cells import Cell

NUMBER = Input("x", "number")
PERCENT = Input("x", "percent")
FRACTION = Input("x", "percent", bare="fraction")
COUNT = Input("x", "count")
STARS = make_scale("stars", [Level("stars", name, n) for n, name in enumerate(["3*", "2*", "1*"])])
GOVERNMENT = TableReading(shorthand="government")
FLAGS = TableReading(flags=(("[r]", "revised"), ("*", "estimated"), ("[P]", "provisional"), ("**", "imputed")))


def at(n: int) -> CellLocation:
    return CellLocation("r.csv", None, n + 2, 2)


def said(item: Input, raw: object, reading: TableReading) -> tuple[Cell, str | None, str | None]:
    """A cell, what its flags say, and what it shows."""
    reader = ColumnReader(item, reading)
    reader.add([raw], [0], at)
    assert errors(reader.finish([0], at)) == []
    return reader.cells[0], reader.flags.get(0), str(reader.shown[0]) if reader.shown else None


def fault(item: Input, raw: object, reading: TableReading) -> str:
    [problem] = errors(parse_column(item, [raw], reading, at)[1])
    return f"{problem.code}: {problem.message} {problem.remedy}".strip()


# flags


@pytest.mark.parametrize(
    ("item", "raw", "cell", "flags"),
    [
        (NUMBER, "94.5 [r]", Decimal("94.5"), "revised"),
        (NUMBER, "94.5[R]", Decimal("94.5"), "revised"),
        (NUMBER, "12.5*", Decimal("12.5"), "estimated"),
        (NUMBER, "12.5**", Decimal("12.5"), "imputed"),
        (NUMBER, "12.5 * [r]", Decimal("12.5"), "estimated and revised"),
        (NUMBER, "12.5 [p] [r]*", Decimal("12.5"), "provisional and revised and estimated"),
        (NUMBER, "17,712\u00a0[r]", Decimal(17712), "revised"),
        (PERCENT, "94.5% [r]", Decimal("94.5"), "revised"),
        (PERCENT, "94.5 %*", Decimal("94.5"), "estimated"),
        (FRACTION, "0.945 [r]", Decimal("94.5"), "revised"),
        (FRACTION, "94.5% [r]", Decimal("94.5"), "revised"),
        (COUNT, "7*", Decimal(7), "estimated"),
        (NUMBER, "94.5", Decimal("94.5"), None),
        (NUMBER, 94.5, Decimal("94.5"), None),
        (Input("x", "yes/no"), "yes [r]", YES, "revised"),
        (Input("x", "yes/no"), "yes", YES, None),
        (Input("x", "text"), "acute [r]", "acute [r]", None),
        (Input("x", "level", scale=STARS), "3*", STARS.levels[0], None),
        (Input("x", "level", scale=STARS), "3* [r]", STARS.levels[0], "revised"),
    ],
)
def test_a_flag_stands_behind_a_value(item: Input, raw: object, cell: Cell, flags: str | None) -> None:
    """The longest one holds, several are told in their order, and the end of a level's name is none."""
    assert said(item, raw, FLAGS)[:2] == (cell, flags)


def test_a_flag_may_stand_beside_a_marker_or_a_text_for_a_number() -> None:
    reading = TableReading(flags=FLAGS.flags, markers=(("-", "closed"),), stands_for=(("nil", Decimal(0)),))
    assert said(NUMBER, "- [r]", reading)[:2] == (Missing("closed"), "revised")
    assert said(NUMBER, "nil*", reading)[:2] == (Decimal(0), "estimated")
    assert said(NUMBER, "nil", reading)[:2] == (Decimal(0), None)
    starred = TableReading(flags=FLAGS.flags, markers=(("x*", "closed"),))
    assert said(NUMBER, "x* [r]", starred)[:2] == (Missing("closed"), "revised")


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        ("94.5 [q]", 'text-in-number: "94.5 [q]" is a number with a mark behind it. Put the number alone'),
        ("many*", 'text-in-number: A number is expected, and the cell says "many".'),
        ("[r]", 'undeclared-marker: "[r]" is not a number'),
        ("*", 'undeclared-marker: "*" is not a number'),
        ("94.5% [r]", 'percent-scale: "94.5%" is a percentage, and a plain number is expected.'),
    ],
)
def test_a_flag_alone_or_behind_no_number_is_refused(raw: str, start: str) -> None:
    assert fault(NUMBER, raw, FLAGS).startswith(start)


def test_digits_are_never_flags() -> None:
    """Who declares the superscript 1 does not change 94.51 into 94.5."""
    reading = TableReading(flags=(("1", "note 1"), ("%", "per cent"), ("", "nothing"), (" ", "nothing")))
    for raw in ("94.51", " 94.51 ", "17,711"):
        assert said(NUMBER, raw, reading)[1] is None
    assert said(PERCENT, "94.5%", reading)[:2] == (Decimal("94.5"), None)
    assert said(NUMBER, "94.5 [a]1", TableReading(flags=(("[a]1", "note"),)))[:2] == (Decimal("94.5"), "note")


@given(st.decimals(-1000, 1000, places=2), st.lists(st.sampled_from(["[r]", "[R]", "*", " [p]"]), max_size=3))
def test_flags_never_change_the_number(number: Decimal, flags: list[str]) -> None:
    cell, told, _ = said(NUMBER, f"{number}{''.join(flags)}", FLAGS)
    assert cell == number
    assert (told is None) == (not flags)


# numbers that texts stand for


def test_a_text_may_stand_for_a_number() -> None:
    reading = TableReading(stands_for=(("nil", Decimal(0)), ("[low]", Decimal("0.5")), ("-1", Decimal(9))))
    assert parse_column(NUMBER, ["Nil", "[LOW]", "-1", -1, -1.0, "-1.0", "2"], reading, at)[0] == [
        0, Decimal("0.5"), 9, 9, 9, 9, 2,
    ]  # fmt: skip
    assert said(FRACTION, "[low]", reading)[0] == Decimal("0.5")
    assert said(Input("x", "text"), "nil", reading)[0] == "nil"
    assert said(Input("x", "text"), -1, reading)[0] == "-1"
    valid = Input("x", "number", valid=Range(high=Decimal(5)))
    assert fault(valid, "-1", reading).startswith("out-of-range: ")
    assert fault(valid, -1, reading).startswith("out-of-range: 9 lies outside the valid range")
    assert fault(Input("x", "level", scale=STARS), "nil", reading).startswith("not-a-level")


def test_a_marker_goes_before_a_number_that_the_same_text_stands_for() -> None:
    reading = TableReading(stands_for=(("-1", Decimal(0)), ("-", Decimal(0))), markers=(("-1", "no value"),))
    item = Input("x", "number", markers=(("-", "closed"),))
    assert parse_column(item, ["-1", "-", -1], reading, at)[0] == [Missing("no value"), Missing("closed"), Missing("no value")]  # fmt: skip


# shorthand


@pytest.mark.parametrize(("text", "reason"), GOVERNMENT_MARKERS.items())
def test_the_shorthand_of_official_statistics_takes_the_place_of_a_number(text: str, reason: str) -> None:
    for raw in (text, text.upper(), f" {text}\u00a0"):
        assert said(NUMBER, raw, GOVERNMENT)[:2] == (Missing(reason), None)
    assert said(NUMBER, f"{text} [p]", GOVERNMENT)[:2] == (Missing(reason), "provisional")


@pytest.mark.parametrize(("text", "reason"), GOVERNMENT_FLAGS.items())
def test_the_shorthand_of_official_statistics_qualifies_a_number(text: str, reason: str) -> None:
    for raw in (f"94.5 {text}", f"94.5{text.upper()}"):
        assert said(NUMBER, raw, GOVERNMENT)[:2] == (Decimal("94.5"), reason)
    assert said(NUMBER, f"94.5 [r] {text}", GOVERNMENT)[1] == f"revised and {reason}"


def test_the_shorthand_has_three_groups() -> None:
    """Those in the place of a number, those beside one, and a number near zero, which the reading may make one."""
    assert {text.strip("[]") for text in GOVERNMENT_MARKERS} == {"c", "x", "z", "w", "low", "k"}
    assert set("beprsuf") <= {text.strip("[]") for text in GOVERNMENT_FLAGS}
    reading = TableReading(shorthand="government", stands_for=(("[LOW]", Decimal(0)),))
    assert said(NUMBER, "[low]", reading)[0] == 0
    assert said(NUMBER, "[k]", reading)[0] == Missing("rounds to zero and is not zero")


def test_without_the_shorthand_nothing_is_known_of_it() -> None:
    assert fault(NUMBER, "[c]", TableReading()).startswith("undeclared-marker")
    assert fault(NUMBER, "94.5 [r]", TableReading()).startswith("text-in-number")


def test_what_is_declared_goes_before_the_shorthand() -> None:
    reading = TableReading(shorthand="government", markers=(("[C]", "small numbers"),), flags=(("[R]", "rounded"),))
    item = Input("x", "number", markers=(("[x]", "never asked"),))
    assert said(item, "[c]", reading)[0] == Missing("small numbers")
    assert said(item, "[x] [r]", reading)[:2] == (Missing("never asked"), "rounded")
    stands = TableReading(
        shorthand="government", stands_for=(("[c]", Decimal(1)),), markers=(("[C]", "small numbers"),)
    )
    assert said(NUMBER, "[c]", stands)[0] == Missing("small numbers")


def test_signs_are_folded_and_the_longest_flag_comes_first() -> None:
    signs = signs_of(FLAGS, NUMBER)
    assert list(signs.flags) == ["[r]", "[p]", "**", "*"]
    assert signs.without_flags("5 [P] [R]", str.isdecimal) == ("5", ("provisional", "revised"))
    assert signs.without_flags("5 [P] [R]", lambda text: text == "5 [P]") == ("5 [P]", ("revised",))
    assert signs_of(TableReading(), NUMBER).without_flags("5 [r]", str.isdecimal) == ("5 [r]", ())


# suspects and odd numbers


@pytest.mark.parametrize("text", sorted(SUSPECTS))
def test_no_marker_is_guessed(text: str) -> None:
    assert fault(NUMBER, text, TableReading()).startswith("undeclared-marker: ")


@pytest.mark.parametrize("required", [False, True])
def test_the_remedy_fits_whether_a_value_must_be_given(*, required: bool) -> None:
    item = Input("x", "number", required=required)
    for raw in ("n/a", "many"):
        assert ("clear the cell" in fault(item, raw, TableReading())) != required


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        ("(5)", '"(5)" may mean a negative number'),
        ("12,5", '"12,5" has a comma'),
        ("1.5m", '"1.5m" is a number with a multiplier.'),
        ("<5", '"<5" is a bound'),
        ("fewer than 5", '"fewer than 5" is a bound'),
        ("52+", '"52+" means this number or more'),
        ("1.5\u2013", '"1.5\u2013" has its sign behind the number.'),
        ("1.5% \u2212", '"1.5% \u2212" has its sign behind the number.'),
        ("\u00a35", '"\u00a35" has a currency sign.'),
        ("5 to 10", '"5 to 10" is a range'),
        ("12.5\u2020", '"12.5\u2020" is a number with a mark'),
        ("\uff15", '"\uff15" has digits of another script.'),
        ("1_000", 'A number is expected, and the cell says "1_000".'),
        ("inf", 'A number is expected, and the cell says "inf".'),
    ],
)
def test_a_number_that_is_written_otherwise_has_its_own_sentence(raw: str, start: str) -> None:
    assert fault(NUMBER, raw, TableReading()).startswith(f"text-in-number: {start}")


# shown values, characters that nobody sees


@pytest.mark.parametrize(
    ("item", "raw", "cell", "shown"),
    [
        (PERCENT, PercentCell(0.9456, 1), Decimal("94.56"), "94.6"),
        (PERCENT, PercentCell(0.945), Decimal("94.5"), None),
        (NUMBER, ShownCell(77.96, 1), Decimal("77.96"), "78.0"),
        (FRACTION, ShownCell(0.94561, 3), Decimal("94.561"), "94.6"),
        (FRACTION, ShownCell(0.94561, 1), Decimal("94.561"), "9E+1"),
        (NUMBER, ShownCell(-0.5, 0), Decimal("-0.5"), "-1"),
        (Input("x", "text"), ShownCell(0.51, 1), "0.51", None),
    ],
)
def test_what_a_cell_shows_is_kept_beside_its_value(item: Input, raw: object, cell: Cell, shown: str | None) -> None:
    assert said(item, raw, TableReading()) == (cell, None, shown)


def test_characters_that_nobody_sees_are_told_of() -> None:
    cells, problems = parse_column(NUMBER, ["12\u200b", "5", "12\u200b", "7\u00a0"], TableReading(), at)
    assert cells == [12, 5, 12, 7]
    [note] = problems
    assert note.severity == "note"
    assert str(note) == (
        'r.csv:B2: The cell holds characters that nobody sees; it was read as "12". '
        "The same was done in 2 cells: B2 and B4."
    )


def test_a_column_of_very_many_texts_is_read_in_blocks() -> None:
    """What was met is forgotten in time, so that a long column takes no more room than its values."""
    reader = ColumnReader(Input("x", "text"), TableReading())
    for start in (0, KNOWN + 5):
        raws = [f"t{start + n}" for n in range(KNOWN + 5)]
        reader.add(raws, range(start, start + len(raws)), at)
    assert len(reader.cells) == 2 * KNOWN + 10
    assert reader.cells[-1] == f"t{2 * KNOWN + 9}"


def test_very_many_numbers_are_read() -> None:
    numbers = [n / 8 for n in range(3_000)] * 2
    cells, problems = parse_column(NUMBER, numbers, TableReading(), at)
    assert (cells, problems) == ([Decimal(repr(number)) for number in numbers], [])


@pytest.mark.parametrize(
    ("type_", "text", "remedy"),
    [
        ("level", "fine", "Write one of them"),
        ("yes/no", "fine", "Write yes or no"),
        ("number", "fine", "Enter the number"),
        ("number", "tbc", "Enter the value"),
        ("date", "tbc", "Enter the value"),
        ("duration", "tbc", "Enter the value"),
    ],
)
@pytest.mark.parametrize(
    ("required", "blank"), [(False, "; if there is none, clear the cell,"), (True, "; if there is none,")]
)
def test_the_markers_that_are_declared_are_named_where_a_cell_has_no_value(
    type_: str,
    text: str,
    remedy: str,
    required: bool,  # noqa: FBT001 (a case)
    blank: str,
) -> None:
    """Those of the input and of the whole reading, as they are written, whatever the type; another's are not."""
    item = Input("x", cast("Any", type_), scale=STARS if type_ == "level" else None, required=required, unit="minutes")
    own, both = TableReading(), TableReading(markers=(("N/A", "no answer"),))
    said = 'declared marker: "N/A" for no answer and "~" for too few.'
    if not required:
        said = 'declared marker ("N/A" for no answer and "~" for too few), or add the text under reading: markers'
    _, (problem,) = parse_column(replace(item, markers=(("~", "too few"),)), [text], both, at)
    assert problem.remedy.startswith(f"{remedy}{blank} write a {said}")
    _, (bare,) = parse_column(item, [text], own, at)
    assert "declared marker" not in bare.remedy


def test_a_required_value_that_is_blank_names_the_markers() -> None:
    item = Input("x", "number", required=True, markers=(("~", "too few"),))
    _, (problem,) = parse_column(item, [None], TableReading(), at)
    assert problem.remedy == 'Enter the value, or a declared marker that says why there is none: "~" for too few.'

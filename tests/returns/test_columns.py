"""Which column is meant by which heading: marks, units, upper rows, columns without headings, and what is ambiguous."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.headings import bare_heading
from nhsrate.core.problems import Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import AREA_CODE_HEADINGS, CODE_HEADINGS, NAME_HEADINGS, Input, LongForm, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.returns.model import Return

PLAIN = TableReading()
WAITS = Input("waits", "percent", title="Waits within a week")
FALLS = Input("falls", "count", title="Falls")
BOTH = (WAITS, FALLS)


def read(*rows: Sequence[object], inputs: Sequence[Input] = BOTH, reading: TableReading = PLAIN) -> Return:
    return read_tables([MemoryBook("r.xlsx", "", [Table("r.xlsx", "S", rows)])], inputs, reading)


def refusal(*rows: Sequence[object], inputs: Sequence[Input] = BOTH, reading: TableReading = PLAIN) -> str:
    with pytest.raises(Refused) as refused:
        read(*rows, inputs=inputs, reading=reading)
    return " ".join(str(problem) for problem in refused.value.problems)


def cells(found: Return, n: int = 0) -> dict[str, str]:
    """The values of one organisation."""
    return {id_: str(values.cells[n]) for id_, values in found.values.items()}


def given_as(*code: str, **more: tuple[tuple[str, tuple[str, ...]], ...]) -> TableReading:
    """A reading with headings of codes of its own, beside the usual ones."""
    return TableReading(code=(*code, *CODE_HEADINGS), **more)  # type: ignore[arg-type]


# marks and units


@pytest.mark.parametrize(
    "heading",
    [
        "Waits within a week [note 3]",
        "Waits within a week [2]",
        "Waits within a week (note 1)",
        "Waits within a week note 1, 2 and 3",
        "Waits within a week\u00b2",
        "Waits within a week \u00b9, \u00b2",
        "Waits within a week*",
        "Waits within a week \u2020\u2021",
        "Waits within a week (%)",
        "Waits within a week, per cent",
        "Waits within a week - %",
        "Waits within a week %",
        "Waits\nwithin a week (percentage) [r]:",
        "waits_within_a_week",
        "WAITS (%)",
    ],
)
def test_marks_and_units_behind_a_heading_are_ignored(heading: str) -> None:
    found = read(("Code", heading, "Falls (n)[note 1]"), ("XA1", 91, 4))
    assert (cells(found), found.problems) == ({"waits": "91", "falls": "4"}, ())


@pytest.mark.parametrize("heading", ["% waits within a week", "pct_waits_within_a_week", "waits_within_a_week_percent"])
def test_words_of_counting_beside_a_heading_are_ignored_with_a_note(heading: str) -> None:
    found = read(("Code", heading, "No. of falls"), ("XA1", 91, 4))
    assert cells(found) == {"waits": "91", "falls": "4"}
    assert {(one.code, one.severity) for one in found.problems} == {("near-heading", "note")}
    assert f'The heading "{heading}" (B1) was read as that of "waits" ("Waits within a week").' in str(
        found.problems[0]
    )


def test_a_count_is_no_percentage_whatever_stands_before_its_unit() -> None:
    said = refusal(("Code", "Waits within a week (n)", "Falls"), ("XA1", 91, 4))
    assert 'The column "waits" (Waits within a week) is missing. Did you mean "Waits within a week (n)" (B1)?' in said
    assert 'The column "falls" (Falls) is missing' in refusal(("Code", "Waits", "Falls (%)"), ("XA1", 91, 4))


def test_two_headings_that_differ_in_their_marks_alone_are_ambiguous() -> None:
    said = refusal(("Code", "Waits [1]", "Waits [2]", "Falls"), ("XA1", 91, 92, 4))
    assert '2 columns fit "waits": "Waits [1]" (B1) and "Waits [2]" (C1).' in said
    assert "headings: {waits: B1}" in said


def test_a_heading_that_is_just_another_inputs_is_taken_for_no_other() -> None:
    rate = Input("rate", "number", title="Falls (rate)")
    found = read(
        ("Code", "Falls (rate)"), ("XA1", 2), inputs=[Input("other", "number", title="Falls", optional=True), rate]
    )
    assert cells(found) == {"other": "missing (column absent)", "rate": "2"}


def test_marks_are_ignored_in_groups_and_in_the_headings_of_filters() -> None:
    grouped = Input("seen", "number", title="Seen", group="Type 1")
    rows = [(None, "Basis [1]", "Type 1*", "Type 2*"), ("Code", None, "Seen (%)", "Seen"), ("XA1", "Acute", 1, 2)]
    found = read(*rows, inputs=[grouped])
    assert cells(found) == {"seen": "1"}
    table = [("Code [note 1]", "Basis [note 2]", "Falls"), ("XA1", "Acute", 1), ("XB2", "Other", 2)]
    found = read(*table, inputs=[FALLS], reading=TableReading(where=(("Basis", ("acute",)),)))
    assert [one.code for one in found.organisations] == ["XA1"]
    by_group = TableReading(headings=(("seen", ("Type 1 / Seen",)),))
    assert cells(read(*rows, inputs=[Input("seen", "number")], reading=by_group)) == {"seen": "1"}


def test_the_header_is_found_where_all_its_headings_have_marks() -> None:
    rows = [("Code", "what it is"), ("XA1", "of a list"), (), ("Code", "Waits [1]", "Falls [2]"), ("XA1", 91, 4)]
    assert cells(read(*rows)) == {"waits": "91", "falls": "4"}


@given(st.text(max_size=30))
def test_a_bare_heading_is_its_own_bare_heading(text: str) -> None:
    assert bare_heading(bare_heading(text)) == bare_heading(text)


# codes


@pytest.mark.parametrize(
    "heading",
    [
        "ODS Code", "Practice Code", "URN", "DfE number", "UKPRN", "FHRSID", "CCN", "Facility ID", "LA code", "GSS code",
        "Area Code", "Health Board Code", "Site code", "Hospital Code", "LAD code", "Ecode", "ICB code", "Location ID",
        "School code", "Force code", "Trust Code [note 1]", "org_code*", "ISO3",
    ],
)  # fmt: skip
def test_usual_headings_of_codes_are_known(heading: str) -> None:
    found = read((heading, "Name", "Waits", "Falls"), ("XA1", "Alder", 91, 4))
    assert [one.code for one in found.organisations] == ["XA1"]


def test_sixty_headings_of_codes_are_known() -> None:
    assert len({bare_heading(text) for text in (*CODE_HEADINGS, *AREA_CODE_HEADINGS)}) >= 60


def test_codes_of_areas_give_way_to_those_of_organisations() -> None:
    found = read(("Region code", "Trust code", "Waits", "Falls"), ("Y61", "XA1", 91, 4))
    assert [one.code for one in found.organisations] == ["XA1"]


@pytest.mark.parametrize("heading", ["Trust", "Provider", "School", "Practice", "ID"])
def test_a_heading_over_names_or_codes_is_one_of_codes_where_codes_stand_below(heading: str) -> None:
    found = read((heading, "Waits", "Falls"), ("RXA", 91, 4), ("X12", 92, 3), (None,))
    assert [one.code for one in found.organisations] == ["RXA", "X12"]
    said = refusal((heading, "Waits", "Falls"), ("Alder Trust", 91, 4))
    assert 'such as "org code"' in said
    assert f'Row 1 has "{heading}" (A1), "Waits" (B1) and "Falls" (C1).' in said
    assert f"such as code: [{heading}]" in said


def test_a_message_names_the_headings_that_are_there_and_the_key() -> None:
    said = refusal(("Register", "Waits", "Falls"), ("XA1", 91, 4))
    assert 'Row 1 has "Register" (A1), "Waits" (B1) and "Falls" (C1).' in said
    assert "Or say under reading which it is, such as code: [Register]." in said
    assert "Row" not in refusal(("One", "Two"), ("XA1", 91))


def test_codes_under_no_heading_are_pointed_at_by_the_message_and_read_by_cell_or_letters() -> None:
    rows = [("Waits by trust",), (None, "Name", "Waits", "Falls"), ("XA1", "Alder", 91, 4), ("XB2", "Birch", 90, 5)]
    said = refusal(*rows)
    assert "In column A codes seem to stand without a heading." in said
    assert "code: [A2]" in said
    for key in ("A2", "A"):
        found = read(*rows, reading=given_as(key))
        assert [(one.code, one.name) for one in found.organisations] == [("XA1", "Alder"), ("XB2", "Birch")]
        assert found.layouts[0][1].headings[1] in {"A2", "Waits by trust"}
    found = read(*rows, reading=TableReading(code=("A2", *CODE_HEADINGS), header_row=2))
    assert len(found.organisations) == 2
    assert "such as" in refusal(*rows, reading=given_as("A9"))
    assert "such as" in refusal(("x", "y"), reading=given_as("ZZ"))


def test_a_heading_of_letters_is_a_heading_first() -> None:
    found = read(("x", "ID", "Waits", "Falls"), ("XA1", "7Q", 91, 4), reading=given_as("ID"))
    assert found.organisations[0].code == "7Q"


def test_names_are_read_by_cell_or_letters_too() -> None:
    for key in ("B1", "B"):
        found = read(("Code", None, "Waits", "Falls"), ("XA1", "Alder", 91, 4), reading=TableReading(name=(key,)))
        assert found.organisations[0].name == "Alder"
    found = read(("Code", None, "Waits", "Falls"), ("XA1", "Alder", 91, 4), reading=TableReading(name=("B7",)))
    assert found.organisations[0].name == "XA1"


def test_letters_come_before_the_usual_headings() -> None:
    """A table of trusts by region: the codes that are meant stand under no heading, and a usual one stands elsewhere."""
    rows = [("Code", None, "Name", None, "Waits", "Falls"), ("Y56", "XA1", "London", "Alder", 91, 4)]
    found = read(*rows, reading=TableReading(code=("B", *CODE_HEADINGS), name=("D", *NAME_HEADINGS)))
    assert [(one.code, one.name) for one in found.organisations] == [("XA1", "Alder")]
    assert [one.code for one in read(*rows, reading=given_as("Trust")).organisations] == ["Y56"]


# upper rows


def test_a_heading_that_stands_only_in_an_upper_row_is_found() -> None:
    rows = [("A title",), (), (None, None, "Waits", "Harm"), ("Code", "Name", None, "Falls"), ("XA1", "Alder", 91, 4)]
    assert cells(read(*rows)) == {"waits": "91", "falls": "4"}
    for pin in ("C3", "C4"):
        item = Input("other", "percent")
        found = read(*rows, inputs=[item, FALLS], reading=TableReading(headings=(("other", (pin,)),)))
        assert cells(found) == {"other": "91", "falls": "4"}
    pinned = Input("other", "percent", column="C")
    assert cells(read(*rows, inputs=[pinned, FALLS])) == {"other": "91", "falls": "4"}


def test_columns_of_two_levels_with_the_names_of_rows_below_them_are_found() -> None:
    rows = [(None, "2027", "2027"), (None, "Waits", "Falls"), ("Code", None, None), ("XA1", 91, 4)]
    assert cells(read(*rows)) == {"waits": "91", "falls": "4"}


def test_the_columns_of_the_long_form_may_stand_in_an_upper_row() -> None:
    rows = [(None, "Metric", "Value"), ("Code",), ("XA1", "falls", 4)]
    found = read(*rows, inputs=[FALLS], reading=TableReading(long=LongForm("Metric", "Value")))
    assert cells(found) == {"falls": "4"}


def test_a_title_above_the_table_is_no_heading_of_it() -> None:
    rows = [("Falls",), (), ("Code", None, "Waits"), ("XA1", 4, 91)]
    assert 'The column "falls" (Falls) is missing' in refusal(*rows)


# ambiguity and advice


def test_one_column_is_not_read_for_two_inputs() -> None:
    reading = TableReading(headings=(("a", ("Harm",)), ("b", ("Harm",))))
    said = refusal(("Code", "Harm"), ("XA1", 4), inputs=[Input("a", "count"), Input("b", "count")], reading=reading)
    assert 'The heading "Harm" (B1) would be read for both "a" and "b".' in said
    found = read(("Code", "Harm"), ("XA1", 4), inputs=[Input("a", "count"), Input("b", "text")], reading=reading)
    assert cells(found) == {"a": "4", "b": "4"}


def test_a_label_in_the_middle_of_its_columns_is_ambiguous() -> None:
    rows = [
        (None, None, "Type 1", None, None, "Type 2"),
        ("Code", "All", "Seen", "Late", "All", "Seen", "Late"),
        ("XA1", *range(6)),
    ]
    item = Input("all", "number", title="Seen", group="Type 1")
    said = refusal(*rows, inputs=[item])
    assert 'The label "Type 1" stands over the middle of its columns' in said
    assert '"All" (B2) has none. "all" is looked for under "Type 1".' in said
    item = Input("all", "number")
    said = refusal(*rows, inputs=[item], reading=TableReading(headings=(("all", ("Type 1 / Seen",)),)))
    assert 'is looked for under "Type 1 / Seen"' in said


def test_a_heading_that_became_a_date_is_named() -> None:
    item = Input("april", "number", title="Apr-26")
    said = refusal(("Code", datetime(2026, 4, 26), "x"), ("XA1", 4, 2), inputs=[item, Input("x", "number")])  # noqa: DTZ001
    assert 'the heading "2026-04-26" (B1) is a date, as spreadsheets make of texts such as Apr-26' in said
    assert "headings: {april: B1}" in said


def test_a_header_below_the_rows_that_are_searched_is_named() -> None:
    rows: list[tuple[object, ...]] = [("text",)] * 70
    said = refusal(*rows, ("Code", "Waits", "Falls"), ("XA1", 91, 4))
    assert "The headings stand in row 71, and they are looked for in the first 60 rows." in said
    assert "header_row: 71" in said


def test_where_no_heading_fits_those_that_are_there_are_named_with_the_key() -> None:
    said = refusal(("Code", "Weights within a weak", "Fallen"), ("XA1", 91, 4))
    assert 'Its headings are "Weights within a weak" (B1) and "Fallen" (C1).' in said
    assert "headings: {waits: B1}" in said
    assert "Its headings" not in refusal(("Code",), ("XA1",))


@pytest.mark.parametrize(
    ("wanted", "stands"),
    [
        ("Apr-26", date(2026, 4, 1)), ("April 2026", date(2026, 4, 1)), ("3-4", date(2026, 4, 3)),
        ("1/2", date(2026, 2, 1)), ("MAR-1", date(2026, 3, 1)), ("sept2", date(2026, 9, 2)),
        ("2026-04-01", "01/04/2026"), ("Apr-26", "April 2026"), ("Q4 2025/26", "2025/26 Q4"),
    ],
)  # fmt: skip
def test_a_heading_that_a_spreadsheet_made_or_wrote_otherwise_is_offered_and_can_be_taken(
    wanted: str, stands: object
) -> None:
    """One alone that is missing, and several of which none is there, each with the cell that settles it."""
    item, other = Input("one", "number", title=wanted), Input("two", "number", title="Falls of wards")
    rows = (("Code", "More", stands), ("XA1", 9, 4))
    for inputs in ([item], [item, other]):
        said = refusal(*rows, inputs=inputs)
        assert "under reading headings: {one: C1}" in said, said
        assert ("Type" in said or "type" in said) is isinstance(stands, date)
    found = read(*rows, inputs=[item], reading=TableReading(headings=(("one", ("C1",)),)))
    assert cells(found) == {"one": "4"}


@pytest.mark.parametrize(
    ("wanted", "stands"),
    [("3-4", date(2026, 5, 3)), ("Apr-26", date(2026, 5, 1)), ("MAR-1", date(2026, 3, 2)), ("Falls", "2026-04-01")],
)
def test_another_date_is_not_offered_for_a_heading(wanted: str, stands: object) -> None:
    inputs = [Input("one", "number", title=wanted), Input("two", "number", title="Falls of wards")]
    assert "{one: C1}" not in refusal(("Code", "More", stands), ("XA1", 9, 4), inputs=inputs)


# names


@pytest.mark.parametrize("heading", ["Hospital Trust", "Organisation title", "Called", "Site name", "Council"])
def test_a_column_that_seems_to_have_the_names_is_noted(heading: str) -> None:
    rows = (("Code", heading, "Falls"), ("XA1", "Ash Trust", 1), ("XB2", "Birch", 2))
    found = read(*rows, inputs=[FALLS])
    [note] = found.problems
    assert (str(note.at), note.severity, found.organisations[0].name) == ("r.xlsx:S!row 1", "note", "XA1")
    assert note.message == "No heading is known as that of the names, so the codes stand in the place of the names."
    assert note.remedy == f'If "{heading}" (B1) has them, say under reading name: [{heading}].'
    named = read(*rows, inputs=[FALLS], reading=TableReading(name=(heading,)))
    assert (named.problems, named.organisations[0].name) == ((), "Ash Trust")


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Trust type", ("acute", "acute")), ("Trust", ("RJ1", "RJ2")), ("Provider group", ("A", "B")),
        ("Beds", ("Ash", "Birch")), ("Trust lead", (None, None)), ("Site", (1, 2)),
    ],
)  # fmt: skip
def test_of_other_columns_nothing_is_said(heading: str, said: tuple[object, object]) -> None:
    """Kinds repeat, codes and numbers are no names, and another heading says nothing of names."""
    rows = (("Code", f"{heading}s", "Falls"), ("XA1", said[0], 1), ("XB2", said[1], 2))
    assert read(*rows, inputs=[FALLS]).problems == ()


def test_names_that_are_declared_and_absent_are_noted() -> None:
    rows = (("Code", "Falls", "Its trust"), ("XA1", 1, "Ash Trust"), ("XB2", 2, "Birch"))
    declared = TableReading(name=("Body", *NAME_HEADINGS))
    [note] = read(*rows, inputs=[FALLS], reading=declared).problems
    assert note.message == 'The column "Body" of the names is missing, so the codes stand in the place of the names.'
    assert note.remedy == 'If "Its trust" (C1) has them, say under reading name: [Its trust].'
    [note] = read(*(row[:2] for row in rows), inputs=[FALLS], reading=declared).problems
    assert (note.severity, note.remedy) == ("note", "Correct the heading under reading: name.")
    usual = TableReading(name=("provider", *(one for one in NAME_HEADINGS if one != "provider")))
    assert len(read(*(row[:2] for row in rows), inputs=[FALLS], reading=usual).problems) == 1

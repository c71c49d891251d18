"""Organisations that changed their code, and returns that have them under the old one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.problems import CellLocation, Problem, errors
from nhsrate.core.tables import Table, Uncalculated
from nhsrate.returns.model import Organisation, Override, Return, Source, Values
from nhsrate.runs.successors import Succession, read_successors, renamed, succeeding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BLANK = Missing("blank")
ABSENT = Missing("column absent")
GOOD, POOR = Level("stars", "good", 0), Level("stars", "poor", 1)
HEADER = ("Old code", "New code", "Date")


def table(*rows: Sequence[object]) -> Table:
    return Table("s.csv", None, rows)


def steps_of(*rows: Sequence[object]) -> list[Succession]:
    """The successions of a table without faults."""
    steps, problems = read_successors(table(HEADER, *rows))
    assert problems == []
    return steps


def faults(*rows: Sequence[object]) -> list[str]:
    """The problems of a table, each an error of its code, as `place: message remedy`."""
    _, problems = read_successors(table(*rows))
    assert {(problem.code, problem.severity) for problem in problems} <= {("successor", "error")}
    return list(map(str, problems))


def submitted(*codes: str, **columns: Sequence[Cell]) -> Return:
    """A return of these organisations, in rows from 2 on, and columns from C on."""
    sources: list[Source | None] = [Source("r.csv", None)] * len(codes)
    rows = list(range(2, len(codes) + 2))
    values = {
        id_: Values(cells, id_.title(), sources, rows, [column] * len(codes))
        for column, (id_, cells) in enumerate(columns.items(), 3)
    }
    organisations = tuple(Organisation(code, f"Trust {code}") for code in codes)
    return Return("r.csv", "digest", organisations, values)


def codes(found: Return) -> list[str]:
    return [organisation.code for organisation in found.organisations]


def values_at(found: Return, id_: str) -> list[tuple[Cell, str]]:
    """The values of one input, each with its cell."""
    values = found.values[id_]
    return [(cell, str(values.at(n))) for n, cell in enumerate(values.cells)]


def told(problems: Sequence[Problem]) -> list[str]:
    return [f"{problem.severity} {problem.code} {problem}" for problem in problems]


# the table


@pytest.mark.parametrize(
    "header",
    [
        ("old code", "new code", "date"),
        ("Predecessor", "Successor", "Effective date"),
        ("From", "To", "From date"),
        ("OLD_CODE", "NEW_CODE", "DATE"),
        ("Organisation Code", "Successor Organisation Code", "Effective\nfrom"),
    ],
)
def test_the_headings_may_be_written_in_several_ways(header: Sequence[str]) -> None:
    [step], problems = read_successors(table(["Successors"], [], header, ["RW6", "RM3", "2021-10-01"]))
    assert problems == []
    assert step == Succession("RW6", "RM3", date(2021, 10, 1), CellLocation("s.csv", None, 4))
    assert str(step) == "RW6 to RM3 from 2021-10-01"


@pytest.mark.parametrize(
    "day",
    [date(2021, 10, 1), datetime(2021, 10, 1), "2021-10-01", "01/10/2021", "1 October 2021", 20211001, "20211001"],  # noqa: DTZ001 (a spreadsheet's dates have no zone)
)
def test_dates_are_cells_of_dates_or_text_day_first(day: object) -> None:
    assert steps_of(["RW6", "RM3", day])[0].date == date(2021, 10, 1)


def test_columns_stand_in_any_order_and_the_date_may_be_absent_or_blank() -> None:
    steps, problems = read_successors(table(["New code", "why", "Old code"], [], [" RM3", "merger", "RW6\u00a0"]))
    assert problems == []
    assert list(map(str, steps)) == ["RW6 to RM3"]
    assert [step.date for step in steps_of(["RW6", "RM3"], ["RNL", "RNN", ""])] == [None, None]
    assert steps_of() == []


def test_a_table_without_its_headings_is_refused() -> None:
    [problem] = faults(["code", "new code"], ["RW6", "RM3"])
    assert problem == (
        "s.csv: The table of successors needs a header row with old code, new code and, where it matters, date. "
        "Add the headings."
    )
    assert faults() == [problem]
    assert faults(*[["note"]] * 30, HEADER, ["RW6", "RM3", ""]) == [problem]
    assert faults(*[["note"]] * 29, HEADER, ["RW6", "RM3", ""]) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["", "RM3"], "s.csv:A2: The old code is blank. Add the code, or remove the row."),
        (["RW6", " ", ""], "s.csv:B2: The new code is blank. Add the code, or remove the row."),
        (["RW6"], "s.csv:B2: The new code is blank. Add the code, or remove the row."),
        (
            ["RW6", 50.0],
            (
                "s.csv:B2: The new code is no text but 50; the spreadsheet may have changed it. "
                "Format the cell as text, and type the code again."
            ),
        ),
        (
            [Uncalculated(), "RM3"],
            (
                "s.csv:A2: The old code is no text but a formula without a stored result; the spreadsheet may have "
                "changed it. Format the cell as text, and type the code again."
            ),
        ),
        (
            ["RW6", "RM3", "October 2021"],
            (
                's.csv:C2: The date of the succession is expected, and the cell says "October 2021". '
                "Write it as 2021-10-01 or 01/10/2021; leave it blank only where the new code always stands for the old."
            ),
        ),
        (
            ["RW6", "RM3", Uncalculated()],
            (
                's.csv:C2: The date of the succession is expected, and the cell says "a formula without a stored result". '
                "Write it as 2021-10-01 or 01/10/2021; leave it blank only where the new code always stands for the old."
            ),
        ),
        (
            ["RW6", "rw6"],
            's.csv:row 2: "RW6" is said to succeed itself. Correct one of the codes, or remove the row.',
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_cell(row: Sequence[object], expected: str) -> None:
    assert faults(HEADER, row, ["RNL", "RNN", ""]) == [expected]


def test_faults_of_one_cause_are_told_once() -> None:
    assert faults(HEADER, ["RW6", "RM3", "soon"], ["RNL", "RNN", "later"]) == [
        (
            's.csv:C2: The date of the succession is expected, and the cell says "soon". '
            "The same fault stands in 2 cells: C2 and C3. "
            "Write it as 2021-10-01 or 01/10/2021; leave it blank only where the new code always stands for the old."
        )
    ]


def test_two_successors_must_be_told_apart_by_their_dates() -> None:
    apart = "Keep the right one, or give each the date from which it holds."
    assert faults(HEADER, ["RW6", "RM3", "2021-10-01"], ["RNL", "RNN", ""], ["rw6", "R0A", "2021-10-01"]) == [
        (
            "s.csv:row 2: RW6 has several successors that no date tells apart: "
            f"RM3 from 2021-10-01 (row 2) and R0A from 2021-10-01 (row 4). {apart}"
        )
    ]
    assert faults(HEADER, ["RW6", "RM3", "2021-10-01"], ["RW6", "R0A", ""]) == [
        (
            "s.csv:row 2: RW6 has several successors that no date tells apart: "
            f"RM3 from 2021-10-01 (row 2) and R0A (row 3). {apart}"
        )
    ]
    assert faults(HEADER, ["RW6", "RM3", "2021-10-01"], ["RW6", "R0A", "2022-04-01"]) == []
    assert faults(HEADER, ["RW6", "RM3", ""], ["RW6", "rm3", ""]) == []


def test_circles_are_named_with_their_rows() -> None:
    wrong = "Remove the row that is wrong."
    assert faults(HEADER, ["A", "B", ""], ["X", "A", ""], ["B", "a", ""]) == [
        f"s.csv:row 2: Codes succeed each other in a circle: A to B (row 2) and B to a (row 4). {wrong}"
    ]
    assert faults(
        HEADER, ["X", "B", ""], ["A", "B", "2020-01-01"], ["B", "C", "2021-01-01"], ["C", "A", "2022-01-01"]
    ) == [
        (
            "s.csv:row 4: Codes succeed each other in a circle: "
            f"B to C from 2021-01-01 (row 4), C to A from 2022-01-01 (row 5) and A to B from 2020-01-01 (row 3). {wrong}"
        )
    ]
    two = [["A", "B", "2020-01-01"], ["A", "C", "2021-01-01"], ["B", "A", ""], ["C", "A", ""]]
    assert len(faults(HEADER, *two)) == 2
    assert faults(HEADER, ["A", "C", ""], ["B", "C", ""], ["C", "D", ""]) == []  # a fork is no circle


def test_a_long_chain_is_no_trouble() -> None:
    steps = steps_of(*([f"A{n}", f"A{n + 1}", ""] for n in range(2000)))
    assert succeeding(steps, None)["a0"][0] == "A2000"


# what follows from it


def test_chains_are_followed_as_at_a_date() -> None:
    steps = steps_of(["RXH", "RTP", "2019-04-01"], ["RTP", "RYR", "2021-04-01"], ["RNL", "RNN", ""])
    first, second, undated = steps
    assert succeeding(steps, None) == {
        "rxh": ("RYR", (first, second)),
        "rtp": ("RYR", (second,)),
        "rnl": ("RNN", (undated,)),
    }
    assert succeeding(steps, date(2021, 4, 1)) == succeeding(steps, None)
    assert succeeding(steps, date(2021, 3, 31)) == {"rxh": ("RTP", (first,)), "rnl": ("RNN", (undated,))}
    assert succeeding(steps, date(2019, 3, 31)) == {"rnl": ("RNN", (undated,))}


def test_a_circle_that_nobody_refused_ends_before_it_closes() -> None:
    place = CellLocation("s.csv", None, 2)
    there, back, itself = (Succession(old, new, None, place) for old, new in [("A", "B"), ("B", "A"), ("C", "C")])
    assert succeeding([there, back, itself], None) == {"a": ("B", (there,)), "b": ("A", (back,))}


@pytest.mark.parametrize(("as_at", "expected"), [(None, "R0A"), (date(2022, 4, 1), "R0A"), (date(2022, 3, 31), "RM3")])
@pytest.mark.parametrize("order", [1, -1])
def test_the_later_of_two_successors_counts(as_at: date | None, expected: str, order: int) -> None:
    steps = steps_of(*[["RW6", "RM3", "2021-10-01"], ["RW6", "R0A", "2022-04-01"]][::order])
    assert succeeding(steps, as_at)["rw6"][0] == expected


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE"), st.none() | st.integers(2000, 2004))),
    st.none() | st.integers(1999, 2005),
)
def test_a_last_successor_of_a_sound_table_has_none_itself(
    rows: list[tuple[str, str, int | None]], year: int | None
) -> None:
    steps, problems = read_successors(
        table(HEADER, *((old, new, f"{day}-01-01" if day else "") for old, new, day in rows))
    )
    found = succeeding(steps, None if year is None else date(year, 6, 1))
    assert all(old != new.casefold() for old, (new, _) in found.items())
    if not problems:
        assert all(new.casefold() not in found for new, _ in found.values())


# the return


def test_an_organisation_takes_its_successors_code_and_is_listed() -> None:
    steps = steps_of(["RNL", "RNN", ""], ["RXA", "RXB", ""], ["RW6", "RM3", "2021-10-01"])
    before = submitted("R1A", "rw6", rate=[Decimal(1), Decimal(2)])
    after, problems = renamed(before, steps, None)
    assert after.organisations == (Organisation("R1A", "Trust R1A"), Organisation("RM3", "Trust rw6"))
    assert after.values == before.values
    assert told(problems) == [
        "note succeeded r.csv:row 3: rw6 was read as RM3, its successor from 2021-10-01 (s.csv:row 4)."
    ]


def test_every_step_of_a_chain_is_listed() -> None:
    steps = steps_of(["RXH", "RTP", "2019-04-01"], ["RTP", "RYR", ""])
    after, problems = renamed(submitted("RXH", rate=[Decimal(1)]), steps, None)
    assert codes(after) == ["RYR"]
    assert told(problems) == [
        (
            "note succeeded r.csv:row 2: RXH was read as RYR, its last successor: "
            "RXH to RTP from 2019-04-01 (s.csv:row 2), RTP to RYR (s.csv:row 3)."
        )
    ]


def test_nothing_changes_where_no_code_has_a_successor_yet() -> None:
    before = submitted("RW6", "RM3", rate=[Decimal(1), Decimal(2)])
    assert renamed(before, steps_of(["RW6", "RM3", "2021-10-01"]), date(2021, 9, 30)) == (before, [])
    assert renamed(before, [], None) == (before, [])


def test_a_name_that_is_only_the_code_changes_with_it() -> None:
    before = replace(submitted("RW6"), organisations=(Organisation("RW6", "RW6"),))
    after, problems = renamed(before, steps_of(["RW6", "RM3", ""]), None)
    assert after.organisations == (Organisation("RM3", "RM3"),)
    assert told(problems) == ["note succeeded r.csv: RW6 was read as RM3, its successor (s.csv:row 2)."]


def test_overrides_are_renamed_too_and_listed_where_no_row_is() -> None:
    at = CellLocation("r.xlsx", "Overrides", 2, 1)
    decided = [Override(code, "stars", "good", "A", "2026-01-01", "seen", at) for code in ("rw6", "RXA", "R1A")]
    steps = steps_of(["RW6", "RM3", ""], ["RXA", "RXB", ""])
    after, problems = renamed(
        replace(submitted("RW6", "R1A", rate=[BLANK, BLANK]), overrides=tuple(decided)), steps, None
    )
    assert [override.code for override in after.overrides] == ["RM3", "RXB", "R1A"]
    assert told(problems) == [
        "note succeeded r.csv:row 2: RW6 was read as RM3, its successor (s.csv:row 2).",
        "note succeeded r.xlsx:Overrides!A2: RXA was read as RXB, its successor (s.csv:row 3).",
    ]


MERGER = ["RW6", "RM3", "2021-10-01"]
READ = "note succeeded r.csv:row 2: RW6 was read as RM3, its successor from 2021-10-01 (s.csv:row 2)."


def merged(merge: Mapping[str, str] | None = None, **columns: Sequence[Cell]) -> tuple[Return, list[str]]:
    """RW6, R1A and RM3, of which the first became the last: the return, and what was told behind the renaming."""
    before = submitted("RW6", "R1A", "RM3", **columns)
    after, problems = renamed(before, steps_of(MERGER), None, merge or {})
    assert after.organisations == (Organisation("RM3", "Trust RM3"), Organisation("R1A", "Trust R1A"))
    first, *rest = told(problems)
    assert first == READ
    return after, rest


def test_rows_that_do_not_contradict_each_other_fall_together_at_the_place_of_the_first() -> None:
    after, problems = merged(
        beds=[Decimal(10), Decimal(1), BLANK],
        rate=[ABSENT, BLANK, Decimal("0.5")],
        none=[BLANK, BLANK, Missing("suppressed")],
        stars=[GOOD, POOR, GOOD],
        note=["open", "shut", "open"],
    )
    assert values_at(after, "beds") == [(Decimal(10), "r.csv:C2"), (Decimal(1), "r.csv:C3")]
    assert values_at(after, "rate") == [(Decimal("0.5"), "r.csv:D4"), (BLANK, "r.csv:D3")]
    assert values_at(after, "none") == [(BLANK, "r.csv:E2"), (BLANK, "r.csv:E3")]
    assert values_at(after, "stars") == [(GOOD, "r.csv:F2"), (POOR, "r.csv:F3")]
    assert values_at(after, "note") == [("open", "r.csv:G2"), ("shut", "r.csv:G3")]
    assert after.values["beds"].heading == "Beds"
    assert problems == [
        (
            "note succeeded r.csv:row 2: RW6 and RM3 were read as one organisation, RM3. "
            "Of its values RW6 gave 3 and RM3 gave 1."
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (Decimal(10), Decimal("20.50"), "10 (RW6, r.csv:C2) and 20.5 (RM3, r.csv:C4)"),
        (Decimal(10), Decimal(10), "10 (RW6, r.csv:C2) and 10 (RM3, r.csv:C4)"),
        (GOOD, POOR, "good (RW6, r.csv:C2) and poor (RM3, r.csv:C4)"),
        ("open", "shut", '"open" (RW6, r.csv:C2) and "shut" (RM3, r.csv:C4)'),
    ],
)
def test_two_values_for_one_organisation_are_never_chosen_from(old: Cell, new: Cell, said: str) -> None:
    _, problems = merged(beds=[old, BLANK, new])
    assert problems == [
        (
            "error successor r.csv:C2: RW6 and RM3 are one organisation, RM3, and several have a value for "
            f'"beds": {said}. Give one row for RM3, or leave the old one out.'
        )
    ]


def test_a_clash_in_several_inputs_is_one_problem_with_its_cells() -> None:
    _, problems = merged(beds=[Decimal(1), BLANK, Decimal(2)], rate=[Decimal(3), BLANK, Decimal(4)])
    assert problems == [
        (
            "error successor r.csv:C2: RW6 and RM3 are one organisation, RM3, and several have a value for "
            '"beds": 1 (RW6, r.csv:C2) and 2 (RM3, r.csv:C4). The same fault stands in 2 cells: C2 and D2. '
            "Give one row for RM3, or leave the old one out."
        )
    ]


def test_figures_are_added_up_exactly_where_the_input_says_so() -> None:
    after, problems = merged({"beds": "sum"}, beds=[Decimal("0.1"), BLANK, Decimal("0.2")], rate=[BLANK] * 3)
    assert values_at(after, "beds") == [(Decimal("0.3"), "r.csv:C2"), (BLANK, "r.csv:C3")]
    assert problems == [
        'note succeeded r.csv:C2: "beds" of RM3 is 0.3, the sum of 0.1 (RW6, r.csv:C2) and 0.2 (RM3, r.csv:C4).',
        (
            "note succeeded r.csv:row 2: RW6 and RM3 were read as one organisation, RM3. "
            "Of its values RW6 gave 0 and RM3 gave 0; 1 were added up."
        ),
    ]


def test_a_sum_with_a_missing_figure_is_warned_of() -> None:
    after, problems = merged({"beds": "sum"}, beds=[BLANK, BLANK, Decimal(2)])
    assert values_at(after, "beds")[0] == (Decimal(2), "r.csv:C4")
    assert problems[0] == (
        'warning successor r.csv:C4: "beds" of RM3 is to be added up, and a figure is missing: 2 (RM3, r.csv:C4), '
        "but missing (blank) (RW6, r.csv:C2). The missing one counts as nothing; add it if there was one."
    )


@pytest.mark.parametrize("merge", [{"beds": "sum"}, {"beds": "mean"}, {"rate": "sum"}])
def test_only_figures_are_added_up_and_only_where_declared(merge: dict[str, str]) -> None:
    figure: Cell = "ten" if merge == {"beds": "sum"} else Decimal(10)
    _, problems = merged(merge, beds=[figure, BLANK, Decimal(20)])
    assert [problem.split()[:2] for problem in problems] == [["error", "successor"]]


def test_two_old_codes_fall_together_without_a_row_of_the_new_one() -> None:
    steps = steps_of(["RW6", "RM3", ""], ["RXA", "RM3", ""])
    before = submitted("RW6", "RXA", "R1A", beds=[Decimal(1), Decimal(2), Decimal(3)])
    after, problems = renamed(before, steps, None, {"beds": "sum"})
    assert after.organisations == (Organisation("RM3", "Trust RW6"), Organisation("R1A", "Trust R1A"))
    assert after.values["beds"].cells == [Decimal(3), Decimal(3)]
    assert len(problems) == 4
    assert errors(problems) == []


def test_values_that_were_read_from_nowhere_are_told_by_their_organisation() -> None:
    before = replace(
        submitted("RW6", "RM3"), values={"beds": Values([Decimal(1), Decimal(2)]), "x": Values([ABSENT] * 2)}
    )
    after, problems = renamed(before, steps_of(MERGER), None)
    assert after.values["x"] == Values([ABSENT])
    assert told(problems)[1] == (
        "error successor r.csv: RW6 and RM3 are one organisation, RM3, and several have a value for "
        '"beds": 1 (RW6) and 2 (RM3). Give one row for RM3, or leave the old one out.'
    )


def test_a_missing_value_keeps_the_reason_that_was_read() -> None:
    before = submitted("RW6", "RM3", beds=[ABSENT, Missing("suppressed")])
    places = replace(before.values["beds"], sources=[None, Source("r.csv", None)], rows=[0, 3], columns=[0, 3])
    after, _ = renamed(replace(before, values={"beds": places}), steps_of(MERGER), None)
    assert values_at(after, "beds") == [(Missing("suppressed"), "r.csv:C3")]


def test_flags_and_shown_values_stay_with_what_was_taken() -> None:
    before = submitted("RW6", "R1A", "RM3", beds=[Decimal("1.04"), Decimal("2.06"), BLANK])
    beds = replace(before.values["beds"], flags={0: "revised", 1: "low"}, shown={0: Decimal(1), 1: Decimal(2)})
    after, _ = renamed(replace(before, values={"beds": beds}), steps_of(MERGER), None)
    assert after.values["beds"].flags == {0: "revised", 1: "low"}
    assert after.values["beds"].shown == {0: Decimal(1), 1: Decimal(2)}
    beds = replace(beds, cells=[Decimal(1), Decimal(2), Decimal(3)], flags={0: "revised", 2: "low"})
    after, _ = renamed(replace(before, values={"beds": beds}), steps_of(MERGER), None, {"beds": "sum"})
    assert after.values["beds"].flags == {0: "revised, low"}
    assert after.values["beds"].shown == {1: Decimal(2)}


@given(st.lists(st.integers(-(10**12), 10**12), min_size=2, max_size=6), st.integers(0, 12))
def test_a_sum_of_many_is_exact(figures: list[int], places: int) -> None:
    names = [f"R{n}" for n in range(len(figures))]
    steps = steps_of(*([name, "RM3", ""] for name in names))
    before = submitted(*names, beds=[Decimal(figure).scaleb(-places) for figure in figures])
    after, problems = renamed(before, steps, None, {"beds": "sum"})
    assert after.values["beds"].cells == [Decimal(sum(figures)).scaleb(-places)]
    assert errors(problems) == []

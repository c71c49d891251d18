"""Returns of several tables, and the published thresholds that come with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.rules import problems_of, read, whole

from nhsrate.core.problems import LineLocation, Refused
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.editions.cases import cases_of, check_case
from nhsrate.engine.assess import assess
from nhsrate.engine.explain import explain
from nhsrate.kinds.cut_points import parse_cut
from nhsrate.reports.explanation import explanation_text
from nhsrate.returns.read import read_tables
from nhsrate.returns.sheets import found_inputs
from nhsrate.runs.choosing import only_fitting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology

Rows = list[list[object]]

RULES = """
scales: {stars: [{level: 3, aliases: [3star]}, {level: 2, aliases: [2star]}, {level: 1, aliases: [1star]}]}
reading:
  markers: {n/a: does not apply}
  tables:
    values: {says: [Values 2026], header_row: 3, first_row: 5}
    types: {sheet: Types, markers: {}}
    cuts: {says: [Thresholds 2026], cut_points: {level: Stars}}
inputs:
  seen: {title: Seen in time, table: values, type: percent, polarity: higher}
  waits: {table: values, type: number, polarity: lower}
  type: {table: types, type: text, required: true}
measures:
  waits_stars: {kind: thresholds, scale: stars, of: waits, from: cuts}
ratings:
  stars: {kind: thresholds, scale: stars, headline: true, of: seen, from: cuts}
"""
VALUES: Rows = [
    ["Values 2026"],
    ["Code", "Domain"],
    [None, "Seen in time", "waits"],
    [None, "January", "January"],
    ["RA1", "76%", 12],
    ["RB1", "58%", "n/a"],
]
TYPES: Rows = [["Code", "type"], ["RB1", "acute"], ["RA1", "community"]]
CUTS: Rows = [
    ["Thresholds 2026"],
    ["Stars", "Seen in time", "Waits"],
    ["1star", "< 58 %", "> 20"],
    [None, "a note"],
    ["2star", ">= 58 % to < 76 %", "> 10 to <= 20"],
    ["3star", ">= 76 %", "<= 10"],
]


def book(rows: Rows, file: str = "r.csv") -> MemoryBook:
    return MemoryBook(file, "", [Table(file, None, rows)])


def books(values: Rows = VALUES, types: Rows = TYPES, cuts: Rows = CUTS) -> list[MemoryBook]:
    return [book(values, "values.csv"), book(types, "in/types.csv"), book(cuts, "cuts.csv")]


def methodology(text: str = RULES) -> Methodology:
    found, problems = read(text)
    assert not [problem for problem in problems if problem.severity == "error"], problems
    assert found is not None
    return found


def submitted(given: Sequence[MemoryBook], rules: Methodology, sheet: str | None = None) -> Return:
    return read_tables(list(given), rules.wanted(), rules.reading, sheet=sheet)


def rated(given: Sequence[MemoryBook], rules: Methodology | None = None) -> Assessment:
    rules = rules or methodology()
    return assess(submitted(given, rules), rules)


def refusal(given: Sequence[MemoryBook], rules: Methodology | None = None, sheet: str | None = None) -> list[str]:
    rules = rules or methodology()
    with pytest.raises(Refused) as refused:
        assess(submitted(given, rules, sheet), rules)
    return [f"{problem.at} {problem.code} {problem.message}" for problem in refused.value.problems]


def stars(assessment: Assessment, item: str = "stars") -> dict[str, str]:
    codes = [organisation.code for organisation in assessment.organisations]
    return dict(zip(codes, map(str, assessment.columns[item]), strict=True))


# Tables


def test_tables_are_joined_by_code_in_whatever_order_they_come() -> None:
    for given in (books(), books()[::-1]):
        assessment = rated(given)
        assert stars(assessment) == {"RA1": "3", "RB1": "2"}
        assert stars(assessment, "waits_stars") == {"RA1": "2", "RB1": "missing (does not apply)"}
        assert stars(assessment, "type") == {"RA1": "community", "RB1": "acute"}
        assert not assessment.submitted.problems


def test_tables_may_be_sheets_of_one_workbook() -> None:
    sheets = {"V": VALUES, "Types": TYPES, "T": CUTS}
    one = MemoryBook("r.xlsx", "", [Table("r.xlsx", name, rows) for name, rows in sheets.items()])
    hidden = Table("r.xlsx", "Old", VALUES, hidden=True)
    assessment = rated([MemoryBook("r.xlsx", "", [*one.tables, hidden])])
    assert stars(assessment) == {"RA1": "3", "RB1": "2"}
    assert str(assessment.submitted.values["type"].at(0)) == "r.xlsx:Types!B3"


def test_a_table_may_come_in_parts() -> None:
    parts = [[*VALUES[:4], row] for row in VALUES[4:]]
    given = [book(rows, f"{n}.csv") for n, rows in enumerate(parts)]
    assert stars(rated([*given, *books()[1:]])) == {"RA1": "3", "RB1": "2"}


def test_a_heading_may_stand_in_two_tables() -> None:
    rules = RULES.replace(
        "inputs:", "inputs:\n  published: {table: types, aliases: [Seen in time], type: level, scale: stars}"
    )
    types: Rows = [["Code", "type", "Seen in time"], ["RA1", "acute", "1"], ["RB1", "acute", "2star"]]
    assessment = rated(books(types=types), methodology(rules))
    assert stars(assessment, "published") == {"RA1": "1", "RB1": "2"}
    assert stars(assessment) == {"RA1": "3", "RB1": "2"}


def test_a_table_that_is_not_there_is_a_problem() -> None:
    missing = [
        'values.csv no-table The table "types" is not there: no file or sheet is called "Types".',
        'values.csv no-table The table "cuts" is not there: no file or sheet says "Thresholds 2026".',
    ]
    assert refusal(books()[:1]) == missing
    assert refusal([])[0].startswith('return no-table The table "values" is not there')


def test_a_table_of_optional_inputs_may_be_left_out() -> None:
    rules = methodology(RULES.replace("type: text, required: true", "type: text, optional: true"))
    assessment = rated([books()[0], books()[2]], rules)
    assert stars(assessment, "type") == dict.fromkeys(["RA1", "RB1"], "missing (column absent)")


def test_two_tables_of_cut_points_are_a_problem() -> None:
    assert refusal([*books(), book(CUTS, "again.csv")]) == [
        'again.csv several-sheets Several are the table "cuts": cuts.csv and again.csv.'
    ]


def test_a_file_that_is_none_of_the_tables_is_named() -> None:
    [problem] = submitted([*books(), book([["Notes"]], "notes.csv")], methodology()).problems
    assert (str(problem.at), problem.code, problem.severity) == ("notes.csv", "not-used", "warning")


def test_a_sheet_cannot_be_asked_for() -> None:
    assert refusal(books(), sheet="Types")[-1].startswith("values.csv unknown-sheet This edition reads several tables")


def test_a_table_without_its_headings_is_a_problem() -> None:
    assert refusal(books(types=[["Trust", "type"]]))[0].startswith("in/types.csv no-table No row has a heading for")


def test_who_lacks_a_row_in_a_table_is_refused_or_warned_of() -> None:
    assert refusal(books(types=TYPES[:2])) == [
        'values.csv:row 5 required-value RA1 has no row in the table "types".',
    ]
    rules = methodology(RULES.replace(", required: true", ""))
    found = submitted(books(types=[TYPES[0], ["RC1", "acute"]]), rules)
    assert [(problem.code, problem.severity, problem.message) for problem in found.problems] == [
        ("not-used", "warning", 'RC1 has no row in the table "values".'),
        ("not-used", "warning", 'RA1 and RB1 have no row in the table "types".'),
    ]
    assert [str(cell) for cell in found.values["type"].cells] == [*["missing (no row in the table types)"] * 2, "acute"]
    assert str(found.values["seen"].cells[2]) == "missing (no row in the table values)"


def test_recorded_decisions_come_beside_the_tables() -> None:
    decided: Rows = [
        ["organisation", "item", "level", "who", "when", "why"],
        ["RA1", "stars", "1", "Panel", "2026-01-01", "seen"],
    ]
    given = [*books(), MemoryBook("o.csv", "", [Table("o.csv", None, decided)])]
    assert stars(rated(given)) == {"RA1": "1", "RB1": "2"}


def test_an_edition_of_several_tables_is_found_by_them() -> None:
    rules = methodology()
    inputs = tuple(rules.inputs.values())
    assert found_inputs(books(), inputs, rules.reading) == {"seen", "waits", "type"}
    assert found_inputs(books()[:1], inputs, rules.reading) == {"seen", "waits"}
    assert found_inputs([book([["Thresholds 2026"]]), book([["Values 2026"]])], inputs, rules.reading) == set()


def test_the_shipped_editions_are_told_apart_by_their_tables() -> None:
    with pytest.raises(Refused, match="No edition finds its headings"):
        only_fitting([book([["2026 Data View: Medicare Report Card Master Table"]])])


def test_what_is_wrong_with_tables_in_a_rule_file() -> None:
    tables = "reading: {tables: {values: {says: [Values]}}}\n"
    number = "ratings: {rating: {kind: sum, of: [a], headline: true, missing: leave out}}\n"
    [problem] = problems_of(f"{tables}inputs: {{a: {{type: number}}}}\n{number}")
    assert problem.startswith('2:13 missing-key: In which table "a" stands is not said, and the return has several.')
    assert problem.endswith("Add table:. Its tables are values.")
    assert problems_of(f"{tables}inputs: {{a: {{type: number, table: value}}}}\n{number}") == [
        '2:13 unknown-name: There is no table "value" of organisations. Did you mean "values"?'
    ]
    assert problems_of(f"inputs: {{a: {{type: number, table: cuts}}}}\n{number}") == [
        '1:13 unknown-name: There is no table "cuts" of organisations. Remove table:, or name tables under reading.'
    ]
    assert problems_of("reading: {tables: {a: {header_row: 3}}}")[0] == (
        '1:23 missing-key: What tells the table "a" from the others is not said. '
        "Add says: with a text near its top, or sheet:."
    )
    assert problems_of("reading: {tables: {a: {says: [A], tables: {b: {says: [B]}}}}}")[0].startswith(
        "1:35 unknown-key: A table has no tables: of its own."
    )
    assert problems_of("reading: {tables: [a]}")[0].startswith("1:19 wrong-type")
    assert problems_of("reading: {tables: {a: b}}")[0].startswith("1:23 wrong-type")


# Cut points


@pytest.mark.parametrize(
    ("text", "bounds", "bare", "percent"),
    [
        (">= 58 % to < 71 %", ["at least 58", "below 71"], None, True),
        ("> 10 to <= 12", ["above 10", "at most 12"], None, False),
        ("< -0.121368", ["below -0.121368"], None, False),
        ("\u2265 84 %", ["at least 84"], None, True),
        ("\u2264.5", ["at most 0.5"], None, False),
        ("100%", [], "100", True),
    ],
)
def test_cut_points_that_are_read(text: str, bounds: list[str], bare: str | None, percent: bool) -> None:  # noqa: FBT001 (a column of the table)
    cut = parse_cut(text)
    assert cut is not None
    assert [str(bound) for bound in cut.bounds] == bounds
    assert (str(cut.bare) if cut.bare else None, cut.percent) == (bare, percent)


@pytest.mark.parametrize(
    "text",
    [
        "", "n/a", "58 to 71", ">= 58 to 71", ">= 58 % to < 71", ">= 58 to > 71", ">= 1 to < 2 to < 3", ">= x",
        "=> 5", "58 - 71", ">= 58 % and < 71 %",
    ],
)  # fmt: skip
def test_cut_points_that_are_not(text: str) -> None:
    assert parse_cut(text) is None


def cut(row: int, column: int, text: object) -> Rows:
    """The table of cut points with one cell changed."""
    rows = [list(cells) for cells in CUTS]
    rows[row - 1][column - 1] = text
    return rows


@pytest.mark.parametrize(
    ("cuts", "problem"),
    [
        (cut(5, 2, "58 to 76"), 'cuts.csv:B5 thresholds "58 to 76" cannot be read as a cut point.'),
        (cut(6, 2, None), 'cuts.csv:B6 thresholds "" cannot be read as a cut point.'),
        (
            cut(6, 2, ">= 76"),
            'cuts.csv:B6 thresholds The value is in per cent, and its cut point ">= 76" is a plain number.',
        ),
        (
            cut(6, 3, "<= 10 %"),
            'cuts.csv:C6 thresholds The value is a plain number, and its cut point "<= 10 %" is in per cent.',
        ),
        (cut(6, 2, ">= 77 %"), 'cuts.csv:B6 thresholds ">= 77 %" (3) and ">= 58 % to < 76 %" (2) do not join up.'),
        (cut(6, 2, "> 76 %"), 'cuts.csv:B6 thresholds "> 76 %" (3) and ">= 58 % to < 76 %" (2) do not join up.'),
        (
            cut(6, 2, ">= 76 % to < 90 %"),
            'cuts.csv:B6 thresholds ">= 76 % to < 90 %" (3) and ">= 58 % to < 76 %" (2) do not join up.',
        ),
        (cut(5, 2, "58 %"), 'cuts.csv:B6 thresholds ">= 76 %" (3) and "58 %" (2) do not join up.'),
        (cut(3, 2, "58 %"), 'cuts.csv:B3 thresholds The worst level, 1, is open at one end, and "58 %" is not.'),
        (cut(3, 1, "0star"), 'cuts.csv:B3 not-a-level "0star" is not a level of stars'),
        (cut(3, 1, "2star"), 'cuts.csv:B5 thresholds "2star" has a cut point here and at cuts.csv:B3.'),
        (CUTS[:3] + CUTS[4:5], "cuts.csv:B3 thresholds There is no cut point for stars 3."),
        (CUTS[:2], 'cuts.csv:row 2 missing-column The table "cuts" has no cut points for "Seen in time".'),
        (cut(2, 2, "Saw"), 'cuts.csv:row 2 missing-column The table "cuts" has no cut points for "Seen in time".'),
        (cut(2, 3, "Seen in time"), 'cuts.csv:C3 thresholds The value is in per cent, and its cut point "> 20" is'),
        (cut(2, 1, "Star"), 'cuts.csv no-table No row has the heading "Stars", under which the levels stand.'),
    ],
)
def test_cut_points_that_do_not_fit_are_problems_at_their_cells(cuts: Rows, problem: str) -> None:
    assert any(said.startswith(problem) for said in refusal(books(cuts=cuts))), refusal(books(cuts=cuts))


def test_cut_points_against_the_polarity_are_a_problem() -> None:
    turned: Rows = [*CUTS[:2], ["3star", "< 58 %", "<= 10"], CUTS[4], ["1star", ">= 76 %", "> 20"]]
    [problem] = refusal(books(cuts=turned))
    assert problem.startswith("cuts.csv:B3 upside-down")


def test_no_cut_points_are_wanted_where_there_is_no_value() -> None:
    blank: Rows = [*VALUES[:4], ["RA1", "76%", None]]
    assessment = rated(books(values=blank, types=TYPES[:1] + TYPES[2:], cuts=[row[:2] for row in CUTS]))
    assert stars(assessment, "waits_stars") == {"RA1": "missing (blank)"}


def test_no_cut_points_are_wanted_where_every_star_is_given() -> None:
    rules = RULES.replace("waits_stars: {", "waits_stars: {given_as: [Published], ").replace(
        "waits: {", "waits: {optional: true, "
    )
    given: Rows = [*VALUES[:2], [None, "Seen in time", "Published"], [None], ["RA1", "76%", "1"], ["RB1", "58%", "2"]]
    assessment = rated(books(values=given), methodology(rules))
    assert stars(assessment, "waits_stars") == {"RA1": "1", "RB1": "2"}


SETS = RULES.replace("cut_points: {level: Stars}", "cut_points: {level: Stars, set: Kind}")
SETS = SETS.replace("of: seen, from: cuts", "of: seen, from: cuts, by: type").replace(
    "of: waits, from: cuts", "of: waits, from: cuts, by: type"
)
BY_TYPE: Rows = [
    ["Thresholds 2026"],
    ["Kind", "Stars", "Seen in time", "Waits"],
    ["Acute", "1star", "< 50 %", "> 20"],
    ["Acute", "2star", ">= 50 % to < 58 %", "> 10 to <= 20"],
    ["Acute", "3star", ">= 58 %", "<= 10"],
    ["Community", "1star", "< 58 %", "> 20"],
    ["Community", "2star", ">= 58 % to < 100 %", "> 11 to <= 20"],
    ["Community", "3star", "100%", "<= 11"],
]


def test_sets_of_cut_points_go_by_a_text() -> None:
    assert stars(rated(books(cuts=BY_TYPE), methodology(SETS))) == {"RA1": "2", "RB1": "3"}


def test_a_perfect_score_may_also_be_the_lowest() -> None:
    rows = cut(6, 3, "10")
    assert stars(rated(books(cuts=rows)), "waits_stars")["RA1"] == "2"
    perfect: Rows = [*VALUES[:4], ["RA1", "76%", 10], ["RB1", "58%", 9]]
    assert stars(rated(books(values=perfect, cuts=rows)), "waits_stars") == {"RA1": "3", "RB1": "3"}


def test_what_does_not_go_with_sets_is_a_problem() -> None:
    assert refusal(books(), methodology(SETS))[0] == (
        'cuts.csv:row 2 missing-column The column "Kind", which tells the sets of cut points apart, is missing.'
    )
    without = methodology(SETS.replace("of: seen, from: cuts, by: type", "of: seen, from: cuts"))
    assert (
        'The table "cuts" has sets of cut points, and stars does not say by: which item.'
        in (refusal(books(cuts=BY_TYPE), without)[0])
    )
    other = books(cuts=BY_TYPE, types=[["Code", "type"], ["RA1", "mental"], ["RB1", "acute"]])
    assert "There are no thresholds for" in refusal(other, methodology(SETS))[0]


def test_sets_are_not_needed_for_by_to_be_named() -> None:
    rules = methodology(SETS.replace(", set: Kind", ""))
    assert stars(rated(books(), rules)) == {"RA1": "3", "RB1": "2"}


def test_the_explanation_names_the_cell_of_the_cut_point() -> None:
    assessment = rated(books())
    said = explanation_text(assessment, explain(assessment, 0))
    assert "Return: cuts.csv, values.csv" in said
    assert "Seen in time is 76%, at least 76% (cuts.csv:B6)" in said
    assert "Seen in time (seen): 76%  [values.csv:B5]" in said


def test_files_of_one_name_are_named_in_full() -> None:
    given = [book(VALUES, "a/r.csv"), book(CUTS, "b/r.csv"), books()[1]]
    assessment = rated(given)
    said = explanation_text(assessment, explain(assessment, 0))
    assert "(b/r.csv:B6)" in said
    assert "[a/r.csv:B5]" in said


def test_thresholds_from_a_table_say_so_in_words() -> None:
    plain = {id_: item.rule.plain(str) for id_, item in methodology(SETS).items.items()}
    assert plain["stars"] == "seen against the cut points for its type that come with the return (cuts)"
    plain = {id_: item.rule.plain(str) for id_, item in methodology().items.items()}
    assert plain["stars"] == "seen against the cut points that come with the return (cuts)"


def test_what_is_wrong_with_thresholds_from_a_table() -> None:
    def found(old: str, new: str) -> list[str]:
        return [said.partition(" ")[2] for said in problems_of(SETS.replace(old, new))]

    assert found("of: seen, from: cuts", "of: seen, from: cats") == [
        'unknown-name: The reading names no table of cut points "cats". Did you mean "cuts"?'
    ]
    [problem] = found("of: seen, from: cuts", "of: waits_stars, from: cuts")
    assert problem.startswith(
        "thresholds: Thresholds from a table are of an input, whose heading they stand under, and"
    )
    assert found("of: seen, from: cuts, by: type", "of: seen, from: cuts, by: waits") == [
        'wrong-type: The sets of a table go by texts, and "waits" is none. Turn it into a text with a lookup.'
    ]
    assert found("of: seen, from: cuts", "of: seen, levels: [{level: 1, otherwise: true}], from: cuts") == [
        "thresholds: Thresholds are levels, or scores, or by with sets, or from. Give one of them, and only one."
    ]
    numbers = "ratings: {r: {kind: thresholds, of: a, from: b, headline: true}}\ninputs: {a: {type: number}}"
    assert "names no table" in problems_of(numbers)[0]


# Cases


def test_cases_bring_their_cut_points() -> None:
    text = """
cases:
  - {given: {seen: 76}, expect: {stars: 3}}
  - {given: {seen: 75}, expect: {stars: 2}}
cut_points:
  cuts: {Seen in time: {1star: "< 58 %", 2star: ">= 58 % to < 76 %", 3star: ">= 76 %"}}
"""
    cases, problems = cases_of(text, "cases.yaml", "rules")
    assert problems == []
    assert [check_case(case, methodology()).passed for case in cases] == [True, True]
    assert [case.cuts["cuts"].name for case in cases] == ["cuts", "cuts"]


def test_a_case_without_its_table_is_a_problem() -> None:
    [case], _ = cases_of("cases: [{given: {seen: 76}, expect: {stars: 3}}]", "cases.yaml", "rules")
    [problem] = check_case(case, methodology()).problems
    assert problem.message == 'The return brings no table "cuts", in which the thresholds of stars stand.'
    assert isinstance(problem.at, LineLocation)
    assert problem.at.line


def test_the_markers_of_a_table_are_known_to_cases() -> None:
    [case], _ = cases_of("cases: [{given: {seen: n/a}, expect: {stars: missing}}]", "cases.yaml", "rules")
    assert check_case(case, methodology()).passed


def test_a_return_is_read_from_its_files(tmp_path: Path) -> None:
    from nhsrate import load_methodology, read_return

    file = tmp_path / "rules.yaml"
    file.write_text(whole(RULES), "utf-8")
    for name, rows in (("v.csv", VALUES), ("types.csv", TYPES), ("c.csv", CUTS)):
        text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        (tmp_path / name).write_text(text + "\n", "utf-8")
    rules = load_methodology(file)
    found = read_return([tmp_path / name for name in ("c.csv", "v.csv", "types.csv")], rules)
    assert stars(assess(found, rules)) == {"RA1": "3", "RB1": "2"}


# Some members of a family

FAMILY = """
scales: {lights: [{level: green, number: 1}, {level: red, number: 0}]}
families:
  measures:
    columns: [part, weight, title]
    a: [one, 1, First]
    b: [[one, two], 3, Second]
    c: [two, 5, Third]
  parts:
    columns: [wanted]
    first: [one]
    both: [[one, two]]
inputs:
  values: {each: measures, id: {column: member}, title: {column: title}, type: number}
measures:
  double: {each: {family: measures, where: {part: two}}, kind: sum, of: {a: 1, b: 1}, missing: leave out}
  chosen: {kind: sum, of: {item: double, each: {family: measures, where: {part: two, member: [b, c]}}}}
  mean:
    each: parts
    kind: weighted-mean
    of: {family: measures, where: {part: {column: wanted}}, weights: weight}
ratings:
  rating: {kind: sum, of: [mean.first, mean.both, chosen], headline: true}
"""


def test_members_are_chosen_by_what_stands_in_their_columns() -> None:
    rules = methodology(FAMILY)
    assert [id_ for id_ in rules.items if id_.startswith("double")] == ["double.b", "double.c"]
    assert rules.items["mean.first"].reads() == ("a", "b")
    assert rules.items["mean.both"].reads() == ("a", "b", "c")
    assert rules.items["chosen"].reads() == ("double.b", "double.c")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("where: {part: two}}, kind", "where: {part: three}}, kind", "wrong-type: No member of the family is so."),
        ("where: {part: two}}, kind", "where: {prat: two}}, kind", 'unknown-name: The family has no column "prat".'),
        ("{family: measures, where: {part: two}}, kind", "{where: {part: two}}, kind", "missing-key"),
        (
            "{family: measures, where: {part: two}}, kind",
            "{family: measures, where: {part: two}, column: part}, kind",
            'unknown-key: "column" is not known here.',
        ),
    ],
)
def test_a_choice_of_members_that_cannot_be_read_is_a_problem(old: str, new: str, problem: str) -> None:
    assert FAMILY.count(old) == 1
    assert problem in problems_of(FAMILY.replace(old, new))[0]


# What an explanation goes on with

MANY = """
scales: {lights: [{level: green, number: 1}, {level: red, number: 0}]}
inputs:
  values: {each: six, id: {column: member}, type: number}
  late: {type: yes/no, required: true}
families: {six: [a, b, c, d, e, f]}
measures:
  total: {kind: sum, of: {family: six}}
  again: {kind: sum, of: {family: six}}
  gated: {kind: sum, of: [total], only_when: {when: {late: yes}, because: not late}}
  known: {kind: first-available, of: [total, again]}
  either: {kind: decide, rows: [{when: {late: yes}, then: {item: gated}}], otherwise: {item: known}}
ratings:
  rating: {kind: sum, of: [either, again, gated], headline: true, missing: leave out}
"""


def test_an_explanation_goes_on_with_what_decided_and_says_nothing_twice() -> None:
    given: Rows = [["Code", *"abcdef", "late"], ["RA1", 1, 2, 3, 4, 5, 6, "no"]]
    rules = methodology(MANY)
    assessment = rated([book(given)], rules)
    said = explanation_text(assessment, explain(assessment, 0))
    told = [line.strip().partition("  [")[0] for line in said.splitlines()[6:]]
    assert told == [
        "rating: 42",
        "21 + 21; left out: gated (not late) = 42",
        "either: 21",
        "no row holds, so otherwise (late is no) = 21",
        "known: 21",
        "total, the first available = 21",
        "total: 21",
        "1 + 2 + 3 + 4 + 5 + 6 = 21",
        *(f"{letter}: {number}" for number, letter in enumerate("abcdef", 1)),
        "late: no",
        "again: 21",
        "1 + 2 + 3 + 4 + 5 + 6 = 21",
        "above: a: 1; b: 2; c: 3; d: 4; e: 5; f: 6",
        "gated: missing (not late)",
        "not late",
        "late: no  (above)",
    ]

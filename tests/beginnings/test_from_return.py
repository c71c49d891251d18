"""`nhsrate new --from-return`: a methodology begun from a spreadsheet, on which `check`, `test` and `score` pass."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.conftest import ROOT

from nhsrate.beginnings.from_return import begun
from nhsrate.beginnings.guess import id_of
from nhsrate.commands.main import main
from nhsrate.core.problems import Refused
from nhsrate.files.csv_text import csv_book
from nhsrate.language.values import ID, TAKEN
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.rules.model import Methodology


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    return result.exit_code, result.output


def begin(text: str | bytes, name: str = "table.csv", *more: str) -> tuple[str, Methodology]:
    """What is told of a file with this text, and the methodology, on which everything passes at once."""
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return begin_from(name, *more)


def begin_from(name: str, *more: str) -> tuple[str, Methodology]:
    code, told = run("new", "mine", "--from-return", name, *more)
    assert code == 0, told
    assert "No problems" in run("check", "mine/mine.yaml")[1]
    assert run("test", "mine") == (0, "mine: 1 of 1 cases pass\n1 of 1 cases pass.\n")
    code, out = run("score", name, "-m", "mine/mine.yaml")
    assert (code, " error: " in out) == (0, False), out
    again = run("check", name, "-m", "mine/mine.yaml", "--reading", "mine/reading.yaml")
    assert again[0] == 0, again[1]
    return told, load_methodology("mine/mine.yaml")


def refused(text: str) -> str:
    Path("table.csv").write_text(text, "utf-8")
    code, out = run("new", "mine", "--from-return", "table.csv")
    assert (code, Path("mine").exists()) == (1, False)
    return out


def types(methodology: Methodology) -> dict[str, str]:
    return {entry.title: entry.type for entry in methodology.inputs.values()}


COUNCIL = """\
Council scorecard,,,,,,

Ward,Missed bins per 100k,Recycling rate,Potholes fixed on time (%),Complaints,Days to re-let,RAG last quarter
Abbey,84,0.412,71%,12,30,Green
Bridge,112,0.377,93%,7,n/a,Red
Castle Hill,54,0.455,64%,31,41,Amber
Dane Park,23,0.501,88%,12,35,Green
Total,,,,62,,
"""


def test_names_stand_in_for_codes_where_there_are_none() -> None:
    told, methodology = begin(COUNCIL)
    assert '"Ward" (A3) tells the rows apart: no column holds codes, so names stand in.' in told
    assert "headings in row 3, 4 rows to rate" in told
    assert types(methodology) == {
        "Missed bins per 100k": "number", "Recycling rate": "number", "Potholes fixed on time (%)": "percent",
        "Complaints": "count", "Days to re-let": "number", "RAG last quarter": "level",
    }  # fmt: skip
    assert 'Texts taken for missing values; say what each stands for: "n/a".' in told
    assert "Set aside: 1 row" in run("score", "table.csv", "-m", "mine/mine.yaml")[1]


def test_the_word_for_what_is_rated_is_the_heading_of_the_names() -> None:
    _, methodology = begin(COUNCIL)
    assert (methodology.rates.one, methodology.rates.many) == ("ward", "wards")
    assert "4 wards rated" in run("score", "table.csv", "-m", "mine/mine.yaml")[1]
    shutil.rmtree("mine")
    assert begin("Code,Name,Seen (%)\nA1,Ash,90\nB2,Birch,80\n")[1].rates.one == "organisation"


def test_a_return_to_fill_in_can_be_made_of_what_was_begun() -> None:
    begin("Code,Name,Seen (%)\nA1,Ash,90\nB2,Birch,80\n")
    code, told = run("template", "mine/mine.yaml", "-o", "form.xlsx")
    assert (code, Path("form.xlsx").exists()) == (0, True), told


def test_which_way_is_better_is_guessed_by_the_words_of_a_heading_and_asked_where_none_says() -> None:
    told, methodology = begin(
        "Code,Name,Falls,Satisfied (%),Zeal\nA1,Ash,3,71,5.5\nB2,Birch,9,64,6\nC3,Cedar,1,90,9.25\n"
    )
    assert {entry.title: entry.polarity for entry in methodology.inputs.values()} == {
        "Falls": "lower", "Satisfied (%)": "higher", "Zeal": "higher",
    }  # fmt: skip
    asked = told.index("Is a higher value better? nothing says so, taken as yes")
    assert asked < told.index("Zeal (E)") < told.index("Likely right:") < told.index("Satisfied (%) (D)")


def test_the_thresholds_are_the_quarters_of_the_return_and_said_to_be_assumed() -> None:
    """Of 10, 20, 30, 40 the quarters fall midway between two values; for falls the lowest are the best."""
    _, methodology = begin("Code,Seen on time (%),Falls\nA1,10,10\nB2,20,20\nC3,30,30\nD4,40,40\n")
    figures = {name: (str(one.value), one.basis) for name, one in methodology.figures.items()}
    assert figures["seen_on_time_top"] == ("35", "assumed")
    assert figures["seen_on_time_middle"] == ("25", "assumed")
    assert figures["falls_top"] == ("15", "assumed")
    assert figures["falls_bottom"] == ("35", "assumed")
    out = run("score", "table.csv", "-m", "mine/mine.yaml", "-f", "csv")[1]
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["A1", "B2", "C3", "D4"]


def test_the_thresholds_of_counts_are_counts_and_none_of_them_holds_for_all() -> None:
    """Half of 0, 0, 3, 4 lies at 1.5, and every count is at least 0, so that no row of the scores is idle."""
    _, methodology = begin("Code,Thanks,Errors\nA1,0,7\nB2,0,8\nC3,3,7\nD4,4,9\n")
    assert {name: str(one.value) for name, one in methodology.figures.items() if "_from" not in name} == {
        "thanks_top": "4", "thanks_middle": "2", "errors_top": "7", "errors_bottom": "8",
    }  # fmt: skip


def test_the_worked_case_is_the_first_row() -> None:
    begin(
        'Code,Name,Seen on time (%),Opened,Reply sent,Said\nA1,"Ash: ""the"" first",10.5,2026-03-31,yes,a: b\nB2,Birch,20,2025-01-02,no,c\n'
    )
    case = yaml.safe_load(Path("mine/cases.yaml").read_text("utf-8"))["cases"][0]
    assert case["name"] == 'the first row of the return, Ash: "the" first'
    assert case["given"] == {"seen_on_time": 10.5, "opened": dt.date(2026, 3, 31), "reply_sent": True, "said": "a: b"}
    assert case["expect"] == {"seen_on_time_score": 1, "reply_sent_score": 3, "rating": "green"}


def test_a_value_that_is_missing_in_the_first_row_is_left_out_of_the_case() -> None:
    begin("Code,Falls,Seen (%)\nA1,,10\nB2,3,20\nC3,5,25\n")
    case = yaml.safe_load(Path("mine/cases.yaml").read_text("utf-8"))["cases"][0]
    assert "falls" not in case["given"]
    assert case["expect"]["falls_score"] == "missing"


def test_levels_of_a_known_order_are_scored_and_others_are_asked_about() -> None:
    text = "Code,Ofsted,Zone,Seen (%)\n" + "".join(
        f"A{n},{level},{zone},{n}\n"
        for n, (level, zone) in enumerate(
            [("good", "East"), ("Outstanding", "West"), ("Inadequate", "East"), ("Good", "West")] * 2
        )
    )
    told, methodology = begin(text)
    assert [level.name for level in methodology.scales["ofsted"].levels] == ["Outstanding", "good", "Inadequate"]
    assert "ofsted_score" in methodology.items
    assert "zone_score" not in methodology.items
    assert "Which is best? These texts are in no known order and are not scored: East and West" in told


@pytest.mark.parametrize(("heading", "scored"), [("Risk rating", False), ("Grade", True)])
def test_a_high_risk_is_not_taken_for_the_best(heading: str, scored: bool) -> None:  # noqa: FBT001 (a case)
    rows = "".join(f"A{n},{level},{n}\n" for n, level in enumerate(["High", "Low", "Medium"] * 2))
    _, methodology = begin(f"Code,{heading},Seen (%)\n{rows}")
    assert (f"{id_of(heading, ())}_score" in methodology.items) == scored


@pytest.mark.parametrize(
    ("cells", "type_", "bare", "places"),
    [
        (("93.25%", "90%"), "percent", "percent", 2),
        (("93.25", "90"), "percent", "percent", 2),
        (("0.9325", "0.9"), "percent", "fraction", 2),
    ],
)
def test_percentages_have_their_scale_and_grain(cells: Sequence[str], type_: str, bare: str, places: int) -> None:
    _, methodology = begin(f"Code,Seen %\nA1,{cells[0]}\nB2,{cells[1]}\n")
    seen = methodology.inputs["seen"]
    assert (seen.type, seen.bare, seen.places) == (type_, bare, places)


def test_semicolons_and_decimal_commas_are_read_as_they_are_meant() -> None:
    told, methodology = begin("Ref;Spent;Seen\nB1;1.234,50;55,3%\nB2;987,25;61%\nB3;12,5;7,75%\n")
    assert types(methodology) == {"Spent": "number", "Seen": "percent"}
    assert 'Decimals were read behind a comma ("1.234,5").' in told
    assert "1234.5" in run("explain", "table.csv", "B1", "-m", "mine/mine.yaml")[1].replace(",", "")


def test_marks_beside_values_are_declared() -> None:
    told, methodology = begin("Code,Seen (%)\nA1,93*\nB2,90\nC3,88 [p]\n")
    assert dict(methodology.reading.flags) == {"*": "marked *", "[p]": "marked [p]"}
    assert 'Texts taken for marks beside values: "*" and "[p]".' in told


def test_a_column_of_nothing_but_missing_values_is_left_out() -> None:
    told, methodology = begin("Code,Seen (%),Heard\nA1,93,n/a\nB2,n/a,n/a\nC3,88,n/a\n")
    assert [*methodology.inputs] == ["seen"]
    assert "Left out:\n  Heard: no cell of it holds a value" in told


def test_durations_are_minutes() -> None:
    _, methodology = begin("Code,Time to answer\nA1,00:07:30\nB2,01:00:00\n")
    answer = methodology.inputs["time_to_answer"]
    assert (answer.type, answer.unit, answer.polarity) == ("duration", "minutes", "lower")


def test_what_an_organisation_is_is_kept_as_context() -> None:
    told, methodology = begin("Code,Pupils on roll,Postcode,Seen (%)\nA1,180,AB1 2CD,90\nB2,421,EF3 4GH,80\n")
    assert [entry.id for entry in methodology.inputs.values() if entry.role == "context"] == [
        "pupils_on_roll",
        "postcode",
    ]
    assert "These seem to say what an organisation is, not how good, so no score is made of them" in told


def test_of_several_periods_the_last_is_read() -> None:
    text = "Branch ref;Month;Seen (%)\n" + "".join(f"BR{n};2026-0{m};{n * m}\n" for m in (1, 2, 3) for n in (1, 2, 3))
    told, _ = begin(text)
    assert "Of several rows of one organisation those are read that say Month: 2026-03." in told
    assert "3 organisations" in run("score", "table.csv", "-m", "mine/mine.yaml")[1]


def test_a_row_for_each_value_is_read_as_such() -> None:
    rows = "".join(f"A{n},{what},{n * k}\n" for n in (1, 2, 3) for k, what in ((2, "Falls"), (3, "Seen on time")))
    told, methodology = begin(f"Code,Indicator,Value\n{rows}")
    assert "Each row holds one value: Indicator says of what, Value how much." in told
    assert types(methodology) == {"Falls": "count", "Seen on time": "count"}


def test_equal_headings_are_told_apart_by_their_letters() -> None:
    _, methodology = begin("Code,Seen (%),Seen (%)\nA1,10,20\nB2,30,5\n")
    assert {id_: entry.column for id_, entry in methodology.inputs.items()} == {"seen": "B", "seen_2": "C"}


def test_a_heading_that_is_the_id_of_another_is_told_apart_by_its_letters() -> None:
    _, methodology = begin("Code,Seen (%),Seen\nA1,10,20\nB2,30,5\n")
    assert {id_: entry.column for id_, entry in methodology.inputs.items()} == {"seen": "B", "seen_2": "C"}


def test_what_cannot_be_read_is_texts_or_left_out_and_told() -> None:
    told, methodology = begin("Code,Spent,Errors,Empty,Seen (%)\nA1,£3,#N/A,,10\nB2,$4,7,,20\nC3,€5,8,,25\n")
    assert types(methodology)["Spent"] == "text"
    assert told.index('and are not scored: "£3", "$4" and "€5"') < told.index("Left out:")
    assert "Left out:\n" in told
    assert "Empty: no cell of it holds a value that can be read" in told


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], name: str = "book.xlsx") -> str:
    book = Workbook()
    for n, (title, rows) in enumerate(sheets.items()):
        sheet: Any = book.active if n == 0 else book.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append(list(row))
    book.save(name)
    return name


def test_a_workbook_with_a_cover_numbers_for_codes_and_an_average_below() -> None:
    rows: list[Sequence[Any]] = [["Autumn term"], [], ["URN", "School", "Attendance %", "Last inspected"]]
    rows += [[100200 + n, f"School {n}", 91.5 + n, dt.date(2024, 1, n)] for n in range(1, 6)]
    rows.append(["", "Trust average", 94.5])
    name = workbook({"Cover": [["Tracker"], ["By J. Smith"]], "Schools": rows})
    told, methodology = begin_from(name)
    assert f'Read from {name}, sheet "Schools": headings in row 3, 5 rows to rate.' in told
    assert 'Without a code, and set aside: "Trust average".' in told
    assert methodology.reading.codes == "number"
    assert types(methodology) == {"Attendance %": "percent", "Last inspected": "date"}


def test_a_sheet_can_be_named_and_one_that_is_not_there_is_refused() -> None:
    rows: list[list[Any]] = [["Code", "Seen (%)"], ["A1", 10], ["B2", 20]]
    name = workbook({"A": [*rows, ["C3", 30]], "B": rows})
    told, _ = begin_from(name, "--sheet", "B")
    assert 'sheet "B": headings in row 1, 2 rows' in told
    code, out = run("new", "other", "--from-return", name, "--sheet", "C")
    assert (code, 'The workbook has no sheet "C". Its sheets are "A" and "B".' in out) == (2, True)


def test_dates_tell_rows_apart_where_nothing_else_does() -> None:
    rows: list[Sequence[Any]] = [["Month", "Seen (%)"], *([dt.date(2026, n, 1), 10.5 * n] for n in range(1, 6))]
    name = workbook({"S": rows})
    assert begin_from(name)[1].reading.codes == "date"


def test_the_next_sheet_is_taken_where_one_has_nothing_to_rate() -> None:
    name = workbook({
        "Notes": [["Field", "Meaning", "Owner"], ["Seen", "in time", "us"], ["Falls", "with harm", "them"]],
        "Data": [["Code", "Seen (%)"], ["A1", 10], ["B2", 20]],
    })  # fmt: skip
    assert 'sheet "Data"' in begin_from(name)[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("just a line\nand another\n", "No table was found"),
        (
            "Code,Seen\nA1,10\nA1,20\nB2,5\n",
            'Nothing tells the rows below the headings of row 1 apart: "A1" stands in 2 rows of "Code" (A1).',
        ),
        ("Code,Said,Told\nA1,w,x\nB2,y,z\n", "No column holds numbers, percentages, or yes and no"),
        ("Code,Cost\nA1,£3\nB2,$4\n", "Cost (B): are these numbers? They cannot be read as they are written"),
        ("Code,Name,Score\nA1,Ash,3\n", 'every number is the same in all rows to rate: "Score".'),
        (
            "Code,Site,Seen\nA1,North,10\nA1,South,20\nB2,North,5\n",
            'and "Site" (B1) is what differs: "North" and "South". Read those of one with --where "Site=North"',
        ),
        ("Seen,Heard\n10,20\n10,20\n30,5\n", "Nothing tells the rows below the headings of row 1 apart."),
    ],
)
def test_what_cannot_be_begun_from_is_refused_and_nothing_is_written(text: str, says: str) -> None:
    assert says in refused(text)


def test_one_beginning_is_enough() -> None:
    Path("a.csv").write_text("Code,Seen\n", "utf-8")
    assert run("new", "m", "--from-return", "a.csv", "--like", "scorecard")[0] == 2
    assert run("new", "m", "--sheet", "A")[0] == 2


@pytest.mark.parametrize(
    "file", ["ae-by-provider-2024-09.csv", "ae-by-provider-2025-06.xlsx", "adult-inpatient-survey-2022.ods"]
)
def test_published_statistics_begin_a_methodology_as_they_are(file: str, backtest_data: Path) -> None:
    told, _ = begin_from(str(backtest_data / "messy" / file))
    rows = {
        "ae-by-provider-2024-09.csv": 197,
        "ae-by-provider-2025-06.xlsx": 201,
        "adult-inpatient-survey-2022.ods": 133,
    }
    assert f"{rows[file]} rows to rate" in told


@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*.csv")), ids=lambda file: file.stem)
def test_the_examples_begin_methodologies(file: Path) -> None:
    begin_from(str(file))


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@given(words, st.sets(words))
def test_an_id_can_be_one_and_is_new(heading: str, taken: set[str]) -> None:
    id_ = id_of(heading, taken)
    assert ID.fullmatch(id_)
    assert id_ not in taken | TAKEN


cells = st.one_of(
    st.integers(-5, 2000).map(str),
    st.decimals(-5, 200, places=2).map(str),
    st.integers(0, 100).map(lambda n: f"{n}%"),
    st.sampled_from(
        ["", "yes", "no", "Green", "Red", "n/a", "-", "12*", "2026-03-31", "£5", "1,5", "00:07:30", "x y", "#N/A"]
    ),
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Seen", "Falls", "Share %", "Seen", "Code", "a.b", "Zeal (n)"]),
            st.lists(cells, min_size=4, max_size=4),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_table_is_begun_from_or_refused_in_words(columns: list[tuple[str, list[str]]]) -> None:
    """Whatever stands in the cells, the rule file that is made reads them; or it is refused in words, never by a slip."""
    rows = [["Org code", *(heading for heading, _ in columns)]]
    rows += [[f"A{n}", *(cells[n] for _, cells in columns)] for n in range(4)]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    with suppress(Refused):
        found = begun(csv_book("t.csv", text.encode(), "0"), "t.csv", "mine")
        assert found.files.keys() == {"mine.yaml", "cases.yaml", "schema.json", "reading.yaml", "README.md"}


# money and other units


@pytest.mark.parametrize(
    ("cells", "unit", "of_b2"),
    [
        (("£1,400.50", "£20", "-£3"), "£", "20"),
        (("£3 per head", "£4 per head", "£5.50 per head"), "£ per head", "4"),
        (("£1.2m", "£3.5m", "£0.7m"), "£m", "3.5"),
        (("$1,250", "$2,500", "$900"), "$", "2500"),
        (("12 kg", "9 kg", "10.5 kg"), "kg", "9"),
        (("35p", "20p", "9p"), "p", "20"),
        (("-4°C", "21°C", "3.5 °C"), "°C", "21"),
        (("GBP 3", "GBP 4", "5"), "GBP", "4"),
        (("5 stars", "1 star", "3 stars"), "stars", "1"),
        (("CHF 1'234.50", "CHF 234.50", "CHF 1'000.00"), "CHF", "234.5"),
    ],
)
def test_numbers_with_one_unit_are_numbers(cells: Sequence[str], unit: str, of_b2: str) -> None:
    """Nothing is said of them that is to be looked at but which way is better, and every run is without a warning."""
    rows = "".join(f'{code},"{cell}"\n' for code, cell in zip(("A1", "B2", "C3"), cells, strict=True))
    told, methodology = begin(f"Code,Thing\n{rows}")
    thing = methodology.inputs["thing"]
    assert (thing.type, thing.unit) == ("number", unit)
    assert f"Thing (B): number in {unit}, higher is better" in told
    assert "warning" not in run("score", "table.csv", "-m", "mine/mine.yaml")[1]
    assert f",{of_b2}," in run("score", "table.csv", "-m", "mine/mine.yaml", "-f", "csv", "--long")[1]


@pytest.mark.parametrize(
    "cells", [("£3", "$4", "5"), ("3 kg", "4 g", "5 kg"), ("(£3)", "(£4)", "£5"), ("£3m", "£4k", "£5m")]
)
def test_numbers_of_several_units_are_asked_about_and_not_scored(cells: Sequence[str]) -> None:
    rows = "".join(f"{code},{cell},{n}\n" for n, (code, cell) in enumerate(zip(("A1", "B2", "C3"), cells, strict=True)))
    told, methodology = begin(f"Code,Thing,Seen\n{rows}")
    assert types(methodology)["Thing"] == "text"
    assert "Are these numbers? They cannot be read as they are written, and are not scored" in told


def test_a_heading_may_have_the_unit_of_money() -> None:
    """And a sum of money is no count, which would be asked for a rate."""
    told, methodology = begin("Code,Deficit (£m),Agency spend £000\nA1,-1.5,1250\nB2,2,300\nC3,0.5,2000\n")
    assert [(one.unit, one.type) for one in methodology.inputs.values()] == [("£m", "number"), ("£000", "number")]
    assert "would a rate be fairer" not in told


def test_decimal_commas_beside_money_and_spaces_between_thousands() -> None:
    _, methodology = begin("Code;Budget;Élèves\nA1;1\u202f234,50 €;1\u00a0200\nB2;987,25 €;300\nC3;12 €;250\n")
    assert methodology.inputs["budget"].unit == "€"
    assert (methodology.reading.decimal, methodology.reading.thousands) == (",", None)
    assert types(methodology)["Élèves"] == "count"


@pytest.mark.parametrize(
    ("cells", "decimal", "thousands"),
    [
        (
            ("1,234", "2,345", "999"),
            ",",
            ".",
        ),  # a comma in such a file is a decimal one, unless the rest says otherwise
        (("1,234", "1,234,567", "999"), None, ","),
        (("1,234", "12.5", "999"), None, ","),
    ],
)
def test_commas_in_a_file_parted_by_semicolons(cells: Sequence[str], decimal: str | None, thousands: str) -> None:
    rows = "".join(f"{code};{cell}\n" for code, cell in zip(("A1", "B2", "C3"), cells, strict=True))
    told, methodology = begin(f"Code;Seen\n{rows}")
    assert (methodology.reading.decimal, methodology.reading.thousands) == (decimal, thousands)
    assert ("Commas were read as parting thousands" in told) == (thousands == ",")


# headings over several rows, and what tells rows apart


def test_headings_that_are_merged_over_two_rows() -> None:
    """The code stands in the upper row, the names of columns in the lower one, and totals and notes below."""
    name = workbook({
        "2025": [
            ["Survey of homes"], [],
            ["Home ID", "Home", "Safety", None, "Views"],
            [None, None, "Falls", "Sores", "Score"],
            *([f"H{n}", f"Home {n}", n * 2, n, 80 + n] for n in range(1, 6)),
            [None, "Total", 30, 15], [], ["Notes: of 1,000 bed days"],
        ]
    })  # fmt: skip
    told, methodology = begin_from(name)
    assert "headings in row 4, 5 rows to rate" in told
    assert '"Home ID" (A3) tells the rows apart: it holds codes.' in told
    assert [*types(methodology)] == ["Falls", "Sores", "Score"]


def test_equal_headings_are_told_apart_by_the_group_above_them() -> None:
    _, methodology = begin(",,2025,2025,2026,2026\nCode,Name,Wins,Goals,Wins,Goals\nT1,Ash,1,2,3,5\nT2,Birch,2,9,4,1\n")
    titles = ["2025 / Wins", "2025 / Goals", "2026 / Wins", "2026 / Goals"]
    assert [*types(methodology)] == titles
    assert {entry.column for entry in methodology.inputs.values()} == {None}
    out = run("score", "table.csv", "-m", "mine/mine.yaml", "-f", "csv", "--long")[1]
    assert "T2,Birch,n2026_goals,2026 / Goals,1," in out


def test_a_known_heading_of_names_counts_more_than_dates() -> None:
    """Each row has another date, and yet it is the school that is rated."""
    told, _ = begin("Kürzel;Name;Geprüft am;Quote\n1;Ahorn;01.03.2026;7\n2;Birke;02.03.2026;9\n3;Zeder;04.03.2026;1\n")
    assert '"Name" (B1) tells the rows apart' in told


@pytest.mark.parametrize("heading", ["Kennung", "Kennziffer", "Código", "Unnamed"])
def test_codes_of_digits_that_begin_with_nought_are_codes(heading: str) -> None:
    told, methodology = begin(f"{heading},Where,Quote\n001,Ash,5\n002,Birch,7\n010,Cedar,1\n")
    assert f'"{heading}" (A1) tells the rows apart: it holds codes.' in told
    assert [*types(methodology)] == ["Quote"]


def test_years_may_be_headings() -> None:
    _, methodology = begin("Code,Name,2023,2024,2025\nA1,Ash,3,4,5\nB2,Birch,4,5,6\nC3,Cedar,2001,2,1\n")
    assert [*types(methodology)] == ["2023", "2024", "2025"]


def test_a_year_group_is_no_period() -> None:
    """The rows of each school are parts of it, and not what it was at several times."""
    out = refused("School,Year group,Seen\nAsh,7,90\nAsh,8,91\nBirch,7,92\nBirch,8,93\n")
    assert '"Ash" stands in 2 rows of "School" (A1), and "Year group" (B1) is what differs: "7" and "8".' in out


@pytest.mark.parametrize("missing", ["n/a", "<5", ""])
def test_the_worked_case_is_of_a_row_with_a_value(missing: str) -> None:
    """Of one without any nothing would come out."""
    begin(f"Code,Name,Seen (%)\nA1,Ash,{missing}\nB2,Birch,20\nC3,Cedar,25\nD4,Dale,30\n")
    (case,) = yaml.safe_load(Path("mine/cases.yaml").read_text("utf-8"))["cases"]
    assert case["name"] == "the first row of the return with a value, Birch"
    assert case["given"] == {"seen": 20}


def test_names_in_capitals_are_names() -> None:
    _, methodology = begin("Code,Accountable body,Seen (%)\nA1,ASH TRUST,10\nB2,BIRCH TRUST,20\n")
    assert methodology.reading.name[0] == "Accountable body"


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_of_several_periods_the_last_in_time_is_read_wherever_it_stands(order: Sequence[int]) -> None:
    text = "Code,Quarter,Seen (%)\n" + "".join(f"A{n},Q{q} 2025/26,{n * q}\n" for q in order for n in (1, 2))
    assert "are read that say Quarter: Q3 2025/26." in begin(text)[0]


PARTS = "Code,Name,Site,Seen,Share\n" + "".join(
    f"A{n},Org {n},{site},{n * k},{n}%\n" for n in (1, 2, 3) for k, site in ((1, "North"), (2, "South"))
)


def test_rows_of_one_part_alone_can_be_read() -> None:
    told, methodology = begin(PARTS, "table.csv", "--where", "site=south")
    assert dict(methodology.reading.where) == {"Site": ("South",)}
    assert "3 rows to rate" in told
    assert ",seen,Seen,6," in run("score", "table.csv", "-m", "mine/mine.yaml", "-f", "csv", "--long")[1]


def test_rows_of_one_organisation_can_be_added_up() -> None:
    """Thresholds are the quarters of what comes out, and what cannot be added up or differs is left out."""
    told, methodology = begin(PARTS, "table.csv", "--repeats", "sum")
    assert "The rows of each are added up: 6 rows of 3." in told
    assert types(methodology) == {"Seen": "count", "Share": "percent"}
    assert ",seen,Seen,9," in run("score", "table.csv", "-m", "mine/mine.yaml", "-f", "csv", "--long")[1]
    assert {str(one.value) for name, one in methodology.figures.items() if name.startswith("seen")} == {"9", "6", "3"}
    shutil.rmtree("mine")
    differing = begin(PARTS.replace("A3,Org 3,South,6,3%", "A3,Org 3,South,6,4%"), "table.csv", "--repeats", "sum")[1]
    assert types(differing) == {"Seen": "count"}


def test_the_column_that_tells_rows_apart_can_be_named() -> None:
    told, methodology = begin("Code,Bed,Seen\nA1,b7,10\nA1,b8,20\nA2,b9,5\n", "table.csv", "--code", "bed")
    assert '"Bed" (B1) tells the rows apart' in told
    assert methodology.reading.code[0] == "Bed"


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (("--where", "Site=West"), 2, 'No row has "West" in "Site" (C1). It has "North" and "South".'),
        (("--where", "Sit=North"), 2, 'No column is headed "Sit". Did you mean "Site"?'),
        (("--code", "Nothing at all"), 2, "The headings are Code, Name, Site, Seen and Share."),
        (("--where", "Site"), 2, "say a heading and what the rows have there"),
        (("--code", "Site"), 1, 'in 3 rows of "Site" (C1)'),
    ],
)
def test_what_is_asked_of_the_rows_and_is_not_there(more: Sequence[str], code: int, says: str) -> None:
    Path("table.csv").write_text(PARTS, "utf-8")
    done, out = run("new", "mine", "--from-return", "table.csv", *more)
    assert (done, Path("mine").exists()) == (code, False), out
    assert says in out


@pytest.mark.parametrize("option", [("--code", "A"), ("--where", "A=B"), ("--repeats", "sum")])
def test_what_is_said_of_rows_goes_with_a_return(option: Sequence[str]) -> None:
    code, out = run("new", "mine", *option)
    assert (code, f"{option[0]} goes with --from-return." in out) == (2, True)


def test_what_to_run_next_can_be_copied() -> None:
    """A path with blanks stands in quotation marks."""
    Path("our returns").mkdir()
    told, _ = begin("Code,Seen (%)\nA1,10\nB2,20\n", "our returns/été 1.csv")
    assert "nhsrate score 'our returns/été 1.csv' -m mine/mine.yaml" in told


def test_of_many_columns_the_first_are_listed() -> None:
    columns = [f"Zeal {n}" for n in range(40)]
    rows = "".join(f"A{k},{','.join(str(n * k + k + 0.5) for n in range(40))}\n" for k in (1, 2, 3))
    told, methodology = begin(f"Code,{','.join(columns)}\n{rows}")
    assert len(methodology.inputs) == 40
    assert "      Zeal 11 (M): number, higher is better\n      and 28 more, which the rule file shows\n" in told


WATER = """\
Company,Acronym,Leakage,Interruptions,Pollution incidents,Bathing waters excellent,Reported
,,Ml/d,hh:mm:ss,nr,%,date
Aqua North,ANT,421.3,00:06:12,2,71,2026-07-01
Brineford Water,BRF,88.0,00:03:05,0,84,2026-07-03
Celtic Water,CLT,240.1,00:42:09,5,90,2026-06-30
Average,,249.8,00:17:09,2.3,81.7,
"""


def test_a_row_of_units_below_the_headings_is_told_and_says_what_the_numbers_are() -> None:
    told, methodology = begin(WATER)
    assert 'Row 2 says what the columns are: "Ml/d", "hh:mm:ss", "nr", "%" and "date".' in told
    assert types(methodology) == {
        "Leakage": "number", "Interruptions": "duration", "Pollution incidents": "count",
        "Bathing waters excellent": "percent", "Reported": "date",
    }  # fmt: skip
    assert (methodology.inputs["leakage"].unit, methodology.reading.first_row) == ("Ml/d", 3)
    assert "3 companies rated" in run("score", "table.csv", "-m", "mine/mine.yaml")[1]


@pytest.mark.parametrize("first", ["Unit", "units", ""])
def test_a_row_of_units_may_be_named_where_names_stand_in_for_codes(first: str) -> None:
    told, methodology = begin(f"Mill,Output,Scrap\n{first},t/h,%\nLeeds,12.5,1.1\nYork,14,0.7\nHull,9.5,2.9\n")
    assert 'Row 2 says what the columns are: "t/h" and "%".' in told
    assert (types(methodology), "3 rows to rate" in told) == ({"Output": "number", "Scrap": "percent"}, True)


def test_two_rows_below_the_headings_are_told_together_and_tell_equal_headings_apart() -> None:
    told, methodology = begin(
        "UKPRN,Provider,Continuation,Continuation\n,,2022/23,2023/24\n,,%,%\n"
        "10007140,Anglia Central,91.2,92\n10007141,Bede,86,84.9\n10007142,Cranmere,94.1,94.4\n"
    )
    assert 'The rows from 2 to 3 say what the columns are: "2022/23, %" and "2023/24, %".' in told
    assert types(methodology) == {"Continuation (2022/23, %)": "percent", "Continuation (2023/24, %)": "percent"}
    assert [entry.column for entry in methodology.inputs.values()] == ["C", "D"]


def test_a_row_of_words_everywhere_is_no_row_of_units() -> None:
    told, _ = begin("Team,Score,Wait days\nAsh,n/a,n/a\nBeech,3.5,2\nCedar,4.5,9\nDogwood,1,4\n")
    assert ("4 rows to rate" in told, "what the columns are" in told) == (True, False)
    told, _ = begin_other("Code,Team,Score,Wait days\n,Ash,n/a,n/a\nB2,Beech,3.5,2\nC3,Cedar,4.5,9\nD4,Dog,1,4\n")
    assert ('Without a code, and set aside: "Ash".' in told, "what the columns are" in told) == (True, False)


def begin_other(text: str) -> tuple[str, Methodology]:
    shutil.rmtree("mine")
    return begin(text)


def test_a_word_among_codes_that_has_no_name_is_a_total_and_is_set_aside() -> None:
    told, _ = begin("URN,School,Passed (%)\n101,Ash,50\n102,Beech,71\n103,Cedar,80\nSector,,67\n")
    assert 'With a word where the others have a code, and set aside: "Sector".' in told
    assert "3 schools rated" in run("score", "table.csv", "-m", "mine/mine.yaml")[1]
    told, _ = begin_other("URN,School,Passed (%)\n101,Ash,50\n102,Beech,71\n103,Cedar,80\nTrust,Oak Trust,67\n")
    assert "4 rows to rate" in told


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Hospice (site),Median days ref. to bed,Complaints\nSt Anne's,2.5,3\nRowan,4,1\nSeaview,2,0\n", "Hospice (site)"),
        ("Hospice,Days from first ref. to bed,Complaints\nSt Anne's,2,3\nRowan,4,1\nSeaview,3,0\n", "Hospice"),
        ("Pos,Club,W,Form\n1,Alderton Town,9,WWDWW\n2,Brook Rovers,7,WDWLW\n3,Dene,2,LLLDL\n", "Club"),
        ("Port,Cargo,Delays\nDover,1.2m,3\nHull,850k,1\nTilbury,2.1m,9\n", "Port"),
        ("Court,First hearing,Waiting weeks\nAldwick,01/31/2026,3\nBexford,02/15/2026,1\nCarlow,12/20/2025,9\n", "Court"),
    ],
)  # fmt: skip
def test_figures_and_days_and_runs_of_capitals_behind_figures_are_no_codes(text: str, heading: str) -> None:
    assert f'"{heading}" (' in begin(text)[0].split("tells the rows apart")[0]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Name,Falls,ODS\nAsh House,12,RA1\nBeech,30,RB2\nCedar,22,RC3\n", "ODS"),
        ("ODS,Name,Falls\nRAA,Ash House,12\nRBB,Beech,30\nRCC,Cedar,22\n", "ODS"),
        ("Site,Site no.,Falls\nAsh House,17,12\nBeech,23,30\nCedar,31,22\n", "Site no."),
    ],
)
def test_codes_tell_rows_apart_wherever_they_stand(text: str, heading: str) -> None:
    assert f'"{heading}" (' in begin(text)[0].split("tells the rows apart")[0]


def test_the_numbers_of_the_rows_are_asked_about_and_not_scored() -> None:
    told, methodology = begin("Pos,Club,Pts\n1,Ash,9\n2,Beech,7\n3,Cedar,5\n4,Dogwood,2\n")
    assert (methodology.inputs["pos"].role, "Pos (A): count, not scored" in told) == ("context", True)


def test_headings_may_all_be_years_but_one() -> None:
    told, methodology = begin("Prison,2023,2024\nAsh,12.5,13\nBeech,9,8.5\nCedar,20,22\n")
    assert ("3 rows to rate" in told, [*types(methodology)]) == (True, ["2023", "2024"])


def test_rows_of_measures_are_told_where_the_columns_may_be_what_is_rated() -> None:
    told, _ = begin("Measure,North,South\nResponse time,7.1,8.2\nOn time,91,85\nComplaints,12,30\n")
    assert "if the columns are that, turn the table." in told
    assert "turn the table" not in begin_other("Site,North,South\nA,7.1,8.2\nB,91,85\nC,12,30\n")[0]


def test_a_heading_in_the_plural_is_no_word_for_one_of_them() -> None:
    assert begin("Forces,Score\nAlpha,1.5\nBeta,2\nGamma,9\n")[1].rates.one == "organisation"
    assert begin_other("Class,Score\nAlpha,1.5\nBeta,2\nGamma,9\n")[1].rates.one == "class"


def test_no_more_than_three_rows_below_the_headings_say_what_the_columns_are() -> None:
    rows = ",,t/h\n,,wet\n,,Leeds only\n"
    told, _ = begin(f"Code,Mill,Output\n{rows}A1,Leeds,12.5\nB2,York,14\nC3,Hull,9\nD4,Goole,8\n")
    assert 'The rows from 2 to 4 say what the columns are: "t/h, wet, Leeds only".' in told


WARDS = "Ward,Beds,Falls\nAsh,12,3\nBirch,20,5\nCedar,16,2\n"


def test_of_a_folder_the_first_file_is_taken_and_the_others_are_named() -> None:
    """Headings are compared as they are read: capitals, blanks, order and what stands above them do not matter."""
    Path("wards").mkdir()
    for name in ("ward 10.csv", "ward 2.csv"):
        Path("wards", name).write_text(WARDS)
    Path("wards", "ward 11.csv").write_text("Falls of 2025,,\nFALLS,ward , beds\n3,Elm,14\n4,Fir,9\n")
    Path("wards", "read me.txt").write_text("not a table")
    code, told = run("new", "mine", "--from-return", "wards")
    assert code == 0, told
    assert "Read from wards/ward 2.csv: headings in row 1, 3 rows to rate." in told
    assert (
        "  Of the folder the first file was taken; with the same headings and left: ward 10.csv and ward 11.csv."
        in told
    )
    assert "nhsrate score 'wards/ward 2.csv' -m mine/mine.yaml" in told
    assert run("score", "wards/ward 2.csv", "-m", "mine/mine.yaml")[0] == 0


def test_a_folder_of_one_table_is_that_table() -> None:
    Path("wards").mkdir()
    Path("wards", "a.csv").write_text(WARDS)
    told, _ = begin_from("wards")
    assert "Read from wards/a.csv" in told
    assert "Of the folder" not in told


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (WARDS.replace("Falls", "Falls 2025"),
         'b.csv:row 1: error: The headings are not those of "wards/a.csv": they are without "Falls", and with "Falls 2025".'),
        (WARDS.replace("Beds,", "").replace("12,", "").replace("20,", "").replace("16,", ""), 'they are without "Beds".'),
        (WARDS.replace("Falls", "Falls,Staff").replace("3\n", "3,1\n"), 'they are with "Staff".'),
        ("nothing here\n", "No table was found"),
    ],
)  # fmt: skip
def test_a_folder_of_tables_with_other_headings_is_refused(other: str, said: str) -> None:
    """Nothing is made: which of them is meant is asked, and how to say it."""
    Path("wards").mkdir()
    Path("wards", "a.csv").write_text(WARDS)
    Path("wards", "b.csv").write_text(other)
    code, told = run("new", "mine", "--from-return", "wards")
    assert (code, said in " ".join(told.split())) == (1, True), told
    assert "No table was found" in said or "such as --from-return wards/a.csv" in " ".join(told.split())
    assert not Path("mine").exists()


def test_notes_below_a_column_of_texts_leave_it_out() -> None:
    """As the year stands beside the first of its months alone, and the notes stand below it."""
    book: Any = Workbook()
    months = [dt.date(2007, month, 1) for month in (4, 5, 6)]
    rows = [(None if n else "2007/08", month, 91.5 - n) for n, month in enumerate(months)]
    for row in (("Year", "Month", "Waits (%)"), *rows, ("Notes:",), ("1. Waits are of those still waiting",)):
        book.active.append(row)
    book.save("months.xlsx")
    told, methodology = begin_from("months.xlsx")
    assert "Year: it holds texts, and notes stand in it too" in told
    assert [*types(methodology)] == ["Waits (%)"]


def test_numbers_of_several_lengths_below_a_heading_that_may_be_of_codes_are_amounts() -> None:
    text = "uName,uCode,Area,Waits\nAustria,AUT,83871,3.5\nBelgium,BEL,30528,2\nMalta,MLT,316,1\n"
    told, methodology = begin(text)
    assert '"uCode" (B1) tells the rows apart' in told
    assert methodology.rates.one == "organisation"
    told, _ = begin_other("School,Waits\n1201,3.5\n1202,2\n1207,1\n")
    assert '"School" (A1) tells the rows apart: it holds codes.' in told


def test_as_many_are_told_as_are_rated_and_the_quarters_are_theirs() -> None:
    """A country is a total among trusts, and one of many among countries."""
    rows = "".join(f"{code},{name},{n}\n" for n, (code, name) in enumerate((
        ("AUT", "Austria"), ("BEL", "Belgium"), ("GBR", "United Kingdom"), ("IRL", "Ireland"), ("MLT", "Malta"),
        ("SWE", "Sweden"), ("FRA", "France"), ("DEU", "Germany"), ("ESP", "Spain"), ("PRT", "Portugal"),
    )))  # fmt: skip
    told, _ = begin(f"Code,Name,Ships\n{rows}")
    rated = run("score", "table.csv", "-m", "mine/mine.yaml")[1].splitlines()[1]
    assert f"{rated.split()[0]} rows to rate" in told, (told, rated)


@pytest.mark.parametrize(
    "periods",
    [
        ("2025-04-01", "2025-05-01", "2025-06-01"),
        ("Q1 2025/26", "Q2 2025/26", "Q3 2025/26"),
        ("01/04/2025", "01/05/2025", "01/06/2025"),
    ],
)
def test_days_and_periods_tell_rows_apart_where_nothing_else_does(periods: tuple[str, ...]) -> None:
    rows = "".join(f"{period},{n * 3.5},{80 + n}\n" for n, period in enumerate(periods))
    told, _ = begin(f"When,Waits,Calls answered %\n{rows}")
    assert '"When" (A1) tells the rows apart: it holds days or periods.' in told


def test_days_that_stand_twice_tell_nothing_apart() -> None:
    assert "[no-table]" in refused("When,Waits\n2025-04-01,3.5\n2025-04-01,4\n")
    assert "[no-table]" in refused("When,Waits\n2023,3.5\n2024,4\n")

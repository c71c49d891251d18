"""What is rated: the word for it stands in place of organisation in every table, heading, message and form."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.support.rules import method, problems_of, rate, results, warnings_of, why
from tests.support.running import run

from nhsrate.core.nouns import Noun

RULES = """\
id: board
title: A board's scorecard
rates: WORD
order: return
scales:
  rag: [{level: green, colour: green}, {level: amber, colour: amber}, {level: red, colour: red}]
  sides: [{level: higher, aliases: [up]}, {level: lower, aliases: [down]}]
inputs:
  value: {title: Value, type: number, polarity: {item: direction}, required: true}
  target: {title: Target, type: number, required: true}
  tolerance: {title: Tolerance, type: number, required: true}
  direction: {title: Better, type: level, scale: sides, required: true}
measures:
  margin: {title: Beyond the target, kind: margin, of: value, target: target, published: true}
ratings:
  light:
    title: Light
    kind: thresholds
    scale: rag
    headline: true
    of: margin
    levels:
      - {level: green, at_least: 0}
      - {level: amber, at_least: {item: tolerance, times: -1}}
      - {level: red, otherwise: true}
"""
HEADER = "Ref,NAME,Value,Target,Tolerance,Better\n"
ROWS = ("I2,Falls,5.1,4.5,0.5,down", "I1,Four hours,76,78,3,up", "I3,Sickness of the organisation,4.2,4.5,0.5,down")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rules of a scorecard and its return."""
    monkeypatch.chdir(tmp_path)
    write("indicator")
    return tmp_path


def write(word: str, *rows: str, heading: str = "Indicator") -> None:
    Path("board.yaml").write_text(RULES.replace("WORD", word), "utf-8")
    Path("board.csv").write_text(HEADER.replace("NAME", heading) + "".join(f"{row}\n" for row in rows or ROWS), "utf-8")


REST = ("board.csv", "-m", "board.yaml")


def test_a_scorecard_with_targets_and_directions_in_its_rows_is_rated_row_by_row() -> None:
    found = run("score", *REST, "-f", "csv")
    assert found.out.splitlines() == [
        "code,name,margin,light", "I2,Falls,-0.6,red", "I1,Four hours,-2,amber",
        "I3,Sickness of the organisation,0.3,green",
    ]  # fmt: skip


def said(text: str) -> set[str]:
    """The lines that speak of organisations, save for names and keys of machines."""
    text = text.replace("Sickness of the organisation", "")
    return {line for line in text.splitlines() if re.search(r"(?<![\"\-#_])\borganisation", line, re.IGNORECASE)}


def test_no_table_report_or_form_speaks_of_organisations() -> None:
    for form in ("table", "markdown"):
        text = run("score", *REST, "-f", form, "--only", "I1").out
        assert said(text) == set()
        assert "In the order of the return." in text
        assert "1 of the 3 indicators that were rated" in text
    table = run("score", *REST).out.splitlines()
    assert [line.split()[0] for line in table if re.match(r"(Falls|Four|Sickness)", line)] == [
        "Falls",
        "Four",
        "Sickness",
    ]
    assert any(line.startswith("Indicator ") for line in table)
    assert run("score", *REST, "-o", "out.xlsx").code == 0
    book = load_workbook(io.BytesIO(Path("out.xlsx").read_bytes()))
    cells = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    assert said(cells) == set()
    assert "Reasons, a row for each indicator and item" in cells
    for command in (("check", *REST), ("headroom", "board.csv", "I1", *REST[1:]), ("explain", "board.csv", "I1", *REST[1:]),
                    ("robustness", *REST, "--draws", "2"), ("methodologies", "board.yaml"), ("manual", "board.yaml")):  # fmt: skip
        found = run(*command)
        assert found.code == 0, found
        assert said(found.out) == set(), command
    assert "rates indicators; tables in the order of the return" in run("methodologies", "board.yaml").out.replace(
        "\n", " "
    )
    page = run("report", *REST, "-o", "page.html")
    assert page.code == 0, page
    visible = re.sub(
        r"<script.*?</script>|<style.*?</style>|<[^>]+>", "\n", Path("page.html").read_text("utf-8"), flags=re.DOTALL
    )
    assert said(visible) == set()
    made = run("template", "board.yaml", "-o", "form.xlsx")
    assert made.code == 0, made
    blank = load_workbook("form.xlsx")
    texts = [str(cell.value) for sheet in blank for row in sheet.iter_rows() for cell in row if cell.value]
    texts += [cell.comment.text for sheet in blank for row in sheet.iter_rows() for cell in row if cell.comment]
    assert said("\n".join(texts)) <= {"organisation"}, "the key of the sheet of overrides"
    assert {"Indicator code", "Indicator"} <= {*texts}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("I1,Again,1,1,1,up", '"I1" stands already in row 3.'),
        ("I4,Blank,,1,1,up", 'Every indicator must have a value for "Value", and this cell is blank.'),
        (",Nameless,1,1,1,up", "The row has values and no indicator code."),
    ],
)
def test_no_message_speaks_of_organisations(row: str, message: str) -> None:
    write("indicator", *ROWS, row)
    for found in (run("score", *REST), run("check", *REST)):
        assert message in found.err, found.err
        assert said(found.err) == set()


def test_unknown_ones_are_asked_for_in_that_word() -> None:
    assert 'No indicator has the code "I9"' in run("explain", "board.csv", "I9", *REST[1:]).err
    assert 'The return has no indicator with the code "I9".' in run("score", *REST, "--only", "I9").err
    assert 'The return has no indicator with the code "I9".' in run("score", *REST, "--suppose", "I9.value=1").err


def test_a_comparison_with_committed_ratings_says_it_too() -> None:
    Path("old.csv").write_text(run("score", *REST, "-f", "csv").out, "utf-8")
    assert "(3 indicators, 2 items compared)" in run("score", *REST, "--check", "old.csv").out


@pytest.mark.parametrize(
    ("word", "heading", "many"),
    [
        ("country", "Country", "3 countries"),
        ("GP practice", "GP practice", "3 GP practices"),
        ("{one: child, many: children}", "Child name", "3 children"),
        ("organisation", "Organisation name", "3 organisations"),
    ],
)
def test_plurals_and_headings_follow_from_the_word(word: str, heading: str, many: str) -> None:
    write(word, heading=heading)
    assert f"  {many}, 12 values, 0 missing" in run("check", *REST).out


@pytest.mark.parametrize("word", ["42", "{one: child}", "{one: a, many: b, few: c}", "[a, b]", "''"])
def test_what_is_no_word_is_refused(word: str) -> None:
    write(word)
    assert run("check", "board.yaml").code == 1


def test_worked_cases_tell_faults_in_that_word() -> None:
    cases = "methodology: board\ncases:\n  - organisations: {A: {given: {target: 1}, expect: {light: red}}}\n"
    Path("board.yaml").write_text(
        RULES.replace("WORD", "indicator").replace("kind: margin, of: value, target: target", "kind: sum, of: [value]"),
        "utf-8",
    )
    Path("cases.yaml").write_text(cases, "utf-8")
    found = run("test", "board.yaml")
    assert "Indicators: A." in found.err
    assert said(found.err) == set()


def test_editions_that_differ_in_it_differ() -> None:
    Path("other.yaml").write_text(
        RULES.replace("WORD", "ward").replace("id: board", "id: other").replace("order: return\n", ""), "utf-8"
    )
    text = run("diff", "board.yaml", "other.yaml").out
    assert "rates: from indicators to wards" in text.casefold()
    assert "order" in text
    told = (
        json.loads(run("methodologies", "board.yaml", "--json").out)
        if "--json" in run("methodologies", "--help").out
        else {}
    )
    assert told.get("rates", "indicators") == "indicators"


TWO = """
scales: {rag: [{level: green}, {level: red}]}
inputs: {a: {type: number}, b: {type: number}}
ratings:
  first: {kind: thresholds, scale: rag, of: a, levels: [{level: green, at_most: 1}, {level: red, otherwise: true}]}
  second: {kind: thresholds, scale: rag, of: b, levels: [{level: green, at_most: 1}, {level: red, otherwise: true}]}
"""


def test_a_method_may_have_no_overall_rating_and_then_all_of_them_are_shown() -> None:
    rules = method(TWO + "order: return\n")
    assert [item.id for item in rules.headlines] == ["first", "second"]
    assert [item.id for item in rules.published] == ["first", "second"]
    assert warnings_of(TWO + "order: return\n") == []
    [told] = warnings_of(TWO)
    assert "No rating is the headline, so all of them are, and tables are ordered as the return is." in told
    rated = rate(rules, a="3 1", b="1 3")
    assert rated.league() == [0, 1]
    one = rate(method(TWO.replace("of: b,", "of: b, headline: true,")), a="1 1", b="3 1")
    assert one.league() == [1, 0]
    assert rate(
        method(TWO.replace("of: b,", "of: b, headline: true,") + "order: return\n"), a="1 1", b="3 1"
    ).league() == [0, 1]


SIDES = """
scales: {sides: [{level: higher}, {level: lower}], odd: [{level: up}, {level: down}]}
inputs:
  a: {type: number, polarity: {item: way}}
  b: {type: number}
  way: {type: level, scale: sides}
  wrong: {type: level, scale: odd}
  word: {type: text}
"""


def test_the_rule_or_the_input_says_which_side_is_better() -> None:
    rules = method(f"""{SIDES}
measures:
  by_row: {{kind: margin, of: a, target: {{item: b, plus: 1}}}}
  fixed: {{kind: margin, of: a, target: 5, better: lower}}
  own: {{kind: margin, of: b, target: 5, polarity: higher, as: percent}}
""")
    rated = rate(rules, a="6 6 6", b="4 4 4", way="higher lower -", wrong="up up up", word="x x x")
    assert results(rated, "by_row") == ["1", "-1", "missing (way is missing: blank)"]
    assert results(rated, "fixed") == ["-1", "-1", "-1"]
    assert results(rated, "own") == ["-20", "-20", "-20"]
    assert why(rated, "by_row", 1) == "lower is better: b (4) + 1 = 5 - 6"
    assert why(rated, "own") == "higher is better: (4 - 5) x 100 / |5|"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("measures: {x: {kind: margin, of: b, target: 1}}", "Whether a higher or lower b is better is not said. Add better:"),
        ("measures: {x: {kind: margin, of: b, target: 1, better: {item: wrong}}}", "its levels are not higher and lower"),
        ("measures: {x: {kind: margin, of: b, target: 1, better: {item: word}}}", "its levels are not higher and lower"),
        ("measures: {x: {kind: margin, of: b, target: 1, better: up}}", '"up" is not known here.'),
        ("measures: {x: {kind: percentile-rank, of: a, over: everyone, form: low / n}}", ""),
        ("measures: {x: {kind: rank-spread, of: a, best: 1, worst: 4}}", "each row says for itself, so that rows cannot be compared"),
    ],
)  # fmt: skip
def test_a_side_that_nobody_can_tell_is_refused(text: str, message: str) -> None:
    found = problems_of(SIDES + text)
    assert any(message in one for one in found) if message else found == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{type: number, polarity: {item: wrong}}", "its levels are not higher and lower"),
        ("{type: number, polarity: {item: nowhere}}", 'There is no item "nowhere".'),
        ("{type: text, polarity: {item: way}}", "No side of a is better, because it is no number."),
    ],
)
def test_a_polarity_that_no_row_can_say_is_refused(entry: str, message: str) -> None:
    found = problems_of(SIDES.replace("{type: number, polarity: {item: way}}", entry))
    assert any(message in one for one in found), found


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{type: number, plan_of: a}", ""),
        ("{type: text, plan_of: a}", '"planned" is the plan of "a", and both must be numbers.'),
        ("{type: number, plan_of: word}", '"planned" is the plan of "word", and both must be numbers.'),
        ("{type: number, plan_of: nowhere}", 'There is no item "nowhere".'),
        ("{type: number, plan_of: planned}", '"planned" is its own plan.'),
        ("{type: number, plan_of: b}", '"b" has two plans, "planned" and "again".'),
    ],
)
def test_a_plan_is_the_only_one_of_a_number(entry: str, message: str) -> None:
    """No rule has to read it."""
    again = "\n  again: {type: number, plan_of: b}"
    found = problems_of(SIDES.replace("inputs:", f"inputs:\n  planned: {entry}{again}", 1))
    assert any(message in one for one in found) if message else not any("planned" in one for one in found), found


def test_a_margin_in_per_cent_of_nothing_is_refused() -> None:
    Path("board.yaml").write_text(
        RULES.replace("WORD", "indicator").replace("target: target", "target: target, as: percent"), "utf-8"
    )
    write_rows = HEADER.replace("NAME", "Indicator") + "I1,One,5,0,1,up\n"
    Path("board.csv").write_text(write_rows, "utf-8")
    assert (
        "board.csv:D2: error: The target is zero, and a per cent of it has no value. Indicators: I1."
        in run("score", *REST).err
    )


def test_which_side_is_better_is_no_lever() -> None:
    text = run("headroom", "board.csv", "I2", *REST[1:]).out
    assert re.search(r"^  value +5.1", text, re.MULTILINE)
    assert not re.search(r"^  direction", text, re.MULTILINE)


def test_words_of_names_are_left_alone() -> None:
    assert Noun("ward", "wards").said("An organisation is rated among organisations.") == "A ward is rated among wards."


def test_a_side_that_moves_from_the_rule_into_the_row_is_told() -> None:
    fixed = RULES.replace("WORD", "indicator").replace("{item: direction}", "higher").replace("id: board", "id: other")
    Path("other.yaml").write_text(
        fixed.replace("target: target,", "target: target, better: {item: direction},"), "utf-8"
    )
    assert "from as direction says to higher" in run("diff", "board.yaml", "other.yaml").out

"""The live workbook as it is written: what it holds before anything recalculates it."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from tests.conftest import ROOT
from tests.support.live import examples, sample, unlike
from tests.support.live_variants import variants
from tests.support.rules import rate

from nhsrate.commands.main import main
from nhsrate.core.numbers import Day
from nhsrate.core.problems import Refused
from nhsrate.kinds import KINDS
from nhsrate.live.formula import FUNCTIONS, MOST, depth
from nhsrate.live.kinds import NOT_LIVE, WRITERS
from nhsrate.live.layout import FIRST_VALUE, laid_out
from nhsrate.live.walk import gathered, live
from nhsrate.live.write import live_xlsx
from nhsrate.rules.editions import edition_files
from nhsrate.runs.rate import rate as rated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook

    from nhsrate.live.board import Board

WITHOUT_CASES = {"nof-2025-26-q3-mental-health-community", "nof-2026-27"}
"""The editions of which no worked case can be rated in all that it has."""

PAGE = ROOT / "docs" / "live-workbook.md"
RULES = """\
figures: {mark: {value: 4, basis: stated}}
scales: {stars: [{level: 3, word: three stars}, {level: 2}, {level: 1}]}
inputs: {score: {type: number}, late: {type: yes/no}}
ratings:
  stars:
    {kind: thresholds, of: score, scale: stars, headline: true,
     levels: [{level: 3, at_least: mark}, {level: 2, at_least: 2}, {level: 1, otherwise: true}],
     limits: [{at_best: 2, when: {late: yes}, because: it was late, missing: fails}]}
"""


def board_of(rules: str, **columns: str) -> Board:
    """What is gathered for these rules and columns of words."""
    return gathered(rate(rules, only=None, overrides=(), names=(), **columns))


def opened(board: Board, *, values: bool = False) -> Workbook:
    """The workbook, as openpyxl reads it."""
    return load_workbook(BytesIO(live_xlsx(board)), data_only=values)


def formulas(book: Workbook) -> Iterator[str]:
    """Every formula of every sheet."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                value: Any = cell.value
                text = getattr(value, "text", value)
                if cell.data_type == "f":
                    yield str(text)


def test_every_kind_is_live_or_says_why_it_is_not() -> None:
    assert {*WRITERS} | {*NOT_LIVE} == {*KINDS}
    assert not {*WRITERS} & {*NOT_LIVE}


def test_the_page_lists_what_is_live_and_what_is_not() -> None:
    text = PAGE.read_text("utf-8")
    [listed] = re.findall(r"^The kinds (`.*?`); also", text, re.MULTILINE)
    assert {*re.findall(r"`(.*?)`", listed)} == {*WRITERS}
    assert dict(re.findall(r"^\| `(.*?)` \| (.*?) \|$", text, re.MULTILINE)) == NOT_LIVE


def sound(found: list[str]) -> None:
    """Only the functions of the list are called, and each formula can be read and opened."""
    bare = [re.sub(r'"[^"]*"', "", formula) for formula in found]
    assert {name for formula in bare for name in re.findall(r"([A-Z0-9.]+)\(", formula)} <= FUNCTIONS
    assert max(map(len, found)) <= MOST
    assert max(map(depth, bare)) <= 60


@pytest.mark.parametrize("edition", sorted(edition_files()))
def test_no_formula_is_long_or_deep_or_of_a_newer_spreadsheet(edition: str) -> None:
    assessment = sample(edition)
    if assessment is None:
        assert edition in WITHOUT_CASES
        return
    layout = laid_out(gathered(assessment))
    sound([layout.formula(column.formula, 0) for column in layout.scores if column.formula])


def test_nor_is_one_of_any_other_sheet() -> None:
    sound([*formulas(opened(board_of(RULES, score="5 3 -", late="no yes no")))])


def test_as_it_stands_the_workbook_shows_what_the_engine_gave() -> None:
    """What a preview shows, which calculates nothing, are the engine's values."""
    assessment = rated(ROOT / "examples" / "oversight-q4.csv").assessment
    board = live(assessment)
    rows = [*opened(board, values=True)["Scores"].iter_rows(min_row=FIRST_VALUE, values_only=True)]
    columns = {column.key: k for k, column in enumerate(laid_out(board).scores, 2) if column.sort == "item"}
    shown: dict[str, list[object]] = {key: [row[k] for row in rows] for key, k in columns.items()}
    assert unlike(shown, assessment, shown) == []
    assert {*shown} >= {*board.methodology.items}


def test_the_same_rating_gives_the_same_bytes() -> None:
    first, second = (live_xlsx(board_of(RULES, score="5 3 -", late="no yes no")) for _ in range(2))
    assert first == second


def test_only_values_and_figures_are_open() -> None:
    """Every sheet is protected, without a password; cells that can be changed are values and the numbers of rules."""
    book = opened(board_of(RULES, score="5 3 -", late="no yes no"))
    assert book.sheetnames == ["Read me", "Values", "Figures", "Scores", "Ratings", "Check", "Scales"]
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)
    open_ = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    values = {("Values", f"{column}{row}") for column in "CD" for row in (5, 6, 7)}
    assert open_ == values | {("Figures", "C4"), ("Figures", "C5")}


def test_figures_have_their_basis_and_bare_numbers_their_line() -> None:
    rows = [*opened(board_of(RULES, score="5", late="no"))["Figures"].iter_rows(min_row=4, values_only=True)]
    assert [row[:5] for row in rows] == [("mark", None, 4, 4, "stated"), ("stars", "2 at least", 2, 2, None)]
    assert rows[1][6] == "line 7"


def test_a_blank_is_an_empty_cell_and_a_level_its_name() -> None:
    sheet = opened(board_of(RULES, score="5 3 -", late="no yes no"))["Values"]
    assert [[cell.value for cell in row] for row in sheet["C5:D7"]] == [[5, "no"], [3, "yes"], [None, "no"]]


def test_ratings_have_the_word_of_a_level() -> None:
    rows = [
        *opened(board_of(RULES, score="5 3 -", late="no yes no"), values=True)["Ratings"].iter_rows(
            min_row=4, values_only=True
        )
    ]
    assert [row[2:4] for row in rows] == [
        ("stars", "stars, in words"),
        ("3", "three stars"),
        ("2", "2"),
        ("missing", None),
    ]


def test_what_is_not_live_says_so() -> None:
    """A value that no formula gives stands as a value, and its heading and Read me say that it is from the run."""
    assessment = rate("""\
        scales: {stars: [{level: 2}, {level: 1}]}
        inputs: {score: {type: number}}
        ratings:
          stars: {kind: clusters, scale: stars, of: score, over: everyone, algorithm: lloyd, quantile: linear, best: highest}
        """, only=None, overrides=(), names=(), score="1 9 8")  # fmt: skip
    with pytest.raises(Refused) as refused:
        live(assessment)
    assert [(problem.code, problem.at.line) for problem in refused.value.problems] == [("not-live", 4)]  # type: ignore[union-attr]
    book = opened(live(assessment, partly=True))
    headings = [cell.value for cell in book["Scores"][4]]
    assert "stars (from the run, not recalculated)" in headings
    assert [row[2] for row in book["Scores"].iter_rows(min_row=5, values_only=True)] == [2, 1, 1]
    said = [row[0] for row in book["Read me"].iter_rows(values_only=True)]
    assert '"stars": its centres are moved again and again until they stop, which no formula does.' in said


def test_too_many_organisations_are_refused() -> None:
    many = rate(RULES, only=None, overrides=(), names=(), score="5 " * 1001, late="no " * 1001)
    with pytest.raises(Refused) as refused:
        live(many)
    assert [problem.code for problem in refused.value.problems] == ["not-live"]
    assert "1,001 organisations" in refused.value.problems[0].message


def test_days_before_those_of_spreadsheets_are_not_live() -> None:
    """Their calendar begins on 1 March 1900, as before it they have a day that never was."""
    rules = "inputs: {opened: {type: date}}\nmeasures: {age: {kind: difference, of: 2026-01-01, from: opened}}"
    assert board_of(rules, opened="1900-03-01 2026-01-01").unlive == {}
    board = board_of(rules, opened="1900-02-28 2026-01-01")
    assert [*board.unlive] == ["opened"]
    sheet = opened(board_of(rules, opened="1900-03-01"))["Values"]
    assert str(sheet["C5"].value) == "1900-03-01 00:00:00"
    assert Day.of_text("1900-03-01") is not None


def test_the_command_writes_it_and_says_what_it_holds(tmp_path: Path) -> None:
    """`workbook` takes the options of a return; the name of the file must be that of a workbook."""
    example = str(ROOT / "examples" / "financial-risk-2011-12.csv")
    out = tmp_path / "live.xlsx"
    done = CliRunner().invoke(main, ["workbook", example, "-o", str(out)])
    assert (done.exit_code, done.stderr) == (0, f"wrote {out}\n")
    assert done.stdout.startswith(f"{out}: 60 organisations, 2,640 formulas on 34 figures.\n")
    assert out.read_bytes()[:2] == b"PK"
    wrong = CliRunner().invoke(main, ["workbook", example, "-o", str(tmp_path / "live.ods")])
    assert wrong.exit_code == 2
    assert "a live workbook is an .xlsx" in wrong.stderr


def test_partly_tells_what_stands_as_values(tmp_path: Path) -> None:
    rules = tmp_path / "method.yaml"
    rules.write_text(
        "id: method\ntitle: A method\nscales: {stars: [{level: 2}, {level: 1}]}\ninputs: {score: {type: number}}\nratings:\n"
        "  stars: {kind: clusters, scale: stars, of: score, over: everyone, algorithm: lloyd, quantile: linear, best: highest, headline: true}\n",
        "utf-8",
    )
    (tmp_path / "return.csv").write_text("Org code,Score\nRA1,12\nRA2,3\n", "utf-8")
    asked = ["workbook", str(tmp_path / "return.csv"), "-m", str(rules), "-o", str(tmp_path / "l.xlsx")]
    assert CliRunner().invoke(main, asked).exit_code == 1
    done = CliRunner().invoke(main, [*asked, "--partly"])
    assert done.exit_code == 0
    assert 'From the run, and not recalculated: "stars".\n' in done.stdout


def test_the_examples_of_every_kind_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no function but those of the list, and nothing longer than a person reads."""
    for name, assessment in (examples(monkeypatch) | variants()).items():
        layout = laid_out(gathered(assessment))
        found = [layout.formula(column.formula, 0) for column in layout.scores if column.formula]
        assert found or name.startswith("clusters")
        sound(found or ["=1"])


def test_a_median_of_very_many_items_is_not_live() -> None:
    """Its formula would be too long; that of fewer is one."""
    ids = [f"i{n}" for n in range(25)]
    inputs = ", ".join(f"{id_}: {{type: number}}" for id_ in ids)
    rules = f"inputs: {{{inputs}}}\nmeasures: {{middle: {{kind: median, of: [%s]}}, top: {{kind: highest, of: [{', '.join(ids)}]}}}}"
    values = dict.fromkeys(ids, "1 2")
    board = board_of(rules % ", ".join(ids), **values)
    assert board.unlive == {"middle": "the median of more than 24 items does not fit into one formula"}
    assert board_of(rules % ", ".join(ids[:24]), **values).unlive == {}


def test_what_was_not_asked_for_is_not_written() -> None:
    """An assessment of some items has formulas of these and of what they rest on."""
    rules = "inputs: {a: {type: number}}\nmeasures: {m: {kind: sum, of: [a, 1]}, n: {kind: sum, of: [a, 2]}}"
    board = gathered(rate(rules, only=["m"], overrides=(), names=(), a="1"))
    assert [*board.columns] == ["m"]


def test_formulas_over_whole_columns_are_written_as_such() -> None:
    """In a cohort a statistic takes a column at once, which a spreadsheet must be told; openpyxl reads such a formula."""
    sheet = opened(gathered(variants()["kinds"]))["Scores"]
    found = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert any(getattr(value, "t", "") == "array" for value in found)


def test_the_names_of_those_who_are_rated_stand_whole() -> None:
    """Beside them are filled cells, behind which what is too long would be hidden; also on a page."""
    assessment = rated(ROOT / "examples" / "sha-2004.csv").assessment
    longest = max(len(one.name) for one in assessment.organisations)
    book = opened(gathered(assessment))
    assert longest > 50
    for sheet in ("Values", "Scores", "Ratings", "Check"):
        assert book[sheet].column_dimensions["B"].width > longest * 1.05

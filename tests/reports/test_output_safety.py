"""What a cell can do to whoever reads an output: nothing.

No text becomes a formula, commands a terminal, turns the direction of writing, is read as markup, or names a file.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import example
from hypothesis import given as draw
from hypothesis import strategies as st
from tests.support.outputs import RULES, assessed
from tests.support.running import PRINTED

from nhsrate.commands.formats import FORMATS
from nhsrate.commands.main import main
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.texts import tidy
from nhsrate.editions.manual import manual
from nhsrate.pages.document import html_of
from nhsrate.reports.csv_json import csv_text, guarded, long_csv, ratings_csv, ratings_json
from nhsrate.reports.documents import markdown_of
from nhsrate.reports.league import markdown_table
from nhsrate.reports.problems import problems_text
from nhsrate.rules.load import load_methodology
from nhsrate.screen.ink import FULL, Ink
from nhsrate.screen.league import Asked, league_screen, league_text
from nhsrate.screen.screen import Screen
from nhsrate.workbooks.ratings import ratings_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from nhsrate.engine.assessment import Assessment

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}
NEVER_PRINTED = (CONTROLS | set(BIDIRECTIONAL) | set("\u2028\u2029\ufeff")) - {"\n"}
"""What no output may hold: C0 and C1 controls but the line feed, direction marks, odd ends of lines."""

NASTY = {
    "an escape that clears the screen": "Al\x1b[2Jder",
    "the single-character form of one": "Al\x9b2Jder",
    "a link of a terminal": "\x1b]8;;https://example.org\x1b\\Al\x1b]8;;\x1b\\der",
    "a title of a window": "\x1b]0;Al\x07der",
    "a bell and a backspace": "A\x07l\x08der",
    "a carriage return that overwrites": "Alder\rBest of all",
    "a direction turned round": "Al\u202eder\u202c",
    "isolated directions": "\u2067Al\u2069der\u200f",
    "NUL": "Al\x00der",
    "a separator of lines": "Al\u2028der\u2029",
    "a vertical tab and a form feed": "Al\x0bd\x0cer",
    "markup that colours": "[red]Alder[/]",
    "markup that closes nothing": "Alder [/]",
    "markup that links": "[link=https://example.org]Alder[/link]",
    "the government's shorthand": "Alder [c] [x] 94.5 [r]",
    "emoji by name": ":warning: Alder",
    "HTML": "<script>Alder</script><b>&amp;",
    "Markdown": "[Alder](https://example.org) **b** `c` | d",
}
"""Names of organisations that would do something where they are printed."""

LITERAL = {
    "markup that colours", "markup that closes nothing", "markup that links", "the government's shorthand",
    "emoji by name", "HTML", "Markdown",
}  # fmt: skip
"""Those of them that can be seen, and so are printed as they are."""


def named(folder: Path, name: str) -> Assessment:
    """The small assessment, its first organisation called so and a warning about it."""
    return called(assessed(folder), name)


def called(assessment: Assessment, name: str) -> Assessment:
    """The assessment with that name for its first organisation."""
    organisations = (replace(assessment.organisations[0], name=name), *assessment.organisations[1:])
    warning = Problem(CellLocation("returns.csv", None, 2, 2), "not-used", f"It is {name}.", "", "warning")
    submitted = replace(assessment.submitted, organisations=organisations, problems=(warning,))
    return replace(assessment, submitted=submitted)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return assessed(tmp_path_factory.mktemp("once"))


def printed(assessment: Assessment) -> dict[str, str]:
    """Every text that is made from an assessment."""
    return {
        "plain": league_text(assessment),
        "terminal": league_screen(assessment, Screen(300), Asked(notes=True)),
        "narrow": league_screen(assessment, Screen(40)),
        "markdown": markdown_table(assessment),
        "csv": ratings_csv(assessment),
        "raw csv": ratings_csv(assessment, raw=True),
        "long csv": long_csv(assessment),
        "json": ratings_json(assessment),
        "problems": problems_text(assessment.submitted.problems),
    }


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_name_commands_nothing(tmp_path: Path, name: str) -> None:
    for form, text in printed(named(tmp_path, name)).items():
        assert not NEVER_PRINTED & set(text), form


@pytest.mark.parametrize("which", [which for which in NASTY if which in LITERAL])
def test_brackets_and_markup_are_printed_as_they_are(tmp_path: Path, which: str) -> None:
    """Markdown escapes them, so that they show as they are."""
    name = NASTY[which]
    assessment = named(tmp_path, name)
    texts = printed(assessment)
    for form in ("plain", "terminal"):
        assert name in texts[form], form
    assert name in re.sub(r"\\(.)", r"\1", texts["markdown"])
    assert next(csv.DictReader(StringIO(texts["csv"])))["name"] == name
    assert json.loads(texts["json"])["organisations"][0]["name"] == name


def test_colours_are_the_only_commands_to_a_terminal(tmp_path: Path) -> None:
    """Away from the escape sequences of colours there is none in the coloured table either."""
    for name in NASTY.values():
        text = league_screen(named(tmp_path, name), Screen(200, ink=Ink(FULL)))
        assert not NEVER_PRINTED & set(re.sub(r"\x1b\[[0-9;]*m", "", text))


@draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
@example("\x1b]8;;https://example.org\x07x")
@example("\u202e[/]")
def test_no_name_at_all_commands_anything(once: Assessment, name: str) -> None:
    for form, text in printed(called(once, name)).items():
        assert not NEVER_PRINTED & set(text), form


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_workbook_holds_text_alone(tmp_path: Path, name: str) -> None:
    book = openpyxl.load_workbook(BytesIO(ratings_xlsx(named(tmp_path, name), palette="default")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not NEVER_PRINTED & set("".join(str(cell.value) for cell in cells))
    assert not [cell for cell in cells if cell.data_type != "s"]
    if name in {NASTY[which] for which in LITERAL}:
        assert name in {cell.value for cell in cells}


WILD = RULES.replace(
    "title: Small stars", 'title: "Small \\e[2J\\u202e[red]stars[/]\\x9b"'
).replace(
    "{level: 2, word", '{level: "2\\x9b", number: 2, word'
).replace(
    "{level: 2, at", '{level: "2\\x9b", at'
).replace(
    "at_best: 2", 'at_best: "2\\x9b"'
).replace(
    "word: three stars", 'word: "three \\e]0;x\\a [/] stars"'
).replace(
    'caveats: ["Not for [red] use."]', 'caveats: ["Not \\e[31m for [red] \\u2067 use.", "=1+1"]'
).replace(
    'yes: "=late"', 'yes: "=la\\e[2Jte\\u202e"'
).replace(
    "because: the plan was late", 'because: "the \\e[2J plan [/] was late"'
).replace(
    "{title: Access,", '{title: "Acc\\e[2Jess [c]",'
)  # fmt: skip
"""Rules whose texts would do something where they are printed."""

PLAIN = re.sub(r"\\(?:e\[\d*[Jm]|e\]0;|u....|x9b|a)", "", WILD)
"""The same without what nobody sees."""


def test_a_rule_file_with_characters_that_nobody_sees_is_refused(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(WILD, "utf-8")
    with pytest.raises(Refused) as refused:
        load_methodology(tmp_path / "small.yaml")
    assert {problem.code for problem in refused.value.problems} == {"yaml"}
    assert len(refused.value.problems) > 8
    assert "(U+001B)" in str(refused.value)


def test_the_texts_of_a_rule_file_are_no_markup(tmp_path: Path) -> None:
    assessment = assessed(tmp_path, text=PLAIN)
    for form, text in printed(assessment).items():
        assert not NEVER_PRINTED & set(text), form
    assert "[red]stars[/]" in printed(assessment)["plain"]
    book = openpyxl.load_workbook(BytesIO(ratings_xlsx(assessment, palette="default")))
    values = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not NEVER_PRINTED & set("".join(values))
    document = manual(assessment.methodology, tmp_path / "small.yaml")
    for text in (html_of(document), markdown_of(document)):
        assert not NEVER_PRINTED & set(text)


# formulas

STARTS = "=+@\t\r\n\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rest", ["", "1", "1+1", "cmd|' /C calc'!A0", " x"])
def test_a_text_that_begins_like_a_formula_is_led_by_an_apostrophe(start: str, rest: str) -> None:
    assert guarded(start + rest) == f"'{start}{rest}"
    assert guarded(start + rest, raw=True) == start + rest


@pytest.mark.parametrize(
    "text", ["-x", "-1+1", "--", "- 1", "-1 2", "-=1", "-1,000", "-1%", "-\uff11", "-inf", "-.5", "-1_0", "-1e"]
)
def test_a_dash_before_anything_but_a_number_is_one(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-", "", "-2.5", "-1e5", "-0", "-12", "-1E-7", "2.5", "1+1", "a=b", " =1", "'x", "\u22125", "[x]"]
)
def test_a_lone_dash_numbers_and_everything_else_are_not(text: str) -> None:
    assert guarded(text) == text


@draw(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
@example(["=1+1"])
@example(["\r", "a\r\nb", '"', ","])
def test_what_is_read_back_without_the_apostrophe_is_the_text(texts: list[str]) -> None:
    """The guard adds one character to what needs it, and the csv keeps all others."""
    texts = [tidy(text) for text in texts]
    (row,) = csv.reader(StringIO(csv_text([["code", *map(guarded, texts)]]), newline=""))
    assert len(row) == 1 + len(texts)
    for read, text in zip(row[1:], texts, strict=True):
        assert read in {text, f"'{text}"}
        assert read.removeprefix("'") == text.removeprefix("'")


@draw(st.text())
@example("-1e5")
@example("-1e5x")
def test_no_field_but_a_number_begins_like_a_formula(text: str) -> None:
    read = guarded(text)
    assert read[:1] not in set(STARTS)
    assert read[:1] != "-" or read == "-" or re.fullmatch(r"-[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", read)


def test_a_formula_in_a_name_is_text_in_every_table(tmp_path: Path) -> None:
    assessment = named(tmp_path, '=HYPERLINK("https://example.org","Alder")')
    for text in (ratings_csv(assessment), long_csv(assessment)):
        first = next(csv.DictReader(StringIO(text)))
        assert first["name"] == '\'=HYPERLINK("https://example.org","Alder")'
    first = next(csv.DictReader(StringIO(ratings_csv(assessment, raw=True))))
    assert first["name"].startswith("=HYPERLINK")
    for sheet in openpyxl.load_workbook(BytesIO(ratings_xlsx(assessment, palette="default"))):
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type in {"f", "e"}]


def test_negative_numbers_and_markers_are_not_harmed_in_csv(tmp_path: Path) -> None:
    given = "code,name,access,waits,late\nRA1,-,95,-2.5,no\nRA2,B,80,-,no\n"
    rows = list(csv.DictReader(StringIO(long_csv(assessed(tmp_path, given=given, decided=False)))))
    assert {row["name"] for row in rows} == {"-", "B"}
    assert [row["value"] for row in rows if row["item"] == "waits"] == ["-2.5", ""]


# the whole way, from a file to the terminal


RULED = ("-m", "small.yaml")


def run(*arguments: str) -> Result:
    """A command as it prints to a terminal: elsewhere click itself would take escape sequences out."""
    return CliRunner().invoke(main, arguments, prog_name="nhsrate", color=True)


@pytest.fixture
def nasty_return(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a return of nasty names, some of which look like paths, a faulty one, and the rules for both."""
    monkeypatch.chdir(tmp_path)
    assessed(tmp_path)
    names = [*(name for which, name in NASTY.items() if which != "NUL"), "../../escape", "/etc/passwd", "C:\\x"]
    codes = ["CON", "nul", *(f"RA{n}" for n in range(len(names)))]
    heads = ["Trust code", "Trust name", "access", "waits", "late", "[red]Spare[/]\x1b[2J"]
    rows = [[code, name, 95, 2, "no", 1] for code, name in zip(codes, names, strict=False)]
    faulty = [
        ["RA99", "Faulty", 95, "\x1b[2J\u202e[red]two[/]", "no", 1],
        ["../../escape\x1b[2J", "No code", 95, 2, "no", 1],
    ]
    for file, more in (("clean.csv", []), ("faulty.csv", faulty)):
        with (tmp_path / file).open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([heads, *rows, *more])
    return tmp_path


def test_no_command_prints_what_a_terminal_would_obey(nasty_return: Path) -> None:
    """Neither of a return that can be rated, nor of one that is refused."""
    results = [
        *(run("score", "clean.csv", *RULED, "-f", form) for form in PRINTED),
        *(run("explain", "clean.csv", "RA0", *RULED, "-f", form) for form in ("text", "json")),
        run("explain", "clean.csv", "[nobody]\x1b[2J", *RULED),
        *(run("check", file, *RULED) for file in ("clean.csv", "faulty.csv")),
        *(run("score", "faulty.csv", *RULED, "--problems", style) for style in ("text", "json", "github")),
    ]
    assert [result.exit_code for result in results] == [*[0] * len(PRINTED), 0, 0, 2, 0, 1, 1, 1, 1]
    for result in results:
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert not NEVER_PRINTED & set(result.stdout), result.stdout
        assert not NEVER_PRINTED & set(result.stderr), result.stderr


def test_no_file_is_named_after_a_cell(nasty_return: Path) -> None:
    """Codes and names that look like paths make and open no file; only the output that was asked for is new."""
    before = {path for path in nasty_return.parent.rglob("*") if path.is_file()}
    names = {form: f"out{one.suffixes[0] if one.suffixes else '.txt'}" for form, one in FORMATS.items()}
    for form, name in names.items():
        assert run("score", "clean.csv", *RULED, "-f", form, "-o", name).exit_code == 0
    assert run("explain", "clean.csv", "../../escape", *RULED).exit_code == 0
    after = {path for path in nasty_return.parent.rglob("*") if path.is_file()}
    assert {path.name for path in after - before} == {*names.values()}

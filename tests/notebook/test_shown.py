"""What Python and a notebook show of a record by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tests.conftest import ROOT

import nhsrate
from nhsrate.notebook.cells import MOST
from nhsrate.pages.indicators import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = sorted(
    path for path in (ROOT / "examples").glob("*-*") if path.suffix in {".csv", ".xlsx"} and "faulty" not in path.name
)


def records(run: nhsrate.Run) -> Iterator[object]:
    """Everything that a run holds and people look at."""
    yield from (run, run.assessment, run.submitted, run.methodology)


class Balanced(HTMLParser):
    """Whether every tag is closed in its order."""

    VOID = frozenset({"br", "meta", "input"})

    def __init__(self) -> None:
        """Nothing is open."""
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(html: str) -> Balanced:
    """A piece of HTML, whose tags are in order."""
    found = Balanced()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_record_is_a_few_lines(path: Path) -> None:
    run = nhsrate.rate(path)
    for record in records(run):
        lines = repr(record).splitlines()
        assert 2 <= len(lines) <= 7
        assert max(map(len, lines)) < 600
        assert str(record) == repr(record)


def test_the_lines_say_what_it_is(run: nhsrate.Run) -> None:
    assert repr(run.assessment).splitlines() == [
        "Assessment: Waiting & seeing, 2025/26",
        "5 organisations of data frame",
        "Stars: ★★ 2, two stars: 1; ★ 1, one star: 2; ☆ 0, no stars: 1; none: 1",
        "Rules without a source; 1 figure assumed. Ratings of this run.",
    ]
    assert repr(run.submitted).splitlines() == ["Return: data frame", "5 codes, 17 values of 4 columns, 3 missing"]
    assert repr(run.methodology).splitlines()[:3] == [
        "Methodology: Waiting & seeing, 2025/26",
        "id mine; 4 inputs; it rates organisations",
        "Stars: ★★ 2, two stars, ★ 1, one star, ☆ 0, no stars (best first)",
    ]
    assert repr(run).splitlines()[-1] == "Rules: mine; asked for"


def test_a_run_answers_what_its_assessment_is_asked(run: nhsrate.Run) -> None:
    """Whoever rates and asks at once need not know of two records; nothing else is made up."""
    whole, asked = run.assessment, getattr  # a run says of its own what it holds; these are none of its own
    assert asked(run, "league_table")().equals(whole.league_table())
    code = whole.organisations[0].code
    assert str(asked(run, "explain")(code)) == str(whole.explain(code))
    since = asked(run, "compare")(run)
    assert since.equals(whole.compare(whole))
    assert set(since["levels"].dropna()) == {0}
    for name in ("columns", "__len__", "rubbish"):
        with pytest.raises(AttributeError, match=f"'Run' object has no attribute '{name}'"):
            asked(run, name)
    with pytest.raises(TypeError, match=r"old is a str; give an assessment or a run"):
        whole.compare("spring.csv")  # type: ignore[arg-type]  # what is tried


def test_what_a_run_set_and_supposes_is_told(rules: Path, frame: pd.DataFrame) -> None:
    run = nhsrate.rate(frame, rules, set={"cut": 2}, suppose="RA1.waits=1", only=["RA1", "RA2"])
    said = repr(run)
    assert "2 of 5 organisations" in said
    assert "Set here: cut; 1 value supposed" in said
    assert "1 value supposed" in repr(run.submitted)
    html = run._repr_html_()  # type: ignore[attr-defined]
    assert "<strong>Supposed: RA1, Waits (waits): 1; the return says 2.5.</strong>" in html
    assert "<strong>Set here: cut = 2; the edition has 5.</strong>" in html
    assert "1 note" in said


def test_a_rating_that_is_a_number_and_many_ratings_are_told_in_short(rules: Path, frame: pd.DataFrame) -> None:
    more = "".join(
        f"  r{k}: {{title: R{k}, kind: product, of: [waits, a_half], missing: missing}}\n" for k in range(1, 6)
    )
    text = rules.read_text("utf-8").replace("    headline: true\n", "")
    rules.write_text(text + more + "order: return\n", "utf-8")
    run = nhsrate.rate(frame, rules)
    assert "R1: with a value: 4; none: 1" in repr(run.assessment)
    assert "and 3 more ratings" in repr(run.assessment)
    assert "R1: a number" in repr(run.methodology)
    parsed(run.assessment._repr_html_())  # type: ignore[attr-defined]


def test_a_notebook_shows_the_league_table_in_colour(run: nhsrate.Run) -> None:
    found = parsed(run.assessment._repr_html_())  # type: ignore[attr-defined]
    text = re.sub(r"\s+", " ", " ".join(found.text))
    for said in (
        "Waiting & seeing",
        "North",
        "★★ 2, two stars",
        "no rating: blank",
        "Invented throughout.",
        "† Stars limited",
    ):
        assert said in text
    assert text.index("North") < text.index("East") < text.index("Mid")
    assert "<script>West</script> & Co" in text
    assert "script" not in found.tags
    assert not found.tags & {"img", "link", "iframe", "html", "body"}


def test_a_cell_says_how_many_are_at_each_level_and_why_there_is_a_dash(run: nhsrate.Run) -> None:
    html = run.assessment._repr_html_()  # type: ignore[attr-defined]
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", html))
    assert "Stars: ★★ 2, two stars: 1; ★ 1, one star: 2; ☆ 0, no stars: 1; no rating: 1" in text
    assert f"{NOTHING} no value: Waits is missing: blank." in text


def test_the_names_of_indicators_are_whole() -> None:
    folder = ROOT / "examples" / "scorecards" / "board-scorecard"
    board = nhsrate.rate(folder / "return.csv", folder / "board-scorecard.yaml")
    assert "Waiting more than 52 weeks (%)</th>" in board._repr_html_()  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_a_notebook_shows_needs_nothing_beside_it(path: Path) -> None:
    for record in records(nhsrate.rate(path)):
        html = record._repr_html_()  # type: ignore[attr-defined]
        parsed(html)
        assert not re.search(r"url\(|@import|src=|href=|<script|on\w+=", html)
        rules = html.partition("<style>")[2].partition("</style>")[0]
        outside = [
            rule for rule in re.findall(r"^([.\w][^{]*)\{", rules, re.MULTILINE) if not rule.startswith(".nhsrate")
        ]
        assert outside == []  # it changes nothing of the notebook around it


def test_a_long_table_ends_with_how_many_more_there_are(rules: Path) -> None:
    size = MOST + 5
    frame = pd.DataFrame(
        {
            "code": [f"R{n:03}" for n in range(size)],
            "Waits": range(size),
            "On plan": "yes",
            "Opened": "2024-01-01",
            "Remark": "x",
        }
    )
    html = nhsrate.rate(frame, rules).assessment._repr_html_()  # type: ignore[attr-defined]
    assert html.count('<th scope="row">') == MOST
    assert "And 5 more, which league_table() has." in html
    frame["Waits"] = [*range(MOST - 2), *[900] * 5, 1000, 1001]
    assert re.findall(r'<td class="nr-n">(=?\d+)</td><th', nhsrate.rate(frame, rules).assessment._repr_html_())[-3:] == [  # type: ignore[attr-defined]
        str(MOST - 2), f"={MOST - 1}", f"={MOST - 1}",
    ]  # fmt: skip


def test_a_return_shows_what_was_read_of_each_input(run: nhsrate.Run) -> None:
    html = run.submitted._repr_html_()  # type: ignore[attr-defined]
    row = next(row for row in re.findall(r"<tr>.*?</tr>", html) if "waits" in row)
    assert re.sub("<[^>]*>", " ", row).split() == ["waits", "Waits", "4", "1", "2.5", "12", "C2"]


def test_a_methodology_shows_its_levels_and_what_each_indicator_decides() -> None:
    html = nhsrate.load_methodology("nof-2025-26-q4-mental-health-community")._repr_html_()  # type: ignore[attr-defined]
    assert '<span class="nr-level c-green">① segment 1</span>' in html
    assert "9.1 %" in html


def test_long_lists_of_inputs_are_cut(rules: Path) -> None:
    more = "".join(f"  i{n}: {{type: number, optional: true}}\n" for n in range(MOST))
    all_ = (
        f"  all: {{kind: sum, of: [{', '.join(f'i{n}' for n in range(MOST))}], missing: leave out, published: true}}\n"
    )
    rules.write_text(rules.read_text("utf-8").replace("measures:\n", f"{more}measures:\n{all_}"), "utf-8")
    methodology = nhsrate.load_methodology(rules)
    assert "And 4 more indicators." in methodology._repr_html_()  # type: ignore[attr-defined]
    frame = pd.DataFrame({"code": ["RA1"], "Waits": [1], "On plan": "yes", "Opened": "2024-01-01", "Remark": "x"})
    assert "And 4 more inputs." in nhsrate.read_return(frame, methodology)._repr_html_()  # type: ignore[attr-defined]


def test_neither_the_command_nor_a_run_from_python_brings_pandas() -> None:
    program = "import sys, nhsrate; run = nhsrate.rate('examples/sha-2004.csv'); repr(run); run._repr_html_(); print('pandas' in sys.modules)"
    environment = {"PYTHONPATH": str(Path(nhsrate.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, cwd=ROOT
    )
    assert done.stdout == "False\n"
    program = "import sys\nfrom nhsrate.commands.main import main\ntry:\n    main(['score', 'examples/sha-2004.csv', '-f', 'csv', '-o', '/dev/null'])\nexcept SystemExit:\n    pass\n"
    program += "print([name for name in sys.modules if name.startswith(('pandas', 'jinja2', 'nhsrate.notebook'))])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"

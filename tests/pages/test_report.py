"""`nhsrate report`: what stands on a page, that it is what the csv says, and what it refuses."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from tests.conftest import ROOT

from nhsrate.commands.main import main
from nhsrate.pages.report import Wanted, report, report_folder
from nhsrate.runs.rate import rate
from nhsrate.screen.names import short_names

if TYPE_CHECKING:
    from pathlib import Path

STARS = ROOT / "examples" / "acute-stars-2003-04.xlsx"
OVERSIGHT = ROOT / "examples" / "oversight-q4.csv"
RULES = """\
id: small
title: Small
scales: {lights: [{level: green, colour: green, symbol: "+"}, {level: red, colour: red}], odd: [{level: good}, {level: bad}]}
inputs:
  a: {title: Falls, type: number, polarity: lower}
  b: {title: Waits, type: percent, polarity: higher, optional: true}
  c: {title: Care, type: level, scale: odd, optional: true}
measures:
  a_light: {title: Falls light, kind: thresholds, of: a, scale: lights, levels: [{level: green, at_most: 3}, {level: red, otherwise: true}]}
ratings:
  all:
    {title: Overall, kind: decide, scale: lights, headline: true, rows: [
      {when: {c: bad}, then: red, missing: fails}, {when: {a_light: red, b: "< 50"}, then: red, missing: fails}],
      otherwise: green}
"""


class Page(HTMLParser):
    """The tags of a page, with what they say of themselves."""

    def __init__(self, text: str) -> None:
        """The page of that text."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def call(*words: object) -> Result:
    """One call of the tool."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def stars() -> str:
    """The report of the stars of an invented year, as the command writes it to standard output."""
    result = call("report", STARS, "-o", "-")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_page_stands_for_itself(stars: str) -> None:
    """Nothing from outside, its policy says so, every link leads somewhere, and its headings step down one by one."""
    tags = Page(stars).tags
    names = [tag for tag, _ in tags]
    assert not {"link", "img", "iframe", "object", "embed", "video"} & set(names)
    policy = next(attributes["content"] for tag, attributes in tags if attributes.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")
    assert names.count("script") == 1
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] or "" for tag, attributes in tags if tag in {"a", "use"}]
    assert {link[1:] for link in links if link.startswith("#")} <= {*ids}
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = [attributes for tag, attributes in tags if tag == "svg"]
    assert all(attributes.get("aria-hidden") == "true" for attributes in pictures)


def test_the_same_return_gives_the_same_bytes(stars: str) -> None:
    """No time, no random number, no order of a set is in a page."""
    assert call("report", STARS, "-o", "-").stdout == stars


def test_every_rating_of_the_csv_is_on_the_page(stars: str) -> None:
    """A row of the league table for each organisation, with its code and its stars, and a section of its own."""
    rows = list(csv.DictReader(io.StringIO(call("score", STARS, "-f", "csv").stdout)))
    words = {"3": "three stars", "2": "two stars", "1": "one star", "0": "no stars"}
    assert len(rows) == 60
    for row in rows:
        line = next(
            one for one in stars.splitlines() if one.startswith("<tr data-o=") and f"<td>{row['code']}</td>" in one
        )
        assert words[row["stars"]] in line
        assert f'<h3 id="{row["code"]}" class="name">{row["name"]}</h3>' in stars


def test_the_first_screen_says_how_many_are_at_each_level(stars: str) -> None:
    """The sentence, the bar and its words."""
    assert "Of 60 organisations, 30 are rated three stars and 9 are rated no stars." in stars
    assert (
        'role="img" aria-label="Stars: ★★★ 3, three stars 30, ★★ 2, two stars 14, ★ 1, one star 7, ☆ 0, no stars 9"'
        in stars
    )
    assert "decided by people, not by the rules" in stars
    assert "Rules as far as published" in stars


def test_the_parts_of_a_score_add_up() -> None:
    """What the parts add comes to the score, to the last place that is shown."""
    assessment = rate(OVERSIGHT).assessment
    page = report(assessment, Wanted())
    found = re.findall(r'<table class="bricks">.*?</table>', page, re.DOTALL)
    assert len(found) == sum(not isinstance(cell, str) for cell in assessment.columns["OF5002"])
    for table in found:
        parts = [float(text) for text in re.findall(r'<td class="n">([\d.]+)</td></tr>', table)]
        (total,) = re.findall(r"<strong>([\d.]+)</strong>", table)
        assert len(parts) > 1
        assert sum(parts) == pytest.approx(float(total), abs=0.005 * len(parts) + 0.005)


def test_the_page_of_one_organisation_has_its_cells(tmp_path: Path) -> None:
    """With --only it is that organisation's page, and every figure leads back to its cell."""
    out = tmp_path / "one.html"
    assert call("report", STARS, "--only", "XDD", "-o", out).exit_code == 0
    page = out.read_text("utf-8")
    assert "<h1>Royal Swallowford Hospital NHS Trust: NHS star ratings 2003/04" in page
    assert "Brackenshaw" not in page
    assert 'id="league"' not in page
    assert "<code>Ratings return!" in page
    assert len(page.encode()) < 80_000


def test_a_folder_has_a_page_for_each_and_is_written_anew(tmp_path: Path) -> None:
    """The index leads to every page and to the manual; pages that are no longer made are taken away."""
    folder = tmp_path / "report"
    assert call("report", STARS, "-o", folder).exit_code == 0
    index = (folder / "index.html").read_text("utf-8")
    assert len([*folder.glob("*.html")]) == 62
    linked = {attributes["href"] or "" for tag, attributes in Page(index).tags if tag == "a"}
    assert {link for link in linked if link.endswith(".html")} == {p.name for p in folder.glob("*.html")} - {
        "index.html"
    }
    assert '<a href="index.html">All ratings</a>' in (folder / "XDD.html").read_text("utf-8")
    assert call("report", STARS, "--only", "XDD", "--only", "XWH", "-o", folder).exit_code == 0
    assert {p.name for p in folder.glob("*.html")} == {"index.html", "method.html", "XDD.html", "XWH.html"}


def test_what_a_folder_holds_besides_is_not_overwritten(tmp_path: Path) -> None:
    """A folder with anything else in it is refused, and left as it is."""
    (tmp_path / "index.html").write_text("mine")
    result = call("report", STARS, "-o", tmp_path)
    assert result.exit_code == 1
    assert "holds something else" in result.output
    assert (tmp_path / "index.html").read_text() == "mine"
    assert len([*tmp_path.iterdir()]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "report.pdf"), "let report.pdf end in .html"),
        (("-o", "r.html", "--with", "everything"), '"everything" is none of robustness, headroom, integrity'),
        ((), "Missing option"),
        (("-o", STARS), "would take the place of a file that is read"),
    ],
)
def test_what_is_no_page_is_refused(words: tuple[object, ...], said: str) -> None:
    """A wrong call says what is right."""
    result = call("report", STARS, *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_what_takes_longer_is_added_where_it_is_asked_for(tmp_path: Path) -> None:
    """Chances and intervals, and what would change a rating."""
    out = tmp_path / "r.html"
    assert call("report", OVERSIGHT, "--with", "robustness, headroom", "-o", out).exit_code == 0
    page = out.read_text("utf-8")
    assert "keep their rating in at least nine of ten re-ratings" in page
    assert '<path class="iv"' in page
    assert "What would change it" in page
    assert "There already" in page


def small(tmp_path: Path, rows: str) -> str:
    """The page of some rows under small rules."""
    (tmp_path / "small.yaml").write_text(RULES)
    (tmp_path / "small.csv").write_text(rows)
    result = call("report", tmp_path / "small.csv", "-m", tmp_path / "small.yaml", "-o", "-", "--title", "T <b>")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_texts_of_a_return_are_texts(tmp_path: Path) -> None:
    """A name, a code or a title with signs of markup in it is shown, and does nothing."""
    page = small(tmp_path, 'code,name,a,b,c\nA-1,"<script>alert(1)</script> & Co",1,90,good\n"B/2",B,4,40,bad\n')
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page
    assert "<h1>T &lt;b&gt;</h1>" in page
    assert 'id="A-1"' in page
    assert 'id="organisation-2"' in page  # the other code is no name of a place


def test_bands_of_every_sort_stand_in_the_grid(tmp_path: Path) -> None:
    """A level has its colour, one without a colour a shade, a number the fifth that it lies in, a gap a dash."""
    page = small(tmp_path, "code,name,a,b,c\nA,A,1,90,good\nB,B,4,40,bad\nC,C,2,,good\n")
    grid = re.search(r'<table class="grid">.*?</table>', page, re.DOTALL)
    assert grid is not None
    assert re.findall(r'<td class="g ([\w-]+)"', grid[0]) == [
        "q1", "c-green", "q2", "q1", "c-green", "l-none", "q5", "c-red", "q4",
    ]  # fmt: skip
    assert "Levels that have no colour in the rules are the darker, the worse." in page
    assert "the fifth of the organisations" in page


def test_a_rating_that_is_missing_says_why(tmp_path: Path) -> None:
    """No colour, and the reason in words."""
    rules = RULES.replace(
        "kind: decide,", "kind: decide, only_when: {when: {a: '>= 0'}, because: falls are not known, missing: fails},"
    )
    (tmp_path / "small.yaml").write_text(rules)
    (tmp_path / "r.csv").write_text("code,name,a,b,c\nA,A,1,90,good\nB,B,,40,\n")
    page = call("report", tmp_path / "r.csv", "-m", tmp_path / "small.yaml", "-o", "-").stdout
    assert 'class="level l-none long">no rating: ' in page
    assert "<b>no rating</b> 1" in page


def test_names_are_shortened_where_they_stay_apart() -> None:
    """What many end in is left out, unless two would become alike or nothing would be left."""
    names = ["Ash NHS Trust", "Ash NHS Foundation Trust", "Elm NHS Trust", "NHS Trust", "Oak NHS Foundation Trust"]
    assert short_names(names) == ["Ash NHS Trust", "Ash NHS Foundation Trust", "Elm", "NHS Trust", "Oak"]
    assert short_names(["One", "Two"]) == ["One", "Two"]


def test_the_name_of_an_indicator_is_never_cut() -> None:
    """Its last words are what it counts, and many share them."""
    folder = ROOT / "examples" / "scorecards" / "board-scorecard"
    page = report(rate(folder / "return.csv", folder / "board-scorecard.yaml").assessment, Wanted())
    assert "Seen in A&amp;E within four hours (%)" in page.partition("</table>")[0]


def test_what_is_supposed_is_said_first_and_at_its_figure(tmp_path: Path) -> None:
    """Above the table, and beside the figure, with what the return says."""
    (tmp_path / "small.yaml").write_text(RULES)
    (tmp_path / "small.csv").write_text("code,name,a,b,c\nA,A,1,90,good\nB,B,4,40,bad\n")
    words = ("-m", tmp_path / "small.yaml", "--suppose", "B.a=2", "-o", "-")
    page = call("report", tmp_path / "small.csv", *words).stdout
    assert "<strong>Supposed: B, Falls (a): 2; the return says 4.</strong>" in page
    assert "<small>supposed; the return says 4" in page


def test_what_changed_and_what_leans_on_a_cut_can_be_added(tmp_path: Path) -> None:
    """Since another return, with the causes; and who is within a unit of a cut."""
    old, out = tmp_path / "before.csv", tmp_path / "r.html"
    text = OVERSIGHT.read_text("utf-8")
    lines = text.splitlines()
    code = lines[1].split(",")[0]
    place = lines[0].split(",").index("OF0061_rank")
    cells = lines[1].split(",")
    cells[place] = "1" if cells[place] != "1" else "60"
    old.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    assert call("report", OVERSIGHT, "--with", f"integrity,compare={old}", "-o", out).exit_code == 0
    page = out.read_text("utf-8")
    assert "What leans on a cut" in page
    assert "is no accusation" in page
    assert "moved since before.csv" in page
    assert "Its score changed by" in page
    assert call("report", OVERSIGHT, "--only", code, "--with", f"compare={old}", "-o", out).exit_code == 0
    assert "It was segment" in out.read_text("utf-8")
    assert call("report", OVERSIGHT, "--with", "compare", "-o", out).exit_code == 2
    same = call("report", OVERSIGHT, "--only", code, "--with", f"compare={old}@nof-2025-26-q4-m", "-o", "-")
    assert same.stdout == out.read_text("utf-8")
    other = call("report", OVERSIGHT, "--only", code, "--with", f"compare={old}@nof-2025-26-q3-m", "-o", "-")
    assert "OF1067" in other.stderr  # which that quarter reads, and this return has not


def test_rows_that_are_indicators_have_no_column_in_common() -> None:
    """A waiting time and a number of falls are not laid side by side."""
    folder = ROOT / "examples" / "scorecards" / "board-scorecard"
    page = call("report", folder / "return.csv", "-m", folder / "board-scorecard.yaml", "-o", "-").stdout
    assert "How the values lie" not in page
    assert 'class="grid"' not in page
    assert "Each indicator" in page


def test_a_report_of_a_published_quarter_is_small(backtest_data: Path) -> None:
    """The league, the grid and the distributions of 61 trusts below 150 KB, with all sections 1 MB, one alone 80 KB."""
    published = backtest_data / "nof-2025-26" / "return-q4.xlsx"
    assessment = rate(published, "nof-2025-26-q4-mental-health-community").assessment
    pages = dict(report_folder(assessment, Wanted(), ""))
    assert len(pages["index.html"].encode()) < 150_000
    assert len(report(assessment, Wanted()).encode()) < 1_000_000
    assert max(len(page.encode()) for name, page in pages.items() if name != "index.html") < 80_000


@pytest.mark.slow
def test_a_league_of_thousands_is_small_enough_to_send(backtest_data: Path) -> None:
    """4,566 hospitals: the table alone, below 2.5 MB."""
    published = backtest_data / "cms-stars" / "input-2025.csv"
    page = report(rate(published, "cms-hospital-stars-2025").assessment, Wanted())
    assert len(page.encode()) < 2_500_000
    assert page.count("<tr data-o=") > 4_500


def test_the_first_screen_of_a_table_with_gaps(tmp_path: Path) -> None:
    """Those without a rating are counted, a level of few has no words in the bar, and codes alone stand once."""
    rows = "".join(f"A{k},A{k},{k % 3},90,good\n" for k in range(30))
    page = small(tmp_path, f"code,name,a,b,c\n{rows}B,B,4,40,bad\n")
    assert "Of 31 organisations, 30 are rated green and 1 is rated red." in page
    assert "have no rating" not in page
    assert re.search(r'class="c-red" style="width:[0-9.]+%"></span>', page)
    assert '<th scope="col">Code</th>' not in page
    assert "<strong>93</strong> values, none of them missing" in page
    page = small(tmp_path, f"code,name,a,b,c\n{rows}B,Bee,4,40,\nC,Cee,,90,\nD,Dee,,90,\n")
    assert '<th scope="col">Code</th>' in page
    assert "1 are rated" not in page


def test_who_has_no_rating_is_counted_first_of_all(tmp_path: Path) -> None:
    gate = "kind: decide, only_when: {when: {a: '>= 0'}, because: falls are not known, missing: fails},"
    (tmp_path / "small.yaml").write_text(RULES.replace("kind: decide,", gate))
    (tmp_path / "r.csv").write_text("code,name,a,b,c\nA,A,1,90,good\nB,B,,40,\nC,C,,40,\n")
    page = call("report", tmp_path / "r.csv", "-m", tmp_path / "small.yaml", "-o", "-").stdout
    assert "All of 3 organisations are rated" not in page
    assert "1 of 3 organisations are rated green. 2 have no rating." in page


def test_many_indicators_stand_in_several_grids(tmp_path: Path) -> None:
    """Each of them is as wide as paper, has the names of all, and is named by what it holds."""
    names = [f"i{k}" for k in range(20)]
    inputs = "".join(f"  {name}: {{title: Part {name}, type: number, polarity: higher}}\n" for name in names)
    measures = "".join(f"  s_{name}: {{kind: min-max, of: {name}, over: everyone}}\n" for name in names)
    of = ", ".join(f"s_{name}" for name in names)
    (tmp_path / "many.yaml").write_text(
        f"id: many\ntitle: Many\nstatus: illustrative\ninputs:\n{inputs}measures:\n{measures}ratings:\n"
        f"  all: {{kind: mean, of: [{of}], headline: true, missing: refuse}}\n"
    )
    (tmp_path / "r.csv").write_text(f"code,{','.join(names)}\nA,{'1,' * 19}1\nB,{'2,' * 19}2\n")
    page = call("report", tmp_path / "r.csv", "-m", tmp_path / "many.yaml", "-o", "-").stdout
    assert page.count('<table class="grid">') == 2
    assert 'aria-label="Organisations by indicators, 11 to 20 of 20"' in page
    grids = re.findall(r'<table class="grid">.*?</table>', page, re.DOTALL)
    heads = [re.findall(r'<th scope="col">(.*?)</th>', grid) for grid in grids]
    assert [one[2:] for one in heads] == [[f"Part i{k}" for k in range(10)], [f"Part i{k}" for k in range(10, 20)]]


def test_yes_is_no_better_than_no(tmp_path: Path) -> None:
    """Nobody has said that it is: it has no shade, which the legend would call the worse."""
    rules = RULES.replace("c: {title: Care, type: level, scale: odd, optional: true}", "c: {title: Care, type: yes/no}")
    (tmp_path / "small.yaml").write_text(rules.replace("c: bad", "c: no").replace("  odd:", "  even:"))
    (tmp_path / "r.csv").write_text("code,name,a,b,c\nA,A,1,90,yes\nB,B,4,40,no\n")
    page = call("report", tmp_path / "r.csv", "-m", tmp_path / "small.yaml", "-o", "-").stdout
    assert '<td class="g l-none" title="yes">yes</td>' in page
    assert "Levels that have no colour" not in page


def test_a_board_reads_no_names_of_figures() -> None:
    """The number stands in the sentence, and the line of the rule, at which the name stands, behind it."""
    page = call("report", ROOT / "examples" / "oversight-q4.csv", "--only", "XKB", "-o", "-").stdout
    assert "<li>Average metric score is 1.38, at most 2.02 (line 391).</li>" in page

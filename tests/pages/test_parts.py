"""What stands on a page under every sort of method: numbers, gaps, parts that add up and parts that do not."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.support.rules import rate

from nhsrate.analysis.robustness import Sureness, robustness
from nhsrate.analysis.search import Unreported
from nhsrate.analysis.sources import parse_vary
from nhsrate.commands.main import main
from nhsrate.core.numbers import Day
from nhsrate.pages import report as module
from nhsrate.pages.league import percent, sure_of
from nhsrate.pages.pictures import Axis, brief
from nhsrate.pages.report import Wanted, report
from nhsrate.pages.section import anchors_of, moved_lines, unreported

NUMBERS = """\
inputs: {a: {type: number}, b: {type: number, polarity: lower}, kind: {type: text, optional: true}}
measures: {both: {kind: weighted-mean, of: {a: 3, b: 1}, missing: leave out, polarity: higher}}
ratings:
  points: {title: Points, kind: first-available, of: [both], headline: true, polarity: higher}
"""


def test_a_rating_in_numbers_has_no_levels_to_count() -> None:
    """The sentence counts values, the bar is left out, and the number stands in the table; weights are shown."""
    page = report(rate(NUMBERS, a="1 3 -", b="2 2 -"), Wanted())
    assert "2 of 3 organisations have a value of Points." in page
    assert '<div class="bar"' not in page
    assert 'data-k="0">1.25</td>' in page
    assert ">Weight</th>" in page
    assert "75 %" in page


def test_chances_without_places_are_told_in_words() -> None:
    """Where the method has no place, the interval is a dash."""
    rated = rate(LEVELS, a="1 2 3", b="1 2 3")
    found = robustness([rated], [parse_vary("weights=25%")], draws=20, seed=1)
    page = report(rated, Wanted(robustness=found))
    assert "Chances: " in page
    assert [percent(share) for share in (1, 0, 0.999, 0.001, 0.5)] == ["100 %", "0 %", "> 99 %", "< 1 %", "50 %"]


LEVELS = """\
scales: {lights: [{level: green, number: 3, colour: green}, {level: red, number: 1, colour: red}]}
inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher, optional: true}}
measures:
  a_light: {kind: thresholds, of: a, scale: lights, domain: true, levels: [{level: green, at_least: 2}, {level: red, otherwise: true}]}
  b_light: {kind: thresholds, of: b, scale: lights, levels: [{level: green, at_least: 2}, {level: red, otherwise: true}]}
  b_score: {kind: first-available, of: [b], domain: true, coloured_by: b_light}
  mean: {kind: mean, of: [a_light, b_light], missing: leave out, polarity: higher}
ratings:
  light: {kind: thresholds, of: mean, scale: lights, headline: true, polarity: higher, levels: [{level: green, at_least: 2}, {level: red, otherwise: true}]}
"""


def test_levels_that_count_as_numbers_add_up_to_a_score() -> None:
    """A part that is a level has its number as what it adds; a domain may be a level, a number, or a gap."""
    page = report(rate(LEVELS, a="3 1 3", b="1 1 -"), Wanted())
    table = re.findall(r'<table class="bricks">.*?</table>', page, re.DOTALL)[0]
    assert re.findall(r'<td class="n">([\d.]+)</td></tr>', table) == ["1.50", "0.50"]
    assert 'title="blank"><span class="level l-none">' in page
    assert '<span class="level c-green">● green</span>' in page


def test_all_at_one_level_is_said_so() -> None:
    """All of them, or so many of them."""
    assert "All of 2 organisations are rated green." in report(rate(LEVELS, a="3 3", b="3 3"), Wanted())
    gate = LEVELS.replace(
        "kind: thresholds, of: mean",
        "kind: thresholds, only_when: {when: {a: '> 2'}, because: few, missing: fails}, of: mean",
    )
    page = report(rate(gate, a="3 1", b="3 3"), Wanted())
    assert "1 of 2 organisations are rated green." in page
    assert "no rating: few" in page


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("{kind: geometric-mean, of: [a, b], missing: leave out, polarity: higher}", False),
        ("{kind: weighted-mean, of: {a: 0, b: 1}, missing: leave out, polarity: higher}", True),
        ("{kind: mean, of: [a, b], missing: leave out}", True),
    ],
)
def test_parts_are_shown_where_they_add_up(rule: str, *, shown: bool) -> None:
    """A geometric mean is no sum of parts."""
    rules = f"inputs: {{a: {{type: number}}, b: {{type: number}}}}\nmeasures: {{m: {rule}}}\nratings: {{s: {{kind: first-available, of: [m], headline: true}}}}\n"
    page = report(rate(rules, a="2 8 1", b="8 8 -"), Wanted())
    assert ('<table class="bricks">' in page) == shown


def test_what_pulls_is_said_where_parts_differ() -> None:
    """Not of one part alone, and not of parts that are alike."""
    rules = LEVELS.replace("[a_light, b_light]", "[a, b]")
    page = report(rate(rules, a="1 2 3", b="3 2 -"), Wanted())
    assert page.count("pulls it down most") == 1
    assert "a (1) pulls it down most; b (3) holds it up most." in page


def test_codes_are_anchors_of_their_own() -> None:
    """Whatever they are: two that differ in case alone, or that are the name of another page."""
    rated = rate(LEVELS, a="1 1 1 1", b="1 1 1 1")
    for n, code in enumerate(("index", "a", "A", "a b")):
        object.__setattr__(rated.organisations[n], "code", code)
    found = anchors_of(rated, range(4))
    assert len({one.casefold() for one in found.values()} - {"index", "method"}) == 4
    assert found[1] == "a"


def test_no_organisation_has_the_anchor_of_a_part_of_the_page() -> None:
    """A code may be any word: also one that the template uses, or of which Windows can make no file."""
    templates = Path(module.__file__).parent / "templates"
    fixed = re.findall(r' id="([^"{]+)"', (templates / "report.html").read_text("utf-8"))
    assert {"league", "grid", "organisations", "method"} <= {*fixed}
    codes = [*fixed, "s0", "S12", "CON", "nul", "Com1", "lpt9"]
    rated = rate(LEVELS, a=" ".join("1" * len(codes)), b=" ".join("1" * len(codes)))
    for n, code in enumerate(codes):
        object.__setattr__(rated.organisations[n], "code", code)
    found = anchors_of(rated, range(len(codes)))
    assert not {one.casefold() for one in found.values()} & {one.casefold() for one in codes}
    ids = re.findall(r' id="([^"]+)"', report(rated, Wanted()))
    assert len(ids) == len({*ids})


def test_a_method_that_would_refuse_to_do_without_is_said() -> None:
    """And nothing is said of an organisation that was not there before."""
    assert unreported(Unreported("a", "Falls", ("a",), None)) == "Without Falls the method would refuse to rate."
    assert moved_lines(None) == ()


def test_more_than_fit_on_a_page_have_their_table_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said where their pages can be had; headroom is told of those who have a level."""
    monkeypatch.setattr(module, "WHOLE", 1)
    (tmp_path / "m.yaml").write_text(
        f"id: m\ntitle: M\n{LEVELS.replace('b: {type: number, polarity: higher, optional: true}', 'b: {type: number, polarity: higher, optional: true}')}"
    )
    (tmp_path / "r.csv").write_text("code,name,a,b\nX,Ash,1,3\nY,Elm,3,1\n")
    words = ["report", str(tmp_path / "r.csv"), "-m", str(tmp_path / "m.yaml"), "-o", str(tmp_path / "r.html")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "2 organisations: the page has their table. -o FOLDER gives each its page." in result.stderr
    assert CliRunner().invoke(main, [*words, "--quiet"]).output == ""
    page = (tmp_path / "r.html").read_text("utf-8")
    assert 'class="grid"' not in page
    assert '<section class="one"' not in page
    gate = LEVELS.replace(
        "kind: thresholds, of: mean",
        "kind: thresholds, only_when: {when: {a: '> 2'}, because: few, missing: fails}, of: mean",
    )
    (tmp_path / "m.yaml").write_text(f"id: m\ntitle: M\n{gate}")
    assert CliRunner().invoke(main, [*words, "--with", "headroom"]).exit_code == 0


MIXED = """\
scales: {lights: [{level: green, colour: green}, {level: red, colour: red}]}
inputs:
  a: {type: number, polarity: higher}
  b: {type: number, polarity: higher, optional: true}
  kind: {type: text, optional: true}
measures:
  b_light: {kind: thresholds, of: b, scale: lights, levels: [{level: green, at_least: 2}, {level: red, otherwise: true}]}
  b_score: {kind: first-available, of: [b], coloured_by: b_light}
  plain: {kind: first-available, of: [a], domain: true}
  mean: {kind: mean, of: [a, b_score], missing: leave out, polarity: higher}
ratings:
  light:
    {kind: decide, scale: lights, headline: true, rows: [
      {when: {mean: ">= 2", kind: acute}, then: green, missing: fails}], otherwise: red}
"""


def test_a_part_has_the_colour_that_the_rules_give_it() -> None:
    """A number in the colour of a level, a domain without one, and a text that is no indicator."""
    page = report(rate(MIXED, a="2 2 1", b="2 2 -", kind="acute other -"), Wanted())
    grid = re.search(r'<table class="grid">.*?</table>', page, re.DOTALL)
    assert grid is not None
    assert re.findall(r'<th scope="col">([^<]*)</th>', grid[0]) == ["Organisation", "Rating", "a", "b_score"]
    assert 'class="g c-green" title="● green">● 2</td>' in grid[0]
    assert "kind" not in grid[0]
    assert '<td class="n">2</td>' in page


def test_a_score_that_came_as_published_is_not_taken_apart() -> None:
    """It is not what its parts add up to; nor is one whose parts that are there weigh nothing."""
    rules = NUMBERS.replace(
        "missing: leave out, polarity: higher}}", "missing: leave out, polarity: higher, given_as: [both]}}"
    )
    assert '<table class="bricks">' not in report(rate(rules, a="1", b="2", both="9"), Wanted())
    weightless = NUMBERS.replace("{a: 3, b: 1}, missing: leave out", "{a: 0, b: 1}, missing: {count as: 4}")
    assert '<table class="bricks">' not in report(rate(weightless, a="1", b="-"), Wanted())


def test_a_place_that_is_not_known_is_a_dash() -> None:
    """The chance is told all the same."""
    bare = Sureness(0, "green", None, None, None, None, {"green": 0.5}, 0.5, 0.5, "")
    found = sure_of(bare, Axis(1, 3))
    assert (found.interval, found.chance, found.dot) == ("\N{EN DASH}", "50 %", "")


def test_a_text_that_a_rule_goes_by_is_no_value_to_lay_out() -> None:
    """Below an indicator there may be a text; it has no distribution."""
    rules = MIXED.replace(
        "plain: {kind: first-available, of: [a], domain: true}",
        "plain: {kind: lookup, of: kind, table: {acute: 1, other: 2}}",
    ).replace("of: [a, b_score]", "of: [plain, b_score]")
    page = report(rate(rules, a="2 2 1", b="2 2 -", kind="acute other -"), Wanted())
    assert '<table class="spreads">' in page


def test_what_did_not_move_is_said_without_causes() -> None:
    """A rating that stayed, with and without a score behind it."""
    from tests.analysis.test_change import ALONE, ends

    from nhsrate.analysis.change import changed

    still = changed(*ends(rate(ALONE, a="4 1", b="4 1"), rate(ALONE, a="4 1", b="4 1"))).organisations[0]
    gone = changed(*ends(rate(ALONE, a="4 1", b="4 1"), rate(ALONE, a="- 1", b="- 1"))).organisations[0]
    assert moved_lines(gone) == ("It was green and is none (none of its parts is there).",)
    moved = changed(*ends(rate(ALONE, a="4 1", b="4 1"), rate(ALONE, a="1 1", b="1 1"))).organisations[0]
    assert moved_lines(moved)[1] == "In levels: its own values -2."
    assert moved_lines(still) == ("It was green and is green.", "Its score changed by +0: nothing.")


DIVIDED = """\
scales: {lights: [{level: green, colour: green}, {level: red, colour: red}]}
inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher, optional: true}}
measures:
  third: {title: A third, kind: ratio, of: a, to: three, polarity: higher}
  seventh: {title: A seventh, kind: ratio, of: b, to: seven, polarity: higher, shown: 2, domain: true}
  three: {kind: constant, value: 3}
  seven: {kind: constant, value: 7}
  both: {kind: mean, of: [third, seventh], missing: leave out}
ratings:
  colour: {title: Colour, kind: thresholds, of: both, scale: lights, headline: true, levels: [{level: green, at_least: 1}, {level: red, otherwise: true}]}
"""


def test_the_grid_shortens_what_nobody_gave_places() -> None:
    """A third of 10 has no end; what is shown at two places has them; each section has the number whole."""
    page = report(rate(DIVIDED, a="10 6", b="60 7"), Wanted())
    grid = page[page.index('id="grid"') : page.index('id="spread"')]
    cells = re.findall(r'<td class="g [^>]*>([^<]*)</td>', grid)
    assert cells == ["● 3.33", "● 8.57", "● 2", "● 1.00"]
    assert "Long numbers are shortened to three digits." in grid
    assert "3.33333333333" in page[page.index('id="organisations"') :]
    assert "Long numbers" not in report(rate(DIVIDED, a="9 6", b="60 7"), Wanted())


def test_why_a_domain_has_no_score_is_numbered_where_it_lacks() -> None:
    """A note below the table that no row points to would say nothing; the rating has its own reason in full."""
    page = report(rate(DIVIDED, a="10 6", b="60 -"), Wanted())
    table = page[page.index('id="league"') : page.index('id="grid"')]
    assert table.count("[1]") == 2
    assert '<p class="soft">[1] no value: ' in table
    silent = report(rate(DIVIDED, a="- -", b="- -"), Wanted())
    assert "No organisation has a value of Colour." in silent


def test_the_ends_of_a_distribution_are_told_in_few_digits() -> None:
    """Whole numbers stay whole, short ones as they are, and days are days."""
    given = ("23.1428571428571", "0.000123456789", "1234567.891", "-2.5", "0", "10.00")
    told = ("23.1429", "0.000123457", "1234568", "-2.5", "0", "10.00")
    assert tuple(str(brief(Decimal(one))) for one in given) == told
    assert brief(Day(738000)) == Day(738000)

"""Why ratings changed: published vectors, causes that add up on generated methods, and what is said."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import isfinite
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.support.rules import method, rate

from nhsrate.analysis import change as module
from nhsrate.analysis import corners as corner_module
from nhsrate.analysis import planned
from nhsrate.analysis.change import between, changed
from nhsrate.analysis.corners import Corners, Side
from nhsrate.analysis.planned import NotPlanned
from nhsrate.analysis.shapley import CAUSES, owen
from nhsrate.commands.main import main
from nhsrate.core.cells import Level
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.pages.section import moved_lines
from nhsrate.plan.plan import Plan
from nhsrate.reports.change import change_json, change_text
from nhsrate.returns.model import Override
from nhsrate.runs.request import requested

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.analysis.change import Changed
    from nhsrate.analysis.shapley import State
    from nhsrate.engine.assessment import Assessment


def sides(old: Path, new: Path, old_method: str, new_method: str) -> tuple[Side, Side]:
    """Two ends, as the command makes them."""
    before, after, _ = between(requested(old, old_method), requested(new, new_method))
    return before, after


QUARTERS = [("q1", "q2"), ("q2", "q3"), ("q3", "q4"), ("q1", "q4")]
OVERSIGHT = "nof-2025-26-{}-mental-health-community"


@pytest.mark.parametrize(("before", "after"), QUARTERS)
def test_both_ends_are_what_was_published_and_the_parts_add_up(backtest_data: Path, before: str, after: str) -> None:
    """Each pair of quarters of the NHS Oversight Framework, every trust in both."""
    folder = backtest_data / "nof-2025-26"
    published = {}
    for quarter in (before, after):
        with (folder / f"published-{quarter}.csv").open(encoding="utf-8", newline="") as stream:
            published[quarter] = {row["Trust_code"]: row for row in csv.DictReader(stream)}
    found = changed(*sides(folder / f"return-{before}.xlsx", folder / f"return-{after}.xlsx",
                           OVERSIGHT.format(before), OVERSIGHT.format(after)))  # fmt: skip
    assert len(found.organisations) >= 59
    for one in found.organisations:
        assert Decimal(str(one.before)) == Decimal(published[before][one.code]["OF5000"])
        assert Decimal(str(one.after)) == Decimal(published[after][one.code]["OF5000"])
        assert one.causes is not None, one.why_not
        assert sum(one.causes.values()) == one.levels
        assert one.causes["others"] == one.causes["decisions"] == 0


@pytest.mark.slow
def test_three_hospitals_whose_corners_were_worked_out_elsewhere(backtest_data: Path) -> None:
    """Hospital stars 2023 to 2025: own, others and rules; own is values and coverage together."""
    folder = backtest_data / "cms-stars"
    ends = sides(
        folder / "input-2023.csv", folder / "input-2025.csv", "cms-hospital-stars-2023", "cms-hospital-stars-2025"
    )
    wanted = {
        "010016": ("4", "2", Fraction(-3, 2), Fraction(-1, 2), Fraction(0)),
        "010045": ("4", "2", Fraction(-5, 6), Fraction(-5, 6), Fraction(-1, 3)),
        "010061": ("1", "3", Fraction(3, 2), Fraction(1, 2), Fraction(0)),
    }
    found = changed(*ends, [*wanted])
    for one in found.organisations:
        assert one.causes is not None
        own = one.causes["own_values"] + one.causes["own_coverage"]
        assert (str(one.before), str(one.after), own, one.causes["others"], one.causes["rules"]) == wanted[one.code]
        assert one.score_causes is not None
        assert one.score is not None
        assert float(sum(one.score_causes.values())) == pytest.approx(float(one.score), abs=1e-12)
        assert one.inputs


@given(st.dictionaries(st.frozensets(st.integers(0, 4)), st.integers(-3, 3)))
def test_the_parts_are_the_average_over_every_order_with_own_together(worth: dict[frozenset[int], int]) -> None:
    """Written as orders: of the four causes, and of the two parts of own within its place."""

    def value(state: State) -> Fraction:
        return Fraction(worth.get(frozenset(k for k, on in enumerate(state) if on), 0))

    wanted = dict.fromkeys(CAUSES, Fraction(0))
    orders = [
        [k for union in unions for k in union]
        for own in permutations((0, 1))
        for unions in permutations((own, (2,), (3,), (4,)))
    ]
    for order in orders:
        on: set[int] = set()
        for k in order:
            before = value(tuple(j in on for j in range(5)))  # type: ignore[arg-type]
            on.add(k)
            after = value(tuple(j in on for j in range(5)))  # type: ignore[arg-type]
            wanted[CAUSES[k]] += (after - before) / len(orders)
    found = owen(value, frozenset(CAUSES))
    assert found == wanted
    assert sum(found.values()) == value((True,) * 5) - value((False,) * 5)


RULES = """\
scales: {lights: [{level: green, number: 3}, {level: amber, number: 2}, {level: red, number: 1}]}
inputs:
  a: {type: number, polarity: higher, optional: true}
  b: {type: number, polarity: higher, optional: true}
measures:
  place: {kind: rank-spread, of: a, best: 4, worst: 1}
  score: {kind: mean, of: [place, b], missing: leave out, polarity: higher}
ratings:
  light:
    kind: thresholds
    of: score
    scale: lights
    headline: true
    polarity: higher
    levels: [{level: green, at_least: 3}, {level: amber, at_least: 2}, {level: red, otherwise: true}]
"""
HARDER = RULES.replace("at_least: 3}", "at_least: 3.5}")
ALONE = RULES.replace("{kind: rank-spread, of: a, best: 4, worst: 1}", "{kind: first-available, of: [a]}")


def ends(
    old: Assessment, new: Assessment, *, decided: tuple[tuple[Override, ...], tuple[Override, ...]] = ((), ())
) -> tuple[Side, Side]:
    """Two ends whose returns are the same under both methods."""
    returns = [replace(one.submitted, overrides=own) for one, own in zip((old, new), decided, strict=True)]
    return Side(old, (returns[0], returns[0])), Side(new, (returns[1], returns[1]))


CELLS = st.lists(st.sampled_from(["-", "1", "2", "3", "4"]), min_size=4, max_size=4)


@given(CELLS, CELLS, CELLS, CELLS, st.booleans(), st.booleans())
def test_parts_add_up_and_what_did_not_change_gets_nothing(
    a: list[str],
    b: list[str],
    c: list[str],
    d: list[str],
    harder: bool,  # noqa: FBT001 (drawn)
    alone: bool,  # noqa: FBT001 (drawn)
) -> None:
    """On values that come and go, under rules that change or stay, whether others count or not."""
    rules = ALONE if alone else RULES
    old = rate(rules, a=" ".join(a), b=" ".join(b))
    new = rate(rules.replace("at_least: 3}", "at_least: 3.5}") if harder else rules, a=" ".join(c), b=" ".join(d))
    new = replace(new, methodology=replace(new.methodology, digest="harder" if harder else old.methodology.digest))
    for one in changed(*ends(old, new)).organisations:
        n = ord(one.code) - 65
        if one.causes is None:
            assert not (isinstance(one.before, Level) and isinstance(one.after, Level)) or "no level" in one.why_not
            continue
        assert sum(one.causes.values()) == one.levels
        assert one.causes["decisions"] == 0
        assert harder or one.causes["rules"] == 0
        assert not alone or one.causes["others"] == 0
        if (a[n], b[n]) == (c[n], d[n]):
            assert one.causes["own_values"] == one.causes["own_coverage"] == 0
        if [cell == "-" for cell in (a[n], b[n])] == [cell == "-" for cell in (c[n], d[n])]:
            assert one.causes["own_coverage"] == 0
        if one.score_causes is not None and one.score is not None:
            assert sum(one.score_causes.values()) == Fraction(one.score)


def test_the_order_of_organisations_changes_nothing() -> None:
    """The same causes, whichever row stands first at either end."""
    old, new = rate(RULES, a="1 2 3", b="4 3 2"), rate(RULES, a="3 2 1", b="2 2 4")
    turned = rate(RULES, a="1 2 3", b="4 2 2", names=["A", "B", "C"])
    organisations = tuple(reversed(turned.organisations))
    turned = replace(turned, submitted=replace(turned.submitted, organisations=organisations))
    there = {one.code: one.causes for one in changed(*ends(old, new)).organisations}
    again = {one.code: one.causes for one in changed(*ends(old, turned)).organisations}
    assert there == again


def decision(code: str, level: str) -> Override:
    """What people decided of one organisation."""
    return Override(code, "light", level, "the board", "2026-11-28", "a visit", CellLocation("return.csv"))


def test_a_decision_is_a_cause_of_its_own() -> None:
    """Where nothing else changed, it is all of the move."""
    taken = (decision("A", "red"),)
    old = rate(ALONE, a="4 1", b="4 1")
    new = rate(ALONE, a="4 1", b="4 1", overrides=taken)
    one, other = changed(*ends(old, new, decided=((), taken))).organisations
    assert (str(one.before), str(one.after)) == ("green", "red")
    assert one.causes == dict.fromkeys(CAUSES, Fraction(0)) | {"decisions": Fraction(-2)}
    assert other.causes == dict.fromkeys(CAUSES, Fraction(0))


def test_where_everything_changed_at_once_the_parts_still_add_up() -> None:
    """Values, coverage, others, rules and a decision."""
    taken = (decision("A", "red"),)
    old = rate(RULES, a="4 1 2", b="- 1 3")
    new = rate(HARDER, a="3 4 1", b="4 2 3", overrides=taken)
    new = replace(new, methodology=replace(new.methodology, digest="harder"))
    one = changed(*ends(old, new, decided=((), taken))).organisations[0]
    assert one.causes is not None
    assert sum(one.causes.values()) == one.levels == -2
    assert one.causes["decisions"] < 0


def test_which_inputs_moved_it_is_told_for_those_who_are_asked_about() -> None:
    """Each put back alone: what its change gave in levels and in the score."""
    found = changed(*ends(rate(ALONE, a="4 1", b="4 1"), rate(ALONE, a="1 1", b="4 1")), ["A"])
    (one,) = found.organisations
    assert [(put.input, put.levels, put.score) for put in one.inputs] == [("a", -1, -1.5)]
    text = change_text(found, detail=True)
    assert "a 4 to 1: gave -1 level, score -1.5" in text
    assert "levels: its own values -1" in text
    said = json.loads(change_json(found))["organisations"][0]
    assert said["causes"]["own_values"] == "-1"
    assert said["inputs"][0] == {"input": "a", "title": "a", "from": "4", "to": "1", "levels": -1, "score": -1.5}


@given(CELLS, CELLS, CELLS, CELLS)
def test_which_inputs_moved_everybody_is_what_each_is_told_who_asks_alone(
    a: list[str], b: list[str], c: list[str], d: list[str]
) -> None:
    """Put back for all at once, where nobody's rating rests on others; where it does, it is said that none is told."""
    for rules, told in ((ALONE, True), (RULES, False)):
        old, new = rate(rules, a=" ".join(a), b=" ".join(b)), rate(rules, a=" ".join(c), b=" ".join(d))
        together = changed(*ends(old, new))
        assert json.loads(change_json(together))["inputs_told"] is told
        for one in together.organisations:
            (alone,) = changed(*ends(old, new), [one.code]).organisations
            assert one.inputs == (alone.inputs if told else ())
            assert all(put.score is None or isfinite(put.score) for put in alone.inputs)


def test_which_inputs_moved_everybody_is_told_in_a_line() -> None:
    """Those alone whose change gave levels; with all else as after, as a rating made by hand gives it."""
    old, new = rate(ALONE, a="4 1 2", b="4 1 2"), rate(ALONE, a="1 1 2", b="3 1 2.1")
    assert str(rate(ALONE, a="4", b="3").columns["light"][0]) == "green"
    assert str(rate(ALONE, a="1", b="4").columns["light"][0]) == "amber"
    text = change_text(changed(*ends(old, new)))
    assert "  each input alone, all else as after: a gave -1\n" in text
    assert "Had one alone" not in text


def test_who_else_came_or_went_is_not_told_of_one() -> None:
    """Only of those who are asked about, in text and in json."""
    three, two = rate(ALONE, a="4 1 2", b="4 1 2"), rate(ALONE, a="4 1", b="4 1")
    for old, new, key in ((two, three, "came"), (three, two, "went")):
        assert json.loads(change_json(changed(*ends(old, new))))[key] == ["C"]
        assert json.loads(change_json(changed(*ends(old, new), ["A"])))[key] == []
    assert "Only after: C." in change_text(changed(*ends(two, three), ["C"]), detail=True)
    assert "Only" not in change_text(changed(*ends(two, three), ["A"]), detail=True)


def test_a_level_that_is_called_none_is_a_level() -> None:
    """And those without a rating are told apart from it, in the table and in json."""
    rules = ALONE.replace("red", "none").replace("missing: leave out", "missing: {leave out: 2}")
    found = changed(*ends(rate(rules, a="4 1 1", b="4 1 1"), rate(rules, a="1 1 -", b="1 - 1")))
    moves = {(one["from"], one["to"]): one["count"] for one in json.loads(change_json(found))["moves"]}
    assert moves == {("green", "none"): 1, ("none", None): 2}
    heading = next(line for line in change_text(found).splitlines() if "amber  " in line)
    assert heading.split() == ["green", "amber", "none", "no", "rating"]


def test_levels_of_long_names_are_listed_where_a_table_would_be_too_wide() -> None:
    """In 80 columns, from and to, best first, with how many."""
    rules = ALONE
    for name in ("green", "amber", "red"):
        rules = rules.replace(name, f"{name} in every respect that matters")
    old, new = rate(rules, a="4 1 2", b="4 1 2"), rate(rules, a="1 1 2", b="1 1 2")
    text = change_text(changed(*ends(old, new)))
    assert "  1  green in every respect that matters to red in every respect that matters\n" in text
    assert text.index("green in every") < text.index("1  amber in every respect that matters to amber")
    assert max(map(len, text.splitlines())) <= 80


def test_the_better_side_of_a_score_is_said_where_it_is_the_lower() -> None:
    """As a segment's average is the better, the lower it is; a higher one needs no word."""
    low = ALONE.replace("polarity: higher}\nratings", "polarity: lower}\nratings").replace("    polarity: higher\n", "")
    low = low.replace("at_least: 3}", "at_most: 2}").replace("at_least: 2}", "at_most: 3}")
    for rules, better in ((low, "lower"), (low.replace(", polarity: lower}", "}"), "lower"), (ALONE, "higher")):
        found = changed(*ends(rate(rules, a="4 1", b="4 1"), rate(rules, a="1 1", b="1 1")))
        assert json.loads(change_json(found))["score_better"] == better
        assert ("of the score, below 0 is" in change_text(found).replace("\n", " ")) is (better == "lower")
        said = moved_lines(found.organisations[0])[-1]
        assert said == f"Its score changed by -3{', where lower is better' * (better == 'lower')}: its own values -3."
    assert changed(*ends(rate(DIRECT, a="4", b="1"), rate(DIRECT, a="1", b="1"))).score_better is None


def test_who_came_and_went_and_who_is_not_split_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rating without a level, mixtures that are refused, and too many ratings."""
    old, new = rate(RULES, a="1 2 -", b="4 3 -"), rate(RULES, a="3 2", b="2 2")
    text = change_text(changed(*ends(old, new)))
    assert "Only before: C." in text
    assert "Only after: C." in change_text(changed(*ends(new, old)))
    gone = changed(*ends(rate(RULES, a="1 2", b="1 1"), rate(RULES, a="- 2", b="- 1"))).organisations[0]
    assert "it has no level at one end" in gone.why_not
    assert "not split: it has no level" in change_text(
        changed(*ends(rate(RULES, a="1 2", b="1 1"), rate(RULES, a="- 2", b="- 1")))
    )
    refusing(monkeypatch, "the plan cannot tell")
    by_engine = changed(*ends(old, new))
    assert all(one.causes for one in by_engine.organisations)
    assert by_engine.planned == 0
    monkeypatch.setattr(module, "MOST_RATINGS", 1)
    found = changed(*ends(old, new))
    assert found.not_split.startswith("the plan cannot tell, and ")
    assert "ratings of all would have to be made" in found.not_split
    assert all(one.causes is None for one in found.organisations)
    assert "Causes were not worked out" in change_text(found)
    assert json.loads(change_json(found))["not_split"] == found.not_split
    assert changed(*ends(old, new), ["A"]).organisations[0].causes is not None

    def refuse(*_: object, **__: object) -> None:
        raise Refused([Problem(CellLocation("x"), "y", "It cannot be.", "")])

    monkeypatch.setattr(corner_module, "assess", refuse)
    assert "cannot be rated: It cannot be." in changed(*ends(old, new), ["A"]).organisations[0].why_not


def test_levels_of_other_names_are_not_set_against_each_other() -> None:
    """It says what would do."""
    other = rate(RULES.replace("amber", "yellow"), a="1 2", b="1 1")
    with pytest.raises(Refused, match="are not levels of the same names"):
        changed(*ends(rate(RULES, a="1 2", b="1 1"), other))


PLACED = RULES.replace(
    "ratings:\n", "ratings:\n  order: {kind: place, by: [{item: score, first: highest}], headline: true}\n"
)


def test_of_several_headlines_the_first_that_gives_levels_is_compared() -> None:
    """A place that stands before it is no reason to refuse."""
    assert [item.id for item in rate(PLACED, a="1", b="1").methodology.headlines] == ["order", "light"]
    found = changed(*ends(rate(PLACED, a="1 2 4", b="1 1 1"), rate(PLACED, a="1 4 2", b="1 1 1")))
    assert found.item.id == "light"
    assert [(str(one.before), str(one.after)) for one in found.organisations] == [
        ("red", "red"), ("red", "amber"), ("amber", "red"),
    ]  # fmt: skip


def test_a_rating_of_numbers_has_no_levels_to_compare_and_that_is_said() -> None:
    """Whichever of the two ends it is of; not that they are of other names, nor that one method would do."""
    numbers = PLACED[: PLACED.index("  light:\n    kind")]
    whole, levels = rate(numbers, a="1 2", b="1 1"), rate(RULES, a="1 2", b="1 1")
    for pair in ((whole, whole), (whole, levels), (levels, whole)):
        with pytest.raises(Refused, match="order gives numbers, and moves between levels are compared") as refused:
            changed(*ends(*pair))
        assert "-m" not in refused.value.problems[0].remedy


# the command, and a return in the terms of another edition


def call(*words: object) -> Result:
    """One call of the tool."""
    return CliRunner().invoke(main, ["compare", *map(str, words)])


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Two returns and two methods, of which the later asks for one input more."""
    (tmp_path / "old.yaml").write_text(f"id: old\ntitle: Old\n{ALONE}")
    more = ALONE.replace(
        "measures:",
        "  more: {title: More, type: number, polarity: higher}\n  late: {type: level, scale: lights, optional: true}\nmeasures:",
    )
    (tmp_path / "new.yaml").write_text(f"id: new\ntitle: New\n{more.replace('[place, b]', '[place, b, more]')}")
    (tmp_path / "old.csv").write_text("code,name,a,b,More\nA,Ash,4,4,1\nB,Elm,1,1,1\n")
    (tmp_path / "new.csv").write_text("code,name,a,b,more\nA,Ash,4,4,1\nB,Elm,4,1,4\n")
    return tmp_path


def test_what_only_the_later_edition_asks_is_found_in_the_earlier_file(here: Path) -> None:
    """Under its own heading; so the change of the rules is told from the change of the values."""
    result = call(
        here / "old.csv",
        here / "new.csv",
        "--old-methodology",
        here / "old.yaml",
        "--new-methodology",
        here / "new.yaml",
        "-f",
        "json",
    )
    assert result.exit_code == 0, result.output
    ash = json.loads(result.stdout)["organisations"][0]
    assert (ash["from"], ash["to"]) == ("green", "green")
    text = call(
        here / "old.csv",
        here / "new.csv",
        "--old-methodology",
        here / "old.yaml",
        "--new-methodology",
        here / "new.yaml",
        "--only",
        "B",
    ).stdout
    assert "B Elm: red to green" in text
    assert max(map(len, text.splitlines())) <= 80


LEVELS = """\
id: levels
title: Levels
scales: {lights: [{level: green}, {level: amber}, {level: red}]}
inputs:
  a: {type: level, scale: lights}
  b: {type: yes/no}
ratings:
  light:
    kind: decide
    scale: lights
    headline: true
    rows: [{when: {a: green, b: yes}, then: green, missing: fails}, {when: {a: [green, amber]}, then: amber, missing: fails}]
    otherwise: red
"""


def test_levels_of_one_method_that_is_read_for_each_return_are_the_same_levels(tmp_path: Path) -> None:
    """A mixture has levels of both returns, each of which was read by a loading of the rules of its own."""
    (tmp_path / "levels.yaml").write_text(LEVELS)
    (tmp_path / "old.csv").write_text("code,name,a,b\nA,Ash,green,yes\nB,Elm,red,no\n")
    (tmp_path / "new.csv").write_text("code,name,a,b\nA,Ash,amber,yes\nB,Elm,,no\n")
    (tmp_path / "old-decided.csv").write_text("code,name,a,b\nA,Ash,green,no\nB,Elm,red,no\n")
    words = ("-m", tmp_path / "levels.yaml", "-f", "json")
    (ash, _) = json.loads(call(tmp_path / "old.csv", tmp_path / "new.csv", *words).stdout)["organisations"]
    assert ash["causes"]["own_values"] == "-1"
    assert [one["levels"] for one in json.loads(
        call(tmp_path / "old.csv", tmp_path / "new.csv", *words, "--only", "A").stdout
    )["organisations"][0]["inputs"]] == [-1]  # fmt: skip
    (ash, _) = json.loads(call(tmp_path / "old-decided.csv", tmp_path / "old.csv", *words).stdout)["organisations"]
    assert (ash["from"], ash["to"], ash["causes"]["own_values"]) == ("amber", "green", "1")


def test_one_return_under_two_methods_is_all_rules(here: Path) -> None:
    """Named twice, with a method for each."""
    (here / "hard.yaml").write_text(f"id: hard\ntitle: Hard\n{ALONE.replace('at_least: 3}', 'at_least: 4.5}')}")
    said = json.loads(
        call(
            here / "old.csv",
            here / "old.csv",
            "-m",
            here / "old.yaml",
            "--new-methodology",
            here / "hard.yaml",
            "-f",
            "json",
        ).stdout
    )
    assert said["organisations"][0]["causes"] == {
        "own_values": "0", "own_coverage": "0", "others": "0", "rules": "-1", "decisions": "0",
    }  # fmt: skip
    assert said["moves"] == [{"from": "green", "to": "amber", "count": 1}, {"from": "red", "to": "red", "count": 1}]


def test_which_end_lacks_an_edition_is_said_with_the_option_that_names_it(backtest_data: Path) -> None:
    """For `-m` would rate both by it: a quarter's return fits four editions of a year."""
    folder = backtest_data / "nof-2025-26"
    words = ["compare", str(folder / "return-q1.xlsx"), str(folder / "return-q2.xlsx")]
    first = ["--old-methodology", "nof-2025-26-q1-mental-health-community"]
    for named, option in (([], "--old-methodology"), (first, "--new-methodology")):
        result = CliRunner().invoke(main, [*words, *named])
        assert result.exit_code == 2
        assert f"Name one with {option}, or" in result.stderr


def test_two_returns_are_wanted(here: Path) -> None:
    """One or three are wrong usage."""
    assert call(here / "old.csv", here / "old.csv", "-m", here / "old.yaml").exit_code == 0
    for files in ([here / "old.csv"], [here / "old.csv"] * 3):
        result = call(*files, "-m", here / "old.yaml")
        assert result.exit_code == 2
        assert "Give two returns" in result.output


def total(found: Changed) -> int:
    """How many moved."""
    return sum(str(one.before) != str(one.after) for one in found.organisations)


def test_a_method_needs_no_second_reading_where_it_is_the_same() -> None:
    """The same rules read the same return."""
    methodology = method(ALONE)
    rated = rate(methodology, a="1 2", b="1 2")
    assert total(changed(*ends(rated, rated))) == 0


def refusing(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """Have the plan tell no mixture."""

    def refuse(*_: object) -> None:
        raise NotPlanned(reason)

    monkeypatch.setattr(planned, "rate_mixtures", refuse)


def test_each_alone_and_all_at_once_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rating of one in a mixture is refused, everyone is rated alone."""
    pair = ends(rate(ALONE, a="4 1 4", b="4 1 -"), rate(ALONE, a="1 4 4", b="4 - 1"))
    together = changed(*pair)
    monkeypatch.setattr(Corners, "together", lambda *_: None)
    assert changed(*pair).organisations == together.organisations

    def refuse(*_: object, **__: object) -> None:
        raise Refused([])

    monkeypatch.undo()
    corners = Corners(*pair, *(one.assessment.methodology.headlines[0] for one in pair))
    monkeypatch.setattr(corner_module, "assess", refuse)
    assert corners.together((True, False, False, False, False), ["A"]) is None


DIRECT = """\
scales: {lights: [{level: green}, {level: red}]}
inputs: {a: {type: number, polarity: higher, optional: true}, b: {type: number, optional: true}}
ratings:
  light: {kind: thresholds, of: a, scale: lights, headline: true, levels: [{level: green, at_least: 3}, {level: red, otherwise: true}]}
"""


def test_a_rating_without_a_score_behind_it_is_told_in_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """And where arrays cannot rate it, what an input did is not told in levels; what it does not rest on is no input."""
    pair = ends(rate(DIRECT, a="4 1", b="1 1"), rate(DIRECT, a="1 1", b="2 1"))
    (one,) = changed(*pair, ["A"]).organisations
    assert one.score is None
    assert [(put.input, put.levels, put.score) for put in one.inputs] == [("a", -1, None)]
    (still,) = changed(*pair, ["B"]).organisations
    assert still.inputs == ()
    assert "no cause alone or with others moved it" in change_text(changed(*pair, ["B"]), detail=True)
    monkeypatch.setattr(Plan, "unplanned", lambda *_: {"light": "no arrays"})
    (bare,) = changed(*pair, ["A"]).organisations
    assert [(put.levels, put.score) for put in bare.inputs] == [(None, None)]
    assert "what cannot be told in levels" in change_text(changed(*pair, ["A"]), detail=True)


def test_many_inputs_are_cut_short() -> None:
    """The first dozen, and how many more."""
    names = [f"i{k}" for k in range(15)]
    rules = (
        "scales: {lights: [{level: green}, {level: red}]}\ninputs:\n"
        + "".join(f"  {name}: {{type: number, polarity: higher}}\n" for name in names)
        + f"measures: {{m: {{kind: mean, of: [{', '.join(names)}], polarity: higher}}}}\n"
        + (
            "ratings: {light: {kind: thresholds, of: m, scale: lights, headline: true, polarity: higher, "
            "levels: [{level: green, at_least: 3}, {level: red, otherwise: true}]}}\n"
        )
    )
    old, new = (rate(rules, **dict.fromkeys(names, value)) for value in ("1", "4"))  # type: ignore[arg-type]
    assert "and 3 more inputs that changed" in change_text(changed(*ends(old, new), ["A"]), detail=True)


def test_what_an_earlier_file_lacks_may_leave_a_mixture_without_a_level(here: Path) -> None:
    """The later rules on the earlier values have too little to go on, and it says so."""
    strict = (here / "new.yaml").read_text().replace("missing: leave out", "missing: {leave out: 3}")
    (here / "new.yaml").write_text(strict.replace("title: More, ", "title: More, optional: true, "))
    (here / "old.csv").write_text("code,name,a,b\nA,Ash,4,4\nB,Elm,1,1\n")
    words = ("--old-methodology", here / "old.yaml", "--new-methodology", here / "new.yaml", "-f", "json")
    (ash, _) = json.loads(call(here / "old.csv", here / "new.csv", *words).stdout)["organisations"]
    assert "has no level" in ash["not_split"]
    (here / "old.csv").write_text("code,name,a,b,more,more\nA,Ash,4,4,1,1\nB,Elm,1,1,1,1\n")  # more cannot be told
    result = call(here / "old.csv", here / "new.csv", *words)
    assert result.exit_code == 0, result.output
    (here / "old.csv").write_text("code,name,a,b,light\nA,Ash,4,4,x\nB,Elm,1,1,y\n")
    given = (here / "new.yaml").read_text().replace("    headline: true", "    headline: true\n    given_as: [light]")
    (here / "new.yaml").write_text(given)
    assert call(here / "old.csv", here / "new.csv", *words).exit_code == 0  # a level there is none of: nothing is taken

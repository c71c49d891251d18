"""Because of what results moved since they were committed: own values, others', rules and decisions, traced back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.outputs import RETURN, assessed
from tests.support.rules import method, rate

from nhsrate.analysis.because import Grounds, Kept, Traced
from nhsrate.reports.baseline import read_baseline
from nhsrate.reports.compare import comparison_text, moved, moved_from
from nhsrate.reports.csv_json import long_csv, ratings_csv, ratings_json
from nhsrate.returns.model import Source, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.compare import Comparison

RULES = """\
scales: {lights: [{level: green}, {level: amber}, {level: red}]}
inputs:
  a: {title: Aims met, type: number, polarity: higher}
  b: {title: Beds, type: number, polarity: higher}
  c: {title: Calls, type: number, polarity: higher}
measures:
  a_score: {kind: thresholds, of: a, scores: [{score: 4, at_least: 3}, {score: 1, otherwise: true}]}
  b_place: {kind: rank-spread, of: b, best: 4, worst: 1, over: everyone}
  mean: {kind: mean, of: [a_score, b_place], missing: leave out, round: 2}
ratings:
  light: {kind: thresholds, of: mean, scale: lights, headline: true, levels: [{level: green, at_least: 3}, {level: amber, at_least: 2}, {level: red, otherwise: true}]}
  calm: {kind: thresholds, of: c, scale: lights, levels: [{level: green, at_least: 3}, {level: red, otherwise: true}]}
"""

WRITERS = {"long": long_csv, "json": ratings_json}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def since(before: Assessment, now: Assessment, write: Callable[[Assessment], str] = long_csv) -> Comparison:
    """What moved since the ratings before were written."""
    Path("old").write_text(write(before), encoding="utf-8", newline="\n")
    return moved(now, Path("old"))


def causes(comparison: Comparison) -> dict[tuple[str, str], str]:
    """Because of what each result moved."""
    return {(one.code, one.item): one.because for one in comparison.moved if one.sort != "value"}


def three(text: str = RULES, *, a: str = "4 4 1", b: str = "3 2 1", c: str = "4 4 4") -> Assessment:
    """Three organisations, whose values are these where nothing else is said."""
    return rate(text, a=a, b=b, c=c)


@pytest.mark.parametrize("write", WRITERS)
def test_one_value_of_its_own(write: str) -> None:
    """Only what it rests on is named, and only for whom it moved; the value itself is no result."""
    before, now = three(), three(a="1 4 1", c="4 1 4")
    found = since(before, now, WRITERS[write])
    assert causes(found) == {
        ("A", "a_score"): "Aims met was 4 and is 1",
        ("A", "mean"): "Aims met was 4 and is 1",
        ("A", "light"): "Aims met was 4 and is 1",
        ("B", "calm"): "Calls was 4 and is 1",
    }
    lines = comparison_text(found).splitlines()
    assert lines[0].startswith("1 rating, 3 other results and 2 values of 2 organisations moved since old (")
    first = next(n for n, line in enumerate(lines) if line.startswith("A"))
    assert lines[first] == "A: light from green to amber, because Aims met was 4 and is 1"
    assert "A: a from 4 to 1" in lines[first:]
    assert "A: mean from 4 to 2.5" in lines[first:] or "A: mean from 4.00 to 2.50" in lines[first:]  # said once


@pytest.mark.parametrize("write", WRITERS)
def test_others_values_where_it_is_ranked_among_them(write: str) -> None:
    """An organisation whose own values stayed fell because others rose."""
    now = three(b="3 2 4")
    found = causes(since(three(), now, WRITERS[write]))
    assert found["A", "b_place"] == "the others changed"
    assert found["C", "b_place"] == "Beds was 1 and is 4"


def test_who_came_counts_among_the_others() -> None:
    """A rank among more organisations is another."""
    now = rate(RULES, a="4 4 1 1", b="3 2 1 9", c="4 4 4 4")
    assert causes(since(three(), now))["B", "b_place"] == "the others changed"


def test_others_results_that_the_rules_moved_are_no_values_of_others() -> None:
    """Everyone's score is another by the new rules, and nobody's value is."""
    standing = RULES.replace("of: [a_score, b_place], missing: leave out, round: 2}", "of: [a_score, b_place], missing: "
                             "leave out, round: 2}\n  place: {kind: percentile-rank, of: mean, over: everyone, form: low / n}")  # fmt: skip
    harder = standing.replace("best: 4, worst: 1", "best: 9, worst: 1").replace(
        "score: 4, at_least: 3", "score: 1, at_least: 3"
    )
    now = three(harder)
    now = replace(now, methodology=replace(now.methodology, digest="another"))
    found = causes(since(three(standing), now, ratings_json))
    assert len(found) > 4
    assert set(found.values()) == {"the rules changed"}


def test_whose_values_are_not_kept_may_have_changed() -> None:
    """Neither others nor rules are named where nobody knows."""
    now = three(b="3 2 4")
    Path("old").write_text(
        "code,name,mean,light,calm\nA,A,4,green,green\nB,B,3.25,green,green\nC,C,1,red,green\n", "utf-8"
    )
    found = moved(now, Path("old"))
    assert {one.because for one in found.moved} == {""}
    assert "none of the values of the return" in found.notes[-1]


def test_a_decision_on_another_counts_among_the_others(tmp_path: Path) -> None:
    """A place is among ratings, of which one was decided."""
    found = causes(since(assessed(tmp_path), assessed(tmp_path, decided=False), ratings_json))
    assert found["RA5", "place"] == "the others changed"


def test_what_was_missing_is_said() -> None:
    """Also with the reason, where the file has it."""
    now = three(a="- 4 1")
    assert causes(since(three(), now))["A", "a_score"] == "Aims met was 4 and is missing (blank)"
    assert causes(since(now, three()))["A", "a_score"] == "Aims met was missing (blank) and is 4"


@pytest.mark.parametrize("write", WRITERS)
def test_the_rules_where_no_value_changed(write: str) -> None:
    """A json knows that the rules are others; a csv does not, and the file itself may have been edited."""
    now = three(RULES.replace("at_least: 3}, {score: 1", "at_least: 5}, {score: 1"))
    now = replace(now, methodology=replace(now.methodology, digest="another"))
    expected = "the rules changed" if write == "json" else "the rules changed or old was edited (nothing says which)"
    assert causes(since(three(), now, WRITERS[write]))["A", "a_score"] == expected


def test_a_file_that_was_edited_is_not_laid_to_the_rules() -> None:
    """The values are the same and the rules too, so it is something else."""
    before = three()
    Path("old").write_text(ratings_json(before).replace('"value": "green"', '"value": "amber"'), encoding="utf-8")
    assert causes(moved(before, Path("old")))["A", "light"] == "nhsrate changed or old was edited (nothing says which)"


def test_several_causes_are_told_together() -> None:
    """None of them is said to have done it alone; more than four are counted."""
    now = rate(RULES, a="1 4 1", b="1 2 4", c="4 4 4")
    told = causes(since(three(), now))["A", "light"]
    assert told == ("of these together: Aims met was 4 and is 1; Beds was 3 and is 1; the others changed")
    names = [f"i{k}" for k in range(6)]
    rules = (
        f"inputs: {{{', '.join(f'{name}: {{type: number}}' for name in names)}}}\n"
        f"ratings: {{m: {{kind: mean, of: [{', '.join(names)}], headline: true}}}}\n"
    )
    ones, twos = (rate(rules, **dict.fromkeys(names, value)) for value in ("1", "2"))  # type: ignore[arg-type]
    assert causes(since(ones, twos))["A", "m"].endswith("i2 was 1 and is 2; 3 more of its values are others")


def test_decisions_that_were_taken_or_lifted(tmp_path: Path) -> None:
    """What people decided stands in a json, and beside a csv."""
    decided, free = assessed(tmp_path), assessed(tmp_path, decided=False)
    for before, now in ((decided, free), (free, decided)):
        found = causes(since(before, now, ratings_json))
        assert found["RA4", "stars"] == "other decisions were taken"


def test_each_value_has_its_cell_and_as_much_of_its_place_as_is_needed(tmp_path: Path) -> None:
    """The cell alone of one table, the sheet too of several, the file too of several files."""
    before = assessed(tmp_path)
    now = assessed(tmp_path, given=RETURN.replace("95,2,yes", "95,2,no"))
    told = causes(since(before, now, ratings_json))["RA2", "said"]
    assert told == "Plan late (E3) was yes and is no"
    for source, place in (
        (Source("folder/more.csv", None), "returns.csv:E3"),
        (Source("returns.csv", "Two"), "Plan late (E3)"),
    ):
        values = {**now.submitted.values, "waits": replace(now.submitted.values["waits"], sources=[source] * 5)}
        several = replace(now, submitted=replace(now.submitted, values=values))
        assert place in causes(since(before, several, ratings_json))["RA2", "said"]
    both = {
        id_: Values(one.cells, "x", [Source("r.xlsx", "One" if id_ == "late" else "Two")] * 5, [3] * 5, [5] * 5)
        for id_, one in now.submitted.values.items()
    }
    sheets = replace(now, submitted=replace(now.submitted, values=both))
    assert "Plan late (One!E3) was" in causes(since(before, sheets, ratings_json))["RA2", "said"]


def test_what_the_file_does_not_hold_is_not_laid_to_anything(tmp_path: Path) -> None:
    """The published results alone say what moved and not why; some of the values say what they can."""
    before = assessed(tmp_path)
    now = assessed(tmp_path, given=RETURN.replace("95,2,no", "80,9,no"))
    Path("old").write_text(ratings_csv(before), encoding="utf-8")
    found = moved(now, Path("old"))
    assert causes(found)["RA1", "stars"] == ""
    Path("old").write_text("code,access,stars\nRA1,95,3\nRA2,95,2\nRA3,80,1\nRA4,80,3\nRA5,*,2\n", encoding="utf-8")
    some = moved(now, Path("old"))
    assert causes(some) == {("RA1", "stars"): "Access (C2) was 95 and is 80"}
    assert some.notes[-1] == "old has 1 of 4 columns of the return; whether the others changed is not known."
    Path("old").write_text("code,stars\nRA1,3\nRA2,2\nRA3,1\nRA4,3\nRA5,2\n", encoding="utf-8")
    assert moved(now, Path("old")).notes[-1] == (
        "old has none of the values of the return, so that it is not known which of them changed; "
        "-f json and -f csv --long write them too."
    )


POSTS = """\
inputs: {a: {type: number, polarity: higher}, rank: {type: number, optional: true}}
figures: {top: {value: 10, basis: assumed}}
measures:
  own: {kind: min-max, of: a, best: top, worst: 0, over: everyone, to: 100}
  among: {kind: min-max, of: a, over: everyone, to: 100}
  ranked: {kind: rank-spread, of: a, rank: rank, ranked: 9, best: 4, worst: 1, over: everyone}
ratings: {own_of: {kind: first-available, of: [own], headline: true}}
"""


def test_goalposts_and_published_ranks_leave_others_out() -> None:
    """Where others' values move what is held against their own ends, and not what is held against given ones."""
    before, now = rate(POSTS, a="1 5 9", rank="9 5 1"), rate(POSTS, a="2 5 10", rank="8 5 1")
    kept = Kept("old", frozenset(before.columns), {0: {"a": ("1", "2"), "own": ("10", "20")}, 2: {"a": ("9", "10")}})
    traced = Traced(now, kept)
    assert traced.grounds(0, "own") == Grounds(("a",))
    assert traced.grounds(1, "among") == Grounds((), others=True)
    assert traced.grounds(1, "ranked") == Grounds((), elsewhere=True)
    unranked = rate(POSTS, a="2 5 10")
    assert Traced(unranked, kept).grounds(1, "ranked") == Grounds((), others=True)


def test_an_earlier_period_is_not_known() -> None:
    """What looks back may have moved because of what was, which nobody kept."""
    rules = """\
        inputs: {a: {type: number}}
        ratings: {was: {kind: earlier, of: a, back: 1, headline: true}}
    """
    now = rate(rules, a="1 2", before={"a": "3 4"})
    traced = Traced(now, Kept("old", frozenset(now.columns), {0: {"was": ("1", "3")}}))
    assert traced.grounds(0, "was") == Grounds(unknown=True)
    assert traced.text(0, "was") == ""


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=5), st.data())
def test_no_value_is_named_that_did_not_change_and_each_that_moved_is_explained(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Where all is known: something is named for each result that moved, and of own values only those that changed."""
    after = [tuple(data.draw(st.integers(1, 4)) for _ in row) if data.draw(st.booleans()) else row for row in rows]
    methodology = method(RULES)
    old, new = (
        rate(methodology, a=" ".join(str(a) for a, _ in some), b=" ".join(str(b) for _, b in some))
        for some in (rows, after)
    )
    found = since(old, new, ratings_json)
    for one in found.moved:
        if one.sort != "value":
            n = ord(one.code) - 65
            assert one.because
            assert ("Aims met" in one.because) <= (rows[n][0] != after[n][0])
            assert ("Beds" in one.because) <= (rows[n][1] != after[n][1])
            assert "nhsrate" not in one.because
    assert {one.code for one in found.moved if one.sort == "value"} == {
        chr(65 + n) for n, (was, now) in enumerate(zip(rows, after, strict=True)) if was != now
    }


def test_a_baseline_of_any_making_can_be_compared_with(tmp_path: Path) -> None:
    """Whoever reads committed ratings of another form compares through the same function, with lines to point at."""
    before = assessed(tmp_path)
    Path("old.csv").write_text(ratings_csv(before), encoding="utf-8")
    found = moved_from(
        assessed(tmp_path, given=RETURN.replace("95,2,no", "80,2,no")),
        read_baseline(Path("old.csv"), before.methodology),
    )
    assert [(one.item, str(one.at)) for one in found.moved if one.sort == "rating"] == [("stars", "old.csv:2:1")]


def test_overrides_of_a_file_of_another_making_are_none(tmp_path: Path) -> None:
    """What a json has under decisions need not be what `nhsrate` writes."""
    before = assessed(tmp_path, decided=False)
    text = ratings_json(before).replace('"overrides": []', '"overrides": ["x", {"code": 3}]')
    Path("old").write_text(text, encoding="utf-8")
    assert moved(before, Path("old")).moved == ()


def test_a_value_that_moves_nothing_is_told() -> None:
    """It is no result that moved."""
    text = comparison_text(since(three(), three(a="3 4 1")))
    assert text.startswith(
        "No rating moved since old (3 organisations, 8 items compared), but 1 value of 1 organisation did."
    )

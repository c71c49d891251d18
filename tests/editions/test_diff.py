"""`nhsrate diff`: what two editions say differently, in plain words."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT

from nhsrate.commands.main import main
from nhsrate.editions.diff import Change, diff_json, diff_markdown, diff_text, edition_diff
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

    from nhsrate.editions.diff import EditionDiff
    from nhsrate.rules.model import Methodology

GOLDEN = ROOT / "tests" / "golden" / "diff"
BASE = """\
id: base
title: Base
figures: {cut: {value: 2, basis: stated, note: "from 1 to 3"}}
sources: {act: {title: An act}}
scales: {stars: [{level: 2, word: two}, {level: 1}], rag: [{level: green}, {level: red}]}
families: {parts: [a, b]}
populations: {kept: {when: {a: "> 0"}, because: no a, missing: fails}}
inputs:
  part: {each: parts, id: {column: member}, type: number, polarity: higher}
  place: {title: Place, type: text, markers: {n/a: no place}}
  rest: {title: Rest, type: number, valid: 0..10}
  late: {type: yes/no, required: true}
measures:
  rank: {each: parts, kind: rank-spread, of: {column: member}, best: 1, worst: 4, floor: {at_least: 1, fails: 4, worst: 3}}
  average: {title: Average, kind: weighted-mean, of: {a: 1, b: 3}, missing: leave out}
  score: {title: Score, kind: thresholds, of: rest, scores: [{score: 2, at_least: 5}, {score: 1, otherwise: true}]}
  told: {title: Told, kind: lookup, of: place, table: {x: 1, y: 2}}
  grid: {title: Grid, kind: matrix, rows: score, columns: told, across: [1, 2], table: {1: [1, 2], 2: [1, 2]}}
  bytype:
    kind: thresholds
    of: rest
    by: place
    sets: {x: [{score: 1, at_least: 3}, {score: 0, otherwise: true}]}
  middle: {kind: median, of: [a, b], missing: {leave out: 2}}
ratings:
  stars:
    title: Stars
    kind: thresholds
    scale: stars
    headline: true
    of: average
    levels: [{level: 2, at_least: cut}, {level: 1, otherwise: true}]
    limits: [{at_best: 1, when: {late: yes}, because: late}]
  light:
    title: Light
    kind: decide
    scale: rag
    headline: true
    rows:
      - {when: {score: ">= cut"}, then: green, because: enough, missing: fails}
      - {when: {score: 1, told: 1..2}, then: red, missing: fails}
    otherwise: {item: other}
  other: {kind: decide, scale: rag, rows: [{when: {rest: not missing, place: [x, y]}, then: green, missing: fails}], otherwise: red}
caveats: [One., Two.]
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    return tmp_path


def against(folder: Path, *changes: tuple[str, str]) -> EditionDiff:
    """The base against itself with these texts replaced."""
    text = BASE.replace("id: base", "id: next")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    (folder / "next.yaml").write_text(text, "utf-8")
    return edition_diff(load_methodology(folder / "base.yaml"), load_methodology(folder / "next.yaml"))


def said(diff: EditionDiff) -> list[str]:
    return [str(change) for entries in diff.sections.values() for entry in entries for change in entry.changes]


@pytest.mark.parametrize("edition", edition_files())
def test_an_edition_says_the_same_as_itself(edition: str) -> None:
    same = load_methodology(edition)
    assert edition_diff(same, load_methodology(edition)).sections == {}
    assert diff_text(edition_diff(same, same)).endswith("The two say the same.\n")


@pytest.mark.parametrize(("old", "new"), list(pairwise(edition_files())))
def test_any_two_editions_can_be_compared(old: str, new: str) -> None:
    diff = edition_diff(load_methodology(old), load_methodology(new))
    assert diff.sections
    text = diff_text(diff)
    assert not any(trace in text for trace in ("Decimal(", "Level(", "None", "(self", "=("))


CHANGES = [
    ("at_least: 5", "at_least: 6", "score 2: from at least 5 to at least 6"),
    ("at_least: 5", "above: 5", "score 2: from at least 5 to above 5"),
    ("{score: 2, at_least: 5}", "{score: 3, at_least: 7}, {score: 2, at_least: 5}", "score 3: now at least 7"),
    ("x: [{score: 1, at_least: 3}", "x: [{score: 1, at_least: 4}", "x, score 1: from at least 3 to at least 4"),
    ("of: {a: 1, b: 3}", "of: {a: 1, b: 4}", "weight of b: from 3 to 4"),
    ("of: {a: 1, b: 3}", "of: {a: 1, rest: 3}", "made of: no longer b, weight 3"),
    ("of: {a: 1, b: 3}", "of: {a: 1, rest: 3}", "made of: now Rest (rest), weight 3"),
    ("of: [a, b]", "of: [a, late]", "made of: no longer b"),
    ("missing: leave out}", "missing: refuse}", "where something is missing: from missing ones are left out to a missing one is refused"),
    ("leave out: 2", "leave out: 1", "where something is missing: from missing ones are left out, needs at least 2 to missing ones are left out"),
    ("value: 2, basis", "value: 3, basis", "value: from 2 to 3"),
    ("at_least: cut", "at_least: 2.5", "level 2: from at least 2 (cut) to at least 2.5"),
    ("y: 2}", "y: 3}", "for y: from 2 to 3"),
    ("2: [1, 2]}", "2: [2, 2]}", "row 2, column 1: from 1 to 2"),
    ("kind: median", "kind: highest", 'how it comes about: it was "median: the median of a, b; missing ones are left out, needs at least 2"; it is "highest: the highest of a, b; missing ones are left out, needs at least 2"'),
    ("of: rest, scores", "of: a, scores", "works on: from Rest (rest) to a"),
    ("worst: 3}", "worst: 2}", "floor: from at least 1, fails 4, worst 3 to at least 1, fails 4, worst 2"),
    ("at_best: 1, when: {late: yes}", "at_best: 1, when: {late: no}", 'limit 1: it was "when late is yes, because late, at best 1"; it is "when late is no, because late, at best 1"'),
    (", because: late}]", ", because: late}, {step: down, when: {rest: missing}, because: none}]", "limit 2: now when Rest (rest) is missing, because none, step down"),
    ("score: 1, told: 1..2}, then: red", "score: 1, told: 1..3}, then: red", 'row 2: it was "when Score (score) is 1 and Told (told) is from 1 to 2, red, where something is missing fails"; it is "when Score (score) is 1 and Told (told) is from 1 to 3, red, where something is missing fails"'),
    ("      - {when: {score: 1, told: 1..2}, then: red, missing: fails}\n", "", "row 2: no longer when Score (score) is 1 and Told (told) is from 1 to 2, red, where something is missing fails"),
    ("otherwise: {item: other}", "otherwise: red", "otherwise: from other to red"),
    ("valid: 0..10", "valid: 0..20", 'valid values: it was "0 to 10"; it is "0 to 20"'),
    ("n/a: no place", "n/a: nowhere", '"n/a": from no place to nowhere'),
    ("word: two}", "word: two stars}", "level 2: from word two, counts as 2 to word two stars, counts as 2"),
    ("[{level: green}, {level: red}]", "[{level: red}, {level: green}]", "order of levels: from level green, level red to level red, level green"),
    ('when: {a: "> 0"}', 'when: {a: "> 1"}', "when: from a is above 0 to a is above 1"),
    ("title: Told", "title: Told, round: 1", "rounding: now to 1 decimal place, halves up"),
    ("title: Told", "title: Told, published: true", "a column of the csv: from no to yes"),
    ("caveats: [One., Two.]", "caveats: [One.]", "caveat 2: no longer Two."),
    ("caveats: [One., Two.]", "caveats: [One., Two., Three.]", "caveat 3: now Three."),
    ("title: An act", "title: An order", "title: from An act to An order"),
    ("title: Base", "title: Base, again", "title: from Base to Base, again"),
    ("late: {type: yes/no, required: true}", "late: {type: yes/no, optional: true}", "the column may be absent: from no to yes"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), CHANGES, ids=[told[:60] for *_, told in CHANGES])
def test_a_change_is_told_in_a_sentence(two: Path, before: str, after: str, told: str) -> None:
    changes = [(before, after)]
    if "optional" in after:
        changes.append(("when: {late: yes}, because: late", "when: {late: yes}, because: late, missing: fails"))
    if after == "of: [a, late]":
        changes = [("kind: median, of: [a, b]", "kind: count, at: 1, of: [a, b]")]
        told = "how it comes about"
    assert any(told in sentence for sentence in said(against(two, *changes))), said(against(two, *changes))


def test_a_figure_that_moved_is_told_once_with_what_uses_it(two: Path) -> None:
    diff = against(two, ("value: 2, basis", "value: 3, basis"))
    assert set(diff.sections) == {"Figures"}
    assert diff.sections["Figures"][0].names == ("cut (in Stars, Light)",)


def test_a_figure_used_by_many_names_the_first_few(two: Path) -> None:
    many = "title: Told, only_when: {when: {rest: '> cut'}, because: x, missing: fails}"
    diff = against(
        two,
        ("value: 2, basis", "value: 3, basis"),
        ("title: Told", many),
        ("title: Grid", many.replace("Told", "Grid")),
        ("title: Score", many.replace("Told", "Score")),
    )
    assert diff.sections["Figures"][0].names == ("cut (in Score, Told, Grid and 2 more)",)


def test_what_came_in_and_went_out_is_listed_and_what_goes_with_it_counted(two: Path) -> None:
    diff = against(two, ("parts: [a, b]", "parts: [a, c, b]"), ("Two.]", "Three.]"))
    assert [(entry.how, entry.ids) for entry in diff.sections["Indicators"]] == [("in", ("c",))]
    assert "  In: 1 item made for what is new\n" in diff_text(diff)
    gone = edition_diff(diff.new, diff.old)
    assert "  Out: 1 item made for what is gone\n" in diff_text(gone)
    assert "Indicators: 1 out. Measures: 1 out. Differences also in: Caveats." in diff_text(gone)


def test_things_that_changed_alike_stand_together(two: Path) -> None:
    diff = against(two, ("best: 1, worst: 4", "best: 0, worst: 4"))
    assert [entry.ids for entry in diff.sections["Measures"]] == [("rank.a", "rank.b")]


def test_a_change_of_the_description_alone_says_so(two: Path) -> None:
    assert "Only the description differs." in diff_text(against(two, ("title: Base", "title: Anew")))


def test_what_each_indicator_decides_is_compared_too(two: Path) -> None:
    told = said(against(two, ("of: {a: 1, b: 3}", "of: {a: 1, b: 4}")))
    assert told == ["weight of b: from 3 to 4", "b: from 75 % to 80 %", "a: from 25 % to 20 %"]


def test_long_texts_are_set_apart_by_quotation_marks() -> None:
    assert str(Change("note", "x" * 50, "y" * 50)) == f'note: it was "{"x" * 50}"; it is "{"y" * 50}"'


def loaded(old: str, new: str) -> tuple[Methodology, Methodology]:
    return load_methodology(old), load_methodology(new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nof-2025-26-q3-mental-health-community", "nof-2025-26-q4-mental-health-community"),
        ("nhs-star-ratings-2003-04-acute", "nhs-star-ratings-2003-04-primary-care"),
    ],
)
def test_two_editions_of_a_framework(old: str, new: str, golden: Golden) -> None:
    golden(GOLDEN / f"{old}-{new}.txt", diff_text(edition_diff(*loaded(old, new))))


def test_the_same_in_markdown_and_json(two: Path, golden: Golden) -> None:
    diff = against(
        two, ("parts: [a, b]", "parts: [a, c, b]"), ("at_least: cut", "at_least: 4"), ("title: Told", "title: <b>")
    )
    golden(GOLDEN / "changes.md", diff_markdown(diff))
    assert "\\<b\\>" in diff_markdown(diff)
    told = json.loads(diff_json(diff))
    assert told["same"] is False
    assert [entry["ids"] for entry in told["sections"]["Indicators"]] == [["c"]]
    assert json.loads(diff_json(edition_diff(diff.old, diff.old)))["same"] is True


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["diff", *map(str, arguments)], catch_exceptions=False)
    return result.exit_code, result.output


def test_the_command_ends_well_whatever_differs(two: Path) -> None:
    against(two, ("value: 2, basis", "value: 3, basis"))
    code, out = run(two / "base.yaml", two / "next.yaml")
    assert (code, "value: from 2 to 3" in out) == (0, True)
    code, out = run(two / "base.yaml", two / "base.yaml")
    assert (code, out) == (0, "From Base (base)\nto Base (base)\n\nThe two say the same.\n")


def test_the_command_writes_what_the_ending_says(two: Path) -> None:
    for name, start in (("a.md", "# From"), ("a.json", "{"), ("a.txt", "From"), ("a", "From")):
        assert run(two / "base.yaml", two / "base.yaml", "-o", two / name) == (0, f"wrote {two / name}\n")
        assert (two / name).read_text("utf-8").startswith(start)


def test_wrong_usage(two: Path) -> None:
    base = two / "base.yaml"
    assert run(base, "nowhere")[0] == 2
    assert run(base, base, "-o", two / "a.json", "-f", "markdown")[0] == 2
    assert run(base, base, "-o", two / "a.html")[0] == 2
    assert run(base, base, "-o", base)[0] == 2
    assert base.read_text("utf-8") == BASE

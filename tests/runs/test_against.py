"""A trust's own return rated within the return of all: its row takes the place of the published one, or joins."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from tests.support.hostile import save_workbook
from tests.support.running import run

from nhsrate.core.problems import CellLocation, Refused
from nhsrate.returns.model import Organisation, Override, Return, Source, Values
from nhsrate.runs.against import _cell, chosen, within

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
id: places
title: Places among all
period: June 2026
scales:
  stars: [{level: 2, word: two stars}, {level: 1, word: one star}, {level: 0, word: no stars}]
inputs:
  waits: {title: Long waits, type: number, polarity: lower}
  clean: {title: Clean wards, type: level, scale: stars, optional: true}
measures:
  half: {kind: tiles, of: waits, over: everyone, tiles: 2, first: lowest, published: true}
  middle: {kind: relative, of: waits, over: everyone, to: mean, as: difference, published: true}
ratings:
  place: {kind: place, by: [{item: rating, first: best}, {item: waits, first: lowest}], over: everyone, published: true}
  rating:
    kind: decide
    scale: stars
    headline: true
    published: true
    rows:
      - {when: {half: missing}, then: 0}
      - {when: {half: 1, clean: "2"}, then: 2, missing: fails}
      - {when: {half: 1}, then: 1}
    otherwise: 0
"""
HEADER = "Org code,Name,Waits,Clean\n"
ALL = ["RA1,North,10,2", "RA2,South,20,2", "RA3,East,30,2", "RA4,West,40,1"]


def table(*rows: str, above: str = "") -> str:
    return above + HEADER + "".join(f"{row}\n" for row in rows)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rules, the return of all, and one trust's own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "places.yaml").write_text(RULES, "utf-8")
    (tmp_path / "all.csv").write_text(table(*ALL), "utf-8")
    (tmp_path / "own.csv").write_text(table("RA1,North,35,2"), "utf-8")
    return tmp_path


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def by_hand(here: Path, *rows: str) -> list[dict[str, str]]:
    """The ratings of a return in which the rows were replaced by hand."""
    (here / "hand.csv").write_text(table(*rows), "utf-8")
    return rows_of(run("score", "hand.csv", "-m", "places.yaml", "-f", "csv").out)


def against(*more: str) -> list[dict[str, str]]:
    code, out, _ = run("score", "own.csv", "-m", "places.yaml", "-f", "csv", "--against", "all.csv", *more)
    assert code == 0
    return rows_of(out)


# what is worked out


def test_an_own_row_takes_the_place_of_the_published_one(here: Path) -> None:
    """The same as if the row had been replaced by hand: tiles, means, places, and levels read from either file."""
    expected = by_hand(here, "RA1,North,35,2", *ALL[1:])
    assert [row["place"] for row in expected] == ["3", "1", "2", "4"]
    assert against() == expected[:1]
    assert run("score", "own.csv", "-m", "places.yaml", "-f", "csv", "--against", "all.csv").err == (
        "own.csv: note: RA1 North was rated in the place of its row in all.csv. [within-population]\n"
    )


def test_the_others_are_rated_anew_too(here: Path) -> None:
    """Committed ratings of the return made by hand agree with all that is rated, not only with what is printed."""
    (here / "hand.csv").write_text(table("RA1,North,35,2", *ALL[1:]), "utf-8")
    run("score", "hand.csv", "-m", "places.yaml", "-o", "hand.json")
    run("score", "hand.csv", "-m", "places.yaml", "-f", "csv", "--long", "-o", "long.csv")
    code, out, _ = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv", "--check", "hand.json")
    assert code == 0
    assert out.startswith("Nothing moved since hand.json (4 organisations, ")
    code, out, _ = run("score", "own.csv", "-m", "places.yaml", "--check", "hand.json")
    assert code == 1


def test_an_organisation_that_is_not_among_the_published_ones_joins_them(here: Path) -> None:
    (here / "own.csv").write_text(table("RA9,Far,15,2"), "utf-8")
    assert against() == by_hand(here, *ALL, "RA9,Far,15,2")[-1:]
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert "RA9 Far is not in all.csv, so it was added to the organisations there. [within-population]" in err


def test_of_several_own_rows_those_that_are_asked_for_are_rated_among_the_others(here: Path) -> None:
    (here / "own.csv").write_text(table("ra3,East,1,2", "RA9,Far,2,2", "RA1,North,3,2"), "utf-8")
    everyone = by_hand(here, "RA1,North,3,2", *ALL[1:2], "RA3,East,1,2", ALL[3], "RA9,Far,2,2")
    assert [(row["code"], row["place"]) for row in against()] == [("RA1", "3"), ("RA3", "1"), ("RA9", "2")]
    assert {row["code"]: row["half"] for row in against()} == {
        row["code"]: row["half"] for row in everyone if row["code"] not in {"RA2", "RA4"}
    }
    only = by_hand(here, *ALL[:2], "RA3,East,1,2", ALL[3])
    [found] = against("--only", "RA3")
    assert found == only[2]
    assert [row["code"] for row in against("--only", "ra9", "--only", "RA1")] == ["RA1", "RA9"]


def test_only_prints_some_of_a_return_and_rates_all(here: Path) -> None:
    whole = rows_of(run("score", "all.csv", "-m", "places.yaml", "-f", "csv").out)
    code, out, err = run("score", "all.csv", "-m", "places.yaml", "-f", "csv", "--only", "RA4", "--only", " ra2 ")
    assert (code, err) == (0, "")
    assert rows_of(out) == [whole[1], whole[3]]


def test_an_own_row_takes_nothing_from_the_published_one(here: Path) -> None:
    (here / "own.csv").write_text("Org code,Waits\nRA1,35\n", "utf-8")
    [found] = against()
    assert found == by_hand(here, "RA1,North,35,", *ALL[1:])[0]
    assert run("explain", "own.csv", "RA1", "-m", "places.yaml", "--against", "all.csv").err == (
        "own.csv: note: RA1 was rated in the place of its row in all.csv. [within-population]\n"
    )


def test_every_file_may_be_read_by_a_profile_of_its_own(here: Path) -> None:
    (here / "all.csv").write_text(table(*ALL).replace("Waits", "Days"), "utf-8")
    (here / "theirs.yaml").write_text("headings: {waits: [Days]}\n", "utf-8")
    assert against("--against-reading", "theirs.yaml") == by_hand(here, "RA1,North,35,2", *ALL[1:])[:1]
    code, _, err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv", "--reading", "theirs.yaml")
    assert code == 1
    assert "own.csv" in err
    (here / "own.csv").write_text(table("RA1,North,35,2").replace("Waits", "Days"), "utf-8")
    (here / "all.csv").write_text(table(*ALL), "utf-8")
    assert against("--reading", "theirs.yaml") == by_hand(here, "RA1,North,35,2", *ALL[1:])[:1]


def test_the_project_file_names_the_rules_and_the_profile_of_the_own_return_alone(here: Path) -> None:
    """The rules are not looked for again beside the published return, nor by a name that is short for people."""
    (here / "own").mkdir()
    (here / "own" / "nhsrate.yaml").write_text("methodology: ../places.yaml\nreading: ours.yaml\n", "utf-8")
    (here / "own" / "ours.yaml").write_text("headings: {waits: [Days]}\n", "utf-8")
    (here / "own" / "own.csv").write_text(table("RA1,North,35,2").replace("Waits", "Days"), "utf-8")
    code, out, _ = run("score", "own/own.csv", "-f", "csv", "--against", "all.csv")
    assert code == 0
    assert rows_of(out) == by_hand(here, "RA1,North,35,2", *ALL[1:])[:1]


def test_a_sheet_that_is_asked_for_is_one_of_the_own_return(here: Path) -> None:
    own: list[list[object]] = [["Org code", "Name", "Waits", "Clean"], ["RA1", "North", 35, "2"]]
    save_workbook(here / "own.xlsx", {"June": own, "May": [own[0], ["RA1", "North", 1, "2"]]})
    code, out, _ = run(
        "score", "own.xlsx", "-m", "places.yaml", "-f", "csv", "--against", "all.csv", "--sheet", "June"
    )  # fmt: skip
    assert code == 0
    assert rows_of(out) == by_hand(here, "RA1,North,35,2", *ALL[1:])[:1]


def test_decisions_on_an_organisation_come_from_the_return_that_its_row_comes_from(here: Path) -> None:
    """The published decision on a row that was replaced goes with the row; those on others stay."""
    table_: list[list[object]] = [["Org code", "Name", "Waits", "Clean"]]
    heads: list[object] = ["organisation", "item", "level", "who", "when", "why"]
    published = [[code, "rating", 0, "Panel", "2026-05-01", "an inspection"] for code in ("RA1", "RA2")]
    rows: list[list[object]] = [[code, code, waits, "2"] for code, waits in (("RA1", 10), ("RA2", 20), ("RA3", 30))]
    save_workbook(here / "all.xlsx", {"Return": [*table_, *rows], "Overrides": [heads, *published]})
    mine: list[object] = ["RA1", "rating", 1, "Board", "2026-06-01", "a plan"]
    other: list[object] = ["RA3", "rating", 2, "Board", "2026-06-01", "a hope"]
    two: list[list[object]] = [["RA1", "North", 15, "2"], ["RA3", "East", 30, "2"]]
    save_workbook(here / "own.xlsx", {"Return": [*table_, *two], "Overrides": [heads, mine, other]})
    code, out, _ = run(
        "score", "own.xlsx", "-m", "places.yaml", "--against", "all.xlsx", "--only", "RA1", "-f", "json"
    )  # fmt: skip
    assert code == 0
    [found] = json.loads(out)["organisations"]
    assert "a plan" in json.dumps(found)
    assert "an inspection" not in json.dumps(found)
    whole = run("explain", "own.xlsx", "RA2", "-m", "places.yaml", "--against", "all.xlsx").out
    assert "an inspection" in whole


# what is said


def test_an_explanation_names_the_cells_of_the_own_file(here: Path) -> None:
    (here / "own.csv").write_text(table("RA8,Near,99,2", "RA1,North,35,2"), "utf-8")
    code, out, err = run("explain", "own.csv", "RA1", "-m", "places.yaml", "--against", "all.csv")
    assert code == 0
    assert "Return: own.csv\n" in out
    assert "Long waits (waits): 35  [C3]" in out
    assert err.count("[within-population]") == 2
    out = run("explain", "own.csv", "North", "-m", "places.yaml", "--against", "all.csv", "-f", "json").out
    assert json.loads(out)["items"]["waits"]["cell"] == "own.csv:C3"
    out = run("explain", "own.csv", "RA4", "-m", "places.yaml", "--against", "all.csv", "-f", "json").out
    assert json.loads(out)["items"]["waits"]["cell"] == "all.csv:C5"


def test_every_form_prints_only_those_that_are_asked_for(here: Path) -> None:
    arguments = ("score", "own.csv", "-m", "places.yaml", "--against", "all.csv")
    for form in ("table", "csv", "json", "markdown"):
        code, out, _ = run(*arguments, "-f", form)
        assert code == 0
        assert "North" in out
        assert "South" not in out
    assert "Printed: 1 of the 4 organisations that were rated.\n" in run(*arguments).out
    assert rows_of(run(*arguments, "-f", "csv", "--long").out)[0]["cell"] == "own.csv:C2"
    assert run(*arguments, "-o", "ratings.xlsx").code == 0
    book = load_workbook(here / "ratings.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "RA1" in cells
    assert not any("RA2" in cell or "South" in cell for cell in cells)


def test_two_returns_of_different_periods_are_said_to_be(here: Path) -> None:
    (here / "all.csv").write_text(table(*ALL, above="Period,May 2026\n"), "utf-8")
    (here / "own.csv").write_text(table("RA1,North,35,2", above="Period,June 2026\n"), "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert 'own.csv: note: The return is of "June 2026", and all.csv of "May 2026". So it was rated among' in err
    (here / "all.csv").write_text(table(*ALL, above="Period,2026-06\n"), "utf-8")
    assert "[other-period]" not in run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err


def test_a_published_return_of_several_periods_is_said_to_be(here: Path) -> None:
    """Each with its rows, and those unlike most a warning; the own return is held to the edition."""
    header = "Org code,Name,Period,Waits,Clean"
    rows = [f"RA{n},Trust {n},{'May 2026' if n == 3 else 'June 2026'},{n}0,2" for n in range(1, 5)]
    (here / "all.csv").write_text("\n".join([header, *rows, ""]), "utf-8")
    (here / "own.csv").write_text(f"{header}\nRA1,North,Jun-26,35,2\n", "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert 'all.csv: note: The return says it is of 2 periods: "June 2026" in 3 rows' in err
    assert 'all.csv:C4: warning: This row is of "May 2026", and most rows are of "June 2026".' in err
    assert err.count("[other-period]") == 2
    (here / "own.csv").write_text(f"{header}\nRA1,North,June 2026,35,2\nRA9,New,July 2026,35,2\n", "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert 'own.csv:C3: warning: This row is of "July 2026", and places is the edition of "June 2026".' in err
    (here / "own.csv").write_text(table("RA1,North,35,2"), "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert 'all.csv:C4: warning: This row is of "May 2026", and places is the edition of "June 2026".' in err


@pytest.mark.parametrize(
    ("own", "others", "told"),
    [("", "May 2026", True), ("May 2026", "", True), ("May 2026", "June 2026", True), ("June 2026", "May 2026", False)],
)
def test_the_period_is_that_of_the_return_itself_and_where_it_has_none_that_of_the_others(
    here: Path,
    own: str,
    others: str,
    told: bool,  # noqa: FBT001 (a table)
) -> None:
    (here / "all.csv").write_text(table(*ALL, above=f"Period,{others}\n" if others else ""), "utf-8")
    (here / "own.csv").write_text(table("RA1,North,35,2", above=f"Period,{own}\n" if own else ""), "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert ('The return says it is of "May 2026"' in err) == told


def test_a_limit_that_was_raised_is_said_once(here: Path) -> None:
    arguments = ("--against", "all.csv", "--limit", "file=60MB")
    assert run("score", "own.csv", "-m", "places.yaml", *arguments).err.count("[raised-limit]") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--only", "RA7"), 'own.csv: error: The return has no organisation with the code "RA7". Did you mean "RA1"?'),
        (("--only", "?"), 'The return has no organisation with the code "?". It has 1, such as RA1.'),
        (("--only", "RA1", "--check", "x.csv"), "--check compares all organisations; leave --only out."),
        (("-f", "csv", "-o", "all.csv"), "-o all.csv would take the place of a file that is read"),
        (("-f", "table", "-o", "theirs.txt"), "-o theirs.txt would take the place of a file that is read"),
        (("-f", "table", "-o", "known.txt"), "-o known.txt would take the place of a file that is read"),
        (("-f", "table", "-o", "old.txt"), "-o old.txt would take the place of a file that is read"),
        (("-f", "table", "-o", "mine.txt"), "-o mine.txt would take the place of a file that is read"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(here: Path, arguments: tuple[str, ...], says: str) -> None:
    files = ("--against-reading", "theirs.txt", "--organisations", "known.txt", "--successors", "old.txt")
    beside = () if "--only" in arguments else (*files, "--reading", "mine.txt")
    before = sorted(here.iterdir())
    code, out, err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv", *beside, *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert sorted(here.iterdir()) == before


def test_an_unknown_code_is_said_for_each_that_is_asked_for(here: Path) -> None:
    code, out, err = run("score", "all.csv", "-m", "places.yaml", "--only", "RB1", "--only", "RA1", "--only", "RB2")
    assert (code, out) == (2, "")
    assert err.count("[unknown-organisation]") == 2


def test_a_faulty_published_return_stops_the_rating(here: Path) -> None:
    (here / "all.csv").write_text(table(*ALL).replace("40", "forty"), "utf-8")
    code, out, err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv")
    assert (code, out) == (1, "")
    assert err.startswith("all.csv:C5: error: ")
    assert "[no-such-file]" in run("score", "own.csv", "-m", "places.yaml", "--against", "none.csv").err


# the functions


def submitted(name: str, *rows: tuple[str, int | str], source: bool = True) -> Return:
    """A return with one input, `waits`, of these codes and values."""
    size = len(rows)
    cells = [Decimal(value) for _, value in rows]
    places = Source(name, None)
    values = Values(cells, "Waits" if source else "", [places] * size if source else (), list(range(2, size + 2)))
    values = Values(values.cells, values.heading, values.sources, values.rows, [2] * size)
    organisations = tuple(Organisation(code, f"{code} of {name}") for code, _ in rows)
    return Return(name, f"digest of {name}", organisations, {"waits": values})


def test_each_value_keeps_its_cell_its_flag_and_what_it_shows() -> None:
    own = submitted("own.csv", ("RA2", 5))
    own.values["waits"].flags[0] = "revised"  # type: ignore[index]
    own.values["waits"].shown[0] = Decimal(6)  # type: ignore[index]
    population = submitted("all.csv", ("RA1", 1), ("RA2", 2), ("RA3", 3))
    population.values["waits"].flags[2] = "late"  # type: ignore[index]
    population.values["waits"].shown[1] = Decimal(9)  # type: ignore[index]
    joined, told = within(own, population, [])
    values = joined.values["waits"]
    assert list(values.cells) == [1, 5, 3]
    assert [str(values.at(n)) for n in range(3)] == ["all.csv:B2", "own.csv:B2", "all.csv:B4"]
    assert values.flags == {1: "revised", 2: "late"}
    assert values.shown == {1: 6}
    assert [organisation.name for organisation in joined.organisations] == [
        "RA1 of all.csv",
        "RA2 of own.csv",
        "RA3 of all.csv",
    ]
    assert joined.name == "own.csv within all.csv"
    assert len(joined.digest) == 64
    assert [str(problem.at) for problem in told] == ["own.csv"]


def test_a_name_that_the_own_return_does_not_give_is_the_published_one() -> None:
    own = Return("own.csv", "", (Organisation("RA1", "RA1"),), {"waits": Values([Decimal(5)])})
    joined, _ = within(own, submitted("all.csv", ("RA1", 1), ("RA2", 2)), ["RA1"])
    assert joined.organisations[0] == Organisation("RA1", "RA1 of all.csv")
    assert joined.values["waits"].at(0) is None
    assert joined.values["waits"].heading == "Waits"


def test_both_returns_of_values_that_stand_in_no_file_join() -> None:
    one, other = (submitted(name, ("RA1", 1), source=False) for name in ("a", "b"))
    assert within(one, other, [])[0].values["waits"].heading == ""


def test_decisions_go_with_the_rows() -> None:
    def decided(code: str, why: str) -> Override:
        return Override(code, "rating", "1", "Panel", "2026-05-01", why, CellLocation("x.csv"))

    own = submitted("own.csv", ("RA1", 5), ("RA2", 6))
    own = Return(own.name, own.digest, own.organisations, own.values, (decided("ra1", "own"), decided("RA2", "left")))
    population = submitted("all.csv", ("RA1", 1), ("RA3", 3))
    theirs = (decided("RA1", "gone"), decided("RA3", "kept"))
    population = Return(population.name, "", population.organisations, population.values, theirs)
    joined, _ = within(own, population, ["ra1"])
    assert [override.why for override in joined.overrides] == ["kept", "own"]


def test_organisations_are_chosen_in_the_order_of_the_return_each_once() -> None:
    own = submitted("own.csv", ("RA1", 1), ("RA2", 2), ("RA3", 3))
    assert chosen(own, []) == [0, 1, 2]
    assert chosen(own, ["RA3", "ra1", " RA3 "]) == [0, 2]
    with pytest.raises(Refused):
        chosen(own, ["RA1", "RA9"])


# slips


def test_an_own_code_that_is_mistyped_is_named_where_the_name_is_a_published_one(here: Path) -> None:
    (here / "own.csv").write_text(table("RAI,NORTH ,35,2"), "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "-f", "csv", "--against", "all.csv").err
    assert (
        "own.csv:C2: warning: RAI is not in all.csv, where NORTH has the code RA1; so it may be counted twice. "
        "If it is the same, write its code RA1."
    ) in err
    (here / "own.csv").write_text("Org code,Waits,Clean\nRA9,35,2\n", "utf-8")
    assert "counted twice" not in run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err


@pytest.mark.parametrize(
    ("own", "published"),
    [
        ("RA9,North NHS FT", "North"),
        ("RA9,The North Trust", "North NHS Foundation Trust"),
        ("RA9,N\u043erth", "North"),
        ("RA9,Northh Valley", "North Valley"),
        ("RA9,North-Valley", "North Valley"),
        ("RA9,North Valley Hospital", "North Valley Hospitals"),
        ("RA9,St. Ann's", "St Ann's"),
        ("RAl,RAl", "North"),
        ("RAI,Another", "North"),
    ],
)
def test_names_and_codes_that_are_typed_a_little_otherwise_are_named_too(here: Path, own: str, published: str) -> None:
    """Words that many names share, a wrong letter, a sign; and a code that looks just like a published one."""
    (here / "own.csv").write_text(table(f"{own},35,2"), "utf-8")
    (here / "all.csv").write_text(table(f"RA1,{published},10,2", *ALL[1:]), "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert "own.csv:C2: warning: RA" in err
    assert "so it may be counted twice. If it is the same, write its code RA1. [within-population]" in err


@pytest.mark.parametrize(
    "own", ["RA9,Northern", "RA9,Newtown", "RA9,RA9", "RA1,Norht East", "RA1,RA1", "RA9,NHS Trust"]
)
def test_a_name_that_is_another_is_no_slip(here: Path, own: str) -> None:
    """Nor is a published organisation under its own code that is called otherwise by itself."""
    (here / "own.csv").write_text(table(f"{own},35,2"), "utf-8")
    assert "warning" not in run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err


def test_a_code_that_is_that_of_another_is_named(here: Path) -> None:
    """Else the values of one would stand in the place of another, and its published row beside them."""
    (here / "own.csv").write_text(table("RA2,North,35,2"), "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "--against", "all.csv").err
    assert (
        "own.csv:C2: warning: RA2 is South in all.csv, where North has the code RA1; so South may have been replaced by "
        "another. If it is the same, write its code RA1."
    ) in err


def test_an_own_percentage_on_the_other_scale_is_judged_over_all(here: Path) -> None:
    rules = RULES.replace("clean: {", "seen: {type: percent, polarity: higher}\n  clean: {")
    (here / "places.yaml").write_text(rules, "utf-8")
    header = "Org code,Name,Waits,Clean,seen\n"
    rows = "".join(f"RA{n},Name {n},{n}0,2,9{n}\n" for n in range(1, 7))
    (here / "all.csv").write_text(header + rows, "utf-8")
    (here / "own.csv").write_text(header + "RA1,Name 1,35,2,0.95\n", "utf-8")
    err = run("score", "own.csv", "-m", "places.yaml", "-f", "csv", "--against", "all.csv").err
    assert "own.csv:E2: warning: 0.95 % may be meant as 95 %: the others lie between 92 and 96 %." in err


def test_a_value_that_stands_in_no_cell_is_told_of_at_the_return() -> None:
    assert _cell(Return("own.csv", "", (), {}), Values([Decimal(1)]), 0) == CellLocation("own.csv")
    one = Return("own.csv", "", (Organisation("RA9", "North"),), {"waits": Values([Decimal(1)])})
    other = Return("all.csv", "", (Organisation("RA1", "North"),), {"waits": Values([Decimal(1)])})
    _, told = within(one, other, [])
    assert str(told[0].at) == "own.csv"

"""What is made of a rating: its files by their endings, what was set beside a csv, and what stands in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.projects import project as small
from tests.support.projects import put, rules
from tests.support.running import run

from nhsrate.projects.made import ENDINGS, Made, made, without_clashes
from nhsrate.projects.places import opened
from nhsrate.projects.ratings import ratings_of


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the project, in which the test works."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def of(here: Path, text: str) -> list[Made]:
    """What every rating of that project gives."""
    found = ratings_of(opened(small(here, text) / "nhsrate.yaml"))
    assert found.problems == ()
    return [made(rating) for rating in found.ratings]


def test_each_ending_is_what_the_commands_write(here: Path) -> None:
    text = "methodology: rules/stars.yaml\nratings: [{return: returns/june.csv, outputs: [a.csv, a.json, a.md, a.live.xlsx, a.xlsx, a.html]}]\n"
    (found,) = of(here, text)
    assert found.name == "a"
    assert [file.path.removeprefix("a") for file in found.files] == [*ENDINGS]
    commands = {".html": "report", ".live.xlsx": "workbook"}
    for file in found.files:
        command = commands.get(file.path.removeprefix("a"), "score")
        assert run(command, "returns/june.csv", "-o", file.path).code == 0
        assert Path(file.path).read_bytes() == file.data, file.path


def test_a_rating_is_called_as_its_first_output_whatever_that_is(here: Path) -> None:
    entry = "ratings: [{return: returns/june.csv, methodology: rules/stars.yaml, outputs: [out/b.LIVE.xlsx]}]\n"
    assert ratings_of(opened(small(here, entry) / "nhsrate.yaml")).ratings[0].name == "b"


def test_a_path_may_hold_the_period_and_the_methodology(here: Path) -> None:
    put(here, rules__late_yaml=rules("late") + "period: 2025/26 Q4\n")
    text = 'ratings: [{return: returns/june.csv, methodology: rules/late.yaml, name: n, outputs: ["{methodology}/{period}/{name}-{stem}.csv"]}]\n'
    assert [file.path for file in of(here, text)[0].files] == ["late/2025-26-q4/n-june.csv"]


def test_a_period_that_nobody_says_is_refused(here: Path) -> None:
    text = 'ratings: [{return: returns/june.csv, methodology: rules/stars.yaml, name: n, outputs: ["{period}.csv"]}]\n'
    (found,) = of(here, text)
    assert [(str(one.at), one.message) for one in found.problems] == [
        ("nhsrate.yaml:1:88", "Neither the return nor its methodology says of which period it is.")
    ]
    assert found.files == ()


def test_what_was_set_stands_beside_a_csv(here: Path) -> None:
    text = "ratings: [{return: returns/june.csv, methodology: rules/stars.yaml, set: {cut: 90}, outputs: [a.csv, a.json]}]\n"
    (found,) = of(here, text)
    assert [file.path for file in found.files] == ["a.csv-metadata.json", "a.csv", "a.json"]
    assert run("score", "returns/june.csv", "-m", "rules/stars.yaml", "--set", "cut=90", "-o", "a.csv").code == 0
    theirs, ours = (json.loads(text) for text in (Path("a.csv-metadata.json").read_bytes(), found.files[0].data))
    assert theirs["notes"][0]["methodology"].pop("chosen_by") == "asked for"
    assert ours["notes"][0]["methodology"].pop("chosen_by") == "named by the project file nhsrate.yaml"
    assert theirs == ours
    assert b",2" in found.files[1].data


def test_what_another_program_put_beside_a_csv_is_never_replaced(here: Path) -> None:
    text = "ratings: [{return: returns/june.csv, methodology: rules/stars.yaml, set: {cut: 90}, outputs: [a.csv]}]\n"
    put(here, **{"a_csv-metadata": "x"})
    Path("a.csv-metadata.json").write_text("{}")
    (found,) = of(here, text)
    assert "where something else stands" in found.problems[0].message
    Path("a.csv-metadata.json").unlink()
    Path("a.csv-metadata.json").mkdir()
    (found,) = of(here, text)
    assert "cannot be read" in found.problems[0].message


def test_what_stands_in_the_way_is_told_and_a_fault_of_what_is_set_in_the_project_file(here: Path) -> None:
    text = "ratings: [{return: returns/june.csv, methodology: rules/stars.yaml, set: {cutt: 90}, outputs: [a.csv]}]\n"
    (found,) = of(here, text)
    assert [(str(one.at), one.code) for one in found.problems] == [("nhsrate.yaml:1:11", "unknown-figure")]


def test_a_return_that_is_faulty_makes_nothing(here: Path) -> None:
    (found,) = of(
        here,
        "ratings: [{return: returns/broken.csv, methodology: rules/stars.yaml, outputs: [a.csv]}]\n".replace(
            "broken", "june"
        ),
    )
    assert found.files
    put(here, returns__bad_csv="Code,Name,Waits\nRA1,Alder,many\n")
    (found,) = of(here, "ratings: [{return: returns/bad.csv, methodology: rules/stars.yaml, outputs: [a.csv]}]\n")
    assert ([one.code for one in found.problems], found.files) == (["text-in-number"], ())


def test_two_ratings_that_make_one_file_make_none(here: Path) -> None:
    """The methodology is known late, so that nothing but making them shows it."""
    text = """\
ratings:
  - {return: returns/june.csv, methodology: rules/stars.yaml, name: a, outputs: ["{methodology}.csv", a.csv]}
  - {return: returns/july.csv, methodology: rules/stars.yaml, name: b, outputs: ["{methodology}.csv"]}
"""
    found = without_clashes(of(here, text))
    assert [[file.path for file in one.files] for one in found] == [["a.csv"], []]
    assert {one.message for each in found for one in each.problems} == {"It was not written, because a and b make it."}

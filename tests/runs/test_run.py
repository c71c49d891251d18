"""One pipe: the command, the check and Python say the same of the same return, and take the same options."""

from __future__ import annotations

import datetime as dt
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from tests.conftest import ROOT
from tests.support.running import run as command

import nhsrate
from nhsrate.commands.options import READING
from nhsrate.commands.rating import score
from nhsrate.reports.csv_json import ratings_csv, ratings_json
from nhsrate.rules.inputs import TableReading
from nhsrate.runs.request import Request, requested
from nhsrate.runs.run import attempt

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = sorted(
    path for path in (ROOT / "examples").iterdir() if path.suffix in {".csv", ".xlsx"} and "faulty" not in path.name
)
RULES = """
id: mine
title: Mine
status: illustrative
scales: {rag: [{level: green}, {level: red}]}
figures: {cut: {value: 5, basis: assumed}}
inputs: {waits: {type: number, title: Waits, merge: sum}}
ratings:
  colour: {kind: thresholds, scale: rag, headline: true, published: true, of: waits, levels: [{level: green, at_most: cut}, {level: red, otherwise: true}]}
"""
RATE: Any = nhsrate.rate
READ: Any = nhsrate.read_return
"""Both without their types, to be called with what they do not take."""

OF_FORMATS = {
    "form",
    "output",
    "long",
    "consequences",
    "raw_csv",
    "bom",
    "reasons",
    "colour",
    "palette",
    "baseline",
    "style",
    "top",
    "sort",
    "columns",
    "notes",
}
"""The options of `score` that say what is done with the ratings, and not how they come about."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a return, rules, a published return, successors, organisations and a profile."""
    monkeypatch.chdir(tmp_path)
    files = {
        "mine.yaml": RULES,
        "return.csv": "Org code,Name,Waits\nRA1,North,4\nRA2,South,7\n",
        "odd.csv": "Org code,Name,Time waited\nRA1,North,4\nRA2,South,7\n",
        "all.csv": "Org code,Name,Waits\nRA1,North,9\nRA3,West,2\n",
        "all-odd.csv": "Org code,Name,Time waited\nRA1,North,9\nRA3,West,2\n",
        "successors.csv": "Old code,New code,Date\nRA2,RA9,2025-04-01\n",
        "known.csv": "Code,Name\nRA1,North\nRA2,South\nRA3,West\n",
        "reading.yaml": "headings: {waits: Time waited}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_rated_alike_from_python_and_by_the_command(path: Path) -> None:
    """Csv and json, to the byte; the json has every reason, and every problem."""
    done = nhsrate.rate(path)
    assert isinstance(done, nhsrate.Run)
    for form, made in (("csv", ratings_csv(done.assessment)), ("json", ratings_json(done.assessment))):
        found = command("score", path, "-f", form)
        assert (found.code, found.out) == (0, made)
    assert done.assessment.submitted is done.submitted
    assert done.assessment.methodology.id == done.methodology.id
    assert set(done.problems) == {*done.submitted.problems, *done.assessment.problems}


OPTIONS: list[tuple[dict[str, Any], list[str], str]] = [
    ({}, [], "return.csv"),
    ({"sheet": None, "only": []}, [], "return.csv"),
    ({"set": {"cut": 3.5}}, ["--set", "cut=3.5"], "return.csv"),
    ({"set": "cut=3.5"}, ["--set", "cut=3.5"], "return.csv"),
    ({"set": ["cut=3.5"]}, ["--set", "cut=3.5"], "return.csv"),
    ({"limit": {"parts": 9000}}, ["--limit", "parts=9000"], "return.csv"),
    ({"reading": "reading.yaml"}, ["--reading", "reading.yaml"], "odd.csv"),
    ({"successors": "successors.csv"}, ["--successors", "successors.csv"], "return.csv"),
    (
        {"successors": "successors.csv", "as_at": dt.date(2025, 3, 1)},
        ["--successors", "successors.csv", "--as-at", "2025-03-01"],
        "return.csv",
    ),
    (
        {"successors": Path("successors.csv"), "as_at": dt.datetime(2025, 3, 1, 9)},  # noqa: DTZ001 (a day in a notebook)
        ["--successors", "successors.csv", "--as-at", "1 March 2025"],
        "return.csv",
    ),
    ({"organisations": "known.csv"}, ["--organisations", "known.csv"], "return.csv"),
    ({"only": "RA2"}, ["--only", "RA2"], "return.csv"),
    ({"only": ("RA2", "RA1")}, ["--only", "RA2", "--only", "RA1"], "return.csv"),
    ({"against": "all.csv"}, ["--against", "all.csv"], "return.csv"),
    ({"against": ["all.csv"], "only": "RA1"}, ["--against", "all.csv", "--only", "RA1"], "return.csv"),
    (
        {"against": "all-odd.csv", "against_reading": "reading.yaml"},
        ["--against", "all-odd.csv", "--against-reading", "reading.yaml"],
        "return.csv",
    ),
]


@pytest.mark.parametrize(("options", "words", "file"), OPTIONS, ids=str)
def test_every_option_means_the_same_in_python_and_in_the_command(
    here: Path, options: dict[str, Any], words: list[str], file: str
) -> None:
    done = nhsrate.rate(file, "mine.yaml", **options)
    assert command("score", file, "-m", "mine.yaml", "-f", "json", *words).out == ratings_json(done.assessment)


def test_every_option_on_reading_and_rating_is_one_of_python_of_the_request_and_of_the_command() -> None:
    """An option that one of them has and another has not fails here."""
    of_score = [str(option.name) for option in score.params if option.expose_value and option.name not in OF_FORMATS]
    assert [name for name in inspect.signature(nhsrate.rate).parameters] == of_score  # noqa: C416 (in their order)
    assert [*Request.__dataclass_fields__] == of_score
    assert ["returns", *READING] == of_score


def test_a_data_frame_is_rated_as_the_same_table_in_a_file(here: Path) -> None:
    frame = pd.read_csv("return.csv")
    done = nhsrate.rate(frame, "mine.yaml")
    assert ratings_csv(done.assessment) == command("score", "return.csv", "-m", "mine.yaml", "-f", "csv").out
    within = nhsrate.rate(frame, "mine.yaml", against=pd.read_csv("all.csv"), only="RA1")
    found = command("score", "return.csv", "-m", "mine.yaml", "-f", "csv", "--against", "all.csv", "--only", "RA1")
    assert ratings_csv(within.assessment) == found.out


def test_a_methodology_may_be_loaded_already_and_is_chosen_for_a_frame_as_for_a_file(here: Path) -> None:
    loaded = nhsrate.load_methodology("mine.yaml")
    assert nhsrate.rate("return.csv", loaded).methodology is loaded
    path = ROOT / "examples" / "oversight-q4.csv"
    assert nhsrate.rate(pd.read_csv(path)).methodology.id == nhsrate.rate(path).methodology.id
    pinned = TableReading(headings=(("waits", ("Time waited",)),))
    assert nhsrate.rate("odd.csv", loaded, reading=pinned).methodology.reading == pinned


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: RATE(None), "returns is None; give a path, a list of paths, or a pandas data frame"),
        (lambda: RATE(pd.Series([1])), "returns is a Series; give a path"),
        (lambda: RATE(["return.csv", 3]), "returns has a int in it; give a path"),
        (lambda: RATE("return.csv", 3), "methodology is a int; give an edition's id"),
        (lambda: RATE("return.csv", sheet=3), "sheet is a int; give a text"),
        (lambda: RATE("return.csv", reading=3), "reading is a int; give the path of a file"),
        (lambda: RATE("return.csv", set=3), "set is a int; give a text, or several"),
        (lambda: RATE("return.csv", only=[3]), "only is a int; give a text"),
        (lambda: RATE("return.csv", as_at=3, successors="x"), "as_at is a int; give a text"),
        (lambda: RATE("return.csv", against={}), "against is a dict; give a path"),
        (lambda: READ(None, nhsrate.load_methodology("mine.yaml")), "the return is None; give a path"),
        (lambda: READ(pd.Series([1]), nhsrate.load_methodology("mine.yaml")), "the return is a Series"),
        (lambda: READ("return.csv", "mine.yaml"), "methodology is a str; give what load_methodology gives"),
    ],
)  # fmt: skip
def test_a_value_of_a_type_that_cannot_be_is_said_in_a_sentence(here: Path, call: Callable[[], Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        call()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"set": "cut"}, 'set: "cut" is not NAME=VALUE, such as --set cut=2.06. Correct it.'),
        ({"set": ["cut=1", "cut=2"]}, "set: cut is set twice. Correct it."),
        ({"limit": "size=3"}, 'limit: There is no limit called "size".'),
        ({"successors": "successors.csv", "as_at": "soon"}, 'as_at: "soon" is no day, such as 2026-03-31. Correct it.'),
        ({"as_at": "2026-03-31"}, "as_at: as_at goes with successors: it says up to which day they are applied."),
        ({"only": "RX9"}, 'return.csv: The return has no organisation with the code "RX9".'),
        ({"organisations": "all.csv"}, 'return.csv:row 3: The code "RA2" is not among the 2 that are known.'),
        ({"against": "no.csv"}, "no.csv: "),
    ],
    ids=str,
)
def test_what_the_command_refuses_python_refuses(here: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(nhsrate.Refused) as refused:
        nhsrate.rate("return.csv", "mine.yaml", **options)
    assert str(refused.value).startswith(says)


def test_no_return_at_all_is_refused(here: Path) -> None:
    for methodology in (None, "mine.yaml"):
        with pytest.raises(nhsrate.Refused, match="No table of organisations was given"):
            nhsrate.rate([], methodology)


def test_an_attempt_says_how_far_it_came(here: Path) -> None:
    """`check` tells of a return as much as was read of it, also where it is refused afterwards."""
    whole = attempt(requested("return.csv", "mine.yaml"))
    assert (whole.submitted is not None, whole.assessment is not None, whole.refused) == (True, True, ())
    (here / "bad.csv").write_text("Org code,Waits\nRA1,many\n", "utf-8")
    unread = attempt(requested("bad.csv", "mine.yaml"))
    assert (unread.submitted, unread.assessment, [one.code for one in unread.problems]) == (
        None,
        None,
        ["text-in-number"],
    )
    (here / "mine.yaml").write_text(
        RULES.replace("value: 5, basis: assumed", "basis: assumed, required: true"), "utf-8"
    )
    unrated = attempt(requested("return.csv", "mine.yaml"))
    assert unrated.submitted is not None
    assert [one.code for one in unrated.problems] == ["unset-figure"]


def test_what_the_run_is_at_is_told(here: Path) -> None:
    told: list[str] = []
    attempt(requested("return.csv", "mine.yaml"), lambda stage, done=0, of=0: told.append(f"{stage}{done}{of}"[:-2]))
    assert told == ["reading", "rating"]

"""`--check`: what moved between committed ratings and those of today."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.outputs import RETURN, RULES, assessed

from nhsrate.core.numbers import Day
from nhsrate.core.problems import Refused
from nhsrate.reports.compare import Comparison, Moved, comparison_text, moved, same
from nhsrate.reports.csv_json import long_csv, ratings_csv, ratings_json
from nhsrate.reports.metadata import metadata_json, record_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Golden

    from nhsrate.engine.assessment import Assessment

GOLDEN = ROOT / "tests" / "golden" / "compare"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def committed(folder: Path, text: str, name: str = "ratings.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def compared(folder: Path, text: str, assessment: Assessment | None = None, name: str = "ratings.csv") -> Comparison:
    """The comparison with that csv or json; what people decided stands beside a csv of ours."""
    before = assessed(folder)
    if text.startswith("code,name,"):
        header = text.split("\n", 1)[0].split(",")
        committed(folder, metadata_json(before, record_of(before), name, header), f"{name}-metadata.json")
    return moved(assessment or assessed(folder), committed(folder, text, name))


@pytest.mark.parametrize("write", [ratings_csv, ratings_json])
def test_what_was_just_written_has_not_moved(tmp_path: Path, write: Callable[[Assessment], str]) -> None:
    comparison = compared(tmp_path, write(assessed(tmp_path)))
    assert not comparison.differs
    items = 4 if write is ratings_csv else 11
    size = f"5 organisations, {items} items compared"
    assert comparison_text(comparison) == f"Nothing moved since ratings.csv ({size}).\n"


def test_a_raw_csv_is_the_same(tmp_path: Path) -> None:
    assert not compared(tmp_path, ratings_csv(assessed(tmp_path), raw=True)).differs


def test_a_csv_tells_what_moved(tmp_path: Path, golden: Golden) -> None:
    """The first item in the order of the method that differs comes first."""
    before = ratings_csv(assessed(tmp_path))
    now = assessed(tmp_path, given=RETURN.replace("RA1,Aldermere <b>|*x*,95,2", "RA1,Aldermere <b>|*x*,80,9"))
    comparison = compared(tmp_path, before, now)
    assert comparison.differs
    assert [(one.item, one.before, one.after) for one in comparison.moved if one.code == "RA1"] == [
        ("access_score", "3", "1"),
        ("average", "3.00", "1.00"),
        ("stars", "3", "1"),
    ]
    golden(GOLDEN / "csv.txt", comparison_text(comparison))


def test_a_json_tells_why(tmp_path: Path, golden: Golden) -> None:
    """The reason before and after, and what changed of the rules, the settings and the return."""
    before = ratings_json(assessed(tmp_path))
    given = RETURN.replace("RA2,[red]Brook[/red],95,2,yes", "RA2,[red]Brook[/red],95,2.5,no").replace("RA3,", "RA9,")
    now = assessed(tmp_path, given=given, settings={"cut": "2"}, decided=False)
    comparison = compared(tmp_path, before, now, "ratings.json")
    golden(GOLDEN / "json.txt", comparison_text(comparison))
    (stars,) = [one for one in comparison.moved if (one.code, one.item) == ("RA2", "stars")]
    assert "limit: 3 became 2: the plan was late" in stars.reason_before
    assert "limit" not in stars.reason_after
    (mended,) = [one for one in comparison.moved if (one.code, one.item) == ("RA4", "stars")]
    assert "decided by A. Person on 2026-01-02" in mended.reason_before
    assert mended.after == "no value (the organisation handed in no plan)"


def test_organisations_that_came_and_went(tmp_path: Path) -> None:
    before = ratings_csv(assessed(tmp_path))
    comparison = compared(tmp_path, before, assessed(tmp_path, given=RETURN.replace("RA3,", "RA9,")))
    assert comparison.gone == ("RA3 '=HYPERLINK(1)",)
    assert comparison.new == ("RA9 =HYPERLINK(1)",)
    text = comparison_text(comparison)
    assert text.startswith(
        "No result moved since ratings.csv (4 organisations, 4 items compared), but what is rated did."
    )
    assert "RA3 '=HYPERLINK(1): no longer in the return\nRA9 =HYPERLINK(1): new in the return\n" in text


def test_columns_that_came_and_went(tmp_path: Path) -> None:
    before = ratings_csv(assessed(tmp_path)).replace("average", "mean")
    comparison = compared(tmp_path, before)
    assert (comparison.columns_gone, comparison.columns_new) == (("mean",), ("average",))
    assert comparison.differs
    text = comparison_text(comparison)
    assert "Column mean: no longer an item of the method\nColumn average: new\n" in text


def test_of_another_csv_the_columns_it_has_are_compared(tmp_path: Path) -> None:
    """A published file has its own headings, and 3.0 for level 3; what it lacks is told and is no difference."""
    text = (
        "Trust_code,Region,STARS,average\nRA1,North,3.0,3\nra2,North,2.0,3.000\nRA3,,1,1.0\nRA4,,3,1\nRA5,,2,1.75\n\n"
    )
    comparison = compared(tmp_path, text)
    assert not comparison.differs
    assert comparison_text(comparison) == (
        "Nothing moved since ratings.csv (5 organisations, 2 items compared).\n"
        "Not compared, because ratings.csv has no such column: access_score, said.\n"
    )


def test_a_marker_is_a_blank(tmp_path: Path) -> None:
    """A marker that the edition declares stands for a missing value."""
    now = assessed(tmp_path, decided=False)
    assert not compared(tmp_path, "code,stars\nRA1,3\nRA2,2\nRA3,1\nRA4,*\nRA5,2\n", now).differs
    comparison = compared(tmp_path, "code,stars\nRA1,*\nRA2,2\nRA3,1\nRA4,\nRA5,x\n", now)
    assert [(one.code, one.before, one.after) for one in comparison.moved] == [
        ("RA1", "no value", "3"),
        ("RA5", "x", "2"),
    ]


def test_a_new_name_is_told_and_is_no_difference(tmp_path: Path) -> None:
    before = ratings_csv(assessed(tmp_path))
    comparison = compared(tmp_path, before, assessed(tmp_path, given=RETURN.replace("Dale", "Glen")))
    assert not comparison.differs
    assert comparison.notes == ("RA4 is now called Glen; it was Dale.",)


def test_a_baseline_may_have_inputs(tmp_path: Path) -> None:
    text = "code,waits,late,kind\nRA1,2.0,NO,\nRA2,2,no,\nRA3,,no,\nRA4,nine,,\nRA5,4,no,\n"
    comparison = compared(tmp_path, text)
    assert [(one.code, one.item, one.before, one.after) for one in comparison.moved] == [
        ("RA2", "late", "no", "yes"),
        ("RA4", "waits", "nine", "9"),
    ]


def test_levels_are_the_same_by_name_alias_or_number(tmp_path: Path) -> None:
    assessment = assessed(tmp_path)
    stars = assessment.methodology.items["stars"]
    band = assessment.methodology.items["access_band"]
    three, high = assessment.columns["stars"][0], assessment.columns["access_band"][0]
    assert same(three, "3.00", stars, exact=False)
    assert not same(three, "2", stars, exact=False)
    assert not same(three, "three", stars, exact=False)
    assert same(high, "HIGH", band, exact=False)
    assert not same(high, "1", band, exact=False)
    assert same(three, "3", None, exact=False)
    assert not same(high, "4", None, exact=False)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("14.5", "14.50"), ("14.5", "1.45e1"), ("14.5", "1.45E+01"), ("14.5", " 14.5 "), ("14.5", "+14.5"),
        ("1234.5", "1,234.5"), ("0.3333333333333333333333333333", "0.333333333333333"), ("-0", "0"), ("10", "1e1"),
        ("66.66666666666666666666666667", "66.6666666666667"), ("10", "10.0"),
    ],
)  # fmt: skip
def test_figures_are_the_same_by_value_however_they_are_written(cell: str, text: str) -> None:
    """As pandas and spreadsheets write them, which keep 15 digits of a longer one; a text that is a figure is one too."""
    assert same(Decimal(cell), text, None, exact=False)
    assert cell == "-0" or len(cell) > 15 or same(cell, text, None, exact=False)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Decimal("14.5"), "14.6"), (Decimal("0.3333333333333333"), "0.33333"), (Decimal("14.5"), "14.5x"),
        (Decimal("0.3333333333333333333333333333"), "0.333333333333334"), ("007", "7"), ("7", "007x"), ("1e1", "10"),
        ("4", "x"), ("x", "4"), ("4", "5.0"),
    ],
)  # fmt: skip
def test_what_is_another_value_or_a_code_is_not_the_same(cell: Decimal | str, text: str) -> None:
    assert not same(cell, text, None, exact=False)


def test_a_json_that_has_fifteen_digits_is_another_value() -> None:
    assert not same(Decimal("0.3333333333333333"), "0.333333333333333", None, exact=True)


def test_what_stands_in_a_json_is_compared_exactly(tmp_path: Path) -> None:
    """A json has every digit, so a change in the last is seen."""
    given = "code,access,waits,late\n" + "".join(f"R{n},95,{n},no\n" for n in range(4))
    now = assessed(tmp_path, given=given, decided=False)
    text = ratings_json(now).replace("2." + "3" * 39, "2." + "3" * 38 + "4")
    comparison = compared(tmp_path, text, now, "ratings.json")
    (one,) = comparison.moved
    assert (one.code, one.item, one.after) == ("R1", "waits_score", "2." + "3" * 39)


def test_a_json_without_an_item_and_with_a_strange_one(tmp_path: Path) -> None:
    said = json.loads(ratings_json(assessed(tmp_path)))
    for one in said["organisations"]:
        one["items"]["mean"] = one["items"].pop("average")
    said["provenance"] = {"tool": "an old one"}
    comparison = compared(tmp_path, json.dumps(said), name="ratings.json")
    assert (comparison.columns_gone, comparison.columns_new) == (("mean",), ("average",))
    assert "The edition changed: none became small." in comparison.because


def test_a_json_without_provenance_says_nothing_of_it(tmp_path: Path) -> None:
    said = json.loads(ratings_json(assessed(tmp_path)))
    said["provenance"] = {}
    assert compared(tmp_path, json.dumps(said), name="ratings.json").because == ()


def test_values_of_a_provenance_in_words() -> None:
    assert text_of([{"name": "cut", "value": "2"}, "odd"]) == "name cut, value 2; odd"
    assert text_of([]) == "none"
    assert text_of(None) == "none"


def test_an_organisation_without_a_name_is_its_code(tmp_path: Path) -> None:
    given = "\n".join(line.replace(",Dale,", ",,") for line in RETURN.splitlines())
    before = ratings_csv(assessed(tmp_path, given=given))
    now = assessed(tmp_path, given=given.replace("RA4,,80", "RA4,,95"))
    comparison = compared(tmp_path, before, now)
    assert "RA4: access_score from 1 to 3\n" in comparison_text(comparison)


def test_the_sentence_for_one_that_moved() -> None:
    one = Moved("RYY", "Kent Community Health", "OF5000", "1", "3")
    text = comparison_text(Comparison("ratings.csv", 61, 17, (one,)))
    assert text == (
        "1 result of 1 organisation moved since ratings.csv (61 organisations, 17 items compared).\n"
        "RYY Kent Community Health: OF5000 from 1 to 3\n"
    )


FAULTY = {
    "empty": (b"  \n", "the file is empty"),
    "binary": (b"PK\x03\x04\xff\xfe", "neither csv nor json in UTF-8"),
    "no code": (b"stars\n3\n", "no column has the heading code"),
    "no items": (b"code,colour\nRA1,red\n", "no column has the id of an item of small"),
    "ragged": (b"code,stars\nRA1,3,4\n", "the row has 3 fields and the header 2"),
    "twice": (b"code,stars\nRA1,3\nra1,3\n", '"ra1" stands twice'),
    "long twice": (b"code,item,value\nRA1,stars,3\nra1,stars,3\n", 'stars of "ra1" stands twice'),
    "long strange": (b"code,item,value\nRA1,colour,3\n", "no row has the id of an item of small"),
    "unclosed": (b'code,stars\n"RA1,3\n', "it is not csv"),
    "cut": (b'{"provenance": {}, "organ', "it is not json"),
    "other": (b'{"a": 1}', "not the json that `nhsrate score -f json` writes"),
    "list": (b"[1]", "not the json that `nhsrate score -f json` writes"),
    "items": (b'{"provenance": {}, "organisations": [{"code": "A", "name": "", "items": 3}]}', "not the json that"),
    "deep": (b"[" * 100_000, "not the json that"),
    "provenance": (b'{"provenance": [], "organisations": []}', "not the json that"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_baseline_that_cannot_be_read_is_a_problem(tmp_path: Path, fault: str) -> None:
    """Each fault is told with its place, and how to make a good file."""
    content, message = FAULTY[fault]
    path = tmp_path / "ratings.csv"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        moved(assessed(tmp_path), path)
    (problem,) = refused.value.problems
    assert problem.code == "baseline"
    assert message in problem.message
    assert str(problem.at).startswith("ratings.csv")
    assert problem.remedy


def test_a_baseline_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        moved(assessed(tmp_path), tmp_path / "none.csv")
    assert str(refused.value) == (
        "none.csv: there are no committed ratings to compare with. "
        "Make one with `nhsrate score RETURN -m ID -f csv -o ratings.csv` and commit it."
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (IsADirectoryError(21, "Is a directory"), "this is a folder"),
        (PermissionError(13, "Permission denied"), "it may not be read"),
        (OSError(5, "Input/output error"), "it could not be read (Input/output error)"),
    ],
)
def test_a_baseline_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, message: str
) -> None:
    assessment = assessed(tmp_path)

    def fail(_: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(Refused) as refused:
        moved(assessment, tmp_path / "ratings.csv")
    assert message in str(refused.value)


@pytest.mark.parametrize("raw", [False, True])
def test_the_long_form_is_compared_row_by_row(tmp_path: Path, raw: bool) -> None:  # noqa: FBT001 (a parameter)
    """It has a row for each organisation and item, the values among them, in any order and under some headings alone."""
    before = assessed(tmp_path)
    text = long_csv(before, raw=raw)
    comparison = compared(tmp_path, text)
    assert not comparison.differs
    assert (comparison.organisations, comparison.items) == (5, 11)
    head, *rows = text.splitlines()
    assert not compared(tmp_path, "\n".join([head, *reversed(rows)])).differs
    now = assessed(tmp_path, given=RETURN.replace("RA4,Dale,80,9", "RA4,Dale,*,9"))
    moved = compared(tmp_path, text, now).moved
    assert ("RA4", "access", "80", "no value (suppressed)") in {
        (one.code, one.item, one.before, one.after) for one in moved
    }
    (place,) = {one.at.line for one in moved if one.at and (one.code, one.item) == ("RA4", "access")}
    assert text.splitlines()[place - 1].startswith("RA4,Dale,access,")
    other = compared(tmp_path, "Trust code,item,value\nRA1,STARS,3\nRA4,stars,\n", now)
    assert [(one.code, one.before, one.after) for one in other.moved] == [("RA4", "no value", "3")]


def test_of_a_long_form_what_it_lacks_is_new_and_what_is_strange_is_gone(tmp_path: Path) -> None:
    """As it is of one of columns."""
    text = long_csv(assessed(tmp_path)).replace(",average,", ",mean,")
    comparison = compared(tmp_path, text)
    assert (comparison.columns_gone, comparison.columns_new) == (("mean",), ("average",))


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    head, *rows = ratings_csv(assessed(tmp_path)).splitlines()
    assert not compared(tmp_path, "\n".join([head, *reversed(rows)]) + "\n").differs


def test_an_item_that_is_not_published_any_more_is_not_new(tmp_path: Path) -> None:
    """What the baseline has and the method still works out is compared, published or not."""
    before = ratings_csv(assessed(tmp_path))
    rules = RULES.replace("published: true\n    unit: points", "unit: points")
    assert not compared(tmp_path, before, assessed(tmp_path, text=rules)).differs


def test_a_result_of_another_assessment_without_names(tmp_path: Path) -> None:
    """A csv without a column of names compares no names."""
    assessment = assessed(tmp_path)
    nameless = replace(assessment.organisations[0], name="")
    submitted = replace(assessment.submitted, organisations=(nameless, *assessment.organisations[1:]))
    comparison = compared(tmp_path, "code,stars\nRA1,1\n", replace(assessment, submitted=submitted))
    assert comparison.moved[0].name == ""


KINDS_OF_VALUES = """\
id: small
title: Kinds of values
status: illustrative
scales:
  colour: [{level: green}, {level: "0"}, {level: "007"}]
  number: [{level: "3", number: 3}, {level: none at all, number: 0}]
inputs:
  day: {type: date, role: context}
  share: {type: percent, bare: fraction, role: context}
  wait: {type: duration, unit: minutes, role: context}
  said: {type: text, role: context}
  met: {type: yes/no, role: context}
  hue: {type: level, scale: colour, role: context}
  size: {type: number, role: context}
measures:
  band: {kind: lookup, of: met, scale: number, table: {yes: "3", no: none at all}, published: true}
ratings:
  colour:
    kind: thresholds
    scale: colour
    headline: true
    of: size
    levels: [{level: green, at_least: 5}, {level: "0", at_least: 1}, {level: "007", otherwise: true}]
"""

GIVEN_OF_KINDS = """\
code,day,share,wait,said,met,hue,size
A1,2026-03-31,0.951,00:07:30,007,yes,green,1e1
A2,1 Jan 2020,0.1,01:00:01,=1+1,N,0,-0.50
A3,29/02/2024,,90,"two
lines",,007,3
A4,,1,,2020-01-01,no,,
A5,31 December 2049,0.3333333333333333333,0.1,Größe 1.0,y,green,1234567890.123456789
"""


@pytest.mark.parametrize("write", [ratings_csv, ratings_json, long_csv])
def test_no_kind_of_value_moves_by_being_written(tmp_path: Path, write: Callable[[Assessment], str]) -> None:
    """Dates, shares, durations, texts that look like numbers or formulas: what was just written has not moved."""
    made = assessed(tmp_path, text=KINDS_OF_VALUES, given=GIVEN_OF_KINDS, decided=False)
    comparison = moved(made, committed(tmp_path, write(made)))
    assert comparison.moved == ()


@pytest.mark.parametrize("text", ["2026-03-31", "31/03/2026", "31-Mar-26", " 31 March 2026"])
def test_a_date_is_the_same_however_a_spreadsheet_has_saved_it(text: str) -> None:
    day = Day.of(date(2026, 3, 31))
    assert same(day, text, None, exact=False)
    assert not same(day + 1, text, None, exact=False)
    assert not same(Day.of(date(2026, 4, 1)), text, None, exact=False)

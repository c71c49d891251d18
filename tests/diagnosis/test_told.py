"""What a diagnosis says as text, csv, json and on a page, and what its command refuses."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.rules import rate
from tests.support.running import run as command

import nhsrate
from nhsrate.diagnosis.diagnose import Wanted, diagnose
from nhsrate.reports.diagnosis import diagnosis_text
from nhsrate.reports.diagnosis_rows import diagnosis_csv, diagnosis_json

if TYPE_CHECKING:
    from pathlib import Path

FOUR = ROOT / "examples" / "four-trusts"
RULES = FOUR / "four-trusts.yaml"
AUTUMN, SPRING = FOUR / "autumn.csv", FOUR / "spring.csv"
STARS = ROOT / "examples" / "acute-stars-2003-04.xlsx"


def test_the_csv_has_a_row_for_each_weak_indicator() -> None:
    said = command("diagnose", AUTUMN, "A", "-m", RULES, "--earlier", SPRING, "-f", "csv")
    rows = [*csv.DictReader(StringIO(said.out))]
    assert [(row["indicator"], row["value"], row["median"], row["score_change"], row["best_codes"]) for row in rows] == [
        ("access", "70", "77.5", "0.5", ""), ("plans", "40", "65", "0.25", "B"), ("falls", "6", "5.5", "0", "C"),
    ]  # fmt: skip
    assert (rows[0]["best_unsure_value"], rows[1]["rose_codes"], rows[2]["low"]) == ("80", "B", "")
    assert rows[1]["support"] == "https://example.org/plans"
    assert said.err == ""


def test_the_json_names_nobody_that_chance_may_explain() -> None:
    said = json.loads(command("diagnose", AUTUMN, "A", "-m", RULES, "--earlier", SPRING, "-f", "json").out)
    access = said["weak"][0]
    assert (access["best"], access["best_not_named"]["value"], access["levels_gained"]) == ([], "80", 1)
    assert said["weak"][1]["best"][0]["code"] == "B"
    assert (said["peers"]["tied_at_the_last"], said["earlier"]["period"]) == (2, "Q1 2025/26")
    assert [one["url"] for one in said["support"]] == ["https://example.org/offer"]


def test_in_python_it_is_what_the_command_says() -> None:
    found = nhsrate.diagnose(AUTUMN, "A", RULES, earlier=SPRING, by={"beds": 1}, number=2)
    assert (
        found.attrs["text"]
        == command("diagnose", AUTUMN, "A", "-m", RULES, "--earlier", SPRING, "--by", "beds=1", "--number", "2").out
    )
    assert [one["code"] for one in found.attrs["peers"]] == ["B", "C"]
    assert list(found["rose_codes"]) == [(), ("B",), ("B",)]
    asked = nhsrate.rate(AUTUMN, RULES).assessment.diagnose("A", by="rural", draws=0, exact=True)
    assert [one["code"] for one in asked.attrs["peers"]] == ["D"]
    assert str(asked["median"].iloc[0]) == "77.5"
    with pytest.raises(nhsrate.Refused, match='"beds=0" is no input with a weight above zero'):
        nhsrate.diagnose(AUTUMN, "A", RULES, by={"beds": 0})


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("beds=none", '"beds=none" is no input with a weight above zero, such as beds=1.'),
        ("=1", '"=1" is no input'),
        ("beds=-1", '"beds=-1" is no input'),
        ("bed", 'has no number "bed" of role: context. Did you mean "beds"?'),
        ("attended", 'has no number "attended" of role: context. It has beds and rural.'),
    ],
)
def test_by_what_cannot_be_is_refused_as_wrong_usage(by: str, said: str) -> None:
    got = command("diagnose", AUTUMN, "A", "-m", RULES, "--by", by)
    assert (got.code, got.out) == (2, "")
    assert said in " ".join(got.err.split())


def test_the_same_input_is_named_once() -> None:
    got = command("diagnose", AUTUMN, "A", "-m", RULES, "--by", "beds", "--by", "beds=2")
    assert (got.code, "beds is named twice" in got.err) == (2, True)


def test_an_earlier_return_of_no_earlier_period_is_refused() -> None:
    """Autumn is after spring, and of the same period as itself."""
    for now, then in ((SPRING, AUTUMN), (AUTUMN, AUTUMN)):
        got = command("diagnose", now, "A", "-m", RULES, "--earlier", then)
        assert (got.code, got.out) == (1, "")
        assert "[earlier-period]" in got.err


def test_who_is_no_number_has_no_level_to_gain() -> None:
    """The rating may be a number; then its own place is what is sure, and there is nothing to gain by levels."""
    text = """
    inputs: {a: {type: number, polarity: higher}, b: {type: number, polarity: higher}}
    measures: {where: {kind: place, by: [{item: mean, first: highest}]}}
    ratings: {mean: {kind: mean, of: [a, b], missing: leave out, headline: true, polarity: higher}}
    """
    found = diagnose(rate(text, a="1 5 9", b="5 5 5"), 0)
    said = diagnosis_text(found)
    assert "its place lies between" in " ".join(said.split())
    assert found.headroom is None
    row = next(csv.DictReader(StringIO(diagnosis_csv(found))))
    assert (row["score_change"], row["levels_gained"]) == ("2", "")
    assert json.loads(diagnosis_json(found))["to"] is None


def test_where_nothing_is_weak_that_is_said() -> None:
    text = """
    scales: {words: [{level: good}, {level: low}]}
    inputs: {waits: {type: number, polarity: lower}, kind: {type: text, role: context}}
    peers: {within: kind}
    ratings: {word: {kind: thresholds, of: waits, scale: words, headline: true, levels: [{level: good, at_most: 5}, {level: low, otherwise: true}]}}
    """
    said = " ".join(diagnosis_text(diagnose(rate(text, waits="4 5 6", kind="a a b"), 0, Wanted(draws=0))).split())
    assert "Of 1 indicators with a figure none is weak" in said
    assert "There is no better level to gain." in said


def test_a_page_says_who_can_help(tmp_path: Path) -> None:
    got = command("report", AUTUMN, "-m", RULES, "--earlier", SPRING, "--with", "diagnose", "-o", tmp_path / "pages")
    assert (got.code, "earlier-period" in got.err) == (0, False)
    page = (tmp_path / "pages" / "A.html").read_text("utf-8")
    assert "Who can help" in page
    assert '<a href="https://example.org/plans">Plans in ten steps</a>, An invented body (seen 2026-10-01)' in page
    assert 'aria-label="40%; median 65%; best 90%"' in page
    assert "chance may explain it" in page
    assert "Birchmoor NHS Trust (B) rose most" in page


def test_a_page_of_levels_has_no_picture_of_them(tmp_path: Path) -> None:
    got = command("report", STARS, "--only", "XCD", "--with", "diagnose", "-o", tmp_path / "one.html")
    assert got.code == 0
    page = (tmp_path / "one.html").read_text("utf-8")
    assert "Who can help" in page
    assert "In the pictures" not in page

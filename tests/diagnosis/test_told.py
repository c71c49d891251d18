"""What a diagnosis says as text, csv, json and on a page, and what its command refuses."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.rules import rate
from tests.support.running import run as command

import nhsrate
from nhsrate.diagnosis.diagnose import Earlier, Wanted, diagnose
from nhsrate.diagnosis.helpers import Then
from nhsrate.reports.diagnosis import diagnosis_text, short
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
    assert (said["peers"]["tied_at_the_last"], said["since"]["period"]) == (2, "Q1 2025/26")
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
    assert "Of 1 indicator with a figure none is weak" in said
    assert "There is no better level to gain." in said


LONELY = """
scales: {words: [{level: good}, {level: low}]}
inputs: {waits: {type: number, polarity: lower}}
ratings: {word: {kind: thresholds, of: waits, scale: words, headline: true, levels: [{level: good, at_most: 5}, {level: low, otherwise: true}]}}
"""


def test_of_who_has_no_rating_no_better_level_is_denied() -> None:
    """It has none at all; nothing is said of the best."""
    text = diagnosis_text(diagnose(rate(LONELY, waits="- 5 6"), 0, Wanted(draws=0)))
    said = " ".join(text.split())
    assert "It has no rating, so no level is the next." in said
    assert "No indicator has a figure, so none can be weak." in said
    assert "There is no better level to gain." not in said


def test_who_is_alone_is_told_so() -> None:
    """One organisation is no cohort of all that are rated."""
    said = " ".join(diagnosis_text(diagnose(rate(LONELY, waits="6"), 0, Wanted(draws=0))).split())
    assert "so its cohort of the one organisation that is rated is asked for help." in said


def test_changes_that_gain_a_level_together_are_told_as_the_smallest_push_alike() -> None:
    """Two inputs are needed, and neither is told as the least that it could be."""
    text = """
    scales: {words: [{level: good}, {level: low}]}
    inputs: {a: {type: number, polarity: lower}, b: {type: number, polarity: lower}}
    measures:
      x: {kind: thresholds, of: a, scores: [{score: 1, at_most: 5}, {score: 0, otherwise: true}]}
      y: {kind: thresholds, of: b, scores: [{score: 1, at_most: 5}, {score: 0, otherwise: true}]}
      both: {kind: sum, of: [x, y], missing: refuse}
    ratings: {word: {kind: thresholds, of: both, scale: words, headline: true, levels: [{level: good, at_least: 2}, {level: low, otherwise: true}]}}
    """
    said = " ".join(diagnosis_text(diagnose(rate(text, a="9 1 4", b="9 2 5"), 0, Wanted(draws=0))).split())
    assert "The fewest inputs that gain it together, 2, with the smallest push alike:" in said


def test_a_page_says_who_can_help(tmp_path: Path) -> None:
    got = command("report", AUTUMN, "-m", RULES, "--earlier", SPRING, "--with", "diagnose", "-o", tmp_path / "pages")
    assert (got.code, "earlier-period" in got.err) == (0, False)
    page = (tmp_path / "pages" / "A.html").read_text("utf-8")
    assert "Who can help" in page
    assert '<a href="https://example.org/plans">Plans in ten steps</a>, An invented body (seen 2026-10-01)' in page
    assert 'aria-label="40%; median 65%; best 90%"' in page
    assert "chance may explain it" in page
    assert "Birchmoor NHS Trust (B) improved most" in page


def test_a_page_of_levels_has_no_picture_of_them(tmp_path: Path) -> None:
    got = command("report", STARS, "--only", "XCD", "--with", "diagnose", "-o", tmp_path / "one.html")
    assert got.code == 0
    page = (tmp_path / "one.html").read_text("utf-8")
    assert "Who can help" in page
    assert "In the pictures" not in page


CARE = """
scales: {words: [{level: good, number: 2}, {level: low, number: 1}]}
inputs:
  seen: {type: count, polarity: higher}
  came: {type: count}
  beds: {type: number, role: context}
measures:
  share: {kind: ratio, of: seen, to: came, times: 100}
  share_word: {kind: thresholds, of: share, scale: words, levels: [{level: good, at_least: 80}, {level: low, otherwise: true}]}
peers: {by: {beds: 1}, number: 2}
ratings: {word: {kind: lowest, of: [share_word], missing: leave out, scale: words, headline: true}}
"""


def told(text: str, then: dict[str, str] | None = None, **columns: str) -> str:
    """What is said of an organisation, in one line; `then` are the columns of an earlier return."""
    assessment = rate(text, only=None, overrides=(), names=(), before=None, **columns)
    earlier = None
    if then is not None:
        old = rate(text, only=None, overrides=(), names=(), before=None, **then)
        numbers = [k if k < len(old.organisations) else None for k in range(len(assessment.organisations))]
        earlier = Earlier("old.csv", None, Then(old.columns, numbers))
    return " ".join(diagnosis_text(diagnose(assessment, 0, Wanted(draws=0), earlier)).split())


def test_the_next_who_is_clear_of_chance_is_named_in_the_place_of_the_best() -> None:
    """4 of 4 is more than 95 of 100, but from 51 % on; A has 50 of 100, from 40 to 60 %."""
    said = told(CARE, seen="50 4 95 10", came="100 4 100 100", beds="1 2 3 90")
    assert "2 of its 2 peers with a figure do better. The best of them, 100% (51.0 to 100.0), is no example" in said
    assert "Clear of chance, the best is C: 95% (88.8 to 97.8)." in said
    assert "B:" not in said


def test_as_good_are_named_together_and_many_are_counted() -> None:
    text = CARE.replace("number: 2", "number: 9")
    said = told(text, seen="50 95 95 95 95", came="100 100 100 100 100", beds="1 2 3 4 5")
    assert "The best of them are B, C, D and 1 more: 95% (88.8 to 97.8)." in said


def test_where_the_median_lies_within_its_interval_that_is_said() -> None:
    said = told(CARE, seen="50 55 60", came="100 100 100", beds="1 2 3")
    assert "the median of 3 is 55%, within that interval, so that chance may explain that it is weak" in said


def test_where_a_size_is_missing_there_is_no_interval_and_nobody_is_named() -> None:
    text = """
    scales: {words: [{level: good}, {level: low}]}
    inputs:
      waits: {type: percent, polarity: lower, error: {numerator: late, denominator: all}}
      late: {type: count, role: context}
      all: {type: count, role: context}
    ratings: {word: {kind: thresholds, of: waits, scale: words, headline: true, levels: [{level: good, at_most: 5}, {level: low, otherwise: true}]}}
    """
    said = told(text, waits="40 10 20", late="- 10 20", all="100 100 100")
    assert "40%, without an interval, as how many it is of is missing; the median of 3 is 20%" in said
    assert "The best of them, 10%, is no example: its interval or this one is not known." in said
    assert "B:" not in said


def test_who_rose_is_told_of_those_who_stood_there_and_got_better() -> None:
    """B got better beyond chance and D was not there; C got worse; where nobody did, that is said."""
    columns = {"seen": "50 95 70 90", "came": "100 100 100 100", "beds": "1 2 3 4"}
    text = CARE.replace("number: 2", "number: 9")
    said = told(text, then={"seen": "50 60 80", "came": "100 100 100", "beds": "1 2 3"}, **columns)
    assert (
        "1 of its 3 peers with a figure improved since old.csv. B improved most, from 60% (50.2 to 69.1) to 95%" in said
    )
    assert "past today's median" in said
    said = told(text, then={"seen": "50 96 80", "came": "100 100 100", "beds": "1 2 3"}, **columns)
    assert "Who solved this: none of its 3 peers with a figure improved since old.csv." in said


def test_a_large_rise_on_few_is_no_example_and_the_next_is() -> None:
    """D rose from 1 of 3 to 3 of 3, which chance may explain; B from 60 to 95 of 100, which it does not."""
    text = CARE.replace("number: 2", "number: 9")
    said = told(
        text, then={"seen": "50 60 80 1", "came": "100 100 100 3", "beds": "1 2 3 4"},
        seen="50 95 70 3", came="100 100 100 3", beds="1 2 3 4",
    )  # fmt: skip
    assert "The largest improvement, from 33.33% (6.15 to 79.23) to 100% (43.9 to 100.0), is no example" in said
    assert "is no example: chance may explain it. Clear of chance, B improved most, from 60%" in said


def test_peers_of_whom_none_has_a_figure_are_said_to_have_none() -> None:
    """B and C are like A and rated by how clean they are; D, which is not, was seen in time."""
    text = (
        CARE.replace("  beds:", "  clean: {type: number, polarity: higher}\n  beds:")
        .replace(
            "peers:",
            "  clean_word: {kind: thresholds, of: clean, scale: words, levels: [{level: good, at_least: 5}, {level: low, otherwise: true}]}\npeers:",
        )
        .replace("[share_word]", "[share_word, clean_word]")
    )
    then = {"seen": "50 60 80 1", "came": "100 100 100 3", "clean": "9 9 9 9", "beds": "1 2 3 4"}
    said = told(text, then=then, seen="50 - - 95", came="100 - - 100", clean="9 9 9 9", beds="1 2 3 90")
    assert "Who can help: none of its peers has a figure for this. " in said
    assert "Who solved this" not in said


def test_alone_in_its_cohort_nobody_can_be_compared() -> None:
    said = told(CARE, seen="50", came="100", beds="1")
    assert (
        "Nobody can be compared by beds (1), standardised, the weights in brackets, so its cohort of the one organisation"
        in said
    )
    assert "none is weak" in said


def test_what_has_no_figure_is_named_and_nothing_is_said_of_it() -> None:
    said = command("diagnose", STARS, "XCD", "--draws", "0").out
    assert "Without a figure, so not looked at: Clinical governance review." in said
    assert "How sure" not in said


def test_where_nothing_is_uncertain_that_is_said() -> None:
    text = "inputs: {a: {type: number, polarity: higher}}\nratings: {mean: {kind: mean, of: [a], missing: refuse, headline: true, polarity: higher}}"
    said = diagnosis_text(diagnose(rate(text, a="1 2"), 0, Wanted(draws=10)))
    assert "How sure: nothing was varied, as the method says nothing that is uncertain." in said


def test_a_figure_is_cut_for_the_eye_alone() -> None:
    """Of a third the csv and the json have all digits."""
    numbers = ("0.66666666", "0.30000001", "-0.00001", "12", "1234.567891", "0.0000004")
    assert [short(Decimal(text)) for text in numbers] == ["0.6667", "0.3", "0", "12", "1234.57", "0"]


def test_groups_are_set_beside_what_the_same_members_were(tmp_path: Path) -> None:
    """A quarter ago a call of XAN reached the door in 60 minutes: then West was slower, and has improved since."""
    folder = ROOT / "examples" / "pathways"
    text = (folder / "stroke-q1.csv").read_text("utf-8").replace("Q1 2026/27", "Q4 2025/26")
    then = tmp_path / "then.csv"
    lines = [line.split(",") for line in text.splitlines()]
    slower = [[*line[:3], "60", *line[4:]] if line[0] == "XAN" else line for line in lines]
    then.write_text("\n".join(map(",".join, slower)) + "\n", "utf-8")
    got = command(
        "diagnose", folder / "stroke-q1.csv", "east", "-m", folder / "stroke.yaml", "--as", "pathways", "--earlier", then,
        "--draws", "0",
    )  # fmt: skip
    said = " ".join(got.out.split())
    assert (
        "1 of the 1 other of its cohort with a figure improved since Q4 2025/26. Merrow West (west) improved most"
        in said
    )

"""Earlier returns: which period each is of, what is asked of it, and how its results reach ratings and explanations."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from tests.support.running import run

import nhsrate

RULES = """\
id: running
title: Running
scales: {rag: [{level: green}, {level: red}]}
figures: {cut: {value: 10, basis: assumed}}
inputs:
  waits: {title: Long waits, type: number, polarity: lower, required: true}
  beds: {title: Beds, type: number, required: true}
measures:
  light: {kind: thresholds, scale: rag, of: waits, levels: [{level: green, at_most: cut}, {level: red, otherwise: true}]}
  change: {kind: difference, of: waits, from: {item: waits, back: 4}, published: true}
  per_bed: {kind: ratio, of: waits, to: beds, published: true}
ratings:
  rating:
    kind: decide
    scale: rag
    headline: true
    rows:
      - {when: {light: {is: red, running: 2}}, then: red, because: red for two quarters running, missing: fails}
      - {when: {rating: {is: red, period: previous}}, then: red, because: red the quarter before, missing: fails}
    otherwise: green
"""


def table(period: str, *rows: str, heading: str = "Long waits,Beds") -> str:
    above = f"Period,{period}\n\n" if period else ""
    return f"{above}Code,Name,{heading}\n" + "".join(f"{row}\n" for row in rows)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rules, a return and those of earlier periods."""
    monkeypatch.chdir(tmp_path)
    Path("running.yaml").write_text(RULES, "utf-8")
    files = {
        "q4": table("Q4 2025/26", "RA1,North,12,5", "RA2,South,12,5", "RA3,West,1,5"),
        "q3": table("Q3 2025/26", "RA3,West,11", "RA1,North,11", heading="Long waits"),
        "q2": table("Q2 2025/26", "RA3,West,30", heading="Long waits"),
        "year": table("Q4 2024/25", "RA1,North,20", "ra2,South,9", heading="Long waits"),
    }
    for name, text in files.items():
        Path(f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


def rated(*earlier: str, **options: object) -> nhsrate.Run:
    files = [f"{name}.csv" for name in earlier]
    return nhsrate.rate("q4.csv", "running.yaml", earlier=files or None, **options)  # type: ignore[arg-type]


def column(found: nhsrate.Run, item: str) -> list[str]:
    return [str(cell) for cell in found.assessment.columns[item]]


def test_what_was_is_what_the_earlier_return_gives_under_these_rules() -> None:
    found = rated("q3", "year")
    assert column(found, "rating") == ["red", "green", "green"]
    assert column(found, "light.previous")[::2] == ["red", "red"]
    assert column(found, "light.previous")[1] == "missing (light of Q3 2025/26 is missing: it does not stand in q3.csv)"
    assert column(found, "change")[:2] == ["-8", "3"]
    assert column(rated("q3", "year", set={"cut": 11}), "light.previous")[0] == "green"


def test_an_item_that_looks_back_at_itself_does_so_in_earlier_returns_too() -> None:
    assert column(rated("q3", "q2", "year"), "rating") == ["red", "green", "red"]
    assert column(rated("q2", "q3"), "rating") == ["red", "green", "red"], "in whatever order they are given"


def test_without_a_return_what_was_is_missing_and_a_note_says_which_would_give_it() -> None:
    found = rated()
    assert column(found, "rating") == ["green", "green", "green"]
    assert column(found, "light.previous")[0] == "missing (no return of the period before was given)"
    told = [(one.severity, one.message) for one in found.problems if one.code == "earlier-period"]
    assert told == [
        ("note", 'No return of the period before was given, so "light" and "rating" of then are missing.'),
        ("note", "No return of 4 periods before was given, so Long waits (waits) of then is missing."),
    ]
    [told] = [one.message for one in rated("q3").problems if one.code == "earlier-period"]  # type: ignore[assignment]
    assert "4 periods before" in str(told)


def test_every_output_names_the_earlier_returns_and_explanations_go_down_to_their_cells() -> None:
    rest = ("q4.csv", "-m", "running.yaml", "--earlier", "q3.csv", "--earlier", "q2.csv")
    line = "Earlier: q3.csv, period Q3 2025/26, the period before."
    for form in ("table", "markdown"):
        assert line in run("score", *rest, "-f", form).out.replace("\\", "")
    said = json.loads(run("score", *rest, "-f", "json").out)
    assert {back: one["name"] for back, one in said["provenance"]["earlier"].items()} == {"1": "q3.csv", "2": "q2.csv"}
    items = said["organisations"][2]["items"]
    assert items["rating.previous"]["parts"] == ["rating, Q3 2025/26"]
    assert items["rating, Q3 2025/26"]["value"] == "red"
    assert items["waits, Q2 2025/26"]["cell"] == "q2.csv:C4"
    told = run("explain", "q4.csv", "RA3", *rest[1:]).out
    assert "Return: q2.csv, q3.csv, q4.csv\n" in told
    assert "    light of Q2 2025/26  [line 18]\n" in told
    assert "Long waits (waits, Q2 2025/26): 30  [q2.csv:C4]\n" in told
    long = run("score", *rest, "-f", "csv", "--long").out.splitlines()
    cells = {(row["code"], row["item"]): row["cell"] for row in csv.DictReader(long)}
    assert cells["RA3", "light.previous"] == "q3.csv:C4"
    assert cells["RA2", "light.previous"] == ""
    checked = run("check", *rest)
    assert f"  {line}\n" in checked.out
    assert json.loads(run("check", *rest, "-f", "json").out)["checked"][0]["earlier"] == {
        "1": {"file": "q3.csv", "period": "Q3 2025/26"}, "2": {"file": "q2.csv", "period": "Q2 2025/26"},
    }  # fmt: skip
    assert run("score", *rest, "-o", "out.xlsx").code == 0
    from openpyxl import load_workbook

    book = load_workbook("out.xlsx")
    cover = [(row[0].value, row[1].value) for row in book["Cover"].iter_rows(max_col=2)]
    assert ("Earlier return", "q3.csv, period Q3 2025/26, the period before.") in cover
    assert "rating, Q3 2025/26" in {row[2].value for row in book["Reasons"].iter_rows(max_col=3)}


def test_headroom_and_robustness_take_what_was_as_it_was() -> None:
    rest = ("-m", "running.yaml", "--earlier", "q3.csv", "--earlier", "year.csv")
    told = run("headroom", "q4.csv", "RA1", *rest)
    assert (told.code, "waits" in told.out) == (0, True)
    sure = run("robustness", "q4.csv", *rest, "--draws", "20", "--vary", "figures=0.5")
    assert sure.code == 0


def test_an_earlier_return_is_asked_for_nothing_but_what_is_looked_back_at() -> None:
    assert "Beds" not in Path("q3.csv").read_text("utf-8")
    Path("q3.csv").write_text(table("Q3 2025/26", "RA1,North,1,nonsense", heading="Beds,Comment"), "utf-8")
    found = run("score", "q4.csv", "-m", "running.yaml", "--earlier", "q3.csv")
    assert found.code == 1
    assert '"Long waits"' in found.err


def test_a_column_that_is_asked_of_one_and_absent_is_told_of_that_one() -> None:
    Path("running.yaml").write_text(RULES.replace("{item: waits, back: 4}", "{item: beds, back: 4}"), "utf-8")
    found = run("score", "q4.csv", "-m", "running.yaml", "--earlier", "q3.csv", "--earlier", "year.csv")
    [said] = [line for line in found.err.splitlines() if "error" in line]
    assert said.startswith('year.csv: error: No column of this earlier return has the heading "Beds".')


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("", "The return does not say of which period it is"),
        ("Q4 2025/26", "which is no whole number of such periods before"),
        ("Q1 2026/27", "which is no whole number of such periods before"),
        ("2024/25", "which is no whole number of such periods before"),
        ("draft", "which is no whole number of such periods before"),
        ("Oct - Dec 2025", 'It is of "Oct - Dec 2025", as q3.csv is.'),
    ],
)
def test_a_return_of_no_earlier_period_is_refused(period: str, said: str) -> None:
    Path("odd.csv").write_text(table(period, "RA1,North,1,1"), "utf-8")
    found = run("score", "q4.csv", "-m", "running.yaml", "--earlier", "q3.csv", "--earlier", "odd.csv")
    assert (found.code, said in found.err, "[earlier-period]" in found.err) == (1, True, True), found.err


def test_several_files_of_one_period_are_one_return() -> None:
    Path("q3b.csv").write_text(table("Oct - Dec 2025", "RA2,South,30", heading="Long waits"), "utf-8")
    found = rated("q3", "q3b")
    assert column(found, "rating") == ["red", "red", "green"]
    assert column(rated("q3"), "rating") == ["red", "green", "green"]
    text = run("explain", "q4.csv", "RA2", "-m", "running.yaml", "--earlier", "q3.csv", "--earlier", "q3b.csv").out
    assert "q3b.csv" in text


def test_a_folder_may_hold_a_file_for_each_period() -> None:
    """It is one return where its files are one; else each of them is, where each says another period."""
    Path("before").mkdir()
    for name in ("q3", "q2", "year"):
        Path(f"{name}.csv").rename(f"before/{name}.csv")
    found = nhsrate.rate("q4.csv", "running.yaml", earlier="before")
    assert column(found, "change")[0] == "-8"
    assert column(found, "rating") == ["red", "green", "red"]
    Path("before/q1.csv").write_text(table("Q3 2025/26", "RA1,North,1", heading="Long waits"), "utf-8")
    with pytest.raises(nhsrate.Refused, match="Keep one of them"):
        nhsrate.rate("q4.csv", "running.yaml", earlier="before")
    Path("before/q1.csv").write_text("Nothing,here\n", "utf-8")
    with pytest.raises(nhsrate.Refused, match="q1"):
        nhsrate.rate("q4.csv", "running.yaml", earlier="before")


def test_a_folder_of_one_period_is_one_return() -> None:
    Path("before").mkdir()
    Path("q3.csv").rename("before/a.csv")
    Path("before/b.csv").write_text(table("Q3 2025/26", "RA2,South,30", heading="Long waits"), "utf-8")
    found = nhsrate.rate("q4.csv", "running.yaml", earlier="before")
    assert column(found, "rating") == ["red", "red", "green"]


def test_data_frames_of_one_period_are_refused() -> None:
    """Nobody can see which is which."""
    frames = [pd.read_csv("q3.csv", skiprows=1).assign(Period="Q3 2025/26") for _ in range(2)]
    with pytest.raises(nhsrate.Refused, match="Give one return of each period"):
        nhsrate.rate("q4.csv", "running.yaml", earlier=frames)


def test_the_period_of_the_edition_stands_in_for_that_of_the_return() -> None:
    Path("q4.csv").write_text(table("", "RA1,North,12,5"), "utf-8")
    with pytest.raises(nhsrate.Refused, match="does not say of which period it is, so it cannot be told"):
        rated("q3")
    Path("running.yaml").write_text(RULES.replace("title: Running", "title: Running\nperiod: Q4 2025/26"), "utf-8")
    assert column(rated("q3"), "rating") == ["red"]


def test_what_is_not_looked_back_at_is_a_warning() -> None:
    Path("q3b.csv").write_text(table("Q2 2024/25", "RA1,North,1,1"), "utf-8")
    found = rated("q3", "q3b")
    assert 'Nothing looks back from "Q4 2025/26" to "Q2 2024/25", so this return is not used.' in [
        one.message for one in found.problems if one.severity == "warning"
    ]
    plain = RULES.replace("{item: waits, back: 4}", "beds").replace(", running: 2", "").replace("{is: red}", "red")
    plain = plain.replace("rating: {is: red, period: previous}", "light: green")
    Path("running.yaml").write_text(plain, "utf-8")
    [told] = [one for one in rated("q3").problems if one.severity == "warning"]
    assert told.message == "Running looks at no earlier period, so what --earlier gives is not used."
    assert rated().problems == ()


def test_faults_of_all_earlier_returns_are_told_together() -> None:
    Path("q3.csv").write_text(table("Q3 2025/26", "RA1,North,x", heading="Long waits"), "utf-8")
    found = run("check", "q4.csv", "-m", "running.yaml", "--earlier", "q3.csv", "--earlier", "nowhere.csv")
    assert 'q3.csv:C4: error: "x" is not a number' in found.err
    assert "nowhere.csv: error:" in found.err


def test_successors_hold_for_earlier_returns_and_a_list_of_codes_does_not() -> None:
    Path("successors.csv").write_text("Old code,New code\nRX1,RA2\n", "utf-8")
    Path("codes.csv").write_text("Code,Name\nRA1,North\nRA2,South\nRA3,West\n", "utf-8")
    rows = ("RX1,South,11", "RX2,Closed,3")
    Path("q3.csv").write_text(table("Q3 2025/26", *rows, heading="Long waits"), "utf-8")
    found = rated("q3", successors="successors.csv", organisations="codes.csv", limit={"file": "70MB"})
    assert column(found, "rating") == ["green", "red", "green"]
    assert sum(one.code == "raised-limit" for one in found.problems) == 1


def test_an_earlier_return_may_be_read_by_a_profile_of_its_own() -> None:
    Path("all.csv").write_text(
        "Quarter,Code,Name,Long waits,Beds\n" + "".join(
            f"{quarter},RA1,North,{waits},5\n" for quarter, waits in (("Q4 2025/26", 12), ("Q3 2025/26", 11))
        ), "utf-8",
    )  # fmt: skip
    for quarter in ("Q3", "Q4"):
        profile = f"reading: {{where: {{Quarter: {quarter} 2025/26}}, period: [Quarter]}}\n"
        Path(f"{quarter.lower()}.yaml").write_text(profile, "utf-8")
    found = nhsrate.rate("all.csv", "running.yaml", reading="q4.yaml", earlier="all.csv", earlier_reading="q3.yaml")
    assert column(found, "rating") == ["red"]


def test_earlier_returns_may_be_data_frames() -> None:
    frame = pd.DataFrame({"Period": ["Q3 2025/26"], "Code": ["RA1"], "Name": ["North"], "Long waits": [11]})
    now = nhsrate.rate("q4.csv", "running.yaml", earlier=[frame])
    assert column(now, "rating") == ["red", "green", "green"]
    assert column(nhsrate.rate("q4.csv", "running.yaml", earlier=frame), "rating") == ["red", "green", "green"]
    with pytest.raises(TypeError, match="earlier has a int in it"):
        nhsrate.rate("q4.csv", "running.yaml", earlier=[3])  # type: ignore[arg-type]


def test_within_a_published_return_what_was_is_that_of_each() -> None:
    Path("own.csv").write_text(table("Q4 2025/26", "RA3,West,12,5"), "utf-8")
    found = nhsrate.rate("own.csv", "running.yaml", against="q4.csv", earlier="q3.csv")
    codes = [one.code for one in found.submitted.organisations]
    assert dict(zip(codes, column(found, "rating"), strict=True)) == {"RA1": "red", "RA2": "green", "RA3": "red"}


def test_an_output_may_not_take_the_place_of_an_earlier_return() -> None:
    found = run("score", "q4.csv", "-m", "running.yaml", "--earlier", "q3.csv", "-o", "q3.csv")
    assert (found.code, "would take the place of a file that is read" in found.err) == (2, True)

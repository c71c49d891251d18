"""A supposed value: checked like the cell in whose place it stands, marked wherever it goes, and written nowhere."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.support.running import Run, run

import nhsrate
from nhsrate.core.cells import Missing

RULES = """\
id: waiting
title: Waiting
reading: {markers: {"-": not collected}}
scales: {stars: [{level: 2, aliases: [two]}, {level: 1}, {level: missing}]}
inputs:
  waits: {title: Long waits, type: number, polarity: lower, valid: 0..100}
  seen.in.time: {title: Seen in time, type: percent, polarity: higher, valid: 0..100, optional: true}
  clean: {type: level, scale: stars, optional: true}
  late: {type: yes/no, optional: true, required: true}
  remark: {type: text, optional: true}
  patients: {type: count, optional: true}
  lasting: {type: duration, unit: minutes, optional: true}
  beds: {type: number, polarity: higher, optional: true}
measures:
  points: {kind: sum, of: [waits], missing: missing, given_as: [Published points]}
  points_again: {kind: sum, of: [points], missing: missing}
  twice: {kind: sum, of: [points, points_again], missing: missing, given_as: [Published twice]}
  alone: {kind: sum, of: [beds], missing: missing, given_as: [Published beds], published: true}
  silent:
    kind: decide
    published: true
    rows:
      - when: {seen.in.time: missing, clean: missing, late: missing, remark: missing, patients: missing, lasting: missing}
        then: 1
        missing: fails
    otherwise: 0
ratings:
  stars: {kind: thresholds, scale: stars, of: twice, headline: true, levels: [{level: 2, at_most: 20}, {level: 1, otherwise: true}]}
"""
RETURN = "Org code,Name,Long waits,Seen in time,clean,late\nRA1,North,12,91,1,no\nRA2,South,9,95,2,yes\nR.A3,West,30,90,1,no\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rules and a return."""
    monkeypatch.chdir(tmp_path)
    Path("waiting.yaml").write_text(RULES, "utf-8")
    Path("return.csv").write_text(RETURN, "utf-8")
    return tmp_path


def score(*suppose: str, arguments: tuple[str, ...] = (), file: str = "return.csv") -> Run:
    options = [word for text in suppose for word in ("--suppose", text)]
    return run("score", file, "-m", "waiting.yaml", *options, *arguments)


def texts(rated: nhsrate.Run, item: str) -> list[str]:
    return list(map(str, rated.assessment.columns[item]))


def stars_of(found: Run) -> list[str]:
    return [line.split(",")[-1] for line in found.out.splitlines()[1:]]


def test_the_rating_is_what_the_same_return_with_another_cell_has() -> None:
    before = score(arguments=("-f", "csv"))
    supposed = score("RA1.waits=10", arguments=("-f", "csv"))
    Path("other.csv").write_text(RETURN.replace("North,12", "North,10"), "utf-8")
    assert supposed.out == score(file="other.csv", arguments=("-f", "csv")).out != before.out
    assert Path("return.csv").read_text("utf-8") == RETURN


def test_every_output_marks_it() -> None:
    line = "Supposed: RA1, Long waits (waits): 10; the return says 12."
    for form in ("table", "markdown"):
        assert line in score("RA1.waits=10", arguments=("-f", form)).out.replace("\\", "")
    note = "return.csv:C2: note: Long waits (waits) of RA1 is supposed: 10; the return says 12. [supposed]"
    assert note in score("RA1.waits=10", arguments=("-f", "csv")).err.splitlines()
    long = score("RA1.waits=10", arguments=("-f", "csv", "--long")).out.splitlines()
    assert next(row for row in long if row.startswith("RA1,North,waits")).split(",")[7] == "supposed RA1.waits=10"
    said = json.loads(score("RA1.waits=10", arguments=("-f", "json")).out)
    assert said["provenance"]["return"]["supposed"] == [
        {"code": "RA1", "item": "waits", "asked": "10", "value": "10", "return": "12", "cell": "return.csv:C2"}
    ]
    reason = said["organisations"][0]["items"]["waits"]
    assert (reason["supposed"], reason["cell"]) == (True, "supposed RA1.waits=10")
    assert reason["how"] == "supposed; the return says 12 (return.csv:C2)"
    assert "supposed" not in said["organisations"][1]["items"]["waits"]
    assert score("RA1.waits=10", arguments=("-o", "out.xlsx")).code == 0
    book = load_workbook(io.BytesIO(Path("out.xlsx").read_bytes()))
    cover = [(row[0].value, row[1].value) for row in book["Cover"].iter_rows(max_col=2)]
    assert ("Supposed", line.removeprefix("Supposed: ")) in cover
    assert "supposed" not in score(arguments=("-f", "json")).out


def test_explanations_headroom_and_robustness_mark_it() -> None:
    rest = ("return.csv", "RA1", "-m", "waiting.yaml", "--suppose", "RA1.waits=10")
    told = run("explain", *rest).out
    assert "Long waits (waits): 10  [supposed RA1.waits=10]\n" in told
    assert "        supposed; the return says 12 (return.csv:C2)\n" in told
    assert "Return: return.csv" not in told, "no value of it was used"
    line = "Supposed: RA1, Long waits (waits): 10; the return says 12."
    assert line in run("headroom", *rest).out
    assert line in run("robustness", "return.csv", *rest[2:], "--draws", "2").out
    for command in ("headroom", "robustness"):
        asked = rest if command == "headroom" else (rest[0], *rest[2:], "--draws", "2")
        assert json.loads(run(command, *asked, "-f", "json").out)["return"]["supposed"][0]["item"] == "waits"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("RA1.waits=abc", "text-in-number", 'A number is expected, and the cell says "abc".'),
        ("RA1.waits=101", "out-of-range", "101 lies outside the valid range, 0 to 100."),
        ("RA1.waits=n/a", "undeclared-marker", '"n/a" '),
        ("RA1.waits=1,2", "text-in-number", '"1,2" has a comma'),
        ("RA1.clean=3", "not-a-level", '"3" is not a level'),
        ("RA1.late=perhaps", "not-yes-or-no", "Yes or no is expected"),
        ("RA1.late=missing", "required-value", "Every organisation must have a value"),
        ("RA1.patients=1.5", "out-of-range", "A count is expected"),
        ("RA1.waits=\u0417", "text-in-number", "A number is expected"),
        ("RA1.remark=A\u0421E", "look-alike", ""),
        ("RA1.wait=3", "unknown-item", 'Did you mean "waits"?'),
        ("RA1.Long waits=3", "unknown-item", 'Did you mean "waits"?'),
        ("RA1.nothing-of-the-kind=3", "unknown-item", "It has waits, seen.in.time, clean"),
        ("RA1.stars=2", "unknown-item", "Suppose what it is made of: waits, points and twice."),
        ("RA4.waits=3", "unknown-organisation", "Did you mean"),
        ("zzzzzz.waits=3", "unknown-organisation", "It has 3, such as RA1."),
        ("north.waits=3", "unknown-organisation", 'North has the code "RA1".'),
        ("zzzzzz.yyyyyy=3", "unknown-organisation", "no organisation"),
    ],
)
def test_it_is_checked_like_a_cell_and_a_name_that_is_not_known_leads_to_the_nearest(
    text: str, code: str, message: str
) -> None:
    found = score(text)
    assert found.code == 2, found
    [said] = [line for line in found.err.splitlines() if ": error: " in line]
    assert said.startswith(f"--suppose {text}: error: "), said
    assert said.endswith(f"[{code}]"), said
    assert message in said, said


@pytest.mark.parametrize("text", ["RA1.waits", "RA1.waits=", "waits=3", ".waits=3", "RA1.=3", "=3"])
def test_what_is_no_supposition_says_how_one_is_written(text: str) -> None:
    found = score(text)
    assert found.code == 2
    assert f'"{text}" is not CODE.INPUT=VALUE, such as RA1.waits=80.' in found.err


@pytest.mark.parametrize(
    ("text", "item", "value"),
    [
        ("RA1.waits = 1.50", "waits", Decimal("1.5")),
        ("ra1.waits=0", "waits", Decimal(0)),
        ("R.A3.waits=7", "waits", Decimal(7)),
        ("RA1.seen.in.time=80%", "seen.in.time", Decimal(80)),
        ("R.A3.seen.in.time=80", "seen.in.time", Decimal(80)),
        ("RA1.clean=two", "clean", "2"),
        ("RA1.clean=missing", "clean", "missing"),
        ("RA1.late=Y", "late", "yes"),
        ("RA1.remark=as = written", "remark", "as = written"),
        ("RA1.remark=missing", "remark", None),
        ("RA1.waits=-", "waits", None),
        ("RA1.waits=Missing", "waits", None),
        ("RA1.lasting=00:07:30", "lasting", Decimal("7.5")),
        ("RA1.beds=4", "beds", Decimal(4)),
        ("RA1.points=4", "points", Decimal(4)),
    ],
)
def test_it_is_typed_like_a_cell_whatever_stands_in_codes_and_ids(
    text: str, item: str, value: Decimal | str | None
) -> None:
    rated = nhsrate.rate("return.csv", "waiting.yaml", suppose=[text])
    [one] = rated.submitted.supposed
    n = 2 if text.startswith("R.A3") else 0
    cell = rated.assessment.columns[item][n]
    assert one.item == item
    assert one.cell is cell or one.cell == cell
    if value is None:
        assert isinstance(cell, Missing)
    else:
        assert cell == value or str(cell) == value


def test_what_may_mean_two_things_is_refused() -> None:
    Path("waiting.yaml").write_text(RULES.replace("beds:", "A3.waits:").replace("[beds]", "[A3.waits]"), "utf-8")
    Path("return.csv").write_text(RETURN + "R,East,1,90,1,no\n", "utf-8")
    found = score("R.A3.waits=3")
    assert '"R.A3.waits" may mean A3.waits of R and waits of R.A3.' in found.err


def test_one_value_is_supposed_once() -> None:
    found = score("RA1.waits=3", "ra1.waits=4")
    assert "RA1.waits is supposed twice. Say it once. [bad-setting]" in found.err
    both = score("RA1.waits=3", "RA2.waits=40", arguments=("-f", "csv"))
    assert stars_of(both) == ["2", "1", "1"]


def test_a_supposed_value_is_never_compared_with_committed_ratings() -> None:
    Path("ratings.csv").write_text(score(arguments=("-f", "csv")).out, "utf-8")
    found = score("RA1.waits=10", arguments=("--check", "ratings.csv"))
    assert (found.code, "leave --suppose out" in found.err) == (2, True)
    assert run("check", "return.csv", "-m", "waiting.yaml", "--suppose", "RA1.waits=10").code == 2


def test_a_percentage_is_doubted_where_the_others_lie_on_the_other_scale() -> None:
    rows = "".join(f"R{n},T{n},5,{80 + n},1,no\n" for n in range(10, 19))
    Path("return.csv").write_text(RETURN + rows, "utf-8")
    assert "0.8 % may be meant as 80 %" in score("RA1.seen.in.time=0.8").err
    assert "percent-scale" not in score("RA1.seen.in.time=80").err
    assert "percent-scale" not in score("RA1.seen.in.time=0.8%").err
    Path("return.csv").write_text("Org code,Name,Long waits,Seen in time,late\nRA1,North,12,,no\n", "utf-8")
    assert "The one value of the column is between 0 and 1" in score("RA1.seen.in.time=0.8").err


def test_results_that_were_published_with_other_values_are_worked_out_instead() -> None:
    Path("return.csv").write_text(
        "Org code,Name,Long waits,late,Published points,Published twice,Published beds\n"
        "RA1,North,12,no,12,24,5\nRA2,South,9,no,9,18,6\n",
        "utf-8",
    )
    rated = nhsrate.rate("return.csv", "waiting.yaml", suppose={"RA1.waits": 3})
    assert texts(rated, "points") == ["3", "9"]
    assert texts(rated, "twice") == ["6", "18"]
    assert texts(rated, "alone") == ["5", "6"]
    message = "points and twice of RA1 were published with other values than what is supposed, so these results were "
    assert [one.message for one in rated.problems if one.severity == "warning"] == [f"{message}not taken."]
    one = nhsrate.rate("return.csv", "waiting.yaml", suppose={"RA1.points": 4})
    assert texts(one, "points") == ["4", "9"]
    assert texts(one, "twice") == ["8", "18"]


def test_rows_that_are_parts_of_one_organisation_take_the_value_as_one() -> None:
    Path("waiting.yaml").write_text(RULES.replace("reading: {", "reading: {repeats: sum, "), "utf-8")
    Path("return.csv").write_text("Org code,Name,Long waits,late\nRA1,North,12,no\nRA1,North,3,no\n", "utf-8")
    assert "RA1, Long waits (waits): 10; the return says 15." in score("RA1.waits=10").out


RANKS = """\
id: spread
title: A spread by published ranks
scales: {bands: [{level: 1}, {level: 2}, {level: 3}, {level: 4}]}
figures: {everyone_ranked: {value: 100, basis: assumed}}
inputs:
  wait: {type: number, polarity: lower}
  wait_rank: {type: count, optional: true}
  beds: {type: number, polarity: higher, optional: true}
  beds_rank: {type: count, optional: true}
measures:
  score: {kind: rank-spread, of: wait, rank: wait_rank, ranked: everyone_ranked, best: 1, worst: 4}
  other: {kind: rank-spread, of: beds, rank: beds_rank, ranked: everyone_ranked, best: 1, worst: 4}
ratings:
  band: {kind: level, scale: bands, of: score, halves: up, headline: true}
"""


def test_the_published_rank_of_a_supposed_value_gives_way_to_the_worst_place_that_others_leave_open() -> None:
    Path("spread.yaml").write_text(RANKS, "utf-8")
    rows = "RA1,3,10,,\nRA2,5,40,6,3\nRA3,9,90,7,2\n"
    Path("return.csv").write_text(f"Code,wait,wait_rank,beds,beds_rank\n{rows}", "utf-8")
    rated = nhsrate.rate("return.csv", "spread.yaml", suppose={"RA1.wait": 6})
    assert rated.submitted.values["wait_rank"].cells[0] == 90
    assert isinstance(rated.submitted.values["beds_rank"].cells[0], Missing)
    told = [one.message for one in rated.problems]
    assert "wait_rank of RA1 was published with other values than what is supposed, so it was not taken." in told
    assert '"wait" is 6, which takes one of the places 41 to 90 of 100; 90 was taken, the worst of them.' in told
    both = nhsrate.rate("return.csv", "spread.yaml", suppose={"RA1.wait": 6, "RA1.wait_rank": 41})
    assert both.submitted.values["wait_rank"].cells[0] == 41


def test_among_others_both_the_own_and_the_others_may_be_supposed() -> None:
    Path("spread.yaml").write_text(RANKS, "utf-8")
    Path("own.csv").write_text("Code,wait\nRA1,3\n", "utf-8")
    Path("all.csv").write_text("Code,wait,wait_rank\nRA2,5,40\nRA3,9,90\nRA1,1,1\n", "utf-8")
    rest = {"against": "all.csv", "suppose": {"RA1.wait": 6, "RA3.wait": 2}}
    rated = nhsrate.rate("own.csv", "spread.yaml", **rest)  # type: ignore[arg-type]
    codes = [one.code for one in rated.submitted.organisations]
    assert dict(zip(codes, rated.submitted.values["wait"].cells, strict=True)) == {"RA1": 6, "RA2": 5, "RA3": 2}
    assert rated.assessment.reported == (codes.index("RA1"),)


def test_a_successor_is_supposed_under_its_new_code() -> None:
    Path("successors.csv").write_text("Old code,New code\nRA1,RX9\n", "utf-8")
    rest = ("--successors", "successors.csv", "-f", "csv")
    assert stars_of(score("RX9.waits=10", arguments=rest)) == ["2", "2", "1"]
    assert "unknown-organisation" in score("RA1.waits=10", arguments=rest).err


TABLES = """\
id: waiting
title: Waiting
reading: {tables: {a: {sheet: A, markers: {x: not counted}}, b: {sheet: B}}}
scales: {stars: [{level: 2}, {level: 1}]}
inputs:
  waits: {title: Long waits, table: a, type: number}
  late: {table: b, type: yes/no}
ratings:
  stars:
    kind: decide
    scale: stars
    headline: true
    rows: [{when: {waits: "< 10", late: no}, then: 2, missing: fails}]
    otherwise: 1
"""


def test_a_table_of_several_is_read_with_its_own_markers() -> None:
    Path("waiting.yaml").write_text(TABLES, "utf-8")
    from openpyxl import Workbook

    book = Workbook()
    for name, heading, value in (("A", "Long waits", 12), ("B", "late", "no")):
        sheet = book.create_sheet(name)
        sheet.append(["Org code", heading])
        sheet.append(["RA1", value])
    del book["Sheet"]
    book.save("return.xlsx")
    rated = nhsrate.rate("return.xlsx", "waiting.yaml", suppose={"RA1.waits": "x"})
    assert str(rated.assessment.columns["waits"][0]) == "missing (not counted)"
    with pytest.raises(nhsrate.Refused):
        nhsrate.rate("return.xlsx", "waiting.yaml", suppose={"RA1.late": "x"})


def test_python_refuses_what_is_no_supposition() -> None:
    with pytest.raises(nhsrate.Refused, match="is not CODE"):
        nhsrate.rate("return.csv", "waiting.yaml", suppose={"waits": 3})
    with pytest.raises(TypeError, match="suppose is a int"):
        nhsrate.rate("return.csv", "waiting.yaml", suppose=3)  # type: ignore[arg-type]

"""Several rows of one organisation that are parts of it: added up exactly, or refused with the row that cannot be."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from nhsrate.commands.main import main
from nhsrate.core.cells import YES_NO, Missing
from nhsrate.core.problems import Refused
from nhsrate.core.tables import MemoryBook, ShownCell, Table
from nhsrate.files.open import open_book
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import Input, LongForm, Repeats, TableReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.returns.model import Return

SUM, LEFT_OUT = TableReading(repeats=Repeats("sum")), TableReading(repeats=Repeats("sum", "leave out"))
INPUTS = (Input("seen", "count"), Input("cost", "number"), Input("share", "percent"), Input("kind", "text"))
HEADER = ("Code", "Name", "seen", "cost", "share", "kind")
ADA = ("RA1", "Ada", 3, "0.1", "50%", "acute")


def read(*rows: Sequence[object], reading: TableReading = SUM, inputs: Sequence[Input] = INPUTS) -> Return:
    return read_tables([MemoryBook("r.xlsx", "", [Table("r.xlsx", "S", [HEADER, *rows])])], inputs, reading)


def refusals(*rows: Sequence[object], reading: TableReading = SUM, inputs: Sequence[Input] = INPUTS) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(*rows, reading=reading, inputs=inputs)
    return [f"{found.code} {found}" for found in refused.value.problems if found.severity == "error"]


def test_rows_of_one_organisation_are_added_up_and_counted() -> None:
    """Numbers are summed exactly; what is no number is the same in all rows; the code's case does not matter."""
    found = read(ADA, ("RB2", "Bea", 1, 1, "10%", "x"), ("ra1", "ADA", 4, "0.2", "50.0%", "Acute"))
    assert [body.code for body in found.organisations] == ["RA1", "RB2"]
    assert [str(found.values[id_].cells[0]) for id_ in ("seen", "cost", "share", "kind")] == [
        "7",
        "0.3",
        "50",
        "acute",
    ]
    assert found.values["cost"].flags == {0: "the sum of 2 rows"}
    assert found.values["share"].flags == {0: "the same in 2 rows"}
    assert str(found.values["seen"].at(0)) == "r.xlsx:S!C2"


def test_what_one_row_shows_is_kept_and_a_sum_shows_itself() -> None:
    """A cell that shows 8 and holds 7.96 is what a reader of the sheet knows; a sum of two such cells stands nowhere."""
    rows = [
        ("RA1", "Ada", 3, ShownCell(7.96, 0), "50%", "x"),
        *([("RB2", "Bea", 1, ShownCell(1.26, 1), "10%", "x")] * 2),
    ]
    cost = read(*rows).values["cost"]
    assert [str(cell) for cell in cost.cells] == ["7.96", "2.52"]
    assert {n: str(number) for n, number in cost.shown.items()} == {0: "8"}


def test_where_nothing_is_said_a_second_row_is_refused() -> None:
    [refused] = refusals(ADA, ADA, reading=TableReading())
    assert refused.startswith('duplicate-organisation r.xlsx:S!A3: "RA1" stands already in row 2, which says the same')
    assert "reading: repeats: sum" in refused


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (("RA1", "Ada", 1, 1, "60%", "acute"), "E3: RA1 has 60 here and 50 at E2; percentages are not added up or averaged."),
        (("RA1", "Ada", 1, 1, "50%", "mental"), 'F3: RA1 has "mental" here and "acute" at F2; only numbers are added up.'),
        (("RA1", "Ada", None, 1, "50%", "acute"), "C3: A part of RA1 is missing (blank) here, and other rows of it have values."),
    ],
)  # fmt: skip
def test_what_cannot_be_one_is_refused_at_its_cell(second: tuple[object, ...], said: str) -> None:
    [refused] = refusals(ADA, second)
    assert said in refused
    assert refused.startswith("repeats-differ r.xlsx:S!")


def test_a_blank_part_is_left_out_where_the_reading_says_so() -> None:
    """The explanation counts the rows that had a value; a whole without any is missing as its first part is."""
    blank = ("RA1", "Ada", None, None, None, None)
    found = read(blank, ADA, blank, ("RA1", "Ada", 2, 1, "50%", "acute"), reading=LEFT_OUT)
    assert str(found.values["seen"].cells[0]) == "5"
    assert found.values["seen"].flags == {0: "the sum of 2 rows"}
    nothing = read(blank, blank, reading=LEFT_OUT)
    assert nothing.values["seen"].cells[0] == Missing("blank", "blank")
    assert nothing.values["seen"].flags == {}


def test_a_required_value_is_required_of_the_whole() -> None:
    """A blank part meets it where it is left out; a whole without a value does not."""
    inputs = (Input("seen", "count", title="Seen", required=True), Input("late", "yes/no", scale=YES_NO, optional=True))
    blank = ("RA1", "Ada", None, None, None, None)
    assert str(read(ADA, blank, reading=LEFT_OUT, inputs=inputs).values["seen"].cells[0]) == "3"
    assert refusals(blank, blank, reading=LEFT_OUT, inputs=inputs) == [
        'required-value r.xlsx:S!C2: "Seen" has no value in any row of RA1. Enter it.'
    ]


def test_two_names_under_one_code_are_a_warning() -> None:
    found = read(ADA, ("RA1", "Adam", 1, 1, "50%", "acute"))
    [problem] = [problem for problem in found.problems if problem.code == "repeats-differ"]
    assert (problem.severity, str(problem.at)) == ("warning", "r.xlsx:S!B3")
    assert '"Adam" here, and "Ada" at B2' in problem.message


def test_a_row_for_each_indicator_may_have_parts_too() -> None:
    rows = [
        ("Code", "Name", "what", "value"),
        ("RA1", "Ada", "seen", 1),
        ("RB2", "Bea", "seen", 5),
        ("RA1", "Ada", "seen", 2),
    ]
    book = MemoryBook("r.xlsx", "", [Table("r.xlsx", "S", rows)])
    reading = TableReading(long=LongForm("what", "value"), repeats=Repeats("sum"))
    found = read_tables([book], (Input("seen", "count"),), reading)
    assert [str(cell) for cell in found.values["seen"].cells] == ["3", "5"]
    assert found.values["seen"].flags == {0: "the sum of 2 rows"}
    assert [str(found.values["seen"].at(n)) for n in (0, 1)] == ["r.xlsx:S!D2", "r.xlsx:S!D3"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["RA1", "RB2", "RC3"]), st.decimals(-1_000_000, 1_000_000, places=6)), min_size=1
    )
)
def test_sums_are_exact_in_any_order(parts: list[tuple[str, object]]) -> None:
    found = read(*((code, code, 1, str(number), "1%", "x") for code, number in parts))
    for n, body in enumerate(found.organisations):
        whole = sum(Fraction(str(number)) for code, number in parts if code == body.code)
        assert Fraction(str(found.values["cost"].cells[n])) == whole


def test_the_reading_is_said_in_a_rule_file_and_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`repeats: sum`, or with what a missing part does; the explanation counts the rows."""
    monkeypatch.chdir(tmp_path)
    rules = (
        "id: m\ntitle: M\nscales: {rag: [{level: green}, {level: red}]}\nreading: {repeats: sum}\n"
        "inputs: {seen: {type: count}}\nratings:\n  r: {kind: thresholds, scale: rag, headline: true, of: seen, "
        "levels: [{level: green, at_least: 5}, {level: red, otherwise: true}]}\n"
    )
    (tmp_path / "m.yaml").write_text(rules, "utf-8")
    (tmp_path / "r.csv").write_text("Code,seen\nRA1,3\nRA1,2\nRB2,4\nRB2,\n", "utf-8")
    run = CliRunner()
    refused = run.invoke(main, ["score", "r.csv", "-m", "m.yaml"])
    assert refused.exit_code == 1
    assert "repeats: {how: sum, missing: leave out}" in refused.stderr
    (tmp_path / "m.yaml").write_text(rules.replace("repeats: sum", "repeats: {how: sum, missing: leave out}"), "utf-8")
    out = run.invoke(main, ["score", "r.csv", "-m", "m.yaml"]).stdout
    assert re.search(r"^RA1 +green$", out, re.MULTILINE)
    assert "the sum of 2 rows" in run.invoke(main, ["explain", "r.csv", "RA1", "-m", "m.yaml"]).stdout
    shown = run.invoke(main, ["check", "r.csv", "-m", "m.yaml", "--show-reading"]).stdout
    assert "repeats:\n  how: sum\n  missing: leave out\n" in shown
    (tmp_path / "m.yaml").write_text(rules.replace("repeats: sum", "repeats: mean"), "utf-8")
    assert '"mean" says nothing of repeated rows.' in run.invoke(main, ["check", "m.yaml"]).stderr


def test_a_published_extract_is_added_up_to_providers(backtest_data: Path) -> None:
    """Waiting lists of June 2024 by provider, commissioner and specialty, against the sums of another library."""
    pd = pytest.importorskip("pandas")
    file = backtest_data / "messy" / "rtt-full-extract-2024-06.xlsb"
    headings = ("Total", "Gt 51 To 52 Weeks SUM 1", "Gt 97 To 98 Weeks SUM 1")
    frame = pd.read_excel(file, engine="calamine", keep_default_na=False)
    frame = frame[(frame["RTT Part Type"] == "Part_2") & (frame["Treatment Function Code"] == "C_999")]
    inputs = [Input(f"i{n}", "count", title=heading) for n, heading in enumerate(headings)]
    reading = TableReading(
        code=("Provider Org Code",),
        name=("Provider Org Name",),
        where=(("RTT Part Type", ("Part_2",)), ("Treatment Function Code", ("C_999",))),
        repeats=Repeats("sum", "leave out"),
    )
    found = read_tables([open_book(file)], inputs, reading)
    codes = [body.code for body in found.organisations]
    assert len(codes) > 100
    for item in inputs:
        numbers = pd.to_numeric(frame[item.title].replace("", None))
        wanted = numbers.groupby(frame["Provider Org Code"]).sum()
        have = dict(zip(codes, found.values[item.id].cells, strict=True))
        assert {code: int(str(cell)) for code, cell in have.items() if not isinstance(cell, Missing)} == {
            code: int(number) for code, number in wanted.items() if not isinstance(have[code], Missing)
        }
        assert codes == list(dict.fromkeys(frame["Provider Org Code"]))

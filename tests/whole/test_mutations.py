"""Whatever is changed in a workbook, a csv file or a rule file, it is read or refused in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support import hostile, oldfiles

from nhsrate.commands.main import main
from nhsrate.core.problems import LineLocation, Refused, errors
from nhsrate.engine.assess import assess
from nhsrate.files.csv_text import csv_book
from nhsrate.files.open import open_book
from nhsrate.returns.read import read_tables
from nhsrate.rules.editions import edition_files
from nhsrate.rules.inputs import Input, TableReading
from nhsrate.rules.load import read_methodology

if TYPE_CHECKING:
    import pytest
    from hypothesis.strategies import DrawFn

    from nhsrate.core.tables import Book

READING = TableReading(markers=(("-", "none"),), flags=(("[r]", "revised"),))
INPUTS = (Input("rate", "number"), Input("share", "percent", optional=True))
PARTS = hostile.parts_of({
    "Return": hostile.sheet(
        f'<row r="1">{hostile.text("A1", "Code")}{hostile.text("B1", "Rate")}{hostile.text("C1", "Share")}</row>'
        f'<row r="2">{hostile.text("A2", "RJ1")}{hostile.number("B2", 12.5)}{hostile.number("C2", 0.5, 1)}</row>'
        f'<row r="3" hidden="1">{hostile.text("A3", "RJ2")}<c r="B3"><f>1+1</f></c></row>'
    )
})  # fmt: skip
OLD = {
    "return.xls": oldfiles.xls(
        oldfiles.old_text(0, 0, "Code"), oldfiles.old_text(0, 1, "Rate"),
        oldfiles.old_text(1, 0, "RJ1"), oldfiles.old_number(1, 1, 12.5),
    ),
    "return.ods": oldfiles.ods(
        oldfiles.open_sheet(
            oldfiles.open_row(oldfiles.open_text("Code"), oldfiles.open_text("Rate"))
            + oldfiles.open_row(oldfiles.open_text("RJ1"), oldfiles.open_number("12.5"))
        )
    ),
}  # fmt: skip
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def changed(draw: DrawFn, data: bytes) -> bytes:
    """The bytes with up to four cuts, doublings and other bytes put in."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from([b"", data[at:to] * 2, b"<", b"]]>", b"9" * 30, b"&#0;", b"-1", b"\xff\xfe"]))
        data = data[:at] + draw(st.one_of(st.just(piece), st.binary(max_size=6))) + data[to:]
    return data


def said(refused: Refused) -> None:
    """A refusal names an error."""
    assert errors(refused.problems)


def read_or_refused(book: Book) -> None:
    """Every organisation has a value in every column and every row is accounted for, or there are errors."""
    try:
        submitted = read_tables([book], INPUTS, READING)
    except Refused as refused:
        said(refused)
        return
    assert {len(values.cells) for values in submitted.values.values()} == {len(submitted.organisations)}
    for one in submitted.accounts:
        parts = one.above + one.header + one.organisations + one.set_aside + one.elsewhere + one.blank
        assert parts == one.rows


@SLOW
@given(st.data())
def test_a_part_of_a_workbook_may_say_anything(tmp_path: Path, data: st.DataObject) -> None:
    """The package is sound, and the XML of one of its parts is not what it was."""
    part = data.draw(st.sampled_from(sorted(PARTS)))
    content = PARTS[part]
    broken = data.draw(changed(content.encode() if isinstance(content, str) else content))
    path = tmp_path / "return.xlsx"
    path.write_bytes(hostile.package({**PARTS, part: broken}))
    try:
        book = open_book(path)
    except Refused as refused:
        said(refused)
        return
    read_or_refused(book)


@SLOW
@given(st.data(), st.sampled_from(["return.xls", "return.ods", "return.xlsx"]))
def test_a_file_may_be_damaged_anywhere(tmp_path: Path, data: st.DataObject, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data.draw(changed(OLD.get(name) or hostile.package(PARTS))))
    try:
        book = open_book(path)
    except Refused as refused:
        said(refused)
        return
    read_or_refused(book)


@SLOW
@given(changed(b'Code,Rate,Share\r\n"RJ1",12.5,50%\nRJ2,-,"94.5 [r]"\nEngland,3,4\n'))
def test_a_csv_file_may_be_damaged_anywhere(data: bytes) -> None:
    try:
        book = csv_book("return.csv", data, "")
    except Refused as refused:
        said(refused)
        return
    read_or_refused(book)


@settings(SLOW, max_examples=60)
@given(st.data())
def test_a_rule_file_may_be_damaged_anywhere(tmp_path: Path, data: st.DataObject) -> None:
    """Every edition that ships, with something changed: a methodology, or problems each on its line."""
    source = data.draw(st.sampled_from(sorted(edition_files().values())))
    path = tmp_path / source.name
    path.write_bytes(data.draw(changed(source.read_bytes())))
    methodology, problems = read_methodology(path)
    if methodology is None or errors(problems):
        assert errors(problems)
        assert all(isinstance(problem.at, LineLocation) for problem in problems)
        return
    heads = ["Code", *(item.id for item in methodology.inputs.values())]
    try:
        table = csv_book("r.csv", (",".join(heads) + "\nRA1\n").encode(), "")
        assess(read_tables([table], methodology.wanted(), methodology.reading), methodology)
    except Refused as refused:
        said(refused)


@settings(SLOW, max_examples=25)
@given(data=st.data())
def test_the_command_never_ends_in_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    """A damaged file through the whole command: exit code 0, 1 or 2, and json that says why."""
    monkeypatch.chdir(tmp_path)
    Path("return.csv").write_bytes(data.draw(changed(b"Code,Stars gained,Mental health trusts\nRJ1,5,3\nRJ2,4,9\n")))
    result = CliRunner().invoke(main, ["check", "return.csv", "-m", "sha-mental-health-stars-2004", "-f", "json"])
    assert result.exit_code in {0, 1, 2}
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stdout.startswith("{")


# found by the fuzzer


def test_a_family_that_could_not_be_read_is_no_fault_of_what_counts_its_items(tmp_path: Path) -> None:
    """A colon makes a mapping of a member; what counts the items made for it was looked up all the same."""
    (tmp_path / "found.yaml").write_text(
        "id: found\ntitle: Found\n"
        "families: {groups: {columns: [title, parts], one: [One, [seen, heard]], two: [Two, [felt, smelt: ]]}}\n"
        "measures:\n"
        "  kept: {each: {family: groups, column: parts}}\n"
        "  kept_count: {each: groups, kind: count, of: {item: kept, each: {column: parts}}, at: not missing}\n",
        "utf-8",
    )
    _, problems = read_methodology(tmp_path / "found.yaml")
    assert {problem.code for problem in problems} == {"wrong-type", "missing-key"}

"""Sheets that mean something by their names: decisions and markers, hidden ones, and those that are nearly called so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.special_sheets import MARKERS, OVERRIDES, nearly
from nhsrate.core.tables import MemoryBook, Table
from nhsrate.files.open import open_book
from nhsrate.returns.read import read_tables
from nhsrate.rules.inputs import CutPoints, Input, TableReading, Tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.returns.model import Return

    Rows = Sequence[Sequence[object]]

RATE = Input("rate", "number")
DATA = (("Code", "rate"), ("RJ1", 4))
HEADINGS = ("organisation", "item", "level", "who", "when", "why")
DECIDED = (HEADINGS, ("RJ1", "rating", "2", "Chief nurse", "2026-06-01", "recovery plan"))
MARKED = (("marker", "reason"), ("n/c", "not collected"))


def book(name: str, rows: Rows, *, hidden: bool = False, data: Rows = DATA, sheet: str = "Return") -> MemoryBook:
    """A workbook with a return and one more sheet."""
    return MemoryBook("r.xlsx", "digest", [Table("r.xlsx", sheet, data), Table("r.xlsx", name, rows, hidden)])


def told(*books: MemoryBook, reading: TableReading | None = None, sheet: str | None = None) -> list[Problem]:
    """Every problem that a return has, whether it is refused for them or not."""
    try:
        return list(read(*books, reading=reading, sheet=sheet).problems)
    except Refused as refused:
        return list(refused.problems)


def read(*books: MemoryBook, reading: TableReading | None = None, sheet: str | None = None) -> Return:
    return read_tables(books, [RATE], reading or TableReading(), sheet=sheet)


@pytest.mark.parametrize(
    "name",
    [
        "Override", "override", "OVERRIDE", "override s", "Over-rides", "Over rides", "Over_Rides", "Overrides.",
        "Overrides (2)", "Overrides1", "1. Overrides", "Copy of Overrides", "Overrides - final", "Overrides Q4",
        "Overides", "Ovverides", "Overrrides", "Overridse", "0verrides", "Overr1des", "\u041everrides",
        "Overr\u0456des", "\uff2fverrides",
    ],
)  # fmt: skip
@pytest.mark.parametrize("hidden", [False, True])
def test_a_sheet_that_is_all_but_called_overrides_is_asked_about(name: str, hidden: bool) -> None:  # noqa: FBT001
    """Whatever stands on it, because nothing else can be meant; it is neither applied nor passed over."""
    for rows in (DECIDED, (("Trust", "New rating"), ("North", "2"))):
        [problem] = told(book(name, rows, hidden=hidden))
        assert problem.code == "override"
        assert problem.severity == "error"
        assert problem.at == CellLocation("r.xlsx", name)
        assert "Overrides" in problem.message
        assert "Call it Overrides" in problem.remedy


@pytest.mark.parametrize("name", ["Overrides", "overrides", "OVERRIDES", " Overrides ", "Over\u200brides"])
def test_capitals_and_spaces_around_the_name_are_no_matter(name: str) -> None:
    """Such a sheet is the one of decisions."""
    assert [one.code for one in read(book(name, DECIDED)).overrides] == ["RJ1"]


@pytest.mark.parametrize(
    "name",
    ["Decisions", "Decision", "decision s"[:8], "Board decisions", "Decision log", "Manual overrides", "Overruled",
     "Judgements", "Rating overrides 2026", "Overwrites"],
)  # fmt: skip
def test_other_words_for_decisions_are_asked_about_by_what_stands_there(name: str) -> None:
    """With headings such as those of decisions the return is refused; with others the sheet is told of."""
    others = (
        DECIDED,
        (("Trust code", "Rating", "New level", "Decided by", "Date", "Reason"), ("RJ1", "stars", "2", "B", "1", "x")),
        (("About",), (), ("Org code", "Item", "To", "By", "Why"), ("RJ1", "stars", "2", "B", "x")),
    )
    for rows in others:
        [problem] = told(book(name, rows))
        assert (problem.code, problem.severity) == ("override", "error")
    [problem] = told(book(name, (("Agreed in June", "Keep the ward open"),)))
    assert (problem.code, problem.severity) == ("override", "warning")
    assert problem.at == CellLocation("r.xlsx", name)
    assert "was not read" in problem.message


@pytest.mark.parametrize(
    "name", ["Overview", "Overall", "Notes", "Providers", "Rides", "Divisions", "Guidance", "Tide"]
)
def test_other_sheets_are_passed_over(name: str) -> None:
    """A name that is not near says nothing of decisions."""
    assert told(book(name, (("Agreed in June", "Keep the ward open"),))) == []
    assert nearly(name, OVERRIDES) is None


def test_a_blank_sheet_says_nothing() -> None:
    """Nor does a sheet on which nothing stands, whatever it is called."""
    for name in ("Override", "Decisions", "Marker"):
        assert told(book(name, ())) == []
        assert told(book(name, ((None, " "), ()))) == []


def test_a_copy_beside_the_right_sheet_is_told_of() -> None:
    """Where there is a sheet called Overrides, another that is nearly called so may be an old copy: a warning."""
    copy = Table("r.xlsx", "Overrides (2)", (("Trust", "New rating"), ("North", "2")))
    tables = [Table("r.xlsx", "Return", DATA), Table("r.xlsx", "Overrides", DECIDED), copy]
    [problem] = told(MemoryBook("r.xlsx", "digest", tables))
    assert (problem.code, problem.severity) == ("override", "warning")


def test_a_sheet_that_is_read_as_the_return_is_not_asked_about() -> None:
    """A return may stand on a sheet of any name."""
    assert told(book("Notes", (("About",),), sheet="Decision")) == []
    assert told(book("Decisions", DATA, sheet="Old"), sheet="Decisions") == []


@pytest.mark.parametrize(
    ("name", "rows", "refused"),
    [
        ("Marker", MARKED, True),
        ("marker s", MARKED, True),
        ("M\u0430rkers", MARKED, True),
        ("Markers (2)", (("anything",),), True),
        ("Makers", MARKED, True),
        ("Missing markers", MARKED, True),
        ("Our markers", (("About",), ("Symbol", "Meaning"), ("x", "none")), True),
        ("Markets", (("Market", "Stalls"), ("Leeds", 4)), False),
        ("Tumour markers", (("Code", "CA125"), ("RJ1", 35)), False),
    ],
)
def test_sheets_that_are_nearly_called_markers_are_asked_about(name: str, rows: Rows, refused: bool) -> None:  # noqa: FBT001
    """Many things are markers and one letter makes markets of them, so the headings decide unless the name does."""
    problems = told(book(name, rows))
    assert [(problem.code, problem.severity) for problem in problems] == [("own-markers", "error")] * refused
    assert nearly(name, MARKERS)


def test_a_letter_that_only_looks_right_is_shown() -> None:
    """The name with a Cyrillic letter looks just like the right one, so the message names the letter."""
    [problem] = told(book("Overrid\u0435s", DECIDED))
    assert "U+0435" in problem.message
    [problem] = told(book("Decision\u0455", (("Agreed",),)))
    assert "U+0455" in problem.message
    [problem] = told(book("Mark\u0435rs", MARKED))
    assert "U+0435" in problem.message


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_decisions_and_markers_are_applied_and_told(tmp_path: Path, state: str) -> None:
    """What nobody sees and what changes ratings is named with its sheet, however deep it is hidden."""
    made = Workbook()
    data, decided, marked = made.worksheets[0], made.create_sheet("Overrides"), made.create_sheet("Markers")
    for sheet, rows in ((data, (*DATA, ("RJ2", "n/c"))), (decided, DECIDED), (marked, MARKED)):
        for row in rows:
            sheet.append(row)
    decided.sheet_state = marked.sheet_state = state
    made.save(tmp_path / "r.xlsx")
    given = read_tables([open_book(tmp_path / "r.xlsx")], [RATE], TableReading())
    assert len(given.overrides) == 1
    found = {(problem.at.sheet, problem.severity) for problem in given.problems if problem.code == "hidden-sheet"}  # type: ignore[union-attr]
    assert found == {("Overrides", "warning"), ("Markers", "warning")}
    message = next(problem.message for problem in given.problems if "decision" in problem.message)
    assert message == 'The sheet "Overrides" is hidden, and 1 decision in it was applied.'


def test_hidden_rows_among_decisions_are_told(tmp_path: Path) -> None:
    """A decision in a hidden row counts like the others, and the note on hidden rows names its sheet."""
    made = Workbook()
    decided = made.create_sheet("Overrides")
    for sheet, rows in ((made.worksheets[0], DATA), (decided, DECIDED)):
        for row in rows:
            sheet.append(row)
    decided.row_dimensions[2].hidden = True
    made.save(tmp_path / "r.xlsx")
    given = read_tables([open_book(tmp_path / "r.xlsx")], [RATE], TableReading())
    assert [(str(problem.at), problem.code) for problem in given.problems] == [
        (f"{tmp_path / 'r.xlsx'}:Overrides", "hidden-rows")
    ]


def test_several_hidden_decisions_are_counted() -> None:
    """And a hidden sheet without decisions says nothing."""
    more = (*DECIDED, ("RJ2", "rating", "1", "B", "2026-06-01", "x"))
    [problem] = told(book("Overrides", more, hidden=True))
    assert "2 decisions in it were applied" in problem.message
    assert told(book("Overrides", (HEADINGS,), hidden=True)) == []


def csv(*rows: Sequence[object], file: str = "decided.csv") -> MemoryBook:
    return MemoryBook(file, file, [Table(file, None, rows)])


@pytest.mark.parametrize(
    ("headings", "lacking"),
    [
        (("organisation", "item", "level", "who", "date", "why"), "when"),
        (("Org code", "item", "level", "who", "when"), "why"),
        (("trust", "item", "level", "who", "when", "why"), "organisation"),
        (("organisation", "it\u0435m", "level", "who", "when", "why"), "item"),
    ],
)
def test_a_file_that_has_nearly_the_headings_of_decisions_is_asked_about(
    headings: tuple[str, ...], lacking: str
) -> None:
    """In csv there are no names of sheets, so that the headings tell; one that is another is no reason to pass it over."""
    row = ("RJ1", "rating", "2", "B", "2026-06-01", "x")[: len(headings)]
    [problem] = told(csv(*DATA, file="r.csv"), csv(headings, row))
    assert (problem.code, problem.severity) == ("override", "error")
    assert problem.at == CellLocation("decided.csv", None, 1)
    assert lacking in problem.message


def test_a_return_with_such_headings_is_a_return() -> None:
    """Where the wanted values stand beside them, nothing is asked."""
    assert told(csv(("Org code", "rate", "item", "level", "who"), ("RJ1", 4, "a", "b", "c"))) == []


def test_of_several_tables_none_is_taken_for_decisions() -> None:
    """Where a return has several tables the same is asked, of files and of sheets."""
    one = TableReading(sheet="Return")
    reading = TableReading(tables=Tables((("one", one),)))
    [problem] = told(book("Override", DECIDED), reading=reading)
    assert (problem.code, problem.severity) == ("override", "error")
    almost = csv(("organisation", "item", "level", "who", "date", "why"), ("RJ1", "rating", "2", "B", "1", "x"))
    whole = MemoryBook("r.xlsx", "digest", [Table("r.xlsx", "Return", DATA)])
    [problem] = told(whole, almost, reading=reading)
    assert (problem.code, str(problem.at)) == ("override", "decided.csv:row 1")
    cuts = TableReading(sheet="Decisions", cut_points=CutPoints(level="Level"))
    reading = TableReading(tables=Tables((("one", one), ("cuts", cuts))))
    assert told(book("Decisions", (("Level", "rate"), ("2", 4))), reading=reading) == []


@pytest.mark.parametrize("field", [0, 1, 2])
def test_a_decision_with_a_letter_that_only_looks_plain_is_refused(field: int) -> None:
    """The code, the item and the level are compared; who, when and why are only told."""
    row = list(DECIDED[1])
    row[field] = ("R\u04081", "r\u0430ting", "r\u0435d")[field]
    [problem] = told(book("Overrides", (HEADINGS, row)))
    assert problem.code == "look-alike"
    assert problem.at == CellLocation("r.xlsx", "Overrides", 2, field + 1)
    row = [*DECIDED[1][:3], "\u0410nna", "May", "c\u0430pacity"]
    assert told(book("Overrides", (HEADINGS, row))) == []

"""A return to fill in: made from every edition, filled in as a person would, and read again without a fault."""

from __future__ import annotations

import time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest
from click.testing import CliRunner
from tests.conftest import ROOT
from tests.support.outputs import small, write_rules
from tests.support.rules import method

from nhsrate.commands.main import main
from nhsrate.core.problems import Refused
from nhsrate.core.tables import SetAside
from nhsrate.returns.model import Organisation
from nhsrate.rules.editions import edition_files
from nhsrate.rules.inputs import Input, Range
from nhsrate.rules.load import load_methodology
from nhsrate.runs.choosing import choose_methodology
from nhsrate.runs.read import open_books, read_return
from nhsrate.runs.request import Request
from nhsrate.workbooks.form import ROWS, template_of
from nhsrate.workbooks.form_columns import heading_of, read_organisations
from nhsrate.workbooks.form_parts import Amount, Choice, Code, Column, Words
from nhsrate.workbooks.form_words import LONGEST_ERROR, LONGEST_PROMPT, bounds, hint, made_text, note, prompt, refusal
from nhsrate.workbooks.form_write import template_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.conftest import Golden

    from nhsrate.core.cells import Cell
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.workbooks.form_parts import Form, Template

GOLDEN = ROOT / "tests" / "golden" / "template"
TRUSTS = (Organisation("RA1", "Aldermere"), Organisation("5E1", "=1+1"), Organisation("RB3", "RB3"))


def style_of(check: Any) -> str | None:  # noqa: ANN401 (as `opened`)
    """What a check does with what it does not take; the file leaves out that it stops it, which is usual."""
    return (check.errorStyle or "stop") if check.showErrorMessage else None


def opened(content: bytes) -> Any:  # noqa: ANN401 (openpyxl's own types say too little of sheets)
    return openpyxl.load_workbook(BytesIO(content))


def guidance(path: str) -> list[str]:
    """The lines of the guidance of a workbook."""
    rows = opened(Path(path).read_bytes())["Guidance"].iter_rows(values_only=True)
    return [str(row[0]) for row in rows]


# Filling in


def number(item: Input, n: int) -> Decimal:
    """The nth valid value of a numeric input: its ends, and something between them."""
    low = item.valid.low if item.valid and item.valid.low is not None else Decimal(0 if item.type == "count" else -7)
    high = item.valid.high if item.valid and item.valid.high is not None else low + 100
    if item.type == "count":
        return low + n
    between = low + (high - low) * Decimal("0.375")
    return (low, high, between)[n % 3]


def value(item: Input, n: int) -> tuple[object, Cell]:
    """What a person enters for the nth organisation, and what it must be read as."""
    if item.scale is not None:
        level = item.scale.levels[n % len(item.scale.levels)]
        return (int(level.name) if level.name.isdecimal() else level.name), level
    if item.type == "text":
        return f"=kind {n}", f"=kind {n}"
    found = number(item, n)
    if item.type == "percent":
        return float(found.scaleb(-2)), found
    return (int(found) if found == int(found) else float(found)), found


def fits_excel(content: bytes) -> None:
    """Titles to 32 characters, prompts to 255, errors to 225, formulas to 255; names of tables and ranges once."""
    book = opened(content)
    for check in (check for page in book for check in page.data_validations.dataValidation):
        assert len(check.promptTitle or "") <= 32
        assert len(check.errorTitle or "") <= 32
        assert len(check.prompt or "") <= LONGEST_PROMPT == 255
        assert len(check.error or "") <= LONGEST_ERROR == 225
        assert len(check.formula1 or "") <= 255
    tables = [name.casefold() for page in book for name in page.tables]
    names = [*tables, *(name.casefold() for name in book.defined_names)]
    assert len(names) == len(set(names))


def fill(template: Template, organisations: Sequence[Organisation] = TRUSTS) -> tuple[bytes, dict[str, list[Cell]]]:
    """The template with a value in every cell of the first rows, and what each input must be read as."""
    book = opened(template_bytes(template))
    expected: dict[str, list[Cell]] = {}
    for form in template.forms:
        page = book[form.name]
        for n, organisation in enumerate(organisations):
            row = form.first + n
            for column in form.columns:
                cell = page.cell(row, column.number)
                if column.item is not None:
                    cell.value, meant = value(column.item, n)
                    expected.setdefault(column.item.id, []).append(meant)
                elif not template.organisations:
                    cell.value = entered(form, column, organisation)
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    file = BytesIO()
    book.save(file)
    return file.getvalue(), expected


def entered(form: Form, column: Column, organisation: Organisation) -> str:
    """What a person enters at the head of a row."""
    if isinstance(column.entry, Choice):
        return column.entry.options[-1][0]
    return organisation.code if column is form.heads[0] else organisation.name


def round_trip(methodology: Methodology, folder: Path, organisations: Sequence[Organisation] = ()) -> Return:
    """Make it, fill it in, read it; every value must come back, and nothing may be said against any."""
    content, expected = fill(template_of(methodology, organisations))
    fits_excel(content)
    path = folder / "filled in.xlsx"
    path.write_bytes(content)
    submitted = read_return([path, *thresholds(methodology, folder)], methodology)
    assert [found.code for found in submitted.organisations] == [trust.code for trust in TRUSTS]
    assert [found.name for found in submitted.organisations] == [trust.name for trust in TRUSTS]
    assert {id_: list(submitted.values[id_].cells) for id_ in expected} == expected
    assert set(expected) == set(methodology.inputs)
    assert not submitted.problems
    assert not submitted.unused_headings
    return submitted


def thresholds(methodology: Methodology, folder: Path) -> list[Path]:
    """Published thresholds, as files of their own, where the methodology wants them with the return."""
    paths = []
    for name, table in methodology.reading.tables.named if methodology.reading.tables else ():
        if table.cut_points is not None:
            heads = ",".join([table.cut_points.level, *filter(None, [table.cut_points.set_])])
            paths.append(folder / f"{name}.csv")
            paths[-1].write_text(f"{table.says[0]}\n\n{heads},Nothing\n\n1star,x,x\n", encoding="utf-8")
    return paths


@pytest.mark.parametrize("edition", list(edition_files()))
def test_what_is_made_of_an_edition_is_read_without_a_fault(edition: str, tmp_path: Path) -> None:
    """Every value comes back as it was meant; the edition is found without naming it, and the period is its own."""
    methodology = load_methodology(edition)
    submitted = round_trip(methodology, tmp_path, TRUSTS)
    path = tmp_path / "filled in.xlsx"
    assert choose_methodology(open_books(path), Request(returns=path)).id == edition
    assert submitted.period in {methodology.period, methodology.period or None}


@pytest.mark.parametrize("edition", ["ae-four-hour", "nhs-star-ratings-2003-04-acute", "nof-2025-26-q4-segmentation"])
def test_codes_and_names_may_be_left_to_be_filled_in(edition: str, tmp_path: Path) -> None:
    methodology = load_methodology(edition)
    round_trip(methodology, tmp_path)
    template = template_of(methodology)
    assert {form.rows for form in template.forms} == {ROWS}


def test_check_accepts_it_once_it_is_filled_in(tmp_path: Path) -> None:
    """Under the edition that the workbook itself names; before that it says what is wanted, cell by cell."""
    template = template_of(load_methodology("kings-fund-health-authorities-2001"), TRUSTS)
    path = tmp_path / "return.xlsx"
    path.write_bytes(template_bytes(template))
    empty = CliRunner().invoke(main, ["check", str(path)])
    assert empty.exit_code == 1
    assert "return.xlsx:Return!C8: error: Every organisation must have a value" in empty.stderr
    path.write_bytes(fill(template)[0])
    filled = CliRunner().invoke(main, ["check", str(path)])
    assert (filled.exit_code, filled.stderr) == (0, "")
    assert "3 organisations, 18 values, 0 missing; wide form; period 2000/01" in filled.stdout


def test_overrides_of_the_sheet_are_read(tmp_path: Path) -> None:
    """Each field stands where its heading is; the lists offer the ratings and the levels."""
    methodology = load_methodology("nof-2026-27")
    book = opened(fill(template_of(methodology))[0])
    page = book["Overrides"]
    assert [cell.value for cell in page[5]] == ["organisation", "item", "level", "who", "when", "why"]
    for cell, text in zip(page[6], ("RA1", "segment", 4, "A. Person", "2026-05-01", "it was agreed"), strict=True):
        cell.value = text
    book.save(tmp_path / "decided.xlsx")
    (decided,) = read_return(tmp_path / "decided.xlsx", methodology).overrides
    assert (decided.code, decided.item, decided.level, decided.when) == ("RA1", "segment", "4", "2026-05-01")
    lists = {str(check.sqref): check for check in page.data_validations.dataValidation}
    assert {area: check.formula1 for area, check in lists.items()} == {
        "A6:A35": "organisation_codes", "B6:B35": "choices_2", "C6:C35": "choices_1",
    }  # fmt: skip
    assert not any(check.allowBlank for check in lists.values())
    assert texts_of(book, "choices_2") == ["unadjusted_segment", "segment"]
    assert texts_of(book, "organisation_codes")[:3] == ["RA1", "5E1", "RB3"]


def texts_of(book: Any, name: str) -> list[object]:  # noqa: ANN401 (as above)
    """What stands in a range that has a name."""
    ((sheet, area),) = book.defined_names[name].destinations
    return [cell.value for (cell,) in book[sheet][area]]


# What it holds


def dump(content: bytes) -> str:
    """A workbook as text: names, sheets, cells with formats, notes, validations and conditional formats."""
    book = opened(content)
    return (
        "\n".join([*(f"{name} = {entry.attr_text}" for name, entry in book.defined_names.items()), *_said(book)]) + "\n"
    )


def _said(book: Any) -> Iterator[str]:  # noqa: ANN401 (as above)
    for page in book:
        yield f"== {page.title}: tables {page.tables.items()}, frozen at {page.freeze_panes}"
        for row in page.iter_rows():
            cells = [cell for cell in row if cell.value is not None or cell.number_format != "General"]
            if cells and (cells[0].value is not None or cells[0].row < 13):
                yield f"{cells[0].row}: " + " | ".join(
                    f"{cell.value!r}{'' if cell.number_format == 'General' else f' {cell.number_format}'}"
                    for cell in cells
                )
        for cell in (cell for row in page.iter_rows() for cell in row if cell.comment):
            yield f"note {cell.coordinate}: {cell.comment.text!r}"
        for check in page.data_validations.dataValidation:
            yield f"check {check.sqref}: {check.type} {check.formula1} {style_of(check)} blank {check.allowBlank}"
            yield f"  {check.promptTitle}: {check.prompt}"
            yield f"  {check.errorTitle}: {check.error}"
        for area, rules in page.conditional_formatting._cf_rules.items():
            for rule in rules:
                yield f"colour {area.sqref}: {rule.formula[0]} {rule.dxf.fill.bgColor.rgb} {bool(rule.dxf.font)}"


def test_what_the_workbook_holds(tmp_path: Path, golden: Golden) -> None:
    content = template_bytes(template_of(small(tmp_path), TRUSTS, own_rules=True))
    golden(GOLDEN / "small.txt", dump(content))


def test_the_notes_of_an_edition(golden: Golden) -> None:
    """The notes on the headings, as they are shown."""
    template = template_of(load_methodology("monitor-financial-risk-2011-12"))
    notes = [note(template.methodology, column) for form in template.forms for column in form.columns]
    golden(GOLDEN / "notes.txt", "\n\n".join(notes) + "\n")


def test_the_same_return_has_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the clock nor the time zone is in it."""
    template = template_of(load_methodology("ae-four-hour"), TRUSTS)
    first = template_bytes(template)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000.0))
    assert template_bytes(template) == first
    with ZipFile(BytesIO(first)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_texts_are_never_formulas() -> None:
    rules = """
    title: "=1+1"
    inputs: {a: {type: number, title: "=A1", note: "=2", unit: "=3", markers: {"=": "=4"}}}
    """
    content = template_bytes(template_of(method(rules), TRUSTS))
    cells = [cell for page in opened(content) for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.value for cell in cells} >= {"=A1", "=2", "=3", "="}
    assert "What it is rated by: =1+1" in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]


# What it refuses to hold


def checks_of(rules: str) -> dict[str, Any]:
    """The validations of a return, by their titles."""
    page = opened(template_bytes(template_of(method(rules), TRUSTS)))["Return"]
    return {check.promptTitle: check for check in page.data_validations.dataValidation}


NUMBERS = """
reading: {markers: {n/a: not measured}}
scales: {light: [{level: green}, {level: red}], stars: [{level: 2}, {level: 1}]}
inputs:
  part: {type: percent, valid: 0..100, required: true}
  score: {type: number, valid: ">= 1.5"}
  most: {type: number, valid: "<= 4"}
  whole: {type: number}
  beds: {type: count}
  few: {type: count, valid: "<= 9"}
  mark: {type: number, valid: 1..4, markers: {"0": no score}}
  light: {type: level, scale: light, markers: {"-": none, "N/A": closed}}
  stars: {type: level, scale: stars, required: true}
  plan: {type: yes/no}
  kind: {type: text, markers: {"-": none}}
"""


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("part", 'OR(IF(ISNUMBER(C8),AND(C8>=0,C8<=1)),SUMPRODUCT(--(marker_texts&""=C8&""))>0)'),
        ("score", 'OR(IF(ISNUMBER(D8),AND(D8>=1.5)),SUMPRODUCT(--(marker_texts&""=D8&""))>0)'),
        ("most", 'OR(IF(ISNUMBER(E8),AND(E8<=4)),SUMPRODUCT(--(marker_texts&""=E8&""))>0)'),
        ("whole", 'OR(IF(ISNUMBER(F8),TRUE),SUMPRODUCT(--(marker_texts&""=F8&""))>0)'),
        ("beds", 'OR(IF(ISNUMBER(G8),AND(G8>=0,G8=INT(G8))),SUMPRODUCT(--(marker_texts&""=G8&""))>0)'),
        ("few", 'OR(IF(ISNUMBER(H8),AND(H8>=0,H8<=9,H8=INT(H8))),SUMPRODUCT(--(marker_texts&""=H8&""))>0)'),
        (
            "mark",
            'OR(IF(ISNUMBER(I8),AND(I8>=1,I8<=4)),SUMPRODUCT(--(marker_texts&""=I8&""))+SUMPRODUCT(--(choices_1&""=I8&""))>0)',
        ),
        (
            "Organisation code",
            'AND(ISTEXT(A8),LEN(A8)<=50,COUNT(FIND(" ",A8))=0,MATCH(A8,$A$8:$A$10,0)=ROW(A8)-7)',
        ),
    ],
)
def test_a_number_out_of_range_and_a_text_that_is_not_declared_are_refused(heading: str, formula: str) -> None:
    """Percentages are held as fractions; a code is a text, without spaces, and stands once.

    Blanks are not let pass as such: Excel would let anything pass where a cell that the formula looks at is blank.
    """
    check = checks_of(NUMBERS)[heading]
    assert (check.type, style_of(check), check.allowBlank) == ("custom", "stop", False)
    assert (check.showErrorMessage, check.showInputMessage) == (True, True)
    assert check.formula1 == formula


def test_levels_and_yes_or_no_are_lists_that_hold_the_markers_too() -> None:
    """Levels that are numbers are numbers in the list, as they will be in the cell."""
    book = opened(template_bytes(template_of(method(NUMBERS), TRUSTS)))
    found = checks_of(NUMBERS)
    wanted = {
        "light": ["green", "red", "N/A", "-"], "stars": [2, 1, "n/a"], "plan": ["yes", "no", "n/a"], "kind": None,
    }  # fmt: skip
    for heading, options in wanted.items():
        check = found[heading]
        assert check.type == (None if options is None else "list")
        assert options is None or texts_of(book, check.formula1) == options
    assert [found[heading].allowBlank for heading in ("light", "stars", "plan")] == [True, False, True]
    formats = {book["Return"].cell(7, n).value: book["Return"].cell(8, n).number_format for n in range(1, 14)}
    assert formats == {
        "Organisation code": "@", "Organisation name": "@", "part": "0.0########%", "score": "General",
        "most": "General", "whole": "General", "beds": "General", "few": "General", "mark": "General", "light": "@",
        "stars": "General", "plan": "@", "kind": "@",
    }  # fmt: skip


def test_a_list_of_which_not_all_are_numbers_holds_texts() -> None:
    """So does its column: Excel would make a date of 3-4, and take 1 for another thing than the text 1."""
    rules = """
    scales: {mixed: [{level: 1}, {level: 3-4}], whole: [{level: 2}, {level: 1}]}
    inputs: {mixed: {type: level, scale: mixed}, whole: {type: level, scale: whole}}
    ratings:
      light: {kind: lookup, scale: mixed, of: mixed, table: {"1": "1", 3-4: 3-4}, headline: true}
    """
    book = opened(template_bytes(template_of(method(rules), TRUSTS)))
    page = book["Return"]
    assert (page["C8"].number_format, texts_of(book, "choices_1")) == ("@", ["1", "3-4"])
    assert (page["D8"].number_format, texts_of(book, "choices_2")) == ("General", [2, 1])
    assert book["Overrides"]["C6"].number_format == "@"
    (offered,) = [check.formula1 for check in book["Overrides"].data_validations.dataValidation if "C6" in check.sqref]
    assert texts_of(book, offered) == ["1", "3-4"]


def test_markers_of_the_methodology_stand_on_their_sheet(tmp_path: Path) -> None:
    """Those of one input do not: they would then hold for all. A declared one is read as missing."""
    methodology = method(NUMBERS)
    content, _ = fill(template_of(methodology, TRUSTS))
    book = opened(content)
    assert [[cell.value for cell in row] for row in book["Markers"]["A6:B8"]] == [
        ["marker", "reason"], ["n/a", "not measured"], [None, None],
    ]  # fmt: skip
    assert texts_of(book, "marker_texts")[:2] == ["n/a", None]
    book["Return"]["D8"], book["Return"]["I9"], book["Return"]["J8"] = "n/a", 0, "-"
    book.save(tmp_path / "r.xlsx")
    values = read_return(tmp_path / "r.xlsx", methodology).values
    said = [str(values[id_].cells[n]) for id_, n in (("score", 0), ("mark", 1), ("light", 0))]
    assert said == ["missing (not measured)", "missing (no score)", "missing (none)"]


def test_a_marker_of_ones_own_is_read_once_it_stands_on_the_sheet(tmp_path: Path) -> None:
    """The reader takes it for every input, and notes it; those that the methodology declares are no news."""
    methodology = method(NUMBERS)
    book = opened(fill(template_of(methodology, TRUSTS))[0])
    book["Markers"]["A8"], book["Markers"]["B8"], book["Return"]["D8"] = "n/k", "not known", "n/k"
    assert texts_of(book, "marker_texts")[:2] == ["n/a", "n/k"]
    book.save(tmp_path / "r.xlsx")
    submitted = read_return(tmp_path / "r.xlsx", methodology)
    assert str(submitted.values["score"].cells[0]) == "missing (not known)"
    assert [problem.message for problem in submitted.problems] == [
        'The return declares markers of its own: "n/k" (not known).'
    ]


def test_where_more_is_read_than_can_be_foreseen_a_doubt_is_a_warning() -> None:
    """A flag may stand behind a number; the code is still held to its rule."""
    rules = "reading: {flags: {'*': estimated}}\ninputs: {a: {type: number}}"
    assert {title: style_of(check) for title, check in checks_of(rules).items()} == {
        "Organisation code": "stop", "Organisation name": None, "a": "warning",
    }  # fmt: skip
    page = opened(template_bytes(template_of(method(rules), TRUSTS)))["Return"]
    assert [str(area.sqref) for area in page.conditional_formatting] == ["A8:A10"]


# What the reading pins


@pytest.mark.parametrize(
    ("reading", "inputs", "places"),
    [
        ("{header_row: 16, first_row: 18}", "{type: number}", ("Return", 16, 18, 3)),
        ("{header_row: 3}", "{type: number}", ("Return", 3, 4, 3)),
        ("{header_row: 2}", "{type: number}", ("Return", 2, 3, 3)),
        ("{first_row: 30}", "{type: number}", ("Return", 7, 30, 3)),
        ("{last_row: 10}", "{type: number}", ("Return", 7, 8, 3)),
        ('{sheet: "A: B"}', "{type: number}", ("A B", 7, 8, 3)),
        ("{codes: number}", "{type: number}", ("Return", 7, 8, 3)),
        ("{table: all}", "{type: number}", ("Return", 7, 8, 3)),
        ("{table: Part B}", "{type: number}", ("Return", 7, 8, 3)),
        ("{headings: {a: [Own heading]}}", "{type: number, title: Title}", ("Return", 7, 8, 3)),
        ("{}", "{type: number, column: A}", ("Return", 7, 8, 1)),
        ("{}", "{type: number, column: Q}", ("Return", 7, 8, 17)),
        ("{}", "{type: number, group: Type 1}", ("Return", 8, 9, 3)),
        ("{header_row: 3}", "{type: number, group: Type 1}", ("Return", 3, 4, 3)),
        ("{where: {Quarter: [Q1, Q2]}}", "{type: number}", ("Return", 7, 8, 4)),
        ("{period: [Quarter]}", "{type: number}", ("Return", 7, 8, 3)),
        ("{shorthand: government}", "{type: number}", ("Return", 7, 8, 3)),
    ],
)
def test_what_the_reading_pins_is_kept_to(
    reading: str, inputs: str, places: tuple[str, int, int, int], tmp_path: Path
) -> None:
    """The sheet, the row of the headings, the first row below, the column."""
    methodology = method(f"reading: {reading}\ninputs: {{a: {inputs}}}")
    (form,) = template_of(methodology, TRUSTS).forms
    (column,) = [column for column in form.columns if column.item is not None]
    assert (form.name, form.header, form.first, column.number) == places
    round_trip(methodology, tmp_path)


SCHOOLS = tuple(Organisation(name, name) for name in ("Ash School", "Birch \u00c9cole", "St. Cedar's"))


@pytest.mark.parametrize("given", [(), SCHOOLS])
@pytest.mark.parametrize(
    "reading",
    ["{code: [School], codes: name}", "{codes: name}", "{code: [School], codes: name, where: {Term: Autumn}}"],
)
def test_where_names_stand_in_for_codes_there_is_one_column_of_them(
    given: tuple[Organisation, ...], reading: str, tmp_path: Path
) -> None:
    """Each name stands once, as a code does, and may have blanks; it is read again as it was entered."""
    methodology = method(f"reading: {reading}\ninputs: {{a: {{type: number}}}}")
    template = template_of(methodology, given)
    (form,) = template.forms
    assert form.named is None
    assert hint(form.code) == "the name; required"
    assert refusal(form.code) == "A name has up to 100 characters, and stands once in this column."
    content, expected = fill(template, SCHOOLS)
    fits_excel(content)
    (tmp_path / "filled in.xlsx").write_bytes(content)
    submitted = read_return(tmp_path / "filled in.xlsx", methodology)
    assert [found.name for found in submitted.organisations] == [school.name for school in SCHOOLS]
    assert list(submitted.values["a"].cells) == expected["a"]
    assert not submitted.problems
    check = opened(content)["Return"].data_validations.dataValidation[0]
    assert "LEN(A8)<=100" in check.formula1
    assert "FIND" not in check.formula1


def test_a_pinned_column_leaves_the_others_their_room_and_makes_no_table(tmp_path: Path) -> None:
    """The headings do not stand side by side, so there is no table of Excel's."""
    methodology = method("inputs: {a: {type: number, column: B}, b: {type: number}, c: {type: number, column: F}}")
    (form,) = template_of(methodology).forms
    assert [(column.number, column.heading) for column in form.columns] == [
        (1, "Organisation code"), (2, "a"), (3, "Organisation name"), (4, "b"), (6, "c"),
    ]  # fmt: skip
    assert not opened(template_bytes(template_of(methodology)))["Return"].tables
    round_trip(methodology, tmp_path)


def test_rows_that_are_chosen_by_a_text_say_it_from_the_start(tmp_path: Path) -> None:
    methodology = method("reading: {where: {Quarter: Q1}}\ninputs: {a: {type: number}}")
    page = opened(template_bytes(template_of(methodology, TRUSTS)))["Return"]
    assert [cell.value for cell in page["C"][6:10]] == ["Quarter", "Q1", "Q1", "Q1"]
    round_trip(methodology, tmp_path, TRUSTS)


def test_headings_that_stand_for_one_input_alone_are_chosen(tmp_path: Path) -> None:
    """A title that two share gives way to the id; so does one that is the heading of codes, or of the period."""
    rules = """
    inputs:
      a: {title: Waits, type: number, group: Old}
      b: {title: waits, type: number, group: New}
      c: {title: Period, type: number}
      d: {title: Trust code, type: number}
      e: {title: Fine, type: number}
      f: {title: A title, type: number, group: Old, aliases: [e]}
    """
    methodology = method(rules)
    (form,) = template_of(methodology).forms
    assert [column.heading for column in form.columns[2:]] == ["a", "b", "c", "d", "Fine", "A title"]
    assert [line[2:4] for line in form.above[:-1] if len(line) > 3] == [("Old", "New")]
    round_trip(methodology, tmp_path)


def test_a_heading_that_is_too_long_or_always_taken_gives_way() -> None:
    item = Input("a", "number", title="x" * 241, aliases=("other",))
    assert heading_of(item, (), set()) == "a"
    assert heading_of(item, (), {"a"}) == "other"
    assert heading_of(item, ("Own",), {"own"}) == "a"


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        ("{table: '2'}", 'its headings would not be found again in the sheet "Return"'),
        ("{header_row: 1}", "row 1 leaves no room above the headings"),
        ("{last_row: 9}", "2 rows are read, and more are needed"),
        ("{last_row: 3}", "0 rows are read, and more are needed"),
        ("{sheet: markers}", "two of its sheets would have one name"),
        ("{tables: {x: {says: [Same]}, y: {says: [Same]}}}", "its tables could not be told apart"),
    ],
)
def test_what_the_reader_would_not_find_again_is_not_made(reading: str, why: str) -> None:
    inputs = (
        "{a: {type: number, table: x}, b: {type: number, table: y}}" if "tables" in reading else "{a: {type: number}}"
    )
    with pytest.raises(Refused) as refused:
        template_of(method(f"reading: {reading}\ninputs: {inputs}"), TRUSTS)
    (problem,) = refused.value.problems
    assert problem.message == f"No return to fill in can be made for rules: {why}."
    assert str(problem.at) == "rules.yaml"


TABLES = """
reading:
  markers: {n/a: does not apply}
  tables:
    values: {says: [Values 2026], header_row: 3, first_row: 5}
    types: {sheet: Types of trust, markers: {}}
    cuts: {says: [Thresholds 2026], cut_points: {level: Stars}}
    spare: {says: [Nothing is read here]}
scales: {stars: [{level: 2, aliases: [2star]}, {level: 1, aliases: [1star]}]}
inputs:
  seen: {title: Seen in time, table: values, type: percent}
  type: {table: types, type: text, required: true}
ratings:
  stars: {kind: thresholds, scale: stars, headline: true, of: seen, from: cuts}
"""


def test_each_of_several_tables_is_a_sheet(tmp_path: Path) -> None:
    """A row that is not read says so; thresholds are asked for beside; no text holds for every table."""
    methodology = method(TABLES)
    template = template_of(methodology, TRUSTS)
    assert [(form.name, form.header, form.first, form.hints) for form in template.forms] == [
        ("values", 3, 5, 2), ("Types of trust", 7, 8, 6),
    ]  # fmt: skip
    assert (template.thresholds, template.markers) == (("cuts",), ())
    book = opened(template_bytes(template))
    assert book["values"]["A1"].value == "Values 2026"
    assert book["values"]["A4"].value == "Leave this row as it is: it is not read."
    assert not book["values"].tables
    lines = [row[0].value for row in book["Guidance"].iter_rows()]
    assert "1. Fill in the sheets values and Types of trust: one row for each organisation" in "\n".join(lines)
    assert "Give the tables of published thresholds (cuts) as files of their own, together with this one." in "\n".join(
        lines
    )
    assert [line for line in lines if line and line.endswith(" C")] == ["values C", "Types of trust C"]
    round_trip(methodology, tmp_path, TRUSTS)


# What it says


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Input("a", "percent", valid=Range(Decimal(0), Decimal(100))), "0% to 100%"),
        (Input("a", "percent", valid=Range(high=Decimal(5))), "at most 5%"),
        (Input("a", "number", valid=Range(low=Decimal("-1.5"))), "at least -1.5"),
        (Input("a", "count"), "at least 0"),
        (Input("a", "count", valid=Range(high=Decimal(9))), "0 to 9"),
        (Input("a", "count", valid=Range(low=Decimal(1))), "at least 1"),
        (Input("a", "number"), ""),
    ],
)
def test_the_bounds_of_a_number(item: Input, said: str) -> None:
    assert bounds(item) == said


def test_what_stands_over_and_beside_a_column() -> None:
    where = Column(3, "Quarter", Choice((("Q1", ""), ("Q2", ""))))
    assert hint(where) == "choose from the list; required"
    assert prompt(where) == 'Only rows that say "Q1" or "Q2" are read.'
    assert refusal(where) == "Choose one of the list."
    assert hint(Column(1, "Code", Code())) == "letters and digits; required"
    assert hint(Column(2, "Name", Words())) == "text; may stay blank"
    weeks = Input("w", "number", unit="weeks", optional=True)
    texts = tuple((text, "none") for text in "abcd")
    assert hint(Column(4, "w", Amount(), weeks)) == "number (weeks); may stay blank"
    said = "Enter a number. It may stay blank, and the whole column may be left out."
    assert (
        prompt(Column(4, "w", Amount(), weeks, texts))
        == f"{said} Or one of 4 texts that the note of the heading names."
    )
    assert prompt(Column(4, "w", Amount(), weeks, texts[:1])) == f'{said} Or: "a" (none).'


# A list of organisations


def organisations(folder: Path, text: str, reading: str = "{}") -> Any:  # noqa: ANN401 (three things of a call)
    """What is read of a list."""
    (folder / "list.csv").write_text(text, encoding="utf-8")
    inputs = "{a: {type: number, table: x}}" if "tables" in reading else "{a: {type: number}}"
    rules = method(f"reading: {reading}\ninputs: {inputs}")
    return read_organisations(folder / "list.csv", rules.reading)


def test_a_list_of_organisations_is_read_as_a_return_is(tmp_path: Path) -> None:
    """Totals are set aside, codes tidied with a note, and other columns left alone."""
    text = "Region,Trust name,Trust code\nNorth,Aldermere,RA1 \nSouth,,RB2\nAll,England,-\n"
    found, set_aside, problems = organisations(tmp_path, text)
    assert found == (Organisation("RA1", "Aldermere"), Organisation("RB2", "RB2"))
    assert [(row.text, row.reason) for row in set_aside] == [("All, England, -", "a total")]
    assert [problem.code for problem in problems] == ["tidied-codes"]


def test_a_list_is_read_under_the_headings_of_the_edition(tmp_path: Path) -> None:
    """Those of any of its tables, and without its other pins."""
    tables = "{tables: {x: {says: [X], code: [Contract], name: [Called], header_row: 9}}}"
    found, _, _ = organisations(tmp_path, "Contract,Called\nH1,Plan\n", tables)
    assert found == (Organisation("H1", "Plan"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RA1,Aldermere\n", 'no-table: No row has a heading for the organisations\' codes, such as "org code".'),
        ("code\nRA1\nra1\n", 'duplicate-organisation: "ra1" stands already in row 2.'),
        ("code,code\nRA1,RB1\n", 'ambiguous-heading: 2 columns are called "code": A1 and B1.'),
        (
            "code,name\n1.00E+05,Aldermere\n",
            'code-not-text: The organisation code "1.00E+05" looks like one that Excel changed',
        ),
        ("code,name\nR A1,Aldermere\n", 'code-not-text: "R A1" is not an organisation code'),
        ("code\n\n", "no-organisations: No organisation stands under the code heading"),
    ],
)
def test_faults_of_a_list_are_refused_with_their_place(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        organisations(tmp_path, text)
    assert [f"{problem.code}: {problem.message}"[: len(said)] for problem in refused.value.problems] == [said]


def test_a_workbook_gives_its_one_sheet_with_codes(tmp_path: Path) -> None:
    """A return that was filled in before will do; two sheets with codes will not."""
    rules = method("inputs: {a: {type: number}}")
    content, _ = fill(template_of(rules, TRUSTS))
    (tmp_path / "old.xlsx").write_bytes(content)
    assert read_organisations(tmp_path / "old.xlsx", rules.reading)[0] == TRUSTS
    book = opened(content)
    book.copy_worksheet(book["Return"]).title = "Again"
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(Refused) as refused:
        read_organisations(tmp_path / "two.xlsx", rules.reading)
    (problem,) = refused.value.problems
    assert problem.message == '2 sheets have a column of codes: "Return" and "Again".'


# The command


def test_the_command_writes_a_return_for_the_organisations_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("trusts.csv").write_text("Trust code,Trust name\nRA1,Aldermere\nRA2,Brook\nEngland,\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["template", "ae-four-hour", "-o", "new.xlsx", "--organisations", "trusts.csv"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "new.xlsx: a return to fill in for ae-four-hour (A&E, four hours from arrival to admission, transfer or "
        "discharge, by provider): 22 columns of values, 2 organisations filled in.\n"
        "  set aside: trusts.csv:row 4: England (declared as no organisation)\n"
    )
    page = opened(Path("new.xlsx").read_bytes())["Provider Level Data"]
    assert [[cell.value for cell in row] for row in page["A8:C10"]] == [
        ["Organisation code", "Organisation name", "Percentage in 4 hours or less (all)"],
        ["RA1", "Aldermere", None],
        ["RA2", "Brook", None],
    ]


def test_the_command_for_rules_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook says that its rules have to be named; a shipped edition's does not."""
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path)
    result = CliRunner().invoke(main, ["template", "small.yaml", "-o", "small.xlsx"])
    assert result.stdout == "small.xlsx: a return to fill in for small (Small stars): 4 columns of values.\n"
    (last,) = [line for line in guidance("small.xlsx") if "nhsrate check" in line]
    assert last.endswith("nhsrate check, the name of this file, -m and the path of the rule file.")
    assert CliRunner().invoke(main, ["template", "ae-four-hour", "-o", "ae.xlsx"]).exit_code == 0
    assert [line for line in guidance("ae.xlsx") if line.endswith("nhsrate check, the name of this file.")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ae-four-hour"], "Missing option '-o' / '--output'"),
        (["ae-four-hour", "-o", "new.csv"], "a return to fill in is a workbook; let its name end in .xlsx."),
        (["ae-four-hour", "-o", "old.xlsx"], "old.xlsx is there already, and may have been filled in"),
        (["no-such-edition", "-o", "new.xlsx"], "No edition has this id."),
    ],
)
def test_the_command_used_wrongly(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, nothing is written, and what is there stays."""
    monkeypatch.chdir(tmp_path)
    Path("old.xlsx").write_bytes(b"old")
    result = CliRunner().invoke(main, ["template", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["old.xlsx"]
    assert Path("old.xlsx").read_bytes() == b"old"


def test_a_fault_of_the_list_ends_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("trusts.csv").write_text("code\nRA1\nRA1\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["template", "ae-four-hour", "-o", "new.xlsx", "--organisations", "trusts.csv"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        'trusts.csv:A3: error: "RA1" stands already in row 2. Keep one of the rows. [duplicate-organisation]\n'
    )
    assert not Path("new.xlsx").exists()


def test_of_many_rows_set_aside_the_first_are_shown() -> None:
    template = template_of(method("inputs: {a: {type: number}}"))
    rows = [SetAside(f"list.csv:row {n}", "England", "a total") for n in range(2, 14)]
    lines = made_text("r.xlsx", template, rows).splitlines()
    assert lines[0] == "r.xlsx: a return to fill in for rules (Rules): 1 column of values."
    assert lines[1] == "  set aside: list.csv:row 2: England (a total)"
    assert lines[10:] == ["  set aside: list.csv:row 11: England (a total)", "  set aside: 2 more"]

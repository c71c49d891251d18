"""The gallery of problems: for each code the smallest broken input, and exactly what the tool says of it.

A folder of `tests/gallery/` holds `command` (the arguments), `expected` (exit code, stdout, stderr), perhaps `advice`
(for `docs/problems.md`), and the input. Workbooks are written as text: `return.xlsx.txt` has a line for each row, its
cells parted by `|`; `return.csv.bytes` has its bytes with escapes. The rule file `stars.yaml` is there for all.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import shlex
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from tests.conftest import ROOT
from tests.support.oldfiles import old_text, xls

from nhsrate.commands import main as cli
from nhsrate.core import problems
from nhsrate.core.problems import CODES
from nhsrate.reports import problems as diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conftest import Golden

    from nhsrate.core.problems import Problem

GALLERY = ROOT / "tests" / "gallery"
PAGE = ROOT / "docs" / "problems.md"
FOLDERS = sorted(folder for folder in GALLERY.iterdir() if folder.is_dir())
OURS = {"command", "expected", "advice"}


def code_of(folder: Path) -> str:
    """The code that a folder shows: its name, less the number of a further cause."""
    return re.sub(r"-\d+$", "", folder.name)


def build(folder: Path, target: Path) -> None:
    """The input of a folder as real files."""
    shutil.copy(GALLERY / "stars.yaml", target)
    for file in sorted(folder.rglob("*")):
        place = target / file.relative_to(folder)
        if file.is_dir():
            place.mkdir()
        elif file.name in OURS:
            continue
        elif file.suffix == ".bytes":
            raw = file.read_bytes().rstrip(b"\n")
            place.with_suffix("").write_bytes(raw.decode("unicode_escape").encode("latin-1"))
        elif file.name.endswith(".xls.txt"):
            rows = [line.split("|") for line in file.read_text("utf-8").splitlines()]
            cells = [old_text(n, column, text.strip()) for n, row in enumerate(rows) for column, text in enumerate(row)]
            place.with_suffix("").write_bytes(xls(*cells))
        elif file.name.endswith(".xlsx.txt"):
            build_workbook(file.read_text("utf-8"), place.with_suffix(""))
        else:
            shutil.copy(file, place)


def build_workbook(text: str, target: Path) -> None:
    """A workbook from its text: rows of cells, and lines that begin with `@`.

    They are such as `@sheet June`, `@row 9`, `@hidden`, `@hide 3`, `@merge B2:B3`, `@format B2 0.0` and `@part name x`;
    `@result B2 0` stores the result of a formula of the first sheet, and `@asks nothing` wants none worked out.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Return"
    parts: dict[str, str] = {}
    stored = [line.split(" ", 2)[1:] for line in text.splitlines() if line.startswith("@result ")]
    book.calculation.fullCalcOnLoad = "@asks nothing" not in text.splitlines()
    row = 0
    for line in (line for line in text.splitlines() if not line.startswith(("@result ", "@asks "))):
        word, _, rest = line.partition(" ")
        match word:
            case "@sheet":
                sheet = book.create_sheet(rest) if row else sheet
                sheet.title, row = rest, 0
            case "@row":
                row = int(rest) - 1
            case "@hidden":
                sheet.sheet_state = "veryHidden"
            case "@hide":
                sheet.row_dimensions[int(rest)].hidden = True
            case "@merge":
                sheet.merge_cells(rest)
            case "@format":
                place, _, shown = rest.partition(" ")
                sheet[place].number_format = shown
            case "@part":
                name, _, content = rest.partition(" ")
                parts[name] = content
            case _:
                row += 1
                for column, cell in enumerate(line.split("|"), 1):
                    write_cell(sheet.cell(row, column), cell.strip())
    book.save(target)
    if stored:
        store_results(target, stored)
    with zipfile.ZipFile(target, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def store_results(target: Path, results: Sequence[Sequence[str]]) -> None:
    """Store the results of formulas, of which openpyxl writes none."""
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    for place, result in results:
        xml, found = re.subn(rf'(<c r="{place}"[^>]*><f>[^<]*</f>)<v ?/>', rf"\g<1><v>{result}</v>", xml)
        assert found == 1, f"there is no formula in {place}"
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    said = parts["docProps/app.xml"]  # some versions of openpyxl say that they are Excel, whose zeros are believed
    excel, other = b"<Application>Microsoft Excel</Application>", b"<Application>Another Program</Application>"
    parts["docProps/app.xml"] = said.replace(excel, other)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def write_cell(cell: Any, text: str) -> None:  # noqa: ANN401 (one of openpyxl's classes of cells)
    """A cell as Excel would take it when it is typed: number, date, logical value, formula, error, text or nothing."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        cell.value = float(text)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        cell.value = dt.date.fromisoformat(text)
    elif text in {"TRUE", "FALSE"}:
        cell.value = text == "TRUE"
    elif text:
        cell.value = text


def refused(number: int) -> Callable[..., Any]:
    """What stands in for a call of the system that fails."""

    def fail(*_: object, **__: object) -> Any:  # noqa: ANN401 (it never returns)
        raise OSError(number, os.strerror(number))

    return fail


def nothing(*_: object) -> None:
    """What stands in for a look at what is installed."""


SIMULATED: dict[str, tuple[str, Callable[..., Any]]] = {
    "needs-package": ("importlib.util.find_spec", nothing),
    "needs-package-2": ("importlib.util.find_spec", nothing),
    "no-permission": ("pathlib.Path.read_bytes", refused(errno.EACCES)),
    "no-permission-2": ("os.open", refused(errno.EACCES)),
    "write-failed": ("os.fsync", refused(errno.ENOSPC)),
}
"""Failures of the system that no input brings about."""


def transcript(folder: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str]]:
    """What the command of a folder prints, and the codes of the problems it names."""
    build(folder, here)
    monkeypatch.chdir(here)
    monkeypatch.setattr("nhsrate.rules.editions.indicators_folder", lambda: here / "indicators")
    if folder.name in SIMULATED:
        monkeypatch.setattr(*SIMULATED[folder.name])
    codes: list[str] = []
    plain = diagnostics.problems_text

    def noted(problems: Sequence[Problem], style: diagnostics.Style = "text") -> str:
        codes.extend(problem.code for problem in problems)
        return plain(problems, style)

    monkeypatch.setattr(diagnostics, "problems_text", noted)
    result = CliRunner().invoke(cli.main, shlex.split((folder / "command").read_text("utf-8")))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    text = f"exit code {result.exit_code}\n--- stdout\n{result.stdout}--- stderr\n{result.stderr}"
    return text, codes


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_broken_input_has_its_message(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    text, codes = transcript(folder, tmp_path, monkeypatch)
    monkeypatch.undo()
    golden(folder / "expected", text)
    assert code_of(folder) in codes
    assert set(codes) <= set(CODES)
    assert "\u2014" not in text
    assert str(tmp_path) not in text


def test_each_code_has_a_folder_and_each_folder_a_code() -> None:
    assert {folder.name for folder in FOLDERS} >= set(CODES)
    assert {code_of(folder) for folder in FOLDERS} == set(CODES)


def test_a_refused_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    transcript(GALLERY / "write-failed", tmp_path, monkeypatch)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ratings.csv", "return.csv", "stars.yaml"]
    assert (tmp_path / "ratings.csv").read_text("utf-8") == "as it was\n"


def test_every_code_that_the_source_names_is_in_the_list() -> None:
    """Where a problem is made with a code that is a literal, the code is one of the list, and none is left over."""
    source = "".join(file.read_text("utf-8") for file in sorted(Path(cli.__file__).parents[1].rglob("*.py")))
    body = source.replace(Path(problems.__file__).read_text("utf-8"), "")
    assert [code for code in CODES if f'"{code}"' not in body] == []


def messages(folder: Path) -> str:
    """The lines of a folder's expected output that bear its code."""
    lines = (folder / "expected").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if line.endswith(f"[{code_of(folder)}]"))


INTRODUCTION = """\
# Problems

Everything that `nhsrate` can find wrong has a code, which stands in square brackets at the end of its message.
A message names the place (the cell, or the line and column), says what is wrong there, and what to do.

An error stops the rating, and the exit code is 1, or 2 where the command itself was wrong.
A warning or a note is printed beside the ratings.

This page is made from the folders of `tests/gallery/`: `python -m pytest tests/whole/test_gallery.py --update`.
"""


def page() -> str:
    """`docs/problems.md`, from the gallery."""
    parts = [INTRODUCTION]
    for code, line in CODES.items():
        own = [folder for folder in FOLDERS if code_of(folder) == code]
        said = "\n".join(dict.fromkeys(text for folder in own for text in messages(folder).splitlines()))
        first = GALLERY / code
        parts.append(
            f"## {code}\n\n{line[0].upper()}{line[1:]}.\n\n```text\n{said}\n```\n\n"
            f"{(first / 'advice').read_text('utf-8').strip()}\n"
        )
    return "\n".join(parts)


def test_the_page_of_problems_is_the_gallery(golden: Golden) -> None:
    golden(PAGE, page())

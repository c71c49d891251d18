"""The example project as a repository: built, held to what is committed, broken and mended."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from tests.support.repository import PROJECT, edit, git, repository
from tests.support.running import run

from nhsrate.commands import processes

if TYPE_CHECKING:
    from collections.abc import Callable

HOLDS = "Nothing moved: 4 ratings, 7 files, 2 methodologies and 4 worked cases hold.\n"
RETURN = Path("returns/food-2025.csv")
RULES = Path("indicators/food/food-2024.yaml")
CASES = Path("indicators/food/cases.yaml")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of the project, in which the test works, on one processor."""
    monkeypatch.chdir(repository(tmp_path / "project"))
    monkeypatch.setattr(processes, "processors", lambda: 1)
    return tmp_path / "project"


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, save those of git."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_what_is_committed_is_what_is_built(here: Path, *, update: bool) -> None:
    """A workbook may have other bytes under another version of the libraries; its cells are compared elsewhere."""
    shutil.rmtree(here / "ratings")
    shutil.rmtree(here / "public")
    assert run("build").code == 0
    if update:
        shutil.copytree(here / "ratings", PROJECT / "ratings", dirs_exist_ok=True)
        shutil.copytree(here / "public", PROJECT / "public", dirs_exist_ok=True)
    built, committed = files(here), files(PROJECT)
    assert {*built} == {*committed}
    moved = [name for name, data in built.items() if committed[name] != data and not name.endswith(".xlsx")]
    assert moved == [], "if wanted: python -m pytest --update"


def test_its_rules_and_cases_are_sound() -> None:
    assert run("test") == (0, "food-2024: 1 of 1 cases pass\nfood-2025: 3 of 3 cases pass\n4 of 4 cases pass.\n", "")


def test_nothing_moved_and_nothing_is_written(here: Path) -> None:
    assert run("build", "--check") == (0, HOLDS, "")
    assert git(here, "status", "--porcelain") == ""


def value() -> None:
    edit(RETURN, "XB1,Beckhaven Hospital,85,31,yes", "XB1,Beckhaven Hospital,85,24,yes")


def figure() -> None:
    edit(RULES, "well_liked: {value: 85,", "well_liked: {value: 89,")


def only_in_2025() -> None:
    edit(Path("indicators/food/food-2025.yaml"), "value: 12,", "value: 8,")


def case() -> None:
    edit(
        CASES, "expect: {tasty: 3, eaten: 3, average: 3, food: 3}", "expect: {tasty: 3, eaten: 3, average: 3, food: 2}"
    )


def deleted() -> None:
    Path("ratings/food-2024.csv").unlink()


def return_in_latin_1() -> None:
    RETURN.write_bytes(RETURN.read_text("utf-8").replace("Beckhaven", "Béckhaven").encode("latin-1"))


def return_in_utf_16() -> None:
    RETURN.write_bytes(RETURN.read_text("utf-8").encode("utf-16"))


def csv_in_utf_16() -> None:
    file = Path("ratings/food-2025.csv")
    file.write_bytes(file.read_text("utf-8").encode("utf-16"))


def json_in_latin_1() -> None:
    file = Path("ratings/food-2025.json")
    file.write_bytes(file.read_text("utf-8").replace("Beckhaven", "Béckhaven").encode("latin-1"))


def rules_in_latin_1() -> None:
    RULES.write_bytes(RULES.read_text("utf-8").replace("Hospital food", "Hôpital food").encode("latin-1", "replace"))


def cases_in_utf_16() -> None:
    CASES.write_bytes(CASES.read_text("utf-8").encode("utf-16"))


def page() -> None:
    edit(Path("public/food-2025.html"), "<!DOCTYPE html>", "<!doctype html>")


def page_in_utf_16() -> None:
    file = Path("public/food-2025.html")
    file.write_bytes(file.read_text("utf-8").encode("utf-16"))


def committed_csv() -> None:
    edit(Path("ratings/food-2025.csv"), "XB1,Beckhaven Hospital,1,2.00,2", "XB1,Beckhaven Hospital,1,2.00,3")


def committed_json() -> None:
    text = Path("ratings/food-2025.json").read_text("utf-8")
    said = json.loads(text)
    said["organisations"][1]["items"]["food"]["value"] = "3"
    Path("ratings/food-2025.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


def committed_workbook() -> None:
    book: Any = load_workbook("ratings/food-2025.xlsx")
    book["Ratings"]["A9"].value = "XQ9"
    book.save("ratings/food-2025.xlsx")


def workbook_cut_short() -> None:
    file = Path("ratings/food-2025.xlsx")
    file.write_bytes(file.read_bytes()[:900])


def row_gone() -> None:
    edit(RETURN, "XE1,Eastermere Hospital,52,27,yes\n", "")


def row_new() -> None:
    with RETURN.open("a") as file:
        file.write("XF1,Fernmere Hospital,80,20,yes\n")
    with Path("organisations.csv").open("a") as file:
        file.write("XF1,Fernmere Hospital\n")


def code_unknown() -> None:
    edit(Path("organisations.csv"), "XC1,Carrowby Infirmary\n", "")


def rules_faulty() -> None:
    edit(RULES, "kind: mean", "kind: meen")


def reading_faulty() -> None:
    edit(Path("reading/food.yaml"), "headings:", "heading:")


def column_new() -> None:
    edit(RULES, "    of: liked\n", "    of: liked\n    published: true\n")


def figure_set() -> None:
    edit(
        Path("nhsrate.yaml"),
        "    outputs: [ratings/food-2024.csv]",
        "    set: {well_liked: 90}\n    outputs: [ratings/food-2024.csv]",
    )


def left_behind() -> None:
    set_to = ("--set", "well_liked=84")
    assert run("score", "returns/food-2024.csv", "-m", "food-2024", *set_to, "-o", "x.csv").code == 0
    shutil.move("x.csv-metadata.json", "ratings/food-2024.csv-metadata.json")
    edit(Path("ratings/food-2024.csv-metadata.json"), '"url": "x.csv"', '"url": "food-2024.csv"')
    Path("x.csv").unlink()


BROKEN: dict[Callable[[], None], tuple[str, ...]] = {
    value: (
        "1 rating, 2 other results and 1 value moved in food-2025 and 2 files are not what would be made.\n",
        "XB1 Beckhaven Hospital: food from 2 to 3, because Plate waste (D3) was 31 and is 24",
        "  ratings/food-2025.csv: the same moved.", "ratings/food-2025.xlsx:Ratings!A2: error: ",
        "public/food-2025.html:",
    ),
    figure: (
        "6 results moved in food-2024 and food-2025, 1 worked case fails and 2 files are not what would be made.\n",
        "XB1 Beckhaven Hospital: tasty from 3 to 2, because the rules changed",
        "XD1 Dalmere Royal Hospital: average from 3.00 to 2.50",
    ),
    only_in_2025: ("2 worked cases fail", "moved in food-2025 and wards-beckhaven"),
    case: (
        "1 worked case fails.\n",
        "indicators/food/cases.yaml:6:52: error: the worked example of the guide: food is 3, and the case expects 2. Mend the rules, or what the case expects. [case-fails]\n",
    ),
    deleted: ("1 file is not built.\n", "ratings/food-2024.csv: error: The project makes this file, and it is not there."),
    return_in_latin_1: ("4 files are not what would be made.\n", "it was read as Windows-1252", 'is "Béckhaven Hospital"'),
    csv_in_utf_16: ("ratings/food-2025.csv: error: it is neither csv nor json in UTF-8. Run `nhsrate build` and commit",),
    json_in_latin_1: ("ratings/food-2025.json: error: it is neither csv nor json in UTF-8.",),
    rules_in_latin_1: ("indicators/food/food-2024.yaml:", "The file is not UTF-8 here."),
    cases_in_utf_16: ("indicators/food/cases.yaml:1:1: error: The file is not UTF-8 here. Save it as UTF-8. [encoding]",),
    page: ("1 file is not what would be made.\n", "public/food-2025.html:1:1: error: It is not what would be made"),
    page_in_utf_16: ("public/food-2025.html:1:1: error:",),
    committed_csv: ("1 rating moved in food-2025.\n", "  ratings/food-2025.csv:\n", "XB1 Beckhaven Hospital: food from 3 to 2"),
    committed_json: ("1 rating moved in food-2025.\n", "  ratings/food-2025.json:\n", "XB1 Beckhaven Hospital: food from 3 to 2"),
    committed_workbook: ('1 cell moved: Ratings!A9 was "XQ9" and is ', "ratings/food-2025.xlsx:Ratings!A9: error:"),
    workbook_cut_short: ("ratings/food-2025.xlsx: error: ", "[broken-file]"),
    row_gone: ("What is rated moved in food-2025", "XE1 Eastermere Hospital: no longer in the return"),
    row_new: ("XF1 Fernmere Hospital: new in the return",),
    code_unknown: ("[unknown-code]", "2 problems stand in the way"),
    rules_faulty: ("indicators/food/food-2024.yaml:", 'Did you mean "mean"?'),
    reading_faulty: ("reading/food.yaml:", 'Did you mean "headings"?'),
    column_new: ("Column tasty: new",),
    figure_set: ("ratings/food-2024.csv-metadata.json is missing",),
    left_behind: ("ratings/food-2024.csv-metadata.json is left behind",),
}  # fmt: skip
"""What somebody does to a project, and what the check says of it."""


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_what_is_broken_is_named_and_mended_it_holds_again(here: Path, broken: Callable[[], None]) -> None:
    broken()
    before = files(here)
    code, out, err = run("build", "--check")
    assert code == 1
    assert [text for text in BROKEN[broken] if text not in out + err] == [], out + err
    assert files(here) == before
    git(here, "checkout", "--quiet", ".")
    git(here, "clean", "--quiet", "--force")
    assert run("build", "--check") == (0, HOLDS, "")


@pytest.mark.parametrize("broken", [value, deleted, committed_csv, committed_workbook, page, row_gone, figure_set])
def test_what_is_meant_is_built_and_holds(here: Path, broken: Callable[[], None]) -> None:
    broken()
    assert run("build").code == 0
    code, out, err = run("build", "--check")
    assert (code, out.startswith("Nothing moved: "), err) == (0, True, "")


def test_a_return_saved_as_utf_16_gives_the_same_ratings() -> None:
    """It is another file, and so the pages that name it by its digest are others; no result is."""
    return_in_utf_16()
    _, out, _ = run("build", "--check")
    assert "moved in" not in out


def test_it_is_checked_from_anywhere(here: Path) -> None:
    value()
    os.chdir("ratings")
    code, _, err = run("build", "--check")
    assert (code, "../ratings/food-2025.xlsx:Ratings!A2: error:" in err) == (1, True)
    assert run("build", here, "food-2024", "--check").code == 0
    assert run("build", here, "food-2024", "--check").out == "Nothing moved: 1 rating and 1 file hold.\n"

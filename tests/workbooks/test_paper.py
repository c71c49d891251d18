"""Every kind of workbook on paper, as LibreOffice prints it: on how many pages, and with what on each."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner
from tests.conftest import ROOT
from tests.support.marks import tool

from nhsrate.commands.main import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.office("pdftotext")]

EDITION = "nof-2025-26-q4-mental-health-community"
OVERSIGHT, FAULTY = ROOT / "examples" / "oversight-q4.csv", ROOT / "examples" / "faulty-return.xlsx"
Pages = dict[str, list[str]]

MADE = {
    "ratings": ("score", OVERSIGHT, "-m", EDITION, "-o"),
    "form": ("template", EDITION, "-o"),
    "live": ("workbook", OVERSIGHT, "-m", EDITION, "--partly", "-o"),
    "annotated": ("check", FAULTY, "--annotate"),
}
"""The command that makes each kind of workbook."""

MOST = {
    "ratings": {"Ratings": 2, "Cover": 2, "Contents": 1, "Results": 2, "Reasons": 50, "Notes": 2},
    "form": {"Guidance": 1, "Return": 2, "Overrides": 1, "Markers": 1, "Lists": 1},
    "live": {"Read me": 2, "Values": 6, "Figures": 5, "Scales": 1, "Scores": 8, "Ratings": 4, "Check": 8},
}
"""On how many pages each sheet is printed at most."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The texts of the pages of each workbook."""
    folder = tmp_path_factory.mktemp("paper")
    for name, command in MADE.items():
        CliRunner().invoke(main, [*map(str, command), str(folder / f"{name}.xlsx")], catch_exceptions=False)
    return {name: pages_of(pdf) for name, pdf in pdfs(folder).items()}


def pdfs(folder: Path) -> dict[str, Path]:
    """The workbooks of a folder as LibreOffice prints them, all in one process."""
    files = sorted(folder.glob("*.xlsx"))
    own = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [str(tool("office")), own, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=900)
    return {file.stem: file.with_suffix(".pdf") for file in files}


def pages_of(pdf: Path) -> list[str]:
    """The text of each page."""
    command = ["pdftotext", "-layout", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, timeout=300).stdout.decode()
    return text.split("\f")[:-1]


def by_sheet(pages: list[str]) -> Pages:
    """The pages of each sheet, which every page names at its foot, with its number and how many there are."""
    found: Pages = defaultdict(list)
    for number, page in enumerate(pages, 1):
        last = page.rstrip().splitlines()[-1]
        foot = re.search(rf"(?:.*\s\s|^)(\S[^,]*), page {number} of {len(pages)}$", last)
        assert foot, last
        found[foot[1]].append(page)
    return found


@pytest.mark.parametrize("kind", MOST)
def test_every_sheet_is_printed_on_few_pages(printed: dict[str, list[str]], kind: str) -> None:
    pages = {sheet: len(found) for sheet, found in by_sheet(printed[kind]).items()}
    assert pages.keys() == MOST[kind].keys()
    assert {sheet: number for sheet, number in pages.items() if number > MOST[kind][sheet]} == {}


def test_the_ratings_are_printed_whole_with_their_headings_on_every_page(printed: dict[str, list[str]]) -> None:
    """The place, the code, the name and the rating of every organisation, in the order of the league table."""
    pages = by_sheet(printed["ratings"])["Ratings"]
    codes = [line.split(",")[0] for line in OVERSIGHT.read_text("utf-8").splitlines()[1:]]
    found = [
        match[2]
        for page in pages
        for match in re.finditer(r"^ *(\d+) +([A-Z0-9]{3,5}) +\S.* segment \d", page, re.MULTILINE)
    ]
    assert sorted(found) == sorted(codes)
    assert all(re.search(r"Place +Code +Organisation", page) for page in pages)


def test_a_wide_sheet_has_the_names_on_every_page(printed: dict[str, list[str]]) -> None:
    for page in by_sheet(printed["ratings"])["Results"]:
        assert re.search(r"Code +Organisation", page)


def test_a_blank_form_has_all_its_headings(printed: dict[str, list[str]]) -> None:
    """Each of its 22 columns of values stands on a page, and the codes and names on all."""
    pages = by_sheet(printed["form"])["Return"]
    assert all("Trust_code" in page and "Trust_name" in page for page in pages)
    assert sum(page.count("_rank") for page in pages) == 9


def test_an_annotated_copy_is_printed_as_the_return_is(printed: dict[str, list[str]], tmp_path: Path) -> None:
    """The sheet of its problems comes on top, on a page of its own."""
    (tmp_path / "return.xlsx").write_bytes(FAULTY.read_bytes())
    before = pages_of(pdfs(tmp_path)["return"])
    sheets = len(openpyxl.load_workbook(FAULTY).sheetnames)
    assert len(printed["annotated"]) == len(before) + 1 >= sheets

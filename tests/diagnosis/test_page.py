"""What the page on who can help shows of a published quarter, which no reader of the page has beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner
from tests.conftest import ROOT
from tests.support.pages import ENVIRONMENT

from nhsrate.commands.main import main

if TYPE_CHECKING:
    from pathlib import Path


def test_what_the_page_says_of_a_quarter_is_what_is_printed(backtest_data: Path) -> None:
    """Its block is not run with the page, as the return is published data."""
    page = (ROOT / "docs" / "diagnose.md").read_text("utf-8")
    block = page.partition("## A quarter of the NHS Oversight Framework")[2].split("```")[1].strip()
    quarter = str(backtest_data / "nof-2025-26" / "return-q4.xlsx")
    edition = "nof-2025-26-q4-mental-health-community"
    done = CliRunner().invoke(main, ["diagnose", quarter, "R1A", "-m", edition], env=ENVIRONMENT)
    assert block.startswith("Nothing says by what")
    assert block in done.stdout

"""What a notebook shows, in a real browser: what stands out, what fits, what reads aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.support.marks import tool

import nhsrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SCHEMES = {"light": ("#ffffff", "#212121", "#f5f5f5"), "dark": ("#111111", "#e0e0e0", "#212121")}
"""Ground and text of a notebook, and the ground of every other row of its tables."""

CELL = """<!DOCTYPE html><html lang="en-GB"><head><title>A notebook</title><style>
body {{ margin: 0; background: {ground}; color: {ink}; font-family: sans-serif; }}
.out {{ width: 700px; overflow: auto; }}
.out table {{ font-size: 12px; table-layout: fixed; }}
.out td, .out th {{ text-align: right; padding: 0.5em; white-space: normal; max-width: none; }}
.out tbody tr:nth-child(odd) {{ background: {row}; }}
</style></head><body><main><h1>A notebook</h1>{cells}</main></body></html>"""
"""A notebook, with what it does to every table; cells as they stand below each other."""

SMALLEST = 11
"""Points of a screen below which no text may be."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of the system."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=tool("browser"), args=["--no-sandbox"], timeout=180_000)
        yield found
        found.close()


@pytest.fixture(scope="module")
def cells() -> list[str]:
    """The outputs of five cells, the first of which stands there twice."""
    run = nhsrate.rate(ROOT / "examples" / "oversight-q4.csv")
    stars = nhsrate.rate(ROOT / "examples" / "acute-stars-2003-04.xlsx")
    shown = [run.assessment, run.assessment, run.assessment.explain("XPL"), stars.methodology, stars.submitted]
    return [one._repr_html_() for one in shown]  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_cell_stands_out_fits_and_reads_aloud(browser: Browser, cells: list[str], scheme: str) -> None:
    """No finding of axe on a light or a dark ground, no text too small, and a table of five domains needs no scrolling."""
    from axe_playwright_python.sync_playwright import Axe

    ground, ink, row = SCHEMES[scheme]
    page = browser.new_page(viewport={"width": 760, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    outputs = "".join(f'<div class="out">{one}</div>' for one in cells)
    page.set_content(CELL.format(ground=ground, ink=ink, row=row, cells=outputs))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert asked == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    sizes = "[...document.querySelectorAll('.nhsrate *')].map(one => parseFloat(getComputedStyle(one).fontSize))"
    assert min(page.evaluate(sizes)) >= SMALLEST
    wide = "[...document.querySelectorAll('.out, .nr-wide')].map(one => one.scrollWidth - one.clientWidth)"
    assert max(page.evaluate(wide)) <= 1
    page.close()

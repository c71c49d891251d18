"""Pages in a real browser: what they fetch, what stands out, what fits, what reads aloud, what prints."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT
from tests.support.marks import tool

from nhsrate.commands.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SMALLEST = 11
"""Points of a screen below which no text may be."""


def written(folder: Path, *words: object) -> Path:
    """A page that the tool writes."""
    out = folder / "page.html"
    result = CliRunner().invoke(main, [*map(str, words), "-o", str(out)])
    assert result.exit_code == 0, result.output
    return out


def some(file: Path) -> list[str]:
    """Eight of the organisations of a file: enough for a table, and few enough for a browser to measure each word."""
    codes = [row["Trust_code"] for row in csv.DictReader(io.StringIO(file.read_text("utf-8")))]
    return [word for code in codes[:8] for word in ("--only", code)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report with all that can be added, the page of one organisation, and a manual."""
    oversight = ROOT / "examples" / "oversight-q4.csv"
    stars = ROOT / "examples" / "acute-stars-2003-04.xlsx"
    four = ROOT / "examples" / "four-trusts"
    make = tmp_path_factory.mktemp
    return {
        "report": written(make("report"), "report", oversight, "--with", "robustness,headroom", *some(oversight)),
        "stars": written(make("stars"), "report", stars),
        "one": written(make("one"), "report", stars, "--only", "XDD", "--with", "headroom"),
        "help": written(make("help"), "report", four / "autumn.csv", "-m", four / "four-trusts.yaml",
                        "--earlier", four / "spring.csv", "--only", "A", "--with", "diagnose"),
        "manual": written(make("manual"), "manual", "nhs-star-ratings-2003-04-acute"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of the system."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=tool("browser"), args=["--no-sandbox"], timeout=180_000)
        yield found
        found.close()


NAMES = ("report", "stars", "one", "help", "manual")
SCHEMES = ("light", "dark")


def opened(
    browser: Browser,
    path: Path,
    *,
    width: int = 1280,
    scheme: str = "light",
    scripts: bool = True,
    measured: bool = False,
) -> Page:
    """A page as somebody sees it; whatever it asks for or complains of fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
        bypass_csp=measured,  # the measuring script is none of the page's
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
    page.on("console", lambda message: pytest.fail(f"the page complained: {message.text}"))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    return page


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_reads_aloud_and_stands_out(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    """No finding of axe, in either scheme; it also measures the contrast of every text."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, pages[name], scheme=scheme, measured=True)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_and_no_text_is_small(browser: Browser, pages: dict[str, Path], name: str, width: int) -> None:
    """The page does not scroll sideways, on a phone neither, and every text that is seen is large enough."""
    page = opened(browser, pages[name], width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() &&
        [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
        .map(one => parseFloat(getComputedStyle(one).fontSize))"""
    )
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_hidden_or_named(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """A reader aloud meets no picture without a name; what stands in a hidden one stands beside it in numbers."""
    page = opened(browser, pages[name])
    bare = page.evaluate(
        """() => [...document.querySelectorAll('svg, img, [role=img]')]
        .filter(one => !one.closest('[aria-hidden=true]') && !one.getAttribute('aria-label')).length"""
    )
    assert bare == 0


def test_the_numbers_of_the_page_are_those_of_the_csv(browser: Browser, pages: dict[str, Path]) -> None:
    """Code, rating and every score of a domain, organisation by organisation, in order."""
    oversight = str(ROOT / "examples" / "oversight-q4.csv")
    text = CliRunner().invoke(main, ["score", oversight, "-f", "csv"]).stdout
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(text))}
    page = opened(browser, pages["report"])
    heads = page.locator("table.league thead th").all_inner_texts()
    seen = []
    for line in page.locator("table.league tbody tr").all():
        cells = line.locator("th, td").all_inner_texts()
        row = rows[cells[2]]
        seen.append(cells[2])
        assert cells[0].removeprefix("=") == row["league_rank"]
        assert f"segment {row['OF5000']}" in cells[3]
        for head, item in (("Access", "OF4000"), ("safety", "OF4002"), ("Finance", "OF4003"), ("People", "OF4004")):
            at = next(k for k, one in enumerate(heads) if head in one)
            shown = re.sub(r"^\S+ ", "", cells[at])
            assert (shown == row[item]) or (not row[item] and "\N{EN DASH}" in cells[at])
    assert len(seen) == 8


def test_without_scripts_the_page_says_the_same(browser: Browser, pages: dict[str, Path]) -> None:
    """What a script adds is a way to sort and to find; every text is there without it."""
    said = [opened(browser, pages["report"], scripts=on).locator("main").inner_text() for on in (True, False)]
    plain = [re.sub(r"(Find|Rating\s*all.*|\s)+", "", text) for text in said]
    without = opened(browser, pages["report"], scripts=False)
    assert not without.locator(".find").is_visible()
    assert len(plain[1]) > 10_000
    for row in without.locator("table.league tbody tr").all_inner_texts():
        assert re.sub(r"\s+", "", row) in plain[0]


def test_the_script_sorts_filters_and_finds(browser: Browser, pages: dict[str, Path]) -> None:
    """By a click on a heading, by a level, by a part of a name; from the keyboard too."""
    page = opened(browser, pages["stars"])
    rows = page.locator("table.league tbody tr")
    names = page.locator("table.league tbody th")
    first = names.all_inner_texts()
    page.locator("table.league thead button").first.press("Enter")
    assert names.all_inner_texts() == sorted(first, key=str.casefold)
    page.locator("table.league thead button").first.press("Enter")
    assert names.all_inner_texts() == sorted(first, key=str.casefold, reverse=True)
    page.get_by_label("Rating").select_option("☆ 0, no stars")
    assert rows.filter(visible=True).count() == 9
    page.get_by_label("Rating").select_option("")
    page.get_by_label("Find").fill("xdd")
    assert rows.filter(visible=True).count() == 1
    assert "1 of 60" in page.locator(".find output").inner_text()


@pytest.mark.parametrize("name", ["report", "one"])
def test_the_keyboard_reaches_everything(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """Every link, button, field and wide region can be reached by the tabulator, the way past them first."""
    page = opened(browser, pages[name], width=390)
    wanted = page.evaluate(
        """[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
        .filter(one => one.checkVisibility()).length"""
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = 1
    for _ in range(wanted - 1):
        page.keyboard.press("Tab")
        reached += page.evaluate("document.activeElement !== document.body")
    assert reached == wanted


def printed(page: Page, folder: Path) -> list[str]:
    """The text of each sheet of paper that a page is printed on."""
    paper = folder / "paper.pdf"
    page.pdf(path=paper, format="A4", prefer_css_page_size=True)
    reader = shutil.which("pdftotext") or "pdftotext"
    text = subprocess.run([reader, "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


@pytest.mark.browser("pdftotext")
@pytest.mark.parametrize("name", NAMES)
def test_a_page_prints_on_a4(browser: Browser, pages: dict[str, Path], name: str, tmp_path: Path) -> None:
    """The head of a table is repeated on each page that it goes on to, also with the buttons that a script puts there."""
    sheets = printed(opened(browser, pages[name]), tmp_path)
    assert len(sheets) > 1
    if name == "stars":
        told = [sheet for sheet in sheets if re.search(r"^ *\S.* X[A-Z0-9]{2} .*stars? ", sheet, re.MULTILINE)]
        assert len(told) > 1
        assert all("Code" in sheet for sheet in told)


WHOLE_PAPER = 186 / 25.4 * 96
"""Points of a screen in the 182 mm that a sheet of A4 has between its margins, and 4 mm more."""

ACROSS = (269 + 4) / 25.4 * 96


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("wide", "within"), [(WHOLE_PAPER, ":not(.across *)"), (ACROSS, ":is(.across *)")])
def test_nothing_is_lost_at_the_edge_of_the_paper(
    browser: Browser, pages: dict[str, Path], name: str, wide: float, within: str
) -> None:
    """No table is wider than the paper that it is printed on: the grid lies across, all others stand upright."""
    page = opened(browser, pages[name], width=int(wide))
    page.emulate_media(media="print")
    found = page.evaluate(
        f"[...document.querySelectorAll('table{within}')].map(one => "
        "[one.className, Math.max(...[...one.querySelectorAll('th, td, .level')]"
        ".map(cell => cell.getBoundingClientRect().right))])"
    )
    assert found or name in {"one", "help", "manual"}
    assert [one for one in found if one[1] > wide] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_words_may_be_as_long_as_they_like(browser: Browser, tmp_path: Path, width: int) -> None:
    """A level of thirty words, a name that is one word: nothing sticks out of the page, on paper neither."""
    title, word = "Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffahrtsgesellschaftskapitaen" * 3
    long = f"good in every way in which {'one of them ' * 8}can be good"
    level = f"{{level: good, word: {long}}}, {{level: bad, word: {word}}}"
    rules = f"scales: {{s: [{level}]}}\ninputs: {{a: {{title: {title}, type: number, polarity: higher}}}}\nratings: {{r: {{title: {title}, kind: thresholds, of: a, scale: s, headline: true, levels: [{{level: good, at_least: 2}}, {{level: bad, otherwise: true}}]}}}}\n"
    (tmp_path / "rules.yaml").write_text(f"id: rules\ntitle: {word}\nstatus: illustrative\n{rules}", "utf-8")
    (tmp_path / "return.csv").write_text(f"code,name,{title}\nR1,{word},1\nR2,{long},3\n", "utf-8")
    for only in ((), ("--only", "R1")):
        written(tmp_path, "report", tmp_path / "return.csv", "-m", tmp_path / "rules.yaml", *only, "--with", "headroom")
        page = opened(browser, tmp_path / "page.html", width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (
            page.evaluate(
                "Math.max(...[...document.querySelectorAll('select, .key *')].map(one => one.getBoundingClientRect().right), 0)"
            )
            <= width
        )
        page.emulate_media(media="print")
        page.set_viewport_size({"width": int(WHOLE_PAPER), "height": 900})
        furthest = "Math.max(...[...document.querySelectorAll('main td, main th, .level')].map(one => one.getBoundingClientRect().right))"
        assert page.evaluate(furthest) <= WHOLE_PAPER


def test_short_chips_of_the_league_table_print_on_one_line(browser: Browser, pages: dict[str, Path]) -> None:
    """A symbol and a number, or a short level: a table of sixty trusts needs no three lines for each."""
    page = opened(browser, pages["report"], width=int(WHOLE_PAPER))
    page.emulate_media(media="print")
    heights = page.evaluate(
        "[...document.querySelectorAll('.league .level')].filter(one => one.textContent.length < 13)"
        ".map(one => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"
    )
    assert heights
    assert max(heights) < 1.9


@pytest.mark.browser("pdftotext")
def test_no_row_is_cut_by_the_end_of_a_page(browser: Browser, tmp_path: Path) -> None:
    """Names of many lines begin and end on the same sheet; without the rule that says so, some would not."""
    names = [f"Begin{k}x {' '.join(['and another'] * 40)} End{k}x" for k in range(40)]
    rules = "scales: {s: [{level: good}, {level: bad}]}\ninputs: {a: {type: number, polarity: higher}}\nratings: {r: {kind: thresholds, of: a, scale: s, headline: true, levels: [{level: good, at_least: 9}, {level: bad, otherwise: true}]}}\n"
    (tmp_path / "rules.yaml").write_text(f"id: rules\ntitle: Long names\nstatus: illustrative\n{rules}", "utf-8")
    rows = "".join(f"R{k},{name},{k}\n" for k, name in enumerate(names))
    (tmp_path / "return.csv").write_text(f"code,name,a\n{rows}", "utf-8")
    page = opened(
        browser, written(tmp_path, "report", tmp_path / "return.csv", "-m", tmp_path / "rules.yaml"), measured=True
    )
    for free in (False, True):
        if free:
            page.add_style_tag(content="@media print { tr { break-inside: auto !important; } }")
        league = list(takewhile(lambda sheet: "Every indicator" not in sheet, printed(page, tmp_path)))
        cut = [k for k in range(40) if not any(f"Begin{k}x" in sheet and f"End{k}x" in sheet for sheet in league)]
        assert bool(cut) is free

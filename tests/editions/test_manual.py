"""`nhsrate manual`: a methodology as a document to publish, as Markdown and as one web page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT

from nhsrate.commands.main import main
from nhsrate.editions.manual import manual
from nhsrate.pages.document import html_of
from nhsrate.reports.colours import PALETTE
from nhsrate.reports.documents import Bullets, Document, Heading, Paragraph, Span, Table, is_web, markdown_of
from nhsrate.rules.editions import edition_files, find_edition
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

GOLDEN = ROOT / "tests" / "golden" / "manual"
WILD = "<script>alert('x')</script> & \"y\" *z* _a_ `b` [c](d) | # 1. \u202eback"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """The tags of a page in their order, with its text; fails on one that is not closed where it should be."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It closes what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.text.append(data)


def settled(text: str) -> str:
    """The text without the digest of the rule file, which another comment there changes."""
    return re.sub(r"[0-9a-f]{64}", "DIGEST", text)


def made(edition: str) -> Document:
    path = find_edition(edition)
    return manual(load_methodology(path), path)


def rules(folder: Path, text: str, cases: str = "") -> Document:
    (folder / "mine.yaml").write_text(f"id: mine\ntitle: Mine\n{text}", "utf-8")
    if cases:
        (folder / "cases.yaml").write_text(f"methodology: mine\ncases:\n{cases}", "utf-8")
    return manual(load_methodology(folder / "mine.yaml"), folder / "mine.yaml")


# the documents of the editions


@pytest.mark.parametrize("edition", edition_files())
def test_every_edition_makes_a_document_whose_cases_come_out(edition: str) -> None:
    document = made(edition)
    markdown, page = markdown_of(document), html_of(document)
    assert "It does not come out as stated" not in markdown
    assert "cannot be worked out" not in markdown
    assert not any(trace in markdown for trace in ("Decimal(", "Level(", "object at", "(self"))
    assert Page(page).tags[0] == ("html", {"lang": "en-GB"})


@pytest.mark.parametrize("edition", ["monitor-financial-risk-2011-12", "nhs-star-ratings-2003-04-acute"])
def test_the_document_of_an_edition(edition: str, golden: Golden) -> None:
    golden(GOLDEN / f"{edition}.md", settled(markdown_of(made(edition))))


def test_the_page_of_an_edition(golden: Golden) -> None:
    golden(GOLDEN / "sha-mental-health-stars-2004.html", settled(html_of(made("sha-mental-health-stars-2004"))))


def test_the_page_needs_nothing_and_tells_readers_what_is_what() -> None:
    page = html_of(made("nof-2025-26-q4-mental-health-community"))
    tags = Page(page).tags
    names = [tag for tag, _ in tags]
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(names)
    assert not re.search(r"url\(|@import|javascript:", page)
    assert [names.count(tag) for tag in ("h1", "main", "nav", "header", "title")] == [1] * 5
    levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [attributes["href"] or "" for tag, attributes in tags if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    assert names.count("table") == names.count("caption")
    assert {attributes["scope"] for tag, attributes in tags if tag == "th"} == {"col", "row"}


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_level_stands_out_from_its_ground() -> None:
    assert all(contrast(text, ground) >= 4.5 for text, ground in PALETTE.values())


# what a document says


SMALL = """\
scales: {stars: [{level: 2, colour: green, consequences: [freedom, money]}, {level: 1, word: one}], odd: [{level: yes_or_so}]}
figures: {cut: {value: 3, basis: stated, source: act}}
sources: {act: {title: An act, url: "https://example.org/act"}, bare: {title: No page, url: "ftp://example.org"}}
populations: {kept: {when: {a: "> 0"}, because: no a, missing: fails}}
families: {parts: [a, b, c]}
reading:
  sheet: Data
  header_row: 3
  period: [Quarter]
  long: {indicator: Metric, value: Value, where: {Quarter: Q4}}
  markers: {z: nothing}
  set_aside: [England]
inputs:
  part: {each: parts, id: {column: member}, type: percent, bare: fraction, polarity: higher}
  kind: {title: Kind, type: text, markers: {n/a: none}, optional: true, aliases: [Sort], note: What it is.}
  level: {title: Level, type: level, scale: stars}
measures:
  z: {each: parts, kind: standardise, of: {column: member}, over: kept, sd: n, source: act}
  heavy: {title: Heavy, kind: weighted-mean, of: {a: 1, b: cut}, missing: {count as: 0}}
  told: {title: Told, kind: lookup, of: kind, table: {x: 1, y: 2}, otherwise: 3}
  said: {title: Said, kind: lookup, result: text, of: kind, table: {x: good}, otherwise: bad}
  grid: {title: Grid, kind: matrix, rows: told, columns: level, across: [2, 1], table: {1: [1, 2], 2: [3, 4], 3: [5, 6]}}
  best: {title: Best, kind: matrix, scale: stars, rows: told, columns: level, across: [2, 1], table: {1: [2, 1]}}
  again: {title: Again, kind: lookup, scale: stars, of: kind, table: {x: 2}, otherwise: 1}
  sets:
    title: Sets
    kind: thresholds
    of: a
    by: kind
    sets: {x: [{score: 1, at_least: 3}, {score: 0, otherwise: true}], y: [{score: 5, otherwise: true}]}
  present: {title: Present, kind: count, of: [a, b], at: not missing}
  picked: {title: Picked, kind: decide, scale: stars, rows: [{when: {a: "> 1"}, then: 2, missing: holds}], otherwise: 1}
  chosen: {title: Chosen, kind: decide, rows: [{when: {a: "> 1"}, then: {item: heavy}, missing: fails}], otherwise: 1}
ratings:
  stars:
    title: Stars
    note: What people speak of.
    kind: thresholds
    scale: stars
    headline: true
    of: heavy
    levels: [{level: 2, at_least: cut}, {level: 1, otherwise: true}]
    limits: [{at_best: 1, when: {a: "> 9"}, because: too much, missing: fails, source: act}]
    only_when: {when: {b: not missing}, because: no b}
  number: {title: Number, kind: sum, of: [a, b], headline: true}
"""


def test_rules_are_told_in_sentences_and_tables(tmp_path: Path, golden: Golden) -> None:
    golden(GOLDEN / "small.md", settled(markdown_of(rules(tmp_path, SMALL))))


CASES = """\
  - {name: one, source: "https://example.org", note: a note, given: {a: 1, b: 3, heavy: 3}, expect: {stars: 2}}
  - {name: set, set: {cut: 4}, given: {heavy: 3, b: 1}, expect: {stars: 1}}
  - name: rows
    given: [heavy, b]
    expect: [stars]
    rows: {low: [1, 1, 1], high: [9, 1, 2]}
  - name: several
    organisations:
      A: {given: {a: 1, b: 2, heavy: 5}, expect: {stars: 2}}
      B: {given: {heavy: 2}, expect: {stars: missing, heavy: 2}}
      C: {given: {kind: x}, expect: {told: 1}}
  - {given: {heavy: 1, b: 1}, expect: {heavy: 1}}
  - {name: wrong, given: {heavy: 1, b: 1}, expect: {stars: 2}}
  - {name: refused, given: {a: 1}, expect: {number: 1}}
  - {name: unknown, given: {heavy: 1}, expect: {nothing: 2}}
  - {name: bad figure, set: {nothing: 2}, given: {heavy: 1}, expect: {stars: 2}}
  - {name: of another, methodology: other, given: {heavy: 1}, expect: {stars: 2}}
"""


def test_worked_cases_are_worked_out_anew(tmp_path: Path, golden: Golden) -> None:
    markdown = markdown_of(rules(tmp_path, SMALL, CASES))
    golden(GOLDEN / "cases.md", markdown[markdown.index("## Worked cases") : markdown.index("## Sources")])
    assert "of another" not in markdown
    assert "It does not come out as stated" in markdown
    assert markdown.count("It cannot be worked out: ") == 3


def test_little_makes_a_little_document(tmp_path: Path) -> None:
    document = rules(tmp_path, "inputs: {a: {type: number}}\nratings: {r: {kind: sum, of: [a], headline: true}}\n")
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 2]
    assert headings == [
        "What it is", "The ratings", "What is measured", "How the rating is decided", "What a missing value does",
        "This document",
    ]  # fmt: skip


# escaping


def wild() -> Document:
    return Document(
        WILD,
        (
            Heading(WILD), Heading(WILD), Heading("!", 3), Heading("content", 3),
            Paragraph(("- ", Span(WILD, "strong"), Span(WILD, "code"), Span("plain", "code"), Span("", colour="no such"))),
            Paragraph("1. no list"), Paragraph("- no list"),
            Paragraph(Span(WILD, url="javascript:alert(1)")), Paragraph(Span("x", url="https://example.org/a(b)?c=d&e")),
            Bullets((WILD, "b"), numbered=True), Bullets((Span(WILD, colour="red"),)),
            Table(WILD, (WILD, "b"), ((WILD, ""), ("a", Span(WILD, colour="green")))),
        ),
    )  # fmt: skip


def test_no_text_becomes_markup(golden: Golden) -> None:
    page = html_of(wild())
    tags = Page(page)
    assert "script" not in [tag for tag, _ in tags.tags]
    assert "<script>alert('x')</script> & \"y\"" in "".join(tags.text)
    assert [attributes.get("href") for tag, attributes in tags.tags if tag == "a"][
        -1
    ] == "https://example.org/a(b)?c=d&e"
    assert "\u202e" not in page
    golden(GOLDEN / "wild.md", markdown_of(wild()))


def test_only_addresses_of_the_web_are_links() -> None:
    assert is_web("https://example.org/a?b=c")
    assert not any(map(is_web, ("javascript:alert(1)", "https://a b", 'https://a"onclick', "", "www.example.org")))


# the command


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["manual", *map(str, arguments)], catch_exceptions=False)
    return result.exit_code, result.output


def test_the_command_prints_markdown_and_writes_what_the_ending_says(tmp_path: Path) -> None:
    edition = "sha-mental-health-stars-2004"
    code, out = run(edition)
    assert (code, out.startswith("# Mental health stars")) == (0, True)
    assert run(edition, "-f", "html")[1].startswith("<!DOCTYPE html>")
    for name, start in (("a.md", "# Mental"), ("a.html", "<!DOCTYPE"), ("a.htm", "<!DOCTYPE"), ("a", "# Mental")):
        assert run(edition, "-o", tmp_path / name) == (0, f"wrote {tmp_path / name}\n")
        assert (tmp_path / name).read_text("utf-8").startswith(start)


def test_wrong_usage(tmp_path: Path) -> None:
    assert run("nowhere")[0] == 2
    assert run()[0] == 2
    assert run("sha-mental-health-stars-2004", "-o", tmp_path / "a.json")[0] == 2
    assert run("sha-mental-health-stars-2004", "-f", "html", "-o", tmp_path / "a.md")[0] == 2

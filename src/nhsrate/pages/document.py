"""A document as one self-contained web page: no scripts, nothing from outside, and readable on paper."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.core.texts import tidy
from nhsrate.pages.base import POLICY, colour_rules, css_class, rendered
from nhsrate.reports.colours import PALETTE
from nhsrate.reports.documents import Bullets, Heading, Paragraph, Span, Table, is_web, kept, spans

if TYPE_CHECKING:
    from nhsrate.reports.documents import Block, Document, Inline


def html_of(document: Document) -> str:
    """The document as one web page: no scripts and nothing from outside, readable on paper and to a screen reader."""
    names, regions = anchors(document), labels(document)
    contents = [
        (names[n], tidy(block.text))
        for n, block in enumerate(document.blocks)
        if isinstance(block, Heading) and block.level == 2
    ]
    return rendered(
        "document.html",
        title=tidy(document.title),
        policy=POLICY,
        colours=colour_rules(),
        contents=contents,
        blocks=[
            (settled(block), type(block).__name__.lower(), names.get(n) or regions.get(n, ""))
            for n, block in enumerate(document.blocks)
        ],
    )


def anchors(document: Document) -> dict[int, str]:
    """The anchor of each heading, by its place; two of one text are told apart by a number."""
    names: dict[int, str] = {}
    for n, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            plain = re.sub(r"[^a-z0-9]+", "-", tidy(block.text).lower()).strip("-") or "part"
            taken = set(names.values()) | {"content"}
            names[n] = next(name for k in range(1, n + 3) if (name := plain if k == 1 else f"{plain}-{k}") not in taken)
    return names


def labels(document: Document) -> dict[int, str]:
    """What each table is called to readers aloud, by its place; two of one caption are told apart by a number."""
    seen: Counter[str] = Counter()
    said = {}
    for n, block in enumerate(document.blocks):
        if isinstance(block, Table):
            caption = tidy(block.caption)
            seen[caption] += 1
            said[n] = caption if seen[caption] == 1 else f"{caption} ({seen[caption]})"
    return said


def settled(block: Block) -> Block | dict[str, object]:
    """A block with its texts tidied, and each run of text with its look."""
    match block:
        case Heading():
            return Heading(tidy(block.text), block.level)
        case Paragraph():
            return {"text": runs(block.text)}
        case Bullets():
            return {"points": [runs(item) for item in block.items], "numbered": block.numbered}
        case _:
            rows = [[runs(cell) for cell in row] for row in block.rows]
            return {"caption": tidy(block.caption), "heads": [tidy(head) for head in block.heads], "rows": rows}


def runs(text: Inline) -> list[Span]:
    """The runs of a text: what may not be a link is none, and a colour is the class that has it."""
    return [
        Span(
            kept(span.text),
            span.style,
            colour=css_class(span.colour) if span.colour in PALETTE else "",
            url=span.url if is_web(span.url) else "",
        )
        for span in spans(text)
    ]

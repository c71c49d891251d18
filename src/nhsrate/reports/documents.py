"""A document as a list of blocks, and the same document as Markdown."""

from __future__ import annotations

import re
from typing import Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.texts import tidy
from nhsrate.reports.league import escaped


@frozen
class Span:
    """A piece of text: strong, code, a link, or the name of a level with its colour, never the colour alone."""

    text: str
    style: Literal["", "strong", "code"] = ""
    url: str = ""
    colour: str = ""


Inline = str | Span | tuple[str | Span, ...]


@frozen
class Heading:
    """A heading; level 2 is a section of the document."""

    text: str
    level: Literal[2, 3, 4] = 2


@frozen
class Paragraph:
    """A paragraph."""

    text: Inline


@frozen
class Bullets:
    """A list, with numbers where its order matters."""

    items: tuple[Inline, ...]
    numbered: bool = False


@frozen
class Table:
    """A table: its caption, the heads of its columns, and its rows, each beginning with what it is about."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]


Block = Heading | Paragraph | Bullets | Table


@frozen
class Document:
    """A title and what follows."""

    title: str
    blocks: tuple[Block, ...]


def spans(text: Inline) -> tuple[Span, ...]:
    """The pieces of a text."""
    pieces = text if isinstance(text, tuple) else (text,)
    return tuple(piece if isinstance(piece, Span) else Span(piece) for piece in pieces)


def is_web(url: str) -> bool:
    """Whether an address is of the web, and so may be a link."""
    return re.match(r"https?://[^\s\"'<>]+$", url) is not None


def markdown_of(document: Document) -> str:
    """The document in GitHub's Markdown, with every text shown as it is."""
    parts = [f"# {escaped(tidy(document.title))}"]
    for block in document.blocks:
        match block:
            case Heading():
                parts.append(f"{'#' * block.level} {escaped(tidy(block.text))}")
            case Paragraph():
                parts.append(_line_start(_markdown(block.text)))
            case Bullets():
                marks = [f"{n}." if block.numbered else "-" for n in range(1, len(block.items) + 1)]
                parts.append(
                    "\n".join(f"{mark} {_markdown(item)}" for mark, item in zip(marks, block.items, strict=True))
                )
            case _:
                rows = [[_markdown(cell) or " " for cell in row] for row in block.rows]
                heads = [escaped(tidy(head)) for head in block.heads]
                lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
                lines += [f"| {' | '.join(row)} |" for row in rows]
                parts += [f"**{escaped(tidy(block.caption))}**", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _line_start(text: str) -> str:
    """A text that Markdown does not take for a list or a heading because of how it begins."""
    return re.sub(
        r"^(?:([-+])(?=\s)|(\d+)([.)])(?=\s))",
        lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}",
        text,
    )


def _markdown(text: Inline) -> str:
    return "".join(_markdown_span(span) for span in spans(text))


def _markdown_span(span: Span) -> str:
    text = kept(span.text)
    if span.style == "code":
        return f"`{text}`" if "`" not in text and "|" not in text else escaped(text)
    said = escaped(text)
    if span.style == "strong":
        said = f"**{said}**"
    return f"[{said}]({span.url.replace('(', '%28').replace(')', '%29')})" if is_web(span.url) else said


def kept(text: str) -> str:
    """The text tidied, with the spaces at its ends that part it from its neighbours."""
    return f"{' ' * text[:1].isspace()}{tidy(text)}{' ' * (bool(text.strip()) and text[-1:].isspace())}"

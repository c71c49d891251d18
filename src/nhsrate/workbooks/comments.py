"""Comments on cells of a sheet: their texts, and the hidden boxes that show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import column_letters
from nhsrate.workbooks.package import LONGEST, XML, Edit, edited, last_inside, stored, tree
from nhsrate.workbooks.sheets import ROW, box, cell_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.workbooks.package import Node, Package
    from nhsrate.workbooks.sheets import Cell, SheetFacts

AUTHOR = "nhsrate check"
WIDTH, USUAL_HEIGHT, LINE, LETTERS = 320, 80, 15, 46
"""The pixels of a box, those of a line in it, and the letters that fit into a line."""
BLOCK = 1_024
"""Shapes are numbered in blocks of so many, and no two drawings of a workbook share a block."""

_CONTENT = "application/vnd.openxmlformats-officedocument"
_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_BLOCKS = pattern(rb"idmap\b[^>]*?\bdata=[\"']([\d, ]*)[\"']")
_SHAPES = pattern(rb"_x0000_s(\d+)[\"']")
_NOTE = pattern(rb"<[\w.-]+:ClientData\b.*?</[\w.-]+:ClientData\s*>", re.DOTALL)
_ANCHOR = pattern(rb"Anchor\s*>\s*(?:-?\d+\s*,\s*){6}(-?\d+)")

_EMPTY = (
    "<xml " + " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items()) + ">"
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
)
_SHAPE_TYPE = (
    '<{v}shapetype id="_x0000_t202" coordsize="21600,21600" {o}spt="202" path="m,l,21600r21600,l21600,xe">'
    '<{v}stroke joinstyle="miter"/><{v}path gradientshapeok="t" {o}connecttype="rect"/></{v}shapetype>'
)
_SHAPE = (
    '<{v}shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:{width}pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" {o}insetmode="auto">'
    '<{v}fill color2="#ffffe1"/><{v}shadow on="t" color="black" obscured="t"/><{v}path {o}connecttype="none"/>'
    '<{v}textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></{v}textbox>'
    '<{x}ClientData ObjectType="Note"><{x}MoveWithCells/><{x}SizeWithCells/><{x}Anchor>{anchor}</{x}Anchor>'
    "<{x}AutoFill>False</{x}AutoFill><{x}Row>{row}</{x}Row><{x}Column>{column}</{x}Column></{x}ClientData></{v}shape>"
)


@frozen
class Notes:
    """The parts of a sheet that hold its comments, as far as there are any, and the cells with a conversation."""

    comments: str | None
    drawing: str | None
    threaded: frozenset[Cell]


def notes_of(package: Package, part: str, facts: SheetFacts) -> Notes:
    """What a sheet has of comments; raises `ValueError` where its drawing of comments is not there."""
    related = package.relations(part)
    comments = next((relation.part for relation in related if relation.kind == "comments"), None)
    drawing = next((relation.part for relation in related if relation.id == facts.drawing), None)
    if facts.drawing and drawing is None:
        raise ValueError("the drawing of the comments is not there")
    threads = [tree(package.read(relation.part)) for relation in related if relation.kind == "threadedComment"]
    threaded = frozenset(cell_of(comment.attribute("ref")) for root in threads for comment in root.children)
    return Notes(comments, drawing, threaded)


def add_comments(
    package: Package, part: str, facts: SheetFacts, notes: Notes, texts: Mapping[Cell, Sequence[str]]
) -> None:
    """Put these lines as comments on the cells of a sheet, behind the text of a comment that is there already."""
    comments, drawing = notes.comments, notes.drawing
    if comments is None:
        comments = package.free("xl/comments{}.xml")
        content = f'{XML}<comments xmlns="{package.main}"><authors></authors><commentList></commentList></comments>'
        package.add(comments, content.encode(), f"{_CONTENT}.spreadsheetml.comments+xml")
        package.relate(part, f"{package.office}/comments", comments)
    if drawing is None:
        drawing = package.free("xl/drawings/vmlDrawing{}.vml")
        package.add_ending("vml", f"{_CONTENT}.vmlDrawing")
        package.write(drawing, _EMPTY.encode())
        id_ = package.relate(part, f"{package.office}/vmlDrawing", drawing)
        package.edit(part, facts.drawing_edit(id_, package.office))
    content_before = package.read(comments)
    lines = unsaid(content_before, texts)
    if lines:
        package.write(comments, commented(content_before, lines))
        package.write(drawing, drawn(package.read(drawing), facts, lines, free_blocks(package, len(lines))))


def unsaid(xml: bytes, texts: Mapping[Cell, Sequence[str]]) -> dict[Cell, str]:
    """The text for each cell, in their order, without lines that a comment on it holds already."""
    known = _known(tree(xml))
    lines = {}
    for cell in sorted(texts):
        standing = xml[known[cell].start : known[cell].end] if cell in known else b""
        new = [line for line in texts[cell] if _bytes(_text(line)) not in standing]
        if new:
            lines[cell] = "\n".join(new)[:LONGEST]
    return lines


def commented(xml: bytes, lines: Mapping[Cell, str]) -> bytes:
    """The part of comments with these lines, new comments in the order of the rows."""
    root = tree(xml)
    authors, listed = root.one("authors"), root.one("commentList")
    known, p = _known(root), root.prefix
    names = [xml[author.inside : author.close] for author in authors.children]
    edits, last = [], []
    if AUTHOR.encode() not in names:
        names.append(AUTHOR.encode())
        edits.append(last_inside(authors, f"<{p}author>{AUTHOR}</{p}author>"))
    for cell, said in lines.items():
        if cell in known:
            edits.append(_appended(known[cell].one("text"), said))
            continue
        reference, author = f"{column_letters(cell[1])}{cell[0]}", names.index(AUTHOR.encode())
        run = f"<{p}text>{_run(p, said)}</{p}text>"
        comment = f'<{p}comment ref="{reference}" authorId="{author}">{run}</{p}comment>'
        behind = next((old.start for place, old in known.items() if place > cell), None)
        if behind is None:
            last.append(comment)
        else:
            edits.append(Edit(behind, behind, comment))
    return edited(xml, [*edits, last_inside(listed, "".join(last))] if last else edits)


def _known(root: Node) -> dict[Cell, Node]:
    """The comments that are there, by their cells."""
    return {cell_of(comment.attribute("ref")): comment for comment in root.one("commentList").named("comment")}


def _appended(text: Node, said: str) -> Edit:
    """The lines below the text of a comment."""
    if runs := text.named("r"):
        return Edit(runs[-1].end, runs[-1].end, _run(text.prefix, f"\n\n{said}"))
    if plain := text.named("t"):
        return last_inside(plain[0], _text(f"\n\n{said}"))
    return last_inside(text, f"<{text.prefix}t>{_text(said)}</{text.prefix}t>")


def _run(p: str, said: str) -> str:
    """Text as Excel shows it in comments, under a prefix."""
    look = f'<{p}rPr><{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="Tahoma"/><{p}family val="2"/></{p}rPr>'
    return f'<{p}r>{look}<{p}t xml:space="preserve">{_text(said)}</{p}t></{p}r>'


def _text(said: str) -> str:
    return escape(stored(said))


def _bytes(text: str) -> bytes:
    return text.encode("ascii", "xmlcharrefreplace")


def free_blocks(package: Package, shapes: int) -> list[int]:
    """As many blocks of numbers as these shapes need, used by no drawing of the workbook."""
    used = {0}
    for name in package.names:
        if name.casefold().endswith(".vml"):
            xml = package.read(name)
            used |= {int(block) for found in _BLOCKS.finditer(xml) for block in found[1].split(b",") if block.strip()}
            used |= {int(shape) // BLOCK for shape in _SHAPES.findall(xml)}
    return list(range(max(used) + 1, max(used) + 1 + -(-shapes // (BLOCK - 1))))


def drawn(xml: bytes, facts: SheetFacts, lines: Mapping[Cell, str], blocks: Sequence[int]) -> bytes:
    """The drawing with a hidden box for each cell; a box that is there already grows by what came to it.

    Raises `ValueError` where the drawing is not one of comments.
    """
    prefixes = {key: _prefix(xml, space) for key, space in _SPACES.items()}
    edits, boxed = [], set()
    for note in _NOTE.finditer(xml):
        row, column = (re.search(rb"%b\s*>\s*(\d+)\s*<" % name, note[0]) for name in (b"Row", b"Column"))
        if row and column and (cell := (int(row[1]) + 1, int(column[1]) + 1)) in lines:
            boxed.add(cell)
            edits.append(_higher(note, prefixes["x"], facts, cell, _height(lines[cell])))
    missing = [cell for cell in lines if cell not in boxed]
    if missing:
        ids = (block * BLOCK + n for block in blocks for n in range(1, BLOCK))
        shapes = "".join(
            _shape(facts, cell, lines[cell], prefixes | {"id": str(id_)})
            for id_, cell in zip(ids, missing, strict=False)
        )
        shape_type = "" if b'"_x0000_t202"' in xml else _SHAPE_TYPE.format(**prefixes)
        end = xml.rindex(b"</")
        edits += [*_blocks_edits(xml, blocks), Edit(end, end, shape_type + shapes)]
    return edited(xml, edits)


def _prefix(xml: bytes, space: str) -> str:
    found = re.search(rb"xmlns:([\w.-]+)\s*=\s*[\"']%b[\"']" % re.escape(space.encode()), xml)
    if found is None:
        raise ValueError("the drawing of the comments is of another kind")
    return f"{found[1].decode()}:"


def _blocks_edits(xml: bytes, blocks: Sequence[int]) -> list[Edit]:
    """The blocks of numbers named at the beginning of the drawing, beside those that are."""
    found = _BLOCKS.search(xml)
    if found is None:
        return []
    named = ",".join([*([found[1].decode()] if found[1] else []), *map(str, blocks)])
    return [Edit(found.start(1), found.end(1), named)]


def _higher(note: re.Match[bytes], x: str, facts: SheetFacts, cell: Cell, pixels: int) -> Edit:
    """The box of a comment made higher by this many pixels."""
    anchor = _ANCHOR.search(note[0])
    if anchor is None:
        place = note.end() - (len(note[0]) - note[0].rindex(b"</"))
        return Edit(place, place, f"<{x}Anchor>{box(facts, cell, (WIDTH, USUAL_HEIGHT + pixels))}</{x}Anchor>")
    bottom = int(anchor[1]) + -(-pixels // ROW)
    return Edit(note.start() + anchor.start(1), note.start() + anchor.end(1), str(bottom))


def _shape(facts: SheetFacts, cell: Cell, said: str, names: Mapping[str, str]) -> str:
    """A hidden box, large enough for its text."""
    height = _height(said)
    points = {"width": WIDTH * 3 // 4, "height": height * 3 // 4}
    place = {"row": cell[0] - 1, "column": cell[1] - 1, "anchor": box(facts, cell, (WIDTH, height))}
    return _SHAPE.format(**names, **points, **place)


def _height(said: str) -> int:
    """The pixels that the lines of a text need, with one to spare."""
    return LINE * (1 + sum(-(-len(line) // LETTERS) for line in said.split("\n")))

"""The parts of an Excel workbook beside its cells: sheets in their order, shared texts, number formats."""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET  # (the guard refuses document types, so that no entity can expand)

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.files.number_formats import BUILT_IN, GENERAL, MAC_EPOCH, WINDOWS_EPOCH, look_of
from nhsrate.files.raised import SHIFTS, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

    from nhsrate.core.tables import MarkedText
    from nhsrate.files.number_formats import Look
    from nhsrate.files.raised import Shift

BY_EXCEL = pattern(rb"<Application>Microsoft (?:Macintosh )?Excel(?: Online)?</Application>")
"""What Excel says of itself in the packages that it saves."""

_ESCAPED = pattern(r"_x([0-9A-Fa-f]{4})_")
"""How Excel writes characters that XML cannot hold, or that it would change: `_x000D_`."""


@frozen
class SheetPart:
    """A sheet of cells, and the part of the package that holds them."""

    name: str
    part: str
    hidden: bool = False


@frozen
class Parts:
    """What a workbook says beside its cells; `looks[s]` is what cell style `s` shows.

    `shifts` has the cell styles whose font is raised or lowered, by their numbers as cells write them.
    """

    sheets: tuple[SheetPart, ...]
    looks: tuple[Look, ...] = ()
    shifts: Mapping[str, Shift] = field(default_factory=dict)
    strings: str | None = None
    epoch: datetime = WINDOWS_EPOCH
    asks: bool = False
    """Whether the workbook asks to be calculated when it is opened, so that a stored 0 may be no result."""

    calculated: bool = False
    """Whether Excel itself saved the workbook, which calculates before it saves."""


def local(name: str) -> str:
    """A name without its namespace or prefix.

    >>> local("{http://example.org}row"), local("x:row"), local("row")
    ('row', 'row', 'row')
    """
    return name.rpartition("}")[2].rpartition(":")[2]


def read_parts(archive: ZipFile) -> Parts:
    """The parts of a workbook; raises `KeyError`, `ValueError` or `ParseError` where the package is damaged."""
    known = {name.casefold(): name for name in archive.namelist()}  # some writers name a part in two ways
    main = dict(_relations(archive, "", known)).values()
    workbook = next((part for kind, part in main if kind == "officeDocument" and part), "xl/workbook.xml")
    root = ET.fromstring(archive.read(workbook))  # noqa: S314 (guarded)
    related = dict(_relations(archive, workbook, known))
    sheets = []
    for entry in _children(root, "sheets"):
        kind, part = related.get(_attribute(entry, "id"), ("", ""))
        if kind == "worksheet" and part:
            hidden = entry.get("state", "visible") != "visible"
            sheets.append(SheetPart(unescaped(entry.get("name", "")), part, hidden))
    properties = next((child for child in root if local(child.tag) == "workbookPr"), None)
    mac = properties is not None and properties.get("date1904") in {"1", "true"}
    folder = posixpath.dirname(workbook)
    found = {kind: part for kind, part in related.values() if part}
    styles, strings = (
        found.get(kind) or known.get(posixpath.join(folder, f"{kind}.xml").casefold())
        for kind in ("styles", "sharedStrings")
    )
    looks, shifts = _looks(archive.read(styles)) if styles else ((), {})
    asks = any(_is(entry, "fullCalcOnLoad") or _is(entry, "calcCompleted", "0", "false") for entry in _calc(root))
    told = known.get("docprops/app.xml")
    by_excel = told is not None and BY_EXCEL.search(archive.read(told)) is not None
    epoch = MAC_EPOCH if mac else WINDOWS_EPOCH
    return Parts(tuple(sheets), looks, shifts, strings, epoch, asks=asks, calculated=by_excel and not asks)


def _calc(root: Element) -> Iterator[Element]:
    """What a workbook says of its calculation."""
    return (child for child in root if local(child.tag) == "calcPr")


def _is(entry: Element, name: str, *meant: str) -> bool:
    """Whether an attribute says so: `1` or `true`, unless other words are meant."""
    return entry.get(name, "").strip().casefold() in (meant or ("1", "true"))


def _children(root: Element, name: str) -> Iterator[Element]:
    for child in root:
        if local(child.tag) == name:
            yield from child


def _attribute(entry: Element, name: str) -> str:
    """An attribute whatever its namespace: `r:id` is written under two of them."""
    return next((value for key, value in entry.attrib.items() if key.endswith(f"}}{name}")), "")


def _relations(archive: ZipFile, part: str, known: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each relation of a part by its id: the last word of its type, and the part it leads to, where that is there."""
    folder, name = posixpath.split(part)
    path = known.get(posixpath.join(folder, "_rels", f"{name}.rels").casefold())
    if path is None:
        return
    for entry in ET.fromstring(archive.read(path)):  # noqa: S314 (guarded)
        if entry.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, entry.get("Target", ""))).lstrip("/")
            yield entry.get("Id", ""), (entry.get("Type", "").rpartition("/")[2], known.get(target.casefold(), ""))


def _looks(xml: bytes) -> tuple[tuple[Look, ...], dict[str, Shift]]:
    """What each cell style shows, and which of them have a font that is raised or lowered."""
    root = ET.fromstring(xml)  # noqa: S314 (guarded)
    own = {entry.get("numFmtId", ""): entry.get("formatCode") for entry in _children(root, "numFmts")}
    fonts = [_shift(font) for font in _children(root, "fonts")]
    looks: list[Look] = []
    shifts: dict[str, Shift] = {}
    for style in _children(root, "cellXfs"):
        number = style.get("numFmtId", "0")
        code = own.get(number) or BUILT_IN.get(int(number))
        font = style.get("fontId", "0")
        if any(fonts) and font.isdecimal() and int(font) < len(fonts) and (shift := fonts[int(font)]):
            shifts[str(len(looks))] = shift
        looks.append(look_of(code) if code else GENERAL)
    return tuple(looks), shifts


def _shift(font: Element) -> Shift:
    """Where the letters of a font stand."""
    return next((SHIFTS.get(entry.get("val"), 0) for entry in font if local(entry.tag) == "vertAlign"), 0)


def shared_texts(stream: IO[bytes]) -> list[str | MarkedText]:
    """The shared texts of a workbook, rich text joined and what only tells a pronunciation left out."""
    from xml.parsers import expat

    texts: list[str | MarkedText] = []
    pieces: list[str] = []
    runs: list[tuple[str, Shift]] = []
    inside = {"t": False, "rPh": False}
    shift: Shift = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal shift
        word = local(name)
        if word == "si":
            pieces.clear()
            runs.clear()
        elif word in inside:
            inside[word] = True
        elif word == "vertAlign":
            if pieces:
                runs.append((unescaped("".join(pieces)), 0))
                pieces.clear()
            shift = SHIFTS.get(attributes.get("val"), 0)

    def end(name: str) -> None:
        nonlocal shift
        word = local(name)
        if word == "si":
            text = unescaped("".join(pieces))
            texts.append(joined([*runs, (text, 0)]) if runs else text)
        elif word in inside:
            inside[word] = False
        elif word == "r":
            if shift:
                runs.append((unescaped("".join(pieces)), shift))
                pieces.clear()
            shift = 0

    def data(text: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(text)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.ParseFile(stream)
    return texts


def unescaped(text: str) -> str:
    r"""The text with characters that Excel wrote by their number.

    >>> unescaped("Rate_x000D_\nof falls"), unescaped("_x005F_x000D_"), unescaped("a_b")
    ('Rate\r\nof falls', '_x000D_', 'a_b')
    """
    if "_x" not in text:
        return text
    found = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of characters are joined

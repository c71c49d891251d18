"""The parts of an Excel workbook beside its cells: sheets in their order, shared texts, number formats."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET  # (the guard refuses document types, so that no entity can expand)

from nhsrate.files.number_formats import BUILT_IN, GENERAL, MAC_EPOCH, WINDOWS_EPOCH, look_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

    from nhsrate.files.number_formats import Look

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How Excel writes characters that XML cannot hold, or that it would change: `_x000D_`."""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of cells, and the part of the package that holds them."""

    name: str
    part: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """What a workbook says beside its cells; `looks[s]` is what cell style `s` shows."""

    sheets: tuple[SheetPart, ...]
    looks: tuple[Look, ...] = ()
    strings: str | None = None
    epoch: datetime = WINDOWS_EPOCH


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
    looks = _looks(archive.read(styles)) if styles else ()
    return Parts(tuple(sheets), looks, strings, MAC_EPOCH if mac else WINDOWS_EPOCH)


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


def _looks(xml: bytes) -> tuple[Look, ...]:
    """What each cell style shows."""
    root = ET.fromstring(xml)  # noqa: S314 (guarded)
    own = {entry.get("numFmtId", ""): entry.get("formatCode") for entry in _children(root, "numFmts")}
    looks = []
    for style in _children(root, "cellXfs"):
        number = style.get("numFmtId", "0")
        code = own.get(number) or BUILT_IN.get(int(number))
        looks.append(look_of(code) if code else GENERAL)
    return tuple(looks)


def shared_texts(stream: IO[bytes]) -> list[str]:
    """The shared texts of a workbook, rich text joined and what only tells a pronunciation left out."""
    from xml.parsers import expat

    texts: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(name: str, _: dict[str, str]) -> None:
        word = local(name)
        if word == "si":
            pieces.clear()
        elif word in inside:
            inside[word] = True

    def end(name: str) -> None:
        word = local(name)
        if word == "si":
            texts.append(unescaped("".join(pieces)))
        elif word in inside:
            inside[word] = False

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

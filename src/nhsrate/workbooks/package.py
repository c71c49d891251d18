"""The package of a workbook, and XML whose elements know where they stand: what need not change stays the same."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from nhsrate.core.patterns import pattern
from nhsrate.core.texts import tidy
from nhsrate.files.xlsx_parts import local, unescaped
from nhsrate.workbooks.writing import ESCAPED, NOT_IN_XML

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "[Content_Types].xml"

_NEW = (1980, 1, 1, 0, 0, 0)


class Relation(NamedTuple):
    """What a part is related to: the last word of the type, the part it leads to, and the whole type."""

    id: str
    kind: str
    part: str
    type: str


class Package:
    """The parts of a workbook: those that stand in the file, those that were changed, and those that are new."""

    def __init__(self, data: bytes) -> None:
        """Open the file; a damaged one raises almost anything.

        `office` begins the types of its relations and is the namespace of their ids; `main` is that of its sheets.
        """
        import io
        from zipfile import ZipFile

        self._archive = ZipFile(io.BytesIO(data))
        self._changed: dict[str, bytes] = {}
        self.names = list(self._archive.namelist())
        relation = next(relation for relation in self.relations("") if relation.kind == "officeDocument")
        self.workbook = relation.part
        self.office = relation.type.rpartition("/")[0]
        self.main = STRICT_MAIN if self.office == STRICT_OFFICE else MAIN

    def read(self, part: str) -> bytes:
        """The bytes of a part, with the changes made so far; raises `KeyError` where there is no such part."""
        return self._changed[part] if part in self._changed else self._archive.read(part)

    def write(self, part: str, content: bytes) -> None:
        """Put these bytes into a part, behind all others where it is new; raises `ExpatError` where XML is damaged."""
        if not part.endswith(".vml"):  # (which Excel itself writes in a way that is not always XML)
            expat.ParserCreate().Parse(content, True)  # noqa: FBT003 (the last piece)
        if part not in self.names:
            self.names.append(part)
        self._changed[part] = content

    def edit(self, part: str, *edits: Edit) -> None:
        """Change a part."""
        self.write(part, edited(self.read(part), edits))

    def relations(self, part: str) -> list[Relation]:
        """What a part is related to within the package."""
        path = _relations_of(part)
        if path not in self.names:
            return []
        return list(_relations(tree(self.read(path)), posixpath.dirname(part)))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Relate a part to another by this type, and give the new id."""
        path = _relations_of(part)
        if path not in self.names:
            self.write(path, f'{XML}<Relationships xmlns="{RELATIONS}"></Relationships>'.encode())
        root = tree(self.read(path))
        taken = {child.attribute("Id").casefold() for child in root.children}
        id_ = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rid{n}" not in taken)
        to = posixpath.relpath(f"/{target}", f"/{posixpath.dirname(part)}")
        said = f'<{root.prefix}Relationship Id="{id_}" Type={quoteattr(kind)} Target={quoteattr(to)}/>'
        self.edit(path, last_inside(root, said))
        return id_

    def add(self, part: str, content: bytes, content_type: str) -> None:
        """Add a part of its own type of content."""
        root = tree(self.read(TYPES))
        said = f'<{root.prefix}Override PartName="/{part}" ContentType="{content_type}"/>'
        self.edit(TYPES, last_inside(root, said))
        self.write(part, content)

    def add_ending(self, ending: str, content_type: str) -> None:
        """Declare the type of content of all parts with this ending, where it is not declared."""
        root = tree(self.read(TYPES))
        if ending not in {child.attribute("Extension").casefold() for child in root.named("Default")}:
            first = root.children[0].start
            said = f'<{root.prefix}Default Extension="{ending}" ContentType="{content_type}"/>'
            self.edit(TYPES, Edit(first, first, said))

    def free(self, pattern: str) -> str:
        """The first name of this pattern, such as `xl/comments{}.xml`, that no part bears."""
        taken = {name.casefold() for name in self.names}
        return next(name for n in range(1, len(taken) + 2) if (name := pattern.format(n)).casefold() not in taken)

    def packed(self) -> bytes:
        """The file: the parts in their order with their dates, new ones last with a date that is always the same."""
        import io
        from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

        old = {entry.filename: entry for entry in self._archive.infolist()}
        file = io.BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED) as new:
            for name in self.names:
                known = old.get(name)
                entry = ZipInfo(name, known.date_time if known else _NEW)
                entry.compress_type = known.compress_type if known else ZIP_DEFLATED
                entry.create_system, entry.external_attr = 0, known.external_attr if known else 0
                new.writestr(entry, self.read(name))
        return file.getvalue()


class SheetEntry(NamedTuple):
    """A sheet as the workbook lists it; a sheet of cells has a part, a chart none."""

    name: str
    part: str | None


def sheet_entries(package: Package) -> list[SheetEntry]:
    """All sheets in their order."""
    related = {one.id: one for one in package.relations(package.workbook)}
    entries = []
    for entry in tree(package.read(package.workbook)).one("sheets").children:
        relation = related.get(entry.attribute("id"))
        part = relation.part if relation and relation.kind == "worksheet" and relation.part in package.names else None
        entries.append(SheetEntry(unescaped(entry.attribute("name")), part))
    return entries


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(root: Node, folder: str) -> Iterator[Relation]:
    for entry in root.children:
        if entry.attribute("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, entry.attribute("Target"))).lstrip("/")
            kind = entry.attribute("Type")
            yield Relation(entry.attribute("Id"), kind.rpartition("/")[2], target, kind)


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_TAG = pattern(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
LONGEST = 16_000
"""Characters of a text: no more than a cell or a comment holds, even where each counts twice."""


class Edit(NamedTuple):
    """The text that is to stand in a part from one offset to another."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Node:
    """An element where it stands: `start` to `end` with its tags, `inside` to `close` without them.

    An element of one tag (`<a/>`) has all but its start at its end.
    """

    name: str
    attributes: dict[str, str]
    start: int
    inside: int
    close: int
    end: int
    children: list[Node] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """The prefix of the name, with its colon."""
        return self.name[: self.name.find(":") + 1]

    def named(self, name: str) -> list[Node]:
        """The children of that name, whatever their prefix."""
        return [child for child in self.children if local(child.name) == name]

    def one(self, name: str) -> Node:
        """The first child of that name; raises `ValueError` where there is none."""
        found = self.named(name)
        if not found:
            raise ValueError(f"there is no {name}")
        return found[0]

    def attribute(self, name: str) -> str:
        """An attribute, whatever its prefix; nothing where it is absent."""
        return next((value for key, value in self.attributes.items() if local(key) == name), "")

    def prefix_of(self, *namespaces: str) -> str | None:
        """The prefix (with its colon) that this element declares for one of these namespaces."""
        found = (key for key, value in self.attributes.items() if key.startswith("xmlns:") and value in namespaces)
        return next((f"{key.removeprefix('xmlns:')}:" for key in found), None)


def tag_end(xml: bytes, start: int) -> int:
    """The offset behind the tag that begins there."""
    found = _TAG.match(xml, start)
    if found is None:
        raise ValueError("a tag cannot be found where it should be")
    return found.end()


def tree(xml: bytes) -> Node:
    """The elements of a part with their offsets; raises `ExpatError` where it is damaged."""
    top = Node("", {}, 0, 0, 0, len(xml))
    open_ones = [top]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        place = parser.CurrentByteIndex
        inside = tag_end(xml, place)
        node = Node(name, attributes, place, inside, inside, inside)
        open_ones[-1].children.append(node)
        open_ones.append(node)

    def end(_: str) -> None:
        node = open_ones.pop()
        if xml[node.inside - 2 : node.inside] != b"/>":
            node.close = parser.CurrentByteIndex
            node.end = tag_end(xml, node.close)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(xml, True)  # noqa: FBT003 (the last piece)
    return top.children[0]


def last_inside(node: Node, text: str) -> Edit:
    """The text as the last thing inside an element, which is opened where it has one tag alone."""
    if node.close == node.inside == node.end:
        return Edit(node.end - 2, node.end, f">{text}</{node.name}>")
    return Edit(node.close, node.close, text)


def edited(xml: bytes, edits: Sequence[Edit]) -> bytes:
    """The part with these edits; their text is in ASCII, so that it fits every encoding of a part.

    >>> edited(b"<a>1</a>", [Edit(4, 4, "2 \u00a3"), Edit(3, 3, "0")])
    b'<a>012 &#163;</a>'
    """
    pieces, done = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit.start):
        pieces += [xml[done:start], text.encode("ascii", "xmlcharrefreplace")]
        done = end
    return b"".join([*pieces, xml[done:]])


def plain(text: str) -> str:
    r"""The text of a message on one line, without what a workbook cannot hold.

    >>> plain(" An\n odd\x00 value\ud800.")
    'An odd value.'
    """
    return NOT_IN_XML.sub("", tidy(text))[:LONGEST]


def stored(text: str) -> str:
    r"""The text as Excel reads it back the same, also where it looks like a character written by its number.

    >>> stored("_x0041_ and a_b"), stored("\x01")
    ('_x005F_x0041_ and a_b', '_x0001_')
    """
    return NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", ESCAPED.sub("_x005F_", text))

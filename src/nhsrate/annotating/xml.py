"""XML whose elements know where they stand, so that text can be put in without touching the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from nhsrate.files.xlsxparts import local
from nhsrate.texts import tidy
from nhsrate.xlsxwrite import ESCAPED, NOT_IN_XML

if TYPE_CHECKING:
    from collections.abc import Sequence

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
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

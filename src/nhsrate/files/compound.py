"""OLE compound files, which old Excel workbooks and protected new ones are packed in; sectors stand in any order.

Chains of sectors are followed with an end in sight: a damaged or hostile file may lead them in a circle.
"""

from __future__ import annotations

from struct import error as StructError  # noqa: N812 (the module names it in small letters)
from struct import unpack_from
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENTRY = 128
_LAST_SECTOR = 0xFFFFFFFA
"""Sector numbers from here on mean something else than a sector, such as the end of a chain."""


@frozen
class _Entry:
    """A stream of the directory: its name, its first sector and its bytes, and its neighbours in the tree of names."""

    name: str
    first: int
    size: int
    neighbours: tuple[int, int]
    child: int


def top_streams(data: bytes) -> frozenset[str]:
    """The names that stand at the top of a compound file; none where its directory is damaged.

    A workbook in a Word document, or the reverse, stands further down and is not among them.
    """
    try:
        entries = _sectors(data).bytes_from(*unpack_from("<I", data, 48))
        return frozenset(entry.name for entry in _below(entries, _entry(entries, 0)))
    except (StructError, IndexError, ValueError):
        return frozenset()


def workbook_stream(data: bytes) -> bytes | None:
    """The records of the workbook that a compound file holds, and nothing where it holds none.

    Of a workbook for both Excel 95 and 97 it is the newer one. Raises `ValueError`, `IndexError` or an error of
    struct's where the file is damaged.
    """
    (small_shift,) = unpack_from("<H", data, 32)
    if small_shift != 6:
        raise ValueError("its sectors are of no known size")
    directory, limit, small_first = unpack_from("<I4xII", data, 48)
    sectors = _sectors(data)
    entries = sectors.bytes_from(directory)
    root = _entry(entries, 0)
    found = {entry.name.casefold(): entry for entry in _below(entries, root)}
    workbook = found.get("workbook") or found.get("book")
    if workbook is None:
        return None
    if workbook.size < limit:  # small streams share one, in small sectors
        small_table = sectors.bytes_from(small_first)
        table = unpack_from(f"<{len(small_table) // 4}I", small_table)
        sectors = _Sectors(sectors.bytes_from(root.first), 0, 1 << small_shift, table)
    stream = sectors.bytes_from(workbook.first)
    if len(stream) < workbook.size:
        raise ValueError("the workbook is cut short")
    return stream[: workbook.size]


@frozen
class _Sectors:
    """Sectors of one size behind a header, and of each the one that follows it."""

    data: bytes
    header: int
    size: int
    following: Sequence[int]

    def bytes_from(self, sector: int) -> bytes:
        """The bytes of a chain of sectors."""
        found: list[bytes] = []
        while sector < _LAST_SECTOR:
            if len(found) >= len(self.following):
                raise ValueError("its sectors go in a circle")
            start = self.header + sector * self.size
            found.append(self.data[start : start + self.size])
            sector = self.following[sector]
        return b"".join(found)


def _sectors(data: bytes) -> _Sectors:
    """The sectors of the file itself, which stand behind its header."""
    (shift,) = unpack_from("<H", data, 30)
    if shift not in {9, 12}:
        raise ValueError("its sectors are of no known size")
    return _Sectors(data, 1 << shift, 1 << shift, _table(data, 1 << shift))


def _table(data: bytes, size: int) -> list[int]:
    """Of each sector the one that follows it; the first 109 sectors of this table stand in the header."""
    places = list(unpack_from("<109I", data, 76))
    (sector,) = unpack_from("<I", data, 68)
    while sector < _LAST_SECTOR:
        if len(places) * size > len(data) + 110 * size:
            raise ValueError("its sectors go in a circle")
        *more, sector = unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        places += more
    table: list[int] = []
    for place in dict.fromkeys(places):
        if place < _LAST_SECTOR:
            part = data[(place + 1) * size : (place + 2) * size]
            table += unpack_from(
                f"<{size // 4}I", part.ljust(size, b"\xff")
            )  # nothing follows a sector that is not there
    return table


def _entry(directory: bytes, number: int) -> _Entry:
    at = number * _ENTRY
    length, left, right, child = unpack_from("<HxxIII", directory, at + 64)
    first, size = unpack_from("<II", directory, at + 116)
    name = directory[at : at + min(length, 64)].decode("utf-16-le", "replace").rstrip("\0")
    return _Entry(name, first, size, (left, right), child)


def _below(directory: bytes, root: _Entry) -> Iterator[_Entry]:
    """The entries at the top; a workbook within a document that was put into this one stands further down."""
    waiting, seen = [root.child], {0xFFFFFFFF}
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            entry = _entry(directory, number)
            waiting.extend(entry.neighbours)
            yield entry

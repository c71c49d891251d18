"""The streams of an OLE compound file, which old Excel workbooks and protected new ones are packed in."""

from __future__ import annotations

from struct import error as StructError  # noqa: N812 (the module names it in small letters)
from struct import unpack_from

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENTRY = 128
_NONE = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA
"""Sector numbers from here on mean something else than a sector, such as the end of a chain."""


def top_streams(data: bytes) -> frozenset[str]:
    """The names that stand at the top of a compound file; none where its directory is damaged.

    A workbook in a Word document, or the reverse, stands further down and is not among them.
    """
    try:
        return _children_of_root(_directory(data))
    except (StructError, IndexError, ValueError):
        return frozenset()


def _directory(data: bytes) -> bytes:
    """The sectors of the directory, in the order of their chain."""
    (shift,) = unpack_from("<H", data, 30)
    if shift not in {9, 12}:
        raise ValueError("sectors have 512 or 4,096 bytes")
    size = 1 << shift
    table = _table_sectors(data, size)
    (sector,) = unpack_from("<I", data, 48)
    found: list[bytes] = []
    while sector < _LAST_SECTOR:
        if len(found) * size > len(data):
            raise ValueError("the chain goes in a circle")
        start = (sector + 1) * size
        found.append(data[start : start + size])
        block, place = divmod(sector, size // 4)
        (sector,) = unpack_from("<I", data, (table[block] + 1) * size + place * 4)
    return b"".join(found)


def _table_sectors(data: bytes, size: int) -> list[int]:
    """The sectors of the table of chains: the first 109 stand in the header, the others in sectors of their own."""
    found = list(unpack_from("<109I", data, 76))
    (sector,) = unpack_from("<I", data, 68)
    while sector < _LAST_SECTOR:
        if len(found) * 4 > len(data):
            raise ValueError("the chain goes in a circle")
        *more, sector = unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        found += more
    return found


def _children_of_root(directory: bytes) -> frozenset[str]:
    """The names below the root: a tree of entries, each with a left and a right neighbour."""
    names: set[str] = set()
    (child,) = unpack_from("<I", directory, 76)
    waiting, seen = [child], {_NONE}
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        length, _, _, left, right = unpack_from("<HBBII", directory, number * _ENTRY + 64)
        name = directory[number * _ENTRY : number * _ENTRY + min(length, 64)]
        names.add(name.decode("utf-16-le", "replace").rstrip("\0"))
        waiting += [left, right]
    return frozenset(names)

"""Compound files: where the records of an old workbook stand, whatever the order of their sectors."""

from __future__ import annotations

from struct import pack_into

import pytest
from tests.support.oldfiles import SECTOR, compound

from nhsrate.files.compound import workbook_stream

RECORDS = bytes(range(256)) * 20


def test_a_stream_is_read_to_its_last_byte() -> None:
    stream = workbook_stream(compound(RECORDS))
    assert stream is not None
    assert stream == RECORDS.ljust(len(stream), b"\0")


def test_a_small_stream_is_read() -> None:
    """Streams below 4,096 bytes share one, in sectors of 64 bytes."""
    assert workbook_stream(compound(RECORDS[:1000], small=True)) == RECORDS[:1000]


def test_a_large_file_is_read() -> None:
    """The table of sectors of a file above 7 MB goes on outside the header."""
    records = bytes(range(251)) * 30_000
    assert workbook_stream(compound(records)) == records.ljust(-(-len(records) // SECTOR) * SECTOR, b"\0")


def test_sectors_may_stand_in_any_order() -> None:
    """The first two of the stream change places; it is cut to these two."""
    data = bytearray(compound(RECORDS))  # a sector of the table, one of the directory, an empty one, then the stream
    first, second = 4 * SECTOR, 5 * SECTOR
    data[first:second], data[second : second + SECTOR] = data[second : second + SECTOR], data[first:second]
    pack_into("<II", data, SECTOR + 3 * 4, 0xFFFFFFFE, 3)  # behind sector 3 nothing, behind sector 4 sector 3
    pack_into("<II", data, 2 * SECTOR + 128 + 116, 4, 2 * SECTOR)
    pack_into("<I", data, 56, 64)  # so that it is no small stream
    assert workbook_stream(bytes(data)) == RECORDS[: 2 * SECTOR]


@pytest.mark.parametrize("name", ["Workbook", "WORKBOOK", "Book"])
def test_the_workbook_is_known_by_its_name(name: str) -> None:
    assert workbook_stream(compound(RECORDS, name)) is not None


def test_a_workbook_within_another_document_is_none() -> None:
    assert workbook_stream(compound(RECORDS, "Notes")) is None
    assert workbook_stream(compound(RECORDS, inside=True)) is None


def changed(place: int, number: int, data: bytes = compound(RECORDS)) -> bytes:
    found = bytearray(data)
    pack_into("<I", found, place, number)
    return bytes(found)


DAMAGED = [
    (changed(30, 7), "its sectors are of no known size"),
    (changed(SECTOR + 3 * 4, 3), "its sectors go in a circle"),
    (changed(SECTOR + 1 * 4, 1), "its sectors go in a circle"),
    (changed(68, 0, changed(SECTOR + 127 * 4, 0)), "its sectors go in a circle"),
    (changed(2 * SECTOR + 128 + 120, 9_999_999), "the workbook is cut short"),
    (changed(SECTOR + 3 * 4, 500), "list index out of range"),
]


@pytest.mark.parametrize(("data", "words"), DAMAGED)
def test_damage_is_found_and_never_followed_without_end(data: bytes, words: str) -> None:
    with pytest.raises((ValueError, IndexError), match=words):
        workbook_stream(data)


def test_a_header_cut_short_is_found() -> None:
    with pytest.raises(Exception, match="unpack_from requires"):
        workbook_stream(compound(RECORDS)[:70])

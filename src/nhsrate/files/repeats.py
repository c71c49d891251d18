"""How many cells an OpenDocument sheet means: there a row or a cell may say that it stands a million times."""

from __future__ import annotations

import re

_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_TABLE = b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
_TAG = re.compile(rb"<table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^>]*)>")
_TAG_OF_ANY_PREFIX = re.compile(rb"<(?:[\w.-]+:)?(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^>]*)>")
"""Slower, and right where a document calls the names of tables otherwise than everybody does."""

_WHOLE_TAG = re.compile(rb"<[\w.:-]+((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
"""Slower, and right where a value between quotation marks holds the sign that ends a tag."""

_TIMES = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([^\"']*)")
ENDLESS = 10**20


def most_cells(content: bytes) -> int:
    """The cells of the largest rectangle from the first cell of a sheet to its last row and column with a value.

    Readers keep all of them, so a few bytes can ask for any amount of memory. Empty cells at the ends do not count.

    >>> row = b'<table:table-row table:number-rows-repeated="3"><table:table-cell office:value="1"/></table:table-row>'
    >>> most_cells(b"<table:table>" + row + row + b"</table:table>")
    6
    """
    if b"<!" in content:
        content = _HIDDEN.sub(b"", content)  # so that nothing in a comment is taken for a row
    most = rows = columns = last_row = last_column = 0
    usual = _TABLE in content and content.count(b"opendocument:xmlns:table:") == 1
    for tag in (_TAG if usual else _TAG_OF_ANY_PREFIX).finditer(content):
        name, said = tag.groups()
        if (said.count(b'"') % 2 or said.count(b"'") % 2) and (whole := _WHOLE_TAG.match(content, tag.start())):
            said = whole[1]
        times = _times(said) if b"-repeated" in said else 1
        if name == b"table-row":
            rows, columns = rows + times, 0
        elif name == b"table":
            most = max(most, last_row * last_column)
            rows = last_row = last_column = 0
        else:
            columns += times
            if b"office:" in said or not said.endswith(b"/"):
                last_row, last_column = rows, max(last_column, columns)
    return max(most, last_row * last_column)


def _times(said: bytes) -> int:
    """How often a row or cell says that it stands; without end, where that is no plain number."""
    found = _TIMES.search(said)
    return int(found[1]) if found and found[1].isdigit() and len(found[1]) < 20 else ENDLESS

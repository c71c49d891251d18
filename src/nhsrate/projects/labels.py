"""What a committed file says beside its results: names, the order of rows and columns, and the reasons of json.

Results are compared by value, whatever program saved the file; all else of it should be what would be made, too.
"""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.texts import fold, listed, quoted, tidy
from nhsrate.reports.baseline import unguarded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    Said = Sequence[Mapping[str, Any]]

AGAIN = "If that is meant, run `nhsrate build` and commit what it writes."


@frozen
class Row:
    """An organisation of a file: its code, what it is called, and the line it stands on; 0 where that is not known."""

    code: str
    name: str
    line: int = 0


def other_labels(path: str, there: str, made: str, moved: Collection[str]) -> list[Problem]:
    """What a csv or json file says otherwise than the one that would be made, beside results.

    `moved` are the codes, in small letters, of those whose results moved: their reasons are others anyway.
    """
    is_json = path.lower().endswith(".json")
    if is_json != there.lstrip().startswith(("{", "[")):
        message = f"It holds {'csv' if is_json else 'json'}, and its name says otherwise."
        return [Problem(LineLocation(path), "moved", message, AGAIN)]
    if not is_json:
        return _of_csv(path, there, made)
    before, after = json.loads(there)["organisations"], json.loads(made)["organisations"]
    lines = code_lines(there)
    old, new = ([Row(str(one["code"]), str(one["name"])) for one in said] for said in (before, after))
    old = [Row(row.code, row.name, lines.get(row.code.casefold(), 0)) for row in old]
    return [*_other_rows(path, old, new), *_other_reasons(path, before, after, {*moved}, lines)]


def _of_csv(path: str, there: str, made: str) -> list[Problem]:
    (before, old), (after, new) = _rows(there), _rows(made)
    return [*_other_columns(path, before, after), *_other_rows(path, old, new)]


def _other_columns(path: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Problem]:
    """The columns that stand in another order; where the first are not code and name, also those that came and went.

    Where they are, a comparison of results tells of the others.
    """
    was, wanted = [fold(one) for one in before], [fold(one) for one in after]
    at = LineLocation(path, 1, 1)
    if list(before[:2]) != ["code", "name"]:
        if lacking := [one for one in after if fold(one) not in was]:
            yield Problem(at, "moved", f"Columns are not there that would be: {listed(lacking)}.", AGAIN)
        if extra := [one for one in before if fold(one) not in wanted]:
            yield Problem(at, "moved", f"Columns are there that would not be: {listed(extra)}.", AGAIN)
    common = [one for one in wanted if one in was]
    if [one for one in was if one in wanted] != common:
        yield Problem(at, "moved", f"The columns stand in another order; they would be {', '.join(after)}.", AGAIN)


def _rows(text: str) -> tuple[list[str], list[Row]]:
    """The headings of a csv, and its organisations with their lines."""
    reader = csv.reader(StringIO(text.removeprefix("\ufeff")))
    header = [tidy(heading) for heading in next(reader)]
    places = {fold(heading): index for index, heading in enumerate(header)}
    found, line = [], reader.line_num + 1
    for cells in reader:
        code, name = (
            cells[places[key]] if key in places and places[key] < len(cells) else "" for key in ("code", "name")
        )
        if any(cells) and "code" in places:
            found.append(Row(unguarded(tidy(code)), unguarded(tidy(name)), line))
        line = reader.line_num + 1
    return header, found


def _other_rows(path: str, old: Sequence[Row], new: Sequence[Row]) -> Iterator[Problem]:
    """The organisations that are called otherwise, and the first that stands in another place."""
    before, after = ({row.code.casefold(): row for row in rows} for rows in (old, new))
    for code, row in before.items():
        if code in after and row.name != after[code].name:
            message = f"{row.code} is called {quoted(row.name)} here, and would be called {quoted(after[code].name)}."
            yield Problem(_at(path, row.line), "moved", message, AGAIN)
    was = [row for code, row in before.items() if code in after]
    is_ = [row for code, row in after.items() if code in before]
    for there, made in zip(was, is_, strict=True):
        if there.code.casefold() != made.code.casefold():
            message = f"The rows stand in another order: {there.code} is where {made.code} would be."
            yield Problem(_at(path, there.line), "moved", message, AGAIN)
            return


def _other_reasons(
    path: str,
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    moved: set[str],
    lines: Mapping[str, int],
) -> Iterator[Problem]:
    """The organisations of json of which something else is said, although no result moved."""
    made = {str(one["code"]).casefold(): one for one in after}
    for one in before:
        code = str(one["code"]).casefold()
        if code in made and code not in moved and {**one, "name": ""} != {**made[code], "name": ""}:
            said = listed(sorted(_keys(one, made[code])))
            message = f"No result of {one['code']} moved, but something else is said of it than would be ({said})."
            yield Problem(_at(path, lines.get(code, 0)), "moved", message, AGAIN)


def _keys(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    """The items, or else the keys, in which two organisations of json differ."""
    items = [said.get("items", {}) for said in (one, other)]
    found = {id_ for id_ in {*items[0], *items[1]} if items[0].get(id_) != items[1].get(id_)}
    return found or {key for key in {*one, *other} if one.get(key) != other.get(key) and key != "name"}


def _at(path: str, line: int) -> LineLocation:
    return LineLocation(path, line, 1 if line else 0)


def code_lines(text: str) -> dict[str, int]:
    r"""The line of each organisation's code in json, where each key has a line of its own.

    >>> code_lines('{\n "code": "RA1",\n "items": {}}')
    {'ra1': 2}
    """
    import re

    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if (key := re.match(r'\s*"code": ("(?:[^"\\]|\\.)*")', line)) is not None:
            found.setdefault(str(json.loads(key[1])).casefold(), number)
    return found

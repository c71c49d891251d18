"""Committed ratings as they are read for a comparison: a csv or json that `nhsrate` wrote, or another csv."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, NoReturn

from nhsrate.inputs import CODE_HEADINGS, NAME_HEADINGS
from nhsrate.loading import shown_path
from nhsrate.problems import LinePlace, Problem, Refused
from nhsrate.texts import fold, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nhsrate.methodology import Methodology

MAKE_ONE = "Make one with `nhsrate score RETURN -m ID -f csv -o ratings.csv` and commit it."


@dataclass(frozen=True, slots=True)
class Committed:
    """What was committed of one organisation: the text of each value (`None` is a blank), and from json the reasons."""

    code: str
    name: str
    values: Mapping[str, str | None]
    reasons: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False

    @property
    def label(self) -> str:
        """Code and name."""
        return tidy(f"{self.code} {self.name}")

    def said(self, item: str) -> str:
        """What was committed of one item, in the words of a comparison."""
        text = self.values.get(item)
        reason = self.missing.get(item, "")
        return (f"no value ({reason})" if reason else "no value") if text is None else text


@dataclass(frozen=True, slots=True)
class Baseline:
    """Committed ratings: the organisations under their folded codes, the items that they have, unknown columns.

    `whole` says that the file has every item of its edition, so that an item it lacks is new; `reasons` that it is
    json, which has the reason of each.
    """

    file: str
    organisations: Mapping[str, Committed]
    items: frozenset[str]
    unknown: Sequence[str] = ()
    whole: bool = True
    reasons: bool = False
    provenance: Mapping[str, object] = field(default_factory=dict)


def read_baseline(path: Path, methodology: Methodology) -> Baseline:
    """Committed ratings from a csv or json file; raises `Refused` where they cannot be read."""
    name = shown_path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        refuse(name, "there are no committed ratings to compare with.", MAKE_ONE)
    except IsADirectoryError:
        refuse(name, "this is a folder, not a file of ratings.", MAKE_ONE)
    except PermissionError:
        refuse(name, "it may not be read.", "Ask for permission to read it.")
    except OSError as error:
        refuse(name, f"it could not be read ({error.strerror}).", MAKE_ONE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(name, "it is neither csv nor json in UTF-8.", MAKE_ONE)
    if not text.strip():
        refuse(name, "the file is empty.", MAKE_ONE)
    if text.lstrip()[0] in "{[":
        return from_json(text, name, methodology)
    return from_csv(text, name, methodology)


def refuse(name: str, message: str, remedy: str, line: int = 0) -> NoReturn:
    """Say that the file cannot be compared with."""
    raise Refused([Problem(LinePlace(name, line, 1 if line else 0), "baseline", message, remedy)])


def from_csv(text: str, name: str, methodology: Methodology) -> Baseline:
    """Committed ratings from csv: a column of codes, columns under the ids of items; declared markers are blanks."""
    try:
        rows = list(csv.reader(StringIO(text), strict=True))
    except csv.Error as error:
        refuse(name, f"it is not csv: {error}.", MAKE_ONE)
    header = [tidy(heading) for heading in rows[0]]
    code = column_of(header, (*methodology.reading.code, *CODE_HEADINGS))
    if code is None:
        refuse(name, "no column has the heading code.", MAKE_ONE, 1)
    called = column_of(header, (*methodology.reading.name, *NAME_HEADINGS))
    ids = {fold(id_): id_ for id_ in (*methodology.inputs, *methodology.items)}
    columns = {
        index: ids[fold(heading)]
        for index, heading in enumerate(header)
        if index not in {code, called} and fold(heading) in ids
    }
    items = frozenset(columns.values())
    if not items:
        refuse(name, f"no column has the id of an item of {methodology.id}.", MAKE_ONE, 1)
    unknown = [one for index, one in enumerate(header) if one and index not in {code, called} and index not in columns]
    whole = header[:2] == ["code", "name"]
    blanks = {fold(marker) for marker, _ in methodology.reading.markers} | {""}
    organisations: dict[str, Committed] = {}
    for line, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        if len(row) != len(header):
            message = f"the row has {len(row)} fields and the header {len(header)}."
            refuse(name, message, "Mend the row, or make a new file.", line)
        values = {id_: None if fold(row[index]) in blanks else row[index] for index, id_ in columns.items()}
        one = Committed(unguarded(tidy(row[code])), tidy(row[called]) if called is not None else "", values)
        add(organisations, one, name, line)
    unknown = unknown if whole else []
    return Baseline(name, organisations, items, unknown, whole)


def add(organisations: dict[str, Committed], one: Committed, name: str, line: int = 0) -> None:
    """Keep what was committed of an organisation; one that stands twice cannot be compared with."""
    if organisations.setdefault(one.code.casefold(), one) is not one:
        refuse(name, f'"{one.code}" stands twice.', "Keep one row for each organisation.", line)


def column_of(header: Sequence[str], headings: Sequence[str]) -> int | None:
    """The first column that has one of these headings."""
    wanted = set(map(fold, headings))
    return next((index for index, heading in enumerate(header) if fold(heading) in wanted), None)


def unguarded(text: str) -> str:
    """A text without the apostrophe that guards a spreadsheet from it."""
    from nhsrate.export import guarded

    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text


def from_json(text: str, name: str, methodology: Methodology) -> Baseline:
    """Committed ratings from the json that `nhsrate score -f json` writes."""
    try:
        said = json.loads(text)
        provenance = said["provenance"]
        if not isinstance(provenance, dict):
            raise TypeError  # noqa: TRY301 (as any other key that is not what it should be)
        organisations: dict[str, Committed] = {}
        for one in said["organisations"]:
            add(organisations, committed_json(one), name)
    except json.JSONDecodeError as error:
        refuse(name, f"it is not json: {error.msg}.", MAKE_ONE, error.lineno)
    except (KeyError, TypeError, AttributeError, RecursionError):
        refuse(name, "it is not the json that `nhsrate score -f json` writes.", MAKE_ONE)
    found = {id_ for one in organisations.values() for id_ in one.values}
    known = {*methodology.inputs, *methodology.items}
    unknown = sorted(found - known)
    return Baseline(name, organisations, frozenset(found & known), unknown, reasons=True, provenance=provenance)


def committed_json(one: Mapping[str, object]) -> Committed:
    """What was committed of one organisation."""
    values: dict[str, str | None] = {}
    reasons: dict[str, str] = {}
    missing: dict[str, str] = {}
    items = one["items"]
    if not isinstance(items, dict):
        raise TypeError
    for id_, said in items.items():
        value = said["value"]
        values[id_] = None if value is None else str(value)
        reasons[id_] = "; ".join([said["how"], *(mark_words(mark) for mark in said.get("marks", ()))])
        missing[id_] = said.get("missing", "")
    return Committed(str(one["code"]), str(one["name"]), values, reasons, missing, exact=True)


def mark_words(mark: Mapping[str, str]) -> str:
    """A limit or decision of a json baseline, in the words of `explain.mark_text`."""
    who = f"decided by {mark['who']} on {mark['when']}" if mark["what"] == "override" else "limit"
    return f"{who}: {mark['before']} became {mark['after']}: {mark['because']}"

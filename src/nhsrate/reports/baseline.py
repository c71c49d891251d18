"""Committed ratings as they are read again: a csv with a row for each organisation, the long form, or json."""

from __future__ import annotations

import csv
import json
from dataclasses import field, replace
from io import StringIO
from typing import TYPE_CHECKING, NoReturn

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.core.texts import fold, tidy
from nhsrate.reports.csv_json import guarded
from nhsrate.reports.metadata import Kept, beside, kept_beside
from nhsrate.rules.inputs import CODE_HEADINGS, NAME_HEADINGS
from nhsrate.rules.load import shown_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nhsrate.rules.model import Methodology


MAKE_ONE = "Make one with `nhsrate score RETURN -m ID -f csv -o ratings.csv` and commit it."


@frozen
class Committed:
    """What was committed of one organisation: the text of each value (`None` is a blank), and from json the reasons.

    `lines` has the line of the file that each value stands on, where the file is a csv.
    """

    code: str
    name: str
    values: Mapping[str, str | None]
    reasons: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Code and name."""
        return tidy(f"{self.code} {self.name}")

    def said(self, item: str) -> str:
        """What was committed of one item, in the words of a comparison."""
        text = self.values.get(item)
        reason = self.missing.get(item, "")
        return (f"no value ({reason})" if reason else "no value") if text is None else text


@frozen
class Baseline:
    """Committed ratings: the organisations under their folded codes, the items that they have, unknown columns.

    `whole` says that the file has every item of its edition, so that an item it lacks is new; `long` that it has the
    inputs and unpublished items too; `reasons` that it is json, which has the reason of each. `kept` is what stands
    beside a csv.
    """

    file: str
    organisations: Mapping[str, Committed]
    items: frozenset[str]
    unknown: Sequence[str] = ()
    whole: bool = True
    long: bool = False
    reasons: bool = False
    provenance: Mapping[str, object] = field(default_factory=dict)
    kept: Kept | None = None


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
    committed = from_csv(text, name, methodology)
    try:
        kept = kept_beside(path)
    except OSError as error:
        refuse(shown_path(beside(path)), f"it could not be read ({error.strerror}).", "Ask for permission to read it.")
    return replace(committed, kept=kept, provenance=(kept and kept.note) or {})


def refuse(name: str, message: str, remedy: str, line: int = 0) -> NoReturn:
    """Say that the file cannot be compared with."""
    raise Refused([Problem(LineLocation(name, line, 1 if line else 0), "baseline", message, remedy)])


def from_csv(text: str, name: str, methodology: Methodology) -> Baseline:
    """Committed ratings from csv; declared markers are blanks.

    It has a column of codes and columns under the ids of items, or, in the long form, a row for each item.
    """
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
    kept = []
    for line, row in enumerate(rows[1:], 2):
        if any(row):
            if len(row) != len(header):
                message = f"the row has {len(row)} fields and the header {len(header)}."
                refuse(name, message, "Mend the row, or make a new file.", line)
            who = unguarded(tidy(row[code])), tidy(row[called]) if called is not None else ""
            kept.append((line, *who, row))
    folded = [*map(fold, header)]
    whole = header[:2] == ["code", "name"]
    if {"item", "value"} <= {*folded} and "item" not in ids:
        return from_long(kept, folded, name, methodology, whole=whole)
    columns = {n: ids[word] for n, word in enumerate(folded) if n not in {code, called} and word in ids}
    items = frozenset(columns.values())
    if not items:
        refuse(name, f"no column has the id of an item of {methodology.id}.", MAKE_ONE, 1)
    unknown = [one for n, one in enumerate(header) if one and n not in {code, called} and n not in columns]
    blanks = blanks_of(methodology)
    organisations: dict[str, Committed] = {}
    for line, own, label, row in kept:
        values = {id_: None if fold(row[n]) in blanks else row[n] for n, id_ in columns.items()}
        add(organisations, Committed(own, label, values, lines=dict.fromkeys(values, line)), name, line)
    return Baseline(name, organisations, items, unknown if whole else [], whole)


def from_long(
    rows: Sequence[tuple[int, str, str, Sequence[str]]],
    header: Sequence[str],
    name: str,
    methodology: Methodology,
    *,
    whole: bool,
) -> Baseline:
    """Committed ratings from the csv of `--long`: a row for each organisation and item, a level under `level`."""
    item, value = header.index("item"), header.index("value")
    level, missing = (header.index(word) if word in header else None for word in ("level", "missing"))
    blanks = blanks_of(methodology)
    ids = {fold(id_): id_ for id_ in (*methodology.inputs, *methodology.items)}
    labels: dict[str, tuple[str, str]] = {}
    found: dict[str, dict[str, tuple[str | None, str, int]]] = {}
    for line, code, label, row in rows:
        labels.setdefault(code.casefold(), (code, label))
        own = found.setdefault(code.casefold(), {})
        id_ = ids.get(fold(row[item]), tidy(row[item]))
        if id_ in own:
            refuse(name, f'{id_} of "{code}" stands twice.', "Keep one row for each of them and each item.", line)
        text = row[level] if level is not None and row[level] else row[value]
        own[id_] = None if fold(text) in blanks else text, tidy(row[missing]) if missing is not None else "", line
    organisations = {
        key: Committed(
            *labels[key],
            {id_: text for id_, (text, _, _) in own.items()},
            missing={id_: why for id_, (_, why, _) in own.items()},
            lines={id_: line for id_, (_, _, line) in own.items()},
        )
        for key, own in found.items()
    }
    seen = dict.fromkeys(id_ for own in found.values() for id_ in own)
    items = frozenset(seen) & {*ids.values()}
    if not items:
        refuse(name, f"no row has the id of an item of {methodology.id}.", MAKE_ONE)
    unknown = [id_ for id_ in seen if id_ not in items]
    return Baseline(name, organisations, items, unknown if whole else [], whole, long=whole)


def blanks_of(methodology: Methodology) -> set[str]:
    """The texts that stand for no value."""
    return {fold(marker) for marker, _ in methodology.reading.markers} | {""}


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
    return Baseline(
        name, organisations, frozenset(found & known), unknown, long=True, reasons=True, provenance=provenance
    )


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

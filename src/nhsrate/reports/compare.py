"""What moved between committed ratings, as they are read again for `--check`, and those of today."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import field, replace
from decimal import Context, Decimal
from io import StringIO
from typing import TYPE_CHECKING, NoReturn

from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import ORGANISATION, Noun
from nhsrate.core.numbers import WORKING, number_text, typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.core.texts import fold, tidy
from nhsrate.engine.explain import exact_text, mark_text, reason_for
from nhsrate.reports.csv_json import cell_csv, guarded
from nhsrate.reports.metadata import Kept, beside, differences, kept_beside, record_of, text_of
from nhsrate.reports.provenance import provenance
from nhsrate.reports.summary import counted
from nhsrate.rules.inputs import CODE_HEADINGS, NAME_HEADINGS
from nhsrate.rules.load import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item, Methodology


@frozen
class Moved:
    """One result that differs: what it was, what it is, and (with a json baseline) the reason of each."""

    code: str
    name: str
    item: str
    before: str
    after: str
    reason_before: str = ""
    reason_after: str = ""


@frozen
class Comparison:
    """What differs between committed ratings and an assessment.

    `moved` is in the order of the organisations, and within one in the order of the method, so that a cause comes
    before its effects. `recorded` says how what stands beside a csv differs from what was set for this run. `because`
    lists what else changed (the rules, the return), `notes` what was not compared.
    """

    baseline: str
    organisations: int
    items: int
    moved: tuple[Moved, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    columns_new: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything moved, came or went."""
        return bool(self.moved or self.gone or self.new or self.columns_gone or self.columns_new or self.recorded)


def moved(assessment: Assessment, baseline: Path) -> Comparison:
    """What differs between the committed ratings of a csv or json file and this assessment.

    Numbers are compared as numbers, with the places an item is shown with: 2.20 is 2.2, and 1.0 is level 1. A csv that
    `nhsrate` wrote, and every json, is to have all items; of another csv the columns it has are compared.
    Raises `Refused` where the file cannot be read.
    """
    committed = read_baseline(baseline, assessment.methodology)
    compared = [id_ for id_ in method_order(assessment) if id_ in committed.items]
    expected = method_order(assessment) if committed.reasons else [one.id for one in assessment.methodology.published]
    lacking = tuple(id_ for id_ in expected if id_ not in committed.items)
    known = {one.code.casefold(): n for n, one in enumerate(assessment.organisations)}
    found: list[Moved] = []
    notes = []
    for n, organisation in enumerate(assessment.organisations):
        before = committed.organisations.get(organisation.code.casefold())
        if before is None:
            continue
        if before.name and fold(before.name) not in {fold(organisation.name), fold(guarded(organisation.name))}:
            notes.append(f"{organisation.code} is now called {tidy(organisation.name)}; it was {tidy(before.name)}.")
        found += moved_items(assessment, n, before, compared)
    if lacking and not committed.whole:
        notes.append(f"Not compared, because {committed.file} has no such column: {', '.join(lacking)}.")
    return Comparison(
        baseline=committed.file,
        organisations=sum(code in known for code in committed.organisations),
        items=len(compared),
        moved=tuple(found),
        gone=tuple(one.label for code, one in committed.organisations.items() if code not in known),
        new=tuple(
            tidy(f"{one.code} {one.name}")
            for one in assessment.organisations
            if one.code.casefold() not in committed.organisations
        ),
        columns_gone=tuple(committed.unknown),
        columns_new=lacking if committed.whole else (),
        recorded=tuple(recorded(assessment, committed, baseline)),
        because=tuple(changed_provenance(assessment, committed)),
        notes=tuple(notes),
    )


def recorded(assessment: Assessment, committed: Baseline, baseline: Path) -> Iterator[str]:
    """How what stands beside a csv of ours differs from what was set in this run."""
    ours = committed.whole and not committed.reasons
    return differences(record_of(assessment), committed.kept, baseline) if ours else iter(())


def method_order(assessment: Assessment) -> list[str]:
    """The inputs, then every item after everything that it rests on."""
    methodology = assessment.methodology
    return [id_ for id_ in (*methodology.inputs, *methodology.order) if id_ in assessment.columns]


def moved_items(assessment: Assessment, n: int, before: Committed, compared: Sequence[str]) -> list[Moved]:
    """What moved for one organisation."""
    from decimal import localcontext

    organisation = assessment.organisations[n]
    found = []
    for id_ in compared:
        cell = assessment.columns[id_][n]
        item = assessment.methodology.items.get(id_)
        text = before.values.get(id_)
        if same(cell, text, item, exact=before.exact):
            continue
        was = before.reasons.get(id_, "")
        now = ""
        if before.exact:
            with localcontext(WORKING):
                reason = reason_for(assessment, id_, n)
            now = "; ".join([reason.how, *map(mark_text, reason.marks)])
        after = said(cell, item, exact=before.exact)
        name = organisation.name if organisation.name != organisation.code else ""
        found.append(Moved(organisation.code, name, id_, before.said(id_), after, was, now))
    return found


def same(cell: Cell, text: str | None, item: Item | None, *, exact: bool) -> bool:
    """Whether a result is what was committed, whatever program saved it since; `None` is a blank."""
    if isinstance(cell, Missing) or text is None:
        return isinstance(cell, Missing) and text is None
    number = typed_number(tidy(text))
    if isinstance(cell, str):
        return fold(text) in {fold(cell), fold(guarded(cell))} or _same_figure(cell, number)
    if isinstance(cell, Level):
        level = item.scale.find(text) if item and item.scale else None
        if level is not None:
            return level is cell
        return fold(text) in {fold(cell.name), fold(guarded(cell.name))} or (
            number is not None and number == (cell.number if cell.number is not None else typed_number(cell.name))
        )
    if number is None:
        return False
    shown = item.shown if item and not exact else None
    if number == cell or (not exact and number_text(number, shown) == number_text(cell, shown)):
        return True
    digits = len(number.as_tuple().digits)
    return not exact and digits >= OF_A_SPREADSHEET and Context(digits).plus(cell) == number


OF_A_SPREADSHEET = 15
"""The significant digits of a spreadsheet, which are what is left of a longer figure that one has saved."""


_FIGURE = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)


def _same_figure(text: str, number: Decimal | None) -> bool:
    """Whether a text is a figure that a program has written otherwise (`4.0`, `1e1`), and no code such as `007`."""
    return number is not None and _FIGURE.fullmatch(text) is not None and number == Decimal(text)


def said(cell: Cell, item: Item | None, *, exact: bool) -> str:
    """A result in the words of a comparison."""
    if isinstance(cell, Missing):
        return f"no value ({tidy(cell.reason)})"
    return exact_text(cell) if exact and isinstance(cell, Decimal) else cell_csv(item, cell)


def changed_provenance(assessment: Assessment, committed: Baseline) -> list[str]:
    """What else differs from a json baseline: the edition, its rules, settings, the return, the tool."""
    now = provenance(assessment)
    lines = []
    for (part, key), label in PROVENANCE.items():
        if committed.kept and key in {"set", "overrides"}:  # which is told as what stands beside the csv
            continue
        before, after = entry(committed.provenance, part, key), entry(now, part, key)
        if committed.provenance and before != after:
            lines.append(f"{label} changed: {text_of(before)} became {text_of(after)}.")
    return lines


PROVENANCE = {
    ("methodology", "id"): "The edition",
    ("methodology", "digest"): "The SHA-256 of the rules",
    ("methodology", "set"): "The settings",
    ("return", "name"): "The name of the return",
    ("return", "digest"): "The SHA-256 of the return",
    ("return", "overrides"): "The recorded decisions",
    ("tool", "version"): "The version of nhsrate",
}
"""What is compared of the provenance of a json baseline."""


def entry(provenance_: object, part: str, key: str) -> object:
    """One entry of a provenance block, or nothing where a file of another making lacks it."""
    block = provenance_.get(part) if isinstance(provenance_, dict) else None
    return block.get(key) if isinstance(block, dict) else None


def comparison_text(comparison: Comparison, rates: Noun = ORGANISATION) -> str:
    """The comparison in plain English, one line for each result that moved."""
    lines = []
    size = f"{rates.counted(comparison.organisations)}, {counted(comparison.items, 'item')}"
    if comparison.moved:
        codes = len({one.code for one in comparison.moved})
        lines.append(
            f"{counted(len(comparison.moved), 'result')} of {rates.counted(codes)} moved since "
            f"{comparison.baseline} ({size} compared)."
        )
    elif comparison.recorded and not (
        comparison.gone or comparison.new or comparison.columns_gone or comparison.columns_new
    ):
        lines.append(f"No result moved since {comparison.baseline} ({size} compared), but what was set for it did.")
    elif comparison.differs:
        lines.append(f"No result moved since {comparison.baseline} ({size} compared), but what is rated did.")
    else:
        lines.append(f"Nothing moved since {comparison.baseline} ({size} compared).")
    lines += [*comparison.recorded, *comparison.because]
    for one in comparison.moved:
        who = tidy(f"{one.code} {one.name}")
        lines.append(f"{who}: {one.item} from {tidy(one.before)} to {tidy(one.after)}")
        if one.reason_before != one.reason_after:
            lines += [f"  was: {tidy(one.reason_before)}", f"  now: {tidy(one.reason_after)}"]
    lines += [f"{who}: no longer in the return" for who in comparison.gone]
    lines += [f"{who}: new in the return" for who in comparison.new]
    lines += [f"Column {tidy(column)}: no longer an item of the method" for column in comparison.columns_gone]
    lines += [f"Column {column}: new" for column in comparison.columns_new]
    return "\n".join([*lines, *comparison.notes]) + "\n"


MAKE_ONE = "Make one with `nhsrate score RETURN -m ID -f csv -o ratings.csv` and commit it."


@frozen
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


@frozen
class Baseline:
    """Committed ratings: the organisations under their folded codes, the items that they have, unknown columns.

    `whole` says that the file has every item of its edition, so that an item it lacks is new; `reasons` that it is
    json, which has the reason of each. `kept` is what stands beside a csv.
    """

    file: str
    organisations: Mapping[str, Committed]
    items: frozenset[str]
    unknown: Sequence[str] = ()
    whole: bool = True
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
    from nhsrate.reports.csv_json import guarded

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

"""A return read under the codes of successors: who was renamed, who merged, and what their figures are then."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from nhsrate.core.cells import Missing
from nhsrate.core.faults import Fault, Faults
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import WORKING, number_text
from nhsrate.core.periods import period_of_text
from nhsrate.core.problems import CellLocation, Problem, short
from nhsrate.core.tables import Uncalculated
from nhsrate.core.texts import as_text, fold, listed, quoted
from nhsrate.returns.model import Organisation, Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.core.cells import Cell
    from nhsrate.core.problems import Location
    from nhsrate.core.tables import Table
    from nhsrate.returns.model import Return


OLD_HEADINGS = (
    "old code", "old organisation code", "predecessor", "predecessor code", "from", "from code", "organisation code",
)  # fmt: skip
NEW_HEADINGS = (
    "new code", "new organisation code", "successor", "successor code", "to", "to code", "successor organisation code",
)  # fmt: skip
DATE_HEADINGS = ("date", "effective date", "from date", "effective from", "since", "succession date")
SEARCHED = 30

Chain = tuple[str, "tuple[Succession, ...]"]
"""The code that an old one ends in, and the steps that lead there."""


@frozen
class Succession:
    """That one code took the place of another, from a date where one is given; `at` is the row that says so."""

    old: str
    new: str
    date: dt.date | None
    at: CellLocation

    def __str__(self) -> str:
        return f"{self.old} to {self.new}{self.since}"

    @property
    def since(self) -> str:
        """From when, in words; nothing where no date is given."""
        return f" from {self.date}" if self.date else ""


# the table


def read_successors(table: Table) -> tuple[list[Succession], list[Problem]]:
    """Every succession of the table; whatever leaves in doubt which code follows which is a problem.

    A row says an old code, a new one and, where it matters, the date; dates as text are read day first.
    """
    header = _header(table)
    if header is None:
        message = "The table of successors needs a header row with old code, new code and, where it matters, date."
        return [], [Problem(CellLocation(table.file, table.sheet), "successor", message, "Add the headings.")]
    number, columns = header
    steps: list[Succession] = []
    faults = Faults()
    for row, cells in enumerate(table.rows[number:], number + 1):
        raws = {name: cells[column] if column < len(cells) else None for name, column in columns.items()}
        if not any(map(_text, raws.values())):
            continue
        sound = True
        for name, column in columns.items():
            fault = _date_fault(raws[name]) if name == "date" else _code_fault(name, raws[name])
            if fault is not None:
                faults.add(fault, CellLocation(table.file, table.sheet, row, column + 1))
                sound = False
        if sound:
            place = CellLocation(table.file, table.sheet, row)
            day = period_of_text(as_text(raws.get("date")))
            step = Succession(as_text(raws["old"]), as_text(raws["new"]), day.first if day else None, place)
            if step.old.casefold() == step.new.casefold():
                message = f"{quoted(step.old)} is said to succeed itself."
                faults.add(Fault("successor", "itself", message, "Correct one of the codes, or remove the row."), place)
            else:
                steps.append(step)
    return steps, [*faults.problems(), *_doubtful(steps), *_circles(steps)]


def _header(table: Table) -> tuple[int, dict[str, int]] | None:
    """The number of the header row (from 1) and the index of each column, where old and new code stand in one row."""
    headings = {"old": OLD_HEADINGS, "new": NEW_HEADINGS, "date": DATE_HEADINGS}
    for number, row in enumerate(table.rows[:SEARCHED], 1):
        texts = [fold(as_text(raw)).replace("_", " ") for raw in row]
        places = {name: [texts.index(word) for word in words if word in texts] for name, words in headings.items()}
        if places["old"] and places["new"]:
            return number, {name: found[0] for name, found in places.items() if found}
    return None


def _text(raw: object) -> str:
    """What a cell says; a formula without a result is not blank."""
    return "a formula without a stored result" if isinstance(raw, Uncalculated) else as_text(raw)


def _code_fault(name: str, raw: object) -> Fault | None:
    text = _text(raw)
    if not text:
        message = f"The {name} code is blank."
        return Fault("successor", f"blank {name}", message, "Add the code, or remove the row.")
    if not isinstance(raw, str):
        message = f"The {name} code is no text but {text}; the spreadsheet may have changed it."
        return Fault("successor", f"{name} no text", message, "Format the cell as text, and type the code again.")
    return None


def _date_fault(raw: object) -> Fault | None:
    text = _text(raw)
    day = period_of_text(text)
    if not text or (day is not None and day.first == day.last):
        return None
    remedy = "Write it as 2021-10-01 or 01/10/2021; leave it blank only where the new code always stands for the old."
    return Fault(
        "successor", "date", f"The date of the succession is expected, and the cell says {quoted(text)}.", remedy
    )


def _doubtful(steps: Sequence[Succession]) -> list[Problem]:
    """The old codes with two successors that no date tells apart."""
    by_old: dict[str, list[Succession]] = {}
    for step in steps:
        by_old.setdefault(step.old.casefold(), []).append(step)
    problems = []
    for same in by_old.values():
        by_date: dict[dt.date | None, list[Succession]] = {}
        for step in same:
            by_date.setdefault(step.date, []).append(step)
        for rivals in [same] if None in by_date else by_date.values():
            if len({step.new.casefold() for step in rivals}) > 1:
                said = listed([f"{step.new}{step.since} ({short(step.at)})" for step in rivals], shown=5)
                message = f"{same[0].old} has several successors that no date tells apart: {said}."
                remedy = "Keep the right one, or give each the date from which it holds."
                problems.append(Problem(rivals[0].at, "successor", message, remedy))
    return problems


def _circles(steps: Sequence[Succession]) -> list[Problem]:
    """The codes that succeed each other in a circle, each circle once."""
    after: dict[str, list[Succession]] = {}
    for step in steps:
        after.setdefault(step.old.casefold(), []).append(step)
    problems = []
    done: set[str] = set()
    for start, firsts in after.items():
        depth, way = {start: 0}, list[Succession]()
        untried = [] if start in done else [firsts[::-1]]
        while untried:
            if not untried[-1]:
                untried.pop()
                done.add(depth.popitem()[0])
                del way[-1:]
                continue
            step = untried[-1].pop()
            code = step.new.casefold()
            if code in depth:
                problems.append(_circle([*way[depth[code] :], step]))
            elif code in after and code not in done:
                depth[code] = len(depth)
                way.append(step)
                untried.append(after[code][::-1])
    return problems


def _circle(steps: Sequence[Succession]) -> Problem:
    said = listed([f"{step} ({short(step.at)})" for step in steps], shown=5)
    message = f"Codes succeed each other in a circle: {said}."
    return Problem(steps[0].at, "successor", message, "Remove the row that is wrong.")


# what follows from it


def succeeding(table: Sequence[Succession], as_at: dt.date | None) -> dict[str, Chain]:
    """For each old code, without regard to case, its last successor as at a date, and the steps that lead there.

    What happens after that date is left out; where it is `None`, everything has happened.

    >>> place = CellLocation("successors.csv", None, 2)
    >>> steps = [Succession("RW6", "RM3", dt.date(2021, 10, 1), place), Succession("RM3", "R0A", None, place)]
    >>> [(old, new) for old, (new, _) in succeeding(steps, dt.date(2021, 9, 30)).items()]
    [('rm3', 'R0A')]
    >>> [(old, new) for old, (new, _) in succeeding(steps, None).items()]
    [('rw6', 'R0A'), ('rm3', 'R0A')]
    """
    latest: dict[str, Succession] = {}
    for step in table:
        if as_at is not None and step.date is not None and step.date > as_at:
            continue
        known = latest.setdefault(step.old.casefold(), step)
        if (step.date or dt.date.min) > (known.date or dt.date.min):
            latest[step.old.casefold()] = step
    found: dict[str, Chain] = {}
    for old in latest:
        code, steps, met = old, list[Succession](), {old}
        while (following := latest.get(code)) is not None and (code := following.new.casefold()) not in met:
            steps.append(following)
            met.add(code)
        if steps:
            found[old] = (steps[-1].new, tuple(steps))
    return found


NEVER: Mapping[str, str] = MappingProxyType({})
"""No input whose figures may be added up."""


@frozen
class _Merger:
    """Rows that fall together as one organisation."""

    organisation: Organisation
    rows: list[int]


@frozen
class _Taken:
    """The value of one input for a merger: the row it stands for, whether it was `given`, added up or in doubt."""

    row: int
    cell: Cell
    how: Literal["missing", "given", "sum", "clash"] = "missing"
    told: tuple[Problem, ...] = ()
    fault: Fault | None = None
    at: CellLocation | None = None


def renamed(
    submitted: Return, table: Sequence[Succession], as_at: dt.date | None, merge: Mapping[str, str] = NEVER
) -> tuple[Return, list[Problem]]:
    """The return with every organisation under its last successor's code, and a note of each that changed.

    Rows of one code fall together at the place of the first. A value that only one of them has is taken, and so are
    equal texts and levels; where several have figures, that is an error, unless `merge` says `sum` for the input.
    """
    found = succeeding(table, as_at)
    problems: list[Problem] = []
    groups: dict[str, list[int]] = {}
    for n, organisation in enumerate(submitted.organisations):
        code = organisation.code
        if chain := found.get(code.casefold()):
            problems.append(read_as(code, chain, _row(submitted, n)))
        groups.setdefault((chain[0] if chain else code).casefold(), []).append(n)
    mergers = [_Merger(_united(submitted, rows, code, found), rows) for code, rows in groups.items()]
    values = submitted.values
    if len(mergers) < len(submitted.organisations):
        values, of_values = _merged_values(submitted, mergers, merge)
        problems += of_values
    known = {organisation.code.casefold() for organisation in submitted.organisations}
    overrides = []
    for override in submitted.overrides:
        if chain := found.get(override.code.casefold()):
            if override.code.casefold() not in known:
                problems.append(read_as(override.code, chain, override.at))
            overrides.append(replace(override, code=chain[0]))
        else:
            overrides.append(override)
    organisations = tuple(merger.organisation for merger in mergers)
    return replace(submitted, organisations=organisations, values=values, overrides=tuple(overrides)), problems


def read_as(code: str, chain: Chain, at: Location) -> Problem:
    """The note that a code was read as its successor's."""
    new, steps = chain
    if len(steps) == 1:
        said = f"its successor{steps[0].since} ({steps[0].at})"
    else:
        said = "its last successor: " + ", ".join(f"{step} ({step.at})" for step in steps)
    return Problem(at, "succeeded", f"{code} was read as {new}, {said}.", severity="note")


def _row(submitted: Return, n: int) -> CellLocation:
    """The first row that an organisation was read from, or else the whole return."""
    place = next((place for values in submitted.values.values() if (place := values.at(n))), None)
    return replace(place, column=0) if place else CellLocation(submitted.name)


def _united(submitted: Return, rows: Sequence[int], code: str, found: Mapping[str, Chain]) -> Organisation:
    """The organisation that stands for these rows: the one of the new code, else the first under the new code."""
    members = [submitted.organisations[n] for n in rows]
    own = next((member for member in members if member.code.casefold() == code), None)
    if own is not None:
        return own
    first = members[0]
    new = found[first.code.casefold()][0]
    return Organisation(new, new if first.name == first.code else first.name)


def _merged_values(
    submitted: Return, mergers: Sequence[_Merger], merge: Mapping[str, str]
) -> tuple[dict[str, Values], list[Problem]]:
    """A column of every input with one cell for each merger, and what is to be told of them."""
    result = {}
    of_merger: list[list[_Taken]] = [[] for _ in mergers]
    told: list[Problem] = []
    faults = Faults()
    for id_, values in submitted.values.items():
        column = [_merged(submitted, id_, merger, add=merge.get(id_) == "sum") for merger in mergers]
        for taken, known in zip(column, of_merger, strict=True):
            known.append(taken)
            told += taken.told
            if taken.fault is not None and taken.at is not None:
                faults.add(taken.fault, taken.at)
        result[id_] = replace(
            values,
            cells=[taken.cell for taken in column],
            sources=[values.sources[taken.row] for taken in column] if values.sources else (),
            rows=[values.rows[taken.row] for taken in column] if values.rows else (),
            columns=[values.columns[taken.row] for taken in column] if values.columns else (),
            flags=_flags(values, mergers),
            shown={
                place: values.shown[taken.row]
                for place, taken in enumerate(column)
                if taken.row in values.shown and taken.cell is values.cells[taken.row]  # a sum is shown by no cell
            },
        )
    of_mergers = (_told(submitted, merger, taken) for merger, taken in zip(mergers, of_merger, strict=True))
    return result, [*told, *(problem for problem in of_mergers if problem is not None), *faults.problems()]


def _told(submitted: Return, merger: _Merger, taken: Sequence[_Taken]) -> Problem | None:
    """The note of which row gave how many values; nothing where no rows fell together, or a value is in doubt."""
    if len(merger.rows) == 1 or any(one.how == "clash" for one in taken):
        return None
    given = Counter(one.row for one in taken if one.how == "given")
    sums = sum(one.how == "sum" for one in taken)
    codes = [submitted.organisations[n].code for n in merger.rows]
    gave = listed([f"{code} gave {given[n]}" for code, n in zip(codes, merger.rows, strict=True)], 9)
    message = f"{listed(codes, 9)} were read as one organisation, {merger.organisation.code}. "
    message += f"Of its values {gave}" + (f"; {sums} were added up." if sums else ".")
    return Problem(_row(submitted, merger.rows[0]), "succeeded", message, severity="note")


def _flags(values: Values, mergers: Sequence[_Merger]) -> dict[int, str]:
    """What qualifies the values of each merger, each once."""
    said = {
        place: dict.fromkeys(values.flags[n] for n in merger.rows if n in values.flags)
        for place, merger in enumerate(mergers)
    }
    return {place: ", ".join(flags) for place, flags in said.items() if flags}


def _merged(submitted: Return, id_: str, merger: _Merger, *, add: bool) -> _Taken:
    """What one input's value is for the rows of a merger; figures of several rows are one only where they `add`."""
    values = submitted.values[id_]
    if len(merger.rows) == 1:
        return _Taken(merger.rows[0], values.cells[merger.rows[0]])
    present = [n for n in merger.rows if not isinstance(values.cells[n], Missing)]
    if not present:
        pick = next((n for n in merger.rows if values.at(n)), merger.rows[0])
        return _Taken(pick, values.cells[pick])
    first, new = present[0], merger.organisation.code
    cell = values.cells[first]
    figures = [figure for n in present if isinstance(figure := values.cells[n], Decimal)]
    said = listed([_said(submitted, values, n) for n in present], 9)
    place = values.at(first) or _row(submitted, first)
    told = []
    if add and figures and len(present) < len(merger.rows):
        lacking = listed([_said(submitted, values, n) for n in merger.rows if n not in present], 9)
        message = f'"{id_}" of {new} is to be added up, and a figure is missing: {said}, but {lacking}.'
        remedy = "The missing one counts as nothing; add it if there was one."
        told.append(Problem(place, "successor", message, remedy, "warning"))
    if len(present) == 1 or (not figures and all(values.cells[n] == cell for n in present)):
        return _Taken(first, cell, "given", tuple(told))
    if add and len(figures) == len(present):
        total = reduce(WORKING.add, figures)
        message = f'"{id_}" of {new} is {number_text(total)}, the sum of {said}.'
        return _Taken(first, total, "sum", (*told, Problem(place, "succeeded", message, severity="note")))
    codes = listed([submitted.organisations[n].code for n in merger.rows], 9)
    message = f'{codes} are one organisation, {new}, and several have a value for "{id_}": {said}.'
    remedy = f"Give one row for {new}, or leave the old one out."
    return _Taken(first, cell, "clash", tuple(told), Fault("successor", new, message, remedy), place)


def _said(submitted: Return, values: Values, n: int) -> str:
    """A value with its organisation and its cell, in words."""
    cell, place = values.cells[n], values.at(n)
    text = number_text(cell) if isinstance(cell, Decimal) else str(cell)
    said = quoted(text) if isinstance(cell, str) else text
    return f"{said} ({submitted.organisations[n].code}{f', {place}' if place else ''})"

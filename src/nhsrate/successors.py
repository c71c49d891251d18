"""Organisations that changed their code: a dated table of successors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nhsrate.faults import Fault, Faults
from nhsrate.periods import period_of_text
from nhsrate.problems import CellPlace, Problem, short
from nhsrate.tables import Uncalculated
from nhsrate.texts import as_text, fold, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.tables import Table

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


@dataclass(frozen=True, slots=True)
class Succession:
    """That one code took the place of another, from a date where one is given; `at` is the row that says so."""

    old: str
    new: str
    date: dt.date | None
    at: CellPlace

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
        return [], [Problem(CellPlace(table.file, table.sheet), "successor", message, "Add the headings.")]
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
                faults.add(fault, CellPlace(table.file, table.sheet, row, column + 1))
                sound = False
        if sound:
            place = CellPlace(table.file, table.sheet, row)
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

    >>> place = CellPlace("successors.csv", None, 2)
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

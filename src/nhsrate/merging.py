"""A return read under the codes of successors: who was renamed, who fell together, and what their figures are then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING

from nhsrate.cells import Missing
from nhsrate.faults import Fault, Faults
from nhsrate.numbers import WORKING, number_text
from nhsrate.problems import CellPlace, Problem
from nhsrate.returns import Organisation, Values
from nhsrate.successors import Chain, Succession, succeeding
from nhsrate.texts import listed, quoted

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from nhsrate.cells import Cell
    from nhsrate.returns import Return

NEVER: Mapping[str, str] = MappingProxyType({})
"""No input whose figures may be added up."""


@dataclass(slots=True)
class _Merger:
    """Rows that fall together as one organisation, and what came of their values.

    `given` counts the values that each row gave; `sums` those that were added up, `clashes` those in doubt.
    """

    organisation: Organisation
    rows: list[int]
    given: Counter[int] = field(default_factory=Counter)
    sums: int = 0
    clashes: int = 0


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
            problems.append(_succeeded(code, chain, _row(submitted, n)))
        groups.setdefault((chain[0] if chain else code).casefold(), []).append(n)
    mergers = [_Merger(_united(submitted, rows, code, found), rows) for code, rows in groups.items()]
    values = submitted.values
    if len(mergers) < len(submitted.organisations):
        values = _merged_values(submitted, mergers, merge, problems)
    known = {organisation.code.casefold() for organisation in submitted.organisations}
    overrides = []
    for override in submitted.overrides:
        if chain := found.get(override.code.casefold()):
            if override.code.casefold() not in known:
                problems.append(_succeeded(override.code, chain, override.at))
            overrides.append(replace(override, code=chain[0]))
        else:
            overrides.append(override)
    organisations = tuple(merger.organisation for merger in mergers)
    return replace(submitted, organisations=organisations, values=values, overrides=tuple(overrides)), problems


def _succeeded(code: str, chain: Chain, at: CellPlace) -> Problem:
    """The note that a code was read as its successor's."""
    new, steps = chain
    if len(steps) == 1:
        said = f"its successor{steps[0].since} ({steps[0].at})"
    else:
        said = "its last successor: " + ", ".join(f"{step} ({step.at})" for step in steps)
    return Problem(at, "succeeded", f"{code} was read as {new}, {said}.", severity="note")


def _row(submitted: Return, n: int) -> CellPlace:
    """The first row that an organisation was read from, or else the whole return."""
    place = next((place for values in submitted.values.values() if (place := values.at(n))), None)
    return replace(place, column=0) if place else CellPlace(submitted.name)


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
    submitted: Return, mergers: Sequence[_Merger], merge: Mapping[str, str], problems: list[Problem]
) -> dict[str, Values]:
    """A column of every input with one cell for each merger."""
    faults = Faults()
    result = {}
    for id_, values in submitted.values.items():
        cells: list[Cell] = []
        picks: list[int] = []
        for merger in mergers:
            pick, cell = merger.rows[0], values.cells[merger.rows[0]]
            if len(merger.rows) > 1:
                pick, cell = _merged(submitted, id_, merger, faults, problems, add=merge.get(id_) == "sum")
            picks.append(pick)
            cells.append(cell)
        result[id_] = replace(
            values,
            cells=cells,
            sources=[values.sources[n] for n in picks] if values.sources else (),
            rows=[values.rows[n] for n in picks] if values.rows else (),
            columns=[values.columns[n] for n in picks] if values.columns else (),
            flags=_flags(values, mergers),
            shown={
                place: values.shown[n]
                for place, n in enumerate(picks)
                if n in values.shown and cells[place] is values.cells[n]  # a sum is shown by no cell
            },
        )
    for merger in mergers:
        if len(merger.rows) > 1 and not merger.clashes:
            codes = [submitted.organisations[n].code for n in merger.rows]
            gave = listed([f"{code} gave {merger.given[n]}" for code, n in zip(codes, merger.rows, strict=True)], 9)
            message = f"{listed(codes, 9)} were read as one organisation, {merger.organisation.code}. "
            message += f"Of its values {gave}" + (f"; {merger.sums} were added up." if merger.sums else ".")
            problems.append(Problem(_row(submitted, merger.rows[0]), "succeeded", message, severity="note"))
    problems += faults.problems()
    return result


def _flags(values: Values, mergers: Sequence[_Merger]) -> dict[int, str]:
    """What qualifies the values of each merger, each once."""
    said = {
        place: dict.fromkeys(values.flags[n] for n in merger.rows if n in values.flags)
        for place, merger in enumerate(mergers)
    }
    return {place: ", ".join(flags) for place, flags in said.items() if flags}


def _merged(
    submitted: Return, id_: str, merger: _Merger, faults: Faults, problems: list[Problem], *, add: bool
) -> tuple[int, Cell]:
    """The row that one input's value is taken from, and the value; figures of several rows only where they `add`."""
    values = submitted.values[id_]
    present = [n for n in merger.rows if not isinstance(values.cells[n], Missing)]
    if not present:
        pick = next((n for n in merger.rows if values.at(n)), merger.rows[0])
        return pick, values.cells[pick]
    first, new = present[0], merger.organisation.code
    cell = values.cells[first]
    figures = [figure for n in present if isinstance(figure := values.cells[n], Decimal)]
    said = listed([_said(submitted, values, n) for n in present], 9)
    place = values.at(first) or _row(submitted, first)
    if add and figures and len(present) < len(merger.rows):
        lacking = listed([_said(submitted, values, n) for n in merger.rows if n not in present], 9)
        message = f'"{id_}" of {new} is to be added up, and a figure is missing: {said}, but {lacking}.'
        remedy = "The missing one counts as nothing; add it if there was one."
        problems.append(Problem(place, "successor", message, remedy, "warning"))
    if len(present) == 1 or (not figures and all(values.cells[n] == cell for n in present)):
        merger.given[first] += 1
        return first, cell
    if add and len(figures) == len(present):
        merger.sums += 1
        total = reduce(WORKING.add, figures)
        message = f'"{id_}" of {new} is {number_text(total)}, the sum of {said}.'
        problems.append(Problem(place, "succeeded", message, severity="note"))
        return first, total
    merger.clashes += 1
    codes = listed([submitted.organisations[n].code for n in merger.rows], 9)
    message = f'{codes} are one organisation, {new}, and several have a value for "{id_}": {said}.'
    remedy = f"Give one row for {new}, or leave the old one out."
    faults.add(Fault("successor", new, message, remedy), place)
    return first, cell


def _said(submitted: Return, values: Values, n: int) -> str:
    """A value with its organisation and its cell, in words."""
    cell, place = values.cells[n], values.at(n)
    text = number_text(cell) if isinstance(cell, Decimal) else str(cell)
    said = quoted(text) if isinstance(cell, str) else text
    return f"{said} ({submitted.organisations[n].code}{f', {place}' if place else ''})"

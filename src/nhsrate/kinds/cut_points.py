"""Thresholds that come with a return: a published table of cut points, read into rows of thresholds.

A cut point is a text such as `>= 58 % to < 71 %`, `<= 7 %` or `100%`: one bound, two bounds joined by `to`, or a bare
number, which is met from there to the end of the scale.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import Location, Problem
from nhsrate.core.texts import fold, listed, quoted
from nhsrate.kinds.bounds import Bound, Row, row_problems
from nhsrate.language.numbers import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nhsrate.core.cells import Level, Scale

FORMS = "Cut points read: >= 58 % to < 71 %, < 58, > 12 %, or a bare number such as 100%."
_SIDES = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below", "\u2265": "at_least", "\u2264": "at_most"}
_OPPOSITE = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}
_BOUND = pattern(r"(>=|<=|>|<|\u2265|\u2264)?\s*([^\s%<>=]+)\s*(%?)")

# Why a cell is not believed by itself. A table of cut points is prose: one publication writes `58`, another `>= 58 %`,
# a third gives both ends, and which way is better stands nowhere. Read cell by cell, a slip of one digit makes a gap
# into which organisations fall, or an overlap in which the level depends on which row is looked at first. So a level is
# taken only together with its neighbour: each begins just where the next worse one ends, on the other side of the very
# same number (`>= 58` joins `< 58`, and neither `<= 58` nor `< 58.1`), and the open end of the worst level says which
# way all of them point. Digits are compared as decimals, as values are, so that 0.3 in the table is 0.3.
#
# A bare number is met from there on, and only at the best level: "100%" for the best means all, and anywhere else it
# would not say on which side it is met. The sign of per cent must agree with the input: 0.58 and 58 % look alike to
# whoever leaves it out, and no threshold is worse than one that is wrong by a factor of a hundred.


@frozen
class Cut:
    """What a cut point says: the bounds a value meets, or a bare number; and whether it is in per cent."""

    bounds: tuple[Bound, ...]
    bare: Number | None
    percent: bool


def parse_cut(text: str) -> Cut | None:
    """What a cut point says, or nothing where it cannot be read.

    >>> cut = parse_cut(">= 58 % to < 71 %")
    >>> [str(bound) for bound in cut.bounds], cut.percent
    (['at least 58', 'below 71'], True)
    >>> str(parse_cut("100%").bare), parse_cut("58 to 71")
    ('100', None)
    """
    parts = [_BOUND.fullmatch(part.strip()) for part in text.split(" to ")]
    found = [(part[1], typed_number(part[2]), part[3]) for part in parts if part]
    signs = {percent for _, _, percent in found}
    if len(found) != len(parts) or len(parts) > 2 or len(signs) > 1 or any(number is None for _, number, _ in found):
        return None
    numbers = [(sign, Number(number)) for sign, number, _ in found if number is not None]
    if len(numbers) == 1 and not numbers[0][0]:
        return Cut((), numbers[0][1], "%" in signs)
    if not all(sign for sign, _ in numbers):
        return None
    bounds = tuple(Bound(_SIDES[sign], number) for sign, number in numbers)
    if len({bound.upwards for bound in bounds}) < len(bounds):
        return None
    return Cut(bounds, None, "%" in signs)


@frozen
class CutCell:
    """One cell of a table of cut points: its set (folded), its level and text as they are written, its place."""

    set: str
    level: str
    text: str
    at: Location


@frozen
class CutTable:
    """A table of cut points: for each heading (folded) the cells of its column, one for each level of each set.

    A heading over two columns has the cells of both, so that each level stands twice.
    """

    name: str
    at: Location
    columns: Mapping[str, Sequence[CutCell]]

    def rows(
        self, headings: Iterable[str], scale: Scale, *, percent: bool
    ) -> tuple[dict[str, tuple[Row, ...]], list[Problem]]:
        """The thresholds under the first of these headings, by set (one without a name where there are none).

        `percent` says whether the cut points must be in per cent.
        """
        wanted = list(headings)
        cells = next((found for heading in wanted if (found := self.columns.get(fold(heading)))), None)
        if cells is None:
            message = f'The table "{self.name}" has no cut points for {quoted(wanted[-1])}.'
            return {}, [Problem(self.at, "missing-column", message, "Add the column, or correct its heading.")]
        problems: list[Problem] = []
        sets: dict[str, dict[Level, tuple[Cut, CutCell]]] = {cell.set: {} for cell in cells}
        for cell in cells:
            level = scale.find(cell.level)
            if level is None:
                message = f"{quoted(cell.level)} is not a level of {scale.name}, so its cut point belongs to none."
                problems.append(Problem(cell.at, "not-a-level", message, "Correct it, or add it to the aliases."))
            elif isinstance(cut := _cut(cell, sets[cell.set].get(level), percent=percent), Problem):
                problems.append(cut)
            else:
                sets[cell.set][level] = (cut, cell)
        if problems:
            return {}, problems
        made = {}
        for name, cuts in sets.items():
            made[name], faulty = _thresholds(self, cuts, scale)
            problems += faulty
        return made, problems


def _cut(cell: CutCell, before: tuple[Cut, CutCell] | None, *, percent: bool) -> Cut | Problem:
    """What the cell says, or why that is a problem."""
    cut = parse_cut(cell.text)
    if cut is None:
        message, remedy = f"{quoted(cell.text)} cannot be read as a cut point.", FORMS
    elif cut.percent != percent:
        unit, other = ("a plain number", "in per cent") if cut.percent else ("in per cent", "a plain number")
        message = f"The value is {unit}, and its cut point {quoted(cell.text)} is {other}."
        remedy = "Mend the cut point, or the input's type."
    elif before is not None:
        message, remedy = f"{quoted(cell.level)} has a cut point here and at {before[1].at}.", "Keep one of them."
    else:
        return cut
    return Problem(cell.at, "thresholds", message, remedy)


def _thresholds(
    table: CutTable, cuts: Mapping[Level, tuple[Cut, CutCell]], scale: Scale
) -> tuple[tuple[Row, ...], list[Problem]]:
    """The rows of one set, best level first; levels that leave a gap, overlap or are lacking are problems."""
    lacking = [level.name for level in scale.levels if level not in cuts]
    if lacking:
        at = next((cell.at for _, cell in cuts.values()), table.at)
        message = f"There is no cut point for {scale.name} {listed(lacking)}."
        return (), [Problem(at, "thresholds", message, "Add it.")]
    ordered = [(level, *cuts[level]) for level in scale.levels]
    last, worst, end = ordered[-1]
    if len(worst.bounds) != 1:
        message = f"The worst level, {last}, is open at one end, and {quoted(end.text)} is not."
        return (), [Problem(end.at, "thresholds", message, "One bound is wanted here, such as < 58 %.")]
    upwards = not worst.bounds[0].upwards
    rows = []
    for k, ((level, cut, cell), (worse, below, under)) in enumerate(pairwise(ordered)):
        near = next((bound for bound in cut.bounds if bound.upwards == upwards), None)
        if cut.bare is not None and k == 0:
            near = Bound("at_least" if upwards else "at_most", cut.bare)
        far = next((bound for bound in below.bounds if bound.upwards != upwards), None)
        joined = near is not None and far is not None and near == Bound(_OPPOSITE[far.side], far.number)
        if near is None or not joined or len(cut.bounds) > (2 if k else 1):
            message = f"{quoted(cell.text)} ({level}) and {quoted(under.text)} ({worse}) do not join up."
            remedy = f"Each begins where the next worse one, at {under.at}, ends."
            return (), [Problem(cell.at, "thresholds", message, remedy)]
        rows.append(_row(level, near, cell.at))
    rows.append(Row(level=last, otherwise=True, at=end.at))
    return tuple(rows), row_problems(rows, end.at, levels=True)


def _row(level: Level, bound: Bound, at: Location) -> Row:
    get = {bound.side: bound.number}.get
    return Row(
        level=level, at_least=get("at_least"), above=get("above"), at_most=get("at_most"), below=get("below"), at=at
    )

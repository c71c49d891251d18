"""Conditions that can never hold, and what nothing is left for: by trying a value for each way a test can turn out.

Each tested item is given one value between and at the bounds of its tests, as far as it can have them: what is valid
for an input, whole numbers for a count, what its rule can give for a measure. Where an item is held against another, it
is their difference that has the bounds, so that `n` at least `k` and `k` below `n` are told apart. Items are tried
independently of each other, so that more is tried than there can be: what is said never to hold never does.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from itertools import islice, pairwise, product
from math import prod
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ZERO, snap
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.language.conditions import Between, Compare, Negated, OneOf, When, bounding, edges, holds
from nhsrate.language.numbers import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as MappingType
    from collections.abc import Sequence as SequenceType

    from nhsrate.language.conditions import Test
    from nhsrate.language.numbers import Edge
    from nhsrate.rules.model import Item, Limit, Methodology

MOST = 5_000
"""A decision table with more combinations of values than this is looked through two rows at a time."""

FEW = 500
"""Two rows with more combinations of values than this are not held against each other."""

Sign = Literal[">=", ">", "<=", "<"]
Row = tuple[When, Literal["holds", "fails"] | None, LineLocation | None]
Difference = tuple[str, str, Decimal]
"""An item, another, and how many times the other is taken away from it."""

Known = dict[object, Cell]
"""Values by the item or the difference."""

SIGNS: dict[str, Sign] = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}
TURNED: dict[Sign, Sign] = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


@frozen
class Domain:
    """The numbers that an item can be: between two ends, whole ones alone, or just these."""

    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = False
    cells: tuple[Cell, ...] = ()

    def tried(self, marks: Iterable[Decimal]) -> list[Cell]:
        """One number at each bound, between each two and beyond the last, as far as there are such numbers."""
        if self.cells:
            return [*self.cells]
        ends = [end for end in (self.low, self.high) if end is not None]
        known = sorted({*marks, *ends}) or [ZERO]
        if self.whole:
            floors = {mark.to_integral_value(ROUND_FLOOR) for mark in known}
            found = sorted({floor + step for floor in floors for step in (-1, 0, 1)})
        else:
            between = [(low + high) / 2 for low, high in pairwise(known)]
            found = [known[0] - 1, *known, *between, known[-1] + 1]
        return [
            number
            for number in found
            if (self.low is None or number >= self.low) and (self.high is None or number <= self.high)
        ]


ANYTHING = Domain()


def domain(id_: str, methodology: Methodology) -> Domain:
    """What an input or item can be: an input what is valid, of an item that is worked out what its rule can give."""
    entry = methodology.inputs.get(id_)
    if entry is not None:
        if entry.merge:
            return ANYTHING  # a sum of valid figures need not be one
        low, high = (entry.valid.low, entry.valid.high) if entry.valid else (None, None)
        if entry.type == "count":
            low = max(low or ZERO, ZERO)
        return Domain(low, high, whole=entry.type in {"count", "date"})
    item = methodology.items[id_]
    if item.given_as or item.round or item.limits or (item.section == "ratings" and item.scale):
        return ANYTHING  # what comes as published, is rounded or limited, or a person decided
    rule: Any = item.rule
    if rule.kind == "count":
        return Domain(ZERO, Decimal(len(rule.of.items)), whole=True)
    return Domain(cells=_results(item))


def _results(item: Item) -> tuple[Cell, ...]:
    """All that a rule with stated results can give; nothing where it can give something else.

    A constant is a switch where it is tested, and can be set to another value.
    """
    rule: Any = item.rule
    found: list[Decimal | Level | str | None] = []
    match rule.kind:
        case "decide":
            found = [outcome.value if outcome.item is None else None for outcome in rule.outcomes()]
        case "lookup":
            found = [result for _, result in rule.table.rows]
            found += [rule.otherwise] if rule.otherwise is not None else []
    stated = [cell for cell in found if cell is not None and not (isinstance(cell, Decimal) and cell.is_nan())]
    if len(stated) < len(found):
        return ()
    return tuple(dict.fromkeys(snap(cell) if isinstance(cell, Decimal) else cell for cell in stated))


def _parted(id_: str, test: Compare | Between) -> Iterator[tuple[str | Difference, Compare]]:
    """A test against bounds as tests against numbers: of the item itself, or of its difference to another."""
    sides: list[tuple[Sign, Edge]]
    if isinstance(test, Between):
        sides = [(">" if test.above else ">=", test.low), ("<" if test.below else "<=", test.high)]
    else:
        sides = [(test.sign, test.bound)]
    for sign, edge in sides:
        if isinstance(edge, Number):
            yield id_, Compare(sign, edge)
            continue
        times = edge.times.value if edge.times else Decimal(1)
        plus = edge.plus.value if edge.plus else ZERO
        if times == 1 and edge.item < id_:
            yield (edge.item, id_, times), Compare(TURNED[sign], Number(-plus))
        else:
            yield (id_, edge.item, times), Compare(sign, Number(plus))


def _inner(test: Test) -> Test:
    return test.test if isinstance(test, Negated) else test


def met(row: Row, values: Known) -> bool:
    """Whether a condition holds for these values; a missing one counts as the row says, else as failing."""
    when, missing, _ = row

    def leaf(item: str, test: Test, _: bool) -> bool | None:  # noqa: FBT001 (as `truth` asks)
        inner = _inner(test)
        if not isinstance(inner, (Compare, Between)) or not bounding(test):
            return holds(test, values[item])
        found = [holds(part, values[variable]) for variable, part in _parted(item, inner)]
        return None if None in found else all(found) is not isinstance(test, Negated)

    held = when.truth(leaf)
    return missing == "holds" if held is None else held


def combinations(
    conditions: Iterable[When], methodology: Methodology, may_miss: MappingType[str, bool], most: int = MOST
) -> Iterable[Known] | None:
    """Values of the tested items, one for each way in which the tests can tell them apart; nothing where too many.

    Where items are held against each other, both are numbers or dates: others are refused as bounds.
    """
    tests: dict[str, list[Test]] = {}
    differences: dict[Difference, list[Decimal]] = {}
    cells: dict[object, SequenceType[Cell]] = {}
    missing = Missing("missing", "blank")

    def ends(*ids: str) -> list[Cell]:
        return [missing] if any(may_miss.get(id_, True) for id_ in ids) else []

    for when in conditions:
        for id_, test in when.leaves():
            if any(edge.unset for edge in edges(test)):
                return None
            inner = _inner(test)
            if not isinstance(inner, (Compare, Between)) or not bounding(test):
                tests.setdefault(id_, []).append(test)
                continue
            for variable, part in _parted(id_, inner):
                if isinstance(variable, str):
                    tests.setdefault(variable, []).append(part)
                else:
                    differences.setdefault(variable, []).extend(_numbers(part))
    for variable, marks in differences.items():
        one, other, times = variable
        same = Domain(cells=(ZERO,)) if one == other and times == 1 else ANYTHING
        cells[variable] = [*same.tried(marks), *ends(one, other)]
    cells |= {id_: [*_told_apart(id_, own, methodology), *ends(id_)] for id_, own in tests.items()}
    if prod(map(len, cells.values())) > most or not all(cells.values()):
        return None
    return (dict(zip(cells, values, strict=True)) for values in product(*cells.values()))


def _numbers(test: Test) -> list[Decimal]:
    """The numbers that are bounds of a test."""
    return [edge.value for edge in edges(test) if isinstance(edge, Number)]


def _told_apart(id_: str, tests: SequenceType[Test], methodology: Methodology) -> list[Cell]:
    """A value for each way in which tests of one item can turn out."""
    type_, can_be = methodology.type_of(id_), domain(id_, methodology)
    if can_be.cells:
        return [*can_be.cells]
    if type_.scale is not None:
        return [*type_.scale.levels]
    named = [cell for test in tests for inner in [_inner(test)] if isinstance(inner, OneOf) for cell in inner.cells]
    if type_.kind == "text":
        return [*dict.fromkeys(str(cell) for cell in named), "any other text"]
    stated = [number for test in tests for number in _numbers(test)]
    return can_be.tried([*stated, *(cell for cell in named if isinstance(cell, Decimal))])


Idle = tuple[LineLocation, str, str]
"""The place, the words and the remedy of what has no effect."""


def never_faults(methodology: Methodology, may_miss: MappingType[str, bool], start: LineLocation) -> Iterator[Idle]:
    """Rows, gates, populations and limits that have no effect whatever the values are; `start` is that of the file.

    Of what is made for each member of a family, only what has none for any of them.
    """
    made: dict[object, list[list[Idle]]] = {}
    for item in methodology.items.values():
        at = item.at if isinstance(item.at, LineLocation) else start
        made.setdefault(item.at or item.id, []).append([*_of_item(item, methodology, may_miss, at)])
    for found in made.values():
        shared = set.intersection(*({(at, remedy) for at, _, remedy in own} for own in found))
        yield from (fault for own in found for fault in own if (fault[0], fault[2]) in shared)
    for population in methodology.populations.values():
        if _never((population.when, population.missing, None), methodology, may_miss):
            message = f'No organisation is ever in the population "{population.name}": its condition never holds.'
            yield population.when.at or start, message, "Mend the condition."


def _of_item(
    item: Item, methodology: Methodology, may_miss: MappingType[str, bool], at: LineLocation
) -> Iterator[Idle]:
    """Those of one item."""
    yield from _unreached(item, methodology, may_miss, at)
    yield from _unreached_bounds(item, methodology, at)
    yield from _uncounted(item, methodology, may_miss, at)
    gate = item.only_when
    if gate and _never((gate.when, gate.missing, None), methodology, may_miss):
        yield at, f'"{item.id}" is never worked out: its only_when never holds.', "Mend the condition."
    yield from _idle_limits(item, methodology, may_miss, at)


def _never(row: Row, methodology: Methodology, may_miss: MappingType[str, bool]) -> bool:
    """Whether a condition surely never holds."""
    tried = combinations([row[0]], methodology, may_miss)
    return tried is not None and not any(met(row, values) for values in tried)


def _covered(
    row: Row, earlier: Row, methodology: Methodology, may_miss: MappingType[str, bool], most: int = MOST
) -> bool:
    """Whether an earlier condition surely holds wherever this one does."""
    tried = combinations([row[0], earlier[0]], methodology, may_miss, most)
    return tried is not None and all(met(earlier, values) for values in tried if met(row, values))


def _left_for(rows: SequenceType[Row], methodology: Methodology, may_miss: MappingType[str, bool]) -> set[int]:
    """The rows that something may be left for: where there is too much to try, those that no single row covers."""
    tried = combinations([when for when, _, _ in rows], methodology, may_miss)
    if tried is None:
        return {
            n
            for n, row in enumerate(rows)
            if not _never(row, methodology, may_miss)
            and not any(_covered(row, earlier, methodology, may_miss, FEW) for earlier in rows[:n])
        }
    reached: set[int] = set()
    for values in tried:
        reached.update(islice((n for n, row in enumerate(rows) if met(row, values)), 1))
        if len(reached) == len(rows):
            break
    return reached


def _unreached(
    item: Item, methodology: Methodology, may_miss: MappingType[str, bool], at: LineLocation
) -> Iterator[Idle]:
    """The rows of a decision table that earlier ones leave nothing for, whatever the values are."""
    rows = item.rule.conditions()
    left = _left_for(rows, methodology, may_miss)
    for n, (_, _, place) in enumerate(rows):
        if n not in left:
            message = (
                f"Row {n + 1} of {item.id} is never reached: where it holds an earlier row does, or it never holds."
            )
            yield place or at, message, "Put it before those, or remove it."


def _unreached_bounds(item: Item, methodology: Methodology, at: LineLocation) -> Iterator[Idle]:
    """The levels and scores of thresholds that no value is left for, as far as it is known what the value can be."""
    rule: Any = item.rule
    if rule.kind != "thresholds":
        return
    there = dict.fromkeys(rule.wants_numbers(), False)  # where one is missing, so is the result
    for rows in (rule.levels, rule.scores, *(own for _, own in (rule.sets.rows if rule.sets else ()))):
        tests = [
            When(tuple((rule.of, Compare(SIGNS[bound.side], bound.number)) for bound in row.bounds())) for row in rows
        ]
        left = _left_for([(when, None, None) for when in tests], methodology, there)
        for n, row in enumerate(rows):
            if n not in left:
                message = f'No value of "{rule.of}" is left for the row "{row}" of {item.id}.'
                yield row.at if isinstance(row.at, LineLocation) else at, message, "Mend the bounds."


def _uncounted(
    item: Item, methodology: Methodology, may_miss: MappingType[str, bool], at: LineLocation
) -> Iterator[Idle]:
    """A count of items of which none can pass the test."""
    rule: Any = item.rule
    if rule.kind == "count" and all(
        _never((When(((id_, rule.at),)), None, None), methodology, may_miss) for id_ in rule.of.items
    ):
        yield at, f'"{item.id}" is always 0: none of what it counts can be {rule.at}.', "Mend the test."


def _idle_limits(
    item: Item, methodology: Methodology, may_miss: MappingType[str, bool], at: LineLocation
) -> Iterator[Idle]:
    """Caps at the best level and floors at the worst, limits that never hold, and those that an earlier one covers."""
    levels = item.scale.levels if item.scale else ()
    for n, limit in enumerate(item.limits):
        place = limit.at or at
        for what, end, idle in (("cap", limit.at_best, levels[:1]), ("floor", limit.at_worst, levels[-1:])):
            if isinstance(end, Level) and end in idle:
                which = "best" if what == "cap" else "worst"
                message = f"A {what} of {item.id} at {end} limits nothing: that is the {which} level."
                yield place, message, "Name another level, or remove it."
        if _never(_row(limit), methodology, may_miss):
            yield place, f"This limit of {item.id} never acts: its condition never holds.", "Mend the condition."
            continue
        row, what = _row(limit), "cap" if limit.at_best else "floor"
        stricter = (
            one for one in _as_strict(item.limits[:n], limit) if _covered(row, _row(one), methodology, may_miss)
        )
        for one in islice(stricter, 1):
            message = f"This {what} of {item.id} at {limit.end} never acts: where it holds, so does that at {one.end}."
            yield place, message, "Put it before that one, or remove it."


def _as_strict(before: SequenceType[Limit], limit: Limit) -> Iterator[Limit]:
    """The earlier limits that leave a limit nothing to do where they hold, and after which nothing undoes them."""
    for one in reversed(before):
        back, end, own = one.at_worst or one.step == "up", one.at_best, limit.at_best
        if limit.at_worst:
            back, end, own = one.at_best or one.step == "down", limit.at_worst, one.at_worst  # the other way round
        if isinstance(end, Level) and isinstance(own, Level) and end.position >= own.position:
            yield one
        if back:
            return


def crossing(item: Item, methodology: Methodology, may_miss: MappingType[str, bool]) -> Iterator[Problem]:
    """A cap that lies below a floor, where both may hold at once."""
    for n, one in enumerate(item.limits):
        for other in item.limits[n + 1 :]:
            cap = one.at_best or other.at_best
            floor = one.at_worst or other.at_worst
            if not isinstance(cap, Level) or not isinstance(floor, Level) or cap.position <= floor.position:
                continue
            tried = combinations([one.when, other.when], methodology, may_miss)
            if tried is None or any(met(_row(one), values) and met(_row(other), values) for values in tried):
                message = f"A cap at {cap} and a floor at {floor} may both hold, and no level is within both."
                remedy = "Let their conditions shut each other out, or mend a level."
                yield Problem(other.at or LineLocation(item.id), "incompatible", message, remedy, "warning")


def _row(limit: Limit) -> Row:
    return limit.when, limit.missing, limit.at

"""Formulas of the kinds that do arithmetic on one organisation's values, and of those that combine several items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.language.conditions import IsMissing, Negated, asks_for_missing, bounding
from nhsrate.live.board import NotLiveError
from nhsrate.live.conditions import leaf
from nhsrate.live.formula import MISSING, REFUSED, ROOM, length, numbers, token
from nhsrate.live.inputs import handed_in, read_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.kinds.arithmetic import Clip, Difference, Logarithm, Ratio
    from nhsrate.kinds.combining import Extreme, Mean, Median, Sum, WeightedMean
    from nhsrate.kinds.counting import Count
    from nhsrate.kinds.grouping import WeightUsed
    from nhsrate.kinds.handed_on import Constant, Earlier, FirstAvailable
    from nhsrate.kinds.margin import Margin
    from nhsrate.kinds.means import AboveZero, Product, WeightedVariance
    from nhsrate.kinds.members import MissingRule
    from nhsrate.language.values import Refs
    from nhsrate.live.board import Board


def zero(number: str, places: int = 12) -> str:
    """That a number is zero, as numbers are compared."""
    return f"ROUND({number},{places})=0"


def ratio(board: Board, rule: Ratio) -> str:
    """`times` x `of` / `to`."""
    top, bottom = board.number(rule.of), board.number(rule.to)
    times = board.figure(rule.times, "times")
    product = top if times == "1" else f"{top}*{times}"
    nothing = MISSING if rule.zero == "missing" else REFUSED
    return f"IF({numbers([top, bottom])},IF({zero(bottom)},{nothing},{product}/{bottom}),{MISSING})"


def difference(board: Board, rule: Difference) -> str:
    """`of` - `from`, or that in per cent of the size of `from`."""
    top, guards = board.edge(rule.of, "of")
    base, others = board.edge(rule.from_, "from")
    less = f"{top}-{base}"
    if rule.as_ == "percent":
        less = f"IF({zero(base)},{REFUSED},({less})*100/ABS({base}))"
    return f"IF({numbers([*guards, *others])},{less},{MISSING})"


def margin(board: Board, rule: Margin) -> str:
    """How far a value lies on the better side of its target."""
    value = board.number(rule.of)
    target, guards = board.edge(rule.target, "target")
    guards = [value, *guards]
    if rule.better and rule.better.item:
        side = board.cell(rule.better.item)
        scale = board.methodology.type_of(rule.better.item).scale
        higher = scale.by_name.get("higher") if scale else None
        guards.append(side)
        sign = f"IF({side}={board.place(higher) if higher else 0},1,-1)*"
    else:
        polarity = board.item.polarity or board.methodology.polarity_of(rule.of)
        sign = "" if (rule.better.side if rule.better else polarity) == "higher" else "-"
    less = f"{sign}({value}-{target})"
    if rule.as_ == "percent":
        less = f"IF({zero(target)},{REFUSED},{less}*100/ABS({target}))"
    return f"IF({numbers(guards)},{less},{MISSING})"


def logarithm(board: Board, rule: Logarithm) -> str:
    """The logarithm to the base."""
    value = board.number(rule.of)
    made = {"e": f"LN({value})", "2": f"LN({value})/LN(2)", "10": f"LOG10({value})"}[rule.base]
    return f"IF(ISNUMBER({value}),IF({value}>0,{made},{REFUSED}),{MISSING})"


def constant(board: Board, rule: Constant) -> str:
    """The number."""
    return board.figure(rule.value, "value")


def earlier(board: Board, rule: Earlier) -> str:
    """What was in an earlier period, which the return of that period says: a column of Values."""
    found = board.assessment.submitted.earlier.get(rule.steps)
    if found is None:
        return MISSING
    what = f"{board.methodology.name_of(rule.of)}, {found.period}"
    own = handed_in(board, f"{board.owner}!earlier", what, found.cells[rule.of])
    type_ = board.methodology.type_of(board.owner)
    return read_typed(board, own, type_.scale, text=type_.kind == "text")


def first_available(board: Board, rule: FirstAvailable) -> str:
    """The first that is not missing; else the last, which is."""
    *first, last = rule.of.items
    return board.chain([(board.there(item), board.cell(item)) for item in first], board.handed(last))


def clip(board: Board, rule: Clip) -> str:
    """The value within its ends."""
    kept = value = board.number(rule.of)
    guards = [value]
    for end, function, what in ((rule.low, "MAX", "low"), (rule.high, "MIN", "high")):
        if end:
            bound, others = board.edge(end, what)
            kept, guards = f"{function}({kept},{bound})", [*guards, *others]
    return f"IF({numbers(guards)},{kept},{MISSING})"


# Several items.


@frozen
class Parts:
    """The parts of a combination: their cells, the value and the weight of each, when there are enough of them.

    A value, and its weight, is such that a part that is left out adds nothing.
    """

    cells: tuple[str, ...]
    values: tuple[str, ...]
    weights: tuple[str, ...]
    enough: str
    otherwise: str
    all_there: bool

    @property
    def number(self) -> str:
        """How many parts there are, as a formula; where none is left out, all."""
        return str(len(self.cells))


def parts(board: Board, of: Refs, rule: MissingRule, cell: Callable[[str], str] | None = None) -> Parts:
    """The parts of a combination, and what a missing one does."""
    cells = tuple(map(cell or board.number, of.items))
    stated = [
        board.figure(weight, f"weight of {board.methodology.name_of(item)}") if weight else "1"
        for item, weight in of.pairs()
    ]
    if rule.count_as is not None:
        count_as = board.figure(rule.count_as, "a missing one counts as")
        values = tuple(f"IF(ISNUMBER({one}),{one},{count_as})" for one in cells)
        return Parts(cells, values, tuple(stated), "TRUE", MISSING, all_there=True)
    if rule.does == "leave out":
        weights = tuple(
            f"ISNUMBER({one})*{weight}" if weight != "1" else f"ISNUMBER({one})*1"
            for one, weight in zip(cells, stated, strict=True)
        )
        needed = rule.needed(len(cells))
        enough = f"{board.counted(cells)}>={needed}"
        return Parts(cells, tuple(f"N({one})" for one in cells), weights, enough, MISSING, all_there=False)
    otherwise = REFUSED if rule.does == "refuse" else MISSING
    values = tuple(f"N({one})" for one in cells)
    return Parts(cells, values, tuple(stated), board.all_numbers(cells), otherwise, all_there=True)


def weighed(board: Board, found: Parts) -> str:
    """The sum of the values, each times its weight."""
    if found.all_there:
        return board.joined(f"{value}*{weight}" for value, weight in zip(found.values, found.weights, strict=True))
    stated = (weight.rpartition(")*")[2] for weight in found.weights)
    return board.joined(f"{value}*{weight}" for value, weight in zip(found.values, stated, strict=True))


def how_many(board: Board, found: Parts) -> str:
    """How many values there are."""
    return found.number if found.all_there else board.counted(found.cells)


def total(board: Board, rule: Sum) -> str:
    """The sum."""
    found = parts(board, rule.of, rule.missing)
    made = weighed(board, found) if rule.of.weights else board.joined(found.values)
    more = [board.figure(number, "added") for number in rule.of.numbers]
    return f"IF({found.enough},{'+'.join([made, *more])},{found.otherwise})"


def mean(board: Board, rule: Mean) -> str:
    """The mean."""
    found = parts(board, rule.of, rule.missing)
    return f"IF({found.enough},({board.joined(found.values)})/{how_many(board, found)},{found.otherwise})"


def weighted_mean(board: Board, rule: WeightedMean) -> str:
    """The weighted mean; missing where the weights come to nothing."""
    found = parts(board, rule.of, rule.missing)
    whole = board.step("sum of the weights", board.joined(found.weights), array=False)
    made = weighed(board, found) if rule.of.weights else board.joined(found.values)
    return f"IF({found.enough},IF({zero(whole)},{MISSING},({made})/{whole}),{found.otherwise})"


def listed(board: Board, found: Parts, function: str, more: Sequence[str] = ()) -> str:
    """A function of all values, which passes over texts."""
    counted_as = found.all_there and found.enough == "TRUE"
    room: list[str] = [*(found.values if counted_as else found.cells)]
    if counted_as and length(",".join(room)) > ROOM // 2:
        room = [board.step("what a missing one counts as", one) for one in room]
    while len(room) > 24:
        packs = [room[start : start + 24] for start in range(0, len(room), 24)]
        if function == "MEDIAN":
            raise NotLiveError("the median of more than 24 items does not fit into one formula")
        room = [
            board.step("part", f"IF(COUNT({','.join(pack)})=0,{MISSING},{function}({','.join(pack)}))")
            for pack in packs
        ]
    return f"{function}({','.join([*room, *more])})"


def median(board: Board, rule: Median) -> str:
    """The median."""
    found = parts(board, rule.of, rule.missing)
    return f"IF({found.enough},{listed(board, found, 'MEDIAN')},{found.otherwise})"


def extreme(board: Board, rule: Extreme) -> str:
    """The lowest or highest; of levels by their numbers, or where some have none by their places."""
    function = "MIN" if rule.kind == "lowest" else "MAX"
    if rule.scale is None:
        found = parts(board, rule.of, rule.missing)
        more = [board.figure(number, "among them") for number in rule.of.numbers]
        return f"IF({found.enough},{listed(board, found, function, more)},{found.otherwise})"
    if any(level.number is None for level in rule.scale.levels):
        found = parts(board, rule.of, rule.missing, board.cell)
        other = "MAX" if function == "MIN" else "MIN"
        return f"IF({found.enough},{listed(board, found, other)},{found.otherwise})"
    found = parts(board, rule.of, rule.missing)
    chosen = listed(board, found, function)
    return f"IF({found.enough},MATCH({chosen},{token('n', board.scale(rule.scale))},0),{found.otherwise})"


def product(board: Board, rule: Product) -> str:
    """The product."""
    found = parts(board, rule.of, rule.missing)
    values = found.values if found.all_there else tuple(f"IF(ISNUMBER({one}),{one},1)" for one in found.cells)
    more = [board.figure(number, "times") for number in rule.of.numbers]
    return f"IF({found.enough},{board.joined([*values, *more], '*')},{found.otherwise})"


def above_zero(board: Board, rule: AboveZero) -> str:
    """The geometric or harmonic mean."""
    found = parts(board, rule.of, rule.missing)
    terms = []
    for value, cell, weight in zip(found.values, found.cells, found.weights, strict=True):
        stated = weight.rpartition(")*")[2]
        made = f"{stated}*LN({value})" if rule.kind == "geometric-mean" else f"{stated}/{value}"
        terms.append(made if found.enough == "TRUE" else f"IF(N({cell})>0,{made},0)")
    least = listed(board, found, "MIN")
    whole = board.joined(found.weights)
    sums = board.joined(terms)
    made = f"EXP(({sums})/({whole}))" if rule.kind == "geometric-mean" else f"({whole})/({sums})"
    return f"IF({found.enough},IF({least}>0,{made},{REFUSED}),{found.otherwise})"


def weighted_variance(board: Board, rule: WeightedVariance) -> str:
    """The weighted variance of the values that are there."""
    found = parts(board, rule.of, rule.missing)
    number = how_many(board, found)
    whole = board.step("sum of the weights", board.joined(found.weights))
    middle = board.step("mean", f"IF({found.enough},({weighed(board, found)})/{whole},{MISSING})")
    stated = [weight if found.all_there else weight.rpartition(")*")[2] for weight in found.weights]
    squares = [
        f"{weight}*({value}-{middle})^2" if found.all_there else f"IF(ISNUMBER({cell}),{weight}*({value}-{middle})^2,0)"
        for value, cell, weight in zip(found.values, found.cells, stated, strict=True)
    ]
    made = f"{number}*({board.joined(squares)})/(({number}-1)*{whole})"
    return f"IF(ISNUMBER({middle}),IF({number}<2,{MISSING},{made}),{found.otherwise})"


def weight_used(board: Board, rule: WeightUsed) -> str:
    """The share of the weights that were there."""
    of: Any = board.methodology.items[rule.in_].rule
    refs: Refs = of.of
    terms, own = [], "1"
    for item, weight in refs.pairs():
        stated = board.figure(weight, f"weight of {board.methodology.name_of(item)}") if weight else "1"
        own = stated if item == rule.of else own
        terms.append(f"ISNUMBER({board.number(item)})*{stated}")
    there = f"AND({board.there(rule.of)},{board.there(rule.in_)})"
    whole = board.step("sum of the weights that are there", board.joined(terms))
    return f"IF({there},{own}/{whole},{MISSING})"


def count(board: Board, rule: Count) -> str:
    """How many items pass the test."""
    items = rule.of.items
    if asks_for_missing(rule.at):
        there = board.joined(f"IF({board.there(item)},1,0)" for item in items)
        gone = not isinstance(rule.at, Negated) and isinstance(rule.at, IsMissing)
        return f"{len(items)}-({there})" if gone else there
    passed = board.joined(f"IF({leaf(board, item, rule.at, f'counted: {rule.at}')},1,0)" for item in items)
    bounds = [board.number(item) for item in bounding(rule.at)]
    there = board.joined(f"IF({board.there(item)},1,0)" for item in items)
    if rule.missing.does in {"refuse", "missing"}:
        otherwise = REFUSED if rule.missing.does == "refuse" else MISSING
        guards = f"AND({numbers(bounds)},{there}={len(items)})" if bounds else f"{there}={len(items)}"
        return f"IF({guards},{passed},{otherwise})"
    if not rule.least():
        return passed
    enough = f"{there}>={rule.least()}"
    return f"IF({f'AND({numbers(bounds)},{enough})' if bounds else enough},{passed},{MISSING})"


WRITERS: dict[str, Callable[[Board, Any], str]] = {
    "ratio": ratio, "difference": difference, "margin": margin, "logarithm": logarithm, "constant": constant,
    "earlier": earlier, "first-available": first_available, "clip": clip, "sum": total, "mean": mean,
    "weighted-mean": weighted_mean, "median": median, "lowest": extreme, "highest": extreme, "product": product,
    "geometric-mean": above_zero, "harmonic-mean": above_zero, "weighted-variance": weighted_variance,
    "weight-used": weight_used, "count": count,
}  # fmt: skip
"""The kinds of this module by name."""

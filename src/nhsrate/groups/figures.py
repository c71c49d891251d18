"""The figures of a group from those of its members: pooled, added, weighted, the worst or the best of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import listed
from nhsrate.groups.belonging import WHOLE, as_decimal, share_text
from nhsrate.groups.exact import total
from nhsrate.kinds.workings import cell_text
from nhsrate.rules.groups import Together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.problems import CellLocation
    from nhsrate.groups.model import Group, Part
    from nhsrate.returns.model import Organisation, Return, Values
    from nhsrate.rules.inputs import Input

HUNDRED = Decimal(100)
NOT = Together("not")
NOT_TOGETHER = Missing("not brought together for groups", "absent")


@frozen
class Figure:
    """A figure of a member: the input, what stands there, and the column that it is number `n` of."""

    id: str
    cell: Cell
    values: Values
    n: int

    @property
    def at(self) -> CellLocation | None:
        """The cell that it was read from."""
        return self.values.at(self.n)


@frozen
class Given:
    """What a member gives to a figure of its group: its own figures, and the share by which they count.

    `gap` is the first that is missing, so that it gives nothing. `weighted` says that the second figure is a weight.
    """

    organisation: Organisation
    n: int
    share: Fraction
    figures: tuple[Figure, ...]
    gap: Figure | None = None
    weighted: bool = False

    @property
    def said(self) -> str:
        """What it gives, in words: `18512 of 25273`, and the share where it counts by less than all of it."""
        if (gap := self.gap) is not None:
            return f"nothing: {gap.cell.reason}" if isinstance(gap.cell, Missing) else ""
        text = (", weighted by " if self.weighted else " of ").join(cell_text(one.cell) for one in self.figures)
        return text if self.share is WHOLE else f"{text}, by a share of {share_text(self.share)}"


@frozen(eq=False)
class Joint:
    """A figure of a group from the return of its members, all of whom are `parts`, and those that gave one `there`.

    What each gave, and how the figure came of it, is made when it is asked for: few are. `deciding` is the number of
    the member whose own figure it is.
    """

    cell: Cell
    submitted: Return
    entry: Input
    rule: Together
    parts: tuple[Part, ...] = ()
    there: Sequence[Part] = ()
    deciding: int | None = None

    @property
    def given(self) -> tuple[Given, ...]:
        """What each member gave."""
        return tuple(_given(self.submitted, self.entry, self.rule, part) for part in self.parts)

    @property
    def left_out(self) -> tuple[Given, ...]:
        """The members that gave nothing."""
        if len(self.there) == len(self.parts):
            return ()
        there = {part.n for part in self.there}
        return tuple(_given(self.submitted, self.entry, self.rule, part) for part in self.parts if part.n not in there)

    @property
    def how(self) -> str:
        """How the figure came about, in words that add up by hand; why there is none, where there is none."""
        rule = self.rule
        if isinstance(self.cell, Missing):
            return self.cell.reason
        if rule.how == "sum":
            return _sum(self.submitted.values[self.entry.id].cells, self.there)
        many = _count(self.there, self.parts)
        if rule.how in {"worst", "best"}:
            return f"the {rule.how} of {many}"
        over, under = map(_plain, _over_and_under(self.submitted, self.entry, rule, self.there))
        if rule.how == "weighted":
            return f"the mean of {many}, weighted by {rule.by}: {over} / {under}"
        times = times_of(self.entry, rule)
        return f"pooled from {many}: {'' if times == 1 else f'{cell_text(times)} x '}{over} / {under}"


def joint(submitted: Return, entry: Input, group: Group) -> Joint:
    """The figure of a group for one input, from the return of its members."""
    rule = entry.together or NOT
    if rule.how == "not":
        return Joint(NOT_TOGETHER, submitted, entry, rule)
    parts: Sequence[Part] = group.parts
    there = parts
    for id_ in _ids(entry, rule):
        cells = submitted.values[id_].cells
        there = [part for part in there if not isinstance(cells[part.n], Missing)]
    if not there or (rule.missing == "missing" and len(there) < len(parts)):
        return Joint(_missing(submitted, entry, rule, parts, there), submitted, entry, rule, group.parts, there)
    if rule.how in {"worst", "best"}:
        chosen = _chosen(submitted.values[entry.id].cells, there, entry, rule.how)
        return Joint(submitted.values[entry.id].cells[chosen], submitted, entry, rule, group.parts, there, chosen)
    return Joint(_number(submitted, entry, rule, there), submitted, entry, rule, group.parts, there)


def _ids(entry: Input, rule: Together) -> tuple[str, ...]:
    """The inputs whose figures of its members make that of a group."""
    return rule.needs if rule.how == "pooled" else (entry.id, *rule.needs)


def _number(submitted: Return, entry: Input, rule: Together, there: Sequence[Part]) -> Cell:
    """Figures added up, numerators over denominators, or figures weighted by others."""
    if rule.how == "sum":
        return as_decimal(_total(submitted, there, entry.id))
    over, under = _over_and_under(submitted, entry, rule, there)
    if not under:
        return Missing(f"nothing under {rule.denominator or rule.by} in any member", "not computable")
    return as_decimal((Fraction(times_of(entry, rule)) * over if rule.how == "pooled" else over) / under)


def _over_and_under(
    submitted: Return, entry: Input, rule: Together, there: Sequence[Part]
) -> tuple[Fraction, Fraction]:
    """What is divided by what: numerators by denominators, or weighted figures by their weights."""
    first, second = _ids(entry, rule)
    over = _total(submitted, there, first, second) if rule.how == "weighted" else _total(submitted, there, first)
    return over, _total(submitted, there, second)


def _total(submitted: Return, there: Sequence[Part], *ids: str) -> Fraction:
    """The sum over members of a figure, or of the product of two, by as much of each member as counts."""
    columns: list[Any] = [submitted.values[id_].cells for id_ in ids]
    whole = total(columns, [part.n for part in there if part.share is WHOLE])
    shared = (part for part in there if part.share is not WHOLE)
    return sum((part.share * prod(Fraction(column[part.n]) for column in columns) for part in shared), whole)


def _given(submitted: Return, entry: Input, rule: Together, part: Part) -> Given:
    """What one member gives: its figures of these inputs."""
    columns = ((id_, submitted.values[id_]) for id_ in _ids(entry, rule))
    figures = tuple(Figure(id_, values.cells[part.n], values, part.n) for id_, values in columns)
    gap = next((figure for figure in figures if isinstance(figure.cell, Missing)), None)
    return Given(submitted.organisations[part.n], part.n, part.share, figures, gap, rule.how == "weighted")


def _missing(submitted: Return, entry: Input, rule: Together, parts: Sequence[Part], there: Sequence[Part]) -> Missing:
    """Why a group has no figure: what its members say of it, where they say the same, else which of them has none."""
    given = [_given(submitted, entry, rule, part) for part in parts]
    gaps = [one.gap for one in given if one.gap is not None]
    reasons = {gap.cell.reason: gap.cell for gap in gaps if isinstance(gap.cell, Missing)}
    if not there and len(reasons) == 1:
        [cell] = reasons.values()
        return Missing(cell.reason, cell.sort)
    codes = [one.organisation.code for one in given if one.gap is not None]
    verb = "has" if len(codes) == 1 else "have"
    return Missing(f"{listed(codes)} {verb} no figure" if there else "no member has a figure", "too few")


def times_of(entry: Input, rule: Together) -> Decimal:
    """What a numerator over its denominator is multiplied by: 100 for a percentage, where nothing is said."""
    if rule.times is not None:
        return rule.times
    return HUNDRED if entry.type == "percent" else Decimal(1)


def _chosen(cells: Sequence[Cell], there: Sequence[Part], entry: Input, how: str) -> int:
    """The number of the member with the worst or the best figure; the first of several."""
    lower_is_better = entry.polarity == "lower"

    def badness(n: int) -> Decimal:
        cell = cells[n]
        if isinstance(cell, Level):  # best first; of yes and no, yes is the higher
            return Decimal(cell.position if entry.type == "level" or not lower_is_better else -cell.position)
        return (cell if lower_is_better else -cell) if isinstance(cell, Decimal) else Decimal(0)

    numbers = [part.n for part in there]
    return max(numbers, key=badness) if how == "worst" else min(numbers, key=badness)


def _count(there: Sequence[Part], parts: Sequence[Part]) -> str:
    whole = f"{len(parts):,} member{'s' * (len(parts) != 1)}"
    return whole if len(there) == len(parts) else f"{len(there):,} of {whole}"


def _sum(cells: Sequence[Any], there: Sequence[Part]) -> str:
    """The terms of a sum, as they add up by hand."""
    terms = ((part.share, _plain(Fraction(cells[part.n]))) for part in there)
    return " + ".join(term if share is WHOLE else f"{share_text(share)} x {term}" for share, term in terms)


def _plain(number: Fraction) -> str:
    return cell_text(as_decimal(number))

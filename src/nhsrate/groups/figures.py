"""The figures of a group from those of its members: pooled, added, weighted, the worst or the best of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import listed
from nhsrate.groups.belonging import WHOLE, as_decimal, share_text
from nhsrate.kinds.workings import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.core.problems import CellLocation
    from nhsrate.groups.model import Group, Part
    from nhsrate.returns.model import Organisation, Return, Values
    from nhsrate.rules.groups import Together
    from nhsrate.rules.inputs import Input

HUNDRED = Decimal(100)
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

    `numbers` are those that are numbers, exactly. `gap` is the first that is missing, so that it gives nothing.
    `weighted` says that the second figure is a weight.
    """

    organisation: Organisation
    n: int
    share: Fraction
    figures: tuple[Figure, ...]
    numbers: tuple[Fraction, ...]
    gap: Figure | None = None
    weighted: bool = False

    def counted(self, place: int) -> Fraction:
        """One of its numbers, as much of it as counts."""
        return self.numbers[place] if self.share is WHOLE else self.share * self.numbers[place]

    @property
    def said(self) -> str:
        """What it gives, in words: `18512 of 25273`, and the share where it counts by less than all of it."""
        if (gap := self.gap) is not None:
            return f"nothing: {gap.cell.reason}" if isinstance(gap.cell, Missing) else ""
        text = (", weighted by " if self.weighted else " of ").join(cell_text(one.cell) for one in self.figures)
        return text if self.share == WHOLE else f"{text}, by a share of {share_text(self.share)}"


@frozen
class Joint:
    """A figure of a group, how it came from those of its members, and what each of them gave."""

    cell: Cell
    how: str
    given: tuple[Given, ...]
    deciding: Given | None = None

    @property
    def left_out(self) -> tuple[Given, ...]:
        """The members that gave nothing."""
        return tuple(one for one in self.given if one.gap is not None)


def joint(submitted: Return, entry: Input, group: Group) -> Joint:
    """The figure of a group for one input, from the return of its members."""
    rule = entry.together
    if rule is None or rule.how == "not":
        return Joint(NOT_TOGETHER, NOT_TOGETHER.reason, ())
    ids = (rule.numerator, rule.denominator) if rule.how == "pooled" else (entry.id, *rule.needs)
    given = tuple(_given(submitted, ids, part, weighted=rule.how == "weighted") for part in group.parts)
    there = [one for one in given if one.gap is None]
    if not there or (rule.missing == "missing" and len(there) < len(given)):
        missing = _missing(given, there)
        return Joint(missing, missing.reason, given)
    match rule.how:
        case "sum":
            return Joint(as_decimal(_total(one.counted(0) for one in there)), _sum(there), given)
        case "worst" | "best":
            chosen = _chosen(there, entry, rule.how)
            return Joint(chosen.figures[0].cell, f"the {rule.how} of {_count(there, given)}", given, chosen)
        case _:
            return _mean(entry, rule, there, given)


def _given(submitted: Return, ids: Sequence[str], part: Part, *, weighted: bool) -> Given:
    """What one member gives: its figures of these inputs."""
    columns = {id_: submitted.values[id_] for id_ in ids}
    figures = tuple(Figure(id_, values.cells[part.n], values, part.n) for id_, values in columns.items())
    numbers = tuple(Fraction(figure.cell) for figure in figures if isinstance(figure.cell, Decimal))
    gap = next((figure for figure in figures if isinstance(figure.cell, Missing)), None)
    return Given(submitted.organisations[part.n], part.n, part.share, figures, numbers, gap, weighted)


def _total(numbers: Iterable[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0))


def _missing(given: Sequence[Given], there: Sequence[Given]) -> Missing:
    """Why a group has no figure: what its members say of it, where they say the same, else which of them has none."""
    gaps = [one.gap for one in given if one.gap is not None]
    reasons = {gap.cell.reason: gap.cell for gap in gaps if isinstance(gap.cell, Missing)}
    if not there and len(reasons) == 1:
        [cell] = reasons.values()
        return Missing(cell.reason, cell.sort)
    codes = [one.organisation.code for one in given if one.gap is not None]
    verb = "has" if len(codes) == 1 else "have"
    return Missing(f"{listed(codes)} {verb} no figure" if there else "no member has a figure", "too few")


def _mean(entry: Input, rule: Together, there: Sequence[Given], given: tuple[Given, ...]) -> Joint:
    """Numerators over denominators, or figures weighted by others."""
    pooled = rule.how == "pooled"
    under = _total(one.counted(1) for one in there)
    name = rule.denominator if pooled else rule.by
    if not under:
        missing = Missing(f"nothing under {name} in any member", "not computable")
        return Joint(missing, missing.reason, given)
    if not pooled:
        over = _total(one.counted(0) * one.numbers[1] for one in there)
        how = f"the mean of {_count(there, given)}, weighted by {name}: {_plain(over)} / {_plain(under)}"
        return Joint(as_decimal(over / under), how, given)
    over = _total(one.counted(0) for one in there)
    times = times_of(entry, rule)
    said = f"{'' if times == 1 else f'{cell_text(times)} x '}{_plain(over)} / {_plain(under)}"
    return Joint(as_decimal(Fraction(times) * over / under), f"pooled from {_count(there, given)}: {said}", given)


def times_of(entry: Input, rule: Together) -> Decimal:
    """What a numerator over its denominator is multiplied by: 100 for a percentage, where nothing is said."""
    if rule.times is not None:
        return rule.times
    return HUNDRED if entry.type == "percent" else Decimal(1)


def _chosen(there: Sequence[Given], entry: Input, how: str) -> Given:
    """The member with the worst or the best figure; the first of several."""
    lower_is_better = entry.polarity == "lower"

    def badness(one: Given) -> Decimal:
        cell = one.figures[0].cell
        if isinstance(cell, Level):  # best first; of yes and no, yes is the higher
            return Decimal(cell.position if entry.type == "level" or not lower_is_better else -cell.position)
        return (cell if lower_is_better else -cell) if isinstance(cell, Decimal) else Decimal(0)

    return max(there, key=badness) if how == "worst" else min(there, key=badness)


def _count(there: Sequence[Given], given: Sequence[Given]) -> str:
    whole = f"{len(given):,} member{'s' * (len(given) != 1)}"
    return whole if len(there) == len(given) else f"{len(there):,} of {whole}"


def _sum(there: Sequence[Given]) -> str:
    """The terms of a sum, as they add up by hand."""
    terms = [
        _plain(one.numbers[0]) if one.share == WHOLE else f"{share_text(one.share)} x {_plain(one.numbers[0])}"
        for one in there
    ]
    return " + ".join(terms)


def _plain(number: Fraction) -> str:
    return cell_text(as_decimal(number))

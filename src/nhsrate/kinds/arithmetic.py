"""Kinds that do arithmetic: ratio, difference, logarithm, constant, first available, geometric mean, variance."""

from __future__ import annotations

from decimal import Decimal
from operator import mul
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, ZERO, number_text, snap
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.kinds.combining import Combination
from nhsrate.kinds.members import gather, no_weights, part_texts, weight_shares
from nhsrate.kinds.rule import Gives, Grounds, Rule
from nhsrate.language.conditions import Number
from nhsrate.language.records import figures_in
from nhsrate.language.values import Ref, Refs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Ratio(Rule):
    """One item over another, times a number.

    A share of nothing has no value, so a `to` of zero is a problem unless `zero` says that the result is missing.

    Fields:
        of: The item that is divided: the numerator.
        to: The item that it is divided by: the denominator.
        times: What the quotient is multiplied by: 100 for per cent.
        zero: Whether a `to` of zero is a problem (`refuse`), or makes the result `missing`.

    Example:
        >>> rated("share: {kind: ratio, of: seen, to: attended, times: 100, zero: missing}",
        ...       seen="96 47 0", attended="100 50 0")
        seen  attended  share
        96    100       96
        47    50        94
        0     0         missing (attended is zero)

    Unit: That of `of` for each one of `to`, times `times`; per cent where both count alike and `times` is 100.

    Refused: Texts, and levels without a number; a `to` of zero, unless `zero: missing` stands there.

    Source: Plain division; used by `ae-four-hour` for the share seen within four hours, after NHS England, *A&E
        Attendances and Emergency Admissions* (monthly).

    Section: 7.2
    """

    kind: ClassVar[str] = "ratio"
    carries: ClassVar[bool] = True
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    to: Ref
    times: Number = Number(ONE)
    zero: Literal["refuse", "missing"] = "refuse"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.to)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.zero == "missing" or misses(self.of) or misses(self.to)

    def column(self, workings: Workings) -> list[Cell]:
        """`times` x `of` / `to` for every organisation."""
        cells: list[Cell] = []
        for n, (top, bottom) in enumerate(zip(workings.exact(self.of), workings.exact(self.to), strict=True)):
            if isinstance(top, Missing) or isinstance(bottom, Missing):
                cells.append(top if isinstance(top, Missing) else bottom)
            elif bottom:
                cells.append(top * self.times.value / bottom)
            elif self.zero == "missing":
                cells.append(Missing(f"{workings.name(self.to)} is zero"))
            else:
                cells.append(
                    workings.refuse(
                        n,
                        "cannot-compute",
                        f"{workings.methodology.called(self.to)} is zero, and a share of nothing has no value.",
                        "Mend the value, or let the rule say zero: missing.",
                        item=self.to,
                    )
                )
        return cells

    def grounds(self, view: View, n: int) -> Grounds:
        """Both items and the number; over zero there is nothing that what stands above it could change."""
        over_nothing = not view.number(self.to, n) and not isinstance(view.number(self.of, n), Missing)
        return Grounds((self.to,)) if over_nothing else Grounds(self.reads(), figures_in(self))

    def why(self, view: View, n: int) -> str:
        """The division."""
        times = "" if self.times.value == 1 else f" x {self.times}"
        return f"{view.figure(self.of, n)} / {view.figure(self.to, n)}{times}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        times = "" if self.times.value == 1 else f", times {self.times}"
        zero = "; missing where the latter is zero" if self.zero == "missing" else ""
        return f"{name(self.of)} divided by {name(self.to)}{times}{zero}"


@frozen
class Difference(Rule):
    """One item less another, absolute or in per cent of the size of the other.

    Fields:
        of: The item from which the other is taken.
        from: The item that is taken from it: a plan, a standard, last year.
        as: Whether the difference is `absolute`, or in `percent` of the size of `from` without its sign.

    Example:
        >>> rated("off_plan: {kind: difference, of: actual, from: plan}",
        ...       "off_plan_percent: {kind: difference, of: actual, from: plan, as: percent}",
        ...       actual="96 -6 4", plan="80 -5 4")
        actual  plan  off_plan  off_plan_percent
        96      80    16        20
        -6      -5    -1        -20
        4       4     0         0

    Unit: That of the items; per cent under `as: percent`.

    Refused: Texts, and levels without a number; a `from` of zero under `as: percent`.

    Source: Plain subtraction; used by `ae-four-hour`, `cqc-trust-aggregation` and `nhs-star-ratings-2002-03-acute`.

    Section: 7.2
    """

    kind: ClassVar[str] = "difference"
    carries: ClassVar[bool] = True
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    from_: Ref
    as_: Literal["absolute", "percent"] = "absolute"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.from_)

    def column(self, workings: Workings) -> list[Cell]:
        """`of` - `from`, or that in per cent of |`from`|, for every organisation."""
        cells: list[Cell] = []
        for n, (top, base) in enumerate(zip(workings.exact(self.of), workings.exact(self.from_), strict=True)):
            if isinstance(top, Missing) or isinstance(base, Missing):
                cells.append(top if isinstance(top, Missing) else base)
            elif self.as_ == "absolute":
                cells.append(top - base)
            elif base:
                cells.append((top - base) * 100 / abs(base))
            else:
                cells.append(
                    workings.refuse(
                        n,
                        "cannot-compute",
                        f"{workings.methodology.called(self.from_)} is zero, and a per cent of it has no value.",
                        "Mend the value, or let the rule take the absolute difference.",
                        item=self.from_,
                    )
                )
        return cells

    def why(self, view: View, n: int) -> str:
        """The subtraction."""
        base = view.figure(self.from_, n)
        less = f"{view.figure(self.of, n)} - {base}"
        return less if self.as_ == "absolute" else f"({less}) x 100 / |{base}|"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        unit = "" if self.as_ == "absolute" else ", in per cent of the latter"
        return f"{name(self.of)} less {name(self.from_)}{unit}"


@frozen
class Logarithm(Rule):
    """The logarithm of an item to a stated base.

    A higher value has a higher logarithm, so that what is better stays better.

    Fields:
        of: The item, above zero.
        base: The base: `e`, `2` or `10`.

    Example:
        >>> rated("tens: {kind: logarithm, of: lines, base: 10}", "doublings: {kind: logarithm, of: lines, base: 2}",
        ...       lines="1 8 1000")
        lines  tens            doublings
        1      0               0
        8      0.903089986992  3
        1000   3               9.96578428466

    Unit: None; one more is `base` times as much.

    Refused: Texts, and levels without a number; what is zero or less, and an item whose `valid` range reaches there.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 5, which takes
        it of skewed indicators; no edition that comes with the tool uses it.

    Section: 7.2
    """

    kind: ClassVar[str] = "logarithm"
    gives: ClassVar[Gives] = "numbers"
    of: Ref
    base: Literal["e", "2", "10"]

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def column(self, workings: Workings) -> list[Cell]:
        """The logarithm for every organisation."""
        cells: list[Cell] = []
        for n, value in enumerate(workings.exact(self.of)):
            if isinstance(value, Missing):
                cells.append(value)
            elif value > 0:
                cells.append(self.logarithm(value))
            else:
                message = (
                    f"{workings.methodology.called(self.of)} is {workings.said(self.of, n)}, which has no logarithm."
                )
                remedy = "Mend the value: a logarithm is of what is above zero."
                cells.append(workings.refuse(n, "cannot-compute", message, remedy, item=self.of))
        return cells

    def logarithm(self, value: Decimal) -> Decimal:
        """The power of the base that is the value."""
        if self.base == "10":
            return snap(value.log10())
        return snap(value.ln() if self.base == "e" else value.ln() / Decimal(2).ln())

    def why(self, view: View, n: int) -> str:
        """Of which value, to which base."""
        return f"the logarithm of {view.figure(self.of, n)} to base {self.base}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the logarithm of {name(self.of)} to base {self.base}"

    def passes_on(self) -> str | None:
        """The item that it is of: a higher one has a higher logarithm."""
        return self.of

    def shares(self) -> dict[str, Decimal]:
        """The item has it all."""
        return {self.of: ONE}

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """An item that can be zero or less."""
        low = methodology.lowest_possible(self.of)
        if low is None or low > 0:
            return []
        message = f'"{item.id}" is a logarithm, and "{self.of}" can be {number_text(low)}.'
        return [Problem(at, "incompatible", message, "Give it a valid: range above zero, or another kind.")]


@frozen
class Constant(Rule):
    """The same number for every organisation.

    Fields:
        value: The number, or the name of a figure.

    Example:
        >>> rated("standard: {kind: constant, value: 95}", seen="96 94")
        seen  standard
        96    95
        94    95

    Unit: That of the number.

    Refused: Nothing.

    Source: No method's own; used by `ae-four-hour` and `monitor-financial-risk-2011-12`, where a rule wants an item and
        the method states a number.

    Section: 7.2
    """

    kind: ClassVar[str] = "constant"
    gives: ClassVar[Gives] = "numbers"
    value: Number

    def reads(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def may_miss(self, misses: Callable[[str], bool]) -> bool:  # noqa: ARG002 (every kind is asked alike)
        """It is always there."""
        return False

    def column(self, workings: Workings) -> list[Cell]:
        """The number, again and again."""
        return [self.value.value] * workings.size

    def why(self, view: View, n: int) -> str:  # noqa: ARG002 (every kind is asked alike)
        """The number."""
        return f"constant {self.value}"

    def plain(self, name: Callable[[str], str]) -> str:  # noqa: ARG002 (every kind is asked alike)
        """The rule in words."""
        return f"always {self.value}"


@frozen
class FirstAvailable(Rule):
    """The first of several items that is not missing.

    Where every one is missing, the result is missing for the reason of the last. Levels and texts are passed on as they
    are.

    Fields:
        of: The items, the one that counts most first.

    Example:
        >>> rated("best_known: {kind: first-available, of: [published, worked_out]}",
        ...       published="94.9 - -", worked_out="95 96 -")
        published  worked_out  best_known
        94.9       95          94.9
        -          96          96
        -          -           missing (blank)

    Unit: That of the items, which should be the same.

    Refused: Weights, which mean nothing here; items whose values are not of the type of the result, such as texts where
        the item has a scale.

    Source: No method's own; used by `cancer-waits-2024` and `rtt-time-series`, whose tables give a figure in several
        ways.

    Section: 7.2
    """

    kind: ClassVar[str] = "first-available"
    carries: ClassVar[bool] = True
    of: Refs

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return self.of.items

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Only when every one may."""
        return all(misses(item) for item in self.of.items)

    def wants_numbers(self) -> tuple[str, ...]:
        """None: levels may be passed on."""
        return ()

    def hands_on(self) -> tuple[str, ...]:
        """All of them."""
        return self.of.items

    def grounds(self, view: View, n: int) -> Grounds:
        """Those up to the first that is there."""
        return Grounds(self.of.items[: view.kept[n] + 1])

    def column(self, workings: Workings) -> list[Cell]:
        """The first that is there; else missing as the last is."""
        columns = [workings.carried.get(item, workings.cells[item]) for item in self.of.items]
        cells, first = list(columns[0]), [0] * workings.size
        for k, column in enumerate(columns[1:], start=1):
            for n, cell in enumerate(cells):
                if isinstance(cell, Missing):
                    cells[n], first[n] = column[n], k
        workings.keep(first)
        return cells

    def unit_of(self) -> tuple[str, ...]:
        """All of them."""
        return self.of.items

    def why(self, view: View, n: int) -> str:
        """Which one it was."""
        *gone, item = self.of.items[: view.kept[n] + 1]
        before = f" ({', '.join(map(view.name, gone))} missing)" if gone else ""
        return f"{view.name(item)}, the first available{before}"

    def passes_on(self) -> str | None:
        """The item that it is a value of."""
        return self.of.items[0]

    def shares(self) -> dict[str, Decimal]:
        """The first has it all; the others stand in for it."""
        return {self.of.items[0]: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the first available of {', '.join(name(item) for item in self.of.items)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights, which mean nothing here."""
        return no_weights(self.of, self.kind, at)


@frozen
class Weighable(Combination):
    """What the kinds below share: weights that may be left out, and then count alike."""

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Weights of nothing or less, and more parts needed than there are."""
        problems = self.too_many(at)
        if any(not weight.unset and weight.value <= 0 for weight in self.of.weights or ()):
            problems.append(Problem(at, "wrong-type", f"Weights of {self.words} are above zero.", "Mend the weights."))
        return problems


@frozen
class GeometricMean(Weighable):
    """The geometric mean: the product of value to the power of weight, to the power of one over the weights' sum.

    One low value pulls it down further than a plain mean, so that it cannot be made good so easily.

    Fields:
        of: The items, with or without weights; without, they count alike.

    Example:
        >>> rated("geometric: {kind: geometric-mean, of: [a, b]}", "plain: {kind: mean, of: [a, b]}", a="2 1", b="8 9")
        a  b  geometric  plain
        2  8  4          5
        1  9  3          5

    Unit: That of the items.

    Refused: Texts, and levels without a number; a value that is not above zero, and an item that can be zero or less,
        already when the file is loaded; weights that are not above zero; a missing item where `missing` says `refuse`.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 6: geometric
        aggregation. Used by `oecd-technology-achievement-2001`.

    Section: 7.11
    """

    kind: ClassVar[str] = "geometric-mean"
    words: ClassVar[str] = "the geometric mean of"

    def column(self, workings: Workings) -> list[Cell]:
        """The geometric mean for every organisation."""
        cells: list[Cell] = []
        for n, kept in enumerate(gather(workings, self.of, self.missing)):
            if isinstance(kept, Missing):
                cells.append(kept)
                continue
            values, weights = kept
            if min(values) > 0:
                cells.append(self.combine(values, weights))
                continue
            numbers = {item: workings.number(item, n) for item in self.of.items}
            item = next(item for item, number in numbers.items() if not isinstance(number, Missing) and number <= 0)
            message = f"{workings.methodology.called(item)} is not above zero, and a geometric mean needs that."
            remedy = "Mend the value, or combine by a plain mean."
            cells.append(workings.refuse(n, "cannot-compute", message, remedy, item=item))
        return cells

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
        """The geometric mean, by logarithms."""
        logarithms = (value.ln() for value in values)
        return snap((sum(map(mul, weights, logarithms), ZERO) / sum(weights, ZERO)).exp())

    def unit_of(self) -> tuple[str, ...]:
        """The items."""
        return self.of.items

    def why(self, view: View, n: int) -> str:
        """The product and the root."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        if self.of.weights is None:
            return f"({' x '.join(text for _, text in kept)})^(1/{len(kept)}){rest}"
        total = number_text(sum((self.of.weights[k].value for k, _ in kept), ZERO))
        return f"({' x '.join(f'{text}^{self.of.weights[k]}' for k, text in kept)})^(1/{total}){rest}"

    def shares(self) -> dict[str, Decimal]:
        """Each item its weight, in proportion to all."""
        return weight_shares(self.of)

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Also a part that can be zero or less, which makes it impossible."""
        lowest = {f'"{part}"': methodology.lowest_possible(part) for part in self.of.items}
        count_as = self.missing.count_as
        if count_as and not count_as.unset:
            lowest["a missing part"] = count_as.value
        return [
            *Weighable.check(self, item, methodology, at),
            *(
                Problem(
                    at,
                    "incompatible",
                    f'"{item.id}" is a geometric mean, and {part} can be {number_text(low)}.',
                    "Spread its scores above zero, or use a plain mean.",
                )
                for part, low in lowest.items()
                if low is not None and low <= 0
            ),
        ]


@frozen
class WeightedVariance(Weighable):
    """The variance of items about their weighted mean: how much an organisation's own values differ.

    n x sum(w x (x - mean)^2) / ((n - 1) x sum(w)), with the weighted mean; one value alone has none and is missing.

    Fields:
        of: The items, with or without weights; without, they count alike.

    Example:
        >>> rated("spread: {kind: weighted-variance, of: {a: 1, b: 3}}", a="2 5", b="8 5")
        a  b  spread
        2  8  13.5
        5  5  0

    Unit: That of the items, squared.

    Refused: Texts, and levels without a number; weights that are not above zero; a missing item where `missing` says
        `refuse`.

    Source: Centers for Medicare & Medicaid Services, *Medicare 2026 Part C and D Star Ratings Technical Notes*: the
        reward for a high mean with a low variance, in `cms-part-cd-2026`.

    Section: 7.11
    """

    kind: ClassVar[str] = "weighted-variance"
    words: ClassVar[str] = "the weighted variance of"

    def combine(self, values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal | Missing:
        """The variance; one value alone has none."""
        if len(values) < 2:
            return Missing("one value alone has no variance")
        count, total = len(values), sum(weights, ZERO)
        mean = sum(map(mul, weights, values), ZERO) / total
        squares = sum((weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True)), ZERO)
        return snap(count * squares / ((count - 1) * total))

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Also where one value alone may remain."""
        alone = self.missing.does == "leave out" and sum(not misses(item) for item in self.of.items) < 2
        return alone or len(self.of.items) < 2 or Combination.may_miss(self, misses)

    def why(self, view: View, n: int) -> str:
        """The values with their weights."""
        kept, rest = part_texts(view, self.of, self.missing, n)
        weights = self.of.weights
        said = ", ".join(f"{text} (weight {weights[k]})" if weights else text for k, text in kept)
        return f"{self.words} {said}{rest}"

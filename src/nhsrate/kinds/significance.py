"""Significance bands: whether a value differs from a standard by more than chance explains, and to which side."""

from __future__ import annotations

from dataclasses import replace
from decimal import Context as Precision
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Missing, Scale
from nhsrate.core.frozen import frozen
from nhsrate.core.intervals import (
    HUNDRED,
    Dispersion,
    Limits,
    Transform,
    back,
    byar,
    dispersion,
    exact_poisson,
    forward,
    normal_limits,
    widened,
    wilson,
)
from nhsrate.core.numbers import ONE, ZERO, number_text, snap, stated_number
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.kinds.cohorts import Cohort, described, split
from nhsrate.kinds.overdispersion import Overdispersion
from nhsrate.kinds.rule import Grounds, Rule, polarity_problems
from nhsrate.kinds.workings import REFUSED
from nhsrate.language.numbers import Number
from nhsrate.language.records import figures_in
from nhsrate.language.references import ref, reference
from nhsrate.language.tree import Mapping, Node
from nhsrate.language.values import Context, Over, Ref, number_of, scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nhsrate.kinds.workings import Columns, View, Workings
    from nhsrate.rules.model import Item, Methodology


FEW = 10
"""Below so many events the approximate limits of a count are poor."""


@frozen
class Significance(Rule):
    """A level by whether a value differs from a standard by more than chance explains.

    The value is a count `out_of` a number (a proportion), over the number `expected` (a ratio), `per` a size (a rate),
    or a value with its standard `error`. It is set `against` a number or figure, another item, or the `average` of a
    population: all that is counted over all that it is out of; of values with standard errors the plain mean.

    `wilson` (proportions), `byar` and `exact poisson` (ratios and rates) put limits about the value, and ask whether
    the standard lies outside. `normal` (all of them) puts limits about the standard at the organisation's size, which
    makes a funnel, and asks whether the value lies outside. What lies exactly at a limit is inside. A share of nothing
    is missing.

    Under `overdispersion` z scores are taken on a scale where the error does not depend on the value: arcsine for
    proportions, square root for ratios and rates, or for these the natural logarithm, whose error is one over the root
    of the events that the standard leads one to expect.

    Fields:
        of: The count, or the value that has a standard error; its polarity says which side is better.
        against: The standard: a number, the name of a figure, an item, or `average`.
        scale: Three levels for one confidence and two more for each further one, the best first and the middle one for
            no difference.
        method: Which limits are drawn: `wilson`, `byar`, `exact poisson` or `normal`.
        confidence: The confidences in per cent, lowest first, both tails shut out alike: `[95]` or `[95, 99.8]`.
        out_of: The number of which `of` is a part.
        expected: The number of events that was expected.
        per: The size, such as a population, that events are a rate of.
        error: The standard error of the value.
        over: The organisations whose average and spread are taken: `everyone` in the return, or a population; only
            where an average or an overdispersion is asked for.
        times: What the standard is stated in: 100 for per cent.
        under_10: What becomes of fewer than ten events under `byar`: `exact poisson` limits, or `missing`; where
            nothing is said the limits are Byar's as well.
        overdispersion: How the limits of a funnel are widened where organisations differ by more than chance explains.

    Example:
        >>> rated("access: {kind: significance, of: seen, out_of: attended, times: 100, against: 80, scale: levels, "
        ...       "method: wilson, confidence: [95]}",
        ...       levels="better expected worse", better="higher", seen="95 85 16 0", attended="100 100 20 0")
        seen  attended  access
        95    100       better
        85    100       expected
        16    20        expected
        0     0         missing (attended is zero)

    Unit: Levels; confidences are stated in per cent, a trimmed share from 0 to 1.

    Refused: None or several of `out_of`, `expected`, `per` and `error`; a method that does not go with it; a scale that
        does not fit the number of confidences, or one of less than 1 per cent; an average without `over`; an item of
        which nobody says whether higher or lower is better; a part that is larger than its whole, a count below zero, a
        standard error that is not above zero, under exact limits a count that is not whole, and on the logarithm a
        count of zero.

    Source: Wilson, *Probable Inference, the Law of Succession, and Statistical Inference*, Journal of the American
        Statistical Association 22 (1927), 209; Byar's approximation in Breslow and Day, *Statistical Methods in Cancer
        Research*, volume II (1987); Garwood, *Fiducial Limits for the Poisson Distribution*, Biometrika 28 (1936), 437;
        Spiegelhalter, *Funnel Plots for Comparing Institutional Performance*, Statistics in Medicine 24 (2005), 1185,
        and *Handling Over-dispersion of Performance Indicators*, Quality and Safety in Health Care 14 (2005), 347. Used
        by `confederation-model` and `shmi`.

    Section: 7.14
    """

    kind: ClassVar[str] = "significance"
    alone: ClassVar[bool] = False
    gives: ClassVar[Literal["numbers", "levels", "either"]] = "levels"
    of: Ref
    against: Against
    scale: Scale
    method: Literal["wilson", "byar", "exact poisson", "normal"]
    confidence: tuple[Number, ...]
    out_of: Ref | None = None
    expected: Ref | None = None
    per: Ref | None = None
    error: Ref | None = None
    over: Over | None = None
    within: Ref | None = None
    times: Number = Number(ONE)
    under_10: Literal["exact poisson", "missing"] | None = None
    overdispersion: Overdispersion | None = None

    @property
    def logarithmic(self) -> bool:
        """Whether z scores are taken on a logarithm, so that nothing may be zero."""
        return self.overdispersion is not None and self.overdispersion.on == "natural logarithm"

    def seconds(self) -> list[str]:
        """The items that say how large the organisation is, or how exact its value; a sound rule names one."""
        return [item for item in (self.out_of, self.expected, self.per, self.error) if item]

    @property
    def transform(self) -> Transform:
        """The scale on which overdispersion is measured."""
        if self.error:
            return "none"
        if self.out_of:
            return "arcsine"
        return (self.overdispersion and self.overdispersion.on) or "square root"

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (*self.wants_numbers(), self.within) if self.within else self.wants_numbers()

    def wants_numbers(self) -> tuple[str, ...]:
        """All but the cohort, which may be anything."""
        return (self.of, *self.seconds(), *([self.against.item] if self.against.item else []))

    def population(self) -> str:
        """The population that it is over."""
        return self.over or "everyone"

    def cohort(self) -> str | None:
        """The item by which cohorts are made."""
        return self.within

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing: a share of nothing is."""
        return not self.error or self.over not in {None, "everyone"} or any(misses(item) for item in self.reads())

    def column(self, workings: Workings) -> list[Cell]:
        """The level of every organisation: the middle one where chance explains the difference."""
        levels = self.scale.levels
        middle = len(levels) // 2
        better = -1 if workings.polarity(self.of) == "higher" else 1
        found = self.judged(workings)
        workings.keep(found)
        return [judged if isinstance(judged, Missing) else levels[middle + better * judged.beyond] for judged in found]

    def judged(self, workings: Workings) -> list[Judged | Missing]:
        """Every organisation's value beside its standard."""
        cells, cohorts = split(workings, self.of, self.over or "everyone", self.within)
        found: list[Judged | Missing] = [cell if isinstance(cell, Missing) else REFUSED for cell in cells]
        for cohort in cohorts:
            pairs: list[Pair] = []
            for n, count in zip(cohort.members, cohort.values, strict=True):
                second = self.second(workings, n, count)
                if isinstance(second, Missing):
                    found[n] = second
                else:
                    pairs.append(Pair(n, count, second, count if self.error else count / second, ZERO))
            average = average_of(pairs, plain=self.error is not None)
            own: list[Pair] = []
            for pair in pairs:
                standard = self.standard(workings, pair.n, average)
                if isinstance(standard, Missing):
                    found[pair.n] = standard
                else:
                    own.append(replace(pair, standard=standard))
            dispersed = self.dispersed(own)
            for pair in own:
                found[pair.n] = self.judge(workings, pair, cohort, dispersed)
        return found

    def second(self, workings: Workings, n: int, count: Decimal) -> Decimal | Missing:
        """The denominator, expected number or standard error beside a value; what cannot go with it is refused."""
        [item] = self.seconds()
        second = workings.number(item, n)
        if isinstance(second, Missing):
            return second
        called, of = workings.methodology.called(item), workings.methodology.called(self.of)
        whole = self.method == "exact poisson" or (self.under_10 == "exact poisson" and count < FEW)
        wrong, at = "", item
        if self.error:
            wrong = "" if second > 0 else f"{called} is {number_text(second)}, and a standard error is above zero."
        elif second < 0:
            wrong = f"{called} is {number_text(second)}, and cannot be below zero."
        elif count < 0:
            wrong, at = f"{of} is {number_text(count)}, and what is counted cannot be below zero.", self.of
        elif self.out_of and count > second:
            wrong = f"{of} is {number_text(count)}, more than {called}, {number_text(second)}, of which it is a part."
            at = self.of
        elif whole and count % 1:
            wrong = f"{of} is {number_text(count)}, and exact limits are those of a whole number of events."
            at = self.of
        elif self.logarithmic and not count:
            wrong, at = f"{of} is 0, and zero has no logarithm.", self.of
        if wrong:
            return workings.refuse(
                n, "cannot-compute", wrong, "Mend the value, or see whether two are swapped.", item=at
            )
        return second or Missing(f"{workings.name(item)} is zero")

    def standard(self, workings: Workings, n: int, average: Decimal) -> Decimal | Missing:
        """What the value of organisation `n` is set against."""
        if self.against.number:
            return self.against.number.value / self.times.value
        if self.against.item is None:
            return average
        stated = workings.number(self.against.item, n)
        if isinstance(stated, Missing):
            return stated
        if self.possible(stated):
            return stated / self.times.value
        message = f"{workings.methodology.called(self.against.item)} is {number_text(stated)}, which no value can be."
        return workings.refuse(n, "cannot-compute", message, "Mend it, or see times:.", item=self.against.item)

    def possible(self, standard: Decimal) -> bool:
        """Whether a value can be like that: a share lies between 0 and `times`, a rate is not below zero."""
        if self.error:
            return True
        if self.logarithmic:
            return standard > 0
        return ZERO <= standard <= self.times.value if self.out_of else standard >= 0

    def flat_error(self, pair: Pair) -> Decimal:
        """The standard error on the scale of the transform: 1 / (2 sqrt(n)), or as given.

        That of a logarithm is 1 / sqrt(n x standard), where n x standard events are to be expected.
        """
        if self.logarithmic:
            return ONE / (pair.second * pair.standard).sqrt()
        return pair.second if self.error else ONE / (2 * pair.second.sqrt())

    def dispersed(self, pairs: list[Pair]) -> Dispersion | None:
        """How much more these differ than chance explains, where the rule asks for it."""
        if self.overdispersion is None or not pairs:
            return None
        errors = [self.flat_error(pair) for pair in pairs]
        scores = [
            (forward(pair.value, self.transform) - forward(pair.standard, self.transform)) / error
            for pair, error in zip(pairs, errors, strict=True)
        ]
        return dispersion(scores, errors, self.overdispersion.trim.value, self.overdispersion.outer)

    def judge(self, workings: Workings, pair: Pair, cohort: Cohort, dispersed: Dispersion | None) -> Judged | Missing:
        """One value beside its standard."""
        method = (self.under_10 if pair.count < FEW else None) or self.method
        if method == "missing":
            return Missing(f"{workings.told(self.of, pair.n)}, fewer than {FEW} events")
        limits = tuple(self.limits(method, pair, confidence.value, dispersed) for confidence in self.confidence)
        tested = pair.value if method == "normal" else pair.standard
        above = sum(tested > high for _, high in limits)
        below = sum(low is not None and tested < low for low, _ in limits)
        beyond = above - below if method == "normal" else below - above
        return Judged(pair, cohort, method, limits, beyond, dispersed)

    def limits(self, method: str, pair: Pair, confidence: Decimal, dispersed: Dispersion | None) -> Limits:
        """The limits at one confidence, before `times`."""
        match method:
            case "wilson":
                return wilson(pair.count, pair.second, confidence)
            case "byar":
                return over_size(byar(pair.count, confidence), pair.second)
            case "exact poisson":
                return over_size(exact_poisson(int(pair.count), confidence), pair.second)
        if self.overdispersion and dispersed:
            error = widened(self.flat_error(pair), dispersed, self.overdispersion.form)
            ends = normal_limits(forward(pair.standard, self.transform), error, confidence)
            return back(ends[0], self.transform), back(ends[1], self.transform)
        if self.error:
            return normal_limits(pair.standard, pair.second, confidence)
        spread = pair.standard * (ONE - pair.standard) if self.out_of else pair.standard
        low, high = normal_limits(pair.standard, (spread / pair.second).sqrt(), confidence)
        return max(low, ZERO), min(high, ONE) if self.out_of else high

    def sign(self, view: View) -> str:
        """The per cent sign where values and limits are percentages: as their standard, shares times 100, or values."""
        if self.against.item and view.sign(self.against.item):
            return "%"
        if self.error:
            return view.sign(self.of) if self.times.value == 1 else ""
        return "%" if self.out_of and self.times.value == HUNDRED else ""

    def why(self, view: View, n: int) -> str:
        """The value, the standard, and the limits with their method and confidence."""
        judged: Judged = view.kept[n]
        pair, times = judged.pair, self.times.value
        sign = self.sign(view)

        def said(number: Decimal) -> str:
            return f"{short(number * times)}{sign}"

        value = said(pair.value)
        if not self.error:
            factor = "" if times == 1 else f" x {self.times}"
            value = f"{view.figure(self.of, n)} / {view.figure(self.seconds()[0], n)}{factor} = {value}"
        over = described(view, self.over or "everyone", self.within, judged.cohort)
        standard = self.against.called(view) or f"the average over {over}"
        whose = "the standard" if judged.method == "normal" else "the value"
        limits = ", ".join(
            f"{'none' if low is None else said(low)} to {said(high)} ({percent(confidence)})"
            for confidence, (low, high) in zip(self.confidence, judged.limits, strict=True)
        )
        text = f"{value} against {said(pair.standard)} ({standard}); {judged.method} limits of {whose}: {limits}"
        if judged.dispersion:
            phi, tau2 = short(judged.dispersion.phi), short(judged.dispersion.tau2)
            kept = f"{judged.dispersion.kept} z scores"
            text += f", widened for overdispersion ({self.overdispersion}; phi {phi} of {kept}, tau2 {tau2})"
        sides = "higher" if judged.beyond > 0 else "lower"
        at = f"significantly {sides} at {percent(self.confidence[abs(judged.beyond) - 1])}"
        return f"{text}: {at if judged.beyond else 'no significant difference'}"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        words = ("out of", "over the expected", "per", "with the standard error")
        stated = zip(words, (self.out_of, self.expected, self.per, self.error), strict=True)
        second = next(f"{word} {name(item)}" for word, item in stated if item)
        against = str(self.against.number) if self.against.number else "the average"
        against = name(self.against.item) if self.against.item else against
        confidence = " and ".join(map(percent, self.confidence))
        few = f"; under {FEW} events {self.under_10}" if self.under_10 else ""
        times = "" if self.times.value == 1 else f", times {self.times}"
        over = f" over {self.over}" if self.over else ""
        cohorts = f" within each {name(self.within)}" if self.within else ""
        wide = f"; limits widened for overdispersion ({self.overdispersion})" if self.overdispersion else ""
        limits = f"{self.method} limits at {confidence}{few}{wide}"
        levels = f"; of the levels of {self.scale.name} the middle one is no difference"
        return f"{name(self.of)} {second}{times} against {against}{over}{cohorts}, {limits}{levels}"

    def grounds(self, view: View, n: int) -> Grounds:  # noqa: ARG002 (every kind is asked alike)
        """All that it works on; `times` matters where a standard is stated, since an average has none."""
        stated = self.times if self.against != Against() else None
        trim = self.overdispersion.trim if self.overdispersion else None
        return Grounds(self.reads(), figures_in((self.against.number, stated, *self.confidence, trim)))

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return True

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """Parts that do not go together, numbers that cannot be, and a scale that does not fit the confidences."""
        faults = [*self.mismatches(), *self.odd_numbers()]
        problems = [Problem(at, code, message, remedy) for code, message, remedy in faults]
        return [*polarity_problems(item, self.of, methodology, at), *problems]

    def mismatches(self) -> Iterator[tuple[str, str, str]]:
        """The parts that do not go together."""
        if len(self.seconds()) != 1:
            yield "missing-key", "One of out_of, expected, per and error must be given, and only one.", "Give one."
        elif not {"wilson": self.out_of, "normal": True}.get(self.method, self.expected or self.per):
            goes = "out_of" if self.method == "wilson" else "expected or per"
            yield "incompatible", f"{self.method} limits go with {goes}.", "Use another method, such as normal."
        if self.under_10 and self.method != "byar":
            yield "incompatible", "under_10 goes with byar.", "Remove it, or say method: byar."
        if self.overdispersion and self.method != "normal":
            yield "incompatible", "Overdispersion widens the limits of a funnel.", "Say method: normal."
        if self.overdispersion and self.overdispersion.on and not (self.expected or self.per):
            yield "incompatible", "on: goes with ratios and rates: expected or per.", "Remove on:."
        population = self.against == Against() or self.overdispersion
        if population and self.over is None:
            yield "missing-key", '"over" must be given here: an average and a spread are of a population.', "Add over:."
        if (self.over or self.within) and not population:
            yield "incompatible", "A stated standard needs no population.", "Remove over: and within:, or say average."
        stated = len(self.confidence)
        if len(self.scale.levels) != 2 * stated + 1:
            wanted = f"{2 * stated + 1} levels for {stated} of confidence"
            yield "incompatible", f"The scale {self.scale.name} needs {wanted}.", "The middle one is no difference."

    def odd_numbers(self) -> Iterator[tuple[str, str, str]]:
        """The numbers that cannot be; a figure that is still to be set can be anything."""
        trim = self.overdispersion.trim if self.overdispersion else Number(ZERO)
        if not trim.unset and not 0 <= trim.value < Decimal("0.5"):
            yield "wrong-type", "The share that is trimmed lies from 0 to below 0.5.", "Such as 0.1."
        standard = self.against.number
        if not self.times.unset and self.times.value <= 0:
            yield "wrong-type", "times is above zero.", "Such as 100."
        elif standard and not standard.unset and not self.times.unset and not self.possible(standard.value):
            yield "wrong-type", f"No value can be {standard}.", "Mend it, or see times: (100 for per cent)."
        stated = [number.value for number in self.confidence if not number.unset]
        if not self.confidence or stated != sorted(set(stated)) or not all(0 < value < HUNDRED for value in stated):
            yield "wrong-type", "Confidences are per cent, and rise between 0 and 100.", "Such as [95, 99.8]."
        elif stated and stated[0] < 1:
            yield "wrong-type", f"A confidence of {number_text(stated[0])} is less than one per cent.", "Such as [95]."


SIX_DIGITS = Precision(prec=6)


@frozen
class Against:
    """What values are set against: a number, another item, or where neither is there the average."""

    number: Number | None = None
    item: str | None = None

    @classmethod
    def from_node(cls, node: Node, context: Context) -> Against:
        """`average`, a number or the name of a figure, or an item."""
        if isinstance(node, Mapping):
            return cls(item=ref(node, context))
        word = scalar(node, context)
        if word.text == "average":
            return cls()
        if stated_number(word.text) is not None or word.text in context.figures:
            return cls(number=number_of(word.text, word.at, context))
        return cls(item=reference(word.text, word.at, context))

    def called(self, columns: Columns) -> str:
        """What a stated standard is called; nothing where it is the average."""
        if self.number:
            return self.number.figure or "the standard"
        return columns.name(self.item) if self.item else ""


@frozen
class Pair:
    """What one organisation brings: its count and of how many, or its value and the standard error; and its standard.

    `value` and `standard` are before `times`.
    """

    n: int
    count: Decimal
    second: Decimal
    value: Decimal
    standard: Decimal


@frozen
class Judged:
    """A value beside its standard: by which method, the limits at each confidence, and outside how many of them it is.

    `beyond` counts upwards: 2 is significantly higher at two confidences, -1 significantly lower at one.
    """

    pair: Pair
    cohort: Cohort
    method: str
    limits: tuple[Limits, ...]
    beyond: int
    dispersion: Dispersion | None


def average_of(pairs: Sequence[Pair], *, plain: bool) -> Decimal:
    """All that is counted over all that it is out of; of values with standard errors the plain mean."""
    whole = Decimal(len(pairs)) if plain else sum((pair.second for pair in pairs), ZERO)
    return snap(sum((pair.count for pair in pairs), ZERO) / whole) if pairs else ZERO


def over_size(limits: Limits, size: Decimal) -> Limits:
    """Limits of a count as limits of a ratio or rate."""
    low, high = limits
    return (None if low is None else snap(low / size)), snap(high / size)


def short(number: Decimal) -> str:
    """A number with 6 significant digits."""
    return number_text(SIX_DIGITS.plus(number))


def percent(number: Number) -> str:
    """A number of per cent, with the figure that it is."""
    return f"{number_text(number.value)} %" + (f" ({number.figure})" if number.figure else "")

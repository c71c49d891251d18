"""Kinds that place a value among those of a population: standardise, scale, percentile rank, winsorise."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal, assert_never

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.moments import Moments, moments
from nhsrate.core.numbers import ONE, ZERO, number_text, snap
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.quantiles import Definition, quantile
from nhsrate.kinds.cohorts import Among, Cohort, Statistic
from nhsrate.kinds.rule import UNBOUNDED, polarity_problems
from nhsrate.kinds.workings import REFUSED
from nhsrate.language.numbers import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nhsrate.kinds.workings import Columns, View, Workings
    from nhsrate.rules.model import Item, Methodology

Reverse = Literal["by polarity", "always", "never"]
HUNDRED = Decimal(100)
BILLION = Decimal(1_000_000_000)


@frozen(kw_only=True)
class Turned(Statistic):
    """What the kinds share whose results can be turned, always or where lower is better."""

    reverse: Reverse = "never"

    def turns(self, methodology: Methodology) -> bool:
        """Whether a result is turned: by the polarity of the item, since the result's own is that of the result."""
        by_polarity = self.reverse == "by polarity" and methodology.polarity_of(self.of) == "lower"
        return by_polarity or self.reverse == "always"

    def passes_on(self) -> str | None:
        """Unless it turns them, higher and lower mean what they mean in its values."""
        return self.of if self.reverse == "never" else None

    def turned_up(self) -> bool:
        """Turned by polarity, higher means better."""
        return self.reverse == "by polarity"

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return self.reverse == "by polarity"

    def turned_words(self) -> str:
        """Whether it turns them, in words."""
        return "" if self.reverse == "never" else f", turned {self.reverse}"

    def flat(self, columns: Columns, cohort: Cohort) -> Missing:
        """Why there is no result where all values are one."""
        return Missing(f"{columns.name(self.of)} has no spread over {self.described(columns, cohort)}")

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Turning by polarity needs one."""
        if self.reverse != "by polarity" or methodology.polarity_of(self.of) is not None:
            return []
        message = f"Whether a higher or lower {self.of} is better is not said."
        return [Problem(at, "missing-key", message, "Add polarity:.")]


def no_size(to: Number, at: LineLocation) -> list[Problem]:
    """A scale that has no size, or would stand on its head."""
    if to.unset or to.value > 0:
        return []
    return [Problem(at, "wrong-type", "to: is the size of the scale, and above zero.", "Such as 1 or 100.")]


@frozen(kw_only=True)
class Standardise(Turned):
    """How many standard deviations a value lies from the mean of its population: its z score.

    z = (value - mean) / sd. Where the values are all equal there is no spread, and the result is missing.

    Fields:
        of: The item whose values are standardised.
        sd: Whether the standard deviation is that of a sample (`n-1`) or of the population (`n`).
        reverse: Whether the sign is turned: `by polarity` where lower is better, so that higher always means better;
            `always` or `never`.

    Example:
        >>> rated("z: {kind: standardise, of: score, over: everyone, sd: n-1}", score="1 3 5 -")
        score  z
        1      -1
        3      0
        5      1
        -      missing (blank)

    Unit: Standard deviations.

    Refused: Texts, and levels without a number; `reverse: by polarity` of an item of which nobody says whether higher
        or lower is better.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 5:
        standardisation. Used by `cms-hospital-stars-2021`, after Centers for Medicare & Medicaid Services, *Overall
        Hospital Quality Star Rating* (2021).

    Section: 7.10
    """

    kind: ClassVar[str] = "standardise"
    sd: Literal["n-1", "n"]

    def may_miss(self, misses: Callable[[str], bool]) -> bool:  # noqa: ARG002 (every kind is asked alike)
        """Values that are all equal have no spread, so it always may be."""
        return True

    def moments(self, cohort: Cohort) -> Moments | None:
        """The mean and the standard deviation; nothing where there is no spread."""
        return moments(cohort.values, 1 if self.sd == "n-1" else 0)

    def column(self, workings: Workings) -> list[Cell]:
        """The z score of every organisation."""
        cells, found = self.worked(workings, self.moments)
        turned = self.turns(workings.methodology)
        for cohort, spread in found:
            flat = self.flat(workings, cohort)
            size = len(cohort.members)
            scores: Sequence[Cell] = spread.scores(cohort.values, turned=turned) if spread else [flat] * size
            for n, score in zip(cohort.members, scores, strict=True):
                cells[n] = score
        return cells

    def drift(self, by: Mapping[str, Decimal], view: View) -> Decimal:
        """Nothing to speak of, where no value moves by a billionth of the deviation."""
        cohorts: Mapping[Cell, Among[Moments | None]] = view.kept
        if self.within in by:
            return UNBOUNDED
        far = by[self.of] * BILLION
        return ZERO if all(one.found and far < one.found.deviation for one in cohorts.values()) else UNBOUNDED

    def why(self, view: View, n: int) -> str:
        """The value, the mean and the standard deviation."""
        among = self.among(view, n)
        value, sign = view.figure(self.of, n), view.sign(self.of)
        middle, spread = (f"{number_text(one)}{sign}" for one in (among.found.mean, among.found.deviation))
        less = f"{middle} - {value}" if self.turns(view.methodology) else f"{value} - {middle}"
        whose = f"of {among.size} over {self.described(view, among)}"
        return f"({less}) / {spread}; mean and standard deviation ({self.sd}) {whose}"

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """Below the mean is below zero: any z score can be."""
        return -ONE

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        how = f"(standard deviation with {self.sd}){self.turned_words()}"
        return f"{name(self.of)} standardised over {self.each(name)} {how}"


@frozen(kw_only=True)
class PercentileRank(Turned):
    """Where a value stands among those of its population, as a share from 0 to `to`.

    Rank 1 is the lowest value. Where ranks count from zero, one value alone has none and is missing.

    Fields:
        of: The item whose values are ranked.
        form: Which rank is meant: `low / n` and `high / n` are the lowest and the highest rank of a tie over n, `middle
            / n` their mean less a half, and `from zero` is (lowest rank - 1) / (n - 1).
        to: The size of the scale, above zero: 100 for percentiles, 1 for shares.
        reverse: Whether ranks count from the other end: `by polarity` where lower is better, so that higher always
            means better; `always` or `never`.

    Example:
        >>> rated("low: {kind: percentile-rank, of: score, over: everyone, form: low / n}",
        ...       "high: {kind: percentile-rank, of: score, over: everyone, form: high / n}",
        ...       "middle: {kind: percentile-rank, of: score, over: everyone, form: middle / n}",
        ...       "from_zero: {kind: percentile-rank, of: score, over: everyone, form: from zero, to: 1}",
        ...       score="1 3 3 5 9")
        score  low  high  middle  from_zero
        1      20   20    10      0
        3      40   60    40      0.25
        3      40   60    40      0.25
        5      80   80    70      0.75
        9      100  100   90      1

    Unit: From 0 to `to`: per cent of the population as it stands.

    Refused: Texts, and levels without a number; `reverse: by polarity` of an item of which nobody says whether higher
        or lower is better.

    Source: `from zero` is PERCENT_RANK and `high / n` CUME_DIST of SQL; `middle / n` is Hazen's plotting position
        (1914). No edition that comes with the tool uses it.

    Section: 7.10
    """

    kind: ClassVar[str] = "percentile-rank"
    monotone: ClassVar[tuple[str, ...]] = ("of",)
    carries: ClassVar[bool] = True
    form: Literal["low / n", "high / n", "middle / n", "from zero"]
    to: Number = Number(HUNDRED)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Whether the result may be missing."""
        return self.form == "from zero" or Statistic.may_miss(self, misses)

    def share(self, ordered: list[Decimal], value: Decimal, *, turned: bool) -> Decimal | None:
        """The share from 0 to 1; nothing for one alone where ranks count from zero."""
        n = len(ordered)
        low, high = bisect_left(ordered, value) + 1, bisect_right(ordered, value)
        if turned:
            low, high = n + 1 - high, n + 1 - low
        match self.form:
            case "low / n":
                return Decimal(low) / n
            case "high / n":
                return Decimal(high) / n
            case "middle / n":
                return Decimal(low + high - 1) / (2 * n)
            case "from zero":
                return Decimal(low - 1) / (n - 1) if n > 1 else None
            case never:
                assert_never(never)

    def column(self, workings: Workings) -> list[Cell]:
        """The percentile rank of every organisation."""
        cells, found = self.worked(workings, lambda _: None)
        turned = self.turns(workings.methodology)
        for cohort, _ in found:
            ordered = sorted(cohort.values)
            for n, value in zip(cohort.members, cohort.values, strict=True):
                share = self.share(ordered, value, turned=turned)
                cells[n] = Missing("the only one ranked") if share is None else self.to.value * share
        return cells

    def why(self, view: View, n: int) -> str:
        """The value among how many."""
        among = self.among(view, n)
        whose = f"among {among.size} over {self.described(view, among)}"
        return f"{view.told(self.of, n)}, {whose}, {self.form}, times {self.to}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """A polarity where the turn needs one, and a size."""
        return [*Turned.check(self, item, methodology, at), *no_size(self.to, at)]

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """Zero only where ranks count from it."""
        return ZERO if self.form == "from zero" else None

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        how = f"({self.form}), times {self.to}{self.turned_words()}"
        return f"the percentile rank of {name(self.of)} over {self.each(name)} {how}"


@frozen(kw_only=True)
class Winsorise(Statistic):
    """A value brought to the quantiles of its population where it lies beyond them.

    No value is dropped: what lies outside is set to the nearer end, so that a few far values do not stretch a scale.

    Fields:
        of: The item whose values are kept in.
        low: The share from 0 to 1 whose quantile is the lower end, such as 0.00125.
        high: The share from 0 to 1 whose quantile is the upper end, such as 0.99875.
        definition: How a quantile is found between two values, as in `quantile-bands`.

    Example:
        >>> rated("kept: {kind: winsorise, of: score, over: everyone, low: 0.25, high: 0.75, definition: linear}",
        ...       score="1 3 4 5 90")
        score  kept
        1      3
        3      3
        4      4
        5      5
        90     5

    Unit: That of the item.

    Refused: Texts, and levels without a number; shares that do not rise between 0 and 1.

    Source: Tukey, *The Future of Data Analysis*, The Annals of Mathematical Statistics 33 (1962), 1, who names it after
        Winsor. No edition that comes with the tool uses it.

    Section: 7.10
    """

    kind: ClassVar[str] = "winsorise"
    low: Number
    high: Number
    definition: Definition

    def ends(self, cohort: Cohort) -> tuple[Decimal, Decimal]:
        """The quantiles to which values are brought."""
        ordered = sorted(cohort.values)
        return quantile(ordered, self.low.value, self.definition), quantile(ordered, self.high.value, self.definition)

    def column(self, workings: Workings) -> list[Cell]:
        """The value of every organisation, within the ends."""
        cells, found = self.worked(workings, self.ends)
        for cohort, (low, high) in found:
            for n, value in zip(cohort.members, cohort.values, strict=True):
                cells[n] = min(max(value, low), high)
        return cells

    def unit_of(self) -> tuple[str, ...]:
        """The item."""
        return (self.of,)

    def why(self, view: View, n: int) -> str:
        """The value and the ends."""
        low, high = (f"{number_text(end)}{view.sign(self.of)}" for end in self.among(view, n).found)
        return f"{view.told(self.of, n)}, kept between {low} and {high} ({self.definition} quantiles)"

    def passes_on(self) -> str | None:
        """The item that it is a value of."""
        return self.of

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """As low as its values can be."""
        return methodology.lowest_possible(self.of)

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return (
            f"{name(self.of)}, kept between the {self.low} and {self.high} "
            f"{self.definition} quantiles over {self.each(name)}"
        )

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """Shares in order."""
        if self.low.unset or self.high.unset or ZERO <= self.low.value < self.high.value <= ONE:
            return []
        return [Problem(at, "thresholds", "The shares must rise between 0 and 1.", "Such as 0.005 and 0.995.")]


@frozen(kw_only=True)
class Relative(Statistic):
    """A value over a peer value: the best, the mean or the median of its population, or that of a named organisation.

    A ratio is missing where what it is to is zero or less, and everything where the named organisation has no value.

    Fields:
        of: The item whose values are set against their peer.
        to: The peer: the `best` value by polarity, the `mean`, the `median`, or that of an `organisation`.
        organisation: The code of the organisation that is the peer, under `to: organisation`; it must stand in the
            return, and may be outside the population.
        as: Whether the result is the `ratio` to the peer or the `difference` from it.

    Example:
        >>> rated("to_best: {kind: relative, of: score, over: everyone, to: best}",
        ...       "off_mean: {kind: relative, of: score, over: everyone, to: mean, as: difference}",
        ...       "off_b: {kind: relative, of: score, over: everyone, to: organisation, organisation: B, "
        ...       "as: difference}",
        ...       better="higher", score="1 4 10")
        score  to_best  off_mean  off_b
        1      0.1      -4        -3
        4      0.4      -1        0
        10     1        5         6

    Unit: None as a ratio, which is 1 at the peer; that of the item as a difference.

    Refused: Texts, and levels without a number; `to: best` of an item of which nobody says whether higher or lower is
        better; `to: organisation` without its code, or one that does not stand in the return.

    Source: OECD and Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008), step 5: distance to
        a reference, which may be a leading country. No edition that comes with the tool uses it.

    Section: 7.10
    """

    kind: ClassVar[str] = "relative"
    carries: ClassVar[bool] = True
    to: Literal["best", "mean", "median", "organisation"]
    as_: Literal["ratio", "difference"] = "ratio"
    organisation: str = ""

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """A ratio needs something above zero to be to, so that it always may be; and the peer may have no value."""
        return self.as_ == "ratio" or Statistic.may_miss(self, misses)

    def peer(self, workings: Workings, values: list[Decimal]) -> Decimal | Missing:
        """The value that others are set against."""
        match self.to:
            case "best":
                return min(values) if workings.polarity(self.of) == "lower" else max(values)
            case "mean":
                return snap(sum(values, ZERO) / len(values))
            case "median":
                return quantile(sorted(values), Decimal("0.5"), "linear")
            case "organisation":
                n = self.named(workings.labels)
                own = REFUSED if n is None else workings.number(self.of, n)
                return own.through(self.organisation) if isinstance(own, Missing) and n is not None else own
            case never:
                assert_never(never)

    def named(self, labels: Sequence[str]) -> int | None:
        """Which organisation the peer is; nothing where there is none of that code."""
        wanted = self.organisation.casefold()
        return next((n for n, label in enumerate(labels) if label.casefold() == wanted), None)

    def column(self, workings: Workings) -> list[Cell]:
        """The ratio or difference of every organisation."""
        cells, found = self.worked(workings, lambda cohort: self.peer(workings, cohort.values))
        for cohort, peer in found:
            for n, value in zip(cohort.members, cohort.values, strict=True):
                cells[n] = self.against(workings, n, value, peer)
        return cells

    def against(self, workings: Workings, n: int, value: Decimal, peer: Decimal | Missing) -> Cell:
        """The ratio or difference of one value."""
        if peer is REFUSED:
            of = workings.methodology.called(self.of)
            message = f"{of} is set against that of {self.organisation}, which does not stand in the return."
            return workings.refuse(n, "cannot-compute", message, "Mend organisation:, or rate a return that has it.")
        if isinstance(peer, Missing):
            return peer
        if self.as_ == "difference":
            return value - peer
        return value / peer if peer > 0 else Missing(f"{self.whose()} is not above zero")

    def whose(self) -> str:
        """What the peer is, in words."""
        return f"that of {self.organisation}" if self.to == "organisation" else f"the {self.to}"

    def why(self, view: View, n: int) -> str:
        """The value and its peer."""
        among = self.among(view, n)
        sign = "/" if self.as_ == "ratio" else "-"
        peer = f"{number_text(among.found)}{view.sign(self.of)}"
        over = "" if self.to == "organisation" else f" over {self.described(view, among)}"
        return f"{view.figure(self.of, n)} {sign} {peer}, {self.whose()}{over}"

    def passes_on(self) -> str | None:
        """The item that it is a value of."""
        return self.of

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return self.to == "best"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"{name(self.of)} as a {self.as_} to {self.whose()} over {self.each(name)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """The best needs a polarity, and an organisation its code."""
        if (self.to == "organisation") != bool(self.organisation):
            message = "to: organisation and the code of one under organisation: go together."
            return [Problem(at, "missing-key", message, "Such as to: organisation, organisation: RJ1.")]
        return polarity_problems(item, self.of, methodology, at) if self.to == "best" else []

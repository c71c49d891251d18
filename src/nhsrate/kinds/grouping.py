"""Kinds that group or admit: clusters within cohorts, the gate of an indicator, the weight that was really used."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from nhsrate.core.cells import Cell, Missing, Scale, missing_in
from nhsrate.core.clusters import bin_median_seeds, hartigan_wong, lloyd, middles_of
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, ZERO, number_text
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.quantiles import Definition
from nhsrate.kinds.cohorts import Cohort, Statistic
from nhsrate.kinds.combining import WeightedMean
from nhsrate.kinds.members import present_figures, stated_weights
from nhsrate.kinds.rule import Gives, Grounds, Rule
from nhsrate.language.numbers import Number
from nhsrate.language.records import figures_in
from nhsrate.language.values import Over, Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nhsrate.kinds.workings import Columns, View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class SecondRun:
    """A second run that starts from the centres of the first; with `trim`, far values do not move a centre.

    Fields:
        trim: Values farther than this from their nearest centre are left out of the means; under `lloyd` only.
    """

    trim: Number | None = None


@frozen(kw_only=True)
class Clusters(Statistic):
    """A level by which of k clusters a value falls into; k is the number of levels.

    One-dimensional k-means. The seeds are the medians of k bins, cut at the named quantiles and closed on the right.
    `lloyd` gives each value to the nearest centre (a tie goes to the lower one) and moves the centres to the means,
    until they stop changing exactly or for so many `rounds`. `hartigan-wong` is algorithm AS 136, whose result depends
    on the order of the values: that of the organisations' codes. Where ties leave fewer clusters than levels, they are
    counted from the worst level.

    Fields:
        of: The item whose values are clustered.
        scale: The levels, one for each cluster.
        algorithm: How values and centres find each other: `lloyd` or `hartigan-wong`.
        quantile: How the bins of the seeds are cut between two values, as the definitions of `quantile-bands`.
        best: Whether the `highest` or the `lowest` centre is the best level.
        rounds: After how many rounds it stops at the latest.
        second_run: `{}` starts again from the centres that were found; `{trim: 1}` also leaves far values out of the
            means.

    Example:
        >>> rated("stars: {kind: clusters, of: score, over: everyone, scale: levels, algorithm: lloyd, "
        ...       "quantile: averaged inverted cdf, best: highest}", levels="3 2 1", score="1 2 7 9 30 -")
        score  stars
        1      1
        2      1
        7      2
        9      2
        30     3
        -      missing (blank)

    Unit: Levels; `trim` has the unit of the item.

    Refused: Texts, and levels without a number; `trim` under `hartigan-wong`; `rounds` and `trim` that are not above
        zero.

    Source: Lloyd, *Least Squares Quantization in PCM*, IEEE Transactions on Information Theory 28 (1982), 129; Hartigan
        and Wong, *Algorithm AS 136: A K-Means Clustering Algorithm*, Applied Statistics 28 (1979), 100. Seeds and
        second run are those of Centers for Medicare & Medicaid Services, *Overall Hospital Quality Star Rating* (2021),
        in `cms-hospital-stars-2021`.

    Section: 7.13
    """

    kind: ClassVar[str] = "clusters"
    gives: ClassVar[Gives] = "levels"
    scale: Scale
    algorithm: Literal["lloyd", "hartigan-wong"]
    quantile: Definition
    best: Literal["highest", "lowest"]
    rounds: int = 1000
    second_run: SecondRun | None = None

    def clustered(self, workings: Workings, cohort: Cohort) -> tuple[list[int], list[Decimal]]:
        """Which cluster each member is in, and the centres in ascending order, which clusters are counted by."""
        ordered = sorted(cohort.values)
        seeds = bin_median_seeds(ordered, len(self.scale.levels), self.quantile)
        if self.algorithm == "lloyd":
            centres = lloyd(ordered, seeds, rounds=self.rounds)
            if self.second_run:
                trim = self.second_run.trim.value if self.second_run.trim else None
                centres = lloyd(ordered, centres, rounds=self.rounds, trim=trim)
            middles = middles_of(centres)
            return [bisect_left(middles, value) for value in cohort.values], centres
        by_code = sorted(range(len(cohort.members)), key=lambda k: workings.labels[cohort.members[k]])
        values = [cohort.values[k] for k in by_code]
        own, centres = hartigan_wong(values, seeds, rounds=self.rounds)
        if self.second_run:
            own, centres = hartigan_wong(values, centres, rounds=self.rounds)
        clusters = [0] * len(values)
        for k, cluster in zip(by_code, own, strict=True):
            clusters[k] = cluster
        return clusters, centres

    def column(self, workings: Workings) -> list[Cell]:
        """The level of every organisation."""
        cells, found = self.worked(workings, lambda cohort: self.clustered(workings, cohort))
        worst_first = tuple(reversed(self.scale.levels))
        for cohort, (clusters, centres) in found:
            levels = worst_first[: len(centres)]
            if self.best == "lowest":
                levels = levels[::-1]
            for n, cluster in zip(cohort.members, clusters, strict=True):
                cells[n] = levels[cluster]
        return cells

    def why(self, view: View, n: int) -> str:
        """The value, and the centres it was nearest to one of."""
        among = self.among(view, n)
        sign = view.sign(self.of)
        said = ", ".join(f"{number_text(centre, 6)}{sign}" for centre in among.found[1])
        return (
            f"{view.told(self.of, n)}; the centres are {said} "
            f"({self.algorithm}, {among.size} values over {self.described(view, among)})"
        )

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        again = ""
        if self.second_run:
            trim = (
                f", leaving out values farther than {self.second_run.trim} from a centre"
                if self.second_run.trim
                else ""
            )
            again = f", run twice{trim}"
        rounds = f", at most {self.rounds} rounds"
        return (
            f"{name(self.of)} in {len(self.scale.levels)} clusters ({self.scale.name}) over {self.each(name)} "
            f"(k-means by {self.algorithm}, from the medians of bins cut at {self.quantile} quantiles{rounds}{again}); "
            f"the {self.best} centre is the best"
        )

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """A trim goes with Lloyd's iteration only, and both it and the rounds are above zero."""
        trim = self.second_run.trim if self.second_run else None
        if self.rounds < 1 or (trim is not None and not trim.unset and trim.value <= 0):
            message = "rounds: and trim: are above zero."
            return [Problem(at, "wrong-type", message, "Mend them, or leave them out.")]
        if self.algorithm == "hartigan-wong" and self.second_run and self.second_run.trim:
            return [Problem(at, "wrong-type", "trim: has no meaning under hartigan-wong.", "Remove it, or use lloyd.")]
        return []


@frozen
class Reported(Rule):
    """An indicator, if enough organisations report it; else missing for all: the gate of an indicator.

    One bound says how many are enough.

    Fields:
        of: The indicator, which is passed on as it is.
        above: More organisations than this must report it.
        at_least: So many organisations or more must report it.

    Example:
        >>> rated("common_kept: {kind: reported, of: common, over: everyone, at_least: 2}",
        ...       "rare_kept: {kind: reported, of: rare, over: everyone, above: 1}", common="1 2 -", rare="5 - -")
        common  rare  common_kept      rare_kept
        1       5     1                missing (rare is reported by only 1)
        2       -     2                missing (rare is reported by only 1)
        -       -     missing (blank)  missing (rare is reported by only 1)

    Unit: That of the indicator; `above` and `at_least` count organisations.

    Refused: Both bounds, or none; a text or a date, and a level unless `scale` is its own.

    Source: Centers for Medicare & Medicaid Services, *Overall Hospital Quality Star Rating* (2021): a measure counts
        when more than 100 hospitals report it, in `cms-hospital-stars-2021`.

    Section: 7.12
    """

    kind: ClassVar[str] = "reported"
    alone: ClassVar[bool] = False
    of: Ref
    over: Over
    above: Number | None = None
    at_least: Number | None = None

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of,)

    def population(self) -> str:
        """The population that it is over."""
        return self.over

    def may_miss(self, misses: Callable[[str], bool]) -> bool:  # noqa: ARG002 (every kind is asked alike)
        """The whole column may be."""
        return True

    def wants_numbers(self) -> tuple[str, ...]:
        """None: anything may be passed on."""
        return ()

    def reporting(self, workings: Workings) -> tuple[int, bool]:
        """How many report it, and whether that is enough."""
        column = workings.cells[self.of]
        cells = column if self.over == "everyone" else [column[n] for n in workings.over(self.over)]
        number = len(cells) - missing_in(cells)
        enough = number > self.above.value if self.above else self.at_least is None or number >= self.at_least.value
        return number, enough

    def column(self, workings: Workings) -> list[Cell]:
        """The indicator, or nothing."""
        number, enough = self.reporting(workings)
        workings.keep(number)
        if enough:
            column = workings.cells[self.of]
            return column if isinstance(column, list) else list(column)
        return [Missing(f"{workings.name(self.of)} is reported by only {number}")] * workings.size

    def unit_of(self) -> tuple[str, ...]:
        """The indicator."""
        return (self.of,)

    def drift(self, by: Mapping[str, Decimal], view: View) -> Decimal:  # noqa: ARG002 (every kind is asked alike)
        """It is passed on as it is."""
        return by[self.of]

    def why(self, view: View, n: int) -> str:
        """How many report it."""
        return f"{view.told(self.of, n)}, reported by {view.kept}"

    def gap_figures(self) -> tuple[str, ...]:
        """How many must report it."""
        return figures_in(self)

    def hands_on(self) -> tuple[str, ...]:
        """The indicator."""
        return (self.of,)

    def passes_on(self) -> str | None:
        """The item that it is a value of."""
        return self.of

    def lowest(self, item: Item, methodology: Methodology) -> Decimal | None:  # noqa: ARG002 (every kind is asked alike)
        """As low as its values can be."""
        return methodology.lowest_possible(self.of)

    def shares(self) -> dict[str, Decimal]:
        """The indicator has it all."""
        return {self.of: ONE}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        needed = f"more than {self.above}" if self.above else f"at least {self.at_least}"
        return f"{name(self.of)}, if {needed} organisations of {self.over} report it"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """One bound, and one only."""
        if bool(self.above) != bool(self.at_least):
            return []
        return [Problem(at, "missing-key", "How many must report it is not said once.", "Give above: or at_least:.")]


@frozen
class WeightUsed(Rule):
    """The share that an item really had in a weighted mean, after the weights of missing ones were shared out.

    Missing where the item or the mean is.

    Fields:
        of: The item that was weighted.
        in: The weighted mean that it was weighted in.

    Example:
        >>> rated("summary: {kind: weighted-mean, of: {a: 25, b: 75}, missing: leave out}",
        ...       "a_weight: {kind: weight-used, of: a, in: summary}", a="4 4", b="8 -")
        a  b  summary  a_weight
        4  8  7        0.25
        4  -  4        1

    Unit: A share from 0 to 1.

    Refused: An `in` that is not a weighted mean of `of`.

    Source: Centers for Medicare & Medicaid Services, *Overall Hospital Quality Star Rating* (2021), which publishes the
        weight of each group beside each hospital's score; used by `cms-hospital-stars-2021`.

    Section: 7.12
    """

    kind: ClassVar[str] = "weight-used"
    carries: ClassVar[bool] = True
    of: Ref
    in_: Ref

    def reads(self) -> tuple[str, ...]:
        """The items it needs."""
        return (self.of, self.in_)

    def may_miss(self, misses: Callable[[str], bool]) -> bool:
        """Missing where its item is."""
        return misses(self.of) or misses(self.in_)

    def wants_numbers(self) -> tuple[str, ...]:
        """The item that was weighted."""
        return (self.of,)

    def mean(self, columns: Columns) -> WeightedMean:
        """The mean that the item is weighted in."""
        rule = columns.methodology.items[self.in_].rule
        assert isinstance(rule, WeightedMean)  # noqa: S101 (checked when the file was loaded)
        return rule

    def own(self, columns: Columns) -> Decimal:
        """The item's stated weight."""
        of = self.mean(columns).of
        return stated_weights(of)[of.items.index(self.of)]

    def present(self, workings: Workings) -> list[Decimal]:
        """The sum of the weights of the items that each organisation has: one for all parts of a mean."""
        mean = self.mean(workings)

        def add_up() -> list[Decimal]:
            totals = [ZERO] * workings.size
            for item, weight in zip(mean.of.items, stated_weights(mean.of), strict=True):
                for n, cell in enumerate(workings.cells[item]):
                    if type(cell) is not Missing:
                        totals[n] += weight
            return totals

        return workings.once(("weights present", self.in_), add_up)

    def column(self, workings: Workings) -> list[Cell]:
        """The share from 0 to 1 for every organisation."""
        own, totals = self.own(workings), self.present(workings)
        workings.keep(totals)
        share_of = {total: own / total for total in set(totals) if total}
        return [
            cell if isinstance(cell, Missing) else whole if isinstance(whole, Missing) else share_of[total]
            for cell, whole, total in zip(workings.cells[self.of], workings.cells[self.in_], totals, strict=True)
        ]

    def why(self, view: View, n: int) -> str:
        """The weight over those present."""
        own, total = number_text(self.own(view)), number_text(view.kept[n])
        return f"{own} / {total}, the weights present in {view.name(self.in_)}"

    def grounds(self, view: View, n: int) -> Grounds:
        """The item and the mean, and the weights of what the mean has."""
        mean = self.mean(view)
        return Grounds(self.reads(), present_figures(view, mean.of, mean.missing, n))

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"the weight that {name(self.of)} really had in {name(self.in_)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """The item must stand in a weighted mean."""
        inside = methodology.items.get(self.in_)
        if inside is not None and isinstance(inside.rule, WeightedMean) and self.of in inside.rule.of.items:
            return []
        return [Problem(at, "wrong-type", f'"{self.in_}" is not a weighted mean of "{self.of}".', "Name one that is.")]

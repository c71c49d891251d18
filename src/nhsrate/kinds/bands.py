"""Kinds that band a value by its place in a population: quantile bands, tiles of equal count."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from nhsrate.core.cells import Cell, Level
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import number_text
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.quantiles import Definition, quantile
from nhsrate.kinds.bounds import SIDES
from nhsrate.kinds.cohorts import Among, Cohort, Statistic
from nhsrate.kinds.rule import Gives, Grounds, polarity_problems
from nhsrate.language.numbers import Number
from nhsrate.language.records import figures_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.kinds.workings import Columns, View, Workings
    from nhsrate.rules.model import Item, Methodology


@frozen
class Band:
    """One band: a level, and the share of the population, counted from the best, up to which it is given.

    Fields:
        level: The level of the band.
        best: The share from 0 to 1, counted from the best value, at which the band ends: 0.25 is the best quarter.
        otherwise: `true` on the last band, which takes what is left.
    """

    level: Level
    best: Number | None = None
    otherwise: bool = False
    at: LineLocation | None = field(default=None, compare=False)


@frozen(kw_only=True)
class QuantileBands(Statistic):
    """A level by where a value stands among those of a population.

    `best: 0.25` is the best quarter. Few cuts fall just on a value, so the `definition` of the quantile must be named:
    `linear` (Hyndman and Fan's type 7, Excel's QUARTILE.INC), `inverted cdf` (type 1), `averaged inverted cdf` (type 2,
    SAS definition 5), `hazen` (type 5), `weibull` (type 6, Excel's QUARTILE.EXC) or `median unbiased` (type 8).

    Fields:
        of: The item whose values are cut; its polarity says which end is best.
        definition: How a cut is found between two values.
        levels: The bands, the best first.
        at_cut: Whether a value just at a cut is in the `better` band or in the `worse` one.

    Example:
        >>> rated("light: {kind: quantile-bands, of: score, over: everyone, definition: linear, scale: levels, levels: "
        ...       "[{level: green, best: 0.25}, {level: amber, best: 0.75}, {level: red, otherwise: true}]}",
        ...       levels="green amber red", better="higher", score="4 3 2 1")
        score  light
        4      green
        3      amber
        2      amber
        1      red

    Unit: Shares from 0 to 1; cuts have the unit of `of`.

    Refused: Texts, and levels without a number; bands that do not end with `otherwise`, shares that do not rise between
        0 and 1, or a better share with a worse level; an item of which nobody says whether higher or lower is better.

    Source: Hyndman and Fan, *Sample Quantiles in Statistical Packages*, The American Statistician 50 (1996), 361. Used
        by `kings-fund-health-authorities-2001` and `nhs-plan-traffic-lights-2000`: the best and the worst quarter.

    Section: 7.5
    """

    kind: ClassVar[str] = "quantile-bands"
    gives: ClassVar[Gives] = "levels"
    definition: Definition
    levels: tuple[Band, ...]
    at_cut: Literal["better", "worse"] = "better"

    def row_tables(self) -> dict[str, object]:
        """The bands."""
        return {"levels": self.levels}

    def cuts(self, cohort: Cohort, *, higher: bool) -> list[tuple[Decimal, Band]]:
        """The value at which each band ends."""
        ordered = sorted(cohort.values)
        return [
            (quantile(ordered, 1 - band.best.value if higher else band.best.value, self.definition), band)
            for band in self.levels
            if band.best is not None
        ]

    def side(self, columns: Columns) -> str:
        """The side of a cut on which a value has its band."""
        if columns.polarity(self.of) == "higher":
            return "at_least" if self.at_cut == "better" else "above"
        return "at_most" if self.at_cut == "better" else "below"

    def column(self, workings: Workings) -> list[Cell]:
        """The band of every organisation."""
        higher, meets = workings.polarity(self.of) == "higher", SIDES[self.side(workings)]

        def banded(cohort: Cohort) -> tuple[list[tuple[Decimal, Band]], dict[int, int]]:
            cuts = self.cuts(cohort, higher=higher)
            return cuts, {
                n: next((k for k, (cut, _) in enumerate(cuts) if meets(value, cut)), len(cuts))
                for n, value in zip(cohort.members, cohort.values, strict=True)
            }

        cells, found = self.worked(workings, banded)
        for _, (_, chosen) in found:
            for n, k in chosen.items():
                cells[n] = self.levels[k].level
        return cells

    def why(self, view: View, n: int) -> str:
        """The value and the cuts."""
        among = self.among(view, n)
        side, sign = self.side(view).replace("_", " "), view.sign(self.of)
        said = ", ".join(f"{band.level} {side} {number_text(cut)}{sign}" for cut, band in among.found[0])
        over = self.described(view, among)
        return f"{view.told(self.of, n)}; {self.definition} quantiles over {over}: {said}"

    def grounds(self, view: View, n: int) -> Grounds:
        """The value, and the shares of the bands from the best to its own, where it has one."""
        among: Among[Any] | None = view.kept.get(self.key(view, n))
        own = among.found[1].get(n) if among else None
        return Grounds(self.reads(), () if own is None else figures_in(self.levels[: own + 1]))

    def asks_polarity(self) -> bool:
        """Whether it matters to the rule which side of its item is better."""
        return True

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        bands = ", ".join(
            f"{band.level} to the best {percent(band.best)}" if band.best else f"{band.level} otherwise"
            for band in self.levels
        )
        return f"{self.opening(name)}: {bands}"

    def opening(self, name: Callable[[str], str]) -> str:
        """All but its bands."""
        cut = f"a value at a cut is in the {self.at_cut} band"
        return f"{name(self.of)} among {self.each(name)} ({self.definition} quantiles; {cut})"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:
        """What is wrong with the rule."""
        problems = []
        shares = [band.best.value for band in self.levels if band.best and not band.best.unset]
        last = self.levels[-1] if self.levels else None
        if last is None or not last.otherwise or any(band.otherwise == bool(band.best) for band in self.levels):
            problems.append(
                Problem(at, "thresholds", "Bands give best: and end with otherwise.", "{level: green, best: 0.25}, ...")
            )
        if shares != sorted(set(shares)) or any(not 0 < share < 1 for share in shares):
            problems.append(Problem(at, "thresholds", "The shares must rise between 0 and 1.", "0.25, then 0.5, ..."))
        positions = [band.level.position for band in self.levels]
        if positions != sorted(positions):
            message = "The better share of the values gets a worse level than the rest."
            problems.append(Problem(at, "upside-down", message, "Name the best level first."))
        return [*problems, *polarity_problems(item, self.of, methodology, at)]


@frozen(kw_only=True)
class Tiles(Statistic):
    """Which of so many tiles of equal count a value falls into, counted from 1.

    Earlier tiles take the remainder, and equal values are parted in the order of the organisations' codes, so that two
    with the same value may be in different tiles.

    Fields:
        of: The item whose values are dealt out.
        tiles: How many tiles there are: 4 for quarters.
        first: Whether tile 1 holds the `lowest` or the `highest` values.

    Example:
        >>> rated("half: {kind: tiles, of: score, over: everyone, tiles: 2, first: lowest}", score="3 1 2 2 9")
        score  half
        3      2
        1      1
        2      1
        2      1
        9      2

    Unit: Tiles, counted from 1.

    Refused: Texts, and levels without a number; fewer than two tiles.

    Source: The function NTILE of SQL. Used by `cms-hospital-stars-2026` for the lowest quarter on safety, after Centers
        for Medicare & Medicaid Services, *Overall Hospital Quality Star Rating*.

    Section: 7.5
    """

    kind: ClassVar[str] = "tiles"
    tiles: int
    first: Literal["lowest", "highest"]

    def column(self, workings: Workings) -> list[Cell]:
        """The tile of every organisation."""
        cells, found = self.worked(workings, lambda _: None)
        turned = -1 if self.first == "highest" else 1
        for cohort, _ in found:
            pairs = zip(cohort.values, cohort.members, strict=True)
            ranked = sorted(pairs, key=lambda pair: (turned * pair[0], workings.labels[pair[1]]))
            size, rest = divmod(len(ranked), self.tiles)
            start = 0
            for tile in range(1, self.tiles + 1):
                stop = start + size + (tile <= rest)
                for _, n in ranked[start:stop]:
                    cells[n] = Decimal(tile)
                start = stop
        return cells

    def why(self, view: View, n: int) -> str:
        """The value among how many."""
        among = self.among(view, n)
        whose = f"among {among.size} over {self.described(view, among)}"
        return f"{view.told(self.of, n)}, {whose} in {self.tiles} tiles, {self.first} first"

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        over = f"over {self.each(name)}, {self.first} first"
        return f"the tile of {name(self.of)} among {self.tiles} of equal count {over}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """At least two tiles."""
        if self.tiles >= 2:
            return []
        return [Problem(at, "wrong-type", "There must be at least two tiles.", "Such as tiles: 4.")]


def percent(share: Number) -> str:
    """A share in per cent, with the figure that it is."""
    return f"{number_text(share.value * 100)} %" + (f" ({share.figure})" if share.figure else "")

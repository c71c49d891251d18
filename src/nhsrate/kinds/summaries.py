"""The kind that makes a statistic of a population a column: its mean, its median, a quantile, how many report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal, assert_never

from nhsrate.core.cells import Cell, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ONE, ZERO, snap
from nhsrate.core.problems import Problem
from nhsrate.core.quantiles import Definition, quantile
from nhsrate.kinds.cohorts import Among, Cohort, Statistic
from nhsrate.kinds.rule import Gives, Grounds
from nhsrate.language.numbers import Number
from nhsrate.language.records import figures_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.core.problems import LineLocation
    from nhsrate.kinds.workings import View, Workings
    from nhsrate.rules.model import Item, Methodology

HALF = Decimal("0.5")


@frozen(kw_only=True)
class Summary(Statistic):
    """A statistic of a population: the same number for every organisation of it, also for one without a value.

    So a benchmark such as the median of all, or the best quarter, can be a bound, or be taken away from each value.

    Fields:
        of: The item whose values the statistic is of.
        take: What is taken: their `mean`, `median`, `lowest`, `highest`, `sum` or `quantile`, or the `count` of those
            that have a value. Where nobody has one, all but the count are missing.
        share: The share from 0 to 1 below which the quantile lies; only of a `quantile`.
        definition: How a quantile is found between two values, as in `quantile-bands`; only of a `quantile`.

    Example:
        >>> rated("middle: {kind: statistic, of: waits, over: everyone, take: median}",
        ...       "best_quarter: {kind: statistic, of: waits, over: everyone, take: quantile, share: 0.25, "
        ...       "definition: linear}",
        ...       "reporting: {kind: statistic, of: waits, over: everyone, take: count}", waits="2 4 9 5 -")
        waits  middle  best_quarter  reporting
        2      4.5     3.5           4
        4      4.5     3.5           4
        9      4.5     3.5           4
        5      4.5     3.5           4
        -      4.5     3.5           4

    Unit: That of the item; organisations for a count.

    Refused: Texts, and levels without a number; a quantile without its share or its definition, and either without a
        quantile; a share beyond 0 and 1.

    Source: Hyndman and Fan, *Sample Quantiles in Statistical Packages*, The American Statistician 50 (1996), 361, for
        the definitions of quantiles. No edition that comes with the tool uses it.

    Section: 7.10
    """

    kind: ClassVar[str] = "statistic"
    gives: ClassVar[Gives] = "numbers"
    take: Literal["mean", "median", "quantile", "lowest", "highest", "sum", "count"]
    share: Number | None = None
    definition: Definition | None = None

    def may_miss(self, misses: Callable[[str], bool]) -> bool:  # noqa: ARG002 (every kind is asked alike)
        """Where nobody has a value, so that it always may be; a count of everyone is always there."""
        return not (self.take == "count" and self.over == "everyone" and self.within is None)

    def summary(self, cohort: Cohort) -> Decimal:
        """The statistic of a cohort."""
        values = cohort.values
        match self.take:
            case "mean":
                return snap(sum(values, ZERO) / len(values))
            case "sum":
                return snap(sum(values, ZERO))
            case "count":
                return Decimal(len(values))
            case "lowest":
                return min(values)
            case "highest":
                return max(values)
            case "median":
                return quantile(sorted(values), HALF, "linear")
            case "quantile":
                assert self.share  # noqa: S101 (checked when the file was loaded)
                assert self.definition  # noqa: S101 (as above)
                return quantile(sorted(values), self.share.value, self.definition)
            case never:
                assert_never(never)

    def column(self, workings: Workings) -> list[Cell]:
        """The statistic of the cohort that each organisation is in."""
        cells, found = self.worked(workings, self.summary)
        values: dict[Cell, Cell] = {cohort.key: value for cohort, value in found}
        nobody: Cell = ZERO if self.take == "count" else Missing(f"nobody has a value of {workings.name(self.of)}")
        keys = workings.cells[self.within] if self.within else [""] * workings.size
        outside = {*workings.outside(self.over)}
        return [
            cells[n] if n in outside else key if isinstance(key, Missing) else values.get(key, nobody)
            for n, key in enumerate(keys)
        ]

    def why(self, view: View, n: int) -> str:
        """Of how many it is."""
        among = view.kept.get(view.cells[self.within][n] if self.within else "")
        if among is None:
            name = view.said(self.within, n) if self.within else ""
            among = Among(name, 0, None)
        return f"{self.words()} {view.name(self.of)}, {among.size} over {self.described(view, among)}"

    def words(self) -> str:
        """What is taken, in words."""
        if self.take == "count":
            return "how many have a value of"
        return f"the {self.share} quantile ({self.definition}) of" if self.take == "quantile" else f"the {self.take} of"

    def grounds(self, view: View, n: int) -> Grounds:  # noqa: ARG002 (every kind is asked alike)
        """The item, what makes the cohorts, and the share."""
        return Grounds(self.reads(), figures_in(self.share))

    def unit_of(self) -> tuple[str, ...]:
        """The item, unless they are counted."""
        return () if self.take == "count" else (self.of,)

    def passes_on(self) -> str | None:
        """The item of whose values it is one, unless they are counted or added up."""
        return None if self.take in {"count", "sum"} else self.of

    def shares(self) -> dict[str, Decimal]:
        """None: it is of the values of all."""
        return {}

    def plain(self, name: Callable[[str], str]) -> str:
        """The rule in words."""
        return f"{self.words()} {name(self.of)} over {self.each(name)}"

    def check(self, item: Item, methodology: Methodology, at: LineLocation) -> list[Problem]:  # noqa: ARG002 (every kind is asked alike)
        """A quantile has a share and a definition, and nothing else has."""
        wanted = self.take == "quantile"
        if (self.share is not None) != wanted or (self.definition is not None) != wanted:
            message = "A quantile has a share: and a definition:, and nothing else has."
            return [Problem(at, "missing-key", message, "Such as take: quantile, share: 0.25, definition: linear.")]
        if self.share is not None and not self.share.unset and not ZERO <= self.share.value <= ONE:
            return [Problem(at, "wrong-type", f"A share of {self.share} is not from 0 to 1.", "Such as 0.25.")]
        return []

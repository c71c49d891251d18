"""Whom a statistic is of: a population, or each cohort within it, as columns that formulas take as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.live.conditions import met
from nhsrate.live.formula import MISSING, column_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nhsrate.core.quantiles import Definition
    from nhsrate.live.board import Board


def member(board: Board, population: str) -> str:
    """That an organisation is in a population; nothing where everybody is."""
    if population == "everyone":
        return ""
    known = board.methodology.populations[population]
    inside = met(board, known.when, known.missing, f"in {population}")
    return f"{board.step(f'in the population {population}', f'IF({inside},1,0)')}=1"


@frozen
class Group:
    """The values of a statistic: the cell of one's own, their column, and which of them are of one's own cohort.

    The cell is a number where the organisation is among them, else a text. `own` is, over whole columns, which values
    are of the same cohort; it is empty where there is but one.
    """

    board: Board
    cell: str
    own: str

    @property
    def range(self) -> str:
        """The values of all."""
        return column_of(self.cell)

    def take(self, function: str, more: str = "") -> str:
        """A statistic of the values of the cohort, as the cell of a step."""
        inside = f"IF({self.own}*ISNUMBER({self.range}),{self.range})" if self.own else self.range
        return self.board.step(f"{function.lower()} of the values", f"{function}({inside}{more})", array=bool(self.own))

    def sum(self, values: str, what: str) -> str:
        """The sum, over the cohort, of what is worked out of whole columns (0 where a value is missing)."""
        mine = f"{self.own}*" if self.own else ""
        return self.board.step(what, f"SUMPRODUCT({mine}ISNUMBER({self.range})*{values})")

    def number(self) -> str:
        """How many values there are."""
        if not self.own:
            return self.board.step("number of the values", f"COUNT({self.range})")
        return self.sum("1", "number of the values")

    def guarded(self, formula: str) -> str:
        """A result for those among them."""
        return f"IF(ISNUMBER({self.cell}),{formula},{MISSING})"

    def smallest(self, position: str, what: str) -> str:
        """The value at a position in ascending order."""
        inside = f"IF({self.own}*ISNUMBER({self.range}),{self.range})" if self.own else self.range
        return self.board.step(what, f"SMALL({inside},{position})", array=bool(self.own))

    def flat(self, places: int) -> str:
        """That all values are one."""
        return f"ROUND({self.take('MAX')}-{self.take('MIN')},{places})=0"


def group(board: Board, of: str, over: str, within: str | None, keep: Callable[[str], str] | None = None) -> Group:
    """The values of an item in a population, or in the cohorts of it; `keep` adds a condition on the value."""
    value = board.number(of)
    conditions = [f"ISNUMBER({value})"]
    if inside := member(board, over):
        conditions.append(inside)
    own = ""
    if within is not None:
        conditions.append(board.there(within))
        key = board.cell(within)
        text = board.methodology.type_of(within).kind == "text"
        places = board.places(within) if board.methodology.type_of(within).kind == "number" else 0
        own = f"EXACT({column_of(key)},{key})" if text else f"({column_of(key)}={key})"
        if places:
            key = board.step("cohort", f"IF(ISNUMBER({key}),ROUND({key},{places}),{MISSING})")
            own = f"({column_of(key)}={key})"
    if len(conditions) == 1 and keep is None:
        return Group(board, value, own)
    formula = value
    if keep is not None:
        formula = f"IF({keep(value)},{formula},{MISSING})"
    for condition in reversed(conditions):
        formula = f"IF({condition},{formula},{MISSING})"
    return Group(board, board.step("value within the population", formula), own)


def quantile(board: Board, found: Group, share: str, definition: Definition, what: str) -> str:
    """The value below which a share of the values of a cohort lies, by a named definition, as the cell of a step.

    Where there is no value, as outside the population, it is an error of the step, which nobody reads.
    """
    n = found.number()
    if definition in {"inverted cdf", "averaged inverted cdf"}:
        exact = board.step(f"{what}: position", f"ROUND({share}*{n},9)")
        whole = f"INT({exact})"
        if definition == "inverted cdf":
            return found.smallest(f"MIN(MAX(ROUNDUP({exact},0),1),{n})", what)
        low = found.smallest(f"MIN(MAX({whole},1),{n})", f"{what}: one value")
        high = found.smallest(f"MIN({whole}+1,{n})", f"{what}: the next")
        return board.step(what, f"IF({exact}={whole},({low}+{high})/2,{high})")
    position = {
        "linear": f"{share}*({n}-1)+1",
        "hazen": f"{share}*{n}+0.5",
        "weibull": f"{share}*({n}+1)",
        "median unbiased": f"{share}*{n}+({share}+1)/3",
    }[definition]
    at = board.step(f"{what}: position", f"ROUND(MIN(MAX({position},1),MAX({n},1)),9)")
    low = found.smallest(f"INT({at})", f"{what}: one value")
    high = found.smallest(f"MIN(INT({at})+1,{n})", f"{what}: the next")
    return board.step(what, f"{low}+({at}-INT({at}))*({high}-{low})")

"""An assessment: every result of one return under one methodology, and what happened to each on the way."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import ZERO
from nhsrate.core.problems import CellLocation, Problem, Refused, nearest
from nhsrate.core.texts import natural_key
from nhsrate.kinds.workings import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from pandas.io.formats.style import Styler

    from nhsrate.core.problems import Location
    from nhsrate.notebook.why import Why
    from nhsrate.returns.model import Organisation, Return
    from nhsrate.rules.model import Item, Limit, Methodology
    from nhsrate.runs.run import Run


@frozen
class Mark:
    """A change to a result after its rule: a limit that acted, or a decision that people took."""

    what: Literal["limit", "override"]
    before: Cell
    after: Cell
    because: str
    at: Location | None
    source: str | None = None
    who: str = ""
    when: str = ""
    limit: Limit | None = None


def is_taken(cell: Cell) -> bool:
    """Whether what a return gives of an item is taken: a value, or its own marker, which says that there is none."""
    return not isinstance(cell, Missing) or cell.sort == "own marker"


@frozen
class Before:
    """An earlier return, rated by the same methodology; `numbers[n]` is organisation `n` there, if it stands there."""

    period: str
    assessment: Assessment
    numbers: Sequence[int | None]


@frozen
class Assessment:
    """All ratings of one return under one methodology.

    `columns[item][n]` is the result of organisation `n`; `marks[item][n]` what limits and decisions changed;
    `unrounded[item][n]` the result before a rounding that is carried onward; `kept[item]` what its rule chose on the
    way, which its reasons are made of. `problems` are warnings and notes. `carried` has the columns that go on with
    more digits than are compared.
    `printed` are the organisations that reports are about, where these are not all that were rated. `earlier` has, by
    how many periods back, the returns that it looks back at.
    """

    methodology: Methodology
    submitted: Return
    columns: Mapping[str, Sequence[Cell]]
    kept: Mapping[str, Any]
    marks: Mapping[str, Mapping[int, Sequence[Mark]]]
    unrounded: Mapping[str, Sequence[Cell]]
    problems: tuple[Problem, ...] = ()
    printed: tuple[int, ...] | None = None
    carried: Mapping[str, Sequence[Cell]] = field(default_factory=dict)
    earlier: Mapping[int, Before] = field(default_factory=dict)

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        """The organisations, in the order of the return."""
        return self.submitted.organisations

    @property
    def reported(self) -> Sequence[int]:
        """The organisations that reports are about, by number, in the order of the return."""
        return range(len(self.organisations)) if self.printed is None else self.printed

    def reported_cells(self, item: str) -> Sequence[Cell]:
        """The results of one item for the organisations that reports are about."""
        cells = self.columns[item]
        return cells if self.printed is None else [cells[n] for n in self.printed]

    def marks_of(self, item: str, n: int) -> Sequence[Mark]:
        """What limits and decisions changed for one organisation."""
        return self.marks.get(item, {}).get(n, ())

    def given(self, item: str, n: int) -> bool:
        """Whether a value of an item came as already published for organisation `n`."""
        return self.taken(item, n) and not isinstance(self.submitted.values[item].cells[n], Missing)

    def taken(self, item: str, n: int) -> bool:
        """Whether what came of an item was taken for organisation `n`: a value, or word that none was published."""
        values = self.submitted.values.get(item) if item in self.methodology.items else None
        return values is not None and is_taken(values.cells[n])

    def before(self, item: str) -> tuple[str, Before] | None:
        """What an item looks back at, and in which earlier return; nothing where it looks at none that was given."""
        looked = self.methodology.items[item].rule.looks_back() if item in self.methodology.items else None
        found = self.earlier.get(looked[1]) if looked else None
        return (looked[0], found) if looked and found else None

    def view(self, item: str) -> View:
        """What the reasons of one measure or rating are made of; nothing that is asked of it changes the run."""
        return View(self.methodology, self.columns, self.carried, self.methodology.items[item], self.kept.get(item))

    def league(self) -> list[int]:
        """The organisations (by number) in the order of the league table; those without a place come last.

        It is the order of the return where the method says so, or has no headline. Without an item of kind `place`, the
        headline orders it: best level first, or lowest number, or highest where
        higher is better.
        """
        if self.methodology.in_order_of_return:
            return list(self.reported)
        order = self.methodology.place or self.methodology.headlines[0]
        sign = -1 if order.polarity == "higher" else 1

        def key(n: int) -> tuple[int, Decimal, tuple[object, ...]]:
            cell, name = self.columns[order.id][n], natural_key(self.organisations[n].name)
            if isinstance(cell, Level):
                return (0, Decimal(cell.position), name)
            return (0, cell * sign, name) if isinstance(cell, Decimal) else (1, ZERO, name)

        return sorted(self.reported, key=key)

    def find(self, code_or_name: str) -> int:
        """The number of the organisation with that code, or the only one whose name holds that text.

        Raises `Refused`, listing those that fit, where none or several do.
        """
        wanted = " ".join(code_or_name.split()).casefold()
        codes = [organisation.code.casefold() for organisation in self.organisations]
        if wanted in codes:
            return codes.index(wanted)
        names = [organisation.name.casefold() for organisation in self.organisations]
        fits = [n for n, name in enumerate(names) if name == wanted] or [
            n for n, name in enumerate(names) if wanted and wanted in name
        ]
        if len(fits) == 1:
            return fits[0]
        listed = "; ".join(f"{self.organisations[n].code} {self.organisations[n].name}" for n in fits[:10])
        place = self.place_of_return()
        if fits:
            more = f"; and {len(fits) - 10} more" if len(fits) > 10 else ""
            message = f'"{code_or_name}" fits {self.methodology.rates.counted(len(fits))}: {listed}{more}.'
            raise Refused([Problem(place, "unknown-organisation", message, "Give the code.")])
        known = [text for organisation in self.organisations for text in (organisation.code, organisation.name)]
        message = f'No {self.methodology.rates.one} has the code "{code_or_name}" or a name with that in it.'
        remedy = nearest(code_or_name, known) or f"It has {len(codes)}, such as {self.organisations[0].code}."
        raise Refused([Problem(place, "unknown-organisation", message, remedy)])

    def place_of_return(self) -> Location:
        """The return as a place."""
        return CellLocation(self.submitted.name)

    def item(self, id_: str) -> Item:
        """The measure or rating of that id; raises `Refused` where there is none."""
        if id_ in self.methodology.items:
            return self.methodology.items[id_]
        message = f'The methodology {self.methodology.id} has no input, measure or rating "{id_}".'
        remedy = nearest(id_, [*self.methodology.items, *self.methodology.inputs])
        remedy = remedy or f"`nhsrate methodologies {self.methodology.id}` lists them."
        raise Refused([Problem(self.place_of_return(), "unknown-item", message, remedy)])

    if TYPE_CHECKING:  # bound in `notebook.bound`, because it is made of all that comes later

        def league_table(self, items: str | Sequence[str] | None = None, *, exact: bool = False) -> pd.DataFrame:
            """The league table as a data frame, in order."""
            ...

        def to_frame(self, *, long: bool = False, exact: bool = False) -> pd.DataFrame:
            """The results as a data frame: what is published of everyone, or with `long` every input and item."""
            ...

        def explain(self, organisation: str, *, item: str | Sequence[str] | None = None) -> Why:
            """Why an organisation is rated so."""
            ...

        def headroom(
            self,
            organisation: str,
            *,
            to: str | None = None,
            rating: str | None = None,
            input: str | Sequence[str] | None = None,  # noqa: A002 (the option's name)
            fixed: str | Sequence[str] | None = None,
            exact: bool = False,
        ) -> pd.DataFrame:
            """What would change an organisation's rating."""
            ...

        def diagnose(
            self,
            organisation: str,
            *,
            rating: str | None = None,
            by: Mapping[str, float | Decimal] | Sequence[str] | None = None,
            number: int | None = None,
            draws: int = 1000,
            exact: bool = False,
        ) -> pd.DataFrame:
            """Where an organisation would gain most by help, and who can give it."""
            ...

        def robustness(
            self, *, draws: int = 1000, seed: int = 1, vary: str | Sequence[str] | None = None
        ) -> pd.DataFrame:
            """How sure ratings are."""
            ...

        def integrity(self, *, within: str | Sequence[str] | None = None, exact: bool = False) -> pd.DataFrame:
            """What leans on a cut."""
            ...

        def compare(
            self, old: Assessment | Run, *, only: str | Sequence[str] | None = None, exact: bool = False
        ) -> pd.DataFrame:
            """What changed since an older assessment or run."""
            ...

        @property
        def style(self) -> Styler:
            """The league table as a Styler of pandas, in the colours of the scales."""
            ...

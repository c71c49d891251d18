"""Which periods a return says it is of, and which of them are others than the edition's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.faults import places_of
from nhsrate.core.frozen import frozen
from nhsrate.core.periods import by_period, period_of_text, same_period
from nhsrate.core.problems import CellLocation, Problem, short
from nhsrate.core.texts import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.returns.model import Return, SaidPeriod
    from nhsrate.rules.model import Methodology

FEW = 5
"""So many rows of a period are named one by one, and so many periods of a return."""

MANY = 3
"""Where more periods than that are not the edition's, they are told of together."""

DAYS = 3
"""By no more days do two quarters, or two months, differ in length."""


def period_problems(submitted: Return, methodology: Methodology) -> list[Problem]:
    """The warnings of what is of another period than the edition, and each of several periods with its rows.

    In a long table each indicator may be measured over a period of its own: then only rows unlike the others of their
    indicator are of another one, and indicators of just as long a period as the edition's that is not the same.
    """
    if len({*by_period(one.text for one in submitted.periods).values()}) > 1:
        summed = methodology.reading.repeats.how == "sum"
        return several_periods(
            submitted.periods, submitted.name, _Wanted(methodology.period or "", methodology.id, within=summed)
        )
    said, own = submitted.period or "", methodology.period
    if not said or not own or same_period(said, own):
        return []
    message = f'The return says it is of "{said}", and {methodology.id} is the edition of "{own}".'
    remedy = "Rate it under the edition of its period, or correct the period."
    return [Problem(CellLocation(submitted.name), "other-period", message, remedy, "warning")]


@frozen
class _Wanted:
    """The period that rows should be of (nothing where that is not known), and whose it is.

    `within` says that shorter ones within it are parts of it, which are added up.
    """

    period: str = ""
    edition: str = ""
    within: bool = False

    def is_met(self, text: str) -> bool:
        """Whether a text names the period, or a part of it."""
        if not self.period or same_period(text, self.period):
            return bool(self.period)
        whole, part = period_of_text(self.period), period_of_text(text)
        return self.within and bool(whole and part and whole.first <= part.first and part.last <= whole.last)

    def is_as_long(self, text: str) -> bool:
        """Whether a text names a period of the same length, such as another quarter."""
        whole, other = period_of_text(self.period), period_of_text(text)
        if whole is None or other is None:
            return False
        return abs((whole.last - whole.first).days - (other.last - other.first).days) <= DAYS


def several_periods(periods: Sequence[SaidPeriod], name: str, wanted: _Wanted | None = None) -> list[Problem]:
    """The note of each of several periods with its rows, and a warning of each that is another than the wanted one.

    Where none is wanted, it is the one that most rows are of.
    """
    wanted = wanted or _Wanted()
    same = by_period(one.text for one in periods)
    groups = {first: [one for one in periods if same[one.text] == first] for first in dict.fromkeys(same.values())}
    said = [f"{quoted(text)} in {_where(group)}" for text, group in groups.items()]
    message = f"The return says it is of {len(groups)} periods: {listed(said, FEW)}."
    told = [Problem(CellLocation(name), "other-period", message, "", "note")]
    others = _others(periods, same, wanted)
    texts = list(dict.fromkeys(same[one.text] for one in others))
    if len(texts) > MANY:
        return [*told, *_joint(others, texts, wanted)]
    for text in texts:
        own = [one for one in others if same[one.text] == text]
        told += [_other(cells, own, groups, wanted) for cells in _cells(own)]
    return told


def _others(periods: Sequence[SaidPeriod], same: dict[str, str], wanted: _Wanted) -> list[SaidPeriod]:
    """Those of the periods that are another than the wanted one."""
    others = []
    for indicator in dict.fromkeys(one.indicator for one in periods):
        here = [one for one in periods if one.indicator == indicator]
        if any(wanted.is_met(one.text) for one in here) or (wanted.period and not indicator):
            others += [one for one in here if not wanted.is_met(one.text)]
            continue
        sizes: dict[str, int] = {}
        for one in here:
            sizes[same[one.text]] = sizes.get(same[one.text], 0) + len(one.cells)
        main = max(sizes, key=sizes.__getitem__)
        others += [one for one in here if same[one.text] != main or (indicator and wanted.is_as_long(main))]
    return others


def _cells(periods: Iterable[SaidPeriod]) -> list[tuple[CellLocation, ...]]:
    """The cells that say a period, those of each table together and in their order."""
    tables: dict[tuple[str, str | None], set[CellLocation]] = {}
    for one in periods:
        tables.setdefault((one.at.file, one.at.sheet), set()).update(one.cells)
    return [tuple(sorted(cells, key=lambda at: (at.row, at.column))) for cells in tables.values()]


def _where(periods: Sequence[SaidPeriod]) -> str:
    """How many rows are of a period, and which where they are few."""
    said = []
    for cells in _cells(periods):
        if not _in_rows(periods, cells):
            said.append(f"all of {CellLocation(cells[0].file, cells[0].sheet)}")
            continue
        count = f"{len(cells):,} row{'s' if len(cells) > 1 else ''}"
        said.append(f"{count} ({listed(list(map(short, cells)), FEW)})" if len(cells) <= FEW else count)
    return listed(said, FEW)


def _in_rows(periods: Sequence[SaidPeriod], cells: Sequence[CellLocation]) -> bool:
    """Whether rows of these cells' table say a period, and not a label above them."""
    table = (cells[0].file, cells[0].sheet)
    return any(one.rows for one in periods if (one.at.file, one.at.sheet) == table)


def _other(
    cells: tuple[CellLocation, ...], own: Sequence[SaidPeriod], groups: dict[str, list[SaidPeriod]], wanted: _Wanted
) -> Problem:
    """The warning of rows, or of a whole table, of another period."""
    message = f"This {'row' if _in_rows(own, cells) else 'table'} is of {quoted(own[0].text)}, and "
    if wanted.edition and wanted.period:
        message += f"{wanted.edition} is the edition of {quoted(wanted.period)}."
    else:
        sizes = {text: sum(len(period.cells) for period in group) for text, group in groups.items()}
        most = max(sizes, key=sizes.__getitem__)
        mine = sizes[next(text for text, group in groups.items() if own[0] in group)]
        message += f"{'most' if mine < sizes[most] else 'as many'} rows are of {quoted(most)}."
    remedy = "Leave it out, or correct its period."
    return Problem(cells[0], "other-period", message, remedy, "warning", places_of(cells))


def _joint(others: Sequence[SaidPeriod], texts: Sequence[str], wanted: _Wanted) -> list[Problem]:
    """The warning of rows of many other periods, one for each table."""
    of_edition = f" than {quoted(wanted.period)}, that of {wanted.edition}" if wanted.edition and wanted.period else ""
    message = f"This row is of one of {len(texts)} other periods{of_edition}: "
    message += f"{listed([quoted(text) for text in texts])}."
    remedy = "Leave the rows out (reading: where), or correct their periods."
    return [Problem(cells[0], "other-period", message, remedy, "warning", places_of(cells)) for cells in _cells(others)]

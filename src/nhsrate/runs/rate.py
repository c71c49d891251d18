"""`nhsrate.rate`: a run of the pipe from Python, with every option that `nhsrate score` has on reading and rating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.runs.request import BadOption, requested
from nhsrate.runs.run import Run, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    import pandas as pd

    from nhsrate.rules.inputs import TableReading
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request, Source


def rate(  # noqa: PLR0913 (one parameter for each option of the command)
    returns: Source,
    methodology: str | Path | Methodology | None = None,
    *,
    sheet: str | None = None,
    reading: str | Path | TableReading | None = None,
    set: Mapping[str, str | float | Decimal] | Sequence[str] | None = None,  # noqa: A002 (the option's name)
    organisations: str | Path | None = None,
    successors: str | Path | None = None,
    as_at: str | date | None = None,
    limit: Mapping[str, str | int] | Sequence[str] | None = None,
    against: Source | None = None,
    against_reading: str | Path | TableReading | None = None,
    suppose: Mapping[str, object] | Sequence[str] | None = None,
    earlier: Source | Sequence[pd.DataFrame] | None = None,
    earlier_reading: str | Path | TableReading | None = None,
    as_: str | None = None,
    groups: str | Path | pd.DataFrame | None = None,
    only: str | Sequence[str] | None = None,
) -> Run:
    """Read a return, rate every organisation of it, and give what `nhsrate score` prints, as records.

    `returns` is a path, several paths (read as one return) or a pandas data frame; without a `methodology` (an id, a
    path, or a loaded one) it is chosen as the command chooses. The options are those of `nhsrate score`, by the same
    names: `set={"cut": 2.06}` or `set="cut=2.06"`, `limit={"file": "200MB"}`, `suppose={"RA1.waits": 80}`,
    `only="RA1"` or several codes. `earlier` is the return of an earlier period, or several, each
    of a period of its own. `as_` rates groups in the place of their members: those of this kind, as the methodology or
    the table `groups` has them.

    Raises `Refused` with every problem where there is anything that the command refuses, and `TypeError` where an
    argument is of a type that it cannot have.
    """
    return run(
        asked_for(
            returns,
            methodology,
            sheet=sheet,
            reading=reading,
            set=set,
            organisations=organisations,
            successors=successors,
            as_at=as_at,
            limit=limit,
            against=against,
            against_reading=against_reading,
            suppose=suppose,
            earlier=earlier,
            earlier_reading=earlier_reading,
            as_=as_,
            groups=groups,
            only=only,
        )
    )


def asked_for(returns: Source, methodology: str | Path | Methodology | None, **options: object) -> Request:
    """The request of a Python program; raises `Refused` for an option that cannot be read, as for anything else."""
    try:
        return requested(returns, methodology, **options)
    except BadOption as bad:
        raise bad_option(bad.option, str(bad)) from None


def bad_option(name: str, message: str) -> Refused:
    """That an option cannot be so, as the refusal to raise."""
    return Refused([Problem(LineLocation(name), "bad-setting", message, "Correct it.")])

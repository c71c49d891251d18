"""The options on reading and rating that many functions share, spelled out in the signature of each.

They are written once, as a mapping of keywords; `help`, the completion of a notebook and `inspect` see every one, and
one that is not known is refused by Python itself.
"""

from __future__ import annotations

from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, ParamSpec, TypedDict, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    import pandas as pd

    from nhsrate.rules.inputs import TableReading
    from nhsrate.runs.request import Source

P = ParamSpec("P")
T = TypeVar("T")


class Reading(TypedDict, total=False):
    """How a return is read, under the names of the command: see `nhsrate.rate`."""

    sheet: str | None
    reading: str | Path | TableReading | None
    set: Mapping[str, str | float | Decimal] | Sequence[str] | None
    organisations: str | Path | None
    successors: str | Path | None
    as_at: str | date | None
    limit: Mapping[str, str | int] | Sequence[str] | None
    as_: str | None
    groups: str | Path | pd.DataFrame | None


class Asking(Reading, total=False):
    """How one return is read and rated, under the names of the command: see `nhsrate.rate`."""

    against: Source | None
    against_reading: str | Path | TableReading | None
    suppose: Mapping[str, object] | Sequence[str] | None
    earlier: Source | Sequence[pd.DataFrame] | None
    earlier_reading: str | Path | TableReading | None


def spelled(options: type) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Spell out the keywords that a function takes together; each is nothing where it is not given."""

    def decorated(function: Callable[P, T]) -> Callable[P, T]:
        own = signature(function)
        named = [one for one in own.parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
        said = options.__annotations__
        more = [Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=said[name]) for name in said]
        whole = own.replace(parameters=[*named, *more])

        @wraps(function)
        def called(*given: P.args, **keywords: P.kwargs) -> T:
            try:
                whole.bind(*given, **keywords)
            except TypeError as error:
                raise TypeError(f"{function.__name__}() {error}") from None
            return function(*given, **keywords)

        called.__signature__ = whole  # type: ignore[attr-defined]  # what `inspect` looks for
        return called

    return decorated

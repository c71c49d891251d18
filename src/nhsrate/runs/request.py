"""What is asked of a run: the return, how to read it, the methodology, and what to join to it."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.core.periods import period_of_text
from nhsrate.files.limits import STANDARD, Limits, parse_limits
from nhsrate.runs.folders import tables_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    import pandas as pd

    from nhsrate.rules.inputs import TableReading
    from nhsrate.rules.model import Methodology

    Source = str | Path | Sequence[str | Path] | pd.DataFrame
    """A path, several paths or a folder (read as one return), or a pandas data frame with a column of codes."""


@frozen
class Request:
    """How a return is to be read and rated: every option of `score` on that, under its own name.

    `returns` and `against` are the return, and the published return of all organisations that it is rated within; each
    is read by the profile `reading` or `against_reading`. `set` gives named figures other values, `organisations` is
    the path of a table of the codes that may occur, `successors` of one of old and new codes (applied as at `as_at`),
    `limit` raises limits of the reader. `suppose` are values to put in the place of what the return says, each as
    `CODE.INPUT=VALUE`. `earlier` are returns of earlier periods, each one a return of its own, which are read by the
    profile `earlier_reading`. `as_` is the kind of groups that are rated in the place of their members, and `groups`
    the table that says who belongs to which. `only` are the codes of those organisations that reports are about.
    """

    returns: Source = ()
    methodology: str | Path | Methodology | None = None
    sheet: str | None = None
    reading: Path | TableReading | None = None
    set: Mapping[str, str] = field(default_factory=dict)
    organisations: Path | None = None
    successors: Path | None = None
    as_at: date | None = None
    limit: Limits = STANDARD
    against: Source = ()
    against_reading: Path | TableReading | None = None
    suppose: tuple[str, ...] = ()
    earlier: tuple[Source, ...] = ()
    earlier_reading: Path | TableReading | None = None
    as_: str = ""
    groups: Path | pd.DataFrame | None = None
    only: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of the return; none where it is a data frame."""
        return paths_of(self.returns)

    @property
    def is_plain(self) -> bool:
        """Whether it is of a whole return as it stands: within no other, with nothing supposed, not of some alone."""
        return not (is_frame(self.against) or paths_of(self.against) or self.suppose or self.only)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that is read, which no output may take the place of."""
        beside = (self.methodology, self.reading, self.against_reading, self.earlier_reading)
        files = (*beside, self.successors, self.organisations, self.groups)
        single = tuple(Path(file) for file in files if isinstance(file, str | Path) and file)
        earlier = (path for source in self.earlier for path in paths_of(source))
        return (*self.paths, *paths_of(self.against), *earlier, *single)

    @property
    def beside_rules(self) -> tuple[Path, ...]:
        """Every file that is read but the rule file that is asked for."""
        rules = self.methodology
        return tuple(path for path in self.files if not isinstance(rules, str | Path) or path != Path(rules))


class BadOption(ValueError):  # noqa: N818 (it says which option is bad)
    """An option whose value cannot be read: its name, and a sentence on the value."""

    def __init__(self, option: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.option = option


def requested(returns: Source, methodology: str | Path | Methodology | None = None, **options: Any) -> Request:  # noqa: ANN401 (each option has a type of its own)
    """The request that says this: options by the names of `Request`, as a command or a Python program writes them.

    What is `None` or empty is not asked for. Raises `BadOption` for a text that cannot be read, and `TypeError`, with
    a sentence, for a value of a type that an option does not have.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if "as_at" in given and "successors" not in given:
        raise BadOption("as_at", "as_at goes with successors: it says up to which day they are applied.")
    if "groups" in given and "as_" not in given:
        raise BadOption("groups", "groups goes with as: it says who belongs to which of the groups that are rated.")
    if "as_" in given and "against" in given:
        raise BadOption("as", "as goes without against: groups are rated among each other.")
    return Request(
        _source("returns", returns), _methodology(methodology), **{n: _READ[n](n, v) for n, v in given.items()}
    )


def named_in(source: Source) -> tuple[Path, ...]:
    """The paths of a source as they were named; none where it is a data frame."""
    if isinstance(source, str | Path):
        return (Path(source),)
    return tuple(Path(path) for path in source) if isinstance(source, list | tuple) else ()


def paths_of(source: Source) -> tuple[Path, ...]:
    """The files of a source, those of a folder among them; none where it is a data frame."""
    return tuple(file for path in named_in(source) for file in tables_in(path))


def is_frame(source: object) -> bool:
    """Whether this is a pandas data frame; pandas, which takes long to import, is not imported to find out."""
    import sys

    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(source, pandas.DataFrame)


def checked_source(name: str, source: object) -> None:
    """Raise `TypeError`, with a sentence, where a source is neither a path, nor several, nor a data frame."""
    several = source if isinstance(source, list | tuple) else [source]
    if is_frame(source) or all(isinstance(path, str | Path) for path in several):
        return
    odd = next(path for path in several if not isinstance(path, str | Path))
    kind = "None" if odd is None else f"a {type(odd).__name__}"
    what = f"{name} has {kind} in it" if isinstance(source, list | tuple) else f"{name} is {kind}"
    raise TypeError(f"{what}; give a path, a list of paths, or a pandas data frame with a column of codes.")


def _source(name: str, source: Source) -> Source:
    checked_source(name, source)
    return source if is_frame(source) else named_in(source)


def _sources(name: str, sources: object) -> tuple[Source, ...]:
    """Several sources, each by itself; a single path or data frame is one of one."""
    several = sources if isinstance(sources, list | tuple) else [sources]
    for source in several:
        checked_source(name, [source] if not is_frame(source) else source)
    return tuple(several)


def _methodology(methodology: object) -> str | Path | Methodology | None:
    from nhsrate.rules.model import Methodology

    if methodology is None or isinstance(methodology, str | Path | Methodology):
        return methodology
    raise TypeError(f"methodology is {_kind(methodology)}; give an edition's id, a path, or a methodology.")


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is {_kind(value)}; give a text.")
    return value


def _path(name: str, value: object) -> Path:
    if not isinstance(value, str | Path):
        raise TypeError(f"{name} is {_kind(value)}; give the path of a file.")
    return Path(value)


def _table(name: str, value: object) -> Path | pd.DataFrame:
    return value if is_frame(value) else _path(name, value)  # type: ignore[return-value]  # as was just asked


def _reading(name: str, value: object) -> Path | TableReading:
    from nhsrate.rules.inputs import TableReading

    return value if isinstance(value, TableReading) else _path(name, value)


def _texts(name: str, value: object) -> list[str]:
    """Texts such as `NAME=VALUE`, which Python may write as a mapping or, where it is one, as a text."""
    if isinstance(value, dict):
        return [f"{_text(name, key)}={amount}" for key, amount in value.items()]
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list | tuple):
        raise TypeError(f"{name} is {_kind(value)}; give a text, or several.")
    return [_text(name, text) for text in several]


def _settings(name: str, value: Mapping[str, str | float | Decimal] | Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for setting in _texts(name, value):
        figure, equals, number = (part.strip() for part in setting.partition("="))
        if not equals or not figure or not number:
            raise BadOption(name, f'"{setting}" is not NAME=VALUE, such as --set cut=2.06.')
        if figure in values:
            raise BadOption(name, f"{figure} is set twice.")
        values[figure] = number
    return values


def _limits(name: str, value: Mapping[str, str | int] | Sequence[str] | Limits) -> Limits:
    try:
        return value if isinstance(value, Limits) else parse_limits(_texts(name, value))
    except ValueError as error:
        raise BadOption(name, str(error)) from None


def _day(name: str, value: object) -> date:
    """A day: a date, or a text such as 2026-03-31."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    text = _text(name, value)
    found = period_of_text(text)
    if found is None or found.first != found.last:
        raise BadOption(name, f'"{text}" is no day, such as 2026-03-31.')
    return found.first


def _codes(name: str, value: object) -> tuple[str, ...]:
    return tuple(_texts(name, value))


def _suppositions(name: str, value: object) -> tuple[str, ...]:
    """Texts such as `RA1.waits=80`; which part is the code and which the input, the return has to say."""
    texts = _texts(name, value)
    for text in texts:
        where, equals, amount = (part.strip() for part in text.partition("="))
        if not equals or not amount or not all(where.partition(".")):
            raise BadOption(name, f'"{text}" is not CODE.INPUT=VALUE, such as RA1.waits=80.')
    return tuple(texts)


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


_READ: dict[str, Callable[[str, Any], Any]] = {
    "sheet": _text,
    "reading": _reading,
    "set": _settings,
    "limit": _limits,
    "successors": _path,
    "as_at": _day,
    "organisations": _path,
    "against": _source,
    "against_reading": _reading,
    "suppose": _suppositions,
    "earlier": _sources,
    "earlier_reading": _reading,
    "as_": _text,
    "groups": _table,
    "only": _codes,
}
"""How the value of each option is read."""

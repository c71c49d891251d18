"""A trust's own return within the published population: in the place of its published row, and at which rank."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.look_alikes import plain
from nhsrate.core.periods import same_period
from nhsrate.core.problems import CellLocation, Problem, Refused, nearest
from nhsrate.core.slips import looks, one_letter_apart
from nhsrate.core.texts import fold, listed, quoted
from nhsrate.engine.periods import several_periods
from nhsrate.returns.model import Values
from nhsrate.returns.read import read_tables
from nhsrate.runs.joining import joined, known
from nhsrate.runs.read import open_books, profiled, with_folders
from nhsrate.runs.request import is_frame, paths_of
from nhsrate.values.percent_scale import own_among_others

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.returns.model import Organisation, Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request

SHARED = frozenset({"the", "nhs", "foundation", "trust", "ft", "ltd", "limited"})
"""Words in the names of organisations that are left out or added at will."""


def placed(submitted: Return, methodology: Methodology, request: Request) -> tuple[Return, tuple[int, ...] | None]:
    """The return within the published one that it is to be rated against, and the organisations that reports are about.

    What the run supposes of any of them stands in it.
    The published return is read by the methodology, or by a profile of its own. `None` means all organisations.
    Raises `Refused` with every problem of the published return, and for every code that the own one does not have.
    """
    if not is_frame(request.against) and not paths_of(request.against):
        printed = tuple(chosen(submitted, request.only)) if request.only and not request.as_ else None
        return _supposed(submitted, methodology, request), printed
    from nhsrate.runs.places import with_ranks

    other = profiled(methodology, request.against_reading)
    population = read_tables(
        open_books(request.against, request.limit),
        other.wanted(),
        other.reading,
        known=known(request, methodology),
    )
    population = with_folders(joined(population, other, request), request.against)
    once = tuple(problem for problem in population.problems if problem.code != "raised-limit")
    codes = [submitted.organisations[n].code for n in chosen(submitted, request.only)]
    together, told = within(submitted, replace(population, problems=once), codes)
    if submitted.periods and not population.period and population.periods:
        told += several_periods(population.periods, population.name)
    own = chosen(together, codes)
    together = _supposed(replace(together, problems=(*together.problems, *told)), methodology, request)
    together, of_ranks = with_ranks(together, methodology, own)
    of_scale = _other_scale(together, methodology, own)
    return replace(together, problems=(*together.problems, *of_ranks, *of_scale)), tuple(own)


def _supposed(submitted: Return, methodology: Methodology, request: Request) -> Return:
    """The return with what the run supposes, which few do."""
    if not request.suppose:
        return submitted
    from nhsrate.runs.supposing import supposed

    return supposed(submitted, methodology, request.suppose)


def within(own: Return, population: Return, codes: Sequence[str]) -> tuple[Return, list[Problem]]:
    """The population with the organisations of `own` (those of these codes, where any are given) in it.

    An organisation that the population has keeps its place there and takes all its values from `own`; another one joins
    at the end. A note says of each which it was. Raises `Refused` where `own` has no organisation of a code.
    """
    taken = chosen(own, codes)
    places = {organisation.code.casefold(): n for n, organisation in enumerate(population.organisations)}
    published = _Published.of(population)
    organisations = list(population.organisations)
    source: list[tuple[Return, int]] = [(population, n) for n in range(len(organisations))]
    told = []
    for n in taken:
        organisation = own.organisations[n]
        place = places.get(organisation.code.casefold())
        told += _misspelt(own, n, published)
        named = organisation.name != organisation.code
        label = f"{organisation.code} {organisation.name}" if named else organisation.code
        if place is None:
            organisations.append(organisation)
            source.append((own, n))
            message = f"{label} is not in {population.name}, so it was added to the organisations there."
        else:
            organisations[place] = replace(organisation, name=organisation.name if named else organisations[place].name)
            source[place] = (own, n)
            message = f"{label} was rated in the place of its row in {population.name}."
        told.append(Problem(CellLocation(own.name), "within-population", message, "", "note"))
    if own.period and population.period and not same_period(own.period, population.period):
        message = f"The return is of {quoted(own.period)}, and {population.name} of {quoted(population.period)}."
        remedy = "So it was rated among others as they were then."
        told.append(Problem(CellLocation(own.name), "other-period", message, remedy, "note"))
    values = {id_: _column(id_, source) for id_ in own.values if id_ in population.values}
    codes_taken = {own.organisations[n].code.casefold() for n in taken}
    overrides = (
        *(one for one in population.overrides if one.code.casefold() not in codes_taken),
        *(one for one in own.overrides if one.code.casefold() in codes_taken),
    )
    joined = replace(
        population,
        name=f"{own.name} within {population.name}",
        digest=_digest(own, population),
        organisations=tuple(organisations),
        values=values,
        overrides=overrides,
        set_aside=(*own.set_aside, *population.set_aside),
        accounts=(*own.accounts, *population.accounts),
        period=own.period or (None if own.periods else population.period),
        periods=own.periods or population.periods,
        problems=(*own.problems, *population.problems),
    )
    return joined, told


@frozen
class _Published:
    """The published organisations by their folded code, by how their codes look, and by their names, whole and bare."""

    name: str
    codes: Mapping[str, Organisation]
    alike: Mapping[str, Organisation]
    names: Mapping[str, Sequence[Organisation]]
    bare: Mapping[str, Sequence[Organisation]]

    @classmethod
    def of(cls, population: Return) -> _Published:
        """The same organisations in every order."""
        names: dict[str, list[Organisation]] = {}
        bare: dict[str, list[Organisation]] = {}
        for one in population.organisations:
            if one.name != one.code:
                names.setdefault(fold(one.name), []).append(one)
                bare.setdefault(_bare_name(one.name), []).append(one)
        codes = {one.code.casefold(): one for one in population.organisations}
        return cls(population.name, codes, {looks(code): one for code, one in codes.items()}, names, bare)

    def of_name(self, name: str) -> Sequence[Organisation]:
        """Those of that name, or where none has it those of one that is typed a little otherwise."""
        own = _bare_name(name)
        if found := self.names.get(fold(name)) or self.bare.get(own):
            return found
        return next((them for other, them in self.bare.items() if one_letter_apart(other, own)), ())

    def misspelt(self, one: Organisation) -> tuple[str, Organisation] | None:
        """What shows that the code of an own organisation may be mistyped, and which one is probably meant.

        Its name, or what looks just like its code, has another published code. Then the organisation is counted twice,
        or (where the code is that of another) stands in the place of another one.
        """
        there = self.codes.get(one.code.casefold())
        named = [] if one.name == one.code or (there and fold(there.name) == fold(one.name)) else self.of_name(one.name)
        if there is not None:
            if not named or there in named:
                return None
            message = f"{one.code} is {there.name} in {self.name}, where {_called(one.name, named)}; "
            return f"{message}so {there.name} may have been replaced by another.", named[0]
        if named:
            message = f"{one.code} is not in {self.name}, where {_called(one.name, named)}"
            return f"{message}; so it may be counted twice.", named[0]
        if alike := self.alike.get(looks(one.code.casefold())):
            message = f"{one.code} is not in {self.name}, where {alike.code} looks just like it"
            return f"{message}; so it may be counted twice.", alike
        return None


def _misspelt(own: Return, n: int, published: _Published) -> list[Problem]:
    """The warning that an own code may be mistyped."""
    found = published.misspelt(own.organisations[n])
    if found is None:
        return []
    message, meant = found
    at = next((at for values in own.values.values() if (at := values.at(n))), CellLocation(own.name))
    return [Problem(at, "within-population", message, f"If it is the same, write its code {meant.code}.", "warning")]


def _called(name: str, named: Sequence[Organisation]) -> str:
    """`North has the code RA1`, by the published name where the own one is another."""
    codes = listed([two.code for two in named])
    return f"{name if fold(named[0].name) == fold(name) else named[0].name} has the code {codes}"


def _bare_name(name: str) -> str:
    """A name as a tired eye sees it, without the words that many names share."""
    words = [word for word in fold(plain(name)).replace(".", "").split() if word not in SHARED]
    return looks(" ".join(words)) if words else looks(name)


def chosen(submitted: Return, codes: Sequence[str]) -> list[int]:
    """The organisations of these codes, in the order of the return; all where none is named.

    Raises `Refused` for every unknown one.
    """
    if not codes:
        return list(range(len(submitted.organisations)))
    known = {organisation.code.casefold(): n for n, organisation in enumerate(submitted.organisations)}
    problems = []
    found = []
    for code in codes:
        n = known.get(code.strip().casefold())
        if n is not None:
            found.append(n)
            continue
        message = f"The return has no organisation with the code {quoted(code)}."
        names = [organisation.code for organisation in submitted.organisations]
        remedy = nearest(code, names) or f"It has {len(names)}, such as {names[0]}."
        problems.append(Problem(CellLocation(submitted.name), "unknown-organisation", message, remedy))
    if problems:
        raise Refused(problems)
    return sorted(set(found))


def _digest(own: Return, population: Return) -> str:
    from hashlib import sha256

    return sha256(f"{own.digest}\n{population.digest}".encode()).hexdigest()


def _column(id_: str, source: Sequence[tuple[Return, int]]) -> Values:
    """One input's values, each from the return that it comes from."""
    columns = [(submitted.values[id_], n) for submitted, n in source]
    places = [(values.sources[n], values.rows[n], values.columns[n]) if values.sources else (None, 0, 0)
              for values, n in columns]  # fmt: skip
    return Values(
        [values.cells[n] for values, n in columns],
        next((values.heading for values, _ in columns if values.heading), ""),
        [place[0] for place in places],
        [place[1] for place in places],
        [place[2] for place in places],
        {at: values.flags[n] for at, (values, n) in enumerate(columns) if n in values.flags},
        {at: values.shown[n] for at, (values, n) in enumerate(columns) if n in values.shown},
    )


def _other_scale(submitted: Return, methodology: Methodology, own: Sequence[int]) -> list[Problem]:
    """The warnings of own percentages that lie among those of the others only on the other scale (0.95 for 95 %)."""
    told = []
    for entry in methodology.inputs.values():
        values = submitted.values.get(entry.id)
        if entry.type == "percent" and values is not None:
            told += own_among_others(entry, values.cells, own, partial(_cell, submitted, values))
    return told


def _cell(submitted: Return, values: Values, n: int) -> CellLocation:
    return values.at(n) or CellLocation(submitted.name)

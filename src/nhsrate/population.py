"""A trust's own return within the published population: its row in the place of the published one, or beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.periods import same_period
from nhsrate.problems import CellPlace, Problem, Refused, nearest
from nhsrate.returns import Values
from nhsrate.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.returns import Return


def within(own: Return, population: Return, codes: Sequence[str]) -> tuple[Return, list[Problem]]:
    """The population with the organisations of `own` (those of these codes, where any are given) in it.

    An organisation that the population has keeps its place there and takes all its values from `own`; another one joins
    at the end. A note says of each which it was. Raises `Refused` where `own` has no organisation of a code.
    """
    taken = chosen(own, codes)
    places = {organisation.code.casefold(): n for n, organisation in enumerate(population.organisations)}
    organisations = list(population.organisations)
    source: list[tuple[Return, int]] = [(population, n) for n in range(len(organisations))]
    told = []
    for n in taken:
        organisation = own.organisations[n]
        place = places.get(organisation.code.casefold())
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
        told.append(Problem(CellPlace(own.name), "within-population", message, "", "note"))
    if own.period and population.period and not same_period(own.period, population.period):
        message = f"The return is of {quoted(own.period)}, and {population.name} of {quoted(population.period)}."
        remedy = "So it was rated among others as they were then."
        told.append(Problem(CellPlace(own.name), "other-period", message, remedy, "note"))
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
        period=own.period or population.period,
        problems=(*own.problems, *population.problems),
    )
    return joined, told


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
        problems.append(Problem(CellPlace(submitted.name), "unknown-organisation", message, remedy))
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

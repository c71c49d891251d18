"""What is asked of trajectories, and the whole way from the returns that are named to what is found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.numbers import stated_number
from nhsrate.core.problems import CellLocation, LineLocation, Problem, Refused, nearest
from nhsrate.core.texts import listed, quoted
from nhsrate.runs.progress import unheard
from nhsrate.runs.request import is_frame, paths_of
from nhsrate.trajectories.plans import Plan, planned_of
from nhsrate.trajectories.series import calendar_for, looking_back, placed_of, series_of, stages_of
from nhsrate.trajectories.trajectory import items_of, trajectories_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal
    from pathlib import Path

    from nhsrate.returns.model import Organisation
    from nhsrate.rules.inputs import TableReading
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request, Source
    from nhsrate.trajectories.series import Rules, Series, Stage
    from nhsrate.trajectories.trajectory import Trajectories


@frozen
class Asked:
    """What is asked beside the returns.

    `rules` are no edition, one for all, or one for each return. `plans` are tables of what was planned, read by
    `plan_reading`. `items` are the indicators to tell of; `targets` are texts such as `waits=95` or `waits=95@April
    2025`, `rebase` such as `April 2020=the pandemic`.
    """

    rules: tuple[Rules, ...] = ()
    plans: tuple[Source, ...] = ()
    plan_reading: Path | TableReading | None = None
    items: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    rebase: tuple[str, ...] = ()


def trajectories(
    returns: Sequence[Source], asked: Asked, request: Request, say: Say = unheard, rated: Sequence[Stage] = ()
) -> Trajectories:
    """The trajectories of these returns, each one of its own; every file of a folder is one.

    `rated` are further ones that are rated already. Raises `Refused` with everything that cannot be read, rated or put
    in order.
    """
    sources, whole = _each(returns), replace(request, only=())
    if len(asked.rules) > 1 and len(asked.rules) != len(sources):
        message = f"There are {len(sources)} returns and {len(asked.rules)} editions."
        remedy = "Name none, one for all, or one for each return in their order."
        raise Refused([Problem(LineLocation("--methodology"), "bad-setting", message, remedy)])
    stages = [*(stages_of(sources, asked.rules, whole, say) if sources or not rated else ()), *rated]
    calendar = calendar_for(stages)
    stages = [*looking_back(stages[: len(stages) - len(rated)], calendar, whole), *rated]
    series = series_of(stages, calendar)
    items = _items(series, asked.items)
    plans = _each(asked.plans)
    latest = series.stages[max(series.stages)]
    edition = latest.edition or latest.assessment.methodology
    parts = planned_of(plans, edition, items, whole, asked.plan_reading) if plans else []
    calendar = calendar_for([*stages, *parts])
    series = series_of(stages, calendar)
    plan = Plan(placed_of(parts, calendar))
    say("trajectories")
    return trajectories_of(
        series, plan, items, _targets(series, items, asked.targets), _rebased(series, asked.rebase),
        _only(series, request.only),
    )  # fmt: skip


def _each(sources: Iterable[Source]) -> list[Source]:
    """Each return by itself: a data frame, a file, or every file of a folder."""
    return [one for source in sources for one in ([source] if is_frame(source) else [(p,) for p in paths_of(source)])]


def _items(series: Series, asked: Sequence[str]) -> list[str]:
    """The indicators that are asked for, or all; raises `Refused` for one that no edition has."""
    if not asked:
        return items_of(series)
    known = [id_ for method in series.methodologies for id_ in (*method.inputs, *method.items)]
    unknown = [id_ for id_ in asked if id_ not in known]
    if unknown:
        at = CellLocation(series.methodology.id)
        raise Refused(
            [
                Problem(at, "unknown-item", f"No edition of these returns has {quoted(id_)}.", nearest(id_, known))
                for id_ in unknown
            ]
        )
    return list(dict.fromkeys(asked))


def _targets(series: Series, items: Sequence[str], texts: Iterable[str]) -> dict[str, dict[int, Decimal]]:
    """What values are held to, by indicator and the place from which on; raises `Refused` for what cannot be."""
    found: dict[str, dict[int, Decimal]] = {}
    for text in texts:
        item, _, rest = (part.strip() for part in text.partition("="))
        amount, begins, period = (part.strip() for part in rest.partition("@"))
        value = stated_number(amount.removesuffix("%").strip())
        if value is None or item not in items:
            why = f"{quoted(item)} is none of the indicators" if item not in items else f"{quoted(amount)} is no number"
            remedy = f"Write such as waits=95, or waits=95@April 2025; the indicators are {listed(list(items), 6)}."
            raise Refused([_bad("--target", f"{quoted(text)} sets no target: {why}.", remedy)])
        place = _place(series, "--target", period) if begins else min(series.places)
        found.setdefault(item, {})[place] = value
    return found


def _rebased(series: Series, texts: Iterable[str]) -> dict[int, str]:
    """From which places on limits begin anew, each with its reason; raises `Refused` where one has none."""
    found: dict[int, str] = {}
    for text in texts:
        period, _, reason = (part.strip() for part in text.partition("="))
        if not reason:
            message = f"{quoted(text)} gives no reason, and limits begin anew for none without one."
            raise Refused([_bad("--rebase", message, 'Write such as --rebase "April 2020=the pandemic".')])
        found[_place(series, "--rebase", period)] = reason
    return dict(sorted(found.items()))


def _place(series: Series, option: str, period: str) -> int:
    """The place of a period from which on something holds; it is none where that is after the last return."""
    calendar = series.calendar
    place = calendar.place(period)
    if place is None or place > max(series.places):
        such = f"Write one as the returns do, such as {calendar.name(max(series.places))}."
        after = f"{quoted(period)} is after the last of these returns, so nothing is held to it."
        raise Refused(
            [_bad(option, f"{quoted(period)} is no period of these returns." if place is None else after, such)]
        )
    return place


def _bad(option: str, message: str, remedy: str) -> Problem:
    return Problem(LineLocation(option), "bad-setting", message, remedy)


def _only(series: Series, codes: Iterable[str]) -> list[Organisation]:
    """Those that are reported: those of these codes or names, else all; raises `Refused` for one that nobody has."""
    wanted = list(codes)
    if not wanted:
        return list(series.organisations)
    found = []
    for code in wanted:
        word = " ".join(code.split()).casefold()
        fits = [one for one in series.organisations if one.code.casefold() == word] or [
            one for one in series.organisations if word and word in one.name.casefold()
        ]
        if len(fits) != 1:
            what = "No organisation fits" if not fits else f"{len(fits)} organisations fit"
            named = f": {listed([quoted(one.code) for one in fits], 4)}" if fits else ""
            remedy = (
                nearest(code, [one.code for one in series.organisations]) or "Give its code as the returns have it."
            )
            at = CellLocation(series.stages[max(series.stages)].name)
            raise Refused([Problem(at, "unknown-organisation", f"{what} {quoted(code)}{named}.", remedy)])
        found += fits
    return [one for one in series.organisations if one in found]

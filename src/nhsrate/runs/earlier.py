"""Earlier periods: which returns are of them, what they give under the same methodology, and what is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Missing
from nhsrate.core.periods import back_words, periods_back
from nhsrate.core.problems import CellLocation, Problem, Refused
from nhsrate.core.texts import listed, quoted
from nhsrate.engine.assess import assess
from nhsrate.engine.assessment import Before
from nhsrate.kinds.workings import EarlierPeriod
from nhsrate.returns.model import Values
from nhsrate.returns.read import read_tables
from nhsrate.rules.checks import needs
from nhsrate.runs.joining import joined, known
from nhsrate.runs.read import open_books, profiled, with_folders
from nhsrate.runs.request import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request, Source


NOT_READ = Missing("not asked of an earlier return", "absent")


def with_earlier(
    submitted: Return, methodology: Methodology, request: Request
) -> tuple[Return, dict[int, Before], list[Problem]]:
    """The return with what the methodology looks back at, the earlier returns that gave it, and what is to be said.

    Each earlier return is read for what is looked back at and nothing else, and rated by this methodology, in its own
    population, the oldest first, so that it may look back itself.
    Raises `Refused` with every problem of theirs, and where it is not clear how far back one is, or two are of one.
    """
    wanted = looked_back(methodology, methodology.items)
    if not wanted:
        return submitted, {}, [_idle(submitted, methodology)] if request.earlier else []
    if not request.earlier:
        return submitted, {}, _not_given(submitted, methodology, wanted)
    returns = _by_period(submitted, methodology, request, _all_wanted(methodology, wanted))
    asked = _asked(methodology, wanted, returns)
    if lacking := [problem for back, ids in asked.items() for problem in _lacking(returns[back], methodology, ids)]:
        raise Refused(lacking)
    told = [_unasked(returns[back], submitted) for back, ids in asked.items() if not ids]
    told += _not_given(submitted, methodology, {back: ids for back, ids in wanted.items() if back not in returns})
    rated: dict[int, Before] = {}
    for back in sorted((back for back, ids in asked.items() if ids), reverse=True):
        then = returns[back]
        older = {further - back: before for further, before in rated.items()}
        seen = {steps: _seen_from(then, before) for steps, before in older.items()}
        then = replace(then, earlier=_periods(seen))
        assessment = assess(then, methodology, only=asked[back])
        rated[back] = Before(then.period or "", replace(assessment, earlier=seen), range(len(then.organisations)))
        told += [
            one for one in (*then.problems, *assessment.problems) if one.code not in {"other-period", "raised-limit"}
        ]
    seen = {back: _seen_from(submitted, before) for back, before in sorted(rated.items())}
    return replace(submitted, earlier=_periods(seen)), seen, told


# what is looked back at


def looked_back(methodology: Methodology, items: Iterable[str]) -> dict[int, set[str]]:
    """By how many periods back, what these items look at."""
    found: dict[int, set[str]] = {}
    for id_ in items:
        looked = methodology.items[id_].rule.looks_back() if id_ in methodology.items else None
        if looked is not None:
            found.setdefault(looked[1], set()).add(looked[0])
    return dict(sorted(found.items()))


def reached(methodology: Methodology, ids: Iterable[str]) -> set[str]:
    """These inputs and items, and everything of the same period that they rest on."""
    found: set[str] = set()
    ahead = [*ids]
    while ahead:
        id_ = ahead.pop()
        if id_ not in found:
            found.add(id_)
            item = methodology.items.get(id_)
            ahead += needs(item, methodology.populations) if item else ()
    return found


def _all_wanted(methodology: Methodology, wanted: Mapping[int, set[str]]) -> set[str]:
    """Everything that may be asked of some earlier return, be it by another earlier one."""
    found: set[str] = set()
    ahead = {id_ for ids in wanted.values() for id_ in ids}
    while ahead:
        found |= (new := reached(methodology, ahead) - found)
        ahead = {id_ for ids in looked_back(methodology, new).values() for id_ in ids} - found
    return found


def _asked(
    methodology: Methodology, wanted: Mapping[int, set[str]], returns: Mapping[int, Return]
) -> dict[int, set[str]]:
    """What is asked of each earlier return: by this period, and by those in between that look back themselves."""
    asked = {back: set(wanted.get(back, ())) for back in sorted(returns)}
    for back, ids in asked.items():
        for further, more in looked_back(methodology, reached(methodology, ids)).items():
            if back + further in asked:
                asked[back + further] |= more
    return asked


# which return is of which period


def _by_period(submitted: Return, methodology: Methodology, request: Request, wanted: set[str]) -> dict[int, Return]:
    """Every earlier return by how many periods back it is; raises `Refused` where that is not clear of one.

    Several files of one period are one return, as they are of the period that is rated.
    """
    now = submitted.period or methodology.period
    problems = [] if now else [_no_period(submitted)]
    if submitted.grouping is not None:
        beside = (methodology.inputs[id_].together for id_ in wanted if id_ in methodology.inputs)
        wanted = wanted.union(*(together.needs for together in beside if together))
    found: dict[int, list[tuple[Source, Return]]] = {}
    for source in request.earlier:
        try:
            several = _by_file(source, methodology, request, wanted)
        except Refused as refused:
            problems += refused.problems
            continue
        for one, then in several:
            back = periods_back(now, then.period) if then.period and now else None
            if back is not None:
                found.setdefault(back, []).append((one, then))
            elif now:
                problems.append(_no_place(then, now))
    returns: dict[int, Return] = {}
    for back, parts in found.items():
        (_, first), *others = parts
        paths = [path for part, _ in parts for path in paths_of(part)]
        try:
            whole = _read(paths, methodology, request, wanted) if others else first
            returns[back] = _grouped(whole, methodology, submitted)
        except Refused as refused:
            problems += [_no_place(then, now, first) for _, then in others] or refused.problems
    if problems:
        raise Refused(problems)
    return returns


def _by_file(
    source: Source, methodology: Methodology, request: Request, wanted: set[str]
) -> list[tuple[Source, Return]]:
    """The return of a source; those of the files of a folder where each is of another period, and they are not one."""
    try:
        return [(source, _read(source, methodology, request, wanted))]
    except Refused as refused:
        files = paths_of(source)
        try:
            each: list[tuple[Source, Return]] = [(file, _read(file, methodology, request, wanted)) for file in files]
        except Refused:
            raise refused from None
        if len(files) < 2 or len({then.period for _, then in each}) < len(files):
            raise
        return each


def _no_period(submitted: Return) -> Problem:
    """That it cannot be told what is earlier than a return."""
    message = "The return does not say of which period it is, so it cannot be told which period is before it."
    remedy = "Write Period and the period into two cells above the table, or in a column of that name."
    return Problem(CellLocation(submitted.name), "earlier-period", message, remedy)


def _no_place(then: Return, now: str | None, other: Return | None = None) -> Problem:
    """Why an earlier return is not one of a period before this one."""
    if not then.period:
        return _no_period(then)
    if other is not None:
        message = f"It is of {quoted(then.period)}, as {other.name} is."
        return Problem(CellLocation(then.name), "earlier-period", message, "Give one return of each period.")
    message = f"It is of {quoted(then.period)}, which is no whole number of such periods before {quoted(now or '')}."
    remedy = "Give returns of earlier periods of the same length, such as the quarter before a quarter."
    return Problem(CellLocation(then.name), "earlier-period", message, remedy)


def _read(source: Source, methodology: Methodology, request: Request, wanted: set[str]) -> Return:
    """An earlier return, with a column for every input; what is not wanted of it is not looked for."""
    read_by = profiled(methodology, request.earlier_reading)
    entries = [replace(entry, optional=True) for entry in read_by.wanted() if entry.id in wanted]
    found = read_tables(open_books(source, request.limit), entries, read_by.reading, known=known(request, read_by))
    found = with_folders(joined(found, read_by, replace(request, organisations=None)), source)
    absent = Values([NOT_READ] * len(found.organisations))
    return replace(found, values={**dict.fromkeys(methodology.inputs, absent), **found.values})


def earlier_return(request: Request, methodology: Methodology, now: Return) -> Return | None:
    """The first return that is named as an earlier one, with every input of the methodology; nothing where none is.

    One that says itself of no period has none, whatever its reading is of. Raises `Refused` with its problems, and
    where it says that it is of no earlier period.
    """
    if not request.earlier:
        return None
    then = _read(request.earlier[0], methodology, request, {*methodology.inputs, *methodology.items})
    then = _grouped(then, methodology, now)
    then = then if then.periods else replace(then, period=None)
    said = now.period or methodology.period
    if then.period and said and periods_back(said, then.period) is None:
        raise Refused([_no_place(then, said, None)])
    return then


def _grouped(then: Return, methodology: Methodology, submitted: Return) -> Return:
    """An earlier return of groups, where the one that looks back is: by the same members."""
    if submitted.grouping is None:
        return then
    from nhsrate.groups.grouped import grouped  # few runs are of groups

    return grouped(then, replace(methodology, rates=submitted.grouping.rates), submitted.grouping.wanted)


def _lacking(then: Return, methodology: Methodology, ids: set[str]) -> list[Problem]:
    """The columns that are asked of an earlier return and absent, where an input is not optional."""
    wanted = reached(methodology, ids)
    gone = [
        entry.title or entry.id
        for entry in methodology.inputs.values()
        if entry.id in wanted and not entry.optional and not then.values[entry.id].sources
    ]
    if not gone:
        return []
    message = f"No column of this earlier return has the heading {listed([quoted(title) for title in gone], 4)}."
    remedy = "Add it, or say under --earlier-reading how this return is read."
    return [Problem(CellLocation(then.name), "missing-column", message, remedy)]


# what they give


def _seen_from(submitted: Return, before: Before) -> Before:
    """An earlier return as a later one sees it: which organisation there is which here."""
    places = {one.code.casefold(): n for n, one in enumerate(before.assessment.organisations)}
    return replace(before, numbers=[places.get(one.code.casefold()) for one in submitted.organisations])


def _periods(seen: Mapping[int, Before]) -> dict[int, EarlierPeriod]:
    """What the items of earlier periods were, for each organisation of the return that looks at them."""
    return {back: _period(before) for back, before in seen.items()}


def _period(before: Before) -> EarlierPeriod:
    absent = Missing(f"it does not stand in {before.assessment.submitted.name}", "absent")
    cells = {
        id_: [absent if n is None else column[n] for n in before.numbers]
        for id_, column in before.assessment.columns.items()
    }
    return EarlierPeriod(before.period, before.assessment.submitted.name, cells)


# what is said


def _idle(submitted: Return, methodology: Methodology) -> Problem:
    message = f"{methodology.title} looks at no earlier period, so what --earlier gives is not used."
    return Problem(CellLocation(submitted.name), "earlier-period", message, "Leave it out.", "warning")


def _unasked(then: Return, submitted: Return) -> Problem:
    message = f"Nothing looks back from {quoted(submitted.period or '')} to {quoted(then.period or '')}, "
    message += "so this return is not used."
    return Problem(CellLocation(then.name), "earlier-period", message, "Leave it out.", "warning")


def _not_given(submitted: Return, methodology: Methodology, wanted: Mapping[int, set[str]]) -> list[Problem]:
    """The note of each earlier period that is looked at and has no return."""
    told = []
    for back, ids in wanted.items():
        names = listed([methodology.called(id_) for id_ in sorted(ids)], 3)
        message = (
            f"No return of {back_words(back)} was given, so {names} of then {'is' if len(ids) == 1 else 'are'} missing."
        )
        remedy = "Give it with --earlier."
        told.append(Problem(CellLocation(submitted.name), "earlier-period", message, remedy, "note"))
    return told

"""What a run supposes: values in the place of what a return says, checked like its cells and marked everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.problems import CellLocation, LineLocation, Problem, Refused, errors, nearest
from nhsrate.core.texts import fold, listed, quoted
from nhsrate.engine.assessment import is_taken
from nhsrate.engine.explain import text_of
from nhsrate.kinds.places import RankSpread
from nhsrate.returns.model import Supposed, Values
from nhsrate.rules.checks import needs
from nhsrate.runs.places import with_ranks
from nhsrate.values.column import parse_column
from nhsrate.values.percent_scale import own_among_others

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.returns.model import Return
    from nhsrate.rules.inputs import Input, TableReading
    from nhsrate.rules.model import Methodology

NO_VALUE = Missing("supposed to be missing", "blank")
OUTDATED = Missing("the published one no longer holds with what is supposed", "absent")
ABSENT = Missing("column absent", "absent")


@frozen
class _Asked:
    """One supposition whose names are known: the organisation's number, the input, and the text of the value."""

    asked: str
    n: int
    entry: Input
    text: str

    @property
    def at(self) -> CellLocation:
        """Where a fault of the value stands."""
        return CellLocation(f"--suppose {self.asked}")


def supposed(submitted: Return, methodology: Methodology, texts: Sequence[str]) -> Return:
    """The return with each `CODE.INPUT=VALUE` in the place of what it says, and a note of each.

    What was published and no longer holds with it is left out: the rank of a value, and results that rest on it.
    Raises `Refused` with every name that is not known and every value that the cell could not say.
    """
    problems: list[Problem] = []
    asked: list[_Asked] = []
    for text in texts:
        found = _named(submitted, methodology, text)
        if isinstance(found, Problem):
            problems.append(found)
        elif any((found.n, found.entry.id) == (one.n, one.entry.id) for one in asked):
            message = f"{submitted.organisations[found.n].code}.{found.entry.id} is supposed twice."
            problems.append(_bad(text, "bad-setting", message, "Say it once."))
        else:
            asked.append(found)
    values = dict(submitted.values)
    for one in asked:
        values[one.entry.id], told = _with_value(submitted, values, methodology, one)
        problems += told
    if errors(problems):
        raise Refused(problems)
    made = tuple(values[one.entry.id].supposed[one.n] for one in asked)
    problems += [_told(submitted, methodology, one) for one in made]
    changed = replace(submitted, values=values, supposed=made)
    changed, of_results = _without_results(changed, methodology, asked)
    changed, of_ranks = _without_ranks(changed, methodology, asked)
    return replace(changed, problems=(*submitted.problems, *problems, *of_results, *of_ranks))


# which value is meant


def _bad(asked: str, code: str, message: str, remedy: str) -> Problem:
    return Problem(LineLocation(f"--suppose {asked}"), code, message, remedy)


def _named(submitted: Return, methodology: Methodology, asked: str) -> _Asked | Problem:
    """The organisation and the input that are meant; codes and ids may have points in them, so every one is tried."""
    where, _, text = (part.strip() for part in asked.partition("="))
    codes = {one.code.casefold(): n for n, one in enumerate(submitted.organisations)}
    entries = {entry.id: entry for entry in methodology.wanted()}
    splits = [(where[:at].strip(), where[at + 1 :].strip()) for at, letter in enumerate(where) if letter == "."]
    fits = [(code, id_) for code, id_ in splits if code.casefold() in codes and id_ in entries]
    if len(fits) == 1:
        code, id_ = fits[0]
        return _Asked(asked, codes[code.casefold()], entries[id_], text)
    if fits:
        said = " and ".join(f"{id_} of {code}" for code, id_ in fits)
        return _bad(asked, "bad-setting", f"{quoted(where)} may mean {said}.", "Give one of them another code.")
    known = [(code, id_) for code, id_ in splits if code.casefold() in codes]
    if known:
        return _bad(asked, "unknown-item", *_no_input(methodology, entries, known[0][1]))
    code = next((code for code, id_ in splits if id_ in entries), splits[0][0])
    message = f"The return has no organisation with the code {quoted(code)}."
    return _bad(asked, "unknown-organisation", message, _near_code(submitted, code))


def _near_code(submitted: Return, code: str) -> str:
    """Which organisation may be meant: one of that name, one of nearly that code, or one of those that there are."""
    named = [one for one in submitted.organisations if fold(one.name) == fold(code)]
    if named:
        return f"{named[0].name} has the code {quoted(named[0].code)}."
    known = [one.code for one in submitted.organisations]
    return nearest(code, known) or f"It has {len(known)}, such as {known[0]}."


def _no_input(methodology: Methodology, entries: Mapping[str, Input], word: str) -> tuple[str, str]:
    """That nothing of that name comes in a return, and what may be meant."""
    if word in methodology.items:
        below = _below(methodology, word)
        rests = [id_ for id_ in entries if id_ in below]
        return (
            f'"{word}" is worked out, and a return does not give it.',
            f"Suppose what it is made of: {listed(rests, 5)}.",
        )
    same = [id_ for id_, entry in entries.items() if fold(word) in map(fold, entry.headings)]
    remedy = f'Did you mean "{same[0]}"?' if same else nearest(word, entries)
    return f'The methodology {methodology.id} has no input "{word}".', remedy or f"It has {listed(list(entries), 5)}."


# what it says


def _with_value(
    submitted: Return, values: Mapping[str, Values], methodology: Methodology, one: _Asked
) -> tuple[Values, list[Problem]]:
    """The column with the value that is supposed, and what is wrong with that."""
    column = values.get(one.entry.id) or Values([ABSENT] * len(submitted.organisations))
    cell, problems = _cell(submitted, methodology, one)
    if isinstance(cell, Missing) and errors(problems):
        return column, problems
    code = submitted.organisations[one.n].code
    made = Supposed(code, one.entry.id, one.text, cell, column.cells[one.n], column.at(one.n))
    cells = [cell if n == one.n else known for n, known in enumerate(column.cells)]
    flags = {n: said for n, said in column.flags.items() if n != one.n}
    shown = {n: number for n, number in column.shown.items() if n != one.n}
    own = {**column.supposed, one.n: made}
    column = replace(column, cells=cells, flags=flags, shown=shown, supposed=own)
    others = any(not isinstance(known, Missing) for n, known in enumerate(cells) if n != one.n)
    if one.entry.type == "percent" and others and "%" not in one.text:
        problems = [problem for problem in problems if problem.code != "percent-scale"]
        problems += own_among_others(one.entry, cells, [one.n], lambda _: one.at)
    return column, problems


def _cell(submitted: Return, methodology: Methodology, one: _Asked) -> tuple[Cell, list[Problem]]:
    """What the text says, as a cell of the input's column would; `missing` says that there is no value."""
    reading = _reading(submitted, methodology, one.entry)
    cells, problems = parse_column(one.entry, [one.text], reading, lambda _: one.at)
    if fold(one.text) != "missing" or isinstance(cells[0], Level) or (isinstance(cells[0], Missing) and not problems):
        return cells[0], problems
    _, of_blank = parse_column(one.entry, [None], reading, lambda _: one.at)
    return NO_VALUE, of_blank


def _reading(submitted: Return, methodology: Methodology, entry: Input) -> TableReading:
    """How the table was read that the input stands in."""
    found = [reading for table, _, reading in submitted.layouts if entry.table in {None, table}]
    return found[0] if found else methodology.reading


def _told(submitted: Return, methodology: Methodology, one: Supposed) -> Problem:
    """The note of one supposition."""
    says = text_of(methodology, one.item, one.was)
    before = f"the return says {says}" if not isinstance(one.was, Missing) else f"in the return it is {says}"
    message = f"{methodology.called(one.item)} of {one.code} is supposed: {text_of(methodology, one.item, one.cell)}; "
    return Problem(one.was_at or CellLocation(submitted.name), "supposed", f"{message}{before}.", "", "note")


# what was published and no longer holds


def _without_results(
    submitted: Return, methodology: Methodology, asked: Sequence[_Asked]
) -> tuple[Return, list[Problem]]:
    """The return without the published results that rest on what is supposed, which are worked out instead."""
    values, left = dict(submitted.values), dict[int, list[str]]()
    for id_, item in methodology.items.items():
        column = values.get(id_)
        if column is None or item.given_as == ():
            continue
        below = _below(methodology, id_)
        for n in {one.n for one in asked if one.entry.id in below}:
            if is_taken(column.cells[n]) and n not in column.supposed:
                column = values[id_] = _blanked(column, n)
                left.setdefault(n, []).append(id_)
    return replace(submitted, values=values), [_left_out(submitted, n, ids, "results") for n, ids in left.items()]


def _below(methodology: Methodology, id_: str) -> set[str]:
    """Everything that an item rests on, through however many steps."""
    found: set[str] = set()
    ahead = [id_]
    while ahead:
        item = methodology.items.get(ahead.pop())
        new = set(needs(item, methodology.populations)) - found if item else set()
        found |= new
        ahead += new
    return found


def _without_ranks(
    submitted: Return, methodology: Methodology, asked: Sequence[_Asked]
) -> tuple[Return, list[Problem]]:
    """The return without the published ranks of values that are supposed; the ranks of others tell the place."""
    values, left = dict(submitted.values), dict[int, list[str]]()
    for item in methodology.items.values():
        rule = item.rule
        if not isinstance(rule, RankSpread) or rule.rank is None or rule.rank not in values:
            continue
        rests = {rule.of, *_below(methodology, rule.of)}
        for n in {one.n for one in asked if one.entry.id in rests}:
            column = values[rule.rank]
            if not isinstance(column.cells[n], Missing) and n not in column.supposed:
                values[rule.rank] = _blanked(column, n)
                left.setdefault(n, []).append(rule.rank)
    told = [_left_out(submitted, n, ids, "ranks") for n, ids in left.items()]
    changed, of_ranks = replace(submitted, values=values), []
    for n, ids in left.items():
        changed, found = with_ranks(changed, methodology, [n], ids)
        of_ranks += found
    return changed, [*told, *of_ranks]


def _blanked(column: Values, n: int) -> Values:
    """The column without the value of one organisation."""
    return replace(column, cells=[OUTDATED if at == n else cell for at, cell in enumerate(column.cells)])


def _left_out(submitted: Return, n: int, ids: Sequence[str], what: str) -> Problem:
    code = submitted.organisations[n].code
    one = len(ids) == 1
    message = f"{listed(list(ids), 5)} of {code} {'was' if one else 'were'} published with other values than what is "
    message += f"supposed, so {'it was' if one else f'these {what} were'} not taken."
    return Problem(CellLocation(submitted.name), "supposed", message, "", "warning")

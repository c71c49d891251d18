"""What moved between committed ratings, as they are read again for `--check`, and those of today, and because of what.

For whoever checks committed ratings: `moved` compares with a file, `moved_from` with what was read of one (a `Baseline`
may be made of anything); `headline` says how much moved in a few words ("2 ratings and 25 other results of 20
organisations moved"), `moved_lines` what and because of what, a line for each, ratings first, and `comparison_text` all
of it. Each `Moved` has its place in the committed file.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Context, Decimal
from functools import partial
from typing import TYPE_CHECKING, Literal

from nhsrate.analysis.because import Kept, Traced
from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import ORGANISATION, Noun
from nhsrate.core.numbers import WORKING, Day, number_text, typed_number
from nhsrate.core.patterns import pattern
from nhsrate.core.periods import day_of_text
from nhsrate.core.problems import LineLocation
from nhsrate.core.texts import fold, listed, tidy
from nhsrate.engine.explain import exact_text, mark_text, reason_for
from nhsrate.reports.baseline import read_baseline
from nhsrate.reports.csv_json import cell_csv, guarded
from nhsrate.reports.metadata import differences, record_of, text_of
from nhsrate.reports.provenance import provenance
from nhsrate.reports.summary import counted, was_read
from nhsrate.runs.history import UNKNOWN, since_committed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nhsrate.core.cells import Cell
    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.baseline import Baseline, Committed
    from nhsrate.rules.model import Item
    from nhsrate.runs.history import Since


@frozen
class Moved:
    """One result that differs: what it was, what it is, and (with a json baseline) the reason of each.

    `sort` says whether it is a rating, that is a headline, another result, or a value of the return; `at` where it
    stands in the committed file.
    """

    code: str
    name: str
    item: str
    before: str
    after: str
    reason_before: str = ""
    reason_after: str = ""
    sort: Literal["rating", "result", "value"] = "result"
    because: str = ""
    at: LineLocation | None = None

    @property
    def who(self) -> str:
        """Code and name."""
        return tidy(f"{self.code} {self.name}")


@frozen
class Comparison:
    """What differs between committed ratings and an assessment.

    `moved` is in the order of the organisations, and within one in the order of the method, so that a cause comes
    before its effects. `recorded` says how what stands beside a csv differs from what was set for this run. `because`
    lists what else changed (the rules, the return), `notes` what was not compared. `rating` says that a headline is
    among what was compared.
    """

    baseline: str
    organisations: int
    items: int
    moved: tuple[Moved, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    columns_new: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rating: bool = False

    @property
    def differs(self) -> bool:
        """Whether anything moved, came or went."""
        return bool(self.moved or self.gone or self.new or self.columns_gone or self.columns_new or self.recorded)


def moved(assessment: Assessment, baseline: Path, read: Sequence[Path] = ()) -> Comparison:
    """What differs between the committed ratings of a csv or json file and this assessment.

    Numbers are compared as numbers, with the places an item is shown with: 2.20 is 2.2, and 1.0 is level 1. A csv that
    `nhsrate` wrote, and every json, is to have all items; of another csv the columns it has are compared. What is not
    known from the file, its repository may know: whether the rules, what was `read` or the file itself changed since.
    Raises `Refused` where the file cannot be read.
    """
    committed = read_baseline(baseline, assessment.methodology)
    since = partial(since_committed, baseline, assessment.methodology.paths, read)
    return moved_from(assessment, committed, tuple(recorded(assessment, committed, baseline)), since)


def nothing_known() -> Since:
    """Of ratings that stand in no repository."""
    return UNKNOWN


def moved_from(
    assessment: Assessment,
    committed: Baseline,
    recorded: tuple[str, ...] = (),
    history: Callable[[], Since] = nothing_known,
) -> Comparison:
    """What differs between committed ratings and this assessment; `history` is asked where something moved."""
    methodology = assessment.methodology
    compared = [id_ for id_ in method_order(assessment) if id_ in committed.items]
    expected = method_order(assessment) if committed.long else [one.id for one in methodology.published]
    lacking = tuple(id_ for id_ in expected if id_ not in committed.items)
    known = {one.code.casefold(): n for n, one in enumerate(assessment.organisations)}
    found: dict[int, list[Moved]] = {}
    notes = []
    for n, organisation in enumerate(assessment.organisations):
        before = committed.organisations.get(organisation.code.casefold())
        if before is None:
            continue
        if before.name and fold(before.name) not in {fold(organisation.name), fold(guarded(organisation.name))}:
            notes.append(f"{organisation.code} is now called {tidy(organisation.name)}; it was {tidy(before.name)}.")
        if own := moved_items(assessment, n, before, compared, committed.file):
            found[n] = own
    if lacking and not committed.whole:
        notes.append(f"Not compared, because {committed.file} has no such column: {', '.join(lacking)}.")
    gone = tuple(one.label for code, one in committed.organisations.items() if code not in known)
    new = tuple(
        tidy(f"{one.code} {one.name}")
        for one in assessment.organisations
        if one.code.casefold() not in committed.organisations
    )
    if found:
        changes = {n: {one.item: (one.before, one.after) for one in own} for n, own in found.items()}
        came = bool(gone or new)
        rules, decided = rules_and_decisions(assessment, committed)
        since = history()
        rules = since.rules if rules is None else rules
        kept = Kept(committed.file, committed.items, changes, rules, decided, came, since.edited, since.read)
        traced = Traced(assessment, kept)
        found = {n: [reasoned(one, traced, n) for one in own] for n, own in found.items()}
        notes += unknown_values(assessment, committed, found) if since.read is None else ()
    return Comparison(
        baseline=committed.file,
        organisations=sum(code in known for code in committed.organisations),
        items=len(compared),
        moved=tuple(one for own in found.values() for one in own),
        gone=gone,
        new=new,
        columns_gone=tuple(committed.unknown),
        columns_new=lacking if committed.whole else (),
        recorded=recorded,
        because=tuple(changed_provenance(assessment, committed)),
        notes=tuple(notes),
        rating=any(item.id in committed.items for item in methodology.headlines),
    )


def reasoned(one: Moved, traced: Traced, n: int) -> Moved:
    """The same with what it moved because of; a value of the return is the cause itself."""
    return one if one.sort == "value" else replace(one, because=traced.text(n, one.item))


def rules_and_decisions(
    assessment: Assessment, committed: Baseline
) -> tuple[bool | None, frozenset[tuple[str, str, str]]]:
    """Whether committed ratings were made by other rules, where that is known, and what people decided of them."""
    now, kept = provenance(assessment), committed.kept
    before = entry(committed.provenance, "methodology", "digest")
    rules = None if before is None else before != entry(now, "methodology", "digest")
    level = "level" if committed.reasons else "to"
    if committed.reasons:
        made_with = entry(committed.provenance, "methodology", "set")
        decided = entry(committed.provenance, "return", "overrides")
    else:
        made_with, decided = (kept.parts["set"], kept.parts["decided"]) if kept else ([], [])
    told = committed.whole and not committed.reasons  # what was set stands beside a csv, and nothing where nothing was
    if (told or before is not None) and made_with != entry(now, "methodology", "set"):
        rules = True
    known = [one for one in decided if isinstance(one, dict)] if isinstance(decided, list) else []
    found = {(str(one.get("code")).casefold(), str(one.get("item")), str(one.get(level))) for one in known}
    return rules, frozenset(found)


def unknown_values(assessment: Assessment, committed: Baseline, found: Mapping[int, Sequence[Moved]]) -> Iterator[str]:
    """That nothing, or not all, can be said of why, as the file has not all values of the return."""
    inputs = [id_ for id_, values in assessment.submitted.values.items() if was_read(values)]
    held = [id_ for id_ in inputs if id_ in committed.items]
    if len(held) == len(inputs) or not any(one.sort != "value" for own in found.values() for one in own):
        return
    if held:
        known = f"{committed.file} has {len(held)} of {counted(len(inputs), 'column')} of the return"
        yield f"{known}; whether the others changed is not known."
    else:
        none = f"{committed.file} has none of the values of the return, so that it is not known which of them changed"
        yield f"{none}; -f json and -f csv --long write them too."


def recorded(assessment: Assessment, committed: Baseline, baseline: Path) -> Iterator[str]:
    """How what stands beside a csv of ours differs from what was set in this run."""
    ours = committed.whole and not committed.reasons
    return differences(record_of(assessment), committed.kept, baseline) if ours else iter(())


def method_order(assessment: Assessment) -> list[str]:
    """The inputs, then every item after everything that it rests on."""
    methodology = assessment.methodology
    return [id_ for id_ in (*methodology.inputs, *methodology.order) if id_ in assessment.columns]


def moved_items(assessment: Assessment, n: int, before: Committed, compared: Sequence[str], file: str) -> list[Moved]:
    """What moved for one organisation."""
    from decimal import localcontext

    organisation = assessment.organisations[n]
    headlines = {item.id for item in assessment.methodology.headlines}
    found = []
    for id_ in compared:
        cell = assessment.columns[id_][n]
        item = assessment.methodology.items.get(id_)
        text = before.values.get(id_)
        if same(cell, text, item, exact=before.exact):
            continue
        was = before.reasons.get(id_, "")
        now = ""
        if before.exact:
            with localcontext(WORKING):
                reason = reason_for(assessment, id_, n)
            now = "; ".join([reason.how, *map(mark_text, reason.marks)])
        after = said(cell, item, exact=before.exact)
        name = organisation.name if organisation.name != organisation.code else ""
        sort = sort_of(assessment, id_, n, headlines)
        line = before.lines.get(id_, 0)
        at = LineLocation(file, line, 1 if line else 0)
        found.append(Moved(organisation.code, name, id_, before.said(id_), after, was, now, sort, at=at))
    return found


def same(cell: Cell, text: str | None, item: Item | None, *, exact: bool) -> bool:
    """Whether a result is what was committed, whatever program saved it since; `None` is a blank."""
    if isinstance(cell, Missing) or text is None:
        return isinstance(cell, Missing) and text is None
    number = typed_number(tidy(text))
    if isinstance(cell, str):
        return fold(text) in {fold(cell), fold(guarded(cell))} or _same_figure(cell, number)
    if isinstance(cell, Level):
        level = item.scale.find(text) if item and item.scale else None
        if level is not None:
            return level is cell
        return fold(text) in {fold(cell.name), fold(guarded(cell.name))} or (
            number is not None and number == (cell.number if cell.number is not None else typed_number(cell.name))
        )
    if isinstance(cell, Day):
        day = day_of_text(text)
        return day is not None and Day.of(day) == cell
    if number is None:
        return False
    shown = item.shown if item and not exact else None
    if number == cell or (not exact and number_text(number, shown) == number_text(cell, shown)):
        return True
    digits = len(number.as_tuple().digits)
    return not exact and digits >= OF_A_SPREADSHEET and Context(digits).plus(cell) == number


OF_A_SPREADSHEET = 15
"""The significant digits of a spreadsheet, which are what is left of a longer figure that one has saved."""


_FIGURE = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)


def _same_figure(text: str, number: Decimal | None) -> bool:
    """Whether a text is a figure that a program has written otherwise (`4.0`, `1e1`), and no code such as `007`."""
    return number is not None and _FIGURE.fullmatch(text) is not None and number == Decimal(text)


def said(cell: Cell, item: Item | None, *, exact: bool) -> str:
    """A result in the words of a comparison."""
    if isinstance(cell, Missing):
        return f"no value ({tidy(cell.reason)})"
    return exact_text(cell) if exact and isinstance(cell, Decimal) else cell_csv(item, cell)


def changed_provenance(assessment: Assessment, committed: Baseline) -> list[str]:
    """What else differs from a json baseline: the edition, its rules, settings, the return, the tool."""
    now = provenance(assessment)
    lines = []
    for (part, key), label in PROVENANCE.items():
        if committed.kept and key in {"set", "overrides"}:  # which is told as what stands beside the csv
            continue
        before, after = entry(committed.provenance, part, key), entry(now, part, key)
        if committed.provenance and before != after:
            lines.append(f"{label} changed: {text_of(before)} became {text_of(after)}.")
    return lines


PROVENANCE = {
    ("methodology", "id"): "The edition",
    ("methodology", "digest"): "The SHA-256 of the rules",
    ("methodology", "set"): "The settings",
    ("return", "name"): "The name of the return",
    ("return", "digest"): "The SHA-256 of the return",
    ("return", "overrides"): "The recorded decisions",
    ("tool", "version"): "The version of nhsrate",
}
"""What is compared of the provenance of a json baseline."""


def entry(provenance_: object, part: str, key: str) -> object:
    """One entry of a provenance block, or nothing where a file of another making lacks it."""
    block = provenance_.get(part) if isinstance(provenance_, dict) else None
    return block.get(key) if isinstance(block, dict) else None


def sort_of(assessment: Assessment, id_: str, n: int, headlines: set[str]) -> Literal["rating", "result", "value"]:
    """Whether it is a headline rating, another result, or a value that the return gives."""
    if id_ in headlines:
        return "rating"
    return "value" if id_ in assessment.methodology.inputs or assessment.taken(id_, n) else "result"


def headline(comparison: Comparison, rates: Noun = ORGANISATION) -> str:
    """How much moved, ratings first; there is a full stop where whoever says it puts one.

    >>> rating, other = Moved("A", "", "stars", "2", "3", sort="rating"), Moved("B", "", "mean", "2.2", "2.6")
    >>> headline(Comparison("old.csv", 5, 4, (rating, other), rating=True))
    '1 rating and 1 other result of 2 organisations moved'
    >>> headline(Comparison("old.csv", 5, 4, (other,), rating=True))
    'No rating moved, but 1 other result of 1 organisation did'
    >>> headline(Comparison("old.csv", 5, 4)), headline(Comparison("old.csv", 5, 4, gone=("B",)))
    ('Nothing moved', 'No result moved, but what is rated did')
    """
    if not comparison.moved:
        others = comparison.gone or comparison.new or comparison.columns_gone or comparison.columns_new
        if comparison.recorded and not others:
            return "No result moved, but what was set for it did"
        return "No result moved, but what is rated did" if comparison.differs else "Nothing moved"
    sorts = Counter(one.sort for one in comparison.moved)
    parts = [counted(sorts["rating"], "rating")] if sorts["rating"] else []
    if sorts["result"]:
        parts.append(counted(sorts["result"], "other result" if comparison.rating else "result"))
    if sorts["value"]:
        parts.append(counted(sorts["value"], "value"))
    said = f"{listed(parts)} of {rates.counted(len({one.code for one in comparison.moved}))}"
    if sorts["rating"] or not comparison.rating:
        return f"{said} moved"
    return f"No rating moved, but {said} did"


def comparison_text(comparison: Comparison, rates: Noun = ORGANISATION) -> str:
    """The comparison in plain English: how much moved, what else changed, then a line for each result that moved."""
    size = f"{rates.counted(comparison.organisations)}, {counted(comparison.items, 'item')}"
    moved, comma, rest = headline(comparison, rates).partition(", but ")
    lines = [f"{moved} since {comparison.baseline} ({size} compared){comma}{rest}."]
    lines += [*comparison.recorded, *comparison.because, *moved_lines(comparison)]
    return "\n".join([*lines, *comparison.notes]) + "\n"


def moved_lines(comparison: Comparison) -> list[str]:
    """What moved, a line for each: ratings, then by organisation the other results and values, then who came or went.

    Because of what is said once for an organisation where it is the same for all its results.
    """
    lines = []
    said: dict[str, set[str]] = {}
    for one in sorted(comparison.moved, key=lambda one: one.sort != "rating"):
        line = f"{one.who}: {one.item} from {tidy(one.before)} to {tidy(one.after)}"
        told = said.setdefault(one.code, set())
        lines.append(f"{line}, because {one.because}" if one.because and one.because not in told else line)
        told.add(one.because)
        if one.reason_before != one.reason_after:
            lines += [f"  was: {tidy(one.reason_before)}", f"  now: {tidy(one.reason_after)}"]
    lines += [f"{who}: no longer in the return" for who in comparison.gone]
    lines += [f"{who}: new in the return" for who in comparison.new]
    lines += [f"Column {tidy(column)}: no longer an item of the method" for column in comparison.columns_gone]
    return lines + [f"Column {column}: new" for column in comparison.columns_new]

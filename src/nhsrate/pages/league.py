"""The first screen and the league table of a report: what was rated, how many at each level, how sure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import tidy
from nhsrate.pages.base import css_class
from nhsrate.pages.indicators import NOTHING, Chip, led, said_of
from nhsrate.pages.pictures import Axis, short
from nhsrate.reports.league import league_of, order_text, signs, symbol_first, symbol_of
from nhsrate.reports.summary import counts, level_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.analysis.robustness import Robustness, Sureness
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item

SURE = 0.9
"""The chance from which a rating is called sure on the first screen."""


ROOM = 12
"""A level that fewer than one in so many have has no words in the bar."""


@frozen
class Part:
    """One level in the bar of all: its label, how many have it, the class of its colour, its share of the width.

    `fits` says whether there is room in it for its sign and number, which stand below the bar in any case.
    """

    label: str
    short: str
    count: int
    css: str
    share: str
    fits: bool


@frozen
class Bar:
    """How many organisations have each level of one headline rating."""

    title: str
    parts: tuple[Part, ...]


@frozen
class Card:
    """A figure of the first screen, and what it counts."""

    figure: str
    text: str


@frozen
class Sure:
    """The place of one organisation among re-ratings: where its ends lie in the picture, and the same in words."""

    dot: str
    low: str
    high: str
    interval: str
    chance: str
    order: str


@frozen
class Row:
    """A line of the league table."""

    code: str
    name: str
    href: str
    place: str
    levels: tuple[Chip, ...]
    level: str
    sure: Sure | None
    domains: tuple[Chip, ...]


@frozen
class League:
    """The league table: its headings, its rows in order, and what stands below it."""

    headings: tuple[str, ...]
    domains: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    sure: bool
    placed: bool
    coded: bool
    order: str


def bars(assessment: Assessment) -> list[Bar]:
    """A bar for each headline rating that gives levels; what has no rating is its last part."""
    return [bar_of(assessment, item) for item in assessment.methodology.headlines if item.scale]


def bar_of(assessment: Assessment, item: Item) -> Bar:
    """The bar of one rating."""
    cells = assessment.reported_cells(item.id)
    found = Counter(cell for cell in cells if isinstance(cell, Level))
    levels = item.scale.levels if item.scale else ()
    parts = [(level_label(level), symbol_of(level) or tidy(level.name), found[level], css_class(level.colour))
             for level in levels]  # fmt: skip
    if none := sum(isinstance(cell, Missing) for cell in cells):
        parts.append(("no rating", "no rating", none, "l-none"))
    return Bar(
        tidy(item.name),
        tuple(
            Part(label, sign, n, css, short(100 * n / len(cells)), ROOM * n >= len(cells))
            for label, sign, n, css in parts
            if n
        ),
    )


def lead(assessment: Assessment, found: Robustness | None) -> str:
    """The result in a sentence: how many are at the best and the worst level that anybody has, and how sure it is."""
    said, rates = [], assessment.methodology.rates
    for item in assessment.methodology.headlines[:1]:
        cells = [cell for cell in assessment.reported_cells(item.id) if isinstance(cell, Level)]
        levels = sorted(Counter(cells).items(), key=lambda pair: pair[0].position)
        total = len(assessment.reported)
        if len(levels) > 1:
            (best, many), (worst, few) = levels[0], levels[-1]
            said.append(f"Of {rates.counted(total)}, {many:,} {are(many)} rated {spoken(best)} and {few:,} {are(few)} "
                        f"rated {spoken(worst)}.")  # fmt: skip
        elif levels:
            said.append(f"{'All' if len(cells) == total else len(cells)} of {rates.counted(total)} "
                        f"{are(total)} rated {spoken(levels[0][0])}.")  # fmt: skip
        else:
            rated = sum(not isinstance(cell, Missing) for cell in assessment.reported_cells(item.id))
            who = f"{rated:,} of {rates.counted(total)}" if rated else f"No {rates.one}"
            said.append(f"{who} {'have' if rated and total > 1 else 'has'} a value of {tidy(item.name)}.")
        if levels and (none := total - len(cells)):
            said.append(f"{none:,} {'has' if none == 1 else 'have'} no rating.")
    if found is not None and (doubtful := sum(not is_sure(one) for one in sureness(assessment, found).values())):
        said.append(f"For {doubtful:,} the rating is less sure than it looks.")
    return " ".join(said)


def are(number: int) -> str:
    """The verb for so many."""
    return "is" if number == 1 else "are"


def spoken(level: Level) -> str:
    """A level in the middle of a sentence."""
    return tidy(level.word or level.name)


def sureness(assessment: Assessment, found: Robustness) -> dict[int, Sureness]:
    """How sure each reported organisation is, by its number."""
    reported = set(assessment.reported)
    return {one.n: one for one in found.organisations if one.n in reported}


def chance_of(one: Sureness) -> float:
    """The chance of the rating that was given."""
    return one.chances.get(one.level, one.unrated if not one.level else 1 - one.flips)


def is_sure(one: Sureness) -> bool:
    """Whether the rating stays in nearly all re-ratings."""
    return chance_of(one) >= SURE


def cards(assessment: Assessment, found: Robustness | None) -> list[Card]:
    """The figures of the first screen, at most four: how sure, who is held or decided, what is missing."""
    made: list[Card] = []
    if found is not None:
        sure = sum(map(is_sure, sureness(assessment, found).values()))
        made.append(
            Card(
                f"{sure:,} of {len(assessment.reported):,}",
                f"keep their rating in at least nine of ten re-ratings ({', '.join(found.varied)}; {found.done:,} "
                f"draws)",
            )
        )
    held: Counter[str] = Counter()
    decided = 0
    for item in assessment.methodology.headlines:
        for n in assessment.reported:
            marks = assessment.marks_of(item.id, n)
            decided += any(mark.what == "override" for mark in marks)
            held.update({tidy(mark.because) for mark in marks if mark.what == "limit"})
    made += [Card(f"{n:,}", f"changed by a limit: {because}") for because, n in held.most_common(2)]
    if decided:
        made.append(Card(f"{decided:,}", "decided by people, not by the rules"))
    read = counts(assessment.submitted)
    whole = f"{read.values + read.missing:,}"
    if read.missing:
        made.append(Card(f"{read.missing:,}", f"of {whole} values are missing"))
    else:
        made.append(Card(whole, "values, none of them missing"))
    return made[:4]


def league(
    assessment: Assessment, found: Robustness | None, href: Callable[[int], str], names: Sequence[str]
) -> League:
    """The league table, with the place and chance of each organisation where they were worked out."""
    methodology = assessment.methodology
    told = league_of(assessment)  # its reasons and signs are those of every other table
    order = assessment.league()
    place = methodology.place
    within = sureness(assessment, found) if found else {}
    axis = Axis(1, max(len(assessment.organisations), 2))
    reasons: dict[str, int] = {}
    domains = [item for item in methodology.items.values() if item.domain and item not in methodology.headlines]
    rows = tuple(
        Row(
            tidy(assessment.organisations[n].code), names[n], href(n),
            told.columns[0].entries[k].text if place else "",
            tuple(headline_chip(assessment, item, n) for item in methodology.headlines),
            level_key(assessment, n),
            sure_of(within[n], axis) if n in within else None,
            tuple(domain_chip(assessment, item, n, reasons) for item in domains),
        )
        for k, n in enumerate(order)
    )  # fmt: skip
    return League(
        tuple(tidy(item.name) for item in methodology.headlines), tuple(tidy(item.name) for item in domains), rows,
        tuple(replace(told, reasons=[*reasons]).notes()), bool(within), place is not None,
        any(row.code != row.name for row in rows),
        order_text(assessment, brief=True).removesuffix("."),
    )  # fmt: skip


def level_key(assessment: Assessment, n: int) -> str:
    """The level by which the script filters rows."""
    cell = assessment.columns[assessment.methodology.headlines[0].id][n]
    return level_label(cell) if isinstance(cell, Level) else "" if isinstance(cell, Decimal | str) else "no rating"


def headline_chip(assessment: Assessment, item: Item, n: int) -> Chip:
    """A headline rating: symbol and word on its colour, or a number, or why there is none."""
    cell = assessment.columns[item.id][n]
    marks = signs(assessment, item.id, n)
    if isinstance(cell, Level):
        return Chip(symbol_first(cell) + marks, css_class(cell.colour))
    if isinstance(cell, Missing):
        return Chip(f"no rating: {tidy(cell.reason)}{marks}", "l-none")
    return Chip(said_of(assessment, item.id, cell) + marks, "")


def domain_chip(assessment: Assessment, item: Item, n: int, reasons: dict[str, int]) -> Chip:
    """A score of a domain on the colour of its level; why there is none is numbered among the reasons."""
    cell = assessment.columns[item.id][n]
    marks = signs(assessment, item.id, n)
    if isinstance(cell, Missing):
        number = reasons.setdefault(tidy(cell.reason), len(reasons) + 1)
        return Chip(f"{NOTHING} [{number}]{marks}", "l-none", tidy(cell.reason))
    level = assessment.columns[item.coloured_by][n] if item.coloured_by else cell
    if isinstance(cell, Level):
        return Chip(symbol_first(cell) + marks, css_class(cell.colour))
    text = said_of(assessment, item.id, cell) + marks
    if isinstance(level, Level):
        return Chip(led(level, text), css_class(level.colour), symbol_first(level))
    return Chip(text, "")


def sure_of(one: Sureness, axis: Axis) -> Sure:
    """The interval and the chance, as a picture and in words."""
    chance = percent(chance_of(one))
    if one.place is None or one.low is None or one.high is None:
        return Sure("", "", "", NOTHING, chance, "")
    interval = f"{one.low}{NOTHING}{one.high}" if one.low != one.high else f"{one.low}"
    return Sure(axis.at(one.place), axis.at(one.low), axis.at(one.high), interval, chance, f"{one.low:06}")


def percent(share: float) -> str:
    """A chance in whole per cent; what is not certain is never told as certain.

    >>> percent(1), percent(0.9996), percent(0.004), percent(0)
    ('100 %', '> 99 %', '< 1 %', '0 %')
    """
    whole = round(100 * share)
    if whole == 100 and share < 1:
        return "> 99 %"
    if whole == 0 and share > 0:
        return "< 1 %"
    return f"{whole} %"


def level_names(rows: Sequence[Row]) -> list[str]:
    """The levels that rows have, in their order, for the filter."""
    return list(dict.fromkeys(row.level for row in rows if row.level))

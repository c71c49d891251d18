"""What stands in a league table: the columns, the signs, the reasons of what is missing, and the table in Markdown."""

from __future__ import annotations

import re
from dataclasses import field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from nhsrate.core.cells import Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import natural_key, tidy
from nhsrate.engine.explain import item_text, text_of
from nhsrate.reports.colours import SHAPES, UNRATED
from nhsrate.reports.summary import DECIDED, LIMITED, level_label, summary_lines, vouched_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nhsrate.core.cells import Scale
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item, Methodology

SHORT = 16
"""A reason up to this length stands in the table itself; a longer one stands below it."""

PLACE, NAME, CODE = "Place", "Organisation", "Code"


@frozen
class Entry:
    """What stands in one place of the table, and the colour of its level; `UNRATED` where a level is missing.

    `style` is how a text that has no colour is written, such as `warning`.
    """

    text: str
    colour: str = ""
    style: str = ""


@frozen
class Column:
    """A column: its heading, whether its entries stand on the right, and whether it is a score of a domain.

    `holds` tells the columns of names and of codes, whatever their headings are.
    """

    heading: str
    entries: list[Entry]
    right: bool = False
    domain: bool = False
    holds: str = ""


@frozen
class League:
    """A league table: its columns in order, the reasons of missing entries, numbered from 1, and what symbols mean."""

    columns: list[Column]
    reasons: list[str] = field(default_factory=list)
    symbols: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """What the numbers in brackets and the symbols mean."""
        return [
            *(f"[{number}] no value: {reason}" for number, reason in enumerate(self.reasons, 1)),
            *(f"Symbols before numbers: {said}." for said in self.symbols),
        ]


@frozen
class Choice:
    """What of the table is wanted: the first so many, ordered by an item, with these items as columns.

    `sort` is the id of an input or item, `name` or `code`, with a minus before it the other way round. `words` says
    whether the cells of levels hold their words as well.
    """

    top: int | None = None
    sort: str = ""
    columns: tuple[str, ...] = ()
    words: bool = True

    def sorted_by(self, assessment: Assessment) -> str:
        """What it is ordered by, in words."""
        id_ = self.sort.removeprefix("-")
        name = id_ if id_ in {"name", "code"} else assessment.methodology.name_of(id_)
        return f"{name}, the other way round" if self.sort.startswith("-") else name


ALL = Choice()
"""The table as it is."""


def checked_choice(assessment: Assessment, choice: Choice) -> Choice:
    """The choice, where all that it names is there; raises `Refused` where it is not."""
    named = [*([choice.sort.removeprefix("-")] if choice.sort else []), *choice.columns]
    for id_ in named:
        if id_ not in assessment.methodology.inputs and not (id_ in {"name", "code"} and id_ not in choice.columns):
            assessment.item(id_)
    return choice


def league_of(assessment: Assessment, choice: Choice = ALL, fewer: Mapping[str, int] = MappingProxyType({})) -> League:
    """The league table of an assessment; the numbers of some inputs or items with so many places, by their ids."""
    methodology = assessment.methodology
    order = ordered(assessment, choice)
    organisations = [assessment.organisations[n] for n in order]
    wanted = results(methodology, choice)
    coloured = [methodology.items[id_] for id_ in wanted if id_ in methodology.items]
    league = League(
        [], symbols=symbol_words(methodology, [one for one in coloured if one not in methodology.headlines])
    )
    if (place := methodology.place) and place.id not in wanted:
        league.columns.append(Column(PLACE, places(assessment, place, order, league), right=True))
    league.columns.append(Column(methodology.rates.title, [Entry(tidy(one.name)) for one in organisations], holds=NAME))
    if any(one.code != one.name for one in assessment.organisations):  # else the code would stand twice
        league.columns.append(Column(CODE, [Entry(tidy(one.code)) for one in organisations], holds=CODE))
    first = {item.id for item in methodology.headlines} if not choice.columns else {*wanted[:1]}
    for id_ in wanted:
        entries = [entry(assessment, id_, n, league, words=choice.words, places=fewer.get(id_)) for n in order]
        right = any(isinstance(cell, Decimal) for cell in assessment.columns[id_])
        league.columns.append(Column(tidy(methodology.name_of(id_)), entries, right=right, domain=id_ not in first))
    return league


def results(methodology: Methodology, choice: Choice) -> list[str]:
    """The ids of the inputs and items in the table, in order: those that are asked for, or headlines and domains."""
    domains = [item for item in methodology.items.values() if item.domain and item not in methodology.headlines]
    return list(choice.columns) or [item.id for item in (*methodology.headlines, *domains)]


def ordered(assessment: Assessment, choice: Choice) -> list[int]:
    """The organisations of the table by number: in its order or in the one that is asked for, and the first of them.

    An item puts the best level, or the better side of its numbers, first; where it has none, the highest. What is
    missing comes last, either way round.
    """
    order = assessment.league()
    id_ = choice.sort.removeprefix("-")
    turned = choice.sort.startswith("-")
    if id_ in {"name", "code"}:
        order.sort(key=lambda n: natural_key(getattr(assessment.organisations[n], id_)), reverse=turned)
    elif id_:
        cells = assessment.columns[id_]
        sign = -1 if assessment.methodology.polarity_of(id_) != "lower" else 1
        there = [n for n in order if not isinstance(cells[n], Missing)]
        there.sort(key=lambda n: sort_key(cells[n], sign), reverse=turned)
        order = [*there, *(n for n in order if isinstance(cells[n], Missing))]
    return order[: choice.top]


def sort_key(cell: Cell, sign: int) -> tuple[int, Decimal, tuple[object, ...]]:
    """What a cell is ordered by: a level by its position, a number by its better side, a text as people order it."""
    match cell:
        case Level():
            return 0, Decimal(cell.position), ()
        case Decimal():
            return 0, cell * sign, ()
        case _:
            return 1, Decimal(0), natural_key(str(cell))


def symbol_words(methodology: Methodology, domains: Sequence[Item]) -> list[str]:
    """The words of the symbols that lead numbers, for each scale that is not a headline's, whose words stand below."""
    known = {item.scale.name for item in methodology.headlines if item.scale}
    scales = [methodology.type_of(item.coloured_by).scale for item in domains if item.coloured_by]
    wanted = {scale.name: scale for scale in scales if scale and scale.name not in known}
    return ["; ".join(map(level_label, scale.levels)) for scale in wanted.values()]


def places(assessment: Assessment, place: Item, order: Sequence[int], league: League) -> list[Entry]:
    """The places, with `=` where several share one."""
    cells = assessment.columns[place.id]
    within = place.rule.cohort()
    groups = [cell_key(assessment.columns[within][n]) if within else "" for n in range(len(cells))]
    seen: dict[tuple[str, str], int] = {}
    for n in order:
        key = (groups[n], cell_key(cells[n]))
        seen[key] = seen.get(key, 0) + 1
    return [
        Entry(missing_text(cell, league) if isinstance(cell, Missing) else
              tidy(f"{'=' * (seen[groups[n], cell_key(cell)] > 1)}{item_text(place, cell)}"))
        for n in order for cell in (cells[n],)
    ]  # fmt: skip


def cell_key(cell: Cell) -> str:
    """A cell as a key: equal cells have equal keys."""
    return f"{cell.normalize():f}" if not isinstance(cell, Level | Missing | str) else str(cell)


def entry(
    assessment: Assessment, id_: str, n: int, league: League, *, words: bool = True, places: int | None = None
) -> Entry:
    """One result: symbol and word of a level, or a number led by the symbol of the level that colours it."""
    cell = assessment.columns[id_][n]
    item = assessment.methodology.items.get(id_)
    by = item.coloured_by if item else None
    if isinstance(cell, Missing):
        coloured = by or is_coloured(assessment.methodology.type_of(id_).scale)
        return Entry(missing_text(cell, league) + signs(assessment, id_, n), UNRATED if coloured else "")
    if isinstance(cell, Level):
        said = symbol_first(cell) if words else tidy(f"{symbol_of(cell)} {cell.name}")
        return Entry(said + signs(assessment, id_, n), cell.colour)
    methodology = assessment.methodology
    text = tidy(item_text(item, cell, places) if item else text_of(methodology, id_, cell, places))
    level = assessment.columns[by][n] if by else None
    if not isinstance(level, Level):
        return Entry(text + signs(assessment, id_, n))
    marks = signs(assessment, id_, n) or signs(assessment, by or "", n)
    return Entry(f"{tidy(level.symbol) or tidy(level.name)} {text}{marks}", level.colour)


def is_coloured(scale: Scale | None) -> bool:
    """Whether any level of a scale has a colour."""
    return scale is not None and any(level.colour for level in scale.levels)


def symbol_of(level: Level) -> str:
    """The symbol of a level, or the shape that stands for its colour."""
    return tidy(level.symbol) or SHAPES.get(level.colour, "")


def symbol_first(level: Level) -> str:
    """A level as it stands in a narrow column: symbol, name and word.

    >>> symbol_first(Level("rag", "green", 0, colour="green"))
    '● green'
    """
    return level_label(replace(level, symbol=symbol_of(level)))


def word_first(level: Level) -> str:
    """A level as it stands where there is room: name and word, then the symbol.

    >>> word_first(Level("stars", "2", 1, "two stars", "★★")), word_first(Level("rag", "red", 2, colour="red"))
    ('2, two stars ★★', 'red ■')
    """
    return tidy(f"{level_label(replace(level, symbol=''))} {symbol_of(level)}")


def missing_text(cell: Missing, league: League) -> str:
    """Why there is nothing: in brackets where that is short, else the number of a note below."""
    reason = tidy(cell.reason)
    if len(reason) <= SHORT:
        return f"[{reason}]"
    if reason not in league.reasons:
        league.reasons.append(reason)
    return f"[{league.reasons.index(reason) + 1}]"


def signs(assessment: Assessment, item: str, n: int) -> str:
    """The signs of limits that acted and of decisions, each once."""
    found = {LIMITED if mark.what == "limit" else DECIDED for mark in assessment.marks_of(item, n)}
    return f" {''.join(sorted(found))}" if found else ""


def markdown_table(assessment: Assessment, *, consequences: bool = False, choice: Choice = ALL) -> str:
    """The league table in GitHub's Markdown, with the same words."""
    league = league_of(assessment, choice)
    title, *about = map(escaped, head(assessment, choice))
    notes = notes_of(assessment, league, consequences=consequences)
    rows = zip(*(column.entries for column in league.columns), strict=True)
    lines = [
        f"## {title}",
        "",
        *(line for said in about for line in (said, "")),
        f"| {' | '.join(escaped(column.heading) for column in league.columns)} |",
        f"|{'|'.join(' ---: ' if column.right else ' --- ' for column in league.columns)}|",
        *(f"| {' | '.join(escaped(entry.text) for entry in row)} |" for row in rows),
        "",
        *(f"- {escaped(line)}" for line in notes),
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> print(escaped("<b>A|B</b> *1* [c]"))
    \<b\>A\|B\</b\> \*1\* \[c\]
    """
    return re.sub(r"([\\`*_\[\]<>|~#&])", r"\\\1", text)


def head(assessment: Assessment, choice: Choice = ALL) -> list[str]:
    """The title, the status, and by what the table is ordered."""
    methodology = assessment.methodology
    return [tidy(methodology.title), vouched_text(methodology), order_text(assessment, choice)]


def order_text(assessment: Assessment, choice: Choice = ALL, *, brief: bool = False) -> str:
    """By what the table is ordered, in a sentence; with `brief` without how the places were made."""
    methodology = assessment.methodology
    place = methodology.place
    order = f"Ordered by {methodology.headlines[0].name}, best first, then by name."
    if choice.sort:
        order = f"Ordered by {choice.sorted_by(assessment)}, as asked."
    elif methodology.in_order_of_return:
        order = "In the order of the return."
    elif place:
        how = "" if brief else f": {place.rule.plain(methodology.name_of)}"
        order = f"Ordered by {place.name}{how}."
    return tidy(order)


def notes_of(assessment: Assessment, league: League, *, consequences: bool) -> list[str]:
    """All that stands below the table, without anything that a terminal would obey."""
    return [tidy(line) for line in (*league.notes(), *summary_lines(assessment, consequences=consequences))]

"""What a rating comes down to, an indicator at a time: for the grid, the parts of a score, and the distributions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.core.cells import YES_NO, Cell, Level, Missing
from nhsrate.core.frozen import frozen
from nhsrate.core.texts import tidy
from nhsrate.engine.explain import text_of
from nhsrate.engine.weights import score_of, shares_of
from nhsrate.kinds.thresholds import Thresholds
from nhsrate.language.numbers import Number
from nhsrate.pages.base import css_class
from nhsrate.pages.pictures import brief
from nhsrate.reports.league import symbol_first, symbol_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nhsrate.engine.assessment import Assessment
    from nhsrate.kinds.bounds import Row as ThresholdRow
    from nhsrate.rules.model import Methodology

FIFTHS = 5

MOST_DIGITS = 6
"""A number with more digits than these is shortened where many stand beside each other."""

FEW_DIGITS = 3
"""To so many."""

NOTHING = "\N{EN DASH}"
"""What stands where there is no value; an interval has it between its ends."""


@frozen
class Indicator:
    """What stands for one indicator: the part that it has in a rating, or its input, and the inputs below it."""

    id: str
    title: str
    inputs: tuple[str, ...]


@frozen
class Chip:
    """A value as it stands on a ground: its text, the class of its colour, and what the colour means, in words."""

    text: str
    css: str
    word: str = ""


def indicators(methodology: Methodology) -> list[Indicator]:
    """The indicators that the headline ratings come down to, each once, in the order in which the rules come to them.

    Where weights add up to a score it is what has the last weight; else it is what is read of a return, or the one item
    that is made of it. Texts are left out: they say what an organisation is, not how it does.
    """
    ranks = ranks_of(methodology)
    found: dict[str, Indicator] = {}
    for headline in methodology.headlines:
        for id_ in dict.fromkeys(_below(methodology, headline.id, ranks, set())):
            inputs = tuple(one for one in inputs_below(methodology, id_) if one not in ranks)
            found.setdefault(id_, Indicator(id_, heading(methodology, id_, inputs), inputs))
    return list(found.values())


def heading(methodology: Methodology, id_: str, inputs: tuple[str, ...]) -> str:
    """What an indicator is called: by its title, or by that of the one input that it is made of, or by its id."""
    name = methodology.name_of(id_)
    below = methodology.name_of(inputs[0]) if name == id_ and len(inputs) == 1 else ""
    return tidy(below if below and below != inputs[0] else name)


def ranks_of(methodology: Methodology) -> dict[str, str]:
    """The inputs that are published ranks and numbers ranked of others, each with that other."""
    from nhsrate.analysis.levers import indicators as with_ranks

    return {column: one.input for one in with_ranks(methodology) for column in one.columns if column != one.input}


def _below(methodology: Methodology, id_: str, ranks: Mapping[str, str], seen: set[str]) -> Iterator[str]:
    if id_ in seen:
        return
    seen.add(id_)
    if id_ in methodology.inputs:
        if id_ not in ranks and methodology.type_of(id_).kind != "text":
            yield id_
        return
    shares = shares_of(methodology, id_)
    if len(shares) > 1:
        for part in shares:
            yield from _below(methodology, part, ranks, seen) if weighed_within(methodology, part) else (part,)
        return
    parts = tuple(shares) or methodology.items[id_].rule.reads()
    read = [part for part in parts if part not in ranks and methodology.type_of(part).kind != "text"]
    if len(read) == 1 and read[0] in methodology.inputs:
        yield id_
        return
    for part in parts:
        yield from _below(methodology, part, ranks, seen)


def weighed_within(methodology: Methodology, id_: str) -> bool:
    """Whether there are weights again somewhere below an item that is handed through unweighed."""
    shares = shares_of(methodology, id_)
    while len(shares) == 1:
        (id_,) = shares
        shares = shares_of(methodology, id_)
    return len(shares) > 1


def inputs_below(methodology: Methodology, id_: str) -> list[str]:
    """Every input with numbers or levels that a value is made of, in the order in which its rules read them."""
    found: dict[str, None] = {}
    ahead, seen = [id_], {id_}
    while ahead:
        here = ahead.pop()
        if here in methodology.inputs:
            if methodology.type_of(here).kind != "text":
                found[here] = None
            continue
        below = [part for part in methodology.items[here].rule.reads() if part not in seen]
        seen.update(below)
        ahead += reversed(below)
    return [*found]


def led(level: Level, text: str) -> str:
    """A number led by the symbol of its level, so that its colour is not all that says it."""
    return f"{symbol_of(level) or tidy(level.name)} {text}"


def said_of(assessment: Assessment, id_: str, cell: Cell) -> str:
    """A value of an input or item as it is printed, with its per cent sign."""
    return tidy(text_of(assessment.methodology, id_, cell))


def alike(rule: Thresholds) -> bool:
    """Whether thresholds are the same for every organisation: rows of levels, each bound a number."""
    bounds = [row.bound for row in rule.levels if row.bound]
    return bool(bounds) and all(isinstance(bound.number, Number) for bound in bounds)


def reached(row: ThresholdRow, value: Decimal) -> bool:
    """Whether a value reaches a row of thresholds whose bound is a number."""
    bound = row.bound
    return bound is None or (isinstance(bound.number, Number) and bound.met(value, bound.number.value))


class Bands:
    """The colour of every value: that of its level, or of the level that a score like it would give.

    Where the rules put no value of an indicator into bands, it has the fifth of the organisations that it lies in.
    """

    def __init__(self, assessment: Assessment) -> None:
        """The bands of an assessment."""
        self.assessment, self.methodology = assessment, assessment.methodology
        self.cut: Thresholds | None = None
        self.scored: frozenset[str] = frozenset()
        for headline in self.methodology.headlines:
            score, cut = score_of(self.methodology, headline)
            if score and cut and isinstance(cut.rule, Thresholds) and alike(cut.rule) and self.cut is None:
                self.cut, self.scored = cut.rule, frozenset(shares_of(self.methodology, score.id))
        self.ordered: dict[str, list[Decimal]] = {}
        self.fifths_used = self.scores_used = self.shades_used = self.shortened = False

    def chip(self, id_: str, n: int, *, short: bool = False) -> Chip:
        """One value of one organisation on its ground; `short` with no more digits than many beside each other bear."""
        cell = self.assessment.columns[id_][n]
        if isinstance(cell, Missing):
            return Chip(NOTHING, "l-none", tidy(cell.reason))
        if isinstance(cell, Level):
            return Chip(symbol_of(cell) or tidy(cell.name), self.ground(id_, cell), symbol_first(cell))
        whole = said_of(self.assessment, id_, cell)
        text = self.shortly(id_, cell, whole) if short else whole
        level = self.level(id_, n, cell) if isinstance(cell, Decimal) else None
        if level is not None:
            return Chip(led(level, text), css_class(level.colour), symbol_first(level))
        fifth = self.fifth(id_, cell) if isinstance(cell, Decimal) else None
        return Chip(text, f"q{fifth}" if fifth else "l-none", f"fifth {fifth} of {FIFTHS}" if fifth else "")

    def shortly(self, id_: str, cell: Cell, whole: str) -> str:
        """A number that nobody gave its places, to few digits; what is short already as it stands."""
        if not isinstance(cell, Decimal) or "." not in whole or sum(map(str.isdigit, whole)) <= MOST_DIGITS:
            return whole
        text = said_of(self.assessment, id_, brief(cell, FEW_DIGITS))
        self.shortened = self.shortened or text != whole
        return text

    def ground(self, id_: str, level: Level) -> str:
        """The colour of a level; its place in the scale as a shade where that has no colours and is not yes and no."""
        scale = self.methodology.type_of(id_).scale
        if level.colour or scale is None or len(scale.levels) < 2 or scale is YES_NO:
            return css_class(level.colour)
        self.shades_used = True
        return f"q{1 + round((FIFTHS - 1) * level.position / (len(scale.levels) - 1))}"

    def level(self, id_: str, n: int, cell: Decimal) -> Level | None:
        """The level whose colour a number has."""
        item = self.methodology.items.get(id_)
        if item and item.coloured_by:
            level = self.assessment.columns[item.coloured_by][n]
            return level if isinstance(level, Level) else None
        if self.cut and id_ in self.scored:
            row = next((row for row in self.cut.levels if reached(row, cell)), None)
            self.scores_used = self.scores_used or row is not None
            return row.level if row else None
        return None

    def fifth(self, id_: str, cell: Decimal) -> int | None:
        """In which fifth of the organisations a value lies, 1 the best; nothing where no side is the better one."""
        better = self.methodology.polarity_of(id_)
        if better is None:
            return None
        if id_ not in self.ordered:
            column = self.assessment.columns[id_]
            self.ordered[id_] = sorted(cell for cell in column if isinstance(cell, Decimal))
        ordered = self.ordered[id_]
        middle = (bisect_left(ordered, cell) + bisect_right(ordered, cell)) / 2 / len(ordered)
        self.fifths_used = True
        at = middle if better == "lower" else 1 - middle
        return min(int(at * FIFTHS), FIFTHS - 1) + 1

    def legend(self) -> list[str]:
        """What the colours mean that are not those of levels."""
        said, many = [], self.methodology.rates.many
        if self.scores_used:
            said.append("A score has the colour of the level that an average of that size would give.")
        if self.shades_used:
            said.append("Levels that have no colour in the rules are the darker, the worse.")
        if self.fifths_used:
            said.append(
                f"Where the rules put no value of an indicator into bands, its shade is the fifth of the {many} "
                "that it lies in: the darker, the worse."
            )
        if self.shortened:
            said.append("Long numbers are shortened to three digits.")
        return said

"""How many have each level of a rating, as bars on a line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.texts import tidy
from nhsrate.reports.league import symbol_of
from nhsrate.reports.summary import level_label
from nhsrate.screen.widths import display_width, padded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Item
    from nhsrate.screen.screen import Screen

BETWEEN = "   "
LONGEST, SHORTEST, SHORTEST_OF_WORDS = 30, 4, 10
"""Places of the longest bar: at most, and at least where the levels share a line, without and with their words."""


def short_label(level: Level) -> str:
    """A level by symbol and name, as it stands in a cell.

    >>> short_label(Level("stars", "2", 1, "two stars", "★★")), short_label(Level("rag", "red", 2, colour="red"))
    ('★★ 2', '■ red')
    """
    return tidy(f"{symbol_of(level)} {level.name}")


def full_label(level: Level) -> str:
    """A level by symbol, name and word.

    >>> full_label(Level("stars", "2", 1, "two stars", "★★"))
    '★★ 2, two stars'
    """
    return tidy(f"{'' if level.symbol else symbol_of(level)} {level_label(level)}")


def bars(assessment: Assessment, item: Item, screen: Screen, *, words: bool = True) -> tuple[list[str], bool]:
    """The levels of a rating, best first, each with how many have it and a bar; and whether their words are told.

    On one line with the words of the levels where these are wanted and fit, or without them, else on a line for each.
    """
    levels = item.scale.levels if item.scale else ()
    cells = assessment.columns[item.id]
    found = Counter(cell for cell in cells if isinstance(cell, Level))
    none = sum(isinstance(cell, Missing) for cell in cells)
    numbers = [*(found[level] for level in levels), *([none] if none else [])]
    colours = [*(level.colour for level in levels), *([""] if none else [])]

    def labelled(label: Callable[[Level], str]) -> list[str]:
        return [*(screen.letters(label(level)) for level in levels), *(["none"] if none else [])]

    for label, least in ((full_label, SHORTEST_OF_WORDS), (short_label, SHORTEST)):
        told = labelled(label)
        fixed = sum(display_width(text) + len(f"  {number:,} ") for text, number in zip(told, numbers, strict=True))
        longest = longest_bar(numbers, screen.wide - fixed - len(BETWEEN) * (len(told) - 1))
        if longest >= least and (words or label is short_label):
            parts = drawn(told, numbers, colours, longest, screen)
            return [BETWEEN.join(parts).rstrip()], label is full_label
    told = labelled(short_label)
    widest = max(map(display_width, told), default=0)
    most = max((len(f"{number:,}") for number in numbers), default=0)
    longest = max(1, min(LONGEST, screen.wide - widest - most - 4))
    return drawn([padded(text, widest) for text in told], numbers, colours, longest, screen, most), False


def longest_bar(numbers: Sequence[int], room: int) -> int:
    """How long the longest bar may be where all together have that room."""
    for longest in range(LONGEST, 0, -1):
        if sum(length(number, max(numbers, default=0), longest) for number in numbers) <= room:
            return longest
    return 0


def length(number: int, most: int, longest: int) -> int:
    """The length of one bar; of what there is at least one, it is seen."""
    return max(1, round(number * longest / most)) if number else 0


def drawn(
    told: Sequence[str], numbers: Sequence[int], colours: Sequence[str], longest: int, screen: Screen, align: int = 0
) -> list[str]:
    """Each label with its number and its bar."""
    block = screen.letters("█")
    most = max(numbers, default=0)
    lines = []
    for text, number, colour in zip(told, numbers, colours, strict=True):
        bar = screen.ink(block * length(number, most, longest), f"bar {colour}" if colour else "dim")
        lines.append(f"{text}  {screen.ink(f'{number:>{align},}', 'bold')} {bar}".rstrip())
    return lines

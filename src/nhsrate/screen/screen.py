"""A terminal as what is laid out for it needs to know it: its width and height, its colours and its letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.screen.ink import Ink
from nhsrate.screen.widths import clipped, display_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NARROWEST = 30
"""A terminal that says that it is narrower than this is taken to be so wide: no table fits into less."""


def as_it_is(text: str) -> str:
    """Every letter is there."""
    return text


KEPT = "\u00a0"
"""A blank at which no line is broken; it is printed as any other."""

Span = tuple[str, str]
"""A piece of text and its style."""


@frozen
class Screen:
    """A terminal. `letters` puts others in the place of letters that it lacks, before anything is measured."""

    width: int = 80
    height: int = 24
    ink: Ink = Ink()
    letters: Callable[[str], str] = as_it_is

    @property
    def wide(self) -> int:
        """The places of a line."""
        return max(self.width, NARROWEST)

    def clip(self, text: str, wide: int | None = None) -> str:
        """The text, cut to so many places, or to the line's, which its end says."""
        return clipped(text, self.wide if wide is None else wide, self.letters("…"))

    def fold(self, spans: Iterable[Span], first: int = 0, later: int | None = None) -> list[str]:
        """Words in their styles as lines no longer than the terminal is wide.

        The first begins `first` places in, the others `later`. A word that is longer than a line is broken.
        """
        after = first if later is None else later
        line: list[Span] = [(" " * first, "")]
        lines = [line]
        room, begun = self.wide - first, False
        for word in words_in((self.letters(printable(text)), style) for text, style in spans):
            left, wide = word, display_width("".join(text for text, _ in word))
            while wide > room and word[0][0][0] != " ":
                piece, left = ([], left) if begun or room < 1 else parted(left, room)
                line += piece
                line = [(" " * after, "")]
                lines.append(line)
                room, begun = self.wide - after, False
                wide = display_width("".join(text for text, _ in left))
            line += left
            room, begun = room - wide, begun or word[0][0][0] != " "
        return [self.inked(one) for one in lines]

    def inked(self, line: Iterable[Span]) -> str:
        """A line in its styles, each as long as it lasts, without blanks at the end."""
        whole: list[list[str]] = []
        for text, style in line:
            if whole and whole[-1][1] == style:
                whole[-1][0] += text
            elif text:
                whole.append([text, style])
        while whole and not whole[-1][0].rstrip(" "):
            whole.pop()
        if whole:
            whole[-1][0] = whole[-1][0].rstrip(" ")
        return "".join(self.ink(text, style) for text, style in whole).replace(KEPT, " ")


def printable(text: str) -> str:
    r"""The text with a blank for each character that a terminal would obey or not show.

    >>> printable("a\x1bb")
    'a b'
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter == KEPT else " " for letter in text)


def words_of(text: str) -> list[str]:
    """The words of a text and the blanks between them.

    >>> words_of("at  least 9%")
    ['at', '  ', 'least', ' ', '9%']
    """
    found: list[str] = []
    for letter in text:
        if found and (letter == " ") == (found[-1][0] == " "):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def words_in(spans: Iterable[Span]) -> list[list[Span]]:
    """The words and the blanks between them, each in its pieces: what no blank parts is one word, whatever its styles.

    >>> words_in([("Stars (a)", "bold"), (": 2", "")])
    [[('Stars', 'bold')], [(' ', 'bold')], [('(a)', 'bold'), (':', '')], [(' ', '')], [('2', '')]]
    """
    found: list[list[Span]] = []
    for text, style in spans:
        for word in words_of(text):
            if found and (word[0] == " ") == (found[-1][0][0][0] == " "):
                found[-1].append((word, style))
            else:
                found.append([(word, style)])
    return found


def parted(word: list[Span], room: int) -> tuple[list[Span], list[Span]]:
    """A word that is too long as what there is room for, one letter at least, and what is left of it."""
    text = "".join(piece for piece, _ in word)
    end = len(taken(text, room))
    head: list[Span] = []
    for n, (piece, style) in enumerate(word):
        if end < len(piece):
            return [*head, (piece[:end], style)], [(piece[end:], style), *word[n + 1 :]]
        head.append((piece, style))
        end -= len(piece)
    return head, []


def taken(word: str, room: int) -> str:
    """As much of a word as there is room for; one letter at least."""
    end, wide = 1, display_width(word[0])
    while end < len(word) and wide + display_width(word[end]) <= room:
        wide += display_width(word[end])
        end += 1
    return word[:end]

"""What readers of YAML 1.1 and of YAML 1.2 take differently, so that a rule file means the same to every reader.

Rule files are read by a parser of YAML 1.1; editors, code hosts and most newer libraries read YAML 1.2. Each text is
taken as it is written, so that it does not matter to which of them `no` is a word and `012` is ten; what matters is
where texts begin and end, what is nested in what, and what is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OLD_BREAKS = pattern("[\u0085\u2028\u2029]")
"""Line breaks to YAML 1.1, and characters like any other to YAML 1.2."""

_STOPS = pattern(r"[#\t?\[\]{}]")
_STOPS_IN_BRACKETS = pattern(r"[#\t?\n\[\]{}]")
_ODD_IN_BRACKETS = pattern(r"[\n-]")
_MARGIN = pattern(r"[ \t]*")
_HEADER = pattern(r"[|>][-+0-9]*(?=#)")


class Span(NamedTuple):
    """A text of the file: from where to where, whether it is plain, and the indentation of what it stands in."""

    start: int
    end: int
    plain: bool
    flow: bool
    indent: int


@frozen
class _File:
    """The text of a file with its name: places are found by counting line breaks."""

    text: str
    name: str

    def at(self, offset: int) -> LineLocation:
        """The line and column of a character."""
        start = self.text.rfind("\n", 0, offset) + 1
        return LineLocation(self.name, self.text.count("\n", 0, offset) + 1, offset - start + 1)

    def problem(self, offset: int, message: str, remedy: str) -> Problem:
        """That something at a character is read in two ways."""
        return Problem(self.at(offset), "yaml", message, remedy)

    def glued(self, offset: int) -> Problem:
        """That a comment begins without a space before it."""
        return self.problem(offset, "Without a space before it, # begins no comment in YAML 1.2.", "Add a space.")

    def line_end(self, offset: int) -> int:
        """Where the line of a character ends."""
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def is_comment(self, start: int) -> bool:
        """Whether what stands there, behind spaces, is a comment."""
        return self.text.startswith("#", start + len(_MARGIN.match(self.text, start)[0]))  # type: ignore[index]  # it always matches

    def too_far_left(self, offset: int, indent: int) -> Problem | None:
        """That the line after the break at `offset` begins left of where YAML 1.2 wants it; a blank line never does.

        A bracket that closes may stand as far left as what it is a value of.
        """
        first = offset + 1 + len(_MARGIN.match(self.text, offset + 1)[0])  # type: ignore[index]  # it always matches
        column, letter = first - offset - 1, self.text[first : first + 1]
        if letter in {"", "\n", "\r"} or column > indent or (letter in {"]", "}"} and column == indent):
            return None
        message = "The line goes on with what began above it, and does not stand farther right than the key above."
        return self.problem(first, message, "Indent it with spaces; YAML 1.2 ends the value here.")


def old_breaks(text: str, name: str) -> list[Problem]:
    """The characters that break a line in YAML 1.1 alone."""
    file = _File(text, name)
    return [
        file.problem(
            match.start(),
            f"The character U+{ord(match[0]):04X} breaks the line for some readers of YAML and not for others.",
            "Remove it, or break the line as usual.",
        )
        for match in OLD_BREAKS.finditer(text)
    ]


def differences(text: str, name: str, spans: Sequence[Span], indents: Mapping[int, int]) -> Iterator[Problem]:
    """Everything in a sound YAML 1.1 text that a reader of YAML 1.2 takes differently or refuses.

    `spans` are its texts in the order of the file; `indents` has the indentation of what each list or mapping in
    brackets stands in, by the character at which it begins.
    """
    file = _File(text, name)
    open_: list[int] = []
    begin = 0
    for span in (*spans, Span(len(text), len(text), plain=False, flow=False, indent=-1)):
        if (_STOPS_IN_BRACKETS if open_ else _STOPS).search(text, begin, span.start):
            yield from _between(file, begin, span.start, indents, open_)
        if not span.plain or (span.flow and _ODD_IN_BRACKETS.search(text, span.start, span.end)):
            yield from _within(file, span)
        begin = max(begin, span.end)


def _within(file: _File, span: Span) -> Iterator[Problem]:
    """What is read differently in a text that is not plain, or stands in brackets."""
    said = file.text[span.start : span.end]
    if span.plain and span.flow and said == "-":
        message = "A bare - in a list or mapping in brackets is refused by readers of YAML 1.2, such as editors."
        yield file.problem(span.start, message, 'Write it in quotation marks: "-".')
    if said[:1] in {"|", ">"} and not span.plain:
        if (header := _HEADER.match(said)) is not None:
            yield file.glued(span.start + header.end())
        above = file.text.rfind("\n", 0, span.start)
        fault = file.too_far_left(above, span.indent) if not file.text[above + 1 : span.start].strip(" ") else None
        yield from [fault] if fault else []
    else:
        for match in re.finditer("\n", said):
            if (fault := file.too_far_left(span.start + match.start(), span.indent)) is not None:
                yield fault


def _between(file: _File, begin: int, end: int, indents: Mapping[int, int], open_: list[int]) -> Iterator[Problem]:
    """What is read differently between two texts; `open_` has the indentations of the brackets that are open."""
    n = begin
    while (match := (_STOPS_IN_BRACKETS if open_ else _STOPS).search(file.text, n, end)) is not None:
        at, letter = match.start(), match[0]
        n = at + 1
        if letter == "#":
            if at and not file.text[at - 1].isspace():
                yield file.glued(at)
            n = file.line_end(at)
        elif letter == "\t":
            yield file.problem(at, "A tab stands between texts, and readers of YAML differ over it.", "Use spaces.")
        elif letter == "?" and open_:
            message = "A ? in brackets begins a key for some readers of YAML, and a text for others."
            yield file.problem(at, message, "Write the text in quotation marks.")
        elif letter in {"[", "{"}:
            open_.append(indents.get(at, open_[-1] if open_ else -1))
        elif letter in {"]", "}"}:
            open_.pop()
        elif letter == "\n" and not file.is_comment(n) and (fault := file.too_far_left(at, open_[-1])) is not None:
            yield fault

"""A hostile file and what the tool must make of it, and small makers of workbooks and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support import hostile
from tests.support.hostile import FIRST, HEADER, number, sheet, text

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = """\
id: rules
title: Rules for hostile files
scales: {rag: [{level: green}, {level: red}]}
reading: {markers: {"z": does not apply}}
inputs:
  rate: {title: Rate, type: number, polarity: higher}
  share: {title: Share, type: percent, optional: true}
ratings:
  colour: {kind: thresholds, scale: rag, headline: true, of: rate, levels: [{level: green, at_least: 10}, {level: red, otherwise: true}]}
"""
"""The rule file that lies beside each file, as `rules.yaml`."""

INPUTS = {
    "rules.yaml": RULES,
    "return.csv": "Code,Rate\nRJ1,5\n",
    "known.csv": "Code,Name\nRJ1,First\nR0A,Second\n",
    "secret.txt": "do not tell",
}
"""What lies beside each file."""

CHECK = ("check", "{}", "-m", "rules.yaml")
CHECK_CODES = (*CHECK, "--organisations", "known.csv")
SCORE = ("score", "{}", "-m", "rules.yaml")
SCORE_CSV = (*SCORE, "-f", "csv")
SCORE_XLSX = (*SCORE, "-o", "out.xlsx")
EXPLAIN = ("explain", "{}", "RJ1", "-m", "rules.yaml")
CHECK_RULES = ("check", "{}")
SHOW_RULES = ("methodologies", "{}")
SCORE_RULES = ("score", "return.csv", "-m", "{}")


@dataclass(frozen=True, slots=True)
class HostileFile:
    """A file, and what the tool must make of it.

    `said` stands in what is printed, `unsaid` does not. In `command`, `{}` is the file. `codes` are printed, in
    brackets; where there are none, no problem at all is.
    """

    group: str
    name: str
    build: Callable[[], bytes]
    exit: int
    codes: tuple[str, ...]
    said: str
    command: tuple[str, ...] = CHECK
    unsaid: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The group and the file, to be found in the outcome of a test."""
        return f"{self.group}: {self.name}" + ("" if self.command == CHECK else f" ({self.command[0]})")


READ = "1 organisation, 1 value"


def book(rows: str, **odd: str | bytes) -> Callable[[], bytes]:
    """A workbook of one sheet with these rows."""
    return lambda: hostile.workbook(rows, **odd)


def table(*rows: tuple[str | float, ...]) -> str:
    """The XML of rows of texts and numbers, from A1; text that begins with `<` is the XML of a cell."""
    lines = []
    for r, row in enumerate(rows, 1):
        cells = []
        for column, value in zip("ABCDEFGH", row, strict=False):
            place = f"{column}{r}"
            if isinstance(value, str):
                cells.append(
                    value.replace("@", place) if value.startswith("<") else text(place, value) if value else ""
                )
            else:
                cells.append(number(place, value))
        lines.append(f'<row r="{r}">{"".join(cells)}</row>')
    return "".join(lines)


def rated(*rows: tuple[str | float, ...]) -> Callable[[], bytes]:
    """A workbook with the usual headings and these rows."""
    return book(table(("Code", "Name", "Rate"), *rows))


def sheets(**named: str) -> Callable[[], bytes]:
    """A workbook of several sheets, each of these rows."""
    return lambda: hostile.package(hostile.parts_of({name: sheet(rows) for name, rows in named.items()}))


def edited(part: str, old: str, new: str, rows: str = HEADER + FIRST) -> Callable[[], bytes]:
    """A small workbook in one part of which a text is replaced."""

    def build() -> bytes:
        parts = hostile.parts_of({"Return": sheet(rows)})
        before = str(parts[part])
        assert old in before, f"{part} has no {old}"
        return hostile.package(parts | {part: before.replace(old, new)})

    return build


def without(part: str) -> Callable[[], bytes]:
    """A small workbook that lacks a part."""
    return lambda: hostile.package({k: v for k, v in hostile.parts_of({"Return": sheet(HEADER)}).items() if k != part})


def raw(content: str | bytes, encoding: str = "utf-8") -> Callable[[], bytes]:
    """A file of this text, or of these bytes."""
    return lambda: content if isinstance(content, bytes) else content.encode(encoding)


UNSAFE, KIND, BROKEN = ("unsafe-file",), ("wrong-kind-of-file",), ("broken-file",)

"""Problems: located, coded faults in an input, and the places they stand at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "note"]

CODES: dict[str, str] = {
    # files
    "no-such-file": "the file is not there",
    "is-a-folder": "a folder stands where a file was expected",
    "no-permission": "the file may not be read or written",
    "write-failed": "the output could not be written",
    "empty-file": "the file holds nothing",
    "wrong-kind-of-file": "the file is not what its name says",
    "unsafe-file": "the file could harm the reader",
    "broken-file": "the file is cut short or damaged",
    "needs-package": "a format needs a package that is not installed",
    "raised-limit": "a limit of the reader was raised for this run",
    # tables
    "encoding": "the text is not UTF-8",
    "delimiter": "the values are not separated by commas",
    "not-used": "something in the file is never used",
    "hidden-rows": "hidden rows or columns were read",
    "ragged-row": "a row has more or fewer fields than the header",
    "no-table": "no table with the wanted headings was found",
    "hidden-sheet": "the table stands in a hidden sheet",
    "several-sheets": "several sheets fit",
    "stacked-tables": "several tables stand below each other in a sheet",
    "far-cell": "a cell stands far away from all others",
    "missing-column": "a wanted heading is absent",
    "near-heading": "a heading was read as one that is written a little otherwise",
    "ambiguous-heading": "a wanted heading stands more than once",
    "no-organisations": "the table has a header and no organisations",
    "row-limit": "the table ends exactly at a limit of spreadsheets",
    # cells
    "text-in-number": "a number was expected",
    "undeclared-marker": "a marker for a missing value is not declared",
    "error-cell": "the spreadsheet could not calculate the cell",
    "uncalculated-formula": "the formula has no stored result",
    "out-of-range": "the value lies outside its valid range",
    "not-a-level": "the text is not a level of the scale",
    "not-yes-or-no": "yes or no was expected",
    "thousands": "a mark between digits was read as parting thousands",
    "look-alike": "a letter only looks like a plain one",
    "percent-scale": "percentages and fractions are mixed or doubtful",
    "required-value": "a value that every organisation must have is blank",
    "no-code": "a row has values and no organisation code",
    "code-not-text": "an organisation code was turned into something else",
    "perhaps-no-organisation": "a row may be no organisation",
    "duplicate-organisation": "an organisation stands twice",
    "merged-value": "a value stands in cells merged over several organisations or indicators",
    "unread-reason": "a column beside a blank value seems to say why it is missing",
    "repeats-differ": "rows of one organisation cannot be read as one",
    "duplicate-value": "an organisation has two values for one indicator",
    "tidied-codes": "codes were trimmed or folded",
    "unknown-code": "an organisation code is in no list of known ones",
    "shown-value": "a value would be rated otherwise as it is shown",
    "almost-whole": "a count is all but a whole number",
    "left-out": "a row that was left out is probably meant",
    "same-period": "rows were chosen by a date or period that is written otherwise",
    "own-markers": "the return declares markers of its own",
    "raised-mark": "a raised mark stands beside a value or code",
    "dropped-characters": "characters that nobody sees were left out",
    # organisations that change
    "successor": "a table of successors cannot be used",
    "succeeded": "an organisation was read under its successor's code",
    # groups
    "groups": "it is in doubt who belongs to which group",
    "group-members": "some organisations count in no group, or not wholly",
    "together": "the figures of several organisations do not come together",
    "unknown-groups": "the methodology has no such groups",
    # overrides
    "override": "a recorded decision is incomplete or does not fit",
    # rule files
    "yaml": "the text is not the YAML that rule files are written in",
    "duplicate-key": "a key stands twice",
    "unknown-key": "a key is not known here",
    "missing-key": "a key that must be given is absent",
    "wrong-type": "a value is of the wrong shape",
    "unknown-name": "a name that is referred to does not exist",
    "duplicate-name": "a name is defined twice",
    "bad-test": "a condition cannot be read",
    "missing-not-covered": "a condition says nothing about a missing item",
    "cycle": "items depend on each other in a circle",
    "extends": "what an edition changes does not fit its parent",
    "thresholds": "thresholds are out of order or incomplete",
    "not-a-number-item": "a number is wanted and the item is not one",
    "incompatible": "two rules do not go together",
    "weights": "weights come close to 1 or 100, and not to it",
    "no-effect": "a setting cannot act",
    "upside-down": "a scale is used upside down",
    "no-headline": "the methodology has no headline rating",
    "case": "a worked case cannot be read",
    # rating
    "refused-missing": "the method refuses a missing value",
    "cannot-compute": "a value makes the arithmetic impossible",
    "slow-draws": "draws that the engine has to rate one by one",
    "crossed-bounds": "bounds cross by the values of the return",
    "earlier-period": "the return of an earlier period is not there, or is of none",
    "no-series": "returns, or a plan, do not make a series of periods",
    "other-period": "the return is of another period than the edition",
    "ranked-in-return": "ranks were worked out within the return",
    "supposed": "a value was supposed in the place of what the return says",
    "within-population": "an organisation was rated within a published return",
    "peers": "by what organisations are alike cannot be told",
    # live workbooks
    "not-live": "what was rated cannot be written as formulas",
    # choosing and settings
    "unknown-methodology": "no such edition",
    "which-methodology": "no edition, or several, fit the return",
    "unknown-figure": "no figure of that name can be set",
    "unset-figure": "a figure that each run has to set has no value",
    "bad-setting": "a setting cannot be read",
    "unknown-organisation": "no organisation fits, or several",
    "unknown-item": "the methodology has no such item",
    "unknown-sheet": "the workbook has no such sheet",
    "project-file": "the project file cannot be used",
    "recorded": "what was set for a csv is said beside it",
    "left-behind": "what was set for an earlier csv is still said beside it",
    "moved": "what is committed is not what would be made",
    "not-built": "a file that the project makes is not there",
    "left-over": "the return of a committed file is not there any more",
    "case-fails": "a worked case does not come out",
    "baseline": "the committed ratings cannot be compared with",
}
"""Every problem code with the one line that names it; `docs/problems.md` is built from the gallery of them."""


@frozen
class CellLocation:
    """A cell, a row (`column` 0), a sheet (`row` 0) or a whole file, as people write it.

    >>> str(CellLocation("returns.xlsx", "Return", 12, 6))
    'returns.xlsx:Return!F12'
    >>> str(CellLocation("returns.csv", None, 12, 6))
    'returns.csv:F12'
    >>> str(CellLocation("returns.csv", None, 12))
    'returns.csv:row 12'
    """

    file: str
    sheet: str | None = None
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.row:
            return f"{self.file}:{self.sheet}" if self.sheet else self.file
        cell = f"{column_letters(self.column)}{self.row}" if self.column else f"row {self.row}"
        return f"{self.file}:{self.sheet}!{cell}" if self.sheet else f"{self.file}:{cell}"


@frozen
class LineLocation:
    """A line and column (both from 1) of a text file; `line` 0 is the whole file.

    >>> str(LineLocation("stars.yaml", 12, 5))
    'stars.yaml:12:5'
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


Location = CellLocation | LineLocation


@frozen
class Problem:
    """A fault in an input: where it stands, what is wrong with this value, and what to do about it.

    An `error` stops the rating; a `warning` and a `note` are printed beside it. `cells` has every cell (or row) with
    the same fault, where there are several; `at` is the first of them.
    """

    at: Location
    code: str
    message: str
    remedy: str = ""
    severity: Severity = "error"
    cells: tuple[CellLocation, ...] = ()

    @property
    def whole_message(self) -> str:
        """The message, with how often and where else the same fault stands."""
        if len(self.cells) < 2:
            return self.message
        kind = "cells" if self.cells[0].column else "rows"
        same = "The same was done in" if self.severity == "note" else "The same fault stands in"
        first = [short(place) for place in self.cells[:3]]
        more = len(self.cells) - len(first)
        listed = f"{', '.join(first)} and {more:,} more" if more else f"{', '.join(first[:-1])} and {first[-1]}"
        return f"{self.message} {same} {len(self.cells):,} {kind}: {listed}."

    def __str__(self) -> str:
        return f"{self.at}: {self.whole_message}" + (f" {self.remedy}" if self.remedy else "")


class Refused(Exception):  # noqa: N818 (a refusal with problems is the normal answer to a faulty file, not a program error)
    """The input has errors, so nothing was rated; `problems` lists all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the message is all of them, one a line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only those problems that stop a rating."""
    return [problem for problem in problems if problem.severity == "error"]


def short(place: CellLocation) -> str:
    """A place as it is named beside its file and sheet: `F12`, or `row 12`.

    >>> short(CellLocation("returns.xlsx", "Return", 12, 6)), short(CellLocation("returns.xlsx", "Return", 12))
    ('F12', 'row 12')
    """
    return f"{column_letters(place.column)}{place.row}" if place.column else f"row {place.row}"


def column_letters(column: int) -> str:
    """The letters of a column counted from 1.

    >>> column_letters(1), column_letters(26), column_letters(27), column_letters(16384)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column from its letters, from 1.

    >>> column_number("A"), column_number("aa"), column_number("XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean "..."?` for the known word most like this one, or nothing.

    >>> nearest("sorce", ["source", "title"])
    'Did you mean "source"?'
    >>> nearest("zzz", ["source"])
    ''
    """
    from difflib import get_close_matches  # only when something is already wrong

    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f'Did you mean "{folded[found[0]]}"?' if found else ""

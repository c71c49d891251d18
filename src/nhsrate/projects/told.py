"""What was found of a project, told: one summary for people, for a code host, and as json."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem, errors
from nhsrate.core.texts import listed, tidy
from nhsrate.projects.held import Held, Ruled, said_once
from nhsrate.projects.labels import AGAIN
from nhsrate.reports.compare import moved_lines
from nhsrate.reports.csv_json import json_text
from nhsrate.reports.problems import problem_json, problem_line, ranked
from nhsrate.reports.summary import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.reports.compare import Comparison, Moved

FEW = 20
"""How many results a summary names of each rating before the rest is counted."""

TABLE = ("| organisation | item | was | is | because |", "| --- | --- | --- | --- | --- |")


@frozen
class Found:
    """What was found of a project: of each rating, of each folder of rules, and what else is wrong.

    `left` are files that nothing makes any more or, of a project file that cannot be used, what is wrong with that.
    """

    ratings: tuple[Held, ...]
    rules: tuple[Ruled, ...] = ()
    left: tuple[Problem, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """Every problem, errors first, each once."""
        return ranked([*said_once([*self.rules, *self.ratings]), *self.left])

    @property
    def holds(self) -> bool:
        """Whether everything that is committed holds."""
        return not errors(self.problems) and all(one.holds for one in self.ratings)


def results(one: Held) -> dict[tuple[str, str], Moved]:
    """What moved of a rating in any of its files, once each; from the file that says most of why."""
    found: dict[tuple[str, str], Moved] = {}
    for _, comparison in _fullest_first(one):
        for result in comparison.moved:
            found.setdefault((result.code, result.item), result)
    return found


def _fullest_first(one: Held) -> list[tuple[str, Comparison]]:
    return sorted(one.comparisons, key=lambda pair: -pair[1].items)


def headline(found: Found) -> str:
    """What does not hold, in a sentence, ratings first; else that everything does."""
    moved = [one for one in found.ratings if one.comparisons]
    parts = [_moved_words(moved, len(found.ratings))] if moved else []
    codes = Counter(problem.code for problem in errors(found.problems))
    failed = sum(one.failed for one in found.rules)
    words = [
        (failed, "worked case fails", "worked cases fail"),
        (codes.pop("not-built", 0), "file is not built", "files are not built"),
        (codes.pop("left-over", 0), "file has no return any more", "files have no return any more"),
    ]
    codes.pop("moved", 0)
    told = {path for one in found.ratings for path, _ in one.comparisons}
    rest = {problem.at.file for problem in found.problems if problem.code == "moved"} - told
    words.append((len(rest), "file is not what would be made", "files are not what would be made"))
    codes.pop("case-fails", None)
    words.append((sum(codes.values()), "problem stands in the way", "problems stand in the way"))
    parts += [f"{number:,} {one if number == 1 else many}" for number, one, many in words if number]
    if parts:
        return f"{listed(parts, shown=len(parts))}."
    files, methods = sum(len(one.files) for one in found.ratings), sum(one.methodologies for one in found.rules)
    held = [
        (len(found.ratings), "rating"),
        (files, "file"),
        (methods, "methodology"),
        (sum(one.cases for one in found.rules), "worked case"),
    ]
    said = listed([_counted(number, word) for number, word in held if number], shown=4)
    return f"Nothing moved: {said} hold." if said else "There is nothing to hold."


def _counted(number: int, word: str) -> str:
    return f"{number:,} methodologies" if word == "methodology" and number != 1 else counted(number, word)


def _moved_words(moved: Sequence[Held], of: int) -> str:
    """How much moved, and where: `2 ratings and 25 other results moved in food-2025`."""
    sorts = Counter(result.sort for one in moved for result in results(one).values())
    words = [
        (sorts["rating"], "rating"),
        (sorts["result"], "other result" if sorts["rating"] else "result"),
        (sorts["value"], "value"),
    ]
    parts = [counted(number, word) for number, word in words if number]
    names = [one.name for one in moved]
    where = listed(names) if len(names) <= 3 else f"{len(names)} of {of} ratings"
    return f"{listed(parts) if parts else 'What is rated'} moved in {where}"


def summary_text(found: Found) -> str:
    """The summary for people: the headline, then what moved in each rating, and because of what."""
    lines = [headline(found)]
    for one in found.ratings:
        if one.comparisons:
            lines += ["", *rating_lines(one)]
    if any(one.comparisons for one in found.ratings):
        lines += ["", AGAIN]
    return "\n".join(lines) + "\n"


def rating_lines(one: Held) -> list[str]:
    """What moved in the files of one rating; a file in which the same moved as in others is named alone."""
    lines = []
    said: set[tuple[str, str]] = set()
    for path, comparison in _fullest_first(one):
        keys = {(result.code, result.item) for result in comparison.moved}
        whole = keys <= said and said and not others(comparison)
        lines.append(f"{path}: the same moved." if whole else f"{path}:")
        if not whole:
            told = [*comparison.recorded, *moved_lines(comparison), *comparison.because, *comparison.notes]
            lines += [f"  {line}" for line in told]
        said |= keys
    return [f"{one.name}", *(f"  {line}" for line in lines)]


def with_rows(found: Found) -> list[Problem]:
    """Every problem, and one for each organisation whose results moved, at its row of the committed file."""
    moved = [
        problem for one in found.ratings for path, comparison in one.comparisons for problem in rows(path, comparison)
    ]
    return [*found.problems, *moved]


def rows(path: str, comparison: Comparison) -> list[Problem]:
    """What moved in a file, an organisation each, and what else differs of the file."""
    by_code: dict[str, list[Moved]] = {}
    for result in sorted(comparison.moved, key=lambda one: one.sort != "rating"):
        by_code.setdefault(result.code, []).append(result)
    problems = [_row(path, results) for results in by_code.values()]
    return [*problems, *(Problem(LineLocation(path), "moved", text, AGAIN) for text in others(comparison))]


def others(comparison: Comparison) -> list[str]:
    """What else differs of a file than results, each in a sentence."""
    said = [*comparison.recorded]
    said += [f"{who} is no longer in the return." for who in comparison.gone]
    said += [f"{who} is new in the return." for who in comparison.new]
    said += [f"The column {tidy(column)} is no longer an item of the method." for column in comparison.columns_gone]
    return said + [f"The column {column} is new." for column in comparison.columns_new]


def _row(path: str, results: Sequence[Moved]) -> Problem:
    because = next((one.because for one in results if one.because), "")
    said = "; ".join(f"{one.item} was {tidy(one.before)} and is {tidy(one.after)}" for one in results)
    message = f"{results[0].who}: {said}" + (f", because {because}" if because else "") + "."
    at = results[0].at
    return Problem(replace_file(at, path) if at is not None else LineLocation(path), "moved", message, AGAIN)


def replace_file(at: LineLocation, path: str) -> LineLocation:
    """The same place, in the file as the project names it."""
    return LineLocation(path, at.line, at.column)


def summary_markdown(found: Found) -> str:
    """The summary as the page of a step, where a code host shows one."""
    lines = [f"## {headline(found)}", ""]
    for one in found.ratings:
        if not one.comparisons:
            continue
        moved = sorted(results(one).values(), key=lambda result: result.sort != "rating")
        lines += [f"### {_cell(one.name)}", "", *(TABLE if moved else ())]
        for result in moved[:FEW]:
            cells = (result.who, result.item, result.before, result.after, result.because)
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
        if len(moved) > FEW:
            lines += ["", f"And {len(moved) - FEW:,} more."]
        beside = [text for _, comparison in one.comparisons for text in others(comparison)]
        lines += ["", *(f"- {_cell(text)}" for text in dict.fromkeys(beside)), ""]
    if problems := errors(found.problems):
        lines += ["### Problems", "", *(f"- {_cell(problem_line(problem))}" for problem in problems), ""]
    if any(one.comparisons for one in found.ratings):
        lines += [AGAIN, ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """A text in a table of Markdown, in which it means nothing but itself."""
    from html import escape

    plain = escape(tidy(text), quote=False)
    return "".join(f"\\{letter}" if letter in "\\`*_[]|#~" else letter for letter in plain)


def summary_json(found: Found, problems: Sequence[Problem]) -> str:
    """The summary as json: the headline, what holds, and for each rating what moved in which file; and the problems."""
    said = {
        "holds": found.holds,
        "headline": headline(found),
        "ratings": [rating_json(one) for one in found.ratings],
        "methodologies": sum(one.methodologies for one in found.rules),
        "cases": {"run": sum(one.cases for one in found.rules), "failed": sum(one.failed for one in found.rules)},
        "problems": [problem_json(problem) for problem in problems],
    }
    return json_text(said)


def rating_json(one: Held) -> dict[str, Any]:
    """What holds of one rating."""
    files = {path: comparison_json(comparison) for path, comparison in one.comparisons}
    return {"name": one.name, "holds": one.holds, "files": list(one.files), "moved": files}


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """What moved in one file."""
    return {
        "results": [
            {
                "code": one.code, "name": one.name, "item": one.item, "sort": one.sort, "was": one.before,
                "is": one.after, "because": one.because, "line": one.at.line if one.at else 0,
            }
            for one in comparison.moved
        ],
        "gone": list(comparison.gone),
        "new": list(comparison.new),
        "columns_gone": list(comparison.columns_gone),
        "columns_new": list(comparison.columns_new),
        "set": list(comparison.recorded),
        "because": list(comparison.because),
        "notes": list(comparison.notes),
    }  # fmt: skip

"""What is committed of a project, held to what its rules, cases and returns give today."""

from __future__ import annotations

from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.frozen import frozen
from nhsrate.core.nouns import ORGANISATION, Noun
from nhsrate.core.problems import LineLocation, Problem, Refused, errors
from nhsrate.core.texts import listed
from nhsrate.editions.cases import has_own_cases, read_cases, run_cases
from nhsrate.projects.cells import other_cells
from nhsrate.projects.labels import AGAIN, code_lines, other_labels
from nhsrate.projects.made import files_of, of_rating, paths_of, rated
from nhsrate.reports.compare import Comparison, moved
from nhsrate.reports.summary import counted
from nhsrate.rules.load import read_methodology

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.projects.ratings import Rating

BUILD = "Run `nhsrate build` and commit what it writes."


@frozen
class Held:
    """What holds of a rating: its run, and each of its files that is committed.

    `problems` are those of the run, and files that are not there or not as they would be made; `comparisons` the csv
    and json files in which results moved, each with its path. `rates` is the word for what is rated.
    """

    name: str
    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    comparisons: tuple[tuple[str, Comparison], ...] = ()
    rates: Noun = ORGANISATION

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong and nothing moved."""
        return not self.comparisons and not errors(self.problems)


@frozen
class Ruled:
    """What holds of the rule files and worked cases of one folder."""

    methodologies: int = 0
    cases: int = 0
    problems: tuple[Problem, ...] = ()
    failed: int = 0


def held(rating: Rating) -> Held:
    """What holds of a rating; the current folder is that of the project, and nothing is written."""
    try:
        assessment, problems = rated(rating)
        paths = paths_of(rating, assessment)
    except Refused as refused:
        return Held(rating.name, problems=of_rating(rating, refused.problems))
    found = [*problems]
    comparisons: list[tuple[str, Comparison]] = []
    for path in paths:
        try:
            comparison, wrong = _compared(assessment, path, rating.request.beside_rules)
        except Refused as refused:
            found += [replace(one, remedy=BUILD) if one.code == "baseline" else one for one in refused.problems]
            continue
        found += wrong
        comparisons += [(path, comparison)] if comparison is not None else []
    return Held(rating.name, tuple(paths), tuple(found), tuple(comparisons), assessment.methodology.rates)


def _compared(assessment: Assessment, path: str, read: Sequence[Path]) -> tuple[Comparison | None, list[Problem]]:
    """How a committed file differs from what would be made: what moved in it, or what is wrong with it."""
    at = LineLocation(path)
    file = Path(path)
    if not file.exists():
        return None, [Problem(at, "not-built", "The project makes this file, and it is not there.", BUILD)]
    made = next(one for one in files_of(assessment, path) if one.path == path)
    if path.lower().endswith((".csv", ".json")):
        comparison = _with_lines(moved(assessment, file, read), file)
        codes = {one.code.casefold() for one in comparison.moved}
        labels = other_labels(path, file.read_text("utf-8-sig"), made.data.decode(), codes)
        return (comparison if comparison.differs else None), labels
    if path.lower().endswith(".xlsx"):
        others = list(other_cells(file, made.data))
        if not others:
            return None, []
        said = listed([str(one) for one in others], shown=3)
        return None, [Problem(others[0].at, "moved", f"{counted(len(others), 'cell')} moved: {said}.", AGAIN)]
    try:
        there = file.read_bytes()
    except OSError as error:
        return None, [Problem(at, "baseline", f"It could not be read ({error.strerror}).", "Ask for permission.")]
    there = there.replace(b"\r\n", b"\n")  # as a checkout on Windows may write them
    if there == made.data:
        return None, []
    line = _first_other_line(there, made.data)
    return None, [
        Problem(LineLocation(path, line, 1), "moved", "It is not what would be made, from this line on.", AGAIN)
    ]


def _first_other_line(there: bytes, made: bytes) -> int:
    r"""The first line, from 1, in which two texts differ.

    >>> _first_other_line(b"a\nb\n", b"a\nc\n"), _first_other_line(b"a\n", b"a\nb\n")
    (2, 2)
    """
    before, after = there.split(b"\n"), made.split(b"\n")
    same = (n for n, (old, new) in enumerate(zip(before, after, strict=False), 1) if old != new)
    return next(same, min(len(before), len(after)) + 1)


def _with_lines(comparison: Comparison, file: Path) -> Comparison:
    """The comparison with the lines of json, on which the code of each organisation stands."""
    if not any(one.at is not None and not one.at.line for one in comparison.moved):
        return comparison
    lines = code_lines(file.read_text("utf-8-sig"))
    placed = [
        replace(one, at=LineLocation(one.at.file, lines.get(one.code.casefold(), 0), 1))
        if one.at is not None and one.code.casefold() in lines
        else one
        for one in comparison.moved
    ]
    return replace(comparison, moved=tuple(placed))


@frozen
class Folder:
    """The rule files of one folder, and the files that hold their cases."""

    rule_files: tuple[Path, ...]
    case_files: tuple[Path, ...] = field(default=())


def ruled(folder: Folder) -> Ruled:
    """What holds of the rule files of a folder and of their worked cases."""
    problems: list[Problem] = []
    sound = set()
    for file in folder.rule_files:
        methodology, found = read_methodology(file)
        problems += found
        if methodology is not None and not errors(found):
            sound.add(file.stem)
    default = folder.rule_files[0].stem if len(folder.rule_files) == 1 else ""
    cases = failed = 0
    for file in folder.case_files:
        read, found = read_cases(file, file.stem if has_own_cases(file) and file in folder.rule_files else default)
        problems += found
        for result in run_cases(read, file.parent):
            cases += 1
            failed += bool(result.misses)
            problems += result.problems
            problems += [
                Problem(miss.at, "case-fails", f"{result.case.title}: {_miss(miss.organisation, miss.item)} is "
                f"{miss.found}, and the case expects {miss.expected}.", "Mend the rules, or what the case expects.")
                for miss in result.misses
            ]  # fmt: skip
    return Ruled(len(folder.rule_files), cases, tuple(dict.fromkeys(problems)), failed)


def _miss(organisation: str, item: str) -> str:
    return f"{organisation}: {item}" if organisation else item


def work_out(task: Rating | Folder) -> Held | Ruled:
    """What holds of a rating, or of a folder of rules."""
    return ruled(task) if isinstance(task, Folder) else held(task)


def folders_of(own: Iterable[Path]) -> list[Folder]:
    """The folders of a project's own rule files, each with its cases; paths are from the current folder."""
    from nhsrate.editions.cases import case_files
    from nhsrate.rules.editions import from_here

    by_folder: dict[Path, list[Path]] = {}
    for file in own:
        here = from_here(file)
        by_folder.setdefault(here.parent, []).append(here)
    return [Folder(tuple(files), tuple(case_files(folder))) for folder, files in sorted(by_folder.items())]


def said_once(found: Sequence[Held | Ruled]) -> list[Problem]:
    """Every problem, once each, as one of rules stands in the way of every rating under them."""
    return list(dict.fromkeys(problem for one in found for problem in one.problems))

"""The ratings of a project: its entries with their defaults, patterns and placeholders filled, and what is wrong."""

from __future__ import annotations

import os
import re
from dataclasses import field, replace
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation, Problem, nearest
from nhsrate.core.texts import listed, path_order, quoted
from nhsrate.projects.made import ENDINGS, ending_of
from nhsrate.projects.places import outside
from nhsrate.rules.editions import edition_files, own_rule_files
from nhsrate.runs.choosing import named_beside
from nhsrate.runs.folders import TABLES
from nhsrate.runs.request import BadOption, requested

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nhsrate.core.problems import Location
    from nhsrate.rules.project_file import Entry, Files, Named, Project
    from nhsrate.runs.request import Request

PLACEHOLDER = pattern(r"\{([^{}]*)\}")
EARLY, LATE = ("name", "stem"), ("period", "methodology")
"""Placeholders that are known from the project file, and those that are known when the return was read."""

NAME = pattern(r"[^\s/\\{}-][^/\\{}]*")

BESIDE = ("reading", "organisations", "successors", "against_reading", "earlier_reading", "groups")
"""The keys of an entry that name a single file to be read."""


@frozen
class Output:
    """A file that a rating makes: its path from the project's folder, in which late placeholders may stand."""

    path: str
    at: LineLocation

    def filled(self, values: Mapping[str, str]) -> str:
        """The path with what the placeholders stand for."""
        return PLACEHOLDER.sub(lambda found: values[found[1]], self.path)

    @property
    def is_known(self) -> bool:
        """Whether the path is known before the return is read."""
        return PLACEHOLDER.search(self.path) is None


@frozen
class Rating:
    """A rating that is made: its name, the methodology that is named for it, what is asked, and its outputs.

    `methodology` is an id or a path from the project's folder; without one, the run chooses, as it does everywhere.
    """

    name: str
    at: LineLocation
    request: Request
    methodology: str | None = None
    outputs: tuple[Output, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that is read beside the rules."""
        return self.request.files


@frozen
class Ratings:
    """The ratings of a project in the order of its file, its own rule files by their ids, and what is wrong.

    `claimed` are patterns of the files that are made of returns which a pattern names, each with where that stands.
    """

    ratings: tuple[Rating, ...]
    own: Mapping[str, Path] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    claimed: tuple[tuple[str, LineLocation], ...] = ()


def ratings_of(project: Project) -> Ratings:
    """Every rating of the project; the current folder is that of the project."""
    own, found = own_rule_files(project)
    problems = [*found, *_top(project, own)]
    made: list[Rating] = []
    for entry in project.ratings:
        ratings, wrong = _ratings(project, entry, own)
        made += ratings
        problems += wrong
    problems += [*_same_names(made), *_same_outputs(made, [*own.values(), project.file])]
    return Ratings(tuple(made), own, tuple(problems), tuple(_claimed(project)))


def _claimed(project: Project) -> Iterator[tuple[str, LineLocation]]:
    """Of each output of returns that a pattern names, the pattern of every file that it may be."""
    for entry in project.ratings:
        if entry.outputs is None or not any(named.is_pattern for named in entry.return_.named):
            continue
        for named in entry.outputs.named:
            parts = re.split(r"\{[^{}]*\}", named.text)
            if len(parts) > 1:
                yield "*".join(map(escape, parts)), named.at


def _top(project: Project, own: Mapping[str, Path]) -> Iterator[Problem]:
    """What is wrong with what stands at the top of the file."""
    for folder in project.methodologies.named if project.methodologies else ():
        if (problem := outside(project, folder)) is not None:
            yield problem
    if project.methodology is not None:
        yield from _of_methodology(project, project.methodology, own)
    if project.reading is not None:
        yield from _absent(project, project.reading)


def _of_methodology(project: Project, word: Named, own: Mapping[str, Path]) -> list[Problem]:
    if methodology_path(project, word.text, own) is not None:
        return []
    message = f"There is no edition {quoted(word.text)}, and no such rule file in the project."
    remedy = nearest(word.text, [*own, *edition_files()]) or "Name an edition's id, or a rule file of the project."
    return [Problem(word.at, "project-file", message, remedy)]


def methodology_path(project: Project, word: str, own: Mapping[str, Path]) -> str | None:
    """What an id or a path means in a project, from its folder; nothing where it means nothing."""
    if word in own and word not in edition_files():
        return _from_root(project, own[word])
    found = named_beside(project.root, word)
    return found if found is None or found == word else _from_root(project, Path(found))


def _from_root(project: Project, path: Path) -> str:
    return (
        Path(os.path.relpath(path, project.root)).as_posix() if path.is_relative_to(project.root) else path.as_posix()
    )


def _absent(project: Project, named: Named) -> list[Problem]:
    """What is wrong with a file that is to be read: it is outside, or it is not there."""
    if (problem := outside(project, named)) is not None:
        return [problem]
    path = project.root / named.text
    if os.path.exists(path):  # noqa: PTH110 (a path's own raises where a folder may not be read)
        return []
    try:
        there = [other.name for other in path.parent.iterdir()]
    except OSError:
        there = []
    near = nearest(path.name, there) or "Check the path; it is from the folder of the project file."
    return [Problem(named.at, "no-such-file", f'There is no "{named.text}" in the project.', near)]


def _ratings(project: Project, entry: Entry, own: Mapping[str, Path]) -> tuple[list[Rating], list[Problem]]:
    """The ratings of one entry: one, or with a pattern one for each file."""
    problems = [problem for key in BESIDE if (named := getattr(entry, key)) for problem in _absent(project, named)]
    for files in (entry.against, entry.earlier):
        problems += [problem for named in (files.named if files else ()) for problem in _absent(project, named)]
    if entry.methodology is not None:
        problems += _of_methodology(project, entry.methodology, own)
    returns, found = _returns(project, entry.return_)
    problems += found
    if problems:
        return [], problems
    ratings: list[Rating] = []
    for one in returns:
        rating, found = _rating(project, entry, one, own)
        problems += found
        ratings += [rating] if rating is not None else []
    return ratings, _first_of_each(problems)


def _returns(project: Project, files: Files) -> tuple[list[tuple[str, ...]], list[Problem]]:
    """The returns that an entry names, each with its files."""
    patterns = [named for named in files.named if named.is_pattern and not os.path.exists(project.root / named.text)]  # noqa: PTH110 (as above)
    if files.several and patterns:
        message = "A list is one return, and a pattern is one rating for each file; they do not go together."
        return [], [Problem(patterns[0].at, "project-file", message, "Name the files of the list one by one.")]
    if not patterns:
        problems = [problem for named in files.named for problem in _absent(project, named)]
        return [tuple(named.text for named in files.named)], problems
    only = patterns[0]
    if (problem := outside(project, only, only.text.split("*")[0].split("?")[0].split("[")[0] or ".")) is not None:
        return [], [problem]
    try:
        anchor = Path(Path(only.text).anchor)
        base = anchor if anchor.parts else project.root
        pattern = Path(only.text).relative_to(anchor).as_posix() if anchor.parts else only.text
        files_found = sorted(base.glob(_any_ending(pattern)), key=path_order)
    except (ValueError, OSError) as error:
        message = f'"{only.text}" is no pattern of files: {error}.'
        return [], [Problem(only.at, "project-file", message, "Write such as returns/*.csv.")]
    tables = [path for path in files_found if path.suffix.casefold() in TABLES and not _hidden(path) and path.is_file()]
    if not tables:
        message = f'No table fits the pattern "{only.text}".'
        remedy = f"Check the path; returns are {', '.join(sorted(TABLES))}."
        return [], [Problem(only.at, "no-such-file", message, remedy)]
    texts = [path.relative_to(project.root).as_posix() if not anchor.parts else path.as_posix() for path in tables]
    problems = [problem for text in texts if (problem := outside(project, only, text)) is not None]
    return [(text,) for text in texts], _first_of_each(problems)


def _first_of_each(problems: Iterable[Problem]) -> list[Problem]:
    """One problem of a sort at each place: what is wrong with a path is so for every file of a pattern."""
    first: dict[tuple[Location, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.at, problem.code), problem)
    return list(first.values())


def _any_ending(text: str) -> str:
    """A pattern whose ending fits in capitals, too, as it does where a disk takes both for one.

    >>> _any_ending("returns/*.csv"), _any_ending("returns/*")
    ('returns/*.[cC][sS][vV]', 'returns/*')
    """
    stem, point, ending = text.rpartition(".")
    if not point or not ending.isalpha():
        return text
    return stem + point + "".join(f"[{letter.lower()}{letter.upper()}]" for letter in ending)


def _hidden(path: Path) -> bool:
    return path.name.startswith((".", "~$"))


def _rating(
    project: Project, entry: Entry, files: tuple[str, ...], own: Mapping[str, Path]
) -> tuple[Rating | None, list[Problem]]:
    """The rating of one return."""
    values = {"stem": _stem(project, files[0])} if len(files) == 1 else {}
    name, problems = _name(entry, files, values)
    values["name"] = name
    outputs: list[Output] = []
    request: Request | None = None
    for named in entry.outputs.named if entry.outputs else ():
        text, wrong = _filled(named, values)
        wrong = wrong or _output_problems(project, named, text)
        problems += wrong
        outputs += [Output(Path(os.path.normpath(text)).as_posix(), named.at)] if not wrong else []
    try:
        request = _request(project, entry, files)
    except BadOption as bad:
        at = getattr(entry, bad.option) or entry
        place = at.at if hasattr(at, "at") else entry.at
        problems.append(Problem(place, "wrong-type", str(bad)))
    if problems or request is None:
        return None, problems
    word = entry.methodology or project.methodology
    methodology = methodology_path(project, word.text, own) if word is not None else None
    return Rating(name, entry.at, request, methodology, tuple(outputs)), []


def _stem(project: Project, file: str) -> str:
    """The name of a file without its ending, or that of a folder, whose name may hold points."""
    return Path(file).name if os.path.isdir(project.root / file) else Path(file).stem  # noqa: PTH112 (as above)


def _name(entry: Entry, files: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, list[Problem]]:
    """What a rating is called: as its entry says, else as its first output is, else as its return."""
    if entry.name is not None:
        text, problems = _filled(entry.name, values, EARLY[1:])
        if not problems and not NAME.fullmatch(text):
            message = f"{quoted(text)} cannot be a name: it becomes part of the names of files."
            problems = [Problem(entry.name.at, "wrong-type", message, "Leave out / and \\, and - at the beginning.")]
        return text, problems
    if entry.outputs is None:
        return values.get("stem", Path(files[0]).stem), []
    first = entry.outputs.named[0]
    file = Path(first.text).name
    stem = replace(first, text=file[: len(file) - len(ending_of(file) or Path(file).suffix)])
    if any(word not in EARLY[1:] for word in PLACEHOLDER.findall(stem.text)):
        message = "The rating has no name, and its first output does not say it."
        return "", [Problem(first.at, "missing-key", message, "Add name:.")]
    return _filled(stem, values, EARLY[1:])


def _filled(
    named: Named, values: Mapping[str, str], known: tuple[str, ...] = (*EARLY, *LATE)
) -> tuple[str, list[Problem]]:
    """A text with those placeholders filled that are known already."""
    for word in PLACEHOLDER.findall(named.text):
        if word not in known:
            may = " or ".join(f"{{{one}}}" for one in known)
            message, remedy = f'"{{{word}}}" is no placeholder here.', nearest(word, known) or f"Write {may}."
            return "", [Problem(named.at, "project-file", message, remedy)]
        if word == "stem" and "stem" not in values:
            message = "{stem} is the name of the return's file, and this return is a list of files."
            return "", [Problem(named.at, "project-file", message, "Write {name}, and give the rating a name.")]
    rest = re.sub(r"\{[^{}]*\}", "", named.text)
    if "{" in rest or "}" in rest:
        message = "A brace stands alone here; braces hold a placeholder, such as {name}."
        return "", [Problem(named.at, "project-file", message, "Close or remove it.")]
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), named.text), []


def _output_problems(project: Project, named: Named, text: str) -> list[Problem]:
    """What is wrong with the path of an output."""
    if ending_of(text) is None:
        known = listed([*ENDINGS], shown=len(ENDINGS))
        message = f'"{Path(text).name}" does not say by its ending what is to be made.'
        return [Problem(named.at, "project-file", message, f"Let it end in one of {known}.")]
    problem = outside(project, named, text)
    return [problem] if problem is not None else []


def _request(project: Project, entry: Entry, files: tuple[str, ...]) -> Request:
    """What is asked of the run, with the defaults of the project."""

    def path(named: Named | None) -> str | None:
        return named.text if named else None

    options: dict[str, Any] = {
        "sheet": path(entry.sheet),
        "reading": path(entry.reading or project.reading),
        "organisations": path(entry.organisations),
        "successors": path(entry.successors),
        "as_at": path(entry.as_at),
        "set": [f"{name}={value}" for name, value in entry.set.values] if entry.set else None,
        "against": [named.text for named in entry.against.named] if entry.against else None,
        "against_reading": path(entry.against_reading),
        "earlier": [named.text for named in entry.earlier.named] if entry.earlier else None,
        "earlier_reading": path(entry.earlier_reading),
        "as_": path(entry.as_),
        "groups": path(entry.groups),
    }
    return requested(list(files), **options)


def _same_names(ratings: list[Rating]) -> Iterator[Problem]:
    first: dict[str, Rating] = {}
    for rating in ratings:
        other = first.setdefault(rating.name.casefold(), rating)
        if other is not rating:
            message = f"A rating {quoted(rating.name)} is there already, on line {other.at.line}."
            yield Problem(rating.at, "duplicate-name", message, "Give one of the two another name.")


def _same_outputs(ratings: list[Rating], others: list[Path]) -> Iterator[Problem]:
    """That two ratings write one file, or one would take the place of a file that is read."""
    read = {_key(path) for rating in ratings for path in (*rating.files, *others)}
    written: dict[str, tuple[Rating, Output]] = {}
    for rating in ratings:
        for output in rating.outputs:
            if not output.is_known:
                continue
            key = _key(Path(output.path))
            if key in read:
                message = f"{output.path} would take the place of a file that is read."
                yield Problem(output.at, "project-file", message, "Give it another name.")
            other, _ = written.setdefault(key, (rating, output))
            if written[key][1] is not output and not _same_stem(other, rating):
                message = f"{output.path} is written twice, by {other.name} and by {rating.name}."
                remedy = "Give each its own file; {name} and {stem} in the path tell them apart."
                yield Problem(output.at, "project-file", message, remedy)


def _same_stem(one: Rating, other: Rating) -> bool:
    """Whether two ratings are called the same because their returns are, which is told as that."""
    stems = {rating.request.paths[0].stem.casefold() for rating in (one, other)}
    return one is not other and len(stems) == 1 and one.name.casefold() == other.name.casefold()


def _key(path: Path) -> str:
    """What tells files apart, also where a disk takes capital and small letters for one."""
    return os.path.realpath(path).casefold()

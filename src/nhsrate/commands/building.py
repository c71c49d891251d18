"""The command on a project: `build`, which makes every rating anew, or holds what is committed to it.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import os
import sys
from contextlib import chdir, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from nhsrate.commands.options import is_terminal, problems_option, problems_printed, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nhsrate.core.problems import Problem
    from nhsrate.projects.made import File, Made
    from nhsrate.projects.ratings import Rating, Ratings

    Show = Callable[[Sequence[Problem]], None]

T = TypeVar("T")
R = TypeVar("R")


@click.command()
@click.argument("words", metavar="[PATH] [NAME]...", nargs=-1)
@click.option(
    "-j", "--jobs", metavar="NUMBER", type=click.IntRange(1), help="Ratings made at once. Default: one a processor."
)
@problems_option
def build(words: tuple[str, ...], jobs: int | None, style: str | None) -> None:
    """Make every rating of a project anew.

    Its nhsrate.yaml says which ratings there are, of which returns, and which files are made of them. PATH is the
    folder of the project; without it, the project is the one that the current folder is in. With NAMEs, those ratings
    alone are made.
    """
    from nhsrate.core.problems import errors

    path, names = path_and_names(words)
    with problems_printed(style) as show, within(path, show) as (file, tell):
        ratings = sound(file, tell)
        found = all_made(chosen(ratings, names), jobs)
        tell(list(dict.fromkeys(problem for one in found for problem in one.problems)))  # a fault of rules is said once
        written, refused = write_all(found, tell)
        write(made_text(found, written, whole=not refused), None)
        if refused or any(errors(one.problems) for one in found):
            sys.exit(1)


def path_and_names(words: Sequence[str]) -> tuple[Path | None, Sequence[str]]:
    """The path of a project, where the first word is one, and the names of ratings."""
    from nhsrate.rules.project_file import PROJECT_FILE

    if words and (os.path.isdir(words[0]) or Path(words[0]).name == PROJECT_FILE):  # noqa: PTH112 (a path's own may raise)
        return Path(words[0]), words[1:]
    return None, words


@contextmanager
def within(path: Path | None, show: Show) -> Iterator[tuple[Path, Show]]:
    """Work in the folder of a project, from which all its paths are; problems are told from where the user is.

    Gives the project file, and what tells problems.
    """
    from nhsrate.core.problems import Refused
    from nhsrate.projects.places import moved_to, project_at

    file = project_at(path)
    try:
        folder = Path(os.path.relpath(file.parent)).as_posix()
    except ValueError:  # it is on another disk
        folder = file.parent.as_posix()
    with chdir(file.parent):
        try:
            yield file, lambda problems: show(moved_to(problems, folder))
        except Refused as refused:
            raise Refused(moved_to(refused.problems, folder)) from None


def sound(file: Path, tell: Show) -> Ratings:
    """The ratings of a project whose file has no errors; warnings are told, errors raised as `Refused`."""
    from nhsrate.core.problems import Refused, errors
    from nhsrate.projects.places import opened
    from nhsrate.projects.ratings import ratings_of

    ratings = ratings_of(opened(file))
    if errors(ratings.problems):
        raise Refused(ratings.problems)
    tell(ratings.problems)
    return ratings


def chosen(ratings: Ratings, names: Sequence[str]) -> list[Rating]:
    """The ratings of these names or patterns, in the order of the project; all, where none is named."""
    from fnmatch import fnmatchcase

    from nhsrate.core.problems import nearest
    from nhsrate.core.texts import listed

    known = [rating.name for rating in ratings.ratings]
    for name in names:
        if not any(fnmatchcase(one, name) for one in known):
            remedy = nearest(name, known) or f"There are {listed(known, shown=20) if known else 'none'}."
            raise click.UsageError(f'The project has no rating "{name}". {remedy}')
    wanted = names or ["*"]
    return [one for one in ratings.ratings if any(fnmatchcase(one.name, name) for name in wanted)]


def all_made(ratings: Sequence[Rating], jobs: int | None) -> list[Made]:
    """What every rating gives, on all processors; those that write the same file give none."""
    from nhsrate.projects.made import made, without_clashes

    return without_clashes(at_once(made, ratings, jobs))


def at_once(work: Callable[[T], R], tasks: Sequence[T], jobs: int | None) -> list[R]:
    """What `work` gives for each task, in their order; a terminal is told how many are done."""
    from nhsrate.commands.processes import processors, spread

    told = is_terminal(sys.stderr) and len(tasks) > 1
    results: dict[int, R] = {}
    for n, result in spread(work, tasks, jobs or processors()):
        results[n] = result
        if told:
            click.echo(f"\r\033[K{len(results)} of {len(tasks)} ratings", err=True, nl=False)
    if told:
        click.echo("\r\033[K", err=True, nl=False)
    return [results[n] for n in range(len(tasks))]


def write_all(found: Sequence[Made], tell: Show) -> tuple[list[str], bool]:
    """Write what is new of all files, and give their paths, and whether any could not be written, which is told."""
    from nhsrate.core.problems import Refused

    written: list[str] = []
    failed = False
    for one in found:
        try:
            for path in write_made(one, tell):
                written.append(path)  # noqa: PERF402 (what was written before a failure counts)
        except Refused as refused:
            tell(refused.problems)
            failed = True
    return written, failed


def write_made(one: Made, tell: Show) -> Iterator[str]:
    """Write what is new of a rating's files, and give their paths; a csv and what was set for it together."""
    from nhsrate.commands.ending import undone_by
    from nhsrate.commands.recording import left_behind, restored
    from nhsrate.reports.metadata import SUFFIX, kept_beside

    files = {file.path: file for file in one.files}
    for path, file in files.items():
        beside = files.get(f"{path}{SUFFIX}")
        if path.endswith(SUFFIX):
            continue
        if beside is not None and not is_same(beside):
            target = Path(beside.path)
            before = target.read_bytes() if target.exists() else None
            with undone_by(partial(restored, target, before)):
                write_file(beside)
                write_file(file)
            yield from (beside.path, path)
            continue
        if not is_same(file):
            write_file(file)
            yield path
        kept = kept_beside(Path(path)) if path.lower().endswith(".csv") and beside is None else None
        if kept is not None and kept.note is not None:
            tell([left_behind(kept)])


def is_same(file: File) -> bool:
    """Whether what stands there is what was made."""
    try:
        return Path(file.path).read_bytes() == file.data
    except OSError:  # whoever writes it says what is wrong
        return False


def write_file(file: File) -> None:
    """Write a file, whole or not at all, in a folder that is made where there is none."""
    from nhsrate.commands.output import write_bytes

    path = Path(file.path)
    with suppress(OSError):  # whoever writes the file says what is wrong
        path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, file.data)


def made_text(found: Sequence[Made], written: Sequence[str], *, whole: bool) -> str:
    """What was written, a line for each file, and a sentence on all; not `whole` where some could not be written."""
    from nhsrate.core.problems import errors
    from nhsrate.reports.summary import counted

    lines = [f"wrote {path}" for path in written]
    lines += [f"{one.name} was not made." for one in found if errors(one.problems)]
    files = sum(len(one.files) for one in found)
    rest = "as they were" if whole else "as they were or not written"
    said = f"{counted(len(found), 'rating')}, {counted(files, 'file')}"
    lines.append(f"{said}: {len(written)} written, {files - len(written)} {rest}." if files else f"{said}.")
    return "\n".join(lines) + "\n"

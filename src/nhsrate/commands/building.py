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
from nhsrate.commands.screens import quiet
from nhsrate.helping import completion
from nhsrate.helping.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nhsrate.core.problems import Problem
    from nhsrate.projects.held import Folder
    from nhsrate.projects.made import File, Made
    from nhsrate.projects.ratings import Rating, Ratings
    from nhsrate.projects.told import Found

    Show = Callable[[Sequence[Problem]], None]

T = TypeVar("T")
R = TypeVar("R")

PAUSE = 0.4
"""Seconds between two looks at the files of a project."""


@click.command(cls=Command)
@click.argument("words", metavar="[PATH] [NAME]...", nargs=-1, shell_complete=completion.ratings_of_project)
@click.option("--check", is_flag=True, help="Write nothing; fail where what is committed does not hold.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "markdown"]),
    help="With --check: what is printed. Default: text, and github where GitHub runs it.",
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="With -f json, sarif, markdown: the file."
)
@click.option(
    "-j", "--jobs", metavar="NUMBER", type=click.IntRange(1), help="Ratings made at once. Default: one a processor."
)
@click.option("--watch", is_flag=True, help="Go on, and make anew what changes, until it is stopped (Ctrl+C).")
@problems_option
def build(  # noqa: PLR0913 (one parameter for each option)
    words: tuple[str, ...],
    form: str | None,
    output: Path | None,
    jobs: int | None,
    style: str | None,
    *,
    check: bool,
    watch: bool,
) -> None:
    """Make every rating of a project anew.

    Its nhsrate.yaml says which ratings there are, of which returns, and which files are made of them. PATH is the
    folder of the project; without it, the project is the one that the current folder is in. With NAMEs, those ratings
    alone are made.

    With --check nothing is written: rule files, worked cases, returns and the files that are committed are held to what
    would be made, and it is said what moved and because of what. With --watch, this or the build is done again whenever
    a file of the project changes.
    """
    path, names = path_and_names(words)
    if (form or output) and not check:
        raise click.UsageError("-f and -o go with --check.")
    if output and form not in {"json", "sarif", "markdown"}:
        raise click.UsageError("-o goes with -f json, sarif and markdown.")
    if watch and (output or form not in {None, "text", "github"}):
        raise click.UsageError("--watch tells people what it finds; leave -f and -o out.")
    output = output and output.absolute()  # before the work goes on in the folder of the project
    github = os.environ.get("GITHUB_ACTIONS") == "true"
    form = form or ("github" if github else "text")
    how = "github" if form == "github" and not style else style
    work = partial(once, path, names, jobs, how, form=form if check else "", output=output)
    if watch:
        watching(path, style, work)
    else:
        sys.exit(0 if work() else 1)


def once(  # noqa: PLR0913 (what was asked for)
    path: Path | None,
    names: Sequence[str],
    jobs: int | None,
    style: str | None,
    *,
    form: str,
    output: Path | None = None,
    wrote: Callable[[Path], None] = lambda _: None,
) -> bool:
    """Build a project or, where a form is named, hold what is committed; whether all is as it should be.

    `wrote` is told of every file that is written.
    """
    github = os.environ.get("GITHUB_ACTIONS") == "true"
    with problems_printed(style) as show, within(path, show) as (file, tell, folder):
        if not form:
            return made_anew(chosen(sound(file, tell), names), jobs, tell, wrote)
        found = found_in(file, names, jobs, tell)
        if form in {"json", "sarif", "markdown"}:
            write(payload(found, form, folder), output)
        else:
            tell_found(found, form, tell)
        if github:
            add_to_step(found, os.environ.get("GITHUB_STEP_SUMMARY"))
        return found.holds


def watching(path: Path | None, style: str | None, work: Callable[..., object]) -> None:
    """Do the work, and again whenever a file of the project changes, until somebody stops it."""
    from nhsrate.core.texts import listed
    from nhsrate.projects.places import project_at
    from nhsrate.projects.watch import changes

    with problems_printed(style):
        home = project_at(path).parent
    written: list[Path] = []
    for files in changes(lambda: [home], pause, lambda: written):
        if files:
            said = listed([os.path.relpath(file, home) for file in files])
            click.echo(f"\n{said} changed.", err=True)
        written.clear()
        again(partial(work, wrote=written.append))
        click.echo("Waiting for changes; Ctrl+C ends it.", err=True)


def again(work: Callable[[], object]) -> None:
    """Do the work; a fault that ends it is told, and ends nothing else."""
    with suppress(SystemExit):
        work()


def pause() -> bool:
    """Wait a little, and go on for ever."""
    import time

    time.sleep(PAUSE)
    return True


def made_anew(ratings: Sequence[Rating], jobs: int | None, tell: Show, wrote: Callable[[Path], None]) -> bool:
    """Make these ratings and write what is new; whether all of it could be done."""
    from nhsrate.core.problems import errors

    found = all_made(ratings, jobs)
    tell(list(dict.fromkeys(problem for one in found for problem in one.problems)))  # a fault of rules is said once
    written, refused = write_all(found, tell)
    for path in written:
        wrote(Path(path).absolute())
    write(made_text(found, written, whole=not refused), None)
    return not refused and not any(errors(one.problems) for one in found)


def found_in(file: Path, names: Sequence[str], jobs: int | None, tell: Show) -> Found:
    """What holds of a project; where its file is faulty that is all there is to find."""
    from nhsrate.core.problems import Refused
    from nhsrate.projects.told import Found

    try:
        ratings = sound(file, tell)
    except Refused as refused:
        return Found((), (), tuple(refused.problems))
    return looked_at(ratings, names, jobs)


def looked_at(ratings: Ratings, names: Sequence[str], jobs: int | None) -> Found:
    """What holds of a project: of all its rules, cases and ratings, or of the ratings of these names."""
    from nhsrate.projects.held import Held, Ruled, folders_of, work_out
    from nhsrate.projects.left import left_over
    from nhsrate.projects.told import Found

    tasks: list[Folder | Rating] = [*(folders_of(ratings.own.values()) if not names else []), *chosen(ratings, names)]
    results = at_once(work_out, tasks, jobs)
    held = tuple(one for one in results if isinstance(one, Held))
    left = left_over(ratings, held) if not names else []
    return Found(held, tuple(one for one in results if isinstance(one, Ruled)), tuple(left))


def tell_found(found: Found, form: str, tell: Show) -> None:
    """Tell what was found to people: problems, for a code host also each row that moved, and the summary."""
    from nhsrate.projects.told import summary_text, with_rows

    tell(with_rows(found) if form == "github" else found.problems)
    write(summary_text(found), None)


def payload(found: Found, form: str, folder: str) -> str:
    """What was found in a form for other programs; files are named from where the user is."""
    from nhsrate.projects.places import moved_to
    from nhsrate.projects.told import summary_json, summary_markdown, with_rows
    from nhsrate.reports.problems import problems_text

    if form == "sarif":
        return problems_text(moved_to(with_rows(found), folder), "sarif")
    return summary_json(found, moved_to(found.problems, folder)) if form == "json" else summary_markdown(found)


def add_to_step(found: Found, step: str | None) -> None:
    """Add the summary to the page of a step, where the code host names one."""
    from nhsrate.projects.told import summary_markdown

    with suppress(OSError):  # the summary stands in the log as well
        if step:
            with Path(step).open("a", encoding="utf-8") as page:
                page.write(summary_markdown(found))


def path_and_names(words: Sequence[str]) -> tuple[Path | None, Sequence[str]]:
    """The path of a project, where the first word is one, and the names of ratings."""
    from nhsrate.rules.editions import PROJECT_FILE

    if words and (os.path.isdir(words[0]) or Path(words[0]).name == PROJECT_FILE):  # noqa: PTH112 (a path's own may raise)
        return Path(words[0]), words[1:]
    return None, words


@contextmanager
def within(path: Path | None, show: Show) -> Iterator[tuple[Path, Show, str]]:
    """Work in the folder of a project, from which all its paths are; problems are told from where the user is.

    Gives the project file, what tells problems, and the way from where the user is to the project's folder.
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
            yield file, lambda problems: show(moved_to(problems, folder)), folder
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

    dumb = os.environ.get("TERM") == "dumb"
    told = is_terminal(sys.stderr) and len(tasks) > 1 and not quiet() and not dumb  # no thread: processes are forked
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
    from nhsrate.reports.csv_json import SUFFIX
    from nhsrate.reports.metadata import kept_beside

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

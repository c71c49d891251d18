"""`nhsrate check`: what is wrong with returns and rule files, what was read of them, and the annotated copy of one."""

from __future__ import annotations

from contextlib import chdir
from dataclasses import field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem, Refused, errors
from nhsrate.core.texts import listed
from nhsrate.reports.summary import counted, counts, earlier_lines, group_lines, lines_text, read_noun, was_read
from nhsrate.returns.model import account_lines
from nhsrate.rules.editions import PROJECT_FILE, from_here
from nhsrate.rules.load import read_methodology, shown_path
from nhsrate.runs.run import attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.projects.ratings import Rating
    from nhsrate.returns.model import Return
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.request import Request


@frozen
class Checked:
    """What a check found: in words, as facts for json, and every problem.

    `submitted` is the return, where it could be read, and `methodology` what it was read for.
    """

    text: str
    problems: Sequence[Problem]
    facts: dict[str, Any] = field(default_factory=dict)
    submitted: Return | None = None
    methodology: Methodology | None = None

    @property
    def printable(self) -> str:
        """The words, with nothing in them that a terminal would obey."""
        return printable(self.text)


def printable(text: str) -> str:
    r"""The text with a blank for each character that a terminal would obey or not show.

    >>> printable("a\x1bb\n")
    'a b\n'
    """
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def check_rule_file(path: Path, request: Request) -> Checked:
    """What a rule file, a reading profile, a file of cases or a project file holds, in a sentence, and its problems.

    Raises `Refused` for a faulty profile or project file.
    """
    from nhsrate.editions.cases import case_files, has_own_cases, read_cases
    from nhsrate.returns.profiles import is_profile, read_profile
    from nhsrate.rules.standing import standing

    name = shown_path(path)
    if path.name == PROJECT_FILE:
        return check_project_file(path, name)
    if path.name == "cases.yaml" or path.name.startswith("cases-"):
        cases, problems = read_cases(path)
        text = "" if errors(problems) else f"{name}: {counted(len(cases), 'case')}, no problems.\n"
        return Checked(text, problems, {"file": name, "cases": len(cases)})
    if is_profile(path):
        profile = read_profile(path)
        text = f"{name}: a reading profile; it says {listed(list(profile.given), shown=20)}. No problems.\n"
        return Checked(text, (), {"file": name, "profile": list(profile.given)})
    methodology, problems = read_methodology(path, request.set)
    if has_own_cases(path) and not errors(problems):
        problems += read_cases(path)[1]
    if methodology is None or errors(problems):
        return Checked(f"{name}: {_found(problems)}\n", problems, {"file": name})
    ratings = sum(item.section == "ratings" for item in methodology.items.values())
    said = (
        f"{name}: {methodology.title} ({methodology.status}); {counted(len(methodology.inputs), 'input')}, "
        f"{counted(len(methodology.items) - ratings, 'measure')}, {counted(ratings, 'rating')}, "
        f"{counted(len(methodology.figures), 'named figure')}. {_found(problems)}\n"
    )
    if unnamed := standing(methodology).unnamed:
        have = "has" if len(unnamed) == 1 else "have"
        said += f"{name}: {counted(len(unnamed), 'number')} {have} no name ({lines_text(methodology, unnamed)}).\n"
    if not case_files(path.parent):
        said += f"{name}: there are no worked cases beside it; add cases.yaml.\n"
    facts = {
        "file": name,
        "methodology": methodology.id,
        "status": methodology.status,
        "unnamed": [str(at) for at in standing(methodology).unnamed],
    }
    return Checked(said, problems, facts)


def check_project_file(path: Path, name: str) -> Checked:
    """What a project file holds, in a sentence, and every problem of it; raises `Refused` where it cannot be read."""
    from nhsrate.projects.places import moved_to, opened
    from nhsrate.projects.ratings import ratings_of

    folder = Path(name).parent.as_posix()
    with chdir(path.absolute().parent):
        try:
            ratings = ratings_of(opened(Path(path.name).absolute()))
        except Refused as refused:
            raise Refused(moved_to(refused.problems, folder)) from None
    problems = moved_to(ratings.problems, folder)
    outputs = sum(len(rating.outputs) for rating in ratings.ratings)
    methods = f"{len(ratings.own):,} methodolog{'y' if len(ratings.own) == 1 else 'ies'} of its own"
    held = f"{counted(len(ratings.ratings), 'rating')}, {counted(outputs, 'output')} and {methods}"
    text = f"{name}: a project of {held}. {_found(problems)}\n"
    names = [rating.name for rating in ratings.ratings]
    return Checked(text, problems, {"file": name, "ratings": names, "methodologies": [*ratings.own]})


def checked_project(file: Path) -> list[Checked]:
    """What is to be said of everything that a project file names: itself, rule files, cases, profiles and returns."""
    from nhsrate.projects.held import folders_of
    from nhsrate.projects.places import moved_to, opened
    from nhsrate.projects.ratings import ratings_of
    from nhsrate.runs.request import requested

    folder = from_here(file.parent).as_posix()
    with chdir(file.parent):
        found = [_checked(partial(check_project_file, Path(file.name), file.name), Path(file.name))]
        if not errors(found[0].problems):
            ratings = ratings_of(opened(file))
            folders = folders_of(ratings.own.values())
            readings = (getattr(one.request, key) for one in ratings.ratings for key in PROFILES)
            files = [path for one in folders for path in (*one.rule_files, *one.case_files)]
            files = list(dict.fromkeys([*files, *(path for path in readings if isinstance(path, Path))]))
            found += [_checked(partial(check_rule_file, path, requested(())), path) for path in files]
            found += [_checked_rating(rating) for rating in ratings.ratings]
    said: set[Problem] = set()
    for n, one in enumerate(found):  # a fault of rules stands in the way of every return under them; it is said once
        found[n] = replace(one, problems=moved_to([each for each in one.problems if each not in said], folder))
        said |= {*one.problems}
    return found


def _checked_rating(rating: Rating) -> Checked:
    """What is to be said of the return of a rating; what is wrong with options is told where the project says them."""
    from nhsrate.projects.made import asked_of, of_rating

    found = _checked(lambda: check_return(asked_of(rating)), rating.request.paths[0])
    return replace(found, problems=of_rating(rating, found.problems))


PROFILES = ("reading", "against_reading", "earlier_reading")
"""What of a request is a reading profile."""


def _found(problems: Sequence[Problem]) -> str:
    """How many errors and warnings were found; notes are none."""
    warnings = sum(problem.severity == "warning" for problem in problems)
    found = [(len(errors(problems)), "problem"), (warnings, "warning")]
    return f"{' and '.join(counted(number, word) for number, word in found if number) or 'No problems'}."


def check_return(request: Request) -> Checked:
    """What was read of a return and what was set aside, and every problem of it, those of the method included.

    Raises `Refused` where a file cannot be opened, or where it is not known under which methodology to check.
    """
    reached = attempt(request)
    methodology, submitted, problems = reached.methodology, reached.submitted, reached.problems
    if submitted is None:
        name = ", ".join(path.as_posix() for path in request.paths)
        said = f"{name}: checked as a return for {methodology.id} ({methodology.title}): {_found(problems)}\n"
        facts = {"file": name, "methodology": methodology.id, "chosen_by": methodology.chosen_by}
        return Checked(said, problems, facts, methodology=methodology)
    text = return_text(submitted, methodology, problems)
    return Checked(text, problems, return_facts(submitted, methodology), submitted, methodology)


def return_text(submitted: Return, methodology: Methodology, problems: Sequence[Problem]) -> str:
    """What was read, what was set aside, and what was not used."""
    absent = [id_ for id_, values in submitted.values.items() if not was_read(values)]
    read = counts(submitted)
    lines = [
        f"{submitted.name}: read as a return for {methodology.id} ({methodology.title}).",
        f"  {read_noun(submitted, methodology.rates).counted(read.organisations)}, "
        f"{counted(read.values, 'value')}, {read.missing:,} missing; {submitted.form} form"
        + (f"; period {submitted.period}" if submitted.period else "")
        + ".",
    ]
    lines.append(f"  methodology: {methodology.chosen_by}.")
    lines += [f"  {line}" for line in (*group_lines(submitted), *earlier_lines(submitted))]
    lines += [f"  {line}" for line in account_lines(submitted, methodology.rates)]
    if absent:
        lines.append(f"  optional and absent: {', '.join(absent)}.")
    lines += [f"  set aside: {row.at}: {row.text} ({row.reason})" for row in submitted.set_aside]
    if submitted.unused_headings:
        lines.append(f"  not used by this edition: {', '.join(submitted.unused_headings)}.")
    if submitted.overrides:
        lines.append(f"  {counted(len(submitted.overrides), 'recorded decision')}.")
    lines.append(f"  {_found(problems)}")
    return "\n".join(lines) + "\n"


def return_facts(submitted: Return, methodology: Methodology) -> dict[str, Any]:
    """The same as plain values."""
    read = counts(submitted)
    earlier = {str(back): {"file": one.name, "period": one.period} for back, one in submitted.earlier.items()}
    return {
        "file": submitted.name,
        "sha256": submitted.digest,
        "methodology": methodology.id,
        "chosen_by": methodology.chosen_by,
        "period": submitted.period,
        "form": submitted.form,
        "organisations": read.organisations,
        "values": read.values,
        "missing": read.missing,
        "tables": [
            {
                "file": one.file,
                "sheet": one.sheet,
                "rows": {
                    "all": one.rows, "above": one.above, "header": one.header, "organisations": one.organisations,
                    "set_aside": one.set_aside, "elsewhere": one.elsewhere, "blank": one.blank,
                },
                "columns": {
                    "all": one.columns, "read": list(one.used), "not_used": list(one.unused),
                    "without_heading": list(one.unheaded), "blank": one.blank_columns,
                },
            }
            for one in submitted.accounts
        ],
        "set_aside": [
            {"at": row.at, "text": row.text, "reason": row.reason, "rows": row.rows} for row in submitted.set_aside
        ],
        "not_used": list(submitted.unused_headings),
        **({"earlier": earlier} if earlier else {}),
        "optional_and_absent": [id_ for id_, values in submitted.values.items() if not was_read(values)],
    }  # fmt: skip


def checks_json(checked: Sequence[Checked]) -> str:
    """Several checks as one json text: what was read of each, and all problems, errors first."""
    from nhsrate.reports.problems import as_json, problem_json, ranked

    found = [problem for one in checked for problem in one.problems]
    said = {
        "checked": [one.facts for one in checked if one.facts],
        "problems": [problem_json(problem) for problem in ranked(found)],
    }
    return as_json(said)


def checked_files(rule_files: Sequence[Path], request: Request, *, each: bool = False) -> list[Checked]:
    """What is to be said of each rule file, and of the files of the return together or of each, where there are any."""
    found = [_checked(partial(check_rule_file, file, request), file) for file in rule_files]
    returns = [(path,) for path in request.paths] if each else [request.paths] if request.paths else []
    requests = [replace(request, returns=paths) if each else request for paths in returns]
    return [*found, *(_checked(partial(check_return, one), one.paths[0]) for one in requests)]


def _checked(check: Callable[[], Checked], file: Path) -> Checked:
    try:
        return check()
    except Refused as refused:
        return Checked("", refused.problems, {"file": file.as_posix()})


def with_copy(checked: list[Checked], path: Path, request: Request, target: Path) -> bytes | None:
    """The annotated copy of a return that was checked; where none can be made, what stands against it joins the list.

    A file that cannot be opened has said so already.
    """
    found = [problem for one in checked for problem in one.problems]
    try:
        return annotated_copy(path, request, found, target)
    except Refused as refused:
        if more := [problem for problem in refused.problems if problem not in found]:
            checked.append(Checked("", more))
        return None


def annotated_copy(path: Path, request: Request, problems: Sequence[Problem], target: Path) -> bytes:
    """A copy of a return with a comment on each faulty cell; of a file that is no Excel workbook, its values in one.

    Raises `Refused` where the file cannot be opened at all.
    """
    from nhsrate.files.guard import guarded
    from nhsrate.files.open import open_book
    from nhsrate.workbooks.annotate import annotated, ending
    from nhsrate.workbooks.plain import annotated_tables

    contents = guarded(path, request.limit)
    wanted = ending(contents.data) if contents.kind == "workbook" else ".xlsx"
    if wanted and target.suffix.lower() != wanted:
        message = f"A copy of this return is a workbook whose name must end in {wanted}."
        raise Refused(
            [Problem(LineLocation(str(target)), "write-failed", message, f"Write it to {target.stem}{wanted}.")]
        )
    if contents.kind == "workbook":
        return annotated(contents.data, path.as_posix(), problems)
    return annotated_tables(open_book(path, request.limit), problems)

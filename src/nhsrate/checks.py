"""`nhsrate check`: what is wrong with a return or a rule file, and what was read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.cases import case_files, read_cases
from nhsrate.choosing import choose_methodology
from nhsrate.engine import assess
from nhsrate.loading import read_methodology, shown_path
from nhsrate.problems import Refused, errors
from nhsrate.reading import open_books
from nhsrate.returns_reading import read_tables
from nhsrate.summary import counted, counts, was_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nhsrate.methodology import Methodology
    from nhsrate.problems import Problem
    from nhsrate.returns import Return


def check_rule_file(path: Path, settings: Mapping[str, str]) -> tuple[str, list[Problem]]:
    """What a rule file (or a file of cases) holds, in a sentence, and every problem of it."""
    name = shown_path(path)
    if path.name == "cases.yaml" or path.name.startswith("cases-"):
        cases, problems = read_cases(path)
        return ("" if errors(problems) else f"{name}: {counted(len(cases), 'case')}, no problems.\n"), problems
    methodology, problems = read_methodology(path, settings)
    if methodology is None or errors(problems):
        return f"{name}: {counted(len(errors(problems)), 'problem')}.\n", problems
    ratings = sum(item.section == "ratings" for item in methodology.items.values())
    said = (
        f"{name}: {methodology.title} ({methodology.status}); {counted(len(methodology.inputs), 'input')}, "
        f"{counted(len(methodology.items) - ratings, 'measure')}, {counted(ratings, 'rating')}, "
        f"{counted(len(methodology.figures), 'named figure')}. No problems.\n"
    )
    if not case_files(path.parent):
        said += f"{name}: there are no worked cases beside it; add cases.yaml.\n"
    return said, problems


def check_return(
    paths: Sequence[Path], wanted: str | None, sheet: str | None, settings: Mapping[str, str]
) -> tuple[str, list[Problem]]:
    """What was read of a return and what was set aside, and every problem of it, those of the method included.

    Raises `Refused` where a file cannot be opened, or where it is not known under which methodology to check.
    """
    books = open_books(list(paths))
    methodology = choose_methodology(books, paths, wanted, settings)
    try:
        submitted = read_tables(books, methodology.wanted(), methodology.reading, sheet=sheet)
    except Refused as refused:
        name = ", ".join(book.file for book in books)
        found = counted(len(errors(refused.problems)), "problem")
        said = f"{name}: checked as a return for {methodology.id} ({methodology.title}): {found}.\n"
        return said, list(refused.problems)
    problems = list(submitted.problems)
    try:
        problems += assess(submitted, methodology).problems
    except Refused as refused:
        problems += refused.problems
    return return_text(submitted, methodology, problems), problems


def return_text(submitted: Return, methodology: Methodology, problems: Sequence[Problem]) -> str:
    """What was read, what was set aside, and what was not used."""
    absent = [id_ for id_, values in submitted.values.items() if not was_read(values)]
    read = counts(submitted)
    lines = [
        f"{submitted.name}: read as a return for {methodology.id} ({methodology.title}).",
        f"  {counted(read.organisations, 'organisation')}, "
        f"{counted(read.values, 'value')}, {read.missing:,} missing; {submitted.form} form"
        + (f"; period {submitted.period}" if submitted.period else "")
        + ".",
    ]
    if absent:
        lines.append(f"  optional and absent: {', '.join(absent)}.")
    lines += [f"  set aside: {row.at}: {row.text} ({row.reason})" for row in submitted.set_aside]
    if submitted.unused_headings:
        lines.append(f"  not used by this edition: {', '.join(submitted.unused_headings)}.")
    if submitted.overrides:
        lines.append(f"  {counted(len(submitted.overrides), 'recorded decision')}.")
    found = errors(problems)
    lines.append(f"  {counted(len(found), 'problem')}." if found else "  No problems.")
    return "\n".join(lines) + "\n"

"""`nhsrate check`: what is wrong with a return or a rule file, and what was read of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nhsrate.engine import assess
from nhsrate.loading import read_methodology, shown_path
from nhsrate.problems import Refused, errors
from nhsrate.profiles import is_profile, read_profile
from nhsrate.reading import after_reading, asked_methodology, open_books
from nhsrate.returns_reading import read_tables
from nhsrate.shown_values import shown_problems
from nhsrate.summary import account_lines, counted, counts, was_read
from nhsrate.texts import listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.asked import Asked
    from nhsrate.methodology import Methodology
    from nhsrate.problems import Problem
    from nhsrate.returns import Return


@dataclass(frozen=True, slots=True)
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


def check_rule_file(path: Path, asked: Asked) -> Checked:
    """What a rule file, a reading profile or a file of cases holds, in a sentence, and every problem of it.

    Raises `Refused` for a faulty profile.
    """
    from nhsrate.cases import case_files, read_cases

    name = shown_path(path)
    if path.name == "cases.yaml" or path.name.startswith("cases-"):
        cases, problems = read_cases(path)
        text = "" if errors(problems) else f"{name}: {counted(len(cases), 'case')}, no problems.\n"
        return Checked(text, problems, {"file": name, "cases": len(cases)})
    if is_profile(path):
        profile = read_profile(path)
        text = f"{name}: a reading profile; it says {listed(list(profile.given), shown=20)}. No problems.\n"
        return Checked(text, (), {"file": name, "profile": list(profile.given)})
    methodology, problems = read_methodology(path, asked.settings)
    if methodology is None or errors(problems):
        return Checked(f"{name}: {counted(len(errors(problems)), 'problem')}.\n", problems, {"file": name})
    ratings = sum(item.section == "ratings" for item in methodology.items.values())
    said = (
        f"{name}: {methodology.title} ({methodology.status}); {counted(len(methodology.inputs), 'input')}, "
        f"{counted(len(methodology.items) - ratings, 'measure')}, {counted(ratings, 'rating')}, "
        f"{counted(len(methodology.figures), 'named figure')}. No problems.\n"
    )
    if not case_files(path.parent):
        said += f"{name}: there are no worked cases beside it; add cases.yaml.\n"
    facts = {"file": name, "methodology": methodology.id, "status": methodology.status}
    return Checked(said, problems, facts)


def check_return(paths: Sequence[Path], asked: Asked) -> Checked:
    """What was read of a return and what was set aside, and every problem of it, those of the method included.

    Raises `Refused` where a file cannot be opened, or where it is not known under which methodology to check.
    """
    books = open_books(list(paths), asked.limits)
    name = ", ".join(book.file for book in books)
    methodology = asked_methodology(books, paths, asked)
    try:
        submitted = read_tables(books, methodology.wanted(), methodology.reading, sheet=asked.sheet)
        del books
        submitted = after_reading(submitted, methodology, asked)
    except Refused as refused:
        found = counted(len(errors(refused.problems)), "problem")
        said = f"{name}: checked as a return for {methodology.id} ({methodology.title}): {found}.\n"
        facts = {"file": name, "methodology": methodology.id}
        return Checked(said, refused.problems, facts, methodology=methodology)
    problems = list(submitted.problems)
    try:
        assessment = assess(submitted, methodology)
        problems += [*assessment.problems, *shown_problems(assessment)]
    except Refused as refused:
        problems += refused.problems
    text = return_text(submitted, methodology, problems)
    return Checked(text, problems, return_facts(submitted, methodology), submitted, methodology)


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
    lines += [f"  {line}" for line in account_lines(submitted)]
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


def return_facts(submitted: Return, methodology: Methodology) -> dict[str, Any]:
    """The same as plain values."""
    read = counts(submitted)
    return {
        "file": submitted.name,
        "sha256": submitted.digest,
        "methodology": methodology.id,
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
        "optional_and_absent": [id_ for id_, values in submitted.values.items() if not was_read(values)],
    }  # fmt: skip


def checks_json(checked: Sequence[Checked]) -> str:
    """Several checks as one json text: what was read of each, and all problems, errors first."""
    import json

    from nhsrate.diagnostics import problem_json, ranked

    found = [problem for one in checked for problem in one.problems]
    said = {
        "checked": [one.facts for one in checked if one.facts],
        "problems": [problem_json(problem) for problem in ranked(found)],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"

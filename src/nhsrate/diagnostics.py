"""Problems as they are printed: for people, as json, or as annotations of a code host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, assert_never

from nhsrate.problems import CODES, LinePlace, Problem, short

if TYPE_CHECKING:
    from collections.abc import Sequence

Style = Literal["text", "json", "github", "sarif"]


def ranked(problems: Sequence[Problem]) -> list[Problem]:
    """Errors first, then warnings, then notes."""
    return sorted(problems, key=lambda problem: ("error", "warning", "note").index(problem.severity))


def problems_text(problems: Sequence[Problem], style: Style = "text") -> str:
    """All problems in one of the styles, errors first; empty where there are none."""
    ordered = ranked(problems)
    match style:
        case "json":
            return json.dumps([problem_json(problem) for problem in ordered], ensure_ascii=False, indent=1) + "\n"
        case "sarif":
            from nhsrate.sarif import sarif_text

            return sarif_text(ordered)
        case "github":
            return "".join(f"{github_line(problem)}\n" for problem in ordered)
        case "text":
            return "".join(f"{problem_line(problem)}\n" for problem in ordered)
        case never:
            assert_never(never)


def problem_line(problem: Problem) -> str:
    """One problem for people: place, severity, what is wrong, what to do, and its code."""
    remedy = f" {problem.remedy}" if problem.remedy else ""
    line = f"{problem.at}: {problem.severity}: {problem.whole_message}{remedy} [{problem.code}]"
    return "".join(letter if letter.isprintable() else " " for letter in line)


def problem_json(problem: Problem) -> dict[str, object]:
    """One problem as plain values."""
    at = problem.at
    where: dict[str, object] = {"file": at.file}
    if isinstance(at, LinePlace):
        where |= {"line": at.line, "column": at.column} if at.line else {}
    else:
        where |= {"sheet": at.sheet} if at.sheet else {}
        where |= {"row": at.row} if at.row else {}
        where |= {"column": at.column} if at.column else {}
    return {
        "at": str(at),
        **where,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.whole_message,
        **({"cells": [short(cell) for cell in problem.cells]} if problem.cells else {}),
        "remedy": problem.remedy,
    }


def github_line(problem: Problem) -> str:
    """One problem as a workflow command, which shows it on the line it is about."""
    word = {"error": "error", "warning": "warning", "note": "notice"}[problem.severity]
    at = problem.at
    place = f"file={_property(at.file)}"
    if isinstance(at, LinePlace) and at.line:
        place += f",line={at.line},col={at.column}"
    title = _property(f"{problem.code}: {CODES.get(problem.code, '')}")
    text = f"{at}: {problem.whole_message} {problem.remedy}".strip()
    line = f"::{word} {place},title={title}::{_data(text)}"
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

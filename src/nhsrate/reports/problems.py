"""Problems as they are printed: for people, as json, as annotations of a code host, or as SARIF 2.1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, assert_never
from urllib.parse import quote

from nhsrate import __version__
from nhsrate.core.problems import CODES, LineLocation, Problem, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.problems import Location


Style = Literal["text", "json", "github", "sarif"]


def ranked(problems: Sequence[Problem]) -> list[Problem]:
    """Errors first, then warnings, then notes."""
    return sorted(problems, key=lambda problem: ("error", "warning", "note").index(problem.severity))


def problems_text(problems: Sequence[Problem], style: Style = "text") -> str:
    """All problems in one of the styles, errors first; empty where there are none."""
    ordered = ranked(problems)
    match style:
        case "json":
            return as_json([problem_json(problem) for problem in ordered])
        case "sarif":
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
    if isinstance(at, LineLocation):
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
    if isinstance(at, LineLocation) and at.line:
        place += f",line={at.line},col={at.column}"
    title = _property(f"{problem.code}: {CODES.get(problem.code, '')}")
    text = f"{at}: {problem.whole_message} {problem.remedy}".strip()
    line = f"::{word} {place},title={title}::{_data(text)}"
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_text(problems: Sequence[Problem]) -> str:
    """The problems as one run; a cell is a region of its file, by row and column, and named in full beside it."""
    codes = list(dict.fromkeys(problem.code for problem in problems))
    rules = [{"id": code, "shortDescription": {"text": CODES[code]}} for code in codes]
    results = [
        {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": problem.severity,
            "message": {"text": f"{problem.whole_message} {problem.remedy}".strip()},
            "locations": [_location(place) for place in (problem.cells or (problem.at,))],
        }
        for problem in problems
    ]
    driver = {"name": "nhsrate", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def as_json(said: object) -> str:
    """Plain values as a json text of many lines."""
    import json  # most problems are told to people

    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _location(at: Location) -> dict[str, Any]:
    """A place: the file with line and column (for a cell, its row and column), and its name as people write it."""
    line, column = (at.line, at.column) if isinstance(at, LineLocation) else (at.row, at.column)
    region = {"startLine": line, **({"startColumn": column} if column else {})} if line else None
    physical = {
        "artifactLocation": {"uri": quote(at.file, errors="surrogateescape")},
        **({"region": region} if region else {}),
    }
    return {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": str(at)}]}

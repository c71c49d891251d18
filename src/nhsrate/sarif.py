"""Problems in the Static Analysis Results Interchange Format (SARIF 2.1.0), which code hosts and editors show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nhsrate import __version__
from nhsrate.problems import CODES, LinePlace, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.problems import Place

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
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _location(at: Place) -> dict[str, Any]:
    """A place: the file with line and column (for a cell, its row and column), and its name as people write it."""
    line, column = (at.line, at.column) if isinstance(at, LinePlace) else (at.row, at.column)
    region = {"startLine": line, **({"startColumn": column} if column else {})} if line else None
    physical = {
        "artifactLocation": {"uri": quote(at.file, errors="surrogateescape")},
        **({"region": region} if region else {}),
    }
    return {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": str(at)}]}

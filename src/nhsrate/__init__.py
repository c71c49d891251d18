"""Rates NHS organisations from a spreadsheet of indicators and a methodology written in YAML, and says why.

From Python: `rate`, which does what `nhsrate score` does; or, step by step, `load_methodology`, `read_return` and
`assess`; `Assessment.league_table` and `Assessment.to_frame` for what came out; and a function for each question that a
command answers: `explain`, `headroom`, `diagnose`, `robustness`, `integrity`, `compare`, `trajectory`, `report`,
`diff`, `methodologies`.
Nothing is imported before it is used, so that `nhsrate --help` starts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "1.0.0"

__all__ = [
    "Assessment",
    "Methodology",
    "Problem",
    "Refused",
    "Return",
    "Run",
    "assess",
    "compare",
    "diagnose",
    "diff",
    "explain",
    "headroom",
    "integrity",
    "load_methodology",
    "methodologies",
    "rate",
    "read_return",
    "report",
    "robustness",
    "style",
    "trajectory",
]

if TYPE_CHECKING:
    from nhsrate.core.problems import Problem, Refused
    from nhsrate.engine.assess import assess
    from nhsrate.engine.assessment import Assessment
    from nhsrate.notebook.asking import compare, diagnose, explain, headroom, integrity, report, robustness, trajectory
    from nhsrate.notebook.listed import diff, methodologies
    from nhsrate.notebook.styles import style
    from nhsrate.returns.model import Return
    from nhsrate.rules.load import load_methodology
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.rate import rate
    from nhsrate.runs.read import read_return
    from nhsrate.runs.run import Run

_HOMES = {
    "Assessment": "engine.assessment",
    "Methodology": "rules.model",
    "Problem": "core.problems",
    "Refused": "core.problems",
    "Return": "runs.read",  # which binds `from_frame` to it
    "Run": "runs.run",
    "assess": "engine.assess",
    "compare": "notebook.asking",
    "diagnose": "notebook.asking",
    "diff": "notebook.listed",
    "explain": "notebook.asking",
    "headroom": "notebook.asking",
    "integrity": "notebook.asking",
    "load_methodology": "rules.load",
    "methodologies": "notebook.listed",
    "rate": "runs.rate",
    "read_return": "runs.read",
    "report": "notebook.asking",
    "robustness": "notebook.asking",
    "style": "notebook.styles",
    "trajectory": "notebook.asking",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOMES:
        message = f"module 'nhsrate' has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    import_module("nhsrate.notebook.bound")  # what the records show and can be asked in Python
    return getattr(import_module(f"nhsrate.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names, also those that are not imported yet."""
    return sorted([*__all__, "__version__"])

"""Rates NHS organisations from a spreadsheet of indicators and a methodology written in YAML, and says why.

From Python: `load_methodology`, `read_return`, `assess`, and `Assessment.to_frame` for what came out.
Nothing is imported before it is used, so that `nhsrate --help` starts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = ["Assessment", "Methodology", "Problem", "Refused", "Return", "assess", "load_methodology", "read_return"]

if TYPE_CHECKING:
    from nhsrate.assessment import Assessment
    from nhsrate.engine import assess
    from nhsrate.loading import load_methodology
    from nhsrate.methodology import Methodology
    from nhsrate.problems import Problem, Refused
    from nhsrate.reading import read_return
    from nhsrate.returns import Return

_HOMES = {
    "Assessment": "assessment",
    "Methodology": "methodology",
    "Problem": "problems",
    "Refused": "problems",
    "Return": "returns",
    "assess": "engine",
    "load_methodology": "loading",
    "read_return": "reading",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOMES:
        message = f"module 'nhsrate' has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    return getattr(import_module(f"nhsrate.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names, also those that are not imported yet."""
    return sorted([*__all__, "__version__"])

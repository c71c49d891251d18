"""What the public records can do in Python alone is bound to them here, because it comes after all that they are.

`nhsrate` imports this when one of its names is first asked for. The commands do not, so that nothing of it is on
their way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsrate.engine.assessment import Assessment
from nhsrate.notebook import methods, told
from nhsrate.notebook.league import league_table
from nhsrate.notebook.results import to_frame
from nhsrate.notebook.styles import style
from nhsrate.returns.model import Return
from nhsrate.rules.model import Methodology
from nhsrate.runs.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas.io.formats.style import Styler


def styled(assessment: Assessment) -> Styler:
    """The league table as a Styler of pandas, in the colours of the scales; `nhsrate.style` gives another palette."""
    return style(league_table(assessment))


def assessment_html(assessment: Assessment) -> str:
    """The league table in colour, for a notebook."""
    from nhsrate.notebook.cells import assessment_html

    return assessment_html(assessment)


def run_html(run: Run) -> str:
    """The league table in colour, for a notebook."""
    from nhsrate.notebook.cells import run_html

    return run_html(run)


def return_html(submitted: Return) -> str:
    """What was read for each input, for a notebook."""
    from nhsrate.notebook.cells import return_html

    return return_html(submitted)


def methodology_html(methodology: Methodology) -> str:
    """The levels and indicators in short, for a notebook."""
    from nhsrate.notebook.cells import methodology_html

    return methodology_html(methodology)


def lines_of(said: Callable[[Any], list[str]]) -> Callable[[Any], str]:
    """A representation of a few lines."""

    def shown(record: Any) -> str:  # noqa: ANN401 (one of the records below)
        """A few lines that tell what it is."""
        return "\n".join(said(record))

    return shown


def of_its_assessment(run: Run, name: str) -> object:
    """What a run is asked as if it were its assessment, such as `league_table`."""
    if name.startswith("_") or name not in BOUND[Assessment]:
        message = f"'Run' object has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(run.assessment, name)


BOUND: dict[type, dict[str, object]] = {
    Assessment: {
        "__repr__": lines_of(told.assessment_lines),
        "_repr_html_": assessment_html,
        "league_table": league_table,
        "to_frame": to_frame,
        "explain": methods.explain,
        "headroom": methods.headroom,
        "diagnose": methods.diagnose,
        "robustness": methods.robustness,
        "integrity": methods.integrity,
        "compare": methods.compare,
        "style": property(styled),
    },
    Return: {"__repr__": lines_of(told.return_lines), "_repr_html_": return_html},
    Methodology: {"__repr__": lines_of(told.methodology_lines), "_repr_html_": methodology_html},
    Run: {"__repr__": lines_of(told.run_lines), "_repr_html_": run_html, "__getattr__": of_its_assessment},
}
"""What each record can do, by the names of its methods."""

for record, bound in BOUND.items():
    for name, method in bound.items():
        setattr(record, name, method)

"""A report in Python: the page as a text, shown in a notebook, and written where it is asked for."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.core.texts import tidy
from nhsrate.notebook.told import headed, who
from nhsrate.pages.added import BadAdded, added_of, earlier_pages, folder_of, latest_of, wanted_of
from nhsrate.pages.report import report
from nhsrate.reports.colours import PALETTES
from nhsrate.runs.rate import bad_option
from nhsrate.runs.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.engine.assessment import Assessment
    from nhsrate.pages.report import Wanted
    from nhsrate.runs.request import Request

PAGES = (".html", ".htm")


@frozen
class Report:
    """A report of ratings. Its text is the page; `save` writes it, or in a folder a page for each organisation."""

    assessment: Assessment
    wanted: Wanted
    html: str

    def __str__(self) -> str:
        return self.html

    def __repr__(self) -> str:
        title = tidy(self.wanted.title) or headed(self.assessment.methodology, self.assessment.methodology.period)
        return f"Report: {title}\n{who(self.assessment)}, {len(self.html.encode()) / 1000:,.0f} kB"

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that neither changes the looks of the other."""
        style = "width: 100%; height: 40rem; border: 1px solid rgba(128, 128, 128, 0.35)"
        return f'<iframe title="Report" sandbox="allow-scripts" srcdoc="{escape(self.html)}" style="{style}"></iframe>'

    def save(self, path: str | Path) -> None:
        """Write the page, or where `path` is a folder, or has no ending, its pages: each as a whole or not at all.

        Raises `Refused` where `path` is neither, or is a folder that holds something else.
        """
        target = Path(path)
        if target.is_dir() or not target.suffix:
            earlier = earlier_pages(target)
            target.mkdir(parents=True, exist_ok=True)
            written = {write(target / name, page) for name, page in folder_of(self.assessment, self.wanted)}
            for page in earlier - written:
                page.unlink()
        elif target.suffix.lower() in PAGES:
            write(target, self.html)
        else:
            raise bad_option("output", f"A report is a page: let {target} end in .html, or name a folder.")


def write(path: Path, page: str) -> Path:
    """Write a file beside the one it then takes the place of."""
    fresh = path.with_name(f".{path.name}.tmp")
    try:
        fresh.write_bytes(page.encode())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        message = f"It could not be written ({error.strerror})."
        raise Refused([Problem(LineLocation(str(path)), "write-failed", message, "Write to another place.")]) from None
    return path


def known_of(added: str | Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """What is to be added, each with what stands behind its equals signs; raises `Refused` for what cannot be."""
    words = added.split(",") if isinstance(added, str) else added or ()
    try:
        return added_of(words)
    except BadAdded as bad:
        raise bad_option("with_", str(bad)) from None


def rated_for(request: Request, added: str | Sequence[str] | None) -> Assessment:
    """The ratings that a report tells: of a return that holds the periods to be drawn, those of the latest."""
    return latest_of(request) if known_of(added).get("trajectory") == () else run(request).assessment


def reported(
    assessment: Assessment,
    request: Request,
    added: str | Sequence[str] | None,
    title: str,
    palette: Literal["default", "blue"],
) -> Report:
    """The report of an assessment, with what is added."""
    known = known_of(added)
    if palette not in PALETTES:
        raise bad_option("palette", f'"{palette}" is none of {", ".join(PALETTES)}.')
    wanted = wanted_of(assessment, request, known, title, palette)
    return Report(assessment, wanted, report(assessment, wanted))

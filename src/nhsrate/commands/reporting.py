"""The command that writes a report to publish: one page, or a folder of them.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nhsrate.commands.options import asked, asking, check_not_read, problems_option, problems_printed, progress, write
from nhsrate.commands.screens import quiet
from nhsrate.helping.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.pages.report import Wanted
    from nhsrate.runs.request import Request

PAGES = (".html", ".htm")


@click.command(cls=Command)
@asking()
@click.option(
    "-o",
    "--output",
    metavar="FILE|FOLDER",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="A page (.html), a folder for a page for each organisation, or - for standard output.",
)
@click.option(
    "--with",
    "added",
    metavar="WHAT,...",
    help="Add what takes longer: robustness, headroom, integrity, diagnose, compare=OLD, trajectory=OLD,plan=PLAN.",
)
@click.option("--title", metavar="TEXT", default="", help="The heading. Default: the title of the methodology.")
@click.option(
    "--palette",
    type=click.Choice(["default", "blue"]),
    default="default",
    show_default=True,
    help="The colours; in blue, what is green is blue.",
)
@problems_option
def report(request: Request, output: Path, added: str | None, title: str, palette: str, style: str | None) -> None:
    """Write the ratings as a web page to publish.

    How many at each level, the league table, every indicator in its band, a section for each organisation with its
    reasons, and the method in short. It needs nothing from anywhere, and is complete without scripts and on paper. With
    --only it is the page of that organisation.
    """
    wanted = added_of(added)
    if str(output) != "-":
        check_not_read(output, request.files)
    folder = str(output) != "-" and (output.is_dir() or not output.suffix)
    if not folder and str(output) != "-" and output.suffix.lower() not in PAGES:
        raise click.UsageError(f"A report is a page: let {output} end in .html, or name a folder.")
    with problems_printed(style) as show:
        if wanted.get("trajectory") == ():
            from nhsrate.pages.added import latest_of

            with progress() as say:
                assessment = latest_of(request, say)
            show(assessment.problems)
        else:
            assessment = rated(request, show) if "diagnose" in wanted else asked(request, show)
        with progress() as say:
            from nhsrate.pages.added import wanted_of

            content = wanted_of(assessment, request, wanted, title, palette, say)
        if folder:
            write_pages(assessment, content, output)
            return
        from nhsrate.pages.report import WHOLE
        from nhsrate.pages.report import report as page

        write(page(assessment, content), None if str(output) == "-" else output)
    if len(assessment.reported) > WHOLE and not quiet():
        many = assessment.methodology.rates.counted(len(assessment.reported))
        said = f"{many}: the page has their table. -o FOLDER gives each its page."
        click.echo(said, err=True)


def rated(request: Request, show: Callable[[Sequence[Problem]], None]) -> Assessment:
    """The ratings, where an earlier return may be named for who can help, and not for the method to look back at."""
    from nhsrate.diagnosis.diagnose import rated_for

    with progress() as say:
        done = rated_for(request, say)
    show(done.problems)
    return done.assessment


def added_of(text: str | None) -> dict[str, tuple[str, ...]]:
    """What `--with` names, each with what stands behind its equals signs."""
    from nhsrate.pages.added import BadAdded, added_of

    try:
        return added_of(text.split(",") if text else ())
    except BadAdded as bad:
        raise click.BadParameter(str(bad), param_hint="--with") from None


def write_pages(assessment: Assessment, content: Wanted, folder: Path) -> None:
    """Every page of the report; those of an earlier one that are no longer made are taken away."""
    from nhsrate.commands.output import write_bytes
    from nhsrate.pages.added import earlier_pages, folder_of

    earlier = earlier_pages(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = set()
    for name, page in folder_of(assessment, content):
        write_bytes(folder / name, page.encode())
        written.add(folder / name)
    for path in earlier - written:
        path.unlink()

"""The command that writes a report to publish: one page, or a folder of them.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nhsrate.commands.analysing import usual
from nhsrate.commands.options import asked, asking, check_not_read, problems_option, problems_printed, progress, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.analysis.change import Changed
    from nhsrate.analysis.headroom import Headroom
    from nhsrate.analysis.integrity import Integrity
    from nhsrate.analysis.robustness import Robustness
    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology
    from nhsrate.runs.progress import Say
    from nhsrate.runs.request import Request

ADDED = ("robustness", "headroom", "integrity", "compare=OLD")
"""What `--with` can add."""

PAGES = (".html", ".htm")


@click.command()
@asking()
@click.option(
    "-o",
    "--output",
    metavar="FILE|FOLDER",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="A page (.html), a folder for a page for each organisation, or - for standard output.",
)
@click.option("--with", "added", metavar="WHAT,...", help=f"Add what takes longer: {', '.join(ADDED)}.")
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
    """Write the ratings as a web page that can be published as it is.

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
        assessment = asked(request, show)
        with progress() as say:
            from nhsrate.pages.report import Wanted

            content = Wanted(
                title,
                palette,
                sure(assessment, say) if "robustness" in wanted else None,
                room(assessment, say) if "headroom" in wanted else {},
                leaning(assessment, say) if "integrity" in wanted else None,
                since(request, wanted["compare"], assessment, say) if "compare" in wanted else None,
            )
        if folder:
            write_pages(assessment, content, output)
            return
        from nhsrate.pages.report import WHOLE
        from nhsrate.pages.report import report as page

        write(page(assessment, content), None if str(output) == "-" else output)
    if len(assessment.reported) > WHOLE:
        many = assessment.methodology.rates.counted(len(assessment.reported))
        said = f"{many}: the page has their table. -o FOLDER gives each its page."
        click.echo(said, err=True)


def added_of(text: str | None) -> dict[str, str]:
    """What `--with` names, each with what stands behind its equals sign."""
    found = {}
    for word in (text or "").split(",") if text else ():
        name, equals, value = word.strip().partition("=")
        if (name == "compare") != bool(equals and value) or name not in {one.partition("=")[0] for one in ADDED}:
            said = f'"{word.strip()}" is none of {", ".join(ADDED)}.'
            raise click.BadParameter(said, param_hint="--with")
        found[name] = value
    return found


def leaning(assessment: Assessment, say: Say) -> Integrity:
    """What leans on a cut, as `nhsrate integrity` says it where nothing else is asked."""
    from nhsrate.analysis.integrity import integrity

    return integrity(assessment, say=say)


def since(request: Request, old: str, assessment: Assessment, say: Say) -> Changed:
    """What changed since another return, rated by the method that is named or, where none is, by the one it fits."""
    from nhsrate.analysis.change import between, changed

    earlier = replace(request, returns=(Path(old),), only=(), against=(), suppose=(), earlier=())
    before, after, _ = between(earlier, replace(request, only=()))
    codes = [assessment.organisations[n].code for n in assessment.reported] if assessment.printed is not None else []
    return changed(before, after, codes, say)


def sure(assessment: Assessment, say: Say) -> Robustness:
    """How sure the ratings are, as `nhsrate robustness` says it where nothing else is asked."""
    from nhsrate.analysis.robustness import robustness

    vary = [one for one in usual(assessment.methodology) if one.what != "variants"]
    return robustness([assessment], vary, draws=1000, seed=1, say=say)


def room(assessment: Assessment, say: Say) -> Mapping[int, Headroom]:
    """What would change each rating that is reported and gives levels."""
    from nhsrate.analysis.headroom import Asked, headroom
    from nhsrate.core.cells import Level

    item = next((one for one in assessment.methodology.headlines if one.scale), None)
    found = {}
    for k, n in enumerate(assessment.reported, 1):
        if item is not None and isinstance(assessment.columns[item.id][n], Level):
            say("headroom", k - 1, len(assessment.reported))
            found[n] = headroom(assessment, n, Asked())
    return found


def rule_file(methodology: Methodology) -> Path:
    """The file of a methodology, beside which its worked cases are."""
    from nhsrate.core.problems import LineLocation

    places = [item.at for item in methodology.items.values() if isinstance(item.at, LineLocation)]
    return next((Path(at.file) for at in places if Path(at.file).name == methodology.files[0]), Path(places[0].file))


def write_pages(assessment: Assessment, content: object, folder: Path) -> None:
    """Every page of the report; those of an earlier one that are no longer made are taken away."""
    from nhsrate.commands.output import write_bytes
    from nhsrate.core.problems import LineLocation, Problem, Refused
    from nhsrate.editions.manual import manual
    from nhsrate.pages.document import html_of
    from nhsrate.pages.report import MADE, Wanted, report_folder

    assert isinstance(content, Wanted)  # noqa: S101 (named so that this module need not import it)
    earlier = {path for path in folder.glob("*.html") if MADE in path.read_text("utf-8", "replace")[:2000]}
    if folder.is_dir() and any(folder.iterdir()) and folder / "index.html" not in earlier:
        message = "The folder holds something else, and no report that was made before."
        raise Refused([Problem(LineLocation(str(folder)), "write-failed", message, "Name a new or empty folder.")])
    method = assessment.methodology
    folder.mkdir(parents=True, exist_ok=True)
    written = set()
    for name, page in report_folder(assessment, content, html_of(manual(method, rule_file(method)))):
        write_bytes(folder / name, page.encode())
        written.add(folder / name)
    for path in earlier - written:
        path.unlink()

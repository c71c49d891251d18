"""The commands that make something to fill in or to change: `new`, `template` and `workbook`.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nhsrate.commands.options import asked, asking, check_not_read, problems_option, problems_printed, write
from nhsrate.commands.screens import quiet
from nhsrate.helping import completion
from nhsrate.helping.command import Command

if TYPE_CHECKING:
    from nhsrate.runs.request import Request


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from", "edition", metavar="ID", shell_complete=completion.edition_ids, help="Copy this edition, to change it."
)
@click.option(
    "--like", type=click.Choice(["scorecard"]), help="Start with this: a row for each indicator, with its own target."
)
@click.option(
    "--from-return",
    "source",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Begin from this spreadsheet, or the first of a folder whose files have the same headings: guess what its "
    "columns are.",
)
@click.option("--sheet", metavar="NAME", help="With --from-return: the sheet to read.")
@click.option("--code", metavar="HEADING", help="With --from-return: the column that tells the rows apart.")
@click.option(
    "--where", metavar="HEADING=TEXT", multiple=True, help="With --from-return: read the rows that say this alone."
)
@click.option("--repeats", type=click.Choice(["sum"]), help="With --from-return: add up the rows of one organisation.")
@click.option("--id", "id_", metavar="ID", help="The id of the methodology. Default: the name of the folder.")
@problems_option
def new(  # noqa: PLR0913, PLR0917 (an option each)
    folder: Path,
    edition: str | None,
    like: str | None,
    source: Path | None,
    sheet: str | None,
    code: str | None,
    where: tuple[str, ...],
    repeats: str | None,
    id_: str | None,
    style: str | None,
) -> None:
    """Start a methodology of one's own in a new folder.

    It gets rules and worked cases; `check`, `test` and `score` pass on it at once. A copy of an edition has what it
    extends in the same file. From a spreadsheet, what was guessed is told, the unsure first.
    """
    from nhsrate.beginnings import new as starting
    from nhsrate.commands.output import write_folder
    from nhsrate.rules.editions import find_edition

    if sum(map(bool, (edition, like, source))) > 1:
        message = "--from copies an edition, --like and --from-return start with something else; give one of them."
        raise click.UsageError(message)
    for name, given in (("sheet", sheet), ("code", code), ("where", where), ("repeats", repeats)):
        if given and not source:
            raise click.UsageError(f"--{name} goes with --from-return.")
    if wrong := next((one for one in where if not all(one.partition("="))), None):
        raise click.UsageError(f'--where "{wrong}": say a heading and what the rows have there, as in "Quarter=Q4".')
    own = id_ or Path(os.path.abspath(folder)).name  # noqa: PTH100 (`resolve` raises where links go in a circle)
    with problems_printed(style):
        if why := starting.id_problem(own):
            raise click.UsageError(f'"{own}" cannot be the id: {why}. Give another with --id.')
        if starting.is_taken(folder):
            raise click.UsageError(f"{folder} is there already and holds something; nothing was written.")
        if source:
            from nhsrate.beginnings.from_return import begun, begun_text, first_of
            from nhsrate.beginnings.seen import Asked
            from nhsrate.runs.read import open_books
            from nhsrate.runs.request import paths_of

            asked_for = Asked(
                code or "", tuple((one.partition("=")[0], one.partition("=")[2]) for one in where), bool(repeats)
            )
            books = open_books(source)
            book, path, left = first_of(books, paths_of(source), sheet)
            found = begun(book, str(path), own, sheet, asked_for)
            write_folder(folder, {name: text.encode() for name, text in found.files.items()})
            write(begun_text(found, folder, str(path), own, left), None)
            return
        start = starting.STARTS[like] if like else starting.starter
        files = starting.copied(find_edition(edition), own) if edition else start(own)
        write_folder(folder, {name: text.encode() for name, text in files.items()})
        write(starting.made_text(folder, own, files), None)


@click.command(cls=Command)
@click.argument("edition", metavar="ID", shell_complete=completion.editions)
@click.option(
    "-o", "--output", metavar="FILE.xlsx", required=True, type=click.Path(path_type=Path), help="The workbook to write."
)
@click.option(
    "--organisations", metavar="FILE", type=click.Path(path_type=Path), help="Codes and names to fill in, csv or xlsx."
)
@problems_option
def template(edition: str, output: Path, organisations: Path | None, style: str | None) -> None:
    """Write a return to fill in, with guidance and checks.

    Cells that hold one of a few words have a list of them. ID is an edition's id or a path to a rule file. A file that
    is there already is never overwritten.
    """
    from nhsrate.commands.output import write_bytes
    from nhsrate.workbooks.form import template_for
    from nhsrate.workbooks.form_words import made_text

    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"-o {output}: a return to fill in is a workbook; let its name end in .xlsx.")
    taken = f"{output} is there already, and may have been filled in; give another name."
    if os.path.lexists(output):
        raise click.UsageError(taken)
    with problems_printed(style) as show:
        made, set_aside, problems = template_for(edition, organisations)
        show(problems)
        from nhsrate.workbooks.form_write import template_bytes  # brings XlsxWriter

        try:
            write_bytes(output, template_bytes(made), fresh=True)
        except FileExistsError:  # while this one was made
            raise click.UsageError(taken) from None
        if not quiet():
            write(made_text(str(output), made, set_aside), None)


@click.command(cls=Command)
@asking("only")
@click.option(
    "-o", "--output", metavar="FILE.xlsx", required=True, type=click.Path(path_type=Path), help="The workbook to write."
)
@click.option("--partly", is_flag=True, help="Write as values, and say so, what cannot be formulas.")
@problems_option
def workbook(request: Request, output: Path, style: str | None, *, partly: bool) -> None:
    """Write the ratings as a workbook of plain formulas.

    They recompute when a value or a figure is changed. Anybody with a spreadsheet can check the ratings there, and see
    what a change would do. It holds at most 1,000 organisations.
    """
    check_not_read(output, request.files)
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"-o {output}: a live workbook is an .xlsx; let its name end so.")
    with problems_printed(style) as show:
        assessment = asked(request, show)
        from nhsrate.live.walk import live
        from nhsrate.live.words import made_text
        from nhsrate.live.write import live_xlsx  # brings XlsxWriter

        board = live(assessment, partly=partly)
        write(live_xlsx(board), output)
        if not quiet():
            write(made_text(board, str(output)), None)

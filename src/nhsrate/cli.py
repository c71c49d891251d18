"""The commands: each reads, calls, prints and exits, and holds no rule of rating.

Only click is imported here; everything else is imported by the command that needs it, so that help comes at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nhsrate import __version__
from nhsrate.console import (
    SUFFIXES,
    assessed,
    check_output,
    common,
    exit_code,
    form_of,
    parsed_settings,
    problems_option,
    problems_printed,
    progress,
    write,
)
from nhsrate.lean import lean_run

if TYPE_CHECKING:
    from nhsrate.assessment import Assessment
    from nhsrate.problems import Problem


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="nhsrate")
def main() -> None:
    """Rate NHS organisations from a spreadsheet of indicators, and say why.

    \b
    nhsrate score returns.xlsx             ratings as a league table
    nhsrate explain returns.xlsx RYY       why that organisation is rated so
    nhsrate check returns.xlsx             every fault of a return, cell by cell
    nhsrate methodologies                  the editions that come with the tool

    Exit codes: 0 done; 1 problems in a file, or ratings that moved; 2 wrong usage.
    """  # noqa: D301 (click wants the backspace itself, which a raw string does not hold)


@main.command()
@click.argument("returns", metavar="RETURN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "csv", "json", "markdown", "xlsx"]), help="Default: a table."
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write there, not to the terminal."
)
@click.option("--long", is_flag=True, help="With csv: a row for each organisation and item.")
@click.option("--consequences", is_flag=True, help="With the table or markdown: also what each level brings.")
@click.option("--raw-csv", is_flag=True, help="With csv: texts that look like formulas are not guarded.")
@click.option(
    "--check", "baseline", metavar="FILE", type=click.Path(path_type=Path), help="Compare with committed ratings."
)
@lean_run()
def score(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    returns: tuple[Path, ...],
    methodology: str | None,
    sheet: str | None,
    settings: tuple[str, ...],
    style: str | None,
    form: str | None,
    output: Path | None,
    baseline: Path | None,
    *,
    long: bool,
    raw_csv: bool,
    consequences: bool,
) -> None:
    """Rate every organisation of a return.

    Several files, such as one for each trust, are read as one return.
    """
    form = form or (SUFFIXES.get(output.suffix.lower(), "table") if output else "table")
    if (long or raw_csv) and form != "csv":
        raise click.UsageError("--long and --raw-csv go with -f csv.")
    if consequences and form not in {"table", "markdown"}:
        raise click.UsageError(
            "--consequences goes with the table and with -f markdown; json and xlsx hold them anyway."
        )
    if form == "xlsx" and output is None:
        raise click.UsageError("-f xlsx needs -o FILE: a workbook is not printed.")
    if baseline and output:
        raise click.UsageError("--check prints what moved in place of the ratings; leave -o out.")
    if output:
        check_output(output, form, [*returns, *([Path(methodology)] if methodology else [])])
    values = parsed_settings(settings)
    with problems_printed(style) as show:
        assessment = assessed(returns, methodology, sheet, values, show)
        if baseline:
            from nhsrate.compare import comparison_text, moved

            comparison = moved(assessment, baseline)
            write(comparison_text(comparison), None)
            sys.exit(1 if comparison.differs else 0)
        write(rendered(assessment, form, output, long=long, raw=raw_csv, consequences=consequences), output)


def rendered(
    assessment: Assessment, form: str, output: Path | None, *, long: bool, raw: bool, consequences: bool
) -> str | bytes:
    """The ratings in the form asked for."""
    if form == "csv":
        from nhsrate.export import long_csv, ratings_csv

        return long_csv(assessment, raw=raw) if long else ratings_csv(assessment, raw=raw)
    if form == "json":
        from nhsrate.export import ratings_json

        return ratings_json(assessment)
    if form == "xlsx":
        from nhsrate.xlsxout import ratings_xlsx

        return ratings_xlsx(assessment)
    from nhsrate.report import league_table, markdown_table

    if form == "markdown":
        return markdown_table(assessment, consequences=consequences)
    terminal = output is None and sys.stdout.isatty()
    colour = terminal and "NO_COLOR" not in os.environ
    return league_table(assessment, width=None, colour=colour, terminal=terminal, consequences=consequences)


@main.command()
@click.argument("returns", metavar="RETURN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("organisation", metavar="CODE_OR_NAME")
@common
@click.option("--item", "items", metavar="ID", multiple=True, help="Start at this item, not at the headline rating.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@lean_run()
def explain(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    returns: tuple[Path, ...],
    organisation: str,
    methodology: str | None,
    sheet: str | None,
    settings: tuple[str, ...],
    style: str | None,
    items: tuple[str, ...],
    form: str,
) -> None:
    """Say why an organisation is rated so, down to each cell and each line of the rules."""
    from nhsrate import explain as explaining

    values = parsed_settings(settings)
    with problems_printed(style) as show:
        assessment = assessed(returns, methodology, sheet, values, show)
        known = [known_item(assessment, item) for item in items]
        explanation = explaining.explain(assessment, assessment.find(organisation), known)
        if form == "json":
            import json

            said = explaining.explanation_json(assessment, explanation)
            write(json.dumps(said, ensure_ascii=False, indent=1) + "\n", None)
        else:
            from nhsrate.telling import explanation_text

            write(explanation_text(assessment, explanation), None)


def known_item(assessment: Assessment, item: str) -> str:
    """The id of an input, measure or rating; raises `Refused` where there is none."""
    return item if item in assessment.methodology.inputs else assessment.item(item).id


@main.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def check(
    files: tuple[Path, ...],
    methodology: str | None,
    sheet: str | None,
    settings: tuple[str, ...],
    style: str | None,
) -> None:
    """Find every problem of a return or of a rule file, without rating.

    Says what was read and what was set aside.
    """
    from nhsrate.checks import check_return, check_rule_file
    from nhsrate.problems import errors

    values = parsed_settings(settings)
    rule_files = [file for file in files if file.suffix.lower() in {".yaml", ".yml"}]
    returns = [file for file in files if file not in rule_files]
    found: list[Problem] = []
    with problems_printed(style) as show:
        for file in rule_files:
            said, problems = check_rule_file(file, values)
            show(problems)
            write(said, None)
            found += problems
        if returns:
            with progress(returns) as say:
                say("reading")
                said, problems = check_return(returns, methodology, sheet, values)
            show(problems)
            write(said, None)
            found += problems
        if faulty := errors(found):
            sys.exit(exit_code(faulty))


@main.command()
@click.argument("edition", metavar="[ID]", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@problems_option
def methodologies(edition: str | None, form: str, style: str | None) -> None:
    """List the editions, or show one in full.

    In full: indicators, weights and effective weights, rules in plain words, named figures, sources.
    """
    from nhsrate import catalogue
    from nhsrate.editions import edition_files
    from nhsrate.loading import load_methodology

    with problems_printed(style):
        if edition is None:
            entries = [load_methodology(path) for path in edition_files().values()]
            write(catalogue.list_json(entries) if form == "json" else catalogue.list_text(entries), None)
        else:
            one = load_methodology(edition)
            write(catalogue.methodology_json(one) if form == "json" else catalogue.methodology_text(one), None)


@main.command("test")
@click.argument("path", metavar="[PATH]", required=False)
@problems_option
def run_tests(path: str | None, style: str | None) -> None:
    """Run the worked cases of every edition, or of one.

    PATH is an edition's id, a rule file, a file of cases, or a folder that holds them.
    """
    from nhsrate.testing import run_all

    with problems_printed(style) as show:
        outcome = run_all(path)
        show(outcome.problems)
        write(outcome.text, None)
        if not outcome.passed:
            sys.exit(1)


@main.command()
@click.argument("edition", metavar="[ID]", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@problems_option
def weights(edition: str | None, form: str, style: str | None) -> None:
    """Show the stated and effective weights of an edition, or what decides most in every one.

    Effective is what is left of a weight after all levels: how much of the rating each indicator decides.
    """
    from nhsrate import edition_weights
    from nhsrate.editions import edition_files
    from nhsrate.loading import load_methodology

    with problems_printed(style):
        if edition is None:
            entries = [load_methodology(path) for path in edition_files().values()]
            write(edition_weights.list_json(entries) if form == "json" else edition_weights.list_text(entries), None)
        else:
            one = load_methodology(edition)
            write(edition_weights.weights_json(one) if form == "json" else edition_weights.weights_text(one), None)


@main.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("-f", "--format", "form", type=click.Choice(["text", "markdown", "json"]), help="Default: text.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write there, not to the terminal."
)
@problems_option
def diff(old: str, new: str, form: str | None, output: Path | None, style: str | None) -> None:
    """Compare two editions in plain words.

    OLD and NEW are ids or paths. What came in and went out, thresholds, weights, figures, rules and limits that moved.
    """
    from nhsrate import edition_diff_text
    from nhsrate.edition_diff import edition_diff
    from nhsrate.loading import load_methodology

    form = form_of(form, output, {".md": "markdown", ".json": "json", ".txt": "text"}, "text", [old, new])
    with problems_printed(style):
        found = edition_diff(load_methodology(old), load_methodology(new))
        write(getattr(edition_diff_text, f"diff_{form}")(found), output)


@main.command()
@click.argument("edition", metavar="ID")
@click.option("-f", "--format", "form", type=click.Choice(["markdown", "html"]), help="Default: markdown.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write there, not to the terminal."
)
@problems_option
def manual(edition: str, form: str | None, output: Path | None, style: str | None) -> None:
    """Write the methodology as a document to publish: Markdown, or one web page.

    What is measured, how it is scored and decided, what missing does, the figures, worked cases and sources.
    """
    from nhsrate import manual as document
    from nhsrate.editions import find_edition
    from nhsrate.loading import load_methodology

    form = form_of(form, output, {".md": "markdown", ".html": "html", ".htm": "html"}, "markdown", [edition])
    with problems_printed(style):
        path = find_edition(edition)
        write(document.rendered(document.manual(load_methodology(path), path), form), output)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--from", "edition", metavar="ID", help="Copy this edition, to change it.")
@click.option("--id", "id_", metavar="ID", help="The id of the methodology. Default: the name of the folder.")
@problems_option
def new(folder: Path, edition: str | None, id_: str | None, style: str | None) -> None:
    """Start a methodology of one's own: rules, worked cases and a return in a new folder.

    `check`, `test` and `score` pass on it at once. A copy of an edition has what it extends in the same file.
    """
    from nhsrate import starting
    from nhsrate.atomic import write_bytes
    from nhsrate.editions import find_edition

    own = id_ or Path(os.path.abspath(folder)).name  # noqa: PTH100 (`resolve` raises where links go in a circle)
    with problems_printed(style):
        if why := starting.id_problem(own):
            raise click.UsageError(f'"{own}" cannot be the id: {why}. Give another with --id.')
        files = starting.copied(find_edition(edition), own) if edition else starting.starter(own)
        if starting.is_taken(folder):
            raise click.UsageError(f"{folder} is there already and holds something; nothing was written.")
        starting.make_folder(folder)
        for name, text in files.items():
            write_bytes(folder / name, text.encode())
        write(starting.made_text(folder, own, files), None)

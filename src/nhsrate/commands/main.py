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
from nhsrate.commands.options import (
    SUFFIXES,
    against_reading_option,
    assessed_within,
    check_not_read,
    check_output,
    common,
    exit_code,
    form_of,
    problems_option,
    problems_printed,
    progress,
    write,
)
from nhsrate.core.lean import lean_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.commands.checked import Checked
    from nhsrate.engine.assessment import Assessment
    from nhsrate.runs.request import Request


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
@click.option("--bom", is_flag=True, help="With csv: begin with a byte-order mark, which Excel needs for accents.")
@click.option("--colour", is_flag=True, help="With xlsx: one more sheet, the ratings in colour.")
@click.option(
    "--palette",
    type=click.Choice(["default", "blue"]),
    help="The colours of the terminal and of --colour; in blue, what is green is blue.",
)
@click.option(
    "--check", "baseline", metavar="FILE", type=click.Path(path_type=Path), help="Compare with committed ratings."
)
@click.option("--only", metavar="CODE", multiple=True, help="Print this organisation alone; all are rated.")
@click.option(
    "--against",
    metavar="PUBLISHED",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Rate the organisations of RETURN within the return of all: in the place of their own rows, or beside them.",
)
@against_reading_option
@problems_option
@lean_run()
def score(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    request: Request,
    returns: tuple[Path, ...],
    style: str | None,
    form: str | None,
    output: Path | None,
    baseline: Path | None,
    only: tuple[str, ...],
    against: tuple[Path, ...],
    against_reading: Path | None,
    *,
    long: bool,
    raw_csv: bool,
    bom: bool,
    colour: bool,
    palette: str | None,
    consequences: bool,
) -> None:
    """Rate every organisation of a return.

    Several files, such as one for each trust, are read as one return. With --against, a trust's own return is rated
    within a published one, so that ranks and quantiles mean what they will mean after it submits.
    """
    form = form or (SUFFIXES.get(output.suffix.lower(), "table") if output else "table")
    if (long or raw_csv or bom) and form != "csv":
        raise click.UsageError("--long, --raw-csv and --bom go with -f csv.")
    if colour and form != "xlsx":
        raise click.UsageError("--colour goes with -f xlsx; a table in a terminal is coloured anyway.")
    if palette and form != "table" and not colour:
        raise click.UsageError("--palette goes with the table, and with -f xlsx --colour.")
    if consequences and form not in {"table", "markdown"}:
        raise click.UsageError(
            "--consequences goes with the table and with -f markdown; json and xlsx hold them anyway."
        )
    if form == "xlsx" and output is None:
        raise click.UsageError("-f xlsx needs -o FILE: a workbook is not printed.")
    if baseline and only:
        raise click.UsageError("--check compares all organisations; leave --only out.")
    if baseline and output:
        raise click.UsageError("--check prints what moved in place of the ratings; leave -o out.")
    if output:
        check_output(
            output, form, [*returns, *against, *([against_reading] if against_reading else []), *request.files]
        )
    with problems_printed(style) as show:
        assessment = assessed_within(returns, request, show, against=against, profile=against_reading, only=only)
        if baseline:
            from nhsrate.reports.compare import comparison_text, moved

            comparison = moved(assessment, baseline)
            write(comparison_text(comparison), None)
            sys.exit(1 if comparison.differs else 0)
        content = rendered(
            assessment, form, output, long=long, raw=raw_csv, bom=bom, colour=colour, palette=palette or "default",
            consequences=consequences,
        )  # fmt: skip
        write(content, output)


def rendered(  # noqa: PLR0913 (one parameter for each option)
    assessment: Assessment,
    form: str,
    output: Path | None,
    *,
    long: bool,
    raw: bool,
    bom: bool,
    colour: bool,
    palette: str,
    consequences: bool,
) -> str | bytes:
    """The ratings in the form asked for."""
    if form == "csv":
        from nhsrate.reports.csv_json import BYTE_ORDER_MARK, long_csv, ratings_csv

        text = long_csv(assessment, raw=raw) if long else ratings_csv(assessment, raw=raw)
        return f"{BYTE_ORDER_MARK * bom}{text}"
    if form == "json":
        from nhsrate.reports.csv_json import ratings_json

        return ratings_json(assessment)
    if form == "xlsx":
        from nhsrate.reports.workbook import ratings_xlsx

        return ratings_xlsx(assessment, palette=palette if colour else None)
    from nhsrate.reports.terminal import league_table, markdown_table

    if form == "markdown":
        return markdown_table(assessment, consequences=consequences)
    terminal = output is None and sys.stdout.isatty()
    coloured = terminal and "NO_COLOR" not in os.environ
    return league_table(
        assessment, width=None, colour=coloured, terminal=terminal, consequences=consequences, palette=palette
    )


@main.command()
@click.argument("returns", metavar="RETURN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("organisation", metavar="CODE_OR_NAME")
@common
@click.option("--item", "items", metavar="ID", multiple=True, help="Start at this item, not at the headline rating.")
@click.option(
    "--against",
    metavar="PUBLISHED",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Rate RETURN within this return of all, as score does.",
)
@against_reading_option
@problems_option
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
    request: Request,
    returns: tuple[Path, ...],
    organisation: str,
    style: str | None,
    items: tuple[str, ...],
    against: tuple[Path, ...],
    against_reading: Path | None,
    form: str,
) -> None:
    """Say why an organisation is rated so, down to each cell and each line of the rules."""
    from nhsrate.engine import explain as explaining

    with problems_printed(style) as show:
        assessment = assessed_within(returns, request, show, against=against, profile=against_reading)
        known = [known_item(assessment, item) for item in items]
        explanation = explaining.explain(assessment, assessment.find(organisation), known)
        if form == "json":
            import json

            said = explaining.explanation_json(assessment, explanation)
            write(json.dumps(said, ensure_ascii=False, indent=1) + "\n", None)
        else:
            from nhsrate.reports.explanation import explanation_text

            write(explanation_text(assessment, explanation), None)


def known_item(assessment: Assessment, item: str) -> str:
    """The id of an input, measure or rating; raises `Refused` where there is none."""
    return item if item in assessment.methodology.inputs else assessment.item(item).id


@main.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    help="How the problems are printed. Default: text, and github where GitHub runs it.",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write json or sarif there.")
@click.option("--strict", is_flag=True, help="Warnings and notes fail too.")
@click.option(
    "--annotate",
    metavar="OUT.xlsx",
    type=click.Path(path_type=Path),
    help="Write a copy of the return with a comment on each faulty cell.",
)
@click.option("--show-reading", is_flag=True, help="Print how the return was read, as a reading profile.")
@lean_run()
def check(  # noqa: PLR0913 (one parameter for each option)
    request: Request,
    files: tuple[Path, ...],
    form: str | None,
    output: Path | None,
    annotate: Path | None,
    *,
    strict: bool,
    show_reading: bool,
) -> None:
    """Find every problem of a return or of a rule file, without rating.

    Says what was read and what was set aside. Exit code 1 on errors; warnings and notes alone give 0.
    """
    rule_files = [file for file in files if file.suffix.lower() in {".yaml", ".yml"}]
    returns = [file for file in files if file not in rule_files]
    if output and form not in {"json", "sarif"}:
        raise click.UsageError("-o goes with -f json and -f sarif.")
    if output:
        check_not_read(output, [*files, *request.files])
    if show_reading and (not returns or form not in {None, "text"}):
        raise click.UsageError("--show-reading goes with a return, and with no other format.")
    if annotate:
        check_annotation(annotate, returns, [*files, *request.files, *([output] if output else [])])
    from nhsrate.commands.checked import checked_files, with_copy
    from nhsrate.core.problems import errors

    with progress(returns) as say:
        say("reading")
        checked = checked_files(rule_files, returns, request)
        copy = with_copy(checked, returns[0], request, annotate) if annotate else None
    found = [problem for one in checked for problem in one.problems]
    with problems_printed(form if form in {None, "text", "github"} else None) as show:
        if form in {"json", "sarif"}:
            from nhsrate.commands.checked import checks_json
            from nhsrate.reports.problems import problems_text

            write(checks_json(checked) if form == "json" else problems_text(found, "sarif"), output)
        else:
            show(found)
            write("".join(one.printable for one in checked) if not show_reading else profile_shown(checked), None)
        if copy is not None:
            write(copy, annotate)
    if faulty := errors(found):
        sys.exit(exit_code(faulty))
    sys.exit(1 if strict and found else 0)


def check_annotation(annotate: Path, returns: Sequence[Path], others: Sequence[Path]) -> None:
    """Refuse an annotated copy of several returns, or of none, and one that would take the place of another file."""
    if len(returns) != 1:
        raise click.UsageError("--annotate copies one return; name one file.")
    if annotate.suffix.lower() not in {".xlsx", ".xlsm", ".xltx", ".xltm"}:
        raise click.UsageError("--annotate writes a workbook; let its name end in .xlsx (.xlsm for one with macros).")
    check_not_read(annotate, others, "--annotate")


def profile_shown(checked: Sequence[Checked]) -> str:
    """The reading profile of the return, where it could be read."""
    from nhsrate.commands.checked import printable
    from nhsrate.returns.profiles import profile_text

    shown = [profile_text(one.submitted, one.methodology) for one in checked if one.submitted and one.methodology]
    return printable("".join(shown))


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
    from nhsrate.editions import catalogue
    from nhsrate.rules.editions import edition_files
    from nhsrate.rules.load import load_methodology

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
    from nhsrate.editions.testing import run_all

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
    from nhsrate.editions import weights as edition_weights
    from nhsrate.rules.editions import edition_files
    from nhsrate.rules.load import load_methodology

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
    from nhsrate.editions import diff as edition_diff_text
    from nhsrate.editions.diff import edition_diff
    from nhsrate.rules.load import load_methodology

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
    from nhsrate.editions import manual as document
    from nhsrate.rules.editions import find_edition
    from nhsrate.rules.load import load_methodology

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
    from nhsrate.commands.output import write_bytes
    from nhsrate.editions import new as starting
    from nhsrate.rules.editions import find_edition

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


@main.command()
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def kinds(name: str | None, form: str) -> None:
    """List the kinds that a rule file chooses from, or show the manual of one.

    The manual: what it means, its fields, an example, units, what is refused, and the published source.
    """
    from nhsrate.core.problems import nearest
    from nhsrate.editions import kinds as shown
    from nhsrate.kinds import KINDS
    from nhsrate.kinds.manual import kind_manual, kind_manuals

    if not kind_manual.__doc__:
        raise click.UsageError("The manuals are docstrings, which Python leaves out under -OO; run it without.")
    if name is None:
        manuals = kind_manuals()
        write(shown.kinds_json(manuals) if form == "json" else shown.kinds_text(manuals), None)
    elif name in KINDS:
        manual = kind_manual(name)
        write(shown.kind_json(manual) if form == "json" else shown.kind_text(manual), None)
    else:
        remedy = nearest(name, KINDS) or "`nhsrate kinds` lists them."
        raise click.UsageError(f'There is no kind "{name}". {remedy}')


@main.command()
def schema() -> None:
    """Print the JSON Schema of rule files, by which editors check and complete them."""
    from nhsrate.rules.schema import schema_text

    write(schema_text(), None)


@main.command()
@click.argument("edition", metavar="ID")
@click.option(
    "-o", "--output", metavar="FILE.xlsx", required=True, type=click.Path(path_type=Path), help="The workbook to write."
)
@click.option(
    "--organisations", metavar="FILE", type=click.Path(path_type=Path), help="Codes and names to fill in, csv or xlsx."
)
@problems_option
def template(edition: str, output: Path, organisations: Path | None, style: str | None) -> None:
    """Write a return to fill in, with guidance, drop-down lists and checks.

    ID is an edition's id or a path to a rule file. A file that is there already is never overwritten.
    """
    from nhsrate.workbooks.form import template_for
    from nhsrate.workbooks.form_words import made_text

    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"-o {output}: a return to fill in is a workbook; let its name end in .xlsx.")
    if os.path.lexists(output):
        raise click.UsageError(f"{output} is there already, and may have been filled in; give another name.")
    with problems_printed(style) as show:
        made, set_aside, problems = template_for(edition, organisations)
        show(problems)
        from nhsrate.workbooks.form_write import template_bytes  # brings openpyxl

        write(template_bytes(made), output)
        write(made_text(str(output), made, set_aside), None)

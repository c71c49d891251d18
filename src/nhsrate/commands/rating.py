"""The commands on a return: `score`, `explain` and `check`.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from nhsrate.commands.formats import FORMATS, check_options, form_of, format_option
from nhsrate.commands.options import (
    WITHIN,
    asked,
    asking,
    check_not_read,
    exit_code,
    form_option,
    is_terminal,
    output_option,
    problems_option,
    problems_printed,
    progress,
    write,
)
from nhsrate.commands.screens import ink_for, quiet, screen_for
from nhsrate.helping import completion
from nhsrate.helping.command import Command

ENDLESS = 1_000_000
"""A width at which no line is broken: that of a pipe."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.commands.checked import Checked
    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.runs.request import Request


@click.command(cls=Command)
@asking()
@format_option(FORMATS)
@output_option
@click.option("--top", metavar="N", type=click.IntRange(1), help="The first N of the table alone; all are rated.")
@click.option(
    "--sort",
    metavar="ITEM",
    shell_complete=completion.sorts,
    help="Order the table by this item, by name or by code; with a minus before it, reversed.",
)
@click.option(
    "--columns",
    metavar="ITEM,...",
    shell_complete=completion.columns,
    help="Show these indicators, measures and ratings, by their ids.",
)
@click.option("--notes", is_flag=True, help="In a terminal: all notes in full, which are else folded to a few lines.")
@click.option("--long", is_flag=True, help="With csv: a row for each organisation and item.")
@click.option("--consequences", is_flag=True, help="With the table or markdown: also what each level brings.")
@click.option("--raw-csv", is_flag=True, help="With csv: texts that look like formulas are not guarded.")
@click.option("--bom", is_flag=True, help="With csv: begin with a byte-order mark, which Excel needs for accents.")
@click.option(
    "--palette",
    type=click.Choice(["default", "blue"]),
    help="The colours of the terminal and of a workbook; in blue, what is green is blue.",
)
@click.option(
    "--reasons",
    is_flag=True,
    help="With xlsx: the reasons too, which are in anyway up to 300 organisations.",
)
@click.option(
    "--check", "baseline", metavar="FILE", type=click.Path(path_type=Path), help="Compare with committed ratings."
)
@problems_option
def score(
    request: Request,
    style: str | None,
    form: str | None,
    output: Path | None,
    baseline: Path | None,
    **options: Any,  # noqa: ANN401 (an option of the formats: a flag or a word)
) -> None:
    """Rate every organisation of a return.

    Several files, such as one for each trust, are read as one return. With --against, a trust's own return is rated
    within a published one, so that ranks and quantiles mean what they will mean after it submits.
    """
    chosen = form_of(form, output, FORMATS, request.files)
    check_options(chosen, output, options)
    if baseline and request.only:
        raise click.UsageError("--check compares all organisations; leave --only out.")
    if baseline and request.suppose:
        raise click.UsageError("--check compares what the return says; leave --suppose out.")
    if baseline and output:
        raise click.UsageError("--check prints what moved in place of the ratings; leave -o out.")
    told_below = chosen == "table" and style in {None, "text"} and not (baseline or output) and on_one_terminal()
    with problems_printed(style) as show:
        assessment = asked(request, silent if told_below else show)
        if baseline:
            from nhsrate.reports.compare import comparison_text, moved

            comparison = moved(assessment, baseline, request.beside_rules)
            write(comparison_text(comparison, assessment.methodology.rates), None)
            sys.exit(1 if comparison.differs else 0)
        apart = output is not None or not is_terminal(sys.stdout)  # else what is printed would stand in its way
        from nhsrate.runs.progress import unheard

        with progress() if apart else nullcontext(unheard) as say:
            content = FORMATS[chosen].render(
                assessment, printed=output is None, say=say, why=why_of(request) if chosen == "table" else "", **options
            )
            if FORMATS[chosen].silent:
                from nhsrate.commands.recording import write_csv

                write_csv(cast("str", content), output, assessment, request.files, show)
            else:
                write(content, output)


def on_one_terminal() -> bool:
    """Whether the same person sees results and problems, who need not be told twice."""
    return is_terminal(sys.stdout) and is_terminal(sys.stderr) and os.environ.get("GITHUB_ACTIONS") != "true"


def silent(_: Sequence[Problem]) -> None:
    """Warnings and notes that the table tells."""


def why_of(request: Request) -> str:
    """The command that says why an organisation of these returns is rated so."""
    from shlex import quote

    from nhsrate.runs.request import named_in

    named = [path.as_posix() for path in named_in(request.returns)]
    beside = ["-m", request.methodology] if isinstance(request.methodology, str) else []
    beside += ["--as", request.as_] if request.as_ else []
    beside += ["--groups", request.groups.as_posix()] if isinstance(request.groups, Path) else []
    code = quote(request.only[0]) if len(request.only) == 1 else "CODE"
    return " ".join(["nhsrate explain", *(quote(word) for word in named), code, *(quote(word) for word in beside)])


@click.command(cls=Command)
@asking("only", then=completion.returns_and_organisations)
@click.argument("organisation", metavar="CODE_OR_NAME")
@click.option(
    "--item",
    "items",
    metavar="ID",
    multiple=True,
    shell_complete=completion.items,
    help="Start at this item, not at the headline rating.",
)
@click.option("--brief", is_flag=True, help="A sentence for each step down, and nothing else.")
@click.option("--depth", metavar="N", type=click.IntRange(0), help="No more than N steps down; 0 is the rating alone.")
@problems_option
@form_option("text", "json")
def explain(
    request: Request,
    organisation: str,
    style: str | None,
    items: tuple[str, ...],
    form: str,
    **telling: Any,  # noqa: ANN401 (how much is told: a flag and a number)
) -> None:
    """Say why an organisation is rated so.

    From its rating down to each cell and each line of the rules.
    """
    if form == "json" and (telling["brief"] or telling["depth"] is not None):
        raise click.UsageError("--brief and --depth go with the text; json holds all of it.")
    from nhsrate.engine import explain as explaining

    with problems_printed(style) as show:
        assessment = asked(request, show)
        known = [known_item(assessment, item) for item in items]
        explanation = explaining.explain(assessment, assessment.find(organisation), known)
        if form == "json":
            import json

            from nhsrate.reports.provenance import set_in

            said = explaining.explanation_json(assessment, explanation)
            said |= set_in(assessment.methodology)
            write(json.dumps(said, ensure_ascii=False, indent=1) + "\n", None)
        else:
            from nhsrate.reports.explanation import explanation_lines
            from nhsrate.screen.explanation import explanation_screen
            from nhsrate.screen.screen import Screen

            lines = explanation_lines(assessment, explanation, **telling)
            if is_terminal(sys.stdout):
                write(explanation_screen(lines, screen_for(sys.stdout)), None)
            elif (ink := ink_for(sys.stdout)).colours:
                write(explanation_screen(lines, Screen(ENDLESS, ink=ink)), None)
            else:
                write("\n".join(line.text for line in lines) + "\n", None)


def known_item(assessment: Assessment, item: str) -> str:
    """The id of an input, measure or rating; raises `Refused` where there is none."""
    return item if item in assessment.methodology.inputs else assessment.item(item).id


@click.command(cls=Command)
@asking("only", "suppose", *WITHIN, metavar="[FILE]...", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    help="How the problems are printed. Default: text, and github where GitHub runs it.",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write json or sarif there.")
@click.option("--strict", is_flag=True, help="Warnings and notes fail too.")
@click.option("--each", is_flag=True, help="Several returns are checked each by itself, and not as one.")
@click.option(
    "--annotate",
    metavar="OUT.xlsx",
    type=click.Path(path_type=Path),
    help="Write a copy of the return with a comment on each faulty cell.",
)
@click.option("--show-reading", is_flag=True, help="Print how the return was read, as a reading profile.")
def check(  # noqa: PLR0913 (one parameter for each option)
    request: Request,
    form: str | None,
    output: Path | None,
    annotate: Path | None,
    *,
    strict: bool,
    each: bool,
    show_reading: bool,
) -> None:
    """Find every problem of a return or of a rule file.

    Nothing is rated. It says what was read and what was set aside. Several returns are read as one. Without a FILE,
    everything is checked that the nhsrate.yaml of the project names. Exit code 1 on errors; warnings and notes alone
    give 0.
    """
    from nhsrate.runs.request import named_in, requested

    named = named_in(request.returns)
    rule_files = [file for file in named if file.suffix.lower() in {".yaml", ".yml"}]
    returns = [file for file in request.paths if file not in rule_files]
    if output and form not in {"json", "sarif"}:
        raise click.UsageError("-o goes with -f json and -f sarif.")
    if output:
        check_not_read(output, [*request.files])
    if show_reading and (not returns or form not in {None, "text"}):
        raise click.UsageError("--show-reading goes with a return, and with no other format.")
    if annotate:
        check_annotation(annotate, returns, [*request.files, *([output] if output else [])])
    if not named and (each or request != requested(())):
        raise click.UsageError("Without a FILE the project is checked, and its nhsrate.yaml says how; name a return.")
    from nhsrate.commands.checked import checked_files, checked_project, with_copy
    from nhsrate.core.problems import errors

    with progress() as say:
        say("reading")
        of_returns = replace(request, returns=tuple(path for path in named if path not in rule_files))
        checked = checked_files(rule_files, of_returns, each=each) if named else checked_project(project_here())
        copy = with_copy(checked, returns[0], request, annotate) if annotate else None
    found = [problem for one in checked for problem in one.problems]
    with problems_printed(form if form in {None, "text", "github"} else None) as show:
        if form in {"json", "sarif"}:
            from nhsrate.commands.checked import checks_json
            from nhsrate.reports.problems import problems_text

            write(checks_json(checked) if form == "json" else problems_text(found, "sarif"), output)
        else:
            text = "".join(one.printable for one in checked) if not show_reading else profile_shown(checked)
            if form in {None, "text"} and on_one_terminal():
                from nhsrate.screen.problems import problems_screen, text_screen

                screen = screen_for(sys.stdout)
                told = errors(found) if quiet() else found
                above = f"{problems_screen(told, screen)}\n" if told else ""
                write(f"{above}{text if show_reading else text_screen(text, screen)}", None)
            else:
                show(found)
                write(text, None)
        if copy is not None:
            write(copy, annotate)
    if faulty := errors(found):
        sys.exit(exit_code(faulty) if named else 1)
    sys.exit(1 if strict and found else 0)


def project_here() -> Path:
    """The project file that the current folder is under; where there is none, a file has to be named."""
    from nhsrate.rules.editions import project_above

    found = project_above(Path())
    if found is None:
        raise click.UsageError(
            "Missing argument 'FILE...'. (Without one, a project is checked: there is no nhsrate.yaml here.)"
        )
    return found


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

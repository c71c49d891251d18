"""The commands on editions: `methodologies`, `test`, `weights`, `diff`, `manual`, `kinds` and `schema`.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from nhsrate.commands.formats import Format, form_of, format_option
from nhsrate.commands.options import form_option, is_terminal, output_option, problems_option, problems_printed, write
from nhsrate.helping import completion
from nhsrate.helping.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nhsrate.editions.diff import EditionDiff
    from nhsrate.reports.documents import Document
    from nhsrate.rules.model import Methodology


@click.command(cls=Command)
@click.argument("words", metavar="[ID | WORDS...]", nargs=-1, shell_complete=completion.editions)
@form_option("text", "json")
@problems_option
def methodologies(words: tuple[str, ...], form: str, style: str | None) -> None:
    """List the editions, or show one in full.

    With WORDS, those that have all of them. ID is an edition's id, the beginning of one, or a path. In full:
    indicators, weights and effective weights, rules in plain words, named figures, sources. In a project, its own
    methodologies come first.
    """
    from nhsrate.editions import catalogue
    from nhsrate.rules.editions import edition_files, project_here
    from nhsrate.rules.load import load_methodology

    with problems_printed(style) as show:
        entries: list[Methodology] = []
        if not catalogue.is_one(words, {**project_here()[1], **edition_files()}):
            entries, problems = catalogue.known()
            show(problems)
        found = catalogue.matching(entries, words)
        if found or not words:
            width = get_terminal_size().columns if is_terminal(sys.stdout) else None
            write(catalogue.list_json(found) if form == "json" else catalogue.list_text(found, width), None)
        elif len(words) > 1:
            raise click.UsageError(f"No edition has all of these words: {' '.join(words)}.")
        else:
            one = load_methodology(words[0])
            write(catalogue.methodology_json(one) if form == "json" else catalogue.methodology_text(one), None)


@click.command("test", cls=Command)
@click.argument("path", metavar="[PATH]", required=False, shell_complete=completion.editions)
@problems_option
def run_tests(path: str | None, style: str | None) -> None:
    """Run the worked cases of every edition, or of one.

    PATH is an edition's id, a rule file, a file of cases, or a folder that holds them. Without it, the cases of a
    project's own methodologies are run in a project.
    """
    from nhsrate.editions.testing import run_all

    with problems_printed(style) as show:
        outcome = run_all(path)
        show(outcome.problems)
        write(outcome.text, None)
        if not outcome.passed:
            sys.exit(1)


@click.command(cls=Command)
@click.argument("edition", metavar="[ID]", required=False, shell_complete=completion.editions)
@form_option("text", "json")
@problems_option
def weights(edition: str | None, form: str, style: str | None) -> None:
    """Show the stated and effective weights of an edition.

    Without an ID, what decides most in every one. Effective is what is left of a weight after all levels: how much of
    the rating each indicator decides.
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


def _diff(form: str) -> Callable[[EditionDiff], str]:
    def render(found: EditionDiff) -> str:
        from nhsrate.editions import diff as texts

        return str(getattr(texts, f"diff_{form}")(found))

    return render


DIFF_FORMATS = {
    "text": Format((".txt",), _diff("text")),
    "markdown": Format((".md",), _diff("markdown")),
    "json": Format((".json",), _diff("json")),
}


@click.command(cls=Command)
@click.argument("old", metavar="OLD", shell_complete=completion.editions)
@click.argument("new", metavar="NEW", shell_complete=completion.editions)
@format_option(DIFF_FORMATS)
@output_option
@problems_option
def diff(old: str, new: str, form: str | None, output: Path | None, style: str | None) -> None:
    """Compare two editions in plain words.

    OLD and NEW are ids or paths. What came in and went out, thresholds, weights, figures, rules and limits that moved.
    """
    from nhsrate.editions.diff import edition_diff
    from nhsrate.rules.load import load_methodology

    chosen = form_of(form, output, DIFF_FORMATS, [old, new])
    with problems_printed(style):
        found = edition_diff(load_methodology(old), load_methodology(new))
        write(DIFF_FORMATS[chosen].render(found), output)


def _markdown(found: Document) -> str:
    from nhsrate.reports.documents import markdown_of

    return markdown_of(found)


def _page(found: Document) -> str:
    from nhsrate.pages.document import html_of

    return html_of(found)


MANUAL_FORMATS = {"markdown": Format((".md",), _markdown), "html": Format((".html", ".htm"), _page)}


@click.command(cls=Command)
@click.argument("edition", metavar="ID", shell_complete=completion.editions)
@format_option(MANUAL_FORMATS)
@output_option
@problems_option
def manual(edition: str, form: str | None, output: Path | None, style: str | None) -> None:
    """Write the methodology as a document to publish.

    Markdown, or one web page: what is measured, how it is scored and decided, what missing does, the figures, worked
    cases and sources.
    """
    from nhsrate.editions import manual as document
    from nhsrate.rules.editions import find_edition
    from nhsrate.rules.load import load_methodology

    chosen = form_of(form, output, MANUAL_FORMATS, [edition])
    with problems_printed(style):
        path = find_edition(edition)
        write(MANUAL_FORMATS[chosen].render(document.manual(load_methodology(path), path)), output)


@click.command(cls=Command)
@click.argument("name", metavar="[NAME]", required=False, shell_complete=completion.kinds)
@form_option("text", "json")
def kinds(name: str | None, form: str) -> None:
    """List the kinds of rules, or show the manual of one.

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


@click.command(cls=Command)
@click.argument("what", metavar="[WHAT]", default="rules")
def schema(what: str) -> None:
    """Print the JSON Schema by which editors check a file.

    They also complete by it. WHAT is rules, project (nhsrate.yaml), cases (cases.yaml) or reading (reading profiles),
    or a command, for the schema of its json: score, explain, check, headroom and so on, also problems and metadata.
    """
    from nhsrate.core.problems import nearest
    from nhsrate.projects.schema import SCHEMAS, text_of
    from nhsrate.shapes.answers import ANSWERS, answer_schema_text

    if what in ANSWERS:
        write(answer_schema_text(what), None)
    elif what in SCHEMAS:
        write(text_of(what), None)
    else:
        known = [*SCHEMAS, *ANSWERS]
        raise click.UsageError(nearest(what, known) or f'There is no schema "{what}": there are {", ".join(known)}.')

"""The commands on a rating that is there: what would change it, and how sure it is.

Only click is imported here, as in `nhsrate.commands.main`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nhsrate.commands import formats
from nhsrate.commands.options import (
    asked,
    asking,
    form_option,
    output_option,
    problems_option,
    problems_printed,
    progress,
    write,
)
from nhsrate.helping import completion
from nhsrate.helping.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nhsrate.analysis.sources import Vary
    from nhsrate.core.problems import Problem
    from nhsrate.engine.assessment import Assessment
    from nhsrate.runs.request import Request


@click.command(cls=Command)
@asking("only", then=completion.returns_and_organisations)
@click.argument("organisation", metavar="ORGANISATION")
@click.option(
    "--to", metavar="LEVEL", shell_complete=completion.levels, help="The level to gain. Default: the next better one."
)
@click.option("--rating", metavar="ID", shell_complete=completion.ratings, help="Of this rating, not of the headline.")
@click.option(
    "--input",
    "only",
    metavar="ID",
    multiple=True,
    shell_complete=completion.inputs,
    help="Move this input, and no other.",
)
@click.option(
    "--fixed", metavar="ID", multiple=True, shell_complete=completion.inputs, help="Leave this input as it is."
)
@problems_option
@output_option
@form_option("text", "json")
def headroom(
    request: Request,
    organisation: str,
    style: str | None,
    output: Path | None,
    form: str,
    **wanted: Any,  # noqa: ANN401 (what is asked, by the names of `Asked`)
) -> None:
    """Say what would change an organisation's rating.

    What holds it; each input alone, all together and the fewest that gain the next level; what loses this one; and, as
    a warning, what not reporting an indicator would do. ORGANISATION is a code or a name. Every change is proved by the
    engine.
    """
    with problems_printed(style) as show:
        assessment = asked(request, show)
        n = assessment.find(organisation)
        from nhsrate.analysis.headroom import Asked
        from nhsrate.analysis.headroom import headroom as found_of
        from nhsrate.reports.headroom import headroom_json, headroom_lines

        with progress() as say:
            found = found_of(assessment, n, Asked(**wanted), say)
        text = headroom_json(found) if form == "json" else formats.told(lambda _: headroom_lines(found), output)
        write(text, output)


@click.command(cls=Command)
@asking()
@click.option("--draws", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="How many draws.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="Of the random numbers.")
@click.option(
    "--vary",
    "varied",
    metavar="WHAT=HOW",
    multiple=True,
    help="What varies: weights=25%, figures, figures=0.02, values, ranks=5%, variants.",
)
@problems_option
@output_option
@form_option("text", "csv", "json")
def robustness(
    request: Request,
    varied: tuple[str, ...],
    style: str | None,
    output: Path | None,
    form: str,
    **drawing: Any,  # noqa: ANN401 (how many draws, from which seed)
) -> None:
    """Say how sure ratings are under what is uncertain.

    The chance of each level, the interval of each place and what flips it most; how many flip in a draw, by each source
    alone and by all together; what each indicator, left out, would move. Where no --vary is given, what the edition
    says; where it says nothing, weights=25% and the figures with bounds. The same seed gives the same bytes.
    """
    asked_for = [vary_of(text) for text in varied]
    if len({one.what for one in asked_for}) < len(asked_for):
        raise click.BadParameter("each source is named once.", param_hint="--vary")
    with problems_printed(style) as show:
        assessment = asked(request, show)
        from nhsrate.analysis.sources import usual

        vary = asked_for or usual(assessment.methodology)
        from nhsrate.analysis.robustness import robustness as found_of
        from nhsrate.reports.robustness import robustness_csv, robustness_json, robustness_lines

        variants = by_variants(assessment, request) if any(one.what == "variants" for one in vary) else []
        with progress() as say:
            found = found_of([assessment, *variants], vary, say=say, warn=lambda one: show([one]), **drawing)
        if form == "csv":
            from nhsrate.commands.recording import write_csv

            write_csv(robustness_csv(found), output, assessment, request.files, show)
        elif form == "json":
            write(robustness_json(found), output)
        else:
            write(formats.told(lambda wide: robustness_lines(found, wide), output), output)


@click.command(cls=Command)
@asking()
@click.option(
    "--within",
    "windows",
    metavar="HOW",
    multiple=True,
    help="How near is near: 0.25, 1% of the spread, or ITEM=0.25. Default: one unit of the grain.",
)
@problems_option
@output_option
@form_option("text", "json")
def integrity(request: Request, windows: tuple[str, ...], style: str | None, output: Path | None, form: str) -> None:
    """Say who and what leans on a cut.

    For each cut of the rules who lies within a hair of it, how many just better and just worse, and how likely so
    uneven a split is; heaps on round ends; who is rated otherwise without rounding, and who would gain by not
    reporting. It says what is more than expected, and accuses nobody.
    """
    from nhsrate.analysis.integrity import BadWithin, parse_within

    try:
        within = [parse_within(text) for text in windows]
    except BadWithin as bad:
        raise click.BadParameter(str(bad), param_hint="--within") from None
    with problems_printed(style) as show:
        assessment = asked(request, show)
        from nhsrate.analysis.integrity import integrity as found_of
        from nhsrate.reports.integrity import integrity_json, integrity_lines

        with progress() as say:
            found = found_of(assessment, within, say)
        only = assessment.printed or ()
        text = (
            integrity_json(found, only)
            if form == "json"
            else formats.told(lambda _: integrity_lines(found, only), output)
        )
        write(text, output)


@click.command(cls=Command)
@asking("only", then=completion.returns_and_organisations)
@click.argument("organisation", metavar="ORGANISATION")
@click.option("--rating", metavar="ID", shell_complete=completion.ratings, help="Of this rating, not of the headline.")
@click.option(
    "--by",
    metavar="INPUT=WEIGHT",
    multiple=True,
    shell_complete=completion.inputs,
    help="Who is like it: by this input, in the place of what the methodology says.",
)
@click.option("--number", type=click.IntRange(1, 1000), help="How many peers; all at a tie are kept.")
@click.option(
    "--draws", type=click.IntRange(0, 1_000_000), default=1000, show_default=True, help="How many draws; 0 asks none."
)
@problems_option
@output_option
@form_option("text", "csv", "json")
def diagnose(
    request: Request,
    organisation: str,
    by: tuple[str, ...],
    style: str | None,
    output: Path | None,
    form: str,
    **wanted: Any,  # noqa: ANN401 (what is asked, by the names of `Wanted`)
) -> None:
    """Say who can help an organisation, and with what.

    What each weak indicator costs its rating; what would change that, and how sure it is; for each the peers most like
    it, who of them does best and, since --earlier, who rose most, with intervals where they are known; and published
    support. ORGANISATION is a code or a name.
    """
    from nhsrate.diagnosis.diagnose import BadBy, Wanted, parse_by

    try:
        wanted["by"] = parse_by(by)
    except BadBy as bad:
        raise click.BadParameter(str(bad), param_hint="--by") from None
    with problems_printed(style) as show:
        from nhsrate.diagnosis.diagnose import asked as both
        from nhsrate.diagnosis.diagnose import diagnose as found_of

        with progress() as say:
            done, earlier = both(request, say)
        show((*done.problems, *(earlier.problems if earlier else ())))
        n = done.assessment.find(organisation)
        with progress() as say:
            found = found_of(done.assessment, n, Wanted(**wanted), earlier, say)
        if form == "text":
            from nhsrate.reports.diagnosis import diagnosis_lines

            write(formats.told(lambda _: diagnosis_lines(found), output), output)
            return
        from nhsrate.reports.diagnosis_rows import diagnosis_csv, diagnosis_json

        if form == "json":
            write(diagnosis_json(found), output)
            return
        from nhsrate.commands.recording import write_csv

        write_csv(diagnosis_csv(found), output, done.assessment, request.files, show)


WITHOUT = ("methodology", "against", "against_reading", "suppose", "earlier", "earlier_reading")
"""Options on reading and rating that have no meaning for several returns, or another one."""


@click.command(cls=Command)
@asking(*WITHOUT, metavar="OLD NEW")
@click.option(
    "-m",
    "--methodology",
    metavar="METHODOLOGY",
    shell_complete=completion.editions,
    help="Of both: an edition's id, or a path to a rule file.",
)
@click.option("--old-methodology", metavar="METHODOLOGY", shell_complete=completion.editions, help="Of OLD alone.")
@click.option("--new-methodology", metavar="METHODOLOGY", shell_complete=completion.editions, help="Of NEW alone.")
@problems_option
@output_option
@form_option("text", "json")
def compare(request: Request, style: str | None, output: Path | None, form: str, **methods: str | None) -> None:
    """Say what changed between two returns, and why.

    Who moved between levels, and how much of each move is due to its own values, to what it reports, to the others, to
    the rules and to decisions; the parts add up exactly. Also which inputs moved it: with --only, and of all where
    nobody's rating rests on others. OLD and NEW are files or folders; one return under two methods is compared by
    naming it twice.
    """
    from nhsrate.runs.request import named_in

    paths = named_in(request.returns)
    if len(paths) != 2:
        raise click.UsageError("Give two returns: what was before, and what is after. Several files go in a folder.")
    chosen = [methods[name] or methods["methodology"] for name in ("old_methodology", "new_methodology")]
    with problems_printed(style) as show:
        from nhsrate.analysis.change import between, changed
        from nhsrate.reports.change import change_json, change_lines

        with progress() as say:
            say("reading")
            ends = [
                replace(request, returns=(path,), methodology=method, only=())
                for path, method in zip(paths, chosen, strict=True)
            ]
            old, new, problems = between(*ends)
            show(problems)
            only = [new.assessment.organisations[new.assessment.find(code)].code for code in request.only]
            found = changed(old, new, only, say)
        text = (
            change_json(found)
            if form == "json"
            else formats.told(lambda _: change_lines(found, detail=bool(only)), output)
        )
        write(text, output)


@click.command(cls=Command)
@asking(*WITHOUT)
@click.option(
    "-m",
    "--methodology",
    "rules",
    metavar="METHODOLOGY",
    multiple=True,
    shell_complete=completion.editions,
    help="Of all returns; or once for each, in their order.",
)
@click.option(
    "--plan",
    "plans",
    metavar="PLAN",
    multiple=True,
    type=click.Path(path_type=Path),
    help="What was planned: a table of the shape of a return, for one period or with a column of them; with --as by "
    "the codes of the groups.",
)
@click.option(
    "--plan-reading", metavar="FILE", type=click.Path(path_type=Path), help="How to read plans: a reading profile."
)
@click.option(
    "--item",
    "items",
    metavar="ID",
    multiple=True,
    shell_complete=completion.inputs,
    help="Tell of this input or measure, and no other.",
)
@click.option(
    "--target",
    "targets",
    metavar="ID=VALUE",
    multiple=True,
    help="Hold it to this, and not to the edition's standard; ID=VALUE@PERIOD from then on.",
)
@click.option(
    "--rebase", metavar="PERIOD=REASON", multiple=True, help="Let process limits begin anew, for this reason."
)
@problems_option
@output_option
@formats.format_option(formats.TRAJECTORY)
def trajectory(
    request: Request,
    style: str | None,
    output: Path | None,
    form: str | None,
    **wanted: Any,  # noqa: ANN401 (what is asked, by the names of `Asked`)
) -> None:
    """Say where each indicator stands over time, beside its plan.

    Every RETURN is of the period that it says, rated by its own edition. Ahead of plan or behind, by how much and for
    how long; the straight line beside the plan; when plan and trend meet the standard; from twelve points on process
    limits and the flags of Making Data Count. Every file of a folder is a return.
    """
    read = [*request.files, *(Path(path) for path in (*wanted["plans"], *wanted["rules"]))]
    form = formats.form_of(form, output, formats.TRAJECTORY, read)
    with problems_printed(style) as show:
        from nhsrate.runs.request import named_in
        from nhsrate.trajectories.asked import Asked, trajectories
        from nhsrate.trajectories.words import problems_of

        with progress() as say:
            found = trajectories([(path,) for path in named_in(request.returns)], Asked(**wanted), request, say)
        show(problems_of(found))
        content = formats.TRAJECTORY[form].render(found, printed=output is None)
        if isinstance(content, str) and form == "csv":
            from nhsrate.commands.recording import write_csv

            write_csv(content, output, found.series.stages[max(found.series.stages)].assessment, read, show)
        else:
            write(content, output)


def vary_of(text: str) -> Vary:
    """What a `--vary` says."""
    from nhsrate.analysis.sources import BadVary, parse_vary

    try:
        return parse_vary(text)
    except BadVary as bad:
        raise click.BadParameter(str(bad), param_hint="--vary") from None


def by_variants(assessment: Assessment, request: Request) -> list[Assessment]:
    """The same return rated by each variant of its methodology."""
    silent: Callable[[Sequence[Problem]], None] = lambda _: None  # noqa: E731 (what they warn of was said of the method)
    return [
        asked(replace(request, methodology=variant.methodology), silent) for variant in assessment.methodology.variants
    ]

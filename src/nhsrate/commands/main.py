"""The tool: a group of commands, each of which reads, calls, prints and exits, and holds no rule of rating.

Only click is imported here; everything else is imported by the command that needs it, so that help comes at once.
"""

from __future__ import annotations

import click

from nhsrate import __version__
from nhsrate.commands.analysing import headroom, integrity, robustness
from nhsrate.commands.editions import diff, kinds, manual, methodologies, run_tests, schema, weights
from nhsrate.commands.making import new, template
from nhsrate.commands.rating import check, explain, score
from nhsrate.commands.reporting import report


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="nhsrate")
def main() -> None:
    """Rate NHS organisations from a spreadsheet of indicators, and say why.

    \b
    nhsrate score returns.xlsx             ratings as a league table
    nhsrate explain returns.xlsx RYY       why that organisation is rated so
    nhsrate check returns.xlsx             every fault of a return, cell by cell
    nhsrate headroom returns.xlsx RYY      what would change its rating
    nhsrate robustness returns.xlsx        how sure the ratings are
    nhsrate integrity returns.xlsx         what leans on a cut
    nhsrate report returns.xlsx -o r.html  the ratings as a page to publish
    nhsrate methodologies                  the editions that come with the tool

    Exit codes: 0 done; 1 problems in a file, or ratings that moved; 2 wrong usage.
    """  # noqa: D301 (click wants the backspace itself, which a raw string does not hold)


for _command in (
    score, explain, check, headroom, robustness, integrity, report,
    methodologies, run_tests, weights, diff, manual, kinds, new, schema, template,
):  # fmt: skip
    main.add_command(_command)

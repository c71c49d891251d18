"""The tool: a group of commands, each of which reads, calls, prints and exits, and holds no rule of rating.

Only click is imported here, and of the commands the one that is asked for, which imports what it needs.
"""

from __future__ import annotations

from importlib import import_module

import click

from nhsrate import __version__
from nhsrate.commands.screens import screen_options

COMMANDS = {
    "score": "rating.score", "explain": "rating.explain", "check": "rating.check",
    "headroom": "analysing.headroom", "robustness": "analysing.robustness",
    "integrity": "analysing.integrity", "compare": "analysing.compare", "report": "reporting.report",
    "methodologies": "editions.methodologies", "test": "editions.run_tests", "weights": "editions.weights",
    "diff": "editions.diff", "manual": "editions.manual", "kinds": "editions.kinds", "schema": "editions.schema",
    "new": "making.new", "build": "building.build", "template": "making.template", "docs": "learning.docs",
    "problem": "learning.problem", "workbook": "making.workbook",
}  # fmt: skip
"""Every command with its place, the module of this room and the function."""


class Commands(click.Group):
    """A group that imports a command when it is asked for, and all of them for their help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (as click asks)
        """The names of all commands, in the order of help."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (as click asks)
        """The command of that name, or nothing."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(".")
        found: click.Command = getattr(import_module(f"nhsrate.commands.{module}"), name)
        if not any(option.name == "no_pager" for option in found.params):
            found.params += screen_options()
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    nhsrate compare before.xlsx after.xlsx what changed, and why
    nhsrate report returns.xlsx -o r.html  the ratings as a page to publish
    nhsrate methodologies                  the editions that come with the tool

    Exit codes: 0 done; 1 problems in a file, or ratings that moved; 2 wrong usage.
    """  # noqa: D301 (click wants the backspace itself, which a raw string does not hold)


main.params += screen_options()

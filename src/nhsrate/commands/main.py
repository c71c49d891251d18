"""The tool: a group of commands, each of which reads, calls, prints and exits, and holds no rule of rating.

Only click is imported here, and of the commands the one that is asked for, which imports what it needs.
"""

from __future__ import annotations

from importlib import import_module

import click

from nhsrate import __version__
from nhsrate.commands.screens import screen_options
from nhsrate.helping.command import write_examples, write_groups, write_options

COMMANDS = {
    "score": "rating.score", "explain": "rating.explain", "check": "rating.check",
    "headroom": "analysing.headroom", "diagnose": "analysing.diagnose", "robustness": "analysing.robustness",
    "integrity": "analysing.integrity", "compare": "analysing.compare",
    "trajectory": "analysing.trajectory", "report": "reporting.report",
    "methodologies": "editions.methodologies", "test": "editions.run_tests", "weights": "editions.weights",
    "diff": "editions.diff", "manual": "editions.manual", "kinds": "editions.kinds", "schema": "editions.schema",
    "new": "making.new", "build": "building.build", "template": "making.template", "docs": "learning.docs",
    "problem": "learning.problem", "workbook": "making.workbook",
}  # fmt: skip
"""Every command with its place, the module of this room and the function."""

GROUPS = {
    "Rate": ("score", "explain", "report", "workbook"),
    "Ask": ("headroom", "diagnose", "robustness", "integrity", "compare", "trajectory"),
    "Returns": ("check", "template"),
    "Methodologies": ("methodologies", "weights", "manual", "diff", "test", "new", "kinds", "schema"),
    "Project": ("build",),
    "Documents": ("docs", "problem"),
}
"""The commands as help shows them: of a rating, questions on it, of returns, of rules, of a repository, of the tool."""


class Commands(click.Group):
    """A group that imports a command when it is asked for, and all of them for their help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (as click asks)
        """The names of all commands, in the order of help."""
        return [name for names in GROUPS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (as click asks)
        """The command of that name, or nothing."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(".")
        found: click.Command = getattr(import_module(f"nhsrate.commands.{module}"), name)
        if not any(option.name == "no_pager" for option in found.params):
            found.params += screen_options()
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in groups, and then the options."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        write_groups(GROUPS, {name: command for name, command in found.items() if command}, formatter)
        write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (as click asks)
        """Write the examples, and where there is more."""
        write_examples("nhsrate", formatter)
        formatter.write_paragraph()
        formatter.write_text("`nhsrate COMMAND --help` shows the options of a command, and examples of it.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="nhsrate")
def main() -> None:
    """Rate NHS organisations from a spreadsheet of indicators, and say why.

    Exit codes: 0 done; 1 problems in a file, or ratings that moved; 2 wrong usage.
    """


main.params += screen_options()

"""Runs what a page of documentation shows: its commands and its Python, in order, in one folder.

A block of kind `console` holds commands after `$ ` and what they print, of both streams, as it comes. One `...` on a
line of its own stands for lines that are not shown. A block of kind `python` is run; where a block of kind `text`
follows it directly, that is what it prints. A block with `file=NAME` behind its kind is written to that file, one with
`add-to=NAME` is added to its end.
"""

from __future__ import annotations

import io
import re
import shlex
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nhsrate.commands.main import main

if TYPE_CHECKING:
    from pathlib import Path

NOT_RUN = {
    "git clone": "the tests run in what was cloned",
    "cd": "the page is run in one folder",
    "mkdir": "the page is run in one folder",
    "python -m venv": "the tests run in an environment",
    "python3 -m venv": "as above; CI runs these lines as they stand",
    "pip install": "the tests run where the tool is installed",
    "python -m pytest": "the tests would run themselves",
}
"""Commands that are shown and not run, by how they begin, each with the reason."""

ENVIRONMENT = {"COLUMNS": "80", "NO_COLOR": "1"}

BLOCK = re.compile(
    r"^```(?P<kind>\w+)(?: +(?P<how>file|add-to)=(?P<name>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
CUT = "..."
SET_UP = " && .venv/bin/nhsrate "
"""Before this a line sets the tool up, after it stands what the tool is told."""

QUIET = " 2>/dev/null"
"""At the end of a command: what it prints to standard error is not shown."""


@dataclass(slots=True)
class Page:
    """A page that is being run in the working folder: what its Python has defined, and how its last command ended."""

    names: dict[str, object] = field(default_factory=dict)
    exit_code: int = 0

    def run(self, text: str, folder: Path) -> str:
        """The page with everything that is printed as it is printed now."""
        done: list[str] = []
        end = after = 0
        printed: str | None = None
        for block in BLOCK.finditer(text):
            between, body = text[end : block.start("body")], block["body"]
            adjacent = not text[after : block.start()].strip()
            match block["kind"], block["how"]:
                case _, "file":
                    (folder / block["name"]).write_text(body, "utf-8")
                case _, "add-to":
                    with (folder / block["name"]).open("a", encoding="utf-8") as file:
                        file.write(body)
                case "console", _:
                    body = self.console(body)
                case "text", _ if adjacent and printed is not None:
                    body = printed
            printed = self.python(body) if block["kind"] == "python" else None
            done += [between, body]
            end, after = block.end("body"), block.end()
        return "".join([*done, text[end:]])

    def python(self, code: str) -> str:
        """What a piece of Python prints."""
        stream = io.StringIO()
        with redirect_stdout(stream):
            exec(compile(code, "<page>", "exec"), self.names)  # noqa: S102 (our own pages)
        return stream.getvalue()

    def console(self, body: str) -> str:
        """A block of commands with what each prints now."""
        lines = body.splitlines()
        starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
        assert starts[:1] == [0], f"a console block begins with a command: {body!r}"
        done: list[str] = []
        for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
            command, shown = lines[start].removeprefix("$ "), lines[start + 1 : stop]
            if SET_UP in command:
                command = f"nhsrate {command.partition(SET_UP)[2]}"
            if any(command == begin or command.startswith(f"{begin} ") for begin in NOT_RUN):
                done += [lines[start], *shown]
            else:
                done += [lines[start], *cut_alike(shown, self.command(command).splitlines())]
        return "".join(f"{line}\n" for line in done)

    def command(self, command: str) -> str:
        """What a command prints."""
        if command == "echo $?":
            return f"{self.exit_code}\n"
        quiet = command.endswith(QUIET)
        tool, *arguments = shlex.split(command.removesuffix(QUIET))
        assert tool == "nhsrate", f"{command!r} can only be shown if `NOT_RUN` says why it is not run"
        result = CliRunner().invoke(main, arguments, prog_name="nhsrate", env=ENVIRONMENT, catch_exceptions=False)
        self.exit_code = result.exit_code
        return result.stdout if quiet else result.output


def cut_alike(shown: list[str], actual: list[str]) -> list[str]:
    """The actual lines, cut where the shown ones are: as many lines stand before and after the cut.

    >>> cut_alike(["a", "...", "z"], ["b", "c", "d", "e"])
    ['b', '...', 'e']
    >>> cut_alike(["a"], ["b", "c"])
    ['b', 'c']
    """
    if CUT not in shown:
        return actual
    before, after = shown.index(CUT), len(shown) - shown.index(CUT) - 1
    return [*actual[:before], CUT, *actual[len(actual) - after :]] if before + after < len(actual) else actual

"""The pages for people: what they show is what happens, where they point there is something."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from tests.conftest import ROOT
from tests.support.pages import ENVIRONMENT, Page

import nhsrate.commands
from nhsrate.commands.main import COMMANDS, GROUPS, main
from nhsrate.files.limits import NAMES, STANDARD, shown
from nhsrate.rules.editions import edition_files
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden

CHECKED_ELSEWHERE = {"cli.md", "problems.md"}
"""Pages that a test makes from the code."""

PAGES = sorted(page for page in (ROOT / "docs").glob("*.md") if page.name not in CHECKED_ELSEWHERE)
LINKING = sorted(
    file for pattern in ("*.md", "docs/*.md", "examples/*.md", "indicators/*/README.md") for file in ROOT.glob(pattern)
)


def agrees(page: Path, folder: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    text = page.read_text("utf-8")
    golden(page, Page().run(text, folder))


def test_what_the_readme_shows_is_what_happens(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is run at the top of the checkout, as its readers do, and so may write nothing."""
    agrees(ROOT / "README.md", ROOT, golden, monkeypatch)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_happens(
    page: Path, tmp_path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is run in a folder where nothing lies but the examples."""
    (tmp_path / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    agrees(page, tmp_path, golden, monkeypatch)


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.stem)
def test_what_is_run_on_a_page_is_shown_in_part_at_least(page: Path) -> None:
    """A command with nothing below it but `...` tells its reader nothing."""
    assert re.findall(r"^(\$ .*)\n\.\.\.\n(?=```|\$ )", page.read_text("utf-8"), re.MULTILINE) == []


def test_the_page_of_editions_lists_every_one_with_its_status(golden: Golden) -> None:
    """Under `--update` a new edition is described by its title, until somebody finds better words."""
    page = ROOT / "docs" / "editions.md"
    text = page.read_text("utf-8")
    rows = {row[1]: row[2] for row in re.finditer(r"^\| `([a-z0-9.-]+)` \| \w+ \| (.+) \|\n", text, re.MULTILINE)}
    table = ""
    for id_ in edition_files():
        methodology = load_methodology(id_)
        table += f"| `{id_}` | {methodology.status} | {rows.get(id_, methodology.title)} |\n"
    golden(page, re.sub(r"(^\| `[a-z0-9.-]+` \| \w+ \| .+ \|\n)+", lambda _: table, text, count=1, flags=re.MULTILINE))


def commands() -> dict[str, click.Command]:
    """Every command by its name."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def test_every_command_stands_in_the_table_of_commands() -> None:
    modules = [import_module(f"nhsrate.commands.{one.name}") for one in pkgutil.iter_modules(nhsrate.commands.__path__)]
    made = {one for module in modules for one in vars(module).values() if isinstance(one, click.Command)}
    assert {*commands().values()} == made - {main}
    assert {*commands()} == {*COMMANDS} == {command.name for command in commands().values()}
    assert main.get_command(click.Context(main), "rate") is None


def test_a_command_does_not_wait_for_others() -> None:
    code = "import sys\nfrom nhsrate.commands.main import main\ntry:\n    main(['score', '--help'])\nexcept SystemExit:\n    pass\n"
    code += "print(*(name for name in sys.modules if name.startswith('nhsrate.commands.')), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = "nhsrate.commands.main nhsrate.commands.rating nhsrate.commands.formats nhsrate.commands.options "
    ours += "nhsrate.commands.screens"
    assert {*done.stderr.split()} == {*ours.split()}


def test_the_reference_of_the_commands_is_their_help(golden: Golden) -> None:
    lines = [
        "# Commands",
        "",
        "This page is made from `--help` of every command; `python -m pytest --update` makes it again.",
    ]
    for group, names in {"": ("",), **GROUPS}.items():
        lines += ["", f"## {group}"] if group else []
        for name in names:
            help_ = CliRunner().invoke(main, [*name.split(), "--help"], prog_name="nhsrate", env=ENVIRONMENT)
            lines += ["", f"### nhsrate {name}" if name else "## nhsrate", "", "```", help_.output.rstrip(), "```"]
    golden(ROOT / "docs" / "cli.md", "\n".join(lines) + "\n")


def test_every_command_stands_in_the_table_of_commands_at_a_glance() -> None:
    told = set(re.findall(r"^\| `nhsrate (\w+)", (ROOT / "docs" / "commands.md").read_text("utf-8"), re.MULTILINE))
    assert told == {*COMMANDS}


def test_every_option_says_what_it_does() -> None:
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in commands().items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page)):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        file = (page.parent / path) if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def without_code(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors that a code host gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", without_code(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# A runner that lets everything pass would prove nothing.


def test_the_runner_shows_what_is_printed_now(tmp_path: Path) -> None:
    page = "```console\n$ nhsrate --version\nnhsrate, version 0\n```\n"
    assert "version 0\n" not in Page().run(page, tmp_path)


def test_the_runner_keeps_what_a_cut_leaves_out(tmp_path: Path) -> None:
    page = "```console\n$ nhsrate --help\nUsage: nhsrate [OPTIONS] COMMAND [ARGS]...\n...\n```\n"
    assert Page().run(page, tmp_path) == page


def test_the_runner_leaves_a_command_that_is_not_run_alone(tmp_path: Path) -> None:
    page = "```console\n$ git clone somewhere\nCloning into somewhere\n```\n"
    assert Page().run(page, tmp_path) == page


def test_the_runner_refuses_a_command_that_it_cannot_run(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="NOT_RUN"):
        Page().run("```console\n$ rm -r x\n```\n", tmp_path)


def test_the_runner_knows_how_the_last_command_ended(tmp_path: Path) -> None:
    page = "```console\n$ nhsrate score\n...\n$ echo $?\n0\n```\n"
    assert Page().run(page, tmp_path).endswith("$ echo $?\n2\n```\n")


def test_the_runner_writes_files_and_adds_to_them(tmp_path: Path) -> None:
    Page().run("```yaml file=a.yaml\nx: 1\n```\n\n```yaml add-to=a.yaml\ny: 2\n```\n", tmp_path)
    assert (tmp_path / "a.yaml").read_text() == "x: 1\ny: 2\n"


def test_the_runner_compares_what_python_prints(tmp_path: Path) -> None:
    page = "```python\nx = 2\n```\n\n```python\nprint(x + 1)\n```\n\n```text\n4\n```\n"
    assert Page().run(page, tmp_path) == page.replace("4", "3")


def test_the_runner_leaves_other_blocks_alone(tmp_path: Path) -> None:
    page = "```yaml\nx: 1\n```\n\n```text\n4\n```\n"
    assert Page().run(page, tmp_path) == page


def test_the_limits_of_the_reader_are_those_of_the_page() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+(?: MB)?) \|", page, re.MULTILINE))
    assert rows == {name: shown(name, getattr(STANDARD, name)) for name in NAMES}

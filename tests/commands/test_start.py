"""Processes of the tool as a system starts and ends them: what they print into pipes, and how they end."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from tests.conftest import ROOT
from tests.support.running import PRINTED

from nhsrate.commands import ending, start, streams
from nhsrate.commands.ending import over, undone_by
from nhsrate.commands.output import write_bytes, write_folder
from nhsrate.commands.streams import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME = "\u0174ern \u2013 S\u00e3o \u0177"
RETURN = f"Org code,Name,Waits\nRA1,{NAME},4\n"
RULES = """
id: mine
title: M\u0177
status: illustrative
scales: {rag: [{level: green, symbol: "\u2605"}, {level: red}]}
inputs: {waits: {type: number, title: Waits}}
ratings:
  colour: {kind: thresholds, scale: rag, headline: true, published: true, of: waits, levels: [{level: green, at_most: 5}, {level: red, otherwise: true}]}
"""
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals, streams or terminals")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a return and its rules."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "return.csv").write_text(RETURN, "utf-8")
    (tmp_path / "bad.csv").write_text(f"Org code,Name,Waits\nRA1,x,{NAME}\n", "utf-8")
    (tmp_path / "mine.yaml").write_text(RULES, "utf-8")
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    """That of this process, with the package to be found."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONIOENCODING", "PYTHONUTF8"}}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **more}


def shell(command: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """A line of a shell, in which `nhsrate` stands for the tool."""
    words = command.replace("nhsrate", f"{sys.executable} -m nhsrate")
    return subprocess.run(["/bin/sh", "-c", words], capture_output=True, check=False, env=environment(**more))


@POSIX
@pytest.mark.parametrize(
    "settings",
    [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}],
    ids=str,
)
@pytest.mark.parametrize("form", PRINTED)
def test_a_pipe_gets_utf_8_whatever_the_console_is(form: str, settings: Mapping[str, str]) -> None:
    done = shell(f"nhsrate score return.csv -m mine.yaml -f {form}", **settings)
    assert NAME in done.stdout.decode()
    assert b"?" not in done.stdout


@POSIX
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_problems_in_a_pipe_are_utf_8(form: str) -> None:
    done = shell(f"nhsrate check bad.csv -m mine.yaml -f {form}", PYTHONIOENCODING="cp1252")
    assert NAME in (done.stdout + done.stderr).decode()
    assert NAME in shell("nhsrate explain return.csv RA1 -m mine.yaml", PYTHONIOENCODING="ascii").stdout.decode()


@POSIX
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_a_console_that_lacks_a_letter_gets_the_plain_one(encoding: str) -> None:
    """And never a question mark."""
    import pty

    master, slave = pty.openpty()
    words = [sys.executable, "-m", "nhsrate", "score", "return.csv", "-m", "mine.yaml"]
    more = environment(PYTHONIOENCODING=encoding, NO_COLOR="1", COLUMNS="200")
    subprocess.run(words, stdout=slave, stderr=slave, check=True, env=more)
    os.close(slave)
    said = os.read(master, 100_000).decode(encoding)
    os.close(master)
    assert stand_in(NAME, encoding) in said
    assert "Wern" in said
    assert "* green" in said
    assert "?" not in said


def test_what_stands_in_for_a_letter() -> None:
    assert stand_in("\u250c\u2500\u252c\u2502\u253c", "ascii") == "+-+|+"
    assert stand_in("\u0141\u00f3d\u017a \u2460 \u00bd", "ascii") == "Lodz (1) \\xbd"
    assert stand_in("M\u00fcller \u0175", "cp1252") == "M\u00fcller w"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", "nhsrate-plain")


@POSIX
@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("nhsrate score return.csv -m mine.yaml >&-", 1, b"standard output: error: The output could not be written: it is closed."),
        ("nhsrate check return.csv -m mine.yaml >&-", 1, b"standard output: error: The output could not be written"),
        ("nhsrate score return.csv -m mine.yaml -o out.csv >&-", 0, b""),
        ("nhsrate score return.csv -m mine.yaml 2>&-", 0, b""),
        ("nhsrate score bad.csv -m mine.yaml 2>&-", 1, b""),
        ("nhsrate score --long return.csv 2>&-", 2, b""),
        ("nhsrate score return.csv -m mine.yaml >&- 2>&-", 1, b""),
        ("nhsrate score return.csv -m mine.yaml <&- >&- 2>&-", 1, b""),
        ("nhsrate --help >&-", 0, b""),
        ("nhsrate score return.csv -m mine.yaml 1</dev/null", 1, b"Bad file descriptor"),
        ("nhsrate score bad.csv -m mine.yaml 2</dev/null", 1, b""),
    ],
)  # fmt: skip
def test_a_closed_stream_is_no_traceback(line: str, code: int, says: bytes) -> None:
    done = shell(line)
    assert done.returncode == code
    assert says in done.stderr
    assert b"Traceback" not in done.stdout + done.stderr
    if "2>&-" in line and code == 0:
        assert NAME in done.stdout.decode()


@POSIX
def test_no_file_is_written_to_in_the_place_of_a_closed_stream(here: Path) -> None:
    """The number of a stream that is closed would go to the next file that is opened."""
    done = shell("nhsrate score return.csv -m mine.yaml -o out.csv >&- 2>&-")
    assert done.returncode == 0
    assert (here / "out.csv").read_text("utf-8").startswith("code,name,colour\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_help_on_a_full_disk_is_a_sentence() -> None:
    done = shell("nhsrate --help > /dev/full")
    assert (done.returncode, done.stderr) == (1, b"The output could not be written: No space left on device.\n")


STOPPED_AT_IMPORT = """
import os, signal, sys
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.{number})
        return None
sys.meta_path.insert(0, Hook())
sys.argv = ["nhsrate", "score", "return.csv", "-m", "mine.yaml"]
from nhsrate.commands.start import main
main()
"""


@POSIX
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
@pytest.mark.parametrize(
    "module", ["click", "nhsrate.commands.main", "decimal", "nhsrate.runs.run", "nhsrate.screen.league"]
)
def test_an_interrupt_during_the_imports_is_an_exit_code_and_no_traceback(module: str, number: str, code: int) -> None:
    program = STOPPED_AT_IMPORT.format(module=module, number=number)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, env=environment())
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_process_that_is_ended_while_it_writes_leaves_nothing(here: Path, number: int, code: int) -> None:
    """It stands in the writing of the temporary file when the signal comes, which it heeds also where these tests do not.

    What a terminal that is closed says, for one, is not heard by what runs under nohup.
    """
    program = (
        "import os, signal, sys, time\n"
        f"signal.signal({int(number)}, signal.SIG_DFL)\n"
        "from nhsrate.commands import output\n"
        "def wait(_):\n    print('writing', flush=True)\n    time.sleep(30)\n"
        "output.os.fsync = wait\n"
        "sys.argv = ['nhsrate', 'score', 'return.csv', '-m', 'mine.yaml', '-o', 'out.csv']\n"
        "from nhsrate.commands.start import main\nmain()\n"
    )
    before = sorted(path.name for path in here.iterdir())
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        assert len([*here.iterdir()]) == len(before) + 1
        process.send_signal(number)
        assert process.wait(20) == code
    assert sorted(path.name for path in here.iterdir()) == before


@POSIX
def test_new_ended_midway_leaves_no_folder(here: Path) -> None:
    program = (
        "import os, sys, time\n"
        "from nhsrate.commands import output\n"
        "written = []\n"
        "sync = os.fsync\n"
        "def wait(number):\n    sync(number)\n    written.append(number)\n"
        "    if len(written) == 2:\n        print('writing', flush=True)\n        time.sleep(30)\n"
        "output.os.fsync = wait\n"
        "sys.argv = ['nhsrate', 'new', sys.argv[1]]\n"
        "from nhsrate.commands.start import main\nmain()\n"
    )
    (here / "empty").mkdir()
    before = sorted(str(path) for path in here.rglob("*"))
    for folder, number in (("fresh", signal.SIGTERM), ("empty", signal.SIGINT), ("fresh", signal.SIGKILL)):
        words = [sys.executable, "-c", program, folder]
        with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment()) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"writing\n"
            process.send_signal(number)
            process.wait(20)
        if number != signal.SIGKILL:
            assert sorted(str(path) for path in here.rglob("*")) == before
        assert not (here / "fresh").exists()
    assert shell("nhsrate new fresh").returncode == 0
    assert shell("nhsrate new empty").returncode == 0
    assert (here / "fresh" / "fresh.yaml").is_file()


@POSIX
def test_under_nohup_a_hang_up_is_ignored() -> None:
    program = (
        "import signal\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from nhsrate.commands.ending import watched\nwatched()\n"
        "signal.raise_signal(signal.SIGHUP)\nprint('still here')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment())
    assert done.stdout == b"still here\n"


def test_what_is_half_done_is_undone_the_latest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def refuse() -> None:
        told.append("second")
        raise OSError

    monkeypatch.setattr("os._exit", lambda code: told.append(f"exit {code}"))
    with undone_by(lambda: told.append("first")), undone_by(refuse):
        ending._end(15, None)
    assert told == ["second", "first", "exit 143"]
    assert ending._HALF_DONE == []


def test_a_form_does_not_take_the_place_of_a_file_that_appears_while_it_is_made(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.running import run

    from nhsrate.workbooks import form_write

    made: Callable[..., bytes] = form_write.template_bytes

    def slow(*given: object) -> bytes:
        (here / "form.xlsx").write_bytes(b"filled in meanwhile")
        return made(*given)

    monkeypatch.setattr("nhsrate.workbooks.form_write.template_bytes", slow)
    found = run("template", "mine.yaml", "-o", "form.xlsx")
    assert (found.code, found.out) == (2, "")
    assert "form.xlsx is there already, and may have been filled in; give another name." in found.err
    assert (here / "form.xlsx").read_bytes() == b"filled in meanwhile"
    assert not [*here.glob(".nhsrate-*")]


def test_a_fresh_file_is_made_where_a_disk_knows_one_name_for_each(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object, __: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    write_bytes(here / "new.bin", b"all of it", fresh=True)
    assert (here / "new.bin").read_bytes() == b"all of it"
    with pytest.raises(FileExistsError):
        write_bytes(here / "new.bin", b"other", fresh=True)
    assert (here / "new.bin").read_bytes() == b"all of it"
    assert not [*here.glob(".nhsrate-*")]


def test_a_folder_that_cannot_be_filled_is_not_left(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nhsrate.core.problems import Refused

    (here / "file").write_text("x", "utf-8")
    with pytest.raises(Refused, match="The folder cannot be made: Not a directory"):
        write_folder(here / "file" / "below", {"a": b"1"})
    with pytest.raises(Refused):
        write_folder(here / "new", {"a": b"1", "x" * 300: b"2"})
    assert sorted(path.name for path in here.iterdir()) == ["bad.csv", "file", "mine.yaml", "return.csv"]


@POSIX
def test_an_interrupt_at_any_moment_is_130_or_too_late(here: Path) -> None:
    """From the first line of our own on; before, it is Python that is interrupted."""
    program = (
        "import sys\nsys.argv = ['nhsrate', 'score', 'return.csv', '-m', 'mine.yaml', '-o', 'out.csv']\n"
        "from nhsrate.commands.ending import watched\nwatched()\nprint('ready', flush=True)\n"
        "from nhsrate.commands.start import main\nmain()\n"
    )
    for step in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            time.sleep(step * 0.02)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) in {0, 130}
            assert process.stderr.read() in {b"", b"wrote out.csv\n"}
        assert not [*here.glob(".nhsrate-*")]


# the same in this process, where every line is seen


class Stream(io.TextIOWrapper):
    """A stream that may be a terminal."""

    def __init__(self, *, tty: bool, encoding: str) -> None:
        """Over bytes in memory."""
        super().__init__(io.BytesIO(), encoding=encoding)
        self.tty = tty

    def isatty(self) -> bool:
        """Whether it is."""
        return self.tty

    def written(self) -> bytes:
        """The bytes that came."""
        self.flush()
        return cast("io.BytesIO", self.buffer).getvalue()


def test_streams_are_prepared_for_those_who_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, console = Stream(tty=False, encoding="cp1252"), Stream(tty=True, encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", pipe)
    monkeypatch.setattr(sys, "stderr", console)
    streams.prepared()
    for stream in (pipe, console):
        stream.write(f"{NAME}\n\udcff")
    assert pipe.written() == f"{NAME}\n\\udcff".encode()
    assert console.written() == "Wern \u2013 S\u00e3o y\n\\udcff".encode("cp1252")
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    streams.prepared()


def test_the_numbers_of_closed_streams_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[object] = []

    def closed(number: int) -> None:
        if number:
            raise OSError

    def opened(path: str, _: int) -> int:
        taken.append(path)
        if len(taken) == 2:
            raise OSError
        return 1

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        patch.setattr(sys, "stderr", None)
        patch.setattr("os.fstat", closed)
        patch.setattr("os.open", opened)
        streams.prepared()
    assert taken == [os.devnull, os.devnull]


def test_what_is_printed_nowhere_is_told_or_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from nhsrate.commands import options
    from nhsrate.core.problems import LineLocation, Problem, Refused

    errors = Stream(tty=True, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", errors)
    with pytest.raises(Refused, match="standard output: The output could not be written: it is closed"):
        options.write("x", None)
    with options.problems_printed("text") as show:
        show([Problem(LineLocation("a"), "yaml", NAME)])
    assert b"Wern - Sao y" in errors.written()
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit), options.problems_printed("text"):
        options.write("x", None)
    with options.progress() as say:
        say("reading")


def test_a_process_begins_with_its_own_affairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The collector rests, and what the command raises of a stream is a sentence."""
    done: list[object] = []

    def refuse(*, prog_name: str) -> None:
        done.append((prog_name, gc.isenabled()))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nhsrate.commands.start.watched", lambda: done.append("watched"))
    monkeypatch.setattr("nhsrate.commands.streams.prepared", lambda: done.append("prepared"))
    monkeypatch.setattr("nhsrate.commands.main.main", refuse)
    monkeypatch.setattr("atexit.register", done.append)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    try:
        with pytest.raises(SystemExit) as ended:
            start.main()
        assert sys.stdout is None
    finally:
        gc.enable()
    assert ended.value.code == "The output could not be written: No space left on device."
    assert done == ["watched", over, gc.freeze, "prepared", ("nhsrate", False)]


def test_signals_are_watched_but_for_those_that_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    watched: list[int] = []
    ignored = {signal.SIGTERM}
    monkeypatch.setattr("signal.getsignal", lambda number: signal.SIG_IGN if number in ignored else signal.SIG_DFL)
    monkeypatch.setattr("signal.signal", lambda number, _: watched.append(number))
    monkeypatch.delattr("signal.SIGHUP", raising=False)
    ending.watched()
    assert watched == [signal.SIGINT]


def test_a_folder_that_was_there_stays_when_it_cannot_be_filled(here: Path) -> None:
    from nhsrate.core.problems import Refused

    (here / "empty").mkdir()
    with pytest.raises(Refused):
        write_folder(here / "empty", {"a": b"1", "x" * 300: b"2"})
    assert [*(here / "empty").iterdir()] == []


def test_what_is_over_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python puts back what it finds of handlers while it clears away, but leaves what is ignored."""
    put: list[tuple[int, object]] = []
    monkeypatch.setattr("nhsrate.commands.ending.signal.signal", lambda number, how: put.append((number, how)))
    monkeypatch.setattr(ending, "SIGNALS", ("SIGINT", "SIGNOWHERE"))
    over()
    assert put == [(signal.SIGINT, signal.SIG_IGN)]

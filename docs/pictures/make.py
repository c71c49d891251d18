"""Makes the pictures of the README: `python docs/pictures/make.py`, where Chromium is.

What they are pictures of stands in `made-of.json`, by its digest, so that a test knows when they are old.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RETURN = "examples/acute-stars-2003-04.xlsx"
SCORE = ("score", RETURN, "--no-pager")
REPORT = ("report", RETURN, "--with", "robustness")
COLUMNS, ROWS = 80, 24


def on_terminal(*arguments: str) -> str:
    """What a command prints on a terminal of 80 columns, with its colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {
        "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    command = [sys.executable, "-m", "nhsrate", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=theirs, stderr=theirs, stdin=theirs, env=environment)
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # as Linux ends it
            break
        if not piece:
            break
        said += piece
    process.wait()
    return said.decode().replace("\r\n", "\n")


def report() -> str:
    """The report's page."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        command = [sys.executable, "-m", "nhsrate", *REPORT, "-o", str(page)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
        return page.read_text("utf-8")


def digests(terminal: str, page: str) -> dict[str, str]:
    """What the pictures are made of, by its digest."""
    return {
        "terminal.svg": sha256(terminal.encode()).hexdigest(),
        "report.png": sha256(page.encode()).hexdigest(),
    }


def terminal_svg(said: str) -> str:
    """The first screen of a terminal as a picture, in letters that every computer has."""
    from rich.console import Console
    from rich.text import Text

    lines = said.splitlines()[: ROWS - 2]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ nhsrate " + " ".join(SCORE[:2])))
    console.print(Text.from_ansi("\n".join(lines)))
    made = console.export_svg(title="nhsrate", unique_id="terminal")
    begin, end = made.index("@font-face"), made.rindex("@font-face")
    end = made.index("}", end) + 1
    return (made[:begin] + made[end:].lstrip()).replace(" https://www.textualize.io", "")


def report_png(page: str) -> bytes:
    """The first screen of the report as a picture."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        tab.set_content(page)
        made = tab.screenshot()
        browser.close()
    return made


def main() -> None:
    """Make both, and keep what they were made of."""
    terminal, page = on_terminal(*SCORE), report()
    (HERE / "terminal.svg").write_text(terminal_svg(terminal), "utf-8")
    (HERE / "report.png").write_bytes(report_png(page))
    (HERE / "made-of.json").write_text(json.dumps(digests(terminal, page), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

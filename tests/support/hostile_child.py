"""Runs the tool and keeps a record of what it does to the system: `python hostile_child.py RECORD ARGUMENT...`.

Each line of the record is `did`, or at the end `took`, with what belongs to it. Python itself reports what is done.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

DEEDS = ("ctypes.dlopen", "ftplib.", "http.", "os.chmod", "os.chown", "os.exec", "os.fork", "os.link", "os.mkdir",
         "os.posix_spawn", "os.remove", "os.rename", "os.rmdir", "os.spawn", "os.startfile", "os.symlink", "os.system",
         "os.truncate", "shutil.", "smtplib.", "socket.", "subprocess.", "telnetlib.", "tempfile.", "urllib.",
         "webbrowser.")  # fmt: skip
"""What a reader of files has no business to do."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def peak() -> float:
    """The most memory that this process has held, in MB.

    `getrusage` would tell of the process that started this one as well, where that was larger.
    """
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024 / 1e6
    import resource  # POSIX has it, where it has no such file

    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1e6 if sys.platform == "darwin" else size * 1024 / 1e6


def main() -> None:
    """Run the tool under the eyes of a hook."""
    record = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def note(*words: object) -> None:
        os.write(record, (" ".join(str(word).replace("\n", " ") for word in words) + "\n").encode("utf-8", "replace"))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int):
                return  # what is open already was noted when it was opened
            if (isinstance(flags, int) and flags & WRITING) or "secret" in str(path):
                note("did", event, path)
        elif event.startswith(DEEDS):
            note("did", event, *arguments)

    sys.argv = ["nhsrate", *sys.argv[2:]]
    del sys.path[0]  # the folder of the tests, whose modules are not the tool's
    sys.addaudithook(hook)
    try:
        runpy.run_module("nhsrate", run_name="__main__", alter_sys=True)
    finally:
        times = os.times()
        note("took", times.user + times.system, peak())


if __name__ == "__main__":
    main()

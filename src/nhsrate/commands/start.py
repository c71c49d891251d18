"""Where a process of the tool begins: what is the process's own affair, before anything else is imported."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from nhsrate.commands.ending import over, watched


def unsearched() -> None:
    """Let nothing be searched for cycles in this process, also at its end.

    A command ends long before they could fill the memory, its millions of numbers hold none, and the search takes an
    eighth of its time (docs/performance.md).
    """
    gc.disable()
    atexit.register(gc.freeze)  # at the end everything is given back anyway


def main() -> None:
    """Run the command of this process."""
    watched()
    for library in ("OMP", "OPENBLAS", "MKL"):  # of which NumPy may have one; nothing here gains by several threads
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    atexit.register(over)
    unsearched()
    from nhsrate.commands.streams import prepared

    prepared()
    from nhsrate.commands.main import main as command

    try:
        command(prog_name="nhsrate")
    except OSError as error:  # every other file is watched where it is opened; help is printed by click itself
        sys.stdout = None  # what it still holds would be written at the end, in vain
        sys.exit(f"The output could not be written: {error.strerror}.")

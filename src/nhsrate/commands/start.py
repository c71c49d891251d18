"""Where a process of the tool begins: what is the process's own affair, before anything else is imported."""

from __future__ import annotations

import atexit
import gc


def main() -> None:
    """Run the command of this process.

    Nothing is searched for cycles: a command ends long before they could fill the memory, its millions of numbers hold
    none, and the search takes an eighth of its time (docs/performance.md).
    """
    gc.disable()
    atexit.register(gc.freeze)  # at the end everything is given back anyway
    from nhsrate.commands.main import main as command

    command(prog_name="nhsrate")

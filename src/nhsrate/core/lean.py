"""A lean run: what a short-lived command leaves out while it reads and rates, and puts back afterwards."""

from __future__ import annotations

import atexit
import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


atexit.register(gc.freeze)  # at the end everything is given back anyway; nothing needs to be searched before


@contextmanager
def lean_run() -> Iterator[None]:
    """Hide NumPy from imports, and put off the search for cycles.

    openpyxl imports NumPy, where it is installed, only to take NumPy's numbers when it writes; the tool never gives it
    any, and the import takes longer than reading a return. Millions of numbers hold no cycles to be found.
    """
    hidden = "numpy" not in sys.modules
    collecting = gc.isenabled()
    gc.disable()
    if hidden:
        sys.modules["numpy"] = None  # type: ignore[assignment]  # how an import is made to fail
    try:
        yield
    finally:
        if hidden:
            numpy_wanted()
        if collecting:
            gc.enable()


def numpy_wanted() -> None:
    """Let NumPy be imported again, also within a lean run: pandas cannot do without it."""
    if sys.modules.get("numpy", sys) is None:
        del sys.modules["numpy"]

"""A lean run leaves the process as it was."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import TYPE_CHECKING

from nhsrate.core.lean import lean_run

if TYPE_CHECKING:
    import pytest


def test_collecting_goes_on_after_a_lean_run() -> None:
    with lean_run():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_process_that_does_not_collect_goes_on_not_collecting() -> None:
    gc.disable()
    try:
        with lean_run():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_numpy_is_hidden_only_while_the_run_lasts_and_only_if_it_was_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", sys)
    with lean_run():
        assert sys.modules["numpy"] is sys
    monkeypatch.delitem(sys.modules, "numpy")
    with lean_run():
        assert "numpy" in sys.modules
        assert sys.modules.get("numpy") is None
    assert "numpy" not in sys.modules


def test_openpyxl_is_imported_without_numpy_and_numpy_can_be_imported_afterwards() -> None:
    program = (
        "import sys\n"
        "from nhsrate.core.lean import lean_run\n"
        "with lean_run():\n"
        "    import openpyxl\n"
        "assert 'numpy' not in sys.modules\n"
        "import numpy\n"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", program], check=False).returncode == 0


def test_numpy_is_there_for_whoever_cannot_do_without_it() -> None:
    program = (
        "import sys\n"
        "from nhsrate.core.lean import lean_run, numpy_wanted\n"
        "with lean_run():\n"
        "    numpy_wanted()\n"
        "    import numpy\n"
        "assert sys.modules['numpy'] is numpy\n"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", program], check=False).returncode == 0

"""The table of kinds has every kind there is, under its own name, and brings a module only when it is asked for one."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module

import nhsrate.kinds
from nhsrate.kinds import KINDS
from nhsrate.kinds.rule import Rule


def test_every_kind_stands_in_the_table_under_its_name() -> None:
    modules = [import_module(f"nhsrate.kinds.{one.name}") for one in pkgutil.iter_modules(nhsrate.kinds.__path__)]
    kinds = {
        cls.kind: cls
        for module in modules
        for cls in vars(module).values()
        if inspect.isclass(cls) and issubclass(cls, Rule) and "kind" in vars(cls)
    }
    assert dict(KINDS) == kinds
    assert len(KINDS) == len(kinds)


def test_a_kind_is_imported_when_it_is_asked_for() -> None:
    code = "import sys; from nhsrate.kinds import KINDS; assert 'ratio' in KINDS; list(KINDS); "
    code += "KINDS['thresholds']; "
    code += "print(*(name.rpartition('.')[2] for name in sys.modules if name.startswith('nhsrate.kinds.')))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "thresholds" in ran.stdout.split()
    assert not {"significance", "grouping", "places", "arithmetic", "bands"} & {*ran.stdout.split()}

"""The worked cases of an edition, run against its rule file or one like it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from nhsrate.editions.cases import Case, case_files, check_case, read_cases
from nhsrate.engine.assess import assess
from nhsrate.rules.editions import find_edition
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nhsrate.rules.model import Methodology


@cache
def cases_of(edition: str) -> tuple[Case, ...]:
    """The cases of an edition, none of them unreadable."""
    found: list[Case] = []
    for file in case_files(find_edition(edition).parent):
        cases, problems = read_cases(file)
        assert not problems
        found += cases
    return tuple(case for case in found if case.methodology == edition)


def failing(
    edition: str, path: Path, settings: dict[str, str] | None = None, cases: Iterable[Case] | None = None
) -> list[str]:
    """The cases that do not come out under the rule file at that path, with figures set to other values."""
    loaded: dict[tuple[tuple[str, str], ...], Methodology] = {}
    names = []
    for case in cases_of(edition) if cases is None else cases:
        wanted = {**(settings or {}), **case.settings}
        key = tuple(sorted(wanted.items()))
        if key not in loaded:
            loaded[key] = load_methodology(path, wanted)
        if not check_case(case, loaded[key]).passed:
            names.append(case.name)
    return names


def ratings(edition: str, columns: dict[str, list[object]], item: str) -> list[str]:
    """The ratings of a return with these headings."""
    methodology = load_methodology(edition)
    codes = [f"R{n:02}" for n in range(len(next(iter(columns.values()))))]
    submitted = read_return(pd.DataFrame({"Code": codes, **columns}), methodology)
    return [str(cell) for cell in assess(submitted, methodology).columns[item]]

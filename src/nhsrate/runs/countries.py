"""Whether an edition rates countries, which its worked cases tell: among other organisations they are totals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.core.patterns import pattern
from nhsrate.core.problems import LineLocation
from nhsrate.language.tree import Mapping, Node, Scalar, Sequence, read_tree, size_problem
from nhsrate.returns.no_organisations import is_country

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nhsrate.rules.model import Methodology

_KEYS = pattern(r"""(?:^|[{,])[ ]*["']?([^\s"'{}\[\],:][^"'{}\[\],:\n]*)["']?[ ]*:""", re.MULTILINE)
"""What may be a key of a YAML file, so that a file without a country among them need not be read."""


def rates_countries(methodology: Methodology) -> bool:
    """Whether a worked case of the edition, or of one that it extends, rates countries: two or more, and most of all.

    One country beside others is the total of a publication, held against the rules.
    """
    editions = {"", methodology.id, *(path.stem for path in methodology.paths)}  # without a name the cases are its own
    for file in _case_files(methodology.paths):
        for names in _rated(file, editions):
            countries = sum(map(is_country, names))
            if countries > 1 and 2 * countries > len(names):
                return True
    return False


def _case_files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The rule files, which may carry cases, and the files of cases beside them."""
    yield from paths
    for folder in dict.fromkeys(path.parent for path in paths):
        yield from sorted([*folder.glob("cases.yaml"), *folder.glob("cases-*.yaml")])


def _rated(file: Path, editions: set[str]) -> Iterator[list[str]]:
    """The names of what each case of these editions rates together; what is wrong with cases `nhsrate test` tells."""
    name = file.name
    if size_problem(file, LineLocation(name)) is not None:
        return
    try:
        content = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return
    if not any(is_country(found[1].strip()) for found in _KEYS.finditer(content)):
        return
    tree, _ = read_tree(content, name)
    of_file = _said(tree, "methodology") or _said(tree, "id")
    cases = tree.entries.get("cases") if isinstance(tree, Mapping) else tree
    for case in cases.items if isinstance(cases, Sequence) else ():
        if not isinstance(case, Mapping) or (_said(case, "methodology") or of_file) not in editions:
            continue
        for rated in (case.entries.get("organisations"), case.entries.get("rows")):
            if isinstance(rated, Mapping):
                yield list(rated.entries)


def _said(node: Node | None, key: str) -> str:
    """The text under a key, or nothing."""
    part = node.entries.get(key) if isinstance(node, Mapping) else None
    return part.text if isinstance(part, Scalar) else ""

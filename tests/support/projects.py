"""A small project for tests: rules, a return, and a project file that each test writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
id: {id}
title: Stars
status: illustrative
scales: {{stars: [{{level: 3}}, {{level: 2}}, {{level: 1}}]}}
figures: {{cut: {{value: {cut}, basis: assumed}}}}
inputs:
  waits: {{title: Waits, type: number, polarity: higher}}
measures:
  double: {{kind: sum, of: {{waits: 2}}, missing: refuse, published: true}}
ratings:
  star:
    kind: thresholds
    scale: stars
    headline: true
    published: true
    of: waits
    levels: [{{level: 3, at_least: cut}}, {{level: 2, at_least: 50}}, {{level: 1, otherwise: true}}]
"""
CASES = "methodology: {id}\ncases:\n  - {{name: the best, given: {{waits: 90}}, expect: {{star: 3}}}}\n"
RETURN = "Code,Name,Waits\nRA1,Alder,85\nRB1,Birch,60\nRC1,Cedar,12\n"
RATINGS = "code,name,double,star\nRA1,Alder,170,3\nRB1,Birch,120,2\nRC1,Cedar,24,1\n"

WHOLE = """\
methodologies: rules
ratings:
  - return: returns/june.csv
    methodology: stars
    outputs: [out/june.csv]
"""


def rules(id_: str = "stars", cut: str = "80") -> str:
    """The rule file of that id, under which a value from `cut` gives the best level."""
    return RULES.format(id=id_, cut=cut)


def put(folder: Path, **files: str) -> None:
    """Write files; `__` in a name parts folders, and the ending stands behind the last `_`."""
    for name, text in files.items():
        path, _, ending = name.replace("__", "/").rpartition("_")
        file = folder / f"{path}.{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def project(folder: Path, text: str = WHOLE) -> Path:
    """A project with that file, one methodology with a case, and two returns."""
    put(
        folder,
        nhsrate_yaml=text,
        rules__stars_yaml=rules(),
        rules__cases_yaml=CASES.format(id="stars"),
        returns__june_csv=RETURN,
        returns__july_csv=RETURN.replace("85", "79"),
    )
    return folder

"""A small method whose figures come together, and groups rated by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import nhsrate
from nhsrate.core.problems import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment

RULES = """\
id: seen
title: Seen in time
reading: {{markers: {{"-": does not apply}}}}
scales:
  light: [{{level: green}}, {{level: red}}]
inputs:
  seen: {{title: Seen in time, type: percent, polarity: higher, optional: true, valid: 0..100, together: {seen}}}
  within: {{title: Within four hours, type: count, optional: true, role: context, together: sum}}
  came: {{title: Attended, type: count, optional: true, role: context, together: sum}}
  stay: {{title: Days in hospital, type: number, polarity: lower, optional: true, role: context, together: {stay}}}
{more}
{groups}
ratings:
  light: {{kind: thresholds, scale: light, headline: true, of: seen, levels: [{{level: green, at_least: 70}}, {{level: red, otherwise: true}}]}}
"""

RETURN = """\
Code,Name,Seen in time,Within four hours,Attended,Days in hospital
RA1,Alder,90%,90,100,4
RA2,Birch,50%,150,300,8
RA3,Cedar,80%,80,100,5
"""

MAP = "member,group,group name\nRA1,N,North\nRA2,N,North\nRA3,S,South\n"


def rules(
    folder: Path, seen: str = "{numerator: within, denominator: came}", stay: str = "weighted by came", **parts: str
) -> Path:
    """The rule file, with how the two figures come together."""
    path = folder / "seen.yaml"
    path.write_text(RULES.format(seen=seen, stay=stay, more=parts.get("more", ""), groups=parts.get("groups", "")))
    return path


def rate(
    folder: Path,
    table: str | None = MAP,
    *,
    rows: str = RETURN,
    as_: str = "systems",
    rule: Path | None = None,
    **options: Any,  # noqa: ANN401 (the options of a run)
) -> Assessment:
    """The groups that a table gives, rated."""
    returned = folder / "return.csv"
    returned.write_text(rows)
    if table is not None:
        (folder / "groups.csv").write_text(table)
        options["groups"] = folder / "groups.csv"
    return nhsrate.rate(returned, rule or rules(folder), as_=as_, **options).assessment


def refused(folder: Path, table: str | None = MAP, **options: Any) -> list[str]:  # noqa: ANN401 (as above)
    """What is said where nothing is rated, each with its code."""
    with pytest.raises(Refused) as caught:
        rate(folder, table, **options)
    return [f"{one.code}: {one.message}" for one in caught.value.problems if one.severity == "error"]


def told(assessment: Assessment) -> list[str]:
    """What is said beside a rating of groups."""
    return [
        f"{one.severity}: {one.message}"
        for one in assessment.submitted.problems
        if one.code in {"group-members", "tidied-codes"}
    ]


def values(assessment: Assessment, item: str) -> dict[str, str]:
    """The results of an item by the codes of the groups."""
    cells = assessment.columns[item]
    return {one.code: str(cells[n]) for n, one in enumerate(assessment.organisations)}

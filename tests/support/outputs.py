"""A small methodology and return with everything an output has to show.

There are limits and decisions that changed a rating, missing values, a row set aside, settings, and names that
terminals, spreadsheets and Markdown would misread.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.core.problems import CellLocation
from nhsrate.engine.assess import assess
from nhsrate.returns.model import Override
from nhsrate.rules.load import load_methodology
from nhsrate.runs.read import read_return

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nhsrate.engine.assessment import Assessment
    from nhsrate.rules.model import Methodology

RULES = """
id: small
title: Small stars
publisher: The test
period: 2025/26
summary: Two indicators, an average, and stars that a late plan caps.
sources:
  manual: {title: The manual, url: "https://example.org/manual", note: page 3}
  letter: {title: A letter}
scales:
  stars:
    - {level: 3, word: three stars, symbol: "★★★", colour: green, consequences: [more freedom, a dinner]}
    - {level: 2, word: two stars, symbol: "★★", colour: amber}
    - {level: 1, word: one star, symbol: "★", colour: red}
  band:
    - {level: high, symbol: "▲", colour: green}
    - {level: low, colour: red}
figures:
  cut: {value: 2.5, basis: stated, source: manual}
  good: {value: 90, basis: inferred, source: letter, note: it follows from a table}
  share: {value: 0.75, basis: assumed}
reading:
  markers: {"*": suppressed}
  set_aside: [England]
inputs:
  access: {title: Access, type: percent, polarity: higher, valid: 0..100, required: true, source: manual}
  waits: {title: Waits, type: number, unit: weeks, polarity: lower, markers: {"-": no list}, note: Median.}
  late: {title: Plan late, type: yes/no}
  kind: {type: text, optional: true}
measures:
  access_score:
    title: Access score
    kind: thresholds
    of: access
    scores: [{score: 3, at_least: good}, {score: 1, otherwise: true}]
    published: true
    domain: true
    coloured_by: access_band
    given_as: [published access]
    source: manual
  waits_score:
    title: Waits score
    kind: rank-spread
    of: waits
    best: 3
    worst: 1
    over: answering
    shown: 2
    domain: true
  average:
    title: Average
    kind: weighted-mean
    of: {access_score: 75, waits_score: 25}
    missing: leave out
    round: 2
    shown: 2
    published: true
    unit: points
  said: {kind: lookup, of: late, table: {yes: "=late", no: in time}, result: text, published: true}
populations:
  answering: {when: {late: not missing}, because: no plan}
ratings:
  access_band:
    title: Access band
    kind: thresholds
    scale: band
    of: access_score
    levels: [{level: high, at_least: 2}, {level: low, otherwise: true}]
  stars:
    title: Stars
    kind: thresholds
    scale: stars
    headline: true
    of: average
    levels: [{level: 3, at_least: cut}, {level: 2, at_least: 1.5}, {level: 1, otherwise: true}]
    only_when: {when: {late: not missing}, because: the organisation handed in no plan, missing: fails}
    limits:
      - {at_best: 2, when: {late: yes}, because: the plan was late, missing: fails, source: letter}
    source: manual
    note: The number that is printed in the paper.
  place:
    title: Place
    kind: place
    by: [{item: stars, first: best}, {item: average, first: highest}]
caveats: ["Not for [red] use."]
"""

RETURN = """\
Trust code,Trust name,access,waits,late,published access,Spare
RA1,Aldermere <b>|*x*,95,2,no,,1
RA2,[red]Brook[/red],95,2,yes,,2
RA3,=HYPERLINK(1),80,-,no,,3
RA4,Dale,80,9,,,4
RA5,Élan 東京,*,4,no,2,5
England,,90,5,,,6
"""


def write_rules(folder: Path, text: str = RULES) -> Path:
    """The rule file in that folder."""
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def small(folder: Path, settings: Mapping[str, str] | None = None, text: str = RULES) -> Methodology:
    """The small methodology, with figures set."""
    return load_methodology(write_rules(folder, text), settings)


def assessed(
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    given: str = RETURN,
    decided: bool = True,
    text: str = RULES,
) -> Assessment:
    """The return under the small methodology; RA4 has a rating that people decided."""
    methodology = small(folder, settings, text)
    (folder / "returns.csv").write_text(given, encoding="utf-8", newline="\n")
    submitted = read_return(Path("returns.csv") if Path.cwd() == folder else folder / "returns.csv", methodology)
    place = CellLocation("returns.csv", "Overrides", 2)
    override = Override("RA4", "stars", "3", "A. Person", "2026-01-02", "it was mended", place)
    return assess(replace(submitted, overrides=(override,) if decided else ()), methodology)

"""`nhsrate new`: the files of a methodology of one's own, from nothing or from an edition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nhsrate.beginnings.sample import sample_return
from nhsrate.core.problems import Refused, errors
from nhsrate.editions.cases import case_files
from nhsrate.language.tree import Mapping, Scalar, Sequence, read_tree
from nhsrate.language.values import ID, TAKEN
from nhsrate.language.write import yaml_text
from nhsrate.rules.editions import edition_files
from nhsrate.rules.expand import CASES as CASE_KEYS
from nhsrate.rules.load import load_methodology, read_file
from nhsrate.rules.schema import MODELINE, OF_CASES

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType
    from pathlib import Path

    from nhsrate.language.tree import Node


README = """\
# {title}

{origin}

| file | holds |
| --- | --- |
{files}

```console
nhsrate check {id}.yaml
nhsrate test .
{score}nhsrate manual {id}.yaml -o {id}.html
```

An editor that knows YAML schemas checks and completes the rule file after `nhsrate schema > schema.json`,
with `# yaml-language-server: $schema=schema.json` as its first line.
"""

STARTED = "A methodology to change into one of your own."
COPIED = "A copy of `{edition}`, to be changed: give it a title and a publisher of its own before it is used."
HOLDS = {
    "return.csv": "a return to try it on; the organisations and values are invented",
    "reading.yaml": "how the return was read: a reading profile",
    "schema.json": "what an editor checks and completes the rule file by",
    "README.md": "this",
}


def id_problem(id_: str) -> str:
    """Why a word cannot be the id of a new methodology; nothing where it can."""
    if not ID.fullmatch(id_) or id_ in TAKEN:
        return "an id is letters, digits, -, _ and ., a letter first"
    if id_ == "cases" or id_.startswith("cases-"):
        return "files of this name hold worked cases"
    return "an edition that comes with the tool has this id" if id_ in edition_files() else ""


def starter(id_: str) -> dict[str, str]:
    """The files of a small methodology, by name."""
    files = {f"{id_}.yaml": RULES, "cases.yaml": CASES, "return.csv": RETURN}
    return with_readme(id_, id_, STARTED, {name: text.format(id=id_) for name, text in files.items()})


def scorecard(id_: str) -> dict[str, str]:
    """The files of a scorecard whose targets stand in the rows, by name."""
    from nhsrate.beginnings.new_scorecard import CASES, RETURN, RULES

    files = {f"{id_}.yaml": RULES, "cases.yaml": CASES, "return.csv": RETURN}
    return with_readme(id_, id_, STARTED, {name: text.format(id=id_) for name, text in files.items()})


STARTS = {"scorecard": scorecard}
"""What a methodology can be like that is no edition."""


def copied(path: Path, id_: str) -> dict[str, str]:
    """The files of an edition under another id: its rules, in one file with those it extends, and its cases.

    Raises `Refused` with the problems of the edition.
    """
    methodology = load_methodology(path)
    files = {f"{id_}.yaml": rules_of(path, id_)}
    for file in case_files(path.parent):
        if text := cases_for(file, methodology.id, id_):
            own = file.samefile(path)
            files[f"cases-of-{id_}.yaml" if own else file.name] = text
    sample = sample_return(methodology, id_)
    if sample is not None:
        files["return.csv"] = sample
    return with_readme(id_, methodology.title, COPIED.format(edition=methodology.id), files)


def rules_of(path: Path, id_: str) -> str:
    """The text of a rule file with another id; where it extends another, what both say together."""
    whole = read_file(path)
    if (tree := whole.tree) is None or errors(whole.problems):
        raise Refused(whole.problems)
    text = path.read_text("utf-8-sig").removeprefix(MODELINE)
    own, _ = read_tree(text, path.name)
    if isinstance(own, Mapping) and not {"extends", *CASE_KEYS} & own.entries.keys():
        lines = text.splitlines(keepends=True)
        lines[own.keys["id"].line - 1] = f"id: {id_}\n"
        return "".join(lines)
    what = f"{path.name} and what it extends" if len(whole.files) > 1 else f"{path.name} without its cases"
    said = f"# Made from {what}, whose comments are not in it.\n"
    return said + yaml_text(Mapping({"id": Scalar(id_, tree.at)} | tree.without("id", *CASE_KEYS).entries, tree.at, {}))


def cases_for(file: Path, edition: str, id_: str) -> str:
    """The cases of one edition out of a file, as cases of another; nothing where there are none."""
    text = file.read_text("utf-8-sig").removeprefix(OF_CASES)
    tree, _ = read_tree(text, file.name)
    if not isinstance(tree, Mapping):
        return ""
    whose = tree.entries.get("methodology") or tree.entries.get("id") or Scalar(edition, tree.at)
    nodes = tree.entries["cases"].items if isinstance(tree.entries.get("cases"), Sequence) else ()  # type: ignore[union-attr]
    own = [
        node for node in nodes if isinstance(node, Mapping) and _text(node.entries.get("methodology", whose)) == edition
    ]
    if not own:
        return ""
    if len(own) == len(nodes) and "methodology" in tree.entries and not re.search(r"\n\s.*\bmethodology:", text):
        lines = text.splitlines(keepends=True)
        lines[tree.keys["methodology"].line - 1] = f"methodology: {id_}\n"
        return "".join(lines)
    cases: Node = Sequence(tuple(node.without("methodology") for node in own), tree.at)
    entries = tree.only(("given", "cut_points")).entries
    return yaml_text(Mapping({"methodology": Scalar(id_, tree.at)} | entries | {"cases": cases}, tree.at, {}))


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def with_readme(
    id_: str, title: str, origin: str, files: MappingType[str, str], score: str | None = None
) -> dict[str, str]:
    """The files with a page that says what each holds; `score` is the line that rates what they were begun from."""
    holds = {f"{id_}.yaml": "the rules"} | HOLDS
    rows = "\n".join(f"| `{name}` | {holds.get(name, 'worked cases')} |" for name in [*files, "README.md"])
    score = score or (f"nhsrate score return.csv -m {id_}.yaml\n" if "return.csv" in files else "")
    return {**files} | {"README.md": README.format(id=id_, title=title, origin=origin, files=rows, score=score)}


def is_taken(folder: Path) -> bool:
    """Whether something is there that must not be overwritten."""
    try:
        return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError:  # whoever makes the folder says what is wrong with it
        return False


def made_text(folder: Path, id_: str, files: dict[str, str]) -> str:
    """What was made, and what to do next."""
    rules = folder / f"{id_}.yaml"
    lines = [f"Made in {folder}:", *(f"  {name}" for name in files)]
    if "return.csv" in files:
        lines += ["Next:", f"  nhsrate score {folder / 'return.csv'}"]
    else:
        lines += ["No return to try it on could be made up: give it one of your own.", "Next:"]
    return "\n".join([*lines, f"  nhsrate check {rules}", f"  nhsrate test {folder}"]) + "\n"


RULES = """\
# A methodology of one's own, to be changed. What is not obvious says what it is; all that can be said is described
# in the project's docs/methodology-language.md. Look at it as others would: nhsrate methodologies {id}.yaml

id: {id}            # the name of this file
title: {id}
publisher: Your organisation
summary: What is rated, and how, in a sentence or two.
status: illustrative    # remove it when this is a method in use; the status then follows from the figures

sources:
  plan: {{title: The document that says so, note: Give an address under url.}}

scales:                 # best first; a word and a symbol as well as a colour
  stars:
    - {{level: 3, word: three stars, symbol: "★★★", colour: green}}
    - {{level: 2, word: two stars, symbol: "★★", colour: amber}}
    - {{level: 1, word: one star, symbol: "★", colour: red, consequences: [a plan within three months]}}

figures:                # a number that matters has a name: stated, inferred or assumed
  standard: {{value: 95, basis: stated, source: plan, note: the least that scores 2}}
  two_stars: {{value: 1, basis: assumed, note: the average score from which there are two stars}}

inputs:                 # the columns of a return
  seen_in_time:
    title: Seen in time
    type: percent
    polarity: higher
    valid: 0..100
    source: plan
  satisfied:
    title: Patients who are satisfied
    type: percent
    polarity: higher
    valid: 0..100
  report_late:
    title: Report was late
    type: yes/no
    required: true

measures:               # what is worked out from them
  seen_score:
    title: Seen in time, score
    kind: thresholds    # the first row that holds wins
    of: seen_in_time
    scores: [{{score: 2, at_least: standard}}, {{score: 1, at_least: 90}}, {{score: 0, otherwise: true}}]
    source: plan
  satisfied_score:
    title: Satisfied, score
    kind: thresholds
    of: satisfied
    scores: [{{score: 2, at_least: 80}}, {{score: 1, at_least: 70}}, {{score: 0, otherwise: true}}]
  average:
    title: Average score
    kind: weighted-mean
    of: {{seen_score: 60, satisfied_score: 40}}
    missing: leave out  # or refuse, missing, {{count as: 0}}
    shown: 2
    published: true     # a column of the csv

ratings:                # what is decided
  stars:
    title: Stars
    kind: thresholds
    scale: stars
    headline: true      # the rating people speak of
    of: average
    levels:
      - {{level: 3, at_least: 1.5}}
      - {{level: 2, at_least: two_stars}}
      - {{level: 1, otherwise: true}}
    limits:
      - {{at_best: 2, when: {{report_late: yes}}, because: the report was late}}

caveats:                # printed with every table of ratings
  - An example to start from, no method in use.
"""

CASES = """\
# Worked cases: what must come out for what is given. `nhsrate test` runs them.
methodology: {id}
cases:
  - name: both good
    given: {{seen_in_time: 96, satisfied: 85, report_late: no}}
    expect: {{average: 2, stars: 3}}
  - name: at each threshold of what is seen in time, and a hair below it
    given: [seen_in_time]
    expect: [seen_score]
    rows:
      at the standard:    [95, 2]
      below the standard: [94.9999, 1]
      at 90:              [90, 1]
      below 90:           [89.9999, 0]
  - name: a late report costs the third star
    given: {{seen_in_time: 96, satisfied: 85, report_late: yes}}
    expect: {{stars: 2}}
  - name: one value missing
    given: {{seen_in_time: 91, report_late: no}}
    expect: {{average: 1, stars: 2}}
"""

RETURN = """\
Methodology,{id}

Code,Name,Seen in time,Patients who are satisfied,Report was late
XAL,Aldermere (invented),96.5%,84%,no
XBE,Beckhaven (invented),91.0%,88%,no
XCA,Carrowby (invented),97.2%,91%,yes
XDU,Dunwater (invented),88.4%,72%,no
"""

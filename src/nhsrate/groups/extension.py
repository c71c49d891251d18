"""The shortest rule file that lets an edition rate groups, where it does not say how its figures come together."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.core.problems import LineLocation, Problem
from nhsrate.rules.editions import edition_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.rules.inputs import Input
    from nhsrate.rules.model import Methodology

INSIDE = (
    "Look at each: counts are added in it; a percentage is pooled from two more columns of the return and a number "
    "weighted by one, which it names; of levels, and of yes and no, the worst is taken, which is yes where no side is "
    "said to be better; what is `not` has no figure of a group."
)

PARTS = {"percent": ("numerator", "denominator"), "number": ("weight",), "duration": ("weight",)}
"""The further columns of a return that the figures of several organisations come together by."""


def advice(methodology: Methodology, silent: Sequence[Input]) -> list[Problem]:
    """A note with a file that extends an edition and says it for these inputs; nothing where there can be none.

    Rules of one's own are mended where they stand. Inputs that are made for each member of a family are not told apart
    by their ids in a file that extends.
    """
    places = Counter(entry.at for entry in methodology.inputs.values())
    if methodology.id not in edition_files() or any(places[entry.at] > 1 for entry in silent):
        return []
    own = f"{methodology.id}-groups"
    many = "1 input does" if len(silent) == 1 else f"{len(silent)} inputs do"
    message = f"{many} not say how the figures of groups come together; a file that extends the edition can. {INSIDE}"
    remedy = f"Save this as {own}.yaml, and rate with -m {own}.yaml: {extension(methodology, silent)}"
    return [Problem(LineLocation(methodology.id), "together", message, remedy, "note")]


def extension(methodology: Methodology, silent: Sequence[Input]) -> str:
    """The text of that file, in one line."""
    added = {}
    for entry in silent:
        for part in PARTS.get(entry.type, ()) if not _counts(entry) else ():
            title = json.dumps(f"{entry.title or entry.id}, {part}", ensure_ascii=False)
            added[f"{entry.id}_{part}"] = f"{{title: {title}, type: number, role: context, optional: true}}"
    add = f"add: {{inputs: {{{', '.join(f'{id_}: {text}' for id_, text in added.items())}}}}}, " if added else ""
    change = ", ".join(f"{entry.id}: {{{side(entry)}together: {together(entry)}}}" for entry in silent)
    return f"{{id: {methodology.id}-groups, extends: {methodology.id}, {add}change: {{inputs: {{{change}}}}}}}"


def together(entry: Input) -> str:
    """How the figures of an input come together, as far as its type tells."""
    if counts := _counts(entry):
        return f"{{numerator: {counts[0]}, denominator: {counts[1]}}}"
    match entry.type:
        case "count":
            return "sum"
        case "percent":
            return f"{{numerator: {entry.id}_numerator, denominator: {entry.id}_denominator}}"
        case "number" | "duration":
            return f"weighted by {entry.id}_weight"
        case "level" | "yes/no":
            return "worst"
    return "not"


def side(entry: Input) -> str:
    """That no is better, of a yes or no that says nothing of it, as its worst could not be told."""
    return "polarity: lower, " if entry.type == "yes/no" and entry.polarity is None else ""


def _counts(entry: Input) -> tuple[str, str] | None:
    """The numerator and the denominator of which an input says itself that it is made."""
    error = entry.error
    return (error.of, error.out_of) if error is not None and error.of and error.out_of else None

"""What moved between committed ratings and those of today, for `--check`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from nhsrate.baselines import Baseline, Committed, read_baseline
from nhsrate.cells import Level, Missing
from nhsrate.explain import exact_text, mark_text, reason_for
from nhsrate.export import cell_csv, guarded
from nhsrate.numbers import WORKING, number_text, typed_number
from nhsrate.provenance import provenance
from nhsrate.summary import counted
from nhsrate.texts import fold, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.assessment import Assessment
    from nhsrate.cells import Cell
    from nhsrate.methodology import Item


@dataclass(frozen=True, slots=True)
class Moved:
    """One result that differs: what it was, what it is, and (with a json baseline) the reason of each."""

    code: str
    name: str
    item: str
    before: str
    after: str
    reason_before: str = ""
    reason_after: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between committed ratings and an assessment.

    `moved` is in the order of the organisations, and within one in the order of the method, so that a cause comes
    before its effects. `because` lists what else changed (the rules, the return), `notes` what was not compared.
    """

    baseline: str
    organisations: int
    items: int
    moved: tuple[Moved, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    columns_new: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything moved, came or went."""
        return bool(self.moved or self.gone or self.new or self.columns_gone or self.columns_new)


def moved(assessment: Assessment, baseline: Path) -> Comparison:
    """What differs between the committed ratings of a csv or json file and this assessment.

    Numbers are compared as numbers, with the places an item is shown with: 2.20 is 2.2, and 1.0 is level 1. A csv that
    `nhsrate` wrote, and every json, is to have all items; of another csv the columns it has are compared.
    Raises `Refused` where the file cannot be read.
    """
    committed = read_baseline(baseline, assessment.methodology)
    compared = [id_ for id_ in method_order(assessment) if id_ in committed.items]
    expected = method_order(assessment) if committed.reasons else [one.id for one in assessment.methodology.published]
    lacking = tuple(id_ for id_ in expected if id_ not in committed.items)
    known = {one.code.casefold(): n for n, one in enumerate(assessment.organisations)}
    found: list[Moved] = []
    notes = []
    for n, organisation in enumerate(assessment.organisations):
        before = committed.organisations.get(organisation.code.casefold())
        if before is None:
            continue
        if before.name and fold(before.name) not in {fold(organisation.name), fold(guarded(organisation.name))}:
            notes.append(f"{organisation.code} is now called {tidy(organisation.name)}; it was {tidy(before.name)}.")
        found += moved_items(assessment, n, before, compared)
    if lacking and not committed.whole:
        notes.append(f"Not compared, because {committed.file} has no such column: {', '.join(lacking)}.")
    return Comparison(
        baseline=committed.file,
        organisations=sum(code in known for code in committed.organisations),
        items=len(compared),
        moved=tuple(found),
        gone=tuple(one.label for code, one in committed.organisations.items() if code not in known),
        new=tuple(
            tidy(f"{one.code} {one.name}")
            for one in assessment.organisations
            if one.code.casefold() not in committed.organisations
        ),
        columns_gone=tuple(committed.unknown),
        columns_new=lacking if committed.whole else (),
        because=tuple(changed_provenance(assessment, committed)),
        notes=tuple(notes),
    )


def method_order(assessment: Assessment) -> list[str]:
    """The inputs, then every item after everything that it rests on."""
    methodology = assessment.methodology
    return [id_ for id_ in (*methodology.inputs, *methodology.order) if id_ in assessment.columns]


def moved_items(assessment: Assessment, n: int, before: Committed, compared: Sequence[str]) -> list[Moved]:
    """What moved for one organisation."""
    from decimal import localcontext

    organisation = assessment.organisations[n]
    found = []
    for id_ in compared:
        cell = assessment.columns[id_][n]
        item = assessment.methodology.items.get(id_)
        text = before.values.get(id_)
        if same(cell, text, item, exact=before.exact):
            continue
        was = before.reasons.get(id_, "")
        now = ""
        if before.exact:
            with localcontext(WORKING):
                reason = reason_for(assessment, id_, n)
            now = "; ".join([reason.how, *map(mark_text, reason.marks)])
        after = said(cell, item, exact=before.exact)
        name = organisation.name if organisation.name != organisation.code else ""
        found.append(Moved(organisation.code, name, id_, before.said(id_), after, was, now))
    return found


def same(cell: Cell, text: str | None, item: Item | None, *, exact: bool) -> bool:
    """Whether a result is what was committed; `None` is a blank."""
    if isinstance(cell, Missing) or text is None:
        return isinstance(cell, Missing) and text is None
    if isinstance(cell, str):
        return text in {cell, guarded(cell)} or fold(text) == fold(cell)
    number = typed_number(text)
    if isinstance(cell, Level):
        level = item.scale.find(text) if item and item.scale else None
        if level is not None:
            return level is cell
        return fold(text) in {fold(cell.name), fold(guarded(cell.name))} or (
            number is not None and number == (cell.number if cell.number is not None else typed_number(cell.name))
        )
    if number is None:
        return False
    shown = item.shown if item and not exact else None
    return number == cell or (not exact and number_text(number, shown) == number_text(cell, shown))


def said(cell: Cell, item: Item | None, *, exact: bool) -> str:
    """A result in the words of a comparison."""
    if isinstance(cell, Missing):
        return f"no value ({tidy(cell.reason)})"
    return exact_text(cell) if exact and isinstance(cell, Decimal) else cell_csv(item, cell)


def changed_provenance(assessment: Assessment, committed: Baseline) -> list[str]:
    """What else differs from a json baseline: the edition, its rules, settings, the return, the tool."""
    now = provenance(assessment)
    lines = []
    for (part, key), label in PROVENANCE.items():
        before, after = entry(committed.provenance, part, key), entry(now, part, key)
        if committed.provenance and before != after:
            lines.append(f"{label} changed: {text_of(before)} became {text_of(after)}.")
    return lines


PROVENANCE = {
    ("methodology", "id"): "The edition",
    ("methodology", "digest"): "The SHA-256 of the rules",
    ("methodology", "set"): "The settings",
    ("return", "name"): "The name of the return",
    ("return", "digest"): "The SHA-256 of the return",
    ("return", "overrides"): "The recorded decisions",
    ("tool", "version"): "The version of nhsrate",
}
"""What is compared of the provenance of a json baseline."""


def entry(provenance_: object, part: str, key: str) -> object:
    """One entry of a provenance block, or nothing where a file of another making lacks it."""
    block = provenance_.get(part) if isinstance(provenance_, dict) else None
    return block.get(key) if isinstance(block, dict) else None


def text_of(value: object) -> str:
    """A value of a provenance block in a sentence."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {text}" for key, text in value.items())
    if isinstance(value, list):
        return tidy("; ".join(map(text_of, value))) or "none"
    return tidy(str(value)) if value is not None else "none"


def comparison_text(comparison: Comparison) -> str:
    """The comparison in plain English, one line for each result that moved."""
    lines = []
    size = f"{counted(comparison.organisations, 'organisation')}, {counted(comparison.items, 'item')}"
    if comparison.moved:
        codes = len({one.code for one in comparison.moved})
        lines.append(
            f"{counted(len(comparison.moved), 'result')} of {counted(codes, 'organisation')} moved since "
            f"{comparison.baseline} ({size} compared)."
        )
    elif comparison.differs:
        lines.append(f"No result moved since {comparison.baseline} ({size} compared), but what is rated did.")
    else:
        lines.append(f"Nothing moved since {comparison.baseline} ({size} compared).")
    lines += comparison.because
    for one in comparison.moved:
        who = tidy(f"{one.code} {one.name}")
        lines.append(f"{who}: {one.item} from {tidy(one.before)} to {tidy(one.after)}")
        if one.reason_before != one.reason_after:
            lines += [f"  was: {tidy(one.reason_before)}", f"  now: {tidy(one.reason_after)}"]
    lines += [f"{who}: no longer in the return" for who in comparison.gone]
    lines += [f"{who}: new in the return" for who in comparison.new]
    lines += [f"Column {tidy(column)}: no longer an item of the method" for column in comparison.columns_gone]
    lines += [f"Column {column}: new" for column in comparison.columns_new]
    return "\n".join([*lines, *comparison.notes]) + "\n"

"""An explanation as text: from the rating down, indented, with the line of each rule and the cell of each value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.numbers import number_text
from nhsrate.core.problems import CellLocation, LineLocation
from nhsrate.core.texts import in_unit
from nhsrate.engine.explain import mark_text
from nhsrate.reports.summary import brings, chosen_line, level_label, setting_lines, vouched_text

if TYPE_CHECKING:
    from nhsrate.core.problems import Location
    from nhsrate.engine.assessment import Assessment
    from nhsrate.engine.explain import Explanation, Reason
    from nhsrate.rules.model import Figure


def explanation_text(assessment: Assessment, explanation: Explanation) -> str:
    """The explanation as text, indented from the rating down; what was already said is not said again."""
    methodology = assessment.methodology
    cuts = assessment.submitted.cuts.values()
    telling = _Telling(explanation, frozenset(table.at.file for table in cuts))
    for top in explanation.tops:
        telling.lines.append("")
        telling.tell(top, 0)
    reasons = explanation.reasons.values()
    used = {figure.name for reason in reasons for figure in reason.figures}
    lines = [
        f"{explanation.organisation.name or explanation.organisation.code} ({explanation.organisation.code})",
        methodology.title,
        vouched_text(methodology),
        *chosen_line(methodology),
        *setting_lines(methodology, told=used),
        *telling.files(),
        *telling.lines,
    ]
    reached = [explanation.reasons[top].value for top in explanation.tops]
    brought = [line for cell in reached if isinstance(cell, Level) and (line := brings(cell))]
    lines += ["", *brought] if brought else []
    figures = [figure for name, figure in methodology.figures.items() if name in used]
    if figures:
        lines += ["", "Figures", *(f"  {figure_text(figure)}" for figure in figures)]
    rested = {source.id for reason in reasons for source in reason.sources}
    if sources := [source for id_, source in methodology.sources.items() if id_ in rested]:
        said = (f"  {source.id}: {source.title}{' ' * bool(source.url)}{source.url}" for source in sources)
        lines += ["", "Sources", *said]
    if methodology.caveats:
        lines += ["", "Caveats", *(f"  {caveat}" for caveat in methodology.caveats)]
    return "\n".join(lines) + "\n"


def figure_text(figure: Figure) -> str:
    """A figure with what it rests on."""
    was = f", set here; the edition has {number_text(figure.set_from)}" if figure.set_from is not None else ""
    source = f", {figure.source}" if figure.source else ""
    note = f": {figure.note}" if figure.note else ""
    return f"{figure.name} = {number_text(figure.value)} ({figure.basis}{source}{was}){note}"


def value_text(reason: Reason) -> str:
    """A value with its unit, as it stands behind its name."""
    is_number = isinstance(reason.value, Decimal)
    return in_unit(reason.text.removesuffix("%"), reason.unit) if is_number else reason.text


FEW = 5
"""How many parts that were told before are told again, each on its line; more of them share one."""


@dataclass(slots=True)
class _Telling:
    """The lines told so far. A file that is named at the top is not named again on every line, or only by its name."""

    explanation: Explanation
    cut_files: frozenset[str] = frozenset()
    lines: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    rules: str = ""
    returned: str = ""
    folders: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reasons = self.explanation.reasons.values()
        self.rules = next((at.file for reason in reasons if isinstance(at := reason.rule_at, LineLocation)), "")
        told = (reason.cell_at for reason in reasons if not reason.supposed)
        read = {at.file for at in told if isinstance(at, CellLocation)}
        if len(files := sorted(read | self.cut_files)) == 1:
            self.returned = files[0]
        elif len({PurePath(file).name for file in files}) == len(files):
            self.folders = {file: PurePath(file).name for file in files}

    def files(self) -> list[str]:
        """The files that are meant where a line names none."""
        told = (("Rules", self.rules), ("Return", self.returned or ", ".join(self.folders)))
        return [f"{what}: {name}" for what, name in told if name]

    def place(self, at: Location) -> str:
        """A place: `line 12` of the rules, `Return!F12` of the return, anything else in full.

        A rule's place has its line alone: its column says nothing to a reader.
        """
        if isinstance(at, LineLocation):
            return f"line {at.line}" if at.file == self.rules else f"{at.file}:{at.line}"
        short = replace(at, file="" if at.file == self.returned else self.folders.get(at.file, at.file))
        return str(short).removeprefix(":")

    def how(self, reason: Reason) -> str:
        """How a value came about; the files that thresholds came from by their names alone."""
        said = reason.how
        for file, name in self.folders.items():
            said = said.replace(f"({file}:", f"({name}:")
        return said

    def tell(self, id_: str, depth: int) -> None:
        """One reason and, below it, those of its parts."""
        reason = self.explanation.reasons[id_]
        pad = "  " * depth
        value = level_label(reason.value) if isinstance(reason.value, Level) else value_text(reason)
        name = reason.title if reason.title == id_ else f"{reason.title} ({id_})"
        if id_ in self.told:
            self.lines.append(f"{pad}{name}: {value}  (above)")
            return
        self.told.add(id_)
        if reason.cell_at is not None:
            self.lines.append(f"{pad}{name}: {value}  [{self.place(reason.cell_at)}]")
            told = reason.supposed or not isinstance(reason.value, Missing)
            if reason.how != "read from the return" and told:
                self.lines.append(f"{pad}  {self.how(reason)}")
        else:
            where = [self.place(reason.rule_at)] if reason.rule_at is not None else []
            source = [reason.source] if reason.source else []
            self.lines += [f"{pad}{name}: {value}", f"{pad}  {self.how(reason)}  [{'; '.join([*where, *source])}]"]
        for mark in reason.marks:
            self.lines.append(f"{pad}  {mark_text(mark)}" + (f"  [{self.place(mark.at)}]" if mark.at else ""))
        again = [part for part in reason.parts if part in self.told]
        if len(again) > FEW:
            reasons = [self.explanation.reasons[part] for part in again]
            said = "; ".join(f"{known.title}: {value_text(known)}" for known in reasons)
            self.lines.append(f"{pad}  above: {said}")
        for part in reason.parts:
            if part not in again or len(again) <= FEW:
                self.tell(part, depth + 1)

"""An explanation as text: from the rating down, indented, with the line of each rule and the cell of each value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

from nhsrate.core.cells import Level, Missing
from nhsrate.core.numbers import number_text
from nhsrate.core.problems import CellLocation, LineLocation
from nhsrate.core.texts import in_unit, natural_key, tidy
from nhsrate.engine.explain import mark_text
from nhsrate.reports.summary import brings, chosen_line, counted, level_label, setting_lines, vouched_text
from nhsrate.reports.told import BLANK, Told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.core.problems import Location
    from nhsrate.engine.assessment import Assessment
    from nhsrate.engine.explain import Explanation, Reason
    from nhsrate.reports.told import Span
    from nhsrate.rules.model import Figure


def explanation_text(
    assessment: Assessment, explanation: Explanation, *, brief: bool = False, depth: int | None = None
) -> str:
    """The explanation as text, indented from the rating down; what was already said is not said again."""
    lines = explanation_lines(assessment, explanation, brief=brief, depth=depth)
    return "\n".join(line.text for line in lines) + "\n"


def explanation_lines(
    assessment: Assessment, explanation: Explanation, *, brief: bool = False, depth: int | None = None
) -> list[Told]:
    """The lines of an explanation: who, by what, every step down, and the figures and sources that these rest on.

    With `brief` a sentence for each step and nothing else; with `depth` no more than so many steps below the top.
    """
    methodology = assessment.methodology
    cuts = assessment.submitted.cuts.values()
    telling = _Telling(explanation, frozenset(table.at.file for table in cuts), brief=brief, deepest=depth)
    for top in explanation.tops:
        telling.lines += [BLANK] if not brief or top == explanation.tops[0] else []
        telling.tell(top, 0)
    reasons = explanation.reasons.values() if depth is None else [explanation.reasons[id_] for id_ in telling.told]
    used = {figure.name for reason in reasons for figure in reason.figures}
    who = f"{explanation.organisation.name or explanation.organisation.code} ({explanation.organisation.code})"
    setting = setting_lines(methodology, told=() if brief else used)
    lines = [
        Told(0, ((who, "bold"),)),
        *plain([*member_line(assessment, explanation), methodology.title, vouched_text(methodology)]),
        *(plain([*chosen_line(methodology), *setting, *telling.files()]) if not brief else plain(setting)),
        *telling.lines,
    ]
    if brief:
        return lines
    reached = [explanation.reasons[top].value for top in explanation.tops]
    brought = [line for cell in reached if isinstance(cell, Level) and (line := brings(cell))]
    lines += [BLANK, *plain(brought)] if brought else []
    figures = [figure_text(figure) for name, figure in methodology.figures.items() if name in used]
    rested = {source.id for reason in reasons for source in reason.sources}
    sources = [
        f"{source.id}: {source.title}{' ' * bool(source.url)}{source.url}"
        for id_, source in methodology.sources.items()
        if id_ in rested
    ]
    for heading, told in (("Figures", figures), ("Sources", sources), ("Caveats", methodology.caveats)):
        if told:
            style = "dim" if heading == "Sources" else ""
            lines += [BLANK, Told(0, ((heading, "bold"),)), *(Told(1, ((text, style),)) for text in told)]
    return lines


def member_line(assessment: Assessment, explanation: Explanation) -> list[str]:
    """Of a group, how many members it has, and which of them do not stand in the return."""
    grouping = assessment.submitted.grouping
    if grouping is None:
        return []
    group = next(one for one in grouping.groups if one.organisation == explanation.organisation)
    absent = f"; not in the return: {', '.join(group.absent)}" if group.absent else ""
    kind = grouping.wanted.kind.noun.title
    return [tidy(f"{kind} of {grouping.rates.counted(len(group.parts))} in the return{absent}.")]


def plain(texts: Iterable[str]) -> list[Told]:
    """Lines in the style of all that is said around the reasons."""
    return [Told(0, ((text, "dim"),)) for text in texts]


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
    brief: bool = False
    deepest: int | None = None
    lines: list[Told] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    rules: str = ""
    returned: str = ""
    folders: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reasons = self.explanation.reasons.values()
        self.rules = next((at.file for reason in reasons if isinstance(at := reason.rule_at, LineLocation)), "")
        told = (reason.cell_at for reason in reasons if not reason.supposed)
        read = {at.file for at in told if isinstance(at, CellLocation)}
        if len(files := sorted(read | self.cut_files, key=natural_key)) == 1:
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
        if self.brief:
            self.told.add(id_)
            self.add(depth, *self.sentence(reason))
            self.parts(reason, depth)
            return
        named = [*named_spans(id_, reason), (": ", ""), value_span(reason)]
        if id_ in self.told:
            self.add(depth, *named, ("  (above)", "dim"))
            return
        self.told.add(id_)
        if reason.kind == "member":
            cells: list[Span] = [(f"  [{'; '.join(map(self.place, reason.cells))}]", "dim")] if reason.cells else []
            code = id_.removeprefix(f"{reason.item}, ")
            behind = f" ({code})" if reason.title != code else ""
            self.add(depth, (reason.title, "bold"), (f"{behind}: ", "dim"), (reason.text, ""), *cells)
        elif reason.cell_at is not None:
            self.add(depth, *named, (f"  [{self.place(reason.cell_at)}]", "dim"))
            told = reason.supposed or not isinstance(reason.value, Missing)
            if reason.how != "read from the return" and told:
                self.add(depth + 1, (self.how(reason), ""))
        else:
            where = [self.place(reason.rule_at)] if reason.rule_at is not None else []
            source = [reason.source] if reason.source else []
            self.add(depth, *named)
            self.add(depth + 1, (self.how(reason), ""), (f"  [{'; '.join([*where, *source])}]", "dim"))
        for mark in reason.marks:
            at = [(f"  [{self.place(mark.at)}]", "dim")] if mark.at else []
            self.add(depth + 1, (mark_text(mark), "bold"), *at)
        self.parts(reason, depth)

    def parts(self, reason: Reason, depth: int) -> None:
        """The reasons below one, as far down as is wanted; of those that are not told it is said how many there are."""
        shown = [part for part in reason.parts if not (self.brief and self.needless(part))]
        if self.deepest is not None and depth >= self.deepest:
            if shown and not self.brief:
                self.add(
                    depth + 1, (f"{counted(len(shown), 'part')} below: --depth {self.deepest + 1} shows more", "dim")
                )
            return
        again = [part for part in shown if part in self.told]
        if len(again) > FEW:
            reasons = [self.explanation.reasons[part] for part in again]
            said = "; ".join(f"{known.title}: {value_text(known)}" for known in reasons)
            self.add(depth + 1, (f"above: {said}", "dim"))
        for part in shown:
            if part not in again or len(again) <= FEW:
                self.tell(part, depth + 1)

    def needless(self, part: str) -> bool:
        """Whether a part needs no sentence: it was told before, or is a value that the sentence above gives."""
        return part in self.told or self.explanation.reasons[part].cell_at is not None

    def sentence(self, reason: Reason) -> list[Span]:
        """What an item is and why, with what changed it after its rule."""
        if reason.cell_at is not None:
            how = f"read from {self.place(reason.cell_at)}" if not reason.supposed else self.how(reason)
        else:
            how = "; ".join([self.how(reason), *map(mark_text, reason.marks)])
        said = f": {how.removesuffix('.')}." if f"missing ({how})" != reason.text else "."
        return [(reason.title, "bold"), (" is ", ""), value_span(reason), (said, "")]

    def add(self, depth: int, *spans: Span) -> None:
        """One more line."""
        self.lines.append(Told(depth, spans))


def named_spans(id_: str, reason: Reason) -> list[Span]:
    """The title of an item, and behind it its id, with the period where it is of an earlier one."""
    return [(reason.title, "bold"), *([(f" ({id_})", "dim")] if reason.title != id_ else [])]


def value_span(reason: Reason) -> Span:
    """A value as it stands behind its name, a level in its colour."""
    if isinstance(reason.value, Level):
        return level_label(reason.value), f"level {reason.value.colour}"
    return value_text(reason), ""

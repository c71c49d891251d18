"""The worked cases of a methodology as blocks of a document: what was given, what came out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.core.cells import Level
from nhsrate.core.frozen import frozen
from nhsrate.core.patterns import pattern
from nhsrate.core.problems import Refused
from nhsrate.core.texts import tidy
from nhsrate.editions.cases import case_files, case_return, check_case, read_cases
from nhsrate.editions.manual_rules import level_span, sentence
from nhsrate.engine.assess import assess
from nhsrate.engine.explain import explain, mark_text, text_of
from nhsrate.reports.documents import Bullets, Heading, Paragraph, Span, Table
from nhsrate.rules.load import load_methodology

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.editions.cases import Case
    from nhsrate.engine.assessment import Assessment
    from nhsrate.engine.explain import Explanation
    from nhsrate.reports.documents import Block, Inline
    from nhsrate.rules.model import Methodology

LINE = pattern(r" \(line \d+\)")
"""Where in the rule file a row stands, which says nothing to whoever reads the document."""


def case_blocks(methodology: Methodology, path: Path) -> list[Block]:
    """Every worked case beside the rule file, worked out anew."""
    groups: dict[tuple[str, str], list[Case]] = {}
    for file in case_files(path.parent):
        for case in read_cases(file, methodology.id)[0]:
            if case.methodology == methodology.id:
                at = "" if case.group else str(case.at)
                groups.setdefault((case.group or case.name, at), []).append(case)
    if not groups:
        return []
    blocks: list[Block] = [Paragraph("Each was worked out anew when this document was made.")]
    loaded: dict[tuple[tuple[str, str], ...], Methodology] = {}
    for n, ((name, _), cases) in enumerate(groups.items(), start=1):
        blocks.append(Heading(f"{n}. {sentence(name) if name else 'Case'}".removesuffix("."), 3))
        blocks += _told(cases[0])
        try:
            blocks += _worked([(case, _with(case, path, loaded)) for case in cases])
        except Refused as refused:
            blocks.append(
                Paragraph(f"It cannot be worked out: {'; '.join(found.message for found in refused.problems)}")
            )
    return blocks


def _with(case: Case, path: Path, loaded: dict[tuple[tuple[str, str], ...], Methodology]) -> Methodology:
    """The methodology with the figures that a case sets."""
    key = tuple(case.settings.items())
    if key not in loaded:
        loaded[key] = load_methodology(path, case.settings)
    return loaded[key]


def _told(case: Case) -> list[Block]:
    """What a case says of itself."""
    pieces: list[str | Span] = [f"{sentence(case.note)} "] if case.note else []
    pieces += ["Source: ", Span(case.source, url=case.source), ". "] if case.source else []
    pieces += [f"With {name} set to {value}. " for name, value in case.settings.items()]
    return [Paragraph(tuple(pieces))] if pieces else []


@frozen
class _Line:
    """One organisation of a case: how it was worked out, what matters of what it gives, and what is wanted of it."""

    name: str
    assessment: Assessment
    n: int
    explanation: Explanation
    given: tuple[str, ...]
    wanted: tuple[str, ...]


def _lines(case: Case, methodology: Methodology) -> list[_Line]:
    """The organisations of a case, worked out."""
    wanted = dict.fromkeys(item for one in case.organisations for item in one.expect)
    assessment = assess(case_return(case, methodology)[0], methodology, only=wanted)
    lines = []
    for n, one in enumerate(case.organisations):
        explanation = explain(assessment, n, tuple(one.expect))
        given = tuple(item for item in one.given if item in explanation.reasons)
        name = one.name or (case.name if case.group else "")
        lines.append(_Line(name, assessment, n, explanation, given, tuple(one.expect)))
    return lines


def _worked(cases: Sequence[tuple[Case, Methodology]]) -> list[Block]:
    """A table of what was given and what came out, and in words how the first came about."""
    lines: list[_Line] = []
    missed: list[str] = []
    for case, methodology in cases:
        result = check_case(case, methodology)
        if result.problems:
            raise Refused(result.problems)
        missed += [str(miss) for miss in result.misses]
        lines += _lines(case, methodology)
    given = list(dict.fromkeys(item for line in lines for item in line.given))
    wanted = list(dict.fromkeys(item for line in lines for item in line.wanted))
    first = next(line for line in lines if line.wanted)
    blocks: list[Block] = [_wide(lines, given, wanted) if len(lines) > 1 else _tall(first)]
    if steps := _steps(first):
        blocks += [
            Paragraph(f'How "{first.name}" comes about:' if first.name else "How it comes about:"),
            Bullets(steps),
        ]
    if missed:
        blocks.append(Paragraph((Span("It does not come out as stated:", "strong"), " " + "; ".join(missed))))
    return blocks


def _wide(lines: Sequence[_Line], given: list[str], wanted: list[str]) -> Table:
    """Several organisations: a row each; what is given alike for all of them stands in the caption."""
    name = lines[0].assessment.methodology.name_of
    varied = [item for item in given if len({_value(line, item).text for line in lines if item in line.given}) > 1]
    varied = varied or given[:1]
    rows = tuple(
        (
            line.name,
            *(_value(line, item) if item in line.given else "" for item in varied),
            *(_value(line, item) if item in line.wanted else "" for item in wanted),
        )
        for line in lines
    )
    heads = ("Case", *(f"{name(item)} (given)" for item in varied), *(name(item) for item in wanted))
    holds = {item: next(line for line in lines if item in line.given) for item in given if item not in varied}
    same = ", ".join(f"{name(item)} is {_value(line, item).text}" for item, line in holds.items())
    return Table(f"Given and worked out{f'; wherever it is given, {same}' if same else ''}", heads, rows)


def _tall(line: _Line) -> Table:
    """One organisation: a row for each thing given and for each that came out."""
    name = line.assessment.methodology.name_of
    rows: list[tuple[Inline, ...]] = [(name(item), "given", _value(line, item)) for item in line.given]
    rows += [(name(item), "worked out", _value(line, item)) for item in line.wanted]
    return Table("Given and worked out", ("What", "How", "Value"), tuple(rows))


def _value(line: _Line, item: str) -> Span:
    """A value as it is printed: a level with its colour, why one is missing."""
    cell = line.assessment.columns[item][line.n]
    if isinstance(cell, Level):
        return level_span(cell)
    return Span(text_of(line.assessment.methodology, item, cell))


def _steps(line: _Line) -> tuple[Inline, ...]:
    """How each thing that was worked out came about, from the top down."""
    steps: list[Inline] = []
    for id_, reason in line.explanation.reasons.items():
        if id_ in line.assessment.methodology.items and not line.assessment.given(id_, line.n):
            marks = "".join(f"; {mark_text(mark)}" for mark in reason.marks)
            steps.append(
                (Span(tidy(reason.title), "strong"), " is ", _value(line, id_), f": {LINE.sub('', reason.how)}{marks}")
            )
    return tuple(steps)

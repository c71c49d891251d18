"""The worked cases of a methodology as blocks of a document: what was given, what came out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.cases import case_files, case_return, check_case, read_cases
from nhsrate.cells import Level, Missing
from nhsrate.documents import Bullets, Heading, Paragraph, Span, Table
from nhsrate.engine import assess
from nhsrate.explain import explain, input_text, item_text, mark_text
from nhsrate.loading import load_methodology
from nhsrate.manual_rules import level_span, sentence
from nhsrate.problems import Refused
from nhsrate.texts import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nhsrate.assessment import Assessment
    from nhsrate.cases import Case
    from nhsrate.documents import Block, Inline
    from nhsrate.methodology import Methodology


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


def _worked(cases: Sequence[tuple[Case, Methodology]]) -> list[Block]:
    """A table of what was given and what came out, and in words how the first came about."""
    lines: list[tuple[str, Assessment, int, tuple[str, ...], tuple[str, ...]]] = []
    missed: list[str] = []
    for case, methodology in cases:
        problems = check_case(case, methodology)
        missed += [str(miss) for miss in problems.misses]
        if problems.problems:
            raise Refused(problems.problems)
        wanted = dict.fromkeys(item for one in case.organisations for item in one.expect)
        assessment = assess(case_return(case, methodology, []), methodology, only=wanted)
        lines += [
            (one.name or (case.name if case.group else ""), assessment, n, tuple(one.given), tuple(one.expect))
            for n, one in enumerate(case.organisations)
        ]
    given = list(dict.fromkeys(item for line in lines for item in line[3]))
    expected = list(dict.fromkeys(item for line in lines for item in line[4]))
    label, assessment, n, _, tops = next(line for line in lines if line[4])
    blocks: list[Block] = [_wide(lines, given, expected)] if len(lines) > 1 else _tall(assessment, given, expected)
    blocks += [Paragraph(f"How {label or 'it'} comes about:"), Bullets(tuple(_steps(assessment, n, tops)))]
    if missed:
        blocks.append(Paragraph((Span("It does not come out as stated: ", "strong"), "; ".join(missed))))
    return blocks


def _wide(
    lines: Sequence[tuple[str, Assessment, int, tuple[str, ...], tuple[str, ...]]],
    given: list[str],
    expected: list[str],
) -> Table:
    """Several lines: a row each, what is the same in all of them left to the words."""
    name = lines[0][1].methodology.name_of
    varied = [item for item in given if len({_plain(line[1], item, line[2]) for line in lines}) > 1] or given[:1]
    rows = tuple(
        (
            label,
            *(_value(assessment, item, n) if item in has else "" for item in varied),
            *(_value(assessment, item, n) if item in wants else "" for item in expected),
        )
        for label, assessment, n, has, wants in lines
    )
    heads = ("Case", *(f"{name(item)} (given)" for item in varied), *(name(item) for item in expected))
    same = [item for item in given if item not in varied]
    rest = ""
    if same:
        rest = "; in all of them " + ", ".join(
            f"{name(item)} is {_plain(lines[0][1], item, lines[0][2])}" for item in same
        )
    return Table(f"Given and worked out{rest}", heads, rows)


def _tall(assessment: Assessment, given: list[str], expected: list[str]) -> list[Block]:
    """One line: a row for each thing given and for each that came out."""
    name = assessment.methodology.name_of
    rows: list[tuple[Inline, ...]] = [(name(item), "given", _value(assessment, item, 0)) for item in given]
    rows += [(name(item), "worked out", _value(assessment, item, 0)) for item in expected]
    return [Table("Given and worked out", ("What", "How", "Value"), tuple(rows))]


def _plain(assessment: Assessment, item: str, n: int) -> str:
    """A value as text."""
    value = _value(assessment, item, n)
    return value.text if isinstance(value, Span) else str(value)


def _value(assessment: Assessment, item: str, n: int) -> str | Span:
    """A value as it is printed: a level with its colour, why one is missing."""
    methodology = assessment.methodology
    values = assessment.submitted.values.get(item)
    cell = (
        assessment.columns[item][n]
        if item in assessment.columns
        else values.cells[n]
        if values
        else Missing("not given")
    )
    if isinstance(cell, Level):
        return level_span(cell)
    if item in methodology.inputs:
        return input_text(cell, methodology.inputs[item].type)
    return item_text(methodology.items[item], cell)


def _steps(assessment: Assessment, n: int, tops: Sequence[str]) -> list[Inline]:
    """How each thing that was worked out came about, from the top down."""
    methodology = assessment.methodology
    steps: list[Inline] = []
    for id_, reason in explain(assessment, n, tops).reasons.items():
        if id_ in methodology.inputs or assessment.given(id_, n):
            continue
        marks = "".join(f"; {mark_text(mark)}" for mark in reason.marks)
        shown = _value(assessment, id_, n)
        steps.append((Span(tidy(methodology.name_of(id_)), "strong"), ": ", shown, f". {sentence(reason.how + marks)}"))
    return steps or ["Everything in it was given."]

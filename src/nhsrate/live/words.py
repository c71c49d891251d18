"""What a live workbook says of itself: what it is, how it is used, what in it is live and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate import __version__
from nhsrate.core.nouns import capital
from nhsrate.reports.summary import rating_counts, setting_lines, status_text, supposed_lines

if TYPE_CHECKING:
    from nhsrate.engine.assessment import Assessment
    from nhsrate.live.board import Board

Paragraph = tuple[str, tuple[str, ...]]
"""A heading with the sentences below it."""

SHEETS = (
    ("Values", "what was handed in, one row each: the yellow cells can be changed"),
    ("Figures", "every number of the rules with what it rests on: the yellow cells can be changed"),
    ("Scores", "the rules as formulas, in their order; steps on the way are grey"),
    ("Ratings", "the ratings, in the order in which they were published or rated"),
    ("Check", "what the tool worked out, beside each result whether the formulas give the same"),
    ("Scales", "the levels, their places from the best, and what they count as"),
)


def read_me(board: Board) -> list[Paragraph]:
    """The paragraphs of the sheet Read me."""
    assessment = board.assessment
    return [
        ("What this is", what(assessment)),
        ("The result", tuple(results(assessment))),
        ("How to use it", HOW),
        ("The sheets", tuple(f"{name}: {says}." for name, says in SHEETS)),
        ("What is live", live_lines(board)),
        ("What the tool does and these formulas do not", NOT),
        ("Where it comes from", tuple(origin(assessment))),
    ]


HOW = (
    "Change a yellow cell of Values or Figures, and see in Scores and Ratings what becomes of it.",
    "A value that is cleared is missing, and so is a text where a number belongs.",
    "Check says whether the formulas give what the tool gave; after a change it shows what the change did.",
    "The other cells are protected without a password: Review, Unprotect sheet opens them.",
)

NOT = (
    "The tool refuses a faulty return and says why; here a cell says refused, or shows what nobody vouches for.",
    "Values and figures are not checked: a bound that lies on the wrong side of the next one is taken as it is.",
    "The tool works with exact decimals of 50 digits, a spreadsheet with 15: results agree to at least nine digits.",
    "Reasons of missing values, warnings and sources of each value stand in the ratings of the tool, not here.",
)


def what(assessment: Assessment) -> tuple[str, ...]:
    """What was rated, by which rules, with which standing."""
    methodology = assessment.methodology
    many = methodology.rates.counted(len(assessment.organisations))
    return (
        f"{methodology.title}: the ratings of {many} as formulas, so that they can be recomputed without the tool.",
        f"Status of the rules: {status_text(methodology)}",
        *setting_lines(methodology),
        *supposed_lines(assessment),
    )


def results(assessment: Assessment) -> list[str]:
    """How many have each level of each headline rating."""
    lines = []
    for item in assessment.methodology.headlines:
        counted = "; ".join(f"{label}: {n}" for label, n in rating_counts(assessment, item))
        lines.append(f"{item.name} - {counted}." if counted else f"{item.name}.")
    return lines


def live_lines(board: Board) -> tuple[str, ...]:
    """What is live, and what stands as values, with the reason."""
    if not board.unlive:
        return ("Every measure and every rating is made of formulas.",)
    named = [f"{board.methodology.called(id_)}: {why}." for id_, why in board.unlive.items()]
    first = "Every measure and rating is made of formulas but these, which are from the run and are not recalculated:"
    return (first, *named)


def origin(assessment: Assessment) -> list[str]:
    """The return, the rules and the tool."""
    methodology, submitted = assessment.methodology, assessment.submitted
    return [
        f"{capital(methodology.rates.many)} in the order of the return.",
        f"Edition: {methodology.id}. Return: {submitted.name}.",
        f"Made with nhsrate {__version__}; the formulas use only functions of Excel 2007.",
        f"SHA-256 of the rule files: {methodology.digest}",
        f"SHA-256 of the return: {submitted.digest}",
    ]


def made_text(board: Board, output: str) -> str:
    """What was written, in lines for the terminal."""
    many = board.methodology.rates.counted(board.size)
    formulas = sum(bool(one.formula) for one in board.columns.values()) * board.size
    lines = [f"{output}: {many}, {formulas:,} formulas on {len(board.lines)} figures."]
    if board.unlive:
        lines.append(f"From the run, and not recalculated: {', '.join(map(board.methodology.called, board.unlive))}.")
    lines.append("Read me says how it is used; only the cells of Values and Figures are open.")
    return "\n".join(lines) + "\n"

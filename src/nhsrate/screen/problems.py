"""Problems laid out for a terminal: what is wrong, where it stands in its file, and what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nhsrate.reports.problems import ranked
from nhsrate.reports.summary import counted
from nhsrate.screen.frames import MOST_FRAMES, Frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsrate.core.problems import Problem
    from nhsrate.screen.screen import Screen


def problems_screen(problems: Sequence[Problem], screen: Screen) -> str:
    """All problems, errors first, and at the end how many there are and how to learn what a code means."""
    ordered = ranked(problems)
    frames = Frames(problem.at for problem in ordered[:MOST_FRAMES])
    lines: list[str] = []
    for number, problem in enumerate(ordered):
        lines += problem_lines(problem, screen, frames if number < MOST_FRAMES else None)
        lines.append("")
    sorts = Counter(problem.severity for problem in ordered)
    codes = list(dict.fromkeys(problem.code for problem in ordered))
    many = ", ".join(counted(sorts[one], one) for one in ("error", "warning", "note") if one in sorts)
    learn = f"nhsrate problem {codes[0] if len(codes) == 1 else 'CODE'} says more."
    lines += screen.fold([(f"{many}. ", "bold"), (learn, "dim")]) if ordered else []
    return "".join(f"{line}\n" for line in lines)


def problem_lines(problem: Problem, screen: Screen, frames: Frames | None) -> list[str]:
    """One problem: its severity and message, its place, what stands there, and the remedy."""
    said = [
        (f"{problem.severity}: ", problem.severity),
        (problem.whole_message, "bold"),
        (f"  [{problem.code}]", "dim"),
    ]
    return [
        *screen.fold(said, 0, 2),
        *screen.fold([("at ", "dim"), (str(problem.at), "dim")], 2, 5),
        *(f"  {line}" for line in (frames.frame(problem.at, narrowed(screen), problem.severity) if frames else ())),
        *(screen.fold([(problem.remedy, "")], 2) if problem.remedy else []),
    ]


def narrowed(screen: Screen) -> Screen:
    """The terminal without the two places that a frame stands further in."""
    from dataclasses import replace

    return replace(screen, width=screen.wide - 2)


def text_screen(text: str, screen: Screen) -> str:
    """A text of indented lines, folded to the width of the terminal."""
    lines: list[str] = []
    for line in text.splitlines():
        first = len(line) - len(line.lstrip(" "))
        lines += screen.fold([(line.strip(), "")], first, first + 2)
    return "".join(f"{line}\n" for line in lines)

"""What is told in lines, laid out for a terminal: headings in bold, levels in their colours, lines and sources dim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.screen.screen import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nhsrate.reports.told import Span, Told
    from nhsrate.screen.screen import Screen

STEP = 2
"""Places that each step down stands further in."""

SHORT = 30
"""Up to so many letters a place in brackets is not broken."""


def explanation_screen(lines: Iterable[Told], screen: Screen) -> str:
    """An explanation, in which what a line goes on with stands further in than it begins."""
    return told_screen(lines, screen, 2 * STEP)


def told_screen(lines: Iterable[Told], screen: Screen, hang: int = 0) -> str:
    """The lines, none of them longer than the terminal is wide; the deepest steps share their indentation."""
    deepest = screen.wide // 3
    laid: list[str] = []
    for line in lines:
        first = min(line.depth * STEP, deepest)
        laid += screen.fold(map(held, line.spans), first, first + hang)
    return "\n".join(laid) + "\n"


def held(span: Span) -> Span:
    """A piece of text, of which a short place in brackets is held together."""
    text, style = span
    if text.startswith("  [") and len(text) <= SHORT:
        return f"  {text[2:].replace(' ', KEPT)}", style
    return span

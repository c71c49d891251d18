"""The style of pages: what stands out from its ground, in both schemes and on paper."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from nhsrate.pages.base import colour_rules
from nhsrate.reports.colours import PALETTES

TEMPLATES = files("nhsrate.pages").joinpath("templates")
STYLE = TEMPLATES.joinpath("style.css").read_text("utf-8")
PRINT = TEMPLATES.joinpath("print.css").read_text("utf-8")
REPORT = TEMPLATES.joinpath("report.css").read_text("utf-8")


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG works it out."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def schemes() -> list[tuple[str, dict[str, str]]]:
    """The named colours in the light scheme, in the dark one and on paper."""
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    (paper,) = re.findall(r":root \{(.*?)\}", PRINT, re.DOTALL)
    named = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", text)) for text in (light, dark, paper)]
    return list(zip(("light", "dark", "paper"), named, strict=True))


@pytest.mark.parametrize(("scheme", "named"), schemes())
def test_text_can_be_read_in_every_scheme(scheme: str, named: dict[str, str]) -> None:
    """WCAG asks for 4.5 to 1 for text, and 3 to 1 for the parts of a picture that mean something."""
    assert len(named) == 8, scheme
    for ground in (named["ground"], named["faint"]):
        assert all(contrast(named[ink], ground) >= 4.5 for ink in ("ink", "soft", "accent"))
    assert all(contrast(named[part], named["ground"]) >= 3 for part in ("mark", "dot", "accent"))


def test_shades_can_be_read_and_grow_darker() -> None:
    """The fifths of a distribution: text stands out on each, and each is darker than the one before."""
    shades = re.findall(r"\.q\d \{ background: (#\w{6}); color: (#\w{6})", REPORT)
    assert len(shades) == 5
    assert all(contrast(ground, ink) >= 4.5 for ground, ink in shades)
    dark = [luminance(ground) for ground, _ in shades]
    assert dark == sorted(dark, reverse=True)


@pytest.mark.parametrize("palette", PALETTES)
def test_every_colour_of_a_palette_has_a_rule(palette: str) -> None:
    """A level of each colour has its text and its ground, and in pictures its fill."""
    rules = colour_rules(palette, fills=True)
    for name, (text, ground) in PALETTES[palette].items():
        assert f".c-{name.replace(' ', '-')} {{ color: {text}; background: {ground}; fill: {ground}; }}" in rules


def test_nothing_is_fetched_and_no_text_is_small() -> None:
    """No address stands in any style, and no size is below 11 points of a screen."""
    for style in (STYLE, PRINT, REPORT):
        assert not re.search(r"url\(|@import|@font-face", style)
    assert all(float(size) * 16 >= 11 for size in re.findall(r"font-size: ([\d.]+)rem", STYLE + REPORT))

"""The colours that a terminal has, and texts in them."""

from __future__ import annotations

import pytest

from nhsrate.reports.colours import PALETTES, UNRATED
from nhsrate.screen.ink import FULL, MANY, PLAIN, SIXTEEN, Ink, colours_of, nearest_of_256, parts

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("when", "environ", "terminal", "found"),
    [
        ("auto", {"TERM": "xterm"}, True, SIXTEEN),
        ("auto", XTERM, True, MANY),
        ("auto", XTERM | {"COLORTERM": "truecolor"}, True, FULL),
        ("auto", XTERM | {"COLORTERM": "24bit"}, True, FULL),
        ("auto", {"TERM": "xterm-direct"}, True, FULL),
        ("auto", XTERM, False, PLAIN),
        ("auto", {"TERM": "dumb"}, True, PLAIN),
        ("auto", {"TERM": "unknown"}, True, PLAIN),
        ("auto", {}, True, PLAIN),
        ("auto", XTERM | {"NO_COLOR": "1"}, True, PLAIN),
        ("auto", XTERM | {"NO_COLOR": ""}, True, MANY),
        ("auto", XTERM | {"FORCE_COLOR": "1"}, False, SIXTEEN),
        ("auto", XTERM | {"FORCE_COLOR": "yes"}, False, MANY),
        ("auto", {"FORCE_COLOR": "2"}, False, MANY),
        ("auto", {"FORCE_COLOR": "3"}, False, FULL),
        ("auto", XTERM | {"FORCE_COLOR": "0"}, True, PLAIN),
        ("auto", XTERM | {"FORCE_COLOR": "false"}, True, PLAIN),
        ("auto", XTERM | {"FORCE_COLOR": ""}, False, PLAIN),
        ("auto", XTERM | {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, PLAIN),
        ("always", XTERM | {"NO_COLOR": "1"}, False, MANY),
        ("always", {"TERM": "dumb"}, False, SIXTEEN),
        ("always", {}, False, SIXTEEN),
        ("never", XTERM | {"FORCE_COLOR": "3"}, True, PLAIN),
    ],
)
def test_how_many_colours_there_are(when: str, environ: dict[str, str], terminal: bool, found: int) -> None:  # noqa: FBT001 (parametrized)
    assert colours_of(when, environ, terminal=terminal) == found


def test_a_console_of_windows_names_no_terminal() -> None:
    assert colours_of("auto", {}, terminal=True, windows=True) == SIXTEEN
    assert colours_of("auto", {"WT_SESSION": "x"}, terminal=True, windows=True) == FULL


def test_a_text_in_the_colours_that_there_are() -> None:
    assert Ink(FULL)("★", "level green") == "\033[38;2;33;43;50;48;2;0;164;153m★\033[0m"
    assert Ink(FULL, "blue")("█", "bar green") == "\033[38;2;0;94;184m█\033[0m"
    assert Ink(MANY)("★", "level red") == "\033[38;5;231;48;5;89m★\033[0m"
    assert Ink(MANY)("█", "bar red") == "\033[38;5;89m█\033[0m"
    assert Ink(SIXTEEN)("★", "level red") == "\033[30;101m★\033[0m"
    assert Ink(SIXTEEN, "blue")("★", "level green") == "\033[30;104m★\033[0m"
    assert Ink(SIXTEEN)("█", "bar orange") == "\033[33m█\033[0m"
    assert Ink(SIXTEEN)("Why", "bold") == "\033[1mWhy\033[0m"


def test_what_has_no_colour_is_as_it_is() -> None:
    assert Ink()("★", "level green") == "★"
    assert Ink(FULL)("★", "level mauve") == "★"
    assert Ink(FULL)("★", "level ") == "★"
    assert Ink(FULL)("", "bold") == ""
    assert Ink(FULL)("x", "") == "x"


@pytest.mark.parametrize("palette", PALETTES)
def test_with_sixteen_colours_text_is_black_and_no_two_levels_look_alike(palette: str) -> None:
    """The grounds are the light half of the table, and the two of the dark half on which black reads."""
    codes = {colour: Ink(SIXTEEN, palette).code(f"level {colour}") for colour in [*PALETTES[palette], UNRATED]}
    assert all(code.startswith("30;") for code in codes.values())
    assert {int(code[3:]) for code in codes.values()} <= {*range(102, 108), 101, 43, 47}
    apart = codes if palette == "default" else {name: code for name, code in codes.items() if name != "blue"}
    assert len({*apart.values()}) == len(apart)


def of_256(number: int) -> tuple[float, float, float]:
    """A colour of the cube or of the greys, as xterm documents them."""
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    steps = (0, 95, 135, 175, 215, 255)
    return steps[(number - 16) // 36], steps[(number - 16) // 6 % 6], steps[(number - 16) % 6]


def luminance(colour: tuple[float, float, float]) -> float:
    """As WCAG defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", PALETTES)
def test_with_256_colours_text_still_reads_and_levels_differ(palette: str) -> None:
    """Black or white on the nearest ground of the table has a contrast of 4.5 to 1."""
    for colour, (text, ground) in PALETTES[palette].items():
        told = Ink(MANY, palette).code(f"level {colour}")
        assert told == f"38;5;{231 if text == '#ffffff' else 16};48;5;{nearest_of_256(ground)}"
        both = luminance((255, 255, 255) if text == "#ffffff" else (0, 0, 0)), luminance(of_256(nearest_of_256(ground)))
        light, dark = sorted(both, reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    grounds = [nearest_of_256(ground) for _, ground in PALETTES[palette].values()]
    assert len({*grounds}) == len({ground for _, ground in PALETTES[palette].values()})


def test_the_nearest_of_the_table_is_near() -> None:
    """No colour of the palettes is further off than half a step of the cube in any part."""
    for palette in PALETTES.values():
        for paint in palette.values():
            near = of_256(nearest_of_256(paint[1]))
            assert all(abs(one - other) <= 48 for one, other in zip(parts(paint[1]), near, strict=True))

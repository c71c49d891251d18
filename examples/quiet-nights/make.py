"""Writes the returns of the four quarters of Quiet nights: twelve invented trusts, the same bytes every time.

Run it as `python examples/quiet-nights/make.py [FOLDER]`; without a folder it writes beside itself. No name, code or
value here is real. Nine trusts wander a little from quarter to quarter, as luck has it; three have something happen to
them, and one is overtaken while it stands still, which is what `docs/change.md` tells.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

QUARTERS = ("spring", "summer", "autumn", "winter")
HEADINGS = ("Code", "Name", "Slept well", "Bell answered in 5 minutes", "Night doses on time", "Falls at night")

TRUSTS = {
    "XA2": "Aldermere", "XB7": "Beckhaven", "XC4": "Carrowby", "XD1": "Dunwater", "XF5": "Ferrowby",
    "XG3": "Greyford", "XH6": "Harrowmere", "XK8": "Kestrelby", "XL2": "Larkwater", "XM9": "Mossby",
    "XS4": "Saltbeck", "XW1": "Wendermoor",
}  # fmt: skip

Reported = tuple[float, float, float, float | None]
"""What a trust reports in a quarter, in the order of the headings."""

TOLD: dict[str, list[Reported]] = {
    # it stands still, and is overtaken in summer
    "XH6": [(74, 88, 95, 4.1), (74, 88, 95, 4.1), (76, 90, 96, 3.9), (77, 91, 96, 3.8)],
    # its night desk is closed in autumn, and bells go unanswered
    "XL2": [(70, 87, 93, 4.6), (73, 90, 94, 4.5), (72, 66, 93, 4.5), (74, 79, 94, 4.4)],
    # it is very good, and its patients fall
    "XS4": [(79, 93, 97, 5.6), (80, 93, 97, 5.7), (80, 94, 97, 5.7), (81, 94, 98, 5.2)],
    # its falls are many, and in winter it says nothing of them
    "XF5": [(67, 84, 92, 6.9), (71, 89, 95, 7.1), (71, 89, 95, 7.3), (71, 89, 95, None)],
}
"""What the trusts of the story report, quarter by quarter."""


def wandering(luck: random.Random) -> list[Reported]:
    """Four quarters of a trust that wanders: all of them a little better in summer, when nights are short."""
    good = luck.gauss(0, 1)
    slept, bells, doses, falls = 68 + 4 * good, 84 + 4 * good, 92 + 2 * good, 4.8 - 0.5 * good
    found: list[Reported] = []
    for quarter in QUARTERS:
        lift = 0 if quarter == "spring" else 4
        found.append(
            (
                round(slept + lift + luck.gauss(0, 1)),
                round(bells + lift + luck.gauss(0, 1)),
                min(99, round(doses + lift / 2 + luck.gauss(0, 0.7))),
                round(falls - lift / 10 + luck.gauss(0, 0.15), 1),
            )
        )
    return found


def main(folder: Path) -> None:
    """Write the four returns."""
    luck = random.Random("quiet nights")
    reported = {code: TOLD.get(code) or wandering(luck) for code in TRUSTS}
    for n, quarter in enumerate(QUARTERS):
        rows = [list(HEADINGS)]
        for code, place in TRUSTS.items():
            values = ["" if value is None else str(value) for value in reported[code][n]]
            rows.append([code, f"{place} Hospitals", *values])
        text = "\n".join(",".join(row) for row in rows)
        (folder / f"{quarter}.csv").write_text(f"{text}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

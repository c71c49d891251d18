"""Writes the example returns: invented organisations with invented values, the same bytes every time.

Run it as `python examples/make.py [FOLDER]`; without a folder it writes beside itself. No name, code or value here is
real. The codes begin with X, which the code of no NHS trust does.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

Row = list[str | int | float | None]

PLACES = [
    "Aldermere", "Amberwick", "Ashvale", "Beckhaven", "Bellmarsh", "Blackenford", "Brackenshaw", "Bramblehurst",
    "Brindlemoor", "Caldermouth", "Carrowby", "Chalkwater", "Copperwell", "Cranmoor", "Dalmere", "Deepingford",
    "Dunwater", "Eastermere", "Eldenbury", "Elmsworth", "Fallowdale", "Fennimore", "Ferrowby", "Foxmere",
    "Garrowdale", "Goldwater", "Greyford", "Gullhaven", "Harrowmere", "Hazelwater", "Heronsford", "Highmarsh",
    "Hollowdene", "Ivelmouth", "Kestrelby", "Kingsmarsh", "Larkwater", "Lindermere", "Longferry", "Lowenshaw",
    "Medlarton", "Millwater", "Mossby", "Netherwick", "Northferry", "Oakenmouth", "Orrinvale", "Otterwick",
    "Pebblemouth", "Pennerdale", "Ravensmoor", "Redwater", "Rookwick", "Rowanbridge", "Saltbeck", "Sandermouth",
    "Scarrowdale", "Silverbeck", "Skelwick", "Stonemarsh", "Swallowford", "Tarnwater", "Thistlebury", "Thornmere",
    "Underfell", "Vellanmouth", "Wainscarth", "Wendermoor", "Westerby", "Whitherne", "Willowmouth", "Wintermere",
    "Wrenby", "Yarrowdale", "Yewbeck",
]  # fmt: skip


def organisations(luck: random.Random, count: int, *kinds: str) -> list[tuple[str, str]]:
    """Codes and names, ordered by code; each kind is a pattern of a name."""
    places = luck.sample(PLACES, len(PLACES))
    codes: set[str] = set()
    while len(codes) < count:
        codes.add("X" + luck.choice("ABCDFGHJKLMNPQRTVWY") + luck.choice("1234567ABCDFGHJKLMNPQRTVWY"))
    patterns = [kinds[n % len(kinds)] for n in range(count)]
    spare = iter(places[count:])
    names = [
        pattern.format(place, next(spare)) if " and {}" in pattern else pattern.format(place)
        for place, pattern in zip(places, patterns, strict=False)
    ]
    return list(zip(sorted(codes), names, strict=True))


def around(luck: random.Random, mean: float, spread: float, *, places: int = 1) -> float:
    """A value near the mean."""
    return round(luck.gauss(mean, spread), places)


# Acute trusts, 2003/04


def focus(mark: float) -> str:
    """The level of a focus area."""
    return "high" if mark > 0.4 else "medium" if mark > 0 else "low"


def acute_stars(luck: random.Random) -> bytes:
    """A workbook as a regulator might send it round: a title, the table further down, a total and notes below it."""
    targets = [
        "12 hour waits", "All cancers two week wait", "Financial management", "Hospital cleanliness",
        "Improving Working Lives", "Outpatient and elective booking", "Outpatients waiting over the standard",
        "Elective patients waiting over the standard", "Total time in A&E four hours or less",
    ]  # fmt: skip
    areas = ["Clinical focus", "Patient focus", "Capacity and capability"]
    trusts = organisations(
        luck, 60, "{} Hospitals NHS Trust", "{} General Hospital NHS Trust", "{} and {} Hospitals NHS Trust",
        "Royal {} Hospital NHS Trust", "{} University Hospitals NHS Trust",
    )  # fmt: skip
    rows: list[Row] = []
    achieved = [0] * len(targets)
    for n, (code, name) in enumerate(trusts):
        strain = luck.random() ** 1.7
        row: Row = [code, name]
        for number in range(len(targets)):
            chance = luck.random()
            specialist = n % 15 == 3 and number in {0, 8}
            text = "achieved"
            if specialist:
                text = "not applicable"
            elif chance < strain * 0.13:
                text = "significantly underachieved"
            elif chance < strain * 0.45:
                text = "underachieved"
            achieved[number] += text == "achieved"
            row.append(text)
        row += [focus(luck.random() + 0.55 - strain) for _ in areas]
        review = luck.random()
        row.append(
            None if review < 0.45 else "significant areas of weakness" if review > 0.985
            else "many strengths" if review > 0.75 else "strengths"
        )  # fmt: skip
        rows.append(row)
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 (a new workbook has a sheet)
    sheet.title = "Ratings return"
    sheet["B2"] = "Acute trusts: key targets, focus areas and clinical governance"
    sheet["B2"].font = Font(bold=True, size=14)
    sheet["B3"], sheet["C3"] = "Methodology", "nhs-star-ratings-2003-04-acute"
    sheet["B4"] = "Every organisation in this file is invented."
    total: Row = ["England", "Trusts that achieved the target", *achieved]
    table(sheet, 6, ["Trust code", "Trust", *targets, *areas, "Clinical governance review"], [*rows, total])
    note = "Source: returns of the trusts. A blank in the last column: no review was published."
    sheet.cell(len(rows) + 9, 2, note)
    chair = "Chair of the ratings panel"
    decided: list[Row] = [
        [rows[8][0], "stars", 2, chair, "2004-07-12", "Data on elective waits were found to be wrong"],
        [rows[41][0], "stars", 0, chair, "2004-07-14", "An inquiry found patients at risk"],
    ]
    table(book.create_sheet("Overrides"), 1, ["Organisation", "Item", "Level", "Who", "When", "Why"], decided)
    return same_bytes(book)


# Foundation trusts, 2011/12


FLAGS = [
    "Plan not submitted on time", "Plan not submitted complete and correct", "PDC dividend not paid in full",
    "Unplanned breach of the borrowing code",
]  # fmt: skip


def financial_risk(luck: random.Random) -> str:
    """A plain csv file, with percentages as bare numbers in per cent."""
    heading = [
        "Code", "Trust", "EBITDA margin", "EBITDA achieved", "Net return after financing", "I&E surplus margin",
        "Liquid ratio", *FLAGS,
    ]  # fmt: skip
    trusts = organisations(
        luck, 60, "{} NHS Foundation Trust", "{} Hospitals NHS Foundation Trust", "{} Healthcare NHS Foundation Trust",
        "{} Partnership NHS Foundation Trust", "{} and {} NHS Foundation Trust",
    )  # fmt: skip
    rows: list[Row] = []
    for code, name in trusts:
        health = luck.gauss(0.3, 1)
        margin = luck.gauss(7 + 2.2 * health, 1)
        rows.append([
            code, name, round(margin, 1), around(luck, 98 + 9 * health, 6), around(luck, 2 + 1.6 * health, 1),
            round(margin - luck.gauss(4.8, 0.8), 1), round(max(2, luck.gauss(28 + 11 * health, 9)), 1),
            *("yes" if luck.random() < chance else "no" for chance in (0.05, 0.05, 0.02, 0.02)),
        ])  # fmt: skip
    return csv_text(heading, rows)


# Organisations of the NHS, 2000


def traffic_lights(luck: random.Random) -> str:
    """A plain csv file of health authorities and trusts."""
    bodies = organisations(
        luck, 60, "{} Health Authority", "{} NHS Trust", "{} and {} Health Authority", "{} Hospital NHS Trust"
    )
    rows: list[Row] = []
    for code, name in bodies:
        quality = luck.gauss(0, 1)
        missed = max(0, min(10, round(luck.gauss(1.8 - 2.0 * quality, 1.2))))
        rows.append([code, name, missed, around(luck, 58 + 9 * quality, 4)])
    return csv_text(["Code", "Organisation", "Core national targets missed", "PAF score"], rows)


# Strategic health authorities, 2004


def sha_stars(luck: random.Random) -> str:
    """The smallest return: two counts for each of 28 health authorities."""
    rows: list[Row] = []
    for code, name in organisations(luck, 28, "{} and {} Strategic Health Authority", "{} Strategic Health Authority"):
        trusts = luck.randint(2, 6)
        rows.append([code, name, sum(luck.choice((0, 1, 1, 2, 2, 2, 3)) for _ in range(trusts)), trusts])
    return csv_text(["Code", "Name", "Stars gained", "Mental health trusts"], rows)


# Mental health and community trusts, quarter 4 of 2025/26

RANKED: dict[str, tuple[int, str, Callable[[random.Random], float]]] = {
    "OF0005": (120, "lower", lambda luck: max(0, luck.gauss(3, 4))),
    "OF0016": (47, "higher", lambda luck: min(100, luck.gauss(72, 12))),
    "OF0041": (70, "higher", lambda luck: luck.gauss(5, 9)),
    "OF0057": (84, "higher", lambda luck: min(100, luck.gauss(84, 7))),
    "OF0061": (61, "higher", lambda luck: luck.gauss(6.65, 0.2)),
    "OF0063": (48, "lower", lambda luck: max(4, luck.gauss(27, 8))),
    "OF0082": (205, "lower", lambda luck: luck.gauss(5.4, 0.6)),
    "OF0084": (61, "higher", lambda luck: luck.gauss(7.05, 0.15)),
    "OF0086": (71, "lower", lambda luck: luck.gauss(100, 9)),
}
"""Of each ranked indicator: how many are ranked nationally, which end is best, and how its values are spread."""


def oversight(luck: random.Random) -> str:
    """A csv file with values and places in an (invented) national ranking, and a column that names the quarter."""
    trusts = organisations(
        luck, 40, "{} Partnership NHS Foundation Trust", "{} Community Health NHS Trust", "{} Mental Health NHS Trust",
        "{} and {} Care NHS Trust",
    )  # fmt: skip
    fields: dict[str, list[tuple[float, int]]] = {}
    for indicator, (count, polarity, draw) in RANKED.items():
        values = sorted((round(draw(luck), 2) for _ in range(count)), reverse=polarity == "higher")
        standing = [(value, values.index(value) + 1) for value in values]
        if indicator == "OF0057":  # those below the floor of 70 per cent have a value and no rank
            standing = [(value, rank) if value >= 70 else (value, 0) for value, rank in standing]
        fields[indicator] = luck.sample(standing, len(standing))
    heading = [
        "Trust_code", "Trust_name", "Quarter", *(name for id_ in RANKED for name in (id_, f"{id_}_rank")),
        "OF1035", "OF0079", "OF0081", "financial_override",
    ]  # fmt: skip
    rows: list[Row] = []
    for code, name in trusts:
        community = "Community" in name
        not_measured = {"OF0016", "OF0041", "OF0063"} if community else set()
        row: Row = [code, name, "Q4 2025/26"]
        for indicator, standing in fields.items():
            absent = indicator in not_measured or (indicator == "OF0057" and not not_measured and luck.random() < 0.5)
            value, rank = (None, None) if absent or not standing else standing.pop()
            row += [value, rank or None]
        plan = round(min(3.0, luck.gauss(0.1, 1.1)), 2)
        row += [None if community else luck.choice((1, 2, 2, 2, 3)), plan, around(luck, 0.1, 0.5, places=2)]
        rows.append([*row, "yes" if plan < 0 or luck.random() < 0.12 else "no"])
    return csv_text(heading, rows)


# A return with faults


def faulty(luck: random.Random) -> bytes:
    """What a return looks like at five o'clock on submission day."""
    heading = [
        "Code", "Trust", "EBITDA margin", "EBITDA achieved", "Net return after financing", "I&E surplus margn",
        "Liquid ratio", *FLAGS,
    ]  # fmt: skip
    rows: list[Row] = []
    for code, name in organisations(luck, 10, "{} NHS Foundation Trust", "{} Hospitals NHS Foundation Trust"):
        margin = around(luck, 8, 2)
        figures = [around(luck, 100, 5), around(luck, 2, 1), round(margin - 5, 1), around(luck, 30, 9)]
        rows.append([code, name, margin, *figures, "no", "no", "no", "no"])
    rows[1][2] = "approx. 9"
    rows[3][4] = "#DIV/0!"
    rows[4][2] = 812
    rows[6][6] = "tbc"
    rows[7][8] = "partly"
    rows[8][0] = rows[2][0]
    rows[9][3] = None
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 (a new workbook has a sheet)
    sheet.title = "Return"
    sheet["A1"], sheet["B1"] = "Methodology", "monitor-financial-risk-2011-12"
    table(sheet, 3, heading, rows)
    return same_bytes(book)


# Writing


def table(sheet: Worksheet, top: int, heading: Sequence[str], rows: Sequence[Row]) -> None:
    """A table with its header in row `top`; it stands a column to the right where the sheet has a title."""
    left = 2 if top > 3 else 1
    for column, text in enumerate(heading, left):
        head = sheet.cell(top, column, text)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", start_color="005EB8")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = 40 if column == left + 1 else 17
    for number, row in enumerate(rows, top + 1):
        for column, value in enumerate(row, left):
            sheet.cell(number, column, value)
    sheet.freeze_panes = f"{get_column_letter(left + 2)}{top + 1}"


def csv_text(heading: Sequence[str], rows: Sequence[Row]) -> str:
    """A csv file's text."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([heading, *rows])
    return stream.getvalue()


def same_bytes(book: Workbook) -> bytes:
    """A workbook's bytes, with every time of day in them set to one."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2004-07-21T00:00:00Z", content)
            member = zipfile.ZipInfo(name, (2004, 7, 21, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, content)
    return fixed.getvalue()


EXAMPLES: dict[str, Callable[[random.Random], str | bytes]] = {
    "acute-stars-2003-04.xlsx": acute_stars,
    "financial-risk-2011-12.csv": financial_risk,
    "traffic-lights-2000.csv": traffic_lights,
    "sha-2004.csv": sha_stars,
    "oversight-q4.csv": oversight,
    "faulty-return.xlsx": faulty,
}


def main(folder: Path) -> None:
    """Write every example into the folder."""
    for name, make in EXAMPLES.items():
        content = make(random.Random(f"nhsrate {name}"))
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)

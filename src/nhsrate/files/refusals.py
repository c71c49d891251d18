"""How a file is refused, and the remedies that several readers name."""

from __future__ import annotations

from typing import NoReturn

from nhsrate.core.problems import CellLocation, Problem, Refused

SAVE_AS = "Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx), and hand that in."
AGAIN = "Download or copy it again, or ask the sender for a whole copy."
UNLOCK = "Save a copy without a password, and hand that in."
UNPACK = "Unpack it, and hand in the file inside."
SOURCE = "Hand in the workbook (.xlsx) or csv file that it was made from."


def refuse(file: str, code: str, message: str, remedy: str) -> NoReturn:
    """Raise `Refused` for a file as a whole."""
    raise Refused([Problem(CellLocation(file), code, message, remedy)])

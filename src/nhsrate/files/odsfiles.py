"""OpenDocument spreadsheets (.ods), read with the standard library alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.files.formats import SheetsBook, damaged
from nhsrate.files.guard import UNLOCK, refuse
from nhsrate.files.limits import STANDARD
from nhsrate.files.odscells import read_sheets
from nhsrate.files.odsstyles import Styles, common_styles
from nhsrate.problems import CellPlace, Refused
from nhsrate.tables import SheetName

if TYPE_CHECKING:
    from nhsrate.files.formats import NumberedRows
    from nhsrate.files.limits import Limits
    from nhsrate.files.xlsxcells import SheetFacts


def ods_book(file: str, data: bytes, digest: str, limits: Limits = STANDARD) -> SheetsBook:
    """The sheets of an OpenDocument spreadsheet; they stand in one part, so that all are read at once.

    Raises `Refused` for files that are damaged or protected, and where few cells are said to repeat without end.
    """
    from io import BytesIO
    from zipfile import ZipFile

    at = CellPlace(file)
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                refuse(
                    file, "wrong-kind-of-file", "The workbook is protected by a password, so it cannot be read.", UNLOCK
                )
            styles = common_styles(archive.read("styles.xml")) if "styles.xml" in names else Styles()
            with archive.open("content.xml") as stream:
                sheets = read_sheets(stream, styles, at, limits)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 (damaged XML and damaged zips raise almost anything)
        damaged(at, "The workbook is incomplete or damaged", error)
    by_name = {sheet.name: sheet for sheet in sheets}

    def rows(name: str, facts: SheetFacts) -> NumberedRows:
        return by_name[name].rows(facts)

    return SheetsBook(file, digest, [SheetName(sheet.name, sheet.hidden) for sheet in sheets], limits, rows)

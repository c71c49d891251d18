"""New workbooks: opened with their properties and looks, written row by row, and the same bytes every time.

XlsxWriter writes them. Its own classes are extended where it lacks something: tables in sheets that stream, the
language of the text, and texts that it would take for markup.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, TypeVar

from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_range
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from nhsrate.workbooks.writing import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlsxwriter.format import Format

Said = TypeVar("Said")

FONT = {"font_name": "Calibri", "font_size": 11}
TITLE = {"bold": True, "font_size": 16, "font_color": "#003087", "valign": "vcenter"}
"""The look of a sheet's title."""
HEAD = {
    "bold": True, "font_color": "#ffffff", "bg_color": "#003087", "text_wrap": True, "align": "left",
    "valign": "vcenter", "border": 1, "border_color": "#ffffff",
}  # fmt: skip
"""The look of the heading of a column: white on dark blue, as a heading should look."""
BODY = {"valign": "top", "bottom": 1, "bottom_color": "#d8dde0"}
"""The look of a cell of a table: a fine line parts the rows, on paper too."""

A4 = 9
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 (a workbook's properties know no zone)
"""When every workbook says that it was made: the clock is not in it."""
ROWS_KNOWN = ("row_info", "set_rows")
"""Where XlsxWriter keeps the heights of rows: from version 3.3 on, and before."""
LONGEST_FOOTER = 120
"""How much of a title a footer holds; Excel allows 255 characters with the codes."""


class NewWorkbook(Workbook):  # type: ignore[misc]
    """A workbook that is being written; `new_workbook` opens one."""

    def __init__(self, file: _Sink, options: dict[str, object], title: str) -> None:
        """Let it be written to the file; the options are XlsxWriter's."""
        super().__init__(file, options)
        self.title = plain(title)
        self._looks: dict[tuple[tuple[str, object], ...], Format] = {}
        self.set_properties({"title": self.title, "author": "nhsrate", "created": MADE})

    def look(self, **parts: Any) -> Format:  # noqa: ANN401 (the properties that XlsxWriter knows)
        """The format that has these properties, in the font of the house; one and the same for the same ones."""
        key = tuple(sorted(parts.items()))
        if key not in self._looks:
            self._looks[key] = self.add_format({**FONT, **parts})
        return self._looks[key]

    def sheet(self, name: str) -> NewSheet:
        """A further sheet."""
        page: NewSheet = self.add_worksheet(name, NewSheet)
        return page

    def _get_packager(self) -> Packager:
        return _Packager()


class NewSheet(Worksheet):  # type: ignore[misc]
    """A sheet that is being written, its rows from the top down."""

    constant_memory: bool

    def write_text(self, row: int, column: int, text: str, look: Format | None = None) -> None:
        """Write a text that stays text, whatever it begins with; a blank one leaves a cell with its look alone."""
        said = plain(text)
        if not said:
            self.write_blank(row, column, None, look)
        elif said.startswith("<r>") and said.endswith("</r>"):  # in this alone XlsxWriter would see markup of its own
            self.write_rich_string(row, column, *said[:2], said[2:], *([look] if look else []))
        else:
            self.write_string(row, column, said, look)

    def mark_table(self, name: str, headings: Sequence[str], first: int, last: int, style: str | None = None) -> None:
        """Mark the rows from the headings (at `first`) to `last` as a table of Excel's, which does not write them.

        XlsxWriter has tables for sheets held in memory alone, because it may write their cells; here they are written.
        """
        streamed, self.constant_memory = self.constant_memory, False
        columns = [{"header": heading} for heading in headings]
        options = {"name": name, "columns": columns, "header_row": False, "banded_rows": False, "style": style}
        self.add_table(first, 0, first, len(headings) - 1, options)
        self.constant_memory = streamed
        self.tables[-1] |= {"header_row_count": 1, "range": xl_range(first, 0, last, len(headings) - 1)}

    def printed(self, title: str, heads: int, *, across: int = 1, kept: int = 0, landscape: bool = True) -> None:
        """Set it up for A4, so many pages across, with the row of headings (counted from 0) on every page.

        Where it takes several pages, the first `kept` columns are on each. At the foot stand the title of the workbook,
        the name of the sheet, and which page of how many it is.
        """
        if landscape:
            self.set_landscape()
        self.set_paper(A4)
        self.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.65)
        self.fit_to_pages(across, 0)
        self.repeat_rows(heads)
        if across > 1 and kept:
            self.repeat_columns(0, kept - 1)
        said = plain(title)[:LONGEST_FOOTER].replace("&", "&&")
        name = self.get_name().replace("&", "&&")
        self.set_footer(f"&L&9{said}&R&9{name}, page &P of &N", {"margin": 0.3})

    def forget(self, row: int) -> None:
        """Let go of what is known of a row that is written, so that the memory of a sheet does not grow with it.

        In a sheet that does not stream, no row is written before all are there, and nothing is let go.
        """
        if self.constant_memory:
            for name in ROWS_KNOWN:
                vars(self).get(name, {}).pop(row, None)


class _Sink:
    """A file that, once a write has failed, lets go by what the archive still wants to write as it is cleared away."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.failed, self.place = file, False, 0

    def write(self, data: bytes) -> int:
        return self._asked(lambda: self.file.write(data), len(data))

    def tell(self) -> int:
        return self._asked(self.file.tell, self.place)

    def seek(self, place: int) -> int:
        self.place = place
        return self._asked(lambda: self.file.seek(place), place)

    def flush(self) -> None:
        self._asked(self.file.flush, None)

    def _asked(self, ask: Callable[[], Said], otherwise: Said) -> Said:
        if self.failed:
            return otherwise
        try:
            return ask()
        except OSError:
            self.failed = True
            raise


class _Packager(Packager):  # type: ignore[misc]
    """Puts the language of the text beside the other properties."""

    def _write_core_file(self) -> None:
        super()._write_core_file()
        part = self.filenames[-1][0]
        end = "</cp:coreProperties>"
        said = f"<dc:language>en-GB</dc:language>{end}"
        if isinstance(part, str):
            with open(part, encoding="utf-8") as file:  # noqa: PTH123 (it is the name of a temporary file)
                text = file.read()
            with open(part, "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(text.replace(end, said))
        else:
            text = part.getvalue()
            part.seek(0)
            part.write(text.replace(end, said))


@contextmanager
def new_workbook(file: IO[bytes], *, title: str, streamed: bool = True) -> Iterator[NewWorkbook]:
    """A new workbook, which is written into the file at the end, unless something was raised before.

    A streamed one keeps one row of each sheet in memory and the others in temporary files, which are removed; rows
    are written from the top down, and each row's cells before the next row's. One that is not streamed can be written
    in any order. Raises `OSError` where a file cannot be written.
    """
    with TemporaryDirectory(prefix="nhsrate-") as folder:
        options = {"constant_memory": streamed, "in_memory": not streamed, "tmpdir": folder}
        sink = _Sink(file)
        book = NewWorkbook(sink, options, title)
        try:
            yield book
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None
        finally:
            sink.failed = book.fileclosed = True
            for page in book.worksheets():
                if streamed:
                    page._opt_close()  # noqa: SLF001 (else an unfinished one leaves a file open)

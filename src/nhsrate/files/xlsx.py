"""Excel workbooks (.xlsx, .xlsm): their sheets, each parsed row by row when it is asked for."""

from __future__ import annotations

import re
from functools import cache, partial
from math import inf
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from nhsrate.core.patterns import pattern
from nhsrate.core.problems import CellLocation, column_letters, column_number
from nhsrate.core.tables import ErrorCell, Merged, SheetName, Uncalculated
from nhsrate.core.texts import quoted
from nhsrate.files.book import LAST_COLUMN, ROWS_OF_A_SHEET, SheetsBook, damaged
from nhsrate.files.number_formats import GENERAL, iso_date, number_as_shown
from nhsrate.files.raised import SHIFTS, joined, shifted
from nhsrate.files.xlsx_parts import local, unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nhsrate.core.tables import MarkedText
    from nhsrate.files.book import SheetFacts
    from nhsrate.files.limits import Limits
    from nhsrate.files.number_formats import Look
    from nhsrate.files.raised import Shift
    from nhsrate.files.xlsx_parts import Parts


PIECE = 1 << 16
TOO_LONG = 16
"""The characters that no row's number or column's letters have."""

DIGITS = "0123456789"
JAVA_ZERO = "0.0"
"""What programs written in Java store as the result of a formula that they did not work out; Excel writes 0."""

TRUE = frozenset({"1", "true"})


class Damaged(ValueError):  # noqa: N818 (a sentence for a problem, not an error of the program)
    """A sheet is not what the format allows."""


def sheet_rows(
    stream: IO[bytes],
    parts: Parts,
    texts: Sequence[str | MarkedText],
    facts: SheetFacts,
    *,
    evaluated: Callable[[], bool] = lambda: True,
    until: int | None = None,
) -> Iterator[tuple[int, Sequence[object]]]:
    """Each row that holds a value: its number, and its cells from column A up to the last with a value.

    With `until`, an offset of the XML, what comes behind the row that stands there is never parsed. `evaluated` says
    whether any formula of the sheet has another result than the zero of Java. Raises `Damaged` or an error of expat's.
    """
    ready: list[tuple[int, Sequence[object]]] = []
    parser = _parser(ready, parts, texts, facts, evaluated)
    done = 0
    while piece := stream.read(PIECE):
        done += len(piece)
        if until is not None and done > until:
            end = piece.find(b"row>", max(until - (done - len(piece)), 0))
            if end >= 0:
                parser.Parse(piece[: end + 4], False)  # noqa: FBT003 (expat takes no names)
                yield from ready
                _merged_behind(piece[end:], stream, facts)
                return
        parser.Parse(piece, False)  # noqa: FBT003 (as above)
        yield from ready
        ready.clear()
    parser.Parse(b"", True)  # noqa: FBT003 (as above)


def _parser(  # noqa: C901, PLR0915 (one closure, because every attribute looked up costs a tenth of the time)
    ready: list[tuple[int, Sequence[object]]],
    parts: Parts,
    texts: Sequence[str | MarkedText],
    facts: SheetFacts,
    evaluated: Callable[[], bool],
) -> expat.XMLParserType:
    """A parser that puts every row it finishes into `ready`.

    A sheet of a million cells is four million events, so this is one closure whose state lies in local variables: an
    object's attributes would cost a tenth of the time, a function for each kind of cell another. Events are told by the
    last word of their names, because programs write them under any prefix; the words of cells are asked for first, as
    there are the most of them. Texts come in pieces, also across two pieces of the file, and are gathered until their
    cell ends; only there is its kind known for certain. A run of letters off the line parts the pieces gathered before
    it from its own, so that a text without such runs, as nearly all are, costs nothing for them. Cells may stand out of
    order within their row, but a place that is filled twice, and a row behind a later one, leave in doubt which value
    is meant: the sheet is refused. Behind the cells only merged ranges are looked for, since drawn controls have
    elements of the same names as rows and cells.
    """
    looks, epoch, shifts = parts.looks, parts.epoch, parts.shifts
    asks, counted = parts.asks, not parts.calculated
    look_in = {"": _look(looks, "0")}
    words: dict[str, str] = {}
    columns: dict[str, int] = {}
    pieces: list[str] = []
    runs: list[tuple[str, Shift]] = []
    row: list[object] = []
    number = column = kept = 0
    kind = style = ""
    shift: Shift = 0
    formula = spoken = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, number, column, kind, style, formula, spoken, shift, kept
        word = words[name] if name in words else words.setdefault(name, local(name))
        if word == "c":
            if "r" in attributes:
                letters = attributes["r"].rstrip(DIGITS)
                column = columns[letters] if letters in columns else columns.setdefault(letters, _column(letters))
            else:
                column += 1
                if column > LAST_COLUMN:
                    raise Damaged(f"more than {LAST_COLUMN:,} cells in row {number}")
            kind = attributes["t"] if "t" in attributes else "n"  # noqa: SIM401 (a call costs twice as much)
            style = attributes["s"] if "s" in attributes else ""  # noqa: SIM401 (as above)
            formula, kept = False, 0
            pieces.clear()
        elif word == "v" or word == "t":  # noqa: PLR1714 (twice as fast)
            del pieces[kept:]
        elif word == "row":
            number = _row(attributes.get("r"), number)
            row, column = [], 0
            facts.hidden_rows += attributes.get("hidden") in TRUE
        elif word == "f":
            formula = True
        elif word == "rPh":
            spoken = True
        elif word == "col":
            facts.hidden_columns = facts.hidden_columns or attributes.get("hidden") in TRUE
        elif word == "vertAlign":
            runs.append((gathered(), 0))
            shift = SHIFTS.get(attributes.get("val"), 0)

    def end(name: str) -> None:  # noqa: C901, PLR0912 (a function for each kind of cell costs as above)
        nonlocal spoken, shift, kept
        word = words[name]
        if word == "v" or word == "t":  # noqa: PLR1714 (as above)
            if not spoken:
                kept = len(pieces)
        elif word == "c":
            text = pieces[0] if kept == 1 else gathered()
            if runs:
                put(_rich([*runs, (text, 0)]))
                runs.clear()
            elif text:
                if kind != "n":
                    value = _other(kind, text, texts)
                elif formula and (counted or text == JAVA_ZERO):
                    value = result_of(text)
                else:
                    value = number_of(text)
                if shifts:
                    value = shifted(value, shifts.get(style or "0", 0))
                if column == len(row) + 1:
                    row.append(value)
                else:
                    put(value)
            elif formula and (asks or kind != "str"):
                put(Uncalculated())
        elif word == "row":
            while row and row[-1] is None:
                row.pop()
            if row:
                ready.append((number, row))
        elif word == "r":
            if shift:
                runs.append((gathered(), shift))
            shift = 0
        elif word == "rPh":
            spoken = False
        elif word == "sheetData":  # behind the cells, drawn controls have rows and columns of their own
            parser.StartElementHandler, parser.EndElementHandler = behind, None
            parser.CharacterDataHandler = None

    def gathered() -> str:
        nonlocal kept
        text = "".join(pieces[:kept])
        pieces.clear()
        kept = 0
        return text

    def behind(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "mergeCell":
            _merge(attributes.get("ref", ""), facts)

    def number_of(text: str) -> object:
        try:
            value = float(text) if "." in text or "E" in text or "e" in text else int(text)
        except ValueError:
            value = inf
        if not -inf < value < inf or "_" in text:
            raise Damaged(f"{quoted(text)} in {column_letters(column)}{number} is no number")
        look = look_in[style] if style in look_in else look_in.setdefault(style, _look(looks, style))
        return value if look is GENERAL else number_as_shown(value, look, epoch)

    def result_of(text: str) -> object:
        value, zero = number_of(text), not text.strip("0.")
        if zero and (asks or (text == JAVA_ZERO and not evaluated())):
            return Uncalculated()
        if asks:
            facts.stale += 1
        else:
            facts.result(number, column, zero=zero)
        return value

    def put(value: object) -> None:
        gap = column - len(row) - 1
        if gap >= 0:
            if gap:
                row.extend([None] * gap)
            row.append(value)
        elif row[column - 1] is None:
            row[column - 1] = value
        else:
            raise Damaged(f"cell {column_letters(column)}{number} stands twice")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, pieces.append
    return parser


_RANGE = pattern(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_MERGE = pattern(rb"<(?:[\w.-]{1,20}:)?mergeCell\s[^>]{0,80}?ref=[\"']([^\"'>]{1,40})[\"']")
_LONGEST_MERGE = 160


def _merge(said: str, facts: SheetFacts) -> None:
    """Keep cells that are merged; what is no range of cells merges nothing."""
    if found := _RANGE.fullmatch(said):
        facts.merge(Merged(int(found[2]), column_number(found[1]), int(found[4]), column_number(found[3])))


def _merged_behind(piece: bytes, stream: IO[bytes], facts: SheetFacts) -> None:
    """The merged cells behind the last row that is parsed."""
    while piece:
        for found in _MERGE.finditer(piece):
            _merge(found[1].decode("ascii", "replace"), facts)
        more = stream.read(PIECE)
        start = max((found.end() for found in _MERGE.finditer(piece)), default=0)
        piece = piece[max(start, len(piece) - _LONGEST_MERGE) :] + more if more else b""


def _row(said: str | None, before: int) -> int:
    """The number of the row behind row `before`; rows come in their order."""
    if said is None:
        number = before + 1
    else:
        number = int(said) if said.isascii() and said.isdecimal() and len(said) < TOO_LONG else 0
    if number > ROWS_OF_A_SHEET or not number:
        raise Damaged(f"there is no row {quoted(str(number) if said is None else said)}")
    if number <= before:
        raise Damaged(f"row {number} stands behind row {before}")
    return number


def _column(letters: str) -> int:
    column = column_number(letters) if letters.isascii() and letters.isalpha() and len(letters) < TOO_LONG else 0
    if not 0 < column <= LAST_COLUMN:
        raise Damaged(f"there is no column {quoted(letters)}")
    return column


def _look(looks: Sequence[Look], style: str) -> Look:
    return looks[number] if 0 <= (number := int(style)) < len(looks) else GENERAL


def _rich(runs: Sequence[tuple[str, Shift]]) -> object:
    """A text of runs, some of them raised or lowered; an empty one is an empty cell."""
    return joined([(unescaped(text), shift) for text, shift in runs]) or None


def _other(kind: str, text: str, texts: Sequence[str | MarkedText]) -> object:
    """A cell that holds no number; an empty text is an empty cell."""
    match kind:
        case "s":
            number = int(text)
            if not 0 <= number < len(texts):
                raise Damaged(f"there is no shared text {number}")
            return texts[number] or None
        case "e":
            return ErrorCell(text)
        case "b":
            return text.strip() in TRUE
        case "d":
            return iso_date(text.strip())
    return unescaped(text)


_VALUES = (b"/v>", b":v>", b"/t>", b":t>", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_LONGEST_END = 40
_END = pattern(rb"</(?:[\w.-]{1,20}:)?sheetData\s{0,5}>")
"""What shows that a sheet's XML holds a value or a formula, and where its cells end."""

LARGE_PART = 5_000_000
"""The bytes of a sheet from which it pays to look for its last value before it is parsed."""


def xlsx_book(file: str, data: bytes, digest: str, limits: Limits) -> SheetsBook:
    """The sheets of a workbook; raises `Refused` where it is damaged."""
    from io import BytesIO
    from zipfile import ZipFile

    from nhsrate.files.xlsx_parts import read_parts, shared_texts

    try:
        archive = ZipFile(BytesIO(data))  # kept open, as its list of parts may be long
        parts = read_parts(archive)
    except Exception as error:  # noqa: BLE001 (damaged XML and damaged zips raise almost anything)
        damaged(CellLocation(file), "The workbook is incomplete or damaged", error)
    part_of = {sheet.name: sheet.part for sheet in parts.sheets}

    @cache
    def texts() -> Sequence[str | MarkedText]:
        return [] if parts.strings is None else shared_texts(archive.open(parts.strings))

    @cache
    def evaluated(part: str) -> bool:
        with archive.open(part) as stream:
            return has_results(stream)

    def rows(name: str, facts: SheetFacts) -> Iterator[tuple[int, Sequence[object]]]:
        part = part_of[name]
        until = last_value(archive.open(part)) if archive.getinfo(part).file_size > LARGE_PART else None
        with archive.open(part) as stream:
            yield from sheet_rows(stream, parts, texts(), facts, evaluated=partial(evaluated, part), until=until)

    sheets = [SheetName(sheet.name, sheet.hidden) for sheet in parts.sheets]
    return SheetsBook(file, digest, sheets, limits, rows)


_RESULT = pattern(
    rb"(?:</(?:[\w.-]{1,20}:)?f>|<(?:[\w.-]{1,20}:)?f(?:\s[^>]{0,200})?/>)\s{0,5}<(?:[\w.-]{1,20}:)?v>(?!0\.0<)[^<]"
)
_LONGEST_RESULT = 300


def has_results(stream: IO[bytes]) -> bool:
    """Whether a formula of a sheet has another result than the zero that Java writes, so that it was worked out."""
    tail = b""
    while piece := stream.read(1 << 20):
        window = tail + piece
        if _RESULT.search(window):
            return True
        tail = window[-_LONGEST_RESULT:]
    return False


def last_value(stream: IO[bytes]) -> int:
    """The offset behind which a sheet's XML holds no value and no formula, found without parsing it.

    Who formats a whole column leaves a million rows of styled blanks, which take longer to parse than the return; a
    search for the last sign of a value runs through them at the speed of memory. It may find a sign too many (in a
    text, in a comment), which costs some parsing, and never one too few, so that no value is lost.
    """
    done, last, tail = 0, 0, b""
    while piece := stream.read(1 << 20):
        window = tail + piece
        end = _END.search(window) if b"sheetData" in window else None
        stop, found = end.start() if end else len(window), -1
        for sign in _VALUES:  # each only behind what is found, which is mostly near the end
            found = max(found, window.rfind(sign, max(found, 0), stop))
        if found >= 0:
            last = done - len(tail) + found
        if end:
            break
        done += len(piece)
        tail = window[-_LONGEST_END:]
    return last

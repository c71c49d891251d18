"""Writing a csv, and beside it what was set for it."""

from __future__ import annotations

import csv
from functools import partial
from typing import TYPE_CHECKING

from nhsrate.commands.ending import undone_by
from nhsrate.commands.options import check_not_read, write
from nhsrate.commands.output import is_stream, write_bytes
from nhsrate.core.problems import LineLocation, Problem, Refused
from nhsrate.reports.csv_json import SUFFIX
from nhsrate.rules.load import shown_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from nhsrate.engine.assessment import Assessment
    from nhsrate.reports.metadata import Kept, Record

    Show = Callable[[Sequence[Problem]], None]


SHOWN = 5
"""How many of the things that were set are named before the rest is counted."""


def write_csv(text: str, output: Path | None, assessment: Assessment, read: Iterable[str | Path], show: Show) -> None:
    """Write a csv of a run, or print it; what was set for it is written beside it, or said on standard error.

    The two files are written together or not at all. Metadata of another program is never written over, which is
    refused, and what an earlier run left behind is told. `read` are the files that were read, none of which is
    replaced.
    """
    if not _touched(assessment) and not _may_have_beside(output):
        write(text, output)
        return
    from nhsrate.reports.metadata import beside, metadata_json, record_of  # which most runs do without

    record = record_of(assessment)
    if output is None or is_stream(output):
        remedy = f"Write it with -o FILE.csv, and FILE.csv{SUFFIX} says so beside it."
        note = _note(LineLocation("standard output"), record, "A csv cannot say what was set for it", remedy)
        show([note] if record else [])
        write(text, output)
        return
    kept = _kept(output)
    if not record:
        if kept and kept.note is not None:
            show([left_behind(kept)])
        write(text, output)
        return
    if kept and kept.note is None:
        message = "What was set for the csv would be written here, where something else stands."
        remedy = "Move it, or write the csv under another name."
        raise Refused([Problem(LineLocation(kept.file), "write-failed", message, remedy)])
    metadata = beside(output)
    check_not_read(metadata, read, "What was set would be written to a file that is read:")
    header = next(csv.reader([text.removeprefix("\ufeff").split("\n", 1)[0]]))
    said = metadata_json(assessment, record, output.name, header).encode("utf-8", "replace")
    before = metadata.read_bytes() if kept else None
    with undone_by(partial(restored, metadata, before)):
        write_bytes(metadata, said)
        write(text, output)
    show([_note(LineLocation(shown_path(metadata)), record, "A csv cannot say what was set for it, and this does")])


def _touched(assessment: Assessment) -> bool:
    """Whether anything may have been set, decided or supposed."""
    submitted, figures = assessment.submitted, assessment.methodology.figures.values()
    return bool(submitted.overrides or submitted.supposed) or any(figure.set_from is not None for figure in figures)


def _may_have_beside(output: Path | None) -> bool:
    """Whether metadata may stand beside what is written."""
    if output is None or is_stream(output):
        return False
    try:
        output.with_name(output.name + SUFFIX).stat()
    except OSError as error:
        return not isinstance(error, FileNotFoundError)
    return True


def _kept(output: Path) -> Kept | None:
    from nhsrate.reports.metadata import beside, kept_beside

    try:
        return kept_beside(output)
    except OSError as error:
        message = f"What stands where the csv says what was set for it cannot be read ({error.strerror})."
        at = LineLocation(shown_path(beside(output)))
        raise Refused([Problem(at, "write-failed", message, "Move it, or ask for permission.")]) from None


def restored(metadata: Path, before: bytes | None) -> None:
    """Put back what stood there before."""
    if before is None:
        metadata.unlink(missing_ok=True)
    else:
        write_bytes(metadata, before)


def _note(at: LineLocation, record: Record, message: str, remedy: str = "") -> Problem:
    """The note that says what was set."""
    more = f" And {len(record.lines) - SHOWN:,} more." if len(record.lines) > SHOWN else ""
    said = f"{message}: {record.said}. {' '.join(record.lines[:SHOWN])}{more}"
    return Problem(at, "recorded", said, remedy, "note")


def left_behind(kept: Kept) -> Problem:
    """That metadata of an earlier run stands beside a csv for which nothing was set."""
    message = "It says what was set for an earlier run, and for this one nothing was."
    return Problem(LineLocation(kept.file), "left-behind", message, "Remove it.", "warning")

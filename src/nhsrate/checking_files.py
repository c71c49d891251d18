"""Checks of several files in one run, which end in a list and not in a refusal, and the annotated copy of a return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsrate.checks import Checked, check_return, check_rule_file
from nhsrate.problems import LinePlace, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nhsrate.asked import Asked


def checked_files(rule_files: Sequence[Path], returns: Sequence[Path], asked: Asked) -> list[Checked]:
    """What is to be said of each rule file, and of the files of a return together."""
    found = [_checked(lambda file=file: check_rule_file(file, asked), file) for file in rule_files]  # type: ignore[misc]
    return [*found, *([_checked(lambda: check_return(returns, asked), returns[0])] if returns else [])]


def _checked(check: Callable[[], Checked], file: Path) -> Checked:
    try:
        return check()
    except Refused as refused:
        return Checked("", refused.problems, {"file": file.as_posix()})


def with_copy(checked: list[Checked], path: Path, asked: Asked, target: Path) -> bytes | None:
    """The annotated copy of a return that was checked; where none can be made, what stands against it joins the list.

    A file that cannot be opened has said so already.
    """
    found = [problem for one in checked for problem in one.problems]
    try:
        return annotated_copy(path, asked, found, target)
    except Refused as refused:
        if more := [problem for problem in refused.problems if problem not in found]:
            checked.append(Checked("", more))
        return None


def annotated_copy(path: Path, asked: Asked, problems: Sequence[Problem], target: Path) -> bytes:
    """A copy of a return with a comment on each faulty cell; of a file that is no Excel workbook, its values in one.

    Raises `Refused` where the file cannot be opened at all.
    """
    from nhsrate.annotating.annotate import annotated, ending
    from nhsrate.annotating.plain import annotated_tables
    from nhsrate.files.guard import guarded
    from nhsrate.files.workbooks import open_book

    contents = guarded(path, asked.limits)
    wanted = ending(contents.data) if contents.kind == "workbook" else ".xlsx"
    if target.suffix.lower() != wanted:
        message = f"A copy of this return is a workbook whose name must end in {wanted}."
        raise Refused([Problem(LinePlace(str(target)), "write-failed", message, f"Write it to {target.stem}{wanted}.")])
    if contents.kind == "workbook":
        return annotated(contents.data, path.as_posix(), problems)
    return annotated_tables(open_book(path, asked.limits), problems)

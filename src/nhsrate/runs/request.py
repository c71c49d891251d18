"""What is asked of a return beside the files themselves: how to read it, and under which methodology."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nhsrate.files.limits import STANDARD, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Request:
    """How a return is to be read and rated, as far as that is said beside the files.

    `profile` is the path of a reading profile, `successors` of a table of old and new codes (applied as at `as_at`),
    `organisations` of a table of the codes that may occur.
    """

    methodology: str | None = None
    sheet: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    profile: Path | None = None
    limits: Limits = STANDARD
    successors: Path | None = None
    as_at: date | None = None
    organisations: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are read beside the return, which no output may take the place of."""
        methodology = Path(self.methodology) if self.methodology else None
        return tuple(file for file in (methodology, self.profile, self.successors, self.organisations) if file)

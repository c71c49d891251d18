"""Regular expressions that are compiled when they are first asked for anything: a run meets few of what may be met."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """What stands in for a regular expression; each method is that of the compiled one, which is looked up once."""

    def __init__(self, text: Any, flags: int) -> None:  # noqa: ANN401 (text or bytes)
        self.given = text, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever a regular expression has under the name)
        found = getattr(re.compile(*self.given), name)
        setattr(self, name, found)
        return found


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression with everything that `re.compile` gives.

    A few hundred stand at the heads of modules, to compile them takes a millisecond for every five, and which of them a
    file calls for is known when it is read.

    >>> pattern("[0-9]+").fullmatch("12")
    <re.Match object; span=(0, 2), match='12'>
    """
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))

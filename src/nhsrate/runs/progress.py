"""How long work tells what it is at, whoever listens."""

from __future__ import annotations

from typing import Protocol


class Say(Protocol):
    """Told what is being done and, where that is known, how many of how many parts are done.

    What has no parts calls it once; what has parts calls it as often as it likes, as it costs next to nothing.
    """

    def __call__(self, stage: str, done: int = 0, of: int = 0) -> None:
        """Work is at this stage, and so many `of` so many parts of it are done; 0 where nobody knows."""
        ...


def unheard(stage: str, done: int = 0, of: int = 0) -> None:
    """Nobody listens."""

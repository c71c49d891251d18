"""Who can help, as a rule file says it: support that is published, and by what organisations are alike."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from nhsrate.core.frozen import frozen
from nhsrate.core.problems import LineLocation, Problem
from nhsrate.core.texts import tidy
from nhsrate.language.numbers import Number
from nhsrate.language.records import record
from nhsrate.language.values import Address, Ref, Refs, SourceName, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nhsrate.language.tree import Mapping as Keys
    from nhsrate.language.values import Context
    from nhsrate.rules.model import Methodology

ONE = Number(Decimal(1))


@frozen
class Support:
    """Support that is published: what helps where an indicator is weak, or at a level.

    Fields:
        title: What it is called.
        publisher: Who publishes it.
        url: The address of its page, of http or https.
        checked: The day on which somebody last saw that it is there, such as `2026-03-31`; nothing is looked up.
        note: What else there is to say of it, for people.
    """

    title: Words
    publisher: Words
    url: Address
    checked: date
    note: str = ""

    def __str__(self) -> str:
        note = f" {tidy(self.note)}" if self.note else ""
        return f"{tidy(self.title)}, {tidy(self.publisher)}, {self.url} (seen {self.checked.isoformat()}).{note}"


Transform = Literal["none", "log", "sqrt"]


@frozen
class Peers:
    """By what organisations are alike, so that those most like one can be asked how they do.

    Fields:
        by: Inputs of `role: context` with their weights, `{beds: 1, rural: 0.5}`; a plain list weighs them alike.
        number: How many are the peers of one; all that are as near as the last of them are its peers too.
        transform: What is made of each value before it is standardised: `none`, its logarithm (`log`) or its square
            root (`sqrt`).
        cap: So many standard deviations from the mean is as far as a value counts; without it every value counts whole.
        within: What must be the same for two to be compared, such as the type of organisation; it makes the cohort.
        source: The entry of `sources:` that says so.
        note: What else there is to say of it, for people.
    """

    by: Refs | None = None
    number: int = 10
    transform: Transform = "none"
    cap: Number | None = None
    within: Ref | None = None
    source: SourceName | None = None
    note: str = ""
    at: LineLocation | None = field(default=None, compare=False)

    def weighted(self) -> Iterator[tuple[str, Decimal]]:
        """Each input that counts, with its weight; one of weight zero does not."""
        for id_, weight in self.by.pairs() if self.by else ():
            if (value := (weight or ONE).value) > 0:
                yield id_, value


def read_peers(section: Keys, context: Context) -> Peers | None:
    """What the file says of likeness; nothing where it says nothing. Inputs and their types are known by then."""
    if not section.entries:
        return None
    made: Peers = record(Peers, section, context)
    return made


def peer_problems(methodology: Methodology) -> Iterator[Problem]:
    """What is wrong with how peers are found: with what they are found by, the weights, the cap, the cohort."""
    peers = methodology.peers
    if peers is None or peers.at is None:
        return
    for id_, weight in peers.by.pairs() if peers.by else ():
        entry = methodology.inputs.get(id_)
        if entry is None or entry.role != "context":
            message = f"Peers are alike by what they are, and {methodology.called(id_)} is not said to be that."
            yield Problem(peers.at, "peers", message, "Name inputs that say role: context, and say it of this one.")
        elif entry.type not in {"number", "percent", "count", "duration"}:
            message = f"{methodology.called(id_)} is no number, so there is no distance in it."
            yield Problem(peers.at, "peers", message, "Say within: where it must be the same.")
        if weight is not None and not weight.unset and weight.value < 0:
            message = f"The weight of {methodology.called(id_)} is below zero."
            yield Problem(peers.at, "peers", message, "A weight is above zero, or zero where it does not count.")
    if peers.by and not any(peers.weighted()):
        yield Problem(peers.at, "peers", "All weights are zero, so that all are alike.", "Give one that counts.")
    if peers.number < 1:
        yield Problem(peers.at, "peers", "A number of peers is at least 1.", "Such as number: 10.")
    if peers.cap is not None and not peers.cap.unset and peers.cap.value <= 0:
        yield Problem(peers.at, "peers", f"A cap of {peers.cap} leaves no value.", "Such as cap: 5.")
